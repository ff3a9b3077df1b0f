"""意见建议的到期销毁: by the archivist of the unit, by a list that was approved, as a file is erased (READINGS R-feedback-kept)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from api.office.office import Office
from api.office.problems import Problem
from db import erasing
from workflow import acts as a
from workflow.acts import Officer


def erase(office: Office, officer: Officer, numbers: Sequence[str], ground: str, reason: str) -> None:
    """Erase these opinions of his unit, all or none. Raises Problem, Rejected (ground and reason as 到期销毁 of a file wants them)."""
    today, rules = office.today(), office.rules
    told = a.parse({"kind": "erasure", "on": today.isoformat(), "ground": ground, "reason": reason})
    assert isinstance(told, a.Erasure)
    if officer.role not in (posts := rules.on(today).roles["erasure"]):
        titles = "、".join(rules.role_titles[one] for one in posts)
        raise Problem(403, f"没有销毁：到期销毁由{titles}办理。", articles=["条例 45"])

    def work(session: Session) -> None:
        over = {row.number for row, _ in erasing.opinions_over(session, today, rules, officer.agency)}
        if early := [one for one in numbers if one not in over]:
            raise Problem(409, f"没有销毁：{'、'.join(early)}不是本单位保留期满、还没有销毁的意见建议。请重新打开列表核对。")
        for number in numbers:
            erasing.erase_opinion(session, number, officer, office.clock(), told.ground, told.reason)

    office.database.write(work)
