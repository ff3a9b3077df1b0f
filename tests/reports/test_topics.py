"""Proposing a topic from the words of a request: how often it is right, on requests that no rule was written for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select, update

from api.cli.demo import _WANTED
from api.office.learning import Learning
from db import learned_topics
from db.engine import Database
from db.learned_topics import CASE, DOCKET
from tests.reports.test_counting import kept
from workflow.law import Topic, load_rules
from workflow.statistics import proposed_topic
from workflow.topics import LEAST, Learned, learned_from

TOPICS = load_rules().on(date(2026, 11, 24)).topics
TITLES = {topic.key: topic.title for topic in TOPICS}
REQUESTS = (
    ("本人房屋被拆迁的安置协议和评估报告", "征地拆迁"),
    ("某村2023年征地的批复文件、勘测定界图和补偿款发放表", "征地拆迁"),
    ("宅基地审批登记表", "征地拆迁"),
    ("棚改项目的房屋征收决定", "征地拆迁"),
    ("县第一中学2025年招生计划和录取分数线", "就业就学"),
    ("小学学区划分的依据", "就业就学"),
    ("2024年公开招聘教师体检人员名单", "就业就学"),
    ("失业人员培训机构名单", "就业就学"),
    ("本村低保户名单及发放标准", "社会保障"),
    ("企业职工养老保险缴费基数的文件", "社会保障"),
    ("工伤认定的程序和结果", "社会保障"),
    ("某地块的控规图和规划条件", "规划建设"),
    ("住宅楼建设工程施工许可证", "规划建设"),
    ("化工厂的环评批复和排污许可证", "生态环境"),
    ("建筑工地夜间噪声监测数据", "生态环境"),
    ("县政府2025年度部门预算和三公经费", "财政资金"),
    ("惠农补贴资金的拨付明细", "财政资金"),
    ("道路照明工程的招标文件和中标通知书", "招标采购"),
    ("政府采购办公设备的合同", "招标采购"),
    ("对某饭店作出的行政处罚决定书", "执法监管"),
    ("市场监管执法检查记录", "执法监管"),
    ("耕地保护责任书和粮食种植面积", "农业农村"),
    ("村务公开制度和村集体账目", "农业农村"),
    ("公交线路调整方案", "交通与公用事业"),
    ("小区供暖收费标准", "交通与公用事业"),
    ("公务员考录成绩和职称评审结果", "机构人事"),
    ("今年的天气情况", None),
)


def right(requests: tuple[tuple[str, str | None], ...]) -> float:
    return sum(TITLES.get(proposed_topic(text, TOPICS) or "") == topic for text, topic in requests) / len(requests)


def test_nine_in_ten_proposals_are_right_on_requests_of_every_topic() -> None:
    assert {topic for _, topic in REQUESTS if topic} == set(TITLES.values()) - {"其他"}
    assert right(REQUESTS) >= 0.9, [(text, TITLES.get(proposed_topic(text, TOPICS) or ""), topic) for text, topic in REQUESTS]


def test_the_sample_office_confirms_what_a_person_would() -> None:
    assert right(tuple(one for asked in _WANTED.values() for one in asked)) >= 0.9


# ---------------------------------------------------------------- what is learned

NEXT = count(1)


def told(name: str) -> list[tuple[str, str]]:
    """(request, topic) of a file beside the tests of the law."""
    path = Path(__file__).parents[1] / "workflow" / "topics" / f"{name}.txt"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [(text, topic) for topic, _, text in (line.partition(" ") for line in lines)]


def share_of(model: Learned | None) -> float:
    """How often the words, or the words and what was learned, are right on requests that nobody tuned to."""
    unseen = told("unseen")
    return sum((model.propose(text, TOPICS) if model else proposed_topic(text, TOPICS)) == topic for text, topic in unseen) / len(unseen)


def test_what_people_confirmed_makes_proposals_better_on_requests_that_nobody_tuned_to() -> None:
    """Of 69 the words propose 49 rightly (71 %), with 119 confirmed requests of other texts 55 (80 %)."""
    model = learned_from(told("confirmed"), TOPICS)
    assert model.is_used
    assert share_of(None) >= 0.7
    assert share_of(model) >= 0.75 > share_of(None)


def test_of_few_nothing_is_learned_and_what_is_worse_than_the_words_is_not_used() -> None:
    few = learned_from(told("confirmed")[: LEAST - 1], TOPICS)
    assert not few.is_used
    confirmed = [(text, proposed_topic(text, TOPICS) or "other") for text, _ in told("confirmed")]  # the words are always right
    wild = [(text, TOPICS[at % len(TOPICS)].key) for at, (text, _) in enumerate(told("confirmed"))]
    assert learned_from(confirmed, TOPICS).words_right >= 110
    worse = Learned(200, 150, 149, {"land": 200}, {"\u9053\u8def": {"land": 200}})
    assert not worse.is_used and worse.propose("城区道路改造", TOPICS) == proposed_topic("城区道路改造", TOPICS) != "land"
    assert learned_from(wild, TOPICS).model_right <= 40


def test_a_topic_that_the_rules_no_longer_have_is_not_proposed() -> None:
    model = Learned(200, 0, 200, {"gone": 200}, {"道路": {"gone": 200}})
    assert model.propose("城区道路改造", TOPICS) == proposed_topic("城区道路改造", TOPICS)


def test_what_is_learned_is_kept_for_its_unit_with_its_score(database: Database) -> None:
    unit, other = f"m{next(NEXT)}", f"m{next(NEXT)}"
    model = learned_from(told("confirmed"), TOPICS)
    for _ in range(2):
        database.write(lambda session: learned_topics.keep(session, unit, model, datetime(2026, 11, 28, tzinfo=UTC), 0))
    with database.read() as session:
        there = learned_topics.learned(session, unit)
        assert learned_topics.learned(session, other) is None
    assert there == model


def requests(texts: list[tuple[str, str]]) -> list[list[dict[str, object]]]:
    """Each on a day of its own, the latest first, so that they are read in this order: how often what was learned is right hangs on it."""
    one = {"kind": "registration", "channel": "in_person", "applicant": {"name": "样例"}}
    first = date(2026, 3, 2)
    return [[{**one, "received_on": first - timedelta(n), "wanted": text, "topic": topic}] for n, (text, topic) in enumerate(texts)]


def test_what_the_unit_confirmed_is_learned_in_the_background(database: Database) -> None:
    unit = f"m{next(NEXT)}"
    acts = requests(told("confirmed"))
    kept(database, unit, acts)
    learning = Learning(database, lambda: load_rules().on(date(2026, 11, 28)), lambda: datetime(2026, 11, 28, tzinfo=UTC))
    learning.soon(unit)
    learning.close()
    with database.read() as session:
        model = learned_topics.learned(session, unit)
        assert model is not None and model.confirmed == len(acts) and model.is_used
        assert learning.proposed(session, unit, "中山路历史建筑保护名录") == model.propose("中山路历史建筑保护名录", TOPICS)
        assert learning.proposed(session, "nobody", "城区道路改造") == proposed_topic("城区道路改造", TOPICS)


def test_a_file_that_is_erased_while_its_unit_learns_teaches_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    unit, calls = f"m{next(NEXT)}", list[int]()
    kept(database, unit, requests(told("confirmed")))
    mine = select(DOCKET.c.case_id).where(DOCKET.c.agency == unit).limit(1).scalar_subquery()
    at = datetime(2026, 11, 28, tzinfo=UTC)

    def meanwhile(texts: list[tuple[str, str]], topics: tuple[Topic, ...]) -> Learned:
        calls.append(len(texts))
        if len(calls) == 1:
            database.write(lambda session: session.execute(update(CASE).where(CASE.c.id == mine).values(erased_at=at)))
        return learned_from(texts, topics)

    monkeypatch.setattr("api.office.learning.learned_from", meanwhile)
    model = Learning(database, lambda: load_rules().on(date(2026, 11, 28)), lambda: at).now(unit)
    assert calls == [len(told("confirmed")), len(told("confirmed")) - 1]
    with database.read() as session:
        assert learned_topics.learned(session, unit) == model
