"""A bucket of an S3 server, through obstore. That it never writes over what is kept is asked of the server itself (If-None-Match)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import S3Store

from db.stores import Access, Unreachable

LONGEST, TO_CONNECT = timedelta(seconds=10), timedelta(seconds=2)
"""How long one call may take, and how long the server may take to be there at all."""
ENDLESS = timedelta(hours=6)
"""And how long a whole backup may take, which nobody waits for."""
GLANCE = timedelta(seconds=1)
"""How long `problem` waits."""
PAUSE = 3.0
"""Seconds in which a server that gave no answer is not asked again: whoever comes is told so at once, and no thread waits in vain."""
PROBE, CLOCK = ".gongkai", ".gongkai-clock"
"""An object that is there to be found there, and one that tells the server's time."""
MOST_TRIES = 5


class Bucket:
    """Objects under a prefix."""

    def __init__(self, where: str, access: Access) -> None:
        self.where, self._access = where, access
        self._store, self._glance = self._opened(LONGEST, 1), self._opened(GLANCE, 0)
        self._lock, self._silent_until, self._why = Lock(), 0.0, ""
        self._ahead: float | None = None

    def _opened(self, longest: timedelta, retries: int) -> S3Store:
        address = urlsplit(self.where)
        more: Any = {"endpoint": self._access.endpoint} if self._access.endpoint else {}
        return S3Store(
            address.netloc, prefix=address.path.strip("/") or None, region=self._access.region or "us-east-1",
            access_key_id=self._access.key, secret_access_key=self._access.secret,
            disable_bulk_delete=True,  # not every server has it
            client_options={
                "allow_http": self._access.endpoint.startswith("http://"), "timeout": longest, "connect_timeout": min(longest, TO_CONNECT),
            },
            retry_config={"max_retries": retries, "retry_timeout": timedelta(seconds=5)}, **more,
        )  # fmt: skip

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """A call to the server. After one that gave no answer one at a time tries again, and the others are told at once."""
        with self._lock:
            if self._silent_until:
                if time.monotonic() < self._silent_until:
                    raise Unreachable(self._why)
                self._silent_until = time.monotonic() + PAUSE + 2 * LONGEST.total_seconds()
        try:
            yield
        except (FileNotFoundError, AlreadyExistsError, PreconditionError) as error:
            if why := _why(error):
                self._fell_silent(why)
                raise Unreachable(why) from None
            self._silent_until = 0.0
            raise
        except BaseError as error:  # its words hold addresses and what the server said
            self._fell_silent(why := _why(error))
            raise Unreachable(why) from None
        self._silent_until = 0.0

    def _fell_silent(self, why: str) -> None:
        with self._lock:
            self._silent_until, self._why = time.monotonic() + PAUSE, why

    def create(self, name: str, data: bytes) -> bool:
        try:
            with self._asked():
                obstore.put(self._store, name, data, mode="create", use_multipart=False)
        except AlreadyExistsError:
            return False
        return True

    def read(self, name: str, first: int | None = None) -> bytes:
        with self._asked():
            if first is not None and obstore.head(self._store, name)["size"] > first:
                return bytes(obstore.get_range(self._store, name, start=0, end=first))
            return bytes(obstore.get(self._store, name).bytes())

    def change(self, name: str, make: Callable[[bytes], bytes]) -> None:
        for _ in range(MOST_TRIES):
            with self._asked():
                found = obstore.get(self._store, name)
                data, tag = bytes(found.bytes()), found.meta["e_tag"]
            with suppress(PreconditionError):  # somebody else changed it meanwhile
                new = make(data)
                with self._asked():
                    obstore.put(self._store, name, new, mode={"e_tag": tag} if tag else "overwrite", use_multipart=False)
                return
        raise Unreachable("存储里的文件一再被别的程序改动，没有改成")

    def freshen(self, name: str) -> bool:
        try:
            self.change(name, lambda data: data)
        except FileNotFoundError:
            return False
        return True

    def age(self, name: str) -> float | None:
        if self._ahead is None:
            with self._asked():
                obstore.put(self._store, CLOCK, b"", mode="overwrite", use_multipart=False)
                self._ahead = obstore.head(self._store, CLOCK)["last_modified"].timestamp() - time.time()
        try:
            with self._asked():
                written = obstore.head(self._store, name)["last_modified"].timestamp()
        except FileNotFoundError:
            return None
        return time.time() + self._ahead - written

    def drop(self, name: str) -> None:
        with suppress(FileNotFoundError), self._asked():
            obstore.delete(self._store, name)

    def names(self, within: str = "") -> Iterator[str]:
        pages = iter(obstore.list(self._store, prefix=within or None, chunk_size=1000))
        while True:
            with self._asked():
                page = next(pages, None)
            if page is None:
                return
            yield from (one["path"] for one in page)

    def tops(self) -> Iterator[str]:
        with self._asked():
            found = obstore.list_with_delimiter(self._store)["objects"]
        return (one["path"] for one in found)

    def clear(self) -> None:
        """An object is there whole or not at all."""

    @contextmanager
    def sent(self, name: str) -> Iterator[Path]:
        with TemporaryDirectory(prefix="gongkai-") as folder:
            path = Path(folder) / name.rpartition("/")[2]
            yield path
            with self._asked():
                obstore.put(self._opened(ENDLESS, 3), name, path)

    @contextmanager
    def lent(self, name: str) -> Iterator[Path]:
        with TemporaryDirectory(prefix="gongkai-") as folder:
            path = Path(folder) / name.rpartition("/")[2]
            with self._asked(), path.open("wb") as file:
                for piece in obstore.get(self._opened(ENDLESS, 3), name).stream():
                    file.write(piece)
            yield path

    def problem(self) -> str | None:
        """One object answers all: the server is there, lets us write, and writes over nothing."""
        try:
            for _ in range(2):
                obstore.put(self._glance, PROBE, b"", mode="create", use_multipart=False)
        except AlreadyExistsError:
            self._silent_until = 0.0
            return None
        except (BaseError, FileNotFoundError) as error:
            return _why(error)
        return "这个存储会覆盖已有的文件（不支持If-None-Match），不能用来保存文书和附件"


def _why(error: BaseException) -> str:
    """What is wrong with the server or our way to it; nothing where it only said that something is there, or is not."""
    if "<Code>NoSuchBucket</Code>" in str(error):
        return "存储里没有所设置的桶，请核对FILES_STORE"
    if isinstance(error, FileNotFoundError | AlreadyExistsError | PreconditionError):
        return ""
    if isinstance(error, PermissionDeniedError | UnauthenticatedError) or "403 Forbidden" in str(error):
        return "存储拒绝了这里的密钥，或者没有给写入的权限，请核对S3_ACCESS_KEY和S3_SECRET_KEY"
    return "存储连接不上，或者没有按时回答，请核对S3_ENDPOINT和它的运行情况"
