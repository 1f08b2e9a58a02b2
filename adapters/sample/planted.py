"""What a sample hid in its money for a finance inspector to find: which kind, where, and how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from taizhang.adapters.house import House
from taizhang.adapters.log.log import Criterion
from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample import money
from taizhang.adapters.sample.money import claim_of, line_of, plants
from taizhang.adapters.sample.paying import held, lines_of
from taizhang.adapters.sample.plan import County, PlannedClass, first_class, planned_classes
from taizhang.domain.core import Fact
from taizhang.domain.envelope import opened
from taizhang.domain.funds.payments import AdvancePaid, FundsRecovered, PaymentReturned, SubsidyPaid

SHARED_BY = 2  # trainees who name one account


class Planted(NamedTuple):
    """Something to be found: the kind under which the flags and the reconciliation show it, in words, and the sum."""

    kind: str
    line: str
    region: str
    amount_fen: int


def planted(house: House, chosen: Sequence[County], seed: int) -> list[Planted]:
    """Everything that lies hidden in the money of the sample that stands."""
    found = [one for county in chosen for one in _in_county(house, county, seed)]
    lines = {line for county in chosen for line in lines_of(county, seed)}
    for line in sorted({*lines, *(other.line for other in money.others())}):
        left = held(house, line, PROVINCE)
        if left:
            found.append(Planted("idle-balance", line, PROVINCE, left))
    return found


def _in_county(house: House, county: County, seed: int) -> Iterator[Planted]:
    first = first_class(county, seed)
    if first is None:
        return
    line = line_of(county, first.days[0].year, "training")
    if plants(county, money.IDLE):
        for each in lines_of(county, seed):
            if left := held(house, each, county.code):
                yield Planted("idle-balance", each, county.code, left)
    if plants(county, money.LATE):
        for part in money.parts(county, seed):
            yield from _late(part)
    if plants(county, money.UNPLANNED):
        yield from _unplanned(house, county, seed)
    if plants(county, money.SPLIT):
        yield _summed("split-payment", line, _payments_of(house, first, "training"))
    if plants(county, money.OVERDUE):
        advances = [fact for fact in _facts(house, first) if isinstance(fact, AdvancePaid)]
        yield _summed("advance-overdue", line, advances)
    if plants(county, money.SHARED):
        living = line_of(county, first.days[0].year, "living")
        paid = _payments_of(house, first, "living")
        shared = [one for one in paid if sum(one.account == other.account for other in paid) == SHARED_BY]
        if shared:
            yield _summed("account-beyond-one-household", living, shared)
    if plants(county, money.RECOVERED) and county.number // money.COUNTIES_A_ROUND % 2:
        amount = money.training_rate(first.days[0].year)
        yield Planted("paid-not-entitled", line, county.code, amount)


def _late(part: money.YearPart) -> Iterator[Planted]:
    """One transfer of a line, whatever it is for."""
    sums: Counter[str] = Counter()
    for purpose, amount in (("training", part.training_fen), ("living", part.living_fen)):
        sums[line_of(part.county, part.year, purpose)] += amount
    for line, amount in sums.items():
        if amount:
            yield Planted("passed-on-late", line, PROVINCE, amount)


def _unplanned(house: House, county: County, seed: int) -> Iterator[Planted]:
    sums: dict[str, int] = {}
    for one in planned_classes(county, seed):
        for fact in _facts(house, one):
            if isinstance(fact, SubsidyPaid | AdvancePaid):
                sums[fact.line] = sums.get(fact.line, 0) + fact.amount_fen
    for line, amount in sorted(sums.items()):
        yield Planted("paid-without-plan", line, county.code, amount)


def _payments_of(house: House, one: PlannedClass, purpose: str) -> list[SubsidyPaid]:
    claim = claim_of(one, purpose)
    return [fact for fact in _facts(house, one) if isinstance(fact, SubsidyPaid) and fact.claim == claim]


def _facts(house: House, one: PlannedClass) -> list[Fact]:
    """What was paid for a class, and what came back."""
    kinds = (SubsidyPaid, AdvancePaid, PaymentReturned, FundsRecovered)
    criterion = Criterion(tuple(kind.TOPIC for kind in kinds), (f"class:{one.id}",))
    return [opened(stored.position, stored.leaf).fact for stored in house.log.read([criterion]).facts]


def _summed(kind: str, line: str, facts: Sequence[SubsidyPaid | AdvancePaid]) -> Planted:
    return Planted(kind, line, facts[0].payer[:6], sum(fact.amount_fen for fact in facts))
