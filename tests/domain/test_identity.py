"""Identity numbers as clerks write them. Every number here is generated or is one of the standard's own examples."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.domain.core import Refusal
from taizhang.domain.identity import (
    Identity,
    IdentityBirthImpossible,
    IdentityKind,
    IdentityLostDigits,
    IdentityMissing,
    IdentityNotANumber,
    Sex,
    WrongCheckDigit,
    birth_date,
    check_digit,
    generate_identity,
    issue_region_code,
    mask_identity,
    mask_name,
    normalise_identity,
    other_identity,
    parse_identity,
    sex,
)

TODAY = date(2017, 6, 1)
SAMPLE = generate_identity("622621", date(1978, 3, 5), 17)
REFUSALS = [IdentityMissing, IdentityNotANumber, WrongCheckDigit, IdentityBirthImpossible, IdentityLostDigits]
generated = st.builds(
    generate_identity, st.just("622621"), st.dates(date(1900, 1, 1), date(2016, 12, 31)), st.integers(1, 999)
)


@pytest.mark.parametrize("number", ["11010519491231002X", "34052419800101001X", "440524188001010014"])
def test_the_standards_own_examples_are_read(number: str) -> None:
    assert parse_identity(number, TODAY) == Identity(IdentityKind.RESIDENT_18, number)
    assert check_digit(number[:17]) == number[17]


@given(generated)
def test_a_generated_number_is_read_as_it_stands(number: str) -> None:
    assert parse_identity(number, TODAY).number == number


@given(generated, st.data())
def test_any_single_mistyped_digit_is_refused(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 16))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    with pytest.raises((WrongCheckDigit, IdentityBirthImpossible, IdentityLostDigits)):
        parse_identity(number[:place] + wrong + number[place + 1 :], TODAY)


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "110105-19491231-002X",
        "110105—19491231—002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "１１０１０５１９４９１２３１００２ｘ",
        "\u3000110105\u00a019491231\u2003002X\t",
        "\u202d11010519491231002X\u202c",
        "\ufeff11010519491231002X\r\n",
        "'11010519491231002X",
        "11010519491231002×",
        "11010519491231002Х",  # a Cyrillic letter
    ],
)
def test_a_number_is_read_however_it_was_typed(written: str) -> None:
    assert parse_identity(written, TODAY) == Identity(IdentityKind.RESIDENT_18, "11010519491231002X")


@pytest.mark.parametrize("cell", ["110105491231002", 110105491231002, 110105491231002.0, "110105491231002.0"])
def test_fifteen_digits_are_lifted_to_the_eighteen_of_the_same_person(cell: Any) -> None:
    lifted = parse_identity(cell, TODAY)
    assert lifted == Identity(IdentityKind.RESIDENT_18, "11010519491231002X", lifted_from_15=True)
    assert lifted.written_as is IdentityKind.RESIDENT_15
    assert lifted.indexed_as == parse_identity("11010519491231002X", TODAY).indexed_as


def test_a_disability_card_leads_to_the_resident_number_in_it() -> None:
    card = parse_identity("11010519491231002x43", TODAY)
    assert card == Identity(IdentityKind.DISABILITY_20, "11010519491231002X43")
    assert card.indexed_as == (IdentityKind.RESIDENT_18, "11010519491231002X")
    with pytest.raises(WrongCheckDigit):
        parse_identity("11010519491231002143", TODAY)


def test_another_papers_number_is_kept_normalised_and_says_nothing_else() -> None:
    passport = other_identity(" ｅ 1234-5678 ")
    assert passport == Identity(IdentityKind.OTHER, "E12345678")
    assert (birth_date(passport), sex(passport), issue_region_code(passport)) == (None, None, None)
    with pytest.raises(IdentityMissing):
        other_identity(" — ")


@pytest.mark.parametrize("nothing", [None, "", "  ", "\u3000", "-"])
def test_an_empty_cell_is_a_missing_number(nothing: str | None) -> None:
    with pytest.raises(IdentityMissing):
        parse_identity(nothing, TODAY)


@pytest.mark.parametrize(
    "written",
    [
        SAMPLE[:17],
        SAMPLE + "1",
        "X" + SAMPLE[1:],
        SAMPLE.replace("1978", "197八"),
        "无",
        "见附件",
        "１３９００００００００",
        1.5,
        float("nan"),
        float("inf"),
        -5,
    ],
)
def test_what_has_the_wrong_length_or_characters_is_no_number(written: Any) -> None:
    with pytest.raises(IdentityNotANumber):
        parse_identity(written, TODAY)


@pytest.mark.parametrize("birth", ["19780230", "19781301", "19780000", "00010101", "17990101", "20170602"])
def test_a_birth_date_that_cannot_be_is_refused_though_the_check_digit_is_right(birth: str) -> None:
    first17 = f"622621{birth}017"
    with pytest.raises(IdentityBirthImpossible):
        parse_identity(first17 + check_digit(first17), TODAY)


def test_birth_on_the_very_day_is_possible_and_without_a_today_the_future_is_not_judged() -> None:
    newborn = generate_identity("621202", TODAY, 1)
    assert birth_date(parse_identity(newborn, TODAY)) == TODAY
    assert birth_date(parse_identity(generate_identity("621202", date(2018, 1, 1), 1))) == date(2018, 1, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "6.22621E+17",
        "６．２２６２１Ｅ＋１７",
        "6.22621197803050e+17",
        "6E17",
        float(SAMPLE[:17] + "0"),
        622621197803050000,
        SAMPLE[:15] + "000",
    ],
)
def test_a_number_that_excel_destroyed_is_explained_and_never_guessed(cell: Any) -> None:
    with pytest.raises(IdentityLostDigits):
        parse_identity(cell, TODAY)


def test_a_true_number_that_ends_in_three_zeros_is_read_from_a_text_cell_only() -> None:
    births = (date(1960 + year, 1, 1) for year in range(50))
    number = next(n for n in (generate_identity("622621", born, 100) for born in births) if n.endswith("000"))
    assert parse_identity(number, TODAY).number == number
    with pytest.raises(IdentityLostDigits):
        parse_identity(int(number), TODAY)


def test_a_number_tells_birth_sex_and_the_county_of_issue() -> None:
    man = parse_identity(SAMPLE, TODAY)
    woman = parse_identity(generate_identity("622621", date(1980, 2, 29), 18), TODAY)
    assert (birth_date(man), sex(man), issue_region_code(man)) == (date(1978, 3, 5), Sex.MALE, "622621")
    assert (birth_date(woman), sex(woman)) == (date(1980, 2, 29), Sex.FEMALE)


@pytest.mark.parametrize("refusal", REFUSALS)
def test_each_refusal_speaks_both_languages_under_a_name_of_its_own(refusal: type[Refusal]) -> None:
    raised = refusal(length=17) if refusal is IdentityNotANumber else refusal()
    assert re.search("[\u4e00-\u9fff]", raised.words("zh"))
    assert raised.words("en").isascii()
    assert "{" not in raised.words("zh") + raised.words("en")
    assert raised.RULE.startswith("identity.")
    assert raised.SOURCE
    assert len({each.RULE for each in REFUSALS}) == len(REFUSALS)


@pytest.mark.parametrize(
    "written", [SAMPLE[:17], SAMPLE[:17] + "Y", SAMPLE[:6] + "99999999" + SAMPLE[14:], SAMPLE[:15] + "000"]
)
def test_no_refusal_repeats_any_part_of_the_number(written: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_identity(written, TODAY)
    told = caught.value.words("zh") + str(caught.value) + repr(caught.value) + repr(vars(caught.value))
    assert written[:6] not in told
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_an_identity_shows_itself_masked() -> None:
    assert SAMPLE not in repr(parse_identity(SAMPLE, TODAY))


def test_a_masked_number_keeps_the_first_four_and_the_last_two() -> None:
    assert mask_identity("11010519491231002X") == "1101************2X"
    assert mask_identity("E1234567") == "********"
    assert mask_identity("") == ""


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张某某"),
        ("王小明", "王某某"),
        ("欧阳样本", "欧阳某某"),
        ("欧阳", "欧某某"),
        ("阿依古丽·样本", "阿某某"),
        ("司马义·样本", "司某某"),
        (" 李四 ", "李某某"),
        ("", ""),
    ],
)
def test_a_masked_name_keeps_the_surname(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_normalising_is_settled_after_once() -> None:
    once = normalise_identity("１１０１０５-１９４９１２３１ ００２ｘ")
    assert normalise_identity(once) == once == "11010519491231002X"
