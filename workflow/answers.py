"""What the law may answer: a sentence, a refusal, a value at fault; and how its articles are written.

An article is named in a short form: the law, a blank, the article, then 款 in ASCII and 项 in Chinese brackets:
"条例 33(2)", "条例 36(四)", "复议法 23(1)(四)". A document cited as a whole stands alone: "国办发明电〔2025〕7号".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Refused(Exception):
    """The law or the procedure stands against it (409): what is so, the rule, and what can be done instead."""

    def __init__(self, message: str, *articles: str) -> None:
        super().__init__(message)
        self.message = message
        self.articles = articles


class Invalid(Exception):
    """A value is at fault (400): `field` is its path, "applicant.id_number"."""

    def __init__(self, field: str, message: str, *articles: str) -> None:
        super().__init__(f"{field}：{message}")
        self.field = field
        self.message = message
        self.articles = articles


class BadRules(Exception):
    """A rules file that cannot be used: file, line (from 1; 0 when the file itself is missing), key and reason."""

    def __init__(self, file: str, line: int, key: str, reason: str) -> None:
        super().__init__(f"{key}（{file}）：{reason}" if line == 0 else f"文件{file}第{line}行，{key}：{reason}")
        self.file = file
        self.line = line
        self.key = key
        self.reason = reason


class Sentence(NamedTuple):
    """One sentence of an explanation, with the articles it stands on."""

    text: str
    articles: tuple[str, ...] = ()


LAWS: Mapping[str, str] = MappingProxyType(
    {
        "条例": "《中华人民共和国政府信息公开条例》",
        "办法": "《政府信息公开信息处理费管理办法》",
        "复议法": "《中华人民共和国行政复议法》",
        "行诉法": "《中华人民共和国行政诉讼法》",
        "行诉解释": "《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》",
        "民诉法": "《中华人民共和国民事诉讼法》",
        "档案法": "《中华人民共和国档案法》",
        "个人信息保护法": "《中华人民共和国个人信息保护法》",
        "放假办法": "《全国年节及纪念日放假办法》",
        "法释8号": "《最高人民法院关于审理政府信息公开行政案件适用法律若干问题的解释》（法释〔2025〕8号）",
        "132号": "《司法部关于审理政府信息公开行政复议案件若干问题的指导意见》（国办函〔2021〕132号）",
        "207号": "国办公开办函〔2015〕207号",
        "235号": "国办公开办函〔2016〕235号",
        "格式30号": "国办公开办函〔2021〕30号",
    }
)
"""The short name of a law -> its full name, as letters cite it."""

_SHORT = re.compile(r"(?P<law>\S+) (?P<article>\d+)(?:\((?P<paragraph>\d+)\))?(?:\((?P<item>[一二三四五六七八九十]+)\))?")
_DIGITS = "零一二三四五六七八九"


def long_form(article: str) -> str:
    """As a letter cites it: "条例 33(2)" -> 《中华人民共和国政府信息公开条例》第三十三条第二款."""
    found = _SHORT.fullmatch(article)
    if found is None or found["law"] not in LAWS:
        return LAWS.get(article.partition(" ")[0], article)
    text = f"{LAWS[found['law']]}第{chinese_number(int(found['article']))}条"
    if found["paragraph"]:
        text += f"第{chinese_number(int(found['paragraph']))}款"
    if found["item"]:
        text += f"第（{found['item']}）项"
    return text


def page_form(article: str) -> str:
    """As the pages show it: "条例 33(2)" -> 条例33条2款, "条例 31(二)" -> 条例31条（二）."""
    found = _SHORT.fullmatch(article)
    if found is None:
        return article.replace(" ", "", 1)
    text = f"{found['law']}{found['article']}条"
    if found["paragraph"]:
        text += f"{found['paragraph']}款"
    if found["item"]:
        text += f"（{found['item']}）"
    return text


def chinese_number(number: int) -> str:
    """1 to 99 in Chinese figures: 20 -> 二十, 36 -> 三十六; higher article numbers with 百."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")
