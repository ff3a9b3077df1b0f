"""共同申请人、代表人、代理人 at the form of registration, on the pages of their file and in what is sent to them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from api.cli.demo import _person
from db import queries
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, axe, opens, text_of
from tests.pages.test_acts import form_at
from tests.pages.test_intake import NUMBER, PNG, count, filled, registered
from workflow.case import Case

TOGETHER = {
    "co_applicants.0.name": "李桂兰（样例）", "co_applicants.0.id_number": NUMBER, "co_applicants.0.address": "冠县样例路2号（样例）",
    "co_applicants.1.name": "样例合作社", "co_applicants.1.category": "other_organisation", "co_applicants.1.phone": "0635-5230001",
}  # fmt: skip
AGENT = {
    "agent.name": "何代理（样例）", "agent.relation": "entrusted", "agent.id_number": str(_person(5)["id_number"]), "agent.phone": "13900000009",
    "agent.address": "冠县样例路9号（样例）",
}  # fmt: skip
PROOF = [("proof", ("授权委托书.png", PNG, "image/png"))]


def again(answer: Any) -> dict[str, Any]:
    """The form that came back, as a browser would send it."""
    return {**form_at(answer.text.replace('id="intake"', 'id="act"'))}


def three(site: Site, **fields: Any) -> Case:
    person = site.as_("intake@gx-zrzy")
    return registered(site, person.post("/intake", filled(person, **fields) | TOGETHER | AGENT | {"representative": "1"}, files=PROOF))


# ---------------------------------------------------------------- registered


def test_three_ask_together_and_an_agent_acts_for_them(site: Site) -> None:
    case = three(site, channel="oral")
    first: Any = case.acts[0].act
    assert [one.name for one in case.applicants] == ["周文博（样例）", "李桂兰（样例）", "样例合作社"]
    assert (first.representative, case.applicant.name, first.co_applicants[0].id_type) == (1, "李桂兰（样例）", "resident_id")
    assert (first.agent.name, first.agent.relation, first.agent.address) == ("何代理（样例）", "entrusted", "冠县样例路9号（样例）")
    with site.office.database.read() as session:
        kept = queries.attachments_of(session, case.id)
    assert [(one.id, one.name, one.purpose) for one in kept] == [(first.agent.proof, "授权委托书.png", "代理人的授权委托书等证明")]
    intake = site.as_("intake@gx-zrzy")
    done = text_of(intake.page(f"/intake/done/{case.id}"))
    assert "周文博（样例）、李桂兰（样例）、样例合作社" in done and "何代理（样例）（委托代理人）" in done
    receipt, form = (printed(site, one.id) for one in case.letters_of(case.acts[0], site.office.rules))
    assert "周文博（样例）、李桂兰（样例）、样例合作社：" in receipt and "本件的文书向委托代理人何代理（样例）送达。" in receipt
    for told in ("样例合作社，0635-5230001", "何代理（样例），委托代理人，居民身份证", "周文博（样例）"):
        assert told in form


def printed(site: Site, letter: str) -> str:
    """What a letter says, without its blanks and lines."""
    with PdfDocument(site.office.pdf(letter)) as pdf:
        return "".join("".join(page.get_textpage().get_text_range() for page in pdf).split())


def test_the_pages_of_the_file_show_all_of_them(site: Site) -> None:
    case = three(site)
    page = site.as_("handler@gx-zrzy").page(f"/cases/{case.id}")
    said = text_of(page)
    assert "申请人 周文博（样例）、李桂兰（样例）、样例合作社" in said
    for told in ("代表人李桂兰（样例）", "共同申请人样例合作社", "委托代理人何代理（样例）", "文书寄给代理人"):
        assert told in said
    assert NUMBER not in page and "13900000009" not in page, "numbers and contacts stay masked until they are asked for"
    assert f'href="/attachments/{case.registration.agent.proof}"' in page  # type: ignore[union-attr]
    shown = site.as_("handler@gx-zrzy").post(f"/cases/{case.id}/applicant", {"reason": "核对邮寄地址"}).text
    assert NUMBER in shown and "13900000009" in shown and "冠县样例路9号（样例）" in shown
    masked = site.as_("head@gx-zfb").page(f"/cases/{case.id}")
    assert "李*等3人" in masked and "何*" in masked and "何代理" not in masked and "周文博" not in masked
    history = text_of(site.as_("handler@gx-zrzy").page(f"/cases/{case.id}/history"))
    assert "代表人共同申请人1" in history and "代理人：与申请人的关系委托代理人" in history and case.registration.agent.proof not in history  # type: ignore[union-attr,operator]
    case = site.place("handler@gx-zrzy", case, "acceptance")
    case = site.place("handler@gx-zrzy", case, "draft", items=[{"item": 1, "outcome": "not_existing", "reason": "没有制作"}])
    head = site.as_("head@gx-zrzy")
    said = text_of(head.page(f"/approvals/{case.id}?view=request"))
    assert "共同申请人自然人 周文博（样例）代表人自然人 李桂兰（样例）共同申请人其他 样例合作社委托代理人何代理（样例）" in said
    assert "李*等3人" in head.page("/approvals")


def test_the_month_is_counted_by_the_representative(site: Site) -> None:
    person, who = site.as_("intake@gx-zrzy"), _person(23)
    for n in range(2):
        site.register(submitted_on="2026-11-20", received_on="2026-11-20", applicant=who, wanted=f"样例水渠{n}期竣工图")
    row = {f"co_applicants.0.{name}": value for name, value in who.items() if name != "category"}
    assert "本月第3件" in text_of(person.post("/intake/aside", filled(person) | row | {"representative": "1"}).text)
    assert "本月第3件" not in text_of(person.post("/intake/aside", filled(person) | row).text)


# ---------------------------------------------------------------- rows


def test_a_row_in_which_nothing_stands_is_no_applicant_and_the_representative_follows(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    sparse = {"co_applicants.1.name": "李桂兰（样例）", "co_applicants.4.name": "王树林（样例）", "co_applicants.2.name": " ", "representative": "5"}
    case = registered(site, person.post("/intake", filled(person) | sparse))
    assert [one.name for one in case.applicants] == ["周文博（样例）", "李桂兰（样例）", "王树林（样例）"]
    assert case.applicant.name == "王树林（样例）"


def test_without_scripts_rows_come_and_go_by_buttons(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    page = person.page("/intake")
    assert '<details class="gk-more gk-apart" id="together">' in page and '<details class="gk-more gk-apart" id="agent">' in page, "folded"
    more = person.post("/intake", filled(person) | {"co_applicants.0.name": "李桂兰（样例）", "representative": "1", "redraw": "more"})
    assert more.status_code == 200 and 'id="together" open' in more.text and 'name="co_applicants.1.name"' in more.text
    sent = again(more)
    assert sent["representative"] == ["1"] and sent["co_applicants.0.name"] == ["李桂兰（样例）"]
    fewer = again(person.post("/intake", sent | {"co_applicants.1.name": "王树林（样例）", "redraw": "less-0"}))
    assert fewer["co_applicants.0.name"] == ["王树林（样例）"] and fewer["representative"] == ["0"]
    assert "co_applicants.1.name" not in fewer
    assert [one.name for one in registered(site, person.post("/intake", fewer)).applicants] == ["周文博（样例）", "王树林（样例）"]


def test_the_draft_keeps_them_and_their_files(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    sent = filled(person) | TOGETHER | AGENT | {"representative": "2"}
    person.post("/drafts", sent | {"saves": f"/intake?draft={sent['once'][0]}"})
    person.post("/intake/files", {"once": sent["once"][0], "of": "proof"}, files=PROOF)
    page = person.page(f"/intake?draft={sent['once'][0]}")
    assert 'id="together" open' in page and 'id="agent" open' in page and "授权委托书.png" in page
    kept = {**form_at(page.replace('id="intake"', 'id="act"'))}
    for name, value in (TOGETHER | AGENT | {"representative": "2"}).items():
        assert kept[name] == [value], name
    case = registered(site, person.post("/intake", kept))
    assert case.applicant.name == "样例合作社" and case.registration.agent is not None and case.registration.agent.proof
    assert "李桂兰" not in person.page(f"/intake?draft={sent['once'][0]}")


def test_a_number_is_checked_and_masked_in_every_row(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    for of, masked in (("co_applicants.7", "110***********002X"), ("agent", "110***********002X")):
        ask = filled(person) | {"part": "number", "of": of, f"{of}.id_number": NUMBER}
        right = person.post("/intake/aside", ask).text
        assert f'value="{masked}" readonly' in right and f'id="box-f-{of.replace(".", "-")}-id_number"' in right
        wrong = person.post("/intake/aside", ask | {f"{of}.id_number": NUMBER[:-1] + "1"}).text
        assert "校验位不符" in wrong and f'name="{of}.id_number"' in wrong and "readonly" not in wrong
        opened = person.post("/intake", again(person.post("/intake", ask | {"redraw": "dates"})) | {"redraw": f"number-{of.replace('7', '0')}"})
        assert f'name="{of.replace("7", "0")}.id_number" value="{NUMBER}"' in opened.text
    assert person.post("/intake/aside", filled(person) | {"part": "number", "of": "../x"}).status_code == 200


# ---------------------------------------------------------------- what is at fault


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"co_applicants.1.id_number": NUMBER[:-1] + "1"}, "co_applicants.1.id_number", "校验位不符"),
        ({"co_applicants.0.name": "", "co_applicants.0.id_number": ""}, "co_applicants.0.name", "请填写姓名或者名称"),
        ({"co_applicants.1.name": "李 桂兰（样例）", "co_applicants.1.id_number": NUMBER, "co_applicants.1.category": ""},
         "co_applicants.1.name", "同一人"),
        ({"representative": "3"}, "co_applicants.2.name", "选作代表人的这一位还没有填写"),
        ({"agent.relation": ""}, "agent.relation", "请选择与申请人的关系"),
        ({"agent.name": ""}, "agent.name", "请填写代理人姓名"),
        ({"agent.phone": "打电话"}, "agent.phone", "联系电话只填数字"),
        ({"agent.id_number": "990000204001010010"}, "agent.id_number", "出生日期晚于"),
        ({"co_applicants.0.address": "甲😀"}, "co_applicants.0.address", "第2个字（U+1F600）"),
    ],
    ids=["number", "nameless", "twice", "representative", "relation", "agent", "phone", "unborn", "picture"],
)  # fmt: skip
def test_a_fault_stands_at_its_field_and_all_that_was_typed_is_kept(site: Site, typed: dict[str, str], field: str, said: str) -> None:
    person, before = site.as_("intake@gx-zrzy"), count(site)
    sent = filled(person) | TOGETHER | AGENT | typed
    answer = person.post("/intake", sent, files=PROOF)
    assert answer.status_code == 400 and count(site) == before
    html_id = "f-" + field.replace(".", "-")
    assert f'href="#{html_id}"' in answer.text and f'id="e-{html_id}"' in answer.text and said in text_of(answer.text)
    assert text_of(answer.text).count(said) == 2, "in the summary and at the field"
    assert "授权委托书.png" in answer.text
    kept = again(answer)
    for name, value in (TOGETHER | AGENT | typed).items():
        assert kept.get(name, [""]) == [value], name


def test_a_proof_wants_to_be_somebody_s(site: Site) -> None:
    person, before = site.as_("intake@gx-zrzy"), count(site)
    answer = person.post("/intake", filled(person), files=PROOF)
    assert answer.status_code == 400 and count(site) == before and "请填写代理人姓名" in text_of(answer.text)
    assert 'id="agent" open' in answer.text
    unload = answer.text.partition('id="proof"')[2].partition('name="unload" value="')[2].partition('"')[0]
    registered(site, person.post("/intake", again(person.post("/intake", again(answer) | {"unload": unload}))))


def test_odd_values_of_people_are_told(site: Site) -> None:
    person, before = site.as_("intake@gx-zrzy"), count(site)
    for odd in (
        {"representative": "x"}, {"representative": "-1"}, {"representative": "9" * 40}, {"agent.relation": "x", "agent.name": "甲"},
        {"co_applicants.0.category": "x", "co_applicants.0.name": "甲"}, {f"co_applicants.{n}.name": f"甲{n}" for n in range(60)},
        {"co_applicants.0.name": "名" * 400}, {"agent.name": "甲", "agent.relation": "heir", "agent.proof": "x"},
    ):  # fmt: skip
        assert person.post("/intake", filled(person) | odd).status_code == 400, odd
        assert person.post("/intake/aside", filled(person) | odd).status_code == 200, odd
    assert count(site) == before
    person.post("/intake", filled(person) | {"redraw": "less-x"})
    person.post("/intake", filled(person) | {"redraw": "less-99999"})


# ---------------------------------------------------------------- in a browser


@pytest.mark.parametrize("size", [WIDE, TABLET, NARROW])
def test_three_and_an_agent_are_registered_in_a_browser(browser: Chromium, size: tuple[int, int]) -> None:
    browser.site.as_("intake@gx-zrzy").post("/intake", {"drop": "yes"})
    page = browser.window("intake@gx-zrzy", size).go("/intake")
    page.fill("#f-applicant-name", "周文博（样例）")
    page.fill("#f-applicant-phone", "13800000000")
    page.fill("#f-wanted", "清泉河沿岸采砂许可证")
    button = page.locator(".gk-sticky .btn-primary")
    at = button.bounding_box()
    page.click("#together > summary")
    page.fill("#f-co_applicants-0-name", "李桂兰（样例）")
    page.fill("#f-co_applicants-0-id_number", NUMBER)
    page.press("#f-co_applicants-0-id_number", "Tab")
    expect(page.locator("#f-co_applicants-0-id_number[readonly]")).to_be_visible()
    page.click("#together >> text=再加一位")
    expect(page.locator("#f-co_applicants-1-name")).to_be_focused()
    page.fill("#f-co_applicants-1-name", "王树林（样例）")
    page.click("#together >> text=再加一位")
    page.fill("#f-co_applicants-2-name", "赵来宾（样例）")
    page.check("#f-representative-3")
    page.click("[aria-label=移除共同申请人2]")
    expect(page.locator("#f-co_applicants-1-name")).to_have_count(0)
    page.click("#agent > summary")
    page.fill("#f-agent-name", "何代理（样例）")
    page.select_option("#f-agent-relation", "entrusted")
    page.set_input_files("#f-proof", {"name": "授权委托书.png", "mimeType": "image/png", "buffer": PNG})
    expect(page.locator("#proof table")).to_contain_text("授权委托书.png")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert button.bounding_box() == at, "what it is sent with stands where it stood"
    expect(page.locator("#saved")).to_contain_text("已自动保存")
    with opens(page):
        button.click()
    assert "/intake/done/" in page.url
    said = page.inner_text("main")
    assert "周文博（样例）、李桂兰（样例）、赵来宾（样例）" in said and "何代理（样例）（委托代理人）" in said
    assert axe(page) == []
    page.goto(page.url.replace("/intake/done/", "/cases/"))
    expect(page.locator("#applicant")).to_contain_text("代表人")
    expect(page.locator("#applicant")).to_contain_text("赵来宾（样例）")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
