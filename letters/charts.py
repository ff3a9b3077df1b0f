"""图: charts as SVG made on the server, in one hue. The value stands at each bar, an earlier period is hatched or a tick.

The pages show them and the PDF of the analysis prints them; a .docx has the same bars as a chart of its own (`letters.report_word`).
A chart is one picture to a reader (`role="img"` with its sentence); the table behind it stands beside it on the page.
Only attributes, no style: the pages' policy allows no inline CSS.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from markupsafe import Markup, escape

INK, INK_2, LINE, HUE, EDGE = "#1b2733", "#465463", "#dbe1e7", "#1f5a94", "#7f93a6"
SHADES = ("#dde8f2", "#b9cfe4", "#1f5a94", "hatch", "#7ba2c9", "#17395c")
"""Of the segments of a stacked bar, in the order of the stages; the hatched one is the waiting for others."""
_DARK = frozenset({"#1f5a94", "#17395c"})


class Bar(NamedTuple):
    """One bar: what it is called, how long, how long before (None: not compared), and a remark after the value."""

    label: str
    value: int
    before: int | None = None
    remark: str = ""


def _text(x: float, y: float, text: object, *, anchor: str = "start", fill: str = INK, size: int = 13, bold: bool = False) -> Markup:
    weight = Markup(' font-weight="600"') if bold else Markup("")
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" fill="{}" font-size="{}"{}>{}</text>').format(x, y, anchor, fill, size, weight, text)


def _box(x: float, y: float, width: float, height: float, fill: str, *, edge: bool = False) -> Markup:
    stroke = Markup(' stroke="{}"').format(EDGE) if edge else Markup("")
    box = Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"{}/>')
    return box.format(x, y, max(width, 0), max(height, 0), fill, stroke)


def _picture(name: str, width: int, height: int, sentence: str, parts: Sequence[Markup]) -> Markup:
    hatch = Markup(
        '<defs><pattern id="hatch-{0}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#fff"/><path d="M0 0v6" stroke="{1}" stroke-width="2"/></pattern></defs>'
    ).format(name, EDGE)
    return Markup('<svg class="gk-chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>').format(
        width, height, escape(sentence), hatch, Markup("").join(parts)
    )


def _scale(most: int) -> int:
    """The step of a scale of about four lines: 1, 2 or 5 times a power of ten."""
    step = 1
    while most > 4 * step:
        step = {1: 2, 2: 5, 5: 10}[int(str(step)[0])] * 10 ** (len(str(step)) - 1)
    return step


def upright(name: str, bars: Sequence[Bar], sentence: str) -> Markup:
    """Bars side by side, the earlier period hatched beside each: the months of a year."""
    width, height, left, bottom, top = 620, 230, 34, 26, 18
    step = _scale(max([1, *(max(one.value, one.before or 0) for one in bars)]))
    most = step * -(-max([1, *(max(one.value, one.before or 0) for one in bars)]) // step)
    floor, room = height - bottom, height - bottom - top
    parts = []
    for value in range(0, most + 1, step):
        y = floor - room * value / most
        parts += [_box(left, y, width - left, 1, EDGE if value == 0 else LINE), _text(left - 6, y + 4, value, anchor="end", fill=INK_2, size=12)]
    slot = (width - left) / max(1, len(bars))
    thick = min(26.0, slot * 0.36)
    for place, one in enumerate(bars):
        middle = left + slot * (place + 0.5)
        if one.before:
            tall = room * one.before / most
            parts.append(_box(middle - thick - 1, floor - tall, thick, tall, f"url(#hatch-{name})", edge=True))
        tall = room * one.value / most
        if one.value:
            parts.append(_box(middle + 1, floor - tall, thick, tall, HUE))
        parts.append(_text(middle + 1 + thick / 2, floor - tall - 5, one.value, anchor="middle", size=12, bold=True))
        parts.append(_text(middle, height - 8, one.label, anchor="middle", fill=INK_2, size=12))
    return _picture(name, width, height, sentence, parts)


def printed(chart: Mapping[str, Any], name: str) -> Markup:
    """A chart of a report: {"title", "rows": [label, value, before or None], "upright"}."""
    bars = [Bar(*row) for row in chart["rows"]]
    sentence = f"{chart['title']}：" + "，".join(f"{one.label}{one.value}件" for one in bars)
    return (upright if chart["upright"] else level)(name, bars, sentence)


def level(name: str, bars: Sequence[Bar], sentence: str) -> Markup:
    """Bars one below the other, a black tick where the earlier period stood."""
    width, left, right, tall = 620, 150, 120, 30
    most = max([1, *(max(one.value, one.before or 0) for one in bars)])
    room = width - left - right
    parts = []
    for place, one in enumerate(bars):
        y = place * tall + 4
        long = room * one.value / most
        parts += [_text(left - 10, y + 15, _short(one.label), anchor="end"), _box(left, y, max(long, 1), 20, HUE)]
        end = long
        if one.before:
            tick = room * one.before / most
            parts.append(_box(left + tick - 1, y - 3, 2.5, 26, INK))
            end = max(long, tick)
        parts.append(_text(left + end + 10, y + 15, one.value, bold=True))
        if one.remark:
            parts.append(_text(left + end + 18 + 9 * len(str(one.value)), y + 15, one.remark, fill=INK_2, size=12))
    return _picture(name, width, max(tall, tall * len(bars)) + 4, sentence, parts)


def _short(label: str, most: int = 10) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


def stacked(name: str, segments: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]], sentence: str) -> Markup:
    """Bars made of segments, whose names stand above them: where the days are spent."""
    width, left, right, tall, head = 620, 96, 110, 34, 34
    most = max([0.1, *(sum(values) for _, values in rows)])
    room = width - left - right
    shades = [f"url(#hatch-{name})" if shade == "hatch" else shade for shade in SHADES]
    used = [place for place in range(len(segments)) if any(values[place] for _, values in rows)]
    parts, x = [], float(left)
    for place in used:
        parts += [_box(x, 6, 13, 13, shades[place], edge=True), _text(x + 19, 17, segments[place], fill=INK_2, size=12)]
        x += 32 + 12.5 * len(segments[place])
    for at, (label, values) in enumerate(rows):
        y = head + at * tall
        parts.append(_text(left - 10, y + 16, _short(label, 7), anchor="end"))
        starts = [0.0, *accumulate(values)]
        for place, value in enumerate(values):
            if not value:
                continue
            begin, long = left + room * starts[place] / most, room * value / most
            parts.append(_box(begin, y, long, 22, shades[place], edge=True))
            if long > 26:
                if SHADES[place] == "hatch":
                    parts.append(_box(begin + long / 2 - 12, y + 4, 24, 14, "#fff"))
                fill = "#fff" if SHADES[place] in _DARK else INK
                parts.append(_text(begin + long / 2, y + 16, f"{value:g}", anchor="middle", fill=fill, size=12, bold=True))
        parts.append(_text(left + room * starts[-1] / most + 10, y + 16, f"合计{round(starts[-1], 1):g}日", fill=INK_2, size=12))
    return _picture(name, width, head + tall * max(1, len(rows)), sentence, parts)
