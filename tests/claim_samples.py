"""Made-up claims, notices and payments on the made-up class and fund line of the other samples: nothing here is real."""

from __future__ import annotations

from datetime import date
from typing import Any

import money_samples as m
import training_samples as t

from taizhang.domain.core import Fact, OfficerId, OrganisationId, PersonId
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.funds.claims import (
    ClaimId,
    ClaimReviewed,
    ClaimSubmitted,
    Entitlement,
    NoticeEnded,
    NoticePosted,
    Share,
    total,
)
from taizhang.domain.funds.lines import Holder
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
from taizhang.domain.funds.thresholds import NOTICE_DAYS
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.people import PersonRegistered
from taizhang.domain.policy import ProgrammeOpened, RateSet, ThresholdSet

PROGRAMME = t.filed().programme
CLAIM, OTHER_CLAIM = ClaimId("claim-620121-1"), ClaimId("claim-620121-2")
PAYMENT, ADVANCE = PaymentId("payment-1"), AdvanceId("advance-1")
SCHOOLS, LIS, ZHAOS = BankAccountId("account-school"), BankAccountId("account-li"), BankAccountId("account-zhao")
CLAIMED, REVIEWED, POSTED, ENDED, PAID = (date(2016, 6, day) for day in (1, 2, 3, 13, 14))
RATE_FEN = 10_000
TREASURER = m.officer()

SCHOOL = OrganisationRegistered(
    organisation=OrganisationId(t.SCHOOL), name="School", kind="institution", region=t.COUNTY, occurred_on=t.JANUARY
)
PEOPLE: tuple[Fact, ...] = tuple(
    PersonRegistered(person=person, statement="s1", county=t.COUNTY, occurred_on=t.JANUARY)
    for person in (t.LI, t.ZHAO, t.CHEN)
)
OPENED = ProgrammeOpened(
    programme=PROGRAMME, zh="劳动力培训", en="Labour", kind="labour", since=t.JANUARY, occurred_on=t.JANUARY
)
NOTICE = ThresholdSet(name=NOTICE_DAYS, value=10, since=t.JANUARY, occurred_on=t.JANUARY)
ALL_HOURS = (t.hours(t.MAY_4, 8, 10), t.hours(t.MAY_5, 8, 10))


def rate(amount_fen: int = RATE_FEN, **fields: Any) -> RateSet:
    stated: dict[str, Any] = {"basis": "per-person", "since": t.JANUARY, "occurred_on": t.JANUARY}
    return RateSet(programme=PROGRAMME, amount_fen=amount_fen, **(stated | fields))


# Li and Zhao sit in the class and attended all four hours of the four required
TAUGHT: tuple[Fact, ...] = (
    t.DESIGNATED,
    t.filed(),
    t.approved(),
    t.session(t.MAY_4),
    t.session(t.MAY_5),
    t.enrolled(),
    t.enrolled(t.ZHAO),
    t.attended(*ALL_HOURS),
    t.attended(*ALL_HOURS, person=t.ZHAO),
)
MONEY: tuple[Fact, ...] = (
    *m.REGIONS,
    m.opened(),
    m.budgeted(),
    m.allotted(),
    m.transferred(),
)  # 60,000 fen in the county


def claim(claim: ClaimId = CLAIM, **fields: Any) -> ClaimSubmitted:
    """A claim as it is proposed."""
    stated: dict[str, Any] = {"purpose": "training", "payee": "institution", "document": "No. 20"}
    stated |= {"training_class": t.WELDING, "occurred_on": CLAIMED}
    return ClaimSubmitted(claim=claim, **(stated | fields))


def entitled(person: PersonId = t.LI, amount_fen: int = RATE_FEN) -> Entitlement:
    return Entitlement(person, amount_fen, 240, t.MAY_5)


def claimed(
    *persons: PersonId, id: ClaimId = CLAIM, amount_fen: int = RATE_FEN, by: str = "teller", **fields: Any
) -> ClaimSubmitted:
    """A claim as it stands in the log, for Li and Zhao unless persons are named."""
    entitlements = tuple(entitled(person, amount_fen) for person in persons or (t.LI, t.ZHAO))
    filled: dict[str, Any] = {"institution": t.SCHOOL, "entitlements": entitlements, "amount_fen": total(entitlements)}
    filled |= {"rate_fen": amount_fen, "basis": "per-person", "prepared_by": OfficerId(by)}
    return claim(id, **(filled | fields))


def reviewed(id: ClaimId = CLAIM, on: date = REVIEWED, by: str = "chief", **fields: Any) -> ClaimReviewed:
    stated: dict[str, Any] = {"approved": True, "document": "No. 21", "training_class": t.WELDING}
    return ClaimReviewed(claim=id, reviewed_by=OfficerId(by), occurred_on=on, **(stated | fields))


def posted(id: ClaimId = CLAIM, on: date = POSTED, **fields: Any) -> NoticePosted:
    stated: dict[str, Any] = {"training_class": t.WELDING, "place": "village hall", "list_digest": "0" * 64}
    return NoticePosted(claim=id, occurred_on=on, **(stated | fields))


def ended(id: ClaimId = CLAIM, on: date = ENDED, **fields: Any) -> NoticeEnded:
    return NoticeEnded(claim=id, training_class=t.WELDING, occurred_on=on, **fields)


def account(id: BankAccountId = SCHOOLS, person: PersonId | None = None, **fields: Any) -> BankAccountRegistered:
    stated: dict[str, Any] = {"institution": None if person else t.SCHOOL, "person": person, "county": t.COUNTY}
    stated |= {"document": "No. 22", "occurred_on": t.MAY_2}
    return BankAccountRegistered(account=id, **(stated | fields))


def shares(*of: tuple[PersonId, int]) -> tuple[Share, ...]:
    """Shares of persons; Li's and Zhao's whole entitlements unless stated."""
    return tuple(Share(*one) for one in of or ((t.LI, RATE_FEN), (t.ZHAO, RATE_FEN)))


def paid(*of: tuple[PersonId, int], payment: str = PAYMENT, on: date = PAID, **fields: Any) -> SubsidyPaid:
    """A payment from the county's treasury to the school."""
    stated: dict[str, Any] = {"line": m.LINE, "payer": Holder(m.COUNTY), "claim": CLAIM, "training_class": t.WELDING}
    stated |= {"shares": shares(*of), "amount_fen": total(shares(*of)), "institution": t.SCHOOL, "account": SCHOOLS}
    stated |= {"voucher": "V1", "approver": m.DIRECTOR}
    return SubsidyPaid(payment=PaymentId(payment), occurred_on=on, **(stated | fields))


def paid_person(person: PersonId = t.LI, amount_fen: int = RATE_FEN, **fields: Any) -> SubsidyPaid:
    """A payment from the county's treasury to a person's own account."""
    own = {t.LI: LIS, t.ZHAO: ZHAOS}.get(person, LIS)
    stated: dict[str, Any] = {"institution": None, "person": person, "account": own, "payment": f"payment-{person}"}
    return paid((person, amount_fen), **(stated | fields))


def sent_back(*of: tuple[PersonId, int], on: date = date(2016, 6, 20), **fields: Any) -> PaymentReturned:
    stated: dict[str, Any] = {"payment": PAYMENT, "line": m.LINE, "payer": Holder(m.COUNTY), "claim": CLAIM}
    stated |= {"training_class": t.WELDING, "shares": shares(*of), "amount_fen": total(shares(*of))}
    stated |= {"institution": t.SCHOOL, "document": "No. 23", "why": "account closed"}
    return PaymentReturned(occurred_on=on, **(stated | fields))


def recovered(*of: tuple[PersonId, int], on: date = date(2016, 6, 21), **fields: Any) -> FundsRecovered:
    stated: dict[str, Any] = {"payment": PAYMENT, "line": m.LINE, "payer": Holder(m.COUNTY), "claim": CLAIM}
    stated |= {"training_class": t.WELDING, "shares": shares(*of), "amount_fen": total(shares(*of))}
    stated |= {"institution": t.SCHOOL, "document": "No. 24", "why": "hours were cut", "approver": m.DIRECTOR}
    return FundsRecovered(occurred_on=on, **(stated | fields))


def advanced(amount_fen: int = 15_000, on: date = t.MAY_4, **fields: Any) -> AdvancePaid:
    stated: dict[str, Any] = {"advance": ADVANCE, "line": m.LINE, "payer": Holder(m.COUNTY), "institution": t.SCHOOL}
    stated |= {"training_class": t.WELDING, "account": SCHOOLS, "due_on": date(2016, 8, 1), "document": "No. 25"}
    stated |= {"approver": m.DIRECTOR}
    return AdvancePaid(amount_fen=amount_fen, occurred_on=on, **(stated | fields))


def cleared(*of: tuple[PersonId, int], returned_fen: int = 0, on: date = PAID, **fields: Any) -> AdvanceCleared:
    """An advance cleared against these shares; against none when nothing but a return is stated."""
    against = tuple(Share(*one) for one in of)
    stated: dict[str, Any] = {"advance": ADVANCE, "line": m.LINE, "payer": Holder(m.COUNTY), "institution": t.SCHOOL}
    stated |= {"training_class": t.WELDING, "document": "No. 26", "approver": m.DIRECTOR}
    stated |= {"claim": CLAIM if against else None, "shares": against, "amount_fen": total(against)}
    return AdvanceCleared(returned_fen=returned_fen, occurred_on=on, **(stated | fields))


ACCOUNTS: tuple[Fact, ...] = (account(), account(LIS, t.LI), account(ZHAOS, t.ZHAO))
OPENED_CLASS: tuple[Fact, ...] = TAUGHT[:3]  # filed and approved, nobody taught yet
CLAIMABLE: tuple[Fact, ...] = (*TAUGHT, OPENED, rate())
POSTED_CLAIM: tuple[Fact, ...] = (claimed(), reviewed(), posted(), ended())
PAYABLE: tuple[Fact, ...] = (*CLAIMABLE, NOTICE, *MONEY, *ACCOUNTS, *POSTED_CLAIM)
# the same claim, for the trainees' own accounts
PERSONS_CLAIM: tuple[Fact, ...] = (claimed(payee="person"), *POSTED_CLAIM[1:])
PAYABLE_TO_PERSONS: tuple[Fact, ...] = (*PAYABLE[: -len(POSTED_CLAIM)], *PERSONS_CLAIM)
