"""Words are found however they are typed, by the index or on the way through the list; nothing that is masked is found by a part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlmodel import Session

from db import queries, rebuilding, search, simplified, sought, store
from db.engine import Database
from tests.conftest import RING
from tests.reports.test_counting import KEYS, RULES, WHO
from workflow.acts import Signed, parse
from workflow.case import Case

TODAY = date(2026, 11, 24)
FILES = (
    (
        "冠自然资依申〔2026〕12号",
        "natural_person",
        "欧阳样例",
        "关于《崇文街道２０２４年第三批次》征收补偿安置方案的“一喷三防”补贴，ＧＩＳ图",
    ),
    (
        "冠自然资依申〔2026〕126号",
        "commercial_enterprise",
        "冠县样例置业有限公司",
        "清泉街道—万善乡道路（S254）征收红线图",
    ),
    ("冠自然资依申〔2025〕12号", "natural_person", "欧阳红", "𬭎业路2024年绿化合同12份"),
    ("冠自然资依申〔2026〕301号", "commercial_enterprise", "樣例開發有限公司", "徵地補償「臺帳」及衞生間圖紙"),
)
"""Number, who asks, what for."""


@pytest.fixture(params=["few", "many"])
def session(
    migrated_url_factory: Callable[[Path], str],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Session]:
    """Three files; with few candidates to be looked at one by one, or as if they were too many."""
    if request.param == "many":
        monkeypatch.setattr(sought, "FEW", 0)
    database = Database(migrated_url_factory(tmp_path), RING)
    files = []
    for n, (number, category, name, wanted) in enumerate(FILES):
        who = {"category": category, "name": name, "phone": f"1380000000{n}"}
        act = parse(
            {
                "kind": "registration",
                "channel": "in_person",
                "received_on": "2026-11-02",
                "applicant": who,
                "wanted": wanted,
            }
        )
        serial = int(number.rpartition("〕")[2].removesuffix("号"))
        files.append(
            (
                Case.of(
                    str(uuid4()), "gx-zrzy", number, [Signed(1, act, WHO, datetime(2026, 11, 2, tzinfo=UTC))]
                ),
                2025 + (n < 2),
                serial,
            )
        )
    database.write(lambda s: store.add_files(s, files, RULES, KEYS))
    with database.read() as made:
        yield made
    database.close()


def found(session: Session, asked: str) -> set[int]:
    """The places in `FILES` of what is found."""
    query = select(sought.DOCKET.c.number).where(sought.holding(session, sought.words(asked), ["gx-zrzy"]))
    numbers = [one[0] for one in FILES]
    return {numbers.index(number) for number in session.execute(query).scalars()}


ASKED: tuple[tuple[str, set[int]], ...] = (
    ("崇文街道2024年", {0}), ("崇文街道２０２４年第三批次", {0}), ("“崇文街道", {0}), ("一喷三防", {0}), ("'一喷三防'", {0}), ("gis图", {0}),
    ("《崇文街道》", {0}), ("清泉街道-万善乡", {1}), ("道路(s254)", {1}), ("道路【S254】", {1}), ("征收", {0, 1}), ("征收 红线图", {1}),
    ("红线图 征收", {1}), ("征收 没有", set()), ("冠自然资依申[2026]12号", {0}), ("冠自然资依申（2026）12号", {0}), ("〔2026〕12号", {0}),
    ("12号", {0, 2}), ("12", {0, 1, 2}), ("012", {0, 2}), ("126", {1}), ("2024", {0, 2}), ("样例置业", {1}), ("欧阳", set()), ("欧阳红", set()),
    ("欧阳样例", set()), ("𬭎业路", {2}), ("𬭎", {2}), ("%", set()), ("“”", set()), ("_", set()), ("5", set()), ("一喷三防 补贴 gis", {0}),
    ("徵收", {0, 1}), ("崇文街道2024年第三批次征收補償安置", {0}), ("清泉街道-萬善鄉", {1}), ("征地补偿", {3}), ("徵地補償", {3}),
    ("台账", set()), ("台帐", {3}), ("卫生间", {3}), ("样例开发", {3}), ("樣例開發", {3}), ("301號", {3}),
    ('" OR "征收', set()), ("征收' | '红线", set()),
)  # fmt: skip


@pytest.mark.parametrize(("asked", "places"), ASKED)
def test_words_are_found_however_they_are_typed(session: Session, asked: str, places: set[int]) -> None:
    assert found(session, asked) == places
    assert sought.many_holding(session, sought.words(asked), ["gx-zrzy"], [], 10) in (None, len(places))


def test_what_many_files_hold_is_counted_as_far_as_it_is_asked_for(session: Session) -> None:
    of_2026 = [sought.DOCKET.c.number.contains("2026")]
    told = [sought.many_holding(session, ["征收"], ["gx-zrzy"], of_2026, most) for most in (1, 2, 9)]
    assert told == ([1, 2, 2] if sought.FEW == 0 else [None] * 3)


def test_the_api_finds_people_whole_and_organisations_by_a_part(session: Session) -> None:
    def by(**fields: str) -> list[str]:
        wanted = queries.Filters(key=KEYS.blind, sort="number", **fields)  # type: ignore[arg-type]
        page = queries.cases(session, ["gx-zrzy"], wanted, TODAY)
        assert page.total == len(page.items)
        return [row.number for row in page.items]

    assert by(q="欧阳红") == by(applicant="欧阳红") == by(applicant="138 0000 0002") == [FILES[2][0]]
    assert by(q="歐陽紅") == by(applicant="歐陽紅") == [FILES[2][0]]
    assert by(q="欧阳") == by(applicant="欧阳") == by(applicant="样例置业公司") == []
    assert by(q="样例置业") == by(applicant="样例置业") == [FILES[1][0]]
    assert by(applicant="征收") == []


def test_what_is_sought_stands_nowhere_but_where_a_list_shows_it(session: Session) -> None:
    kept = "\n".join(session.execute(text("SELECT sought || marks FROM case_text")).scalars())
    assert "欧阳" not in kept and "1380" not in kept and "样例置业" in kept


def test_each_character_is_folded_by_itself_and_once() -> None:
    """A part of a text is found in the whole, and what is folded is not folded further."""
    table = simplified.table()
    assert len(table) > 3000 and not [one for simple in table.values() if len(simple) != 1 or (one := ord(simple)) in table]
    assert simplified.simplified("乾隆年間著作權，ABC") == "干隆年间著作权，ABC"


def test_what_was_indexed_before_traditional_characters_were_folded_is_indexed_anew_by_itself(
    migrated_url_factory: Callable[[Path], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(migrated_url_factory(tmp_path), RING)
    act = parse({
        "kind": "registration", "channel": "in_person", "received_on": "2026-11-02", "wanted": "徵地補償臺帳",
        "applicant": {"category": "natural_person", "name": "歐陽樣例", "phone": "13800000000"},
    })  # fmt: skip
    case = Case.of(str(uuid4()), "gx-zrzy", "样例1号", [Signed(1, act, WHO, datetime(2026, 11, 2, tzinfo=UTC))])
    with monkeypatch.context() as before:
        before.setattr(simplified, "table", dict)
        database.write(lambda s: store.add_files(s, [(case, 2026, 1)], RULES, KEYS))
        rebuilding.version.cache_clear()
        rebuilding.rebuild(database, RULES, KEYS)
    rebuilding.version.cache_clear()

    def by(**fields: str) -> int:
        with database.read() as session:
            wanted = queries.Filters(key=KEYS.blind, sort="number", **fields)  # type: ignore[arg-type]
            return len(queries.cases(session, ["gx-zrzy"], wanted, TODAY).items)

    assert by(q="征地补偿") == by(applicant="欧阳样例") == 0
    with database.read() as session:
        assert rebuilding.is_due(session)
    assert rebuilding.rebuild(database, RULES, KEYS).mended == ["样例1号"]
    assert by(q="征地补偿") == by(q="徵地補償") == by(applicant="欧阳样例") == by(applicant="歐陽樣例") == 1
    database.close()


def test_of_what_very_many_ask_for_the_latest_are_ranked_and_all_that_share_something_rare(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """What finding similar requests costs does not grow with the archive."""
    ids = session.execute(text("SELECT case_id FROM case_text ORDER BY id")).scalars().all()

    def near() -> list[str]:
        return search.candidates(session, ["gx-zrzy"], "征收补偿安置方案", TODAY)

    assert near() == [ids[0], ids[1]]
    monkeypatch.setattr(search, "_LOOKED_AT", 6)
    assert near() == [ids[1]], "eight times a pair is met in all"
    monkeypatch.setattr(search, "_SAMPLE", 3)
    monkeypatch.setattr(search, "_LOOKED_AT", 1)
    assert near() == [ids[1], ids[0]], "of the latest three 征收 alone is said: the rest is rare"
    assert search.candidates(session, ["gx-zrzy"], "征收补偿安置方案", TODAY, 1) == [ids[1]]
