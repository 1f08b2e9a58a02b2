"""The checks from the stored bytes up to the root, and against what was signed and cosigned."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from taizhang.adapters.log.log import Log
from taizhang.adapters.log.merkle import TILE_HEIGHT, TILE_WIDTH, Edge, complete_subtrees
from taizhang.adapters.log.tree import split
from taizhang.adapters.proof.damage import found
from taizhang.adapters.proof.findings import Check, Finding, Kind
from taizhang.adapters.proof.references import Reference
from taizhang.adapters.proof.walk import Walk, tiles_above


def stored_bytes(walk: Walk) -> Check:
    """Every position holds one fact, and the columns beside it say what it says."""
    check, moved = walk.stored, {damage.kind for damage in walk.by_tiles.damages()}
    for differences in walk.by_reference.values():
        moved |= {damage.kind for damage in differences.damages()}
    for first, last in walk.gaps:
        if last == walk.size:
            if "deleted" not in moved:  # else the facts after it have moved up: told where one was taken out
                check.add(_gap(first, last, "truncated"))
        else:
            check.add(_gap(first, last, "deleted"))
    for position in walk.ends.outside:
        if "inserted" not in moved:
            zh, en = f"日志末端是第 {walk.size} 条,此处却另有一条", f"the head is at {walk.size}, and here is one more"
            check.add(Finding(kind="inserted", position=position, zh=zh, en=en))
    return check


def leaf_hash(walk: Walk, facts_are_right: bool) -> Check:
    """The hash of each fact is the one in the tile over it."""
    check = Check(name="leaf-hash", counted=walk.size)
    if not facts_are_right:
        for damage in walk.by_tiles.damages():
            check.add(found(damage, "其上的哈希块", "the tile above it"))
    return check


def tile(log: Log, walk: Walk, facts_are_right: bool) -> Check:
    """Every full tile is there, holds what is below it, and there is none too many."""
    check = Check(name="tile", counted=sum(count for count, _ in walk.ends.tiles.values()))
    if facts_are_right:
        for index in sorted({(position - 1) // TILE_WIDTH for position in walk.by_tiles.stored}):
            check.add(_tile("altered", 0, index, walk.by_tiles.first() if index == _first_tile(walk) else None))
    for index in sorted(walk.missing_tiles):
        check.add(_tile("deleted", 0, index))
    for index in sorted(walk.odd_tiles):
        check.add(_tile("altered", 0, index))
    for level, row in sorted(walk.upper.items()):
        standing = tiles_above(log, level, len(row) // TILE_WIDTH)
        for index in range(len(row) // TILE_WIDTH):
            should = b"".join(row[index * TILE_WIDTH : (index + 1) * TILE_WIDTH])
            if index not in standing:
                check.add(_tile("deleted", level, index))
            elif standing[index] != should:
                at = _first_difference(split(standing[index]), split(should))
                check.add(_tile("altered", level, index, ((index * TILE_WIDTH + at) << level * TILE_HEIGHT) + 1))
    for level, (_, highest) in sorted(walk.ends.tiles.items()):
        if highest >= walk.size >> (level + 1) * TILE_HEIGHT:
            zh, en = (
                "日志末端之后还有哈希块:曾经有更多事实",
                "there are tiles beyond the head: there were more facts once",
            )
            check.add(Finding(kind="truncated", position=walk.size + 1, zh=zh, en=en))
    return check


def root(walk: Walk) -> Check:
    """The head row says where the log ends, when, and over which tree."""
    check = Check(name="root", counted=1)
    edge = head_edge(walk)
    if not walk.ends.origin:
        check.add(Finding(kind="deleted", zh="日志末端行不见了", en="the head row is gone"))
        return check
    if walk.edge is None:
        check.leave("有事实缺失,无法算出根", "facts are missing, no root can be reckoned")
    elif edge is None:
        zh, en = "日志末端行的哈希与其条数不符", "the hashes in the head row do not fit its size"
        check.add(Finding(kind="altered", position=walk.size or None, zh=zh, en=en))
    elif edge.hashes != walk.edge.hashes:
        first, last = _first_wrong_subtree(walk, edge)
        zh, en = "这些事实算出的根与日志末端行不符", "the facts lead to another root than the head row has"
        check.add(Finding(kind="altered", position=first, upto=last, zh=zh, en=en))
    if walk.edge is not None and walk.size and walk.last_recorded_at != walk.ends.recorded_at:
        zh, en = "日志末端行的时间与最后一条不符", "the head row's time is not that of the last fact"
        check.add(Finding(kind="altered", position=walk.size, zh=zh, en=en))
    return check


def against(check: Check, walk: Walk, reference: Reference, is_whole: bool, below: Sequence[Check]) -> None:
    """Compare the log with one size and root that somebody signed, and with its leaf hashes if it has them."""
    check.counted += 1
    sound = all(one.state != "damaged" for one in below)
    differences = walk.by_reference[reference.name]
    name_zh, name_en = reference.zh, reference.en
    if reference.hashes is not None and not is_whole:
        zh, en = (
            f"{name_zh.strip()}中的哈希与其签名的根不符",
            f"the hashes of {name_en} do not lead to its own signed root",
        )
        check.add(Finding(kind="damaged-copy", zh=zh, en=en))
    elif differences.count:
        damages = differences.damages()
        if sound:
            said = found(damages[0], name_zh, name_en)
            zh, en = (
                f"日志自洽,但与{name_zh}不是同一份历史:{said.zh}",
                f"whole in itself, but another history than {name_en}: {said.en}",
            )
            check.add(Finding(kind="forked", position=damages[0].position, zh=zh, en=en))
        else:
            for damage in damages:
                check.add(found(damage, name_zh, name_en))
    elif reference.size <= walk.size and walk.roots[reference.size] not in (None, reference.root):
        known = [one.position for each in below for one in each.findings if one.position is not None]
        kind: Kind = "forked" if sound else "altered"
        zh, en = (
            f"前 {reference.size} 条与{name_zh}的根不符",
            f"the first {reference.size} facts lead to another root than {name_en} has",
        )
        check.add(Finding(kind=kind, position=min(known, default=1), upto=reference.size, zh=zh, en=en))
    if reference.size > walk.size:
        cut = any(one.kind == "truncated" for each in below for one in each.findings)
        zh, en = (
            f"{name_zh.strip()}有 {reference.size} 条,这里只有 {walk.size} 条",
            f"{name_en} has {reference.size} facts, here are {walk.size}",
        )
        lost: Kind = "truncated" if cut else "rolled-back"
        check.add(Finding(kind=lost, position=walk.size + 1, upto=reference.size, zh=zh, en=en))


def narrowed(check: Check, walk: Walk, references: Sequence[Reference]) -> None:
    """A fork that only roots show begins after the longest history, signed by the same, that still holds."""
    good = [one.size for one in references if walk.roots.get(one.size) == one.root]
    for number, one in enumerate(check.findings):
        if one.kind == "forked" and one.position == 1 and one.upto is not None:
            after = max((size for size in good if size < one.upto), default=0)
            check.findings[number] = msgspec.structs.replace(one, position=after + 1)


def facts_are_right(walk: Walk, whole: Sequence[Reference]) -> bool:
    """Whether it is the tiles that are wrong where facts and tiles differ: the head row or a signed copy says so."""
    if walk.edge is not None and (edge := head_edge(walk)) is not None and edge.hashes == walk.edge.hashes:
        return True
    last = max(walk.by_tiles.stored, default=0)
    return any(one.size >= last and not walk.by_reference[one.name].count for one in whole if one.hashes is not None)


def head_edge(walk: Walk) -> Edge | None:
    """The edge that the head row holds, or None when its bytes are not one of its size."""
    try:
        return Edge.from_bytes(walk.size, walk.ends.edge)
    except ValueError:
        return None


def _first_wrong_subtree(walk: Walk, edge: Edge) -> tuple[int, int]:
    """The narrowest range in which the first wrong fact lies, as facts and head row show it."""
    assert walk.edge is not None
    subtrees = complete_subtrees(0, walk.size)
    at = _first_difference(walk.edge.hashes, edge.hashes)
    height, index = subtrees[at]
    first, last = (index << height) + 1, (index + 1) << height
    known = [walk.by_tiles, *walk.by_reference.values()]
    exact = [one.first() for one in known if one.count and first <= one.first() <= last]
    return (exact[0], exact[0]) if exact else (first, last)


def _first_difference(here: Sequence[bytes], there: Sequence[bytes]) -> int:
    return next((n for n, pair in enumerate(zip(here, there, strict=False)) if pair[0] != pair[1]), 0)


def _first_tile(walk: Walk) -> int:
    return (walk.by_tiles.first() - 1) // TILE_WIDTH


def _gap(first: int, last: int, kind: Kind) -> Finding:
    zh, en = f"缺 {last - first + 1} 条", f"{last - first + 1} facts are missing"
    return Finding(kind=kind, position=first, upto=last, zh=zh, en=en)


def _tile(kind: Kind, level: int, index: int, position: int | None = None) -> Finding:
    first, last = (index * TILE_WIDTH << level * TILE_HEIGHT) + 1, (index + 1) * TILE_WIDTH << level * TILE_HEIGHT
    gone = kind == "deleted"
    zh = f"第 {level} 层第 {index} 块{'不见了' if gone else '与其下的内容不符'}"
    en = f"tile {index} of level {level} {'is missing' if gone else 'does not fit what is below it'}"
    where = (position, position) if position is not None else (first, last)
    return Finding(kind=kind, position=where[0], upto=where[1], zh=zh, en=en)
