"""The public side: the catalogue of what was published for all, with search and feed, and the course of a request in plain words."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from api.office.progress import awaited, progress
from api.web.hosts import Hosts
from db import suggestions
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, reads_well, site_of, text_of
from workflow.case import Case

HANDLER, HEAD, INTAKE = "handler@gx-zrzy", "head@gx-zrzy", "intake@gx-zrzy"


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 10))


def publish(site: Site, title: str, url: str, on: date = date(2026, 11, 3), unit: str = "gx-zrzy", *, only: int = 2) -> None:
    def work(session: object) -> None:
        head = site.officers[f"head@{unit}"]
        made = suggestions.propose(session, head, site.clock(), on, title=title, sample="周文博申请的内容", cases=[], reason="多人申请")  # type: ignore[arg-type]
        for step, address in (("accept", None), ("publish", url))[:only]:
            row = suggestions.one(session, made, [unit])  # type: ignore[arg-type]
            assert row is not None
            suggestions.take(session, head, on, row, step, reason="可以公开", url=address)  # type: ignore[arg-type]

    site.office.database.write(work)


def test_what_was_published_is_listed_searched_and_followed(site: Site) -> None:
    visitor = site.visitor()
    assert "还没有转为主动公开的信息" in visitor.page("/published")
    publish(site, "2024年征收补偿安置方案<甲>", "https://www.guanxian.example/a?x=1&y=2")
    publish(site, "公租房轮候名单", "https://www.guanxian.example/b", date(2026, 11, 5), "gx-zjj")
    publish(site, "还没有公开的", "https://www.guanxian.example/c", only=1)
    page = visitor.page("/published")
    assert page.index("公租房轮候名单") < page.index("2024年征收补偿安置方案&lt;甲&gt;"), "the newest first"
    assert "还没有公开的" not in page
    assert "周文博" not in page, "what somebody asked for is not what was published"
    assert 'href="https://www.guanxian.example/a?x=1&amp;y=2"' in page
    assert "公租房" not in visitor.page("/published?q=%E5%AE%89%E7%BD%AE+2024")
    assert "安置方案" in visitor.page("/published?q=%E5%AE%89%E7%BD%AE+2024")
    assert "安置方案" not in visitor.page("/published?unit=gx-zjj")
    assert "没有找到" in visitor.page("/published?q=100%25")
    for query in ("q=%00", "page=0", "page=99999", "unit=nobody", "q=" + "x" * 5000, "page=%EF%BC%91"):
        assert visitor.get(f"/published?{query}").status_code == 200
    visitor.http.headers["Host"] = "somebody.example"
    answer = visitor.get("/published/feed")
    del visitor.http.headers["Host"]
    assert "somebody.example" not in answer.text, "whoever asks by another name puts it into nobody's feed"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Hosts, "are_checked", True)
        assert f"<link>{site.url}/published</link>" in visitor.get("/published/feed").text
    assert answer.headers["content-type"].startswith("application/rss+xml")
    items = ElementTree.fromstring(answer.content).findall("channel/item")
    assert [one.findtext("title") for one in items] == ["公租房轮候名单", "2024年征收补偿安置方案<甲>"]
    assert items[1].findtext("link") == "https://www.guanxian.example/a?x=1&y=2"
    assert items[0].findtext("pubDate") == "Thu, 05 Nov 2026 00:00:00 +0800"


def test_what_was_published_before_it_was_looked_at_is_shown_only_if_it_could_be_published_now(site: Site) -> None:
    publish(site, "张样例13800000001的安置协议", "https://www.guanxian.example/e")
    publish(site, "带密码的网址", "https://zhang:secret@www.guanxian.example/f")
    publish(site, "公租房分配方案", "https://www.guanxian.example/g")
    for path in ("/published", "/published/feed"):
        said = site.visitor().get(path).text
        assert "公租房分配方案" in said
        assert "13800000001" not in said and "secret" not in said


def told(site: Site, case: Case) -> list[str]:
    return [f"{one.on.day} {one.title}" for one in progress(case, site.office.rules)]


def test_the_course_is_told_in_plain_words_and_nothing_of_the_office_s_own(site: Site) -> None:
    case = site.place(HEAD, site.register(), "assignment", to=HANDLER)
    case = site.place(HANDLER, case, "acceptance")
    assert awaited(case, site.office.rules) == "最迟2026年11月30日答复。"
    case = site.place(HANDLER, case, "consultation", type="internal", party={"name": "法制岗"}, to="legal@gx-zrzy", question="能否公开？")
    case = site.place("legal@gx-zrzy", case, "opinion", consultation=case.version, stance="consent", text="可以公开")
    case = site.place(HANDLER, case, "note", text="申请人又来电话")
    case = site.place(HEAD, case, "extension", days=10, reason="卷宗量大", notified_on="2026-11-10")
    item = {"item": 1, "outcome": "already_public", "where": "冠县人民政府网站"}
    case = site.place(HANDLER, case, "draft", items=[item])
    assert told(site, case) == ["2 收到申请", "10 审核受理"], "what is signed and lies in the office is not told"
    assert awaited(case, site.office.rules) == "最迟2026年11月30日答复。"
    extension = case.letter_id(case.in_force[-2].seq)
    site.office.pdf(extension)
    case = site.place(INTAKE, case, "service", letter=extension, method="email")
    assert told(site, case)[2] == "10 延长答复期限"
    assert awaited(case, site.office.rules) == "最迟2026年12月14日答复。"
    case = site.place(HEAD, case, "decision")
    assert "作出答复" not in " ".join(told(site, case)) and "最迟" in awaited(case, site.office.rules)
    letter = case.letter_id(case.decision.seq)  # type: ignore[union-attr]
    site.office.pdf(letter)
    case = site.place(INTAKE, case, "service", letter=letter, method="post", post_number="1234567890123")
    assert told(site, case)[4] == "10 作出答复"
    assert re.fullmatch(r"10 \S+已邮寄", told(site, case)[5])
    assert awaited(case, site.office.rules) == "答复书已经发出，请注意查收。"
    words = " ".join(f"{one.title}{one.text}" for one in progress(case, site.office.rules))
    for name in ("赵思远", "林建国", "法制", "周文博", "卷宗"):
        assert name not in words


def test_what_waits_for_the_applicant_says_so_and_what_ended_says_how(site: Site) -> None:
    case = site.place(INTAKE, site.register(), "correction_notice", matters=["请写明年份"], days=10)
    assert told(site, case) == ["2 收到申请"] and awaited(case, site.office.rules) == "最迟2026年11月30日答复。"
    letter = case.letter_id(case.version)
    site.office.pdf(letter)
    case = site.place(INTAKE, case, "service", letter=letter, method="email")
    assert "请您" in awaited(case, site.office.rules)
    assert "补正" in awaited(case, site.office.rules)
    assert told(site, case)[1] == "10 告知补正"
    case = site.place(HANDLER, case, "withdrawal", by="writing")
    assert told(site, case)[-1] == "10 撤回申请"
    assert awaited(case, site.office.rules) == ""


def test_the_catalogue_reads_at_every_size(browser: Chromium) -> None:
    publish(browser.site, "七号地块规划条件", "https://www.guanxian.example/d")
    page = browser.window().go("/published")
    for size in (WIDE, TABLET, NARROW):
        reads_well(page, size)
        assert "七号地块规划条件" in page.inner_text("main")


def test_a_page_of_the_catalogue_says_text_alone(site: Site) -> None:
    assert "转主动公开目录" in text_of(site.visitor().page("/"))
