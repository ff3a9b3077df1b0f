"""报批 on the page of approvals: seen beside the drafts, signed by one button, returned with a reason."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.pages.conftest import Site, text_of
from workflow.case import Case

EXTENSION = {"kind": "extension", "on": "2026-11-10", "days": 10, "reason": "卷宗量大", "notified_on": "2026-11-10"}


@pytest.fixture(autouse=True)
def today(site: Site) -> None:
    site.clock.set(date(2026, 11, 10))


def asked(site: Site) -> Case:
    case = site.place("handler@gx-zrzy", site.register(), "acceptance")
    return site.place("handler@gx-zrzy", case, "request", act=EXTENSION, reason="共四十卷，需要逐卷查阅")


def now(site: Site, case: Case) -> Case:
    return site.office.case(site.officers["head@gx-zrzy"], case.id).case


def pressed(site: Site, case: Case, do: str, who: str = "head@gx-zrzy", **fields: str) -> object:
    return site.as_(who).post(f"/approvals/{case.id}/requests/3", {"do": do, "seen": str(case.version), **fields})


def test_a_request_is_told_and_signed_by_one_button(site: Site) -> None:
    case = asked(site)
    page = text_of(site.as_("head@gx-zrzy").page("/approvals"))
    for words in ("报批", "延长答复期限", "共四十卷，需要逐卷查阅", "答复期限：由2026年11月30日变为2026年12月14日", "赵思远（样例）"):
        assert words in page, words
    answer = pressed(site, case, "sign")
    assert answer.headers["location"] == f"/approvals/{case.id}/requests/3"  # type: ignore[attr-defined]
    after = now(site, case)
    assert after.requests == ()
    assert after.acts[-1].act.kind == "extension"
    assert after.acts[-1].officer.username == "head@gx-zrzy"
    done = site.as_("head@gx-zrzy").page(f"/approvals/{case.id}/requests/3")
    assert "已签批：延长答复期限" in text_of(done)
    assert "<form" not in done.split("<main")[1], "no button stands where one was pressed"


def test_it_goes_back_only_with_a_reason_and_only_by_the_head(site: Site) -> None:
    case = asked(site)
    assert pressed(site, case, "return").status_code == 400  # type: ignore[attr-defined]
    assert pressed(site, case, "").status_code == 400  # type: ignore[attr-defined]
    assert pressed(site, case, "sign", "legal@gx-zrzy").status_code == 403  # type: ignore[attr-defined]
    assert now(site, case).version == case.version
    assert pressed(site, case, "return", text="先查清卷数").status_code == 303  # type: ignore[attr-defined]
    assert now(site, case).requests == ()
    assert pressed(site, case, "sign").status_code == 404  # type: ignore[attr-defined]
    done = text_of(site.as_("head@gx-zrzy").page(f"/approvals/{case.id}/requests/3"))
    assert "已退回报批：延长答复期限" in done and "先查清卷数" in done
    assert site.as_("head@gx-zrzy").get(f"/approvals/{case.id}/requests/2").status_code == 404


def test_stock_sentences_are_offered_where_a_request_is_returned_and_nothing_typed_is_lost(site: Site) -> None:
    head = site.as_("head@gx-zrzy")
    assert head.post("/account/phrases", {"place": "return.reason", "text": "请补充卷宗的目录。"}).status_code == 200
    case = asked(site)
    page = head.page("/approvals")
    form = f"answer-{case.id}-3"
    assert f'<form id="{form}"' in page
    assert re.search(rf'<button[^>]* type="button" form="{form}" data-into="text">请补充卷宗的目录。</button>', page)
    site.place("handler@gx-zrzy", case, "note", text="又来电话")
    late = head.post(f"/approvals/{case.id}/requests/3", {"do": "return", "seen": str(case.version), "text": "先查清卷数"})
    assert late.status_code == 412
    assert ">先查清卷数</textarea>" in late.text
    assert now(site, case).requests
