"""Every page of the table, for every post and for nobody: who sees it and who does not; and how it reads at both sizes.

The list is `policy.ROUTES` itself: a page that is added is looked at without a word here. A page about something gets
it from `scene`; what the scene does not know is asked for by an id that nothing has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page

from api.office import training
from api.office.policy import ADMINISTRATORS, OVERSEERS, ROUTES, STAFF, Access
from api.office.sight import Purpose, sight
from api.office.uploads import examine
from api.web.cookies import COUNTER
from db import applications, feedback, hall_pages, people, queries, suggestions
from tests import papers
from tests.pages.conftest import TABLET, WIDE, Chromium, Person, Site, Window, axe, resize
from workflow import steps
from workflow.case import Case

UNIT = "gx-zrzy"
ROLES = (*sorted(STAFF), *ADMINISTRATORS)
PAGES = sorted(path for method, path in ROUTES if method == "GET" and not path.startswith(("/api/", "/health", "/metrics", "/static")))
OF_A_CASE = ("case_id", "letter_id", "attachment_id", "application_id", "suggestion_id", "job_id", "feedback_id")
"""What belongs to one unit: for another it does not exist."""
QUERIES = {"/analysis/cases": "?set=received&from=2026-01-01&to=2026-12-31", "/annual/cases": "?year=2026&row=%E4%B8%80"}
"""What a page must be asked for."""
FOR_A_REASON: Mapping[str, Purpose] = {
    "/letters/{letter_id}/pdf": "letter", "/letters/{letter_id}/docx": "letter", "/letters/{letter_id}/ofd": "letter",
    "/letters/{letter_id}/pages/{number}": "letter",
    "/attachments/{attachment_id}": "attachment", "/attachments/{attachment_id}/pages/{number}": "attachment",
    "/archive/{case_id}/package": "package", "/approvals/{case_id}/sheet": "letter",
}  # fmt: skip
"""What tells of people: whoever does not handle the file is asked for a reason first."""
NOT_NOW = ("/cases/{case_id}/acts/{kind}",)
"""Where a right holder may be told that the procedure forbids it now."""
NOT_ALWAYS = ("/analysis/suggestions/new", "/desk/together/{kind}/{key}", "/intake/files/{upload_id}/pages/{number}")
"""Made from a cluster of cases, or from what one placed or uploaded oneself: the scene has none."""
FOREIGN = ("/api",)
"""Drawn by a script that is not ours: looked at for errors, not by axe."""


class Scene:
    """Files of one unit in the states that the pages are about, and the values of their addresses."""

    def __init__(self, site: Site) -> None:
        self.site = site
        site.clock.set(date(2026, 11, 10))
        case = self._consulting()
        approving, archived = self._approving(), self._archived()
        with site.office.database.read() as session:
            letter = queries.letters_of(session, case)[0].id
        site.office.pdf(letter)
        application, upload = self._application()
        self.values: dict[str, str] = {
            "case_id": case.id, "letter_id": letter, "number": "1", "what": "extension_notice", "kind": "note", "code": UNIT, "name": "reply.pdf",
            "n": str(case.consultations[-1].seq), "attachment_id": self.attachment, "application_id": application, "upload_id": upload,
            "officer_id": site.officers[f"handler@{UNIT}"].id, "suggestion_id": self._suggestion(case), "job_id": self._job(),
            "feedback_id": self._feedback(),
        }  # fmt: skip
        self.special: Mapping[str, Mapping[str, str]] = {
            "/approvals/{case_id}": {"case_id": approving.id}, "/approvals/{case_id}/requests/{seq}": {"case_id": self._asked(), "seq": "3"},
            "/attachments/{attachment_id}/pages/{number}": {"attachment_id": self.scan},
            "/cases/{case_id}/redactions/{attachment_id}": {"attachment_id": self.scan},
            "/approvals/{case_id}/sheet": {"case_id": approving.id}, "/archive/{case_id}/package": {"case_id": archived.id},
        }  # fmt: skip

    def address(self, path: str) -> str:
        """The address of a page about what the scene has; of what it has not, an id that nothing has."""
        values = {**self.values, **self.special.get(path, {})}
        return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], str(uuid4())), path) + QUERIES.get(path, "")

    def _handled(self) -> Case:
        case = self.site.register(wanted="清泉河沿岸采砂许可证及附图")
        return self.site.place(f"handler@{UNIT}", case, "acceptance")

    def _consulting(self) -> Case:
        case = self._handled()
        answer = self.site.as_(f"handler@{UNIT}").post(
            f"/cases/{case.id}/attachments", {"purpose": "材料"}, files={"file": ("附图.txt", "附图".encode(), "text/plain")}
        )
        assert answer.status_code == 303, answer.text
        with self.site.office.database.read() as session:
            self.attachment = str(queries.attachments_of(session, case.id)[0].id)
        scan = {"file": ("许可证.png", papers.picture("PNG"), "image/png")}
        answer = self.site.as_(f"handler@{UNIT}").post(f"/cases/{case.id}/attachments", {"role": "original", "item": "1"}, files=scan)
        assert answer.status_code == 303, answer.text
        with self.site.office.database.read() as session:
            self.scan = str(queries.attachments_of(session, case.id)[1].id)
        return self.site.place(
            f"handler@{UNIT}", case, "consultation", type="internal", party={"name": "法制岗"}, to=f"legal@{UNIT}", question="能否公开？",
            materials=[self.attachment],
        )  # fmt: skip

    def _approving(self) -> Case:
        case = self.site.place(
            f"handler@{UNIT}", self._handled(), "search", items=[1], places=["综合档案室"], method="按文号检索", result="found", text="已查到"
        )
        provided = [{"title": "采砂许可证", "pages": 4}]
        item = {"item": 1, "outcome": "disclosed", "provided": provided, "where": "随本答复书提供纸质复印件"}
        return self.site.place(f"handler@{UNIT}", case, "draft", items=[item])

    def _asked(self) -> str:
        """A file with a request for a signature (报批), the third act, which the head has returned."""
        asked = {"kind": "extension", "on": "2026-11-10", "days": 10, "reason": "共四十卷", "notified_on": "2026-11-10"}
        case = self.site.place(f"handler@{UNIT}", self._handled(), "request", act=asked, reason="需要逐卷查阅")
        return self.site.place(f"head@{UNIT}", case, "return", request=3, reason="先查清卷数").id

    def _archived(self) -> Case:
        case = self.site.place(f"intake@{UNIT}", self.site.register(), "withdrawal", by="writing")
        letter = steps.to_serve(case, self.site.office.rules)[0].id
        case = self.site.place(f"intake@{UNIT}", case, "service", letter=letter, method="direct")
        return self.site.place(f"archivist@{UNIT}", case, "archival")

    def _application(self) -> tuple[str, str]:
        office, identity, upload, data = self.site.office, str(uuid4()), str(uuid4()), "样例".encode()
        name, media_type = examine("样例.txt", data)
        digest = office.files.put("uploads", upload, data)
        wanted = {"wanted": "样例", "form": "paper", "delivery": "post"}
        fields = {"applicant": {"category": "natural_person", "name": "周样例", "phone": "13800000000"}, **wanted}

        def keep(session: Any) -> None:
            people.set_setting(session, UNIT, applications.SWITCH, "yes")
            people.set_setting(session, UNIT, applications.COUNTER, "yes")
            training.begin(session, office.today(), {})
            hall_pages.keep(session, UNIT, [("县政府公报", "第一期")])
            applications.add(
                session, id=identity, agency=UNIT, on=office.today(), fields=fields, visitor="visitor/none", key=office.keys.blind, now=office.clock()
            )
            facts = {"name": name, "media_type": media_type, "size": len(data), "digest": digest}
            applications.add_upload(session, applications.owner_of(identity), id=upload, now=office.clock(), **facts)

        office.database.write(keep)
        return identity, upload

    def _suggestion(self, case: Case) -> str:
        head = self.site.officers[f"head@{UNIT}"]
        return str(self.site.office.database.write(
            lambda s: suggestions.propose(
                s, head, self.site.clock(), date(2026, 11, 10), title="采砂许可", sample=case.wanted, cases=[case.id], reason="多次申请"
            )
        ))  # fmt: skip

    def _feedback(self) -> str:
        office, identity = self.site.office, str(uuid4())
        told = feedback.Told("difficulty", "办事窗口的样表字太小", contact="周样例，13800000000")
        office.database.write(
            lambda s: feedback.add(s, told, id=identity, agency=UNIT, on=office.today(), key=office.keys.blind, now=office.clock())
        )
        return identity

    def _job(self) -> str:
        """An import of the head's, as far as its preview."""
        person = self.site.as_(f"head@{UNIT}")
        template = person.get("/import/template")
        answer = person.post("/import", {"agency": UNIT}, files={"ledger": ("台账.csv", template.content)})
        found = re.search(r"/import/([0-9a-f-]{36})", answer.headers.get("location", ""))
        return found[1] if found else str(UUID(int=0))


@pytest.fixture(scope="module")
def scene(site: Site) -> Scene:
    return Scene(site)


def person_of(site: Site, role: str, unit: str = UNIT) -> Person:
    return site.as_(role if role in ADMINISTRATORS else f"{role}@{unit}")


def about_a_case(path: str) -> bool:
    return any(f"{{{name}}}" in path for name in OF_A_CASE)


def wrong(scene: Scene, get: Callable[[str], Any], expected: Callable[[str, Access], set[int]]) -> str:
    """The pages that did not answer as expected."""
    found = []
    for path in PAGES:
        answer, good = get(scene.address(path)), expected(path, ROUTES["GET", path])
        if answer.status_code not in good:
            found.append(f"{path}: {answer.status_code}, not {sorted(good)}")
    return "\n".join(found)


# ---------------------------------------------------------------- who sees what


def test_nobody_is_sent_to_the_sign_in_except_from_what_is_public(scene: Scene, site: Site) -> None:
    visitor = site.visitor(accept="text/html")
    assert wrong(scene, visitor.get, lambda _, row: {200, 303} if row.is_public else {303}) == ""
    for path in PAGES:
        if not ROUTES["GET", path].is_public:
            assert visitor.get(scene.address(path)).headers["location"].startswith("/sign-in"), path


@pytest.mark.parametrize("role", ROLES)
def test_a_post_sees_its_pages_and_no_others(scene: Scene, site: Site, role: str) -> None:
    def expected(path: str, row: Access) -> set[int]:
        if not (row.is_public or role in row.roles):
            return {403}
        if path in FOR_A_REASON and sight(role, "own", FOR_A_REASON[path]) == "reason":
            return {403}
        missing = {404} if path in NOT_ALWAYS or "{job_id}" in path else set()  # an import is its maker's own
        return {200, 303} | missing | ({403, 409} if path in NOT_NOW else set())

    assert wrong(scene, person_of(site, role).get, expected) == ""


@pytest.mark.parametrize("role", ["intake", "handler", "head", "archivist"])
def test_for_another_unit_the_files_of_this_one_do_not_exist(scene: Scene, site: Site, role: str) -> None:
    def expected(path: str, row: Access) -> set[int]:
        if not (row.is_public or role in row.roles):
            return {403}
        return {404} if about_a_case(path) or path in NOT_ALWAYS else {200, 303}

    assert wrong(scene, person_of(site, role, "gx-rsj").get, expected) == ""


@pytest.mark.parametrize("role", ["head", "analyst", "legal", "intake"])
def test_the_overseeing_unit_reads_what_the_table_gives_it(scene: Scene, site: Site, role: str) -> None:
    def expected(path: str, row: Access) -> set[int]:
        if not (row.is_public or role in row.roles):
            return {403}
        if not about_a_case(path):
            return {200, 303, 404} if path in NOT_ALWAYS else {200, 303}
        reads = role in OVERSEERS and "overseen" in row.relations
        if reads and path in FOR_A_REASON:
            return {403}
        return {200, 303, 404, 409} if reads else {403, 404}

    assert wrong(scene, person_of(site, role, "gx-zfb").get, expected) == ""
    assert (person_of(site, role, "gx-zfb").get(scene.address("/cases/{case_id}")).status_code == 200) == (role in OVERSEERS)


def test_a_file_is_no_page(scene: Scene, site: Site) -> None:
    """What is downloaded says its own type: nothing of it is ever shown as a page."""
    files = 0
    for path in PAGES:
        role = reader_of(path)
        answer = (person_of(site, role) if role else site.visitor()).get(scene.address(path))
        if answer.headers.get("content-disposition", "").startswith("attachment"):
            files += 1
            assert not answer.headers["content-type"].startswith("text/html"), path
    assert files >= 4


# ---------------------------------------------------------------- how it reads

_INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"|javascript:", flags=re.I)


def reader_of(path: str) -> str | None:
    """A post that may see the page; None for what is public."""
    return next((one for one in ("head", "handler", "legal", "archivist", "admin", "intake", "analyst") if one in ROUTES["GET", path].roles), None)


@pytest.fixture(scope="module")
def browser_scene(browser_site: Site) -> Scene:
    return Scene(browser_site)


@pytest.fixture(scope="module")
def windows() -> dict[str | None, Window]:
    """A window for each reader; they stay open, and go from page to page as people do."""
    return {}


@pytest.fixture
def reader(
    windows: dict[str | None, Window], chromium: Callable[[], Browser], browser_scene: Scene
) -> Iterator[Callable[[str], Page]]:
    """Opens a page as one who may see it; nothing may go wrong in his window meanwhile."""

    def read(path: str) -> Page:
        role = reader_of(path)
        if role not in windows or not windows[role].context.browser.is_connected():
            windows[role] = Chromium(browser_scene.site, chromium()).window()
        window = windows[role]
        if role is not None:  # some tests of others end sessions
            known = person_of(browser_scene.site, role).http.cookies
            window.context.add_cookies([{"name": name, "value": value, "url": browser_scene.site.url} for name, value in known.items()])
        window.context.clear_cookies(name=COUNTER)  # a page that is open to all is looked at as it is elsewhere than at a counter
        resize(window.page, WIDE)
        return window.go(browser_scene.address(path))

    yield read
    wrong = [one for window in windows.values() for one in window.wrong]
    for window in windows.values():
        window.wrong.clear()
    assert wrong == []


def page_of(path: str, scene: Scene, site: Site) -> str | None:
    """The HTML with which the route answers; None: it answers with a file."""
    role = reader_of(path)
    person = person_of(site, role) if role else site.visitor()
    answer = person.http.get(scene.address(path), follow_redirects=True)
    return answer.text if answer.headers.get("content-type", "").startswith("text/html") else None


@pytest.mark.parametrize("path", PAGES)
def test_every_page_reads_well_and_says_nothing_to_the_console(
    browser_scene: Scene, browser_site: Site, reader: Callable[[str], Page], path: str
) -> None:
    source = page_of(path, browser_scene, browser_site)
    if source is None:
        return
    assert _INLINE.findall(source) == []
    page = reader(path)
    for size in (WIDE, TABLET):  # what came is laid out anew: no script asks how wide the window is
        resize(page, size)
        if path not in FOREIGN:
            assert axe(page) == [], size
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"wider than {size[0]}"
            assert page.evaluate("document.querySelectorAll('h1').length") == 1
            assert "公开" in page.title()
