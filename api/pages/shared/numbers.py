"""Numbers of people in what is being typed (个人号码): one hint under every text that is printed or leaves the unit. It stops nothing."""

from __future__ import annotations

from collections.abc import Iterable

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.pages.shared.frame import HttpRequest, action, form_of, show
from api.pages.shared.words import number_hint


@action("/hints/numbers")
def typed(request: HttpRequest) -> Response[str]:
    """The hint for one field, whatever it is called; nothing is kept."""
    values: Iterable[list[str]] = form_of(request).fields.values()
    return show(request, "number_hint.html", typed=number_hint(text for given in values for text in given), counted=False)


ROUTES: tuple[BaseRouteHandler, ...] = (typed,)
