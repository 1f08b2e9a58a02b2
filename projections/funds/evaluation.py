"""Performance evaluation 绩效评价 of a line: the indicators that the log gives, beside what was claimed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from taizhang.domain.labels import labels
from taizhang.projections.database import chunks
from taizhang.projections.funds.cuts import NOW, UseScope
from taizhang.projections.funds.entitled import kept_ids
from taizhang.projections.funds.flag_facts import Seen, seen
from taizhang.projections.funds.flag_payments import PAID, payment_limit
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.scope import stem_of
from taizhang.projections.tables_dated import dated_tables
from taizhang.projections.tables_ledger import ledger_tables

WHOLE: Final = 10_000  # hundredths of a per cent
ON_TIME: Final = "paid-on-time-rate"
COST: Final = "cost-per-certificate"
OF_PERSONS: Final = frozenset({"persons", "poor-share"})


class IndicatorRow(NamedTuple):
    """One indicator: `computed` from the log (None: the log does not know it; the note says why), and as claimed.

    Units: "persons", "person-times", "fen", and "basis-points" (hundredths of a per cent).
    """

    indicator: str
    zh: str
    en: str
    unit: str
    computed: int | None
    self_claimed: int | None
    spot_checked: int | None
    note_zh: str
    note_en: str


class Evaluation(NamedTuple):
    """A line's year (None: all years) in a region, as known now."""

    line: str
    year: int | None
    region: str
    rows: list[IndicatorRow]


class _Paid(NamedTuple):
    """What the line paid for somebody in a class and did not get back, in fen, and where that stands in the log."""

    amount_fen: int = 0
    positions: tuple[int, ...] = ()


class _Seat(NamedTuple):
    """A person's place in a class that the line paid for; `person` under the id that is kept of them."""

    training_class: str
    enrolled_as: str
    person: str
    occupation: str
    poor: bool
    passed: int | None
    evidenced: bool
    certificates: int
    employed: bool


class _Told(NamedTuple):
    """What the indicators are reckoned from."""

    seats: list[_Seat]
    paid_fen: int
    wishes: Mapping[str, set[str]]
    on_time: tuple[int, int]  # payments in time, and of how many


def evaluation(connection: Connection, line: str, year: int | None = None, region: str = "620000") -> Evaluation:
    """Every indicator of the line for those whom it paid for, by the year of the payments (None: all), as known now."""
    paid = _paid(connection, line, year, region)
    kept = kept_ids(connection)
    seats = _seats(connection, {key for key, one in paid.items() if one.amount_fen > 0}, kept)
    wishes = _wishes(connection, kept)
    told = _Told(seats, sum(one.amount_fen for one in paid.values()), wishes, _on_time(connection, line, year, region))
    claimed = _claimed(connection, line, year, region)
    words = labels()["fund-indicator"]
    rows = []
    for name, (unit, reckon, note_zh, note_en) in _INDICATORS.items():
        own, checked = claimed.get(("self-evaluation", name)), claimed.get(("spot-check", name))
        said = words[name]
        rows.append(IndicatorRow(name, said.zh, said.en, unit, reckon(told), own, checked, note_zh, note_en))
    return Evaluation(line, year, region, rows)


class Behind(NamedTuple):
    """One trainee's place, or one payment, behind an indicator: what it adds to its part and to what the part is divided by.

    `positions`: the payments, and before a payment in time the review it followed.
    """

    training_class: str
    person: str
    part: int
    whole: int
    positions: tuple[int, ...]


def behind(
    connection: Connection, line: str, indicator: str, year: int | None = None, region: str = "620000"
) -> list[Behind]:
    """What an indicator of the line is reckoned from: the parts, and the wholes, sum up to what it is a part and a whole of."""
    if indicator == ON_TIME:
        return [
            Behind(step.training_class, step.person, int(in_time), 1, (reviewed, step.position))
            for step, reviewed, in_time in _timed(connection, line, year, region)
        ]
    paid = _paid(connection, line, year, region)
    kept = kept_ids(connection)
    wishes = _wishes(connection, kept)
    seats = sorted(_seats(connection, {key for key, one in paid.items() if one.amount_fen > 0}, kept))
    if indicator == COST:
        certificates = {(seat.training_class, seat.enrolled_as): seat.certificates for seat in seats}
        return [
            Behind(*key, one.amount_fen, certificates.get(key, 0), one.positions) for key, one in sorted(paid.items())
        ]
    counted: set[str] = set()
    found = []
    poor = {seat.person for seat in seats if seat.poor}
    for seat in seats:
        part, whole = _PARTS[indicator](seat, wishes, poor)
        if indicator in OF_PERSONS and seat.person in counted:
            part = whole = 0  # each person counts once
        counted.add(seat.person)
        key = seat.training_class, seat.enrolled_as
        found.append(Behind(*key, part, whole, paid[key].positions))
    return found


# -- what the log knows -----------------------------------------------------------------------------------


def _paid(connection: Connection, line: str, year: int | None, region: str) -> dict[tuple[str, str], _Paid]:
    """By class and person: what the line paid and did not get back."""
    s = fund_tables().shares.c
    query = select(s.training_class, s.person, s.amount_fen, s.effective_on, s.position).where(s.line == line)
    query = query.where(s.training_class.startswith(f"c{stem_of(region)}", autoescape=True))
    found: dict[tuple[str, str], _Paid] = {}
    for training_class, person, amount, day, position in connection.execute(query.order_by(s.position)):
        if year is None or str(day)[:4] == str(year):
            before = found.get((training_class, person), _Paid())
            found[training_class, person] = _Paid(before.amount_fen + amount, (*before.positions, position))
    return found


def _seats(connection: Connection, paid: set[tuple[str, str]], kept: Mapping[str, str]) -> list[_Seat]:
    tables = ledger_tables()
    e, c = tables.enrolments.c, tables.classes.c
    names = ("person", "training_class", "poor", "passed", "evidenced_minutes", "certificates")
    columns = [*(e[name] for name in (*names, "employed_6", "confirmed_6")), c.occupation, c.required_minutes]
    found: list[_Seat] = []
    for part in chunks(sorted({training_class for training_class, _ in paid})):
        query = select(*columns).join_from(tables.enrolments, tables.classes, c.training_class == e.training_class)
        rows = connection.execute(query.where(e.training_class.in_(part)))
        found += [_seat(row, kept) for row in rows if (row.training_class, row.person) in paid]
    return found


def _seat(row: Any, kept: Mapping[str, str]) -> _Seat:
    return _Seat(
        training_class=row.training_class,
        enrolled_as=row.person,
        person=kept.get(row.person, row.person),
        occupation=row.occupation,
        poor=bool(row.poor),
        passed=row.passed,
        evidenced=row.evidenced_minutes >= row.required_minutes,
        certificates=row.certificates,
        employed=all(kind not in (None, "none") for kind in (row.employed_6, row.confirmed_6)),
    )


def _wishes(connection: Connection, kept: Mapping[str, str]) -> dict[str, set[str]]:
    w = dated_tables().wishes.c
    found: dict[str, set[str]] = {}
    for person, occupation in connection.execute(select(w.person, w.occupation)):
        found.setdefault(kept.get(person, person), set()).add(occupation)
    return found


def _on_time(connection: Connection, line: str, year: int | None, region: str) -> tuple[int, int]:
    """Payments within the lawful days after their claim's review, and of how many; none without a rule."""
    timed = [in_time for _, _, in_time in _timed(connection, line, year, region)]
    return sum(timed), len(timed)


def _timed(connection: Connection, line: str, year: int | None, region: str) -> Iterator[tuple[Any, int, bool]]:
    """The payments for which a limit is set, each with where the review of its claim stands, and whether it was in time."""
    it: Seen = seen(connection, date.max, UseScope(region, line=line), NOW)
    reviewed = {step.claim: step for step in it.of("claim-reviewed")}
    for step in it.of(PAID):
        limit = payment_limit(it, step)
        if limit is not None and step.claim in reviewed and year in (None, step.effective_on.year):
            review = reviewed[step.claim]
            yield step, review.position, (step.effective_on - review.effective_on).days <= limit


def _claimed(connection: Connection, line: str, year: int | None, region: str) -> dict[tuple[str, str], int]:
    t = fund_tables().evaluations.c
    query = select(t.evaluation_kind, t.indicator, t.claimed_value).where(t.line == line, t.region == region)
    if year is not None:
        query = query.where(t.year == year)
    rows = connection.execute(query.where(t.position.is_not(None)).order_by(t.year, t.position))
    return {(kind, indicator): value for kind, indicator, value in rows}


# -- the indicators ---------------------------------------------------------------------------------------


def _share(part: int, of: int) -> int | None:
    return WHOLE * part // of if of else None


def _persons(told: _Told) -> int:
    return len({seat.person for seat in told.seats})


def _poor(told: _Told) -> int | None:
    return _share(len({seat.person for seat in told.seats if seat.poor}), _persons(told))


def _passed(told: _Told) -> int | None:
    tested = [seat for seat in told.seats if seat.passed is not None]
    return _share(sum(1 for seat in tested if seat.passed), len(tested))


def _cost(told: _Told) -> int | None:
    certificates = sum(seat.certificates for seat in told.seats)
    return told.paid_fen // certificates if certificates else None


def _matched(told: _Told) -> int | None:
    wished = [seat for seat in told.seats if seat.person in told.wishes]
    return _share(sum(1 for seat in wished if seat.occupation in told.wishes[seat.person]), len(wished))


def _every(told: _Told, name: str) -> int | None:
    return _share(sum(1 for seat in told.seats if getattr(seat, name)), len(told.seats))


def _unknown(_: _Told) -> None:
    return None


_PARTS: Final[Mapping[str, Callable[[_Seat, Mapping[str, set[str]], set[str]], tuple[int, int]]]] = {
    "persons": lambda _, __, ___: (1, 0),
    "person-times": lambda _, __, ___: (1, 0),
    "poor-share": lambda seat, _, poor: (int(seat.person in poor), 1),
    "pass-rate": lambda seat, _, __: (int(bool(seat.passed)), int(seat.passed is not None)),
    "evidenced-hours-rate": lambda seat, _, __: (int(seat.evidenced), 1),
    "employed-at-6-months": lambda seat, _, __: (int(seat.employed), 1),
    "wish-match": lambda seat, wishes, _: (
        int(seat.occupation in wishes.get(seat.person, ())),
        int(seat.person in wishes),
    ),
}
"""By indicator of trainees' places: what a place adds to the part, and to the whole (0: there is no whole)."""
OPENED: Final = frozenset({*_PARTS, COST, ON_TIME})
"""The indicators that open into what they are reckoned from: all that the log knows."""
_INDICATORS: Final[Mapping[str, tuple[str, Callable[[_Told], int | None], str, str]]] = {
    "persons": ("persons", _persons, "已支付的不同人员", "different persons paid for"),
    "person-times": ("person-times", lambda told: len(told.seats), "已支付的人次", "person-times paid for"),
    "poor-share": (
        "basis-points",
        _poor,
        "报名当日为建档立卡的人数占比",
        "persons registered poor on the day of enrolment",
    ),
    "pass-rate": (
        "basis-points",
        _passed,
        "有成绩的人次中合格的占比",
        "of person-times with a score, those that passed",
    ),
    "evidenced-hours-rate": (
        "basis-points",
        lambda told: _every(told, "evidenced"),
        "有考勤学时达到规定学时的人次占比",
        "person-times whose evidenced hours reach the required hours",
    ),
    "paid-on-time-rate": (
        "basis-points",
        lambda told: _share(*told.on_time),
        "审核后在规定天数内支付的笔数占比,未设期限的不计",
        "payments within the lawful days after the review; none where no limit is set",
    ),
    "cost-per-certificate": ("fen", _cost, "净支付除以有效证书数", "net payments by certificates that stand"),
    "employed-at-6-months": (
        "basis-points",
        lambda told: _every(told, "employed"),
        "六个月就业经第二来源核实的人次占比",
        "person-times in work after 6 months as a second source confirms",
    ),
    "income-change": (
        "basis-points",
        _unknown,
        "台账未记录收入,无法计算",
        "the ledger records no income: it cannot be computed",
    ),
    "satisfaction": (
        "basis-points",
        _unknown,
        "台账未记录满意度调查,无法计算",
        "the ledger records no survey: it cannot be computed",
    ),
    "wish-match": (
        "basis-points",
        _matched,
        "陈述过意愿的人次中按所愿工种培训的占比",
        "of person-times of those who stated wishes, those in an occupation they wished",
    ),
}
