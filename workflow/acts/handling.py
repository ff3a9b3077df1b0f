"""办理: searching, asking for reasons, consulting, and the two ways of a later reply (条例 32-36)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from workflow.acts.fields import (
    Act,
    AgencyDated,
    Day,
    Days,
    Ident,
    Line,
    Record,
    Seq,
    Text,
    at_entry,
    at_field,
    personal,
)


class Search(Act):
    """检索记录 (条例 36(四)): where it was looked for, how, and what was found."""

    title: ClassVar[str] = "检索记录"
    articles: ClassVar[tuple[str, ...]] = ("条例 36(四)",)

    kind: Literal["search"] = "search"
    places: Annotated[tuple[Line, ...], Field(title="检索范围", min_length=1, max_length=50)]
    method: Annotated[Text, Field(title="检索方式、检索词")]
    result: Annotated[Literal["found", "partly_found", "not_found", "already_public"], Field(title="检索结果")]
    items: Annotated[tuple[Seq, ...], Field(title="涉及的申请事项", description="不填的，为全部事项", max_length=50)] = ()
    text: Annotated[Text | None, Field(title="检索情况")] = None


class ReasonsNotice(AgencyDated):
    """说明理由告知 (条例 35): number or frequency clearly beyond reasonable; the applicant is asked why."""

    title: ClassVar[str] = "说明理由告知"
    articles: ClassVar[tuple[str, ...]] = ("条例 35",)

    kind: Literal["reasons_notice"] = "reasons_notice"
    facts: Annotated[Text, Field(title="申请数量、频次的事实")]
    days: Annotated[Days | None, Field(title="说明理由的期限（工作日）", description="不填的，按规则中的默认期限")] = None


class Reasons(Act):
    """申请人说明理由 (条例 35): what the applicant says, and whether the office finds it reasonable."""

    title: ClassVar[str] = "申请人说明理由"
    articles: ClassVar[tuple[str, ...]] = ("条例 35",)

    kind: Literal["reasons"] = "reasons"
    text: Annotated[Text, Field(title="申请人的理由")]
    reasonable: Annotated[bool, Field(strict=True, title="理由是否合理")]
    assessment: Annotated[Text | None, Field(title="认定的依据")] = None


class Party(Record):
    """被征求意见的一方: a third party, another agency, or an office of the same agency."""

    name: Annotated[Line, personal(title="名称")]
    contact: Annotated[Line | None, personal(title="联系人、联系电话")] = None
    address: Annotated[Line | None, personal(title="通讯地址")] = None
    is_person: Annotated[bool, Field(strict=True, title="是自然人")] = False


class Shown(Record):
    """对方看到的内容: the free text of a consultation as those who are consulted see it, in the version that the handler has looked at."""

    question: Annotated[Text, Field(title="征求意见的内容")]
    items: Annotated[tuple[Text, ...], Field(title="申请的信息", description="在系统内答复的填写，逐项与所涉及的申请事项对应", max_length=50)] = ()
    materials: Annotated[
        tuple[Line, ...], Field(title="材料的名称", description="在系统内答复的填写，逐份与提供的材料对应", max_length=20)
    ] = ()
    meant: Annotated[bool, Field(strict=True, title="没有遮盖的个人信息，是需要对方知道的")] = False


class Consultation(Act):
    """征求意见、会商 (条例 32, 33(3), 34): four kinds, each with its own limit and its own meaning of silence."""

    title: ClassVar[str] = "征求意见、会商"
    articles: ClassVar[tuple[str, ...]] = ("条例 32", "条例 33(3)", "条例 34")

    kind: Literal["consultation"] = "consultation"
    type: Annotated[Literal["third_party", "joint_agency", "other_agency", "internal"], Field(title="种类")]
    party: Annotated[Party, Field(title="征求哪一方的意见")]
    agency: Annotated[Line | None, Field(title="被征求单位代码", description="该单位也使用本系统的，填其代码，由其在系统内答复")] = None
    to: Annotated[Line | None, Field(title="会商的人员", description="内部会商请本单位某位人员答复的，填其用户名，由其在系统内答复")] = None
    question: Annotated[Text, Field(title="征求意见的内容")]
    items: Annotated[tuple[Seq, ...], Field(title="涉及的申请事项", description="不填的，为全部事项", max_length=50)] = ()
    materials: Annotated[
        tuple[Ident, ...],
        Field(title="提供的材料", description="选定的附件，在系统内答复的一方可以查看；其他附件看不到", max_length=20),
    ] = ()
    days: Annotated[
        Days | None,
        Field(title="答复期限（工作日）", description="第三方、共同制作机关的期限由条例规定，不另填"),
    ] = None
    shown: Annotated[
        Shown | None,
        Field(title="对方看到的内容", description="承办人看过的一版；不填的，个人号码和当事人的姓名、地址自动遮盖。内部会商不填"),
    ] = None


CONSULTATION_TYPES: Mapping[str, str] = {
    "third_party": "征求第三方意见",
    "joint_agency": "征求共同制作机关意见",
    "other_agency": "征求其他机关意见",
    "internal": "内部会商",
}


class Opinion(Act):
    """意见 (条例 32, 34): what the consulted party answered, `on` = the day it was received."""

    title: ClassVar[str] = "收到意见"
    articles: ClassVar[tuple[str, ...]] = ("条例 32", "条例 34")

    kind: Literal["opinion"] = "opinion"
    consultation: Annotated[Seq, Field(title="哪一次征求意见")]
    stance: Annotated[Literal["consent", "object", "partial", "neutral", "declined"], Field(title="意见")]
    text: Annotated[Text, Field(title="意见全文")]
    reasonable: Annotated[bool | None, Field(strict=True, title="反对的理由是否合理")] = None
    co_issues: Annotated[
        bool,
        Field(strict=True, title="同意联合答复", description="被征求的单位同意以本单位名义联合答复、在答复书上署名用印的，由其负责人填写"),
    ] = False


STANCES: Mapping[str, str] = {
    "consent": "同意公开",
    "partial": "部分公开",
    "object": "不同意公开",
    "neutral": "其他意见",
    "declined": "不属于职责，退回",
}


class Silence(Act):
    """逾期未提出意见 (条例 32, 34): for a joint maker it is consent, for a third party it is not."""

    title: ClassVar[str] = "逾期未提出意见"
    articles: ClassVar[tuple[str, ...]] = ("条例 32", "条例 34")

    kind: Literal["silence"] = "silence"
    consultation: Annotated[Seq, Field(title="哪一次征求意见")]
    unreachable: Annotated[
        bool, Field(strict=True, title="无法联系", description="各次送达都被退回，没有其他地址和联系方式的")
    ] = False
    efforts: Annotated[Text | None, Field(title="联系的经过", description="无法联系的，写明试过的地址和办法")] = None

    @at_entry
    def _with_its_course(self) -> Self:
        if self.unreachable and self.efforts is None:
            raise at_field("efforts", "认定无法联系的，请写明试过的地址和办法")
        return self


SECRECY_RESULTS: Mapping[str, str] = {
    "may_disclose": "可以公开",
    "part": "部分可以公开",
    "must_not": "不得公开",
}


class SecrecyReview(Act):
    """保密审查 (条例 17): before something is given out, a named person has examined it (READINGS R-secrecy)."""

    title: ClassVar[str] = "保密审查"
    articles: ClassVar[tuple[str, ...]] = ("条例 17",)

    kind: Literal["secrecy_review"] = "secrecy_review"
    items: Annotated[tuple[Seq, ...], Field(title="审查的申请事项", description="不填的，为全部事项", max_length=50)] = ()
    result: Annotated[Literal["may_disclose", "part", "must_not"], Field(title="审查的结论")]
    reason: Annotated[Text, Field(title="审查的意见", description="是否涉及国家秘密、工作秘密，第十四条至第十六条所保护的内容")]


class Meeting(Act):
    """会商纪要 (条例 17): who met over the file, and what they concluded."""

    title: ClassVar[str] = "会商纪要"
    articles: ClassVar[tuple[str, ...]] = ("条例 17",)

    kind: Literal["meeting"] = "meeting"
    attendees: Annotated[tuple[Line, ...], Field(title="参加会商的人员", min_length=1, max_length=50)]
    text: Annotated[Text, Field(title="会商的意见")]
    items: Annotated[tuple[Seq, ...], Field(title="涉及的申请事项", description="不填的，为全部事项", max_length=50)] = ()


class Extension(AgencyDated):
    """延长答复期限 (条例 33(2)): approved by the head of the 工作机构 and told to the applicant before expiry."""

    title: ClassVar[str] = "延长答复期限"
    articles: ClassVar[tuple[str, ...]] = ("条例 33(2)",)

    kind: Literal["extension"] = "extension"
    days: Annotated[Days, Field(title="延长的工作日")]
    reason: Annotated[Text, Field(title="延长的理由")]
    notified_on: Annotated[
        Day | None,
        Field(title="告知申请人的日期", description="已当面、电话或者网上告知的填写；不填的，以告知书送达之日为准"),
    ] = None


class Deferral(AgencyDated):
    """延迟答复 (条例 35): the reasons are reasonable but the period cannot be kept; a later date, with reasons."""

    title: ClassVar[str] = "延迟答复"
    articles: ClassVar[tuple[str, ...]] = ("条例 35",)

    kind: Literal["deferral"] = "deferral"
    until: Annotated[Day, Field(title="延迟至")]
    reason: Annotated[Text, Field(title="延迟的理由")]
