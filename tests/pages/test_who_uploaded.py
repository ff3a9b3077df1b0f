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


def test_a_visitors_upload_says_that_it_was_a_visitor(site: Site) -> None:
    opened(site)
    before = len(changes(site))
    visitor = Applicant(site)
    visitor.go("2", **WHO)
    visitor.go("upload", files=[("file", ("一.pdf", PDF))], wanted=WHAT)
    assert changes(site)[before:] == [(None, "网上申请人上传材料")]
