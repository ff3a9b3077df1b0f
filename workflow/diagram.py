"""The procedure drawn (程序图), as mermaid and as SVG, from the one table in `procedure`.

Acts that leave the state as it is are not arrows. Withdrawal is possible from every active state, and an imported result
leads past everything: arrows for them would cross the whole picture, so they are remarks below it, from the table too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflow.acts import ACTS
from workflow.procedure import START, STATES, TABLE


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
    lines.append(f"    [*] --> registered: {ACTS['registration'].title}")
    lines += [f"    {source} --> {dest}: {_titles(kinds)}" for (source, dest), kinds in edges().items()]
    lines.append("    archived --> [*]")
    return "\n".join(lines) + "\n"


def _titles(kinds: list[str]) -> str:
    return "、".join(ACTS[kind].title for kind in kinds)


# ---------------------------------------------------------------------------------------------- the picture

# Where each state stands: column and row. Everything else of the picture comes from the table.
_GRID: Mapping[str, tuple[int, int]] = {
    "registered": (0, 0),
    "awaiting_correction": (1, 0),
    "handling": (0, 1),
    "consulting": (1, 1),
    "awaiting_payment": (1, 2),
    "approving": (0, 3),
    "replied": (0, 4),
    "closed": (1, 4),
    "archived": (0, 5),
}
_BANDS = (("登记、审核", 0, 0), ("办理", 1, 2), ("答复", 3, 4), ("归档", 5, 5))
_W, _H = 150, 40
_X, _Y = (150, 490), (46, 146, 232, 332, 418, 518)
_WIDTH, _HEIGHT = 860, 620
_REMARKED = ("withdrawal", "ledger_result")


@dataclass(frozen=True, slots=True)
class _Arrow:
    """A path, and where its words stand."""

    path: str
    x: int
    y: int
    anchor: str = "middle"


# The arrows' ways: left edge of column 0 is 150, its right edge 300; column 1 from 490 to 640.
_WAYS: Mapping[tuple[str, str], _Arrow] = {
    ("registered", "handling"): _Arrow("M205 86V146", 199, 98, "end"),
    ("registered", "awaiting_correction"): _Arrow("M300 58H490", 395, 52),
    ("handling", "awaiting_correction"): _Arrow("M290 146V118H520V86", 405, 132),
    ("awaiting_correction", "registered"): _Arrow("M490 76H300", 395, 90),
    ("handling", "consulting"): _Arrow("M300 158H490", 395, 152),
    ("consulting", "handling"): _Arrow("M490 174H300", 395, 188),
    ("handling", "awaiting_payment"): _Arrow("M285 186V244H490", 395, 238),
    ("awaiting_payment", "handling"): _Arrow("M490 262H262V186", 395, 276),
    ("handling", "approving"): _Arrow("M205 186V332", 199, 262, "end"),
    ("approving", "handling"): _Arrow("M236 332V186", 242, 320, "start"),
    ("approving", "replied"): _Arrow("M225 372V418", 231, 400, "start"),
    ("awaiting_correction", "closed"): _Arrow("M640 66H700V430H640", 706, 84, "start"),
    ("awaiting_payment", "closed"): _Arrow("M565 272V418", 571, 350, "start"),
    ("replied", "handling"): _Arrow("M150 438H110V174H150", 116, 320, "start"),
    ("closed", "handling"): _Arrow("M565 458V464H86V158H150", 400, 459),
    ("archived", "handling"): _Arrow("M150 538H62V142H180V146", 56, 150, "end"),
    ("replied", "archived"): _Arrow("M225 458V518", 231, 503, "start"),
    ("closed", "archived"): _Arrow("M600 458V538H300", 450, 532),
}


def svg(current: str | None = None, walked: tuple[str, ...] = ()) -> str:
    """The diagram as SVG: attributes only. The present place is filled and named 当前, walked ones are tinted."""
    return "\n".join(["".join(_opening()), *_bands(), *_arrows(), *_boxes(current, walked), *_remark(), "</svg>"]) + "\n"


def _opening() -> Iterator[str]:
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
    yield ' role="img" aria-label="依申请公开办理程序图" font-size="14"'
    yield ' font-family="Microsoft YaHei, PingFang SC, Noto Sans CJK SC, WenQuanYi Micro Hei, sans-serif">'
    yield '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    yield '<path d="M0 0 8 4 0 8z" fill="#5f6d7a"/></marker></defs>'
    yield f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'


def _bands() -> Iterator[str]:
    for title, first, last in _BANDS:
        top, bottom = _Y[first] - 34, _Y[last] + _H + 16
        yield f'<rect x="8" y="{top}" width="{_WIDTH - 16}" height="{bottom - top}" rx="6" fill="#f4f6f8"/>'
        yield f'<text x="20" y="{top + 20}" font-size="12" fill="#5f6d7a">{title}</text>'


def _arrows() -> Iterator[str]:
    for pair, kinds in edges().items():
        shown = [kind for kind in kinds if kind not in _REMARKED]
        if not shown:
            continue
        way = _WAYS[pair]
        yield f'<path d="{way.path}" fill="none" stroke="#7b8894" stroke-width="1.3" marker-end="url(#head)"/>'
        yield (
            f'<text x="{way.x}" y="{way.y}" text-anchor="{way.anchor}" font-size="12" fill="#465463">{_titles(shown)}</text>'
        )


def _boxes(current: str | None, walked: tuple[str, ...]) -> Iterator[str]:
    for name, state in STATES.items():
        column, row = _GRID[name]
        x, y = _X[column], _Y[row]
        fill, line, ink = "#ffffff", "#7b8894", "#1b2733"
        if name in walked:
            fill, line = "#eaf1f8", "#1f5a94"
        if name == current:
            fill, line, ink = "#1f5a94", "#1f5a94", "#ffffff"
            yield f'<text x="{x + 1}" y="{y - 5}" font-size="12" font-weight="600" fill="#1f5a94">当前</text>'
        yield f'<rect x="{x}" y="{y}" width="{_W}" height="{_H}" rx="4" fill="{fill}" stroke="{line}" stroke-width="1.5"/>'
        yield f'<text x="{x + _W // 2}" y="{y + 25}" text-anchor="middle" fill="{ink}">{state.title}</text>'


def _remark() -> Iterator[str]:
    for place, kind in enumerate(_REMARKED):
        rows = [row for row in TABLE if row.kind == kind]
        sources = dict.fromkeys(STATES[source].title for row in rows for source in row.sources)
        dests = dict.fromkeys(STATES[row.dest].title for row in rows)
        text = f"{ACTS[kind].title}：{'、'.join(sources)}时均可，转为{'或者'.join(dests)}。"
        yield f'<text x="20" y="{_HEIGHT - 28 + 17 * place}" font-size="12" fill="#465463">{text}</text>'
