"""Is this installation fit to serve: asked by `gongkai check`, `/health/ready`, and at every start."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api.office.office import SHANGHAI, Office
from api.settings import Settings
from db import assignees, erasing, people, rebuilding
from db.locked import KINDS, LEAST, is_weak
from db.staff import staff
from db.stores import BUCKET, Folder
from letters.fontset import faults
from letters.render import missing_libraries

LEAST_FREE = 200 * 1024 * 1024
"""Below 200 MiB of free space nothing new should be accepted."""
RESTORING = "restoring"
"""The file in the data folder that says which backup is being restored: until that is done nothing here is fit to serve."""
BACKED_UP = "backed-up"
"""The file in the data folder that was last written when a backup was made."""
HORIZON = 60
"""Natural days ahead for which the calendar should be loaded."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`level` is ok, warns or fails."""

    name: str
    level: str
    text: str

    @property
    def in_public(self) -> str:
        """What anybody may read of it: whoever keeps the installation asks `gongkai check` for the rest."""
        return self.text if self.name in _PUBLIC else _PUBLIC_WORDS[self.level]


_PUBLIC = ("database", "calendar", "letters")
_PUBLIC_WORDS = {"ok": "正常", "warns": "需要注意，请由管理员运行 gongkai check 查看", "fails": "不可用，请由管理员运行 gongkai check 查看"}


def checkup(office: Office) -> list[Finding]:
    """Every check, in order; none of them raises."""
    checks = (_database, _projections, _clock, _files, _space, _backup, _calendar, _letters, _signing, _agencies, _people, _erased)
    return [finding for check in checks for finding in _quietly(check, office)]


def _quietly(check: Callable[[Office], Iterator[Finding]], office: Office) -> list[Finding]:
    try:
        return list(check(office))
    except Exception as error:
        return [Finding(check.__name__.strip("_"), "fails", f"检查没有完成：{type(error).__name__}")]


def _database(office: Office) -> Iterator[Finding]:
    if (office.data_dir / RESTORING).exists():
        yield Finding("restore", "fails", "从备份恢复没有做完，请再运行一次 gongkai restore（同一份备份），做完以后再启动")
    problem = office.database.problem()
    yield Finding("database", "fails" if problem else "ok", problem or f"数据库可以读写（{office.database.kind}）")


def _projections(office: Office) -> Iterator[Finding]:
    with office.database.read() as session:
        due = rebuilding.is_due(session)
        left = rebuilding.left(session) if due else 0
    if due:
        told = f"升级以后正在重新推算案件索引，还有{left}件，做完以前列表和统计可能不准；服务没有启动的，请运行 gongkai rebuild"
        yield Finding("projections", "fails", told)
    else:
        yield Finding("projections", "ok", "案件索引由本版程序推算")


AHEAD = timedelta(minutes=5)
"""What was stamped so much later than now was stamped by a clock that has been set back since."""


def _clock(office: Office) -> Iterator[Finding]:
    now = office.clock()
    with office.database.read() as session:
        latest = people.last_logged(session)
    told = f"系统时间{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if latest is None or latest <= now + AHEAD:
        yield Finding("clock", "ok", told)
    else:
        later = f"{latest.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        yield Finding("clock", "warns", f"{told}，早于最近一次记录的时间{later}：时钟可能被拨回，或者曾经拨快。请核对；办理不受影响")


def _files(office: Office) -> Iterator[Finding]:
    """The store of letters and attachments; what lies in the data folder though they are kept elsewhere."""
    store, own = office.files.store, office.data_dir / "files"
    problem = store.problem()
    yield Finding("files", "fails" if problem else "ok", problem or f"文书和附件保存在{store.where}")
    if store.where.startswith(BUCKET) and own.is_dir() and next(Folder(own).names(), None):
        yield Finding("files", "warns", f"文书和附件保存在{store.where}，{own}里还有文件，请用 gongkai move-files {own} 移过去")


def _free(office: Office) -> int:
    return shutil.disk_usage(office.data_dir).free


def has_room(office: Office) -> bool:
    """Whether there is space for what nobody has sent yet."""
    return _free(office) >= LEAST_FREE


def last_backup(office: Office) -> float | None:
    """When this program last made a backup, in seconds since 1970; None: not that it knows of."""
    mark = office.data_dir / BACKED_UP
    return mark.stat().st_mtime if mark.is_file() else None


def _space(office: Office) -> Iterator[Finding]:
    free = _free(office)
    level = "ok" if free >= LEAST_FREE else "fails"
    yield Finding("space", level, f"数据目录剩余空间{free // (1024 * 1024)}MiB")


LATE = timedelta(days=8)
"""So long ago, the last backup was forgotten."""


def _backup(office: Office) -> Iterator[Finding]:
    """备份: whether somebody makes them here; by whatever other means the program cannot know."""
    if (made := last_backup(office)) is None:
        yield Finding("backup", "warns", "这里还没有用 gongkai backup 备份过，请每天备份，并另存一份到别的机器")
        return
    at = datetime.fromtimestamp(made, UTC)
    is_late = at < office.clock() - LATE
    told = f"最近一次备份在{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    yield Finding("backup", "warns" if is_late else "ok", told + ("，已经过了一周，请核对每天的备份是否还在运行" if is_late else ""))


def of_settings(settings: Settings) -> list[Finding]:
    """What is set and will not do, though nothing stops for it: it would be noticed when it is wanted."""
    found, command = list[Finding](), settings.remind_command
    if command is not None and not (command.is_file() and os.access(command, os.X_OK)):
        found.append(Finding("settings", "warns", f"REMIND_COMMAND所指的{command}不能运行，通知发不出去，请核对路径和执行权限"))
    if (passphrase := settings.backup_passphrase.get_secret_value()) and is_weak(passphrase):
        least = f"请改为不少于{LEAST}个字符、其中不同的不少于{KINDS}个"
        found.append(Finding("settings", "warns", f"BACKUP_PASSPHRASE太短或者太简单，用它不能备份，{least}"))
    return found


def _calendar(office: Office) -> Iterator[Finding]:
    last = office.rules.calendar.last
    left = (last - office.today()).days
    text = f"放假安排已载入至{last.year}年12月31日"
    if left < HORIZON:
        text += "；跨入下一年度的日期为暂定，请在国务院办公厅公布后载入下一年度的放假安排"
    yield Finding("calendar", "ok" if left >= HORIZON else "warns", text)


def _letters(office: Office) -> Iterator[Finding]:
    missing = missing_libraries()
    yield Finding("letters", "fails" if missing else "ok", missing or "文书所需的字体和系统库齐全")
    yield from (Finding("fonts", "warns", fault) for fault in faults())


NO_AGENCY = (
    "还没有设置单位，不能登记申请。请以系统管理员登录（没有的，运行 gongkai init），在“管理—单位”中新增；或者把单位的抬头文件"
    "放入 AGENCIES_DIR。只是试用的，运行 gongkai demo"
)


def _signing(office: Office) -> Iterator[Finding]:
    if (signing := office.printing.signing) is not None:
        signer, now = signing.signer, office.clock()
        since, until = getattr(signer, "since", None), getattr(signer, "until", None)
        told = f"文书加电子签名：{signer.name}"
        if since is not None and now < since:
            yield Finding("signing", "warns", f"{told}，证书自{since.astimezone(SHANGHAI):%Y-%m-%d}起才有效，请核对证书和本机的时间")
        elif until is None:
            yield Finding("signing", "ok", told)
        elif until <= now:
            yield Finding("signing", "warns", f"{told}，证书已于{until.astimezone(SHANGHAI):%Y-%m-%d}过期，请立即换证")
        else:
            soon = until < now + timedelta(days=30)
            ends = f"，有效期至{until.astimezone(SHANGHAI):%Y-%m-%d}{'，请及时换证' if soon else ''}"
            yield Finding("signing", "warns" if soon else "ok", told + ends)


def _agencies(office: Office) -> Iterator[Finding]:
    named = "、".join(one.name for one in office.agencies.values())
    yield Finding("agencies", "ok" if named else "warns", f"已设置{len(office.agencies)}个单位：{named}" if named else NO_AGENCY)


def _people(office: Office) -> Iterator[Finding]:
    with office.database.read() as session:
        people = staff(session, None, office.today(), office.rules)
        lost = assignees.lost(session, people, {*people.agencies, *office.agencies})
    if not lost:
        yield Finding("people", "ok", "每件在办的申请都在在岗人员的列表上")
        return
    named = "、".join(f"{office.agencies[code].name if code in office.agencies else code}{count}件" for code, count in sorted(lost.items()))
    text = f"有在办的申请不在任何在岗人员的列表上：{named}。请给这些单位启用或者新增负责人或者登记岗，再行交办"
    yield Finding("people", "warns", text)


def _erased(office: Office) -> Iterator[Finding]:
    with office.database.read() as session:
        if erasing.has_residue(session):
            text = "到期销毁的案卷在数据库文件里还有残迹，请在没有人长时间查询的时候运行 gongkai erase --sweep 清除"
            yield Finding("erased", "warns", text)
