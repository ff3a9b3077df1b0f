"""归档: what may be archived, what is lacking and who supplies it, the package, and the search among archived files."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.bags import check_package
from tests.pages.conftest import TABLET, WIDE, Chromium, Site, axe, opens, site_of, text_of
from workflow import steps
from workflow.case import Case

WANTED = "清泉街道征地补偿费用支付凭证"


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 10))


def withdrawn(site: Site, *, served: bool = True, wanted: str = WANTED) -> Case:
    """A file that ended by withdrawal, with its notice served or not."""
    case = site.place("intake@gx-zrzy", site.register(wanted=wanted), "withdrawal", by="writing")
    letter = steps.to_serve(case, site.office.rules)[0].id
    return site.place("intake@gx-zrzy", case, "service", letter=letter, method="direct") if served else case


def now(site: Site, case: Case) -> Case:
    return site.office.case(site.officers["archivist@gx-zrzy"], case.id).case


def ticked(*cases: Case, **fields: str) -> dict[str, object]:
    return {"tick": [case.id for case in cases], **{f"seen.{case.id}": str(case.version) for case in cases}, **fields}


def test_complete_files_are_offered_and_the_others_say_what_supplies_it(site: Site) -> None:
    ready, lacking = withdrawn(site), withdrawn(site, served=False)
    person = site.as_("archivist@gx-zrzy")
    page, missing = person.page("/archive"), person.page("/archive?view=lacking")
    assert ready.id in page
    assert lacking.id not in page
    assert "周文博" not in page + missing
    assert "撤回申请告知书（第2项记录）没有送达记录" in text_of(missing)
    assert "由登记岗、承办岗登记“送达”补上" in text_of(missing)
    assert f"/cases/{lacking.id}/acts/service" not in missing, "no door for whom it is shut"
    assert f"/cases/{lacking.id}/acts/service" in site.as_("handler@gx-zrzy").page("/archive?view=lacking")


def test_ticked_files_are_archived_and_their_packages_are_whole(site: Site) -> None:
    case, other = withdrawn(site), withdrawn(site)
    person = site.as_("archivist@gx-zrzy")
    answer = person.post("/archive", ticked(case, **{f"retention.{case.id}": "永久", f"volume.{case.id}": "2026-XX-7"}))
    assert answer.status_code == 303, text_of(answer.text)
    assert "已归档1件，卷内目录已经生成。" in text_of(person.page(answer.headers["location"]))
    archived = now(site, case)
    assert archived.state == "archived"
    assert archived.acts[-1].act.retention == "永久"  # type: ignore[attr-defined]
    assert now(site, other).state == "closed"
    assert person.get(f"/archive/{case.id}/package").status_code == 403, "an archivist handles no file: he says what for"
    bag = person.post(f"/archive/{case.id}/package", {"reason": "向县档案馆移交"})
    assert bag.status_code == 200
    assert bag.headers["content-type"].startswith("application/zip")
    check_package(bag.content)
    assert person.post(f"/archive/{other.id}/package", {"reason": "向县档案馆移交"}).status_code == 409


def test_what_could_not_be_archived_keeps_its_fields_and_says_why(site: Site) -> None:
    good, bad, stale = withdrawn(site), withdrawn(site, served=False), withdrawn(site)
    site.place("legal@gx-zrzy", stale, "note", text="先核对")
    fields = {f"volume.{stale.id}": "档-9", f"retention.{good.id}": "十年"}
    answer = site.as_("archivist@gx-zrzy").post("/archive", ticked(good, bad, stale, **fields))
    said = text_of(answer.text)
    assert answer.status_code == 400
    assert "3件没有归档，填写的内容还在" in said
    assert "保管期限应当是其中之一" in said
    assert "材料不齐，还不能归档" in said
    assert "先办了这件申请，备注" in said
    assert 'value="档-9"' in answer.text
    assert {now(site, one).state for one in (good, bad, stale)} == {"closed"}


def test_nothing_ticked_is_told(site: Site) -> None:
    for fields in ({}, {"tick": ["x", "1"]}, {"tick": "<b>"}):
        answer = site.as_("archivist@gx-zrzy").post("/archive", fields)
        assert answer.status_code == 400
        assert "还没有勾选" in answer.text


def test_only_the_archivist_archives_and_only_one_s_own(site: Site) -> None:
    case = withdrawn(site)
    for who in ("head@gx-zrzy", "handler@gx-zrzy"):
        page = text_of(site.as_(who).page("/archive"))
        assert "归档由档案岗办理" in page
        assert "归档勾选的案件" not in page
        assert site.as_(who).post("/archive", ticked(case)).status_code == 403
    assert case.id not in site.as_("archivist@gx-rsj").page("/archive")
    assert site.as_("archivist@gx-rsj").post("/archive", ticked(case)).status_code == 404
    assert site.as_("archivist@gx-rsj").get(f"/archive/{case.id}/package").status_code == 404
    assert site.as_("intake@gx-zrzy").get("/archive").status_code == 403
    assert now(site, case).state == "closed"


def test_archived_files_are_found_by_number_words_and_year(site: Site) -> None:
    case, other = withdrawn(site, wanted="小学校舍安全鉴定报告"), withdrawn(site, wanted="中学招生计划")
    person = site.as_("archivist@gx-zrzy")
    assert person.post("/archive", ticked(case, other)).status_code == 303

    def found(query: str) -> tuple[bool, bool]:
        page = person.page(f"/archive?view=archived&{query}")
        return case.id in page, other.id in page

    number = case.number.rpartition("〕")[2]
    assert found("") == (True, True)
    assert found("q=校舍") == (True, False)
    assert found(f"q={number}")[0]
    assert found("q=校舍+鉴定") == (True, False)
    assert found("q=校舍+招生") == (False, False)
    assert found("q=周文博（样例）") == (True, True), "the whole name, and no part of it"
    assert found("q=文博") == (False, False)
    assert found("year=2026") == (True, True)
    assert found("year=2025") == (False, False)
    assert found("q=%25") == found("q=_") == (False, False)
    assert found("year=<b>&page=0&q=" + "长" * 100) == (False, False)
    long = person.get("/archive?view=archived&q=" + "长" * 3000)
    assert (long.status_code, "最多100个字" in long.text) == (400, True)
    assert "没有找到归档的案件" in person.page("/archive?view=archived&q=没有这样的词")


def test_a_slip_that_is_not_there_yet_is_told_before_and_after(site: Site) -> None:
    case = site.place("intake@gx-zrzy", site.register(), "withdrawal", by="writing")
    letter = case.letters(site.office.rules)[-1]
    case = site.place("intake@gx-zrzy", case, "service", letter=letter.id, method="post", post_number="EMS300000009CN")
    person = site.as_("archivist@gx-zrzy")
    told = "回执还没有到：撤回申请告知书"
    assert told in text_of(person.page("/archive"))
    assert person.post("/archive", ticked(case)).status_code == 303
    number = case.number.rpartition("〕")[2]
    assert told in text_of(person.page(f"/archive?view=archived&q={number}"))
    assert f"/cases/{case.id}/acts/service" in site.as_("handler@gx-zrzy").page(f"/archive?view=archived&q={number}")
    now_ = site.place("intake@gx-zrzy", now(site, case), "service", letter=letter.id, method="post", received_on=site.office.today().isoformat())
    assert now_.state == "archived"
    assert told not in text_of(person.page(f"/archive?view=archived&q={number}"))


@pytest.mark.parametrize("size", [WIDE, TABLET])
def test_it_is_archived_in_a_browser(browser: Chromium, size: tuple[int, int]) -> None:
    site = browser.site
    site.clock.set(date(2026, 11, 10))
    case, _lacking = withdrawn(site), withdrawn(site, served=False)
    page = browser.window("archivist@gx-zrzy", size).page
    for view in ("?view=lacking", "?view=archived", ""):
        page.goto(f"{site.url}/archive{view}")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.check("input[data-all]")
    expect(page.locator(f"input[value='{case.id}']")).to_be_checked()
    page.click("text=归档勾选的案件")
    page.wait_for_url("**done=archived*")
    page.click("text=下载归档包")
    with opens(page):
        page.click("tbody a:has-text('下载')")
    assert axe(page) == []
    page.fill("input[name='reason']", "向县档案馆移交")
    with page.expect_download() as sent:
        page.click("main button:has-text('查看')")
    assert sent.value.suggested_filename.endswith(".zip")


def archived(site: Site, count: int) -> list[Case]:
    cases = [withdrawn(site, wanted=f"移交的第{n}件") for n in range(count)]
    assert site.as_("archivist@gx-zrzy").post("/archive", ticked(*cases)).status_code == 303
    return cases


def test_ticked_files_are_handed_on_with_their_list_for_a_reason(site: Site) -> None:
    cases, person = archived(site, 2), site.as_("archivist@gx-zrzy")
    assert "下载勾选的归档包" in person.page("/archive?view=archived")
    chosen = {"tick": [case.id for case in cases]}
    for path, said in (("packages", "application/zip"), ("transfer-list", "application/pdf"), ("transfer-list?format=xlsx", "spreadsheetml")):
        without = person.post(f"/archive/{path}", chosen)
        assert without.status_code == 403
        assert "写明移交的用途" in text_of(without.text)
        assert f'value="{cases[0].id}" aria-label="选{cases[0].number}" checked' in without.text, "what was ticked stays ticked"
        nothing = person.post(f"/archive/{path}", {"reason": "向县档案馆移交"})
        assert nothing.status_code == 400
        assert "还没有勾选" in nothing.text
        given = person.post(f"/archive/{path}", chosen | {"reason": "向县档案馆移交"})
        assert (given.status_code, said in given.headers["content-type"]) == (200, True)
    other = site.as_("handler@gx-zrzy")
    assert "移交的用途" not in other.page("/archive?view=archived"), "who handles files gives no reason"
    assert other.post("/archive/transfer-list", chosen).status_code == 200
    assert other.post("/archive/packages", {"tick": [withdrawn(site).id]}).status_code == 409
    assert site.as_("archivist@gx-rsj").post("/archive/packages", chosen | {"reason": "移交"}).status_code == 404


def test_ticked_files_are_handed_on_in_a_browser(browser: Chromium) -> None:
    site = browser.site
    site.clock.set(date(2026, 11, 10))
    archived(site, 2)
    page = browser.window("archivist@gx-zrzy", TABLET).page
    page.goto(f"{site.url}/archive?view=archived")
    assert axe(page) == []
    page.check("input[data-all]")
    page.fill("#f-reason", "向县档案馆移交")
    with page.expect_download() as sent:
        page.click("text=下载勾选的归档包")
    assert sent.value.suggested_filename == "移交 20261110.zip"


def test_what_was_given_out_and_not_put_in_the_file_is_told_and_stops_nothing(site: Site) -> None:
    case = site.place("handler@gx-zrzy", site.register(), "acceptance")
    item = {"item": 1, "outcome": "disclosed", "provided": [{"title": "方案"}]}
    case = site.place("head@gx-zrzy", site.place("handler@gx-zrzy", case, "draft", items=[item]), "decision")
    letter = steps.to_serve(case, site.office.rules)[0].id
    site.office.pdf(letter)
    site.place("intake@gx-zrzy", case, "service", letter=letter, method="direct")
    page = site.as_("archivist@gx-zrzy").page("/archive")
    assert f'value="{case.id}"' in page
    assert "第1项提供的信息没有存入案卷，不妨碍归档" in text_of(page)
