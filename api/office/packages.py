"""归档包: what an auditor takes to a machine without the program, and can check page by page.

卷内目录, every paper in its order, 备考表, the acts as JSON and as a list that people can read; in a BagIt bag whose
manifest holds the SHA-256 of every file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from api.office.problems import Problem
from api.office.record import record
from api.office.sight import allow
from db import queries
from db.archive import make_package
from letters.compose.papers import papers, reference_sheet
from letters.contexts import LETTERS
from letters.contexts.forms import FileIndex
from workflow import acts as a
from workflow.acts import Officer
from workflow.case import Case
from workflow.words import LETTER_TITLES

if TYPE_CHECKING:
    from api.office.office import Office

README = """这是一件政府信息公开申请的归档包（BagIt格式，RFC 8493）。

data/卷内目录.pdf    目录，载明每份文件的起始页号
data/卷内文件/      文书、审批单、申请材料等，依目录的次序；文书均为签发时的原件；归档以后增加的排在最后
data/备考表.pdf      件数、页数和立卷情况
data/办理记录.json   全部办理行为，依次为何时、何人、何事、依据
data/办理记录.txt    同上，供直接阅读
data/检索记录.txt    检索的范围、方式、结果
data/征求意见.txt    征求的意见和答复
data/送达记录.txt    每份文书的送达方式、日期
manifest-sha256.txt  每个文件的SHA-256，可用 sha256sum -c manifest-sha256.txt 核对
"""


def package(office: Office, case: Case, officer: Officer | None, reason: str | None = None) -> bytes:
    """The package of an archived file of the officer's unit as a zip, which is logged.

    Refused while the file is not archived (409), and without a reason to whoever does not handle it (403). On the command line there is no officer.
    """
    if officer is not None:
        allow(officer, "own", "package", "归档包", reason)
    archival = next((one for one in reversed(case.acts) if isinstance(one.act, a.Archival)), None)
    if case.state != "archived" or archival is None or not isinstance(archival.act, a.Archival):
        raise Problem(409, "本件还没有归档。请先办理归档，材料不齐的会说明缺什么。", articles=["条例 45"])
    agency = office.agencies[case.agency]
    with office.database.read() as session:
        kept = office.paging.kept(session, case)
        stored = {row.id: row for row in queries.letters_of(session, case)}
        attached = {row.id: row for row in queries.attachments_of(session, case.id)}
    parts: dict[str, bytes] = {"说明.txt": README.encode()}
    letters = case.letters(office.rules)
    for place, paper in enumerate(papers(case, office.rules, agency, kept), 1):
        if paper.source == "attachment":
            row = attached[paper.id]
            parts[f"卷内文件/{place:03d}_{row.name}"] = office.files.get("attachments", row.id, row.digest)
        else:
            number = f"_{paper.number}" if paper.number else ""
            parts[f"卷内文件/{place:03d}_{paper.title}{number}.pdf"] = office.paging.data(paper, case, agency, office.rules, kept)
    index = [letter for letter in letters if letter.kind == "file_index"][-1]
    parts["卷内目录.pdf"] = office.pdf(index.id)
    listed = LETTERS["file_index"].context.from_json(json.loads(stored[index.id].context))
    assert isinstance(listed, FileIndex)
    parts["备考表.pdf"] = office.printing.render("reference_sheet", reference_sheet(case, archival, listed), preview=False)
    parts["办理记录.json"] = json.dumps({**_record(case), "attachments": _came(attached.values())}, ensure_ascii=False, indent=1).encode()
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
    info = {
        "Source-Organization": agency.name,
        "External-Identifier": case.number,
        "Internal-Sender-Identifier": case.id,
        "Bagging-Date": case.acts[-1].act.on.isoformat(),
        "Retention": archival.act.retention or "",
    }
    made = make_package(parts, info)
    record(office.database, office.clock(), "package", officer, case.number, reason)
    return made


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


def _came(attached: Iterable[Any]) -> list[dict[str, object]]:
    """The attachments of the course: who kept what, when and what for."""
    return [
        {"name": row.name, "purpose": row.purpose, "by": Officer.model_validate_json(row.officer).name, "at": row.at.isoformat(),
         "sha256": row.digest}
        for row in attached
    ]  # fmt: skip


def _search(signed: a.Signed) -> str:
    act = signed.act
    assert isinstance(act, a.Search)
    results = {"found": "已查到", "partly_found": "部分查到", "not_found": "未查到", "already_public": "已经主动公开"}
    return f"{act.on} {signed.officer.name}\n范围：{'、'.join(act.places)}\n方式：{act.method}\n结果：{results[act.result]}　{act.text or ''}"


def _lines(lines: Iterable[str]) -> bytes:
    text = "\n\n".join(lines)
    return (text or "无。").encode() + b"\n"
