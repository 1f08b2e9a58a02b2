"""How a sample speaks to the desk: orders whose ids say which sample they belong to, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from taizhang.adapters.founding import Post
from taizhang.adapters.house import House
from taizhang.adapters.orders import Answer, Attempt, Order
from taizhang.adapters.sample_officers import maker
from taizhang.domain.core import Actor, Fact
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source
from taizhang.domain.officers import OfficerAppointed, RoleGranted

APPOINTED = date(2015, 1, 1)
SOURCE = Source(way="sample")
ENTERED_LATE = "示例数据:按纸质档案补录"


class SampleDesk:
    """Hands a sample's orders to the desk and counts what becomes of them."""

    def __init__(self, house: House, label: str) -> None:
        self.house, self.label = house, label
        self.recorded = self.refused = 0

    def appoint(self, step: str, posts: Iterable[Post]) -> None:
        """Make officers, as the house's sample maker."""
        facts: list[Fact] = []
        for post in posts:
            office, who = post.organisation, post.officer
            facts.append(OfficerAppointed(officer=who, organisation=office, occurred_on=APPOINTED))
            facts.append(
                RoleGranted(officer=who, organisation=office, role=post.role, region=post.region, occurred_on=APPOINTED)
            )
        self.say(f"officers:{step}", maker(), facts, shared=True)

    def knows(self, step: str) -> bool:
        """Whether this step was recorded before."""
        id = f"{self.label}:{step}"
        return id in self.house.log.read([], commands=[id]).commands

    def say(
        self, step: str, by: Actor, facts: Iterable[Fact], *, reason: str = ENTERED_LATE, shared: bool = False
    ) -> Answer:
        """Record facts of which none may be refused; `shared`: other samples say the same."""
        items = [Proposal(fact=fact, source=SOURCE, reason=reason) for fact in facts]
        answer = self.submit(f"sample:{step}" if shared else f"{self.label}:{step}", by, items)
        bad = next((verdict for verdict in answer.verdicts if verdict.outcome == "refused"), None)
        assert bad is None, f"a rule refuses what the sample says in {step}: {bad and bad.en}"
        return answer

    def attempt(self, step: str, by: Actor, attempts: Sequence[Fact | Attempt]) -> None:
        """Ask for what the rules refuse."""
        items = [one if isinstance(one, Attempt) else Proposal(fact=one, source=SOURCE) for one in attempts]
        answer = self.submit(f"{self.label}:{step}", by, items)
        assert answer.count("refused") == len(items), f"the rules allow what the sample thinks refused in {step}"

    def submit(self, id: str, by: Actor, items: Sequence[Proposal | Attempt]) -> Answer:
        if not items:
            return Answer(position=0, recorded_at=0, verdicts=[], repeated=True)
        answer = self.house.desk.submit(Order(id=id, by=by, items=items))
        if not answer.repeated:
            self.recorded += answer.count("recorded")
            self.refused += answer.count("refused")
        return answer
