"""Faults of money and of who is tied to whom, with every step of a claim: a line with money, the notice, the payees' accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import msgspec

from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample.faults.made_classes import Classes, Held, Plan
from taizhang.adapters.sample.faults.on_lists import listed
from taizhang.adapters.sample.faults.on_postings import found, opened, posted
from taizhang.adapters.sample.faults.world import Truth
from taizhang.adapters.sample.officers import officer_of
from taizhang.adapters.sample.people import village_code
from taizhang.adapters.sample.plan import County
from taizhang.domain.core import Fact, OfficerId, OrganisationId, PersonId
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, Entitlement, Share
from taizhang.domain.funds.lines import BudgetApproved, LineOpened
from taizhang.domain.funds.payments import AdvancePaid, FundsRecovered, SubsidyPaid
from taizhang.domain.households import HouseholdId, HouseholdMemberListed, HouseholdRegistered
from taizhang.domain.inspections.opening import InspectionId
from taizhang.domain.postings.duty import DutyRecorded

DAY = timedelta(days=1)
AMOUNT = 123_400  # fen for each person, where no desk computes it
ROUND = 50_000  # fen: five hundred yuan for each, five thousand straight for ten


class Claimed(NamedTuple):
    """A reviewed claim of a class; `amounts` is what it comes to for each, in fen."""

    held: Held
    claim: Any
    people: Sequence[PersonId]
    reviewed_on: date
    amounts: Mapping[PersonId, int]
    line: str


def _claimed(classes: Classes, held: Held, name: str, *, payee: str = "institution", on: date | None = None) -> Claimed:
    """Ten people of a class are claimed for, and the claim is approved; by default five days later."""
    claim: Any = f"claim-{held.county.code}-fault-{name}"
    people, day = held.people[:10], on or held.days[-1] + 15 * DAY
    code = held.county.code
    submitted = ClaimSubmitted(
        claim=claim,
        training_class=held.id,
        purpose="training" if payee == "institution" else "living",
        payee=payee,  # type: ignore[arg-type]
        document="示例申领表",
        institution=f"sample-fault-school-{code}",  # type: ignore[arg-type]
        entitlements=tuple(Entitlement(one, AMOUNT, 1_000, held.days[-1]) for one in people),
        amount_fen=AMOUNT * len(people),
        prepared_by=officer_of("clerk", code),
        occurred_on=day,
    )
    given = classes.world.claim(code, submitted)
    classes.world.wait(5 if on else 86_400)
    reviewed_on = on or day + 5 * DAY
    reviewed = ClaimReviewed(
        claim=claim,
        training_class=held.id,
        approved=True,
        document="示例审核",
        reviewed_by=officer_of("approver", code),
        occurred_on=reviewed_on,
    )
    classes.world.say("approver", code, [reviewed])
    line = ""
    if not on:
        line = classes.world.line(held.county, name, reviewed_on - 30 * DAY)
        classes.world.publish(code, submitted, reviewed)
    return Claimed(held, claim, people, reviewed_on, given, line)


def _paid(
    it: Claimed,
    name: str,
    shares: Sequence[tuple[PersonId, int]],
    account: str,
    person: PersonId | None = None,
    approver: OfficerId | None = None,
) -> SubsidyPaid:
    return SubsidyPaid(
        payment=f"pay-fault-{it.held.county.code}-{name}",  # type: ignore[arg-type]
        line=it.line,  # type: ignore[arg-type]
        payer=it.held.county.code,  # type: ignore[arg-type]
        claim=it.claim,
        training_class=it.held.id,
        shares=tuple(Share(person, amount) for person, amount in shares),
        amount_fen=sum(amount for _, amount in shares),
        account=account,  # type: ignore[arg-type]
        voucher="示例凭证",
        approver=approver or officer_of("treasurer", it.held.county.code),
        occurred_on=it.reviewed_on + 12 * DAY,
        institution=f"sample-fault-school-{it.held.county.code}" if person is None else None,  # type: ignore[arg-type]
        person=person,
    )


def _class(classes: Classes, county: County, starts: date) -> Held:
    return classes.held(county, Plan(starts_on=starts))


def shared_account(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """The allowances of four people of four households go to one account."""
    made = _class(classes, county, date(2016, 2, 15) + 7 * number * DAY)
    it = _claimed(classes, made, f"shared-{number}", payee="person")
    digits = f"6200{county.code}5{number:08d}"
    named = [_named(classes, county, digits, person=one) for one in it.people[:4]]
    classes.world.say("clerk", county.code, named)
    account = named[0].account
    told = [
        _paid(it, f"shared-{number}-{place}", [(one, it.amounts[one])], account, person=one)
        for place, one in enumerate(it.people[:4])
    ]
    classes.world.say("finance", county.code, told)
    subjects = (f"account:{account}", f"region:{county.code}")
    yield Truth("shared-account", "F12", "money.account-beyond-one-household", subjects)


def split_payment(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """What one claim gives is paid in three parts."""
    made = _class(classes, county, date(2016, 3, 14) + 7 * number * DAY)
    it, school = _claimed(classes, made, f"split-{number}"), _schools(classes, county)
    told = [
        _paid(it, f"split-{number}-{part}", [(one, it.amounts[one] // 4) for one in it.people], school)
        for part in range(3)
    ]
    classes.world.say("finance", county.code, told)
    yield Truth("split-payment", "F40", "money.split-payment", (f"claim:{it.claim}", f"region:{county.code}"))


def paid_after_recovery(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Half of what one claim gives is paid and recovered; then the school is paid again."""
    made = _class(classes, county, date(2016, 4, 11) + 7 * number * DAY)
    it, school = _claimed(classes, made, f"again-{number}"), _schools(classes, county)
    half = [(it.people[0], it.amounts[it.people[0]] // 2)]
    first = _paid(it, f"again-{number}", half, school)
    back = FundsRecovered(
        payment=first.payment,
        line=first.line,
        payer=first.payer,
        claim=first.claim,
        training_class=first.training_class,
        shares=first.shares,
        amount_fen=first.amount_fen,
        document="示例追缴决定",
        why="示例",
        approver=first.approver,
        institution=first.institution,
        occurred_on=first.occurred_on + 30 * DAY,
    )
    again = _paid(it, f"again-{number}-2", half, school)
    again = msgspec.structs.replace(again, occurred_on=back.occurred_on + DAY)
    classes.world.say("finance", county.code, [first, back, again])
    subjects = (f"claim:{it.claim}", f"region:{county.code}")
    yield Truth("paid-after-recovery", "F08", "money.paid-after-recovery", subjects)


def round_amount(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A school is paid five thousand yuan straight for a claim of twelve thousand and some."""
    made = _class(classes, county, date(2016, 5, 9) + 7 * number * DAY)
    it, school = _claimed(classes, made, f"round-{number}"), _schools(classes, county)
    paid = _paid(it, f"round-{number}", [(one, ROUND) for one in it.people], school)
    classes.world.say("finance", county.code, [paid])
    subjects = (f"payment:{paid.payment}", f"region:{county.code}")
    yield Truth("round-amount", "F41", "money.round-amount", subjects)


def voided_payment(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A payment is recorded and declared void."""
    made = _class(classes, county, date(2016, 6, 13) + 7 * number * DAY)
    it, school = _claimed(classes, made, f"void-{number}"), _schools(classes, county)
    paid = _paid(it, f"void-{number}", [(one, it.amounts[one]) for one in it.people], school)
    [position] = classes.world.say("finance", county.code, [paid])
    classes.world.amend("finance", county.code, [(position, paid, None)], "treasurer")
    subjects = (f"payment:{paid.payment}", f"region:{county.code}")
    yield Truth("voided-payment", "F44", "money.voided-payment", subjects)


def overdue_advance(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """An advance is never cleared."""
    made = _class(classes, county, date(2016, 7, 11) + 7 * number * DAY)
    advance: Any = f"advance-fault-{county.code}-{number}"
    paid = AdvancePaid(
        advance=advance,
        line=classes.world.line(county, f"advance-{number}", made.days[0] - 30 * DAY),  # type: ignore[arg-type]
        payer=county.code,  # type: ignore[arg-type]
        institution=f"sample-fault-school-{county.code}",  # type: ignore[arg-type]
        training_class=made.id,
        amount_fen=300_000,
        account=_schools(classes, county),
        due_on=made.days[-1] + 60 * DAY,
        document="示例预付",
        approver=officer_of("treasurer", county.code),
        occurred_on=made.days[0],
    )
    classes.world.say("finance", county.code, [paid])
    subjects = (f"advance:{advance}", f"region:{county.code}")
    yield Truth("overdue-advance", "F42", "money.advance-overdue", subjects)


def account_of_both(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A trainee's account is a school's account."""
    made = _class(classes, county, date(2016, 1, 11) + 7 * number * DAY)
    school, digits = f"sample-fault-school-{county.code}", f"6200{county.code}8{number:08d}"
    payees: tuple[dict[str, Any], ...] = ({"person": made.people[0]}, {"institution": school})
    told = [_named(classes, county, digits, **payee) for payee in payees]
    account = told[0].account
    classes.world.say("clerk", county.code, told)
    yield Truth("account-of-both", "F12", "relations.account-of-person-and-institution", (f"account:{account}",))


def _schools(classes: Classes, county: County) -> Any:
    """The account of the county's school of faults, registered whenever it is asked for: the same again is no news."""
    named = _named(classes, county, f"6200{county.code}3{0:08d}", institution=f"sample-fault-school-{county.code}")
    classes.world.say("clerk", county.code, [named])
    return named.account


def _named(classes: Classes, county: County, digits: str, **payee: Any) -> BankAccountRegistered:
    """A payee's account as it is registered: its number goes into the vault, where there is one."""
    account, commitments = classes.world.account(digits, **payee)
    stated: dict[str, Any] = {"account": account, "commitments": commitments, "county": county.code, "document": "示例"}
    return BankAccountRegistered(**stated, occurred_on=date(2016, 1, 4), **payee)


def other_name(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """The bank returns another name for a trainee's account."""
    [person] = classes.world.people(county, 1)
    named = _named(classes, county, f"6200{county.code}7{number:08d}", person=person)
    account = named.account
    classes.world.say("clerk", county.code, [named])
    entry = {"account": account, "name_differs": True, "says": "户名不符"}
    listed(classes, county, "bank-returns", f"bank-{number}", [entry])
    yield Truth("other-name", "F39", "relations.account-of-another-name", (f"account:{account}",))


def own_household(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A posted official who signs in approves a payment to the own spouse."""
    made = _class(classes, county, date(2018, 7, 9) + 7 * number * DAY)
    officer = officer_of("treasurer", county.code)
    _, selected = posted(classes, county, f"own-{number}", date(2018, 2, 1), officer)
    official: Any = selected.official  # type: ignore[attr-defined]
    household = HouseholdId(f"sample-fault-own-{county.code}-{number}")
    spouse = made.people[0]
    home: list[Fact] = [
        HouseholdRegistered(
            household=household, village=village_code(county, 2), attribute="poor", occurred_on=date(2014, 12, 31)
        ),
        *(
            HouseholdMemberListed(household=household, person=one, occurred_on=date(2014, 12, 31))
            for one in (official, spouse)
        ),
    ]
    classes.world.say("clerk", county.code, home)
    it = _claimed(classes, made, f"own-{number}", payee="person")
    named = _named(classes, county, f"6200{county.code}4{number:08d}", person=spouse)
    classes.world.say("clerk", county.code, [named])
    whole = [(spouse, it.amounts[spouse])]
    paid = _paid(it, f"own-{number}", whole, named.account, person=spouse, approver=officer)
    classes.world.say("finance", county.code, [paid])
    yield Truth("own-household", "F13", "relations.own-household", (f"officer:{officer}", f"person:{spouse}"))


def own_account(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A posted official who signs in approves a payment to an account that is the own one, too."""
    made = _class(classes, county, date(2018, 10, 15) + 7 * number * DAY)
    officer = officer_of("treasurer", county.code)
    _, selected = posted(classes, county, f"account-{number}", date(2018, 2, 1), officer)
    official: Any = selected.official  # type: ignore[attr-defined]
    digits, payee = f"6200{county.code}6{number:08d}", made.people[0]
    told = [_named(classes, county, digits, person=one) for one in (official, payee)]
    classes.world.say("clerk", county.code, told)
    it = _claimed(classes, made, f"account-{number}", payee="person")
    whole = [(payee, it.amounts[payee])]
    paid = _paid(it, f"account-{number}", whole, told[0].account, person=payee, approver=officer)
    classes.world.say("finance", county.code, [paid])
    subjects = (f"officer:{officer}", f"person:{payee}")
    yield Truth("own-account", "F12", "relations.officer-tied-to-payee", subjects)


def approved_unread(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A claim for ten people is approved five seconds after it was handed in."""
    made = _class(classes, county, date(2018, 8, 6) + 7 * number * DAY)
    it = _claimed(classes, made, f"unread-{number}", on=classes.world.today())
    subjects = (f"claim:{it.claim}", f"class:{made.id}")
    yield Truth("approved-unread", "F44", "behaviour.approved-unread", subjects)


def approved_under_finding(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A claim is approved while a finding about its class is open."""
    made = _class(classes, county, date(2018, 9, 10) + 7 * number * DAY)
    inspection = InspectionId(f"insp-{county.code}-fault-claim-{number}")
    about = f"class:{made.id}"
    superior = opened(county, inspection, "superior", made.days[1], about)
    places = classes.world.say("inspector", PROVINCE, [superior])
    finding = found(county, inspection, f"c{number}", made.days[2], about, places)
    classes.world.say("inspector", PROVINCE, [finding])
    it = _claimed(classes, made, f"finding-{number}")
    subjects = (f"claim:{it.claim}", about)
    yield Truth("approved-under-finding", "F44", "inspections.approved-under-finding", subjects)


def posting_backlog(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Two years of duty are put in on one day."""
    posting, selected = posted(classes, county, f"backlog-{number}", date(2016, 1, 1))
    told = [
        DutyRecorded(
            posting=posting,
            official=selected.official,  # type: ignore[attr-defined]
            month=date(2016 + month // 12, month % 12 + 1, 1),
            days=15 + month * 7 % 10,
            occurred_on=date(2016 + month // 12, month % 12 + 1, 28),
        )
        for month in range(23)
    ]
    classes.world.say("personnel", PROVINCE, told)
    subjects = (f"officer:{officer_of('personnel', PROVINCE)}", f"region:{county.code}")
    yield Truth("posting-backlog", "F50", "behaviour.posting-backlog", subjects)


def many_a_day(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Twenty classes of twenty-five get their certificates on one day."""
    for _ in range(20):
        classes.held(county, Plan(persons=25, starts_on=date(2015, 10, 12) + 7 * number * DAY))
    yield Truth("many-a-day", "F27", "certificates.many-a-day", (f"organisation:hr-{county.code}",))


def idle(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A county's budget of 2016 is never used."""
    line: Any = f"ER-fault-{county.code}-{number}"
    opened_line = LineOpened(
        line=line,
        name="示例县级培训资金",
        source="employment",
        document=f"示例县财〔2016〕{number + 1}号",
        issued_by=(OrganisationId(f"finance-{county.code}"),),
        year=2016,
        purposes=("training",),
        scope="contiguous-and-scattered",
        region=county.code,
        amount_fen=50_000_000,
        occurred_on=date(2016, 2, 1),
    )
    approved = BudgetApproved(
        line=line,
        region=county.code,
        amount_fen=50_000_000,
        document="示例预算批复",
        goal="示例绩效目标",
        approver=officer_of("treasurer", county.code),
        occurred_on=date(2016, 3, 1),
    )
    classes.world.say("finance", county.code, [opened_line, approved])
    yield Truth("idle", "F35", "money.idle", (f"fund:{line}", f"region:{county.code}"))
