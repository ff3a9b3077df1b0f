"""The procedure drawn (程序图), as mermaid and as SVG, from the one table in `procedure`.

Acts that leave the state as it is are not arrows. Withdrawal is possible from every active state, a file may be voided
from almost all, and an imported result leads past everything: arrows for them would cross the whole picture, so they are
remarks below it, from the table too.

There are two drawings on the same lanes (the stages of 条例 45): one with the words on its arrows, for reading about the
procedure, and a small one without them, for seeing where a file stands. The table says which arrows there are; only
where they run is written down here, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workflow.acts import ACTS
from workflow.procedure import GUARDS, OUT, START, STATES, TABLE


def edges() -> dict[tuple[str, str], list[str]]:
    """The arrows: (from, to) -> kinds of act, in the table's order."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in TABLE:
        for source in row.sources:
            if row.dest not in ("=", source) and source != START:
                kinds = found.setdefault((source, row.dest), [])
                if row.kind not in kinds:
                    kinds.append(row.kind)
    return found


def mermaid() -> str:
    """The diagram as mermaid text."""
    lines = ["stateDiagram-v2", "    direction LR"]
    lines += [f'    state "{state.title}" as {name}' for name, state in STATES.items()]
    for row in TABLE:
        if START in row.sources:
            when = f"（{GUARDS[row.guard]}）" if row.guard is not None and row.guard in GUARDS else ""
            lines.append(f"    [*] --> {row.dest}: {ACTS[row.kind].title}{when}")
    lines += [f"    {source} --> {dest}: {_titles(kinds)}" for (source, dest), kinds in edges().items()]
    lines += [f"    {end} --> [*]" for end in ("archived", *OUT)]
    return "\n".join(lines) + "\n"


def _titles(kinds: list[str]) -> str:
    return "、".join(ACTS[kind].title for kind in kinds)


# ---------------------------------------------------------------------------------------------- the picture


@dataclass(frozen=True, slots=True)
class _Way:
    """Where an arrow runs, and where its words stand (nowhere: another arrow of the same kind says them)."""

    path: str
    at: tuple[int, int] | None = None
    anchor: str = "middle"
    both: bool = False
    """It has a head at its start too, and stands for the way back."""
    words: str | None = None
    """Other words than the titles of its acts."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One layout: the size, the lanes (title, top, height), the boxes (left, top) and the ways of the arrows."""

    width: int
    height: int
    box: tuple[int, int]
    type_size: int
    lanes: tuple[tuple[str, int, int], ...]
    places: Mapping[str, tuple[int, int]]
    ways: Mapping[tuple[str, str], _Way]
    left_out: frozenset[tuple[str, str]] = frozenset()
    remarks: bool = False


_FULL = _Drawing(
    width=860,
    height=642,
    box=(150, 40),
    type_size=14,
    lanes=(("登记、审核", 12, 90), ("办理", 112, 176), ("答复", 298, 176), ("归档", 484, 90)),
    places={
        "registered": (150, 46), "awaiting_correction": (490, 46),
        "handling": (150, 146), "consulting": (490, 146), "awaiting_payment": (490, 232),
        "approving": (150, 332), "replied": (150, 418), "closed": (490, 418), "archived": (150, 518),
        "handed_over": (690, 46), "void": (690, 518),
    },
    ways={
        ("registered", "handling"): _Way("M205 86V146", (199, 130), "end"),
        ("registered", "awaiting_correction"): _Way("M300 58H490", (395, 52)),
        ("handling", "awaiting_correction"): _Way("M286 146V124H520V86", (526, 134), "start"),
        ("awaiting_correction", "registered"): _Way("M490 76H300", (395, 90)),
        ("handling", "consulting"): _Way("M300 158H490", (395, 153)),
        ("consulting", "handling"): _Way("M490 174H300", (395, 188)),
        ("handling", "awaiting_payment"): _Way("M286 186V244H490", (395, 238)),
        ("awaiting_payment", "handling"): _Way("M490 262H262V186", (395, 276)),
        ("handling", "approving"): _Way("M205 186V332", (199, 262), "end"),
        ("approving", "handling"): _Way("M236 332V186", (242, 320), "start"),
        ("approving", "replied"): _Way("M225 372V418", (231, 400), "start"),
        ("registered", "handed_over"): _Way("M225 46V30H765V46", (395, 26)),
        ("awaiting_correction", "closed"): _Way("M640 66H664V438H640", (670, 134), "start", both=True, words="视为放弃、恢复"),
        ("awaiting_payment", "closed"): _Way("M565 272V418", (571, 350), "start", both=True, words="视为放弃、恢复"),
        ("replied", "handling"): _Way("M150 438H80V166H150", (86, 250), "start"),
        ("closed", "handling"): _Way("M545 458V468H80V166H150"),
        ("archived", "handling"): _Way("M150 538H80V166H150"),
        ("replied", "archived"): _Way("M225 458V518", (231, 503), "start"),
        ("closed", "archived"): _Way("M585 458V538H300", (442, 532)),
    },
    left_out=frozenset(  # as from closed; and the rare return to those who were asked before a mistaken withdrawal
        {("archived", "awaiting_correction"), ("archived", "awaiting_payment"), ("closed", "consulting"), ("archived", "consulting")}
    ),
    remarks=True,
)  # fmt: skip
_SMALL = _Drawing(
    width=346,
    height=488,
    box=(115, 34),
    type_size=13,
    lanes=(("登记、审核", 0, 126), ("办理", 132, 118), ("答复", 256, 116), ("归档", 378, 110)),
    places={
        "registered": (37, 26), "awaiting_correction": (200, 26), "handed_over": (200, 80),
        "handling": (37, 154), "consulting": (200, 154), "awaiting_payment": (200, 208),
        "approving": (37, 276), "replied": (37, 330), "closed": (200, 330), "archived": (37, 396), "void": (200, 444),
    },
    ways={
        ("registered", "handling"): _Way("M94 60V154"),
        ("registered", "awaiting_correction"): _Way("M152 43H200", both=True),
        ("registered", "handed_over"): _Way("M152 54C178 54 174 97 200 97"),
        ("handling", "consulting"): _Way("M152 171H200", both=True),
        ("handling", "awaiting_payment"): _Way("M152 182C178 182 174 225 200 225", both=True),
        ("handling", "approving"): _Way("M94 188V276"),
        ("approving", "handling"): _Way("M64 276V188", (58, 236), "end", words="退回"),
        ("approving", "replied"): _Way("M94 310V330"),
        ("awaiting_correction", "closed"): _Way("M315 43H332V347H315", both=True),
        ("awaiting_payment", "closed"): _Way("M257 242V330", both=True),
        ("replied", "archived"): _Way("M94 364V396"),
        ("closed", "archived"): _Way("M257 364V413H152"),
    },
    left_out=frozenset(
        {("handling", "awaiting_correction"), ("replied", "handling"), ("closed", "handling"), ("archived", "handling"),
         ("archived", "awaiting_correction"), ("archived", "awaiting_payment"), ("closed", "consulting"), ("archived", "consulting")}
    ),
)  # fmt: skip
_REMARKED = ("withdrawal", "voiding", "ledger_result")
_BLUE, _TINT, _INK, _GREY, _LINE, _LANE = "#1f5a94", "#eaf1f8", "#1b2733", "#5f6d7a", "#7b8894", "#f4f6f8"


def svg(current: str | None = None, walked: Sequence[str] = (), *, words: bool | None = None) -> str:
    """The diagram as SVG, by attributes alone (no style, no script): it may stand in a page under a strict policy.

    `current` is filled and named 当前; `walked`, the states in the order in which the file passed them
    (`Case.walked`), are tinted, and so are the arrows between them. `words` on the arrows: by default when no file is
    shown. With words 860 x 642, without 346 x 488 units; it scales.
    """
    drawing = _FULL if (current is None if words is None else words) else _SMALL
    parts = [*_opening(drawing, current), *_lanes(drawing), *_arrows(drawing, walked), *_boxes(drawing, current, walked)]
    return "\n".join([*parts, *(_remarks(drawing) if drawing.remarks else ()), "</svg>"]) + "\n"


def _opening(drawing: _Drawing, current: str | None) -> Iterator[str]:
    size = f'viewBox="0 0 {drawing.width} {drawing.height}" width="{drawing.width}" height="{drawing.height}"'
    label = "依申请公开办理程序图" + (f"，当前：{STATES[current].title}" if current else "")
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{label}" font-size="{drawing.type_size}"'
        ' font-family="Microsoft YaHei, PingFang SC, Noto Sans CJK SC, WenQuanYi Micro Hei, sans-serif">'
    )
    yield "<defs>" + _head("gk-head", _LINE) + _head("gk-head-walked", _BLUE) + "</defs>"
    yield f'<rect width="{drawing.width}" height="{drawing.height}" fill="#ffffff"/>'


def _head(name: str, fill: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7.5" refY="4" markerUnits="userSpaceOnUse" markerWidth="9" markerHeight="9"'
        f' orient="auto-start-reverse"><path d="M0 0.5 8 4 0 7.5z" fill="{fill}"/></marker>'
    )


def _lanes(drawing: _Drawing) -> Iterator[str]:
    for title, top, height in drawing.lanes:
        yield f'<rect x="0" y="{top}" width="{drawing.width}" height="{height}" rx="4" fill="{_LANE}"/>'
        yield f'<text x="8" y="{top + 16}" font-size="{drawing.type_size - 2}" fill="{_GREY}">{title}</text>'


def _arrows(drawing: _Drawing, walked: Sequence[str]) -> Iterator[str]:
    gone = set(pairwise(walked))
    for pair, way in drawing.ways.items():
        back = ' marker-start="url(#gk-head)"' if way.both else ""
        yield f'<path d="{way.path}" fill="none" stroke="{_LINE}" stroke-width="1.2" marker-end="url(#gk-head)"{back}/>'
        if way.at is not None:
            x, y = way.at
            text = way.words or _titles([kind for kind in edges()[pair] if kind not in _REMARKED])
            yield (
                f'<text x="{x}" y="{y}" text-anchor="{way.anchor}" font-size="{drawing.type_size - 2}" fill="#465463">{text}</text>'
            )
    for pair, way in drawing.ways.items():  # above the others, which they may cross
        ahead, behind = pair in gone, way.both and pair[::-1] in gone
        if ahead or behind:
            heads = [f'marker-{end}="url(#gk-head-walked)"' for end, on in (("end", ahead), ("start", behind)) if on]
            yield f'<path d="{way.path}" fill="none" stroke="{_BLUE}" stroke-width="2" {" ".join(heads)}/>'


def _boxes(drawing: _Drawing, current: str | None, walked: Sequence[str]) -> Iterator[str]:
    width, height = drawing.box
    for name, (x, y) in drawing.places.items():
        fill, line, ink, weight = "#ffffff", "#aab4be", _INK, "400"
        if name in walked:
            fill, line = _TINT, _BLUE
        if name == current:
            fill, line, ink, weight = _BLUE, _BLUE, "#ffffff", "600"
            yield (
                f'<text x="{x + width}" y="{y - 5}" text-anchor="end" font-size="{drawing.type_size - 2}" font-weight="600"'
                f' fill="{_BLUE}">当前</text>'
            )
        yield f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill="{fill}" stroke="{line}" stroke-width="1.5"/>'
        middle = y + height // 2 + drawing.type_size // 3 + 1
        yield (
            f'<text x="{x + width / 2:g}" y="{middle}" text-anchor="middle" font-weight="{weight}" fill="{ink}">{STATES[name].title}</text>'
        )


def _remarks(drawing: _Drawing) -> Iterator[str]:
    for place, kind in enumerate(_REMARKED):
        rows = [row for row in TABLE if row.kind == kind]
        sources = list(dict.fromkeys(STATES[source].title for row in rows for source in row.sources))
        dests = dict.fromkeys(STATES[row.dest].title for row in rows)
        at = f"{'、'.join(sources)}时{'均' if len(sources) > 1 else ''}"
        text = f"{ACTS[kind].title}：{at}可以办理，转为{'或者'.join(dests)}。"
        yield f'<text x="8" y="{drawing.height - 46 + 18 * place}" font-size="{drawing.type_size - 2}" fill="#465463">{text}</text>'
