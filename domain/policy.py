"""The programme's rules as facts: programmes, phases with targets, rates, thresholds, forms; dated, with their paper.

Relaxing a rule leaves a trace: nothing here is a constant, and no rate comes with the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, NewType

import msgspec

from taizhang.domain.classes import OccupationCode, ProgrammeId, ProgrammeKind
from taizhang.domain.core import Correction, Fact, Fen, Refusal, RegionCode, Selector, Slice
from taizhang.domain.funds.purposes import Purpose
from taizhang.domain.standing import require_forward, require_grounded, require_new

PhaseId = NewType("PhaseId", str)
FormId = NewType("FormId", str)
RateBasis = Literal["per-person", "per-hour"]
RateCondition = Literal["certificate", "employed-1", "employed-3", "employed-6", "poor"]  # beside the required hours
# "late-entry-days", "notice-days", "class-size-most" …: what a rule or a view looks up by name
ThresholdName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{1,60}$", examples=["late-days"])]
PROVINCE_AND_SYSTEM = frozenset({"clerk", "system-administrator"})
ALL = RegionCode("620000")

# -- facts ------------------------------------------------------------------------------------------------


class ProgrammeOpened(Fact, frozen=True, kw_only=True):
    """A programme runs in the counties of these categories, or in the counties it names, from `since` to `until`."""

    TOPIC = "policy.programme-opened.v1"
    programme: ProgrammeId
    zh: str
    en: str
    kind: ProgrammeKind
    since: date
    until: date | None = None
    categories: tuple[Literal["contiguous", "scattered"], ...] = ()
    counties: tuple[RegionCode, ...] = ()
    region: RegionCode = ALL  # whose programme it is

    def tags(self) -> list[str]:
        return [f"programme:{self.programme}"]


class ProgrammeOpenedCorrected(Correction[ProgrammeOpened], frozen=True, kw_only=True):
    TOPIC = "policy.programme-opened-corrected.v1"


class TargetSet(Fact, frozen=True, kw_only=True):
    """How many a programme shall reach in a phase, in a region.

    `as_printed` is the figure that the text prints; where `target` differs, the doubt says why, in both languages.
    """

    TOPIC = "policy.target-set.v1"
    programme: ProgrammeId
    phase: PhaseId
    since: date
    until: date
    unit: Literal["persons", "person-times"]
    target: Annotated[int, msgspec.Meta(ge=0)]
    region: RegionCode = ALL
    as_printed: int | None = None
    doubt_zh: str = ""
    doubt_en: str = ""

    def tags(self) -> list[str]:
        return [f"programme:{self.programme}"]


class TargetSetCorrected(Correction[TargetSet], frozen=True, kw_only=True):
    TOPIC = "policy.target-set-corrected.v1"


class RateSet(Fact, frozen=True, kw_only=True):
    """What is paid for one person, or for one hour, in an occupation and level (None: any), to whom and for what.

    It asks for the required hours always, for a certificate or work proved by a second source where it says so.
    """

    TOPIC = "policy.rate-set.v1"
    programme: ProgrammeId
    amount_fen: Fen
    basis: RateBasis
    since: date
    until: date | None = None
    occupation: OccupationCode | None = None
    level: str | None = None
    conditions: tuple[RateCondition, ...] = ()
    payee: Literal["institution", "person"] = "institution"
    purpose: Purpose = "training"
    region: RegionCode = ALL

    def tags(self) -> list[str]:
        return [f"programme:{self.programme}"]


class RateSetCorrected(Correction[RateSet], frozen=True, kw_only=True):
    TOPIC = "policy.rate-set-corrected.v1"


class ThresholdSet(Fact, frozen=True, kw_only=True):
    """A named number that rules and views use, from `since` on; `basis` says where it comes from."""

    TOPIC = "policy.threshold-set.v1"
    name: ThresholdName
    value: int
    since: date
    basis: str = ""
    region: RegionCode = ALL

    def tags(self) -> list[str]:
        return [f"threshold:{self.name}"]


class ThresholdSetCorrected(Correction[ThresholdSet], frozen=True, kw_only=True):
    TOPIC = "policy.threshold-set-corrected.v1"


class FormPublished(Fact, frozen=True, kw_only=True):
    """A form is to be used from `since`: its columns in order, and the digest of its template."""

    TOPIC = "policy.form-published.v1"
    form: FormId
    zh: str
    en: str
    columns: tuple[str, ...]
    since: date
    digest: str = ""
    region: RegionCode = ALL

    def tags(self) -> list[str]:
        return [f"form:{self.form}"]


class FormPublishedCorrected(Correction[FormPublished], frozen=True, kw_only=True):
    TOPIC = "policy.form-published-corrected.v1"


def in_scope(programme: ProgrammeOpened, county: RegionCode, category: str) -> bool:
    """Whether the programme runs in a county of this category; one that names no county and no category runs anywhere."""
    if programme.counties:
        return county in programme.counties
    return not programme.categories or category in programme.categories


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class ProgrammeIdTaken(Refusal):
    """A programme's id is given once."""

    RULE: ClassVar = "policy.programme-id-taken"
    SOURCE: ClassVar = "design.md section 3 (policy)"
    zh = "项目编号 {programme} 已启用。变更内容请更正原记录,新项目请用新编号。"
    en = "The programme id {programme} is in use. Correct that record, or give the new programme another id."
    programme: ProgrammeId


@dataclass(eq=False)
class UnknownProgramme(Refusal):
    """Targets and rates belong to an opened programme."""

    RULE: ClassVar = "policy.unknown-programme"
    SOURCE: ClassVar = "design.md section 3 (policy)"
    zh = "项目 {programme} 未启用。请先启用该项目。"
    en = "No programme {programme} was opened. Open it first."
    programme: ProgrammeId


@dataclass(eq=False)
class SetOtherwise(Refusal):
    """Two different values never hold for the same days of the same thing."""

    RULE: ClassVar = "policy.set-otherwise"
    SOURCE: ClassVar = "logic: a rule that says two things says nothing"
    zh = "{what} 自 {since} 起已另有规定。如原值有误请更正,如有调整请填新的起始日期。"
    en = "{what} is already set otherwise from {since}. Correct that value if it was wrong, or begin the new one on its own day."
    what: str
    since: date


# -- decisions --------------------------------------------------------------------------------------------


class OpenProgramme(Slice):
    """Open a programme."""

    COMMAND = "policy.open-programme"
    DECIDES = ProgrammeOpened
    ROLES = PROVINCE_AND_SYSTEM
    KEEPS = (ProgrammeOpened,)
    fact: ProgrammeOpened

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[ProgrammeOpened], tags=[f"programme:{self.fact.programme}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_forward(self.fact.since, self.fact.until)
        if self.known:
            raise ProgrammeIdTaken(programme=self.fact.programme)
        self.record(self.fact)

    def leaning(self) -> list[Selector]:
        if self.becomes is not None and self.becomes.programme == self.fact.programme:
            return []
        types: list[type[Fact]] = [TargetSet, RateSet]
        return [Selector(types=types, tags=[f"programme:{self.fact.programme}"])]

    def take_back(self) -> None:
        require_grounded(self.fact, self.resting)


class OfProgramme:
    """What is set for a programme that was opened: put before Slice in its bases."""

    KEEPS: ClassVar[tuple[type[Fact], ...]]
    fact: Any
    known: Any

    def region(self) -> RegionCode:
        region: RegionCode = self.fact.region
        return region

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=list(self.KEEPS), tags=[f"programme:{self.fact.programme}"])]

    def others(self) -> list[Any]:
        """What was set of this kind for the programme before.

        Raises StandsAlready, DaysRunBackwards, UnknownProgramme.
        """
        fact = self.fact
        require_new(fact, self.known)
        require_forward(fact.since, fact.until)
        if not any(isinstance(one, ProgrammeOpened) for one in self.known):
            raise UnknownProgramme(programme=fact.programme)
        return [one for one in self.known if type(one) is type(fact)]


class SetTarget(OfProgramme, Slice):
    """Set a target of a programme for a phase and a region."""

    COMMAND = "policy.set-target"
    DECIDES = TargetSet
    ROLES = PROVINCE_AND_SYSTEM
    KEEPS = (ProgrammeOpened, TargetSet)
    fact: TargetSet

    def execute(self) -> None:
        fact = self.fact
        for other in self.others():
            if (other.phase, other.region, other.unit) == (fact.phase, fact.region, fact.unit):
                raise SetOtherwise(what=f"{fact.programme} {fact.phase} {fact.region}", since=other.since)
        self.record(fact)


class SetRate(OfProgramme, Slice):
    """Set a subsidy rate; of one programme, occupation, level and region only one holds on a day."""

    COMMAND = "policy.set-rate"
    DECIDES = RateSet
    ROLES = frozenset({"clerk", "finance"})
    KEEPS = (ProgrammeOpened, RateSet)
    fact: RateSet

    def execute(self) -> None:
        fact = self.fact
        for other in self.others():
            if _same_rate(fact, other) and _meet(fact, other):
                raise SetOtherwise(what=f"{fact.programme} {fact.occupation or ''}".strip(), since=other.since)
        self.record(fact)


class SetThreshold(Slice):
    """Set a threshold from a day on."""

    COMMAND = "policy.set-threshold"
    DECIDES = ThresholdSet
    ROLES = PROVINCE_AND_SYSTEM
    KEEPS = (ThresholdSet,)
    fact: ThresholdSet

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[ThresholdSet], tags=[f"threshold:{self.fact.name}"])]

    def execute(self) -> None:
        _require_one_a_day(self.fact, self.known, self.fact.name)
        self.record(self.fact)


class PublishForm(Slice):
    """Publish a form."""

    COMMAND = "policy.publish-form"
    DECIDES = FormPublished
    ROLES = PROVINCE_AND_SYSTEM
    KEEPS = (FormPublished,)
    fact: FormPublished

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[FormPublished], tags=[f"form:{self.fact.form}"])]

    def execute(self) -> None:
        _require_one_a_day(self.fact, self.known, self.fact.form)
        self.record(self.fact)


def _require_one_a_day(fact: ThresholdSet | FormPublished, known: Iterable[Any], what: str) -> None:
    """Refuse a second word on what holds in a region from one day on.

    Raises StandsAlready, SetOtherwise.
    """
    require_new(fact, known)
    for other in known:
        if (other.region, other.since) == (fact.region, fact.since):
            raise SetOtherwise(what=what, since=other.since)


def _same_rate(one: RateSet, other: RateSet) -> bool:
    wanted = ("occupation", "level", "region", "payee", "purpose")
    return all(getattr(one, name) == getattr(other, name) for name in wanted)


def _meet(one: RateSet, other: RateSet) -> bool:
    last = date.max
    return one.since <= (other.until or last) and other.since <= (one.until or last)
