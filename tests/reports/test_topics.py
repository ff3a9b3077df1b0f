"""Proposing a topic from the words of a request: how often it is right, on requests that no rule was written for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
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
from db.leases import Leases
from tests.reports.test_counting import kept
from workflow.law import Topic, load_rules
from workflow.topics import LEAST, Learned, learned_from, proposed_topic

TOPICS = load_rules().on(date(2026, 11, 24)).topics
TITLES = {topic.key: topic.title for topic in TOPICS}
REQUESTS = (
    ("本人房屋被拆迁的安置协议和评估报告", "征地拆迁"),
    ("某村2023年征地的批复文件、勘测定界图和补偿款发放表", "征地拆迁"),
    ("宅基地审批登记表", "农村土地和宅基地"),
    ("某组二轮土地承包合同和确权登记的公示表", "农村土地和宅基地"),
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
    ("某小区房屋的首次登记和抵押登记信息", "不动产登记"),
    ("医疗纠纷的调查结论", "医疗卫生"),
    ("村卫生室的乡村医生名单", "医疗卫生"),
    ("化工厂的环评批复和排污许可证", "生态环境"),
    ("建筑工地夜间噪声监测数据", "生态环境"),
    ("县政府2025年度部门预算和三公经费", "财政资金"),
    ("惠农补贴资金的拨付明细", "财政资金"),
    ("道路照明工程的招标文件和中标通知书", "招标采购"),
    ("政府采购办公设备的合同", "招标采购"),
    ("对某饭店作出的行政处罚决定书", "执法监管"),
    ("市场监管执法检查记录", "执法监管"),
    ("接处警记录和伤情鉴定意见", "公安户籍"),
    ("户口迁移的审批材料", "公安户籍"),
    ("种粮补贴和农机购置补贴的发放清册", "农业农村"),
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


HALF = tuple(replace(topic, words=topic.words[::2], hints=topic.hints[::2]) for topic in TOPICS)
"""Topics that know half of the words: what people of an office write, and no list of words foresaw."""


def share_of(name: str, model: Learned | None = None, topics: Sequence[Topic] = TOPICS) -> float:
    """How often the words, or the words and what was learned, are right on the requests of a file."""
    asked = told(name)
    return sum((model.propose(text, topics) if model else proposed_topic(text, topics)) == topic for text, topic in asked) / len(asked)


def test_three_in_four_are_right_on_requests_that_nobody_tuned_to(record_property: Callable[[str, object], None]) -> None:
    """Of 220 the words propose 169 rightly (77 %), with 220 confirmed requests 171 (78 %)."""
    model = learned_from(told("confirmed"), TOPICS)
    assert model.is_used
    words, learned = share_of("unseen"), share_of("unseen", model)
    record_property("right", f"words {words:.1%}, learned {learned:.1%} of 220 that nobody tuned to")
    assert learned >= words >= 0.75


def test_what_people_confirmed_makes_up_for_words_that_are_not_there(record_property: Callable[[str, object], None]) -> None:
    """Of 220 half of the words propose 145 rightly (66 %), with 220 confirmed requests 155 (70 %), with 408 of them 166 (75 %)."""
    reached = [share_of("unseen", None, HALF)]
    for confirmed in (told("confirmed"), told("confirmed") + told("earlier")):
        model = learned_from(confirmed, HALF)
        assert model.is_used
        reached.append(share_of("unseen", model, HALF))
    record_property("right", "half of the words {:.1%}, with 220 confirmed {:.1%}, with 408 {:.1%}".format(*reached))
    assert reached == sorted(reached) and reached[2] - reached[0] >= 0.05


def test_what_the_words_were_mended_with_stays_right() -> None:
    assert share_of("confirmed") >= 0.9 and share_of("earlier") >= 0.93


@pytest.mark.parametrize(
    ("text", "topic", "why"),
    [
        ("某学校食堂的承包招标文件", "procurement", "the document asked for stands last"),
        ("招标文件里写的学校食堂", "jobs_schooling", "so does the matter"),
        ("农村土地承包经营权登记簿", "rural_land", "what stands within a longer word does not count"),
        ("土地土地土地，规划图", "planning", "a word counts once, and a hint a quarter"),
        ("关于天地的文件", None, "nothing speaks for anything"),
    ],
)
def test_what_is_asked_for_counts_by_its_longest_words_and_the_last_of_equals(text: str, topic: str | None, why: str) -> None:
    assert proposed_topic(text, TOPICS) == topic, why


def test_words_of_a_line_are_told_apart_and_hints_may_be_left_out(tmp_path: Path) -> None:
    said = "2019-05-15: {words: [甲乙、丙丁, 戊], cite: 条例 44, reading: R-topics}"
    (tmp_path / "topics.yaml").write_text(f"own:\n  title: 自定\n  values:\n    {said}\n", "utf-8")
    assert load_rules(tmp_path).on(date(2026, 11, 24)).topics == (*TOPICS, Topic("own", "自定", ("甲乙", "丙丁", "戊")))


def test_of_few_nothing_is_learned_and_what_is_worse_than_the_words_is_not_used() -> None:
    few = learned_from(told("confirmed")[: LEAST - 1], TOPICS)
    assert not few.is_used
    wild = [(text, TOPICS[at % len(TOPICS)].key) for at, (text, _) in enumerate(told("confirmed"))]
    assert learned_from(wild, TOPICS).model_right <= 40
    model = learned_from(told("confirmed"), TOPICS)
    worse = replace(model, words_right=150, model_right=149, requests={"land": 200}, runs={"福里": {"land": 200}})
    assert not worse.is_used and worse.propose("万福里甲三", TOPICS) is None
    assert replace(worse, model_right=150).propose("万福里甲三", TOPICS) == "land", "where it is as good, it is used"
    assert replace(worse, model_right=150).propose("三里屯", TOPICS) is None, "it knows nothing of that"


def test_the_same_requests_teach_the_same_in_whatever_order() -> None:
    confirmed = told("confirmed")
    assert learned_from(confirmed, TOPICS) == learned_from(confirmed[::-1], TOPICS)


def test_what_was_learned_beside_other_words_is_not_used() -> None:
    model = learned_from(told("confirmed"), HALF)
    assert model.is_used and model.fits(HALF) and not model.fits(TOPICS)
    assert [model.propose(text, TOPICS) for text, _ in told("unseen")] == [proposed_topic(text, TOPICS) for text, _ in told("unseen")]


def test_a_topic_that_the_rules_no_longer_have_is_not_proposed() -> None:
    model = replace(learned_from(told("confirmed"), TOPICS), requests={"gone": 200}, runs={"道路": {"gone": 200}}, weight=1)
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
    """Each on a day of its own, the latest first: they are read in this order."""
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
        assert learning.known(session, unit) == model
        assert learning.proposed(session, unit, "中山路历史建筑保护名录") == model.propose("中山路历史建筑保护名录", TOPICS)
        assert learning.proposed(session, "nobody", "城区道路改造") == proposed_topic("城区道路改造", TOPICS)


def test_what_nobody_checked_on_the_page_is_learned_once_a_day_and_beside_the_words_in_force(database: Database) -> None:
    unit = f"m{next(NEXT)}"
    kept(database, unit, requests(told("confirmed")))
    now, law = [datetime(2026, 11, 28, 1, tzinfo=UTC)], [load_rules().on(date(2026, 11, 28))]
    learning = Learning(database, lambda: law[0], lambda: now[0])

    def learned_on_looking(later: timedelta) -> datetime | None:
        now[0] += later
        learning.look(Leases(database))
        learning.wait()
        with database.read() as session:
            model = learned_topics.learned(session, unit)
            assert model is not None and model.fits(law[0].topics)
            return session.execute(select(learned_topics.MODEL.c.at).where(learned_topics.MODEL.c.agency == unit)).scalar()

    first = now[0]
    assert learned_on_looking(timedelta()) == first
    assert learned_on_looking(timedelta(minutes=30)) == first, "it looks once an hour"
    assert learned_on_looking(timedelta(hours=2)) == first, "nobody learns twice a day"
    law[0] = replace(law[0], topics=HALF)
    with database.read() as session:
        assert learning.known(session, unit) is None, "it was tried beside other words"
    assert learned_on_looking(timedelta(hours=1)) == now[0]
    assert learned_on_looking(timedelta(days=1, hours=1)) == now[0]


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
