"""保管期满 on the page 归档: what is kept no longer is listed and erased there, and its pages say so."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlmodel import Session

from db import applications
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, reads_well, text_of
from workflow import steps
from workflow.case import Case

WANTED = "清泉街道征地补偿费用支付凭证"
NEVER = ("周文博", WANTED, "11010519491231002X", "13800000000")


def archived(site: Site, day: date) -> Case:
    """A file that was withdrawn and archived on a day, kept for ten years."""
    site.clock.set(day)
    case = site.register(wanted=WANTED, submitted_on=day.isoformat(), received_on=day.isoformat())
    case = site.place("intake@gx-zrzy", case, "withdrawal", by="writing")
    notice = steps.to_serve(case, site.office.rules)[0].id
    site.office.pdf(notice)
    case = site.place("intake@gx-zrzy", case, "service", letter=notice, method="direct")
    case = site.place("archivist@gx-zrzy", case, "archival", retention="定期10年")
    for letter in case.letters(site.office.rules):
        site.office.pdf(letter.id)
    return case


@pytest.fixture
def ended(site: Site) -> Case:
    case = archived(site, date(2025, 11, 10))
    site.clock.set(date(2036, 1, 8))
    return case


def applied(site: Site, case: Case) -> str:
    """The online application from which a file was made, confirmed."""
    fields = {
        "wanted": WANTED, "form": "paper", "delivery": "post", "items": [{"wanted": WANTED}], "features": {"other": WANTED},
        "applicant": {"category": "natural_person", "name": "周文博（样例）", "id_type": "resident_id", "id_number": NEVER[2], "phone": NEVER[3]},
    }  # fmt: skip

    def work(session: Session) -> str:
        now, id = site.clock(), str(uuid4())
        applications.add(session, id=id, agency="gx-zrzy", on=now.date(), fields=fields, visitor="visitor/样例", key=b"k", now=now)
        assert applications.settle(session, id, "confirmed", now, answer="周文博", case_id=case.id)
        return id

    return site.office.database.write(work)


def test_what_is_kept_no_longer_is_erased_from_the_archives_page(site: Site, ended: Case) -> None:
    application = applied(site, ended)
    person = site.as_("archivist@gx-zrzy")
    page = person.page("/archive?view=over")
    assert ended.id in page and "保管到2035年12月31日" in text_of(page)
    assert WANTED not in page, "what is to go is listed by its number"
    assert f"/cases/{ended.id}/acts/erasure" not in site.as_("handler@gx-zrzy").page("/archive?view=over")
    form = person.page(f"/cases/{ended.id}/acts/erasure")
    assert "销毁以后不能恢复" in text_of(form)
    fields = {"seen": str(ended.version), "on": "2036-01-08", "ground": "2036年销毁清册（样例）第1号", "reason": "保管期满"}
    refused = person.post(f"/cases/{ended.id}/acts/erasure", {**fields, "ground": ""})
    assert refused.status_code == 400 and "保管期满" in refused.text, "nothing that was typed is lost"
    assert person.post(f"/cases/{ended.id}/acts/erasure", fields).status_code == 303
    assert ended.id not in person.page("/archive?view=over")
    handler = site.as_("handler@gx-zrzy")
    shown = handler.page(f"/cases/{ended.id}")
    assert "保管期满，2036年1月8日由" in text_of(shown) and "2036年销毁清册（样例）第1号" in text_of(shown)
    for tab in ("", "/consultations", "/letters", "/attachments", "/fees", "/risks", "/similar", "/history"):
        page = handler.page(f"/cases/{ended.id}{tab}")
        assert not [word for word in NEVER if word in page], tab
    for path in ("?view=settled", f"/{application}"):
        page = handler.page(f"/intake/applications{path}")
        assert "已销毁" in page and not [word for word in NEVER if word in page], path
    for letter in ended.letters(site.office.rules):
        answer = handler.get(f"/letters/{letter.id}")
        assert answer.status_code == 409 and "销毁" in answer.text
    assert person.post(f"/archive/{ended.id}/package", {"reason": "移交"}).status_code == 409
    listed = person.page("/archive?view=archived")
    assert ended.number in listed and not [word for word in NEVER if word in listed]


def test_the_list_of_what_is_kept_no_longer_fits_every_screen(browser: Chromium) -> None:
    case = archived(browser.site, date(2025, 11, 10))
    browser.site.clock.set(date(2036, 1, 8))
    page = browser.window("archivist@gx-zrzy").page
    page.goto(f"{browser.site.url}/archive?view=over")
    for size in (WIDE, TABLET, NARROW):
        reads_well(page, size)
        assert page.get_by_role("link", name=f"到期销毁{case.number}").is_visible()
