"""The registered organisations and regions as the registry's view holds them, for whoever looks names up in a new process."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlalchemy import inspect, select

from taizhang.domain.core import Fact
from taizhang.domain.envelope import body_of
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.regions import RegionRegistered, RegionRenamed
from taizhang.projections.database import Store
from taizhang.projections.registry import RegistryView
from taizhang.projections.tables import view_table


class Registered(NamedTuple):
    """The registrations and renamings in force after the fact at `position`, by their own positions."""

    position: int
    facts: dict[int, Fact]


class _Stored(msgspec.Struct, array_like=True):
    """One fact of a row's private state, as keyed views write it."""

    position: int
    type: str
    body: msgspec.Raw


def registered(store: Store) -> Registered:
    """What the view knows, in one snapshot; nothing at position 0 where there is no view or one of another version."""
    view, marks = RegistryView(), view_table()
    with store.read() as connection:
        if not inspect(connection).has_table(marks.name):
            return Registered(0, {})
        query = select(marks.c.position, marks.c.version).where(marks.c.name == view.name)
        mark = connection.execute(query).first()
        if mark is None or mark.version != view.version:
            return Registered(0, {})
        tables = (view.tables.organisations, view.tables.regions)
        states = [state for table in tables for state in connection.scalars(select(table.c.state))]
    decode = msgspec.json.Decoder(list[_Stored]).decode
    wanted = {kind.TOPIC for kind in (OrganisationRegistered, RegionRegistered, RegionRenamed)}
    facts = {
        one.position: body_of(one.type, one.body)
        for state in states
        for one in decode(bytes(state))
        if one.type in wanted
    }
    return Registered(mark.position, facts)
