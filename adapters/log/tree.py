"""The Merkle tree beside the stored facts: the edge moves with each append, full tiles are kept."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from sqlalchemy import Connection, select

from taizhang.adapters.database import insert_rows
from taizhang.adapters.log.merkle import (
    HASH_BYTES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Edge,
    full_tiles,
    leaf_hashes,
    tile_root,
)
from taizhang.adapters.log.records import LogDamaged
from taizhang.adapters.log.tables import FACT, TILE


class OpenTile(NamedTuple):
    """The leaf hashes that do not fill a tile yet, and the edge for which they are right.

    `above`: of each level above, the last hashes that fill no tile, as far back as they were met since it was opened.
    """

    edge: Edge
    hashes: list[bytes]
    above: tuple[list[bytes], ...] = ()


def open_tile(connection: Connection, edge: Edge) -> OpenTile:
    """The open tile under `edge`, computed from the stored leaves. LogDamaged if they are not what was hashed."""
    width = edge.size % TILE_WIDTH
    kept = connection.scalars(
        select(FACT.c.leaf)
        .where(FACT.c.position > edge.size - width, FACT.c.position <= edge.size)
        .order_by(FACT.c.position)
    )
    hashes = leaf_hashes(list(kept))
    if (
        len(hashes) != width
        or Edge.empty().append(hashes).hashes != edge.hashes[len(edge.hashes) - width.bit_count() :]
    ):
        raise LogDamaged(f"positions {edge.size - width + 1} to {edge.size}")
    return OpenTile(edge, hashes)


def extend(connection: Connection, tile: OpenTile, new_hashes: Sequence[bytes]) -> OpenTile:
    """Grow the tree by these leaves, store the tiles that became full, and return the new open tile."""
    edge, gained = tile.edge.grow(new_hashes)
    levels = [[*kept, *new] for kept, new in zip_longest((tile.hashes, *tile.above), gained, fillvalue=())]
    full: dict[tuple[int, int], bytes] = {}
    for level, index in full_tiles(tile.edge.size, edge.size):
        known, end = levels[level], edge.size >> TILE_HEIGHT * level
        at = index * TILE_WIDTH - (end - len(known))  # of the tile among those known
        hashes = known[at : at + TILE_WIDTH] if at >= 0 else _from_below(connection, full, level, index)
        full[level, index] = b"".join(hashes)
    insert_rows(connection, TILE, [(level, index, data) for (level, index), data in full.items()])
    rest = [_open(known, edge.size >> TILE_HEIGHT * level) for level, known in enumerate(levels)]
    return OpenTile(edge, rest[0] if rest else [], tuple(rest[1:]))


def _open(known: list[bytes], end: int) -> list[bytes]:
    """Of the last hashes known of a level that has so many, those that fill no tile."""
    return known[max(0, len(known) - end % TILE_WIDTH) :]


def _from_below(connection: Connection, full: dict[tuple[int, int], bytes], level: int, index: int) -> list[bytes]:
    """The hashes of a tile, each the root of one tile of the level below."""
    start, end = index * TILE_WIDTH, (index + 1) * TILE_WIDTH
    stored = connection.execute(
        select(TILE.c.index, TILE.c.hashes).where(TILE.c.level == level - 1, TILE.c.index >= start, TILE.c.index < end)
    )
    below: dict[int, bytes] = {number: data for number, data in stored}  # noqa: C416 (dict() of rows has no types)
    below |= {n: data for (at, n), data in full.items() if at == level - 1}
    if missing := [number for number in range(start, end) if number not in below]:
        raise LogDamaged(f"tile {missing[0]} of level {level - 1} is missing")
    return [tile_root(split(below[number])) for number in range(start, end)]


def split(hashes: bytes) -> list[bytes]:
    """A tile's bytes as its hashes."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
