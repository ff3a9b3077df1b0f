"""A file with nearly everything on it, archived, and its package unpacked: what the tests of 归档包 look at."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from api.office.office import SHANGHAI
from tests.api.conftest import Desk

INTAKE, HANDLER, HEAD, ARCHIVIST = (f"{role}@gx-zrzy" for role in ("intake", "handler", "head", "archivist"))
HOSTILE = '</title><script>document.title="坏"</script><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}&amp;"\''
"""What somebody may type who means ill."""
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def archived(desk: Desk, *, hostile: bool = False) -> dict[str, Any]:
    """Corrected, amended, asked about, extended, signed, served, come back and served again, archived, and sued about."""
    wanted = f"崇文街道2024年第三批次征收补偿安置方案{HOSTILE if hostile else ''}"
    case = desk.register(wanted=wanted, submitted_on="2026-09-01", received_on="2026-09-01")
    name = f"申请表 50%：{'很长的名字' * 35}.txt" if hostile else "申请表.txt"
    attach(desk, case, name, "我的申请。".encode(), purpose="申请表")
    case = desk.place(HEAD, case, kind="amendment", on="2026-09-02", of=1, changes={"submitted_on": "2026-09-02", "received_on": "2026-09-02"},
                      reason="日期抄错一天")  # fmt: skip
    case = desk.place(HANDLER, case, kind="acceptance", on="2026-09-02")
    case = desk.place(HANDLER, case, kind="search", on="2026-09-03", places=["档案室", "业务系统"], method="按名称检索", result="found")
    case = desk.place(
        HANDLER, case, kind="consultation", on="2026-09-04", type="third_party", party={"name": "样例公司", "address": "冠县样例路2号"},
        question=f"是否同意公开{HOSTILE if hostile else ''}？",
    )  # fmt: skip
    asked = case["version"]
    case = served(desk, case, "third_party_inquiry", "2026-09-04", received_on="2026-09-06", method="post", post_number="EM990000037CN")
    case = desk.place(HANDLER, case, kind="opinion", on="2026-09-15", consultation=asked, stance="consent", text="同意公开。")
    case = desk.place(HANDLER, case, kind="note", on="2026-09-16", text="误写的备注")
    case = desk.place(HANDLER, case, kind="revocation", on="2026-09-16", of=case["version"], reason="写错了案件")
    case = desk.place(
        HANDLER, case, kind="draft", on="2026-09-17",
        items=[{"item": 1, "outcome": "disclosed", "where": "随本答复书提供", "provided": [{"title": "安置方案", "pages": 3}]}],
    )  # fmt: skip
    case = desk.place(HEAD, case, kind="decision", on="2026-09-18")
    case = served(desk, case, "disclosed", "2026-09-18", method="post", post_number="EM990000038CN")
    reply = next(one["id"] for one in case["letters"] if one["kind"] == "disclosed")
    case = desk.place(INTAKE, case, kind="service", on="2026-09-25", letter=reply, outcome="returned", why="moved")
    case = desk.place(INTAKE, case, kind="service", on="2026-09-26", letter=reply, method="direct", recipient="周文博（样例）")
    for notice in [one for one in case["unsent"] if one["letter"] != reply]:
        case = desk.place(INTAKE, case, kind="service", on="2026-09-26", letter=notice["letter"], method="direct")
    case = desk.place(ARCHIVIST, case, kind="archival", on="2026-10-10", retention="永久", volume="2026-样例-7")
    return desk.place(HANDLER, case, kind="remedy", on="2026-10-12", type="reconsideration", body="冠县人民政府")


def served(desk: Desk, case: dict[str, Any], kind: str, on: str, **fields: Any) -> dict[str, Any]:
    letter = next(one["id"] for one in case["letters"] if one["kind"] == kind)
    return desk.place(INTAKE, case, kind="service", on=on, letter=letter, **fields)


def attach(desk: Desk, case: dict[str, Any], name: str, data: bytes, **fields: str) -> dict[str, Any]:
    """Keep a paper on the day of the file's last act."""
    before, desk.clock.now = desk.clock.now, datetime.combine(date.fromisoformat(case["acts"][-1]["on"]), time(12, 0), SHANGHAI)
    answer = desk.client.post(
        f"/api/cases/{case['id']}/attachments", headers={"Authorization": f"Bearer {desk.tokens[INTAKE]}"}, files={"file": (name, data)}, data=fields
    )
    desk.clock.now = before
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def package(desk: Desk, case: dict[str, Any]) -> bytes:
    answer = desk.call(ARCHIVIST, "GET", f"/api/cases/{case['id']}/archive", X_Reason=quote("向县档案馆移交"))
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


def files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def unpacked(data: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        bundle.extractall(folder)
    return folder
