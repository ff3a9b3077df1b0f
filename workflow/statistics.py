"""统计口径: how a case file is counted (国办公开办函〔2021〕30号), and what must add up. Pure definitions, no counting of many.

Table 3 puts every request of a year in one intake row (一 or 二), one ending row (a leaf of 三, or 四) and one column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from workflow import acts as a
from workflow.acts import CATEGORIES
from workflow.case import Case, Challenge
from workflow.clocks import Reckoning
from workflow.law import InForce, Outcome, Rules
from workflow.personal import veil_of
from workflow.procedure import ACTIVE, OUT
from workflow.topics import proposed_topic

# ---------------------------------------------------------------------------------------------- table 3

APPLICANTS = tuple(CATEGORIES)
"""The six columns of applicants, as the docket names them; the seventh is their sum."""
COLUMNS = (*CATEGORIES.values(), "总计")
NEW, CARRIED, TOTAL, FORWARD = "一", "二", "三(七)总计", "四"
ROW_LABELS: Mapping[str, str] = {
    NEW: "本年新收政府信息公开申请数量",
    CARRIED: "上年结转政府信息公开申请数量",
    "三(一)予以公开": "予以公开",
    "三(二)部分公开": "部分公开（区分处理的，只计这一情形，不计其他情形）",
    "三(三)1": "属于国家秘密",
    "三(三)2": "其他法律行政法规禁止公开",
    "三(三)3": "危及“三安全一稳定”",
    "三(三)4": "保护第三方合法权益",
    "三(三)5": "属于三类内部事务信息",
    "三(三)6": "属于四类过程性信息",
    "三(三)7": "属于行政执法案卷",
    "三(三)8": "属于行政查询事项",
    "三(四)1": "本机关不掌握相关政府信息",
    "三(四)2": "没有现成信息需要另行制作",
    "三(四)3": "补正后申请内容仍不明确",
    "三(五)1": "信访举报投诉类申请",
    "三(五)2": "重复申请",
    "三(五)3": "要求提供公开出版物",
    "三(五)4": "无正当理由大量反复申请",
    "三(五)5": "要求行政机关确认或重新出具已获取信息",
    "三(六)1": "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "三(六)2": "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "三(六)3": "其他",
    TOTAL: "总计",
    FORWARD: "结转下年度继续办理",
}
ROWS = tuple(ROW_LABELS)
LEAVES = tuple(row for row in ROWS if row.startswith("三") and row != TOTAL)
"""The 21 rows of results; 三(七) is their sum."""
GROUPS: Mapping[str, str] = {
    "三(一)": "予以公开",
    "三(二)": "部分公开",
    "三(三)": "不予公开",
    "三(四)": "无法提供",
    "三(五)": "不予处理",
    "三(六)": "其他处理",
}
Table = dict[str, list[int]]


def of_requests(law: InForce) -> dict[str, Outcome]:
    """The outcomes that table 3 counts: all but those of requests to correct records (条例 41)."""
    return {key: outcome for key, outcome in law.outcomes.items() if outcome.row is not None}


def row_of(outcome: str, law: InForce) -> str:
    """The leaf of table 3 that counts an outcome."""
    row = law.outcomes[outcome].row
    if row is None:
        raise ValueError(f"{outcome} stands outside table 3")
    return next(leaf for leaf in LEAVES if leaf == row or (row in ("三(一)", "三(二)") and leaf.startswith(row)))


def empty_table3() -> Table:
    return {row: [0] * len(COLUMNS) for row in ROWS}


def place(table: Table, intake: str, ending: str, category: str, count: int) -> None:
    """Count `count` requests of one applicant column: once where they came from, once where they ended (and in the sums)."""
    column = APPLICANTS.index(category)
    for row in (intake, ending, *([TOTAL] if ending != FORWARD else [])):
        table[row][column] += count
        table[row][-1] += count


def add(tables: Sequence[Table], empty: Table) -> Table:
    """The sum of several tables, cell by cell (county total)."""
    return {row: [sum(table[row][at] for table in tables) for at in range(len(empty[row]))] for row in empty}


def summary(table3: Table) -> dict[str, int]:
    """The numbers that section 一 of the report tells, by the words it tells them with."""
    came = [new + carried for new, carried in zip(table3[NEW], table3[CARRIED], strict=True)]
    ended = {title: sum(table3[row][-1] for row in LEAVES if row.startswith(group)) for group, title in GROUPS.items()}
    first = {"收到": came[-1], "自然人": came[0], "法人或其他组织": sum(came[1:-1])}
    return {**first, **ended, "转下年度": table3[FORWARD][-1]}


# ---------------------------------------------------------------------------------------------- table 4

REMEDIES: Mapping[str, str] = {
    "reconsideration": "行政复议",
    "direct": "未经复议直接起诉",
    "after": "复议后起诉",
}
RESULTS: Mapping[str, str] = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", "pending": "尚未审结"}
TABLE4_COLUMNS = (*RESULTS.values(), "总计")


def remedy_type(act: a.Remedy) -> str:
    """The group of table 4 that counts a reconsideration or suit; a complaint stands in none."""
    if act.type != "litigation":
        return act.type
    return "after" if act.after_reconsideration else "direct"


def empty_table4() -> Table:
    return {group: [0] * len(TABLE4_COLUMNS) for group in REMEDIES.values()}


def place_remedy(table: Table, type: str, result: str, count: int) -> None:
    row = table[REMEDIES[type]]
    row[list(RESULTS).index(result)] += count
    row[-1] += count


# ---------------------------------------------------------------------------------------------- 勾稽关系


@dataclass(frozen=True, slots=True)
class Identity:
    """One sum that must hold, with both its sides."""

    id: str
    text: str
    column: str
    left: int
    right: int

    @property
    def holds(self) -> bool:
        return self.left == self.right


def identities(table3: Table, table4: Table, last_year: Sequence[int] | None = None) -> list[Identity]:
    """Every identity of the two tables; `last_year` is row 四 of the year before, where it is known."""
    found = []
    for at, column in enumerate(COLUMNS):
        left, right = table3[NEW][at] + table3[CARRIED][at], table3[TOTAL][at] + table3[FORWARD][at]
        found.append(Identity("balance", "第一项加第二项之和，等于第三项加第四项之和", column, left, right))
        leaves = sum(table3[row][at] for row in LEAVES)
        found.append(Identity("results", "第三项（七）总计，等于（一）至（六）各项之和", column, table3[TOTAL][at], leaves))
        if last_year is not None:
            text = "第二项上年结转，等于上年度第四项结转下年度"
            found.append(Identity("carried", text, column, table3[CARRIED][at], last_year[at]))
    found += [
        Identity("columns", f"“{row}”一行的总计，等于各类申请人之和", COLUMNS[-1], cells[-1], sum(cells[:-1]))
        for row, cells in table3.items()
    ]
    found += [
        Identity("remedies", f"“{group}”的总计，等于各种结果之和", TABLE4_COLUMNS[-1], cells[-1], sum(cells[:-1]))
        for group, cells in table4.items()
    ]
    return found


# ---------------------------------------------------------------------------------------------- one file


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something on a file that statistics count by its own date: a remedy, a consultation, a return, money, a correction of records."""

    seq: int
    kind: str
    type: str
    on: date
    ended_on: date | None = None
    result: str | None = None
    ground: str | None = None
    amount_fen: int = 0


def is_counted(case: Case) -> bool:
    """Whether the report counts the file: not what is void or was handed over (R-voiding, R-handover), nor a correction of records (41)."""
    return case.state not in OUT and case.registration.purpose == "information"


def occurrences(case: Case) -> list[Occurrence]:
    """复议诉讼、投诉、征求意见、退回、收费通知、缴费、减免、会商 on a file, in order.

    Of a request to correct records (条例 41): itself, with how it ended, its meetings, and what was brought before a court or a
    reviewing body; it stands outside table 3 and all other figures of requests for information (READINGS R-record-correction).
    """
    found = [Occurrence(signed.seq, "meeting", "", signed.act.on) for signed in case.of_kinds("meeting")]
    if case.corrects_records:
        return [_of_records(case), *found, *(one for suit in case.suits for one in _challenged(case, suit))]
    for signed in case.of_kinds("return", "fee_notice", "payment", "waiver"):
        act, seq = signed.act, signed.seq
        if isinstance(act, a.Return) and act.request is None:
            found.append(Occurrence(seq, "return", signed.officer.role, act.on, ground=veil_of(case)(act.reason)[:100]))
        elif isinstance(act, a.FeeNotice):
            found.append(Occurrence(seq, "fee_notice", act.basis, act.on, amount_fen=act.amount_fen))
        elif isinstance(act, a.Payment):
            found.append(Occurrence(seq, "payment", "", act.on, amount_fen=act.amount_fen))
        elif isinstance(act, a.Waiver):
            found.append(Occurrence(seq, "waiver", "", act.on, amount_fen=act.amount_fen or 0))
    for asked in case.consultations:
        answer = asked.opinion or asked.silence
        stance = asked.opinion.stance if asked.opinion else "silence" if asked.silence else None
        found.append(Occurrence(asked.seq, "consultation", asked.act.type, asked.act.on, answer.on if answer else None, stance))
    for suit in case.suits:
        found += _challenged(case, suit)
    return sorted(found, key=lambda one: one.seq)


def _of_records(case: Case) -> Occurrence:
    """更正申请: counted by its receipt, and where it ended, as requests for information are."""
    ending = case.counted
    return Occurrence(
        1, "record_correction", case.registration.channel, case.received_on, ending.on if ending else None, ending.outcome if ending else None
    )


def _challenged(case: Case, suit: Sequence[Challenge]) -> list[Occurrence]:
    """A review, complaint or suit with all its instances: once in every year, by its last result in that year (READINGS R-instances).

    The row of its first instance ends with the last result of that instance's year; what a later year brings is a row of
    its own ("instance"), which begins when the one before it no longer counts.
    """
    first = suit[0].act
    before = [ending.outcome for ending in case.endings if ending.seq < suit[0].seq]
    ground = before[-1] if before and first.against == "reply" else None
    kind = "complaint" if first.type == "complaint" else "remedy"
    rows: list[Occurrence] = []
    for one in suit:
        ended, result = (one.result.on, one.result.result) if one.result else (None, None)
        last = rows[-1] if rows else None
        if last is None or last.ended_on is None:
            rows.append(Occurrence(one.seq, "instance" if rows else kind, remedy_type(first), one.act.on, ended, result, ground))
        elif ended is not None and ended.year == last.ended_on.year:
            rows[-1] = replace(last, ended_on=ended, result=result)
        else:
            counts = max(one.act.on, date(last.ended_on.year + 1, 1, 1))
            rows.append(Occurrence(one.seq, "instance", remedy_type(first), counts, ended, result, ground))
    return rows


@dataclass(frozen=True, slots=True)
class Pace:
    """办理用时 of a file that has ended: working days, and how many of them lay in each state."""

    reply_days: int
    """Counted days from the receipt (or restart) to the reply, without those that a consultation suspends."""
    in_time: bool | None
    """None when no reply was due (abandoned or withdrawn), while a signed reply has not left, and when a ledger says nothing of what may
    have moved the due date."""
    days_in: Mapping[str, int]
    """All zero of a result that a ledger tells: in which states its days were spent is not known."""


def pace(case: Case, rules: Rules) -> Pace | None:
    """The pace of the file up to its first ending, or up to what was told first; None while it has not ended."""
    if not case.endings:
        return None
    told = (one for one in case.endings if (by := case.held(one.seq)) is None or by.act.kind != "decision" or case.taken_back_on(by) is None)
    first, calendar = next(told, case.endings[0]), rules.calendar
    alone = first == case.endings[-1] and first.seq > _last_reopening(case) and not any(one.orders for one in case.challenges)
    clock = (case if alone else case.upto(first.seq)).reckoning(rules)
    stopped = sum(calendar.between(max(after, clock.day0), min(to, first.on)) for after, to in clock.suspensions)
    days_in = dict.fromkeys(ACTIVE, 0)
    if case.is_from_ledger:
        due = _due_by_ledger(case, clock, rules)
        within = True if due is not None and first.on <= due else None
        return Pace(max(0, calendar.between(clock.day0, first.on)), within, days_in)
    state, since = "", case.received_on
    for signed, following in case.upto(first.seq).course():
        if state and following != state:
            if state in days_in:  # not: signed, and lying about until it was taken back
                days_in[state] += max(0, calendar.between(since, signed.act.on))
            since = max(since, signed.act.on)
        state = following
    sent = case.served(first.seq)
    unsent = clock.due is not None and (sent is None or sent.left_on is None)
    in_time = None if clock.due is None or unsent else first.on <= (clock.lapsed or clock.due)
    return Pace(max(0, calendar.between(clock.day0, first.on) - stopped), in_time, days_in)


def _due_by_ledger(case: Case, clock: Reckoning, rules: Rules) -> date | None:
    """The last day that what a ledger tells of extension, correction and inquiry would allow (READINGS R-import); None: none was due."""
    told, calendar = case.recorded, rules.calendar
    if told is None or clock.due is None:
        return clock.due
    periods = rules.on(case.received_on).deadlines
    start = max(clock.day0, told.corrected_on) if told.corrected_on is not None else clock.day0
    stopped = 0
    if told.paused_on is not None and told.resumed_on is not None:
        stopped = max(0, calendar.between(max(start, told.paused_on), told.resumed_on))

    def after(length: int) -> date:
        return max(clock.due or start, calendar.nth(calendar.count(start) + length + stopped))

    reply, most = periods.reply.value, periods.extension_max.value
    until = min(told.extended_to, after(reply + most)) if told.extended_to else start
    return max(until, after(reply + min(told.extension or 0, most)))


def _last_reopening(case: Case) -> int:
    signed = case.last(a.Reopening)
    return signed.seq if signed else 0


def topic_of_words(case: Case, rules: Rules) -> str | None:
    """主题 as the words of the request propose it; of a file that was erased, as they did before."""
    erased = case.last(a.Erasure)
    if erased is not None and isinstance(erased.act, a.Erasure):
        return erased.act.proposed_topic
    return proposed_topic(case.wanted, rules.on(case.received_on).topics)
