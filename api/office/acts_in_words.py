"""How an act is told to a person, on a case page and in the archive package: one line of what it said, and every field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, get_args

from pydantic import BaseModel

from api.office.views import act_view
from workflow import acts as a
from workflow.acts import Signed
from workflow.answers import page_form
from workflow.case import MENDING, Case
from workflow.law import Rules
from workflow.risks import RISK_TITLES
from workflow.words import LETTER_TITLES, say_day, say_yuan

SEARCH_RESULTS: Mapping[str, str] = {
    "found": "查得", "partly_found": "查得一部分", "not_found": "没有查得", "already_public": "已经主动公开",
}  # fmt: skip
BASES: Mapping[str, str] = {"per_item": "按件计收", "per_page": "按量计收"}
REMEDIES = a.REMEDY_TYPES
WITHDRAWN_BY: Mapping[str, str] = {"writing": "书面", "phone": "电话", "in_person": "当面", "online": "网上"}
PARAGRAPHS: Mapping[str, str] = {"R1": "写明复议、诉讼", "R2": "写明复议、诉讼", "none": "不写救济途径"}
CARRIED: Mapping[str, str] = {
    "correction_notice": "补正告知", "corrected": "收到补正", "consulted": "征求意见", "extension": "延长答复期限", "deferral": "延迟答复",
    "fee_notice": "收费通知", "paid": "缴费", "ordered": "责令答复、重新处理", "reopened": "重新处理",
}  # fmt: skip
_WORDS: Mapping[str, Mapping[str, str]] = {
    "channel": a.CHANNELS, "category": a.CATEGORIES, "id_type": a.ID_TYPES, "form": a.FORMS, "delivery": a.DELIVERIES,
    "stance": a.STANCES, "method": a.METHODS, "basis": BASES, "by": WITHDRAWN_BY, "remedy": PARAGRAPHS,
    "why": a.RETURNED, "relation": a.RELATIONS, "against": a.AGAINST, "instance": a.INSTANCES, "replaces": a.REPLACEMENTS,
    "purpose": a.PURPOSES, "what": CARRIED, "tell_by": a.TELL_BY,
}  # fmt: skip
_WORDS_OF: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("registration", "type"): a.REOPENING_BASES,
    ("consultation", "type"): a.CONSULTATION_TYPES,
    ("remedy", "type"): REMEDIES,
    ("remedy_result", "result"): a.REMEDY_RESULTS,
    ("search", "result"): SEARCH_RESULTS,
    ("search", "method"): {},
    ("reopening", "basis"): a.REOPENING_BASES,
    ("reopening", "remedy"): {},
    ("remedy_result", "remedy"): {},
    ("secrecy_review", "result"): a.SECRECY_RESULTS,
    ("service", "outcome"): a.SERVICE_OUTCOMES,
}
SET_BY_THE_PROGRAM: Mapping[str, str] = {
    "split_from": "拆分自", "imported": "导入来源", "inherited": "拆分以前的办理", "handed_from": "移送来源", "receiver": "接收的单位",
    "joined": "一并答复的申请", "answered_with": "一并答复", "joined_to": "一并答复的送达", "as_signed": "拟稿时的文件", "amends": "更正的记录",
    "proposed_topic": "按申请的用语提出的主题",
}  # fmt: skip
_DAYS = frozenset({"on", "until", "limit", "left", "received", "answered"})


Change = tuple[str, str, str]
"""A fact that was amended: its title, what the act said, what it says (empty: nothing)."""
MASKED = "（已遮盖，与原来不同）"


class Teller:
    """Tells the acts of one file; `names` are the officers' user names -> names."""

    def __init__(self, case: Case, rules: Rules, today: date, names: Mapping[str, str], *, full: bool) -> None:
        self.case, self.rules, self.full, self.names = case, rules, full, names
        law = rules.on(today)
        self.outcomes = {key: one.title for key, one in law.outcomes.items()}
        self.topics = {one.key: one.title for one in law.topics}
        self.letters = {one.id: LETTER_TITLES[one.kind] for one in case.letters(rules)}

    # -------------------------------------------------------------- the course

    def remark(self, signed: Signed) -> tuple[str, str]:
        """What stands beside the act's title (to whom, how), and the sentence below it."""
        tell = _COURSE.get(signed.act.kind)
        beside, below = tell(self, signed.act) if tell else ("", "")
        return beside, below or (signed.act.remark or "")

    def changed(self, signed: Signed) -> list[Change]:
        """更正: what an amendment changed when it was placed."""
        act = signed.act
        if not isinstance(act, a.Amendment):
            return []
        before, after = (self.case.as_of(seq).held(act.of) for seq in (signed.seq - 1, signed.seq))
        return self.changes(before, after, full=False) if before is not None and after is not None else []

    def mended(self, signed: Signed) -> list[tuple[Signed, list[Change]]]:
        """What later records that hold did to an act: amended it (what they changed), or took it back (nothing)."""
        if not self.case.mended or signed.act.kind in MENDING:
            return []
        mending = [one for one in self.case.acts if one.act.kind in MENDING and one.seq not in self.case.revoked]
        return [(one, self.changed(one)) for one in mending if getattr(one.act, "of", None) == signed.seq]

    def moved(self, signed: Signed) -> str:
        """What an amendment or a revocation did to the due date when it was placed; nothing where it stayed."""
        if signed.act.kind not in MENDING:
            return ""
        was, now = (self.case.as_of(seq).reckoning(self.rules).due for seq in (signed.seq - 1, signed.seq))
        if was == now:
            return ""
        if was is None or now is None:
            return f"最迟答复日为{say_day(now)}" if now is not None else "答复期限不再计算"
        return f"最迟答复日由{say_day(was)}变为{say_day(now)}"

    def items(self, items: tuple[int, ...]) -> str:
        """涉及第2、3项：, or nothing when all are meant."""
        return f"涉及第{'、'.join(map(str, items))}项：" if items else ""

    # -------------------------------------------------------------- every field

    def fields(self, signed: Signed, *, full: bool = False) -> list[tuple[str, str]]:
        """Every field that was filled: (title, value in words), personal data masked unless `full`: whoever needs it asks for it by itself."""
        return list(self._of(type(signed.act), act_view(signed, full=full).act, signed.act.kind, ""))

    def changes(self, before: Signed, after: Signed, *, full: bool = True) -> list[Change]:
        """What differs between an act as it was and as it is; of what is masked unless `full` only that it is another."""
        was, now = self._facts(before, full=True), self._facts(after, full=True)
        titles = [title for title in dict.fromkeys([*was, *now]) if was.get(title) != now.get(title)]
        if not full:
            was, now = self._facts(before), self._facts(after)
        found = [(title, was.get(title, ""), now.get(title, "")) for title in titles]
        return [(title, said, says if said != says else MASKED) for title, said, says in found]

    def _facts(self, signed: Signed, *, full: bool = False) -> dict[str, str]:
        return {"日期": say_day(signed.act.on), **dict(self.fields(signed, full=full))}

    def _of(self, model: type[BaseModel], data: Mapping[str, Any], kind: str, before: str) -> Iterator[tuple[str, str]]:
        for name, value in data.items():
            field = model.model_fields.get(name)
            if field is None or name in ("kind", "case", "amends") or (name == "on" and not before) or value is None:
                continue
            title = before + title_of(name, field)
            if name == "changes" and (amended := self._amended(data)) is not None:
                yield from self._changed(amended, value, title)
                continue
            if kind == "request" and name == "act" and (asked := a.ACTS.get(str(value.get("kind")))) is not None:
                yield title, asked.title
                yield from self._of(asked, value, value["kind"], f"{title}：")
                continue
            if name in ("to", "agency") and data.get("receiver"):
                yield title, data["receiver"]["name"]
                continue
            inner = record_of(field.annotation)
            if isinstance(value, dict) and inner is not None:
                yield from self._of(inner, value, kind, f"{title}：")
            elif isinstance(value, list) and inner is not None:
                for at, one in enumerate(value, 1):
                    yield from self._of(inner, one, kind, f"{title}{at}：")
            elif isinstance(value, dict):
                yield from ((f"{title}：{RISK_TITLES.get(key, '其他提示')}", str(one)) for key, one in value.items())
            else:
                yield title, self._say(kind, name, value)

    def _amended(self, data: Mapping[str, Any]) -> type[a.Act] | None:
        """The class of the act that an amendment is about; of one that is only asked for, by its place."""
        placed = self.case.placed(data.get("of") or 0)
        return a.ACTS.get(data.get("amends") or (placed.act.kind if placed else ""))

    def _changed(self, model: type[a.Act], changes: Mapping[str, Any], title: str) -> Iterator[tuple[str, str]]:
        """更正的内容, in the words of the act that was amended; what is none any more is told as such."""
        kind = str(model.model_fields["kind"].default)
        yield from self._of(model, changes, kind, f"{title}：")
        for name, value in changes.items():
            if value is None or value == []:
                yield f"{title}：{title_of(name, model.model_fields[name])}", "删去"

    def _say(self, kind: str, name: str, value: Any) -> str:
        if isinstance(value, list):
            return "、".join(self._say(kind, name, one) for one in value)
        if isinstance(value, bool):
            return "是" if value else "否"
        if name.endswith("_fen"):
            return say_yuan(int(value))
        text = str(value)
        if name in ("outcome", "principal", "withheld_under") and kind != "service":
            return self.outcomes.get(text, text)
        if name == "topic":
            return self.topics.get(text, text)
        if name == "representative":
            return f"共同申请人{text}" if value else "申请人"
        if name == "proof":
            return "已存入附件"
        if name == "letter":
            return self.letters.get(text, text)
        if name in ("to", "assignee"):
            return self.names.get(text, text)
        if name == "co_issuers":
            return self.case.named_as(text)
        if name in _DAYS or name.endswith("_on"):
            return say_day(date.fromisoformat(text))
        words = _WORDS_OF.get((kind, name), _WORDS.get(name, {}))
        return words.get(text, text)


def title_of(name: str, field: Any) -> str:
    """What people call a field of an act, or of a record within one."""
    extra = field.json_schema_extra
    own = field.title or (str(extra.get("title", "")) if isinstance(extra, dict) else "")
    return own or SET_BY_THE_PROGRAM.get(name, name)


def record_of(annotation: Any) -> type[BaseModel] | None:
    """The record within `X`, `X | None`, `tuple[X, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := record_of(one)) is not None), None)


def cited(kind: str) -> str:
    """条例32、34条: the articles an act stands on, short enough to stand beside it."""
    found = [page_form(one) for one in a.ACTS[kind].articles]
    law = next((name for name in ("条例", "办法") if all(one.startswith(name) for one in found)), "") if found else ""
    numbers = [one.removeprefix(law) for one in found]
    plain = all(one.removesuffix("条").isdigit() for one in numbers)
    return law + ("、".join(one.removesuffix("条") for one in numbers) + "条" if plain and found else "、".join(numbers))


def came(registration: a.Registration) -> str:
    """收到渠道: how the request came; what another unit handed over came from there, which had it first (READINGS R-handover)."""
    handed = registration.handed_from
    if handed is None:
        return a.CHANNELS[registration.channel]
    return f"由{handed.agency}移送（{say_day(handed.received_on)}收到，原登记号{handed.number}）"


def _party(teller: Teller, party: a.Party) -> str:
    return party.name if teller.full or not party.is_person else f"{party.name[:1]}*"


def _consulted(teller: Teller, act: a.Consultation) -> tuple[str, str]:
    return f"{a.CONSULTATION_TYPES[act.type]}　{_party(teller, act.party)}", teller.items(act.items) + act.question


def _answered(teller: Teller, act: a.Opinion) -> tuple[str, str]:
    asked = teller.case.consultation(act.consultation)
    who = f"{_party(teller, asked.act.party)}　" if asked else ""
    return who + a.STANCES[act.stance] + ("，同意联合答复" if act.co_issues else ""), act.text


def _silent(teller: Teller, act: a.Silence) -> tuple[str, str]:
    asked = teller.case.consultation(act.consultation)
    return (_party(teller, asked.act.party) if asked else ""), ""


def _searched(teller: Teller, act: a.Search) -> tuple[str, str]:
    return SEARCH_RESULTS[act.result], f"{teller.items(act.items)}{'、'.join(act.places)}。{act.text or act.method}"


def _drafted(teller: Teller, act: a.Draft) -> tuple[str, str]:
    said = "，".join(f"第{one.item}项{teller.outcomes.get(one.outcome, one.outcome)}" for one in act.items)
    if act.joined:
        said += f"；一并答复{'、'.join(one.number for one in act.joined)}"
    if act.co_issuers:
        said += f"；会同{'、'.join(teller.case.named_as(code) for code in act.co_issuers)}联合答复"
    return _with(act.answered_with), said


def _with(other: a.AnsweredWith | None) -> str:
    return f"与{other.number}一并答复" if other else ""


def _signed(teller: Teller, act: a.Decision) -> tuple[str, str]:
    return teller.outcomes.get(act.outcome or "", ""), _with(act.answered_with)


def _served(teller: Teller, act: a.Service) -> tuple[str, str]:
    got = "视为送达" if act.method == "public_notice" else "签收"
    below = [f"{say_day(act.received_on)}{got}" if act.received_on else "", "拒绝签收" if act.refused else "",
             f"邮件号码{act.post_number}" if act.post_number else ""]  # fmt: skip
    letter = teller.letters.get(act.letter, "")
    if act.outcome == "returned":
        return f"{letter}　退回", a.RETURNED[act.why or "other"]
    return f"{letter}　{a.METHODS[act.method or 'post']}", "　".join(one for one in below if one)


def _assigned(teller: Teller, act: a.Assignment) -> tuple[str, str]:
    if act.agency is not None:
        name = act.receiver.name if act.receiver else act.agency
        return f"交{name}拟办", f"最迟{say_day(act.limit)}报送拟稿" if act.limit else ""
    return f"交{teller.names.get(act.to or '', act.to or '')}办理", ""


def _requested(_teller: Teller, act: a.Request) -> tuple[str, str]:
    kind = str(act.act.get("kind", ""))
    return a.ACTS[kind].title if kind in a.ACTS else "", act.reason


def _challenged(_teller: Teller, act: a.Remedy) -> tuple[str, str]:
    instance = "" if act.instance == "first" else a.INSTANCES[act.instance]
    against = "" if act.against == "reply" else a.AGAINST[act.against]
    return "　".join(one for one in (REMEDIES[act.type], instance, act.body, against) if one), act.claim or ""


def _recorded(teller: Teller, act: a.LedgerResult) -> tuple[str, str]:
    told = (
        f"延长{act.extension}个工作日" if act.extension else "",
        f"延长到{say_day(act.extended_to)}" if act.extended_to else "",
        f"{say_day(act.corrected_on)}收到补正" if act.corrected_on else "",
        f"{say_day(act.paused_on)}至{say_day(act.resumed_on)}征求意见" if act.paused_on and act.resumed_on else "",
    )
    steps = "，".join(one for one in told if one)
    return teller.outcomes.get(act.outcome, act.outcome), f"台账载明{steps}" if steps else ""


def _decided(_teller: Teller, act: a.RemedyResult) -> tuple[str, str]:
    orders = "责令答复、重新处理" if act.orders_rehandling else ""
    until = f"{say_day(act.until)}前" if act.until else f"自收到之日起{act.within}个工作日" if act.within else ""
    return "　".join(one for one in (a.REMEDY_RESULTS[act.result], orders, until) if one), act.text or ""


def _reopened(_teller: Teller, act: a.Reopening) -> tuple[str, str]:
    how = a.REPLACEMENTS[act.replaces] if act.replaces else ""
    until = f"{say_day(act.until)}前答复" if act.until else ""
    beside = "" if act.basis == "ordered" else a.REOPENING_BASES[act.basis]
    return "　".join(one for one in (beside, how, until) if one), act.reason or ""


def _noticed(_teller: Teller, act: a.FeeNotice) -> tuple[str, str]:
    pages = f"　{act.pages}页" if act.pages else ""
    return f"{say_yuan(act.amount_fen)}　{BASES[act.basis]}{pages}", ""


_COURSE: Mapping[str, Callable[[Teller, Any], tuple[str, str]]] = {
    "registration": lambda t, act: (f"{came(act)}　{say_day(act.received_on)}收到", ""),
    "split": lambda t, act: (f"拆为{len(act.parts)}件", act.reason),
    "handover": lambda t, act: (act.receiver.name if act.receiver else act.to, act.reason),
    "assignment": _assigned,
    "correction_notice": lambda t, act: ("", "；".join(act.matters)),
    "correction": lambda t, act: ("", act.wanted or act.late_reason or ""),
    "search": _searched,
    "reasons_notice": lambda t, act: ("", act.facts),
    "reasons": lambda t, act: ("理由合理" if act.reasonable else "理由不合理", act.text),
    "consultation": _consulted,
    "opinion": _answered,
    "silence": _silent,
    "extension": lambda t, act: (f"延长{act.days}个工作日", act.reason),
    "deferral": lambda t, act: (f"延至{say_day(act.until)}", act.reason),
    "fee_notice": _noticed,
    "payment": lambda t, act: (say_yuan(act.amount_fen), f"票据号{act.bill_number}" if act.bill_number else ""),
    "waiver": lambda t, act: (say_yuan(act.amount_fen) if act.amount_fen else "", act.reason),
    "secrecy_review": lambda t, act: (a.SECRECY_RESULTS[act.result], t.items(act.items) + act.reason),
    "draft": _drafted,
    "recall": lambda t, act: (f"第{act.request}项报批" if act.request else "", act.reason or ""),
    "legal_review": lambda t, act: ("通过" if act.passes else "不通过", act.text),
    "return": lambda t, act: ("", act.reason),
    "decision": _signed,
    "service": _served,
    "abandonment": lambda t, act: ("", act.reason or ""),
    "withdrawal": lambda t, act: (WITHDRAWN_BY[act.by], act.reason or ""),
    "remedy": _challenged,
    "remedy_result": _decided,
    "reopening": _reopened,
    "amendment": lambda t, act: (f"第{act.of}项记录", act.reason),
    "revocation": lambda t, act: (f"第{act.of}项记录", act.reason),
    "voiding": lambda t, act: ("", act.reason),
    "request": _requested,
    "conversion": lambda t, act: (act.name, act.url),
    "topic": lambda t, act: (t.topics.get(act.topic, act.topic), act.reason or ""),
    "ledger_result": _recorded,
    "meeting": lambda t, act: ("、".join(act.attendees), t.items(act.items) + act.text),
    "supervision": lambda t, act: ("", act.text),
    "note": lambda t, act: ("", act.text),
    "archival": lambda t, act: (act.volume or "", act.retention or ""),
    "erasure": lambda t, act: (act.ground, act.reason),
}
