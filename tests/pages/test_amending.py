"""更正 on its form: people, lists and what stands within a record are amended too, each at its field, with what was and what will be."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from api.cli.demo import _person
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, axe, opens, text_of
from tests.pages.test_acts import form_at
from workflow.case import Case

INTAKE, HANDLER = "intake@gx-zrzy", "handler@gx-zrzy"
NUMBER = "11010519491231002X"
DAY = {"submitted_on": "2026-11-16", "received_on": "2026-11-16"}
LI = {"category": "natural_person", "name": "李桂兰（样例）", "phone": "13800000021"}
WANG = {"category": "natural_person", "name": "王树林（样例）", "phone": "13800000022"}
AGENT = {"name": "何代理（样例）", "relation": "entrusted", "phone": "13900000009"}


def three(site: Site, **fields: Any) -> Case:
    return site.register(**DAY, co_applicants=[LI, WANG], agent=AGENT, **fields)


def path(case: Case) -> str:
    return f"/cases/{case.id}/acts/amendment"


def form(site: Site, case: Case, **fields: Any) -> dict[str, Any]:
    """The form as it stands, with `fields` under changes (a dot is written __) and a reason."""
    sent: dict[str, Any] = form_at(site.as_(INTAKE).page(path(case)))
    typed = {f"changes.{name.replace('__', '.')}": value for name, value in fields.items()}
    return sent | {"reason": "与申请书核对"} | typed


def amended(site: Site, case: Case, **fields: Any) -> Case:
    answer = site.as_(INTAKE).post(path(case), form(site, case, **fields))
    assert answer.status_code == 303, text_of(answer.text)[:2500]
    return site.office.case(site.officers[INTAKE], case.id).case


def told(site: Site, case: Case, **fields: Any) -> Any:
    """The answer to a form at fault: nothing was placed."""
    answer = site.as_(INTAKE).post(path(case), form(site, case, **fields))
    assert answer.status_code in (400, 409)
    assert site.office.case(site.officers[INTAKE], case.id).case.version == case.version
    return answer


# ---------------------------------------------------------------- who asks


def test_the_applicant_is_amended_field_by_field_and_the_rest_stays(site: Site) -> None:
    case = site.register(**DAY)
    page = site.as_(INTAKE).page(path(case))
    assert NUMBER not in page and "现在是：110***********002X" in page and "现在是：周文博（样例）" in page
    assert "changes.representative" not in page, "one alone needs none"
    case = amended(site, case, applicant__name="周文搏（样例）", applicant__address="冠县样例路8号（样例）")
    before, after = case.placed(1), case.applicant
    assert (after.name, after.address, after.id_number, after.phone) == ("周文搏（样例）", "冠县样例路8号（样例）", NUMBER, "13800000000")
    assert before is not None and before.act.applicant.name == "周文博（样例）"  # type: ignore[attr-defined]
    changes: Any = case.acts[-1].act
    assert set(changes.changes) == {"applicant"}
    other = str(_person(41)["id_number"])
    case = amended(site, case, applicant__id_number=other, applicant__phone="0635-5230001")
    assert (case.applicant.id_number, case.applicant.phone, case.applicant.name) == (other, "0635-5230001", "周文搏（样例）")
    case = amended(site, case, applicant__id_type="passport", applicant__id_number="e12345678")
    assert (case.applicant.id_type, case.applicant.id_number) == ("passport", "E12345678")
    said = text_of(site.as_(HANDLER).page(f"/cases/{case.id}/history"))
    assert "更正的内容：申请人：通讯地址" in said and "更正的内容：申请人：证件类型护照" in said and "{'" not in said


def test_a_co_applicant_is_mended_another_taken_away_a_third_added(site: Site) -> None:
    case = three(site, representative=2)
    assert case.applicant.name == "王树林（样例）"
    fields = {
        "co_applicants__0__removed": "yes", "co_applicants__1__phone": "13800000029", "co_applicants__2__name": "赵来宾（样例）",
        "co_applicants__2__id_number": NUMBER[:-1] + "1",
    }  # fmt: skip
    answer = told(site, case, **fields)
    assert 'href="#f-changes-co_applicants-2-id_number"' in answer.text and "校验位不符" in text_of(answer.text)
    assert 'id="f-changes-co_applicants" open' in answer.text and 'value="赵来宾（样例）"' in answer.text
    case = amended(site, case, **fields | {"co_applicants__2__id_number": str(_person(42)["id_number"])})
    assert [one.name for one in case.applicants] == ["周文博（样例）", "王树林（样例）", "赵来宾（样例）"]
    assert case.applicant.name == "王树林（样例）" and case.applicant.phone == "13800000029", "the representative stays who he was"
    act: Any = case.acts[-1].act
    assert set(act.changes) == {"co_applicants", "representative"}


def test_a_representative_who_is_taken_away_wants_another(site: Site) -> None:
    case = three(site, representative=1)
    answer = told(site, case, co_applicants__0__removed="yes")
    assert 'href="#f-changes-representative"' in answer.text and "请重新选择代表人" in text_of(answer.text)
    case = amended(site, case, co_applicants__0__removed="yes", representative="2")
    assert [one.name for one in case.applicants] == ["周文博（样例）", "王树林（样例）"] and case.applicant.name == "王树林（样例）"
    case = amended(site, case, co_applicants__0__removed="yes")
    assert [one.name for one in case.applicants] == ["周文博（样例）"], "who is alone needs no choice"
    again = told(site, case, co_applicants__0__name="周 文博（样例）", co_applicants__0__id_number=NUMBER)
    assert 'href="#f-changes-co_applicants-0-name"' in again.text and "同一人" in text_of(again.text)


def test_whom_a_correction_names_is_amended_there_and_the_form_says_so(site: Site) -> None:
    """READINGS R-amendment."""
    case = site.register(**DAY)
    case = site.place(INTAKE, case, "correction_notice", on="2026-11-17", matters=["补交证件"])
    case = site.place(INTAKE, case, "correction", on="2026-11-18", applicant={"name": "周文博（样例）", "phone": "13800000009"})
    answer = told(site, case, applicant__name="别名（样例）")
    assert answer.status_code == 400 and "请更正第3项记录" in text_of(answer.text)


def test_an_agent_is_added_mended_and_taken_away(site: Site) -> None:
    case = site.register(**DAY)
    site.as_(INTAKE).post(f"/cases/{case.id}/attachments", {"purpose": "委托书"}, files={"file": ("委托书.txt", "委托".encode(), "text/plain")})
    page = site.as_(INTAKE).page(path(case))
    proof = page.partition('name="changes.agent.proof"')[2].partition("委托书.txt")[0].rpartition('value="')[2].partition('"')[0]
    answer = told(site, case, agent__name="何代理（样例）")
    assert 'href="#f-changes-agent-relation"' in answer.text and "请选择与申请人的关系" in text_of(answer.text)
    case = amended(site, case, agent__name="何代理（样例）", agent__relation="heir", agent__proof=proof)
    agent = case.registration.agent
    assert agent is not None and (agent.name, agent.relation, agent.proof, case.recipient.name) == ("何代理（样例）", "heir", proof, "何代理（样例）")
    case = amended(site, case, agent__relation="guardian", agent__phone="13900000009")
    agent = case.registration.agent
    assert agent is not None and (agent.name, agent.relation, agent.phone, agent.proof) == ("何代理（样例）", "guardian", "13900000009", proof)
    wrong = told(site, case, agent__proof="00000000-0000-4000-8000-000000000000")
    assert wrong.status_code == 400 and "没有这个附件" in text_of(wrong.text)
    case = amended(site, case, agent__removed="yes")
    assert case.registration.agent is None and case.recipient.name == "周文博（样例）"
    assert "更正的内容：代理人删去" in text_of(site.as_(HANDLER).page(f"/cases/{case.id}/history"))


# ---------------------------------------------------------------- what is asked, and the other acts


def test_items_stand_in_the_form_and_change_only_when_they_are_changed(site: Site) -> None:
    case = site.register(**DAY, items=["征收补偿安置方案", "补偿费支付凭证"])
    sent = form(site, case)
    assert sent["changes.items"][:2] == ["征收补偿安置方案", "补偿费支付凭证"]
    assert "没有填写" in text_of(told(site, case).text) or "请填写更正的内容" in text_of(told(site, case).text)
    case = amended(site, case, items=["征收补偿安置方案及附图", "", "补偿费支付凭证"], wanted="两件材料", features__title="安置方案")
    assert case.items == ("征收补偿安置方案及附图", "补偿费支付凭证") and case.wanted == "两件材料"
    act: Any = case.acts[-1].act
    assert set(act.changes) == {"items", "wanted", "features"}
    case = amended(site, case, form="email", delivery="email")
    assert (case.registration.form, case.registration.delivery, case.items[0]) == ("email", "email", "征收补偿安置方案及附图")
    case = amended(site, case, items=["", ""])
    assert case.items == ("两件材料",) and case.registration.items == ()


def test_the_facts_of_the_other_acts_are_amended_too(site: Site) -> None:
    case = site.register(**DAY, items=["方案", "凭证"])
    case = site.place(HANDLER, case, "acceptance", on="2026-11-17")
    case = site.place(HANDLER, case, "search", on="2026-11-18", items=[1], places=["档案室", "资料室"], method="按文号", result="not_found")
    sent = form(site, case, of="3") | {"of": "3", "redraw": "yes"}
    page = site.as_(INTAKE).post(path(case), sent)
    fields = {**form_at(page.text)}
    assert fields["changes.places"][:2] == ["档案室", "资料室"] and fields["changes.items"] == ["1"] and "changes.applicant.name" not in fields
    assert "现在是：没有查得" in page.text
    typed = {"changes.places": ["档案室"], "changes.items": ["1", "2"], "changes.result": "found", "changes.text": "在第3柜"}
    answer = site.as_(INTAKE).post(path(case), fields | typed)
    assert answer.status_code == 303, text_of(answer.text)[:2000]
    held: Any = site.office.case(site.officers[INTAKE], case.id).case.held(3)
    assert (held.act.places, held.act.items, held.act.result, held.act.method) == (("档案室",), (1, 2), "found", "按文号")


def test_money_and_yes_and_no_are_amended_as_they_are_written(site: Site) -> None:
    case = site.place(HANDLER, site.register(**DAY), "acceptance", on="2026-11-17")
    notice = site.place(HANDLER, case, "fee_notice", on="2026-11-24", basis="per_page", pages=40, amount_fen=10_000)
    letter = notice.letters_of(notice.acts[-1], site.office.rules)[0]
    site.office.pdf(letter.id)
    case = site.place(INTAKE, notice, "service", letter=letter.id, method="direct", refused=True, witness="样例社区工作人员见证")
    page = site.as_(INTAKE).post(path(case), form(site, case) | {"of": str(case.version), "redraw": "yes"})
    assert "现在是：是" in page.text and "现在是：直接送达" in page.text and "收费通知" in page.text
    answer = site.as_(INTAKE).post(path(case), {**form_at(page.text)} | {"changes.refused": "no"})
    assert answer.status_code == 303, text_of(answer.text)[:2000]
    held: Any = site.office.case(site.officers[INTAKE], case.id).case.held(case.version)
    assert held.act.refused is False and held.act.witness


# ---------------------------------------------------------------- before it is sent


def test_what_was_and_what_will_be_is_said_before_it_is_sent(site: Site) -> None:
    case = three(site)
    sent = form(site, case, applicant__name="周文搏（样例）", agent__relation="guardian", received_on="20261112", submitted_on="20261112")
    said = text_of(site.as_(INTAKE).post(f"{path(case)}/preview", sent).text)
    assert "申请人：姓名或者名称：周文博（样例），改为周文搏（样例）" in said and "代理人：与申请人的关系：委托代理人，改为法定代理人、监护人" in said
    assert "收到日：2026年11月16日，改为2026年11月12日" in said and "12月10日" in said
    assert site.office.case(site.officers[INTAKE], case.id).case.version == case.version
    missing = text_of(site.as_(INTAKE).post(f"{path(case)}/preview", form(site, case, applicant__phone="电话")).text)
    assert "填写齐全以后" in missing


def test_odd_values_never_break_the_form(site: Site) -> None:
    case = three(site)
    for odd in (
        {"representative": "x"}, {"representative": "99"}, {"co_applicants__7__name": "名" * 400}, {"applicant__category": "king"},
        {"agent__relation": "king"}, {"items": ["项"] * 60}, {"received_on": "很久以前"}, {"bogus": "x"}, {"applicant": "x"},
        {f"co_applicants__{n}__name": f"甲{n}" for n in range(80)}, {"agent__proof": "x"},
    ):  # fmt: skip
        answer = told(site, case, **odd)
        assert answer.status_code == 400, odd
        assert site.as_(INTAKE).post(f"{path(case)}/preview", form(site, case, **odd)).status_code == 200, odd


@pytest.mark.parametrize("size", [WIDE, TABLET, NARROW])
def test_the_form_of_an_amendment_in_a_browser(browser: Chromium, size: tuple[int, int]) -> None:
    case = three(browser.site)
    page = browser.window(INTAKE, size).go(path(case))
    expect(page.locator("#f-changes-applicant")).not_to_have_attribute("open", "")
    button = page.locator(".gk-sticky .btn-primary")
    at = button.bounding_box()
    page.click("#f-changes-applicant > summary")
    page.fill("[name='changes.applicant.phone']", "13800000031")
    page.click("#f-changes-co_applicants > summary")
    page.check("[name='changes.co_applicants.0.removed']")
    page.fill("[name='changes.co_applicants.2.name']", "赵来宾（样例）")
    page.click("#f-changes-co_applicants >> text=再加一位")
    page.fill("[name='changes.co_applicants.3.name']", "钱同来（样例）")
    page.click("#f-changes-agent > summary")
    page.select_option("[name='changes.agent.relation']", "guardian")
    page.fill("[name=reason]", "与申请书核对。")
    expect(page.locator("#after")).to_contain_text("改为13800000031")
    assert button.bounding_box() == at
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.select_option("[name=of]", "1")
    with opens(page):
        button.click()
    found = browser.site.office.case(browser.site.officers[INTAKE], case.id).case
    assert [one.name for one in found.applicants] == ["周文博（样例）", "王树林（样例）", "赵来宾（样例）", "钱同来（样例）"]
    assert found.applicant.phone == "13800000031" and found.registration.agent.relation == "guardian"  # type: ignore[union-attr]
