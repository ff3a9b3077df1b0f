"""对方看到的内容: who is consulted sees the version that the handler has looked at, on the page, in the API, the letter and the package."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from db import queries
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, axe, opens, site_of, text_of
from tests.pages.test_acts import fill, form_at, handled
from workflow.case import Case

NAME, PHONE, ID = "周文博（样例）", "13800000000", "11010519491231002X"
QUESTION = f"申请人{NAME}、电话{PHONE}要求公开，是否同意？"
MASKED = "申请人周*、电话138****0000要求公开，是否同意？"


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 24))


def unit(**fields: Any) -> dict[str, Any]:
    return {"type": "other_agency", "agency": "gx-rsj", "party.name": "冠县人力资源和社会保障局", "question": QUESTION} | fields


def attached(site: Site, case: Case, name: str) -> str:
    answer = site.as_("handler@gx-zrzy").post(f"/cases/{case.id}/attachments", {"purpose": "材料"}, files={"file": (name, b"words", "text/plain")})
    assert answer.status_code == 303, answer.text
    with site.office.database.read() as session:
        return str(next(row.id for row in queries.attachments_of(session, case.id) if row.name == name))


def filled(site: Site, case: Case, **fields: Any) -> Any:
    return fill(site, "handler@gx-zrzy", case, "consultation", **{name.replace(".", "__"): value for name, value in unit(**fields).items()})


def now(site: Site, case: Case) -> Case:
    return site.office.case(site.officers["handler@gx-zrzy"], case.id).case


def edited(site: Site, case: Case, **fields: Any) -> dict[str, Any]:
    """The form after 修改这一版."""
    path = f"/cases/{case.id}/acts/consultation"
    person = site.as_("handler@gx-zrzy")
    page = person.post(path, {**form_at(person.page(path)), **unit(**fields), "redraw": "shown"})
    assert page.status_code == 200
    return dict(form_at(page.text))


def words_of_letter(site: Site, case: Case, kind: str) -> Any:
    with site.office.database.read() as session:
        row = next(one for one in queries.letters_of(session, case, with_words=True) if one.kind == kind)
        return queries.letter_words(site.office.database.ring, row)


def seen_elsewhere(site: Site, case: Case) -> tuple[str, dict[str, Any]]:
    """What the consulted unit sees: its page, and its row of the API."""
    person = site.as_("handler@gx-rsj")
    seq = case.consultations[-1].seq
    row = next(one for one in person.get("/api/consultations").json()["items"] if one["case_id"] == case.id)
    return person.page(f"/consultations/{case.id}/{seq}").split("gk-inbox-pane")[1], row


def test_the_form_shows_what_will_be_seen_and_that_is_kept_and_seen(site: Site) -> None:
    case = handled(site, wanted=f"{NAME}宅基地审批表")
    material = attached(site, case, f"{NAME}申请书.txt")
    path = f"/cases/{case.id}/acts/consultation"
    person = site.as_("handler@gx-zrzy")
    beside = person.post(f"{path}/preview", {**unit(materials=[material]), "on": "2026-11-24"}).text
    for text in (MASKED, "周*宅基地审批表", "周*申请书.txt"):
        assert text in text_of(beside)
    assert filled(site, case, materials=[material]).status_code == 303
    case = now(site, case)
    act: Any = case.acts[-1].act
    assert (act.question, act.shown.question) == (QUESTION, MASKED)
    assert (act.shown.items, act.shown.materials, act.shown.meant) == (("周*宅基地审批表",), ("周*申请书.txt",), False)
    page, row = seen_elsewhere(site, case)
    for text in (MASKED, "周*宅基地审批表", "周*申请书.txt"):
        assert text in text_of(page)
    assert NAME not in page and PHONE not in page
    assert (row["question"], row["items"]) == (MASKED, ["周*宅基地审批表"])
    sent = site.as_("handler@gx-rsj").get(f"/consultations/{case.id}/{case.version}/materials/{material}")
    assert unquote(sent.headers["content-disposition"]).endswith("周*申请书.txt")
    assert words_of_letter(site, case, "other_agency_inquiry")["question"] == MASKED
    own = text_of(person.page(f"/cases/{case.id}/consultations"))
    assert QUESTION in own and MASKED in own


def test_the_handler_covers_more_and_his_version_is_what_is_seen(site: Site) -> None:
    case = handled(site, wanted="宅基地审批表")
    form = edited(site, case)
    assert form["shown.question"] == [MASKED] and form["shown.items.0"] == ["宅基地审批表"]
    mine = "有人要求公开，是否同意？"
    answer = site.as_("handler@gx-zrzy").post(f"/cases/{case.id}/acts/consultation", {**form, "shown.question": mine})
    assert answer.status_code == 303, text_of(answer.text)
    case = now(site, case)
    page, row = seen_elsewhere(site, case)
    assert mine in text_of(page) and "周*" not in page
    assert row["question"] == mine
    assert words_of_letter(site, case, "other_agency_inquiry")["question"] == mine
    view = site.as_("handler@gx-zrzy").get(f"/api/cases/{case.id}").json()["consultations"][-1]
    assert (view["question"], view["shown"]["question"]) == (QUESTION, mine)


@pytest.mark.parametrize(("text", "said"), [(f"联系{PHONE}", "手机号码"), (f"证号{ID}", "居民身份证号码"), (NAME, "当事人的姓名、地址等")])
def test_what_is_opened_again_is_warned_of_and_goes_out_only_with_a_tick(site: Site, text: str, said: str) -> None:
    case = handled(site, wanted="宅基地审批表")
    path = f"/cases/{case.id}/acts/consultation"
    form = edited(site, case) | {"shown.question": text}
    refused = site.as_("handler@gx-zrzy").post(path, form)
    assert refused.status_code == 400
    assert f"给对方看的内容里有没有遮盖的{said}" in text_of(refused.text)
    assert 'id="f-shown-meant"' in refused.text and text in refused.text
    assert site.as_("handler@gx-zrzy").post(path, {**form, "shown.meant": "yes"}).status_code == 303
    case = now(site, case)
    page, row = seen_elsewhere(site, case)
    assert text in text_of(page)
    assert row["question"] == text
    assert text in text_of(site.as_("handler@gx-rsj").page("/desk"))


def test_a_version_made_from_other_words_is_looked_at_again(site: Site) -> None:
    case = handled(site, wanted="宅基地审批表")
    path = f"/cases/{case.id}/acts/consultation"
    form = edited(site, case) | {"question": "现在问别的事。"}
    refused = site.as_("handler@gx-zrzy").post(path, form)
    assert refused.status_code == 400 and "请对照改好给对方看的内容" in text_of(refused.text)
    again = form_at(refused.text)
    assert again["shown.question"] == [MASKED]
    anew = form_at(site.as_("handler@gx-zrzy").post(path, {**again, "redraw": "shown"}).text)
    assert anew["shown.question"] == ["现在问别的事。"]
    assert site.as_("handler@gx-zrzy").post(path, again).status_code == 303, "told once, he decides"
    assert now(site, case).consultations[-1].question == MASKED


def test_a_kept_draft_keeps_his_version(site: Site) -> None:
    case = handled(site)
    path = f"/cases/{case.id}/acts/consultation"
    person = site.as_("handler@gx-zrzy")
    person.post(path, {**edited(site, case), "shown.question": "改过的一版", "keep": "yes"})
    form = form_at(person.page(path))
    assert form["shown.question"] == ["改过的一版"]


def test_colleagues_read_the_file_itself(site: Site) -> None:
    case = handled(site)
    answer = filled(site, case, type="internal", agency="", to="legal@gx-zrzy", **{"party.name": "法规科"})
    assert answer.status_code == 303, text_of(answer.text)
    case = now(site, case)
    asked = case.consultations[-1]
    assert asked.act.shown is None
    assert QUESTION in text_of(site.as_("legal@gx-zrzy").page(f"/consultations/{case.id}/{asked.seq}"))


def test_a_letter_for_a_third_party_says_what_was_looked_at(site: Site) -> None:
    case = handled(site)
    answer = filled(site, case, type="third_party", agency="", **{"party.name": "样例公司", "party.address": "样例路8号"})
    assert answer.status_code == 303, text_of(answer.text)
    case = now(site, case)
    shown: Any = case.consultations[-1].act.shown
    assert (shown.question, shown.items, shown.materials) == (MASKED, (), ())
    assert words_of_letter(site, case, "third_party_inquiry")["question"] == MASKED


def test_without_a_version_the_letter_and_the_page_are_masked_by_themselves(site: Site) -> None:
    case = handled(site, wanted=f"{NAME}宅基地审批表")
    party = {"name": "冠县人力资源和社会保障局"}
    case = site.place("handler@gx-zrzy", case, "consultation", type="other_agency", agency="gx-rsj", party=party, question=QUESTION)
    assert words_of_letter(site, case, "other_agency_inquiry")["question"] == MASKED
    page, row = seen_elsewhere(site, case)
    assert MASKED in text_of(page) and row["question"] == MASKED
    assert NAME not in page and case.consultations[-1].act.shown is None


def test_whoever_oversees_sees_the_version_masked(site: Site) -> None:
    case = handled(site)
    form = edited(site, case) | {"shown.question": f"请联系{NAME}", "shown.meant": "yes"}
    assert site.as_("handler@gx-zrzy").post(f"/cases/{case.id}/acts/consultation", form).status_code == 303
    view = site.as_("head@gx-zfb").get(f"/api/cases/{case.id}").json()
    assert view["consultations"][-1]["shown"]["question"] == "请联系周*"
    assert NAME not in site.as_("head@gx-zfb").page(f"/cases/{case.id}/consultations")


FORMS = [
    ("handler@gx-zrzy", "search", "method"), ("handler@gx-zrzy", "search", "places"), ("handler@gx-zrzy", "reasons_notice", "facts"),
    ("handler@gx-zrzy", "correction_notice", "matters"), ("handler@gx-zrzy", "consultation", "question"), ("handler@gx-zrzy", "meeting", "text"),
    ("handler@gx-zrzy", "draft", "items.0.reason"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "kind", "field"), FORMS)
def test_a_number_of_somebody_is_hinted_at_on_every_form_and_stops_nothing(site: Site, who: str, kind: str, field: str) -> None:
    case, person = handled(site), site.as_(who)
    path = f"/cases/{case.id}/acts/{kind}"
    base = {**form_at(person.page(path)), "items.0.outcome": "not_existing", "redraw": "yes"}
    for text, said in ((f"联系{PHONE}，证号{ID}", "写有居民身份证号码、手机号码"), ("冠政发〔2024〕15号", "")):
        page = person.post(path, {**base, field: text}).text
        assert f'hx-params="csrf,{field}"' in page
        assert ("写有" in page.split('id="fields"')[1].partition("</form>")[0]) is bool(said)
        assert said in text_of(page)
        hint = person.post("/hints/numbers", {field: text})
        assert (hint.status_code, said in hint.text, bool(hint.text)) == (200, True, bool(said))
        assert PHONE not in hint.text


def test_a_remark_that_stays_in_the_unit_is_not_hinted_at(site: Site) -> None:
    page = site.as_("handler@gx-zrzy").page(f"/cases/{handled(site).id}/acts/search")
    assert 'hx-params="csrf,remark"' not in page


def test_an_answer_to_a_consultation_is_hinted_at_while_it_is_typed(browser: Chromium) -> None:
    site = browser.site
    case = handled(site)
    case = site.place("handler@gx-zrzy", case, "consultation", type="internal", to="legal@gx-zrzy", party={"name": "法规科"}, question="？")
    page = browser.window("legal@gx-zrzy", WIDE).go(f"/consultations/{case.id}/{case.version}")
    page.fill("#f-text", f"请联系{PHONE}")
    page.wait_for_selector("#f-text ~ .gk-told >> text=写有手机号码")
    assert axe(page) == []
    page.fill("#f-text", "同意")
    expect(page.locator("#f-text ~ .gk-told")).to_have_text("")


@pytest.mark.parametrize("size", [WIDE, TABLET, NARROW])
def test_the_version_follows_what_is_typed_and_is_edited_in_a_browser(browser: Chromium, size: tuple[int, int]) -> None:
    case = handled(browser.site)
    window = browser.window("handler@gx-zrzy", size)
    page = window.go(f"/cases/{case.id}/acts/consultation")
    page.fill("#f-party-name", "样例公司")
    page.fill("#f-party-address", "样例路8号")
    page.fill("#f-question", QUESTION)
    page.wait_for_selector(f"#shown >> text={MASKED}")
    page.wait_for_selector("#f-question ~ .gk-told >> text=写有手机号码")
    assert axe(page) == []
    with opens(page):
        page.click("#shown button")
    assert page.input_value("#f-shown-question") == MASKED
    page.fill("#f-shown-question", f"请{NAME}到场")
    with opens(page):
        page.click(".gk-sticky button.btn-primary")
    assert "当事人的姓名" in page.inner_text("#e-f-shown-meant")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.check("#f-shown-meant")
    with opens(page):
        page.click(".gk-sticky button.btn-primary")
    assert now(browser.site, case).consultations[-1].question == f"请{NAME}到场"
