"""答复书 from the draft in force when it was signed, and what a third party is told beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from letters.compose.course import courses
from letters.compose.sheet import Sheet, asked
from letters.contexts import LETTERS, notices, parts, replies
from letters.wording import cite
from workflow import acts as a
from workflow import case as cases
from workflow.acts import Act
from workflow.answers import Refused
from workflow.joining import joined
from workflow.law import InForce
from workflow.personal import veil_of


def _reply(sheet: Sheet) -> parts.Context:
    """答复书: the draft in force when it was signed, item by item (条例 36-39)."""
    then = sheet.case.as_of(sheet.signed.seq)
    draft = then.draft
    assert draft is not None and isinstance(draft.act, a.Draft)
    others = tuple(joined(then, sheet.others))
    sheet = replace(sheet, others=tuple(other for _, other in others))
    made = replace(sheet, case=then)
    items = sorted(draft.act.items, key=lambda item: item.item)
    said = [(made, item) for item in items]
    for one, other in others:
        if not one.as_main:  # what is decided like this one is said once
            said += [(replace(made, case=other), item) for item in sorted(one.items, key=lambda item: item.item)]
    items = [item for _, item in said]
    enclosed = [document for item in items for document in item.enclosed]
    given = tuple(document.title for document in enclosed)
    kept = tuple(document.title for document in enclosed if document.attachment is not None)
    separations = tuple(part for item in items for document in item.provided for part in _separated(sheet.law, document))
    listed = draft.act.attachments and tuple(dict.fromkeys((*draft.act.attachments, *kept)))
    reply: Any = LETTERS[sheet.letter.kind].context
    context: parts.Context = reply(
        **sheet.to_applicant(),
        opening=draft.act.opening,
        closing=draft.act.closing,
        items=tuple(_finding(of, item) for of, item in said),
        remedy=sheet.remedy(draft.act.remedy or _variant(sheet.law, items)),
        attachments=(listed or given) + ((SEPARATION,) if separations else ()),
        separations=separations,
        course=courses([made, *(replace(made, case=one) for one in sheet.others)], with_corrections=all(
            item.outcome != "unclear_after_correction" for item in items
        )),
        co_issuers=tuple(parts.CoIssuer(name=one.name, mark=one.mark, seal=one.seal) for one in sheet.co_issuers),
    )
    return context


SEPARATION = "区分处理说明"


def _separated(law: InForce, document: a.Provided) -> Iterable[replies.SeparatedPart]:
    """What is covered in a redacted copy, by page and ground (条例 37)."""
    for one in document.as_signed.separated if document.as_signed is not None else ():
        outcome = law.outcomes[one.outcome]
        ground = dict(outcome.grounds).get(one.ground or "")
        yield replies.SeparatedPart(
            title=document.title, page=one.page, places=one.places, law=cite(outcome.articles[:1]), words=ground or outcome.title
        )


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


def _finding(sheet: Sheet, item: a.ItemDecision) -> replies.Finding:
    outcome = sheet.law.outcomes[item.outcome]
    ground_of = sheet.law.outcomes[item.withheld_under or item.outcome].grounds
    against = [one.opinion for one in sheet.case.consultations if one.overruled_by(item) and one.opinion is not None]
    in_part = all(one.stance == "partial" for one in against)
    facts = {
        "outcome": item.outcome,
        "wanted": asked(sheet.case, item),
        "name": item.name,
        "law": _law(item, outcome.articles, overruled=bool(against), corrects_records=sheet.case.corrects_records),
        "reason": item.reason,
        "ground": dict(ground_of).get(item.ground or "", item.ground),
        "where": item.where,
        "provided": tuple(replies.Document(title=one.title, pages=one.pages) for one in item.provided),
        "available_on": item.available_on,
        "channel": item.channel,
        "public_interest": item.public_interest,
        "overruled": "in_part" if against and in_part else bool(against),
    }
    more = _EXTRA.get(item.outcome)
    extra = {} if more is None else more(sheet, item)
    model = _FINDINGS[item.outcome]
    return model(**{one.name: (facts | extra)[one.name] for one in fields(model)})


def _law(item: a.ItemDecision, articles: tuple[str, ...], *, overruled: bool, corrects_records: bool) -> str:
    """The articles as the letter cites them. What has none of its own may be given one by who drafts it (READINGS R-other)."""
    if item.outcome in ("other", "reissue") and item.law is not None:
        return item.law
    if item.outcome == "other" and (corrects_records or item.ground == "record_correction"):  # of a request for information: counted under other
        return cite(("条例 41",))
    return cite(("条例 32", *articles) if overruled else articles)


_FINDINGS: Mapping[str, type[replies.Finding]] = MappingProxyType(
    {
        "already_public": replies.AlreadyPublic,
        "disclosed": replies.Disclosed,
        "partial": replies.Partial,
        "state_secret": replies.WithheldAbsolute,
        "forbidden_by_law": replies.WithheldAbsolute,
        "security_stability": replies.WithheldAbsolute,
        "third_party": replies.WithheldThirdParty,
        "internal_affairs": replies.WithheldDiscretionary,
        "deliberative": replies.WithheldDiscretionary,
        "enforcement_file": replies.WithheldDiscretionary,
        "special_inquiry": replies.SpecialInquiry,
        "not_existing": replies.NotExisting,
        "not_responsible": replies.NotResponsible,
        "needs_processing": replies.NeedsProcessing,
        "unclear_after_correction": replies.Unclear,
        "petition": replies.Petition,
        "repeated": replies.Repeated,
        "publication": replies.Publication,
        "excessive": replies.Excessive,
        "reissue": replies.Reissue,
        "other": replies.Other,
        "record_corrected": replies.RecordCorrected,
        "record_not_corrected": replies.RecordNotCorrected,
        "record_transferred": replies.RecordTransferred,
        "record_referred": replies.RecordReferred,
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


def _withheld_part(sheet: Sheet, item: a.ItemDecision) -> dict[str, Any]:
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


def _asked_third_party(sheet: Sheet, item: a.ItemDecision) -> dict[str, Any]:
    asked = [one for one in sheet.case.consultations if one.act.type == "third_party" and one.concerns(item.item)]
    if any(one.opinion is not None and one.opinion.stance == "object" and one.opinion.reasonable is not False for one in asked):
        return {"objected": True}
    if any(one.opinion is not None for one in asked):  # what it said was examined: it agrees in part, or its reasons are not the agency's
        return {"objected": None}
    silent = [one.silence for one in asked if one.silence is not None]
    if silent and all(one.unreachable for one in silent):
        return {"objected": "unreachable"}
    return {"objected": False if silent else None}


def _searched(sheet: Sheet, item: a.ItemDecision) -> dict[str, Any]:
    found = [signed.act for signed in sheet.case.concerning(a.Search, item.item)]
    return {
        "searches": tuple(
            replies.Searched(on=act.on, places=act.places, method=act.method, found=act.text)
            for act in found
            if isinstance(act, a.Search)
        )
    }


def _last(sheet: Sheet, kind: type[Act]) -> Any:
    signed = sheet.case.last(kind)
    return None if signed is None else signed.act


def _reasons_asked(sheet: Sheet, item: a.ItemDecision) -> dict[str, Any]:
    asked, said = _last(sheet, a.ReasonsNotice), _last(sheet, a.Reasons)
    return {
        "asked_on": None if asked is None else asked.on,
        "facts": None if asked is None else asked.facts,
        "said": None if said is None else said.text,
        "reason": item.reason or (None if said is None else said.assessment),
    }


def _corrected(sheet: Sheet, _item: a.ItemDecision) -> dict[str, Any]:
    asked, corrected = _last(sheet, a.CorrectionNotice), _last(sheet, a.Correction)
    return {"asked_on": asked and asked.on, "corrected_on": corrected and corrected.on}


def _earlier(_sheet: Sheet, item: a.ItemDecision) -> dict[str, Any]:
    earlier = _need(item.earlier, item, "此前答复的文号和日期", "条例 36(六)")
    return {"earlier_number": earlier.number, "earlier_on": earlier.on}


def _responsible(_sheet: Sheet, item: a.ItemDecision) -> dict[str, Any]:
    other = item.responsible
    return {"responsible": other and other.name, "contact": other and other.contact}


_EXTRA: Mapping[str, Callable[[Sheet, a.ItemDecision], dict[str, Any]]] = MappingProxyType(
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
        "record_transferred": _responsible,
        "record_referred": _responsible,
    }
)


def _what_is_given(wanted: str, item: a.ItemDecision) -> str:
    """The item as a third party is told of it: of what is given in part, what is kept back."""
    if item.outcome != "partial" or item.withheld is None:
        return wanted
    return f"{wanted.rstrip('。；')}（区分处理后公开，不予公开的内容为：{item.withheld.rstrip('。；')}）"


def _third_party_notice(sheet: Sheet) -> parts.Context:
    """第三方告知书 (条例 32): the items that are given against its will, and why; who asked for them is not told."""
    then = sheet.case.as_of(sheet.signed.seq)
    asked, draft = sheet.asked, then.draft
    assert draft is not None and isinstance(draft.act, a.Draft)
    given = [item for item in draft.act.items if item.outcome in cases.GIVEN and asked.concerns(item.item)]
    veil = veil_of(then)
    interests = tuple(dict.fromkeys(item.public_interest for item in given if item.public_interest is not None))
    reasons = tuple(f"不公开可能对公共利益造成重大影响：{text}" for text in interests)
    if asked.opinion is not None and asked.opinion.reasonable is False:
        reasons += ("经审查，所提出的不同意公开的理由不合理。",)
    party = asked.act.party
    return notices.ThirdPartyNotice(
        **sheet.head(),
        number=sheet.number,
        to=parts.Addressee(name=party.name, is_person=party.is_person),
        inquiry_on=asked.act.on,
        opinion_on=None if asked.opinion is None else asked.opinion.on,
        information=tuple(veil(_what_is_given(then.items[item.item - 1], item)) for item in given),
        reasons=tuple(map(veil, reasons)) or ("经审查，上述内容依法应当公开。",),
        remedy=sheet.remedy("R2"),
    )


COMPOSERS: Mapping[str, Callable[[Sheet], parts.Context]] = MappingProxyType(
    {kind: _reply for kind, made in LETTERS.items() if issubclass(made.context, replies.Reply)}
    | {"third_party_notice": _third_party_notice}
)
