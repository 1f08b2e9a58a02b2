"""The guard rows of postings: one a posting (who, where, from when to when), one an official (everything that rules ask).

`groundless` says which records about an official nothing carries any more: what every correction asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Fact, Guard, OfficerId, PersonId, moves
from taizhang.domain.postings.appraisals import (
    Grade,
    NegativeListEntered,
    NegativeListLifted,
    OfficialAppraised,
    OfficialPromoted,
)
from taizhang.domain.postings.duty import DutyRecorded, LeaveTaken, VillageWorkRecorded
from taizhang.domain.postings.kinds import SCHEMES, TOGETHER
from taizhang.domain.postings.officials import (
    OfficialSelected,
    OfficialTransferred,
    PersonType,
    PostingId,
    PostingKind,
    TermRenewed,
)
from taizhang.domain.postings.spells import ONE_DAY, SPELL_FACTS, Spell, moved_spells, put


class PostingGuard(Guard):
    """One posting's interval; a transfer stands in the rows of both postings."""

    KIND = "posting"
    spells: dict[str, Spell] = msgspec.field(default_factory=dict)

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.posting, fact.to_posting) if isinstance(fact, OfficialTransferred) else (fact.posting,)

    @moves(*SPELL_FACTS)
    def moved(self, fact: Fact, sign: int) -> None:
        self.spells = moved_spells(self.spells, fact, sign)


class Selection(msgspec.Struct, frozen=True, array_like=True):
    kind: PostingKind
    person_type: PersonType
    on: date
    officer: OfficerId | None


class Duty(msgspec.Struct, frozen=True, array_like=True):
    posting: PostingId
    month: date
    days: int
    until: date  # said on that day: later days are not meant


class Leave(msgspec.Struct, frozen=True, array_like=True):
    posting: PostingId
    since: date
    until: date


class Work(msgspec.Struct, frozen=True, array_like=True):
    posting: PostingId
    on: date


class Appraisal(msgspec.Struct, frozen=True, array_like=True):
    posting: PostingId
    year: int
    grade: Grade
    by: OfficerId


class OfficialGuard(Guard):
    """Everything that rules ask of one official."""

    KIND = "official"
    selections: list[Selection] = msgspec.field(default_factory=list)
    spells: dict[str, Spell] = msgspec.field(default_factory=dict)
    duty: list[Duty] = msgspec.field(default_factory=list)
    leaves: list[Leave] = msgspec.field(default_factory=list)
    work: list[Work] = msgspec.field(default_factory=list)
    appraisals: list[Appraisal] = msgspec.field(default_factory=list)
    promoted: list[PostingId] = msgspec.field(default_factory=list)
    entered: list[date] = msgspec.field(default_factory=list)
    lifted: list[date] = msgspec.field(default_factory=list)

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.official,)

    @moves(OfficialSelected)
    def selected(self, fact: OfficialSelected, sign: int) -> None:
        row = Selection(fact.kind, fact.person_type, fact.occurred_on, fact.officer)
        self.selections = put(self.selections, row, sign)

    @moves(*SPELL_FACTS)
    def moved(self, fact: Fact, sign: int) -> None:
        self.spells = moved_spells(self.spells, fact, sign)
        if isinstance(fact, OfficialPromoted):
            self.promoted = put(self.promoted, fact.posting, sign)

    @moves(DutyRecorded)
    def on_duty(self, fact: DutyRecorded, sign: int) -> None:
        self.duty = put(self.duty, Duty(fact.posting, fact.month, fact.days, fact.occurred_on), sign)

    @moves(LeaveTaken)
    def on_leave(self, fact: LeaveTaken, sign: int) -> None:
        self.leaves = put(self.leaves, Leave(fact.posting, fact.since, fact.until), sign)

    @moves(VillageWorkRecorded)
    def at_work(self, fact: VillageWorkRecorded, sign: int) -> None:
        self.work = put(self.work, Work(fact.posting, fact.occurred_on), sign)

    @moves(OfficialAppraised)
    def appraised(self, fact: OfficialAppraised, sign: int) -> None:
        row = Appraisal(fact.posting, fact.year, fact.grade, fact.appraised_by)
        self.appraisals = put(self.appraisals, row, sign)

    @moves(NegativeListEntered)
    def enter(self, fact: NegativeListEntered, sign: int) -> None:
        self.entered = sorted(put(self.entered, fact.occurred_on, sign))

    @moves(NegativeListLifted)
    def lift(self, fact: NegativeListLifted, sign: int) -> None:
        self.lifted = sorted(put(self.lifted, fact.occurred_on, sign))

    def opened(self, posting: str) -> Spell | None:
        """The posting, when it is this official's."""
        spell = self.spells.get(posting)
        return spell if spell is not None and spell.opening is not None else None

    def officers(self) -> frozenset[OfficerId]:
        """Under whom the official signs in."""
        named = [one.officer for one in self.selections]
        named += [spell.opening.officer for spell in self.spells.values() if spell.opening is not None]
        return frozenset(one for one in named if one is not None)

    def selected_for(self, kind: PostingKind, day: date) -> Selection | None:
        """The newest selection for that kind of posting by that day."""
        found = [one for one in self.selections if one.kind == kind and one.on <= day]
        return max(found, key=lambda one: one.on, default=None)

    def listed(self) -> Iterator[tuple[date, date | None]]:
        """From when and to which day, not included, the official stands on the negative list."""
        for place, since in enumerate(self.entered):
            yield since, self.lifted[place] if place < len(self.lifted) else None

    def listed_on(self, day: date) -> date | None:
        """Since when the official has been on the negative list on a day; None: not on it."""
        return next((since for since, until in self.listed() if since <= day and (until is None or day < until)), None)


def posting_row(posting: PostingId) -> GuardKey:
    """The row of a posting."""
    return (PostingGuard.KIND, posting)


def official_row(official: PersonId) -> GuardKey:
    """The row of an official."""
    return (OfficialGuard.KIND, official)


def with_fact(state: OfficialGuard, fact: Fact, sign: int = +1) -> OfficialGuard:
    """The official's row as this fact would leave it; the row itself stays as it is."""
    copy = msgspec.structs.replace(state)
    method = next(one for one in vars(OfficialGuard).values() if type(fact) in getattr(one, "moved_by", ()))
    method(copy, fact, sign)
    return copy


def days_open(state: OfficialGuard, posting: PostingId, month: date, said_on: date) -> tuple[int, int]:
    """How many days of a month lie inside a posting by the day it is said, and on how many of them was leave."""
    spell = state.opened(posting)
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    if spell is None or spell.opening is None:
        return 0, 0
    first = max(month, spell.opening.since)
    last = min(following - ONE_DAY, spell.last, said_on)
    inside = max(0, (last - first).days + 1)
    leaves = [one for one in state.leaves if one.posting == posting]
    away = sum(max(0, (min(last, one.until) - max(first, one.since)).days + 1) for one in leaves)
    return inside, away


def together(one: Spell, other: Spell) -> bool:
    """Whether these two may be held at once."""
    assert one.opening is not None
    assert other.opening is not None
    kinds = frozenset({one.opening.kind, other.opening.kind})
    return kinds in TOGETHER and one.opening.region == other.opening.region


def overlapping(state: OfficialGuard) -> tuple[str, str] | None:
    """Two postings of the official that stand at once although their kinds do not allow it."""
    opened = [(posting, spell) for posting, spell in state.spells.items() if spell.opening is not None]
    for place, (posting, spell) in enumerate(opened):
        for other, standing in opened[:place]:
            if spell.meets(standing) and not together(spell, standing):
                return other, posting
    return None


def groundless(state: OfficialGuard) -> list[str]:
    """The kinds of records about an official that nothing carries."""
    return list(dict.fromkeys([*_spells(state), *_doings(state), *_appraisals(state), *_listings(state)]))


def _spells(state: OfficialGuard) -> Iterator[str]:
    for spell in state.spells.values():
        opening = spell.opening
        if opening is None:
            yield from (one.topic for one in spell.endings)
            yield from (TermRenewed.TOPIC for _ in spell.renewals)
            continue
        if state.selected_for(opening.kind, opening.since) is None:
            yield opening.topic
        for one in spell.endings:
            beyond = one.topic != OfficialPromoted.TOPIC and one.last > spell.until
            if one.last < opening.since or beyond or opening.officer not in (None, one.officer):
                yield one.topic
        for renewal in spell.renewals:
            if renewal.until <= opening.until or opening.officer not in (None, renewal.officer):
                yield TermRenewed.TOPIC


def _doings(state: OfficialGuard) -> Iterator[str]:
    for duty in state.duty:
        inside, away = days_open(state, duty.posting, duty.month, duty.until)
        if state.opened(duty.posting) is None or inside == 0 or duty.days > inside - away:
            yield DutyRecorded.TOPIC
    for leave in state.leaves:
        spell = state.opened(leave.posting)
        if spell is None or not (spell.covers(leave.since) and spell.covers(leave.until)):
            yield LeaveTaken.TOPIC
    for work in state.work:
        spell = state.opened(work.posting)
        if spell is None or not spell.covers(work.on):
            yield VillageWorkRecorded.TOPIC


def _appraisals(state: OfficialGuard) -> Iterator[str]:
    for one in state.appraisals:
        spell = state.opened(one.posting)
        if spell is None or spell.opening is None or not in_year(spell, one.year) or one.by in state.officers():
            yield OfficialAppraised.TOPIC
            continue
        selection = state.selected_for(spell.opening.kind, spell.opening.since)
        if selection is not None and one.grade not in SCHEMES[selection.person_type]:
            yield OfficialAppraised.TOPIC


def _listings(state: OfficialGuard) -> Iterator[str]:
    entered = len(state.entered)
    for place, lifted in enumerate(state.lifted):
        if place >= entered or lifted < state.entered[place]:
            yield NegativeListLifted.TOPIC


def in_year(spell: Spell, year: int) -> bool:
    """Whether a posting has a day in that year."""
    assert spell.opening is not None
    return spell.opening.since.year <= year <= spell.last.year
