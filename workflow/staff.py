"""在岗人员 (READINGS R-leave): who works in a unit on a day, who is away, and who stands in for whom (代办)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from workflow.answers import Invalid
from workflow.words import say_day

DISPATCHERS = ("head", "intake")
"""The posts that give files to people (交办)."""
MUST_DO: Mapping[str, str] = {
    "intake": "registration", "handler": "draft", "legal": "legal_review", "head": "decision", "archivist": "archival",
}  # fmt: skip
"""Post -> the act that whoever stands in for it must be allowed to place; of the others anybody of the unit may."""


@dataclass(frozen=True, slots=True)
class Leave:
    """外出: from one day to another, both within; `deputy` is the user name of whoever does the work meanwhile."""

    from_on: date
    to_on: date
    deputy: str

    def covers(self, day: date) -> bool:
        return self.from_on <= day <= self.to_on


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of a unit, at work or not any more (`active` false: 停用)."""

    username: str
    name: str
    role: str
    agency: str
    active: bool = True
    leave: Leave | None = None

    def is_away(self, day: date) -> bool:
        return self.leave is not None and self.leave.covers(day)


@dataclass(frozen=True)
class Staff:
    """The people of some units as they are on the day `today`; `roles` says which posts may place which act (roles.yaml)."""

    colleagues: tuple[Colleague, ...]
    today: date
    roles: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, str] = field(default_factory=dict)
    """Post -> what it is called, for sentences."""

    @cached_property
    def by_name(self) -> Mapping[str, Colleague]:
        return {one.username: one for one in self.colleagues}

    @cached_property
    def agencies(self) -> tuple[str, ...]:
        """The units in which somebody works or worked."""
        return tuple(sorted({one.agency for one in self.colleagues}))

    # ------------------------------------------------------------------ who does whose work

    def may_stand_in(self, deputy: Colleague, officer: Colleague) -> bool:
        """Active, of the same unit, and at a post that may do what the other's post must do."""
        act = MUST_DO.get(officer.role)
        able = act is None or deputy.role in self.roles[act]
        return deputy.active and deputy.agency == officer.agency and able and deputy.username != officer.username

    @cached_property
    def _doing(self) -> Mapping[str, str]:
        """User name -> whoever does his work today: himself, or the end of the chain of deputies; without him: nobody does."""
        found = {}
        for officer in self.colleagues:
            one: Colleague | None = officer
            seen = set[str]()
            while one is not None and one.active and one.username not in seen and one.leave is not None and one.is_away(self.today):
                seen.add(one.username)
                one = self.by_name.get(one.leave.deputy)
            if one is not None and one.active and not one.is_away(self.today) and (one is officer or self.may_stand_in(one, officer)):
                found[officer.username] = one.username
        return found

    def stand_in(self, username: str) -> str | None:
        """Who does his work today: himself when he is there; None: nobody does (停用, or away and his deputy gone)."""
        return self._doing.get(username)

    def on_whose_list(self, usernames: Collection[str]) -> frozenset[str]:
        """The active people who see the work of these: they themselves, away or not, and whoever stands in for them."""
        active = {name for name in usernames if (one := self.by_name.get(name)) is not None and one.active}
        return frozenset(active | {self._doing[name] for name in active if name in self._doing})

    @cached_property
    def _represented(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name, by in sorted(self._doing.items()):
            if by != name:
                found.setdefault(by, []).append(name)
        return {name: tuple(others) for name, others in found.items()}

    def represented(self, username: str) -> tuple[str, ...]:
        """Whose work he does today besides his own."""
        return self._represented.get(username, ())

    def whose(self, username: str) -> tuple[str, ...]:
        """Whose work stands on his list: his own, and that of those whom he stands in for."""
        return (username, *self.represented(username))

    # ------------------------------------------------------------------ who is there

    def active(self, agency: str, roles: Collection[str]) -> tuple[str, ...]:
        """The active people of a unit at these posts, by user name."""
        return tuple(sorted(one.username for one in self.colleagues if one.active and one.agency == agency and one.role in roles))

    def lacking(self, agency: str) -> tuple[str, ...]:
        """The acts that the posts of a unit are for, and that nobody active of it may place any more."""
        return tuple(act for act in MUST_DO.values() if not self.active(agency, self.roles[act]))

    def people(self, agency: str) -> tuple[str, ...]:
        """Everybody who is active in a unit, by user name."""
        return tuple(sorted(one.username for one in self.colleagues if one.active and one.agency == agency))

    @cached_property
    def _handlers(self) -> Mapping[str, frozenset[str]]:
        able = self.roles["draft"]
        found: dict[str, set[str]] = {agency: set() for agency in self.agencies}
        for one in self.colleagues:
            if one.active and one.role in able and one.username in self._doing:
                found[one.agency].add(one.username)
        return {agency: frozenset(names) for agency, names in found.items()}

    def handlers(self, agency: str) -> frozenset[str]:
        """In whose hands a file of the unit is in good hands: active, may draft, there today or with somebody who stands in."""
        return self._handlers.get(agency, frozenset())

    def dispatchers(self, agency: str) -> tuple[str, ...]:
        """Who sees 待交办."""
        return self.active(agency, DISPATCHERS)

    def answerer(self, agency: str, to: str | None = None) -> str | None:
        """The one person of a unit who answers what it is asked (会商): who is named, or the first at the posts that may
        answer, in the order of the rules; there today, or else with somebody who stands in, or at least active."""
        able = self.roles["opinion"]
        named = self.by_name.get(to) if to is not None else None
        if named is not None and named.active and named.agency == agency and named.role in able:
            return named.username
        found = [name for role in able for name in self.active(agency, (role,))]
        return next((name for name in found if self._doing.get(name) == name), None) or next(iter(found), None)

    # ------------------------------------------------------------------ 外出

    def leave(self, username: str, leave: Leave) -> Staff:
        """The staff with this leave of an active officer. Raises Invalid, with what is wrong and what to do."""
        officer = self.by_name[username]
        if leave.to_on < leave.from_on:
            raise Invalid("to", "止日不能早于起日，请改正")
        if leave.to_on < self.today:
            raise Invalid("to", f"外出已经在{say_day(leave.to_on)}结束，不必登记，请改正日期")
        deputy = self.by_name.get(leave.deputy)
        if deputy is None or deputy.agency != officer.agency or not deputy.active:
            raise Invalid("deputy", "本单位没有这位在岗的人员，请从本单位的人员中选择代办人")
        if deputy.username == username:
            raise Invalid("deputy", "代办人不能是本人，请另选一名")
        if not self.may_stand_in(deputy, officer):
            raise Invalid("deputy", f"代办人的岗位不能办理您的事项，{self._who_could(officer)}", "条例 45")
        if self._comes_back(username, leave):
            raise Invalid("deputy", f"{deputy.name}同一期间也外出，其事项又交回给您代办，没有人办理。请另选一名代办人")
        kept = tuple(replace(one, leave=leave) if one.username == username else one for one in self.colleagues)
        return replace(self, colleagues=kept)

    def _who_could(self, officer: Colleague) -> str:
        """What to do where a deputy was chosen who may not: by posts, for no error names a person."""
        able = self.roles[MUST_DO[officer.role]]
        posts = "、".join(self.titles.get(role, role) for role in able)
        if self.deputies(officer.username):
            return f"可以代办的是{posts}，请从本单位这些岗位的人员中选择"
        return f"可以代办的是{posts}，本单位现在没有另一名这样的人员。请系统管理员新增、启用一名，或者把一名改任这一岗位，再登记外出"

    def _comes_back(self, username: str, leave: Leave) -> bool:
        """Whether on some day of the leave the chain of deputies leads back to him."""
        first, last, who = leave.from_on, leave.to_on, leave.deputy
        for _ in self.colleagues:
            if who == username:
                return True
            one = self.by_name.get(who)
            if one is None or one.leave is None:
                return False
            first, last, who = max(first, one.leave.from_on), min(last, one.leave.to_on), one.leave.deputy
            if first > last:
                return False
        return False

    def deputies(self, username: str) -> tuple[Colleague, ...]:
        """Who could stand in for him."""
        officer = self.by_name[username]
        able = [one for one in self.colleagues if self.may_stand_in(one, officer)]
        return tuple(sorted(able, key=lambda one: (one.role != officer.role, one.username)))
