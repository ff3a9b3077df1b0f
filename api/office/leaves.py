"""外出与代办 (READINGS R-leave): who is away from when to when, and who does the work meanwhile; by himself, or by the administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from sqlmodel import Session

from api.office.office import Office
from db import people
from db.staff import staff
from workflow import acts as a
from workflow.acts import Officer, Record
from workflow.staff import Colleague, Leave, Staff
from workflow.words import say_day


class Away(Record):
    """外出：起止日期（均包含在内）和代办人的用户名。代办人须是本单位在用的人员，岗位有权办理。"""

    from_: Annotated[a.Day, Field(alias="from", title="起日")]
    to: Annotated[a.Day, Field(title="止日")]
    deputy: Annotated[a.Line, Field(title="代办人")]


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody's leave as it stands, who could stand in for him, and for whom he does."""

    leave: Leave | None
    deputy: str | None
    """The name of the deputy whom he named."""
    by: str | None
    """The name of whoever does his work today; None: nobody can."""
    deputies: tuple[Colleague, ...]
    standing_in: tuple[Colleague, ...]


def absence(office: Office, username: str, agency: str) -> Absence:
    """How it stands with an officer today; what is over is as if it had never been."""
    known = office.staff([agency])
    leave = known.by_name[username].leave
    if leave is not None and leave.to_on < known.today:
        leave = None
    deputy, by = (known.by_name.get(name or "") for name in (leave.deputy if leave else None, known.stand_in(username)))
    standing_in = tuple(known.by_name[one] for one in known.represented(username))
    return Absence(leave, deputy.name if deputy else None, by.name if by else None, known.deputies(username), standing_in)


def go_away(office: Office, by: Officer, username: str, agency: str, away: Away, request_id: str | None = None) -> None:
    """Keep a leave; it takes the place of an earlier one. Raises Invalid: the work would be left to nobody."""
    leave = Leave(away.from_, away.to, away.deputy)

    def keep(session: Session) -> None:
        known: Staff = staff(session, [agency], office.today(), office.rules)
        known.leave(username, leave)
        people.set_leave(session, username, leave)
        said = f"外出{say_day(leave.from_on)}至{say_day(leave.to_on)}，由{leave.deputy}代办"
        people.log(session, office.clock(), "leave", officer=by, object=username, reason=said, request_id=request_id)

    office.database.write(keep)


def come_back(office: Office, by: Officer, username: str, request_id: str | None = None) -> bool:
    """End a leave, before its last day too; False when there is none that is not over."""

    def end(session: Session) -> bool:
        ended = people.end_leave(session, username, office.today())
        if ended:
            people.log(session, office.clock(), "leave", officer=by, object=username, reason="结束外出", request_id=request_id)
        return ended

    return office.database.write(end)


def as_json(known: Absence) -> dict[str, Any]:
    """As the API tells it."""
    leave = known.leave
    told = {"from": leave.from_on, "to": leave.to_on, "deputy": leave.deputy} if leave else None
    away = [{"username": one.username, "name": one.name, "until": one.leave.to_on if one.leave else date.max} for one in known.standing_in]
    return {"leave": told, "standing_in_for": away}
