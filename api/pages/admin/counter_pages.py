"""体验区的内容: what a hall shows and explains at its counter (公报, 政策解读), as plain text of an administrator, from which nothing leads out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from api.office.problems import not_found
from api.pages.admin.overview import sections
from api.pages.shared import kept_forms
from api.pages.shared.application_form import unclean
from api.pages.shared.frame import Form, HttpRequest, action, form_of, go, me, office_of, page, show
from api.web.problems import request_id
from db import hall_pages, people


@page("/admin/agencies/{code:str}/pages")
def pages(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """体验区的内容 of one unit."""
    may_write(request, code)
    kept = kept_forms.kept(request, _address(code))
    if kept is not None:
        return _page(request, code, _typed(kept))
    with office_of(request).database.read() as session:
        there = list(hall_pages.of(session, code))
    return _page(request, code, _padded(there))


@action("/admin/agencies/{code:str}/pages")
def save(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """保存内容."""
    may_write(request, code)
    office, typed = office_of(request), _typed(form_of(request))
    if errs := list(_faults(typed)):
        return _page(request, code, typed, errs=errs, status=400)

    def keep(session: Any) -> None:
        hall_pages.keep(session, code, [one for one in typed if one[0]])
        people.log(session, office.clock(), "setting", officer=me(request), object=code, reason="修改体验区的内容", request_id=request_id(request))
        kept_forms.gone(request, session, _address(code))

    office.database.write(keep)
    return go(f"/admin/agencies/{code}/pages?done=yes")


def may_write(request: HttpRequest, code: str) -> None:
    """Raises Problem: there is no such unit."""
    if code not in office_of(request).agencies:
        raise not_found("没有这个单位。")


def _address(code: str) -> str:
    return f"/admin/agencies/{code}/pages"


def _padded(there: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*there, *[("", "")] * (hall_pages.MOST - len(there))][: hall_pages.MOST]


def _typed(form: Form) -> list[tuple[str, str]]:
    titles, texts = form.all("heading"), form.all("content")
    rows = [(one.strip()[: hall_pages.TITLE * 2], two.strip()[: hall_pages.TEXT * 2]) for one, two in zip(titles, texts, strict=False)]
    return _padded(rows[: hall_pages.MOST])


def _faults(typed: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    found = []
    for at, (title, text) in enumerate(typed):
        for name, value, other, most in (("heading", title, text, hall_pages.TITLE), ("content", text, title, hall_pages.TEXT)):
            if other and not value:
                found.append((f"{name}-{at}", "请填写标题" if name == "heading" else "请填写内容；不要的，标题也清空"))
            elif len(value) > most:
                found.append((f"{name}-{at}", f"太长，最多{most}字"))
            elif value and (why := unclean(value)) is not None:
                found.append((f"{name}-{at}", why))
    return found


def _page(
    request: HttpRequest, code: str, typed: Sequence[tuple[str, str]], *, errs: Sequence[tuple[str, str]] = (), status: int = 200
) -> Response[Any]:
    return show(
        request, "admin_counter.html", status=status, sections=sections(request), code=code, name=office_of(request).agencies[code].name,
        typed=typed, errs=list(errs), done="done" in request.query_params, TITLE=hall_pages.TITLE, TEXT=hall_pages.TEXT,
        saving=kept_forms.saving(request, _address(code), form_of(request) if request.method == "POST" else None),
    )  # fmt: skip


ROUTES: tuple[BaseRouteHandler, ...] = (pages, save)
