"""Keys for programs given and taken: as facts through the desk, the secret shown once; for pages and command line alike."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

import msgspec

from taizhang.adapters.founding import Refused
from taizhang.adapters.house import House
from taizhang.adapters.log.log import Criterion
from taizhang.adapters.orders import Order
from taizhang.adapters.program_keys import PREFIX
from taizhang.domain.core import Actor, Fact, RegionCode
from taizhang.domain.decisions import Proposal, within
from taizhang.domain.envelope import Source, body_of, outer_of
from taizhang.domain.officer_keys import KeyGuard, KeyId, KeyIssued, KeyRevoked
from taizhang.domain.officers import Grant

ID_BYTES: Final = 5
PAGE: Final = 500


class ProgramKey(NamedTuple):
    """A key as its owner and the security administrator see it; `last_used_at` in UTC microseconds."""

    key: KeyId
    grant: Grant
    until: date
    stands: bool
    last_used_at: int | None


def issue(house: House, by: Actor, grant: Grant, purpose: str, until: date, way: Source) -> tuple[KeyId, str]:
    """Issue a key for one role of an officer; its id, and the secret that is shown once.

    Raises Refused: the rule that stands against it, in words; then there is no key.
    """
    key, secret = KeyId("k" + secrets.token_hex(ID_BYTES)), PREFIX + secrets.token_urlsafe(32)
    fact = KeyIssued(
        occurred_on=house.desk.today(),
        key=key,
        officer=grant.officer,
        role=grant.role,  # type: ignore[arg-type]
        organisation=grant.organisation,
        region=grant.region,
        purpose=purpose,
        until=until,
    )
    _record(house, f"key:{key}", by, fact, way)
    house.program_keys.keep(key, secret, grant.officer)  # after the fact: a key that only the log knows opens nothing
    return key, secret


def revoke(house: House, by: Actor, key: KeyId, way: Source) -> None:
    """Let a key open nothing any more.

    Raises Refused.
    """
    fact = KeyRevoked(occurred_on=house.desk.today(), key=key)
    _record(house, f"key-revoked:{key}:{secrets.token_hex(ID_BYTES)}", by, fact, way)


def key_state(house: House, key: str) -> KeyGuard:
    """What the log says of a key; an empty row for an unknown one."""
    row = (KeyGuard.KIND, key)
    found = house.log.read([], guards=[row]).guards.get(row)
    return KeyGuard() if found is None else msgspec.json.decode(found.state, type=KeyGuard)


def keys_within(house: House, region: RegionCode, officer: str = "", after: str = "") -> Iterator[ProgramKey]:
    """The keys of a region's officers, or of one officer, revoked ones too, by id, after the id `after`."""
    used = house.program_keys.used()
    for key, state in _all_keys(house, after):
        if state.grant is None or state.until is None:
            continue
        if state.grant.officer == officer if officer else within(state.grant.region, region):
            yield ProgramKey(KeyId(key), state.grant, state.until, state.stands, used.get(key))


def purposes_of(house: House, keys: Sequence[KeyId]) -> dict[KeyId, str]:
    """What each of these keys was issued for."""
    if not keys:
        return {}
    stored = house.log.read([Criterion((KeyIssued.TOPIC,), (f"key:{key}",)) for key in keys]).facts
    facts = (body_of(outer.type, outer.body) for outer in (outer_of(one.leaf) for one in stored))
    return {fact.key: fact.purpose for fact in facts if isinstance(fact, KeyIssued)}


def _all_keys(house: House, start: str) -> Iterator[tuple[str, KeyGuard]]:
    after = (KeyGuard.KIND, start)
    while page := house.log.guard_rows(after, PAGE):
        for (kind, key), row in page:
            if kind != KeyGuard.KIND:
                return
            yield key, msgspec.json.decode(row.state, type=KeyGuard)
        after = page[-1][0]


def _record(house: House, id: str, by: Actor, fact: Fact, way: Source) -> None:
    [verdict] = house.desk.submit(Order(id=id, by=by, items=[Proposal(fact=fact, source=way)])).verdicts
    if verdict.outcome == "refused":
        raise Refused(verdict.zh or "", verdict.en or "")
