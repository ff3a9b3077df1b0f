"""What the agency remembers: tables, migrations, the only writer, the only reader of many cases, the archive package.

The tests run on SQLite and PostgreSQL 18. openGauss, KingbaseES and others that speak PostgreSQL's protocol were not tried: none was to be had.
What is used that PostgreSQL has not always had, by the version that brought it, and what is said to a server without it
(`db.capabilities`; the server itself is asked, whatever it is called):

- 11: `CREATE TRIGGER ... EXECUTE FUNCTION` (migrations 0001, 0014, 0015, 0022): `EXECUTE PROCEDURE`.
- 9.6: `array_to_tsvector` with its GIN index (0003, 0020, `search`, `sought`): the text cast to tsvector.
- 9.4: `count(*) FILTER (WHERE ...)` (the counters of desks and reports): `count(CASE WHEN ... THEN 1 END)`.
- 9.3: `FOR NO KEY UPDATE` (`people`): `FOR UPDATE`. `lock_timeout` (`engine`): nothing; `statement_timeout` ends that wait, later.
- The version as a sentence that begins with PostgreSQL, which SQLAlchemy reads: `server_version_num`.
- 10: the extension amcheck (`verify`): passed over where it is not installed. A copy to read from (`db.replica`): a setting.

All of these but the last two were switched off at once, the functions taken out of the database, and the schema made, files kept, raced for,
counted and searched (`tests/db/test_capabilities.py`), on PostgreSQL 18: that is what is known, and no more. Whoever has such a server
runs the tests on it (`TEST_DATABASE_URL`).

Used without another way, as all that take PostgreSQL's name should have it: columns of the type JSON (9.2); and from 9.1 and before
`pg_advisory_xact_lock`, REPEATABLE READ as a snapshot, triggers of plpgsql on TRUNCATE, partial indexes, indexes of `varchar_pattern_ops`,
GIN over tsvector, serial columns (`backup` sets them on), `UPDATE` and `DELETE ... RETURNING`, comparisons of row values, window functions,
NULLS LAST, SAVEPOINT, `clock_timestamp`.

Not used: `ON CONFLICT`, `SKIP LOCKED`, LISTEN, INCLUDE, identity and generated columns, xmax, extensions that must be there, LATERAL, jsonb,
`hashtextextended`. The client, psycopg 3, must be let in (its makers promise servers from PostgreSQL 10 on): passwords go by md5 or SCRAM-SHA-256,
not by openGauss's own sha256.

A pooler that gives its sessions to one transaction after the other (PgBouncer, `pool_mode = transaction`) may stand between: it is noticed,
and then limits are set for each transaction, nothing is prepared by name, and nothing is left to the session (`tests/db/test_pooler.py`).
"""
