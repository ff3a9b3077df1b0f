"""Every handler of the JSON API."""

from litestar.handlers import BaseRouteHandler

from api.rest import attachments, cases, consultations, health, reports

DESCRIBED: tuple[BaseRouteHandler, ...] = (
    *cases.ROUTES,
    *attachments.ROUTES,
    *consultations.ROUTES,
    *health.ROUTES,
    *reports.ROUTES,
)
"""Those that the OpenAPI document describes: all but the one that gives it out."""
