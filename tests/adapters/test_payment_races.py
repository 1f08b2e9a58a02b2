"""Each rule about claims and payments that reads other facts, raced from two processes in both orders (see tests/racing.py)."""

from __future__ import annotations

from datetime import date
from typing import Any

import claim_samples as c
import money_samples as m
import msgspec
import pytest
import training_samples as t
from paying_house import CASHIER, CHIEF, DEPUTY, TELLER, TREASURER, founded, located
from racing import Race, correction, raced

from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.domain.certificates import CertificateRevoked
from taizhang.domain.classes import ClassCancelled, InstitutionId
from taizhang.domain.core import Actor, Fact, OrganisationId, RegionCode
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import opened
from taizhang.domain.funds.claims import Charge, ClaimSubmitted
from taizhang.domain.households import HouseholdExited, HouseholdId, HouseholdMemberListed, HouseholdRegistered
from taizhang.domain.institutions import DesignationWithdrawn, OrganisationRegistered
from taizhang.domain.sealing import PeriodSealed, SealId

EVERYTHING = [c.SCHOOL, *c.PEOPLE]
CLAIMABLE = [*EVERYTHING, *c.CLAIMABLE]
SUBMITTED = [*CLAIMABLE, c.claimed()]
PAYABLE = [*EVERYTHING, *c.PAYABLE]
PAID = [*PAYABLE, c.paid()]
READY = [*EVERYTHING, *c.OPENED_CLASS, *c.MONEY, *c.ACCOUNTS]
OUT = [*PAYABLE, c.advanced()]
OTHER_SCHOOL = OrganisationRegistered(
    organisation=OrganisationId("other"), name="Other", kind="institution", region=t.COUNTY, occurred_on=t.JANUARY
)
OTHER_DESIGNATED = msgspec.structs.replace(t.DESIGNATED, institution=InstitutionId("other"))
POOR = HouseholdId("household-li")
REGISTERED_POOR = [
    HouseholdRegistered(household=POOR, village=RegionCode("620121100001"), attribute="poor", occurred_on=t.JANUARY),
    HouseholdMemberListed(household=POOR, person=t.LI, occurred_on=t.JANUARY),
]
REVOKED = CertificateRevoked(
    training_class=t.WELDING,
    person=t.LI,
    number=t.certificate().number,
    issuer=t.CENTRE,
    why="bought",
    occurred_on=t.MAY_9,
)
[YONGDENG] = [one for one in m.REGIONS if getattr(one, "code", None) == m.COUNTY]
OUT_OF_AREA = msgspec.structs.replace(YONGDENG, category="none")  # type: ignore[type-var]
TWENTY_DAYS = msgspec.structs.replace(c.NOTICE, value=20, since=date(2016, 6, 1))
SEALED = PeriodSealed(
    seal=SealId("s1"), region=m.COUNTY, since=date(2016, 6, 1), until=date(2016, 6, 30), occurred_on=date(2016, 7, 1)
)


def both(one: Fact, other: Fact, by: tuple[Actor, Actor] = (TREASURER, CASHIER)) -> Any:
    return (by[0], Proposal(fact=one)), (by[1], Proposal(fact=other))


def against(step: Fact, was: Fact, now: Fact | None = None, by: Actor = TREASURER, who: Actor = DEPUTY) -> Any:
    """A step, and a correction of what it rests on to `now`; None: its being declared void."""
    approver = m.DIRECTOR if who.role == "finance" else "boss"
    return (by, Proposal(fact=step)), correction(who, now or was, was, approver, void=now is None)


GONE = "corrections.others-rest-on-it"
CHARGED = c.reviewed(charged=(Charge(m.LINE, 20_000),))
SUBMITTED_WITH_LINE = [*SUBMITTED, *m.REGIONS, m.opened()]
CLAIM_RACES = [
    Race(
        "two claims for the same persons",
        CLAIMABLE,
        both(c.claim(), c.claim(c.OTHER_CLAIM), (TELLER, CHIEF)),
        ("funds.nobody-entitled",) * 2,
    ),
    Race(
        "two claims that name the same person",
        CLAIMABLE,
        both(c.claim(persons=(t.LI,)), c.claim(c.OTHER_CLAIM, persons=(t.LI,)), (TELLER, CHIEF)),
        ("funds.claimed-already",) * 2,
    ),
    Race(
        "one claim id twice",
        CLAIMABLE,
        both(c.claim(), c.claim(document="another"), (TELLER, CHIEF)),
        ("funds.claim-id-taken",) * 2,
    ),
    Race(
        "attendance corrected away and a claim on it",
        CLAIMABLE,
        against(c.claim(persons=(t.LI,)), t.attended(*c.ALL_HOURS), t.attended(t.hours(t.MAY_4, 8, 10)), by=TELLER),
        ("funds.not-entitled", None),
    ),
    Race(
        "a void rate and a claim under it",
        CLAIMABLE,
        against(c.claim(), c.rate(), by=TELLER),
        ("funds.no-rate-in-force", None),
    ),
    Race(
        "a certificate revoked and a claim that asks for it",
        [*EVERYTHING, *c.TAUGHT, t.certificate(), c.OPENED, c.rate(conditions=("certificate",))],
        both(c.claim(), REVOKED, (TELLER, CHIEF)),
        ("funds.nobody-entitled", None),
    ),
    Race(
        "a household that had left poverty and a claim that asks who is poor",
        [*EVERYTHING, *REGISTERED_POOR, *c.TAUGHT, c.OPENED, c.rate(conditions=("poor",))],
        both(c.claim(), HouseholdExited(household=POOR, exit_year=2016, occurred_on=t.MAY_2), (TELLER, CHIEF)),
        ("funds.nobody-entitled", None),
    ),
    Race(
        "two reviews of one claim",
        SUBMITTED,
        both(c.reviewed(), c.reviewed(approved=False, why="no"), (CHIEF, DEPUTY)),
        ("funds.reviewed-otherwise",) * 2,
    ),
    Race(
        "a void claim and its review",
        SUBMITTED,
        against(c.reviewed(), c.claimed(), by=CHIEF),
        ("funds.unknown-claim", GONE),
    ),
    Race(
        "a void refusal and a new claim for the same persons",
        [*SUBMITTED, c.reviewed(approved=False, why="no")],
        against(c.claim(c.OTHER_CLAIM), c.reviewed(approved=False, why="no"), by=TELLER),
        ("funds.nobody-entitled", "funds.claimed-already"),
    ),
    Race(
        "a void review and its notice",
        [*SUBMITTED, c.reviewed()],
        against(c.posted(), c.reviewed(), by=TELLER),
        ("funds.not-approved", GONE),
    ),
    Race(
        "two notices of one claim",
        [*SUBMITTED, c.reviewed()],
        both(c.posted(), c.posted(place="school"), (TELLER, CHIEF)),
        ("funds.posted-otherwise",) * 2,
    ),
    Race(
        "a void notice and its end",
        [*SUBMITTED, c.reviewed(), c.posted()],
        against(c.ended(), c.posted(), by=TELLER),
        ("funds.never-posted", GONE),
    ),
    Race(
        "a review that charges a line and a line that loses the purpose",
        SUBMITTED_WITH_LINE,
        against(CHARGED, m.opened(), m.opened(purposes=("living",)), by=CHIEF, who=CASHIER),
        ("funds.purpose-not-allowed", GONE),
    ),
    Race(
        "a review that charges a line and a line that never was",
        SUBMITTED_WITH_LINE,
        against(CHARGED, m.opened(), by=CHIEF, who=CASHIER),
        ("funds.unknown-line", GONE),
    ),
    Race(
        "a review that charges a line and a county that is out of its area",
        SUBMITTED_WITH_LINE,
        against(CHARGED, YONGDENG, OUT_OF_AREA, by=CHIEF),
        ("funds.county-outside-scope", None),
    ),
    Race(
        "a review that charges what is approved and a claim declared void",
        SUBMITTED_WITH_LINE,
        against(CHARGED, c.claimed(), by=CHIEF, who=DEPUTY),
        ("funds.unknown-claim", GONE),
    ),
    Race(
        "a review that charges all of a claim and a claim corrected to fewer persons",
        SUBMITTED_WITH_LINE,
        against(CHARGED, c.claimed(), c.claim(persons=(t.LI,)), by=CHIEF, who=DEPUTY),
        ("funds.charges-do-not-add-up", GONE),
    ),
    Race(
        "a claim that one officer corrects and reviews",
        SUBMITTED,
        against(c.reviewed(), c.claimed(), c.claim(document="No. 20a"), by=CHIEF, who=CHIEF),
        ("officers.prepared-and-approved-by-one",) * 2,
    ),
    Race(
        "two ends of one notice",
        [*SUBMITTED, c.reviewed(), c.posted()],
        both(c.ended(), c.ended(objections=1), (TELLER, CHIEF)),
        ("funds.posted-otherwise",) * 2,
    ),
]
PAYMENT_RACES = [
    Race(
        "two payments of one entitlement",
        PAYABLE,
        both(c.paid(), c.paid(payment="payment-2")),
        ("funds.paid-already",) * 2,
    ),
    Race(
        "two part payments above one entitlement",
        PAYABLE,
        both(c.paid((t.LI, 6_000)), c.paid((t.LI, 6_000), payment="payment-2")),
        ("funds.above-entitlement",) * 2,
    ),
    Race(
        "one payment id twice",
        PAYABLE,
        both(c.paid((t.LI, 1)), c.paid((t.ZHAO, 1))),
        ("funds.payment-id-taken",) * 2,
    ),
    Race(
        "a payment and a transfer above the balance",
        PAYABLE,
        both(c.paid(), m.transferred(50_000, to=m.BUREAU, by=m.COUNTY)),
        ("funds.above-balance",) * 2,
    ),
    Race(
        "a notice that never ended and a payment",
        PAYABLE,
        against(c.paid(), c.ended()),
        ("funds.paid-before-notice", GONE),
    ),
    Race(
        "a notice that came down too early and a payment",
        PAYABLE,
        against(c.paid(), c.ended(), c.ended(on=date(2016, 6, 12))),
        ("funds.notice-too-short", GONE),
    ),
    Race(
        "a person left out by the review and paid",
        PAYABLE,
        against(c.paid((t.ZHAO, 1)), c.reviewed(), c.reviewed(left_out=(t.ZHAO,), why="objected to")),
        ("funds.nothing-claimed-for", GONE),
    ),
    Race(
        "more days of notice and a payment within them",
        PAYABLE,
        both(c.paid(), TWENTY_DAYS, (TREASURER, CHIEF)),
        ("funds.paid-within-notice", None),
    ),
    Race(
        "an account that is not the payees and a payment on it",
        PAYABLE,
        against(c.paid(), c.account()),
        ("funds.account-of-another", GONE),
    ),
    Race(
        "a class given to another institution and a payment for it",
        [*PAYABLE, OTHER_SCHOOL, OTHER_DESIGNATED],
        against(c.paid(), t.filed(), t.filed(institution=InstitutionId("other"))),
        ("funds.not-the-payee", None),
    ),
    Race(
        "a county taken out of the area and a payment for it",
        PAYABLE,
        against(c.paid(), YONGDENG, OUT_OF_AREA),
        ("funds.county-outside-scope", None),
    ),
    Race(
        "a purpose taken from the line and a payment for it",
        PAYABLE,
        against(c.paid(), m.opened(), m.opened(purposes=("living",)), who=CASHIER),
        ("funds.purpose-not-allowed", GONE),
    ),
    Race(
        "a seal and a payment of the sealed days",
        PAYABLE,
        both(c.paid(), SEALED, (TREASURER, CHIEF)),
        ("statements.period-is-sealed", None),
    ),
    Race(
        "a return and a recovery above one share",
        PAID,
        both(c.sent_back((t.LI, 6_000)), c.recovered((t.LI, 6_000))),
        ("funds.above-the-payment",) * 2,
    ),
    Race(
        "a void payment and its return",
        PAID,
        against(c.sent_back(), c.paid(), who=CASHIER),
        ("funds.unknown-payment", GONE),
    ),
    Race(
        "a void return and a second payment",
        [*PAID, c.sent_back()],
        against(c.paid(payment="payment-2", on=date(2016, 6, 21)), c.sent_back(), who=CASHIER),
        ("funds.paid-already", GONE),
    ),
    Race(
        "one account of one payee twice",
        EVERYTHING,
        both(c.account(), c.account(document="again"), (TELLER, CHIEF)),
        ("registry.stands-already",) * 2,
    ),
    Race(
        "a void institution and its account",
        [OTHER_SCHOOL],
        against(c.account(institution=InstitutionId("other")), OTHER_SCHOOL, by=TELLER),
        ("institutions.unknown-institution", None),
    ),
]
ADVANCE_RACES = [
    Race(
        "one advance id twice",
        READY,
        both(c.advanced(), c.advanced(1)),
        ("funds.payment-id-taken",) * 2,
    ),
    Race(
        "an advance and a transfer above the balance",
        READY,
        both(c.advanced(), m.transferred(50_000, to=m.BUREAU, by=m.COUNTY)),
        ("funds.above-balance",) * 2,
    ),
    Race(
        "a withdrawn designation and an advance",
        READY,
        both(
            c.advanced(),
            DesignationWithdrawn(institution=t.SCHOOL, region=t.COUNTY, occurred_on=t.MAY_4),
            (TREASURER, CHIEF),
        ),
        ("training.institution-not-designated", None),
    ),
    Race(
        "a cancelled class and an advance",
        READY,
        both(
            c.advanced(),
            ClassCancelled(training_class=t.WELDING, why="flood", occurred_on=t.MAY_3),
            (TREASURER, CHIEF),
        ),
        ("training.class-was-cancelled", None),
    ),
    Race(
        "two clearings above the advance",
        OUT,
        both(c.cleared((t.LI, 10_000)), c.cleared(returned_fen=10_000)),
        ("funds.above-the-advance",) * 2,
    ),
    Race(
        "a clearing and a payment of one entitlement",
        OUT,
        both(c.cleared((t.LI, 10_000)), c.paid((t.LI, 10_000))),
        ("funds.paid-already",) * 2,
    ),
    Race(
        "a void advance and its clearing",
        OUT,
        against(c.cleared(returned_fen=1), c.advanced(), who=CASHIER),
        ("funds.unknown-advance", GONE),
    ),
]


@pytest.mark.parametrize("second", [0, 1])
@pytest.mark.parametrize(
    "race", [*CLAIM_RACES, *PAYMENT_RACES, *ADVANCE_RACES], ids=lambda race: race.name.replace(" ", "-")
)
def test_two_processes_never_pay_what_is_not_due(engine_url: str, race: Race, second: int) -> None:
    positions = founded(engine_url, race.standing)
    orders = [
        Order(id=f"race-{number}", by=by, items=[located(proposal, positions)])
        for number, (by, proposal) in enumerate(race.proposals)
    ]
    winner, loser = raced(engine_url, orders[1 - second], orders[second])
    assert winner.verdicts[0].outcome == "recorded", winner.verdicts
    assert loser.verdicts[0].rule == race.rules[second], loser.verdicts
    assert (loser.verdicts[0].outcome == "recorded") == (race.rules[second] is None)


def test_a_claim_that_meets_a_merge_counts_the_merged_ids_once(engine_url: str) -> None:
    split = [t.attended(c.ALL_HOURS[0]), t.attended(c.ALL_HOURS[1], person=t.ZHAO)]  # two hours under each id
    only_chen = [*c.TAUGHT[:5], t.enrolled(), t.enrolled(t.ZHAO), *split, c.OPENED, c.rate()]
    seats = [t.filed(seats=3) if fact == t.filed() else fact for fact in only_chen]
    chen = [t.enrolled(t.CHEN), t.attended(*c.ALL_HOURS, person=t.CHEN)]
    founded(engine_url, [*EVERYTHING, *seats, *chen])
    merge = t.PersonsMerged(kept=t.LI, merged=(t.ZHAO,), occurred_on=t.MAY_5)
    orders = [
        Order(id="merge", by=CHIEF, items=[Proposal(fact=merge)]),
        Order(id="claim", by=TELLER, items=[Proposal(fact=c.claim())]),
    ]
    answers = raced(engine_url, *orders)
    assert [answer.verdicts[0].outcome for answer in answers] == ["recorded"] * 2
    log = Log.open(engine_url)
    [claim] = [opened(one.position, one.leaf).fact for one in log.at([answers[1].verdicts[0].position or 0])]
    log.close()
    assert isinstance(claim, ClaimSubmitted)
    assert [(one.person, one.minutes) for one in claim.entitlements] == [(t.CHEN, 240), (t.LI, 240)]
