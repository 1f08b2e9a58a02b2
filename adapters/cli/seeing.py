"""Who reads on the command line: an officer who is named, as far as the web shows it to them; or whoever holds the database, all of it.

What the web tells by rules of their own (an institution's sums, a dashboard's figures in fives) is not told here to these roles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

import typer

from taizhang.adapters.cli.session import OfWholeHouse, OutOfReach, actor
from taizhang.adapters.house import House
from taizhang.adapters.log.log import Criterion
from taizhang.adapters.visibility import DASHBOARD, Eyes
from taizhang.domain.core import Actor
from taizhang.domain.decisions import INSTITUTION, within
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.officers import BUSINESS
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL

T = TypeVar("T")
PROVINCE: Final = "620000"
SEES_FACTS: Final = BUSINESS - {DASHBOARD}
BY_REGION: Final = SEES_FACTS - {INSTITUTION, VILLAGE_OFFICIAL}  # who sees all of a region


class Reader(NamedTuple):
    """Somebody who reads; `by` is None where nobody is named."""

    house: House
    by: Actor | None

    @property
    def scope(self) -> str:
        """What a report id says of who reads: the officer's region; empty where nobody is named."""
        return self.by.region if self.by is not None else ""

    def region(self, asked: str) -> str:
        """The region asked for, else the officer's own, else the province. Raises OutOfReach."""
        if self.by is None:
            return asked or PROVINCE
        if asked and not within(asked, self.by.region):
            raise OutOfReach
        return asked or self.by.region

    def training_class(self, asked: str) -> None:
        """Raises OutOfReach for a class that is not the officer's to see."""
        if asked and self.by is not None and not Eyes(self.house.log, self.by).sees_class(asked):
            raise OutOfReach

    def about(self, tag: str) -> None:
        """Raises OutOfReach where the officer may see no fact about this subject."""
        if self.by is not None:
            found = self.house.log.read([Criterion((), (tag,))]).facts
            if not self.facts(opened(row.position, row.leaf) for row in found):
                raise OutOfReach

    def facts(self, found: Iterable[Recorded]) -> list[Recorded]:
        """Those of these facts that may be seen."""
        if self.by is None:
            return list(found)
        eyes = Eyes(self.house.log, self.by)
        return [fact for fact in found if eyes.sees(fact)]

    def positions(self, asked: Sequence[int]) -> frozenset[int]:
        """Those of these positions whose facts may be seen."""
        if self.by is None:
            return frozenset(asked)
        return frozenset(
            fact.position for fact in self.facts(opened(r.position, r.leaf) for r in self.house.log.at(asked))
        )

    def sees_region(self, region: str) -> bool:
        """Whether a region lies in the officer's."""
        return self.by is None or within(region, self.by.region)

    def sees_class_of(self, training_class: str) -> bool:
        """Whether a class lies in the officer's region."""
        return self.by is None or within(training_class[1:7], self.by.region)

    def sees_holder(self, holder: str) -> bool:
        """Whether an account lies in the officer's region; end payees of a line are told to whoever sees the province."""
        if self.by is None or self.by.region.endswith("0000"):
            return True
        return holder[:1].isdigit() and within(holder[:6], self.by.region)


def reader(house: House, context: typer.Context, roles: Iterable[str] = BY_REGION) -> Reader:
    """Who reads. Raises OutOfReach for a role that is not among these, SignInRefused, CallUnusable."""
    if not context.obj.named:
        return Reader(house, None)
    by = actor(house, context.obj)
    if by.role not in roles:
        raise OutOfReach
    return Reader(house, by)


def whole_house(house: House, context: typer.Context, roles: Iterable[str]) -> None:
    """Who is named sees all of the house: of the province, in one of these roles.

    Raises OfWholeHouse for all others, SignInRefused, CallUnusable.
    """
    if context.obj.named:
        by = actor(house, context.obj)
        if by.region != PROVINCE or by.role not in roles:
            raise OfWholeHouse(roles)
