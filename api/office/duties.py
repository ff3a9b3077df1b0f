"""三员分立: the administration divided among a system, a security and an audit administrator, where the office says so.

What each may do stands in `policy.ROUTES`; here is whether it is divided, and whether the office has whom it needs for it.
"""

from __future__ import annotations

from collections import defaultdict

from sqlmodel import Session

from api.office.policy import ADMINISTRATORS, SYSTEM
from db import people, queries
from workflow.acts import Officer
from workflow.identity import folded
from workflow.law import Rules

DIVIDED = "administration_divided"
"""The setting, of no agency, by which it is divided."""


def is_divided(session: Session) -> bool:
    """Whether the administration is divided."""
    return people.setting(session, "", DIVIDED) == "yes"


def holds_one_part(session: Session, officer: Officer) -> bool:
    """Whether he is the system administrator of an office whose administration is divided: of the others nothing changes."""
    return officer.role == SYSTEM and is_divided(session)


def hold(session: Session) -> None:
    """Nobody else makes or unmakes an administrator until the end of this transaction."""
    people.hold_officers(session, ADMINISTRATORS)


def fault(session: Session, rules: Rules, *, divided: bool | None = None) -> str | None:
    """Why the administrators who can sign in now are not those that the office needs; None: they are.

    `divided` as it is to become. Undivided there is one at least; divided there is one of each, and nobody holds two parts:
    a person is known by his name, whatever accounts he has, and whatever blanks and brackets stand in it.
    """
    there = [one for one in queries.officers(session) if one.active and one.role in ADMINISTRATORS]
    held: dict[str, dict[str, str]] = defaultdict(dict)
    for one in there:
        held[folded(one.name)][one.role] = one.name
    if not (is_divided(session) if divided is None else divided):
        return None if any(one.role == SYSTEM for one in there) else "至少要有一名能登录的系统管理员，请先指定另一名"
    missing = [rules.role_titles.get(role, role) for role in ADMINISTRATORS if not any(one.role == role for one in there)]
    if missing:
        return f"三员分立要有能登录的系统管理员、安全保密管理员、安全审计员各至少一名，还缺{'、'.join(missing)}，请先指定"
    if several := [next(iter(named.values())) for named in held.values() if len(named) > 1]:
        return f"三员分立的系统管理员、安全保密管理员、安全审计员不能由同一人担任：{'、'.join(several)}"
    return None
