"""分析 on the page: figures that open their cases, findings that can be changed, suggestions, topics, fees."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from html import unescape

import pdfplumber
import pytest

from api.pages.reports.span_filter import quick
from db import people, report_parts, reports
from letters import charts
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, reads_well, text_of
from tests.pages.test_saving_desks import form_of
from workflow.acts import Officer
from workflow.annual import GOVERNMENT, Parts
from workflow.case import Case

ANALYST, HEAD, HANDLER = "analyst@gx-zrzy", "head@gx-zrzy", "handler@gx-zrzy"
SPAN = "from=2026-01-01&to=2026-12-31"
PLAN = "崇文街道2024年第三批次征收补偿安置方案"


def applicant(n: int) -> dict[str, str]:
    return {"category": "natural_person", "name": f"样例{'甲乙丙丁戊己庚'[n]}", "address": f"样例路{n}号"}


@pytest.fixture(scope="module")
def cases(site: Site) -> list[Case]:
    """Six requests of six people, four for the same thing, one of them withdrawn; and one of another unit."""
    found = [site.register(wanted=PLAN if n < 4 else f"第{n}号水库除险加固工程的批复", applicant=applicant(n)) for n in range(6)]
    withdrawn = site.place(HANDLER, found[0], "withdrawal")
    site.place("legal@gx-zrzy", withdrawn, "remedy", type="complaint", body="样例县人民政府")
    site.register("intake@gx-rsj", wanted="2025年度职业技能培训补贴名单", applicant=applicant(6))
    return found


def figure(page: str, wanted: str) -> tuple[str, int]:
    """The address and the count of the first figure that opens the set `wanted`."""
    for href, value in re.findall(r'href="(/analysis/cases\?[^"]+)"[^>]*>(\d+)', page):
        plain = unescape(href)
        if f"set={wanted}" in plain:
            return plain, int(value)
    raise AssertionError(f"no figure opens {wanted}")


@pytest.mark.parametrize(
    "wanted",
    ["received", "ended", "month", "channel", "topic", "group", "open", "closed_by", "alike", "complaint", "complaint_result"],
)
def test_a_figure_opens_as_many_cases_as_it_tells(site: Site, cases: list[Case], wanted: str) -> None:
    analyst = site.as_(ANALYST)
    href, count = figure(analyst.page(f"/analysis?{SPAN}"), wanted)
    page = analyst.page(href)
    assert f"{count}件" in text_of(page)
    assert page.count('class="t" href="/cases/') == count


def test_complaints_have_a_table_and_a_file_of_their_own(site: Site, cases: list[Case]) -> None:
    """条例 47(2), 51: beside reviews and suits, which they are not counted with."""
    analyst = site.as_(ANALYST)
    page = analyst.page(f"/analysis?{SPAN}")
    assert "投诉、举报，不计入年度报告表四" in text_of(page)
    wanted = ("投诉举报", "%E6%8A%95%E8%AF%89%E4%B8%BE%E6%8A%A5")
    (href,) = [unescape(one) for one in re.findall(r'href="([^"]+)"[^>]*>下载CSV', page) if any(name in one for name in wanted)]
    lines = analyst.get(href).text.lstrip("\ufeff").split()
    assert lines == ["结果,件数", "结果维持,0", "结果纠正,0", "其他结果,0", "尚未审结,1", "合计,1"]


def test_the_county_sees_all_units_and_one_unit_only_itself(site: Site, cases: list[Case]) -> None:
    assert figure(site.as_("analyst@gx-zfb").page(f"/analysis?{SPAN}"), "received")[1] == 7
    assert figure(site.as_(ANALYST).page(f"/analysis?{SPAN}"), "received")[1] == 6
    assert site.as_(ANALYST).get(f"/analysis?{SPAN}&agency=gx-rsj").status_code == 404
    assert site.as_(ANALYST).get(f"/analysis/cases?{SPAN}&agency=gx-rsj&set=received").status_code == 404


def test_of_fewer_than_five_cases_no_shares_are_told(site: Site, cases: list[Case]) -> None:
    few = text_of(site.as_("analyst@gx-rsj").page(f"/analysis?{SPAN}"))
    assert "%" not in few
    assert "100%" in text_of(site.as_(ANALYST).page(f"/analysis?{SPAN}"))


def test_a_topic_narrows_the_page_its_figures_files_and_print_form(site: Site, cases: list[Case]) -> None:
    """As a unit does; the words say what they are of, and no other page is led to with a topic that it does not know."""
    county = site.as_("analyst@gx-zfb")
    whole, narrowed = county.page(f"/analysis?{SPAN}"), county.page(f"/analysis?{SPAN}&topic=land")
    assert "全部单位" in text_of(narrowed) and "主题“征地拆迁”" in text_of(narrowed) and "只分析主题为“征地拆迁”的申请" in text_of(narrowed)
    assert figure(whole, "received")[1] == 7 and figure(narrowed, "received")[1] == 4
    for wanted in ("received", "ended", "month", "group", "open", "alike", "complaint", "ended_topic"):
        href, count = figure(narrowed, wanted)
        assert "topic=land" in href
        assert county.page(href).count('class="t" href="/cases/') == count, wanted
    assert figure(county.page(f"/analysis?{SPAN}&topic=就业就学"), "received")[1] == 1, "a topic goes by its title too"
    assert not re.search(r'href="/analysis/(?:fees|suggestions|topics)\?[^"]*topic=', narrowed)
    for form in ("pdf", "docx", "xlsx"):
        (href,) = {unescape(one) for one in re.findall(rf'href="(/api/reports/analysis\?[^"]*format={form}[^"]*)"', narrowed)}
        assert "topic=land" in href and county.get(href).status_code == 200
    (href,) = {unescape(one) for one in re.findall(r'href="(/analysis/print\?[^"]+)"', narrowed)}
    form = county.page(href)
    assert "“征地拆迁”政府信息依申请公开情况分析报告" in form and "本期收到政府信息公开申请4件" in form
    empty = county.page("/analysis?from=2020-01-01&to=2020-12-31&topic=land")
    assert "没有收到、也没有办结这一主题的申请" in empty and "查看全部主题" in empty


def test_a_report_of_several_units_says_whose_it_is_and_who_signs_it(site: Site, cases: list[Case]) -> None:
    """By the name that the sum of the annual reports has; else as all units."""
    county, where = site.as_("analyst@gx-zfb"), f"/api/reports/analysis?{SPAN}&format=html"
    office = site.office.agencies["gx-zfb"].name
    before = county.get(where).text
    assert "<h1>全部单位（" in before and f'<p class="right">{office}<br>' in before
    assert f"以下是{len(site.office.agencies)}个单位的合计数。" in before
    officer = Officer(id="x", username="x", name="样例", role="analyst", agency="gx-zfb")
    parts, at = Parts({}, {GOVERNMENT[0]: "冠县"}), datetime(2026, 1, 8, tzinfo=UTC)
    key = reports.whole("gx-zfb")
    site.office.database.write(lambda session: report_parts.keep(session, officer, 2026, parts, at, key=key))
    told = county.get(where).text
    assert "全部单位" not in told and "冠县政府信息依申请公开" in text_of(told) and f'<p class="right">{office}<br>' in told
    assert "的合计数" not in site.as_(ANALYST).get(where).text, "of one unit there is no sum"


@pytest.mark.parametrize("topic", ["nobody", "%27%20OR%201%3D1--", "%00", "land%0Awater", "x" * 400, "%F0%9F%98%80"])
def test_a_topic_that_is_none_is_told_on_the_page(site: Site, cases: list[Case], topic: str) -> None:
    answer = site.as_(ANALYST).get(f"/analysis?{SPAN}&topic={topic}")
    assert answer.status_code == 400
    assert re.search(r'id="e-topic">.*?[\u4e00-\u9fff]{4}', answer.text, re.DOTALL) and 'name="topic"' in answer.text
    for path in ("/analysis/cases", "/analysis/print", "/api/reports/analysis"):
        assert site.as_(ANALYST).get(f"{path}?{SPAN}&set=received&topic={topic}").status_code == 400, path


def test_an_empty_span_says_which_one_has_cases(site: Site, cases: list[Case]) -> None:
    page = site.as_(ANALYST).page("/analysis?from=2020-01-01&to=2020-12-31")
    assert "没有收到、也没有办结的申请" in page and "有案件的是" in page
    href = re.search(r'href="(/analysis\?from=2026[^"]+)"', page)
    assert href and "新收" in site.as_(ANALYST).page(unescape(href[1]))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=2026-12-01&to=2026-01-01", 400), ("from=2026-02-30", 400), ("from=x", 400), ("to=1066-01-01", 400), ("agency=nobody", 404),
        ("from=2026-01-01&from=2026-01-02", 400),
        ("nonsense=1", 400), ("topic=land&topic=land", 400), ("compare=never", 400), ("from=1990-01-01&to=2199-12-31", 200),
    ],
)  # fmt: skip
def test_odd_questions_get_a_plain_answer_and_the_dates_stay(site: Site, cases: list[Case], query: str, status: int) -> None:
    answer = site.as_(ANALYST).get(f"/analysis?{query}")
    assert answer.status_code == status
    if query.startswith("from=2026-12-01"):
        assert 'value="2026-12-01"' in answer.text and "截止日期不能早于起始日期" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "set=nothing", "", "set=received&page=0", "set=month&key=%25", "set=group&key=%27", "set=return&key=99999", "set=open&key=nobody",
        "set=opinion&key=:", "set=remedy_of&key=%3A%3A", "set=alike&key=x",
    ],
)  # fmt: skip
def test_odd_figures_never_break(site: Site, query: str) -> None:
    assert site.as_(ANALYST).get(f"/analysis/cases?{SPAN}&{query}").status_code in (200, 400)


def test_the_findings_are_changed_by_hand_kept_and_printed(site: Site, cases: list[Case]) -> None:
    analyst = site.as_(ANALYST)
    here = f"/analysis/print?{SPAN}"
    texts = [unescape(one) for one in re.findall(r"<textarea[^>]*>(.*?)</textarea>", analyst.page(here), re.S)]
    assert "收到政府信息公开申请6件" in texts[0]
    answer = analyst.post(here, {"text": ["这一段由人改写。", *texts[1:]]})
    assert answer.status_code == 303
    file = analyst.get(answer.headers["location"])
    assert file.headers["content-type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(file.content)) as document:
        printed = "".join(one.extract_text() for one in document.pages).replace("\n", "")
    assert "这一段由人改写" in printed and "收到政府信息公开申请6件" not in printed
    word = analyst.get(f"{answer.headers['location']}&format=docx")
    with zipfile.ZipFile(io.BytesIO(word.content)) as parts:
        assert "这一段由人改写" in parts.read("word/document.xml").decode()
    assert "这一段由人改写。" in analyst.page(here), "kept for the next time"
    assert "这一段由人改写。" not in site.as_(HEAD).page(here), "one's own"
    assert "format=docx" in site.as_(HEAD).post(here, {"text": texts, "word": "yes"}).headers["location"]
    long = analyst.post(here, {"text": ["长" * 4001, *texts[1:]]})
    assert long.status_code == 400 and "长" * 4001 in long.text
    for odd, said in (("一\x01", "“总体情况”第2个字是“\ufffd”"), ("一二\U00012003", "“总体情况”第3个字（U+12003）")):
        wrong = analyst.post(here, {"text": [odd, *texts[1:]]})
        assert wrong.status_code == 400 and said in wrong.text and 'aria-describedby="e-text-0"' in wrong.text
        assert odd.replace("\x01", "\ufffd") in wrong.text, "what is typed stays"
    assert "这一段由人改写。" in analyst.page(here), "nothing of it was kept"
    form = form_of(analyst.page(here), "report")
    own = unescape(form["kept_as"][0])
    assert analyst.post("/drafts", form | {"saves": own, "text": ["三\x01", *texts[1:]]}).status_code == 200, "saved by itself while it is typed"
    for wanted in ("pdf", "docx"):
        none = analyst.get(answer.headers["location"] + f"&format={wanted}")
        assert none.status_code == 409 and "“总体情况”第2个字" in none.text, none.text
    assert analyst.post(here, {"again": "yes"}).status_code == 303
    assert "这一段由人改写。" not in analyst.page(here)


# ---------------------------------------------------------------- suggestions


def test_a_suggestion_is_made_accepted_and_published(site: Site, cases: list[Case]) -> None:
    handler, head = site.as_(HANDLER), site.as_(HEAD)
    page = handler.page(f"/analysis/suggestions?{SPAN}")
    new = re.search(r'href="(/analysis/suggestions/new[^"]+)"', page)
    assert new and "4人" in page
    here = unescape(new[1])
    form = handler.page(here)
    assert cases[0].number in form and PLAN in form
    empty = handler.post(here, {"title": "补偿安置方案", "sample": PLAN, "reason": ""})
    assert empty.status_code == 400 and 'value="补偿安置方案"' in empty.text
    made = handler.post(here, {"title": "补偿安置方案", "sample": PLAN, "reason": "四个人申请"})
    assert made.status_code == 303
    one = made.headers["location"].split("?")[0]
    assert "由冠县自然资源和规划局的负责人决定" in text_of(handler.page(one))
    assert handler.post(here, {"title": "又一次", "sample": PLAN, "reason": "重复"}).headers["location"] == one, "never twice"
    refused = handler.post(one, {"step": "accept", "reason": "同意"})
    assert refused.status_code == 409 and "没有提交" in refused.text
    assert head.post(one, {"reason": "同意"}).status_code == 400
    assert head.post(one, {"step": "accept", "reason": "同意"}).status_code == 303
    for url in ("", "javascript:alert(1)", "https://zhang:secret@www.example.gov.cn/1"):
        wrong = head.post(one, {"step": "publish", "reason": "已公开", "url": url, "title": "补偿安置方案"})
        assert wrong.status_code == 400 and "请填写公开的网址" in wrong.text
    ready = {"step": "publish", "reason": "已公开", "url": "https://www.example.gov.cn/1"}
    form = head.page(one)
    assert "题名将对外公布" in form and 'name="title" value="补偿安置方案"' in form
    for title, said in (("张样例13800000001的补偿", "手机号码"), ("补偿\U00012003方案", "U+12003"), (" ", "请填写建议公开的内容")):
        wrong = head.post(one, ready | {"title": title})
        assert wrong.status_code == 400 and said in wrong.text
        assert title.strip() in wrong.text, "what is typed stays"
    assert head.post(one, ready | {"title": "征收补偿安置方案"}).status_code == 303
    assert "征收补偿安置方案" in site.visitor().page("/published")
    assert "原题名：补偿安置方案" in text_of(head.page(one))
    assert handler.post(one, {"step": "withdraw", "reason": "写错"}).status_code == 409
    assert head.post(one, {"step": "withdraw", "reason": ""}).status_code == 400
    assert head.post(one, {"step": "withdraw", "reason": "题名写错"}).status_code == 303
    assert "征收补偿安置方案" not in site.visitor().page("/published") + site.visitor().get("/published/feed").text
    assert "题名写错" in head.page(one)
    with site.office.database.read() as session:
        logged = {(entry.object, entry.reason) for entry in people.log_entries(session) if entry.what == "suggestion"}
    assert (one.rpartition("/")[2], "withdraw") in logged
    assert head.post(one, ready | {"title": "征收补偿安置方案"}).status_code == 303, "mended, it is published again"
    assert "https://www.example.gov.cn/1" in head.page(one)
    assert site.as_("head@gx-rsj").get(one).status_code == 404
    assert site.as_("archivist@gx-zrzy").get(here).status_code == 403


# ---------------------------------------------------------------- topics, fees


def test_topics_are_confirmed_or_corrected_and_the_hits_are_counted(site: Site, cases: list[Case]) -> None:
    handler, here = site.as_(HANDLER), f"/analysis/topics?{SPAN}"
    page = handler.page(here)
    ids = re.findall(r'name="case" value="([^"]+)"', page)
    assert len(ids) == 6
    nothing = handler.post(here, {})
    assert nothing.status_code == 400 and "请先勾选要核对的申请" in nothing.text
    topics = re.findall(r'<option value="([^"]+)"', page.split('id="f-topic-')[1])
    seen = {f"seen.{one}": version for one, version in re.findall(r'name="seen\.([^"]+)" value="(\d+)"', page)}
    chosen = {f"topic.{one}": topics[0] for one in ids}
    stale = handler.post(here, {"case": ids[:1], **chosen, **seen, f"seen.{ids[0]}": "77"})
    assert stale.status_code == 409 and f'value="{ids[0]}" aria-label' in stale.text
    done = handler.post(here, {"case": ids[:2], **chosen, **seen})
    assert done.status_code == 303
    after = handler.page(done.headers["location"])
    assert "已核对2件" in after and len(re.findall(r'name="case"', after)) == 4
    assert handler.post(here, {"case": ["x" * 50], "topic.x": "y"}).status_code == 409
    assert site.as_("legal@gx-zrzy").post(here, {"case": ids[3:]}).status_code == 403


def test_the_fees_have_their_statement(site: Site, cases: list[Case]) -> None:
    page = site.as_(ANALYST).page(f"/analysis/fees?{SPAN}")
    assert "没有收费通知、缴费和减免" in page and "期末应收" in page and "0元" in page


def test_every_table_is_taken_as_csv(site: Site, cases: list[Case]) -> None:
    analyst = site.as_(ANALYST)
    hrefs = [unescape(one) for one in re.findall(r'href="(/api/reports/analysis\?[^"]+format=csv[^"]*)"', analyst.page(f"/analysis?{SPAN}"))]
    assert len(hrefs) >= 8
    for href in hrefs:
        answer = analyst.get(href)
        assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv"), href


# ---------------------------------------------------------------- pictures


def test_a_chart_tells_what_it_shows_and_takes_no_text_for_markup() -> None:
    bars = [charts.Bar('<b>"x"&', 3, 5, "少2"), charts.Bar("零", 0, 0)]
    for drawn in (charts.level("a", bars, 'say "<x>"'), charts.upright("b", bars, "say"), charts.level("c", [], ""), charts.upright("d", [], "")):
        assert "<b>" not in drawn and "<x>" not in drawn
        assert 'role="img"' in drawn and "style=" not in drawn
    assert "合计0.3日" in charts.stacked("e", ["一", "二"], [("甲", [0.1, 0.2])], "say")


def test_the_pages_are_accessible_and_do_not_scroll_sideways(browser: Chromium) -> None:
    site = browser.site
    for n in range(5):
        site.register(wanted=PLAN, applicant=applicant(n))
    window = browser.window(HANDLER)
    for path in ("/analysis", "/analysis/cases?set=received", "/analysis/print", "/analysis/suggestions", "/analysis/topics", "/analysis/fees"):
        page = window.go(path)
        page.evaluate("for (const one of document.querySelectorAll('details.gk-behind')) one.open = true")
        reads_well(page, WIDE, TABLET, NARROW)


def test_a_report_is_printed_twice_from_one_page(browser: Chromium) -> None:
    browser.site.register(wanted=PLAN, applicant=applicant(1))
    page = browser.window(ANALYST).go(f"/analysis/print?{SPAN}")
    for _ in range(2):
        with page.expect_download() as download:
            page.click("text=保存并下载PDF")
        assert download.value.suggested_filename.endswith(".pdf") and download.value.path().stat().st_size > 1000


@pytest.mark.parametrize(
    ("today", "half"),
    [(date(2026, 6, 30), ("上年下半年", "2025-07-01", "2025-12-31")), (date(2026, 7, 1), ("上半年", "2026-01-01", "2026-06-30"))],
)
def test_a_year_and_the_last_half_year_are_one_click_away(today: date, half: tuple[str, str, str]) -> None:
    told = [(title, span.first.isoformat(), span.last.isoformat()) for title, span in quick(today)]
    assert half in told and ("上年", "2025-01-01", "2025-12-31") in told


def test_beside_a_span_of_which_nothing_is_known_nothing_is_more_or_less(site: Site, cases: list[Case]) -> None:
    analyst = site.as_(ANALYST)
    page = analyst.page(f"/analysis?{SPAN}")
    said = text_of(page)
    assert "没有上年同期的数据" in said and not re.search(r"多\d|少\d|持平", said)
    assert "每月新收：" in page and "每月新收和上年同期" not in page
    sheets = analyst.get(f"/api/reports/analysis?{SPAN}&format=csv&table=渠道")
    assert sheets.status_code == 200, sheets.text
    heading, *rows = list(csv.reader(io.StringIO(sheets.content.decode("utf-8-sig"))))
    assert "上年同期" in heading and {row[heading.index("上年同期")] for row in rows} == {""}
