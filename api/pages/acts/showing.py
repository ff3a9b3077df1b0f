"""对方看到的内容 on the form of a consultation: drawn as it will leave, masked by itself until the handler writes a version of his own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from api.pages.shared import forms
from api.pages.shared.forms import Field, Values, first
from workflow import acts as a
from workflow import showing
from workflow.case import Case
from workflow.law import Invalid

OF = "shown.of"
"""The hidden field that says from what a version of his own was made: of other words it would be another."""
CHANGED = "征求意见的内容、事项或者材料改过了。请对照改好给对方看的内容，再提交；也可以按现在填写的重新遮盖"
QUESTION, ITEM, MATERIAL, MEANT = "给对方看的征求意见的内容", "给对方看的申请的信息", "给对方看的材料名称", "没有遮盖的个人信息，是需要对方知道的"


@dataclass(frozen=True)
class Showing:
    """The consultation as far as it is filled, and what was typed."""

    case: Case
    names: Mapping[str, str]
    """Attachment id -> its name."""
    values: Values

    @cached_property
    def asked(self) -> Mapping[str, Any]:
        """What is asked, unchecked: the rest of the form may still be empty."""
        return forms.decode(a.Consultation, self.values)

    @property
    def question(self) -> str:
        return first(self.values, "question")

    @property
    def leaves(self) -> bool:
        return showing.leaves(first(self.values, "type"))

    @cached_property
    def automatic(self) -> a.Shown:
        """The version that is masked by itself; the information and the materials are seen by who answers within the system."""
        about: tuple[str, ...] = ()
        names: list[str] = []
        if self.asked.get("agency") and first(self.values, "type") in ("joint_agency", "other_agency"):
            about = showing.asked_about(self.case, (one for one in self.asked.get("items", ()) if isinstance(one, int)))
            names = [self.names.get(one, one) for one in self.asked.get("materials", ())]
        return showing.automatic(self.case, self.question, about, names)

    @property
    def is_own(self) -> bool:
        """Whether the handler writes a version of his own."""
        return bool(first(self.values, "shown.question"))

    @property
    def digest(self) -> str:
        return hashlib.sha256("\0".join(showing.texts(self.automatic)).encode()).hexdigest()[:16]

    def of(self, errors: Mapping[str, str]) -> str:
        """From what his version is: once he was told that it changed, from what stands there now."""
        return self.digest if "shown.question" in errors else first(self.values, OF) or self.digest

    def refilled(self) -> dict[str, list[str]]:
        """The form with a version of his own that begins as the one that is masked by itself."""
        kept = {name: list(given) for name, given in self.values.items() if not name.startswith("shown.")}
        shown = self.automatic
        kept |= {"shown.question": [shown.question], OF: [self.digest]}
        kept |= {f"shown.items.{n}": [text] for n, text in enumerate(shown.items)}
        return kept | {f"shown.materials.{n}": [text] for n, text in enumerate(shown.materials)}

    def data(self) -> dict[str, Any]:
        """The version that leaves, as data of the act. Raises Invalid: his own was made from other words."""
        if not self.leaves or not self.question:
            return {}
        if not self.is_own:
            return {"shown": self.automatic.model_dump(mode="json")}
        if first(self.values, OF) not in ("", self.digest):
            raise Invalid("shown.question", CHANGED)
        return {
            "shown": {
                "question": first(self.values, "shown.question"),
                "items": [first(self.values, f"shown.items.{n}") for n in range(len(self.automatic.items))],
                "materials": [first(self.values, f"shown.materials.{n}") for n in range(len(self.automatic.materials))],
                "meant": first(self.values, "shown.meant") == "yes",
            }
        }

    def drawn(self, errors: Mapping[str, str]) -> tuple[Field, ...]:
        """His own version, to be edited; nothing while it is masked by itself."""
        if not self.is_own or not self.leaves:
            return ()
        made = [self._field("shown.question", QUESTION, "area", errors)]
        made += self._fields("shown.items", ITEM, "area", self.automatic.items, errors)
        made += self._fields("shown.materials", MATERIAL, "text", self.automatic.materials, errors)
        meant = self._field("shown.meant", MEANT, "check", errors)
        return (Field("shown", "对方看到的内容", "group", hint="对方看到的就是下面的文字。可以多遮盖，遮错的可以改回", children=(*made, meant)),)

    def _fields(self, at: str, label: str, kind: str, texts: Sequence[str], errors: Mapping[str, str]) -> list[Field]:
        return [self._field(f"{at}.{n}", f"{label}（{n + 1}）" if len(texts) > 1 else label, kind, errors) for n in range(len(texts))]

    def _field(self, name: str, label: str, kind: str, errors: Mapping[str, str]) -> Field:
        error = forms.sentence(errors.get(name, ""), label, kind)
        return Field(name, label, kind, tuple(self.values.get(name, ())), error=error)
