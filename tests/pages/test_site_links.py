"""Signed links of the county's website to the public form: the office knows by which way an application came, once a link."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import delete

from api.office import site_links
from api.office.allowances import Allowances
from api.settings import Settings
from db import allowances, applications, people
from tests.conftest import Lent
from tests.pages.conftest import Site, running, text_of
from tests.pages.test_apply import UNIT, WHAT, Applicant, waiting

OTHER = "gx-rsj"
KEY = "words of a test only, thirty-two and more"
NAME = "样例县人民政府网站"
NOT_GOOD, TO_NOBODY = "链接已过期或不完整，可以直接在这里填写", "链接所指的单位没有开通网上申请"
CAME = f"由{NAME}转来（签名核对无误）"
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module", name="site")
def site_with_key(migrated_url_factory: Any, letter_maker: Lent, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with running(migrated_url_factory(folder), folder, letter_maker, site_key=SecretStr(KEY), site_name=NAME) as made:
        yield made


@pytest.fixture(autouse=True)
def _begun_anew(site: Site) -> None:
    site.office.database.write(lambda s: s.execute(delete(allowances.ALLOWANCE)))
    site.office.allowances = Allowances(site.office.database, site.office.keys.blind)
    switch(site, UNIT)
    switch(site, OTHER, on=False)


def switch(site: Site, unit: str, *, on: bool = True) -> None:
    site.office.database.write(lambda s: people.set_setting(s, unit, applications.SWITCH, "yes" if on else "no"))


def parts(site: Site, unit: str = UNIT, ahead: float = 3600, key: str = KEY) -> dict[str, str]:
    """A link as the website signs it."""
    until, nonce = str(int(site.clock().timestamp() + ahead)), secrets.token_urlsafe(24)
    return {"unit": unit, "until": until, "nonce": nonce, "sign": site_links._sign(key, "apply", unit, until, nonce)}


class Led(Applicant):
    """Somebody who comes by a link, and is at the form."""

    def __init__(self, site: Site, link: dict[str, str]) -> None:
        super().__init__(site)
        answer = self.person.http.get("/apply?" + urlencode(link), follow_redirects=True)
        self.text, self.status = answer.text, answer.status_code


def latest(site: Site) -> Any:
    return max(waiting(site), key=lambda row: row.serial)


def told(site: Site, row: Any) -> str:
    return text_of(site.as_(f"intake@{UNIT}").page(f"/intake/applications/{row.id}"))


def plain(site: Site, query: str | bytes, sentence: str = NOT_GOOD) -> Applicant:
    """Whoever comes by a link that does not count sees a sentence, and the form as it always is."""
    applicant = Applicant(site)
    query = query.decode("latin-1") if isinstance(query, bytes) else query
    answer = applicant.person.http.get(f"/apply?{query}", follow_redirects=True)
    assert answer.status_code == 200 and sentence in answer.text, query[:200]
    assert 'name="via" value=""' in answer.text
    applicant.text = answer.text
    return applicant


def test_an_application_by_a_link_tells_the_desk_by_which_site_it_came(site: Site) -> None:
    switch(site, OTHER)  # there is something to choose, and the link chooses
    link = parts(site)
    applicant = Led(site, link)
    assert applicant.status == 200 and f'action="/apply/{UNIT}"' in applicant.text and NOT_GOOD not in applicant.text
    assert "申请编号" in applicant.to_the_end()
    row = latest(site)
    assert (row.site, row.site_nonce) == (NAME, link["nonce"])
    assert CAME in told(site, row)
    applicant = Led(site, link)
    assert "申请编号" in applicant.to_the_end(WHAT + "，第二次"), "the same link: an application as any other"
    assert latest(site).id != row.id and (latest(site).site, latest(site).site_nonce) == (None, None)
    assert "转来" not in told(site, latest(site))


def test_what_was_half_typed_is_gone_on_with_as_it_came(site: Site) -> None:
    applicant = Led(site, parts(site))
    applicant.go("2", name="周样例")
    again = applicant.person.page(f"/apply/{UNIT}")
    home = re.search(rf'href="(/apply/{UNIT}\?form=\w+)"', again)
    assert home and 'name="via" value=""' in again, "another form, begun without a link, says nothing of one"
    applicant.text = applicant.person.page(home[1])
    assert "申请编号" in applicant.to_the_end() and latest(site).site == NAME


def test_the_mark_of_a_link_cannot_be_written_or_carried_to_another_form(site: Site) -> None:
    marked = re.search(r'name="via" value="([^"]{40,})"', Led(site, parts(site)).text)
    assert marked
    for forged in (marked[1], "n" * 20 + "." + "0" * 64, "é\ud7ff.", "n" * 20):
        applicant = Applicant(site)
        applicant.go("2", via=forged)
        assert "申请编号" in applicant.to_the_end() and latest(site).site is None, forged


@pytest.mark.parametrize("change", [
    {"unit": OTHER}, {"nonce": "n" * 32}, {"sign": "0" * 64}, {"sign": ""}, {"sign": "é" * 64}, {"nonce": "short"}, {"until": "9" * 12},
    {"until": "tomorrow"}, {"until": "٣" * 10}, {"unit": f"{UNIT}\n1"},
], ids=str)  # fmt: skip
def test_a_link_that_was_changed_leads_to_the_plain_form(site: Site, change: dict[str, str]) -> None:
    plain(site, urlencode(parts(site) | change))


def test_no_link_is_too_odd_for_the_plain_form(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    right = parts(site)
    with caplog.at_level(logging.DEBUG):
        for query in (
            "unit=", "sign", urlencode({name: value for name, value in right.items() if name != "sign"}), urlencode(right) + f"&unit={UNIT}",
            "unit=%ff%fe&until=%00&nonce=%0a&sign=%", "nonce=" + "a" * 20_000, "&".join(["sign=1"] * 2000), "unit[]=x&unit=y",
            urlencode(parts(site, key="another key of thirty-two characters")),
            urlencode(parts(site, ahead=-1)), urlencode(parts(site, ahead=0)), urlencode(parts(site, ahead=25 * 3600)),
        ):  # fmt: skip
            plain(site, query)
    lines = [one.getMessage() for one in caplog.records if one.name.startswith("gongkai")]
    assert len(lines) > 12 and not any(right["nonce"] in one or "unit=" in one for one in lines)
    assert plain(site, urlencode(parts(site, ahead=-1))).to_the_end() and latest(site).site is None
    assert Led(site, parts(site, ahead=24 * 3600)).text.count('name="via" value=""') == 0, "a day ahead is right"


def test_a_unit_that_is_not_there_or_takes_none_is_said_in_words(site: Site) -> None:
    for unit in (OTHER, "nobody"):
        plain(site, urlencode(parts(site, unit)), TO_NOBODY)
    switch(site, UNIT, on=False)
    for link, sentence in ((parts(site), TO_NOBODY), (parts(site) | {"sign": "0" * 64}, NOT_GOOD)):
        answer = site.visitor().get("/apply?" + urlencode(link))
        assert answer.status_code == 200 and sentence in answer.text and "现在没有单位开通网上申请" in answer.text


def test_without_a_key_no_link_counts(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    applicant = Led(site, parts(site))
    monkeypatch.setattr(site_links, "opened", lambda _key, *given, real=site_links.opened: real("", *given))
    monkeypatch.setattr(site_links, "nonce_of", lambda _key, *given, real=site_links.nonce_of: real("", *given))
    plain(site, urlencode(parts(site)))
    plain(site, urlencode(parts(site, key="")))
    assert "申请编号" in applicant.to_the_end() and latest(site).site is None, "a form opened before the key was taken away"


def test_the_example_of_the_readme_makes_a_right_link(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r"### Links from the county's website.*?```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.S)
    assert found and found[1].count("time.time()") == 1
    (tmp_path / "site_key").write_text(KEY + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    known: dict[str, Any] = {}
    exec(found[1].replace("time.time()", str(site.clock().timestamp())), known)
    link = {name: values[0] for name, values in parse_qs(urlsplit(known["link"]).query).items()}
    assert 'name="via" value=""' not in Led(site, link).text


def test_a_key_is_long_and_shown_to_nobody() -> None:
    for wrong in ({"site_key": SecretStr("k" * 31)}, {"site_name": ""}):
        with pytest.raises(ValidationError):
            Settings(**wrong)
    assert KEY not in "".join(Settings(site_key=SecretStr(KEY)).shown.values())
