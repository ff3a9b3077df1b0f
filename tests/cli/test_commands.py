"""The command line, as it is called: what it prints, what it returns, what it leaves behind."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.request import Request, urlopen
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import make_url

from api.cli import gongkai, main
from api.cli.demo import PASSWORD
from api.office import printing
from api.office.office import SHANGHAI
from api.office.opening import open_office
from api.pages.admin.units import LINES, NUMBERS, PAYEE
from api.settings import Settings
from db import factors, feedback, people
from db.leases import Leases
from letters.agencies import SAMPLES
from tests.conftest import PATIENCE, free_port
from tests.docker_steps import ROOT
from tests.pages.conftest import Person, token_of
from workflow.acts import Officer

COMMANDS = sorted(gongkai.commands)


@dataclass(frozen=True)
class Shell:
    """A data folder, and the command line that works in it."""

    data: Path

    def _settings(self, others: dict[str, str]) -> dict[str, str]:
        return {"DATA_DIR": str(self.data), "DATABASE_URL": "", **others}

    def start(self, *words: str, code: str = "from api.cli import main; main()", **settings: str) -> subprocess.Popen[str]:
        environment = {**os.environ, **self._settings(settings)}
        return subprocess.Popen(
            [sys.executable, "-c", code, *words],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """The entry point, in this process: starting a new one costs a second each."""
        kept = dict(os.environ)
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        out, err, code = io.StringIO(), io.StringIO(), 0
        umask = os.umask(0o022)
        os.environ.update(self._settings(settings))
        try:
            with redirect_stdout(out), redirect_stderr(err):
                main(words)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        finally:
            os.umask(umask)
            os.environ.clear()
            os.environ.update(kept)
            root.handlers[:] = handlers
            root.setLevel(level)
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())

    def good(self, *words: str, **settings: str) -> str:
        done = self.run(*words, **settings)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("empty"))
    shell.good("demo", "--empty")
    return shell


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(command: str) -> None:
    from click.testing import CliRunner

    shown = CliRunner().invoke(gongkai, [*filter(None, [command]), "--help"])
    assert shown.exit_code == 0
    assert any("\u4e00" <= char <= "\u9fff" for char in shown.output)


def test_every_command_of_the_readme_exists() -> None:
    named = set(re.findall(r"gongkai ([a-z][a-z-]*)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named <= set(COMMANDS)


@pytest.mark.slow
def test_the_sample_office_is_made_once_and_every_command_works_on_it(tmp_path: Path) -> None:
    """One test, because the sixty files and their letters take some seconds to make."""
    office = Shell(tmp_path / "office")
    assert "61件" in office.good("demo")
    before = {path: path.stat().st_mtime for path in (office.data / "files").rglob("*")}
    assert "61件" in office.good("demo")
    assert {path: path.stat().st_mtime for path in (office.data / "files").rglob("*")} == before
    assert len(office.good("user", "list").splitlines()) == 25
    assert "不符0处" in office.run("verify").stderr
    assert "改正0件" in office.run("rebuild").stderr

    lines = [line.split("\t") for line in office.good("due").splitlines()]
    assert [line[1] for line in lines].count("超期") == 1
    assert lines == sorted(lines, key=lambda line: line[0])
    assert len(lines) > 3
    mine = office.good("due", "--agency", "gx-zrzy", "--within", "20").splitlines()
    assert mine
    assert all("冠自然资" in line for line in mine)
    assert office.run("due", "--agency", "nowhere").returncode == 1

    with sqlite3.connect(office.data / "gongkai.db") as database:
        found = dict(database.execute("SELECT state, number FROM docket"))
    database.close()
    target = tmp_path / "out.zip"
    office.good("archive", found["archived"], "--to", str(target))
    with zipfile.ZipFile(target) as package:
        assert any(name.endswith("manifest-sha256.txt") for name in package.namelist())
    assert "完好" in office.good("verify-archive", str(target))
    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(target) as package, zipfile.ZipFile(damaged, "w") as other:
        for name in package.namelist():
            other.writestr(name, package.read(name) + (b" " if name.endswith("案卷.html") else b""))
    told = office.run("verify-archive", str(target), str(damaged), str(tmp_path / "nothing.zip"))
    assert told.returncode == 1
    assert "damaged.zip：data/案卷.html：内容与manifest-sha256.txt所载的摘要不符" in told.stdout
    assert "没有这个文件" in told.stdout
    assert "3件中不符2件" in told.stderr
    again = office.run("import-archive", str(target))
    assert again.returncode == 1
    assert "已经有这件案卷" in again.stdout
    refused = office.run("archive", found["handling"], "--to", str(tmp_path / "none.zip"))
    assert refused.returncode == 1
    assert "归档" in refused.stderr
    assert office.run("archive", "没有这个号").returncode == 1
    assert not (tmp_path / "none.zip").exists()

    kept, elsewhere = tmp_path / "backup.zip", Shell(tmp_path / "elsewhere")
    assert "案件61件" in office.good("backup", str(kept))
    assert "已有同名的文件" in office.run("backup", str(kept)).stderr
    assert "指纹为" in elsewhere.run("restore", str(kept)).stderr, "the keys are not in the backup"
    shutil.copytree(office.data / "secrets", elsewhere.data / "secrets", dirs_exist_ok=True)
    assert "案件61件" in elsewhere.good("restore", str(kept))
    assert "已改用指纹为" in elsewhere.good("rekey")
    assert elsewhere.run("verify").returncode == 0
    assert elsewhere.good("due") == office.good("due")
    assert "不能恢复到上面去" in office.run("restore", str(kept)).stderr


def test_a_token_and_nothing_else_is_printed(empty: Shell) -> None:
    shown = empty.run("token", "handler@gx-zrzy")
    assert shown.stdout.startswith("gk_")
    assert len(shown.stdout.split()) == 1
    assert shown.stderr == ""
    assert shown.stdout.strip().encode() not in (empty.data / "gongkai.db").read_bytes()
    database = sqlite3.connect(empty.data / "gongkai.db")
    (lasts,) = database.execute("SELECT julianday(expires_at) - julianday(created_at) FROM token ORDER BY created_at DESC").fetchone()
    database.close()
    assert round(lasts) == 180
    unknown = empty.run("token", "nobody")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "没有这个用户名" in unknown.stderr


def test_a_token_lasts_no_longer_than_the_office_allows(empty: Shell) -> None:
    assert "最长365天" in empty.run("token", "handler@gx-zrzy", "--days", "366").stderr
    assert "最长30天" in empty.run("token", "handler@gx-zrzy", "--days", "31", TOKEN_DAYS="30").stderr
    for words in (("--days", "365"), ("--read",)):
        assert empty.good("token", "handler@gx-zrzy", *words).startswith("gk_")
    assert empty.good("token", "handler@gx-zrzy", TOKEN_DAYS="30").startswith("gk_")


def test_who_has_a_one_time_password_gets_no_token(empty: Shell) -> None:
    empty.good("user", "add", "third@gx-rsj", "--name", "样例", "--role", "handler", "--agency", "gx-rsj")
    assert empty.good("token", "third@gx-rsj").startswith("gk_")
    empty.good("user", "password", "third@gx-rsj")
    refused = empty.run("token", "third@gx-rsj")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "一次性密码" in refused.stderr


def test_users_are_added_once_and_end_with_their_tokens(empty: Shell) -> None:
    new = ("user", "add", "second@gx-rsj", "--name", "样例", "--role", "handler", "--agency", "gx-rsj")
    empty.good(*new)
    assert empty.run(*new).returncode == 1
    assert empty.run("user", "add", "x", "--name", "样例", "--role", "king", "--agency", "gx-rsj").returncode == 2
    assert empty.run("user", "add", "x", "--name", "样例", "--role", "head", "--agency", "nowhere").returncode == 1
    token = empty.good("token", "second@gx-rsj").strip()
    with _served(empty) as address:
        assert _get(f"{address}/api/me", token)["agency"] == "gx-rsj"
        empty.good("user", "disable", "second@gx-rsj")
        with pytest.raises(OSError, match="401"):
            _get(f"{address}/api/me", token)
    assert empty.run("token", "second@gx-rsj").returncode == 1
    assert empty.run("user", "disable", "nobody").returncode == 1


def test_the_last_who_can_give_files_to_others_is_not_disabled(empty: Shell) -> None:
    with _served(empty) as address:
        token = empty.good("token", "intake@gx-zjj").strip()
        body = {"channel": "oral", "submitted_on": "2026-03-02", "applicant": {"name": "样例"}, "wanted": "样例"}
        assert _get(f"{address}/api/cases", token, json.dumps(body).encode())["assignee"] is None
    assert "\t待交办" in empty.good("due", "--within", "250", "--agency", "gx-zjj")
    empty.good("user", "disable", "intake@gx-zjj")
    refused = empty.run("user", "disable", "head@gx-zjj")
    assert refused.returncode == 1
    assert "等待交办" in refused.stderr
    assert "head@gx-zjj\t韩志远（样例）\thead\tgx-zjj\t在用" in empty.good("user", "list")


def test_what_nobody_can_do_any_more_is_told_and_who_was_disabled_is_enabled(tmp_path: Path) -> None:
    """READINGS R-movers: a post may be empty, and whoever empties it is told what stands still."""
    shell = Shell(tmp_path)
    shell.good("demo", "--empty")
    said = shell.good("user", "disable", "head@gx-zjj")
    assert "注意：gx-zjj没有在用的人员可以办理“签发答复”了" in said
    assert "gongkai user enable" in said
    assert "“签发答复”" not in shell.good("user", "disable", "handler@gx-zjj"), "told once, by what this one could do"
    assert "没有改动" in shell.run("user", "disable", "head@gx-zjj").stderr
    assert "head@gx-zjj" in shell.good("user", "enable", "head@gx-zjj")
    assert "head@gx-zjj\t韩志远（样例）\thead\tgx-zjj\t在用" in shell.good("user", "list")
    assert shell.run("user", "enable", "head@gx-zjj").returncode == 1
    assert shell.run("user", "enable", "nobody").returncode == 1
    assert "注意" not in shell.good("user", "disable", "analyst@gx-zjj")
    with sqlite3.connect(shell.data / "gongkai.db") as database:
        told = database.execute("SELECT reason FROM log_entry WHERE what = 'user' AND object = 'head@gx-zjj'").fetchall()
    database.close()
    assert [one.partition("（")[0] for (one,) in told] == ["停用", "启用"]


def test_what_was_passed_down_is_told_to_both_units(empty: Shell) -> None:
    """交下级单位拟办: `gongkai due` of the office above and of the unit below names who drafts, and until when."""
    today = datetime.now(SHANGHAI).date().isoformat()
    with _served(empty) as address, httpx.Client(base_url=address, timeout=PATIENCE) as http:
        tokens = {role: empty.good("token", f"{role}@gx-zfb").strip() for role in ("intake", "handler")}

        def post(role: str, path: str, version: int, **data: object) -> dict[str, Any]:
            answer = http.post(path, json=data, headers={"Authorization": f"Bearer {tokens[role]}", "If-Match": f'"{version}"'})
            assert answer.status_code == 201, answer.text
            return dict(answer.json())

        case = post("intake", "/api/cases", 0, channel="oral", submitted_on=today, applicant={"name": "样例"}, wanted="样例")
        acts = f"/api/cases/{case['id']}/acts"
        post("handler", acts, 1, kind="acceptance", on=today)
        post("handler", acts, 2, kind="assignment", on=today, agency="gx-zrzy", limit=today)
    for agency in ("gx-zfb", "gx-zrzy"):
        (line,) = [line for line in empty.good("due", "--within", "0", "--agency", agency).splitlines() if case["number"] in line]
        assert f"（交冠县自然资源和规划局拟办，{today}前）" in line
        assert "冠县自然资源和规划局拟稿" in line


ONCE = re.compile(r"\b[A-Za-z2-9]{4}(?:-[A-Za-z2-9]{4}){3}\b")


def test_init_makes_the_first_administrator_once(tmp_path: Path) -> None:
    """His password is shown this once, and he changes it before anything else."""
    shell = Shell(tmp_path / "new" / "folder")
    shown = ONCE.findall(shell.good("init"))
    assert len(shown) == 1
    assert shell.good("user", "list") == "admin\t系统管理员\tadmin\t\t在用\n"
    again = shell.good("init")
    assert "已经有系统管理员：admin" in again
    assert ONCE.findall(again) == []
    assert len(shell.good("user", "list").splitlines()) == 1
    assert shown[0].encode() not in (shell.data / "gongkai.db").read_bytes()
    with _served(shell) as address, _signed_in(address, "admin", shown[0]) as person:
        assert person.get("/admin").status_code == 403
        assert person.post("/account/tokens", {"label": "x", "days": "9"}).status_code == 403, "and makes no token before"
        own = {"old": shown[0], "new": shown[0], "again": shown[0]}
        assert person.post("/account/password", own).status_code == 400, "the same is no other"
        assert person.post("/account/password", own | {"new": "Eigenes-2026", "again": "Eigenes-2026"}).status_code == 200
        assert person.get("/admin/users").status_code == 200


@pytest.mark.parametrize("name", ["方\u200b向", "方\U00012000", "方\uf90a", "方\n向", "  "])
def test_a_name_that_no_font_prints_makes_nobody(tmp_path: Path, name: str) -> None:
    """As first administrator and as one more; nothing is begun for it."""
    shell = Shell(tmp_path / "new")
    for words in (("init", "--name", name), ("user", "add", "x", "--role", "head", "--agency", "gx-zrzy", "--name", name)):
        done = shell.run(*words)
        assert (done.returncode, done.stdout) == (1, ""), words
        assert "姓名：" in done.stderr
        assert "Traceback" not in done.stderr
    assert not shell.data.exists()


def test_what_no_row_names_is_listed_and_removed(tmp_path: Path) -> None:
    """A crash between the writing of a file and its commit leaves such; nothing that a row names is touched."""
    shell = Shell(tmp_path)
    shell.run("init")
    folder = tmp_path / "files" / "attachments" / "ab"
    folder.mkdir(parents=True)
    for name in ("abcdef", ".part-1"):
        (folder / name).write_bytes(b"left behind")
        os.utime(folder / name, (1, 1))
    listed = shell.run("tidy", "--dry-run")
    assert listed.returncode == 0
    assert listed.stdout.split() == ["attachments/ab/.part-1", "attachments/ab/abcdef"]
    assert "没有删除" in listed.stderr
    assert (folder / "abcdef").exists()
    for path in folder.iterdir():
        os.utime(path, (1, 1))  # the first opening of an office seals what lies there: it is new again, and `verify` would wait for its row
    assert "gongkai tidy" in shell.run("verify").stdout
    assert "清理2个" in shell.run("tidy").stderr
    assert list(folder.iterdir()) == []
    assert shell.run("verify").returncode == 0
    assert "没有登记的文件0个" in shell.run("tidy").stderr


def test_an_office_begins_with_nothing_but_its_first_administrator(tmp_path: Path) -> None:
    """No sample agency is there; he sets up the first unit on the pages, and its people work."""
    shell = Shell(tmp_path)
    password = ONCE.findall(shell.good("init"))[0]
    assert "还没有设置单位" in shell.good("check")
    refused = shell.run("user", "add", "li@own", "--name", "李样例", "--role", "intake", "--agency", "gx-zrzy")
    assert refused.returncode == 1
    assert "还没有设置单位" in refused.stderr
    with _served(shell) as address, _signed_in(address, "admin", password) as admin:
        admin.post("/account/password", {"old": password, "new": "Eigenes-2026", "again": "Eigenes-2026"})
        assert "还没有设置单位" in admin.page("/")
        assert "样例文书" not in admin.page("/")
        assert admin.get("/samples/reply.pdf").status_code == 404
        admin.page("/admin/agencies")
        admin.page("/admin/letterheads/new")
        typed = {name: f"样例{name}" for name, _, _ in (*LINES, *PAYEE)} | {f"numbers.{one}": f"样{one}" for one in NUMBERS}
        typed["query_url"] = "https://apply.example.cn/apply/status"
        seal = {"seal": ("seal.png", (SAMPLES / "gx-zfb.png").read_bytes())}
        made = admin.post("/admin/letterheads/new", typed | {"code": "own", "postcode": "252500"}, files=seal)
        assert made.status_code == 303, made.text
        shown = admin.post("/admin/users", {"username": "li@own", "name": "李样例", "role": "intake", "agency": "own"}).text
        with _signed_in(address, "li@own", ONCE.findall(shown)[0]) as clerk:
            own = {"old": ONCE.findall(shown)[0], "new": "Eigenes-2026", "again": "Eigenes-2026"}
            assert clerk.post("/account/password", own).status_code == 200
            clerk.page("/desk")
            clerk.page("/intake")
        assert [one["code"] for one in _get(f"{address}/api/agencies", shell.good("token", "li@own").strip())["items"]] == ["own"]
    assert "已设置1个单位" in shell.good("check")


def test_who_works_for_a_unit_that_is_not_set_up_is_told(tmp_path: Path) -> None:
    """The demo ran while the server was at work, or a letterhead was taken away."""
    shell = Shell(tmp_path)
    shell.good("init")
    with _served(shell) as address:
        assert "重新启动" in shell.run("demo", "--empty").stderr
        with _signed_in(address, "handler@gx-zrzy", PASSWORD) as person:
            answer = person.get("/desk")
            assert answer.status_code == 403
            assert "单位还没有设置" in answer.text
    with _served(shell) as address, _signed_in(address, "handler@gx-zrzy", PASSWORD) as person:
        person.page("/desk")


def test_a_forgotten_password_is_set_anew_on_the_command_line(empty: Shell) -> None:
    shown = empty.run("user", "password", "legal@gx-rsj")
    assert shown.returncode == 0
    assert ONCE.fullmatch(shown.stdout.strip()), "the password and nothing else, like a token"
    assert "首次登录" in shown.stderr
    with _served(empty) as address, _signed_in(address, "legal@gx-rsj", shown.stdout.strip()) as person:
        assert person.get("/desk").status_code == 403, "first the own password"
        with _signed_in(address, "legal@gx-rsj", PASSWORD, good=False):
            pass
    assert "没有这个用户名" in empty.run("user", "password", "nobody").stderr
    with sqlite3.connect(empty.data / "gongkai.db") as database:
        told = database.execute("SELECT object, reason FROM log_entry WHERE what = 'user'").fetchall()
    database.close()
    assert any(whose == "legal@gx-rsj" and done.startswith("重设密码（命令行，系统用户") for whose, done in told)


def test_a_lost_second_factor_is_removed_on_the_command_line(empty: Shell) -> None:
    office, now = open_office(Settings(data_dir=empty.data, letter_workers=1)), datetime.now(UTC)
    try:
        with office.database.read() as session:
            row = people.officer_row(session, "head@gx-rsj")
        assert row is not None
        assert office.database.write(lambda s: factors.begin(s, row.id, "A" * 32, now) and factors.confirm(s, row.id, 1, now))
        office.database.write(lambda s: people.set_setting(s, "", "factor_required", "yes"))
        refused = empty.run("token", "head@gx-zjj")
        assert refused.returncode == 1 and "两步验证" in refused.stderr
        empty.good("token", "head@gx-rsj")
        empty.good("token", "handler@gx-zjj")
        assert "已取消" in empty.good("user", "remove-factor", "head@gx-rsj")
        assert "没有启用" in empty.run("user", "remove-factor", "head@gx-rsj").stderr
        assert empty.run("user", "remove-factor", "nobody").returncode == 1
        assert empty.run("token", "head@gx-rsj").returncode == 1
        with office.database.read() as session:
            assert any("取消两步验证（命令行" in (one.reason or "") for one in people.log_entries(session, limit=20))
    finally:
        office.database.write(lambda s: people.set_setting(s, "", "factor_required", "no"))
        office.close()


def test_opinions_that_are_kept_no_longer_are_listed_erased_and_told(empty: Shell) -> None:
    """意见建议 of 2020: by their number, as files are; verify says when, by whom and on what ground."""
    office = open_office(Settings(data_dir=empty.data, letter_workers=1))
    asked, who = date(2020, 3, 2), "archivist@gx-zrzy"
    at = datetime(2020, 3, 3, 2, tzinfo=UTC)

    def answered(session: Any) -> str:
        told = feedback.Told("opinion", "样例的意见", contact="13800000000")
        row = feedback.add(session, told, id=str(uuid4()), agency="gx-zrzy", on=asked, key=office.keys.blind, now=at)
        assert feedback.answer(session, row, Officer(id="x", username=who, name="样例", role="intake", agency="gx-zrzy"), at, "样例的答复")
        return str(row.number)

    try:
        number = office.database.write(answered)
    finally:
        office.close()
    assert f"{number}\t意见建议，2020-03-03答复\t保留到2023-12-31" in empty.good("erase")
    by = ("--as", who, "--ground", "样例销毁清册", "--reason", "不需要继续保存")
    assert empty.run("erase", number, *by[:1], "handler@gx-zrzy", *by[2:]).returncode == 1
    assert "已销毁1件" in empty.good("erase", number, *by)
    assert number not in empty.good("erase") and f"（说明）{number}：" in empty.good("verify")
    assert "样例的意见".encode() not in (empty.data / "gongkai.db").read_bytes()


def test_a_training_office_is_made_once_and_only_where_nobody_works_and_no_file_is(tmp_path: Path) -> None:
    office = Shell(tmp_path / "office")
    assert "5件案件" in office.good("demo", "--training")
    assert "已经建立" in office.good("demo", "--training") and "5件" in office.good("demo", "--empty")
    office.good("verify")
    samples = Shell(tmp_path / "samples")
    samples.good("demo", "--empty")
    samples.good("user", "add", "wang", "--name", "王样例", "--role", "head", "--agency", "gx-zrzy")
    refused = samples.run("demo", "--training")
    assert refused.returncode == 1 and "已经有本单位的人员" in refused.stderr
    copied = Shell(tmp_path / "files")
    copied.good("demo", "--training")
    with closing(sqlite3.connect(tmp_path / "files" / "gongkai.db")) as there, there:
        there.execute("DELETE FROM setting WHERE name = 'training'")
    refused = copied.run("demo", "--training")
    assert refused.returncode == 1 and "已经有案件" in refused.stderr


def test_the_demo_changes_nothing_of_a_real_person(tmp_path: Path) -> None:
    """A real administrator may well be called admin, with a password or still without one."""
    with_one, without = Shell(tmp_path / "with"), Shell(tmp_path / "without")
    password = ONCE.findall(with_one.good("init", "--name", "方向明"))[0]
    without.good("demo", "--empty")
    with sqlite3.connect(without.data / "gongkai.db") as database:
        database.execute("UPDATE officer SET name = '方向明', password_hash = NULL WHERE username = 'admin'")
    database.close()
    for shell in (with_one, without):
        before = _row(shell, "admin")
        told = shell.run("demo", "--empty")
        assert told.returncode == 0, told.stderr
        assert "没有改动：admin" in told.stderr
        assert _row(shell, "admin") == before
        with _served(shell) as address, _signed_in(address, "admin", PASSWORD, good=False), _signed_in(address, "handler@gx-zrzy", PASSWORD):
            pass
    with _served(with_one) as address, _signed_in(address, "admin", password):
        pass


def test_the_demo_is_not_made_in_an_office_that_is_in_use(tmp_path: Path) -> None:
    """Its password is known to everybody: where somebody works in a unit of the office's own it is refused, and changes nothing."""
    shell = Shell(tmp_path)
    shell.good("init", "--name", "方向明")
    own = shell.data / "agencies"
    own.mkdir(exist_ok=True)
    sample = (ROOT / "letters" / "agencies" / "gx-rsj.yaml").read_text(encoding="utf-8")
    sample = "".join(line for line in sample.splitlines(keepends=True) if not line.startswith("parent:"))
    (own / "gx-jyj.yaml").write_text(sample, encoding="utf-8")
    (own / "gx-rsj.png").write_bytes((ROOT / "letters" / "agencies" / "gx-rsj.png").read_bytes())
    shell.good("user", "add", "clerk", "--name", "样例", "--role", "handler", "--agency", "gx-jyj")
    for options in ((), ("--empty",)):
        refused = shell.run("demo", *options)
        assert refused.returncode == 1 and "正式使用的单位" in refused.stderr
    with sqlite3.connect(shell.data / "gongkai.db") as database:
        assert database.execute("SELECT count(*) FROM officer").fetchone() == (2,)
    database.close()


def test_a_disabled_sample_officer_stays_disabled(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.good("demo", "--empty")
    shell.good("user", "disable", "analyst@gx-rsj")
    shell.good("demo", "--empty")
    assert "analyst@gx-rsj\t袁思齐（样例）\tanalyst\tgx-rsj\t停用" in shell.good("user", "list")


def _row(shell: Shell, username: str) -> object:
    with sqlite3.connect(shell.data / "gongkai.db") as database:
        found = database.execute("SELECT * FROM officer WHERE username = ?", (username,)).fetchone()
    database.close()
    return found


@contextmanager
def _signed_in(address: str, username: str, password: str, *, good: bool = True) -> Iterator[Person]:
    """Somebody at a browser, who could sign in (or, if not `good`, could not)."""
    with httpx.Client(base_url=address, timeout=PATIENCE) as client:
        person = Person(client)
        person.csrf = token_of(person.page("/sign-in"))
        answer = person.post("/sign-in", {"username": username, "password": password})
        assert answer.status_code == (303 if good else 401)
        if good:
            person.csrf = token_of(person.page("/account"))
        yield person


def test_check_shows_every_setting_and_no_password(empty: Shell) -> None:
    from api.settings import Settings

    shown = empty.good("check")
    for name in Settings.model_fields:
        assert f"{name.upper()}=" in shown
    assert "=None" not in shown  # what is used where nothing was set
    assert "RULES_DIR=data/rules" in shown.replace(str(empty.data), "data")
    assert "letters/fonts" in shown
    hidden = empty.run("check", DATABASE_URL="postgresql://somebody:geheim@127.0.0.1:1/none")
    assert hidden.returncode == 1
    assert "geheim" not in hidden.stdout + hidden.stderr
    told = empty.run("check", DATABASE_URL="postgresql://127.0.0.1:1/none?user=u&password=geheim&connect_timeout=3").stdout
    assert "DATABASE_URL=postgresql+psycopg://127.0.0.1:1/…\n" in told and "geheim" not in told
    assert "SIGN_TIMESTAMP_URL=http://stamps.example/…\n" in empty.good("check", SIGN_TIMESTAMP_URL="http://u:geheim@stamps.example/x")


@pytest.mark.parametrize(
    ("name", "url", "shown"),
    [
        ("DATABASE_URL", "postgresql+psycopg://h/x?user=u&password=geheim", "postgresql+psycopg://h/…"),
        ("DATABASE_URL", "postgres://u:gehe%40im@[::1]:5432/x", "postgresql+psycopg://[::1]:5432/…"),
        ("DATABASE_URL", "postgresql://u:geheim@h1,h2:5432/x", "postgresql+psycopg://h1,h2:5432/…"),
        ("DATABASE_URL", "postgresql:///x?host=/run/postgresql&passfile=/geheim", "postgresql+psycopg:///…"),
        ("DATABASE_URL", "sqlite:////data/x.db?key=geheim", "sqlite:////data/x.db?…"), ("DATABASE_URL", "sqlite:////data/x.db", "sqlite:////data/x.db"),
        ("DATABASE_URL", "mysql://h/x?user=u&password=geheim", None), ("DATABASE_URL", "postgresql+asyncpg:u:geheim", None),
        ("DATABASE_URL", "postgresql://u:p@h:geheim/x", None), ("DATABASE_URL", "postgresql://u:geheim@im@h/x", None),
        ("DATABASE_URL", "postgresql://u:p@h/x?geheim=1", None), ("DATABASE_URL", "postgresql://u:p@h:99999/geheim", None),
        ("DATABASE_READ_URL", "postgresql://u:p@h:geheim/x", None), ("DATABASE_READ_URL", "postgresql://r:geheim@h/x", "**********"),
        ("S3_ENDPOINT", "https://AKIA:geheim", None), ("S3_ENDPOINT", "https://s3.example?token=geheim", None), ("FILES_STORE", "AKIA:geheim", None),
        ("S3_REGION", "/geheim", None), ("SIGN_TIMESTAMP_URL", "user:geheim", None), ("SIGN_TIMESTAMP_URL", "https://u:12/geheim@h/", None),
        ("SIGN_TIMESTAMP_URL", "https://h:8443/tsr?token=geheim", "https://h:8443/…"), ("SIGN_TIMESTAMP_URL", "https://tsa.example/", "https://tsa.example/"),
        ("SMTP_URL", "smtp://u:12/geheim@mail", None), ("SMTP_URL", "smtp:u:geheim", None), ("PUBLIC_URL", "https://h/?token=geheim", None),
        ("PUBLIC_URL", "https://u:geheim@h", None), ("PUBLIC_URL", "https://h?geheim", None), ("MAIL_FROM", "u:geheim@x@y", None),
        ("MAIL_FROM", "u:geheim@x", None), ("RULES_DIR", "https://u:geheim@h", None), ("SITE_KEY_FILE", "geheim", None),
    ],
)  # fmt: skip
def test_of_an_address_no_more_than_scheme_and_host_is_ever_shown(monkeypatch: pytest.MonkeyPatch, name: str, url: str, shown: str | None) -> None:
    """Whatever place in it a secret stands in; one that is refused is told by its name, and is not repeated."""
    from api.settings import BadSetting, load_settings

    for one, value in {"DATABASE_URL": "postgresql://h/x", "MAIL_FROM": "a@example.gov.cn", name: url}.items():
        monkeypatch.setenv(one, value)
    if shown is not None:
        assert load_settings().shown[name] == shown
        return
    with pytest.raises(BadSetting) as refused:
        load_settings()
    told = str(refused.value)
    assert told.startswith(f"{name}：") and "geheim" not in told and f"（{len(url)}个字符，不在这里显示）" in told


def test_a_path_that_is_set_but_empty_is_not_set(empty: Shell) -> None:
    paths = ("SIGN_KEY", "CHECKPOINT_DIR", "RULES_DIR", "AGENCIES_DIR", "FONTS_DIR")
    told = [[line for line in empty.good("check", **others).splitlines() if "=" in line] for others in (dict.fromkeys(paths, ""), {})]
    assert told[0] == told[1]


@pytest.mark.parametrize("name", ["DATABASE_URL", "SIGN_PASSPHRASE"])
def test_a_secret_in_a_file_that_is_no_text_is_told_in_one_sentence(empty: Shell, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_bytes("口令".encode("gbk"))
    done = empty.run("check", **{f"{name}_FILE": str(tmp_path / "secret")})
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and f"{name}_FILE" in done.stderr and "不是UTF-8文本" in done.stderr


@pytest.mark.parametrize(
    "setting",
    [
        {"PORT": "none"}, {"PORT": "0"}, {"LETTER_WORKERS": "99"}, {"DATABASE_URL": "mysql://x/y"}, {"DATABASE_URL": "nonsense"},
        {"DATABASE_URL": "postgresql://x:y@127.0.0.1:1/z"}, {"RULES_DIR": "/nonexistent"}, {"AGENCIES_DIR": "/nonexistent"},
        {"DATABASE_URL_FILE": "/nonexistent"}, {"FORWARDED_ALLOW_IPS": "our-proxy"}, {"DATA_DIR": "/proc/nowhere"},
        {"SIGN_TIMESTAMP_URL": "http://["}, {"SIGN_TIMESTAMP_URL": "http://u:p@/"}, {"SIGN_TIMESTAMP_URL": "https://stamps.example:99999/"},
        {"HOST": "no.such.host.invalid"}, {"DATABASE_URL": "postgresql://u:p@h:abc/x"}, {"ALLOWED_HOSTS": "https://gk.example.gov.cn/"},
    ],
    ids=str,
)  # fmt: skip
def test_a_bad_setting_is_told_in_one_sentence(empty: Shell, setting: dict[str, str]) -> None:
    done = empty.run("serve", **setting)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert any("\u4e00" <= char <= "\u9fff" for char in done.stderr)


def test_the_help_tells_each_command_in_one_sentence_that_fits_a_terminal() -> None:
    from click.testing import CliRunner

    from api.cli import gongkai

    for words in ([], ["user"]):
        told = CliRunner().invoke(gongkai, [*words, "--help"]).output.partition("Commands:\n")[2].splitlines()
        group: Any = gongkai.commands["user"] if words else gongkai
        assert len(told) == len(group.commands), "one line each"
        for line in told:
            assert line.endswith("。") and sum(2 if char > "\u2e80" else 1 for char in line) <= 80, line


def test_a_full_disk_is_told_as_one_and_not_as_a_wrong_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite says of some of it only that a file cannot be opened."""
    from api.cli import commands
    from db.engine import DatabaseFull, DatabaseUnavailable

    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert "不能打开，或者不能写入" in commands._sentence_of(DatabaseUnavailable("OperationalError"))
    assert "磁盘满了" in commands._sentence_of(DatabaseFull("OperationalError"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))  # type: ignore[attr-defined]
    told = commands._sentence_of(DatabaseUnavailable("OperationalError"))
    assert f"{tmp_path}所在的磁盘满了（剩余0MiB）" in told and "DATABASE_URL" not in told


@pytest.mark.postgres
def test_why_postgresql_is_not_to_be_had_is_told_with_its_address_and_no_password(tmp_path: Path, postgres_url: str) -> None:
    shell = Shell(tmp_path)
    other = make_url(postgres_url).set(database="no_such_database").render_as_string(hide_password=False)
    for url, why in (
        ("postgresql://u:geheim@127.0.0.1:1/z", "没有数据库在听"), ("postgresql://u:geheim@no.such.invalid/z", "找不到这台主机"),
        ("postgresql://127.0.0.1:1/z?user=u&password=geheim", "没有数据库在听"), (other, "没有这个数据库"),
    ):  # fmt: skip
        done = shell.run("init", DATABASE_URL=url)
        assert done.returncode == 1 and why in done.stderr and "geheim" not in done.stderr, url
        assert len(done.stderr.splitlines()) == 1


def test_a_test_message_is_tried_without_an_office(tmp_path: Path) -> None:
    shell, server = Shell(tmp_path / "none"), {"SMTP_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "gongkai@guanxian.example"}
    done = shell.run("remind", "--test", "admin@guanxian.example", **server)
    assert done.returncode == 1 and "电子邮件：没有发出。127.0.0.1:1：没有服务在听" in done.stderr
    assert "没有设置怎样提醒" in shell.run("remind", "--test", "admin@guanxian.example").stderr
    assert "要设置REMIND_COMMAND" in shell.run("remind", "--test", "13800000000", **server).stderr
    assert not (tmp_path / "none").exists()


def test_all_wrong_settings_are_told_at_once_with_what_was_given_what_is_allowed_and_an_example(empty: Shell, tmp_path: Path) -> None:
    wrong = {
        "PORT": "八千", "SMTP_URL": "mail:geheim@mail.example", "METRICS_TOKEN": "geheim", "DATABASE_URL": "mysql://u:geheim@h/x",
        "REMIND_HOURS": "18-8", "TELL_APPLICANTS": "email,phone", "FORWARDED_ALLOW_IPS": "our-proxy", "SITE_KEY_FILE": str(tmp_path / "none"),
        **dict.fromkeys(("RULES_DIR", "AGENCIES_DIR", "FONTS_DIR", "SIGN_KEY"), "/nonexistent"),
    }  # fmt: skip
    done = empty.run("check", **wrong)
    first, *lines = done.stderr.splitlines()
    assert done.returncode == 1 and first == f"设置有误，没有启动，共{len(wrong)}处"
    assert {line.partition("：")[0] for line in lines} == wrong.keys() and "geheim" not in done.stderr
    told = {line.partition("：")[0]: line for line in lines}
    assert told["RULES_DIR"] == "RULES_DIR：现在是“/nonexistent”。没有这个目录。应当是已有的、可以读的目录的路径。"
    assert told["PORT"] == "PORT：现在是“八千”。应当是1到65535的整数。例如 PORT=8000。"
    assert "只有6个字符。应当是不少于16个字符" in told["METRICS_TOKEN"] and "还要设置REMIND_COMMAND" in told["TELL_APPLICANTS"]
    assert "SMTP_URL=smtps://" in told["SMTP_URL"] and "our-proxy" in told["FORWARDED_ALLOW_IPS"]
    assert "appear" not in done.stderr, "no library's words"


@pytest.mark.parametrize("host", ["999.1.1.1", "no.such.host.invalid", "203.0.113.1"])
def test_an_address_that_is_not_this_machine_s_is_no_port_that_is_taken(empty: Shell, host: str) -> None:
    """And what is set and will not do is told at the start, though it keeps nobody from working."""
    told = empty.run("serve", HOST=host, REMIND_COMMAND="/nonexistent").stderr
    assert host in told and "地址" in told and "端口" not in told and "Unknown" not in told
    assert "注意：REMIND_COMMAND所指的/nonexistent不能运行" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chekc"], "没有chekc这个命令，是不是check。用法见 gongkai --help。"),
        (["check", "--bogus"], "没有--bogus这个选项。用法见 gongkai check --help。"),
        (["backup"], "缺少TARGET。用法见 gongkai backup --help。"), (["backup", "x", "--keep", "0"], "--keep填写得不对，应当是不小于1的整数。"),
        (["report", "--year", "abc"], "--year填写得不对，应当是1990到2199的整数。"), (["report", "--from", "1日"], "应当是日期，例如2026-01-31。"),
        (["serve", "--port", "http"], "--port填写得不对，应当是整数。"), (["check", "x"], "多写了参数。"),
        (["backup", "x", "--keep"], "--keep后面缺少它的值"),
        (["user", "add", "x", "--name", "甲", "--role", "king", "--agency", "a"], "--role填写得不对，应当是其中之一：intake、"),
        (["restore", "/nonexistent.zip"], "没有/nonexistent.zip这个文件。用法见"),
        (["import", "/nonexistent"], "LEDGER填写得不对，应当是已有的、可以读的文件的路径。"),
    ],
)  # fmt: skip
def test_what_is_mistyped_is_told_in_one_chinese_sentence(tmp_path: Path, words: list[str], said: str) -> None:
    done = Shell(tmp_path).run(*words)
    assert (done.returncode, done.stdout) == (2, "") and said in done.stderr and len(done.stderr.splitlines()) == 1
    assert not re.search("Error|Usage|Invalid|Missing", done.stderr)


def test_every_example_of_a_setting_is_allowed() -> None:
    """Whoever copies it from the refusal is not refused again; secrets and what goes with others have theirs."""
    from api.settings import Settings

    others = {"mail_from": "a@example.gov.cn", "smtp_url": "smtp://mail", "remind_command": "/bin/true", "database_url": "postgresql://h/d"}
    examples = {name: field.examples[0] for name, field in Settings.model_fields.items() if field.examples and field.examples[0]}
    assert len(examples) > 15
    for name, example in examples.items():
        keys = {"s3_access_key": "a", "s3_secret_key": "b"} if name == "files_store" else {}
        Settings(**{**others, **keys, name: example})


def test_a_checkpoint_outside_shows_that_an_older_database_was_put_back(empty: Shell, tmp_path: Path) -> None:
    """All of it fits together: only what was kept elsewhere tells that there was more."""
    outside = tmp_path / "outside"
    assert "没有说明写到哪里" in empty.run("checkpoint").stderr
    assert "数据目录以外" in empty.run("checkpoint", str(empty.data / "here")).stderr
    kept = {path: path.read_bytes() for path in empty.data.glob("gongkai.db*")}
    empty.good("user", "add", "tail@gx-rsj", "--name", "方新到（样例）", "--role", "handler", "--agency", "gx-rsj")
    written = Path(empty.good("checkpoint", CHECKPOINT_DIR=str(outside)).strip())
    assert written.parent == outside
    assert written.stat().st_mode & 0o077 == 0
    assert "比较检查点1个，不符0处" in empty.run("verify", "--checkpoints", str(outside)).stderr
    whole = {path: path.read_bytes() for path in empty.data.glob("gongkai.db*")}
    for path in whole:
        path.unlink()
    for path, data in kept.items():
        path.write_bytes(data)
    assert empty.run("verify").returncode == 0
    found = empty.run("verify", CHECKPOINT_DIR=str(outside))
    assert found.returncode == 1
    assert "日志被截去或者改写" in found.stdout
    for path, data in whole.items():
        path.write_bytes(data)
    assert "没有检查点" in empty.run("verify", "--checkpoints", str(tmp_path)).stderr


def test_verify_and_rebuild_find_a_change_behind_the_program_s_back(empty: Shell) -> None:
    token = empty.good("token", "intake@gx-zrzy").strip()
    with _served(empty) as address:
        body = {"channel": "oral", "submitted_on": "2026-03-02", "applicant": {"name": "样例"}, "wanted": "样例"}
        _get(f"{address}/api/cases", token, json.dumps(body).encode())
    assert empty.run("verify").returncode == 0
    with sqlite3.connect(empty.data / "gongkai.db") as database:
        database.execute("UPDATE docket SET state = 'archived'")
    database.close()
    found = empty.run("verify")
    assert found.returncode == 1
    assert "state" in found.stdout
    assert "已改正" in empty.good("rebuild", "--processes", "2")
    assert empty.run("verify").returncode == 0


def test_a_database_of_a_later_version_is_told_and_left_alone(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.good("demo", "--empty")
    with closing(sqlite3.connect(tmp_path / "gongkai.db")) as there:
        there.execute("UPDATE alembic_version SET version_num = '9999'")
        there.commit()
    done = shell.run("check")
    assert done.returncode == 1
    assert "更新版本的程序" in done.stderr
    assert "9999" in done.stderr


def test_a_second_server_of_one_database_is_refused_and_a_hangup_ends_none(empty: Shell) -> None:
    token = empty.good("token", "intake@gx-zrzy").strip()
    served = _served(empty)
    with served as address:
        with free_port() as port:
            second = empty.run("serve", "--port", str(port))
        assert second.returncode == 1
        assert f"已经有一个服务在用（进程号{served.server.pid}）" in second.stderr
        served.server.send_signal(signal.SIGHUP)
        assert _get(f"{address}/api/me", token)
    with _served(empty) as address:
        assert _get(f"{address}/api/me", token)


def test_a_letter_that_hangs_does_not_keep_the_program_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "GRACE", 0.01)
    begun, ended = threading.Event(), threading.Event()

    class Hangs:
        def close(self) -> None:
            ended.set()

    works = printing.Printing(cast(Any, None), cast(Any, None), cast(Any, Hangs()), None, Leases(cast(Any, SimpleNamespace(is_sqlite=True))))

    def make(letter: str, *, patient: bool, hurry: threading.Event) -> bytes:
        begun.set()
        assert ended.wait(PATIENCE), "its worker was ended"
        return b""

    monkeypatch.setattr(works, "_row", lambda _letter: SimpleNamespace(digest=None))
    monkeypatch.setattr(works, "_pdf", make)
    works.soon(["letter"])
    assert begun.wait(PATIENCE)
    works.close()


def test_the_name_of_somebody_who_was_taken_off_is_told_as_that(empty: Shell) -> None:
    empty.good("user", "disable", "analyst@gx-rsj")
    done = empty.run("user", "add", "analyst@gx-rsj", "--name", "样例", "--role", "analyst", "--agency", "gx-rsj")
    assert done.returncode == 1
    assert "现在停用" in done.stderr
    assert "gongkai user enable analyst@gx-rsj" in done.stderr
    empty.good("user", "enable", "analyst@gx-rsj")
    assert "换一个" in empty.run("user", "add", "analyst@gx-rsj", "--name", "样例", "--role", "analyst", "--agency", "gx-rsj").stderr


def test_a_port_in_use_is_told(empty: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = empty.run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "端口" in done.stderr


def test_a_signal_ends_it_with_zero_and_what_is_in_flight_is_answered(empty: Shell) -> None:
    token = empty.good("token", "intake@gx-zrzy").strip()
    with free_port() as port:
        server = empty.start("serve", "--port", str(port))
        try:
            _until_ready(server, f"http://127.0.0.1:{port}")
            with socket.create_connection(("127.0.0.1", port)) as line, closing(HTTPConnection("127.0.0.1", port)) as idle:
                idle.request("GET", "/health/live")
                assert idle.getresponse().read()
                head = f"POST /api/calculators/fee HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 36\r\n"
                line.sendall(f"{head}Expect: 100-continue\r\n\r\n".encode() + b'{"basis": "per_page",')
                assert b"100 Continue" in line.recv(4096), "the request is being read, and its end is not there"
                server.send_signal(signal.SIGTERM)
                assert idle.sock.recv(1) == b"", "who asks for nothing is let go, after the door is closed"
                line.sendall(b' "pages": 150 }'.ljust(15))
                assert b"200 OK" in line.recv(4096)
            assert server.wait(PATIENCE) == 0
            with pytest.raises(OSError, match="refused"):
                socket.create_connection(("127.0.0.1", port))
        finally:
            server.kill()
            server.communicate()


# ------------------------------------------------------------------ a served office


def _until_ready(server: subprocess.Popen[str], address: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        assert server.poll() is None, "it ended by itself"
        assert time.monotonic() < until
        try:
            with urlopen(f"{address}/health/ready", timeout=PATIENCE) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.1)


class _served:  # noqa: N801 - reads as what it is: with _served(office) as address
    def __init__(self, shell: Shell) -> None:
        self.shell, self.held = shell, free_port()

    def __enter__(self) -> str:
        port = self.held.__enter__()
        self.server = self.shell.start("serve", "--port", str(port))
        address = f"http://127.0.0.1:{port}"
        try:
            _until_ready(self.server, address)
        except BaseException:  # no `with` block was entered, and none will be left
            self.server.kill()
            self.server.communicate()
            self.held.__exit__(None, None, None)
            raise
        return address

    def __exit__(self, *_exc: object) -> None:
        self.server.terminate()
        self.server.communicate(timeout=PATIENCE)
        self.held.__exit__(None, None, None)
        assert self.server.returncode == 0


def _get(address: str, token: str, body: bytes | None = None) -> dict:  # type: ignore[type-arg]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urlopen(Request(address, body, headers), timeout=PATIENCE) as answer:
        return dict(json.load(answer))
