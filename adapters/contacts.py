"""Who shares a telephone number or an address: found by the vault's keyed index, recorded under random ids."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import select

from taizhang.adapters.house import House
from taizhang.adapters.orders import Order
from taizhang.adapters.vault.shared import Shared
from taizhang.domain.contacts import SHARERS_LEAST, SHARERS_MOST, ContactShared
from taizhang.domain.core import Actor, PersonId
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source
from taizhang.projections.database import chunks
from taizhang.projections.scope import stem_of
from taizhang.projections.tables_ledger import ledger_tables

WAY: Final = Source(way="match")
BATCH: Final = 200  # facts submitted at a time: each names up to SHARERS_MOST people

Progress = Callable[[int, int], None]


class Matched(NamedTuple):
    """How many telephone numbers and addresses several trainees of the region share, and what was new among them."""

    shared: int
    recorded: int
    unchanged: int
    refused: Sequence[str]  # in words


def match_contacts(house: House, by: Actor, language: str = "zh", progress: Progress | None = None) -> Matched:
    """Record what several trainees of the officer's region share; what is recorded already is left alone.

    Raises DeskBusy, LogUnavailable.
    """
    house.views.catch_up()
    found = house.shared_things.shared(SHARERS_LEAST, progress)
    trained = _trained(house, by.region, {who for one in found for who in one.persons})
    kept = [one._replace(persons=tuple(who for who in one.persons if who in trained)) for one in found]
    facts = [_fact(house, by, one) for one in kept if len(one.persons) >= SHARERS_LEAST]
    verdicts = []
    for start in range(0, len(facts), BATCH):
        part = facts[start : start + BATCH]
        name = hashlib.sha256(msgspec.json.encode([by.officer, house.clock(), part])).hexdigest()
        items = [Proposal(fact=one, source=WAY) for one in part]
        verdicts += house.desk.submit(Order(id=f"match-contacts:{name}", by=by, items=items)).verdicts
    house.views.catch_up()
    of = {
        outcome: [one for one in verdicts if one.outcome == outcome] for outcome in ("recorded", "unchanged", "refused")
    }
    return Matched(
        len(facts), len(of["recorded"]), len(of["unchanged"]), [one.words(language) for one in of["refused"]]
    )


def _fact(house: House, by: Actor, one: Shared) -> ContactShared:
    return ContactShared(
        contact=one.contact,
        contact_kind=one.kind,
        region=by.region,
        sharers=one.persons[:SHARERS_MOST],
        sharers_in_all=len(one.persons),
        occurred_on=house.desk.today(),
    )


def _trained(house: House, region: str, people: set[PersonId]) -> set[str]:
    """Those of them who were ever enrolled in the region: nobody else is compared."""
    e, found = ledger_tables().enrolments.c, set[str]()
    with house.log.database.read() as connection:
        for part in chunks(sorted(people)):
            query = select(e.person).where(e.person.in_(part), e.county.startswith(stem_of(region), autoescape=True))
            found.update(connection.scalars(query))
    return found
