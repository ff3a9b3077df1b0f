"""培训单位: a day's work on invented files, whose tasks see from the acts whether they are done, and say why not.

Nothing is ticked by hand: a task asks the files. Which files it is about stands in a setting that `gongkai demo --training` writes,
and only where there were no files before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from db import people, store
from workflow import acts as a
from workflow import steps
from workflow.case import Case
from workflow.law import Rules

SETTING = "training"
"""The setting, of no agency, of a training office: the day, and the files of the tasks."""
AGENCY = "gx-zrzy"
"""The unit whose day it is."""
APPLICANT, WANTED = "周样例", "清泉河沿岸2025年采砂许可证及附图"
"""Who comes to the counter in the first task, and what he asks for."""


@dataclass(frozen=True, slots=True)
class Day:
    """The day as it stands: its files by what they are called in the tasks, and the rules."""

    on: date
    cases: Mapping[str, Case]
    rules: Rules

    def case(self, name: str) -> Case:
        return self.cases[name]


Check = Callable[[Case, Day], str]
"""Why the task is not done yet; empty: it is."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task: about which file, whose it is, what to do and by which articles."""

    about: str
    role: str
    title: str
    text: str
    articles: tuple[str, ...]
    check: Check


@dataclass(frozen=True, slots=True)
class Checked:
    """A task, and how it stands."""

    task: Task
    case: Case | None
    missing: str

    @property
    def is_done(self) -> bool:
        return not self.missing


# ------------------------------------------------------------------ what the tasks ask of the files


def _placed(kind: str, missing: str, also: Callable[[Any], str] = lambda _act: "") -> Check:
    """An act of this kind stands in the file, and `also` finds nothing wrong with the last one."""

    def check(case: Case, _day: Day) -> str:
        found = case.of_kinds(kind)
        return also(found[-1].act) if found else missing

    return check


def _left(kind: str, missing: str, unsent: str, how: str = "") -> Check:
    """An act of this kind stands in the file, and its letters have left: in the way `how`, where the task says one."""

    def check(case: Case, day: Day) -> str:
        found = case.of_kinds(kind)
        if not found:
            return missing
        waiting, letters = {one.id for one in steps.to_serve(case, day.rules)}, case.letters_of(found[-1], day.rules)
        if any(one.id in waiting for one in letters):
            return unsent
        served = case.served(found[-1].seq)
        return f"送达方式应当是{a.METHODS[how]}" if how and (served is None or served.method != how) else ""

    return check


def _registered(case: Case, day: Day) -> str:
    act = case.registration
    if act.channel != "in_person":
        return "收到渠道应当是当面提交：申请人今天到窗口递交（条例31条）"
    if act.received_on != day.on:
        return "收到日应当是今天：当面提交的，提交之日为收到日（条例31条）"
    if APPLICANT not in act.applicant.name:
        return f"申请人应当是{APPLICANT}"
    if WANTED not in re.sub(r"[\s《》“”]", "", act.wanted):
        return f"申请内容应当照申请写：“{WANTED}”（条例29条）"
    return "" if (act.form, act.delivery) == ("paper", "collect") else "提供方式应当照申请写：纸质，自行领取（条例29条）"


def _disclosed(act: Any) -> str:
    if any(one.outcome != "disclosed" for one in act.items):
        return "这件应当拟为予以公开"
    if not all(one.provided for one in act.items):
        return "予以公开的，请列出提供的文件"
    given = [one for item in act.items for one in item.provided]
    return "" if any("采砂许可证" in one.title and one.pages == 4 for one in given) else "提供的文件应当是采砂许可证，4页"


def _signed(case: Case, _day: Day) -> str:
    return "" if case.decision is not None and case.outcome == "disclosed" else "答复还没有签发"


def _asked(act: Any) -> str:
    return "" if act.type == "third_party" else "涉及企业的商业秘密，应当征求第三方的意见（条例32条）"


def _extended(case: Case, day: Day) -> str:
    if not case.of_kinds("extension"):
        return "还没有延期"
    return "" if case.reckoning(day.rules).extension_in_time else "延期要在原来的答复期限届满以前告知申请人才有效（条例33条2款），告知书还没有送出"


def _returned(case: Case, _day: Day) -> str:
    if case.decision is not None:
        return "这份答复已经签发：没有征求第三方意见，不应当签发"
    return "" if case.of_kinds("return") else "还没有退回"


def _archived(case: Case, _day: Day) -> str:
    return "" if case.state == "archived" else "还没有归档"


TASKS: tuple[Task, ...] = (
    Task("first", "intake", "登记今天当面递交的申请", f"周样例今天到窗口递交申请，要“{WANTED}”，纸质，自行领取。请登记，渠道选当面提交。",
         ("条例 31(一)",), _registered),
    Task("first", "head", "交办", "把这件申请交给承办人办理。", ("条例 33(2)",), _placed("assignment", "还没有交办")),
    Task("first", "handler", "审核受理", "内容明确，属于本机关，受理。", ("条例 29(2)",), _placed("acceptance", "还没有受理")),
    Task("first", "handler", "登记检索记录", "在综合档案室查到了这份许可证和附图，登记检索的地点、方法和结果。", ("条例 36",),
         _placed("search", "还没有检索记录", lambda act: "" if act.result == "found" else "检索的结果应当是已查到")),
    Task("first", "legal", "保密审查", "审查能不能公开：不涉及国家秘密、工作秘密，可以公开。", ("条例 17",),
         _placed("secrecy_review", "还没有保密审查", lambda act: "" if act.result == "may_disclose" else "审查的结果应当是可以公开")),
    Task("first", "handler", "拟写答复", "予以公开，列出提供的文件（采砂许可证，4页），提交审签。", ("条例 36(二)",),
         _placed("draft", "还没有拟写答复", _disclosed)),
    Task("first", "head", "签发答复", "看清答复书和风险提示，有提示的写明理由，签发。", ("条例 36(二)",), _signed),
    Task("first", "intake", "送达答复", "申请人来领取，当面送达，登记送达（送达方式选直接送达）。", ("235号 送达",),
         _left("decision", "答复还没有签发", "答复书还没有送出", "direct")),
    Task("unclear", "intake", "告知补正", "这件申请要“有关征地的所有材料”，看不出要哪一份。一次告知要补正的内容和期限，并登记告知书送出。",
         ("条例 30",),
         _left("correction_notice", "还没有告知补正", "补正告知书还没有送出，期限从送达起算")),
    Task("price", "handler", "征求第三方意见", "查到的成交合同写有样例建材公司的价款和账户，是否公开要书面征求该公司的意见。", ("条例 15", "条例 32"),
         _placed("consultation", "还没有征求意见", _asked)),
    Task("price", "intake", "送出意见征询书", "征询书交邮，登记送达。送出以后才暂停计时。", ("条例 33(3)",),
         _left("consultation", "还没有征求意见", "意见征询书还没有送出，没有暂停计时", "post")),
    Task("long", "head", "延长答复期限", "这件申请就要到期，四十卷档案要逐卷查阅。延期不超过20个工作日，写明理由，在到期以前告知申请人。",
         ("条例 33(2)",), _extended),
    Task("wrong", "head", "退回不能签发的答复", "审签中的这份答复以商业秘密为由不予公开，却没有征求第三方意见。看风险提示，写明理由退回。",
         ("条例 15", "条例 32"), _returned),
    Task("old", "archivist", "归档", "这件申请已经答复、送达并有回执，归档。", ("条例 36",), _archived),
)  # fmt: skip


# ------------------------------------------------------------------ the day


def begin(session: Session, on: date, cases: Mapping[str, str]) -> None:
    """Keep that this is a training office, on which day, and which file is which."""
    people.set_setting(session, "", SETTING, json.dumps({"day": on.isoformat(), "cases": dict(cases)}))


def is_on(session: Session) -> bool:
    """Whether this is a training office."""
    return people.setting(session, "", SETTING) is not None


def checked(session: Session, rules: Rules) -> tuple[date, list[Checked]] | None:
    """The day, and each task as it stands; None where this is no training office."""
    kept = people.setting(session, "", SETTING)
    if kept is None:
        return None
    said = json.loads(kept)
    on = date.fromisoformat(said["day"])
    cases = {name: case for name, id in said["cases"].items() if (case := store.load(session, id)) is not None}
    if (first := _first(session, frozenset(said["cases"].values()))) is not None:
        cases["first"] = first
    day, found = Day(on, cases, rules), []
    for task in TASKS:
        case = cases.get(task.about)
        missing = task.check(case, day) if case is not None else "还没有登记" if task.about == "first" else "没有这件案卷"
        found.append(Checked(task, case, missing))
    return on, found


def _first(session: Session, known: frozenset[str]) -> Case | None:
    """The file that was registered for the first task: the latest that asks for its subject and is not void."""
    table = store.CASE
    rows = session.execute(select(table.c.id).where(table.c.agency == AGENCY).order_by(table.c.year.desc(), table.c.serial.desc()))
    for id in rows.scalars():
        if id not in known and (case := store.load(session, id)) is not None and case.state != "void" and _is_wanted(case):
            return case
    return None


def _is_wanted(case: Case) -> bool:
    return isinstance(case.acts[0].act, a.Registration) and "采砂许可证" in case.wanted
