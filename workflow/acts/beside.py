"""Acts that stand beside the procedure and move nothing on: topic, reminder, note, publication for all."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from workflow.acts.fields import Act, Line, Text


class Conversion(Act):
    """转主动公开 (条例 44): what several people ask for is published for all."""

    title: ClassVar[str] = "转主动公开"
    articles: ClassVar[tuple[str, ...]] = ("条例 44",)

    kind: Literal["conversion"] = "conversion"
    name: Annotated[Line, Field(title="公开的信息名称")]
    url: Annotated[Line, Field(title="公开的网址", pattern=r"^https?://[^\s<>\"']+$")]
    column: Annotated[Line | None, Field(title="公开的栏目")] = None


class Retopic(Act):
    """改定主题: the topic of the file from now on, with a record of who set it (READINGS R-topics)."""

    title: ClassVar[str] = "改定主题"
    articles: ClassVar[tuple[str, ...]] = ()

    kind: Literal["topic"] = "topic"
    topic: Annotated[Line, Field(title="主题")]
    reason: Annotated[Text | None, Field(title="改定的理由")] = None


class Supervision(Act):
    """督办 (条例 47): the overseeing office reminds the unit; the reminder stays on the file."""

    title: ClassVar[str] = "督办"
    articles: ClassVar[tuple[str, ...]] = ("条例 47",)

    kind: Literal["supervision"] = "supervision"
    text: Annotated[Text, Field(title="督办的要求")]


class Note(Act):
    """备注: anything worth keeping on the file that changes nothing."""

    title: ClassVar[str] = "备注"
    articles: ClassVar[tuple[str, ...]] = ()

    kind: Literal["note"] = "note"
    text: Annotated[Text, Field(title="内容")]
