"""报批 that waits for a signature: what is asked for, by whom, why, and what signing it would change."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from api.office.views.acts import act_view
from api.office.views.view import View
from workflow import acts as a
from workflow.case import Case, OpenRequest
from workflow.law import Rules
from workflow.procedure import STATES
from workflow.words import say_day


class RequestView(View):
    """报批: placed by the act `kind` with `request` = `seq`, or sent back by `return` with it."""

    seq: int
    kind: str
    title: str
    asked_by: str
    on: date
    reason: str
    act: dict[str, Any] = Field(description="报请办理的内容")
    changes: list[str] = Field(description="签批以后的变化")
    refused: str | None = Field(description="现在不能签批的原因")


class ApprovalView(View):
    """What waits for a signature: the draft on a file, or a request of it."""

    case: str
    number: str
    version: int
    what: str = Field(description="draft、request")
    request: RequestView | None


def request_view(case: Case, asked: OpenRequest, after: Case | str, rules: Rules, *, full: bool) -> RequestView:
    """`after` is the file as it would be once the request is signed, or why it cannot be signed now."""
    kind = str(asked.act.act["kind"])
    return RequestView(
        seq=asked.seq,
        kind=kind,
        title=a.ACTS[kind].title,
        asked_by=asked.by.name,
        on=asked.act.on,
        reason=asked.act.reason,
        act=dict(act_view(case.acts[asked.seq - 1], full=full).act["act"]),
        changes=_changes(case, after, rules) if isinstance(after, Case) else [],
        refused=after if isinstance(after, str) else None,
    )


def _changes(case: Case, after: Case, rules: Rules) -> list[str]:
    placed = after.acts[-1]
    found = [f"这是补录：日期为{say_day(placed.act.on)}，{say_day(placed.entered_on)}录入，处处标明"] if placed.late_entry is not None else []
    return found + [f"{title}：由{was}变为{now}" for title, was, now in request_moves(case, after, rules)]


def request_moves(case: Case, after: Case, rules: Rules) -> list[tuple[str, str, str]]:
    """What signing changes of a file: (title, as it is, as it will be)."""
    found = []
    before, due = case.reckoning(rules).due, after.reckoning(rules).due
    if before != due:
        found.append(("答复期限", say_day(before) if before else "没有起算", say_day(due) if due else "没有起算"))
    if case.state != after.state:
        found.append(("状态", f"“{STATES[case.state].title}”", f"“{STATES[after.state].title}”"))
    fee, left = case.fee, after.fee
    if fee is not None and left is not None and fee.open_fen != left.open_fen:
        found.append(("应缴费用", f"{fee.open_fen / 100:g}元", f"{left.open_fen / 100:g}元"))
    return found
