"""The sample that the third party draws from a line's payments: nonce, population, checkpoint, draw; and one never opened.

The checkpoint bears the keys of a signer and of a witness that are made from the sample's own seed, and named after it.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final, NamedTuple

import msgspec

from taizhang.adapters.house import House
from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.proof.checkpoints import Checkpoint
from taizhang.adapters.proof.first_checkpoints import log_signer
from taizhang.adapters.proof.notes import COSIGNATURE, ED25519, NoteSigner, parse_note, signed_note
from taizhang.adapters.sample.desk import ENTERED_LATE, SOURCE, SampleDesk
from taizhang.adapters.sample.inspecting import AUDITORS, plan_of
from taizhang.adapters.sample.officers import actor, officer_of
from taizhang.adapters.sampling import population, redrawn, steps_of
from taizhang.domain.decisions import Proposal
from taizhang.domain.inspections.drawing import Method, nonce_digest
from taizhang.domain.inspections.opening import InspectionId, InspectionOpened, SampleId, VisitHeld, VisitId
from taizhang.domain.inspections.samples import CheckpointTaken, NonceCommitted, PopulationFixed, SampleDrawn

DRAWN: Final = Method("random", 5)
VISITED: Final = 2  # of the payments drawn, so many are looked at on paper
NINE: Final = 9 * 60
WITNESSED: Final = 1_448_900_000  # seconds: 2015-11-30, by the sample witness's clock


class SampleKeys(NamedTuple):
    """The keys under which a sample's checkpoint was signed and cosigned: private, and no secret."""

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


def draw(desk: SampleDesk, year: int, seed: int) -> None:
    """Every step of the sample, each once; a second draw is refused, and a second nonce is never opened."""
    house, auditor, id = desk.house, actor("auditor", PROVINCE), f"draw:{year}"
    inspection, sample = inspection_of(year), SampleId(f"sample-{year}-payments")
    nonce = _secret(seed, f"nonce:{year}").hex()
    never = _secret(seed, f"never:{year}").hex()
    committed = [
        NonceCommitted(
            inspection=inspection, sample=one, nonce_digest=nonce_digest(secret), occurred_on=date(year, 12, 2)
        )
        for one, secret in ((sample, nonce), (SampleId(f"sample-{year}-unopened"), never))
    ]
    if not desk.knows(f"{id}:fixed"):
        desk.say(f"{id}:opened", auditor, [opened(year), *committed])
        found = population(house.log, f"payments:ER-{year}")
        if not found.units:
            return  # so small a sample that nobody was paid
        fixed = PopulationFixed(
            inspection=inspection,
            sample=sample,
            query=found.query,
            position=found.position,  # type: ignore[arg-type]
            units=len(found.units),
            digest=found.digest,
            method="random",
            size=DRAWN.size,
            amount_fen=found.amount_fen,
            occurred_on=date(year, 12, 3),
        )
        desk.say(f"{id}:fixed", auditor, [fixed])
    if not desk.knows(f"{id}:taken"):
        note = _checkpoint(house, sample_keys(house, seed))
        taken = CheckpointTaken(inspection=inspection, sample=sample, checkpoint=note, occurred_on=date(year, 12, 3))
        desk.say(f"{id}:taken", log_signer(), [taken])
    if not desk.knows(f"{id}:visits"):
        _draw(desk, id, year, nonce)


def _draw(desk: SampleDesk, id: str, year: int, nonce: str) -> None:
    """Draw from the population as it was fixed, see that it is drawn once, and look at the first of what was drawn."""
    house, auditor = desk.house, actor("auditor", PROVINCE)
    _, fixed, taken, _ = steps_of(house.log, f"sample-{year}-payments")
    assert fixed is not None
    assert taken is not None
    data = population(house.log, fixed.query, fixed.position).data
    again = redrawn(data, taken.checkpoint, nonce, DRAWN)
    fact = SampleDrawn(
        inspection=fixed.inspection,
        sample=fixed.sample,
        method="random",
        nonce=nonce,
        checkpoint=taken.checkpoint,
        seed=again.seed,
        drawn=again.drawn,
        occurred_on=date(year, 12, 4),
    )
    drawn = Proposal(fact=fact, source=SOURCE, reason=ENTERED_LATE, enclosed=data)
    assert desk.submit(f"{desk.label}:{id}:drawn", auditor, [drawn]).count("refused") == 0
    desk.attempt(f"{id}:again", auditor, [msgspec.structs.replace(fact, occurred_on=date(year, 12, 8))])
    visits = [
        VisitHeld(
            inspection=fixed.inspection,
            visit=VisitId(f"visit-{PROVINCE}-sample-{year}-{number}"),
            object=f"payment:{payment}",
            method="statistics",
            at=NINE,
            what="示例:核对凭证、名单与到账",
            sample=fixed.sample,
            occurred_on=date(year, 12, 7),
        )
        for number, payment in enumerate(again.drawn[:VISITED], 1)
    ]
    desk.say(f"{id}:visits", auditor, visits)


def _checkpoint(house: House, keys: SampleKeys) -> str:
    """The log as it stands, signed and cosigned with the sample's own keys."""
    head = house.log.head()
    text = Checkpoint(head.origin, head.position, head.edge.root()).text()
    note = parse_note(signed_note(text, keys.log))
    cosigned = keys.witness.sign(text, WITNESSED)
    return note._replace(signatures=(*note.signatures, cosigned)).encoded()


def _secret(seed: int, what: str) -> bytes:
    """32 bytes that anybody can make again: a sample has no secrets."""
    return hashlib.sha256(f"sample:{seed}:{what}".encode()).digest()
