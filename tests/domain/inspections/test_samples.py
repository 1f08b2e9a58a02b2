"""Samples: nonce, population, checkpoint, draw, in this order and each once, and drawn as anybody draws it."""

from __future__ import annotations

from typing import Any

import inspection_samples as i
import msgspec
import pytest
import training_samples as t

from taizhang.domain.boundary import GuardBook, History
from taizhang.domain.core import Fact, Position
from taizhang.domain.decisions import Deciding, NotYourRole, Proposal
from taizhang.domain.inspections.drawing import Method
from taizhang.domain.inspections.opening import InspectionId
from taizhang.domain.inspections.refusals import AfterTheHead, NotOfTheTeam, UnknownInspection
from taizhang.domain.inspections.sample_refusals import (
    CannotBeDrawn,
    CheckpointNotTaken,
    CheckpointNotTheFirst,
    CheckpointTakenAlready,
    CheckpointTooEarly,
    DrawnOtherwise,
    NonceCommittedAlready,
    NonceNotCommitted,
    NonceOtherwise,
    PopulationFixedAlready,
    PopulationNotEnclosed,
    PopulationNotFixed,
    PopulationUnclear,
    SampleDrawnAlready,
    UnitsOtherwise,
    WayOfDrawingUnclear,
)
from taizhang.domain.inspections.samples import SampleDrawn
from taizhang.domain.standing import StandsAlready

GIVEN: list[Fact] = [*i.WORLD, *t.OPEN, i.opened()]
COMMITTED = [*GIVEN, i.committed()]
FIXED = [*COMMITTED, i.fixed()]
AT = len(FIXED)  # where the population stands
TAKEN = [*FIXED, i.taken(AT)]


def draws(given: list[Fact], when: SampleDrawn, enclosed: bytes | None = i.POPULATION) -> list[Any]:
    history, book = History(end=len(given)), GuardBook()
    for position, fact in enumerate(given, 1):
        history.add(position, fact, fact.tags())
        book.apply(fact, position)
    deciding = Deciding(Proposal(fact=when, enclosed=enclosed), i.HE)
    return [one.decision for one in deciding.decide(history, book, when.occurred_on)]


def test_a_nonce_is_committed_once_by_the_team(decide) -> None:
    assert decide(given=GIVEN, when=i.committed(), by=i.HE) == [i.committed()]
    with pytest.raises(StandsAlready):
        decide(given=COMMITTED, when=i.committed(), by=i.HE)
    with pytest.raises(NonceCommittedAlready):
        decide(given=COMMITTED, when=i.committed(nonce_digest="0" * 64), by=i.HE)
    with pytest.raises(NotOfTheTeam):
        decide(given=GIVEN, when=i.committed(), by=i.QIN)
    with pytest.raises(UnknownInspection):
        decide(given=GIVEN[:-1], when=i.committed(), by=i.HE)


def test_a_population_is_fixed_once_after_the_nonce_and_from_what_is_recorded(decide) -> None:
    assert decide(given=COMMITTED, when=i.fixed(), by=i.HE) == [i.fixed()]
    for given, when in (
        (GIVEN, i.fixed()),
        ([*GIVEN, i.committed(occurred_on=i.VISITED)], i.fixed()),
        ([*GIVEN, i.committed(inspection=InspectionId("insp-620121-2"))], i.fixed()),
    ):
        with pytest.raises(NonceNotCommitted):
            decide(given=given, when=when, by=i.HE)
    with pytest.raises(StandsAlready):
        decide(given=FIXED, when=i.fixed(), by=i.HE)
    with pytest.raises(PopulationFixedAlready):
        decide(given=FIXED, when=i.fixed(digest="0" * 64), by=i.HE)
    assert decide(given=COMMITTED, when=i.fixed(len(COMMITTED)), by=i.HE)
    for position in (len(COMMITTED) + 1, 0):
        with pytest.raises(AfterTheHead):
            decide(given=COMMITTED, when=i.fixed(position), by=i.HE)
    with pytest.raises(NotOfTheTeam):
        decide(given=COMMITTED, when=i.fixed(), by=i.QIN)


def test_a_population_is_one_of_the_two_kinds_and_lies_in_the_inspection_s_region(decide) -> None:
    for query in ("payments:talent-2016", "trainees:620121:2016", "trainees:620121100:2016"):
        assert decide(given=COMMITTED, when=i.fixed(query=query), by=i.HE)
    for query in ("trainees:620000:2016", "trainees:620122:2016", "trainees:620121", "payments:", "all of them"):
        with pytest.raises(PopulationUnclear):
            decide(given=COMMITTED, when=i.fixed(query=query), by=i.HE)


def test_how_many_are_drawn_and_how_is_fixed_with_the_population(decide) -> None:
    money = Method("monetary-unit", interval_fen=5_000)
    assert decide(given=COMMITTED, when=i.fixed(method=money), by=i.HE)
    for method in (Method("random"), Method("stratified", 3, 100), Method("monetary-unit", 3, 100)):
        with pytest.raises(WayOfDrawingUnclear):
            decide(given=COMMITTED, when=i.fixed(method=method), by=i.HE)


@pytest.mark.parametrize("method", [i.RANDOM, Method("stratified", 5), Method("monetary-unit", interval_fen=40_000)])
def test_a_sample_is_recorded_as_it_is_drawn(method: Method) -> None:
    when = i.sample(AT, method)
    assert draws([*COMMITTED, i.fixed(method=method), i.taken(AT)], when) == [when]


def test_a_sample_is_drawn_once() -> None:
    given = [*TAKEN, i.sample(AT)]
    with pytest.raises(StandsAlready):
        draws(given, i.sample(AT))
    with pytest.raises(SampleDrawnAlready):
        draws(given, i.sample(AT, occurred_on=i.FOUND))


def test_nothing_is_drawn_before_the_population_is_fixed() -> None:
    for given, when in (
        (COMMITTED, i.sample(AT)),
        ([*COMMITTED, i.fixed(occurred_on=i.FOUND)], i.sample(AT)),
        (TAKEN[: AT - 1], i.sample(AT)),
    ):
        with pytest.raises(PopulationNotFixed):
            draws(given, when)


def test_the_nonce_is_the_one_that_was_committed() -> None:
    with pytest.raises(NonceOtherwise):
        draws(TAKEN, i.sample(AT, nonce="12" * 32))


def test_the_log_s_signer_takes_one_checkpoint_that_covers_the_population(decide) -> None:
    assert decide(given=FIXED, when=i.taken(AT), by=i.SIGNER) == [i.taken(AT)]
    with pytest.raises(CheckpointTooEarly, match=f"fixed by fact {AT}"):
        decide(given=FIXED, when=i.taken(AT - 1), by=i.SIGNER)
    with pytest.raises(CannotBeDrawn):
        decide(given=FIXED, when=i.taken(AT, checkpoint="no checkpoint"), by=i.SIGNER)
    for given in (COMMITTED, [*COMMITTED, i.fixed(occurred_on=i.FOUND)]):
        with pytest.raises(PopulationNotFixed):
            decide(given=given, when=i.taken(AT), by=i.SIGNER)
    with pytest.raises(StandsAlready):
        decide(given=TAKEN, when=i.taken(AT), by=i.SIGNER)
    with pytest.raises(CheckpointTakenAlready, match=f"covers {AT} facts"):
        decide(given=TAKEN, when=i.taken(AT + 1), by=i.SIGNER)


def test_neither_the_team_nor_anybody_else_says_which_checkpoint_is_the_first(decide) -> None:
    for by in (i.HE, msgspec.structs.replace(i.SIGNER, role="system-administrator")):
        with pytest.raises(NotYourRole):
            decide(given=FIXED, when=i.taken(AT), by=by)


def test_nothing_is_drawn_but_from_the_first_cosigned_checkpoint() -> None:
    assert draws(TAKEN, i.sample(AT))
    with pytest.raises(CheckpointNotTaken):
        draws(FIXED, i.sample(AT))
    with pytest.raises(CheckpointNotTheFirst, match=f"of {AT + 5} facts .* covers {AT}"):
        draws(TAKEN, i.sample(AT + 5))
    with pytest.raises(CheckpointNotTheFirst):
        draws(TAKEN, i.sample(AT, checkpoint=i.note(AT, b"\x23" * 32)))
    with pytest.raises(CannotBeDrawn):
        draws(TAKEN, i.sample(AT, checkpoint="no checkpoint"))


def test_the_population_is_handed_in_and_is_the_one_that_was_fixed() -> None:
    for enclosed in (None, b"", i.POPULATION + b"x"):
        with pytest.raises(PopulationNotEnclosed):
            draws(TAKEN, i.sample(AT), enclosed)
    with pytest.raises(UnitsOtherwise):
        draws([*COMMITTED, i.fixed(units=19), i.taken(AT)], i.sample(AT))


def test_method_seed_and_list_are_those_of_the_draw() -> None:
    others = i.sample(AT).drawn[::-1]
    for part, fields in (
        ("method", {"method": "stratified"}),
        ("method", {"interval_fen": 5}),
        ("seed", {"seed": "0" * 64}),
        ("list", {"drawn": others}),
        ("list", {"drawn": i.sample(AT).drawn[:-1]}),
    ):
        with pytest.raises(DrawnOtherwise, match=part):
            draws(TAKEN, i.sample(AT, **fields))


def test_a_population_of_which_nothing_can_be_drawn_is_refused() -> None:
    huge = Method("monetary-unit", interval_fen=10**30)
    with pytest.raises(CannotBeDrawn):
        draws(
            [*COMMITTED, i.fixed(method=huge), i.taken(AT)], i.sample(AT, method="monetary-unit", interval_fen=10**30)
        )


def test_a_population_may_be_queried_at_any_position_up_to_the_head(decide) -> None:
    for position in (Position(1), Position(len(COMMITTED))):
        assert decide(given=COMMITTED, when=i.fixed(position), by=i.HE)
