"""An office opened from its settings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlmodel import Session

from api.office.log import log
from api.office.office import Office
from api.office.sources import Sources
from api.settings import BUCKET_AT, BadSetting, Settings
from db import application_drafts, applications, journal, people, private, rebuilding, rekeying, store
from db.engine import Database
from db.files import Files
from db.stores import BUCKET, Access, Folder, Store
from letters.agencies import sample_codes
from letters.pades import PdfSigner
from letters.render import Renderer
from letters.signing import Signing

SETTINGS = "settings"
"""The setting, of no agency, that keeps those of the last start as they may be shown."""


SEALING = "升级以后第一次启动：正在把已有的个人信息加密保存，案件多的要等一段时间，中断的下次接着办。"


def _log(sentence: str) -> None:
    log.warning("at the start", told=sentence)


def open_office(
    settings: Settings, clock: Callable[[], datetime] | None = None, tell: Callable[[str], None] = _log
) -> Office:
    """Everything the program works with, from its settings; the schema is brought up to date first.

    What others could read of it is closed to them, and told. Raises BadKeys: a key is missing; BadRules when the rules or the
    letterheads are at fault: nothing is served on a law that cannot be read; BadSigner: what was set for signing cannot be used.
    """
    settings.data_dir.mkdir(private.FOLDER, parents=True, exist_ok=True)
    for chosen, own in ((settings.rules_dir, settings.own_rules), (settings.agencies_dir, settings.own_agencies)):
        if chosen is None:  # a folder that the office names must be there already
            own.mkdir(private.FOLDER, exist_ok=True)
    time = clock or (lambda: datetime.now(UTC))
    database = Database(
        settings.database_url, processes=settings.workers, read_url=settings.database_read_url.get_secret_value(), lag=settings.read_lag
    )
    close_to_others(settings, database, tell)
    try:
        database.migrate()
        keys, ring = rekeying.open_keys(database, settings.data_dir / "secrets", time())
        files = Files(store_at(settings, settings.files_store or settings.data_dir / "files"), ring)
        rekeying.seal_what_is_open(database, files, keys, time(), lambda: tell(SEALING))
        open_journal(database, settings.data_dir / "secrets", time)
        rekeying.renew_projections(database, keys)
        rebuilding.note_new(database)
        signing = signing_of(settings)
        sources = Sources(settings.own_rules, settings.own_agencies, samples=_has_samples(database))
    except BaseException:
        database.close()
        raise

    def changed(files: str, good: bool) -> None:
        reason = "已经生效" if good else "有误，没有生效"
        database.write_later(lambda s: people.log(s, time(), "rules", object=files[:200], reason=reason))

    sources.changed = changed
    return Office(
        database=database,
        files=files,
        sources=sources,
        renderer=Renderer(workers=settings.letter_workers, agencies_dir=settings.own_agencies),
        keys=keys,
        data_dir=settings.data_dir,
        signing=signing,
        longest_token=timedelta(days=settings.token_days),
        clock=time,
    )


def store_at(settings: Settings, where: str | Path) -> Store:
    """The bucket of an address on the office's S3 server, or the folder of a path. Raises BadSetting."""
    if not str(where).startswith(BUCKET):
        return Folder(Path(where))
    from db.buckets import Bucket  # who has none need not wait for what speaks to it

    key, secret = settings.s3_access_key.get_secret_value(), settings.s3_secret_key.get_secret_value()
    if not re.fullmatch(BUCKET_AT, str(where)):
        raise BadSetting("S3存储的地址应为 s3://桶/前缀，例如 s3://gongkai/files。")
    if not (key and secret):  # else they would be looked for elsewhere
        raise BadSetting("用S3存储的，请设置 S3_ACCESS_KEY 和 S3_SECRET_KEY。")
    return Bucket(str(where), Access(settings.s3_endpoint.rstrip("/"), settings.s3_region, key, secret))


def signing_of(settings: Settings) -> Signing | None:
    """Who signs letters electronically; None: nobody is to. Raises BadSigner."""
    if settings.sign_key is None:
        return None
    return Signing(PdfSigner(settings.sign_key, settings.sign_passphrase.get_secret_value(), settings.sign_timestamp_url))


def open_journal(database: Database, folder: Path, clock: Callable[[], datetime]) -> None:
    """Give the database the key of its log. Where there is none yet, the chain is begun of what is there, then the key gets its name.

    A key that has its name says that the chain is begun: whoever empties the log has not a new one made. Raises KeyMissing, BadKeys.
    """
    path, new = folder / journal.KEY, folder / journal.NEW_KEY
    if not path.exists():
        database.journal = journal.Journal(journal.secret(new), clock)
        try:
            database.write(partial(journal.begin, reason="升级或者首次启动时已有的记录"))
        except journal.KeyMissing:
            if not path.exists():  # else another process was first
                new.unlink(missing_ok=True)
                raise
        with suppress(FileExistsError):
            path.hardlink_to(new)
        new.unlink(missing_ok=True)
        private.flush(folder)
    database.journal = journal.Journal(journal.secret(path), clock)
    rekeying.know_log_key(database, path, clock())


def note_settings(office: Office, settings: Settings) -> None:
    """At the start of the program: what was set otherwise than at the last one stands in the log."""
    shown = settings.shown

    def note(session: Session) -> None:
        before = json.loads(people.setting(session, "", SETTINGS) or "{}")
        changed = [f"{name}={value}" for name, value in shown.items() if before.get(name) != value]
        if changed:
            people.set_setting(session, "", SETTINGS, json.dumps(shown, ensure_ascii=False))
            people.log(session, office.clock(), "setting", object="启动时的设置", reason="；".join(changed))

    office.database.write(note)


def forget(office: Office) -> None:
    """At the start of the program: drafts, files and answers that nobody comes back to have an end, also where nothing new comes in."""

    def old(session: Session) -> list[str]:
        people.forget_drafts(session, office.clock())
        application_drafts.forget(session, office.clock())
        store.forget_answers(session, office.clock())
        return applications.drop_forgotten(session, office.clock())

    for one in office.database.write(old):
        office.files.drop("uploads", one)


def keep_checkpoint(office: Office, folder: Path) -> Path | None:
    """写检查点: how far the log has come, as a file in a folder outside; None while the log is empty. Raises OSError."""
    with office.database.read() as session:
        made = journal.checkpoint(session, office.clock())
    return journal.write_checkpoint(folder, made) if made is not None else None


def checkpoint_at_start(office: Office, settings: Settings) -> None:
    """At the start of the program, where a folder is set; one that cannot be written to is told and keeps nobody from working."""
    if settings.checkpoint_dir is not None:
        try:
            keep_checkpoint(office, settings.checkpoint_dir)
        except OSError as error:
            log.error("no checkpoint was written", exc_info=error)


def close_to_others(settings: Settings, database: Database, tell: Callable[[str], None], *, deep: bool = False) -> None:
    """Database, letters, attachments and keys are readable by their owner alone; what was not is told.

    Without `deep` what lies in a closed folder is not looked at: nobody else gets there.
    """
    ours = private.in_folder(settings.data_dir)
    if database.path is not None:
        ours += private.database_files(database.path)
    closed, failed = private.close(dict.fromkeys(ours), deep=deep)
    if closed:
        tell(f"本机的其他用户原来也能读到{_named(closed)}，已改为只有运行本程序的用户能读。")
    if failed:
        tell(f"本机的其他用户也能读到{_named(failed)}，这些文件属于别的用户，没有能改。请改由运行本程序的用户所有（chown），并去掉其他用户的权限。")


def _named(paths: list[Path]) -> str:
    return f"{paths[0]}等{len(paths)}个文件和目录" if len(paths) > 1 else str(paths[0])


def _has_samples(database: Database) -> bool:
    """Whether `gongkai demo` has run here: nowhere else are the agencies of the sample office known."""
    with database.read() as session:
        return people.is_sample_office(session, sample_codes())
