"""A case in a list: the facts of its row in the docket, masked, with the working days that are left."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from api.office.masking import mask_applicant
from api.office.views import CaseRow
from workflow.calendar import Calendar
from workflow.clocks import days_left
from workflow.procedure import ACTIVE, STATES


def case_row(row: Any, calendar: Calendar, today: date) -> CaseRow:
    """The row of a list, for anyone who may see that the case exists."""
    waiting = row.state in ACTIVE
    spans = [(date.fromisoformat(after), date.fromisoformat(to)) for after, to in json.loads(row.suspensions)]
    return CaseRow(
        id=row.case_id,
        number=row.number,
        version=row.version,
        agency=row.agency,
        state=row.state,
        state_title=STATES[row.state].title,
        stage=row.stage,
        assignee=row.assignee,
        channel=row.channel,
        received_on=row.received_on,
        applicant=mask_applicant(row.applicant_name, row.applicant_category),
        wanted=row.wanted[:200],
        topic=row.topic,
        due_on=row.due_on,
        due_provisional=row.due_provisional,
        working_days_left=days_left(calendar, spans, row.due_on, today) if waiting and row.due_on else None,
        overdue=bool(waiting and row.due_on and row.due_on < today),
        suspended=waiting and any(after < today <= to for after, to in spans),
        outcome=row.outcome,
    )
