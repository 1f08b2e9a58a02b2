"""Drives a real desk with the commands of tests/golden/ledger.csv, row by row, on the days that it names.

What a row's command is stands here; what it must come to stands in the file, worked out by hand.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import claim_samples as c
import money_samples as m
import paying_house as p
import training_samples as t

from taizhang.adapters.desk import BEIJING, Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.domain.core import Fact, OrganisationId, PersonId, Position
from taizhang.domain.decisions import Proposal
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.funds.claims import Charge
from taizhang.domain.funds.lines import FundLineId
from taizhang.domain.officers import OfficerAppointed, RoleGranted

GOLDEN = Path(__file__).parent / "golden"
TALENT, JOBS = FundLineId("talent-2016"), FundLineId("jobs-2016")
CHENS = "account-chen"
RATE_FEN = 100_000
FOUNDED = date(2016, 1, 4)
TAUGHT_BEFORE, FILED_BEFORE = "15a", "14"  # when the class's facts are recorded
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ALL_HOURS = (t.hours(t.MAY_4, 8, 10), t.hours(t.MAY_5, 8, 10))

Balances = dict[tuple[str, str, str], int]  # (line, book, account) -> fen


class Row(NamedTuple):
    """One row of the hand-worked ledger: what is recorded when, and every balance after it, in fen."""

    step: str
    recorded: date
    effective: date
    document: str
    fact: str
    line: str
    giver: str
    taker: str
    amount_fen: int
    shares: str
    about: str
    balances: Balances


class Cut(NamedTuple):
    """A cut on one axis or both, and every balance at it, in fen."""

    recorded: date | None
    effective: date | None
    about: str
    balances: Balances


def ledger() -> list[Row]:
    """The rows of the hand-worked ledger."""
    return [
        Row(
            *[r["step"], _day(r["recorded"]), _day(r["effective"]), r["document"], r["fact"], r["line"], r["from"]],
            *[r["to"], fen(r["amount"]), r["shares"], r["about"], _balances(r)],
        )
        for r in _read("ledger.csv")
    ]


def cuts() -> list[Cut]:
    """The cuts, with their balances."""
    return [
        Cut(*(date.fromisoformat(r[x]) if r[x] else None for x in ("recorded", "effective")), r["about"], _balances(r))
        for r in _read("cuts.csv")
    ]


def fen(yuan: str) -> int:
    """Yuan as written, in fen."""
    return int(Decimal(yuan or "0") * 100)


def end_of(day: date) -> int:
    """The last microsecond of a Beijing day."""
    return _at(day + timedelta(days=1), hour=0) - 1


class GoldenHouse:
    """A log whose clock stands where the ledger says, and a desk over it."""

    def __init__(self, url: str) -> None:
        self.now = _at(FOUNDED)
        self.log = Log.open(url, clock=lambda: self.now)
        self.desk = Desk(self.log, clock=lambda: self.now)
        self.positions: dict[str, Position] = {}
        self._facts: dict[str, Fact] = {}
        self._orders = 0
        self._say(p.SYSTEM, *m.REGIONS, *_officers())
        self._each(c.SCHOOL, *c.PEOPLE, c.OPENED, *_rates(), c.NOTICE, t.DESIGNATED, *_bank_accounts())

    def record(self) -> Iterator[Row]:
        """Record the rows one after the other; each is handed over once it stands."""
        for row in ledger():
            self.now = max(self.now + 60_000_000, _at(row.recorded))
            if row.step == FILED_BEFORE:
                self._each(_filed(), t.approved(by=""))
            if row.step == TAUGHT_BEFORE:
                self._each(*_taught())
            self.positions[row.step] = self._row(row)
            yield row

    def close(self) -> None:
        self.log.close()

    def _row(self, row: Row) -> Position:
        if row.fact in ("correct", "void"):
            [old] = [step for step in self.positions if step == ("11" if row.fact == "correct" else "26")]
            was: Any = self._facts[old]
            now = m.transferred(row.amount_fen, row.taker, row.giver, on=row.effective, document=row.document)
            amend = m.amending(was, self.positions[old], void=row.fact == "void")
            return self._propose(p.TREASURER, Proposal(fact=was if row.fact == "void" else now, amend=amend))
        fact = _fact(row)
        self._facts[row.step] = fact
        return self._propose(p.who_records(fact), Proposal(fact=p.asked(fact)))

    def _propose(self, by: Any, proposal: Proposal) -> Position:
        self._orders += 1
        [verdict] = self.desk.submit(Order(id=f"golden-{self._orders}", by=by, items=[proposal])).verdicts
        assert verdict.outcome == "recorded", verdict
        return Position(verdict.position or 0)

    def _say(self, by: Any, *facts: Fact) -> None:
        for fact in facts:
            self._propose(by, Proposal(fact=fact))

    def _each(self, *facts: Fact) -> None:
        for fact in facts:
            self._say(p.who_records(fact), fact)


def _fact(row: Row) -> Fact:
    """What a row records."""
    line, on, paper = FundLineId(row.line), row.effective, {"document": row.document}
    amount, giver, taker = row.amount_fen, row.giver, row.taker
    to_chen = {"institution": None, "person": t.CHEN}
    training: dict[str, Any] = {"line": line, "claim": giver, "occurred_on": on}
    if row.fact == "line-opened":
        source: dict[str, Any] = {"source": "talent" if line == TALENT else "employment", "purposes": ("training",)}
        return m.opened(line, name=line, amount_fen=amount, occurred_on=on, **source, **paper)
    if row.fact == "use-plan-filed":
        return m.planned(m.use(250_000, line=TALENT), m.use(200_000, line=JOBS), occurred_on=on, **paper)
    if row.fact == "claim-submitted":
        persons = tuple(PersonId(one) for one in row.shares.split())
        return c.claim(giver, payee=row.about, persons=persons, occurred_on=on, **paper)
    if row.fact == "advance-cleared":
        shares = _shares(row)
        rest = amount - sum(share for _, share in shares)
        return c.cleared(*shares, returned_fen=rest, on=on, line=line, claim=giver, **paper)
    if row.fact in ("subsidy-paid", "payment-returned", "recovered"):
        shares, payee = _shares(row), to_chen if "chen" in row.shares else {}
        training["payment"] = taker
        if row.fact == "subsidy-paid":
            account = {"account": CHENS} if payee else {}
            return c.paid(*shares, on=on, voucher=row.document, **payee, **account, **_without(training, "occurred_on"))
        make = c.sent_back if row.fact == "payment-returned" else c.recovered
        return make(*shares, on=on, **payee, **paper, **_without(training, "occurred_on"))
    simple = {
        "budget-approved": lambda: m.budgeted(amount, line, on, **paper),
        "allocation-issued": lambda: m.allotted(amount, taker, giver, line, on, **paper),
        "transferred": lambda: m.transferred(amount, taker, giver, line, on, **paper),
        "returned": lambda: m.returned(amount, taker, giver, line, on, **paper),
        "recalled": lambda: m.recalled(amount, amount, taker, giver, line, on, **paper),
        "advance-paid": lambda: c.advanced(amount, on, line=line, **paper),
        "claim-reviewed": lambda: c.reviewed(giver, on, by="", charged=_charges(row), **paper),
        "notice-posted": lambda: c.posted(giver, on),
        "notice-ended": lambda: c.ended(giver, on),
    }
    return simple[row.fact]()


def _charges(row: Row) -> tuple[Charge, ...]:
    """ "talent-2016:1300 jobs-2016:700" """
    pairs = (one.split(":") for one in row.shares.split())
    return tuple(Charge(FundLineId(line), fen(amount)) for line, amount in pairs)


def _shares(row: Row) -> list[tuple[PersonId, int]]:
    """ "li:200 zhao:300" """
    pairs = (one.split(":") for one in row.shares.split())
    return [(PersonId(person), fen(amount)) for person, amount in pairs]


def _without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}


def _officers() -> list[Fact]:
    appointed = [OfficerAppointed(officer=who.officer, organisation=p.HALL, occurred_on=FOUNDED) for who in p.OFFICERS]
    granted = [
        RoleGranted(officer=who.officer, role=who.role, organisation=p.HALL, region=m.PROVINCE, occurred_on=FOUNDED)
        for who in p.OFFICERS
    ]
    return [*appointed, *granted]


def _rates() -> list[Fact]:
    return [c.rate(RATE_FEN), c.rate(RATE_FEN, payee="person")]


def _bank_accounts() -> list[BankAccountRegistered]:
    return [c.account(occurred_on=FOUNDED), c.account(CHENS, t.CHEN, occurred_on=FOUNDED)]


def _filed() -> Fact:
    return t.filed(seats=3, filed_by="", institution=OrganisationId(t.SCHOOL))


def _taught() -> list[Fact]:
    people = (t.LI, t.ZHAO, t.CHEN)
    sessions = [t.session(t.MAY_4), t.session(t.MAY_5)]
    return [*sessions, *map(t.enrolled, people), *(t.attended(*ALL_HOURS, person=person) for person in people)]


def _balances(row: dict[str, str]) -> Balances:
    found = {tuple(title.split("|")): fen(amount) for title, amount in row.items() if "|" in title}
    return {(line, book, account): amount for (line, book, account), amount in found.items()}


def _read(name: str) -> list[dict[str, str]]:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _at(day: date, hour: int = 9) -> int:
    return (datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING) - EPOCH) // timedelta(microseconds=1)
