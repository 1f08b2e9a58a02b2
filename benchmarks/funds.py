"""The statement of a fund line at a past day, against ways of getting it that do not keep sums.

Ours is asked of the view's tables. The rivals get the very same payments: Beancount loads its text file and adds up to the
day (once with the loading, once without), a fresh replay folds the log's facts into empty tables (or, barest, decodes them
from memory and adds up), and Django with simple-history asks `as_of` for the balance of every account. Each side's answer is compared with ours.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import date
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.fund_history import LINE, History, days, end_of, facts_of, folded, history
from benchmarks.harness import Comparison, Measured, NotHere, Round, Size, folder, timed
from taizhang.domain.funds.books import entries
from taizhang.projections.funds.statement import statement
from taizhang.projections.funds.view import FundsView
from taizhang.projections.replay import Cuts
from taizhang.projections.view import PageDecoder

ANSWERS = "statements/s"
Balances = dict[tuple[str, str], int]  # (holder, "own" or "person") -> fen of the cash book
Ask = Callable[[date], Balances]


def _side(size: Size, ask: Ask, answers: dict[date, Balances], count: int) -> Round:
    """Ask about so many past days, and remember the answers."""
    wanted = cycle(days(size.questions))

    def side(_number: int) -> Measured:
        chosen = [next(wanted) for _ in range(count)]
        found: list[Balances] = []
        measured = timed(count, lambda: found.extend(ask(day) for day in chosen))
        for day, balances in zip(chosen, found, strict=True):
            held = {key: fen for key, fen in balances.items() if fen}
            assert answers.setdefault(day, held) == held, f"two answers about {day}"
        return measured

    return side


def ours(found: History, cut: Callable[[date], Cuts], day: date) -> Balances:
    """From the view: a connection, and the statement."""
    with found.database.read() as connection:
        told = statement(connection, LINE, cut(day))
    return {
        (one.holder, one.account): one.balance_fen for one in (*told.accounts(), *told.payees()) if one.book == "cash"
    }


def recorded_cut(day: date) -> Cuts:
    return Cuts(as_recorded_at=end_of(day))


def effective_cut(day: date) -> Cuts:
    return Cuts(as_effective_on=day)


def both_cuts(day: date) -> Cuts:
    return Cuts(end_of(day), day)


def _compared(
    size: Size,
    stack: ExitStack,
    *,
    cut: Callable[[date], Cuts],
    rival: Callable[[History, Size, ExitStack], Ask],
    questions: int = 1,
) -> tuple[Round, Round]:
    found = history(max(size.line_payments // 2, 1), stack, keep=True)
    answers: dict[date, Balances] = {}
    other = rival(found, size, stack)
    return (
        _side(size, partial(ours, found, cut), answers, size.questions),
        _side(size, other, answers, min(questions, size.questions)),
    )


# -- a fresh replay ---------------------------------------------------------------------------------------


def replay(found: History, _size: Size, _stack: ExitStack) -> Ask:
    """Fold the facts that were known by then into an empty view, and ask that."""

    def ask(day: date) -> Balances:
        known = (one for one in facts_of(found) if one.recorded_at <= end_of(day))
        with ExitStack() as inner:
            return ours(folded(known, inner), both_cuts, day)

    return ask


def added_up(found: History, _size: Size, _stack: ExitStack) -> Ask:
    """Decode every fact as the log stores it, and add its entries up in memory; nothing is read from a disk."""
    decoder, stored = (
        PageDecoder(FundsView().wants()),
        [_Stored(one.position, type(one.fact).TOPIC, one.recorded_at, one.leaf) for one in facts_of(found)],
    )

    def ask(day: date) -> Balances:
        sums: Balances = {}
        last = end_of(day)
        for item in decoder.items(stored):
            if item.recorded_at <= last and item.fact.occurred_on <= day:
                for entry in entries(item.fact):
                    if entry.book == "cash":
                        _move(sums, entry.giver, entry.taker, entry.amount_fen)
        return sums

    return ask


class _Stored(NamedTuple):
    """A fact as a page of the log gives it."""

    position: int
    type: str
    recorded_at: int
    leaf: bytes


def _move(sums: Balances, giver: str, taker: str, amount: int) -> None:
    for account, signed in ((giver, -amount), (taker, amount)):
        if account[:1].isdigit():
            key = account, "own"
        elif account != "outside":
            key = giver, "person"
        else:
            continue
        sums[key] = sums.get(key, 0) + signed


# -- Beancount --------------------------------------------------------------------------------------------


def beancount(found: History, _size: Size, stack: ExitStack, *, loaded: bool) -> Ask:
    """Load the text file, its cache switched off, and add up the postings to the day; or only add up.

    Raises NotHere.
    """
    try:
        os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"
        from beancount import loader
        from beancount.core.data import Transaction
    except ImportError as missing:
        raise NotHere(f"{missing.name} is not installed: pip install -e '.[bench]'") from None
    path = folder(stack) / "line.beancount"
    path.write_text("\n".join(_ledger_lines(found)))

    def load() -> list[Any]:
        read, errors, _ = loader.load_file(str(path))
        assert not errors, errors[:3]
        return [entry for entry in read if isinstance(entry, Transaction)]

    standing = load() if loaded else []

    def ask(day: date) -> Balances:
        sums: dict[str, Any] = {}
        for entry in standing or load():
            if entry.date <= day:
                for posting in entry.postings:
                    sums[posting.account] = sums.get(posting.account, 0) + posting.units.number
        told = {_account_of(account): int(amount * 100) for account, amount in sums.items()}
        return {key: fen for key, fen in told.items() if key[1] != "outside"}

    return ask


def _ledger_lines(found: History) -> list[str]:
    moved = [(item.fact.occurred_on, entry) for item in facts_of(found) for entry in entries(item.fact)]
    cash = sorted((on, e) for on, e in moved if e.book == "cash")
    accounts = {name for _, e in cash for name in _names(e.giver, e.taker)}
    lines = [f"2000-01-01 open {name} CNY" for name in sorted(accounts)]
    for on, entry in cash:
        giver, taker = _names(entry.giver, entry.taker)
        amount = f"{entry.amount_fen // 100}.{entry.amount_fen % 100:02d}"
        lines.append(f'{on} * "moved"\n  {giver}  -{amount} CNY\n  {taker}  {amount} CNY')
    return lines


def _names(giver: str, taker: str) -> tuple[str, str]:
    """Beancount's account names: a treasury, the budget, or what a treasury paid to persons."""
    payer = "Equity:Outside" if giver == "outside" else f"Assets:C{giver}"
    return payer, (f"Assets:C{taker}" if taker[:1].isdigit() else f"Expenses:C{giver}")


def _account_of(name: str) -> tuple[str, str]:
    kind, code = name.split(":")
    return code[1:], {"Assets": "own", "Expenses": "person"}.get(kind, "outside")


# -- Django with simple-history ---------------------------------------------------------------------------


def simple_history(found: History, _size: Size, stack: ExitStack) -> Ask:
    """Every account's balance as a row with history; `as_of` the moment gives them all.

    Raises NotHere.
    """
    try:
        from benchmarks.fund_django import HistoryOfAccounts
    except ImportError as missing:
        raise NotHere(f"{missing.name} is not installed: pip install -e '.[bench]'") from None
    accounts = HistoryOfAccounts(Path(folder(stack)) / "django.db")
    accounts.load(_changes(found))
    return lambda day: accounts.as_of(end_of(day))


def _changes(found: History) -> list[tuple[int, Mapping[tuple[str, str], int]]]:
    """By recording time: the balances that a fact leaves behind."""
    sums: Balances = {}
    changes: list[tuple[int, Mapping[tuple[str, str], int]]] = []
    for item in facts_of(found):
        for entry in entries(item.fact):
            if entry.book == "cash":
                _move(sums, entry.giver, entry.taker, entry.amount_fen)
                named: set[tuple[str, str]] = {(entry.giver, "own"), (entry.taker, "own"), (entry.giver, "person")}
                touched = named & sums.keys()
                changes.append((item.recorded_at, {key: sums[key] for key in touched if _changed(key, entry)}))
    return changes


def _changed(key: tuple[str, str], entry: Any) -> bool:
    return key[1] == "own" or not entry.taker[:1].isdigit()


COMPARISONS = (
    Comparison(
        "query/fund-statement-replay",
        "a fresh replay: the facts known by then folded into empty tables, and asked",
        ANSWERS,
        partial(_compared, cut=both_cuts, rival=replay),
        rounds_most=3,
    ),
    Comparison(
        "query/fund-statement-added-up",
        "the facts decoded from memory and added up, nothing kept",
        ANSWERS,
        partial(_compared, cut=both_cuts, rival=added_up),
        rounds_most=5,
    ),
    Comparison(
        "query/fund-statement-beancount",
        "Beancount, loading its file and adding up to the day",
        ANSWERS,
        partial(_compared, cut=effective_cut, rival=partial(beancount, loaded=False)),
        rounds_most=3,
    ),
    Comparison(
        "query/fund-statement-beancount-loaded",
        "Beancount with its file loaded, adding up to the day",
        ANSWERS,
        partial(_compared, cut=effective_cut, rival=partial(beancount, loaded=True)),
        rounds_most=5,
    ),
    Comparison(
        "query/fund-statement-simple-history",
        "Django simple-history, as_of the moment",
        ANSWERS,
        partial(_compared, cut=recorded_cut, rival=simple_history),
        rounds_most=5,
    ),
)
