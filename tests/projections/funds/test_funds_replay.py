"""Replay: told step by step, a line ends where its statement stands, and two columns differ by the facts between."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from money_histories import LINES, Change, any_cuts, balances, changes, recorded
from test_funds_statement import SLOW, followed, held

from taizhang.projections.funds.lineage import paid_sums, shares_of_line, shares_of_persons
from taizhang.projections.funds.rows import shares
from taizhang.projections.funds.statement import statement
from taizhang.projections.funds.steps import Step, steps
from taizhang.projections.funds.then_and_now import then_and_now
from taizhang.projections.replay import NOW, Cuts


def ended(told: list[Step]) -> dict[tuple[str, str], int]:
    """Where each account stood after its last step, without the even ones."""
    found = {(move.account, move.book): move.after_fen for step in told for move in step.moves}
    return {key: amount for key, amount in found.items() if amount}


@SLOW
@given(changes, any_cuts())
def test_the_replay_ends_at_the_balances_of_the_cut(made: list[Change], cut: Cuts) -> None:
    log = recorded(made)
    with followed(log) as database, database.read() as connection:
        for line in LINES:
            told = list(steps(connection, line, cuts=cut))
            assert ended(told) == balances(log, line, cut)
            assert [step.position for step in told] == sorted(step.position for step in told)


@SLOW
@given(changes, st.integers(1, 25), st.integers(0, 25))
def test_the_replay_of_a_stretch_goes_on_from_the_balances_before_it(made: list[Change], first: int, many: int) -> None:
    log = recorded(made)
    with followed(log) as database, database.read() as connection:
        for line in LINES:
            begins = balances(log, line, NOW, upto=first - 1)
            seen: dict[tuple[str, str], int] = {}
            for step in steps(connection, line, first, first + many):
                assert first <= step.position <= first + many
                for move in step.moves:
                    key = move.account, move.book
                    assert move.before_fen == seen.get(key, begins.get(key, 0))
                    assert move.after_fen == move.before_fen + move.change_fen
                    seen[key] = move.after_fen
            ends = balances(log, line, NOW, upto=first + many)
            assert all(ends.get(key, 0) == amount for key, amount in seen.items())


@SLOW
@given(changes, any_cuts(), any_cuts())
def test_the_facts_between_two_columns_explain_every_difference(made: list[Change], then: Cuts, now: Cuts) -> None:
    log = recorded(made)
    with followed(log) as database, database.read() as connection:
        for line in LINES:
            found = then_and_now(connection, line, then, now)
            sums: dict[tuple[str, str, str], int] = {}
            for one in found.facts:
                for effect in one.effects:
                    key = effect.holder, effect.account, effect.book
                    sums[key] = sums.get(key, 0) + effect.change_fen
            differences = {(c.holder, c.account, c.book): c.now_fen - c.then_fen for c in found.accounts}
            assert {k: v for k, v in sums.items() if v} == {k: v for k, v in differences.items() if v}
            assert held(found.now) == held(statement(connection, line, now))


@SLOW
@given(changes)
def test_the_shares_of_a_line_and_of_its_persons_are_the_same_fen(made: list[Change]) -> None:
    log = recorded(made)
    with followed(log) as database, database.read() as connection:
        expected: dict[tuple[str, str], int] = {}
        for number, fact in enumerate(log.facts):
            for sign, body in _bodies(fact):
                for one in shares(body):
                    key = body.line, one.person
                    expected[key] = expected.get(key, 0) + sign * one.amount_fen
            assert number >= 0
        down = [row for line in LINES for row in shares_of_line(connection, line)]
        back = shares_of_persons(connection, ["p1", "p2"])
        assert paid_sums(down, "line", "person") == expected
        assert paid_sums(back, "line", "person") == expected


def _bodies(fact: object) -> list[tuple[int, object]]:
    was, now = getattr(fact, "was", None), getattr(fact, "now", None)
    if was is None:
        return [(1, fact)]
    return [(-1, was), *([(1, now)] if now is not None else [])]
