"""From the case file and an act on it to the contexts of the letters that the act makes.

`workflow.case` says which letters; here they are filled in. What a letter must say and the file does not hold is refused
with the article that asks for it, before anything is numbered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from letters import contexts as c
from letters.agencies import Agency
from letters.contexts import LETTERS, Context
from letters.wording import cite
from workflow import acts as a
from workflow import case as cases
from workflow import fees
from workflow.acts import Act, Signed
from workflow.answers import Refused
from workflow.case import Asked, Case
from workflow.checks import notice_quote
from workflow.law import InForce, Rules

Number = Callable[[str], tuple[int, str]]
"""series -> the next serial and the 文号 made of it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be kept: its id and kind, its number if its kind has one, and all its words."""

    id: str
    kind: str
    dated: date
    series: str | None
    serial: int | None
    number: str | None
    context: Context


@dataclass(frozen=True)
class _Sheet:
    """The facts one letter is filled in from."""

    case: Case
    signed: Signed
    letter: cases.Letter
    agency: Agency
    rules: Rules
    numbers: Mapping[str, str]
    number: str

    @property
    def act(self) -> Any:
        return self.signed.act

    @property
    def law(self) -> InForce:
        return self.rules.on(self.signed.act.on)

    @property
    def asked(self) -> Asked:
        """The consultation that the letter is about."""
        assert self.letter.consultation is not None
        found = self.case.consultation(self.letter.consultation)
        assert found is not None
        return found

    @property
    def applicant(self) -> c.Addressee:
        return c.Addressee(name=self.case.applicant.name, is_person=self.case.applicant.is_person)

    @property
    def request(self) -> c.Request:
        case = self.case
        return c.Request(
            number=case.number,
            received_on=case.received_on,
            way=_WAYS[case.registration.channel],
            wanted=case.wanted,
        )

    def head(self) -> dict[str, Any]:
        return {"letterhead": self.agency.letterhead, "on": self.signed.act.on}

    def to_applicant(self) -> dict[str, Any]:
        return self.head() | {"number": self.number, "to": self.applicant, "request": self.request}

    def remedy(self, variant: str) -> c.Remedy:
        deadlines = self.law.deadlines
        return c.Remedy(
            variant=variant,  # type: ignore[arg-type]  # the draft's literal, or one of those below
            review_body=self.agency.review_body,
            court=self.agency.court,
            review_days=deadlines.reconsideration_days.value,
            suit_days=deadlines.suit_after_reconsideration_days.value,
            suit_months=deadlines.litigation_months.value,
        )


_WAYS: Mapping[str, str] = {
    "in_person": "当面提交",
    "ems_signed": "邮寄提交",
    "ordinary_mail": "邮寄提交",
    "online": "通过网络提交",
    "fax": "通过传真提交",
    "oral": "口头提出",
}


# ---------------------------------------------------------------------------------------------- letters on the way


def _receipt(sheet: _Sheet) -> Context:
    reckoning = sheet.case.reckoning(sheet.rules)
    assert reckoning.due is not None
    registration = sheet.case.registration
    return c.Receipt(
        **sheet.head(),
        to=sheet.applicant,
        request=sheet.request,
        items=sheet.case.items,
        submitted_on=registration.submitted_on,
        form=a.FORMS[registration.form],
        delivery=a.DELIVERIES[registration.delivery],
        due=reckoning.due,
        due_is_provisional=reckoning.provisional,
        reply_days=sheet.rules.on(reckoning.day0).deadlines.reply.value,
    )


def _request_form(sheet: _Sheet) -> Context:
    applicant, registration, features = sheet.case.applicant, sheet.case.registration, sheet.case.features
    described = () if features is None else (("名称", features.title), ("文号", features.document_number), ("其他", features.other))
    return c.RequestForm(
        **sheet.head(),
        case_number=sheet.case.number,
        category=a.CATEGORIES[applicant.category],
        name=applicant.name,
        id_type=None if applicant.id_type is None else a.ID_TYPES[applicant.id_type],
        id_number=applicant.id_number,
        contact_name=applicant.contact_name,
        phone=applicant.phone,
        email=applicant.email,
        address=applicant.address,
        postcode=applicant.postcode,
        wanted=sheet.case.wanted,
        features=tuple(f"{name}：{text}" for name, text in described if text),
        form=a.FORMS[registration.form],
        delivery=a.DELIVERIES[registration.delivery],
        filled_by=sheet.signed.officer.name,
    )


def _correction_notice(sheet: _Sheet) -> Context:
    days = sheet.act.days or sheet.law.deadlines.correction_period_default.value
    return c.CorrectionNotice(**sheet.to_applicant(), matters=sheet.act.matters, days=days)


def _reasons_notice(sheet: _Sheet) -> Context:
    days = sheet.act.days or sheet.law.deadlines.reasons_default.value
    return c.ReasonsNotice(**sheet.to_applicant(), facts=sheet.act.facts, days=days)


def _extension_notice(sheet: _Sheet) -> Context:
    """The new last day, as it will be if the applicant is told in time; unknown while a consultation is out."""
    case, act = sheet.case, sheet.act
    told = act.evolve(notified_on=act.notified_on or act.on)
    acts = tuple(replace(one, act=told) if one.seq == sheet.signed.seq else one for one in case.acts)
    reckoning = replace(case, acts=acts).reckoning(sheet.rules)
    return c.ExtensionNotice(
        **sheet.to_applicant(),
        reason=act.reason,
        days=act.days,
        due=None if case.open_consultations else reckoning.due,
        due_is_provisional=reckoning.provisional and not case.open_consultations,
    )


def _deferral_notice(sheet: _Sheet) -> Context:
    return c.DeferralNotice(**sheet.to_applicant(), reason=sheet.act.reason, until=sheet.act.until)


def _third_party_inquiry(sheet: _Sheet) -> Context:
    party = sheet.act.party
    return c.ThirdPartyInquiry(
        **sheet.head(),
        number=sheet.number,
        to=c.Addressee(name=party.name, is_person=party.is_person),
        case_number=sheet.case.number,
        question=sheet.act.question,
        days=sheet.law.deadlines.third_party_opinion.value,
    )


def _joint_agency_inquiry(sheet: _Sheet) -> Context:
    return c.JointAgencyInquiry(
        **sheet.head(),
        number=sheet.number,
        to=sheet.act.party.name,
        case_number=sheet.case.number,
        question=sheet.act.question,
        days=sheet.law.deadlines.joint_agency_opinion.value,
    )


def _other_agency_inquiry(sheet: _Sheet) -> Context:
    return c.OtherAgencyInquiry(
        **sheet.head(),
        number=sheet.number,
        to=sheet.act.party.name,
        case_number=sheet.case.number,
        question=sheet.act.question,
        days=sheet.act.days or sheet.law.deadlines.other_agency_default.value,
    )


def _internal_consultation(sheet: _Sheet) -> Context:
    return c.InternalConsultation(
        **sheet.head(),
        department=sheet.act.party.name,
        request=sheet.request,
        question=sheet.act.question,
        days=sheet.act.days or sheet.law.deadlines.internal_opinion_default.value,
        asked_by=sheet.signed.officer.name,
    )


def _consultation_notice(sheet: _Sheet) -> Context:
    """A third party is not named to the applicant; an agency is (条例 33(3))."""
    act, deadlines = sheet.act, sheet.law.deadlines
    articles, days = {
        "third_party": (("条例 32", "条例 33(3)"), deadlines.third_party_opinion.value),
        "joint_agency": (("条例 34", "条例 33(3)"), deadlines.joint_agency_opinion.value),
        "other_agency": (("条例 33(3)",), act.days or deadlines.other_agency_default.value),
    }[act.type]
    asked = "第三方" if act.type == "third_party" else act.party.name
    return c.ConsultationNotice(**sheet.to_applicant(), asked=asked, law=cite(articles), days=days)


def _fee_notice(sheet: _Sheet) -> Context:
    act, schedule = sheet.act, sheet.law.fees
    quote, tariff = notice_quote(act, sheet.rules), schedule.tariff(act.basis)
    return c.FeeNotice(
        **sheet.to_applicant(),
        unit=tariff.unit,
        quantity=sum(row.quantity for row in quote.working),
        already=act.already if tariff.window == "natural_month" else None,
        standard=fees._tariff_words(tariff),
        rows=tuple(
            c.FeeRow(span=_span(row, tariff.unit), quantity=row.quantity, rate_fen=row.rate_fen, amount_fen=row.amount_fen)
            for row in quote.working
        ),
        amount_fen=act.amount_fen,
        law=cite(dict.fromkeys((*quote.articles, "办法 6"))),
        days=sheet.law.deadlines.payment.value,
        payee=sheet.agency.payee_of_fees,
    )


def _span(row: fees.Row, unit: str) -> str:
    return f"第{row.from_}{unit}以上" if row.to is None else f"第{row.from_}至{row.to}{unit}"


def _abandonment_notice(sheet: _Sheet) -> Context:
    case = sheet.case
    by_payment = case.as_of(sheet.signed.seq).outcome == "abandoned_payment"
    notice = case.last(a.FeeNotice if by_payment else a.CorrectionNotice)
    assert notice is not None
    kind = "payment" if by_payment else "correction"
    limits = [limit.on for limit in case.reckoning(sheet.rules).limits if limit.kind == kind]
    deadlines = sheet.law.deadlines
    days = deadlines.payment.value
    if isinstance(notice.act, a.CorrectionNotice):
        days = notice.act.days or deadlines.correction_period_default.value
    return c.AbandonmentNotice(
        **sheet.to_applicant(),
        cause="payment" if by_payment else "correction",
        notice_on=notice.act.on,
        received_on=case.received(notice.seq),
        limit=limits[-1] if limits else None,
        days=days,
        reason=sheet.act.reason,
        law=cite(sheet.law.outcomes[f"abandoned_{kind}"].articles),
        remedy=sheet.remedy("R2"),
    )


_WITHDRAWN_BY: Mapping[str, str] = {"writing": "书面", "phone": "电话", "in_person": "当面提出", "online": "网上提出"}


def _withdrawal_notice(sheet: _Sheet) -> Context:
    return c.WithdrawalNotice(**sheet.to_applicant(), by=_WITHDRAWN_BY[sheet.act.by], reason=sheet.act.reason)


# ---------------------------------------------------------------------------------------------- replies


def _reply(sheet: _Sheet) -> Context:
    """答复书: the draft in force when it was signed, item by item (条例 36-39)."""
    then = sheet.case.as_of(sheet.signed.seq)
    draft = then.draft
    assert draft is not None and isinstance(draft.act, a.Draft)
    made = replace(sheet, case=then)
    items = sorted(draft.act.items, key=lambda item: item.item)
    given = tuple(document.title for item in items for document in item.provided)
    reply: Any = LETTERS[sheet.letter.kind].context
    context: Context = reply(
        **sheet.to_applicant(),
        opening=draft.act.opening,
        closing=draft.act.closing,
        items=tuple(_finding(made, item) for item in items),
        remedy=sheet.remedy(draft.act.remedy or _variant(sheet.law, items)),
        attachments=draft.act.attachments or given,
    )
    return context


def _variant(law: InForce, items: Iterable[a.ItemDecision]) -> str:
    """R1 for what is withheld under arts 14, 15, 16, R2 for the rest (复议法 23(1)(四); READINGS R-partial-remedy)."""
    variants = set()
    for item in items:
        variants.add(law.outcomes[item.outcome].remedy)
        if item.withheld_under is not None:
            variants.add(law.outcomes[item.withheld_under].remedy)
    return next(iter(variants)) if len(variants) == 1 else "both"


def _need(value: Any, item: a.ItemDecision, what: str, article: str) -> Any:
    if value is None:
        raise Refused(f"第{item.item}项没有写明{what}，答复书不能留空。请退回承办人补充后再签发。", article)
    return value


def _finding(sheet: _Sheet, item: a.ItemDecision) -> c.Finding:
    outcome = sheet.law.outcomes[item.outcome]
    ground_of = sheet.law.outcomes[item.withheld_under or item.outcome].grounds
    facts = {
        "outcome": item.outcome,
        "wanted": sheet.case.items[item.item - 1],
        "law": cite(_articles(item, outcome.articles)),
        "reason": item.reason,
        "ground": dict(ground_of).get(item.ground or "", item.ground),
        "where": item.where,
        "provided": tuple(c.Document(title=one.title, pages=one.pages) for one in item.provided),
        "available_on": item.available_on,
        "channel": item.channel,
        "public_interest": item.public_interest,
    }
    more = _EXTRA.get(item.outcome)
    extra = {} if more is None else more(sheet, item)
    model = _FINDINGS[item.outcome]
    return model(**{one.name: (facts | extra)[one.name] for one in fields(model)})


def _articles(item: a.ItemDecision, articles: tuple[str, ...]) -> tuple[str, ...]:
    """更正 (条例 41) is counted under other, which has no article of its own."""
    return ("条例 41",) if item.outcome == "other" and item.ground == "record_correction" else articles


_FINDINGS: Mapping[str, type[c.Finding]] = MappingProxyType(
    {
        "already_public": c.AlreadyPublic,
        "disclosed": c.Disclosed,
        "partial": c.Partial,
        "state_secret": c.WithheldAbsolute,
        "forbidden_by_law": c.WithheldAbsolute,
        "security_stability": c.WithheldAbsolute,
        "third_party": c.WithheldThirdParty,
        "internal_affairs": c.WithheldDiscretionary,
        "deliberative": c.WithheldDiscretionary,
        "enforcement_file": c.WithheldDiscretionary,
        "special_inquiry": c.SpecialInquiry,
        "not_existing": c.NotExisting,
        "not_responsible": c.NotResponsible,
        "needs_processing": c.NeedsProcessing,
        "unclear_after_correction": c.Unclear,
        "petition": c.Petition,
        "repeated": c.Repeated,
        "publication": c.Publication,
        "excessive": c.Excessive,
        "reissue": c.Reissue,
        "other": c.Other,
    }
)

_UNDER: Mapping[str, str] = {
    "state_secret": "属于依法确定的国家秘密",
    "forbidden_by_law": "属于法律、行政法规禁止公开的政府信息",
    "security_stability": "公开后可能危及国家安全、公共安全、经济安全、社会稳定",
    "third_party": "涉及商业秘密、个人隐私等，公开会对第三方合法权益造成损害",
    "internal_affairs": "属于行政机关的内部事务信息",
    "deliberative": "属于过程性信息",
    "enforcement_file": "属于行政执法案卷信息",
}


def _withheld_part(sheet: _Sheet, item: a.ItemDecision) -> dict[str, Any]:
    under = item.withheld_under
    outcome = None if under is None else sheet.law.outcomes[under]
    ground = None if outcome is None or item.ground is None else dict(outcome.grounds).get(item.ground)
    words = None if outcome is None else _UNDER.get(outcome.key, f"属于{outcome.title}")
    if under == "third_party" and ground:
        words = f"涉及{ground}，公开会对第三方合法权益造成损害"
    elif under in ("deliberative", "internal_affairs") and ground:
        words = f"{words}（{ground}）"
    return {
        "withheld": _need(item.withheld, item, "不予公开的部分", "条例 37"),
        "under": words,
        "under_law": None if outcome is None else cite(outcome.articles),
    }


def _asked_third_party(sheet: _Sheet, item: a.ItemDecision) -> dict[str, Any]:
    asked = [one for one in sheet.case.consultations if one.act.type == "third_party" and one.concerns(item.item)]
    if any(one.objects for one in asked):
        return {"objected": True}
    return {"objected": False if any(one.silence is not None for one in asked) else None}


def _searched(sheet: _Sheet, item: a.ItemDecision) -> dict[str, Any]:
    found = [signed.act for signed in sheet.case.all(a.Search)]
    return {
        "searches": tuple(
            c.Searched(on=act.on, places=act.places, method=act.method, found=act.text)
            for act in found
            if isinstance(act, a.Search) and (not act.items or item.item in act.items)
        )
    }


def _last(sheet: _Sheet, kind: type[Act]) -> Any:
    signed = sheet.case.last(kind)
    return None if signed is None else signed.act


def _reasons_asked(sheet: _Sheet, item: a.ItemDecision) -> dict[str, Any]:
    asked, said = _last(sheet, a.ReasonsNotice), _last(sheet, a.Reasons)
    return {
        "asked_on": None if asked is None else asked.on,
        "said": None if said is None else said.text,
        "reason": item.reason or (None if said is None else said.assessment),
    }


def _corrected(sheet: _Sheet, _item: a.ItemDecision) -> dict[str, Any]:
    asked, corrected = _last(sheet, a.CorrectionNotice), _last(sheet, a.Correction)
    return {"asked_on": asked and asked.on, "corrected_on": corrected and corrected.on}


def _earlier(_sheet: _Sheet, item: a.ItemDecision) -> dict[str, Any]:
    earlier = _need(item.earlier, item, "此前答复的文号和日期", "条例 36(六)")
    return {"earlier_number": earlier.number, "earlier_on": earlier.on}


def _responsible(_sheet: _Sheet, item: a.ItemDecision) -> dict[str, Any]:
    other = item.responsible
    return {"responsible": other and other.name, "contact": other and other.contact}


_EXTRA: Mapping[str, Callable[[_Sheet, a.ItemDecision], dict[str, Any]]] = MappingProxyType(
    {
        "already_public": lambda _sheet, item: {"where": _need(item.where, item, "获取的方式、途径", "条例 36(一)")},
        "partial": _withheld_part,
        "state_secret": lambda _sheet, item: {"forbidden_by": item.law},
        "forbidden_by_law": lambda _sheet, item: {"forbidden_by": item.law},
        "security_stability": lambda _sheet, item: {"forbidden_by": item.law},
        "third_party": _asked_third_party,
        "not_existing": _searched,
        "not_responsible": _responsible,
        "repeated": _earlier,
        "special_inquiry": lambda _sheet, item: {"special_law": item.law},
        "unclear_after_correction": _corrected,
        "excessive": _reasons_asked,
    }
)


def _third_party_notice(sheet: _Sheet) -> Context:
    """第三方告知书 (条例 32): the items that are given against its will, and why."""
    then = sheet.case.as_of(sheet.signed.seq)
    asked, draft = sheet.asked, then.draft
    assert draft is not None and isinstance(draft.act, a.Draft)
    given = [item for item in draft.act.items if item.outcome in cases.GIVEN and asked.concerns(item.item)]
    interests = tuple(dict.fromkeys(item.public_interest for item in given if item.public_interest is not None))
    reasons = tuple(f"不公开可能对公共利益造成重大影响：{text}" for text in interests)
    if asked.opinion is not None and asked.opinion.reasonable is False:
        reasons += ("经审查，所提出的不同意公开的理由不合理，公开上述内容不会损害合法权益。",)
    party = asked.act.party
    return c.ThirdPartyNotice(
        **sheet.head(),
        number=sheet.number,
        to=c.Addressee(name=party.name, is_person=party.is_person),
        inquiry_on=asked.act.on,
        opinion_on=None if asked.opinion is None else asked.opinion.on,
        information=tuple(then.items[item.item - 1] for item in given),
        reasons=reasons or ("经审查，上述内容依法应当公开。",),
        remedy=sheet.remedy("R2"),
    )


# ---------------------------------------------------------------------------------------------- forms and the file


def _delivery_receipt(sheet: _Sheet) -> Context:
    act = sheet.act
    letter = next(one for one in sheet.case.letters(sheet.rules) if one.id == act.letter)
    addressee = sheet.case.applicant.name
    if letter.to != "applicant" and letter.consultation is not None:
        asked = sheet.case.consultation(letter.consultation)
        addressee = addressee if asked is None else asked.act.party.name
    served = sheet.case.services.get(act.letter)
    return c.DeliveryReceipt(
        **sheet.head(),
        case_number=sheet.case.number,
        document=LETTERS[letter.kind].heading,
        document_number=_number_of(sheet, letter),
        addressee=addressee,
        method=a.METHODS[act.method],
        sent_on=served.handed_on if served else act.on,
        post_number=act.post_number,
        place=act.place,
        recipient=act.recipient,
        received_on=act.received_on or (served.received_on if served else None),
        refused=act.refused,
        witness=act.witness,
    )


def _number_of(sheet: _Sheet, letter: cases.Letter) -> str | None:
    return sheet.case.number if letter.kind == "receipt" else sheet.numbers.get(letter.id)


# 卷内目录: the result first, then the request and what happened to it, then service and remedies (law of archiving: READINGS).
_PAPERS: Mapping[type[Act], tuple[int, str]] = MappingProxyType(
    {
        a.Draft: (1, "答复审批单"),
        a.Registration: (2, "政府信息公开申请及身份证明"),
        a.Correction: (4, "补正材料"),
        a.Reasons: (5, "申请人说明的理由"),
        a.Opinion: (7, "意见"),
        a.Search: (8, "检索记录"),
        a.Payment: (9, "缴费凭证、财政票据"),
        a.Remedy: (11, "复议、诉讼材料"),
        a.RemedyResult: (11, "复议、诉讼结果"),
    }
)
_LETTER_PLACES: Mapping[str, int] = {
    "receipt": 3, "request_form": 2, "correction_notice": 4, "reasons_notice": 5, "extension_notice": 6, "deferral_notice": 6,
    "third_party_inquiry": 7, "consultation_notice": 7, "third_party_notice": 7, "joint_agency_inquiry": 7,
    "other_agency_inquiry": 7, "internal_consultation": 7, "fee_notice": 9, "delivery_receipt": 10,
    "abandonment_notice": 0, "withdrawal_notice": 0,
}  # fmt: skip


def _file_index(sheet: _Sheet) -> Context:
    case = sheet.case
    found: list[tuple[int, int, c.IndexRow]] = []
    for letter in case.letters(sheet.rules):
        if letter.kind != "file_index":
            title, on = LETTERS[letter.kind].heading, case.acts[letter.seq - 1].act.on
            row = _row(title, on, sheet.agency.name, _number_of(sheet, letter))
            found.append((_LETTER_PLACES.get(letter.kind, 0), letter.seq, row))
    for signed in case.acts:
        if (paper := _PAPERS.get(type(signed.act))) is not None:
            place, title = paper
            found.append((place, signed.seq, _row(title, _dated(signed.act), _author(sheet, signed.act), None)))
    return c.FileIndex(
        **sheet.head(),
        case_number=case.number,
        volume=sheet.act.volume,
        title=f"{case.applicant.name}的政府信息公开申请",
        retention=sheet.act.retention or sheet.law.practice.retention_default,
        rows=tuple(row for _place, _seq, row in sorted(found, key=lambda one: one[:2])),
    )


def _row(title: str, on: date, responsible: str, number: str | None) -> c.IndexRow:
    return c.IndexRow(number=number, responsible=responsible, title=title, on=on, page=None, remark=None)


def _dated(act: Act) -> date:
    return act.received_on if isinstance(act, a.Registration) else act.on


def _author(sheet: _Sheet, act: Act) -> str:
    if isinstance(act, a.Registration | a.Correction | a.Reasons | a.Payment | a.Remedy):
        return sheet.case.applicant.name
    if isinstance(act, a.Opinion):
        asked = sheet.case.consultation(act.consultation)
        assert asked is not None
        return asked.act.party.name
    if isinstance(act, a.RemedyResult):
        return next(one.act.body for one in sheet.case.challenges if one.seq == act.remedy)
    return sheet.agency.name


# ---------------------------------------------------------------------------------------------- the one table

_COMPOSERS: Mapping[str, Callable[[_Sheet], Context]] = MappingProxyType(
    {kind: _reply for kind, made in LETTERS.items() if issubclass(made.context, c.Reply)}
    | {
        "receipt": _receipt,
        "request_form": _request_form,
        "correction_notice": _correction_notice,
        "reasons_notice": _reasons_notice,
        "extension_notice": _extension_notice,
        "deferral_notice": _deferral_notice,
        "third_party_inquiry": _third_party_inquiry,
        "joint_agency_inquiry": _joint_agency_inquiry,
        "other_agency_inquiry": _other_agency_inquiry,
        "internal_consultation": _internal_consultation,
        "consultation_notice": _consultation_notice,
        "third_party_notice": _third_party_notice,
        "fee_notice": _fee_notice,
        "abandonment_notice": _abandonment_notice,
        "withdrawal_notice": _withdrawal_notice,
        "delivery_receipt": _delivery_receipt,
        "file_index": _file_index,
    }
)


def compose(
    case: Case,
    signed: Signed,
    agency: Agency,
    rules: Rules,
    number: Number,
    numbers: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Letter, ...]:
    """The letters of an act that stands on `case`, filled in and numbered; `numbers` are those of the file's earlier letters."""
    return tuple(_compose(case, signed, letter, agency, rules, number, numbers) for letter in case.letters_of(signed, rules))


def _compose(
    case: Case, signed: Signed, letter: cases.Letter, agency: Agency, rules: Rules, number: Number, numbers: Mapping[str, str]
) -> Letter:
    series = LETTERS[letter.kind].series
    serial, text = (None, None) if series is None else number(series)
    sheet = _Sheet(case, signed, letter, agency, rules, numbers, text or "")
    context = _COMPOSERS[letter.kind](sheet)
    return Letter(letter.id, letter.kind, signed.act.on, series, serial, text, context)
