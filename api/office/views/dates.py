"""答复期限 and the other dates that matter, with their reasons; the calendar of a due date."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from api.office.views.view import View
from workflow.acts import Assignment
from workflow.case import Case
from workflow.clocks import Day, Reckoning
from workflow.law import Sentence
from workflow.sending import Unsent
from workflow.steps import drafts_below
from workflow.words import say_day


class SentenceView(View):
    """One sentence of an explanation, with the articles it stands on."""

    text: str
    articles: list[str]

    @classmethod
    def of(cls, sentence: Sentence) -> SentenceView:
        return cls(text=sentence.text, articles=list(sentence.articles))


class DueView(View):
    """答复期限: until when, and why. `on` is null while the request waits for the applicant, or is closed."""

    on: date | None
    provisional: bool = Field(description="所在年份的放假安排没有载入，日期暂定")
    working_days_left: int | None = Field(description="剩余工作日，负数为超期；已答复、已终止的为null")
    overdue: bool
    suspended: bool = Field(description="今天暂停计时")
    because: list[SentenceView]


class LimitView(View):
    """Another date that matters: 补正, 征求意见, 缴费 ..."""

    kind: str
    on: date | None
    provisional: bool = False
    consultation: int | None
    text: str


class UnsentView(View):
    """没有送出的文书: made, or come back, and not on its way."""

    kind: str
    letter: str
    since: date = Field(description="制作之日，或者退回之日")
    leave_by: date | None = Field(description="最迟送出之日，法律有规定的")
    returned: bool = Field(description="退回以后没有再送出")

    @classmethod
    def of(cls, one: Unsent) -> UnsentView:
        return cls(kind=one.kind, letter=one.letter, since=one.since, leave_by=one.leave_by, returned=one.returned)


def due_view(clock: Reckoning, today: date, *, waiting: bool, overdue: bool | None = None) -> DueView:
    """The due date as of `today`; `waiting` while the file waits for its reply; `overdue` where the file itself was asked."""
    left = clock.working_days_left(today) if waiting and clock.due is not None else None
    return DueView(
        on=clock.due,
        provisional=clock.provisional,
        working_days_left=left,
        overdue=bool(waiting and clock.due is not None and today > clock.due) if overdue is None else overdue,
        suspended=waiting and clock.suspended_on(today),
        because=[SentenceView.of(sentence) for sentence in clock.because],
    )


def limits_view(case: Case, clock: Reckoning, *, overdue: bool = False) -> list[LimitView]:
    """The other dates, as the clock has them; when nothing was answered in time, until when that can be challenged.

    What concerns the consulted (their limit; a third party's own remedies) names the consultation.
    """
    asked = {one.seq for one in case.consultations}
    down = drafts_below(case, clock.rules)
    drafts = [_draft_limit(down)] if down is not None else []
    return drafts + [
        LimitView(
            kind=limit.kind, on=limit.on, provisional=limit.provisional,
            consultation=limit.ref if limit.ref in asked else None, text=limit.sentence.text,
        )
        for limit in (*clock.limits, *(clock.silence if overdue else ()))
    ]  # fmt: skip


def _draft_limit(down: Assignment) -> LimitView:
    name = down.receiver.name if down.receiver else down.agency
    text = f"交{name}拟办，最迟{say_day(down.limit)}报送拟稿。" if down.limit else ""
    return LimitView(kind="passed_down", on=down.limit, consultation=None, text=text)


class DayView(View):
    """One day of the calendar of a due date."""

    on: date
    mark: str = Field(description="receipt, counted, weekend, holiday, suspended, due")
    number: int | None = Field(description="第几个工作日")
    name: str | None = Field(description="节日名称")
    make_up: bool = Field(description="调休上班")
    consultations: list[int] = Field(description="因哪几次征求意见而暂停")

    @classmethod
    def of(cls, day: Day) -> DayView:
        return cls(
            on=day.on, mark=day.mark, number=day.number, name=day.name, make_up=day.make_up, consultations=list(day.refs)
        )
