"""Who belongs to which household, and when the register calls it poor: asked about any day, as known so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from taizhang.projections.database import RowWriter, rows_among
from taizhang.projections.tables_ledger import LedgerTables

Day = str
VILLAGE_DIGITS, TOWNSHIP_DIGITS, COUNTY_DIGITS = 12, 9, 6


class Standing(msgspec.Struct, array_like=True, gc=False):
    """What one fact says of a household from a day on."""

    day: Day
    attribute: str
    exit_year: int | None = None

    @property
    def poor(self) -> bool:
        return self.attribute != "general" and self.exit_year is None


class Household(msgspec.Struct, array_like=True, gc=False):
    """A household: every statement about it that is in force, by position."""

    household: str
    position: int
    villages: dict[int, str] = {}
    standings: dict[int, Standing] = {}
    merged: dict[int, Day] = {}

    def village(self) -> str | None:
        return self.villages[max(self.villages)] if self.villages else None

    def standing_on(self, day: Day | None) -> Standing | None:
        """What holds on that day (None: at the end); of two statements for one day the later one."""
        if len(self.standings) == 1:
            [only] = self.standings.values()
            return only if day is None or only.day <= day else None
        best: tuple[Day, int] | None = None
        for position, standing in self.standings.items():
            if day is None or standing.day <= day:
                key = (standing.day, position)
                if best is None or key > best:
                    best = key
        return self.standings[best[1]] if best is not None else None

    def poor_on(self, day: Day) -> bool:
        standing = self.standing_on(day)
        return standing is not None and standing.poor


class Membership(msgspec.Struct, array_like=True, gc=False):
    """Whether a person belongs to a household: every statement in force, by position."""

    household: str
    person: str
    said: dict[int, tuple[Day, bool, str]] = {}  # day, belongs, relation to the head

    def on(self, day: Day | None) -> tuple[Day, int, bool, str] | None:
        """The statement that holds on that day (None: at the end)."""
        if len(self.said) == 1:
            [(position, (since, belongs, relation))] = self.said.items()
            return (since, position, belongs, relation) if day is None or since <= day else None
        stated = [
            (since, position, belongs, relation)
            for position, (since, belongs, relation) in self.said.items()
            if day is None or since <= day
        ]
        return max(stated) if stated else None


_household = msgspec.msgpack.Decoder(Household)
_membership = msgspec.msgpack.Decoder(Membership)
_encode = msgspec.msgpack.Encoder().encode


class Register:
    """The part of the household register that a page needs, in memory."""

    def __init__(self, tables: LedgerTables) -> None:
        self._tables = tables
        self._households_out = RowWriter(tables.households)
        self._members_out = RowWriter(tables.members)
        self.forget()

    def forget(self) -> None:
        self.households: dict[str, Household] = {}
        self.by_person: dict[str, dict[str, Membership]] = {}
        self.by_household: dict[str, dict[str, Membership]] = {}
        self._whole = False  # nothing is stored that is not remembered
        self._listed: set[str] = set()  # households of which every member's id was read
        self._absent: set[str] = set()  # households known not to be in the table
        self._stored_households: set[str] = set()
        self._stored_members: set[tuple[str, str]] = set()
        self._changed_households: dict[str, Household] = {}
        self._changed_members: dict[tuple[str, str], Membership] = {}

    def size(self) -> int:
        """How much is remembered."""
        return len(self.households) + len(self.by_person)

    # -- loading ------------------------------------------------------------------------------------------

    def load_members(self, households: Iterable[str], connection: Connection) -> set[str]:
        """Everybody who was ever listed in these households; `load_persons` must follow for all of them."""
        households = set(households)
        table = self._tables.members.c
        wanted = sorted(households - self._listed)
        found = {row[0] for row in rows_among(connection, select(table.person), table.household, wanted)}
        self._listed |= households
        return found.union(*(self.by_household.get(household, ()) for household in households))

    def load_persons(self, persons: Collection[str], connection: Connection) -> None:
        """Read the memberships of these persons, and the households they name."""
        wanted = [one for one in persons if one not in self.by_person]
        for one in wanted:
            self.by_person[one] = {}
        table = self._tables.members.c
        for (state,) in rows_among(connection, select(table.state), table.person, wanted):
            membership = _membership.decode(state)
            self._stored_members.add((membership.household, membership.person))
            self._keep(membership)
        self.load_households([h for person in wanted for h in self.by_person[person]], connection)

    def load_households(self, households: Iterable[str], connection: Connection) -> None:
        """Read what is known of these households."""
        wanted = [h for h in dict.fromkeys(households) if h not in self.households and h not in self._absent]
        table = self._tables.households.c
        for (state,) in rows_among(connection, select(table.state), table.household, wanted):
            household = _household.decode(state)
            self.households[household.household] = household
            self._stored_households.add(household.household)
        self._absent.update(h for h in wanted if h not in self.households)

    def begin_whole(self) -> None:
        """Know that nothing is stored about anybody: whoever is named begins by himself."""
        self._whole, self.by_person = True, defaultdict(dict)

    def begin(self, persons: Iterable[str], households: Iterable[str]) -> None:
        """Know that nothing is stored about these persons and households."""
        self.by_person |= {person: {} for person in persons if person not in self.by_person}
        self._absent.update(households)
        self._listed.update(households)

    # -- asking -------------------------------------------------------------------------------------------

    def judge(self, persons: Sequence[str], day: Day) -> tuple[bool, str | None, str | None]:
        """Whether the register calls the person (all of whose ids are given) poor on that day; household, village."""
        if len(persons) == 1:
            mine = self.by_person.get(persons[0]) if self._whole else self.by_person[persons[0]]
            if not mine:
                return False, None, None
            if len(mine) == 1:  # what most people are: members of one household
                [(household, membership)] = mine.items()
                said = membership.on(day)
                if said is None or not said[2]:
                    return False, None, None
                known = self.households.get(household)
                return (False, household, None) if known is None else (known.poor_on(day), household, known.village())
        best: tuple[bool, Day, int, str] | None = None
        for person in persons:
            for household, membership in self.by_person[person].items():
                said = membership.on(day)
                if said is None or not said[2]:
                    continue
                known = self.households.get(household)
                one = (known is not None and known.poor_on(day), said[0], said[1], household)
                if best is None or one > best:
                    best = one
        if best is None:
            return False, None, None
        household_state = self.households.get(best[3])
        return best[0], best[3], None if household_state is None else household_state.village()

    def members(self, household: str) -> set[str]:
        """Everybody who was ever listed in the household; it must have been given to `load_members`."""
        return set(self.by_household.get(household, ()))

    # -- changing -----------------------------------------------------------------------------------------

    def state_household(self, household: str, position: int) -> Household:
        """The household to change; a new one when nothing was said of it yet."""
        state = self.households.get(household)
        if state is None:
            assert self._whole or household in self._absent, f"household {household} was not loaded"
            state = self.households[household] = Household(household, position)
        self._changed_households[household] = state
        return state

    def say(self, household: str, person: str, position: int, said: tuple[Day, bool, str], sign: int) -> None:
        """Put in, or take back, that a person belongs or no longer belongs to a household from a day on."""
        membership = self.by_person[person].get(household)
        if membership is None:
            membership = Membership(household, person, {})
            self._keep(membership)
        if sign > 0:
            membership.said[position] = said
        else:
            membership.said.pop(position, None)
        self._changed_members[household, person] = membership

    def _keep(self, membership: Membership) -> None:
        self.by_person[membership.person][membership.household] = membership
        self.by_household.setdefault(membership.household, {})[membership.person] = membership

    # -- writing ------------------------------------------------------------------------------------------

    def write(self, connection: Connection) -> None:
        """Write the rows that changed."""
        households = {h: _household_row(state) for h, state in self._changed_households.items()}
        _write(self._households_out, connection, households, self._stored_households)
        members = {key: _member_row(state) for key, state in self._changed_members.items()}
        _write(self._members_out, connection, members, self._stored_members)
        self._changed_households, self._changed_members = {}, {}


def _write(writer: RowWriter, connection: Connection, rows: dict[Any, Any], stored: set[Any]) -> None:
    writer.insert(connection, [rows[key] for key in sorted(rows.keys() - stored)])
    writer.put(connection, [rows[key] for key in sorted(rows.keys() & stored)])
    stored.update(rows)


def parts_of(village: str | None) -> tuple[str | None, str | None, str | None]:
    """County, township and village of a code of 6, 9 or 12 digits."""
    if village is None:
        return None, None, None
    township = village[:TOWNSHIP_DIGITS] if len(village) >= TOWNSHIP_DIGITS else None
    return village[:COUNTY_DIGITS], township, village if len(village) >= VILLAGE_DIGITS else None


def _household_row(state: Household) -> tuple[Any, ...]:
    last = state.standing_on(None)
    exited = last is not None and last.exit_year is not None
    merged = min(state.merged.values(), default=None)
    return (
        state.household,
        *parts_of(state.village()),
        last.attribute if last is not None else None,
        int(last is not None and last.poor and merged is None),
        last.exit_year if last is not None else None,
        last.day if last is not None and exited else None,
        merged,
        state.position,
        _encode(state),
    )


def _member_row(state: Membership) -> tuple[Any, ...]:
    last = state.on(None)
    since = last[0] if last is not None else None
    return (
        state.household,
        state.person,
        last[3] if last is not None else "",
        int(last is not None and last[2]),
        since,
        _encode(state),
    )
