"""The pages (HTML) over the same `Office` as the JSON API: one folder for each desk, its handlers and templates side by side.

`shared` is what they all draw with. `PAGES` lists every page; who may see it stands in `policy.ROUTES`.
"""

from litestar.handlers import BaseRouteHandler

from api.pages import saving
from api.pages.account import account, factor
from api.pages.acts import acts
from api.pages.admin import counter_pages, holidays, log, overview, security, units, users, wording
from api.pages.approvals import approvals
from api.pages.archive import archive
from api.pages.case import case, letters, redaction, search
from api.pages.consultations import consultations
from api.pages.desk import desk, news, training
from api.pages.guide import calculators, guide
from api.pages.intake import applications, intake
from api.pages.intake import feedback as feedback_desk
from api.pages.public import apply, counter, feedback, public, published, verify
from api.pages.reports import analysis, annual, annual_parts, exports, imports, published_reports, suggestions
from api.pages.service import service
from api.pages.shared import components, numbers

PAGES: tuple[BaseRouteHandler, ...] = (
    *public.ROUTES,
    *account.ROUTES,
    *factor.ROUTES,
    *guide.ROUTES,
    *calculators.ROUTES,
    *components.ROUTES,
    *numbers.ROUTES,
    *saving.ROUTES,
    *apply.ROUTES,
    *counter.ROUTES,
    *feedback.ROUTES,
    *feedback_desk.ROUTES,
    *published.ROUTES,
    *verify.ROUTES,
    *applications.ROUTES,
    *overview.ROUTES,
    *log.ROUTES,
    *users.ROUTES,
    *security.ROUTES,
    *units.ROUTES,
    *counter_pages.ROUTES,
    *wording.ROUTES,
    *holidays.ROUTES,
    *acts.ROUTES,
    *intake.ROUTES,
    *case.ROUTES,
    *redaction.ROUTES,
    *search.ROUTES,
    *desk.ROUTES,
    *news.ROUTES,
    *training.ROUTES,
    *consultations.ROUTES,
    *approvals.ROUTES,
    *service.ROUTES,
    *archive.ROUTES,
    *letters.ROUTES,
    *annual.ROUTES,
    *annual_parts.ROUTES,
    *published_reports.ROUTES,
    *analysis.ROUTES,
    *suggestions.ROUTES,
    *exports.ROUTES,
    *imports.ROUTES,
)
