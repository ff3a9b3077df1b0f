"""The projection of a file: what lists and statistics need, computed from the acts (never the other way round)."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict
from typing import Any

from db.simplified import simplified
from workflow import steps
from workflow.acts import Applicant
from workflow.case import Case
from workflow.identity import folded, folded_phone, person
from workflow.law import Rules
from workflow.movers import standing
from workflow.personal import mask_name, veiled
from workflow.statistics import is_counted
from workflow.telling import tellings


def applicant_key(applicant: Applicant, key: bytes) -> str:
    """A blind index of who asks."""
    return _blind(key, *applicant.identity)


def paper_key(kind: str, number: str, key: bytes) -> str:
    """The `applicant_key` of whoever has this number of a paper."""
    return _blind(key, *person("", None, kind, number))


def name_key(name: str, key: bytes) -> str:
    """A blind index of a name, by which it is found however it is spaced, in simplified characters or in traditional ones."""
    return _blind(key, "name", simplified(folded(name)))


def phone_key(phone: str | None, key: bytes) -> str | None:
    """A blind index of a phone, by which it is found however it is written."""
    return _blind(key, "phone", folded_phone(phone)) if phone else None


def _blind(key: bytes, *parts: str) -> str:
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def keys_of(applicant: Applicant, key: bytes) -> dict[str, Any]:
    """The columns of `docket` by which a person is found and counted."""
    return {
        "applicant_key": applicant_key(applicant, key),
        "name_key": name_key(applicant.name, key),
        "phone_key": phone_key(applicant.phone, key),
    }


def shown_of(case: Case) -> dict[str, Any]:
    """The columns of `docket` that say who asks and for what: to be sealed as it stands, and as it may leave the unit."""
    applicant = case.applicant
    return {
        "applicant_name": applicant.name,
        "applicant_masked": mask_name(applicant.name, is_person=applicant.category == "natural_person"),
        "wanted": case.wanted,
        "wanted_masked": veiled(case),
    }


def docket_of(case: Case, rules: Rules, key: bytes) -> dict[str, Any]:
    """The row of `docket` for this file, before it is sealed."""
    clock = case.reckoning(rules)
    applicant = case.applicant
    return {
        **asdict(standing(case, rules)),
        "case_id": case.id,
        "number": case.number,
        "version": case.version,
        "stage": case.stage,
        "channel": case.registration.channel,
        "purpose": case.registration.purpose,
        "received_on": case.received_on,
        "counts_in": f"{case.received_on:%Y-%m}" if is_counted(case) else "",
        "due_provisional": clock.provisional,
        "reply_owed": case.reply_owed,
        "suspensions": json.dumps([[after.isoformat(), to.isoformat()] for after, to in clock.suspensions]),
        "outcome": case.outcome,
        "replied_on": case.replied_on,
        "closed_on": case.closed_on,
        "archived_on": case.archived_on,
        "topic": case.topic,
        "applicant_category": applicant.category,
        **keys_of(applicant, key),
        **shown_of(case),
        "to_confirm": len(steps.to_confirm(case, rules)),
        "returned": case.is_active and steps.returned(case),
        "supervised_on": steps.supervised_on(case),
        "tellings": None if (told := tellings(case, rules)) is None else json.dumps(told),
    }


def inbox_of(case: Case, rules: Rules) -> list[dict[str, Any]]:
    """The rows of `inbox`: consultations addressed to units that work in this system."""
    limits = {limit.ref: limit.on for limit in case.reckoning(rules).limits if limit.kind == "opinion"}
    return [
        {
            "case_id": case.id,
            "seq": asked.seq,
            "agency": asked.act.agency,
            "officer": asked.act.to,
            "limit_on": limits.get(asked.seq),
            "is_open": case.awaits(asked),
        }
        for asked in case.consultations
        if asked.act.agency is not None
    ]
