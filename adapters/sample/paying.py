"""How a sample's claims are submitted, reviewed, posted and paid, class by class, and what is planted among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

import msgspec

from taizhang.adapters.house import House
from taizhang.adapters.orders import Answer
from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample import inspecting, money
from taizhang.adapters.sample.claims import POSTED_FOR, Claimed, claimed_on, claims, ended, posted, reviewed
from taizhang.adapters.sample.classes import Sitting
from taizhang.adapters.sample.desk import SampleDesk
from taizhang.adapters.sample.money import line_of, pays_trainees, plants
from taizhang.adapters.sample.officers import actor, officer_of
from taizhang.adapters.sample.places import LANES_A_SCHOOL, institution_of
from taizhang.adapters.sample.plan import County, PlannedClass
from taizhang.adapters.sample.timetable import Work, after, due, told
from taizhang.domain.boundary import GuardBook, guard_kinds
from taizhang.domain.certificates import CertificateRevoked
from taizhang.domain.classes import InstitutionId
from taizhang.domain.core import Fact, PersonId
from taizhang.domain.envelope import opened
from taizhang.domain.funds.balances import balance, balance_rows
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.funds.books import Account
from taizhang.domain.funds.claims import ClaimSubmitted, Entitlement, NoticePosted, Share
from taizhang.domain.funds.claims import total as sum_of
from taizhang.domain.funds.lines import FundLineId, Holder
from taizhang.domain.funds.moving import FundsReturned
from taizhang.domain.funds.payments import (
    AdvanceCleared,
    AdvanceId,
    AdvancePaid,
    BankAccountId,
    FundsRecovered,
    PaymentId,
    PaymentReturned,
    SubsidyPaid,
)

ADVANCED_TRAINEES = 3  # an advance is what so many trainees will bring
ADVANCE_DAYS = 60  # until it is to be cleared
SPLIT_PARTS = 3
SCHOOLS_REGISTERED: Final = date(2015, 1, 12)
_next_day: Final = after(1)


def paid(desk: SampleDesk, one: PlannedClass, seated: Sequence[Sitting], since: date, seed: int) -> Work:
    """Claim, review, post and pay for one class, nothing of it before `since`."""
    clerk, finance = actor("clerk", one.county.code), actor("finance", one.county.code)
    asked = list(claims(one, seated))
    if not asked:
        return
    accounts = _accounts(desk, one, seated)
    yield due(max(since, _next_day(one.days[-1])), desk.order(f"{one.id}:accounts", clerk, accounts.facts))
    claims_in = due(max(since, _next_day(claimed_on(one))), desk.order(f"{one.id}:claims", clerk, asked))
    [answer] = yield claims_in
    claimed = [Claimed.of(one, fact, seated) for fact in _claims_of(desk, answer)]
    reviews = desk.order(f"{one.id}:reviews", actor("approver", one.county.code), map(reviewed, claimed))
    notices = desk.order(f"{one.id}:notices", clerk, _lists(desk, one, claimed))
    noticed = due(max(claims_in.on, _next_day(claimed[0].posted_on)), reviews, notices)
    yield noticed
    over = due(
        max(noticed.on, _next_day(claimed[0].posted_on + timedelta(days=POSTED_FOR))),
        desk.order(f"{one.id}:notices-ended", clerk, map(ended, claimed)),
    )
    yield over
    claimed = [each._replace(held_until=_held_until(each, over.on, seed)) for each in claimed]
    yield from told(desk, f"{one.id}:payments", finance, _payments(claimed, accounts), since=over.on)
    if one.ordinal == 0 and plants(one.county, money.RECOVERED):
        yield from _recovered(desk, claimed)


def advanced(desk: SampleDesk, one: PlannedClass) -> Work:
    """An advance for a county's first class; in one county of ten it is never cleared."""
    if _advanced(one):
        yield from told(desk, f"{one.id}:advance", actor("finance", one.county.code), [_advance(desk, one)])


def school_accounts(desk: SampleDesk, county: County, schools: Iterable[tuple[InstitutionId, int]]) -> Work:
    """The account of each institution of a county, registered when the programme begins."""
    facts = [_registered(desk, county, school, _school_number(county, number)) for school, number in schools]
    yield from told(desk, f"{county.code}:accounts", actor("clerk", county.code), facts)


def returned(desk: SampleDesk, county: County, seed: int) -> Work:
    """When its year is over a county gives back what it did not need; one in ten keeps it."""
    if plants(county, money.IDLE):
        return
    payer = money.payer_of(county)
    for line in sorted(lines_of(county, seed), key=lambda line: line[3:]):
        day = date(int(line[3:]) + 1, 12, 20)
        yield due(_next_day(day))
        left = held(desk.house, line, payer)
        way = list(dict.fromkeys([payer, Holder(county.code), Holder(PROVINCE)]))
        back = [_back(county, line, left, *step, day) for step in pairwise(way)] if left else []
        yield due(_next_day(day), desk.order(f"{county.code}:returned:{line}", actor("finance", county.code), back))


def _back(county: County, line: FundLineId, left: int, payer: Holder, receiver: Holder, day: date) -> FundsReturned:
    return FundsReturned(
        line=line,
        payer=payer,
        receiver=receiver,
        amount_fen=left,
        document=f"示例缴款书〔{line[3:]}〕{line}-{payer}",
        approver=officer_of("treasurer", county.code),
        why="年度结余(示例)",
        occurred_on=day,
    )


def _lists(desk: SampleDesk, one: PlannedClass, claimed: Sequence[Claimed]) -> list[NoticePosted]:
    """The lists for the public, made of what the views know by now; those that were posted before are not made again."""
    if desk.knows(f"{one.id}:notices"):
        return []
    desk.house.views.catch_up(on_the_way=True)  # they name villages and classes as the views have them
    return [posted(desk.house, each) for each in claimed]


def _claims_of(desk: SampleDesk, answer: Answer) -> Iterator[ClaimSubmitted]:
    """The claims as they were computed."""
    places = [verdict.position for verdict in answer.verdicts if verdict.position is not None]
    for stored in desk.house.log.at(places):
        fact = opened(stored.position, stored.leaf).fact
        assert isinstance(fact, ClaimSubmitted)
        yield fact


def _held_until(claimed: Claimed, since: date, seed: int) -> date | None:
    """The day on which a finding that holds back this payment is closed; None: nothing holds it back."""
    held_back = inspecting.held_back(claimed.one.county, institution_of(claimed.one), seed)
    if held_back is None or claimed.fact.payee != "institution":
        return None
    begins, ends = held_back
    comes_in = max(since, _next_day(claimed.paid_on + timedelta(days=SPLIT_PARTS)))
    return ends if begins <= comes_in and claimed.paid_on <= ends else None


def lines_of(county: County, seed: int) -> list[FundLineId]:
    """The lines of which a county gets a part."""
    found = {
        line_of(county, part.year, purpose)
        for part in money.parts(county, seed)
        for purpose, amount in (("training", part.training_fen), ("living", part.living_fen))
        if amount
    }
    return sorted(found)


def held(house: House, line: FundLineId, holder: str) -> int:
    """What a holder has of a line, in fen."""
    rows = balance_rows(line, Account(holder))
    states = house.log.read([], guards=rows).guards
    found = {key: msgspec.json.decode(row.state, type=guard_kinds()[key[0]]) for key, row in states.items()}
    return balance("cash", GuardBook(found.items()), line, Account(holder))


# -- accounts ---------------------------------------------------------------------------------------------


class Accounts(NamedTuple):
    """The accounts of a class's payees, and the facts that register those of its trainees."""

    of: Mapping[str, BankAccountId]
    facts: list[Fact]


def _accounts(desk: SampleDesk, one: PlannedClass, seated: Sequence[Sitting]) -> Accounts:
    """The institution's and each paid trainee's own account; in one county of ten two trainees name the same one."""
    number = _school_number(one.county, one.lane // LANES_A_SCHOOL)
    [school] = desk.house.bank_accounts.find([number])  # registered when the programme began
    assert school is not None
    own = [seat for seat, who in enumerate(seated[: one.trainees]) if who.minutes >= one.required_minutes]
    facts = []
    for seat, trainee in enumerate(seated if pays_trainees(one) else []):
        shares = plants(one.county, money.SHARED) and own and seat == own[-1]  # with the first, of another household
        number = f"6200{one.county.code}1{one.ordinal:03d}{own[0] if shares else seat:05d}"
        facts.append(_registered(desk, one.county, trainee.person, number, one.days[-1]))
    of = {str(institution_of(one)): school} | {str(fact.person): fact.account for fact in facts}
    return Accounts(of, [*facts])


def _school_number(county: County, number: int) -> str:
    return f"6200{county.code}9{number:08d}"


def _registered(
    desk: SampleDesk, county: County, payee: InstitutionId | PersonId, number: str, on: date = SCHOOLS_REGISTERED
) -> BankAccountRegistered:
    """The number goes into the vault, the fact says whose it is; the same again is the same account."""
    institution = InstitutionId(payee) if payee.startswith("sample-school") else None
    person = PersonId(payee) if institution is None else None
    account, commitments = desk.house.bank_accounts.keep(person, institution, number, "sample")
    return BankAccountRegistered(
        account=account,
        county=county.code,
        document="示例账户登记表",
        person=person,
        institution=institution,
        bank="示例银行",
        commitments=commitments,
        occurred_on=on,
    )


# -- payments ---------------------------------------------------------------------------------------------


def _advance(desk: SampleDesk, one: PlannedClass) -> AdvancePaid:
    """Some days before the class; where it begins before the money has come, at its end."""
    day = one.days[0] - timedelta(days=3)
    if day.month == 1 or day < date(one.days[0].year, 2, 25):
        day = one.days[-1]
    school, number = institution_of(one), one.lane // LANES_A_SCHOOL
    return AdvancePaid(
        advance=_advance_of(one),
        line=line_of(one.county, one.days[0].year, "training"),
        payer=money.payer_of(one.county),
        institution=school,
        training_class=one.id,
        amount_fen=ADVANCED_TRAINEES * money.training_rate(one.days[0].year),
        account=_registered(desk, one.county, school, _school_number(one.county, number)).account,
        due_on=one.days[-1] + timedelta(days=ADVANCE_DAYS),
        document=f"示例预付审批-{one.county.code}",
        approver=officer_of("treasurer", one.county.code),
        occurred_on=day,
    )


def _advanced(one: PlannedClass) -> bool:
    return one.ordinal == 0 and (plants(one.county, money.ADVANCED) or plants(one.county, money.OVERDUE))


def _advance_of(one: PlannedClass) -> AdvanceId:
    return AdvanceId(f"advance-{one.county.code}-{one.ordinal + 1:05d}")


def _payments(claimed: Sequence[Claimed], accounts: Accounts) -> Iterator[Fact]:
    for one in claimed:
        if one.fact.payee == "institution":
            yield from _to_the_school(one, accounts)
        else:
            yield from _to_trainees(one, accounts)


def _to_the_school(claimed: Claimed, accounts: Accounts) -> Iterator[Fact]:
    """One payment for the class; against an advance first; in one county of ten in three parts."""
    one, left = claimed.one, list(claimed.shares)
    if _advanced(one) and plants(one.county, money.ADVANCED):
        against, left = left[:ADVANCED_TRAINEES], left[ADVANCED_TRAINEES:]
        yield _cleared(claimed, against)
    if one.ordinal == 0 and plants(one.county, money.SPLIT):
        for part in range(SPLIT_PARTS):
            shares = [Share(each.person, _part(each.amount_fen, part)) for each in left]
            yield _paid(claimed, accounts, shares, f"-{part + 1}", timedelta(days=part))
    elif left:
        yield _paid(claimed, accounts, [Share(each.person, each.amount_fen) for each in left], "", timedelta())


def _part(amount: int, part: int) -> int:
    each = amount // SPLIT_PARTS
    return amount - each * (SPLIT_PARTS - 1) if part == SPLIT_PARTS - 1 else each


def _to_trainees(claimed: Claimed, accounts: Accounts) -> Iterator[Fact]:
    """Each to the trainee's own account; in one county of ten the bank sends the first back, and it is paid again."""
    for seat, each in enumerate(claimed.shares):
        shares = [Share(each.person, each.amount_fen)]
        paid = _paid(claimed, accounts, shares, f"-{seat + 1:03d}", timedelta(), each.person)
        yield paid
        if seat == 0 and plants(claimed.one.county, money.SENT_BACK):
            yield _sent_back(paid)
            yield _paid(claimed, accounts, shares, f"-{seat + 1:03d}-again", timedelta(days=20), each.person)


def _paid(
    claimed: Claimed,
    accounts: Accounts,
    shares: Sequence[Share],
    suffix: str,
    later: timedelta,
    person: PersonId | None = None,
) -> SubsidyPaid:
    one, institution = claimed.one, None if person is not None else institution_of(claimed.one)
    name = f"{claimed.fact.claim.removeprefix('claim-')}{suffix}"
    return SubsidyPaid(
        payment=PaymentId(f"pay-{name}"),
        line=claimed.line,
        payer=money.payer_of(one.county),
        claim=claimed.fact.claim,
        training_class=one.id,
        shares=tuple(shares),
        amount_fen=sum_of(shares),
        account=accounts.of[str(person if person is not None else institution)],
        voucher=f"示例支付凭证-{name}",
        approver=officer_of("treasurer", one.county.code),
        institution=institution,
        person=person,
        bank_receipt=f"示例回单-{name}",
        occurred_on=claimed.paid_on + later,
    )


def _cleared(claimed: Claimed, against: Sequence[Entitlement]) -> AdvanceCleared:
    one = claimed.one
    shares = tuple(Share(each.person, each.amount_fen) for each in against)
    advanced = ADVANCED_TRAINEES * money.training_rate(one.days[0].year)
    return AdvanceCleared(
        advance=_advance_of(one),
        line=claimed.line,
        payer=money.payer_of(one.county),
        institution=institution_of(one),
        training_class=one.id,
        document=f"示例预付冲销-{one.county.code}",
        approver=officer_of("treasurer", one.county.code),
        claim=claimed.fact.claim,
        shares=shares,
        amount_fen=sum_of(shares),
        returned_fen=advanced - sum_of(shares),
        occurred_on=claimed.paid_on,
    )


def _sent_back(paid: SubsidyPaid) -> PaymentReturned:
    return PaymentReturned(
        payment=paid.payment,
        line=paid.line,
        payer=paid.payer,
        claim=paid.claim,
        training_class=paid.training_class,
        shares=paid.shares,
        amount_fen=paid.amount_fen,
        document=f"示例退票通知-{paid.payment}",
        why="账户已销户(示例)",
        institution=paid.institution,
        person=paid.person,
        occurred_on=paid.occurred_on + timedelta(days=6),
    )


def _recovered(desk: SampleDesk, claimed: Sequence[Claimed]) -> Work:
    """A certificate turns out to be void after the school was paid for it; in every other such county it is recovered."""
    first = next((one for one in claimed if one.fact.purpose == "training"), None)
    if first is None:
        return
    one, each = first.one, first.shares[0]
    day = first.paid_on + timedelta(days=90)
    revoked = CertificateRevoked(
        training_class=one.id,
        person=each.person,
        number=each.certificate,  # type: ignore[arg-type]
        issuer=f"hr-{one.county.code}",  # type: ignore[arg-type]
        why="复核发现代考(示例)",
        occurred_on=day,
    )
    yield from told(desk, f"{one.id}:revoked", actor("clerk", one.county.code), [revoked])
    if one.county.number // money.COUNTIES_A_ROUND % 2:
        return
    name_of = first.fact.claim.removeprefix("claim-")
    recovered = FundsRecovered(
        payment=PaymentId(f"pay-{name_of}"),
        line=first.line,
        payer=money.payer_of(one.county),
        claim=first.fact.claim,
        training_class=one.id,
        shares=(Share(each.person, each.amount_fen),),
        amount_fen=each.amount_fen,
        document=f"示例追缴决定-{name_of}",
        why="证书作废,追回补贴(示例)",
        approver=officer_of("treasurer", one.county.code),
        institution=institution_of(one),
        occurred_on=day + timedelta(days=30),
    )
    yield from told(desk, f"{one.id}:recovered", actor("finance", one.county.code), [recovered])
