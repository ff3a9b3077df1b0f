"""Acts that cannot be read any more, as a fault of the disk or an old slip leaves them."""

from __future__ import annotations

import json

from sqlalchemy import insert, select, update
from sqlmodel import Session

from api.office.office import Office
from db import journal, people, store
from db.sealing import opened_one, ring_of, sealed
from tests.api.test_verify import unguarded

WAYS = ("another seal", "no JSON", "JSON of another shape", "a value that no act has", "an unknown kind", "no officer")


def damage(office: Office, case_id: str, seq: int, way: str) -> None:
    """Have an act be unreadable in one of the `WAYS`; a file that the office remembers is forgotten."""

    def work(session: Session) -> None:
        act, mine = store.ACT, (store.ACT.c.case_id == case_id, store.ACT.c.seq == seq)
        row = session.execute(select(act).where(*mine)).one()
        public = opened_one(ring_of(session), act, row, "public")
        said = json.loads(public)
        value = {
            "no JSON": public[:-5], "JSON of another shape": "[1, 2]",
            "a value that no act has": json.dumps({**said, "on": "2026-13-45"}), "an unknown kind": json.dumps({**said, "kind": "nobody"}),
        }.get(way, public)  # fmt: skip
        values = sealed(session, act, {"public": value}, case_id=case_id, seq=seq)
        if way == "another seal":
            values = {"public": values["public"][:-8] + "AAAAAAA="}
        with unguarded(session):
            session.execute(update(act).where(*mine).values({"officer": "{}"} if way == "no officer" else values))

    office.database.write(work)
    office._known.clear()


def placed_unreadable(session: Session, case_id: str) -> int:
    """An act that was written so that it can never be read, told in the log as it is; its place on the file."""
    act = store.ACT
    last = session.execute(select(act).where(act.c.case_id == case_id).order_by(act.c.seq.desc()).limit(1)).one()
    seq = last.seq + 1
    slip = '{"kind":"note","on":"20266-01-01","text":"样例"}'
    row = {**last._mapping, "seq": seq, "kind": "note", "public": slip, "private": None}
    session.execute(insert(act).values(sealed(session, act, row)))
    session.execute(update(store.CASE).where(store.CASE.c.id == case_id).values(version=seq))
    number = session.execute(select(store.CASE.c.number).where(store.CASE.c.id == case_id)).scalar_one()
    people.log(session, last.at, "act", object=f"{number} {seq} note")
    journal.added(session, act, row)
    return int(seq)
