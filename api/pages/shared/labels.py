"""The words of the forms: what a field is called where its class's own title is not what a clerk would say, and its choices.

The statutory titles stand in `workflow.acts`; here is only what a page adds: shorter labels, hints, the order, the width.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.office import acts_in_words
from workflow import acts as a

_INNER = a.SET_BY_THE_ENGINE | {"request", "shown"}


@dataclass(frozen=True, slots=True)
class Said:
    """How one field is asked; None: as the class says."""

    label: str = ""
    hint: str | None = None
    width: str = ""
    wanted: bool = False
    """Not marked as 可不填 although the class allows it."""
    redraws: bool = False
    radio: bool | None = None
    folded: bool = False
    yes: str = "是"
    no: str = "否"


def is_inner(name: str) -> bool:
    """Set by the program, asked of nobody."""
    return name in _INNER


ADDED = "__n__"
"""The number of a row that a script will add; the script puts in the number, and `__m__` is one more."""


def pattern(path: str) -> str:
    """items.0.provided.2.title -> items.*.provided.*.title."""
    return re.sub(rf"(?<=\.)(?:\d+|{ADDED})(?=\.|$)", "*", path)


def open_ended(path: str) -> bool:
    """Rows of which there may be one more."""
    return path.endswith("provided")


_EVERY: Mapping[str, Said] = {
    "on": Said("日期", "写成20261124或者2026年11月24日都可以", "third"),
    "remark": Said("备注", "只在本单位内部查看，不写入文书"),
    "items": Said("涉及哪几项", "都不选的，为全部事项"),
    "late_entry": Said("补录", "当时已经办理、今天才登记的填写：日期填当时的日期", folded=True),
    "late_entry.reason": Said("补录的理由"),
    "late_entry.proof": Said("证明当时已经办理的材料", "先在案件页存入附件", radio=False),
}

_SAID: Mapping[str, Mapping[str, Said]] = {
    "amendment": {
        "of": Said("更正哪一项记录", radio=False, redraws=True),
        "changes": Said("更正的内容", "只填写有误的项目，填改正以后的；不填的保持不变", wanted=True),
    },
    "request": {
        "act": Said("报请办理的内容", "", wanted=True),
        "act.kind": Said("报请负责人办理什么", redraws=True),
    },
    "revocation": {"of": Said("撤销哪一项记录", radio=False)},
    "registration": {
        "purpose": Said("事项", "", radio=True, wanted=True),
        "evidence": Said("证明记录不准确的证据", "随申请收到的材料，例如不动产权证书复印件；写入登记回执"),
        "channel": Said("怎样收到的", radio=True, redraws=True),
        "submitted_on": Said("提交日", "", "third"),
        "received_on": Said("收到日", "", "third"),
        "applicant.category": Said("申请人类别", radio=True, wanted=True),
        "applicant.name": Said("姓名或者名称", "", "third"),
        "applicant.id_type": Said("证件", "", "third", wanted=True, radio=False),
        "applicant.id_number": Said("证件号码", "", "third"),
        "applicant.phone": Said("联系电话", "", "third", wanted=True),
        "applicant.contact_name": Said("联系人", "", "third"),
        "applicant.email": Said("电子邮箱", "", "third"),
        "applicant.address": Said("通讯地址", "", "wide", wanted=True),
        "applicant.postcode": Said("邮政编码", "", "narrow"),
        "co_applicants.*.category": Said("申请人类别", "", "third", wanted=True, radio=False),
        "agent.name": Said("代理人姓名", "", "third"),
        "agent.relation": Said("与申请人的关系", "", "third", radio=False),
        "agent.id_type": Said("证件", "", "third", wanted=True, radio=False),
        "agent.id_number": Said("证件号码", "", "third"),
        "agent.phone": Said("联系电话", "", "third"),
        "agent.address": Said("通讯地址", "没有填写的，寄到申请人的地址"),
        "wanted": Said("要什么信息", "照申请书原文填写"),
        "items": Said("申请事项", "分几项写的，一格一项，逐项答复；不分项的不填"),
        "features.title": Said("文件名称", "", "third"),
        "features.document_number": Said("文号", "", "third"),
        "features.other": Said("其他特征", "便于查找的时间、地点、项目"),
        "form": Said("提供形式", wanted=True, radio=True),
        "delivery": Said("领取途径", wanted=True, radio=True),
        "tell_by": Said("告知进度", "申请人同意的填写，发到他的电子邮箱、手机；只是告知，不是送达", wanted=True, radio=True),
        "topic": Said("主题", "", "third", radio=False),
        "remark": Said("备注", "只在本单位内部查看"),
    },
    "split": {
        "on": Said("拆分日期", width="third"),
        "parts": Said("拆分后各件的内容", "一格一件。第一件留在本案，其他各件另立新案，收到日不变"),
        "reason": Said("拆分的理由"),
    },
    "handover": {
        "on": Said("移送日期", width="third"),
        "to": Said("移送给哪个单位", "由其登记、办理、答复；本件只留登记号，不再计数"),
        "reason": Said("移送的理由", "写入移送告知书"),
    },
    "assignment": {
        "on": Said("交办日期", width="third"),
        "to": Said("交给谁办", "", wanted=True),
        "agency": Said("交下级单位拟办", "由下级单位检索、拟稿，本单位审签、答复", radio=False, redraws=True),
        "limit": Said("拟办的期限", "不晚于答复期限，并留出审签、送达的时间", "third", wanted=True),
    },
    "acceptance": {"on": Said("审核日期", width="third")},
    "correction_notice": {
        "on": Said("告知日期", width="third"),
        "matters": Said("需要补正的事项", "一格一条，写明缺什么、补什么，一次写全；写入补正告知书"),
        "days": Said("补正期限", "工作日，不填按默认期限", "third"),
    },
    "correction": {
        "on": Said("收到补正的日期", width="third"),
        "wanted": Said("补正后的内容描述", "内容没有变化的不填"),
        "items": Said("补正后的申请事项", "分几项的，一格一项"),
        "features": Said("补正后的特征性描述", folded=True),
        "features.title": Said("名称", "", "half"),
        "features.document_number": Said("文号", "", "half"),
        "applicant": Said("补正后的申请人信息", "只填有变化的，其余保持原来的；证件号码不回显", folded=True),
        "evidence": Said("补正后的证据", "证明记录不准确的材料，没有变化的不填"),
        "late_reason": Said("逾期仍予接收的理由", "补正期限已过的填写"),
    },
    "search": {
        "on": Said("检索日期", width="third"),
        "places": Said("检索范围", "一格一处：档案室、业务系统、办公系统、承办科室"),
        "method": Said("检索方式、检索词"),
        "result": Said("检索结果", radio=True),
        "text": Said("检索情况", "查到什么、在哪里、为什么没有"),
    },
    "reasons_notice": {
        "on": Said("告知日期", width="third"),
        "facts": Said("申请数量、频次的事实", "写明时间、件数和内容，写入告知书"),
        "days": Said("说明理由的期限", "工作日，不填按默认期限", "third"),
    },
    "reasons": {
        "on": Said("收到说明的日期", width="third"),
        "text": Said("申请人的理由", "照申请人的原话"),
        "reasonable": Said("理由是否合理", yes="合理", no="不合理"),
        "assessment": Said("认定的依据", "认定不合理的，必须写明"),
    },
    "consultation": {
        "type": Said("向谁征求", "", redraws=True, radio=True),
        "party": Said("征求哪一方"),
        "party.name": Said("对方名称", "", "half"),
        "party.contact": Said("联系人、联系电话", "", "half"),
        "party.address": Said("通讯地址", "", wanted=True),
        "party.is_person": Said("是自然人", ""),
        "agency": Said("在本系统内答复的单位", "该单位也使用本系统的，选定后由其在系统内答复", redraws=True),
        "to": Said("请谁答复", "本单位使用本系统的人员，在系统内答复", redraws=True, radio=False),
        "question": Said("为什么要征求、征求什么", "写入征询文书，不写申请人是谁"),
        "materials": Said("给对方看的材料", "选定的附件，在系统内答复的一方可以查看；其他附件看不到"),
        "days": Said("答复期限", "工作日，不填按默认期限", "third"),
        "on": Said("发出日期", width="third"),
    },
    "opinion": {
        "on": Said("收到意见的日期", width="third"),
        "consultation": Said("哪一次征求意见"),
        "stance": Said("对方的意见", radio=True),
        "text": Said("意见全文"),
        "reasonable": Said("反对的理由是否合理", "对方不同意的，由承办人认定", yes="合理", no="不合理"),
    },
    "silence": {"on": Said("认定日期", width="third"), "consultation": Said("哪一次征求意见")},
    "extension": {
        "on": Said("批准日期", width="third"),
        "days": Said("延长几个工作日", "", "third"),
        "notified_on": Said("告知申请人的日期", "已当面、电话或者网上告知的填写；不填的，以告知书送达之日为准", "third"),
        "reason": Said("延长的理由", "写入延期答复告知书"),
    },
    "deferral": {
        "on": Said("决定日期", width="third"),
        "until": Said("延迟至", "", "third"),
        "reason": Said("延迟的理由", "写入延迟答复告知书"),
    },
    "fee_notice": {
        "on": Said("通知日期", width="third"),
        "basis": Said("计费方式", "按件、按量只能选择一种", redraws=True, radio=True),
        "pages": Said("页数", "A4单面为1页", "third", wanted=True),
        "amount_fen": Said("金额（元）", "不填的，按现行标准计算", "third"),
        "items": Said("计收的申请事项", "都不选的，为全部事项"),
        "already": Said("本自然月内此前的件数", "不填的，按台账计算", "third"),
    },
    "payment": {
        "on": Said("缴费日期", width="third"),
        "amount_fen": Said("实缴金额（元）", "", "third"),
        "bill_number": Said("财政票据号", width="third"),
    },
    "waiver": {
        "on": Said("决定日期", width="third"),
        "reason": Said("减免的理由"),
        "amount_fen": Said("减免金额（元）", "不填的，由系统计算", "third"),
    },
    "draft": {
        "on": Said("拟稿日期", width="third"),
        "items.*.outcome": Said("决定", "", redraws=True, radio=False),
        "items.*.ground": Said("具体情形", "", radio=False),
        "items.*.reason": Said("认定的事实和理由", "写入答复书"),
        "items.*.provided": Said("提供的信息", "一行一份，列入附件；存入案卷的文件随拟稿一起审签，签发以后不能更换"),
        "items.*.provided.*.title": Said("名称", "", "wide", wanted=True),
        "items.*.provided.*.pages": Said("页数", "", "narrow"),
        "items.*.provided.*.attachment": Said("存入案卷的文件", "", "half", wanted=True, radio=False),
        "items.*.where": Said("获取的方式、途径"),
        "items.*.available_on": Said("可以获取的时间", "不能当时提供的填写", "third"),
        "items.*.withheld": Said("不予公开的部分", "写明哪些内容不予公开", wanted=True),
        "items.*.withheld_under": Said("该部分不予公开的依据", "", redraws=True, radio=False, wanted=True),
        "items.*.responsible": Said("负责公开的机关"),
        "items.*.responsible.name": Said("机关名称", "", "half"),
        "items.*.responsible.contact": Said("联系方式", "", "half", wanted=True),
        "items.*.responsible_known": Said("能够确定负责公开的机关", ""),
        "items.*.earlier": Said("此前的答复"),
        "items.*.earlier.number": Said("文号", "", "half"),
        "items.*.earlier.on": Said("日期", "", "half"),
        "items.*.law": Said("所依据的法律、行政法规", "名称和条款", wanted=True),
        "items.*.channel": Said("可以反映或者获取的渠道"),
        "items.*.no_rule_requires": Said("已核对没有法律、法规、规章要求公开", ""),
        "items.*.public_interest": Said("不公开可能对公共利益造成重大影响的理由", "第三方不同意而决定公开的填写，写入给第三方的告知书"),
        "principal": Said("主要情形", radio=False),
        "opening": Said("正文前的说明", "写入答复书，在各项决定之前"),
        "closing": Said("正文后的说明", "写入答复书，在各项决定之后"),
        "remedy": Said("救济途径", radio=False),
        "together": Said(
            "一并答复的其他申请", "同一申请人还在办理的申请。勾选的与本件用一份答复书，一次送达；它们的决定不另选的，与本件相同", redraws=True
        ),
        "co_issuers": Said("联合答复的其他机关", "已经同意联合署名、用印的单位。勾选的与本单位一起署名、用印，按这里的顺序"),
        "attachments": Said("答复书的附件", "一格一份的名称；不填的，为上面提供的信息"),
    },
    "legal_review": {
        "on": Said("审核日期", width="third"),
        "passes": Said("审核意见", yes="通过", no="不通过，请修改"),
        "text": Said("说明"),
    },
    "return": {"on": Said("退回日期", width="third"), "reason": Said("退回的理由", "写明改哪里、怎样改")},
    "decision": {
        "on": Said("签发日期", width="third"),
        "overrides": Said("对风险提示的说明"),
    },
    "service": {
        "letter": Said("送达哪份文书", redraws=True),
        "outcome": Said("结果", "退回以后，文书回到“待送达”，可以再次送达", wanted=True, radio=True, redraws=True),
        "why": Said("退回的原因", wanted=True, radio=True),
        "method": Said("送达方式", "", wanted=True, radio=True, redraws=True),
        "address": Said("送往的地址", "与申请时所留不同的填写"),
        "on": Said("交寄、送出或者退回的日期", width="third"),
        "received_on": Said("签收日期", "邮寄的，收到回执后再登记一次", "third"),
        "post_number": Said("邮件号码", width="third"),
        "recipient": Said("签收人", "", "third"),
        "place": Said("送达地点", "", "third"),
        "refused": Said("拒绝签收", "拒绝签收的，请写明见证人及情况"),
        "witness": Said("见证人及情况"),
    },
    "abandonment": {"on": Said("认定日期", width="third"), "reason": Said("说明", "写入告知书")},
    "withdrawal": {
        "on": Said("撤回日期", width="third"),
        "by": Said("怎样撤回的", radio=True),
        "reason": Said("申请人说明的理由"),
    },
    "remedy": {
        "on": Said("收到通知的日期", width="third"),
        "type": Said("种类", radio=True, redraws=True),
        "against": Said("针对什么", wanted=True, radio=True),
        "instance": Said("审级", radio=True, redraws=True),
        "continues": Said("接续哪一件诉讼"),
        "body": Said("复议机关、法院或者受理投诉的机关"),
        "after_reconsideration": Said("经过复议后起诉", "只有诉讼才选"),
        "case_number": Said("案号", "", "half"),
        "claim": Said("请求"),
    },
    "remedy_result": {
        "on": Said("决定、判决的日期", width="third"),
        "received_on": Said("收到的日期", "责令的期限从这一天起算，不填的为上面的日期", "third"),
        "remedy": Said("哪一件复议、诉讼"),
        "result": Said("结果", "对本机关的处理：二审维持纠正的判决的，仍选结果纠正", radio=True),
        "orders_rehandling": Said("责令答复、重新处理", ""),
        "within": Said("责令的期限（工作日）", "自收到之日起多少个工作日", "third"),
        "until": Said("责令的期限（日期）", "写明日期的填写，与工作日数只填一种", "third"),
        "text": Said("结果摘要"),
    },
    "reopening": {
        "on": Said("重新处理的日期", width="third"),
        "basis": Said("重新处理的根据", radio=True, redraws=True),
        "remedy": Said("依据哪一件复议、诉讼"),
        "replaces": Said("原答复怎样处理", "写入新的答复书", radio=True),
        "until": Said("重新答复的期限", "决定书、判决书没有定期限、本机关另定的填写", "third"),
        "reason": Said("理由", "自行纠正的，写入新的答复书"),
    },
    "conversion": {
        "on": Said("公开日期", width="third"),
        "url": Said("公开的网址", "以http开头的完整网址"),
        "column": Said("公开的栏目", "", "half"),
    },
    "topic": {"on": Said("改定日期", width="third"), "topic": Said("主题")},
    "ledger_result": {
        "on": Said("办结日期", width="third"),
        "outcome": Said("办理结果", radio=False),
        "extension": Said("延长的工作日", "台账写明延期的填写，没有写明天数的填法定的最长天数", "third"),
        "extended_to": Said("延长到的日期", "", "third"),
        "corrected_on": Said("收到补正的日期", "", "third"),
        "paused_on": Said("发出征求意见的日期", "", "third"),
        "resumed_on": Said("收到意见的日期", "", "third"),
    },
    "meeting": {
        "on": Said("会商日期", width="third"),
        "attendees": Said("参加会商的人员", "一格一人"),
        "text": Said("会商的意见"),
    },
    "supervision": {"on": Said("督办日期", width="third"), "text": Said("督办的要求", "承办单位在案件页和时间线上看得到")},
    "note": {"on": Said("日期", width="third"), "text": Said("内容")},
    "archival": {
        "on": Said("归档日期", width="third"),
        "retention": Said("保管期限", radio=True),
        "volume": Said("档号", "", "half"),
    },
    "erasure": {
        "on": Said("销毁日期", width="third"),
        "ground": Said("销毁的依据", "经批准的销毁清册的名称、编号，批准人和监销人"),
        "reason": Said("鉴定意见", "为什么不需要继续保存。销毁以后不能恢复"),
    },
}
_APPLICANT: Mapping[str, Said] = {
    "category": Said("申请人类别"),
    "name": Said("姓名或者名称", "", "half"),
    "id_type": Said("证件", "", "half", radio=False),
    "id_number": Said("证件号码", "", "half"),
    "contact_name": Said("联系人", "", "half"),
    "phone": Said("联系电话", "", "half"),
    "email": Said("电子邮箱", "", "half"),
    "address": Said("通讯地址"),
    "postcode": Said("邮政编码", "", "third"),
}

# The order on the page where it is not the order of the class: the date stands where the paper has it.
_ORDER: Mapping[str, tuple[str, ...]] = {
    "registration": ("channel", "submitted_on", "received_on", "applicant", "co_applicants", "representative", "agent"),
    "consultation": ("type", "agency", "to", "party", "items", "question", "materials", "days", "on"),
    "opinion": ("consultation", "stance", "text", "reasonable", "on"),
    "silence": ("consultation", "on"),
    "service": (
        "letter", "outcome", "why", "method", "on", "received_on", "post_number", "address", "recipient", "place", "refused", "witness",
    ),
    "fee_notice": ("basis", "pages", "amount_fen", "on", "items"),
    "remedy": ("type", "against", "instance", "continues", "body", "after_reconsideration", "case_number", "claim", "on"),
    "remedy_result": ("remedy", "result", "orders_rehandling", "within", "until", "text", "on", "received_on"),
    "reopening": ("basis", "remedy", "replaces", "reason", "until", "on"),
    "draft": (
        "together", "items.*.outcome", "items.*.provided", "items.*.withheld", "items.*.withheld_under", "items.*.ground", "items.*.reason",
        "items", "principal", "opening", "closing", "attachments", "co_issuers", "remedy", "on",
    ),
    "decision": ("overrides", "on"),
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "consultation.type": {
        "third_party": "第三方", "joint_agency": "共同制作机关", "other_agency": "其他机关", "internal": "内部会商",
    },
    "opinion.stance": a.STANCES,
    "search.result": acts_in_words.SEARCH_RESULTS,
    "fee_notice.basis": acts_in_words.BASES,
    "service.method": a.METHODS,
    "withdrawal.by": acts_in_words.WITHDRAWN_BY,
    "remedy.type": acts_in_words.REMEDIES,
    "remedy.against": a.AGAINST,
    "remedy.instance": a.INSTANCES,
    "remedy_result.result": a.REMEDY_RESULTS,
    "reopening.basis": a.REOPENING_BASES,
    "reopening.replaces": a.REPLACEMENTS,
    "secrecy_review.result": a.SECRECY_RESULTS,
    "service.outcome": a.SERVICE_OUTCOMES,
    "service.why": a.RETURNED,
    "relation": a.RELATIONS,
    "purpose": a.PURPOSES,
    "category": a.CATEGORIES,
    "id_type": a.ID_TYPES,
    "channel": a.CHANNELS,
    "form": a.FORMS,
    "delivery": a.DELIVERIES,
    "tell_by": a.TELL_BY,
}  # fmt: skip


def of(kind: str, path: str) -> Said:
    """How the field at this pattern is asked in a form of this kind of act."""
    said, name = _SAID.get(kind, {}), path.rpartition(".")[2]
    own = said.get(path)
    if own is None and "applicants.*." in path:
        own = said.get(f"applicant.{name}")
    if own is None and ("applicant." in path or "applicants.*." in path):
        own = _APPLICANT.get(name)
    return own or _EVERY.get(path) or Said()


def order(kind: str, path: str) -> int:
    """Where a field stands; those that are not named keep the order of their class."""
    if path == "remark":
        return 99
    if path.partition(".")[0] == "late_entry":
        return 98
    listed = _ORDER.get(kind)
    return listed.index(path) if listed is not None and path in listed else 50


def choices(kind: str, path: str, keys: Sequence[str]) -> list[tuple[str, str]]:
    """(key, word) of a field with a fixed choice. What an officer may not choose at all is not offered."""
    words = _WORDS.get(f"{kind}.{path}") or _WORDS.get(path.rpartition(".")[2]) or {}
    return [(key, words.get(key, key)) for key in keys if (kind, path, key) not in _NEVER]


_NEVER = frozenset({("service", "method", "courier")})
"""Letters do not go by courier (235号): the law says no, so the form does not ask."""
