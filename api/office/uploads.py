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
TOO_LARGE = "超过20MB，请压缩或者分开上传"
TOGETHER, TOGETHER_OF_VISITOR = 60, 20
"""MiB of files that are taken in with one form; they lie in memory then. Those beyond are named, and asked for again."""
MOST_FILES = 20
"""files a case."""

_OFFICE, _OLE = "application/vnd.openxmlformats-officedocument", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIPPED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {  # extension -> (media type, a member that its zip must hold; "": whichever)
        ".docx": (f"{_OFFICE}.wordprocessingml.document", "word/document.xml"),
        ".xlsx": (f"{_OFFICE}.spreadsheetml.sheet", "xl/workbook.xml"),
        ".pptx": (f"{_OFFICE}.presentationml.presentation", "ppt/presentation.xml"),
        ".ofd": ("application/ofd", "OFD.xml"),
        ".zip": ("application/zip", ""),
    }
)
_HEIC = rb"....ftyp(?:heic|heix|heim|heis|hevc|hevx|mif1|msf1)"
_HEADERS = rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\0\n]*\n(?:[ \t][^\0\n]*\n)*)*?(?:From|Date|Subject|Received|MIME-Version):"
_LETTER = rb"(?:\xef\xbb\xbf)?(?:From [^\0\n]*\n)?" + _HEADERS  # some mail programs save it behind the mark of UTF-8, or as an mbox
_PLAIN: Mapping[str, tuple[str, re.Pattern[bytes]]] = MappingProxyType(
    {  # extension -> (media type, what it begins with); readers bear a line before %PDF, as some scanners and mail programs write one
        extension: (media, re.compile(begins, re.S))
        for extension, media, begins in (
            (".pdf", "application/pdf", rb"[^\0]{0,1000}?%PDF-\d"),
            (".jpg", "image/jpeg", rb"\xff\xd8\xff"),
            (".jpeg", "image/jpeg", rb"\xff\xd8\xff"),
            (".png", "image/png", rb"\x89PNG\r\n\x1a\n"),
            (".tif", "image/tiff", rb"II\*\0|MM\0\*"),
            (".tiff", "image/tiff", rb"II\*\0|MM\0\*"),
            (".bmp", "image/bmp", rb"BM.{4}\0{4}.{4}[\x0c\x28\x34\x38\x40\x6c\x7c]\0{3}"),
            (".gif", "image/gif", rb"GIF8[79]a"),
            (".heic", "image/heic", _HEIC),
            (".heif", "image/heif", _HEIC),
            (".doc", "application/msword", re.escape(_OLE)),
            (".xls", "application/vnd.ms-excel", re.escape(_OLE)),
            (".wps", "application/vnd.ms-works", re.escape(_OLE)),
            (".et", "application/vnd.ms-excel", re.escape(_OLE)),
            (".eml", "message/rfc822", _LETTER),
            (".mp3", "audio/mpeg", rb"ID3|\xff[\xe2-\xff]"),
            (".mp4", "video/mp4", rb"....ftyp"),
        )
    }
)
ALLOWED = (*_PLAIN, *_ZIPPED, ".txt")
KINDS = "PDF、图片、Word、Excel、PPT、WPS、OFD、文本、邮件、压缩包、录音录像"
"""The same in words."""


def examine(name: str, data: bytes) -> tuple[str, str]:
    """The safe name and media type of an uploaded file; Invalid with the reason when it may not be kept."""
    name = _name(name)
    extension = PurePath(name).suffix.lower()
    if extension not in ALLOWED:
        raise Invalid("file", "只接收这些格式：" + "、".join(one[1:] for one in ALLOWED))
    if not data:
        raise Invalid("file", "文件是空的，请重新选择")
    if extension in _PLAIN:
        media, begins = _PLAIN[extension]
        good = begins.match(data[:65536]) is not None
    elif extension in _ZIPPED:
        media, member = _ZIPPED[extension]
        good = _holds(data, member)
    else:
        media, good = "text/plain; charset=utf-8", _is_text(data)
    if not good:
        if (really := _really(data)) is not None:
            raise Invalid("file", f"文件的内容是{really[1:].upper()}，不是{extension[1:].upper()}。请把文件名的结尾改成{really}，再上传")
        raise Invalid("file", f"文件的内容不是{extension[1:]}格式，请检查后重新上传")
    return name, media


_RECOGNISED = (".pdf", ".jpg", ".png", ".tif", ".gif", ".heic")
"""What is known by how it begins, and is often given another name: a telephone that changes a photograph keeps its old one."""


def _really(data: bytes) -> str | None:
    """The extension that the content would have; None: it is not known."""
    return next((one for one in _RECOGNISED if _PLAIN[one][1].match(data[:65536])), None)


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
    """A zip that holds `member`, nothing outside itself, and does not blow up when opened. Raises Invalid: a document with macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            infos = bundle.infolist()
            names = [info.filename.replace("\\", "/") for info in infos]
            small = sum(info.file_size for info in infos) <= 20 * LARGEST and len(infos) <= 5000
            inside = not any(name.startswith("/") or ".." in name.split("/") or name[1:2] == ":" for name in names)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return False
    if member and any(name.lower().endswith("/vbaproject.bin") for name in names):
        raise Invalid("file", "文件带有宏，打开时可能运行程序，不能接收。请另存为不带宏的文件再上传")
    return small and inside and (not member or member in names)


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
