"""The law as data: rules/*.yaml read once into frozen values, and what is in force on a given day.

`load_rules()` gives `Rules`; `rules.on(day)` what is in force that day; `rules.calendar` the working days.
Every value stands in a YAML file with its date and its citation; an office lays its own folder (RULES_DIR) over them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field

from workflow.acts import ACTS, OUTCOMES
from workflow.answers import BadRules, Invalid, Refused, Sentence, long_form, page_form
from workflow.calendar import Calendar, Change, Holiday, Notice, Statutory
from workflow.fees import Bracket, Schedule
from workflow.rulefiles import Cited, Day, Entry, ReadingId, Record, Series, Tree, Words, overlay, parse, read
from workflow.sameness import Sameness, SameWords, sameness_by

__all__ = [
    "BadRules", "Deadlines", "InForce", "Invalid", "Outcome", "Practice", "Refused", "Rules", "Sentence", "Topic",
    "Value", "load_rules", "long_form", "page_form",
]  # fmt: skip

RULES = Path(__file__).parent / "rules"

Unit = Literal["workdays", "days", "months"]


@dataclass(frozen=True, slots=True)
class Value:
    """One number of the law: how many of which unit, where it stands, and by which reading."""

    value: int
    unit: Unit
    cite: str
    reading: str | None
    title: str


@dataclass(frozen=True, slots=True)
class Deadlines:
    """期限 in force: the keys of deadlines.yaml."""

    reply: Value
    record_correction: Value
    extension_max: Value
    correction_notice: Value
    correction_period_default: Value
    correction_period_max: Value
    third_party_opinion: Value
    joint_agency_opinion: Value
    other_agency_default: Value
    internal_opinion_default: Value
    reasons_default: Value
    payment: Value
    reply_after_payment: Value
    reopening: Value
    reconsideration_days: Value
    litigation_months: Value
    suit_after_reconsideration_days: Value
    public_notice: Value
    annual_report_months: Value
    annual_summary_months: Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """答复种类: one way in which a request, or one item of it, ends."""

    key: str
    title: str
    group: str
    articles: tuple[str, ...]
    row: str | None
    """The row of the annual report's table 3; None: counted outside it (条例 41)."""
    letter: str
    remedy: Literal["R1", "R2"]
    remedy_configurable: bool
    grounds: tuple[tuple[str, str], ...]
    cite: str
    reading: str | None


@dataclass(frozen=True, slots=True)
class Topic:
    """主题 of a request; `words` propose it, nothing more, and `hints` weigh little."""

    key: str
    title: str
    words: tuple[str, ...]
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Practice:
    """What an office settles for itself: the keys of practice.yaml."""

    legal_review_required_for: tuple[str, ...]
    retention_default: str
    retention_choices: tuple[str, ...]
    many_matters: int
    asked_to_sign: str
    due_soon: int
    usual_delivery_days: int
    deferral_max: int
    secrecy_review_required: bool
    feedback_reply: int
    feedback_simple: int
    feedback_kept: int


@dataclass(frozen=True)
class InForce:
    """The law in force from `since` until the next change of any value."""

    since: date
    outcomes: Mapping[str, Outcome]
    roles: Mapping[str, tuple[str, ...]]
    topics: tuple[Topic, ...]
    practice: Practice
    same_words: SameWords
    deadlines_from: date
    fees_from: date
    _deadlines: Deadlines
    _schedule: Schedule

    @property
    def deadlines(self) -> Deadlines:
        """期限. Before the 条例 as it now stands there is nothing to reckon by (READINGS R-before)."""
        if self.since < self.deadlines_from:
            raise Refused(
                f"{_say(self.deadlines_from)}以前收到的申请适用修订前的条例，本系统不登记，也不计算其期限。请按当时的规定，在原来的案卷、台账中办理。",
                "条例 56",
            )
        return self._deadlines

    @property
    def sameness(self) -> Sameness:
        """同一信息, by the words in force (READINGS R-same)."""
        return sameness_by(self.same_words)

    @property
    def fees(self) -> Schedule:
        """收费标准. Before the 办法 no fee for processing can be charged."""
        if self.since < self.fees_from:
            raise Refused(
                f"信息处理费的收费标准自{_say(self.fees_from)}起施行，此前没有可以适用的标准，不得收费。请继续办理，不收费用。",
                "条例 42",
                "办法 3",
            )
        return self._schedule


@dataclass(frozen=True)
class Rules:
    """All rules of this installation, frozen; `eras` are the stretches of time between changes."""

    calendar: Calendar
    role_titles: Mapping[str, str]
    eras: tuple[InForce, ...]

    @cached_property
    def _starts(self) -> list[date]:
        return [era.since for era in self.eras]

    def on(self, day: date) -> InForce:
        """What is in force on `day`."""
        return self.eras[max(0, bisect_right(self._starts, day) - 1)]

    def as_dict(self, day: date) -> dict[str, Any]:
        """What is in force on `day` with its citations, as plain values (GET /api/rules)."""
        law = self.on(day)
        return {
            "on": day.isoformat(),
            "deadlines": _or_none(lambda: {one.name: _plain(getattr(law.deadlines, one.name)) for one in fields(Deadlines)}),
            "fees": _or_none(lambda: law.fees.model_dump(mode="json", by_alias=True) | {
                "in_force_since": law.fees.in_force_since and law.fees.in_force_since.isoformat(),
                "payment_days": law.fees.payment_days,
            }),
            "outcomes": {key: _plain(one) | {"grounds": dict(one.grounds)} for key, one in law.outcomes.items()},
            "roles": {"titles": dict(self.role_titles), "acts": {kind: list(roles) for kind, roles in law.roles.items()}},
            "topics": [_plain(topic) for topic in law.topics],
            "practice": _plain(law.practice),
            "calendar": [
                {
                    "year": notice.year,
                    "notice": notice.number,
                    "dated": notice.dated.isoformat(),
                    "holidays": [{"name": one.name, "from": one.first.isoformat(), "to": one.last.isoformat()} for one in notice.holidays],
                    "make_up": [make_up.isoformat() for make_up in notice.make_up],
                    "changed": [
                        {"notice": one.number, "dated": one.dated.isoformat(), "holidays": list(one.holidays),
                         "make_up": [make_up.isoformat() for make_up in one.make_up]}
                        for one in notice.changed
                    ],
                }
                for notice in self.calendar.notices.values()
            ],
        }


def _say(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _or_none(make: Any) -> Any:
    try:
        return make()
    except Refused:
        return None


def _plain(value: Any) -> dict[str, Any]:
    found = {one.name: getattr(value, one.name) for one in fields(value)}
    return {name: list(part) if isinstance(part, tuple) else part for name, part in found.items()}


# ---------------------------------------------------------------------------------------------- the files


class _Number(Series[Entry[Annotated[int, Field(ge=1, le=3660)]]]):
    unit: Unit


class _OutcomeEntry(Cited):
    group: Words
    articles: tuple[Words, ...]
    row: Words | None = None
    letter: Words
    remedy: Literal["R1", "R2"]
    remedy_configurable: bool = False
    grounds: Annotated[dict[str, Words], Field(default_factory=dict)]


class _Roles(Record):
    titles: Annotated[dict[str, Words], Field(min_length=1)]
    acts: dict[str, _Signers]


class _Signers(Record):
    values: Annotated[dict[Day, Entry[Annotated[tuple[Words, ...], Field(min_length=1)]]], Field(min_length=1)]


class _TopicEntry(Cited):
    words: tuple[Words, ...]
    hints: tuple[Words, ...] = ()


class _Practice(Record):
    legal_review_required_for: Series[Entry[tuple[Words, ...]]]
    secrecy_review_required: Series[Entry[bool]]
    retention_default: Series[Entry[Words]]
    retention_choices: Series[Entry[Annotated[tuple[Words, ...], Field(min_length=1)]]]
    many_matters: Series[Entry[Annotated[int, Field(ge=1, le=50)]]]
    asked_to_sign: Series[Entry[Words]]
    due_soon: Series[Entry[Annotated[int, Field(ge=0, le=20)]]]
    usual_delivery_days: Series[Entry[Annotated[int, Field(ge=0, le=30)]]]
    deferral_max: Series[Entry[Annotated[int, Field(ge=1, le=250)]]]
    feedback_reply: Series[Entry[Annotated[int, Field(ge=1, le=60)]]]
    feedback_simple: Series[Entry[Annotated[int, Field(ge=1, le=60)]]]
    feedback_kept: Series[Entry[Annotated[int, Field(ge=1, le=100)]]]


class _Sameness(Record):
    stock: Series[Entry[tuple[Words, ...]]]
    general: Series[Entry[tuple[Words, ...]]]
    synonyms: Series[Entry[tuple[Words, ...]]]
    kinds: Series[Entry[tuple[Words, ...]]]
    contrasts: Series[Entry[tuple[Words, ...]]]
    places: Series[Entry[tuple[Words, ...]]]
    surnames: Series[Entry[tuple[Words, ...]]]
    own: Series[Entry[tuple[Words, ...]]]
    form: Series[Entry[tuple[Words, ...]]]
    uses: Series[Entry[tuple[Words, ...]]]


class _Fees(Record):
    information_processing_fee: Series[Schedule]


class _Span(Record):
    from_: Annotated[Day, Field(alias="from")]
    to: Day


class _Change(Record):
    notice: Words
    dated: Day
    holidays: tuple[Words, ...]
    make_up: tuple[Day, ...]


class _Notice(Record):
    year: Annotated[int, Field(ge=2000, le=2200)]
    notice: Words
    reading: ReadingId | None = None
    dated: Day
    holidays: Annotated[dict[str, _Span], Field(min_length=1)]
    make_up: tuple[Day, ...]
    changed: tuple[_Change, ...] = ()


class _Statutory(Cited):
    fixed: dict[str, tuple[Annotated[str, Field(pattern=r"^\d\d-\d\d$")], ...]]
    years: dict[str, dict[str, _Span]]


FILES = ("deadlines.yaml", "fees.yaml", "outcomes.yaml", "roles.yaml", "topics.yaml", "practice.yaml", "sameness.yaml")


def load_rules(overlay: Path | None = None) -> Rules:
    """The shipped rules, with an office's own folder laid over them. Raises BadRules: file, line, key, reason."""
    trees, notices = read_rules(overlay)
    return _as_shipped() if (trees, notices) == _shipped() else _build(trees, notices)


def read_rules(overlay: Path | None = None) -> tuple[dict[str, Tree], dict[str, Tree]]:
    """The rules files and the calendar files as they are read, the office's own laid over them, not yet checked."""
    shipped, calendar = _shipped()
    trees, notices = dict(shipped), dict(calendar)
    if overlay is not None:
        _lay_over(Path(overlay), trees, notices)
    return trees, notices


@cache
def _shipped() -> tuple[Mapping[str, Tree], Mapping[str, Tree]]:
    """The shipped files, read once: to take them apart costs four fifths of loading the rules."""
    trees = {name: read(RULES / name, name) for name in FILES}
    return trees, {path.name: read(path, f"calendar/{path.name}") for path in sorted((RULES / "calendar").glob("*.yaml"))}


@cache
def _as_shipped() -> Rules:
    """The shipped rules over which nothing is laid: they are frozen, and made once."""
    return _build(*_shipped())


def _lay_over(folder: Path, trees: dict[str, Tree], notices: dict[str, Tree]) -> None:
    """Files of the same names change or add values key by key; a calendar file replaces or adds its whole year."""
    if not folder.is_dir():
        raise BadRules(str(folder), 0, "RULES_DIR", "没有这个文件夹")
    for path in sorted(folder.glob("*.yaml")):
        if path.name not in trees:
            raise BadRules(str(path), 1, path.name, "不认识的规则文件，可用的是：" + "、".join(FILES))
        trees[path.name] = overlay(trees[path.name], read(path, str(path)))
    for path in sorted((folder / "calendar").glob("*.yaml")):
        notices[path.name] = read(path, str(path))


def _build(trees: Mapping[str, Tree], notices: Mapping[str, Tree]) -> Rules:
    numbers = parse(dict[str, _Number], trees["deadlines.yaml"])
    _known_keys(numbers, [one.name for one in fields(Deadlines)], trees["deadlines.yaml"])
    schedules = parse(_Fees, trees["fees.yaml"]).information_processing_fee
    _check_brackets(schedules, trees["fees.yaml"])
    outcomes = parse(dict[str, Series[_OutcomeEntry]], trees["outcomes.yaml"])
    _known_keys(outcomes, OUTCOMES, trees["outcomes.yaml"])
    roles = parse(_Roles, trees["roles.yaml"])
    _known_keys(roles.acts, ACTS, trees["roles.yaml"], "acts")
    _check_roles(roles, trees["roles.yaml"])
    topics = parse(dict[str, Series[_TopicEntry]], trees["topics.yaml"])
    practice = parse(_Practice, trees["practice.yaml"])
    _check_practice(practice, roles, trees["practice.yaml"])
    sameness = parse(_Sameness, trees["sameness.yaml"])
    _check_groups(sameness, trees["sameness.yaml"])

    def era(since: date) -> InForce:
        deadlines = Deadlines(**{name: _value(series, since) for name, series in numbers.items()})
        begun = max((day for day in schedules.values if day <= since), default=min(schedules.values))
        schedule = schedules.values[begun].model_copy(
            update={"in_force_since": begun, "payment_days": deadlines.payment.value}
        )
        return InForce(
            since,
            MappingProxyType({key: _outcome(key, outcomes[key], since) for key in OUTCOMES}),
            MappingProxyType({kind: _latest(roles.acts[kind].values, since).value for kind in ACTS}),
            tuple(_topic(key, series.title, series.on(since)) for key, series in topics.items()),
            Practice(**{one.name: getattr(practice, one.name).on(since).value for one in fields(Practice)}),
            _same_words(sameness, since),
            min(numbers["reply"].values),
            min(schedules.values),
            deadlines,
            schedule,
        )

    changes: set[date] = {date.min}
    settled = (*vars(practice).values(), *vars(sameness).values())
    for group in (numbers.values(), [schedules], outcomes.values(), roles.acts.values(), topics.values(), settled):
        for series in group:
            changes.update(series.values)
    return Rules(_calendar(notices), MappingProxyType(dict(roles.titles)), tuple(era(day) for day in sorted(changes)))


def _topic(key: str, title: str, said: _TopicEntry) -> Topic:
    words, hints = (tuple(word for line in lines for word in line.split("、") if word) for lines in (said.words, said.hints))
    return Topic(key, title, words, hints)


def _same_words(stated: _Sameness, day: date) -> SameWords:
    said: dict[str, Any] = {name: series.on(day).value for name, series in vars(stated).items()}
    said |= {name: tuple(tuple(line.split("、")) for line in said[name]) for name in _GROUPED}
    return SameWords(**said)


_GROUPED = ("synonyms", "kinds", "contrasts", "places")


def _latest(values: Mapping[date, Any], day: date) -> Any:
    return values[max((one for one in values if one <= day), default=min(values))]


def _value(series: _Number, day: date) -> Value:
    entry = series.on(day)
    return Value(entry.value, series.unit, entry.cite, entry.reading, series.title)


def _outcome(key: str, series: Series[_OutcomeEntry], day: date) -> Outcome:
    entry = series.on(day)
    return Outcome(
        key, series.title, entry.group, entry.articles, entry.row, entry.letter, entry.remedy,
        entry.remedy_configurable, tuple(entry.grounds.items()), entry.cite, entry.reading,
    )  # fmt: skip


# ---------------------------------------------------------------------------------------------- what a shape cannot say


def _known_keys(found: Mapping[str, object], known: Iterable[str], tree: Tree, *path: str) -> None:
    wanted = tuple(known)
    for key in found:
        if key not in wanted:
            tree.fail((*path, key), "不认识的键，可用的是：" + "、".join(wanted))
    for key in wanted:
        if key not in found:
            tree.fail((*path, key), "缺少这一项")


def _check_brackets(schedules: Series[Schedule], tree: Tree) -> None:
    for day, schedule in schedules.values.items():
        for basis in ("per_item", "per_page"):
            path = ("information_processing_fee", "values", day.isoformat(), basis, "brackets")
            _check_row_of_brackets(schedule.tariff(basis).brackets, path, tree)


def _check_row_of_brackets(brackets: tuple[Bracket, ...], path: tuple[str, ...], tree: Tree) -> None:
    expected = 1
    for place, bracket in enumerate(brackets):
        if bracket.from_ != expected:
            what = "之间有空档" if bracket.from_ > expected else "重叠"
            tree.fail((*path, place, "from"), f"与上一档{what}，应当从{expected}开始")
        last = place == len(brackets) - 1
        if last and bracket.to is not None:
            tree.fail((*path, place, "to"), "最后一档不写to，它没有上限")
        if not last and bracket.to is None:
            tree.fail((*path, place), "除最后一档外，都要写to")
        if bracket.to is not None:
            if bracket.to < bracket.from_:
                tree.fail((*path, place, "to"), "to不能小于from")
            expected = bracket.to + 1
        if (bracket.each is None) != (bracket.step_fen is None):
            tree.fail((*path, place), "each和step_fen应当同时写")


def _check_roles(roles: _Roles, tree: Tree) -> None:
    for kind, signers in roles.acts.items():
        for day, entry in signers.values.items():
            for place, role in enumerate(entry.value):
                path = ("acts", kind, "values", day.isoformat(), "value", place)
                if role not in roles.titles:
                    tree.fail(path, f"不认识的岗位“{role}”，可用的是：" + "、".join(roles.titles))
                if role in entry.value[:place]:
                    tree.fail(path, f"岗位“{role}”写了两次")


def _check_practice(practice: _Practice, roles: _Roles, tree: Tree) -> None:
    for day, listed in practice.legal_review_required_for.values.items():
        for place, key in enumerate(listed.value):
            if key not in OUTCOMES:
                path = ("legal_review_required_for", "values", day.isoformat(), "value", place)
                tree.fail(path, f"不认识的答复种类“{key}”，可用的是：" + "、".join(OUTCOMES))
    for day, entry in practice.asked_to_sign.values.items():
        if entry.value not in roles.titles:
            tree.fail(("asked_to_sign", "values", day.isoformat(), "value"), f"不认识的岗位“{entry.value}”")
    for day, default in practice.retention_default.values.items():
        if default.value not in practice.retention_choices.on(day).value:
            tree.fail(("retention_default", "values", day.isoformat(), "value"), "不在可以选用的保管期限之中")


def _check_groups(sameness: _Sameness, tree: Tree) -> None:
    for name in _GROUPED:
        for day, entry in getattr(sameness, name).values.items():
            taken: dict[str, int] = {}
            for place, line in enumerate(entry.value):
                words = line.split("、")
                if "" in words:
                    tree.fail((name, "values", day.isoformat(), "value", place), "两个词之间用一个顿号隔开，开头和末尾没有顿号")
                for word in words if name == "synonyms" else ():
                    if taken.setdefault(word, place) != place:
                        tree.fail((name, "values", day.isoformat(), "value", place), f"“{word}”已经写在另一组里，只能属于一组")


def _calendar(trees: Mapping[str, Tree]) -> Calendar:
    taken: dict[date, str] = {}
    notices = []
    for name, tree in trees.items():
        if name != "statutory.yaml":
            notices.append(_notice(name, tree, taken))
    tree = trees["statutory.yaml"]
    stated = parse(_Statutory, tree)
    for name, days in stated.fixed.items():
        for place, text in enumerate(days):
            if not _exists(text):
                tree.fail(("fixed", name, place), "应当是日历上有的日子，写成01-01这样")
    years = {}
    for year, spans in stated.years.items():
        for name, span in spans.items():
            if not year.isdecimal() or not span.from_.year == span.to.year == int(year) or span.to < span.from_:
                tree.fail(("years", year, name), "日期应当在该年之内，先后顺序不能颠倒")
        years[int(year)] = tuple(Holiday(name, span.from_, span.to) for name, span in spans.items())
    fixed = {name: tuple((int(text[:2]), int(text[3:])) for text in days) for name, days in stated.fixed.items()}
    return Calendar(notices, Statutory(stated.cite, fixed, years))


def _exists(month_day: str) -> bool:
    try:
        date.fromisoformat(f"2023-{month_day}")
    except ValueError:
        return False
    return True


def _notice(name: str, tree: Tree, taken: dict[date, str]) -> Notice:
    """One year's notice. It may reach into the December before, as some notices do."""
    stated = parse(_Notice, tree)
    if name != f"{stated.year}.yaml":
        tree.fail(("year",), f"文件名应当是{stated.year}.yaml")

    def take(day: date, what: str, path: tuple[str | int, ...]) -> None:
        if not date(stated.year - 1, 12, 1) <= day <= date(stated.year, 12, 31):
            tree.fail(path, f"{_say(day)}不在{stated.year}年之内")
        if day in taken:
            tree.fail(path, f"{_say(day)}已经列为{taken[day]}，不能再列为{what}")
        taken[day] = what

    holidays = []
    for title, span in stated.holidays.items():
        if not 0 <= (span.to - span.from_).days < 20:
            tree.fail(("holidays", title, "to"), "放假的起止日期颠倒，或者过长")
        holidays.append(Holiday(title, span.from_, span.to))
        for day in holidays[-1].days():
            take(day, f"“{title}”放假", ("holidays", title))
    for place, day in enumerate(stated.make_up):
        if day.weekday() < 5:
            weekday = "一二三四五"[day.weekday()]
            tree.fail(("make_up", place), f"{_say(day)}是星期{weekday}，本来就是工作日，调休上班日只能是周六、周日")
        take(day, "调休上班", ("make_up", place))
    return Notice(stated.year, stated.notice, stated.dated, tuple(holidays), stated.make_up, _changed(stated, tree))


def _changed(stated: _Notice, tree: Tree) -> tuple[Change, ...]:
    """The later notices of the year; each names holidays and make-up days that are listed as they now are."""
    for place, change in enumerate(stated.changed):
        for known, named, field in ((stated.holidays, change.holidays, "holidays"), (stated.make_up, change.make_up, "make_up")):
            for at, one in enumerate(named):
                if one not in known:
                    tree.fail(("changed", place, field, at), "调整后的放假、上班日期应当写在上面，这里只写它们按哪一份通知")
    return tuple(Change(one.notice, one.dated, one.holidays, one.make_up) for one in stated.changed)
