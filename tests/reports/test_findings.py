"""What the reports claim: never "none" where money moved, a file is overdue, or nothing is on record."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from api.office import findings
from db import analysis, exports, queries, reports, store
from db.analysis import Span
from db.engine import Database
from db.queries import Filters
from db.tables import Tally, table_of
from tests.letters import reports as samples
from tests.reports.test_counting import RULES, histories, kept
from tests.reports.test_ledger import HEADING, lines_of, loader, row
from workflow.acts import Officer, Signed, parse
from workflow.annual import TABLE2, Parts

TODAY = date(2026, 11, 24)
NEXT = count(1)
Acts = list[dict[str, object]]


@pytest.fixture
def unit() -> str:
    """A unit of the test's own."""
    return f"gx-said{next(NEXT)}"


def of_year(year: int) -> Span:
    return Span(date(year, 1, 1), date(year, 12, 31))


def measured(database: Database, units: Sequence[str], span: Span, against: Span | None = None) -> dict[str, Any]:
    with database.read() as session:
        data = analysis.analysis(session, units, span, RULES, TODAY, against or span.year_before)
    for one in (*data["volumes"]["by_agency"], *data["units"], *data["load"], *data["fees"]["by_agency"]):
        one["name"] = one["agency"]
    for one in data["load"]:
        one["handler_name"] = one["handler"] or "未登记承办人"
    return data


def said(database: Database, unit: str, span: Span) -> dict[str, str]:
    """The findings, section by section."""
    facts = findings.analysis_facts(measured(database, [unit], span), "样例局", TODAY)
    return {section["title"]: "".join(section["text"]) for section in facts["sections"]}


def annual(database: Database, units: Sequence[str], year: int) -> dict[str, Any]:
    with database.read() as session:
        found = reports.annual(session, units, year, RULES)
    return findings.annual_facts(found, {unit: f"{unit}局" for unit in units}, None)


def test_the_samples_that_letters_are_tested_with_have_what_the_reports_print(database: Database, unit: str) -> None:
    assert annual(database, [unit], 2025).keys() == samples.annual().keys()
    facts = findings.analysis_facts(measured(database, [unit], of_year(2025)), "样例局", TODAY)
    assert facts.keys() == samples.ANALYSIS.keys()


def registered(on: str, **more: Any) -> dict[str, object]:
    return {"kind": "registration", "channel": "in_person", "received_on": on, "applicant": {"name": "样例"}, "wanted": "样例方案", **more}


def charged(on: str, *then: dict[str, object], received: str = "2024-12-02") -> Acts:
    notice = {"kind": "fee_notice", "on": on, "basis": "per_page", "pages": 200, "amount_fen": 12_000}
    return [registered(received), {"kind": "acceptance", "on": received}, notice, *then]


def reopened(again: str | None = None) -> Acts:
    """Answered in 2025, reopened in July 2026 for want of reasons; answered again, or not."""
    acts: Acts = [
        registered("2025-03-03"),
        {"kind": "acceptance", "on": "2025-03-04"},
        {"kind": "draft", "on": "2025-03-05", "items": [{"item": 1, "outcome": "internal_affairs"}]},
        {"kind": "decision", "on": "2025-03-06"},
        {"kind": "remedy", "on": "2025-04-01", "type": "reconsideration", "body": "样例"},
        {"kind": "remedy_result", "on": "2026-06-30", "remedy": 5, "result": "corrected", "orders_rehandling": True},
        {"kind": "reopening", "on": "2026-07-01", "remedy": 5},
    ]
    if again:
        acts += [{"kind": "draft", "on": again, "items": [{"item": 1, "outcome": "disclosed"}]}, {"kind": "decision", "on": again}]
    return acts


# ------------------------------------------------------------------ money


def test_money_that_came_in_for_an_earlier_notice_was_collected(database: Database, unit: str) -> None:
    kept(database, unit, [charged("2024-12-20", {"kind": "payment", "on": "2025-01-06", "amount_fen": 12_000})])
    told = annual(database, [unit], 2025)["charging"]
    assert told == "本年度没有发出收费通知，实际收取1件、120元。"
    assert annual(database, [unit], 2024)["charging"] == "本年度发出收费通知1件、120元，没有收取信息处理费。"
    assert said(database, unit, of_year(2025))["收费情况"] == "本期实际缴纳1件，120元（其中1件是本期以前通知的）。"
    both = Span(date(2024, 1, 1), date(2025, 12, 31))
    assert said(database, unit, both)["收费情况"] == "本期发出收费通知1件，120元；实际缴纳1件，120元。"


def test_what_was_let_off_is_told_without_any_notice(database: Database, unit: str) -> None:
    acts = [registered("2025-03-03"), {"kind": "acceptance", "on": "2025-03-04"}]
    kept(database, unit, [[*acts, {"kind": "waiver", "on": "2025-03-05", "reason": "低保户", "amount_fen": 5_000}]])
    assert "减免1件、50元" in annual(database, [unit], 2025)["charging"]
    assert "减免1件，50元" in said(database, unit, of_year(2025))["收费情况"]


def test_a_sum_is_of_the_whole_report_where_it_has_the_parts_that_people_write(database: Database, unit: str) -> None:
    """It names the units whose table 2 is not filled in; only without table 2 or the texts is it 依申请公开部分."""
    codes, names = [unit, f"{unit}-b"], {unit: "甲局", f"{unit}-b": "乙局"}
    for code in codes:
        kept(database, code, [[registered("2025-01-02")]])
    with database.read() as session:
        found = reports.annual(session, codes, 2025, RULES)
    filled, texts = {unit: Parts(dict.fromkeys(TABLE2, "3"))}, Parts({}, {"problems": "说理还不充分。"})
    facts = findings.annual_facts(found, names, None, filled, own=texts)
    assert "（依申请公开部分）" not in facts["title"] and facts["written"]["table2_missing"] == ["乙局"]
    for parts, own in (({}, texts), (filled, Parts())):
        assert findings.annual_facts(found, names, None, parts, own=own)["title"].endswith("（依申请公开部分）")


def test_of_several_units_each_that_collected_is_named(database: Database, unit: str) -> None:
    other = f"{unit}-b"
    kept(database, unit, [charged("2024-12-20", {"kind": "payment", "on": "2025-01-06", "amount_fen": 12_000})])
    kept(database, other, [charged("2025-01-20", received="2025-01-02")])
    told = annual(database, [unit, other], 2025)["charging"]
    assert f"其中：{unit}局没有发出收费通知，实际收取1件、120元；{other}局发出收费通知1件、120元，没有收取" in told
    kept(database, f"{unit}-c", [[registered("2025-01-02")]])
    more = [f"{unit}-{n}" for n in range(6)]
    for one in more:
        kept(database, one, [charged("2025-02-03")])
    assert annual(database, more, 2025)["charging"] == "本年度发出收费通知6件、720元，没有收取信息处理费，涉及6个单位。", "not unit by unit"
    assert annual(database, [f"{unit}-c"], 2025)["charging"] == "本年度没有发出收费通知，没有收取信息处理费。"


def test_a_suit_over_an_earlier_years_file_explains_what_a_frozen_year_differs_by(database: Database, unit: str) -> None:
    """The file is in no cell of the year; and of its acts only those since the freezing are told."""
    who = Officer(id="x", username="x", name="样例", role="head", agency=unit)
    done = [*charged("2024-12-20"), {"kind": "abandonment", "on": "2024-12-30"}]
    (case,) = kept(database, unit, [done])
    at = datetime(2026, 11, 25, tzinfo=UTC)
    database.write(lambda s: reports.freeze(s, unit, 2025, RULES, who, "已报送", at))

    def sued(session: Any) -> None:
        suit = parse({"kind": "remedy", "on": "2025-02-03", "type": "litigation", "body": "样例"})
        signed = Signed(len(case.acts) + 1, suit, who, at.replace(day=26))
        store.append(session, case.id, signed)
        store.write_docket(session, case.with_act(signed), RULES, store.Keys(b"k" * 32))

    database.write(sued)
    with database.read() as session:
        frozen = reports.annual(session, [unit], 2025, RULES).units[0].frozen
    assert frozen is not None
    assert [one.number for one in frozen.moved] == [case.number]
    assert frozen.moved[0].reason == "定稿后样例办理“复议、诉讼”（2025-02-03）"


# ------------------------------------------------------------------ sentence by sentence


def rows_of(*counts: int) -> list[dict[str, Any]]:
    titled = zip("甲乙丙丁戊己", counts, strict=False)
    return [{"title": title, "count": count, "share": analysis.share(count, sum(counts))} for title, count in titled]


@pytest.mark.parametrize(
    ("counts", "most", "says"),
    [
        ((5, 4, 3, 2), 3, "甲5件（35.7%）、乙4件（28.6%）、丙3件（21.4%）"),
        ((5, 3, 3, 3), 3, "甲5件（35.7%）、乙3件（21.4%）、丙3件（21.4%）、丁3件（21.4%）"),  # nobody of equals is left out
        ((2, 1, 0, 0), 3, "甲2件、乙1件"),
        ((5, 4, 3, 2, 1), 6, "甲5件（33.3%）、乙4件（26.7%）、丙3件（20%）、丁2件（13.3%）、戊1件（6.7%）"),
        ((0, 0), 3, ""),
    ],
)  # fmt: skip
def test_the_first_are_named_with_their_equals(counts: tuple[int, ...], most: int, says: str) -> None:
    assert findings._leading(rows_of(*counts), most) == says


def test_all_categories_are_told_and_nothing_of_the_program_itself() -> None:
    none: list[dict[str, Any]] = []
    data = {"records": {"has_data": True}, "volumes": {"by_channel": none, "by_category": rows_of(5, 4, 3, 2, 1, 1), "by_topic": none},
            "received": {"count": 16}}  # fmt: skip
    (sentence,) = findings._sources(data)
    assert all(title in sentence for title in "甲乙丙丁戊己")


@pytest.mark.parametrize(
    ("moved", "says"),
    [
        ({"notices": 6, "notified_fen": 60000, "payments": 5, "paid_fen": 50000}, "本期发出收费通知6件，600元；实际缴纳5件，500元。"),
        ({"payments": 1, "paid_fen": 20000}, "本期实际缴纳1件，200元。"),
        ({"notices": 1, "notified_fen": 10000, "waivers": 1, "waived_fen": 10000}, "本期发出收费通知1件，100元；减免1件，100元。"),
    ],
)
def test_of_fees_only_what_moved_is_told(moved: dict[str, int], says: str) -> None:
    fees = dict.fromkeys(("notices", "notified_fen", "payments", "paid_fen", "waivers", "waived_fen", "of_earlier"), 0) | moved
    assert findings._money({"records": {"has_data": True}, "fees": fees}) == [says]


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ((7, 0, 0), "申请渠道都是甲，7件。"), ((5, 4, 0), "申请渠道为甲5件（55.6%）、乙4件（44.4%）。"), ((0, 0), ""),
        ((5, 4, 3, 2), "主要渠道为甲5件（35.7%）、乙4件（28.6%）、丙3件（21.4%）。"),
        ((2, 2, 2, 2), "申请渠道为甲2件（25%）、乙2件（25%）、丙2件（25%）、丁2件（25%）。"),
    ],
)
def test_nothing_leads_where_all_are_named(counts: tuple[int, ...], says: str) -> None:
    assert findings._told("申请渠道", "主要渠道为", sorted(rows_of(*counts), key=lambda row: -row["count"]), 3) == says


def ended_as(outcome: str, *, result: str | None = None) -> Acts:
    acts: Acts = [{**one} for one in reopened()[: 6 if result else 4]]
    acts[2] = {**acts[2], "items": [{"item": 1, "outcome": outcome}]}
    if result:
        acts[5] = {**acts[5], "on": "2025-06-30", "result": result}
    return acts


def test_rates_are_told_of_five_and_more_and_units_compared_by_no_others(database: Database, unit: str) -> None:
    other = f"{unit}-b"
    upheld, corrected = ended_as("disclosed", result="upheld"), ended_as("internal_affairs", result="corrected")
    kept(database, unit, [*[upheld] * 3, *[corrected] * 2, [registered("2025-01-02")]])
    kept(database, other, [ended_as("disclosed"), ended_as("internal_affairs", result="corrected")])
    told = said(database, unit, of_year(2025))
    assert "办结的5件中，予以公开和部分公开合计3件，公开率60%。" in told["办理结果"], "the year before had none: no rate beside"
    assert "已审结的5件中被纠正2件，纠错率40%。" in told["退回、复议和诉讼"]
    few = said(database, other, of_year(2025))
    assert "公开率" not in few["办理结果"] and "纠错率" not in few["退回、复议和诉讼"]
    rows = {one["agency"]: one for one in measured(database, [unit, other], of_year(2025))["units"]}
    assert (rows[unit]["disclosed"], rows[unit]["disclosed_share"], rows[unit]["decided"], rows[unit]["lost_share"]) == (3, 0.6, 5, 0.4)
    assert rows[other]["disclosed"] == 1
    assert {rows[other][name] for name in ("disclosed_share", "in_time_share", "lost_share")} == {None}
    later = said(database, unit, of_year(2026))
    assert "公开率" not in later["办理结果"], "nothing ended in it"


def test_no_rate_is_told_of_a_few_and_none_without_its_numbers(database: Database, unit: str) -> None:
    """READINGS R-few: the answer, the sheets and the sentences alike; of the other span too."""
    upheld, corrected = ended_as("disclosed", result="upheld"), ended_as("internal_affairs", result="corrected")
    later = [{name: said.replace("2025", "2026") if isinstance(said, str) else said for name, said in act.items()} for act in upheld]
    kept(database, unit, [*[upheld] * 2, corrected, *[later] * 5])
    few = measured(database, [unit], of_year(2025))
    shares = [few["rates"]["disclosed"]["share"], few["rates"]["corrected"]["share"], few["days_to_reply"]["in_time_share"]]
    shares += [row["share"] for name in ("by_channel", "by_topic", "by_category", "by_outcome", "by_group") for row in few["volumes"][name]]
    shares += [row[name] for row in few["by_topic"] for name in row if "share" in name] + [few["units"][0]["lost_share"]]
    assert set(shares) == {None}
    assert (few["shares"]["of"], few["shares"]["counts"]["extended"], few["shares"]["extended"]) == (3, 0, None)
    whole = {row[0]: row[1:] for row in exports.analysis_sheets(few)["总体"]}
    assert whole["公开率"] == (None, None, "3件中2件", None) and whole["复议诉讼纠错率"][2] == "3件中1件" and whole["延期占比"][2] == "3件中0件"
    beside = said(database, unit, of_year(2026))
    assert "办结的5件中，予以公开和部分公开合计5件，公开率100%；上年同期3件中2件。" in beside["办理结果"]
    assert "已审结的5件没有被纠正的；上年同期3件中1件。" in beside["退回、复议和诉讼"]


def test_topics_are_compared_by_no_rate_of_fewer_than_five_and_add_up(database: Database, unit: str) -> None:
    """Each topic has its share, its change, 公开率 and 按期率; narrowed to one, the whole analysis is that topic's row."""
    about = lambda topic, acts: [*acts, {"kind": "topic", "on": acts[-1]["on"], "topic": topic}]  # noqa: E731
    given, withheld = ended_as("disclosed")[:4], ended_as("internal_affairs")[:4]
    files = kept(database, unit, [
        *[about("land", given)] * 3, *[about("land", withheld)] * 2, *[about("water", given)] * 2, [registered("2025-01-02")],
    ])  # fmt: skip
    tally = table_of(Tally)  # as if they had been sent: four of five in time, and both of two
    for at, case in enumerate(files[:7]):
        database.write(lambda session, case=case, at=at: session.execute(update(tally).where(tally.c.case_id == case.id).values(in_time=at != 4)))
    whole = measured(database, [unit], of_year(2025))
    rows = {one["key"]: one for one in whole["by_topic"]}
    land, water, none = rows["land"], rows["water"], rows[None]
    assert (land["received"], land["share"], land["ended"], land["disclosed"], land["disclosed_share"]) == (5, 0.625, 5, 3, 0.6)
    assert (land["replies"], land["in_time"], land["late"], land["in_time_share"]) == (5, 4, 1, 0.8)
    assert (water["disclosed"], water["ended"], water["disclosed_share"], water["in_time_share"]) == (2, 2, None, None)
    assert (none["received"], none["ended"]) == (1, 0)
    assert sum(one["received"] for one in rows.values()) == whole["received"]["count"]
    assert sum(one["ended"] for one in rows.values()) == whole["ended"]["count"]
    with database.read() as session:
        for key in ("land", "water", analysis.NO_TOPIC):
            one = analysis.analysis(session, [unit], of_year(2025), RULES, TODAY, topic=key)
            row = rows[None if key == analysis.NO_TOPIC else key]
            assert (one["received"]["count"], one["ended"]["count"]) == (row["received"], row["ended"])
            assert [row["key"] for row in one["by_topic"]] == [row["key"]]
            later = analysis.analysis(session, [unit], of_year(2026), RULES, TODAY, of_year(2025), topic=key)
            assert later["received"] == {"count": 0, "before": row["received"]}, "what it is compared with is of the topic too"
            assert [then["disclosed_share_before"] for then in later["by_topic"]] == [row["disclosed_share"]]


def topic_rows(**counts: int) -> list[dict[str, Any]]:
    keys = {"未定": None}
    whole = sum(counts.values())
    return [
        {"key": keys.get(title, title), "title": title, "count": count, "share": analysis.share(count, whole)} for title, count in counts.items()
    ]


@pytest.mark.parametrize(
    ("topics", "says"),
    [
        (topic_rows(未定=9, 征地=5), "已定主题的申请，内容都是征地，5件。另有9件还没有定主题。"), (topic_rows(未定=3), ""),
        (topic_rows(征地=3, 社保=2), "申请内容为征地3件（60%）、社保2件（40%）。"),
    ],
)
def test_what_has_no_topic_is_no_topic(topics: list[dict[str, Any]], says: str) -> None:
    none: list[dict[str, Any]] = []
    volumes = {"by_channel": none, "by_category": rows_of(1), "by_topic": topics}
    received = sum(row["count"] for row in topics)
    data = {"records": {"has_data": True}, "received": {"count": received}, "volumes": volumes, "topics": {"confirmed": received}}
    said = findings._sources(data)
    assert "".join(said[1:]) == says and "集中在未定" not in "".join(said)


def test_whose_word_a_topic_is_is_said_where_it_is_not_that_of_people_alone() -> None:
    """A reader of the report would take what the program proposed for what somebody had looked at."""
    volumes = {"by_channel": [], "by_category": [], "by_topic": topic_rows(征地=7, 未定=3)}
    said = [
        findings._sources({"records": {"has_data": True}, "received": {"count": 10}, "volumes": volumes, "topics": {"confirmed": confirmed}})[-1]
        for confirmed in (0, 2, 7)
    ]
    assert said == [
        "以上主题是系统建议的，还没有经人员确认。", "其中5件的主题是系统建议的，还没有经人员确认。", "另有3件还没有定主题。",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "whole", "says"),
    [(13, 701, "1.9%"), (701, 701, "100%"), (1, 16, "6.3%"), (37, 80, "46.3%"), (1, 2000, "0.1%"), (0, 5, "0%"), (35, 1000, "3.5%")],
)  # 13/701 is 0.018544...: by way of 0.0185 it was 1.8%
def test_a_share_is_rounded_once_and_half_up(part: int, whole: int, says: str) -> None:
    share = analysis.share(part, whole)
    assert findings.percent(share) == says
    assert findings._change(whole + part, whole, {"title": "上期", "has_data": True, "as_long": True}).endswith(f"增长{says}" if part else "持平")


def load_of(**counts: int) -> list[dict[str, Any]]:
    return [{"handler": name, "handler_name": name, "open": count} for name, count in counts.items()]


@pytest.mark.parametrize(
    ("load", "says"),
    [
        (load_of(甲=3), ["截至2026年11月24日在办3件。"]),  # there is nobody to compare with
        (load_of(甲=3, 乙=1), ["截至2026年11月24日在办4件，承办最多的是甲（3件）。"]),
        (load_of(甲=3, 乙=3, 丙=1), ["截至2026年11月24日在办7件，承办最多的是甲、乙（各3件）。"]),
        (load_of(甲=2, 乙=2), ["截至2026年11月24日在办4件。"]),
        (load_of(甲=0), []),
    ],
)
def test_who_has_most_is_named_where_somebody_has_less(load: list[dict[str, Any]], says: list[str]) -> None:
    assert findings._loaded({"load": load, "to": "2026-11-24"}, TODAY) == says
    assert findings._loaded({"load": load, "to": "2025-12-31"}, TODAY) == []


@pytest.mark.parametrize(
    ("received", "says"),
    [
        ((2, 5, 1), "收到最多的月份是2026年2月，共5件。"), ((5, 5, 1), "收到最多的月份是2026年1月、2026年2月，各5件。"),
        ((4, 4, 4), None), ((4,), None), ((0, 4, 0), None),
    ],
)  # fmt: skip
def test_the_fullest_month_is_told_where_one_stands_out(received: tuple[int, ...], says: str | None) -> None:
    months = [{"month": f"2026-{n:02d}", "received": count} for n, count in enumerate(received, 1)]
    data = {
        "received": {"count": sum(received), "before": 0}, "ended": {"count": 0, "before": 0, "again": 0}, "volumes": {"by_month": months},
        "before": {"title": "上期", "has_data": False}, "records": {"has_data": True, "from_ledger": 0}, "record_corrections": {"count": 0},
    }  # fmt: skip
    assert [one for one in findings._overall(data) if "最多" in one] == ([says] if says else [])


def test_of_several_units_the_units_are_told_and_nobody_of_their_staff(database: Database, unit: str) -> None:
    """A county's report lists no officers of fifty units; what its units have in hand is one row each."""
    other = f"{unit}-b"
    kept(database, unit, [[registered("2026-10-09")]] * 3)
    kept(database, other, [[registered("2026-10-09")]])
    data = {**measured(database, [unit, other], of_year(2026)), "agencies": [unit, other]}
    (section,) = (one for one in findings.analysis_facts(data, "样例县", TODAY)["sections"] if one["title"] == "办理时效")
    assert f"截至2026年11月24日在办4件，最多的是{unit}（3件）。" in section["text"]
    assert section["tables"][-1] == [["单位", "在办（截至2026年11月24日）", "超期（截至2026年11月24日）"], [unit, 3, 3], [other, 1, 1]]
    assert "未登记承办人" not in str(section)
    (alone,) = (one for one in findings.analysis_facts(measured(database, [unit], of_year(2026)), "样例局", TODAY)["sections"]
                if one["title"] == "办理时效")  # fmt: skip
    assert alone["tables"][-1][1][:3] == ["未登记承办人", 3, 3], "of one unit the handlers are told"


def test_rows_of_noughts_are_one_sentence_and_no_rows() -> None:
    """No month is passed over, and no row of which something is unknown but counted."""
    heading = ["单位", "件数", "上年同期", "占比"]
    rows = [["甲", 3, 0, 1.0], ["乙", 0, 0, 0.0], ["丙", 0, None, None], ["丁", 0, 2, 0.0]]
    shown, told = findings._listed([heading, *rows])
    assert shown == [heading, rows[0], rows[3]] and told == "“乙”“丙”各数都是0，没有列出。"
    many = findings._listed([heading, rows[0], *([f"戊{n}", 0, 0, None] for n in range(9))])
    assert many == ([heading, rows[0]], "“戊0”“戊1”“戊2”“戊3”“戊4”等9个单位各数都是0，没有列出。")
    assert findings._listed([heading, rows[0], rows[1]])[1] == "“乙”各数都是0，没有列出。"
    assert findings._listed([heading, rows[1]]) == ([heading], ""), "of nothing there is no table"
    months = [["月份", "收到"], ["2025-01", 0], ["2025-02", 1]]
    assert findings._listed(months) == (months, "")


def test_nobody_is_named_for_nine_of_many() -> None:
    load = load_of(甲=9, **{f"乙{n}": 8 for n in range(15)})
    assert findings._loaded({"load": load, "to": "2026-11-24"}, TODAY) == ["截至2026年11月24日在办129件。"]


@pytest.mark.parametrize(
    ("counts", "named"),
    [((5, 4, 3, 2), 3), ((5, 3, 3, 3), 4), ((5, 1, 1, 1, 1, 1, 1, 1, 1), 1), ((1,) * 9, 0), ((2, 0), 1), ((), 0)],
)
def test_of_equals_all_are_named_or_none(counts: tuple[int, ...], named: int) -> None:
    assert len(findings._first_of([{"count": one} for one in counts])) == named


@pytest.mark.parametrize(
    ("pace", "says"),
    [
        ({"replies": 1, "median": 7, "p90": 7}, "用时7个工作日"),
        ({"replies": 4, "median": 7, "p90": 19}, "用时最长19个工作日"),
        ({"replies": 9, "median": 7, "p90": 19}, "用时中位数为7个工作日，最长19个工作日"),
        ({"replies": 10, "median": 7, "p90": 19}, "用时中位数为7个工作日，九成在19个工作日以内"),
    ],
)
def test_of_a_few_replies_there_is_no_nine_in_ten(pace: dict[str, int], says: str) -> None:
    assert findings._took(pace) == says


@pytest.mark.parametrize(
    ("now", "before", "of", "says"),
    [
        (12, 10, {}, "比上年同期的10件增加2件，增长20%"), (3, 4, {}, "比上年同期的4件减少1件"), (4, 4, {}, "与上年同期的4件持平"),
        (0, 0, {}, "与上年同期相同"), (2, 0, {}, "上年同期没有"), (2, 0, {"has_data": False}, "没有上年同期的数据"),
        (12, 10, {"as_long": False}, "上年同期10件，两期长短不同，不作增减比较"), (351, 22, {}, "比上年同期的22件增加329件，约为上年同期的16倍"),
    ],
)  # fmt: skip
def test_a_change_is_told_of_what_can_be_compared(now: int, before: int, of: dict[str, bool], says: str) -> None:
    assert findings._change(now, before, {"title": "上年同期", "has_data": True, "as_long": True, **of}) == says


@pytest.mark.parametrize(
    ("span", "against", "aligned", "as_long"),
    [
        ("2026-02-05/2026-02-28", "2026-01-12/2026-02-04", False, True), ("2026-02-01/2026-02-28", "2026-01-01/2026-01-31", True, True),
        ("2026-01-01/2026-11-24", "2025-01-01/2025-11-24", True, True), ("2024-02-01/2024-02-29", "2023-02-01/2023-02-28", True, True),
        ("2026-01-01/2026-06-30", "2025-01-01/2025-12-31", False, False), ("2026-03-05/2026-04-10", "2025-03-05/2025-04-10", True, True),
    ],
)  # fmt: skip
def test_months_stand_beside_months_only_where_they_align(
    database: Database, unit: str, span: str, against: str, aligned: bool, as_long: bool
) -> None:
    one, other = (Span(*map(date.fromisoformat, text.split("/"))) for text in (span, against))
    assert (one.aligns_with(other), one.is_as_long_as(other)) == (aligned, as_long)
    kept(database, unit, [[registered(other.last.isoformat())]])
    with database.read() as session:
        data = analysis.analysis(session, [unit], one, RULES, TODAY, other)
    beside = [row["before"] for row in data["volumes"]["by_month"]]
    assert beside[-1] == 1 if aligned else set(beside) == {None}
    assert data["received"]["before"] == 1, "the whole spans are told all the same"


def test_both_spans_are_named(database: Database, unit: str) -> None:
    kept(database, unit, [[registered("2025-03-03")]])
    for year, word in ((2025, "上年同期"), (2023, "对比期")):
        told = findings.analysis_facts(measured(database, [unit], of_year(2026), of_year(year)), "样例局", TODAY)["span"]
        assert told == f"2026年1月1日至2026年12月31日；{word}：{year}年1月1日至{year}年12月31日"


@pytest.mark.parametrize(
    ("third", "internal", "says"),
    [(2, 0, "本期征求意见2次："), (2, 1, "本期征求意见和会商3次（其中内部会商1次），合计结果为："), (0, 1, "本期内部会商1次：")],
)
def test_meetings_within_are_not_called_inquiries(third: int, internal: int, says: str) -> None:
    kinds = [{"type": "third_party", "count": third}, {"type": "internal", "count": internal}]
    results = dict.fromkeys(analysis.STANCES, 0) | {"consent": third + internal}
    found = {"count": third + internal, "results": results, "by_type": kinds}
    data = {"consultations": {**found, "before": 0}, "records": {"has_data": True}, "before": {"title": "上期", "own": True}}
    (sentence,) = findings._consulted(data)
    assert sentence.startswith(says)


# ------------------------------------------------------------------ what is overdue, what was answered again


def test_a_reopened_file_that_is_overdue_is_told_and_opened(database: Database, unit: str) -> None:
    (case,) = kept(database, unit, [reopened()])
    assert said(database, unit, of_year(2026))["需要关注的问题"].startswith("截至2026年11月24日有1件已经超过答复期限")
    data = measured(database, [unit], of_year(2026))
    assert [(one["open"], one["overdue"]) for one in data["load"]] == [(1, 1)]
    with database.read() as session:
        for chosen in ("open", "overdue"):
            rows = analysis.behind(session, [unit], of_year(2026), chosen, "", RULES, TODAY)
            assert [one.case_id for one in rows] == [case.id]


def test_nothing_overdue_is_claimed_of_today_whatever_the_span(database: Database, unit: str) -> None:
    withdrawn = [registered("2025-03-03"), {"kind": "withdrawal", "on": "2025-03-10", "by": "writing"}]
    kept(database, unit, [withdrawn])
    assert said(database, unit, of_year(2026))["需要关注的问题"].startswith("截至2026年11月24日没有超期未办结的申请。")
    assert "截至2026年11月24日没有" not in "".join(said(database, unit, of_year(2025)).values()), "a report of an earlier year does not tell of today"


def test_a_report_of_an_earlier_year_does_not_tell_what_is_overdue_today(database: Database, unit: str) -> None:
    kept(database, unit, [reopened()])
    told = "".join(said(database, unit, of_year(2025)).values())
    assert "日有" not in told and "超过答复期限" not in told and "在办" not in told
    assert "截至2026年11月24日有1件已经超过答复期限" in "".join(said(database, unit, of_year(2026)).values())


def test_beside_the_rate_in_time_stands_what_is_overdue_and_unanswered() -> None:
    """The replies alone tell of nobody who still waits. (Of real files: tests/reports/test_modelled_year.)"""
    load = [{"overdue": 2}, {"overdue": 1}]
    told = "；截至2026年1月9日另有3件已经超过期限、还没有发出答复，未计入"
    assert findings._unanswered({"load": load, "to": "2025-12-31"}, date(2026, 1, 9)) == told
    assert findings._unanswered({"load": [{"overdue": 0}], "to": "2025-12-31"}, date(2026, 1, 9)) == ""
    assert findings._unanswered({"load": load, "to": "2024-12-31"}, date(2026, 1, 9)) == ""


def test_the_headings_of_what_is_so_now_have_its_day(database: Database, unit: str) -> None:
    kept(database, unit, [reopened()])
    facts = findings.analysis_facts(measured(database, [unit], of_year(2025)), "样例局", TODAY)
    headings = [cell for section in facts["sections"] for table in section["tables"] for cell in table[0]]
    assert "在办（截至2026年11月24日）" in headings and "超期（截至2026年11月24日）" in headings


def test_a_signed_reply_that_has_not_left_is_overdue(database: Database, unit: str) -> None:
    kept(database, unit, [reopened("2026-07-20")])
    assert said(database, unit, of_year(2026))["需要关注的问题"].startswith("截至2026年11月24日有1件已经超过答复期限")
    assert [(one["open"], one["overdue"]) for one in measured(database, [unit], of_year(2026))["load"]] == [(0, 1)]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(files=st.lists(histories(), min_size=1, max_size=8))
def test_what_is_open_and_overdue_is_asked_as_the_lists_ask_it(database: Database, files: list[Acts]) -> None:
    unit = f"gx-any{next(NEXT)}"
    still = sum(case.is_active for case in kept(database, unit, files))
    load = measured(database, [unit], of_year(2024))["load"]
    with database.read() as session:
        late = queries.cases(session, [unit], Filters(overdue=True), TODAY).total
        shown = [len(analysis.behind(session, [unit], of_year(2024), one, "", RULES, TODAY)) for one in ("open", "overdue")]
    assert [sum(one["open"] for one in load), sum(one["overdue"] for one in load)] == [still, late] == shown


def test_a_reply_given_again_is_told_though_it_counts_once(database: Database, unit: str) -> None:
    (case,) = kept(database, unit, [reopened("2026-07-20")])
    told = said(database, unit, of_year(2026))
    assert "另有1件重新处理以后再次答复，按统计口径计入首次答复的时期" in told["总体情况"]
    assert told["办理结果"] == "本期没有首次办结的申请。"
    assert told["办理时效"].startswith("本期没有首次作出答复的申请。")
    with database.read() as session:
        assert [one.case_id for one in analysis.behind(session, [unit], of_year(2026), "again", "", RULES, TODAY)] == [case.id]
    assert "再次答复" not in said(database, unit, of_year(2025))["总体情况"]


def test_what_was_given_in_the_end_may_be_published(database: Database, unit: str) -> None:
    """Refused first, disclosed after a remedy: the outcome in force counts, not the one of the annual report."""
    other = {"name": "样例", "phone": "13900000009"}
    second = [{**one, "applicant": other} if one["kind"] == "registration" else one for one in reopened("2026-07-20")]
    kept(database, unit, [reopened("2026-07-20"), second])
    assert len(measured(database, [unit], of_year(2025))["candidates"]) == 1


def test_of_more_than_are_listed_all_are_counted_in_every_span(database: Database, unit: str) -> None:
    """Only what was withheld in the longer one is less, as the sentence says."""

    def asked(what: str, month: str, phone: int, outcome: str = "disclosed") -> Acts:
        acts = [{**one, "on": f"2025-{month}-06"} for one in ended_as(outcome)]
        return [registered(f"2025-{month}-03", wanted=what, applicant={"name": "样例", "phone": f"1390000{phone:04d}"}), *acts[1:]]

    names = [f"{place}{year}年低保名单" for place in ("桑阿镇", "柳林镇", "贾镇", "店子镇") for year in range(2019, 2025)]
    refused = asked(names[0], "03", 98, "internal_affairs")
    kept(database, unit, [refused, *(asked(what, "09", 2 * at + of) for at, what in enumerate(names) for of in (0, 1))])
    half = Span(date(2025, 7, 1), date(2025, 12, 31))
    for span, many in ((half, 24), (of_year(2025), 23)):
        data = measured(database, [unit], span)
        assert (data["candidates_count"], len(data["candidates"])) == (many, 20)
        told = said(database, unit, span)["需要关注的问题"]
        assert f"本期收到的申请中，有{many}类信息各有两个以上申请人申请，至少公开过一次，没有答复过不予公开（下表列申请人最多的10类）" in told
        shown = "".join(findings.analysis_facts(data, "样例局", TODAY, with_tables=False)["sections"][-1]["text"])
        assert f"有{many}类信息" in shown and "下表" not in shown, "the page has no table below its sentences"
    with database.read() as session:
        last = analysis.recurring(session, RULES.on(TODAY).sameness, [unit], half)[-1]
        rows = analysis.behind(session, [unit], half, "alike", last[0].case_id, RULES, TODAY)
    assert {row.case_id for row in rows} == {row.case_id for row in last}, "beyond the twentieth too"
    assert "本期最后十二个月" in said(database, unit, Span(date(2023, 1, 1), date(2025, 12, 31)))["需要关注的问题"]


# ------------------------------------------------------------------ what a ledger does not tell


def imported(database: Database, unit: str, folder: Path, *rows: list[Any]) -> None:
    path = folder / "台账.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([HEADING, *rows])
    assert loader(database, unit).load(lines_of(path), path.name).loaded == len(rows)


@pytest.fixture
def ledger_rows() -> list[list[Any]]:
    """Six requests of 2025, one answered after two months: extended, suspended, or late, the ledger does not say."""
    rows = [row(number=f"{n}", received_on=f"2025-3-{n}", replied_on=f"2025-3-2{n}", name=f"样例{n}", wanted=f"第{n}号事项") for n in range(3, 8)]
    return [*rows, row(number="9", received_on="2025-3-10", replied_on="2025-5-12", wanted="另一事项")]


def test_of_what_a_ledger_does_not_tell_nothing_is_claimed(
    database: Database, unit: str, tmp_path: Path, ledger_rows: list[list[Any]]
) -> None:
    imported(database, unit, tmp_path, *ledger_rows, row(number="11", received_on="2025-12-1", outcome="", replied_on=""))
    told = said(database, unit, of_year(2025))
    assert "本期办结的案件中，6件由原台账导入" in told["总体情况"]
    assert "没有上年同期的数据" in told["总体情况"]
    for title, what in (("会商和征求意见", "征求意见"), ("收费情况", "收费"), ("退回、复议和诉讼", "审签中的退回修改")):
        assert f"到本期末，案件都由原台账导入，没有{what}的办理记录。" in told[title]
    assert "按期答复5件。" in told["办理时效"], "whether one was late is not known, nor the share"
    assert "由原台账导入的有1件，按台账所载不能判断是否按期，因此按期答复率在83.3%与100%之间" in told["办理时效"]
    assert "延期占比" not in told["办理时效"]
    assert "用时最多的状态" not in told["办理时效"]
    assert "由原台账导入的6件，本系统没有收费的记录，请按台账核对" in annual(database, [unit], 2025)["charging"]
    data = measured(database, [unit], of_year(2025))
    assert (data["days_to_reply"]["unknown"], data["days_to_reply"]["in_time_share"]) == (1, None)
    assert [row["in_time_share"] for row in data["units"]] == [None]
    assert data["shares"]["extended"] is None
    assert [one["mean"] for one in data["stages"]] == [None] * len(data["stages"])
    with database.read() as session:
        found = {one: len(analysis.behind(session, [unit], of_year(2025), one, "", RULES, TODAY)) for one in ("replied", "in_time", "late")}
    assert found == {"replied": 6, "in_time": 5, "late": 0}, "a figure opens as many as it tells"


def test_beside_a_ledger_a_claim_is_made_of_the_files_worked_on_here(
    database: Database, unit: str, tmp_path: Path, ledger_rows: list[list[Any]]
) -> None:
    imported(database, unit, tmp_path, *ledger_rows)
    kept(database, unit, [reopened()[:4]])
    told = said(database, unit, of_year(2025))
    assert "在本系统办理的案件中，本期没有发出收费通知" in told["收费情况"]
    assert "在本系统办理的案件中，本期没有征求第三方" in told["会商和征求意见"]
    later = said(database, unit, of_year(2026))
    assert "上年同期也没有" in later["退回、复议和诉讼"], "files of the year before were worked on here"


def test_a_time_before_every_file_has_no_data(database: Database, unit: str) -> None:
    kept(database, unit, [reopened()])
    told = said(database, unit, of_year(2019))
    assert told["总体情况"] == "本系统没有这一时期的案件，也没有更早的，没有数据可以分析。"
    assert not any("没有征求" in text or "没有收取" in text or "没有被提起" in text for text in told.values())
    facts = annual(database, [unit], 2019)
    assert "各数为零只表示没有数据" in facts["no_data"]
    assert facts["charging"] == "没有本年度的数据。"
    assert annual(database, [unit], 2026)["no_data"] == ""
    assert "没有上年同期的数据" in said(database, unit, of_year(2025))["总体情况"]
    assert "比上年同期的1件减少1件" in said(database, unit, of_year(2026))["总体情况"]
