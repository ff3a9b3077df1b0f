"""本单位的措辞: an office's own sentences over those of the program, without code.

A file in AGENCIES_DIR/wording/ (in wording/CODE/ for one unit alone) is named like what it words: extension_notice.txt,
findings/disclosed.txt, _remedy.txt. Every line is a paragraph, a line that begins with # a heading; {{ days }} prints a fact,
{% if %} and {% for %} stand on lines of their own or within one. It is a template over the same facts as the program's own
words, in the same sandbox. When it is loaded it is tried on letters of every kind (`letters.specimens`), and must say whatever
the program's words say of the law: facts, articles, remedies. Name and date of the agency stand below every text anyway.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from letters.contexts import LETTERS, replies
from letters.contexts.parts import Context, Letterhead
from letters.errors import LetterError
from letters.fontset import unprintable
from letters.html import TEMPLATES, html
from letters.specimens import example, specimens
from letters.wording import FILTERS
from workflow import printable
from workflow.answers import BadRules

SUFFIX = ".txt"
PARTS: Mapping[str, str] = {
    "_request": "收到申请的情况", "_course": "办理经过", "_reason": "理由", "_given": "提供的信息", "_overruled": "第三方不同意而公开",
    "_remedy": "救济途径", "_contact": "联系方式",
}  # fmt: skip
MOST = 20_000
"""Characters of one file."""
DEEPEST = 2
"""Loops within loops."""

_STATEMENTS = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.Filter, nodes.Test,
    nodes.If, nodes.For, nodes.Assign, nodes.CondExpr, nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.Concat, nodes.Include,
)  # fmt: skip
_FILTERS = frozenset(FILTERS) | {"length", "first", "last"}
_TESTS = frozenset({"none", "defined", "undefined", "equalto", "eq"})
_KNOWN = frozenset({"this", "kind", "letter", "heading", "preview", "dress", "loop", "item", "it", "several", "paper", "by"})
_TAG = re.compile(r"<\s*[/!?a-zA-Z]")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百]+条(?:第[一二三四五六七八九十]+款)?(?:第（[一二三四五六七八九十]+）项)?")
_WORDS = ("行政复议", "行政诉讼", "视为放弃", "不再处理", "不计算在答复期限内")


FINDINGS: Mapping[str, str] = {
    "already_public": "已主动公开", "disclosed": "予以公开", "excessive": "大量、反复申请", "needs_processing": "需要加工、分析",
    "not_existing": "信息不存在", "not_responsible": "不属于本机关负责公开", "other": "其他处理", "partial": "部分公开",
    "petition": "信访、投诉、举报", "publication": "公开出版物",
    "record_corrected": "予以更正", "record_not_corrected": "不予更正", "record_referred": "告知向有权更正的机关提出",
    "record_transferred": "转送有权更正的机关", "reissue": "确认、重新出具", "repeated": "重复申请",
    "special_inquiry": "按专门规定办理", "unclear": "补正后仍不明确", "withheld_absolute": "不予公开（第十四条）",
    "withheld_discretionary": "不予公开（第十六条）", "withheld_third_party": "不予公开（第三方）",
}  # fmt: skip


def _reader() -> Environment:
    made = Environment(trim_blocks=True, lstrip_blocks=True)  # noqa: S701  # it reads, and renders nothing
    made.filters.update(FILTERS)
    return made


_READER = _reader()


@cache
def titles() -> Mapping[str, str]:
    """What may be worded: name of the file without its ending -> what it is."""
    notices = {
        name: kind.title
        for name, kind in LETTERS.items()
        if not issubclass(kind.context, replies.Reply) and (name == "receipt" or kind.format != "plain")
    }
    found = {f"findings/{name}": f"答复内容：{title}" for name, title in FINDINGS.items()}
    return {**notices, **found, **{name: f"各种文书中的{title}" for name, title in PARTS.items()}}


def _block(name: str) -> str:
    source = (TEMPLATES / f"{name}.html").read_text(encoding="utf-8")
    found = re.search(r"\{% block text %\}\n?(.*?)\{% endblock %\}", source, re.S)
    return found[1] if found else source


@cache
def packaged(name: str) -> str:
    """The program's own words for `name`, as a file of an office would say them: to begin from."""
    text = _block(name)
    text = re.sub(r"</?p>", "", re.sub(r"<h\d[^>]*>|<h\{\{ level \}\}[^>]*>", "# ", text))
    return re.sub(r"\n{2,}", "\n", re.sub(r"</h\d>|</h\{\{ level \}\}>", "", text)).strip() + "\n"


def read(folder: Path, code: str) -> dict[str, tuple[Path, str]]:
    """The files for one unit: name -> path and text; its own before those for all. Raises BadRules: no such text."""
    found: dict[str, tuple[Path, str]] = {}
    known = titles() if folder.is_dir() else {}
    for base in (folder, folder / code):
        for path in sorted([*base.glob(f"*{SUFFIX}"), *base.glob(f"findings/*{SUFFIX}")]):
            name = path.relative_to(base).as_posix().removesuffix(SUFFIX)
            if name not in known:
                raise BadRules(str(path), 1, name, "没有叫这个名字的文书，可用的是：" + "、".join(known))
            try:
                found[name] = path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                raise BadRules(str(path), 1, name, "不是UTF-8编码的文本，请另存为UTF-8") from None
    return found


def check(files: Mapping[str, tuple[Path, str]], letterhead: Letterhead) -> tuple[tuple[str, str], ...]:
    """The wording as a letterhead carries it. Raises BadRules: file, line, what is wrong."""
    wording = tuple(sorted((name, text) for name, (_path, text) in files.items()))
    if files and wording not in _good:  # the same for every unit that says so
        for name, (path, text) in files.items():
            _look(name, path, text)
        _try(files, letterhead, wording)
        _good[wording] = True
        while len(_good) > MOST_KNOWN:
            del _good[next(iter(_good))]
    return wording


_good: dict[tuple[tuple[str, str], ...], bool] = {}
MOST_KNOWN = 32


def _look(name: str, path: Path, text: str) -> None:
    """What can be seen without making a letter."""
    if len(text) > MOST:
        raise BadRules(str(path), 1, name, f"太长，最多{MOST}字")
    for number, line in enumerate(text.split("\n"), 1):
        if (why := printable.fault(line, unprintable)) is not None:
            raise BadRules(str(path), number, name, why)
        if _TAG.search(line):
            raise BadRules(str(path), number, name, "不能写网页标记（< >），每一行就是一段，以#开头的一行是小标题")
    try:
        tree = _READER.parse(text)
    except TemplateSyntaxError as error:
        raise BadRules(str(path), error.lineno, name, f"写法不对：{error.message}") from None
    for node in tree.find_all(nodes.Node):
        if (why := _odd(node)) is not None:
            raise BadRules(str(path), getattr(node, "lineno", None) or 1, name, why)
    if _depth(tree) > DEEPEST:
        raise BadRules(str(path), 1, name, f"循环最多套{DEEPEST}层")
    contexts = [kind.context for kind in LETTERS.values()]
    facts = {field for context in contexts for field in context.__dataclass_fields__} | _KNOWN
    if unknown := sorted(find_undeclared_variables(tree) - facts):
        raise BadRules(str(path), _line_of(text, unknown[0]), name, f"没有叫“{unknown[0]}”的内容")


def _odd(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        return f"没有“|{node.name}”这种写法"
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        return f"没有“is {node.name}”这种写法"
    if isinstance(node, nodes.Include):
        named = node.template.value if isinstance(node.template, nodes.Const) else None
        if not isinstance(named, str) or named.removesuffix(".html") not in PARTS:
            return "只能引用：" + "、".join(f"{part}.html" for part in PARTS)
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return f"没有叫“{node.attr}”的内容"
    if not isinstance(node, (*_STATEMENTS, nodes.Pair, nodes.Keyword)):
        return "只能用{{ }}、if、for、set和include，不能运算、不能调用"
    return None


def _depth(node: nodes.Node) -> int:
    inside = max((_depth(child) for child in node.iter_child_nodes()), default=0)
    return inside + isinstance(node, nodes.For)


def _line_of(text: str, word: str) -> int:
    return next((number for number, line in enumerate(text.split("\n"), 1) if word in line), 1)


def _try(files: Mapping[str, tuple[Path, str]], letterhead: Letterhead, wording: tuple[tuple[str, str], ...]) -> None:
    """Make letters of every kind with the office's words, and compare what they say with what the program's words say."""
    for kind, made in LETTERS.items():
        for context, ours, marks, must in _ours(kind, replace(letterhead, wording=())):
            try:
                theirs = html(kind, replace(context, letterhead=replace(letterhead, wording=wording)))
            except LetterError as error:
                name = _culprit(files, kind, context)
                raise BadRules(str(files[name][0]), 1, name, f"{made.title}用这样的措辞生成不了：{error}") from None
            if theirs == ours:
                continue
            said = set(_facts(theirs, marks))
            if missing := [fact for fact in must if fact not in said]:
                name = _culprit(files, kind, context)
                raise BadRules(str(files[name][0]), 1, name, f"{made.title}必须写明的内容没有写出：{'、'.join(dict.fromkeys(missing))}")


@lru_cache(maxsize=64)
def _ours(kind: str, letterhead: Letterhead) -> tuple[tuple[Context, str, dict[str, str], tuple[str, ...]], ...]:
    """Specimens of a kind of letter, with the program's words for them, the marks of their facts, and what the words say of them."""
    made = []
    for context, marks in specimens(kind, letterhead):
        words = html(kind, context)
        made.append((context, words, marks, tuple(_facts(words, marks))))
    return tuple(made)


def _culprit(files: Mapping[str, tuple[Path, str]], kind: str, context: Context) -> str:
    """The file that most likely words what is at fault."""
    findings = [f"findings/{one.words}" for one in getattr(context, "items", ()) if isinstance(one, replies.Finding)]
    return next((name for name in (kind, *findings, *PARTS) if name in files), next(iter(files)))


_SHOWS = {"_request": "extension_notice", "_contact": "extension_notice", "_remedy": "abandonment_notice"}
_UNSHOWN = frozenset({"correction_of_record"})
"""What ends otherwise is said there in words of its own."""


def example_of(name: str, letterhead: Letterhead) -> tuple[str, Context]:
    """A letter in which the wording of `name` is seen: its kind and a context whose values say which facts they are."""
    if name in LETTERS:
        return name, example(name, letterhead)
    words = name.removeprefix("findings/") if "/" in name else "disclosed"
    for kind in [_SHOWS[name]] if name in _SHOWS else [one for one in LETTERS if one not in _UNSHOWN]:
        for choice in range(0, 40, 2):
            context = example(kind, letterhead, choice)
            items = getattr(context, "items", ())
            if name in _SHOWS or (items and isinstance(items[0], replies.Finding) and items[0].words == words):
                return kind, context
    raise KeyError(name)


def _facts(words: str, marks: Mapping[str, str]) -> list[str]:
    """What the words of a letter say: facts by the names that a template gives them, articles, and what follows in law."""
    text = re.sub(r"<[^>]+>", "", words)
    facts = [f"{{{{ {path} }}}}" for path, mark in marks.items() if mark in text]
    return [*facts, *dict.fromkeys(_ARTICLE.findall(text)), *(word for word in _WORDS if word in text)]
