"""The field work of a sample: who is posted in the counties, and who inspects them; step by step through the desk.

Each step has an id of its own. What a later step needs of an earlier one it reads from the log, so that a sample that
was stopped goes on, and finds nothing to do where it is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Final, TypeVar

import msgspec

from taizhang.adapters.log.log import Criterion
from taizhang.adapters.orders import Order
from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample import finding, inspecting, officials, places, postings, publishing
from taizhang.adapters.sample.desk import SOURCE, SampleDesk
from taizhang.adapters.sample.inspecting import INSPECTED_EVERY, Inspected
from taizhang.adapters.sample.officers import acting, actor, cross_post, maker, officer_of
from taizhang.adapters.sample.officials import POSTED_EVERY
from taizhang.adapters.sample.plan import County, PlannedClass, first_class, planned_classes
from taizhang.adapters.sample.timetable import Timetable, Work, after, due, told
from taizhang.domain.attendance import AttendanceCorrected, AttendanceTaken
from taizhang.domain.classes import ClassApproved, ClassFiled
from taizhang.domain.core import Fact, Position
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.employment import EmploymentReported
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.envelope import opened
from taizhang.domain.inspections.findings import FindingRecorded
from taizhang.domain.inspections.opening import Content
from taizhang.domain.officers import OfficerAppointed
from taizhang.domain.postings.appraisals import FigureNamed
from taizhang.projections.ledger_query import figure, report_id
from taizhang.projections.replay import Cuts
from taizhang.projections.scope import Scope

RESTS_ON: Final[dict[Content, type[Fact]]] = {  # what is shown of the visited class for each finding
    "registration-files": TraineeEnrolled,
    "merging": ClassFiled,
    "plans": ClassApproved,
    "funds": AttendanceTaken,
    "institutions": AttendanceTaken,
    "outcomes": EmploymentReported,
}
SHOWN: Final = 3
F = TypeVar("F", bound=Fact)
FIGURES: Final = ("evidenced_minutes", "certified")
CORRECTED_AFTER: Final = 24  # days after the findings are written down
FOUND_LATER: Final = date(2018, 3, 20)  # a year after a promotion some of what it rests on turns out otherwise
AT_ONCE: Final = after(0)


# -- postings ---------------------------------------------------------------------------------------------


def posted(desk: SampleDesk, timetable: Timetable, county: County, seed: int) -> Work:
    """A year and longer of the officials posted in each fifth county."""
    if county.number % POSTED_EVERY:
        return
    code, name = county.code, f"{county.code}:posted"
    seen = officer_of("village", code)
    yield due(postings.SELECTED)
    sent = officials.officials(desk.house, county, seed)
    appointed = OfficerAppointed(officer=seen, organisation=sent[0].home, occurred_on=postings.SELECTED)
    yield due(postings.SELECTED, desk.order(f"officers:{name}", maker(), [appointed]))
    facts = [
        *(places.base(county) if county.contiguous else []),
        *postings.taken_up(sent, seen),
        *postings.renewed(sent),
        *postings.worked(sent, first_class(county, seed), seed),
        *postings.moved(sent, officials.villages(county, seed)),
    ]
    timetable.begin(
        told(desk, name, actor("clerk", code), facts, after(2)),
        told(desk, f"{name}:judged", actor("organisation", PROVINCE), postings.judged(sent), after(2)),
    )
    if county.number == 0:
        timetable.begin(_promoted(desk, county, sent, seed))


def _promoted(desk: SampleDesk, county: County, sent: Sequence[officials.Posted], seed: int) -> Work:
    """Promote a first secretary on what the ledger says of the county; a year later it turns out to have been otherwise."""
    step = f"{county.code}:posted:promoted"
    yield due(postings.PROMOTED)
    if not desk.knows(step):
        _promote(desk, step, county, sent)
    yield due(FOUND_LATER)
    one = _shown(county, seed)
    if one is None or desk.knows(f"{step}:found-later"):
        return
    sheets = [(at, sheet) for at, sheet in _standing(desk, one) if _may_lose_a_day(sheet, one)]
    told_wrongly = [(at, sheet, _without(sheet, sheet.marks[-1].on)) for at, sheet in sheets[: inspecting.MISSING]]
    _correct(desk, f"{step}:found-later", county, told_wrongly)


def _standing(desk: SampleDesk, one: PlannedClass) -> list[tuple[int, AttendanceTaken]]:
    """The class's sheets of which none was corrected yet."""
    corrected = {fact.corrects for _, fact in _facts(desk, AttendanceCorrected, f"class:{one.id}")}
    return [(at, sheet) for at, sheet in _facts(desk, AttendanceTaken, f"class:{one.id}") if at not in corrected]


def _may_lose_a_day(sheet: AttendanceTaken, one: PlannedClass) -> bool:
    """Whether the hours are enough for what rests on them without the last day."""
    return sum(mark.minutes for mark in sheet.marks[:-1]) >= one.required_minutes


def _promote(desk: SampleDesk, step: str, county: County, sent: Sequence[officials.Posted]) -> None:
    house, cuts, scope = desk.house, Cuts(None, postings.PROMOTED), Scope(county.code)
    house.views.catch_up()
    with house.log.database.read() as connection:
        figures = [
            FigureNamed(measure=name, subject=county.code, value=figure(connection, scope, name, cuts))
            for name in FIGURES
        ]
    head = house.log.head()
    report = report_id(scope, cuts, head, "zh", PROVINCE)
    [one] = officials.of_kind(sent, "first-secretary")[:1]
    desk.say(step, actor("organisation", PROVINCE), [postings.promoted(one, figures, head.position, report)])


def _shown(county: County, seed: int) -> PlannedClass | None:
    """The class of which it turns out later that not everybody came: the last one before the promotion."""
    before = [one for one in planned_classes(county, seed) if one.days[-1] < postings.PROMOTED]
    return max(before, key=lambda one: one.days[-1], default=None)


# -- inspections ------------------------------------------------------------------------------------------


def planned(desk: SampleDesk, chosen: Sequence[County], seed: int) -> Work:
    """The province's plans, year by year, and the third party that inspects for it."""
    wanted = [(county, first_class(county, seed)) for county in chosen if county.number % INSPECTED_EVERY == 0]
    inspected = sorted((Inspected(county, one) for county, one in wanted if one is not None), key=lambda one: one.year)
    yield from told(desk, "inspections:auditors", actor("clerk", PROVINCE), [inspecting.auditors()])
    plans = [inspecting.plan(year, list(of_year)) for year, of_year in groupby(inspected, key=lambda one: one.year)]
    yield from told(desk, "inspections:plan", actor("inspector", PROVINCE), plans)
    first = next((one for one in inspected if one.county.number == 0), None)
    if first is not None:
        known = [one for one in inspected if one.fully and one.year == first.year]
        circular = publishing.circular(first.year, known)
        yield from told(desk, "inspections:circular", actor("inspector", PROVINCE), [circular])


def inspected(desk: SampleDesk, timetable: Timetable, each: Inspected, home: County | None, seed: int) -> Work:
    """What a county was inspected for, by whom, and what became of it; `home` is the county that comes to look."""
    code, name = each.county.code, f"{each.county.code}:inspected"
    timetable.begin(
        told(desk, f"{name}:superior", actor("inspector", PROVINCE), inspecting.superior(each), AT_ONCE),
        told(desk, f"{name}:self", actor("clerk", code), inspecting.by_itself(each), after(2)),
    )
    if each.fully and home is not None:
        timetable.begin(_across(desk, name, each, home))
    yield due(each.reported_on)
    sheets = _facts(desk, AttendanceTaken, f"class:{each.one.id}")
    contents: tuple[Content, ...] = inspecting.CONTENTS if each.fully else ("institutions",)
    found = [finding.found(each, content, _rests_on(desk, each, content, sheets)) for content in contents]
    steps = [finding.Step(actor("inspector", PROVINCE), fact) for fact in found]
    steps += [step for content in contents for step in finding.became(each, content)]
    steps.append(finding.Step(actor("reviewer", PROVINCE), finding.revisited(each)))
    timetable.begin(_corrected(desk, f"{name}:attendance", each, sheets))
    if each.fully:
        timetable.begin(_published(desk, name, each, found, seed))
    steps.sort(key=lambda step: step.fact.occurred_on)
    for day, part in groupby(steps, key=lambda step: AT_ONCE(step.fact.occurred_on)):
        yield due(day, *_orders(desk, f"{name}:{day}", list(part)))


def _across(desk: SampleDesk, name: str, each: Inspected, other: County) -> Work:
    post = cross_post(other.code, each.county.code)
    facts = list(inspecting.across(each, post.officer, other.code))
    yield due(facts[0].occurred_on, desk.appointment([post], f"{name}:cross"))
    yield from told(desk, f"{name}:cross", acting(post), facts, after(2))


def _orders(desk: SampleDesk, name: str, steps: Sequence[finding.Step]) -> Iterator[Order]:
    """Steps by one officer after another, each in an order of its own, as they follow each other."""
    for number, (by, part) in enumerate(groupby(steps, key=attrgetter("by"))):
        yield desk.order(f"{name}:{number}", by, [step.fact for step in part])


def _corrected(desk: SampleDesk, step: str, each: Inspected, sheets: Sequence[tuple[int, AttendanceTaken]]) -> Work:
    """What was found of attendance is put right where it was recorded, by correction."""
    yield due(finding.day_after(each, CORRECTED_AFTER))
    if not desk.knows(step):
        absent = {one.person for one in each.absent()}
        where = [(position, sheet) for position, sheet in sheets if sheet.person in absent]
        _correct(desk, step, each.county, [(at, sheet, _without(sheet, each.visited_on)) for at, sheet in where])


def _without(sheet: AttendanceTaken, day: date) -> AttendanceTaken:
    """The sheet as it is when somebody was not there on a day."""
    marks = tuple(mark for mark in sheet.marks if mark.on != day)
    return msgspec.structs.replace(sheet, marks=marks, absent=tuple(sorted({*sheet.absent, day})))


def _correct(
    desk: SampleDesk, step: str, county: County, told: Sequence[tuple[int, AttendanceTaken, AttendanceTaken]]
) -> None:
    """Sheets, by position as they stood and as they are, corrected by the county's clerk."""
    clerk, approver = actor("clerk", county.code), officer_of("approver", county.code)
    why = "检查现场清点不在场,按整改要求更正(示例)"
    amends = [(now, Amend(corrects=Position(at), was=was, reason=why, approver=approver)) for at, was, now in told]
    items = [Proposal(fact=now, source=SOURCE, amend=amend) for now, amend in amends]
    if items:
        answer = desk.submit(f"{desk.label}:{step}", clerk, items)
        assert answer.count("refused") == 0, "a rule refuses what an inspection had put right"


def _published(desk: SampleDesk, name: str, each: Inspected, found: Sequence[FindingRecorded], seed: int) -> Work:
    organisation = actor("personnel", PROVINCE)
    sent = officials.officials(desk.house, each.county, seed) if each.county.number % POSTED_EVERY == 0 else []
    amount = sum(one.amount_fen for one in found)
    rests_on = list(found[inspecting.CONTENTS.index("outcomes")].rests_on)
    facts = [
        *publishing.held_to_account(each, amount),
        *publishing.recalled(each, sent),
        *publishing.commended(each, sent, rests_on),
    ]
    yield from told(desk, f"{name}:published", organisation, facts)


def _rests_on(
    desk: SampleDesk, each: Inspected, content: Content, sheets: Sequence[tuple[int, AttendanceTaken]]
) -> list[int]:
    """Where the facts stand on which a finding rests: some of the visited class."""
    any_sheet = [position for position, _ in sheets[:1]]
    if content == "institutions":
        absent = {one.person for one in each.absent()}
        return [position for position, sheet in sheets if sheet.person in absent] or any_sheet
    known = _facts(desk, RESTS_ON[content], f"class:{each.one.id}")
    shown = [at for at, fact in known if not isinstance(fact, EmploymentReported) or fact.months == 1]
    return shown[:SHOWN] or any_sheet


def _facts(desk: SampleDesk, kind: type[F], tag: str) -> list[tuple[int, F]]:
    """Facts of this kind as they were recorded first, with their positions."""
    found = desk.house.log.read([Criterion((kind.TOPIC,), (tag,))]).facts
    facts = ((one.position, opened(one.position, one.leaf).fact) for one in found)
    return [(position, fact) for position, fact in facts if isinstance(fact, kind)]
