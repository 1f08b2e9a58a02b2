"""The notice of a claim as it would be posted now, made from the facts and the masked names: one way for pages and commands."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from taizhang.adapters.house import House
from taizhang.adapters.log.log import Criterion
from taizhang.adapters.masking import masked
from taizhang.adapters.notices import Notice, fits, notice_digest, notice_lines, notice_text
from taizhang.adapters.requests import in_force
from taizhang.domain.classes import ClassFiled, ClassFiledCorrected
from taizhang.domain.core import Correction, Position
from taizhang.domain.envelope import opened
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, NoticePosted, county_of_claim
from taizhang.domain.labels import labels
from taizhang.projections.region_names import region_names
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.tables_ledger import ledger_tables
from taizhang.projections.tables_registry import plan_tables


class ClaimPapers(NamedTuple):
    """What a notice rests on, in force: the claim, its review, and what was posted if anything was; its county."""

    county: str
    institution: str
    submitted: ClaimSubmitted
    review: ClaimReviewed | None
    posted: NoticePosted | None


def papers_of(house: House, claim: str) -> ClaimPapers | None:
    """The papers of a claim; None when there is no such claim."""
    bodies: dict[type, object] = {}
    for stored in house.log.read([Criterion((), (f"claim:{claim}",))]).facts:
        if not isinstance(opened(stored.position, stored.leaf).fact, Correction):
            body = in_force(house.log, Position(stored.position))
            bodies[type(body)] = body
    submitted, review, posted = (bodies.get(kind) for kind in (ClaimSubmitted, ClaimReviewed, NoticePosted))
    if not isinstance(submitted, ClaimSubmitted):
        return None
    return ClaimPapers(county_of_claim(submitted.claim), submitted.institution, submitted, review, posted)  # type: ignore[arg-type]


def kept(house: House, made: Notice) -> str:
    """Keep a list that was made; its digest, under which it is found again."""
    digest = house.files.put(notice_text(made).encode())
    assert digest == notice_digest(notice_text(made))
    return digest


def is_generated(house: House, posted: NoticePosted) -> bool:
    """Whether what is posted is a list that was made and kept here for that claim, with the amounts that are approved.

    Names and villages may be those of the day on which the list was made.
    """
    try:
        text = house.files.get(posted.list_digest).decode()
    except (FileNotFoundError, UnicodeDecodeError):
        return False
    found = papers_of(house, posted.claim)
    if found is None or found.review is None or not found.review.approved:
        return False
    return fits(text, found.submitted, found.review)


def made_notice(house: House, county: str, claim: ClaimSubmitted, review: ClaimReviewed, cuts: Cuts = NOW) -> Notice:
    """The masked list of everybody whom the review left in; regions by their names at the cuts."""
    names = {person: one.name for person, one in masked(house.vault, [e.person for e in claim.entitlements]).items()}
    filed = _filing(house, claim.training_class)
    with house.log.database.read() as connection:
        villages = _villages(connection, claim.training_class, cuts)
        called = region_names(connection, cuts, [county])
        programme = _programme(connection, filed.programme) if filed is not None else ""
    return Notice(
        claim=claim.claim,
        training_class=claim.training_class,
        class_name=filed.name if filed is not None else "",
        county=called.get(county, county),
        programme=programme,
        purpose=labels()["fund-purpose"][claim.purpose].zh,
        lines=notice_lines(claim, review, names, villages),
    )


def _villages(connection: Connection, training_class: str, cuts: Cuts) -> dict[str, str]:
    """Where the trainees of a class live, by their enrolment there: name of the village by person."""
    e = ledger_tables().enrolments.c
    found = connection.execute(select(e.person, e.village).where(e.training_class == training_class)).all()
    names = region_names(connection, cuts, {village for _, village in found if village})
    return {person: names.get(village, village) for person, village in found if village}


def _programme(connection: Connection, programme: str) -> str:
    """What a programme is called; its id when nobody opened it."""
    t = plan_tables().programmes.c
    return connection.execute(select(t.zh).where(t.programme == programme)).scalar() or programme


def _filing(house: House, training_class: str) -> ClassFiled | None:
    found: ClassFiled | None = None
    kinds = (ClassFiled.TOPIC, ClassFiledCorrected.TOPIC)
    for row in house.log.read([Criterion(kinds, (f"class:{training_class}",))]).facts:
        fact = opened(row.position, row.leaf).fact
        body = fact.now if isinstance(fact, Correction) else fact
        if isinstance(body, ClassFiled):
            found = body
    return found
