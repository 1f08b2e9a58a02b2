"""From a proposal to a decision: which slice decides it, and what every decision must pass, corrections too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import msgspec

from taizhang.domain.boundary import GuardBook, GuardKey, History, correction_of, decide, guard_keys
from taizhang.domain.core import (
    Actor,
    Correction,
    Fact,
    LateAddition,
    OfficerId,
    Position,
    Refusal,
    Slice,
    Tagged,
    Text,
    subclasses,
)
from taizhang.domain.envelope import Paper, Source
from taizhang.domain.sealing import require_open, require_second_officer, seal_rows

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


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NotYourRole(Refusal):
    """Each role may record only what is its work (separation of duties)."""

    RULE: ClassVar = "officers.not-your-role"
    SOURCE: ClassVar = "design.md section 4; roles of the programme's departments"
    zh = "{role} 无权办理“{command}”。请由具备相应岗位的经办人办理,或请安全管理员授权。"
    en = "The role {role} may not do “{command}”. Ask an officer who has that role, or the security administrator."
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
    kind: str


@dataclass(eq=False)
class NothingChanges(Refusal):
    """The correction says what stands already."""

    RULE: ClassVar = "corrections.nothing-changes"
    SOURCE: ClassVar = "design.md section 3 (corrections)"
    REPEATS: ClassVar = True
    zh = "更正内容与现有内容完全相同,未作记录。"
    en = "The correction equals what stands already; nothing was recorded."


# -- decisions --------------------------------------------------------------------------------------------


class Deciding:
    """One proposal on its way: the slice that decides it, and what it must read.

    First `rows` (guard rows), then, with their states at hand, `selectors`; then `decide`.
    """

    def __init__(self, proposal: Proposal, by: Actor) -> None:
        self.proposal, self.by = proposal, by
        self.slice: Slice = slice_for(type(proposal.fact))(proposal.fact, by)

    def rows(self) -> list[GuardKey]:
        """The guard rows to read: those the rule asks for, those the fact moves, the seals that bind it."""
        asked = self.slice.guards() + guard_keys(self.proposal.fact) + seal_rows(self.slice.ledger_region())
        if self.proposal.amend is not None:
            asked += guard_keys(self.proposal.amend.was)
        return asked

    def decide(self, history: History, book: GuardBook) -> list[Tagged[Fact]]:
        """The facts to record, tagged.

        Raises the Refusal of the first rule that says no.
        """
        self._require_authority()
        amend = self.proposal.amend
        if amend is None:
            require_second_officer(self.by, self.proposal.addition)
            require_open(book, self.slice.ledger_region(), self.proposal.fact.occurred_on, self.proposal.addition)
            return decide(self.slice, history, book)
        return [self._corrected(amend, history, book)]

    def _require_authority(self) -> None:
        if self.by.role not in self.slice.ROLES:
            raise NotYourRole(role=self.by.role, command=self.slice.COMMAND)
        region = self.slice.region()
        if region is not None and not within(region, self.by.region):
            raise OutsideYourRegion(region=region, scope=self.by.region)

    def _corrected(self, amend: Amend, history: History, book: GuardBook) -> Tagged[Fact]:
        kind = correction_of(type(amend.was))
        if kind is None:
            raise NotCorrectable(kind=type(amend.was).TOPIC)
        if amend.approver == self.by.officer:
            raise PreparedAndApprovedByOne(officer=self.by.officer)
        now = None
        if not amend.void:
            as_if_never = book.without(amend.was, self.rows())
            [tagged] = decide(self.slice, history, as_if_never, without=amend.corrects)
            now = tagged.decision
            if now == amend.was:
                raise NothingChanges
        return self._correction(kind, amend, now)

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
