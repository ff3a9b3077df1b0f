"""Databases of earlier versions, as those versions made them: their schema, their rows, and the keys of the office.

One file for each schema, `released/NNNN.json.xz`, made by the program of that day and never changed: `python -m tests.db.released DATA_DIR`
keeps a small SQLite office without printed letters; people in it are invented. 0001 and 0002 are of the first day, before 0001 was given more
columns (`db.engine._lengthen`): made later, by the program of that day. 0020 came together with 0021: no office has it.
"""

from __future__ import annotations

import base64
import json
import lzma
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Boolean, MetaData, create_engine, text
from sqlalchemy.engine import make_url

from db.engine import MIGRATIONS

FOLDER = Path(__file__).parent / "released"
NAMES = sorted(path.name.partition(".")[0] for path in FOLDER.glob("*.json.xz"))


@dataclass(frozen=True)
class Released:
    """What a file holds: SQLite's own words of the schema, the rows by table, the keys by file."""

    revision: str
    schema: list[str]
    rows: dict[str, list[dict[str, Any]]]
    keys: dict[str, str]

    @property
    def numbers(self) -> list[str]:
        return sorted(row["number"] for row in self.rows["case_file"])

    @property
    def acts(self) -> list[tuple[str, int, str]]:
        return sorted((row["case_id"], row["seq"], row["kind"]) for row in self.rows["act"])


def read(name: str) -> Released:
    return Released(**json.loads(lzma.decompress((FOLDER / f"{name}.json.xz").read_bytes())))


def keep(data: Path) -> Path:
    """Write the file for the office in a data folder."""
    with closing(sqlite3.connect(data / "gongkai.db")) as there:
        there.row_factory = sqlite3.Row
        made = there.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type = 'trigger', rowid").fetchall()
        virtual = [row["name"] for row in made if row["sql"].upper().startswith("CREATE VIRTUAL")]
        own = [row for row in made if not row["name"].startswith("sqlite_") and not any(row["name"].startswith(f"{one}_") for one in virtual)]
        tables = [row["name"] for row in own if row["type"] == "table" and row["name"] not in virtual]
        rows = {name: [dict(row) for row in there.execute(f'SELECT * FROM "{name}"')] for name in tables}
    (revision,) = [row["version_num"] for row in rows.pop("alembic_version")]
    assert not any(row["digest"] for row in rows["letter"]), "no letter was printed"
    secrets = sorted((data / "secrets").glob("*.key"))
    keys = {path.name: base64.b64encode(path.read_bytes()).decode() for path in secrets}
    kept = {"revision": revision, "schema": [row["sql"] for row in own], "rows": {k: v for k, v in rows.items() if v}, "keys": keys}
    FOLDER.mkdir(exist_ok=True)
    target = FOLDER / f"{revision}.json.xz"
    target.write_bytes(lzma.compress(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode(), preset=9))
    return target


def lay_out(one: Released, url: str, data: Path) -> None:
    """Have the database be what it was, and its keys lie in the data folder. PostgreSQL gets its schema by the migrations up to that one."""
    (data / "secrets").mkdir(parents=True)
    for name, key in one.keys.items():
        (data / "secrets" / name).write_bytes(base64.b64decode(key))
    if make_url(url).get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(make_url(url).database))) as made:
            for words in one.schema:
                made.execute(words)
            for table, rows in one.rows.items():
                made.executemany(*_inserted(table, rows, "?"))
            made.execute("INSERT INTO alembic_version VALUES (?)", (one.revision,))
            made.commit()
        return
    engine, config = create_engine(url), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, one.revision)
        connection.commit()
        known = MetaData()
        known.reflect(connection)
        for table in known.sorted_tables:
            flags = [column.name for column in table.columns if isinstance(column.type, Boolean)]
            if rows := one.rows.get(table.name):
                for column in ({*table.columns.keys()} - {*rows[0]}) if table.name == "docket" else ():  # 0001 has it now, and had it not
                    connection.exec_driver_sql(f"ALTER TABLE docket DROP COLUMN {column}")
                connection.execute(table.delete())  # what a migration puts there itself
                made_rows = [{**row, **{name: bool(row[name]) for name in flags if row.get(name) is not None}} for row in rows]
                connection.exec_driver_sql(*_inserted(table.name, made_rows, "%s"))
            for column in table.primary_key:
                if column.identity is not None or "nextval" in str(getattr(column.server_default, "arg", "")):
                    last = f"SELECT max({column.name}) AS id FROM {table.name}"
                    words = f"SELECT setval(pg_get_serial_sequence(:table, :column), GREATEST(id, 1)) FROM ({last}) AS last"
                    connection.execute(text(words), {"table": table.name, "column": column.name})
        connection.commit()
    engine.dispose()


def _inserted(table: str, rows: list[dict[str, Any]], sign: str) -> tuple[str, list[tuple[Any, ...]]]:
    names = ", ".join(f'"{name}"' for name in rows[0])
    return f'INSERT INTO "{table}" ({names}) VALUES ({", ".join([sign] * len(rows[0]))})', [tuple(row.values()) for row in rows]


if __name__ == "__main__":
    print(keep(Path(sys.argv[1])))
