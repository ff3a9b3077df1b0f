"""归档包: what is in it, told alike in the page, in JSON and in XML; and nothing that people typed is more than text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from api.office.packages.records import CaseRecord
from tests.api.conftest import Desk
from tests.bags import check_package
from tests.packages import HOSTILE, archived, files, package


@pytest.fixture(scope="module")
def made(desk: Desk) -> dict[str, bytes]:
    data = package(desk, archived(desk, hostile=True))
    check_package(data)
    return files(data)


@pytest.fixture
def record(made: dict[str, bytes]) -> CaseRecord:
    return CaseRecord.model_validate_json(made["data/办理记录.json"])


class Page(HTMLParser):
    """The tags of a page, its links, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.links, self.said = set[str](), list[str](), list[str]()
        self.attributes = set[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def test_the_page_tells_the_whole_case_and_leads_to_every_paper(made: dict[str, bytes], record: CaseRecord) -> None:
    page = Page(made["data/案卷.html"].decode())
    said = "".join(page.said)
    for one in record.due.because:
        assert one.text in said
    for act in record.acts:
        assert act.title in said
        assert act.signed_by in said
    for paper in record.papers:
        assert paper.sha256 in said
    for word in ("最迟答复日：2026年10月15日", "第20日　最迟答复日", "样例公司", "由“2026年9月1日”更正为“2026年9月2日”", "退回（迁移新址不明）",
                 "永久", "2026-样例-7", "见第9项（撤销记录）"):  # fmt: skip
        assert word in re.sub(r"\s*\n\s*", "", said), word
    linked = {unquote(one) for one in page.links if not one.startswith("#")}
    assert {paper.file for paper in record.papers} <= linked
    assert all(f"data/{one}" in made for one in linked), "no link leads nowhere, or out of the package"
    assert all(one.removeprefix("#") for one in page.links)


def test_what_people_typed_is_text_and_the_page_loads_and_runs_nothing(made: dict[str, bytes]) -> None:
    text = made["data/案卷.html"].decode()
    page = Page(text)
    assert HOSTILE in "".join(page.said), "told as it was typed"
    assert not page.tags & {"script", "img", "iframe", "object", "embed", "link", "form", "base", "svg", "video", "audio"}
    assert not {one for one in page.attributes if one.startswith("on")} | page.attributes & {"src", "srcset", "style", "action"}
    assert "default-src 'none'" in text
    assert "url(" not in text
    assert "http://" not in text
    assert "https://" not in text


def test_the_xml_says_what_the_json_says(made: dict[str, bytes], record: CaseRecord) -> None:
    root = ET.fromstring(made["data/办理记录.xml"])
    acts = root.findall("业务实体/办理行为")
    assert [(one.get("序号"), one.get("种类")) for one in acts] == [(str(act.seq), act.kind) for act in record.acts]
    assert [one.findtext("行为时间") for one in acts] == [act.on.isoformat() for act in record.acts]
    assert [one.findtext("机构人员实体/机构人员名称") for one in acts] == [act.signed_by for act in record.acts]
    assert [one.findtext("电子属性/摘要值") for one in root.findall("卷内文件/文件")] == [one.sha256 for one in record.papers]
    assert root.findtext("内容描述/文件编号") == record.number
    assert root.findtext("档号/保管期限") == "永久"
    wanted = next(one.text for one in acts[0].findall("行为描述/项") if one.get("名") == "wanted")
    assert wanted is not None
    assert HOSTILE in wanted

    def told(value: Any) -> int:
        if isinstance(value, dict):
            return sum(1 + told(one) for one in value.values())
        return sum(1 + told(one) for one in value) if isinstance(value, list) else 0

    for one, act in zip(acts, record.acts, strict=True):
        assert len(one.findall("行为描述//项")) == told(act.act), "every field, however deep"


def test_the_records_are_enough_to_replay_the_file(desk: Desk, made: dict[str, bytes], record: CaseRecord) -> None:
    case = record.case()
    view = desk.call("handler@gx-zrzy", "GET", f"/api/cases/{record.id}").json()
    assert (case.state, case.version, case.outcome) == (view["state"], view["version"], view["outcome"])
    assert record.due.on is not None
    assert record.due.on.isoformat() == view["due"]["on"]
    assert {one.id: one.sha256 for one in record.letters} == {one["id"]: one["digest"] for one in view["letters"]}
    assert [one.sha256 for one in record.attachments] == [one["digest"] for one in view["attachments"]]


def test_the_log_of_the_file_is_in_it_and_no_other(made: dict[str, bytes], record: CaseRecord) -> None:
    entries = json.loads(made["data/日志摘录.json"])
    assert entries
    assert all(one["object"].split(" ")[0] == record.number for one in entries)
    assert {"seq", "at", "username", "what", "object", "reason"} <= entries[0].keys()
    assert [one["seq"] for one in entries] == sorted(one["seq"] for one in entries)


def test_names_fit_every_file_system_and_the_read_me_names_every_file(made: dict[str, bytes]) -> None:
    for name in made:
        last = name.rpartition("/")[2]
        assert len(last.encode()) <= 200
        assert not re.search(r'[\\:*?"<>|%\x00-\x1f]', last)
    readme = made["data/说明.txt"].decode()
    for name in made:
        top = "/".join(name.split("/")[:2]) + ("/" if name.count("/") > 1 else "")
        assert top in readme or name == "data/说明.txt", name


@pytest.mark.slow
def test_a_second_archival_keeps_the_first_index(desk: Desk) -> None:
    case = desk.register()
    case = desk.place("handler@gx-zrzy", case, kind="acceptance", on="2026-11-03")
    case = desk.place("intake@gx-zrzy", case, kind="withdrawal", on="2026-11-04", by="writing", reason="样例")
    case = _served(desk, case)
    case = desk.place("archivist@gx-zrzy", case, kind="archival", on="2026-11-06")
    case = desk.place("handler@gx-zrzy", case, kind="remedy", on="2026-11-09", type="reconsideration", body="冠县人民政府")
    case = desk.place("handler@gx-zrzy", case, kind="remedy_result", on="2026-11-10", remedy=case["version"], result="corrected",
                      orders_rehandling=True, received_on="2026-11-10")  # fmt: skip
    case = desk.place("head@gx-zrzy", case, kind="reopening", on="2026-11-10", remedy=6)
    case = desk.place("intake@gx-zrzy", case, kind="withdrawal", on="2026-11-11", by="writing", reason="样例")
    case = desk.place("archivist@gx-zrzy", _served(desk, case), kind="archival", on="2026-11-12")
    data = package(desk, case)
    check_package(data)
    indexes = [name for name in files(data) if "卷内目录" in name]
    assert len(indexes) == 2, indexes
    assert any(name.startswith("data/以前的卷内目录/") for name in indexes)


def _served(desk: Desk, case: dict[str, Any]) -> dict[str, Any]:
    for one in case["unsent"]:
        case = desk.place("intake@gx-zrzy", case, kind="service", on=case["acts"][-1]["on"], letter=one["letter"], method="direct")
    return case


def test_the_read_me_speaks_of_the_program_s_own_commands() -> None:
    from api.cli import gongkai
    from api.office.packages.contents import README

    for command in re.findall(r"gongkai ([a-z-]+)", Path(README).read_text(encoding="utf-8")):
        assert command in gongkai.commands
