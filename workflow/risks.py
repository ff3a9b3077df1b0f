"""What a careful lawyer would ask before the reply is signed (法律风险).

Each risk is a row of `RISKS`: an id, a level, its articles, and a small function that gives the sentences for a file
and the draft on it. What `blocks` must be mended; what `warns` may be overridden with a reason that goes on the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from workflow import acts as a
from workflow.acts import ItemDecision
from workflow.case import GIVEN, WITHHELD, Case
from workflow.clocks import Reckoning
from workflow.identity import folded_phone
from workflow.joining import drafted, is_of_same, joined
from workflow.law import InForce, Rules
from workflow.words import say_day


@dataclass(frozen=True, slots=True)
class Risk:
    """One finding: `level` is "blocks" or "warns"; `text` is a fact with its place."""

    id: str
    level: str
    text: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _File:
    case: Case
    draft: a.Draft
    rules: Rules
    on: date
    entered: date | None = None
    number: str = ""
    """The number of another request that the reply answers too; its sentences begin with it."""
    as_main: bool = False
    main: Case | None = None
    """The file that the reply stands on, where this one is answered with it."""

    @property
    def law(self) -> InForce:
        return self.rules.on(self.on)

    @property
    def clock(self) -> Reckoning:
        return self.case.reckoning(self.rules)

    def items(self, *outcomes: str) -> Iterator[ItemDecision]:
        return (item for item in self.draft.items if not outcomes or item.outcome in outcomes)


def open_risks(
    case: Case, rules: Rules, on: date, draft: a.Draft | None = None, *, entered: date | None = None, others: Sequence[Case] = ()
) -> tuple[Risk, ...]:
    """The risks of signing `draft` (default: the draft on the file) on the day `on`, worst first; a warning, which one reason
    answers, once with all its sentences.

    `entered` is the day on which the signature is stored, where it is entered late (补录); `others` are the files of the requests
    that the draft on the file answers too (一并答复).
    """
    return tuple(sorted(_once(_found(case, rules, on, draft, entered, others)), key=lambda risk: risk.level))


def each_risk(case: Case, rules: Rules, on: date, *, others: Sequence[Case] = ()) -> tuple[Risk, ...]:
    """The same of the draft on the file, sentence by sentence: each stands where it can be mended."""
    return tuple(sorted(_found(case, rules, on, None, None, others), key=lambda risk: risk.level))


def _found(case: Case, rules: Rules, on: date, draft: a.Draft | None, entered: date | None, others: Sequence[Case]) -> list[Risk]:
    if draft is None:
        signed = case.draft
        if signed is None or not isinstance(signed.act, a.Draft):
            return []
        draft = signed.act
    files = [_File(case, draft, rules, on, entered)]
    if draft.joined:
        files += [_File(other, drafted(case, one), rules, on, None, one.number, one.as_main, case) for one, other in joined(case, others)]
    return [
        Risk(row.id, _level(row, file.law), f"登记号{file.number}：{text}" if file.number else text, row.articles)
        for file in files
        for row in RISKS
        if not file.as_main or row.id in _OF_ITS_OWN
        for text in row.find(file)
    ]


def _once(found: Sequence[Risk]) -> Iterator[Risk]:
    warnings: dict[str, list[str]] = {}
    for risk in found:
        if risk.level == "warns":
            warnings.setdefault(risk.id, []).append(risk.text)
    for risk in found:
        if risk.level != "warns":
            yield risk
        elif (texts := warnings.pop(risk.id, None)) is not None:
            yield replace(risk, text="".join(texts))


def _level(row: _Row, law: InForce) -> str:
    """An office may have its own practice make a warning stop the signature."""
    return "blocks" if row.id == "secrecy_not_reviewed" and law.practice.secrecy_review_required else row.level


# ------------------------------------------------------------------ one small function each


def _of_others(file: _File) -> Iterator[str]:
    """READINGS R-together: whoever asks may have been amended on either file since the draft."""
    if file.main is not None and not is_of_same(file.main, file.case):
        yield "拟稿以后申请人的信息有变动，这一件已经不是本件同一申请人的申请，不能一并答复。请除去这一件，或者更正有误的申请人信息。"


def _third_party_not_asked(file: _File) -> Iterator[str]:
    for item in file.draft.items:
        if "third_party" in (item.outcome, item.withheld_under) and not any(
            asked.act.type == "third_party" and asked.concerns(item.item) for asked in file.case.consultations
        ):
            yield f"第{item.item}项以保护第三方合法权益为由不予公开，卷内没有征求第三方意见的记录。请先征求第三方意见。"


def _third_party_consented(file: _File) -> Iterator[str]:
    for item in file.draft.items:
        asked = [one for one in file.case.consultations if one.act.type == "third_party" and one.concerns(item.item)]
        if item.outcome == "third_party" and asked and all(one.consents for one in asked):
            yield f"第{item.item}项以保护第三方合法权益为由不予公开，但征求过意见的第三方都同意公开。"


def _consultation_open(file: _File) -> Iterator[str]:
    for asked in file.case.consultations:
        if asked.is_open:
            yield f"第{asked.seq}项记录的征求意见还没有结果。请登记收到的意见，或者期满后登记逾期未提出意见。"


def _overruled_without_interest(file: _File) -> Iterator[str]:
    for item in file.draft.items:
        for asked in [asked for asked in file.case.consultations if asked.overruled_by(item)]:
            if asked.opinion is not None and asked.opinion.reasonable is not False and item.public_interest is None:
                yield (
                    f"第三方不同意公开第{item.item}项（第{asked.seq}项记录），"
                    "拟稿没有写明不公开可能对公共利益造成重大影响的理由，也没有认定其理由不合理。"
                )


def _joint_consent_missing(file: _File) -> Iterator[str]:
    """READINGS R-joint-objection."""
    for item in file.items(*GIVEN):
        for asked in file.case.consultations:
            if asked.act.type == "joint_agency" and asked.objects and asked.concerns(item.item):
                yield f"共同制作机关不同意公开第{item.item}项（第{asked.seq}项记录），拟稿仍予公开。请说明协商的情况。"


def _reviewed(file: _File, item: int) -> a.SecrecyReview | None:
    """保密审查 of an item: the latest that covers it."""
    found = file.case.concerning(a.SecrecyReview, item)
    return found[-1].act if found and isinstance(found[-1].act, a.SecrecyReview) else None


def _not_reviewed(file: _File) -> Iterator[str]:
    """READINGS R-secrecy. What is public already needs no examination any more."""
    for item in file.items("disclosed", "partial"):
        if _reviewed(file, item.item) is None:
            yield f"第{item.item}项予以公开，卷内没有保密审查的记录。请先办理保密审查。"


def _review_says_no(file: _File) -> Iterator[str]:
    for item in file.items("disclosed", "partial"):
        review = _reviewed(file, item.item)
        if review is not None and review.result == "must_not":
            yield f"第{item.item}项的保密审查结论是不得公开，拟稿仍予公开。请修改拟稿，或者重新审查。"
        elif review is not None and review.result == "part" and item.outcome == "disclosed":
            yield f"第{item.item}项的保密审查结论是部分可以公开，拟稿却全部公开。请修改拟稿，或者重新审查。"


def lacks_document(item: ItemDecision) -> bool:
    """Something is given out, and neither does it lie with the file nor is it said where or when it is had (READINGS R-given-out)."""
    placed = item.where or item.available_on or any(one.attachment for one in item.provided)
    return item.outcome in ("disclosed", "partial") and not placed


def _nothing_provided(file: _File) -> Iterator[str]:
    """READINGS R-given-out: what is given out lies with the file, or the letter says where or how it is had."""
    for item in file.items("disclosed", "partial"):
        if not lacks_document(item):
            continue
        outcome = file.law.outcomes[item.outcome].title
        named = "、".join(f"“{one}”" for one in (*(one.title for one in item.provided), *file.draft.attachments))
        if named:
            yield f"第{item.item}项{outcome}，写明提供{named}，卷内没有这份材料，也没有写明获取的地点、方式。"
        elif item.outcome == "disclosed":
            yield f"第{item.item}项{outcome}，没有写明提供的信息，也没有写明获取的地点、方式。"
        else:
            yield f"第{item.item}项{outcome}，可以公开的部分没有存入案卷，也没有写明获取的地点、方式。"


def _nothing_covered(file: _File) -> Iterator[str]:
    """READINGS R-given-out: of a part disclosure a redacted copy goes out, or documents in which nothing is withheld."""
    for item in file.items("partial"):
        documents = [one for one in item.provided if one.attachment is not None]
        if documents and not any(one.as_signed is not None and one.as_signed.separated for one in documents):
            named = "、".join(f"“{one.title}”" for one in documents)
            yield f"第{item.item}项部分公开，提供的{named}没有遮盖。请核对不予公开的内容不在其中，或者制作遮盖件。"


def _no_search(file: _File) -> Iterator[str]:
    for item in file.items("not_existing"):
        covering = [signed.act for signed in file.case.concerning(a.Search, item.item) if isinstance(signed.act, a.Search)]
        if not covering:
            yield f"第{item.item}项答复信息不存在，卷内没有检索记录。请先检索，并记录检索的范围、方式和结果。"
        elif covering[-1].result in ("found", "already_public"):
            yield f"第{item.item}项答复信息不存在，但最近一次检索记录的结果是已经查到。请核对。"


def _no_earlier_reply(file: _File) -> Iterator[str]:
    for item in file.items("repeated"):
        if item.earlier is None:
            yield f"第{item.item}项以重复申请为由不予处理，没有写明此前答复的文号和日期。"


def _wrong_remedy(file: _File) -> Iterator[str]:
    outcomes = file.law.outcomes
    chosen = file.draft.remedy
    keys = [item.withheld_under or item.outcome for item in file.draft.items]
    first = any(outcomes[key].remedy == "R1" for key in keys)
    if first and chosen in ("R2", "none"):
        yield "依照第十四条、第十五条、第十六条不予公开的，应当先申请行政复议，拟稿选定的救济途径没有写明复议前置。"
    if not first and chosen == "R1":
        yield "本件不属于复议前置的情形，拟稿却写明应当先申请行政复议，会使申请人丧失直接起诉的机会。"
    if chosen == "none" and not all(outcomes[key].remedy_configurable for key in keys):
        yield "本件答复应当告知救济途径，拟稿选定为不告知。"


def _responsible_not_named(file: _File) -> Iterator[str]:
    for item in file.items("not_responsible"):
        if item.responsible_known and item.responsible is None:
            yield f"第{item.item}项能够确定负责公开的机关，答复没有写明该机关的名称和联系方式。"
        elif item.responsible is not None and item.responsible.contact is None:
            yield f"第{item.item}项写明了负责公开的机关，没有写明其联系方式。"


def _way_missing(file: _File) -> Iterator[str]:
    for item in file.items("already_public"):
        if item.where is None:
            yield f"第{item.item}项答复已经主动公开，没有写明获取的方式、途径（网址、栏目、标题）。"


def _reason_missing(file: _File) -> Iterator[str]:
    for item in file.draft.items:
        if item.outcome in WITHHELD and item.reason is None:
            yield f"第{item.item}项不予公开，没有写明认定的事实和理由。"
        if item.outcome == "partial" and (item.withheld is None or item.withheld_under is None):
            yield f"第{item.item}项部分公开，没有写明哪些内容不予公开以及依据。"


def _law_missing(file: _File) -> Iterator[str]:
    for item in file.draft.items:
        if {item.outcome, item.withheld_under} & {"forbidden_by_law", "special_inquiry"} and item.law is None:
            yield f"第{item.item}项没有写明所依据的法律、行政法规。"


def _rule_may_require(file: _File) -> Iterator[str]:
    for item in file.draft.items:
        if {item.outcome, item.withheld_under} & {"deliberative", "enforcement_file"} and not item.no_rule_requires:
            yield f"第{item.item}项属于过程性信息或者执法案卷信息，没有确认已核对法律、法规、规章是否规定应当公开。"


def _no_reasons_asked(file: _File) -> Iterator[str]:
    for item in file.items("excessive"):
        reasons = file.case.last(a.Reasons)
        limits = [limit.on for limit in file.clock.limits if limit.kind == "reasons" and limit.on is not None]
        asked = file.case.registration.inherited
        if not file.case.all(a.ReasonsNotice) and not (asked and asked.reasons_asked):
            yield f"第{item.item}项以大量、反复申请为由不予处理，没有先要求申请人说明理由。"
        elif reasons is None and not (limits and file.on > limits[-1]):
            yield f"第{item.item}项以大量、反复申请为由不予处理，申请人说明理由的期限还没有届满。"
        elif reasons is not None and isinstance(reasons.act, a.Reasons) and reasons.act.reasonable:
            yield f"第{item.item}项以大量、反复申请为由不予处理，但申请人的理由已认定为合理。"


def _never_corrected(file: _File) -> Iterator[str]:
    for item in file.items("unclear_after_correction"):
        before = file.case.registration.inherited
        if not file.case.all(a.CorrectionNotice) and not (before and before.corrected):
            yield f"第{item.item}项以补正后仍不明确为由无法提供，卷内没有补正告知。"


def _record_unproven(file: _File) -> Iterator[str]:
    """What is corrected rests on evidence, or on what the agency itself looked up (条例 41)."""
    for item in file.items("record_corrected"):
        if file.case.evidence is None and not file.case.all(a.Search):
            yield f"第{item.item}项予以更正，卷内没有登记申请人提供的证据，也没有核查的检索记录。"


def _charged_for_public(file: _File) -> Iterator[str]:
    fee = file.case.fee
    if fee is None or fee.notice.basis != "per_page" or fee.waived_fen >= fee.notice.amount_fen:
        return
    for item in file.items("already_public"):
        about = file.case.about(fee.notice_seq, fee.notice.items)
        if not about or item.item in about:
            yield f"第{item.item}项已经主动公开，却按页收取了费用。"


def _extension_told_late(file: _File) -> Iterator[str]:
    told, due = file.clock.extension_in_time, file.clock.due
    too_late_to_tell = told is None and due is not None and file.on > due
    if file.case.all(a.Extension) and (told is False or too_late_to_tell):
        yield "延期没有在答复期限届满前告知申请人，延期不生效。"


def _overdue(file: _File) -> Iterator[str]:
    due = file.clock.due
    if due is not None and file.on > due:
        yield f"答复期限是{say_day(due)}，签发时已经超过期限。"


def late_entries(case: Case) -> list[a.Signed]:
    """补录 on which the reply now being made rests."""
    return [signed for signed in case.in_force if signed.late_entry is not None and signed.seq > case.handled_anew_since]


def _entered_late(file: _File) -> Iterator[str]:
    """READINGS R-late-entry: what was really done earlier and stored only afterwards, the signature itself among it."""
    if file.entered is not None:
        yield f"签发是补录：日期为{say_day(file.on)}，{say_day(file.entered)}录入。请对照纸质材料核对。"
    for signed in late_entries(file.case):
        title = type(signed.act).title
        yield f"第{signed.seq}项记录“{title}”是补录：日期为{say_day(signed.act.on)}，{say_day(signed.entered_on)}录入。请对照纸质材料核对。"


_MATTER = re.compile(
    r"(?:^|[\s；;。，,：:、])"
    r"(?:[（(]?[0-9一二三四五六七八九十]{1,2}[）)]|[0-9]{1,2}[.．、]|[一二三四五六七八九十]{1,2}、|其[一二三四五])"
)


def matters(text: str) -> int:
    """How many matters a request lists by figures (一、 （二） 3.)."""
    return len(_MATTER.findall(text))


def _unsplit(file: _File) -> Iterator[str]:
    most = file.law.practice.many_matters
    if len(file.case.items) == 1:
        listed = matters(file.case.wanted)
        if listed >= 2:
            yield f"申请内容分列了{listed}项，本件只作一项决定，可能漏答。请核对是否逐项答复或者拆分。"
    elif len(file.case.items) > most:
        yield f"本件有{len(file.case.items)}项申请事项，没有按一事一申请拆分。请核对是否属于同一件事。"


_ID_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])")
_PHONE_IN_TEXT = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def _texts(file: _File) -> Iterator[tuple[str, str]]:
    draft = file.draft
    yield "正文前的说明", draft.opening or ""
    yield "正文后的说明", draft.closing or ""
    yield "附件名称", "\n".join(draft.attachments)
    for item in draft.items:
        parts = (item.reason, item.where, item.withheld, item.channel, item.public_interest)
        yield f"第{item.item}项", "\n".join(part for part in parts if part)


def _ids_of_others(file: _File) -> Iterator[str]:
    own = file.case.applicant.id_number
    for place, text in _texts(file):
        count = sum(1 for found in _ID_IN_TEXT.findall(text) if found.upper() != own)
        if count:
            yield f"{place}的文字中有{count}个他人的居民身份证号码。请删去或者遮盖。"


def _phones_of_others(file: _File) -> Iterator[str]:
    own = folded_phone(file.case.applicant.phone or "")
    for place, text in _texts(file):
        count = sum(1 for found in _PHONE_IN_TEXT.findall(text) if found != own)
        if count:
            yield f"{place}的文字中有{count}个手机号码，可能是他人的个人信息。请核对。"


# ------------------------------------------------------------------ the one table


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    level: str
    articles: tuple[str, ...]
    find: Callable[[_File], Iterator[str]]


RISKS: tuple[_Row, ...] = (
    _Row("not_of_same_applicant", "blocks", ("条例 36", "条例 15"), _of_others),
    _Row("third_party_not_asked", "blocks", ("条例 15", "条例 32"), _third_party_not_asked),
    _Row("third_party_consented", "warns", ("条例 15",), _third_party_consented),
    _Row("consultation_open", "blocks", ("条例 32", "条例 34"), _consultation_open),
    _Row("overruled_without_interest", "blocks", ("条例 15", "条例 32"), _overruled_without_interest),
    _Row("joint_agency_objects", "warns", ("条例 34",), _joint_consent_missing),
    _Row("secrecy_not_reviewed", "warns", ("条例 17",), _not_reviewed),
    _Row("secrecy_review_says_no", "blocks", ("条例 17",), _review_says_no),
    _Row("nothing_provided", "warns", ("条例 36(二)",), _nothing_provided),
    _Row("nothing_covered", "warns", ("条例 37",), _nothing_covered),
    _Row("no_search_record", "blocks", ("条例 36(四)",), _no_search),
    _Row("no_earlier_reply", "blocks", ("条例 36(六)",), _no_earlier_reply),
    _Row("wrong_remedy", "blocks", ("复议法 23(1)(四)",), _wrong_remedy),
    _Row("responsible_not_named", "blocks", ("条例 36(五)",), _responsible_not_named),
    _Row("way_missing", "blocks", ("条例 36(一)",), _way_missing),
    _Row("reason_missing", "blocks", ("条例 36(三)", "条例 37"), _reason_missing),
    _Row("law_missing", "blocks", ("条例 14", "条例 36(七)"), _law_missing),
    _Row("rule_may_require", "warns", ("条例 16(2)",), _rule_may_require),
    _Row("no_reasons_asked", "blocks", ("条例 35",), _no_reasons_asked),
    _Row("never_corrected", "blocks", ("条例 30",), _never_corrected),
    _Row("record_unproven", "warns", ("条例 41",), _record_unproven),
    _Row("charged_for_public", "blocks", ("办法 5",), _charged_for_public),
    _Row("ids_of_others", "blocks", ("条例 15",), _ids_of_others),
    _Row("phones_of_others", "warns", ("条例 15",), _phones_of_others),
    _Row("extension_told_late", "warns", ("条例 33(2)",), _extension_told_late),
    _Row("reply_overdue", "warns", ("条例 33(2)",), _overdue),
    _Row("late_entry", "warns", ("条例 45",), _entered_late),
    _Row("unsplit_matters", "warns", ("办法 4",), _unsplit),
)


RISK_TITLES: Mapping[str, str] = {
    "third_party_consented": "第三方同意而不予公开",
    "joint_agency_objects": "共同制作机关不同意公开",
    "secrecy_not_reviewed": "没有保密审查的记录",
    "nothing_provided": "没有存入提供的信息",
    "nothing_covered": "部分公开而没有遮盖",
    "rule_may_require": "可能有规定要求公开",
    "record_unproven": "没有证据或者核查的记录",
    "phones_of_others": "文字中有手机号码",
    "extension_told_late": "延期告知逾期",
    "reply_overdue": "答复逾期",
    "late_entry": "有补录的记录",
    "unsplit_matters": "事项较多没有拆分",
}
"""What a history calls a risk to which the signature gave its reason: each that only warns."""


_OF_ITS_OWN = frozenset(
    {"not_of_same_applicant", "consultation_open", "overruled_without_interest", "joint_agency_objects", "charged_for_public",
     "extension_told_late", "reply_overdue", "late_entry", "unsplit_matters"}
)  # fmt: skip
"""What may be wrong with another request that is decided like this one: what was found out here counts for it (READINGS R-together)."""


# What was looked for and is in order: (risk, its sentence, the outcomes it matters to; none: every file).
_IN_ORDER: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("third_party_not_asked", "已经书面征求第三方意见", frozenset({"third_party"})),
    ("overruled_without_interest", "第三方的意见已经逐项处理", GIVEN | {"third_party"}),
    ("secrecy_not_reviewed", "公开前已经保密审查", frozenset({"disclosed", "partial"})),
    ("nothing_provided", "提供的信息已经存入案卷，或者写明了获取的方式", frozenset({"disclosed", "partial"})),
    ("nothing_covered", "部分公开的文件已经遮盖", frozenset({"partial"})),
    ("no_search_record", "有检索记录", frozenset({"not_existing"})),
    ("no_earlier_reply", "写明了此前答复的文号和日期", frozenset({"repeated"})),
    ("responsible_not_named", "负责公开的机关及其联系方式已经写明", frozenset({"not_responsible"})),
    ("way_missing", "写明了获取的方式、途径", frozenset({"already_public"})),
    ("reason_missing", "不予公开的理由已经写明", WITHHELD | {"partial"}),
    ("law_missing", "写明了所依据的法律、行政法规", frozenset({"forbidden_by_law", "special_inquiry"})),
    ("record_unproven", "有申请人的证据或者核查的记录", frozenset({"record_corrected"})),
    ("no_reasons_asked", "已经要求申请人说明理由", frozenset({"excessive"})),
    ("wrong_remedy", "救济告知与决定种类一致", frozenset()),
    ("ids_of_others", "答复文字中没有他人的身份证号码", frozenset()),
    ("consultation_open", "没有未答复的征求意见", frozenset()),
    ("reply_overdue", "答复期限未过", frozenset()),
)


def in_order(case: Case, rules: Rules, on: date, *, others: Sequence[Case] = ()) -> tuple[Risk, ...]:
    """What was checked of the draft on the file and found in order, as far as it concerns its outcomes; level "fine"."""
    signed = case.draft
    if signed is None or not isinstance(signed.act, a.Draft):
        return ()
    found = {risk.id for risk in open_risks(case, rules, on, others=others)}
    outcomes = {key for item in signed.act.every for key in (item.outcome, item.withheld_under)}
    asked = any(one.act.type == "third_party" for one in case.consultations)
    articles = {row.id: row.articles for row in RISKS}
    return tuple(
        Risk(id, "fine", text, articles[id])
        for id, text, concerns in _IN_ORDER
        if id not in found and (not concerns or concerns & outcomes) and (asked or id != "overruled_without_interest")
    )
