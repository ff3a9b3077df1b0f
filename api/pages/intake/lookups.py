"""What the intake desk knows while a request is written down: the day of receipt and its limits, who asks, what is like it.

Nothing is computed here that `workflow` and `db` do not know: their answers are put into the sentences of the panel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from markupsafe import Markup, escape
from sqlmodel import Session

from api.office.office import Office
from api.office.policy import readable_agencies
from api.pages.intake import askers
from api.pages.shared import forms
from api.pages.shared.forms import Option, Values, first
from db import queries, suggestions
from db.projection import applicant_key
from workflow import acts as a
from workflow import calculator, clocks, fees
from workflow.acts import Officer
from workflow.law import Invalid, Refused, Sentence
from workflow.personal import told
from workflow.risks import matters

CONFIRMED_BY = {"phone": "电话", "message": "短信", "email": "电子邮件", "in_person": "当面"}
# Channel -> (what the two dates are called; "" where it is not asked), and whether a confirmation is recorded.
_DATES: Mapping[str, tuple[str, str, bool]] = {
    "in_person": ("提交日", "", False),
    "oral": ("提出日", "", False),
    "ems_signed": ("寄出日", "签收日", False),
    "ordinary_mail": ("寄出日", "与申请人确认日", True),
    "online": ("网上提交日", "双方确认日", True),
    "fax": ("传真发出日", "双方确认日", True),
}
_EVENTS: Mapping[str, tuple[str, str]] = {  # channel -> the calculator's names of the two dates
    "in_person": ("submitted", "submitted"),
    "oral": ("submitted", "submitted"),
    "ems_signed": ("posted_by_applicant", "agency_signed"),
    "ordinary_mail": ("posted_by_applicant", "confirmed"),
    "online": ("submitted", "confirmed"),
    "fax": ("submitted", "confirmed"),
}


def channel_of(values: Values) -> str:
    chosen = first(values, "channel")
    return chosen if chosen in a.CHANNELS else "in_person"


def corrects_records(values: Values) -> bool:
    """Whether the request is one to correct records (条例 41)."""
    return first(values, "purpose") == "record_correction"


def own_day(values: Values) -> bool:
    """Whether the day of submission is the day of receipt (条例 31(一))."""
    return not _DATES[channel_of(values)][1]


def moved_on(values: Values, today: date) -> dict[str, list[str]]:
    """After another channel is chosen: today, which the form had put in by itself, stands for the day that counts now."""
    found = {name: list(given) for name, given in values.items()}
    by_itself = forms.day_text(first(values, "submitted_on")) == today.isoformat()
    if not own_day(values) and by_itself and not first(values, "received_on"):
        found |= {"submitted_on": [], "received_on": [today.isoformat()]}
    elif own_day(values) and not first(values, "submitted_on"):
        found |= {"submitted_on": found.get("received_on", []), "received_on": []}
    return found


def placed_errors(values: Values, errors: Mapping[str, str]) -> dict[str, str]:
    """Where one date is asked for two, its error stands at the one that is asked; and what is said of people at their names."""
    found = askers.errors_at(errors, values)
    for name in ("on", "received_on"):
        if name in found and (name == "on" or own_day(values)):
            found.setdefault("submitted_on" if own_day(values) else "received_on", found.pop(name))
    return found


# ------------------------------------------------------------------ the fields of the dates


def date_fields(values: Values, errors: Mapping[str, str], drawn: Mapping[str, forms.Field]) -> list[forms.Field]:
    """The dates that this channel asks for, in the order in which they happened."""
    channel = channel_of(values)
    sent, received, confirmed = _DATES[channel]
    found = [replace(drawn["submitted_on"], label=sent, optional=bool(received), error=_renamed(drawn["submitted_on"], sent))]
    if channel == "ordinary_mail":
        arrived = tuple(forms.day_words(one) for one in values.get("arrived", ()))
        found.append(forms.Field("arrived", "信件到达日", "date", arrived, error=errors.get("arrived", ""), width="third", optional=True))
    if received:
        found.append(replace(drawn["received_on"], label=received, error=_renamed(drawn["received_on"], received)))
    if confirmed:
        ways = tuple(Option(key, title) for key, title in CONFIRMED_BY.items())
        chosen = tuple(values.get("confirmed_by", ()))
        found.append(forms.Field("confirmed_by", "确认方式", "select", chosen, options=ways, width="third", optional=True))
    return found


def _renamed(field: forms.Field, label: str) -> str:
    return field.error.replace(field.label, label)


# ------------------------------------------------------------------ typed -> registration


def registration(values: Values, today: date) -> dict[str, Any]:
    """The data of the registration, dated today; how a letter came in stands in the remark."""
    kept = {name: list(given) for name, given in values.items()}
    if own_day(values):
        kept.pop("received_on", None)
    if not corrects_records(values):
        kept.pop("evidence", None)  # typed before another choice was made
    data = forms.decode(a.Registration, kept)
    data |= {"kind": "registration", "on": today.isoformat(), "channel": channel_of(values)}
    if own_day(values) and "submitted_on" in data:
        data["received_on"] = data["submitted_on"]
    received = str(data.get("received_on", ""))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", received, re.ASCII):  # a day to come is refused as such, not for its order
        data["on"] = max(data["on"], received)
    if told := _how_it_came(values):
        data["remark"] = "\n".join([told, *([data["remark"]] if "remark" in data else [])])
    return data


def _how_it_came(values: Values) -> str:
    """信件2026年11月23日到达，与申请人确认的方式：电话。"""
    parts = []
    if channel_of(values) == "ordinary_mail" and first(values, "arrived"):
        parts.append(f"信件{forms.day_words(first(values, 'arrived'))}到达")
    way = CONFIRMED_BY.get(first(values, "confirmed_by"))
    if _DATES[channel_of(values)][2] and way:
        parts.append(f"与申请人确认的方式：{way}")
    return "，".join(parts) + "。" if parts else ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """收到日与期限: the day of receipt, what follows from it, and the sentences; or what is still missing."""

    on: date | None = None
    correction: date | None = None
    due: date | None = None
    provisional: bool = False
    sentences: tuple[Sentence, ...] = ()
    limits: tuple[Sentence, ...] = ()
    problem: str = ""
    field: str = ""
    days: tuple[int, int] = (0, 0)


def receipt(office: Office, values: Values) -> Receipt:
    """What the clock says of the dates typed so far."""
    channel = channel_of(values)
    sent_as, received_as = _EVENTS[channel]
    typed = {sent_as: first(values, "submitted_on")}
    if not own_day(values):
        typed[received_as] = first(values, "received_on")
    if channel == "ordinary_mail":
        typed["arrived"] = first(values, "arrived")
    events = {name: forms.day_text(text) for name, text in typed.items() if text}
    try:
        answer = calculator.calculate(channel, events, office.rules)
    except Invalid as invalid:
        return Receipt(problem=invalid.message, field=_field_of(channel, invalid.field))
    except a.Rejected as rejected:
        return Receipt(problem=rejected.errors[0][1], field=_field_of(channel, rejected.errors[0][0]))
    except Refused as refused:
        return Receipt(problem=refused.message)
    on = date.fromisoformat(answer["receipt_date"])
    submitted = events.get(sent_as)
    corrects = corrects_records(values)
    known = clocks.Receipt(on, channel, date.fromisoformat(submitted) if submitted else None, corrects)
    clock, law = clocks.reckon([known], office.rules), office.rules.on(on).deadlines
    return Receipt(
        on, clock.correction_notice_latest, clock.due, clock.provisional, clock.because,
        tuple(one.sentence for one in clock.limits if one.kind == "correction_notice"),
        days=(law.correction_notice.value, (law.record_correction if corrects else law.reply).value),
    )  # fmt: skip


def _field_of(channel: str, path: str) -> str:
    """The form's field of one of the calculator's events."""
    name = path.removeprefix("events.")
    sent_as, received_as = _EVENTS[channel]
    return {received_as: "submitted_on" if sent_as == received_as else "received_on", sent_as: "submitted_on"}.get(name, name)


# ------------------------------------------------------------------ who asks


def applicant_of(values: Values) -> a.Applicant | None:
    """By whom the request counts, as far as he can be told from others already; None when he cannot."""
    data = forms.decode(a.Applicant, values, f"{askers.representative(values)}.")
    for wanted in (data, {key: data[key] for key in ("name", "category", "phone") if key in data}):
        try:
            found = a.read(a.Applicant, wanted)
        except a.Rejected:
            continue
        return found if found.id_number or found.phone else None
    return None


@dataclass(frozen=True, slots=True)
class Asker:
    """本月第几件, and what the schedule in force says of it."""

    month: int
    year: int
    row: Any
    basis: str
    articles: tuple[str, ...]


def asker(office: Office, session: Session, officer: Officer, key: str, on: date) -> Asker:
    """This applicant's requests of the month, this one with them, and the fee that the schedule would allow."""
    month, year = queries.asked_before(session, officer.agency, key, on)
    try:
        quote = fees.quote(office.rules.on(on).fees, "per_item", 1, month)
    except (Refused, Invalid):
        return Asker(month + 1, year + 1, None, "", ())
    return Asker(month + 1, year + 1, quote.working[-1], quote.schedule_name, quote.articles)


# ------------------------------------------------------------------ what is like it


@dataclass(frozen=True, slots=True)
class Alike:
    """One earlier request, its matching words marked."""

    row: Any
    text: Markup
    likely: bool
    """It seems to ask for the same information, and may be repeated; that is never decided here."""
    outcome: str


def marked(text: str, words: Sequence[str]) -> Markup:
    """The text with the words it shares marked."""
    found = Markup("")
    at = 0
    while at < len(text):
        word = next((one for one in sorted(words, key=len, reverse=True) if text.startswith(one, at)), None)
        found += Markup("<mark>{}</mark>").format(word) if word else escape(text[at])
        at += len(word) if word else 1
    return found


def beside(office: Office, session: Session, officer: Officer, values: Values) -> dict[str, Any]:
    """Everything that the panel says."""
    today = office.today()
    wanted, who = first(values, "wanted")[:20000], applicant_of(values)
    got = receipt(office, values)
    on = got.on or today
    key = applicant_key(who, office.keys.blind) if who else ""
    outcomes = office.rules.on(today).outcomes
    scope = readable_agencies(officer, office.agencies)
    found, public = [], []
    if len(wanted) >= 4 and not corrects_records(values):
        found = queries.similar_to(session, office.sameness, scope, wanted, key, today, most=12)
        public = suggestions.published_for(session, office.sameness, scope, wanted, on)[:5]
    alike = [
        (one.same_applicant, Alike(one.row, marked(one.row.wanted[:120], one.words), one.same,
                                   outcomes[one.row.outcome].title if one.row.outcome else ""))
        for one in found
    ]  # fmt: skip
    topic = office.learning.proposed(session, officer.agency, wanted) if wanted else None
    return {
        "receipt": got,
        "asker": asker(office, session, officer, key, on) if who and not corrects_records(values) else None,
        "own": [one for same, one in alike if same][:5],
        "others": [one for same, one in alike if not same][:5],
        "public": [row for row, _score in public],
        "matters": matters(wanted),
        "personal": told(wanted),
        "topic_proposed": next((one.title for one in office.rules.on(today).topics if one.key == topic), None),
    }
