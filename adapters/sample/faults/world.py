"""Where faults are planted: who lives there, which officers record, and what time it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, Protocol

import msgspec

from taizhang.adapters.attaching import attach
from taizhang.adapters.contacts import match_contacts
from taizhang.adapters.log.log import Criterion
from taizhang.adapters.notice_making import kept, made_notice
from taizhang.adapters.sample.claims import POSTED_FOR
from taizhang.adapters.sample.desk import ENTERED_LATE, SOURCE, SampleDesk
from taizhang.adapters.sample.officers import actor
from taizhang.adapters.sample.people import Made, enter
from taizhang.adapters.sample.plan import County
from taizhang.adapters.vault.vault import Statement
from taizhang.domain.classes import ClassId, InstitutionId
from taizhang.domain.contacts import ContactId
from taizhang.domain.core import Commitments, Fact, OrganisationId, PersonId, Position
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.envelope import opened
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, NoticeEnded, NoticePosted
from taizhang.domain.funds.lines import BudgetApproved, LineOpened
from taizhang.domain.identity import generate_identity
from taizhang.domain.leads.ids import lead_id
from taizhang.domain.people import PersonRegistered

FAULT_SEQUENCES: Final = 900  # identity numbers of people of faults: no other person of a sample has these
FAULT_NUMBERS: Final = 5_000_000
BORN_FROM: Final = date(1970, 1, 1)
BORN_DAYS: Final = 7_000
SHARED_PHONE: Final = "示例:同一电话"
LINE_FEN: Final = 20_000_000  # two hundred thousand yuan: more than a class of a fault can claim
_STEP: Final = "step:{:05d}"
FIRST_STEP: Final = _STEP.format(1)


class Truth(NamedTuple):
    """A fault that was planted, and the lead that should be found."""

    fault: str
    pattern: str
    rule: str
    subjects: tuple[str, ...]

    @property
    def lead(self) -> str:
        return lead_id(self.rule, self.subjects)

    def as_dict(self) -> dict[str, Any]:
        """For the truth file."""
        return {**self._asdict(), "subjects": list(self.subjects), "lead": self.lead}


class World(Protocol):
    """What faults need of the place they are planted in."""

    counties: Sequence[County]
    seed: int

    def today(self) -> date:
        """The day on which what is said now is recorded."""

    def people(self, county: County, count: int) -> list[PersonId]:
        """So many more people, registered."""

    def say(self, work: str, region: str, facts: Iterable[Fact]) -> list[int]:
        """An officer records facts in one go; their positions."""

    def amend(self, work: str, region: str, pairs: Sequence[tuple[int, Fact, Fact | None]], approver: str) -> None:
        """An officer corrects facts: position, what stood, what is said now (None: void)."""

    def attach(self, county: County, training_class: ClassId, content: bytes, on: date) -> None:
        """A school hands in a picture of one of its classes."""

    def device(self, described: str) -> str:
        """The id of a camera by make, model and serial number."""

    def share_phone(self, county: County, people: Sequence[PersonId], number: str) -> ContactId:
        """These people state one telephone number, and the numbers of the county are compared; the number's id."""

    def claim(self, region: str, fact: ClaimSubmitted) -> Mapping[PersonId, int]:
        """A clerk claims for the persons of these entitlements; where a desk computes them, it does. What each is given."""

    def line(self, county: County, name: str, on: date) -> str:
        """A fund line of which the county can pay."""

    def publish(self, region: str, claim: ClaimSubmitted, review: ClaimReviewed) -> None:
        """A reviewed claim hangs in the village for as long as it must."""

    def account(
        self, digits: str, person: PersonId | None = None, institution: str | None = None
    ) -> tuple[str, Commitments]:
        """The id of a payee's bank account, and the commitments to its number."""

    def officer(self, work: str, region: str) -> str:
        """Who does this work."""

    def wait(self, seconds: float) -> None:
        """Time passes, where it can."""

    def wait_until(self, second_of_day: int) -> None:
        """Time passes until this second of a Beijing day, where it can."""


class DeskWorld:
    """A real house: facts go through the desk, people into the vault, and time is what the clock says."""

    def __init__(self, desk: SampleDesk, counties: Sequence[County], seed: int, *, silent: bool = False) -> None:
        self.counties, self.seed = counties, seed
        self._silent = silent  # everything was said before: only who and what is told again
        self._desk, self._steps, self._made = desk, 0, 0

    def today(self) -> date:
        return self._desk.house.desk.today()

    def people(self, county: County, count: int) -> list[PersonId]:
        made = [self._person(county) for _ in range(count)]
        known = enter(self._desk.house, county, self.seed, made)
        facts = [
            PersonRegistered(
                person=one.person,
                statement=one.statement,
                county=county.code,
                commitments=one.commitments,
                occurred_on=date(2014, 12, 31),
            )
            for one in known
        ]
        self.say("clerk", county.code, facts)
        return [one.person for one in known]

    def say(self, work: str, region: str, facts: Iterable[Fact]) -> list[int]:
        if self._silent:
            return [0] * len(list(facts))
        answer = self._desk.say(self._step(), actor(work, region), facts, late=ENTERED_LATE)
        return [verdict.position or 0 for verdict in answer.verdicts]

    def amend(self, work: str, region: str, pairs: Sequence[tuple[int, Fact, Fact | None]], approver: str) -> None:
        if self._silent:
            return
        order = self._desk.order(self._step(), actor(work, region), [])
        items = [
            Proposal(
                fact=was if now is None else now,
                source=SOURCE,
                amend=Amend(
                    corrects=Position(position),
                    was=was,
                    reason="示例更正",
                    approver=actor(approver, region).officer,
                    **({"void": True} if now is None else {}),
                ),
            )
            for position, was, now in pairs
        ]
        self._desk.say_all([msgspec.structs.replace(order, items=items)])

    def attach(self, county: County, training_class: ClassId, content: bytes, on: date) -> None:
        if not self._silent:
            by = actor("clerk", county.code)
            _, verdict = attach(self._desk.house, by, content, "示例照片.jpg", training_class, "photo", on, "sample")
            assert verdict.outcome == "recorded", verdict.en

    def device(self, described: str) -> str:
        return self._desk.house.shared_things.device(described)

    def share_phone(self, county: County, people: Sequence[PersonId], number: str) -> ContactId:
        house = self._desk.house
        if not self._silent:
            house.vault.state([Statement(one, {"phone": number}, SHARED_PHONE) for one in people], house.clock())
            match_contacts(house, actor("clerk", county.code))
        found = (one for one in house.shared_things.shared(len(people)) if set(people) <= set(one.persons))
        return next(one.contact for one in found if one.kind == "phone")

    def claim(self, region: str, fact: ClaimSubmitted) -> Mapping[PersonId, int]:
        asked = ClaimSubmitted(
            claim=fact.claim,
            training_class=fact.training_class,
            purpose=fact.purpose,
            payee=fact.payee,
            document=fact.document,
            persons=tuple(one.person for one in fact.entitlements),
            occurred_on=fact.occurred_on,
        )
        self.say("clerk", region, [asked])
        return {one.person: one.amount_fen for one in self._submitted(fact).entitlements}

    def line(self, county: County, name: str, on: date) -> str:
        line: Any = f"ER-fault-{county.code}-{name}"
        about: dict[str, Any] = {"line": line, "region": county.code, "amount_fen": LINE_FEN}
        told = LineOpened(
            name="示例疑点培训资金",
            source="employment",
            document=f"示例县财〔{on.year}〕{name}",
            issued_by=(OrganisationId(f"finance-{county.code}"),),
            year=on.year,
            purposes=("training", "living"),
            scope="contiguous-and-scattered",
            occurred_on=on,
            **about,
        )
        budget = BudgetApproved(
            document=f"示例预算批复-{name}",
            goal="示例绩效目标",
            approver=actor("treasurer", county.code).officer,
            occurred_on=on + timedelta(days=1),
            **about,
        )
        self.say("finance", county.code, [told, budget])
        return str(line)

    def publish(self, region: str, claim: ClaimSubmitted, review: ClaimReviewed) -> None:
        if self._silent:
            return
        house, on = self._desk.house, review.occurred_on
        house.views.catch_up(on_the_way=True)  # the list names villages and classes as the views have them
        about: dict[str, Any] = {"claim": claim.claim, "training_class": claim.training_class}
        digest = kept(house, made_notice(house, region, self._submitted(claim), review))
        until = on + timedelta(days=POSTED_FOR)
        posted = NoticePosted(place="示例村公示栏", list_digest=digest, until=until, occurred_on=on, **about)
        self.say("clerk", region, [posted, NoticeEnded(outcome="无异议(示例)", occurred_on=until, **about)])

    def _submitted(self, claim: ClaimSubmitted) -> ClaimSubmitted:
        """The claim as the desk computed it."""
        [stored] = self._desk.house.log.read([Criterion((ClaimSubmitted.TOPIC,), (f"claim:{claim.claim}",))]).facts
        fact = opened(stored.position, stored.leaf).fact
        assert isinstance(fact, ClaimSubmitted)
        return fact

    def account(
        self, digits: str, person: PersonId | None = None, institution: str | None = None
    ) -> tuple[str, Commitments]:
        owner = InstitutionId(institution) if institution is not None else None
        return self._desk.house.bank_accounts.keep(person, owner, digits, "示例")

    def officer(self, work: str, region: str) -> str:
        return actor(work, region).officer

    def wait(self, seconds: float) -> None:
        """The machine's time passes by itself."""

    def wait_until(self, second_of_day: int) -> None:
        """The machine's clock is nobody's to set."""

    def _step(self) -> str:
        self._steps += 1
        return _STEP.format(self._steps)

    def _person(self, county: County) -> Made:
        number = self._made
        self._made += 1
        turn, day = divmod(number, BORN_DAYS)
        born, sequence = BORN_FROM + timedelta(days=day), FAULT_SEQUENCES + turn
        identity = generate_identity(county.code, born, sequence)
        fields = {"name": f"示例疑{number:05d}", "id_number": identity, "phone": f"1009{number:07d}"}
        return Made(FAULT_NUMBERS + number, identity, fields, born, "head", True)
