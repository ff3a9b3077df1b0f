"""救济: review, suit and complaint, their results, and handling again (条例 47, 51)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from workflow.acts.fields import Act, Day, Days, Line, Requested, Seq, Text, at_entry, at_field

REMEDY_TYPES: Mapping[str, str] = {"reconsideration": "行政复议", "litigation": "行政诉讼", "complaint": "投诉举报"}
AGAINST: Mapping[str, str] = {"reply": "对答复、处理不服", "inaction": "逾期没有答复"}
INSTANCES: Mapping[str, str] = {"first": "一审", "second": "二审", "retrial": "再审"}


class Remedy(Act):
    """行政复议、行政诉讼、投诉举报 (条例 47(2), 51): somebody challenges what was done, or that nothing was done.

    What was brought is put down, whether it is admitted or not (READINGS R-remedies, R-inaction, R-instances).
    """

    title: ClassVar[str] = "复议、诉讼"
    articles: ClassVar[tuple[str, ...]] = ("条例 51",)

    kind: Literal["remedy"] = "remedy"
    type: Annotated[Literal["reconsideration", "litigation", "complaint"], Field(title="种类")]
    body: Annotated[Line, Field(title="复议机关、法院或者受理投诉的机关")]
    against: Annotated[Literal["reply", "inaction"], Field(title="针对什么")] = "reply"
    after_reconsideration: Annotated[bool, Field(strict=True, title="经过复议后起诉")] = False
    instance: Annotated[Literal["first", "second", "retrial"], Field(title="审级")] = "first"
    continues: Annotated[Seq | None, Field(title="接续哪一件诉讼", description="二审、再审填写")] = None
    case_number: Annotated[Line | None, Field(title="案号")] = None
    claim: Annotated[Text | None, Field(title="请求")] = None

    @at_entry
    def _instances_of_a_suit(self) -> Self:
        if self.instance != "first" and self.type != "litigation":
            raise at_field("instance", "只有诉讼才分审级，请留空")
        if self.instance != "first" and self.continues is None:
            raise at_field("continues", "二审、再审的，请填写接续哪一件诉讼")
        if self.instance == "first" and self.continues is not None:
            raise at_field("continues", "只有二审、再审才填写接续哪一件诉讼")
        return self


class RemedyResult(Act):
    """复议、诉讼结果 (条例 51; annual report, table 4): what was decided, when it arrived, what it orders (READINGS R-reopening)."""

    title: ClassVar[str] = "复议、诉讼结果"
    articles: ClassVar[tuple[str, ...]] = ("条例 51",)

    kind: Literal["remedy_result"] = "remedy_result"
    remedy: Annotated[Seq, Field(title="哪一件复议、诉讼")]
    result: Annotated[Literal["upheld", "corrected", "other"], Field(title="结果")]
    received_on: Annotated[Day | None, Field(title="收到决定书、判决书的日期", description="不填的，为上面的日期")] = None
    orders_rehandling: Annotated[bool, Field(strict=True, title="责令答复、重新处理")] = False
    until: Annotated[Day | None, Field(title="责令的期限（日期）")] = None
    within: Annotated[Days | None, Field(title="责令的期限（自收到之日起的工作日）")] = None
    text: Annotated[Text | None, Field(title="结果摘要")] = None

    @property
    def arrived_on(self) -> Day:
        """The day on which the decision arrived: what an order runs from."""
        return self.received_on or self.on


DECISIONS: Mapping[str, str] = {"reconsideration": "行政复议决定", "litigation": "判决", "complaint": "处理决定"}
"""What each ends with, as sentences call it."""
REMEDY_RESULTS: Mapping[str, str] = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果"}
REOPENING_BASES: Mapping[str, str] = {"ordered": "复议、诉讼责令", "own_motion": "本机关自行纠正", "excused_delay": "逾期有正当理由"}
REPLACEMENTS: Mapping[str, str] = {"revoke": "撤销原答复", "supplement": "补充原答复", "correct": "更正原答复"}


class Reopening(Requested):
    """重新处理: ordered by a remedy, of the agency's own motion, or for a delay that is excused (READINGS R-own-motion, R-excused)."""

    title: ClassVar[str] = "重新处理"
    articles: ClassVar[tuple[str, ...]] = ("条例 51",)

    kind: Literal["reopening"] = "reopening"
    basis: Annotated[Literal["ordered", "own_motion", "excused_delay"], Field(title="重新处理的根据")] = "ordered"
    remedy: Annotated[Seq | None, Field(title="依据哪一件复议、诉讼", description="责令重新处理的填写")] = None
    replaces: Annotated[
        Literal["revoke", "supplement", "correct"] | None,
        Field(title="原答复怎样处理", description="本机关自行纠正的填写"),
    ] = None
    until: Annotated[Day | None, Field(title="重新答复的期限", description="决定书、判决书定有期限的填写")] = None
    reason: Annotated[Text | None, Field(title="说明")] = None

    @at_entry
    def _by_its_basis(self) -> Self:
        if self.basis == "ordered" and self.remedy is None:
            raise at_field("remedy", "没有填写，请补上")
        if self.basis != "ordered" and self.remedy is not None:
            raise at_field("remedy", "只有责令重新处理的才填写依据哪一件复议、诉讼")
        if self.basis != "ordered" and self.until is not None:
            raise at_field("until", "只有责令重新处理的才填写期限")
        if self.basis == "own_motion" and self.replaces is None:
            raise at_field("replaces", "自行纠正的，请写明原答复是撤销、补充还是更正")
        if self.basis != "own_motion" and self.replaces is not None:
            raise at_field("replaces", "只有自行纠正的才填写原答复怎样处理")
        if self.basis != "ordered" and self.reason is None:
            raise at_field("reason", "请写明理由")
        return self
