"""The guide: what anybody may read of how the office works, drawn from the rules and the tables of the program."""

from __future__ import annotations

import re
from pathlib import Path

from api.pages.guide.guide import CONTENTS
from api.pages.shared.words import anchor
from tests.pages.conftest import Chromium, Site, text_of
from workflow.acts import ACTS
from workflow.answers import LAWS
from workflow.law import RULES

ROOT = Path(__file__).parents[2]
_CITED = re.compile(rf'"((?:{"|".join(LAWS)}) [0-9送邮][^"]*)"')


def test_the_guide_is_open_to_anybody_and_leads_to_each_of_its_pages(site: Site) -> None:
    visitor = site.visitor()
    contents = visitor.page("/guide")
    for href, title, _ in CONTENTS:
        assert f'href="{href}"' in contents
        assert f"<h1>{title}</h1>" in visitor.page(href)


def test_the_procedure_tells_of_every_act_who_when_and_by_which_article(site: Site) -> None:
    page = site.visitor().page("/guide/procedure")
    assert "<svg" in page
    table = text_of(page.partition("<tbody>")[2])
    for act in ACTS.values():
        assert act.title in table
    assert "延长答复期限负责人办理中、会商、征求意见中、审签中状态不变条例33条2款" in table


def test_every_article_that_the_program_cites_has_its_place(site: Site) -> None:
    """Those of the rules files, of the acts, and every one that stands in the code, so that no link of a page leads nowhere."""
    page = site.visitor().page("/guide/articles")
    anchors = set(re.findall(r'id="([^"]+)"', page))
    sources = [path.read_text("utf-8") for folder in ("workflow", "db", "api") for path in (ROOT / folder).rglob("*.py")]
    in_code = {one for text in sources for one in _CITED.findall(text)}
    assert len(in_code) > 40
    assert {one for one in in_code if anchor(one) not in anchors} == set()
    assert anchor("条例 33(2)") == "条例33条2款"
    part = text_of(page.partition('id="条例33条2款"')[2].partition("</section>")[0])
    assert "第三十三条第二款" in part
    assert "答复期限，20个工作日" in part
    assert "R-due-soon" in part


def test_an_article_on_a_page_leads_to_its_place(site: Site) -> None:
    page = site.visitor().page("/guide/fees")
    assert '<a class="gk-art" href="/guide/articles#办法4条" target="guide"' in page


def test_every_reading_stands_there_with_an_address_of_its_own(site: Site) -> None:
    page = site.visitor().page("/guide/readings")
    ids = re.findall(r"^### (R-\S+)", (RULES / "READINGS.md").read_text("utf-8"), flags=re.M)
    assert len(ids) > 40
    assert [one for one in ids if f'<section id="{one}">' not in page] == []
    assert "`" not in text_of(page)
    assert "**" not in page


def test_the_terms_are_those_of_the_tables(site: Site) -> None:
    page = text_of(site.visitor().page("/guide/glossary"))
    for word in ("办理行为", "政府信息不存在答复书not_existing", "待补正（审核）awaiting_correction"):
        assert word in page


def test_a_question_mark_opens_the_keys(browser: Chromium) -> None:
    page = browser.window("handler@gx-zrzy").go("/account")
    page.keyboard.press("?")
    page.wait_for_url("**/guide/keys")
