"""Verifying an exported log whole, against what one core could at most hash in C; and in two processes against one."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random

from benchmarks.enrolments import EnrolmentHouse, submit_all
from benchmarks.harness import Comparison, Measured, NotHere, Round, Size, folder, timed
from benchmarks.places import sqlite_url
from taizhang.adapters.log.log import Log
from taizhang.adapters.log.merkle import TILE_WIDTH, Edge, leaf_hashes, tile_path, tile_root
from taizhang.adapters.proof.checkpoints import Checkpoint
from taizhang.adapters.proof.export import export_log
from taizhang.adapters.proof.folder_check import verify_folder
from taizhang.adapters.proof.notes import NoteSigner, NoteVerifier, signed_note
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.proof.tiles import TreeReader, bundled, tiles_in
from taizhang.adapters.proof.verifying import Outside, Signatures, verify

NODE_BYTES = 65  # the prefix and two hashes
PROOFS = 200
LEAF_BYTES = 400


def _exported(size: Size, stack: ExitStack) -> tuple[Log, Path, NoteVerifier, int]:
    """A log of that many facts, exported; its key and how many bytes a leaf has on average."""
    house = EnrolmentHouse(sqlite_url(stack))
    stack.callback(house.log.close)
    while house.log.head().position < size.leaves:
        submit_all(house.desk, house.orders(1, size.batch))
    base = folder(stack)
    signer = Signer.create(base / "signer", house.log.head().origin)
    export_log(house.log, base / "out", signer.sign(house.log))
    leaves = house.log.page(0, 1000)
    return house.log, base / "out", signer.verifier, sum(len(fact.leaf) for fact in leaves) // len(leaves)


def _against_c(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    log, out, key, leaf_bytes = _exported(size, stack)
    openssl = shutil.which("openssl")
    if openssl is None:
        raise NotHere("openssl is not installed")
    program: str = openssl

    def ours(_number: int) -> Measured:
        return _processor_time(log.head().position, lambda: _require_whole(out, key))

    def rival(_number: int) -> Measured:
        a_leaf, a_node = _seconds_a_hash(program, leaf_bytes + 1), _seconds_a_hash(program, NODE_BYTES)
        return Measured(1_000_000, 1_000_000 * (a_leaf + a_node))

    return ours, rival


def _in_processes(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    out, key, count = _synthetic(size.leaves * 12 // TILE_WIDTH, folder(stack))

    def ours(_number: int) -> Measured:
        return timed(count, lambda: _require_whole(out, key, 2))

    def rival(_number: int) -> Measured:
        return timed(count, lambda: _require_whole(out, key, 1))

    return ours, rival


def _twelve_million(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    """A province's log, exported, on one core: in seconds of the processor, which another process cannot stretch."""
    out, key, count = _synthetic(size.leaves * 120 // TILE_WIDTH, folder(stack))

    def ours(_number: int) -> Measured:
        return _processor_time(count, lambda: _require_whole(out, key))

    def rival(_number: int) -> Measured:
        return Measured(12_000_000, 20.0)

    return ours, rival


def _synthetic(bundles: int, base: Path) -> tuple[Path, NoteVerifier, int]:
    """An exported log whose bundles all are links to one: as much to read and to hash, and little to store."""
    leaves = [bytes([number]) * LEAF_BYTES for number in range(TILE_WIDTH)]
    kept = {"entries": bundled(leaves), "0": b"".join(leaf_hashes(leaves))}
    for kind, data in kept.items():
        (base / kind).write_bytes(data)
        for index in range(bundles):
            place = base / tile_path("entries" if kind == "entries" else 0, index)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.hardlink_to(base / kind)
    row, level = [tile_root(leaf_hashes(leaves))] * bundles, 1
    edge = Edge(bundles * TILE_WIDTH, Edge.empty().append(row).hashes)
    while row:
        for at in range(0, len(row), TILE_WIDTH):
            part = row[at : at + TILE_WIDTH]
            place = base / tile_path(level, at // TILE_WIDTH, len(part))
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"".join(part))
        row = [tile_root(row[at : at + TILE_WIDTH]) for at in range(0, len(row) - TILE_WIDTH + 1, TILE_WIDTH)]
        level += 1
    signer = NoteSigner.generate("benchmark.example/log")
    (base / "checkpoint").write_text(signed_note(Checkpoint(signer.name, edge.size, edge.root()).text(), signer))
    return base, signer.verifier(), edge.size


def _database(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    log, out, key, _ = _exported(size, stack)
    count = log.head().position

    def ours(_number: int) -> Measured:
        return _processor_time(count, lambda: _require(verify(log, Signatures(), Outside()).ok))

    def rival(_number: int) -> Measured:
        return _processor_time(count, lambda: _require_whole(out, key))

    return ours, rival


def _proofs(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    log, out, _, _ = _exported(size, stack)
    count, random = log.head().position, Random(1)

    def ours(_number: int) -> Measured:
        asked = [random.randrange(count) for _ in range(PROOFS)]
        return timed(PROOFS, lambda: [TreeReader(count, tiles_in(out)).inclusion(index) for index in asked])

    def rival(_number: int) -> Measured:
        return Measured(PROOFS, PROOFS * 0.001)

    return ours, rival


def _require_whole(out: Path, key: NoteVerifier, processes: int = 1) -> None:
    _require(verify_folder(out, key, Policy(), processes).ok)


def _require(is_whole: bool) -> None:
    assert is_whole, "an untouched log is found damaged"


def _processor_time(amount: int, work: Callable[[], object]) -> Measured:
    """Seconds of this process on a core, as `openssl speed` counts them."""
    start = time.process_time()
    work()
    return Measured(amount, time.process_time() - start)


def _seconds_a_hash(openssl: str, length: int) -> float:
    call = [openssl, "speed", "-seconds", "1", "-bytes", str(length), "sha256"]
    said = subprocess.run(call, capture_output=True, text=True, check=True)
    found = re.search(r"^sha256\s+([0-9.]+)k", said.stdout, re.MULTILINE)
    if found is None:
        raise NotHere("openssl speed says no rate of sha256")
    return length / (float(found[1]) * 1000)


COMPARISONS = (
    Comparison("verify-export-against-c", "openssl speed: a leaf and a node hash", "leaves/s", _against_c),
    Comparison("verify-export-two-processes", "one process", "leaves/s", _in_processes),
    Comparison("verify-export-12-million", "12 million leaves in 20 s", "leaves/s", _twelve_million, rounds_most=1),
    Comparison("verify-database", "verifying the export of the same log", "facts/s", _database),
    Comparison("verify-proof-from-tiles", "1 ms a proof, tiles read anew", "proofs/s", _proofs),
)
