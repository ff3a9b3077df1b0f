"""The reply says what happened: when it was asked for what, who was asked and when, and by which letter it took longer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from letters.agencies import load_agencies
from letters.compose import compose
from letters.html import html
from tests.workflow.desk import APPLICANT, Desk, handling, officer, registered
from workflow.acts import parse
from workflow.admission import admit, handed, siblings
from workflow.answers import Invalid
from workflow.case import Case, letter_id
from workflow.checks import Facts

AGENCY = load_agencies()["gx-zrzy"]


def reply(desk: Desk, **fields: Any) -> str:
    """The words of the reply that the last act signs; the letters of the file are numbered by their acts."""
    numbers = {letter_id(desk.case.id, signed.seq): f"样例〔2026〕{signed.seq}号" for signed in desk.case.acts}
    (letter, *_) = compose(desk.case, desk.case.acts[-1], AGENCY, desk.rules, lambda _: (1, "样例〔2026〕99号"), numbers)
    return re.sub(r"<[^>]+>|\n", "", html(letter.kind, letter.context, **fields).split('<div class="text')[1])


def signed(desk: Desk, on: str, **item: Any) -> str:
    desk.place("draft", on, items=[{"item": 1, "outcome": "disclosed", **item}]).place("decision", on)
    return reply(desk)


def test_a_reply_without_incidents_tells_none() -> None:
    words = signed(handling(), "2026-03-10")
    assert "本机关于2026年3月2日收到您当面提交的政府信息公开申请（登记号：样例1号），申请公开“某村征收土地公告（样例）”。经审查" in words


def corrected() -> Desk:
    desk = registered().place("correction_notice", "2026-03-04", matters=["写明年份"])
    return desk.serve(2, "2026-03-05").place("correction", "2026-03-10", wanted="某村2024年征收土地公告（样例）").place("acceptance", "2026-03-10")


def test_what_was_asked_for_in_a_correction_is_dated_by_it() -> None:
    words = signed(corrected(), "2026-03-12")
    assert "本机关于2026年3月2日收到您当面提交的政府信息公开申请（登记号：样例1号）。" in words
    assert "经补正，您于2026年3月10日申请公开“某村2024年征收土地公告（样例）”。" in words
    assert "本机关于2026年3月4日书面告知您补正申请（样例〔2026〕2号），于2026年3月10日收到补正材料。" in words


def test_a_correction_that_only_completes_the_applicant_leaves_the_date_of_the_request() -> None:
    desk = registered().place("correction_notice", "2026-03-04", matters=["提供身份证明"])
    who = {"name": "周立新（样例）", "id_number": "990000196203110004", "phone": "13800000001", "address": "样例路2号（样例）"}
    desk.place("correction", "2026-03-10", applicant=who).place("acceptance", "2026-03-10")
    words = signed(desk, "2026-03-12")
    assert "（登记号：样例1号），申请公开“某村征收土地公告（样例）”" in words
    assert "于2026年3月10日收到补正材料" in words


def test_what_was_taken_back_or_amended_is_told_as_it_is_known_now() -> None:
    """A consultation entered in error never was; an opinion is dated as amended."""
    asked = {"type": "other_agency", "party": {"name": "甲局"}, "question": "可否公开"}
    desk = handling().place("consultation", "2026-03-03", **asked).place("revocation", "2026-03-03", of=3, reason="误办")
    desk.place("consultation", "2026-03-03", **asked | {"party": {"name": "乙局"}}).serve(5, "2026-03-04")
    desk.place("opinion", "2026-03-09", consultation=5, stance="consent", text="同意")
    desk.place("amendment", "2026-03-10", by="handler", of=7, changes={"on": "2026-03-06"}, reason="对照收文登记")
    words = signed(desk, "2026-03-11")
    assert "甲局" not in words
    assert "乙局" in words
    assert "2026年3月6日" in words
    assert "2026年3月9日" not in words


def test_the_index_of_the_file_holds_what_holds_and_marks_what_is_void() -> None:
    desk = handling().place("consultation", "2026-03-03", type="other_agency", party={"name": "甲局"}, question="可否公开")
    desk.place("revocation", "2026-03-03", of=3, reason="误办").place("withdrawal", "2026-03-04")
    desk.serve(5, "2026-03-05").place("archival", "2026-03-06")
    numbers = {letter_id(desk.case.id, signed.seq): f"样例〔2026〕{signed.seq}号" for signed in desk.case.acts}
    (letter, *_) = compose(desk.case, desk.case.acts[-1], AGENCY, desk.rules, lambda _: (1, "样例〔2026〕99号"), numbers)
    rows = letter.context.to_json()["rows"]
    void = [row["title"] for row in rows if row["remark"] == "作废"]
    assert void == ["关于协助办理政府信息公开申请的函", "政府信息公开申请征求意见告知书"]
    assert len([row for row in rows if row["remark"]]) == 2


def test_a_finding_that_tells_of_the_correction_is_not_told_it_twice() -> None:
    words = signed(corrected(), "2026-03-12", outcome="unclear_after_correction", reason="仍未写明地点")
    assert words.count("2026年3月4日") == 1


def consulted(kind: str = "third_party", name: str = "样例建设公司") -> Desk:
    return handling().place("consultation", "2026-03-04", type=kind, party={"name": name, "address": "样例路3号（样例）"}, question="可否公开")


def test_who_was_asked_and_when_he_answered() -> None:
    desk = consulted().serve(3, "2026-03-05").place("opinion", "2026-03-12", consultation=3, stance="consent", text="同意")
    words = signed(desk, "2026-03-13")
    assert "本机关于2026年3月4日依法书面征求第三方的意见，于2026年3月12日收到其意见。" in words
    assert "样例建设公司" not in words


def test_an_agency_is_named_and_its_silence_told() -> None:
    desk = consulted("joint_agency", "冠县住房和城乡建设局").serve(3, "2026-03-05")
    desk.place("silence", "2026-03-30", consultation=3)
    assert "依法书面征求冠县住房和城乡建设局的意见，冠县住房和城乡建设局逾期未提出意见。" in signed(desk, "2026-03-31")


def test_what_stayed_within_the_agency_is_not_told() -> None:
    desk = consulted("internal", "法制科").place("opinion", "2026-03-05", consultation=3, stance="consent", text="同意")
    assert "法制科" not in signed(desk, "2026-03-06")


def test_an_extension_names_its_letter_in_the_order_of_what_happened() -> None:
    desk = handling().place("extension", "2026-03-20", days=20, reason="卷宗量大", notified_on="2026-03-20")
    party = {"name": "样例公司", "address": "样例路3号（样例）"}
    desk.place("consultation", "2026-03-23", type="third_party", party=party, question="可否公开").serve(4, "2026-03-24")
    desk.place("opinion", "2026-04-01", consultation=4, stance="consent", text="同意")
    words = signed(desk, "2026-04-10")
    course = "本机关于2026年3月20日决定延长答复期限20个工作日，并书面告知您（样例〔2026〕3号）。本机关于2026年3月23日依法书面征求第三方的意见，"
    assert course in words


def test_a_longer_period_that_was_told_to_nobody_is_not_said_to_have_been() -> None:
    """READINGS R-A5: it has no effect."""
    desk = handling().place("extension", "2026-03-20", days=20, reason="卷宗量大")
    assert "延长答复期限" not in signed(desk, "2026-03-24")
    desk = handling().place("extension", "2026-03-20", days=20, reason="卷宗量大").serve(3, "2026-03-20")
    assert "决定延长答复期限20个工作日，并书面告知您" in signed(desk, "2026-03-24")


def test_a_fee_and_its_payment_are_told() -> None:
    desk = handling(already=10).place("fee_notice", "2026-03-04", basis="per_item", amount_fen=10000).serve(3, "2026-03-05")
    desk.place("payment", "2026-03-10", amount_fen=10000)
    assert "本机关于2026年3月4日通知您缴纳信息处理费（样例〔2026〕3号），您于2026年3月10日缴清。" in signed(desk, "2026-03-12")


def reduced() -> Desk:
    desk = handling(already=30).place("fee_notice", "2026-03-04", basis="per_item", amount_fen=20000).serve(3, "2026-03-05")
    return desk.place("waiver", "2026-03-06", reason="生活困难", amount_fen=5000)


def test_a_fee_that_was_reduced_is_told_with_what_was_left_to_pay() -> None:
    """READINGS R-fee-waiver: the notice names more than was to be paid."""
    words = signed(reduced().place("payment", "2026-03-10", amount_fen=15000), "2026-03-12")
    assert "通知您缴纳信息处理费（样例〔2026〕3号），后决定减收50元，您于2026年3月10日缴清。" in words
    words = reply(reduced().place("abandonment", "2026-04-03"))
    assert "要求自收到次日起20个工作日内缴纳信息处理费。本机关后决定减收50元，其余仍应当缴纳。期限已于2026年4月2日届满" in words


def test_what_was_served_by_public_notice_was_not_received() -> None:
    """READINGS R-public-notice: it is taken to be."""
    desk = registered().place("correction_notice", "2026-03-04", matters=["写明年份"], days=10)
    letter = letter_id(desk.case.id, 2)
    desk.place("service", "2026-03-04", letter=letter, method="post").place("service", "2026-03-16", letter=letter, outcome="returned", why="moved")
    desk.place("service", "2026-03-17", letter=letter, method="public_notice")
    slip = reply(desk)
    assert "视为送达的日期2026年4月16日" in slip
    assert "签收日期" not in slip
    words = reply(desk.place("abandonment", "2026-05-06"))
    assert "发出补正告知书，因其他方式无法送达，该文书经公告于2026年4月16日视为送达，要求自收到次日起10个工作日内补正。" in words
    assert "您于2026年4月16日收到" not in words


def test_the_parts_of_a_request_tell_of_its_split_and_of_what_came_before() -> None:
    """READINGS R-split-clock: each part is answered by itself, and late only where the whole had been."""
    first = registered().place("correction_notice", "2026-03-03", matters=["写明哪些材料"]).serve(2, "2026-03-03")
    first.place("correction", "2026-03-05", wanted="某村2024年村务公开材料和征地公告").place("acceptance", "2026-03-05")
    first.place("extension", "2026-03-16", days=10, reason="卷宗多").serve(6, "2026-03-16")
    parts = [{"wanted": "某村2024年村务公开材料"}, {"wanted": "某村2024年征地公告"}]
    first.place("split", "2026-03-18", parts=parts, reason="不是一件事")
    at = datetime(2026, 3, 18, 1, 0, tzinfo=UTC)
    empty = Case("00000000-0000-4000-8000-000000000002", "gx-zrzy", "样例2号")
    case = admit(empty, siblings(first.case, first.rules)[0], officer("handler"), at, first.rules, date(2026, 3, 18))
    receipt = reply(Desk(case=case))
    assert "本件系本机关于2026年3月18日按照一事一申请的原则对您提出的申请作拆分后另行登记的一件，单独答复。" in receipt
    assert "本件的答复期限至2026年4月17日（含当日）。" in receipt
    assert "20个工作日" not in receipt
    second = signed(Desk(case=case), "2026-04-02")
    split = "本机关于2026年3月18日按照一事一申请的原则对您提出的申请作了拆分，"
    before = "本机关于2026年3月3日书面告知您补正申请，于2026年3月5日收到补正材料。本机关于2026年3月16日决定延长答复期限10个工作日，并书面告知您。"
    assert before + split + "本件系拆分后另行登记的一件。" in second
    assert split + "其余事项另行登记、分别答复。" in signed(first, "2026-04-02")


def test_a_part_that_was_split_off_while_a_third_party_was_asked_says_so() -> None:
    first = handling(items=["甲材料", "乙材料"])
    party = {"name": "样例公司", "address": "样例路3号（样例）"}
    first.place("consultation", "2026-03-04", type="third_party", party=party, question="可否", items=[1])
    first.serve(3, "2026-03-04").place("split", "2026-03-11", parts=[{"wanted": "甲材料"}, {"wanted": "乙材料"}], reason="不是一件事")
    empty = Case("00000000-0000-4000-8000-000000000002", "gx-zrzy", "样例2号")
    at = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
    case = admit(empty, siblings(first.case, first.rules)[0], officer("handler"), at, first.rules, date(2026, 3, 11))
    assert "本机关自2026年3月4日至2026年3月11日依法征求意见，所需时间不计算在答复期限内。" in signed(Desk(case=case), "2026-03-12")


def test_a_joint_reply_says_of_which_request_it_tells() -> None:
    """READINGS R-together: what was done on some of them is not told of all."""
    desks = [Desk(case=Case(f"00000000-0000-4000-8000-00000000000{n}", "gx-zrzy", f"样例{n}号")) for n in (1, 2, 3)]
    for desk in desks:
        given = {"applicant": APPLICANT, "channel": "in_person", "submitted_on": "2026-03-02", "wanted": "某村征地公告"}
        desk.place("registration", "2026-03-02", **given).place("acceptance", "2026-03-02")
        if desk is not desks[0]:
            desk.place("extension", "2026-03-20", days=10, reason="卷宗多", notified_on="2026-03-20")
    others = (desks[1].case, desks[2].case)
    desks[0].facts = Facts(others=others)
    desks[0].place("draft", "2026-03-25", items=[{"item": 1, "outcome": "disclosed"}], together=["样例2号", "样例3号"])
    desks[0].place("decision", "2026-03-25")
    case, rules = desks[0].case, desks[0].rules
    (letter, *_) = compose(case, case.acts[-1], AGENCY, rules, lambda _: (1, "样例〔2026〕99号"), others=others)
    assert "就登记号为样例2号、样例3号的申请，本机关于2026年3月20日决定延长答复期限10个工作日，" in html(letter.kind, letter.context)


def test_a_reply_that_came_back_is_said_to_have_come_back() -> None:
    """READINGS R-returned: who asked has not had what the new reply speaks of."""
    desk = handling().place("draft", "2026-03-10", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-03-11")
    letter = letter_id(desk.case.id, 4)
    desk.place("service", "2026-03-12", letter=letter, method="post").place("service", "2026-03-20", letter=letter, outcome="returned", why="moved")
    desk.place("reopening", "2026-03-23", basis="own_motion", replaces="supplement", reason="漏答一份附件（附图）")
    words = signed(desk, "2026-03-30")
    assert "作出答复（样例〔2026〕4号），送出后被退回，于2026年3月23日决定自行纠正，理由如下：漏答一份附件（附图）。本答复书是" in words


def test_a_request_that_went_round_is_told_as_it_went() -> None:
    """READINGS R-handover: the first unit had it from the applicant himself, and its day stands."""
    made, at = [registered()], datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
    for n, to in enumerate(("gx-rsj", "gx-zjj", "gx-zrzy"), 2):
        before = made[-1]
        gives, takes = (officer("intake").model_copy(update={"agency": unit}) for unit in (before.case.agency, to))
        before.case = admit(
            before.case, parse({"kind": "handover", "on": "2026-03-05", "to": to, "reason": "不属于本单位"}),
            gives, at, before.rules, date(2026, 3, 5),
        )  # fmt: skip
        empty = Case(f"00000000-0000-4000-8000-00000000000{n}", to, f"样例{n}号")
        taken = admit(empty, handed(before.case, f"{gives.agency}局"), takes, at, before.rules, date(2026, 3, 5))
        made.append(Desk(case=taken))
    third = reply(made[2])
    assert "收到您向gx-zrzy局当面提交、后由gx-rsj局移送的政府信息公开申请（登记号：样例3号）" in third
    assert "答复期限仍自其首次收到该申请之日（2026年3月2日）起计算，不因移送而延长。" in third
    assert "答复期限自其收到移送之日起计算。" in reply(made[1])
    assert "本机关于2026年3月2日收到您当面提交、后由gx-zjj局移送回本机关的政府信息公开申请，已经登记，登记号为样例4号。" in reply(made[3])


def test_letters_call_nobody_an_agent_who_is_none() -> None:
    """READINGS R-co-applicants: an heir and a legal representative act in their own right."""
    for relation, words in (("entrusted", "委托代理人"), ("heir", "承继申请的近亲属"), ("legal_representative", "法定代表人、负责人")):
        desk = registered(agent={"name": "何某（样例）", "relation": relation, "phone": "13800000009"})
        assert f"本件的文书向{words}何某（样例）送达。" in reply(desk)


def test_a_reply_made_again_names_the_one_before_and_nothing_of_its_time() -> None:
    desk = handling().place("extension", "2026-03-20", days=20, reason="卷宗量大", notified_on="2026-03-20")
    desk.place("draft", "2026-03-24", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-03-25")
    desk.serve(5, "2026-03-26").place("remedy", "2026-03-27", type="reconsideration", body="冠县人民政府", case_number="样例复决〔2026〕1号")
    desk.place("remedy_result", "2026-03-31", remedy=7, result="corrected", orders_rehandling=True)
    desk.place("reopening", "2026-04-01", remedy=7)
    words = signed(desk, "2026-04-08")
    assert (
        "本机关曾于2026年3月25日作出答复（样例〔2026〕5号），冠县人民政府的行政复议决定（样例复决〔2026〕1号）责令重新处理，"
        "本机关于2026年4月1日重新处理；上述答复不再执行，以本答复书为准。" in words
    )
    assert "延长答复期限" not in words


@pytest.mark.parametrize(
    ("replaces", "becomes"),
    [
        ("revoke", "上述答复予以撤销，以本答复书为准。"),
        ("supplement", "本答复书是对上述答复的补充，其他内容不变。"),
        ("correct", "上述答复与本答复书不一致的，以本答复书为准。"),
    ],
)
def test_a_reply_that_the_agency_corrects_says_why_and_what_becomes_of_the_one_before(replaces: str, becomes: str) -> None:
    """READINGS R-own-motion."""
    desk = handling().place("draft", "2026-03-24", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-03-25")
    desk.serve(4, "2026-03-25").place("reopening", "2026-04-01", basis="own_motion", replaces=replaces, reason="漏答一份附件")
    words = signed(desk, "2026-04-08")
    assert f"本机关曾于2026年3月25日作出答复（样例〔2026〕4号），于2026年4月1日决定自行纠正，理由如下：漏答一份附件。{becomes}" in words


def test_a_withdrawal_that_was_none_is_named_by_its_letter() -> None:
    desk = handling().place("withdrawal", "2026-03-24").serve(3, "2026-03-24")
    desk.place("reopening", "2026-03-26", basis="own_motion", replaces="revoke", reason="登记有误")
    assert "作出撤回申请告知书（样例〔2026〕3号），" in signed(desk, "2026-04-08")


def test_an_excused_delay_lifts_the_closing_and_is_no_new_handling() -> None:
    """READINGS R-excused: what had been done before is told all the same."""
    desk = handling().place("consultation", "2026-03-03", type="other_agency", party={"name": "样例局"}, question="可否公开").serve(3, "2026-03-03")
    desk.place("opinion", "2026-03-04", consultation=3, stance="consent", text="同意").place("correction_notice", "2026-03-05", matters=["年份"])
    desk.serve(6, "2026-03-05").place("abandonment", "2026-03-27").serve(8, "2026-03-27")
    desk.place("reopening", "2026-04-01", basis="excused_delay", reason="住院").place("correction", "2026-04-01").place("acceptance", "2026-04-01")
    words = signed(desk, "2026-04-08")
    assert "书面征求样例局的意见" in words
    assert "作出不再处理告知书（样例〔2026〕8号），您说明了逾期的正当理由，本机关于2026年4月1日恢复办理，上述不再处理告知书不再执行。" in words


@pytest.mark.parametrize("kind", ["decision", "withdrawal"])
def test_what_never_left_has_told_nobody_and_is_replaced_by_nothing(kind: str) -> None:
    """READINGS R-own-motion."""
    desk = handling().place("draft", "2026-03-24", items=[{"item": 1, "outcome": "disclosed"}]) if kind == "decision" else handling()
    desk.place(kind, "2026-03-25").place("reopening", "2026-04-01", basis="own_motion", replaces="revoke", reason="登记有误")
    words = signed(desk, "2026-04-08")
    assert "曾于" not in words
    assert "登记有误" not in words
    assert "予以撤销" not in words


def test_a_reply_that_lay_about_until_an_order_came_over_the_silence_is_not_recited() -> None:
    """READINGS R-inaction, R-own-motion: the order is told of, and the letter that was never sent is void."""
    desk = handling().place("draft", "2026-03-24", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-03-25")
    desk.place("remedy", "2026-04-13", type="litigation", body="样例县人民法院", against="inaction", case_number="（2026）样例1号")
    desk.place("remedy_result", "2026-04-20", remedy=5, result="corrected", orders_rehandling=True).place("reopening", "2026-04-21", remedy=5)
    assert desk.case.letters(desk.rules)[1].void
    words = signed(desk, "2026-04-24")
    assert "样例县人民法院（2026）样例1号判决责令答复，本机关于2026年4月21日重新处理。" in words
    assert "曾于" not in words


def test_an_order_on_an_open_file_replaces_nothing() -> None:
    desk = handling().place("remedy", "2026-04-13", type="litigation", body="样例县人民法院", against="inaction")
    desk.place("remedy_result", "2026-06-01", remedy=3, result="corrected", orders_rehandling=True, within=15)
    words = signed(desk, "2026-06-08")
    assert "不再执行" not in words
    assert "样例县人民法院的判决责令本机关答复，本机关于2026年6月1日收到。" in words, "it is by this that the reply is due"


def test_an_order_that_was_followed_already_is_told_by_its_reopening_alone() -> None:
    desk = handling().place("draft", "2026-03-24", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-03-25")
    desk.serve(4, "2026-03-26").place("remedy", "2026-03-27", type="complaint", body="样例市人民政府办公室")
    desk.place("remedy_result", "2026-03-31", remedy=6, result="corrected", orders_rehandling=True).place("reopening", "2026-04-01", remedy=6)
    words = signed(desk, "2026-04-08")
    assert words.count("样例市人民政府办公室的处理决定责令") == 1


def test_other_letters_after_a_correction_date_the_request_too() -> None:
    desk = corrected().place("extension", "2026-03-20", days=20, reason="卷宗量大")
    assert "经补正，您于2026年3月10日申请公开" in reply(desk)


@pytest.mark.parametrize("make", [corrected, consulted, handling])
def test_an_older_context_without_a_course_is_read_and_printed(make: Callable[[], Desk]) -> None:
    desk = handling().place("draft", "2026-03-10", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-03-10")
    (letter,) = compose(desk.case, desk.case.acts[-1], AGENCY, desk.rules, lambda _: (1, "样例〔2026〕99号"))
    data = letter.context.to_json()
    del data["course"], data["request"]["corrected_on"]
    assert type(letter.context).from_json(data) == letter.context


# ---------------------------------------------------------------------------------------------- articles and facts


def test_every_reply_names_an_article() -> None:
    """Guiding Case 41: a decision that names none counts as one without."""
    for outcome, article in (("reissue", "第二条、第三十六条"), ("other", "第三十三条、第三十六条")):
        assert f"根据《中华人民共和国政府信息公开条例》{article}的规定" in signed(handling(), "2026-03-10", outcome=outcome, reason="见说明")
        words = signed(handling(), "2026-03-10", outcome=outcome, reason="见说明", law="《某法》第三条")
        assert "根据《某法》第三条的规定" in words
        assert article not in words


def test_what_is_typed_of_the_way_to_get_it_is_printed() -> None:
    for outcome in ("publication", "other"):
        words = signed(handling(), "2026-03-10", outcome=outcome, reason="见说明", where="县图书馆（样例）", channel="新华书店（样例）")
        assert "县图书馆（样例）" in words
        assert "新华书店（样例）" in words


def objected(reasonable: bool, **item: str) -> tuple[str, str]:
    """The reply, and what the third party is told, where its objection did not prevail."""
    desk = consulted().serve(3, "2026-03-05")
    desk.place("opinion", "2026-03-12", consultation=3, stance="object", text="不同意", reasonable=reasonable)
    desk.place("draft", "2026-03-13", items=[{"item": 1, "outcome": "disclosed", **item}]).place("decision", "2026-03-13")
    letters = compose(desk.case, desk.case.acts[-1], AGENCY, desk.rules, lambda _: (1, "样例〔2026〕99号"))
    words = {one.kind: re.sub(r"<[^>]+>|\n", "", html(one.kind, one.context)) for one in letters}
    return words["disclosed"], words["third_party_notice"]


def test_against_the_will_of_a_third_party_the_public_interest_and_its_article_are_named() -> None:
    reply, notice = objected(True, public_interest="评估结论关系到公共安全")
    assert "第三方不同意公开。本机关认为，不公开该信息可能对公共利益造成重大影响：评估结论关系到公共安全。" in reply
    assert "第三十二条" in reply
    assert "不公开可能对公共利益造成重大影响：评估结论关系到公共安全。" in notice
    assert "不合理" not in notice


def test_a_third_party_whose_reasons_were_found_unreasonable_is_told_that_and_no_more() -> None:
    reply, notice = objected(False)
    assert "第三方不同意公开。经审查，本机关认为其理由不合理。" in reply
    assert "经审查，所提出的不同意公开的理由不合理。" in notice
    assert "不会损害合法权益" not in notice


def test_a_third_party_is_told_what_is_given_and_kept_back_and_not_who_asked() -> None:
    """条例 32: the content and the reasons; the applicant is none of its business."""
    desk = handling(wanted="周立新（样例）的房屋（冠县样例路1号（样例））的评估报告。").place(
        "consultation", "2026-03-04", type="third_party", party={"name": "样例评估公司", "address": "样例路3号（样例）"}, question="可否公开"
    )
    desk.serve(3, "2026-03-05").place("opinion", "2026-03-12", consultation=3, stance="object", text="不同意", reasonable=True)
    item = {"outcome": "partial", "withheld": "附件二测算表。", "withheld_under": "third_party", "public_interest": "周立新（样例）等住户的安全"}
    desk.place("draft", "2026-03-13", items=[{"item": 1, **item}]).place("decision", "2026-03-13")
    letters = compose(desk.case, desk.case.acts[-1], AGENCY, desk.rules, lambda _: (1, "样例〔2026〕99号"))
    words = re.sub(r"<[^>]+>|\n", "", html("third_party_notice", letters[1].context))
    assert "的评估报告（区分处理后公开，不予公开的内容为：附件二测算表）。" in words
    assert "周*等住户的安全" in words
    assert "周立新" not in words
    assert "样例路1号" not in words


def withheld(stance: str, reasonable: bool | None) -> str:
    desk = consulted().serve(3, "2026-03-05")
    desk.place("opinion", "2026-03-12", consultation=3, stance=stance, text="见说明", reasonable=reasonable)
    desk.place("draft", "2026-03-13", items=[{"item": 1, "outcome": "third_party", "ground": "trade_secret", "reason": "见说明"}])
    return reply(desk.place("decision", "2026-03-13"))


def test_reasons_of_a_third_party_are_called_good_only_where_they_were_found_so() -> None:
    assert "第三方不同意公开，其理由合理。" in withheld("object", True)
    for stance in ("object", "partial"):
        words = withheld(stance, stance == "partial")
        assert "其理由合理" not in words
        assert "已经依法书面征求第三方的意见，并对其意见进行了审查。" in words


def test_a_third_party_that_could_not_be_reached_kept_no_silence() -> None:
    """READINGS R-unreachable."""
    letter = letter_id(consulted().case.id, 3)
    desk = consulted().place("service", "2026-03-04", letter=letter, method="post")
    desk.place("service", "2026-03-12", letter=letter, outcome="returned", why="moved")
    desk.place("silence", "2026-03-13", consultation=3, unreachable=True, efforts="登记地址已搬迁，电话不通")
    words = signed(desk, "2026-03-16", outcome="third_party", ground="trade_secret", reason="见说明")
    assert "本机关于2026年3月4日依法书面征求第三方的意见，因无法送达，未能取得其意见。" in words
    assert "本机关已经依法书面征求第三方的意见，因无法送达，未能取得其意见，本机关依照规定作出决定。" in words
    assert "逾期" not in words


def test_a_third_party_that_agrees_to_a_part_is_not_said_to_refuse_all() -> None:
    desk = consulted().serve(3, "2026-03-05")
    desk.place("opinion", "2026-03-12", consultation=3, stance="partial", text="结论可以公开", reasonable=True)
    assert "第三方不同意公开其中的部分内容。" in signed(desk, "2026-03-13", public_interest="关系公共安全")


def test_too_many_requests_are_told_with_their_figures() -> None:
    desk = handling().place("reasons_notice", "2026-03-04", facts="本年以来提出申请62件，其中41件内容相近").serve(3, "2026-03-05")
    desk.place("reasons", "2026-03-10", text="需要核对", reasonable=False, assessment="不是正当的需要")
    words = signed(desk, "2026-03-12", outcome="excessive")
    assert "明显超过合理范围，具体情况如下：本年以来提出申请62件，其中41件内容相近。" in words


def test_a_correction_of_a_record_is_no_request_for_information() -> None:
    words = signed(handling(), "2026-03-10", outcome="other", ground="record_correction", reason="已经更正")
    assert "收到您当面提交的更正政府信息的申请" in words
    assert "政府信息公开申请（" not in words
    assert "申请公开" not in words


def test_no_sentence_stands_on_two_grounds_and_none_lacks_its_object() -> None:
    for outcome in ("not_responsible", "needs_processing", "petition"):
        words = signed(handling(), "2026-03-10", outcome=outcome, reason="见说明")
        assert all(one.count("根据") < 2 for one in words.split("。"))
        assert "不属于本机关负责公开。" not in words


def test_what_can_be_had_only_later_is_no_enclosure() -> None:
    """条例 36(二): it is told how, where and when; 附件 names what goes with the letter."""
    given = {"provided": [{"title": "征收土地公告", "pages": 3}], "where": "到本机关窗口领取"}
    assert "附件：征收土地公告" in signed(handling(), "2026-03-10", **given)
    later = signed(handling(), "2026-03-10", **given, available_on="2026-03-20")
    assert "您可以获取“征收土地公告”（共3页）。" in later
    assert "附件：" not in later
    words = signed(handling(), "2026-03-10", outcome="partial", withheld="报价", withheld_under="internal_affairs", available_on="2026-03-20")
    assert "其余内容予以公开。" in words
    assert "一并提供" not in words


# ---------------------------------------------------------------------------------------------- fees


def charged(agency: Any = AGENCY, **fields: Any) -> str:
    desk = handling(already=10 if fields["basis"] == "per_item" else 0).place("fee_notice", "2026-03-04", **fields)
    (letter,) = compose(desk.case, desk.case.acts[-1], agency, desk.rules, lambda _: (1, "样例〔2026〕99号"))
    return re.sub(r"<[^>]+>|\n", "", html(letter.kind, letter.context))


def test_a_fee_is_asked_for_with_the_figure_that_is_beyond_measure() -> None:
    assert "本自然月内您此前已经申请10件，本次申请1件，申请公开政府信息的数量、频次明显超过合理范围。" in charged(basis="per_item", amount_fen=10000)
    by_page = charged(basis="per_page", pages=50, amount_fen=20000)
    assert "您申请公开的政府信息共50页，数量明显超过合理范围。" in by_page
    assert "频次" not in by_page


def test_a_fee_notice_carries_the_code_it_speaks_of() -> None:
    assert "缴款码：371525260001。" in charged(basis="per_item", amount_fen=10000, code="371525260001")
    assert "缴款码" not in charged(basis="per_item", amount_fen=10000)


def test_an_office_that_asks_for_a_code_must_give_one() -> None:
    payee = AGENCY.payee.model_copy(update={"way": "凭本通知书载明的缴款码缴纳"})
    agency = AGENCY.model_copy(update={"payee": payee})
    with pytest.raises(Invalid) as caught:
        charged(agency, basis="per_item", amount_fen=10000)
    assert caught.value.field == "code"
    assert "缴款码：371525260001。凭本通知书载明的缴款码缴纳。" in charged(agency, basis="per_item", amount_fen=10000, code="371525260001")


# ---------------------------------------------------------------------------------------------- the applicant's own words


def answered(*wanted: str, **names: str) -> str:
    desk = handling(items=list(wanted) if len(wanted) > 1 else [], wanted="\n".join(wanted))
    items: list[dict[str, Any]] = [{"item": place, "outcome": "disclosed"} for place in range(1, len(wanted) + 1)]
    for place, name in names.items():
        items[int(place[1:]) - 1]["name"] = name
    desk.place("draft", "2026-03-10", items=items).place("decision", "2026-03-10")
    (letter,) = compose(desk.case, desk.case.acts[-1], AGENCY, desk.rules, lambda _: (1, "样例〔2026〕99号"))
    return html(letter.kind, letter.context)


def test_the_words_of_a_request_are_quoted_once_and_nothing_is_doubled() -> None:
    words = answered("申请公开“合同价款”支付凭证。", "请问什么时候公布名单？", "安置方案")
    assert "<h2>一、关于申请的第一项</h2>" in words
    assert words.count("该项申请的内容为：“申请公开‘合同价款’支付凭证。”") == 1
    assert "该项申请的内容为：“请问什么时候公布名单？”</p>" in words
    assert "<h2>三、关于安置方案</h2>" in words
    for wrong in ("关于申请公开", "关于请问", "。</h2>", "？</h2>", "公开“申请公开", "““", "””"):
        assert wrong not in words


def test_a_name_given_by_the_officer_stands_in_the_heading_and_the_text_below_it() -> None:
    words = answered("请把征地的材料都给我！", "安置方案", n1="征收土地材料", n2="关于安置的方案")
    assert "<h2>一、关于征收土地材料</h2>" in words
    assert "该项申请的内容为：“请把征地的材料都给我！”</p>" in words
    assert "<h2>二、关于安置的方案</h2>" in words
    assert "该项申请的内容为：“安置方案”。" in words


def test_one_request_that_asks_by_itself_is_not_asked_twice() -> None:
    assert "（登记号：样例1号），申请的内容为：“申请公开安置方案。”</p>" in answered("申请公开安置方案。")
    assert "（登记号：样例1号），申请公开“安置方案”。</p>" in answered("安置方案")
