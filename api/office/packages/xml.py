"""办理记录.xml of an archive package: the records of the file once more, under the names of DA/T 46—2009 where they fit.

说明.txt in the package says which names those are, and what the others mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from api.office.packages.records import ActRecord, CaseRecord, LetterRecord, PaperRecord
from workflow import acts as a
from workflow.procedure import STATES

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def case_xml(made: CaseRecord) -> bytes:
    """The records as XML, UTF-8, without a namespace."""
    root = ET.Element("案卷", {"格式": made.format})
    _metadata(root, made)
    letters = {one.id: one for one in made.letters}
    papers = ET.SubElement(root, "卷内文件")
    for paper in made.papers:
        _paper(papers, paper, letters.get(paper.id))
    last = "" if made.due.on is None else made.due.on.isoformat()
    due = ET.SubElement(root, "答复期限", {"最迟答复日": last, "暂定": "是" if made.due.provisional else "否"})
    for one in made.due.because:
        _leaf(due, "推算", one.text, 依据="、".join(one.articles))
    business = ET.SubElement(root, "业务实体")
    for act in made.acts:
        _act(business, act)
    ET.indent(root, " ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _metadata(root: ET.Element, made: CaseRecord) -> None:
    _leaf(root, "聚合层次", "案卷")
    _leaf(ET.SubElement(root, "来源"), "立档单位名称", made.agency_name)
    _leaf(root, "电子文件号", made.id)
    number = ET.SubElement(root, "档号", {"值": made.volume or ""})
    _leaf(number, "年度", str(made.archived_on.year))
    _leaf(number, "保管期限", made.retention)
    content = ET.SubElement(root, "内容描述")
    for name, text in (("题名", made.title), ("文件编号", made.number), ("责任者", made.agency_name), ("日期", made.received_on.isoformat())):
        _leaf(content, name, text)
    form = ET.SubElement(root, "形式特征")
    _leaf(form, "件数", str(len(made.papers)))
    if made.pages is not None:
        _leaf(form, "页数", str(made.pages))
    _leaf(ET.SubElement(root, "电子属性"), "信息系统描述", "政府信息公开申请办理系统")
    state = STATES[made.state].title if made.state in STATES else made.state
    _leaf(root, "业务状态", state, 版本=str(made.version), 办理结果=made.outcome or "")


def _paper(above: ET.Element, paper: PaperRecord, letter: LetterRecord | None) -> None:
    one = ET.SubElement(above, "文件", {"序号": str(paper.place), "作废": "是" if paper.void else "否"})
    _leaf(one, "聚合层次", "件")
    _leaf(one, "电子文件号", paper.id)
    content = ET.SubElement(one, "内容描述")
    _leaf(content, "题名", paper.title)
    if paper.number:
        _leaf(content, "文件编号", paper.number)
    _leaf(content, "责任者", paper.responsible)
    _leaf(content, "日期", paper.on.isoformat())
    if letter is not None:
        _leaf(content, "文种", letter.title)
    if paper.page:
        _leaf(one, "页号", paper.page)
    form = ET.SubElement(one, "电子属性")
    _leaf(form, "计算机文件名", paper.file)
    _leaf(form, "计算机文件大小", str(paper.size))
    _leaf(form, "摘要值", paper.sha256, 算法="SHA-256")
    if letter is not None:
        _leaf(ET.SubElement(one, "关系"), "办理行为", str(letter.seq))


def _act(above: ET.Element, act: ActRecord) -> None:
    one = ET.SubElement(above, "办理行为", {"序号": str(act.seq), "种类": act.kind})
    _leaf(one, "业务行为", act.title)
    _leaf(one, "行为时间", act.on.isoformat(), 录入时刻=act.at.isoformat())
    _leaf(one, "行为依据", "、".join(act.articles))
    person = ET.SubElement(one, "机构人员实体")
    _leaf(person, "机构人员类型", "个人")
    _leaf(person, "机构人员名称", act.signed_by)
    _leaf(person, "个人职位", act.role)
    described = ET.SubElement(one, "行为描述")
    model = a.ACTS.get(act.kind)
    for name, value in act.act.items():
        field = model.model_fields.get(name) if model else None
        _value(described, name, (field.title if field else None) or "", value)


def _value(above: ET.Element, name: str, title: str, value: Any) -> None:
    """项: a field of an act; what has parts has them as 项 again."""
    one = ET.SubElement(above, "项", {"名": _plain(name)} | ({"题": title} if title else {}))
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _value(one, str(key), "", inner)
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value, 1):
            _value(one, str(at), "", inner)
    else:
        one.text = "true" if value is True else "false" if value is False else "" if value is None else _plain(str(value))


def _leaf(above: ET.Element, name: str, text: str, **attributes: str) -> None:
    one = ET.SubElement(above, name, {key: _plain(value) for key, value in attributes.items()})
    one.text = _plain(text)


def _plain(text: str) -> str:
    """`text` without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
