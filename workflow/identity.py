"""Identity numbers and free text, checked by their published rules; and how names, numbers and phones are compared.

GB 11643 (居民身份证), GB 32100 (统一社会信用代码). No error text ever repeats the number itself.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Literal

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

# Controls, format marks (bidirectional overrides, invisible joiners, tags), surrogates, private use, separators of lines
# and paragraphs: what can make a text read unlike its bytes, or cannot be printed.
_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

# Part of the spelling of Mongolian words, after a letter; Unicode counts it among the format marks.
_VOWEL_SEPARATOR = "\u180e"


MOST_MARKS = 30
"""So many marks may follow one letter (the stream-safe format of UAX 15); no script needs a third of them."""


def stacked(text: str) -> int | None:
    """The place, counted from 1, where more marks are stacked on one letter than any script does."""
    if len(text) <= MOST_MARKS or text.isascii():
        return None
    marks = 0
    for place, char in enumerate(text, 1):
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks > MOST_MARKS:
            return place - marks
    return None


def normalized(form: Literal["NFC", "NFKC"], text: str) -> str:
    """`text` in a normal form of Unicode; as it is where marks are `stacked`, whose ordering takes the square of their number."""
    return text if stacked(text) is not None else unicodedata.normalize(form, text)


_COMPATIBILITY = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")


def _replaced(text: str) -> str | None:
    """Why a text is not kept that has a 兼容汉字 for which NFC writes another character, often one that looks the same (金, U+F90A)."""
    for found in _COMPATIBILITY.finditer(text):
        usual = unicodedata.normalize("NFC", found[0])
        if usual != found[0]:
            return (
                f"第{found.start() + 1}个字（U+{ord(found[0]):04X}）是兼容汉字，不能原样保存，通行的编码是“{usual}”（U+{ord(usual):04X}）。"
                f"就是这个字的，请改填“{usual}”；不是的，请核对后重新填写"
            )
    return None


_USUAL = "[ -~\u00b7\u2013\u2014\u2018-\u201d\u2026\u3000-\u3029\u4e00-\u9fff\uff01-\uff5e"
_USUAL_LINE, _USUAL_LINES = re.compile(f"{_USUAL}]*"), re.compile(f"{_USUAL}\n]*")
"""Texts of ASCII, Chinese characters and their punctuation: they are in NFC, and each of their characters is seen."""


def clean_text(text: str, *, lines: bool) -> str:
    """Return `text` in NFC with outer blanks removed, a tab as a wide blank; `lines` allows line feeds.

    Raises ValueError (Chinese sentence, with the place) on characters that cannot be seen, on stacked marks, and on Chinese characters
    that NFC would put another in the place of. Which of the others can be printed depends on the fonts: `workflow.printable`.
    """
    if (_USUAL_LINES if lines else _USUAL_LINE).fullmatch(text):
        return text.strip()
    if (place := stacked(text)) is not None:
        raise ValueError(f"第{max(place, 1)}个字上叠加的符号太多，请删去后重新填写")
    if (why := _replaced(text)) is not None:
        raise ValueError(why)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "　"))
    for place, char in enumerate(text):
        if char == "\n" and lines:
            continue
        if unicodedata.category(char) in _FORBIDDEN or char in "\ufffe\uffff":
            if char == _VOWEL_SEPARATOR and place and "\u1820" <= text[place - 1] <= "\u18af":
                continue
            raise ValueError(f"第{place + 1}个字是看不见的控制字符（U+{ord(char):04X}），请删去后重新填写")
    return text.strip()


# Blanks, dashes and what cannot be seen; the minus sign, and the dots within names, of which each keyboard has its own.
_PASSED_OVER = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"})
_MARKS = frozenset("−·•・‧∙⋅.")


def folded(text: str) -> str:
    """A name or the number of a paper as it is compared: NFKC, in capitals, without blanks, dashes and dots.

    What a person typed stays as it is typed; only comparisons are made with this (READINGS R-same-person).
    """
    plain = normalized("NFKC", text).upper()
    kept = "".join(char for char in plain if char not in _MARKS and unicodedata.category(char) not in _PASSED_OVER)
    return kept if kept == text else folded(kept)  # what moved together may combine once more


def folded_phone(phone: str) -> str:
    """A phone as it is compared: its digits, with the extension (转); the country code of China is passed over."""
    plain = re.sub(r"[^0-9+转]", "", folded(phone))
    abroad = re.fullmatch(r"(?:\+|00)86(\d+)(转\d*)?|86(1\d{10})()", plain)
    if abroad is None:
        return plain
    number = abroad[1] or abroad[3]
    own = number if number.startswith("0") or re.fullmatch(r"1\d{10}", number) else f"0{number}"
    return own + (abroad[2] or "")


def person(name: str, phone: str | None, id_type: str | None, id_number: str | None) -> tuple[str, str]:
    """Who somebody is, for comparisons: by the number of the paper, or by name and phone where there is none (R-same-person)."""
    return (id_type or "", folded(id_number)) if id_number else (folded(name), folded_phone(phone or ""))


_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+"
_EMAIL = re.compile(rf"(?=.{{1,64}}@){_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+(?=[A-Za-z]){_LABEL}")


def is_email(address: str) -> bool:
    """电子邮箱 (RFC 5321): a plain local part, without quotes or encoded words (?), at a domain of labels that a letter can be sent to."""
    return len(address) <= 254 and _EMAIL.fullmatch(address) is not None


def born_on(number: str) -> date | None:
    """The date of birth in the number of a resident; None when it has none."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def check_resident_id(number: str) -> str:
    """居民身份证 (GB 11643): 18 places, an area, a real date of birth, a right check digit. Returns it folded.

    Whether the date of birth is still to come is asked where the day of the request is known.
    """
    number = folded(number)
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        raise ValueError("居民身份证号码应当为18位，前17位是数字，请对照证件核对")
    if number.startswith("0"):  # GB/T 2260: the first digit is one of the great regions, and none of them is 0
        raise ValueError("居民身份证号码中的行政区划代码不存在，请对照证件核对")
    born = born_on(number)
    if born is None:
        raise ValueError("居民身份证号码中的出生日期不存在，请对照证件核对")
    if born.year < 1900:
        raise ValueError("居民身份证号码中的出生日期过早，请对照证件核对")
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    if number[17] != _ID_CHECK[total % 11]:
        raise ValueError("居民身份证号码的校验位不符，可能有一位填错，请对照证件核对")
    return number


def check_credit_code(code: str) -> str:
    """统一社会信用代码 (GB 32100): 18 places of its alphabet and a right check character. Returns it folded."""
    code = folded(code)
    if len(code) != 18 or any(char not in _CREDIT_ALPHABET for char in code):
        raise ValueError("统一社会信用代码应当为18位数字或大写字母（不含I、O、S、V、Z），请对照证照核对")
    total = sum(_CREDIT_ALPHABET.index(char) * weight for char, weight in zip(code[:17], _CREDIT_WEIGHTS, strict=True))
    if code[17] != _CREDIT_ALPHABET[(31 - total % 31) % 31]:
        raise ValueError("统一社会信用代码的校验位不符，可能有一位填错，请对照证照核对")
    return code
