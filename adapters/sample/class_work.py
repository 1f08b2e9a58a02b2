"""One class of a sample as it goes: filed, approved, taught and marked, looked at, concluded, and paid for.

Each part is told by the officer whose work it is, some days after it happened. One class in five was entered weeks
late, from the teachers' notes; the inspected ones are not among them. A class is taken up some weeks before it begins, so
that the people of a sample of millions are in memory only while they are trained and asked what became of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Final

import msgspec

from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample import classes, rare
from taizhang.adapters.sample.desk import SOURCE, SampleDesk
from taizhang.adapters.sample.field import inspected
from taizhang.adapters.sample.handed_in import HandedIn
from taizhang.adapters.sample.inspecting import INSPECTED_EVERY, Inspected
from taizhang.adapters.sample.officers import actor
from taizhang.adapters.sample.paying import advanced, paid
from taizhang.adapters.sample.places import institution_of
from taizhang.adapters.sample.plan import SLOTS, County, PlannedClass, sizes_of, slot_begins
from taizhang.adapters.sample.registering import WORKDAYS, Done, Seats, seats_of, wishes
from taizhang.adapters.sample.timetable import FIRST_DAY, Timetable, Work, after, due, told, told_anew, weekly
from taizhang.domain.core import Actor, Fact, Position
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.scores import ScoreRecorded

EVERY_LOST_SHEET: Final = 5  # in each fifth class the sheets were lost for a while
LOST_FOR_DAYS: Final = (38, 52)  # until they were entered from the teachers' notes
FOUND_LATER: Final = "示例数据:签到表遗失后按教师记录补录"


def calendar(
    desk: SampleDesk, timetable: Timetable, county: County, home: County | None, seed: int, done: Done
) -> Work:
    """Take up each class of a county when its time comes; `home` is the county that comes to inspect this one."""
    sizes = sizes_of(county, seed)
    for slot in range(SLOTS):
        yield due(slot_begins(slot) - timedelta(days=classes.WISHED_BEFORE))
        for one, before in sizes.in_slot(slot):
            seats = seats_of(desk.house, one, before, seed)
            timetable.begin(class_work(desk, timetable, one, seats, seed, done))
            if one.ordinal == 0 and county.number % INSPECTED_EVERY == 0:
                each = Inspected(county, one, classes.sittings(one, seats.persons, seed))
                timetable.begin(inspected(desk, timetable, each, home, seed))


def teacher_side(one: PlannedClass) -> Actor:
    """Who files and marks a class: the county's school officer, who acts for the first school only; else the clerk."""
    school = actor("school", one.county.code)
    return school if str(institution_of(one)) == school.organisation else actor("clerk", one.county.code)


def class_work(desk: SampleDesk, timetable: Timetable, one: PlannedClass, seats: Seats, seed: int, done: Done) -> Work:
    """Everything about one class; `done` is told how many trainees it had when they are paid for."""
    code, school = one.county.code, teacher_side(one)
    approver, clerk = actor("approver", code), actor("clerk", code)
    wished = wishes(desk.house, one, seed)
    yield from told(desk, f"{one.id}:wishes", clerk, wished, weekly(one.county.number % WORKDAYS))
    yield from told(desk, f"{one.id}:file", school, [classes.filed(one)])
    yield from told(desk, f"{one.id}:approve", approver, [classes.approved(one)])
    timetable.begin(advanced(desk, one))
    seated = classes.sittings(one, seats.persons, seed)
    if one.ordinal % 4 in (0, 3):
        checked = [classes.inspected(one, seated)]
        timetable.begin(told(desk, f"{one.id}:presence", actor("inspector", PROVINCE), checked))
    papers = HandedIn(desk.house.files, desk.house.vault, one, seated)
    yield from _taught(desk, one, list(classes.taught(one, seated, seats.poor)), papers, approver)
    today, stayed = timetable.today, classes.stayed(seated)
    ended = list(classes.concluded(one, seated))
    timetable.begin(
        told(desk, f"{one.id}:conclude", clerk, ended, after(2), since=today, source_of=papers.of(ended)),
        told_anew(desk, f"{one.id}:afterwards", clerk, partial(classes.afterwards, one, stayed), after(2), since=today),
    )
    yield from paid(desk, one, seated, today, seed)
    done(one.trainees)


def _taught(
    desk: SampleDesk,
    one: PlannedClass,
    taught: Sequence[Fact],
    papers: HandedIn,
    approver: Actor,
) -> Work:
    """What the institution tells once a week; and scores that were typed wrongly, corrected by leave of another officer."""
    school, lost = teacher_side(one), _lost_until(one)
    stands = yield from told(
        desk,
        f"{one.id}:teach",
        school,
        taught,
        weekly(one.ordinal % WORKDAYS),
        since=lost or FIRST_DAY,
        late=FOUND_LATER if lost else None,
        source_of=papers.of(taught),
    )
    scores = ((fact, position) for fact, position in stands if isinstance(fact, ScoreRecorded))
    items = [_amend(score, position, approver) for score, position in islice(scores, 7, None, rare.EVERY_SCORE)]
    yield due(one.days[-1], msgspec.structs.replace(desk.order(f"{one.id}:amend", school, []), items=items))


def _amend(score: ScoreRecorded, position: Position, approver: Actor) -> Proposal:
    amend = Amend(corrects=position, was=score, reason="录入时看错行(示例)", approver=approver.officer)
    return Proposal(fact=rare.amended(score), source=SOURCE, amend=amend)


def _lost_until(one: PlannedClass) -> date | None:
    """The day on which lost sheets were made up for; None: nothing was lost."""
    number = one.county.number + one.ordinal
    if one.ordinal == 0 or number % EVERY_LOST_SHEET:
        return None
    least, most = LOST_FOR_DAYS
    return one.days[-1] + timedelta(days=least + number * 7 % (most - least))
