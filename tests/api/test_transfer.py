"""移交: the list and the packages of several archived files, for who says what for; one zip that is written while it is sent."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pdfplumber
import pytest

from api.office.packages import transfer
from api.office.packages.checking import check_package
from tests.api.conftest import Desk
from tests.api.test_package_import import closed

pytestmark = pytest.mark.slow

ARCHIVIST, HANDLER = "archivist@gx-zrzy", "handler@gx-zrzy"
REASON = {"X_Reason": quote("向县档案馆移交")}
PACKAGES, LIST = "/api/archive/packages", "/api/archive/transfer-list"


@pytest.fixture(scope="module")
def cases(desk: Desk) -> list[dict[str, Any]]:
    return [closed(desk, f"样例{n}") for n in range(3)]


def logged(desk: Desk, what: str) -> list[Any]:
    with desk.office.database.read() as session:
        return list(session.connection().exec_driver_sql(f"SELECT object, reason FROM log_entry WHERE what = '{what}' ORDER BY seq").all())


def test_a_batch_holds_whole_packages_with_their_list_and_their_digests(desk: Desk, cases: list[dict[str, Any]], tmp_path: Path) -> None:
    answer = desk.call(ARCHIVIST, "POST", PACKAGES, {"cases": [one["id"] for one in cases]}, **REASON)
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        assert bundle.testzip() is None
        names = bundle.namelist()
        bundle.extractall(tmp_path)
    packages = [f"{one['number']} 归档包.zip" for one in cases]
    assert names == [*packages, "移交清单.csv", "移交清单.xlsx", "移交清单.pdf", "manifest-sha256.txt"]
    listed = dict(reversed(line.split("  ", 1)) for line in (tmp_path / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines())
    assert listed == {name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in names[:-1]}
    rows = list(csv.DictReader(io.StringIO((tmp_path / "移交清单.csv").read_text(encoding="utf-8-sig"))))
    assert [(row["登记号"], row["归档包"], row["SHA-256"]) for row in rows] == [
        (one["number"], name, listed[name]) for one, name in zip(cases, packages, strict=True)
    ]
    assert {row["保管期限"] for row in rows} == {"定期30年"}
    for name in packages:
        assert check_package(tmp_path / name, desk.office.rules).faults == []
    with pdfplumber.open(tmp_path / "移交清单.pdf") as pdf:
        said = "".join(page.extract_text() for page in pdf.pages).replace("\n", "")
    assert "共3卷" in said
    taken = logged(desk, "package")[-3:]
    assert [(one[0], one[1].endswith(listed[name])) for one, name in zip(taken, packages, strict=True)] == [(one["number"], True) for one in cases]


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", "\ufeff序号".encode())])
def test_the_list_alone_comes_in_three_forms_and_is_logged(desk: Desk, cases: list[dict[str, Any]], form: str, begins: bytes) -> None:
    answer = desk.call(ARCHIVIST, "POST", LIST, {"cases": [one["id"] for one in cases[:2]], "format": form}, **REASON)
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(begins)
    assert logged(desk, "export")[-1] == (f"移交清单 2件 {form}", "向县档案馆移交")


@pytest.mark.parametrize("path", [PACKAGES, LIST])
def test_who_may_not_or_asks_for_what_is_not_there_is_told(desk: Desk, cases: list[dict[str, Any]], path: str) -> None:
    open_ = desk.register()
    mine, before = [one["id"] for one in cases], (logged(desk, "package"), logged(desk, "export"))
    rows: list[tuple[str, dict[str, Any], dict[str, str], int]] = [
        (ARCHIVIST, {"cases": mine}, {}, 403), ("analyst@gx-zrzy", {"cases": mine}, REASON, 403), ("archivist@gx-rsj", {"cases": mine}, REASON, 404),
        (ARCHIVIST, {"cases": []}, REASON, 400), (ARCHIVIST, {"cases": ["x"]}, REASON, 400), (ARCHIVIST, {}, REASON, 400),
        (ARCHIVIST, {"cases": [*mine, open_["id"]]}, REASON, 409), (ARCHIVIST, {"cases": mine * 200}, REASON, 400),
    ]  # fmt: skip
    for who, body, headers, status in rows:
        answer = desk.call(who, "POST", path, body, **headers)
        assert answer.status_code == status, (who, status, answer.text)
        if status == 409:
            assert open_["number"] in answer.json()["detail"]
    assert before == (logged(desk, "package"), logged(desk, "export")), "nothing was given, nothing is logged"


def test_no_more_than_one_package_is_held(desk: Desk, cases: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is made when the one before it has been sent."""
    officer = next(one for one in _officers(desk) if one.username == HANDLER)
    sent = transfer.files(desk.office, officer, [one["id"] for one in cases], frozenset({"own"}), None)
    made, real = list[str](), transfer.package

    def counted(office: Any, case: Any, *rest: Any) -> Any:
        made.append(case.id)
        return real(office, case, *rest)

    monkeypatch.setattr(transfer, "package", counted)
    blocks = transfer.batch(desk.office, officer, sent, None)
    next(blocks)
    assert len(made) == 1
    assert max(map(len, blocks)) < 1_000_000
    assert len(made) == 3


def test_a_package_that_cannot_be_made_is_named_and_the_others_are_whole(
    desk: Desk, cases: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from db.files import Damaged

    real = transfer.package

    def broken(office: Any, case: Any, *rest: Any) -> Any:
        if case.id == cases[1]["id"]:
            raise Damaged("letters/x is missing")
        return real(office, case, *rest)

    monkeypatch.setattr(transfer, "package", broken)
    answer = desk.call(HANDLER, "POST", PACKAGES, {"cases": [one["id"] for one in cases]})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        assert cases[1]["number"] in bundle.read("没有装入.txt").decode()
        assert [name for name in bundle.namelist() if name.endswith(".zip")] == [f"{one['number']} 归档包.zip" for one in (cases[0], cases[2])]
        assert cases[1]["number"] not in bundle.read("移交清单.csv").decode()


def _officers(desk: Desk) -> list[Any]:
    from db import people, queries

    with desk.office.database.read() as session:
        return [people.officer_of(row) for row in queries.officers(session)]
