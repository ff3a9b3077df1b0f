"""A sample context of every kind of letter; `sample(kind, **changes)` gives one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from letters.agencies import load_agencies
from letters.contexts import LETTERS, forms, notices, parts, replies
from letters.render import render_here

ON = date(2026, 11, 24)
LAW = "《中华人民共和国政府信息公开条例》"


@cache
def head() -> parts.Letterhead:
    return load_agencies()["gx-zrzy"].letterhead


PERSON = parts.Addressee(name="龑昇堃", is_person=True)
REQUEST = parts.Request(
    number="冠自然资依申〔2026〕37号",
    received_on=date(2026, 11, 3),
    way="通过网络提交",
    wanted="关于冠县样例街道老旧片区改造项目（2023—2025年）的国有土地上房屋征收补偿方案、征求意见情况及修改情况、社会稳定风险评估报告、建设工程规划许可证",
)
CORRECTION = replace(REQUEST, called=parts.CORRECTION, wanted="更正本人不动产登记中的建筑面积（样例）")
REMEDY = parts.Remedy(
    variant="R2", review_body="冠县人民政府", court="冠县人民法院", review_days=60, suit_days=15, suit_months=6
)
R1 = replace(REMEDY, variant="R1")
WANTED = "样例街道老旧片区改造项目的国有土地上房屋征收补偿方案"
PERMIT = "建设工程规划许可证（建字第320104202400058号）"
REPORT = "社会稳定风险评估报告"
RECORD = "本人不动产登记中的建筑面积（样例）"
NOTED = {"letterhead": None, "on": ON, "number": "冠自然资公告〔2026〕12号", "to": PERSON, "request": REQUEST}


def article(text: str) -> str:
    return LAW + text


FINDINGS: dict[str, replies.Finding] = {
    "already_public": replies.AlreadyPublic(
        outcome="already_public", wanted=WANTED, law=article("第三十六条第（一）项"), reason=None,
        where="登录冠县人民政府门户网站（www.guanxian.example），依次进入“政务公开”、“法定主动公开内容”、“征收土地”栏目查阅",
    ),
    "disclosed": replies.Disclosed(
        outcome="disclosed", wanted=PERMIT, law=article("第三十六条第（二）项、第四十条"),
        reason="本机关已将复印件核对无误。", provided=(replies.Document(title="建设工程规划许可证", pages=3),),
        where="当面领取，或者通过邮寄取得", available_on=date(2026, 12, 1),
    ),
    "partial": replies.Partial(
        outcome="partial", wanted=REPORT, law=article("第三十七条"), reason="已经删除个人信息。",
        provided=(replies.Document(title="社会稳定风险评估报告（区分处理后）", pages=3),), where="当面领取",
        available_on=date(2026, 12, 1),
        withheld="被征收人的姓名、身份证号码和联系方式", under="涉及个人隐私", under_law=article("第十五条"),
        overruled=True, public_interest="评估结论关系到公共安全",
    ),
    "state_secret": replies.WithheldAbsolute(
        outcome="state_secret", wanted=REPORT, law=article("第十四条、第三十六条第（三）项"), reason="密级由原定密机关确定。",
        ground=None, forbidden_by=None,
    ),
    "forbidden_by_law": replies.WithheldAbsolute(
        outcome="forbidden_by_law", wanted=REPORT, law=article("第十四条、第三十六条第（三）项"), reason="统计资料涉及单个统计调查对象。",
        ground=None, forbidden_by="《中华人民共和国统计法》",
    ),
    "security_stability": replies.WithheldAbsolute(
        outcome="security_stability", wanted=REPORT, law=article("第十四条、第三十六条第（三）项"), reason="理由从略。",
        ground="公共安全", forbidden_by=None,
    ),
    "third_party": replies.WithheldThirdParty(
        outcome="third_party", wanted=REPORT, law=article("第十五条、第三十二条、第三十六条第（三）项"),
        reason="该信息包含第三方的报价和技术方案。", ground="商业秘密", objected=True, public_interest="项目已经竣工验收",
    ),
    "internal_affairs": replies.WithheldDiscretionary(
        outcome="internal_affairs", wanted=REPORT, law=article("第十六条第一款、第三十六条第（三）项"), reason="不涉及公众。", ground="后勤管理",
    ),
    "deliberative": replies.WithheldDiscretionary(
        outcome="deliberative", wanted=REPORT, law=article("第十六条第二款、第三十六条第（三）项"), reason="该稿未经会议审定。", ground="过程稿",
        name="风险评估报告",
    ),
    "enforcement_file": replies.WithheldDiscretionary(
        outcome="enforcement_file", wanted=REPORT, law=article("第十六条第二款、第三十六条第（三）项"), reason="该案尚在办理。", ground=None,
    ),
    "not_existing": replies.NotExisting(
        outcome="not_existing", wanted=REPORT, law=article("第三十六条第（四）项"), reason="该项目未作评估。",
        searches=(
            replies.Searched(
                on=date(2026, 11, 6), places=("综合档案室", "办公自动化系统", "业务专网"),
                method="按项目名称、文号和2019年至2026年各年度检索，并询问业务股室", found="均未发现相关信息",
            ),
        ),
    ),
    "not_responsible": replies.NotResponsible(
        outcome="not_responsible", wanted=REPORT, law=article("第三十六条第（五）项"), reason="该信息由住房和城乡建设部门制作。",
        responsible="冠县住房和城乡建设局", contact="冠县样例路14号，0635-0000014（样例）",
    ),
    "repeated": replies.Repeated(
        outcome="repeated", wanted=REPORT, law=article("第三十六条第（六）项"), reason="两次申请的项目、年度相同。",
        earlier_number="冠自然资公复〔2026〕3号", earlier_on=date(2026, 2, 9),
    ),
    "special_inquiry": replies.SpecialInquiry(
        outcome="special_inquiry", wanted=REPORT, law=article("第三十六条第（七）项"), reason="申请查询的是登记资料。",
        ground="不动产登记资料", special_law="《不动产登记暂行条例》", channel="冠县不动产登记中心（样例）窗口",
    ),
    "needs_processing": replies.NeedsProcessing(
        outcome="needs_processing", wanted=REPORT, law=article("第三十八条"), reason="需要将各年度台账重新汇总、统计。",
    ),
    "unclear_after_correction": replies.Unclear(
        outcome="unclear_after_correction", wanted=REPORT, law=article("第三十条"), reason="未写明项目名称。",
        asked_on=date(2026, 11, 5), corrected_on=date(2026, 11, 16),
    ),
    "petition": replies.Petition(
        outcome="petition", wanted=REPORT, law=article("第三十九条第一款"), reason="要求查处他人。", ground="举报", channel="冠县信访局（样例）",
    ),
    "publication": replies.Publication(
        outcome="publication", wanted=REPORT, law=article("第三十九条第二款"), reason="公报已经公开发行。", ground="政府公报",
        channel="冠县图书馆（样例）政府信息查阅点", where="《冠县人民政府公报》2026年第2期",
    ),
    "excessive": replies.Excessive(
        outcome="excessive", wanted=REPORT, law=article("第三十五条"), reason="同一内容反复申请", asked_on=date(2026, 11, 5), said="需要核对",
        facts="2026年以来，您向本机关提出申请62件，其中41件内容相近",
    ),
    "reissue": replies.Reissue(outcome="reissue", wanted=REPORT, law=article("第二条"), reason="此前已经提供。"),
    "other": replies.Other(
        outcome="other", wanted=REPORT, law=article("第四十一条"), reason="已经更正登记的面积。", channel="冠县样例机关", where="冠县样例窗口",
    ),
    "record_corrected": replies.RecordCorrected(
        outcome="record_corrected", wanted=RECORD, law=article("第四十一条"), reason="登记簿录入有误，已将登记的面积更正为98.6平方米。",
    ),
    "record_not_corrected": replies.RecordNotCorrected(
        outcome="record_not_corrected", wanted=RECORD, law=article("第四十一条"), reason="登记的面积与测绘报告一致。",
    ),
    "record_transferred": replies.RecordTransferred(
        outcome="record_transferred", wanted=RECORD, law=article("第四十一条"), reason="户籍记录由公安机关管理。", responsible="冠县公安局（样例）",
        contact="冠县样例路8号",
    ),
    "record_referred": replies.RecordReferred(
        outcome="record_referred", wanted=RECORD, law=article("第四十一条"), reason="婚姻登记记录由民政部门管理。", responsible="冠县民政局（样例）",
        contact="冠县样例路9号",
    ),
}  # fmt: skip

_ITEMS: dict[str, tuple[str, ...]] = {
    "disclosed": ("disclosed",),
    "already_public": ("already_public",),
    "partial": ("already_public", "deliberative", "partial", "disclosed"),
    "withheld_absolute": ("state_secret",),
    "withheld_third_party": ("third_party",),
    "withheld_discretionary": ("deliberative",),
    "not_existing": ("not_existing",),
    "not_responsible": ("not_responsible",),
    "repeated": ("repeated",),
    "special_inquiry": ("special_inquiry",),
    "needs_processing": ("needs_processing",),
    "unclear": ("unclear_after_correction",),
    "petition": ("petition",),
    "publication": ("publication",),
    "excessive": ("excessive",),
    "reissue": ("reissue",),
    "mixed": ("not_existing", "not_responsible"),
    "other_reply": ("other",),
    "record_corrected": ("record_corrected",),
    "record_not_corrected": ("record_not_corrected",),
    "record_transferred": ("record_transferred",),
    "record_referred": ("record_referred",),
    "correction_of_record": ("record_corrected", "other"),
}
_WITHHELD = {"withheld_absolute", "withheld_third_party", "withheld_discretionary"}

COURSE = (
    replies.Corrected(on=date(2026, 11, 5), number="冠自然资公补〔2026〕4号", received_on=date(2026, 11, 10)),
    replies.Charged(on=date(2026, 11, 11), number="冠自然资公费〔2026〕1号", paid_on=date(2026, 11, 12), waived=False),
    replies.Consulted(on=date(2026, 11, 12), of="样例依申〔2026〕7号", asked="第三方", answered_on=date(2026, 11, 20), silent=False),
    replies.Consulted(on=date(2026, 11, 12), asked="冠县住房和城乡建设局", answered_on=None, silent=True),
    replies.Extended(on=date(2026, 11, 20), number="冠自然资公延〔2026〕2号", days=20),
    replies.Deferred(on=date(2026, 11, 21), number="冠自然资公延〔2026〕3号", until=date(2026, 12, 31)),
    replies.Charged(on=date(2026, 11, 22), number="冠自然资公费〔2026〕2号", paid_on=None, waived=True),
    replies.Divided(on=date(2026, 11, 21), stays=True),
    replies.Suspended(on=date(2026, 11, 21), until=date(2026, 11, 22)),
    replies.Ordered(on=date(2026, 11, 22), decided="样例县人民法院（2026）样例1号判决"),
    replies.Redone(
        on=date(2026, 11, 22), number="冠自然资公复〔2026〕3号", again_on=date(2026, 11, 23), how="ordered",
        decided="冠县人民政府的行政复议决定（样例复决〔2026〕1号）",
    ),
    replies.Redone(
        on=date(2026, 11, 24), number="冠自然资公复〔2026〕4号", again_on=date(2026, 11, 25), how="correct", reason="所引条款有误",
    ),
    replies.Redone(
        on=date(2026, 11, 26), number="冠自然资公告〔2026〕5号", again_on=date(2026, 11, 27), how="excused", paper="不再处理告知书",
    ),
)

_OTHERS: dict[str, dict[str, Any]] = {
    "publication": {"course": COURSE, "request": replace(REQUEST, corrected_on=date(2026, 11, 10))},
    "receipt": {
        "to": PERSON, "request": REQUEST, "items": (WANTED, REPORT), "submitted_on": date(2026, 11, 2), "form": "纸质",
        "delivery": "邮寄", "due": date(2026, 12, 1), "due_is_provisional": True, "reply_days": 20,
    },
    "correction_notice": {"matters": ("申请人身份证明", "所需信息的年度"), "days": 15},
    "reasons_notice": {"facts": "2026年以来，您向本机关提出申请62件。\n其中41件内容相近。", "days": 10},
    "extension_notice": {"reason": "检索范围涉及的档案较多。", "days": 20, "due": date(2026, 12, 29), "due_is_provisional": True},
    "deferral_notice": {"reason": "申请数量较多。", "until": date(2026, 12, 31)},
    "third_party_inquiry": {
        "to": parts.Addressee(name="冠县样例建设有限公司", is_person=False), "number": "冠自然资公征〔2026〕9号",
        "case_number": REQUEST.number, "question": "样例项目的施工图设计文件、工程量清单和报价。", "days": 15,
    },
    "consultation_notice": {"asked": "第三方", "law": article("第三十三条第三款"), "days": 15},
    "third_party_notice": {
        "to": parts.Addressee(name="冠县样例建设有限公司", is_person=False), "number": "冠自然资公告〔2026〕9号",
        "inquiry_on": date(2026, 11, 5), "opinion_on": date(2026, 11, 12), "information": (REPORT, WANTED),
        "reasons": ("不公开可能对公共利益造成重大影响。", "该信息涉及公众安全。"), "remedy": REMEDY,
    },
    "joint_agency_inquiry": {
        "to": "冠县住房和城乡建设局", "number": "冠自然资公征〔2026〕10号", "case_number": REQUEST.number,
        "question": "共同制作的实施方案是否公开。", "days": 15,
    },
    "other_agency_inquiry": {
        "to": "冠县人力资源和社会保障局", "number": "冠自然资公征〔2026〕11号", "case_number": REQUEST.number,
        "question": "请协助提供相关信息的形成情况。", "days": 10,
    },
    "internal_consultation": {
        "department": "法规股", "request": REQUEST, "question": "该信息是否属于过程性信息。", "days": 5, "asked_by": "样例承办人",
    },
    "fee_notice": {
        "unit": "件", "quantity": 5, "already": 28,
        "standard": "同一申请人一个自然月内累计申请10件以下（含10件）的，不收费；11至30件的部分，100元/件；31件以上的部分，以10件为一档",
        "rows": (
            notices.FeeRow(span="第11至30件", quantity=2, rate_fen=10000, amount_fen=20000),
            notices.FeeRow(span="第31至40件", quantity=3, rate_fen=20000, amount_fen=60000),
        ),
        "amount_fen": 80000, "law": article("第四十二条") + "和《政府信息公开信息处理费管理办法》第四条、第六条", "days": 20,
        "payee": notices.Payee(account="103049950（样例）", way="凭缴款码缴纳", receipt="开具财政电子票据"),
        "code": "37152526000000001234（样例）",
    },
    "abandonment_notice": {
        "cause": "correction", "notice_on": date(2026, 10, 9), "received_on": date(2026, 10, 13), "limit": date(2026, 11, 3),
        "days": 15, "reason": "期间未收到任何材料。", "law": article("第三十条"), "remedy": REMEDY,
    },
    "handover_notice": {"receiver": "冠县住房和城乡建设局", "contact": "冠县样例街5号，0635-0000005", "reason": "该事项由住房和城乡建设部门负责。"},
    "withdrawal_notice": {"by": "书面", "reason": "已经通过其他途径取得。"},
    "delivery_receipt": {
        "case_number": REQUEST.number, "document": "部分公开答复书", "document_number": "冠自然资公复〔2026〕12号",
        "addressee": "龑昇堃", "method": "邮政企业邮寄", "sent_on": ON, "post_number": "EM990000037CN", "place": "样例小区1号楼",
        "recipient": "龑昇堃", "received_on": date(2026, 11, 26), "refused": False, "witness": "样例见证人",
    },
    "file_index": {
        "case_number": REQUEST.number, "volume": "样例档号", "title": "龑昇堃申请公开征收补偿方案等信息", "retention": "30年",
        "rows": (
            forms.IndexRow(
                number="冠自然资公复〔2026〕12号", responsible="冠县自然资源和规划局", title="部分公开答复书", on=ON, page="1", remark="正本",
            ),
            forms.IndexRow(number=None, responsible="龑昇堃", title="政府信息公开申请表", on=date(2026, 11, 3), page=None, remark=None),
        ),
    },
    "request_form": {
        "case_number": REQUEST.number, "category": "自然人", "name": "龑昇堃", "id_type": "居民身份证", "id_number": "样例号码",
        "contact_name": "龑昇堃", "phone": "0635-0000099", "email": "a@example.cn", "address": "样例路1号", "postcode": "252500",
        "wanted": WANTED, "features": ("名称：征收补偿方案", "文号：样例〔2024〕1号"), "form": "纸质", "delivery": "当面领取",
        "filled_by": "样例登记员",
    },
}  # fmt: skip


def items(*outcomes: str) -> tuple[replies.Finding, ...]:
    return tuple(FINDINGS[outcome] for outcome in outcomes)


def sample(kind: str, **changes: Any) -> Any:
    """The sample context of `kind`, with `changes`."""
    made = LETTERS[kind].context
    values: dict[str, Any] = {"letterhead": head(), "on": ON}
    if issubclass(made, parts.ToApplicant):
        values |= {"number": "冠自然资公告〔2026〕12号", "to": PERSON, "request": REQUEST}
    if kind in _ITEMS:
        values |= {
            "number": "冠自然资公复〔2026〕12号",
            "opening": None,
            "items": items(*_ITEMS[kind]),
            "closing": None,
            "remedy": R1 if kind in _WITHHELD else replace(REMEDY, variant="both") if kind == "partial" else REMEDY,
            "attachments": ("社会稳定风险评估报告（区分处理后）", "建设工程规划许可证") if kind == "partial" else (),
        }
    return made(**(values | _OTHERS.get(kind, {}) | changes))


@cache
def printed(kind: str, preview: bool = False) -> bytes:
    """The PDF of the sample: made once in each test process, for all that is asked of it."""
    return render_here(kind, sample(kind), preview)
