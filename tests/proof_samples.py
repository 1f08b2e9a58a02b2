"""Logs with facts, plain SQL against them, and children for tests of signers and witnesses."""

from __future__ import annotations

from pathlib import Path

from log_samples import entry
from sqlalchemy import text

from taizhang.adapters.log.log import Append, Log
from taizhang.adapters.proof.signer import Signer

ORIGIN = "taizhang.test/log"


def grow(log: Log, count: int) -> int:
    """Append that many facts in one go; returns the position of the last."""
    first = log.head().position + 1
    log.append(Append([entry(f"thing:{number}", body=number) for number in range(first, first + count)]))
    return log.head().position


def damage(log: Log, statement: str, **values: object) -> None:
    """Do what somebody with every right on the database can do; it must hit at least one row."""
    with log.database.write() as connection:
        assert connection.execute(text(statement), values).rowcount > 0


def sign_often(url: str, folder: str) -> list[str]:
    log, signer = Log.open(url), Signer.open(Path(folder))
    notes = [signer.sign(log) for _ in range(60)]
    log.close()
    return notes


def grow_often(url: str) -> None:
    log = Log.open(url)
    for _ in range(40):
        grow(log, 7)
    log.close()
