"""Populations out of the log, and drawing from them: for the inspector who draws, and for anybody who draws again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import Final, NamedTuple

from taizhang.adapters.proof.checkpoints import open_checkpoint
from taizhang.adapters.proof.notes import NoteVerifier
from taizhang.domain.boundary import History
from taizhang.domain.classes import ClassId, county_of
from taizhang.domain.core import Fact
from taizhang.domain.decisions import within
from taizhang.domain.enrolment import TraineeEnrolled, TraineeEnrolledCorrected
from taizhang.domain.envelope import opened
from taizhang.domain.funds.payments import SubsidyPaid, SubsidyPaidCorrected
from taizhang.domain.inspections.drawing import (
    Mark,
    Method,
    Unit,
    drawn,
    population_bytes,
    read_mark,
    read_population,
    seed_of,
)
from taizhang.domain.inspections.rules import code_in
from taizhang.domain.inspections.samples import CheckpointTaken, NonceCommitted, PopulationFixed, SampleDrawn
from taizhang.domain.log import LogReader, StoredFact

PAGE: Final = 5_000  # facts in one read
YEAR_DIGITS: Final = 4


class QueryUnusable(ValueError):
    """The words name no population."""


class Population(NamedTuple):
    """What may be drawn: the query, the log position it was asked at, the units, and their export."""

    query: str
    position: int
    units: tuple[Unit, ...]
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the export, hex."""
        return sha256(self.data).hexdigest()

    @property
    def amount_fen(self) -> int:
        return sum(one.amount_fen for one in self.units)


class Steps(NamedTuple):
    """How far a sample is: each step as it stands in the log, None where it was not taken yet."""

    committed: NonceCommitted | None = None
    fixed: PopulationFixed | None = None
    taken: CheckpointTaken | None = None
    drawn: SampleDrawn | None = None


STEPS: Final = {
    NonceCommitted.TOPIC: "committed",
    PopulationFixed.TOPIC: "fixed",
    CheckpointTaken.TOPIC: "taken",
    SampleDrawn.TOPIC: "drawn",
}


class Redrawn(NamedTuple):
    """A draw: from which checkpoint, by which seed, what; and who of the known witnesses had cosigned."""

    mark: Mark
    digest: str
    seed: str
    drawn: tuple[str, ...]
    cosigned: tuple[str, ...]


def population(log: LogReader, query: str, position: int | None = None, region: str = "") -> Population:
    """The units of `payments:LINE` or `trainees:REGION:YEAR`, as the log stood at a position; None: at its head.

    Payments stand by county with their sums, trainees by class, one unit for each seat; with a region only those of its
    counties. Raises QueryUnusable.
    """
    at = log.head().position if position is None else position
    if not 1 <= at <= log.head().position:
        raise QueryUnusable(f"the log ends at {log.head().position}; there is no position {at}")
    kind, _, rest = query.partition(":")
    if kind == "payments" and rest:
        units = tuple(one for one in _payments(log, rest, at) if not region or within(one.stratum, region))
    elif kind == "trainees":
        found = _trainees(log, *_region_and_year(query, rest), at)
        units = tuple(one for one in found if not region or within(county_of(ClassId(one.stratum)), region))
    else:
        raise QueryUnusable(f"“{query}” names no population: payments:LINE or trainees:REGION:YEAR")
    return Population(query, at, tuple(sorted(units)), population_bytes(units))


def fixed_population(log: LogReader, fixed: PopulationFixed) -> Population:
    """The population of a sample as it was fixed: nothing outside of its inspection's region is ever in it.

    Raises QueryUnusable, also where an older house fixed another one under the same words.
    """
    found = population(log, fixed.query, fixed.position, code_in(fixed.inspection))
    if found.digest != fixed.digest:
        raise QueryUnusable(f"“{fixed.query}” gives another population now than the one with the digest {fixed.digest}")
    return found


def to_draw(fixed: PopulationFixed, found: Redrawn, note: str, nonce: str, on: date) -> SampleDrawn:
    """The draw as it is recorded."""
    return SampleDrawn(
        occurred_on=on,
        inspection=fixed.inspection,
        sample=fixed.sample,
        method=fixed.method,
        nonce=nonce,
        checkpoint=note,
        seed=found.seed,
        drawn=found.drawn,
        interval_fen=fixed.interval_fen,
    )


def redrawn(
    data: bytes,
    note: str,
    nonce: str,
    method: Method,
    log_key: NoteVerifier | None = None,
    witnesses: Sequence[NoteVerifier] = (),
) -> Redrawn:
    """Draw from an exported population with a published checkpoint and an opened nonce; nothing else is needed.

    With the log's key the checkpoint's signature is checked, and of the given witnesses who cosigned it is told.
    Raises NotDrawable, NoteInvalid, CheckpointInvalid.
    """
    cosigned: tuple[str, ...] = ()
    if log_key is not None:
        cosigned = tuple(one.witness.name for one in open_checkpoint(note, log_key, witnesses).cosigned)
    mark, digest = read_mark(note), sha256(data).hexdigest()
    seed = seed_of(digest, mark.root, nonce)
    return Redrawn(mark, digest, seed, drawn(seed, method, read_population(data)), cosigned)


def steps_of(log: LogReader, sample: str) -> Steps:
    """What the log says about a sample."""
    found: dict[str, Fact] = {}
    for stored in _tagged(log, f"sample:{sample}"):
        if stored.type in STEPS:
            found[STEPS[stored.type]] = opened(stored.position, stored.leaf).fact
    return Steps(**found)  # type: ignore[arg-type]


def _payments(log: LogReader, line: str, at: int) -> Iterator[Unit]:
    wanted = (SubsidyPaid.TOPIC, SubsidyPaidCorrected.TOPIC)
    rows = (stored for stored in _tagged(log, f"fund:{line}") if stored.position <= at)
    for fact in _in_force(rows, wanted, f"fund:{line}"):
        assert isinstance(fact, SubsidyPaid)
        yield Unit(fact.payment, county_of(fact.training_class), fact.amount_fen)


def _trainees(log: LogReader, region: str, year: int, at: int) -> Iterator[Unit]:
    wanted = (TraineeEnrolled.TOPIC, TraineeEnrolledCorrected.TOPIC)
    seats: dict[str, Unit] = {}
    for fact in _in_force(_pages(log, at), wanted):
        assert isinstance(fact, TraineeEnrolled)
        if fact.occurred_on.year == year and within(county_of(fact.training_class), region):
            unit = f"{fact.training_class}/{fact.person}"  # once, also of who left and came back
            seats[unit] = Unit(unit, fact.training_class)
    yield from seats.values()


def _in_force(rows: Iterator[StoredFact], wanted: Sequence[str], tag: str = "") -> list[Fact]:
    """These kinds of facts with their corrections applied, oldest first."""
    history, positions = History(), []
    for stored in rows:
        if stored.type in wanted:
            recorded = opened(stored.position, stored.leaf)
            history.add(stored.position, recorded.fact, recorded.fact.tags())
            positions.append(stored.position)
    plain = [fact for one in positions if (fact := history.standing(one)) is not None and wanted[0] == fact.TOPIC]
    return [fact for fact in plain if not tag or tag in fact.tags()]


def _tagged(log: LogReader, tag: str) -> Iterator[StoredFact]:
    after = 0
    while rows := log.tagged(tag, after, PAGE):
        yield from rows
        after = rows[-1].position


def _pages(log: LogReader, at: int) -> Iterator[StoredFact]:
    after = 0
    while after < at and (rows := log.page(after, PAGE, at)):
        yield from rows
        after = rows[-1].position


def _region_and_year(query: str, rest: str) -> tuple[str, int]:
    region, _, year = rest.partition(":")
    if not (region.isdecimal() and year.isdecimal() and len(year) == YEAR_DIGITS):
        raise QueryUnusable(f"“{query}” names no region and year: trainees:620121:2016")
    return region, int(year)
