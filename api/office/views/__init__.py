"""What is said of a case: shapes of the answers, and how they are made from the file.

The modules divide it by subject; whoever shows a case takes the views from here.
"""

from api.office.views.acts import ActView, act_view
from api.office.views.applicants import ApplicantView, applicant_view
from api.office.views.case import CaseView, DraftView, RiskView, case_view
from api.office.views.consultations import ConsultationView, InboxView, consultations_view, inbox_view
from api.office.views.dates import DayView, DueView, LimitView, SentenceView, due_view, limits_view
from api.office.views.fees import FeeRow, FeeView, QuoteView, ScheduleView, fee_view, quote_view
from api.office.views.lists import CaseRow, Page, PublishedView, SimilarView, case_row, similar_view
from api.office.views.papers import AttachmentView, LetterView, attachment_view, letter_view
from api.office.views.requests import ApprovalView, RequestView, request_moves, request_view
from api.office.views.view import View

__all__ = [
    "ActView",
    "ApplicantView",
    "ApprovalView",
    "AttachmentView",
    "CaseRow",
    "CaseView",
    "ConsultationView",
    "DayView",
    "DraftView",
    "DueView",
    "FeeRow",
    "FeeView",
    "InboxView",
    "LetterView",
    "LimitView",
    "Page",
    "PublishedView",
    "QuoteView",
    "RequestView",
    "RiskView",
    "ScheduleView",
    "SentenceView",
    "SimilarView",
    "View",
    "act_view",
    "applicant_view",
    "attachment_view",
    "case_row",
    "case_view",
    "consultations_view",
    "due_view",
    "fee_view",
    "inbox_view",
    "letter_view",
    "limits_view",
    "quote_view",
    "request_moves",
    "request_view",
    "similar_view",
]
