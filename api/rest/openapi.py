"""The OpenAPI document: Litestar's own from the handlers, completed with every act's schema and every error."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Annotated, Any, Literal

from litestar import Litestar, MediaType, get
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from api.office import views
from api.office.filters import CaseFilters
from api.office.leaves import Away
from api.office.questions import BODIES
from api.rest.archive import Batch, ListWanted
from api.rest.description import Description
from api.rest.letters import Booklet, CheckAnswer, CheckQuestion, Compared
from api.rest.routes import DESCRIBED
from api.web.problems import TITLES
from api.web.worker_threads import threaded
from workflow.acts import ACTS, Channel, Count, Day, Record
from workflow.calculator import Events

VERSION = "0.1.0"


class DeadlineQuestion(Record):
    """期限计算的问题：渠道，和已经发生的事情。"""

    channel: Channel
    events: Events


class FeeQuestion(Record):
    """收费计算的问题：按件，本自然月此前的件数和这次的件数；按量，页数。"""

    basis: Literal["per_item", "per_page"]
    already: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = 0
    items: Count | None = None
    pages: Count | None = None
    on: Day | None = None


class FieldError(BaseModel):
    """一处需要改正的地方。"""

    field: str
    message: str


class Problem(BaseModel):
    """没有办成的答复（RFC 9457）：怎么回事，依据哪一条，可以怎么办。"""

    type: str
    title: str
    status: int
    detail: str
    articles: list[str]
    permitted: list[str]
    request_id: str
    errors: list[FieldError] | None = None


def config() -> OpenAPIConfig:
    """Litestar's part of the document."""
    return OpenAPIConfig(
        title="公开：政府信息依申请公开办理接口",
        version=VERSION,
        description="每个错误都是 application/problem+json：说明怎么回事、依据哪一条、可以怎么办。日期为北京时间，金额以分计。",
        use_handler_docstrings=True,
    )


@cache
def document() -> dict[str, Any]:
    """The complete document of the JSON API. Made from an application of its own, which serves nothing.

    The served one has no part of Litestar's documentation: its pages would load from other hosts.
    """
    app = Litestar(route_handlers=DESCRIBED, openapi_config=config(), logging_config=None)
    made: dict[str, Any] = app.openapi_schema.to_schema()
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas |= _schemas()
    made["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "令牌由 gongkai token 用户名 取得"}
    }
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            description = handler.opt.get("api")
            operations = made["paths"].get(str(route.path_format), {})
            for method in getattr(handler, "http_methods", ()):
                if isinstance(description, Description) and (operation := operations.get(method.lower())):
                    _complete(operation, description, handler)
    return made


def _complete(operation: dict[str, Any], about: Description, handler: Any) -> None:
    first, _, rest = (inspect.getdoc(handler.fn) or "").partition(": ")
    operation["summary"], operation["description"] = first, rest
    responses = operation["responses"]
    success = next(status for status in responses if status.startswith("2"))
    responses.pop("400", None)
    responses[success]["description"] = "成功"
    responses[success]["content"] = _content(about.returns, responses[success].get("content", {}))
    if about.returns in ("CaseView", "Placed"):
        responses[success]["headers"] = {"ETag": {"description": '案件的版本，例如"3"', "schema": {"type": "string"}}}
    for status in about.errors:
        responses[str(status)] = {
            "description": TITLES[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    if 401 in about.errors:
        operation["security"] = [{"bearer": []}]
    if about.body is not None:
        schema = {"$ref": f"#/components/schemas/{about.body}"}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    operation.setdefault("parameters", []).extend(_parameters(about))


def _content(returns: str | None, seen: dict[str, Any]) -> dict[str, Any]:
    """What a good answer holds; `seen` is what Litestar makes of the handler, to whom an object that is answered as bytes is a text."""
    if returns is None:
        return {media: {**one, "schema": {"type": "object"}} if one["schema"].get("type") == "string" else one for media, one in seen.items()}
    if "/" not in returns:
        return {"application/json": {"schema": {"$ref": f"#/components/schemas/{returns}"}}}
    file = {"type": "string", "format": "binary"}
    return {media: {"schema": {"type": "object"} if media == "application/json" else file} for media in returns.split(", ")}


def _parameters(about: Description) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if about.changes:
        text = '所见案件的版本，例如"3"；没有的答428，过时的答412'
        found.append({"name": "If-Match", "in": "header", "required": True, "description": text, "schema": {"type": "string"}})
    if about.creates:
        text = "同一键的重复提交，答复与第一次相同；内容不同的答422"
        found.append({"name": "Idempotency-Key", "in": "header", "description": text, "schema": {"type": "string"}})
    if about.looks:
        text = "查看的理由（UTF-8，百分号编码），记入日志；不办理本件的人员必须写明，没有写明的答403"
        found.append({"name": "X-Reason", "in": "header", "description": text, "schema": {"type": "string"}})
    if about.query is not None:
        asked = about.query.model_json_schema()
        for name, schema in asked["properties"].items():
            found.append({"name": name, "in": "query", "required": name in asked.get("required", ()), "schema": schema})
    return found


def _schemas() -> dict[str, Any]:
    """Component schemas of what the handlers read or write themselves; `Act` is any one of the acts."""
    questions: list[type[BaseModel]] = [
        *ACTS.values(), DeadlineQuestion, FeeQuestion, CheckQuestion, Booklet, Batch, ListWanted, CaseFilters, Away, *BODIES,
    ]  # fmt: skip
    answers: list[type[BaseModel]] = [Problem, views.CaseView, views.CaseRow, views.AttachmentView, views.InboxView, Compared, CheckAnswer]
    _, made = models_json_schema(
        [(one, "validation") for one in questions] + [(one, "serialization") for one in answers],
        ref_template="#/components/schemas/{model}",
    )
    found: dict[str, Any] = dict(made["$defs"])
    for kind, model in ACTS.items():
        own = found[model.__name__]
        own["title"] = model.title
        own["description"] = f"{kind}：{model.title}。{'、'.join(model.articles)}"
        own["required"] = sorted({*own.get("required", []), "kind"} - {"on"})
    found["Registration"]["required"].remove("kind")
    found["Placed"] = {  # the units that were asked for an opinion get their question back, and nothing else of the case
        "title": "办理以后的案件",
        "anyOf": [{"$ref": "#/components/schemas/CaseView"}, {"$ref": "#/components/schemas/InboxView"}],
    }
    mapping = {kind: f"#/components/schemas/{model.__name__}" for kind, model in ACTS.items()}
    found["Act"] = {
        "title": "办理行为",
        "description": f"以kind区分的{len(ACTS)}种行为之一；不填on的，为今天。",
        "oneOf": [{"$ref": ref} for ref in mapping.values()],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
    }
    return found


@get("/api/openapi.json", include_in_schema=False, media_type=MediaType.JSON)
@threaded
def openapi() -> dict[str, Any]:
    """The description of the API (OpenAPI 3.1)."""
    return document()


ROUTES: tuple[BaseRouteHandler, ...] = (openapi,)
