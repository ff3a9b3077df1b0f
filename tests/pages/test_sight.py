"""On pages: what tells of people is asked for with a reason, and the page of a file that is not handled tells of nobody."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from db import people, queries
from tests.pages.conftest import Site
from workflow.case import Case

NAME, NUMBER, PHONE = "金丝雀", "11010519491231002X", "13812345678"
TABS = ("", "/consultations", "/letters", "/attachments", "/fees", "/risks", "/similar", "/history")


@pytest.fixture(scope="module")
def case(site: Site) -> Case:
    applicant = {"category": "natural_person", "name": NAME, "id_number": NUMBER, "phone": PHONE, "address": "冠县金丝雀路1号院"}
    made = site.register(wanted=f"{NAME}（{PHONE}）的低保待遇核定结果", applicant=applicant)
    made = site.place("handler@gx-zrzy", made, "acceptance")
    site.as_("handler@gx-zrzy").post(f"/cases/{made.id}/attachments", {}, files={"file": (f"{NAME}.txt", NAME.encode(), "text/plain")})
    return site.place("handler@gx-zrzy", made, "note", text=f"已与{NAME}（{PHONE}）通话")


def documents(site: Site, case: Case) -> list[str]:
    with site.office.database.read() as session:
        letter, file = queries.letters_of(session, case)[0].id, queries.attachments_of(session, case.id)[0].id
    return [f"/letters/{letter}", f"/letters/{letter}/pdf", f"/attachments/{file}"]


@pytest.mark.parametrize("who", ["analyst@gx-zrzy", "archivist@gx-zrzy", "head@gx-zfb"])
def test_a_file_that_one_does_not_handle_tells_of_nobody(site: Site, case: Case, who: str) -> None:
    person = site.as_(who)
    for path in (*(f"/cases/{case.id}{tab}" for tab in TABS), f"/cases/{case.id}/acts/note", f"/cases?q={'低保待遇'}", "/desk"):
        answer = person.get(path)
        assert answer.status_code == 200, path
        for told in (NAME, NUMBER, PHONE):
            assert told not in answer.text, path
    assert case.number not in person.get(f"/cases?q={NAME[1:]}").text
    assert "金*" in person.get(f"/cases/{case.id}").text


@pytest.mark.parametrize("who", ["analyst@gx-zrzy", "head@gx-zfb"])
def test_a_document_is_shown_once_a_reason_is_given(site: Site, case: Case, who: str) -> None:
    person = site.as_(who)
    for path in documents(site, case):
        first = person.get(path)
        assert first.status_code == (403 if path.count("/") > 2 or "attachments" in path else 200)
        assert 'name="reason"' in first.text and f'action="{path}"' in first.text
        empty = person.post(path, {"reason": " "})
        assert empty.status_code == 403 and 'name="reason"' in empty.text
        before = entries(site)
        given = person.post(path, {"reason": "上级督查"})
        assert given.status_code == 200
        new = entries(site)[: len(entries(site)) - len(before)]
        assert [one.reason for one in new if "上级督查" in (one.reason or "")] in (["上级督查"], ["下载：上级督查"])
        assert given.headers["cache-control"] == "no-store"
    shown = person.post(documents(site, case)[0], {"reason": "上级督查"})
    assert "data:image/png;base64," in shown.text and not re.search(r'src="/letters/', shown.text)


def test_who_is_asked_reads_the_question_without_its_people(site: Site, case: Case) -> None:
    with site.office.database.read() as session:
        file = queries.attachments_of(session, case.id)[0].id
    asked = site.place(
        "handler@gx-zrzy", case, "consultation", type="other_agency", agency="gx-rsj", party={"name": "样例单位"}, materials=[file],
        question=f"{NAME}（{NUMBER}）的低保待遇能否公开？",
    )  # fmt: skip
    person = site.as_("handler@gx-rsj")
    for path in ("/desk", "/consultations", f"/consultations/{case.id}/{asked.consultations[-1].seq}"):
        page = person.page(path)
        assert "金*（110***********002X）的低保待遇能否公开" in page, path
        for told in (NAME, NUMBER, PHONE):
            assert told not in page, path
    assert person.get(f"/consultations/{case.id}/{asked.consultations[-1].seq}/materials/{file}").status_code == 200
    assert NAME in site.as_("handler@gx-zrzy").page("/consultations?view=asked")


@pytest.mark.parametrize(("typed", "hint"), [(f"本人{NUMBER}的缴费记录", "写了居民身份证号码"), ("2025年预算", None)])
def test_the_form_hints_at_numbers_of_people_while_one_types(site: Site, typed: str, hint: str | None) -> None:
    answer = site.as_("intake@gx-zrzy").post("/intake/aside", {"once": str(uuid4()), "wanted": typed})
    assert answer.status_code == 200
    assert (hint in answer.text) if hint else ("写了居民" not in answer.text)


def test_who_handles_it_needs_none(site: Site, case: Case) -> None:
    person = site.as_("legal@gx-zrzy")
    for path in documents(site, case):
        answer = person.get(path)
        assert answer.status_code == 200 and 'name="reason"' not in str(answer.content[:2000])
    assert NAME in person.get(f"/cases/{case.id}").text


def entries(site: Site) -> list[Any]:
    with site.office.database.read() as session:
        return list(people.log_entries(session, limit=2000))
