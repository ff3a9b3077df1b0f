"""更正、撤销、作废: how facts are mended on a file whose acts are never changed (READINGS R-mending)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from workflow.acts.fields import Line, Requested, Seq, Text, personal


class Amendment(Requested):
    """更正: gives facts that an act states wrongly their right values; both stay visible (READINGS R-amendment)."""

    title: ClassVar[str] = "更正"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["amendment"] = "amendment"
    of: Annotated[Seq, Field(title="更正哪一项记录")]
    changes: Annotated[dict[str, Any], personal(title="更正的内容", min_length=1)]
    reason: Annotated[Text, Field(title="更正的理由和依据")]
    amends: SkipJsonSchema[Line | None] = None
    """The kind of the amended act; set by the engine, refused from outside."""


class Revocation(Requested):
    """撤销: takes back an act entered in error that had no effect outside (READINGS R-revocation)."""

    title: ClassVar[str] = "撤销记录"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["revocation"] = "revocation"
    of: Annotated[Seq, Field(title="撤销哪一项记录")]
    reason: Annotated[Text, Field(title="撤销的理由")]


class Voiding(Requested):
    """作废: a file registered twice or by error; its number stays, it is counted nowhere (READINGS R-voiding)."""

    title: ClassVar[str] = "作废"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["voiding"] = "voiding"
    reason: Annotated[Text, Field(title="作废的理由")]
