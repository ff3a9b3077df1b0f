"""成批办理: files ticked on the desk, each placed as if it were the only one, refused ones named with their reason."""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape
from typing import Any

import openpyxl
import pytest

from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Person, Site, axe, site_of, text_of
from workflow.case import Case

HANDLER, HEAD, INTAKE = "handler@gx-zrzy", "head@gx-zrzy", "intake@gx-zrzy"


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 10))


def now(site: Site, case: Case) -> Case:
    return site.office.case(site.officers[HEAD], case.id).case


def sent(who: Person, do: str, *cases: Case, **fields: Any) -> Any:
    return who.post("/desk/together", {"do": do, "case": [one.id for one in cases], **fields})


def went(who: Person, do: str, *cases: Case, **fields: Any) -> Any:
    """Sent as the page that asks once more sends it."""
    return sent(who, do, *cases, go="yes", **{"key": "1" * 36, **{f"seen.{one.id}": str(one.version) for one in cases}, **fields})


def test_files_are_assigned_together_and_each_keeps_its_act(site: Site) -> None:
    head, cases = site.as_(HEAD), [site.register() for _ in range(3)]
    asked = sent(head, "assignment", *cases)
    assert asked.status_code == 200
    assert "3件可以交办" in text_of(asked.text)
    assert re.search(r"赵思远（样例）（在办\d+件）", asked.text)
    assert [now(site, one).version for one in cases] == [1, 1, 1], "nothing is placed before it is asked once more"
    answer = went(head, "assignment", *cases, to=HANDLER)
    assert answer.status_code == 303, text_of(answer.text)
    said = text_of(head.page(answer.headers["location"]))
    assert "3件已交办" in said
    for one in cases:
        assert one.number in said
        after = now(site, one)
        assert (after.assignee, after.version, after.acts[-1].officer.username) == (HANDLER, 2, HEAD)


def test_what_is_refused_is_named_with_its_reason_and_hinders_no_other(site: Site) -> None:
    intake, good = site.as_(INTAKE), site.register()
    handled = site.place(HANDLER, site.register(), "acceptance")
    seen = site.register()
    moved = site.place(INTAKE, seen, "note", text="补记一笔")
    elsewhere = site.register("intake@gx-rsj")
    asked = text_of(sent(intake, "acceptance", good, handled, moved, elsewhere).text)
    assert "2件可以审核受理，2件现在不能" in asked
    assert elsewhere.number not in asked
    answer = went(intake, "acceptance", good, handled, seen, elsewhere)
    said = text_of(intake.page(answer.headers["location"]))
    assert "1件已审核受理，3件没有审核受理" in said
    for one in (good, handled, seen):
        assert one.number in said
    assert elsewhere.number not in said, "what he may not see is not named"
    assert now(site, good).state == "handling"
    assert (now(site, handled).version, now(site, moved).version) == (handled.version, moved.version)


def test_the_same_sent_twice_is_placed_once(site: Site) -> None:
    head, case = site.as_(HEAD), site.register()
    first = went(head, "assignment", case, to=HANDLER)
    second = went(head, "assignment", case, to=HANDLER)
    assert first.headers["location"] == second.headers["location"]
    assert now(site, case).version == 2
    assert "1件已交办" in text_of(head.page(second.headers["location"]))
    other = went(head, "assignment", case, to=HEAD)
    assert other.headers["location"] != first.headers["location"]
    assert "没有交办" in text_of(head.page(other.headers["location"])), "of a version that is past"
    assert site.as_(INTAKE).get(first.headers["location"]).status_code == 404, "the answers are his who placed it"


def test_an_overseeing_office_supervises_files_of_several_units(site: Site) -> None:
    above, cases = site.as_("head@gx-zfb"), [site.register(), site.register("intake@gx-rsj")]
    page = above.page("/desk?unit=all")
    assert page.count('name="case"') >= 2
    assert 'value="supervision"' in page
    empty = went(above, "supervision", *cases, text=" ")
    assert empty.status_code == 400
    assert "没有提交" in text_of(empty.text)
    answer = went(above, "supervision", *cases, text="请在三日内报告办理情况。")
    assert "2件已督办" in text_of(above.page(answer.headers["location"]))
    assert all(now_of(site, one).acts[-1].act.kind == "supervision" for one in cases)
    assert 'value="supervision"' not in site.as_(HANDLER).page("/desk")
    answer = went(site.as_(HANDLER), "supervision", cases[0], text="我也来督办。")
    assert "1件没有督办" in text_of(site.as_(HANDLER).page(answer.headers["location"]))


def test_what_was_typed_stays_with_what_was_refused_and_is_gone_on_with(site: Site) -> None:
    above, good, seen = site.as_("head@gx-zfb"), site.register(), site.register()
    site.place(INTAKE, seen, "note", text="补记一笔")
    answer = went(above, "supervision", good, seen, text="请在<三日>内报告。\n逐件说明。")
    where = answer.headers["location"]
    page = above.page(where)
    assert "1件已督办，1件没有督办" in text_of(page) and "没有丢失" not in page
    assert "请在&lt;三日&gt;内报告。" in page.split("您写的督办要求")[1]
    form = page.split('action="/desk/together"')[1]
    assert f'name="case" value="{seen.id}"' in form and good.id not in form
    typed = unescape(re.search(r'name="text" value="([^"]*)"', form)[1])  # type: ignore[index]
    assert typed == "请在<三日>内报告。\n逐件说明。"
    again = sent(above, "supervision", seen, text=typed)
    assert "逐件说明。</textarea>" in again.text and "1件可以督办" in text_of(again.text)
    version = re.search(rf'name="seen.{seen.id}" value="(\d+)"', again.text)[1]  # type: ignore[index]
    last = went(above, "supervision", seen, text=typed, **{f"seen.{seen.id}": version})
    assert "1件已督办" in text_of(above.page(last.headers["location"]))
    assert "您写的督办要求" not in above.page(last.headers["location"]), "all is on the files"
    for other in ("acceptance", "assignment", "decision"):
        assert above.get(where.replace("supervision", other)).status_code == 404, "of another kind"


def test_more_than_one_page_of_ticks_is_refused_in_words(site: Site) -> None:
    ids = [f"00000000-0000-4000-8000-{n:012}" for n in range(51)]
    for do in ("assignment", "print", "export"):
        answer = site.as_(HEAD).post("/desk/together", {"do": do, "case": ids})
        assert answer.status_code == 400
        assert "勾选了51件，一次最多办理50件" in text_of(answer.text)
    assert site.as_(HEAD).post("/desk/together", {"do": "print", "case": ids[:50]}).status_code == 200


def now_of(site: Site, case: Case) -> Case:
    return site.office.case(site.officers["head@gx-zfb"], case.id).case


def test_ticked_files_are_listed_for_print_and_exported_masked(site: Site) -> None:
    handler, cases = site.as_(HANDLER), [site.register(), site.register()]
    listed = text_of(sent(handler, "print", *cases).text)
    assert all(one.number in listed for one in cases)
    assert "周文博" not in listed
    refused = sent(handler, "export", *cases, site.register("intake@gx-rsj"))
    assert refused.status_code == 400 and "勾选的有1个不是申请，或者您不能查看" in text_of(refused.text)
    answer = sent(handler, "export", *cases)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [[str(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert sorted(row[0] for row in rows[1:]) == sorted(one.number for one in cases)
    assert "周文博" not in str(rows)


def test_ticks_that_are_no_files_are_told_and_nothing_is_placed_with_them(site: Site) -> None:
    head, case = site.as_(HEAD), site.register()
    shown = head.post("/desk/together", {"do": "assignment", "case": [case.id, "../etc"]})
    assert shown.status_code == 200 and "勾选的有1个不是申请，没有列在下面" in text_of(shown.text)
    for ids in ([case.id, "x"], [case.id, site.register().id]):  # the second was not on the page before
        fields = {"do": "assignment", "go": "yes", "to": HANDLER, "key": "2" * 36, f"seen.{case.id}": str(case.version), "case": ids}
        answer = head.post("/desk/together", fields)
        assert answer.status_code == 400 and "一件也没有办理" in text_of(answer.text)
    assert now(site, case).version == case.version


@pytest.mark.parametrize("fields", [{}, {"do": "assignment"}, {"do": "export"}, {"do": "print", "case": ["x", "../etc"]}, {"do": "decision"}])
def test_nothing_ticked_and_no_button_are_told(site: Site, fields: dict[str, Any]) -> None:
    answer = site.as_(HEAD).post("/desk/together", fields)
    assert answer.status_code == 400
    assert "勾选" in text_of(answer.text)


@pytest.mark.parametrize("size", [WIDE, TABLET, NARROW])
def test_rows_are_ticked_and_assigned_at_every_size(browser: Chromium, size: tuple[int, int]) -> None:
    site = browser.site
    cases = [site.register() for _ in range(2)]
    page = browser.window(HEAD, size).go("/desk?show=unassigned")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for one in cases:
        page.check(f'input[name=case][value="{one.id}"]')
    page.click("button[value=assignment]")
    page.wait_for_selector("#f-said")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.select_option("#f-said", HANDLER)
    page.click("button.btn-primary")
    page.wait_for_url("**/desk/together/assignment/*")
    assert axe(page) == []
    assert "2件已交办" in page.inner_text("main")
    assert all(now(site, one).assignee == HANDLER for one in cases)
