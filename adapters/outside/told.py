"""Of whom an outside list tells its reader: of people and accounts that the reader's region has to do with.

A list is compared with the whole house, so that a death is found wherever somebody learns. That a number of it stands in the
ledger of elsewhere is told only to whoever sees both: of the rest not even the count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from taizhang.adapters.log.log import Log
from taizhang.adapters.visibility import known_here
from taizhang.domain.outside import OutsideEntryStated
from taizhang.projections.outside.lists import StandingList, outside_lists
from taizhang.projections.outside.tables import known, outside_tables
from taizhang.projections.replay import NOW, Cuts


class _Subjects(NamedTuple):
    """Whom an entry speaks of; of an institution, which is nobody's secret, neither."""

    person: str | None
    account: str | None

    def tags(self) -> list[str]:
        return [f"{name}:{id}" for name, id in zip(self._fields, self, strict=True) if id is not None]


def told(log: Log, scope: str, entries: Sequence[OutsideEntryStated]) -> list[bool]:
    """Of each entry whether a reader of this region is told of it."""
    return _told(log, scope, [_Subjects(one.person, one.account) for one in entries])


def lists_told(log: Log, connection: Connection, region: str, scope: str, cuts: Cuts = NOW) -> list[StandingList]:
    """The lists about a region, their rows counted as a reader of `scope` is told of them."""
    found = outside_lists(connection, region, cuts)
    if scope.endswith("0000"):
        return found
    return [_counted(log, connection, scope, one, cuts) for one in found]


def _counted(log: Log, connection: Connection, scope: str, one: StandingList, cuts: Cuts) -> StandingList:
    table = outside_tables().entries
    query = select(table.c.person, table.c.account, table.c.name_differs).where(
        known(table, cuts.as_recorded_at), table.c.outside_list == one.outside_list
    )
    rows = connection.execute(query).all()
    here = _told(log, scope, [_Subjects(row.person, row.account) for row in rows])
    differ = sum(row.name_differs for row, is_told in zip(rows, here, strict=True) if is_told)
    matched = sum(here)
    return one._replace(matched=matched, unmatched=one.unmatched + one.matched - matched, names_differ=differ)


def _told(log: Log, scope: str, subjects: Sequence[_Subjects]) -> list[bool]:
    tags: Iterable[str] = {tag for one in subjects for tag in one.tags()}
    here = known_here(log, scope, tags)
    return [not one.tags() or not here.isdisjoint(one.tags()) for one in subjects]
