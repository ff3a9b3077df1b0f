"""The work desk: each role sees what is its to do, in order, counted as the clock counts, in few queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from db import store, worklists
from db.worklists import FILTERS, Now, Scope
from tests.api.conftest import registration
from tests.pages.conftest import TABLET, WIDE, Chromium, Person, Site, axe, text_of
from tests.pages.test_case import asked
from workflow.acts import parse
from workflow.case import Case

ITEMS = [{"item": 1, "outcome": "disclosed", "provided": [{"title": "复印件", "pages": 3}], "where": "随本答复书提供纸质复印件"}]


def handled(site: Site, received: str = "2026-11-02", on: str = "", **fields: Any) -> Case:
    """In the hands of the handler, with its search made."""
    on = on or received
    case = site.register(submitted_on=received, received_on=received, **fields)
    site.place("head@gx-zrzy", case, "assignment", to="handler@gx-zrzy", on=on)
    site.place("handler@gx-zrzy", case, "acceptance", on=on)
    return site.place("handler@gx-zrzy", case, "search", on=on, places=["综合档案室"], method="按名称检索", result="found")


def rows(page: str) -> list[str]:
    """The cases of the main list, in order."""
    table = page.split('class="gk-table tight gk-desktable"')[1].partition("</table>")[0] if "gk-desktable" in page else ""
    return re.findall(r'<a class="t" href="/cases/([\w-]+)"', table)


def counters(page: str) -> dict[str, int]:
    found = re.findall(r"</svg>([^<]+)</span><b class=\"[^\"]*\">(\d+)</b>", page)
    return {name: int(count) for name, count in found}


# ---------------------------------------------------------------- the handler


def test_the_handlers_list_is_his_own_and_the_most_pressing_stands_first(site: Site) -> None:
    later, late, soon = handled(site, "2026-11-20"), handled(site, "2026-10-12"), handled(site, "2026-10-28")
    waiting = asked(site)
    other = site.register()
    page = site.as_("handler@gx-zrzy").page("/desk")
    assert [one for one in rows(page) if one in {later.id, late.id, soon.id}] == [late.id, soon.id, later.id]
    assert other.id not in page
    assert "我在等别人" in page
    assert f'href="/cases/{waiting.id}"' in page
    assert "第三方答复" in page
    assert "周文博" not in page
    assert f'href="/cases/{late.id}/acts/draft"' in page
    assert re.search(r"超期\d+日", page)


def test_a_counter_is_what_it_shows_and_what_the_clock_says(site: Site) -> None:
    handler, today = site.as_("handler@gx-zrzy"), site.office.today()
    for received in ("2026-10-12", "2026-10-28", "2026-11-03", "2026-11-20"):
        handled(site, received)
    asked(site)
    fresh = handled(site, "2026-11-05")
    party = {"name": "冠县样例发展局（样例）"}
    site.place("handler@gx-zrzy", fresh, "consultation", type="joint_agency", party=party, question="是否同意公开")
    page = handler.page("/desk")
    with site.office.database.read() as session:
        mine = [row.case_id for row in worklists.page(session, Scope(["gx-zrzy"], personal=True), now_of(site), "active")]
        cases = [case for one in mine if (case := store.load(session, one)) is not None]
    expected: dict[str, set[str]] = {"overdue": set(), "3": set(), "7": set(), "suspended": set(), "provisional": set(), "active": set(mine)}
    for case in cases:
        clock = case.reckoning(site.office.rules)
        left = clock.working_days_left(today)
        if clock.provisional:
            expected["provisional"].add(case.id)
        if clock.suspended_on(today):
            expected["suspended"].add(case.id)
        if clock.due is not None and left < 0:
            expected["overdue"].add(case.id)
        elif clock.due is not None and not clock.suspended_on(today):
            away = site.office.rules.calendar.between(today, clock.due)
            if away <= 7:
                expected["3" if away <= 3 else "7"].add(case.id)
    assert expected["suspended"], "the sample has one that stands still"
    assert expected["overdue"]
    assert list(counters(page).values()) == [len(one) for one in expected.values()]
    for key, ids in expected.items():
        assert set(rows(handler.page(f"/desk?show={key}"))) == ids, key


def now_of(site: Site, username: str = "handler@gx-zrzy") -> Now:
    return Now.of(site.officers[username], site.office.staff(), site.office.rules)


def test_standing_still_is_read_from_the_spans_day_by_day(site: Site) -> None:
    """From the day after the question until the day of its limit, as the clock says, on both engines."""
    case = asked(site)
    clock = case.reckoning(site.office.rules)
    for day in (date(2026, 11, 10), date(2026, 11, 11), date(2026, 12, 3), date(2026, 12, 4)):
        now = Now.of(site.officers["handler@gx-zrzy"], replace(site.office.staff(), today=day), site.office.rules)
        with site.office.database.read() as session:
            still = {row.case_id for row in worklists.page(session, Scope(["gx-zrzy"]), now, "suspended")}
        assert (case.id in still) == clock.suspended_on(day), day


def test_what_came_back_and_what_is_urged_waits_for_me(site: Site) -> None:
    case = handled(site, "2026-11-03")
    site.place("handler@gx-zrzy", case, "draft", items=ITEMS)
    handler = site.as_("handler@gx-zrzy")
    assert case.id not in rows(handler.page("/desk")), "it lies with those who sign"
    site.place("head@gx-zrzy", case, "return", reason="写明检索范围")
    site.office.place(site.officers["analyst@gx-zfb"], case.id, parse({"kind": "supervision", "on": "2026-11-24", "text": "请按期答复"}))
    page = handler.page("/desk")
    side = page.split("别人在等我")[1].split("我在等别人")[0]
    assert "审签退回，待修改" in side
    assert "督办" in side
    assert case.id in rows(page)
    assert "修改后重报审签" in page


def test_a_limit_that_passed_makes_it_my_move_again(site: Site) -> None:
    case = site.register(submitted_on="2026-10-12", received_on="2026-10-12")
    site.place("intake@gx-zrzy", case, "assignment", to="handler@gx-zrzy", on="2026-10-12")
    case = site.place("intake@gx-zrzy", case, "correction_notice", on="2026-10-14", matters=["写明文号"])
    letter = case.letters(site.office.rules)[-1].id
    site.place("intake@gx-zrzy", case, "service", on="2026-10-14", letter=letter, method="direct")
    page = site.as_("handler@gx-zrzy").page("/desk")
    assert case.id in rows(page)
    assert f'href="/cases/{case.id}/acts/abandonment"' in page


# ---------------------------------------------------------------- the others


def test_every_role_has_its_own_desk(site: Site) -> None:
    drafted = handled(site, "2026-11-04")
    site.place("handler@gx-zrzy", drafted, "draft", items=ITEMS)
    fresh = site.register()
    head = site.as_("head@gx-zrzy").page("/desk")
    assert {drafted.id, fresh.id} <= set(rows(head))
    assert set(counters(head)) >= {"待签发", "待交办"}
    assert drafted.id in rows(site.as_("head@gx-zrzy").page("/desk?show=to_sign"))
    site.place("head@gx-zrzy", drafted, "decision")
    intake = site.as_("intake@gx-zrzy").page("/desk?show=to_serve")
    assert drafted.id in rows(intake)
    assert f'href="/cases/{drafted.id}/acts/service"' in intake
    archive = site.as_("archivist@gx-zrzy").page("/desk?show=incomplete")
    assert drafted.id in rows(archive)
    assert "待审核" in site.as_("legal@gx-zrzy").page("/desk")
    assert site.as_("admin").get("/desk").status_code == 403


def test_what_nobody_handles_waits_on_the_desks_of_head_and_intake(site: Site) -> None:
    """待交办 is every open file without an active person, whatever its state; its next step there is to give it to somebody."""
    fresh = site.register()
    accepted = site.place("intake@gx-zrzy", site.register(), "acceptance")
    mine = site.place("handler@gx-zrzy", site.register(), "acceptance")
    for who in ("head@gx-zrzy", "intake@gx-zrzy"):
        page = site.as_(who).page("/desk?show=unassigned")
        assert {fresh.id, accepted.id} <= set(rows(page)), who
        assert mine.id not in rows(page)
        assert counters(page)["待交办"] == len(rows(page))
        assert f'href="/cases/{accepted.id}/acts/assignment"' in page
        assert accepted.id in rows(site.as_(who).page("/desk"))
    assert mine.id in rows(site.as_("handler@gx-zrzy").page("/desk"))
    form = site.as_("head@gx-zrzy").page(f"/cases/{accepted.id}/acts/assignment")
    assert 'value="handler@gx-zrzy"' in form
    assert 'value="legal@gx-zrzy"' not in form


def test_a_question_waits_on_the_desk_of_whoever_is_asked(site: Site) -> None:
    case = handled(site, "2026-11-05")
    party = {"name": "冠县住房和城乡建设局"}
    site.place("handler@gx-zrzy", case, "consultation", type="joint_agency", agency="gx-zjj", party=party, question="红线图由谁保存")
    page = site.as_("handler@gx-zjj").page("/desk")
    assert f'href="/consultations/{case.id}/{site.office.case(site.officers["handler@gx-zrzy"], case.id).case.version}"' in page
    assert "红线图由谁保存" in page
    assert case.number not in page
    assert "周*" not in page


def test_a_question_from_another_unit_has_one_person_and_others_may_see_to_it_too(site: Site) -> None:
    case = handled(site, "2026-11-06")
    party = {"name": "冠县人力资源和社会保障局"}
    case = site.place("handler@gx-zrzy", case, "consultation", type="other_agency", agency="gx-rsj", party=party, question="名册由谁保存")
    address = f"/consultations/{case.id}/{case.version}"
    assert f'href="{address}"' in site.as_("handler@gx-rsj").page("/desk")
    for other in ("intake@gx-rsj", "legal@gx-rsj", "head@gx-rsj", "archivist@gx-rsj"):
        assert "名册由谁保存" not in site.as_(other).page("/desk"), other
    seen = site.as_("head@gx-rsj").page(address)
    assert f"本单位由{site.officers['handler@gx-rsj'].name}答复，您也可以答复" in seen
    assert "提交意见" in seen
    assert "您也可以答复" not in site.as_("handler@gx-rsj").page(address)


def test_an_order_on_a_file_in_the_archive_and_a_letter_that_lies_about_are_somebodys(site: Site) -> None:
    case = site.place("handler@gx-zrzy", handled(site, "2026-11-09"), "draft", items=[{"item": 1, "outcome": "state_secret", "reason": "涉密"}])
    case = site.place("head@gx-zrzy", case, "decision")
    assert f'href="/cases/{case.id}/acts/service"' in site.as_("intake@gx-zrzy").page("/desk")
    letter = case.letters(site.office.rules)[-1].id
    site.office.pdf(letter)
    site.place("intake@gx-zrzy", case, "service", letter=letter, method="direct")
    site.place("archivist@gx-zrzy", case, "archival")
    case = site.place("legal@gx-zrzy", case, "remedy", type="reconsideration", body="冠县人民政府")
    assert case.id not in rows(site.as_("head@gx-zrzy").page("/desk"))
    case = site.place("legal@gx-zrzy", case, "remedy_result", remedy=case.version, result="corrected", orders_rehandling=True)
    assert case.state == "archived"
    page = site.as_("head@gx-zrzy").page("/desk")
    assert f'href="/cases/{case.id}/acts/reopening"' in page


def test_the_county_office_sees_all_units_and_may_urge(site: Site) -> None:
    here = site.register()
    there = site.register("intake@gx-rsj")
    county = site.as_("analyst@gx-zfb")
    page = county.page("/desk")
    assert {here.id, there.id} <= set(rows(page))
    assert f'href="/cases/{here.id}/acts/supervision"' in page
    only = rows(county.page("/desk?unit=gx-rsj"))
    assert there.id in only
    assert here.id not in only
    ordinary = rows(site.as_("analyst@gx-rsj").page("/desk?unit=gx-zrzy"))
    assert here.id not in ordinary
    assert there.id in ordinary


# ---------------------------------------------------------------- many, odd, fast


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "docket" in statement:
            said.append(statement)

    event.listen(site.office.database.engine, "before_cursor_execute", note)
    yield said
    event.remove(site.office.database.engine, "before_cursor_execute", note)


def test_fifty_a_page_and_no_more_queries_for_many(site: Site) -> None:
    county = site.as_("analyst@gx-zfb")
    site.register("intake@gx-zjj")
    with statements(site) as few:
        county.page("/desk?unit=gx-zjj")

    def many(session: Any) -> None:
        for n in range(53):
            act = parse({"kind": "registration", **registration(wanted=f"第{n}批次竣工验收备案表")})
            site.office.register_in(session, site.officers["intake@gx-zjj"], act)

    site.office.database.write(many)
    with statements(site) as more:
        first = county.page("/desk?unit=gx-zjj")
    assert 0 < len(more) == len(few) < 8
    second = county.page("/desk?unit=gx-zjj&page=2")
    assert len(rows(first)) == 50
    assert len(rows(second)) == 4
    assert not set(rows(first)) & set(rows(second))
    assert 'href="/desk?unit=gx-zjj&amp;page=2"' in first


@pytest.mark.parametrize(
    "query", ["show=x", "show=overdue&show=3", "page=0", "page=-1", "page=9999", "page=１", "unit=%00", "unit=all", "x=" + "y" * 5000]
)
def test_odd_addresses_do_no_harm(site: Site, query: str) -> None:
    for person in ("handler@gx-zrzy", "analyst@gx-zfb"):
        assert site.as_(person).get(f"/desk?{query}").status_code in (200, 400, 414)


def test_every_filter_of_every_desk_can_be_asked(site: Site) -> None:
    with site.office.database.read() as session:
        counts = worklists.counts(session, Scope(["gx-zrzy"]), now_of(site), list(FILTERS))
        for key, count in counts.items():
            assert len(worklists.page(session, Scope(["gx-zrzy"]), now_of(site), key)) == min(count, 51), key


@pytest.mark.parametrize("size", [WIDE, TABLET])
def test_the_desk_is_usable_by_everybody_and_prints(browser: Chromium, size: tuple[int, int]) -> None:
    handled(browser.site, "2026-10-12")
    asked(browser.site)
    for username in ("handler@gx-zrzy", "analyst@gx-zfb"):
        window = browser.window(username, size)
        page = window.go("/desk")
        assert axe(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.click(".gk-counters a >> nth=0")
    page.wait_for_url("**show=overdue*")
    assert axe(page) == []
    assert page.locator(".gk-counters a[aria-current]").count() == 1
    page.emulate_media(media="print")
    assert not page.locator(".gk-bar").is_visible()
    assert text_of(page.content()).count("超期")


def test_signed_out_one_is_asked_to_sign_in(site: Site) -> None:
    visitor: Person = site.visitor()
    answer = visitor.get("/desk")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


# ---------------------------------------------------------------- 交下级单位拟办


def test_what_is_passed_down_stands_on_both_desks_with_its_limit(site: Site) -> None:
    today = site.clock.now.date()
    case = site.register("intake@gx-zfb", submitted_on=today.isoformat(), received_on=today.isoformat(), wanted="某园区规划环评报告")
    case = site.place("handler@gx-zfb", case, "acceptance")
    head, path = site.as_("head@gx-zfb"), f"/cases/{case.id}/acts/assignment"
    form = head.page(path)
    assert '<option value="gx-zrzy">冠县自然资源和规划局</option>' in form
    assert 'name="limit"' not in form
    chosen = {"on": today.isoformat(), "agency": "gx-zrzy", "to": "handler@gx-zfb", "seen": str(case.version)}
    asked = head.post(path, {**chosen, "redraw": "yes"}).text
    assert 'name="limit"' in asked
    assert "交下级单位拟办的，请写明期限" in text_of(head.post(path, chosen).text)
    limit = today + timedelta(days=4)
    sent = head.post(path, {**chosen, "limit": limit.isoformat()})
    assert sent.status_code == 303, text_of(sent.text)
    below = site.as_("handler@gx-zrzy")
    said = text_of(below.page("/desk"))
    assert "交来拟办：冠县人民政府办公室" in said
    assert f"{limit.month}月{limit.day}日前" in said
    page = text_of(below.page(f"/cases/{case.id}"))
    assert f"拟办 冠县自然资源和规划局，{limit.month}月{limit.day}日前报送拟稿" in page
    assert "周文博" not in page
    short = f"{limit.month}月{limit.day}日前"
    assert f"冠县自然资源和规划局{short}报送拟稿" in text_of(below.page(f"/cases/{case.id}/acts/draft"))
    assert f"拟办{short}" in text_of(head.page(f"/cases?q={case.number}"))
    assert below.get(f"/cases/{case.id}/acts/extension").status_code == 403
    assert f"冠县自然资源和规划局拟稿，{limit.month}月{limit.day}日前" in text_of(site.as_("handler@gx-zfb").page("/desk"))
    own = site.register()
    assert 'name="agency"' not in site.as_("head@gx-zrzy").page(f"/cases/{own.id}/acts/assignment")
