"""The money of a sample: it moves by the rules, ends where the books say, and hides what it says it hides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from taizhang.adapters.founding import found, house_to_found
from taizhang.adapters.house import House
from taizhang.adapters.sample import money
from taizhang.adapters.sample.paying import held
from taizhang.adapters.sample.plan import counties
from taizhang.adapters.sample.sample import MadeSample, make_sample
from taizhang.adapters.settings import Settings
from taizhang.domain.core import OfficerId
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.funds.books import entries, is_end_payee
from taizhang.domain.funds.lines import LineOpened
from taizhang.domain.funds.payments import FundsRecovered, PaymentReturned, SubsidyPaid
from taizhang.projections.funds.flags import flags
from taizhang.projections.funds.lines import fund_lines
from taizhang.projections.funds.statement import statement
from taizhang.projections.performance.answer import performance
from taizhang.projections.performance.asked import Question

PERSONS, SEED = 260, 3  # ten counties: one of each kind of thing to be found
TODAY = date(2026, 1, 1)
WHOLE = 10_000  # basis points
Paid = SubsidyPaid | PaymentReturned | FundsRecovered


@contextmanager
def house_in(folder: Path) -> Iterator[House]:
    settings = Settings(
        database=f"sqlite:///{folder / 'log.db'}",
        vault=f"sqlite:///{folder / 'vault.db'}",
        files=str(folder / "files"),
    )
    with house_to_found(settings) as house:
        found(house, OfficerId("admin"), "管理员")
        yield house


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, MadeSample]]:
    with house_in(tmp_path_factory.mktemp("money")) as house:
        sample = make_sample(house, PERSONS, SEED)
        house.views.catch_up()
        yield house, sample


def test_two_samples_of_one_seed_pay_the_same_sums_whatever_their_random_person_ids(
    made: tuple[House, MadeSample], tmp_path: Path
) -> None:
    def sums(house: House) -> list[tuple[str, int]]:
        return sorted((fact.payment, fact.amount_fen) for one in facts_of(house) if isinstance(fact := one.fact, Paid))

    with house_in(tmp_path) as again:
        make_sample(again, PERSONS, SEED)
        assert sums(again) == sums(made[0]) != []


def facts_of(house: House) -> list[Recorded]:
    return [opened(stored.position, stored.leaf) for stored in house.log.page(0, 1_000_000)]


def test_every_step_of_money_is_in_it(made: tuple[House, MadeSample]) -> None:
    topics = Counter(stored.type for stored in made[0].log.page(0, 1_000_000))
    wanted = (
        "line-opened budget-approved allocation-issued transferred returned use-plan-filed claim-submitted "
        "claim-reviewed notice-posted notice-ended subsidy-paid payment-returned recovered advance-paid "
        "advance-cleared bank-account-registered allocation-tied"
    )
    assert {f"funds.{name}.v1" for name in wanted.split()} - topics.keys() == set()


def test_what_left_the_outside_is_held_or_used_to_the_fen(made: tuple[House, MadeSample]) -> None:
    sums: Counter[tuple[str, str]] = Counter()
    for one in facts_of(made[0]):
        for entry in entries(one.fact):
            if entry.book == "cash":
                sums[entry.line, entry.giver] -= entry.amount_fen
                sums[entry.line, entry.taker] += entry.amount_fen
    for line in {line for line, _ in sums}:
        own = {account: fen for (of, account), fen in sums.items() if of == line}
        assert sum(own.values()) == 0
        assert all(fen >= 0 for account, fen in own.items() if account != "outside")
        assert any(map(is_end_payee, own)) == (line[:2] in ("ER", "PR"))


def test_everything_planted_is_found_with_its_sum(made: tuple[House, MadeSample]) -> None:
    house, sample = made
    with house.log.database.read() as connection:
        shown = flags(connection, TODAY)
    sums: Counter[tuple[str, str, str]] = Counter()
    for one in shown:
        sums[one.kind, one.line, one.region] += one.amount_fen
    wanted = [one for one in sample.planted if one.kind != "paid-not-entitled"]  # the reconciliation's
    assert {one.kind for one in wanted} == {
        "idle-balance",
        "passed-on-late",
        "paid-without-plan",
        "split-payment",
        "advance-overdue",
        "account-beyond-one-household",
    }
    missed = [one for one in wanted if sums[one.kind, one.line, one.region] < one.amount_fen]
    assert missed == []


def test_nothing_of_these_kinds_is_found_that_was_not_planted(made: tuple[House, MadeSample]) -> None:
    house, sample = made
    with house.log.database.read() as connection:
        shown = flags(connection, TODAY)
    planted = {(one.kind, one.line, one.region) for one in sample.planted}
    kinds = {kind for kind, _, _ in planted}
    surplus = {(one.kind, one.line, one.region) for one in shown if one.kind in kinds} - planted
    assert surplus == set()


def test_the_views_and_the_guard_rows_tell_the_same_balances(made: tuple[House, MadeSample]) -> None:
    house, _ = made
    chosen = counties(PERSONS, SEED)
    with house.log.database.read() as connection:
        lines = [line.line for line in fund_lines(connection)]
        assert set(lines) == {one.fact.line for one in facts_of(house) if isinstance(one.fact, LineOpened)}
        for line in lines:
            told = statement(connection, line)
            for holder in ("620000", *(county.code for county in chosen)):
                assert told.balance("cash", holder) == held(house, line, holder)


def test_a_sample_with_money_that_was_stopped_goes_on_and_ends_the_same(
    made: tuple[House, MadeSample], tmp_path: Path
) -> None:
    steps: list[int] = []

    def stop(done: int, _total: int) -> None:
        steps.append(done)
        if len(steps) == 3:
            raise KeyboardInterrupt

    with house_in(tmp_path) as house:
        with pytest.raises(KeyboardInterrupt):
            make_sample(house, PERSONS, SEED, progress=stop)
        again = make_sample(house, PERSONS, SEED)
        assert again.planted == made[1].planted
        topics = Counter(stored.type for stored in house.log.page(0, 1_000_000))
        assert topics == Counter(stored.type for stored in made[0].log.page(0, 1_000_000))


def test_lines_of_one_year_are_told_apart_by_what_they_are_for() -> None:
    for county in counties(2_000, SEED):
        names = {money.line_of(county, 2016, purpose) for purpose in ("training", "living")}
        pooling = county.number % money.COUNTIES_A_ROUND in money.POOLING
        assert names == ({"ER-2016", "PR-2016"} if pooling else {"ER-2016"})


@pytest.mark.parametrize("persons", [2_000, 4_000, 50_000])
def test_no_two_papers_of_money_on_its_way_down_are_the_same_fact(persons: int) -> None:
    """What is said twice counts once: the second sum would be missing where it should be passed on."""
    down = [
        fact for county in counties(persons, 1) for part in money.parts(county, 1) for fact in money.passed_on(part)
    ]
    assert len(set(map(repr, down))) == len(down)


def test_a_department_pays_from_an_account_of_its_own_and_what_it_used_of_it_is_told(
    made: tuple[House, MadeSample],
) -> None:
    house, county = made[0], next(one for one in counties(PERSONS, SEED) if money.plants(one, money.DEPARTMENT))
    question = Question(house.desk.today(), region=county.code, by="department")
    with house.log.database.read() as connection:
        told = performance(connection, house.log, question, at=house.log.head())
    rows = {row.key: row.figures["execution"] for row in told.rows}
    assert money.payer_of(county) == f"{county.code}/hr-{county.code}"
    assert 0 < (rows[f"hr-{county.code}"] or 0) <= WHOLE
