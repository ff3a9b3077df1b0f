"""该谁办 (READINGS R-movers): in every state who must move, or for whom the file waits until when, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.stories.runner import shipped_rules
from tests.workflow.desk import CASE_ID, Desk, drafted, handling, in_state, registered, replied
from tests.workflow.histories import AGENCY, BELOW
from tests.workflow.people import away, colleague, office
from workflow import steps
from workflow.case import letter_id
from workflow.movers import Movers, who_must_move
from workflow.procedure import ACTIVE, STATES
from workflow.staff import Staff

RULES = shipped_rules()
TODAY = "2026-03-13"


def asked(desk: Desk, today: str = TODAY, *more: Any, people: Staff | None = None) -> Movers:
    staff = replace(people or office(*more), today=date.fromisoformat(today))
    return who_must_move(desk.case, RULES, staff.today, staff)


def told(found: Movers) -> list[tuple[str, str, str | None]]:
    """Each move: the act, the names before the @, by when."""
    return [(one.act, " ".join(sorted(name.partition("@")[0] for name in one.by)), one.until and one.until.isoformat()) for one in found.moves]


def given() -> Desk:
    return registered().place("assignment", "2026-03-02", by="head", to=f"handler@{AGENCY}")


def correcting() -> Desk:
    return given().place("correction_notice", "2026-03-03", matters=["写明年份"], days=5)


def consulting(**fields: Any) -> Desk:
    known = {"type": "third_party", "party": {"name": "甲", "address": "样例路"}, "question": "可否公开"} | fields
    return handling().place("consultation", "2026-03-04", **known)


def posted(seq: int) -> Desk:
    return correcting().place("service", "2026-03-04", letter=letter_id(CASE_ID, seq), method="post")


def both_told() -> Desk:
    """The third party, and the applicant that it is asked."""
    return consulting().serve(3, "2026-03-05").serve(3, "2026-03-05", n=1)


def half_told() -> Desk:
    return consulting().serve(3, "2026-03-05")


def charged() -> Desk:
    return handling(already=10).place("fee_notice", "2026-03-04", basis="per_item", amount_fen=10000)


def closed() -> Desk:
    return handling().place("withdrawal", "2026-03-03")


def ordered(archived: bool = False) -> Desk:
    desk = replied({"outcome": "state_secret", "reason": "样例"}).serve(4, "2026-03-12")
    if archived:
        desk.place("archival", "2026-03-12")
    desk.place("remedy", "2026-03-12", type="reconsideration", body="样例县人民政府")
    return desk.place("remedy_result", "2026-03-13", remedy=desk.case.version, result="corrected", orders_rehandling=True, within=10)


def requested() -> Desk:
    act = {"kind": "extension", "on": "2026-03-12", "days": 10, "reason": "样例"}
    return handling().place("request", "2026-03-12", act=act, reason="样例")


DUE = "2026-03-30"
COURSES: list[tuple[str, Callable[[], Desk], str, list[tuple[str, str, str | None]], tuple[str, str | None] | None]] = [
    # title, the file, today, who must move, for whom it waits
    ("nobody was named", registered, TODAY, [("assignment", "head intake", DUE)], None),
    ("somebody was named", given, TODAY, [("acceptance", "handler intake", DUE)], None),
    ("accepted", handling, TODAY, [("search", "handler", DUE)], None),
    ("the notice lies about", correcting, TODAY, [("service", "handler intake", "2026-03-11")], None),
    ("the notice is on its way", lambda: posted(3), TODAY, [], ("申请人补正", None)),
    ("the applicant has time", lambda: correcting().serve(3, "2026-03-10"), TODAY, [], ("申请人补正", "2026-03-17")),
    ("on the last day he still has", lambda: correcting().serve(3, "2026-03-10"), "2026-03-17", [], ("申请人补正", "2026-03-17")),
    ("he let it pass", lambda: correcting().serve(3, "2026-03-10"), "2026-03-18", [("abandonment", "handler", None)], None),
    ("the question lies about", consulting, TODAY, [("service", "handler intake", None)], None),
    ("the third party has time", both_told, TODAY, [], ("第三方答复", "2026-03-26")),
    ("it let it pass", both_told, "2026-03-27", [("silence", "handler", "2026-04-21")], None),
    ("the applicant is not told yet", half_told, TODAY, [("service", "handler intake", None)], ("第三方答复", "2026-03-26")),
    ("the bill lies about", charged, TODAY, [("service", "handler intake", DUE)], None),
    ("the applicant may pay", lambda: charged().serve(3, "2026-03-05"), TODAY, [], ("申请人缴费", "2026-04-02")),
    ("he did not pay", lambda: charged().serve(3, "2026-03-05"), "2026-04-03", [("abandonment", "handler", None)], None),
    ("drafted", drafted, TODAY, [("decision", "head", DUE)], None),
    ("signed, and lying about", replied, TODAY, [("service", "intake", DUE)], None),
    ("served", lambda: replied().serve(4, "2026-03-12"), TODAY, [("archival", "archivist", None)], None),
    ("withdrawn, and the letter lies about", closed, TODAY, [("service", "intake", None)], None),
    ("ordered to be handled again", ordered, TODAY, [("reopening", "head", "2026-03-27")], None),
    ("ordered, and lying in the archive", lambda: ordered(archived=True), TODAY, [("reopening", "head", "2026-03-27")], None),
    ("something waits for the head's signature", requested, TODAY, [("search", "handler", DUE), ("request", "head", DUE)], None),
    ("archived", lambda: in_state("archived"), TODAY, [], None),
    ("void", lambda: in_state("void"), TODAY, [], None),
    ("handed over, and the letter lies about", lambda: in_state("handed_over"), TODAY, [("service", "intake", None)], None),
]  # fmt: skip


@pytest.mark.parametrize(("title", "file", "today", "moves", "waits"), COURSES, ids=[row[0] for row in COURSES])
def test_who_must_move(title: str, file: Callable[[], Desk], today: str, moves: list[Any], waits: tuple[str, str | None] | None) -> None:
    found = asked(file(), today)
    assert told(found) == moves
    assert (found.waits and (found.waits.who, found.waits.until and found.waits.until.isoformat())) == waits
    for one in found.moves:
        assert one.why and "None" not in one.why and "{" not in one.why
        assert one.articles
        assert one.by


@pytest.mark.parametrize("state", STATES)
def test_in_every_state_somebody_has_what_is_open(state: str) -> None:
    found = asked(in_state(state))
    assert found.attended or state not in ACTIVE


def test_a_draft_is_returned_when_a_draft_was_and_not_taken_back_since() -> None:
    desk = drafted().place("return", "2026-03-11", by="head", reason="补充理由")
    assert steps.returned(desk.case)
    desk.place("draft", "2026-03-12", items=[{"item": 1, "outcome": "disclosed"}])
    assert not steps.returned(desk.case)
    desk.place("revocation", "2026-03-12", of=desk.case.version, reason="误办")
    assert steps.returned(desk.case)
    desk = requested().place("return", "2026-03-12", by="head", request=3, reason="期限够用")
    assert not steps.returned(desk.case)  # what came back was no draft


# ---------------------------------------------------------------------------------------------- people who are not there

GONE = colleague("handler", active=False)
TWO = colleague("handler", "2")
HEADLESS = (colleague("head", active=False),)


def test_without_its_handler_a_file_waits_to_be_given_to_somebody_whatever_its_state() -> None:
    for state in ("handling", "awaiting_payment", "consulting"):
        found = asked(in_state(state), TODAY, GONE)
        assert told(found)[0][:2] == ("assignment", "head intake")
        assert "原承办人不在岗" in found.moves[0].why
        assert found.keepers == ()
    assert told(asked(drafted(), TODAY, GONE)) == [("assignment", "head intake", DUE), ("decision", "head", DUE)]


def test_a_deputy_has_it_too_and_without_one_it_is_given_out() -> None:
    found = asked(handling(), TODAY, away("handler", "handler2"), TWO)
    assert told(found) == [("search", "handler handler2", DUE)]
    assert found.moves[0].whose == (f"handler@{AGENCY}",)
    assert found.keepers == (f"handler2@{AGENCY}", f"handler@{AGENCY}")
    found = asked(handling(), TODAY, away("handler", "handler2"), colleague("handler", "2", active=False))
    assert told(found) == [("assignment", "head intake", DUE)]


def test_a_file_that_waits_for_others_stays_with_whoever_keeps_it() -> None:
    found = asked(correcting().serve(3, "2026-03-10"), TODAY, away("handler", "handler2"), TWO)
    assert found.moves == ()
    assert found.keepers == (f"handler2@{AGENCY}", f"handler@{AGENCY}")


def test_nobody_signs_what_he_drafted() -> None:
    """An office in which heads draft too: the one who drafted is not asked, and alone he has to be told that another is needed."""
    people = office(colleague("head", "2"))
    people = replace(people, roles={**people.roles, "draft": ("handler", "head")})
    desk = handling()
    desk.place("draft", "2026-03-10", items=[{"item": 1, "outcome": "disclosed"}])
    signed = desk.case.acts[-1]
    by_head = replace(signed, officer=signed.officer.model_copy(update={"username": f"head@{AGENCY}", "id": f"head@{AGENCY}", "role": "head"}))
    desk.case = replace(desk.case, acts=(*desk.case.acts[:-1], by_head))
    assert told(asked(desk, people=people)) == [("decision", "head2", DUE)]
    alone = replace(office(), roles=people.roles)
    found = asked(desk, people=alone)
    assert told(found) == [("decision", "handler", DUE)]
    assert "没有可以办理的人员" in found.moves[0].why


@pytest.mark.parametrize(
    ("file", "people", "moves"),
    [
        (drafted, HEADLESS, [("decision", "handler", DUE)]),
        (drafted, (*HEADLESS, GONE), [("assignment", "intake", DUE), ("decision", "intake", DUE)]),
        (ordered, HEADLESS, [("reopening", "handler", "2026-03-27")]),
        (requested, HEADLESS, [("search", "handler", DUE), ("request", "handler", DUE)]),
        (replied, (colleague("intake", active=False),), [("service", "handler", DUE)]),
        (replied, (colleague("intake", active=False), GONE), [("service", "head", DUE)]),
        (registered, (colleague("intake", active=False), *HEADLESS), [("assignment", "", DUE)]),
    ],
)
def test_where_a_post_is_empty_the_next_who_can_see_to_it_has_it(file: Any, people: tuple[Any, ...], moves: list[Any]) -> None:
    found = asked(file(), TODAY, *people)
    assert told(found) == moves
    assert found.attended == any(by for _, by, _ in moves)


# ---------------------------------------------------------------------------------------------- passed down


LIMIT = "2026-03-12"
THERE = colleague("handler", agency=BELOW)
OWN, OTHERS = "handler@" + AGENCY, "handler@" + BELOW


def passed_down(desk: Desk) -> Desk:
    return desk.place("assignment", "2026-03-03", by="head", agency=BELOW, limit=LIMIT)


def accepted_by_intake() -> Desk:
    """Nobody of the unit itself handles it."""
    return registered().place("acceptance", "2026-03-02", by="intake")


@pytest.mark.parametrize(
    ("file", "today", "below", "moves", "keepers"),
    [
        (registered, LIMIT, THERE, [("acceptance", "intake", DUE)], [OTHERS]),
        (accepted_by_intake, LIMIT, THERE, [("draft", "handler", LIMIT)], [OTHERS]),
        (accepted_by_intake, TODAY, THERE, [("assignment", "head intake", DUE), ("draft", "handler", LIMIT)], []),
        (accepted_by_intake, LIMIT, replace(THERE, active=False), [("assignment", "head intake", DUE), ("draft", "", LIMIT)], []),
        (handling, LIMIT, THERE, [("draft", "handler", LIMIT)], [OTHERS, OWN]),
        (handling, TODAY, THERE, [("search", "handler", DUE), ("draft", "handler", LIMIT)], [OWN]),
    ],
)
def test_what_was_passed_down_is_drafted_below_until_its_limit(file: Any, today: str, below: Any, moves: Any, keepers: Any) -> None:
    """READINGS R-passed-down: then, and where nobody drafts below, it is the office's again."""
    found = asked(passed_down(file()), today, below)
    assert told(found) == moves
    assert [*found.keepers] == keepers
    assert found.attended
    assert all(one.why and "None" not in one.why for one in found.moves)


def test_what_was_passed_down_is_the_offices_again_when_it_is_drafted_or_given_to_somebody() -> None:
    desk = passed_down(handling())
    assert told(asked(desk.place("assignment", "2026-03-04", by="head", to=OWN), LIMIT, THERE)) == [("search", "handler", DUE)]
    desk = passed_down(handling()).place("draft", "2026-03-10", items=[{"item": 1, "outcome": "disclosed"}])
    assert told(asked(desk, LIMIT, THERE)) == [("decision", "head", DUE)]


# ---------------------------------------------------------------------------------------------- who is asked


def inside(**fields: Any) -> Desk:
    return consulting(party={"name": "样例局"}, **fields)


@pytest.mark.parametrize(
    ("fields", "more", "by"),
    [
        ({"type": "internal", "agency": AGENCY, "to": f"legal@{AGENCY}"}, (), "legal"),
        ({"type": "internal", "agency": AGENCY, "to": f"legal@{AGENCY}"}, (colleague("legal", active=False),), "handler"),
        ({"type": "internal", "agency": AGENCY, "to": f"legal@{AGENCY}"}, (away("legal", "legal2"), colleague("legal", "2")), "legal legal2"),
        ({"type": "joint_agency", "agency": "gx-rsj"}, (), ""),  # nobody works there
        ({"type": "joint_agency", "agency": "gx-rsj"}, (colleague("head", agency="gx-rsj"), colleague("legal", agency="gx-rsj")), "legal"),
        ({"type": "joint_agency", "agency": "gx-rsj"}, (colleague("handler", agency="gx-rsj"), colleague("legal", agency="gx-rsj")), "handler"),
    ],
)
def test_one_person_answers_for_whoever_is_asked(fields: dict[str, Any], more: tuple[Any, ...], by: str) -> None:
    found = asked(inside(**fields), "2026-03-09", *more)
    opinions = [one for one in told(found) if one[0] == "opinion"]
    assert [one[1] for one in opinions] == [by]
    assert found.waits is not None
