"""Committing a nonce, fixing a population, taking the checkpoint, drawing: in this order, each once, as anybody draws it."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Actor, Fact, RegionCode, Selector, Slice
from taizhang.domain.decisions import within
from taizhang.domain.inspections.drawing import Mark, Method, NotDrawable, Unit, nonce_digest, read_mark, seed_of
from taizhang.domain.inspections.drawing import drawn as draw
from taizhang.domain.inspections.drawing import read_population as units_of
from taizhang.domain.inspections.rules import INSPECTING, OfAnInspection, inspection_row, require_recorded, require_team
from taizhang.domain.inspections.sample_refusals import (
    CannotBeDrawn,
    CheckpointNotTaken,
    CheckpointNotTheFirst,
    CheckpointTakenAlready,
    CheckpointTooEarly,
    DrawnOtherwise,
    NonceCommittedAlready,
    NonceNotCommitted,
    NonceOtherwise,
    PopulationFixedAlready,
    PopulationNotEnclosed,
    PopulationNotFixed,
    PopulationUnclear,
    SampleDrawnAlready,
    UnitsOtherwise,
    WayOfDrawingUnclear,
)
from taizhang.domain.inspections.samples import CheckpointTaken, NonceCommitted, PopulationFixed, SampleDrawn
from taizhang.domain.inspections.state import SampleGuard
from taizhang.domain.officers import LOG_SIGNER
from taizhang.domain.standing import events, require_new

QUERY: Final = re.compile(r"payments:[A-Za-z0-9._-]+|trainees:(?P<region>[0-9]{6,12}):[0-9]{4}")


class CommitNonce(OfAnInspection, Slice):
    """Bind to a secret number, by its digest, before anybody knows from what will be drawn."""

    COMMAND = "inspections.commit-nonce"
    DECIDES = NonceCommitted
    ROLES = INSPECTING
    KEEPS = (NonceCommitted,)
    fact: NonceCommitted

    def guards(self) -> list[GuardKey]:
        return [inspection_row(self.fact.inspection), (SampleGuard.KIND, self.fact.sample)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[NonceCommitted], tags=[f"sample:{self.fact.sample}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        require_team(self)
        guard = self.guard(SampleGuard, fact.sample)
        if guard.committed_on is not None:
            raise NonceCommittedAlready(sample=fact.sample, committed_on=guard.committed_on)
        self.record(fact)


class FixPopulation(OfAnInspection, Slice):
    """Fix what may be drawn, and how many by which method, once the nonce is committed."""

    COMMAND = "inspections.fix-population"
    DECIDES = PopulationFixed
    ROLES = INSPECTING
    KEEPS = (PopulationFixed,)
    fact: PopulationFixed

    def guards(self) -> list[GuardKey]:
        return [inspection_row(self.fact.inspection), (SampleGuard.KIND, self.fact.sample)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[PopulationFixed], tags=[f"sample:{self.fact.sample}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        require_team(self)
        guard = self.guard(SampleGuard, fact.sample)
        committed = guard.inspection == fact.inspection and guard.committed_on is not None
        if not committed or guard.committed_on > fact.occurred_on:  # type: ignore[operator]
            raise NonceNotCommitted(sample=fact.sample, day=fact.occurred_on)
        if guard.fixed_on is not None:
            raise PopulationFixedAlready(sample=fact.sample, fixed_on=guard.fixed_on)
        require_recorded(self, [fact.position])
        if not is_population(fact.query, self.region()):
            raise PopulationUnclear(query=fact.query, region=self.region())
        by_money = fact.method == "monetary-unit"
        if (fact.size is None) != by_money or (fact.interval_fen is not None) != by_money:
            raise WayOfDrawingUnclear(sample=fact.sample)
        self.record(fact)


def is_population(query: str, region: RegionCode) -> bool:
    """Whether the words name payments of a line, or trainees of a year in the region or in one below it."""
    asked = QUERY.fullmatch(query)
    return asked is not None and (asked["region"] is None or within(RegionCode(asked["region"]), region))


class TakeCheckpoint(OfAnInspection, Slice):
    """Take the first cosigned checkpoint that covers a population: only the log's signer does, as it publishes it."""

    COMMAND = "inspections.take-checkpoint"
    DECIDES = CheckpointTaken
    ROLES = frozenset({LOG_SIGNER})
    fact: CheckpointTaken

    def __init__(self, fact: CheckpointTaken, by: Actor) -> None:
        super().__init__(fact, by)
        self.known: list[CheckpointTaken] = []
        self.populations: list[PopulationFixed] = []

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[PopulationFixed, CheckpointTaken], tags=[f"sample:{self.fact.sample}"])]

    @events(CheckpointTaken)
    def _(self, fact: CheckpointTaken) -> None:
        self.known.append(fact)

    @events(PopulationFixed)
    def _(self, fact: PopulationFixed) -> None:
        self.populations.append(fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        fixed = [one for one in self.populations if one.inspection == fact.inspection]
        if not fixed or fact.occurred_on < fixed[0].occurred_on:
            raise PopulationNotFixed(sample=fact.sample, day=fact.occurred_on)
        if self.known:
            raise CheckpointTakenAlready(sample=fact.sample, size=read_mark(self.known[0].checkpoint).size)
        try:
            size, position = read_mark(fact.checkpoint).size, self.history.position_of(fixed[0])
        except NotDrawable as problem:
            raise CannotBeDrawn(sample=fact.sample, why=str(problem)) from None
        if size < position:
            raise CheckpointTooEarly(sample=fact.sample, size=size, position=position)
        self.record(fact)


class DrawSample(OfAnInspection, Slice):
    """Open the nonce and record the sample, after computing it again from the population that is handed in with it."""

    COMMAND = "inspections.draw-sample"
    DECIDES = SampleDrawn
    ROLES = INSPECTING
    fact: SampleDrawn

    def __init__(self, fact: SampleDrawn, by: Actor) -> None:
        super().__init__(fact, by)
        self.known: list[SampleDrawn] = []
        self.populations: list[PopulationFixed] = []
        self.taken: list[CheckpointTaken] = []

    def guards(self) -> list[GuardKey]:
        return [inspection_row(self.fact.inspection), (SampleGuard.KIND, self.fact.sample)]

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [PopulationFixed, CheckpointTaken, SampleDrawn]
        return [Selector(types=types, tags=[f"sample:{self.fact.sample}"])]

    @events(SampleDrawn)
    def _(self, fact: SampleDrawn) -> None:
        self.known.append(fact)

    @events(PopulationFixed)
    def _(self, fact: PopulationFixed) -> None:
        self.populations.append(fact)

    @events(CheckpointTaken)
    def _(self, fact: CheckpointTaken) -> None:
        self.taken.append(fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        require_team(self)
        fixed = self._require_fixed()
        if nonce_digest(fact.nonce) != self.guard(SampleGuard, fact.sample).nonce_digest:
            raise NonceOtherwise(sample=fact.sample)
        try:
            mark = read_mark(fact.checkpoint)
            self._require_first(mark)
            self._require_drawn(fixed, mark, self._units(fixed))
        except NotDrawable as problem:
            raise CannotBeDrawn(sample=fact.sample, why=str(problem)) from None
        self.record(fact)

    def _require_fixed(self) -> PopulationFixed:
        """Raises PopulationNotFixed, SampleDrawnAlready."""
        fact = self.fact
        fixed = [one for one in self.populations if one.inspection == fact.inspection]
        if not fixed or fact.occurred_on < fixed[0].occurred_on:
            raise PopulationNotFixed(sample=fact.sample, day=fact.occurred_on)
        if self.known:
            raise SampleDrawnAlready(sample=fact.sample, drawn_on=self.known[0].occurred_on)
        return fixed[0]

    def _require_first(self, mark: Mark) -> None:
        """Raises CheckpointNotTaken, CheckpointNotTheFirst."""
        sample = self.fact.sample
        if not self.taken:
            raise CheckpointNotTaken(sample=sample)
        first = read_mark(self.taken[0].checkpoint)
        if mark != first:
            raise CheckpointNotTheFirst(sample=sample, size=mark.size, first=first.size)

    def _units(self, fixed: PopulationFixed) -> tuple[Unit, ...]:
        """The population that is handed in. Raises PopulationNotEnclosed, UnitsOtherwise, NotDrawable."""
        data = self.enclosed
        if data is None or sha256(data).hexdigest() != fixed.digest:
            raise PopulationNotEnclosed(sample=fixed.sample)
        units = units_of(data)
        if len(units) != fixed.units:
            raise UnitsOtherwise(sample=fixed.sample, stated=fixed.units, found=len(units))
        return units

    def _require_drawn(self, fixed: PopulationFixed, mark: Mark, units: tuple[Unit, ...]) -> None:
        """Raises DrawnOtherwise, NotDrawable."""
        fact, seed = self.fact, seed_of(fixed.digest, mark.root, self.fact.nonce)
        if (fact.method, fact.interval_fen) != (fixed.method, fixed.interval_fen):
            raise DrawnOtherwise(sample=fact.sample, what="method")
        if fact.seed != seed:
            raise DrawnOtherwise(sample=fact.sample, what="seed")
        if fact.drawn != draw(seed, Method(fixed.method, fixed.size, fixed.interval_fen), units):
            raise DrawnOtherwise(sample=fact.sample, what="list")
