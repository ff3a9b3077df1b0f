"""常用语: where stock sentences are offered in the forms, what an officer sees of them there, and the list of them.

A place is a field of a kind of act in which an officer writes the office's own words (`extension.reason`,
`draft.items.*.reason`); what others said or asked is never offered a sentence. Of a draft a sentence may fit one outcome
(`not_existing`) or one ground of it (`internal_affairs/personnel`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from api.pages.shared import forms, kept_forms, labels
from api.pages.shared.forms import Option, Values
from api.pages.shared.frame import Form, HttpRequest, form_of, me, office_of
from api.web.problems import request_id
from db import people
from db import phrases as rows
from letters.fontset import unprintable
from workflow import acts as a
from workflow import printable
from workflow.law import InForce

LONGEST = 1000
FIELDS = ("place", "about", "text")
MOST = {True: 300, False: 1000}
"""Sentences of one officer, and of the office."""
_OF_OTHERS = frozenset(
    {"opinion.text", "reasons.text", "remedy.claim", "remedy_result.text", "split.parts", "registration.evidence", "correction.evidence"}
)
_NEVER = frozenset({"remark", "wanted", "items", "features.other"})


class Place(NamedTuple):
    """A field of an act, as the forms call them; `is_list`: an entry for each sentence."""

    act: str
    field: str
    is_list: bool = False


@cache
def places() -> Mapping[str, Place]:
    """Where sentences are offered."""
    found = {"decision.overrides": Place(a.Decision.title, "仍然签发的理由")}
    for kind, model in a.ACTS.items():
        for path, info, shape in _areas(model):
            if f"{kind}.{path}" not in _OF_OTHERS and path not in _NEVER:
                label = labels.of(kind, path).label or info.title or path
                found[f"{kind}.{path}"] = Place(model.title, label, shape.kind == "areas")
    return found


def _areas(model: type[a.Record], path: str = "") -> Iterator[tuple[str, Any, forms.Shape]]:
    for _name, at, info, shape in forms.parts(model, path):
        if shape.kind in ("group", "rows"):
            yield from _areas(shape.inner, f"{at}.*." if shape.kind == "rows" else f"{at}.")
        elif shape.kind in ("area", "areas"):
            yield at, info, shape


def abouts(law: InForce) -> list[Option]:
    """The outcomes and grounds that a sentence of a draft may be for."""
    found = []
    for key, one in law.outcomes.items():
        found.append(Option(key, one.title, group=one.group))
        found += [Option(f"{key}/{ground}", f"{one.title}：{title}", group=one.group) for ground, title in one.grounds]
    return found


def offered(phrases: Sequence[Any], place: str, outcome: str = "", under: str = "", ground: str = "") -> list[Any] | None:
    """What is offered at a place, what fits the ground first; None: nothing ever is."""
    if place not in places():
        return None
    ranks = [f"{one}/{ground}" for one in (under, outcome) if one and ground] + [one for one in (under, outcome) if one] + [""]
    here = [one for one in phrases if one.place == place and one.about in ranks]
    return sorted(here, key=lambda one: ranks.index(one.about))


def put_in(phrases: Sequence[Any], chosen: str, values: Values) -> dict[str, list[str]]:
    """The fields with the chosen sentence (`id field`) behind what stands in it, or in the next one of a list."""
    phrase_id, _, name = chosen.partition(" ")
    found = {key: list(given) for key, given in values.items()}
    one = next((one for one in phrases if one.id == phrase_id), None)
    if one is not None and name and one.place in places():
        before = found.get(name, [])
        found[name] = [*before, one.text] if places()[one.place].is_list else ["".join(before).rstrip() + one.text]
    return found


# ------------------------------------------------------------------ the list of them


def path_of(own: bool) -> str:
    """Where a sentence is sent, and under which its draft is kept."""
    return "/account/phrases" if own else "/admin/phrases"


def facts(request: HttpRequest, own: bool, *, sent: bool = False) -> dict[str, Any]:
    """What the list is drawn with, one's own or the office's, and the form of one more as it was left; `sent`: it comes back with what is wrong."""
    office, path = office_of(request), path_of(own)
    with office.database.read() as session:
        kept = rows.kept(session, me(request).id if own else None)
        draft = None if sent else kept_forms.draft(request, session, path)
    named = {one.value: one.title for one in abouts(office.rules.on(office.today()))}
    return {
        "phrases": [(one, _called(one.place), named.get(one.about, one.about)) for one in kept],
        "phrase_places": [Option(key, place.field, group=place.act) for key, place in places().items()],
        "phrase_abouts": abouts(office.rules.on(office.today())),
        "phrase_path": path,
        "phrase_typed": {name: str((draft[0].get(name) or [""])[0]) for name in FIELDS} if draft else {},
        "phrase_saving": kept_forms.saving(request, path, form_of(request) if sent else None),
    }


def _called(place: str) -> str:
    known = places().get(place)
    return f"{known.act}　{known.field}" if known else place


def submitted(request: HttpRequest, form: Form, own: bool) -> list[tuple[str, str]]:
    """Keep what the form asks to keep, or delete one; what is wrong, by its field."""
    office, officer = office_of(request), me(request)
    owner, now = officer.id if own else None, office.clock()
    if dropped := form.get("drop"):
        gone = office.database.write(lambda s: rows.drop(s, owner, dropped) and _log(request, s, own, "删除"))
        return [] if gone else [("", "这一条已经删除")]
    if "give_up" in form:
        kept_forms.forget(request, path_of(own))
        return []
    place, about, text = form.get("place"), form.get("about"), form.get("text").replace("\r\n", "\n").strip()
    if errs := _faults(request, place, about, text):
        return errs

    def keep(session: Any) -> str | None:
        why = rows.keep(session, owner, place, about, text, now, MOST[own])
        if why is None:
            _log(request, session, own, "增加")
        return why

    match office.database.write(keep):
        case "same":
            return [("text", "这一栏已经有这一条常用语")]
        case "many":
            return [("text", f"最多保存{MOST[own]}条，请先删除不用的")]
    kept_forms.forget(request, path_of(own))
    return []


def _faults(request: HttpRequest, place: str, about: str, text: str) -> list[tuple[str, str]]:
    office, errs = office_of(request), []
    if place not in places():
        errs.append(("place", "请选择用在哪一栏"))
    if about:
        if not place.startswith("draft.items."):
            errs.append(("about", "决定的种类只能与拟稿各项的栏目一起选，请改选不限"))
        elif about not in {one.value for one in abouts(office.rules.on(office.today()))}:
            errs.append(("about", "没有这一种决定，请重新选择"))
    if not text:
        errs.append(("text", "请填写常用语"))
    elif len(text) > LONGEST:
        errs.append(("text", f"常用语最多{LONGEST}字，现在有{len(text)}字"))
    elif (why := printable.fault(text, unprintable)) is not None:
        errs.append(("text", why))
    return errs


def _log(request: HttpRequest, session: Any, own: bool, what: str) -> bool:
    """The office's are logged as what changes letters; one's own are nobody's business."""
    if not own:
        people.log(session, office_of(request).clock(), "phrase", officer=me(request), reason=what, request_id=request_id(request))
    return True


