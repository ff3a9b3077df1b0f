"""期限和收费计算: the arithmetic of the law for anybody, with its working, on a page that can be printed; no file is needed, and nothing is kept.

What is asked stands in the address, so that a result can be shown to somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.pages.guide.guide import CONTENTS
from api.pages.shared.forms import day_text, day_words
from api.pages.shared.frame import HttpRequest, office_of, page, show
from workflow import acts as a
from workflow import calculator, fees
from workflow.answers import Refused
from workflow.law import Invalid

RECEIVED: Mapping[str, str] = {
    "in_person": "提交的日期", "ems_signed": "签收的日期", "ordinary_mail": "与申请人确认的日期", "online": "双方确认的日期", "fax": "双方确认的日期",
    "oral": "提出的日期",
}  # fmt: skip
"""Which day is asked for, by channel."""
HAPPENED: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "supplement": ("告知补正", (("notice_sent", "告知书发出"), ("applicant_received", "申请人收到"), ("received_back", "收到补正"))),
    "consult": ("征求意见", (("sent", "征求意见函发出"), ("party_received", "对方收到"), ("reply_received", "收到意见"))),
    "extension": ("延长答复期限", (("approved", "批准延期"), ("notified", "告知申请人"), ("workdays", "延长几个工作日"))),
    "fee": ("收费", (("notice_sent", "收费通知发出"), ("applicant_received", "申请人收到"), ("paid", "缴费"))),
    "reply": ("作出答复", (("sent", "交邮或者送出"), ("signed", "签收"))),
}
"""What may have happened meanwhile: its days."""
CHOICES: Mapping[str, Mapping[str, str]] = {
    "consult": {"third_party": "第三方", "joint_agency": "共同制作的机关", "other_agency": "其他机关"},
    "reply": {"post": "邮寄", "direct": "当面送达", "email": "电子邮件", "online": "网上", "fax": "传真"},
}
ANSWERS: Mapping[str, str] = {
    "receipt_date": "收到日", "supplement_notice_latest": "最迟告知补正", "supplement_deadline": "补正期限届满",
    "deemed_abandoned_from": "视为放弃申请",
    "consult_1_reply_deadline": "对方提出意见的期限", "consult_1_suspension_end": "暂停计时到", "due_unextended": "没有延期的答复期限",
    "due_before_fee": "收费以前的答复期限", "fee_payment_deadline": "缴费期限", "reply_effective_date": "答复日",
}  # fmt: skip
VERDICTS: Mapping[str, tuple[str, str]] = {
    "supplement_notice_in_time": ("补正告知在期限以内", "补正告知已经超过期限"), "supplement_in_time": ("按期补正", "补正已经逾期"),
    "extension_in_time": ("延期的告知在期限以内", "延期的告知已经超过期限，不能延长"),
    "fee_notice_in_time": ("收费通知在期限以内", "收费通知已经超过期限"),
    "fee_paid_in_time": ("按期缴费", "缴费已经逾期"), "reply_in_time": ("按期答复", "答复已经超期"),
}  # fmt: skip
LONGEST = 40
Faults = list[tuple[str, str]]


@page("/guide/calculators")
def calculators(request: HttpRequest) -> Response[Any]:
    """期限和收费计算. In the address: `what` is asked, and the fields of its form."""
    asked = {name: value[:LONGEST].strip() for name, value in request.query_params.items()}
    what = asked.get("what", "")
    facts: dict[str, Any] = {"due": None, "quote": None, "refused": None, "errs": []}
    try:
        if what == "deadline":
            facts["due"] = _deadline(request, asked)
        elif what == "fee":
            facts["quote"] = _fee(request, asked)
    except a.Rejected as rejected:
        facts["errs"] = [_fault(path, why) for path, why in rejected.errors]
    except Invalid as invalid:
        facts["errs"] = [_fault(invalid.field, invalid.message)]
    except Refused as refused:
        facts["refused"] = refused
    measure = "页" if asked.get("basis") == "per_page" else "件"
    return show(
        request, "calculators.html", status=400 if facts["errs"] else 409 if facts["refused"] else 200, contents=CONTENTS, asked=asked, what=what,
        shown=lambda name: day_words(asked.get(name, "")), day_names=RECEIVED, HAPPENED=HAPPENED, CHOICES=CHOICES, measure=measure,
        shown_due=day_words((facts["due"] or {}).get("due", "")),
        dates=list(_dates(facts["due"] or {})), verdicts=_verdicts(facts["due"] or {}), **facts,
    )  # fmt: skip


def _deadline(request: HttpRequest, asked: Mapping[str, str]) -> Mapping[str, Any]:
    """The answer of the calculator. Raises Rejected, Invalid, Refused."""
    channel = asked.get("channel", "")
    if channel not in calculator.RECEIPT:
        raise Invalid("channel", "请选择怎样收到的")
    if not asked.get("day"):
        raise Invalid("day", f"请填写{RECEIVED[channel]}")
    events: dict[str, Any] = {calculator.RECEIPT[channel][0]: day_text(asked["day"])}
    for group, (_, fields) in HAPPENED.items():
        given: dict[str, Any] = {name: _value(asked.get(f"{group}.{name}", ""), name) for name, _ in fields if asked.get(f"{group}.{name}")}
        if not given:
            continue
        if group == "consult":
            events["consults"] = [{"kind": _chosen(asked, "consult"), **given}]
        elif group == "reply":
            method = _chosen(asked, "reply")
            sent = {"posted" if name == "sent" and method == "post" else name: value for name, value in given.items()}
            events["reply"] = {"method": method, **sent}
        else:
            events[group] = given
    return calculator.calculate(channel, events, office_of(request).rules)


def _chosen(asked: Mapping[str, str], group: str) -> str:
    chosen = asked.get(f"{group}.which", "")
    return chosen if chosen in CHOICES[group] else next(iter(CHOICES[group]))


def _value(text: str, name: str) -> Any:
    if name != "workdays":
        return day_text(text)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else text


def _fee(request: HttpRequest, asked: Mapping[str, str]) -> fees.Quote:
    """The fee with its working. Raises Rejected, Invalid, Refused."""
    office, basis = office_of(request), asked.get("basis", "")
    if basis not in ("per_item", "per_page"):
        raise Invalid("basis", "请选择按件还是按量计收")
    found: Faults = []

    def number(name: str, missing: str, least: int) -> int:
        text = asked.get(name, "")
        if text.isascii() and text.isdigit() and len(text) < 7 and int(text) >= least:
            return int(text)
        found.append((name, f"应当是{'正整数' if least else '0或者正整数'}，最多6位" if text else missing))
        return least

    quantity = number("quantity", "请填写这次的件数或者页数", 1)
    already = number("already", "", 0) if basis == "per_item" and asked.get("already") else 0
    on = office.today()
    if asked.get("on"):
        try:
            on = a.read(_On, {"on": day_text(asked["on"])}).on
        except a.Rejected as rejected:
            found += [("on", why) for _, why in rejected.errors]
    if found:
        raise a.Rejected(found)
    return fees.quote(office.rules.on(on).fees, basis, quantity, already)


class _On(a.Record):
    """The day whose schedule is asked for."""

    on: a.Day


def _fault(path: str, why: str) -> tuple[str, str]:
    """A fault that the calculator tells, at its field of the page."""
    field = _field(path)
    group, _, name = field.partition(".")
    label = dict(HAPPENED[group][1])[name] if name else ""
    return field, f"{HAPPENED[group][0]}：请填写“{label}”" if label and why.startswith("没有填写") else why


def _field(path: str) -> str:
    path = path.removeprefix("events.").replace("consults.0", "consult").replace("reply.posted", "reply.sent")
    of_receipt = {field for field, _ in calculator.RECEIPT.values()}
    if path in of_receipt:
        return "day"
    group, _, name = path.partition(".")
    if group in HAPPENED and name not in dict(HAPPENED[group][1]):
        return f"{group}.{HAPPENED[group][1][0][0]}"
    return path


def _dates(due: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, title in ANSWERS.items():
        if key in due:
            yield title, day_words(due[key])


def _verdicts(due: Mapping[str, Any]) -> Sequence[tuple[str, bool]]:
    return [(words[not due[key]], bool(due[key])) for key, words in VERDICTS.items() if key in due]


ROUTES: tuple[BaseRouteHandler, ...] = (calculators,)
