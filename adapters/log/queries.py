"""How criteria become statements: thousands of them in one, and in memory where that is less work.

Criteria with the same types and the same number of tags go into one statement, whose text does not depend on how
many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, partial, reduce
from typing import Any, Final

import msgspec
from sqlalchemy import (
    CompoundSelect,
    Connection,
    Select,
    Text,
    bindparam,
    func,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from taizhang.adapters.database import fetched, run
from taizhang.adapters.log.records import AnyOf, GuardKey, GuardRow, KnownCommand, Query, Stored
from taizhang.adapters.log.tables import COMMAND, FACT, GUARD, TAG
from taizhang.projections.database import among, listed

# Measured on both engines: testing a fact in memory costs as much as asking the index for this many tags, and up to
# this many facts the one is never dearer than the other.
_TAGS_PER_FACT: Final = 5
_FEW_FACTS: Final = 3
_MANY_TAGS: Final = 50  # below, PostgreSQL plans by index anyway
_INDEX_PLANS: Final = select(
    *(
        func.set_config(setting, "off", True)
        for setting in ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "jit")
    ),
    func.set_config("max_parallel_workers_per_gather", "0", True),
)
REBUILD: Final = ("", "rebuild")  # a row among the guards, of no kind: its position counts the rebuilds
_MANY_KEYS: Final = 200  # of one kind, from which a look at the kind's first rows costs less than looking each up
_FEW_ROWS: Final = 100
_GUARDS_OF_KIND: Final = select(GUARD).where(GUARD.c.kind == bindparam("kind")).limit(bindparam("limit"))
_REBUILDS: Final = select(GUARD.c.position).where(GUARD.c.kind == REBUILD[0], GUARD.c.key == REBUILD[1])


class _Tags(msgspec.Struct):
    tags: tuple[str, ...] = ()


_stored: Any = partial(tuple.__new__, Stored)  # its own way in is a Python function, called once a row
_tags = msgspec.json.Decoder(_Tags)


def tags_in(leaf: bytes) -> tuple[str, ...]:
    """The tags that the leaf itself states."""
    return _tags.decode(leaf).tags


def matching(connection: Connection, query: Query, after: int, upto: int, limit: int | None = None) -> list[Stored]:
    """The facts after `after` and up to `upto` that match any criterion, by position; the first `limit` of them."""
    found: dict[int, Stored] = {}
    groups = _grouped(query)
    if sum([width * len(tags) for (_, width), tags in groups.items()]) > _MANY_TAGS:
        _plan_by_index(connection)
    for (types, width), tags in groups.items():
        statement = _facts(width, bool(types), limit is not None, connection.dialect.name)
        values = {**_bounds(after, upto, limit), **_wanted(connection, types, tags, width)}
        for row in map(_stored, fetched(connection, statement, values)):
            found[row.position] = row
    facts = list(found.values()) if len(groups) == 1 else [found[position] for position in sorted(found)]
    return facts[:limit]


def any_matching(connection: Connection, query: Query, after: int, upto: int) -> bool:
    """Whether a fact after `after` and up to `upto` matches; by whichever way touches fewer rows."""
    few = max(_FEW_FACTS, _tags_asked(query) // _TAGS_PER_FACT)
    if upto - after <= few and all(criterion.tags for criterion in query):
        return in_memory(between(connection, after, upto), query)
    return bool(matching(connection, query, after, upto, limit=1))


def in_memory(facts: Iterable[Stored], query: Query) -> bool:
    """Whether any of these facts matches any criterion."""
    led: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
    untagged: list[frozenset[str]] = []
    for one in query:
        types, tags = frozenset(one.types), one.tags
        if isinstance(one, AnyOf):
            for tag in tags:
                led.setdefault(tag, []).append((types, frozenset([tag])))
        elif tags:
            led.setdefault(tags[0], []).append((types, frozenset(tags)))
        else:
            untagged.append(types)
    for fact in facts:
        if any(not types or fact.type in types for types in untagged):
            return True
        tags_here = frozenset(tags_in(fact.leaf))
        for tag in tags_here & led.keys():
            if any((not types or fact.type in types) and tags <= tags_here for types, tags in led[tag]):
                return True
    return False


def between(connection: Connection, after: int, upto: int, limit: int | None = None) -> list[Stored]:
    """The facts after `after` and up to `upto`, in order; the first `limit` of them."""
    return list(map(_stored, fetched(connection, _page(limit is not None), _bounds(after, upto, limit))))


def facts_at(connection: Connection, positions: Sequence[int]) -> list[Stored]:
    """The facts at these positions, in order; positions that do not exist are left out."""
    wanted = {"wanted": listed(connection, positions)}
    return list(map(_stored, fetched(connection, _facts_at(connection.dialect.name), wanted)))


def guards_at(connection: Connection, keys: Sequence[GuardKey]) -> dict[GuardKey, GuardRow]:
    """These guard rows as they stand; absent ones are left out.

    Of a kind of which few rows stand at all, as of ids that were merged, all are read and looked through.
    """
    by_kind: dict[str, list[str]] = {}
    for kind, key in keys:
        by_kind.setdefault(kind, []).append(key)
    if not by_kind:
        return {}
    found: dict[GuardKey, GuardRow] = {}
    for kind in [kind for kind, wanted in by_kind.items() if len(wanted) > _MANY_KEYS]:
        rows = fetched(connection, _GUARDS_OF_KIND, {"kind": kind, "limit": _FEW_ROWS + 1})
        if len(rows) <= _FEW_ROWS:  # so these are all there are, and most of what was asked for is absent
            wanted = frozenset(by_kind.pop(kind))
            found |= {(kind, key): GuardRow(at, state) for _, key, at, state in rows if key in wanted}
    if by_kind:
        values: dict[str, Any] = {}
        for number, (kind, asked_for) in enumerate(by_kind.items()):
            values |= {f"kind{number}": kind, f"wanted{number}": listed(connection, asked_for)}
        asked = fetched(connection, _guards(len(by_kind), connection.dialect.name), values)
        found |= {(kind, key): GuardRow(at, state) for kind, key, at, state in asked}
    return found


def rebuilds(connection: Connection) -> int:
    """How often the guard rows were replaced as a whole: the one way in which they change while the head stands."""
    found = run(connection, _REBUILDS).first()
    return found[0] if found is not None else 0


def known_commands(connection: Connection, ids: Sequence[str]) -> list[KnownCommand]:
    """What is remembered of these commands; unknown ones are left out."""
    if not ids:
        return []
    found = run(connection, _commands(connection.dialect.name), {"wanted": listed(connection, ids)})
    return [KnownCommand(*row) for row in found]


def _tags_asked(query: Query) -> int:
    return sum([len(criterion.tags) for criterion in query])


def _plan_by_index(connection: Connection) -> None:
    """Keep PostgreSQL to the indexes until the transaction ends: for thousands of tags it would read whole tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(_INDEX_PLANS)


def _bounds(after: int, upto: int, limit: int | None) -> dict[str, int | None]:
    return {"after": after, "upto": upto, "limit": limit}


@cache
def _page(limited: bool) -> Select[Any]:
    statement = (
        select(FACT)
        .where(FACT.c.position > bindparam("after"), FACT.c.position <= bindparam("upto"))
        .order_by(FACT.c.position)
    )
    return statement.limit(bindparam("limit")) if limited else statement


def _grouped(query: Query) -> dict[tuple[tuple[str, ...], int], list[Any]]:
    """Of each shape what to look for: the tags where one is enough, else those that go together."""
    groups: dict[tuple[tuple[str, ...], int], list[Any]] = {}
    for one in query:
        types, tags = one
        width = 1 if isinstance(one, AnyOf) else len(tags)
        shape, wanted = (tuple(types), width), tags if width == 1 else (tags,)
        if shape in groups:
            groups[shape].extend(wanted)
        else:
            groups[shape] = [*wanted]
    return groups


def _wanted(connection: Connection, types: Sequence[str], tags: Sequence[Any], width: int) -> dict[str, Any]:
    values: dict[str, Any] = {"types": listed(connection, types)} if types else {}
    if width == 1:
        values["wanted"] = listed(connection, list(set(tags)))
    elif width and connection.dialect.name == "sqlite":
        values["wanted"] = listed(connection, tags)
    elif width:
        values |= {f"tag{n}": list(column) for n, column in enumerate(zip(*tags, strict=True))}
    return values


@cache
def _facts(width: int, typed: bool, limited: bool, dialect: str) -> Select[Any]:
    """Facts that bear `width` tags together, for any of the wanted combinations."""
    statement = _page(limited)
    if typed:
        statement = statement.where(among(FACT.c.type, dialect, "types"))
    if width:
        positions = _one_tag(dialect) if width == 1 else _several_tags(width, dialect)
        statement = statement.where(FACT.c.position.in_(positions))
    return statement


def _one_tag(dialect: str) -> Select[Any]:
    # A join, not `IN` or `= ANY`: of thousands of tags SQLite would first make an index, PostgreSQL plan for as long as
    # it takes to find them.
    if dialect == "sqlite":
        rows: Any = func.json_each(bindparam("wanted", type_=Text)).table_valued("value")
        found = rows.join(TAG, TAG.c.tag == rows.c.value)
    else:
        rows = func.unnest(bindparam("wanted", type_=ARRAY(Text))).table_valued("tag0").render_derived()
        found = rows.join(TAG, TAG.c.tag == rows.c.tag0)
    bounds = (TAG.c.position > bindparam("after"), TAG.c.position <= bindparam("upto"))
    return select(TAG.c.position).select_from(found).where(*bounds)


def _several_tags(width: int, dialect: str) -> Select[Any]:
    numbers = range(width)
    if dialect == "sqlite":
        rows: Any = func.json_each(bindparam("wanted", type_=Text)).table_valued("value")
        asked = [func.json_extract(rows.c.value, f"$[{n}]") for n in numbers]
    else:
        arrays = [bindparam(f"tag{n}", type_=ARRAY(Text)) for n in numbers]
        rows = func.unnest(*arrays).table_valued(*(f"tag{n}" for n in numbers)).render_derived()
        asked = [rows.c[f"tag{n}"] for n in numbers]
    tables = [TAG.alias(f"tag_{n}") for n in numbers]
    first = tables[0]
    joined = reduce(
        lambda left, n: left.join(
            tables[n], (tables[n].c.tag == asked[n]) & (tables[n].c.position == first.c.position)
        ),
        numbers[1:],
        rows.join(first, first.c.tag == asked[0]),
    )
    return (
        select(first.c.position)
        .select_from(joined)
        .where(first.c.position > bindparam("after"), first.c.position <= bindparam("upto"))
    )


@cache
def _guards(kinds: int, dialect: str) -> CompoundSelect[Any]:
    """The wanted rows of so many kinds; each kind is a search of its own in the index."""
    numbers = range(kinds)
    return union_all(
        *(
            select(GUARD).where(GUARD.c.kind == bindparam(f"kind{n}"), among(GUARD.c.key, dialect, f"wanted{n}"))
            for n in numbers
        )
    )


@cache
def _commands(dialect: str) -> Select[Any]:
    return select(COMMAND).where(among(COMMAND.c.id, dialect))


@cache
def _facts_at(dialect: str) -> Select[Any]:
    return select(FACT).where(among(FACT.c.position, dialect)).order_by(FACT.c.position)
