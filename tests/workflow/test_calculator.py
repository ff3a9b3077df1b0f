"""The deadline calculator (期限计算器): every worked case, and the awkward ones beside them, with the weekdays written down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.stories.runner import shipped_rules
from workflow.acts import Rejected
from workflow.calculator import calculate
from workflow.fees import quote
from workflow.law import Invalid

CASES = Path(__file__).parents[1] / "cases"
DEADLINES = json.loads((CASES / "deadline_cases.json").read_text(encoding="utf-8"))["cases"]
FEES = json.loads((CASES / "fee_cases.json").read_text(encoding="utf-8"))["cases"]
RULES = shipped_rules()


def ask(channel: str, **events: Any) -> dict[str, Any]:
    return calculate(channel, events, RULES)


@pytest.mark.parametrize("case", DEADLINES, ids=lambda case: f"{case['id']}-{case['title']}")
def test_a_worked_deadline(case: dict[str, Any]) -> None:
    """The answer has the keys of `expected`, and no others but the explanation and whether it is provisional."""
    answer = calculate(case["channel"], case["events"], RULES)
    because, provisional = answer.pop("because"), answer.pop("provisional")
    assert answer == case["expected"]
    assert because
    assert provisional is False


@pytest.mark.parametrize("case", FEES, ids=lambda case: case["id"])
def test_a_worked_fee(case: dict[str, Any]) -> None:
    schedule = RULES.on(RULES.eras[-1].since).fees
    if case["basis"] == "both":  # one of the two, never their sum
        assert quote(schedule, "per_item", 1, case["nth_item"] - 1).amount_fen == case["fee_if_per_item_for_this_application"] * 100
        assert quote(schedule, "per_page", case["pages"]).amount_fen == case["fee_if_per_page"] * 100
    elif "pages" in case:
        assert quote(schedule, "per_page", case["pages"]).amount_fen == case["expected_fee"] * 100
    elif "sequence" in case:
        now = case["sequence"]
        assert quote(schedule, "per_item", now["new_items"], now["prior_items_in_month"]).amount_fen == case["expected_fee_for_new"] * 100
    elif "months" in case:
        assert {month: quote(schedule, "per_item", items).amount_fen // 100 for month, items in case["months"].items()} == case["expected"]
    else:
        found = quote(schedule, "per_item", case["items_in_month"])
        assert found.amount_fen == case["expected_month_total"] * 100
        assert found.working[-1].rate_fen == case["marginal_rate_of_last"] * 100


# ---------------------------------------------------------------------------------------------- receipt (条例 31)


@pytest.mark.parametrize(
    ("channel", "events", "receipt", "due"),
    [
        # what the applicant did before does not count, only the day that art 31 names for the channel
        ("ordinary_mail", {"arrived": "2026-03-02", "confirmed": "2026-03-05"}, "2026-03-05", "2026-04-02"),  # Thursday -> Thursday
        ("ordinary_mail", {"posted_by_applicant": "2026-02-27", "confirmed": "2026-03-02"}, "2026-03-02", "2026-03-30"),
        ("fax", {"received": "2026-03-02", "confirmed": "2026-03-03"}, "2026-03-03", "2026-03-31"),  # Tuesday -> Tuesday
        ("oral", {"submitted": "2026-03-02"}, "2026-03-02", "2026-03-30"),  # Monday -> Monday
        ("in_person", {"submitted": "2026-03-02"}, "2026-03-02", "2026-03-30"),
        ("ems_signed", {"posted_by_applicant": "2026-02-26", "agency_signed": "2026-03-02"}, "2026-03-02", "2026-03-30"),
        # a day that is no working day gives the same due date as the working day before (R-O3)
        ("online", {"submitted": "2026-03-06", "confirmed": "2026-03-06"}, "2026-03-06", "2026-04-03"),  # Friday
        ("online", {"submitted": "2026-03-06", "confirmed": "2026-03-07"}, "2026-03-07", "2026-04-03"),  # Saturday
        ("online", {"confirmed": "2026-03-08"}, "2026-03-08", "2026-04-03"),  # Sunday
        ("ems_signed", {"agency_signed": "2026-10-03"}, "2026-10-03", "2026-11-03"),  # Saturday in 国庆节
        ("ems_signed", {"agency_signed": "2026-09-30"}, "2026-09-30", "2026-11-03"),  # the Wednesday before it
        # a make-up Sunday is a day like any other
        ("online", {"confirmed": "2026-09-20"}, "2026-09-20", "2026-10-23"),  # Sunday that is worked -> Friday
        ("in_person", {"submitted": "2026-09-18"}, "2026-09-18", "2026-10-22"),  # the Friday before it -> Thursday
    ],
)
def test_the_day_of_receipt_depends_on_the_channel(channel: str, events: dict[str, Any], receipt: str, due: str) -> None:
    """READINGS R-receipt, R-O3."""
    answer = ask(channel, **events)
    assert (answer["receipt_date"], answer["period_day0"], answer["due"]) == (receipt, receipt, due)


# ---------------------------------------------------------------------------------------------- everything after it


def consult(kind: str, sent: str, received: str | None = None, replied: str | None = None, **limit: Any) -> dict[str, Any]:
    named = {"party_received": received, "reply_received": replied}
    return {"kind": kind, "sent": sent, **{key: value for key, value in named.items() if value}, **limit}


NOVEMBER = {"submitted": "2025-11-03"}  # Monday; no holiday until 2026-01-01; undisturbed due 2025-12-01, a Monday
APRIL = {"submitted": "2026-04-07"}  # Tuesday; due 2026-05-08, a Friday
JUNE = {"submitted": "2026-06-01"}  # Monday; due 2026-06-30, a Tuesday

TABLE: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "an opinion that comes late suspends only up to the limit (R-A3)",
        "in_person",
        {**NOVEMBER, "consults": [consult("third_party", "2025-11-07", "2025-11-10", "2025-12-03")]},  # limit Monday 12-01
        {"consult_1_reply_deadline": "2025-12-01", "consult_1_suspension_end": "2025-12-01", "due": "2025-12-23"},
    ),
    (
        "an opinion on the day of sending suspends nothing",
        "in_person",
        {**NOVEMBER, "consults": [consult("third_party", "2025-11-07", "2025-11-07", "2025-11-07")]},
        {"consult_1_suspension_end": "2025-11-07", "due": "2025-12-01"},
    ),
    (
        "an opinion on a Sunday suspends the Friday before it, and no more",
        "in_person",
        {**NOVEMBER, "consults": [consult("third_party", "2025-11-12", "2025-11-13", "2025-11-16")]},  # 13, 14 are not counted
        {"consult_1_suspension_end": "2025-11-16", "due": "2025-12-03"},
    ),
    (
        "another agency has the limit of the letter, in working days (R-O2)",
        "in_person",
        {**NOVEMBER, "consults": [consult("other_agency", "2025-11-07", "2025-11-10", limit_workdays=5)]},
        {"consult_1_reply_deadline": "2025-11-17", "consult_1_suspension_end": "2025-11-17", "due": "2025-12-09"},
    ),
    (
        "another agency has the limit of the letter, as a day",
        "in_person",
        {**NOVEMBER, "consults": [consult("other_agency", "2025-11-07", "2025-11-10", limit="2025-11-21")]},
        {"consult_1_reply_deadline": "2025-11-21", "consult_1_suspension_end": "2025-11-21", "due": "2025-12-15"},
    ),
    (
        "another agency without a limit in the letter has the office's usual ten days",
        "in_person",
        {**NOVEMBER, "consults": [consult("other_agency", "2025-11-07", "2025-11-10", "2025-11-20")]},
        {"consult_1_reply_deadline": "2025-11-24", "consult_1_suspension_end": "2025-11-20", "due": "2025-12-12"},
    ),
    (
        "an opinion of the house suspends nothing",
        "in_person",
        {**NOVEMBER, "consults": [consult("internal", "2025-11-07", None, "2025-11-20")]},
        {"consult_1_reply_deadline": "2025-11-14", "consult_1_suspension_end": None, "due": "2025-12-01"},
    ),
    (
        "two consultations one after the other are both taken off",
        "in_person",
        {
            **NOVEMBER,
            "consults": [
                consult("third_party", "2025-11-04", "2025-11-05", "2025-11-07"),  # 5, 6, 7: three days
                consult("joint_agency", "2025-11-10", "2025-11-11", "2025-11-13"),  # 11, 12, 13: three days
            ],
        },
        {"consult_1_suspension_end": "2025-11-07", "consult_2_suspension_end": "2025-11-13", "due": "2025-12-09"},
    ),
    (
        "one consultation within another adds nothing",
        "in_person",
        {
            **NOVEMBER,
            "consults": [
                consult("third_party", "2025-11-07", "2025-11-10", "2025-11-20"),
                consult("other_agency", "2025-11-11", "2025-11-12", "2025-11-14"),
            ],
        },
        {"due": "2025-12-12"},
    ),
    (
        "sent when the period was over already: too late to suspend it",
        "in_person",
        {**NOVEMBER, "consults": [consult("third_party", "2025-12-02", "2025-12-03", "2025-12-10")]},
        {"due": "2025-12-01"},
    ),
    (
        "sent on the last day: the day itself is used up, nothing is left to suspend (R-O1)",
        "in_person",
        {**NOVEMBER, "consults": [consult("third_party", "2025-12-01", "2025-12-02", "2025-12-10")]},
        {"due": "2025-12-01"},
    ),
    (
        "until the day on which the third party received it is known, the day of sending stands for it",
        "in_person",
        {**NOVEMBER, "consults": [consult("third_party", "2025-11-07")]},
        {"consult_1_reply_deadline": None, "consult_1_suspension_end": "2025-11-28", "due": "2025-12-22"},
    ),
    (
        "told one day late, an extension has no effect (R-A5)",
        "in_person",
        {**JUNE, "extension": {"approved": "2026-06-30", "notified": "2026-07-01", "workdays": 20}},
        {"extension_in_time": False, "due_unextended": "2026-06-30", "due": "2026-06-30"},
    ),
    (
        "not yet told, an extension has no effect yet",
        "in_person",
        {**JUNE, "extension": {"approved": "2026-06-29", "workdays": 20}},
        {"extension_in_time": None, "due": "2026-06-30"},
    ),
    (
        "an extension of one day",
        "in_person",
        {**JUNE, "extension": {"approved": "2026-06-29", "notified": "2026-06-30", "workdays": 1}},
        {"extension_in_time": True, "due_unextended": "2026-06-30", "due": "2026-07-01"},
    ),
    (
        "suspended, the last day for telling an extension moves too, and both add up",
        "in_person",
        {
            **JUNE,
            "consults": [consult("third_party", "2026-06-08", "2026-06-10")],  # limit Thursday 07-02
            "extension": {"approved": "2026-07-22", "notified": "2026-07-23", "workdays": 10},  # Thursday, the last day
        },
        {"due_unextended": "2026-07-23", "extension_in_time": True, "due": "2026-08-06"},
    ),
    (
        "suspended, and the extension told a day after the moved last day",
        "in_person",
        {
            **JUNE,
            "consults": [consult("third_party", "2026-06-08", "2026-06-10")],
            "extension": {"approved": "2026-07-22", "notified": "2026-07-24", "workdays": 10},
        },
        {"due_unextended": "2026-07-23", "extension_in_time": False, "due": "2026-07-23"},
    ),
    (
        "a consultation within the extended days suspends them too",
        "in_person",
        {
            **JUNE,
            "extension": {"approved": "2026-06-30", "notified": "2026-06-30", "workdays": 20},  # undisturbed: Tuesday 07-28
            "consults": [consult("joint_agency", "2026-07-06", "2026-07-07", "2026-07-13")],  # 07-07 to 07-13: five days
        },
        {"due_unextended": "2026-06-30", "due": "2026-08-04"},
    ),
    (
        "the notice for correction a day late",
        "ems_signed",
        {"agency_signed": "2026-02-04", "supplement": {"notice_sent": "2026-02-14", "applicant_received": "2026-02-24", "period_workdays": 5}},
        {"supplement_notice_latest": "2026-02-13", "supplement_notice_in_time": False, "supplement_deadline": "2026-03-02", "due": None},
    ),
    (
        "a correction that comes late: the day is given as if it were accepted (R-O4)",
        "ems_signed",
        {
            "agency_signed": "2026-02-04",
            "supplement": {
                "notice_sent": "2026-02-12",
                "applicant_received": "2026-02-14",
                "period_workdays": 5,
                "received_back": "2026-03-03",  # Tuesday; the limit was Saturday 02-28, a working day
            },
        },
        {"supplement_deadline": "2026-02-28", "supplement_in_time": False, "period_day0": "2026-03-03", "due": "2026-03-31"},
    ),
    (
        "correction asked, its notice not yet received: nothing runs",
        "in_person",
        {"submitted": "2026-03-02", "supplement": {"notice_sent": "2026-03-04"}},
        {"supplement_deadline": None, "deemed_abandoned_from": None, "period_day0": None, "due": None},
    ),
    (
        "correction, then a consultation, then an extension: all count from the corrected request",
        "ems_signed",
        {
            "agency_signed": "2026-02-04",
            "supplement": {
                "notice_sent": "2026-02-12",
                "applicant_received": "2026-02-14",
                "period_workdays": 10,
                "received_back": "2026-03-02",
            },
            "consults": [consult("third_party", "2026-03-04", "2026-03-05", "2026-03-16")],  # eight days
            "extension": {"approved": "2026-04-01", "notified": "2026-04-02", "workdays": 15},
        },
        {"period_day0": "2026-03-02", "due_unextended": "2026-04-10", "extension_in_time": True, "due": "2026-05-06"},
    ),
    (
        "a consultation of the first period does not touch the one that a correction begins",
        "in_person",
        {
            "submitted": "2026-03-02",
            "consults": [consult("other_agency", "2026-03-03", "2026-03-03", "2026-03-05")],
            "supplement": {
                "notice_sent": "2026-03-06",
                "applicant_received": "2026-03-09",
                "period_workdays": 10,
                "received_back": "2026-03-16",
            },
        },
        {"period_day0": "2026-03-16", "due": "2026-04-14"},
    ),
    (
        "paid on the last day",
        "in_person",
        {**APRIL, "fee": {"notice_sent": "2026-04-20", "applicant_received": "2026-04-22", "paid": "2026-05-22"}},
        {"fee_payment_deadline": "2026-05-22", "fee_paid_in_time": True, "deemed_abandoned_from": None, "due": "2026-06-22"},
    ),
    (
        "paid a day late: abandoned, and no new period",
        "in_person",
        {**APRIL, "fee": {"notice_sent": "2026-04-20", "applicant_received": "2026-04-22", "paid": "2026-05-23"}},
        {"fee_paid_in_time": False, "deemed_abandoned_from": "2026-05-23", "due": None},
    ),
    (
        "a fee notice on the last day",
        "in_person",
        {**APRIL, "fee": {"notice_sent": "2026-05-08", "applicant_received": "2026-05-11"}},
        {"fee_notice_in_time": True, "due_before_fee": "2026-05-08", "fee_payment_deadline": "2026-06-08"},
    ),
    (
        "a fee notice a day late: the date as if it were valid, and said to be late (R-A6)",
        "in_person",
        {**APRIL, "fee": {"notice_sent": "2026-05-09", "applicant_received": "2026-05-11", "paid": "2026-05-20"}},
        {"fee_notice_in_time": False, "due_before_fee": "2026-05-08", "fee_paid_in_time": True, "due": "2026-06-17"},
    ),
    (
        "a fee notice within the extended days is in time, and the payment begins twenty days anew (R-O5)",
        "in_person",
        {
            **APRIL,
            "extension": {"approved": "2026-05-07", "notified": "2026-05-08", "workdays": 10},  # to Thursday 05-21: Saturday 05-09 is worked
            "fee": {"notice_sent": "2026-05-21", "applicant_received": "2026-05-25", "paid": "2026-05-27"},
        },
        {
            "due_unextended": "2026-05-08",
            "extension_in_time": True,
            "due_before_fee": "2026-05-21",
            "fee_notice_in_time": True,
            "due": "2026-06-25",
        },
    ),
    (
        "a fee notice not yet received: no limit yet",
        "in_person",
        {**APRIL, "fee": {"notice_sent": "2026-04-20"}},
        {"fee_payment_deadline": None, "fee_paid_in_time": None, "deemed_abandoned_from": None, "due": None},
    ),
    (
        "posted a day late",
        "ems_signed",
        {"agency_signed": "2025-04-02", "reply": {"method": "post", "posted": "2025-05-06", "signed": "2025-05-09"}},  # due 04-30
        {"reply_effective_date": "2025-05-06", "reply_in_time": False},
    ),
    (
        "served directly: the day it is signed for, after the due date",
        "ems_signed",
        {"agency_signed": "2025-04-02", "reply": {"method": "direct", "sent": "2025-04-30", "signed": "2025-05-06"}},
        {"due": "2025-04-30", "reply_effective_date": "2025-05-06", "reply_in_time": False},
    ),
    (
        "served directly on the due date",
        "ems_signed",
        {"agency_signed": "2025-04-02", "reply": {"method": "direct", "signed": "2025-04-30"}},
        {"reply_effective_date": "2025-04-30", "reply_in_time": True},
    ),
    (
        "an e-mail counts when it is sent (R-A7)",
        "online",
        {"confirmed": "2025-04-02", "reply": {"method": "email", "sent": "2025-04-30"}},
        {"reply_effective_date": "2025-04-30", "reply_in_time": True},
    ),
]


@pytest.mark.parametrize(("title", "channel", "events", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_an_awkward_case(title: str, channel: str, events: dict[str, Any], expected: dict[str, Any]) -> None:
    """A key that is None in `expected` is not in the answer."""
    answer = calculate(channel, events, RULES)
    assert {key: answer.get(key) for key in expected} == expected
    assert answer["provisional"] is False


@pytest.mark.parametrize(
    ("events", "due", "provisional"),
    [
        ({"submitted": "2026-12-01"}, "2026-12-29", False),  # Tuesday -> Tuesday, all within the loaded year
        ({"submitted": "2026-12-03"}, "2026-12-31", False),  # Thursday -> Thursday, the last loaded day
        ({"submitted": "2026-12-04"}, "2027-01-04", True),  # Friday -> Monday
        ({"submitted": "2026-11-30", "consults": [consult("third_party", "2026-12-01", "2026-12-02")]}, "2027-01-20", True),
        ({"submitted": "2026-12-01", "extension": {"approved": "2026-12-29", "notified": "2026-12-29", "workdays": 20}}, "2027-01-27", True),
        ({"submitted": "2026-12-07", "fee": {"notice_sent": "2026-12-21", "applicant_received": "2026-12-22"}}, None, True),
    ],
)
def test_what_reaches_into_an_unloaded_year_is_provisional_and_says_so(events: dict[str, Any], due: str | None, provisional: bool) -> None:
    """READINGS R-O7."""
    answer = ask("in_person", **events)
    assert (answer.get("due"), answer["provisional"]) == (due, provisional)
    assert any("暂定" in one["text"] for one in answer["because"]) == (provisional and due is not None)


@pytest.mark.parametrize(
    ("channel", "events", "field"),
    [
        ("in_person", {}, "events.submitted"),
        ("ordinary_mail", {"arrived": "2026-03-02"}, "events.confirmed"),
        ("online", {"submitted": "2026-03-03", "confirmed": "2026-03-02"}, "events.submitted"),
        ("ems_signed", {"agency_signed": "2026-03-02", "posted_by_applicant": "2026-03-03"}, "events.posted_by_applicant"),
        ("in_person", {**JUNE, "supplement": {"notice_sent": "2026-05-29"}}, "events.supplement.notice_sent"),
        ("in_person", {**JUNE, "supplement": {"notice_sent": "2026-06-03", "received_back": "2026-06-02"}}, "events.supplement.received_back"),
        ("in_person", {**JUNE, "consults": [consult("third_party", "2026-05-29")]}, "events.consults.0.sent"),
        ("in_person", {**JUNE, "consults": [consult("third_party", "2026-06-03", "2026-06-02")]}, "events.consults.0.party_received"),
        ("in_person", {**JUNE, "consults": [consult("third_party", "2026-06-03", limit_workdays=5)]}, "events.consults.0"),
        ("in_person", {**JUNE, "extension": {"approved": "2026-06-03", "workdays": 21}}, "events.extension.workdays"),
        ("in_person", {**JUNE, "extension": {"approved": "2026-06-03", "notified": "2026-06-02", "workdays": 5}}, "events.extension.notified"),
        ("in_person", {**JUNE, "fee": {"notice_sent": "2026-06-03", "paid": "2026-06-02"}}, "events.fee.paid"),
        ("in_person", {**JUNE, "reply": {"method": "post", "signed": "2026-06-30"}}, "events.reply.posted"),
        ("in_person", {**JUNE, "reply": {"method": "direct"}}, "events.reply.signed"),
        ("pigeon", JUNE, "channel"),
    ],
)
def test_dates_out_of_order_are_named(channel: str, events: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid, match=r"[\u4e00-\u9fff]") as caught:
        calculate(channel, events, RULES)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("events", "field"),
    [
        ({"submitted": "2026-02-30"}, "events.submitted"),
        ({"submitted": "2026-3-2"}, "events.submitted"),
        ({**JUNE, "posted": "2026-06-02"}, "events.posted"),
        ({**JUNE, "consults": [{"kind": "neighbour", "sent": "2026-06-02"}]}, "events.consults.0.kind"),
        ({**JUNE, "extension": {"approved": "2026-06-02", "workdays": "5"}}, "events.extension.workdays"),
        ({**JUNE, "fee": {}}, "events.fee.notice_sent"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_whole_path(events: dict[str, Any], field: str) -> None:
    with pytest.raises(Rejected) as caught:
        calculate("in_person", events, RULES)
    assert [path for path, _why in caught.value.errors] == [field]
