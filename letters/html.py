"""The words of a letter: context and template give HTML. No PDF is made here, so any process may ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from jinja2 import (
    ChoiceLoader,
    DictLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    UndefinedError,
    nodes,
)
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from letters.contexts import LETTERS, PRINTED, heading_of
from letters.contexts.parts import INFORMATION, ONLINE, CoIssuer, Context, Letterhead
from letters.errors import LetterError
from letters.fontset import family
from letters.wording import FILTERS, finalize

TEMPLATES = Path(__file__).parent / "templates"


PACKAGED = "packaged/"
MOST_ROUNDS = 20_000
"""Of all loops of one letter: 50 items with their searches take some hundreds."""
_rounds: ContextVar[int] = ContextVar("rounds", default=0)


class _Language(SandboxedEnvironment):
    """Jinja, in which every loop is counted: no wording goes round for ever."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "counted", [], [], None, None)
        return tree


def counted(items: Any) -> list[Any]:
    """What a loop goes over. Raises LetterError when a letter has gone round too often, or over a text letter by letter."""
    if isinstance(items, str):
        raise LetterError("循环只能用于若干项的内容，不能用于一段文字")
    rounds = list(items)
    _rounds.set(_rounds.get() + len(rounds))
    if _rounds.get() > MOST_ROUNDS:
        raise LetterError("循环没有尽头，或者次数太多")
    return rounds


def as_template(name: str, text: str) -> str:
    """An office's own wording (`letters.own_wording`) as a template: line by line, so that faults keep their lines."""
    body = "\n".join(map(_as_line, text.split("\n")))
    if name not in LETTERS:
        return body
    return f'{{% extends "{PACKAGED}{name}.html" %}}{{% block text %}}{body}\n{{% endblock %}}'


_STATEMENT = r"\{%-?\s*\w+[^%]*-?%\}"
_AROUND = re.compile(rf"^((?:{_STATEMENT}\s*)*)(.*?)((?:\s*{_STATEMENT})*)$")


def _as_line(line: str) -> str:
    """A line as a paragraph or a heading; conditions that stand round the whole of it stand round the paragraph."""
    found = _AROUND.match(line.strip())
    assert found is not None  # every part may be empty
    before, text, after = found.groups()
    if not _is_balanced(text):
        before, text, after = "", line.strip(), ""
    if not text:
        return before + after
    inside = f"<h2>{text[1:].strip()}</h2>" if text.startswith("#") else f"<p>{text}</p>"
    return before + inside + after


def _is_balanced(text: str) -> bool:
    opened = 0
    for word in re.findall(r"\{%-?\s*(\w+)", text):
        opened += {"if": 1, "for": 1, "endif": -1, "endfor": -1}.get(word, 0)
        if opened < 0 or (opened == 0 and word in ("else", "elif")):
            return False
    return opened == 0


@lru_cache(maxsize=16)
def environment(printed: bool = True, wording: tuple[tuple[str, str], ...] = ()) -> SandboxedEnvironment:
    """The templates' language: sandboxed, escaped, without a default for what is missing, and with the gate of the letters.

    `wording` is an office's own, over the program's.
    """
    own = {f"{name}.html": as_template(name, text) for name, text in wording}
    files = FileSystemLoader(TEMPLATES)
    made = _Language(
        loader=ChoiceLoader([DictLoader(own), PrefixLoader({PACKAGED.rstrip("/"): files}), files]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=partial(finalize, printed=printed),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(FILTERS)
    made.filters["counted"] = counted
    made.globals["family"] = lambda face: Markup(family(face))  # noqa: S704  # names of our own fonts, quoted for CSS
    return made


def _called(context: Context) -> str:
    """What the application is that the letter is about, where it is about one."""
    return str(getattr(getattr(context, "request", context), "called", INFORMATION))


def issuers(context: Context) -> tuple[Letterhead | CoIssuer, ...]:
    """发文机关: who sends the letter, the 主办机关 first (联合行文)."""
    return context.letterhead, *getattr(context, "co_issuers", ())


def _asks(kind: str, context: Context) -> bool:
    """Whether the page of 查询进度 is named: on receipt and reply, of a request that has a number and a code to ask with."""
    request = getattr(context, "request", None)
    about = kind == "receipt" or PRINTED[kind].series == "reply"
    return context.letterhead.query_url is not None and about and request is not None and request.way == ONLINE


Dress = Literal["full", "overprint", "unsealed"]
DRESSES: Mapping[str, str] = MappingProxyType({"full": "全文", "overprint": "套打（不印红头和印章）", "unsealed": "不带印章"})
"""What of a letter is printed: all; without what stands on the paper already or is stamped by hand; without a seal, name and date
set as they stand then (GB/T 9704, 7.3.5.3)."""


def html(kind: str, context: Context, *, preview: bool = False, dress: Dress = "full") -> str:
    """The letter as HTML; raises LetterError when a value is missing or cannot be printed."""
    letter = PRINTED[kind]
    _rounds.set(0)
    try:
        return environment(wording=context.letterhead.wording).get_template(letter.template).render(
            **context.values(), this=context, kind=kind, letter=letter, heading=heading_of(kind, _called(context)),
            preview=preview, dress=dress, asks=_asks(kind, context), issuers=issuers(context),
        )
    except UndefinedError as error:
        raise LetterError(f"{letter.title}没有生成：缺少一项内容（{error.message}）。") from None
    except RecursionError:
        raise LetterError(f"{letter.title}没有生成：措辞互相引用，没有尽头。") from None
    except TemplateError as error:
        raise LetterError(f"{letter.title}没有生成：模板有误（{error.message}）。") from None
    except LetterError as error:
        raise LetterError(f"{letter.title}没有生成：{error}") from None
