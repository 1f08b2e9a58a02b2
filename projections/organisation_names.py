"""Names of organisations as the register holds them now."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from taizhang.projections.database import chunks
from taizhang.projections.tables_registry import registry_tables


def organisation_names(connection: Connection, organisations: Iterable[str]) -> dict[str, str]:
    """The name of each of these organisations that is registered."""
    t = registry_tables().organisations.c
    found: dict[str, str] = {}
    for part in chunks(sorted(set(organisations))):
        rows = connection.execute(select(t.organisation, t.name).where(t.organisation.in_(part), t.name.is_not(None)))
        found |= {str(id): str(name) for id, name in rows}
    return found
