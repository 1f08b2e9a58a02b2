"""How a sample speaks to the desk: orders whose ids say which sample they belong to, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import msgspec

from taizhang.adapters.founding import OF_A_SAMPLE, Post
from taizhang.adapters.house import House
from taizhang.adapters.log.log import CommandReused
from taizhang.adapters.orders import Answer, Attempt, Order
from taizhang.adapters.sample.officers import maker
from taizhang.domain.core import Actor, Fact
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source
from taizhang.domain.officers import OfficerAppointed, RoleGranted

APPOINTED = date(2015, 1, 1)
SOURCE = OF_A_SAMPLE
ENTERED_LATE = "示例数据:按纸质档案补录"


class SampleDesk:
    """Hands a sample's orders to the desk and counts what becomes of them."""

    def __init__(self, house: House, label: str, *, in_time: bool = False) -> None:
        self.house, self.label = house, label
        self.in_time = in_time  # its facts come in as they happen
        self._usual = None if in_time else ENTERED_LATE  # why something is said late, unless it says so itself
        self.recorded = self.refused = 0

    def appointment(self, posts: Iterable[Post], step: str) -> Order:
        """The order that makes these officers, by the house's sample maker."""
        facts: list[Fact] = []
        for post in posts:
            office, who = post.organisation, post.officer
            facts.append(OfficerAppointed(officer=who, organisation=office, occurred_on=APPOINTED))
            facts.append(
                RoleGranted(officer=who, organisation=office, role=post.role, region=post.region, occurred_on=APPOINTED)
            )
        return self.order(f"officers:{step}", maker(), facts)

    def knows(self, step: str) -> bool:
        """Whether this step was recorded before."""
        id = f"{self.label}:{step}"
        return id in self.house.log.read([], commands=[id]).commands

    def say(self, step: str, by: Actor, facts: Iterable[Fact], *, late: str | None = None) -> Answer:
        """Record facts of which none may be refused."""
        [answer] = self.say_all([self.order(step, by, facts, late=late)])
        return answer

    def say_once(self, order: Order, step: str) -> None:
        """Record an order under an id that all samples share: another one that says it otherwise fails.

        Raises CommandReused.
        """
        self.say_all([msgspec.structs.replace(order, id=f"sample:{step}")])

    def say_all(self, orders: Sequence[Order]) -> list[Answer]:
        """Record several orders in one append, each under its own id; none of their facts may be refused."""
        wanted = [order for order in orders if order.items]
        answers = []
        for order, answer in zip(wanted, self.house.desk.submit_each(wanted), strict=True):
            if isinstance(answer, CommandReused):
                raise answer
            bad = next((verdict for verdict in answer.verdicts if verdict.outcome == "refused"), None)
            assert bad is None, f"a rule refuses what the sample says in {order.id}: {bad and bad.en}"
            answers.append(self._counted(answer))
        return answers

    def order(
        self,
        step: str,
        by: Actor,
        facts: Iterable[Fact],
        *,
        late: str | None = None,
        source_of: Callable[[Fact], Source] = lambda _: SOURCE,
    ) -> Order:
        """One order of this sample; `late` says why it comes in late, where it does, `source_of` where each fact stands."""
        items = [self.proposal(fact, late=late, source=source_of(fact)) for fact in facts]
        return Order(id=f"{self.label}:{step}", by=by, items=items)

    def proposal(self, fact: Fact, *, late: str | None = None, source: Source = SOURCE) -> Proposal:
        """One fact as this sample proposes it."""
        return Proposal(fact=fact, source=source, reason=late or self._usual)

    def attempt(self, step: str, by: Actor, attempts: Sequence[Fact | Attempt]) -> None:
        """Ask for what the rules refuse."""
        items = [one if isinstance(one, Attempt) else Proposal(fact=one, source=SOURCE) for one in attempts]
        answer = self.submit(f"{self.label}:{step}", by, items)
        assert answer.count("refused") == len(items), f"the rules allow what the sample thinks refused in {step}"

    def submit(self, id: str, by: Actor, items: Sequence[Proposal | Attempt]) -> Answer:
        """Hand over one order as it is."""
        return self._counted(self.house.desk.submit(Order(id=id, by=by, items=items)))

    def _counted(self, answer: Answer) -> Answer:
        if not answer.repeated:
            self.recorded += answer.count("recorded")
            self.refused += answer.count("refused")
        return answer
