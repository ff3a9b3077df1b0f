"""`verify` finds every row and file that was changed behind the program's back, and nothing when all is well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from db.verify import size, verify
from tests.api.conftest import Desk


def faults(desk: Desk) -> list[str]:
    office = desk.office
    told: list[int] = []
    with office.database.read() as session:
        found = list(verify(session, office.files, office.rules, office.keys, told.append))
        assert sum(told) == size(session)
    return found


@pytest.fixture(scope="module")
def case(desk: Desk) -> dict[str, Any]:
    case = desk.place("handler@gx-zrzy", desk.register(), kind="acceptance", on="2026-11-03")
    case = desk.place("handler@gx-zrzy", case, kind="fee_notice", on="2026-11-04", basis="per_page", pages=40, amount_fen=10000)
    case = desk.place(
        "handler@gx-zrzy", desk.place("handler@gx-zrzy", case, kind="payment", on="2026-11-05", amount_fen=10000),
        kind="consultation", on="2026-11-06", type="other_agency", agency="gx-rsj", party={"name": "样例单位"}, question="？",
    )  # fmt: skip
    kept = desk.client.post(
        f"/api/cases/{case['id']}/attachments",
        headers={"Authorization": f"Bearer {desk.tokens['intake@gx-zrzy']}"},
        files={"file": ("说明.txt", b"x")},
    )
    assert kept.status_code == 201
    for letter in case["letters"]:
        desk.office.pdf(letter["id"])
    return {**case, "attachment": kept.json()["id"]}


def test_nothing_is_found_when_all_is_well(desk: Desk, case: dict[str, Any]) -> None:
    assert faults(desk) == []


TAMPERED = [
    ("UPDATE docket SET due_on = '2030-01-01' WHERE case_id = :id", "UPDATE docket SET due_on = :due WHERE case_id = :id", "due_on"),
    ("UPDATE inbox SET is_open = NOT is_open", "UPDATE inbox SET is_open = NOT is_open", "会商收件"),
    ("UPDATE case_file SET version = version + 1 WHERE id = :id", "UPDATE case_file SET version = version - 1 WHERE id = :id", "版本"),
    ("UPDATE counter SET value = value + 1 WHERE series = 'case'", "UPDATE counter SET value = value - 1 WHERE series = 'case'", "编号"),
    ("UPDATE letter SET size = size + 1", "UPDATE letter SET size = size - 1", "大小"),
    ("UPDATE attachment SET digest = upper(digest)", "UPDATE attachment SET digest = lower(digest)", "摘要"),
    ("UPDATE letter SET kind = 'x' || kind", "UPDATE letter SET kind = substr(kind, 2)", "文书"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "back", "named"), TAMPERED, ids=[one[2] for one in TAMPERED])
def test_a_changed_row_is_found_and_named(desk: Desk, case: dict[str, Any], change: str, back: str, named: str) -> None:
    values = {"id": case["id"], "due": case["due"]["on"]}
    given = lambda sql: {name: value for name, value in values.items() if f":{name}" in sql}  # noqa: E731
    run: Callable[[str], Any] = lambda sql: desk.office.database.write(lambda s: s.execute(text(sql), given(sql)))  # noqa: E731
    run(change)
    found = faults(desk)
    run(back)
    assert found
    assert named in found[0]
    assert "周文博" not in str(found)
    assert faults(desk) == []


def test_changed_missing_and_stray_bytes_are_found(desk: Desk, case: dict[str, Any]) -> None:
    root: Path = desk.office.files.root
    letter = case["letters"][0]["id"]
    path = root / "letters" / letter[:2] / letter
    whole = path.read_bytes()
    for broken in (whole[:-1], whole[:-1] + b"?", None):
        path.unlink()
        if broken is not None:
            path.write_bytes(broken)
        (found,) = faults(desk)
        assert letter in found
        path.write_bytes(whole)
    stray = root / "attachments" / "zz" / "nobody"
    stray.parent.mkdir()
    stray.write_bytes(b"x")
    (found,) = faults(desk)
    assert "nobody" in found
    stray.unlink()
    assert faults(desk) == []


