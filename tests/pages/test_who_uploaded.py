"""What lies beside a form not yet sent changes the database too: the log says who did that."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import select

from db import applications, people
from tests.pages.conftest import Site
from tests.pages.test_apply import PDF, WHAT, WHO, Applicant, opened


def changes(site: Site) -> list[tuple[str | None, str | None]]:
    """Who and what, of the changes that have no name of their own, the oldest first."""
    with site.office.database.read() as session:
        return [(one.username, one.reason) for one in reversed(people.log_entries(session, limit=1000)) if one.what == "change"]


def test_an_officers_upload_is_his_and_taken_back_by_him(site: Site) -> None:
    person, before = site.as_("intake@gx-zrzy"), changes(site)
    sent: dict[str, Any] = {"once": str(uuid4()), "of": "files"}
    answer = person.post("/intake/files", sent, files={"files": ("附件.txt", "样例".encode(), "text/plain")})
    assert answer.status_code == 200 and "附件.txt" in answer.text
    assert changes(site)[len(before) :] == [("intake@gx-zrzy", "上传附件")]
    with site.office.database.read() as session:
        upload = session.execute(select(applications.UPLOAD.c.id)).scalar_one()
    person.post("/intake/files", sent | {"unload": upload})
    assert changes(site)[len(before) :] == [("intake@gx-zrzy", "上传附件"), ("intake@gx-zrzy", "移除附件")]
    person.post("/intake/files", sent | {"unload": upload})
    assert len(changes(site)) == len(before) + 2, "where nothing was taken away nothing is told"


def test_files_go_with_the_registration_that_is_given_up(site: Site) -> None:
    person, once = site.as_("intake@gx-zrzy"), str(uuid4())
    for of, name in (("files", "申请表.pdf"), ("proof", "委托书.pdf")):
        person.post("/intake/files", {"once": once, "of": of}, files={of: (name, PDF, "application/pdf")})
    other = str(uuid4())
    person.post("/intake/files", {"once": other, "of": "files"}, files={"files": ("别的.pdf", PDF, "application/pdf")})
    owner = applications.officer_of(site.officers["intake@gx-zrzy"].id)
    with site.office.database.read() as session:
        gone = [row for form in (once, f"{once}/proof") for row in applications.uploads_of(session, owner + form)]
        stays = applications.uploads_of(session, owner + other)
        before = applications.unsent(session, owner)
    assert [row.name for row in (*gone, *stays)] == ["申请表.pdf", "委托书.pdf", "别的.pdf"]
    told = changes(site)
    assert person.post("/intake", {"once": once, "drop": "yes"}).status_code == 303
    assert changes(site)[len(told) :] == [("intake@gx-zrzy", "移除附件")] * 2
    assert [person.get(f"/intake/files/{row.id}/pages/1").status_code for row in gone] == [404, 404]
    left = {path.name for path in (site.office.files.root / "uploads").rglob("*")}
    assert left.isdisjoint(row.id for row in gone) and stays[0].id in left
    with site.office.database.read() as session:
        assert before - applications.unsent(session, owner) == 2 * len(PDF), "nor do they count any more"


def test_a_visitors_upload_says_that_it_was_a_visitor(site: Site) -> None:
    opened(site)
    before = len(changes(site))
    visitor = Applicant(site)
    visitor.go("2", **WHO)
    visitor.go("upload", files=[("file", ("一.pdf", PDF))], wanted=WHAT)
    assert changes(site)[before:] == [(None, "网上申请人上传材料")]
