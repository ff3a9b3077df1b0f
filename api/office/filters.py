"""The filters of a list of cases, read from a query string: every one named, every wrong one told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, Field

from api.office.office import Office
from api.office.policy import readable_agencies
from api.office.problems import NO_AGENCY
from db.queries import Filters
from db.sought import MOST_WORDS, is_too_much
from workflow.acts import Day, Line, Officer, OutcomeKey, Record, Rejected, read

TOO_MANY_WORDS = f"一次最多查{MOST_WORDS}个词（用空格分开），请删去几个"


def _few_words(said: str) -> str:
    if is_too_much(said):
        raise ValueError(TOO_MANY_WORDS)
    return said


class CaseFilters(Record):
    """The filters of `GET /api/cases`."""

    state: Literal[
        "registered", "awaiting_correction", "handling", "consulting", "awaiting_payment", "approving", "replied",
        "closed", "archived", "handed_over", "void",
    ] | None = None  # fmt: skip
    stage: Literal["登记", "审核", "办理", "答复", "归档"] | None = None
    due_before: Day | None = None
    overdue: Annotated[bool | None, Field(strict=True, description="true：已超期的；false：没有超期的")] = None
    unattended: Annotated[bool | None, Field(strict=True, description="true：在办而不在任何在岗人员列表上的；应当总是没有")] = None
    passed_to: Annotated[Line | None, Field(description="交这一下级单位拟办的；本单位可以查上级交来的")] = None
    assignee: Line | None = None
    applicant: Line | None = None
    topic: Line | None = None
    outcome: OutcomeKey | None = None
    purpose: Annotated[
        Literal["information", "record_correction"] | None, Field(description="只看公开申请，或者只看更正申请；导出台账不填的，为公开申请")
    ] = None
    received_from: Day | None = None
    received_to: Day | None = None
    agency: Line | None = None
    q: Annotated[Line, Field(max_length=100, description=f"查找的词，空格分开，至多{MOST_WORDS}个"), AfterValidator(_few_words)] | None = None
    sort: Literal[
        "due", "-due", "due_on", "-due_on", "received", "-received", "received_on", "-received_on", "number", "-number"
    ] = "due"  # fmt: skip
    cursor: Annotated[Line, Field(max_length=500)] | None = None
    limit: Annotated[int, Field(strict=True, ge=1, le=100)] = 50


_TRUE, _FALSE = frozenset({"true", "1", "yes", "on"}), frozenset({"false", "0", "no", "off"})


def from_query(model: type[BaseModel], said: Mapping[str, str]) -> dict[str, Any]:
    """What a query string says, as the types of a model: an address has texts alone, where JSON has true and 50.

    What is no such value stays a text, which the model refuses.
    """
    found: dict[str, Any] = dict(said)
    for name, text in said.items():
        field = model.model_fields.get(name)
        types = () if field is None else (field.annotation, *get_args(field.annotation))
        if bool in types and text.lower() in _TRUE | _FALSE:
            found[name] = text.lower() in _TRUE
        elif int in types and re.fullmatch(r"-?[0-9]{1,18}", text):
            found[name] = int(text)
    return found


def _unknown(wanted: CaseFilters, office: Office, officer: Officer, topics: Mapping[str, str]) -> list[tuple[str, str]]:
    """What names nothing that there is: an empty list would say that there are no such cases."""
    found = []
    if wanted.agency is not None and wanted.agency not in readable_agencies(officer, office.agencies):
        found.append(("agency", NO_AGENCY.rstrip("。")))
    if wanted.passed_to is not None and wanted.passed_to not in office.agencies:
        found.append(("passed_to", "没有这个单位，请填单位的代码"))
    if wanted.topic is not None and wanted.topic not in topics.values():
        found.append(("topic", f"没有这个主题，请从这些里选一个，或者不填：{'、'.join(topics)}"))
    if wanted.received_from and wanted.received_to and wanted.received_to < wanted.received_from:
        found.append(("received_to", "截止日期早于起始日期，请改正"))
    return found


def read_filters(query: Iterable[tuple[str, str]], office: Office, officer: Officer) -> tuple[Filters, str | None]:
    """The filters, and the one agency they ask for; a topic goes by its key or its title.

    An empty parameter is as good as none.
    Raises Rejected with every one at fault, also one that is given twice.
    """
    plain: dict[str, str] = {}
    for name, value in query:
        if name in plain:
            raise Rejected([(name, "只能填写一次")])
        if value != "":
            plain[name] = value
    wanted = read(CaseFilters, from_query(CaseFilters, plain))
    keys = {topic.title: topic.key for topic in office.rules.on(office.today()).topics}
    wanted = wanted.model_copy(update={"topic": keys.get(wanted.topic or "", wanted.topic)})
    if wrong := _unknown(wanted, office, officer, keys):
        raise Rejected(wrong)
    data = wanted.model_dump(exclude={"agency", "sort"})
    staff = office.staff() if wanted.unattended is not None else None
    return Filters(**data, staff=staff, key=office.keys.blind, sort=wanted.sort.removesuffix("_on")), wanted.agency
