"""对应表头和用语: what a ledger calls its columns and writes in them, said once and remembered by the unit.

What is likely is proposed; what may mean several things is asked and never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.pages.shared.frame import Form
from db import ledger

MOST_HEADINGS = 100
IGNORED = "不读"


@dataclass(frozen=True, slots=True)
class Question:
    """One heading, word or missing column: its field, what is asked, what can be answered, and what is proposed."""

    field: str
    title: str
    hint: str
    options: Mapping[str, str]
    proposed: str = ""
    likely: Sequence[str] = ()
    """Answers to stand first, where none is proposed."""


@dataclass(frozen=True)
class Questions:
    """What a ledger leaves open."""

    headings: Sequence[Question]
    missing: Sequence[Question]
    words: Mapping[str, Sequence[Question]]
    """Title of the column -> its words."""
    needed: bool
    """Whether a heading must be mapped; else every one is known, and may be changed."""

    @property
    def count(self) -> int:
        return len(self.missing) + sum(map(len, self.words.values()))


def questions_of(reading: ledger.Open, before: Mapping[str, str]) -> Questions:
    """What is open after a reading; `before`: what the unit said the last time of a column that is not there."""
    columns = {"": IGNORED} | dict(ledger.TITLES)
    headings = list[Question]()
    for title, column in _headings(reading).items():
        proposed = column or next((sheet.likely[title] for sheet in reading.sheets if title in sheet.likely), "")
        hint = "" if column else "请核对" if proposed else "没有读取"
        headings.append(Question(f"h{len(headings)}", title, hint, columns, proposed))
    titles = reading.words.titles
    missing = [
        Question(f"all-{name}", ledger.TITLES[name], "台账没有这一栏，各行都是", titles[name], before.get(name, "")) for name in reading.lacking
    ]
    words: dict[str, list[Question]] = {}
    for at, ((name, _word), unknown) in enumerate(reading.unknown.items()):
        likely_keys = [one for one in reading.words.likely(name, unknown.typed) if one in titles[name]]
        words.setdefault(ledger.TITLES[name], []).append(
            Question(
                f"w{at}", unknown.typed or "（没有填写）", f"{unknown.count}行", titles[name],
                likely_keys[0] if len(likely_keys) == 1 else "", likely_keys,
            )
        )  # fmt: skip
    needed = any(one.missing for one in reading.sheets if one.headings) or any(one.hint == "请核对" for one in headings)
    return Questions(headings, missing, words, needed)


def _headings(reading: ledger.Open) -> dict[str, str | None]:
    """Every heading of the ledger, by how it is written first, with the column it was taken for."""
    found, keys = dict[str, str | None](), set[str]()
    for sheet in reading.sheets:
        for title, column in sheet.headings:
            key = ledger.heading_key(title)
            if key and key not in keys and len(key) <= 100 and len(found) < MOST_HEADINGS:
                keys.add(key)
                found[title] = column
    return found


def answers_of(reading: ledger.Open, form: Form) -> tuple[ledger.Meanings, list[tuple[str, str]]]:
    """What was said, and what is wrong with it, by field."""
    open_ = questions_of(reading, {})
    errs = list[tuple[str, str]]()

    def answer(one: Question) -> str:
        value = form.get(one.field)
        if value and value not in one.options:
            errs.append((one.field, f"“{one.title}”请从列表中选择"))
            return ""
        return value

    headings = dict[str, str]()
    known = _headings(reading)
    for one in open_.headings:
        value = answer(one)
        if value != (known[one.title] or ""):
            headings[ledger.heading_key(one.title)] = value
        elif one.proposed and not value:  # what was proposed and declined is not proposed again
            headings[ledger.heading_key(one.title)] = ""
    for_all = {name: value for one, name in zip(open_.missing, reading.lacking, strict=True) if (value := answer(one))}
    asked = [one for group in open_.words.values() for one in group]
    by_field = {one.field: one for one in asked}
    words = {key: value for at, key in enumerate(reading.unknown) if (value := answer(by_field[f"w{at}"]))}
    said = ledger.Meanings(headings, words, for_all)
    return said, errs or _wrong(reading, said, open_)


def _wrong(reading: ledger.Open, said: ledger.Meanings, open_: Questions) -> list[tuple[str, str]]:
    """Two headings for one column; columns that no heading names, on every sheet."""
    errs, fields, lacking = list[tuple[str, str]](), {ledger.heading_key(one.title): one.field for one in open_.headings}, list[set[str]]()
    for sheet in reading.sheets:
        if not sheet.headings:
            continue
        now = [(title, said.headings.get(ledger.heading_key(title), column)) for title, column in sheet.headings]
        for sentence in ledger.clashes(now):
            first = next(title for title, column in now if column and f"“{title}”" in sentence and ledger.heading_key(title) in fields)
            errs.append((fields[ledger.heading_key(first)], f"工作表“{sheet.title}”的{sentence}" if sheet.title else sentence))
        has = {column for _, column in now if column} | said.for_all.keys()
        if has & {"citizen_name", "organisation_name"}:
            has |= {"applicant_name", "applicant_category"}
        lacking.append(set(ledger.REQUIRED) - has)
    if not errs and lacking and all(lacking):
        least = min(lacking, key=len)
        asked = {one.field for one in open_.missing}
        unsaid = [name for name in ledger.REQUIRED if name in least and f"all-{name}" in asked]
        errs += [(f"all-{name}", f"请选择：台账没有“{ledger.TITLES[name]}”一栏，各行都是哪一种") for name in unsaid]
        titles = "、".join(f"“{ledger.TITLES[name]}”" for name in ledger.REQUIRED if name in least and name not in unsaid)
        if titles:
            errs.append((open_.headings[0].field, f"还没有哪个表头对应到{titles}，请选择；台账里确实没有的，请先补上这一栏再上传"))
    return list(dict.fromkeys(errs))
