"""Who may do what: one table of routes, roles and relations. What is not in the table is denied.

A relation says how the officer stands to a case: `own` (his agency's), `overseen` (of an agency his own oversees),
`passed_down` (his agency is to draft its reply), `consulted` (his agency was asked for an opinion on it). Another agency's case
answers as one that does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from letters.agencies import Agency
from workflow.acts import Officer
from workflow.case import Case

STAFF = frozenset({"intake", "handler", "legal", "head", "archivist", "analyst"})
ATTACHING = STAFF - {"analyst"}
"""Who counts adds nothing to a file."""
REDACTING = frozenset({"handler", "legal", "head"})
"""Who decides what is withheld, or examines it, makes redacted copies."""
SYSTEM, SECURITY, AUDIT = ADMINISTRATORS = ("admin", "security_admin", "audit_admin")
"""三员: 系统管理员, 安全保密管理员, 安全审计员. Where the administration is not divided, the first does what all three may."""
EVERYONE = STAFF | frozenset(ADMINISTRATORS)
FACTORED = frozenset({"head", *ADMINISTRATORS})
"""Who signs, and who administers: of them the office may ask a second factor."""
PUBLIC: frozenset[str] = frozenset()
"""No sign-in needed: the law and its arithmetic are no secret."""
UNMASKING = frozenset({"intake", "handler", "legal", "head"})
"""Roles that may take the applicants' names of their own agency away, with a reason."""
OVERSEERS = frozenset({"head", "analyst", "handler"})
"""Roles of an overseeing agency that may read the files of the agencies below it."""


@dataclass(frozen=True, slots=True)
class Access:
    """The roles that may use a route, and the relations to a case under which it answers."""

    roles: frozenset[str]
    relations: frozenset[str] = frozenset()
    reads: bool = False
    """A POST that changes nothing: open to a token that may only read."""
    divided: frozenset[str] | None = None
    """The roles that may use it where the administration is divided (三员分立); None: the same."""

    @property
    def is_public(self) -> bool:
        return not self.roles

    def open_to(self, is_divided: bool) -> frozenset[str]:
        """The roles that may use it."""
        return self.divided if is_divided and self.divided is not None else self.roles


OWN = frozenset({"own"})
READ = frozenset({"own", "overseen", "passed_down"})
WORK = frozenset({"own", "passed_down"})
ACT = frozenset({"own", "overseen", "passed_down", "consulted"})

ADMIN = Access(frozenset({SYSTEM}))
"""系统管理: users, units, wording, rules, settings."""
GUARDS = Access(frozenset({SYSTEM, SECURITY}), divided=frozenset({SECURITY}))
"""安全保密管理: posts, passwords and locks, second factors, tokens, who is let in."""
AUDITS = Access(frozenset({SYSTEM, AUDIT}), divided=frozenset({AUDIT}))
"""安全审计: the log, and nothing else."""
USERS = Access(frozenset({SYSTEM, SECURITY}))
"""What both need: of a user each sees all, and changes his own part (`pages.admin.users`)."""

ROUTES: Mapping[tuple[str, str], Access] = MappingProxyType(
    {
        ("GET", "/"): Access(PUBLIC),
        ("GET", "/api"): Access(PUBLIC),
        ("GET", "/api/openapi.json"): Access(PUBLIC),
        ("GET", "/procedure"): Access(PUBLIC),
        ("GET", "/guide"): Access(PUBLIC),
        ("GET", "/guide/procedure"): Access(PUBLIC),
        ("GET", "/guide/articles"): Access(PUBLIC),
        ("GET", "/guide/readings"): Access(PUBLIC),
        ("GET", "/guide/glossary"): Access(PUBLIC),
        ("GET", "/guide/fees"): Access(PUBLIC),
        ("GET", "/guide/keys"): Access(PUBLIC),
        ("GET", "/guide/calculators"): Access(PUBLIC),
        ("GET", "/components"): Access(PUBLIC),
        ("GET", "/apply"): Access(PUBLIC),
        ("GET", "/apply/status"): Access(PUBLIC),
        ("POST", "/apply/status"): Access(PUBLIC),
        ("GET", "/published"): Access(PUBLIC),
        ("GET", "/published/feed"): Access(PUBLIC),
        ("GET", "/verify"): Access(PUBLIC),
        ("POST", "/verify"): Access(PUBLIC),
        ("GET", "/apply/{code}"): Access(PUBLIC),
        ("POST", "/apply/{code}"): Access(PUBLIC),
        ("POST", "/apply/{code}/draft"): Access(PUBLIC),
        ("POST", "/large"): Access(PUBLIC),
        ("GET", "/counter"): Access(PUBLIC),
        ("GET", "/counter/{code}"): Access(PUBLIC),
        ("POST", "/counter/{code}/end"): Access(PUBLIC),
        ("GET", "/counter/{code}/pages/{number}"): Access(PUBLIC),
        ("GET", "/counter/{code}/feedback"): Access(PUBLIC),
        ("POST", "/counter/{code}/feedback"): Access(PUBLIC),
        ("GET", "/admin"): Access(frozenset(ADMINISTRATORS)),
        ("GET", "/admin/users"): USERS,
        ("POST", "/admin/users"): ADMIN,
        ("GET", "/admin/users/{officer_id}"): USERS,
        ("POST", "/admin/users/{officer_id}"): USERS,
        ("POST", "/admin/users/{officer_id}/active"): GUARDS,
        ("POST", "/admin/users/{officer_id}/password"): GUARDS,
        ("POST", "/admin/users/{officer_id}/leave"): ADMIN,
        ("POST", "/admin/users/{officer_id}/leave/end"): ADMIN,
        ("POST", "/admin/users/{officer_id}/tokens"): GUARDS,
        ("POST", "/admin/users/{officer_id}/factor"): GUARDS,
        ("GET", "/admin/security"): GUARDS,
        ("POST", "/admin/security/factor"): GUARDS,
        ("POST", "/admin/security/division"): GUARDS,
        ("POST", "/admin/security/watermark"): GUARDS,
        ("GET", "/admin/agencies"): ADMIN,
        ("POST", "/admin/agencies/{code}/form"): ADMIN,
        ("POST", "/admin/agencies/{code}/check"): ADMIN,
        ("POST", "/admin/agencies/{code}/counter"): ADMIN,
        ("GET", "/admin/agencies/{code}/pages"): ADMIN,
        ("POST", "/admin/agencies/{code}/pages"): ADMIN,
        ("GET", "/admin/letterheads"): ADMIN,
        ("GET", "/admin/letterheads/{code}"): ADMIN,
        ("POST", "/admin/letterheads/{code}"): ADMIN,
        ("POST", "/admin/letterheads/{code}/preview"): ADMIN,
        ("GET", "/admin/phrases"): ADMIN,
        ("POST", "/admin/phrases"): ADMIN,
        ("GET", "/admin/wording"): ADMIN,
        ("GET", "/admin/wording/{what}"): ADMIN,
        ("POST", "/admin/wording/{what}"): ADMIN,
        ("POST", "/admin/wording/{what}/preview"): ADMIN,
        ("GET", "/admin/holidays"): ADMIN,
        ("POST", "/admin/holidays"): ADMIN,
        ("POST", "/admin/holidays/confirm"): ADMIN,
        ("GET", "/admin/fees"): ADMIN,
        ("GET", "/admin/rules"): ADMIN,
        ("GET", "/admin/log"): AUDITS,
        ("POST", "/admin/log/csv"): AUDITS,
        ("GET", "/intake/applications"): Access(frozenset({"intake", "handler"}), OWN),
        ("GET", "/intake/applications/{application_id}"): Access(frozenset({"intake", "handler"}), OWN),
        ("GET", "/intake/applications/{application_id}/files/{upload_id}"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/intake/applications/{application_id}/confirm"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/intake/applications/{application_id}/decline"): Access(frozenset({"intake", "handler"}), OWN),
        ("GET", "/intake/feedback"): Access(frozenset({"intake", "handler"}), OWN),
        ("GET", "/intake/feedback/{feedback_id}"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/intake/feedback/{feedback_id}"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/intake/feedback/{feedback_id}/assign"): Access(frozenset({"intake", "handler"}), OWN),
        ("GET", "/samples/{name}"): Access(PUBLIC),
        ("GET", "/static/{file_path}"): Access(PUBLIC),
        ("GET", "/sign-in"): Access(PUBLIC),
        ("POST", "/sign-in"): Access(PUBLIC),
        ("POST", "/sign-in/code"): Access(PUBLIC),
        ("POST", "/sign-out"): Access(PUBLIC),
        ("GET", "/account"): Access(EVERYONE),
        ("POST", "/account/password"): Access(EVERYONE),
        ("GET", "/account/factor"): Access(EVERYONE),
        ("POST", "/account/factor"): Access(EVERYONE),
        ("POST", "/account/factor/confirm"): Access(EVERYONE),
        ("POST", "/account/factor/recovery"): Access(EVERYONE),
        ("POST", "/account/factor/remove"): Access(EVERYONE),
        ("POST", "/account/sessions"): Access(EVERYONE),
        ("POST", "/account/tokens"): Access(EVERYONE),
        ("POST", "/account/tokens/revoke"): Access(EVERYONE),
        ("POST", "/account/settings"): Access(EVERYONE),
        ("POST", "/account/contact"): Access(EVERYONE),
        ("POST", "/account/phrases"): Access(STAFF),
        ("POST", "/account/leave"): Access(STAFF),
        ("POST", "/account/leave/end"): Access(STAFF),
        ("POST", "/hints/numbers"): Access(STAFF),
        ("POST", "/drafts"): Access(STAFF | {SYSTEM, SECURITY}),
        ("GET", "/desk"): Access(STAFF, READ),
        ("GET", "/desk/calendar"): Access(STAFF, OWN),
        ("GET", "/desk/news"): Access(frozenset({"handler", "head"}), OWN),
        ("POST", "/desk/news"): Access(frozenset({"handler", "head"}), OWN),
        ("GET", "/training"): Access(STAFF),
        ("POST", "/desk/together"): Access(STAFF, READ),
        ("GET", "/desk/together/{kind}/{key}"): Access(STAFF),
        ("GET", "/cases"): Access(STAFF, READ),
        ("POST", "/cases/views"): Access(STAFF),
        ("POST", "/cases/find"): Access(STAFF, READ),
        ("GET", "/cases/{case_id}"): Access(STAFF, READ),
        ("GET", "/cases/{case_id}/consultations"): Access(STAFF, READ),
        ("GET", "/cases/{case_id}/letters"): Access(STAFF, READ),
        ("GET", "/cases/{case_id}/attachments"): Access(STAFF, READ),
        ("GET", "/cases/{case_id}/fees"): Access(STAFF, READ),
        ("GET", "/cases/{case_id}/risks"): Access(STAFF, READ),
        ("GET", "/cases/{case_id}/similar"): Access(STAFF, READ),
        ("GET", "/cases/{case_id}/history"): Access(STAFF, READ),
        ("GET", "/cases/{case_id}/why"): Access(STAFF, READ),
        ("POST", "/cases/{case_id}/attachments"): Access(ATTACHING, WORK),
        ("POST", "/cases/{case_id}/applicant"): Access(STAFF, OWN),
        ("GET", "/attachments/{attachment_id}"): Access(STAFF, READ),
        ("POST", "/attachments/{attachment_id}"): Access(STAFF, READ),
        ("GET", "/attachments/{attachment_id}/pages/{number}"): Access(STAFF, READ),
        ("POST", "/cases/{case_id}/attachments/{attachment_id}"): Access(ATTACHING, WORK),
        ("GET", "/cases/{case_id}/redactions/{attachment_id}"): Access(REDACTING, OWN),
        ("POST", "/cases/{case_id}/redactions/{attachment_id}"): Access(REDACTING, OWN),
        ("GET", "/letters/{letter_id}"): Access(STAFF, READ),
        ("POST", "/letters/{letter_id}"): Access(STAFF, READ),
        ("GET", "/letters/{letter_id}/pdf"): Access(STAFF, READ),
        ("POST", "/letters/{letter_id}/pdf"): Access(STAFF, READ),
        ("GET", "/letters/{letter_id}/docx"): Access(STAFF, READ),
        ("GET", "/letters/{letter_id}/ofd"): Access(STAFF, READ),
        ("POST", "/letters/{letter_id}/compare"): Access(STAFF, READ),
        ("GET", "/letters/{letter_id}/pages/{number}"): Access(STAFF, READ),
        ("GET", "/intake"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/intake"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/intake/aside"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/intake/files"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/intake/original"): Access(frozenset({"intake", "handler"}), OWN),
        ("GET", "/intake/files/{upload_id}/pages/{number}"): Access(frozenset({"intake", "handler"}), OWN),
        ("GET", "/intake/done/{case_id}"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/intake/done/{case_id}"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/cases/{case_id}/told"): Access(frozenset({"intake", "handler"}), OWN),
        ("GET", "/cases/{case_id}/acts/{kind}"): Access(STAFF, READ),
        ("POST", "/cases/{case_id}/acts/{kind}"): Access(STAFF, READ),
        ("POST", "/cases/{case_id}/acts/{kind}/preview"): Access(STAFF, READ),
        ("GET", "/health/live"): Access(PUBLIC),
        ("GET", "/health/ready"): Access(PUBLIC),
        ("GET", "/metrics"): Access(PUBLIC),  # by a password of its own
        ("POST", "/api/calculators/deadline"): Access(PUBLIC),
        ("POST", "/api/calculators/fee"): Access(PUBLIC),
        ("GET", "/api/procedure"): Access(PUBLIC),
        ("GET", "/api/rules"): Access(PUBLIC),
        ("POST", "/api/letters/verify"): Access(PUBLIC),
        ("GET", "/api/me"): Access(EVERYONE),
        ("GET", "/api/me/leave"): Access(STAFF),
        ("POST", "/api/me/leave"): Access(STAFF),
        ("DELETE", "/api/me/leave"): Access(STAFF),
        ("GET", "/api/agencies"): Access(EVERYONE),
        ("POST", "/api/cases"): Access(frozenset({"intake", "handler"}), OWN),
        ("GET", "/api/cases"): Access(STAFF, READ),
        ("GET", "/api/cases/{case_id}"): Access(STAFF, READ),
        ("POST", "/api/cases/{case_id}/acts"): Access(STAFF, ACT),
        ("POST", "/api/cases/{case_id}/letters/preview"): Access(STAFF, OWN, reads=True),
        ("POST", "/api/cases/{case_id}/attachments"): Access(ATTACHING, WORK),
        ("GET", "/api/cases/{case_id}/similar"): Access(STAFF, READ),
        ("GET", "/api/cases/{case_id}/days"): Access(STAFF, READ),
        ("GET", "/api/cases/{case_id}/archive"): Access(frozenset({"archivist", "head", "handler"}), OWN),
        ("POST", "/api/archive/packages"): Access(frozenset({"archivist", "head", "handler"}), OWN, reads=True),
        ("POST", "/api/archive/transfer-list"): Access(frozenset({"archivist", "head", "handler"}), OWN, reads=True),
        ("GET", "/api/attachments/{attachment_id}"): Access(STAFF, READ),
        ("POST", "/api/attachments/{attachment_id}"): Access(ATTACHING, WORK),
        ("GET", "/api/letters/{letter_id}"): Access(STAFF, READ),
        ("GET", "/api/letters/{letter_id}/pdf"): Access(STAFF, READ),
        ("GET", "/api/letters/{letter_id}/docx"): Access(STAFF, READ),
        ("GET", "/api/letters/{letter_id}/ofd"): Access(STAFF, READ),
        ("POST", "/api/letters/{letter_id}/compare"): Access(STAFF, READ, reads=True),
        ("POST", "/api/letters/booklet"): Access(STAFF, READ, reads=True),
        ("GET", "/api/consultations"): Access(STAFF),
        ("GET", "/api/approvals"): Access(frozenset({"legal", "head"})),
        ("GET", "/api/reports/annual"): Access(STAFF, READ),
        ("GET", "/api/reports/annual/cases"): Access(STAFF, READ),
        ("POST", "/api/reports/annual/freeze"): Access(frozenset({"head", "analyst"}), OWN),
        ("GET", "/api/reports/analysis"): Access(STAFF, READ),
        ("GET", "/api/reports/fees"): Access(STAFF, READ),
        ("GET", "/api/export/cases"): Access(STAFF, READ),
        ("POST", "/api/export/cases"): Access(UNMASKING, READ, reads=True),
        ("POST", "/api/similar"): Access(STAFF, READ, reads=True),
        ("GET", "/api/cases/{case_id}/dossier"): Access(STAFF, READ),
        ("GET", "/api/suggestions"): Access(STAFF, READ),
        ("POST", "/api/suggestions"): Access(frozenset({"handler", "head", "analyst"}), OWN),
        ("POST", "/api/suggestions/{suggestion_id}"): Access(frozenset({"handler", "head", "analyst"}), OWN),
        ("GET", "/analysis"): Access(STAFF, READ),
        ("GET", "/analysis/cases"): Access(STAFF, READ),
        ("GET", "/analysis/print"): Access(STAFF, READ),
        ("POST", "/analysis/print"): Access(STAFF, READ),
        ("GET", "/analysis/print/pdf"): Access(STAFF, READ),
        ("GET", "/analysis/suggestions"): Access(STAFF, READ),
        ("GET", "/analysis/suggestions/new"): Access(frozenset({"handler", "head", "analyst"}), OWN),
        ("POST", "/analysis/suggestions/new"): Access(frozenset({"handler", "head", "analyst"}), OWN),
        ("GET", "/analysis/suggestions/{suggestion_id}"): Access(STAFF, READ),
        ("POST", "/analysis/suggestions/{suggestion_id}"): Access(frozenset({"handler", "head", "analyst"}), OWN),
        ("GET", "/analysis/topics"): Access(STAFF, READ),
        ("POST", "/analysis/topics"): Access(frozenset({"intake", "handler", "head", "analyst"}), OWN),
        ("GET", "/analysis/fees"): Access(STAFF, READ),
        ("GET", "/exports"): Access(STAFF, READ),
        ("POST", "/exports"): Access(STAFF, READ),
        ("GET", "/import"): Access(frozenset({"head", "analyst", "admin"}), OWN),
        ("POST", "/import"): Access(frozenset({"head", "analyst", "admin"}), OWN),
        ("GET", "/import/template"): Access(frozenset({"head", "analyst", "admin"}), OWN),
        ("GET", "/import/{job_id}"): Access(frozenset({"head", "analyst", "admin"}), OWN),
        ("POST", "/import/{job_id}"): Access(frozenset({"head", "analyst", "admin"}), OWN),
        ("GET", "/import/{job_id}/words"): Access(frozenset({"head", "analyst", "admin"}), OWN),
        ("POST", "/import/{job_id}/words"): Access(frozenset({"head", "analyst", "admin"}), OWN),
        ("GET", "/import/{job_id}/problems"): Access(frozenset({"head", "analyst", "admin"}), OWN),
        ("GET", "/annual"): Access(STAFF, READ),
        ("GET", "/annual/cases"): Access(STAFF, READ),
        ("GET", "/annual/freeze"): Access(frozenset({"head", "analyst"}), OWN),
        ("POST", "/annual/freeze"): Access(frozenset({"head", "analyst"}), OWN),
        ("GET", "/annual/parts"): Access(frozenset({"head", "analyst"}), OWN),
        ("POST", "/annual/parts"): Access(frozenset({"head", "analyst"}), OWN),
        ("GET", "/annual/published"): Access(frozenset({"head", "analyst"}), OWN),
        ("POST", "/annual/published"): Access(frozenset({"head", "analyst"}), OWN),
        ("GET", "/consultations"): Access(STAFF),
        ("GET", "/consultations/{case_id}/{n}"): Access(STAFF, ACT),
        ("POST", "/consultations/{case_id}/{n}"): Access(STAFF, ACT),
        ("GET", "/consultations/{case_id}/{n}/materials/{attachment_id}"): Access(STAFF, ACT),
        ("GET", "/approvals"): Access(frozenset({"legal", "head"})),
        ("GET", "/approvals/{case_id}"): Access(frozenset({"handler", "legal", "head"}), OWN),
        ("GET", "/approvals/{case_id}/sheet"): Access(frozenset({"handler", "legal", "head", "archivist"}), OWN),
        ("POST", "/approvals/{case_id}/sheet"): Access(frozenset({"handler", "legal", "head", "archivist"}), OWN),
        ("POST", "/approvals/{case_id}"): Access(frozenset({"legal", "head"}), OWN),
        ("GET", "/approvals/{case_id}/requests/{seq}"): Access(frozenset({"legal", "head"}), OWN),
        ("POST", "/approvals/{case_id}/requests/{seq}"): Access(frozenset({"head"}), OWN),
        ("GET", "/service"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/service"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/service/labels"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/service/print"): Access(frozenset({"intake", "handler"}), OWN),
        ("POST", "/service/receipts"): Access(frozenset({"intake", "handler"}), OWN),
        ("GET", "/archive"): Access(frozenset({"archivist", "head", "handler"}), OWN),
        ("POST", "/archive"): Access(frozenset({"archivist"}), OWN),
        ("POST", "/archive/opinions"): Access(frozenset({"archivist"}), OWN),
        ("POST", "/archive/packages"): Access(frozenset({"archivist", "head", "handler"}), OWN),
        ("POST", "/archive/transfer-list"): Access(frozenset({"archivist", "head", "handler"}), OWN),
        ("GET", "/archive/{case_id}/package"): Access(frozenset({"archivist", "head", "handler"}), OWN),
        ("POST", "/archive/{case_id}/package"): Access(frozenset({"archivist", "head", "handler"}), OWN),
    }
)

# What an officer of another agency may place on a file through his relation to it.
ACTS_BY_RELATION: Mapping[str, frozenset[str] | None] = MappingProxyType(
    {
        "own": None,  # everything the rules give to the role
        "consulted": frozenset({"opinion"}),
        "overseen": frozenset({"note", "supervision"}),
        "passed_down": frozenset({"search", "secrecy_review", "meeting", "draft", "recall", "note"}),
    }
)


def relation(officer: Officer, case: Case, agencies: Mapping[str, Agency]) -> str | None:
    """How `officer` stands to `case`; None: for him it does not exist, as for whoever administers: no file is his business."""
    if officer.role not in STAFF:
        return None
    if officer.agency == case.agency:
        return "own"
    mine = agencies.get(officer.agency)
    if mine is not None and case.agency in mine.oversees and officer.role in OVERSEERS:
        return "overseen"
    if case.passed_down is not None and case.passed_down.agency == officer.agency:
        return "passed_down"
    if any(asked.act.agency == officer.agency for asked in case.consultations):
        return "consulted"
    return None


def readable_agencies(officer: Officer, agencies: Mapping[str, Agency]) -> frozenset[str]:
    """The agencies whose files this officer may list: his own, and those his agency oversees; of whoever administers, none."""
    if officer.role not in STAFF:
        return frozenset()
    mine = agencies.get(officer.agency)
    below = mine.oversees if mine is not None and officer.role in OVERSEERS else ()
    return frozenset({officer.agency, *below})
