"""审签: the letter beside what speaks against it; who may sign, what must be answered first, and what comes next."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pdfplumber
import pytest
from playwright.sync_api import expect

from api.office.problems import Problem
from api.pages.shared import undoing
from db import queries
from tests.pages.conftest import TABLET, WIDE, Chromium, Site, axe, opens, site_of, text_of
from tests.pages.test_case import undo_of
from workflow.case import Case
from workflow.checks import mending

PHONE = "如需查阅原件，请与13800000001联系。"
ITEM = {"item": 1, "outcome": "disclosed", "provided": [{"title": "补偿安置方案", "pages": 3}], "where": "随本答复书提供纸质复印件"}
MISSING = {"item": 1, "outcome": "not_existing", "reason": "经检索没有找到。"}


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 10))


def drafted(site: Site, *items: dict[str, Any], who: str = "handler@gx-zrzy", **fields: Any) -> Case:
    case = site.register()
    case = site.place("head@gx-zrzy", case, "assignment", to="handler@gx-zrzy")
    case = site.place("handler@gx-zrzy", case, "acceptance")
    case = site.place("legal@gx-zrzy", case, "secrecy_review", result="may_disclose", reason="不涉及")
    return site.place(who, case, "draft", items=list(items) or [ITEM], **fields)


def now(site: Site, case: Case) -> Case:
    return site.office.case(site.officers["head@gx-zrzy"], case.id).case


def sent(site: Site, case: Case, do: str, who: str = "head@gx-zrzy", **fields: str) -> Any:
    return site.as_(who).post(f"/approvals/{case.id}", {"do": do, "seen": str(case.version), **fields})


# ---------------------------------------------------------------- 补录


def paper(site: Site, case: Case, name: str = "签发稿.pdf") -> str:
    """A scan attached to the case; its id."""
    data = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    answer = site.as_("handler@gx-zrzy").post(f"/cases/{case.id}/attachments", {"purpose": "材料"}, files={"file": (name, data, "application/pdf")})
    assert answer.status_code == 303, answer.text
    with site.office.database.read() as session:
        return str(next(row.id for row in queries.attachments_of(session, case.id) if row.name == name))


def test_the_head_sees_that_a_signature_is_entered_late_and_the_history_shows_both_dates(site: Site) -> None:
    case = drafted(site)
    site.clock.set(date(2026, 11, 16))
    late = {"kind": "decision", "on": "2026-11-12", "late_entry": {"reason": "系统停机，当日以书面签发", "proof": paper(site, case)}}
    case = site.place("handler@gx-zrzy", case, "request", act={**late, "overrides": {}}, reason="当日已经签发，请补录")
    said = text_of(site.as_("head@gx-zrzy").page(f"/approvals/{case.id}/requests/{case.version}"))
    for words in ("这是补录：日期为2026年11月12日，2026年11月16日录入", "系统停机，当日以书面签发", "查看纸质材料"):
        assert words in said, words
    answer = site.as_("head@gx-zrzy").post(f"/approvals/{case.id}/requests/{case.version}", {"do": "sign", "seen": str(case.version)})
    assert answer.status_code == 303, answer.text
    signed = now(site, case).decision
    assert signed is not None
    assert signed.act.on == date(2026, 11, 12)
    course = text_of(site.as_("handler@gx-zrzy").page(f"/cases/{case.id}"))
    assert re.search(r"11月12日 ?签发答复 ?补录 ?11月16日录入", course), course
    history = text_of(site.as_("handler@gx-zrzy").page(f"/cases/{case.id}/history"))
    assert re.search(r"2026年11月12日 林建国（样例）（负责人） 2026年11月16日 12:00存入 补录", history), history


def test_a_late_entry_on_the_file_is_answered_by_its_reason_on_the_page_of_the_signature(site: Site) -> None:
    case = site.register()
    case = site.place("handler@gx-zrzy", case, "acceptance")
    proof = {"reason": "系统停机，当日书面批准", "proof": paper(site, case)}
    case = site.place("head@gx-zrzy", case, "extension", on="2026-11-05", days=5, reason="查档", notified_on="2026-11-05", late_entry=proof)
    case = site.place("legal@gx-zrzy", case, "secrecy_review", result="may_disclose", reason="不涉及")
    case = site.place("handler@gx-zrzy", case, "draft", items=[ITEM])
    page = site.as_("head@gx-zrzy").page(f"/approvals/{case.id}")
    assert "是补录：日期为2026年11月5日，2026年11月10日录入" in text_of(page)
    assert re.search(r'name="override.late_entry"[^>]*>系统停机，当日书面批准</textarea>', page)
    assert sent(site, case, "sign", **{"override.late_entry": "审批单已核对"}).status_code == 303
    signed = now(site, case).decision
    assert signed is not None
    assert signed.act.overrides == {"late_entry": "审批单已核对"}


def test_the_form_of_a_late_entry_offers_the_papers_of_the_file_to_the_head_alone(site: Site) -> None:
    case = drafted(site)
    proof = paper(site, case)
    form = site.as_("head@gx-zrzy").page(f"/cases/{case.id}/acts/decision?on=2026-11-09")
    assert f'<option value="{proof}">签发稿.pdf</option>' in form
    assert "签发是补录：日期为2026年11月9日，2026年11月10日录入" in text_of(form)
    case = site.place("head@gx-zrzy", case, "return", reason="改")
    assert "late_entry" not in site.as_("handler@gx-zrzy").page(f"/cases/{case.id}/acts/correction_notice")
    wrong = {"kind": "decision", "late_entry.reason": "停机", "late_entry.proof": "00000000-0000-4000-8000-00000000000a", "on": "2026-11-09"}
    case = site.place("handler@gx-zrzy", case, "draft", items=[ITEM])
    answer = site.as_("head@gx-zrzy").post(f"/cases/{case.id}/acts/decision", {**wrong, "seen": str(case.version)})
    assert answer.status_code == 400
    assert "没有这个附件" in text_of(answer.text)


# ---------------------------------------------------------------- what is seen


def test_the_letter_is_the_real_preview_beside_items_and_what_was_checked(site: Site) -> None:
    case = drafted(site)
    page = site.as_("head@gx-zrzy").page(f"/approvals/{case.id}")
    assert page.count('src="data:image/png;base64,iVBOR') >= 1
    said = text_of(page)
    for words in ("予以公开", "救济告知与决定种类一致", "签发答复", "退回修改", "签发后编号、盖章，不能更改", "赵思远（样例）拟稿"):
        assert words in said
    assert "与退回前比较" not in said
    assert "style=" not in page.split("<body")[1]
    assert now(site, case).version == case.version, "looking changes nothing"


def test_a_returned_draft_is_compared_first(site: Site) -> None:
    case = drafted(site)
    case = site.place("head@gx-zrzy", case, "return", reason="请写明查阅的办法。")
    case = site.place("handler@gx-zrzy", case, "draft", items=[ITEM], closing="可以到本机关阅览室查阅原件。")
    page = site.as_("head@gx-zrzy").page(f"/approvals/{case.id}")
    assert re.search(r"<ins>[^<]*可以到本机关阅览室查阅原件。", page)
    assert "<i>1处</i>" in page
    assert "data:image" not in page
    assert "data:image" in site.as_("head@gx-zrzy").page(f"/approvals/{case.id}?view=letter")
    assert "请写明查阅的办法。" in page
    request = text_of(site.as_("head@gx-zrzy").page(f"/approvals/{case.id}?view=request"))
    assert "崇文街道2024年第三批次征收补偿安置方案" in request


def test_a_draft_of_another_kind_is_compared_too(site: Site) -> None:
    case = drafted(site)
    case = site.place("head@gx-zrzy", case, "return", reason="没有找到，请改。")
    case = site.place("handler@gx-zrzy", case, "search", places=["档案室"], method="目录", result="not_found")
    case = site.place("handler@gx-zrzy", case, "draft", items=[MISSING])
    page = site.as_("head@gx-zrzy").page(f"/approvals/{case.id}")
    assert "<del>" in page
    assert "<ins>" in page


def test_the_queue_masks_and_goes_by_the_limit(site: Site) -> None:
    late, soon = drafted(site), drafted(site)
    page = site.as_("head@gx-zrzy").page("/approvals")
    assert "周文博" not in page
    assert page.index(late.id) < page.index(soon.id)
    said = text_of(site.as_("head@gx-zrzy").page(f"/approvals/{soon.id}"))
    assert re.search(r"第\d+件，共\d+件", said)
    assert f'data-previous href="/approvals/{late.id}"' in site.as_("head@gx-zrzy").page(f"/approvals/{soon.id}")


# ---------------------------------------------------------------- signing


def test_a_signature_numbers_the_letter_and_the_next_case_is_a_step_away(site: Site) -> None:
    first, second = drafted(site), drafted(site)
    answer = sent(site, first, "sign")
    assert answer.status_code == 303, text_of(answer.text)
    assert now(site, first).state == "replied"
    page = site.as_("head@gx-zrzy").page(answer.headers["location"])
    said = text_of(page)
    assert re.search(r"已签发，文号冠自然资公复〔2026〕\d+号。", said)
    assert "予以公开答复书" in said
    assert "送达，由登记岗、承办岗办理" in said
    assert f'data-next href="/approvals/{second.id}"' in page
    assert 'value="sign"' not in page
    assert now(site, second).state == "approving"
    assert "已签发" not in text_of(site.as_("legal@gx-zrzy").page(answer.headers["location"])), "what another did is not told as one's own"


def test_a_warning_wants_its_reason_which_goes_on_the_file(site: Site) -> None:
    case = drafted(site, closing=PHONE)
    answer = sent(site, case, "sign")
    assert answer.status_code == 400
    assert "没有提交" not in answer.text
    field = re.search(r'<textarea[^>]*name="override\.phones_of_others"[^>]*>', answer.text)
    assert field is not None
    assert "data-focus" in field[0]
    assert 'aria-invalid="true"' in field[0]
    assert now(site, case).version == case.version
    answer = sent(site, case, "sign", **{"override.phones_of_others": "是本机关的值班手机"})
    assert answer.status_code == 303, text_of(answer.text)
    decision = now(site, case).decision
    assert decision is not None
    assert decision.act.overrides == {"phones_of_others": "是本机关的值班手机"}  # type: ignore[attr-defined]


def test_what_blocks_is_told_with_who_mends_it_and_there_is_no_button(site: Site) -> None:
    case = drafted(site, MISSING)
    page = text_of(site.as_("head@gx-zrzy").page(f"/approvals/{case.id}"))
    assert "卷内没有检索记录" in page
    assert "请退回赵思远（样例），解决以后重新送签" in page
    assert "签发答复" not in page
    assert "退回修改" in page
    answer = sent(site, case, "sign")
    assert answer.status_code == 409
    assert "有必须先解决的法律风险" in text_of(answer.text)
    assert now(site, case).state == "approving"


def test_a_draft_of_a_request_that_was_amended_since_is_returned(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an earlier version let it come to pass: the page says so instead of the letter, and nothing is signed."""
    items = [{"wanted": "甲地块批文（样例）"}, {"wanted": "乙地块批文（样例）"}]
    case = site.place("handler@gx-zrzy", site.register(items=items, wanted="两个地块的批文（样例）"), "acceptance")
    case = site.place("handler@gx-zrzy", case, "search", items=[1, 2], places=["档案室"], method="查阅", result="not_found")
    case = site.place("handler@gx-zrzy", case, "draft", items=[{"item": n, "outcome": "not_existing", "reason": "经检索没有"} for n in (1, 2)])
    with monkeypatch.context() as earlier:
        earlier.setattr(mending, "_not_under_a_draft", lambda *_: None)
        case = site.place("intake@gx-zrzy", case, "amendment", of=1, changes={"items": items[:1]}, reason="只一项")
    page = site.as_("head@gx-zrzy").page(f"/approvals/{case.id}")
    assert "本件现在没有第2项申请事项" in text_of(page)
    with pytest.raises(Problem, match="不是现在的申请内容"):
        site.place("head@gx-zrzy", case, "decision")


def test_it_is_returned_with_a_reason_only(site: Site) -> None:
    case = drafted(site)
    answer = sent(site, case, "return")
    assert answer.status_code == 400
    assert "请写明退回的理由" in answer.text
    answer = sent(site, case, "return", text="请补充页数。")
    assert answer.status_code == 303
    assert now(site, case).state == "handling"
    gone = site.as_("head@gx-zrzy").get(f"/approvals/{case.id}")
    assert "不在审签" in text_of(gone.text)


def test_the_keyboard_alone_signs_nothing(site: Site) -> None:
    """Ctrl+Enter sends the form without a button: a deed that cannot be undone wants one."""
    case = drafted(site)
    answer = site.as_("head@gx-zrzy").post(f"/approvals/{case.id}", {"seen": str(case.version), "text": "写到一半的话"})
    assert answer.status_code == 400
    assert "写到一半的话" in answer.text
    assert now(site, case).state == "approving"


def test_legal_staff_review_and_do_not_sign(site: Site) -> None:
    case = drafted(site)
    page = text_of(site.as_("legal@gx-zrzy").page(f"/approvals/{case.id}"))
    assert "审核通过" in page
    assert "签发答复" not in page
    assert sent(site, case, "fail", "legal@gx-zrzy").status_code == 400
    assert sent(site, case, "pass", "legal@gx-zrzy", text="适用条款无误。").status_code == 303
    review = now(site, case).legal_review
    assert review is not None
    assert "适用条款无误。" in text_of(site.as_("head@gx-zrzy").page(f"/approvals/{case.id}"))
    assert sent(site, now(site, case), "sign", "legal@gx-zrzy").status_code == 403


def test_a_note_stays_on_the_case(site: Site) -> None:
    case = drafted(site)
    answer = sent(site, case, "note", text="请核对页数。")
    assert answer.headers["location"] == f"/approvals/{case.id}?done=note"
    assert "批示已写入案卷。" in text_of(site.as_("head@gx-zrzy").page(answer.headers["location"]))
    assert now(site, case).state == "approving"


# ---------------------------------------------------------------- who may not


def test_the_drafter_does_not_sign(site: Site) -> None:
    case = drafted(site)
    page = text_of(site.as_("handler@gx-zrzy").page(f"/approvals/{case.id}"))
    assert "拟稿人不能签发本件" in page
    assert "签发答复" not in page
    assert sent(site, case, "sign", "handler@gx-zrzy").status_code == 403


def test_a_colleague_was_first(site: Site) -> None:
    case = drafted(site)
    site.place("legal@gx-zrzy", case, "return", reason="先改。")
    answer = sent(site, case, "sign", text="我写的批示")
    assert answer.status_code == 412
    said = text_of(answer.text)
    assert "没有提交：何清源（样例）" in said
    assert "看他办了什么" in said
    assert "我写的批示" in answer.text


def test_of_what_one_did_oneself_meanwhile_it_is_not_said_that_another_did(site: Site) -> None:
    case = drafted(site)
    site.place("head@gx-zrzy", case, "note", text="记一笔")
    said = text_of(sent(site, case, "sign", text="我写的批示").text)
    assert "您" in said and "已经办了这件申请" in said and "看办了什么" in said and "看他办了什么" not in said


@pytest.mark.parametrize("who", ["head@gx-rsj", "legal@gx-zjj"])
def test_another_agency_s_draft_is_not_there(site: Site, who: str) -> None:
    case = drafted(site)
    assert site.as_(who).get(f"/approvals/{case.id}").status_code == 404
    assert sent(site, case, "sign", who).status_code == 404
    assert case.id not in site.as_(who).page("/approvals")


def test_an_overseeing_office_reads_no_drafts_here(site: Site) -> None:
    case = drafted(site)
    assert site.as_("head@gx-zfb").get(f"/approvals/{case.id}").status_code == 403
    assert sent(site, case, "sign", "head@gx-zfb").status_code == 403


@pytest.mark.parametrize("query", ["done=<b>", "done=decision&next=x", "done=decision&next=../../", "view=<b>", "done=decision"])
def test_odd_queries_do_no_harm(site: Site, query: str) -> None:
    case = drafted(site)
    for path in ("/approvals", f"/approvals/{case.id}"):
        answer = site.as_("head@gx-zrzy").get(f"{path}?{query}")
        assert answer.status_code == 200
        assert "<b></b>" not in answer.text


# ---------------------------------------------------------------- taken back by a press


@pytest.mark.parametrize(("do", "kind"), [("sign", "decision"), ("return", "return"), ("pass", "legal_review")])
def test_what_was_just_signed_or_returned_is_taken_back_here_as_on_the_case(site: Site, do: str, kind: str) -> None:
    who = "legal@gx-zrzy" if do == "pass" else "head@gx-zrzy"
    person, at = site.as_(who), site.clock.now
    case = drafted(site)
    here = sent(site, case, do, who, text="请改。").headers["location"]
    fields = undo_of(person.page(here))
    assert fields["of"] == str(case.version + 1) and fields == undo_of(person.page(f"/cases/{case.id}?done={kind}"))
    site.clock.now = at + timedelta(seconds=11)
    assert undo_of(person.page(here)) == {}, "afterwards by its form, with a reason of one's own"
    site.clock.now = at
    answer = person.post(f"/cases/{case.id}/acts/revocation", fields)
    assert answer.status_code == 303, text_of(answer.text)[:1000]
    assert now(site, case).state == "approving" and "data-undo" not in person.page(here)


def test_what_has_left_is_not_taken_back_here(site: Site) -> None:
    case = drafted(site)
    here = sent(site, case, "sign").headers["location"]
    assert undo_of(site.as_("head@gx-zrzy").page(here))
    reply = now(site, case).letters_of(now(site, case).acts[-1], site.office.rules)[0]
    site.place("intake@gx-zrzy", now(site, case), "service", letter=reply.id, method="direct")
    assert undo_of(site.as_("head@gx-zrzy").page(here)) == {}


# ---------------------------------------------------------------- in a browser


@pytest.mark.parametrize("size", [WIDE, TABLET])
def test_an_unanswered_warning_takes_the_focus_and_keys_go_on(
    browser: Chromium, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "TEN", 600)  # that 撤销 goes after its seconds is a test of the case's page
    site = browser.site
    site.clock.set(date(2026, 11, 10))
    case, other = drafted(site, closing=PHONE), drafted(site)
    page = browser.window("head@gx-zrzy", size).page
    page.goto(f"{site.url}/approvals")
    assert axe(page) == []
    page.goto(f"{site.url}/approvals/{case.id}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    covered = (
        "() => { const a = document.activeElement.getBoundingClientRect(), b = document.querySelector('.gk-sticky').getBoundingClientRect();"
        " return a.bottom > b.top && a.top < b.bottom; }"
    )
    for height in (*range(500, 1100, 60), size[1]):
        page.set_viewport_size({"width": size[0], "height": height})
        with opens(page):
            page.click("text=签发答复")
        expect(page.locator("[name='override.phones_of_others']")).to_be_focused()
        assert not page.evaluate(covered), f"the field in focus is behind the bar of a window {height} px high"
    assert axe(page) == []
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.wait_for_url(f"**/approvals/{other.id}")
    page.keyboard.press("k")
    page.wait_for_url(f"**/approvals/{case.id}")
    page.fill("textarea[name='override.phones_of_others']", "值班手机，已经公开")
    signing = page.locator("text=签发答复").first.bounding_box()
    page.click("text=签发答复")
    page.wait_for_url("**done=decision*")
    expect(page.locator("main")).to_contain_text("已签发，文号")
    back = page.locator("[data-undo] .btn").bounding_box()
    assert signing and back and back["y"] + back["height"] < signing["y"], "撤销 does not stand where the signature was pressed"
    with opens(page):
        page.click("[data-undo] .btn")
    expect(page.locator("main")).to_contain_text("已办理：撤销记录")


# ---------------------------------------------------------------- 审批单


def test_the_approval_sheet_is_printed_before_and_after_the_signature(site: Site) -> None:
    case = drafted(site)
    head = site.as_("head@gx-zrzy")
    assert f'href="/approvals/{case.id}/sheet"' in head.page(f"/approvals/{case.id}")
    before = head.get(f"/approvals/{case.id}/sheet")
    assert before.status_code == 200
    assert before.headers["content-type"] == "application/pdf"
    assert quote(f"{case.number} 答复审批单.pdf", safe="") in before.headers["content-disposition"]
    assert "签发后编号" in _read(before.content)
    assert "不涉及" in _read(before.content), "the secrecy examination"
    assert sent(site, case, "sign").status_code == 303
    after = _read(head.get(f"/approvals/{case.id}/sheet").content)
    assert "签发后编号" not in after
    assert "〔2026〕" in after
    assert f'href="/approvals/{case.id}/sheet"' in head.page(f"/approvals/{case.id}?done=decision")
    assert site.as_("head@gx-rsj").get(f"/approvals/{case.id}/sheet").status_code == 404
    fresh = site.register()
    assert head.get(f"/approvals/{fresh.id}/sheet").status_code == 404


def _read(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "".join(page.extract_text() or "" for page in pdf.pages).replace("\n", "")
