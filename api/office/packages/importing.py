"""读入归档包: an archived file of another system, or of this one before it was lost, with its numbers (`gongkai import-archive`).

What is read in is what was put away: acts, letters, attachments, each with its id, number and stamp. Nothing is decided anew, so
nothing is admitted anew; the package is checked as `verify-archive` checks it, and one fault keeps all of it out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DataError, IntegrityError

from api.office.packages.checking import Checked, check_bag
from api.office.packages.records import AttachmentRecord, CaseRecord, LetterRecord
from api.office.record import by_command
from db import people, queries, store
from db.files import Damaged
from db.unpacking import BadPackage, Bag, opened
from workflow.acts import Registration
from workflow.case import Case

if TYPE_CHECKING:
    from sqlmodel import Session

    from api.office.office import Office


MOST = 50_000
"""The highest serial that is taken in, far above what a unit numbers in a year: its next number follows the highest there is."""
_CHECK_NUMBERS = "没有读入。请核对这个包的来源；编号规则以前不同的，请先在单位的抬头文件（numbers）中改为当时的写法，再读入。"


class NotTakenIn(Exception):
    """The package was not read in; `faults` say why, each a sentence."""

    def __init__(self, *faults: str) -> None:
        super().__init__("；".join(faults))
        self.faults = faults


class NeedsAnother(NotTakenIn):
    """The reply was given together with another file (一并答复), which must be there first."""


def take_in(office: Office, path: Path) -> CaseRecord:
    """Read the package at `path` in, whole or not at all; it is logged. Raises NotTakenIn."""
    try:
        with opened(path) as bag:
            found = Checked()
            check_bag(bag, office.rules, found)
            if found.faults or found.made is None or found.case is None:
                raise NotTakenIn(*found.faults)
            _take(office, bag, found.made, found.case)
            return found.made
    except BadPackage as bad:
        raise NotTakenIn(str(bad)) from None
    except store.Taken as taken:
        raise NotTakenIn(str(taken)) from None
    except Damaged:
        raise NotTakenIn("本系统的文件夹里有同一标识、内容不同的文件，没有读入。请用 gongkai tidy 清理没有登记的文件以后再读入。") from None
    except IntegrityError:
        raise NotTakenIn("包里的编号或者标识与本系统已有的、或者包内其他的重复，没有读入。请核对这个包的来源。") from None
    except (DataError, OverflowError):
        raise NotTakenIn("包里有数据库存不下的内容（太长、太大，或者不是文字），没有读入。这样的内容不是本系统写出的。") from None


def _take(office: Office, bag: Bag, made: CaseRecord, case: Case) -> None:
    if wrong := list(_misnumbered(office, made, case)):
        raise NotTakenIn(*wrong)
    own = [one for one in made.letters if one.of is None]
    with office.database.read() as session:
        for letter in made.letters:
            row = queries.letter(session, letter.id)
            if letter.of is not None and (row is None or row.digest != letter.sha256):
                raise NeedsAnother(f"这件申请与{letter.of}一并答复，答复书存在那一件里。请先读入那一件的归档包。")
            if letter.of is None and row is not None:
                raise NotTakenIn("本系统已经有这件案卷的文书，没有读入。")
    letters, attachments = [_letter(one) for one in own], [_attachment(one) for one in made.attachments]
    told = office.agencies[made.agency].given("case", made.number)
    file = store.FromElsewhere(case, made.year, made.serial, letters, attachments, told)
    kept: list[tuple[str, LetterRecord | AttachmentRecord]] = [("letters", one) for one in own]
    kept += [("attachments", one) for one in made.attachments]
    ours: list[tuple[str, str]] = []
    try:
        for kind, one in kept:
            digest = office.files.put(kind, one.id, bag.read(f"data/{one.file}"))
            ours.append((kind, one.id))
            if digest != one.sha256:
                raise NotTakenIn(f"{one.file}：读的时候变了，没有读入。")

        def work(session: Session) -> None:
            for kind, one in kept:  # to read them all may have taken long: `gongkai tidy` leaves alone what is young
                office.files.freshen(kind, one.id)
            store.take_in(session, file, office.rules, office.keys)
            people.log(session, office.clock(), "import", object=made.number, reason=by_command("读入归档包"))

        office.database.write(work)
        for kind, one in kept:  # and what it took away before is there again
            if not office.files.freshen(kind, one.id):
                office.files.put(kind, one.id, bag.read(f"data/{one.file}"))
    except BaseException:
        _forget(office, ours)
        raise


def _misnumbered(office: Office, made: CaseRecord, case: Case) -> Iterator[str]:
    """登记号 and 文号 are those that unit, year and serial give, so that none stands in the way of a number still to be given.

    A file of an old ledger has the ledger's number, which must be none of another unit.
    """
    if made.agency not in office.agencies:
        yield f"本系统没有代码为{made.agency}的单位（{made.agency_name}）。请先在管理中增加这个单位，再读入。"
        return
    agency, first = office.agencies[made.agency], case.acts[0].act if case.acts else None
    of_ledger = isinstance(first, Registration) and first.imported is not None
    told = agency.given("case", made.number)
    if of_ledger:
        whose = next((one.name for one in office.agencies.values() if one is not agency and one.given("case", made.number)), None)
        if whose is not None:
            yield f"登记号{made.number}是{whose}编的号，不是{agency.name}的，没有读入。请核对这个包的来源。"
    elif made.number != (right := agency.number("case", made.year, made.serial)):
        yield f"登记号{made.number}与单位、年份、序号不符，按{agency.name}的编号规则应为{right}。{_CHECK_NUMBERS}"
    serials = [(made.number, serial) for serial in (made.serial, told[1] if of_ledger and told else 0)]
    for letter in made.letters:
        if letter.of is not None or letter.series is None or letter.serial is None:
            continue
        serials.append((letter.number or "", letter.serial))
        if letter.series not in agency.numbers or letter.number != agency.number(letter.series, letter.year, letter.serial):
            yield f"第{letter.seq}项办理行为的文书：文号{letter.number}与单位、年份、序号不符。{_CHECK_NUMBERS}"
    for number, serial in serials:
        if serial > MOST:
            yield f"{number}：序号{serial}过大，读入以后新的编号要从它接下去编，最大是{MOST}，没有读入。请核对这个包的来源。"


def _forget(office: Office, ours: list[tuple[str, str]]) -> None:
    """Bytes that came to no row are not left lying about; those of a row, which somebody else read in meanwhile, stay."""
    rows = {"letters": queries.letter, "attachments": queries.attachment}
    with office.database.read() as session:
        for kind, identity in ours:
            if rows[kind](session, identity) is None:
                office.files.drop(kind, identity)


def _letter(one: LetterRecord) -> dict[str, Any]:
    return {
        "id": one.id, "seq": one.seq, "kind": one.kind, "agency": one.agency, "year": one.year, "series": one.series, "serial": one.serial,
        "number": one.number, "dated": one.dated, "context": json.dumps(one.context), "digest": one.sha256, "size": one.size,
        "created_at": one.created_at,
    }  # fmt: skip


def _attachment(one: AttachmentRecord) -> dict[str, Any]:
    return {
        "id": one.id, "name": one.name, "media_type": one.media_type, "size": one.size, "digest": one.sha256, "purpose": one.purpose,
        "role": one.role, "item": one.item, "made_from": one.made_from, "separated": one.separated,
        "officer": one.officer.model_dump_json(), "at": one.at,
    }  # fmt: skip
