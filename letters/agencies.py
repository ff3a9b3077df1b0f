"""文书抬头: what the agencies of this installation are called, how they number their letters, and who reviews them.

One YAML file per agency; the file name is its code. An office has its own in AGENCIES_DIR. The sample office 冠县 stands in
letters/agencies/, for the demo alone: there the office's own are added to it or, with the same name, take its place.
Seals (PNG) lie beside the files that name them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, StringConstraints

from letters import sealing
from letters.contexts import LETTERS
from letters.contexts.notices import Payee
from letters.contexts.parts import Letterhead
from letters.fontset import unprintable
from letters.wording import breadth, in_lines
from workflow import printable
from workflow.answers import BadRules
from workflow.rulefiles import Record, Tree, Words, parse, read

WORDING = "wording"
"""Folder of AGENCIES_DIR with the office's own sentences."""
SAMPLES = Path(__file__).parent / "agencies"

Pattern = Annotated[str, StringConstraints(pattern=r"^[^{}]*〔\{year\}〕\{n\}号$")]
"""机关代字〔{year}〕{n}号: six-angle brackets, full year, no 第 and no leading zero (GB/T 9704)."""
SERIES = ("case", *dict.fromkeys(kind.series for kind in LETTERS.values() if kind.series is not None))


PublicPage = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~/-]*)?$", max_length=120)]
"""The address of a page and nothing else: no question, no mark, so that it says nothing of whoever follows it."""


class _Payee(Record):
    account: Words
    way: Words
    receipt: Words


class _File(Record):
    name: Words
    mark: Words
    numbers: dict[str, Pattern]
    seal: Annotated[str, StringConstraints(pattern=r"^[\w-]+\.png$")]
    review_body: Words
    court: Words
    address: Words
    phone: Words
    postcode: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
    office_hours: Words
    email: Words
    website: Words
    printed_by: Words | None = None
    query_url: PublicPage | None = None
    payee: _Payee
    parent: Words | None = None
    oversees: tuple[Words, ...] = ()


class Agency(_File):
    """行政机关 of this installation, as its letterhead file says; `code` is the name of the file."""

    code: Words
    seal_path: Annotated[Path, Field(exclude=True)]
    wording: Annotated[tuple[tuple[str, str], ...], Field(exclude=True)] = ()

    def number(self, series: str, year: int, serial: int) -> str:
        """文号: 冠自然资公复〔2026〕12号."""
        return self.numbers[series].format(year=year, n=serial)

    def given(self, series: str, number: str) -> tuple[int, int] | None:
        """Year and serial of which `number` makes this 文号; None: it is none of the series."""
        before = self.numbers[series].partition("〔")[0]
        found = re.fullmatch(re.escape(before) + "〔([1-9][0-9]{3})〕([1-9][0-9]{0,8})号", number)
        return (int(found[1]), int(found[2])) if found else None

    @property
    def letterhead(self) -> Letterhead:
        """What a letter says of its sender."""
        return Letterhead(
            name=self.name,
            mark=self.mark,
            seal=self.seal,
            address=self.address,
            phone=self.phone,
            postcode=self.postcode,
            office_hours=self.office_hours,
            email=self.email,
            website=self.website,
            printed_by=self.printed_by,
            query_url=self.query_url,
            wording=self.wording,
        )

    @property
    def payee_of_fees(self) -> Payee:
        """缴款 as the fee notice gives it."""
        return Payee(account=self.payee.account, way=self.payee.way, receipt=self.payee.receipt)


def sample_codes() -> list[str]:
    """The codes of the agencies of the sample office."""
    return sorted(path.stem for path in SAMPLES.glob("*.yaml"))


def load_agencies(overlay: Path | None = None, *, samples: bool = True) -> Mapping[str, Agency]:
    """Every agency by its code; without `samples` only the office's own. Raises BadRules: file, line, key, reason."""
    folders = [*([SAMPLES] if samples else []), *([] if overlay is None else [Path(overlay)])]
    if overlay is not None and not Path(overlay).is_dir():
        raise BadRules(str(overlay), 0, "AGENCIES_DIR", "没有这个文件夹")
    paths = {path.stem: path for folder in folders for path in sorted(folder.glob("*.yaml"))}
    made = {code: _sample(path) if path.parent == SAMPLES else _read(path, str(path)) for code, path in sorted(paths.items())}
    agencies = {code: agency for code, (agency, _) in made.items()}
    for agency, tree in made.values():
        _check(agency, agencies, tree)
    if overlay is not None and (Path(overlay) / WORDING).is_dir():
        agencies = {code: _worded(agency, Path(overlay) / WORDING) for code, agency in agencies.items()}
    return MappingProxyType(agencies)


def _read(path: Path, name: str) -> tuple[Agency, Tree]:
    tree = read(path, name)
    return _agency(path.stem, path, tree), tree


@cache
def _sample(path: Path) -> tuple[Agency, Tree]:
    """An agency of the sample office, read once: its file and its seal came with the program."""
    return _read(path, path.name)


def _worded(agency: Agency, folder: Path) -> Agency:
    from letters import own_wording  # it makes letters, and is needed where an office has words of its own

    files = own_wording.read(folder, agency.code)
    return agency.model_copy(update={"wording": own_wording.check(files, agency.letterhead)}) if files else agency


_LONGEST: Mapping[str, tuple[int, int]] = MappingProxyType({"name": (15, 3), "mark": (20, 2), "printed_by": (20, 2)})
"""Key -> characters of a line, and lines: what the signature, the head and the 版记 have room for."""


def _agency(code: str, path: Path, tree: Tree) -> Agency:
    given = parse(_File, tree)
    seal = path.parent / given.seal
    if not seal.is_file():
        tree.fail(("seal",), f"没有印章图片{given.seal}，请放在同一个文件夹中")
    if (why := sealing.fault(seal.read_bytes())) is not None:
        tree.fail(("seal",), f"印章图片{given.seal}{why}")
    for key, (most, lines) in _LONGEST.items():
        text = getattr(given, key)
        if text is not None and any(breadth(line) > most for line in in_lines(text, most, lines)):
            tree.fail((key,), f"太长，文书上排不下，最多{most * lines}字，请改用规范化简称")
    for key, text in printable.texts(given):
        if (why := printable.fault(text, unprintable)) is not None:
            tree.fail(tuple(key.split(".")), why)
    for series in SERIES:
        if series not in given.numbers:
            tree.fail(("numbers", series), "缺少这一种文号的编排")
    for series in given.numbers:
        if series not in SERIES:
            tree.fail(("numbers", series), "不认识的文号种类，可用的是：" + "、".join(SERIES))
    return Agency(**dict(given), code=code, seal_path=seal)


def _check(agency: Agency, agencies: Mapping[str, Agency], tree: Tree) -> None:
    for key in ("parent", "oversees"):
        named = getattr(agency, key) or ()
        for code in (named,) if isinstance(named, str) else named:
            if code not in agencies or code == agency.code:
                tree.fail((key,), f"没有代码为“{code}”的其他单位")


def seal_file(name: str) -> Path:
    """The picture of a seal: the office's own, or the sample's."""
    own = os.environ.get("AGENCIES_DIR")
    if own and (path := Path(own) / name).is_file():
        return path
    return SAMPLES / name
