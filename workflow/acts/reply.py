"""答复: the decision for every item, the draft, its way to the signature (条例 36-39)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, ValidationInfo, field_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from workflow.acts.fields import (
    Act,
    AgencyDated,
    Count,
    Day,
    Ident,
    Line,
    Record,
    Requested,
    Seq,
    Text,
    is_stored,
    personal,
)
from workflow.acts.request import OtherAgency


class EarlierReply(Record):
    """此前的答复 (条例 36(六))."""

    number: Annotated[Line, Field(title="文号")]
    on: Annotated[Day, Field(title="日期")]


OUTCOMES = (
    "already_public", "disclosed", "partial", "state_secret", "forbidden_by_law", "security_stability", "third_party",
    "internal_affairs", "deliberative", "enforcement_file", "special_inquiry", "not_existing", "not_responsible",
    "needs_processing", "unclear_after_correction", "petition", "repeated", "publication", "excessive", "reissue",
    "abandoned_correction", "abandoned_payment", "withdrawn", "other",
    "record_corrected", "record_not_corrected", "record_transferred", "record_referred",
)  # fmt: skip
OutcomeKey = Literal[
    "already_public", "disclosed", "partial", "state_secret", "forbidden_by_law", "security_stability", "third_party",
    "internal_affairs", "deliberative", "enforcement_file", "special_inquiry", "not_existing", "not_responsible",
    "needs_processing", "unclear_after_correction", "petition", "repeated", "publication", "excessive", "reissue",
    "abandoned_correction", "abandoned_payment", "withdrawn", "other",
    "record_corrected", "record_not_corrected", "record_transferred", "record_referred",
]  # fmt: skip


class Separated(Record):
    """区分处理 (条例 37): so many places on a page are covered, and under which article."""

    page: Annotated[Seq, Field(title="页码")]
    outcome: Annotated[OutcomeKey, Field(title="遮盖的依据：")]
    ground: Annotated[Line | None, Field(title="具体情形：")] = None
    places: Annotated[Count, Field(title="遮盖处数：")]


class GivenOut(Record):
    """The document as it was when the draft was made: nothing else goes out under its signature."""

    digest: Annotated[Line, Field(title="SHA-256：")]
    """SHA-256 of its bytes."""
    separated: Annotated[tuple[Separated, ...], Field(title="遮盖")] = ()
    """What is covered in it, by page and ground, where it is a redacted copy (遮盖件)."""


class Provided(Record):
    """随答复提供的信息 (条例 36(二), 40)."""

    title: Annotated[Line, Field(title="名称")]
    pages: Annotated[Count | None, Field(title="页数")] = None
    attachment: Annotated[Ident | None, Field(title="存入案卷的文件", description="附件，就是要提供给申请人的这一份")] = None
    as_signed: SkipJsonSchema[GivenOut | None] = None
    """The attachment as the draft found it; set by the engine, refused from outside."""

    @field_validator("as_signed", mode="before")
    @classmethod
    def _from_inside(cls, value: object, info: ValidationInfo) -> object:
        if value is not None and not is_stored(info):
            raise PydanticCustomError("set_by_the_engine", "这一项由系统填写，不能提交")
        return value

    def evolve(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


class ItemDecision(Record):
    """逐项决定 (条例 36-39): outcome, ground and text of one item, and what its article wants to be said."""

    item: Annotated[Seq, Field(title="申请事项")]
    outcome: Annotated[OutcomeKey, Field(title="决定")]
    name: Annotated[
        Line | None,
        Field(title="简称", description="答复书中这一项的标题，例如“征收补偿安置方案”；不填的，引用申请人的原文"),
    ] = None
    ground: Annotated[Line | None, Field(title="具体情形")] = None
    reason: Annotated[Text | None, Field(title="认定的事实和理由")] = None
    provided: Annotated[tuple[Provided, ...], Field(title="提供的信息", max_length=50)] = ()
    where: Annotated[Text | None, Field(title="获取的方式、途径", description="网址、栏目、标题，或者领取的地点")] = None
    available_on: Annotated[Day | None, Field(title="可以获取的时间")] = None
    withheld: Annotated[Text | None, Field(title="不予公开的部分")] = None
    withheld_under: Annotated[OutcomeKey | None, Field(title="该部分不予公开的依据")] = None
    responsible: Annotated[OtherAgency | None, Field(title="负责公开的机关", description="更正申请的，为有权更正的机关")] = None
    responsible_known: Annotated[bool, Field(strict=True, title="能够确定负责公开的机关")] = False
    earlier: Annotated[EarlierReply | None, Field(title="此前的答复")] = None
    law: Annotated[
        Line | None,
        Field(title="专门规定或者禁止公开的法律、行政法规", description="确认、重新出具和其他处理的，可以写明依据的条文；不填的，按规则引用"),
    ] = None
    channel: Annotated[Text | None, Field(title="可以反映或者获取的渠道")] = None
    no_rule_requires: Annotated[bool, Field(strict=True, title="已核对没有法律、法规、规章要求公开")] = False
    public_interest: Annotated[Text | None, Field(title="不公开可能对公共利益造成重大影响的理由")] = None

    @property
    def enclosed(self) -> tuple[Provided, ...]:
        """随文附送: what goes with the letter; what can be had only from a later day does not."""
        return self.provided if self.available_on is None else ()

    def evolve(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


class Joined(Record):
    """一并答复的另一件申请 (READINGS R-together), as it stood when the draft was made: `version` is the number of its acts.

    `items` decide that request's own items, counted from 1. `as_main`: as the request that the draft is on.
    """

    case: Annotated[Ident, Field(title="案卷编号")]
    number: Annotated[Line, Field(title="登记号")]
    version: Annotated[Seq, Field(title="拟稿时的记录数")]
    received_on: Annotated[Day, Field(title="收到日")]
    items: Annotated[tuple[ItemDecision, ...], Field(title="逐项决定")]
    as_main: Annotated[bool, Field(title="与本件同样决定")] = False


class AnsweredWith(Record):
    """与哪一件一并答复: the file whose draft and letter answer this one too."""

    case: Annotated[Ident, Field(title="案卷编号")]
    number: Annotated[Line, Field(title="登记号")]
    letter: Annotated[Ident, Field(title="答复书")]
    kind: Line
    """The kind of the letter."""


class Draft(Act):
    """拟稿 (条例 36-39): a decision for every item; the overall outcome is derived from them.

    What `together` names is decided too: in further items, numbered on in the order of the requests, or like this one.
    """

    title: ClassVar[str] = "拟稿"
    articles: ClassVar[tuple[str, ...]] = ("条例 36", "条例 37")

    kind: Literal["draft"] = "draft"
    items: Annotated[tuple[ItemDecision, ...], Field(title="逐项决定", min_length=1, max_length=50)]
    principal: Annotated[
        OutcomeKey | None,
        Field(title="主要情形", description="各项决定不同、又没有一项公开的，填其中主要的一种，统计时按它计"),
    ] = None
    opening: Annotated[Text | None, Field(title="正文前的说明")] = None
    closing: Annotated[Text | None, Field(title="正文后的说明")] = None
    remedy: Annotated[
        Literal["R1", "R2", "none"] | None,
        Field(title="救济途径", description="不填的，按规则随决定种类确定"),
    ] = None
    attachments: Annotated[tuple[Line, ...], Field(title="附件", max_length=30)] = ()
    together: Annotated[
        tuple[Line, ...],
        Field(title="一并答复的申请", description="同一申请人其他未答复申请的登记号，一份答复一并答复", max_length=20),
    ] = ()
    co_issuers: Annotated[
        tuple[Line, ...],
        Field(title="联合答复的其他机关", description="单位代码，按署名的顺序；对方单位在系统内答复征求意见时同意联合答复的，才能填写", max_length=5),
    ] = ()
    joined: SkipJsonSchema[tuple[Joined, ...]] = ()
    """The requests named by `together`, with what is decided of them; set by the engine, refused from outside."""
    answered_with: SkipJsonSchema[AnsweredWith | None] = None
    """The request with which this one is answered; set by the engine, refused from outside."""

    @property
    def documents(self) -> tuple[Provided, ...]:
        """提供件: what is given out and lies with the file."""
        return tuple(one for item in self.every for one in item.provided if one.attachment is not None)

    @property
    def every(self) -> tuple[ItemDecision, ...]:
        """Every decision of the letter: those of this request and those of the others."""
        return (*self.items, *(item for one in self.joined for item in one.items))


class LegalReview(Act):
    """合法性审核 (local practice): the legal staff's opinion on a draft."""

    title: ClassVar[str] = "合法性审核"
    articles: ClassVar[tuple[str, ...]] = ()

    kind: Literal["legal_review"] = "legal_review"
    passes: Annotated[bool, Field(strict=True, title="是否通过")]
    text: Annotated[Text, Field(title="审核意见")]


class Return(Requested):
    """退回: the draft goes back to the handler, with the reason; with `request`, a request for a signature does."""

    title: ClassVar[str] = "退回修改"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["return"] = "return"
    reason: Annotated[Text, Field(title="退回的理由")]


class Recall(Act):
    """撤回拟稿: who drafted takes back the draft, or his request for a signature, while nobody has acted on it."""

    title: ClassVar[str] = "撤回拟稿"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["recall"] = "recall"
    request: Annotated[Seq | None, Field(title="撤回的报批", description="撤回报批的填写；不填的，撤回拟稿")] = None
    reason: Annotated[Text | None, Field(title="说明")] = None


class Request(Act):
    """报批: an act that only the head may place, prepared by the handler with all its fields, and why."""

    title: ClassVar[str] = "报批"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["request"] = "request"
    act: Annotated[dict[str, Any], personal(title="报请办理的内容")]
    reason: Annotated[Text, Field(title="报批的理由")]


class Decision(AgencyDated):
    """签发答复 (条例 33, 36-39): the head signs the draft as it stands; it is numbered and sealed."""

    title: ClassVar[str] = "签发答复"
    articles: ClassVar[tuple[str, ...]] = ("条例 33", "条例 36")

    kind: Literal["decision"] = "decision"
    outcome: Annotated[
        OutcomeKey | None,
        Field(title="答复种类", description="由拟稿的逐项决定得出；填写的应当与之一致"),
    ] = None
    overrides: dict[str, Text] = Field(
        default_factory=dict, title="对风险提示的说明", description="风险编号: 理由", max_length=50
    )
    answered_with: SkipJsonSchema[AnsweredWith | None] = None
    """The request with which this one is answered; set by the engine, refused from outside."""
