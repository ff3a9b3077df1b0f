"""分析: figures, findings, charts and tables of any span beside another, each figure with its cases; the report to print."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler
from markupsafe import Markup

from api.office import findings, reports
from api.office.office import Office
from api.office.problems import Problem
from api.pages.reports.span_filter import View, facts, quick, view_of
from api.pages.shared import kept_forms
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show, survey
from api.web.answers import file_answer
from db import analysis as measured
from db import people
from letters import charts
from letters.fontset import unprintable
from workflow import acts as a
from workflow import printable
from workflow import statistics as s
from workflow.law import InForce, Invalid
from workflow.procedure import ACTIVE, STATES
from workflow.words import say_day

A_PAGE, MOST_MONTHS, MOST_TEXT, MOST_ROWS = 50, 18, 4000, 20


@page("/analysis")
def analysis(request: HttpRequest) -> Response[Any]:
    """情况分析."""
    office, view = office_of(request), view_of(request)
    today = office.today()
    common = facts(request, view, "/analysis") | {"quick": quick(today)}
    if view.errors:
        return show(request, "analysis.html", status=400, data=None, some=None, span_words="", **common)
    data = reports.analysis_of(office, view.scope, view.span, view.against, view.topic, partial(survey, request))
    empty = not _counted(data)
    with survey(request) as session:
        by_channel = measured.stages_by_channel(session, view.scope, view.span, view.topic)
        some = measured.days_with_data(session, view.scope) if empty else None
    return show(
        request, "analysis.html", data=None if empty else data, some=some, by_channel=by_channel,
        span_words=_span_words(view), sections=findings.analysis_facts(data, data["name"], today, with_tables=False)["sections"], few=findings.FEW,
        nine_in_ten=findings.NINE_IN_TEN,
        pictures=_pictures(data, by_channel), percent=findings.percent, stances=measured.STANCES, results=s.RESULTS,
        months=_months(data["volumes"]["by_month"]), stage_titles=[STATES[state].title for state in ACTIVE],
        files={form: view.href("/api/reports/analysis", format=form, compare=view.asked.compare) for form in ("xlsx", "pdf", "docx")},
        csv=lambda table: view.href("/api/reports/analysis", format="csv", compare=view.asked.compare, table=table), **common,
    )  # fmt: skip


def _counted(data: Mapping[str, Any]) -> bool:
    """Whether anything was counted: money and remedies of requests of earlier years too."""
    happened = [data[name]["count"] for name in ("received", "ended", "consultations", "returns", "remedies", "complaints")]
    return any([*happened, data["ended"]["again"], data["feedback"]["count"], *(data["fees"][name] for name in ("notices", "payments", "waivers"))])


def _span_words(view: View) -> str:
    how = "上年同期" if view.against == view.span.year_before else "上期"
    return (
        f"{say_day(view.span.first)}至{say_day(view.span.last)}，"
        f"与{how}（{say_day(view.against.first)}至{say_day(view.against.last)}）比较"
    )


# ------------------------------------------------------------------ the pictures


def _months(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """By month, or by year where there are many months."""
    if len(rows) <= MOST_MONTHS:
        several = len({row["month"][:4] for row in rows}) > 1
        label: Callable[[str], str] = lambda month: f"{month[2:4]}年{int(month[5:])}月" if several else f"{int(month[5:])}月"  # noqa: E731
        return [{**row, "label": label(row["month"]), "key": row["month"]} for row in rows]
    years: dict[str, dict[str, Any]] = {}
    for row in rows:
        year = row["month"][:4]
        one = years.setdefault(year, {"label": f"{year}年", "key": year, "received": 0, "ended": 0, "before": 0})
        for name in ("received", "ended"):
            one[name] += row[name]
        one["before"] = None if one["before"] is None or row["before"] is None else one["before"] + row["before"]
    return list(years.values())


def _pictures(data: Mapping[str, Any], by_channel: Sequence[Mapping[str, Any]]) -> dict[str, Markup]:
    """The charts, each with the sentence that says what it shows."""
    volumes, before = data["volumes"], data["before"]
    beside = f"和{before['title']}" if before["has_data"] else ""
    months = [charts.Bar(row["label"], row["received"], row["before"] if beside else None) for row in _months(volumes["by_month"])]
    followed = [row for row in by_channel if row["days"]]
    slowest = max(followed, key=lambda row: sum(row["days"]), default=None)
    took = float(measured.half_up(sum(slowest["days"]), 1)) if slowest else None
    slow = f"用时最多的渠道是{slowest['title']}，平均{took:g}个工作日。" if slowest else "没有在本系统办结的申请。"
    return {
        "months": charts.upright("months", months, f"每月新收{beside}：" + "，".join(f"{one.label}{one.value}件" for one in months)),
        "topics": _compared("topics", "各主题新收", volumes["by_topic"], before),
        "channels": _compared("channels", "各渠道新收", [row for row in volumes["by_channel"] if row["count"] or row["before"]], before),
        "results": _shares("results", "办理结果", volumes["by_group"]),
        "stages": charts.stacked(
            "stages", [STATES[state].title.replace("、征求意见中", "") for state in ACTIVE],
            [(row["title"], row["days"]) for row in followed], f"各渠道每件平均用的工作日，按环节分段。{slow}",
        ),
    }  # fmt: skip


def _compared(name: str, title: str, rows: Sequence[Mapping[str, Any]], before: Mapping[str, Any]) -> Markup:
    """Beside the span before, where something is known of it; what is more or less is said of spans of one length."""

    def more(row: Mapping[str, Any]) -> str:
        gap = row["count"] - row["before"]
        return f"多{gap}" if gap > 0 else f"少{-gap}" if gap < 0 else "持平"

    known, fair = before["has_data"], before["has_data"] and before["as_long"]
    bars = [charts.Bar(row["title"], row["count"], row["before"] if known else None, more(row) if fair else "") for row in rows]
    beside = f"和{before['title']}" if known else ""
    return charts.level(name, bars, f"{title}{beside}：" + "，".join(f"{one.label}{one.value}件" for one in bars))


def _shares(name: str, title: str, rows: Sequence[Mapping[str, Any]]) -> Markup:
    bars = [charts.Bar(row["title"], row["count"], None, "" if row["share"] is None else findings.percent(row["share"])) for row in rows]
    return charts.level(name, bars, f"{title}：" + "，".join(f"{one.label}{one.value}件" for one in bars))


# ------------------------------------------------------------------ the cases behind a figure


@page("/analysis/cases")
def cases(request: HttpRequest) -> Response[Any]:
    """一个数字所含的案件, each once."""
    office, view = office_of(request), view_of(request)
    if view.errors or view.asked.set is None:
        raise Invalid("set", "请从分析的页面点选一个数字")
    today, law = office.today(), office.rules.on(office.today())
    with office.database.read() as session:
        rows = measured.behind(session, view.scope, view.span, view.asked.set, view.asked.key, office.rules, today, view.topic)
        people_of = measured.handlers(session, view.scope)
    at = (int(view.asked.page) - 1) * A_PAGE
    pages = {"before": int(view.asked.page) - 1 if at else None, "after": int(view.asked.page) + 1 if at + A_PAGE < len(rows) else None}
    turn = {name: view.href("/analysis/cases", set=view.asked.set, key=view.asked.key or None, page=number) for name, number in pages.items()}
    return show(
        request, "analysis_cases.html", rows=rows[at : at + A_PAGE], total=len(rows), at=at, pages=pages, turn=turn,
        title=_title(view.asked.set, view.asked.key, law, people_of), span_words=f"{say_day(view.span.first)}至{say_day(view.span.last)}",
        outcomes={key: one.title for key, one in law.outcomes.items()}, **facts(request, view, "/analysis"),
    )  # fmt: skip


_TITLES: Mapping[str, str] = {
    "again": "重新处理以后再次答复",
    "received": "新收", "ended": "办结", "channel": "渠道", "ended_channel": "办结，渠道", "category": "申请人类别", "month": "收到月份",
    "ended_month": "办结月份", "ended_topic": "办结，主题", "topic": "主题", "topic_confirmed": "主题已确认", "topic_checked": "主题建议已核对",
    "topic_right": "主题建议正确", "outcome": "办理结果", "replied": "作出答复", "in_time": "按期答复", "late": "超期答复",
    "suspended": "暂停计时", "extended": "延期", "corrected": "补正", "charged": "收费", "group": "办理结果", "open": "在办",
    "overdue": "超过答复期限", "closed_by": "办结，承办人", "consultation": "征求意见", "stance": "征求意见的结果", "remedy": "复议、诉讼",
    "remedy_result": "复议、诉讼的结果", "remedy_ground": "被复议、起诉的答复", "return": "审签退回",
    "opinion": "征求意见", "remedy_of": "复议、诉讼", "complaint": "投诉、举报", "complaint_result": "投诉、举报的结果",
    "record_correction": "更正申请", "alike": "同一内容的申请",
}  # fmt: skip


_MONTH = re.compile("([0-9]{4})(?:-([0-9]{2}))?")


def _title(chosen: str, key: str, law: InForce, people_of: Mapping[str, str]) -> str:
    """What a figure counts, in words; a key that nobody knows is not repeated."""
    words: dict[str, str] = {
        **a.CHANNELS, **a.CATEGORIES, **a.CONSULTATION_TYPES, **measured.STANCES, **s.REMEDIES, **s.RESULTS, **s.GROUPS, **people_of,
        **{topic.key: topic.title for topic in law.topics}, **{one: outcome.title for one, outcome in law.outcomes.items()},
    }  # fmt: skip
    parts = [words[one] for one in key.split(":") if one in words] if chosen in ("opinion", "remedy_of") else []
    said = "，".join(parts) or words.get(key) or ("未定" if chosen in ("topic", "ended_topic") and not key else "")
    if chosen in ("month", "ended_month") and (found := _MONTH.fullmatch(key)):
        said = f"{found[1]}年" + (f"{int(found[2])}月" if found[2] else "")
    return f"{_TITLES[chosen]}：{said}" if said else _TITLES[chosen]


# ------------------------------------------------------------------ the report, its sentences changed by hand


@page("/analysis/print")
def print_form(request: HttpRequest) -> Response[Any]:
    """分析报告: the sentences, to be changed before printing; what was changed is kept."""
    view = view_of(request)
    if view.errors:
        raise Invalid("from", "请从分析的页面进入")
    return _print_page(request, view)


def _sections(office: Office, view: View, by: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    data = reports.analysis_of(office, view.scope, view.span, view.against, view.topic, by=by)
    told = findings.analysis_facts(data, data["of"], office.today(), data["signed"])
    return told, told["sections"]


def _print_page(
    request: HttpRequest, view: View, *, status: int = 200, typed: Mapping[str, str] | None = None, errs: Sequence[tuple[str, str]] = (),
    unkept: kept_forms.Unkept | None = None,
) -> Response[Any]:  # fmt: skip
    office = office_of(request)
    told, sections = _sections(office, view, me(request).agency)
    with office.database.read() as session:
        kept = kept_forms.draft(request, session, _form_name(view))
    texts = typed if typed is not None else _by_title(kept[0], sections) if kept else {}
    rows = _rows(sections, texts)
    common = facts(request, view, "/analysis") | {"errs": list(errs)}
    return show(
        request, "analysis_print.html", status=status, told=told, kept_at=kept[1] if kept and texts and typed is None else None,
        texts=rows[: len(sections)], gone=rows[len(sections) :], here=view.href("/analysis/print"),
        back=view.href("/analysis"), most=MOST_TEXT, unkept=unkept,
        saving=kept_forms.saving(request, _form_name(view), form_of(request) if request.method == "POST" else None), **common,
    )  # fmt: skip


def _form_name(view: View) -> str:
    return view.href("/analysis/print")


def _by_title(fields: Mapping[str, Any], sections: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The texts of a form by the titles of their sections; before they had titles, they stood in the order of the sections there were."""
    titles, texts = ([str(one) for one in found] if isinstance(found := fields.get(name), list) else [] for name in ("heading", "text"))
    if not titles and len(texts) == len(sections):
        titles = [section["title"] for section in sections]
    if len(titles) != len(texts):
        titles = [f"原来的第{at}部分" for at in range(1, len(texts) + 1)]
    return dict(zip(titles, texts, strict=True))


def _rows(sections: Sequence[Mapping[str, Any]], texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Title and text of each section, as computed where it has no text yet; then the texts whose sections there are no more."""
    own = {section["title"]: texts.get(section["title"], "\n".join(section["text"])) for section in sections}
    return [*own.items(), *((title, text) for title, text in texts.items() if title not in own and text.strip())]


@action("/analysis/print")
def keep_print(request: HttpRequest) -> Response[Any]:
    """保存文字并下载: the sentences as changed; or back to those that the program makes."""
    form, view = form_of(request), view_of(request)
    if view.errors:
        raise Invalid("from", "请从分析的页面进入")
    if "again" in form:
        kept_forms.forget(request, _form_name(view))
        return go(_form_name(view))
    sections = _sections(office_of(request), view, me(request).agency)[1]
    texts = _by_title(form.fields, sections)
    if wrong := _wrong(_rows(sections, texts)):
        return _print_page(request, view, status=400, typed=texts, errs=wrong)
    fields = {"heading": list(texts), "text": list(texts.values())}
    why = kept_forms.unkept(kept_forms.keep(request, _form_name(view), fields), _form_name(view))
    if why is not None:
        return _print_page(request, view, status=409, typed=texts, unkept=why)
    return go(view.href("/analysis/print/pdf", format="docx" if "word" in form else None))


def _wrong(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What no report is made of: by the field, and in words that name the section."""
    found = list[tuple[str, str]]()
    for at, (title, text) in enumerate(rows):
        if len(text) > MOST_TEXT:
            found.append((f"text-{at}", f"“{title}”超过{MOST_TEXT}字，请精简"))
        elif (why := printable.fault(text, unprintable)) is not None:
            found.append((f"text-{at}", f"“{title}”{why}"))
    if len(rows) > MOST_ROWS:
        found.append(("", f"最多{MOST_ROWS}个部分，请把不用的清空"))
    return found


@page("/analysis/print/pdf")
def print_pdf(request: HttpRequest) -> Response[Any]:
    """分析报告 as PDF, or as .docx (`format`), with the sentences that were kept."""
    office, officer, view = office_of(request), me(request), view_of(request)
    if view.errors:
        raise Problem(404, "没有这份报告。")
    told, sections = _sections(office, view, me(request).agency)
    with office.database.read() as session:
        kept = people.draft(session, officer.id, _form_name(view))
    texts = _by_title(kept[0], sections) if kept else {}
    rows = _rows(sections, texts)[: len(sections)]
    if wrong := _wrong([row for row in rows if row[0] in texts]):  # saved by itself while it was typed
        raise Problem(409, f"{wrong[0][1]}。请在“打印分析报告”改正以后再下载。")
    for section, (_, text) in zip(sections, rows, strict=True):
        section["text"] = [line.strip() for line in text.split("\n") if line.strip()]
    form = "docx" if view.asked.format == "docx" else "pdf"
    data, media = reports.document(office, "analysis", told, form)
    reports.log_export(office, officer, f"分析报告 {form}", None)
    return file_answer(data, media, f"政府信息依申请公开分析报告{view.span.first}至{view.span.last}.{form}")


ROUTES: tuple[BaseRouteHandler, ...] = (analysis, cases, print_form, keep_print, print_pdf)
