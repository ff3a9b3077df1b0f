"""The cookies of the pages: of who is signed in, and of who is not."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.connection import ASGIConnection

from api.office import sessions
from api.office.office import Office
from db import people
from db.people import SignedIn

COOKIE = "gongkai_session"
VISITOR = "gongkai_visitor"
"""Before somebody signs in, the CSRF token of a form is bound to this one."""
COUNTER = "gongkai_counter"
"""体验区: the unit at whose counter this browser stands, for the visitors of a hall."""
LARGE = "gongkai_large"
"""大字, of whoever is not signed in, until the browser is closed."""
WROTE = "gongkai_wrote"
"""Up to where the database was written when this browser last did something: what it shows from a copy is no older (`db.replica`)."""
Connection = ASGIConnection[Any, Any, Any, Any]


def session_of(connection: Connection, office: Office) -> SignedIn | None:
    """Who is signed in by the session cookie; None when nobody is."""
    cookie = connection.cookies.get(COOKIE)
    return sessions.signed_in(office, cookie) if cookie else None


def was_signed_in(connection: Connection, office: Office) -> bool:
    """Whether the session of this cookie is over: what its owner was typing is his."""
    cookie = connection.cookies.get(COOKIE)
    if not cookie:
        return False
    with office.database.read() as session:
        return people.was_signed_in(session, cookie, office.clock())


def set_cookie(connection: Connection, response: Response[Any], name: str, value: str) -> None:
    """HttpOnly, SameSite=Lax, and Secure wherever the page came over TLS; it ends with the browser."""
    secure = connection.url.scheme == "https"  # behind a proxy that is trusted, as it says
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=secure, path="/")
