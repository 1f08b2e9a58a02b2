"""The one pass over every stored fact: each is hashed, compared with the columns beside it, and grown into a tree.

Nothing is judged here; what differs is collected, and `tree_check` says what it means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, func, or_, select

from taizhang.adapters.log.log import Log, Stored
from taizhang.adapters.log.merkle import HASH_BYTES, TILE_WIDTH, Edge, leaf_hashes, tile_root
from taizhang.adapters.log.queries import between
from taizhang.adapters.log.tables import FACT, HEAD, TILE
from taizhang.adapters.log.tree import split
from taizhang.adapters.proof.damage import Differences
from taizhang.adapters.proof.findings import Check, Finding
from taizhang.adapters.proof.references import Reference

TILE_BYTES: Final = TILE_WIDTH * HASH_BYTES
PAGE: Final = TILE_WIDTH * 40
BUCKET_BITS: Final = 10  # positions of one tag sum

Progress = Callable[[int, int], None]


class _Copied(msgspec.Struct, gc=False):
    """What a leaf says and columns beside it repeat."""

    type: str
    recorded_at: int
    tags: tuple[str, ...] = ()


class Ends(NamedTuple):
    """The head row, and what lies outside of it, all at one moment."""

    position: int
    recorded_at: int
    edge: bytes
    origin: str
    outside: list[int]  # positions of facts below 1 or above the head
    tiles: dict[int, tuple[int, int]]  # level -> how many tiles stand, and the highest index


class Walk:
    """Reads the log once, up to its head. Everything it finds stands in its fields afterwards."""

    def __init__(self, log: Log, references: Sequence[Reference]) -> None:
        self.ends = _ends(log)
        self.size = self.ends.position
        self.stored = Check(name="stored-bytes")
        self.gaps: list[tuple[int, int]] = []  # missing positions, first and last
        self.edge: Edge | None = Edge.empty()  # of all facts; None once one is missing
        self.by_tiles = Differences()
        self.missing_tiles: set[int] = set()
        self.odd_tiles: set[int] = set()  # of another length than a tile has
        self.upper: dict[int, list[bytes]] = {}  # level -> the hashes its tiles should hold
        self.by_reference = {one.name: Differences() for one in references}
        self.roots: dict[int, bytes | None] = dict.fromkeys([one.size for one in references if one.size <= self.size])
        self.tag_sums = [0] * ((self.size >> BUCKET_BITS) + 1)
        self.last_recorded_at = 0
        self._log, self._references = log, references
        self._decode = msgspec.json.Decoder(_Copied).decode

    def run(self, progress: Progress | None = None) -> None:
        """Take the whole log in."""
        if 0 in self.roots:
            self.roots[0] = Edge.empty().root()
        for after in range(0, self.size, PAGE):
            upto = min(after + PAGE, self.size)
            with self._log.database.read() as connection:
                facts = between(connection, after, upto)
                tiles = _tiles(connection, 0, after // TILE_WIDTH, upto // TILE_WIDTH)
            self._columns(facts)
            self._hashes(facts, after, upto, tiles)
            if progress is not None:
                progress(upto, self.size)
        self.stored.counted = self.size

    def is_gap_at_the_end(self) -> bool:
        """Whether the last facts that the head counts are missing."""
        return bool(self.gaps) and self.gaps[-1][1] == self.size

    def _columns(self, facts: Sequence[Stored]) -> None:
        sums, decode, last = self.tag_sums, self._decode, self.last_recorded_at
        for position, type_name, recorded_at, leaf in facts:
            try:
                said = decode(leaf)
            except msgspec.DecodeError:
                self._altered(position, "存储的字节已不是一条事实", "the stored bytes are no fact any more")
                continue
            if said.type != type_name or said.recorded_at != recorded_at:
                column = "type" if said.type != type_name else "recorded_at"
                self._altered(
                    position, f"旁列 {column} 与事实不符", f"the column {column} does not say what the fact says"
                )
            if said.recorded_at < last:
                self._altered(position, "记录时间早于前一条", "it was recorded before the one in front of it")
            last = max(last, said.recorded_at)
            bucket = position >> BUCKET_BITS
            for tag in set(said.tags):
                sums[bucket] += tag_word(tag, position)
        self.last_recorded_at = last

    def _altered(self, position: int, zh: str, en: str) -> None:
        self.stored.add(Finding(kind="altered", position=position, zh=zh, en=en))

    def _hashes(self, facts: Sequence[Stored], after: int, upto: int, tiles: dict[int, bytes]) -> None:
        hashes = leaf_hashes([fact.leaf for fact in facts])
        if len(facts) == upto - after:
            self._grow(hashes, after)
            self._compare(after, hashes, tiles, upto)
            return
        self.edge = None
        for first, row in _runs(facts, hashes, after, upto, self.gaps):
            self._compare(first, row, tiles, first + len(row))

    def _grow(self, hashes: list[bytes], after: int) -> None:
        if self.edge is None:
            return
        for size in self.roots:
            if after < size <= after + len(hashes):
                self.roots[size] = self.edge.append(hashes[: size - after]).root()
        self.edge, gained = self.edge.grow(hashes)
        for level, row in enumerate(gained):
            if level > 0:
                self.upper.setdefault(level, []).extend(row)

    def _compare(self, first: int, hashes: list[bytes], tiles: dict[int, bytes], end: int) -> None:
        """Compare a run of hashes, of the leaves first (from 0) up to end, with the tiles and with each reference."""
        for index in range(first // TILE_WIDTH, min(-(-end // TILE_WIDTH), self.size // TILE_WIDTH)):
            tile, base = tiles.get(index), index * TILE_WIDTH
            start, stop = max(base, first), min(base + TILE_WIDTH, end)
            if tile is None:
                self.missing_tiles.add(index)
            elif len(tile) != TILE_BYTES:
                self.odd_tiles.add(index)
            elif (
                b"".join(hashes[start - first : stop - first])
                != tile[(start - base) * HASH_BYTES : (stop - base) * HASH_BYTES]
            ):
                self.by_tiles.compare(start + 1, hashes[start - first : stop - first], split(tile)[start - base :])
                self._patch(index, tile)
        for reference in self._references:
            if reference.hashes is not None and first < reference.size:
                known = reference.hashes(first, min(end, reference.size))
                if known != b"".join(hashes[: reference.size - first]):
                    self.by_reference[reference.name].compare(first + 1, hashes, split(known))

    def _patch(self, index: int, tile: bytes) -> None:
        """The level above is compared with the tile as it stands, so that one damage is not told twice."""
        row = self.upper.get(1, [])
        if index < len(row):
            row[index] = tile_root(split(tile))


def tag_word(tag: str, position: int) -> int:
    """A row of the tag index as a number; sums of them are compared.

    Of one string, so that the process's own secret goes into all of it: sums of tuples' hashes agree when two positions
    swap a tag.
    """
    return hash(f"{position} {tag}")


def tiles_above(log: Log, level: int, count: int) -> dict[int, bytes]:
    """The full tiles of an upper level."""
    with log.database.read() as connection:
        return _tiles(connection, level, 0, count)


def _runs(
    facts: Sequence[Stored], hashes: list[bytes], after: int, upto: int, gaps: list[tuple[int, int]]
) -> list[tuple[int, list[bytes]]]:
    """The rows of facts without a gap, each with the index (from 0) of its first; the gaps go into `gaps`."""
    runs: list[tuple[int, list[bytes]]] = []
    expected = after + 1
    for fact, value in zip(facts, hashes, strict=True):
        if fact.position != expected or not runs:
            if fact.position != expected:
                _gap(gaps, expected, fact.position - 1)
            runs.append((fact.position - 1, []))
        runs[-1][1].append(value)
        expected = fact.position + 1
    if expected <= upto:
        _gap(gaps, expected, upto)
    return runs


def _gap(gaps: list[tuple[int, int]], first: int, last: int) -> None:
    if gaps and gaps[-1][1] == first - 1:
        gaps[-1] = (gaps[-1][0], last)
    else:
        gaps.append((first, last))


def _tiles(connection: Connection, level: int, start: int, end: int) -> dict[int, bytes]:
    found = connection.execute(
        select(TILE.c.index, TILE.c.hashes).where(TILE.c.level == level, TILE.c.index >= start, TILE.c.index < end)
    )
    return {index: hashes for index, hashes in found}  # noqa: C416 (dict() of rows has no types)


def _ends(log: Log) -> Ends:
    columns = (HEAD.c.position, HEAD.c.recorded_at, HEAD.c.edge, HEAD.c.origin)
    with log.database.read() as connection:
        head = connection.execute(select(*columns)).first()
        last = connection.scalar(select(func.max(FACT.c.position))) or 0
        position, recorded_at, edge, origin = tuple(head) if head is not None else (last, 0, b"", "")
        beyond = or_(FACT.c.position > position, FACT.c.position < 1)
        outside = connection.scalars(select(FACT.c.position).where(beyond).order_by(FACT.c.position).limit(1000))
        by_level = select(TILE.c.level, func.count(), func.max(TILE.c.index)).group_by(TILE.c.level)
        tiles = {level: (count, highest) for level, count, highest in connection.execute(by_level)}
        return Ends(position, recorded_at, edge, origin, list(outside), tiles)
