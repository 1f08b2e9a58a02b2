"""Logs with facts, plain SQL against them, and children for tests of signers and witnesses."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

from log_samples import entry
from sqlalchemy import text

from taizhang.adapters.database import insert_rows
from taizhang.adapters.log.log import Append, Log
from taizhang.adapters.log.merkle import Edge, leaf_hashes
from taizhang.adapters.log.tables import TILE
from taizhang.adapters.proof.signer import KEY, Signer

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


GROWN = 280  # facts


def sign_often(url: str, folder: str, start: threading.Barrier) -> list[str]:
    """Signs before `grow_often` begins and until it has ended."""
    log, signer = Log.open(url), Signer.open(Path(folder))
    notes = [signer.sign(log)]
    start.wait(60)
    while log.head().position < GROWN or len(notes) < 60:
        notes.append(signer.sign(log))
    notes.append(signer.sign(log))
    log.close()
    return notes


def grow_often(url: str, start: threading.Barrier) -> None:
    log = Log.open(url)
    start.wait(60)
    while log.head().position < GROWN:
        grow(log, 7)
    log.close()


def move(log: Log, after: int, by: int) -> None:
    """Renumber every fact after a position; in two steps, since a position may stand once only."""
    damage(log, "update fact set position = -position where position > :after", after=after)
    damage(log, "update fact set position = -position + :by where position < 0", by=by)


def forge_tree(log: Log) -> None:
    """Make tiles and head anew over whatever facts stand: what an administrator who has read our code can do."""
    facts = log.page(0, 100_000, 100_000)
    hashes = leaf_hashes([fact.leaf for fact in facts])
    assert len(facts) < 256 * 256
    full = [(0, index, b"".join(hashes[index * 256 :][:256])) for index in range(len(facts) // 256)]
    edge = Edge.empty().append(hashes)
    with log.database.write() as connection:
        connection.execute(text("delete from tile"))
        insert_rows(connection, TILE, full)
    head = {"position": len(facts), "at": facts[-1].recorded_at, "edge": edge.to_bytes()}
    damage(log, "update head set position = :position, recorded_at = :at, edge = :edge", **head)


def steal_key_and_sign_again(told: Log, signer: Signer) -> Signer:
    """Make the signer's folder anew with its own key, and sign the forged log."""
    key = (signer.folder / KEY).read_bytes()
    shutil.rmtree(signer.folder)
    Signer.create(signer.folder, told.head().origin)
    (signer.folder / KEY).write_bytes(key)
    forger = Signer.open(signer.folder)
    forger.sign(told)
    return forger
