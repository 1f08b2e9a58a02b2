"""The tree: every stored leaf read back, hashed and grown into the root, and what keeping the tree costs an append."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from contextlib import ExitStack
from unittest.mock import patch

from benchmarks.enrolments import EnrolmentHouse, submit_all
from benchmarks.harness import Comparison, Measured, Round, Size, timed
from benchmarks.places import sqlite_url
from taizhang.adapters.log.log import Log
from taizhang.adapters.log.merkle import HASH_BYTES, Edge, leaf_hashes
from taizhang.adapters.log.records import Append, Entry
from taizhang.adapters.log.tree import OpenTile

log_module = Log.__module__
FILLED = b',"recorded_by":{"officer":"%s"},"tags":[],"type":"benchmark.thing.v1"}' % (
    b"x" * 250
)  # as long as facts are
PAGE = 10_000
LEAF = b"\x00"


def _verify(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    house = EnrolmentHouse(sqlite_url(stack))
    stack.callback(house.log.close)
    while house.log.head().position < size.leaves:
        submit_all(house.desk, house.orders(1, size.batch))
    head = house.log.head()

    def ours(_number: int) -> Measured:
        return timed(head.position, lambda: _require(_root(house.log) == head.edge.root()))

    def rival(_number: int) -> Measured:
        leaves = [stored.leaf for stored in house.log.page(0, head.position)]
        return timed(len(leaves), lambda: [hashlib.sha256(LEAF + leaf).digest() for leaf in leaves])

    return ours, rival


def _append(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    """The same entries into two logs of which one keeps no tree: no hash, no edge, no tile. In seconds of the processor."""
    logs = [Log.open(sqlite_url(stack)) for _ in range(2)]
    for log in logs:
        stack.callback(log.close)

    def batch(number: int, at: int) -> Append:
        entries = [
            Entry("benchmark.thing.v1", (f"thing:{number}", f"row:{at}:{row}"), b'{"body":{"n":%d},' % row, FILLED)
            for row in range(size.batch)
        ]
        return Append(entries)

    def appended(log: Log, number: int) -> Measured:
        batches = [batch(number, at) for at in range(size.batches)]
        start = time.process_time()
        for one in batches:
            log.append(one)
        return Measured(size.batches * size.batch, time.process_time() - start)

    def ours(number: int) -> Measured:
        return appended(logs[0], number)

    def rival(number: int) -> Measured:
        with patch(f"{log_module}.extend", _no_tree), patch(f"{log_module}.leaf_hashes", _no_hashes):
            return appended(logs[1], number)

    return ours, rival


def _append_by_desk(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    """The same as an append really is: enrolments through the desk with their rules, into a house with a tree and one without."""
    houses = [EnrolmentHouse(sqlite_url(stack)) for _ in range(2)]
    for house in houses:
        stack.callback(house.log.close)

    def submitted(house: EnrolmentHouse) -> Measured:
        orders = house.orders(size.batches, size.batch)
        start = time.process_time()
        submit_all(house.desk, orders)
        return Measured(size.batches * size.batch, time.process_time() - start)

    def ours(_number: int) -> Measured:
        return submitted(houses[0])

    def rival(_number: int) -> Measured:
        with patch(f"{log_module}.extend", _no_tree), patch(f"{log_module}.leaf_hashes", _no_hashes):
            return submitted(houses[1])

    return ours, rival


def _no_hashes(leaves: Sequence[bytes]) -> list[bytes]:
    return [b""] * len(leaves)


def _no_tree(_connection: object, tile: OpenTile, hashes: Sequence[bytes]) -> OpenTile:
    size = tile.edge.size + len(hashes)
    return OpenTile(Edge(size, (bytes(HASH_BYTES),) * size.bit_count()), [])


def _root(log: Log) -> bytes:
    edge, after = Edge.empty(), 0
    while page := log.page(after, PAGE):
        edge = edge.append(leaf_hashes([stored.leaf for stored in page]))
        after = page[-1].position
    return edge.root()


def _require(same: bool) -> None:
    assert same, "the leaves do not make the root that the log stands by"


COMPARISONS = (
    Comparison("verify-tree-sqlite", "hashlib loop over leaves in memory", "leaves/s", _verify),
    Comparison("append-tree-sqlite", "the same append to the log alone without the tree", "facts/s", _append),
    Comparison(
        "append-tree-desk-sqlite", "the same append through the desk without the tree", "facts/s", _append_by_desk
    ),
)
