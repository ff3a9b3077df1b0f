"""The command line: `gongkai`. Every command answers in Chinese and exits non-zero when it fails."""

from __future__ import annotations

import errno
import fcntl
import gc
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from threading import Timer
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import click

from api.cli import reports

if TYPE_CHECKING:
    from sqlmodel import Session

    from api.office.office import Office
    from api.settings import Settings
    from db.store import Unreadable
    from db.stores import Store
    from workflow.acts import Officer
    from workflow.movers import Movers


def main(words: Sequence[str] | None = None) -> None:
    """The entry point: foreseen errors are sentences, not traces."""
    from api.office import log
    from db import private

    os.umask(private.OTHERS)  # whatever a command makes, a backup too, its owner alone may read
    log.configure()
    try:
        ended = gongkai.main(words, "gongkai", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(_mistyped(error), err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        _fail("已中止。")
    except Exception as error:
        _fail(_sentence_of(error))
    sys.exit(ended if isinstance(ended, int) else 0)


def _mistyped(error: click.ClickException) -> str:
    """What is wrong with how a command was typed: what click says of it, in words."""
    ctx, why = getattr(error, "ctx", None), "命令写得不对"
    where = f"用法见 {ctx.command_path if ctx is not None else 'gongkai'} --help。"
    match error:
        case _ if "\u4e00" <= error.message[:1] <= "\u9fff":  # said by a command of ours
            why = error.message.rstrip("。")
        case click.NoSuchCommand():
            near = f"，是不是{'、'.join(error.possibilities)}" if error.possibilities else ""
            why = f"没有{error.command_name}这个命令{near}"
        case click.NoSuchOption():
            near = f"，是不是{'、'.join(error.possibilities)}" if error.possibilities else ""
            why = f"没有{error.option_name}这个选项{near}"
        case click.MissingParameter() if error.param is not None:
            why = f"缺少{_called(error.param)}"
        case click.BadParameter() if error.param is not None:
            why = f"{_called(error.param)}填写得不对，应当是{_taken(error.param.type)}"
        case click.BadOptionUsage():
            why = f"{error.option_name}后面缺少它的值，或者它不带值"
        case _ if "unexpected extra" in error.format_message():
            why = "多写了参数"
        case _ if "Missing command" in error.format_message():
            why = "没有写明哪个命令"
        case _:
            pass
    return f"{why}。{where}"


def _called(param: click.Parameter) -> str:
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name


def _taken(kind: click.ParamType[Any]) -> str:
    """What a parameter takes."""
    match kind:
        case click.Choice():
            return f"其中之一：{'、'.join(map(str, kind.choices))}"
        case click.IntRange():
            return f"{kind.min}到{kind.max}的整数" if kind.max is not None else f"不小于{kind.min}的整数"
        case click.DateTime():
            return "日期，例如2026-01-31"
        case click.Path():
            return "目录的路径，已有的不能是文件" if not kind.file_okay else "已有的、可以读的文件的路径" if kind.exists else "文件的路径，不是目录"
        case _:
            return "整数" if kind is click.INT else "合用的值"


def _sentence_of(error: Exception) -> str:
    """What went wrong. What is known of errors is loaded now: it takes longer than a command that has none."""
    from api.office import log
    from api.office.problems import as_problem
    from api.settings import BadSetting
    from db.engine import DatabaseFull, DatabaseUnavailable
    from db.sealing import BadKeys
    from db.stores import Unreachable
    from letters.signing import BadSigner
    from workflow.law import BadRules

    if isinstance(error, BadKeys):
        return str(error)
    if isinstance(error, BadSigner):
        return f"电子签名的设置有误，没有启动：{error}。"
    if isinstance(error, BadSetting):
        return f"设置有误，没有启动，{error}" if "\n" in str(error) else f"设置有误，没有启动：{error}"
    if isinstance(error, BadRules):
        return f"规则或者抬头有误，没有启动：{error}"
    if isinstance(error, Unreachable):
        return f"{error}。"
    if isinstance(error, DatabaseUnavailable):
        return _no_database(is_full=isinstance(error, DatabaseFull))
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"磁盘满了，{error.filename or '文件'}没有写成。请腾出空间，再试。"
    if isinstance(error, OSError):
        return f"不能读写{error.filename or '文件'}：{os.strerror(error.errno or 0)}。请检查路径、权限和剩余空间。"
    problem = as_problem(error)
    if problem.status == 500:
        log.log.error("command failed", exc_info=error)
    return problem.detail


def _no_database(*, is_full: bool) -> str:
    """Why the database cannot be used. SQLite on a full disk often says no more than that a file cannot be opened."""
    from db.engine import path_of

    settings = load_settings()
    file = path_of(settings.database_url)
    if file is None:
        shown, why = settings.shown["DATABASE_URL"], "服务器的磁盘满了，请腾出空间" if is_full else _unanswered(settings.database_url)
        return f"数据库连接不上，或者不能写入（{shown}）：{why}。"
    free = shutil.disk_usage(file.parent).free if file.parent.is_dir() else _LEAST
    if is_full or free < _LEAST:
        return f"{file.parent}所在的磁盘满了（剩余{free // 1024**2}MiB），没有办成，已有的数据没有改动。请腾出空间，再试。"
    return f"{file}不能打开，或者不能写入，没有办成。请检查权限，以及是不是有别的程序长时间占用它。"


def _unanswered(url: str) -> str:
    """Why PostgreSQL is not to be had: what its client says, in words, without what it quotes."""
    import psycopg

    try:
        psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5).close()
    except (psycopg.Error, UnicodeError) as error:
        said = str(error)
        return next((why for words, why in _ANSWERS if words in said), "请检查DATABASE_URL和数据库的运行情况")
    return "可以连接，但是没有办成，可能正忙，或者不许写入。请稍后再试"


_ANSWERS = (
    ("password authentication failed", "用户名或者口令不对"), ("no password supplied", "没有写明口令"),
    ("pg_hba.conf", "服务器不许这个用户从这里连接（pg_hba.conf）"), ("starting up", "数据库正在启动，请稍等"), ("too many", "连接已经用完"),
    ('database "', "没有这个数据库，请先建立（createdb）"), ('role "', "没有这个数据库用户"), ("resolve host", "找不到这台主机，请核对名称"),
    ("translate host name", "找不到这台主机，请核对名称"), ("Connection refused", "主机上没有数据库在听，请核对端口，启动数据库"),
    ("timeout", "没有回答，可能被防火墙拦住"),
)  # fmt: skip
"""What is found in PostgreSQL's answer -> what it means; the first that fits."""

_LEAST = 4 * 1024**2
"""So little is as good as nothing: SQLite writes beside its file before it writes into it."""


def load_settings(**overrides: object) -> Settings:
    from api import settings  # takes as long to load as all that `--help` needs

    return settings.load_settings(**overrides)


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


def _tell(sentence: str) -> None:
    click.echo(sentence, err=True)


@contextmanager
def _office(settings: Settings | None = None, *, begins: bool = False, tells: bool = True) -> Iterator[Office]:
    """The office; one that is not there yet is made only by a command that `begins` one. It `tells` where lists and figures are not to be trusted."""
    from api.office.opening import open_office
    from db import rebuilding
    from db.engine import path_of

    settings = settings or load_settings()
    if not begins and (file := path_of(settings.database_url)) is not None and not file.exists():
        _fail(
            f"{settings.data_dir}里还没有数据库，没有办理。数据在别处的，请设置DATA_DIR（用PostgreSQL的，设置DATABASE_URL）；"
            "新的单位先运行gongkai init，样例单位先运行gongkai demo。"
        )
    office = open_office(settings, tell=_tell)
    try:
        if tells:
            with office.database.read() as session:
                if rebuilding.is_due(session):
                    _tell("升级以后案件索引还没有重新推算，列表和统计可能不准：请运行gongkai rebuild，或者启动服务，由它自己完成。")
        yield office
    finally:
        office.close()


_MANY_FILES = 2_000
"""From so many on, a rebuild is worth the start of more processes."""


def _progress(total: int, label: str) -> Any:
    """A bar on the error output, for people: what a command answers stays alone on the standard output."""
    return click.progressbar(length=total, label=label, file=sys.stderr, update_min_steps=max(1, total // 100))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def gongkai() -> None:
    """公开：政府信息依申请公开办理。设置取自环境变量，见 gongkai check。"""


@gongkai.command()
@click.option("--host", default=None, help="监听地址")
@click.option("--port", type=int, default=None, help="监听端口")
@click.option("--workers", type=int, default=None, help="同时服务的进程数，只用于PostgreSQL")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """启动服务。"""
    import uvicorn

    from api.cli.workers import divide
    from api.office.checkup import of_settings

    opened: Callable[[], object] = lambda: None  # noqa: E731 - as long as there is one process

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                opened()

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            super().handle_exit(sig, frame)
            _end_in_time()

    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the application is there, which reads rules and letterheads again
    overrides = {name: value for name, value in {"host": host, "port": port, "workers": workers}.items() if value is not None}
    settings = load_settings(**overrides)
    for one in of_settings(settings):
        _tell(f"注意：{one.text}。")
    if settings.workers > 1 and settings.database_url.startswith("sqlite"):
        _fail(f"SQLite只能由一个进程服务，没有启动{settings.workers}个。请去掉--workers（WORKERS），或者改用PostgreSQL（DATABASE_URL）。")
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.getaddrinfo(settings.host or None, settings.port, family)  # else it is told as a port that is taken
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except (socket.gaierror, UnicodeError):
        _fail(f"没有 {settings.host} 这个地址，没有启动。请把HOST（--host）设为本机的IP地址，例如 127.0.0.1（只供本机的代理）或者 0.0.0.0（全部）。")
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            _fail(f"{settings.host} 不是本机的地址，没有启动。请把HOST（--host）设为本机的IP地址，例如 127.0.0.1 或者 0.0.0.0（全部）。")
        _fail(f"不能在 {settings.host}:{settings.port} 监听（{os.strerror(error.errno or 0)}）。请换一个端口，或者停止占用它的程序。")
    if settings.workers > 1:
        os.environ["WORKERS"] = str(settings.workers)  # each opens its own office, and takes its share of connections
        opened = divide(settings.workers)
    # uvicorn takes the signal over while it serves, finishes what is in flight, and raises the signal again.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with listening, _only_server(settings):
        # By its name, as uvicorn takes it: the application stands above the three doors, and this door knows no web.
        config = uvicorn.Config(
            "api.app:create_app", factory=True, log_config=None, access_log=False, server_header=False,
            timeout_graceful_shutdown=6, lifespan="on", http="api.web.connections:Connection",
            forwarded_allow_ips=settings.forwarded_allow_ips,
        )  # fmt: skip
        config.load()
        # What is loaded by now stays; looking at it again and again costs a tenth of every answer, measured.
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        click.echo(f"公开已启动：http://{settings.host}:{settings.port}/" + (f"（进程{os.getpid()}）" if settings.workers > 1 else ""), err=True)
        server = Server(config)
        server.run(sockets=[listening])
    if not server.started:
        sys.exit(1)


TO_END = 9.0
"""Seconds after a signal in which the server ends, whatever still hangs: what was acknowledged is committed."""


def _end_in_time() -> None:
    """End the process where a database that is silent, or a letter, keeps it from ending."""
    watch = Timer(TO_END, os._exit, [0])
    watch.daemon = True
    watch.start()


@contextmanager
def _only_server(settings: Settings) -> Iterator[None]:
    """SQLite: nobody else serves this database; the lock ends with the process."""
    from db import private
    from db.engine import path_of

    if (database := path_of(settings.database_url)) is None:
        yield
        return
    database.parent.mkdir(private.FOLDER, parents=True, exist_ok=True)
    with open(database.with_name(f"{database.name}-serving"), "ab+", opener=private.opener) as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            number = held.read(20).decode("ascii", "replace").strip()
            _fail(
                f"{database}已经有一个服务在用（进程号{number}），没有启动第二个。请先停止它；要让几个服务用同一个数据库的，请改用PostgreSQL（DATABASE_URL）。"
            )
        held.truncate(0)
        held.write(f"{os.getpid()}\n".encode())
        held.flush()
        yield


ONCE = "只显示这一次，首次登录须换成自己的密码"


@gongkai.command(short_help="建立数据目录和数据库，新增首个系统管理员。")
@click.option("--username", default="admin", show_default=True, help="首个系统管理员的用户名")
@click.option("--name", default="系统管理员", show_default=True, help="首个系统管理员的姓名")
@click.option("--agency", default="", help="首个系统管理员所在单位的代码；还没有设置单位的，不填")
def init(username: str, name: str, agency: str) -> None:
    """建立数据目录和数据库，新增首个系统管理员并显示一次性密码；已经有系统管理员的，不再新增。"""
    from api.office import passwords, sessions
    from api.office.record import by_command
    from db import people, queries, store

    _check_name(name)
    with _office(begins=True) as office:
        if agency and agency not in office.agencies:
            _fail(_no_agency(office))
        password, now = passwords.one_time_password(), office.clock()
        hashed = sessions.hasher().hash(password)

        def make(session: Session) -> list[str]:
            there = [one.username for one in queries.officers(session) if one.role == "admin" and one.active]
            if not there:
                if people.officer_row(session, username) is not None:
                    _fail("这个用户名已经有人使用，请用 --username 另定一个")
                made = store.add_officer(session, username=username, name=name, role="admin", agency=agency, at=now)
                sessions.give_one_time(session, made.id, hashed, now)
                people.log(session, now, "user", object=username, reason=by_command("新增首个系统管理员"))
            return there

        there = office.database.write(make)
        click.echo(f"已建立：{office.database.kind}")
        if there:
            click.echo(f"已经有系统管理员：{'、'.join(there)}。没有密码或者忘记密码的，请运行 gongkai user password {there[0]}")
        else:
            click.echo(f"系统管理员：{username}")
            click.echo(f"一次性密码：{password}（{ONCE}）")


@gongkai.command(short_help="建立样例单位、人员和约六十件样例案件，供试用。")
@click.option("--empty", is_flag=True, help="只建立单位和人员，不要样例案件")
@click.option("--training", is_flag=True, help="建立培训单位：一天的工作，任务自己核对是否完成。只用于空的数据目录")
def demo(empty: bool, training: bool) -> None:
    """建立样例单位（冠县）、人员和约六十件样例案件；再次运行不会重复建立。"""
    from api.cli.demo import PASSWORD, load_samples, officers, open_desks, open_pages
    from api.office.record import by_command, record
    from db import queries
    from db.engine import path_of

    settings = load_settings()
    begins = (file := path_of(settings.database_url)) is not None and not file.exists()
    with _office(settings, begins=True) as office:
        if training and not _may_train(office):
            return
        if _is_in_use(office):
            _fail("没有建立：这里已经是正式使用的单位，样例人员的密码人人知道，不能建在这里。请用DATA_DIR另指一个空的数据目录。")
        if not office.sources.samples and not begins:  # nobody serves what is not there yet
            click.echo("样例单位已启用。如果已有服务在用这个数据目录运行，请重新启动它。", err=True)
        people = open_desks(office)
        open_pages(office, people)
        click.echo(f"样例人员的登录密码：{PASSWORD}（如 handler@gx-zrzy）", err=True)
        record(office.database, office.clock(), "demo", reason=by_command(f"{len(people)}名样例人员"))
        others = [username for username, *_ in officers() if username not in people]
        if others:
            click.echo(f"这些用户名另有人使用，不是样例人员，没有改动：{'、'.join(others)}", err=True)
        with office.database.read() as session:
            there = queries.count_cases(session)
        if training:
            from api.cli.training import load

            click.echo(f"培训单位已就绪：{load(office, people)}件案件。登录以后打开 /training 看今天的任务")
            return
        if not (empty or there) and [one for one in others if "@" in one]:
            _fail("样例人员不齐，不能建立样例案件。请换一个空的数据目录，或者只建立单位和人员：gongkai demo --empty")
        if empty or there:
            click.echo(f"样例单位已就绪：{len(people)}名人员，{there}件案件")
            return
        count = load_samples(office, people)
        click.echo(f"样例单位已就绪：{len(people)}名人员，{count}件样例案件")


def _is_in_use(office: Office) -> bool:
    """Whether somebody works here in a unit that is none of the sample office's."""
    from api.cli.demo import officers
    from db import queries

    with office.database.read() as session:
        return not {one.agency for one in queries.officers(session) if one.agency} <= {agency for *_, agency in officers()}


def _may_train(office: Office) -> bool:
    """Whether a training office can be made here: where nobody works and no file is. False: it is one already."""
    from api.cli.demo import officers
    from api.office import training
    from db import queries

    samples = {(username, name) for username, name, *_ in officers()}
    with office.database.read() as session:
        if training.is_on(session):
            click.echo("培训单位已经建立。要重新开始，请换一个空的数据目录。")
            return False
        if queries.count_cases(session):
            _fail("没有建立：这里已经有案件，培训单位不能建在有案件的单位里。请用DATA_DIR另指一个空的数据目录。")
        if {(one.username, one.name) for one in queries.officers(session)} - samples:
            _fail("没有建立：这里已经有本单位的人员，培训单位不能建在正式使用的单位里。请用DATA_DIR另指一个空的数据目录。")
    return True


def _no_agency(office: Office) -> str:
    if not office.agencies:
        from api.office.checkup import NO_AGENCY

        return NO_AGENCY
    return "没有这个单位代码，可用的有：" + "、".join(office.agencies)


def _check_name(name: str) -> None:
    """The name of an officer stands in letters and logs: there is one, and every character of it is printed as itself."""
    from letters.fontset import unprintable
    from workflow import printable
    from workflow.identity import clean_text

    try:
        why = "不能空着" if not clean_text(name, lines=False) else printable.fault(name, lambda text: unprintable(text, lines=False))
    except ValueError as error:
        why = str(error)
    if why is not None:
        _fail(f"姓名：{why}")


@gongkai.group()
def user() -> None:
    """人员管理。"""


ROLES = ("intake", "handler", "legal", "head", "archivist", "analyst", "admin", "security_admin", "audit_admin")


@user.command("add")
@click.argument("username")
@click.option("--name", required=True, help="姓名")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--agency", required=True, help="单位代码")
def add_user(username: str, name: str, role: str, agency: str) -> None:
    """新增人员。"""
    from api.office import duties
    from api.office.record import by_command
    from db import people, store

    _check_name(name)
    with _office() as office:
        if agency not in office.agencies:
            _fail(_no_agency(office))

        def add(session: Session) -> None:
            if (there := people.officer_row(session, username)) is not None:
                _fail(
                    "已经有这个用户名，请换一个"
                    if there.active
                    else f"已经有这个用户名，现在停用。是同一个人的，请启用：gongkai user enable {username}；不是的，请换一个用户名"
                )
            store.add_officer(session, username=username, name=name, role=role, agency=agency, at=office.clock())
            if duties.is_divided(session) and (why := duties.fault(session, office.rules)) is not None:
                _fail(why)
            people.log(session, office.clock(), "user", object=username, reason=by_command(f"新增，{role}，{agency}"))

        office.database.write(add)
        click.echo(f"已新增：{username}。还没有密码，需要登录的，请运行 gongkai user password {username}")


@user.command("password", short_help="给一个人员重设一次性密码，只显示这一次。")
@click.argument("username")
def reset_password(username: str) -> None:
    """给一个人员重设一次性密码，只显示这一次；在各处的登录随即结束，登录锁定同时解除。"""
    from api.office import passwords, sessions
    from api.office.record import by_command
    from db import people

    with _office() as office:
        password, now = passwords.one_time_password(), office.clock()
        hashed = sessions.hasher().hash(password)

        def give(session: Session) -> None:
            row = people.officer_row(session, username)
            if row is None:
                _fail("没有这个用户名。新增人员用 gongkai user add")
            if not row.active:
                _fail("这个人员已经停用，不能登录。请先由系统管理员启用")
            sessions.give_one_time(session, row.id, hashed, now)
            sessions.forgive(office, session, username)
            people.log(session, now, "user", object=username, reason=by_command("重设密码"))

        office.database.write(give)
        click.echo(password)
        click.echo(f"{username}的一次性密码，{ONCE}", err=True)


@user.command("remove-factor", short_help="取消一个人员的两步验证：手机、恢复码都丢失的。")
@click.argument("username")
def remove_factor(username: str) -> None:
    """取消一个人员的两步验证：手机丢失、恢复码也没有的；在各处的登录随即结束，登录锁定同时解除。"""
    from api.office import factors, sessions
    from api.office.record import by_command
    from db import people

    with _office() as office:

        def remove(session: Session) -> None:
            row = people.officer_row(session, username)
            if row is None:
                _fail("没有这个用户名")
            if not factors.remove(session, row.id, office.clock()):
                _fail("这个人员没有启用两步验证")
            sessions.forgive(office, session, username)
            people.log(session, office.clock(), "user", object=username, reason=by_command("取消两步验证"))

        office.database.write(remove)
        click.echo(f"已取消{username}的两步验证。登录以后可以重新启用")


@user.command("list")
def list_users() -> None:
    """列出人员。"""
    from db import queries

    with _office() as office, office.database.read() as session:
        for one in queries.officers(session):
            click.echo(f"{one.username}\t{one.name}\t{one.role}\t{one.agency}\t{'在用' if one.active else '停用'}")


@user.command("disable", short_help="停用人员，其令牌同时失效。")
@click.argument("username")
def disable_user(username: str) -> None:
    """停用人员，其令牌同时失效；单位因此没有人能办理某一环节的，停用并提示。"""
    from db import assignees
    from workflow.acts import ACTS

    with _office() as office:
        try:
            agency, lacked = _activate(office, username, False)
        except assignees.Lost:
            _fail(assignees.LAST)
        click.echo(f"已停用：{username}")
        for act in [one for one in office.staff([agency]).lacking(agency) if one not in lacked]:
            click.echo(f"注意：{agency}没有在用的人员可以办理“{ACTS[act].title}”了。请用 gongkai user enable 启用，或者用 gongkai user add 新增。")


@user.command("enable", short_help="启用停用的人员，密码照旧。")
@click.argument("username")
def enable_user(username: str) -> None:
    """启用停用的人员；密码照旧，停用时失效的令牌不恢复。"""
    with _office() as office:
        _activate(office, username, True)
        click.echo(f"已启用：{username}。停用时失效的令牌不恢复，需要的请重新发给（gongkai token {username}）")


def _activate(office: Office, username: str, active: bool) -> tuple[str, tuple[str, ...]]:
    """启用、停用; gives his unit, and which acts nobody there could place before. Raises assignees.Lost."""
    from api.office import duties
    from api.office.record import by_command
    from db import assignees, people
    from db.staff import staff

    def change(session: Session) -> tuple[str, tuple[str, ...]] | None:
        row = people.officer_row(session, username)
        if row is None:
            return None
        if row.active == active:
            _fail(f"这个人员已经{'在用' if active else '停用'}，没有改动")
        lacked = staff(session, [row.agency], office.today(), office.rules).lacking(row.agency)
        with assignees.none_lost(session, office.today(), office.rules):
            people.set_active(session, row.id, active, office.clock())
        if duties.is_divided(session) and (why := duties.fault(session, office.rules)) is not None:
            _fail(why)
        people.log(session, office.clock(), "user", object=username, reason=by_command("启用" if active else "停用"))
        return row.agency, lacked

    found = office.database.write(change)
    if found is None:
        _fail("没有这个用户名")
    return found


@gongkai.command(short_help="发给一个人员一个接口令牌，只显示这一次。")
@click.argument("username")
@click.option("--days", default=None, type=click.IntRange(min=1), help="有效期（自然日），默认180天；最长见设置 TOKEN_DAYS")
@click.option("--read", is_flag=True, help="只能查看，不能办理")
def token(username: str, days: int | None, read: bool) -> None:
    """发给一个人员一个接口令牌，只显示这一次；改密码、重设密码、停用以后失效。"""
    from api.office import factors, sessions
    from api.office.record import by_command
    from db import people, queries, store

    with _office() as office:
        with office.database.read() as session:
            officer = queries.officer_by_username(session, username)
        if officer is None:
            _fail("没有这个用户名。")
        longest = office.longest_token.days
        if (lasts := min(180, longest) if days is None else days) > longest:
            _fail(f"令牌最长{longest}天（TOKEN_DAYS），请改短")
        now, scope = office.clock(), "read" if read else "act"
        end = now + timedelta(days=lasts)

        def make(session: Session) -> str:
            if sessions.must_change(session, officer.id):
                _fail("这个人员还在用一次性密码，不能发给令牌。请本人先登录，换成自己的密码")
            if factors.is_lacking(session, officer):
                _fail("本单位要求这个人员启用两步验证，还没有启用，不能发给令牌。请本人先登录，启用两步验证")
            people.log(session, now, "token", object=username, reason=by_command(f"{lasts}天，{sessions.SCOPES[scope]}"))
            return store.new_token(session, officer.id, label="命令行", at=now, expires_at=end, scope=scope)

        click.echo(office.database.write(make))


def _whose_move(found: Movers, assignee: str | None) -> tuple[str, str]:
    """Who must move, by user names, and why; or for whom outside it waits until when."""
    from workflow.law import page_form
    from workflow.words import say_day

    if not found.moves:
        waits = found.waits
        until = "" if waits is None or waits.until is None else f"，到{say_day(waits.until)}为止"
        return "、".join(found.keepers) or "没有人", f"等{waits.who}{until}" if waits else ""
    move = found.moves[0]
    deputies = [one for one in move.by if one not in move.whose]
    who = "、".join(one for one in move.by if one in move.whose) or "没有人"
    if move.act == "assignment":
        who = f"待交办{(assignee and f'（原承办人{assignee}）') or ''}"
    who += f"（{'、'.join(deputies)}代办）" if deputies else ""
    return who, f"{move.why}（{'、'.join(page_form(one) for one in move.articles)}）"


@gongkai.command()
@click.option("--within", default=7, show_default=True, type=click.IntRange(0, 250), help="几个工作日以内到期的也列出")
@click.option("--agency", default=None, help="只列一个单位")
def due(within: int, agency: str | None) -> None:
    """列出已经超期和即将到期的案件。"""
    from db import queries
    from db.staff import staff
    from workflow.movers import movers
    from workflow.procedure import STATES

    with _office() as office, office.database.read() as session:
        if agency is not None and agency not in office.agencies:
            _fail(_no_agency(office))
        today = office.today()
        before = office.rules.calendar.due(today, within).on if within else today
        codes = frozenset([agency] if agency else office.agencies)
        rows = queries.worklist(session, codes, before)
        people = staff(session, None, today, office.rules)
        for row in rows:
            late = "超期" if row.due_on and row.due_on < today else "到期"
            mark = "（暂定）" if row.due_provisional else ""
            who, why = _whose_move(movers(row, today, people), row.assignee)
            if row.passed_to:
                below = office.agencies[row.passed_to].name if row.passed_to in office.agencies else row.passed_to
                over = "，已过" if row.draft_limit < today else ""
                who = f"{who}（交{below}拟办，{row.draft_limit}前{over}）"
            click.echo(f"{row.due_on}{mark}\t{late}\t{row.number}\t{STATES[row.state].title}\t{who}\t{why}")
        click.echo(f"共{len(rows)}件", err=True)


@gongkai.command(short_help="取出一件已归档案件的归档包。")
@click.argument("number")
@click.option("--to", "target", type=click.Path(path_type=Path), default=None, help="写到哪个文件，默认为当前目录")
def archive(number: str, target: Path | None) -> None:
    """取出一件已归档案件的归档包（NUMBER为登记号或者编号）。"""
    from api.office.packages import package
    from api.office.problems import Problem
    from api.office.record import by_command
    from db import queries, store

    with _office() as office:
        with office.database.read() as session:
            found = queries.case_id_of(session, number)
            case = store.load(session, found) if found else None
        if case is None:
            _fail("没有这件申请")
        try:
            made = package(office, case, None, by_command())
        except Problem as problem:
            _fail(problem.detail)
        path = target or Path(f"{case.id}.zip")
        with path.open("wb") as out:
            out.writelines(made.blocks())
        click.echo(f"已写出：{path}")


@gongkai.command(short_help="列出或者销毁保管期满的案卷和意见建议。")
@click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
@click.option("--all", "every", is_flag=True, help="保管期满的全部销毁")
@click.option("--as", "username", default=None, help="以谁的名义办理：本单位档案岗的用户名")
@click.option("--ground", default=None, help="销毁的依据：经批准的销毁清册的名称、编号，批准人和监销人")
@click.option("--reason", default=None, help="鉴定意见")
@click.option("--agency", default=None, help="只列一个单位")
@click.option("--sweep", "only_sweep", is_flag=True, help="不销毁，只清除以前销毁的在数据库文件里的残迹")
def erase(
    numbers: tuple[str, ...], every: bool, username: str | None, ground: str | None, reason: str | None, agency: str | None, only_sweep: bool
) -> None:
    """保管期满的案卷和意见建议：不写NUMBER的，列出；写明的，按销毁清册销毁，不能恢复。登记号、日期、结果和统计留下。

    销毁以后整理数据库文件，清除残迹；那时没有人长时间查询才能办成，没有办成的，用--sweep再运行一次。在页面上销毁的，也用--sweep清除。
    """
    from api.office.office import SHANGHAI
    from db import erasing, people

    if only_sweep and (numbers or every):
        _fail("没有运行：--sweep只清除残迹，不能同时写明要销毁的案卷。")
    with _office() as office:
        if only_sweep:
            _fail(_LEFT) if not _swept(office) else click.echo("已清除数据库文件里的残迹")
            return
        with office.database.read() as session:
            due = {case.number: (case, until) for case, until in erasing.over(session, office.today(), agency)}
            opinions = {row.number: (row, until) for row, until in erasing.opinions_over(session, office.today(), office.rules, agency)}
            row = people.officer_row(session, username) if username else None
        if not numbers and not every:
            for case, until in due.values():
                click.echo(f"{case.number}\t{case.archived_on}归档\t保管到{until}")
            for number, (opinion, until) in opinions.items():
                click.echo(f"{number}\t意见建议，{opinion.answered_at.astimezone(SHANGHAI).date()}答复\t保留到{until}")
            click.echo(f"保管期满、没有销毁的{len(due) + len(opinions)}件", err=True)
            return
        if row is None or not row.active or not ground or not reason:
            _fail("没有销毁：请用--as写明档案岗的用户名，用--ground写明销毁的依据，用--reason写明鉴定意见。")
        mine = [number for number, (one, _) in {**due, **opinions}.items() if one.agency == row.agency]
        officer, chosen = people.officer_of(row), numbers or tuple(mine)
        done = sum(_erased(office, officer, number, ground, reason, is_opinion=number in opinions) for number in chosen)
        if not _swept(office):
            _tell(_LEFT)
        if done:
            click.echo(f"已销毁{done}件。以前的备份、检查点所在磁盘的快照里还有它们的内容：请按销毁清册一并销毁在此以前的备份，另作新的备份。")
        else:
            click.echo("没有销毁案卷。")
    if done < len(chosen):
        sys.exit(1)


_LEFT = "数据库文件里的残迹还没有清除：有人正在查询。请稍后运行gongkai erase --sweep，或者在停止服务以后运行。"


def _swept(office: Office) -> bool:
    """Whether nothing of what was erased is left in the database's own files."""
    from db import erasing
    from db.engine import DatabaseUnavailable

    try:
        erasing.sweep(office.database)
    except DatabaseUnavailable:
        return False
    return True


def _erased(office: Office, officer: Officer, number: str, ground: str, reason: str, *, is_opinion: bool) -> bool:
    """Erase one file or opinion; why not, is told."""
    from api.office import opinions
    from api.office.problems import as_problem
    from db import queries
    from workflow import acts as a

    with office.database.read() as session:
        found = queries.case_id_of(session, number)
    try:
        if is_opinion:
            opinions.erase(office, officer, [number], ground, reason)
            return True
        if found is None:
            _tell(f"{number}：没有这件申请")
            return False
        office.place(officer, found, a.parse({"kind": "erasure", "on": office.today().isoformat(), "ground": ground, "reason": reason}))
    except Exception as error:
        problem = as_problem(error)
        if problem.status >= 500:
            raise
        _tell(f"{number}：{'；'.join(why for _, why in problem.errors) or problem.detail}")
        return False
    click.echo(f"{number}：已销毁")
    return True


@gongkai.command("verify-archive", short_help="核对归档包，不符的逐条列出。")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
def verify_archive(paths: tuple[Path, ...]) -> None:
    """核对归档包（zip或者解开的文件夹，可以有几个）：清单、摘要，并由办理行为重新推算；有不符的逐条列出，以非零状态结束。

    不用数据库；本单位另有规则的，设置RULES_DIR或者DATA_DIR。
    """
    from api.office.packages.checking import check_package
    from workflow.law import load_rules

    settings, wrong = load_settings(), 0
    there = settings.rules_dir is not None or settings.own_rules.is_dir()
    rules = load_rules(settings.own_rules if there else None)
    for path in paths:
        found = check_package(path, rules)
        for fault in found.faults:
            click.echo(f"{path.name}：{fault}")
        for note in found.notes:
            click.echo(f"{path.name}：（说明）{note}")
        wrong += bool(found.faults)
        if not found.faults and found.made is not None:
            made = found.made
            click.echo(f"{path.name}：完好，{made.number}，{made.version}项办理行为、{len(made.letters)}份文书、{len(made.attachments)}份附件")
    click.echo(f"核对完成，{len(paths)}件中不符{wrong}件", err=True)
    if wrong:
        sys.exit(1)


@gongkai.command("import-archive", short_help="读入归档包，先逐个核对。")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
def import_archive(paths: tuple[Path, ...]) -> None:
    """读入归档包（先逐个核对，登记号、文号、日期、附件都照原样）；已经有的、核对不符的不读入，以非零状态结束。"""
    from api.office.packages.importing import NeedsAnother, NotTakenIn, take_in

    with _office() as office:
        waiting, refused = list(paths), dict[Path, NotTakenIn]()
        while waiting:  # what was answered together with another file waits for that one
            later = []
            for path in waiting:
                try:
                    made = take_in(office, path)
                    click.echo(f"{path.name}：已读入{made.number}，{made.version}项办理行为、{len(made.letters)}份文书、{len(made.attachments)}份附件")
                except NeedsAnother as needs:
                    later.append(path)
                    refused[path] = needs
                except NotTakenIn as reason:
                    refused[path] = reason
                else:
                    refused.pop(path, None)
            waiting = later if len(later) < len(waiting) else []
        for path, why in refused.items():
            for fault in why.faults:
                click.echo(f"{path.name}：{fault}")
        click.echo(f"读入{len(paths) - len(refused)}件，没有读入{len(refused)}件", err=True)
    if refused:
        sys.exit(1)


@gongkai.command(short_help="由办理行为重建案件索引，并报告不同的地方。")
@click.option("--anew", is_flag=True, help="上次中断的，不接着办，从头重建")
@click.option("--processes", type=click.IntRange(1, 64), default=None, help="同时比较的进程数，默认与处理器的核数相同；案卷少的用一个")
def rebuild(anew: bool, processes: int | None) -> None:
    """由办理行为重建案件索引，并报告与原来不同的地方；办理不必停，中断的再次运行接着办。

    读不出来的案卷逐个列出，其余的照样重建，以非零状态结束。
    """
    from api.office.record import by_command, record
    from db import queries, rebuilding
    from db.sealing import KEY_FILE

    settings = load_settings()
    with _office(settings, tells=False) as office:
        with office.database.read() as session:
            total, left = queries.count_cases(session), rebuilding.left(session)
        if left < total and not anew:
            _tell(f"接着上次中断的地方：前{total - left}件已经重建过。")
        with _progress(total if anew else left, "重建") as bar:
            many = processes or (len(os.sched_getaffinity(0)) if (total if anew else left) >= _MANY_FILES else 1)
            helpers = rebuilding.Helpers(many, settings.data_dir / "secrets" / KEY_FILE, office.sources.rules_dir) if many > 1 else None
            found = rebuilding.rebuild(office.database, office.rules, office.keys, anew=anew, tell=bar.update, helpers=helpers)
        record(office.database, office.clock(), "rebuild", reason=by_command(f"改正{len(found.mended)}件"))
        for number in found.mended:
            click.echo(f"已改正：{number}")
        click.echo(f"重建完成，改正{len(found.mended)}件", err=True)
        if found.damaged:
            _tell_damaged(found.damaged)
            _fail(f"有{len(found.damaged)}件案卷读不出来，没有重建；其余的都已重建。请运行gongkai verify核对，再从以前的备份中取回。")


def _tell_damaged(damaged: Sequence[Unreadable]) -> None:
    for one in damaged:
        click.echo(f"没有重建（损坏）：{one}")


@gongkai.command(short_help="核对数据，不符的逐条列出。")
@click.option(
    "--checkpoints", type=click.Path(path_type=Path, file_okay=False, exists=True), default=None, help="检查点目录，默认用设置CHECKPOINT_DIR"
)
def verify(checkpoints: Path | None) -> None:
    """核对数据：日志链和它所记的每一项、程序和版本、索引、编号、文书和附件的摘要、检查点；有不符的逐条列出，以非零状态结束。"""
    from db.erasing import erasures
    from db.verify import beside, size

    settings = load_settings()
    kept = _checkpoints(checkpoints or settings.checkpoint_dir)
    if checkpoints is not None and not kept:
        _fail(f"{checkpoints}里没有检查点。检查点用gongkai checkpoint写出。")
    with _office(settings) as office:
        with office.database.read() as session:
            units = size(session)
        with _progress(units, "核对") as bar:
            read = partial(office.database.read, one_state=True)
            found = list(beside(read, office.files, office.rules, office.keys, bar.update, kept))
        for fault in found:
            click.echo(fault)
        with office.database.read() as session:
            told = list(erasures(session))
        for one in told:
            click.echo(f"（说明）{one.number}：{one.on}保管期满销毁，{one.by.name}（{one.by.username}）办理，依据：{one.ground}")
        click.echo(f"核对完成，比较检查点{len(kept)}个，不符{len(found)}处", err=True)
    if found:
        sys.exit(1)


def _checkpoints(folder: Path | None) -> list[Path]:
    """The checkpoints in a folder, the oldest first."""
    return sorted(folder.glob("checkpoint-*.json")) if folder is not None else []


@gongkai.command(short_help="写检查点，供verify核对日志有没有被截去、改写。")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
def checkpoint(folder: Path | None) -> None:
    """写检查点：日志现在有多少条、末条的校验值，签名后写到FOLDER（默认用设置CHECKPOINT_DIR），供gongkai verify核对日志有没有被截去、改写。"""
    from api.office.opening import keep_checkpoint

    settings = load_settings()
    target = folder or settings.checkpoint_dir
    if target is None:
        _fail("没有说明写到哪里。请写明目录（在数据目录以外，最好在另一台机器上），或者设置CHECKPOINT_DIR。")
    if target.resolve().is_relative_to(settings.data_dir.resolve()):
        _fail("检查点要写到数据目录以外：与数据放在一起，能改数据的人也能改它。")
    with _office(settings) as office:
        written = keep_checkpoint(office, target)
    if written is None:
        _fail("日志还没有内容，或者密钥不是原来的，没有写检查点。请运行gongkai verify核对。")
    click.echo(written)


@gongkai.command(short_help="换一把加密个人信息的密钥，全部数据改用新密钥。")
def rekey() -> None:
    """换一把加密个人信息的密钥，并把已有的数据和文件全部改用新密钥；办理不必停，中断的再次运行接着办。"""
    from api.office.record import by_command, record
    from db.rekeying import rekey as renew
    from db.rekeying import size

    with _office() as office:
        with _progress(size(office.database), "换密钥") as bar:
            changed, left = renew(office.database, office.files, office.clock(), bar.update, office.keys.blind)
        known_as = office.database.ring.current
        record(office.database, office.clock(), "rekey", object=known_as, reason=by_command(f"{changed}处"))
    click.echo(f"已改用指纹为{known_as}的密钥，重新加密{changed}处。请把数据目录中的secrets另行保管一份；恢复以前的备份还要用旧密钥，不要删除。")
    if left:
        _fail(f"有{left}处（记录、文件）打不开，旧密钥没有停用。请运行 gongkai verify 看是哪些。")


BACKUP = "gongkai-????????-??????.zip"
"""How backups in a folder are called, by the time of their making in Beijing. Earlier versions said UTC, which is less: the order holds."""
YOUNG = timedelta(days=1)
"""What lies beside backups and was written since may belong to one that is being made."""


def _place(settings: Settings, target: str) -> tuple[Store, str]:
    """Where backups lie that follow each other, and no name; or where one lies, and its name."""
    from api.office.opening import store_at
    from db.stores import BUCKET

    if Path(target).is_dir() or (target.startswith(BUCKET) and not target.endswith(".zip")):
        return store_at(settings, target), ""
    folder, _, name = target.rpartition("/")
    if not target.startswith(BUCKET) and not Path(folder or ".").is_dir():
        _fail(f"没有{folder}这个目录。")
    return store_at(settings, folder or "."), name


@gongkai.command(short_help="备份数据库、文书、附件、规则和抬头，办理不必停。")
@click.argument("target")
@click.option("--keep", type=click.IntRange(min=1), default=None, help="TARGET是目录的：只留最近的几份，更早的删除；时间晚于这一次的不算，也不删除")
def backup(target: str, keep: int | None) -> None:
    """把数据库、文书、附件和本单位的规则、抬头备份为一个文件，办理不必停；密钥另行保管，不在其中。

    TARGET是目录（或者s3://桶/前缀）的，按时间取名，文书和附件放在旁边的files中，以前的备份已有的不再读取和存入；与备份一起抄走才是完整的。

    设置了BACKUP_PASSPHRASE（最好用BACKUP_PASSPHRASE_FILE）的，整个备份用口令加密。损坏、缺失的文书和附件逐个列出，其余照样备份，以非零状态结束。
    """
    from api.office.checkup import BACKED_UP
    from api.office.office import SHANGHAI
    from api.office.record import by_command, record
    from db.backup import NEW, back_up, size

    settings, damaged = load_settings(), list[str]()
    passphrase = _passphrase(settings)
    place, name = _place(settings, target)
    follows = not name
    if keep is not None and not follows:
        _fail("--keep只用于目录，没有备份。请写明备份放在哪个目录。")
    with _office(settings) as office, ExitStack() as lent:
        at = office.clock()
        while follows and place.age(name := f"gongkai-{at.astimezone(SHANGHAI):%Y%m%d-%H%M%S}.zip") is not None:
            at += timedelta(seconds=1)  # one of the same second
        if place.age(name) is not None:
            _fail("已有同名的文件，没有备份。请换一个文件名。")
        earlier = (lent.enter_context(place.lent(one)) for one in reversed(_backups(place)))
        with _progress(size(office.database), "备份") as bar, place.sent(name) as path:
            record(office.database, office.clock(), "backup", reason=by_command())
            counts = back_up(
                office.database, office.files, office.sources.folders, path, office.clock(), bar.update, passphrase=passphrase, damaged=damaged,
                place=place if follows else None, earlier=earlier,
            )  # fmt: skip
        (settings.data_dir / BACKED_UP).touch()
    locked = "，已用口令加密" if passphrase else ""
    new = f"，新存入文件{counts.get(NEW, 0)}个" if follows else ""
    where = f"{place.where.rstrip('/')}/{name}" if follows else target
    click.echo(f"已备份：{where}，案件{counts['case_file']}件、文书{counts['letter']}份、附件{counts['attachment']}份{new}{locked}")
    if damaged:
        for one in damaged:
            click.echo(f"没有备份进去（损坏或者缺失）：{one}")
        _fail(f"有{len(damaged)}个文件损坏或者缺失，其余的都已备份；以前的备份没有删除。请从以前的备份中取回这些文件，再运行 gongkai verify。")
    if keep is not None:
        _thin_out(place, name, keep, passphrase)


def _backups(place: Store) -> list[str]:
    """The backups that follow each other in a place, the oldest first."""
    return sorted(name for name in place.tops() if fnmatch(name, BACKUP))


def _thin_out(place: Store, newest: str, keep: int, passphrase: str) -> None:
    """Remove the backups before the last `keep`, and of what lies beside them what none of the others names."""
    from db.backup import BadBackup, left_over

    for old in [one for one in _backups(place) if one < newest][::-1][keep - 1 :][::-1]:
        place.drop(old)
        click.echo(f"已删除较早的备份：{place.where.rstrip('/')}/{old}")
    with ExitStack() as lent:
        try:
            unnamed = left_over(place, (lent.enter_context(place.lent(one)) for one in _backups(place)), passphrase)
        except BadBackup:
            _tell("有的备份打不开（损坏，或者用了别的口令），不知道它要用哪些文件：旁边的files没有清理。")
            return
    gone = [name for name in unnamed if (place.age(name) or 0) > YOUNG.total_seconds()]
    for name in gone:
        place.drop(name)
    if gone:
        click.echo(f"已删除没有备份再要用的文件{len(gone)}个")


def _passphrase(settings: Settings) -> str:
    from db.locked import KINDS, LEAST, is_weak

    found = settings.backup_passphrase.get_secret_value()
    if found and is_weak(found):
        _fail(
            f"BACKUP_PASSPHRASE太短或者太简单，没有备份：首尾空格以外应当不少于{LEAST}个字符，其中不同的不少于{KINDS}个，"
            "拿到备份的人可以无限次地试。"
        )
    return found


def _source(command: Any) -> Any:
    """The backup that a command reads, and what may be said of it."""
    for option in (
        click.option("--unproven", is_flag=True, help="日志不能用这里的密钥证明的备份也恢复，日志重新起链；请先确认备份的来源可靠"),
        click.option("--unlocked", is_flag=True, help="设置了BACKUP_PASSPHRASE，没有用口令加密的备份也恢复；请先确认备份的来源可靠"),
        click.argument("source"),
    ):
        command = option(command)
    return command


@gongkai.command(short_help="从备份恢复到空的数据目录和数据库，并核对。")
@_source
def restore(source: str, unlocked: bool, unproven: bool) -> None:
    """从备份恢复到空的数据目录和数据库：先逐个核对摘要，再恢复，最后核对数据；中断的，再次运行接着办。

    人员须重新登录，接口令牌须重新发给。设置了口令而备份没有加密的，日志不能证明备份没有被改动的，不恢复，除非写明。
    """
    settings = load_settings()
    with _lent(settings, source) as (path, place):
        _restored(settings, path, place, unlocked=unlocked, unproven=unproven)


@contextmanager
def _lent(settings: Settings, source: str) -> Iterator[tuple[Path, Store]]:
    """A backup as a file on this machine, and the place that it lies in."""
    from db.stores import BUCKET

    if not source.startswith(BUCKET) and not Path(source).is_file():
        raise click.BadParameter(f"没有{source}这个文件。")
    place, name = _place(settings, source)
    if not name or place.age(name) is None:
        _fail(f"没有{source}这份备份。")
    with place.lent(name) as path:
        yield path, place


class _InUse(SystemExit):
    """Refused because an office is here already: what is new in its folder is its own."""


@contextmanager
def _leaving_nothing(settings: Settings) -> Iterator[None]:
    """Where a command is refused, the data folder is as it was: keys, marks and an empty database made for it are gone again.

    Others may be writing there: what has other names stays, and all that is in an office that is in use.
    """
    from api.office.checkup import RESTORING
    from db import private
    from db.engine import path_of
    from db.journal import KEY, NEW_KEY
    from db.sealing import KEY_FILE
    from db.store import BLIND_FILE

    database, folder = path_of(settings.database_url), settings.data_dir
    ours = [folder / RESTORING, *(folder / "secrets" / name for name in (KEY, NEW_KEY, KEY_FILE, BLIND_FILE))]
    if database is not None:
        ours += private.database_files(database)
    there = {path for path in (folder, *folder.rglob("*"), *ours) if path.exists()}
    try:
        yield
    except _InUse:
        raise
    except (SystemExit, Exception):
        if database is None or database not in there:
            for path in ours:
                if path not in there:
                    path.unlink(missing_ok=True)
            for path in sorted({folder, *folder.rglob("*")} - there, reverse=True):  # what lies in a folder before the folder
                with suppress(OSError):  # not empty, or no folder
                    path.rmdir()
        raise


def _restored(settings: Settings, source: Path, place: Store, *, unlocked: bool, unproven: bool) -> None:
    """Restore and verify; a restore that was cut short goes on. Ends the command where something is not as it should be."""
    from db.backup import BadBackup, contents
    from db.sealing import KEY_FILE, Ring

    passphrase, keys = settings.backup_passphrase.get_secret_value(), settings.data_dir / "secrets" / KEY_FILE
    try:  # before anything is made here
        known_as, counts = contents(source, Ring.read(keys) if keys.exists() else None, passphrase, unlocked=unlocked)
    except BadBackup as bad:
        _fail(str(bad))
    with _leaving_nothing(settings):
        counts = _filled(settings, source, place, passphrase, known_as, unlocked=unlocked, unproven=unproven) or counts
    _finished(settings, counts)


def _filled(
    settings: Settings, source: Path, place: Store, passphrase: str, known_as: str, *, unlocked: bool, unproven: bool
) -> dict[str, int] | None:
    """Fill the office, unless that was done when the restore was cut short; rows by table."""
    from api.office.checkup import RESTORING
    from api.office.record import by_command
    from db import private, queries
    from db.backup import BadBackup, InUse
    from db.backup import restore as fill

    mark = settings.data_dir / RESTORING
    with _office(settings, begins=True) as office:
        is_filled = True
        try:
            with office.database.read() as session:
                is_filled = queries.officers(session) != []
            if is_filled and mark.exists() and mark.read_text() == known_as:
                return None
            if not is_filled:  # from here on it is not ready until all is done
                with open(mark, "w", opener=private.opener) as file:
                    file.write(known_as)
            return fill(
                office.database, office.files, office.sources.folders, source, by_command(), passphrase=passphrase, unlocked=unlocked,
                unproven=unproven, place=place,
            )  # fmt: skip
        except InUse as bad:
            if not is_filled:  # somebody was first, while the digests were compared
                mark.unlink(missing_ok=True)
            _tell(str(bad))
            raise _InUse(1) from None
        except BadBackup as bad:
            if not is_filled:
                mark.unlink(missing_ok=True)
            _fail(str(bad))


def _finished(settings: Settings, counts: dict[str, int]) -> None:
    """Rebuild what depends on the key of this installation, verify, and tell."""
    from api.office.checkup import RESTORING
    from db import rebuilding
    from db.erasing import over
    from db.verify import verify as faults

    with _office(settings, tells=False) as office:  # with the rules and letterheads that came back
        _tell_damaged(rebuilding.rebuild(office.database, office.rules, office.keys, anew=True).damaged)
        with office.database.read(one_state=True) as session:
            found = list(faults(session, office.files, office.rules, office.keys))
            again = sum(1 for _ in over(session, office.today()))
    (settings.data_dir / RESTORING).unlink(missing_ok=True)
    for fault in found:
        click.echo(fault)
    click.echo(f"已恢复：案件{counts['case_file']}件、文书{counts['letter']}份、附件{counts['attachment']}份；核对不符{len(found)}处")
    if again:
        _tell(
            f"这份备份里有{again}件案卷保管期满而没有销毁。备份以后销毁过的也在其中，又回来了，这里无从得知："
            "请对照销毁清册，用gongkai erase列出、再次销毁，并销毁这份备份。"
        )
    if found:
        sys.exit(1)


@gongkai.command(short_help="演练恢复：把备份恢复到临时目录，核对以后删除。")
@_source
def drill(source: str, unlocked: bool, unproven: bool) -> None:
    """演练恢复：用现在的密钥把备份恢复到临时目录（SQLite），核对以后删除；不动现有的数据。最好定期运行。"""
    with tempfile.TemporaryDirectory(prefix="gongkai-drill-") as folder:
        settings = load_settings()
        trial = Path(folder) / "data"
        trial.mkdir(0o700)
        if (keys := settings.data_dir / "secrets").is_dir():
            shutil.copytree(keys, trial / "secrets")
        with _lent(settings, source) as (path, place):
            _restored(settings.model_copy(update=_within(trial)), path, place, unlocked=unlocked, unproven=unproven)
    click.echo("演练完成：这份备份可以恢复，临时目录已经删除")


def _within(folder: Path) -> dict[str, Any]:
    """The settings of an office that lies in this folder alone."""
    url = f"sqlite:///{folder / 'gongkai.db'}"
    return {"data_dir": folder, "database_url": url, "files_store": "", "rules_dir": None, "agencies_dir": None, "checkpoint_dir": None}


@gongkai.command()
@click.option("--format", "form", type=click.Choice(["mermaid", "svg"]), default="mermaid", show_default=True)
def procedure(form: str) -> None:
    """打印程序图。"""
    from workflow import diagram

    click.echo(diagram.mermaid() if form == "mermaid" else diagram.svg(), nl=False)


@gongkai.command(short_help="清理没有登记的文件：写入时中断的遗留。")
@click.option("--dry-run", is_flag=True, help="只列出，不删除")
def tidy(dry_run: bool) -> None:
    """清理没有登记的文件：写入以后、登记以前中断的遗留。服务运行时也可以清理，刚写入的先等登记。"""
    from api.office.record import by_command, record
    from db import tidying

    with _office() as office:
        with office.database.read() as session:
            found = list(tidying.strays(session, office.files))
        for name in found:
            click.echo(name)
        if dry_run or not found:
            click.echo(f"没有登记的文件{len(found)}个" + ("，没有删除" if found else ""), err=True)
            return
        if (wait := tidying.ON_ITS_WAY.total_seconds() - tidying.youngest(office.files, found)) > 0:
            click.echo(f"有刚写入的文件，可能正在登记，等{wait:.0f}秒……", err=True)
            time.sleep(min(wait, tidying.ON_ITS_WAY.total_seconds()))
        gone = tidying.remove(office.database, office.files, found)
        record(office.database, office.clock(), "tidy", object=f"{len(gone)}个文件", reason=by_command("清理没有登记的文件"))
        click.echo(f"没有登记的文件{len(found)}个，清理{len(gone)}个", err=True)


@gongkai.command("move-files", short_help="把文书和附件移到FILES_STORE所说的地方。")
@click.argument("source")
@click.option("--keep", is_flag=True, help="只复制，原来的不删除：换地方以前先复制一遍，停下服务的时间就短")
def move_files(source: str, keep: bool) -> None:
    """把SOURCE（目录，或者s3://桶/前缀）里的文书和附件移到设置FILES_STORE所说的地方，逐个核对摘要以后才删除原来的；中断的，再次运行接着办。

    从数据目录移到S3存储：停止服务，设置FILES_STORE，运行 gongkai move-files 数据目录/files，再启动。移回来的，去掉FILES_STORE，SOURCE写S3的地址。
    """
    from api.office.opening import store_at
    from api.office.record import by_command, record
    from db.carrying import carry, size
    from db.files import Files
    from db.stores import BUCKET

    settings = load_settings()
    if not source.startswith(BUCKET) and not Path(source).is_dir():
        _fail(f"没有{source}这个目录，没有移动。")
    with _office(settings) as office:
        came = Files(store_at(settings, source if source.startswith(BUCKET) else Path(source).resolve()), office.files.ring)
        if came.store.where.rstrip("/") in (office.files.store.where.rstrip("/"), str(Path(office.files.store.where).resolve())):
            _fail("文书和附件现在就保存在那里，没有移动。请先设置FILES_STORE为要移去的地方（移回数据目录的，去掉FILES_STORE）。")
        if (problem := office.files.store.problem()) is not None:
            _fail(f"{problem}。没有移动。")
        with _progress(size(office.database), "移动") as bar:
            moved, faults = carry(office.database, came, office.files, bar.update, keep=keep)
        done = "复制" if keep else "移动"
        record(office.database, office.clock(), "move", object=f"{moved}个文件", reason=by_command(f"{done}到{office.files.store.where}"))
        for fault in faults:
            click.echo(fault)
        click.echo(f"已{done}{moved}个文件到{office.files.store.where}，逐个核对了摘要", err=True)
    if faults:
        _fail(f"有{len(faults)}个文件没有移动，原来的没有删除。请从备份中取回损坏的，再次运行。")


@gongkai.command(short_help="提醒该办的人，告知同意接收的申请人；--test试一次。")
@click.option("--dry-run", is_flag=True, help="只列出现在有什么要提醒，不发出")
@click.option("--test", "to", default=None, metavar="ADDRESS", help="只向这个邮箱发一条测试消息；不是邮箱的，作为号码交给通知程序")
def remind(dry_run: bool, to: str | None) -> None:
    """提醒该办的人：快到期、超期、征求意见和缴费的期限已过、文书没有送出、没有人办理、意见建议待答复、放假安排要载入。同一事项只提醒一次；服务每小时也自己提醒。

    同意告知进度的申请人也在这时告知（TELL_APPLICANTS）。用SMTP_URL发电子邮件，用REMIND_COMMAND交给本单位的通知程序；各人在“我的账号”中填写地址。可以随时运行，同时运行几个也不重复。

    设置以后先用--test试一次：立即发出一条测试消息，并说明服务器怎样回答。
    """
    if to is not None:
        _try_out(to)
        return
    from api.office import telling
    from api.office.reminders import channels, items, sweep
    from db.reminders import contacts

    settings = load_settings()
    with _office(settings) as office:
        with office.database.read() as session:
            for contact in contacts(session):
                if contact.is_broken:
                    _tell(f"{contact.username}：在“我的账号”中填写的联系方式已经损坏，不能读出，没有提醒他。请他重新填写。")
        if dry_run:
            with office.database.read() as session:
                found = items(office, session)
            for username, his in sorted(found.items()):
                for one in his:
                    click.echo(f"{username}\t{one.text}")
            click.echo(f"现在有{sum(map(len, found.values()))}件，没有发出", err=True)
            return
        if not channels(settings):
            _fail(NO_WAY)
        sent, told = sweep(office, settings), telling.sweep(office, settings)
        click.echo("现在不是工作时间（REMIND_HOURS），没有提醒" if sent is None else f"已发出{sent}条提醒", err=True)
        if told:
            click.echo(f"已告知{told}位申请人", err=True)


NO_WAY = "没有设置怎样提醒。请设置SMTP_URL和MAIL_FROM（电子邮件），或者REMIND_COMMAND（本单位的通知程序）。"


def _try_out(to: str) -> None:
    """发一条测试消息, and what was answered; nothing of the office is needed for it."""
    from api.office.reminders import channels, try_out
    from db.reminders import Contact

    settings = load_settings()
    if not channels(settings):
        _fail(NO_WAY)
    by_mail = "@" in to
    tried = try_out(settings, Contact("", "", to if by_mail else "", "" if by_mail else to))
    if not tried:
        _fail("没有发出：发到邮箱要设置SMTP_URL和MAIL_FROM。" if by_mail else "没有发出：发到号码、账号要设置REMIND_COMMAND。")
    for way, taken, answer in tried:
        if not taken:
            _fail(f"{way}：没有发出。{answer}")
        click.echo(f"{way}：已经收下，{answer}。请看是否收到；没有收到的，看看垃圾邮件，或者查邮件服务器的记录。")


@gongkai.command()
def check() -> None:
    """检查本机能否提供服务，并列出各项设置。"""
    from api.office.checkup import checkup, of_settings
    from api.office.opening import close_to_others

    settings = load_settings()
    for name, value in settings.shown.items():
        click.echo(f"{name}={value}")
    with _office(settings) as office:
        close_to_others(settings, office.database, _tell, deep=True)
        findings = [*of_settings(settings), *checkup(office)]
    words = {"ok": "正常", "warns": "注意", "fails": "不可用"}
    for finding in findings:
        click.echo(f"[{words[finding.level]}] {finding.text}")
    if any(finding.level == "fails" for finding in findings):
        sys.exit(1)


for _command in reports.commands(_office):
    gongkai.add_command(_command)
