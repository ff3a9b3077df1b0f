"""The files of the training office: what lies on the desks on the morning of its day (`api.office.training`)."""

from __future__ import annotations

from collections.abc import Callable

from api.cli import demo
from api.office import training
from api.office.office import Office
from workflow.acts import Officer


def _unclear(file: demo._File) -> demo.Steps:
    yield from file.register(201, "in_person", asking="有关征地的所有材料")


def _price(file: demo._File) -> demo.Steps:
    yield from file.register(202, "in_person", asking="样例砂石料场2025年的成交合同")
    yield from file.accepted()
    yield from file.searched(2)


def _long(file: demo._File) -> demo.Steps:
    yield from file.register(203, "in_person", asking="2010年至2025年集体土地使用权登记的全部档案")
    yield from file.accepted()
    yield from file.searched(3)


def _wrong(file: demo._File) -> demo.Steps:
    yield from file.register(204, "in_person", asking="样例建材有限公司的供货价格")
    yield from file.accepted()
    yield from file.searched(2)
    reason = "该信息涉及第三方的商业秘密，不公开不会对公共利益造成重大影响"
    yield from file.drafted(3, "third_party", ground="trade_secret", reason=reason)


def _old(file: demo._File) -> demo.Steps:
    yield from file.register(205, "in_person", asking="冠县国土空间总体规划中心城区用地布局图")
    yield from file.accepted()
    yield from file.searched(2)
    yield from file.drafted(4, "already_public", **demo._DETAILS["already_public"])
    yield from file.signed(5)
    yield from file.serve(5, 8)


_MORNING: tuple[tuple[str, int, Callable[[demo._File], demo.Steps]], ...] = (
    ("old", 15, _old), ("long", 19, _long), ("wrong", 8, _wrong), ("price", 5, _price), ("unclear", 1, _unclear),
)  # fmt: skip
"""What a file is called in the tasks, how many working days ago it came, and its course until today."""


def load(office: Office, people: dict[str, Officer]) -> int:
    """Make the files of the day, and keep which is which. Returns how many."""
    today, cases = office.today(), {}
    for name, ago, course in sorted(_MORNING, key=lambda one: -one[1]):
        file = demo._File(office, people, training.AGENCY, demo.received_on(office.rules.calendar, today, ago))
        for _day in _until(course(file), office):
            pass
        cases[name] = file.case.id
    office.database.write(lambda session: training.begin(session, today, cases))
    return len(cases)


def _until(steps: demo.Steps, office: Office) -> demo.Steps:
    """The steps of a course until today: what lies ahead has not happened yet."""
    for day in steps:
        if day > office.today():
            return
        yield day
