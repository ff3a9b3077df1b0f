"""与退回稿比较 on the page of a letter: what came back is compared, shown, and kept nowhere."""

from __future__ import annotations

from datetime import date

import pytest

from db import queries
from letters import word
from tests.api.test_letters import changed
from tests.pages.conftest import WIDE, Chromium, Site, axe, site_of, text_of
from tests.pages.test_service import told


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 10))


def test_a_letter_is_compared_with_what_came_back(site: Site) -> None:
    case, letter = told(site)
    person, path = site.as_("intake@gx-zrzy"), f"/letters/{letter}"
    assert f"{path}/docx" in person.page(path)
    assert f"{path}/ofd" in person.page(path)
    assert person.get(f"{path}/ofd").content.startswith(b"PK")
    docx = person.get(f"{path}/docx").content
    same = person.post(f"{path}/compare", files={"file": ("稿.docx", docx, word.MEDIA_TYPE)})
    assert same.status_code == 200
    assert "完全相同" in text_of(same.text)
    other = person.post(f"{path}/compare", files={"file": ("改.docx", changed(docx, "请写明所需信息的名称", "请写明<b>"), word.MEDIA_TYPE)})
    assert other.status_code == 400, "no XML any more"
    other = person.post(f"{path}/compare", files={"file": ("改.docx", changed(docx, "请写明所需信息的名称", "请写明文号"), word.MEDIA_TYPE)})
    assert "文字有1处不同" in text_of(other.text)
    assert "<ins>请写明文号。</ins>" in other.text
    assert "<del>请写明所需信息的名称。</del>" in other.text
    for name, content, said in (
        ("", b"", "请选择"), ("稿.txt", b"text", "只能与"), ("稿.docx", b"text", "不是docx格式"), ("稿.pdf", b"%PDF-1.7 x", "不是完整的PDF"),
    ):  # fmt: skip
        answer = person.post(f"{path}/compare", files={"file": (name, content, "application/octet-stream")})
        assert answer.status_code == 400
        assert said in text_of(answer.text)
    with site.office.database.read() as session:
        assert queries.attachments_of(session, case.id) == []
    assert site.as_("intake@gx-rsj").get(f"{path}/docx").status_code == 404
    assert site.as_("intake@gx-rsj").post(f"{path}/compare").status_code == 404


def test_the_page_of_the_difference_is_for_everybody(browser: Chromium) -> None:
    site = browser.site
    site.clock.set(date(2026, 11, 10))
    _case, letter = told(site)
    docx = site.as_("intake@gx-zrzy").get(f"/letters/{letter}/docx").content
    page = browser.window("intake@gx-zrzy", WIDE).page
    page.goto(f"{site.url}/letters/{letter}")
    page.click("text=与退回来的稿件比较")
    name = "改.docx"
    page.set_input_files("#f-file", {"name": name, "mimeType": word.MEDIA_TYPE, "buffer": changed(docx, "请写明所需信息的名称", "请写明文号")})
    page.click("button:has-text('比较')")
    page.wait_for_selector("ins")
    assert axe(page) == []
