"""The nodes of a tree as its tiles give them (C2SP tlog-tiles): from the log's own tables, or from an exported folder.

A tile is 256 hashes; a wider tree only adds tiles to its right, so what was read for one size is right for a larger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from taizhang.adapters.log.log import Log
from taizhang.adapters.log.merkle import (
    HASH_BYTES,
    TILE_HEIGHT,
    TILE_WIDTH,
    consistency_proof,
    inclusion_proof,
    leaf_hashes,
    node_hash,
    range_root,
    tile_path,
    tile_root,
)
from taizhang.adapters.log.tree import split

LENGTH_BYTES: Final = 2  # before each entry of a bundle

Tile = Callable[[int, int, int], bytes]
"""`tile(level, index, width)`: the first `width` hashes of a tile, one after the other."""


class TileMissing(LookupError):
    """A tile or a bundle of entries is not there, or not whole."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is missing or not whole")
        self.path = path


class TreeReader:
    """Roots and proofs of a tree of `size` leaves; each tile is fetched once."""

    def __init__(self, size: int, tile: Tile) -> None:
        self.size = size
        self._fetch = tile
        self._rows: dict[tuple[int, int], list[list[bytes]]] = {}  # tile -> its hashes, and the rows above them

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves, or over all."""
        return range_root(0, self.size if size is None else size, self.node)

    def inclusion(self, index: int) -> list[bytes]:
        """The path from the leaf at `index` (from 0) to the root. ValueError if there is no such leaf."""
        return inclusion_proof(index, self.size, self.node)

    def consistency(self, old_size: int) -> list[bytes]:
        """The proof that the first `old_size` leaves are as they were; empty for 0, as C2SP tlog-witness wants it."""
        return consistency_proof(old_size, self.size, self.node) if old_size else []

    def node(self, height: int, index: int) -> bytes:
        """The hash over the 2**height leaves from index * 2**height on. Raises TileMissing."""
        level, inside = divmod(height, TILE_HEIGHT)
        tile, at = divmod(index, TILE_WIDTH >> inside)
        return self._tile_rows(level, tile)[inside][at]

    def _tile_rows(self, level: int, index: int) -> list[list[bytes]]:
        rows = self._rows.get((level, index))
        if rows is None:
            width = min(TILE_WIDTH, (self.size >> level * TILE_HEIGHT) - index * TILE_WIDTH)
            row = split(self._fetch(level, index, width))
            rows = self._rows[level, index] = [row]
            while len(row) > 1:
                row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
                rows.append(row)
        return rows


def tiles_of(log: Log) -> Tile:
    """The tiles of a log: full ones as they stand in its tables, the others made from what is below them."""

    def tile(level: int, index: int, width: int) -> bytes:
        stored = log.tile(level, index)
        if stored is not None:
            return stored[: width * HASH_BYTES]
        first = index * TILE_WIDTH
        if level == 0:
            hashes = leaf_hashes([fact.leaf for fact in log.page(first, width, first + width)])
        else:
            hashes = [tile_root(split(tile(level - 1, below, TILE_WIDTH))) for below in range(first, first + width)]
        if len(hashes) < width:
            raise TileMissing(tile_path(level, index, width))
        return b"".join(hashes)

    return tile


class RememberedTiles:
    """The tiles of a log, for roots that are asked for again and again: the roots of full tiles are reckoned once.

    They never change while the log is what it was; whoever wants to know whether it still is asks `tiles_of`. Threads may
    share it.
    """

    def __init__(self, log: Log) -> None:
        self._log, self._tile = log, tiles_of(log)
        self._roots: dict[tuple[int, int], bytes] = {}  # 32 bytes for each 256 facts

    def __call__(self, level: int, index: int, width: int) -> bytes:
        """The first `width` hashes of a tile. Raises TileMissing."""
        if level == 0 or width == TILE_WIDTH:
            return self._tile(level, index, width)
        first = index * TILE_WIDTH
        return b"".join(self._root(level - 1, below) for below in range(first, first + width))

    def _root(self, level: int, index: int) -> bytes:
        root = self._roots.get((level, index))
        if root is None:
            root = self._roots[level, index] = tile_root(split(self._tile(level, index, TILE_WIDTH)))
        return root


def tiles_in(folder: Path) -> Tile:
    """The tiles of an exported log. A partial one is found also in a wider or a full tile of the same place."""

    def tile(level: int, index: int, width: int) -> bytes:
        for path in places(folder, level, index, width):
            if path.exists():
                data = path.read_bytes()
                if len(data) >= width * HASH_BYTES:
                    return data[: width * HASH_BYTES]
        raise TileMissing(tile_path(level, index, width))

    return tile


def entries_in(folder: Path, index: int, width: int) -> list[bytes]:
    """The first `width` entries of a bundle of an exported log. Raises TileMissing."""
    for path in places(folder, "entries", index, width):
        if path.exists():
            entries = unbundled(path.read_bytes())
            if len(entries) >= width:
                return entries[:width]
    raise TileMissing(tile_path("entries", index, width))


def places(folder: Path, level: int | str, index: int, width: int) -> Iterator[Path]:
    """Where the first `width` hashes or entries may lie: in their own file, in the full one, in a wider one."""
    named = "entries" if level == "entries" else int(level)
    full = folder / tile_path(named, index)  # type: ignore[arg-type]
    if width < TILE_WIDTH:
        yield folder / tile_path(named, index, width)  # type: ignore[arg-type]
    yield full
    partial = full.with_name(f"{full.name}.p")
    if width < TILE_WIDTH and partial.is_dir():
        wider = [int(path.name) for path in partial.iterdir() if path.name.isdecimal() and int(path.name) > width]
        yield from (partial / str(one) for one in sorted(wider))


def bundled(leaves: list[bytes]) -> bytes:
    """Entries as a bundle holds them: each after its length in two bytes."""
    return b"".join([len(leaf).to_bytes(LENGTH_BYTES, "big") + leaf for leaf in leaves])


def unbundled(data: bytes) -> list[bytes]:
    """The entries of a bundle. ValueError when the bytes are not one."""
    entries, at, end = [], 0, len(data)
    while at < end:
        start = at + LENGTH_BYTES
        at = start + (data[at] << 8 | data[start - 1] if start <= end else end)
        if at > end:
            raise ValueError("the bundle breaks off inside an entry")
        entries.append(data[start:at])
    return entries
