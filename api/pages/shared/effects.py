"""提交以后: what an act would do to its file, told from the file as it would be. No rule is known here."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.office.acts_in_words import Teller
from api.office.documents import Coming
from api.office.office import Office
from workflow import acts as a
from workflow.admission import siblings
from workflow.case import Case, overall
from workflow.checks import notice_quote
from workflow.law import Rules, Sentence
from workflow.procedure import STATES
from workflow.words import LETTER_TITLES

SENT_TO = {"applicant": "给申请人", "third_party": "给第三方", "agency": "给被征求意见的机关", "internal": "内部", "file": "存卷"}


@dataclass(frozen=True, slots=True)
class LetterMade:
    """A letter the act makes: `n` counts them from 0."""

    n: int
    title: str
    to: str


@dataclass(frozen=True, slots=True)
class Effects:
    """What changes: state, due date, other dates, letters; `sentences` are the new ones of the reckoning."""

    state: tuple[str, str] | None
    due: tuple[date | None, date | None] | None
    left: int | None
    suspended: bool
    provisional: bool
    sentences: tuple[Sentence, ...]
    limits: tuple[Sentence, ...]
    letters: tuple[LetterMade, ...]
    siblings: int = 0
    outcome: str = ""
    quote: Any = None
    stays: date | None = None
    """The due date, where it does not move."""
    joined: tuple[str, ...] = ()
    """The numbers of the other files that the draft answers too."""
    late: tuple[date, date] | None = None
    """补录: the day of the act, and the day on which it is stored."""
    amended: tuple[tuple[str, str, str], ...] = ()
    """更正: (fact, what it was, what it is)."""


def effects(before: Case, after: Case, rules: Rules, today: date) -> Effects:
    """Compare the file with what it would be."""
    was, now = before.reckoning(rules), after.reckoning(rules)
    signed = after.acts[-1]
    act = signed.act
    sentences = _new(was.because, now.because)
    known = {one.sentence.text for one in was.limits} | {one.text for one in sentences}
    left = now.working_days_left(today) if after.is_active and now.due is not None else None
    return Effects(
        state=(STATES[before.state].title, STATES[after.state].title) if before.state != after.state else None,
        stays=now.due if was.due == now.due and after.is_active else None,
        due=(was.due, now.due) if was.due != now.due and after.is_active else None,
        left=left,
        suspended=after.is_active and now.suspended_on(today) and not was.suspended_on(today),
        provisional=now.provisional,
        sentences=sentences,
        limits=tuple(one.sentence for one in now.limits if one.sentence.text not in known),
        letters=letters(after, rules),
        siblings=len(siblings(after, rules)) if isinstance(act, a.Split) else 0,
        outcome=_outcome(act, rules, today),
        quote=notice_quote(act, rules) if isinstance(act, a.FeeNotice) else None,
        joined=tuple(one.number for one in act.joined) if isinstance(act, a.Draft) else (),
        late=(act.on, signed.entered_on) if signed.late_entry else None,
        amended=_amended(before, after, act.of, rules, today) if isinstance(act, a.Amendment) else (),
    )


def _amended(before: Case, after: Case, seq: int, rules: Rules, today: date) -> tuple[tuple[str, str, str], ...]:
    was, now = before.held(seq), after.held(seq)
    return tuple(Teller(after, rules, today, {}, full=True).changes(was, now)) if was is not None and now is not None else ()


def _new(before: Sequence[Sentence], after: Sequence[Sentence]) -> tuple[Sentence, ...]:
    known = {one.text for one in before}
    return tuple(one for one in after if one.text not in known)


def letters(after: Case, rules: Rules) -> tuple[LetterMade, ...]:
    """The letters of the last act; of a draft, the one that signing it would make."""
    signed = after.acts[-1]
    if isinstance(signed.act, a.Draft):
        title = LETTER_TITLES[after.reply_letter(rules)]
        made = [LetterMade(0, title, "applicant")]
        made += [LetterMade(n, LETTER_TITLES["third_party_notice"], "third_party") for n, _ in enumerate(after.overruled(), 1)]
    else:
        made = [LetterMade(one.n, LETTER_TITLES[one.kind], one.to) for one in after.letters_of(signed, rules)]
    return tuple(LetterMade(one.n, one.title, SENT_TO[one.to]) for one in made)


def _outcome(act: a.Act, rules: Rules, today: date) -> str:
    if not isinstance(act, a.Draft):
        return ""
    key = overall((item.outcome for item in act.items), act.principal)
    return rules.on(today).outcomes[key].title if key else ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a preview: its picture, and its lines as JSON (`letters.pictures.Written`), by which what was changed is found."""

    picture: str
    lines: str


def pages(office: Office, officer: a.Officer, case_id: str, act: a.Act, n: int, coming: Sequence[Coming] = ()) -> list[Shown]:
    """The pages of the n-th letter, marked 预览."""
    pdf = office.preview(officer, case_id, act, n, coming=coming)
    made, lines = office.printing.pictures(officer.id, pdf, dpi=80), office.printing.written(officer.id, pdf)
    return [Shown(b64encode(one).decode(), json.dumps(said, ensure_ascii=False)) for one, said in zip(made, lines, strict=True)]


def pictures(office: Office, officer: a.Officer, case_id: str, act: a.Act, n: int) -> list[bytes]:
    """The pages of the n-th letter as pictures, marked 预览."""
    return office.printing.pictures(officer.id, office.preview(officer, case_id, act, n), dpi=80)
