"""措辞 and 常用语: the office's own sentences.

A letter stands beside its wording; what lacks what the law asks for is not put in force. Stock sentences are only offered.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from api.office.office import Office
from api.office.problems import Problem, not_found
from api.pages.admin.overview import sections
from api.pages.admin.units import keep_old, stamp
from api.pages.shared import kept_forms, phrases
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show
from api.web.problems import request_id
from db import people
from letters import own_wording
from letters.agencies import WORDING
from letters.errors import LetterError
from workflow.answers import BadRules

DONE = {"saved": "措辞已保存，以后生成的文书用新的措辞，已经生成的不变。", "removed": "已改回系统的措辞。"}


def _name(what: str) -> str:
    """findings.disclosed, as an address says it -> findings/disclosed."""
    name = what.replace(".", "/", 1)
    if name not in own_wording.titles():
        raise not_found("没有这种文书的措辞。")
    return name


def _path(office: Office, name: str) -> Any:
    return office.sources.agencies_dir / WORDING / f"{name}{own_wording.SUFFIX}"


def _text(office: Office, name: str) -> str:
    path = _path(office, name)
    return path.read_text(encoding="utf-8") if path.is_file() else own_wording.packaged(name)


@page("/admin/wording")
def contents(request: HttpRequest) -> Response[Any]:
    """措辞: what may be worded, and what the office has worded itself."""
    office = office_of(request)
    rows = [(name.replace("/", "."), title, _path(office, name).is_file()) for name, title in own_wording.titles().items()]
    return show(request, "admin_wordings.html", sections=sections(request), rows=rows, done=DONE.get(request.query_params.get("done", "")))


@page("/admin/wording/{what:str}")
def wording(request: HttpRequest, what: FromPath[str]) -> Response[Any]:
    """One of them, beside its letter."""
    office, name = office_of(request), _name(what)
    form = kept_forms.kept(request)
    text = form.get("text").replace("\r\n", "\n").strip() if form else ""
    return _page(request, name, text or _text(office, name), seen=form.get("seen") if form and text else "")


def may_write(_request: HttpRequest, what: str) -> None:
    """Raises Problem: there is no such wording."""
    _name(what)


@action("/admin/wording/{what:str}")
def save(request: HttpRequest, what: FromPath[str]) -> Response[Any]:
    """保存措辞; without text, 改回系统的措辞."""
    office, form, name = office_of(request), form_of(request), _name(what)
    text = form.get("text").replace("\r\n", "\n").strip()
    does = form.get("to")
    if does == "preview":
        return _page(request, name, text)
    if does == "drop":
        kept_forms.forget(request)
        return go(f"/admin/wording/{what}")
    if form.get("seen") != _version(_text(office, name)):
        return _page(request, name, text, status=412, problem=Problem(412, "没有提交：措辞刚由别人改过。您写的内容还在。核对以后再保存。"))
    if does == "remove":
        text = ""
    elif not text:
        return _page(request, name, text, status=400, err="请填写措辞；要改回系统的措辞，请按“改回系统的措辞”")
    try:
        office.sources.try_wording(name, text + "\n" if text else "")
    except BadRules as bad:
        return _page(request, name, text or _text(office, name), status=400, err=f"第{bad.line}行：{bad.reason}")
    path = _path(office, name)
    keep_old(office.sources, path, stamp(office.clock()))
    if text:
        office.sources.put(path, (text + "\n").encode())
    else:
        office.sources.remove(path)
    reason, number = f"{own_wording.titles()[name]}：{'修改' if text else '改回'}", request_id(request)
    office.database.write(
        lambda s: people.log(s, office.clock(), "wording", officer=me(request), object=name, reason=reason, request_id=number)
    )
    kept_forms.forget(request)
    return go(f"/admin/wording?done={'saved' if text else 'removed'}")


def _version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _tried(office: Office, name: str, text: str) -> tuple[list[str], str | None]:
    """Pictures of a letter with this wording, or why there are none."""
    if not office.agencies:
        return [], "还没有单位，有了单位以后可以看到文书。"
    code = next(iter(office.agencies))
    try:
        agencies = office.sources.try_wording(name, text + "\n")
        kind, context = own_wording.example_of(name, agencies[code].letterhead)
        pages = office.renderer.pages(office.renderer.render(kind, context, preview=True), most=2)
        return [b64encode(one).decode() for one in pages], None
    except BadRules as bad:
        return [], f"改好以后，这里显示文书。第{bad.line}行：{bad.reason}。"
    except LetterError as error:
        return [], f"预览暂时打不开：{error}"


@action("/admin/wording/{what:str}/preview")
def preview(request: HttpRequest, what: FromPath[str]) -> Response[Any]:
    """The letter as what stands in the form would make it; nothing is kept."""
    pages, sentence = _tried(office_of(request), _name(what), form_of(request).get("text").replace("\r\n", "\n"))
    return show(request, "admin_letter.html", pages=pages, sentence=sentence, fragment=True)


def _page(
    request: HttpRequest, name: str, text: str, *, status: int = 200, err: str = "", problem: Problem | None = None, seen: str = ""
) -> Response[Any]:
    """`seen`: of a text that was kept, the wording that stood there when it was begun: if another changed it since, that is told."""
    office = office_of(request)
    pages, sentence = ([], "改好以后，这里显示文书。") if err else _tried(office, name, text)
    return show(
        request, "admin_wording.html", status=status, sections=sections(request), what=name.replace("/", "."), text=text, err=err, problem=problem,
        wording_title=own_wording.titles()[name], own=_path(office, name).is_file(), seen=seen[:16] or _version(_text(office, name)),
        saving=kept_forms.saving(request, f"/admin/wording/{name.replace('/', '.')}", form_of(request) if request.method == "POST" else None),
        pages=pages, sentence=sentence,
        errs=[("text", err)] if err else [],
    )  # fmt: skip


@page("/admin/phrases")
def stock_sentences(request: HttpRequest) -> Response[Any]:
    """常用语 of the office, offered to everybody."""
    return _stock(request)


@action("/admin/phrases")
def change_stock(request: HttpRequest) -> Response[Any]:
    """Keep one, delete one."""
    form = form_of(request)
    if errs := phrases.submitted(request, form, own=False):
        return _stock(request, status=400, errs=errs, typed={name: form.get(name) for name in phrases.FIELDS})
    if "give_up" in form:
        return go("/admin/phrases")
    return _stock(request, done="常用语已删除。" if form.get("drop") else "常用语已保存。")


def _stock(request: HttpRequest, *, status: int = 200, **told: Any) -> Response[Any]:
    known = {"errs": [], "typed": {}, "done": None, **phrases.facts(request, own=False, sent="errs" in told)}
    return show(request, "admin_phrases.html", status=status, sections=sections(request), **known | told)


ROUTES: tuple[BaseRouteHandler, ...] = (contents, wording, save, preview, stock_sentences, change_stock)
