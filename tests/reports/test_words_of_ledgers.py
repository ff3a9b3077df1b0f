"""What stands in ledgers as people write it: what is certain is known, what may mean several things is asked, nothing is guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from db import ledger
from db.ledger.words import likely_column
from tests.reports.ledgers import _pairs
from workflow.law import load_rules

WORDS = ledger.read(Path(__file__), load_rules(), date(2026, 11, 24)).words

# As it is written, and what it means; ? is what only the office can say.
OUTCOMES = _pairs(
    """
    予以公开=disclosed 全部公开=disclosed 同意公开=disclosed 依法予以公开=disclosed 给予提供=disclosed 予以公开（复印件）=disclosed
    公开（纸质）=disclosed 依申请公开-公开=disclosed 主动公开=already_public 已主动公开=already_public 告知获取途径=already_public
    已公开告知途径=already_public 属于主动公开范围=already_public 部分公开=partial 部分同意=partial 部分公开（含个人隐私）=partial
    部分公开，部分不存在=partial 不予公开（国家秘密）=state_secret 涉密不予公开=state_secret 不予公开（三安全一稳定）=security_stability
    不予公开（第三方）=third_party 不予公开（商业秘密）=third_party 不予公开：个人隐私=third_party 第三方不同意=third_party
    不予公开（内部事务）=internal_affairs 不予公开—内部管理信息=internal_affairs 不予公开（过程性信息）=deliberative
    不予公开--行政执法案卷=enforcement_file 不予公开（行政查询）=special_inquiry 属于工商查询=special_inquiry 不动产登记查询=special_inquiry
    不予公开（法律禁止）=forbidden_by_law 信息不存在=not_existing 不存在=not_existing 本机关不掌握=not_existing 未找到=not_existing
    查无此信息=not_existing 经检索未找到=not_existing 无法提供（不存在）=not_existing 告知不存在=not_existing 没有找到=not_existing
    未制作=not_existing 非本机关职责=not_responsible 不属于本机关公开=not_responsible 不属本机关=not_responsible
    不属于我单位职责=not_responsible 告知向其他机关申请=not_responsible 非本机关信息=not_responsible
    无法提供（需另行制作）=needs_processing 无现成信息需加工=needs_processing 没有现成=needs_processing
    补正后仍不明确=unclear_after_correction 无法提供（补正不明确）=unclear_after_correction 信访=petition 信访举报投诉=petition
    投诉举报=petition 告知信访渠道=petition 不予处理（信访）=petition 重复申请=repeated 不予处理（重复申请）=repeated 不再重复处理=repeated
    公开出版物=publication 政府公报=publication 大量反复申请=excessive 要求确认=reissue 逾期未补正=abandoned_correction
    逾期不补正视为放弃=abandoned_correction 未按要求补正=abandoned_correction 其他处理（逾期未补正）=abandoned_correction
    逾期未缴费=abandoned_payment 缴费逾期=abandoned_payment 撤回=withdrawn 撤回申请=withdrawn 申请人主动撤销=withdrawn
    沟通后撤回=withdrawn 其他处理（撤回）=withdrawn 其他=other 其他处理=other 正在办理=unfinished 结转下年度=unfinished
    终止办理=? 终止=? 不予公开=? 无法提供=? 不予处理=? 已答复=? 办结=? 书面答复=? 转办=? 移交=? 咨询=? 视为放弃=? 放弃=? 同意=? 拒绝=?
    不予受理=? 非政府信息公开申请=? 党务信息=? 补正=? 延期=? 不属于公开范围=? 依申请公开-不公开=? 内部资料=?
    """
)
CHANNELS = _pairs(
    """
    网上=online 网上申请=online 网络=online 门户网站=online 省平台=online 政务服务网=online 依申请公开系统=online 电子邮件=online
    邮箱=online E-mail=online 公众号=online 在线平台=online 网上平台（省）=online 网上-邮箱=online 当面=in_person 当面申请=in_person
    现场提交=in_person 窗口=in_person 来访=in_person 上门=in_person 政务服务中心窗口=in_person 查阅点=in_person 专人送达=in_person
    EMS=ems_signed 特快专递=ems_signed 挂号信=ems_signed 快递=ems_signed 邮寄（EMS）=ems_signed 邮寄-挂号信=ems_signed 平信=ordinary_mail
    普通信件=ordinary_mail 传真=fax 口头=oral
    邮寄=? 来信=? 信函=? 信件=? 邮件=? 信函邮寄=? 邮寄/EMS=? 书面=? 线下=? 信箱=? 县长信箱=? 电话=? 市局转办=? 其他=? 网上+邮寄=?
    """
)
CATEGORIES = _pairs(
    """
    公民=natural_person 个人=natural_person 自然人=natural_person 个人/公民=natural_person 居民=natural_person 农民=natural_person
    公民（代理律师）=natural_person 企业=commercial_enterprise 公司=commercial_enterprise 企业法人=commercial_enterprise
    民企=commercial_enterprise 法人（企业）=commercial_enterprise 法人-企业=commercial_enterprise
    法人或其他组织（商业企业）=commercial_enterprise 科研机构=research_institution 科研=research_institution
    公益组织=public_interest_organisation 律所=legal_service_organisation 法律服务=legal_service_organisation
    其他组织=other_organisation 村委会=other_organisation 业主委员会=other_organisation 行政机关=other_organisation
    法人=? 法人/其他组织=? 法人或其他组织=? 法人和其他组织=? 组织=? 单位=? 事业单位=? 法人（事业单位）=? 个体工商户=? 个体户=? 社会组织=?
    律师=? 高校=? 合作社=? 民办非企业=? 工会=?
    """
)


@pytest.mark.parametrize(
    ("column", "words", "least"), [("outcome", OUTCOMES, 95), ("channel", CHANNELS, 47), ("applicant_category", CATEGORIES, 35)]
)  # fmt: skip
def test_what_is_certain_is_known_and_what_is_not_is_asked(column: str, words: list[tuple[str, str]], least: int) -> None:
    assert len(words) >= least
    wrong = {word: found for word, key in words if (found := WORDS.key(column, word)) != (None if key == "?" else key)}
    proposed = {word: likely for word, key in words if wrong.get(word, "") is None and key in (likely := WORDS.likely(column, word))}
    assert {word: found for word, found in wrong.items() if word not in proposed} == {}, "a proposal is as good, a guess is not"
    assert len(proposed) <= len(words) * 0.05


@pytest.mark.parametrize(
    "heading",
    [
        "应答复时间", "法定答复期限", "办理时限", "到期日", "延期后答复日期", "补正告知", "第三方反馈", "恢复计时", "信息获取方式", "EMS单号",
        "联系电话", "身份证号", "承办科室", "备注",
    ],
)  # fmt: skip
def test_a_heading_that_is_another_thing_is_proposed_for_nothing(heading: str) -> None:
    """A due date taken for the day of the reply, or a day of correction for that of receipt, would make every figure wrong."""
    assert likely_column(heading) is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("EMS签收2024-3-2", "2024-03-02"), ("EMS：2024.3.2", "2024-03-02"), ("签收日期：2024.3.2", "2024-03-02"), ("2024.3.2 EMS", "2024-03-02"),
        ("2024-3-2收", "2024-03-02"), ("2024年3月2日签收EMS", "2024-03-02"), ("2024.3.2书面答复", "2024-03-02"), ("2024,3,2", "2024-03-02"),
        ("2024·3·2", "2024-03-02"), ("2024‑3‑2", "2024-03-02"), ("2024.3.2；", "2024-03-02"), ("2024-03-02T08:30:00+08:00", "2024-03-02"),
        ("2024-3-2 9:30 上午", "2024-03-02"), ("'24.3.2", "2024-03-02"),
        ("2024.3.2邮寄", None), ("3月2日", None), ("2024.3.2（补正后）", None), ("2024.3", None),
        ("ems" + " " * 190 + "x", None), ("(" * 30000, None),
    ],
)  # fmt: skip
def test_what_stands_beside_a_date_does_not_hide_it_where_it_is_certain(typed: str, day: str | None) -> None:
    if day is None:
        with pytest.raises(ValueError, match=r"日期|哪一天"):
            ledger.read_date(typed)
    else:
        assert ledger.read_date(typed) == date.fromisoformat(day)
