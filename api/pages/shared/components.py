"""部件: colours, states, buttons, fields and notes on one sheet, in the words of the pages."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.pages.shared.frame import HttpRequest, page, show

COLOURS: tuple[tuple[str, str], ...] = (
    ("bar", "#17395c"), ("primary", "#1f5a94"), ("tint", "#eaf1f8"), ("ink", "#1b2733"), ("ink-2", "#465463"),
    ("ink-3", "#5f6d7a"), ("control", "#7b8894"), ("line-2", "#c3ccd5"), ("line", "#dbe1e7"), ("ground", "#f4f6f8"),
    ("over", "#a51d1d"), ("over-bg", "#fbecec"), ("soon", "#8f4700"), ("soon-bg", "#fdf1e2"), ("week", "#665200"),
    ("week-bg", "#faf5dc"), ("hold", "#553b86"), ("hold-bg", "#f1edf8"), ("prov", "#1a5866"), ("done", "#1b6340"),
)  # fmt: skip
"""The tokens of gongkai.css; a swatch is an SVG, which needs no inline style."""


@page("/components")
def components(request: HttpRequest) -> Response[Any]:
    """部件."""
    return show(request, "components.html", colours=COLOURS)


ROUTES: tuple[BaseRouteHandler, ...] = (components,)
