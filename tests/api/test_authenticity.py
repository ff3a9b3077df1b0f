"""文书核验 over the API: what anybody is told of a letter, on either engine, and what nobody is told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete

from api.office import authenticity
from api.office.allowances import Allowances
from db import allowances, people
from tests.api.conftest import Desk

INTAKE, HANDLER, HEAD = "intake@gx-zrzy", "handler@gx-zrzy", "head@gx-zrzy"
DAY = "2026-11-24"


@pytest.fixture(autouse=True)
def _open(desk: Desk) -> None:
    """Opened by one unit, and nobody has come before."""
    desk.office.database.write(lambda s: people.set_setting(s, "gx-zrzy", authenticity.SWITCH, "yes"))
    desk.office.database.write(lambda s: s.execute(delete(allowances.ALLOWANCE)))
    desk.office.allowances = Allowances(desk.office.database, desk.office.keys.blind)


def asked(desk: Desk, number: str | None, sha256: str) -> dict[str, Any]:
    body = {"sha256": sha256} if number is None else {"number": number, "sha256": sha256}
    answer = desk.call(None, "POST", "/api/letters/verify", body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def digest_of(desk: Desk, letter: dict[str, Any], who: str = HANDLER) -> str:
    """The SHA-256 of a letter that has been made."""
    desk.office.pdf(letter["id"])
    return str(desk.call(who, "GET", f"/api/letters/{letter['id']}").json()["digest"])


def replied(desk: Desk) -> dict[str, Any]:
    case = desk.register(submitted_on="2026-11-20", received_on="2026-11-20")
    case = desk.place(HANDLER, case, kind="acceptance", on=DAY)
    case = desk.place(HANDLER, case, kind="draft", on=DAY, items=[{"item": 1, "outcome": "disclosed"}])
    return desk.place(HEAD, case, kind="decision", on=DAY)


def test_a_letter_as_issued_is_known_by_its_number_and_the_beginning_of_its_digest(desk: Desk) -> None:
    case = replied(desk)
    receipt, reply = case["letters"][0], case["letters"][-1]
    whole = digest_of(desk, reply)
    issued = asked(desk, reply["number"], whole[:16])
    assert issued == {
        "result": "issued", "agency": "冠县自然资源和规划局", "letter": "予以公开答复书", "dated": DAY, "fate": None,
        "sentence": "这是冠县自然资源和规划局2026年11月24日的予以公开答复书，内容与签发时一致。",
    }  # fmt: skip
    typed = reply["number"].replace("〔", " [").replace("〕", "］")
    assert asked(desk, typed, whole.upper()) == issued, "however its brackets and letters are typed"
    assert asked(desk, None, whole) == issued
    assert reply["number"] and not receipt["number"]
    assert asked(desk, None, digest_of(desk, receipt))["letter"] == "登记回执", "what has no number is known by its digest"


def test_what_was_changed_names_the_unit_alone_and_what_is_not_here_nothing(desk: Desk) -> None:
    case = replied(desk)
    reply = case["letters"][-1]
    whole = digest_of(desk, reply)
    changed = asked(desk, reply["number"], "0" * 64)
    assert (changed["result"], changed["agency"], changed["letter"], changed["dated"]) == ("changed", "冠县自然资源和规划局", None, None)
    nothing = asked(desk, None, "0" * 64)
    assert nothing["result"] == "unknown" and not any(nothing[one] for one in ("agency", "letter", "dated", "fate"))
    assert asked(desk, "冠自然资公复〔2026〕99999号", whole) == nothing, "a number that is not its own is no number of it"
    desk.office.database.write(lambda s: people.set_setting(s, "gx-zrzy", authenticity.SWITCH, "no"))
    desk.office.database.write(lambda s: people.set_setting(s, "gx-rsj", authenticity.SWITCH, "yes"))
    assert asked(desk, reply["number"], whole) == asked(desk, reply["number"], "0" * 64) == nothing, "its unit has not opened it"
    desk.office.database.write(lambda s: people.set_setting(s, "gx-rsj", authenticity.SWITCH, "no"))
    closed = desk.call(None, "POST", "/api/letters/verify", {"sha256": whole})
    assert closed.status_code == 404 and "开通" in closed.json()["detail"]


def test_what_never_leaves_the_house_is_not_known(desk: Desk) -> None:
    case = desk.register(submitted_on="2026-11-20", received_on="2026-11-20")
    case = desk.place(HANDLER, case, kind="acceptance", on=DAY)
    case = desk.place(
        HANDLER, case, kind="consultation", on=DAY, type="internal", party={"name": "法制岗"}, to="legal@gx-zrzy", question="能否公开？"
    )
    paper = case["letters"][-1]
    assert paper["kind"] == "internal_consultation"
    assert asked(desk, paper["number"], digest_of(desk, paper))["result"] == "unknown"


@pytest.mark.parametrize(
    ("how", "fate"), [("revoke", "void"), ("correct", "corrected"), ("supplement", None)]
)  # fmt: skip
def test_a_reply_that_was_taken_back_or_corrected_is_replaced_and_one_that_is_supplemented_stands(desk: Desk, how: str, fate: str | None) -> None:
    case = replied(desk)
    reply = case["letters"][-1]
    whole = digest_of(desk, reply)
    desk.place(HEAD, case, kind="reopening", on=DAY, basis="own_motion", replaces=how, reason="样例：文号写错")
    found = asked(desk, reply["number"], whole)
    assert (found["result"], found["fate"]) == ("issued" if fate is None else "replaced", fate)
    assert asked(desk, reply["number"], "0" * 64)["result"] == "changed"


def test_a_reply_that_was_sent_and_then_revoked_is_revoked(desk: Desk) -> None:
    case = replied(desk)
    reply = case["letters"][-1]
    whole = digest_of(desk, reply)
    case = desk.place(INTAKE, case, kind="service", on=DAY, letter=reply["id"], method="direct", received_on=DAY)
    desk.place(HEAD, case, kind="reopening", on=DAY, basis="own_motion", replaces="revoke", reason="样例：遗漏一件")
    assert asked(desk, reply["number"], whole)["fate"] == "revoked"


def test_a_reply_that_an_order_has_done_again_is_redone(desk: Desk) -> None:
    case = replied(desk)
    reply = case["letters"][-1]
    whole = digest_of(desk, reply)
    case = desk.place(INTAKE, case, kind="service", on=DAY, letter=reply["id"], method="direct", received_on=DAY)
    case = desk.place(HANDLER, case, kind="remedy", on=DAY, type="reconsideration", body="冠县人民政府")
    case = desk.place(
        HANDLER, case, kind="remedy_result", on=DAY, remedy=case["version"], result="corrected", received_on=DAY, orders_rehandling=True, within=20
    )
    desk.place(HEAD, case, kind="reopening", on=DAY, basis="ordered", remedy=case["version"] - 1, reason="样例：依复议决定")
    assert asked(desk, None, whole)["fate"] == "redone"


def test_the_number_of_a_void_letter_is_told_as_void(desk: Desk) -> None:
    case = desk.register(submitted_on="2026-11-20", received_on="2026-11-20")
    whole = digest_of(desk, case["letters"][0])
    desk.place(HEAD, case, kind="voiding", on=DAY, reason="样例：重复登记")
    assert asked(desk, None, whole)["fate"] == "void"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "sha256"), ({"sha256": "0" * 15}, "sha256"), ({"sha256": "x" * 64}, "sha256"), ({"sha256": "0" * 65}, "sha256"),
        ({"sha256": 5}, "sha256"), ({"sha256": "0" * 16}, "number"), ({"number": " ", "sha256": "0" * 63}, "number"),
        ({"number": "1\u0000号", "sha256": "0" * 64}, "number"), ({"number": "\ud800", "sha256": "0" * 64}, "number"),
        ({"number": "号" * 1001, "sha256": "0" * 64}, "number"), ({"number": 5, "sha256": "0" * 64}, "number"),
        ({"sha256": "0" * 64, "name": "周"}, "name"),
    ],
)  # fmt: skip
def test_a_question_at_fault_is_told_where(desk: Desk, body: dict[str, Any], field: str) -> None:
    answer = desk.call(None, "POST", "/api/letters/verify", body)
    assert answer.status_code == 400, answer.text
    assert field in {one["field"] for one in answer.json()["errors"]}


def test_a_number_of_any_characters_is_only_unknown(desk: Desk) -> None:
    for number in ("' OR 1=1 --", "%", "_", "〔〕", "😀", "号" * 200):
        assert asked(desk, number, "0" * 64)["result"] == "unknown", number


def test_who_asks_too_often_is_told_to_come_again(desk: Desk) -> None:
    answers = [desk.call(None, "POST", "/api/letters/verify", {"sha256": "0" * 64}) for _ in range(21)]
    assert [one.status_code for one in answers] == [200] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
