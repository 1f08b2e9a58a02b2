"""For each sample that waits, the first cosigned checkpoint after its population is taken into the log as it is published.

Nobody asks for it, so nobody can wait for one that suits: docs/adr/0008.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from taizhang.adapters.desk import Desk
from taizhang.adapters.founding import HOUSE
from taizhang.adapters.log.log import Criterion, Log
from taizhang.adapters.orders import Order
from taizhang.adapters.preset import PROVINCE
from taizhang.domain.core import Actor
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source, opened
from taizhang.domain.inspections.drawing import read_mark
from taizhang.domain.inspections.opening import InspectionId, SampleId
from taizhang.domain.inspections.samples import CheckpointTaken, PopulationFixed
from taizhang.domain.inspections.state import WaitingGuard
from taizhang.domain.officers import LOG_SIGNER, SYSTEM

WAITING = (WaitingGuard.KIND, WaitingGuard.KEY)
SOURCE = Source(way="checkpoint")


def log_signer() -> Actor:
    """The house itself as it publishes a checkpoint; it can do nothing else."""
    return Actor(officer=SYSTEM, role=LOG_SIGNER, organisation=HOUSE, region=PROVINCE, authenticated="signer")


def take_first(log: Log, note: str) -> int:
    """Record this cosigned checkpoint for every waiting sample whose population it covers; for how many it was.

    Raises LogUnavailable, DeskBusy.
    """
    orders = [_order(log, sample, inspection, note) for sample, inspection in _covered(log, read_mark(note).size)]
    return len(Desk(log).submit_each(orders)) if orders else 0


def _order(log: Log, sample: SampleId, inspection: InspectionId, note: str) -> Order:
    desk = Desk(log)
    fact = CheckpointTaken(occurred_on=desk.today(), inspection=inspection, sample=sample, checkpoint=note)
    return Order(id=f"first-checkpoint:{sample}", by=log_signer(), items=[Proposal(fact=fact, source=SOURCE)])


def _covered(log: Log, size: int) -> Iterator[tuple[SampleId, InspectionId]]:
    row = log.read([], guards=[WAITING]).guards.get(WAITING)
    waiting = msgspec.json.decode(row.state, type=WaitingGuard).samples if row is not None else {}
    for sample in waiting:
        [stored] = log.read([Criterion((PopulationFixed.TOPIC,), (f"sample:{sample}",))]).facts
        fact = opened(stored.position, stored.leaf).fact
        if stored.position <= size and isinstance(fact, PopulationFixed):
            yield fact.sample, fact.inspection
