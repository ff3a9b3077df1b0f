"""Reports as HTML, which word processors open too: the annual report, and the analysis in official style.

A report is no letter: it has no number, is not kept, and is made again whenever it is asked for. Its PDF: `letters.engine`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from jinja2 import TemplateError
from markupsafe import Markup

from letters import charts
from letters.errors import LetterError
from letters.fontset import family
from letters.html import environment

TITLES: Mapping[str, str] = {"annual": "年度报告", "analysis": "定期分析报告"}
_OFFICE_FONTS: Mapping[str, str] = {
    "仿宋": "FangSong, 仿宋, 仿宋_GB2312, serif",
    "黑体": "SimHei, 黑体, sans-serif",
    "楷体": "KaiTi, 楷体, 楷体_GB2312, serif",
    "宋体": "SimSun, 宋体, serif",
    "小标宋": "方正小标宋简体, 方正小标宋_GBK, SimSun, 宋体, serif",
}


def html(kind: str, facts: Mapping[str, Any], *, printed: bool = False) -> str:
    """The report as one HTML file without anything from outside; `printed` with the fonts of the letters."""
    if kind not in TITLES:
        raise LetterError(f"没有“{kind}”这一种报告。")
    face = family if printed else _OFFICE_FONTS.__getitem__
    try:
        template = environment(printed).get_template(f"report_{kind}.html")
        made = template.render(**facts, face=lambda name: Markup(face(name)), printed=printed, draw=charts.printed, fit=fitted)  # noqa: S704  # names of fonts
        return made if printed else _for_writers(made)
    except TemplateError as error:
        raise LetterError(f"{TITLES[kind]}没有生成：模板或者数据有误（{error.message}）。") from None
    except LetterError as error:
        raise LetterError(f"{TITLES[kind]}没有生成：{error}") from None


class Fitted(NamedTuple):
    """How the columns of a plain table share the page, in per cent; `small`: set in smaller type, for there are many of them."""

    shares: Sequence[float]
    small: bool


_ROOM, _SMALL_ROOM = 87.0, 102.0
"""Half characters across the page: of 10.5 points, and of 9."""
_EDGE, _WORD = 1.6, 4.0
"""A cell's room beside its text; two characters: no heading is broken into less."""


def fitted(rows: Sequence[Sequence[Any]]) -> Fitted:
    """So wide that no figure breaks: what a column needs at least, the names next to what they would like, then the other columns."""
    least, wish = list[float](), list[float]()
    for at, (heading, *cells) in enumerate(zip(*rows, strict=True)):
        told = [str(cell) for cell in cells if cell is not None]
        of_heading = _across(str(heading))
        whole = max(map(_across, told), default=0.0)
        piece = max((_across(one) for text in told for one in text.split()), default=0.0)
        least.append(max(min(whole, 3 * _WORD) if at == 0 else piece, min(of_heading, _WORD)) + _EDGE)
        wish.append(max(whole, min(of_heading, 2 * _WORD)) + _EDGE)
    small = sum(wish) > _ROOM and (sum(least[1:]) + min(wish[0], 7 * _WORD) > _ROOM)
    room = _SMALL_ROOM if small else _ROOM
    if sum(wish) <= room:
        return Fitted([round(100 * one / sum(wish), 2) for one in wish], small)
    left = max(room - sum(least), 0.0)
    least[0] += (more := min(wish[0] - least[0], left))
    gaps = [max(one - two, 0.0) for one, two in zip(wish, least, strict=True)]
    wide = [one + (left - more) * gap / (sum(gaps) or 1.0) for one, gap in zip(least, gaps, strict=True)]
    return Fitted([round(100 * one / sum(wide), 2) for one in wide], small)


def _across(text: str) -> float:
    """Half characters; a figure is a little wider in some fonts that stand in for 宋体."""
    return sum(1.25 if one < "\u2e80" else 2.0 for one in text)


_WHOLE, _TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL), "<table "
_CELL = re.compile(r"<(t[dh])\b([^>]*)>(.*?)</\1>", re.DOTALL)
_COLUMN = re.compile(r'<col (?:class="(\w+)"|width="([\d.]+)%"[^>]*)>')
_WIDTHS: Mapping[str, float] = {"c1": 9, "c2": 10, "c3": 32, "n": 7}
_PIXELS = 6.12
"""One hundredth of the 162 mm between the margins: word processors take the widths of columns in pixels alone."""


def _for_writers(made: str) -> str:
    """The same with what word processors and site editors go by: they read no borders, sizes or widths from a style sheet."""
    made = _COLUMN.sub(lambda found: f'<col width="{round(_PIXELS * (_WIDTHS[found[1]] if found[1] else float(found[2])))}">', made)
    return _WHOLE.sub(_written_out, made)


def _written_out(table: re.Match[str]) -> str:
    """A table each of whose cells says how it looks; its text is a paragraph, else it is set as the text around the table, with its spacing."""
    size = "font-size: 9pt; line-height: 12pt" if 'class="fit small"' in table[0].partition(">")[0] else "font-size: 10pt; line-height: 13pt"

    def cell(found: re.Match[str]) -> str:
        side = "left" if 'class="left"' in found[2] else "center"
        said = f'<p align="{side}" style="margin-top: 0cm; margin-bottom: 0cm; text-indent: 0cm; {size}">{found[3]}</p>'
        return f'<{found[1]}{found[2]} style="border: 0.75pt solid #000; padding: 1.5pt 2pt; {size}">{said}</{found[1]}>'

    border = f'{_TABLE}border="1" bordercolor="#000000" cellspacing="0" cellpadding="2" width="100%" '
    return _CELL.sub(cell, table[0]).replace(_TABLE, border, 1)
