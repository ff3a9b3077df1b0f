"""现行规则 told: every value of the rules files with its date and its citation, and every article with what is taken from it.

`values` lists what the files say, for whoever wants to check them; `cited` turns it round, article by article, together
with the articles that the acts and the reckoning stand on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workflow.acts import ACTS
from workflow.answers import LAWS, chinese_number, long_form
from workflow.law import read_rules
from workflow.words import say_yuan

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "deadlines.yaml": "期限",
        "fees.yaml": "收费标准",
        "outcomes.yaml": "答复种类",
        "roles.yaml": "经办岗位",
        "topics.yaml": "主题",
        "practice.yaml": "本机关做法",
        "sameness.yaml": "同一信息的用词",
    }
)
_UNITS = {"workdays": "个工作日", "days": "日", "months": "个月"}


@dataclass(frozen=True, slots=True)
class RuleValue:
    """规则值: one value of the law as the files have it, in words, from its day on."""

    group: str
    key: str
    title: str
    since: date
    text: str
    cite: str
    reading: str | None
    articles: tuple[str, ...] = ()
    """Other articles that the value names (an outcome's own)."""


@dataclass(slots=True)
class CitedArticle:
    """引用的条文: one article, how a letter writes it, and what the program takes from it."""

    short: str
    full: str
    taken: dict[str, list[str]] = field(default_factory=dict)
    """Group ("" for a plain sentence) -> what of it stands on this article."""
    readings: list[str] = field(default_factory=list)

    def add(self, group: str, what: str, reading: str | None = None) -> None:
        mine = self.taken.setdefault(group, [])
        if what not in mine:
            mine.append(what)
        if reading is not None and reading not in self.readings:
            self.readings.append(reading)


def values(overlay: Path | None = None) -> tuple[RuleValue, ...]:
    """Every value of the rules files in their order, with the office's own. The files must have been loaded once."""
    trees, _ = read_rules(overlay)
    roles, outcomes = trees["roles.yaml"].data["titles"], trees["outcomes.yaml"].data
    names = {key: str(one["title"]) for key, one in outcomes.items()} | roles
    found: list[RuleValue] = []
    for name, group in GROUPS.items():
        series = trees[name].data["acts"] if name == "roles.yaml" else trees[name].data
        for key, one in series.items():
            title = ACTS[key].title if name == "roles.yaml" else one["title"]
            for since, entry in sorted(one["values"].items()):
                text = _text(name, one, entry, names)
                articles = tuple(entry.get("articles", ()))
                day = date.fromisoformat(since)
                found.append(RuleValue(group, key, title, day, text, entry["cite"], entry.get("reading"), articles))
    return tuple(found)


def _text(name: str, series: Mapping[str, Any], entry: Mapping[str, Any], names: Mapping[str, str]) -> str:
    match name:
        case "deadlines.yaml":
            return f"{entry['value']}{_UNITS[series['unit']]}"
        case "fees.yaml":
            return "；".join(f"{entry[basis]['title']}：{_brackets(entry[basis])}" for basis in ("per_item", "per_page"))
        case "outcomes.yaml":
            remedy = "先申请行政复议" if entry["remedy"] == "R1" else "可以申请行政复议，也可以直接起诉"
            row = f"年度报告表{entry['row']}" if "row" in entry else "不计入年度报告表三"
            return f"{entry['group']}，{row}；{remedy}"
        case "topics.yaml":
            said = ("提示词", entry["words"]), ("弱提示词", entry.get("hints", ()))
            return "；".join(f"{title}：{'、'.join(words)}" for title, words in said if words) or "没有提示词"
        case "sameness.yaml":
            return ("；" if any("、" in one for one in entry["value"]) else "、").join(entry["value"])
        case _:
            value = entry["value"]
            return "、".join(names.get(one, one) for one in value) or "无" if isinstance(value, tuple) else str(names.get(value, value))


def _brackets(tariff: Mapping[str, Any]) -> str:
    unit, told = tariff["unit"], []
    for one in tariff["brackets"]:
        reach = f"{one['from']}至{one['to']}{unit}" if "to" in one else f"{one['from']}{unit}以上"
        rate = f"{say_yuan(one['rate_fen'])}/{unit}" if one["rate_fen"] else "不收费"
        step = f"，每{one['each']}{unit}一档，每档提高{say_yuan(one['step_fen'])}" if "each" in one else ""
        told.append(f"{reach}{rate}{step}")
    return "，".join(told)


# ---------------------------------------------------------------------------------------------- article by article

# What the reckoning, the checks and the letters take from an article beyond the values of the files.
_TAKEN: tuple[tuple[str, str], ...] = (
    ("条例 14", "国家秘密、其他法律行政法规禁止公开、危及“三安全一稳定”的，不予公开"),
    ("条例 15", "涉及商业秘密、个人隐私，公开会损害第三方合法权益的，不予公开；第三方同意，或者不公开会对公共利益造成重大影响的，予以公开"),
    ("条例 16", "内部事务信息、过程性信息、行政执法案卷信息，可以不予公开"),
    ("条例 16(2)", "法律、法规、规章规定应当公开的，从其规定"),
    ("条例 17", "公开以前进行审查；不能确定的，请有关部门确定"),
    ("条例 29(2)", "申请应当写明姓名或者名称、身份证明、联系方式，所需信息的名称、文号或者其他特征，以及形式要求"),
    ("条例 31", "收到申请的时间按渠道确定"),
    ("条例 31(一)", "当面提交的，提交之日为收到之日"),
    ("条例 31(二)", "邮寄提交的，签收之日为收到之日；平常信函等无需签收的，与申请人确认之日为收到之日"),
    ("条例 31(三)", "通过网络渠道或者传真提交的，双方确认之日为收到之日"),
    ("条例 33", "能当场答复的当场答复，其余按答复期限答复"),
    ("条例 33(3)", "征求第三方和其他机关意见所需时间不计入答复期限"),
    ("条例 36", "答复按情形分别作出"),
    ("条例 36(三)", "不予公开的，告知并说明理由"),
    ("条例 41", "本人的信息记录不准确的，可以要求更正；不属于本机关职能范围的，转送或者告知"),
    ("条例 42", "不收取费用；数量、频次明显超过合理范围的，可以收取信息处理费"),
    ("条例 56", "本条例自2019年5月15日起施行"),
    ("办法 3", "收费决定以收费通知作出；按件、按量选择一种，不同时使用"),
    ("办法 5", "按量计收的各档标准；每件申请分别计页"),
    ("复议法 20(1)", "自知道答复之日起六十日内可以申请行政复议"),
    ("复议法 23(1)(四)", "认为行政机关不予公开的，先申请行政复议"),
    ("复议法 88", "复议期间的计算和顺延"),
    ("民诉法 85", "期间开始的日不计算在内，届满的最后一日是休假日的顺延"),
    ("行诉法 45", "不服复议决定的，十五日内起诉"),
    ("行诉法 46(1)", "直接起诉的，六个月内提出"),
    ("行诉解释 66", "行政机关没有按期答复的，履行期限届满之日起六个月内起诉"),
    ("132号 2(一)", "不予公开（包括部分不予公开）、无法提供、不予处理、逾期没有作出处理的，可以申请行政复议"),
    ("132号 3(一)", "单独对补正、延期等程序性行为申请行政复议的，不予受理"),
    ("235号 邮寄", "邮寄送达的，交邮之日为答复之日"),
    ("235号 送达", "直接送达的以签收之日、邮寄的以交邮之日为准；文书以何种方式送达"),
    ("放假办法 2", "还没有放假通知的年份，按法定节假日推算"),
)
_LAW_ORDER = tuple(LAWS)


def cited(found: tuple[RuleValue, ...]) -> tuple[tuple[str, tuple[CitedArticle, ...]], ...]:
    """(law, its cited articles in order) for every law; documents cited as a whole come last, under their own names."""
    known: dict[str, CitedArticle] = {}

    def at(short: str) -> CitedArticle:
        return known.setdefault(short, CitedArticle(short, long_form(short)))

    for short, sentence in _TAKEN:
        at(short).add("", sentence)
    for kind in ACTS.values():
        for short in kind.articles:
            at(short).add("办理行为", kind.title)
    for one in found:
        for short in dict.fromkeys((one.cite, *one.articles)):
            at(short).add(*_takes(one), one.reading)
    laws: dict[str, list[CitedArticle]] = {}
    for article in sorted(known.values(), key=lambda each: _order(each.short)):
        law = article.short.partition(" ")[0]
        laws.setdefault(LAWS.get(law, article.short), []).append(article)
    return tuple((law, tuple(articles)) for law, articles in laws.items())


def _takes(one: RuleValue) -> tuple[str, str]:
    if one.group == GROUPS["deadlines.yaml"]:
        return one.group, f"{one.title}，{one.text}"
    return ("办理行为" if one.group == GROUPS["roles.yaml"] else one.group), one.title


def _order(short: str) -> tuple[int, str, tuple[int, ...], str]:
    law, _, rest = short.partition(" ")
    rank = _LAW_ORDER.index(law) if law in _LAW_ORDER else len(_LAW_ORDER)
    return rank, law if rank == len(_LAW_ORDER) else "", tuple(_numbers(rest)), rest


def _numbers(text: str) -> Iterator[int]:
    items = {chinese_number(number): number for number in range(1, 11)}
    for part in text.replace(")", "").split("("):
        if part.isdecimal() or part in items:
            yield int(part) if part.isdecimal() else items[part]
