"""Letters that are signed electronically: the signed file is the one that is kept, and without a signature the office goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from api.office import authenticity, printing
from api.office.checkup import checkup
from db import people, queries
from db.verify import verify
from letters.signing import Facts, Signing
from tests.api.conftest import Desk

INTAKE, HANDLER = "intake@gx-zrzy", "handler@gx-zrzy"
DAY = "2026-11-24"


class Service:
    """A signing service that works, or does not; no two of its signatures are the same."""

    name, certificate = "样例电子印章", "c" * 64

    def __init__(self) -> None:
        self.asked: list[Facts] = []
        self.works = True

    def sign(self, pdf: bytes, facts: Facts) -> bytes:
        self.asked.append(facts)
        if not self.works:
            raise ConnectionError
        return pdf + f"\n%signed {len(self.asked)}\n".encode()


@pytest.fixture
def service(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Signs the letters of this office, which are made when they are asked for."""
    made = Service()
    monkeypatch.setattr(desk.office.printing, "signing", Signing(made))
    monkeypatch.setattr(desk.office.printing, "soon", lambda _letters: None)
    yield made
    desk.office.printing._tries.clear()


def receipt(desk: Desk) -> tuple[dict[str, Any], str]:
    case = desk.register(submitted_on="2026-11-20", received_on="2026-11-20")
    return case, case["letters"][0]["id"]


def told(desk: Desk, letter: str) -> dict[str, Any]:
    return dict(desk.call(HANDLER, "GET", f"/api/letters/{letter}").json())


def faults(desk: Desk) -> list[str]:
    office = desk.office
    with office.database.read() as session:
        return list(verify(session, office.files, office.rules, office.keys))


def test_the_signed_file_is_the_one_that_is_kept_checked_and_proven(desk: Desk, service: Service) -> None:
    _, letter = receipt(desk)
    pdf = desk.office.pdf(letter)
    assert pdf.endswith(b"%signed 1\n") and desk.office.pdf(letter) == pdf, "it is signed once"
    assert len(service.asked) == 1 and service.asked[0].title == "登记回执" and service.asked[0].agency == "冠县自然资源和规划局"
    assert told(desk, letter)["signature"] == f"电子签名：样例电子印章，证书{'c' * 16}"
    desk.office.database.write(lambda s: people.set_setting(s, "gx-zrzy", authenticity.SWITCH, "yes"))
    answer = desk.call(None, "POST", "/api/letters/verify", {"sha256": told(desk, letter)["digest"]})
    assert answer.json()["result"] == "issued"
    assert faults(desk) == []


def test_a_service_that_fails_keeps_nobody_from_his_letter(desk: Desk, service: Service) -> None:
    service.works = False
    case, letter = receipt(desk)
    pdf = desk.call(HANDLER, "GET", f"/api/letters/{letter}/pdf")
    assert pdf.status_code == 200 and b"%signed" not in pdf.content
    assert told(desk, letter)["signature"] == "未加电子签名：签名服务出错（ConnectionError）"
    desk.place(INTAKE, case, kind="service", on=DAY, letter=letter, method="direct", received_on=DAY)
    service.works = True
    assert desk.office.pdf(letter) == pdf.content, "what was issued never changes"
    assert faults(desk) == []


def test_in_the_background_it_is_tried_again_and_at_last_made_without(desk: Desk, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[Any] = []

    class Later:
        daemon = False

        def __init__(self, _seconds: float, work: Callable[..., Any], arguments: list[Any]) -> None:
            waiting.append((work, arguments))

        def start(self) -> None: ...

        def cancel(self) -> None: ...

    monkeypatch.setattr(printing, "Timer", Later)
    service.works = False
    _, letter = receipt(desk)
    desk.office.printing._quietly(letter)
    assert told(desk, letter)["digest"] is None and len(waiting) == 1
    service.works = True
    desk.office.printing._quietly(letter)
    assert desk.office.pdf(letter).endswith(b"\n") and told(desk, letter)["signature"].startswith("电子签名")
    service.works = False
    _, other = receipt(desk)
    for _ in range(printing.MOST_TRIES):
        desk.office.printing._quietly(other)
        assert told(desk, other)["digest"] is None
    desk.office.printing._quietly(other)
    assert told(desk, other)["signature"].startswith("未加电子签名")
    assert len(waiting) == 1 + printing.MOST_TRIES


def test_who_waits_for_a_signature_that_does_not_come_waits_for_one_alone(desk: Desk, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader who comes while the background is at it: he has its time-out, and not a second one after it."""
    begun, gate, waits = Event(), Event(), Event()

    def hangs(_pdf: bytes, facts: Facts) -> bytes:
        service.asked.append(facts)
        begun.set()
        gate.wait(60)
        raise TimeoutError

    class Waited(Future[bytes]):
        def result(self, timeout: float | None = None) -> bytes:
            waits.set()
            return super().result(timeout)

    monkeypatch.setattr(service, "sign", hangs)
    monkeypatch.setattr(printing, "Future", Waited)
    monkeypatch.setattr(desk.office.printing, "_later", lambda *_: None)
    _, letter = receipt(desk)
    with ThreadPoolExecutor(2) as pool:
        background = pool.submit(desk.office.printing._quietly, letter)
        assert begun.wait(60)
        reader = pool.submit(desk.office.pdf, letter)
        assert waits.wait(60)
        gate.set()
        pdf = reader.result(60)
        background.result(60)
    assert len(service.asked) == 1
    assert pdf == desk.office.pdf(letter)
    assert told(desk, letter)["signature"] == "未加电子签名：签名服务出错（TimeoutError）"


def test_what_was_signed_and_not_noted_is_taken_as_it_lies(desk: Desk, service: Service) -> None:
    """A process that was cut short between the two, or another that is just at it: one letter, one file."""
    _, letter = receipt(desk)
    first = desk.office.printing.render("receipt", _context(desk, letter), preview=False) + b"\n%signed by another\n"
    desk.office.files.put("letters", letter, first)
    assert desk.office.pdf(letter) == first
    assert told(desk, letter)["signature"].startswith("电子签名")
    assert faults(desk) == []


def _context(desk: Desk, letter: str) -> Any:
    with desk.office.database.read() as session:
        return desk.office.printing._context(queries.letter(session, letter))


def test_where_nobody_is_to_sign_nothing_is_told(desk: Desk) -> None:
    _, letter = receipt(desk)
    desk.office.pdf(letter)
    assert told(desk, letter)["signature"] is None


@pytest.mark.parametrize(
    ("begins", "ends", "level", "told"),
    [(-400, 90, "ok", "有效期至"), (-400, 9, "warns", "请及时换证"), (-400, -9, "warns", "过期"), (9, 400, "warns", "起才有效")],
)
def test_the_check_tells_whether_the_certificate_is_valid_now(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, service: Service, begins: int, ends: int, level: str, told: str
) -> None:
    """Days from now at which it begins and ends."""
    now = desk.office.clock()
    monkeypatch.setattr(service, "since", now + timedelta(days=begins), raising=False)
    monkeypatch.setattr(service, "until", now + timedelta(days=ends), raising=False)
    (found,) = [one for one in checkup(desk.office) if one.name == "signing"]
    assert found.level == level and told in found.text
    assert ("有效期至" in found.text) == (begins < 0 < ends)
