"""The checks of what is reckoned from the facts: the tag index, the guard rows, and every view, row by row.

Views are folded anew into a scratch database of this check's own; nothing is written to the one being judged.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, inspect, select
from sqlalchemy import Date as SqlDate

from taizhang.adapters.database import Database
from taizhang.adapters.log.guard_rebuild import differing_guards, replay_guards
from taizhang.adapters.log.log import Log
from taizhang.adapters.log.queries import tags_in
from taizhang.adapters.log.tables import TAG
from taizhang.adapters.proof.findings import Check, Finding
from taizhang.adapters.proof.walk import BUCKET_BITS, Progress, Walk, tag_word
from taizhang.projections.follow import Follower
from taizhang.projections.tables import view_table
from taizhang.projections.view import ViewType

ROWS_A_FETCH: Final = 10_000


def tags(log: Log, walk: Walk, progress: Progress | None = None) -> Check:
    """The tag index says what the facts say: rules find the facts they must find, and no others."""
    check = Check(name="tags", counted=0)
    sums, outside = [0] * len(walk.tag_sums), []
    with log.database.read() as connection:
        for tag, position in _index(connection):
            check.counted += 1
            if 1 <= position <= walk.size:
                sums[position >> BUCKET_BITS] += tag_word(tag, position)
            elif position in walk.ends.outside or position < 1:
                outside.append((position, tag))
            if progress is not None and check.counted % 1_000_000 == 0:
                progress(check.counted, check.counted)
    wrong = {bucket for bucket, (here, there) in enumerate(zip(sums, walk.tag_sums, strict=True)) if here != there}
    for position, tag in outside:
        check.add(_tag("inserted", position, tag))
    for position, missing, surplus in _tag_differences(log, walk, wrong):
        if missing and surplus:
            zh = f"索引中是 {'、'.join(surplus)},事实中是 {'、'.join(missing)}"
            en = f"the index says {', '.join(surplus)}, the fact says {', '.join(missing)}"
            check.add(Finding(kind="altered", position=position, zh=zh, en=en))
        else:
            for tag in missing or surplus:
                check.add(_tag("deleted" if missing else "inserted", position, tag))
    return check


def guards(log: Log, progress: Progress | None = None) -> Check:
    """Every guard row is what the facts up to it make it: rules decide on what is so."""
    head, replayed = replay_guards(log, progress)
    check = Check(name="guards", counted=len(replayed))
    for row in differing_guards(log, replayed):
        if row.standing is not None and row.standing.position > head:
            continue  # moved by a fact that came in meanwhile
        known = row.replayed or row.standing
        what = "deleted" if row.standing is None else "inserted" if row.replayed is None else "altered"
        zh, en = (
            f"规则状态 {row.kind} {row.key} 与重放不符",
            f"the guard {row.kind} {row.key} is not what a replay gives",
        )
        check.add(Finding(kind=what, position=known.position if known else None, zh=zh, en=en))  # type: ignore[arg-type]
    return check


def projections(log: Log, views: Sequence[ViewType], progress: Progress | None = None) -> Check:
    """Every row of every view is what a fresh replay gives: what people read is what the facts say."""
    check = Check(name="projections")
    with tempfile.TemporaryDirectory(prefix="taizhang-verify-") as folder, log.database.read() as connection:
        if not inspect(connection).has_table(view_table().name):
            check.leave("还没有视图", "there are no views yet")
            return check
        t = view_table().c
        marks = {name: (version, at) for name, version, at in connection.execute(select(t.name, t.version, t.position))}
        scratch = Database(f"sqlite:///{Path(folder) / 'replay.db'}")
        try:
            for make in views:
                _view(check, log, make, marks, connection, scratch, progress)
        finally:
            scratch.close()
    return check


def _view(
    check: Check,
    log: Log,
    make: ViewType,
    marks: dict[str, tuple[int, int]],
    connection: Connection,
    scratch: Database,
    progress: Progress | None,
) -> None:
    view = make()
    version, position = marks.get(view.name, (0, 0))
    if view.name not in marks:
        zh, en = f"视图 {view.name} 没有登记", f"the view {view.name} is not listed"
        check.add(Finding(kind="deleted", zh=zh, en=en))
        Follower(log, scratch, [make]).catch_up()  # other views may look into its tables
        return
    if version != view.version or position > log.head().position:
        zh, en = (
            f"视图 {view.name} 的版本或位置不对,请运行 taizhang rebuild",
            f"the view {view.name} is of another version or ahead of the log; run taizhang rebuild",
        )
        check.add(Finding(kind="altered", zh=zh, en=en))
        Follower(log, scratch, [make]).catch_up()
        return
    Follower(log, scratch, [make]).catch_up(position, progress)
    with scratch.read() as replayed:
        for table in view.metadata.tables.values():
            if not table.info.get("bookkeeping"):  # how often a view worked depends on how it was paged, not on facts
                _table(check, table, connection, replayed)


def _table(check: Check, table: Table, standing: Connection, replayed: Connection) -> None:
    """Compare two tables as sets of rows; name the first row of each side that the other lacks."""
    here: Counter[int] = Counter(_word(row) for row in _rows(standing, table))
    there: Counter[int] = Counter(_word(row) for row in _rows(replayed, table))
    check.counted += sum(here.values())
    if here == there:
        return
    surplus, missing = here - there, there - here
    keys = [column.name for column in table.primary_key] or [column.name for column in table.columns][:1]
    wrong = _named(table, keys, _rows(standing, table), surplus)
    right = _named(table, keys, _rows(replayed, table), missing)
    for key in sorted({*wrong, *right}):
        kind = "altered" if key in wrong and key in right else "inserted" if key in wrong else "deleted"
        columns = [
            f"{column.name}: {stands!r} ≠ {should!r}"
            for column, stands, should in zip(table.columns, wrong.get(key, ()), right.get(key, ()), strict=False)
            if stands != should and not isinstance(stands, bytes)
        ]
        detail = f" ({'; '.join(columns)})" if columns else ""
        zh, en = (
            f"表 {table.name} 的 {key} 与重放不符{detail}",
            f"the row {key} of {table.name} is not what a replay gives{detail}",
        )
        check.add(Finding(kind=kind, zh=zh, en=en))  # type: ignore[arg-type]


def _named(
    table: Table, keys: list[str], rows: Iterator[tuple[Any, ...]], wanted: Counter[int]
) -> dict[str, tuple[Any, ...]]:
    at = [index for index, column in enumerate(table.columns) if column.name in keys]
    return {" ".join(str(row[index]) for index in at): row for row in rows if _word(row) in wanted}


def _rows(connection: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """The rows as plain values that are alike on both engines; a view's private state is bytes."""
    dates = {index for index, column in enumerate(table.columns) if isinstance(column.type, SqlDate)}
    found = connection.execution_options(yield_per=ROWS_A_FETCH).execute(select(table))
    for row in found:
        yield tuple(
            [
                str(value)
                if index in dates and value is not None
                else bytes(value)
                if isinstance(value, memoryview)
                else value
                for index, value in enumerate(row)
            ]
        )


def _word(row: tuple[Any, ...]) -> int:
    """A row as a number under the process's own secret; a tuple's hash alone takes -1 and -2 for the same."""
    return hash(repr(row))


def _index(connection: Connection) -> Iterator[tuple[str, int]]:
    found = connection.execution_options(yield_per=ROWS_A_FETCH).execute(select(TAG.c.tag, TAG.c.position))
    yield from ((tag, position) for tag, position in found)


def _tag_differences(log: Log, walk: Walk, buckets: set[int]) -> Iterator[tuple[int, list[str], list[str]]]:
    """For each position of these buckets whose tags differ: those missing in the index, and those too many."""
    if not buckets:
        return
    standing: dict[int, set[str]] = {}
    with log.database.read() as connection:
        for tag, position in _index(connection):
            if position >> BUCKET_BITS in buckets:
                standing.setdefault(position, set()).add(tag)
    for bucket in sorted(buckets):
        first, last = bucket << BUCKET_BITS, min(((bucket + 1) << BUCKET_BITS) - 1, walk.size)
        for fact in log.page(first - 1, 1 << BUCKET_BITS, last):
            said, indexed = _said(fact.leaf), standing.get(fact.position, set())
            if said is not None and said != indexed:
                yield fact.position, sorted(said - indexed), sorted(indexed - said)


def _said(leaf: bytes) -> set[str] | None:
    try:
        return set(tags_in(leaf))
    except ValueError:
        return None  # no fact any more: told by another check


def _tag(kind: str, position: int, tag: str) -> Finding:
    zh, en = f"标记 {tag}", f"the tag {tag}"
    return Finding(kind="deleted" if kind == "deleted" else "inserted", position=position, zh=zh, en=en)
