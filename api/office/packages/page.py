"""案卷.html of an archive package: the whole case for whoever reads it, in one file, without the program and without a network.

No script, no font, no picture: the page forbids itself to load or run anything, so that what people typed is only text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.office.acts_in_words import Change, Teller
from api.office.packages.records import CaseRecord
from api.office.views.fees import fee_view
from workflow import acts as a
from workflow.answers import page_form
from workflow.case import Case
from workflow.clocks import Day
from workflow.law import Rules
from workflow.procedure import STATES
from workflow.words import say_day, say_yuan

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = "一二三四五六日"
_TO: Mapping[str, str] = {"applicant": "申请人", "third_party": "第三方", "agency": "其他行政机关", "internal": "机关内部", "file": "存卷"}


@dataclass(frozen=True, slots=True)
class Step:
    """One act as the page tells it."""

    seq: int
    on: date
    title: str
    by: str
    role: str
    at: datetime
    beside: str
    below: str
    fields: list[tuple[str, str]]
    law: str
    late: str
    """补录: its reason."""
    changed: list[Change]
    moved: str
    mended: list[tuple[int, str]]
    """Later acts that amended it or took it back: place, title."""
    revoked: bool
    letters: list[Any]


def case_page(case: Case, made: CaseRecord, rules: Rules) -> str:
    """The page; links lead to the other files of the package, beside which it lies."""
    law = rules.on(made.archived_on)
    names = {one.officer.username: one.officer.name for one in case.acts}
    teller = Teller(case, rules, made.archived_on, names, full=True)
    clock = case.reckoning(rules)
    return _ENVIRONMENT.get_template("page.html").render(
        made=made, case=case, state=STATES[case.state].title, outcome=law.outcomes[case.outcome].title if case.outcome else "",
        registration=case.registration, applicants=[list(_person(one)) for one in case.applicants], channel=a.CHANNELS[case.registration.channel],
        agent=_agent(case.registration.agent), form=a.FORMS[case.registration.form],
        delivery=a.DELIVERIES[case.registration.delivery], features=list(_features(case)),
        topic=next((one.title for one in law.topics if one.key == case.topic), ""), items=list(_items(case, law)),
        clock=clock, limits=clock.limits, days=[_day(one) for one in clock.days()], fee=fee_view(case, rules),
        steps=list(_steps(case, made, teller, rules)), services=list(_services(case, made, rules)),
        called="更正申请" if case.corrects_records else "申请",
    )  # fmt: skip


def _person(one: a.Applicant) -> Iterator[tuple[str, str]]:
    """Who asks, but for the numbers of papers, which stand in 办理记录.json alone."""
    yield "姓名或者名称", one.name
    yield "类别", a.CATEGORIES[one.category]
    if one.id_type:
        yield "证件", a.ID_TYPES[one.id_type]
    for title, value in (("联系人", one.contact_name), ("电话", one.phone), ("邮箱", one.email), ("地址", one.address), ("邮编", one.postcode)):
        if value:
            yield title, value


def _agent(agent: a.Agent | None) -> str:
    if agent is None:
        return ""
    told = [agent.name, a.RELATIONS[agent.relation], agent.phone, agent.address]
    return "，".join(one for one in told if one)


def _features(case: Case) -> Iterator[tuple[str, str]]:
    features = case.features
    if features is None:
        return
    for name, field in type(features).model_fields.items():
        if value := getattr(features, name):
            yield field.title or name, str(value)


def _items(case: Case, law: Any) -> Iterator[dict[str, Any]]:
    """What was decided on each item of the request, by the draft that was signed."""
    if case.decision is None or case.draft is None or not isinstance(case.draft.act, a.Draft):
        return
    for one in sorted(case.draft.act.items, key=lambda item: item.item):
        outcome = law.outcomes[one.outcome]
        yield {
            "item": one.item, "wanted": case.items[one.item - 1], "outcome": outcome.title, "law": "、".join(map(page_form, outcome.articles)),
            "reason": one.reason or "", "provided": [given.title for given in one.provided],
        }  # fmt: skip


def _steps(case: Case, made: CaseRecord, teller: Teller, rules: Rules) -> Iterator[Step]:
    for signed in case.acts:
        beside, below = teller.remark(signed)
        fields = [(title, value) for title, value in teller.fields(signed, full=True) if value]
        late = signed.late_entry
        yield Step(
            seq=signed.seq, on=signed.act.on, title=type(signed.act).title, by=signed.officer.name,
            role=rules.role_titles.get(signed.officer.role, signed.officer.role), at=signed.at, beside=beside,
            below="" if any(value == below for _, value in fields) else below,
            fields=fields, law="、".join(map(page_form, type(signed.act).articles)), late=late.reason if late else "",
            changed=teller.changed(signed), moved=teller.moved(signed),
            mended=[(one.seq, type(one.act).title) for one, _ in teller.mended(signed)], revoked=signed.seq in case.revoked,
            letters=[one for one in made.letters if one.seq == signed.seq and one.of is None],
        )  # fmt: skip


def _services(case: Case, made: CaseRecord, rules: Rules) -> Iterator[dict[str, Any]]:
    """Every letter that leaves, with each attempt to serve it."""
    to = {one.id: one for one in case.letters(rules)}
    for letter in made.letters:
        served = case.services.get(letter.id)
        if to[letter.id].to == "file" and served is None:
            continue
        attempts = [
            {"method": a.METHODS[one.method], "on": one.on, "received_on": one.received_on, "returned_on": one.returned_on,
             "noticed": one.method == "public_notice", "why": a.RETURNED[one.why] if one.why else ""}
            for one in (served.attempts if served else ())
        ]  # fmt: skip
        yield {"letter": letter, "to": _TO[to[letter.id].to], "delivered": to[letter.id].delivered, "attempts": attempts}


def _day(day: Day) -> dict[str, str]:
    number = f"第{day.number}日" if day.number else ""
    said = {
        "receipt": "收到，不计入", "counted": number, "weekend": "周末", "holiday": day.name or "假日", "suspended": "暂停",
        "due": f"{number}　最迟答复日" if number else "最迟答复日",
    }[day.mark]  # fmt: skip
    on = f"{day.on.month}月{day.on.day}日　周{_WEEKDAYS[day.on.weekday()]}"
    return {"on": on, "said": said + ("　调休上班" if day.make_up else ""), "mark": day.mark}


def _minute(at: datetime) -> str:
    there = at.astimezone(_SHANGHAI)
    return f"{say_day(there.date())}{there.hour}:{there.minute:02d}"


def _size(size: int) -> str:
    return f"{size}字节" if size < 1024 else f"{size / 1024:.0f}KB" if size < 1024**2 else f"{size / 1024**2:.1f}MB"


_ENVIRONMENT.filters.update(
    day=say_day, minute=_minute, yuan=say_yuan, size=_size, article=page_form, link=lambda path: quote(path, safe="/")
)
