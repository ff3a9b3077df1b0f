"""What an act names must be there: officers, units, papers of the file. Raises Invalid at the field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from db import queries
from letters.agencies import Agency
from workflow import acts as a
from workflow.acts import Act, Officer
from workflow.case import Case
from workflow.law import Invalid, Refused, Rules

NO_UNIT = "没有这个单位，请核对单位代码"
NO_PAPER = "本件没有这个附件，请从本件的附件中选择"


@dataclass(frozen=True, slots=True)
class Known:
    """Where names are looked up: the database, the units of this installation, the rules in force."""

    session: Session
    case: Case
    agencies: Mapping[str, Agency]
    rules: Rules
    coming: Collection[str] = ()
    """Papers that would come with the act."""

    def papers(self) -> set[str]:
        return {row.id for row in queries.attachments_of(self.session, self.case.id)}.union(self.coming)


def named(known: Known, act: Act) -> None:
    """Whatever `act` names is there; of an act that is asked for (报批) likewise."""
    if isinstance(act, a.AgencyDated) and act.late_entry is not None and act.late_entry.proof not in known.papers():
        raise Invalid("late_entry.proof", "本件没有这个附件。请先上传当时的纸质材料，再从本件的附件中选择")
    check = _CHECKS.get(act.kind)
    if check is not None:
        check(known, act)


def _request(known: Known, act: a.Request) -> None:
    with suppress(a.Rejected):  # what cannot be read, the law says at its field
        asked = a.parse(act.act)
        try:
            named(known, asked)
        except Invalid as invalid:
            raise Invalid(f"act.{invalid.field}", invalid.message, *invalid.articles) from None


def _handover(known: Known, act: a.Handover) -> None:
    if act.to not in known.agencies:
        raise Invalid("to", NO_UNIT)


def _assignment(known: Known, act: a.Assignment) -> None:
    if act.agency is not None and act.agency != known.case.agency:  # to oneself: the law says so
        if act.agency not in known.agencies:
            raise Invalid("agency", NO_UNIT)
        if act.agency not in known.agencies[known.case.agency].oversees:
            name = known.agencies[act.agency].name
            raise Invalid("agency", f"{name}不是本单位主管的下级单位，不能交其拟办。不由本单位答复的，受理以前移送", "条例 45")
    if act.to is not None:
        to = queries.officer_by_username(known.session, act.to)
        if to is None or to.agency != known.case.agency:
            raise Invalid("to", "本单位没有这位承办人，请从本单位的人员中选择")
        _may_handle(known, to, act)


def _may_handle(known: Known, officer: Officer, act: a.Assignment) -> None:
    """A file is given to whoever may draft: with anybody else it would lie where nobody takes it further (R-roles)."""
    able, titles = known.rules.on(act.on).roles["draft"], known.rules.role_titles
    if officer.role not in able:
        posts = "、".join(titles[role] for role in able)
        own = titles.get(officer.role, officer.role)
        raise Invalid("to", f"{officer.name}是{own}，不能拟稿，不能交其承办。请交给本单位可以拟稿的人员（{posts}）", "条例 45")


def _consultation(known: Known, act: a.Consultation) -> None:
    if act.agency is not None:
        inside = act.type == "internal"
        if act.agency not in known.agencies or inside != (act.agency == known.case.agency):
            raise Invalid("agency", "没有这个单位，或者与征求意见的种类不符，请核对单位代码")
    if act.to is not None:
        to = queries.officer_by_username(known.session, act.to)
        if to is None or to.agency != known.case.agency or to.role not in known.rules.on(act.on).roles["opinion"]:
            raise Invalid("to", "本单位没有这位可以答复会商的人员，请从本单位的人员中选择")
    if act.materials:
        papers = known.papers()
        if (place := next((n for n, one in enumerate(act.materials) if one not in papers), None)) is not None:
            raise Invalid(f"materials.{place}", NO_PAPER)


def _draft(known: Known, act: a.Draft) -> None:
    """联合答复 (READINGS R-co-issuing): the other units are there, and one body reviews them all."""
    own = known.agencies[known.case.agency]
    for place, code in enumerate(act.co_issuers):
        if code not in known.agencies:
            raise Invalid(f"co_issuers.{place}", NO_UNIT)
        other = known.agencies[code]
        if (other.review_body, other.court) != (own.review_body, own.court):
            raise Invalid(
                f"co_issuers.{place}",
                f"{other.name}的复议机关、管辖法院与本单位不同，答复书无法写明救济途径，不能联合答复。请由本单位单独答复",
                "条例 51",
            )


def _decision(known: Known, _act: a.Decision) -> None:
    """The units that reply jointly may have left, or be reviewed by another body, since the draft."""
    drafted = known.case.draft
    if drafted is not None and isinstance(drafted.act, a.Draft):
        try:
            _draft(known, drafted.act)
        except Invalid as invalid:
            raise Refused(f"拟稿所列联合答复的机关有变动：{invalid.message}。请退回承办人修改。", "条例 34") from None


def _amendment(known: Known, act: a.Amendment) -> None:
    """授权委托书等证明 of an agent: a paper of the file, or the one that is named now (a part keeps that of the file it came from)."""
    of, agent = known.case.placed(act.of), act.changes.get("agent")
    if of is None or not isinstance(of.act, a.Registration) or not isinstance(agent, Mapping):
        return
    proof, now = agent.get("proof"), known.case.registration.agent
    if isinstance(proof, str) and proof != (now.proof if now else None) and proof not in known.papers():
        raise Invalid("changes.agent.proof", NO_PAPER)


def proved(act: a.Registration, papers: Collection[str]) -> None:
    """A new file has the papers only that come with its registration."""
    if act.agent is not None and act.agent.proof is not None and act.agent.proof not in papers:
        raise Invalid(
            "agent.proof", "本件登记时没有收到这个附件，请留空。登记以后上传授权委托书等证明，再以“更正”填写；没有证明的，用补正要求提交", "条例 29"
        )  # fmt: skip


_CHECKS: Mapping[str, Callable[[Known, Any], None]] = {
    "request": _request,
    "handover": _handover,
    "assignment": _assignment,
    "consultation": _consultation,
    "draft": _draft,
    "decision": _decision,
    "amendment": _amendment,
}
