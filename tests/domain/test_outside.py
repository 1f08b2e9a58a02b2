"""Outside lists: whose they are, what they cover, and what an entry may and may not say."""

from __future__ import annotations

from datetime import date

import msgspec
import outside_samples as o
import pytest

from taizhang.domain.core import OfficerId, Position
from taizhang.domain.decisions import Amend, NotYourRole, OutsideYourRegion
from taizhang.domain.leads.ids import lead_id
from taizhang.domain.outside_refusals import (
    BeginsAfterItsList,
    CoverageRunsBackwards,
    ListIdTaken,
    MoreThanTheList,
    NumberInTheWords,
    OtherSubject,
    UnknownList,
)
from taizhang.domain.standing import DaysRunBackwards, OthersRestOnIt, StandsAlready

APPROVER = OfficerId("boss")


def test_a_lead_is_called_after_its_rule_and_its_subjects_in_any_order() -> None:
    one = lead_id("F12", ["person:b", "account:a", "person:b"])
    assert one == lead_id("F12", ["account:a", "person:b"]) == "Lf9f60f4290de525d"
    assert one != lead_id("F11", ["account:a", "person:b"])


def test_a_list_is_taken_in_once_under_its_id(decide) -> None:
    assert decide(given=[], when=o.listed()) == [o.listed()]
    with pytest.raises(StandsAlready):
        decide(given=[o.listed()], when=o.listed())
    with pytest.raises(ListIdTaken):
        decide(given=[o.listed()], when=o.listed(rows=4))


def test_a_list_covers_the_place_of_its_id_and_days_that_run_forwards(decide, clerk) -> None:
    with pytest.raises(OutsideYourRegion):
        decide(given=[], when=o.listed(region="620122"))
    with pytest.raises(CoverageRunsBackwards):
        decide(given=[], when=o.listed(outside_list="list-620122-deaths"))
    with pytest.raises(CoverageRunsBackwards):
        decide(given=[], when=o.listed(covers_since=date(2017, 1, 1)))
    assert decide(given=[], when=o.listed(covers_since=date(2017, 1, 1), covers_until=date(2017, 1, 2)))
    with pytest.raises(MoreThanTheList):
        decide(given=[], when=o.listed(unusable=4))
    institution = msgspec.structs.replace(clerk, role="institution")
    with pytest.raises(NotYourRole):
        decide(given=[], when=o.listed(), by=institution)


def test_an_entry_bears_the_kind_of_its_list_and_the_day_from_which_it_is_so(decide) -> None:
    asked = o.entry(kind="payroll", occurred_on=o.DATED)
    assert decide(given=[o.listed()], when=asked) == [o.entry()]
    [dateless] = decide(given=[o.listed()], when=o.entry(since=None))
    assert dateless.occurred_on == o.DATED


def test_an_entry_belongs_to_a_list_and_is_one_of_its_rows(decide) -> None:
    with pytest.raises(UnknownList):
        decide(given=[], when=o.entry())
    given = [o.listed(), o.entry()]
    with pytest.raises(StandsAlready):
        decide(given=given, when=o.entry())
    with pytest.raises(MoreThanTheList):
        decide(given=given, when=o.entry(person="pwang"))
    assert decide(given=given, when=o.entry(number=3, person="pwang"))
    with pytest.raises(MoreThanTheList):
        decide(given=given, when=o.entry(number=4, person="pwang"))


def test_each_kind_of_list_speaks_of_its_own_kind_of_thing(decide) -> None:
    for fields in ({"person": None}, {"account": "a1"}, {"person": None, "institution": "school-1"}):
        with pytest.raises(OtherSubject):
            decide(given=[o.listed()], when=o.entry(**fields))
    bank, licences = o.listed(kind="bank-returns"), o.listed(kind="licences")
    assert decide(given=[bank], when=o.entry(account="a1", person=None))
    assert decide(given=[bank], when=o.entry(account="a1"))  # with its holder
    with pytest.raises(OtherSubject):
        decide(given=[bank], when=o.entry())
    assert decide(given=[licences], when=o.entry(person=None, institution="school-1"))


def test_a_list_does_not_tell_of_a_death_after_it_was_made(decide) -> None:
    late = date(2017, 1, 1)
    with pytest.raises(BeginsAfterItsList):
        decide(given=[o.listed()], when=o.entry(since=late))
    [planned] = decide(given=[o.listed(kind="payroll")], when=o.entry(since=late))
    assert planned.occurred_on == o.DATED
    with pytest.raises(DaysRunBackwards):
        decide(given=[o.listed(kind="payroll")], when=o.entry(until=date(2016, 3, 31)))


@pytest.mark.parametrize("words", ["电话13800138000", "62012119800101123X", "6222021234567890123"])
def test_no_personal_number_enters_with_the_words_of_a_list(decide, words: str) -> None:
    with pytest.raises(NumberInTheWords):
        decide(given=[o.listed()], when=o.entry(says=words))
    with pytest.raises(NumberInTheWords):
        decide(given=[o.listed()], when=o.entry(named_unit=words))
    assert decide(given=[o.listed()], when=o.entry(says="村医,2016年", named_unit="91620121MA00000000"))


def test_a_list_that_was_read_out_keeps_its_kind_its_date_and_its_rows(decide) -> None:
    given = [o.listed(), o.entry(number=2)]

    def corrected(now, void=False):
        amend = Amend(corrects=Position(1), was=o.listed(), reason="wrong", approver=APPROVER, void=void)
        return decide(given=given, when=now, amend=amend)

    assert corrected(o.listed(made_by="卫生健康局(样例)"))
    assert corrected(o.listed(rows=2))
    for now in (o.listed(rows=1), o.listed(kind="payroll"), o.listed(occurred_on=date(2016, 12, 30))):
        with pytest.raises(OthersRestOnIt):
            corrected(now)
    with pytest.raises(OthersRestOnIt):
        corrected(o.listed(), void=True)
