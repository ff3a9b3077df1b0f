"""What the reports, exports and suggestions are asked: query strings and bodies, every wrong one told."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from api.office.filters import CaseFilters
from api.office.publication import ADDRESS
from db.analysis import Span
from workflow import acts as a
from workflow.acts import Record
from workflow.annual import span_fault
from workflow.law import Invalid

Year = Annotated[str, Field(pattern=r"^(199[0-9]|2[01][0-9][0-9])$")]


class AnnualQuery(Record):
    """年度报告: which year, of which unit (without one: all that the caller may see), in which form."""

    year: Year
    agency: a.Line | None = None
    format: Literal["json", "xlsx", "csv", "html", "pdf", "docx"] = "json"
    table: Literal["3", "4", "checks", "fees", "records"] = "3"
    """Which table a CSV holds."""
    version: Annotated[str, Field(max_length=36, description="已锁定的，要以前哪一次锁定的")] | None = None
    reason: a.Line | None = None
    """用途, for the log."""


class CellQuery(Record):
    """年度报告的一格: `row` and `column` as the table writes them; the column may be left out (总计)."""

    year: Year
    agency: a.Line | None = None
    table: Literal["3", "4"] = "3"
    row: a.Line
    column: a.Line = "总计"
    limit: Annotated[str, Field(pattern=r"^([1-9][0-9]{0,2}|1000)$")] = "1000"
    """How many cases one answer holds."""
    cursor: Annotated[str | None, Field(pattern=r"^[0-9]{1,9}$")] = None
    """`next` of the answer before."""


class SpanQuery(Record):
    """起止日期, both within; `from` is the first day of the year and `to` is today when they are left out."""

    from_: Annotated[a.Day | None, Field(alias="from")] = None
    to: a.Day | None = None
    agency: a.Line | None = None
    compare: Annotated[Literal["before", "year"], Field(description="before：与上期比较；year：与上年同期比较")] = "before"
    format: Literal["json", "xlsx", "html", "pdf", "docx", "csv"] = "json"
    table: a.Line | None = None
    """Which table of the analysis a CSV holds, by the name of its sheet."""
    reason: a.Line | None = None
    """用途, for the log."""

    def span(self, today: date) -> Span:
        """The span asked for. Raises Invalid when it ends before it begins, has not begun, or was over before the law."""
        last = self.to or max(today, self.from_ or today)
        first = self.from_ or date(last.year, 1, 1)
        if (wrong := span_fault(first, last, today)) is not None:
            raise Invalid(*wrong)
        return Span(first, last)

    def against(self, today: date) -> Span:
        """The span that it is compared with."""
        span = self.span(today)
        return span.year_before if self.compare == "year" else span.before


class AnalysisQuery(SpanQuery):
    """定期分析: the span, the unit, and the topic by its key or its title (`none`: requests without one); with none, all."""

    topic: a.Line | None = None


class ExportQuery(CaseFilters):
    """导出台账, masked: the filters of the list."""

    format: Literal["csv", "xlsx"] = "csv"
    unmasked: Annotated[Literal["true", "false"], Field(description="不遮盖的台账用POST")] = "false"
    reason: a.Line | None = None


class FullExport(CaseFilters):
    """导出不遮盖的台账: what for, and the filters of the list, each by its own name or all of them in `filters`."""

    reason: a.Line
    format: Literal["csv", "xlsx"] = "csv"
    filters: CaseFilters | None = None

    def pairs(self) -> list[tuple[str, str]]:
        """The filters as a query string would say them; what stands in both places is said twice."""
        both = [self.model_dump(mode="json", include=set(CaseFilters.model_fields), exclude_unset=True)]
        if self.filters is not None:
            both.append(self.filters.model_dump(mode="json", exclude_unset=True))
        return [(name, _said(value)) for one in both for name, value in one.items() if value is not None]


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Freeze(Record):
    """定稿: the year, and why (a later one replaces an earlier one)."""

    year: Annotated[int, Field(strict=True, ge=1990, le=2199)]
    reason: a.Text
    whole: Annotated[bool, Field(strict=True, description="锁定本单位汇总的报告，不是本单位自己的")] = False


class Proposal(Record):
    """转主动公开建议 (条例 44)."""

    title: a.Line
    sample: Annotated[a.Text, Field(max_length=2000)]
    cases: Annotated[tuple[a.Ident, ...], Field(max_length=200)] = ()
    reason: a.Text


class Step(Record):
    """对建议的处理: accept, decline, publish or withdraw, with a reason; published with its address, and a title for the public if it is another."""

    step: Literal["accept", "decline", "publish", "withdraw"]
    reason: a.Text
    url: Annotated[a.Line, Field(pattern=ADDRESS)] | None = None
    title: a.Line | None = None


class SimilarQuestion(Record):
    """查重: what is wanted, and who asks (so that his own earlier requests are told apart)."""

    wanted: a.Text
    applicant: a.Applicant | None = None


class Tie(Record):
    """附件归类: what an attachment is to the request, and the item that it belongs to (null: all of it)."""

    role: a.Line | None
    item: a.Seq | None = None


BODIES: tuple[type[Record], ...] = (Freeze, Proposal, Step, SimilarQuestion, FullExport, Tie)
"""Bodies that the OpenAPI document names."""
