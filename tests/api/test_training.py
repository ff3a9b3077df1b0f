"""培训单位: its day is lawful, its tasks see from the acts what is done, and a script that speaks HTTP solves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from api.cli import training as morning
from api.cli.demo import open_desks
from api.office import training
from db import people
from db.verify import verify
from tests.api.conftest import Desk, registration
from tests.pages.conftest import text_of

UNIT = training.AGENCY
WHO = registration()["applicant"] | {"name": f"{training.APPLICANT}（样例）"}


@pytest.fixture(scope="module", name="desk")
def begun(desk_factory: Any) -> Desk:
    """A training office on the morning of its day."""
    made: Desk = desk_factory()
    assert morning.load(made.office, open_desks(made.office)) == 5
    return made


def page(desk: Desk, who: str = f"handler@{UNIT}") -> str:
    def signed_in(session: Any) -> str:
        row = people.officer_row(session, who)
        assert row is not None
        return people.open_session(session, row.id, "样例", desk.clock())

    cookie = desk.office.database.write(signed_in)
    answer = desk.client.get("/training", headers={"Cookie": f"gongkai_session={cookie}"})
    assert answer.status_code == 200, answer.text
    return text_of(answer.text)


def open_tasks(desk: Desk) -> list[str]:
    """The titles of the tasks that are not done."""
    with desk.office.database.read() as session:
        found = training.checked(session, desk.office.rules)
    assert found is not None
    return [one.task.title for one in found[1] if not one.is_done]


def case_of(desk: Desk, name: str) -> dict[str, Any]:
    with desk.office.database.read() as session:
        found = training.checked(session, desk.office.rules)
    assert found is not None
    case = next(one.case for one in found[1] if one.task.about == name)
    assert case is not None
    return dict(desk.call(f"handler@{UNIT}", "GET", f"/api/cases/{case.id}").json())


def served(desk: Desk, case: Mapping[str, Any], **how: Any) -> dict[str, Any]:
    """Everything of the file that has not left, leaves."""
    now = dict(case)
    while now["unsent"]:
        now = desk.place(f"intake@{UNIT}", now, kind="service", letter=now["unsent"][0]["letter"], **how)
    return now


def test_a_script_solves_the_day_over_http(desk: Desk) -> None:
    today = desk.clock().date().isoformat()
    titles = [one.title for one in training.TASKS]
    assert open_tasks(desk) == titles, "nothing is done in the morning"
    assert "做完0项，共14项" in page(desk) and "还没有登记" in page(desk)
    first = desk.register(submitted_on=today, received_on=today, wanted=training.WANTED, delivery="collect", applicant=WHO)
    assert open_tasks(desk) == titles[1:]
    done = len(titles) - 1

    def step(case: dict[str, Any], role: str, **act: Any) -> dict[str, Any]:
        nonlocal done
        made = desk.place(f"{role}@{UNIT}", case, **act)
        done -= 1
        assert len(open_tasks(desk)) == done, act["kind"]
        return made

    first = step(first, "head", kind="assignment", to=f"handler@{UNIT}")
    first = step(first, "handler", kind="acceptance")
    first = step(first, "handler", kind="search", places=["综合档案室"], method="按名称检索", result="found", text="查到许可证和附图")
    first = step(first, "legal", kind="secrecy_review", result="may_disclose", reason="不涉及国家秘密、工作秘密")
    item = {"item": 1, "outcome": "disclosed", "provided": [{"title": "采砂许可证", "pages": 4}], "where": "由申请人领取纸质复印件"}
    first = step(first, "handler", kind="draft", items=[item])
    first = step(first, "head", kind="decision")
    assert "答复书还没有送出" in page(desk)
    served(desk, first, method="direct")

    unclear = desk.place(f"intake@{UNIT}", case_of(desk, "unclear"), kind="correction_notice", matters=["请写明所需材料的名称、文号"], days=15)
    assert "补正告知书还没有送出" in page(desk)
    served(desk, unclear, method="post", post_number="EM990000001CN")

    party = {"name": "样例建材有限公司（样例）", "address": "冠县样例大街18号（样例）"}
    price = desk.place(f"handler@{UNIT}", case_of(desk, "price"), kind="consultation", type="third_party", party=party, question="是否同意公开？")
    assert "没有暂停计时" in page(desk)
    served(desk, price, method="post", post_number="EM990000002CN")

    long = desk.place(f"head@{UNIT}", case_of(desk, "long"), kind="extension", days=20, reason="四十卷档案要逐卷查阅")
    assert "告知书还没有送出" in page(desk)
    served(desk, long, method="direct")

    desk.place(f"head@{UNIT}", case_of(desk, "wrong"), kind="return", reason="没有征求第三方意见")
    desk.place(f"archivist@{UNIT}", case_of(desk, "old"), kind="archival")
    assert open_tasks(desk) == []
    assert "今天的任务都做完了" in page(desk, "analyst@gx-zfb")
    with desk.office.database.read() as session:
        assert list(verify(session, desk.office.files, desk.office.rules, desk.office.keys)) == []


def test_a_reply_that_could_not_be_signed_is_refused_and_the_task_says_why(desk_factory: Any) -> None:
    desk: Desk = desk_factory()
    morning.load(desk.office, open_desks(desk.office))
    wrong = case_of(desk, "wrong")
    assert desk.try_place(f"head@{UNIT}", wrong, kind="decision").status_code == 409
    assert "还没有退回" in page(desk)
    today = desk.clock().date()
    late = desk.register(submitted_on=str(today - timedelta(days=1)), received_on=str(today - timedelta(days=1)), wanted=training.WANTED)
    assert "收到日应当是今天" in page(desk)
    desk.place(f"head@{UNIT}", late, kind="voiding", reason="收到日登记错了")
    assert "收到日应当是今天" not in page(desk) and "登记今天当面递交的申请" in open_tasks(desk), "a void file counts for nothing"


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"applicant": registration()["applicant"]}, "申请人应当是周样例"), ({"channel": "oral"}, "收到渠道应当是当面提交"),
        ({"wanted": "采砂许可证"}, "申请内容应当照申请写"), ({"delivery": "post"}, "提供方式应当照申请写"),
        ({"form": "disk"}, "提供方式应当照申请写"),
    ],
)  # fmt: skip
def test_what_was_registered_otherwise_than_the_task_says_is_not_done(desk_factory: Any, otherwise: dict[str, Any], said: str) -> None:
    desk: Desk = desk_factory()
    morning.load(desk.office, open_desks(desk.office))
    asked = {"wanted": training.WANTED, "delivery": "collect", "applicant": WHO, "submitted_on": str(desk.clock().date())}
    asked["received_on"] = asked["submitted_on"]
    wrong = desk.register(**asked | otherwise)
    assert said in page(desk) and training.TASKS[0].title in open_tasks(desk)
    desk.place(f"head@{UNIT}", wrong, kind="voiding", reason="登记错了")
    desk.register(**asked)
    assert training.TASKS[0].title not in open_tasks(desk)


def test_what_is_given_out_and_how_it_is_served_are_asked_for_too(desk_factory: Any) -> None:
    desk: Desk = desk_factory()
    morning.load(desk.office, open_desks(desk.office))
    today = str(desk.clock().date())
    case = desk.register(wanted=training.WANTED, delivery="collect", applicant=WHO, submitted_on=today, received_on=today)
    case = desk.place(f"handler@{UNIT}", case, kind="acceptance")
    case = desk.place(f"legal@{UNIT}", case, kind="secrecy_review", result="may_disclose", reason="不涉及国家秘密、工作秘密")
    item = {"item": 1, "outcome": "disclosed", "provided": [{"title": "采砂许可证", "pages": 3}], "where": "由申请人领取纸质复印件"}
    case = desk.place(f"handler@{UNIT}", case, kind="draft", items=[item])
    assert "提供的文件应当是采砂许可证，4页" in page(desk)
    case = desk.place(f"head@{UNIT}", case, kind="decision")
    served(desk, case, method="post", post_number="EM990000003CN")
    assert "送达方式应当是直接送达" in page(desk) and "送达答复" in open_tasks(desk)


@pytest.mark.parametrize("on", ["2026-11-28", "2026-10-04", "2027-01-01"])
def test_the_morning_is_lawful_on_any_day(desk_factory: Any, on: str) -> None:
    desk: Desk = desk_factory()
    desk.clock.set(date.fromisoformat(on))
    assert morning.load(desk.office, open_desks(desk.office)) == 5
    assert open_tasks(desk) == [one.title for one in training.TASKS]
