"""A folder and a bucket of a real S3 server keep the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from db import buckets
from db.buckets import Bucket
from db.files import Damaged, Files, named
from db.sealing import Ring
from db.stores import Access, Folder, Store, Unreachable
from tests.conftest import RING
from tests.s3 import KEY, S3, SECRET, answering


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Folder(tmp_path / "files") if request.param == "folder" else request.getfixturevalue("s3").bucket()


def test_what_is_kept_is_never_written_over(store: Store) -> None:
    assert store.create("letters/ab/abc", b"one")
    assert not store.create("letters/ab/abc", b"two")
    assert store.read("letters/ab/abc") == b"one" and store.read("letters/ab/abc", 2) == b"on" and store.read("letters/ab/abc", 9) == b"one"
    for nothing in (lambda: store.read("letters/ab/none"), lambda: store.change("letters/ab/none", bytes.upper)):
        with pytest.raises(FileNotFoundError):
            nothing()
    store.change("letters/ab/abc", bytes.upper)
    assert store.read("letters/ab/abc") == b"ONE"
    assert store.problem() is None and store.problem() is None, "the second look finds what the first left"


def test_names_ages_and_what_is_forgotten(store: Store) -> None:
    for name in ("letters/ab/abc", "letters/cd/cde", "uploads/ab/abx"):
        store.create(name, b"x")
    assert sorted(store.names("letters")) == ["letters/ab/abc", "letters/cd/cde"] and list(store.names("ledgers")) == []
    assert {*store.names()} >= {"letters/ab/abc", "letters/cd/cde", "uploads/ab/abx"}
    age = store.age("letters/ab/abc")
    assert age is not None and age < 3600
    assert store.freshen("letters/ab/abc") and not store.freshen("letters/ab/none")
    store.drop("letters/ab/abc")
    store.drop("letters/ab/abc")
    assert store.age("letters/ab/abc") is None and list(store.names("letters")) == ["letters/cd/cde"]


def test_of_many_who_write_one_name_at_once_one_is_the_first(store: Store) -> None:
    ready, won = Barrier(8), list[int]()

    def write(n: int) -> None:
        ready.wait()
        if store.create("letters/ab/abc", f"{n}".encode()):
            won.append(n)

    threads = [Thread(target=write, args=[n]) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(won) == 1 and store.read("letters/ab/abc") == f"{won[0]}".encode()


def test_files_are_sealed_checked_and_renewed_alike(store: Store) -> None:
    files = Files(store, RING)
    digest = files.put("letters", "abcdef", b"one")
    assert files.get("letters", "abcdef", digest) == b"one" and files.put("letters", "abcdef", b"one") == digest
    with pytest.raises(Damaged, match="other bytes"):
        files.put("letters", "abcdef", b"two")
    assert b"one" not in store.read(named("letters", "abcdef"))
    both = Ring([b"r" * 32, b"n" * 32])
    assert Files(store, both).renew() == (1, 0) and Files(store, both).renew() == (0, 0)
    assert Files(store, Ring([b"n" * 32])).get("letters", "abcdef", digest) == b"one"
    store.change(named("letters", "abcdef"), lambda sealed: sealed[:-1])
    with pytest.raises(Damaged) as damaged:
        Files(store, both).get("letters", "abcdef", digest)
    assert (damaged.value.name, damaged.value.is_missing) == ("abcdef", False)
    assert Files(store, Ring([b"r" * 32])).renew() == (0, 1)
    store.drop(named("letters", "abcdef"))
    with pytest.raises(Damaged) as damaged:
        files.get("letters", "abcdef", digest)
    assert damaged.value.is_missing


def test_what_changes_a_file_at_once_with_another_takes_nothing_from_it(s3: S3) -> None:
    store = s3.bucket()
    store.create("a", b"1")
    others = iter([b"2", b"3"])

    def make(data: bytes) -> bytes:
        if (new := next(others, None)) is not None:
            Bucket(store.where, s3.access).change("a", lambda _: new)
        return data + b"!"

    store.change("a", make)
    assert store.read("a") == b"3!"


# ------------------------------------------------------------------ a server that is not as it should be


NO_BUCKET = b"<Error><Code>NoSuchBucket</Code></Error>"


ANSWERS = [(500, b"", "按时回答"), (503, b"", "按时回答"), (403, b"", "拒绝了这里的密钥"), (404, NO_BUCKET, "没有所设置的桶"), None]


@pytest.fixture(params=ANSWERS, ids=str)
def broken(request: pytest.FixtureRequest) -> Iterator[tuple[Bucket, str]]:
    if request.param is None:
        yield Bucket("s3://bucket/office", Access("http://127.0.0.1:9", "", KEY, SECRET)), "连接不上"
        return
    status, body, why = request.param
    with answering(status, body) as url:
        yield Bucket("s3://bucket/office", Access(url, "", KEY, SECRET)), why


def test_a_server_that_refuses_is_no_missing_file_and_tells_no_secret(broken: tuple[Bucket, str]) -> None:
    store, why = broken
    told = [str(store.problem())]
    for call in (lambda: store.create("a", b"x"), lambda: store.read("a"), lambda: store.change("a", bytes.upper), lambda: list(store.names())):
        store._silent_until = 0.0
        with pytest.raises(Unreachable) as unreachable:
            call()
        told.append(str(unreachable.value))
        assert unreachable.value.__suppress_context__
    assert all(why in one for one in told), told
    assert not [one for one in told if SECRET in one or KEY in one or "http" in one]
    assert SECRET not in repr(store._access) + repr(store._store) and KEY not in repr(store._access)
    assert not Files(store, RING).drop("letters", "abc"), "it is left for tidy"


@pytest.mark.slow
def test_after_a_call_without_an_answer_nobody_else_waits_for_one(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "LONGEST", timedelta(seconds=1))
    store = s3.bucket()
    store.create("a", b"x")
    asked = list[str]()
    real = buckets.obstore.get
    monkeypatch.setattr(buckets.obstore, "get", lambda *words, **more: asked.append(words[1]) or real(*words, **more))
    monkeypatch.setattr(buckets, "PAUSE", 3600.0)
    with s3.hanging():
        assert "没有按时回答" in str(store.problem())
        with pytest.raises(Unreachable):
            store.read("a")
        with pytest.raises(Unreachable):
            store.read("b")
    assert asked == ["a"], "the second was told at once"
    assert store.problem() is None, "a look at it finds that it is there again"
    assert store.read("a") == b"x"


def test_a_server_that_writes_over_what_is_kept_is_not_used(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    store, put = s3.bucket(), buckets.obstore.put

    def careless(*words: Any, **more: Any) -> Any:
        return put(*words, **{**more, "mode": "overwrite"})

    monkeypatch.setattr(buckets.obstore, "put", careless)
    assert "会覆盖已有的文件" in str(store.problem())


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    store = Folder(tmp_path / "files")
    (tmp_path / "files").rmdir()
    assert "files这个目录" in str(store.problem())
