"""同一信息: whether two requests ask for the same information. One decision for 条例 35 (重复申请) and 条例 44 (多个申请人).

Words may differ and mean the same; a year, a batch, a number of a document, a village or the kind of the document that differs
means another piece of information, however alike the words are. When in doubt they are not the same: nobody is said to repeat (READINGS R-same).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from workflow.identity import normalized

SAME = 0.55
"""From this likeness on two requests without a conflict ask for the same; chosen on the pairs of the tests."""

_SYNONYMS = (
    ("征地", "土地征收"), ("征用土地", "土地征收"), ("征收土地", "土地征收"), ("拆迁", "征收"), ("环评", "环境影响评价"),
    ("低保", "最低生活保障"), ("旧改", "老旧小区改造"), ("棚改", "棚户区改造"), ("公租房", "公共租赁住房"), ("经适房", "经济适用住房"),
    ("农转用", "农用地转用"), ("施工证", "施工许可证"), ("红线图", "勘测定界图"), ("补偿款", "补偿金额"), ("补偿费", "补偿金额"),
    ("开支", "支出"), ("花费", "支出"), ("费用", "支出"), ("经费", "资金"), ("合同", "协议"), ("名册", "名单"), ("清单", "明细"),
    ("通告", "公告"), ("批准文件", "批复"), ("审批文件", "批复"), ("街道办事处", "街道"), ("街办", "街道"), ("村委会", "村"),
    ("村民委员会", "村"), ("招标", "招投标"), ("小孩", "学生"), ("入学", "招生"), ("学区", "招生范围"), ("划片", "招生范围"),
    ("年度", "年"), ("年份", "年"),
)  # fmt: skip
_STOCK = re.compile(
    r"依法|依照|根据|按照|中华人民共和国|政府信息公开条例|信息公开|申请人|本人|我|特|现|向|贵(单位|机关|局|委|办|镇|街道|政府)?|你(单位|机关|局|委|办)?|申请|要求|希望|"
    r"请求?|公开|提供|获取|查询|了解|得到|给予|予以|关于|有关|相关|涉及|对于?|所有|全部|的|地|得|了|及其?|以及|和|与|或者?|复印件|副本|扫描件|电子版|纸质|原件|加盖公章|"
    r"(政府)?信息|材料|资料|文件|情况|内容|全文|一份|一套|具体|详细|[\W_]+"
)
_DIGITS = {digit: str(at) for at, digit in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0"}
_HAN_YEAR = re.compile(r"[二一][〇○零九一二三四五六七八]{3}(?=年)")
_HAN_NUMBER = re.compile(r"(?<=第)[一二三四五六七八九十]{1,3}|[一二三四五六七八九十]{1,3}(?=批|期|标段|组|号|季度|月)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|\]|\)|-|至|到|度|$|\D)")
_NUMBERED = re.compile(r"([a-z]?\d+(?:-\d+)*)(批|期|标段|组|号|栋|幢|单元|月|季度|室|亩)")
_PLACE = re.compile(
    r"((?:(?<=[年月日期批号])|(?<![\u4e00-\u9fff]))[\u4e00-\u9fff](?<![本我该全各某农乡村下城小])(?=[村镇乡])|(?![年月日期批号])[\u4e00-\u9fff]{2})"
    r"(村|镇|乡|街道|社区|小区|路|街|河|水库|小学|中学|幼儿园|医院|公司|厂|加油站|公园|大桥|项目)"
)
"""Two characters of a name, or the only one that a village or a town has (李村)."""
_KINDS: tuple[tuple[str, str], ...] = (
    ("批复", "批复"), ("公告", "公告"), ("协议", "协议"), ("名单", "名单"), ("金额|明细|资金使用|支出|标准|多少钱|资金", "金额"),
    ("方案", "方案"), ("许可", "许可"), ("定界图|附图|图纸|平面图|规划图", "图"), ("会议纪要|纪要", "纪要"), ("预算", "预算"),
    ("决算", "决算"), ("评估报告|报告书|报告表|检测报告|报告", "报告"), ("凭证|票据|发票", "凭证"), ("决定书?", "决定"), ("验收", "验收"),
    ("招生范围", "范围"), ("登记表|台账", "台账"), ("中标", "中标"), ("通知", "通知"), ("听证", "听证"),
)  # fmt: skip


def _number(text: str) -> str:
    tens, ten, ones = text.rpartition("十")
    value = (int(_DIGITS.get(tens, "1")) * 10 if ten else 0) + int(_DIGITS.get(ones, "0") if len(ones) < 2 else 0)
    return str(value) if value else text


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A request with its numbers in figures and its synonyms made one word."""
    text = normalized("NFKC", text).lower()
    text = _HAN_YEAR.sub(lambda found: "".join(_DIGITS[one] for one in found[0]), text)
    text = _HAN_NUMBER.sub(lambda found: _number(found[0]), text)
    for said, meant in _SYNONYMS:
        if meant not in text or said not in meant:
            text = text.replace(said, meant)
    return text


@dataclass(frozen=True, slots=True)
class _Marks:
    """What sets a request apart from others: its years, numbers by unit, places by kind, kinds of documents."""

    years: frozenset[str]
    numbers: Mapping[str, set[str]]
    places: Mapping[str, set[str]]
    kinds: frozenset[str]


@lru_cache(maxsize=4096)
def _marks(text: str) -> _Marks:
    words = plain(text)
    return _Marks(frozenset(_YEAR.findall(words)), _by_kind(_NUMBERED, words), _by_kind(_PLACE, words), kinds_of(text))


def conflict(first: str, second: str) -> str | None:
    """What sets two requests apart whatever else they share: 年份, 编号, 地点, 文件种类, 对象; None: nothing."""
    one, other = _marks(first), _marks(second)
    if one.years and other.years and one.years != other.years:
        return "年份"
    if any(one.numbers[unit] != other.numbers[unit] for unit in one.numbers.keys() & other.numbers.keys()):
        return "编号"
    if any(one.places[kind].isdisjoint(other.places[kind]) for kind in one.places.keys() & other.places.keys()):
        return "地点"
    if one.kinds and other.kinds and len(one.kinds & other.kinds) * 2 < len(one.kinds | other.kinds):
        return "文件种类"
    if len(_own(first, second)) >= OWN and len(_own(second, first)) >= OWN:
        return "对象"
    return None


OWN = 2
"""So many characters that each of two requests has for itself: each then names something that the other does not."""


def _core(text: str) -> str:
    return _STOCK.sub("", plain(text)) or plain(text)


def _own(first: str, second: str) -> str:
    """The characters of one request that stand in no pair of characters which the other has too."""
    one, other = _core(first), _core(second)
    shared = [one[at : at + 2] in other for at in range(len(one) - 1)]
    return "".join(letter for at, letter in enumerate(one) if not any(shared[max(at - 1, 0) : at + 1]))


def _by_kind(pattern: re.Pattern[str], text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, kind in pattern.findall(text):
        found.setdefault(kind, set()).add(name)
    return found


def kinds_of(text: str) -> frozenset[str]:
    """The kinds of documents that a request names."""
    words = plain(text)
    return frozenset(kind for pattern, kind in _KINDS if re.search(pattern, words))


@lru_cache(maxsize=4096)
def _grams(text: str) -> frozenset[str]:
    """The runs of one to three characters of what is really asked for."""
    core = _core(text)
    return frozenset(core[at : at + size] for size in (1, 2, 3) for at in range(len(core) - size + 1))


def likeness(first: str, second: str) -> float:
    """How like two requests are in what they really ask for, 0 to 1; longer runs tell more."""
    one, other = _grams(first), _grams(second)
    total = sum(map(len, one)) + sum(map(len, other))
    return 2 * sum(map(len, one & other)) / total if total else 1.0


def is_same(first: str, second: str) -> bool:
    """Whether two requests certainly ask for the same information."""
    if first == second:
        return True
    return likeness(first, second) >= SAME and conflict(first, second) is None


_LEAD_IN = re.compile(
    r"^(依法|依照|根据|申请人?|请求?|要求|希望|公开|提供|获取|查询|贵(单位|机关|局|委|办|镇|街道)?|你(单位|局)?|本人|我|现|特|向|关于|有关|的|[\W_])+"
)


def subject(text: str) -> str:
    """What is asked for, without how it is asked: 依法申请公开贵局关于 before it."""
    return _LEAD_IN.sub("", text) or text
