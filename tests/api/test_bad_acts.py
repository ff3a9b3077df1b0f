"""Bad input to the acts that mend, serve, challenge, split and hand over: refused with its field or its article, and nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import pytest
from sqlmodel import select

from db import tables as t
from tests.api.conftest import Desk, registration

INTAKE, HANDLER, LEGAL, HEAD = "intake@gx-zrzy", "handler@gx-zrzy", "legal@gx-zrzy", "head@gx-zrzy"
TODAY = "2026-11-24"
NOBODY = "00000000-0000-4000-8000-000000000000"
"""An attachment that is not there."""
APPLICANT = registration()["applicant"]

Made = Callable[[Callable[[Desk], dict[str, Any]]], dict[str, Any]]

# ---------------------------------------------------------------------------------------------- files


def registered(desk: Desk) -> dict[str, Any]:
    return desk.register()


def posted(desk: Desk) -> dict[str, Any]:
    return desk.register(channel="ems_signed", submitted_on="2026-11-19", received_on="2026-11-20")


def handling(desk: Desk) -> dict[str, Any]:
    return desk.place(HANDLER, posted(desk), kind="acceptance", on="2026-11-20")


def corrected(desk: Desk) -> dict[str, Any]:
    """Asked to correct; the notice has not left."""
    return desk.place(INTAKE, posted(desk), kind="correction_notice", on=TODAY, matters=["写明年份"])


def told(desk: Desk) -> dict[str, Any]:
    """Asked to correct; the notice has left by post."""
    case = corrected(desk)
    return desk.place(INTAKE, case, kind="service", on=TODAY, letter=letter(case, "correction_notice"), method="post")


def amended(desk: Desk) -> dict[str, Any]:
    return desk.place(INTAKE, posted(desk), kind="amendment", on=TODAY, of=1, changes={"received_on": "2026-11-19"}, reason="照签收单")


def revoked(desk: Desk) -> dict[str, Any]:
    return desk.place(INTAKE, corrected(desk), kind="revocation", on=TODAY, of=2, reason="误办")


def replied(desk: Desk) -> dict[str, Any]:
    items = [{"item": 1, "outcome": "disclosed", "where": "随本答复书提供"}]
    return desk.place(HEAD, desk.place(HANDLER, handling(desk), kind="draft", on=TODAY, items=items), kind="decision", on=TODAY)


def served(desk: Desk) -> dict[str, Any]:
    case = replied(desk)
    return desk.place(INTAKE, case, kind="service", on=TODAY, letter=letter(case, "disclosed"), method="direct")


def sued(desk: Desk) -> dict[str, Any]:
    return desk.place(LEGAL, served(desk), kind="remedy", on=TODAY, type="litigation", body="冠县人民法院")


def ordered(desk: Desk) -> dict[str, Any]:
    return desk.place(LEGAL, sued(desk), kind="remedy_result", on=TODAY, remedy=6, result="corrected", orders_rehandling=True, within=15)


def sued_again(desk: Desk) -> dict[str, Any]:
    return desk.place(LEGAL, ordered(desk), kind="remedy", on=TODAY, type="complaint", body="冠县人民政府")


def letter(case: dict[str, Any], kind: str) -> str:
    return str(next(one["id"] for one in case["letters"] if one["kind"] == kind))


# ---------------------------------------------------------------------------------------------- what is wrong


class Bad(NamedTuple):
    """An act that must be refused: `where` is a field of `errors` (400), or an article (409)."""

    title: str
    file: Callable[[Desk], dict[str, Any]]
    who: str
    act: dict[str, Any]
    status: int
    where: str
    says: str


def amend(of: int, **changes: Any) -> dict[str, Any]:
    return {"kind": "amendment", "of": of, "changes": changes, "reason": "核对"}


def revoke(of: int) -> dict[str, Any]:
    return {"kind": "revocation", "of": of, "reason": "误办"}


def result(on: str = TODAY, **fields: Any) -> dict[str, Any]:
    return {"kind": "remedy_result", "on": on, "remedy": 6, "result": "corrected", "orders_rehandling": True, **fields}


LATE = {"kind": "extension", "on": "2026-11-23", "days": 5, "reason": "核查需要时间"}
BAD = (
    Bad("an amendment of a field that no act has", posted, HEAD, amend(1, due="2026-12-31"), 400, "changes.due", "没有这一项"),
    Bad("an amendment of a field of another kind", posted, HEAD, amend(1, days=5), 400, "changes.days", "没有这一项"),
    Bad("an amendment of the kind itself", posted, HEAD, amend(1, kind="note"), 400, "changes.kind", "没有这一项"),
    Bad("an amendment of nothing", posted, HEAD, amend(1), 400, "changes", ""),
    Bad("an amendment of a record that is not there", posted, HEAD, amend(9, wanted="乙"), 400, "of", "没有第9项"),
    Bad("an amendment without a reason", posted, HEAD, {"kind": "amendment", "of": 1, "changes": {"wanted": "乙"}}, 400, "reason", ""),
    Bad("an amended value that is none", posted, HEAD, amend(1, received_on="昨天"), 400, "changes.received_on", ""),
    Bad("an amended day that is still to come", posted, HEAD, amend(1, received_on="2026-12-01"), 400, "changes.received_on", "不能晚于"),
    Bad("a later due date amended by the clerk", posted, INTAKE, amend(1, received_on="2026-11-23"), 409, "条例 45", "由负责人签批"),
    Bad("an amendment of what was issued in a notice", told, HEAD, amend(2, days=20), 409, "条例 45", "不能更正"),
    Bad("an amendment of a reply", served, HEAD, amend(4, outcome="not_existing"), 409, "条例 45", "不能更正"),
    Bad("an amendment of what a draft said", served, HEAD, amend(3, items=[{"item": 1, "outcome": "petition"}]), 409, "条例 45", "不能更正"),
    Bad("an amendment of an amendment", amended, HEAD, amend(2, reason="写错"), 409, "条例 45", "不能更正"),
    Bad("an amendment of what was taken back", revoked, HEAD, amend(2, days=20), 409, "条例 45", "已经撤销"),
    Bad("a revocation of a notice that has left", told, HEAD, revoke(2), 409, "条例 45", "已经送出"),
    Bad("a revocation of a reply that has left", served, HEAD, revoke(4), 409, "条例 45", "已经送出"),
    Bad("a revocation of a revocation", revoked, HEAD, revoke(3), 409, "条例 45", "不能撤销"),
    Bad("a revocation of the registration", posted, HEAD, revoke(1), 409, "条例 45", "不能撤销"),
    Bad("a revocation of another's act", handling, INTAKE, revoke(2), 409, "条例 45", "不是这一项的办理人"),
    Bad("voiding an answered file", served, HEAD, {"kind": "voiding", "reason": "重复"}, 409, "条例 45", "不能作废"),
    Bad("voiding a signed file", replied, HEAD, {"kind": "voiding", "reason": "重复"}, 409, "条例 45", "不能作废"),
    Bad("an order before its suit", sued, LEGAL, result("2026-11-23", within=15), 400, "on", "不能早于提起"),
    Bad("an order that arrived before its suit", sued, LEGAL, result(within=15, received_on="2026-11-20"), 400, "received_on", "不能早于提起"),
    Bad("an order amended to before its suit", ordered, HEAD, amend(7, received_on="2026-11-20"), 400, "changes.received_on", "不能早于提起"),
    Bad("a suit amended to after its order", ordered, HEAD, amend(6, on="2026-12-01"), 400, "changes.on", ""),
    Bad("two orders in one suit", ordered, LEGAL, result(within=10), 409, "条例 51", "没有尚未审结"),
    Bad("two orders in one suit, beside another", sued_again, LEGAL, result(within=10), 409, "条例 51", "不能再登记一个"),
    Bad("two periods in one order", sued, LEGAL, result(within=15, until="2026-12-31"), 400, "within", "只能选择一种"),
    Bad("an order by a result that upholds", sued, LEGAL, result(result="upheld"), 400, "orders_rehandling", ""),
    Bad("a result of what is no suit", sued, LEGAL, result(remedy=1), 400, "remedy", "不是复议、诉讼"),
    Bad("a split of one item", handling, HANDLER, {"kind": "split", "parts": ["甲"], "reason": "分开"}, 400, "parts", ""),
    Bad("a split of nothing", handling, HANDLER, {"kind": "split", "parts": [], "reason": "分开"}, 400, "parts", ""),
    Bad("a handover to oneself", posted, INTAKE, {"kind": "handover", "to": "gx-zrzy", "reason": "误投"}, 400, "to", "不能移送给本单位"),
    Bad("a handover to nobody", posted, INTAKE, {"kind": "handover", "to": "gx-none", "reason": "误投"}, 400, "to", ""),
    Bad("a handover after acceptance", handling, INTAKE, {"kind": "handover", "to": "gx-zjj", "reason": "误投"}, 409, "条例 10", ""),
    Bad("a late entry without its paper", handling, HEAD, {**LATE, "late_entry": {"reason": "停机"}}, 400, "late_entry.proof", ""),
    Bad("a late entry without its reason", handling, HEAD, {**LATE, "late_entry": {"proof": NOBODY}}, 400, "late_entry.reason", ""),
    Bad("a late entry of nothing", handling, HEAD, {**LATE, "late_entry": {}}, 400, "late_entry.proof", ""),
    Bad("a late entry with a paper that is not there", handling, HEAD, {**LATE, "late_entry": {"reason": "停机", "proof": NOBODY}}, 400,
        "late_entry.proof", "没有这个附件"),
    Bad("a backdated act without a late entry", handling, HEAD, LATE, 409, "条例 45", "补录"),
)  # fmt: skip


def snapshot(desk: Desk) -> dict[str, list[Any]]:
    """Everything that is kept of files and of what was done to them; of letters but what their printing adds."""
    kept = (t.CaseFile, t.ActRow, t.Docket, t.Inbox, t.AttachmentRow, t.Counter, t.LogEntry, t.Tally, t.OccurrenceRow, t.CaseText)
    letters = t.table_of(t.LetterRow)
    chosen = {model.__name__: select(t.table_of(model)) for model in kept} | {"letters": select(letters.c.id, letters.c.kind, letters.c.number)}
    log = t.table_of(t.LogEntry)  # the printing of a letter is told when it is done, and numbers those that come after it
    chosen["LogEntry"] = select(*(column for column in log.c if column.name not in ("seq", "mac"))).where(log.c.what != "letter")
    with desk.office.database.read() as session:
        return {name: sorted(map(repr, session.execute(rows).all())) for name, rows in chosen.items()}


@pytest.fixture(scope="module")
def made(desk: Desk) -> Made:
    """One file of each kind serves all: what is refused leaves it as it was."""
    return cache(lambda file: file(desk))


def refused(answer: Any, status: int, where: str, says: str) -> None:
    problem = answer.json()
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    if status == 400:
        assert where in [one["field"] for one in problem["errors"]], problem
        assert says in "".join(one["message"] for one in problem["errors"]), problem
    else:
        assert where in problem["articles"] and says in problem["detail"] and "permitted" in problem, problem


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.title)
def test_a_bad_act_is_refused_and_nothing_has_changed(desk: Desk, made: Made, bad: Bad) -> None:
    case = made(bad.file)
    before = snapshot(desk)
    refused(desk.try_place(bad.who, case, **{"on": TODAY, **bad.act}), bad.status, bad.where, bad.says)
    assert snapshot(desk) == before
    assert desk.call(HEAD, "GET", f"/api/cases/{case['id']}").json()["version"] == case["version"]


def test_public_notice_before_any_attempt_is_refused(desk: Desk, made: Made) -> None:
    case = made(corrected)
    before = snapshot(desk)
    fields = {"kind": "service", "on": TODAY, "letter": letter(case, "correction_notice"), "method": "public_notice"}
    refused(desk.try_place(INTAKE, case, **fields), 409, "民诉法 95", "")
    assert snapshot(desk) == before


CO = {"category": "natural_person", "name": "李桂兰（样例）", "phone": "13800000021"}
BAD_REGISTRATIONS: list[tuple[str, dict[str, Any], str]] = [
    ("a co-applicant who is the applicant", {"co_applicants": [APPLICANT]}, "co_applicants.0"),
    ("a co-applicant who is the applicant, written otherwise", {"co_applicants": [{**APPLICANT, "name": "周 文博（样例）"}]}, "co_applicants.0"),
    ("a co-applicant twice", {"co_applicants": [CO, CO]}, "co_applicants.1"),
    ("a representative who is not there", {"co_applicants": [CO], "representative": 2}, "representative"),
    ("an agent without a name", {"agent": {"relation": "entrusted"}}, "agent.name"),
    ("an agent with an empty name", {"agent": {"name": " ", "relation": "entrusted"}}, "agent.name"),
    ("a proof that is no paper of the file", {"agent": {"name": "何代理（样例）", "relation": "entrusted", "proof": NOBODY}}, "agent.proof"),
    ("an agent without a relation", {"agent": {"name": "何代理（样例）"}}, "agent.relation"),
]


@pytest.mark.parametrize(("title", "fields", "field"), BAD_REGISTRATIONS, ids=[row[0] for row in BAD_REGISTRATIONS])
def test_a_bad_registration_is_refused_and_makes_no_file(desk: Desk, title: str, fields: dict[str, Any], field: str) -> None:
    before = snapshot(desk)
    refused(desk.call(INTAKE, "POST", "/api/cases", registration(**fields)), 400, field, "")
    assert snapshot(desk) == before


@pytest.mark.parametrize(("title", "fields", "field"), BAD_REGISTRATIONS, ids=[row[0] for row in BAD_REGISTRATIONS])
def test_nor_is_it_let_in_by_an_amendment(desk: Desk, made: Made, title: str, fields: dict[str, Any], field: str) -> None:
    case = made(registered)
    before = snapshot(desk)
    refused(desk.try_place(HEAD, case, on=TODAY, **amend(1, **fields)), 400, f"changes.{field}", "")
    assert snapshot(desk) == before
