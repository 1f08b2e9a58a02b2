"""Inspections: planned and opened once, labelled for what they are, by people who had no hand in what is inspected."""

from __future__ import annotations

from datetime import date

import claim_samples as c
import inspection_samples as i
import money_samples as m
import pytest
import training_samples as t

from taizhang.domain.core import Actor, OfficerId
from taizhang.domain.decisions import NotYourRole, OutsideYourRegion
from taizhang.domain.inspections.opening import (
    InspectionId,
    InspectionOpenedCorrected,
    InspectionPlannedCorrected,
    PlannedInspection,
)
from taizhang.domain.inspections.refusals import (
    AnnouncementUnclear,
    HeadsOfNoClass,
    InspectionIdTaken,
    InspectsItself,
    MemberInConflict,
    NotAnOfficer,
    NotItsOwn,
    NotOfTheTeam,
    OutsideTheInspectedRegion,
    UnknownInspection,
    UnknownInspector,
    UnknownPlan,
    VisitBeforeAnnouncement,
)
from taizhang.domain.inspections.sample_refusals import NonceNotCommitted
from taizhang.domain.standing import OthersRestOnIt, StandsAlready

GIVEN = [*i.WORLD, *t.OPEN]


def away(name: str) -> Actor:
    """Somebody of an organisation that does not inspect."""
    return i.officer(name, "elsewhere")


TEAM = (i.HE.officer, OfficerId("teller"))


def test_an_inspection_is_opened_once(decide) -> None:
    assert decide(given=GIVEN, when=i.opened(), by=i.HE) == [i.opened()]
    with pytest.raises(StandsAlready):
        decide(given=[*GIVEN, i.opened()], when=i.opened(), by=i.HE)
    with pytest.raises(InspectionIdTaken):
        decide(given=[*GIVEN, i.opened()], when=i.opened(document="No. 2"), by=i.HE)
    with pytest.raises(NotYourRole):
        decide(given=GIVEN, when=i.opened(), by=i.officer("he", role="finance"))
    with pytest.raises(OutsideYourRegion):
        decide(given=GIVEN, when=i.opened(), by=i.officer("he", region="620200"))


def test_an_inspection_that_names_a_plan_follows_an_approved_one(decide) -> None:
    named = i.opened(plan="plan-2016")
    assert decide(given=[*GIVEN, i.planned()], when=named, by=i.HE)
    for standing in ([], [i.planned(occurred_on=i.VISITED)]):
        with pytest.raises(UnknownPlan):
            decide(given=[*GIVEN, *standing], when=named, by=i.HE)


def test_a_plan_is_approved_once_and_stays_before_what_follows_it(decide) -> None:
    assert decide(given=[], when=i.planned(), by=i.HE) == [i.planned()]
    with pytest.raises(StandsAlready):
        decide(given=[i.planned()], when=i.planned(), by=i.HE)
    with pytest.raises(InspectionIdTaken):
        decide(given=[i.planned()], when=i.planned(year=2017), by=i.HE)
    elsewhere = PlannedInspection(region=t.COUNTY, kind="self", contents=("plans",), by=date(2016, 12, 1))
    with pytest.raises(OutsideTheInspectedRegion):
        decide(given=[], when=i.planned(region=m.OTHER_PREFECTURE, items=(elsewhere,)), by=i.HE)
    given = [*GIVEN, i.planned(), i.opened(plan="plan-2016")]
    for now, void in ((i.planned(), True), (i.planned(occurred_on=i.VISITED), False)):
        with pytest.raises(OthersRestOnIt):
            decide(given=given, when=now, by=i.HE, amend=t.amend(given, i.planned(), void))
    [correction] = decide(given=given, when=i.planned(document="No. 9"), by=i.HE, amend=t.amend(given, i.planned()))
    assert isinstance(correction, InspectionPlannedCorrected)


def test_who_is_responsible_inspects_themselves_and_says_so(decide) -> None:
    own = {"organisation": i.BUREAU, "team": (i.QIN.officer,)}
    county = f"region:{t.COUNTY}"
    assert decide(given=GIVEN, when=i.opened(county, kind="self", **own), by=i.QIN)
    with pytest.raises(InspectsItself, match="hr-620121 is responsible for region:620121"):
        decide(given=GIVEN, when=i.opened(county, kind="cross", **own), by=i.QIN)
    school = {"organisation": t.SCHOOL, "team": (i.QIN.officer,)}
    for subject in (i.SCHOOL, i.CLASS, f"organisation:{t.SCHOOL}"):
        with pytest.raises(InspectsItself):
            decide(given=GIVEN, when=i.opened(subject, kind="third-party", **school), by=i.HE)
        assert decide(given=GIVEN, when=i.opened(subject, kind="self", **school), by=i.HE)
        with pytest.raises(NotItsOwn):
            decide(given=GIVEN, when=i.opened(subject, kind="self"), by=i.HE)
    with pytest.raises(NotItsOwn):  # a school in the county does not answer for the county
        decide(given=GIVEN, when=i.opened(county, kind="self", **school), by=i.HE)


def test_an_organisation_whose_officer_approved_a_class_is_responsible_for_it(decide) -> None:
    own = {"organisation": i.BUREAU, "team": (i.SUN.officer,)}
    assert decide(given=GIVEN, when=i.opened(kind="cross", **own), by=i.SUN)
    given = [*i.WORLD, t.DESIGNATED, t.filed(), t.approved(by=i.QIN.officer)]
    with pytest.raises(InspectsItself):
        decide(given=given, when=i.opened(kind="cross", **own), by=i.SUN)
    assert decide(given=given, when=i.opened(kind="self", **own), by=i.SUN)


def test_only_a_registered_organisation_inspects(decide) -> None:
    with pytest.raises(UnknownInspector):
        decide(given=GIVEN, when=i.opened(organisation="somebody"), by=i.HE)


def test_nobody_inspects_what_they_recorded_or_approved_or_their_own_organisation(decide) -> None:
    given = [*GIVEN, *i.appointed(away("teller"), away("chief"), i.officer("head", t.SCHOOL))]
    given += [i.claimed_by("lin"), *i.appointed(away("lin"))]
    for member in ("teller", "chief", "head", "lin"):
        with pytest.raises(MemberInConflict, match=member):
            decide(given=given, when=i.opened(team=(i.HE.officer, OfficerId(member))), by=i.HE)
    with pytest.raises(MemberInConflict):
        decide(given=given, when=i.opened(i.SCHOOL, team=(OfficerId("head"),)), by=i.HE)
    with pytest.raises(MemberInConflict):
        decide(given=given, when=i.opened(f"region:{t.COUNTY}", team=(i.HE.officer, i.QIN.officer)), by=i.HE)
    with pytest.raises(NotAnOfficer):
        decide(given=given, when=i.opened(team=(OfficerId("nobody"),)), by=i.HE)


def test_who_approved_a_payment_or_its_claim_does_not_inspect_it(decide) -> None:
    payment = f"payment:{c.PAYMENT}"
    given = [*i.WORLD, *c.PAYABLE, c.paid(), *i.appointed(*(away(one) for one in ("chief", m.DIRECTOR, "teller")))]
    given += [c.paid(payment="another", approver=OfficerId("lin")), *i.appointed(i.officer("lin", "faraway"))]
    assert decide(given=given, when=i.opened(payment), by=i.HE)
    assert decide(given=given, when=i.opened(payment, team=(i.HE.officer, OfficerId("lin"))), by=i.HE)
    for member in (m.DIRECTOR, "chief", "teller"):
        with pytest.raises(MemberInConflict):
            decide(given=given, when=i.opened(payment, team=(i.HE.officer, OfficerId(member))), by=i.HE)


def test_who_issued_a_fund_line_does_not_inspect_it(decide) -> None:
    given = [*i.WORLD, m.opened(issued_by=(i.TEAM_HOME,))]
    with pytest.raises(InspectsItself):
        decide(given=given, when=i.opened(f"fund:{m.LINE}"), by=i.HE)
    assert decide(given=[*i.WORLD, m.opened()], when=i.opened(f"fund:{m.LINE}"), by=i.HE)


def test_what_is_inspected_lies_in_the_region_that_the_id_names(decide) -> None:
    for wrong in (
        i.opened(f"region:{m.SECOND}"),
        i.opened(region=m.SECOND),
        i.opened(id=InspectionId("insp-620200-1")),
    ):
        with pytest.raises(OutsideTheInspectedRegion):
            decide(given=GIVEN, when=wrong, by=i.HE)


def test_an_announced_inspection_says_when_and_its_visits_come_after(decide) -> None:
    for announced, on in ((True, None), (False, i.OPENED)):
        with pytest.raises(AnnouncementUnclear):
            decide(given=GIVEN, when=i.opened(announced=announced, announced_on=on), by=i.HE)
    told = i.opened(announced=True, announced_on=i.OPENED)
    assert decide(given=[*GIVEN, told], when=i.visited(), by=i.HE)
    with pytest.raises(VisitBeforeAnnouncement):
        decide(given=[*GIVEN, told], when=i.visited(occurred_on=i.OPENED), by=i.HE)


def test_a_visit_is_recorded_once_by_the_team_of_an_open_inspection(decide) -> None:
    given = [*GIVEN, i.opened()]
    assert decide(given=given, when=i.visited(), by=i.HE) == [i.visited()]
    with pytest.raises(UnknownInspection):
        decide(given=GIVEN, when=i.visited(), by=i.HE)
    with pytest.raises(UnknownInspection):
        decide(given=given, when=i.visited(occurred_on=i.PLANNED), by=i.HE)
    with pytest.raises(NotOfTheTeam):
        decide(given=given, when=i.visited(), by=i.officer("somebody"))
    with pytest.raises(HeadsOfNoClass):
        decide(given=given, when=i.visited(training_class=None), by=i.HE)
    absent = i.visited(training_class=None, object="posting:post-620121-1", heads=0)
    assert decide(given=given, when=absent, by=i.HE), "whether a posted official was there is a count, too"
    with pytest.raises(NonceNotCommitted):
        decide(given=given, when=i.visited(sample=i.SAMPLE), by=i.HE)
    with pytest.raises(OutsideTheInspectedRegion):
        decide(given=given, when=i.visited(object=f"region:{m.SECOND}"), by=i.HE)
    given = [*given, i.visited()]
    with pytest.raises(StandsAlready):
        decide(given=given, when=i.visited(), by=i.HE)
    with pytest.raises(InspectionIdTaken):
        decide(given=given, when=i.visited(heads=2), by=i.HE)
    assert decide(given=given, when=i.visited(heads=2), by=i.HE, amend=t.amend(given, i.visited()))


def test_an_opening_is_corrected_only_if_what_the_team_did_keeps_its_ground(decide) -> None:
    given = [*GIVEN, i.opened(), i.visited()]
    for now, void in (
        (i.opened(), True),
        (i.opened(occurred_on=i.FOUND), False),
        (i.opened(announced=True, announced_on=i.VISITED), False),
    ):
        with pytest.raises(OthersRestOnIt):
            decide(given=given, when=now, by=i.HE, amend=t.amend(given, i.opened(), void))
    taught = [*given, *i.appointed(away("teller"))]
    with pytest.raises(MemberInConflict):
        decide(given=taught, when=i.opened(team=TEAM), by=i.HE, amend=t.amend(taught, i.opened()))
    [correction] = decide(given=given, when=i.opened(document="No. 9"), by=i.HE, amend=t.amend(given, i.opened()))
    assert isinstance(correction, InspectionOpenedCorrected)
