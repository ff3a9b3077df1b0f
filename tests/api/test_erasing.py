"""保管期满销毁 (READINGS R-erasure): what tells of people is gone everywhere, and figures, numbers and the log stay."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from api.office.checkup import checkup
from db import erasing, learned_topics, people, store
from db import tables as t
from db.sealing import place
from db.verify import verify
from tests.api.conftest import Desk
from tests.api.test_verify import found_after
from tests.packages import attach, served
from tests.workflow.test_acts import MINIMAL
from workflow.acts import Officer, Signed, parse
from workflow.case import Case
from workflow.checks import CHECKS, Asking
from workflow.law import Refused
from workflow.personal import mask_name
from workflow.retention import ERASED, blanked, kept_until, without_words, years_of
from workflow.statistics import topic_of_words

INTAKE, HANDLER, HEAD, ARCHIVIST = (f"{role}@gx-zrzy" for role in ("intake", "handler", "head", "archivist"))
CANARIES = (
    "周文博", "11010519491231002X", "13800000000", "冠县样例路", "崇文街道", "补偿安置方案", "canary@example.cn", "受托人甲", "邻居乙", "签收人丙",
    "样例公司丁", "详细理由戊", "检索己", "附件庚", "备注辛", "诉求壬", "联系人癸", "意见子", "改正丑", "遮盖寅",
)  # fmt: skip
"""What somebody typed into the file: each stands in another kind of field."""
ORDER = {"kind": "erasure", "ground": "2035年销毁清册第3号，主任批准，两人监销（样例）", "reason": "保管期满，没有继续保存的价值"}


def archived(desk: Desk, retention: str = "定期10年") -> dict[str, Any]:
    """A file of 2024 with everything that people write on one."""
    case = desk.register(
        submitted_on="2024-09-02", received_on="2024-09-02",
        applicant={
            "category": "natural_person", "name": "周文博（样例）", "id_type": "resident_id", "id_number": "11010519491231002X",
            "phone": "13800000000", "address": "冠县样例路1号（样例）", "email": "canary@example.cn", "contact_name": "联系人癸",
        },
        agent={"name": "受托人甲", "relation": "entrusted"}, co_applicants=[{"name": "邻居乙"}], features={"other": "检索己提到过"},
    )  # fmt: skip
    attach(desk, case, "附件庚.txt", "周文博的材料".encode(), purpose="附件庚")
    right = {"wanted": "崇文街道2024年补偿安置方案（改正丑）"}
    case = desk.place(HEAD, case, kind="amendment", on="2024-09-03", of=1, changes=right, reason="改正丑")
    case = desk.place(HANDLER, case, kind="acceptance", on="2024-09-03", remark="备注辛")
    case = desk.place(HANDLER, case, kind="search", on="2024-09-04", places=["检索己室"], method="检索己", result="found")
    case = desk.place(
        HANDLER, case, kind="consultation", on="2024-09-04", type="third_party", party={"name": "样例公司丁", "address": "冠县样例路2号"},
        question="是否同意公开（检索己）？",
    )  # fmt: skip
    asked = case["version"]
    case = served(desk, case, "third_party_inquiry", "2024-09-04", received_on="2024-09-06", method="direct", recipient="签收人丙")
    case = desk.place(HANDLER, case, kind="opinion", on="2024-09-12", consultation=asked, stance="consent", text="意见子：同意。")
    draft = [{"item": 1, "outcome": "disclosed", "where": "详细理由戊", "provided": [{"title": "补偿安置方案", "pages": 3}]}]
    case = desk.place(HANDLER, case, kind="draft", on="2024-09-13", items=draft)
    case = desk.place(HEAD, case, kind="return", on="2024-09-13", reason="详细理由戊")
    case = desk.place(HANDLER, case, kind="draft", on="2024-09-13", items=draft)
    case = desk.place(HEAD, case, kind="decision", on="2024-09-14")
    for notice in list(case["unsent"]):
        case = desk.place(INTAKE, case, kind="service", on="2024-09-14", letter=notice["letter"], method="direct", recipient="签收人丙")
    case = desk.place(HANDLER, case, kind="remedy", on="2024-10-08", type="reconsideration", body="冠县人民政府", claim="诉求壬")
    case = desk.place(HANDLER, case, kind="remedy_result", on="2024-11-08", remedy=case["version"], result="upheld", text="诉求壬")
    for letter in case["letters"]:
        desk.office.pdf(letter["id"])
    case = desk.place(ARCHIVIST, case, kind="archival", on="2024-11-11", retention=retention, volume="2024-样例-1")
    for letter in case["letters"]:
        desk.office.pdf(letter["id"])
    return case


def kept_of(desk: Desk, case: dict[str, Any]) -> None:
    """What lies about beside the file: an online application, a half-typed form, marks of a redaction."""
    office, now = desk.office, desk.clock()

    def work(session: Session) -> None:
        row = people.officer_row(session, HANDLER)
        assert row is not None
        people.save_draft(session, row.id, f"act/{case['id']}/note", {"text": "备注辛"}, now)
        attached = session.execute(select(t.table_of(t.AttachmentRow).c.id)).scalars().first()
        session.execute(
            t.table_of(t.Redaction).insert().values(attachment_id=attached, marks='["遮盖寅"]', version=1, officer="{}", at=now)
        )

        runs = {"requests": {"land": 60}, "runs": {"崇文街道": {"land": 60}}}
        model = t.table_of(t.TopicModel)
        row = {"agency": "gx-zrzy", "at": now, "confirmed": 60, "words_right": 1, "model_right": 50, "taught": json.dumps(runs, ensure_ascii=False)}
        session.execute(model.insert().values(row))

    office.database.write(work)


def reports(desk: Desk) -> dict[str, Any]:
    annual = desk.call("analyst@gx-zrzy", "GET", "/api/reports/annual?year=2024").json()
    analysis = desk.call("analyst@gx-zrzy", "GET", "/api/reports/analysis?from=2024-01-01&to=2024-12-31").json()
    fees = desk.call("analyst@gx-zrzy", "GET", "/api/reports/fees?from=2024-01-01&to=2024-12-31")
    return {"annual": annual, "analysis": analysis, "fees": fees.text}


def everything(desk: Desk) -> str:
    """Every row of every table, opened as far as it is sealed, and the bytes of the database and of every file."""
    office, told = desk.office, []
    with office.database.read() as session:
        for name in inspect(office.database.engine).get_table_names():
            for row in session.execute(text(f'SELECT * FROM "{name}"')).mappings():
                told.append(json.dumps({key: str(value) for key, value in row.items()}, ensure_ascii=False))
                sealed = (value for value in row.values() if isinstance(value, str) and office.database.ring.knows(value))
                told += [_opened(desk, name, row, value) for value in sealed]
    return "\n".join(told)


def _opened(desk: Desk, table: str, row: Any, value: str) -> str:
    key = [row[column.name] for column in SQLModel.metadata.tables[table].primary_key]
    column = next(name for name, one in row.items() if one == value)
    return desk.office.database.ring.open(value, place(table, column, *key)) or ""


def faults(desk: Desk) -> list[str]:
    office = desk.office
    with office.database.read() as session:
        return list(verify(session, office.files, office.rules, office.keys))


@pytest.fixture(scope="module")
def whole(desk: Desk) -> dict[str, Any]:
    """A file of each kind, and the figures, before anything is erased; the day is that on which the period is over."""
    desk.clock.set(date(2024, 11, 11))
    made = {name: archived(desk, retention) for name, retention in (("over", "定期10年"), ("ever", "永久"), ("later", "定期30年"))}
    kept_of(desk, made["over"])
    desk.clock.set(date(2035, 1, 4))
    return {**made, "reports": reports(desk), "said": everything(desk)}


def test_what_is_not_over_is_not_erased(desk: Desk, whole: dict[str, Any]) -> None:
    for name, says in (("ever", "永久"), ("later", "2054年12月31日")):
        answer = desk.try_place(ARCHIVIST, whole[name], **ORDER, on="2035-01-04")
        assert (answer.status_code, answer.json()["articles"]) == (409, ["条例 45"])
        assert says in answer.json()["detail"]
    assert desk.try_place(HEAD, whole["over"], **ORDER, on="2035-01-04").status_code == 403
    assert desk.try_place("archivist@gx-rsj", whole["over"], **ORDER, on="2035-01-04").status_code == 404
    assert desk.try_place(ARCHIVIST, whole["over"], **{**ORDER, "ground": ""}, on="2035-01-04").status_code == 400
    assert desk.try_place(ARCHIVIST, whole["over"], **ORDER, on="2035-01-03").status_code == 400, "it is done on the day on which it is done"
    assert desk.try_place(ARCHIVIST, whole["over"], **ORDER, on="2035-01-04", proposed_topic="x").status_code == 400
    with desk.office.database.read() as session:
        assert [case.id for case, _ in erasing.over(session, date(2035, 1, 4))] == [whole["over"]["id"]]
        assert list(erasing.over(session, date(2034, 12, 31))) == []


def test_a_file_under_challenge_is_not_erased(desk: Desk, whole: dict[str, Any]) -> None:
    """What could be erased on its day is not while a suit is open."""
    file = desk.office.database
    with file.read() as session:
        case = store.load(session, whole["over"]["id"])
    assert case is not None
    officer = case.acts[0].officer
    suit = parse({"kind": "remedy", "on": "2035-01-02", "type": "litigation", "body": "冠县人民法院"})
    sued = case.with_act(Signed(case.version + 1, suit, officer, desk.clock()))
    with pytest.raises(Refused, match="没有了结"):
        CHECKS["erasure"].may(Asking(sued, officer, date(2055, 1, 4), desk.office.rules))
    assert kept_until(case) == date(2034, 12, 31) and kept_until(sued) == date(2045, 12, 31), "and what still happens on it keeps it longer"


def test_a_file_that_is_archived_again_is_kept_no_shorter(desk: Desk, whole: dict[str, Any]) -> None:
    """The head takes 归档 back and it is archived anew with an early day and a short period."""
    with desk.office.database.read() as session:
        loaded = {name: store.load(session, whole[name]["id"]) for name in ("over", "ever", "later")}
    cases = {name: case for name, case in loaded.items() if case is not None}

    def again(case: Case, retention: str, at: datetime) -> Case:
        back = parse({"kind": "revocation", "on": "2024-11-12", "of": case.version, "reason": "样例"})
        anew = parse({"kind": "archival", "on": "2024-11-12", "retention": retention})
        for act in (back, anew):
            case = case.with_act(Signed(case.version + 1, act, case.acts[0].officer, at))
        assert case.state == "archived"
        return case

    soon, late = datetime(2024, 11, 12, 2, tzinfo=UTC), datetime(2032, 12, 31, 17, tzinfo=UTC)
    assert kept_until(again(cases["over"], "定期10年", soon)) == date(2034, 12, 31)
    assert kept_until(again(cases["over"], "定期10年", late)) == date(2043, 12, 31), "entered on the first day of 2033 in 北京"
    assert kept_until(again(cases["later"], "定期10年", soon)) == date(2054, 12, 31)
    assert kept_until(again(cases["over"], "定期30年", soon)) == date(2054, 12, 31)
    assert kept_until(again(cases["over"], "永久", soon)) is None
    ever = again(cases["ever"], "定期10年", soon)
    assert kept_until(ever) is None
    with pytest.raises(Refused, match="以前归档时定为永久"):
        CHECKS["erasure"].may(Asking(ever, ever.acts[0].officer, date(2095, 1, 4), desk.office.rules))


@pytest.mark.parametrize(
    ("retention", "years"),
    [
        ("定期10年", 10), ("30年", 30), ("永久", None), ("永久，10年后复查", None), ("10年以上", None), ("定期10年或者30年", None), ("0年", None),
        ("", None), (None, None),
    ],
)  # fmt: skip
def test_only_a_plain_number_of_years_is_a_period(retention: str | None, years: int | None) -> None:
    assert years_of(retention) == years


def test_nobody_changes_an_act_or_a_letter_of_a_file_that_was_not_erased(desk: Desk, whole: dict[str, Any]) -> None:
    for statement in ("UPDATE act SET public = '{}', private = NULL", "UPDATE letter SET context = ''"):
        with pytest.raises(DBAPIError, match="append-only"):
            desk.office.database.write(lambda session, statement=statement: session.execute(text(statement)))  # type: ignore[misc]


@pytest.fixture(scope="module")
def done(desk: Desk, whole: dict[str, Any]) -> dict[str, Any]:
    """The same when it is done; the others say the same as the first and would hide what stayed, so they are erased before their time."""
    desk.office.case(_officer(desk, HANDLER), whole["over"]["id"])  # known in memory, whole, and must not stay so
    answer = desk.try_place(ARCHIVIST, whole["over"], **ORDER, on="2035-01-04")
    assert answer.status_code == 201, answer.text
    for name in ("ever", "later"):
        _force(desk, whole[name])
    owed = [one.text for one in checkup(desk.office) if one.name == "erased"]
    erasing.sweep(desk.office.database)
    return {**whole, "answer": answer.text, "owed": owed}


def test_an_erased_file_says_nothing_of_people(desk: Desk, done: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    before = {word: done["said"].count(word) for word in CANARIES}
    assert min(before.values()) > 0, before
    now = everything(desk)
    raw, ids = _bytes_of(desk), [one["id"] for one in (*done["over"]["letters"], *done["over"]["attachments"])]
    left = [*(word for word in CANARIES if word in now or word in done["answer"]), *(word for word in CANARIES if word.encode() in raw)]
    files = [one for one in ids if list(desk.office.files.root.rglob(one))]
    with capsys.disabled():
        print(f"\ncanaries: {len(CANARIES)}, hits before: {sum(before.values())}, after: {len(left)}; files before: {len(ids)}, after: {len(files)}")
    assert left == [] and ids and files == []
    with desk.office.database.read() as session:
        assert learned_topics.learned(session, "gx-zrzy") is None and learned_topics.confirmed(session, "gx-zrzy") == []


def test_that_the_databases_own_files_are_to_be_cleaned_is_said_until_it_is_done(desk: Desk, done: dict[str, Any]) -> None:
    assert len(done["owed"]) == 1 and "gongkai erase --sweep" in done["owed"][0]
    assert [one for one in checkup(desk.office) if one.name == "erased"] == []


def test_what_is_counted_of_an_erased_file_stays(desk: Desk, done: dict[str, Any]) -> None:
    after, before = reports(desk), done["reports"]
    assert after["annual"] == before["annual"]
    assert after["fees"] == before["fees"]
    told, now = before["analysis"], after["analysis"]
    assert {key for key in now if now[key] != told[key]} == {"recurring", "returns"}, "these repeat words, which are gone"
    assert told["candidates"] == [], "one applicant asked for it"
    assert now["recurring"] == [] and [one["requests"] for one in told["recurring"]] == [3]
    assert [(one["reason"], one["count"]) for one in now["returns"]["by_reason"]] == [(ERASED, 3)]
    assert faults(desk) == []


def _officer(desk: Desk, username: str) -> Officer:
    with desk.office.database.read() as session:
        row = people.officer_row(session, username)
    assert row is not None
    return people.officer_of(row)


def _force(desk: Desk, case: dict[str, Any]) -> None:
    """Erase a file whose time has not come, as nothing outside this test can."""
    office = desk.office

    def work(session: Session) -> Case:
        loaded = store.load(session, case["id"])
        assert loaded is not None
        act = parse({**ORDER, "on": "2035-01-04"}).evolve(proposed_topic=topic_of_words(loaded, office.rules))
        signed = Signed(loaded.version + 1, act, _officer(desk, ARCHIVIST), desk.clock())
        after = loaded.with_act(signed)
        store.append(session, case["id"], signed)
        return erasing.erase(session, after, signed, office.rules, office.keys)

    office.announce(office.database.write(work))


def _bytes_of(desk: Desk) -> bytes:
    """The database's own files as they lie there; of PostgreSQL, which is elsewhere, nothing."""
    path = desk.office.database.path
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*")) if path is not None else b""


def test_what_is_asked_of_an_erased_file_is_answered_with_a_sentence(desk: Desk, done: dict[str, Any]) -> None:
    case = done["over"]
    for path in (f"/api/letters/{case['letters'][0]['id']}/pdf", f"/api/letters/{case['letters'][0]['id']}", f"/api/attachments/{_attached(case)}"):
        answer = desk.call(HANDLER, "GET", path)
        assert answer.status_code == 409 and "销毁" in answer.json()["detail"], path
    answer = desk.call(HANDLER, "GET", f"/api/cases/{case['id']}/archive", X_Reason=quote("向县档案馆移交"))
    assert answer.status_code == 409 and "销毁" in answer.json()["detail"]
    now = desk.call(HANDLER, "GET", f"/api/cases/{case['id']}").json()
    assert (now["number"], now["outcome"], now["received_on"], now["state"]) == (case["number"], "disclosed", "2024-09-02", "archived")
    assert now["permitted"] == []
    assert now["acts"][-1]["act"]["ground"] == ORDER["ground"]
    again = {"kind": "reopening", "basis": "own_motion", "replaces": "revoke", "reason": "x"}
    for who, kind in ((INTAKE, {"kind": "note", "text": "x"}), (HEAD, again)):
        refused = desk.try_place(who, now, on="2035-01-04", **kind)
        assert refused.status_code == 409 and "已经销毁" in refused.json()["detail"]
    assert desk.call(HANDLER, "GET", "/api/cases?applicant=周文博（样例）").json()["items"] == []
    assert desk.call(HANDLER, "GET", f"/api/cases/{case['id']}/dossier").json()["requests"] == 1
    with desk.office.database.read() as session:
        (first, *_) = erasing.erasures(session)
        assert (first.number, first.by.username, first.on, first.ground) == (case["number"], ARCHIVIST, date(2035, 1, 4), ORDER["ground"])
        logged = session.execute(select(people.LOG.c.reason).where(people.LOG.c.what == "erasure", people.LOG.c.object == case["number"])).scalars()
        assert list(logged) == [ORDER["ground"]]


def _attached(case: dict[str, Any]) -> str:
    return str(case["attachments"][0]["id"])


def test_an_erasure_behind_the_programs_back_is_found(desk: Desk, done: dict[str, Any]) -> None:
    """What lets an act be emptied is itself in the log; and bytes that are put back have no row."""
    back = update(store.CASE).where(store.CASE.c.id == done["over"]["id"]).values(erased_at=None)
    undone = found_after(desk, lambda session: session.execute(back))
    assert any("是否已经销毁" in one for one in undone) and any(one.startswith("case_file/") for one in undone)
    identity = _attached(done["over"])
    desk.office.files.put("attachments", identity, b"x")
    (stray,) = faults(desk)
    assert identity in stray and "gongkai tidy" in stray
    desk.office.files.drop("attachments", identity)


@pytest.mark.parametrize("kind", [kind for kind in MINIMAL if kind != "erasure"])
def test_of_every_kind_of_act_no_word_stays_and_its_kind_and_day_do(kind: str) -> None:
    act = parse({"kind": kind, "on": "2026-03-02", "remark": "样例的备注", **MINIMAL[kind]})
    left = without_words(act, "1")
    assert (left.kind, left.on) == (kind, act.on)
    said = json.dumps(left.model_dump(mode="json"), ensure_ascii=False).replace(ERASED, "").replace("征地拆迁", "")
    assert not re.search("[\\u4e00-\\u9fff]|1380|990000", said), said


def test_what_only_begins_like_an_erased_text_is_erased_too() -> None:
    said = f"{ERASED}周文博13800000000"
    for act in ({"kind": "note", "text": said}, {"kind": "note", "text": f"{ERASED}0a1b2c3d 周文博"}, {"kind": "note", "text": f"{ERASED}13800000"}):
        assert without_words(parse({**act, "on": "2026-03-02"}), "0a1b2c3d").text == ERASED  # type: ignore[attr-defined]
    assert mask_name(said, is_person=True) != ERASED == mask_name(f"{ERASED}0a1b2c3d", is_person=True) == mask_name(ERASED, is_person=True)


def test_an_applicant_keeps_his_one_name_however_often_he_is_erased() -> None:
    once = blanked({"applicant": {"name": "周文博", "category": "natural_person"}}, "0a1b2c3d")
    assert once == blanked(once, "0a1b2c3d") == {"applicant": {"name": f"{ERASED}0a1b2c3d", "category": "natural_person"}}


def test_what_is_typed_where_a_number_is_expected_is_erased() -> None:
    earlier = {"item": 1, "outcome": "repeated", "earlier": {"number": "周文博13800000000", "on": "2024-03-02"}}
    draft = without_words(parse({"kind": "draft", "on": "2026-03-02", "items": [earlier]}), "0a1b2c3d")
    archival = without_words(parse({"kind": "archival", "on": "2026-03-02", "retention": "定期10年", "volume": "周文博一案"}), "0a1b2c3d")
    assert (draft.items[0].earlier.number, archival.volume, archival.retention) == (ERASED, ERASED, "定期10年")  # type: ignore[attr-defined]
    assert blanked({"answered_with": {"number": "冠自然资依申〔2024〕1号"}}, "0a1b2c3d") == {"answered_with": {"number": "冠自然资依申〔2024〕1号"}}
