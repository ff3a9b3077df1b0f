"""更正: every fact of an act that can be amended, under its own name with the value in force; what is left empty stays as it is.

A record within the act (申请人, 代理人) is filled where it is wrong and keeps the rest; of 共同申请人 each can be mended or
taken away, and others added; a list (申请事项) stands in the form as it is now. READINGS R-amendment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from api.office.masking import mask_number
from api.pages.shared import forms, labels
from api.pages.shared.forms import Field, Option, Shape, Values, first
from workflow import acts as a
from workflow.case import Case
from workflow.checks.mending import AMENDABLE
from workflow.law import Rules
from workflow.words import LETTER_TITLES, say_day

WITHIN = "changes."
PEOPLE = "changes.co_applicants"
MARKER = "changes_of"
"""The hidden field that says of which act the facts in the form are: the lists of another one are not taken for this one's."""
_LISTS = ("areas", "lines", "numbers")
_STAYS = Option("", "不变")
_USUAL: Mapping[str, str] = {"category": "natural_person"}
"""What goes without saying where somebody is added, and has no value there."""
_GONE = "原来的代表人或者选定的这一位不在申请人中了，请重新选择代表人"


def mendable(case: Case) -> list[a.Signed]:
    """The acts that state facts of the world outside, with the values in force; the registration first."""
    held = [case.held(signed.seq) or signed for signed in case.acts if signed.act.kind in AMENDABLE]
    return [signed for signed in held if signed.seq not in case.revoked]


@dataclass(frozen=True)
class Amending:
    """The act that is amended, and what was typed."""

    case: Case
    rules: Rules
    attachments: Sequence[Any]
    values: Values

    @cached_property
    def target(self) -> a.Signed:
        found, asked = mendable(self.case), first(self.values, "of")
        return next((one for one in found if str(one.seq) == asked), found[0])

    @cached_property
    def now(self) -> dict[str, Any]:
        """The values in force."""
        return self.target.act.model_dump(mode="json", exclude_none=True)

    @cached_property
    def parts(self) -> dict[str, Shape]:
        """The facts that can be amended, by name."""
        allowed = set(AMENDABLE[self.target.act.kind])
        if not self.people and not self.added:
            allowed.discard("representative")
        if not self.case.corrects_records:
            allowed.discard("evidence")
        found = {name: shape for name, _path, _info, shape in forms.parts(type(self.target.act)) if name in allowed}
        if len(self.case.items) == 1 and "items" in found and found["items"].kind == "numbers":
            del found["items"]
        return found

    @property
    def marker(self) -> tuple[str, str]:
        return MARKER, str(self.target.seq)

    @cached_property
    def known(self) -> Values:
        """What was typed; and the lists as they are now, where the form has not shown them yet."""
        found = {name: list(given) for name, given in self.values.items()}
        if first(self.values, MARKER) != str(self.target.seq):
            lists = [name for name, shape in self.parts.items() if shape.kind in _LISTS]
            as_it_is = forms.typed(type(self.target.act), {name: self.now.get(name) for name in lists}, WITHIN)
            found |= {f"{WITHIN}{name}": as_it_is.get(f"{WITHIN}{name}", []) for name in lists}
        return found

    # ---------------------------------------------------------------- those who ask

    @property
    def people(self) -> list[dict[str, Any]]:
        """共同申请人 as they are now."""
        return list(self.now.get("co_applicants", ()))

    @property
    def added(self) -> list[int]:
        return [n for n in forms.row_numbers(self.values, PEOPLE) if n >= len(self.people)]

    @property
    def rows(self) -> list[int]:
        """The rows of those who stay and of those who are added."""
        return [n for n in range(len(self.people)) if first(self.values, f"{PEOPLE}.{n}.removed") != "yes"] + self.added

    def _everybody(self) -> list[dict[str, Any]]:
        typed = {n: forms.decode(a.Applicant, self.values, f"{PEOPLE}.{n}.") for n in self.rows}
        return [_merged(self.people[n], given) if n < len(self.people) else given for n, given in typed.items()]

    def _representative(self) -> int:
        """His place among those who stay; behind them all when he is not among them."""
        chosen = first(self.values, f"{WITHIN}representative") or str(self.now.get("representative", 0))
        row = int(chosen) - 1 if chosen.isascii() and chosen.isdigit() and len(chosen) < 5 else len(self.rows)
        if row == -1 or not self.rows:
            return 0
        return (self.rows.index(row) if row in self.rows else len(self.rows)) + 1

    # ---------------------------------------------------------------- typed -> changes

    def changes(self) -> dict[str, Any]:
        """What was typed, as the changes of the amendment."""
        typed = forms.decode(type(self.target.act), self.values, WITHIN)
        found = {name: self._change(name, shape, typed.get(name)) for name, shape in self.parts.items()}
        return {name: value for name, value in found.items() if value is not _SAME}

    def _change(self, name: str, shape: Shape, typed: Any) -> Any:
        now, at = self.now.get(name), f"{WITHIN}{name}"
        given = first(self.values, at)
        if name == "co_applicants":
            return _unless(now or [], self._everybody())
        if name == "representative":
            return _unless(now, self._representative())
        if shape.kind == "group":
            if first(self.values, f"{at}.removed") == "yes":
                return None
            return _merged(now or {}, typed) if typed else _SAME
        if shape.kind in _LISTS:
            shown = first(self.values, MARKER) == str(self.target.seq)
            return _unless([_wanted(one) for one in now or ()], typed or []) if shown else _SAME
        if shape.kind in ("check", "yesno"):
            return {"yes": True, "no": False}.get(given, given) if given else _SAME
        return _SAME if typed is None else typed

    def errors_at(self, errors: Mapping[str, str]) -> dict[str, str]:
        """What is said of somebody's place in the list stands at his row; of a whole row, at its name."""
        found = dict[str, str]()
        for at, sentence in errors.items():
            row = re.fullmatch(rf"{re.escape(PEOPLE)}\.(\d+)(?:\.(.+))?", at)
            if row is not None and int(row[1]) < len(self.rows):
                found.setdefault(f"{PEOPLE}.{self.rows[int(row[1])]}.{row[2] or 'name'}", sentence)
            else:
                found[at] = _GONE if at == f"{WITHIN}representative" else sentence
        return found

    # ---------------------------------------------------------------- drawing

    def drawn(self, errors: Mapping[str, str]) -> Field:
        """更正的内容, with the value in force at each field."""
        model, kind = type(self.target.act), self.target.act.kind
        hidden = frozenset(path for name, path, _info, _shape in forms.parts(model, WITHIN) if name not in self.parts)
        drawing = forms.Drawing(kind, self.known, errors, self._options(), hidden, WITHIN)
        drawn = forms.fields_of(model, drawing, WITHIN)
        made = [self._people(one, drawing) if one.name == PEOPLE else self._told(one, self.now) for one in drawn]
        said = labels.of("amendment", "changes")
        why = forms.sentence(errors.get("changes", ""), said.label, "text")
        return Field("changes", said.label, "group", hint=said.hint or "", error=why, children=tuple(made))

    def _options(self) -> dict[str, Sequence[Option]]:
        case = self.case
        challenges = [Option(str(one.seq), f"{a.REMEDY_TYPES[one.act.type]}　{one.act.body}") for one in case.challenges]
        first_act = case.registration
        named = [one.name for one in (first_act.applicant, *first_act.co_applicants)] + (["新增的第一位"] if self.added else [])
        dated = {signed.seq: say_day(signed.act.on) for signed in case.acts}
        found: dict[str, Sequence[Option]] = {
            "letter": [Option(one.id, f"{LETTER_TITLES[one.kind]}　{dated[one.seq]}") for one in case.letters(self.rules)],
            "consultation": [Option(str(one.seq), one.act.party.name) for one in case.consultations],
            "remedy": challenges, "continues": challenges,
            "representative": [Option(str(place), name) for place, name in enumerate(named)],
            "agent.proof": [Option(row.id, row.name) for row in self.attachments],
            "co_applicants.*.category": [Option("" if key in _USUAL.values() else key, title) for key, title in a.CATEGORIES.items()],
        }  # fmt: skip
        if "items" in self.parts and self.parts["items"].kind == "numbers":
            found["items"] = [Option(str(n), f"{n}　{text}") for n, text in enumerate(case.items, 1)]
        return {f"{WITHIN}{path}": options for path, options in found.items()}

    def _told(self, one: Field, now: Mapping[str, Any]) -> Field:
        """A field with what stands in it now; a choice has one more, 不变."""
        name = one.name.rpartition(".")[2]
        value = now.get(name)
        if one.kind == "group":
            inner = [self._told(each, value or {}) for each in one.children]
            if value and name == "agent":
                inner.append(self._removal(one.name, "没有代理人，删去"))
            return replace(one, children=tuple(inner), optional=False, hint="" if value else "现在没有填写", folded=True)
        if one.kind in ("areas", "lines", "checks"):
            return replace(one, optional=False, hint="照现在的内容，直接改", folded=one.kind == "areas" and not any(one.values))
        words = self._in_words(one, name, value)
        one = replace(one, optional=False, hint=f"现在是：{words[:80]}" if words else "现在没有填写", redraws=False)
        if one.kind == "check":
            one = replace(one, options=_YES_NO)
        if not one.options:
            return one
        options = (_STAYS, *(replace(each, value=each.value or _USUAL.get(name, "")) for each in one.options))
        return replace(one, kind="select", options=options, values=tuple(text for text in one.values if text), width=one.width or "third")

    def _in_words(self, one: Field, name: str, value: Any) -> str:
        if value is None:
            return ""
        match one.kind:
            case "money":
                return f"{forms.yuan(value)}元"
            case "date":
                return forms.day_words(str(value))
        if name == "id_number":
            return mask_number(str(value)) or ""
        text = ("no", "yes")[value] if isinstance(value, bool) else str(value)
        words = {each.value or _USUAL.get(name, ""): each.title for each in one.options or _YES_NO}
        return words.get(text, text)

    def _removal(self, path: str, label: str) -> Field:
        at = f"{path}.removed"
        return Field(at, label, "check", tuple(self.values.get(at, ())))

    def _people(self, one: Field, drawing: forms.Drawing) -> Field:
        """Those who are there, each with what is known of him; those who were added; and a row for one more."""

        def row(n: int | str) -> Field:
            at, fields = f"{PEOPLE}.{n}", forms.fields_of(a.Applicant, drawing, f"{PEOPLE}.{n}.")
            if not isinstance(n, int) or n >= len(self.people):
                return Field(at, "新增的共同申请人", "group", children=fields)
            told = (self._told(each, self.people[n]) for each in fields)
            return Field(at, str(self.people[n]["name"]), "group", children=(*told, self._removal(at, "删去这一位")))

        numbers = [*range(len(self.people)), *self.added]
        following = max(numbers, default=-1) + 1
        return replace(
            one, children=tuple(row(n) for n in (*numbers, following)), added=row(labels.ADDED), optional=False, hint="", folded=True
        )


_SAME = object()
"""No change."""
_YES_NO = (Option("yes", "是"), Option("no", "否"))


def _unless(now: Any, then: Any) -> Any:
    return _SAME if then == now else then


def _wanted(one: Any) -> Any:
    """An item as it is typed."""
    return one["wanted"] if isinstance(one, Mapping) else one


def _merged(now: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """A record with what was corrected; what is left empty stays as it was."""
    kept = dict(now)
    if {"id_number", "category"} & typed.keys() and "id_type" not in typed:
        kept.pop("id_type", None)  # told anew from the number or the category
    return kept | dict(typed)
