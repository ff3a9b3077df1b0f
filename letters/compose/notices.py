"""Receipt, notices and inquiries, filled in from the act that sends them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from letters.compose.sheet import Sheet
from letters.contexts import forms, notices, parts
from letters.wording import cite
from workflow import acts as a
from workflow import fees
from workflow.answers import Invalid
from workflow.checks import notice_quote
from workflow.personal import veil_of


def _receipt(sheet: Sheet) -> parts.Context:
    reckoning = sheet.case.reckoning(sheet.rules)
    assert reckoning.due is not None
    registration, deadlines = sheet.case.registration, sheet.rules.on(reckoning.day0).deadlines
    carried = registration.inherited is not None and bool(registration.inherited.events)
    return notices.Receipt(
        **sheet.head(),
        to=sheet.applicant,
        request=sheet.request,
        items=sheet.case.items,
        submitted_on=registration.submitted_on,
        form=a.FORMS[registration.form],
        delivery=a.DELIVERIES[registration.delivery],
        due=reckoning.due,
        due_is_provisional=reckoning.provisional,
        reply_days=(deadlines.record_correction if sheet.case.corrects_records else deadlines.reply).value,
        sent_to=_sent_to(sheet),
        split_on=None if registration.split_from is None else registration.on,
        carried=carried,
        **(_proofs(sheet) if sheet.case.corrects_records else {}),
    )


def _sent_to(sheet: Sheet) -> str | None:
    """Who gets the letters, where somebody could ask (READINGS R-co-applicants)."""
    agent = sheet.case.registration.agent
    if agent is not None:
        return f"{a.RELATIONS[agent.relation]}{agent.name}"
    return f"代表人{sheet.case.applicant.name}" if len(sheet.case.applicants) > 1 else None


def _in_one_line(one: a.Applicant | a.Agent, *more: str) -> str:
    """何某，委托代理人，居民身份证…，电话…，地址…."""
    paper = f"{a.ID_TYPES[one.id_type] if one.id_type else ''}{one.id_number}" if one.id_number else ""
    return "，".join(text for text in (one.name, *more, paper, one.phone, one.address) if text)


def _proofs(sheet: Sheet) -> dict[str, Any]:
    """身份证明 and 证明记录不准确的证据: what of them came with the request, and what did not (条例 41)."""
    who, evidence = sheet.case.applicant, sheet.case.evidence
    identity = None if who.id_number is None else f"身份证明（{a.ID_TYPES[who.id_type or 'other']}）"
    proven = None if evidence is None else f"证明记录不准确的证据：{evidence.rstrip('。；')}"
    lacking = (None if identity else "身份证明", None if proven else "证明记录不准确的证据")
    return {"papers": tuple(one for one in (identity, proven) if one), "lacking": tuple(one for one in lacking if one)}


def _request_form(sheet: Sheet) -> parts.Context:
    applicant, registration, features = sheet.case.applicant, sheet.case.registration, sheet.case.features
    described = (
        () if features is None else (("名称", features.title), ("文号", features.document_number), ("其他", features.other))
    )
    return forms.RequestForm(
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
        others=tuple(_in_one_line(one) for one in sheet.case.applicants if one is not applicant),
        agent=None if registration.agent is None else _in_one_line(registration.agent, a.RELATIONS[registration.agent.relation]),
        called=sheet.called,
        evidence=sheet.case.evidence,
    )


def _correction_notice(sheet: Sheet) -> parts.Context:
    days = sheet.act.days or sheet.law.deadlines.correction_period_default.value
    return notices.CorrectionNotice(**sheet.to_applicant(), matters=sheet.act.matters, days=days)


def _handover_notice(sheet: Sheet) -> parts.Context:
    act = sheet.act
    unit, handed = act.receiver or a.OtherAgency(name=act.to), sheet.case.registration.handed_from
    return notices.HandoverNotice(
        **sheet.to_applicant(), receiver=unit.name, contact=unit.contact, reason=act.reason,
        first_on=None if handed is None else handed.received_by(act.to),
    )  # fmt: skip


def _reasons_notice(sheet: Sheet) -> parts.Context:
    days = sheet.act.days or sheet.law.deadlines.reasons_default.value
    return notices.ReasonsNotice(**sheet.to_applicant(), facts=sheet.act.facts, days=days)


def _extension_notice(sheet: Sheet) -> parts.Context:
    """The new last day, as it will be if the applicant is told in time; unknown while a consultation is out."""
    case, act = sheet.case, sheet.act
    told = act.evolve(notified_on=act.notified_on or act.on)
    acts = tuple(replace(one, act=told) if one.seq == sheet.signed.seq else one for one in case.acts)
    reckoning = replace(case, acts=acts).reckoning(sheet.rules)
    return notices.ExtensionNotice(
        **sheet.to_applicant(),
        reason=act.reason,
        days=act.days,
        due=None if case.open_consultations else reckoning.due,
        due_is_provisional=reckoning.provisional and not case.open_consultations,
    )


def _deferral_notice(sheet: Sheet) -> parts.Context:
    return notices.DeferralNotice(**sheet.to_applicant(), reason=sheet.act.reason, until=sheet.act.until)


def _question(sheet: Sheet) -> str:
    """The question as it leaves the unit: in the version that the handler has looked at, or masked by itself (条例 15)."""
    return sheet.act.shown.question if sheet.act.shown else veil_of(sheet.case.as_of(sheet.signed.seq - 1))(sheet.act.question)


def _third_party_inquiry(sheet: Sheet) -> parts.Context:
    party = sheet.act.party
    return notices.ThirdPartyInquiry(
        **sheet.head(),
        number=sheet.number,
        to=parts.Addressee(name=party.name, is_person=party.is_person),
        case_number=sheet.case.number,
        question=_question(sheet),
        days=sheet.law.deadlines.third_party_opinion.value,
    )


def _joint_agency_inquiry(sheet: Sheet) -> parts.Context:
    return notices.JointAgencyInquiry(
        **sheet.head(),
        number=sheet.number,
        to=sheet.act.party.name,
        case_number=sheet.case.number,
        question=_question(sheet),
        days=sheet.law.deadlines.joint_agency_opinion.value,
    )


def _other_agency_inquiry(sheet: Sheet) -> parts.Context:
    return notices.OtherAgencyInquiry(
        **sheet.head(),
        number=sheet.number,
        to=sheet.act.party.name,
        case_number=sheet.case.number,
        question=_question(sheet),
        days=sheet.act.days or sheet.law.deadlines.other_agency_default.value,
    )


def _internal_consultation(sheet: Sheet) -> parts.Context:
    return notices.InternalConsultation(
        **sheet.head(),
        department=sheet.act.party.name,
        request=sheet.request,
        question=sheet.act.question,
        days=sheet.act.days or sheet.law.deadlines.internal_opinion_default.value,
        asked_by=sheet.signed.officer.name,
    )


def _consultation_notice(sheet: Sheet) -> parts.Context:
    """A third party is not named to the applicant; an agency is (条例 33(3))."""
    act, deadlines = sheet.act, sheet.law.deadlines
    articles, days = {
        "third_party": (("条例 32", "条例 33(3)"), deadlines.third_party_opinion.value),
        "joint_agency": (("条例 34", "条例 33(3)"), deadlines.joint_agency_opinion.value),
        "other_agency": (("条例 33(3)",), act.days or deadlines.other_agency_default.value),
    }[act.type]
    asked = "第三方" if act.type == "third_party" else act.party.name
    return notices.ConsultationNotice(**sheet.to_applicant(), asked=asked, law=cite(articles), days=days)


def _fee_notice(sheet: Sheet) -> parts.Context:
    act, schedule = sheet.act, sheet.law.fees
    if act.code is None and "缴款码" in sheet.agency.payee.way:
        raise Invalid("code", "本单位文书抬头中的缴款方式写明凭缴款码缴纳，请填写缴款码", "办法 6")
    quote, tariff = notice_quote(act, sheet.rules), schedule.tariff(act.basis)
    return notices.FeeNotice(
        **sheet.to_applicant(),
        unit=tariff.unit,
        quantity=sum(row.quantity for row in quote.working),
        already=act.already if tariff.window == "natural_month" else None,
        standard=fees._tariff_words(tariff),
        rows=tuple(
            notices.FeeRow(
                span=_span(row, tariff.unit), quantity=row.quantity, rate_fen=row.rate_fen, amount_fen=row.amount_fen
            )
            for row in quote.working
        ),
        amount_fen=act.amount_fen,
        law=cite(dict.fromkeys((*quote.articles, "办法 6"))),
        days=sheet.law.deadlines.payment.value,
        payee=sheet.agency.payee_of_fees,
        code=act.code,
    )


def _span(row: fees.Row, unit: str) -> str:
    return f"第{row.from_}{unit}以上" if row.to is None else f"第{row.from_}至{row.to}{unit}"


def _abandonment_notice(sheet: Sheet) -> parts.Context:
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
    return notices.AbandonmentNotice(
        **sheet.to_applicant(),
        cause="payment" if by_payment else "correction",
        notice_on=notice.act.on,
        received_on=case.received(notice.seq),
        limit=limits[-1] if limits else None,
        days=days,
        reason=sheet.act.reason,
        law=cite(sheet.law.outcomes[f"abandoned_{kind}"].articles),
        remedy=sheet.remedy("R2"),
        noticed=(served := case.served(notice.seq)) is not None and served.noticed,
        reduced_fen=case.fee.waived_fen or None if by_payment and case.fee is not None else None,
    )


_WITHDRAWN_BY: Mapping[str, str] = {"writing": "书面", "phone": "电话", "in_person": "当面", "online": "网络"}


def _withdrawal_notice(sheet: Sheet) -> parts.Context:
    return notices.WithdrawalNotice(**sheet.to_applicant(), by=_WITHDRAWN_BY[sheet.act.by], reason=sheet.act.reason)


COMPOSERS: Mapping[str, Callable[[Sheet], parts.Context]] = MappingProxyType(
    {
        "receipt": _receipt,
        "request_form": _request_form,
        "correction_notice": _correction_notice,
        "handover_notice": _handover_notice,
        "reasons_notice": _reasons_notice,
        "extension_notice": _extension_notice,
        "deferral_notice": _deferral_notice,
        "third_party_inquiry": _third_party_inquiry,
        "joint_agency_inquiry": _joint_agency_inquiry,
        "other_agency_inquiry": _other_agency_inquiry,
        "internal_consultation": _internal_consultation,
        "consultation_notice": _consultation_notice,
        "fee_notice": _fee_notice,
        "abandonment_notice": _abandonment_notice,
        "withdrawal_notice": _withdrawal_notice,
    }
)
