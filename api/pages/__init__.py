"""The pages (HTML) over the same `Office` and the same queries as the API: one module for each desk.

`PAGES` lists every page; who may see it stands in `policy.ROUTES`.
"""

from litestar.handlers import BaseRouteHandler

from api.pages import (
    account,
    acts,
    analysis,
    annual,
    apply,
    approvals,
    archive,
    case,
    cases,
    components,
    consultations,
    desk,
    guide,
    letters,
    public,
    service,
)

PAGES: tuple[BaseRouteHandler, ...] = (
    *public.ROUTES,
    *account.ROUTES,
    *guide.ROUTES,
    *components.ROUTES,
    *apply.ROUTES,
    *acts.ROUTES,
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
)
