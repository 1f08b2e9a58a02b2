"""What the program says of its own troubles: where it was, and no value that a variable or a statement held."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa
import structlog

from taizhang.adapters.database import Database
from taizhang.adapters.told_plainly import tell_plainly

SECRET = "s3cr3t-c00k13"


def test_a_logged_failure_tells_where_it_was_and_no_value_of_any_variable(capsys: pytest.CaptureFixture[str]) -> None:
    tell_plainly()
    session_cookie = SECRET
    try:
        int(session_cookie[:0])
    except ValueError as problem:
        structlog.get_logger().error("page failed", exc_info=problem)
    logged = capsys.readouterr().err
    assert "page failed" in logged
    assert "Traceback" in logged
    assert SECRET not in logged


@pytest.mark.parametrize("module", ["views_apart", "past_apart"])
def test_the_processes_beside_the_server_say_so_alike(module: str) -> None:
    program = f"""
import os, sys
from taizhang.adapters import {module} as beside
def failing(*_):
    cookie = {SECRET!r}
    try:
        int(cookie[:0])
    except ValueError as problem:
        beside.structlog.get_logger().error("it failed", exc_info=problem)
beside.serve = failing
beside.main()
"""
    program = program.replace(
        repr(SECRET), " + ".join(map(repr, SECRET))
    )  # a traceback quotes lines, and may quote this one
    done = subprocess.run([sys.executable, "-c", program], input=b"", capture_output=True, check=False, timeout=120)
    said = done.stderr.decode()
    assert "it failed" in said
    assert SECRET not in said


def test_a_failing_statement_is_told_without_what_it_was_to_write(engine_url: str) -> None:
    database = Database(engine_url)
    with pytest.raises(sa.exc.DBAPIError) as failed, database.read() as connection:
        connection.execute(sa.text("SELECT :cookie FROM nowhere"), {"cookie": SECRET})
    database.close()
    assert "nowhere" in str(failed.value)
    assert SECRET not in str(failed.value)
