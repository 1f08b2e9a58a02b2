"""Scores, certificates and the register of households, made by hand: what goes in, what is refused."""

from __future__ import annotations

from datetime import date

from form_files import HOUSEHOLDS, attendance, certificates, enrolled, register, scores
from import_samples import (
    CLERK,
    SmallHouse,
)

from taizhang.adapters.importing.importer import Importer
from taizhang.domain.certificates import CertificateIssued
from taizhang.domain.households import (
    HouseholdAttributeStated,
    HouseholdExited,
    HouseholdMemberListed,
    HouseholdRegistered,
)
from taizhang.domain.people import PersonRegistered
from taizhang.domain.scores import ScoreRecorded


def test_scores_go_in_as_tenths_and_results(house: SmallHouse) -> None:
    rows = enrolled(house, 3)
    result = Importer(house).run(
        scores(
            [
                [1, rows[0][1], rows[0][4], 85.5, "90分", None, "合格"],
                [2, rows[1][1], None, "缺考", None, None, "不合格"],
                [3, rows[2][1], rows[2][4], None, None, 77, None],
            ]
        ),
        "成绩.xlsx",
        CLERK,
    )
    assert result.counts["recorded"] == 3, result.verdicts
    kept = [
        (f.theory_tenths, f.practice_tenths, f.total_tenths, f.passed, f.occurred_on) for f in house.of(ScoreRecorded)
    ]
    day = date(2016, 4, 15)
    assert kept == [(855, 900, None, True, day), (None, None, None, False, day), (None, None, 770, None, day)]


def test_certificates_come_after_hours_and_a_number_of_an_identity_is_refused(house: SmallHouse) -> None:
    rows = enrolled(house, 3)
    Importer(house).run(
        attendance([[n, row[1], row[4], "√", "√", "√" if n else "×", 3] for n, row in enumerate(rows[:2])]),
        "考勤.xlsx",
        CLERK,
    )
    result = Importer(house).run(
        certificates(
            [
                [1, rows[0][1], rows[0][4], "GS2016-0001", "专项职业能力证书", "2016.4.16"],
                [2, rows[1][1], rows[1][4], "GS2016-0001", "专项职业能力证书", "2016.4.16"],
                [3, rows[2][1], rows[2][4], "GS2016-0003", "专项职业能力证书", "2016.4.16"],
            ]
        ),
        "颁证.xlsx",
        CLERK,
    )
    assert [verdict.outcome for verdict in result.verdicts] == ["recorded", "refused", "refused"], result.verdicts
    assert result.verdicts[1].rules == ("training.number-in-use",)
    assert result.verdicts[2].rules == ("training.hours-not-evidenced",)
    [issued] = house.of(CertificateIssued)
    assert (issued.kind, issued.number, issued.issuer) == ("special-skill", "GS2016-0001", "hr-620121")


def test_an_issuer_that_nobody_registered_is_told_of_with_where_to_register_it(house: SmallHouse) -> None:
    [row] = enrolled(house, 1)
    line: list[object] = [1, row[1], row[4], "GS2016-0001", "专项职业能力证书", "2016.4.16"]
    [verdict] = Importer(house).run(certificates([line], issuer="未登记的发证机关"), "颁证.xlsx", CLERK).verdicts
    assert verdict.outcome == "unusable"
    for words in (verdict.zh, verdict.en):
        assert "/record/institutions.register-organisation" in words
        assert "taizhang record" in words


def test_a_household_register_goes_in_with_members_and_exits(house: SmallHouse) -> None:
    importer, content = Importer(house), register(HOUSEHOLDS)
    result = importer.run(content, "户册.xlsx", CLERK)
    assert result.counts["recorded"] == 4, result.verdicts
    kept = [(fact.household, fact.attribute, fact.causes) for fact in house.of(HouseholdRegistered)]
    assert kept == [("62012101", "poor-minimum-living", ("illness",)), ("62012102", "poor", ("no-skill",))]
    assert [(fact.household, fact.relation) for fact in house.of(HouseholdMemberListed)] == [
        ("62012101", "head"),
        ("62012101", "spouse"),
        ("62012101", "child"),
        ("62012102", "head"),
    ]
    [exit] = house.of(HouseholdExited)
    assert (exit.household, exit.exit_year, exit.occurred_on) == ("62012102", 2015, date(2015, 12, 31))
    assert len(house.of(PersonRegistered)) == 4
    assert importer.run(content, "户册.xlsx", CLERK).counts["facts"] == 0


def test_a_register_that_says_otherwise_later_states_the_new_attribute_once(house: SmallHouse) -> None:
    importer = Importer(house)
    importer.run(register(HOUSEHOLDS), "户册.xlsx", CLERK)
    changed = [list(row) for row in HOUSEHOLDS]
    changed[0][7] = "一般贫困户"
    content = register(changed)
    for _ in range(2):
        importer.run(content, "户册2.xlsx", CLERK)
    [stated] = house.of(HouseholdAttributeStated)
    assert (stated.household, stated.attribute) == ("62012101", "poor")
