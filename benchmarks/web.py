"""The web under load: readers that click about while a writer records; a whole list taken home; how heavy pages are.

The server runs as people run it, in a process of its own; readers ask one after the other, each pausing about a second
between two clicks. There is no rival: the other side is the aim, 50 ms for 99 of 100 reads, or the plainest way to write
the same file.
"""

from __future__ import annotations

import csv
import http.client
import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from benchmarks.enrolments import COUNTY, DAY, SEATS, EnrolmentHouse, submit_all
from benchmarks.harness import Comparison, Measured, NotHere, Round, Size, folder
from taizhang.adapters.house import House
from taizhang.adapters.settings import Settings
from taizhang.adapters.signin import SignIn
from taizhang.adapters.vault.keys import VaultKeys

AIM = Measured(1, 0.050)
PAGE_BYTES_MOST = 200_000
THINK_SECONDS = 1.0
FACTS_A_SECOND, FACTS_AT_ONCE = 100, 10
EXPORT_MIB_MOST = 200  # by which an export may make the server grow, however long the list is
PASSWORD = "bench only, 12 letters"
PAGES = ("/", "/ledger", f"/ledger?region={COUNTY}", "/facts", "/refusals")
ANSWERS = (
    f"/api/ledger?region={COUNTY}&limit=100",
    "/api/facts?limit=50",
    "/api/tables/ledger_class?limit=100",
    "/api/tables/ledger_enrolment?limit=100",
    "/api/status",
)


class Served(NamedTuple):
    """A running server, and how one gets in."""

    port: int
    process: subprocess.Popen[bytes]
    headers: dict[str, str]
    classes: list[str]  # with free seats, for the writer
    database: Path

    def cpu_seconds(self) -> float:
        """What the server has used of the processors."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mib(self) -> int:
        """The most memory the server ever held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) // 1024


def _readers(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    served = stack.enter_context(_server(size, stack))

    def ours(number: int) -> Measured:
        seconds = _under_load(served, size, number)
        return Measured(1, seconds)

    return ours, lambda _: AIM


def _under_load(served: Served, size: Size, number: int) -> float:
    """The 99th percentile of all reads in a round, in seconds. Raises AssertionError on any answer but 200."""
    until = time.monotonic() + size.web_seconds
    told: list[list[tuple[float, int, str]]] = [[] for _ in range(size.web_readers)]
    readers = [
        threading.Thread(target=_read, args=(served, until, random.Random(f"{number}-{one}"), told[one]))
        for one in range(size.web_readers)
    ]
    written: list[int] = []
    writer = threading.Thread(target=_write, args=(served, until, number, written))
    before, began = served.cpu_seconds(), time.monotonic()
    for thread in (*readers, writer):
        thread.start()
    for thread in (*readers, writer):
        thread.join()
    spent, wall = served.cpu_seconds() - before, time.monotonic() - began
    reads = [read for one in told for read in one]
    assert reads, "nobody read anything"
    seconds = sorted(read[0] for read in reads)
    p99 = seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))]
    heaviest = max((read for read in reads if not read[2].startswith("/api/")), key=lambda read: read[1])
    print(
        f"  {len(reads):,} reads and {sum(written):,} facts in {wall:.0f} s: median {statistics.median(seconds) * 1e3:.0f} ms, "
        f"p99 {p99 * 1e3:.0f} ms; server CPU {spent:.1f} s; heaviest page {heaviest[1]:,} bytes; peak {served.peak_mib()} MiB",
        file=sys.stderr,
    )
    assert heaviest[1] < PAGE_BYTES_MOST, f"{heaviest[2]} weighs {heaviest[1]:,} bytes"
    return p99


def _read(served: Served, until: float, chance: random.Random, told: list[tuple[float, int, str]]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    time.sleep(chance.uniform(0, THINK_SECONDS))
    while time.monotonic() < until:
        path = chance.choice((*PAGES, *ANSWERS))
        began = time.perf_counter()
        connection.request("GET", path, headers=served.headers)
        answer = connection.getresponse()
        body = answer.read()
        told.append((time.perf_counter() - began, len(body), path))
        assert answer.status == 200, f"{path}: {answer.status} {body[:300]!r}"
        time.sleep(chance.uniform(0.5, 1.5) * THINK_SECONDS)
    connection.close()


def _write(served: Served, until: float, number: int, written: list[int]) -> None:
    """Enrol people, a few at a time, so that so many facts a second are recorded."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    chance, turn = random.Random(f"writer-{number}"), 0
    next_at = time.monotonic()
    while time.monotonic() < until and served.classes:
        training_class = served.classes[-1]
        commands = [
            {
                "id": f"{number}-{turn}-{one}",
                "command": "training.enrol-trainee",
                "body": {
                    "occurred_on": (DAY + timedelta(days=20)).isoformat(),
                    "training_class": training_class,
                    "person": f"p{chance.getrandbits(64):016x}",
                },
            }
            for one in range(FACTS_AT_ONCE)
        ]
        connection.request(
            "POST",
            "/api/commands",
            msgspec.json.encode({"commands": commands}),
            {**served.headers, "content-type": "application/json"},
        )
        answer = connection.getresponse()
        told = msgspec.json.decode(answer.read())
        assert answer.status == 200, told
        written.append(sum(one["outcome"] == "recorded" for one in told["results"]))
        assert written[-1] == FACTS_AT_ONCE, told["results"][0]
        turn += 1
        if turn % (SEATS // FACTS_AT_ONCE) == 0:
            served.classes.pop()
        next_at += FACTS_AT_ONCE / FACTS_A_SECOND
        time.sleep(max(0.0, next_at - time.monotonic()))
    connection.close()


def _export(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    served = stack.enter_context(_server(size, stack))
    place = folder(stack)

    def ours(number: int) -> Measured:
        before = served.peak_mib()
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=3600)
        began = time.perf_counter()
        address = f"/api/tables/ledger_enrolment?format=csv&purpose=bench-{number}"
        connection.request("GET", address, headers=served.headers)
        answer = connection.getresponse()
        length = 0
        while part := answer.read(1 << 20):
            length += len(part)
        seconds = time.perf_counter() - began
        assert answer.status == 200
        rows, grown = int(answer.headers["taizhang-rows"]), served.peak_mib() - before
        print(f"  {rows:,} rows, {length:,} bytes in {seconds:.1f} s; the server grew by {grown} MiB", file=sys.stderr)
        assert grown < EXPORT_MIB_MOST, f"an export of {rows:,} rows took {grown} MiB"
        return Measured(rows, seconds)

    def plain(number: int) -> Measured:
        began, count = time.perf_counter(), 0
        with sqlite3.connect(served.database) as connection, (place / f"{number}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            for row in connection.execute("SELECT * FROM ledger_enrolment ORDER BY training_class, person"):
                writer.writerow([one for one in row if not isinstance(one, bytes)])
                count += 1
        return Measured(count, time.perf_counter() - began)

    return ours, plain


@contextmanager
def _server(size: Size, stack: ExitStack) -> Iterator[Served]:
    """A server over so many facts, its views level with them. Raises NotHere."""
    if not Path("/proc/self/stat").exists():
        raise NotHere("CPU and memory of the server are read from /proc, which this machine does not have")
    place = folder(stack)
    database, keys = place / "taizhang.db", VaultKeys.generate()
    settings = Settings(
        database=f"sqlite:///{database}", vault=f"sqlite:///{place / 'vault.db'}", files=str(place / "files")
    )
    made = EnrolmentHouse(settings.database)
    batch = min(1_000, size.web_facts)
    for _ in range(-(-size.web_facts // batch)):
        submit_all(made.desk, made.orders(1, batch))
    seats = int(size.web_seconds * FACTS_A_SECOND * size.rounds * 1.2) + SEATS
    classes = [str(one) for one in made.file_classes(-(-seats // SEATS))]
    made.log.close()
    house = House(settings, keys)
    try:
        house.signin.enrol("clerk", "bench", SignIn.new_key(), PASSWORD, must_change=False)
        token = house.signin.open("clerk", PASSWORD)
        session = house.signin.who(token)
        assert session is not None
        house.views.catch_up()
    finally:
        house.close()
    headers = {"cookie": f"taizhang_session={token}", "x-csrf-token": session.csrf}
    port, log = _free_port(), stack.enter_context((place / "server.log").open("wb"))
    process = subprocess.Popen(_command(port), env=_environment(settings, keys), stdout=log, stderr=log)
    try:
        _await(port, process)
        yield Served(port, process, headers, classes, database)
    finally:
        process.terminate()
        process.wait(60)


def _command(port: int) -> list[str]:
    web = ["-m", "uvicorn", "--factory", "taizhang.http.app:from_environment"]
    return [
        sys.executable,
        *web,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--log-level",
        "warning",
        "--no-access-log",
    ]


def _environment(settings: Settings, keys: VaultKeys) -> dict[str, Any]:
    return {
        **os.environ,
        "TAIZHANG_DATABASE": settings.database,
        "TAIZHANG_VAULT": settings.vault,
        "TAIZHANG_FILES": settings.files,
        "TAIZHANG_VAULT_KEY": keys.text(),
        "TAIZHANG_REQUESTS_PER_MINUTE": "0",  # one session asks for everybody
    }


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not come up")


COMPARISONS = (
    Comparison("query-web-readers", "the aim: 50 ms", "reads at the 99th percentile/s", _readers, rounds_most=3),
    Comparison("query-web-export", "plain sqlite3 and csv", "rows/s", _export, rounds_most=3),
)
