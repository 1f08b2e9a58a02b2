"""How a sample's claims are submitted, reviewed, posted and paid, block by block, and what is planted among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from taizhang.adapters.house import House
from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample import money
from taizhang.adapters.sample.claims import Claimed, claims, ended, posted, reviewed
from taizhang.adapters.sample.classes import Sitting
from taizhang.adapters.sample.desk import SampleDesk
from taizhang.adapters.sample.money import line_of, pays_trainees, plants
from taizhang.adapters.sample.officers import actor, officer_of
from taizhang.adapters.sample.places import LANES_A_SCHOOL, institution_of
from taizhang.adapters.sample.plan import Block, County, PlannedClass
from taizhang.domain.boundary import GuardBook, guard_kinds
from taizhang.domain.certificates import CertificateRevoked
from taizhang.domain.classes import InstitutionId
from taizhang.domain.core import Fact, PersonId
from taizhang.domain.envelope import opened
from taizhang.domain.funds.balances import balance, balance_rows
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.funds.books import Account
from taizhang.domain.funds.claims import ClaimSubmitted, Entitlement, Share
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


def pay_block(desk: SampleDesk, block: Block, seated: Mapping[str, Sequence[Sitting]]) -> None:
    """Claim, review, post and pay for the classes of one block."""
    county, name = block.county, f"{block.county.code}:{block.number}"
    code = county.code
    accounts = _accounts(desk, block, seated)
    advances = desk.order(f"{name}:advances", actor("finance", code), _advances(block, accounts))
    desk.say_all([desk.order(f"{name}:accounts", actor("clerk", code), accounts.facts), advances])
    asked = list(claims(block, seated))
    if not asked:
        return
    answer = desk.say(f"{name}:claims", actor("clerk", code), asked)
    places = [verdict.position for verdict in answer.verdicts if verdict.position is not None]
    by_id = {one.id: one for one in block.classes}
    claimed = [
        Claimed.of(by_id[fact.training_class], fact, seated[fact.training_class])
        for stored in desk.house.log.at(places)
        if isinstance(fact := opened(stored.position, stored.leaf).fact, ClaimSubmitted)
    ]
    desk.house.views.catch_up(on_the_way=True)  # lists for the public name villages and classes as the views have them
    lists = [posted(desk.house, one) for one in claimed]
    desk.say_all(
        [
            desk.order(f"{name}:reviews", actor("approver", code), map(reviewed, claimed)),
            desk.order(f"{name}:notices", actor("clerk", code), lists),
            desk.order(f"{name}:notices-ended", actor("clerk", code), map(ended, claimed)),
        ]
    )
    desk.say(f"{name}:payments", actor("finance", code), _payments(claimed, accounts))
    if block.number == 0 and plants(county, money.RECOVERED):
        _recover(desk, name, claimed)


def is_paid(desk: SampleDesk, block: Block) -> bool:
    """Whether the last step about a block was recorded before."""
    last = "revoked" if block.number == 0 and plants(block.county, money.RECOVERED) else "payments"
    return desk.knows(f"{block.county.code}:{block.number}:{last}")


def return_what_is_left(desk: SampleDesk, county: County, seed: int) -> None:
    """When its year is over a county gives back what it did not need; one in ten keeps it."""
    if plants(county, money.IDLE):
        return
    back = [
        FundsReturned(
            line=line,
            payer=Holder(county.code),
            receiver=Holder(PROVINCE),
            amount_fen=left,
            document=f"示例缴款书〔{line[3:]}〕{line}-{county.code}",
            approver=officer_of("treasurer", county.code),
            why="年度结余(示例)",
            occurred_on=date(int(line[3:]) + 1, 12, 20),
        )
        for line in lines_of(county, seed)
        if (left := held(desk.house, line, county.code))
    ]
    desk.say_all([desk.order(f"{county.code}:returned", actor("finance", county.code), back)])


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
    """The accounts of a block's payees, and the facts that register them."""

    of: Mapping[str, BankAccountId]
    facts: list[Fact]


def _accounts(desk: SampleDesk, block: Block, seated: Mapping[str, Sequence[Sitting]]) -> Accounts:
    """Each institution's and each paid trainee's own account; in one county of ten two trainees name the same one."""
    of: dict[str, BankAccountId] = {}
    facts: list[Fact] = []
    code = block.county.code
    day = date(2015, 1, 12)

    def register(payee: str, number: str, on: date) -> None:
        person = PersonId(payee) if not payee.startswith("sample-school") else None
        institution = InstitutionId(payee) if person is None else None
        account, commitments = desk.house.bank_accounts.keep(person, institution, number, "sample")
        of[payee] = account
        facts.append(
            BankAccountRegistered(
                account=account,
                county=code,
                document="示例账户登记表",
                person=person,
                institution=institution,
                bank="示例银行",
                commitments=commitments,
                occurred_on=on,
            )
        )

    for school, number in {institution_of(one): one.lane // LANES_A_SCHOOL for one in block.classes}.items():
        register(school, f"6200{code}9{number:08d}", day)
    for one in block.classes:
        if not pays_trainees(one):
            continue
        own = [seat for seat, who in enumerate(seated[one.id][: one.trainees]) if who.minutes >= one.required_minutes]
        for seat, trainee in enumerate(seated[one.id]):
            shares = (
                plants(block.county, money.SHARED) and own and seat == own[-1]
            )  # with the first, of another household
            named = own[0] if shares else seat
            register(trainee.person, f"6200{code}1{one.ordinal:03d}{named:05d}", one.days[-1])
    return Accounts(of, facts)


# -- payments ---------------------------------------------------------------------------------------------


def _advances(block: Block, accounts: Accounts) -> Iterator[AdvancePaid]:
    """An advance for a county's first class; in one county of ten it is never cleared."""
    for one in block.classes:
        if not _advanced(one):
            continue
        day = one.days[0] - timedelta(days=3)
        if day.month == 1 or day < date(one.days[0].year, 2, 25):
            day = one.days[-1]
        yield AdvancePaid(
            advance=_advance_of(one),
            line=line_of(one.county, one.days[0].year, "training"),
            payer=Holder(one.county.code),
            institution=institution_of(one),
            training_class=one.id,
            amount_fen=ADVANCED_TRAINEES * money.training_rate(one.days[0].year),
            account=accounts.of[institution_of(one)],
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
        payer=Holder(one.county.code),
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
        payer=Holder(one.county.code),
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


def _recover(desk: SampleDesk, name: str, claimed: Sequence[Claimed]) -> None:
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
    desk.say(f"{name}:revoked", actor("clerk", one.county.code), [revoked])
    shares = (Share(each.person, each.amount_fen),)
    name_of = first.fact.claim.removeprefix("claim-")
    recovered = FundsRecovered(
        payment=PaymentId(f"pay-{name_of}"),
        line=first.line,
        payer=Holder(one.county.code),
        claim=first.fact.claim,
        training_class=one.id,
        shares=shares,
        amount_fen=each.amount_fen,
        document=f"示例追缴决定-{name_of}",
        why="证书作废,追回补贴(示例)",
        approver=officer_of("treasurer", one.county.code),
        institution=institution_of(one),
        occurred_on=day + timedelta(days=30),
    )
    told = [] if one.county.number // money.COUNTIES_A_ROUND % 2 else [recovered]
    desk.say_all(
        [
            desk.order(f"{name}:revoked", actor("clerk", one.county.code), [revoked]),
            desk.order(f"{name}:recovered", actor("finance", one.county.code), told),
        ]
    )
