"""Rows that come after a seal: added with its name, a reason and another officer's approval, and nothing else marked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from import_samples import CLERK, COOKS, COUNTY, SmallHouse, filed, people, record, roster, small_house

from taizhang.adapters.cli.main import run
from taizhang.adapters.importing.importer import Importer
from taizhang.domain.classes import ClassId
from taizhang.domain.core import LateAddition, OfficerId
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.sealing import PeriodSealed, SealId

FIRST_HALF, LATER = SealId("2016-04-1"), ClassId("c620121-2016-02")
ADDITION = LateAddition(seal=FIRST_HALF, reason="乡镇漏报", approver=OfficerId("second"))


def sealed(house: SmallHouse) -> None:
    """The first ten days of April are closed; one class began in them, another begins after them."""
    record(house, CLERK, [filed(LATER, name="二班", starts_on=date(2016, 4, 12), ends_on=date(2016, 4, 22))])
    seal = PeriodSealed(
        seal=FIRST_HALF,
        region=COUNTY,
        since=date(2016, 4, 1),
        until=date(2016, 4, 10),
        occurred_on=date(2016, 4, 16),
    )
    record(house, CLERK, [seal])


def two_classes() -> bytes:
    """Two rows of the class in the sealed days, then one of the class after them."""
    headers = ["班次编号", "姓名", "身份证号码"]
    numbers = ["2016-01", "2016-01", "2016-02"]
    rows = [[no, row[1], row[4]] for no, row in zip(numbers, people(3), strict=True)]
    return roster(rows, class_no="", headers=headers)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallHouse]:
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with small_house(tmp_path, url, url) as made:
        sealed(made)
        yield made


def additions(house: SmallHouse) -> dict[ClassId, set[LateAddition | None]]:
    found: dict[ClassId, set[LateAddition | None]] = {}
    for one in house.facts():
        if isinstance(one.fact, TraineeEnrolled):
            found.setdefault(one.fact.training_class, set()).add(one.addition)
    return found


def test_after_a_seal_a_file_is_refused_and_only_for_its_sealed_days(house: SmallHouse) -> None:
    result = Importer(house).run(two_classes(), "花名册.xlsx", CLERK)
    assert [one.rules for one in result.verdicts] == [("statements.period-is-sealed",)] * 2 + [()]
    assert FIRST_HALF in result.verdicts[0].zh


def test_a_late_addition_marks_the_rows_of_sealed_days_and_no_others(house: SmallHouse) -> None:
    result = Importer(house).run(two_classes(), "花名册.xlsx", CLERK, addition=ADDITION)
    assert [one.outcome for one in result.verdicts] == ["recorded"] * 3, result.verdicts
    assert additions(house) == {COOKS: {ADDITION}, LATER: {None}}
    assert ("补报 / Late additions", "2 条按补报办理", "2 entries handled as late additions") in result.summary
    again = Importer(house).run(two_classes(), "花名册.xlsx", CLERK, addition=ADDITION)
    assert [one.outcome for one in again.verdicts] == ["unchanged"] * 3


def test_nobody_approves_an_addition_of_their_own(house: SmallHouse) -> None:
    own = msgspec.structs.replace(ADDITION, approver=CLERK.officer)
    result = Importer(house).run(two_classes(), "花名册.xlsx", CLERK, addition=own)
    assert [one.rules for one in result.verdicts] == [("statements.added-and-approved-by-one",)] * 2 + [()]
    assert additions(house) == {LATER: {None}}


def test_another_seal_opens_nothing_and_the_result_says_so(house: SmallHouse) -> None:
    other = msgspec.structs.replace(ADDITION, seal="2015-12")
    tried = Importer(house).run(two_classes(), "花名册.xlsx", CLERK, addition=other, dry_run=True)
    assert [one.rules for one in tried.verdicts] == [("statements.period-is-sealed",)] * 2 + [()]
    assert any("没有封存本文件涉及的任何日期" in zh for _, zh, _ in tried.summary)


def test_an_interrupted_import_goes_on_with_its_addition(house: SmallHouse) -> None:
    one = Importer(house)
    digest = house.files.put(two_classes())
    job = one.jobs.begin(one._asked(two_classes(), "花名册.xlsx", CLERK, addition=ADDITION))
    assert job.asked.file == digest
    one.jobs.release(job)
    [result] = one.resume()
    assert result.counts["recorded"] == 3
    assert additions(house)[COOKS] == {ADDITION}


@pytest.mark.parametrize("given", [["--seal", "s"], ["--approver", "li"], ["--seal", "s", "--reason", "漏报"]])
def test_the_command_line_wants_seal_approver_and_reason_together(
    given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("花名册.xlsx").write_bytes(two_classes())
    assert run(["--officer", "li", "import", "花名册.xlsx", *given]) == 2
    assert "--approver" in capsys.readouterr().err


def test_the_command_line_hands_the_addition_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("花名册.xlsx").write_bytes(two_classes())
    for officer, call in (
        ("", ["init", "--preset", "gansu", "--json"]),
        ("admin", ["officer", "li", "--role", "clerk", "--region", COUNTY, "--json"]),
    ):
        assert run([*(["--officer", officer] if officer else []), *call]) == 0
        monkeypatch.setenv("TAIZHANG_OFFICER_KEY", msgspec.json.decode(capsys.readouterr().out)["key"])
    late = ["--seal", "s", "--approver", "wang", "--reason", "漏报", "--dry-run", "--json"]
    run(["--officer", "li", "import", "花名册.xlsx", *late])
    [answer] = msgspec.json.decode(capsys.readouterr().out)["rows"]
    assert any(what.startswith("补报") for what, _, _ in answer["summary"])
