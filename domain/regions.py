"""Regions down to villages: names, codes and parents through time, poverty and exit as dated facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

import msgspec

from taizhang.domain.core import Correction, Fact, Refusal, RegionCode, Selector, Slice
from taizhang.domain.standing import require_grounded, require_new

Level = Literal["province", "prefecture", "county", "township", "village"]
Category = Literal["contiguous", "scattered", "none"]
CODE_LENGTH = {"province": 6, "prefecture": 6, "county": 6, "township": 9, "village": 12}
REGISTRARS = frozenset({"clerk", "system-administrator"})

# -- facts ------------------------------------------------------------------------------------------------


class OldCode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A code under which a region ran earlier, as far as known; identity numbers still carry it."""

    code: str
    since_year: int | None = None
    until_year: int | None = None


class RegionRegistered(Fact, frozen=True, kw_only=True):
    """A region exists under this code, from `occurred_on`.

    `category` is the county's place in the programme (58 contiguous, 17 scattered); `note` says what is uncertain.
    """

    TOPIC = "regions.region-registered.v1"
    code: RegionCode
    name: str
    level: Level
    parent: RegionCode | None = None
    category: Category = "none"
    area: str = ""
    old_codes: tuple[OldCode, ...] = ()
    note: str = ""

    def tags(self) -> list[str]:
        return [f"region:{self.code}"]


class RegionRegisteredCorrected(Correction[RegionRegistered], frozen=True, kw_only=True):
    TOPIC = "regions.region-registered-corrected.v1"


class RegionRenamed(Fact, frozen=True, kw_only=True):
    """A region bears another name, and a new code when `code_now` is given, from `occurred_on`.

    What else it is (`level`, `parent`, `category`) is filled in when decided, so that the new code speaks for itself.
    """

    TOPIC = "regions.region-renamed.v1"
    code: RegionCode
    name: str
    code_now: RegionCode | None = None
    level: Level = "county"
    parent: RegionCode | None = None
    category: Category = "none"

    def tags(self) -> list[str]:
        return [f"region:{self.code}", *([f"region:{self.code_now}"] if self.code_now else [])]


class RegionRenamedCorrected(Correction[RegionRenamed], frozen=True, kw_only=True):
    TOPIC = "regions.region-renamed-corrected.v1"


class RegionReparented(Fact, frozen=True, kw_only=True):
    """A region lies in another parent, from `occurred_on`."""

    TOPIC = "regions.region-reparented.v1"
    code: RegionCode
    parent: RegionCode

    def tags(self) -> list[str]:
        return [f"region:{self.code}"]


class RegionReparentedCorrected(Correction[RegionReparented], frozen=True, kw_only=True):
    TOPIC = "regions.region-reparented-corrected.v1"


class VillagePovertyStated(Fact, frozen=True, kw_only=True):
    """A village is a registered poor village, or no longer, from `occurred_on`; an exit names the year judged."""

    TOPIC = "regions.village-poverty-stated.v1"
    village: RegionCode
    poor: bool
    exit_year: int | None = None

    def tags(self) -> list[str]:
        return [f"region:{self.village}"]


class VillagePovertyStatedCorrected(Correction[VillagePovertyStated], frozen=True, kw_only=True):
    TOPIC = "regions.village-poverty-stated-corrected.v1"


class CountyExited(Fact, frozen=True, kw_only=True):
    """A county left the list of poor counties: judged for `exit_year`, approved on `occurred_on`.

    `approval_day_known` is False where the source gives the month only.
    """

    TOPIC = "regions.county-exited.v1"
    county: RegionCode
    exit_year: int
    approval_day_known: bool = True
    note: str = ""

    def tags(self) -> list[str]:
        return [f"region:{self.county}"]


class CountyExitedCorrected(Correction[CountyExited], frozen=True, kw_only=True):
    TOPIC = "regions.county-exited-corrected.v1"


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class UnknownRegion(Refusal):
    """Nothing is recorded about a region nobody registered."""

    RULE: ClassVar = "regions.unknown-region"
    SOURCE: ClassVar = "GB/T 2260 codes are registered before use"
    zh = "地区代码 {code} 未登记。请先登记该地区,或核对代码。"
    en = "No region {code} is registered. Register it first, or check the code."
    code: str


@dataclass(eq=False)
class RegionCodeTaken(Refusal):
    """A code names one region."""

    RULE: ClassVar = "regions.region-code-taken"
    SOURCE: ClassVar = "GB/T 2260: a code names one region"
    zh = "代码 {code} 已登记为 {name}。更名请办理“地区更名”,登记有误请更正。"
    en = "The code {code} is registered as {name}. Rename the region, or correct its registration."
    code: RegionCode
    name: str


@dataclass(eq=False)
class CodeDoesNotFit(Refusal):
    """6 digits down to counties, 9 for townships, 12 for villages; a village's code begins with its county's."""

    RULE: ClassVar = "regions.code-does-not-fit"
    SOURCE: ClassVar = "GB/T 2260 and the statistical codes of townships and villages"
    zh = "代码 {code} 与级别 {level} 或上级 {parent} 不符:县以上 6 位,乡镇 9 位,村 12 位,乡镇和村以所属代码开头。请核对。"
    en = "The code {code} does not fit the level {level} or the parent {parent}: 6 digits down to counties, 9 for a township, 12 for a village, beginning with the parent's. Check it."
    WORDED: ClassVar = MappingProxyType({"level": "region-level"})
    code: RegionCode
    level: str
    parent: RegionCode | None


@dataclass(eq=False)
class CategoryOfCountiesOnly(Refusal):
    """Contiguous and scattered are kinds of counties; only counties and villages exit."""

    RULE: ClassVar = "regions.category-of-counties-only"
    SOURCE: ClassVar = "programme.md section 1 (58 and 17 are counties)"
    zh = "{code} 的级别是 {level},该事项只适用于 {wanted}。请核对代码。"
    en = "{code} is a {level}; this applies to a {wanted} only. Check the code."
    WORDED: ClassVar = MappingProxyType({"level": "region-level", "wanted": "region-level"})
    code: RegionCode
    level: str
    wanted: str


@dataclass(eq=False)
class CountyExitedAlready(Refusal):
    """A county exits once."""

    RULE: ClassVar = "regions.county-exited-already"
    SOURCE: ClassVar = "programme.md section 1 (exit years)"
    zh = "{county} 已登记 {exit_year} 年度退出。如有误,请更正原记录。"
    en = "{county} is recorded as having exited for {exit_year}. If that is wrong, correct the record."
    county: RegionCode
    exit_year: int


# -- decisions --------------------------------------------------------------------------------------------


class RegisterRegion(Slice):
    """Register a region whose parent is registered."""

    COMMAND = "regions.register-region"
    DECIDES = RegionRegistered
    ROLES = REGISTRARS
    KEEPS = (RegionRegistered, RegionRenamed)
    fact: RegionRegistered

    def region(self) -> RegionCode:
        return self.fact.code

    def consistency_boundary(self) -> list[Selector]:
        codes = [self.fact.code, *([self.fact.parent] if self.fact.parent else [])]
        return [Selector(types=[RegionRegistered, RegionRenamed], tags=[f"region:{code}"]) for code in codes]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        standing = registered_as(fact.code, self.known)
        if standing is not None:
            raise RegionCodeTaken(code=fact.code, name=standing.name)
        if not _fits(fact):
            raise CodeDoesNotFit(code=fact.code, level=fact.level, parent=fact.parent)
        if fact.category != "none" and fact.level != "county":
            raise CategoryOfCountiesOnly(code=fact.code, level=fact.level, wanted="county")
        if fact.parent is not None:
            require_region(fact.parent, self.known)
        self.record(fact)

    def leaning(self) -> list[Selector]:
        if self.becomes is not None and self.becomes.code == self.fact.code:
            return []
        types: list[type[Fact]] = [RegionRenamed, RegionReparented, VillagePovertyStated, CountyExited]
        return [Selector(types=types, tags=[f"region:{self.fact.code}"])]

    def take_back(self) -> None:
        require_grounded(self.fact, self.resting)


class RenameRegion(Slice):
    """Give a region another name, perhaps another code."""

    COMMAND = "regions.rename-region"
    DECIDES = RegionRenamed
    ROLES = REGISTRARS
    KEEPS = (RegionRegistered, RegionRenamed)
    fact: RegionRenamed

    def region(self) -> RegionCode:
        return self.fact.code

    def consistency_boundary(self) -> list[Selector]:
        codes = [self.fact.code, *([self.fact.code_now] if self.fact.code_now else [])]
        return [Selector(types=[RegionRegistered, RegionRenamed], tags=[f"region:{code}"]) for code in codes]

    def execute(self) -> None:
        region = require_region(self.fact.code, self.known)
        same = {"level": region.level, "parent": region.parent, "category": region.category}
        fact = msgspec.structs.replace(self.fact, **same)
        require_new(fact, self.known)
        if fact.code_now is not None:
            taken = registered_as(fact.code_now, self.known)
            if taken is not None:
                raise RegionCodeTaken(code=fact.code_now, name=taken.name)
            if len(fact.code_now) != CODE_LENGTH[region.level] or not fact.code_now.isdigit():
                raise CodeDoesNotFit(code=fact.code_now, level=region.level, parent=region.parent)
        self.record(fact)


class ReparentRegion(Slice):
    """Put a region under another parent."""

    COMMAND = "regions.reparent-region"
    DECIDES = RegionReparented
    ROLES = REGISTRARS
    KEEPS = (RegionRegistered, RegionRenamed, RegionReparented)
    fact: RegionReparented

    def region(self) -> RegionCode:
        return self.fact.code

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [RegionRegistered, RegionRenamed, RegionReparented]
        return [Selector(types=types, tags=[f"region:{code}"]) for code in (self.fact.code, self.fact.parent)]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_region(self.fact.code, self.known)
        require_region(self.fact.parent, self.known)
        self.record(self.fact)


class StateVillagePoverty(Slice):
    """State that a village is a registered poor village, or no longer."""

    COMMAND = "regions.state-village-poverty"
    DECIDES = VillagePovertyStated
    ROLES = REGISTRARS
    KEEPS = (RegionRegistered, RegionRenamed, VillagePovertyStated)
    fact: VillagePovertyStated

    def region(self) -> RegionCode:
        return self.fact.village

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [RegionRegistered, RegionRenamed, VillagePovertyStated]
        return [Selector(types=types, tags=[f"region:{self.fact.village}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        village = require_region(self.fact.village, self.known)
        if village.level != "village":
            raise CategoryOfCountiesOnly(code=self.fact.village, level=village.level, wanted="village")
        self.record(self.fact)


class RecordCountyExit(Slice):
    """Record that a county left the list of poor counties."""

    COMMAND = "regions.record-county-exit"
    DECIDES = CountyExited
    ROLES = REGISTRARS
    KEEPS = (RegionRegistered, RegionRenamed, CountyExited)
    fact: CountyExited

    def region(self) -> RegionCode:
        return self.fact.county

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [RegionRegistered, RegionRenamed, CountyExited]
        return [Selector(types=types, tags=[f"region:{self.fact.county}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        county = require_region(self.fact.county, self.known)
        if county.level != "county" or county.category == "none":
            raise CategoryOfCountiesOnly(code=self.fact.county, level=county.level, wanted="poor county")
        earlier = next((fact for fact in self.known if isinstance(fact, CountyExited)), None)
        if earlier is not None:
            raise CountyExitedAlready(county=self.fact.county, exit_year=earlier.exit_year)
        self.record(self.fact)


def registered_as(code: RegionCode, known: Iterable[Fact]) -> RegionRegistered | RegionRenamed | None:
    """What says that this code names a region: its registration, or the renaming that gave it this code."""
    for fact in known:
        if isinstance(fact, RegionRegistered) and fact.code == code:
            return fact
        if isinstance(fact, RegionRenamed) and fact.code_now == code:
            return fact
    return None


def require_region(code: RegionCode, known: Iterable[Fact]) -> RegionRegistered | RegionRenamed:
    """What says that this code names a region.

    Raises UnknownRegion.
    """
    region = registered_as(code, known)
    if region is None:
        raise UnknownRegion(code=code)
    return region


def _fits(fact: RegionRegistered) -> bool:
    """Whether code, level and parent belong together."""
    if len(fact.code) != CODE_LENGTH[fact.level] or not fact.code.isdigit():
        return False
    if fact.parent is None:
        return fact.level == "province"
    stem = fact.parent[:2] if fact.level in ("prefecture", "county") else fact.parent
    return fact.code.startswith(stem) and fact.level != "province"
