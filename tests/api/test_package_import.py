"""读入归档包: what is read in is the file that was put away, number by number; and it is read in once."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from api.office.packages.checking import XML
from api.office.packages.importing import NeedsAnother, NotTakenIn, take_in
from api.office.packages.records import CaseRecord
from api.office.packages.xml import case_xml
from db import tidying
from db.verify import verify
from tests.api.conftest import Desk
from tests.api.test_package_checks import rewritten, sealed
from tests.bags import check_package
from tests.conftest import rebuilt
from tests.db.test_unpacking import zipped
from tests.packages import archived, files, package

pytestmark = pytest.mark.slow

HANDLER, HEAD, INTAKE, ARCHIVIST = (f"{role}@gx-zrzy" for role in ("handler", "head", "intake", "archivist"))
OF_THE_SYSTEM = {"data/日志摘录.json", "manifest-sha256.txt", "tagmanifest-sha256.txt", "bag-info.txt"}
"""What tells of the system that made the package, and the digests of it."""


def closed(desk: Desk, wanted: str) -> dict[str, Any]:
    case = desk.register(wanted=wanted)
    case = desk.place(INTAKE, case, kind="withdrawal", on="2026-11-03", by="writing", reason="样例")
    for one in case["unsent"]:
        case = desk.place(INTAKE, case, kind="service", on="2026-11-03", letter=one["letter"], method="direct")
    return desk.place(ARCHIVIST, case, kind="archival", on="2026-11-04")


def together(desk: Desk) -> list[dict[str, Any]]:
    """One reply to two requests; the second has its letter on the first."""
    cases = [desk.register(wanted=wanted) for wanted in ("崇文街道2023年征收公告", "崇文街道2024年征收公告")]
    cases = [desk.place(HANDLER, one, kind="acceptance", on="2026-11-03") for one in cases]
    given = {"item": 1, "outcome": "disclosed", "where": "随本答复书提供"}
    case = desk.place(HANDLER, cases[0], kind="draft", on="2026-11-04", items=[given], together=[cases[1]["number"]])
    case = desk.place(HEAD, case, kind="decision", on="2026-11-05")
    for one in case["unsent"]:
        case = desk.place(INTAKE, case, kind="service", on="2026-11-05", letter=one["letter"], method="direct")
    other = desk.call(HEAD, "GET", f"/api/cases/{cases[1]['id']}").json()
    for one in other["unsent"]:
        other = desk.place(INTAKE, other, kind="service", on="2026-11-05", letter=one["letter"], method="direct")
    return [desk.place(ARCHIVIST, one, kind="archival", on="2026-11-06") for one in (case, other)]


@pytest.fixture(scope="module")
def packages(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], Path]]:
    """Packages of another office: a full file, one that was withdrawn with a number far on, and two answered together."""
    folder, made = tmp_path_factory.mktemp("packages"), []
    desk.register(wanted="不归档的")
    for case in (archived(desk), closed(desk, "样例一"), *together(desk)):
        path = folder / f"{case['number']}.zip"
        path.write_bytes(package(desk, case))
        made.append((dict(desk.call(HANDLER, "GET", f"/api/cases/{case['id']}").json()), path))
    return made


@pytest.fixture
def other(desk_factory: Any) -> Desk:
    made = desk_factory()
    assert isinstance(made, Desk)
    return made


def faults(desk: Desk) -> list[str]:
    office = desk.office
    assert rebuilt(office.database, office.rules, office.keys) == []
    with office.database.read() as session:
        return list(verify(session, office.files, office.rules, office.keys))


def test_out_in_and_out_again_is_the_same_package(packages: list[tuple[dict[str, Any], Path]], other: Desk) -> None:
    for case, path in packages:
        assert take_in(other.office, path).number == case["number"]
    assert faults(other) == []
    for case, path in packages:
        again = package(other, case)
        check_package(again)
        was, is_ = files(path.read_bytes()), files(again)
        assert was.keys() == is_.keys()
        assert [name for name in was if was[name] != is_[name] and name not in OF_THE_SYSTEM] == []
        view = other.call(HANDLER, "GET", f"/api/cases/{case['id']}").json()
        for key in ("number", "version", "state", "due", "outcome", "acts", "letters", "attachments", "received_on", "applicant", "fee"):
            assert view[key] == case[key], key
        reply = other.call(HANDLER, "GET", f"/api/letters/{case['letters'][0]['id']}/pdf")
        assert reply.content.startswith(b"%PDF")


def test_what_is_read_in_is_logged_and_found_and_numbers_go_on(packages: list[tuple[dict[str, Any], Path]], other: Desk) -> None:
    case, path = packages[1]
    take_in(other.office, path)
    with other.office.database.read() as session:
        (entry,) = session.connection().exec_driver_sql("SELECT object, reason FROM log_entry WHERE what = 'import'").all()
    assert entry[0] == case["number"]
    assert "读入归档包" in entry[1]
    assert case["id"] in [one["id"] for one in other.call(HANDLER, "GET", "/api/cases?q=样例一").json()["items"]]
    new = other.register()
    assert int(new["number"].split("〕")[1].removesuffix("号")) == int(case["number"].split("〕")[1].removesuffix("号")) + 1
    assert faults(other) == []


def test_what_is_there_already_is_refused_and_nothing_changes(packages: list[tuple[dict[str, Any], Path]], other: Desk) -> None:
    case, path = packages[1]
    take_in(other.office, path)
    with pytest.raises(NotTakenIn, match="已经有"):
        take_in(other.office, path)
    assert faults(other) == []
    assert other.call(HANDLER, "GET", f"/api/letters/{case['letters'][0]['id']}/pdf").status_code == 200, "its bytes are still there"


def test_a_number_that_another_file_has_is_refused(packages: list[tuple[dict[str, Any], Path]], other: Desk) -> None:
    for _ in range(2):
        other.register()
    case, path = packages[0]
    assert case["number"].endswith("2号")
    with pytest.raises(NotTakenIn, match=case["number"]):
        take_in(other.office, path)
    assert faults(other) == [], "no bytes without a row"


def test_what_was_answered_with_another_file_waits_for_that_one(packages: list[tuple[dict[str, Any], Path]], other: Desk) -> None:
    first, second = packages[2:]
    with pytest.raises(NeedsAnother, match=first[0]["number"]):
        take_in(other.office, second[1])
    take_in(other.office, first[1])
    take_in(other.office, second[1])
    assert faults(other) == []


def test_a_damaged_package_and_one_of_an_unknown_unit_are_refused(packages: list[tuple[dict[str, Any], Path]], other: Desk, tmp_path: Path) -> None:
    given = files(packages[0][1].read_bytes())
    name = next(one for one in given if "答复书" in one)
    (tmp_path / "x.zip").write_bytes(zipped(*{**given, name: given[name] + b" "}.items()))
    with pytest.raises(NotTakenIn, match="摘要不符"):
        take_in(other.office, tmp_path / "x.zip")
    (tmp_path / "y.zip").write_bytes(b"nothing")
    with pytest.raises(NotTakenIn, match="不是归档包"):
        take_in(other.office, tmp_path / "y.zip")
    record = json.loads(given["data/办理记录.json"])
    assert record["agency"] in other.office.agencies
    assert faults(other) == []


def test_a_file_that_was_read_in_is_handled_on(packages: list[tuple[dict[str, Any], Path]], other: Desk) -> None:
    """An order on an archived file, in the system that read it in."""
    other.clock.set(date(2026, 11, 24))
    take_in(other.office, packages[0][1])
    case = other.call(HANDLER, "GET", f"/api/cases/{packages[0][0]['id']}").json()
    case = other.place(HANDLER, case, kind="remedy_result", on="2026-11-20", remedy=case["version"], result="corrected", orders_rehandling=True,
                       received_on="2026-11-20")  # fmt: skip
    case = other.place(HEAD, case, kind="reopening", on="2026-11-23", remedy=case["version"] - 1)
    assert case["state"] == "handling"
    assert faults(other) == []


HOSTILE: list[tuple[str, Any]] = [
    ("a role that is none", lambda r: r["attachments"][0].update(role="x" * 400)),
    ("a media type that breaks a header", lambda r: r["attachments"][0].update(media_type="text/plain\r\nSet-Cookie: x=1")),
    ("a media type without end", lambda r: r["attachments"][0].update(media_type=f"a/{'x' * 300}")),
    ("grounds that are no JSON", lambda r: r["attachments"][0].update(separated="{")),
    ("grounds of something else", lambda r: r["attachments"][0].update(separated='[{"page": 1}]')),
    ("grounds without end", lambda r: r["attachments"][0].update(separated="[" * 100_000)),
    ("an item that no column holds", lambda r: r["attachments"][0].update(item=2**40)),
    ("a name that breaks a header", lambda r: r["attachments"][0].update(name="a\r\nb.txt")),
    ("a moment without a zone", lambda r: r["attachments"][0].update(at="2026-09-01T00:00:00")),
    ("a moment before all time", lambda r: r["letters"][0].update(created_at="0001-01-01T00:00:00+08:00")),
    ("a year that no column holds", lambda r: r.update(year=2**40)),
    ("a serial that no column holds", lambda r: r["letters"][-1].update(serial=2**40)),
    ("a number without end", lambda r: r["letters"][-1].update(number="号" * 200)),
    ("a number with NUL", lambda r: r["letters"][-1].update(number="1\0号")),
    ("a letter of another unit", lambda r: r["letters"][-1].update(agency="gx-rsj")),
    ("a series without end", lambda r: r["letters"][-1].update(series="x" * 100)),
    ("an officer whose post is none", lambda r: r["acts"][0]["officer"].update(role="x" * 400)),
]  # fmt: skip


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in HOSTILE])
def test_what_the_database_would_not_take_is_refused_with_a_sentence(
    packages: list[tuple[dict[str, Any], Path]], receiving: Desk, tmp_path: Path, change: Any
) -> None:
    path = forged(packages[0][1], change, tmp_path)
    before = {one for one in receiving.office.files.root.rglob("*") if one.is_file()}
    with pytest.raises(NotTakenIn) as told:
        take_in(receiving.office, path)
    assert all(one.isprintable() for one in told.value.faults) and told.value.faults
    assert {one for one in receiving.office.files.root.rglob("*") if one.is_file()} == before
    assert faults(receiving) == []


def forged(package: Path, change: Any, folder: Path) -> Path:
    """The package with other records, where all else that tells of them, and the manifests, were made anew to fit."""
    given = files(package.read_bytes())
    made = rewritten(change)(given)
    made[XML] = case_xml_of(made)
    numbers = [json.loads(one["data/办理记录.json"])["number"] for one in (given, made)]
    made["bag-info.txt"] = made["bag-info.txt"].replace(*(f"External-Identifier: {one}\n".encode() for one in numbers))
    path = folder / "x.zip"
    path.write_bytes(zipped(*sealed(made).items()))
    return path


def letter(kind: str, **values: Any) -> Any:
    """A letter of that kind with other values, its words with the same number."""

    def change(record: dict[str, Any]) -> None:
        one = next(one for one in record["letters"] if one["kind"] == kind)
        one.update(values)
        if "number" in values and "number" in one["context"]:
            one["context"]["number"] = values["number"]

    return change


NUMBERED: list[tuple[str, Any, str]] = [
    ("the number of another unit", lambda r: r.update(number="冠住建依申〔2026〕1号"), "应为冠自然资依申〔2026〕"),
    ("the number of another serial", lambda r: r.update(number="冠自然资依申〔2026〕7号"), "应为冠自然资依申〔2026〕2号"),
    ("a serial far on", lambda r: r.update(serial=99_999, number="冠自然资依申〔2026〕99999号"), "序号99999过大"),
    ("the highest serial", lambda r: r.update(serial=2**31 - 1, number=f"冠自然资依申〔2026〕{2**31 - 1}号"), "过大"),
    ("no serial", lambda r: r.update(serial=0, number="冠自然资依申〔2026〕0号"), "应当从1起"),
    ("another year", lambda r: r.update(year=2027, number="冠自然资依申〔2027〕2号"), "由登记推算是2026"),
    ("a letter's number of another unit", letter("disclosed", number="冠住建公复〔2026〕1号"), "文号冠住建公复〔2026〕1号与单位"),
    ("a letter's number of another serial", letter("disclosed", number="冠自然资公复〔2026〕9号"), "文号冠自然资公复〔2026〕9号与单位"),
    ("a letter's serial far on", letter("disclosed", serial=99_999, number="冠自然资公复〔2026〕99999号"), "序号99999过大"),
]  # fmt: skip


FALSE: list[tuple[str, Any, str]] = [
    ("a serial without a series", letter("receipt", serial=5), "文号的种类、序号不是"),
    ("a number without a series", letter("receipt", number="1号"), "文号的种类、序号不是"),
    ("another series", letter("disclosed", series="0001-01-01"), "文号的种类、序号不是"),
    ("a series without a serial", letter("disclosed", serial=None), "文号的种类、序号不是"),
    ("a letter of another year", letter("disclosed", year=2025, number="冠自然资公复〔2025〕1号"), "年份或者日期"),
    ("a letter of another day", letter("disclosed", dated="2026-09-01"), "年份或者日期"),
    ("a letter without words", letter("disclosed", context={}), "文书的内容不完整"),
    ("words of another type", lambda r: r["letters"][0]["context"].update(on=[]), "文书的内容不完整"),
    ("words with another number", lambda r: next(x for x in r["letters"] if x["number"])["context"].update(number="1号"), "所载的文号"),
    ("another signature", lambda r: r["acts"][2].update(signed_by="别人"), "第3项：签名与"),
    ("another post", lambda r: r["acts"][2].update(role="head"), "第3项：签名人的岗位与"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "told"), [pytest.param(change, told, id=name) for name, change, told in (*NUMBERED, *FALSE)])
def test_numbers_letters_and_acts_are_what_unit_kinds_and_officers_give(
    packages: list[tuple[dict[str, Any], Path]], receiving: Desk, tmp_path: Path, change: Any, told: str
) -> None:
    with pytest.raises(NotTakenIn, match=told):
        take_in(receiving.office, forged(packages[0][1], change, tmp_path))
    assert faults(receiving) == []


def case_xml_of(given: dict[str, bytes]) -> bytes:
    """The other telling of the same records, where they can be told."""
    try:
        return case_xml(CaseRecord.model_validate_json(given["data/办理记录.json"]))
    except (ValidationError, ValueError):
        return given[XML]


@pytest.fixture(scope="module")
def receiving(desk_factory: Any) -> Desk:
    """An office into which nothing is read in."""
    made = desk_factory()
    assert isinstance(made, Desk)
    return made


def test_other_bytes_under_the_same_name_are_told_and_stay(
    packages: list[tuple[dict[str, Any], Path]], receiving: Desk
) -> None:
    record = json.loads(files(packages[0][1].read_bytes())["data/办理记录.json"])
    letter = record["letters"][-1]["id"]
    receiving.office.files.put("letters", letter, b"other bytes")
    with pytest.raises(NotTakenIn, match="内容不同的文件"):
        take_in(receiving.office, packages[0][1])
    assert receiving.office.files.found("letters", letter) == b"other bytes"
    receiving.office.files.drop("letters", letter)
    assert faults(receiving) == []


def test_tidy_beside_a_long_import_takes_nothing_away(
    packages: list[tuple[dict[str, Any], Path]], other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All bytes were written long before the rows come: what tidies up meanwhile takes them for leftovers, or had them already."""
    office, write = other.office, other.office.database.write
    taken: list[list[str]] = []

    def slow(work: Any) -> Any:
        with office.database.read() as session:
            found = list(tidying.strays(session, office.files))
        for path in found:
            os.utime(office.files.root / path, (0, 0))
        taken.append(tidying.remove(office.database, office.files, found[:1]))

        def watched(session: Any) -> Any:
            done = work(session)
            taken.append([path for path in found[1:] if (office.files.root / path).stat().st_mtime == 0])
            return done

        return write(watched)

    monkeypatch.setattr(office.database, "write", slow)
    take_in(office, packages[0][1])
    monkeypatch.undo()
    assert len(taken[0]) == 1, "one was taken before the rows came"
    assert taken[1] == [], "no other may be, once they are on their way"
    assert faults(other) == []
