"""A year of lawful files drawn at random: every number of the analysis and of the annual report's sentences, counted again from the acts.

The counts here read the acts alone, not what the program has counted of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from api.office import findings
from db import analysis, reports, store
from db.analysis import Span
from db.engine import Database
from tests.reports.test_counting import KEYS, RULES
from tests.workflow import histories
from workflow import acts as a
from workflow.acts import Act, parse
from workflow.case import Case
from workflow.words import say_yuan

YEAR, TODAY, SEEDS = 2025, date(2026, 12, 31), range(36)
SPAN = Span(date(YEAR, 1, 1), date(YEAR, 12, 31))


@pytest.fixture(scope="module")
def files() -> Iterator[list[Case]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(histories, "FIRST", date(2024, 10, 1))
        patch.setattr(histories, "LAST", date(2025, 12, 20))
        yield [case for seed in SEEDS for case in histories.drawn(seed, name=f"一年{seed}").files]


@pytest.fixture
def told(database: Database, files: list[Case]) -> tuple[dict[str, str], dict[str, Any]]:
    """The sentences of the analysis, section by section; and the facts of the annual report."""
    unit = histories.AGENCY
    database.write(lambda s: store.add_files(s, [(case, case.received_on.year, n) for n, case in enumerate(files, 1)], RULES, KEYS))
    with database.read() as session:
        data = analysis.analysis(session, [unit], SPAN, RULES, TODAY, SPAN.year_before)
        annual = reports.annual(session, [unit], YEAR, RULES)
    for row in data["load"]:
        row["handler_name"] = row["handler"] or "还没有承办人"
    for row in (*data["units"], *data["fees"]["by_agency"], *data["volumes"]["by_agency"], *data["load"]):
        row["name"] = "样例局"
    sections = findings.analysis_facts(data, "样例局", TODAY)["sections"]
    return {one["title"]: "".join(one["text"]) for one in sections}, findings.annual_facts(annual, {unit: "样例局"}, unit)


def held(files: list[Case], *kinds: str, year: int = YEAR) -> list[Act]:
    """The acts of these kinds that stand, dated in the year: what was revoked does not count, what was amended counts as amended."""
    found = []
    for case in files:
        gone = {one.act.of for one in case.acts if isinstance(one.act, a.Revocation)}
        for signed in case.acts:
            if signed.act.kind in kinds and signed.seq not in gone and case.state not in ("void", "handed_over"):
                act = signed.act
                for later in case.acts:
                    if isinstance(later.act, a.Amendment) and later.act.of == signed.seq and later.seq not in gone:
                        act = parse({**act.model_dump(mode="json", exclude_none=True), **later.act.changes})
                if act.on.year == year:
                    found.append(act)
    return found


def number(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    return int(found[1]) if found else 0


def test_every_number_of_the_sentences_is_what_the_acts_say(files: list[Case], told: tuple[dict[str, str], dict[str, Any]]) -> None:
    said, printed = told
    assert [text for text in said.values() if tells_of_nothing(text)] == []
    counted = [one for one in files if one.state not in ("void", "handed_over")]
    asked = [one for one in counted if one.registration.purpose == "information"]
    came = [one for one in asked if one.received_on.year == YEAR]
    assert len(came) > 30
    whole = said["总体情况"]
    assert number(r"收到政府信息公开申请(\d+)件", whole) == len(came)
    assert number(r"政府信息记录的申请(\d+)件", whole) == sum(
        one.registration.purpose != "information" and one.received_on.year == YEAR for one in counted
    )
    (month, most) = Counter(one.received_on.month for one in came).most_common(1)[0]
    if f"收到最多的月份是{YEAR}年{month}月" in whole:
        assert number(r"收到最多的月份是[^，]+，[各共](\d+)件", whole) == most
    channels = Counter(a.CHANNELS[one.registration.channel] for one in came)
    sources = said["申请的来源和内容"]
    for title, count in re.findall(r"[为、]([^为、（，。]+?)(\d+)件", sources.partition("。")[0]):
        assert channels[title] == int(count), title

    asked_of = held(asked, "consultation")
    internal = sum(getattr(one, "type", "") == "internal" for one in asked_of)
    assert number(r"本期征求意见和会商(\d+)次", said["会商和征求意见"]) == len(asked_of)
    assert number(r"其中内部会商(\d+)次", said["会商和征求意见"]) == internal
    returned = [one for one in held(asked, "return") if getattr(one, "request", None) is None]
    assert number(r"退回修改(\d+)次", said["退回、复议和诉讼"]) == len(returned)
    suits = Counter(getattr(one, "type", "") for one in _first_instances(files))
    challenged = said["退回、复议和诉讼"]
    assert number(r"行政复议、行政诉讼(\d+)件（", challenged) == suits["reconsideration"] + suits["litigation"]
    assert number(r"投诉、举报(\d+)件", challenged) == suits["complaint"]

    ends = [one.counted for one in asked if one.counted is not None and one.counted.on.year == YEAR]
    given = sum(RULES.on(TODAY).outcomes[one.outcome].row in ("三(一)", "三(二)") for one in ends)
    results = said["办理结果"]
    assert number(r"予以公开和部分公开合计(\d+)件", results) == given and findings.percent(round(given / len(ends), 4)) in results

    money = {kind: held(asked, kind) for kind in ("fee_notice", "payment", "waiver")}
    for kind, words in (("fee_notice", "发出收费通知"), ("payment", "实际缴纳"), ("waiver", "减免")):
        total = sum(getattr(one, "amount_fen", 0) or 0 for one in money[kind])
        assert (f"{words}{len(money[kind])}件，{say_yuan(total)}" in said["收费情况"]) is bool(money[kind]), kind
    charging = printed["charging"]
    assert number(r"发出收费通知(\d+)件", charging) == len(money["fee_notice"])
    assert number(r"实际收取(\d+)件", charging) == len(money["payment"])
    assert printed["summary"]["收到"] == len(came) + sum(
        one.received_on.year < YEAR and not any(end.on.year < YEAR for end in one.endings[:1]) for one in asked
    )
    assert printed["summary"]["自然人"] + printed["summary"]["法人或其他组织"] == printed["summary"]["收到"]


def _first_instances(files: list[Case]) -> list[Act]:
    """复议、诉讼、投诉 that were brought in the year, without what is a further instance of one brought before."""
    return [one for one in held(files, "remedy") if isinstance(one, a.Remedy) and one.instance == "first"]


def tells_of_nothing(text: str) -> bool:
    """0件, an empty list, a comma before a full stop, or a share of nought."""
    nothing = re.search(r"(?<!\d)0[件次元]|：。|，。|；。|占0%|、。|None|集中在未定", text)
    return nothing is not None or text.count("（") != text.count("）") or not text.endswith("。")


def test_the_year_has_something_of_everything(files: list[Case]) -> None:
    """Else the counts above show little."""
    kinds = Counter(one.act.kind for case in files for one in case.acts)
    for kind in ("consultation", "return", "remedy", "fee_notice", "payment", "waiver", "amendment", "revocation", "extension"):
        assert kinds[kind] > 2, kind
