"""指南: how the office works by this program, for anybody: procedure, articles, terms, readings, fees, keys."""

from __future__ import annotations

import re
from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.pages.guide import markdown
from api.pages.shared.frame import HttpRequest, office_of, page, show
from workflow import diagram, glossary, rulebook
from workflow.acts import ACTS
from workflow.answers import Refused
from workflow.fees import guide_paragraph
from workflow.law import RULES
from workflow.procedure import START, STATES, TABLE

CONTENTS: tuple[tuple[str, str, str], ...] = (
    ("/guide/procedure", "程序", "每一种办理行为由谁办理、在哪种状态下可以办、办了以后到哪里"),
    ("/guide/articles", "条文", "本系统引用的每一条，以及从中取了什么"),
    ("/guide/readings", "理解口径", "条文没有写明的，本系统怎样选，为什么"),
    ("/guide/fees", "收费标准", "写入政府信息公开指南的一段和各档标准"),
    ("/guide/calculators", "期限和收费计算", "答复期限、信息处理费是怎样算的，不用登录，可以打印"),
    ("/guide/glossary", "术语", "程序接口所用的词与法定用语对照"),
    ("/guide/keys", "键盘", "不用鼠标的操作方法"),
)
KEYS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("/",), "查找案件"),
    (("?",), "打开本页"),
    (("J",), "下一件"),
    (("K",), "上一件"),
    (("G", "D"), "依次按下，回到工作台"),
    (("Ctrl", "Enter"), "同时按下，办理正在填写的表单；会办结、编号的，只能按按钮。单按Enter不提交任何表单"),
    (("Tab",), "到下一个字段；与Shift同时按下，回到上一个字段"),
)
"""The keys of gongkai.js, and what they do."""


@page("/guide")
def contents(request: HttpRequest) -> Response[Any]:
    """指南: its contents."""
    return show(request, "guide.html", contents=CONTENTS)


@page("/guide/procedure")
def procedure(request: HttpRequest) -> Response[Any]:
    """程序: the picture and the table it is drawn from."""
    office = office_of(request)
    law = office.rules.on(office.today())
    titles = office.rules.role_titles
    rows = [
        {
            "title": act.title,
            "who": "、".join(titles.get(role, role) for role in law.roles[kind]),
            "ways": [(_places(row.sources), _leads(row.dest, row.guard)) for row in TABLE if row.kind == kind],
            "articles": act.articles,
        }
        for kind, act in ACTS.items()
    ]
    return show(request, "guide_procedure.html", contents=CONTENTS, svg=diagram.svg(), rows=rows)


_GUARDS = {
    "others_open": "（还有其他意见未收到）", "not others_open": "（意见已经收齐）", "replies": "（所载为答复）", "not replies": "（所载为终止）",
    "handled_before": "（由办理中的申请拆出）", "not handled_before": "", "fee_remains": "（仍有应缴的费用）", "not fee_remains": "",
    "of_request": "（针对报批）", "not of_request": "", "late_correction": "（逾期补正有正当理由）", "late_payment": "（逾期缴费有正当理由）",
}  # fmt: skip


def _places(sources: tuple[str, ...]) -> str:
    if sources == (START,):
        return "尚未登记"
    if sources == tuple(STATES):
        return "任何状态"
    return "、".join(STATES[one].title for one in sources)


def _leads(dest: str, guard: str | None) -> str:
    return ("状态不变" if dest == "=" else STATES[dest].title) + _GUARDS.get(guard or "", "")


@page("/guide/articles")
def articles(request: HttpRequest) -> Response[Any]:
    """条文: every article that the program cites, each with an address of its own."""
    office = office_of(request)
    laws = rulebook.cited(rulebook.values(office.sources.rules_dir))
    return show(request, "guide_articles.html", contents=CONTENTS, laws=laws)


@page("/guide/readings")
def readings(request: HttpRequest) -> Response[Any]:
    """理解口径: what was chosen where the text is silent."""
    opening, sections = markdown.read((RULES / "READINGS.md").read_text(encoding="utf-8"))
    return show(request, "guide_readings.html", contents=CONTENTS, opening=opening, sections=sections)


_CHINESE = re.compile(r"^[\x00-\x7f]+")
"""What stands before the Chinese name of a table."""


@page("/guide/glossary")
def terms(request: HttpRequest) -> Response[Any]:
    """术语: drawn from the tables of the code."""
    office = office_of(request)
    tables = {_CHINESE.sub("", heading): rows for heading, rows in glossary.tables(office.rules, office.today()).items()}
    return show(request, "guide_glossary.html", contents=CONTENTS, tables=tables)


@page("/guide/fees")
def fees(request: HttpRequest) -> Response[Any]:
    """收费标准: the paragraph and the brackets of the schedule in force today."""
    office = office_of(request)
    try:
        schedule = office.rules.on(office.today()).fees
    except Refused as refused:
        return show(request, "guide_fees.html", contents=CONTENTS, schedule=None, paragraph=refused.message)
    return show(request, "guide_fees.html", contents=CONTENTS, schedule=schedule, paragraph=guide_paragraph(schedule))


@page("/guide/keys")
def keys(request: HttpRequest) -> Response[Any]:
    """键盘."""
    return show(request, "guide_keys.html", contents=CONTENTS, rows=KEYS)


ROUTES: tuple[BaseRouteHandler, ...] = (contents, procedure, articles, readings, terms, fees, keys)
