"""The case file (案卷): the acts placed on it, and the questions one may ask of it.

Nothing is stored but the acts. State, letters, consultations, fee, outcome and the due date are computed from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from workflow import clocks
from workflow.acts import Signed
from workflow.case.events import events
from workflow.case.inheriting import inherited
from workflow.case.letters import WITHOUT_LETTER, letters_of, reply_letter
from workflow.case.mending import MENDING
from workflow.case.parts import (
    BY_ACT,
    GIVEN,
    OF_RECORDS,
    WITHHELD,
    Asked,
    Attempt,
    Challenge,
    Ending,
    Fee,
    Letter,
    OpenRequest,
    Recipient,
    Replaced,
    Served,
    letter_id,
    overall,
)
from workflow.case.standing import BESIDE, REMARKS, Standing
from workflow.law import Rules

__all__ = [
    "BESIDE",
    "BY_ACT",
    "GIVEN",
    "MENDING",
    "OF_RECORDS",
    "REMARKS",
    "WITHHELD",
    "WITHOUT_LETTER",
    "Asked",
    "Attempt",
    "Case",
    "Challenge",
    "Ending",
    "Fee",
    "Letter",
    "OpenRequest",
    "Recipient",
    "Replaced",
    "Served",
    "inherited",
    "letter_id",
    "overall",
]


@dataclass(frozen=True)
class Case(Standing):
    """案卷: frozen; `with_act` returns the next one. `number` is the registration number (登记号)."""

    # ------------------------------------------------------------------ letters

    def letters_of(self, signed: Signed, rules: Rules) -> tuple[Letter, ...]:
        """The letters that an act on (or just placed on) this file makes, in order."""
        return letters_of(self, signed, rules)

    @cached_property
    def _letters(self) -> dict[int, tuple[Rules, tuple[Letter, ...]]]:
        """By the identity of the rules, like `_reckonings`."""
        return {}

    def letters(self, rules: Rules) -> tuple[Letter, ...]:
        """Every letter of the file, in the order in which it was made."""
        known = self._letters.get(id(rules))
        if known is None:
            made = tuple(letter for signed in self.acts for letter in self.letters_of(signed, rules))
            known = self._letters[id(rules)] = rules, made
        return known[1]

    def reply_letter(self, rules: Rules) -> str:
        """The kind of letter that the current draft's outcomes call for."""
        return reply_letter(self, rules)

    # ------------------------------------------------------------------ the clock

    def events(self, rules: Rules) -> list[clocks.Event]:
        """What the clock needs to know of the acts in force, in the order of their days (the law stands in `clocks`)."""
        return events(self, rules)

    @cached_property
    def _reckonings(self) -> dict[int, tuple[Rules, clocks.Reckoning]]:
        """By the identity of the rules, which are kept beside it so that the identity is not used again."""
        return {}

    def reckoning(self, rules: Rules) -> clocks.Reckoning:
        """The due date (答复期限) with its working; kept for as long as this value of the file lives."""
        known = self._reckonings.get(id(rules))
        if known is None:
            known = self._reckonings[id(rules)] = rules, clocks.reckon(self.events(rules), rules)
        return known[1]

    def overdue(self, rules: Rules, today: date) -> bool:
        """逾期: the due date has passed while the reply is still owed (READINGS R-A7)."""
        due = self.reckoning(rules).due
        return due is not None and today > due and self.reply_owed

    @property
    def reply_owed(self) -> bool:
        """Whether the reply, or its letter, or what an order asks for is still owed: signed and not sent is not answered."""
        return self.is_active or self.unsent_reply or bool(self.ordered)
