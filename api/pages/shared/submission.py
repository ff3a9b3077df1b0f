"""Placing an act from a page: what came of it, or what stands against it, told so that nothing typed is lost.

`attempt` goes through `Office.place` like everybody else. What a form can answer on its own page (values at fault, a
refusal, a colleague who was first, trouble of the system) comes back as a `Trouble`; a file that is not there is raised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from api.office.office import SHANGHAI, Office, Placed
from api.office.policy import ACT
from api.office.problems import Problem, as_problem
from api.pages.shared.frame import Form, HttpRequest, me, office_of
from api.web.problems import request_id
from workflow.acts import Officer, Signed, parse

SEEN = "seen"
"""The hidden field of a form that names the version its page was made from."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing was placed: `problem` as the API would tell it, in the words and with the places a page needs."""

    problem: Problem
    errors: Mapping[str, str] = field(default_factory=dict)
    """400: field path (`party.address`) -> sentence; the path "" is the whole form."""
    first: Signed | None = None
    """412: the first act that somebody placed since the page was made."""
    link: str = ""
    """412: where one sees it."""

    @property
    def status(self) -> int:
        return self.problem.status

    @property
    def is_refusal(self) -> bool:
        """409 or 403: the law, the procedure or the post forbid it."""
        return self.status in (403, 409)

    @property
    def is_conflict(self) -> bool:
        return self.status == 412


Place = Callable[[Office, Officer, str, Mapping[str, Any], "int | None"], Placed]


def _place(office: Office, officer: Officer, case_id: str, data: Mapping[str, Any], seen: int | None) -> Placed:
    return office.place(officer, case_id, parse(dict(data)), seen=seen)


def attempt(
    request: HttpRequest, case_id: str, data: Mapping[str, Any], seen: int | None, place: Place = _place
) -> tuple[Placed | None, Trouble | None]:
    """Place the act that `data` describes (`kind` among it) on a file whose version `seen` the officer had before him.

    `place` also keeps what is sent with it.

    One of the two answers is None. Raises what no form can answer: Problem 404, and errors nobody foresaw.
    """
    office, officer = office_of(request), me(request)
    try:
        return place(office, officer, case_id, data, seen), None
    except Exception as error:
        return None, trouble(request, error, case_id, seen)


_FOR_PROGRAMS = re.compile(r"（overrides）|〔[a-z_]+〕")
"""What a refusal says to programs beside its words: the field, and which risk it is."""


def trouble(request: HttpRequest, error: Exception, case_id: str | None = None, seen: int | None = None) -> Trouble:
    """What `error` means to the form that caused it; raised again if a form cannot answer it."""
    problem = as_problem(error)
    problem.detail = _FOR_PROGRAMS.sub("", problem.detail)
    match problem.status:
        case 400:
            return Trouble(problem, by_field(problem))
        case 412 if case_id is not None:
            return _conflict(office_of(request), me(request), problem, case_id, seen)
        case 403 | 409 | 412 | 422:
            return Trouble(problem)
        case 503 | 507:
            sentence = f"暂时没有存上，请稍后再试。您写的内容还在。编号{request_id(request)}"
            return Trouble(Problem(problem.status, sentence, headers=problem.headers))
        case _:
            raise error


def by_field(problem: Problem) -> dict[str, str]:
    """Field path -> its first sentence."""
    found: dict[str, str] = {}
    for path, sentence in problem.errors or [("", problem.detail)]:
        found.setdefault(path, sentence)
    return found


def _conflict(office: Office, officer: Officer, problem: Problem, case_id: str, seen: int | None) -> Trouble:
    """没有提交：马晓峰14:20先办了这件申请，退回修改。 Who was asked from outside is not told who works on the file."""
    placed = office.case(officer, case_id, relations=ACT)
    later = [one for one in placed.case.acts if one.seq > (seen or 0)]
    if placed.relation == "consulted" or not later:
        return Trouble(problem)
    first = later[0]
    stamp, today = first.at.astimezone(SHANGHAI), office.today()
    clock = f"{stamp:%H:%M}" if stamp.date() == today else f"{stamp.month}月{stamp.day}日{stamp:%H:%M}"
    who = f"您{clock}已经办了这件申请" if first.officer.id == officer.id else f"{first.officer.name}{clock}先办了这件申请"
    sentence = f"没有提交：{who}，{type(first.act).title}。您写的内容还在。"
    return Trouble(Problem(412, sentence), first=first, link=f"/cases/{case_id}#act-{first.seq}")


def seen_of(form: Form) -> int:
    """The version that the form's page was made from; 0, which no file has, when the form does not say."""
    text = form.get(SEEN)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
