"""Whole days at the office in a real browser: what six people do with one request, and what the program refuses them.

Every person has a window of his own; nobody's cookie is another's. The clock is the office's, and moves between visits.
"""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import Page, Route, expect

from db import store
from tests.pages.conftest import Chromium, Window, axe, opens
from workflow.case import Case

WANTED = "崇文街道2024年第三批次征收补偿安置方案"


PHOTOGRAPH = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def file_of(browser: Chromium, case_id: str) -> Case:
    with browser.site.office.database.read() as session:
        case = store.load(session, case_id)
    assert case is not None
    return case


def printed(browser: Chromium, case_id: str) -> None:
    """Wait until the letters of a file are made: what is not printed cannot be sent."""
    for letter in file_of(browser, case_id).letters(browser.site.office.rules):
        browser.site.office.pdf(letter.id)


def choose(page: Page, name: str, value: str) -> None:
    """Take one of some choices: labels to click, or a list to choose from."""
    page.wait_for_selector(f"[name='{name}']", state="attached")
    if page.locator(f"select[name='{name}']").count():
        page.select_option(f"select[name='{name}']", value)
    else:
        page.locator(f"label:has(input[name='{name}'][value='{value}'])").click()
    expect(page.locator(".htmx-request")).to_have_count(0)


def send(page: Page) -> None:
    with opens(page):
        page.locator(".gk-sticky button.btn-primary").click()


def examined(page: Page) -> None:
    """The fields of 保密审查: nothing is found."""
    choose(page, "result", "may_disclose")
    page.fill("[name=reason]", "不涉及国家秘密和工作秘密，没有第十四条至第十六条所保护的内容。")


def do(window: Window, case_id: str, kind: str, fill: Callable[[Page], None] = lambda _page: None) -> Page:
    """Go from the file's page to an act's form by its link, fill the form and send it; the file's page says what was done."""
    page = window.go(f"/cases/{case_id}")
    page.click(f'a[href="/cases/{case_id}/acts/{kind}"] >> nth=0')
    fill(page)
    send(page)
    expect(page).to_have_url(re.compile(rf"/cases/{case_id}(\?|$)"))
    expect(page.locator(".gk-said[role=status]")).to_be_visible()
    return page


@dataclass
class Counted:
    """What one file asks of people: presses, and pages that have to come; signing in is not counted."""

    presses: int = 0
    loads: int = 0

    def window(self, browser: Chromium, username: str) -> Page:
        """The desk of somebody who has just signed in."""
        window = browser.window(username)
        page = window.go("/desk")
        page.wait_for_load_state()
        page.on("load", lambda _page: setattr(self, "loads", self.loads + 1))
        return page

    def press(self, page: Page, what: str, opened: str = "") -> None:
        """Press once; what `opened` names is there then: a page of another address, or a form over this one."""
        self.presses += 1
        if opened.startswith("/"):
            with opens(page):
                page.click(what)
            expect(page).to_have_url(re.compile(opened))
        else:
            page.click(what)
            if opened:
                expect(page.locator(opened)).to_be_visible()


@pytest.fixture
def day(browser: Chromium) -> Callable[[date], None]:
    return browser.site.clock.set


def test_one_request_and_six_people(browser: Chromium, day: Callable[[date], None]) -> None:
    """登记 by the intake desk, 办理 by the handler, 会商 by another unit, 审签 by legal staff and the head, 送达, 归档."""
    day(date(2026, 11, 2))
    intake = browser.window()
    intake.sign_in("intake@gx-zrzy")
    page = intake.go("/intake")
    choose(page, "channel", "in_person")
    page.fill("[name='applicant.name']", "周文博（样例）")
    page.fill("[name='applicant.id_number']", "11010519491231002X")
    page.fill("[name='applicant.phone']", "13800000000")
    page.fill("[name='applicant.address']", "冠县样例路1号（样例）")
    page.fill("[name=wanted]", WANTED)
    page.locator("[name=wanted]").blur()
    expect(page.locator("#receipt")).to_contain_text("11月30日")  # 20 working days after 2 November
    send(page)
    expect(page).to_have_url(re.compile(r"/intake/done/"))
    case_id = page.url.rpartition("/")[2].partition("?")[0]
    assert "11月30日" in page.inner_text("main")
    assert "11010519491231002X" not in page.content()

    handler = browser.window("handler@gx-zrzy")
    do(handler, case_id, "acceptance")

    def ask(page: Page) -> None:
        choose(page, "type", "other_agency")
        choose(page, "agency", "gx-rsj")
        page.fill("[name='party.name']", "冠县人力资源和社会保障局")
        page.fill("[name='question']", "该方案是否涉及贵单位制作的社会保障费用测算材料？")

    page = do(handler, case_id, "consultation", ask)
    assert "会商、征求意见中" in page.inner_text("main")

    other = browser.window("handler@gx-rsj")
    page = other.go("/consultations")
    with opens(page):
        page.click(".gk-inbox-list a >> nth=0")
    assert "周文博" not in page.inner_text("main")  # who asked is not told to those consulted
    choose(page, "stance", "consent")
    page.fill("#f-text", "不涉及，可以公开。")
    send(page)
    assert other.page.goto(f"{browser.site.url}/cases/{case_id}").status == 404  # type: ignore[union-attr]

    day(date(2026, 11, 10))
    handler = browser.window("handler@gx-zrzy")

    def searched(page: Page) -> None:
        page.fill("#f-places", "征收补偿安置档案库")
        page.fill("[name=method]", "按批次检索")
        choose(page, "result", "found")

    do(handler, case_id, "search", searched)

    do(handler, case_id, "secrecy_review", examined)

    def drafted(page: Page) -> None:
        choose(page, "items.0.outcome", "disclosed")
        page.fill("[name='items.0.provided.0.title']", f"《{WANTED}》复印件")
        page.fill("[name='items.0.where']", "随本答复书提供纸质复印件")
        # the letter stands beside the form, as it will be printed
        expect(page.locator("#preview img").first).to_be_visible()

    do(handler, case_id, "draft", drafted)
    page = handler.go(f"/approvals/{case_id}")
    assert "拟稿人" in page.inner_text(".gk-sticky")
    assert page.locator("button[value=sign]").count() == 0

    legal = browser.window("legal@gx-zrzy")
    page = legal.go("/approvals")
    page.goto(f"{browser.site.url}/approvals/{case_id}")
    with opens(page):
        page.click("button[value=pass]")

    head = browser.window("head@gx-zrzy")
    page = head.go("/desk")
    page.goto(f"{browser.site.url}/approvals/{case_id}")
    expect(page.locator("img.gk-page").first).to_be_visible()
    assert axe(page) == []
    with opens(page):
        page.click("button[value=sign]")
    assert file_of(browser, case_id).state == "replied"

    printed(browser, case_id)
    intake = browser.window("intake@gx-zrzy")
    page = intake.go("/service")
    numbers = page.locator("input[name^='number.']")
    for n in range(numbers.count()):
        numbers.nth(n).fill(f"EMS12345678{n}CN")
    send(page)
    assert "待送达0" in re.sub(r"\s", "", page.inner_text(".gk-tabs"))

    day(date(2026, 11, 12))
    intake = browser.window("intake@gx-zrzy")
    page = intake.go("/service?view=confirm")
    for field in page.locator("input[name^='received.']").all():
        field.fill("2026年11月12日")
    for field in page.locator("input[type=file][name^='file.']").all():
        field.set_input_files({"name": "回执.png", "mimeType": "image/png", "buffer": PHOTOGRAPH})
    send(page)
    assert "没有等回执的文书" in page.inner_text("main")

    archivist = browser.window("archivist@gx-zrzy")
    page = archivist.go("/archive")
    page.check(f"input[name=tick][value='{case_id}']")
    send(page)
    page.click("text=下载归档包")
    page.click(f"a[href='/archive/{case_id}/package']")
    page.fill("input[name='reason']", "向县档案馆移交")
    with page.expect_download() as download:
        page.click("main button:has-text('查看')")
    with zipfile.ZipFile(download.value.path()) as package:
        names = package.namelist()
    assert any(name.endswith("manifest-sha256.txt") for name in names)
    assert file_of(browser, case_id).state == "archived"
    people = {signed.officer.id for signed in file_of(browser, case_id).acts}
    assert len(people) == 6


def test_a_plain_disclosure_is_twelve_presses_and_eight_pages(browser: Chromium, day: Callable[[date], None]) -> None:
    """From the counter to the archive, each by his own desk. What is typed or chosen from a list by the keyboard is no press."""
    day(date(2026, 11, 3))
    count = Counted()
    page = count.window(browser, "intake@gx-zrzy")
    count.press(page, "nav.gk-nav a[href='/intake']", "/intake")
    told = {"applicant.name": "周文博（样例）", "applicant.id_number": "11010519491231002X", "applicant.phone": "13800000000",
            "applicant.address": "冠县样例路1号（样例）", "wanted": "清泉街道2025年度土地征收补偿标准"}  # fmt: skip
    for name, value in told.items():
        page.fill(f"[name='{name}']", value)
    choose(page, "handed_to", "handler@gx-zrzy")
    count.presses += 1
    page.evaluate("window.print = () => {}")
    count.press(page, ".gk-sticky button.btn-primary", "/intake/done/")
    case_id = page.url.rpartition("/")[2]
    row = f"a[href='/cases/{case_id}/acts/%s']"

    page = count.window(browser, "handler@gx-zrzy")
    count.press(page, row % "draft", f"/cases/{case_id}/acts/draft")
    choose(page, "items.0.outcome", "disclosed")
    count.presses += 1
    page.fill("[name='items.0.provided.0.title']", "清泉街道2025年度土地征收补偿标准")
    page.fill("[name='items.0.where']", "随本答复书提供纸质复印件")
    count.press(page, ".gk-sticky button.btn-primary", f"/cases/{case_id}")

    page = count.window(browser, "head@gx-zrzy")
    count.press(page, f"a[href='/approvals/{case_id}']", f"/approvals/{case_id}")
    for reason in page.locator("textarea[name^='override.']").all():
        reason.fill("随答复书提供纸质复印件，已当面核对")
    count.press(page, "button[value=sign]", "/approvals/.*done=decision")
    expect(page.locator(".gk-said[role=status]")).to_contain_text("已签发，文号")

    printed(browser, case_id)
    page = count.window(browser, "intake@gx-zrzy")
    count.press(page, row % "service", "dialog.gk-over")
    assert axe(page) == []
    expect(page.locator("dialog [name=on]")).not_to_have_value("")
    page.fill("dialog [name=post_number]", "EMS123456780CN")
    count.press(page, "dialog button.btn-primary", f"/cases/{case_id}")

    page = count.window(browser, "archivist@gx-zrzy")
    count.press(page, row % "archival", "dialog.gk-over")
    count.press(page, "dialog button.btn-primary", f"/cases/{case_id}")
    case = file_of(browser, case_id)
    assert [one.act.kind for one in case.acts] == ["registration", "acceptance", "assignment", "draft", "decision", "service", "archival"]
    assert (count.presses, count.loads) == (12, 8)


def test_a_third_party_that_objects_and_is_overruled(browser: Chromium, day: Callable[[date], None]) -> None:
    """征求第三方意见; it does not agree; the head is told what is missing, the draft comes back, 公开 and 告知第三方."""
    day(date(2026, 11, 3))
    site = browser.site
    case = site.place(
        "handler@gx-zrzy",
        site.register(wanted="样例水厂水质检测报告", submitted_on="2026-11-03", received_on="2026-11-03"),
        "acceptance",
    )

    def ask(page: Page) -> None:
        choose(page, "type", "third_party")
        page.fill("[name='party.name']", "样例供水有限公司")
        page.fill("[name='party.address']", "冠县样例路10号（样例）")
        page.fill("[name=question]", "是否同意公开检测报告？")
        expect(page.locator("#preview img").first).to_be_visible()

    do(browser.window("handler@gx-zrzy"), case.id, "consultation", ask)
    printed(browser, case.id)
    page = browser.window("intake@gx-zrzy").go("/service")
    for field in page.locator("input[name^='number.']").all():
        field.fill("EMS100000001CN")
    send(page)

    day(date(2026, 11, 12))
    handler = browser.window("handler@gx-zrzy")

    def objects(page: Page) -> None:
        choose(page, "stance", "object")
        page.fill("[name=text]", "影响本公司声誉，不同意公开。")

    page = do(handler, case.id, "opinion", objects)
    assert "办理中" in page.inner_text("main")
    do(handler, case.id, "secrecy_review", examined)

    def drafted(interest: str, closing: str = "") -> Callable[[Page], None]:
        def fill(page: Page) -> None:
            choose(page, "items.0.outcome", "disclosed")
            page.fill("[name='items.0.provided.0.title']", "水质检测报告复印件")
            page.fill("[name='items.0.where']", "随本答复书提供纸质复印件")
            page.fill("[name='items.0.public_interest']", interest)
            page.fill("[name=closing]", closing)

        return fill

    page = handler.go(f"/cases/{case.id}/acts/draft")
    drafted("")(page)
    send(page)
    assert "公共利益" in page.locator("#stops").inner_text()
    page.check("#f-despite")
    send(page)
    head = browser.window("head@gx-zrzy")
    page = head.go(f"/approvals/{case.id}")
    assert "公共利益" in page.locator(".gk-risk.blocks").inner_text()
    assert page.locator("button[value=sign]").count() == 0  # what cannot be signed is not offered for signing
    page.fill("#f-text", "请写明公共利益的理由。")
    with opens(page):
        page.click("button[value=return]")

    do(handler, case.id, "draft", drafted("水质关系全体居民的健康", "检测报告中的联系方式已作区分处理。"))
    page = head.go(f"/approvals/{case.id}?view=compare")
    expect(page.locator(".gk-letter ins").first).to_be_visible()  # what changed since the return
    with opens(page):
        page.click("button[value=sign]")
    kinds = [letter.kind for letter in file_of(browser, case.id).letters(site.office.rules)]
    assert kinds[-2:] == ["disclosed", "third_party_notice"]


def test_a_fee_that_is_refused_and_then_paid(browser: Chromium, day: Callable[[date], None]) -> None:
    """收费通知 with an amount that the schedule does not give is refused; half a payment too; then it is paid in full."""
    day(date(2026, 11, 4))
    site = browser.site
    case = site.place(
        "handler@gx-zrzy",
        site.register(wanted="某档案全卷复印件", submitted_on="2026-11-04", received_on="2026-11-04"),
        "acceptance",
    )
    handler = browser.window("handler@gx-zrzy")

    def notice(amount: str) -> None:
        page = handler.go(f"/cases/{case.id}/acts/fee_notice")
        choose(page, "basis", "per_page")
        page.fill("[name=pages]", "150")
        page.fill("[name=amount_fen]", amount)
        send(page)

    notice("30")
    page = handler.page
    expect(page.locator("[data-focus]").first).to_be_focused()
    assert "元" in page.locator("#refusal, #errors").inner_text()
    assert page.input_value("[name=pages]") == "150"  # nothing typed is lost
    right = re.search(r"(?:应为|为|收费)(\d+)元", page.locator("#refusal, #errors").inner_text())
    assert right
    notice(right[1])
    assert file_of(browser, case.id).state == "awaiting_payment"

    printed(browser, case.id)
    intake = browser.window("intake@gx-zrzy")
    page = intake.go("/service")
    for field in page.locator("input[name^='number.']").all():
        field.fill("EMS200000001CN")
    send(page)

    def pay(amount: str) -> Page:
        page = intake.go(f"/cases/{case.id}/acts/payment")
        page.fill("[name=amount_fen]", amount)
        send(page)
        return page

    page = pay(str(int(right[1]) // 2))
    assert "部分缴纳不能登记" in page.locator("#refusal, #errors").inner_text()
    page = pay(right[1])
    assert file_of(browser, case.id).state == "handling"
    page = intake.go(f"/cases/{case.id}/fees")
    assert "第101至200页" in page.inner_text("main")  # the working of the brackets
    assert axe(page) == []


def test_an_extension_that_comes_too_late(browser: Chromium, day: Callable[[date], None]) -> None:
    """期限已过: no form for what the law no longer allows, but the sentence, the article and what can be done."""
    day(date(2026, 10, 12))
    site = browser.site
    case = site.place(
        "handler@gx-zrzy", site.register(submitted_on="2026-10-12", received_on="2026-10-12"), "acceptance"
    )
    day(date(2026, 11, 24))
    head = browser.window("head@gx-zrzy")
    page = head.go(f"/cases/{case.id}")
    assert "超期" in page.inner_text("main")
    assert page.locator(f"a[href='/cases/{case.id}/acts/extension']").count() == 0
    page = head.go(f"/cases/{case.id}/acts/extension")
    refusal = page.locator("#refusal, .gk-refusal")
    expect(refusal).to_contain_text("期限已过")
    expect(refusal).to_contain_text("条例33条2款")
    assert page.locator("button[form=act], form#act").count() == 0
    assert refusal.locator(f"a[href^='/cases/{case.id}/acts/']").count() > 0
    with page.expect_popup() as beside:  # the article opens beside the form, which stays as it is
        refusal.locator("a[href^='/guide/articles#']").first.click()
    expect(beside.value.locator("main")).to_contain_text("第三十三条")


def test_two_officers_at_once(browser: Chromium, day: Callable[[date], None]) -> None:
    """The second is told who was first, and has what he typed."""
    day(date(2026, 11, 24))
    site = browser.site
    case = site.place(
        "handler@gx-zrzy", site.register(submitted_on="2026-11-23", received_on="2026-11-23"), "acceptance"
    )
    first, second = browser.window("handler@gx-zrzy"), browser.window("head@gx-zrzy")
    page = second.go(f"/cases/{case.id}/acts/note")
    page.fill("[name=text]", "请先与窗口核对申请人的地址。")

    do(first, case.id, "note", lambda page: page.fill("[name=text]", "已与申请人通话。"))

    send(page)
    expect(page.locator("#refusal")).to_contain_text("先办了这件申请")
    expect(page.locator("#refusal")).to_contain_text("赵思远")
    assert page.input_value("[name=text]") == "请先与窗口核对申请人的地址。"
    assert [signed.act.kind for signed in file_of(browser, case.id).acts][-1] == "note"
    assert file_of(browser, case.id).version == 3
    page.click("#refusal a")
    page.wait_for_url(f"**/cases/{case.id}#act-3")
    expect(page.locator("main")).to_contain_text("已与申请人通话")


def test_the_session_ends_and_the_form_comes_back(browser: Chromium, day: Callable[[date], None]) -> None:
    """Half an hour at the telephone: one signs in again, and the form is as it was."""
    day(date(2026, 11, 24))
    site = browser.site
    case = site.place(
        "handler@gx-zrzy", site.register(submitted_on="2026-11-23", received_on="2026-11-23"), "acceptance"
    )
    window = browser.window("handler@gx-zrzy")
    page = window.go(f"/cases/{case.id}/acts/note")
    page.fill("[name=text]", "写了很久的备注。")
    day(date(2026, 11, 25))
    send(page)
    page.fill("#f-password", "Yangli-2026")
    if not page.input_value("#f-username"):
        page.fill("#f-username", "handler@gx-zrzy")
    with opens(page):
        page.click("button.btn-primary")
    expect(page).to_have_url(re.compile(rf"/cases/{case.id}/acts/note"))
    assert page.input_value("[name=text]") == "写了很久的备注。"
    send(page)
    assert file_of(browser, case.id).acts[-1].act.kind == "note"


def test_what_is_typed_while_the_fields_change_is_kept(browser: Chromium, day: Callable[[date], None]) -> None:
    """On a slow line new fields come late: what was written in the meantime stands in them."""
    day(date(2026, 11, 24))
    site = browser.site
    case = site.place("handler@gx-zrzy", site.register(submitted_on="2026-11-23", received_on="2026-11-23"), "acceptance")
    page = browser.window("handler@gx-zrzy").go(f"/cases/{case.id}/acts/consultation")
    expect(page.locator("#preview")).to_contain_text("还差")
    waiting: list[Route] = []
    page.route("**/preview", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright takes no builtin
    with page.expect_request("**/preview"):
        page.locator("label:has(input[name='type'][value='other_agency'])").click()
    page.fill("[name=question]", "是否涉及贵单位制作的材料？")
    assert waiting
    for route in waiting:
        route.continue_()
    page.unroute("**/preview")
    expect(page.locator("[name=agency]").first).to_be_attached()
    expect(page.locator("[name=question]")).to_have_value("是否涉及贵单位制作的材料？")


def test_a_wrong_day_of_receipt_is_amended_and_the_date_moves(browser: Chromium, day: Callable[[date], None]) -> None:
    """更正: the clerk gives the day on the envelope; an earlier due date needs nobody else, a later one is the head's to sign."""
    day(date(2026, 11, 25))
    site = browser.site
    case = site.register(channel="ems_signed", submitted_on="2026-11-18", received_on="2026-11-24")

    def amended(to: str) -> Callable[[Page], None]:
        def fill(page: Page) -> None:
            page.fill("[name='changes.received_on']", to)
            page.fill("[name=reason]", "信封上的签收日期。")

        return fill

    page = do(browser.window("intake@gx-zrzy"), case.id, "amendment", amended("2026年11月20日"))
    assert "2026年12月18日" in page.inner_text("main")
    window = browser.window("intake@gx-zrzy")
    page = window.go(f"/cases/{case.id}/acts/amendment")
    assert "现在是：2026年11月20日" in page.inner_text("#act")
    amended("20261124")(page)
    send(page)
    assert "由负责人签批" in page.inner_text("main")
    assert page.input_value("[name=reason]") == "信封上的签收日期。"
    page = do(browser.window("head@gx-zrzy"), case.id, "amendment", amended("20261124"))
    assert "2026年12月22日" in page.inner_text("main")


def test_an_extension_is_asked_for_and_signed_by_one_button(browser: Chromium, day: Callable[[date], None]) -> None:
    """报批: the handler prepares what only the head may place; he sees what it changes, and signs it."""
    day(date(2026, 11, 25))
    site = browser.site
    case = site.place("handler@gx-zrzy", site.register(submitted_on="2026-11-24", received_on="2026-11-24"), "acceptance")

    def asked_for(page: Page) -> None:
        page.select_option("[name='act.kind']", "extension")
        page.fill("[name='act.days']", "10")
        page.fill("[name='act.reason']", "材料分散在3个行政村。")
        page.fill("[name=reason]", "请批准延期。")

    do(browser.window("handler@gx-zrzy"), case.id, "request", asked_for)
    assert file_of(browser, case.id).last_move_on == date(2026, 11, 25)
    page = browser.window("head@gx-zrzy").go("/approvals")
    panel = page.inner_text("main")
    assert "延长答复期限" in panel and "请批准延期" in panel
    with opens(page):
        page.click("main .gk-queue a.t")
    assert "材料分散在3个行政村" in page.inner_text("main")
    with opens(page):
        page.click(".gk-sticky button.btn-primary")
    signed = file_of(browser, case.id).acts[-1].act
    assert (signed.kind, signed.days, signed.request) == ("extension", 10, 3)
