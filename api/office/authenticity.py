"""文书核验: whoever holds a letter asks whether it was issued here, is unchanged and still stands. Nobody is named in the answer.

What is compared is the SHA-256 of the PDF as issued. What was printed without its head or seal, or saved as .docx, scanned, or signed
again elsewhere has other bytes and is not that file. Off until a unit opens it for its own letters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlmodel import Session

from api.office.office import Office
from api.office.problems import Problem
from db import people, queries, store
from workflow.case.letters import FATES, Fate, fate
from workflow.words import LETTER_TITLES

SWITCH = "public_check"
"""The setting of an agency that opens it for its letters."""
LEAST = 16
"""Characters of the digest that are asked for beside a number: eight could be met by another file, sixteen cannot."""
Result = Literal["issued", "changed", "replaced", "unknown"]
RESULTS: Mapping[Result, str] = {"issued": "已签发，内容一致", "changed": "内容已被改动", "replaced": "已被替换", "unknown": "查无此文书"}
_AS_PRINTED = str.maketrans("[]()【】{}［］（）｛｝０１２３４５６７８９", "〔〕" * 7 + "0123456789")
_DIGEST = re.compile(r"[0-9a-f]{16,64}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What anybody may know of a letter that he holds. Of one that is not as issued, the unit alone."""

    result: Result
    agency: str | None = None
    letter: str | None = None
    dated: date | None = None
    fate: Fate | None = None

    @property
    def sentence(self) -> str:
        """The answer in words."""
        known = f"{self.agency}{self.dated.year}年{self.dated.month}月{self.dated.day}日的{self.letter}" if self.dated else ""
        match self.result:
            case "issued":
                return f"这是{known}，内容与签发时一致。"
            case "replaced":
                assert self.fate is not None
                return f"这是{known}，内容与签发时一致，但是{FATES[self.fate]}。"
            case "changed":
                return f"{self.agency}有这个文号的文书，但是内容与您提交的不一致。请以签发单位保存的文书为准。"
        return "没有找到这份文书。请核对文号；文书上没有文号的（例如登记回执），不填文号，只提交PDF。单位没有开通核验的，也是这个答复。"


UNKNOWN = Answer("unknown")


def open_agencies(session: Session, agencies: Collection[str]) -> list[str]:
    """The agencies whose letters may be checked by anybody."""
    return people.switched_on(session, SWITCH, agencies)


def fault(number: str, digest: str) -> tuple[str, str] | None:
    """What is wrong with a question: the field, and a sentence; `digest` is in small letters, whole or the beginning of it."""
    if _DIGEST.fullmatch(digest) is None:
        return "sha256", f"SHA-256由数字和字母a至f组成，填写开头的至少{LEAST}位，或者全部64位"
    if not number and len(digest) < 64:
        return "number", "请填写文号；文书没有文号的，请提交PDF或者全部64位SHA-256"
    return None


def number_of(typed: str) -> str:
    """A number (文号) as letters have it, however its brackets and blanks were typed."""
    return "".join(typed.translate(_AS_PRINTED).split())


def check(office: Office, number: str, digest: str) -> Answer:
    """The answer to a question without `fault`. A number is one of the letter's own words: where it is given it must be right."""
    with office.database.read() as session:
        opened = open_agencies(session, office.agencies)
        rows = queries.letters_called(session, opened, number) if number else queries.letters_with(session, opened, digest)
        answers = [_answer(office, session, row, row.digest.startswith(digest)) for row in rows]
    found = [one for one in answers if one is not None]
    return next((one for one in found if one.result != "changed"), found[0] if found else UNKNOWN)


def _answer(office: Office, session: Session, row: Any, same: bool) -> Answer | None:
    """What a letter of that number or digest has to say; None of what never leaves the house."""
    try:
        case = store.load(session, row.case_id)
    except store.Unreadable:  # whoever asks here is told nothing of the file
        raise Problem(500, "这份文书所在的案卷损坏，现在不能核验；再试也不会好。请向出具文书的机关查询。") from None
    made = next((one for one in case.letters(office.rules) if one.id == row.id), None) if case is not None else None
    if case is None or made is None or made.to in ("internal", "file"):
        return None
    agency = office.agencies[row.agency].name
    if not same:
        return Answer("changed", agency)
    now = fate(case, made)
    return Answer("issued" if now is None else "replaced", agency, LETTER_TITLES[row.kind], row.dated, now)
