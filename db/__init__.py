"""What the agency remembers: tables, migrations, the only writer, the only reader of many cases, the archive package.

The tests run on SQLite and PostgreSQL 18. openGauss, KingbaseES and others that speak PostgreSQL's protocol were not tried. Whoever
wants one compares the version of PostgreSQL that it says it equals with what is used, by the version that brought it:

- 11: `CREATE TRIGGER ... EXECUTE FUNCTION` (migrations 0001, 0014, 0015, 0022; before, `EXECUTE PROCEDURE` said the same);
  `hashtextextended` (`store.claim`).
- 10: the extension amcheck, where it is installed (`verify`).
- 9.6: `array_to_tsvector` with its GIN index (0003, 0020, `search`, `sought`).
- 9.4: `count(*) FILTER (WHERE ...)` (the counters of desks and reports). 9.3: `lock_timeout` (`engine`). 9.2: columns of the type JSON.
- 9.1 and before: `pg_advisory_xact_lock`, REPEATABLE READ as a snapshot, triggers of plpgsql on TRUNCATE, partial indexes, indexes of
  `varchar_pattern_ops`, serial columns (`backup` sets them on), `UPDATE` and `DELETE ... RETURNING`, comparisons of row values,
  window functions, SAVEPOINT, `clock_timestamp`.

Not used: `ON CONFLICT`, `SKIP LOCKED`, LISTEN, extensions that must be there, LATERAL, jsonb. And the client, psycopg, must be let in: its
passwords go by md5 or SCRAM-SHA-256.
"""
