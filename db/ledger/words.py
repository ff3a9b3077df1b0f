"""The words of a ledger: what its columns are called, what stands in them, and dates as people type them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from workflow import acts as a
from workflow import statistics as s
from workflow.annual import IN_FORCE
from workflow.identity import normalized
from workflow.law import InForce
from workflow.rulefiles import read

# ------------------------------------------------------------------ what the columns are called

_SAID: Mapping[str, Any] = read(Path(__file__).with_name("words.yaml"), "words.yaml").data
HEADINGS: Mapping[str, Sequence[str]] = _SAID["headings"]
"""Column -> what its heading may be, the first one is that of the template."""
TITLES: Mapping[str, str] = {name: titles[0] for name, titles in HEADINGS.items()} | {
    "citizen_name": "公民姓名", "organisation_name": "法人或者其他组织名称", "suspension": "征求意见、暂停", "resumed_on": "征求意见、暂停结束日",
}  # fmt: skip
STEPS = ("extension", "correction", "corrected_on", "suspension", "resumed_on", "fee")
SUITS = ("reconsideration", "litigation")
"""Columns that tell of steps, and of remedies, and not enough of them to make acts: what they say is kept with the file as a remark.

`remedy` is such a column too where the ledger has no day of it.
"""
DERIVED = ("citizen_name", "organisation_name", *STEPS, *SUITS)
"""Columns that other ledgers have; a template does not ask for them."""
REQUIRED = ("number", "received_on", "channel", "applicant_category", "applicant_name", "wanted")
FOR_ALL = ("channel", "applicant_category")
"""What may be said once for all lines of a ledger that has no such column."""


MOST_OF_NAME = 200
"""Characters: what is longer is no heading, word or date, and is not looked at."""


def plain_word(value: str) -> str:
    """A word to look up: without blanks, full-width forms made plain."""
    return _plain_word(value) if len(value) <= MOST_OF_NAME else re.sub(r"[\s:*]", "", normalized("NFKC", value)).lower()


@lru_cache(maxsize=8192)
def _plain_word(value: str) -> str:
    return re.sub(r"[\s:*]", "", normalized("NFKC", value)).lower()


BRACKETS = re.compile(r"\(.*?\)")
_OR = re.compile(r"或者|或|以及|及|和|与|、|，|,|;|；|\\|/")


def heading_key(value: str) -> str:
    """A heading to look up, without what it says in brackets: 收到日期（年月日）; 姓名或者名称 is 姓名/名称."""
    return _heading_key(value) if len(value) <= MOST_OF_NAME else value[:MOST_OF_NAME]


@lru_cache(maxsize=8192)
def _heading_key(value: str) -> str:
    return _OR.sub("/", BRACKETS.sub("", plain_word(value))).strip("/.。?？")


_COLUMN_OF = {heading_key(title): name for name, titles in HEADINGS.items() for title in (name, TITLES[name], *titles)}

_NEVER = re.compile(
    r"联系|电话|手机|身份证|证件|代码|地址|邮编|邮政编码|用途|承办|经办|附件|(获取|提供).*(方式|途径|形式)|载体|期限|时限|截止|到期|法定|应当|应答复|剩余|文号|单号"
    r"|领导|批示|备注|科室|天数|是否|满意|补正|第三方|征求|征询|延期|延长|中止|暂停|恢复|缴费|收费|代理|查询码|密码"
)
_LIKELY: tuple[tuple[str, str], ...] = (
    (r"(编|受理|登记|收文|申请|回执|流水|件)号|^号$|^no\.?$", "number"),
    (r"^(公民|自然人|个人).*(姓名|名)$", "citizen_name"),
    (r"(答复|办结|回复|办理|处理|告知|反馈|送达|寄出|出具|完成|结案|公开).*(日|时间|时)", "replied_on"),
    (r"(收|受理|登记|申请|提交|提出|来|接|签收|递交|报送).*(日|时间|时)|^(日期|时间|年月日)$", "received_on"),
    (r"(申请|提交|收|受理|接|来|提出|递交|登记).*(方式|渠道|途径|形式|来源)|^(方式|渠道|途径|形式|来源)$", "channel"),
    (r"(申请|主体|人员|对象).*(类|性质|身份|属性|主体)", "applicant_category"),
    (r"申请人|申请者|申请单位|姓名", "applicant_name"),
    (r"^(法人|组织|企业|机构|单位).*(名称|名)$", "organisation_name"),
    (r"(答复|办理|处理|办结|回复).*(结果|情况|结论|意见|种类|类|状态|内容)|公开.*(结果|结论|意见|类)", "outcome"),
    (r"^(结果|结论|答复|回复|状态|答复书)$", "outcome"),
    (r"内容|事项|信息|描述|诉求|标题|题名|摘要|事由|件名", "wanted"),
    (r"(答复|办理|处理|公开|办结|回复).*(形式|方式|情况|属性)", "outcome"),
)


def likely_column(heading: str) -> str | None:
    """The column that an unknown heading probably is, to be proposed; None: none."""
    return _likely_column(heading_key(heading))


@lru_cache(maxsize=8192)
def _likely_column(key: str) -> str | None:
    if not key or len(key) > 16 or _NEVER.search(key):
        return None
    return next((name for pattern, name in _LIKELY if re.search(pattern, key)), None)


# ------------------------------------------------------------------ what stands in them

ASKED: Mapping[str, Mapping[str, Sequence[str]]] = _SAID["asked"]
"""Column -> words that may mean more than one thing, each with what it usually means: they are asked, never guessed."""
UNFINISHED = {"", *_SAID["unfinished"]}
NOTHING = {"", *_SAID["nothing"]}
"""What stands in a column of which there is nothing to tell."""
EXTENDED = frozenset(_SAID["extended"])
"""What a column of extensions says of a request whose period was made longer."""
DITTO = frozenset(_SAID["ditto"])
"""As the line above says."""
_ALTERNATIVE = re.compile("或者|以及|或|及|和|与|、|,|，")
_SEPARATED = re.compile(r"[()\-—–―－,，;；.。/|]+")
_BEFORE = re.compile(
    r"^(经审查|经审核|经检索|经查|依法|答复|告知|该信息|申请内容|所申请信息|申请的信息|信息|属于|属|涉及|涉|系|因|为|以|三\(.\)\d?|\d)+"
)
_BEHIND = re.compile(
    r"(不予公开|不予处理|不予提供|不公开|无法提供|不再处理|类申请|申请|类信息|信息|事项|类|答复书|告知书|决定书|答复|情形|的)+$"
)
_DOUBT = re.compile(r"[不未非部无撤另其逾重]")


@dataclass(frozen=True)
class Meanings:
    """What an office has said its ledgers mean, by headings and words as `heading_key` and `plain_word` make them."""

    headings: Mapping[str, str] = field(default_factory=dict)
    """Heading -> column; empty: it is not read."""
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(Column, word) -> meaning; `unfinished` of an outcome."""
    for_all: Mapping[str, str] = field(default_factory=dict)
    """Column that the ledger does not have -> what holds for every line of it."""


@dataclass(frozen=True)
class Vocabulary:
    """What the words of a ledger mean under the rules in force, and in this office."""

    channels: Mapping[str, str]
    categories: Mapping[str, str]
    outcomes: Mapping[str, str]
    topics: Mapping[str, str]
    titles: Mapping[str, Mapping[str, str]]
    """Column -> meaning -> its title: what an unknown word may be said to mean."""
    extension_max: int
    """Working days (条例 33(2)): a ledger that says no more than that there was an extension means at most so many."""
    meanings: Meanings = Meanings()
    today: date = date.max
    """No day of a ledger is later."""

    @classmethod
    def of(cls, law: InForce, meanings: Meanings | None = None) -> Vocabulary:
        outcomes = _spread(_SAID["outcomes"])
        counted = s.of_requests(law)
        for key, outcome in reversed(list(counted.items())):  # of several outcomes of one row, the first is the usual one
            outcomes[outcome.row or ""] = outcomes[s.ROW_LABELS[s.row_of(key, law)]] = key
        outcomes["三(一)"] = outcomes["予以公开"] = "disclosed"
        outcomes["三(六)3"] = outcomes["其他"] = "other"
        outcomes["三(四)1"] = outcomes["本机关不掌握相关政府信息"] = "not_existing"
        outcomes |= {outcome.title: key for key, outcome in counted.items()} | {key: key for key in counted}
        return cls(
            channels=_lookup({**_spread(_SAID["channels"]), **{title: key for key, title in a.CHANNELS.items()}}, a.CHANNELS),
            categories=_lookup({**_spread(_SAID["categories"]), **{title: key for key, title in a.CATEGORIES.items()}}, a.CATEGORIES),
            outcomes=_lookup(outcomes, counted),
            topics=_lookup({topic.title: topic.key for topic in law.topics}, [topic.key for topic in law.topics]),
            titles={
                "channel": a.CHANNELS, "applicant_category": a.CATEGORIES, "remedy": s.REMEDIES, "remedy_result": s.RESULTS,
                "outcome": {key: outcome.title for key, outcome in counted.items()} | {"unfinished": "尚未办结"},
            },
            extension_max=law.deadlines.extension_max.value,
            meanings=meanings or Meanings(),
        )  # fmt: skip

    def column(self, heading: str) -> str | None:
        """The column that a heading names, as the office says, else as is usual; None: it is not read."""
        key = heading_key(heading)
        return (self.meanings.headings[key] or None) if key in self.meanings.headings else _COLUMN_OF.get(key)

    def key(self, column: str, value: str) -> str | None:
        """What a word means in a column; None: it is not known, or may mean several things."""
        if len(value) > MOST_OF_NAME:
            return None
        word = plain_word(value)
        said = self.meanings.words.get((column, word))
        if said is not None:
            return said
        if column == "outcome":
            return "unfinished" if word in UNFINISHED else self._outcome(value)
        if column in ("channel", "applicant_category"):
            among = self.channels if column == "channel" else self.categories
            return among.get(word) or self._one_of(column, among, BRACKETS.sub("", word), word)
        return {"remedy": _REMEDY_WORDS, "remedy_result": _RESULT_WORDS}[column].get(word)

    def _one_of(self, column: str, among: Mapping[str, str], outside: str, word: str) -> str | None:
        """网上申请（邮箱）, 邮寄（EMS）: what both parts say; of one that may mean several things the other decides."""
        inside = [one for one in re.findall(r"\((.*?)\)", word) if one]
        if not inside and (parts := re.fullmatch(r"([^-—–―]+)[-—–―]+([^-—–―]+)", word)):  # 法人-企业
            outside, inside = parts[1], [parts[2]]
        elif not inside and outside == word:
            return None
        found = {key for one in (outside, *inside) if (key := among.get(one))}
        unknown = [one for one in inside if one not in among and not _asked(column, one)]
        if outside not in among and (not _asked(column, outside) or unknown):
            return None
        return found.pop() if len(found) == 1 else None

    def _outcome(self, value: str) -> str | None:
        """不予公开（三安全一稳定）, 无法提供-信息不存在: what the parts say together; None where they do not agree."""
        word = plain_word(value)
        if (key := self.outcomes.get(word)) is not None:
            return key
        word = plain_word(re.sub("[:：]", "-", value))
        bracketed = {plain_word(one) for one in re.findall(r"\((.*?)\)", word)}
        found, unknown = dict[str, None](), list[str]()
        group = None
        for part in filter(None, _SEPARATED.split(word)):
            key = self._part(part)
            if key is not None:
                found[key] = None
            elif part in _GROUPS:
                group = part
            elif part not in bracketed or _DOUBT.search(part):
                unknown.append(part)
        if "partial" in found and next(iter(found)) == "partial":  # the reason for what is withheld
            return "partial"
        if len(found) > 1:
            found.pop("other", None)
        if unknown or len(found) != 1:
            return None
        (key,) = found
        row = next((row for row in s.LEAVES if self.outcomes.get(plain_word(s.ROW_LABELS[row])) == key), "")
        return None if group and row and not row.startswith(_GROUPS[group]) else key

    def _part(self, part: str) -> str | None:
        bare = _BEFORE.sub("", part)
        for one in (part, bare, _BEHIND.sub("", part), _BEHIND.sub("", bare)):
            if one and (key := self.outcomes.get(one)) is not None and not (one != part and key in _PLAIN):
                return key
        return None

    def likely(self, column: str, value: str) -> tuple[str, ...]:
        """What an unknown word probably means, to be proposed, the likeliest first."""
        if len(value) > MOST_OF_NAME:
            return ()
        word = BRACKETS.sub("", plain_word(value))
        for one in (plain_word(value), *re.findall(r"\((.*?)\)", plain_word(value)), word):
            if said := _asked(column, one):
                return tuple(said)
        if plain_word(value) in ASKED.get(column, {}):
            return ()
        among = {"channel": self.channels, "applicant_category": self.categories, "outcome": self.outcomes}.get(column, {})
        held = [known for known in among if len(known) >= 2 and known in word and not known.isascii()]
        found = dict.fromkeys(among[known] for known in sorted(held, key=len, reverse=True))
        if _DOUBT.search(word):
            found.pop("disclosed", None)
        return tuple(found)[:3]

    def asked_for(self, outcome: str) -> str:
        """What to write instead of an unknown outcome: the kinds of its group (不予公开 alone does not say which)."""
        group = next((key for key, title in s.GROUPS.items() if title == outcome), None)
        kinds = "、".join(f"“{s.ROW_LABELS[row]}”" for row in s.LEAVES if group and row.startswith(group) and row[-1].isdigit())
        return f"应当写明是哪一种：{kinds}" if kinds else "请写成年度报告表三的情形，例如“予以公开”“重复申请”"


def _asked(column: str, word: str) -> Sequence[str]:
    """What a word that may mean several things usually means, however its parts are joined: 法人/其他组织 is 法人或者其他组织."""
    asked = ASKED.get(column, {})
    joined = _ALTERNATIVE.sub("/", word)
    return next((asked[one] for one in (word, joined, joined.replace("/", "或者")) if one in asked), ())


_GROUPS = {title: key for key, title in s.GROUPS.items() if title not in ("予以公开", "部分公开")} | {"不公开": "三(三)", "不予提供": "三(四)"}
_PLAIN = {"disclosed", "other"}
"""What a word says only when nothing was taken away from it: 不予公开 is not 公开."""


class Unsaid(Exception):
    """What was said of a ledger's words cannot be understood: why, and how to say it."""


def said_of(pairs: Sequence[str], words: Vocabulary) -> Meanings:
    """表头:申请时间=收到日, 收到渠道:来信=平常信函, 申请人类别=自然人 (of every line), as typed. Raises Unsaid."""
    headings, meant, for_all = dict[str, str](), dict[tuple[str, str], str](), dict[str, str]()
    columns = {title: name for name, title in TITLES.items()}
    for pair in pairs:
        left, equals, right = pair.replace("＝", "=").replace("：", ":").rpartition("=")
        place, _, word = (one.strip() for one in left.partition(":"))
        meaning = right.strip()
        if not equals or not place or (word and len(word) > 60):
            raise Unsaid(f"“{pair}”应当写成“表头:申请时间=收到日”“收到渠道:来信=平常信函”或者“申请人类别=自然人”这样")
        if place == "表头":
            if meaning != "不读" and meaning not in columns:
                raise Unsaid(f"“{meaning}”不是台账的一栏，应当是其中之一：不读、{'、'.join(columns)}")
            headings[heading_key(word)] = "" if meaning == "不读" else columns[meaning]
            continue
        name = columns.get(place, "")
        keys = {title: key for key, title in words.titles.get(name, {}).items()}
        if not keys or (not word and name not in FOR_ALL):
            raise Unsaid(f"“{place}”不能这样说明，可以说明的有：{'、'.join(TITLES[one] for one in words.titles)}")
        if meaning not in keys:
            raise Unsaid(f"“{place}”应当是其中之一：{'、'.join(keys)}")
        if word:
            meant[name, plain_word(word)] = keys[meaning]
        else:
            for_all[name] = keys[meaning]
    return Meanings(headings, meant, for_all)


def _spread(words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {word: key for key, said in words.items() for word in said}


def _lookup(words: Mapping[str, str], keys: Any) -> dict[str, str]:
    return {plain_word(word): key for word, key in words.items()} | {key: key for key in keys}


_REMEDY_WORDS = _lookup(_spread(_SAID["remedies"]) | {title: key for key, title in s.REMEDIES.items()}, ())
_RESULT_WORDS = _lookup(_spread(_SAID["results"]) | {title: key for key, title in s.RESULTS.items()}, ())


def text_of(value: Any) -> str:
    """A cell as people see it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).strip()


# ------------------------------------------------------------------ dates

_SERIAL_FROM, _SERIAL_TO = 32874, 73050  # 1990-01-01 to 2099-12-31
_EXCEL_DAY_0 = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was; from March 1900 on this is its day 0
_BY = "(?:ems|邮政|特快专递|快递|挂号信?|当面|现场|窗口|网上|平台|书面|邮寄|信函|电子邮件|邮件|传真)"
_DONE = "(?:签收|收到|收件|收讫|收|受理|登记|收文|接收|答复|办结|回复|送达)"
_PART = "(?:上午|下午|中午|凌晨|早上?|晚上?|夜间?|am|pm)"
_HEAD = rf"(?:已?{_BY}?\s*{_BY}?\s*{_DONE}?(?:日期|时间|日)?\s*:?\s*)"
_TAIL = (
    r"(?:\s*(?:星期|周)[一二三四五六日天])?"
    rf"(?:[T\s]*{_PART})?"
    r"(?:[T\s]*\d{1,2}\s*(?::\d{2}(?::\d{2}(?:\.\d+)?)?|[时点](?:半|\d{1,2}分?(?:\d{1,2}秒)?)?))?"
    rf"(?:\s*{_PART}|\+08:?00)?"
    rf"(?:\s*已?{_BY}?\s*{_BY}?\s*{_DONE}|\s*{_DONE}\s*{_BY}|\s*(?:ems|当面|现场|网上|电子邮件|传真))?"
    r"\s*[.。;；,，、]*"
)
_SEP = r"\s*[-./年、。—–‐‑−·,，\\\s]\s*"
_DATE = re.compile(rf"{_HEAD}(\d{{4}}){_SEP}(\d{{1,2}})\s*[-./月、。—–‐‑−·,，\\\s]\s*(\d{{1,2}})\s*[日号]?{_TAIL}", re.I)
_SHORT = re.compile(rf"{_HEAD}(\d{{2}})(?P<sep>\s*[-./年、。]\s*)(\d{{1,2}})\s*[-./月、。]\s*(\d{{1,2}})\s*[日号]?{_TAIL}", re.I)
_NO_YEAR = re.compile(r"\d{1,2}(?:月|[./-])\d{1,2}[日号]?")
_NOTE = re.compile(r"\((.*?)\)|\[(.*?)\]|【(.*?)】|〔(.*?)〕")
_OTHER_DAY = re.compile(r"\d\s*[月./-]\s*\d|寄出|寄件|邮戳|落款|拟|应当|期限|截止|预计|前$|后$")
"""A note that tells of another day, or that the day is not the one."""
_HAN_DATE = re.compile(r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]")
_HAN = {"〇": 0, "○": 0, "零": 0, **{digit: at for at, digit in enumerate("一二三四五六七八九", 1)}}
_FIRST_YEAR = IN_FORCE.year
"""Two figures of a year are those of a year since the 条例 is in force."""


def _arabic(text: str) -> str:
    """二〇二六年三月十二日 in figures; any other text as it is."""
    found = _HAN_DATE.match(text)
    if not found:
        return text

    def small(part: str) -> int:
        tens, ten, ones = part.rpartition("十")
        return (_HAN.get(tens, 1) * 10 if ten else 0) + _HAN.get(ones, 0)

    return f"{''.join(str(_HAN[digit]) for digit in found[1])}-{small(found[2])}-{small(found[3])}{text[found.end():]}"


def read_date(value: Any) -> date:
    """A date as people type it.

    2026-3-2, 2026.3.2, 26.3.2, 2026年3月2日上午, 2026-3-2（EMS签收）, 二〇二六年三月二日, 20260302, an Excel date or its serial number.
    Raises ValueError with the reason in Chinese.
    """
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    else:
        found = _typed(normalized("NFKC", text_of(value)))
    if found.year < 1990:
        raise ValueError(f"是{found.year}年，不可能，可能是空格子按日期显示成了1900年，请核对")
    return found


def _typed(text: str) -> date:
    if len(text) > MOST_OF_NAME:
        raise ValueError("不是日期，请写成2026-03-02这样")
    notes = ["".join(filter(None, one)) for one in _NOTE.findall(text)]
    if any(_OTHER_DAY.search(note) for note in notes):
        raise ValueError("括号里另有说明，不能确定是哪一天，请只写这一天")
    text = _arabic(" ".join(_NOTE.sub("", text).split()).lstrip("'"))
    if match := _DATE.fullmatch(text) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _SHORT.fullmatch(text):
        year, month, day = 2000 + int(match[1]), int(match[3]), int(match[4])
        sep = match["sep"].strip()
        if year < _FIRST_YEAR or sep == "/" or (sep == "-" and int(match[1]) <= 12):  # 3/2/24 and 12-3-24 may begin with the month
            raise ValueError("年份只有两位，不能确定是哪一天，请写成2026-03-02这样")
    elif re.fullmatch(r"\d{1,5}(\.\d+)?", text):
        serial = int(float(text))
        if not _SERIAL_FROM <= serial <= _SERIAL_TO:
            raise ValueError("不是日期，可能是空格子按日期显示成了1900年，请核对")
        return _EXCEL_DAY_0 + timedelta(days=serial)
    elif _NO_YEAR.fullmatch(text):
        raise ValueError("日期没有写年份，请写成2026-03-02这样")
    else:
        raise ValueError("不是日期，请写成2026-03-02这样")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("没有这一天，请核对") from None
