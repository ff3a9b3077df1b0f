"""Bad input is normal: a clear 4xx that names the field or the article, and nothing half-done."""

from __future__ import annotations

import base64
import json
import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.office import views
from db import people, store
from tests.api.conftest import Desk, registration


def _errors(answer: Any) -> dict[str, str]:
    return {one["field"]: one["message"] for one in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"received_on": "2026-02-30"}, "received_on"),
        ({"received_on": "2026-10-30"}, "received_on"),  # before it was submitted
        ({"submitted_on": "2026-11-25", "received_on": "2026-11-25"}, "submitted_on"),  # tomorrow
        ({"received_on": "昨天"}, "received_on"),
        ({"received_on": 20261102}, "received_on"),
        ({"channel": "pigeon"}, "channel"),
        ({"surprise": 1}, "surprise"),
        ({"state": "archived"}, "state"),
        ({"number": "1"}, "number"),
        ({"split_from": str(uuid4())}, "split_from"),
        ({"wanted": ""}, "wanted"),
        ({"wanted": "   "}, "wanted"),
        ({"wanted": "长" * 100_000}, "wanted"),
        ({"wanted": "控制\x07字符"}, "wanted"),
        ({"wanted": "方向\u202e字符"}, "wanted"),
        ({"wanted": None}, "wanted"),
        ({"applicant": None}, "applicant"),
        ({"applicant": {"name": "张", "id_type": "resident_id", "id_number": "110105194912310021"}}, "applicant.id_number"),
        ({"applicant": {"name": "张", "id_type": "resident_id", "id_number": "11010519490230002X"}}, "applicant.id_number"),
        ({"applicant": {"name": "张", "id_type": "resident_id", "id_number": "990000204001010010"}}, "applicant.id_number"),  # born in 2040
        ({"applicant": {"name": "张", "id_type": "resident_id", "id_number": "000000196203110005"}}, "applicant.id_number"),  # of no area
        ({"applicant": {"name": "张", "phone": "<script>"}}, "applicant.phone"),
        ({"applicant": {"name": "张", "email": "x"}}, "applicant.email"),
        ({"applicant": {"name": "张", "postcode": "12"}}, "applicant.postcode"),
        ({"applicant": {"name": "张", "category": "alien"}}, "applicant.category"),
        ({"topic": "没有这个主题"}, "topic"),
        ({"items": "一项"}, "items"),
        ({"form": "carrier"}, "form"),
    ],
)
def test_a_registration_at_fault_names_its_field(desk: Desk, change: dict[str, Any], field: str) -> None:
    before = desk.call("intake@gx-zrzy", "GET", "/api/cases?limit=1").json()["total"]
    answer = desk.call("intake@gx-zrzy", "POST", "/api/cases", registration(**change))
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert field in _errors(answer)
    assert "110105194912310021" not in answer.text
    assert desk.call("intake@gx-zrzy", "GET", "/api/cases?limit=1").json()["total"] == before


SPELT = (("欧阳 样例", "138-0000-0077"), ("欧阳样例", "13800000077"), ("欧阳　样例", "+86 13800000077"), ("欧阳样例", "１３８００００００７７"))


def test_the_eleventh_request_of_a_month_is_the_eleventh_however_the_name_is_written(desk: Desk) -> None:
    """办法 4, READINGS R-same-person; each name stays on its file as it was typed."""
    made = []
    for place in range(11):
        name, phone = SPELT[place % len(SPELT)]
        made.append(desk.register(applicant={"name": name, "phone": phone}, wanted=f"样例村第{place}组征地补偿发放表（样例）"))
    names = [desk.call("intake@gx-zrzy", "GET", f"/api/cases/{one['id']}").json()["applicant"]["name"] for one in made]
    assert names == [SPELT[place % len(SPELT)][0] for place in range(11)]
    last = desk.place("handler@gx-zrzy", made[-1], kind="acceptance", on="2026-11-24")
    charged = desk.place("handler@gx-zrzy", last, kind="fee_notice", on="2026-11-24", basis="per_item", amount_fen=10000)
    assert charged["acts"][-1]["act"]["already"] == 10
    assert desk.call("handler@gx-zrzy", "GET", f"/api/cases/{last['id']}/dossier").json()["requests"] == 11


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b'{"a":1,"a":2}', b"\xff\xfe", b"[" * 100_000, b'{"a":NaN}'])
def test_what_is_not_a_json_object_is_400(desk: Desk, body: bytes) -> None:
    assert desk.call("intake@gx-zrzy", "POST", "/api/cases", body).status_code == 400


def test_a_body_over_one_mebibyte_is_413(desk: Desk) -> None:
    answer = desk.call("intake@gx-zrzy", "POST", "/api/cases", b'{"wanted":"' + b"x" * (1024 * 1024) + b'"}')
    assert answer.status_code == 413
    assert answer.json()["status"] == 413


@pytest.mark.parametrize("path", ["/api/cases/nonsense", "/api/cases/1", "/api/nothing", "/api/cases/%00", "/api/letters/x/pdf"])
def test_what_does_not_exist_is_a_problem_too(desk: Desk, path: str) -> None:
    answer = desk.call("handler@gx-zrzy", "GET", path)
    assert answer.status_code == 404
    assert answer.json()["request_id"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=flying", "state"), ("due_before=soon", "due_before"), ("limit=0", "limit"), ("limit=101", "limit"),
        ("limit=x", "limit"), ("cursor=rubbish", "cursor"), ("sort=colour", "sort"), ("nonsense=1", "nonsense"),
        ("overdue=maybe", "overdue"), ("state=closed&state=replied", "state"), ("outcome=none", "outcome"), ("q=" + "长" * 101, "q"),
    ],
)  # fmt: skip
def test_a_filter_at_fault_is_named(desk: Desk, query: str, field: str) -> None:
    answer = desk.call("handler@gx-zrzy", "GET", f"/api/cases?{query}")
    assert answer.status_code == 400
    assert field in _errors(answer)


def test_stacked_marks_are_told_and_never_put_in_order(desk: Desk, marks_stay: None) -> None:
    """781 KB of them cost 13 seconds of the processor."""
    marks = "征" + "\u0316\u0301" * 195_000
    for field in ("wanted", "topic", "channel"):
        answer = desk.call("intake@gx-zrzy", "POST", "/api/cases", json.dumps(registration(**{field: marks}), ensure_ascii=False).encode())
        assert answer.status_code == 400
        assert field in _errors(answer)
    for field in ("name", "phone", "id_number"):
        body = registration(applicant=registration()["applicant"] | {field: marks})
        answer = desk.call("intake@gx-zrzy", "POST", "/api/cases", json.dumps(body, ensure_ascii=False).encode())
        assert f"applicant.{field}" in _errors(answer)


HUGE = ["1e999", "-1e999", "NaN", "1" + "0" * 300, str(2**31), str(2**63), "-1", "1.5", "true", "null", '"1"', "[1]", "{}"]


def forged(sort: str, value: str, case_id: str = '"00000000-0000-4000-8000-000000000000"') -> str:
    return base64.urlsafe_b64encode(f'["{sort}", {value}, {case_id}]'.encode()).decode()


@pytest.mark.parametrize("value", HUGE)
@pytest.mark.parametrize("sort", ["number", "-number", "due", "-received"])
def test_a_cursor_with_another_value_is_400(desk: Desk, sort: str, value: str) -> None:
    answer = desk.call("handler@gx-zrzy", "GET", f"/api/cases?sort={sort}&cursor={forged(sort, value)}")
    assert answer.status_code == 400, answer.text
    assert [one["field"] for one in answer.json()["errors"]] == ["cursor"]


@pytest.mark.parametrize("case_id", ['"\\u0000"', '"\\ud800"', '"x"', "1e999", "[]", "null"])
def test_a_cursor_with_no_case_is_400(desk: Desk, case_id: str) -> None:
    cursor = forged("due", '"2026-11-02"', case_id)
    answer = desk.call("handler@gx-zrzy", "GET", f"/api/cases?cursor={cursor}")
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("cursor", ["1e999", "9" * 10, "9" * 400, "-1", "１", "1.5"])
def test_another_lists_cursor_is_as_strict(desk: Desk, cursor: str) -> None:
    path = "/api/reports/annual/cases?year=2026&row=三(一)"
    answer = desk.call("analyst@gx-zrzy", "GET", f"{path}&cursor={cursor}")
    assert answer.status_code == 400, answer.text
    assert [one["field"] for one in answer.json()["errors"]] == ["cursor"]


def test_a_media_type_names_its_charset_once(desk: Desk) -> None:
    case = desk.register()
    kept = desk.client.post(
        f"/api/cases/{case['id']}/attachments",
        headers={"Authorization": f"Bearer {desk.tokens['intake@gx-zrzy']}"}, files={"file": ("说明.txt", "情况说明".encode())},
    )  # fmt: skip
    paths = [
        "/", "/guide", "/static/gongkai.css", "/api/openapi.json", "/api/procedure", "/api/procedure?format=mermaid", "/api/procedure?format=svg",
        "/api/reports/annual?year=2026&format=html", "/api/reports/annual?year=2026&format=csv", "/api/reports/analysis?format=html",
        "/api/reports/analysis?format=csv&table=收件", "/api/export/cases?format=csv", f"/api/attachments/{kept.json()['id']}",
        f"/api/cases/{case['id']}", "/api/nowhere", "/nowhere",
    ]  # fmt: skip
    for path in paths:
        answer = desk.call("analyst@gx-zrzy", "GET", path)
        kind = answer.headers["content-type"]
        assert kind.lower().count("charset") <= 1, f"{path}: {kind}"
        if kind.startswith("text/"):
            assert "charset=utf-8" in kind, path


def test_an_act_must_name_the_version_it_saw(desk: Desk) -> None:
    case = desk.register()
    path = f"/api/cases/{case['id']}/acts"
    body = {"kind": "note", "text": "x"}
    assert desk.call("handler@gx-zrzy", "POST", path, body).status_code == 428
    wrong = desk.call("handler@gx-zrzy", "POST", path, body, If_Match="abc")
    assert wrong.status_code == 400
    assert [one["field"] for one in wrong.json()["errors"]] == ["If-Match"]
    ahead = desk.call("handler@gx-zrzy", "POST", path, body, If_Match='"7"')
    assert ahead.status_code == 412
    assert "现在是第1版，还没有第7版" in ahead.json()["detail"]
    assert desk.call("handler@gx-zrzy", "POST", path, body, If_Match='"1"').status_code == 201
    stale = desk.call("handler@gx-zrzy", "POST", path, body, If_Match='"1"')
    assert stale.status_code == 412
    assert "李" not in stale.json()["title"]
    assert "备注" in stale.json()["detail"]


@pytest.mark.parametrize(
    ("who", "fields", "status"),
    [
        ("handler@gx-zrzy", {"kind": "nonsense"}, 400),
        ("handler@gx-zrzy", {"kind": ["draft"]}, 400),
        ("handler@gx-zrzy", {"text": "x"}, 400),
        ("handler@gx-zrzy", {"kind": "note"}, 400),
        ("handler@gx-zrzy", {"kind": "note", "text": "x", "extra": 1}, 400),
        ("handler@gx-zrzy", {"kind": "note", "text": "x", "on": "2026-11-25"}, 400),
        ("handler@gx-zrzy", {"kind": "note", "text": "x", "on": "2026-11-01"}, 400),
        ("handler@gx-zrzy", {"kind": "draft", "items": [{"item": 1, "outcome": "disclosed"}]}, 409),
        ("handler@gx-zrzy", {"kind": "registration", **registration()}, 409),
        ("intake@gx-zrzy", {"kind": "decision"}, 403),
        ("analyst@gx-zrzy", {"kind": "acceptance"}, 403),
        ("intake@gx-zrzy", {"kind": "assignment", "to": "nobody@gx-zrzy"}, 400),
        ("intake@gx-zrzy", {"kind": "assignment", "to": "handler@gx-rsj"}, 400),
    ],
)
def test_an_act_at_fault_changes_nothing(desk: Desk, who: str, fields: dict[str, Any], status: int) -> None:
    case = desk.register()
    answer = desk.try_place(who, case, **fields)
    assert answer.status_code == status, answer.text
    after = desk.call("handler@gx-zrzy", "GET", f"/api/cases/{case['id']}").json()
    assert after["version"] == 1
    assert len(after["acts"]) == 1


@pytest.mark.parametrize("to", ["head@gx-zrzy", "legal@gx-zrzy", "intake@gx-zrzy", "archivist@gx-zrzy", "analyst@gx-zrzy"])
def test_only_who_may_draft_is_given_a_file(desk: Desk, to: str) -> None:
    case = desk.register()
    refused = desk.try_place("head@gx-zrzy", case, kind="assignment", to=to)
    assert refused.status_code == 400
    body = refused.json()
    assert [one["field"] for one in body["errors"]] == ["to"]
    assert "不能拟稿" in body["detail"]
    assert "承办岗" in body["detail"], "it says to whom instead"
    assert body["articles"] == ["条例 45"]
    assert desk.call("head@gx-zrzy", "GET", f"/api/cases/{case['id']}").json()["version"] == 1


def test_a_refusal_says_what_is_permitted(desk: Desk) -> None:
    case = desk.register()
    body = desk.try_place("handler@gx-zrzy", case, kind="draft", items=[{"item": 1, "outcome": "disclosed"}]).json()
    assert body["articles"]
    assert "已登记" in body["detail"]
    assert "acceptance" in body["permitted"]


def test_a_signature_is_permitted_when_only_reasons_are_missing_and_not_when_a_risk_blocks_it(desk: Desk) -> None:
    """`permitted` names what may be placed now: signing again with its reasons, and not what nothing that is sent would make possible."""
    head = "head@gx-zrzy"
    for outcome, may in (({"outcome": "disclosed", "where": "冠县人民政府网站"}, True), ({"outcome": "not_existing", "reason": "没有制作"}, False)):
        case = desk.place("handler@gx-zrzy", desk.register(), kind="acceptance")
        case = desk.place("handler@gx-zrzy", case, kind="draft", items=[{"item": 1, **outcome}])
        refused = desk.call(head, "POST", f"/api/cases/{case['id']}/acts", {"kind": "decision"}, If_Match=f'"{case["version"]}"')
        assert refused.status_code == 409, refused.text
        assert ("decision" in refused.json()["permitted"]) is may, refused.text
        assert "return" in refused.json()["permitted"]
        assert refused.json()["permitted"] == desk.call(head, "GET", f"/api/cases/{case['id']}").json()["permitted"]


def test_a_repeated_key_replays_the_first_answer(desk: Desk) -> None:
    key = str(uuid4())
    first = desk.call("intake@gx-zrzy", "POST", "/api/cases", registration(), Idempotency_Key=key)
    again = desk.call("intake@gx-zrzy", "POST", "/api/cases", registration(), Idempotency_Key=key)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first.headers["etag"] == again.headers["etag"]
    other = desk.call("intake@gx-zrzy", "POST", "/api/cases", registration(wanted="另一件"), Idempotency_Key=key)
    assert other.status_code == 422
    someone_else = desk.call("handler@gx-zrzy", "POST", "/api/cases", registration(), Idempotency_Key=key)
    assert someone_else.json()["id"] != first.json()["id"]


def test_whoever_has_moved_to_another_unit_is_not_told_what_was_answered_in_the_old_one(desk: Desk) -> None:
    key, who = str(uuid4()), "intake@gx-zjj"
    first = desk.call(who, "POST", "/api/cases", registration(), Idempotency_Key=key)
    assert first.status_code == 201
    with desk.office.database.read() as session:
        row = people.officer_row(session, who)
    assert row is not None

    def move(role: str, agency: str) -> None:
        desk.office.database.write(lambda s: people.change_officer(s, row.id, name=row.name, role=role, agency=agency))

    for role, agency in (("intake", "gx-rsj"), ("handler", "gx-zjj")):
        move(role, agency)
        answer = desk.call(who, "POST", "/api/cases", registration(), Idempotency_Key=key)
        assert answer.status_code == 422
        assert first.json()["number"] not in answer.text
    move("intake", "gx-zjj")
    assert desk.call(who, "POST", "/api/cases", registration(), Idempotency_Key=key).json() == first.json()


def test_a_key_is_forgotten_after_a_week(desk: Desk) -> None:
    key, before = str(uuid4()), desk.clock.now

    def keys() -> list[str]:
        with desk.office.database.read() as session:
            return list(session.execute(select(store.ONCE.c.key)).scalars())

    desk.call("intake@gx-zrzy", "POST", "/api/cases", registration(), Idempotency_Key=key)
    try:
        for days, there in ((6, True), (2, False)):
            desk.clock.now += timedelta(days=days)
            desk.call("intake@gx-zrzy", "POST", "/api/cases", registration(), Idempotency_Key=str(uuid4()))
            assert (key in keys()) is there
    finally:
        desk.clock.now = before


def test_a_key_stands_for_one_act_too(desk: Desk) -> None:
    case, key = desk.register(), str(uuid4())
    path, body = f"/api/cases/{case['id']}/acts", {"kind": "note", "text": "x"}
    first = desk.call("handler@gx-zrzy", "POST", path, body, If_Match='"1"', Idempotency_Key=key)
    again = desk.call("handler@gx-zrzy", "POST", path, body, If_Match='"1"', Idempotency_Key=key)
    assert (first.status_code, first.content) == (again.status_code, again.content) == (201, first.content)
    assert desk.call("handler@gx-zrzy", "POST", path, body, If_Match='"2"', Idempotency_Key=key).status_code == 422
    other = f"/api/cases/{desk.register()['id']}/acts"
    assert desk.call("handler@gx-zrzy", "POST", other, body, If_Match='"1"', Idempotency_Key=key).status_code == 422
    assert desk.call("handler@gx-zrzy", "GET", f"/api/cases/{case['id']}").json()["version"] == 2


def test_nobody_waits_while_an_answer_is_put_into_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The act is committed by then; with a key its answer is kept with it, and says the same."""
    worded, entries = views.case_view, list[int]()

    def wordy(*words: Any, **more: Any) -> Any:
        entries.append(desk.office.database.write(people.log_length, patience=1))  # refused while a write goes on, where one alone writes
        return worded(*words, **more)

    case = desk.register()
    with monkeypatch.context() as patch:
        patch.setattr(views, "case_view", wordy)
        answer = desk.try_place("handler@gx-zrzy", case, kind="note", text="核对材料")
    assert answer.status_code == 201, answer.text
    with desk.office.database.read() as session:
        assert entries == [people.log_length(session)]
    again = desk.call("handler@gx-zrzy", "GET", f"/api/cases/{case['id']}")
    assert (again.json(), again.headers["etag"]) == (answer.json(), '"2"')


def test_a_key_whose_submission_failed_may_be_used_again(desk: Desk) -> None:
    key = str(uuid4())
    bad = desk.call("intake@gx-zrzy", "POST", "/api/cases", registration(topic="没有这个主题"), Idempotency_Key=key)
    assert bad.status_code == 400
    assert desk.call("intake@gx-zrzy", "POST", "/api/cases", registration(), Idempotency_Key=key).status_code == 201


def test_a_key_at_work_is_409(desk: Desk) -> None:
    key, officer = str(uuid4()), desk.call("intake@gx-zrzy", "GET", "/api/me").json()["id"]
    desk.office.keys_at_work.add((officer, key))  # as it stands while the first request is being answered
    busy = desk.call("intake@gx-zrzy", "POST", "/api/cases", registration(), Idempotency_Key=key)
    desk.office.keys_at_work.discard((officer, key))
    assert busy.status_code == 409
    assert busy.headers["retry-after"]
    assert desk.call("intake@gx-zrzy", "POST", "/api/cases", registration(), Idempotency_Key=key).status_code == 201


def test_one_key_sent_by_many_at_once_has_one_effect(desk: Desk) -> None:
    key, answers = str(uuid4()), []
    body = registration(wanted=f"同一次提交 {key}")

    def send() -> None:
        answers.append(desk.call("intake@gx-zjj", "POST", "/api/cases", body, Idempotency_Key=key))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.status_code for one in answers} <= {201, 409}
    assert len({one.json()["id"] for one in answers if one.status_code == 201}) == 1
    assert desk.call("head@gx-zjj", "GET", f"/api/cases?q={key}").json()["total"] == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"])
def test_a_key_at_fault_is_400(desk: Desk, key: str) -> None:
    answer = desk.call("intake@gx-zrzy", "POST", "/api/cases", registration(), Idempotency_Key=key)
    assert answer.status_code == 400
    assert "Idempotency-Key" in _errors(answer)


@pytest.mark.parametrize("media", ["text/plain", "text/xml", "multipart/form-data; boundary=x", "application/json-seq", "nonsense"])
def test_another_content_type_is_415(desk: Desk, media: str) -> None:
    for path in ("/api/cases", "/api/calculators/fee"):
        assert desk.call("intake@gx-zrzy", "POST", path, registration(), Content_Type=media).status_code == 415


@pytest.mark.parametrize("media", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"])
def test_json_may_be_called_by_its_names(desk: Desk, media: str) -> None:
    assert desk.call("intake@gx-zrzy", "POST", "/api/cases", registration(), Content_Type=media).status_code == 201


def test_a_format_or_a_day_at_fault_is_named(desk: Desk) -> None:
    for query, field in (("procedure?format=gif", "format"), ("rules?on=2026-02-30", "on"), ("rules?on=x", "on")):
        answer = desk.call(None, "GET", f"/api/{query}")
        assert answer.status_code == 400
        assert field in _errors(answer)


def test_every_400_has_its_errors(desk: Desk) -> None:
    answer = desk.call("intake@gx-zrzy", "POST", "/api/cases", b"{")
    assert answer.json()["errors"] == [{"field": "", "message": answer.json()["detail"]}]


def test_a_topic_is_found_by_its_key_and_by_its_title(desk: Desk) -> None:
    case = desk.register(topic="征地拆迁")
    assert case["topic"] == "land"
    for name in ("land", "征地拆迁"):
        found = desk.call("handler@gx-zrzy", "GET", f"/api/cases?topic={name}&limit=100").json()["items"]
        assert case["id"] in {row["id"] for row in found}


def test_racing_acts_have_one_winner(desk: Desk) -> None:
    case = desk.register()
    answers: list[int] = []

    def race() -> None:
        answers.append(desk.try_place("handler@gx-zrzy", case, kind="acceptance", on="2026-11-03").status_code)

    threads = [threading.Thread(target=race) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201] + [412] * 11


def test_numbers_are_gap_free_whatever_fails_between(desk: Desk) -> None:
    first = desk.register("intake@gx-zjj")
    desk.call("intake@gx-zjj", "POST", "/api/cases", registration(topic="没有这个主题"))
    second = desk.register("intake@gx-zjj")
    serial = lambda case: int(case["number"].rsplit("〕")[1].rstrip("号"))  # noqa: E731
    assert serial(second) == serial(first) + 1


HOSTILE = "<script>alert(1)</script>{{ 7*7 }}{% include '/etc/passwd' %}"


def test_hostile_text_is_kept_and_printed_literally(desk: Desk) -> None:
    case = desk.register(wanted=HOSTILE, applicant={"name": HOSTILE[:100]})
    assert case["wanted"] == HOSTILE
    pdf = desk.call("intake@gx-zrzy", "GET", f"/api/letters/{case['letters'][0]['id']}/pdf")
    assert pdf.status_code == 200
    assert pdf.content.startswith(b"%PDF-")
    import io

    import pdfplumber

    with pdfplumber.open(io.BytesIO(pdf.content)) as document:
        text = "".join(page.extract_text() for page in document.pages).replace("\n", "")
    assert "{{7*7}}" in text.replace(" ", "")
    assert "49" not in text.replace(case["number"], "").replace("1949", "")


def test_personal_data_stays_out_of_errors_and_lists(desk: Desk) -> None:
    case = desk.register()
    rows = desk.call("handler@gx-zrzy", "GET", "/api/cases").text
    assert "周文博" not in rows
    assert "11010519491231002X" not in rows
    whole = desk.call("handler@gx-zrzy", "GET", f"/api/cases/{case['id']}").text
    assert "11010519491231002X" not in whole
    seen_by_analyst = desk.call("analyst@gx-zrzy", "GET", f"/api/cases/{case['id']}").text
    assert "周文博" not in seen_by_analyst
    assert "13800000000" not in seen_by_analyst
