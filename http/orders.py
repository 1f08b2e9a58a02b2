"""From a page to the desk: one fact, asked for by the officer who is signed in, exactly once per form."""

from __future__ import annotations

import secrets

from taizhang.adapters.orders import Order, Verdict
from taizhang.domain.core import Fact
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source
from taizhang.http.visit import Visit

WAY = Source(way="page")


def submit(visit: Visit, fact: Fact, **proposal: object) -> Verdict:
    """Propose a fact for the officer; sent twice, the same form is recorded once.

    Raises CommandReused, DeskBusy, LogUnavailable.
    """
    item = Proposal(fact=fact, source=WAY, **proposal)  # type: ignore[arg-type]
    answer = visit.house.desk.submit(Order(id=command_of(visit), by=visit.actor, items=[item]))
    visit.reception.keeper.wake()
    return answer.verdicts[0]


def new_once() -> str:
    """What makes one form one command, however often it is sent."""
    return secrets.token_urlsafe(16)


def command_of(visit: Visit) -> str:
    """The command id of the form that was sent: the officer's own, and the same when it is sent again."""
    once = visit.field("once") or new_once()
    return f"page:{visit.officer.officer}:{once}"[:120]
