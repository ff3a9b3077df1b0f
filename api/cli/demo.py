"""The sample office 冠县: four agencies, their officers, and about sixty lawful files dated around today.

An installation is one of the sample office once the demo has run there: nowhere else are its agencies known.

Every act goes through `Office.place`, so that no sample can be unlawful. All people, phones and addresses are invented
and marked 样例.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from api.office import sessions
from api.office.office import Office
from api.office.record import by_command
from db import applications, journal, store
from db import people as people_
from workflow.acts import Officer, parse
from workflow.calendar import Calendar
from workflow.case import Case
from workflow.checks import notice_quote
from workflow.identity import check_credit_code, check_resident_id

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "Yangli-2026"
"""The sample officers' password, for trying the pages; no such account exists outside the demo."""
ONLINE = "gx-zrzy"
"""The sample agency whose public form is open."""
ROLES = ("intake", "handler", "legal", "head", "archivist", "analyst")
AGENCIES = ("gx-zfb", "gx-zrzy", "gx-rsj", "gx-zjj")
_NAMES = {
    "intake": ("孙小雨", "郭一帆", "潘晓彤", "冯佳宁"),
    "handler": ("李文静", "赵思远", "吴晓明", "郑雅文"),
    "legal": ("高明远", "何清源", "罗正言", "宋知非"),
    "head": ("马晓峰", "林建国", "唐文涛", "韩志远"),
    "archivist": ("许存真", "曹静宜", "彭守成", "曾安然"),
    "analyst": ("谢知微", "董明察", "袁思齐", "于见微"),
}


def officers() -> Iterator[tuple[str, str, str, str]]:
    """(user name, name, role, agency) of every officer of the sample office."""
    for place, agency in enumerate(AGENCIES):
        for role in ROLES:
            yield f"{role}@{agency}", f"{_NAMES[role][place]}（样例）", role, agency
    yield "admin", "系统管理员（样例）", "admin", "gx-zfb"


def _tell(session: Session, office: Office, what: str) -> None:
    """In the log: who changed something for the sample office."""
    people_.log(session, office.clock(), journal.CHANGE, reason=by_command(what))


def open_units(office: Office) -> None:
    """Put the letterheads of the sample agencies in force, here and wherever this database is opened from now on."""


    def keep(session: Session) -> None:
        people_.set_setting(session, "", people_.SAMPLES, "yes")
        _tell(session, office, "样例单位的抬头生效")

    office.database.write(keep)
    office.sources.add_samples()


def open_desks(office: Office) -> dict[str, Officer]:
    """The sample officers by user name, in their agencies; those who are not there yet are added.

    Somebody else who bears one of these names is no sample officer: he is not among them, and nothing of his is changed.
    """

    open_units(office)

    def open_all(session: Session) -> dict[str, Officer]:
        found, added = {}, False
        for username, name, role, agency in officers():
            row = people_.officer_row(session, username)
            if row is None:
                found[username] = store.add_officer(session, username=username, name=name, role=role, agency=agency, at=office.clock())
                added = True
            elif row.name == name:
                found[username] = people_.officer_of(row)
        if added:
            _tell(session, office, "增加样例人员")
        return found

    return office.database.write(open_all)


def open_pages(office: Office, people: Iterable[str]) -> None:
    """Let the sample officers of these user names sign in on the pages, and open one public form; what somebody changed stays."""
    hashed = sessions.hasher().hash(PASSWORD)

    def give(session: Session) -> None:
        given = False
        for username in people:
            row = people_.officer_row(session, username)
            if row is not None and row.password_hash is None:
                people_.set_password(session, row.id, hashed, office.clock())
                given = True
        if people_.setting(session, ONLINE, applications.SWITCH) is None:
            people_.set_setting(session, ONLINE, applications.SWITCH, "yes")
            given = True
        if given:
            _tell(session, office, "样例人员可以登录，样例单位开通网上申请")

    office.database.write(give)


# ------------------------------------------------------------------ people and what they ask

_SURNAMES = "周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
_GIVEN = ("文博", "思雨", "建军", "秀兰", "志强", "雅婷", "国庆", "明霞", "立新", "晓燕", "昇", "堃", "喆", "龑",
          "㛃", "𬭎", "䶮", "𠮷")  # the last ones are rare: they show that every name prints


def _checked(stem: str, check: Callable[[str], str], alphabet: str) -> str:
    """`stem` with the check character that makes it valid."""
    for last in alphabet:
        try:
            return check(stem + last)
        except ValueError:
            continue
    raise AssertionError("every stem has a check character")


def _person(n: int) -> dict[str, Any]:
    stem = f"99000019{60 + n % 39:02d}{1 + n % 12:02d}{1 + n % 28:02d}{n % 1000:03d}"
    return {
        "category": "natural_person",
        "name": f"{_SURNAMES[n % len(_SURNAMES)]}{_GIVEN[n % len(_GIVEN)]}（样例）",
        "id_type": "resident_id",
        "id_number": _checked(stem, check_resident_id, "0123456789X"),
        "phone": f"1380000{n % 10000:04d}",
        "address": f"冠县样例路{n % 97 + 1}号（样例）",
        "postcode": "252500",
    }


_ORGANISATIONS = (
    ("冠县样例置业有限公司", "commercial_enterprise"),
    ("冠县样例建材有限公司", "commercial_enterprise"),
    ("样例土地研究所", "research_institution"),
    ("样例公益服务中心", "public_interest_organisation"),
    ("山东样例律师事务所", "legal_service_organisation"),
    ("冠县样例村民委员会", "other_organisation"),
)


def _organisation(n: int) -> dict[str, Any]:
    name, category = _ORGANISATIONS[n // len(_ORGANISATIONS) % len(_ORGANISATIONS)]
    return {
        "category": category,
        "name": f"{name}（样例）",
        "id_type": "credit_code",
        "id_number": _checked(f"99990000MA{n:07d}", check_credit_code, "0123456789ABCDEFGHJKLMNPQRTUWXY"),
        "contact_name": f"{_SURNAMES[n * 7 % len(_SURNAMES)]}经办（样例）",
        "phone": f"0635-520{n % 10000:04d}",
        "address": f"冠县样例大街{n % 60 + 1}号（样例）",
        "postcode": "252500",
    }


_WANTED: dict[str, tuple[tuple[str, str], ...]] = {
    "gx-zrzy": (
        ("崇文街道2024年第三批次城镇建设用地征收补偿安置方案及补偿费支付凭证", "征地拆迁"),
        ("清泉街道2025年度第二批次建设用地的土地征收预公告、现状调查结果确认表", "征地拆迁"),
        ("万善乡样例村集体土地使用权登记情况的统计表", "农村土地和宅基地"),
        ("冠县国土空间总体规划中心城区用地布局图", "规划建设"),
    ),
    "gx-rsj": (
        ("2025年度冠县职业技能培训补贴发放单位名单及金额", "就业就学"),
        ("2026年冠县事业单位公开招聘各岗位进入面试人员最低分数", "机构人事"),
        ("冠县被征地农民参加养老保险补贴资金的拨付文件", "社会保障"),
        ("样例劳务有限公司2025年劳动保障监察处理结果", "执法监管"),
    ),
    "gx-zjj": (
        ("样例小区一期工程竣工验收备案表", "规划建设"),
        ("2024年老旧小区改造项目中标单位及合同价款", "招标采购"),
        ("样例花园商品房预售许可证及预售资金监管协议", "规划建设"),
        ("2025年度公共租赁住房分配结果公示名单", "社会保障"),
    ),
    "gx-zfb": (
        ("2025年冠县人民政府常务会议关于学校布局调整的会议纪要", "就业就学"),
        ("冠县2024年度财政专项扶贫资金使用情况的审计报告", "财政资金"),
        ("县政府办公室2025年公务接待费用的决算明细", "财政资金"),
        ("关于样例水库移民后期扶持政策的县政府文件", "社会保障"),
    ),
}
_CHANNELS = ("in_person", "ems_signed", "online", "ordinary_mail", "fax", "oral")


# ------------------------------------------------------------------ one sample file

Steps = Iterator[date]
"""A sample file being made: each step first says on which day it wants to be taken."""


@dataclass
class _File:
    """A sample file being made: steps are dated in working days after its receipt."""

    office: Office
    people: dict[str, Officer]
    agency: str
    day0: date
    case: Case = field(init=False)

    def day(self, steps: int) -> date:
        calendar = self.office.rules.calendar
        return calendar.due(self.day0, steps).on if steps > 0 else self.day0

    def register(self, n: int, channel: str, *, items: tuple[str, ...] = (), organisation: bool = False, asking: str = "") -> Steps:
        """Came in by this channel; `asking` for something of its own, whose topic nobody has confirmed."""
        wanted, topic = (asking, None) if asking else _WANTED[self.agency][n % 4]
        data: dict[str, Any] = {
            "kind": "registration",
            "channel": channel,
            "received_on": self.day0.isoformat(),
            "submitted_on": self.day0.isoformat(),
            "applicant": _organisation(n) if organisation else _person(n),
            "wanted": wanted,
            "items": [{"wanted": item} for item in items],
            "topic": topic,
            "form": "paper",
            "delivery": "post",
        }
        yield self.day0
        clerk = self.people[f"intake@{self.agency}"]
        self.case = self.office.register(clerk, parse(data), now=_noon(self.day0)).case

    def then(self, role: str, steps: int, kind: str, **fields: Any) -> Steps:
        on = self.day(steps)
        yield on
        act = parse({"kind": kind, "on": on.isoformat(), **fields})
        officer = self.people[f"{role}@{self.agency}"]
        self.case = self.office.place(officer, self.case.id, act, now=_noon(on)).case

    def serve(self, steps: int, back: int | None, seq: int | None = None, n: int = 0) -> Steps:
        """Hand the n-th letter of the act `seq` (default: the last act) to the post; the slip comes back at `back`."""
        of = seq or len(self.case.acts)
        letter = self.case.letters_of(self.case.acts[of - 1], self.office.rules)[n]
        serial = self.case.number.rsplit("〕")[-1].rstrip("号")
        posted = {"letter": letter.id, "method": "post", "post_number": f"EM99{serial:0>5}{of:02d}{n}CN"}
        yield from self.then("intake", steps, "service", **posted)
        if back is not None:
            received = self.day(back).isoformat()
            yield from self.then("intake", back, "service", **posted, received_on=received)

    # the usual stretches of the way

    def accepted(self, assign: int = 1) -> Steps:
        yield from self.then("head", assign, "assignment", to=f"handler@{self.agency}")
        yield from self.then("handler", assign, "acceptance")

    def searched(self, steps: int, result: str = "found") -> Steps:
        yield from self.then(
            "handler", steps, "search", places=["综合档案室", "办公自动化系统", "业务专网"],
            method="按项目名称、文号和年度检索，并询问业务股室", result=result,
            text="共查得相关材料3份。" if result == "found" else "经检索均未发现相关信息。",
        )  # fmt: skip

    def drafted(self, steps: int, outcome: str, **details: Any) -> Steps:
        if outcome in ("disclosed", "partial"):
            yield from self.then("legal", steps, "secrecy_review", result="may_disclose", reason="不涉及国家秘密、工作秘密，可以公开。")
        items = [{"item": item, "outcome": outcome, **details} for item in range(1, len(self.case.items) + 1)]
        yield from self.then("handler", steps, "draft", items=items)

    def signed(self, steps: int, **fields: Any) -> Steps:
        yield from self.then("head", steps, "decision", **fields)

    def finished(self, steps: int) -> Steps:
        """Served by post, signed for, archived."""
        yield from self.serve(steps, steps + 3)
        yield from self.then("archivist", steps + 4, "archival")


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12, 0), SHANGHAI)


# ------------------------------------------------------------------ the sixty files

_DETAILS: dict[str, dict[str, Any]] = {
    "disclosed": {"provided": [{"title": "所申请信息的复印件", "pages": 12}], "where": "随本答复书提供纸质复印件"},
    "already_public": {"where": "冠县人民政府网站（样例）“政府信息公开—法定主动公开内容—重点领域”栏目，标题与您申请的名称相同"},
    "not_responsible": {
        "reason": "该信息不由本机关制作或者保存",
        "responsible": {"name": "冠县样例局", "contact": "0635-5200000（样例）"},
        "responsible_known": True,
    },
    "petition": {"channel": "您反映的诉求可以向冠县信访局（样例）提出"},
    "publication": {"channel": "可以到冠县图书馆（样例）查阅2025年《冠县年鉴》"},
    "needs_processing": {"reason": "您要求的分年度对比汇总表，本机关没有现成的，需要对多份台账加工、分析后重新制作"},
    "internal_affairs": {"reason": "该信息属于本机关人事管理方面的内部事务信息，公开会影响正常管理秩序", "ground": "personnel"},
    "repeated": {"earlier": {"number": "冠样例公复〔2026〕3号", "on": "2026-03-05"}},
}


def _waiting(file: _File, n: int) -> Steps:
    """登记以后还没有审核。"""
    return iter(())


def _awaiting_correction(file: _File, n: int) -> Steps:
    yield from file.then("intake", 1, "correction_notice", matters=["请写明所需信息的名称、文号或者其他便于查询的特征"], days=15)
    yield from file.serve(1, 3)


def _handling(file: _File, n: int) -> Steps:
    yield from file.accepted()
    if n % 2:
        yield from file.searched(2)


def _consulting(file: _File, n: int) -> Steps:
    yield from file.accepted()
    yield from file.searched(2)
    kind = ("third_party", "joint_agency", "other_agency", "internal")[n % 4]
    agencies = file.office.agencies
    codes = sorted(agencies)
    neighbour = codes[(codes.index(file.case.agency) + 1) % len(codes)]  # who finds the question among its own 会商
    asked: dict[str, dict[str, Any]] = {
        "third_party": {"party": {"name": "冠县样例置业有限公司（样例）", "address": "冠县样例大街8号（样例）"}},
        "joint_agency": {"party": {"name": agencies[neighbour].name}, "agency": neighbour},
        "other_agency": {"party": {"name": agencies[neighbour].name}, "agency": neighbour},
        "internal": {"party": {"name": "法制岗"}, "to": f"legal@{file.case.agency}", "days": 10},
    }
    yield from file.then(
        "handler", 3, "consultation", type=kind, **asked[kind],
        question="所申请的材料是否可以公开，请提出书面意见；不同意公开的，请说明理由。",
    )  # fmt: skip
    if kind != "internal":
        yield from file.serve(3, 5)


def _awaiting_payment(file: _File, n: int) -> Steps:
    yield from file.accepted()
    yield from file.searched(2)
    act = parse(
        {"kind": "fee_notice", "on": file.day(3).isoformat(), "basis": "per_page", "pages": 150, "amount_fen": 0}
    )
    amount = notice_quote(act, file.office.rules).amount_fen  # type: ignore[arg-type]
    yield from file.then("handler", 3, "fee_notice", basis="per_page", pages=150, amount_fen=amount)
    yield from file.serve(3, 5)


def _approving(file: _File, n: int) -> Steps:
    yield from file.accepted()
    yield from file.searched(2)
    outcome = ("disclosed", "already_public", "internal_affairs")[n % 3]
    yield from file.drafted(3, outcome, **_DETAILS[outcome])
    if n % 2:
        yield from file.then("legal", 4, "legal_review", passes=True, text="依据适当，程序完备，同意。")


def _replied(file: _File, n: int) -> Steps:
    yield from file.accepted()
    outcome = (*_DETAILS, "not_existing")[n % (len(_DETAILS) + 1)]
    yield from file.searched(2, "not_found" if outcome == "not_existing" else "found")
    yield from file.drafted(4, outcome, **_DETAILS.get(outcome, {}))
    yield from file.signed(5)
    if n % 3:
        yield from file.serve(5, 8 if n % 3 == 1 else None)


def _refused_by_third_party(file: _File, n: int) -> Steps:
    yield from file.accepted()
    yield from file.then(
        "handler", 2, "consultation", type="third_party",
        party={"name": "冠县样例建材有限公司（样例）", "address": "冠县样例大街18号（样例）"},
        question="是否同意公开贵公司的成交价款及银行账户，请提出书面意见。",
    )  # fmt: skip
    seq = len(file.case.acts)
    yield from file.serve(2, 4)
    yield from file.serve(2, 4, seq=seq, n=1)
    yield from file.then("intake", 8, "opinion", consultation=seq, stance="object", text="涉及本公司商业秘密，不同意公开。", reasonable=True)
    yield from file.drafted(
        10, "third_party", ground="trade_secret",
        reason="该信息涉及第三方的商业秘密，经书面征求意见，第三方不同意公开且有合理理由，不公开不会对公共利益造成重大影响",
    )  # fmt: skip
    yield from file.signed(11)
    yield from file.finished(11)


def _partial(file: _File, n: int) -> Steps:
    yield from file.accepted()
    yield from file.searched(2)
    yield from file.then(
        "handler", 4, "draft",
        items=[
            {"item": 1, "outcome": "disclosed", "provided": [{"title": "征收补偿安置方案", "pages": 9}], "where": "随本答复书提供纸质复印件"},
            {"item": 2, "outcome": "not_existing"},
        ],
    )  # fmt: skip


def _closed(file: _File, n: int) -> Steps:
    if n % 2:
        yield from file.accepted()
        yield from file.then("intake", 3, "withdrawal", by="writing", reason="所需信息已从其他途径取得")
        yield from file.serve(3, 6 if n % 3 else None)
        return
    yield from file.then("intake", 1, "correction_notice", matters=["请提供身份证明的复印件"], days=10)
    yield from file.serve(1, 2)
    yield from file.then("handler", 14, "abandonment")
    if n % 3:
        yield from file.serve(14, 17)


def _archived(file: _File, n: int) -> Steps:
    yield from file.accepted()
    outcome = ("disclosed", "already_public", "not_responsible", "disclosed")[n % 4]
    yield from file.searched(2)
    yield from file.drafted(4, outcome, **_DETAILS[outcome])
    yield from file.signed(5)
    yield from file.finished(5)


def _challenged(file: _File, n: int) -> Steps:
    yield from file.accepted()
    yield from file.searched(2)
    yield from file.drafted(4, "internal_affairs", **_DETAILS["internal_affairs"])
    yield from file.signed(5)
    yield from file.serve(5, 7)
    yield from file.then("legal", 20, "remedy", type="reconsideration", body="冠县人民政府（样例）")
    if n % 2:
        seq = len(file.case.acts)
        yield from file.then("legal", 40, "remedy_result", remedy=seq, result="upheld", text="维持原答复。")


def _extended(file: _File, n: int) -> Steps:
    yield from file.accepted()
    yield from file.searched(3)
    yield from file.then("head", 15, "extension", days=20, reason="涉及多个年度的纸质档案，需要逐卷查找和区分处理")
    yield from file.serve(15, 18)


# (what is made of the file, how many working days ago each was received)
_PLAN: tuple[tuple[Callable[[_File, int], Steps], tuple[int, ...]], ...] = (
    (_waiting, (0, 0, 1, 1, 2, 3)),
    (_awaiting_correction, (5, 7, 9)),
    (_handling, (4, 6, 9, 13, 14, 16, 17, 18, 19, 20, 23)),  # the last one is overdue, those before it are due soon
    (_consulting, (6, 7, 8, 9, 11, 12)),
    (_awaiting_payment, (8, 12)),
    (_approving, (7, 9, 12, 16, 19)),
    (_partial, (10,)),
    (_extended, (19, 22)),
    (_replied, (9, 10, 12, 14, 15, 17, 20, 24, 30)),
    (_closed, (18, 19, 22, 25)),
    (_challenged, (52, 55)),
    (_refused_by_third_party, (30, 45)),
    (_archived, (12, 15, 20, 26, 33, 41, 60, 75)),
)


def received_on(calendar: Calendar, today: date, ago: int) -> date:
    """The working day that lies `ago` working days before `today`; of a day off, before the next working day.

    What came in today on a day off came in on the last working day.
    """
    day = today
    if not calendar.is_working(day):
        ago = max(ago - 1, 0)
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    while ago:
        day -= timedelta(days=1)
        ago -= calendar.is_working(day)
    return day


def load_samples(office: Office, people: dict[str, Officer]) -> int:
    """Make the sample files; all steps in the order of their dates, so that numbers follow dates. Returns how many."""
    today = office.today()
    plan = [(received_on(office.rules.calendar, today, ago), make) for make, days in _PLAN for ago in days]
    waiting: list[tuple[date, int, Steps]] = []
    for n, (day0, make) in enumerate(sorted(plan, key=lambda one: one[0])):
        agency = AGENCIES[1 + n % 3] if n % 5 else AGENCIES[0]
        heappush(waiting, (day0, n, _whole(_File(office, people, agency, day0), n, make)))
    while waiting:
        _, n, steps = heappop(waiting)
        following = next(steps, None)
        if following is not None and following <= today:  # what lies ahead has not happened yet
            heappush(waiting, (following, n, steps))
    return len(plan)


def _whole(file: _File, n: int, make: Callable[[_File, int], Steps]) -> Steps:
    items = ("征收补偿安置方案", "补偿费支付凭证") if make is _partial else ()
    yield from file.register(n, _CHANNELS[n % len(_CHANNELS)], items=items, organisation=n % 6 == 5)
    yield from make(file, n)
