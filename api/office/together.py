"""成批办理: one kind of act on several files, each placed as if it were the only one, and an answer for each; sent twice, placed once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlmodel import Session

from api.office.idempotency import write_awaited
from api.office.office import Office
from api.office.problems import Problem, as_problem
from db import queries, store
from workflow.acts import Act, Officer, Rejected
from workflow.admission import Forbidden
from workflow.case import Case
from workflow.law import Invalid, Refused

MOST = 50
"""Files that are placed together: one page of a desk."""
KEPT = "，您写的内容没有丢失"
"""What is said of a form of one file; here the page itself shows what was typed."""
ROUTE = "POST /desk/together"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one file: `why` it was not placed; empty: it was."""

    case_id: str
    number: str
    why: str = ""


def place_each(office: Office, officer: Officer, key: str, files: Mapping[str, int], act: Act, typed: str = "") -> str:
    """Place `act` on each file (id -> the version that was seen); the key under which `told` knows the answers, with what was `typed`.

    All in one transaction, each in a savepoint: what is refused leaves nothing, and hinders no other. The same sent again gets the first answers.
    """
    chosen = sorted(files.items())[:MOST]  # in one order: two who work on the same files wait for each other, and no more
    said = json.dumps([key, act.model_dump(mode="json"), chosen], ensure_ascii=False)
    digest = hashlib.sha256(said.encode()).hexdigest()
    placed: list[Case] = []

    def work(session: Session) -> store.Answer:
        placed.clear()
        lines = [_placed(office, session, officer, case_id, act, seen, placed) for case_id, seen in chosen]
        kept = {"kind": act.kind, "typed": typed, "lines": [asdict(one) for one in lines]}
        return store.Answer(200, json.dumps(kept, ensure_ascii=False).encode(), {})

    for case_id, _seen in chosen:
        office.prepare(officer, case_id, act)
    write_awaited(office, store.Once(digest[:32], officer.id, ROUTE, digest), work)
    for case in placed:
        office.announce(case)
    return digest[:32]


def _placed(office: Office, session: Session, officer: Officer, case_id: str, act: Act, seen: int, placed: list[Case]) -> Told:
    try:
        with session.begin_nested():
            case = office.place_in(session, officer, case_id, act, seen).case
    except (Problem, Refused, Invalid, Forbidden, Rejected) as error:
        problem = as_problem(error)
        return Told(case_id, queries.case_row(session, case_id).number if problem.status != 404 else "", problem.detail.replace(KEPT, ""))
    placed.append(case)
    return Told(case_id, case.number)


def told(office: Office, officer: Officer, kind: str, key: str) -> tuple[list[Told], str] | None:
    """The answers that were given under a key of `place_each`, and what was typed; None: there are none of this kind, or no longer."""
    with office.database.read() as session:
        answer = store.first_answer(session, officer.id, key)
    kept = json.loads(answer.body) if answer is not None else None
    if isinstance(kept, list):  # of before kind and text were kept
        return [Told(**one) for one in kept], ""
    return ([Told(**one) for one in kept["lines"]], kept["typed"]) if kept is not None and kept.get("kind") == kind else None
