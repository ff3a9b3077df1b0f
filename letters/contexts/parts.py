"""What the contexts of all letters share: plain frozen records, and the parts that stand in many letters."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError

from letters.errors import LetterError


class Plain:
    """A frozen record of plain values; unknown keys are refused when it is read back."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    def values(self) -> dict[str, Any]:
        """The fields by name, as a template sees them."""
        return {one.name: getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]  # every subclass is a dataclass


_ADAPTERS: dict[object, TypeAdapter[Any]] = {}


def _adapter(model: type[Any]) -> TypeAdapter[Any]:
    if model not in _ADAPTERS:
        _ADAPTERS[model] = TypeAdapter(model)
    return _ADAPTERS[model]


@dataclass(frozen=True, kw_only=True)
class Letterhead(Plain):
    """发文机关: how it calls itself and where it can be found. `seal` is a file name in the agencies folder."""

    name: str
    mark: str
    seal: Annotated[str, StringConstraints(pattern=r"^[\w-]+\.png$")]
    address: str
    phone: str
    postcode: str
    office_hours: str
    email: str
    website: str
    printed_by: str | None
    """印发机关 of the 版记; None: no 版记."""
    query_url: str | None = None
    """The page where applicants ask by number and code (查询进度); None: letters do not name it."""
    wording: tuple[tuple[str, str], ...] = ()
    """The office's own sentences (`letters.own_wording`), by what they word: kept with the letter, which stays as it was issued."""


@dataclass(frozen=True, kw_only=True)
class CoIssuer(Plain):
    """联合行文 的其他机关: its name, its 发文机关标志, its seal."""

    name: str
    mark: str
    seal: Annotated[str, StringConstraints(pattern=r"^[\w-]+\.png$")]


@dataclass(frozen=True, kw_only=True)
class Addressee(Plain):
    """主送: a natural person is 您, everyone else 你单位, several together 你们; another agency 贵单位."""

    name: str
    is_person: bool
    several: bool = False

    @property
    def you(self) -> str:
        if self.several:
            return "你们"
        return "您" if self.is_person else "你单位"


ONLINE = "通过网络提交"
"""The way of a request that came by the internet."""
Called = Literal["政府信息公开申请", "政府信息更正申请"]
INFORMATION: Called = "政府信息公开申请"
CORRECTION: Called = "政府信息更正申请"


@dataclass(frozen=True, kw_only=True)
class OtherRequest(Plain):
    """Another application of the same applicant that one letter answers too."""

    number: str
    received_on: date
    way: str
    wanted: str
    corrected_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Request(Plain):
    """The application that the letter is about. `way` completes 收到您…的政府信息公开申请: 通过网络提交."""

    number: str
    received_on: date
    way: str
    wanted: str
    corrected_on: date | None = None
    """The day on which he asked for what is `wanted`, if a correction put it in other words (条例 30)."""
    others: tuple[OtherRequest, ...] = ()
    """What the letter answers too (一并答复)."""
    called: Called = INFORMATION
    """What the application is: 政府信息公开申请, or 政府信息更正申请 (条例 41), which no letter calls a request for information."""

    @property
    def corrects_records(self) -> bool:
        return self.called == CORRECTION

    @property
    def every(self) -> tuple[Request | OtherRequest, ...]:
        """All that the letter answers."""
        return (self, *self.others)


@dataclass(frozen=True, kw_only=True)
class Remedy(Plain):
    """救济途径. R1: review first (arts 14, 15, 16); R2: review or suit; both: R1 for what is withheld, R2 for the rest."""

    variant: Literal["R1", "R2", "both", "none"]
    review_body: str
    court: str
    review_days: int
    suit_days: int
    suit_months: int


@dataclass(frozen=True, kw_only=True)
class Context(Plain):
    """What every letter has: who writes, and the date it bears (成文日期)."""

    letterhead: Letterhead
    on: date

    def to_json(self) -> dict[str, Any]:
        """Plain values, as they are stored."""
        data: dict[str, Any] = _adapter(type(self)).dump_python(self, mode="json")
        return data

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """The context that `to_json` gave; raises LetterError when something is missing or unknown."""
        try:
            made: Self = _adapter(cls).validate_python(data)
        except ValidationError as error:
            where = "、".join(".".join(str(step) for step in one["loc"]) for one in error.errors(include_input=False)[:3])
            raise LetterError(f"文书内容不完整或者有误：{where}。") from None
        return made


@dataclass(frozen=True, kw_only=True)
class Numbered(Context):
    """A letter with a 发文字号."""

    number: str


@dataclass(frozen=True, kw_only=True)
class ToApplicant(Numbered):
    """A letter to the applicant about the application."""

    to: Addressee
    request: Request
