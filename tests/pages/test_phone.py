"""Pages of staff on a telephone (390 px): nothing lies beyond its edge, and a title is read."""

from __future__ import annotations

import pytest

from tests.pages.conftest import NARROW, Chromium, axe
from tests.pages.test_approvals import drafted
from tests.pages.test_unsigned import handled

BEYOND = """() => document.documentElement.scrollWidth <= innerWidth ? [] : Array.from(document.querySelectorAll('body *'))
  .filter(one => { const box = one.getBoundingClientRect(); return box.width && box.right > innerWidth + 1; })
  .map(one => one.tagName + '.' + one.className).slice(0, 5)"""


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("head@gx-zrzy", "/desk"), ("handler@gx-zrzy", "/desk"), ("head@gx-zrzy", "/approvals"), ("head@gx-zrzy", "/approvals/{draft}"),
        ("head@gx-zrzy", "/analysis"), ("analyst@gx-zfb", "/analysis"), ("head@gx-zrzy", "/cases"), ("head@gx-zrzy", "/cases/{draft}"),
        ("handler@gx-zrzy", "/cases/{case}/acts/draft"), ("handler@gx-zrzy", "/intake"), ("handler@gx-zrzy", "/service"),
        ("head@gx-zrzy", "/consultations"), ("admin", "/admin/agencies"), ("admin", "/admin/users"), ("analyst@gx-zfb", "/annual"),
    ],
)  # fmt: skip
def test_nothing_lies_beyond_the_edge(browser: Chromium, who: str, path: str) -> None:
    site = browser.site
    known = {
        "draft": drafted(site).id if "draft}" in path else "",
        "case": handled(site).id if "case}" in path else "",
    }
    page = browser.window(who, NARROW).go(path.format(**known))
    assert page.evaluate(BEYOND) == []


def test_the_title_of_a_row_has_most_of_the_width(browser: Chromium) -> None:
    handled(browser.site)
    page = browser.window("handler@gx-zrzy", NARROW).go("/desk")
    width = page.evaluate(
        "(() => { const a = document.querySelector('.gk-desktable tbody .t');"
        " return a.closest('td').getBoundingClientRect().width; })()"
    )
    assert width > 300
    assert axe(page) == []
