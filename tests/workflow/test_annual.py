"""Table 2 of the annual report: what can hardly be so is said, and nothing is refused for it (READINGS R-table2)."""

from __future__ import annotations

import pytest

from workflow.annual import TABLE2, Parts, doubts, faults, total

NONE = dict.fromkeys(TABLE2, "0")


@pytest.mark.parametrize(
    ("typed", "before", "paid", "says"),
    [
        ({}, {}, 0, []),
        ({"rules_valid": "1"}, {"rules_valid": "1"}, 0, ["立法法第九十一条、第九十三条"]),
        ({"norms_made": "6", "norms_ended": "2", "norms_valid": "41"}, {"norms_valid": "37"}, 0, []),
        ({"norms_made": "6", "norms_ended": "2", "norms_valid": "41"}, {"norms_valid": "40"}, 0,
         ["上年现行有效40件，本年制发6件，废止2件，应当是44件"]),
        ({"norms_made": "6", "norms_ended": "2", "norms_valid": "41"}, {}, 0, []),  # nobody knows the year before
        ({"norms_made": "6", "norms_ended": "2", "norms_valid": "3"}, {}, 0, ["本年制发6件、废止2件，现行有效却只有3件"]),
        ({"norms_ended": "9", "norms_valid": "3"}, {}, 0, []),
        ({"charges": "0.05"}, {}, 50_000, []),
        ({"charges": "0"}, {}, 50_000, ["“行政事业性收费”填的是0万元，案卷里本年收取的信息处理费就有0.05万元"]),
        ({"norms_made": "", "charges": "", "rules_made": "x"}, {"norms_valid": "y"}, 50_000, []),  # no figure says nothing
    ],
)  # fmt: skip
def test_what_can_hardly_be_so_is_said(typed: dict[str, str], before: dict[str, str], paid: int, says: list[str]) -> None:
    told = doubts(Parts(NONE | typed), Parts(before), paid)
    assert len(told) == len(says) and all(word in one for word, one in zip(says, told, strict=True)), told
    if "x" not in typed.values():
        assert faults(Parts(NONE | typed)) == [], "it is no fault, and is kept"


def test_of_nothing_nothing_is_doubted() -> None:
    assert doubts(Parts(), Parts(), 10_000) == []


def test_a_sum_ends_in_no_nought_and_one_alone_stays_as_it_was_typed() -> None:
    assert total([Parts({"charges": "12.5"}), Parts({"charges": "612.50", "licences": "10"}), Parts({"licences": "90"})]) == {
        "licences": "100", "charges": "625",
    }  # fmt: skip
    assert total([Parts({"charges": "0.10"}), Parts()]) == {"charges": "0.10"}
