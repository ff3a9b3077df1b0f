"""What the office answers when it is not what was hoped for: what is so, why (which article), and what to do now."""

from __future__ import annotations

import errno
from collections.abc import Sequence

from db.engine import DatabaseDamaged, DatabaseFull, DatabaseUnavailable, NewerSchema
from db.files import Damaged
from db.journal import KeyMissing
from db.store import Unreadable
from db.stores import Unreachable
from workflow.acts import Rejected
from workflow.admission import Forbidden
from workflow.law import Invalid, Refused


class Problem(Exception):
    """An answer that is not the one hoped for: `status`, a Chinese sentence, and what the reader needs to go on."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        articles: Sequence[str] = (),
        permitted: Sequence[str] | None = None,
        errors: Sequence[tuple[str, str]] = (),
        headers: dict[str, str] | None = None,
        asks_reason: bool = False,
        heading: str = "",
    ) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.articles, self.permitted, self.errors, self.headers = articles, permitted, errors, headers or {}
        self.asks_reason = asks_reason
        """With a reason the same address answers (`sight`)."""
        self.heading = heading
        """What the page of it is called where its status says too little; a browser gets that page also from an address of the API."""


NOT_FOUND = "没有这件申请，或者您不能查看。"


def not_found(detail: str = NOT_FOUND) -> Problem:
    """The same answer for what does not exist and for what belongs to another agency."""
    return Problem(404, detail)


NO_AGENCY = "没有这个单位，或者您不能查看。"


DATABASE_DAMAGED = (
    "数据库损坏，有的内容读不出来，没有办成；再试也不会好。请告诉管理员：停止服务，先把数据目录原样复制一份，运行gongkai verify看哪里损坏，"
    "再用最近的备份恢复（gongkai restore）。"
)
_KINDS = {"letters": "文书", "attachments": "附件", "uploads": "上传的文件", "ledgers": "导入中的台账"}


def _damaged(error: Damaged) -> Problem:
    """Which file, and what to do: trying again helps nobody."""
    which = f"{_KINDS.get(error.kind, '文件')}{error.name}".rstrip()
    why = "的文件缺失" if error.is_missing else "的文件损坏或者被改动，与登记的摘要不符"
    where = f"files/{error.kind}/{error.name[:2]}/{error.name}" if error.name else "files中的文件"
    told = f"{which}{why}，没有给出；再试也不会好。请把这个编号告诉管理员：从备份中取回{where}，再运行gongkai verify核对。"
    return Problem(410 if error.is_missing else 500, told)


def _unreadable(error: Unreadable) -> str:
    return (
        f"案卷{error.number}损坏：它的第{error.seq}项办理行为读不出来，没有办成；再试也不会好，其他案卷照常办理。请把登记号告诉管理员："
        "运行gongkai verify核对，再从最近的完好的备份中取回这件案卷（gongkai restore恢复到另一个数据目录）。"
    )


def as_problem(error: Exception) -> Problem:
    """What each error of the layers below means to the outside."""
    match error:
        case Problem():
            return error
        case Rejected():
            return Problem(400, "有几处需要改正，见各项说明。", errors=error.errors)
        case Invalid():
            return Problem(400, error.message, articles=error.articles, errors=[(error.field, error.message)])
        case Refused():
            return Problem(409, error.message, articles=error.articles)
        case Forbidden():
            return Problem(403, error.message)
        case OSError() if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return Problem(507, "存储空间不足，没有存上。请告诉管理员；已有的内容可以照常查看。")
        case _:
            return _of_what_is_kept(error)


def _of_what_is_kept(error: Exception) -> Problem:
    """What goes wrong with the keys, the database and the files."""
    match error:
        case KeyMissing():
            return Problem(
                503, "没有启动：日志的密钥（数据目录secrets中的log.key）不在，或者不是原来的，不能证明日志没有被改动。请把原来的密钥放回去。"
            )
        case NewerSchema():
            told = f"没有启动：数据库已由更新版本的程序升级（结构为{error}），这个版本不认识它，什么也没有改动。"
            return Problem(503, f"{told}请改用那个版本的程序，或者恢复升级以前的备份。")
        case Damaged():
            return _damaged(error)
        case Unreadable():
            return Problem(500, _unreadable(error))
        case DatabaseDamaged():
            return Problem(500, DATABASE_DAMAGED)
        case DatabaseFull():
            return Problem(507, "存储空间不足，没有存上。请告诉管理员；已有的内容可以照常查看。")
        case Unreachable():
            told = "存放文书和附件的地方暂时没有回答，没有办成。请稍后再试，您写的内容没有丢失；一直不行的，请告诉管理员运行 gongkai check。"
            return Problem(503, told, headers={"Retry-After": "5"})
        case DatabaseUnavailable():
            return Problem(503, "暂时没有存上，请稍后再试。您写的内容没有丢失。", headers={"Retry-After": "5"})
        case _:
            return Problem(500, "系统出现问题，您的操作没有完成。请稍后再试，或者把编号告诉管理员。")
