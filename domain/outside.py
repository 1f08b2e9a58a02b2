"""Outside lists 外部名单: what others say about persons, institutions and accounts of this log, with source, date and coverage.

A list comes as a file; its rows are matched by number inside the vault, and only matches become facts, under random ids.
When it was true stands in the entry; when we could know it is the entry's recording time.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, NewType

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import InstitutionId
from taizhang.domain.core import Correction, Fact, Fen, Guard, PersonId, RegionCode, Selector, Slice, Text, moves
from taizhang.domain.funds.payments import BankAccountId
from taizhang.domain.matching import MATCHER
from taizhang.domain.outside_refusals import (
    BeginsAfterItsList,
    CoverageRunsBackwards,
    ListIdTaken,
    MoreThanTheList,
    NumberInTheWords,
    OtherSubject,
    UnknownList,
    holds_a_number,
)
from taizhang.domain.standing import require_forward, require_grounded, require_new

# "list-", the code of the region that it covers, "-", and what its importer likes
ListId = NewType("ListId", Annotated[str, msgspec.Meta(pattern=r"^list-\d{6}-\S{1,50}$", examples=["list-620121-1"])])
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Number = Annotated[int, msgspec.Meta(ge=1, description="number of the row among the list's rows, over all its sheets")]
Count = Annotated[int, msgspec.Meta(ge=0)]
ListKind = Literal[
    "deaths",  # 死亡名单
    "payroll",  # 财政供养名单
    "pensions",  # 养老金发放名单
    "social-insurance",  # 社会保险缴费名单
    "school-rolls",  # 学籍名单
    "business-registrations",  # 工商登记名单
    "licences",  # 办学许可名单
    "bank-returns",  # 银行退回和核对清单
]
SUBJECTS: Final = MappingProxyType(
    {
        "deaths": {"person"},
        "payroll": {"person"},
        "pensions": {"person"},
        "social-insurance": {"person"},
        "school-rolls": {"person"},
        "business-registrations": {"person"},
        "licences": {"institution"},
        "bank-returns": {"account"},
    }
)
"""Of what a list of each kind speaks."""
DONE_WITH: Final = frozenset({"deaths", "bank-returns"})  # such a list tells of what happened, never of what is to come
IMPORTING: Final = frozenset({"clerk", "finance", "organisation", "inspector", "discipline"})

# -- facts ------------------------------------------------------------------------------------------------


class OutsideListImported(Fact, frozen=True, kw_only=True):
    """A list of somebody else is taken in; `occurred_on` is the day as of which it was made."""

    TOPIC = "outside.list-imported.v1"
    outside_list: ListId
    kind: ListKind
    region: RegionCode  # the place it covers
    made_by: Text
    file: Digest
    rows: Count
    unusable: Count = 0  # rows without a usable number
    covers_since: date | None = None
    covers_until: date | None = None
    document: str = ""

    def tags(self) -> list[str]:
        return [f"list:{self.outside_list}"]


class OutsideListImportedCorrected(Correction[OutsideListImported], frozen=True, kw_only=True):
    TOPIC = "outside.list-imported-corrected.v1"


class OutsideEntryStated(Fact, frozen=True, kw_only=True):
    """What a list says about somebody of this log, from `since` to `until`, both included; no personal data."""

    TOPIC = "outside.entry-stated.v1"
    outside_list: ListId
    number: Number
    person: PersonId | None = None
    institution: InstitutionId | None = None
    account: BankAccountId | None = None
    since: date | None = None
    until: date | None = None
    named_unit: Annotated[str, msgspec.Meta(max_length=100)] = (
        ""  # employer, school, business or licence, by code or name
    )
    says: Annotated[str, msgspec.Meta(max_length=200)] = ""  # in the list's own terms: post, insurance, state, cause
    amount_fen: Fen = 0
    name_differs: bool = False  # the number is ours, the name beside it is not: perhaps mistyped
    kind: str = ""  # filled in: the list's

    def tags(self) -> list[str]:
        subjects = {"person": self.person, "institution": self.institution, "account": self.account}
        named = [f"{name}:{id}" for name, id in subjects.items() if id is not None]
        return [f"entry:{self.outside_list}/{self.number}", f"list:{self.outside_list}", *named]


class OutsideEntryStatedCorrected(Correction[OutsideEntryStated], frozen=True, kw_only=True):
    TOPIC = "outside.entry-stated-corrected.v1"


# -- what is known ----------------------------------------------------------------------------------------


class OutsideListGuard(Guard):
    """One list: of which kind it is, as of which day, and how many rows it has."""

    KIND = "outside-list"
    kind: str = ""
    dated_on: date | None = None
    rows: int = 0

    @classmethod
    def keys(cls, fact: OutsideListImported) -> tuple[str, ...]:  # type: ignore[override]
        return (fact.outside_list,)

    @moves(OutsideListImported)
    def imported(self, fact: OutsideListImported, sign: int) -> None:
        self.kind, self.dated_on, self.rows = "", None, 0
        if sign > 0:
            self.kind, self.dated_on, self.rows = fact.kind, fact.occurred_on, fact.rows


# -- decisions --------------------------------------------------------------------------------------------


class ImportOutsideList(Slice):
    """Take in a list of somebody else, once under its id."""

    COMMAND = "outside.import-list"
    DECIDES = OutsideListImported
    ROLES = IMPORTING
    KEEPS = (OutsideListImported,)
    fact: OutsideListImported

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[OutsideListImported], tags=[f"list:{self.fact.outside_list}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        if self.known:
            raise ListIdTaken(outside_list=fact.outside_list)
        since, until = fact.covers_since, fact.covers_until
        if region_of(fact.outside_list) != fact.region[:6] or (since and since > (until or fact.occurred_on)):
            raise CoverageRunsBackwards(outside_list=fact.outside_list)
        if fact.unusable > fact.rows:
            raise MoreThanTheList(outside_list=fact.outside_list, rows=fact.rows, number=fact.unusable)
        self.record(fact)

    def leaning(self) -> list[Selector]:
        return [Selector(types=[OutsideEntryStated], tags=[f"list:{self.fact.outside_list}"])]

    def take_back(self) -> None:
        """What was read out of a list stays with its kind, its date and its rows."""
        was, now = self.fact, self.becomes
        same = now is not None and (now.outside_list, now.kind, now.occurred_on) == (
            was.outside_list,
            was.kind,
            was.occurred_on,
        )
        resting: list[Any] = list(self.resting)
        require_grounded(was, [one for one in resting if not same or one.number > now.rows])


class StateOutsideEntry(Slice):
    """Record what a list says about one person, institution or account."""

    COMMAND = "outside.state-entry"
    DECIDES = OutsideEntryStated
    ROLES = IMPORTING | {MATCHER}
    COMPUTED = ("kind", "occurred_on")
    KEEPS = (OutsideEntryStated,)
    fact: OutsideEntryStated

    def region(self) -> RegionCode:
        return region_of(self.fact.outside_list)

    def guards(self) -> list[GuardKey]:
        return [(OutsideListGuard.KIND, self.fact.outside_list)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[OutsideEntryStated], tags=[f"entry:{self.fact.outside_list}/{self.fact.number}"])]

    def execute(self) -> None:
        guard = self.guard(OutsideListGuard, self.fact.outside_list)
        if guard.dated_on is None:
            raise UnknownList(outside_list=self.fact.outside_list)
        begins = min(self.fact.since or guard.dated_on, guard.dated_on)
        fact = msgspec.structs.replace(self.fact, kind=guard.kind, occurred_on=begins)
        require_new(fact, self.known)
        if self.known or fact.number > guard.rows:
            raise MoreThanTheList(outside_list=fact.outside_list, rows=guard.rows, number=fact.number)
        _require_subject(fact)
        if guard.kind in DONE_WITH and fact.since is not None and fact.since > guard.dated_on:
            raise BeginsAfterItsList(since=fact.since, dated_on=guard.dated_on)
        require_forward(fact.since, fact.until)
        if holds_a_number(fact.says) or (guard.kind != "licences" and holds_a_number(fact.named_unit, code=True)):
            raise NumberInTheWords(number=fact.number)
        self.record(fact)


def region_of(outside_list: ListId) -> RegionCode:
    """The region that the id of a list names."""
    return RegionCode(outside_list[5:11])


def _require_subject(fact: OutsideEntryStated) -> None:
    """Raises OtherSubject."""
    named = {name for name in ("person", "institution", "account") if getattr(fact, name) is not None}
    wanted = SUBJECTS[fact.kind]
    holder = {"person"} if fact.kind == "bank-returns" else set()  # whom the bank names as the account's holder
    if not wanted <= named or named - wanted - holder:
        raise OtherSubject(kind=fact.kind, subjects=tuple(sorted(wanted)))
