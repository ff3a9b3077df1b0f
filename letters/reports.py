"""Reports as HTML, which word processors open too: the annual report, and the analysis in official style.

A report is no letter: it has no number, is not kept, and is made again whenever it is asked for. Its PDF: `letters.engine`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import TemplateError
from markupsafe import Markup

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
        return template.render(**facts, face=lambda name: Markup(face(name)), printed=printed)  # noqa: S704  # names of fonts
    except TemplateError as error:
        raise LetterError(f"{TITLES[kind]}没有生成：模板或者数据有误（{error.message}）。") from None
    except LetterError as error:
        raise LetterError(f"{TITLES[kind]}没有生成：{error}") from None
