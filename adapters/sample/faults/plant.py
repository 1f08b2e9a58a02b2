"""`taizhang sample --faults`: plants faults among a sample's honest classes and says which leads should be found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from taizhang.adapters.house import House
from taizhang.adapters.sample.desk import SampleDesk
from taizhang.adapters.sample.faults import (
    on_behaviour,
    on_classes,
    on_lists,
    on_money,
    on_people,
    on_pictures,
    on_postings,
)
from taizhang.adapters.sample.faults.made_classes import Classes
from taizhang.adapters.sample.faults.world import FIRST_STEP, DeskWorld, Truth, World
from taizhang.adapters.sample.plan import PERSONS_A_COUNTY, County, counties
from taizhang.adapters.sample.rare import EVERY_COUNTY
from taizhang.domain.core import Refusal

Planter = Callable[[Classes, County, int], Iterator[Truth]]


class Fault(NamedTuple):
    """A fault that can be planted; `needs_clock`: only where recording times can be set, as on paper."""

    name: str
    plant: Planter
    needs_clock: bool = False


@dataclass(eq=False)
class UnknownFault(Refusal):
    """Only faults that there are can be planted."""

    RULE: ClassVar = "sample.unknown-fault"
    SOURCE: ClassVar = "issue 6 (sample --faults)"
    zh = "没有疑点样式 {name}。可用:{known}。"
    en = "There is no fault {name}. There are: {known}."
    name: str
    known: str


@dataclass(eq=False)
class SampleTooSmall(Refusal):
    """Faults are planted in counties whose years are not sealed yet."""

    RULE: ClassVar = "sample.too-small-for-faults"
    SOURCE: ClassVar = "issue 6 (sample --faults)"
    zh = "示例学员 {persons} 名太少:埋入疑点至少需要 {least} 名(两个县)。请加大 --persons,或不带 --faults。"
    en = "A sample of {persons} trainees is too small: faults need {least} (two counties). Raise --persons, or leave --faults out."
    persons: int
    least: int


def faults() -> tuple[Fault, ...]:
    """Every fault there is."""
    return (
        Fault("head-count", on_classes.head_count),
        Fault("identical-days", on_classes.identical_days),
        Fault("nobody-absent", on_classes.nobody_absent),
        Fault("copied-sheet", on_classes.copied_sheet),
        Fault("teacher-hours", on_classes.teacher_hours),
        Fault("same-people", on_classes.same_people),
        Fault("trained-again", on_classes.trained_again),
        Fault("even-scores", on_classes.even_scores),
        Fault("raised-scores", on_classes.raised_scores),
        Fault("numbers-run-back", on_classes.numbers_run_back),
        Fault("denied", on_classes.denied),
        Fault("phone-against-visit", on_classes.phone_against_visit),
        Fault("one-employer", on_classes.one_employer),
        Fault("copied-confirmations", on_classes.copied_confirmations),
        Fault("above-capacity", on_classes.above_capacity),
        Fault("dead", on_people.dead),
        Fault("in-school", on_people.in_school),
        Fault("on-payroll", on_people.on_payroll),
        Fault("retired", on_people.retired),
        Fault("employed", on_people.employed),
        Fault("later-register", on_people.later_register),
        Fault("household-split", on_people.household_split),
        Fault("listed-dead", on_lists.listed_dead),
        Fault("listed-payroll", on_lists.listed_payroll),
        Fault("listed-pension", on_lists.listed_pension),
        Fault("listed-pupil", on_lists.listed_pupil),
        Fault("one-unit", on_lists.one_unit),
        Fault("closed-again", on_lists.closed_again),
        Fault("licence-over", on_lists.licence_over),
        Fault("same-picture", on_pictures.same_picture),
        Fault("turned-picture", on_pictures.turned_picture),
        Fault("old-picture", on_pictures.old_picture),
        Fault("one-camera", on_pictures.one_camera),
        Fault("one-phone", on_pictures.one_phone),
        Fault("own-answers", on_pictures.own_answers),
        Fault("employer-of-many", on_pictures.employer_of_many),
        Fault("typed-in-seconds", on_behaviour.typed_in_seconds),
        Fault("with-the-sheet", on_behaviour.with_the_sheet),
        Fault("at-night", on_behaviour.at_night, needs_clock=True),
        Fault("crammed", on_behaviour.crammed, needs_clock=True),
        Fault("moved-out", on_behaviour.moved_out),
        Fault("overstated", on_behaviour.overstated),
        Fault("looked-up", on_behaviour.looked_up),
        Fault("duty-unseen", on_postings.duty_unseen),
        Fault("even-duty", on_postings.even_duty),
        Fault("households-a-day", on_postings.households_a_day),
        Fault("self-finds-nothing", on_postings.self_finds_nothing),
        Fault("finding-returns", on_postings.finding_returns),
        Fault("shared-account", on_money.shared_account),
        Fault("split-payment", on_money.split_payment),
        Fault("paid-after-recovery", on_money.paid_after_recovery),
        Fault("round-amount", on_money.round_amount),
        Fault("voided-payment", on_money.voided_payment),
        Fault("overdue-advance", on_money.overdue_advance),
        Fault("idle", on_money.idle),
        Fault("account-of-both", on_money.account_of_both),
        Fault("other-name", on_money.other_name),
        Fault("own-household", on_money.own_household),
        Fault("own-account", on_money.own_account),
        Fault("approved-unread", on_money.approved_unread),
        Fault("approved-under-finding", on_money.approved_under_finding),
        Fault("posting-backlog", on_money.posting_backlog),
        Fault("many-a-day", on_money.many_a_day),
    )


def chosen(names: str) -> list[Fault]:
    """The faults named, comma between; `all` of them.

    Raises UnknownFault.
    """
    known = {one.name: one for one in faults()}
    if names == "all":
        return [*known.values()]
    for name in names.split(","):
        if name not in known:
            raise UnknownFault(name=name, known=", ".join(known))
    return [known[name] for name in names.split(",")]


class PlantedFaults(NamedTuple):
    """What stands now: the leads that should be found, and faults that could not be planted here."""

    faults: list[Truth]
    left_out: list[str]

    def as_dict(self) -> dict[str, Any]:
        """For the truth file."""
        return {"faults": [one.as_dict() for one in self.faults], "left_out": self.left_out}


def plant_in(house: House, persons: int, seed: int, wanted: Sequence[Fault]) -> PlantedFaults:
    """Plant faults among a sample that stands in a house, through its desk. Planted ones are told again, not again planted."""
    if not wanted:
        return PlantedFaults([], [])
    able = [one for one in wanted if not one.needs_clock]
    desk = SampleDesk(house, f"sample:{persons}:{seed}:faults:{len(able)}:{able[0].name if able else ''}")
    open_counties = [one for one in counties(persons, seed) if one.number % EVERY_COUNTY]  # the others seal a year
    if not open_counties:
        raise SampleTooSmall(persons=persons, least=2 * PERSONS_A_COUNTY)
    world = DeskWorld(desk, open_counties, seed, silent=desk.knows(FIRST_STEP))
    return PlantedFaults(plant(world, able), [one.name for one in wanted if one not in able])


def plant(world: World, wanted: Sequence[Fault], times: int = 1) -> list[Truth]:
    """Plant each of these faults so many times, in one county after the other."""
    classes = Classes(world)
    found: list[Truth] = []
    for place, fault in enumerate(wanted):
        for number in range(times):
            county = world.counties[(place + number * 7) % len(world.counties)]
            found += fault.plant(classes, county, number)
    return found
