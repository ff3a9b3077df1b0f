"""Sixty hostile files at every door that takes files, and more than a hundred hostile texts in what a visitor, an officer and a program
write: each is refused in words or kept as it was, nothing is a fault of the server, and what was kept is text wherever it comes out."""

from __future__ import annotations

import csv
import html
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import httpx
import openpyxl
import pytest
from sqlmodel import Session

from api.office import authenticity
from db import applications, people, queries
from tests.conftest import Lent
from tests.hostile import TEXTS, files
from tests.pages.conftest import Person, Site, running, text_of, token_of
from tests.pages.test_admin import form_of
from workflow.case import Case

ADMIN, ANALYST, HANDLER, INTAKE = "admin", "analyst@gx-zrzy", "handler@gx-zrzy", "intake@gx-zrzy"
UNIT = "gx-zrzy"


@pytest.fixture(scope="module")
def light(letter_maker: Lent, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The program on one engine: what a file is, no database decides."""
    folder = tmp_path_factory.mktemp("hostile")
    with running(f"sqlite:///{folder / 'gongkai.db'}", folder, letter_maker) as made:
        yield made


def answered(send: Callable[[str, bytes], httpx.Response]) -> Counter[int]:
    """What each of the files is answered, by status; every refusal has a sentence."""
    told: Counter[int] = Counter()
    for name, data in files():
        answer = send(name, data)
        told[answer.status_code] += 1
        assert answer.status_code < 500, (name, answer.status_code, text_of(answer.text)[:600])
        if answer.status_code >= 400:
            assert re.search("[\u4e00-\u9fff]{4}", text_of(answer.text)), (name, answer.text[:300])
            assert "Traceback" not in answer.text, name
    return told


def said(capsys: pytest.CaptureFixture[str], what: str, told: Counter[int]) -> None:
    with capsys.disabled():
        print(f"\n{what}: {told.total()} files, " + ", ".join(f"{count} x {status}" for status, count in sorted(told.items())), end="")


# ---------------------------------------------------------------- files


def test_what_is_attached_comes_back_as_it_was_or_is_refused(light: Site, capsys: pytest.CaptureFixture[str]) -> None:
    handler, told = light.as_(HANDLER), Counter[int]()
    for name, data in files():
        case = light.register()  # twenty files are all that one takes
        answer = handler.post(f"/cases/{case.id}/attachments", files={"file": (name, data)})
        told[answer.status_code] += 1
        assert answer.status_code in (303, 400), (name, answer.status_code, text_of(answer.text)[:600])
        kept = _kept(light, case)
        assert len(kept) == (1 if answer.status_code == 303 else 0), name
        for row in kept:
            given = handler.post(f"/attachments/{row.id}")
            assert given.content == data, name
            assert given.headers["x-content-type-options"] == "nosniff"
            assert given.headers["content-disposition"].startswith("attachment")
            for path in (f"/cases/{case.id}", f"/cases/{case.id}/redactions/{row.id}", f"/attachments/{row.id}/pages/1"):
                looked = handler.get(path)
                assert looked.status_code < 500, (name, path, text_of(looked.text)[:600])
    said(capsys, "attached", told)


def _kept(site: Site, case: Case) -> list[Any]:
    with site.office.database.read() as session:
        return list(queries.attachments_of(session, case.id))


def test_no_file_of_a_visitor_is_a_fault(light: Site, capsys: pytest.CaptureFixture[str]) -> None:
    _open_to_visitors(light)
    told: Counter[int] = Counter()
    for number, (name, data) in enumerate(files()):
        visitor = light.visitor(f"198.51.100.{number}")
        hidden = _hidden(visitor.page(f"/apply/{UNIT}"))
        answer = visitor.http.post(f"/apply/{UNIT}", data={**hidden, "step": "2", "to": "upload", "wanted": "样例"}, files={"file": (name, data)})
        told[answer.status_code] += 1
        assert answer.status_code < 500, (name, answer.status_code, text_of(answer.text)[:600])
        checked = visitor.http.post("/verify", data={"csrf": token_of(visitor.page("/verify")), "number": ""}, files={"file": (name, data)})
        assert checked.status_code < 500, (name, checked.status_code)
    said(capsys, "of visitors", told)


def test_no_ledger_is_a_fault(light: Site, capsys: pytest.CaptureFixture[str]) -> None:
    analyst = light.as_(ANALYST)

    def send(name: str, data: bytes) -> httpx.Response:
        answer = analyst.post("/import", {"agency": UNIT}, files={"ledger": (name, data)})
        return _end(analyst, answer) if answer.status_code == 303 else answer

    said(capsys, "as ledgers", answered(send))


def _end(person: Person, begun: httpx.Response) -> httpx.Response:
    """The page of an import when it has been read."""
    while True:
        page = person.get(begun.headers["location"])
        if 'hx-trigger="every' not in page.text:
            return page


def test_no_published_report_is_a_fault(light: Site, capsys: pytest.CaptureFixture[str]) -> None:
    analyst = light.as_(ANALYST)
    said(capsys, "as reports", answered(
        lambda name, data: analyst.post("/annual/published", {"year": "2025", "what": "compare"}, files={"report": (name, data)})
    ))  # fmt: skip


def test_no_seal_and_no_notice_is_a_fault(light: Site, capsys: pytest.CaptureFixture[str]) -> None:
    admin = light.as_(ADMIN)
    said(capsys, "as notices", answered(lambda name, data: admin.post("/admin/holidays", files={"file": (name, data)})))
    fields = form_of(admin.page(f"/admin/letterheads/{UNIT}"))
    said(capsys, "as seals", answered(lambda name, data: admin.post(f"/admin/letterheads/{UNIT}", fields, files={"seal": (name, data)})))


def test_nothing_that_is_compared_with_a_letter_is_a_fault(light: Site, capsys: pytest.CaptureFixture[str]) -> None:
    handler, case = light.as_(HANDLER), light.register()
    with light.office.database.read() as session:
        letter = queries.letters_of(session, case)[0].id
    said(capsys, "compared", answered(lambda name, data: handler.post(f"/letters/{letter}/compare", files={"file": (name, data)})))


# ---------------------------------------------------------------- texts


def _hidden(page: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)}


def _open_to_visitors(site: Site) -> None:
    def open_now(session: Session) -> None:
        for switch in (applications.SWITCH, authenticity.SWITCH):
            people.set_setting(session, UNIT, switch, "yes")

    site.office.database.write(open_now)


def test_a_text_is_refused_in_words_or_stands_as_it_was_typed(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """Registered on the page; then the file's page, its lists, search, ledgers and the form that it is typed in."""
    desk, told, raw = site.as_(INTAKE), Counter[int](), list[str]()
    common = {
        "purpose": "information", "channel": "in_person", "submitted_on": "2026-11-02", "received_on": "2026-11-02", "form": "paper",
        "delivery": "post",
        "applicant.category": "natural_person", "applicant.name": "样例甲", "applicant.phone": "13800000000", "applicant.id_type": "resident_id",
        "applicant.id_number": "11010519491231002X", "applicant.address": "冠县样例路1号",
    }  # fmt: skip
    for text in TEXTS:
        once = re.findall(r'name="once" id="once" value="([^"]+)"', desk.page("/intake"))[0]
        answer = desk.post("/intake", {**common, "once": once, "wanted": text, "applicant.name": f"样例{text[:40]}"})
        told[answer.status_code] += 1
        assert answer.status_code in (303, 400, 413), (text[:50], answer.status_code, text_of(answer.text)[:600])
        if answer.status_code == 303:
            case_id = answer.headers["location"].rsplit("/", 1)[1].partition("?")[0]
            case = site.office.case(site.officers[INTAKE], case_id).case
            asked = case.registration.wanted
            assert asked == unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", "　").strip(), text[:50]
            raw.append(asked)
            page = desk.page(f"/cases/{case_id}")
            _is_text(page)
        else:
            _is_text(answer.text)
        for path in ("/cases", "/published"):
            found = desk.http.get(path, params={"q": text[:1_000]})
            assert found.status_code < 500, (path, text[:50], text_of(found.text)[:600])
            if found.status_code != 414:
                _is_text(found.text)
    assert len(raw) >= 60, "most of them are words, however odd"
    _is_text(desk.page("/cases?size=100"))
    said(capsys, "texts", told)
    _as_cells(site, raw)


class _Tags(HTMLParser):
    """What a browser would make of a page, as far as it can do harm."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert tag not in ("base", "iframe", "object", "embed", "style", "math", "mglyph"), (tag, given)
        assert tag != "script" or given.get("src", "").startswith("/static/"), given
        assert not [name for name in given if name.startswith(("on", "hx-on", "srcdoc"))], (tag, given)
        for name in ("src", "href", "action", "formaction", "data"):
            where = given.get(name, "").strip().lower()
            assert not where.startswith(("javascript:", "file:", "http://127.0.0.1:9", "//example")), (tag, where)


def _is_text(page: str) -> None:
    """Nothing that was typed does anything in the page that shows it."""
    _Tags().feed(page)


def _as_cells(site: Site, texts: list[str]) -> None:
    """In no ledger of a program or a person is any of them a formula; and there they are."""
    analyst = site.as_(ANALYST)
    form = {"received_from": "2026-11-01", "received_to": "2026-11-30"}
    made = analyst.post("/exports", {**form, "format": "xlsx"})
    assert made.status_code == 200, text_of(made.text)[:800]
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert any("1+1" in str(cell.value) for cell in cells)
    made = analyst.post("/exports", {**form, "format": "csv"})
    assert made.status_code == 200, text_of(made.text)[:800]
    told = [cell for row in csv.reader(io.StringIO(made.content.decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in told if re.match(r"[=+\-@\t\r＝＋－＠]", cell) and not re.fullmatch(r'="[^"]*"', cell)]
    assert len([cell for cell in told if "1+1" in cell]) >= len([text for text in texts if "1+1" in text])


NUMBERS = ("²", "2²", "①", "٣", "１", "-1", "9" * 5000)
"""What some program takes for figures, and what is more than a number can be."""


@pytest.mark.parametrize(
    ("username", "address"),
    [
        (ANALYST, "/analysis/cases?from=2026-01-01&to=2026-11-29&set=month&key=2026-{}"),
        (ANALYST, "/analysis/cases?from=2026-01-01&to=2026-11-29&set=ended_month&key={}026-11"),
        (ANALYST, "/analysis/cases?from=2026-01-01&to=2026-11-29&set=return&key={}"),
        (ANALYST, "/analysis/cases?from=2026-01-01&to=2026-11-29&set=received&page={}"),
        (HANDLER, "/analysis/topics?from=2026-01-01&to=2026-11-29&done={}"), (ANALYST, "/annual?year={}"), (ANALYST, "/annual/parts?year={}"),
        (ANALYST, "/annual/freeze?year={}"), (ANALYST, "/annual/published?year={}"), (HANDLER, "/cases?page={}"), (HANDLER, "/desk?page={}"),
        (HANDLER, "/consultations?page={}"), (INTAKE, "/service?page={0}&done=1&count={0}"), (INTAKE, "/published?page={}"),
        ("head@gx-zrzy", "/approvals?page={}"), ("archivist@gx-zrzy", "/archive?page={}"), ("audit_admin", "/admin/log?before={}"),
        (HANDLER, "/guide/calculators?kind=fees&items={0}&pages={0}"), (HANDLER, "/calendar?month=2026-{}"),
    ],
)  # fmt: skip
def test_no_number_in_an_address_is_a_fault(light: Site, username: str, address: str) -> None:
    person = light.as_(username)
    told = Counter(person.get(address.format(quote(number))).status_code for number in NUMBERS)
    assert set(told) <= {200, 303, 400, 404, 414}, told


def test_no_number_of_a_row_is_a_fault(light: Site) -> None:
    person = light.as_(INTAKE)
    for number in NUMBERS:
        answer = person.post("/intake", {"redraw": f"less-{number}", "representative": "1", f"co_applicants.{number}.name": "样例"})
        assert answer.status_code < 500, (number[:5], text_of(answer.text)[:300])
