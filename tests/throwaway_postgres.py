"""A PostgreSQL cluster of the tests' own: made in a temporary folder, used, stopped and removed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

import psycopg
from psycopg import sql

PORT_ATTEMPTS = 3  # somebody may take the free port between our asking for it and the server's binding it
SERVERS_OWN: Mapping[str, str] = MappingProxyType({})
NO_POWER_CUTS: Mapping[str, str] = MappingProxyType({"fsync": "off", "full_page_writes": "off"})
"""For a cluster that nobody starts again: processes may be killed, but nothing waits for the disk. Halves the tests' time."""
PROGRAMS = ("initdb", "pg_ctl", "postgres")


class PostgresMissing(Exception):
    """No PostgreSQL server programs were found on this machine."""


@dataclass(frozen=True)
class Cluster:
    """A running server; `url` names one of its databases for SQLAlchemy."""

    port: int
    socket_folder: Path

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """Yield the URL of a new, empty database; drop it afterwards, with whoever is still connected to it."""
        name = f"test_{uuid4().hex}"
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield self.url(name)
        finally:
            self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        where = {"host": str(self.socket_folder), "port": self.port, "user": "postgres", "dbname": "postgres"}
        with psycopg.connect(**where, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_cluster(settings: Mapping[str, str] = SERVERS_OWN) -> Iterator[Cluster]:
    """Start a cluster, with these settings and the server's own defaults for all others, and stop it at the end.

    It listens on a Unix socket and on a free port of 127.0.0.1. Raises PostgresMissing where no server is installed.
    """
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="taizhang-pg-"))
    try:
        if os.geteuid() == 0:  # the server refuses to run as root, so its folder belongs to its own user
            shutil.chown(folder, "postgres", "postgres")
        data = folder / "data"
        _run([binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"])
        cluster = _start(binaries, data, folder, settings)
        try:
            yield cluster
        finally:
            _run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path:
    """The folder of the newest server's programs: pg_config's own, Debian's versioned ones, or the one on PATH."""
    for folder in _candidates():
        if all((folder / program).is_file() for program in PROGRAMS):
            return folder
    raise PostgresMissing("no PostgreSQL server found (Debian: apt-get install postgresql)")


def _candidates() -> Iterator[Path]:
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdecimal()]
    yield from sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent


def _start(binaries: Path, data: Path, folder: Path, settings: Mapping[str, str]) -> Cluster:
    more = " ".join(f"-c {name}={value}" for name, value in settings.items())
    log = folder / "server.log"
    for _ in range(PORT_ATTEMPTS):
        port = _free_port()
        options = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 {more}"
        command = [binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start"]
        if _run(command, check=False) == 0:
            return Cluster(port=port, socket_folder=folder)
    raise RuntimeError(f"the throw-away PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def _run(command: list[str | Path], *, check: bool = True) -> int:
    as_its_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    words = [*as_its_user, *map(str, command)]
    # Output goes to a file: the server inherits it, and a pipe would stay open for as long as the server runs.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(words, stdout=output, stderr=output, cwd="/", check=False)
        if check and done.returncode != 0:
            output.seek(0)
            raise RuntimeError(f"{' '.join(words)} failed:\n{output.read().decode(errors='replace')}")
    return done.returncode


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
