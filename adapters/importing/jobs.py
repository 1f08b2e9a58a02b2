"""Imports under way and what clerks confirmed: tables in the vault's database, so that a run that died is finished.

A job names its file by digest (the file itself lies encrypted in the file store), its officer and its options; never
a row's contents.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    inspect,
    select,
    tuple_,
    update,
)

from taizhang.adapters.database import Database, insert_rows, upsert_rows
from taizhang.domain.core import Actor, LateAddition

State = Literal["done", "running", "waiting", "interrupted", "unreadable"]
SILENCE_US = 600_000_000  # a process of another machine that says nothing for so long is taken for dead

_METADATA = MetaData()
_JOB = Table(
    "import_job",
    _METADATA,
    Column("id", Text, primary_key=True),
    Column("started_at", BigInteger, nullable=False),  # UTC microseconds
    Column("finished_at", BigInteger),
    Column("attempt", Integer, nullable=False),  # 1, and one more each time that somebody goes on with it
    Column("process", Text, nullable=False),  # who works on it: host, process id, start of the process
    Column("beat_at", BigInteger, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("asked", LargeBinary, nullable=False),  # an Asked
    Column("answer", LargeBinary),  # counts by verdict and the digest of the result workbook
)
_REMEMBERED = Table(
    "remembered_mapping",
    _METADATA,
    Column("sender", Text, primary_key=True),
    Column("header", Text, primary_key=True),
    Column("field", Text, nullable=False),  # "" for a column that means nothing here
    Column("confirmed_by", Text, nullable=False),
    Column("confirmed_at", BigInteger, nullable=False),
)


_BATCH = Table(
    "import_batch",
    _METADATA,
    Column("id", Text, primary_key=True),
    Column("started_at", BigInteger, nullable=False),
    Column("kept", LargeBinary, nullable=False),  # a KeptBatch
)


class KeptBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Files that were handed in together: who did, each file's digest and name, and its rows as they were understood."""

    by: Actor
    files: list[tuple[str, str]]
    rows: list[int] = []  # none in a batch of before they were kept


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """All that is needed to start an import again from its stored file."""

    file: str
    filename: str
    by: Actor
    sender: str | None = None
    reason: str | None = None
    mapping: dict[str, str] = {}
    addition: LateAddition | None = None


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One import; its run id is new with every attempt, its facts are recorded once however many there are."""

    id: str
    attempt: int
    asked: Asked
    started_at: int
    finished_at: int | None = None
    done: int = 0
    total: int = 0
    process: str = ""
    beat_at: int = 0
    answer: dict[str, Any] | None = None

    def run_id(self, attempt: int | None = None) -> str:
        return f"{self.id}/{attempt or self.attempt}"


class Jobs:
    """The imports of one house."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database, self._clock = database, clock
        with database.read() as connection:
            made = all(inspect(connection).has_table(table.name) for table in (_JOB, _REMEMBERED, _BATCH))
        if not made:
            with database.create() as connection:
                _METADATA.create_all(connection)

    def begin(self, asked: Asked) -> Job:
        """A new job, worked on by this process."""
        [job] = self.queue([asked])
        return job

    def queue(self, asked: Sequence[Asked], batch: str = "", kept: KeptBatch | None = None) -> list[Job]:
        """New jobs that this process works on one after another: whoever goes on after its death keeps their order.

        `kept` is remembered under the name `batch` in the same transaction: no file of it is without its job.
        """
        now_us, mine = self._clock(), this_process()
        jobs = [
            Job(id=secrets.token_hex(8), attempt=1, asked=one, started_at=now_us + place, process=mine)
            for place, one in enumerate(asked)
        ]
        rows = [
            (job.id, job.started_at, None, 1, mine, now_us, 0, 0, msgspec.json.encode(job.asked), None) for job in jobs
        ]
        with self._database.write() as connection:
            insert_rows(connection, _JOB, rows)
            if kept is not None:
                insert_rows(connection, _BATCH, [(batch, now_us, msgspec.json.encode(kept))])
        return jobs

    def beat(self, job: Job, done: int, total: int) -> None:
        """Say how far the job is, and that somebody works on it and on those of its process that wait behind it."""
        now_us = self._clock()
        behind = update(_JOB).where(_JOB.c.process == job.process, _JOB.c.finished_at.is_(None)).values(beat_at=now_us)
        with self._database.write() as connection:
            connection.execute(behind)
            connection.execute(update(_JOB).where(_JOB.c.id == job.id).values(done=done, total=total))

    def finish(self, job: Job, answer: Mapping[str, Any]) -> None:
        self._set(job.id, finished_at=self._clock(), answer=msgspec.json.encode(answer))

    def unreadable(self, job: Job, code: str) -> None:
        """The job's file cannot be taken in at all; `code` says why (adapters/sheets/sheets.py)."""
        self.finish(job, {"unreadable": code})

    def abandon(self, job: Job) -> None:
        """The job cannot be finished, its file is gone or damaged: nobody goes on with it."""
        self._set(job.id, finished_at=self._clock())

    def release(self, job: Job) -> None:
        """This process stops working on the job, over an error: whoever asks next may go on with it."""
        self._set(job.id, process="")

    def job(self, id: str) -> Job | None:
        with self._database.read() as connection:
            row = connection.execute(select(_JOB).where(_JOB.c.id == id)).first()
        return None if row is None else _job(row)

    def recent(self, limit: int = 50, before: tuple[int, str] | None = None) -> list[Job]:
        """The newest jobs, newest first; `before`: those after the job that began then and has this id."""
        order = (_JOB.c.started_at, _JOB.c.id)
        query = select(_JOB).order_by(*(one.desc() for one in order)).limit(limit)
        if before is not None:
            query = query.where(tuple_(*order) < tuple_(*before))
        with self._database.read() as connection:
            return [_job(row) for row in connection.execute(query)]

    def take_over(self, only: Collection[str] | None = None) -> list[Job]:
        """The jobs that nobody works on any more, now this process's own; two that ask at once do not both get one.

        `only`: of these ids.
        """
        with self._database.read() as connection:
            rows = connection.execute(select(_JOB).where(_JOB.c.finished_at.is_(None)).order_by(_JOB.c.started_at))
            left = [job for job in map(_job, rows) if (only is None or job.id in only) and not self.is_alive(job)]
        return [taken for job in left if (taken := self._take(job)) is not None]

    def _take(self, job: Job) -> Job | None:
        mine, now_us = this_process(), self._clock()
        ours = (
            update(_JOB)
            .where(_JOB.c.id == job.id, _JOB.c.attempt == job.attempt, _JOB.c.finished_at.is_(None))
            .values(attempt=job.attempt + 1, process=mine, beat_at=now_us, done=0, total=0)
        )
        with self._database.write() as connection:
            if connection.execute(ours).rowcount != 1:
                return None
        return msgspec.structs.replace(job, attempt=job.attempt + 1, process=mine, done=0, total=0)

    def state(self, job: Job | None) -> State:
        """How a job stands, for those who look from outside; None is a file that had been erased."""
        if job is None or (job.finished_at is not None and job.answer is None):
            return "interrupted"
        if job.answer is not None:
            return "unreadable" if "unreadable" in job.answer else "done"
        if not self.is_alive(job):
            return "interrupted"
        return "running" if job.total else "waiting"

    def can_go_on(self, job: Job | None) -> bool:
        """Whether the job was begun, is not over, and nobody works on it."""
        return job is not None and job.finished_at is None and not self.is_alive(job)

    def is_alive(self, job: Job) -> bool:
        """Whether some process works on the job."""
        if not job.process:
            return False
        host, process, started = job.process.rsplit("|", 2)
        if host != socket.gethostname():
            return job.beat_at > self._clock() - SILENCE_US
        return started == start_of(int(process))

    def _set(self, id: str, **values: Any) -> None:
        statement = update(_JOB).where(_JOB.c.id == bindparam("job")).values({name: bindparam(name) for name in values})
        with self._database.write() as connection:
            connection.execute(statement, {"job": id, **values})

    # -- batches ------------------------------------------------------------------------------------------

    def batch(self, id: str) -> tuple[KeptBatch, list[Job | None]] | None:
        """A batch and the job of each of its files; None for a file that had been erased."""
        with self._database.read() as connection:
            row = connection.execute(select(_BATCH).where(_BATCH.c.id == id)).first()
            if row is None:
                return None
            since = select(_JOB).where(_JOB.c.started_at >= row.started_at).order_by(_JOB.c.started_at)
            jobs = [_job(one) for one in connection.execute(since)]
        kept = msgspec.json.decode(row.kept, type=KeptBatch)
        found: list[Job | None] = []
        for digest, _ in kept.files:
            mine = (job for job in jobs if job.asked.file == digest and job.asked.by.officer == kept.by.officer)
            found.append(next(mine, None))
        return kept, found

    # -- mappings -----------------------------------------------------------------------------------------

    def remembered(self, sender: str | None) -> dict[str, str]:
        """Header -> field, as a clerk confirmed it for this sender's files."""
        if not sender:
            return {}
        query = select(_REMEMBERED.c.header, _REMEMBERED.c.field).where(_REMEMBERED.c.sender == sender)
        with self._database.read() as connection:
            return {row.header: row.field for row in connection.execute(query)}

    def remember(self, sender: str, mapping: Mapping[str, str], by: Actor) -> None:
        """Keep what the clerk confirmed; the newest word on a header wins."""
        now_us = self._clock()
        rows = [(sender, header, field, by.officer, now_us) for header, field in mapping.items()]
        with self._database.write() as connection:
            upsert_rows(connection, _REMEMBERED, rows)


def this_process() -> str:
    return f"{socket.gethostname()}|{os.getpid()}|{start_of(os.getpid())}"


def start_of(process: int) -> str:
    """When the process with this id began, so that a later process of the same id is told apart; "" if there is none."""
    try:
        after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return "" if Path("/proc/self").exists() else _elsewhere(process)
    return "" if after_name[0] in "ZX" else after_name[19]  # a zombie is dead already


def _elsewhere(process: int) -> str:
    """Where there is no /proc a living process cannot be told from a later one of its id."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        return "alive"
    return "alive"


def _job(row: Any) -> Job:
    return Job(
        id=row.id,
        attempt=row.attempt,
        asked=msgspec.json.decode(row.asked, type=Asked),
        started_at=row.started_at,
        finished_at=row.finished_at,
        done=row.done,
        total=row.total,
        process=row.process,
        beat_at=row.beat_at,
        answer=None if row.answer is None else msgspec.json.decode(row.answer),
    )
