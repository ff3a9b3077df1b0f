"""该谁办 (READINGS R-movers): who must move a file now, or for whom outside it waits until when, and why.

The one place that decides it. Desks, worklists, the check of the installation and the mark 待交办 are drawn from here: lists
keep of a file what its `Place` says, and read it with the same tables (`AFTER_LIMIT`, `POSTS`) and the same `Staff`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from workflow import acts as a
from workflow import steps
from workflow.case import Asked, Case
from workflow.law import Rules
from workflow.procedure import ACTIVE
from workflow.staff import Staff
from workflow.words import say_day

AFTER_LIMIT: Mapping[str, str] = {"opinion": "silence", "correction": "abandonment", "payment": "abandonment"}
"""What is awaited from outside -> what the office does once the limit has passed without it."""
POSTS = ("legal_review", "decision", "reopening", "archival", "request")
"""Steps that wait for whoever holds a post; the others wait for the 承办人."""
NOT_BY_THE_DRAFTER = ("legal_review", "decision")
FRONT = ("acceptance", "service")
"""Steps that the 登记岗 may take as well as the 承办人."""


class Place(Protocol):
    """Where a file stands, as far as it matters to whose move it is; a row of a list says as much."""

    @property
    def agency(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def next_step(self) -> str | None: ...
    @property
    def waiting_for(self) -> str | None: ...
    @property
    def limit_on(self) -> date | None: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def assignee(self) -> str | None: ...
    @property
    def drafted_by(self) -> str | None: ...
    @property
    def to_serve(self) -> int: ...
    @property
    def requests(self) -> int: ...
    @property
    def archive_ready(self) -> bool: ...
    @property
    def passed_to(self) -> str | None: ...
    @property
    def draft_limit(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """The `Place` of a file (所处环节)."""

    agency: str
    state: str
    next_step: str | None
    waiting_for: str | None
    """Whom outside it waits for; None: for nobody."""
    limit_on: date | None
    """Until when it waits; else by when what has not left must leave."""
    due_on: date | None
    assignee: str | None
    drafted_by: str | None
    to_serve: int
    requests: int
    archive_ready: bool
    passed_to: str | None
    """The unit below that is to draft (交下级单位拟办), while its draft is owed."""
    draft_limit: date | None
    """By when it is to."""


@dataclass(frozen=True, slots=True)
class Move:
    """该办的一项: which act, whose it is, on whose lists it stands (user names), by when, and why."""

    act: str
    whose: tuple[str, ...]
    by: tuple[str, ...]
    """The active people who see it: those whose it is, away or not, and whoever stands in for them."""
    until: date | None
    why: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Movers:
    """该谁办: what carries the file on comes first, then what else is owed."""

    moves: tuple[Move, ...]
    waits: steps.Waiting | None
    """For whom outside it waits."""
    keepers: tuple[str, ...]
    """On whose lists it stands while it waits for others: those of the 承办人 and of whoever stands in for him; what was
    passed down, on those of whoever may draft below as well."""

    @property
    def attended(self) -> bool:
        """Whether it stands on the list of anybody who is active."""
        return bool(self.keepers) or any(move.by for move in self.moves)

    def of(self, username: str) -> Move | None:
        """What he must do with it, first of all."""
        return next((move for move in self.moves if username in move.by), None)


def standing(case: Case, rules: Rules) -> Standing:
    """Where a file stands."""
    waits, down = steps.waiting(case, rules), steps.drafts_below(case, rules)
    return Standing(
        agency=case.agency,
        state=case.state,
        next_step=steps.next_step(case, rules),
        waiting_for=waits.who if waits else None,
        limit_on=waits.until if waits else steps.serve_by(case, rules),
        due_on=case.reckoning(rules).due,
        assignee=case.assignee,
        drafted_by=case.draft.officer.username if case.draft else None,
        to_serve=len(steps.to_serve(case, rules)),
        requests=len(case.requests),
        archive_ready=steps.archive_ready(case, rules),
        passed_to=down.agency if down else None,
        draft_limit=down.limit if down else None,
    )


def awaited(place: Place, today: date) -> str | None:
    """The act that the office owes now; None while it waits for somebody outside, and when nothing is owed."""
    step = place.next_step
    if place.waiting_for is not None:
        passed = place.limit_on is not None and place.limit_on < today
        return AFTER_LIMIT.get(step, step) if passed and step is not None else None
    return None if step == "archival" and not place.archive_ready else step


def who_must_move(case: Case, rules: Rules, today: date, staff: Staff) -> Movers:
    """该谁办, of a file; with those of other units and of the house who are asked for their opinion here."""
    found = movers(standing(case, rules), today, staff)
    asked = [_answer(one, case, rules, staff) for one in case.consultations if case.awaits(one) and one.act.agency is not None]
    down = steps.drafts_below(case, rules)
    if down is not None and down.agency is not None and case.state == "handling":
        asked.append(_draft_below(down.agency, down.limit, staff))
    return Movers((*found.moves, *asked), found.waits, found.keepers)


def movers(place: Place, today: date, staff: Staff) -> Movers:
    """该谁办, as far as a list can tell."""
    kept, step, open_ = is_kept(place, staff), awaited(place, today), place.state in ACTIVE
    owed = [] if step in (None, "assignment") else [str(step)]
    owed += [act for act, many in (("service", place.to_serve), ("request", place.requests)) if many and act != step]
    found = [_move("assignment", staff.dispatchers(place.agency), None, place, staff)] if open_ and not kept else []
    for act in owed:
        whose, barred = _whose(act, place, staff)
        if whose or kept or not open_:  # without anybody of its own an open file waits to be given to somebody
            found.append(_move(act, whose, barred, place, staff))
    keepers = staff.on_whose_list((*_own(place, staff), *_below(place, staff))) if open_ else frozenset()
    waits = steps.Waiting(place.waiting_for, place.limit_on) if place.waiting_for is not None and step is None else None
    return Movers(tuple(found), waits, tuple(sorted(keepers)))


def is_kept(place: Place, staff: Staff) -> bool:
    """Whether it is in somebody's hands, here or below until the limit; when not, it is 待交办 while it is open."""
    return bool(_own(place, staff) or _below(place, staff))


def _own(place: Place, staff: Staff) -> tuple[str, ...]:
    """The 承办人, where the file is in good hands with him."""
    return (place.assignee,) if place.assignee is not None and place.assignee in staff.handlers(place.agency) else ()


def _below(place: Place, staff: Staff) -> frozenset[str]:
    """Who drafts it in the unit below to which it was passed down, until its limit (READINGS R-passed-down)."""
    if place.passed_to is None or place.draft_limit is None or place.draft_limit < staff.today:
        return frozenset()
    return staff.handlers(place.passed_to)


# ------------------------------------------------------------------ whose it is


def _whose(act: str, place: Place, staff: Staff) -> tuple[tuple[str, ...], str | None]:
    """Whose act it is, and who of them must not place it."""
    own = _own(place, staff)
    if act in FRONT:
        mine = own if place.state in ACTIVE else ()
        return tuple(dict.fromkeys((*front(place.agency, staff), *mine))) or without_front(act, place.agency, staff), None
    if act not in POSTS:
        return own, None
    held, barred = holders(act, place.agency, staff), place.drafted_by if act in NOT_BY_THE_DRAFTER else None
    if act == "archival" or staff.on_whose_list(held) - {barred}:
        return held, barred
    return own or staff.dispatchers(place.agency), None


def front(agency: str, staff: Staff) -> tuple[str, ...]:
    """The active people of the 登记岗."""
    return staff.active(agency, ("intake",))


def without_front(act: str, agency: str, staff: Staff) -> tuple[str, ...]:
    """Who does its work where nobody holds it: whoever may, at last whoever gives files out."""
    return staff.active(agency, staff.roles[act]) or staff.dispatchers(agency)


def holders(act: str, agency: str, staff: Staff) -> tuple[str, ...]:
    """The active people at the posts that may place an act; a request is signed by who may extend (条例 33(2))."""
    return staff.active(agency, staff.roles["extension" if act == "request" else act])


# ------------------------------------------------------------------ why


def _move(act: str, whose: tuple[str, ...], barred: str | None, place: Place, staff: Staff) -> Move:
    until = place.due_on if place.state in ACTIVE or act == "reopening" else None  # an order runs whatever the file is
    if act == "service":
        until = place.limit_on if place.waiting_for is None else None
    why, *articles = _why(act, place, staff)
    return Move(act, whose, tuple(sorted(staff.on_whose_list(whose) - {barred})), until, why, tuple(articles))


def _why(act: str, place: Place, staff: Staff) -> tuple[str, ...]:
    """The sentence, and its articles."""
    key = {"assignment": f"assignment {bool(place.assignee)}", "abandonment": f"abandonment {place.next_step}"}.get(act, act)
    if place.passed_to is not None and place.waiting_for is not None and act in ("assignment", "search", "draft"):
        key = "late below" if place.limit_on is not None and place.limit_on < staff.today else "nobody below"
    sentence, *articles = _WHY[key]
    limit = say_day(place.limit_on) if place.limit_on else ""
    said = sentence.format(limit=limit, who=place.waiting_for, letters=place.to_serve, requests=place.requests)
    return said + (_nobody(staff, place, act) if act in POSTS else ""), *articles


# Act -> what is waited for, and the articles.
_WHY: Mapping[str, tuple[str, ...]] = {
    "assignment False": ("还没有交办，等待交办", "条例 45"),
    "assignment True": ("原承办人不在岗，也没有人代办，等待重新交办", "条例 45"),
    "late below": ("等{who}，到{limit}期满没有收到，等待督促、重新交办或者自行拟写", "条例 45"),
    "nobody below": ("等{who}，该单位没有可以拟稿的在岗人员，等待重新交办", "条例 45"),
    "acceptance": ("等待审核受理，内容不明确的一次性告知补正", "条例 30"),
    "search": ("等待检索，拟写答复", "条例 33(2)"),
    "draft": ("等待拟写答复", "条例 33(2)"),
    "service": ("有{letters}份文书没有送出，等待送达", "235号 送达"),
    "silence": ("等{who}，到{limit}期满没有收到，等待登记逾期未提出意见", "条例 32", "条例 34"),
    "abandonment correction": ("到{limit}申请人没有补正，等待认定视为放弃", "条例 30"),
    "abandonment payment": ("到{limit}申请人没有缴费，等待认定视为放弃", "办法 6"),
    "correction": ("逾期有正当理由，等待登记补正", "条例 30"),
    "payment": ("逾期有正当理由，等待登记缴费", "办法 6"),
    "request": ("有{requests}项报批等待负责人签批", "条例 45"),
    "legal_review": ("等待合法性审核", "条例 45"),
    "decision": ("等待签发答复", "条例 33(2)"),
    "reopening": ("复议决定、判决责令重新处理，等待负责人重新处理", "条例 51"),
    "archival": ("材料齐全，等待归档", "条例 45"),
}


def _nobody(staff: Staff, place: Place, act: str) -> str:
    """What has to be said where the post is empty."""
    there = set(holders(act, place.agency, staff)) - ({place.drafted_by} if act in NOT_BY_THE_DRAFTER else set())
    return "" if there else "；本单位没有可以办理的人员，请系统管理员启用或者新增"


def _answer(asked: Asked, case: Case, rules: Rules, staff: Staff) -> Move:
    """会商: the one person who answers for the unit that is asked."""
    assert asked.act.agency is not None
    who = staff.answerer(asked.act.agency, asked.act.to)
    limit = next((one.on for one in case.reckoning(rules).limits if one.kind == "opinion" and one.ref == asked.seq), None)
    whose = (who,) if who is not None else ()
    why = f"{a.CONSULTATION_TYPES[asked.act.type]}，等待答复"
    return Move("opinion", whose, tuple(sorted(staff.on_whose_list(whose))), limit, why, (_OPINION[asked.act.type],))


def _draft_below(agency: str, limit: date | None, staff: Staff) -> Move:
    """交来拟办: whoever may draft in the unit below."""
    whose = tuple(sorted(staff.handlers(agency)))
    return Move("draft", whose, tuple(sorted(staff.on_whose_list(whose))), limit, "交来拟办，等待报送拟稿", ("条例 45",))


_OPINION: Mapping[str, str] = {"third_party": "条例 32", "joint_agency": "条例 34", "other_agency": "条例 33(3)", "internal": "条例 17"}
