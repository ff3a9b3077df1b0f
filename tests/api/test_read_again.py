"""Rules and letterheads are read again when somebody says so (SIGHUP), also what no file's time tells of."""

from __future__ import annotations

import shutil
from pathlib import Path

from api.office.sources import Sources
from letters.agencies import SAMPLES


def test_all_is_read_again_and_told_once(tmp_path: Path) -> None:
    rules, agencies = tmp_path / "rules", tmp_path / "agencies"
    rules.mkdir()
    shutil.copytree(SAMPLES, agencies)
    sources, told = Sources(rules, agencies), list[tuple[str, bool]]()
    sources.changed = lambda files, good: told.append((files, good))
    before, _ = sources.agencies, sources.rules
    assert told == []
    sources.reload()
    assert [good for _, good in told] == [True]
    assert sources.agencies is not before
    (agencies / "gx-zfb.yaml").write_text("name: [", encoding="utf-8")
    sources.reload()
    assert [good for _, good in told] == [True, False], "what cannot be read changes nothing"
    assert sources.agencies["gx-zfb"].name
