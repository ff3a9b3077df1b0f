"""The pages (HTML) over the same `Office` and the same queries as the API: one module for each desk.

`PAGES` lists every page; who may see it stands in `policy.ROUTES`.
"""

from litestar.handlers import BaseRouteHandler

from api.pages import (
    account,
    acts,
    admin,
    admin_holidays,
    admin_units,
    admin_users,
    analysis,
    annual,
    applications,
    apply,
    approvals,
    archive,
    case,
    cases,
    components,
    consultations,
    desk,
    exports,
    guide,
    imports,
    intake,
    letters,
    public,
    service,
    suggestions,
)

PAGES: tuple[BaseRouteHandler, ...] = (
    *public.ROUTES,
    *account.ROUTES,
    *guide.ROUTES,
    *components.ROUTES,
    *apply.ROUTES,
    *applications.ROUTES,
    *admin.ROUTES,
    *admin_users.ROUTES,
    *admin_units.ROUTES,
    *admin_holidays.ROUTES,
    *acts.ROUTES,
    *intake.ROUTES,
    *case.ROUTES,
    *cases.ROUTES,
    *desk.ROUTES,
    *consultations.ROUTES,
    *approvals.ROUTES,
    *service.ROUTES,
    *archive.ROUTES,
    *letters.ROUTES,
    *annual.ROUTES,
    *analysis.ROUTES,
    *suggestions.ROUTES,
    *exports.ROUTES,
    *imports.ROUTES,
)
