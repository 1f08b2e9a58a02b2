"""The log as a folder that any transparency-log client reads (C2SP tlog-tiles): checkpoint, tile/, tile/entries/.

Every leaf is hashed again on its way out and compared with the tree, so nothing damaged is published. A file is whole
or not there; full ones never change, so an export that was stopped goes on where it was. The checkpoint comes last.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from taizhang.adapters.log.log import Log, LogDamaged
from taizhang.adapters.log.merkle import (
    HASH_BYTES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Edge,
    full_tiles,
    leaf_hashes,
    tile_path,
    tile_root,
)
from taizhang.adapters.log.tree import split
from taizhang.adapters.proof.checkpoints import Checkpoint
from taizhang.adapters.proof.notes import parse_note
from taizhang.adapters.proof.tiles import bundled, tiles_in

CHECKPOINT: Final = "checkpoint"
TILES_A_PAGE: Final = 32

Progress = Callable[[int, int], None]


class ExportRefused(Exception):
    """The folder belongs to another log, or already holds a later checkpoint."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def export_log(log: Log, folder: Path, note: str, progress: Progress | None = None) -> Checkpoint:
    """Write everything that the signed checkpoint in `note` covers; returns that checkpoint.

    Raises ExportRefused; LogDamaged with the first position that does not fit the tree, LogUnavailable.
    """
    checkpoint = Checkpoint.parse(parse_note(note).text)
    _require_same_log(folder, checkpoint)
    edge = _full_bundles(log, folder, checkpoint.size, progress)
    for level, index in full_tiles(0, checkpoint.size):
        if level > 0:
            _full_tile(log, folder, level, index)
    edge = _partial_entries(log, folder, checkpoint.size, edge)
    if edge.root() != checkpoint.root:
        raise LogDamaged("the stored facts do not lead to the root of the checkpoint")
    _partial_tiles(folder, checkpoint.size)
    _write(folder / CHECKPOINT, note.encode())
    if progress is not None:
        progress(checkpoint.size, checkpoint.size)
    return checkpoint


def partial_widths(size: int) -> list[tuple[int, int, int]]:
    """The (level, index, width) of each tile that a tree of this size leaves unfilled, lowest level first."""
    found, level = [], 0
    while size >> level * TILE_HEIGHT:
        index, width = divmod(size >> level * TILE_HEIGHT, TILE_WIDTH)
        if width:
            found.append((level, index, width))
        level += 1
    return found


def _require_same_log(folder: Path, new: Checkpoint) -> None:
    path = folder / CHECKPOINT
    if not path.exists():
        return
    old = Checkpoint.parse(parse_note(path.read_bytes()).text)
    if old.origin != new.origin:
        raise ExportRefused(
            f"{folder} 中是日志 {old.origin} 的导出,不是 {new.origin}。请另选一个文件夹。",
            f"{folder} holds an export of {old.origin}, not of {new.origin}. Choose another folder.",
        )
    if old.size > new.size:
        raise ExportRefused(
            f"{folder} 已导出到第 {old.size} 条,多于现在的 {new.size} 条:日志可能被退回。请运行 taizhang verify --against {folder}。",
            f"{folder} goes up to {old.size}, further than the {new.size} of now: the log may have been rolled back. "
            f"Run taizhang verify --against {folder}.",
        )


def _full_bundles(log: Log, folder: Path, size: int, progress: Progress | None) -> Edge:
    """Write every full bundle of entries with its tile; the edge over them all."""
    edge, index = Edge.empty(), 0
    while index < size // TILE_WIDTH:
        end = min(index + TILES_A_PAGE, size // TILE_WIDTH)
        if all((folder / tile_path("entries", one)).exists() for one in range(index, end)):
            hashes = [value for one in range(index, end) for value in split(tiles_in(folder)(0, one, TILE_WIDTH))]
        else:
            hashes = _write_bundles(log, folder, index, end)
        edge = edge.append(hashes)
        index = end
        if progress is not None:
            progress(index * TILE_WIDTH, size)
    return edge


def _write_bundles(log: Log, folder: Path, start: int, end: int) -> list[bytes]:
    first, last = start * TILE_WIDTH, end * TILE_WIDTH
    facts = log.page(first, last - first, last)
    if [fact.position for fact in facts] != list(range(first + 1, last + 1)):
        raise LogDamaged(f"positions {first + 1} to {last}: facts are missing")
    leaves = [fact.leaf for fact in facts]
    hashes = leaf_hashes(leaves)
    for index in range(start, end):
        at = (index - start) * TILE_WIDTH
        tile = b"".join(hashes[at : at + TILE_WIDTH])
        if log.tile(0, index) != tile:
            raise LogDamaged(f"the tile over positions {first + at + 1} to {first + at + TILE_WIDTH}")
        _write(folder / tile_path(0, index), tile)  # before the entries: those say that the bundle is done
        _write(folder / tile_path("entries", index), bundled(leaves[at : at + TILE_WIDTH]))
    return hashes


def _full_tile(log: Log, folder: Path, level: int, index: int) -> None:
    path = folder / tile_path(level, index)
    if not path.exists():
        stored = log.tile(level, index)
        if stored is None or len(stored) != TILE_WIDTH * HASH_BYTES:
            raise LogDamaged(f"tile {index} of level {level} is missing")
        _write(path, stored)


def _partial_entries(log: Log, folder: Path, size: int, edge: Edge) -> Edge:
    width = size % TILE_WIDTH
    if not width:
        return edge
    facts = log.page(size - width, width, size)
    leaves = [fact.leaf for fact in facts]
    if len(leaves) != width:
        raise LogDamaged(f"positions {size - width + 1} to {size}: facts are missing")
    hashes = leaf_hashes(leaves)
    _write(folder / tile_path(0, size // TILE_WIDTH, width), b"".join(hashes))
    _write(folder / tile_path("entries", size // TILE_WIDTH, width), bundled(leaves))
    return edge.append(hashes)


def _partial_tiles(folder: Path, size: int) -> None:
    read = tiles_in(folder)
    for level, index, width in partial_widths(size):
        if level > 0:
            below = range(index * TILE_WIDTH, index * TILE_WIDTH + width)
            roots = [tile_root(split(read(level - 1, one, TILE_WIDTH))) for one in below]
            _write(folder / tile_path(level, index, width), b"".join(roots))


def _write(path: Path, data: bytes) -> None:
    """Put a file in its place whole; a full tile takes its partial ones away."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    shutil.rmtree(path.with_name(f"{path.name}.p"), ignore_errors=True)
