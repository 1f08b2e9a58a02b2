"""What posted officials do, told by themselves or the county: the decisions about duty, leave and village work."""

from __future__ import annotations

from typing import Any, Final

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import ClassGuard, require_filed
from taizhang.domain.core import Actor, RegionCode, Selector, Slice
from taizhang.domain.postings.book import OfficialGuard, days_open, groundless, official_row, with_fact
from taizhang.domain.postings.doing_refusals import (
    DutyOutsideThePosting,
    DutyOverlapsLeave,
    DutyRecordedOtherwise,
    LeaveOverlaps,
    MoreDaysThanInside,
    NotAMonth,
)
from taizhang.domain.postings.duty import DutyRecorded, LeaveTaken, VillageWorkRecorded
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL, county_of_posting
from taizhang.domain.postings.refusals import UnknownPosting
from taizhang.domain.postings.rules import OfOnePosting, require_inside, require_posting
from taizhang.domain.standing import require_forward, require_new, require_scope

TOLD_BY: Final = frozenset({"organisation", "clerk", VILLAGE_OFFICIAL})


class InTheVillage(OfOnePosting):
    """A posted official records only what happens in the own village, which the posting knows."""

    by: Actor

    def region(self) -> RegionCode | None:
        return None if self.by.role == VILLAGE_OFFICIAL else county_of_posting(self.fact.posting)

    def take_back(self) -> None:
        require_in_scope(self)
        super().take_back()


def require_in_scope(decision: Any) -> None:
    """Refuse a posted official a record about a posting elsewhere.

    Raises UnknownPosting, OutsideYourRegion.
    """
    fact, by = decision.fact, decision.by
    if by.role != VILLAGE_OFFICIAL:
        return
    spell = decision.guarded[OfficialGuard.KIND, fact.official].opened(fact.posting)
    if spell is None:
        raise UnknownPosting(official=fact.official, posting=fact.posting)
    require_scope(spell.opening.region, by)


class RecordDuty(InTheVillage, Slice):
    """Record the days of duty in a month: once, inside the posting, beside the days of leave."""

    COMMAND = "postings.record-duty"
    DECIDES = DutyRecorded
    ROLES = TOLD_BY
    KEEPS = (DutyRecorded,)
    fact: DutyRecorded

    def ledger_days(self) -> Any:
        return (self.fact.occurred_on, self.fact.month)

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[DutyRecorded], tags=[f"posting:{self.fact.posting}"])]

    def execute(self) -> None:
        state, _, _ = require_posting(self)
        require_in_scope(self)
        fact = self.fact
        require_new(fact, self.known)
        if fact.month.day != 1 or fact.month > fact.occurred_on:
            raise NotAMonth(month=fact.month)
        for row in state.duty:
            if (row.posting, row.month) == (fact.posting, fact.month):
                raise DutyRecordedOtherwise(posting=fact.posting, month=fact.month, days=row.days)
        inside, away = days_open(state, fact.posting, fact.month, fact.occurred_on)
        if inside == 0:
            raise DutyOutsideThePosting(posting=fact.posting, month=fact.month)
        if fact.days > inside:
            raise MoreDaysThanInside(posting=fact.posting, inside=inside, days=fact.days)
        if fact.days > inside - away:
            raise DutyOverlapsLeave(posting=fact.posting, month=fact.month, days=fact.days, away=away)
        self.record(fact)


class TakeLeave(InTheVillage, Slice):
    """Record leave inside the posting, each day once, beside the days of duty."""

    COMMAND = "postings.take-leave"
    DECIDES = LeaveTaken
    ROLES = TOLD_BY
    KEEPS = (LeaveTaken,)
    fact: LeaveTaken

    def ledger_days(self) -> Any:
        return (self.fact.occurred_on, self.fact.since, self.fact.until)

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[LeaveTaken], tags=[f"posting:{self.fact.posting}"])]

    def execute(self) -> None:
        state, spell, _ = require_posting(self)
        require_in_scope(self)
        fact = self.fact
        require_new(fact, self.known)
        require_forward(fact.since, fact.until)
        for day in (fact.since, fact.until):
            require_inside(spell, fact.posting, day)
        for row in state.leaves:
            if row.posting == fact.posting and row.since <= fact.until and fact.since <= row.until:
                raise LeaveOverlaps(posting=fact.posting, since=row.since, until=row.until)
        self._require_beside_duty(state)
        self.record(fact)

    def _require_beside_duty(self, state: OfficialGuard) -> None:
        """Raises DutyOverlapsLeave."""
        fact = self.fact
        after = with_fact(state, fact)
        if DutyRecorded.TOPIC not in groundless(after):
            return
        for row in state.duty:
            inside, away = days_open(after, row.posting, row.month, row.until)
            if row.posting == fact.posting and row.days > inside - away:
                raise DutyOverlapsLeave(posting=fact.posting, month=row.month, days=row.days, away=away)


class RecordVillageWork(InTheVillage, Slice):
    """Record a project led, an enterprise founded or a technique spread, on a day of the posting."""

    COMMAND = "postings.record-village-work"
    DECIDES = VillageWorkRecorded
    ROLES = TOLD_BY
    KEEPS = (VillageWorkRecorded,)
    fact: VillageWorkRecorded

    def guards(self) -> list[GuardKey]:
        return [official_row(self.fact.official), *((ClassGuard.KIND, one) for one in self.fact.classes)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[VillageWorkRecorded], tags=[f"posting:{self.fact.posting}"])]

    def execute(self) -> None:
        _, spell, _ = require_posting(self)
        require_in_scope(self)
        fact = self.fact
        require_new(fact, self.known)
        require_inside(spell, fact.posting, fact.occurred_on)
        for one in fact.classes:
            require_filed(self.guard(ClassGuard, one), one)
        self.record(fact)
