"""救济: review and suit, their results, and handling again (条例 51)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from workflow.acts.fields import Act, Day, Line, Seq, Text


class Remedy(Act):
    """行政复议、行政诉讼 (条例 51): the applicant or a third party challenges what was done."""

    title: ClassVar[str] = "复议、诉讼"
    articles: ClassVar[tuple[str, ...]] = ("条例 51",)

    kind: Literal["remedy"] = "remedy"
    type: Annotated[Literal["reconsideration", "litigation"], Field(title="种类")]
    body: Annotated[Line, Field(title="复议机关或者法院")]
    after_reconsideration: Annotated[bool, Field(strict=True, title="经过复议后起诉")] = False
    case_number: Annotated[Line | None, Field(title="案号")] = None
    claim: Annotated[Text | None, Field(title="请求")] = None


class RemedyResult(Act):
    """复议、诉讼结果 (条例 51; annual report, table 4)."""

    title: ClassVar[str] = "复议、诉讼结果"
    articles: ClassVar[tuple[str, ...]] = ("条例 51",)

    kind: Literal["remedy_result"] = "remedy_result"
    remedy: Annotated[Seq, Field(title="哪一件复议、诉讼")]
    result: Annotated[Literal["upheld", "corrected", "other"], Field(title="结果")]
    orders_rehandling: Annotated[bool, Field(strict=True, title="责令重新处理")] = False
    until: Annotated[Day | None, Field(title="责令的期限")] = None
    text: Annotated[Text | None, Field(title="结果摘要")] = None


REMEDY_RESULTS: Mapping[str, str] = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果"}


class Reopening(Act):
    """重新处理: ordered by a remedy; the file is handled again."""

    title: ClassVar[str] = "重新处理"
    articles: ClassVar[tuple[str, ...]] = ("条例 51",)

    kind: Literal["reopening"] = "reopening"
    remedy: Annotated[Seq, Field(title="依据哪一件复议、诉讼")]
    until: Annotated[Day | None, Field(title="重新答复的期限", description="决定书、判决书定有期限的填写")] = None
    reason: Annotated[Text | None, Field(title="说明")] = None
