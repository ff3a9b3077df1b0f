"""台账导出 and 导入原台账 on the page: masked unless there is a purpose, and nothing is written before it is told."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import text

from api.office import ledger_imports
from db import exports, people
from db.verify import verify
from tests.conftest import PATIENCE
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Person, Site, axe, opens, text_of
from workflow.case import Case

HEAD, ANALYST = "head@gx-zrzy", "analyst@gx-zrzy"
HEADING = "编号,收到日期,收到渠道,申请人类别,申请人,所申请的信息,主题,办理结果,答复日期\n"
GOOD = "".join(f"旧{n},2024-3-2,当面提交,自然人,样例{n},第{n}号方案,征地拆迁,予以公开,2024-3-20\n" for n in range(3))
BAD = "旧9,2024-13-2,当面提交,自然人,样例,方案,,,\n"


@pytest.fixture(scope="module")
def case(site: Site) -> Case:
    return site.register()


def log_of(site: Site, what: str) -> list[tuple[str | None, str | None]]:
    with site.office.database.read() as session:
        return [(one.object, one.reason) for one in people.log_entries(session, limit=500) if one.what == what]


# ---------------------------------------------------------------- export


def test_the_ledger_is_masked_unless_a_purpose_is_written_down(site: Site, case: Case) -> None:
    head = site.as_(HEAD)
    name = case.registration.applicant.name
    masked = head.post("/exports", {"format": "csv", "names": "masked"})
    assert masked.status_code == 200 and case.number in masked.content.decode("utf-8-sig")
    assert name not in masked.content.decode("utf-8-sig")
    without = head.post("/exports", {"format": "xlsx", "names": "full", "reason": " "})
    assert without.status_code == 400 and "请写明用途" in without.text
    full = head.post("/exports", {"format": "xlsx", "names": "full", "reason": "向县档案馆移交"})
    book = openpyxl.load_workbook(io.BytesIO(full.content))
    assert name in [row[4] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert ("台账 xlsx", "向县档案馆移交") in log_of(site, "unmask")
    page = text_of(head.page("/exports"))
    assert "向县档案馆移交" in page and "完整姓名" in page


def test_every_cell_of_the_ledger_stands_under_its_heading_and_people_are_named(site: Site, case: Case) -> None:
    """A handler is his name, not his login; what was exported can be imported elsewhere."""
    head, login = site.as_(HEAD), "handler@gx-zrzy"
    site.place(login, case, "acceptance")
    rows = list(csv.DictReader(io.StringIO(head.post("/exports", {"format": "csv", "names": "masked"}).content.decode("utf-8-sig"))))
    assert all(None not in one and None not in one.values() for one in rows), "as many cells as headings"
    (mine,) = [one for one in rows if case.number in one["编号"]]
    assert (mine["单位"], mine["收到日"]) == (site.office.agencies[case.agency].name, case.received_on.isoformat())
    assert site.officers[login].name in [one["承办人"] for one in rows]
    assert not any("@" in one["承办人"] for one in rows), "a name, not a login"


def test_a_csv_for_people_keeps_numbers_that_spreadsheets_would_rewrite() -> None:
    rows = [("0012", "371525199001011234", "1E5", "3-2", 12, "冠公开〔2026〕8号", "2026-03-02", "=1+1")]
    assert b"".join(exports.csv_stream(rows)).decode("utf-8-sig").strip() == (
        '"=""0012""","=""371525199001011234""","=""1E5""","=""3-2""",12,冠公开〔2026〕8号,2026-03-02,\'=1+1'
    )
    assert b"".join(exports.csv_stream(rows, plain=True)).decode("utf-8-sig").startswith("0012,371525199001011234,1E5,3-2,12")


def test_who_may_not_see_names_cannot_export_them_and_sees_his_own_exports_only(site: Site, case: Case) -> None:
    analyst = site.as_(ANALYST)
    assert 'name="names"' not in analyst.page("/exports")
    assert analyst.post("/exports", {"format": "csv", "names": "full", "reason": "看看"}).status_code == 403
    assert "向县档案馆移交" not in site.as_("intake@gx-zrzy").page("/exports")
    assert "向县档案馆移交" not in site.as_("head@gx-rsj").page("/exports")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"format": "exe"}, 400), ({"received_from": "2026-02-30"}, 400), ({"received_from": "2026-05-01", "received_to": "2026-01-01"}, 400),
        ({"agency": "gx-rsj"}, 400), ({"state": "<b>坏"}, 400), ({"topic": "x" * 500}, 400), ({"received_from": "2030-01-01"}, 200),
        ({"topic": "zz"}, 400), ({"topic": "zz", "format": "xlsx"}, 400), ({"from": "2026-99-99"}, 400), ({"bogus": "1"}, 400),
        ({"names": "all"}, 400),
    ],
)  # fmt: skip
def test_odd_wishes_are_told_and_nothing_is_logged_for_them(site: Site, fields: dict[str, str], status: int) -> None:
    before = len(log_of(site, "export"))
    answer = site.as_(HEAD).post("/exports", {"format": "csv", "names": "masked", **fields})
    assert answer.status_code == status and "<b>坏" not in answer.text
    assert len(log_of(site, "export")) - before == (status == 200)


def test_a_bad_address_is_told_once_with_the_name_of_what_is_wrong(site: Site) -> None:
    head = site.as_(HEAD)
    for address, said in (
        ("/annual?year=abcd", "年度："), ("/annual?year=2027", "2027年还没有到"), ("/annual?year=1990", "没有1990年的年度报告"),
        ("/analysis?set=none", "没有这一项"), ("/annual?row=none", "没有这一格"),
    ):  # fmt: skip
        answer = head.get(address)
        assert answer.status_code == 400 and text_of(answer.text).count(said) == 1, address
        assert "锁定年度" not in answer.text
    assert head.post("/annual/freeze", {"year": "2026", "reason": "已报", "all": "yes"}).status_code == 400, "not one's own unit's instead"


# ---------------------------------------------------------------- import


def uploaded(person: Person, text: str, **fields: str) -> str:
    """The page of the import once the ledger has been read."""
    answer = person.post("/import", fields, files={"ledger": ("台账.csv", text.encode(), "text/csv")})
    assert answer.status_code == 303, answer.text
    return settled(person, answer.headers["location"])


def settled(person: Person, path: str) -> str:
    until = time.monotonic() + PATIENCE
    while "hx-trigger" in (page := person.page(path)):
        assert time.monotonic() < until, "still running"
        time.sleep(0.05)
    return page


def workbook(**sheets: list[list[object]]) -> bytes:
    """A workbook of these sheets, by name."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def address(page: str) -> str:
    found = re.search(r'action="(/import/[0-9a-f-]+)"', page)
    assert found, page
    return found[1]


def count(site: Site, agency: str) -> int:
    from sqlalchemy import func, select

    from db import tables as t

    with site.office.database.read() as session:
        files = t.table_of(t.CaseFile)
        return int(session.execute(select(func.count()).select_from(files).where(files.c.agency == agency)).scalar_one())


def test_a_ledger_is_checked_first_then_its_good_lines_are_loaded_once(site: Site) -> None:
    head, before = site.as_(HEAD), count(site, "gx-zrzy")
    page = uploaded(head, HEADING + GOOD + BAD)
    assert "可以导入3件" in text_of(page) and "不合要求1行" in text_of(page)
    assert "没有这一天" in page and ">5</td>" in page, "the line as the spreadsheet counts"
    assert count(site, "gx-zrzy") == before, "nothing is written by looking"
    here = address(page)
    assert "没有这一天" in head.get(f"{here}/problems").content.decode("utf-8-sig")
    assert site.as_(ANALYST).get(here).status_code == 404, "somebody else's"
    assert head.post(here).status_code == 303
    assert head.post(here).status_code == 303, "sent twice"
    assert "已导入3件" in settled(head, here)
    assert count(site, "gx-zrzy") == before + 3
    again = uploaded(head, HEADING + GOOD)
    assert "以前已导入3件" in text_of(again) and "<button class=\"btn btn-primary\"" not in again
    assert [reason for _, reason in log_of(site, "import")] == ["导入3件"]


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.XLSX", "台账"])
def test_a_workbook_is_read_on_the_page_whatever_its_name(site: Site, name: str) -> None:
    """The temporary file has no suffix; what a file is, its first bytes say."""
    rows: list[list[object]] = [HEADING.strip().split(","), *(line.split(",") for line in GOOD.replace("旧", "簿").splitlines())]
    answer = site.as_(HEAD).post("/import", files={"ledger": (name, workbook(台账=rows), "application/octet-stream")})
    assert "可以导入3件" in text_of(settled(site.as_(HEAD), answer.headers["location"]))


def test_every_sheet_and_every_line_is_accounted_for_on_the_page(site: Site) -> None:
    """Two years, each numbered from 1; a line twice; a sheet that is no ledger."""
    head, years = site.as_(HEAD), {}
    for year in (2021, 2022):
        rows = GOOD.replace("旧", "").replace("2024", str(year)).splitlines()
        years[f"{year}年"] = [one.split(",") for one in (HEADING.strip(), *rows)]
    years["2022年"].append(years["2022年"][1])
    data = workbook(**years, 说明=[["请勿修改"]])
    for verb, loaded, seen in (("可以导入", 6, 0), ("可以导入", 0, 6)):
        answer = head.post("/import", files={"ledger": ("两年.xlsx", data, "application/octet-stream")})
        page = settled(head, answer.headers["location"])
        said = text_of(page)
        assert f"共读7行：{verb}{loaded}件，以前已导入{seen}件，不合要求0行，暂不导入1行" in said
        assert "工作表“说明”没有读取，其中有内容的1行没有导入" in said
        assert "与工作表“2022年”第2行完全相同" in said
        file = head.get(f"{answer.headers['location']}/problems").content.decode("utf-8-sig")
        assert "说明,,没有读取,没有找到表头" in file and "2022年,5,暂不导入,与工作表“2022年”第2行完全相同" in file
        assert file.count("以前已导入,案卷编号") == seen
        if loaded:
            head.post(address(page))
            assert "已导入6件" in text_of(settled(head, answer.headers["location"]))


def test_a_ledger_on_its_way_in_has_no_name_on_the_disk(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever never comes back to it, or stops the program, leaves nothing of it in the temporary folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    head = site.as_(HEAD)
    ledger = HEADING + GOOD.replace("旧", "另")
    for _ in range(2):
        page = uploaded(head, ledger)
        assert "可以导入3件" in text_of(page)
        assert list(tmp_path.rglob("*")) == []
    head.post(address(page))
    assert "已导入3件" in settled(head, address(page))
    assert list(tmp_path.rglob("*")) == []


def test_a_ledger_that_a_process_left_when_it_died_is_taken_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    head, start = site.as_(HEAD), ledger_imports._start

    def left(ledger: str) -> str:
        """Taken in by a process that ended before it had read it."""
        monkeypatch.setattr(ledger_imports, "_start", lambda _office: None)
        path = str(head.post("/import", files={"ledger": ("台账.csv", ledger.encode(), "text/csv")}).headers["location"])
        assert "hx-trigger" in head.page(path)
        monkeypatch.setattr(ledger_imports, "_start", start)
        return path

    path = left(HEADING + GOOD.replace("旧", "续"))
    ledger_imports.take_up(site.office)
    assert "可以导入3件" in text_of(settled(head, path))
    path = left(HEADING + GOOD.replace("旧", "断"))
    site.office.database.write(lambda session: session.execute(text("UPDATE ledger_import SET tries = 3")))
    ledger_imports.take_up(site.office)
    assert "几次都没有读完" in settled(head, path), "what ended it three times is not tried for ever"


def test_the_administrator_chooses_the_unit_others_import_for_their_own(site: Site) -> None:
    admin = site.as_("admin")
    page = uploaded(admin, HEADING + GOOD.replace("旧", "早"), agency="gx-zjj")
    assert "导入全部3件" in page
    admin.post(address(page))
    assert "已导入3件" in settled(admin, address(page))
    assert count(site, "gx-zjj") == 3
    wrong = site.as_(HEAD).post("/import", {"agency": "gx-zjj"}, files={"ledger": ("x.csv", HEADING.encode(), "text/csv")})
    assert wrong.status_code == 400
    assert site.as_("handler@gx-zrzy").get("/import").status_code == 403


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0old", "不能读取"), (b"PK\x03\x04broken", "损坏"), ("没有,表头\n1,2\n".encode(), "没有找到表头"),
        (b"abc\x00\x01\x02", "不是CSV"),
    ],
)  # fmt: skip
def test_what_is_no_ledger_is_told_so(site: Site, data: bytes, said: str) -> None:
    head = site.as_(HEAD)
    answer = head.post("/import", files={"ledger": ("../../台账<b>.xlsx", data, "application/octet-stream")})
    page = settled(head, answer.headers["location"])
    assert said in page and "<b>" not in page.replace("<b>公开</b>", "") and ".." not in text_of(page)


ODD = "受理编号,接到日期,申请形式,申请人,申请内容,办理结果,答复日期\n"
ODD_ROWS = "".join(f"异{n},2024-3-{n},来信,样例异{n},第{n}号方案,终止办理,2024-3-2{n}\n" for n in (1, 2, 3))


def said(page: str, **answers: str) -> dict[str, str]:
    """What the form of the words would send: its proposals, and by its labels what is answered."""
    fields = {}
    field = r'<label class="form-label" for="f-[^"]+">(.*?)</label><select[^>]* name="([^"]+)"[^>]*>(.*?)</select>'
    for label, name, options in re.findall(field, page):
        chosen = re.search(r'value="([^"]*)" selected', options)
        title = re.sub(r"<.*", "", label)
        fields[name] = answers.get(title, chosen[1] if chosen else "")
    return fields


def test_what_a_ledger_calls_things_is_said_once(site: Site) -> None:
    """Headings, a column that is not there, words: proposed where likely, asked where not, and remembered."""
    head = site.as_(HEAD)
    page = uploaded(head, ODD + ODD_ROWS)
    assert "对应表头和用语" in page and "可以导入" not in page
    here = re.search(r'href="(/import/[^"]+/words)"', page)
    assert here
    asked = head.page(here[1])
    fields = said(asked)
    assert sorted(fields.values()) == ["", "", "", "applicant_name", "channel", "number", "outcome", "received_on", "replied_on", "wanted"]
    wrong = head.post(here[1], {**fields, "h1": "number"})
    assert wrong.status_code == 400 and "一栏只能对应一个表头" in wrong.text
    assert said(wrong.text)["h1"] == "number", "what was chosen stays"
    answers = said(asked, 来信="ordinary_mail", 终止办理="withdrawn", 申请人类别="natural_person")
    assert head.post(here[1], answers).status_code == 303
    with site.office.database.read() as session:
        assert (HEAD, "ledger_word") in [(one.username, one.what) for one in people.log_entries(session)]
    checked = settled(head, here[1].removesuffix("/words"))
    assert "可以导入3件" in text_of(checked), checked
    head.post(address(checked))
    assert "已导入3件" in text_of(settled(head, address(checked)))
    again = uploaded(head, ODD + ODD_ROWS.replace("异", "再"))
    words = re.search(r'href="(/import/[^"]+/words)"', again)
    assert words, "that this ledger has no column of categories either is asked again"
    asked = head.page(words[1])
    assert [one for one in said(asked).values() if one == "natural_person"], "with what was said the last time"
    assert "不认识的用语" not in asked
    assert head.post(words[1], said(asked)).status_code == 303
    assert "可以导入3件" in text_of(settled(head, words[1].removesuffix("/words")))


def test_what_is_not_said_leaves_its_lines_out(site: Site) -> None:
    head = site.as_(HEAD)
    page = uploaded(head, HEADING + GOOD.replace("旧", "略") + "略9,2024-03-09,托人带来,自然人,样例,方案,,予以公开,2024-03-20\n")
    here = re.search(r'href="(/import/[^"]+/words)"', page)
    assert here and "托人带来" in head.page(here[1])
    assert head.post(here[1], {"skip": "1"}).status_code == 303
    page = settled(head, here[1].removesuffix("/words"))
    assert "可以导入3件" in text_of(page) and "“收到渠道”不认识" in page
    assert f'href="{here[1]}"' in page, "it can still be said"
    assert site.as_(ANALYST).get(here[1]).status_code == 404, "somebody else's"
    head.post(address(page))
    settled(head, address(page))
    assert head.get(here[1]).status_code == 303, "too late"


@pytest.mark.parametrize("size", [WIDE, TABLET, NARROW])
def test_the_words_are_said_with_a_browser(browser: Chromium, size: tuple[int, int]) -> None:
    window = browser.window(HEAD, size)
    page = window.go("/import")
    text = ODD + ODD_ROWS.replace("来信", f"托人捎来{size[0]}")
    page.set_input_files("#f-ledger", {"name": "台账.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.click("text=检查台账")
    page.wait_for_selector("a:has-text('对应表头和用语')")
    with opens(page):
        page.click("a:has-text('对应表头和用语')")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.select_option("label:has-text('申请人类别') + select", "")  # what was said of the last ledger is proposed
    with opens(page):
        page.click("text=保存并检查")
    assert page.locator(".gk-err").all_inner_texts() == ["请选择：台账没有“申请人类别”一栏，各行都是哪一种"]
    assert axe(page) == []
    page.select_option("label:has-text('申请人类别') + select", "natural_person")
    with opens(page):
        page.click("text=保存并检查")
    page.wait_for_selector("text=检查的结果")


def test_an_upload_without_a_file_keeps_the_page(site: Site) -> None:
    head = site.as_(HEAD)
    assert "请选择台账文件" in head.post("/import").text
    assert head.post("/import", files={"ledger": ("x.csv", b"", "text/csv")}).status_code == 400
    assert head.get("/import/00000000-0000-4000-8000-000000000000").status_code == 404
    assert "所申请的信息" in head.get("/import/template").content.decode("utf-8-sig")


@pytest.mark.parametrize("size", [WIDE, TABLET, NARROW])
def test_a_ledger_goes_in_with_a_browser(browser: Chromium, size: tuple[int, int]) -> None:
    window = browser.window(HEAD, size)
    page = window.go("/import")
    assert axe(page) == []
    text = HEADING + GOOD.replace("旧", f"页{size[0]}") + BAD
    page.set_input_files("#f-ledger", {"name": "台账.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.click("text=检查台账")
    page.wait_for_selector("text=可以导入3件")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.click("text=导入合格的3件")
    page.wait_for_selector("text=已导入3件")
    page = window.go("/exports")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for _ in range(2):
        with page.expect_download() as download:
            page.click("button.btn-primary")
        assert download.value.suggested_filename == "台账.xlsx" and download.value.path().stat().st_size > 1000


# ---------------------------------------------------------------- a row without a result


def version(site: Site, id: str) -> str:
    return str(len(site.office.case(site.officers[HEAD], id).case.acts))


def test_an_unfinished_row_is_closed_on_its_page_as_the_ledger_says_and_no_other_file_is(site: Site) -> None:
    """台账所载结果 by the handler or the head of the unit, dated not after the import; then the file counts as any imported one."""
    head, handler, case = site.as_(HEAD), site.as_("handler@gx-zrzy"), site.register()
    page = uploaded(head, HEADING + "未结1,2024-5-6,当面提交,自然人,样例未,未结的一号方案,征地拆迁,,\n")
    settled(head, head.post(address(page)).headers["location"])
    with site.office.database.read() as session:
        found = session.execute(text("SELECT case_id FROM docket WHERE wanted LIKE '%未结的一号方案%' OR wanted_masked LIKE '%未结的一号方案%'"))
        (id,) = found.scalars().all()
    form = f"/cases/{id}/acts/ledger_result"
    imported = site.office.case(site.officers[HEAD], id).case
    assert imported.is_from_ledger is False and imported.state == "registered"
    site.place(HEAD, imported, "assignment", to="handler@gx-zrzy")
    assert form in handler.page(f"/cases/{id}") and "按台账记载结果" in handler.page(form)
    for who in ("intake@gx-zrzy", "legal@gx-zrzy", "handler@gx-rsj"):
        assert site.as_(who).get(form).status_code in (403, 404, 409), who
    assert f"/cases/{case.id}/acts/ledger_result" not in handler.page(f"/cases/{case.id}"), "it was registered here"
    sent = lambda id, **fields: handler.post(f"/cases/{id}/acts/ledger_result", {"seen": version(site, id), **fields})  # noqa: E731
    refused = sent(case.id, on=site.office.today().isoformat(), outcome="disclosed")
    assert refused.status_code == 409 and "只有由原台账导入的申请才记载" in refused.text
    for on, outcome, says in (
        ("2024-05-05", "disclosed", "不能早于收到申请之日"), ("2099-01-01", "disclosed", "不能晚于今天"), ("2024-05-20", "", "办理结果"),
        ("2024-05-20", "nonsense", "办理结果"), ("2024-05-20", "record_corrected", "更正申请"), ("2024-13-20", "disclosed", "日期"),
    ):  # fmt: skip
        answer = sent(id, on=on, outcome=outcome)
        assert answer.status_code == 400 and says in text_of(answer.text), (on, outcome)
    done = sent(id, on="2024-05-20", outcome="disclosed", remark="原台账第12页")
    assert done.status_code == 303, text_of(done.text)
    closed = site.office.case(site.officers[HEAD], id).case
    assert (closed.state, closed.outcome, closed.replied_on, closed.is_from_ledger) == ("replied", "disclosed", date(2024, 5, 20), True)
    assert closed.acts[-1].officer.username == "handler@gx-zrzy" and not closed.letters_of(closed.acts[-1], site.office.rules)
    assert "台账所载结果" in text_of(handler.page(f"/cases/{id}/history"))
    assert sent(id, on="2024-05-21", outcome="disclosed").status_code == 409, "it has ended"
    with site.office.database.read() as session:
        assert [one for one in verify(session, site.office.files, site.office.rules, site.office.keys) if "密钥" not in one] == []
        assert any(one.username == "handler@gx-zrzy" and closed.number in str(one.object) for one in people.log_entries(session, limit=20))
    again = uploaded(head, HEADING + "未结1,2024-5-6,当面提交,自然人,样例未,未结的一号方案,征地拆迁,,\n")
    assert "以前已导入1件" in text_of(again).replace(" ", "")


def test_what_ended_after_the_import_is_not_what_the_ledger_said(site: Site) -> None:
    head = site.as_(HEAD)
    page = uploaded(head, HEADING + "未结2,2024-5-7,当面提交,自然人,样例未,未结的二号方案,征地拆迁,,\n")
    settled(head, head.post(address(page)).headers["location"])
    with site.office.database.read() as session:
        (id,) = session.execute(text("SELECT case_id FROM docket WHERE wanted_masked LIKE '%未结的二号方案%'")).scalars().all()
    today = site.office.today()
    day = (today + timedelta(days=2)).isoformat()
    site.clock.set(today + timedelta(days=3))
    try:
        answer = site.as_(HEAD).post(f"/cases/{id}/acts/ledger_result", {"seen": version(site, id), "on": day, "outcome": "disclosed"})
        assert answer.status_code == 400 and "以后办结的不能按台账所载记载" in answer.text
    finally:
        site.clock.set(today)
