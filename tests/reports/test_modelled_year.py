"""A year of lawful files drawn at random: every number of the analysis and of the annual report's sentences, counted again from the acts.

The counts here read the acts alone, not what the program has counted of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from api.office import findings
from db import analysis, reports, store
from db.analysis import Span
from db.engine import Database
from tests.conftest import RING
from tests.reports import modelled
from tests.reports.test_counting import KEYS, RULES
from tests.workflow import histories
from tests.workflow.described import described, in_force, letter
from tests.workflow.independent import Ended, File, Replied, reckoned, worked_days
from tests.workflow.test_properties import counted as of_history
from workflow import acts as a
from workflow.acts import Act, parse
from workflow.case import Case
from workflow.words import say_yuan

YEAR, TODAY, SEEDS = 2025, date(2026, 12, 31), range(36)
SPAN = Span(date(YEAR, 1, 1), date(YEAR, 12, 31))


@pytest.fixture(scope="module")
def drawn() -> Iterator[list[histories.History]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(histories, "FIRST", date(2024, 10, 1))
        patch.setattr(histories, "LAST", date(2025, 12, 20))
        yield [histories.drawn(seed, name=f"一年{seed}") for seed in SEEDS]


@pytest.fixture(scope="module")
def files(drawn: list[histories.History]) -> list[Case]:
    return [case for one in drawn for case in one.files]


def kept(database: Database, files: Sequence[Case], today: date) -> dict[str, Any]:
    """The files are stored; the analysis of the year."""
    database.write(lambda s: store.add_files(s, [(case, case.received_on.year, n) for n, case in enumerate(files, 1)], RULES, KEYS))
    with database.read() as session:
        data = analysis.analysis(session, {case.agency for case in files}, SPAN, RULES, today, SPAN.year_before)
    for row in data["load"]:
        row["handler_name"] = row["handler"] or "未登记承办人"
    for row in (*data["units"], *data["fees"]["by_agency"], *data["volumes"]["by_agency"], *data["load"]):
        row["name"] = "样例局"
    return data


@pytest.fixture(scope="module")
def data(database: Database, files: list[Case]) -> dict[str, Any]:
    return kept(database, files, TODAY)


def sentences(data: Mapping[str, Any], today: date) -> dict[str, str]:
    """The sentences of the analysis, section by section."""
    return {one["title"]: "".join(one["text"]) for one in findings.analysis_facts(data, "样例局", today)["sections"]}


@pytest.fixture
def told(database: Database, data: dict[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """The sentences of the analysis; and the facts of the annual report."""
    unit = histories.AGENCY
    said = sentences(data, TODAY)
    with database.read() as session:
        annual = reports.annual(session, [unit], YEAR, RULES)
    return said, findings.annual_facts(annual, {unit: "样例局"}, unit)


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


def as_percent(part: int, whole: int) -> str:
    """四舍五入 in whole numbers."""
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%".replace(".0%", "%")


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
    assert number(r"予以公开和部分公开合计(\d+)件", results) == given and as_percent(given, len(ends)) in results

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


# ------------------------------------------------------------------ how long, where, by whom: day by day, with a calendar and a pencil

_LEADS = {
    "acceptance": "handling", "correction_notice": "awaiting_correction", "correction": "registered", "consultation": "consulting",
    "fee_notice": "awaiting_payment", "payment": "handling", "draft": "approving", "decision": "replied", "abandonment": "closed",
    "withdrawal": "closed",
}  # fmt: skip


@dataclass(frozen=True)
class Course:
    """One file that ended, as its acts tell: how, when, after how many days, whether in time, and in which states those were spent."""

    on: date
    is_reply: bool
    days: int
    in_time: bool | None
    spent: Counter[str]


def course(case: Case, plain: File) -> Course | None:
    """Up to the first reply that was not taken back before it left, or to the first closing; None while there is none."""
    held = in_force(case)
    ends = [signed for signed in held if signed.act.kind in ("decision", "abandonment", "withdrawal")]
    if not ends:
        return None
    first = next((signed for signed in ends if not _taken_back(case, signed.seq)), ends[0])
    sent = letter(case, first.seq) if first.act.kind == "decision" else None
    on = (sent.counts_on if sent is not None else None) or first.act.on

    at = [n for n, event in enumerate(plain.events) if isinstance(event, Replied | Ended)]
    found = reckoned(replace(plain, events=plain.events[: at[[signed.seq for signed in ends].index(first.seq)]]))
    assert found.day0 is not None
    in_time = on <= found.due if sent is not None and sent.left is not None and found.due is not None else None

    spent, state, since = Counter[str](), "", case.received_on
    asked: set[int] = set()
    for signed in held:
        act, before = signed.act, state
        if isinstance(act, a.Registration):
            state = "handling" if act.inherited is not None and act.inherited.handling else "registered"
        elif isinstance(act, a.Consultation):
            asked.add(signed.seq)
        elif isinstance(act, a.Opinion | a.Silence):
            asked.discard(act.consultation)
            state = "consulting" if asked else "handling"
        elif isinstance(act, a.Return | a.Recall):
            state = "handling" if act.request is None else state
        elif isinstance(act, a.Waiver) and state == "awaiting_payment":
            state = state if _remains(held, signed.seq) else "handling"
        state = _LEADS.get(act.kind, state)
        if before and state != before:
            if before != "replied":
                spent[before] += worked_days(since, act.on)
            since = max(since, act.on)
        if signed.seq == first.seq:
            break
        if isinstance(act, a.Reopening):
            state = "handling"
    return Course(on, sent is not None, worked_days(found.day0, on, found.stops), in_time, spent)


def _taken_back(case: Case, seq: int) -> bool:
    """本机关自行撤回 before the reply left."""
    again = [one.act for one in in_force(case) if one.seq > seq and isinstance(one.act, a.Reopening)]
    left = letter(case, seq).left
    return bool(again) and again[0].basis == "own_motion" and (left is None or left > again[0].on)


def _remains(held: Sequence[Any], seq: int) -> bool:
    notices = [one.act.amount_fen for one in held if one.act.kind == "fee_notice" and one.seq < seq]
    waived = [one.act.amount_fen for one in held if one.act.kind == "waiver" and one.seq <= seq]
    return all(waived) and sum(waived) < notices[-1]


def at_most(days: Sequence[int], share: float) -> int:
    return sorted(days)[ceil(share * len(days)) - 1]


def test_days_stages_and_what_was_late_are_what_a_second_count_says(data: dict[str, Any], drawn: list[histories.History]) -> None:
    _are_counted(data, [(case, of_history(one, at)) for one in drawn for at, case in enumerate(one.files)], TODAY)


def test_so_they_are_of_an_office_as_it_mostly_is(migrated_url_factory: Callable[[Path], str], tmp_path: Path) -> None:
    """Files that go their usual way, most of them in time."""
    made = modelled.files(120, seed=3)
    with closing(Database(migrated_url_factory(tmp_path), RING)) as database:
        data = kept(database, made, modelled.TODAY)
    replies = _are_counted(data, [(case, described(case)) for case in made], modelled.TODAY)
    assert len({one.days for one in replies}) > 8 and 0 < sum(one.in_time is False for one in replies) < len(replies) / 4
    _are_in_hand(data, [(case, described(case)) for case in made], modelled.TODAY)


def _are_counted(data: dict[str, Any], files: Sequence[tuple[Case, File]], today: date) -> list[Course]:
    said = sentences(data, today)["办理时效"]
    courses = [
        found
        for case, plain in files
        if case.state not in ("void", "handed_over") and case.registration.purpose == "information" and (found := course(case, plain))
    ]
    ended = {year: [one for one in courses if one.on.year == year] for year in (YEAR - 1, YEAR)}
    replies = {year: [one for one in of if one.in_time is not None] for year, of in ended.items()}
    days = [one.days for one in replies[YEAR]]
    assert data["ended"]["count"] == len(ended[YEAR])
    most = f"九成在{at_most(days, 0.9)}个工作日以内" if len(days) >= 10 else f"最长{max(days)}个工作日"
    assert f"本期作出答复{len(days)}件，用时中位数为{at_most(days, 0.5)}个工作日，{most}" in said
    told = sum(_ended_in_the_year(case, plain) and any(one.act.kind == "correction_notice" for one in in_force(case)) for case, plain in files)
    assert number(r"曾告知补正的(\d+)件", said) == told, "who was told is not who corrected"
    timely = sum(one.in_time is True for one in replies[YEAR])
    rate = f"按期答复{timely}件，按期答复率{as_percent(timely, len(days))}" if timely else "没有按期的答复"
    assert rate + (f"，超期{len(days) - timely}件" if timely < len(days) else "，没有超期") in said
    late = sum(row["overdue"] for row in data["load"])
    assert number(r"日另有(\d+)件已经超过期限、还没有发出答复，未计入", said) == (late if today.year == YEAR + 1 and today.month == 1 else 0)
    if len(replies[YEAR - 1]) >= findings.FEW:
        assert f"上年同期作出答复{len(replies[YEAR - 1])}件，用时中位数为{at_most([one.days for one in replies[YEAR - 1]], 0.5)}个工作日" in said
    spent = sum((one.spent for one in ended[YEAR]), Counter[str]())
    assert {row["state"]: row["days"] for row in data["stages"]} == {row["state"]: spent[row["state"]] for row in data["stages"]}
    ((state, most), (_, next_most)) = spent.most_common(2)
    title = next(row["title"] for row in data["stages"] if row["state"] == state)
    hundredths = (200 * most + len(ended[YEAR])) // (2 * len(ended[YEAR]))
    assert most == next_most or f"用时最多的状态是“{title}”，平均每件{hundredths / 100}个工作日（按本期办结的{len(ended[YEAR])}件平均）" in said
    return replies[YEAR]


def _ended_in_the_year(case: Case, plain: File) -> bool:
    """A request for information that ended in the year."""
    found = course(case, plain) if case.state not in ("void", "handed_over") and case.registration.purpose == "information" else None
    return found is not None and found.on.year == YEAR


def _assignee(case: Case) -> str | None:
    """Whom the last assignment names, or the first handler of the unit who took it up."""
    held = in_force(case)
    named = [one.act.to for one in held if isinstance(one.act, a.Assignment) and one.act.to]
    inherited = held[0].act.inherited if isinstance(held[0].act, a.Registration) else None
    took = [one.officer.username for one in held if one.act.kind in ("acceptance", "draft") and one.officer.role == "handler"]
    return named[-1] if named else took[0] if took else inherited.assignee if inherited else None


def test_what_each_has_in_hand_and_what_is_overdue_are_what_a_second_count_says(
    drawn: list[histories.History], migrated_url_factory: Callable[[Path], str], tmp_path: Path
) -> None:
    """As the files stood in the first days of the next year, when the report is made."""
    today = date(YEAR + 1, 1, 9)
    then: list[tuple[Case, File]] = []
    for one in drawn:
        cut = replace(one, files=[case.as_of(sum(signed.at.date() <= today for signed in case.acts)) for case in one.files])
        then += [(case, of_history(cut, at)) for at, case in enumerate(cut.files) if case.acts]
    with closing(Database(migrated_url_factory(tmp_path), RING)) as database:
        data = kept(database, [case for case, _ in then], today)
    assert _are_in_hand(data, then, today) > 3


def _are_in_hand(data: dict[str, Any], files: Sequence[tuple[Case, File]], today: date) -> int:
    said = sentences(data, today)
    load: dict[tuple[str, str | None], Counter[str]] = {}
    for case, plain in files:
        mine = load.setdefault((case.agency, _assignee(case)), Counter())
        if case.state in ("void", "handed_over"):
            continue
        mine["open"] += case.state not in ("replied", "closed", "archived")
        mine["overdue"] += reckoned(plain).overdue(today)
        if case.registration.purpose == "information":
            mine["ended"] += (found := course(case, plain)) is not None and found.on.year == YEAR
    told = {(row["agency"], row["handler"]): (row["open"], row["overdue"], row["ended"]) for row in data["load"]}
    assert told == {who: (mine["open"], mine["overdue"], mine["ended"]) for who, mine in load.items() if who in told or any(mine.values())}
    at_work = sum(mine["open"] for mine in load.values())
    assert number(r"截至[年月\d]+日在办(\d+)件", said["办理时效"]) == at_work
    overdue = sum(mine["overdue"] for mine in load.values())
    assert number(r"截至[年月\d]+日有(\d+)件已经超过答复期限", said["需要关注的问题"]) == overdue
    if named := re.search(r"承办最多的是([^（]+)（各?(\d+)件）", said["办理时效"]):
        most = max(mine["open"] for (_, who), mine in load.items() if who)
        assert (set(named[1].split("、")), int(named[2])) == ({who for (_, who), mine in load.items() if who and mine["open"] == most}, most)
    return at_work
