"""起止日期和单位: what the pages of the analysis share: their question in the address, and the way from one to the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from api.office.policy import ROUTES
from api.office.questions import AnalysisQuery
from api.office.reports import names_of, report_scope, topic_asked, topic_choices
from api.pages.shared.frame import HttpRequest, me, office_of
from api.web.requests import query_of
from db.analysis import SETS, Span
from workflow import acts as a
from workflow.acts import Rejected
from workflow.law import Invalid

PAGES: tuple[tuple[str, str, bool], ...] = (
    ("情况分析", "/analysis", True), ("转主动公开建议", "/analysis/suggestions", True), ("主题核对", "/analysis/topics", True),
    ("收费统计", "/analysis/fees", True), ("年度报告", "/annual", False), ("台账导出", "/exports", False), ("导入原台账", "/import", False),
)  # fmt: skip
"""Title, address, whether the span goes along."""


BY_TOPIC = frozenset({"/analysis", "/analysis/cases", "/analysis/print", "/analysis/print/pdf", "/api/reports/analysis"})
"""Where a topic narrows what is shown: it goes along to no other page."""


class Asked(AnalysisQuery):
    """起止日期, the unit, the topic, what it is compared with; `set` and `key` name a figure, `done` what has just been done."""

    compare: Literal["before", "year"] = "year"
    set: Annotated[str, Field(max_length=30)] | None = None
    key: Annotated[str, Field(max_length=100)] = ""
    page: Annotated[str, Field(pattern=r"^[1-9]\d{0,3}$")] = "1"
    done: Annotated[str, Field(max_length=20)] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A question that was read: the span, the units, and what stands at fault (then the span is the default)."""

    span: Span
    against: Span
    scope: list[str]
    asked: Asked
    typed: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    topic: str | None = None
    """The key of the topic asked for."""

    @property
    def base(self) -> dict[str, str]:
        """The parameters of the question, for links that keep it."""
        said = {"from": self.span.first.isoformat(), "to": self.span.last.isoformat(), "agency": self.asked.agency}
        compare = self.asked.compare if self.asked.compare != "year" else None
        return {name: value for name, value in {**said, "compare": compare}.items() if value is not None}

    @property
    def of_all_topics(self) -> View:
        """The same question of all topics."""
        return replace(self, topic=None)

    def href(self, path: str, **more: Any) -> str:
        """The address of `path` with the same question."""
        topic = {"topic": self.topic} if self.topic is not None and path in BY_TOPIC else {}
        said = self.base | topic | {name: str(value) for name, value in more.items() if value is not None}
        return f"{path}?{urlencode(said)}"

    def cases(self, chosen: str, key: str = "") -> str:
        """The address of the cases behind a figure."""
        return self.href("/analysis/cases", set=chosen, key=key or None)


def view_of(request: HttpRequest) -> View:
    """The question of the address. Dates and a topic at fault come back as errors of their fields; everything else is raised."""
    office, officer, today = office_of(request), me(request), office_of(request).today()
    typed = {name: request.query_params.get(name, "")[:40] for name in ("from", "to")}
    errors: dict[str, str] = {}
    try:
        asked = query_of(request, Asked)
        span, against, topic = asked.span(today), asked.against(today), topic_asked(office, asked.topic)
    except (Rejected, Invalid) as error:
        errors, topic = _of_fields(error), None
        pairs = {name: value for name, value in request.query_params.items() if value and name not in (*typed, "topic")}
        asked = a.read(Asked, pairs)
        span, against = asked.span(today), asked.against(today)
    if asked.set is not None and asked.set not in SETS:
        raise Invalid("set", "没有这一项，请从分析的页面进入")
    typed = typed if errors else {"from": span.first.isoformat(), "to": span.last.isoformat()}
    return View(span, against, report_scope(office, officer, asked.agency), asked, typed, errors, topic)


def _of_fields(error: Rejected | Invalid) -> dict[str, str]:
    """What is wrong with the two dates and the topic; raised again if something else is."""
    found = dict(error.errors) if isinstance(error, Rejected) else {error.field: error.message}
    named = {name.removesuffix("_"): sentence for name, sentence in found.items()}
    if not named or not named.keys() <= {"from", "to", "topic"}:
        raise error
    return named


def facts(request: HttpRequest, view: View, here: str) -> dict[str, Any]:
    """What the head of each of these pages needs."""
    office, officer = office_of(request), me(request)
    names, topics = names_of(office), topic_choices(office)
    whole = names[view.scope[0]] if len(view.scope) == 1 else f"全部单位（{len(view.scope)}个）"
    return {
        "view": view,
        "names": names,
        "errs": [(name, sentence) for name, sentence in view.errors.items()],
        "units": [(code, names[code]) for code in report_scope(office, officer, None)],
        "topic_choices": topics,
        "whole": whole if view.topic is None or here not in BY_TOPIC else f"{whole}，主题“{dict(topics)[view.topic]}”",
        "subnav": subnav(request, here, view),
    }


def subnav(request: HttpRequest, here: str, view: View | None = None) -> list[dict[str, Any]]:
    """The pages that belong together, as far as one may use them."""
    role = me(request).role
    return [
        {"title": title, "href": view.href(path) if view and keeps else path, "here": path == here}
        for title, path, keeps in PAGES
        if ("GET", path) in ROUTES and role in ROUTES["GET", path].roles
    ]


def quick(today: date) -> list[tuple[str, Span]]:
    """Spans that are asked for often: 本年, 上年, the last half-year that is over, 本月, 上月."""
    first = today.replace(day=1)
    last = Span(date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1), date.fromordinal(first.toordinal() - 1))
    half = ("上半年", Span(date(today.year, 1, 1), date(today.year, 6, 30)))
    if today.month < 7:
        half = ("上年下半年", Span(date(today.year - 1, 7, 1), date(today.year - 1, 12, 31)))
    return [
        ("本年", Span(date(today.year, 1, 1), today)), ("上年", Span(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))), half,
        ("本月", Span(first, today)), ("上月", last),
    ]  # fmt: skip
