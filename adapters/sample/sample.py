"""`taizhang sample`: a generated, labelled programme over the real counties, through the same desk as real data.

The same number of persons and the same seed make the same programme. Every order has an id of its own that says which
sample it belongs to, so a sample that was stopped goes on when it is asked for again, and one that is whole stays as
it is. It goes only into a house where nobody works yet (domain/sample_house).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import msgspec

from taizhang.adapters.house import House
from taizhang.adapters.log.log import CommandReused
from taizhang.adapters.preset import PROVINCE, gansu
from taizhang.adapters.sample import classes, money, places, rare
from taizhang.adapters.sample.class_work import calendar
from taizhang.adapters.sample.desk import APPOINTED, SOURCE, SampleDesk
from taizhang.adapters.sample.drawing import draws, sample_keys
from taizhang.adapters.sample.field import planned, posted
from taizhang.adapters.sample.officers import (
    SampleSignIn,
    actor,
    county_posts,
    discipline_office,
    let_in,
    maker,
    officer_of,
    province_posts,
)
from taizhang.adapters.sample.paying import returned, school_accounts
from taizhang.adapters.sample.people import double, enter, households, village_code
from taizhang.adapters.sample.places import institution_of
from taizhang.adapters.sample.plan import County, PlannedClass, counties, first_class, planned_classes
from taizhang.adapters.sample.planted import Planted, planted
from taizhang.adapters.sample.postings import thresholds
from taizhang.adapters.sample.registering import register
from taizhang.adapters.sample.timetable import (
    FIRST_DAY,
    OVER,
    SampleClock,
    Timetable,
    Work,
    after,
    due,
    microseconds_of,
    told,
)
from taizhang.domain.core import Actor, Fact, LateAddition, OrganisationId, Refusal
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import opened
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officers import SYSTEM, StaffGuard
from taizhang.domain.sample_house import require_sample

ATTEMPTED_AFTER, AFTER_THE_SEAL = 25, 15  # days
Progress = Callable[[int, int], None]  # trainees done, trainees in all


@dataclass(eq=False)
class SampleStandsOtherwise(Refusal):
    """A house takes one sample: the same again changes nothing, another one needs another house."""

    RULE: ClassVar = "sample.stands-otherwise"
    SOURCE: ClassVar = "issue 1 (sample: deterministic)"
    zh = "本库已有另一套示例数据(人数或种子不同)。请用原来的人数和种子,或另建一个库。"
    en = "Another sample stands in this house, of other size or seed. Ask for that one again, or make another house."


@dataclass(eq=False)
class NotFoundedYet(Refusal):
    """A sample needs the preset's counties, departments and programmes."""

    RULE: ClassVar = "sample.not-founded-yet"
    SOURCE: ClassVar = "issue 1 (`init` then `sample`)"
    zh = "本库尚未初始化。请先运行 taizhang init --preset gansu。"
    en = "This house is not founded yet. Run `taizhang init --preset gansu` first."


class MadeSample(msgspec.Struct, frozen=True, kw_only=True):
    """What stands now: the sample's size and seed, the log's head, what this run added, and who can sign in."""

    persons: int
    seed: int
    position: int
    recorded: int
    refused: int
    sign_ins: list[SampleSignIn]
    planted: list[Planted]  # what a finance inspector should find
    keys: list[str]  # of the sample's signer and witness: what its checkpoint is verified by

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        rows = {name: [one._asdict() for one in getattr(self, name)] for name in ("sign_ins", "planted")}
        own = {name: getattr(self, name) for name in self.__struct_fields__ if name not in rows}
        return {"label": "示例 sample", **own, **rows}

    def words(self, language: str) -> str:
        """For people: what it is, and a line for each sign-in."""
        zh = language == "zh"
        head = (
            f"示例数据(全部为生成,不涉及真实个人):{self.persons} 名学员,种子 {self.seed},日志至第 {self.position} 条。"
            if zh
            else f"Sample (all generated, nobody is meant): {self.persons} trainees, seed {self.seed}, log up to {self.position}."
        )
        title = "示例登录(经办人  岗位  地区  密码):" if zh else "Sample sign-ins (officer  role  region  password):"
        lines = [f"  {one.officer:<28} {one.role:<13} {one.region}  {one.password}" for one in self.sign_ins]
        hidden = (
            f"资金中埋有 {len(self.planted)} 处可供检查的问题(加 --json 列出)。"
            if zh
            else f"{len(self.planted)} things to be found are hidden in its money (--json lists them)."
        )
        return "\n".join([head, title, *lines, hidden])


def make_sample(house: House, persons: int, seed: int, progress: Progress | None = None) -> MadeSample:
    """Record the sample of this size and seed, or what is missing of it. Views are not brought level here.

    In a house that was founded for a sample its facts come in over the programme's years. Raises NotASampleHouse,
    SampleStandsOtherwise, NotFoundedYet; LogUnavailable and DeskBusy, after which it may be asked for again.
    """
    _require_house(house)
    desk = SampleDesk(house, f"sample:{persons}:{seed}", in_time=_is_for_a_sample(house))
    chosen = counties(persons, seed)
    try:
        timetable = Timetable(desk, _clock_of(house))
        _appoint(desk, persons, seed, chosen)
        timetable.begin(*_prepared(desk, chosen, seed))
        count = _Count(persons, progress)
        for county in chosen:
            timetable.begin(*_county(desk, timetable, county, chosen, seed, count))
        timetable.begin(planned(desk, chosen, seed), *_drawn(desk, chosen, seed))
        timetable.run()
    finally:
        if isinstance(house.clock, SampleClock):
            house.clock.release()
    own = county_posts(chosen[0].code)
    return MadeSample(
        persons=persons,
        seed=seed,
        position=house.log.head().position,
        recorded=desk.recorded,
        refused=desk.refused,
        sign_ins=list(let_in(house, [*province_posts(), *own], seed)),
        planted=planted(house, chosen, seed),
        keys=sample_keys(house, seed).public(),
    )


class _Count:
    """How many trainees are done, told whenever there are more: being in the register is a third of it."""

    def __init__(self, persons: int, progress: Progress | None) -> None:
        self._thirds, self._persons, self._progress = 0, persons, progress

    def registered(self, trainees: int) -> None:
        self._add(trainees)

    def trained(self, trainees: int) -> None:
        self._add(2 * trainees)

    def _add(self, thirds: int) -> None:
        self._thirds += thirds
        if self._progress is not None:
            self._progress(self._thirds // 3, self._persons)


# -- before the classes -----------------------------------------------------------------------------------


def _is_for_a_sample(house: House) -> bool:
    """Whether the house was founded on a sample's first day."""
    [first] = house.log.page(0, 1)
    return opened(first.position, first.leaf).recorded_at < microseconds_of(OVER)


def _clock_of(house: House) -> SampleClock | None:
    """The clock that can be set, as long as nothing was recorded after the sample's time."""
    within = house.log.head().recorded_at < microseconds_of(OVER)
    return house.clock if isinstance(house.clock, SampleClock) and within else None


def _require_house(house: House) -> None:
    if not house.is_founded():
        raise NotFoundedYet
    key = (StaffGuard.KIND, SYSTEM)
    row = house.log.read([], guards=[key]).guards.get(key)
    staff = StaffGuard() if row is None else msgspec.json.decode(row.state, type=StaffGuard)
    require_sample(staff.at_work, maker(), officer_of("clerk", PROVINCE))


def _require_same(desk: SampleDesk, persons: int, seed: int) -> None:
    """The first thing a sample says is which one it is; another one cannot say it again."""
    named = OrganisationRegistered(
        organisation=OrganisationId("sample-centre"),
        name=f"示例数据(学员 {persons} 名,种子 {seed})",
        kind="department",
        region=PROVINCE,
        occurred_on=APPOINTED,
    )
    try:
        desk.say_once(desk.order("which", actor("clerk", PROVINCE), [named]), "which")
    except CommandReused:
        raise SampleStandsOtherwise from None


def _appoint(desk: SampleDesk, persons: int, seed: int, chosen: Sequence[County]) -> None:
    """The officers, and which sample this is."""
    desk.say_once(desk.appointment(province_posts(), "province"), "officers:province")
    _require_same(desk, persons, seed)
    desk.say_all([desk.appointment(county_posts(county.code), county.code) for county in chosen])


def _prepared(desk: SampleDesk, chosen: Sequence[County], seed: int) -> Iterator[Work]:
    """Plans, rates and lines of the province; and what becomes known of its counties as the years pass."""
    clerk, finance = actor("clerk", PROVINCE), actor("finance", PROVINCE)
    plans = {region: list(places.plans(region, seed)) for region in (PROVINCE, *(one.code for one in chosen))}
    parts = [part for county in chosen for part in money.parts(county, seed)]
    ties = [money.tie(min(part.year for part in parts))]
    yield told(desk, "discipline-office", clerk, [discipline_office()])
    if desk.in_time:
        yield told(desk, "preset", clerk, [fact for fact in gansu() if fact.occurred_on > FIRST_DAY])
    yield told(desk, "plans", clerk, plans[PROVINCE], after(2))
    approved = [fact for filed in plans.values() for fact in places.approvals(iter(filed), seed)]
    yield told(desk, "approvals", actor("approver", PROVINCE), approved, after(2))
    yield told(desk, "rates", clerk, [*money.policies(), *thresholds()])
    yield told(desk, "lines", finance, [*money.lines(parts), *ties])


def _county(
    desk: SampleDesk,
    timetable: Timetable,
    county: County,
    chosen: Sequence[County],
    seed: int,
    count: _Count,
) -> Iterator[Work]:
    """All the work about one county."""
    code, clerk = county.code, actor("clerk", county.code)
    told_of_it = [*places.places(county, seed), *places.plans(code, seed), *places.demand(county, seed)]
    yield told(desk, f"{code}:places", clerk, told_of_it)
    lanes = [one for one in planned_classes(county, seed) if one.first_of_lane]
    yield told(desk, f"{code}:lanes", clerk, places.lanes(county, lanes))
    schools = dict.fromkeys((institution_of(one), one.lane // places.LANES_A_SCHOOL) for one in lanes)
    yield school_accounts(desk, county, schools)
    parts = list(money.parts(county, seed))
    passed_on = [fact for part in parts for fact in money.passed_on(part)]
    yield told(desk, f"{code}:passed-on", actor("finance", PROVINCE), passed_on)
    plans = [money.use_plan(part) for part in parts if not money.plants(county, money.UNPLANNED)]
    yield told(desk, f"{code}:use-plans", actor("finance", code), plans)
    yield returned(desk, county, seed)
    home = chosen[(county.number + 1) % len(chosen)] if len(chosen) > 1 else None
    classes_of_it = calendar(desk, timetable, county, home, seed, count.trained)
    yield register(desk, timetable, county, seed, count.registered, classes_of_it)
    yield posted(desk, timetable, county, seed)
    if county.number % rare.EVERY_COUNTY == 0:
        yield _seldom(desk, county, seed)


def _drawn(desk: SampleDesk, chosen: Sequence[County], seed: int) -> Iterator[Work]:
    one = first_class(chosen[0], seed)
    if one is not None:
        yield draws(desk, one.days[0].year, seed)


# -- what seldom happens ----------------------------------------------------------------------------------


def _seldom(desk: SampleDesk, county: County, seed: int) -> Work:
    """A double is found and merged; attempts are refused; a year is sealed, and one answer comes in after the seal."""
    one = first_class(county, seed)
    if one is None:
        return
    code, clerk, school = county.code, actor("clerk", county.code), actor("school", county.code)
    yield due(one.days[0])
    first, again = enter(desk.house, county, seed, double(one, seed))
    moved = rare.moved(one, first, village_code(county, 0))
    yield from told(desk, f"{code}:merge", clerk, [*rare.merged(one, first, again), moved])
    yield due(one.days[-1] + timedelta(days=ATTEMPTED_AFTER))
    seated = _first_sittings(desk.house, one, seed)
    desk.attempt(f"{code}:attempts", school, rare.refused(one, seated))
    seal = rare.sealed(one)
    yield from told(desk, f"{code}:seal", clerk, [seal])
    yield due(seal.occurred_on + timedelta(days=AFTER_THE_SEAL))
    desk.attempt(f"{code}:after-seal", clerk, [rare.late(one, seated[0])])
    addition = rare.addition(one, officer_of("approver", code))
    _add_late(desk, f"{code}:late", clerk, rare.late(one, seated[-1]), addition)


def _first_sittings(house: House, one: PlannedClass, seed: int) -> list[classes.Sitting]:
    people = [member for household in households(one, seed) for member in household.members if member.is_trainee]
    return classes.sittings(one, [who.person for who in enter(house, one.county, seed, people)], seed)


def _add_late(desk: SampleDesk, step: str, by: Actor, fact: Fact, addition: LateAddition) -> None:
    item = Proposal(fact=fact, source=SOURCE, reason=addition.reason, addition=addition)
    done = desk.submit(f"{desk.label}:{step}", by, [item])
    assert done.count("refused") == 0, "a rule refuses a sample's late addition"
