"""What a page says after an act: what was done, the letters it made, the date now, and the next step."""

from __future__ import annotations

from markupsafe import Markup
from sqlmodel import Session

from api.office.office import Office
from db import queries
from workflow import acts as a
from workflow import steps
from workflow.acts import Officer
from workflow.case import Case
from workflow.procedure import STATES
from workflow.words import LETTER_TITLES, say_day


def said(office: Office, session: Session, case: Case, officer: Officer, kind: str, *, onward: bool = True) -> Markup | None:
    """The line after an act of `kind`, from the file as it stands, and unless one is there already the next step; None: none such is on it."""
    signed = next((one for one in reversed(case.acts) if one.act.kind == kind), None) if kind in a.ACTS else None
    if signed is None:
        return None
    rules = office.rules
    numbers = {row.id: row.number for row in queries.letters_of(session, case)}
    made = [
        Markup('<a href="/letters/{}">{}</a>{}').format(one.id, LETTER_TITLES[one.kind], numbers.get(one.id) or "")
        for one in case.letters_of(signed, rules)
    ]
    back = _came_back(signed)
    parts = [Markup("已登记退回，文书等待再次送达") if back else Markup("已办理：{}").format(type(signed.act).title)]
    if made:
        parts.append(Markup("生成") + Markup("、").join(made))
    line = Markup("，").join(parts) + "。" + _date(office, case)
    return line + _next(office, session, case, officer, "" if back else kind) if onward else line


def _came_back(signed: a.Signed) -> bool:
    """A letter that the post returned: it is to be served again."""
    return isinstance(signed.act, a.Service) and signed.act.outcome == "returned"


def _date(office: Office, case: Case) -> str:
    clock, today = case.reckoning(office.rules), office.today()
    if not case.is_active:
        return f"本件现在是“{STATES[case.state].title}”。"
    if clock.due is None:
        waiting = steps.waiting(case, office.rules)
        until = f"，到{say_day(waiting.until)}为止" if waiting and waiting.until else ""
        return f"现在等{waiting.who if waiting else '申请人'}{until}。"
    left = clock.working_days_left(today)
    many = f"剩{left}个工作日" if left >= 0 else f"已超期{-left}个工作日"
    return f"答复期限{say_day(clock.due)}，{many}{'，今天暂停计时' if clock.suspended_on(today) else ''}。"


def _next(office: Office, session: Session, case: Case, officer: Officer, kind: str) -> Markup:
    """What moves the file, and in a line of its own what else is owed, each where this officer may see to it."""
    open_now = office.open_to(session, case, officer, "own", office.today()) if officer.agency == case.agency else {}
    follows = steps.next_step(case, office.rules)
    owed = steps.to_serve(case, office.rules) if kind != "service" or follows == "service" else ()
    lines = []
    if follows is not None and open_now.get(follows, office) is None:
        lines.append(_to(case, "下一步：", follows, a.ACTS[follows].title))
    if owed and follows != "service" and open_now.get("service", office) is None:
        titles = "、".join(dict.fromkeys(LETTER_TITLES[one.kind] for one in owed))
        lines.append(_to(case, "还要办：", "service", f"送达{titles}"))
    return Markup("<br>").join(lines)


def _to(case: Case, what: str, kind: str, title: str) -> Markup:
    return Markup('{}<a href="/cases/{}/acts/{}">{}</a>。').format(what, case.id, kind, title)
