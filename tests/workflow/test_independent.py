"""The second count against the worked cases: it must be right before it may judge."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.stories.runner import shipped_rules
from tests.workflow.independent import (
    AskedToCorrect,
    Attempt,
    Charged,
    Consulted,
    Corrected,
    Deferred,
    Ended,
    Event,
    Extended,
    File,
    Letter,
    Ordered,
    Paid,
    Reckoned,
    Replied,
    Waived,
    months,
    natural_days,
    reckoned,
)
from workflow.calculator import calculate

CASES = Path(__file__).parents[1] / "cases"
WORKED = json.loads((CASES / "deadline_cases.json").read_text(encoding="utf-8"))["cases"]
REAL = {one["id"]: one for one in json.loads((CASES / "real_files.json").read_text(encoding="utf-8"))["cases"]}


def day(text: str) -> date:
    return date.fromisoformat(text)


def maybe(text: str | None) -> date | None:
    return day(text) if text else None


def handed(on: str, signed: str | None = None, way: str = "direct") -> Letter:
    """A letter that left on a day, once."""
    return Letter((Attempt(day(on), way, maybe(signed)),))


def tried(*sendings: tuple[str | None, ...]) -> Letter:
    """A letter that was posted several times: (the day it left, the day it came back, the day it was signed for)."""
    found = [(*one, None, None)[:3] for one in sendings]
    return Letter(tuple(Attempt(day(left or ""), "post", maybe(signed), maybe(back)) for left, back, signed in found))


def put_up(left: str, back: str, notice: str) -> Letter:
    """A letter that was posted, came back, and was put up in public."""
    return Letter((Attempt(day(left), "post", returned=day(back)), Attempt(day(notice), "public_notice")))


# ---------------------------------------------------------------------------------------------- the cases of the calculator


def told(case: dict[str, Any]) -> File:
    """A case of the calculator as a file."""
    given = case["events"]
    received = next(day(given[name]) for name in ("agency_signed", "confirmed", "submitted") if name in given)
    events: list[tuple[date, Event]] = []
    for place, one in enumerate(given.get("consults", ()), 1):
        letter = handed(one["sent"], one.get("party_received") or (one["sent"] if one["kind"] == "internal" else None), "post")
        days = one.get("limit_workdays") or {"other_agency": 10, "internal": 5}.get(one["kind"], 15)
        asked = Consulted(one["kind"], letter, maybe(one.get("reply_received")), days, maybe(one.get("limit")), name=str(place))
        events.append((day(one["sent"]), asked))
    if one := given.get("supplement"):
        letter = handed(one["notice_sent"], one.get("applicant_received"), "post")
        events.append((day(one["notice_sent"]), AskedToCorrect(letter, one["period_workdays"])))
        if back := maybe(one.get("received_back")):
            events.append((back, Corrected(back)))
    if one := given.get("extension"):
        events.append((day(one["approved"]), Extended(day(one["approved"]), maybe(one.get("notified")), one["workdays"])))
    if one := given.get("fee"):
        events.append((day(one["notice_sent"]), Charged(handed(one["notice_sent"], one.get("applicant_received"), "post"))))
        if paid := maybe(one.get("paid")):
            events.append((paid, Paid(paid, accepted=False)))
    if one := given.get("reply"):
        events.append((day(one["posted"]), Replied(handed(one["posted"], one.get("signed"), one["method"]))))
    return File(received, tuple(event for _, event in sorted(events, key=lambda pair: pair[0])))


def said(file: File, found: Reckoned) -> dict[str, Any]:
    """What the count says, under the keys of the calculator; what it does not say is left out."""
    answer: dict[str, Any] = {
        "receipt_date": file.received,
        "supplement_notice_latest": found.correction_notice_by,
        "supplement_deadline": found.correction_by,
        "supplement_notice_in_time": found.correction_notice_in_time,
        "supplement_in_time": found.corrected_in_time,
        "due_unextended": found.unextended,
        "extension_in_time": found.extension_in_time,
        "fee_notice_in_time": found.fee_notice_in_time,
        "fee_payment_deadline": found.payment_by,
        "due_before_fee": found.due_before_fee,
        "fee_paid_in_time": found.paid_in_time,
        "deemed_abandoned_from": found.abandoned_from,
        "due": found.due,
        "reply_effective_date": found.replied_on,
        "reply_in_time": found.reply_in_time,
    }
    answer |= {f"consult_{name}_reply_deadline": limit for name, limit in found.opinion_by.items()}
    answer |= {f"consult_{name}_suspension_end": end for name, end in found.stopped_until.items()}
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in answer.items() if value is not None}


@pytest.mark.parametrize("case", WORKED, ids=lambda case: f"{case['id']} {case['title']}")
def test_the_worked_cases_come_out(case: dict[str, Any]) -> None:
    file = told(case)
    expected = {key: value for key, value in case["expected"].items() if key != "period_day0"}
    assert {key: value for key, value in said(file, reckoned(file)).items() if key in expected} == expected


# ---------------------------------------------------------------------------------------------- real courses of a file

REAL_FILES: dict[str, File] = {
    "L1": File(day("2026-06-08"), (Consulted("third_party", handed("2026-06-16", "2026-06-18", "post"), day("2026-07-01")),)),
    "L2": File(day("2026-06-08"), (Consulted("third_party", Letter()),)),
    "L3": File(day("2026-06-08"), (AskedToCorrect(handed("2026-06-22")),)),
    "L4": File(day("2026-06-10"), (Extended(day("2026-07-09"), handed("2026-07-09", "2026-07-12", "email").counts_on, 20),)),
    "L5": File(day("2026-03-17"), (Replied(handed("2026-03-25")), Ordered(day("2026-06-22"), within=15))),
    "L6": File(day("2026-03-18"), (Ordered(day("2026-08-11"), within=15),)),
    "L7": File(day("2026-06-11"), (Replied(),)),
    "L8": File(day("2026-06-12"), (Consulted("third_party", Letter((Attempt(day("2026-06-15"), "post", returned=day("2026-06-25")),))),)),
    "L9": File(day("2026-07-03")),
    "L10": File(day("2020-10-08")),
    "L11": File(
        day("2026-03-02"), (Charged(handed("2026-03-23")), Paid(day("2026-04-01")), Extended(day("2026-04-01"), day("2026-04-01"), 10))
    ),
    "L12": File(day("2026-03-03"), (Charged(handed("2026-03-30")), Waived())),
}  # fmt: skip


@pytest.mark.parametrize("id", REAL)
def test_the_real_files_come_out(id: str) -> None:
    found, expected = reckoned(REAL_FILES[id]), REAL[id]["expected"]
    if "due" in expected:
        assert found.due == day(expected["due"])
    match id:
        case "L3":
            assert found.correction_notice_by == day(expected["leave_by"])
            assert found.correction_notice_in_time is expected["in_time"]
        case "L6":  # before the judgment there was silence
            silent = reckoned(File(day("2026-03-18")))
            assert silent.due == day("2026-04-16")
            assert silent.overdue(day("2026-05-06"))
            assert silent.review_of_silence_by == day(expected["review_until_for_silence"])
        case "L7":
            assert found.due == day("2026-07-10")
            assert not found.overdue(day("2026-07-10"))
            assert found.overdue(day("2026-07-13"))
        case "L9":
            assert reckoned(File(day("2026-07-06"))).due == day(expected["due_before"])
        case "L12":
            assert found.overdue(day("2026-04-15")) is expected["warned"]


def test_every_real_file_is_told() -> None:
    assert set(REAL_FILES) == set(REAL)


# ---------------------------------------------------------------------------------------------- the calculator, at random


def later(random: Random, on: date, most: int) -> date:
    return on + timedelta(random.choice((0, 0, 1, 2, 3, 5, most, most)))


def asked_at_random(random: Random) -> dict[str, Any]:
    """Events for the calculator, in an order that can be, over real holidays."""
    start = date(2021, 1, 4) + timedelta(random.randint(0, 1990))
    given: dict[str, Any] = {"submitted": start}
    if random.random() < 0.3:
        given["supplement"] = corrected_at_random(random, start)
        if "received_back" not in given["supplement"]:
            return given
        start = given["supplement"]["received_back"]
    if random.random() < 0.6:
        given["consults"] = [consulted_at_random(random, start) for _ in range(random.randint(1, 3))]
    if random.random() < 0.4:
        given["fee"] = charged_at_random(random, start)
        return given
    if random.random() < 0.4:
        approved = later(random, start, 30)
        given["extension"] = {"approved": approved, "workdays": random.choice((5, 10, 20))}
        if random.random() < 0.8:
            given["extension"]["notified"] = later(random, approved, 6)
    if random.random() < 0.4:
        given["reply"] = {"method": "post", "posted": later(random, start, 40) + timedelta(40)}
    return given


def corrected_at_random(random: Random, start: date) -> dict[str, Any]:
    sent = later(random, start, 9)
    found = {"notice_sent": sent, "period_workdays": random.choice((5, 10, 15))}
    if random.random() < 0.8:
        found["applicant_received"] = sent = later(random, sent, 4)
    return found if random.random() < 0.2 else {**found, "received_back": later(random, sent, 25)}


def consulted_at_random(random: Random, start: date) -> dict[str, Any]:
    sent = later(random, start, 20)
    found = {"kind": random.choice(("third_party", "joint_agency", "other_agency", "internal")), "sent": sent}
    if random.random() < 0.8:
        found["party_received"] = sent = later(random, sent, 5)
        if random.random() < 0.6:
            found["reply_received"] = later(random, sent, 25)
    return found


def charged_at_random(random: Random, start: date) -> dict[str, Any]:
    sent = later(random, start, 25)
    found = {"notice_sent": sent}
    if random.random() < 0.8:
        found["applicant_received"] = sent = later(random, sent, 5)
        if random.random() < 0.7:
            found["paid"] = later(random, sent, 32)
    return found


def in_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: in_text(one) for key, one in value.items()}
    if isinstance(value, list):
        return [in_text(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.slow
def test_the_calculator_agrees_with_the_second_count() -> None:
    rules = shipped_rules()
    for seed in range(400):
        events = in_text(asked_at_random(Random(seed)))
        answer = calculate("in_person", events, rules)
        answer = {"supplement_in_time": True, **answer} if "received_back" in events.get("supplement", {}) else answer
        file = told({"events": events})
        counted = said(file, reckoned(file))
        assert counted == {key: value for key, value in answer.items() if key not in ("because", "provisional", "period_day0")}, (seed, events)


# ---------------------------------------------------------------------------------------------- single questions


@pytest.mark.parametrize(
    ("file", "due"),
    [
        (File(day("2026-03-02"), (AskedToCorrect(Letter()),)), "2026-03-30"),  # nobody was told: the period runs on
        (File(day("2026-03-02"), (AskedToCorrect(handed("2026-03-04")),)), None),
        (File(day("2026-03-02"), (AskedToCorrect(handed("2026-03-04")), Corrected(day("2026-03-13")))), "2026-04-13"),
        (File(day("2026-03-02"), (Charged(Letter()),)), "2026-03-30"),
        (File(day("2026-03-02"), (Extended(day("2026-03-30"), day("2026-03-31"), 20),)), "2026-03-30"),  # told a day late
        (File(day("2026-03-02"), (Extended(day("2026-03-10"), None, 20),)), "2026-03-30"),  # not told
        (File(day("2026-03-02"), (Consulted("internal", handed("2026-03-04"), days=5),)), "2026-03-30"),
        (File(day("2026-03-02"), (Consulted("other_agency", handed("2026-03-04", "2026-03-04"), days=10),)), "2026-04-14"),
        (File(day("2026-03-02"), (Consulted("third_party", handed("2026-03-30"), day("2026-04-07")),)), "2026-03-30"),  # on the last day
        (File(day("2026-03-02"), (Ended(),)), None),
        (File(day("2026-03-02"), (Deferred(None, day("2026-04-20")),)), "2026-03-30"),  # not told
        (File(day("2026-03-02"), (Deferred(day("2026-03-10"), day("2026-04-20")),)), "2026-04-20"),
        (File(day("2026-03-02"), (Ordered(day("2026-06-22")),)), "2026-07-20"),  # without a period: twenty days from its receipt
        (File(day("2026-03-02"), (Ordered(day("2026-06-22"), 15), Extended(day("2026-06-24"), day("2026-06-24"), 20))), "2026-07-13"),
        # a third party's letter came back and was sent again; came back for good; was then put up in public
        (File(day("2026-09-14"), (Consulted("third_party", tried(("2026-09-14", "2026-09-22"), ("2026-10-20", None))),)), "2026-11-17"),
        (File(day("2026-02-09"), (Consulted("third_party", tried(("2026-02-11", "2026-02-14"), ("2026-02-26", None, "2026-02-28"))),)), "2026-04-13"),
        (File(day("2026-09-14"), (Consulted("third_party", tried(("2026-09-14", "2026-09-22"), ("2026-10-28", None))),)), "2026-10-27"),
        (File(day("2026-09-14"), (Consulted("third_party", tried(("2026-09-14", "2026-09-22"), ("2026-09-28", "2026-10-19"))),)), "2026-11-03"),
        (File(day("2026-09-14"), (Consulted("third_party", put_up("2026-09-14", "2026-09-18", "2026-09-21")),)), "2026-11-04"),
    ],
)
def test_a_single_event_does_what_it_should(file: File, due: str | None) -> None:
    assert reckoned(file).due == maybe(due)


def test_natural_days_and_months_end_on_a_worked_day() -> None:
    """READINGS R-A8."""
    assert natural_days(day("2026-03-02"), 60) == day("2026-05-06")  # 05-01 to 05-05 is 劳动节
    assert natural_days(day("2026-09-05"), 15) == day("2026-09-20")  # a Sunday that is worked
    assert months(day("2026-03-02"), 6) == day("2026-09-02")
    assert months(day("2025-08-31"), 6) == day("2026-02-28")  # February has no 31st
    assert months(day("2025-12-30"), 2) == day("2026-02-28")
