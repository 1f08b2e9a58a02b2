"""The honest classes of the programme in which faults are planted, with their innocent oddities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from benchmarks.rules_world import Stage, moment, programme
from taizhang.adapters.sample.classes import Sitting, afterwards, approved, concluded, filed, sittings, taught
from taizhang.adapters.sample.officers import officer_of
from taizhang.adapters.sample.people import village_code
from taizhang.adapters.sample.places import institution_of
from taizhang.adapters.sample.plan import SESSION_END, SESSION_START, SLOTS, County, PlannedClass
from taizhang.domain.classes import OccupationCode
from taizhang.domain.core import Fact, PersonId
from taizhang.domain.employment import EmploymentReported
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, Entitlement, Share
from taizhang.domain.funds.payments import SubsidyPaid
from taizhang.domain.hours import SessionHours
from taizhang.domain.households import HouseholdId, HouseholdMemberListed, HouseholdRegistered
from taizhang.domain.institutions import InstitutionDesignated
from taizhang.domain.people import PersonDied, PersonStatusStated
from taizhang.domain.sealing import PeriodSealed, SealId
from taizhang.domain.sessions import PresenceChecked

DAY = timedelta(days=1)
REGISTRY = date(2014, 12, 31)
LIVES_WITH = 2  # persons of a household


def stages(enrolments: int, seed: int) -> Iterator[Stage]:
    """Everything that is recorded, county after county, in the order of time within each county's block of classes."""
    for county, classes in programme(enrolments, seed):
        yield from _opened(county)
        found: list[Stage] = []
        before: list[PersonId] = []
        for one in classes:
            chance = Random(f"{seed}:{one.id}:honest")
            own = [PersonId(f"p{county.code}{one.first_trainee + n:07d}") for n in range(one.trainees)]
            again = [who for who in before[:2] if one.kind == "improvement" and chance.random() < 0.5]
            seated = _oddities(one, sittings(one, [*own, *again], seed), chance)
            found += _class(one, own, seated, chance)
            before = own
        found += _of_county(county, seed)
        found.sort(key=lambda stage: stage.recorded_at)
        yield from found


def _opened(county: County) -> Iterator[Stage]:
    """The schools of a county, and who lives in it is registered with each class."""
    first = moment(date(2015, 1, 2), Random(county.code))
    lanes = range(0, max(1, county.trainees // 20 // SLOTS + 2), 3)
    schools = {f"sample-school-{county.code}" + (f"-{n // 3 + 1:02d}" if n // 3 else "") for n in lanes}
    facts: list[Fact] = [
        InstitutionDesignated(
            institution=school,  # type: ignore[arg-type]
            region=county.code,
            occupations=(OccupationCode("焊工"),),
            seats=180,
            since=date(2015, 1, 1),
            occurred_on=date(2015, 1, 1),
        )
        for school in sorted(schools)
    ]
    yield Stage(first, county, "clerk", facts)


def _oddities(one: PlannedClass, seated: list[Sitting], chance: Random) -> list[Sitting]:
    """Harvest: half of a class away on two days running; boarding: nobody of a small class ever away."""
    luck = chance.random()
    if luck < 0.04:
        gone = set(one.days[2:4])
        return [_away(one, each, gone) if seat % 2 else each for seat, each in enumerate(seated)]
    if luck < 0.08 and len(seated) < 26:
        hours = tuple(SessionHours(day, SESSION_START, SESSION_END) for day in one.days[:6])
        away = one.days[6:]
        return [each._replace(marks=hours, absent=away, leaves_on=None) for each in seated] if not away else seated
    return seated


def _away(one: PlannedClass, each: Sitting, gone: set[date]) -> Sitting:
    if each.leaves_on is not None:
        return each
    marks = tuple(mark for mark in each.marks if mark.on not in gone)
    absent = tuple(day for day in one.days if day in gone or day in each.absent)
    return each._replace(marks=marks, absent=absent) if marks else each


def _class(one: PlannedClass, own: Sequence[PersonId], seated: Sequence[Sitting], chance: Random) -> Iterator[Stage]:
    county, last = one.county, one.days[-1]
    late = chance.randrange(30, 75) if chance.random() < 0.1 else 0  # a village without network
    poor = frozenset(who for who in own if chance.random() < 0.7)
    yield Stage(moment(one.days[0] - 21 * DAY, chance), county, "clerk", [*_households(one, own, poor), filed(one)])
    yield Stage(moment(one.days[0] - 13 * DAY, chance), county, "approver", [approved(one)])
    facts = list(taught(one, seated, poor))
    yield Stage(moment(last, chance, late), county, "school", facts)
    if chance.random() < 0.25:
        yield Stage(moment(one.days[1], chance), county, "inspector", [_counted(one, seated, chance)])
    yield Stage(moment(last + 190 * DAY, chance), county, "clerk", [*concluded(one, seated), *afterwards(one, seated)])
    yield from _paid(one, seated, chance)
    yield Stage(moment(last + 30 * DAY, chance), county, "clerk", list(_lives(one, seated, chance)))


def _households(one: PlannedClass, own: Sequence[PersonId], poor: frozenset[PersonId]) -> Iterator[Fact]:
    for place in range(0, len(own), LIVES_WITH):
        members = own[place : place + LIVES_WITH]
        household = HouseholdId(_household_of(one, own[place]))
        attribute: Any = "poor" if members[0] in poor else "general"
        village = village_code(one.county, place % 9)
        yield HouseholdRegistered(household=household, village=village, attribute=attribute, occurred_on=REGISTRY)
        for who in members:
            yield HouseholdMemberListed(household=household, person=who, occurred_on=REGISTRY)


def _household_of(one: PlannedClass, person: PersonId) -> str:
    """The household of one of a class's own trainees; of one who comes again, whichever the number says."""
    place = int(person[7:]) - one.first_trainee
    return f"h{one.county.code}{one.first_trainee + place // LIVES_WITH * LIVES_WITH:07d}"


def _counted(one: PlannedClass, seated: Sequence[Sitting], chance: Random) -> PresenceChecked:
    """A head count in which up to four are outside."""
    day = one.days[1]
    there = sum(any(mark.on == day for mark in each.marks) for each in seated)
    counted = max(0, there - chance.choice((0, 0, 0, 1, 2, 3, 4)))
    return PresenceChecked(training_class=one.id, minute=SESSION_START + 45, counted=counted, occurred_on=day)


def _paid(one: PlannedClass, seated: Sequence[Sitting], chance: Random) -> Iterator[Stage]:
    """The school is paid for the certified; in one class of eight each trainee gets a living allowance."""
    county, last, amount = one.county, one.days[-1], 120_000
    entitled = [each.person for each in seated if each.passed and each.minutes >= one.required_minutes]
    kinds = [("training", "institution")] + ([("living", "person")] if one.ordinal % 8 == 0 else [])
    for purpose, payee in kinds if entitled else ():
        claim: Any = f"claim-{county.code}-{one.ordinal + 1:05d}-{purpose}"
        put, seen, paid = last + 15 * DAY, last + 20 * DAY, last + 32 * DAY
        given = tuple(Entitlement(who, amount, one.required_minutes, last) for who in entitled)
        asked = ClaimSubmitted(
            claim=claim,
            training_class=one.id,
            purpose=purpose,  # type: ignore[arg-type]
            payee=payee,  # type: ignore[arg-type]
            document="示例申领表",
            institution=institution_of(one),
            entitlements=given,
            amount_fen=amount * len(given),
            prepared_by=officer_of("clerk", county.code),
            occurred_on=put,
        )
        review = ClaimReviewed(
            claim=claim,
            training_class=one.id,
            approved=True,
            document="示例审核",
            reviewed_by=officer_of("approver", county.code),
            occurred_on=seen,
        )
        at = moment(put, chance)
        yield Stage(at, county, "clerk", [asked])
        yield Stage(max(moment(seen, chance), at + 3_600_000_000), county, "approver", [review])
        yield Stage(moment(paid, chance) + 86_400_000_000 * 40, county, "finance", list(_payments(one, asked, paid)))


def _payments(one: PlannedClass, asked: ClaimSubmitted, paid: date) -> Iterator[Fact]:
    groups = [asked.entitlements] if asked.payee == "institution" else [(each,) for each in asked.entitlements]
    for number, group in enumerate(groups):
        person = group[0].person if asked.payee == "person" else None
        home = _household_of(one, person) if person else ""  # the family's card
        yield SubsidyPaid(
            payment=f"pay-{asked.claim[6:]}-{number}",  # type: ignore[arg-type]
            line=f"ER-{one.days[0].year}",  # type: ignore[arg-type]
            payer=one.county.code,  # type: ignore[arg-type]
            claim=asked.claim,
            training_class=one.id,
            shares=tuple(Share(each.person, each.amount_fen) for each in group),
            amount_fen=sum(each.amount_fen for each in group),
            account=f"a-{home}" if person else f"a-{asked.institution}",  # type: ignore[arg-type]
            voucher="示例凭证",
            approver=officer_of("treasurer", one.county.code),
            institution=None if person else asked.institution,
            person=person,
            occurred_on=paid,
        )


def _lives(one: PlannedClass, seated: Sequence[Sitting], chance: Random) -> Iterator[Fact]:
    """What lists say of trainees that is no contradiction: before the class, or after it."""
    start, last = one.days[0], one.days[-1]
    for each in seated:
        luck = chance.random()
        if luck < 0.01:
            yield _status(each.person, "insured-as-worker", start - 400 * DAY, start - 20 * DAY)
        elif luck < 0.02:
            yield _status(each.person, "in-school", start - 1_500 * DAY, start - 200 * DAY)
        elif luck < 0.025:
            yield _status(each.person, "on-payroll", last + 20 * DAY, None)
        elif luck < 0.03:
            yield PersonDied(person=each.person, occurred_on=last + 200 * DAY)
        elif luck < 0.032 and each.leaves_on is None:
            yield EmploymentReported(
                training_class=one.id,
                person=each.person,
                months=6,
                kind="local",
                employer="示例合作社",
                occurred_on=last + 180 * DAY,
            )


def _status(person: PersonId, status: Any, since: date, until: date | None) -> PersonStatusStated:
    return PersonStatusStated(
        person=person, status=status, since=since, until=until, source_list="示例名单", occurred_on=since
    )


def _of_county(county: County, seed: int) -> Iterator[Stage]:
    """Years sealed in February; a visit announced now and then."""
    chance = Random(f"{seed}:{county.code}:county")
    for year in range(2015, 2021):
        seal = PeriodSealed(
            seal=SealId(f"seal-{county.code}-{year}"),
            region=county.code,
            since=date(year, 1, 1),
            until=date(year, 12, 31),
            occurred_on=date(year + 1, 2, 28),
        )
        yield Stage(moment(date(year + 1, 2, 27), chance), county, "clerk", [seal])
