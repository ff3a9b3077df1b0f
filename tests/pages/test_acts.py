"""Every act placed from its form: what is asked, what is refused and why, what is kept, what is shown before."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import TABLET, WIDE, Chromium, Person, Site, axe, later, text_of
from workflow import acts as a
from workflow.acts import ACTS
from workflow.case import Case
from workflow.risks import open_risks

TODAY = "2026年11月24日"


def handled(site: Site, **fields: Any) -> Case:
    """A file that is being handled, received a few days before today."""
    day = {"submitted_on": "2026-11-16", "received_on": "2026-11-16"}
    case = site.register(**day, **fields)
    case = site.place("intake@gx-zrzy", case, "assignment", to="handler@gx-zrzy")
    return site.place("handler@gx-zrzy", case, "acceptance")


def form_at(page: str) -> dict[str, list[str]]:
    """The fields that a browser would send from the page's act form, untouched."""
    form = page.split('id="act"')[1].partition("</form>")[0]
    form = re.sub(r"<template.*?</template>", "", form, flags=re.S)
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checked" in tag or not re.search(r'type="(radio|checkbox)"', tag)):
            found.setdefault(name[1], []).append(value[1] if value else "")
    for name_, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        found.setdefault(name_, []).append(text)
    for name_, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found.setdefault(name_, []).append(chosen[1] if chosen else "")
    found.pop("csrf", None)
    return found


def fill(site: Site, who: str, case: Case, kind: str, **fields: Any) -> Any:
    """Open the form of `kind`, fill `fields` (a dot is written __) into it, and send it."""
    person = site.as_(who)
    path = f"/cases/{case.id}/acts/{kind}"
    sent: dict[str, Any] = form_at(person.page(path))
    for name, value in fields.items():
        sent[name.replace("__", ".")] = value
    return person.post(path, sent)


def done(site: Site, who: str, case: Case, kind: str, **fields: Any) -> Case:
    """`fill`, which must succeed; the file afterwards."""
    answer = fill(site, who, case, kind, **fields)
    assert answer.status_code == 303, text_of(answer.text)[:1500]
    assert answer.headers["location"] == f"/cases/{case.id}?done={kind}"
    return site.office.case(site.officers[who], case.id).case


# ---------------------------------------------------------------- from the forms alone, a file is led to its end


def test_a_file_is_led_from_registration_to_the_archive_by_forms(site: Site) -> None:
    case = site.register(submitted_on="2026-11-16", received_on="2026-11-16", items=["征收补偿安置方案", "补偿费支付凭证"])
    case = done(site, "intake@gx-zrzy", case, "assignment", to="handler@gx-zrzy")
    case = done(site, "handler@gx-zrzy", case, "acceptance")
    case = done(site, "handler@gx-zrzy", case, "search", places=["档案室", "", "业务系统"], method="按文号", result="found", items=["1"])
    act: Any = case.acts[-1].act
    assert (act.places, act.items, act.on) == (("档案室", "业务系统"), (1,), date(2026, 11, 24))
    third = {"party__name": "样例公司", "party__address": "样例路8号", "question": "涉及商业秘密"}
    case = done(site, "handler@gx-zrzy", case, "consultation", items=["2"], **third)
    inquiry, notice = case.letters_of(case.acts[-1], site.office.rules)
    page = site.as_("handler@gx-zrzy").page(f"/cases/{case.id}?done=consultation")
    assert f'href="/letters/{inquiry.id}"' in page and "第三方意见征询书" in text_of(page)
    site.office.pdf(inquiry.id)
    case = done(site, "intake@gx-zrzy", case, "service", letter=inquiry.id, method="direct", received_on="20261124")
    assert case.received(inquiry.seq) == date(2026, 11, 24)
    case = done(site, "handler@gx-zrzy", case, "opinion", stance="object", text="属于商业秘密", reasonable="no")
    case = done(site, "handler@gx-zrzy", case, "secrecy_review", result="may_disclose", reason="不涉及")
    draft = {
        "items__0__outcome": "disclosed", "items__0__provided__0__title": "方案", "items__0__provided__0__pages": "12",
        "items__0__where": "随本答复书提供纸质复印件",
        "items__1__outcome": "partial", "items__1__withheld": "成交价款", "items__1__withheld_under": "third_party",
        "items__1__ground": "trade_secret", "items__1__reason": "涉及商业秘密", "items__1__where": "当面领取", "items__1__law": "不问的不记",
    }  # fmt: skip
    case = done(site, "handler@gx-zrzy", case, "draft", **draft)
    act = case.acts[-1].act
    assert [one.outcome for one in act.items] == ["disclosed", "partial"]
    assert act.items[0].provided[0].pages == 12 and act.items[1].law is None, "a field that this outcome does not ask is no part of the act"
    case = done(site, "legal@gx-zrzy", case, "legal_review", passes="yes", text="同意")
    case = done(site, "head@gx-zrzy", case, "return", reason="补充理由")
    again = site.as_("handler@gx-zrzy").page(f"/cases/{case.id}/acts/draft")
    assert "成交价款" in again, "the returned draft is what the next one starts from"
    case = done(site, "handler@gx-zrzy", case, "draft")
    case = done(site, "legal@gx-zrzy", case, "legal_review", passes="yes", text="同意")
    case = done(site, "head@gx-zrzy", case, "decision")
    reply = case.letters_of(case.acts[-1], site.office.rules)[0]
    for letter in (reply, notice):
        site.office.pdf(letter.id)
        case = done(site, "intake@gx-zrzy", case, "service", letter=letter.id, method="direct")
    for letter in [one for one in case.letters(site.office.rules) if one.to == "third_party" and one.id not in case.services]:
        site.office.pdf(letter.id)
        case = done(site, "intake@gx-zrzy", case, "service", letter=letter.id, method="direct")
    case = done(site, "archivist@gx-zrzy", case, "archival")
    assert case.state == "archived"
    told = text_of(site.as_("archivist@gx-zrzy").page(f"/cases/{case.id}?done=archival"))
    assert "已办理：归档，生成卷内目录" in told and "已归档" in told


def test_a_warning_is_answered_on_the_form_of_the_decision_and_stays_there(site: Site) -> None:
    case = site.place("handler@gx-zrzy", handled(site), "search", places=["档案室"], method="按文号", result="found")
    item = {"item": 1, "outcome": "disclosed", "provided": [{"title": "方案", "pages": 4}], "where": "随本答复书提供纸质复印件"}
    case = site.place("handler@gx-zrzy", case, "draft", items=[item])
    warned = [risk.id for risk in open_risks(case, site.office.rules, date(2026, 11, 24)) if risk.level == "warns"]
    assert warned
    given = {f"overrides__{one}": "核对过，情况清楚（样例）" for one in warned}
    first, *others = given
    refused = fill(site, "head@gx-zrzy", case, "decision", **{first: given[first]}, **dict.fromkeys(others, ""))
    if others:
        assert refused.status_code == 409 and "签发前请逐条写明理由" in refused.text
        assert "overrides）" not in refused.text and f"〔{warned[0]}" not in refused.text and f"〔{warned[-1]}" not in refused.text
        shown = form_at(refused.text)
        assert [shown[name.replace("__", ".")] for name in (first, others[0])] == [[given[first]], [""]], "each stands there once"
        case = done(site, "head@gx-zrzy", case, "decision", **given)
    else:
        case = site.office.case(site.officers["head@gx-zrzy"], case.id).case
    signed: Any = case.acts[-1].act
    assert signed.kind == "decision" and {*signed.overrides} >= {*warned}


def test_money_is_written_in_yuan_and_left_to_the_schedule(site: Site) -> None:
    case = handled(site)
    path = f"/cases/{case.id}/acts/fee_notice"
    person = site.as_("handler@gx-zrzy")
    preview = text_of(person.post(f"{path}/preview", {"seen": case.version, "on": TODAY, "basis": "per_page", "pages": "240"}).text)
    assert "第31至100" in preview and "合计 2740元" not in preview and "元" in preview
    case = done(site, "handler@gx-zrzy", case, "fee_notice", basis="per_page", pages="240")
    act: Any = case.acts[-1].act
    assert act.amount_fen == case.fee.notice.amount_fen > 0 if case.fee else False
    letter = case.letters_of(case.acts[-1], site.office.rules)[0]
    site.office.pdf(letter.id)
    case = done(site, "intake@gx-zrzy", case, "service", letter=letter.id, method="direct")
    page = person.page(f"/cases/{case.id}/acts/payment")
    assert f'value="{act.amount_fen // 100}"' in page, "what is owed stands in the form"
    short = fill(site, "handler@gx-zrzy", case, "payment", amount_fen="1")
    assert short.status_code == 409 and "应当一次足额缴纳" in short.text
    wrong = fill(site, "handler@gx-zrzy", case, "payment", amount_fen="很多")
    assert wrong.status_code == 400 and "很多" in wrong.text and "has-err" in wrong.text
    assert done(site, "handler@gx-zrzy", case, "payment").state == "handling"


@pytest.mark.parametrize("kind", ["split", "topic", "note", "withdrawal", "meeting", "reasons_notice"])
def test_the_other_kinds_go_through_too(site: Site, kind: str) -> None:
    fields: dict[str, dict[str, Any]] = {
        "split": {"parts": ["方案", "凭证"], "reason": "两件事"},
        "topic": {"topic": "land_expropriation"},
        "note": {"text": "电话联系"},
        "withdrawal": {"by": "phone"},
        "meeting": {"attendees": ["甲", "乙"], "text": "一致同意"},
        "reasons_notice": {"facts": "本月30件"},
    }
    case = site.register(submitted_on="2026-11-16", received_on="2026-11-16") if kind == "split" else handled(site)
    if kind == "topic":
        fields["topic"] = {"topic": site.office.rules.on(date(2026, 11, 24)).topics[0].key}
    who = "intake@gx-zrzy" if kind == "split" else "handler@gx-zrzy"
    assert done(site, who, case, kind, **fields[kind]).acts[-1].act.kind == kind


def test_a_correction_changes_only_what_is_filled(site: Site) -> None:
    case = site.register(submitted_on="2026-11-16", received_on="2026-11-16")
    case = done(site, "intake@gx-zrzy", case, "correction_notice", matters=["写明年份"])
    assert "11010519491231002X" not in site.as_("intake@gx-zrzy").page(f"/cases/{case.id}/acts/correction")
    case = done(site, "intake@gx-zrzy", case, "correction", wanted="2024年的", applicant__phone="13900000000")
    assert (case.applicant.phone, case.applicant.id_number, case.wanted) == ("13900000000", "11010519491231002X", "2024年的")


# ---------------------------------------------------------------- what is at fault, and what stands against it


def test_a_fault_stands_at_its_field_and_all_that_was_typed_is_kept(site: Site) -> None:
    case = handled(site)
    answer = fill(site, "handler@gx-zrzy", case, "consultation", party__name="样例<公司>", question="为什么\n第二行")
    assert answer.status_code == 400
    assert "错误：" in answer.text.split("</title>")[0]
    assert '<a href="#f-party-address">' in answer.text and "请填写第三方的通讯地址" in text_of(answer.text)
    assert re.search(r'has-err[^>]*><label class="form-label" for="f-party-address"', answer.text)
    assert "样例&lt;公司&gt;" in answer.text and "为什么\n第二行" in answer.text
    assert site.office.case(site.officers["handler@gx-zrzy"], case.id).case.version == case.version


def test_a_missing_decision_is_asked_for_in_words(site: Site) -> None:
    case = handled(site, items=["一", "二"])
    answer = fill(site, "handler@gx-zrzy", case, "draft", items__0__outcome="not_existing")
    assert answer.status_code == 400
    assert "请选择决定" in answer.text and 'href="#f-items-1-outcome"' in answer.text
    assert re.search(r'value="not_existing" selected', answer.text)


@pytest.mark.parametrize(
    "fields",
    [
        {"on": "2026年13月40日"}, {"on": "9" * 5000}, {"days": "9" * 400}, {"days": "-1"}, {"matters": ["补" * 30000]},
        {"matters": ["补"], "kind": "decision"}, {"matters": ["补"], "split_from": "x"}, {"matters": [""]},
    ],
)  # fmt: skip
def test_odd_values_are_told_and_never_break_the_page(site: Site, fields: dict[str, Any]) -> None:
    case = site.register(submitted_on="2026-11-20", received_on="2026-11-20")
    answer = site.as_("intake@gx-zrzy").post(f"/cases/{case.id}/acts/correction_notice", {"seen": "1", "on": TODAY, **fields})
    assert answer.status_code in (303, 400), answer.status_code
    after = site.office.case(site.officers["intake@gx-zrzy"], case.id).case
    assert [one.act.kind for one in after.acts[1:]] in ([], ["correction_notice"])


def test_what_the_law_refuses_at_sending_is_told_with_the_ways_that_are_open(site: Site) -> None:
    case = handled(site)
    answer = fill(site, "head@gx-zrzy", case, "extension", days="21", reason="材料分散在3个行政村")
    assert answer.status_code == 409
    assert "没有提交：" in answer.text.split("</title>")[0]
    said = text_of(answer.text)
    assert "最多20个工作日" in said and "条例33条2款" in said and "可以这样办" in said
    assert f'href="/cases/{case.id}/acts/note"' in answer.text and f'href="/cases/{case.id}/acts/extension"' not in answer.text
    assert "材料分散在3个行政村" in answer.text


def test_every_kind_has_a_form_or_a_reason(site: Site) -> None:
    cases = [site.register(submitted_on="2026-11-20", received_on="2026-11-20"), handled(site)]
    for case in cases:
        for kind in ACTS:
            for who in ("intake@gx-zrzy", "handler@gx-zrzy", "head@gx-zrzy"):
                answer = site.as_(who).get(f"/cases/{case.id}/acts/{kind}")
                if answer.status_code == 200:
                    assert 'name="seen"' in answer.text
                else:
                    assert answer.status_code in (403, 409), (kind, answer.status_code)
                    assert f"现在不能办理：{ACTS[kind].title}" in text_of(answer.text)
                    assert 'name="seen"' not in answer.text


def test_what_the_agency_dates_is_not_dated_back_by_the_desk(site: Site) -> None:
    """补录 is the head's, with its reason and its paper; the desk is told so, and nothing is placed."""
    case = site.register()  # received on 2 November: the notice had to be given by the 11th
    person, path = site.as_("intake@gx-zrzy"), f"/cases/{case.id}/acts/correction_notice"
    refused = person.get(path)
    assert refused.status_code == 409 and "当时的日期" not in refused.text
    page = person.page(f"{path}?on=20261105")
    answer = person.post(path, form_at(page) | {"matters": ["写明要哪一年的"]})
    assert answer.status_code == 409 and "由负责人补录" in text_of(answer.text)
    assert site.office.case(site.officers["intake@gx-zrzy"], case.id).case.version == case.version
    assert person.get(f"{path}?on=<script>").status_code == 409


def test_a_late_entry_is_asked_of_the_head_alone_and_names_one_of_the_file_s_papers(site: Site) -> None:
    case = handled(site)
    paper = {"file": ("审批单.txt", "审批".encode(), "text/plain")}
    assert site.as_("handler@gx-zrzy").post(f"/cases/{case.id}/attachments", {"purpose": "审批单"}, files=paper).status_code == 303
    assert 'name="late_entry.' not in site.as_("handler@gx-zrzy").page(f"/cases/{case.id}/acts/withdrawal")
    page = site.as_("head@gx-zrzy").page(f"/cases/{case.id}/acts/extension")
    folded = page.partition('id="f-late_entry"')[2].partition('id="after"')[0]
    assert 'name="late_entry.reason"' in folded and "审批单.txt" in folded and not folded.startswith(" open")
    proof = folded.partition('name="late_entry.proof"')[2].partition("审批单.txt")[0].rpartition('value="')[2].partition('"')[0]
    late = {"on": "20261123", "late_entry__reason": "当日已在纸上批准", "late_entry__proof": proof}
    act: Any = done(site, "head@gx-zrzy", case, "extension", days="5", reason="材料分散", **late).acts[-1].act
    assert (act.on, act.late_entry.proof) == (date(2026, 11, 23), proof)


def test_the_colleague_who_was_first_is_named_and_nothing_is_lost(site: Site) -> None:
    case = handled(site)
    person, path = site.as_("handler@gx-zrzy"), f"/cases/{case.id}/acts/search"
    sent = form_at(person.page(path)) | {"places": ["档案室"], "method": "按文号", "result": "found"}
    site.place("head@gx-zrzy", case, "note", text="请抓紧")
    answer = person.post(path, sent)
    assert answer.status_code == 412
    assert "没有提交：林建国（样例）" in text_of(answer.text) and "按文号" in answer.text
    assert person.post(path, form_at(answer.text)).status_code == 303, "having seen it, one may send again"


# ---------------------------------------------------------------- before the act


def test_the_panel_says_what_is_missing_then_what_would_follow_and_stores_nothing(site: Site) -> None:
    case = handled(site)
    person, path = site.as_("handler@gx-zrzy"), f"/cases/{case.id}/acts/consultation"
    sent = form_at(person.page(path))
    empty = text_of(person.post(f"{path}/preview", sent).text)
    assert "请填写对方名称" in empty
    full = sent | {"party.name": "样例公司", "party.address": "样例路8号", "question": "涉及商业秘密"}
    told = person.post(f"{path}/preview", full).text
    assert told.count("data:image/png;base64,") >= 1 and "征求意见告知书" in told
    assert "会商、征求意见中" in told and "条例33条3款" in told
    second = person.post(f"{path}/preview", full | {"letter_shown": "1"}).text
    assert "征求意见告知书，预览第1页" in second
    assert site.office.case(site.officers["handler@gx-zrzy"], case.id).case.version == case.version
    refused = person.post(f"/cases/{case.id}/acts/draft/preview", {"on": TODAY, "items.0.item": "1", "items.0.outcome": "withdrawn"}).text
    assert "撤回申请" in text_of(refused)


def test_the_picture_may_fail_and_the_form_still_works(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    case = handled(site)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(site.office, "preview", broken)
    sent = {"on": TODAY, "facts": "本月30件"}
    told = site.as_("handler@gx-zrzy").post(f"/cases/{case.id}/acts/reasons_notice/preview", sent)
    assert told.status_code == 200 and "预览暂时打不开" in told.text and "说明理由告知书" in told.text


def test_the_fields_follow_the_choice_without_scripts_and_hidden_text_is_kept(site: Site) -> None:
    case = handled(site)
    person, path = site.as_("handler@gx-zrzy"), f"/cases/{case.id}/acts/consultation"
    sent = form_at(person.page(path)) | {"party.name": "样例公司", "party.address": "样例路8号"}
    inside = person.post(path, sent | {"type": "internal", "redraw": "yes"})
    assert inside.status_code == 200 and 'id="f-to"' in inside.text and 'id="f-party-address"' not in inside.text
    back = person.post(path, form_at(inside.text) | {"type": "third_party", "redraw": "yes"})
    assert 'id="f-party-address"' in back.text and "样例路8号" in back.text


def test_a_draft_of_a_form_is_ones_own_and_gone_when_the_act_is_placed(site: Site) -> None:
    case = handled(site)
    person, path = site.as_("handler@gx-zrzy"), f"/cases/{case.id}/acts/search"
    kept = person.post(path, form_at(person.page(path)) | {"method": "查了一半", "keep": "yes"})
    assert kept.status_code == 303
    page = person.page(kept.headers["location"])
    assert "查了一半" in page and "草稿已保存" in page
    assert "查了一半" not in site.as_("head@gx-zrzy").get(path).text
    assert person.post(path, form_at(page) | {"places": ["档案室"], "result": "found"}).status_code == 303
    assert "查了一半" not in person.page(path)
    person.post(path, form_at(person.page(path)) | {"method": "下一次再查", "keep": "yes"})
    site.place("handler@gx-zrzy", case, "consultation", type="internal", party={"name": "法规科"}, question="？")
    refused = person.get(path)
    assert refused.status_code == 409 and "您保存的草稿" in refused.text and "下一次再查" in refused.text


def test_a_form_survives_the_end_of_the_session(site: Site) -> None:
    case = handled(site)
    person = site.visitor()
    person.sign_in("handler@gx-zrzy")
    path = f"/cases/{case.id}/acts/search"
    sent = form_at(person.page(path)) | {"method": "写了很久的检索方式"}
    later(site, minutes=31)
    out = person.post(path, sent)
    assert out.status_code == 401 and "写了很久的检索方式" in out.text
    kept = dict(re.findall(r'<input type="hidden" name="(kept\.[^"]*)" value="([^"]*)"', out.text))
    person.csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', out.text)[1]  # type: ignore[index]
    back = person.post("/sign-in", {"username": "handler@gx-zrzy", "password": "Yangli-2026", "next": path, **kept})
    assert back.headers["location"] == path and "写了很久的检索方式" in person.page(path)


# ---------------------------------------------------------------- rights


def test_another_agencys_file_is_not_there_and_overseers_only_remind(site: Site) -> None:
    case = handled(site)
    for kind in ("note", "draft", "nonsense"):
        gone = site.as_("handler@gx-rsj").get(f"/cases/{case.id}/acts/{kind}")
        assert gone.status_code == 404 and case.number not in gone.text
        assert site.as_("handler@gx-rsj").post(f"/cases/{case.id}/acts/{kind}", {"text": "x", "seen": "3"}).status_code == 404
    county: Person = site.as_("head@gx-zfb")
    assert county.get(f"/cases/{case.id}/acts/search").status_code == 403
    assert county.post(f"/cases/{case.id}/acts/search", {"seen": "3"}).status_code == 403
    third = {"name": "第三方某甲", "address": "样例路9号", "is_person": True}
    site.place("handler@gx-zrzy", case, "consultation", type="third_party", party=third, question="同意公开吗")
    for kind in ("draft", "opinion", "draft/preview", "opinion/preview"):
        for fields in ({"seen": "4"}, {"redraw": "yes"}, {"part": "fields"}):
            answer = county.post(f"/cases/{case.id}/acts/{kind}", fields)
            assert answer.status_code == 403 and "某甲" not in answer.text
    after = done(site, "head@gx-zfb", case, "supervision", text="请按期答复")
    assert after.acts[-1].act.kind == "supervision"
    assert site.as_("handler@gx-zrzy").get(f"/cases/{case.id}/acts/nonsense").status_code == 404
    assert site.as_("handler@gx-zrzy").post(f"/cases/{case.id}/acts/note", {"csrf": "0" * 64, "text": "x"}).status_code == 403


# ---------------------------------------------------------------- in a browser


@pytest.mark.parametrize("size", [WIDE, TABLET])
def test_the_form_in_a_browser(browser: Chromium, size: tuple[int, int]) -> None:
    case = handled(browser.site)
    window = browser.window("handler@gx-zrzy", size)
    page = window.go(f"/cases/{case.id}/acts/consultation")
    page.fill("#f-party-name", "样例公司")
    page.fill("#f-party-address", "样例路8号")
    page.fill("#f-question", "涉及商业秘密")
    page.wait_for_selector("#preview img")
    expect(page.locator("#after")).to_contain_text("会商、征求意见中")
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.fill("#f-question", "涉及商业秘密和样例公司2024年的报价")
    expect(page.locator("#preview .gk-new").first).to_be_visible()  # what was just changed is marked in the letter
    one, sheet = (page.locator(f"#preview {what}").first.bounding_box() for what in (".gk-new", "img"))
    assert one and sheet and 10 < one["width"] < sheet["width"] and one["height"] < 40, "the words, not the page"
    page.emulate_media(media="print")
    expect(page.locator("#preview .gk-new").first).to_be_hidden()
    page.emulate_media(media="screen")
    assert axe(page) == []
    page.check("input[value=other_agency]")
    page.wait_for_selector("#f-agency")
    expect(page.locator("#f-party-name")).to_have_value("样例公司")
    page.check("input[value=third_party]")
    page.wait_for_selector("#f-agency", state="detached")
    page.fill("#f-party-address", "")
    page.click("button.btn-primary")
    expect(page.locator("#errors")).to_be_focused()
    assert axe(page) == []
    page.goto(f"{browser.site.url}/cases/{case.id}/acts/draft")
    page.focus("#f-items-0-outcome")
    page.select_option("#f-items-0-outcome", "partial")
    page.wait_for_selector("#f-items-0-withheld")
    expect(page.locator("#f-items-0-outcome")).to_be_focused()  # focus stays when the fields change
    assert axe(page) == []
    page.goto(f"{browser.site.url}/cases/{case.id}/acts/payment")
    expect(page.locator("#refusal")).to_be_focused()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# ---------------------------------------------------------------- 一并答复


def several(site: Site, *wanted: str) -> list[Case]:
    """Files of one applicant in 办理; he has no others."""
    applicant = {"name": "陆一并（样例）", "phone": "13800000055", "address": "冠县样例路55号（样例）"}
    found = []
    for text in wanted:
        case = site.register(wanted=text, applicant=applicant)
        found.append(site.place("handler@gx-zrzy", case, "acceptance"))
    return found


def test_the_applicants_other_open_files_are_ticked_and_answered_with_one_draft(site: Site) -> None:
    first, second, third = several(site, "甲村2023年公告", "甲村2024年公告", "甲村2025年公告")
    handler, path = site.as_("handler@gx-zrzy"), f"/cases/{first.id}/acts/draft"
    form = handler.page(path)
    for one in (second, third):
        assert f'value="{one.number}"' in form
        assert one.wanted in form
    item = {"items.0.item": "1", "items.0.outcome": "disclosed", "items.0.where": "随本答复书提供", "on": "2026-11-24", "seen": str(first.version)}
    ticked = handler.post(path, {**item, "together": [second.number, third.number], "redraw": "yes"}).text
    assert f"{second.number}：甲村2024年公告" in ticked
    assert 'name="items.2.outcome"' in ticked
    assert 'name="items.1.outcome"' not in handler.post(path, {**item, "redraw": "yes"}).text
    shown = text_of(handler.post(f"{path}/preview", {**item, "together": [second.number], "items.1.item": "2"}).text)
    assert f"一并答复{second.number}，签发时同时成为已答复" in shown
    other = {"together": [second.number], "items.1.item": "2", "items.1.outcome": "petition", "items.1.channel": "信访窗口"}
    sent = handler.post(path, {**item, **other})
    assert sent.status_code == 303, text_of(sent.text)
    case = site.office.case(site.officers["head@gx-zrzy"], first.id).case
    assert case.draft is not None
    assert isinstance(case.draft.act, a.Draft)
    assert [(one.number, [item.outcome for item in one.items]) for one in case.draft.act.joined] == [(second.number, ["petition"])]
    said = text_of(site.as_("head@gx-zrzy").page(f"/approvals/{first.id}"))
    assert "一并答复" in said
    assert "甲村2024年公告" in said
    site.place("head@gx-zrzy", case, "return", reason="两件一样答复")
    again = handler.page(path)
    assert re.search(rf'value="{re.escape(second.number)}"[^>]* checked', again)
    assert re.search(r'<option value="petition" selected', again)
    now = site.office.case(site.officers["handler@gx-zrzy"], first.id).case
    sent = handler.post(path, {**item, "seen": str(now.version), "together": [second.number], "items.1.item": "2"})
    assert sent.status_code == 303, text_of(sent.text)
    case = site.office.case(site.officers["head@gx-zrzy"], first.id).case
    signed = site.as_("head@gx-zrzy").post(
        f"/approvals/{first.id}", {"do": "sign", "seen": str(case.version), "override.secrecy_not_reviewed": "已核对"}
    )
    assert signed.status_code == 303, text_of(signed.text)
    other = site.office.case(site.officers["head@gx-zrzy"], second.id).case
    assert (other.state, other.outcome) == ("replied", "disclosed")
    course = text_of(handler.page(f"/cases/{second.id}"))
    assert f"与{first.number}一并答复" in course
    letters = handler.page(f"/cases/{second.id}/letters")
    assert case.letter_id(case.version + 1) in letters


def test_ticking_another_file_asks_for_its_decision_in_the_browser(browser: Chromium) -> None:
    first, second = several(browser.site, "乙村2023年公告", "乙村2024年公告")
    page = browser.window("handler@gx-zrzy").go(f"/cases/{first.id}/acts/draft")
    page.get_by_label(second.number).check()
    legend = page.locator("fieldset.gk-outcome legend", has_text=f"{second.number}：乙村2024年公告")
    expect(legend).to_be_visible()
    assert not axe(page)
    page.get_by_label(second.number).uncheck()
    expect(legend).to_have_count(0)
