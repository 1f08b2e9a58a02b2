"""The field work of a sample: who is posted in the counties, and who inspects them; step by step through the desk.

Each step has an id of its own. What a later step needs of an earlier one it reads from the log, so that a sample that
was stopped goes on, and finds nothing to do where it is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, TypeVar

from taizhang.adapters.log.log import Criterion
from taizhang.adapters.orders import Order
from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample import drawing, finding, inspecting, officials, places, postings, publishing
from taizhang.adapters.sample.desk import SOURCE, SampleDesk
from taizhang.adapters.sample.inspecting import INSPECTED_EVERY, Inspected
from taizhang.adapters.sample.officers import acting, actor, cross_post, maker, officer_of
from taizhang.adapters.sample.officials import POSTED_EVERY
from taizhang.adapters.sample.plan import County, first_class
from taizhang.domain.attendance import AttendanceTaken
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


def record_postings(desk: SampleDesk, county: County, seed: int) -> None:
    """A year and longer of the officials posted in each fifth county."""
    if county.number % POSTED_EVERY or desk.knows(f"{county.code}:posted:judged"):
        return
    code, name = county.code, f"{county.code}:posted"
    posted = officials.officials(desk.house, county, seed)
    seen = officer_of("village", code)
    appointed = OfficerAppointed(officer=seen, organisation=posted[0].home, occurred_on=postings.SELECTED)
    clerk, province = actor("clerk", code), actor("organisation", PROVINCE)
    desk.say_all(
        [
            desk.order(f"officers:{name}", maker(), [appointed]),
            desk.order(f"{name}:base", clerk, places.base(county) if county.contiguous else []),
            desk.order(f"{name}:taken-up", clerk, postings.taken_up(posted, seen)),
            desk.order(f"{name}:renewed", clerk, postings.renewed(posted)),
            desk.order(f"{name}:worked", clerk, postings.worked(posted, first_class(county, seed), seed)),
            desk.order(f"{name}:moved", clerk, postings.moved(posted, officials.villages(county, seed))),
        ]
    )
    if county.number == 0:
        _promote(desk, f"{name}:promoted", county, posted)
    desk.say(f"{name}:judged", province, postings.judged(posted))


def _promote(desk: SampleDesk, step: str, county: County, posted: Sequence[officials.Posted]) -> None:
    """Promote a first secretary on what the ledger says of the county at this moment, as it will not stay."""
    if desk.knows(step):
        return
    house, cuts, scope = desk.house, Cuts(None, postings.PROMOTED), Scope(county.code)
    house.views.catch_up()
    with house.log.database.read() as connection:
        figures = [
            FigureNamed(measure=name, subject=county.code, value=figure(connection, scope, name, cuts))
            for name in FIGURES
        ]
    head = house.log.head()
    report = report_id(scope, cuts, head, "zh", PROVINCE)
    [one] = officials.of_kind(posted, "first-secretary")[:1]
    desk.say(step, actor("organisation", PROVINCE), [postings.promoted(one, figures, head.position, report)])


def record_inspections(desk: SampleDesk, chosen: Sequence[County], seed: int) -> None:
    """What each third county was inspected for, and what became of it; then the third party's sample and the circulars."""
    if desk.knows("inspections:done"):
        return
    desk.say_all([desk.order("inspections:auditors", actor("clerk", PROVINCE), [inspecting.auditors()])])
    inspected = sorted(_inspected(desk, chosen, seed), key=lambda one: one.year)
    for year, of_year in groupby(inspected, key=lambda one: one.year):
        each_of_year = sorted(of_year, key=lambda one: one.county.number)
        desk.say(f"inspections:plan:{year}", actor("inspector", PROVINCE), [inspecting.plan(year, each_of_year)])
        for each in each_of_year:
            _inspect(desk, each, chosen, seed)
    for first in inspected:
        if first.county.number == 0:
            drawing.draw(desk, first.year, seed)
            circular = publishing.circular(
                first.year, [one for one in inspected if one.fully and one.year == first.year]
            )
            desk.say("inspections:done", actor("inspector", PROVINCE), [circular])


def _inspected(desk: SampleDesk, chosen: Sequence[County], seed: int) -> Iterator[Inspected]:
    for county in chosen:
        one = first_class(county, seed)
        if county.number % INSPECTED_EVERY == 0 and one is not None:
            yield Inspected(county, one, _facts(desk, AttendanceTaken, f"class:{one.id}"))


def _inspect(desk: SampleDesk, each: Inspected, chosen: Sequence[County], seed: int) -> None:
    name = f"{each.county.code}:inspected"
    if desk.knows(f"{name}:done"):
        return
    contents: tuple[Content, ...] = inspecting.CONTENTS if each.fully else ("institutions",)
    found = [finding.found(each, content, _rests_on(desk, each, content)) for content in contents]
    steps = [finding.Step(actor("inspector", PROVINCE), fact) for fact in [*inspecting.superior(each), *found]]
    steps += [finding.Step(actor("clerk", each.county.code), fact) for fact in inspecting.by_itself(each)]
    if each.fully and len(chosen) > 1:
        steps += _across(desk, name, each, chosen[(each.county.number + 1) % len(chosen)])
    steps += [step for content in contents for step in finding.became(each, content)]
    desk.say_all(list(_orders(desk, name, steps)))
    _correct(desk, f"{name}:attendance", each)
    if each.fully:
        _publish(desk, name, each, found, seed)
    desk.say(f"{name}:done", actor("reviewer", PROVINCE), [finding.revisited(each)])


def _across(desk: SampleDesk, name: str, each: Inspected, other: County) -> Iterator[finding.Step]:
    post = cross_post(other.code, each.county.code)
    desk.say_all([desk.appointment([post], f"{name}:cross")])
    return (finding.Step(acting(post), fact) for fact in inspecting.across(each, post.officer, other.code))


def _orders(desk: SampleDesk, name: str, steps: Sequence[finding.Step]) -> Iterator[Order]:
    """Steps by one officer after another, each in an order of its own, as they follow each other."""
    for number, (by, part) in enumerate(groupby(steps, key=lambda step: step.by)):
        yield desk.order(f"{name}:{number}", by, [step.fact for step in part])


def _correct(desk: SampleDesk, step: str, each: Inspected) -> None:
    """What was found of attendance is put right where it was recorded, by correction."""
    clerk, approver = actor("clerk", each.county.code), officer_of("approver", each.county.code)
    items = []
    for position, sheet in each.absent():
        marks = tuple(mark for mark in sheet.marks if mark.on != each.visited_on)
        absent = (*sheet.absent, each.visited_on)
        now = AttendanceTaken(
            training_class=sheet.training_class,
            person=sheet.person,
            marks=marks,
            absent=absent,
            occurred_on=sheet.occurred_on,
        )
        why = "检查现场清点不在场,按整改要求更正(示例)"
        amend = Amend(corrects=Position(position), was=sheet, reason=why, approver=approver)
        items.append(Proposal(fact=now, source=SOURCE, amend=amend))
    answer = desk.submit(f"{desk.label}:{step}", clerk, items)
    assert answer.count("refused") == 0, "a rule refuses what an inspection had put right"


def _publish(desk: SampleDesk, name: str, each: Inspected, found: Sequence[FindingRecorded], seed: int) -> None:
    organisation = actor("personnel", PROVINCE)
    posted = officials.officials(desk.house, each.county, seed) if each.county.number % POSTED_EVERY == 0 else []
    amount = sum(one.amount_fen for one in found)
    rests_on = _rests_on(desk, each, "outcomes")
    told = [
        *publishing.held_to_account(each, amount),
        *publishing.recalled(each, posted),
        *publishing.commended(each, posted, rests_on),
    ]
    desk.say(f"{name}:published", organisation, told)


def _rests_on(desk: SampleDesk, each: Inspected, content: Content) -> list[int]:
    """Where the facts stand on which a finding rests: some of the visited class."""
    if content == "institutions":
        return [position for position, _ in each.absent()] or [position for position, _ in each.sheets[:1]]
    shown = [position for position, _ in _facts(desk, RESTS_ON[content], f"class:{each.one.id}")[:SHOWN]]
    return shown or [position for position, _ in each.sheets[:1]]


def _facts(desk: SampleDesk, kind: type[F], tag: str) -> list[tuple[int, F]]:
    """Facts of this kind as they were recorded first, with their positions."""
    found = desk.house.log.read([Criterion((kind.TOPIC,), (tag,))]).facts
    facts = ((one.position, opened(one.position, one.leaf).fact) for one in found)
    return [(position, fact) for position, fact in facts if isinstance(fact, kind)]
