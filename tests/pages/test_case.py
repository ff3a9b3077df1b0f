"""The page of a file: what it says, what it offers, and what it keeps from whom."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import expect

from api.pages.shared import undoing
from db import people
from tests.pages.conftest import TABLET, WIDE, Chromium, Site, axe, opens, reads_well, resize, text_of
from workflow.case import Case

PHONE, NUMBER = "13800000000", "11010519491231002X"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def consulting(site: Site) -> Case:
    """Waits for a third party that was asked on 10 November and is to answer by 3 December."""
    return asked(site)


def asked(site: Site) -> Case:
    case = site.register()
    site.place("head@gx-zrzy", case, "assignment", to="handler@gx-zrzy", on="2026-11-03")
    site.place("handler@gx-zrzy", case, "acceptance", on="2026-11-04")
    site.place("handler@gx-zrzy", case, "search", on="2026-11-06", places=["综合档案室"], method="按名称检索", result="found")
    party = {"name": "王某（样例）", "address": "冠县样例路2号（样例）", "is_person": True}
    case = site.place("handler@gx-zrzy", case, "consultation", on="2026-11-10", type="third_party", party=party, question="涉及贵方的账户")
    letter = case.letters(site.office.rules)[-2]
    return site.place("intake@gx-zrzy", case, "service", on="2026-11-10", letter=letter.id, method="post", received_on="2026-11-12")


def signed(site: Site) -> Case:
    case = site.register()
    site.place("head@gx-zrzy", case, "assignment", to="handler@gx-zrzy", on="2026-11-03")
    site.place("handler@gx-zrzy", case, "acceptance", on="2026-11-04")
    site.place("handler@gx-zrzy", case, "search", on="2026-11-06", places=["综合档案室"], method="按名称检索", result="found")
    items = [{"item": 1, "outcome": "disclosed", "provided": [{"title": "复印件", "pages": 3}], "where": "随本答复书提供纸质复印件"}]
    site.place("handler@gx-zrzy", case, "draft", on="2026-11-09", items=items)
    return site.place("head@gx-zrzy", case, "decision", on="2026-11-10")


# ---------------------------------------------------------------- what it says


def test_a_file_that_was_handed_over_says_from_where_and_since_when(site: Site) -> None:
    """READINGS R-handover: nobody handed it in here."""
    case = site.register()
    site.place("intake@gx-zrzy", case, "handover", on="2026-11-05", to="gx-zjj", reason="由住房和城乡建设部门负责")
    desk = site.as_("intake@gx-zjj")
    (there,) = set(re.findall(r'href="/cases/([0-9a-f-]{36})"', desk.page(f"/cases?q={case.wanted}")))
    said = text_of(desk.page(f"/cases/{there}"))
    assert f"由冠县自然资源和规划局移送（2026年11月2日收到，原登记号{case.number}）" in said
    assert "当面提交" not in said


def test_a_letter_that_came_back_awaits_no_slip(site: Site) -> None:
    """READINGS R-returned."""
    case = signed(site)
    letter = case.letters(site.office.rules)[-1].id
    site.place("intake@gx-zrzy", case, "service", on="2026-11-10", letter=letter, method="post")
    intake = site.as_("intake@gx-zrzy")
    assert "11月10日发出，等回执" in text_of(intake.page(f"/letters/{letter}"))
    site.place("intake@gx-zrzy", case, "service", on="2026-11-16", letter=letter, outcome="returned", why="moved")
    for address in (f"/letters/{letter}", f"/cases/{case.id}/letters"):
        said = text_of(intake.page(address))
        assert "11月16日退回" in said
        assert "11月10日发出，等回执" not in said


def test_the_head_the_course_and_what_may_be_done(site: Site, consulting: Case) -> None:
    page = site.as_("handler@gx-zrzy").page(f"/cases/{consulting.id}")
    said = text_of(page)
    clock = consulting.reckoning(site.office.rules)
    assert clock.due is not None
    assert f"最迟答复日 暂停计时 {clock.due.year}年{clock.due.month}月{clock.due.day}日" in said.replace("最迟答复日暂停", "最迟答复日 暂停")
    used, total = clock.meter(site.office.today())
    assert f"已用{used}个工作日，剩{total - used}个" in said
    assert page.count('<i class="u">') == used
    assert consulting.number in said
    assert "周文博（样例）" in said, "whoever handles it sees for whom"
    places = [page.index(f'id="act-{one.seq}"') for one in consulting.acts]
    assert places == sorted(places, reverse=True), "newest first"
    assert page.index('class="next"') < places[-1]
    assert "等第三方答复" in said
    offered = set(re.findall(rf'href="/cases/{consulting.id}/acts/(\w+)"', page))
    assert {"opinion", "consultation", "withdrawal"} <= offered
    assert not offered & {"draft", "decision", "extension", "legal_review"}, "neither the state nor the post allows these"
    assert "拟写答复须等征求意见结束" in said


def test_only_what_the_post_may_place_is_offered(site: Site, consulting: Case) -> None:
    page = site.as_("head@gx-zrzy").page(f"/cases/{consulting.id}")
    offered = set(re.findall(rf'href="/cases/{consulting.id}/acts/(\w+)"', page))
    assert "extension" in offered
    assert "silence" not in offered


def test_the_calendar_is_the_clock_day_by_day(site: Site, consulting: Case) -> None:
    page = site.as_("handler@gx-zrzy").page(f"/cases/{consulting.id}/why")
    clock = consulting.reckoning(site.office.rules)
    left = "第5项第三方意见征询书11月10日送出"
    for day in clock.days():
        where = f"{day.on.month}月{day.on.day}日"
        expected = {
            "receipt": "收到日，不计入", "suspended": f"暂停，不计入，因{left}", "counted": f"第{day.number}个工作日", "weekend": "周末，不计入",
            "holiday": f"{day.name}，不计入", "due": f"第{day.number}个工作日，到期",
        }[day.mark]  # fmt: skip
        assert f"{where}，{expected}" in page
    for sentence in clock.because:
        assert sentence.text in unescape(page)
    assert f"11月24日，暂停，不计入，因{left}，今天" in page
    letter = next(one for one in consulting.letters(site.office.rules) if one.seq == 5 and one.n == 0)
    assert "暂停的由来 11月11日至12月3日暂停，因为第5项的第三方意见征询书11月10日送出。" in text_of(page).replace("由来11", "由来 11")
    assert f'href="/letters/{letter.id}"' in page


def test_a_consultation_that_never_left_stops_nothing_and_one_within_the_program_stops_at_once(site: Site) -> None:
    case = site.place("handler@gx-zrzy", site.register(), "acceptance", on="2026-11-03")
    party = {"name": "样例公司", "address": "样例路3号"}
    case = site.place("handler@gx-zrzy", case, "consultation", on="2026-11-04", type="third_party", party=party, question="是否同意公开")
    why = f"/cases/{case.id}/why"
    assert "暂停的由来" not in site.as_("handler@gx-zrzy").page(why)
    unit = {"name": "冠县人力资源和社会保障局"}
    site.place("handler@gx-zrzy", case, "consultation", on="2026-11-05", type="joint_agency", party=unit, agency="gx-rsj", question="可否公开")
    said = text_of(site.as_("handler@gx-zrzy").page(why))
    assert "因为第4项的" in said and "11月5日在系统内送达" in said and "因为第3项的" not in said


# ---------------------------------------------------------------- what was mended


def test_the_time_line_tells_the_course_as_it_was_known_and_as_it_is_now(site: Site) -> None:
    case = site.register(channel="ems_signed", submitted_on="2026-11-02", received_on="2026-11-05")
    was = case.reckoning(site.office.rules).due
    case = site.place("head@gx-zrzy", case, "amendment", of=1, changes={"received_on": "2026-11-04"}, reason="签收单为4日", on="2026-11-10")
    now = case.reckoning(site.office.rules).due
    assert was is not None and now is not None and now < was
    moved = f"最迟答复日由{was.year}年{was.month}月{was.day}日变为{now.year}年{now.month}月{now.day}日。"
    course, history = (text_of(site.as_("handler@gx-zrzy").page(f"/cases/{case.id}{tab}")) for tab in ("", "/history"))
    assert "收到日：2026年11月5日，更正为2026年11月4日" in course
    for said in (course, history):
        assert moved in said
        assert "第2项记录更正：收到日现为2026年11月4日。" in said
    assert "收到日2026年11月5日" in history.replace("收到日 ", "收到日"), "what was placed stays as it was placed"


def test_what_was_taken_back_is_marked_and_what_amended_it_is_told_no_more(site: Site) -> None:
    case = site.place("intake@gx-zrzy", site.register(), "acceptance", on="2026-11-03")
    case = site.place("head@gx-zrzy", case, "extension", days=10, reason="核查需要时间", on="2026-11-04")
    case = site.place("head@gx-zrzy", case, "revocation", of=3, reason="误办", on="2026-11-05")
    page = site.as_("handler@gx-zrzy").page(f"/cases/{case.id}")
    assert "第4项记录撤销了这一项，不再有效。" in text_of(page)
    assert f'href="/cases/{case.id}#act-4"' in page
    case = site.place("intake@gx-zrzy", case, "amendment", of=1, changes={"wanted": "另一件材料"}, reason="听错", on="2026-11-06")
    case = site.place("intake@gx-zrzy", case, "amendment", of=1, changes={"wanted": "第三件材料"}, reason="又听错", on="2026-11-06")
    said = text_of(site.as_("handler@gx-zrzy").page(f"/cases/{case.id}"))
    assert "更正为另一件材料" in said and "：另一件材料，更正为第三件材料" in said, "each tells what it changed when it was placed"


def test_of_what_is_masked_the_time_line_tells_only_that_it_was_amended(site: Site) -> None:
    case = site.register()
    who = {**site.office.case(site.officers["intake@gx-zrzy"], case.id).case.applicant.model_dump(mode="json"), "phone": "13800000077"}
    case = site.place("intake@gx-zrzy", case, "amendment", of=1, changes={"applicant": who, "delivery": "collect"}, reason="听错", on="2026-11-05")
    for username in ("handler@gx-zrzy", "analyst@gx-zfb"):
        page = site.as_(username).page(f"/cases/{case.id}")
        assert "13800000077" not in page and PHONE not in page
        assert re.search(r"申请人：联系电话：138\*+\d*，更正为", text_of(page)) and "更正为当面领取" in text_of(page)


def test_a_file_that_waits_for_the_applicant_shows_his_limit(site: Site) -> None:
    case = site.register()
    case = site.place("intake@gx-zrzy", case, "correction_notice", on="2026-11-05", matters=["写明文号"])
    site.place("intake@gx-zrzy", case, "service", on="2026-11-06", letter=case.letters(site.office.rules)[-1].id, method="direct")
    said = text_of(site.as_("handler@gx-zrzy").page(f"/cases/{case.id}/why"))
    assert "等申请人补正" in said
    assert "2026年11月27日前" in said
    assert "暂停计时" not in said


def test_fee_risks_similar_and_history(site: Site) -> None:
    wanted = "清泉街道2023年棚改项目拆迁安置房分配结果"
    earlier = site.register(wanted=wanted)
    case = site.register(wanted=f"{wanted}公示")
    handler = site.as_("handler@gx-zrzy")
    similar = handler.page(f"/cases/{case.id}/similar")
    assert "本申请人此前的申请" in similar
    assert f'href="/cases/{earlier.id}"' in similar
    assert f"<mark>{wanted}</mark>" in similar
    answered = signed(site)
    assert "没有未答复的征求意见" in handler.page(f"/cases/{answered.id}/risks")
    history = handler.page(f"/cases/{answered.id}/history")
    assert "按名称检索" in history
    assert "复印件" in history
    assert PHONE not in history, "not even here without a reason"
    assert "本件没有收费" in handler.page(f"/cases/{answered.id}/fees")


# ---------------------------------------------------------------- who sees what


def test_another_units_file_is_no_file(site: Site, consulting: Case) -> None:
    outsider = site.as_("handler@gx-rsj")
    nothing = outsider.get("/cases/00000000-0000-4000-8000-000000000000")
    letter = consulting.letters(site.office.rules)[0].id
    for path in (f"/cases/{consulting.id}", f"/cases/{consulting.id}/history", f"/cases/{consulting.id}/why"):
        answer = outsider.get(path)
        assert answer.status_code == nothing.status_code == 404
        assert text_of(re.sub(r"[0-9a-f]{32}", "", answer.text)) == text_of(re.sub(r"[0-9a-f]{32}", "", nothing.text))
    for path in (f"/letters/{letter}", f"/letters/{letter}/pdf", f"/letters/{letter}/pages/1"):
        assert outsider.get(path).status_code == 404
    assert outsider.post(f"/cases/{consulting.id}/applicant", {"reason": "想看一看"}).status_code == 404
    assert outsider.post(f"/cases/{consulting.id}/attachments", files={"file": ("a.pdf", PDF)}).status_code == 404


def test_the_overseer_reads_a_masked_file_and_may_urge(site: Site, consulting: Case) -> None:
    page = site.as_("analyst@gx-zfb").page(f"/cases/{consulting.id}")
    assert "周文博" not in page
    assert "周*" in page
    assert "王某" not in page + site.as_("analyst@gx-zfb").page(f"/cases/{consulting.id}/consultations")
    assert set(re.findall(rf'href="/cases/{consulting.id}/acts/(\w+)"', page)) == {"note", "supervision"}
    assert "显示全文" not in page
    assert site.as_("analyst@gx-zfb").post(f"/cases/{consulting.id}/applicant", {"reason": "核对地址"}).status_code == 403
    assert site.as_("analyst@gx-zfb").post(f"/cases/{consulting.id}/attachments", files={"file": ("a.pdf", PDF)}).status_code == 403


def entries(site: Site) -> list[Any]:
    with site.office.database.read() as session:
        return [one for one in people.log_entries(session, limit=1000) if one.what == "unmask"]


def test_the_applicant_in_full_is_for_a_reason_that_is_logged(site: Site, consulting: Case) -> None:
    handler = site.as_("handler@gx-zrzy")
    masked = handler.page(f"/cases/{consulting.id}")
    assert PHONE not in masked
    assert NUMBER not in masked
    assert "138****0000" in masked
    before = len(entries(site))
    refused = handler.post(f"/cases/{consulting.id}/applicant", {"reason": " "})
    assert refused.status_code == 400
    assert PHONE not in refused.text
    assert 'aria-describedby="e-reason"' in refused.text
    assert len(entries(site)) == before
    shown = handler.post(f"/cases/{consulting.id}/applicant", {"reason": "核对邮寄地址"})
    assert shown.status_code == 200
    assert PHONE in shown.text
    assert NUMBER in shown.text
    assert shown.headers["cache-control"] == "no-store"
    newest = entries(site)[0]
    assert (newest.reason, newest.object, newest.username) == ("核对邮寄地址", consulting.number, "handler@gx-zrzy")
    assert site.as_("archivist@gx-zrzy").post(f"/cases/{consulting.id}/applicant", {"reason": "归档核对"}).status_code == 403
    assert handler.post(f"/cases/{consulting.id}/applicant", {"reason": "核对", "csrf": "0" * 64}).status_code == 403
    assert len(entries(site)) == before + 1


def test_the_head_is_told_who_looked_at_a_file_of_his_unit_and_nobody_else_is(site: Site, consulting: Case) -> None:
    path = f"/cases/{consulting.id}/history"
    assert "还没有人显示过全文" in text_of(site.as_("head@gx-zrzy").page(path))
    site.as_("handler@gx-zrzy").post(f"/cases/{consulting.id}/applicant", {"reason": "核对邮寄地址"})
    site.as_("handler@gx-zrzy").post(f"/cases/{consulting.id}/attachments", files={"file": ("a.pdf", PDF, "application/pdf")})
    said = text_of(site.as_("head@gx-zrzy").page(path))
    assert "谁查看过（1）" in said and "handler@gx-zrzy（承办岗）　显示全文：核对邮寄地址" in said.replace(" ", "　").replace("　　", "　")
    for other in ("handler@gx-zrzy", "legal@gx-zrzy", "head@gx-zfb"):
        assert "谁查看过" not in site.as_(other).page(path), other


# ---------------------------------------------------------------- attachments, letters


def test_attachments_are_examined_kept_and_downloaded(site: Site, consulting: Case) -> None:
    handler = site.as_("handler@gx-zrzy")
    good = handler.post(f"/cases/{consulting.id}/attachments", {"purpose": "身份证明"}, files={"file": ("身份证.pdf", PDF)})
    assert good.status_code == 303
    page = handler.page(good.headers["location"])
    assert "附件已经存入本件" in page
    assert "身份证.pdf" in page
    found = re.search(r'href="(/attachments/[\w-]+)"', page)
    assert found
    kept = handler.get(found[1])
    assert kept.content == PDF
    assert kept.headers["content-disposition"].startswith("attachment")
    assert site.as_("handler@gx-rsj").get(found[1]).status_code == 404
    bad = handler.post(f"/cases/{consulting.id}/attachments", {"purpose": "回执<b>"}, files={"file": ("坏.pdf", b"MZ not a pdf")})
    assert bad.status_code == 400
    assert "文件的内容不是pdf格式" in bad.text
    assert 'value="回执&lt;b&gt;"' in bad.text, "what was typed is still there"
    assert handler.post(f"/cases/{consulting.id}/attachments", {"purpose": "x"}).status_code == 400


def test_an_archived_file_takes_no_attachment_and_offers_none(site: Site) -> None:
    case = site.place("intake@gx-zrzy", site.register(), "withdrawal", on="2026-11-03")
    site.place("intake@gx-zrzy", case, "service", on="2026-11-04", letter=case.letters(site.office.rules)[-1].id, method="direct")
    site.place("archivist@gx-zrzy", case, "archival", on="2026-11-05")
    for who in ("handler@gx-zrzy", "archivist@gx-zrzy"):
        assert 'type="file"' not in site.as_(who).page(f"/cases/{case.id}/attachments")
        answer = site.as_(who).post(f"/cases/{case.id}/attachments", {"purpose": "补充"}, files={"file": ("补充.pdf", PDF)})
        assert answer.status_code == 409
        assert "已经归档" in text_of(answer.text)
        assert "补充.pdf" not in site.as_(who).page(f"/cases/{case.id}/attachments")


def test_who_counts_attaches_nothing(site: Site) -> None:
    case = site.register()
    analyst = site.as_("analyst@gx-zrzy")
    assert 'type="file"' not in analyst.page(f"/cases/{case.id}/attachments")
    assert analyst.post(f"/cases/{case.id}/attachments", files={"file": ("a.pdf", PDF)}).status_code == 403


def test_a_letter_is_seen_page_by_page_as_it_was_issued(site: Site) -> None:
    case = signed(site)
    letter = case.letters(site.office.rules)[-1]
    handler = site.as_("handler@gx-zrzy")
    page = handler.page(f"/letters/{letter.id}")
    assert f'src="/letters/{letter.id}/pages/1"' in page
    picture = handler.get(f"/letters/{letter.id}/pages/1")
    assert picture.content.startswith(b"\x89PNG")
    assert picture.headers["content-type"] == "image/png"
    assert handler.get(f"/letters/{letter.id}/pages/99").status_code == 404
    assert handler.get(f"/letters/{letter.id}/pages/0").status_code == 404
    assert handler.get(f"/letters/{letter.id}/pdf").content == site.office.pdf(letter.id)
    assert f"/letters/{letter.id}" in handler.page(f"/cases/{case.id}/letters")


# ---------------------------------------------------------------- what is odd


def test_odd_addresses_and_words_do_no_harm(site: Site) -> None:
    nasty = "<script>alert(1)</script>{{ 7*7 }} " + "长" * 3000
    case = site.register(wanted=nasty)
    handler = site.as_("handler@gx-zrzy")
    for path in ("", "/why", "/history", "/similar", "/letters", "/consultations", "/fees", "/risks", "/attachments"):
        page = handler.page(f"/cases/{case.id}{path}")
        assert "<script>alert" not in page
        assert "49 长" not in page
    assert handler.get(f"/cases/{case.id}?done=<b>x</b>").text.count("<b>x</b>") == 0
    for path in (f"/cases/{case.id}/nothing", "/cases/1", f"/cases/{case.id}'", "/letters/1", "/attachments/1"):
        assert handler.get(path).status_code == 404


# ---------------------------------------------------------------- in a browser


def test_the_page_is_usable_by_everybody(browser: Chromium) -> None:
    case, answered = asked(browser.site), signed(browser.site)
    letter = answered.letters(browser.site.office.rules)[-1]
    browser.site.office.pdf(letter.id)
    window = browser.window("handler@gx-zrzy")
    for path in ("", "/why", "/consultations", "/attachments", "/history"):
        reads_well(window.go(f"/cases/{case.id}{path}"), WIDE, TABLET)
    for path in (f"/cases/{answered.id}/letters", f"/cases/{answered.id}/risks", f"/cases/{answered.id}/similar", f"/letters/{letter.id}"):
        reads_well(window.go(path), WIDE, TABLET)
    for size in (WIDE, TABLET):
        page = window.go(f"/cases/{case.id}")
        resize(page, size)
        page.click("text=为什么是这一天")
        page.wait_for_url("**/why")
        expect(page.locator(".gk-cal").nth(1)).to_be_visible()


def test_what_moves_the_file_and_what_else_is_owed_are_two_lines(site: Site) -> None:
    case = site.register(submitted_on="2026-11-16", received_on="2026-11-16")
    case = site.place("handler@gx-zrzy", case, "acceptance")
    case = site.place("handler@gx-zrzy", case, "search", places=["档案室"], method="按文号", result="found")
    case = site.place("head@gx-zrzy", case, "extension", days=10, reason="共四十卷", notified_on="2026-11-24")
    after = text_of(site.as_("handler@gx-zrzy").page(f"/cases/{case.id}?done=extension"))
    assert "下一步：拟稿。还要办：送达延期答复告知书。" in after
    course = text_of(site.as_("handler@gx-zrzy").page(f"/cases/{case.id}"))
    assert course.index("下一步：拟稿") < course.index("待送达：延期答复告知书")


def undo_of(page: str) -> dict[str, str]:
    """The fields of the button that takes back what was just placed; none: it is not there."""
    found = re.search(r'<div class="gk-note done gk-said gk-done".*?</div>', page, re.S)
    assert found, "the page says what was done"
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[0]))


def test_what_was_just_placed_is_taken_back_by_a_press_within_ten_seconds(site: Site) -> None:
    handler, now = site.as_("handler@gx-zrzy"), site.clock.now
    case = site.register()
    answer = handler.post(f"/cases/{case.id}/acts/acceptance", {"seen": "1", "on": site.clock().date().isoformat()})
    assert answer.headers["location"].endswith("?done=acceptance")
    fields = undo_of(handler.page(f"/cases/{case.id}?done=acceptance"))
    assert fields["of"] == "2"
    assert undo_of(site.as_("head@gx-zrzy").page(f"/cases/{case.id}?done=acceptance")) == {}, "of him who did it"
    site.clock.now = now + timedelta(seconds=11)
    assert undo_of(handler.page(f"/cases/{case.id}?done=acceptance")) == {}
    site.clock.now = now
    answer = handler.post(f"/cases/{case.id}/acts/revocation", fields)
    assert answer.status_code == 303, text_of(answer.text)[:1000]
    case = site.office.case(site.officers["handler@gx-zrzy"], case.id).case
    assert case.state == "registered" and case.acts[-1].act.of == 2  # type: ignore[union-attr]
    assert undo_of(handler.page(answer.headers["location"])) == {}, "the taking back stays"
    assert handler.post(f"/cases/{case.id}/acts/revocation", fields).status_code == 412, "pressed twice it is done once"


def test_what_reached_somebody_is_not_taken_back_by_a_press(site: Site) -> None:
    case = site.place("handler@gx-zrzy", site.register(), "acceptance")
    case = site.place("handler@gx-zrzy", case, "consultation", type="internal", party={"name": "法制岗"}, to="legal@gx-zrzy", question="能否公开？")
    assert undo_of(site.as_("handler@gx-zrzy").page(f"/cases/{case.id}?done=consultation")) == {}


def test_a_draft_is_fetched_back_from_the_queue_until_somebody_acted_on_it(site: Site) -> None:
    handler = site.as_("handler@gx-zrzy")
    case = site.place("handler@gx-zrzy", site.register(), "acceptance")
    item = {"item": 1, "outcome": "already_public", "where": "冠县人民政府网站"}
    case = site.place("handler@gx-zrzy", case, "draft", items=[item])
    site.clock.now += timedelta(minutes=1)
    page = handler.page(f"/cases/{case.id}?done=draft")
    assert "取回" in page
    answer = handler.post(f"/cases/{case.id}/acts/recall", undo_of(page))
    assert answer.status_code == 303, text_of(answer.text)[:1000]
    assert site.office.case(site.officers["handler@gx-zrzy"], case.id).case.state == "handling"
    assert "冠县人民政府网站" in handler.page(f"/cases/{case.id}/acts/draft"), "what was written is there again"


def test_the_button_goes_after_its_seconds_and_works_before_in_a_browser(browser: Chromium, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "TEN", 600)  # a slow machine may need ten seconds to press
    site = browser.site
    window, case = browser.window("handler@gx-zrzy"), site.place("handler@gx-zrzy", site.register(), "acceptance")
    page = window.page
    page.clock.install()
    window.go(f"/cases/{case.id}?done=acceptance")
    expect(page.locator("[data-undo] .btn")).to_be_visible()
    assert axe(page) == []
    page.clock.run_for(601_000)
    expect(page.locator("[data-undo] .btn")).to_be_hidden()
    page.reload()
    with opens(page):
        page.click("[data-undo] .btn")
    expect(page.locator(".gk-done")).to_contain_text("已办理：撤销记录")
