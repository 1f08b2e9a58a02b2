"""A posting as an interval: opened by a posting or transfer, prolonged by renewals, closed by the earliest ending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

import msgspec

from taizhang.domain.core import Fact, OfficerId, PersonId, RegionCode
from taizhang.domain.postings.appraisals import OfficialPromoted
from taizhang.domain.postings.officials import (
    OfficialPosted,
    OfficialRecalled,
    OfficialTransferred,
    PostingEnded,
    PostingKind,
    TermRenewed,
)

ONE_DAY = timedelta(days=1)
R = TypeVar("R")


class Opening(msgspec.Struct, frozen=True, array_like=True):
    """Who is posted as what, where, from when to the planned end; and the officer under whom the official signs in."""

    official: PersonId
    kind: PostingKind
    region: RegionCode
    since: date
    until: date
    officer: OfficerId | None
    topic: str  # of the fact that opened it


class Renewal(msgspec.Struct, frozen=True, array_like=True):
    until: date
    officer: OfficerId | None


class Ending(msgspec.Struct, frozen=True, array_like=True):
    """A last day, and the kind of fact that says so."""

    last: date
    officer: OfficerId | None
    topic: str


class Spell(msgspec.Struct, frozen=True):
    """One posting. Each part can be taken back without the others, so a correction may change them in any order."""

    opening: Opening | None = None
    renewals: list[Renewal] = []
    endings: list[Ending] = []

    @property
    def until(self) -> date:
        """The planned end."""
        assert self.opening is not None
        return max(self.opening.until, *(one.until for one in self.renewals), date.min)

    @property
    def ended_on(self) -> date | None:
        """The real last day; None while nothing ended it."""
        return min((one.last for one in self.endings), default=None)

    @property
    def last(self) -> date:
        """The last day on which it stands: the real end, or else the planned one."""
        return min(self.until, self.ended_on or date.max)

    def covers(self, day: date) -> bool:
        """Whether the official is posted on that day."""
        return self.opening is not None and self.opening.since <= day <= self.last

    def meets(self, other: Spell) -> bool:
        """Whether the two have a day in common."""
        if self.opening is None or other.opening is None:
            return False
        return self.opening.since <= other.last and other.opening.since <= self.last


SPELL_FACTS: tuple[type[Fact], ...] = (
    OfficialPosted,
    OfficialTransferred,
    TermRenewed,
    PostingEnded,
    OfficialRecalled,
    OfficialPromoted,
)
Spells = dict[str, Spell]  # by posting


def moved_spells(spells: Spells, fact: Fact, sign: int) -> Spells:
    """The spells with what a fact says of them put in, or taken back with sign -1."""
    moved = dict(spells)
    if isinstance(fact, OfficialPosted):
        _open(moved, fact.posting, fact, sign)
    elif isinstance(fact, OfficialTransferred):
        _end(moved, fact, fact.occurred_on - ONE_DAY, sign)
        _open(moved, fact.to_posting, fact, sign)
    elif isinstance(fact, TermRenewed):
        spell = moved.get(fact.posting, Spell())
        rows = put(spell.renewals, Renewal(fact.until, fact.officer), sign)
        _keep(moved, fact.posting, msgspec.structs.replace(spell, renewals=rows))
    elif isinstance(fact, PostingEnded | OfficialRecalled | OfficialPromoted):
        _end(moved, fact, fact.occurred_on, sign)
    return moved


def put(rows: Sequence[R], row: R, sign: int) -> list[R]:
    """The rows with one more, or without one like it."""
    if sign > 0:
        return [*rows, row]
    left = list(rows)
    left.remove(row)
    return left


def _open(spells: Spells, posting: str, fact: OfficialPosted | OfficialTransferred, sign: int) -> None:
    opening = Opening(
        fact.official, fact.kind, fact.region, fact.occurred_on, fact.until, fact.officer, type(fact).TOPIC
    )
    spell = spells.get(posting, Spell())
    _keep(spells, posting, msgspec.structs.replace(spell, opening=opening if sign > 0 else None))


def _end(
    spells: Spells,
    fact: OfficialTransferred | PostingEnded | OfficialRecalled | OfficialPromoted,
    last: date,
    sign: int,
) -> None:
    spell = spells.get(fact.posting, Spell())
    rows = put(spell.endings, Ending(last, fact.officer, type(fact).TOPIC), sign)
    _keep(spells, fact.posting, msgspec.structs.replace(spell, endings=rows))


def _keep(spells: Spells, posting: str, spell: Spell) -> None:
    if spell == Spell():
        spells.pop(posting, None)
    else:
        spells[posting] = spell
