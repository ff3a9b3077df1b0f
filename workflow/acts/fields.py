"""What every record of the vocabulary is made of: the field types, the frozen record, and an act's common part."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from workflow.identity import clean_text


def _as_date(value: object) -> object:
    """Only a date, or its ten characters YYYY-MM-DD: no stamps, no numbers, no February 30."""
    if isinstance(value, datetime):
        raise PydanticCustomError("date_only", "只填日期，不填时刻，写成2026-03-02这样")
    if isinstance(value, date):
        value = value.isoformat()  # what is stored is read again as text, with the same bounds
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("date_form", "请填日期，写成2026-03-02这样")
    return _day(value)


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@lru_cache(maxsize=8192)
def _day(text: str) -> date:
    """The day of a text in its form: files of many years speak of few thousand days."""
    year, month, day = (int(part) for part in text.split("-"))
    if not 1990 <= year <= 2199:
        raise PydanticCustomError("date_range", "年份应当在1990年至2199年之间")
    try:
        return date(year, month, day)
    except ValueError:
        raise PydanticCustomError("no_such_day", "没有{month}月{day}日，请改正", {"month": month, "day": day}) from None


def is_day(value: object) -> bool:
    """Whether a value is a date as acts take it."""
    try:
        _as_date(value)
    except PydanticCustomError:
        return False
    return True


def _cleaned(value: str, *, lines: bool) -> str:
    try:
        text = clean_text(value, lines=lines)
    except ValueError as error:
        raise PydanticCustomError("text", "{why}", {"why": str(error)}) from None
    if not text:
        raise PydanticCustomError("text", "没有填写，请补上")
    return text


def _line(value: str) -> str:
    return _cleaned(value, lines=False)


def _lines(value: str) -> str:
    return _cleaned(value, lines=True)


Day = Annotated[date, BeforeValidator(_as_date)]
"""A legal date in Asia/Shanghai."""
Line = Annotated[str, Field(strict=True, min_length=1, max_length=300), AfterValidator(_line)]
"""One line of text, at most 300 characters, never blank."""
Text = Annotated[str, Field(strict=True, min_length=1, max_length=20000), AfterValidator(_lines)]
"""Several lines of text, at most 20,000 characters, never blank."""
Count = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
Days = Annotated[int, Field(strict=True, ge=1, le=365)]
"""A number of working days (工作日)."""
Fen = Annotated[int, Field(strict=True, ge=0, le=10**12)]
"""Money in fen (分)."""
Seq = Annotated[int, Field(strict=True, ge=1)]
"""The place of an act on its file, counted from 1."""
Ident = Annotated[
    str, Field(strict=True, pattern=r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$")
]


def personal(**options: Any) -> Any:
    """A field that holds personal data: kept apart in the store and masked in lists (个人信息)."""
    return Field(json_schema_extra={"personal": True}, **options)


class Record(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def at_field(field: str, why: str) -> PydanticCustomError:
    """A whole-record check that blames one field (read back by `errors_of`)."""
    return PydanticCustomError("at_field", "{why}", {"field": field, "why": why})


class Officer(Record):
    """经办人: who signs an act. `agency` is the code of the office he or she signs for."""

    id: str
    username: str
    name: str
    role: str
    agency: str


STORED: Mapping[str, bool] = {"stored": True}
"""The context in which records come back from the store: they were checked when they were placed, by the rules of that day."""


def is_stored(info: ValidationInfo) -> bool:
    """Whether a record comes back from the store: a check that has become stricter since must not lose a file."""
    return info.context is STORED


def at_entry(check: Callable[[Any], Any]) -> Any:
    """A check of a whole record that is asked when it is placed; what comes back from the store is not asked again."""

    def asked(self: Any, info: ValidationInfo) -> Any:
        return self if is_stored(info) else check(self)

    return model_validator(mode="after")(asked)


class Act(Record):
    """What all acts share: the legal date `on`, and a free remark."""

    title: ClassVar[str]
    articles: ClassVar[tuple[str, ...]] = ()

    kind: str
    on: Annotated[Day, Field(title="日期")]
    remark: Annotated[Text | None, Field(title="备注")] = None

    def evolve(self, **changes: Any) -> Self:
        """A new act with `changes`; the old one stays as it was."""
        return self.model_copy(update=changes)


class Requested(Act):
    """An act that may answer a request for a signature (报批): what only the head may place, the handler prepares."""

    request: Annotated[Seq | None, Field(title="依据的报批", description="按报批签批的，填报批是第几项记录")] = None


class LateEntry(Record):
    """补录: an act that really happened earlier, on paper; why it is entered only now, and the paper itself."""

    reason: Annotated[Text, Field(title="补录的理由")]
    proof: Annotated[Ident, Field(title="纸质材料", description="附件，证明当时已经办理")]


class AgencyDated(Requested):
    """An act whose date (落款日期) the agency itself sets: the day on which it is signed, or a late entry (READINGS R-late-entry)."""

    late_entry: Annotated[
        LateEntry | None, Field(title="补录", description="日期早于今天的填写，由负责人办理")
    ] = None
