"""A desk with one file on it, for tests that need a file in some state with few words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from tests.stories.runner import shipped_rules
from workflow.acts import ACTS, Officer, Signed, parse
from workflow.admission import admit
from workflow.case import Case, letter_id
from workflow.checks import Facts
from workflow.law import Rules
from workflow.risks import open_risks

CASE_ID = "00000000-0000-4000-8000-000000000001"
APPLICANT = {"name": "周立新（样例）", "id_number": "990000196203110004", "phone": "13800000001", "address": "冠县样例路1号（样例）"}
RECEIVED = "2026-03-02"
"""A Monday; the reply is due on 2026-03-30, a Monday, and a correction notice on 2026-03-11, a Wednesday."""
SIGNER = {"extension": "head", "deferral": "head", "waiver": "head", "decision": "head", "return": "head", "reopening": "head",
          "legal_review": "legal", "remedy": "legal", "remedy_result": "legal", "archival": "archivist"}  # fmt: skip


def officer(role: str, which: str = "") -> Officer:
    """An officer of the sample agency."""
    username = f"{role}{which}@gx-zrzy"
    return Officer(id=username, username=username, name="样例", role=role, agency="gx-zrzy")


@dataclass
class Desk:
    """Places acts on one file; the usual role signs, today is the day of the act."""

    rules: Rules = field(default_factory=shipped_rules)
    facts: Facts = Facts()
    case: Case = field(default_factory=lambda: Case(CASE_ID, "gx-zrzy", "样例1号"))

    def place(self, kind: str, on: str, *, by: str | None = None, today: str | None = None, **fields: Any) -> Desk:
        """Admit the act; raises what `admit` raises."""
        if kind == "decision":
            fields = {**fields, "overrides": self.beside_the_point(on) | fields.get("overrides", {})}
        act = parse({"kind": kind, "on": on, **fields})
        day = date.fromisoformat(today or on)
        role = by or SIGNER.get(kind, "handler")
        at = datetime.combine(day, time(1, 0), UTC)
        self.case = admit(self.case, act, officer(role), at, self.rules, day, self.facts)
        return self

    def beside_the_point(self, on: str) -> dict[str, str]:
        """Reasons for the warnings that are open of nearly every draft here, and that few tests are about."""
        found = {risk.id for risk in open_risks(self.case, self.rules, date.fromisoformat(on)) if risk.level == "warns"}
        return dict.fromkeys(sorted(found & {"secrecy_not_reviewed", "nothing_provided"}), "样例")

    def put(self, kind: str, on: str, **fields: Any) -> Desk:
        """Put an act on the file that the table allows, whatever the law says of it."""
        act = parse({"kind": kind, "on": on, **fields})
        self.case = self.case.with_act(Signed(self.case.version + 1, act, officer("handler"), datetime.combine(act.on, time(1, 0), UTC)))
        return self

    def serve(self, seq: int, on: str, *, n: int = 0, received: str | None = None) -> Desk:
        """Record that the n-th letter of the act `seq` was handed over."""
        return self.place("service", on, letter=letter_id(CASE_ID, seq, n), method="direct", received_on=received or on)

    def force(self, kind: str, on: str, state: str, **fields: Any) -> Desk:
        """Put an act on the file that neither the table nor the law would allow: for what should never happen."""
        act = parse({"kind": kind, "on": on, **fields})
        signed = Signed(len(self.case.acts) + 1, act, officer("handler"), datetime.combine(act.on, time(1, 0), UTC))
        self.case = Case(self.case.id, self.case.agency, self.case.number, (*self.case.acts, signed), state)
        return self


def registered(**fields: Any) -> Desk:
    """A file received on Monday 2026-03-02."""
    desk = Desk(facts=Facts(already_this_month=fields.pop("already", 0)))
    given = {"channel": "in_person", "submitted_on": RECEIVED, "applicant": APPLICANT, "wanted": "某村征收土地公告（样例）", **fields}
    return desk.place("registration", RECEIVED, **given)


def handling(**fields: Any) -> Desk:
    """The same, accepted: two acts on it."""
    return registered(**fields).place("acceptance", RECEIVED)


def drafted(*items: dict[str, Any], on: str = "2026-03-10", desk: Desk | None = None, **fields: Any) -> Desk:
    """A file with a draft of these decisions, numbered from 1."""
    numbered = [{"item": place, **item} for place, item in enumerate(items or ({"outcome": "disclosed"},), 1)]
    wanted = [f"第{place}种材料" for place in range(1, len(numbered) + 1)]
    desk = desk or handling(items=wanted if len(wanted) > 1 else [])
    return desk.place("draft", on, items=numbered, **fields)


def replied(*items: dict[str, Any], **fields: Any) -> Desk:
    """A file whose draft was signed on 2026-03-11."""
    return drafted(*items, **fields).place("decision", "2026-03-11")


def in_state(state: str) -> Desk:
    """A file in the given state, dated in March 2026, at the latest on the 13th."""
    match state:
        case "registered":
            return registered()
        case "awaiting_correction":
            return registered().place("correction_notice", "2026-03-03", matters=["写明年份"])
        case "handling":
            return handling()
        case "consulting":
            return handling().place("consultation", "2026-03-04", type="internal", party={"name": "法制科"}, question="可否公开")
        case "awaiting_payment":
            return handling(already=10).place("fee_notice", "2026-03-04", basis="per_item", amount_fen=10000)
        case "approving":
            return drafted()
        case "replied":
            return replied()
        case "closed":
            return registered().place("withdrawal", "2026-03-03")
        case "archived":
            desk = registered().place("withdrawal", "2026-03-03")
            return desk.serve(2, "2026-03-04").place("archival", "2026-03-05")
        case "handed_over":
            return registered().put("handover", "2026-03-03", to="gx-zjj", reason="不属于本单位的职责")
        case "void":
            return registered().put("voiding", "2026-03-03", reason="重复登记")
    raise AssertionError(state)


assert set(SIGNER) <= set(ACTS)
