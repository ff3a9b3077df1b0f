"""区分处理: marks drawn on the pages of a document, what is proposed, the copy that is made, and how it goes out with the reply."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from threading import Barrier, Event
from typing import Any

import pikepdf
import pypdfium2
import pytest
from playwright.sync_api import expect

from api.office import redaction
from api.office.policy import REDACTING
from api.office.turns import Turns
from db import queries
from letters.compose.papers import handling_record
from letters.errors import Interrupted, LetterError
from letters.marks import Line, Mark
from tests import papers
from tests.conftest import PATIENCE
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, axe, later, opens, text_of
from workflow.case import Case
from workflow.law import Invalid

PHONE = "13800000001"
HANDLER = "handler@gx-zrzy"
FORM = {"marks.0.left": "20", "marks.0.top": "30", "marks.0.width": "60", "marks.0.height": "8", "marks.0.ground": "third_party/privacy"}


def document() -> bytes:
    return papers.pdf([(72, 100, "许可范围公开"), (72, 200, f"联系电话{PHONE}")], [(72, 100, "第二页")])


def kept(site: Site, case: Case, name: str = "许可证.pdf", data: bytes | None = None, **fields: str) -> str:
    """A document of the file; its id."""
    sent = {"file": (name, document() if data is None else data, "application/octet-stream")}
    answer = site.as_(HANDLER).post(f"/cases/{case.id}/attachments", fields, files=sent)
    assert answer.status_code == 303, text_of(answer.text)
    return next(row.id for row in rows(site, case) if row.name == name)


def rows(site: Site, case: Case) -> list[Any]:
    with site.office.database.read() as session:
        return list(queries.attachments_of(session, case.id))


def handled(site: Site, **fields: Any) -> Case:
    site.clock.set(date(2026, 11, 10))
    return site.place(HANDLER, site.register(**fields), "acceptance")


def marks(site: Site, attachment: str) -> redaction.Kept:
    with site.office.database.read() as session:
        return redaction.kept(session, attachment)


def sent(site: Site, case: Case, attachment: str, who: str = HANDLER, seen: int = 0, **fields: str) -> Any:
    form = {"seen": str(seen), "page": "1", "do": "keep", **{name.replace("__", "."): one for name, one in fields.items()}}
    return site.as_(who).post(f"/cases/{case.id}/redactions/{attachment}", form)


def bytes_of(site: Site, row: Any) -> bytes:
    return site.office.files.get("attachments", row.id, row.digest)


# ---------------------------------------------------------------- marks


def test_marks_are_kept_page_by_page_with_their_grounds(site: Site) -> None:
    case = handled(site)
    one = kept(site, case)
    assert sent(site, case, one, **FORM).status_code == 303
    assert marks(site, one).marks == (Mark(1, 20, 30, 60, 8, "third_party", "privacy"),)
    other = FORM | {"page": "2", "marks.0.ground": "internal_affairs/personnel", "marks.0.left": "-5", "marks.0.width": "900"}
    answer = sent(site, case, one, seen=1, **other, go="1")
    assert answer.headers["location"].endswith("?page=1&done=kept")
    assert marks(site, one).marks[1] == Mark(2, 0, 30, 209.9, 8, "internal_affairs", "personnel"), "what reaches over the edge is cut there"
    page = site.as_(HANDLER).page(f"/cases/{case.id}/redactions/{one}?page=2")
    assert 'value="209.9"' in page and "已保存遮盖2处" in text_of(page)
    assert sent(site, case, one, seen=2, page="2").status_code == 303, "a page without rows has no marks"
    assert [mark.page for mark in marks(site, one).marks] == [1]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"marks.0.ground": ""}, "请选择第1处遮盖的依据"), ({"marks.0.ground": "disclosed"}, "请选择第1处遮盖的依据"),
        ({"marks.0.left": "左边"}, "毫米数"), ({"marks.0.height": "nan"}, "毫米数"), ({"marks.0.top": "1e300"}, "毫米数"),
        ({"marks.0.left": "400"}, "不在这一页上"), ({"marks.0.height": "0.2"}, "不到1毫米"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_mark_is_told_at_it_and_nothing_typed_is_lost(site: Site, wrong: dict[str, str], why: str) -> None:
    case = handled(site)
    one = kept(site, case)
    answer = sent(site, case, one, **FORM | wrong)
    assert answer.status_code == 400
    assert why in text_of(answer.text) and 'value="60"' in answer.text
    assert marks(site, one).version == 0


def test_who_was_second_is_told_and_keeps_what_he_drew(site: Site) -> None:
    case = handled(site)
    one = kept(site, case)
    assert sent(site, case, one, **FORM).status_code == 303
    answer = sent(site, case, one, who="head@gx-zrzy", **FORM | {"marks.0.left": "33"})
    assert answer.status_code == 412
    assert "刚刚改过" in answer.text and 'value="33"' in answer.text
    assert sent(site, case, one, who="head@gx-zrzy", seen=1, **FORM | {"marks.0.left": "33"}).status_code == 303


def test_what_is_found_in_the_text_is_proposed_and_covered_only_when_it_is_taken(site: Site) -> None:
    case = handled(site)
    one = kept(site, case, data=papers.pdf([(72, 100, f"周文博（样例） {PHONE}"), (72, 200, "11010519491231002X")], [(72, 90, "周文博（样例）")]))
    page = site.as_(HANDLER).page(f"/cases/{case.id}/redactions/{one}")
    told = text_of(page)
    assert "手机号码" in told and "居民身份证号码" in told and "本件当事人的信息" in told
    assert PHONE not in page and "11010519491231002X" not in page
    assert marks(site, one).marks == ()
    assert sent(site, case, one, do="", take="all").status_code == 303
    first = marks(site, one)
    assert {(mark.page, mark.outcome, mark.ground) for mark in first.marks} == {(1, "third_party", "privacy")} and len(first.marks) >= 3
    assert "遮盖本页提示" not in site.as_(HANDLER).page(f"/cases/{case.id}/redactions/{one}"), "what is covered is proposed no more"


def test_a_worker_that_died_is_asked_again_and_a_broken_document_is_not(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    case = handled(site)
    one, broken = kept(site, case), kept(site, case, "坏的.pdf")
    site.office.printing._outlines.clear()  # both were looked at when they came
    maker, asked = site.office.printing.renderer, list[str]()
    real = {name: getattr(maker, name) for name in ("outline", "proposals")}

    def answer(name: str, *given: Any) -> Any:
        asked.append(name)
        if asked.count(name) == 1:
            raise Interrupted("页面图像没有生成：生成文书的进程中断了。")
        return real[name](*given)

    for name in real:
        monkeypatch.setattr(maker, name, lambda *given, name=name: answer(name, *given))
    path = f"/cases/{case.id}/redactions/{one}"
    person = site.as_(HANDLER)
    assert person.get(path).status_code == 409
    assert "这一次没有查找文字" in text_of(person.page(path)), "the pages are there, what is proposed is not"
    assert "手机号码" in text_of(person.page(path))
    assert asked == ["outline", "outline", "proposals", "proposals"]

    def never(*_given: Any) -> Any:
        asked.append("broken")
        raise LetterError("文件不完整或者已经损坏，不能显示")

    monkeypatch.setattr(maker, "outline", never)
    for _ in range(2):
        assert person.get(f"/cases/{case.id}/redactions/{broken}").status_code == 409
    assert asked.count("broken") == 1


def test_pages_are_counted_and_searched_in_the_officers_turn(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    case = handled(site)
    one = kept(site, case)
    taken, printing = list[str](), site.office.printing
    printing._outlines.clear()  # it was looked at when it came

    class Line(Turns):
        @contextmanager
        def turn(self, who: str) -> Iterator[None]:
            taken.append(who)
            yield

    monkeypatch.setattr(printing, "_turns", Line())
    for _ in range(2):
        site.as_(HANDLER).page(f"/cases/{case.id}/redactions/{one}")
    assert taken == [site.officers[HANDLER].id] * 3, "for the outline, for what is proposed and for the picture, each once"


def test_two_who_draw_at_once_do_not_take_each_other_for_the_first(site: Site) -> None:
    case = handled(site)
    one, ready = kept(site, case), Barrier(2)

    def draw(who: str, left: str) -> int:
        person = site.as_(who)
        ready.wait()
        form = {"seen": "0", "page": "1", "do": "keep", **FORM, "marks.0.left": left}
        return int(person.post(f"/cases/{case.id}/redactions/{one}", form).status_code)

    site.as_(HANDLER), site.as_("head@gx-zrzy")
    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(draw, (HANDLER, "head@gx-zrzy"), ("20", "33")))
    assert answers == [303, 412]
    assert marks(site, one).version == 1


def test_a_copy_is_not_kept_of_marks_that_a_colleague_changed_while_it_was_made(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    case = handled(site)
    one = kept(site, case)
    assert sent(site, case, one, **FORM).status_code == 303
    printing, made, go_on = site.office.printing, Event(), Event()
    real = printing.redacted

    def slow(*given: Any) -> bytes:
        data = real(*given)
        made.set()
        assert go_on.wait(PATIENCE)
        return data

    monkeypatch.setattr(printing, "redacted", slow)
    site.as_(HANDLER), site.as_("head@gx-zrzy")
    with ThreadPoolExecutor(1) as threads:
        making = threads.submit(sent, site, case, one, HANDLER, 1, **FORM | {"do": "make"})
        assert made.wait(PATIENCE)
        assert sent(site, case, one, who="head@gx-zrzy", seen=1, **FORM | {"marks.0.left": "33"}).status_code == 303
        go_on.set()
        answer = making.result()
    assert answer.status_code == 412 and "刚刚改过" in answer.text
    assert [row.made_from for row in rows(site, case)] == [None], "no copy lies with the file that nobody meant"


# ---------------------------------------------------------------- the copy


def test_the_copy_is_kept_beside_its_original_with_its_list_of_grounds(site: Site) -> None:
    case = handled(site)
    data = document()
    one = kept(site, case, data=data, item="1")
    answer = sent(site, case, one, **FORM | {"do": "make", "marks.0.left": "20", "marks.0.top": "60", "marks.0.width": "170", "marks.0.height": "15"})
    assert answer.status_code == 303, text_of(answer.text)
    original, copy = rows(site, case)
    assert (original.role, copy.role, copy.item, copy.made_from, copy.name) == ("original", "given_out", 1, one, "许可证（遮盖件）.pdf")
    assert json.loads(copy.separated) == [{"page": 1, "outcome": "third_party", "ground": "privacy", "places": 1}]
    assert bytes_of(site, original) == data, "the original stays as it came"
    with pikepdf.open(io.BytesIO(bytes_of(site, copy))) as made:
        assert len(made.pages) == 2 and not made.docinfo and "/Metadata" not in made.Root
    with pypdfium2.PdfDocument(bytes_of(site, copy)) as read:
        assert [page.get_textpage().count_chars() for page in read] == [0, 0]
    page = site.as_(HANDLER).page(answer.headers["location"])
    assert "个人隐私" in text_of(page) and f"/attachments/{copy.id}/pages/2" in page
    assert site.as_(HANDLER).get(f"/attachments/{copy.id}/pages/2").headers["content-type"].startswith("image/")


def test_the_same_marks_make_one_copy_and_a_new_one_takes_the_place_of_the_old(site: Site) -> None:
    case = handled(site)
    one = kept(site, case, item="1")
    assert sent(site, case, one, **FORM | {"do": "make"}).status_code == 303
    assert sent(site, case, one, seen=1, **FORM | {"do": "make"}).status_code == 303
    assert len(rows(site, case)) == 2
    later(site, minutes=1)
    assert sent(site, case, one, seen=1, **FORM | {"do": "make", "marks.0.left": "22"}).status_code == 303
    _original, old, new = rows(site, case)
    form = site.as_(HANDLER).page(f"/cases/{case.id}/acts/draft")
    assert f'name="items.0.provided.0.attachment" value="{new.id}"' in form and f'value="{old.id}"' not in form
    item = {"item": 1, "outcome": "disclosed", "provided": [{"title": "许可证", "attachment": old.id}]}
    with pytest.raises(Invalid, match="最新的一份"):
        site.place(HANDLER, case, "draft", items=[item])
    assert "后来另有新的" in site.as_(HANDLER).page(f"/cases/{case.id}/attachments")


def test_marks_as_they_once_were_and_another_ground_make_a_new_copy(site: Site) -> None:
    case = handled(site)
    one = kept(site, case, item="1")
    other = next(ground.key for ground in redaction.grounds(site.office.rules.on(site.office.today())) if ground.key != FORM["marks.0.ground"])
    changes: list[dict[str, str]] = [{}, {"marks.0.left": "22"}, {}, {"marks.0.ground": other}]
    for seen, change in enumerate(changes):
        assert sent(site, case, one, seen=seen, **FORM | change | {"do": "make"}).status_code == 303
        later(site, minutes=1)
    _original, first, moved, back, regrounded = rows(site, case)
    assert first.digest == back.digest == regrounded.digest != moved.digest
    assert first.separated == back.separated != regrounded.separated, "the annex of the reply lists the ground that is meant now"
    form = site.as_(HANDLER).page(f"/cases/{case.id}/acts/draft")
    assert f'name="items.0.provided.0.attachment" value="{regrounded.id}"' in form


@pytest.mark.parametrize("page", ["0", "3", "99999", "x", ""])
def test_marks_of_a_page_that_is_not_there_are_kept_nowhere(site: Site, page: str) -> None:
    case = handled(site)
    one = kept(site, case)
    answer = sent(site, case, one, **FORM | {"page": page})
    assert answer.status_code == 400
    assert "没有这一页" in text_of(answer.text)
    assert marks(site, one).marks == ()


def test_a_copy_without_a_mark_is_not_made(site: Site) -> None:
    case = handled(site)
    one = kept(site, case)
    answer = sent(site, case, one, do="make")
    assert answer.status_code == 409 and "还没有遮盖" in answer.text
    assert len(rows(site, case)) == 1


def test_of_a_part_disclosure_the_copy_goes_out_and_never_the_original(site: Site) -> None:
    case = handled(site)
    one = kept(site, case, item="1")
    assert sent(site, case, one, **FORM | {"do": "make"}).status_code == 303
    copy = rows(site, case)[1]
    form = site.as_(HANDLER).page(f"/cases/{case.id}/acts/draft")
    assert f'value="{copy.id}"' in form and 'name="items.0.provided.0.attachment"' in form, "it is put into the form by itself"
    partial: dict[str, Any] = {"item": 1, "outcome": "partial", "withheld": "联系电话", "withheld_under": "internal_affairs", "reason": "不宜公开"}
    fields = {"kind": "draft", "on": "2026-11-10", "items__0__item": "1", "items__0__provided__0__title": "许可证"}
    fields |= {f"items__0__{name}": str(value) for name, value in partial.items()}
    form_of = {name.replace("__", "."): value for name, value in fields.items()}
    address = f"/cases/{case.id}/acts/draft"
    wrong = site.as_(HANDLER).post(address, form_of | {"seen": str(case.version), "items.0.provided.0.attachment": one})
    assert wrong.status_code == 400 and "请选择遮盖件" in wrong.text
    assert site.as_(HANDLER).post(address, form_of | {"seen": str(case.version), "items.0.provided.0.attachment": copy.id}).status_code == 303
    page = site.as_("head@gx-zrzy").page(f"/approvals/{case.id}?view=documents")
    assert "遮盖的依据" in text_of(page) and f"/attachments/{copy.id}/pages/1" in page and f"/attachments/{one}" in page
    assert copy.digest[:16] in page
    with site.office.database.read() as session:
        signed = site.place("head@gx-zrzy", site.office.case(site.officers["head@gx-zrzy"], case.id).case, "decision")
        letter = next(row for row in queries.letters_of(session, signed, with_words=True) if row.kind == "partial")
        reply = queries.letter_words(site.office.database.ring, letter)
    assert reply["attachments"] == ["许可证", "区分处理说明"]
    (part,) = reply["separations"]
    assert (part["title"], part["page"], part["places"], part["words"]) == ("许可证", 1, 1, "个人隐私")
    assert part["law"].endswith("第十五条")
    record = handling_record(signed, site.office.agencies["gx-zrzy"], site.office.rules, date(2026, 11, 10))
    told = "\n".join(line for row in record.rows for line in row.lines)
    assert copy.digest in told and copy.id not in told


@pytest.mark.parametrize("make", [papers.locked, lambda: papers.very_long(300), lambda: b"%PDF-1.7\n%%EOF\n"], ids=["locked", "long", "broken"])
def test_what_cannot_be_redacted_is_told_why(site: Site, make: Callable[[], bytes]) -> None:
    case = handled(site)
    one = kept(site, case, data=make())
    answer = site.as_(HANDLER).get(f"/cases/{case.id}/redactions/{one}")
    assert answer.status_code == 409 and "不能制作遮盖件" in answer.text


def test_who_decides_or_examines_makes_copies_and_nobody_else(site: Site) -> None:
    case = handled(site)
    one = kept(site, case)
    for role in ("intake", "handler", "legal", "head", "archivist", "analyst"):
        answer = site.as_(f"{role}@gx-zrzy").get(f"/cases/{case.id}/redactions/{one}")
        assert (answer.status_code == 200) == (role in REDACTING), role
        offered = f"/cases/{case.id}/redactions/{one}" in site.as_(f"{role}@gx-zrzy").page(f"/cases/{case.id}/attachments")
        assert offered == (role in REDACTING), role
    assert site.as_("handler@gx-rsj").get(f"/cases/{case.id}/redactions/{one}").status_code == 404
    other = handled(site)
    assert site.as_(HANDLER).get(f"/cases/{other.id}/redactions/{one}").status_code == 404


# ---------------------------------------------------------------- a real browser


@pytest.mark.parametrize("size", [WIDE, TABLET, (390, 844)])
def test_marks_are_drawn_with_the_pointer_and_with_the_keyboard(browser: Chromium, size: tuple[int, int]) -> None:
    site = browser.site
    case = handled(site)
    one = kept(site, case, item="1")
    window = browser.window(HANDLER, size)
    page = window.go(f"/cases/{case.id}/redactions/{one}")
    paper = page.locator("[data-redact]")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.06)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.1)
    page.mouse.up()
    expect(page.locator("[data-mark]")).to_have_count(1)
    page.select_option("[name='marks.0.ground']", "third_party/trade_secret")
    page.click("[data-mark-add]")
    for name, value in zip(("left", "top", "width", "height"), ("20", "100", "50", "10"), strict=True):
        page.fill(f"[name='marks.1.{name}']", value)
    page.select_option("[name='marks.1.ground']", "third_party/privacy")
    expect(page.locator("[data-of='1']")).to_have_attribute("y", "100")
    page.click("[data-mark-add]")
    page.locator("[data-unmark]").last.click()
    expect(page.locator("[data-mark]")).to_have_count(2)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    with opens(page):
        page.click("button[value=keep]")
    drawn, typed = marks(site, one).marks
    assert (drawn.outcome, drawn.ground) == ("third_party", "trade_secret")
    assert drawn.left == pytest.approx(0.2 * 209.9, abs=1.5) and drawn.width == pytest.approx(0.4 * 209.9, abs=2)
    assert typed == Mark(1, 20, 100, 50, 10, "third_party", "privacy")
    with opens(page):
        page.click("button[value=make]")
    expect(page.locator("h1")).to_contain_text("许可证（遮盖件）.pdf")
    assert axe(page) == []
    item = {"item": 1, "outcome": "disclosed", "provided": [{"title": "许可证", "attachment": rows(site, case)[1].id}]}
    site.place(HANDLER, case, "draft", items=[item])
    head = browser.window("head@gx-zrzy", size)
    page = head.go(f"/approvals/{case.id}?view=documents")
    expect(page.locator("img.gk-scan").first).to_have_js_property("complete", True)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page = browser.window(HANDLER, size).go(f"/cases/{case.id}/attachments")
    assert axe(page) == []
    assert window.wrong == head.wrong == []


def test_what_is_drawn_saves_itself_and_who_comes_back_finds_it(browser: Chromium) -> None:
    site = browser.site
    case = handled(site)
    one = kept(site, case)
    path = f"/cases/{case.id}/redactions/{one}"
    page = browser.window(HANDLER, NARROW).go(path)
    page.click("[data-mark-add]")
    page.fill("#f-marks-0-left", "20")
    expect(page.locator("#saved")).to_contain_text("还没有自动保存")
    for name, value in (("top", "100"), ("width", "50"), ("height", "10")):
        page.fill(f"#f-marks-0-{name}", value)
    expect(page.locator("#saved")).to_contain_text("已自动保存")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert marks(site, one).marks == (Mark(1, 20, 100, 50, 10, "third_party", "privacy"),)
    page.reload()
    expect(page.locator("#f-marks-0-left")).to_have_value("20")
    page.click("[data-unmark]")
    expect(page.locator("#saved")).to_contain_text("已自动保存")
    assert marks(site, one).marks == ()
    assert sent(site, case, one, who="head@gx-zrzy", seen=marks(site, one).version, **FORM).status_code == 303
    page.click("[data-mark-add]")
    for name, value in (("left", "1"), ("top", "1"), ("width", "5"), ("height", "5")):
        page.fill(f"#f-marks-1-{name}", value)
    expect(page.locator("#saved")).to_contain_text("刚刚改过")
    assert len(marks(site, one).marks) == 1, "a colleague's are not overwritten"


def test_a_button_pressed_while_the_page_saves_itself_is_no_conflict_with_oneself(site: Site) -> None:
    case = handled(site)
    one = kept(site, case)
    by_itself = sent(site, case, one, **FORM | {"do": "auto"})
    assert by_itself.status_code == 200 and "已自动保存" in by_itself.text and 'value="1"' in by_itself.text
    assert sent(site, case, one, **FORM | {"marks.0.left": "25"}).status_code == 303, "made from the version before"
    assert sent(site, case, one, seen=0, **FORM | {"marks.0.left": "26"}).status_code == 412, "and no older one"
    two = FORM | {name.replace(".0.", ".1."): value for name, value in FORM.items()} | {"marks.1.top": "150"}
    other = handled(site)
    both = kept(site, other)
    assert sent(site, other, both, **FORM | {"do": "auto"}).status_code == 200
    assert sent(site, other, both, seen=1, **two).status_code == 303, "in one window"
    assert sent(site, other, both, seen=1, **FORM).status_code == 412, "another window, which has not seen the second mark"
    assert len(marks(site, both).marks) == 2
    assert sent(site, case, one, who="head@gx-zrzy", seen=1, **FORM).status_code == 412
    wrong = sent(site, case, one, seen=2, **FORM | {"do": "auto", "marks.0.ground": ""})
    assert wrong.status_code == 200 and "还没有自动保存：请选择第1处遮盖的依据" in wrong.text


# ---------------------------------------------------------------- 文字识别


def test_a_scan_says_that_it_is_not_searched_and_is_read_when_that_is_asked_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    case, printing, asked = handled(site), site.office.printing, list[int]()
    one = kept(site, case, "扫描件.jpg", papers.picture("JPEG"))
    path = f"/cases/{case.id}/redactions/{one}"
    monkeypatch.setattr(printing, "can_read", False)
    page = site.as_(HANDLER).page(path)
    assert "本页没有文字（扫描件或者图片），没有查找号码和当事人的信息" in text_of(page)
    assert 'value="read"' not in page

    def read(_data: bytes, media_type: str, n: int) -> tuple[Line, ...]:
        asked.append(n)
        assert media_type == "image/jpeg"
        return (Line(f"周文博（样例）{PHONE}", 20, 30, 100, 6),)

    monkeypatch.setattr(printing, "can_read", True)
    monkeypatch.setattr(printing.renderer, "read", read, raising=False)
    assert 'value="read"' in site.as_(HANDLER).page(path)
    for _ in range(2):
        assert sent(site, case, one, seen=marks(site, one).version, **FORM | {"do": "read"}).status_code == 303
    assert asked == [0], "once for a page"
    page = site.as_(HANDLER).page(path)
    told = text_of(page)
    assert "本页的文字是从图像识别的" in told and "手机号码" in told and "本件当事人的信息" in told
    assert PHONE not in page and 'value="read"' not in page
    assert len(marks(site, one).marks) == 1, "what was drawn is kept, and nothing is covered by itself"
    assert sent(site, case, one, seen=1, **FORM | {"do": "", "take": "all"}).status_code == 303
    assert len(marks(site, one).marks) == 3


def test_a_page_that_could_not_be_read_says_why_and_keeps_what_was_drawn(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    case, printing = handled(site), site.office.printing
    one = kept(site, case, "扫描件.jpg", papers.picture("JPEG"))

    def read(*_given: Any) -> Any:
        raise Interrupted("页面图像没有生成：超过90秒。")

    monkeypatch.setattr(printing, "can_read", True)
    monkeypatch.setattr(printing.renderer, "read", read, raising=False)
    answer = sent(site, case, one, **FORM | {"do": "read"})
    assert answer.status_code == 409
    assert "没有识别第1页的文字" in text_of(answer.text) and 'value="60"' in answer.text
    assert len(marks(site, one).marks) == 1
