"""告知申请人: who agreed to it is told by e-mail or short message that his request was registered, asked to be supplemented, extended, answered.

It is a courtesy, no service (送达) of the letter, and says so (READINGS R-telling). He is told of no more than the page of his progress shows: what
a letter says is told once the letter has left; what the file has left behind by the time the message would go is not told. A message holds the
number of his own request and what happened, and nothing of anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlmodel import Session

from api.office.log import log
from api.office.office import Office
from api.office.reminders import Channel, channels, is_quiet, said_of
from api.settings import Settings
from db import people, store, telling
from db.reminders import Contact
from letters.agencies import Agency
from workflow import acts as a
from workflow.case import Case
from workflow.telling import TOLD, outdated, tellings
from workflow.words import say_day

_CHANNEL: Mapping[str, str] = {"email": "mail", "phone": "command"}
_NOWHERE: Mapping[str, str] = {"email": "案卷上没有电子邮箱", "phone": "案卷上没有手机号码"}
_WHY: Mapping[str, str] = {"not an address": "电子邮箱写得不对", "SMTPRecipientsRefused": "邮件服务器不接受这个电子邮箱"}
_ELSE: Mapping[str, str] = {"email": "邮件服务器没有收下，每小时再试", "phone": "通知程序没有办成，每小时再试"}


@dataclass(frozen=True, slots=True)
class Notice:
    """What one applicant is told at once."""

    number: str
    steps: Sequence[str]
    agency: Agency
    audience: ClassVar[str] = "applicant"

    @property
    def subject(self) -> str:
        return f"政府信息公开申请办理进度（登记编号{self.number}）"

    @property
    def text(self) -> str:
        where = f"凭登记编号和查询码查询进度：{self.agency.query_url}" if self.agency.query_url else ""
        lines = [
            f"您的政府信息公开申请（登记编号{self.number}）：", *(f"{one}。" for one in self.steps), "", where,
            "这条消息只是告知进度，不是送达。文书另行送达，内容和期限以文书为准。",
            f"由系统自动发出，请勿回复。不想再收到的，请告诉本机关：{self.agency.name}，{self.agency.phone}。", "",
        ]  # fmt: skip
        return "\n".join(one for at, one in enumerate(lines) if one or lines[at - 1])

    @property
    def listed(self) -> list[dict[str, str | None]]:
        return [{"text": one, "link": self.agency.query_url} for one in self.steps]


def ways(settings: Settings) -> dict[str, Channel]:
    """On which ways the office tells applicants, by what they agree to."""
    by_name = {one.name: one for one in channels(settings)}
    return {way: by_name[_CHANNEL[way]] for way in settings.tells if _CHANNEL[way] in by_name}


def offered(settings: Settings) -> dict[str, str]:
    """What an applicant may choose; empty, where the office tells nobody."""
    told = ways(settings)
    return {key: title for key, title in a.TELL_BY.items() if key == "none" or key in told} if told else {}


def sweep(office: Office, settings: Settings, by: Mapping[str, Channel] | None = None) -> int | None:
    """Tell every applicant what he was not told yet; how many messages went out, None where it is quiet now."""
    by = ways(settings) if by is None else by
    if not by:
        return 0
    if is_quiet(office, settings.hours):
        return None
    with office.database.read() as session:
        waiting = telling.waiting(session, office.today())
    return sum(_told(office, case_id, by) for case_id in waiting)


def _told(office: Office, case_id: str, by: Mapping[str, Channel]) -> bool:
    """Tell one applicant what is new and still holds; False where nothing is, or it did not go out."""

    def choose(session: Session) -> tuple[Case, list[int]] | None:
        case = next(iter(store.readable(session, [case_id], for_update=True)), None)
        if case is None or case.registration.tell_by not in by or case.agency not in office.agencies:
            return None
        past, now = outdated(case, office.rules), office.clock()
        if dropped := telling.drop(session, case_id, past, now):
            why = "；".join(f"{TOLD[case.acts[seq - 1].act.kind]}（{past[seq]}）" for seq in dropped)
            people.log(session, now, "telling", object=case.number, reason=f"不再告知{len(dropped)}项：{why}")
        return case, telling.take(session, case_id, [seq for seq in tellings(case, office.rules) or () if seq not in past], now)

    found = office.database.write(choose)
    if found is None or not found[1]:
        return False
    case, taken = found
    why = _sent(case, taken, by[case.registration.tell_by], office.agencies[case.agency])
    state = "failed" if why else "told"

    def settle(session: Session) -> None:
        telling.settle(session, case_id, taken, state, office.clock(), why)
        if not why:
            people.log(session, office.clock(), "telling", object=case.number, reason=f"{len(taken)}项，{a.TELL_BY[case.registration.tell_by]}")

    office.database.write(settle)
    return not why


def _sent(case: Case, seqs: Sequence[int], way: Channel, agency: Agency) -> str:
    """Why it did not go out, in words without any address; empty where it did."""
    how, who = case.registration.tell_by, case.applicant
    contact = Contact("", "", who.email or "", a.mobile(who.phone) or "")
    if not way.address(contact):
        return _NOWHERE[how]
    held = [one for seq in seqs if (one := case.held(seq)) is not None]
    try:
        way.send(contact, Notice(case.number, [f"{say_day(one.act.on)}{TOLD[one.act.kind]}" for one in held], agency))
    except Exception as error:  # whatever it is, the next applicant is told all the same; its words may name the address
        said = said_of(error)
        log.warning("applicant was not told", way=way.name, why=said)
        return _WHY.get(said, _ELSE[how])
    return ""
