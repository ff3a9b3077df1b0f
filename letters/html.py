"""The words of a letter: context and template give HTML. No PDF is made here, so any process may ask."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from letters.contexts import PRINTED
from letters.contexts.parts import Context
from letters.errors import LetterError
from letters.fontset import family
from letters.wording import FILTERS, finalize

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment(printed: bool = True) -> SandboxedEnvironment:
    """The templates' language: sandboxed, escaped, without a default for what is missing, and with the gate of the letters."""
    made = SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=partial(finalize, printed=printed),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(FILTERS)
    made.globals["family"] = lambda face: Markup(family(face))  # noqa: S704  # names of our own fonts, quoted for CSS
    return made


def html(kind: str, context: Context, *, preview: bool = False) -> str:
    """The letter as HTML; raises LetterError when a value is missing or cannot be printed."""
    letter = PRINTED[kind]
    try:
        return environment().get_template(letter.template).render(
            **context.values(), this=context, kind=kind, letter=letter, preview=preview
        )
    except UndefinedError as error:
        raise LetterError(f"{letter.title}没有生成：缺少一项内容（{error.message}）。") from None
    except TemplateError as error:
        raise LetterError(f"{letter.title}没有生成：模板有误（{error.message}）。") from None
    except LetterError as error:
        raise LetterError(f"{letter.title}没有生成：{error}") from None
