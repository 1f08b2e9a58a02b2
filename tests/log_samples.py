"""Samples for tests of the log, and an audit that knows the log's promises but none of its code for keeping them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

from taizhang.adapters.log.log import Criterion, Entry, Log, Stored

SEEN = "samples.thing-seen.v1"
LOST = "samples.thing-lost.v1"
TILE = 256


def entry(*tags: str, type: str = SEEN, body: object = 1) -> Entry:
    """A fact with these tags."""
    before = b'{"body":' + json.dumps(body).encode() + b","
    after = b',"tags":' + json.dumps(sorted(tags)).encode() + b',"type":' + json.dumps(type).encode() + b"}"
    return Entry(type, tags, before, after)


def everything(log: Log) -> list[Stored]:
    """Every fact, read page by page."""
    facts: list[Stored] = []
    while page := log.page(len(facts), 5_000):
        facts += page
    return facts


def audit(log: Log) -> int:
    """Assert that facts, tags, tree and tiles say the same; return how many facts there are."""
    facts = everything(log)
    head = log.head()
    assert [fact.position for fact in facts] == list(range(1, head.position + 1))
    times = [fact.recorded_at for fact in facts]
    assert times == sorted(times)
    assert (times or [0])[-1] == head.recorded_at
    told = [json.loads(fact.leaf) for fact in facts]
    assert [(fact.type, fact.recorded_at) for fact in facts] == [(leaf["type"], leaf["recorded_at"]) for leaf in told]
    assert index_of(log) == sorted((tag, at) for at, leaf in enumerate(told, 1) for tag in leaf.get("tags", ()))
    hashes = [sha256(b"\x00" + fact.leaf).digest() for fact in facts]
    assert head.edge.root() == root_of(hashes)
    audit_tiles(log, hashes)
    return len(facts)


def audit_tiles(log: Log, hashes: Sequence[bytes]) -> None:
    """Assert that each full tile stands with its hashes, and none that is not full."""
    level = 0
    while hashes:
        full = len(hashes) // TILE
        for index in range(full):
            assert log.tile(level, index) == b"".join(hashes[index * TILE : (index + 1) * TILE])
        assert log.tile(level, full) is None
        hashes = [root_of(hashes[index * TILE : (index + 1) * TILE]) for index in range(full)]
        level += 1


def index_of(log: Log) -> list[tuple[str, int]]:
    """The whole tag index, in its own order."""
    rows: list[tuple[str, int]] = []
    while page := log.index_rows(rows[-1] if rows else ("", 0), 5_000):
        rows += page
    return rows


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, word for word as RFC 6962 section 2.1 defines it."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\x01" + root_of(hashes[:split]) + root_of(hashes[split:])).digest()


def chosen(facts: Sequence[Stored], query: Sequence[Criterion]) -> list[int]:
    """The positions of the facts that match, by the definition of a criterion and nothing clever."""
    return [
        fact.position
        for fact in facts
        if any(
            (not types or fact.type in types) and set(tags) <= set(json.loads(fact.leaf).get("tags", ()))
            for types, tags in query
        )
    ]
