"""What would stand against a signature is told on the draft's own form, at its field, while it is written, and before it goes up."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import NARROW, WIDE, Chromium, Site, axe, text_of
from tests.pages.test_acts import form_at, handled
from workflow.case import Case

HANDLER = "handler@gx-zrzy"


def filled(site: Site, case: Case, **fields: Any) -> tuple[str, dict[str, Any]]:
    path = f"/cases/{case.id}/acts/draft"
    return path, form_at(site.as_(HANDLER).page(path)) | {name.replace("__", "."): value for name, value in fields.items()}


def now(site: Site, case: Case) -> Case:
    return site.office.case(site.officers[HANDLER], case.id).case


REFUSED: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"items__0__outcome": "not_existing", "items__0__reason": "没有制作"}, "卷内没有检索记录", "items-0-outcome"),
    ({"items__0__outcome": "internal_affairs"}, "没有写明认定的事实和理由", "items-0-reason"),
    ({"items__0__outcome": "partial", "items__0__where": "当面领取"}, "没有写明哪些内容不予公开", "items-0-withheld"),
    (
        {"items__0__outcome": "third_party", "items__0__ground": "trade_secret", "items__0__reason": "涉及商业秘密"},
        "没有征求第三方意见", "items-0-outcome",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("fields", "sentence", "field"), REFUSED)
def test_what_blocks_the_signature_is_told_before_the_draft_goes_up(site: Site, fields: dict[str, str], sentence: str, field: str) -> None:
    case, person = handled(site), site.as_(HANDLER)
    path, sent = filled(site, case, **fields)
    stopped = person.post(path, sent)
    assert stopped.status_code == 409 and now(site, case).state == "handling"
    assert "<title>没有提交：" in stopped.text and "不解决就不能签发" in text_of(stopped.text)
    assert sentence in text_of(stopped.text.partition('id="stops"')[2].partition("</ul>")[0])
    assert f'href="#f-{field}"' in stopped.text and sentence in text_of(stopped.text.partition(f'id="r-f-{field}"')[2].partition("</div>")[0])
    assert "请退回" not in stopped.text, "who reads it is who mends it"
    kept = form_at(stopped.text)
    assert all(kept[name.replace("__", ".")] in (value, [value]) for name, value in fields.items())
    for other in ("", "yes", "no_such_risk@"):
        assert person.post(path, sent | {"despite": other}).status_code == 409, "the tick is for what was told"
    ticked = re.search(r'name="despite" value="([^"]+)"', stopped.text)
    assert ticked
    assert person.post(path, sent | {"despite": html.unescape(ticked[1])}).status_code == 303
    assert now(site, case).state == "approving"


def test_a_draft_that_can_be_signed_goes_up_at_once_and_a_program_is_asked_nothing(site: Site) -> None:
    case, person = handled(site), site.as_(HANDLER)
    path, sent = filled(site, case, items__0__outcome="disclosed", items__0__where="当面领取")
    assert person.post(path, sent).status_code == 303
    other = handled(site)
    plain = {"seen": str(other.version), "items.0.item": "1", "items.0.outcome": "internal_affairs", "on": sent["on"]}
    assert person.post(f"/cases/{other.id}/acts/draft", plain).status_code == 303


@pytest.mark.parametrize(("outcome", "needed"), [("internal_affairs", "reason"), ("partial", "withheld"), ("already_public", "where")])
def test_what_the_signature_needs_is_not_marked_as_if_it_might_be_left_out(site: Site, outcome: str, needed: str) -> None:
    case = handled(site)
    path, sent = filled(site, case, items__0__outcome=outcome)
    page = site.as_(HANDLER).post(f"{path}/preview", sent | {"part": "fields"}).text
    label = page.partition(f'for="f-items-0-{needed}"')[2].partition("</label>")[0]
    assert label and "可不填" not in label
    assert "可不填" in page


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_risk_comes_and_goes_at_its_field_while_one_writes(browser: Chromium, size: tuple[int, int]) -> None:
    case = handled(browser.site)
    page = browser.window(HANDLER, size).go(f"/cases/{case.id}/acts/draft")
    page.select_option("#f-items-0-outcome", "internal_affairs")
    at = page.locator("#r-f-items-0-reason")
    expect(at).to_contain_text("没有写明认定的事实和理由")
    expect(page.locator("#after")).to_contain_text("不解决不能签发")
    assert axe(page) == []
    page.fill("#f-items-0-reason", "属于人事管理信息")
    expect(at).to_have_text("")
    page.fill("#f-items-0-reason", "")
    expect(at).to_contain_text("没有写明认定的事实和理由")
    page.locator(".gk-sticky button.btn-primary").click()
    expect(page.locator("#stops")).to_be_focused()
    assert axe(page) == []
    page.check("#f-despite")
    page.locator(".gk-sticky button.btn-primary").click()
    page.wait_for_url("**done=draft")
