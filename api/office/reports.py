"""What the reports, exports and analyses are made of, for whoever asks: units, figures, files, the line in the log."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session

from api.office import findings
from api.office.office import SHANGHAI, Office
from api.office.policy import readable_agencies
from api.office.problems import NO_AGENCY, Problem
from api.office.sight import wanted_outside
from db import analysis, exports, people, published, queries, report_parts, reports, suggestions, treasury
from db import tables as t
from db.sealing import opened
from letters import report_word, word
from letters.errors import LetterError
from letters.reports import html
from workflow.acts import Officer
from workflow.annual import GOVERNMENT, Parts, last_day, year_fault
from workflow.law import Invalid

DOCKET = t.table_of(t.Docket)


def report_scope(office: Office, officer: Officer, agency: str | None) -> list[str]:
    """The units of a report: the one asked for, or all that this officer may read. Raises a 404 Problem."""
    readable = readable_agencies(officer, office.agencies)
    if agency is None:
        return sorted(readable)
    if agency not in readable:
        raise Problem(404, NO_AGENCY, errors=[("agency", NO_AGENCY)])
    return [agency]


def report_year(office: Office, year: str | int) -> int:
    """The year of an annual report. Raises Invalid where there is none: it has not come, or lies before the law, or is no year."""
    said = str(year)
    if not (said.isascii() and said.isdigit() and len(said) == 4):
        raise Invalid("year", "这不是年份，请从年度报告的页面进入")
    if (wrong := year_fault(int(said), office.today())) is not None:
        raise Invalid("year", wrong)
    return int(said)


def topic_asked(office: Office, topic: str | None) -> str | None:
    """The key of a topic that was asked for by its key or its title. Raises Invalid where there is none."""
    known = {title: key for key, title in topic_choices(office)}
    if topic is None or topic in known.values():
        return topic
    if topic not in known:
        raise Invalid("topic", f"没有这个主题，请从这些里选一个，或者不选（全部主题）：{'、'.join(known)}")
    return known[topic]


def topic_choices(office: Office) -> list[tuple[str, str]]:
    """Key and title of every topic that can be asked for."""
    return [*((one.key, one.title) for one in office.rules.on(office.today()).topics), (analysis.NO_TOPIC, "未定主题")]


def names_of(office: Office) -> dict[str, str]:
    """Code -> name of every unit."""
    return {code: agency.name for code, agency in office.agencies.items()}


def log_export(office: Office, me: Officer, what: str, reason: str | None) -> None:
    """导出留痕: who took which file, and what for."""
    office.database.write(lambda session: people.log(session, office.clock(), "export", officer=me, object=what, reason=reason))


def annual_file(office: Office, found: reports.Annual, agency: str | None, form: str, by: str | None = None) -> tuple[bytes, str]:
    """The annual report as xlsx, html, docx or pdf, and its media type: of a frozen year as it was printed then. `by`: who sums up."""
    with office.database.read() as session:
        facts = _facts(office, session, found, agency, by)
    facts = {**facts, **(_printed(found) or {})}
    if form == "xlsx":
        return _xlsx(lambda path: exports.annual_xlsx(path, as_printed(found), facts["title"], facts)), exports.XLSX
    return document(office, "annual", facts, form)


def _facts(office: Office, session: Session, found: reports.Annual, agency: str | None, by: str | None) -> dict[str, Any]:
    """What is printed of a report: of units that have frozen theirs as it was then, of others as it stands."""
    codes = [unit.agency for unit in found.units]
    summed = reports.whole(by) if by is not None and len(codes) > 1 else None
    there = {key: parts for key, (_, parts) in report_parts.parts_of(session, [*codes, *([summed] if summed else [])], found.year).items()}
    outside = {row.name: Parts(told.table2) for row, told in published.kept(session, codes, found.year)} if found.outside else {}
    frozen = {unit.agency: unit.frozen.parts for unit in found.units if unit.frozen is not None and unit.frozen.parts is not None}
    missing = published.not_again(session, codes, found.year) if len(codes) > 1 else []
    own = there.get(summed, Parts()) if summed else Parts()
    return findings.annual_facts(found, names_of(office), agency, there | frozen, outside, own, missing)


def _printed(found: reports.Annual) -> Mapping[str, Any] | None:
    """What was printed of a frozen report, of one unit or summed up; None of what is not frozen."""
    if len(found.units) > 1:
        return found.summed.frozen.printed if found.summed else None
    frozen = found.units[0].frozen
    return frozen.printed if frozen is not None else None


def as_printed(found: reports.Annual) -> reports.Annual:
    """A frozen report is checked against the year before as it was then known."""
    printed = _printed(found)
    return found if printed is None else replace(found, last_year=printed["last_year"])


def freeze_annual(office: Office, session: Session, officer: Officer, year: int, reason: str, *, whole: bool = False) -> None:
    """锁定年度: the report of one's own unit (`whole`: the one that it sums up) is kept as it stands, with its print; it is logged."""
    at = office.clock()
    if whole:
        scope = summed_by(office, officer)
        reports.freeze_sum(
            session, scope, year, office.rules, officer, reason, at, lambda found: _facts(office, session, found, None, officer.agency)
        )
    else:
        names = names_of(office)
        reports.freeze(
            session, officer.agency, year, office.rules, officer, reason, at,
            lambda found, parts: findings.annual_facts(found, names, officer.agency, parts),
        )  # fmt: skip
    people.log(session, at, "freeze", officer=officer, object=name_of(officer, whole, year), reason=reason)


def key_of(officer: Officer, whole: bool) -> str:
    """Under what the report of one's own unit, or the one that it sums up, is kept."""
    return reports.whole(officer.agency) if whole else officer.agency


def name_of(officer: Officer, whole: bool, year: int) -> str:
    """What such a report is called in the log."""
    return f"{officer.agency} {year}{' 汇总' if whole else ''}"


def summed_by(office: Office, officer: Officer) -> list[str]:
    """The units whose reports this officer's unit sums up. Raises Invalid where it sums up none."""
    scope = report_scope(office, officer, None)
    if len(scope) < 2:
        raise Invalid("whole", "您的单位没有汇总其他单位的报告，只能填写、锁定本单位的。汇总哪些单位，由管理员在“管理—单位”里设置")
    return scope


@dataclass(frozen=True, slots=True)
class HandingIn:
    """年度报告的提交: until when, which unit has frozen its report on which day, and who has not yet handed in."""

    year: int
    by: date
    """Until when a unit hands in and publishes (条例 49(1))."""
    summary_by: date
    """Until when the government's own is published (条例 49(2))."""
    done: Mapping[str, date]
    waiting: Sequence[str]
    outside: Sequence[str]
    """Units outside the system that were entered for this year."""
    outside_waiting: Sequence[str]
    """Units outside the system that were entered the year before, and not for this one."""
    summed: date | None = None
    """When the report that is summed up from theirs was frozen first."""


def handing_in(office: Office, session: Session, agencies: Collection[str], year: int, by: str | None = None) -> HandingIn:
    """Who has handed in the report of the year, of these units and those outside the system that they sum up (`by` whom)."""
    codes, key = sorted(agencies), reports.whole(by) if by is not None and len(agencies) > 1 else ""
    at = reports.handed_in(session, [*codes, key], year)
    whole = at.pop(key, None)
    law = office.rules.on(date(year + 1, 1, 1)).deadlines
    return HandingIn(
        year, last_day(year, law.annual_report_months.value), last_day(year, law.annual_summary_months.value),
        {code: when.astimezone(SHANGHAI).date() for code, when in at.items()}, [code for code in codes if code not in at],
        [name for name, _ in reports.outside(session, codes, year)], published.not_again(session, codes, year),
        whole.astimezone(SHANGHAI).date() if whole is not None else None,
    )  # fmt: skip


REPORTERS = frozenset({"head", "analyst"})
"""Who hands in the annual report."""


def annual_due(office: Office, session: Session, officer: Officer) -> HandingIn | None:
    """The report of the last year on the desk of whoever hands it in, until all of it is there; None: nothing to do."""
    units = report_scope(office, officer, None)
    year = office.today().year - 1
    if officer.role not in REPORTERS or not reports.has_data(session, units, year):
        return None
    found = handing_in(office, session, units, year, officer.agency)
    to_sum_up = len(units) > 1 and found.summed is None
    return found if found.waiting or found.outside_waiting or to_sum_up else None


def _xlsx(write: Callable[[Path], None]) -> bytes:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "report.xlsx"
        write(path)
        return path.read_bytes()


def document(office: Office, kind: str, facts: Mapping[str, Any], form: str) -> tuple[bytes, str]:
    """A report as html, docx or pdf, and its media type."""
    try:
        if form == "html":
            return html(kind, facts).encode(), "text/html"
        if form == "docx":
            return report_word.docx(kind, facts), word.MEDIA_TYPE
        return office.renderer.report(kind, facts), "application/pdf"
    except LetterError as error:
        raise Problem(409, str(error), heading="没有生成") from None


def analysis_of(
    office: Office, scope: Collection[str], span: analysis.Span, against: analysis.Span | None = None, topic: str | None = None,
    read: Callable[[], AbstractContextManager[Session]] | None = None, by: str | None = None,
) -> dict[str, Any]:
    """The analysis of these units, narrowed to a topic if one is asked for, with their name, and the suggestions that its candidates already have.

    `by`: the unit that makes it and signs it; of several units the title is that of the government whose report that unit sums up.
    """
    names = names_of(office)
    with (read or office.database.read)() as session:
        data = analysis.analysis(session, scope, span, office.rules, office.today(), against, topic)
        known = suggestions.listed(session, scope)
        for one in data["candidates"]:
            one["suggestion"] = next((row.id for row in known if set(row.cases) & set(one["cases"])), None)
        people_of = analysis.handlers(session, scope)
        government = _government(session, by, span.last.year) if by is not None and len(scope) > 1 else ""
    for row in (*data["volumes"]["by_agency"], *data["units"], *data["load"], *data["fees"]["by_agency"]):
        row["name"] = names.get(row["agency"], row["agency"])
    for row in data["load"]:
        row["handler_name"] = people_of.get(row["handler"], row["handler"]) or "未登记承办人"
    only = next(iter(scope)) if len(scope) == 1 else None
    name = names[only] if only else f"全部单位（{len(scope)}个）"
    signed = names[only] if only else names.get(by or "", name)
    return {"agency": only, "name": name, "of": government or name, "signed": signed, "agencies": sorted(scope), **data}


def _government(session: Session, by: str, year: int) -> str:
    """本级政府的名称, as this unit wrote it for the report that it sums up of the year, or of the one before; empty where it did not."""
    key = reports.whole(by)
    written = [report_parts.parts_of(session, [key], one).get(key) for one in (year, year - 1)]
    return next((found[1].texts[GOVERNMENT[0]] for found in written if found and found[1].texts.get(GOVERNMENT[0])), "")


def analysis_file(office: Office, data: Mapping[str, Any], form: str) -> tuple[bytes, str]:
    """The analysis as xlsx, html, docx or pdf, and its media type."""
    if form == "xlsx":
        return _xlsx(lambda path: exports.xlsx_file(path, _reported(data))), exports.XLSX
    return document(office, "analysis", findings.analysis_facts(data, data["of"], office.today(), data["signed"]), form)


def _reported(data: Mapping[str, Any]) -> dict[str, list[exports.Cells]]:
    """The sheets of a report: how good the program's own proposals are is shown to the office, and in no report."""
    return {name: rows for name, rows in exports.analysis_sheets(data).items() if name != "主题建议"}


def fee_tables(
    office: Office, by_unit: Mapping[str, reports.Fees], owed: Mapping[str, treasury.Account], items: Sequence[Mapping[str, Any]]
) -> dict[str, Iterator[exports.Cells]]:
    """收费统计 for the treasury as sheets: unit by unit with the account, and every notice, payment and waiver."""
    names = names_of(office)
    return {"汇总": exports.fee_summary_rows(by_unit, owed, names), "明细": exports.fee_statement_rows(items, names)}


def ledger_name(filters: queries.Filters) -> str:
    """台账, or 更正申请台账: what a file of `ledger_of` is called."""
    return "更正申请台账" if filters.purpose == "record_correction" else "台账"


def ledger_of(
    office: Office, scope: Collection[str], filters: queries.Filters, *, unmasked_for: str | None = None
) -> Iterator[exports.Cells]:
    """The rows of the ledger; people are shown for the cases of the agency `unmasked_for` only.

    Requests to correct records have a ledger of their own: they are in it when `filters` asks for them, and in no other.
    """
    filters = replace(filters, purpose=filters.purpose or "information")

    def shown(row: Any) -> tuple[str, str]:
        if row.agency == unmasked_for:
            whole = opened(office.database.ring, DOCKET, row)
            return whole.applicant_name, whole.wanted
        return row.applicant_masked or "", wanted_outside(row)

    today = office.today()
    return exports.ledger(office.database, scope, filters, today, office.rules.on(today), names_of(office), shown)
