"""What a filled form says (文字识别): lines that were read from a picture become fields of a registration. Pure.

A label (姓名, 证件号码) has its value beside it in the same row, or behind a colon in the same line. The page may lie on its side or
upside down, and askew: the way in which most labels have a value is the right one. What no label names is found by its form: the number
of a resident, a mobile phone. All of it may be wrong: it is proposed, and taken by a person.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from letters.marks import Place
from workflow.identity import check_credit_code, check_resident_id


@dataclass(frozen=True, slots=True)
class Written:
    """A line as it was read: its words, its four corners in millimetres, and how sure of it is what read it (0 to 1)."""

    text: str
    corners: tuple[tuple[float, float], ...]
    sure: float


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says of one field: the value, how sure it is, where it stands on the page as it lies, and how it is turned."""

    field: str
    value: str
    sure: float
    place: Place
    turned: int = 0
    """Quarters, clockwise, by which the page is to be turned to stand upright."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What was read, and the part of the picture (PNG) on which it was."""

    said: Said
    picture: bytes


FIELDS = ("name", "id_number", "phone", "address", "date", "wanted")
"""What is proposed, in the order of the form."""
DOUBT = 0.5
"""By which a value is less sure that does not stand up to its check."""
MOST = 20_000
_LABELS: tuple[tuple[str, str], ...] = (
    ("id_number", r"(?:有效)?(?:居民|公民)?(?:身份证件?|身份|证件)(?:号码?|编号)|统一社会信用代码|(?:组织)?机构代码"),
    ("name", r"(?:申请人)?(?:姓名|名称)(?:[、/或和]?(?:单位)?名称)?|申请人"),
    ("phone", r"(?:联系|移动|固定|办公)?电话(?:号码)?|手机(?:号码?)?|联系方式"),
    ("address", r"(?:通[信讯]|联系|家庭|邮寄|居住)?(?:地址|住址)"),
    ("date", r"(?:申请|登记|提出|填表)(?:日期|时间)|日期"),
    ("wanted", r"(?:所需|申请(?:公开|获取)?的?)(?:政府)?信息的?(?:内容)?(?:描述|名称)?|的?内容描述"),
    ("", (r"登记号|编号|申请人类别|联系人(?:姓名)?|(?:身份)?证件(?:类型|名称|种类)|电子(?:邮箱|邮件)|邮箱|E-?mail|邮政编码|邮编|特征性?描述"
         r"|(?:信息的?)?(?:指定)?提供(?:方式|介质)|(?:获取|领取)(?:信息的?)?(?:途径|方式)|代填人|申请人(?:确认|签名|签字|签章).*|工作单位|法定代表人|法人代表"
         r"|传真|(?:所需信息的?)?用途|备注|代理人|共同申请人|性别|职业")),
)  # fmt: skip
"""The words of the forms that are in use, and the field of each; "": they bound others."""
_WHOLE = tuple((field, re.compile(rf"(?:{words})[：:]?", re.I)) for field, words in _LABELS)
_BEFORE = tuple((field, re.compile(rf"(?:{words})(?:[：:]|[「『|\[]+)", re.I)) for field, words in _LABELS)
_NARROW = {wide: wide - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for wide in range(ord(first), ord(last) + 1)}
"""Figures and letters of full width as others write them; the punctuation stays as it was written."""
_EDGES = "：:|｜「」『』[]_—－-.。,，、"


@dataclass(slots=True)
class _Line:
    """A line as it stands on the upright page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    of: tuple[int, ...]
    """Which of the lines that were read."""
    field: str | None = None
    """Of a label: what it names."""
    rest: str = ""
    """What stands behind a label in its own line."""
    begins: float = 0.0
    """How far down its beginning stands: a long line of a page seen at an angle ends elsewhere."""

    @property
    def middle(self) -> float:
        return self.begins or (self.top + self.bottom) / 2


def said(written: Sequence[Written], page: int = 1) -> tuple[Said, ...]:
    """The fields that a page proposes, each once, in the order of the form."""
    turned, known = max(((quarter, _by_label(_upright(written, quarter))) for quarter in range(4)), key=lambda one: (len(one[1]), -one[0]))
    for field, found in _by_form(written).items():
        known.setdefault(field, found)
    made = []
    for field in FIELDS:
        if field not in known or (value := _READ[field]("\n".join(text for text, _ in known[field]))) is None:
            continue
        parts = [written[n] for _, of in known[field] for n in of]
        sure = min(one.sure for one in parts) * (1 if value[1] else DOUBT)
        made.append(Said(field, value[0], round(sure, 2), _around(parts, page), turned))
    return tuple(made)


def _around(parts: Sequence[Written], page: int) -> Place:
    xs, ys = ([corner[axis] for one in parts for corner in one.corners] for axis in (0, 1))
    return Place(page, round(min(xs), 1), round(min(ys), 1), round(max(xs) - min(xs), 1), round(max(ys) - min(ys), 1))


# ------------------------------------------------------------------ the page set upright


def _upright(written: Sequence[Written], quarter: int) -> list[_Line]:
    """The lines with the page turned by so many quarters, and then straightened; from the top."""
    cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarter]
    placed = [[(x * cos - y * sin, x * sin + y * cos) for x, y in one.corners] for one in written]
    slopes = [slope for corners in placed if (slope := _slope(corners)) is not None]
    askew = median(slopes) if slopes else 0.0
    cosine, sine = math.cos(askew), math.sin(askew)
    found = []
    for n, (one, corners) in enumerate(zip(written, placed, strict=True)):
        xs, ys = [x * cosine + y * sine for x, y in corners], [y * cosine - x * sine for x, y in corners]
        text = one.text.translate(_NARROW).strip()
        if text:
            first = sorted(zip(xs, ys, strict=True))[:2]
            found.append(_Line(text, min(xs), min(ys), max(xs), max(ys), (n,), begins=(first[0][1] + first[1][1]) / 2))
    return sorted(found, key=lambda one: (one.top, one.left))


def _slope(corners: Sequence[tuple[float, float]]) -> float | None:
    """By how much a long line rises or falls; None: it is too short to tell, or runs down the page."""
    a, b, c = corners[0], corners[1], corners[2]
    along, across = (b[0] - a[0], b[1] - a[1]), (c[0] - b[0], c[1] - b[1])
    if math.hypot(*along) < math.hypot(*across):
        along, across = across, along
    if math.hypot(*along) < 3 * math.hypot(*across):
        return None
    slope = (math.atan2(along[1], along[0]) + math.pi / 2) % math.pi - math.pi / 2
    return slope if abs(slope) < math.pi / 4 else None


# ------------------------------------------------------------------ labels, and what stands beside them


def _by_label(lines: Sequence[_Line]) -> dict[str, list[tuple[str, tuple[int, ...]]]]:
    """Field -> the parts of its value, and of which lines they are."""
    labels, values = _labelled(lines)
    bands = [_band(one, labels) for one in labels]
    beside: dict[int, list[_Line]] = {n: [] for n in range(len(labels))}
    for value in values:  # each to the label before it in its row: the last of several
        before = [n for n, one in enumerate(labels) if bands[n][0] < value.middle < bands[n][1] and value.left >= _least(one)]
        if before:
            beside[max(before, key=lambda n: (labels[n].left, -abs(labels[n].middle - value.middle)))].append(value)
    found: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for n, one in enumerate(labels):
        if not one.field or one.field in found:
            continue
        parts = [(one.rest, one.of)] if one.rest else []
        if not one.rest or one.field in _LONG:
            parts += [(line.text, line.of) for line in _in_order(beside[n])]
        if parts:
            found[one.field] = parts
    return found


def _labelled(lines: Sequence[_Line]) -> tuple[list[_Line], list[_Line]]:
    """Labels, with what stands behind them in their own line; and the other lines."""
    labels, values = list[_Line](), list[_Line]()
    for line in (part for one in lines for part in _parts(one)):
        plain = re.sub(r"\s", "", line.text).strip(_EDGES)
        line.field = next((field for field, pattern in _WHOLE if pattern.fullmatch(plain)), None)
        if line.field is None and (behind := _behind(line.text)) is not None:
            line.field, line.rest = behind
        if line.field is None:
            values.append(line)
        elif line.field == "wanted" and labels and (above := _above(line, labels)) is not None:  # one label on two lines
            above.bottom = line.bottom
        else:
            labels.append(line)
    inside = [one for one in labels if one.rest and any(_is_before(other, one) for other in labels)]  # 名称：…… in the cell of another label
    return [one for one in labels if one not in inside], [*values, *inside]


def _is_before(label: _Line, line: _Line) -> bool:
    height = line.bottom - line.top
    return not label.rest and label.right <= line.left and abs(label.middle - line.middle) < 1.5 * height


def _above(line: _Line, labels: Iterable[_Line]) -> _Line | None:
    height = line.bottom - line.top
    close = (one for one in labels if one.field == "wanted" and 0 < line.middle - one.middle < 4 * height)
    return next((one for one in close if one.left < line.right and line.left < one.right), None)


def _parts(line: _Line) -> list[_Line]:
    """A line with several labels, each before a colon, as several."""
    cuts = sorted({match.start() for _, pattern in _BEFORE for match in pattern.finditer(line.text) if match.group().endswith(("：", ":"))})
    cuts = [at for at in cuts if at == 0 or line.text[at - 1] in " 　;；,，。"]
    if len(cuts) < 2:
        return [line]
    wide, total = line.right - line.left, len(line.text)
    ends = [*cuts[1:], total]
    return [_Line(line.text[a:b].strip(), line.left + wide * a / total, line.top, line.left + wide * b / total, line.bottom, line.of)
            for a, b in zip(cuts, ends, strict=True)]  # fmt: skip


def _behind(text: str) -> tuple[str, str] | None:
    """The field that a line names, and what it says behind the name."""
    for field, pattern in _BEFORE:
        if match := pattern.match(text):
            return field, text[match.end():].strip().strip(_EDGES)
    return None


_LONG = ("address", "wanted")
"""What goes on in the lines below."""


def _band(label: _Line, labels: Sequence[_Line]) -> tuple[float, float]:
    """From where to where the row of a label reaches."""
    height = label.bottom - label.top
    column = [one for one in labels if one is not label and one.left < label.right and label.left < one.right]
    over = max((one.bottom for one in column if one.middle < label.middle), default=None)
    under = min((one.top for one in column if one.middle > label.middle), default=None)
    top = (over + label.top) / 2 if over is not None else label.top - height
    bottom = (label.bottom + under) / 2 if under is not None else label.bottom + (12 * height if label.field == "wanted" else height)
    if label.field != "wanted":  # a row of a form is at most three lines high
        top, bottom = max(top, label.top - 1.5 * height), min(bottom, label.bottom + 1.5 * height)
    return top, bottom


def _least(label: _Line) -> float:
    """How far to the right a value of this label begins at the least."""
    return label.left if label.rest else label.right - (label.bottom - label.top)


def _in_order(lines: Sequence[_Line]) -> list[_Line]:
    """As they are read: down, and what is in one line from left to right."""
    rows = list[list[_Line]]()
    for one in sorted(lines, key=lambda one: one.middle):
        if rows and one.middle - rows[-1][0].middle < 0.4 * (one.bottom - one.top) and one.left >= rows[-1][-1].right:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [one for row in rows for one in row]


# ------------------------------------------------------------------ what is known by its form

_RESIDENT = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def _by_form(written: Sequence[Written]) -> dict[str, list[tuple[str, tuple[int, ...]]]]:
    found: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for n, one in enumerate(written):
        text = re.sub(r"\s", "", one.text.translate(_NARROW))
        for number in _RESIDENT.findall(text):
            if _checked(number) is not None:
                found.setdefault("id_number", [(number, (n,))])
        for phone in _MOBILE.findall(text):
            found.setdefault("phone", [(phone, (n,))])
    return found


def _checked(number: str) -> str | None:
    for check in (check_resident_id, check_credit_code):
        try:
            return check(number)
        except ValueError:
            continue
    return None


# ------------------------------------------------------------------ what a value may be: the value, and whether it holds

_Read = tuple[str, bool]
_ALIKE = str.maketrans("OoQDlI|BSZ", "0000111852")


def _name(text: str) -> _Read | None:
    plain = re.sub(r"\s", "", text).strip(_EDGES)
    return (plain, True) if 2 <= len(plain) <= 60 and not re.search(r"\d{4}", plain) else None


def _number(text: str) -> _Read | None:
    plain = re.sub(r"[^0-9A-Za-z]", "", text)
    if (right := _checked(plain.upper())) is not None:
        return right, True
    alike = plain[:-1].translate(_ALIKE) + plain[-1:].upper()
    if (right := _checked(alike)) is not None:  # a letter that looks like a figure
        return right, True
    return (plain.upper(), False) if 6 <= len(plain) <= 20 and any(one.isdigit() for one in plain) else None


def _phone(text: str) -> _Read | None:
    plain = re.sub(r"[^0-9A-Za-z|+-]", "", text).translate(_ALIKE)
    if mobile := _MOBILE.search(plain.replace("-", "")):
        return mobile.group(), True
    fixed = re.search(r"(?<!\d)(0\d{2,3}-?)?\d{7,8}(?!\d)", plain)
    return (fixed.group(), True) if fixed else None


def _address(text: str) -> _Read | None:
    plain = re.sub(r"\s", "", text).strip(_EDGES)
    return (plain, True) if 4 <= len(plain) <= 200 else None


def _date(text: str) -> _Read | None:
    match = re.search(r"((?:19|20)\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})", text)
    try:
        return (date(*(int(one) for one in match.groups())).isoformat(), True) if match else None
    except ValueError:
        return None


def _wanted(text: str) -> _Read | None:
    plain = re.sub(r"\s*\n\s*", "", text).strip().strip("|｜_")
    return (plain[:MOST], True) if len(plain) >= 4 else None


_READ: Mapping[str, Callable[[str], _Read | None]] = {
    "name": _name, "id_number": _number, "phone": _phone, "address": _address, "date": _date, "wanted": _wanted,
}  # fmt: skip
