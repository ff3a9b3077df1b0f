"""The same stories over HTTP: a real application, a real database, real letters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from db import store
from tests.api.conftest import Desk
from tests.stories.runner import Answer, Person, Story


@dataclass
class HttpWorld:
    """Files are opened and acts placed through the API only; the clock stands on the day of each step."""

    story: Story
    desk: Desk
    ids: list[str] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    """File -> the unit that has it, where that is another than the story's."""
    versions: dict[int, int] = field(default_factory=dict)
    """File -> the version that was seen last: an act is placed on what one has seen."""

    def register(self, who: Person, act: dict[str, Any], today: date) -> Answer:
        self.desk.clock.set(today)
        if not self.ids:
            for _ in range(self.story.already):  # this applicant's earlier requests of the month
                assert self._send(who, "/api/cases", act).status_code == 201
        answer = self._send(who, "/api/cases", act)
        if answer.status_code == 201:
            self.ids.append(answer.json()["id"])
        return self._read(answer)

    def place(self, who: Person, act: dict[str, Any], today: date, file: int) -> Answer:
        self.desk.clock.set(today)
        unit = {"split": self.story.agency, "handover": act.get("to")}.get(act["kind"])
        before = self._all_ids(unit) if unit else set()
        path = f"/api/cases/{self.ids[file - 1]}/acts"
        answer = self._send(who, path, act, If_Match=f'"{self.versions[file]}"')
        if unit and answer.status_code == 201:
            opened = sorted(self._all_ids(unit) - before, key=lambda one: self._number(one, unit))
            self.ids += opened
            self.units |= dict.fromkeys(opened, unit) if unit != self.story.agency else {}
        return self._read(answer)

    def attach(self, who: Person, file: int, name: str) -> str:
        token = {"Authorization": f"Bearer {self.desk.tokens[self._user(who)]}"}
        path = f"/api/cases/{self.ids[file - 1]}/attachments"
        answer = self.desk.client.post(path, headers=token, files={"file": (name, b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def view(self, who: Person, today: date, file: int) -> dict[str, Any]:
        if today != date.min:
            self.desk.clock.set(today)
        return self._get(who, file)

    def files(self) -> int:
        return len(self.ids)

    def _user(self, who: Person) -> str:
        agency = who.agency or self.story.agency
        name = f"{who.role}{who.which}@{agency}"
        if name not in self.desk.tokens:
            now, office = self.desk.clock(), self.desk.office

            def add(session: Any) -> str:
                officer = store.add_officer(
                    session, username=name, name=f"{who.which}（样例）", role=who.role, agency=agency, at=now
                )
                end = now + timedelta(days=3650)
                return store.new_token(session, officer.id, label="test", at=now, expires_at=end)

            self.desk.tokens[name] = office.database.write(add)
        return name

    def _send(self, who: Person, path: str, act: dict[str, Any], **headers: str) -> Any:
        return self.desk.call(self._user(who), "POST", path, act, **headers)

    def _get(self, who: Person, file: int) -> dict[str, Any]:
        answer = self.desk.call(self._user(who), "GET", f"/api/cases/{self.ids[file - 1]}")
        assert answer.status_code == 200, answer.text
        view = dict(answer.json())
        self.versions[file] = view["version"]
        return view

    def _all_ids(self, unit: str) -> set[str]:
        found: set[str] = set()
        cursor = ""
        while True:
            path = f"/api/cases?agency={unit}&limit=100{cursor}"
            page = self.desk.call(f"head@{unit}", "GET", path).json()
            found |= {row["id"] for row in page["items"]}
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    def _number(self, case_id: str, unit: str) -> int:
        case = self.desk.call(f"head@{unit}", "GET", f"/api/cases/{case_id}").json()
        return int(case["number"].rsplit("〕")[1].rstrip("号"))

    @staticmethod
    def _read(answer: Any) -> Answer:
        if answer.status_code == 201:
            return Answer(201)
        body = answer.json()
        errors = body.get("errors", [])
        text = "；".join(one["message"] for one in errors) or body["detail"]
        return Answer(answer.status_code, text, tuple(body["articles"]), tuple(one["field"] for one in errors))
