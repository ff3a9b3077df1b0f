"""下载的文件名: files are called as people call them, in every browser (RFC 6266, RFC 5987)."""

from __future__ import annotations

import re
from urllib.parse import quote

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


def disposition(name: str, *, inline: bool = False) -> str:
    """The Content-Disposition of a file called `name`: in UTF-8 for who reads that, without other letters for who does not."""
    name = _NOT_IN_NAMES.sub("_", name).strip(" .") or "file"
    plain = f"file.{name.rpartition('.')[2]}" if "." in name and name.rpartition(".")[2].isascii() else "file"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{name if name.isascii() else plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def letter_name(title: str, number: str | None, case_number: str, suffix: str = ".pdf") -> str:
    """冠自然资公复〔2026〕8号 答复书.pdf; what has no number of its own is called by that of its file."""
    return f"{number or case_number} {title}{suffix}"
