"""办理记录.json of an archive package: what a file was made of, so that it can be replayed, checked and read in again.

Everything else that the package tells (案卷.html, 办理记录.xml) is told from the same records.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, AwareDatetime, Field, TypeAdapter, ValidationError

from workflow import acts as a
from workflow.acts import Officer, Record, Signed
from workflow.case import Case

FORMAT: Final = "gongkai-archive-1"
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Identity = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""A UUID as the program writes it. Bytes are kept and dropped under it: no other text comes near a path."""


def _moment(value: datetime) -> datetime:
    if not 1900 <= value.year <= 9000:  # at the ends of the calendar there is no UTC of it
        raise ValueError("no moment of an office")
    return value


def _grounds(value: str) -> str:
    try:
        _SEPARATED.validate_json(value)
    except ValidationError:
        raise ValueError("no list of grounds") from None
    return value


def _someone(value: Officer) -> Officer:
    for name, most in (("id", 36), ("username", 100), ("name", 100), ("role", 20), ("agency", 40)):
        if len(said := getattr(value, name)) > most or not said.isprintable():
            raise ValueError(name)
    return value


_SEPARATED = TypeAdapter(tuple[a.Separated, ...])
# What is kept as it stands has the bounds of its column (`db.tables`), and nothing that a column or a header does not take.
Small = Annotated[int, Field(ge=0, le=2**31 - 1)]
Moment = Annotated[AwareDatetime, AfterValidator(_moment)]
Someone = Annotated[Officer, AfterValidator(_someone)]
Code = Annotated[str, Field(max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]
Number = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
Name = Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]
MediaType = Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+(; charset=[A-Za-z0-9-]+)?$")]
Role = Literal["received", "original", "given_out", "evidence"]
Grounds = Annotated[str, Field(max_length=1_000_000), AfterValidator(_grounds)]


class Because(Record):
    """One sentence of the working of the due date, with the articles it stands on."""

    text: str
    articles: tuple[str, ...]


class DueDate(Record):
    """答复期限 with its working; `provisional` while it needs a year whose holiday notice was not loaded."""

    on: date | None
    provisional: bool
    because: tuple[Because, ...]


class ActRecord(Record):
    """One act as it was placed: `act` holds the fields of its kind, whole."""

    seq: Small
    kind: Code
    title: str
    on: date
    signed_by: str
    role: str
    at: Moment
    articles: tuple[str, ...]
    officer: Someone
    act: dict[str, Any]

    @classmethod
    def of(cls, signed: Signed) -> ActRecord:
        act = signed.act
        return cls(
            seq=signed.seq, kind=act.kind, title=type(act).title, on=act.on, signed_by=signed.officer.name, role=signed.officer.role,
            at=signed.at, articles=type(act).articles, officer=signed.officer, act=act.model_dump(mode="json", exclude_defaults=True),
        )  # fmt: skip

    def signed(self) -> Signed:
        """The act as it stood on the file. Raises ValueError, KeyError: it is none of this version."""
        act = a.stored(a.ACTS[self.kind], {**self.act, "kind": self.kind, "on": self.on.isoformat()})
        return Signed(self.seq, act, self.officer, self.at)


class LetterRecord(Record):
    """文书: its number, the words that it was made from, and where its PDF lies in the package.

    `of` is the number of the file it was made on, where that is another one (一并答复).
    """

    id: Identity
    seq: Small
    kind: Code
    title: str
    agency: Code
    year: Small
    series: Code | None
    serial: Small | None
    number: Number | None
    dated: date
    created_at: Moment
    void: bool
    of: str | None
    file: str
    sha256: Digest
    size: Small
    context: dict[str, Any]


class AttachmentRecord(Record):
    """附件: who kept it, when and what for, and where its bytes lie in the package."""

    id: Identity
    name: Name
    media_type: MediaType
    purpose: str | None
    role: Role | None = None
    """What it is to the request, of `workflow.words.ATTACHMENT_ROLES`."""
    item: Small | None = None
    made_from: Identity | None = None
    """The attachment of which it is the redacted copy (遮盖件)."""
    separated: Grounds | None = None
    """What is covered in it, by page and ground, as JSON."""
    by: str
    officer: Someone
    at: Moment
    file: str
    sha256: Digest
    size: Small


class PaperRecord(Record):
    """One of the 卷内文件, in their order; `page` as the 卷内目录 has it."""

    place: int
    title: str
    number: str | None
    responsible: str
    on: date
    page: str | None
    void: bool
    source: Literal["letter", "attachment", "made"]
    id: str
    file: str
    sha256: Digest
    size: int


class CaseRecord(Record):
    """案卷: who it belongs to, how it stands, and all it is made of."""

    format: Literal["gongkai-archive-1"] = FORMAT
    id: Identity
    number: Number
    agency: Code
    agency_name: str
    year: Small
    serial: Small
    version: int
    state: str
    outcome: str | None
    received_on: date
    archived_on: date
    retention: str
    volume: str | None
    title: str
    pages: int | None
    due: DueDate
    acts: tuple[ActRecord, ...]
    letters: tuple[LetterRecord, ...]
    attachments: tuple[AttachmentRecord, ...]
    papers: tuple[PaperRecord, ...]

    def case(self) -> Case:
        """The file, replayed from its acts. Raises ValueError, KeyError: they are no acts, or do not follow the procedure."""
        return Case.of(self.id, self.agency, self.number, (one.signed() for one in self.acts))

    def files(self) -> Iterator[tuple[str, str, int, str]]:
        """Every file that a record of the package speaks of: path, SHA-256, size, and what it is."""
        for letter in self.letters:
            yield letter.file, letter.sha256, letter.size, f"文书《{letter.title}》"
        for attached in self.attachments:
            yield attached.file, attached.sha256, attached.size, f"附件“{attached.name}”"
        for paper in self.papers:
            yield paper.file, paper.sha256, paper.size, f"卷内文件《{paper.title}》"
