"""From a proposal to a decision: which slice decides it, and what every decision must pass, corrections too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, ClassVar

import msgspec

from taizhang.domain.alike import Alike
from taizhang.domain.boundary import GuardBook, GuardKey, History, Watched, correction_of, decide, guard_keys, inform
from taizhang.domain.core import (
    Actor,
    Correction,
    Fact,
    LateAddition,
    OfficerId,
    Position,
    Refusal,
    Selector,
    Slice,
    Tagged,
    Text,
    subclasses,
)
from taizhang.domain.envelope import Paper, Source
from taizhang.domain.sealing import PeriodIsSealed, require_open, require_second_officer

INSTITUTION = "institution"  # the role in which a training institution's own officers act
SYSTEM = OfficerId("system")  # acts while the house is founded, before the first security administrator
SYSTEM_ROLE = (
    "system-administrator"  # in which only SYSTEM ever records: the person of this role keeps machines running
)
OFFICER = "officer"  # the guard row of an officer: what roles the officer holds (domain/officers)

# -- proposals --------------------------------------------------------------------------------------------


class Amend(msgspec.Struct, frozen=True, kw_only=True):
    """What a correction names: the first version's position, the body in force, why, and who allowed it."""

    corrects: Position
    was: Fact
    reason: Text
    approver: OfficerId
    void: bool = False


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that somebody asks to record; with `amend`, in place of an earlier one."""

    fact: Fact
    source: Source | None = None
    reason: str | None = None
    paper: Paper | None = None
    addition: LateAddition | None = None
    amend: Amend | None = None
    enclosed: bytes | None = None  # looked at when deciding, never recorded: the population that a sample is drawn from


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NotYourRole(Refusal):
    """Each role may record only what is its work (separation of duties)."""

    RULE: ClassVar = "officers.not-your-role"
    SOURCE: ClassVar = "design.md section 4; roles of the programme's departments"
    zh = "“{role}”岗位无权办理“{command}”。请由具备相应岗位的经办人办理,或请安全管理员授权。"
    en = "The role {role} may not do “{command}”. Ask an officer who has that role, or the security administrator."
    WORDED: ClassVar = MappingProxyType({"role": "role", "command": "command"})
    role: str
    command: str


@dataclass(eq=False)
class OutsideYourRegion(Refusal):
    """An officer acts only within the region of the role."""

    RULE: ClassVar = "officers.outside-your-region"
    SOURCE: ClassVar = "design.md section 2 (the desk checks the scope)"
    zh = "该事项属于 {region},不在您的管辖范围 {scope} 内。请由当地经办人办理。"
    en = "This belongs to {region}, outside your scope {scope}. Ask an officer of that region."
    region: str
    scope: str


@dataclass(eq=False)
class NotYourInstitution(Refusal):
    """Who acts for a training institution acts for that one only."""

    RULE: ClassVar = "officers.not-your-institution"
    SOURCE: ClassVar = "facts/falsification.csv F24 (each institution answers for its own classes); design.md section 4"
    zh = "该事项属于培训机构 {institution},您代表的是 {organisation}。请由该机构或当地经办人办理,或核对班级编号。"
    en = "This belongs to institution {institution}; you act for {organisation}. Ask that institution or the county's clerk, or check the class's id."
    institution: str
    organisation: str


@dataclass(eq=False)
class NotYetHappened(Refusal):
    """Nothing is recorded as having happened before it has: what is planned stands in fields of its own."""

    RULE: ClassVar = "records.not-yet-happened"
    SOURCE: ClassVar = "facts/falsification.csv F23 (early recording)"
    zh = "发生日期 {day} 晚于今天({today}),尚未发生的事不能入账。请核对日期,或在事情发生后再填报。"
    en = (
        "It is said to have happened on {day}, after today ({today}). Check the day, or record it once it has happened."
    )
    day: date
    today: date


@dataclass(eq=False)
class PreparedAndApprovedByOne(Refusal):
    """Nobody approves what they prepared themselves (不相容岗位分离)."""

    RULE: ClassVar = "officers.prepared-and-approved-by-one"
    SOURCE: ClassVar = "facts/falsification.csv F44; internal-control rule of separated duties"
    zh = "{officer} 既是填报人又是审批人。请换一名经办人审批。"
    en = "{officer} would both prepare and approve this. Another officer must approve."
    officer: str


@dataclass(eq=False)
class NotCorrectable(Refusal):
    """This kind of fact has no correction."""

    RULE: ClassVar = "corrections.not-correctable"
    SOURCE: ClassVar = "design.md section 3 (corrections)"
    zh = "“{kind}”不能更正。请用相应的后续事实说明变化。"
    en = "A “{kind}” cannot be corrected. Record the fact that changes it instead."
    WORDED: ClassVar = MappingProxyType({"kind": "fact"})
    kind: str


@dataclass(eq=False)
class NothingChanges(Refusal):
    """The correction says what stands already."""

    RULE: ClassVar = "corrections.nothing-changes"
    SOURCE: ClassVar = "design.md section 3 (corrections)"
    REPEATS: ClassVar = True
    zh = "更正内容与现有内容完全相同,未作记录。"
    en = "The correction equals what stands already; nothing was recorded."


@dataclass(eq=False)
class ChangedMeanwhile(Refusal):
    """A correction is made by somebody who has seen what it replaces."""

    RULE: ClassVar = "corrections.changed-meanwhile"
    SOURCE: ClassVar = "design.md section 3 (a correction names the body in force)"
    zh = "第 {position} 条在您查看之后已被他人更正或作废。请重新查看现有内容,再决定是否更正。"
    en = "Fact {position} was corrected or declared void since you looked. Look at it again, then decide whether to correct it."
    position: Position


@dataclass(eq=False)
class ApproverMayNot(Refusal):
    """Who allows a correction, a late addition or a step of money holds a role that could do it, in a region that contains it."""

    RULE: ClassVar = "officers.approver-may-not"
    SOURCE: ClassVar = "facts/falsification.csv F44; issue 1 (corrections and late additions have an approver), issue 3"
    zh = "批准人 {approver} 没有批准此事项的岗位,或其管辖范围不含 {region}。请填写有权批准的经办人编号。"
    en = "The approver {approver} holds no role that may allow this in {region}. Name an officer who does."
    approver: str
    region: str


# -- decisions --------------------------------------------------------------------------------------------


class Deciding:
    """One proposal on its way: the slice that decides it, and what it must read.

    First `rows` (guard rows) and the seals of the `county`, then, with their states at hand, `selectors`, and the
    facts at `positions`; then `decide`. A correction has two slices: one decides the new body, the other lets the old
    one go.
    """

    __slots__ = ("approver", "county", "old", "proposal", "read", "slice")  # one a row of a file

    def __init__(self, proposal: Proposal, by: Actor) -> None:
        self.proposal = proposal
        self.old: Slice | None = None
        self.approver: OfficerId | None = None  # whom the fact itself names
        self.read: list[Selector] | None = None  # the boundary, once it was asked for
        fact, amend = proposal.fact, proposal.amend
        if amend is None:
            self.slice: Slice = slice_for(fact.__class__)(fact, by)
        else:
            self.slice = slice_for(fact.__class__)(amend.was if amend.void else fact, by)
            self.old = slice_for(amend.was.__class__)(amend.was, by)
            self.old.fact = amend.was  # also where a slice fills in who asks
            self.old.becomes = None if amend.void else fact
            self.slice.replaces = amend.was
        if proposal.enclosed is not None:
            self.slice.enclosed = proposal.enclosed
        if names_approver(fact.__class__) and (amend is None or not amend.void):
            self.approver = getattr(fact, "approver", None)
        self.county = self.slice.ledger_region()

    def rows(self) -> list[GuardKey]:
        """The guard rows to read: those the rule asks for, those the fact moves, those of who allows it."""
        asked = [*self.slice.guards(), *guard_keys(self.proposal.fact)]
        if self.old is not None:
            asked += self.old.guards() + guard_keys(self.old.fact)
        if self.approver is not None or self.old is not None or self.proposal.addition is not None:
            asked += [(OFFICER, who) for who in self._approvers()]
        return asked

    def selectors(self, watched: Watched) -> list[Selector]:
        """The facts to read, judged by the guard rows of the watched book."""
        self.slice.guarded = watched
        self.read = self.slice.consistency_boundary()
        asked = self.slice.with_grounds(self.read)
        if self.old is not None and self.proposal.amend is not None:
            self.old.guarded = watched.book
            asked = asked + self.old.consistency_boundary() + self.old.leaning()
            asked += _earlier_corrections(self.proposal.amend)
        return asked

    def positions(self) -> list[Position]:
        """The facts to read by their position: the one that a correction corrects."""
        return [self.proposal.amend.corrects] if self.proposal.amend is not None else []

    def asked(self) -> Sequence[Selector]:
        """What was looked at in deciding; guard rows that moved meanwhile may have made it more than `selectors`."""
        return [*self.slice.with_grounds([*self.slice.asked]), *(self.old.asked if self.old is not None else ())]

    def decide(self, history: History, book: GuardBook, today: date, alike: Alike | None = None) -> list[Tagged[Fact]]:
        """The facts to record, tagged; `today` is the last day on which anything can have happened.

        Raises the Refusal of the first rule that says no.
        """
        decision, proposal = self.slice, self.proposal
        decision.today = today
        alike = Alike() if alike is None else alike
        holds = alike.holds(book)
        if (
            holds
            and proposal.amend is None
            and proposal.addition is None
            and self.approver is None
            and decision.fact.occurred_on <= today
            and self.county in alike.unsealed
            and (decision.__class__, decision.region()) in alike.entitled
        ):
            return decide(decision, history, book, asked=self.read)  # only its own rule is left to ask
        self._require_authority(decision, book, alike)
        if self.approver == decision.by.officer:
            raise PreparedAndApprovedByOne(officer=decision.by.officer)
        for who in self._approvers():
            self._require_approver(who, book)
        amend, day = proposal.amend, decision.fact.occurred_on
        if day > today and (amend is None or not amend.void):
            raise NotYetHappened(day=day, today=today)
        if amend is not None:
            return [self._corrected(amend, history, book)]
        self._require_open(proposal.addition, history, book, alike)
        return decide(decision, history, book, asked=self.read if holds else None)

    def _require_open(self, addition: LateAddition | None, history: History, book: GuardBook, alike: Alike) -> None:
        """Refuse what a seal closes off, and a late addition that its own reporter approves."""
        require_second_officer(self.slice.by, addition)
        try:
            require_open(book, self.county, self.slice.ledger_days, addition)
        except PeriodIsSealed:
            self._require_new(history, book)
            raise
        alike.note_unsealed(book, self.county)

    def _require_new(self, history: History, book: GuardBook) -> None:
        """Refuse what stands already as a repetition: the same file again changes nothing, after a seal too."""
        try:
            decide(self.slice, history, book)
        except Refusal as refusal:
            if refusal.REPEATS:
                raise

    def _require_authority(self, decision: Slice, book: GuardBook, alike: Alike) -> None:
        by, region = decision.by, decision.region()
        if by.role not in decision.ROLES or (by.role == SYSTEM_ROLE and by.officer != SYSTEM):
            raise NotYourRole(role=by.role, command=decision.COMMAND)
        if region is not None and not within(region, by.region):
            raise OutsideYourRegion(region=region, scope=by.region)
        if by.role == INSTITUTION:
            decision.guarded = book
            institution = decision.institution()
            if institution is not None and institution != by.organisation:
                raise NotYourInstitution(institution=institution, organisation=by.organisation)
        else:
            alike.entitled.add((decision.__class__, region))

    def _approvers(self) -> list[OfficerId]:
        """Who is said to have allowed this; whom the body named before a correction stays named, whatever became of them."""
        amend, addition = self.proposal.amend, self.proposal.addition
        allowed = [one.approver for one in (amend, addition) if one is not None]
        if self.approver is not None and (amend is None or getattr(amend.was, "approver", None) != self.approver):
            allowed.append(self.approver)
        return allowed

    def _require_approver(self, who: OfficerId, book: GuardBook) -> None:
        """The recorder's own name is refused by rules of its own; anybody else must be entitled."""
        if who == self.slice.by.officer:
            return
        region = self.slice.region() or self.slice.by.region
        officer: Any = book[OFFICER, who]
        if not any(
            grant.role in self.slice.ROLES and grant.role != INSTITUTION and within(region, grant.region)
            for grant in officer.grants
        ):
            raise ApproverMayNot(approver=who, region=region)

    def _corrected(self, amend: Amend, history: History, book: GuardBook) -> Tagged[Fact]:
        old, kind = self.old, correction_of(type(amend.was))
        if kind is None or old is None or type(self.proposal.fact) is not type(amend.was):
            raise NotCorrectable(kind=type(amend.was).TOPIC)
        self._require_authority(old, book, Alike())
        if amend.approver == self.slice.by.officer:
            raise PreparedAndApprovedByOne(officer=self.slice.by.officer)
        self._require_in_force(amend, history.standing(amend.corrects))
        would_be = book.without(amend.was, self.rows())
        now = None
        if not amend.void:
            [tagged] = decide(self.slice, history, would_be, without=amend.corrects)
            now = tagged.decision
            if now == amend.was:
                raise NothingChanges
            would_be.apply(now, 0)
        old.becomes = now
        inform(old, history, would_be, without=amend.corrects)
        leaning = old.leaning()
        old.asked = [*old.asked, *leaning]
        old.resting = history.matching(leaning, without=amend.corrects)
        old.take_back()
        return self._correction(kind, amend, now)

    def _require_in_force(self, amend: Amend, standing: Fact | None) -> None:
        """Raises NothingChanges when all is as proposed already, ChangedMeanwhile when it is neither so nor as read."""
        if standing == amend.was:
            return
        wanted = None if amend.void else self.slice.fact
        if standing == wanted:
            raise NothingChanges
        raise ChangedMeanwhile(position=amend.corrects)

    def _correction(self, kind: type[Correction[Any]], amend: Amend, now: Fact | None) -> Tagged[Fact]:
        body = now if now is not None else amend.was
        correction = kind(
            occurred_on=body.occurred_on,
            corrects=amend.corrects,
            was=amend.was,
            now=now,
            reason=amend.reason,
            approver=amend.approver,
        )
        return Tagged(correction.tags(), correction)


@cache
def names_approver(fact_type: type[Fact]) -> bool:
    return "approver" in fact_type.__struct_fields__


def _earlier_corrections(amend: Amend) -> list[Selector]:
    """Where another correction of the same fact is found."""
    kind = correction_of(type(amend.was))
    return [Selector(types=[kind], tags=[f"corrects:{amend.corrects}"])] if kind is not None else []


@lru_cache(maxsize=10_000)  # asked for every row of a batch, about very few pairs
def within(region: str, scope: str) -> bool:
    """Whether a region code lies in another's area: 620121 lies in 620100 and in 620000.

    Codes of towns (9 digits) and villages (12 digits) begin with their county's code.
    """
    stem = scope
    while len(stem) > 2 and stem.endswith("00") and len(stem) <= 6:
        stem = stem[:-2]
    return region.startswith(stem)


@cache
def slice_for(fact_type: Any) -> type[Slice]:
    """The slice that decides facts of this class; every fact a person can propose has exactly one."""
    [decision] = [s for s in subclasses(Slice) if getattr(s, "DECIDES", None) is fact_type]
    return decision


@cache
def commands() -> dict[str, type[Slice]]:
    """Every command by its stable name; the rooms must have been imported (see catalogue)."""
    return {s.COMMAND: s for s in subclasses(Slice) if hasattr(s, "COMMAND")}
