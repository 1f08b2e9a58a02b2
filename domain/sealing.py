"""Period seals 封账: after a seal only a correction or a late addition 补报 goes in, counted beside the figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import ClassVar, NewType

import msgspec

from taizhang.domain.boundary import GuardBook, GuardKey
from taizhang.domain.core import Actor, Fact, Guard, LateAddition, Refusal, RegionCode, Slice, moves

SealId = NewType("SealId", str)
SEALERS = frozenset({"clerk", "finance"})

# -- facts ------------------------------------------------------------------------------------------------


class PeriodSealed(Fact, frozen=True, kw_only=True):
    """The ledger of a region is closed for the days from `since` to `until`, both included."""

    TOPIC = "statements.period-sealed.v1"
    seal: SealId
    region: RegionCode
    since: date
    until: date

    def tags(self) -> list[str]:
        return [f"region:{self.region}", f"seal:{self.seal}"]


# -- what is known ----------------------------------------------------------------------------------------


class Sealed(msgspec.Struct, array_like=True):
    seal: SealId
    since: date
    until: date

    def covers(self, day: date) -> bool:
        return self.since <= day <= self.until


class SealGuard(Guard):
    """The seals of one region."""

    KIND = "seal"
    seals: list[Sealed] = msgspec.field(default_factory=list)

    @classmethod
    def keys(cls, fact: PeriodSealed) -> tuple[str, ...]:  # type: ignore[override]
        return (fact.region,)

    @moves(PeriodSealed)
    def sealed(self, fact: PeriodSealed, sign: int) -> None:
        row = Sealed(fact.seal, fact.since, fact.until)
        self.seals = [*self.seals, row] if sign > 0 else [s for s in self.seals if s != row]


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class PeriodIsSealed(Refusal):
    """After a seal only a correction, or a late addition that names the seal, goes in."""

    RULE: ClassVar = "statements.period-is-sealed"
    SOURCE: ClassVar = "design.md section 4 (seals)"
    zh = "{day} 所在期间已封账(封账号 {seal})。请办理更正,或填写补报:注明封账号、事由和批准人。"
    en = "{day} lies in a sealed period (seal {seal}). Record a correction, or a late addition: name the seal, the reason and the approver."
    day: date
    seal: SealId


@dataclass(eq=False)
class NoSuchSeal(Refusal):
    """A late addition names the seal that closes its day."""

    RULE: ClassVar = "statements.no-such-seal"
    SOURCE: ClassVar = "design.md section 4 (seals)"
    zh = "补报所注封账号 {seal} 并未封存 {day}。请核对封账号,未封账的期间按正常方式填报。"
    en = "The seal {seal} named by this late addition does not close {day}. Check the seal; report an open period as usual."
    seal: str
    day: date


@dataclass(eq=False)
class AddedAndApprovedByOne(Refusal):
    """A late addition is approved by somebody else."""

    RULE: ClassVar = "statements.added-and-approved-by-one"
    SOURCE: ClassVar = "facts/falsification.csv F44"
    zh = "补报的填报人与批准人同为 {officer}。请由另一名经办人批准。"
    en = "The late addition is reported and approved by the same officer, {officer}. Another officer must approve."
    officer: str


@dataclass(eq=False)
class SealedAlready(Refusal):
    """The same days of the same region are sealed once."""

    RULE: ClassVar = "statements.sealed-already"
    SOURCE: ClassVar = "design.md section 4 (seals)"
    zh = "{region} 在 {since} 至 {until} 之间已有封账 {seal}。无需重复封账。"
    en = "{region} already has the seal {seal} between {since} and {until}. It need not be sealed again."
    region: RegionCode
    since: date
    until: date
    seal: SealId


@dataclass(eq=False)
class SealRunsBackwards(Refusal):
    """A period ends on or after the day it begins, and is over when it is sealed."""

    RULE: ClassVar = "statements.seal-runs-backwards"
    SOURCE: ClassVar = "design.md section 4 (seals)"
    zh = "封账期间 {since} 至 {until} 不成立:止日应不早于起日,且期间应已结束(封账日 {on})。请核对日期。"
    en = "The period {since} to {until} cannot be sealed on {on}: it must end after it begins and be over. Check the dates."
    since: date
    until: date
    on: date


# -- decisions --------------------------------------------------------------------------------------------


class SealPeriod(Slice):
    """Close the ledger of a region for a period."""

    COMMAND = "statements.seal-period"
    DECIDES = PeriodSealed
    ROLES = SEALERS
    fact: PeriodSealed

    def guards(self) -> list[GuardKey]:
        return [(SealGuard.KIND, self.fact.region)]

    def region(self) -> RegionCode:
        return self.fact.region

    def execute(self) -> None:
        fact = self.fact
        if not fact.since <= fact.until < fact.occurred_on:
            raise SealRunsBackwards(since=fact.since, until=fact.until, on=fact.occurred_on)
        for seal in self.guard(SealGuard, fact.region).seals:
            if seal.since <= fact.until and fact.since <= seal.until:
                raise SealedAlready(region=fact.region, since=fact.since, until=fact.until, seal=seal.seal)
        self.record(fact)


# -- what binds everybody ---------------------------------------------------------------------------------


@lru_cache(maxsize=10_000)  # asked for twice for every row of a batch, about very few counties
def seal_rows(county: RegionCode | None) -> tuple[GuardKey, ...]:
    """The rows whose seals bind a county's ledger: its own, its prefecture's and its province's."""
    if county is None:
        return ()
    codes = dict.fromkeys((county, f"{county[:4]}00", f"{county[:2]}0000"))
    return tuple((SealGuard.KIND, code) for code in codes)


def require_open(
    book: GuardBook, county: RegionCode | None, days: Callable[[], Iterable[date]], addition: LateAddition | None
) -> None:
    """Refuse a fact that speaks about a sealed day (`days` lists them), unless it is a late addition that names the seal.

    Raises PeriodIsSealed, NoSuchSeal.
    """
    seals = _seals(book, county)
    if not seals and addition is None:
        return
    spoken_of = sorted(days())
    named = addition.seal if addition is not None else None
    if addition is not None and not any(s.seal == named and s.covers(day) for s in seals for day in spoken_of):
        raise NoSuchSeal(seal=addition.seal, day=spoken_of[0])
    for day in spoken_of:
        closing = [seal.seal for seal in seals if seal.covers(day)]
        if closing and named not in closing:
            raise PeriodIsSealed(day=day, seal=closing[0])


def _seals(book: GuardBook, county: RegionCode | None) -> list[Sealed]:
    """The seals that bind a county's ledger."""
    seals: list[Sealed] = []
    for row in seal_rows(county):
        state = book[row]
        assert isinstance(state, SealGuard)
        if state.seals:
            seals += state.seals
    return seals


def require_second_officer(by: Actor, addition: LateAddition | None) -> None:
    """Refuse a late addition that its own reporter approves.

    Raises AddedAndApprovedByOne.
    """
    if addition is not None and addition.approver == by.officer:
        raise AddedAndApprovedByOne(officer=by.officer)
