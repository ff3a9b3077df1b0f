"""样例文书: letters of an invented case, placed act by act like any other, and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from api.office.office import Office
from letters.agencies import Agency
from letters.compose import compose
from workflow.acts import Officer, parse
from workflow.admission import admit
from workflow.case import Case, letter_id
from workflow.law import Rules

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "receipt": "登记回执",
        "inquiry": "第三方意见征询书",
        "extension": "延期答复告知书",
        "fee": "收费通知书",
        "reply": "部分公开答复书",
    }
)
_AGENCY = "gx-zrzy"
_ID = str(UUID(int=1))
_WANTED = ("清泉河沿岸采砂许可证及附图", "许可企业的成交价款和银行账户", "2025年监管检查情况的汇总表")
_APPLICANT = {
    "category": "natural_person",
    "name": "韩玉昇（样例）",
    "phone": "13800000000",
    "address": "冠县样例街道样例路1号（样例）",
    "postcode": "252500",
}
_REGISTRATION = {
    "kind": "registration", "channel": "in_person", "submitted_on": "2026-03-02", "received_on": "2026-03-02",
    "applicant": _APPLICANT, "wanted": "清泉河沿岸采砂许可及监管检查记录", "items": [{"wanted": one} for one in _WANTED],
    "form": "paper", "delivery": "post",
}  # fmt: skip
_PARTY = {"name": "冠县样例砂业有限公司（样例）", "address": "冠县样例大街8号（样例）", "contact": "何经理（样例）"}
# (which sample the act makes, role, date, act); the case is walked only as far as the sample needs.
_FIRST = (
    ("receipt", "intake", "2026-03-02", _REGISTRATION),
    (None, "handler", "2026-03-03", {"kind": "acceptance"}),
)
_STEPS: Mapping[str, tuple[tuple[str | None, str, str, dict[str, Any]], ...]] = {
    "fee": (
        *_FIRST,
        ("fee", "handler", "2026-03-10", {"kind": "fee_notice", "basis": "per_page", "pages": 150, "amount_fen": 170000}),
    ),
    "extension": (
        *_FIRST,
        ("extension", "head", "2026-03-20", {"kind": "extension", "days": 20, "reason": "涉及多个年度的纸质档案，需要逐卷查找和区分处理"}),
    ),
    "reply": (
        *_FIRST,
        (None, "handler", "2026-03-04", {
            "kind": "search", "items": [3], "places": ["综合档案室", "办公自动化系统", "执法股2025年案卷"],
            "method": "按项目名称、年度和文号检索", "result": "not_found", "text": "均未发现该汇总表",
        }),
        ("inquiry", "handler", "2026-03-05", {
            "kind": "consultation", "type": "third_party", "items": [2], "party": _PARTY,
            "question": "该项含你单位的成交价款和银行账户，公开可能涉及你单位的商业秘密。",
        }),
        (None, "intake", "2026-03-06", {
            "kind": "service", "letter": letter_id(_ID, 4), "method": "direct", "received_on": "2026-03-06",
        }),
        (None, "handler", "2026-03-16", {
            "kind": "opinion", "consultation": 4, "stance": "object", "text": "属于商业秘密，不同意公开。", "reasonable": True,
        }),
        (None, "handler", "2026-03-18", {"kind": "draft", "items": [
            {"item": 1, "outcome": "disclosed", "provided": [{"title": "采砂许可证及附图复印件", "pages": 4}], "where": "随本答复书提供纸质复印件"},
            {"item": 2, "outcome": "third_party", "ground": "trade_secret",
             "reason": "成交价款和银行账户没有对外公布，公开后可能影响该企业今后的竞价和资金安全"},
            {"item": 3, "outcome": "not_existing"},
        ]}),
        (None, "legal", "2026-03-19", {"kind": "secrecy_review", "items": [1], "result": "may_disclose", "reason": "不涉及国家秘密"}),
        ("reply", "head", "2026-03-20", {"kind": "decision"}),
    ),
}  # fmt: skip
_WALK = {"receipt": "reply", "inquiry": "reply", "reply": "reply", "fee": "fee", "extension": "extension"}
_NAMES = {"legal": "高明远（样例）", "intake": "孙小雨（样例）", "handler": "李文静（样例）", "head": "马晓峰（样例）"}


def are_here(office: Office) -> bool:
    """Whether this is an installation of the sample office, whose letterhead the samples bear."""
    return office.sources.samples and _AGENCY in office.agencies


def pdf(office: Office, name: str) -> bytes:
    """The PDF of one sample, marked 预览: it has no number of its own. Made once for each letterhead."""
    agency = office.agencies[_AGENCY]
    return _made(office, name, agency.model_dump_json())


@lru_cache(maxsize=len(TITLES))
def _made(office: Office, name: str, _letterhead: str) -> bytes:
    return letter_of(office, office.agencies[_AGENCY], name)


def letter_of(office: Office, agency: Agency, name: str) -> bytes:
    """The PDF of one sample as `agency` would send it, whether or not its letterhead is in force. Raises LetterError."""
    case = Case(_ID, agency.code, agency.number("case", 2026, 121))
    by = {} if agency.query_url is None else {"channel": "online"}  # who came by the internet is told the page, with its QR code
    for makes, role, on, fields in _STEPS[_WALK[name]]:
        case = _placed(case, role, on, fields | (by if fields is _REGISTRATION else {}), office.rules)
        if makes == name:
            break

    def number(series: str) -> tuple[int, str]:
        return 12, agency.number(series, 2026, 12)

    letter = compose(case, case.acts[-1], agency, office.rules, number)[0]
    return office.renderer.render(letter.kind, letter.context, preview=True)


def _placed(case: Case, role: str, on: str, fields: dict[str, Any], rules: Rules) -> Case:
    officer = Officer(id=role, username=f"{role}@{case.agency}", name=_NAMES[role], role=role, agency=case.agency)
    day = date.fromisoformat(on)
    return admit(case, parse({"on": on, **fields}), officer, datetime.combine(day, time(1), UTC), rules, day)
