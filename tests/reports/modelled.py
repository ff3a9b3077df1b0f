"""Two modelled years of an office of four units: lawful files, as many as an office has, each placed act by act through the law.

Run: python -m tests.reports.modelled FOLDER [files]. The analysis of a year, a half-year and a month, of the county and of one unit, and
the annual reports are written into the folder as plain text, to be read sentence by sentence.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from api.office import findings
from db import analysis, report_parts, reports, store
from db.analysis import Span
from db.engine import Database
from letters.reports import html
from tests.conftest import RING
from tests.stories.runner import shipped_rules
from tests.workflow.independent import nth_worked_day, worked_days
from workflow.acts import Officer, parse
from workflow.admission import admit
from workflow.annual import GOVERNMENT, TABLE2, Parts
from workflow.case import Case, letter_id
from workflow.checks import Facts
from workflow.law import Invalid, Refused
from workflow.risks import open_risks

RULES, KEYS = shipped_rules(), store.Keys(b"k" * 32)
UNITS = {
    "gx-zrzy": "冠县自然资源和规划局", "gx-rsj": "冠县人力资源和社会保障局", "gx-zjj": "冠县住房和城乡建设局", "gx-zfb": "冠县人民政府办公室",
}  # fmt: skip
COUNTY = "gx-zfb"
YEAR, TODAY = 2025, date(2026, 1, 9)
FIRST, LAST = date(2024, 1, 2), date(2026, 1, 8)
_SIGNS = {"extension": "head", "decision": "head", "return": "head", "remedy": "legal", "remedy_result": "legal", "archival": "archivist",
          "registration": "intake", "service": "intake", "payment": "intake", "correction": "intake", "assignment": "intake"}  # fmt: skip
_SUBJECTS = (
    "{p}{y}年征收补偿安置方案", "{p}{y}年土地征收公告和批复", "{p}宅基地审批材料", "{p}小学{y}年招生范围", "{y}年公益性岗位招聘结果",
    "{p}{y}年低保名单", "{p}养老院{y}年补贴发放情况", "{p}控制性详细规划", "{p}住宅小区竣工验收材料", "{p}加装电梯的规划许可", "{p}养殖场环评批复",
    "{y}年{p}财政专项资金支出明细", "{p}{y}年村务公开情况", "本人{y}年来信的答复", "{y}年{p}工程招标文件",
)  # fmt: skip
_PLACES = ("崇文街道", "清泉街道", "桑阿镇", "柳林镇", "东古城镇", "贾镇", "店子镇", "清水镇")
_CHANNELS = (("in_person", 40), ("online", 35), ("ems_signed", 15), ("ordinary_mail", 6), ("fax", 2), ("oral", 2))
_CATEGORIES = (("natural_person", 88), ("commercial_enterprise", 6), ("legal_service_organisation", 3), ("public_interest_organisation", 1),
               ("research_institution", 1), ("other_organisation", 1))  # fmt: skip
_OUTCOMES: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("disclosed", 30, {"where": "到窗口领取"}), ("already_public", 20, {"where": "https://www.example.cn/gk/1.html"}),
    ("partial", 8, {"where": "到窗口领取", "withheld": "内部会议的安排", "withheld_under": "internal_affairs"}),
    ("not_existing", 18, {}), ("not_responsible", 6, {"responsible": {"name": "样例县档案馆", "contact": "0635-5555555"}, "responsible_known": True}),
    ("internal_affairs", 4, {}), ("deliberative", 3, {"no_rule_requires": True}), ("enforcement_file", 3, {}), ("petition", 4, {}),
    ("needs_processing", 2, {}), ("special_inquiry", 1, {"law": "《不动产登记暂行条例》"}),
    ("repeated", 1, {"earlier": {"number": "样例答复〔2024〕1号", "on": "2024-01-02"}}),
)  # fmt: skip


def chosen(random: Random, weighted: Sequence[tuple[Any, int]]) -> Any:
    return random.choices([one for one, _ in weighted], [weight for _, weight in weighted])[0]


@dataclass
class File:
    """One file on its way: acts are dated by the day that it is."""

    random: Random
    case: Case
    day: date
    handler: str
    already: int = 0

    def waits(self, least: int, most: int) -> None:
        """So many working days pass."""
        self.day = nth_worked_day(self.day, self.random.randint(least, most)) if most else self.day

    def place(self, kind: str, *, by: str | None = None, **fields: Any) -> None:
        """Raises Over where the day has not come, Refused and Invalid where the law does not let it."""
        if self.day > min(LAST, TODAY):
            raise _Over
        if kind == "decision":
            fields["overrides"] = {one.id: "已核对（样例）" for one in open_risks(self.case, RULES, self.day) if one.level == "warns"}
        role = by or _SIGNS.get(kind, self.handler)
        username = f"{role}@{self.case.agency}"
        who = Officer(id=username, username=username, name="样例", role=role.rstrip("23"), agency=self.case.agency)
        at = datetime.combine(self.day, time(1, self.case.version % 60), UTC)
        act = parse({"kind": kind, "on": self.day.isoformat(), **fields})
        self.case = admit(self.case, act, who, at, RULES, self.day, Facts(self.already))

    def serves(self, after: int = 0) -> None:
        """The letter of the last act leaves: at once by hand, else within so many days, also by post."""
        seq = len(self.case.acts)
        self.waits(0, after)
        by_post = after and self.random.random() < 0.5
        how: dict[str, Any] = {"method": "post"} if by_post else {"method": "direct", "received_on": self.day.isoformat()}
        self.place("service", letter=letter_id(self.case.id, seq, 0), **how)


class _Over(Exception):
    """The file is where it is today."""


SHARES = (("gx-zrzy", 45), ("gx-rsj", 20), ("gx-zjj", 27), ("gx-zfb", 8))
"""Of a hundred files: whose they are."""


def files(count: int, seed: int = 1, units: Sequence[tuple[str, int]] = SHARES) -> list[Case]:
    """So many files, received over two years and a week; the same for a seed."""
    return list(_files(Random(seed), count, units))


def _files(random: Random, count: int, units: Sequence[tuple[str, int]]) -> Iterator[Case]:
    days = sorted(nth_worked_day(FIRST, random.randint(0, worked_days(FIRST, LAST) - 1)) for _ in range(count))
    for n, day in enumerate(days):
        agency = chosen(random, units)
        id = str(uuid5(NAMESPACE_URL, f"modelled/{count}/{n}"))
        file = File(random, Case(id, agency, f"样例〔{day.year}〕{n + 1}号"), day, chosen(random, (("handler", 5), ("handler2", 3), ("handler3", 2))))
        with suppress(_Over):
            _goes(file)
        yield file.case


def _goes(file: File) -> None:
    random = file.random
    channel = chosen(random, _CHANNELS)
    wanted = random.choice(_SUBJECTS).format(p=random.choice(_PLACES), y=random.randint(2019, 2025))
    who = random.randint(1, 900)
    applicant = {"category": chosen(random, _CATEGORIES), "name": f"样例{who}", "address": f"样例路{who}号", "phone": f"138{who:08d}"}
    day = file.day.isoformat()
    came = {"submitted_on": day} | ({"received_on": day} if channel in ("online", "ems_signed", "ordinary_mail", "fax") else {})
    if random.random() < 0.01:
        came |= {"purpose": "record_correction"}
    file.place("registration", channel=channel, applicant=applicant, wanted=f"{wanted}（样例）", **came)
    if random.random() < 0.03:
        file.waits(1, 4)
        file.place("withdrawal")
        return
    if random.random() < 0.12 and "purpose" not in came:
        file.waits(1, 5)
        file.place("correction_notice", by=file.handler, matters=["写明所需信息的年份和名称"], days=10)
        file.serves()
        if random.random() < 0.25:
            file.waits(14, 17)
            file.place("abandonment", by=file.handler)
            file.serves(after=1)
            _archived(file)
            return
        file.waits(3, 8)
        file.place("correction", wanted=f"{wanted}，已写明年份（样例）")
    file.waits(0, 2)
    file.place("acceptance")
    if "purpose" in came:
        file.waits(3, 12)
        _answered(file, {"item": 1, "outcome": "record_not_corrected", "reason": "经核对，记录与登记材料一致（样例）。"})
        return
    outcome, more = chosen(random, [((key, more), weight) for key, weight, more in _OUTCOMES])
    _looked_into(file, "not_found" if outcome == "not_existing" else "found")
    late = random.random() < 0.03
    file.waits(*((16, 25) if late else (1, 9)))
    _answered(file, {"item": 1, "outcome": outcome, "reason": "经检索和审查，认定如上（样例）。", **more})


def _looked_into(file: File, result: str) -> None:
    random = file.random
    file.waits(0, 2)
    file.place("search", places=["档案室", "业务系统"], method="以名称和年份检索", result=result)
    if random.random() < 0.02:
        file.already = 11
        with suppress(Refused, Invalid):
            file.waits(0, 2)
            file.place("fee_notice", basis="per_item", amount_fen=10_000)
            file.serves()
            file.waits(2, 9)
            file.place("payment", amount_fen=10_000)
    if random.random() < 0.1:
        file.waits(0, 3)
        kind = chosen(random, (("third_party", 5), ("internal", 4), ("other_agency", 2)))
        party = {"name": f"样例公司{random.randint(1, 40)}" if kind == "third_party" else "样例科室", "address": "样例路2号"}
        file.place("consultation", type=kind, party=party, question="是否同意公开", **({"days": 10} if kind == "other_agency" else {}))
        seq = len(file.case.acts)
        if kind != "internal":
            file.serves()
        file.waits(2, 9)
        stance = chosen(random, (("consent", 5), ("object", 3), ("partial", 1), ("neutral", 1)))
        file.place("opinion", consultation=seq, stance=stance, text="样例")
    if random.random() < 0.08:
        file.waits(1, 5)
        file.place("extension", days=random.choice((10, 15, 20)), reason="涉及的材料较多，需要进一步核对")
        file.serves()
        file.waits(3, 12)


def _answered(file: File, item: dict[str, Any]) -> None:
    random = file.random
    for decision in (item, {"item": 1, "outcome": "disclosed", "where": "到窗口领取"}):
        before = file.case, file.day
        try:
            file.place("draft", items=[decision])
            if random.random() < 0.07:
                file.waits(0, 2)
                file.place("return", reason=random.choice(("说理不充分", "格式不规范", "先核对事实")))
                file.waits(0, 2)
                file.place("draft", items=[decision])
            file.waits(0, 2)
            file.place("decision")
            break
        except (Refused, Invalid):  # what was found, or who objected, does not go with it
            file.case, file.day = before
    else:
        return
    file.serves(after=1)
    if random.random() < 0.03:
        file.waits(5, 30)
        with suppress(Refused, Invalid):
            file.place("remedy", type=chosen(random, (("reconsideration", 3), ("litigation", 1), ("complaint", 1))), body="样例机关")
            remedy = len(file.case.acts)
            file.waits(20, 50)
            result = chosen(random, (("upheld", 6), ("corrected", 2), ("other", 2)))
            file.place("remedy_result", remedy=remedy, result=result, received_on=file.day.isoformat())
    _archived(file)


def _archived(file: File) -> None:
    file.waits(3, 20)
    with suppress(Refused, Invalid):
        file.place("archival", retention="定期10年")


# ------------------------------------------------------------------ as text


@dataclass
class Told:
    """The office with its files, and what its reports say."""

    database: Database
    opened: list[Any] = field(default_factory=list)

    def analysis(self, units: Sequence[str], span: Span, today: date) -> str:
        with self.database.read() as session:
            data = analysis.analysis(session, units, span, RULES, today, span.year_before)
        for row in (*data["volumes"]["by_agency"], *data["units"], *data["load"], *data["fees"]["by_agency"]):
            row["name"] = UNITS[row["agency"]]
        for row in data["load"]:
            row["handler_name"] = row["handler"] or "未登记承办人"
        name, signed = (UNITS[units[0]], None) if len(units) == 1 else ("冠县", UNITS[COUNTY])
        return plain(html("analysis", findings.analysis_facts({**data, "agencies": units}, name, today, signed)))

    def annual(self, units: Sequence[str], year: int) -> str:
        with self.database.read() as session:
            found = reports.annual(session, units, year, RULES, by=COUNTY)
            whole = reports.whole(COUNTY)
            parts = {key: one for key, (_, one) in report_parts.parts_of(session, [*units, whole], year).items()}
        own = parts.get(whole, Parts()) if len(units) > 1 else Parts()
        facts = findings.annual_facts(found, UNITS, units[0] if len(units) == 1 else None, parts, own=own)
        return plain(html("annual", facts))


def plain(page: str) -> str:
    """A report as text: a line for each paragraph, heading and row of a table."""
    from lxml import html as pages

    body = pages.fromstring(page).find("body")
    lines: list[str] = []
    for node in body.iter("h1", "h2", "h3", "p", "tr", "figcaption"):
        cells = [" ".join(cell.text_content().split()) for cell in node.iter("th", "td")] if node.tag == "tr" else []
        text = "\t".join(cells) if cells else " ".join(node.text_content().split())
        lines.append(f"\n# {text}" if node.tag in ("h1", "h2", "h3") else text)
    return "\n".join(lines) + "\n"


def write(folder: Path, count: int) -> Iterator[Path]:
    """Every report as a file; gives each when it is written."""
    with tempfile.TemporaryDirectory() as name:
        database = Database(f"sqlite:///{Path(name) / 'gongkai.db'}", RING)
        database.migrate()
        made = files(count)
        numbered = [(case, case.received_on.year, n) for n, case in enumerate(made, 1)]
        for at in range(0, len(numbered), 200):
            database.write(lambda session, at=at: store.add_files(session, numbered[at : at + 200], RULES, KEYS))
        analyst = Officer(id="x", username="x", name="样例", role="analyst", agency=COUNTY)
        texts = {"last": "上年答复的说理不充分，已开展培训。", "problems": "部分答复的说理还不充分。", "measures": "编印答复范例，每季度评查。"}
        for unit in UNITS:
            officer = analyst.model_copy(update={"agency": unit})
            own = Parts({name: "12.5" if name == "charges" else "3" for name in TABLE2} if unit != "gx-zjj" else {}, texts)
            database.write(lambda s, officer=officer, own=own: report_parts.keep(s, officer, YEAR, own, datetime(2026, 1, 8, tzinfo=UTC)))
            if unit != "gx-rsj":
                database.write(lambda s, o=officer: reports.freeze(s, o.agency, YEAR, RULES, o, "已报", datetime(2026, 1, 8, tzinfo=UTC)))
        summed = Parts({}, {**texts, GOVERNMENT[0]: "冠县"})
        database.write(lambda s: report_parts.keep(s, analyst, YEAR, summed, datetime(2026, 1, 8, tzinfo=UTC), key=reports.whole(COUNTY)))
        told, unit, all_of_them = Told(database), ["gx-zrzy"], list(UNITS)
        spans = {
            "year": (Span(date(YEAR, 1, 1), date(YEAR, 12, 31)), TODAY), "half": (Span(date(YEAR, 7, 1), date(YEAR, 12, 31)), TODAY),
            "month": (Span(date(YEAR, 12, 1), date(YEAR, 12, 31)), TODAY),
        }  # fmt: skip
        for what, (span, today) in spans.items():
            for of, units in (("unit", unit), ("county", all_of_them)):
                yield _written(folder / f"report-analysis-{what}-{of}.txt", told.analysis(units, span, today))
        for of, units in (("unit", unit), ("county", all_of_them)):
            yield _written(folder / f"report-annual-{of}.txt", told.annual(units, YEAR))
        database.close()


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


if __name__ == "__main__":
    where = Path(sys.argv[1])
    where.mkdir(parents=True, exist_ok=True)
    for one in write(where, int(sys.argv[2]) if len(sys.argv) > 2 else 3_000):
        print(one)
