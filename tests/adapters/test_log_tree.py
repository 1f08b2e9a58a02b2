"""The tree beside the log: the same tiles, whether the hashes above are remembered or read again."""

from __future__ import annotations

from pathlib import Path
from random import Random

from sqlalchemy import select

from taizhang.adapters.log.log import Log
from taizhang.adapters.log.merkle import TILE_WIDTH, Edge, tile_root
from taizhang.adapters.log.tables import TILE
from taizhang.adapters.log.tree import OpenTile, extend, split

LEAVES = TILE_WIDTH**2 + 700  # one full tile of the second level, and some more


def tiles_of(folder: Path, *, forgets: bool) -> dict[tuple[int, int], bytes]:
    """The tiles stored while a tree grows by batches of all sizes; who forgets knows the open tile and no more."""
    random, tile = Random(7), OpenTile(Edge.empty(), [])
    folder.mkdir()
    log = Log.open(f"sqlite:///{folder / 'log.db'}")
    try:
        with log.database.write() as connection:
            while tile.edge.size < LEAVES:
                count = min(random.choice((1, 255, 256, 257, 5_000)), LEAVES - tile.edge.size)
                tile = extend(connection, tile, [random.randbytes(32) for _ in range(count)])
                if forgets:
                    tile = OpenTile(tile.edge, tile.hashes)
            rows = connection.execute(select(TILE)).all()
    finally:
        log.close()
    return {(row.level, row.index): row.hashes for row in rows}


def test_a_tree_that_remembers_stores_the_tiles_that_are_read_again_otherwise(tmp_path: Path) -> None:
    remembered = tiles_of(tmp_path / "one", forgets=False)
    assert remembered == tiles_of(tmp_path / "other", forgets=True)
    assert sorted(remembered) == [*((0, index) for index in range(LEAVES // TILE_WIDTH)), (1, 0)]
    assert split(remembered[1, 0]) == [tile_root(split(remembered[0, index])) for index in range(TILE_WIDTH)]
