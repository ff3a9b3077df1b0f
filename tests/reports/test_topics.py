"""Proposing a topic from the words of a request: how often it is right, on requests that no rule was written for."""

from __future__ import annotations

from datetime import date

from api.cli.demo import _WANTED
from workflow.law import load_rules
from workflow.statistics import proposed_topic

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
