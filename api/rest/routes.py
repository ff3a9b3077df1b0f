"""Every handler of the JSON API."""

from litestar.handlers import BaseRouteHandler

from api.rest import (
    approvals,
    archive,
    attachments,
    calculators,
    cases,
    consultations,
    health,
    law,
    letters,
    me,
    metrics,
    reports,
)

DESCRIBED: tuple[BaseRouteHandler, ...] = (
    *calculators.ROUTES,
    *cases.ROUTES,
    *letters.ROUTES,
    *archive.ROUTES,
    *law.ROUTES,
    *me.ROUTES,
    *attachments.ROUTES,
    *approvals.ROUTES,
    *consultations.ROUTES,
    *health.ROUTES,
    *metrics.ROUTES,
    *reports.ROUTES,
)
"""Those that the OpenAPI document describes: all but the one that gives it out."""
