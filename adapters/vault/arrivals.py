"""The people of a file on their way into the vault: who arrives, who they turn out to be, what the log may hold of them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from taizhang.adapters.vault.commitments import statement_commitments
from taizhang.domain.core import PersonId
from taizhang.domain.identity import Identity


class Arrival(msgspec.Struct, array_like=True, gc=False):
    """Somebody a file speaks of: their number, what is said of them and where; `born` as 1980-01-31, "" if unknown."""

    identity: Identity
    statement: str
    fields: dict[str, str]
    source: str
    name: str = ""
    born: str = ""


class Welcomed(msgspec.Struct, gc=False):
    """Who an arrival is. `commitments` only where the person was new and the statement is kept already."""

    person: PersonId
    commitments: dict[str, str] | None
    namesake: PersonId | None  # the first other person of this name and birth date


class Met(msgspec.Struct, array_like=True, gc=False):
    """Who an arrival is.

    The person's `key` only where the person was new and the statement is kept already; in its place the `commitments`,
    where somebody has reckoned them.
    """

    person: PersonId
    key: bytes | None
    namesake: PersonId | None
    commitments: dict[str, str] | None = None


def reckoned(arrivals: Sequence[Arrival], met: Sequence[Met]) -> list[Met]:
    """The same with commitments in the place of keys. It needs no vault, and so may be done wherever there is time."""
    return [
        who if who.key is None else Met(who.person, None, who.namesake, _commitments(one, who.key))
        for one, who in zip(arrivals, met, strict=True)
    ]


def welcomed(arrivals: Sequence[Arrival], met: Sequence[Met]) -> list[Welcomed]:
    """What the log may hold of whom `meet` met; what is not reckoned yet is reckoned here."""
    return [
        Welcomed(who.person, who.commitments if who.key is None else _commitments(one, who.key), who.namesake)
        for one, who in zip(arrivals, met, strict=True)
    ]


def _commitments(arrival: Arrival, key: bytes) -> dict[str, str]:
    return statement_commitments(key, arrival.statement, arrival.fields)
