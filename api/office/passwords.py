"""What a password must be: long, of several kinds of characters, and not among the first that anybody would guess."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from zxcvbn import zxcvbn

LEAST, MOST, CLASSES = 10, 128, 3
"""A password has at least 10 characters of 3 of the 4 classes."""
GUESSES = 10**9
"""So many guesses it must take whoever knows lists of passwords, words, keyboards, dates and names (zxcvbn)."""
LOOKED_AT = 32
"""Characters that are judged: a longer password is not weaker, and judging it takes seconds."""
USUAL = (
    "gongkai", "xinxi", "zhengfu", "shenqing", "yishenqing", "zhengwu", "xinxigongkai", "zhengfuxinxi", "bangongshi", "ziyuanju",
    "guanli", "guanliyuan", "mima", "denglu", "yonghu", "ceshi", "shiyan", "xitong", "danwei", "renmin", "zhongguo", "beijing",
    "shandong", "liaocheng", "guanxian", "woaini", "woaiwojia", "nihao", "xiexie", "huanying", "xinnian", "kuaile", "facai",
    "huawei", "xiaomi", "weixin", "zhifubao", "taobao", "wangyi", "tengxun", "yidong", "liantong", "dianxin", "yangli", "样例",
)  # fmt: skip
"""Words that come to mind in a Chinese office, and stand in no English list."""
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
"""Those that are not taken for one another when they are read out."""


def one_time_password() -> str:
    """A password of good strength that can be read out: four groups of four."""
    while True:
        text = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        if weakness(text) is None:
            return text


def weakness(password: str, about: Iterable[str] = ()) -> str | None:
    """What is wrong with a new password, in a sentence; None when it is good. `about`: names that whoever guesses would try."""
    classes = [
        any(one.islower() for one in password),
        any(one.isupper() for one in password),
        any(one.isdigit() for one in password),
        any(not one.isalnum() for one in password),
    ]
    if not LEAST <= len(password) <= MOST:
        return f"密码应当有{LEAST}到{MOST}个字符，请改长一些"
    if sum(classes) < CLASSES:
        return "密码应当含有大写字母、小写字母、数字、符号中的三种，请补上"
    known = [*USUAL, *(part for name in about for part in (name, *re.split(r"[^0-9A-Za-z]+", name)) if len(part) > 2)]
    if zxcvbn(password[:LOOKED_AT], user_inputs=known)["guesses"] < GUESSES:
        return "这个密码容易被猜到：常用的密码、词语、姓名、年份、键盘上相邻的字符，改几个字也一样。请换成几个互不相干的词，或者更长一些"
    return None
