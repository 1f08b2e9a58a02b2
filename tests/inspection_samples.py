"""Made-up inspections of the made-up class, payments and counties of the other samples: nothing here is real."""

from __future__ import annotations

import base64
from datetime import date
from hashlib import sha256
from typing import Any

import claim_samples as c
import money_samples as m
import training_samples as t

from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, Position, RegionCode
from taizhang.domain.inspections.consequences import AccountabilityImposed, CircularIssued, CommendationGiven
from taizhang.domain.inspections.drawing import (
    Mark,
    Method,
    Unit,
    drawn,
    nonce_digest,
    population_bytes,
    seed_of,
)
from taizhang.domain.inspections.findings import (
    FindingAnswered,
    FindingClosed,
    FindingId,
    FindingRecorded,
    FindingReopened,
    Loss,
    RectificationOrdered,
    RectificationReported,
    RectificationReviewed,
    ReminderAnswered,
    ReminderSent,
    RevisitHeld,
)
from taizhang.domain.inspections.opening import (
    InspectionId,
    InspectionOpened,
    InspectionPlanned,
    PlannedInspection,
    SampleId,
    VisitHeld,
    VisitId,
)
from taizhang.domain.inspections.samples import CheckpointTaken, NonceCommitted, PopulationFixed, SampleDrawn
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officers import LOG_SIGNER, SYSTEM, OfficerAppointed

INSPECTION, FINDING = InspectionId("insp-620121-1"), FindingId("find-620121-1")
OTHER_FINDING = FindingId("find-620121-2")
SAMPLE, VISIT = SampleId("sample-1"), VisitId("visit-1")
CLASS, SCHOOL = f"class:{t.WELDING}", f"institution:{t.SCHOOL}"
TEAM_HOME, BUREAU = OrganisationId("province-inspectors"), OrganisationId("hr-620121")
JULY = tuple(date(2016, 7, day) for day in range(1, 32))  # July 1 stands at 0
PLANNED, OPENED, VISITED, FOUND, ORDERED, REPORTED, REVIEWED, CLOSED, REOPENED = (
    JULY[one] for one in (0, 3, 6, 7, 8, 14, 16, 18, 20)
)
DEADLINE = date(2016, 8, 1)
NONCE, ROOT = "11" * 32, b"\x22" * 32
DIGEST = sha256(b"a photograph").hexdigest()


def officer(name: str, home: str = TEAM_HOME, role: str = "inspector", region: str = "620000") -> Actor:
    return Actor(
        officer=OfficerId(name),
        role=role,
        organisation=OrganisationId(home),
        region=RegionCode(region),
        authenticated="test",
    )


HE, LIU = officer("he"), officer("liu")  # the team
QIN = officer("qin", BUREAU, "clerk", "620121")  # the county's, in charge of putting right
SUN = officer("sun", BUREAU, "clerk", "620121")  # the county's, reports


def organisation(id: str, region: str, kind: Any = "department") -> OrganisationRegistered:
    stated = {"organisation": OrganisationId(id), "name": id, "kind": kind, "region": RegionCode(region)}
    return OrganisationRegistered(occurred_on=t.JANUARY, **stated)


def appointed(*actors: Actor) -> list[Fact]:
    return [OfficerAppointed(officer=a.officer, organisation=a.organisation, occurred_on=t.JANUARY) for a in actors]


WORLD: tuple[Fact, ...] = (
    organisation(TEAM_HOME, "620000"),
    organisation(BUREAU, "620121"),
    organisation(t.SCHOOL, "620121", "institution"),
    *appointed(HE, LIU, QIN, SUN),
)


def claimed_by(name: str) -> Fact:
    """A claim of the class that somebody prepared."""
    return c.claimed(by=name)


def planned(**fields: Any) -> InspectionPlanned:
    item = PlannedInspection(region=t.COUNTY, kind="superior", contents=("funds",), by=date(2016, 12, 1))
    stated: dict[str, Any] = {"plan": "plan-2016", "region": m.PROVINCE, "year": 2016, "items": (item,)}
    stated |= {"document": "No. 40", "approver": m.DIRECTOR, "occurred_on": PLANNED}
    return InspectionPlanned(**(stated | fields))


def opened(*objects: str, id: InspectionId = INSPECTION, **fields: Any) -> InspectionOpened:
    stated: dict[str, Any] = {"region": t.COUNTY, "kind": "superior", "organisation": TEAM_HOME}
    stated |= {"team": (HE.officer, LIU.officer), "objects": objects or (CLASS,), "contents": ("funds", "institutions")}
    stated |= {"methods": ("site-visit",), "announced": False, "document": "No. 41", "occurred_on": OPENED}
    return InspectionOpened(inspection=id, **(stated | fields))


def visited(**fields: Any) -> VisitHeld:
    stated: dict[str, Any] = {"inspection": INSPECTION, "visit": VISIT, "object": CLASS, "method": "site-visit"}
    stated |= {
        "at": 9 * 60,
        "what": "one of two there",
        "training_class": t.WELDING,
        "heads": 1,
        "occurred_on": VISITED,
    }
    return VisitHeld(**(stated | fields))


def found(id: FindingId = FINDING, on: date = FOUND, **fields: Any) -> FindingRecorded:
    """A finding as it is proposed."""
    stated: dict[str, Any] = {"inspection": INSPECTION, "content": "institutions", "object": CLASS, "rule": "hours"}
    stated |= {"words": "heads below attendance", "rests_on": (Position(1),), "occurred_on": on}
    return FindingRecorded(finding=id, **(stated | fields))


def stands(id: FindingId = FINDING, on: date = FOUND, **fields: Any) -> FindingRecorded:
    """A blocking finding on the school's class as it stands in the log."""
    return found(id, on, **({"blocking": True, "institution": t.SCHOOL} | fields))


def loss(amount_fen: int = 5_000) -> Loss:
    return Loss(t.LI, amount_fen, 120)


def answered(**fields: Any) -> FindingAnswered:
    stated: dict[str, Any] = {"finding": FINDING, "accepts": False, "words": "they were at lunch", "occurred_on": FOUND}
    return FindingAnswered(**(stated | fields))


def ordered(id: FindingId = FINDING, **fields: Any) -> RectificationOrdered:
    stated: dict[str, Any] = {"responsible": BUREAU, "person_in_charge": QIN.officer, "deadline": DEADLINE}
    stated |= {"document": "No. 42", "occurred_on": ORDERED}
    return RectificationOrdered(finding=id, **(stated | fields))


def reported(id: FindingId = FINDING, **fields: Any) -> RectificationReported:
    stated: dict[str, Any] = {"words": "done", "evidence": (DIGEST,), "evidence_on": REPORTED}
    stated |= {"reported_by": SUN.officer, "occurred_on": REPORTED}
    return RectificationReported(finding=id, **(stated | fields))


def reviewed(id: FindingId = FINDING, **fields: Any) -> RectificationReviewed:
    stated: dict[str, Any] = {"accepted": True, "words": "seen", "reviewed_by": LIU.officer, "occurred_on": REVIEWED}
    return RectificationReviewed(finding=id, **(stated | fields))


def closed(id: FindingId = FINDING, **fields: Any) -> FindingClosed:
    """The closing of the blocking finding as it stands in the log."""
    stated: dict[str, Any] = {"document": "No. 43", "closed_by": HE.officer, "institution": t.SCHOOL}
    return FindingClosed(finding=id, **(stated | {"occurred_on": CLOSED} | fields))


def reopened(**fields: Any) -> FindingReopened:
    stated: dict[str, Any] = {"finding": FINDING, "why": "again", "institution": t.SCHOOL, "occurred_on": REOPENED}
    return FindingReopened(**(stated | fields))


def revisited(**fields: Any) -> RevisitHeld:
    return RevisitHeld(**({"finding": FINDING, "holds": True, "words": "fine", "occurred_on": REOPENED} | fields))


def reminded(**fields: Any) -> ReminderSent:
    return ReminderSent(**({"finding": FINDING, "to": BUREAU, "words": "due", "occurred_on": ORDERED} | fields))


def replied(**fields: Any) -> ReminderAnswered:
    stated: dict[str, Any] = {"finding": FINDING, "words": "soon", "organisation": BUREAU, "occurred_on": REPORTED}
    return ReminderAnswered(**(stated | fields))


def circular(**fields: Any) -> CircularIssued:
    stated: dict[str, Any] = {"circular": "circular-1", "region": m.PROVINCE, "title": "On hours", "words": "…"}
    stated |= {"document": "No. 44", "approver": m.DIRECTOR, "findings": (FINDING,), "occurred_on": CLOSED}
    stated |= {"addressees": ("the prefectures",), "issued_by": TEAM_HOME}
    return CircularIssued(**(stated | fields))


def accounted(**fields: Any) -> AccountabilityImposed:
    stated: dict[str, Any] = {"region": t.COUNTY, "outcome": "talk", "findings": (FINDING,), "document": "No. 45"}
    stated |= {"approver": m.DIRECTOR, "officer": QIN.officer, "occurred_on": CLOSED}
    return AccountabilityImposed(**(stated | fields))


def commended(**fields: Any) -> CommendationGiven:
    stated: dict[str, Any] = {"region": t.COUNTY, "kind": "model-case", "title": "Good", "words": "…"}
    stated |= {"document": "No. 46", "approver": m.DIRECTOR, "organisation": BUREAU, "occurred_on": CLOSED}
    return CommendationGiven(**(stated | fields))


# -- samples ----------------------------------------------------------------------------------------------

UNITS = tuple(Unit(f"payment-{number:02}", "a" if number % 3 else "b", 1_000 * number) for number in range(1, 21))
POPULATION = population_bytes(UNITS)
POPULATION_DIGEST = sha256(POPULATION).hexdigest()
RANDOM = Method("random", 3)


def note(size: int, root: bytes = ROOT) -> str:
    """The text of a checkpoint; nobody signed it."""
    return f"example.com/log\n{size}\n{base64.b64encode(root).decode()}\n\n— example.com/log c2lnbmVk\n"


def committed(**fields: Any) -> NonceCommitted:
    stated: dict[str, Any] = {"inspection": INSPECTION, "sample": SAMPLE, "nonce_digest": nonce_digest(NONCE)}
    return NonceCommitted(**(stated | {"occurred_on": OPENED} | fields))


def fixed(position: int = 1, method: Method = RANDOM, **fields: Any) -> PopulationFixed:
    stated: dict[str, Any] = {"inspection": INSPECTION, "sample": SAMPLE, "query": "payments:talent-2016"}
    stated |= {"position": Position(position), "units": len(UNITS), "digest": POPULATION_DIGEST}
    stated |= {"method": method.name, "size": method.size, "interval_fen": method.interval_fen, "occurred_on": OPENED}
    return PopulationFixed(**(stated | fields))


def taken(size: int, root: bytes = ROOT, **fields: Any) -> CheckpointTaken:
    """The first cosigned checkpoint, as the log's signer takes it."""
    stated: dict[str, Any] = {"inspection": INSPECTION, "sample": SAMPLE, "checkpoint": note(size, root)}
    return CheckpointTaken(**(stated | {"occurred_on": OPENED} | fields))


SIGNER = Actor(
    officer=SYSTEM,
    role=LOG_SIGNER,
    organisation=OrganisationId("house"),
    region=RegionCode("620000"),
    authenticated="test",
)


def sample(size: int, how: Method = RANDOM, **fields: Any) -> SampleDrawn:
    """The sample as anybody draws it with a checkpoint of this size."""
    seed = seed_of(POPULATION_DIGEST, Mark("", size, ROOT).root, NONCE)
    stated: dict[str, Any] = {"inspection": INSPECTION, "sample": SAMPLE, "method": how.name, "nonce": NONCE}
    stated |= {"checkpoint": note(size), "seed": seed, "drawn": drawn(seed, how, UNITS), "occurred_on": VISITED}
    return SampleDrawn(**(stated | {"interval_fen": how.interval_fen} | fields))
