"""What may be attached to a file: extension, magic and structure must agree with one allow-list."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

import puremagic

from letters.fontset import unprintable
from workflow import printable
from workflow.identity import clean_text
from workflow.law import Invalid

LARGEST = 20 * 1024 * 1024
"""20 MiB a file."""
MOST_FILES = 20
"""files a case."""

_ZIPPED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {  # extension -> (media type, a member that its zip must hold)
        ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "word/document.xml"),
        ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xl/workbook.xml"),
        ".ofd": ("application/ofd", "OFD.xml"),
    }
)
_PLAIN: Mapping[str, tuple[str, tuple[bytes, ...]]] = MappingProxyType(
    {  # extension -> (media type, the bytes it starts with)
        ".pdf": ("application/pdf", (b"%PDF-",)),
        ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
        ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
        ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
        ".tif": ("image/tiff", (b"II*\x00", b"MM\x00*")),
        ".tiff": ("image/tiff", (b"II*\x00", b"MM\x00*")),
        ".doc": ("application/msword", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
        ".xls": ("application/vnd.ms-excel", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
    }
)
ALLOWED = (*_PLAIN, *_ZIPPED, ".txt")


def examine(name: str, data: bytes) -> tuple[str, str]:
    """The safe name and media type of an uploaded file; Invalid with the reason when it may not be kept."""
    name = _name(name)
    extension = PurePath(name).suffix.lower()
    if extension not in ALLOWED:
        raise Invalid("file", "只接收这些格式：" + "、".join(one[1:] for one in ALLOWED))
    if not data:
        raise Invalid("file", "文件是空的，请重新选择")
    if extension in _PLAIN:
        media, starts = _PLAIN[extension]
        good = data.startswith(starts)
    elif extension in _ZIPPED:
        media, member = _ZIPPED[extension]
        good = _holds(data, member)
    else:
        media, good = "text/plain; charset=utf-8", _is_text(data)
    if not good:
        raise Invalid("file", f"文件的内容不是{extension[1:]}格式，请检查后重新上传")
    return name, media


def comparable(name: str, data: bytes) -> str:
    """The media type of a file that a letter is compared with: .docx, PDF. Raises Invalid."""
    _, media = examine(name, data)
    if media not in (_PLAIN[".pdf"][0], _ZIPPED[".docx"][0]):
        raise Invalid("file", "只能与.docx或者PDF比较，请另存为这两种格式")
    return media


def _name(name: str) -> str:
    plain = words("file", PurePath(name.replace("\\", "/")).name, "文件名")
    plain = re.sub(r'[<>:"|?*/]', "_", plain).strip(". ")
    if not plain or len(plain) > 200:
        raise Invalid("file", "文件名应当是1到200个字")
    return plain


def words(field: str, text: str, what: str = "") -> str:
    """What is said of a file, in one line: it is printed in the 卷内目录. Invalid where it cannot be."""
    try:
        plain = clean_text(text, lines=False)
    except ValueError as error:
        raise Invalid(field, f"{what}{error}") from None
    if (why := printable.fault(plain, lambda one: unprintable(one, lines=False))) is not None:
        raise Invalid(field, f"{what}{why}")
    return plain


def _holds(data: bytes, member: str) -> bool:
    """A zip that holds `member`, nothing outside itself, and does not blow up when opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            infos = bundle.infolist()
            small = sum(info.file_size for info in infos) <= 20 * LARGEST and len(infos) <= 5000
            inside = all(not info.filename.startswith("/") and ".." not in info.filename.split("/") for info in infos)
            return small and inside and any(info.filename == member for info in infos)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return False


def _is_text(data: bytes) -> bool:
    """UTF-8 or GB 18030 text that no known binary format would claim."""
    if b"\0" in data:
        return False
    try:
        if puremagic.magic_string(data[:4096]):
            return False
    except (puremagic.PureError, ValueError):
        pass
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
            return True
        except UnicodeDecodeError:
            continue
    return False
