"""会商收件 over HTTP, page by page: each consultation once, however many were answered long ago."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from db import queries
from tests.api.conftest import Desk

HANDLER, ASKED = "handler@gx-zrzy", "legal@gx-rsj"


def consulted(desk: Desk) -> dict[str, Any]:
    case = desk.place(HANDLER, desk.register(), kind="acceptance", on="2026-11-03")
    return desk.place(
        HANDLER, case, kind="consultation", on="2026-11-04", type="other_agency", agency="gx-rsj",
        party={"name": "冠县人力资源和社会保障局"}, question="是否可以公开？",
    )  # fmt: skip


def test_the_pages_hold_each_one_once(desk: Desk) -> None:
    cases = [consulted(desk) for _ in range(3)]
    desk.place(ASKED, cases[1], kind="opinion", on="2026-11-06", consultation=3, stance="consent", text="可以公开。")
    whole = desk.call(ASKED, "GET", "/api/consultations").json()
    assert whole["next"] is None and whole["total"] == len(whole["items"])
    path, found = "/api/consultations?limit=1", list[str]()
    while path:
        page = desk.call(ASKED, "GET", path).json()
        found += [one["case_id"] for one in page["items"]]
        path = page["next"] and f"/api/consultations?limit=1&cursor={page['next']}"
    assert found == [one["case_id"] for one in whole["items"]]
    assert [one["open"] for one in whole["items"]] == sorted((one["open"] for one in whole["items"]), reverse=True)


@pytest.mark.parametrize("query", ["cursor=x", "cursor=WzEsMl0=", "cursor=WzksIngiLDFd", "limit=0", "limit=101", "more=1", "limit=1&limit=2"])
def test_what_is_no_page_is_told(desk: Desk, query: str) -> None:
    assert desk.call(ASKED, "GET", f"/api/consultations?{query}").status_code == 400


def test_with_and_without_a_limit_open_and_answered_keep_their_order(desk: Desk) -> None:
    case_id, unit, day = desk.register()["id"], "gx-many", date(2026, 3, 2)
    limits = [day, None, day + timedelta(1), day]
    rows = [
        {"case_id": case_id, "seq": 100 + at, "agency": unit, "limit_on": limits[at % 4], "is_open": at % 8 < 4} for at in range(24)
    ]  # fmt: skip
    desk.office.database.write(lambda session: session.execute(insert(queries.INBOX), rows))

    def place(row: Any) -> tuple[Any, ...]:
        at = ((row["limit_on"] or date.max).toordinal(), row["seq"])
        if row["is_open"]:
            return (0, *at)
        return (1, row["limit_on"] is None, *(-one for one in at))

    found, cursor = list[int](), None
    with desk.office.database.read() as session:
        while True:
            page = queries.inbox(session, unit, 5, cursor)
            assert page.total == 24
            found += [one.seq for one in page.items]
            if (cursor := page.next) is None:
                break
            assert len(page.items) == 5
    assert found == [one["seq"] for one in sorted(rows, key=place)]
