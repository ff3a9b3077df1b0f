"""文书核验 as a page: a letter is shown, and one is told whether it is one; nothing of it is kept."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from sqlalchemy import delete, func, select

from api.office import authenticity
from api.office.allowances import Allowances
from api.pages.public import verify
from db import allowances, people, queries
from db.people import LOG
from tests.pages.conftest import TABLET, WIDE, Chromium, Person, Site, axe, opens, text_of, token_of
from workflow.case import Case

UNIT = "gx-zrzy"
SMALL = (390, 844)


def opened(site: Site) -> None:
    """One unit has it open, and nobody has come before."""
    site.clock.set(date(2026, 11, 10))
    site.office.database.write(lambda s: people.set_setting(s, UNIT, authenticity.SWITCH, "yes"))
    site.office.database.write(lambda s: s.execute(delete(allowances.ALLOWANCE)))
    site.office.allowances = Allowances(site.office.database, site.office.keys.blind)


def issued(site: Site) -> tuple[Case, str, bytes]:
    """A numbered letter, as its recipient has it."""
    case = site.place(f"intake@{UNIT}", site.register(), "correction_notice", matters=["请写明年份"], days=10)
    with site.office.database.read() as session:
        row = queries.letters_of(session, case)[-1]
    assert row.number
    return case, row.number, site.office.pdf(row.id)


def visitor(site: Site) -> Person:
    person = site.visitor()
    person.csrf = token_of(person.page("/verify"))
    return person


def shown(person: Person, number: str = "", pdf: bytes | None = None, name: str = "文书.pdf", status: int = 200, **fields: str) -> str:
    files = None if pdf is None else {"file": (name, pdf, "application/pdf")}
    answer = person.post("/verify", {"number": number, "sha256": "", **fields}, files=files)
    assert answer.status_code == status, answer.text[:2000]
    return text_of(answer.text)


def files_under(site: Site) -> set[Path]:
    return {path for path in site.office.files.root.rglob("*") if path.is_file()}


def test_it_is_off_until_a_unit_opens_it(site: Site) -> None:
    site.office.database.write(lambda s: people.set_setting(s, UNIT, authenticity.SWITCH, "no"))
    person = site.visitor()
    page = person.page("/verify")
    assert verify.CLOSED in page and 'action="/verify"' not in page
    person.csrf = token_of(person.page("/apply/status"))
    assert person.post("/verify", {"sha256": "0" * 64}).status_code == 404
    assert "/verify" not in person.page("/") and "/verify" not in person.page("/apply/status")
    admin = site.as_("admin")
    assert admin.post(f"/admin/agencies/{UNIT}/check", {"open": "yes"}).status_code == 303
    assert "已开通文书核验。" in admin.page("/admin/agencies?done=check-yes")
    assert "/verify" in person.page("/") and "/verify" in person.page("/apply/status")
    with site.office.database.read() as session:
        assert people.log_entries(session, limit=1)[0].reason == "开通文书核验"
    assert admin.post("/admin/agencies/nowhere/check", {"open": "yes"}).status_code == 404
    assert site.as_(f"head@{UNIT}").post(f"/admin/agencies/{UNIT}/check", {"open": "yes"}).status_code == 403


def test_a_letter_is_shown_and_known_and_a_changed_one_is_not(site: Site) -> None:
    opened(site)
    case, number, pdf = issued(site)
    person = visitor(site)
    before, entries = files_under(site), _entries(site)
    good = shown(person, number, pdf)
    assert "已签发，内容一致" in good and "冠县自然资源和规划局2026年11月10日的补正告知书" in good
    assert shown(person, "", pdf).count("已签发，内容一致") == 1, "the file alone is enough"
    assert "已签发，内容一致" in shown(person, number, sha256=hashlib.sha256(pdf).hexdigest()[:16])
    changed = shown(person, number, pdf + b"\n")
    assert "内容已被改动" in changed and "补正告知书" not in changed
    assert "查无此文书" in shown(person, "", pdf + b"\n")
    assert "查无此文书" in shown(person, "冠自然资补〔2026〕9999号", pdf)
    for text in (good, changed):
        assert "周文博" not in text and case.number not in text
    assert files_under(site) == before and _entries(site) == entries, "nothing was kept, and nothing told"


def _entries(site: Site) -> int:
    with site.office.database.read() as session:
        return session.execute(select(func.count()).select_from(LOG)).scalar_one()


def test_for_overprint_without_a_seal_and_as_docx_it_is_another_file(site: Site) -> None:
    opened(site)
    case, number, _ = issued(site)
    with site.office.database.read() as session:
        letter = queries.letters_of(session, case)[-1].id
    person = visitor(site)
    for dress in ("overprint", "unsealed"):
        assert "内容已被改动" in shown(person, number, site.office.printing.dressed(letter, dress))
    said = shown(person, number, site.office.printing.docx(letter), "文书.docx", 400)
    assert "这不是PDF" in said


def test_a_question_at_fault_keeps_what_was_typed(site: Site) -> None:
    opened(site)
    person = visitor(site)
    assert "请选择PDF，或者填写它的SHA-256" in shown(person, "某〔2026〕1号", status=400)
    assert "至少16位" in shown(person, "某〔2026〕1号", sha256="abc", status=400)
    assert "请填写文号" in shown(person, sha256="0" * 16, status=400)
    assert "只用填一样" in shown(person, "某〔2026〕1号", b"%PDF-1.7", sha256="0" * 64, status=400)
    answer = person.post("/verify", {"number": '某〔2026〕1号"><b>', "sha256": "abc"})
    assert 'value="某〔2026〕1号&#34;&gt;&lt;b&gt;"' in answer.text
    assert 'value="某〔2026〕1号"' in person.page("/verify?number=某〔2026〕1号"), "an address may name the number"
    assert site.visitor().post("/verify", {"sha256": "0" * 64}).status_code == 403


def test_a_body_is_read_within_a_limit_and_a_client_comes_so_often(site: Site) -> None:
    opened(site)
    person = visitor(site)
    large = b"%PDF-" + bytes(verify.MOST + 64 * 1024)
    assert person.post("/verify", {"number": ""}, files={"file": ("大.pdf", large, "application/pdf")}).status_code == 413
    answers = [person.post("/verify", {"sha256": "0" * 64}) for _ in range(21)]
    assert [one.status_code for one in answers] == [200] * 20 + [429]


def test_the_answer_for_what_is_not_here_is_always_the_same(site: Site) -> None:
    """Whether a unit has not opened it, a letter never leaves the house, or there is none: nobody can tell."""
    opened(site)
    pdf = issued(site)[2]
    person = visitor(site)
    nothing = shown(person, "", b"%PDF-1.7 nothing")
    site.office.database.write(lambda s: people.set_setting(s, UNIT, authenticity.SWITCH, "no"))
    site.office.database.write(lambda s: people.set_setting(s, "gx-rsj", authenticity.SWITCH, "yes"))
    closed = shown(person, "", pdf).replace("人力资源和社会保障局", "自然资源和规划局")
    site.office.database.write(lambda s: people.set_setting(s, "gx-rsj", authenticity.SWITCH, "no"))
    assert closed == nothing


def test_the_page_reads_well_at_every_size(browser: Chromium) -> None:
    opened(browser.site)
    _, number, pdf = issued(browser.site)
    for size in (SMALL, TABLET, WIDE):
        window = browser.window(size=size)
        page = window.go("/verify")
        assert axe(page) == []
        page.fill("#f-number", number)
        page.set_input_files("#f-file", {"name": "文书.pdf", "mimeType": "application/pdf", "buffer": pdf})
        with opens(page):
            page.click("button.btn-primary")
        assert "已签发，内容一致" in page.inner_text("[role=status]")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
