"""What the county has that somebody without business there may ask for by its id: each kind of thing really stands there.

Its free texts bear `SECRET`, so that no answer elsewhere may show any of them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import inspection_samples as i
import lead_samples as s
import msgspec
from money_web import LINE, funded, paid, staffed
from sqlalchemy import select
from web_world import CLASS, COUNTY, DAYS, PASSWORD, VILLAGE, World

from taizhang.adapters.attaching import attach, keep
from taizhang.adapters.orders import Order
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.publishing import publish
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.sampling import fixed_population, population, redrawn, to_draw
from taizhang.adapters.signin import SignIn
from taizhang.domain.core import OfficerId
from taizhang.domain.decisions import Proposal
from taizhang.domain.inspections.drawing import Method
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.domain.postings.officials import OfficialPosted, OfficialSelected
from taizhang.domain.statements import ClaimedFigure, StatementFiled
from taizhang.projections.rules.tables import lead_tables

SECRET = "不得外传"
OFFICIAL, POSTING, STATEMENT, CIRCULAR = "p-posted", f"post-{COUNTY}-1", f"stat-{COUNTY}-1", f"circular-{COUNTY}"
ORGANISER = i.officer("organiser-620121", "hr-620121", "organisation", COUNTY)
CHIEF = i.officer("chief-620121", "hr-620121", "organisation", COUNTY)
ON = date(2016, 1, 4)


class Things(msgspec.Struct, frozen=True):
    """The ids of what cannot be named beforehand."""

    lead: str
    evidence: str
    tile: str  # of the log, as far as it is signed


def recorded_things(world: World, folder: Path) -> Things:
    """Money, a posting, an inspection with its sample and finding, a circular, a statement, a lead and its case."""
    _officers(world)
    staffed(world)
    funded(world)
    paid(world)
    _posting(world)
    evidence = _inspection(world)
    attach(world.house, world.actor("zhao"), b"%PDF-1.4: generated", f"{SECRET}.pdf", CLASS, "other", DAYS[0], "page")
    stated = StatementFiled(
        occurred_on=date(2016, 12, 1), filed_statement=STATEMENT, region=COUNTY, document="样例报表",
        claimed_figures=(ClaimedFigure("person_times", 9),), period="2016",
    )  # fmt: skip
    world.record("zhao", stated)
    world.house.views.catch_up()
    lead = _case(world)
    return Things(lead, evidence, _signed(world, folder))


def _officers(world: World) -> None:
    for one in (ORGANISER, CHIEF, i.HE, i.LIU, s.TANG, s.SONG, s.YUAN):
        world.record("security", OfficerAppointed(occurred_on=ON, officer=one.officer, organisation=one.organisation))
        role: Any = one.role
        granted = {"officer": one.officer, "role": role, "organisation": one.organisation, "region": one.region}
        world.record("security", RoleGranted(occurred_on=ON, **granted))
        world.house.signin.enrol(one.officer, one.officer, SignIn.new_key(), PASSWORD, must_change=False)
    for home, region in ((i.TEAM_HOME, "620000"), (i.BUREAU, COUNTY), (s.OFFICE, COUNTY)):
        world.record("province", i.organisation(home, region))


def _posting(world: World) -> None:
    said: dict[str, Any] = {"occurred_on": ON, "official": OFFICIAL, "kind": "team-member", "document": SECRET}
    selected = OfficialSelected(**said, person_type="civil-servant", home_unit=i.BUREAU, region=COUNTY)
    posted = OfficialPosted(**said, posting=POSTING, region=VILLAGE, until=date(2099, 1, 31), approver=CHIEF.officer)
    world.record(ORGANISER, selected, posted)


def _inspection(world: World) -> str:
    """From its opening to the evidence of a rectification, whose digest comes back."""
    log, of = world.house.log, f"class:{CLASS}"
    world.record(i.HE, i.opened(of, document=SECRET), i.committed())
    units = population(log, f"payments:{LINE}", None, COUNTY)
    fixed = i.fixed(units.position, Method("random", 1), units=1, digest=units.digest, query=units.query)
    world.record(i.HE, fixed)
    note = i.note(log.head().position)
    world.record(i.SIGNER, i.taken(log.head().position))
    data = fixed_population(log, fixed).data
    drawn = to_draw(fixed, redrawn(data, note, i.NONCE, Method("random", 1)), note, i.NONCE, i.VISITED)
    item = Proposal(fact=drawn, enclosed=data, reason="generated sample")
    [verdict] = world.house.desk.submit(Order(id="walked-draw", by=i.HE, items=[item])).verdicts
    assert verdict.position is not None, verdict.en
    visit = i.visited(object=of, training_class=CLASS, what=SECRET)
    world.record(i.HE, visit, i.found(object=of, words=SECRET, rule=SECRET, rests_on=(log.head().position,)))
    world.record(i.HE, i.ordered(person_in_charge=OfficerId("wang"), document=SECRET))
    evidence = keep(world.house, b"a photograph")
    world.record("zhao", i.reported(evidence=(evidence,), words=SECRET, reported_by=OfficerId("zhao")))
    about = {"title": SECRET, "words": SECRET, "document": SECRET, "approver": i.LIU.officer}
    world.record(i.HE, i.circular(circular=CIRCULAR, region=COUNTY, **about))
    return evidence


def _signed(world: World, folder: Path) -> str:
    """Sign the log as it stands, with a key in this folder; the part of its first tile."""
    signer = Signer.create(folder, world.house.log.head().origin)
    world.house.settings = msgspec.structs.replace(world.house.settings, signer=str(folder))
    return f"000.p/{publish(world.house.log, signer, Policy()).checkpoint.size}"


def _case(world: World) -> str:
    """The first lead of the county, looked into and taken up; its id."""
    t = lead_tables().leads.c
    with world.house.log.database.read() as connection:
        found = connection.execute(select(t.lead, t.rule, t.version, t.subjects).where(t.region == COUNTY)).first()
    assert found is not None, "some rule finds something in this county"
    about: dict[str, Any] = {"lead": found.lead}
    assigned = s.assigned(s.TANG, found.rule, tuple(found.subjects.split(",")), version=found.version, lead=found.lead)
    world.record(s.SONG, assigned)
    world.record(s.TANG, s.checked(**about, words=SECRET))
    world.record(s.SONG, s.confirmed(**about, words=SECRET))
    world.record(s.TANG, s.case(leads=(found.lead,), title=SECRET), s.invited(words=SECRET))
    return str(found.lead)
