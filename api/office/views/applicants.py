"""申请人, masked for who does not handle the file."""

from __future__ import annotations

from pydantic import Field

from api.office.masking import mask_name, mask_number, mask_phone, mask_text
from api.office.views.view import View
from workflow import acts as a


class ApplicantView(View):
    category: str
    name: str
    id_type: str | None
    id_number: str | None = Field(description="已遮盖")
    contact_name: str | None
    phone: str | None
    email: str | None
    address: str | None
    postcode: str | None


def applicant_view(applicant: a.Applicant, *, full: bool) -> ApplicantView:
    """The applicant: the number of the paper is always masked; name and contacts only `full` for who handles the file."""
    data = applicant.model_dump()
    data["id_number"] = mask_number(applicant.id_number)
    if not full:
        data |= {
            "name": mask_name(applicant.name, is_person=applicant.is_person),
            "contact_name": mask_text(applicant.contact_name) and mask_name(applicant.contact_name or "", is_person=True),
            "phone": mask_phone(applicant.phone),
            "email": mask_text(applicant.email),
            "address": mask_text(applicant.address),
        }
    return ApplicantView(**data)
