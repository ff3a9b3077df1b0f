"""查找案件: filters in the address; numbers of papers, phones and people's names only in what is posted.

The search field of every page posts to `/cases/find`. Words and case numbers lead on to `/cases?q=`, an address that can
be kept and shared. What looks like the number of a paper or a phone, or is exactly an applicant's name, is answered at
once under `/cases/find` and stands in no address, no log and no history. Typed into an address by hand it is not used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.office.filters import TOO_MANY_WORDS
from api.office.policy import readable_agencies
from api.office.sight import wanted_for
from api.office.views import case_row
from api.pages.shared.counters import COUNTERS
from api.pages.shared.forms import day_text, day_words
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show, survey
from api.pages.shared.words import counted
from db import finding, people, saved_views
from db.finding import Page, Place, Wanted
from db.sought import MOST_WORDS, is_too_much, words
from db.worklists import Now
from letters.fontset import unprintable
from workflow.acts import CHANNELS, PURPOSES
from workflow.procedure import STATES

DUE = ("overdue", "3", "7", "suspended", "provisional")
SORTS = {"received": "收到日期，新的在前", "due": "期限，先到的在前"}
MOST = 100
"""Characters of a question."""


@page("/cases")
def cases(request: HttpRequest) -> Response[Any]:
    """案件: what the address narrows the list down to."""
    office, officer, today = office_of(request), me(request), office_of(request).today()
    fields, errs = _fields(request.query_params)
    if is_too_much(fields["q"]):
        errs = [("q", f"{TOO_MANY_WORDS}；下面是含有前{MOST_WORDS}个词的"), *errs]
    units = sorted(readable_agencies(officer, office.agencies))
    unit = fields["unit"] if fields["unit"] in units and len(units) > 1 else ""
    law = office.rules.on(today)
    topics = {one.key: one.title for one in law.topics}
    outcomes = {key: one.title for key, one in law.outcomes.items()}
    personal = finding.personal_part(fields["q"]) is not None
    wanted = Wanted(
        q="" if personal else fields["q"], states=tuple(one for one in fields["states"] if one in STATES),
        purpose=_known(fields["purpose"], PURPOSES),
        channel=_known(fields["channel"], CHANNELS), topic=_known(fields["topic"], topics), outcome=_known(fields["outcome"], outcomes),
        due=fields["due"] if fields["due"] in DUE else "", received_from=fields["from"], received_to=fields["to"],
        sort=fields["sort"] if fields["sort"] in SORTS else "received",
    )  # fmt: skip
    number, now = _number(fields["page"]), Now.of(officer, office.staff({*units, officer.agency}), office.rules)
    with survey(request) as session:
        found = finding.found(session, [unit] if unit else units, wanted, now, number=number, place=_place(fields))
        names = people.names_of(session, [row.assignee for row in found.rows if row.assignee])
    parts = _parts(wanted, unit, fields)
    tags = _tags(parts, wanted, topics, outcomes, {code: office.agencies[code].name for code in units})
    return _show(
        request, found, names, units, wanted=wanted, chosen_unit=unit, tags=tags, errs=errs, status=400 if errs else 200, number=number,
        typed=fields, personal=personal, at=lambda n: _beside(parts, wanted, found, number, n), topics=topics, outcomes=outcomes,
        said="", clear="/cases", here=urlencode(parts), saying=_SAID.get(request.query_params.get("saved", ""), ""),
    )  # fmt: skip


@action("/cases/find")
def find(request: HttpRequest) -> Response[Any]:
    """查找: a person is answered here, everything else by an address."""
    office, officer, today = office_of(request), me(request), office_of(request).today()
    text = " ".join(form_of(request).get("q").split())
    units = sorted(readable_agencies(officer, office.agencies))
    number = finding.personal_part(text)
    if len(text) > MOST:  # no number and no name: the list says that it is too long
        return go(_address([("q", text[: MOST + 1])]))
    with office.database.read() as session:
        if (case_id := finding.case_of(session, units, text)) is not None:
            return go(f"/cases/{case_id}")
        by = finding.by_name if number is None else finding.by_person
        found = by(session, units, number or text, office.keys.blind)
        names = people.names_of(session, [row.assignee for row in found.rows if row.assignee])
    if number is None and not found.rows:
        return go(_address([("q", text)]))
    law = office.rules.on(today)
    hits = counted(found.total)
    told = "申请人姓名、名称" if number is None else "证件号码或者电话"
    return _show(
        request, found, names, units, wanted=Wanted(), chosen_unit="", tags=[], errs=[], status=200, number=1, typed=_fields({})[0],
        personal=False, at=lambda n: "/cases", topics={one.key: one.title for one in law.topics},
        outcomes={key: one.title for key, one in law.outcomes.items()}, said=f"按{told}完整核对，查得{hits}件。查找的内容不显示、不保存。",
        clear="/cases", here="", saying="",
    )  # fmt: skip


@action("/cases/views")
def keep_view(request: HttpRequest) -> Response[Any]:
    """我的查找: keep the filters of the list under a name, or delete them."""
    office, officer, form = office_of(request), me(request), form_of(request)
    if dropped := form.get("drop"):
        gone = office.database.write(lambda s: saved_views.drop(s, officer.id, dropped))
        return go("/cases?saved=" + ("gone" if gone else "none"))
    name, query = " ".join(form.get("name").split()), _kept(form.get("query"))
    why = "name" if not name or len(name) > saved_views.LONGEST or unprintable(name) is not None else "none" if not query else ""
    if not why and not office.database.write(lambda s: saved_views.keep(s, officer.id, name, query, office.clock())):
        why = "many"
    return go(f"/cases?{query}{'&' if query else ''}saved={why or 'yes'}")


_SAID = {
    "yes": "这个查找已保存，列在“我的查找”里。", "gone": "这个查找已删除。",
    "name": f"没有保存：请给这个查找起一个名称，最多{saved_views.LONGEST}字。",
    "none": "没有保存：先选几项条件再保存。", "many": f"没有保存：最多保存{saved_views.MOST}个，请先删除不用的。",
}  # fmt: skip
_FILTERS = ("q", "state", "purpose", "channel", "topic", "outcome", "due", "unit", "from", "to", "sort")


def _kept(text: str) -> str:
    """The filters of an address, and nothing else; what tells of a person stands in none."""
    pairs = parse_qsl(text[:2000], max_num_fields=60) if text.count("&") < 60 else []
    known = [(name, value[:MOST].replace("\0", "")) for name, value in pairs if name in _FILTERS]
    return urlencode([(name, value) for name, value in known if name != "q" or finding.personal_part(value) is None])


def _show(request: HttpRequest, found: Page, names: Mapping[str, str], units: Sequence[str], *, status: int, **facts: Any) -> Response[Any]:
    office, today = office_of(request), office_of(request).today()
    told = wanted_for(me(request), office.database.ring)
    with office.database.read() as session:
        views = saved_views.of(session, me(request).id)
    rows = [case_row(row, office.rules.calendar, today, told) for row in found.rows]
    return show(
        request, "cases.html", status=status, rows=rows, views=views, total=found.total, more=found.more, names=names, states=STATES,
        due={key: COUNTERS[key][0] for key in DUE}, sorts=SORTS, words=words(facts["wanted"].q),
        units=[(code, office.agencies[code].name) for code in units], **facts,
    )  # fmt: skip


# ------------------------------------------------------------------ the address


def _fields(query: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """What the address says, as far as it can be used; a day that is none is told."""
    every = list(query.multi_items()) if hasattr(query, "multi_items") else []
    one: dict[str, str] = {}
    for name, value in every:
        one.setdefault(name, value[: MOST + 1].replace("\0", ""))
    names = ("purpose", "channel", "topic", "outcome", "due", "unit", "sort", "page", "after", "before")
    fields: dict[str, Any] = {name: one.get(name, "").strip() for name in names}
    q, told = _fit(one.get("q", ""))
    fields["q"] = " ".join(q.split())
    fields["states"] = list(dict.fromkeys(value for name, value in every if name == "state"))[:20]
    fields["typed_from"], fields["typed_to"] = one.get("from", "").strip(), one.get("to", "").strip()
    fields["from"], wrong_from = _day(fields["typed_from"], "from")
    fields["to"], wrong_to = _day(fields["typed_to"], "to")
    return fields, told + wrong_from + wrong_to


def _fit(q: str) -> tuple[str, list[tuple[str, str]]]:
    """As much of a question as is looked for, and the word that it was longer."""
    return q[:MOST], [("q", f"查找的内容最多{MOST}个字；下面是按前{MOST}个字查找的")] if len(q) > MOST else []


def _day(text: str, name: str) -> tuple[date | None, list[tuple[str, str]]]:
    if not text:
        return None, []
    try:
        return date.fromisoformat(day_text(text)), []
    except ValueError:
        return None, [(name, "没有这一天，请写成20261124或者2026年11月24日")]


def _known(key: str, known: Mapping[str, Any]) -> str:
    return key if key in known else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) > 0 else 1


def _parts(wanted: Wanted, unit: str, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The address of this list, part by part."""
    parts = [("q", wanted.q), *(("state", one) for one in wanted.states), ("purpose", wanted.purpose), ("channel", wanted.channel)]
    parts += [("topic", wanted.topic), ("unit", unit), ("due", wanted.due), ("outcome", wanted.outcome)]
    for name, day in (("from", wanted.received_from), ("to", wanted.received_to)):
        parts.append((name, day.isoformat() if day else ""))
    parts.append(("sort", wanted.sort if wanted.sort != "received" else ""))
    return [(name, value) for name, value in parts if value]


def _place(fields: Mapping[str, Any]) -> Place | None:
    """Beside which row of the page before the one asked for begins, or of the page after ends."""
    after = Place.read(fields["after"], after=True)
    return after if after is not None else Place.read(fields["before"], after=False)


def _beside(parts: Sequence[tuple[str, str]], wanted: Wanted, found: Page, number: int, n: int) -> str:
    """The address of the next page, or the one before: told by the row that it lies beside, so that the last is read as fast as the first."""
    said = [*parts, ("page", str(n))]
    if n > 1 and found.rows:
        said.append(("after", found.place(-1, wanted.sort)) if n > number else ("before", found.place(0, wanted.sort)))
    return _address(said)


def _address(parts: Sequence[tuple[str, str]]) -> str:
    kept = [(name, value) for name, value in parts if value and (name, value) != ("page", "1")]
    return f"/cases?{urlencode(kept)}" if kept else "/cases"


def _tags(
    parts: Sequence[tuple[str, str]], wanted: Wanted, topics: Mapping[str, str], outcomes: Mapping[str, str], units: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What was chosen, each with the address of the list without it."""
    words: dict[str, Mapping[str, str]] = {
        "state": {key: one.title for key, one in STATES.items()}, "purpose": PURPOSES, "channel": CHANNELS, "topic": topics, "outcome": outcomes,
        "unit": units, "due": {key: COUNTERS[key][0] for key in DUE},
    }  # fmt: skip
    said = {"q": "“{}”", "from": "收到日{}起", "to": "收到日至{}"}
    found = []
    for at, (name, value) in enumerate(parts):
        if name != "sort":
            shown = day_words(value) if name in ("from", "to") else value
            text = said[name].format(shown) if name in said else words[name][value]
            found.append((text, _address([*parts[:at], *parts[at + 1 :]])))
    return found


ROUTES: tuple[BaseRouteHandler, ...] = (cases, find, keep_view)
