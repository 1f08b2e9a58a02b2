"""Made-up leads and cases about the made-up class of the other samples: nothing here is real."""

from __future__ import annotations

from datetime import date
from typing import Any

import inspection_samples as i
import money_samples as m
import msgspec
import training_samples as t

from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, PersonId, RegionCode
from taizhang.domain.leads.cases import (
    CaseClosed,
    CaseDecided,
    CaseId,
    CaseOpened,
    CaseReopened,
    CaseTransferred,
    ConsequenceLinked,
    ReplyInvited,
    ReplyMade,
)
from taizhang.domain.leads.ids import lead_id
from taizhang.domain.leads.leads import LeadAssigned, LeadChecked, LeadConfirmed, LeadRefuted, LeadsMerged
from taizhang.domain.officers import RoleGranted
from taizhang.domain.postings.appraisals import NegativeListEntered

RULE, OTHER_RULE = "relations.account-of-many", "rosters.same-people"
SUBJECTS = (i.CLASS, f"person:{t.LI}")
LEAD, OTHER = lead_id(RULE, SUBJECTS), lead_id(OTHER_RULE, (i.CLASS,))
CASE = CaseId("case-620121-1")
COUNTY = RegionCode("620121")
OFFICE = OrganisationId("discipline-620121")
TANG, SONG, YUAN = (i.officer(name, OFFICE, "discipline", COUNTY) for name in ("tang", "song", "yuan"))
SEPTEMBER = tuple(date(2016, 9, day) for day in range(1, 31))  # September 1 stands at 0
ASSIGNED, CHECKED, CONCLUDED, OPENED, INVITED, UNTIL, REPLIED, DECIDED, LINKED, CLOSED, REOPENED = (
    SEPTEMBER[one] for one in (0, 4, 6, 8, 9, 19, 15, 21, 24, 26, 28)
)
OFFICIAL = PersonId("ma")


def granted(*actors: Actor) -> list[Fact]:
    stated = [
        {"officer": a.officer, "role": a.role, "organisation": a.organisation, "region": a.region} for a in actors
    ]
    return [msgspec.convert({**one, "occurred_on": m.JANUARY.isoformat()}, RoleGranted) for one in stated]


WORLD: tuple[Fact, ...] = (
    *i.WORLD,
    i.organisation(OFFICE, COUNTY),
    *i.appointed(TANG, SONG, YUAN),
    *granted(TANG, SONG, YUAN, i.QIN),
)
GIVEN: list[Fact] = [*WORLD, t.DESIGNATED, t.filed(), t.approved()]


def assigned(to: Actor = TANG, rule: str = RULE, subjects: tuple[str, ...] = SUBJECTS, **fields: Any) -> LeadAssigned:
    stated: dict[str, Any] = {"lead": lead_id(rule, subjects), "rule": rule, "version": 1, "subjects": subjects}
    stated |= {"region": COUNTY, "officer": to.officer, "occurred_on": ASSIGNED}
    return LeadAssigned(**(stated | fields))


def checked(**fields: Any) -> LeadChecked:
    stated: dict[str, Any] = {"lead": LEAD, "how": ("papers", "bank"), "result": "supports", "words": "三人同一账户"}
    return LeadChecked(**(stated | {"occurred_on": CHECKED} | fields))


def stands(fact: Any, **who: str) -> Any:
    """A fact as it is recorded: with what its decision fills in."""
    return msgspec.structs.replace(fact, rule=RULE, version=1, region=COUNTY, **who)


def confirmed(**fields: Any) -> LeadConfirmed:
    stated: dict[str, Any] = {"lead": LEAD, "words": "账户不属本人", "amount_fen": 5_000, "occurred_on": CONCLUDED}
    return LeadConfirmed(**(stated | fields))


def refuted(**fields: Any) -> LeadRefuted:
    stated: dict[str, Any] = {"lead": LEAD, "refuted_why": "innocent", "words": "户主代领", "occurred_on": CONCLUDED}
    return LeadRefuted(**(stated | fields))


def merged(*leads: str, **fields: Any) -> LeadsMerged:
    stated: dict[str, Any] = {"lead": LEAD, "merged": leads or (OTHER,), "words": "同一件事", "occurred_on": CHECKED}
    return LeadsMerged(**(stated | fields))


def case(**fields: Any) -> CaseOpened:
    stated: dict[str, Any] = {"case": CASE, "leads": (LEAD,), "title": "一户多领待核", "occurred_on": OPENED}
    return CaseOpened(**(stated | fields))


def case_stands(**fields: Any) -> CaseOpened:
    own = {"opened_by": TANG.officer, "organisation": OFFICE, "subjects": SUBJECTS, "region": COUNTY}
    return case(**(own | fields))


def invited(**fields: Any) -> ReplyInvited:
    stated: dict[str, Any] = {"case": CASE, "until": UNTIL, "words": "请说明账户来源", "organisation": i.BUREAU}
    return ReplyInvited(**(stated | {"occurred_on": INVITED} | fields))


def replied(**fields: Any) -> ReplyMade:
    stated: dict[str, Any] = {"case": CASE, "words": "系代发", "organisation": i.BUREAU, "occurred_on": REPLIED}
    return ReplyMade(**(stated | fields))


def decided(**fields: Any) -> CaseDecided:
    stated: dict[str, Any] = {
        "case": CASE,
        "outcomes": ("negative-list",),
        "words": "查实",
        "document": "纪〔2016〕1号",
    }
    stated |= {"approver": OfficerId("yuan"), "occurred_on": DECIDED}
    return CaseDecided(**(stated | fields))


def entered(**fields: Any) -> NegativeListEntered:
    stated: dict[str, Any] = {"official": OFFICIAL, "region": COUNTY, "ground": "见决定", "document": "纪〔2016〕1号"}
    return NegativeListEntered(**(stated | {"approver": m.DIRECTOR, "occurred_on": DECIDED} | fields))


def linked(**fields: Any) -> ConsequenceLinked:
    stated: dict[str, Any] = {"case": CASE, "consequence": "negative-list", "about": f"person:{OFFICIAL}"}
    return ConsequenceLinked(**(stated | {"occurred_on": LINKED} | fields))


def closed(**fields: Any) -> CaseClosed:
    return CaseClosed(**({"case": CASE, "words": "已办结", "occurred_on": CLOSED} | fields))


def reopened(**fields: Any) -> CaseReopened:
    return CaseReopened(**({"case": CASE, "why": "有新材料", "occurred_on": REOPENED} | fields))


def transferred(**fields: Any) -> CaseTransferred:
    stated: dict[str, Any] = {
        "case": CASE,
        "to_organisation": i.TEAM_HOME,
        "why": "提级办理",
        "document": "移〔2016〕1号",
    }
    return CaseTransferred(**(stated | {"occurred_on": LINKED} | fields))


ON_IT = [*GIVEN, assigned()]
LOOKED_AT = [*ON_IT, stands(checked(), checked_by="tang")]
CONFIRMED = [*LOOKED_AT, stands(confirmed(), confirmed_by="song")]
TAKEN_UP = [*CONFIRMED, case_stands()]
ASKED = [*TAKEN_UP, invited()]
ANSWERED = [*ASKED, replied()]
SETTLED = [*ANSWERED, decided(decided_by=TANG.officer), entered()]
CARRIED_OUT = [*SETTLED, linked()]
ENDED = [*CARRIED_OUT, closed(case_closed_by=TANG.officer)]
