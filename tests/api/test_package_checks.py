"""核对归档包: every kind of damage is found and named; what was changed with its manifests too, as far as the acts tell it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.office.packages.checking import Checked, check_package
from api.office.packages.contents import README
from db.archive import make_package
from tests.api.conftest import Desk
from tests.db.test_unpacking import zipped
from tests.packages import archived, files, package
from workflow.law import Rules, load_rules

pytestmark = pytest.mark.slow

RECORD, XML = "data/办理记录.json", "data/办理记录.xml"
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def engine_kind() -> str:
    """A package is the same whatever the engine it came from."""
    return "sqlite"


@pytest.fixture(scope="module")
def whole(desk: Desk) -> Files:
    return files(package(desk, archived(desk)))


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules()


def checked(given: Files, rules: Rules, folder: Path) -> Checked:
    path = folder / "归档包.zip"
    path.write_bytes(zipped(*given.items()))
    return check_package(path, rules)


def test_a_whole_package_has_no_fault(whole: Files, rules: Rules, tmp_path: Path) -> None:
    found = checked(whole, rules, tmp_path)
    assert (found.faults, found.notes) == ([], [])
    assert found.case is not None
    assert found.case.state == "archived"


def first(given: Files, word: str) -> str:
    return next(name for name in sorted(given) if word in name)


def changed(word: str) -> Callable[[Files], Files]:
    return lambda given: {**given, first(given, word): given[first(given, word)] + b" "}


def without(word: str) -> Callable[[Files], Files]:
    return lambda given: {name: data for name, data in given.items() if name != first(given, word)}


def more(name: str, data: bytes = b"x") -> Callable[[Files], Files]:
    return lambda given: {**given, name: data}


LEFT_AS_THEY_ARE: list[tuple[str, Callable[[Files], Files], str]] = [
    ("a letter changed", changed("答复书"), "已经改动或者损坏"),
    ("an attachment changed", changed("申请表"), "已经改动或者损坏"),
    ("the page changed", changed("案卷.html"), "已经改动或者损坏"),
    ("the log changed", changed("日志摘录"), "已经改动或者损坏"),
    ("a letter missing", without("答复书"), "包里没有"),
    ("the page missing", without("案卷.html"), "包里没有"),
    ("the records missing", without("办理记录.json"), "不能由办理行为重新推算"),
    ("a file too many", more("data/卷内文件/999_多.pdf"), "办理记录没有载明这份文件"),
    ("a file too many in data", more("data/多.txt"), "清单里没有，是多出来的"),
    ("a file too many beside it", more("多.txt"), "清单里没有，是多出来的"),
    ("no manifest", without("manifest-sha256.txt"), "无法据以核对"),
    ("no manifest of the tags", without("tagmanifest"), "无法据以核对"),
    ("no bag-info", without("bag-info"), "无法据以核对"),
    ("a manifest of nothing", more("manifest-sha256.txt", b"nonsense\n"), "第1行读不出来"),
    ("a manifest of other bytes", more("manifest-sha256.txt", b"\xff\xfe"), "不是UTF-8"),
    ("another version of BagIt", more("bagit.txt", b"BagIt-Version: 0.97\n"), "不是BagIt 1.0"),
    ("bag-info of another file", more("bag-info.txt", b"External-Identifier: x\n"), "External-Identifier与办理记录所载的不符"),
    ("fewer files than it says", more("bag-info.txt", b"Payload-Oxum: 1.1\n"), "所载的总字节数"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "told"), [pytest.param(damage, told, id=name) for name, damage, told in LEFT_AS_THEY_ARE])
def test_damage_is_named(whole: Files, rules: Rules, tmp_path: Path, damage: Callable[[Files], Files], told: str) -> None:
    found = checked(damage(whole), rules, tmp_path)
    assert any(told in one for one in found.faults), found.faults


def sealed(given: Files) -> Files:
    """The same with manifests that fit: somebody who changes a file can change its digest too."""
    info = dict(line.split(": ", 1) for line in given["bag-info.txt"].decode().splitlines() if not line.startswith("Payload"))
    return files(make_package({name.removeprefix("data/"): data for name, data in given.items() if name.startswith("data/")}, info))


def rewritten(change: Callable[[dict[str, Any]], object]) -> Callable[[Files], Files]:
    def damage(given: Files) -> Files:
        record = json.loads(given[RECORD])
        change(record)
        return {**given, RECORD: json.dumps(record, ensure_ascii=False).encode()}

    return damage


def act(kind: str, **values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda record: next(one for one in record["acts"] if one["kind"] == kind)["act"].update(values)


def drop(record: dict[str, Any], seq: int) -> None:
    record["acts"] = [one for one in record["acts"] if one["seq"] != seq]
    for place, one in enumerate(record["acts"], 1):
        one["seq"] = place


SEALED_AGAIN: list[tuple[str, Callable[[Files], Files], str]] = [
    ("another state", rewritten(lambda r: r.update(state="handling")), "状态：包内写的是办理中，由办理行为推算是已归档"),
    ("a state that is none", rewritten(lambda r: r.update(state="好")), "状态：包内写的是好"),
    ("another due date", rewritten(lambda r: r["due"].update(on="2026-12-31")), "最迟答复日：包内写的是2026年12月31日"),
    ("no due date", rewritten(lambda r: r["due"].update(on=None)), "最迟答复日：包内写的是不再计算"),
    ("another version", rewritten(lambda r: r.update(version=99)), "版本（办理行为的项数）：包内写的是99"),
    ("another outcome", rewritten(lambda r: r.update(outcome="state_secret")), "办理结果：包内写的是state_secret"),
    ("another day of receipt", rewritten(lambda r: r.update(received_on="2026-08-01")), "收到日：包内写的是2026-08-01"),
    ("another day of archiving", rewritten(lambda r: r.update(archived_on="2026-10-11")), "归档日期：包内写的是2026-10-11"),
    ("another number", rewritten(lambda r: r.update(number="冠〔2026〕9号")), "External-Identifier与办理记录所载的不符"),
    ("the last act taken out", rewritten(lambda r: r["acts"].pop()), "版本（办理行为的项数）"),
    ("the opinion taken out", rewritten(lambda r: drop(r, 7)), "版本（办理行为的项数）"),
    ("acts in another order", rewritten(lambda r: r["acts"].reverse()), "不合程序"),
    ("a text of an act changed", rewritten(act("opinion", text="不同意。")), "与办理记录.json所载的内容不一致"),
    ("the day of service changed", rewritten(lambda r: r["acts"][5].update(on="2026-09-10")), "最迟答复日"),
    ("an act that is none", rewritten(lambda r: r["acts"][2].update(kind="bribe")), "不是可以办理的行为"),
    ("an act without what it needs", rewritten(lambda r: r["acts"][4]["act"].pop("question")), "不是可以办理的行为"),
    ("another act taken back", rewritten(act("revocation", of=15)), "状态：包内写的是已归档，由办理行为推算是已答复"),
    ("a letter's digest changed", rewritten(lambda r: r["letters"][0].update(sha256="0" * 64)), "与办理记录所载的摘要不符"),
    ("a letter taken out", rewritten(lambda r: r["letters"].pop(0)), "应有而没有"),
    ("a letter of another kind", rewritten(lambda r: r["letters"][0].update(kind="extension_notice")), "种类或者次序不符"),
    ("a letter twice", rewritten(lambda r: r["letters"].append(r["letters"][0])), "标识重复"),
    ("an attachment taken out", rewritten(lambda r: r["attachments"].pop()), "卷内文件与文书、附件的登记不一致"),
    ("a letter changed", changed("答复书"), "包里的文件与办理记录所载的摘要不符"),
    ("an attachment changed", changed("申请表"), "包里的文件与办理记录所载的摘要不符"),
    ("a letter missing", without("答复书"), "不在包里"),
    ("a paper too many", more("data/卷内文件/999_多.pdf"), "办理记录没有载明这份文件"),
    ("no page", without("案卷.html"), "data/案卷.html：包里没有"),
    ("no XML", without("办理记录.xml"), "data/办理记录.xml：包里没有"),
    ("XML of another file", more(XML, b"<x/>"), "与办理记录.json所载的内容不一致"),
    ("XML that is none", more(XML, b"<x>"), "不是可以读的XML"),
    ("XML that blows up", more(XML, b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'), "不是可以读的XML"),
    ("XML of another encoding", more(XML, '<?xml version="1.0" encoding="UTF-16"?><x/>'.encode("utf-16")), "不是UTF-8"),
    ("JSON that is none", more(RECORD, b'{"id": '), "不是本系统写出的内容"),
    ("JSON of something else", more(RECORD, b"[]"), "不是本系统写出的内容"),
    ("JSON without end", more(RECORD, b"[" * 200_000), "不是本系统写出的内容"),
    ("JSON of other bytes", more(RECORD, b"\xff\xfe\x00"), "不是本系统写出的内容"),
    ("JSON with more in it", rewritten(lambda r: r.update(extra=1)), "“extra”处不是本系统写出的内容"),
    ("another format", rewritten(lambda r: r.update(format="gongkai-archive-99")), "“format”处不是本系统写出的内容"),
    ("numbers without bounds", rewritten(lambda r: r.update(version=10**400)), "版本（办理行为的项数）：包内写的是1000000"),
    ("an attachment kept outside", rewritten(lambda r: r["attachments"][0].update(id="../../../outside")), "“attachments.0.id”处不是"),
    ("an attachment kept anywhere", rewritten(lambda r: r["attachments"][0].update(id="/tmp/outside")), "“attachments.0.id”处不是"),
    ("a file outside", rewritten(lambda r: r["letters"][0].update(file="../../../etc/passwd")), "不在包里"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "told"), [pytest.param(damage, told, id=name) for name, damage, told in SEALED_AGAIN])
def test_damage_is_named_also_when_the_manifests_were_changed_with_it(
    whole: Files, rules: Rules, tmp_path: Path, damage: Callable[[Files], Files], told: str
) -> None:
    found = checked(sealed(damage(whole)), rules, tmp_path)
    assert any(told in one for one in found.faults), found.faults


@pytest.mark.parametrize("seed", range(40))
def test_any_byte_that_is_changed_is_found(whole: Files, rules: Rules, tmp_path: Path, seed: int) -> None:
    choose = random.Random(seed)
    name = choose.choice(sorted(whole.keys() - {"tagmanifest-sha256.txt"}))
    data = bytearray(whole[name])
    data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)
    assert checked({**whole, name: bytes(data)}, rules, tmp_path).faults


@pytest.mark.parametrize("seed", range(60))
def test_whatever_stands_in_the_records_the_answer_is_sentences(whole: Files, rules: Rules, tmp_path: Path, seed: int) -> None:
    """One value of the records after the other gives way to another one; nothing makes the check fail itself."""
    choose = random.Random(seed)
    record = json.loads(whole[RECORD])
    for _ in range(choose.randrange(1, 4)):
        place: Any = record
        while True:
            key = choose.choice(list(place) if isinstance(place, dict) else range(len(place)))
            if isinstance(place[key], dict | list) and place[key] and choose.random() < 0.9:
                place = place[key]
                continue
            place[key] = choose.choice([None, "", "x", -1, 0, 10**9, 2**70, 1.5, True, [], {}, "2026-02-30", "2026-09-01", ["x"], {"x": 1}, 3, 12])
            break
    given = sealed({**whole, RECORD: json.dumps(record).encode()})
    for fault in checked(given, rules, tmp_path).faults:
        assert "读不出来" in fault or fault.isprintable()


def test_a_provisional_date_that_is_known_now_is_no_fault(whole: Files, rules: Rules, tmp_path: Path) -> None:
    found = checked(sealed(rewritten(lambda r: r["due"].update(on="2026-12-31", provisional=True))(whole)), rules, tmp_path)
    assert any("暂定" in one for one in found.notes)
    assert not any("最迟答复日" in one for one in found.faults)


def test_the_recipe_in_the_package_is_the_one_that_works(whole: Files) -> None:
    """check_package of tests/bags.py runs these very commands."""
    for command in ("sha256sum -c manifest-sha256.txt", "sha256sum -c tagmanifest-sha256.txt"):
        assert command in README.read_text(encoding="utf-8")
    assert "sha256sum -c manifest-sha256.txt" in whole["data/案卷.html"].decode()
