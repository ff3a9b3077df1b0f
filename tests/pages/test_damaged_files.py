"""One file that cannot be read stops itself alone: the lists show the others and name it, its own pages say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from tests.conftest import print_nothing
from tests.damaging import WAYS, damage
from tests.pages.conftest import Site, text_of
from workflow import steps
from workflow.case import Case

HANDLER, INTAKE, HEAD, ARCHIVIST = (f"{role}@gx-zrzy" for role in ("handler", "intake", "head", "archivist"))
DRAFT = {"items": [{"item": 1, "outcome": "not_existing", "reason": "经检索没有"}]}
SEARCH = {"by": "样例", "places": ["档案室"], "keywords": ["补偿"], "found": False}


def withdrawn(site: Site, *, served: bool, archived: bool = False) -> Case:
    case = site.place(INTAKE, site.register(), "withdrawal", by="writing")
    letter = steps.to_serve(case, site.office.rules)[0].id
    case = site.place(INTAKE, case, "service", letter=letter, method="direct") if served else case
    return site.place(ARCHIVIST, case, "archival") if archived else case


def drafted(site: Site) -> Case:
    return site.place(HANDLER, site.place(HANDLER, site.register(), "acceptance"), "draft", **DRAFT)


def consulting(site: Site) -> Case:
    case = site.place(HANDLER, site.register(), "acceptance")
    return site.place(HANDLER, case, "consultation", type="other_agency", agency="gx-rsj", party={"name": "样例单位"}, question="有没有？")


def requested(site: Site) -> Case:
    case = site.place(HANDLER, site.register(), "acceptance")
    return site.place(HANDLER, case, "request", act={"kind": "extension", "days": 5, "reason": "样例"}, reason="样例")


@pytest.fixture(scope="module")
def pairs(site: Site) -> Mapping[str, tuple[Case, Case]]:
    """Where a file stands -> one that cannot be read, in one way or another, and a sound one."""
    site.clock.set(date(2026, 11, 10))
    print_nothing(site.office)
    made = {
        "ready": [withdrawn(site, served=True) for _ in range(2)],
        "lacking": [withdrawn(site, served=False) for _ in range(2)],
        "archived": [withdrawn(site, served=True, archived=True) for _ in range(2)],
        "draft": [drafted(site) for _ in range(2)],
        "asked": [consulting(site) for _ in range(2)],
        "request": [requested(site) for _ in range(2)],
    }
    for way, (bad, _) in zip(WAYS, made.values(), strict=True):
        damage(site.office, bad.id, bad.version, way)
    return {name: (bad, good) for name, (bad, good) in made.items()}


@pytest.mark.parametrize(
    ("who", "path", "where"),
    [
        (ARCHIVIST, "/archive", "ready"), (ARCHIVIST, "/archive?view=lacking", "lacking"), (ARCHIVIST, "/archive?view=archived", "archived"),
        (INTAKE, "/service", "lacking"), (HEAD, "/approvals", "draft"), (HEAD, "/approvals", "request"),
        ("handler@gx-rsj", "/consultations", "asked"), (HANDLER, "/consultations?view=asked", "asked"), ("handler@gx-rsj", "/desk", "asked"),
    ],
)  # fmt: skip
def test_a_list_shows_the_others_and_names_what_it_cannot_read(
    site: Site, pairs: Mapping[str, tuple[Case, Case]], who: str, path: str, where: str
) -> None:
    bad, good = pairs[where]
    page = site.as_(who).page(path)
    letters = {one.id for one in good.letters(site.office.rules)}
    assert good.id in page or any(one in page for one in letters)
    assert f"{bad.number}（第{bad.version}项办理行为读不出来）" in text_of(page)


@pytest.mark.parametrize("path", ["/desk", "/cases", "/exports", "/intake", "/account"])
def test_what_needs_no_act_goes_on_as_ever(site: Site, pairs: Mapping[str, tuple[Case, Case]], path: str) -> None:
    page = site.as_(INTAKE if path == "/intake" else HANDLER).page(path)
    assert "读不出来" not in page
    if path == "/cases":
        assert all(bad.id in page and good.id in page for bad, good in pairs.values())


@pytest.mark.parametrize("where", ["ready", "lacking", "archived", "draft", "asked", "request"])
def test_the_pages_of_the_file_say_what_is_broken_and_what_to_do(site: Site, pairs: Mapping[str, tuple[Case, Case]], where: str) -> None:
    bad, good = pairs[where]
    for path in ("", "/history", "/letters", "/acts/note", "/archive"):
        answer = site.as_(HANDLER).get(f"/cases/{bad.id}{path}" if path != "/archive" else f"/archive/{bad.id}/package")
        said = text_of(answer.text)
        assert answer.status_code == 500, path
        assert f"案卷{bad.number}损坏：它的第{bad.version}项办理行为读不出来" in said
        assert "再试也不会好" in said and "gongkai verify" in said and "备份" in said
        assert "请稍后再试" not in said
    answer = site.as_(HANDLER).post(f"/cases/{bad.id}/acts/note", {"text": "样例", "seen": str(bad.version)})
    assert answer.status_code == 500 and f"案卷{bad.number}损坏" in text_of(answer.text)
    assert site.as_(HANDLER).get(f"/cases/{good.id}").status_code == 200


def test_whoever_may_not_know_of_the_file_is_told_of_none(site: Site, pairs: Mapping[str, tuple[Case, Case]]) -> None:
    bad, _ = pairs["draft"]
    for who in ("handler@gx-zjj", "admin"):
        answer = site.as_(who).get(f"/cases/{bad.id}")
        assert answer.status_code in (403, 404)
        assert bad.number not in answer.text
    assert f"案卷{bad.number}损坏" in text_of(site.as_("analyst@gx-zfb").get(f"/cases/{bad.id}").text), "who oversees may"


def test_after_an_upgrade_every_page_says_that_figures_are_still_made_anew(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "正在重新推算" not in site.as_(HANDLER).page("/desk")
    monkeypatch.setattr(site.office, "is_behind", True)
    for path in ("/desk", "/cases", "/account"):
        assert "列表、计数和统计可能不准" in text_of(site.as_(HANDLER).page(path))
