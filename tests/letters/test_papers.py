"""卷内文件: one order for index and package, pages that add up, 答复审批单 and 办理记录 from the acts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from letters.agencies import load_agencies
from letters.compose import compose
from letters.compose.papers import Kept, approval_sheet, handling_record, made, papers, reference_sheet
from letters.compose.sheet import Attached
from letters.contexts.forms import FileIndex, TransferList, Transferred
from letters.html import html
from letters.prints import delivery_receipts, labels
from tests.workflow.desk import Desk, handling

AGENCY = load_agencies()["gx-zrzy"]
AT = datetime(2026, 3, 3, 1, tzinfo=UTC)
LATER = datetime(2026, 9, 3, 1, tzinfo=UTC)


def words(kind: str, context: Any) -> str:
    return re.sub(r"<[^>]+>|\n", "", html(kind, context).split('<div class="text')[1])


def replied() -> Desk:
    """Searched, consulted, examined, sent back once, reviewed, signed with an answered warning, served."""
    desk = handling()
    desk.place("search", "2026-03-04", places=["档案室"], method="按名称检索", result="found", text="查到一份")
    desk.place("consultation", "2026-03-05", type="internal", party={"name": "法制股"}, question="能否公开？")
    desk.place("opinion", "2026-03-06", consultation=desk.case.version, stance="consent", text="可以公开")
    items = [{"item": 1, "outcome": "disclosed", "provided": [{"title": "公告", "pages": 2}], "where": "随信提供", "reason": "已经核对"}]
    desk.place("draft", "2026-03-09", items=items).place("return", "2026-03-10", reason="请核对页数")
    desk.place("draft", "2026-03-11", items=items, remark="已经核对页数")
    desk.place("legal_review", "2026-03-12", passes=True, text="程序合法")
    return desk.place("decision", "2026-03-13", overrides={"secrecy_not_reviewed": "原件早已张贴"}, remark="同意")


def archived(kept: Kept | None = None) -> tuple[Desk, FileIndex]:
    desk = replied()
    desk.serve(desk.case.version, "2026-03-16").place("archival", "2026-03-20", volume="档-7")
    (letter,) = compose(desk.case, desk.case.acts[-1], AGENCY, desk.rules, lambda _: (1, "样例1号"), {}, kept)
    assert isinstance(letter.context, FileIndex)
    return desk, letter.context


ATTACHED = (
    Attached("a", "封面.jpg", "申请信封", AT), Attached("b", "表.xlsx", None, AT), Attached("c", "签收单.pdf", "EMS签收", AT),
)  # fmt: skip


def test_the_index_is_the_list_that_the_package_is_made_from() -> None:
    desk, index = archived(Kept(attached=ATTACHED))
    found = papers(desk.case, desk.rules, AGENCY, Kept(attached=ATTACHED))
    assert [row.title for row in index.rows] == [paper.title for paper in found]
    assert [row.title for row in index.rows] == [
        "政府信息公开申请答复书", "政府信息公开申请答复审批单", "申请信封：封面.jpg", "政府信息公开申请登记回执",
        "政府信息公开申请会商单", "办理记录",
        "表.xlsx", "送达回证", "EMS签收：签收单.pdf",
    ]  # fmt: skip
    assert index.pages is None, "nothing was counted"
    assert index.rows[2].responsible == "周立新（样例）"


def test_the_pages_of_the_index_follow_one_another() -> None:
    found = papers(archived()[0].case, archived()[0].rules, AGENCY, Kept(attached=ATTACHED))
    pages: dict[str, int | None] = {paper.id: n + 1 for n, paper in enumerate(found)}
    pages["b"] = None
    desk, index = archived(Kept(attached=ATTACHED, pages=pages))
    assert [row.page for row in index.rows] == ["1", "2", "4", "7", "11", "16", None, "22", "30-38"]
    assert [row.remark for row in index.rows].count("电子文件") == 1
    assert index.pages == 38
    said = words("file_index", index)
    assert "共9件，38页。" in said
    sheet = reference_sheet(desk.case, desk.case.acts[-1], index)
    said = words("reference_sheet", sheet)
    assert "本卷共有文件9件，38页。" in said
    assert "下列1件为电子文件，不编页号：表.xlsx。" in said
    assert "立卷人样例" in said
    assert "档号档-7" in said


def test_what_came_after_the_file_was_put_away_comes_last() -> None:
    desk, index = archived(Kept(attached=ATTACHED))
    late = (*ATTACHED, Attached("d", "复议申请.pdf", "复议", LATER))
    desk.place("remedy", "2026-04-01", type="reconsideration", body="冠县人民政府")
    found = papers(desk.case, desk.rules, AGENCY, Kept(attached=late))
    assert [paper.title for paper in found[: len(index.rows)]] == [row.title for row in index.rows]
    assert [paper.title for paper in found[len(index.rows) :]] == ["复议：复议申请.pdf"]


def test_the_approval_sheet_says_what_was_decided_by_whom_and_when() -> None:
    desk = replied()
    sheet = approval_sheet(desk.case, AGENCY, desk.rules, desk.case.acts[-1].act.on, seq=desk.case.version)
    said = words("approval_sheet", sheet)
    for part in (
        "登记号样例1号", "收到日期2026年3月2日", "申请人周立新（样例）", "答复期限2026年3月30日", "拟发文书予以公开答复书",
        "决定：予以公开。依据：条例36条（二）、条例40条。理由：已经核对", "2026年3月4日，检索", "2026年3月6日，法制股（同意公开）：可以公开",
        "样例退回修改：请核对页数", "卷内没有保密审查的记录", "说明：原件早已张贴",
        "拟稿已经核对页数样例　2026年3月11日9:00", "合法性审核通过。程序合法样例　2026年3月12日9:00", "签发同意样例　2026年3月13日9:00",
    ):  # fmt: skip
        assert part in said, part


def test_before_the_signature_the_sheet_leaves_room_for_it() -> None:
    desk = handling().place("draft", "2026-03-11", items=[{"item": 1, "outcome": "third_party"}])
    said = words("approval_sheet", approval_sheet(desk.case, AGENCY, desk.rules, desk.case.acts[-1].act.on))
    assert "文号签发后编号" in said
    assert said.count("（签名）") == 2
    assert "未解决，不能签发。" in said


def test_a_reply_given_again_has_a_sheet_of_its_own_and_the_first_stays_as_it_was() -> None:
    desk = replied()
    first = desk.case.version
    before = approval_sheet(desk.case, AGENCY, desk.rules, desk.case.acts[-1].act.on, seq=first)
    desk.serve(first, "2026-03-16")
    desk.place("reopening", "2026-04-01", basis="own_motion", replaces="correct", reason="所引条款有误")
    desk.place("draft", "2026-04-02", items=[{"item": 1, "outcome": "needs_processing", "reason": "需要汇总"}]).place("decision", "2026-04-03")
    found = [paper for paper in papers(desk.case, desk.rules, AGENCY, Kept()) if paper.id.startswith("approval_sheet")]
    assert len(found) == 2
    kind, again = made(found[0], desk.case, AGENCY, desk.rules, Kept())
    assert (kind, again) == ("approval_sheet", before)
    assert "需要加工" in words(*made(found[1], desk.case, AGENCY, desk.rules, Kept()))


def test_the_record_tells_every_act_in_words_and_no_key_of_a_table() -> None:
    desk, _index = archived()
    record = handling_record(desk.case, AGENCY, desk.rules, desk.case.acts[-1].act.on)
    assert [row.title for row in record.rows] == [type(one.act).title for one in desk.case.acts[:-1]]
    said = words("handling_record", record)
    for part in ("档案室", "已查到", "同意公开", "程序合法", "原件早已张贴", "是否通过：是"):
        assert part in said, part
    assert not re.findall(r"：[a-z_]+", said)


@pytest.mark.parametrize("kind", ["approval_sheet", "handling_record", "reference_sheet"])
def test_the_papers_of_the_file_come_back_from_json_as_they_went(kind: str) -> None:
    desk, index = archived()
    on = desk.case.acts[-1].act.on
    context: Any = {
        "approval_sheet": lambda: approval_sheet(desk.case, AGENCY, desk.rules, on, seq=10),
        "handling_record": lambda: handling_record(desk.case, AGENCY, desk.rules, on),
        "reference_sheet": lambda: reference_sheet(desk.case, desk.case.acts[-1], index),
    }[kind]()
    assert type(context).from_json(context.to_json()) == context


def of_every_kind() -> dict[str, Any]:
    """One of everything that is printed and kept in no file."""
    desk, index = archived()
    on = desk.case.acts[-1].act.on
    rows = [{"name": "周立新（样例）", "address": "冠县样例路1号（样例）", "postcode": "252500", "phone": "13800000000", "reference": "样例1号"}]
    receipts = [{"case_number": "样例1号", "document": "答复书", "addressee": "周立新（样例）"}]
    return {
        "approval_sheet": approval_sheet(desk.case, AGENCY, desk.rules, on, seq=10),
        "handling_record": handling_record(desk.case, AGENCY, desk.rules, on),
        "reference_sheet": reference_sheet(desk.case, desk.case.acts[-1], index),
        "labels": labels(rows, AGENCY, on),
        **{f"envelopes_{size}": labels(rows, AGENCY, on) for size in ("dl", "c5")},
        "delivery_receipts": delivery_receipts(receipts, AGENCY, on),
        "transfer_list": TransferList(
            letterhead=AGENCY.letterhead, on=on,
            rows=(
                Transferred(volume="2026-样例-7", case_number="样例1号", title="周立新（样例）的政府信息公开申请", year=2026, retention="定期30年",
                            archived_on=on, papers=9, pages=16),
                Transferred(volume=None, case_number="样例2号", title="样例公司的政府信息公开申请", year=2026, retention="永久", archived_on=on,
                            papers=5, pages=None),
            ),
        ),
    }  # fmt: skip
