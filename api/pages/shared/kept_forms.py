"""A form that was kept through a sign-in, under its own address: given back once, and forgotten when it was placed."""

from __future__ import annotations

from api.pages.shared.frame import Form, HttpRequest, me, office_of
from db import people


def kept(request: HttpRequest) -> Form | None:
    """What stood in the form of this address when the session ended."""
    with office_of(request).database.read() as session:
        found = people.draft(session, me(request).id, _address(request))
    if found is None:
        return None
    fields = {name: [str(one) for one in values] if isinstance(values, list) else [str(values)] for name, values in found[0].items()}
    return Form(fields)


def forget(request: HttpRequest) -> None:
    """It was placed."""
    address = _address(request)
    office_of(request).database.write(lambda s: people.drop_draft(s, me(request).id, address))


def _address(request: HttpRequest) -> str:
    return str(request.scope["path"])
