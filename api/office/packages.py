"""归档包: what an auditor takes to a machine without the program, and can check page by page.

卷内目录, every letter, the acts as JSON and as a list that people can read, service records, attachments; in a BagIt bag
whose manifest holds the SHA-256 of every file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from api.office.problems import Problem
from db import queries
from db.archive import make_package
from workflow import acts as a
from workflow.case import Case
from workflow.words import LETTER_TITLES

if TYPE_CHECKING:
    from api.office.office import Office

README = """这是一件政府信息公开申请的归档包（BagIt格式，RFC 8493）。

data/卷内目录.pdf    目录
data/文书/          发出的和内部的文书，按办理顺序，均为签发时的原件
data/附件/          申请材料、证明等
data/办理记录.json   全部办理行为，依次为何时、何人、何事、依据
data/办理记录.txt    同上，供直接阅读
data/检索记录.txt    检索的范围、方式、结果
data/征求意见.txt    征求的意见和答复
data/送达记录.txt    每份文书的送达方式、日期
manifest-sha256.txt  每个文件的SHA-256，可用 sha256sum -c manifest-sha256.txt 核对
"""


def package(office: Office, case: Case) -> bytes:
    """The package of an archived file as a zip; refused (409) while the file is not archived."""
    if case.state != "archived":
        raise Problem(409, "本件还没有归档。请先办理归档，材料不齐的会说明缺什么。", articles=["条例 45"])
    with office.database.read() as session:
        stored = {row.id: row for row in queries.letters_of(session, case.id)}
        attached = queries.attachments_of(session, case.id)
    parts: dict[str, bytes] = {"说明.txt": README.encode()}
    letters = case.letters(office.rules)
    for place, letter in enumerate((one for one in letters if one.kind != "file_index"), 1):
        row = stored[letter.id]
        number = f"_{row.number}" if row.number else ""
        parts[f"文书/{place:02d}_{LETTER_TITLES[letter.kind]}{number}.pdf"] = office.pdf(letter.id)
    index = [letter for letter in letters if letter.kind == "file_index"][-1]
    parts["卷内目录.pdf"] = office.pdf(index.id)
    for place, row in enumerate(attached, 1):
        parts[f"附件/{place:02d}_{row.name}"] = office.files.get("attachments", row.id, row.digest)
    parts["办理记录.json"] = json.dumps(_record(case), ensure_ascii=False, indent=1).encode()
    parts["办理记录.txt"] = _lines(f"{s.seq}. {s.act.on} {type(s.act).title}　{s.officer.name}" for s in case.acts)
    parts["检索记录.txt"] = _lines(_search(s) for s in case.all(a.Search))
    parts["征求意见.txt"] = _lines(
        f"{one.act.on} {a.CONSULTATION_TYPES[one.act.type]}：{one.act.party.name}\n{one.act.question}\n答复："
        + (f"{one.opinion.on} {one.opinion.text}" if one.opinion else "逾期未提出意见")
        for one in case.consultations
    )
    parts["送达记录.txt"] = _lines(
        f"{LETTER_TITLES[letter.kind]}　{a.METHODS[served.method]}　送出{served.handed_on}　签收{served.received_on or '未登记'}"
        for letter in letters
        if (served := case.services.get(letter.id)) is not None
    )
    archival = case.acts[-1].act if isinstance(case.acts[-1].act, a.Archival) else case.last(a.Archival)
    retention = archival.retention if isinstance(archival, a.Archival) else ""
    info = {
        "Source-Organization": office.agencies[case.agency].name,
        "External-Identifier": case.number,
        "Internal-Sender-Identifier": case.id,
        "Bagging-Date": case.acts[-1].act.on.isoformat(),
        "Retention": retention or "",
    }
    return make_package(parts, info)


def _record(case: Case) -> dict[str, object]:
    acts = [
        {
            "seq": signed.seq,
            "kind": signed.act.kind,
            "title": type(signed.act).title,
            "on": signed.act.on.isoformat(),
            "signed_by": signed.officer.name,
            "role": signed.officer.role,
            "at": signed.at.isoformat(),
            "articles": list(type(signed.act).articles),
            "act": signed.act.model_dump(mode="json", exclude_defaults=True),
        }
        for signed in case.acts
    ]
    return {"id": case.id, "number": case.number, "agency": case.agency, "outcome": case.outcome, "acts": acts}


def _search(signed: a.Signed) -> str:
    act = signed.act
    assert isinstance(act, a.Search)
    results = {"found": "已查到", "partly_found": "部分查到", "not_found": "未查到", "already_public": "已经主动公开"}
    return f"{act.on} {signed.officer.name}\n范围：{'、'.join(act.places)}\n方式：{act.method}\n结果：{results[act.result]}　{act.text or ''}"


def _lines(lines: Iterable[str]) -> bytes:
    text = "\n\n".join(lines)
    return (text or "无。").encode() + b"\n"
