"""Every handler of the JSON API."""

from litestar.handlers import BaseRouteHandler

from api.rest import attachments, calculators, cases, consultations, health, law, letters, reports

DESCRIBED: tuple[BaseRouteHandler, ...] = (
    *calculators.ROUTES,
    *cases.ROUTES,
    *letters.ROUTES,
    *law.ROUTES,
    *attachments.ROUTES,
    *consultations.ROUTES,
    *health.ROUTES,
    *reports.ROUTES,
)
"""Those that the OpenAPI document describes: all but the one that gives it out."""
