"""The forms of the steps of money that may follow, filled in with what a page knows: of a region, a line, a claim, a class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select

from taizhang.domain.decisions import within
from taizhang.domain.funds.thresholds import NOTICE_DAYS
from taizhang.domain.wording import FEN_OF_A_YUAN
from taizhang.http.doing import Doable, doable
from taizhang.http.visit import Visit
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.lines import FundLine, fund_lines
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.funds.use import use

SHARES_IN_AN_ADDRESS: Final = 120  # more make an address that servers cut off
ID_MOST: Final = 60  # letters of a payment's or an advance's id
LINES_OFFERED: Final = 8
Filled = dict[str, object]


class Payment(NamedTuple):
    """What one payment of a claim still is after what came back of it, and the steps that may follow."""

    payment: str
    forms: Sequence[Doable]


class Charging(NamedTuple):
    """A line of which the county still holds money, for the claim's purpose, and the review that charges the claim to it."""

    line: str
    name: str
    balance_fen: int
    href: str


class ClaimSteps(NamedTuple):
    """What may follow on a claim: as a whole, for each person that is paid directly, and for each payment.

    `waits`: for what it waits, whoever may do it; "" for nothing more.
    """

    forms: Sequence[Doable]
    of_person: Mapping[str, Sequence[Doable]]
    of_payment: Sequence[Payment]
    waits: str = ""
    charging: Sequence[Charging] = ()


def of_region(visit: Visit) -> list[Doable]:
    """What may be recorded about a region's money before there is any line, or beside all of them."""
    if visit.bar.query:
        return []
    region = visit.scope
    return doable(visit, [("funds.open-line", {"region": region}), ("funds.file-use-plan", {"region": region})])


def of_line(visit: Visit, line: FundLine) -> list[Doable]:
    """The steps of a line, as the officer's own region takes them."""
    if visit.bar.query:
        return []
    own, here = visit.scope, {"line": line.line}
    return doable(
        visit,
        [
            ("funds.approve-budget", here | {"region": line.region}),
            ("funds.issue-allocation", here | {"from_region": own}),
            ("funds.transfer-funds", here | {"payer": own}),
            ("funds.file-use-plan", {"region": own, "year": line.year}),
            ("funds.pay-advance", here | {"payer": own}),
            ("funds.return-funds", here | {"payer": own}),
            ("funds.recall-funds", here | {"to_region": own}),
            ("funds.tie-allocation", here | {"region": own}),
            ("funds.evaluate-performance", here | {"region": own, "year": line.year}),
        ],
    )


def of_class(visit: Visit, training_class: str) -> Filled:
    """What the form of a claim for a class is filled with: the class, and an id that no claim of it has."""
    c = fund_tables().claims.c
    query = select(func.count()).where(c.training_class == training_class)
    with visit.house.log.database.read() as connection:
        number = int(connection.scalar(query) or 0) + 1
    return {"training_class": training_class, "claim": f"claim-{training_class[1:]}-{number}"}


def notice_days(visit: Visit, county: str) -> int | None:
    """For how many days a claim's list is to be posted in a county, as set today; None: nothing is set."""
    t, today = fund_tables().thresholds.c, visit.house.desk.today()
    with visit.house.log.database.read() as connection:
        rows = connection.execute(select(t.region, t.since, t.value).where(t.name == NOTICE_DAYS)).all()
    holding = [row for row in rows if within(county, row.region) and date.fromisoformat(str(row.since)) <= today]
    nearest = max(holding, key=lambda row: (row.region.rstrip("0"), str(row.since)), default=None)
    return None if nearest is None else int(nearest.value)


def of_claim(visit: Visit, found: Any, rows: Sequence[Any], shares: Sequence[Any]) -> ClaimSteps:
    """What may follow on a claim as it stands (its page's `Claim`, rows and shares): review, end of the notice, payments, what comes back."""
    if visit.bar.query:
        return ClaimSteps((), {}, ())
    claim, here = found.submitted, {"claim": found.row.claim, "training_class": found.row.training_class}
    if found.review is None:
        forms = doable(visit, [("funds.review-claim", here)])
        return ClaimSteps(forms, {}, (), "review", _charging(visit, found, here) if forms else ())
    if not found.review.approved or found.posted is None:
        return ClaimSteps((), {}, (), "posting" if found.review.approved else "")
    if found.ended is None:
        return ClaimSteps(doable(visit, [("funds.end-notice", here)]), {}, (), "end")
    left = [row for row in rows if row.left_fen > 0]
    waits = "payment" if left else ""
    paid = here | {"payer": found.row.county, "line": _line(found, shares), "payment": _next(found, shares)}
    of_payment = list(_payments(visit, here, shares, claim.institution if claim.payee == "institution" else ""))
    if claim.payee == "person":
        each = {
            row.person: doable(
                visit, [("funds.pay-subsidy", paid | {"person": row.person} | _amounts({row.person: row.left_fen}))]
            )
            for row in left
        }
        return ClaimSteps((), each, of_payment, waits)
    if not left:
        return ClaimSteps((), {}, of_payment)
    owed = {row.person: row.left_fen for row in left}
    forms = doable(visit, [("funds.pay-subsidy", paid | {"institution": claim.institution} | _amounts(owed))])
    forms += doable(visit, _clearings(visit, here | {"institution": claim.institution}, owed))
    return ClaimSteps(forms, {}, of_payment, waits)


def _charging(visit: Visit, found: Any, here: Filled) -> list[Charging]:
    """The lines that a review may charge the claim to, the fullest first."""
    claim, county = found.submitted, found.row.county
    with visit.house.log.database.read() as connection:
        lines = {one.line: one for one in fund_lines(connection, county) if claim.purpose in one.purposes}
        held = use(connection, visit.house.desk.today(), UseScope(county), ("line",))
    balances = {one.key[0]: one.figures["balance_fen"] or 0 for one in held if one.key[0] in lines}
    fullest = sorted((one for one in balances if balances[one] > 0), key=lambda one: (-balances[one], one))
    found_lines = []
    for line in fullest[:LINES_OFFERED]:
        charged = here | {"approved": "yes", "charged": f"{line}; {_yuan(claim.amount_fen)}"}
        [form] = doable(visit, [("funds.review-claim", charged)])
        found_lines.append(Charging(line, lines[line].name, balances[line], form.href))
    return found_lines


def _line(found: Any, shares: Sequence[Any]) -> str:
    """The line that the claim is charged to, or was paid from; "" where there are several or none."""
    charged = {one.line for one in found.review.charged} if found.review is not None else set()
    lines = charged or {one.line for one in shares}
    return min(lines) if len(lines) == 1 else ""


def _next(found: Any, shares: Sequence[Any]) -> str:
    """An id that no payment of the claim has."""
    number = len({one.payment for one in shares if one.payment}) + 1
    name = f"pay-{found.row.claim.removeprefix('claim-')}-{number}"
    return name if len(name) <= ID_MOST else ""


def _payments(visit: Visit, here: Filled, shares: Iterable[Any], institution: str) -> Iterable[Payment]:
    """What the bank may send back, or what may be recovered, of each payment."""
    kept: dict[tuple[str, str, str], dict[str, int]] = {}
    for one in shares:
        if one.payment:
            of = kept.setdefault((one.payment, one.line, one.holder), {})
            of[one.person] = of.get(one.person, 0) + one.amount_fen
    for (payment, line, payer), amounts in kept.items():
        left = {person: fen for person, fen in amounts.items() if fen > 0}
        payee = {"institution": institution} if institution else {"person": next(iter(left), "")}
        filled = {**here, "payment": payment, "line": line, "payer": payer, **payee, **_amounts(left)}
        if left:
            yield Payment(payment, doable(visit, [("funds.return-payment", filled), ("funds.recover-funds", filled)]))


def _clearings(visit: Visit, here: Filled, owed: Mapping[str, int]) -> list[tuple[str, Filled]]:
    """The advances of the class that are not cleared, each with as many whole shares as it covers."""
    a = fund_tables().advances.c
    left = a.paid_fen - a.cleared_fen - a.returned_fen
    query = select(a.advance, a.line, a.payer, left.label("left_fen"))
    query = query.where(a.training_class == here["training_class"], a.institution == here["institution"], left > 0)
    with visit.house.log.database.read() as connection:
        advances = connection.execute(query.order_by(a.advance)).all()
    found: list[tuple[str, Filled]] = []
    for one in advances:
        covered, rest = {}, int(one.left_fen)
        for person, fen in owed.items():
            if fen <= rest:
                covered[person], rest = fen, rest - fen
        filled = {**here, "advance": one.advance, "line": one.line, "payer": one.payer, **_amounts(covered)}
        found.append(("funds.clear-advance", filled))
    return found


def _amounts(owed: Mapping[str, int]) -> Filled:
    """The shares, one a line, and their sum, as the form takes them; nothing where they are too many for an address."""
    if not owed or len(owed) > SHARES_IN_AN_ADDRESS:
        return {}
    lines = "\n".join(f"{person}; {_yuan(fen)}" for person, fen in owed.items())
    return {"shares": lines, "amount_fen": _yuan(sum(owed.values()))}


def _yuan(fen: int) -> str:
    return f"{fen // FEN_OF_A_YUAN}.{fen % FEN_OF_A_YUAN:02}"
