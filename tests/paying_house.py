"""A log with officers and regions in which the made-up claims and payments are recorded through the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import money_samples as m
import msgspec

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.domain.classes import ClassApproved
from taizhang.domain.core import Actor, Fact, OrganisationId, Position
from taizhang.domain.decisions import Proposal, slice_for
from taizhang.domain.funds.claiming import SubmitClaim
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted
from taizhang.domain.officers import OfficerAppointed, RoleGranted

HALL = OrganisationId("finance")
SYSTEM = m.officer("system", "system-administrator")
TELLER, CHIEF, DEPUTY = (m.officer(name, "clerk") for name in ("teller", "chief", "deputy"))
TREASURER, CASHIER = m.officer(), m.officer("cashier")
APPROVERS = (m.officer(m.DIRECTOR), m.officer("boss", "clerk"))
SECURITY = m.officer("guard", "security-administrator")
OFFICERS = (TELLER, CHIEF, DEPUTY, TREASURER, CASHIER, *APPROVERS, SECURITY)  # the last one ends the system's authority
CHIEFS = (ClassApproved, ClaimReviewed)  # what another officer than the teller must decide


def who_records(fact: Fact) -> Actor:
    if isinstance(fact, CHIEFS):
        return CHIEF
    return TELLER if "clerk" in slice_for(type(fact)).ROLES else TREASURER


def asked(fact: Fact) -> Fact:
    """A fact as it is proposed: without what the decision fills in."""
    if not isinstance(fact, ClaimSubmitted):
        return fact
    stated = {name: getattr(fact, name) for name in fact.__struct_fields__ if name not in SubmitClaim.COMPUTED}
    return ClaimSubmitted(**stated)


def recorded(desk: Desk, id: str, by: Actor, facts: Iterable[Fact]) -> list[tuple[Fact, Position]]:
    facts = list(facts)
    order = Order(id=id, by=by, items=[Proposal(fact=asked(fact)) for fact in facts])
    verdicts = desk.submit(order).verdicts
    assert [one.outcome for one in verdicts] == ["recorded"] * len(facts), verdicts
    return [(fact, Position(one.position or 0)) for fact, one in zip(facts, verdicts, strict=True)]


def founded(url: str, standing: Sequence[Fact]) -> list[tuple[Fact, Position]]:
    """Record officers, regions and what stands; where each of these is."""
    log = Log.open(url)
    desk = Desk(log)
    appointed = [OfficerAppointed(officer=who.officer, organisation=HALL, occurred_on=m.JANUARY) for who in OFFICERS]
    granted = [
        RoleGranted(officer=who.officer, role=who.role, organisation=HALL, region=m.PROVINCE, occurred_on=m.JANUARY)
        for who in OFFICERS
    ]
    positions = recorded(desk, "officers", SYSTEM, [*m.REGIONS, *appointed, *granted])
    rest = [fact for fact in standing if fact not in m.REGIONS]
    for number, (by, facts) in enumerate(groupby(rest, who_records)):
        positions += recorded(desk, f"standing-{number}", by, facts)
    log.close()
    return positions


def located(proposal: Proposal, positions: list[tuple[Fact, Position]]) -> Proposal:
    """The proposal with the position of what it corrects."""
    amend = proposal.amend
    if amend is None:
        return proposal
    [position] = [position for fact, position in positions if fact == amend.was]
    return msgspec.structs.replace(proposal, amend=msgspec.structs.replace(amend, corrects=position))
