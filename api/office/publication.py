"""What stands in the public catalogue (条例 44): a title without numbers of people that every font prints, an address without a password."""

from __future__ import annotations

import re

from letters.fontset import unprintable
from workflow import printable
from workflow.personal import told

ADDRESS = r"^https?://[^\s<>\"'@/?#\\]+([/?#][^\s<>\"']*)?$"
"""A web address; whom one signs in as and with what (user:password@) does not belong in it."""


def faults(title: str, url: str) -> list[tuple[str, str]]:
    """What stands against publishing under this title and address: (field, sentence); the sentence repeats neither."""
    found = []
    if (kinds := told(title)) is not None:
        found.append(("title", f"题名将对外公布，里面像是有{kinds}，请删去"))
    elif (why := printable.fault(title, lambda text: unprintable(text, lines=False))) is not None:
        found.append(("title", why))
    if re.fullmatch(ADDRESS, url) is None:
        found.append(("url", "请填写公开的网址，以http://或者https://开头，不带用户名和密码"))
    return found
