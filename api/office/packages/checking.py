"""核对归档包: its manifests, its records, and the file that its acts give when they are replayed (`gongkai verify-archive`).

Needs no database: an auditor has the program, the rules, and the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from pydantic import ValidationError

from api.office.packages.records import ActRecord, CaseRecord
from api.office.packages.xml import case_xml
from db.unpacking import BadPackage, Bag, faults, info, opened, shown
from letters.contexts import LETTERS
from letters.contexts.parts import Numbered
from letters.errors import LetterError
from workflow.acts import Registration
from workflow.case import Case
from workflow.law import Rules
from workflow.procedure import STATES
from workflow.words import LETTER_TITLES, say_day

RECORD, XML, PAGE = "data/办理记录.json", "data/办理记录.xml", "data/案卷.html"


@dataclass
class Checked:
    """What was found: every fault as a sentence, and the records, when they can be read."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is worth knowing and no fault."""
    made: CaseRecord | None = None
    case: Case | None = None


def check_package(path: Path, rules: Rules) -> Checked:
    """Everything that is wrong with the package at `path`; what cannot be read at all is one fault."""
    found = Checked()
    try:
        with opened(path) as bag:
            check_bag(bag, rules, found)
    except BadPackage as bad:
        found.faults.append(str(bad))
    return found


def check_bag(bag: Bag, rules: Rules, found: Checked) -> None:
    """The same of an opened package. Raises BadPackage: it cannot be read further."""
    found.faults += faults(bag)
    if RECORD not in bag.sizes:
        found.faults.append(f"{RECORD}：包里没有，不能由办理行为重新推算")
        return
    found.made = _records(bag, found)
    if found.made is None:
        return
    found.faults += _files(bag, found.made)
    found.faults += _told_elsewhere(bag, found.made)
    found.case = _replayed(found.made, found)
    if found.case is not None:
        found.faults += _acts(found.case, found.made)
        found.faults += _numbered(found.case, found.made)
        found.faults += _answers(found.case, found.made, rules, found.notes)
        found.faults += _letters(found.case, found.made, rules)


def _records(bag: Bag, found: Checked) -> CaseRecord | None:
    try:
        return CaseRecord.model_validate_json(bag.read(RECORD))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "开头"
        found.faults.append(f"{RECORD}：读不出来，“{shown(where)}”处不是本系统写出的内容")
    except RecursionError:
        found.faults.append(f"{RECORD}：读不出来，括号套得过深")
    return None


def _files(bag: Bag, made: CaseRecord) -> Iterator[str]:
    """Every file that the records speak of is there, with the digest and the size that they name."""
    digests: dict[str, str] = {}
    for path, digest, size, what in made.files():
        name = f"data/{path}"
        if name not in bag.sizes:
            yield f"{what}：办理记录所载的文件{shown(path)}不在包里"
            continue
        if name not in digests:
            digests[name] = bag.digest(name)
        if (digests[name], bag.sizes[name]) != (digest, size):
            yield f"{what}：包里的文件与办理记录所载的摘要不符"
    known = {f"data/{path}" for path, *_ in made.files()}
    yield from (
        f"{shown(name)}：办理记录没有载明这份文件"
        for name in sorted(bag.sizes)
        if name.startswith(("data/卷内文件/", "data/以前的卷内目录/")) and name not in known
    )


def _told_elsewhere(bag: Bag, made: CaseRecord) -> Iterator[str]:
    """bag-info.txt and 办理记录.xml say the same as the records, and 案卷.html is there."""
    if "bag-info.txt" in bag.sizes:
        told = info(bag)
        for label, value in (("External-Identifier", made.number), ("Internal-Sender-Identifier", made.id)):
            if told.get(label) != value:
                yield f"bag-info.txt：{label}与办理记录所载的不符"
    if PAGE not in bag.sizes:
        yield f"{PAGE}：包里没有"
    if XML not in bag.sizes:
        yield f"{XML}：包里没有"
        return
    try:
        theirs, ours = (_content(_parsed(text)) for text in (bag.text(XML), case_xml(made).decode()))
    except (ET.ParseError, RecursionError):
        yield f"{XML}：不是可以读的XML"
        return
    if theirs != ours:
        yield f"{XML}：与办理记录.json所载的内容不一致"


def _parsed(text: str) -> ET.Element:
    """XML that declares anything of its own is none of ours, and could blow up. Raises ParseError."""
    if "<!" in text:
        raise ET.ParseError("a declaration")
    return ET.fromstring(text)  # noqa: S314 - what makes it dangerous was refused


_WORDED = ("题", "业务状态")
"""Titles in words, which may be other words in another version of the program."""


def _content(root: ET.Element) -> list[tuple[str, tuple[tuple[str, str], ...], str]]:
    """Elements in order, with what they say: white space between them says nothing."""
    return [
        (one.tag, tuple(sorted(pair for pair in one.items() if pair[0] not in _WORDED)), "" if one.tag in _WORDED else (one.text or "").strip())
        for one in root.iter()
    ]


def _replayed(made: CaseRecord, found: Checked) -> Case | None:
    for act in made.acts:
        try:
            act.signed()
        except (ValueError, KeyError):
            found.faults.append(f"办理行为第{act.seq}项（{shown(act.kind)}）：不是可以办理的行为，或者内容读不出来")
            return None
    try:
        case = made.case()
        found.notes += [f"第{seq}项办理行为按现在的程序接不上前一项，请核对" for seq in case.irregular]
        return case
    except (ValueError, KeyError, IndexError, AssertionError, AttributeError):
        found.faults.append("办理行为不合程序：次序、状态接不上，不能重新推算")
        return None


def _acts(case: Case, made: CaseRecord) -> Iterator[str]:
    """Who placed an act: as its officer says. What it is called and stands on are words of the version that wrote the package."""
    for told, signed in zip(made.acts, case.acts, strict=True):
        right = ActRecord.of(signed)
        for name, title in (("signed_by", "签名"), ("role", "签名人的岗位")):
            if getattr(told, name) != getattr(right, name):
                yield f"办理行为第{told.seq}项：{title}与经办人不符"


def _numbered(case: Case, made: CaseRecord) -> Iterator[str]:
    """Years, series, numbers and words of the file and of its letters fit one another, whatever the marks of the unit are."""
    first = case.acts[0].act if case.acts else None
    if isinstance(first, Registration) and made.year != first.received_on.year:
        yield f"登记号的年份：包内写的是{made.year}，由登记推算是{first.received_on.year}"
    if made.serial < 1:
        yield "登记号的序号：应当从1起"
    acts, taken = {one.seq: one.act for one in case.acts}, set[tuple[str, int, int]]()
    for letter in made.letters:
        kind, act = LETTERS.get(letter.kind), acts.get(letter.seq)
        if letter.of is not None or kind is None or act is None:
            continue  # it lies on another file, or was named already
        what = f"第{letter.seq}项办理行为的文书《{kind.title}》"
        if (letter.year, letter.dated) != (act.on.year, act.on):
            yield f"{what}：年份或者日期与办理行为的日期不符"
        if letter.series != kind.series or ((letter.serial or 0) >= 1, letter.number is not None) != (kind.series is not None,) * 2:
            yield f"{what}：文号的种类、序号不是这种文书应有的"
        elif letter.series is not None and letter.serial is not None:
            if (place := (letter.series, letter.year, letter.serial)) in taken:
                yield f"{what}：文号与包内另一份文书重复"
            taken.add(place)
        try:
            words = kind.context.from_json(letter.context)
        except (LetterError, RecursionError):
            yield f"{what}：文书的内容不完整，或者不是这种文书应有的"
            continue
        if isinstance(words, Numbered) and words.number != letter.number:
            yield f"{what}：文书内容所载的文号与登记的不符"


def _answers(case: Case, made: CaseRecord, rules: Rules, notes: list[str]) -> Iterator[str]:
    """State, version, outcome, days: what the acts give is what the package says."""
    try:
        due = case.reckoning(rules).due
        pairs: list[tuple[str, object, object]] = [
            ("版本（办理行为的项数）", made.version, case.version), ("办理结果", made.outcome, case.outcome),
            ("收到日", made.received_on, case.received_on), ("归档日期", made.archived_on, case.archived_on),
        ]  # fmt: skip
    except (ValueError, KeyError, IndexError, AssertionError, AttributeError):
        yield "由办理行为推算不出本件的状态和期限：行为之间的指代接不上"
        return
    if made.state != case.state:
        titles = [STATES[one].title if one in STATES else shown(one) for one in (made.state, case.state)]
        yield f"状态：包内写的是{titles[0]}，由办理行为推算是{titles[1]}"
    yield from (f"{what}：包内写的是{shown(str(said))}，由办理行为推算是{shown(str(is_))}" for what, said, is_ in pairs if said != is_)
    if made.due.on != due:
        said, is_ = ("不再计算" if one is None else say_day(one) for one in (made.due.on, due))
        text = f"最迟答复日：包内写的是{said}，按本机现有的规则和放假安排推算是{is_}"
        if made.due.provisional:
            notes.append(f"{text}；包内注明是暂定，取出时那一年的放假安排还没有载入")
        else:
            yield text


def _letters(case: Case, made: CaseRecord, rules: Rules) -> Iterator[str]:
    """The letters of the package are those that the acts make; what acts speak of is there."""
    try:
        expected = {one.id: (one.seq, one.kind) for one in case.letters(rules) if not one.joint}
        joint = {one.id for one in case.letters(rules) if one.joint}
    except (ValueError, KeyError, IndexError, AssertionError, AttributeError):
        yield "由办理行为推算不出应有的文书：行为之间的指代接不上"
        return
    given = {one.id: (one.seq, one.kind) for one in made.letters if one.of is None}
    for identity in sorted(expected.keys() | given.keys()):
        if expected.get(identity) != given.get(identity):
            seq, kind = expected.get(identity) or given[identity]
            what = "应有而没有" if identity not in given else "多出来的" if identity not in expected else "种类或者次序不符"
            yield f"第{seq}项办理行为的文书《{LETTER_TITLES.get(kind, shown(kind))}》：{what}"
    if any(one.of is None and one.agency != made.agency for one in made.letters):
        yield "文书的单位与案卷的单位不符"
    if joint != {one.id for one in made.letters if one.of is not None}:
        yield "一并答复的文书与办理行为不符"
    if len({one.id for one in made.letters}) != len(made.letters) or len({one.id for one in made.attachments}) != len(made.attachments):
        yield "文书或者附件的标识重复"
    papers = {one.id for one in made.papers if one.source != "made"}
    there = {one.id for one in made.letters if one.kind != "file_index"} | {one.id for one in made.attachments}
    if papers != there:
        yield "卷内文件与文书、附件的登记不一致"
