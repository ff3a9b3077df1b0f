"""期限和收费计算: a page for anybody that says what the calculators say, with the working, and tells bad input at its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

import httpx
import pytest

from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, axe, opens, resize, site_of, text_of
from workflow.words import say_yuan

AT = "/guide/calculators"


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 10))


def ask(site: Site, fields: Mapping[str, object]) -> httpx.Response:
    return site.visitor().get(f"{AT}?{urlencode(fields)}")


def test_a_due_date_is_told_with_its_reasons(site: Site) -> None:
    page = ask(site, {"what": "deadline", "channel": "online", "day": "2026年11月3日"})
    assert page.status_code == 200
    said = text_of(page.text)
    assert "答复期限 2026年12月1日" in said and "收到日2026年11月3日" in said
    assert "打印结果" in said and "条例33条2款" in said and "为什么是这一天" in said
    assert "计算结果" in site.as_("intake@gx-zrzy").page(f"{AT}?what=fee&basis=per_item&quantity=12"), "for whoever is signed in too"
    bare = site.visitor().page(AT)
    assert "计算结果" not in bare and "gk-errs" not in bare


def test_what_happened_meanwhile_counts(site: Site) -> None:
    asked = {"what": "deadline", "channel": "in_person", "day": "20261103"}
    consulted = ask(site, asked | {"consult.which": "third_party", "consult.sent": "20261105", "consult.party_received": "20261106",
                                   "consult.reply_received": "20261112"})  # fmt: skip
    assert "答复期限 2026年12月8日" in text_of(consulted.text) and "暂停计时到2026年11月12日" in text_of(consulted.text)
    extended = ask(site, asked | {"extension.approved": "20261120", "extension.notified": "20261123", "extension.workdays": "10"})
    assert "答复期限 2026年12月15日" in text_of(extended.text) and "延期的告知在期限以内" in extended.text
    late = ask(site, asked | {"reply.which": "post", "reply.sent": "20261209"})
    assert "答复已经超期" in late.text and "答复日2026年12月9日" in text_of(late.text)


@pytest.mark.parametrize(
    ("fields", "at", "why"),
    [
        ({"channel": ""}, "channel", "请选择怎样收到的"), ({"channel": "nobody"}, "channel", "请选择怎样收到的"),
        ({"day": ""}, "day", "请填写提交的日期"), ({"day": "2026-02-30"}, "day", "2月30日"), ({"day": "昨天"}, "day", ""),
        ({"extension.workdays": "21", "extension.approved": "20261120"}, "extension-workdays", "最多20个工作日"),
        ({"extension.approved": "20261120"}, "extension-workdays", ""),
        ({"extension.workdays": "x", "extension.approved": "20261120"}, "extension-workdays", ""),
        ({"consult.sent": "20261101"}, "consult-sent", "征求意见不能早于收到申请"), ({"fee.paid": "20261120"}, "fee-notice_sent", ""),
        ({"reply.which": "post", "reply.signed": "20261120"}, "reply-sent", "请填写交邮的日期"), ({"day": "9999-12-31"}, "day", None),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_its_field_and_stays(site: Site, fields: dict[str, str], at: str, why: str | None) -> None:
    page = ask(site, {"what": "deadline", "channel": "in_person", "day": "20261103"} | fields)
    if why is None:  # what is far off is reckoned, or told; it never fails
        assert page.status_code in (200, 400)
        return
    assert page.status_code == 400 and why in page.text
    assert f'id="f-{at}"' in page.text and f'aria-describedby="e-{at}"' in page.text
    assert all(value in page.text for value in fields.values() if value.isascii() is False)


def test_before_the_law_as_it_stands_nothing_is_reckoned(site: Site) -> None:
    page = ask(site, {"what": "deadline", "channel": "in_person", "day": "20190401"})
    assert page.status_code == 409 and "没有计算" in page.text and "条例56条" in text_of(page.text)
    page = ask(site, {"what": "fee", "basis": "per_item", "quantity": "3", "on": "20200105"})
    assert page.status_code == 409 and "没有可以适用的标准" in page.text


def test_a_fee_is_told_bracket_by_bracket_as_the_interface_tells_it(site: Site) -> None:
    for basis, quantity, already in (("per_item", 5, 10), ("per_item", 25, 8), ("per_item", 3, 0), ("per_page", 150, 0), ("per_page", 20, 0)):
        question = {"basis": basis, "items": quantity, "already": already} if basis == "per_item" else {"basis": basis, "pages": quantity}
        told = site.visitor().http.post("/api/calculators/fee", json=question).json()
        page = ask(site, {"what": "fee", "basis": basis, "quantity": quantity, "already": already or ""})
        assert page.status_code == 200 and f"信息处理费 {say_yuan(told['amount_fen'])}" in text_of(page.text)
        assert page.text.count('<th scope="row">第') == len(told["working"])
    for fields, at in (({"quantity": ""}, "quantity"), ({"quantity": "0"}, "quantity"), ({"quantity": "-3"}, "quantity"),
                       ({"quantity": "³"}, "quantity"),
                       ({"already": "x"}, "already"), ({"on": "2026-13-01"}, "on"), ({"basis": "both"}, "basis")):  # fmt: skip
        page = ask(site, {"what": "fee", "basis": "per_item", "quantity": "3"} | fields)
        assert page.status_code == 400 and f'id="e-{at}"' in page.text, fields


def test_it_reads_well_and_can_be_printed(browser: Chromium) -> None:
    page = browser.window().go(f"{AT}?what=deadline&channel=online&day=20261103&consult.sent=20261105")
    for size in (WIDE, TABLET, NARROW):
        resize(page, size)
        assert axe(page) == [], size
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
    page.emulate_media(media="print")
    assert page.is_visible("text=为什么是这一天") and not page.is_visible("text=计算期限")
    page.emulate_media(media="screen")
    page.fill("#f-quantity", "15")
    with opens(page):
        page.click("text=计算费用")
    assert "信息处理费" in page.inner_text(".gk-reckoned")
