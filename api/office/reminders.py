"""提醒: who must move a file is told in time, by e-mail or by whatever the office's own command reaches (短信、钉钉、政务微信).

The desks show all of it already; a reminder is for whoever does not look at them. Everybody may sweep as often as he likes: what was
told is not told again, and of several who sweep at once one tells it. Whoever is away is not told, but who stands in for him. It is
quiet outside of the working hours. What is told holds no data of people: the number of a file, what is due and when, where it is found.
"""

from __future__ import annotations

import json
import os
import smtplib
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from threading import Timer
from typing import Any, ClassVar, Protocol
from urllib.parse import unquote, urlsplit

from sqlmodel import Session

from api.office.log import log
from api.office.office import SHANGHAI, Office
from api.settings import Settings
from db import feedback, people, reminders
from db.reminders import Contact
from db.staff import staff
from workflow.feedback import due
from workflow.identity import is_email
from workflow.movers import movers
from workflow.procedure import ACTIVE
from workflow.staff import Staff
from workflow.words import say_day

WITHIN = 3
"""Working days before a day on which it is told that it comes."""
HORIZON = timedelta(days=45)
"""Before the last day whose holidays are known, it is told that the next notice (放假安排) has to be loaded."""
TIMEOUT = 30.0
"""Seconds for one message, from the first word of the server to the last."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that presses: what it is known by, in words, and where it is found."""

    key: str
    text: str
    path: str


@dataclass(frozen=True, slots=True)
class Note:
    """What one officer is told at once."""

    items: Sequence[Item]
    public_url: str

    @property
    def subject(self) -> str:
        return f"依申请公开：有{len(self.items)}件事项请您办理"

    audience: ClassVar[str] = "officer"

    @property
    def listed(self) -> list[dict[str, str | None]]:
        return [{"text": one.text, "link": self.link(one) if self.public_url else None} for one in self.items]

    @property
    def text(self) -> str:
        lines = [f"{at}. {one.text}" + (f"\n   {self.link(one)}" if self.public_url else "") for at, one in enumerate(self.items, 1)]
        return "\n".join([*lines, "", "本通知由系统自动发出，同一事项不再重复。详情请登录系统查看；不想再收到的，在“我的账号”中停用。", ""])

    def link(self, item: Item) -> str:
        return f"{self.public_url.rstrip('/')}{item.path}"


class Message(Protocol):
    """What somebody is told."""

    @property
    def audience(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def listed(self) -> list[dict[str, str | None]]: ...


class Channel(Protocol):
    """A way on which somebody is told."""

    @property
    def name(self) -> str: ...
    def address(self, contact: Contact) -> str: ...
    def send(self, contact: Contact, note: Message) -> str:
        """Send it; what the other side answered. Raises NotSent."""
        ...


class NotSent(Exception):
    """The message did not go out; it is tried again with the next sweep.

    `told` says why to whoever tries the way out; what a server says there may name the address, and stands in no log.
    """

    def __init__(self, why: str, told: str) -> None:
        super().__init__(why)
        self.told = told


class _Heard:
    """Beside a class of `smtplib`: keeps what the server says when it has taken the message, and hangs up when the time for all of it is over.

    `smtplib` waits for each piece of an answer anew: a server that goes on and on would never be left.
    """

    heard = ""
    _watch: Timer | None = None

    def getreply(self) -> tuple[int, bytes]:
        if self._watch is None:
            self._watch = Timer(TIMEOUT, self._hang_up)
            self._watch.daemon = True
            self._watch.start()
        found: tuple[int, bytes] = super().getreply()  # type: ignore[misc]
        return found

    def _hang_up(self) -> None:
        with suppress(OSError, TypeError):  # closed by now
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # type: ignore[attr-defined]

    def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().close()  # type: ignore[misc]

    def data(self, msg: Any) -> tuple[int, bytes]:
        code, said = super().data(msg)  # type: ignore[misc]
        self.heard = _said(code, said)
        return code, said


class _Plain(_Heard, smtplib.SMTP):
    """A server that is spoken to openly, or locked by STARTTLS."""


class _Locked(_Heard, smtplib.SMTP_SSL):
    """A server that is spoken to by TLS from the first byte."""


@dataclass(frozen=True, slots=True)
class Mail:
    """E-mail, by the office's own server: smtps://user:password@host, or smtp://host, which is locked where the server can."""

    url: str
    sender: str
    name: str = "mail"

    def address(self, contact: Contact) -> str:
        return contact.email

    def send(self, contact: Contact, note: Message) -> str:
        if not is_email(contact.email):  # kept before it was looked at as closely: never a header
            raise NotSent("not an address", "电子邮箱地址不对")
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = note.subject, self.sender, contact.email
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(note.text, cte="base64")
        parts, context = urlsplit(self.url), ssl.create_default_context()
        host, is_locked = parts.hostname or "", parts.scheme == "smtps"
        port = parts.port or (465 if is_locked else 25)
        until = time.monotonic() + TIMEOUT
        try:
            with _Locked(host, port, timeout=TIMEOUT, context=context) if is_locked else _Plain(host, port, timeout=TIMEOUT) as server:
                server.ehlo()
                if not is_locked and server.has_extn("starttls"):
                    server.starttls(context=context)
                    is_locked = True
                if parts.username:
                    if not is_locked:
                        raise NotSent("the password would go open", "服务器不能加密（STARTTLS），口令会被看到，没有登录。请改用smtps://")
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            is_late = isinstance(error, smtplib.SMTPServerDisconnected | ssl.SSLError | ConnectionError) and time.monotonic() >= until
            raise NotSent(type(error).__name__, _why(TimeoutError() if is_late else error, f"{host}:{port}")) from None
        return server.heard


def _why(error: Exception, where: str) -> str:
    """Why a mail server did not take a message, in words for who set it up, with what it answered."""
    words: Sequence[tuple[type[Exception], str]] = (
        (smtplib.SMTPAuthenticationError, "用户名或者口令不对，或者不许这样登录"), (smtplib.SMTPSenderRefused, "服务器不接受发件地址（MAIL_FROM）"),
        (smtplib.SMTPRecipientsRefused, "服务器不接受收件地址"), (smtplib.SMTPResponseException, "服务器没有收下"),
        (smtplib.SMTPServerDisconnected, "连接中断。端口只用加密连接的，请改用smtps://"), (smtplib.SMTPNotSupportedError, "服务器没有登录的功能"),
        (socket.gaierror, "找不到这台主机，请核对名称"), (ssl.SSLCertVerificationError, "不信任服务器的证书，请把签发它的根证书装入本机"),
        (ssl.SSLError, "不能加密连接。不是加密端口的，请改用smtp://"), (ConnectionRefusedError, "没有服务在听，请核对主机和端口"),
        (TimeoutError, f"{TIMEOUT:g}秒内没有回答完，可能被防火墙拦住，或者端口不对"), (OSError, "连接不上"),
    )  # fmt: skip
    told = next((one for kind, one in words if isinstance(error, kind)), "没有发出")
    codes = [getattr(error, "smtp_code", 0), *(code for code, _ in getattr(error, "recipients", {}).values())]
    if -1 in codes:
        return f"{where}：回答的不是邮件服务器，请核对主机和端口"
    if 530 in codes:  # RFC 4954
        told = "服务器要求登录，请在SMTP_URL里写明用户和口令"
    said = ""
    if isinstance(error, smtplib.SMTPResponseException):
        said = _said(error.smtp_code, error.smtp_error)
    elif isinstance(error, smtplib.SMTPRecipientsRefused):
        said = "；".join(_said(*answer) for answer in error.recipients.values())
    elif isinstance(error, ssl.SSLCertVerificationError):
        said = error.verify_message
    return f"{where}：{told}" + (f"。服务器的回答：{said}" if said else "")


def _said(code: int, words: bytes | str) -> str:
    """What a server said, in one line that can be shown."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return "".join(one if one.isprintable() else " " for one in f"{code} {text}")[:300].strip()


@dataclass(frozen=True, slots=True)
class Command:
    """The office's own command: it gets one JSON object on its standard input, and ends with 0 when it has told it."""

    path: Path
    name: str = "command"

    def address(self, contact: Contact) -> str:
        return contact.other

    def send(self, contact: Contact, note: Message) -> str:
        told = {
            "audience": note.audience, "to": contact.other, "username": contact.username, "subject": note.subject, "text": note.text,
            "items": note.listed,
        }  # fmt: skip
        try:
            subprocess.run(  # noqa: S603 - what the office has set, without a shell
                [self.path.absolute()], input=json.dumps(told, ensure_ascii=False).encode(), timeout=TIMEOUT, check=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise NotSent(type(error).__name__, f"通知程序{TIMEOUT:g}秒没有结束，已经中止") from None
        except subprocess.SubprocessError as error:
            raise NotSent(type(error).__name__, f"通知程序没有办成，结束状态{getattr(error, 'returncode', '')}。请用同样的JSON单独运行它") from None
        except OSError as error:
            raise NotSent(type(error).__name__, f"通知程序不能运行（{os.strerror(error.errno or 0)}），请核对路径和执行权限") from None
        return "通知程序以0结束"


@dataclass(frozen=True, slots=True)
class Trial:
    """测试消息: nothing but that the way works."""

    public_url: str
    audience: ClassVar[str] = "officer"
    subject: ClassVar[str] = "依申请公开：测试消息"

    @property
    def text(self) -> str:
        where = f"本系统的网址：{self.public_url}\n" if self.public_url else ""
        return f"这是一条测试消息：能看到它，说明提醒可以发到这里。\n{where}由系统自动发出，请勿回复。\n"

    @property
    def listed(self) -> list[dict[str, str | None]]:
        return []


def try_out(settings: Settings, to: Contact) -> list[tuple[str, bool, str]]:
    """Send a test message on every way that is set up and has an address here: which way, whether it was taken, and what was answered."""
    found = []
    for way in channels(settings):
        if way.address(to):
            try:
                found.append((WAYS[way.name], True, way.send(to, Trial(settings.public_url))))
            except NotSent as error:
                found.append((WAYS[way.name], False, error.told))
    return found


def channels(settings: Settings) -> list[Channel]:
    """The ways that the office has set up."""
    found: list[Channel] = []
    if url := settings.smtp_url.get_secret_value():
        found.append(Mail(url, settings.mail_from))
    if settings.remind_command is not None:
        found.append(Command(settings.remind_command))
    return found


# ------------------------------------------------------------------ what presses


def items(office: Office, session: Session) -> dict[str, list[Item]]:
    """What presses now, by the user name of whoever is to be told."""
    today, rules = office.today(), office.rules
    known, found = staff(session, None, today, rules), dict[str, list[Item]]()
    soon = rules.calendar.nth(rules.calendar.count(today) + WITHIN)

    def tell(whom: Iterable[str], item: Item) -> None:
        for one in whom:
            if one in known.by_name and known.by_name[one].active and not known.by_name[one].is_away(today):
                found.setdefault(one, []).append(item)

    for row in reminders.pressing(session, known, soon):
        _of_file(row, known, soon, tell)
    for row in reminders.asked(session, soon):
        who = known.answerer(row.agency, row.officer)
        until = f"{say_day(row.limit_on)}{'以前' if row.limit_on >= today else '已经到期'}"
        item = Item(f"answer {row.case_id} {row.seq} {row.limit_on}", f"会商收件：有一件等您答复，{until}", f"/consultations/{row.case_id}/{row.seq}")
        tell(known.on_whose_list([who]) if who is not None else (), item)
    for row in feedback.open_everywhere(session):
        by = due(row.submitted_on, is_simple=row.is_simple, rules=rules).on
        if by <= soon:
            late = f"答复期限{say_day(by)}已过，还没有答复" if by < today else f"答复期限到{say_day(by)}为止"
            whom = known.on_whose_list([row.assignee]) if row.assignee else ()
            kind = "opinion late" if by < today else "opinion"
            item = Item(f"{kind} {row.id} {by}", f"意见建议{row.number}：{late}", f"/intake/feedback/{row.id}")
            tell(whom or known.on_whose_list(known.active(row.agency, ("intake",))), item)
    last = rules.calendar.last
    if last - today < HORIZON:
        text = f"放假安排只载入到{say_day(last)}，下一年度的通知公布以后，请及时载入，以后的期限才能确定"
        admins = [one.username for one in known.colleagues if one.role in ("admin", "security_admin")]
        tell(admins, Item(f"calendar {last}", text, "/admin/holidays"))
    return found


def _of_file(row: Any, known: Staff, soon: date, tell: Callable[[Collection[str], Item], None]) -> None:
    """What presses of one file, and whom."""
    today, moving = known.today, movers(row, known.today, known)
    path, of = f"/cases/{row.case_id}", f"{row.number}："

    def item(kind: str, ref: Any, text: str) -> Item:
        return Item(f"{kind} {row.case_id} {ref}", of + text, path)

    if row.due_on is not None and row.due_on <= soon and row.reply_owed and not _is_suspended(row, today):
        whom = moving.moves[0].by if moving.moves else moving.keepers
        if row.due_on < today:
            tell(whom, item("overdue", row.due_on, f"答复期限{say_day(row.due_on)}已过，还没有答复"))
        else:
            tell(whom, item("due", row.due_on, f"答复期限到{say_day(row.due_on)}为止"))
    for move in moving.moves:
        if move.act in _PASSED and row.limit_on is not None:
            step = _PASSED[move.act] if move.act == "silence" else _ABANDONED.get(row.next_step or "", _PASSED[move.act])
            tell(move.by, item(move.act, row.limit_on, step.format(limit=say_day(row.limit_on))))
        elif move.act == "service" and (move.until is None or move.until <= soon):
            until = f"，最迟{say_day(move.until)}" if move.until is not None else ""
            tell(move.by, item("service", f"{move.until} {row.to_serve}", f"有{row.to_serve}份文书没有送出{until}"))
        elif move.act == "assignment" and row.assignee is not None and row.state in ACTIVE:
            tell(move.by, item("assignment", row.assignee, "原承办人不在岗，也没有人代办，请重新交办"))
    if not moving.attended:
        admins = [one.username for one in known.colleagues if one.role == "admin"]
        tell(admins, item("nobody", row.assignee, "在办而没有在岗的人员可以办理，请启用或者新增人员"))


_PASSED: Mapping[str, str] = {
    "silence": "征求意见的期限{limit}已过，没有收到意见，请登记逾期未提出意见",
    "abandonment": "等申请人的期限{limit}已过，请认定是否视为放弃",
}
_ABANDONED: Mapping[str, str] = {
    "correction": "补正的期限{limit}已过，没有收到补正，请认定是否视为放弃",
    "payment": "缴费的期限{limit}已过，没有收到缴费，请认定是否视为放弃",
}


def _is_suspended(row: Any, today: date) -> bool:
    return any(after < today.isoformat() <= to for after, to in json.loads(row.suspensions))


# ------------------------------------------------------------------ telling it


def is_quiet(office: Office, hours: tuple[int, int]) -> bool:
    """Whether nobody is told anything now: on days off, and outside of these hours in Shanghai."""
    return not (office.rules.calendar.is_working(office.today()) and hours[0] <= office.clock().astimezone(SHANGHAI).hour < hours[1])


def said_of(error: Exception) -> str:
    """Why a message did not go out, for the program's log: the words of what nobody foresaw may name an address."""
    return str(error) if isinstance(error, NotSent) else type(error).__name__


def sweep(office: Office, settings: Settings, ways: Sequence[Channel] | None = None) -> int | None:
    """Tell everybody what he was not told yet; how many messages went out, None where it is quiet now."""
    ways = channels(settings) if ways is None else ways
    if not ways:
        return 0
    if is_quiet(office, settings.hours):
        return None
    with office.database.read() as session:
        contacts = reminders.contacts(session)
        found = items(office, session) if contacts else {}
    sent = 0
    for contact in contacts:
        if contact.is_broken:
            log.warning("contact cannot be opened", username=contact.username)
        for way in ways:
            if way.address(contact) and (mine := found.get(contact.username)):
                sent += _told(office, contact, way, mine, settings.public_url)
    return sent


def _told(office: Office, contact: Contact, way: Channel, mine: Sequence[Item], public_url: str) -> bool:
    """Tell an officer on one way what is new to him; False where nothing is, or it did not go out."""
    by_key = {f"{way.name} {one.key}": one for one in mine}
    taken = office.database.write(partial(reminders.take, officer_id=contact.officer_id, keys=by_key, now=office.clock()))
    if not taken:
        return False
    try:
        way.send(contact, Note([one for key, one in by_key.items() if key in taken], public_url))
    except Exception as error:  # whatever it is, the next officer is told all the same; its words may name the address
        office.database.write(partial(reminders.give_back, officer_id=contact.officer_id, keys=taken))
        log.warning("reminder was not sent", way=way.name, why=said_of(error))
        return False
    office.database.write(
        lambda session: people.log(session, office.clock(), "reminder", object=contact.username, reason=f"{len(taken)}件，{WAYS[way.name]}")
    )
    return True


WAYS = {"mail": "电子邮件", "command": "本单位的通知程序"}


class Hourly:
    """The sweeps that each server makes by itself: as often as it is asked, but once an hour."""

    def __init__(self, office: Office, settings: Settings, *sweeps: Callable[[Office, Settings], object]) -> None:
        self._office, self._settings, self._sweeps, self._hour = office, settings, sweeps, ""

    def __call__(self) -> None:
        hour = f"{self._office.clock():%Y-%m-%d %H}"
        if hour != self._hour:
            with self._office.leases.held("remind") as mine:
                for one in self._sweeps if mine else ():
                    one(self._office, self._settings)
            self._hour = hour
