"""The people of a unit drawn at random: some posts empty or double, some dismissed, some away with a deputy or without a good one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from tests.stories.runner import shipped_rules
from tests.workflow.histories import AGENCY, BELOW, OVERSEEING
from workflow.staff import Colleague, Leave, Staff

POSTS = ("intake", "handler", "legal", "head", "archivist", "analyst")
ROLES = shipped_rules().on(date(2026, 1, 1)).roles
TITLES = shipped_rules().role_titles


def colleague(role: str, which: str = "", agency: str = AGENCY, **more: object) -> Colleague:
    username = f"{role}{which}@{agency}"
    return replace(Colleague(username, f"{role}{which}（样例）", role, agency), **more)  # type: ignore[arg-type]


def office(*more: Colleague, today: date = date(2026, 3, 10)) -> Staff:
    """One person at every post, but for those who are said to be otherwise."""
    usual = {one.username: one for one in (colleague(role) for role in POSTS)}
    return Staff(tuple({**usual, **{one.username: one for one in more}}.values()), today, ROLES, TITLES)


def away(role: str, deputy: str, which: str = "", first: str = "2026-03-01", last: str = "2026-03-31") -> Colleague:
    return colleague(role, which, leave=Leave(date.fromisoformat(first), date.fromisoformat(last), f"{deputy}@{AGENCY}"))


def drawn_staff(random: Random, today: date, *, dispatched: bool = False) -> Staff:
    """A unit at random; `dispatched`: its head and its first registrar stay, as the program sees to it."""
    everybody = []
    for role in POSTS:
        for which in ("", "2")[: random.choice((0, 1, 1, 2, 2))] or ([""] if dispatched and role in ("head", "intake") else []):
            kept = dispatched and role in ("head", "intake") and not which
            everybody.append(colleague(role, which, active=kept or random.random() < 0.85))
    everybody += [colleague("head", agency=OVERSEEING), colleague("handler", agency=BELOW, active=random.random() < 0.6)]
    names = [one.username for one in everybody]
    for at, one in enumerate(everybody):
        if random.random() < 0.35:
            first = today + timedelta(random.randint(-10, 5))
            everybody[at] = replace(one, leave=Leave(first, first + timedelta(random.randint(0, 20)), random.choice(names)))
    return Staff(tuple(everybody), today, ROLES)
