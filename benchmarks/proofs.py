"""Verifying: every stored leaf read back, hashed and grown into the tree's root, against a bare loop over hashlib."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack

from benchmarks.enrolments import EnrolmentHouse, submit_all
from benchmarks.harness import Comparison, Measured, Round, Size, timed
from benchmarks.places import sqlite_url
from taizhang.adapters.log.log import Log
from taizhang.adapters.log.merkle import Edge, leaf_hashes

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


def _root(log: Log) -> bytes:
    edge, after = Edge.empty(), 0
    while page := log.page(after, PAGE):
        edge = edge.append(leaf_hashes([stored.leaf for stored in page]))
        after = page[-1].position
    return edge.root()


def _require(same: bool) -> None:
    assert same, "the leaves do not make the root that the log stands by"


COMPARISONS = (Comparison("verify-tree-sqlite", "hashlib loop over leaves in memory", "leaves/s", _verify),)
