"""The samples that the third party draws, one by each method: nonce, population, checkpoint, draw; and one never opened.

Each checkpoint bears the keys of a signer and of a witness that are made from the sample's own seed, and named after it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

import msgspec

from taizhang.adapters.house import House
from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.proof.checkpoints import Checkpoint
from taizhang.adapters.proof.first_checkpoints import log_signer
from taizhang.adapters.proof.notes import COSIGNATURE, ED25519, NoteSigner, parse_note, signed_note
from taizhang.adapters.sample.desk import SampleDesk
from taizhang.adapters.sample.inspecting import AUDITORS, plan_of
from taizhang.adapters.sample.officers import actor, officer_of
from taizhang.adapters.sample.timetable import Work, after, due, microseconds_of, told
from taizhang.adapters.sampling import fixed_population, population, redrawn, steps_of, to_draw
from taizhang.domain.core import PersonId
from taizhang.domain.inspections.drawing import Method, nonce_digest
from taizhang.domain.inspections.opening import InspectionId, InspectionOpened, SampleId, VisitHeld, VisitId
from taizhang.domain.inspections.samples import (
    CheckpointTaken,
    NonceCommitted,
    PopulationFixed,
    SampleDrawn,
    SampleMethod,
)

VISITED: Final = 2  # of what is drawn, so much is looked at
NINE: Final = 9 * 60
WITNESSED: Final = 11 * 3600  # seconds of the day, by the sample witness's clock


class Drawing(NamedTuple):
    """A sample to be drawn: of what, how, and how many; of a monetary-unit sample about so many."""

    sample: SampleId
    query: str
    method: SampleMethod
    size: int


def drawings(year: int) -> tuple[Drawing, ...]:
    """One by each of the three ways of drawing."""
    return (
        Drawing(SampleId(f"sample-{year}-payments"), f"payments:ER-{year}", "random", 5),
        Drawing(SampleId(f"sample-{year}-trainees"), f"trainees:{PROVINCE}:{year}", "stratified", 12),
        Drawing(SampleId(f"sample-{year}-money"), f"payments:ER-{year}", "monetary-unit", 6),
    )


class SampleKeys(NamedTuple):
    """The keys under which a sample's checkpoints are signed and cosigned: private, and no secret."""

    log: NoteSigner
    witness: NoteSigner

    def public(self) -> list[str]:
        """What `sample-draw --log-key … --witness …` asks for."""
        return [str(self.log.verifier()), str(self.witness.verifier())]


def sample_keys(house: House, seed: int) -> SampleKeys:
    """The same for the same house and seed."""
    origin = house.log.head().origin
    return SampleKeys(
        NoteSigner(origin, ED25519, _secret(seed, "signer")),
        NoteSigner("sample-witness.example/taizhang", COSIGNATURE, _secret(seed, "witness")),
    )


def inspection_of(year: int) -> InspectionId:
    return InspectionId(f"insp-{PROVINCE}-sample-{year}-third-party")


def opened(year: int) -> InspectionOpened:
    """The third party looks at the year's employment subsidies."""
    return InspectionOpened(
        inspection=inspection_of(year),
        region=PROVINCE,
        kind="third-party",
        organisation=AUDITORS,
        team=(officer_of("auditor", PROVINCE),),
        objects=(f"fund:ER-{year}",),
        contents=("funds",),
        methods=("statistics", "interview"),
        announced=False,
        document=f"示例委托书〔{year}〕3号",
        plan=plan_of(year),
        acceptance="batch",
        occurred_on=date(year, 12, 1),
    )


def draws(desk: SampleDesk, year: int, seed: int) -> Work:
    """Every step of the samples, each once; a second draw is refused, and a second nonce is never opened."""
    auditor, inspection = actor("auditor", PROVINCE), inspection_of(year)
    committed = [
        NonceCommitted(
            inspection=inspection,
            sample=one,
            nonce_digest=nonce_digest(_nonce(seed, one)),
            occurred_on=date(year, 12, 2),
        )
        for one in (*(drawing.sample for drawing in drawings(year)), SampleId(f"sample-{year}-unopened"))
    ]
    yield from told(desk, f"draw:{year}:opened", auditor, [opened(year), *committed], after(0))
    yield due(date(year, 12, 3))
    for drawing in drawings(year):
        _fix(desk, drawing, inspection, date(year, 12, 3))
    yield due(date(year, 12, 3))
    for drawing in drawings(year):
        _take(desk, drawing, inspection, date(year, 12, 3), seed)
    yield due(date(year, 12, 4))
    facts = {one.sample: fact for one in drawings(year) if (fact := _draw(desk, one, date(year, 12, 4), seed))}
    yield due(date(year, 12, 8))
    for fact in list(facts.values())[:1]:
        again = msgspec.structs.replace(fact, occurred_on=date(year, 12, 8))
        desk.attempt(f"{fact.sample}:again", auditor, [again])
    visits = [visit for fact in facts.values() for visit in _visits(fact, date(year, 12, 7))]
    yield due(date(year, 12, 8), desk.order(f"draw:{year}:visits", auditor, visits))


def _fix(desk: SampleDesk, drawing: Drawing, inspection: InspectionId, day: date) -> None:
    """Fix what may be drawn, as the log stands; nothing, where so small a sample has nobody to draw from."""
    step = f"{drawing.sample}:fixed"
    if desk.knows(step):
        return
    found = population(desk.house.log, drawing.query)
    if not found.units:
        return
    by_money = drawing.method == "monetary-unit"
    fixed = PopulationFixed(
        inspection=inspection,
        sample=drawing.sample,
        query=found.query,
        position=found.position,  # type: ignore[arg-type]
        units=len(found.units),
        digest=found.digest,
        method=drawing.method,
        size=None if by_money else drawing.size,
        interval_fen=max(1, found.amount_fen // drawing.size) if by_money else None,
        amount_fen=found.amount_fen,
        occurred_on=day,
    )
    desk.say(step, actor("auditor", PROVINCE), [fixed])


def _take(desk: SampleDesk, drawing: Drawing, inspection: InspectionId, day: date, seed: int) -> None:
    step = f"{drawing.sample}:taken"
    if desk.knows(step) or steps_of(desk.house.log, drawing.sample).fixed is None:
        return
    note = _checkpoint(desk.house, sample_keys(desk.house, seed), day)
    taken = CheckpointTaken(inspection=inspection, sample=drawing.sample, checkpoint=note, occurred_on=day)
    desk.say(step, log_signer(), [taken])


def _draw(desk: SampleDesk, drawing: Drawing, day: date, seed: int) -> SampleDrawn | None:
    """Draw from the population as it was fixed."""
    house, step = desk.house, f"{drawing.sample}:drawn"
    _, fixed, taken, known = steps_of(house.log, drawing.sample)
    if known is not None or fixed is None or taken is None:
        return known
    data, nonce = fixed_population(house.log, fixed).data, _nonce(seed, drawing.sample)
    found = redrawn(data, taken.checkpoint, nonce, Method(fixed.method, fixed.size, fixed.interval_fen))
    fact = to_draw(fixed, found, taken.checkpoint, nonce, day)
    proposal = msgspec.structs.replace(desk.proposal(fact), enclosed=data)
    assert desk.submit(f"{desk.label}:{step}", actor("auditor", PROVINCE), [proposal]).count("refused") == 0
    return fact


def _visits(fact: SampleDrawn, day: date) -> Iterator[VisitHeld]:
    """The first of what was drawn is looked at: payments on paper, trainees by asking them."""
    for number, unit in enumerate(fact.drawn[:VISITED], 1):
        training_class, _, person = unit.partition("/")
        yield VisitHeld(
            inspection=fact.inspection,
            visit=VisitId(f"visit-{PROVINCE}-{fact.sample}-{number}"),
            object=f"class:{training_class}" if person else f"payment:{unit}",
            method="interview" if person else "statistics",
            at=NINE,
            what="示例:电话核实学员" if person else "示例:核对凭证、名单与到账",
            interviewed=(PersonId(person),) if person else (),
            sample=fact.sample,
            occurred_on=day,
        )


def _checkpoint(house: House, keys: SampleKeys, day: date) -> str:
    """The log as it stands, signed and cosigned with the sample's own keys."""
    head = house.log.head()
    text = Checkpoint(head.origin, head.position, head.edge.root()).text()
    note = parse_note(signed_note(text, keys.log))
    cosigned = keys.witness.sign(text, microseconds_of(day) // 1_000_000 + WITNESSED)
    return note._replace(signatures=(*note.signatures, cosigned)).encoded()


def _nonce(seed: int, sample: SampleId) -> str:
    return _secret(seed, f"nonce:{sample}").hex()


def _secret(seed: int, what: str) -> bytes:
    """32 bytes that anybody can make again: a sample has no secrets."""
    return hashlib.sha256(f"sample:{seed}:{what}".encode()).digest()
