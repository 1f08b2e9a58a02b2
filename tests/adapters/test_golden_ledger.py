"""A ledger of 30 steps that an accountant can check on paper: the real desk, the views and the command line agree with it.

The figures of tests/golden/*.csv were worked out by hand; docs/money.md prints them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from golden_house import JOBS, TALENT, Balances, GoldenHouse, cuts, end_of, ledger

from taizhang.adapters.cli.main import run
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.projections.follow import Follower
from taizhang.projections.funds.statement import Statement, statement
from taizhang.projections.funds.steps import steps
from taizhang.projections.funds.use import use
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.views import all_views

LINES = (TALENT, JOBS)
COMMITTED = "committed"
PAYEES = {"advance": "advance:advance-1", "institution": "institution:school", "person": "person:chen"}


@pytest.fixture
def house(engine_url: str) -> Iterator[GoldenHouse]:
    opened = GoldenHouse(engine_url)
    yield opened
    opened.close()


@pytest.fixture
def recorded(house: GoldenHouse) -> GoldenHouse:
    """The house with all 30 steps."""
    for _ in house.record():
        pass
    follower(house).catch_up()
    return house


def follower(house: GoldenHouse) -> Follower:
    made = Follower(house.log, house.log.database, all_views())
    made.set_up()
    return made


def balances(found: Statement) -> Balances:
    """What is left on every account of a statement, as the ledger names them."""
    return {
        (found.line, one.book, PAYEES.get(one.account, one.holder)): one.balance_fen
        for one in (*found.accounts(), *found.payees())
    }


def stated(house: GoldenHouse, cut: Cuts = NOW) -> Balances:
    """What is left on every account of both lines, and what each line is committed to pay."""
    with house.log.database.read() as connection:
        found = {key: fen for line in LINES for key, fen in balances(statement(connection, line, cut)).items()}
        for one in use(connection, date(2016, 12, 31), by=("line", "region"), cuts=cut):
            found[one.key[0], COMMITTED, one.key[1]] = one.figures["committed_fen"] or 0
        return found


def accounts(found: Balances) -> Balances:
    """The balances that are not even, without commitments, which are no accounts."""
    return {key: fen for key, fen in held(found).items() if key[1] != COMMITTED}


def held(found: Balances) -> Balances:
    return {key: fen for key, fen in found.items() if fen}


def test_the_ledger_written_by_hand_is_itself_in_balance() -> None:
    budgets = {(TALENT, "quota"): 500_000, (TALENT, "cash"): 500_000, (JOBS, "quota"): 300_000, (JOBS, "cash"): 300_000}
    assert {row.step.rstrip("ab") for row in ledger()} == {str(number) for number in range(1, 31)}
    for row in ledger()[3:]:
        for (line, book), budget in budgets.items():
            assert sum(fen for key, fen in row.balances.items() if key[:2] == (line, book)) == budget, row.step


def test_every_balance_after_every_step_is_the_one_worked_out_by_hand(house: GoldenHouse) -> None:
    follow = follower(house)
    for row in house.record():
        follow.catch_up()
        assert held(stated(house)) == held(row.balances), row.step


def test_the_past_of_every_step_is_told_as_it_was_then(recorded: GoldenHouse) -> None:
    for row in ledger():
        [fact] = recorded.log.at([recorded.positions[row.step]])
        assert held(stated(recorded, Cuts(fact.recorded_at))) == held(row.balances), row.step


def test_both_axes_give_what_was_worked_out_by_hand(recorded: GoldenHouse) -> None:
    for cut in cuts():
        asked = Cuts(end_of(cut.recorded) if cut.recorded else None, cut.effective)
        assert held(stated(recorded, asked)) == held(cut.balances), cut.about


def test_the_replay_tells_every_step_with_its_balances(recorded: GoldenHouse) -> None:
    rows = {recorded.positions[row.step]: row for row in ledger()}
    with recorded.log.database.read() as connection:
        for line in LINES:
            now: dict[tuple[str, str, str], int] = {}
            for step in steps(connection, line):
                now |= {(line, move.book, move.account): move.after_fen for move in step.moves}
                row = rows[step.position]
                mine = {key: fen for key, fen in row.balances.items() if key[0] == line}
                assert held({key: fen for key, fen in now.items() if key[2] != "outside"}) == accounts(mine), row.step
                assert step.late_days == (row.recorded - row.effective).days, row.step
                assert step.document == row.document or row.document == "", row.step


def test_the_command_line_tells_the_same_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'golden.db'}"
    house = GoldenHouse(url)
    for _ in house.record():
        pass
    follower(house).catch_up()
    positions = house.positions
    house.close()
    keys = VaultKeys.generate()
    for name, value in (("DATABASE", url), ("VAULT", f"sqlite:///{tmp_path / 'vault.db'}"), ("VAULT_KEY", keys.text())):
        monkeypatch.setenv(f"TAIZHANG_{name}", value)
    monkeypatch.chdir(tmp_path)

    def said(*arguments: str) -> Any:
        capsys.readouterr()
        assert run([*arguments, "--json"]) == 0
        return msgspec.json.decode(capsys.readouterr().out)

    last = {row.step: row for row in ledger()}["30"].balances
    told = said("replay", f"fund:{TALENT}")["steps"]
    after = {(TALENT, one["book"], one["account"]): one["after_fen"] for step in told for one in step["balances"]}
    assert held({key: fen for key, fen in after.items() if key[2] != "outside"}) == accounts(
        {key: fen for key, fen in last.items() if key[0] == TALENT}
    )
    first = said("replay", f"fund:{TALENT}", "--from", str(positions["11"]), "--to", str(positions["12"]))["steps"]
    assert [(one["corrects"], one["amount_fen"], one["late_days"]) for one in first] == [
        (None, 40_000, 0),
        (positions["11"], 30_000, 3),
    ]
    line = next(row for row in said("funds")["rows"] if row["line"] == TALENT)
    assert line["balance_fen"] == sum(
        fen for (of, book, account), fen in last.items() if (of, book) == (TALENT, "cash") and account[0].isdigit()
    )
    two = said("replay", f"fund:{JOBS}", "--then", "2016-02-10")
    county = next(
        one for one in two["accounts"] if (one["holder"], one["account"], one["book"]) == ("620121", "own", "cash")
    )
    assert (county["then_fen"], county["now_fen"]) == (0, 30_000)
    assert positions["8"] in {one["position"] for one in two["steps"]}
