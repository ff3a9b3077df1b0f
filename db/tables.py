"""The tables. `act` is the truth and is never changed; `docket` and `inbox` are projections that `rebuild` makes anew."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    func,
    select,
    text,
)
from sqlmodel import Field, Session, SQLModel

from workflow.procedure import ACTIVE


class Stamp(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stamp without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _stamp(**options: Any) -> Any:
    return Field(sa_column=Column(Stamp, **options))


def in_order(session: Session, stamp: Any, siblings: Any, now: datetime) -> datetime:
    """The moment of a new row: after those of its `siblings`, also by a clock that stands still or was set back."""
    latest: datetime | None = session.scalar(select(func.max(stamp)).where(siblings))
    return now if latest is None else max(now, latest + timedelta(microseconds=1))


ERASED = text("erased_at IS NOT NULL")


class CaseFile(SQLModel, table=True):
    """案卷: one row a file. `version` is the number of its acts."""

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("agency", "year", "serial"), Index("case_file_erased", "agency", sqlite_where=ERASED, postgresql_where=ERASED),
    )

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    year: int
    serial: int
    number: str = Field(sa_column=Column(String(100), nullable=False, unique=True))
    version: int = 0
    split_from: str | None = Field(default=None, sa_column=Column(String(36), nullable=True))
    erased_at: datetime | None = _stamp(nullable=True)
    """保管期满销毁: since then its acts, letters and attachments have no words, and its letters and attachments no bytes (`db.erasing`)."""


NEWS = text(
    "kind IN ('assignment', 'return', 'opinion', 'legal_review', 'decision', 'correction', 'reasons', 'payment', 'remedy', 'remedy_result',"
    " 'supervision')"
)
"""新消息: acts of which whoever has the file in hand is told (`db.news`)."""


class ActRow(SQLModel, table=True):
    """办理行为: append-only. Personal data stands apart in `private`; both texts are sealed (`db.sealing`)."""

    __tablename__ = "act"
    __table_args__ = (Index("act_news", "at", "case_id", sqlite_where=NEWS, postgresql_where=NEWS),)

    case_id: str = Field(sa_column=Column(String(36), ForeignKey("case_file.id"), primary_key=True))
    seq: int = Field(primary_key=True)
    kind: str = Field(sa_column=Column(String(40), nullable=False))
    on: date
    public: str = Field(sa_column=Column(Text, nullable=False))
    private: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    officer: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = _stamp(nullable=False)


_OLD = text("name_key IS NULL OR wanted_masked IS NULL OR applicant_masked IS NULL")
"""Rows of an earlier version, which the next start of the program makes anew."""


_ACTIVE = ", ".join(f"'{state}'" for state in sorted(ACTIVE))
OPEN_HERE, LIVE_HERE, WAITING_HERE, OWED_HERE, ASKED_HERE, ANSWERED_HERE = (
    (text(said), text(re.sub(r" = 1\b", "", said).replace(" = 0", " = false")))
    for said in (
        f"state IN ({_ACTIVE})",
        "state NOT IN ('archived', 'void') OR requests > 0 OR to_serve > 0 OR next_step = 'reopening'",
        "state = 'approving' OR to_serve > 0 OR archive_ready = 1 OR requests > 0",
        "reply_owed = 1",
        "is_open = 1",
        "is_open = 0",
    )
)
"""What partial indexes are over, on SQLite and on PostgreSQL. A query that says the same in the same words reads no more than that."""


def _over(name: str, *columns: Any, where: tuple[Any, Any]) -> Index:
    return Index(name, *columns, sqlite_where=where[0], postgresql_where=where[1])


def _where_given(name: str, *columns: Any, given: str) -> Index:
    """An index over the rows in which a column says something: what asks for a value of it needs no others, and new files have none yet."""
    return _over(name, *columns, where=(text(f"{given} IS NOT NULL"),) * 2)


class Docket(SQLModel, table=True):
    """案件索引: the projection of one file, for lists and statistics."""

    __tablename__ = "docket"
    __table_args__ = (
        # What desks and counters read: what is open, what waits, what is owed; nothing of what has been laid away.
        _over("docket_open", "agency", "assignee", where=OPEN_HERE),
        _over("docket_live", "agency", where=LIVE_HERE),
        _over("docket_owed", "agency", "due_on", "case_id", where=OWED_HERE),
        _over("docket_waiting", "agency", "state", "drafted_by", "to_serve", "archive_ready", "requests", where=WAITING_HERE),
        _over("docket_to_confirm", "agency", "to_confirm", where=(text("to_confirm > 0"), text("to_confirm > 0"))),
        _over("docket_archived", "agency", "archived_on", "serial", "case_id", where=(text("state = 'archived'"), text("state = 'archived'"))),
        # What lists read, in the order in which they show it: of one unit, and of all that an office oversees.
        Index("docket_received", "agency", "received_on", "serial", "case_id"),
        Index("docket_day", "received_on", "serial", "case_id", "agency"),
        Index("docket_by_due", "agency", "due_on", "case_id"),
        Index("docket_all_by_due", "due_on", "case_id", "agency"),
        Index("docket_serial", "agency", "serial", "case_id"),
        Index("docket_all_by_serial", "serial", "case_id", "agency"),
        Index("docket_state", "agency", "state", "received_on", "serial", "case_id"),
        _where_given("docket_outcome", "agency", "outcome", "received_on", "serial", "case_id", given="outcome"),
        _where_given("docket_topic", "agency", "topic", "received_on", "serial", "case_id", given="topic"),
        _where_given("docket_assignee", "agency", "assignee", "due_on", given="assignee"),
        # Who asks.
        Index("docket_applicant", "agency", "applicant_key", "counts_in", "received_on", "serial"),
        Index("docket_name", "agency", "name_key", "received_on", "serial", "case_id"),
        _where_given("docket_phone", "agency", "phone_key", "received_on", given="phone_key"),
        Index("docket_old_keys", "case_id", sqlite_where=_OLD, postgresql_where=_OLD),
        _where_given("docket_passed", "passed_to", given="passed_to"),
        _where_given("docket_told", "archived_on", given="tellings"),
    )

    case_id: str = Field(sa_column=Column(String(36), ForeignKey("case_file.id"), primary_key=True))
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    number: str = Field(sa_column=Column(String(100), nullable=False))
    serial: int
    version: int
    state: str = Field(sa_column=Column(String(30), nullable=False))
    stage: str = Field(sa_column=Column(String(10), nullable=False))
    channel: str = Field(sa_column=Column(String(30), nullable=False))
    purpose: str = Field(default="information", sa_column=Column(String(30), nullable=False, server_default="information"))
    """information, or record_correction (条例 41)."""
    received_on: date
    counts_in: str = Field(sa_column=Column(String(7), nullable=False))
    assignee: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    due_on: date | None = None
    due_provisional: bool = False
    suspensions: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    """JSON: the [after, to] spans that are not counted, merged, in order."""
    limit_on: date | None = None
    outcome: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    replied_on: date | None = None
    closed_on: date | None = None
    archived_on: date | None = None
    topic: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    applicant_category: str = Field(sa_column=Column(String(40), nullable=False))
    applicant_name: str = Field(sa_column=Column(Text, nullable=False))
    """Sealed, like `wanted`."""
    applicant_masked: str | None = Field(default=None, sa_column=Column(String(300), nullable=True))
    """The name as lists show it (张*); None only until the first start after an upgrade."""
    applicant_key: str = Field(sa_column=Column(String(64), nullable=False))
    name_key: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    """None: the three keys of a person are still those of an earlier version (`store.renew_keys`)."""
    phone_key: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    wanted: str = Field(sa_column=Column(Text, nullable=False))
    wanted_masked: str | None = Field(default=None, sa_column=Column(Text))
    """`wanted` as it may leave the unit (`workflow.personal`); None only until the first start after an upgrade."""
    next_step: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    waiting_for: str | None = Field(default=None, sa_column=Column(String(320), nullable=True))
    to_serve: int = 0
    to_confirm: int = 0
    archive_ready: bool = False
    returned: bool = False
    drafted_by: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    supervised_on: date | None = None
    requests: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    """How many requests for a signature (报批) wait."""
    passed_to: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    """The unit below that drafts the reply (交下级单位拟办), while the draft is owed."""
    draft_limit: date | None = None
    """By when it is to."""
    tellings: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    """JSON: the acts of which the applicant is to be told; None: he has not agreed to be told (`workflow.telling`)."""
    reply_owed: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    """Open, or answered by what has not left, or ordered to answer again: past the due date it is overdue."""


class Inbox(SQLModel, table=True):
    """会商收件: a consultation addressed to a unit that works in this system."""

    __tablename__ = "inbox"
    __table_args__ = (
        _over("inbox_open", "agency", "limit_on", where=ASKED_HERE), _over("inbox_done", "agency", "limit_on", "case_id", "seq", where=ANSWERED_HERE),
    )

    case_id: str = Field(sa_column=Column(String(36), ForeignKey("case_file.id"), primary_key=True))
    seq: int = Field(primary_key=True)
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    officer: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    """The user name of the one who is asked; None: whoever of the unit may answer."""
    limit_on: date | None = None
    is_open: bool = True


class LetterRow(SQLModel, table=True):
    """文书: its number and the frozen words from which the PDF is made; the digest of the PDF once it is."""

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("agency", "year", "series", "serial"), Index("letter_unfinished", "digest"), Index("letter_number", "number"))

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    case_id: str = Field(sa_column=Column(String(36), ForeignKey("case_file.id"), nullable=False, index=True))
    seq: int
    kind: str = Field(sa_column=Column(String(40), nullable=False))
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    year: int
    series: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    serial: int | None = None
    number: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    dated: date
    context: str = Field(sa_column=Column(Text, nullable=False))
    digest: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    size: int | None = None
    created_at: datetime = _stamp(nullable=False)


class AttachmentRow(SQLModel, table=True):
    """附件."""

    __tablename__ = "attachment"

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    case_id: str = Field(sa_column=Column(String(36), ForeignKey("case_file.id"), nullable=False, index=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    media_type: str = Field(sa_column=Column(String(200), nullable=False))
    size: int
    digest: str = Field(sa_column=Column(String(64), nullable=False))
    """SHA-256 of the file as it was sent; kept it is sealed."""
    purpose: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    officer: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = _stamp(nullable=False)
    role: str | None = Field(default=None, sa_column=Column(String(20), nullable=True))
    """What it is to the request: received, original, given_out, evidence."""
    item: int | None = None
    """The item of the request that it belongs to, counted from 1; None: the whole request."""
    made_from: str | None = Field(default=None, sa_column=Column(String(36), nullable=True))
    """The attachment of which it is the redacted copy."""
    separated: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    """What is covered in a redacted copy, by page and ground (JSON of `workflow.acts.Separated`)."""


class Redaction(SQLModel, table=True):
    """区分处理: the marks on an attachment of which a redacted copy is being prepared. They hold places and grounds, no words."""

    __tablename__ = "redaction"

    attachment_id: str = Field(sa_column=Column(String(36), ForeignKey("attachment.id"), primary_key=True))
    marks: str = Field(sa_column=Column(Text, nullable=False))
    """JSON of `letters.redaction.Mark`."""
    version: int
    officer: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = _stamp(nullable=False)


class Counter(SQLModel, table=True):
    """编号: gap-free, one row per agency, year and series."""

    __tablename__ = "counter"

    agency: str = Field(sa_column=Column(String(40), primary_key=True))
    year: int = Field(primary_key=True)
    series: str = Field(sa_column=Column(String(40), primary_key=True))
    value: int


class OfficerRow(SQLModel, table=True):
    """人员."""

    __tablename__ = "officer"

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    username: str = Field(sa_column=Column(String(100), nullable=False, unique=True))
    name: str = Field(sa_column=Column(String(100), nullable=False))
    role: str = Field(sa_column=Column(String(20), nullable=False))
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    password_hash: str | None = Field(default=None, sa_column=Column(String(300), nullable=True))
    active: bool = True
    created_at: datetime = _stamp(nullable=False)


class SecondFactor(SQLModel, table=True):
    """两步验证: the secret of one officer's one-time codes (RFC 6238), and what is left of his recovery codes."""

    __tablename__ = "second_factor"

    officer_id: str = Field(sa_column=Column(String(36), ForeignKey("officer.id"), primary_key=True))
    secret: str = Field(sa_column=Column(Text, nullable=False))
    """Base32; sealed."""
    recovery: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    """JSON: the SHA-256 of each recovery code that has not been used."""
    last_step: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    """The latest step whose code was used: none of it, or before it, is good again."""
    created_at: datetime = _stamp(nullable=False)
    confirmed_at: datetime | None = _stamp(nullable=True)
    """None: shown, and no code of it has come yet; it asks nobody for anything."""


class LeaveRow(SQLModel, table=True):
    """外出与代办: while an officer is away, his deputy sees his list. One span for each officer, the latest that was said."""

    __tablename__ = "leave"
    __table_args__ = (Index("leave_deputy", "deputy_id"),)

    officer_id: str = Field(sa_column=Column(String(36), ForeignKey("officer.id"), primary_key=True))
    from_on: date
    to_on: date
    deputy_id: str | None = Field(default=None, sa_column=Column(String(36), ForeignKey("officer.id"), nullable=True))


class TokenRow(SQLModel, table=True):
    """接口令牌: only its SHA-256 is kept."""

    __tablename__ = "token"

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    officer_id: str = Field(sa_column=Column(String(36), ForeignKey("officer.id"), nullable=False, index=True))
    digest: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    label: str = Field(sa_column=Column(String(100), nullable=False))
    scope: str = Field(default="act", sa_column=Column(String(10), nullable=False, server_default="act"))
    """read, or act: read and act."""
    created_at: datetime = _stamp(nullable=False)
    expires_at: datetime = _stamp(nullable=False)
    revoked_at: datetime | None = _stamp(nullable=True)


class OnceRow(SQLModel, table=True):
    """Idempotency-Key: the first answer, kept in the transaction of its effect."""

    __tablename__ = "once"
    __table_args__ = (Index("once_at", "at"),)

    key: str = Field(sa_column=Column(String(200), primary_key=True))
    officer_id: str = Field(sa_column=Column(String(36), primary_key=True))
    route: str = Field(sa_column=Column(String(300), nullable=False))
    request_digest: str = Field(sa_column=Column(String(64), nullable=False))
    status: int = 0
    body: str = Field(default="", sa_column=Column(Text, nullable=False))
    headers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime | None = _stamp(nullable=True)


class SessionRow(SQLModel, table=True):
    """会话: a person signed in with a password; only the SHA-256 of the cookie is kept."""

    __tablename__ = "session"
    __table_args__ = (_over("session_open", "officer_id", where=(text("ended_at IS NULL"), text("ended_at IS NULL"))),)

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    officer_id: str = Field(sa_column=Column(String(36), ForeignKey("officer.id"), nullable=False, index=True))
    digest: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    browser: str = Field(default="", sa_column=Column(String(200), nullable=False))
    created_at: datetime = _stamp(nullable=False)
    seen_at: datetime = _stamp(nullable=False)
    expires_at: datetime = _stamp(nullable=False)
    ended_at: datetime | None = _stamp(nullable=True)


class Allowance(SQLModel, table=True):
    """限次: how often one client did something in the present window; failed sign-ins are counted here, and lock."""

    __tablename__ = "allowance"
    __table_args__ = (Index("allowance_since", "since"),)

    what: str = Field(sa_column=Column(String(20), primary_key=True))
    about: str = Field(default="", sa_column=Column(String(64), primary_key=True))
    """Keyed digest of the name that is tried; empty where there is none."""
    who: str = Field(default="", sa_column=Column(String(64), primary_key=True))
    """Keyed digest of the client; empty: all together."""
    since: datetime = _stamp(nullable=False)
    used: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    until: datetime | None = _stamp(nullable=True)
    """Locked until then."""


class Preference(SQLModel, table=True):
    """个人设置: 大字, single-letter keys."""

    __tablename__ = "preference"

    officer_id: str = Field(sa_column=Column(String(36), ForeignKey("officer.id"), primary_key=True))
    name: str = Field(sa_column=Column(String(40), primary_key=True))
    value: str = Field(sa_column=Column(String(100), nullable=False))


class Contact(SQLModel, table=True):
    """提醒的地址: where an officer wants to be told of what presses, if anywhere."""

    __tablename__ = "contact"

    officer_id: str = Field(sa_column=Column(String(36), ForeignKey("officer.id"), primary_key=True))
    email: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    other: str | None = Field(default=None, sa_column=Column(Text, nullable=True))


class Reminder(SQLModel, table=True):
    """已提醒: of what an officer was told (`id` is a digest of it), so that he is not told again."""

    __tablename__ = "reminder"

    id: str = Field(sa_column=Column(String(64), primary_key=True))
    officer_id: str = Field(sa_column=Column(String(36), nullable=False, index=True))
    at: datetime = _stamp(nullable=False)


class Telling(SQLModel, table=True):
    """告知申请人: that the applicant was told of an act, or could not be; where to is read from the file alone."""

    __tablename__ = "telling"
    __table_args__ = (_over("telling_open", "at", where=(text("state IN ('failed', 'sending')"),) * 2),)

    case_id: str = Field(sa_column=Column(String(36), ForeignKey("case_file.id"), primary_key=True))
    seq: int = Field(primary_key=True)
    state: str = Field(sa_column=Column(String(20), nullable=False))
    """sending, told, failed; otherwise (the office told him in another way); outdated (the file had left it behind before it was sent)."""
    at: datetime = _stamp(nullable=False)
    why: str = Field(default="", sa_column=Column(String(100), nullable=False, server_default=""))
    """Why it failed, in words that name no address."""


class FormDraft(SQLModel, table=True):
    """草稿: a half-filled form of one officer (`form`: its address)."""

    __tablename__ = "form_draft"

    officer_id: str = Field(sa_column=Column(String(36), ForeignKey("officer.id"), primary_key=True))
    form: str = Field(sa_column=Column(String(300), primary_key=True))
    fields: str = Field(sa_column=Column(Text, nullable=False))
    saved_at: datetime = _stamp(nullable=False)


class Phrase(SQLModel, table=True):
    """常用语: a stock sentence of the office (no officer) or of one officer, offered at a field of a form."""

    __tablename__ = "phrase"
    __table_args__ = (Index("phrase_officer", "officer_id", "place"),)

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    officer_id: str | None = Field(default=None, sa_column=Column(String(36), ForeignKey("officer.id"), nullable=True))
    place: str = Field(sa_column=Column(String(80), nullable=False))
    """Kind of act and field: extension.reason, draft.items.*.reason."""
    about: str = Field(sa_column=Column(String(80), nullable=False))
    """Of a draft: the outcome (not_existing) or outcome/ground that it fits; empty: every one."""
    text: str = Field(sa_column=Column(Text, nullable=False))
    kept_at: datetime = _stamp(nullable=False)


class SavedView(SQLModel, table=True):
    """我的查找: filters of the list of files, kept by one officer; sealed."""

    __tablename__ = "saved_view"
    __table_args__ = (Index("saved_view_officer", "officer_id", "kept_at"),)

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    officer_id: str = Field(sa_column=Column(String(36), ForeignKey("officer.id"), nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    query: str = Field(sa_column=Column(Text, nullable=False))
    kept_at: datetime = _stamp(nullable=False)


class LedgerWord(SQLModel, table=True):
    """台账用语: what a unit has said a heading or a word of its old ledgers means."""

    __tablename__ = "ledger_word"

    agency: str = Field(sa_column=Column(String(40), primary_key=True))
    place: str = Field(sa_column=Column(String(40), primary_key=True))
    """The column in which the word stands; `heading` of a heading."""
    word: str = Field(sa_column=Column(String(200), primary_key=True))
    """As it is looked up; `*`: a ledger that has no such column."""
    meaning: str = Field(sa_column=Column(String(40), nullable=False))
    """A key of the rules; of a heading the column, empty where it is not read."""
    kept_at: datetime = _stamp(nullable=False)


_BY_LINK = text("site_nonce IS NOT NULL")


class Application(SQLModel, table=True):
    """网上提交的申请: waits until the office and the applicant have both confirmed it (条例 31(三))."""

    __tablename__ = "application"
    __table_args__ = (
        Index("application_waiting", "agency", "state"),
        Index("application_settled", "agency", "settled_at", "serial"),
        Index("application_site", "agency", "site_nonce", unique=True, sqlite_where=_BY_LINK, postgresql_where=_BY_LINK),
    )

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    year: int
    serial: int
    number: str = Field(sa_column=Column(String(100), nullable=False, unique=True))
    code_digest: str = Field(sa_column=Column(String(64), nullable=False))
    """The 查询码 is shown once; only its keyed digest is kept."""
    fields: str = Field(sa_column=Column(Text, nullable=False))
    fields_key: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    """A blind index of the content, by which the same one is found again."""
    state: str = Field(sa_column=Column(String(20), nullable=False))
    """waiting, confirmed, declined."""
    answer: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    case_id: str | None = Field(default=None, sa_column=Column(String(36), nullable=True))
    submitted_at: datetime = _stamp(nullable=False)
    settled_at: datetime | None = _stamp(nullable=True)
    site: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    """The website whose signed link led here, by the name it had when the application was sent."""
    site_nonce: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    """Of that link, which counts for one application alone."""


class Feedback(SQLModel, table=True):
    """意见建议: what a visitor of a hall told the office, and what it answered."""

    __tablename__ = "feedback"
    __table_args__ = (Index("feedback_state", "agency", "state", "submitted_at"), Index("feedback_day", "agency", "submitted_on"))

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    year: int
    serial: int
    number: str = Field(sa_column=Column(String(100), nullable=False, unique=True))
    code_digest: str = Field(sa_column=Column(String(64), nullable=False))
    kind: str = Field(sa_column=Column(String(20), nullable=False))
    """opinion, difficulty."""
    topic: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    body: str = Field(sa_column=Column(Text, nullable=False))
    contact: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    is_simple: bool = False
    state: str = Field(sa_column=Column(String(20), nullable=False))
    """open, answered, erased."""
    assignee: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    answer: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    submitted_on: date
    submitted_at: datetime = _stamp(nullable=False)
    answered_at: datetime | None = _stamp(nullable=True)
    erased: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    """到期销毁 (JSON): when, by whom, on what ground, for what reason."""


class EndedForm(SQLModel, table=True):
    """已经提交、已经放弃的表: by digest; what arrives of it afterwards makes no draft again."""

    __tablename__ = "ended_form"

    id: str = Field(sa_column=Column(String(64), primary_key=True))
    """A digest of the secret that its window was drawn with, or of its address."""
    ended_at: datetime = _stamp(nullable=False, index=True)


class ApplicationDraft(SQLModel, table=True):
    """没有提交的网上申请: what a visitor typed into the public form, for his browser's session alone and two hours at most."""

    __tablename__ = "application_draft"
    __table_args__ = (Index("application_draft_visitor", "visitor", "saved_at"),)

    id: str = Field(sa_column=Column(String(64), primary_key=True))
    visitor: str = Field(sa_column=Column(String(64), nullable=False))
    """A digest of what the browser's session is known by."""
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    fields: str = Field(sa_column=Column(Text, nullable=False))
    saved_at: datetime = _stamp(nullable=False, index=True)


class Upload(SQLModel, table=True):
    """待登记的附件: a file sent with a form whose case does not exist yet (`owner`: officer/<id> or application/<id>)."""

    __tablename__ = "upload"

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    owner: str = Field(sa_column=Column(String(120), nullable=False, index=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    media_type: str = Field(sa_column=Column(String(200), nullable=False))
    size: int
    digest: str = Field(sa_column=Column(String(64), nullable=False))
    at: datetime = _stamp(nullable=False)


class Setting(SQLModel, table=True):
    """本单位的设置, e.g. whether the public form is open."""

    __tablename__ = "setting"

    agency: str = Field(sa_column=Column(String(40), primary_key=True))
    name: str = Field(sa_column=Column(String(60), primary_key=True))
    value: str = Field(sa_column=Column(Text, nullable=False))


class KnownKey(SQLModel, table=True):
    """密钥指纹: by which the keys that lie outside the database are known again; the keys themselves are never here."""

    __tablename__ = "known_key"

    purpose: str = Field(sa_column=Column(String(10), primary_key=True))
    """seal: what is kept of people; blind: the indexes by which they are found; log: the chain of the log."""
    id: str = Field(sa_column=Column(String(16), primary_key=True))
    since: datetime = _stamp(nullable=False)
    done_at: datetime | None = _stamp(nullable=True)
    """All that is kept was sealed with it."""
    retired_at: datetime | None = _stamp(nullable=True)
    """Nothing is sealed with it any more."""
    proof: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    """All rows of this table, sealed at this one (`db.rekeying`): none is changed, put in or taken away unseen. None only until the first
    start after an upgrade."""


_TAKEN = text("what IN ('export', 'unmask')")


class LogEntry(SQLModel, table=True):
    """日志: acts, sign-ins, refused access, unmasking, exports, settings; append-only, chained, in the transaction of what it tells."""

    __tablename__ = "log_entry"
    __table_args__ = (
        Index("log_entry_username", "username", "seq"), Index("log_entry_at", "at"),
        Index("log_entry_export", "agency", "seq", sqlite_where=_TAKEN, postgresql_where=_TAKEN),
        # byte by byte, so that the beginning of an object is a stretch of it also where the database sorts by a language
        Index("log_entry_object", "object", postgresql_ops={"object": "varchar_pattern_ops"}),
    )

    seq: int | None = Field(default=None, primary_key=True)
    at: datetime = _stamp(nullable=False)
    officer_id: str | None = Field(default=None, sa_column=Column(String(36), nullable=True))
    username: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    role: str | None = Field(default=None, sa_column=Column(String(20), nullable=True))
    agency: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    what: str = Field(sa_column=Column(String(40), nullable=False))
    object: str | None = Field(default=None, sa_column=Column(String(200), nullable=True))
    reason: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    request_id: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    changes: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    """JSON: the objects that the change left behind, name -> digest, null for what is gone (`db.journal`)."""
    mac: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    """HMAC over the entry and the one before; None only until the first start after an upgrade."""


class LogHead(SQLModel, table=True):
    """日志的末端: one row, how many entries there are and the HMAC of the last, under an HMAC of its own."""

    __tablename__ = "log_head"

    id: int = Field(primary_key=True)
    seq: int
    mac: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    seal: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))


class Tally(SQLModel, table=True):
    """统计索引: the projection of one file for counting: narrow, so that a million of them are read in a second."""

    __tablename__ = "tally"
    __table_args__ = (
        Index("tally_year", "agency", "received_on", "ended_on", "ended_outcome", "applicant_category"),
        # In the order in which the analysis groups, so that nothing is sorted; with all it reads, so that nothing else is.
        Index("tally_came", "agency", "received_in", "channel", "applicant_category", "topic", "topic_proposed", "received_on"),
        Index(
            "tally_went", "agency", "ended_in", "ended_outcome", "reply_days", "in_time", "ended_on", "suspended", "extended",
            "corrected", "charged", "days_registered", "days_awaiting_correction", "days_handling", "days_consulting",
            "days_awaiting_payment", "days_approving", "from_ledger", "topic", "topic_proposed", "channel", "applicant_category", "received_on",
        ),
        Index("tally_load", "agency", "assignee", "ended_on", "due_on"),
        _where_given("tally_again", "agency", "again_on", given="again_on"),
    )

    case_id: str = Field(sa_column=Column(String(36), ForeignKey("case_file.id"), primary_key=True))
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    received_on: date
    received_in: str = Field(sa_column=Column(String(7), nullable=False))
    channel: str = Field(sa_column=Column(String(30), nullable=False))
    applicant_category: str = Field(sa_column=Column(String(40), nullable=False))
    applicant_key: str = Field(sa_column=Column(String(64), nullable=False))
    assignee: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    topic: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    topic_proposed: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    ended_on: date | None = None
    """The first reply or closing (READINGS R-reopened)."""
    ended_in: str | None = Field(default=None, sa_column=Column(String(7), nullable=True))
    ended_outcome: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    due_on: date | None = None
    reply_days: int | None = None
    in_time: bool | None = None
    suspended: bool = False
    extended: bool = False
    corrected: bool = False
    charged: bool = False
    days_registered: int = 0
    days_awaiting_correction: int = 0
    days_handling: int = 0
    days_consulting: int = 0
    days_awaiting_payment: int = 0
    days_approving: int = 0
    sketch_1: int = 0
    """Three min-hashes of the words: requests for the same thing share at least one (热点)."""
    sketch_2: int = 0
    sketch_3: int = 0
    from_ledger: bool = False
    """That it ended is known from an old ledger alone: what was done on the way, nobody has told (READINGS R-import)."""
    again_on: date | None = None
    """The latest reply or closing, where it is later than the first: given again after a reopening (READINGS R-reopened)."""


class OccurrenceRow(SQLModel, table=True):
    """统计事项: a remedy, consultation, return, payment or meeting on a file, counted and listed by its own date; a projection."""

    __tablename__ = "occurrence"
    __table_args__ = (Index("occurrence_on", "agency", "kind", "on", "case_id", "seq"),)

    case_id: str = Field(sa_column=Column(String(36), ForeignKey("case_file.id"), primary_key=True))
    seq: int = Field(primary_key=True)
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    kind: str = Field(sa_column=Column(String(20), nullable=False))
    type: str = Field(sa_column=Column(String(20), nullable=False))
    on: date
    ended_on: date | None = None
    result: str | None = Field(default=None, sa_column=Column(String(20), nullable=True))
    ground: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    amount_fen: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class CaseText(SQLModel, table=True):
    """全文索引: the runs of two characters of what is wanted, without people; a projection, with the engine's own index over it."""

    __tablename__ = "case_text"

    id: int | None = Field(default=None, primary_key=True)
    case_id: str = Field(sa_column=Column(String(36), ForeignKey("case_file.id"), nullable=False, unique=True))
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    received_on: date
    grams: str = Field(sa_column=Column(Text, nullable=False))
    sought: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    """What a list shows of the file, folded, to be compared with words that are looked for (`db.sought`)."""
    marks: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    """By what such words are found: its own runs of two characters, and its unit; with an index of the engine's own, too."""


class Rebuild(SQLModel, table=True):
    """重建: by which version of the program the projections were made, and how far a rebuild has come (`db.rebuilding`); one row."""

    __tablename__ = "rebuild"

    name: str = Field(sa_column=Column(String(20), primary_key=True))
    version: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    """All of them were made by this one, or later."""
    target: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    """Which version makes them anew now, or did last."""
    after: str | None = Field(default=None, sa_column=Column(String(36), nullable=True))
    """The last file that was looked at; None: nothing is at work."""


class LedgerImport(SQLModel, table=True):
    """导入中的台账: a ledger on its way in (`db.ledger_imports`); its bytes are a sealed file, as long as there is a digest."""

    __tablename__ = "ledger_import"

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    officer_id: str = Field(sa_column=Column(String(36), nullable=False))
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    at: datetime = _stamp(nullable=False)
    state: str = Field(sa_column=Column(String(10), nullable=False, index=True))
    lines: int
    tries: int
    size: int
    digest: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    stands: str = Field(sa_column=Column(Text, nullable=False))
    """JSON: its name, what came of it, what is open and what was said."""


class Lease(SQLModel, table=True):
    """在办的后台工作: which process has it in hand, and until when unless it renews it (`db.leases`). PostgreSQL alone uses it."""

    __tablename__ = "lease"

    name: str = Field(sa_column=Column(String(80), primary_key=True))
    holder: str = Field(sa_column=Column(String(36), nullable=False, index=True))
    until: datetime = _stamp(nullable=False)


class ReportFreeze(SQLModel, table=True):
    """年度报告定稿: the figures of one unit and year as reported, and in which cells each case was counted.

    `parts` is what people had written, `printed` what the template printed: both empty in what was frozen before they were kept. A
    report that is summed up from others' stands under a key of its own (`db.reports.whole`), and `cells` then tells what it took of which unit.
    """

    __tablename__ = "report_freeze"
    __table_args__ = (Index("report_freeze_year", "agency", "year"),)

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    year: int
    at: datetime = _stamp(nullable=False)
    officer: str = Field(sa_column=Column(Text, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    figures: str = Field(sa_column=Column(Text, nullable=False))
    cells: str = Field(sa_column=Column(Text, nullable=False))
    parts: str | None = Field(default=None, sa_column=Column(Text))
    printed: str | None = Field(default=None, sa_column=Column(Text))


class OutsideReport(SQLModel, table=True):
    """系统外单位的年度报告: tables 3 and 4 of a unit that does not use the system, kept by the unit that sums them up."""

    __tablename__ = "outside_report"
    __table_args__ = (Index("outside_report_name", "agency", "year", "name", unique=True),)

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    year: int
    name: str = Field(sa_column=Column(String(100), nullable=False))
    at: datetime = _stamp(nullable=False)
    officer: str = Field(sa_column=Column(Text, nullable=False))
    figures: str = Field(sa_column=Column(Text, nullable=False))


class ReportPart(SQLModel, table=True):
    """年度报告中由人填写的部分: table 2, the text of 二 and 五, of one unit and year; of a summed report under its key (`db.reports.whole`)."""

    __tablename__ = "report_part"
    __table_args__ = (Index("report_part_year", "agency", "year", unique=True),)

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    agency: str = Field(sa_column=Column(String(40), nullable=False))
    year: int
    at: datetime = _stamp(nullable=False)
    officer: str = Field(sa_column=Column(Text, nullable=False))
    body: str = Field(sa_column=Column(Text, nullable=False))


class TopicModel(SQLModel, table=True):
    """学到的主题: what one unit's confirmed topics teach (`workflow.topics`), and how often it was right when tried, beside the words."""

    __tablename__ = "topic_model"

    agency: str = Field(sa_column=Column(String(40), primary_key=True))
    at: datetime = _stamp(nullable=False)
    confirmed: int
    words_right: int
    model_right: int
    taught: str = Field(sa_column=Column(Text, nullable=False))
    """JSON: requests by topic, and runs of characters by topic; of texts without people."""


class Suggestion(SQLModel, table=True):
    """转主动公开建议 (条例 44): what several people ask for is proposed to be published for all."""

    __tablename__ = "suggestion"
    __table_args__ = (_over("suggestion_published", "published_on", "id", where=(text("state = 'published'"), text("state = 'published'"))),)

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    agency: str = Field(sa_column=Column(String(40), nullable=False, index=True))
    title: str = Field(sa_column=Column(String(300), nullable=False))
    sample: str = Field(sa_column=Column(Text, nullable=False))
    """What was wanted, as one of the requests puts it: later requests are compared with it."""
    cases: list[str] = Field(sa_column=Column(JSON, nullable=False))
    state: str = Field(sa_column=Column(String(20), nullable=False))
    url: str | None = Field(default=None, sa_column=Column(String(500), nullable=True))
    published_on: date | None = None
    steps: list[dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    """What was done with it, in order: state, reason, who, when."""
    version: int = 1


def table_of(model: type[SQLModel]) -> Table:
    """The Core table of a model: hot rows are written and read without the ORM's bookkeeping."""
    return SQLModel.metadata.tables[str(model.__tablename__)]
