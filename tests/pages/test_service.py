"""送达: one table for a scanner, a result for each row, receipts confirmed with their proof, prints of ticked rows."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pdfplumber
import pytest
from playwright.sync_api import expect

from db import queries
from letters.signing import Facts, Signing
from tests import papers
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, axe, site_of, text_of
from workflow import steps
from workflow.case import Case
from workflow.risks import open_risks

NOTICE = {"matters": ["请写明所需信息的名称"], "days": 10}
SLIP = ("回执.pdf", b"%PDF-1.4 slip", "application/pdf")


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 10))


def told(site: Site, who: str = "intake@gx-zrzy", **fields: Any) -> tuple[Case, str]:
    """A file with one letter to serve, and the letter's id."""
    case = site.place(who, site.register(who, **fields), "correction_notice", **NOTICE)
    return case, steps.to_serve(case, site.office.rules)[0].id


def now(site: Site, case: Case) -> Case:
    return site.office.case(site.officers["intake@gx-zrzy"], case.id).case


def posted(site: Site, **fields: Any) -> tuple[Case, str]:
    """A letter that went out by post on 10 November."""
    case, letter = told(site, **fields)
    return site.place("intake@gx-zrzy", case, "service", letter=letter, method="post", post_number="EM1CN"), letter


def row(letter: str, number: str = "", method: str = "post", on: str = "2026年11月10日") -> dict[str, str]:
    return {f"number.{letter}": number, f"method.{letter}": method, f"on.{letter}": on}


# ---------------------------------------------------------------- serving


def test_a_letter_that_should_have_been_signed_and_is_not_is_told_in_the_lists(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    class Down:
        name, certificate = "样例电子印章", "c" * 64

        def sign(self, pdf: bytes, facts: Facts) -> bytes:
            raise ConnectionError

    case, letter = told(site)
    site.office.pdf(letter)
    printing, person = site.office.printing, site.as_("intake@gx-zrzy")
    listed = person.page("/service").partition(f'id="r-{letter}"')[2].partition("</tr>")[0]
    assert listed and "未加电子签名" not in listed, "nobody was to sign it"
    monkeypatch.setattr(printing, "signing", Signing(Down()))
    monkeypatch.setattr(printing, "soon", lambda _letters: None)
    other, bare = told(site)
    site.office.pdf(bare)
    page = person.page("/service")
    assert "未加电子签名，请打印后加盖印章" in page.partition(f'id="r-{bare}"')[2].partition("</tr>")[0]
    assert "未加电子签名" not in page.partition(f'id="r-{letter}"')[2].partition("</tr>")[0]
    assert "未加电子签名" in person.page(f"/cases/{other.id}/letters")
    assert "未加电子签名" not in person.page(f"/cases/{case.id}/letters")


def test_every_filled_row_is_placed_and_the_others_are_left(site: Site) -> None:
    (first, one), (second, two), (third, three) = told(site), told(site), told(site)
    answer = site.as_("intake@gx-zrzy").post("/service", row(one, "EM100CN") | row(two, "EM200CN", on="20261109") | row(three))
    assert answer.status_code == 400, "11月9日 is before the letter was made"
    said = text_of(answer.text)
    assert "已登记1份文书送出" in said
    assert "1份没有登记，填写的内容还在" in said
    assert "送达日期不能早于文书的日期2026年11月10日" in said
    assert 'value="EM200CN"' in answer.text
    assert f'id="f-on-{two}" aria-invalid="true"' in answer.text, "the field at fault is marked, not another"
    assert f'id="f-number-{two}" aria-invalid' not in answer.text
    assert now(site, first).services[one].method == "post"
    assert now(site, second).services == now(site, third).services == {}
    again = site.as_("intake@gx-zrzy").post("/service", row(two, "EM200CN") | row(three))
    assert again.status_code == 303
    page = site.as_("intake@gx-zrzy").page(again.headers["location"])
    assert "已登记1份文书送出" in text_of(page)
    assert one not in page
    assert two not in page
    assert three in page


def test_two_letters_of_one_file_go_out_together(site: Site) -> None:
    case = site.place("head@gx-zrzy", site.register(), "assignment", to="handler@gx-zrzy")
    case = site.place("handler@gx-zrzy", case, "acceptance")
    party = {"name": "冠县样例建材有限公司", "address": "冠县样例路9号（样例）"}
    case = site.place("handler@gx-zrzy", case, "consultation", type="third_party", party=party, question="是否同意公开？")
    letters = [one.id for one in steps.to_serve(case, site.office.rules)]
    assert len(letters) == 2
    answer = site.as_("intake@gx-zrzy").post("/service", row(letters[0], "EM1CN") | row(letters[1], "EM2CN"))
    assert answer.status_code == 303, text_of(answer.text)
    assert set(now(site, case).services) == set(letters)


def test_the_row_of_a_reply_names_what_goes_out_with_it(site: Site) -> None:
    case = site.place("handler@gx-zrzy", site.register(), "acceptance")
    sent = {"file": ("许可证.pdf", papers.pdf([(72, 100, "公开")]), "application/pdf")}
    assert site.as_("handler@gx-zrzy").post(f"/cases/{case.id}/attachments", {"role": "given_out", "item": "1"}, files=sent).status_code == 303
    with site.office.database.read() as session:
        (kept,) = queries.attachments_of(session, case.id)
    given = [{"title": "建设用地许可证", "attachment": kept.id}, {"title": "附图"}]
    case = site.place("handler@gx-zrzy", case, "draft", items=[{"item": 1, "outcome": "disclosed", "provided": given}])
    risks = {risk.id for risk in open_risks(case, site.office.rules, site.office.today()) if risk.level == "warns"}
    case = site.place("head@gx-zrzy", case, "decision", overrides=dict.fromkeys(risks, "样例"))
    letter = steps.to_serve(case, site.office.rules)[0].id
    row_ = site.as_("intake@gx-zrzy").page("/service").split(f'id="r-{letter}"')[1].partition("</tr>")[0]
    assert "随文书送出：建设用地许可证、附图（没有存入案卷）" in text_of(row_)
    assert f'href="/attachments/{kept.id}"' in row_


def test_what_can_be_had_only_later_does_not_go_out_with_the_reply(site: Site) -> None:
    case = site.place("handler@gx-zrzy", site.register(), "acceptance")
    later = {"provided": [{"title": "建设用地许可证"}], "where": "到窗口领取", "available_on": "2026-12-10"}
    case = site.place("handler@gx-zrzy", case, "draft", items=[{"item": 1, "outcome": "disclosed", **later}])
    risks = {risk.id for risk in open_risks(case, site.office.rules, site.office.today()) if risk.level == "warns"}
    case = site.place("head@gx-zrzy", case, "decision", overrides=dict.fromkeys(risks, "样例"))
    letter = steps.to_serve(case, site.office.rules)[0].id
    row_ = site.as_("intake@gx-zrzy").page("/service").split(f'id="r-{letter}"')[1].partition("</tr>")[0]
    assert "随文书送出" not in row_


def test_a_row_without_a_number_is_placed_only_when_it_is_ticked_and_not_posted(site: Site) -> None:
    (case, one), (other, two) = told(site), told(site)
    person = site.as_("intake@gx-zrzy")
    assert person.post("/service", row(one) | row(two)).status_code == 400
    answer = person.post("/service", {**row(one, method="direct"), **row(two), "tick": [one, two]})
    assert answer.status_code == 400
    assert "请填写邮件号码" in text_of(answer.text)
    assert now(site, case).services[one].received_on == date(2026, 11, 10), "handed over is received"
    assert now(site, other).services == {}
    assert person.post("/service", {**row(two, "EM2CN", method="courier")}).status_code == 400


def test_a_letter_that_a_colleague_served_is_told(site: Site) -> None:
    _case, letter = posted(site)
    answer = site.as_("intake@gx-zrzy").post("/service", row(letter, "EM9CN"))
    assert answer.status_code == 400
    assert "刚刚由别人登记过" in text_of(answer.text)


def test_the_table_masks_and_shows_one_s_own_agency_only(site: Site) -> None:
    case, letter = told(site)
    page = site.as_("intake@gx-zrzy").page("/service")
    assert letter in page
    assert "周文博" not in page
    assert "13800000000" not in page
    assert letter not in site.as_("intake@gx-rsj").page("/service")
    answer = site.as_("intake@gx-rsj").post("/service", row(letter, "EM1CN"))
    assert answer.status_code == 400
    assert now(site, case).services == {}
    for who in ("legal@gx-zrzy", "head@gx-zrzy", "archivist@gx-zrzy"):
        assert site.as_(who).get("/service").status_code == 403


@pytest.mark.parametrize("fields", [{"tick": ["x", "../..", "00000000-0000-0000-0000-000000000000"]}, {"number.": "1"}, {"number.x": "1"}])
def test_hostile_fields_do_no_harm(site: Site, fields: dict[str, Any]) -> None:
    assert site.as_("intake@gx-zrzy").post("/service?page=99999999&view=<b>&n=<b>", fields).status_code == 400


# ---------------------------------------------------------------- confirming


def test_a_receipt_is_confirmed_with_its_proof_and_the_row_leaves(site: Site) -> None:
    case, letter = posted(site)
    site.clock.set(date(2026, 11, 13))
    person = site.as_("intake@gx-zrzy")
    assert letter in person.page("/service?view=confirm")
    fields = {f"received.{letter}": "20261112", f"recipient.{letter}": "本人"}
    without = person.post("/service?view=confirm", fields)
    assert without.status_code == 400
    assert "请附上回执的照片或者扫描件" in text_of(without.text)
    assert 'value="20261112"' in without.text
    wrong = person.post("/service?view=confirm", fields, files={f"file.{letter}": ("a.pdf", b"no pdf", "application/pdf")})
    assert "文件的内容不是pdf格式" in text_of(wrong.text)
    early = person.post("/service?view=confirm", {f"received.{letter}": "20261114"}, files={f"file.{letter}": SLIP})
    assert early.status_code == 400
    with site.office.database.read() as session:
        assert queries.attachments_of(session, case.id) == [], "a proof is kept with its act or not at all"
    answer = person.post("/service?view=confirm", fields, files={f"file.{letter}": SLIP})
    assert answer.status_code == 303, text_of(answer.text)
    served = now(site, case).services[letter]
    assert (served.handed_on, served.received_on) == (date(2026, 11, 10), date(2026, 11, 12))
    with site.office.database.read() as session:
        assert [one.purpose for one in queries.attachments_of(session, case.id)] == ["送达证明：补正告知书"]
    page = person.page(answer.headers["location"])
    assert letter not in page
    assert "已登记1份文书的签收" in text_of(page)


# ---------------------------------------------------------------- prints


def test_labels_and_receipts_of_ticked_rows_are_pdf(site: Site) -> None:
    (_one, first), (_two, second) = told(site), told(site)
    person = site.as_("intake@gx-zrzy")
    for path in ("/service/labels", "/service/receipts"):
        answer = person.post(path, {**row(first, "EM1CN"), **row(second), "tick": [first, second]})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/pdf")
        assert answer.content.startswith(b"%PDF-")
        nothing = person.post(path, row(first, "EM1CN"))
        assert nothing.status_code == 400
        assert 'value="EM1CN"' in nothing.text
    with site.office.database.read() as session:
        assert queries.letter(session, first) is not None


def test_envelopes_and_letters_of_ticked_rows_are_one_print(site: Site) -> None:
    (_one, first), (_two, second) = told(site), told(site)
    person, ticked = site.as_("intake@gx-zrzy"), {"tick": [first, second]}
    for path, pages in (
        ("/service/labels?size=dl", 2), ("/service/labels?size=c5", 2), ("/service/print", 4), ("/service/print?dress=overprint", 4),
        ("/service/print?dress=unsealed&view=confirm", 0),
    ):  # fmt: skip
        answer = person.post(path, ticked)
        if not pages:
            assert answer.status_code == 400, "these rows wait for no slip"
            continue
        assert answer.status_code == 200, text_of(answer.text)
        with pdfplumber.open(io.BytesIO(answer.content)) as pdf:
            assert len(pdf.pages) == pages
    for path, status in (("/service/print", 400), ("/service/labels?size=dl", 400)):
        assert person.post(path, row(first, "EM1CN")).status_code == status, "nothing is ticked"
    answer = person.post("/service/print?dress=rot13", {**row(first, "EM7CN"), **ticked})
    assert answer.status_code == 400
    assert "没有这种打印方式" in text_of(answer.text)
    assert 'value="EM7CN"' in answer.text
    assert site.as_("intake@gx-rsj").post("/service/print", ticked).status_code == 400


def test_the_page_of_a_letter_offers_it_for_paper_with_a_head(site: Site) -> None:
    _case, letter = told(site)
    person = site.as_("intake@gx-zrzy")
    page = person.page(f"/letters/{letter}")
    for dress in ("overprint", "unsealed"):
        assert f"/letters/{letter}/pdf?dress={dress}" in page
        assert person.get(f"/letters/{letter}/pdf?dress={dress}").content.startswith(b"%PDF-")
    assert person.get(f"/letters/{letter}/pdf?dress=").status_code == 400
    assert person.get(f"/letters/{letter}/pdf?dress=full").content == person.get(f"/letters/{letter}/pdf").content
    assert site.as_("intake@gx-rsj").get(f"/letters/{letter}/pdf?dress=overprint").status_code in (403, 404)


def test_a_label_without_an_address_says_which_row(site: Site) -> None:
    applicant = {"category": "natural_person", "name": "无址（样例）"}
    _case, letter = told(site, applicant=applicant)
    answer = site.as_("intake@gx-zrzy").post("/service/labels", {"tick": [letter]})
    assert answer.status_code == 409
    assert "信封标签没有生成：第1行没有通信地址" in text_of(answer.text)


# ---------------------------------------------------------------- in a browser


@pytest.mark.parametrize("size", [WIDE, TABLET, NARROW])
def test_what_else_is_printed_opens_over_the_bar_and_moves_nothing(browser: Chromium, size: tuple[int, int]) -> None:
    """In a unit of its own: the tick is kept as a draft when the test takes longer than two seconds, and would be sent by who comes after."""
    site, who = browser.site, "intake@gx-rsj"
    site.clock.set(date(2026, 11, 10))
    _case, letter = told(site, who)
    page = browser.window(who, size).page
    page.goto(f"{site.url}/service")
    before = page.locator(".gk-sticky > .btn").first.bounding_box()
    page.check(f"input[value='{letter}']")
    page.click("text=其他打印")
    menu = page.locator(".gk-up .gk-menu")
    box = menu.bounding_box()
    assert box is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= size[0] and box["y"] >= 0
    assert page.locator(".gk-sticky > .btn").first.bounding_box() == before
    assert axe(page) == []
    with page.expect_popup() as opened, page.context.expect_event("response", lambda one: "/service/print" in one.url) as answered:
        page.click("text=文书合并　全文")
    assert answered.value.status == 200
    opened.value.close()
    page.click("h1")
    expect(menu).to_be_hidden()  # it closes when something else is clicked


@pytest.mark.parametrize("size", [WIDE, TABLET])
def test_a_scanner_runs_down_the_list(browser: Chromium, size: tuple[int, int]) -> None:
    site = browser.site
    site.clock.set(date(2026, 11, 10))
    one, two = told(site)[1], told(site)[1]
    page = browser.window("intake@gx-zrzy", size).page
    page.goto(f"{site.url}/service")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.click(f"input[name='number.{one}']")
    page.keyboard.type("EM1CN")
    page.keyboard.press("Enter")
    expect(page.locator(f"input[name='number.{two}']")).to_be_focused()
    page.keyboard.type("EM2CN")
    page.keyboard.press("Enter")
    expect(page.locator(".gk-sticky button.btn-primary")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**done=served*")
    expect(page.locator("main")).to_contain_text("已登记2份文书送出")
    page.goto(f"{site.url}/service?view=confirm")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
