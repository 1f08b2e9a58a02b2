"""The web under load: readers that click about while a writer records; a whole list taken home; how heavy pages are.

The server runs as people run it, with the process that keeps its views; readers are officers of the province and of
counties, who ask one after the other, each pausing about a second between two clicks. There is no rival: the other side is
the aim, 50 ms for 99 of 100 reads, or the plainest way to write the same file.
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
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from benchmarks.enrolments import SEATS
from benchmarks.harness import Comparison, Measured, NotHere, Round, Size, folder
from benchmarks.web_house import DAY, Loaded, Reader, enrolled_house, loaded_house

AIM = Measured(1, 0.050)
PAGE_BYTES_MOST = 200_000
THINK_SECONDS = 1.0
FACTS_A_SECOND, FACTS_AT_ONCE = 100, 10
EXPORT_MIB_MOST = 200  # by which an export may make the server grow, however long the list is
FORMATS = ("csv", "jsonl", "parquet", "xlsx")
EXPORTED = "ledger_enrolment"


def addresses(reader: Reader, classes: list[str]) -> tuple[str, ...]:
    """What this officer may look at: pages from the overview down to a class, and answers of the API."""
    county, one = reader.county, classes[len(classes) // 2]
    return (
        "/",
        "/ledger",
        f"/ledger?region={county}",
        f"/classes/{one}",
        f"/facts?of=class:{one}",
        "/facts",
        "/refusals",
        f"/api/ledger?region={county}&limit=100",
        "/api/facts?limit=50",
        "/api/tables/ledger_class?limit=100",
        "/api/tables/ledger_enrolment?limit=100",
        "/api/status",
    )


class Served(NamedTuple):
    """A running server over a loaded house."""

    port: int
    process: subprocess.Popen[bytes]
    house: Loaded
    database: Path

    def processes(self) -> list[int]:
        """The server, and the processes that it started."""
        mine = [self.process.pid]
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                if int(path.read_text().rpartition(")")[2].split()[1]) == self.process.pid:
                    mine.append(int(path.parent.name))
        return mine

    def cpu_seconds(self) -> list[float]:
        """What each of them has used of the processors."""
        return [_cpu_seconds(pid) for pid in self.processes()]

    def peak_mib(self) -> list[int]:
        """The most memory that each of them ever held."""
        return [_status_kib(pid, "VmHWM") // 1024 for pid in self.processes()]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _status_kib(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def _readers(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    place = folder(stack)
    seats = int(size.web_seconds * FACTS_A_SECOND * size.rounds * 1.2) + SEATS
    served = stack.enter_context(_server(loaded_house(place, size.web_facts, seats), place, stack))

    def ours(number: int) -> Measured:
        seconds = _under_load(served, size, number)
        return Measured(1, seconds)

    return ours, lambda _: AIM


def _under_load(served: Served, size: Size, number: int) -> float:
    """The 99th percentile of all reads in a round, in seconds. Raises AssertionError on any answer but 200."""
    until = time.monotonic() + size.web_seconds
    told: list[list[tuple[float, int, str]]] = [[] for _ in range(size.web_readers)]
    readers = [
        threading.Thread(target=_read, args=(served, until, one, random.Random(f"{number}-{one}"), told[one]))
        for one in range(size.web_readers)
    ]
    written: list[int] = []
    writer = threading.Thread(target=_write, args=(served, until, number, written))
    before, began = served.cpu_seconds(), time.monotonic()
    for thread in (*readers, writer):
        thread.start()
    for thread in (*readers, writer):
        thread.join()
    wall = time.monotonic() - began
    spent = [after - earlier for after, earlier in zip(served.cpu_seconds(), before, strict=True)]
    reads = [read for one in told for read in one]
    assert reads, "nobody read anything"
    seconds = sorted(read[0] for read in reads)
    p99 = seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))]
    heaviest = max((read for read in reads if not read[2].startswith("/api/")), key=lambda read: read[1])
    print(
        f"  {len(reads):,} reads and {sum(written):,} facts in {wall:.0f} s: median {statistics.median(seconds) * 1e3:.0f} ms, "
        f"p99 {p99 * 1e3:.0f} ms; CPU of server and views {_listed(spent)} s; heaviest page {heaviest[1]:,} bytes; "
        f"peak {_listed(served.peak_mib())} MiB",
        file=sys.stderr,
    )
    _print_by_address(reads)
    assert heaviest[1] < PAGE_BYTES_MOST, f"{heaviest[2]} weighs {heaviest[1]:,} bytes"
    return p99


def _print_by_address(reads: list[tuple[float, int, str]]) -> None:
    """Which reads were slow: of each kind how many, the median and the slowest."""
    kinds: dict[str, list[float]] = {}
    for seconds, _, path in reads:
        kinds.setdefault(path.partition("?")[0] if "/classes/" not in path else "/classes/…", []).append(seconds)
    for kind, found in sorted(kinds.items()):
        median, slowest = statistics.median(found) * 1e3, max(found) * 1e3
        print(f"    {kind}: {len(found)} reads, median {median:.0f} ms, slowest {slowest:.0f} ms", file=sys.stderr)


def _listed(values: Sequence[float]) -> str:
    return " + ".join(f"{value:,.0f}" for value in values)


def _read(served: Served, until: float, one: int, chance: random.Random, told: list[tuple[float, int, str]]) -> None:
    reader = served.house.readers[one % len(served.house.readers)]
    paths = addresses(reader, [name for name in served.house.classes if name[1:7] == reader.county])
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    time.sleep(chance.uniform(0, THINK_SECONDS))
    while time.monotonic() < until:
        path = chance.choice(paths)
        began = time.perf_counter()
        connection.request("GET", path, headers=reader.headers)
        answer = connection.getresponse()
        body = answer.read()
        told.append((time.perf_counter() - began, len(body), path))
        assert answer.status == 200, f"{path}: {answer.status} {body[:300]!r}"
        time.sleep(chance.uniform(0.5, 1.5) * THINK_SECONDS)
    connection.close()


def _write(served: Served, until: float, number: int, written: list[int]) -> None:
    """Enrol people, a few at a time, so that so many facts a second are recorded."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    turn = 0
    if number and served.house.classes:
        served.house.classes.pop()  # the round before has left it with some of its seats taken
    next_at = time.monotonic()
    while time.monotonic() < until and served.house.classes:
        training_class = served.house.classes[-1]
        commands = [
            {
                "id": f"{number}-{turn}-{one}",
                "command": "training.enrol-trainee",
                "body": {
                    "occurred_on": (DAY + timedelta(days=20)).isoformat(),
                    "training_class": training_class,
                    "person": served.house.people.pop(),
                },
            }
            for one in range(FACTS_AT_ONCE)
        ]
        connection.request(
            "POST",
            "/api/commands",
            msgspec.json.encode({"commands": commands}),
            {**served.house.writer, "content-type": "application/json"},
        )
        answer = connection.getresponse()
        told = msgspec.json.decode(answer.read())
        assert answer.status == 200, told
        written.append(sum(one["outcome"] == "recorded" for one in told["results"]))
        assert written[-1] == FACTS_AT_ONCE, told["results"][0]
        turn += 1
        if turn % (SEATS // FACTS_AT_ONCE) == 0:
            served.house.classes.pop()
        next_at += FACTS_AT_ONCE / FACTS_A_SECOND
        time.sleep(max(0.0, next_at - time.monotonic()))
    connection.close()


def _export(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    place = folder(stack)
    served = stack.enter_context(_server(enrolled_house(place, size.web_facts), place, stack))

    def ours(number: int) -> Measured:
        for form in FORMATS[1:] if number == 0 else ():  # of the others only how much memory they take
            _taken(served, form, number)
        return _taken(served, "csv", number)

    def plain(number: int) -> Measured:
        began, count = time.perf_counter(), 0
        with sqlite3.connect(served.database) as connection, (place / f"{number}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            for row in connection.execute("SELECT * FROM ledger_enrolment ORDER BY training_class, person"):
                writer.writerow([one for one in row if not isinstance(one, bytes)])
                count += 1
        return Measured(count, time.perf_counter() - began)

    return ours, plain


def _taken(served: Served, form: str, number: int) -> Measured:
    """Take the whole list home. Raises AssertionError when the server grows with it."""
    before = _status_kib(served.process.pid, "VmHWM")
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=3600)
    began, cpu = time.perf_counter(), _cpu_seconds(served.process.pid)
    address = f"/api/tables/{EXPORTED}?format={form}&purpose=bench-{number}"
    connection.request("GET", address, headers=served.house.readers[0].headers)
    answer = connection.getresponse()
    length = 0
    while part := answer.read(1 << 20):
        length += len(part)
    seconds = time.perf_counter() - began
    assert answer.status == 200
    rows = int(answer.headers["taizhang-rows"])
    grown = (_status_kib(served.process.pid, "VmHWM") - before) // 1024
    print(
        f"  {form}: {rows:,} rows, {length:,} bytes in {seconds:.1f} s, {_cpu_seconds(served.process.pid) - cpu:.1f} s of CPU; "
        f"the server grew by {grown} MiB to {_listed(served.peak_mib())} MiB",
        file=sys.stderr,
    )
    assert grown < EXPORT_MIB_MOST, f"an export of {rows:,} rows took {grown} MiB"
    return Measured(rows, seconds)


@contextmanager
def _server(house: Loaded, place: Path, stack: ExitStack) -> Iterator[Served]:
    """A server over this house. Raises NotHere."""
    if not Path("/proc/self/stat").exists():
        raise NotHere("CPU and memory of the server are read from /proc, which this machine does not have")
    port, log = _free_port(), stack.enter_context((place / "server.log").open("wb"))
    process = subprocess.Popen(_command(port), env=_environment(house), stdout=log, stderr=log)
    try:
        _await(port, process)
        yield Served(port, process, house, place / "taizhang.db")
    finally:
        process.terminate()
        process.wait(60)


def _command(port: int) -> list[str]:
    reader = ["--http", "taizhang.http.request_reader:RequestReader"]  # as `serve` does
    web = ["-m", "uvicorn", "--factory", "taizhang.http.app:from_environment", *reader]
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


def _environment(house: Loaded) -> dict[str, Any]:
    settings, keys = house.settings, house.keys
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
