"""Reports as HTML, which word processors open too: the annual report, and the analysis in official style.

A report is no letter: it has no number, is not kept, and is made again whenever it is asked for. Its PDF: `letters.engine`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

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
        made = template.render(**facts, face=lambda name: Markup(face(name)), printed=printed, draw=charts.printed)  # noqa: S704  # names of fonts
        return made if printed else _for_writers(made)
    except TemplateError as error:
        raise LetterError(f"{TITLES[kind]}没有生成：模板或者数据有误（{error.message}）。") from None
    except LetterError as error:
        raise LetterError(f"{TITLES[kind]}没有生成：{error}") from None


_TABLE, _CELL, _COLUMN = re.compile(r"<table\b"), re.compile(r"<(t[dh])\b([^>]*)>"), re.compile(r'<col class="(\w+)">')
_WIDTHS: Mapping[str, str] = {"c1": "9%", "c2": "10%", "c3": "32%", "n": "7%"}


def _for_writers(made: str) -> str:
    """The same with what word processors and site editors go by: they read no borders, sizes or widths from a style sheet."""
    made = _TABLE.sub('<table border="1" bordercolor="#000000" cellspacing="0" cellpadding="2" width="100%"', made)
    made = _COLUMN.sub(lambda found: f'<col class="{found[1]}" width="{_WIDTHS.get(found[1], "")}">', made)
    return _CELL.sub(r'<\1\2 style="border: 0.75pt solid #000; padding: 1.5pt 2pt; font-size: 10pt; line-height: 13pt">', made)
