"""The log after its writer was killed: whole, and with everything that was answered."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from log_children import GUARD
from log_processes import child
from log_samples import audit, entry, everything
from structlog.testing import capture_logs

from taizhang.adapters.database import Database
from taizhang.adapters.log.log import Append, CommandRow, Log

KILLS = 5


def test_after_kill_9_in_the_middle_of_appends_the_log_is_whole(engine_url: str) -> None:
    dice = random.Random(9)
    log = Log.open(engine_url)
    for turn in range(KILLS):
        with child("stream", engine_url, str(turn)) as writer:
            answered = [writer.hear() for _ in range(dice.randrange(1, 12))]
            time.sleep(dice.uniform(0, 0.02))  # so that it dies at another place each time
            answered += writer.kill()
        last = int(answered[-1])
        log.append(
            Append([], commands=[CommandRow(f"after:{turn}", "digest", 0, 0, b"")])
        )  # waits until the dead writer's lock is gone
        assert audit(log) >= last, "an append that was answered is gone"
        _audit_commands(log)
        log.append(Append([entry("between")]))
    assert audit(log) == log.head().position
    log.close()


def test_a_commit_to_sqlite_waits_for_the_disk(tmp_path: Path) -> None:
    """Asked in a process of its own: in this one the tests do not wait."""
    asked = (
        "import sys; from taizhang.adapters.database import Database\n"
        "with Database(sys.argv[1]).write() as connection:\n"
        "    for pragma in ('synchronous', 'journal_mode'):\n"
        "        print(connection.exec_driver_sql(f'PRAGMA {pragma}').scalar())\n"
    )
    words = [sys.executable, "-c", asked, f"sqlite:///{tmp_path / 'log.db'}"]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout.split() == ["2", "wal"]  # 2: FULL


@pytest.mark.parametrize(("set_to", "kept"), [("off", "on"), ("on", "on"), ("remote_apply", "remote_apply")])
def test_a_commit_to_postgresql_waits_for_the_disk_whatever_it_is_set_to(
    postgres_url: str, set_to: str, kept: str
) -> None:
    with Database(postgres_url).write() as connection:
        name = connection.exec_driver_sql("SELECT quote_ident(current_database())").scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = {set_to}")
    database = Database(postgres_url)
    for transaction in (database.write, database.read, database.create):
        with transaction() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == kept


def test_a_postgresql_server_that_does_not_wait_for_its_disk_is_told_aloud(postgres_url: str) -> None:
    with capture_logs() as said, Database(postgres_url).read() as connection:
        assert connection.exec_driver_sql("SHOW fsync").scalar() == "off", "as the tests' own server runs"
    assert [one["event"] for one in said if one["log_level"] == "warning"] == ["this server does not wait for its disk"]


def _audit_commands(log: Log) -> None:
    """Each streamed fact belongs to a command row that counts it, and the guard stands where the last one left it."""
    streamed: dict[str, list[int]] = {}
    for fact in everything(log):
        body = json.loads(fact.leaf)["body"]
        if isinstance(body, str):
            streamed.setdefault(body, []).append(fact.position)
    state = log.read([], guards=[GUARD], commands=list(streamed))
    for command, positions in streamed.items():
        row = state.commands[command]
        assert positions == list(range(row.first_position, row.first_position + row.count))
        assert int(row.outcome) == row.count
    last = max(positions[-1] for positions in streamed.values())
    assert (state.guards[GUARD].position, int(state.guards[GUARD].state)) == (last, last)
