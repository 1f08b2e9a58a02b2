"""What readers outside the house may see with SQL: the documented read tables, without casework and private columns."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import Column, LargeBinary, Table

from taizhang.projections.dictionary import Meaning, dictionary
from taizhang.projections.tables import view_table
from taizhang.projections.views import all_views

PRIVATE: Final = frozenset({"presence", "members"})  # formats of a view's own, like every column of bytes
CASEWORK_VIEWS: Final = frozenset({"leads", "cases", "outside"})  # who is suspected, and what lists of others say


@cache
def readable_tables() -> dict[str, tuple[str, Table]]:
    """The tables by name, each with the view that keeps it."""
    found = {str(view_table().name): ("view", view_table())}
    for make in all_views():
        view = make()
        if view.name not in CASEWORK_VIEWS:
            found |= {str(table.name): (view.name, table) for table in view.metadata.tables.values()}
    return {name: found[name] for name in sorted(found)}


def readable_columns(table: Table) -> list[Column[Any]]:
    """The columns of a table that anybody but the view itself can read."""
    return [one for one in table.columns if not isinstance(one.type, LargeBinary) and one.name not in PRIVATE]


def meanings() -> dict[tuple[str, str], Meaning]:
    """What each readable column means, by table and column."""
    told = {(one.table, one.column): one for one in dictionary()}
    return {
        (name, column.name): told[name, column.name]
        for name, (_, table) in readable_tables().items()
        for column in readable_columns(table)
    }


def descriptor() -> dict[str, Any]:
    """The tables as a Frictionless data package: every field with its type and its meaning in both languages."""
    told = meanings()
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "taizhang-read-tables",
        "title": "台账读取表 · read tables of Taizhang",
        "resources": [
            {
                "name": name.replace("_", "-"),
                "path": f"{name}.csv",
                "title": name,
                "schema": {
                    "fields": [_field(column, told[name, column.name]) for column in readable_columns(table)],
                    "primaryKey": [str(column.name) for column in table.primary_key.columns],
                },
            }
            for name, (_, table) in readable_tables().items()
        ],
    }


def _field(column: Column[Any], meaning: Meaning) -> dict[str, Any]:
    kinds = {"int": "integer", "date": "date", "str": "string"}
    return {
        "name": str(column.name),
        "type": kinds[column.type.python_type.__name__],
        "title": meaning.zh,
        "description": meaning.en,
        "constraints": {"required": not column.nullable},
    }
