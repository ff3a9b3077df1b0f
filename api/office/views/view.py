"""What every shape of an answer is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """An answer of the API."""

    model_config = ConfigDict(frozen=True)
