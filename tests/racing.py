"""Two processes decide on the same state, and only then may either append: how a rule is raced."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from multiprocessing.synchronize import Barrier, Event
from typing import Any, NamedTuple

import msgspec

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Append, Appended, Log, Repeated
from taizhang.adapters.orders import Answer, Order
from taizhang.domain.core import Actor, Fact, OfficerId, Position
from taizhang.domain.decisions import Amend, Proposal


class Race(NamedTuple):
    """What stands, who proposes what at once, and by which rule whoever comes second is refused."""

    name: str
    standing: Sequence[Fact]
    proposals: tuple[tuple[Actor, Proposal], tuple[Actor, Proposal]]
    rules: tuple[str | None, str | None]  # what refuses proposal 0 or 1 when it is second; None: nothing


def correction(by: Actor, now: Fact, was: Fact, approver: str = "boss", void: bool = False) -> tuple[Actor, Proposal]:
    """A correction; its position is put in when that of `was` is known."""
    amend = Amend(corrects=Position(0), was=was, reason="typing error", approver=OfficerId(approver), void=void)
    return by, Proposal(fact=now, amend=amend)


class HeldLog(Log):
    """A log whose first append waits until the other process has decided, and then for its turn."""

    decided: Barrier | None = None
    turn: Event

    def append(self, request: Append) -> Appended | Repeated:
        if self.decided is not None:
            decided, self.decided = self.decided, None
            decided.wait(30)
            assert self.turn.wait(30)
        return super().append(request)


def act(url: str, order: Order, decided: Barrier, turns: Sequence[Event], number: int, answers: Any) -> None:
    log = HeldLog.open(url)
    log.decided, log.turn = decided, turns[number]
    answers.put((number, Desk(log).submit(order)))
    turns[number + 1].set()
    log.close()


def raced(url: str, first: Order, second: Order) -> tuple[Answer, Answer]:
    """The answers to two orders that two processes decide on at once, of which `first` is appended first."""
    fork = multiprocessing.get_context("fork")
    decided, answers = fork.Barrier(2), fork.Queue()
    turns = [fork.Event(), fork.Event(), fork.Event()]
    turns[0].set()
    processes = [
        fork.Process(target=act, args=(url, order, decided, turns, number, answers))
        for number, order in enumerate((first, second))
    ]
    for process in processes:
        process.start()
    answered = dict(answers.get(timeout=60) for _ in processes)
    for process in processes:
        process.join(60)
    return answered[0], answered[1]


def located(proposal: Proposal, positions: dict[Fact, Position]) -> Proposal:
    """The proposal with the position of what it corrects."""
    if proposal.amend is None:
        return proposal
    amend = msgspec.structs.replace(proposal.amend, corrects=positions[proposal.amend.was])
    return msgspec.structs.replace(proposal, amend=amend)
