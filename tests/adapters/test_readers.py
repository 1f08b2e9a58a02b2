"""Readers with SQL see the documented columns of the read tables, and nothing else; shown with a reader that people use."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest
from datasette.app import Datasette
from psycopg import errors
from sqlalchemy import make_url
from web_world import CLASS, NAMES, opened_world

from taizhang.adapters.readers import DICTIONARY, CopyExists, copy_readable, role_script
from taizhang.projections.readers import descriptor, readable_columns, readable_tables

NOT_FOR_READERS = ("fact", "tag", "command", "guard", "lead", "case_file", "outside_entry")


def test_a_copy_for_readers_opens_in_datasette_and_holds_no_private_column(tmp_path: Path) -> None:
    path = tmp_path / "readers.db"
    with opened_world(tmp_path) as world:
        counts = copy_readable(world.house.log.database, path)
        with pytest.raises(CopyExists):
            copy_readable(world.house.log.database, path)
        live = tmp_path / "log.db"
        rows = asyncio.run(_asked(live, "/log/ledger_class.json?_shape=array"))
        assert [row["training_class"] for row in rows] == [CLASS]
    assert counts["ledger_enrolment"] == 3
    told = asyncio.run(_asked(path, "/readers/ledger_enrolment.json?_shape=array&_col=person&_col=evidenced_minutes"))
    assert sorted(row["evidenced_minutes"] for row in told) == [240, 480, 480]
    query = "select sum(seats_taken) as seats from ledger_class where county = '620121'"
    assert asyncio.run(_asked(path, "/readers.json", sql=query, _shape="array")) == [{"seats": 3}]
    with sqlite3.connect(path) as copy:
        names = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        columns = {(name, row[1]) for name in names for row in copy.execute(f'PRAGMA table_info("{name}")')}
    assert names == {*readable_tables(), DICTIONARY}
    assert not names & {*NOT_FOR_READERS}
    private = {("ledger_class", "state"), ("ledger_enrolment", "presence"), ("person_alias", "members")}
    assert ("ledger_class", "seats") in columns
    assert not columns & private
    assert not any(name.encode() in path.read_bytes() for name in NAMES)


async def _asked(path: Path, address: str, **parameters: str) -> Any:
    datasette = Datasette([str(path)])
    answer = await datasette.client.get(address, params=parameters or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_readers_role_reads_and_does_nothing_else(postgres_url: str, tmp_path: Path) -> None:
    url = make_url(postgres_url).set(drivername="postgresql")
    role = f"reader_{url.database}"[:60]
    with opened_world(tmp_path, postgres_url):
        script = "\n".join(role_script(role))
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as owner:
            for _ in range(2):  # run again, it makes the role right again
                owner.execute(script)
            owner.execute(f"SET SESSION AUTHORIZATION {role}")
            assert owner.execute("SELECT training_class FROM ledger_class").fetchall() == [(CLASS,)]
            for table, (_, made) in readable_tables().items():
                columns = ", ".join(column.name for column in readable_columns(made))
                owner.execute(f"SELECT {columns} FROM {table} LIMIT 1")
            forbidden = [
                *(f"SELECT * FROM {table}" for table in NOT_FOR_READERS),
                "SELECT state FROM ledger_class",
                "INSERT INTO household (household) VALUES ('h')",
                "UPDATE ledger_class SET seats = 1",
                "DELETE FROM ledger_class",
                "CREATE TABLE mine (a int)",
            ]
            for statement in forbidden:
                with pytest.raises((errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)):
                    owner.execute(statement)
            owner.execute("RESET SESSION AUTHORIZATION")
            owner.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_the_descriptor_tells_every_readable_column_in_both_languages() -> None:
    told = {one["title"]: one["schema"] for one in descriptor()["resources"]}
    assert told.keys() == readable_tables().keys()
    for name, (_, table) in readable_tables().items():
        fields = told[name]["fields"]
        assert [field["name"] for field in fields] == [column.name for column in readable_columns(table)]
        assert all(field["title"] and field["description"] for field in fields)
        assert set(told[name]["primaryKey"]) <= {field["name"] for field in fields}, name
