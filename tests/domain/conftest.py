"""How a room is tested: given these facts, when this is proposed, then these facts, or this refusal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from taizhang.domain import catalogue  # noqa: F401  (imports every room)
from taizhang.domain.boundary import GuardBook, History
from taizhang.domain.core import Actor, Fact, LateAddition, OfficerId, OrganisationId, PersonId, RegionCode
from taizhang.domain.decisions import Amend, Deciding, Proposal
from taizhang.domain.officers import ROLES, Grant, OfficerGuard
from tests import training_samples as t

LATER = date(2050, 1, 1)  # unless a test says what day it is, everything lies in the past
Decide = Callable[..., list[Fact]]

CLERK = Actor(
    officer=OfficerId("clerk"),
    role="clerk",
    organisation=OrganisationId("hr-620121"),
    region=RegionCode("620121"),
    authenticated="test",
)


@pytest.fixture
def clerk() -> Actor:
    """A clerk of Yongdeng county."""
    return CLERK


def entitle(book: GuardBook, officer: OfficerId, by: Actor) -> None:
    """Let an officer hold every role in the actor's region, so that a test about something else need not appoint anybody."""
    grants = [Grant(officer, role, by.organisation, by.region) for role in ROLES]
    book[OfficerGuard.KIND, officer] = OfficerGuard(grants=grants)


@pytest.fixture
def decide() -> Decide:
    """`decide(given=[facts], when=fact, by=actor)`: the facts recorded; refusals are raised.

    `given` facts stand at positions 1, 2, …; `amend=Amend(...)` proposes a correction, `addition=` a late addition.
    Before them the made-up people of the samples were registered, or only those in `registered`.
    """

    def decide(
        given: Sequence[Fact],
        when: Fact,
        by: Actor = CLERK,
        amend: Amend | None = None,
        addition: LateAddition | None = None,
        today: date = LATER,
        approver_may: bool = True,
        registered: Sequence[PersonId] = t.PEOPLE,
    ) -> list[Fact]:
        history, book = History(end=len(given)), GuardBook()
        for number, person in enumerate(registered):
            fact = t.registered(person)
            history.add(-number, fact, fact.tags())
        for named in (amend, addition, when) if approver_may else ():
            approver = getattr(named, "approver", None)
            if approver is not None:
                entitle(book, approver, by)
        for position, fact in enumerate(given, 1):
            history.add(position, fact, fact.tags())
            book.apply(fact, position)
        deciding = Deciding(Proposal(fact=when, amend=amend, addition=addition), by)
        return [tagged.decision for tagged in deciding.decide(history, book, today)]

    return decide
