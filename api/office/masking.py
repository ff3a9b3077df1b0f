"""Masking of personal data (脱敏): what lists and most readers see."""

from __future__ import annotations


def mask_name(name: str, *, is_person: bool) -> str:
    """张*; the names of organisations are no secret."""
    return f"{name[:1]}*" if is_person and name else name


def mask_applicant(name: str, category: str) -> str:
    """The name of an applicant of this category (申请人类别), as a list shows it."""
    return mask_name(name, is_person=category == "natural_person")


def mask_number(number: str | None) -> str | None:
    """110***********1234 (证件号码)."""
    if number is None:
        return None
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) > 8 else "*" * len(number)


def mask_phone(phone: str | None) -> str | None:
    """138****5678 (联系电话)."""
    if phone is None:
        return None
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 9 else "*" * len(phone)


def mask_text(text: str | None) -> str | None:
    """An address or mailbox: the first three characters only."""
    return None if text is None else text[:3] + "***"
