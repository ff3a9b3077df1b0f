"""The event loop waits for no database: pages that are there, that are refused and that do not exist, in anybody's frame."""

from __future__ import annotations

from uuid import uuid4

from tests.api.test_event_loop import FILES, in_the_loop
from tests.pages.conftest import Site


def test_no_page_asks_the_database_in_the_event_loop(site: Site) -> None:
    case = site.register()
    anyone = [site.visitor(), site.as_("handler@gx-zrzy"), site.as_("admin"), site.visitor(Cookie="gongkai_session=invented")]
    paths = ("/", "/desk", "/admin", "/cases", f"/cases/{case.id}", f"/cases/{uuid4()}", "/approvals", "/nowhere", "/static/no.css")
    with in_the_loop(site.office.database.engine) as said:
        for person in anyone:
            for path in paths:
                person.http.get(path, headers={"Accept": "text/html"})
            person.post(f"/cases/{case.id}/acts/note", {"text": "样例"})
            person.post("/account/settings", {"csrf": "wrong"})
            person.post(f"/cases/{uuid4()}/attachments", files=FILES)
        site.visitor().sign_in("handler@gx-zjj", "Falsch-2026")
    assert said == []
