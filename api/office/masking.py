"""Masking of personal data (脱敏): what lists and most readers see."""

from __future__ import annotations

from workflow.personal import mask_name, mask_number, mask_phone, mask_text

__all__ = ["mask_applicant", "mask_name", "mask_number", "mask_phone", "mask_text"]


def mask_applicant(name: str, category: str) -> str:
    """The name of an applicant of this category (申请人类别), as a list shows it."""
    return mask_name(name, is_person=category == "natural_person")
