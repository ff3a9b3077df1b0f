"""The JSON API against its own description (OpenAPI), by schemathesis: requests as the description allows them and as it forbids them.

Run: python -m tests.described [examples for each route] [seed] (make described). An office with the sample files is asked by officers of
several roles, three of four times about a file, a letter or a document that is there, and in its present version. Beside the examples,
which are drawn at random, every bound that the description names is tried: that makes most of the requests. It prints how many there
were, what was answered, and what fails; it ends with 1 if there was an error of the server, or an answer that the description does not know.
"""

from __future__ import annotations

import logging
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from sqlmodel import Session, col, select

from api.cli.demo import load_samples
from db.tables import AttachmentRow, CaseFile, LetterRow, OfficerRow
from tests.api.conftest import new_token
from tests.conftest import print_nothing
from tests.pages.conftest import Site, running

EXAMPLES, SEED, TOKEN = 20, 20261124, "of nobody who asks here, and long enough"
ROLES = ("intake@gx-zrzy", "handler@gx-zrzy", "head@gx-zrzy", "archivist@gx-zrzy", "analyst@gx-zfb", "handler@gx-rsj", "security_admin")
CHECKS = {
    "positive_data_acceptance": {"enabled": False},  # what has the form of an act may still be against the law
    "negative_data_rejection": {"enabled": False},  # a field that was left empty counts as one that was not sent
    "missing_required_header": {"expected-statuses": ["400", "401", "403", "406", "415", "422", "428"]},  # 428: no If-Match
}
"""Where schemathesis asks for less, or for something else, than this API promises."""


class Asked:
    """What is there to be asked about, and by whom."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site, self.chance = site, random.Random(seed)
        self.ids = {name: self._all(table) for name, table in (("case_id", CaseFile), ("letter_id", LetterRow), ("attachment_id", AttachmentRow))}
        self.tokens = site.office.database.write(self._tokens)

    def _all(self, table: Any) -> list[str]:
        with self.site.office.database.read() as session:
            return list(session.exec(select(table.id)))

    def _tokens(self, session: Session) -> list[str]:
        named = session.exec(select(OfficerRow).where(col(OfficerRow.username).in_(ROLES)))
        return [new_token(session, one.id, self.site.clock()) for one in named]

    def prepare(self, case: Any) -> None:
        """Before a request that may be good: let it ask of something that is there."""
        if (case.meta is not None and case.meta.generation.mode.is_negative) or self.chance.random() < 0.25:
            return
        for name, known in self.ids.items():
            if name in case.path_parameters and known:
                case.path_parameters[name] = self.chance.choice(known)
        if "If-Match" in case.headers and "case_id" in case.path_parameters:
            with self.site.office.database.read() as session:
                version = session.exec(select(CaseFile.version).where(CaseFile.id == str(case.path_parameters["case_id"]))).first()
            if version is not None:
                case.headers["If-Match"] = f'"{version}"'


def main() -> int:
    examples, seed = (*map(int, sys.argv[1:]), *(EXAMPLES, SEED)[len(sys.argv) - 1 :])
    logging.disable()
    with tempfile.TemporaryDirectory() as name, running(f"sqlite:///{Path(name) / 'gongkai.db'}", Path(name), metrics_token=TOKEN) as site:
        print_nothing(site.office)
        print(load_samples(site.office, site.officers), "files")
        asked = Asked(site, seed)
        settings = {
            "seed": seed,
            "continue-on-failure": True,
            "generation": {"max-examples": examples, "no-shrink": True, "database": "none"},
            "checks": CHECKS,
            "phases": {"examples": {"enabled": False}, "stateful": {"enabled": False}},
        }
        schema = schemathesis.openapi.from_url(f"{site.url}/api/openapi.json", config=SchemathesisConfig.from_dict(settings))

        @schemathesis.auth(refresh_interval=None)  # type: ignore[arg-type]
        class Officers:
            """Who asks: now this one, now that."""

            def get(self, _case: Any, _context: Any) -> str:
                return asked.chance.choice(asked.tokens)

            def set(self, case: Any, token: str, _context: Any) -> None:
                case.headers["Authorization"] = f"Bearer {token}"

        @schemathesis.hook
        def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
            asked.prepare(case)

        answers: Counter[int] = Counter()
        failed: dict[tuple[str, str, str], str] = {}
        broken: list[str] = []
        for event in from_schema(schema).execute():
            if isinstance(event, ScenarioFinished):
                for made in event.recorder.interactions.values():
                    answers[made.response.status_code if made.response is not None else 0] += 1
                for checks in event.recorder.checks.values():
                    for check in checks:
                        if check.failure_info is not None:
                            told = check.failure_info
                            failed.setdefault((event.recorder.label, check.name, told.failure.title), f"{told.failure.message}\n{told.code_sample}")
            elif isinstance(event, (FatalError, NonFatalError)):
                broken.append(str(event.info if isinstance(event, NonFatalError) else event.exception))
    print(f"{answers.total()} requests:", ", ".join(f"{status}: {count}" for status, count in sorted(answers.items())))
    for (where, check, title), told in sorted(failed.items()):
        print(f"\n{where}: {check}: {title}\n{told[:1500]}")
    print(*broken, sep="\n")
    return int(bool(failed or broken))


if __name__ == "__main__":
    sys.exit(main())
