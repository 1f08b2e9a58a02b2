"""Paying: whether a line with very many payments takes the next one as fast as one with none.

Both sides are ours: a payment through the desk with all its rules, one command each, on a line that already has so many
payments, against the same on a line that has hardly any. A ratio of 1 means that a line's length does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from typing import cast

from benchmarks.enrolments import COOK, COUNTY, DAY, HR, PROVINCE, SCHOOL, SYSTEM_ITSELF, actor, registered
from benchmarks.harness import Comparison, Measured, Round, Size, timed
from benchmarks.places import cluster, postgres_url, sqlite_url
from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.classes import ClassApproved, ClassFiled, ClassId, ProgrammeId
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, PersonId, RegionCode
from taizhang.domain.decisions import Proposal
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.funds.claims import ClaimId, ClaimReviewed, ClaimSubmitted, NoticeEnded, NoticePosted, Share
from taizhang.domain.funds.lines import BudgetApproved, FundLineId, Holder, LineOpened
from taizhang.domain.funds.payments import BankAccountId, PaymentId, SubsidyPaid
from taizhang.domain.hours import SessionHours
from taizhang.domain.institutions import InstitutionDesignated, OrganisationRegistered
from taizhang.domain.officers import OfficerAppointed, Role, RoleGranted
from taizhang.domain.policy import ProgrammeOpened, RateSet
from taizhang.domain.regions import Category, Level, RegionRegistered
from taizhang.domain.sessions import SessionHeld

PREFECTURE = RegionCode("620100")
TRAINEES = 50
RATE_FEN = 100_000_000  # paid one fen at a time: enough for any number of payments
LINE, CLAIM, ACCOUNT = FundLineId("bench-line"), ClaimId(f"claim-{COUNTY}-1"), BankAccountId("bench-account")
CLASS, PROGRAMME = ClassId(f"c{COUNTY}-bench-paid"), ProgrammeId("bench-programme")
HOURS = SessionHours(DAY, 480, 600)
PAID_ON = DAY + timedelta(days=30)
CLERK, REVIEWER = actor("clerk", "clerk", PROVINCE), actor("reviewer", "clerk", PROVINCE)
TREASURER, DIRECTOR = actor("treasurer", "finance", PROVINCE), actor("director", "finance", PROVINCE)
PEOPLE = [PersonId(f"bench{number:011d}") for number in range(TRAINEES)]


class PaymentHouse:
    """A log with one line, one claim that may be paid, and so many payments made already."""

    def __init__(self, url: str, payments: int, stack: ExitStack) -> None:
        self.log = Log.open(url)
        stack.callback(self.log.close)
        self.desk = Desk(self.log)
        self._orders = self._payments = 0
        for by, facts in _prepared():
            self._say(by, facts)
        while self._payments < payments:
            self._say(TREASURER, self.payments(min(1000, payments - self._payments)))

    def payments(self, count: int) -> list[SubsidyPaid]:
        """So many payments that were never made, of one fen each."""
        first = self._payments
        self._payments += count
        return [_payment(first + number) for number in range(count)]

    def round(self, count: int, _number: int) -> Measured:
        """Make so many payments, one command each."""
        orders = [self._order(TREASURER, [one]) for one in self.payments(count)]
        return timed(count, lambda: self._submit(orders))

    def _submit(self, orders: Iterable[Order]) -> None:
        for order in orders:
            assert all(one.outcome == "recorded" for one in self.desk.submit(order).verdicts)

    def _say(self, by: Actor, facts: Iterable[Fact]) -> None:
        self._submit([self._order(by, facts)])

    def _order(self, by: Actor, facts: Iterable[Fact]) -> Order:
        self._orders += 1
        return Order(id=f"bench-{self._orders}", by=by, items=[Proposal(fact=fact) for fact in facts])


def _payment(number: int) -> SubsidyPaid:
    return SubsidyPaid(
        payment=PaymentId(f"payment-{number:08d}"),
        line=LINE,
        payer=Holder(PROVINCE),
        claim=CLAIM,
        training_class=CLASS,
        shares=(Share(PEOPLE[number % TRAINEES], 1),),
        amount_fen=1,
        account=ACCOUNT,
        voucher=f"V{number:08d}",
        approver=DIRECTOR.officer,
        institution=SCHOOL,
        occurred_on=PAID_ON,
    )


def _prepared() -> list[tuple[Actor, list[Fact]]]:
    """Everything that has to stand before a payment, and who records it."""
    return [
        (SYSTEM_ITSELF, [*_regions(), *_officers()]),
        (CLERK, [*_class(), _rate()]),
        (REVIEWER, [ClassApproved(training_class=CLASS, occurred_on=DAY)]),
        (CLERK, [*_attended(), _claim()]),
        (REVIEWER, [_reviewed(), *_notice()]),
        (TREASURER, _money()),
    ]


def _regions() -> list[Fact]:
    places: tuple[tuple[RegionCode, Level, RegionCode | None, Category], ...] = (
        (PROVINCE, "province", None, "none"),
        (PREFECTURE, "prefecture", PROVINCE, "none"),
        (COUNTY, "county", PREFECTURE, "contiguous"),
    )
    return [
        RegionRegistered(code=code, name=code, level=level, parent=parent, category=category, occurred_on=DAY)
        for code, level, parent, category in places
    ]


def _officers() -> list[Fact]:
    people = (CLERK, REVIEWER, TREASURER, DIRECTOR)
    appointed = [OfficerAppointed(officer=one.officer, organisation=HR, occurred_on=DAY) for one in people]
    granted = [
        RoleGranted(officer=one.officer, role=cast(Role, one.role), organisation=HR, region=PROVINCE, occurred_on=DAY)
        for one in people
    ]
    return [*appointed, *granted]


def _class() -> list[Fact]:
    return [
        OrganisationRegistered(
            organisation=OrganisationId(SCHOOL), name="School", kind="institution", region=COUNTY, occurred_on=DAY
        ),
        InstitutionDesignated(
            institution=SCHOOL, region=COUNTY, occupations=(COOK,), seats=TRAINEES, since=DAY, occurred_on=DAY
        ),
        BankAccountRegistered(account=ACCOUNT, county=COUNTY, document="d", institution=SCHOOL, occurred_on=DAY),
        ClassFiled(
            training_class=CLASS,
            name="Cooking",
            county=COUNTY,
            institution=SCHOOL,
            programme=PROGRAMME,
            programme_kind="labour",
            occupation=COOK,
            seats=TRAINEES,
            required_minutes=HOURS.minutes,
            starts_on=DAY,
            ends_on=DAY,
            occurred_on=DAY,
        ),
        ProgrammeOpened(programme=PROGRAMME, zh="项目", en="Programme", kind="labour", since=DAY, occurred_on=DAY),
    ]


def _rate() -> RateSet:
    return RateSet(programme=PROGRAMME, amount_fen=RATE_FEN, basis="per-person", since=DAY, occurred_on=DAY)


def _attended() -> list[Fact]:
    enrolled = [TraineeEnrolled(training_class=CLASS, person=one, occurred_on=DAY) for one in PEOPLE]
    held = SessionHeld(training_class=CLASS, hours=HOURS, occurred_on=DAY)
    marked = [AttendanceTaken(training_class=CLASS, person=one, marks=(HOURS,), occurred_on=DAY) for one in PEOPLE]
    return [*(registered(one, COUNTY) for one in PEOPLE), *enrolled, held, *marked]


def _claim() -> ClaimSubmitted:
    return ClaimSubmitted(
        claim=CLAIM,
        training_class=CLASS,
        purpose="training",
        payee="institution",
        document="d",
        occurred_on=_day(1),
    )


def _reviewed() -> ClaimReviewed:
    return ClaimReviewed(claim=CLAIM, training_class=CLASS, approved=True, document="d", occurred_on=_day(2))


def _notice() -> list[Fact]:
    return [
        NoticePosted(claim=CLAIM, training_class=CLASS, place="hall", list_digest="0" * 64, occurred_on=_day(3)),
        NoticeEnded(claim=CLAIM, training_class=CLASS, occurred_on=_day(13)),
    ]


def _money() -> list[Fact]:
    amount = RATE_FEN * TRAINEES
    opened = LineOpened(
        line=LINE,
        name="Line",
        source="talent",
        document="d",
        issued_by=(HR,),
        year=DAY.year,
        purposes=("training",),
        scope="contiguous",
        region=PROVINCE,
        amount_fen=amount,
        occurred_on=DAY,
    )
    approver = OfficerId(DIRECTOR.officer)
    budget = BudgetApproved(
        line=LINE, region=PROVINCE, amount_fen=amount, document="d", approver=approver, occurred_on=DAY
    )
    return [opened, budget]


def _day(number: int) -> date:
    return DAY + timedelta(days=number)


def _curve(size: Size, stack: ExitStack, *, part: int, postgresql: bool) -> tuple[Round, Round]:
    """Ours: a line with one `part`th of the payments that the size names; the rival: one with none to begin with."""
    if postgresql:
        server = cluster(stack)
        urls = (postgres_url(stack, server), postgres_url(stack, server))
    else:
        urls = (sqlite_url(stack), sqlite_url(stack))
    long, empty = (
        PaymentHouse(url, count, stack) for url, count in zip(urls, (size.line_payments // part, 0), strict=True)
    )
    count = max(size.singles // 4, 1)
    return partial(long.round, count), partial(empty.round, count)


COMPARISONS = tuple(
    Comparison(
        f"append-payment-curve-{payments}-{engine}",
        "the same, on a line without payments",
        "payments/s",
        partial(_curve, part=part, postgresql=engine == "postgresql"),
    )
    for engine in ("sqlite", "postgresql")
    for payments, part in (("1k", 100), ("10k", 10), ("100k", 1))
)
