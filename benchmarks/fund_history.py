"""A long made-up fund line, folded straight into the view of money: what the questions about past days are asked of.

Nothing here goes through a desk: the facts are made, written down as the log stores them, and folded in bulk.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Final, NamedTuple

from benchmarks.enrolments import HR, actor
from benchmarks.places import sqlite_url
from taizhang.adapters.database import Database
from taizhang.domain.classes import ClassId
from taizhang.domain.core import Fact, OfficerId, PersonId, RegionCode
from taizhang.domain.envelope import Header, Source
from taizhang.domain.funds.claims import ClaimId, Share
from taizhang.domain.funds.lines import BudgetApproved, FundLineId, Holder, LineOpened
from taizhang.domain.funds.moving import AllocationIssued, FundsTransferred
from taizhang.domain.funds.payments import BankAccountId, PaymentId, SubsidyPaid
from taizhang.projections.funds.view import FundsView
from taizhang.projections.view import Item

LINE: Final = FundLineId("bench-line")
PROVINCE: Final = RegionCode("620000")
COUNTIES: Final = tuple(RegionCode(f"62{1 + number // 10:02d}{21 + number % 10}") for number in range(86))
FIRST: Final = date(2016, 1, 4)
DAYS: Final = 5 * 365
PAID_AT_ONCE: Final = 50  # payments of one class, made in one go
LATE_PARTS: Final = 10  # every so many classes are recorded late
LATE_DAYS_MOST: Final = 90
PAGE_FACTS: Final = 5_000
YEAR_FEN: Final = 10_000_000_000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
PREPARER, APPROVER = actor("treasurer", "finance", PROVINCE), OfficerId("director")
HEADER: Final = Header("bench", PREPARER, None, None, None)
SOURCE: Final = Source(way="bench")


class History(NamedTuple):
    """A line folded into a database of its own; `facts` as the log stores them, where they were kept."""

    database: Database
    facts: list[Item]
    facts_in_all: int


def history(payments: int, stack: ExitStack, keep: bool = False) -> History:
    """A line with so many payments, in SQLite; its facts are kept where that is asked for."""
    kept: list[Item] | None = [] if keep else None
    return folded(items(payments), stack, kept)


def folded(facts: Iterable[Item], stack: ExitStack, keep: list[Item] | None = None) -> History:
    """These facts in a view of their own, in SQLite."""
    database = Database(sqlite_url(stack, "funds.db"))
    stack.callback(database.close)
    view = FundsView()
    with database.create() as connection:
        view.metadata.create_all(connection)
    made, count = iter(facts), 0
    while page := list(islice(made, PAGE_FACTS)):
        with database.write() as connection:
            view.fold(page, connection)
            view.write(connection)
        count += len(page)
        if keep is not None:
            keep += page
    with database.write() as connection:
        connection.exec_driver_sql("ANALYZE")
    return History(database, keep or [], count)


def items(payments: int) -> Iterator[Item]:
    """The facts in the order in which they were recorded."""
    waiting = sorted(_recorded(payments), key=lambda one: one[0])
    for position, (recorded_on, fact) in enumerate(waiting, 1):
        recorded_at = _noon(recorded_on) + position % 1_000_000
        parts = HEADER.parts(fact, fact.tags(), SOURCE)
        leaf = parts.before + b'"recorded_at":%d' % recorded_at + parts.after
        yield Item(position, recorded_at, fact, None, leaf)


def days(count: int, seed: int = 7) -> list[date]:
    """So many past days within the history, always the same."""
    chance = random.Random(seed)
    return [FIRST + timedelta(days=chance.randrange(60, DAYS)) for _ in range(count)]


def end_of(day: date) -> int:
    """The last microsecond of a Beijing day."""
    return _noon(day) + 12 * 3_600_000_000 - 1


def _recorded(payments: int) -> Iterator[tuple[date, Fact]]:
    """Every fact with the day on which it was recorded."""
    chance = random.Random(payments)
    yield from ((fact.occurred_on, fact) for fact in _funding())
    for number in range(payments):
        group, place = divmod(number, PAID_AT_ONCE)
        if place == 0:
            county = COUNTIES[chance.randrange(len(COUNTIES))]
            on = FIRST + timedelta(days=60 + chance.randrange(DAYS - 60))
            late = chance.randrange(LATE_DAYS_MOST) if group % LATE_PARTS == 0 else chance.randrange(3)
        yield on + timedelta(days=late), _payment(number, group, county, on, 1 + chance.randrange(200_000))


def _funding() -> Iterator[Fact]:
    yield LineOpened(
        line=LINE,
        name="Line",
        source="talent",
        document="d",
        issued_by=(HR,),
        year=FIRST.year,
        purposes=("training",),
        scope="contiguous",
        region=PROVINCE,
        amount_fen=YEAR_FEN * len(COUNTIES) * 5,
        occurred_on=FIRST,
    )
    for year in range(FIRST.year, FIRST.year + 5):
        on = date(year, 1, 4)
        paper = f"d{year}"
        yield BudgetApproved(
            line=LINE,
            region=PROVINCE,
            amount_fen=YEAR_FEN * len(COUNTIES),
            occurred_on=on,
            document=paper,
            approver=APPROVER,
        )
        for place, county in enumerate(COUNTIES):
            then = on + timedelta(days=1 + place % 28)
            yield AllocationIssued(
                line=LINE,
                from_region=PROVINCE,
                to_region=county,
                amount_fen=YEAR_FEN,
                occurred_on=then,
                document=paper,
                approver=APPROVER,
            )
            yield FundsTransferred(
                line=LINE,
                payer=Holder(PROVINCE),
                receiver=Holder(county),
                amount_fen=YEAR_FEN,
                occurred_on=then + timedelta(days=20),
                document=paper,
                approver=APPROVER,
            )


def _payment(number: int, group: int, county: RegionCode, on: date, amount_fen: int) -> SubsidyPaid:
    person = PersonId(f"bench{number:011d}")
    return SubsidyPaid(
        payment=PaymentId(f"payment-{number:08d}"),
        line=LINE,
        payer=Holder(county),
        claim=ClaimId(f"claim-{county}-{group}"),
        training_class=ClassId(f"c{county}-{group}"),
        shares=(Share(person, amount_fen),),
        amount_fen=amount_fen,
        account=BankAccountId(f"a{number:011d}"),
        voucher=f"V{number:08d}",
        approver=APPROVER,
        person=person,
        occurred_on=on,
    )


def facts_of(found: History) -> Sequence[Item]:
    """The kept facts; none were kept unless that was asked for."""
    assert found.facts, "this history did not keep its facts"
    return found.facts


def _noon(day: date) -> int:
    """Noon in Beijing, UTC microseconds."""
    return (datetime(day.year, day.month, day.day, 4, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
