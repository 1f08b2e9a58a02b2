"""Bank accounts: whose they are stands in the log, the number never does; a placeholder is no number."""

from __future__ import annotations

import claim_samples as c
import pytest
import training_samples as t

from taizhang.domain.decisions import NotYourInstitution, OutsideYourRegion
from taizhang.domain.funds.account_numbers import (
    AccountLostDigits,
    PlaceholderAccount,
    account_number,
    mask_account,
)
from taizhang.domain.funds.registering import OnePayeeEach
from taizhang.domain.institutions import UnknownInstitution
from taizhang.domain.people import UnknownPerson
from taizhang.domain.standing import StandsAlready

GIVEN = [c.SCHOOL, *c.PEOPLE]


def test_an_account_is_registered_for_a_person_or_an_institution(decide) -> None:
    for one in (c.account(), c.account(c.LIS, t.LI)):
        assert decide(given=GIVEN, when=one) == [one]
    for payees in ({"institution": t.SCHOOL, "person": t.LI}, {"institution": None}):
        with pytest.raises(OnePayeeEach):
            decide(given=GIVEN, when=c.account(**payees))


def test_only_a_registered_payee_has_an_account(decide) -> None:
    with pytest.raises(UnknownInstitution):
        decide(given=[], when=c.account())
    with pytest.raises(UnknownPerson):
        decide(given=[], when=c.account(c.LIS, t.LI), registered=())


def test_an_account_that_another_payee_named_is_accepted_and_the_same_twice_changes_nothing(decide) -> None:
    given = [*GIVEN, c.account(c.LIS, t.LI)]
    assert decide(given=given, when=c.account(c.LIS, t.ZHAO))
    with pytest.raises(StandsAlready):
        decide(given=given, when=c.account(c.LIS, t.LI, document="again"))


def test_an_institution_registers_its_own_account_and_those_of_trainees(decide) -> None:
    office = t.officer("office", role="institution")
    assert decide(given=GIVEN, when=c.account(), by=office)
    assert decide(given=GIVEN, when=c.account(c.LIS, t.LI), by=office)
    with pytest.raises(NotYourInstitution):
        decide(given=GIVEN, when=c.account(institution=t.InstitutionId("other")), by=office)
    with pytest.raises(OutsideYourRegion):
        decide(given=GIVEN, when=c.account(county=t.RegionCode("620122")))


@pytest.mark.parametrize(
    "written",
    [
        "",
        "   ",
        "-",
        "无",
        "待补",
        "6217 ABCD 0000 1234",
        "1234567",
        "11111111111",
        "0000000000000000000",
        "12345678",
        "1234567890123",
        "7890123456789",
        "9876543210",
        "1010101010",
        "6262626262626",
        "6" * 33,
    ],
)
def test_a_placeholder_is_refused_without_repeating_it(written) -> None:
    with pytest.raises(PlaceholderAccount) as refusal:
        account_number(written)
    said = refusal.value.words("zh") + refusal.value.words("en") + str(vars(refusal.value))
    assert not written.strip("- ") or written not in said


@pytest.mark.parametrize("written", ["6222" + "0" * 15, "62220000000000", "99999999991", "6222 0000 0000 00 123"])
def test_ten_equal_digits_in_a_row_are_a_placeholder_and_both_languages_say_so(written) -> None:
    with pytest.raises(PlaceholderAccount) as refusal:
        account_number(written)
    assert "连续 10 位以上为同一数字" in refusal.value.words("zh")
    assert "ten times or more in a row" in refusal.value.words("en")


def test_nine_equal_digits_in_a_row_may_be_an_account() -> None:
    assert account_number("6222" + "0" * 9 + "17") == "622200000000017"


@pytest.mark.parametrize("written", ["6.21700E+18", "6.217e18", "6.2E+15"])
def test_a_number_that_a_spreadsheet_shortened_is_refused_with_that_explanation(written) -> None:
    with pytest.raises(AccountLostDigits, match="kept the account number as a quantity"):
        account_number(written)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("6217 0042 7000 1234 567", "6217004270001234567"),
        ("６２１７００４２７０００１２３４５６７", "6217004270001234567"),
        ("2700-1234-5678", "270012345678"),
        ("12345679", "12345679"),
        ("11111112", "11111112"),
    ],
)
def test_a_number_is_read_however_it_is_written(written, number) -> None:
    assert account_number(written) == number


def test_a_masked_number_shows_its_last_four_digits() -> None:
    assert mask_account("6217004270001234567") == "***************4567"
