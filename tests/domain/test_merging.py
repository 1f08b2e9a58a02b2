"""Merging: one person under several ids, unless somebody cannot have been in two places."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.classes import ClassId
from taizhang.domain.core import Fact, PersonId, RegionCode
from taizhang.domain.hours import SessionHours
from taizhang.domain.merging import (
    DuplicateId,
    DuplicateQueued,
    DuplicateResolved,
    MergedWithItself,
    MergeWouldOverlap,
    NoSuchDuplicate,
    NotMergedYet,
    NotOnePerson,
    ResolvedAlready,
)
from taizhang.domain.people import PersonRegistered, PersonsMerged, PersonsSeparated, UnknownPerson
from taizhang.domain.standing import StandsAlready

DAY = date(2016, 5, 9)
A, B, C = PersonId("a"), PersonId("b"), PersonId("c")
PEOPLE: list[Fact] = [
    PersonRegistered(person=person, statement="s", county=RegionCode("620121"), occurred_on=DAY) for person in (A, B, C)
]


def attended(person: PersonId, training_class: str, start: int, end: int) -> AttendanceTaken:
    return AttendanceTaken(
        person=person,
        training_class=ClassId(f"c620121-{training_class}"),
        marks=(SessionHours(DAY, start, end),),
        occurred_on=DAY,
    )


def merged(kept: PersonId, *others: PersonId, group: tuple[PersonId, ...] = ()) -> PersonsMerged:
    return PersonsMerged(kept=kept, merged=others, group=group, occurred_on=DAY)


AB = merged(A, B, group=(A, B))
QUEUED = DuplicateQueued(duplicate=DuplicateId("d1"), persons=(A, B), kind="same-name-and-birth", occurred_on=DAY)


def resolved(decision: Any, *persons: PersonId) -> DuplicateResolved:
    return DuplicateResolved(duplicate=DuplicateId("d1"), persons=persons or (A, B), decision=decision, occurred_on=DAY)


def test_two_ids_become_one_person(decide) -> None:
    assert decide(given=PEOPLE, when=merged(A, B)) == [AB]
    with pytest.raises(StandsAlready):
        decide(given=[*PEOPLE, AB], when=merged(B, A))


def test_a_third_id_joins_the_whole_group(decide) -> None:
    assert decide(given=[*PEOPLE, AB], when=merged(C, B)) == [merged(C, B, group=(A, B, C))]


def test_ids_that_attended_in_the_same_hour_are_not_merged_and_class_day_and_hours_are_named(decide) -> None:
    given = [*PEOPLE, attended(A, "x", 480, 600), attended(B, "y", 540, 660)]
    with pytest.raises(MergeWouldOverlap, match=r"2016-05-09 one attended class c620121-x at 2016-05-09 08:00-10:00"):
        decide(given=given, when=merged(A, B))


def test_an_overlap_with_any_id_of_the_group_counts(decide) -> None:
    given = [*PEOPLE, AB, attended(A, "x", 480, 600), attended(C, "y", 540, 660)]
    with pytest.raises(MergeWouldOverlap, match="c620121-y"):
        decide(given=given, when=merged(B, C))


def test_hours_that_only_touch_do_not_stand_in_the_way(decide) -> None:
    given = [*PEOPLE, attended(A, "x", 480, 600), attended(B, "y", 600, 660)]
    assert decide(given=given, when=merged(A, B)) == [AB]


def test_only_other_registered_persons_are_merged(decide) -> None:
    with pytest.raises(MergedWithItself):
        decide(given=PEOPLE, when=merged(A, A))
    with pytest.raises(UnknownPerson):
        decide(given=PEOPLE[:1], when=merged(A, B))


def test_separated_ids_are_free_to_be_merged_otherwise(decide) -> None:
    separated = PersonsSeparated(kept=A, separated=(B,), occurred_on=DAY)
    [fact] = decide(given=[*PEOPLE, AB], when=separated)
    assert fact.kept_group == (A,)
    assert decide(given=[*PEOPLE, AB, fact], when=merged(B, C)) == [merged(B, C, group=(B, C))]
    with pytest.raises(NotOnePerson, match="c"):
        decide(given=[*PEOPLE, AB], when=PersonsSeparated(kept=A, separated=(C,), occurred_on=DAY))


def test_a_queued_duplicate_is_decided_once(decide) -> None:
    given = [*PEOPLE, QUEUED]
    assert decide(given=PEOPLE, when=QUEUED) == [QUEUED]
    assert decide(given=given, when=resolved("different")) == [resolved("different")]
    with pytest.raises(StandsAlready):
        decide(given=given, when=QUEUED)
    with pytest.raises(ResolvedAlready, match="different"):
        decide(given=[*given, AB, resolved("different")], when=resolved("same"))
    with pytest.raises(NoSuchDuplicate):
        decide(given=given, when=resolved("different", A, C))


def test_persons_are_called_the_same_only_after_their_merge(decide) -> None:
    with pytest.raises(NotMergedYet, match="Merge them first"):
        decide(given=[*PEOPLE, QUEUED], when=resolved("same"))
    assert decide(given=[*PEOPLE, QUEUED, AB], when=resolved("same")) == [resolved("same")]
