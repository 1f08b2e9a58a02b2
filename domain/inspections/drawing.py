"""How a sample is drawn: a plain function of seed, method and population, which anybody can compute again.

Only the standard library is needed, so this one file is enough to check a draw. A population is CSV in UTF-8 with
the header `unit,stratum,amount_fen`, line breaks alone, rows by unit; its digest is the SHA-256 of exactly these bytes.
"""

from __future__ import annotations

import base64
import csv
import io
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import accumulate, pairwise
from typing import NamedTuple

COLUMNS = ("unit", "stratum", "amount_fen")
DIGEST_BYTES = 32


class NotDrawable(ValueError):
    """The population, the checkpoint or the way of drawing cannot be used; `str()` says why."""


class Unit(NamedTuple):
    """One thing that may be drawn: its id, its stratum, and its sum in fen."""

    unit: str
    stratum: str = ""
    amount_fen: int = 0


class Method(NamedTuple):
    """How it is drawn: so many units, at random or by stratum; or every unit that a step of the money falls on."""

    name: str  # "random", "stratified" or "monetary-unit"
    size: int | None = None  # of the first two
    interval_fen: int | None = None  # of the third


class Mark(NamedTuple):
    """What a checkpoint says: the log's name, how many facts it has, the root over them."""

    origin: str
    size: int
    root: bytes


# -- the draw ---------------------------------------------------------------------------------------------


def seed_of(population_digest: str, root: bytes, nonce: str) -> str:
    """SHA-256 over the population's digest, the checkpoint's root and the nonce, 32 bytes each; hex."""
    parts = [bytes.fromhex(population_digest), root, bytes.fromhex(nonce)]
    if any(len(part) != DIGEST_BYTES for part in parts):
        raise NotDrawable("the population's digest, the root and the nonce have 32 bytes each")
    return sha256(b"".join(parts)).hexdigest()


def nonce_digest(nonce: str) -> str:
    """What commits to a nonce before it is opened; hex."""
    return sha256(bytes.fromhex(nonce)).hexdigest()


def drawn(seed: str, method: Method, units: Iterable[Unit]) -> tuple[str, ...]:
    """The ids drawn, in the order in which they are drawn. Raises NotDrawable."""
    population = tuple(units)
    if not population:
        raise NotDrawable("the population is empty")
    if method.name == "monetary-unit":
        return _by_money(seed, _stated(method.interval_fen, "interval_fen"), population)
    size = min(_stated(method.size, "size"), len(population))
    if method.name == "random":
        return _first(seed, [one.unit for one in population], size)
    if method.name == "stratified":
        return _by_stratum(seed, size, population)
    raise NotDrawable(f"{method.name} is no method of drawing")


def shares_of_strata(size: int, counts: dict[str, int]) -> dict[str, int]:
    """How many are drawn of each stratum: one of each if there are enough, the rest in proportion to what is left.

    What proportion leaves over goes to the largest remainders, at equal ones to the stratum that sorts first.
    """
    one_each = 1 if size >= len(counts) else 0
    left = {stratum: count - one_each for stratum, count in counts.items()}
    rest, whole = size - one_each * len(counts), sum(left.values())
    given = {stratum: (rest * count // whole if whole else 0) for stratum, count in left.items()}
    over = rest - sum(given.values())
    by_remainder = sorted(left, key=lambda stratum: (-(rest * left[stratum] % whole if whole else 0), stratum))
    for stratum in by_remainder[:over]:
        given[stratum] += 1
    return {stratum: one_each + given[stratum] for stratum in sorted(counts)}


def _first(seed: str, ids: Sequence[str], size: int) -> tuple[str, ...]:
    """The units whose hash with the seed comes first."""
    key = bytes.fromhex(seed)
    return tuple(sorted(ids, key=lambda one: (sha256(key + one.encode()).digest(), one))[:size])


def _by_stratum(seed: str, size: int, population: Sequence[Unit]) -> tuple[str, ...]:
    strata: dict[str, list[str]] = {}
    for one in population:
        strata.setdefault(one.stratum, []).append(one.unit)
    shares = shares_of_strata(size, {stratum: len(ids) for stratum, ids in strata.items()})
    return tuple(unit for stratum, share in shares.items() for unit in _first(seed, strata[stratum], share))


def _by_money(seed: str, interval_fen: int, population: Sequence[Unit]) -> tuple[str, ...]:
    """Every interval_fen-th fen from a random start; a unit hit twice is drawn once, one of no money never."""
    paid = [one for one in population if one.amount_fen > 0]
    ends = list(accumulate(one.amount_fen for one in paid))
    if not ends:
        raise NotDrawable("no unit of the population has a sum")
    start = int.from_bytes(sha256(bytes.fromhex(seed) + b"start").digest(), "big") % interval_fen
    if start >= ends[-1]:
        raise NotDrawable("the interval is above the population's sum, and its start fell behind the end")
    hit = (paid[bisect_right(ends, point)].unit for point in range(start, ends[-1], interval_fen))
    return tuple(dict.fromkeys(hit))


def _stated(value: int | None, name: str) -> int:
    if value is None or value < 1:
        raise NotDrawable(f"the method needs {name}, at least 1")
    return value


# -- populations and checkpoints --------------------------------------------------------------------------


def population_bytes(units: Iterable[Unit]) -> bytes:
    """A population as it is exported: always the same bytes for the same units. Raises NotDrawable."""
    rows = sorted(units)
    _require_single(rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([COLUMNS, *rows])
    return text.getvalue().encode()


def read_population(data: bytes) -> tuple[Unit, ...]:
    """The units of an exported population. Raises NotDrawable when it is none, or is spelled otherwise."""
    try:
        header, *rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
        units = tuple(Unit(unit, stratum, int(amount)) for unit, stratum, amount in rows)
    except (ValueError, csv.Error) as problem:
        raise NotDrawable(f"this is no population: {problem}") from None
    if tuple(header) != COLUMNS or population_bytes(units) != data:
        raise NotDrawable("this is no population as it is exported: header, order or spelling differ")
    return units


def read_mark(note: str) -> Mark:
    """What a checkpoint, signed or not, says; who signed it is another question. Raises NotDrawable."""
    lines = note.split("\n")
    try:
        origin, size, root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
    except (IndexError, ValueError):
        raise NotDrawable("a checkpoint has lines for the log's name, its size and its root") from None
    if not origin or lines[1] != str(size) or size < 0 or len(root) != DIGEST_BYTES:
        raise NotDrawable("a checkpoint has lines for the log's name, its size and its root")
    return Mark(origin, size, root)


def _require_single(units: Sequence[Unit]) -> None:
    for one, following in pairwise(units):
        if one.unit == following.unit:
            raise NotDrawable(f"the unit {one.unit} stands twice in the population")
