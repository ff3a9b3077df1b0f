"""Who else asks and who acts for them, on the form of registration: 共同申请人, 代表人, 代理人 (READINGS R-co-applicants).

A row of co-applicants counts when something stands in it. `representative` is the place among all who ask: 0 is the applicant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.office.masking import mask_number
from api.pages.shared import forms, labels
from api.pages.shared.forms import Field, Option, Values, first
from workflow import acts as a

ROWS = "co_applicants"
PLACES = re.compile(rf"applicant|agent|{ROWS}\.\d{{1,3}}")
"""Where somebody stands on the form."""
_USUAL = ("resident_id", "credit_code")
_NAMELESS = "选作代表人的这一位还没有填写，请填写姓名或者名称"


def options() -> dict[str, Sequence[Option]]:
    """What the fields of people choose from. What is usual stands first and is no value: it does not make a row count."""
    papers = tuple(Option(*one) for one in a.ID_TYPES.items() if one[0] not in _USUAL)
    usual = (Option("", "身份证、信用代码"), *papers)
    categories = tuple(Option("" if key == "natural_person" else key, title) for key, title in a.CATEGORIES.items())
    return {
        "applicant.id_type": usual, f"{ROWS}.*.id_type": usual, "agent.id_type": (Option("", "居民身份证"), *papers),
        f"{ROWS}.*.category": categories,
    }  # fmt: skip


# ------------------------------------------------------------------ what was typed


def without_row(values: Values, row: str) -> dict[str, list[str]]:
    """移除: the fields without one row; was it the representative, the applicant is."""
    kept = {name: list(given) for name, given in values.items() if not name.startswith(f"{ROWS}.{row}.")}
    if row.isascii() and row.isdigit() and len(row) < 4 and first(values, "representative") == str(int(row) + 1):
        kept["representative"] = ["0"]
    return kept


def placed(values: Values) -> dict[str, list[str]]:
    """The representative's place among the rows that count; behind them all, where nothing stands in his row."""
    kept = {name: list(given) for name, given in values.items()}
    chosen = first(values, "representative")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 5 and int(chosen) > 0:
        rows, row = forms.row_numbers(values, ROWS), int(chosen) - 1
        kept["representative"] = [str((rows.index(row) if row in rows else len(rows)) + 1)]
    return kept


def representative(values: Values) -> str:
    """Where on the form stands by whom the request counts."""
    chosen, rows = first(values, "representative"), forms.row_numbers(values, ROWS)
    known = chosen.isascii() and chosen.isdigit() and len(chosen) < 5 and int(chosen) - 1 in rows
    return f"{ROWS}.{int(chosen) - 1}" if known else "applicant"


def rows_of(values: Values, *, more: bool = False) -> list[int]:
    """The rows that are drawn: those that count, and an empty one where there is none, or one more is wanted."""
    rows = forms.row_numbers(values, ROWS)
    chosen = first(values, "representative")
    unfilled = chosen == str(len(rows) + 1)  # the representative's own
    return [*rows, len(rows)] if more or unfilled or not rows else rows


# ------------------------------------------------------------------ what is at fault


def errors_at(errors: Mapping[str, str], values: Values) -> dict[str, str]:
    """What is said of a whole row, or of a representative who is not there, stands at the name of that row."""
    found = dict[str, str]()
    for at, sentence in errors.items():
        if re.fullmatch(rf"{ROWS}\.\d+", at):
            found.setdefault(f"{at}.name", sentence)
        elif at == "representative" and (chosen := first(values, at)) == str(len(forms.row_numbers(values, ROWS)) + 1):
            found.setdefault(f"{ROWS}.{int(chosen) - 1}.name", _NAMELESS)
        else:
            found[at] = sentence
    return found


def unfolded(values: Values, errors: Mapping[str, str], part: str) -> bool:
    """Whether a folded part (the rows, or "agent") has something in it, or at fault."""
    return any(name.startswith(f"{part}.") and any(one.strip() for one in given) for name, given in values.items()) or any(
        at.startswith(part) for at in errors
    )


@dataclass(frozen=True, slots=True)
class Paper:
    """证件号码 as the form shows it: masked once it is checked."""

    state: str
    masked: str = ""
    why: str = ""


def paper(values: Values, today: date, at: str = "applicant") -> Paper:
    """Whether the number of the paper of whoever stands `at` is right, by its own rules, on the day `today`; "empty", "right", "wrong"."""
    number = first(values, f"{at}.id_number")
    if not number:
        return Paper("empty")
    facts = {"name": "样例", "id_number": number}
    if kind := first(values, f"{at}.id_type"):
        facts["id_type"] = kind
    model: type[a.Applicant | a.Agent] = a.Applicant
    if at == "agent":
        model, facts = a.Agent, facts | {"relation": "entrusted"}
    elif category := first(values, f"{at}.category"):
        facts["category"] = category
    try:
        checked = a.read(model, facts)
    except a.Rejected as rejected:
        return Paper("wrong", why=next((text for path, text in rejected.errors if path == "id_number"), rejected.errors[0][1]))
    if not checked.is_born(today):
        return Paper("wrong", why=a.NOT_BORN)
    return Paper("right", masked=mask_number(checked.id_number) or "")


def number_field(values: Values, at: str) -> Field:
    """The field of the number of whoever stands `at`, as the form has numbered him."""
    drawing = forms.Drawing("registration", values)
    made = forms.fields_of(a.Agent if at == "agent" else a.Applicant, drawing, f"{at}.")
    return next(one for one in made if one.name == f"{at}.id_number")


# ------------------------------------------------------------------ how they are drawn


def drawn(values: Values, errors: Mapping[str, str], rows: Sequence[int]) -> list[dict[str, Field]]:
    """The fields of each row by their names within it; the last of them is the row that a script adds."""
    drawing = forms.Drawing("registration", values, errors, options())
    found = []
    for row in (*rows, labels.ADDED):
        made = forms.fields_of(a.Applicant, drawing, f"{ROWS}.{row}.")
        found.append({one.name.rpartition(".")[2]: one for one in made})
    return found
