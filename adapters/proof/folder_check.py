"""An exported log verified by itself: every entry hashed, every tile compared, up to the signed root. No database.

The work of one core is the hashing; several processes take ranges of bundles and tell the roots of their tiles.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from taizhang.adapters.log.merkle import (
    HASH_BYTES,
    LEAF_PREFIX,
    NODE_PREFIX,
    TILE_HEIGHT,
    TILE_WIDTH,
    Edge,
    tile_path,
    tile_root,
)
from taizhang.adapters.log.tree import split
from taizhang.adapters.proof.checkpoints import Checkpoint, OpenedCheckpoint, open_checkpoint
from taizhang.adapters.proof.export import CHECKPOINT
from taizhang.adapters.proof.findings import Check, Finding, Report
from taizhang.adapters.proof.many_hands import done
from taizhang.adapters.proof.notes import NoteVerifier
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.tiles import LENGTH_BYTES, TileMissing, entries_in, tiles_in

BUNDLES_A_PART: Final = 32  # some milliseconds: about so long one process may wait for the last one in the end

Progress = Callable[[int, int], None]


class Part(NamedTuple):
    """What one range of full bundles leads to: a root for each tile; the bundles that cannot be read; and the others
    that differ from their tiles, with the first wrong position."""

    roots: bytes
    unreadable: list[int]
    differing: list[tuple[int, int]]


def verify_folder(
    folder: Path, log_key: NoteVerifier, policy: Policy, processes: int = 1, progress: Progress | None = None
) -> Report:
    """Check an exported log up to its own checkpoint.

    Raises NoteInvalid, CheckpointInvalid, FileNotFoundError.
    """
    opened = open_checkpoint((folder / CHECKPOINT).read_bytes(), log_key, policy.verifiers())
    size = opened.checkpoint.size
    stored, leaf, tile = (
        Check(name="stored-bytes", counted=size),
        Check(name="leaf-hash", counted=size),
        Check(name="tile"),
    )
    roots: list[bytes] = []
    for found in _parts(folder, size, processes, progress):
        roots += split(found.roots)
        for index in found.unreadable:
            _unreadable(stored, index)
        for index, position in found.differing:
            _told(folder, index, position, roots, leaf, tile)
    tile.counted = _upper_tiles(folder, roots, tile) + len(roots)
    edge = _edge(folder, opened.checkpoint, roots, (stored, leaf, tile))
    if progress is not None:
        progress(size, size)
    return _report(opened, policy, edge, [stored, leaf, tile])


def part(folder: Path, start: int, end: int) -> Part:
    """Hash the bundles start up to end, compare each with its tile, and give the tiles' roots."""
    base = f"{folder}{os.sep}"
    roots: list[bytes] = []
    unreadable, differing = [], []
    hash_of, node = sha256, NODE_PREFIX
    entries_path, tiles_path = partial(tile_path, "entries"), partial(tile_path, 0)
    for index in range(start, end):
        hashes = []
        with suppress(OSError, ValueError):
            hashes = _entry_hashes(_bytes(base + entries_path(index)))
        if len(hashes) != TILE_WIDTH:
            unreadable.append(index)
            roots.append(bytes(HASH_BYTES))
            continue
        tile = b""
        with suppress(OSError):
            tile = _bytes(base + tiles_path(index))
        if b"".join(hashes) != tile:
            differing.append((index, index * TILE_WIDTH + _first_difference(hashes, split(tile))))
        row = hashes
        for _ in range(TILE_HEIGHT):
            pairs = iter(row)
            row = [hash_of(node + one + other).digest() for one, other in zip(pairs, pairs, strict=True)]
        roots.append(row[0])
    return Part(b"".join(roots), unreadable, differing)


def _entry_hashes(data: bytes) -> list[bytes]:
    """The leaf hashes of a bundle; each entry is hashed as soon as it is cut out, while it is near.

    ValueError when the bytes are not a bundle.
    """
    hashes, at, end = [], 0, len(data)
    hash_of, leaf = sha256, LEAF_PREFIX
    while at + 1 < end:
        start = at + LENGTH_BYTES
        at = start + (data[at] << 8 | data[at + 1])
        hashes.append(hash_of(leaf + data[start:at]).digest())
    if at != end:
        raise ValueError("the bundle breaks off inside an entry")
    return hashes


def _bytes(path: str) -> bytes:
    """A whole small file; half the cost of pathlib's way, of which a bundle would notice."""
    with open(path, "rb", buffering=0) as file:
        return file.readall()


def _first_difference(here: list[bytes], there: list[bytes]) -> int:
    """Counted from 1; 0 when one only is longer."""
    return next((n for n, pair in enumerate(zip(here, there, strict=False), 1) if pair[0] != pair[1]), 0)


def _told(folder: Path, index: int, position: int, roots: list[bytes], leaf: Check, tile: Check) -> None:
    """Where entries and their tile differ, the level above says which of the two is right."""
    try:
        own = tile_root(split(tiles_in(folder)(0, index, TILE_WIDTH)))
        above = tiles_in(folder)(1, index // TILE_WIDTH, index % TILE_WIDTH + 1)[-HASH_BYTES:]
    except (TileMissing, ValueError):
        own, above = b"", bytes(HASH_BYTES)
    if own == above:
        roots[index] = own
    _differs(leaf if own == above else tile, index, position)


def _parts(folder: Path, size: int, processes: int, progress: Progress | None) -> list[Part]:
    """What each range of full bundles leads to, in their order."""
    bundles = size // TILE_WIDTH
    found: dict[int, Part] = {}
    for number, one in done(partial(_nth_part, folder, bundles), -(-bundles // BUNDLES_A_PART), processes):
        found[number] = one
        if progress is not None:
            progress(min(len(found) * BUNDLES_A_PART, bundles) * TILE_WIDTH, size)
    return [one for _, one in sorted(found.items())]


def _nth_part(folder: Path, bundles: int, number: int) -> Part:
    start = number * BUNDLES_A_PART
    return part(folder, start, min(start + BUNDLES_A_PART, bundles))


def _upper_tiles(folder: Path, roots: list[bytes], check: Check) -> int:
    """Compare every tile above the first level with what is below it; how many there are."""
    count, level, row = 0, 1, roots
    while row:
        for index in range(-(-len(row) // TILE_WIDTH)):
            should = b"".join(row[index * TILE_WIDTH : (index + 1) * TILE_WIDTH])
            count += 1
            try:
                same = tiles_in(folder)(level, index, len(should) // HASH_BYTES) == should
            except TileMissing:
                same = False
            if not same:
                first = (index * TILE_WIDTH << level * TILE_HEIGHT) + 1
                zh, en = (
                    f"第 {level} 层第 {index} 块缺失或不符",
                    f"tile {index} of level {level} is missing or does not fit",
                )
                check.add(Finding(kind="altered", position=first, zh=zh, en=en))
        row = [
            Edge.empty().append(row[at : at + TILE_WIDTH]).root()
            for at in range(0, len(row) - TILE_WIDTH + 1, TILE_WIDTH)
        ]
        level += 1
    return count


def _edge(folder: Path, checkpoint: Checkpoint, roots: list[bytes], checks: tuple[Check, Check, Check]) -> Edge:
    """The edge over all: complete subtrees of tiles first, then the entries that fill no tile."""
    stored, leaf, tile = checks
    full = Edge(len(roots) * TILE_WIDTH, Edge.empty().append(roots).hashes)
    index, width = divmod(checkpoint.size, TILE_WIDTH)
    if not width:
        return full
    kept: list[bytes] = []
    with suppress(TileMissing):
        kept = split(tiles_in(folder)(0, index, width))
    try:
        hashes = [sha256(LEAF_PREFIX + entry).digest() for entry in entries_in(folder, index, width)]
    except (TileMissing, ValueError):
        _unreadable(stored, index)
        return full
    if hashes == kept:
        return full.append(hashes)
    is_tile_right = full.append(kept).root() == checkpoint.root
    _differs(leaf if is_tile_right else tile, index, index * TILE_WIDTH + _first_difference(hashes, kept))
    return full.append(kept if is_tile_right else hashes)


def _unreadable(check: Check, index: int) -> None:
    zh, en = f"第 {index} 个条目包缺失或已损坏", f"bundle {index} of entries is missing or damaged"
    first, last = index * TILE_WIDTH + 1, (index + 1) * TILE_WIDTH
    check.add(Finding(kind="deleted", position=first, upto=last, zh=zh, en=en))


def _differs(check: Check, index: int, position: int) -> None:
    zh, en = "条目与其上的哈希块不符", "the entry does not fit the tile above it"
    check.add(Finding(kind="altered", position=max(position, index * TILE_WIDTH + 1), zh=zh, en=en))


def _report(opened: OpenedCheckpoint, policy: Policy, edge: Edge, below: list[Check]) -> Report:
    checkpoint = opened.checkpoint
    signed, cosigned = Check(name="signed-root", counted=1), Check(name="cosigned-root", counted=len(opened.cosigned))
    if edge.size != checkpoint.size or edge.root() != checkpoint.root:
        first = min((one.position or 1 for check in below for one in check.findings), default=1)
        zh, en = "条目算出的根与签名的根不符", "the entries lead to another root than the signed one"
        signed.add(Finding(kind="altered", position=first, upto=checkpoint.size, zh=zh, en=en))
    if not opened.cosigned or not policy.is_met([one.witness for one in opened.cosigned]):
        cosigned.leave("没有足够的见证", "there are too few cosignatures")
    checks = [*below, signed, cosigned]
    is_ok = all(check.state != "damaged" for check in checks)
    return Report(ok=is_ok, origin=checkpoint.origin, position=checkpoint.size, checks=checks)
