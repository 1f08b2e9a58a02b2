"""`taizhang sample`: a generated, labelled programme over the real counties, through the same desk as real data.

The same number of persons and the same seed make the same programme. Every order has an id of its own that says which
sample it belongs to, so a sample that was stopped goes on when it is asked for again, and one that is whole stays as
it is. It goes only into a house where nobody works yet (domain/sample_house).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any, ClassVar

import msgspec

from taizhang.adapters.house import House
from taizhang.adapters.log.log import CommandReused
from taizhang.adapters.orders import Answer, Order
from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample import classes, money, places, rare
from taizhang.adapters.sample.desk import APPOINTED, ENTERED_LATE, SOURCE, SampleDesk
from taizhang.adapters.sample.drawing import sample_keys
from taizhang.adapters.sample.field import record_inspections, record_postings
from taizhang.adapters.sample.officers import (
    SampleSignIn,
    actor,
    county_posts,
    let_in,
    maker,
    officer_of,
    province_posts,
)
from taizhang.adapters.sample.paying import is_paid, pay_block, return_what_is_left
from taizhang.adapters.sample.people import Known, MadeHousehold, double, enter, households, village_code
from taizhang.adapters.sample.plan import Block, County, PlannedClass, blocks, counties, first_class
from taizhang.adapters.sample.planted import Planted, planted
from taizhang.adapters.sample.postings import thresholds
from taizhang.domain.core import Actor, Fact, LateAddition, OrganisationId, PersonId, Position, Refusal
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officers import SYSTEM, StaffGuard
from taizhang.domain.sample_house import require_sample
from taizhang.domain.scores import ScoreRecorded

FOUND_LATER = "示例数据:签到表遗失后按教师记录补录"
EVERY_LOST_SHEET = 25  # each twenty-fifth block was entered from the teachers' notes
RETURNING = 2  # at most so many trainees of a class have been in an earlier one of the same block
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

    Raises NotASampleHouse, SampleStandsOtherwise, NotFoundedYet; LogUnavailable and DeskBusy, after which it may be
    asked for again.
    """
    _require_house(house)
    desk = SampleDesk(house, f"sample:{persons}:{seed}")
    desk.say_once(desk.appointment(province_posts(), "province"), "officers:province")
    _require_same(desk, persons, seed)
    chosen = counties(persons, seed)
    _set_up(desk, chosen, seed)
    done = 0
    for county in chosen:
        for block in blocks(county, seed):
            _record_block(desk, block, seed)
            done += sum(one.trainees for one in block.classes)
            if progress is not None:
                progress(done, persons)
        return_what_is_left(desk, county, seed)
        record_postings(desk, county, seed)
        if county.number % rare.EVERY_COUNTY == 0:
            _record_rare(desk, county, seed)
    record_inspections(desk, chosen, seed)
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


# -- before the classes -----------------------------------------------------------------------------------


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


def _set_up(desk: SampleDesk, chosen: Sequence[County], seed: int) -> None:
    """Officers and places of every county; plans and what is wanted by enterprises."""
    if desk.knows("set-up"):
        return
    desk.say_all([desk.appointment(county_posts(county.code), county.code) for county in chosen])
    desk.say_all([_places_of(desk, county, seed) for county in chosen])
    regions = [PROVINCE, *(county.code for county in chosen)]
    desk.say("plans:province", actor("clerk", PROVINCE), places.plans(PROVINCE, seed))
    _set_up_money(desk, chosen, seed)
    told = [fact for region in regions for fact in places.approvals(places.plans(region, seed), seed)]
    desk.say("set-up", actor("approver", PROVINCE), told)


def _set_up_money(desk: SampleDesk, chosen: Sequence[County], seed: int) -> None:
    """Rates, lines with their budgets, and each county's part of every year on its way down, with its use plans."""
    parts = [part for county in chosen for part in money.parts(county, seed)]
    desk.say("money:rates", actor("clerk", PROVINCE), [*money.policies(), *thresholds()])
    desk.say(
        "money:lines", actor("finance", PROVINCE), [*money.lines(parts), money.tie(min(part.year for part in parts))]
    )
    for county in chosen:
        own = [part for part in parts if part.county == county]
        down = (fact for part in own for fact in money.passed_on(part))
        plans = (money.use_plan(part) for part in own if not money.plants(county, money.UNPLANNED))
        desk.say_all(
            [
                desk.order(f"{county.code}:passed-on", actor("finance", PROVINCE), down),
                desk.order(f"{county.code}:use-plans", actor("finance", county.code), plans),
            ]
        )


def _places_of(desk: SampleDesk, county: County, seed: int) -> Order:
    told = [*places.places(county, seed), *places.plans(county.code, seed), *places.demand(county, seed)]
    return desk.order(f"places:{county.code}", actor("clerk", county.code), told)


# -- the classes ------------------------------------------------------------------------------------------


def _record_block(desk: SampleDesk, block: Block, seed: int) -> None:
    """Everything about some classes of one county, each part by the officer whose work it is."""
    code, name = block.county.code, f"{block.county.code}:{block.number}"
    if is_paid(desk, block):
        return
    clerk, approver, school = actor("clerk", code), actor("approver", code), teacher_side(block)
    made = {one.id: list(households(one, seed)) for one in block.classes}
    known = _enter(desk.house, block, made, seed)
    opened = list(places.lanes(block.county, block.classes))
    people = (fact for one in block.classes for fact in classes.registered(one, made[one.id], known))
    desk.say_all(
        [
            desk.order(f"{name}:register", clerk, [*opened, *people]),
            desk.order(f"{name}:file", school, map(classes.filed, block.classes)),
            desk.order(f"{name}:approve", approver, map(classes.approved, block.classes)),
        ]
    )
    poor = frozenset(
        known[member.number].person
        for listed in made.values()
        for household in listed
        for member in household.members
        if household.attribute != "general"
    )
    seated = _seated(block, made, known, seed)
    taught = [fact for one in block.classes for fact in classes.taught(one, seated[one.id], poor)]
    lost = block.number % EVERY_LOST_SHEET == block.county.number % EVERY_LOST_SHEET
    reason = FOUND_LATER if lost else ENTERED_LATE
    answer = desk.say(f"{name}:teach", school, taught, reason=reason)
    concluded = (fact for one in block.classes for fact in classes.concluded(one, seated[one.id]))
    checked = [classes.inspected(one, seated[one.id]) for one in block.classes if one.ordinal % 4 in (0, 3)]
    desk.say_all(
        [
            _amended(desk.order(f"{name}:amend", school, []), taught, answer, approver),
            desk.order(f"{name}:presence", actor("inspector", PROVINCE), checked),
            desk.order(f"{name}:conclude", clerk, concluded),
        ]
    )
    pay_block(desk, block, seated)


def teacher_side(block: Block) -> Actor:
    """Who files and marks these classes: the county's school officer, who acts for the first school only; else the clerk."""
    school = actor("school", block.county.code)
    own = {str(places.institution_of(one)) for one in block.classes} == {school.organisation}
    return school if own else actor("clerk", block.county.code)


def _enter(house: House, block: Block, made: dict[Any, list[MadeHousehold]], seed: int) -> dict[int, Known]:
    people = [member for listed in made.values() for household in listed for member in household.members]
    known = enter(house, block.county, seed, people)
    return {one.number: who for one, who in zip(people, known, strict=True)}


def _seated(
    block: Block, made: dict[Any, list[MadeHousehold]], known: dict[int, Known], seed: int
) -> dict[str, list[classes.Sitting]]:
    """Who sits in each class: its own trainees, and one or two who come again from the class before."""
    seated: dict[str, list[classes.Sitting]] = {}
    before: list[PersonId] = []
    for one in block.classes:
        own = [known[m.number].person for household in made[one.id] for m in household.members if m.is_trainee]
        chance = Random(f"{seed}:{one.id}:again")  # noqa: S311 (a sample is no secret)
        again = chance.sample(before, min(len(before), chance.randint(0, RETURNING)))
        seated[one.id] = classes.sittings(one, [*own, *again], seed)
        before = own
    return seated


def _amended(order: Order, taught: Sequence[Fact], answer: Answer, approver: Actor) -> Order:
    """Some scores were typed wrongly and are corrected in this order, with a reason and by leave of another officer."""
    told = zip(taught, answer.verdicts, strict=True)
    scores = ((fact, verdict.position) for fact, verdict in told if isinstance(fact, ScoreRecorded))
    items = []
    for score, position in islice(scores, 7, None, rare.EVERY_SCORE):
        assert position is not None
        amend = Amend(corrects=Position(position), was=score, reason="录入时看错行(示例)", approver=approver.officer)
        items.append(Proposal(fact=rare.amended(score), source=SOURCE, amend=amend))
    return msgspec.structs.replace(order, items=items)


# -- what seldom happens ----------------------------------------------------------------------------------


def _record_rare(desk: SampleDesk, county: County, seed: int) -> None:
    one = first_class(county, seed)
    if one is None or desk.knows(f"{county.code}:late"):
        return
    clerk, school = actor("clerk", county.code), actor("school", county.code)
    first, again = enter(desk.house, county, seed, double(one, seed))
    moved = rare.moved(one, first, village_code(county, 0))
    desk.say(f"{county.code}:merge", clerk, [*rare.merged(one, first, again), moved])
    seated = _first_sittings(desk.house, one, seed)
    desk.attempt(f"{county.code}:attempts", school, rare.refused(one, seated))
    desk.say(f"{county.code}:seal", clerk, [rare.sealed(one)])
    desk.attempt(f"{county.code}:after-seal", clerk, [rare.late(one, seated[0])])
    addition = rare.addition(one, officer_of("approver", county.code))
    _add_late(desk, f"{county.code}:late", clerk, rare.late(one, seated[-1]), addition)


def _first_sittings(house: House, one: PlannedClass, seed: int) -> list[classes.Sitting]:
    people = [member for household in households(one, seed) for member in household.members if member.is_trainee]
    return classes.sittings(one, [who.person for who in enter(house, one.county, seed, people)], seed)


def _add_late(desk: SampleDesk, step: str, by: Actor, fact: Fact, addition: LateAddition) -> None:
    item = Proposal(fact=fact, source=SOURCE, reason=addition.reason, addition=addition)
    done = desk.submit(f"{desk.label}:{step}", by, [item])
    assert done.count("refused") == 0, "a rule refuses a sample's late addition"
