"""How the pages write dates, articles and amounts: the filters and globals of the templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from api.office.acts_in_words import came
from api.office.masking import mask_applicant
from api.office.office import SHANGHAI
from api.office.uploads import KINDS, TOGETHER
from api.pages.shared.icons import icon
from db.counting import MANY
from workflow import acts as a
from workflow.answers import long_form, page_form
from workflow.personal import told
from workflow.procedure import STATES
from workflow.words import LETTER_TITLES, say_yuan

WEEKDAYS = "一二三四五六日"


def _nowrap(text: str) -> Markup:
    return Markup('<span class="nowrap">{}</span>').format(text)


@pass_context
def day(context: Context, value: date | None, *, weekday: bool = False, year: bool | None = None) -> Markup:
    """11月24日, with the year only when it is another one (or `year`), never broken over two lines."""
    if value is None:
        return Markup("")
    with_year = value.year != context["today"].year if year is None else year
    text = f"{value.year}年" if with_year else ""
    text += f"{value.month}月{value.day}日"
    return _nowrap(f"{text} 周{WEEKDAYS[value.weekday()]}" if weekday else text)


def full_day(value: date | None, *, weekday: bool = False) -> Markup:
    """2026年11月24日, 星期二 where wanted."""
    if value is None:
        return Markup("")
    text = f"{value.year}年{value.month}月{value.day}日"
    return _nowrap(f"{text} 星期{WEEKDAYS[value.weekday()]}" if weekday else text)


@pass_context
def moment(context: Context, value: datetime | None) -> Markup:
    """A stamp in Shanghai: 14:20 today, 11月23日 14:20 otherwise."""
    if value is None:
        return Markup("")
    local = value.astimezone(SHANGHAI)
    clock = f"{local:%H:%M}"
    return _nowrap(clock) if local.date() == context["today"] else _nowrap(f"{local.month}月{local.day}日 {clock}")


@pass_context
def day_of(context: Context, value: datetime) -> Markup:
    """The day of a stamp in Shanghai."""
    return day(context, value.astimezone(SHANGHAI).date())


def clock(value: datetime) -> str:
    """The hour of a stamp in Shanghai: 14:20."""
    return f"{value.astimezone(SHANGHAI):%H:%M}"


_ARTICLE = Markup('<a class="gk-art" href="/guide/articles#{}"{} title="{}">{}</a>')
_BESIDE = Markup(' target="guide"')


def article(cited: str, there: str = _BESIDE) -> Markup:
    """条例33条2款, with its full name on hovering; it leads to its place in the guide, beside the page one is at work on."""
    return _ARTICLE.format(anchor(cited), there, long_form(cited), page_form(cited))


@pass_context
def article_here(context: Context, cited: str) -> Markup:
    """`article`; at a counter (体验区) it opens no other window."""
    return article(cited, there="" if context.get("hall") else _BESIDE)


def anchor(cited: str) -> str:
    """The id of an article on the guide's page."""
    return "".join(page_form(cited).split())


def articles(cited: tuple[str, ...] | list[str]) -> Markup:
    return Markup(" ").join(article(one) for one in cited)


def paragraphs(text: str | None) -> Markup:
    """Typed text with its line breaks."""
    return Markup("<br>").join(escape(line) for line in (text or "").split("\n"))


def short_number(number: str) -> str:
    """冠自然资依申〔2026〕114号 -> 〔2026〕114号."""
    return "〔" + number.partition("〔")[2] if "〔" in number else number


def size(value: int) -> str:
    """1.2 MB."""
    return f"{value / 1024 / 1024:.1f} MB" if value >= 1024 * 1024 else f"{max(1, value // 1024)} KB"


def number_hint(texts: Iterable[str]) -> str:
    """What is said of numbers of people in what is typed; empty when there are none. No number is repeated."""
    found = told("\n".join(texts))
    return f"写有{found}。这里的文字会印入文书或者给单位以外的人看到，不是必须写的请删去。" if found else ""


def marked(text: str, words: Sequence[str]) -> Markup:
    """The text with the words that it shares marked."""
    if not words:
        return escape(text)
    parts = re.split("(" + "|".join(re.escape(one) for one in words) + ")", text)
    return Markup("").join(Markup("<mark>{}</mark>").format(one) if at % 2 else escape(one) for at, one in enumerate(parts))


def grouped(options: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Options under their headings, the headings in the order in which they first come."""
    found: dict[str, list[Any]] = {}
    for one in options:
        found.setdefault(one.group, []).append(one)
    return list(found.items())


def counted(number: int) -> str:
    """A number that is counted no further than `MANY` (`db.counting`)."""
    return f"超过{MANY - 1}" if number >= MANY else str(number)


_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("OpenHarmony", "鸿蒙"), ("Android", "安卓"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows NT 10.0", "Windows 10或者11"),
    ("Windows NT 6.1", "Windows 7"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Kylin", "麒麟"), ("UOS", "统信UOS"), ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)  # fmt: skip
_BROWSERS = (
    ("MicroMessenger", "微信"), ("QQBrowser", "QQ浏览器"), ("360", "360浏览器"), ("QIHU", "360浏览器"), ("Qaxbrowser", "奇安信浏览器"),
    ("Edg", "Edge"),
    ("EdgA", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("HeadlessChrome", "Chrome"), ("Chrome", "Chrome"), ("Trident", "IE"), ("MSIE", "IE"),
    ("Version", "Safari"),
)  # fmt: skip
"""What a browser says of itself -> how people call it; the first that is found is it."""


def browser(agent: str) -> str:
    """Windows 10或者11，Edge 120; what does not say what it is goes by its first word."""
    system = next((said for token, said in _SYSTEMS if token in agent), "")
    found = next(((said, re.search(rf"{token}[A-Za-z]*[/ ](\d+)", agent)) for token, said in _BROWSERS if token in agent), None)
    program = f"{found[0]} {found[1][1]}" if found and found[1] else found[0] if found else ""
    return "，".join(one for one in (system, program) if one) or re.split(r"[/ ]", agent)[0][:40] or "未知的浏览器"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "day": day,
    "full_day": full_day,
    "moment": moment,
    "day_of": day_of,
    "clock": clock,
    "article": article_here,
    "articles": articles,
    "anchor": anchor,
    "yuan": say_yuan,
    "paragraphs": paragraphs,
    "short_number": short_number,
    "size": size,
    "counted": counted,
    "browser": browser,
}
GLOBALS: Mapping[str, Any] = {
    "icon": icon,
    "masked": mask_applicant,
    "grouped": grouped,
    "marked": marked,
    "number_hint": number_hint,
    "STATES": STATES,
    "ACTS": a.ACTS,
    "CHANNELS": a.CHANNELS,
    "KINDS": KINDS,
    "TOGETHER": TOGETHER,
    "came": came,
    "LETTERS": LETTER_TITLES,
    "PURPOSES": a.PURPOSES,
    "REMEDY_TYPES": a.REMEDY_TYPES,
    "REMEDY_RESULTS": a.REMEDY_RESULTS,
    "INSTANCES": a.INSTANCES,
}
