"""The filters of a list of cases, read from a query string: every one named, every wrong one told."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from db.queries import Filters
from workflow.acts import Day, Line, OutcomeKey, Record, read


class CaseFilters(Record):
    """The filters of `GET /api/cases`."""

    state: Literal[
        "registered", "awaiting_correction", "handling", "consulting", "awaiting_payment", "approving", "replied",
        "closed", "archived",
    ] | None = None  # fmt: skip
    stage: Literal["登记", "审核", "办理", "答复", "归档"] | None = None
    due_before: Day | None = None
    overdue: Literal["true", "false"] | None = None
    assignee: Line | None = None
    applicant: Line | None = None
    topic: Line | None = None
    outcome: OutcomeKey | None = None
    received_from: Day | None = None
    received_to: Day | None = None
    agency: Line | None = None
    q: Annotated[Line, Field(max_length=100)] | None = None
    sort: Literal["due", "-due", "received", "-received", "number", "-number"] = "due"
    cursor: Annotated[Line, Field(max_length=500)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


def read_filters(query: dict[str, Any]) -> tuple[Filters, str | None]:
    """The filters, and the one agency they ask for. Raises Rejected with every parameter at fault."""
    plain = {name: value for name, value in query.items() if value != ""}
    wanted = read(CaseFilters, plain)
    data = wanted.model_dump(exclude={"agency", "overdue"})
    overdue = None if wanted.overdue is None else wanted.overdue == "true"
    return Filters(**data, overdue=overdue), wanted.agency
