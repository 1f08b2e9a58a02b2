"""Flags about payments: accounts, amounts, parts, plans, rates, and what was paid again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import func, select

from taizhang.domain.wording import yuan
from taizhang.projections.database import CHUNK, chunks
from taizhang.projections.funds.claims import NO_LINE
from taizhang.projections.funds.cuts import known
from taizhang.projections.funds.flag_facts import Found, Seen, Stepped, voided_payments
from taizhang.projections.funds.moved import APPROVED
from taizhang.projections.funds.rows import CLAIMS_BOOK
from taizhang.projections.funds.steps import as_date
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.scope import stem_of
from taizhang.projections.tables_ledger import ledger_tables

PAID = "subsidy-paid"


def payment_limit(it: Seen, step: Stepped) -> int | None:
    """Within how many days after the review a claim is to be paid; working days count as seven for five; None: unset."""
    limit = it.limit("payment-days", step.region, step.effective_on)
    working = it.limit("payment-working-days", step.region, step.effective_on)
    return -(-working * 7 // 5) if limit is None and working is not None else limit


def paid_late(it: Seen) -> Iterator[Found]:
    """Payments later after the claim's review than allowed."""
    reviewed = {step.claim: step for step in it.of("claim-reviewed")}
    for step in it.of(PAID):
        review = reviewed.get(step.claim)
        if review is None:
            continue
        limit = payment_limit(it, step)
        days = (step.effective_on - review.effective_on).days
        if limit is not None and days > limit:
            words = {"claim": step.claim, "days": days, "limit": limit}
            yield Found("paid-late", step.line, step.region, step.amount_fen, (review.position, step.position), words)


def shared_accounts(it: Seen) -> Iterator[Found]:
    """Accounts to which persons of more than one household were paid; who is in no household is one alone."""
    used: dict[str, list[Stepped]] = {}
    for step in it.of(PAID):
        if step.person and step.bank_account:
            used.setdefault(step.bank_account, []).append(step)
    several = {account: steps for account, steps in used.items() if len({step.person for step in steps}) > 1}
    persons = {step.person for steps in several.values() for step in steps}
    home = _households(it, persons)
    for account, steps in sorted(several.items()):
        theirs = {home.get(step.person, step.person) for step in steps}
        if len(theirs) > 1:
            many = len({step.person for step in steps})
            amount = sum(step.amount_fen for step in steps)
            words = {"account": account, "many": many}
            positions = tuple(step.position for step in steps)
            first = steps[0]
            yield Found("account-beyond-one-household", first.line, first.region, amount, positions, words)


def _households(it: Seen, persons: set[str]) -> dict[str, str]:
    t = ledger_tables().members.c
    found: dict[str, str] = {}
    for part in chunks(sorted(persons)):
        query = select(t.person, t.household).where(t.person.in_(part), t.belongs == 1)
        found |= {row.person: row.household for row in it.connection.execute(query)}
    return found


def round_amounts(it: Seen) -> Iterator[Found]:
    """Payments of a round sum that is not what the approved claim comes to."""
    t = fund_tables().claims.c
    approved = {row.claim: row.approved_fen for row in it.connection.execute(select(t.claim, t.approved_fen))}
    for step in it.of(PAID):
        unit = it.limit("round-amount-fen", step.region, step.effective_on)
        claimed = approved.get(step.claim)
        if unit and step.amount_fen % unit == 0 and claimed is not None and claimed != step.amount_fen:
            words = {"payment": step.payment, "amount": yuan(step.amount_fen), "claimed": yuan(claimed)}
            yield Found("round-amount", step.line, step.region, step.amount_fen, (step.position,), words)


def repeated_amounts(it: Seen) -> Iterator[Found]:
    """Payments of the same amount to the same payee, each within so many days of the one before; none sent back whole."""
    alike: dict[tuple[str, int], list[Stepped]] = {}
    sent_back: Counter[str] = Counter()
    for step in it.of("payment-returned"):
        sent_back[step.payment] += step.amount_fen
    for step in it.of(PAID):
        if sent_back[step.payment] >= step.amount_fen > 0:
            continue
        alike.setdefault((step.payee, step.amount_fen), []).append(step)
    for steps in alike.values():
        steps.sort(key=lambda step: (step.effective_on, step.position))
        limit = it.limit("repeat-days", steps[0].region, steps[0].effective_on) or 0
        near = {one for pair in pairwise(steps) if _within(pair, limit) for one in pair}
        if near:
            ordered = sorted(near, key=lambda step: step.position)
            first = ordered[0]
            words = {"many": len(ordered), "amount": yuan(first.amount_fen), "limit": limit}
            total = sum(step.amount_fen for step in ordered)
            positions = tuple(step.position for step in ordered)
            yield Found("repeated-amount", first.line, first.region, total, positions, words)


def _within(pair: tuple[Stepped, Stepped], limit: int) -> bool:
    return pair[1].effective_on - pair[0].effective_on <= timedelta(days=limit)


def split_and_again(it: Seen) -> Iterator[Found]:
    """Entitlements paid in parts, and those paid again after a recovery."""
    s = fund_tables().shares.c
    claims = {step.claim for step in it.of(PAID)}
    names = ("claim", "person", "payment", "kind", "amount_fen", "position", "effective_on", "line", "holder")
    query = select(*(s[name] for name in names)).where(s.claim != "", *known(s, it.cuts))
    if it.scope.line is not None:
        query = query.where(s.line == it.scope.line)
    if len(claims) <= CHUNK:  # few are looked up, of many all are read
        query = query.where(s.claim.in_(sorted(claims)))
    parts: dict[tuple[str, str], dict[str, list[int]]] = {}
    about: dict[tuple[str, str], list[tuple[str, int, int, str, str]]] = {}
    for row in it.connection.execute(query.order_by(s.position, s.place)):
        if row.claim not in claims:
            continue
        key = row.claim, row.person
        if row.kind in (PAID, "payment-returned"):
            parts.setdefault(key, {}).setdefault(row.payment, [0])[0] += row.amount_fen
        about.setdefault(key, []).append((row.kind, row.position, row.amount_fen, row.line, row.holder))
    for (claim, person), payments in parts.items():
        told = about[claim, person]
        stayed = [amounts[0] for amounts in payments.values() if amounts[0] > 0]
        positions = tuple(dict.fromkeys(position for kind, position, *_ in told if kind == PAID))
        line, region = told[0][3], told[0][4][:6]
        if len(stayed) > 1:
            words = {"claim": claim, "person": person, "many": len(stayed)}
            yield Found("split-payment", line, region, sum(stayed), positions, words)
        recovered = [position for kind, position, amount, *_ in told if kind == "recovered" and amount < 0]
        later = [one for one in told if one[0] == PAID and one[2] > 0 and recovered and one[1] > recovered[0]]
        if later:
            amount = sum(one[2] for one in later)
            words = {"claim": claim, "person": person, "amount": yuan(amount)}
            both = (recovered[0], *(one[1] for one in later))
            yield Found("paid-after-recovery", line, region, amount, both, words)


def voided(it: Seen) -> Iterator[Found]:
    """Payments that were recorded and then declared void, with what was paid to the same payee under that claim since."""
    for first, by in voided_payments(it.connection, it.scope, it.cuts):
        later = [
            one for one in it.of(PAID) if one.position > by and (one.claim, one.payee) == (first.claim, first.payee)
        ]
        words = {"payment": first.payment, "day": first.effective_on, "amount": yuan(first.amount_fen)}
        positions = (first.position, by, *(one.position for one in later))
        yield Found(
            "payment-voided", first.line, first.region, first.amount_fen, positions, words | {"many": len(later)}
        )


def advance_after_payment(it: Seen) -> Iterator[Found]:
    """Advances for a class for which that institution had been paid by then, as far as the bank did not send it back."""
    sent_back: Counter[str] = Counter()
    for step in it.of("payment-returned"):
        sent_back[step.payment] += step.amount_fen
    paid: dict[tuple[str, str], list[Stepped]] = {}
    for step in it.of(PAID):
        if not step.person and step.amount_fen > sent_back[step.payment]:
            paid.setdefault((step.training_class, step.payee), []).append(step)
    for step in it.of("advance-paid"):
        before = [
            one for one in paid.get((step.training_class, step.payee), ()) if one.effective_on <= step.effective_on
        ]
        if before:
            amount = sum(one.amount_fen - sent_back[one.payment] for one in before)
            words = {"advance": step.advance, "day": step.effective_on, "amount": yuan(step.amount_fen)}
            words |= {"training_class": step.training_class, "paid": yuan(amount)}
            positions = (*(one.position for one in before), step.position)
            yield Found("advance-after-payment", step.line, step.region, step.amount_fen, positions, words)


def paid_without_plan(it: Seen) -> Iterator[Found]:
    """What a region paid from a line before it had filed a use plan for it: one flag for line and region."""
    planned: dict[tuple[str, str], date] = {}
    for step in it.of("use-plan-filed"):
        key = step.line, step.region
        planned[key] = min(planned.get(key, step.effective_on), step.effective_on)
    early: dict[tuple[str, str], list[Stepped]] = {}
    for step in it.of(PAID, "advance-paid"):
        filed = planned.get((step.line, step.region))
        if filed is None or step.effective_on < filed:
            early.setdefault((step.line, step.region), []).append(step)
    for (line, region), steps in sorted(early.items()):
        amount = sum(step.amount_fen for step in steps)
        positions = tuple(step.position for step in steps)
        yield Found("paid-without-plan", line, region, amount, positions, {"region": region, "amount": yuan(amount)})


def paid_otherwise_than_charged(it: Seen) -> Iterator[Found]:
    """Claims of which more was paid from a line than their review charges to it; those charged to no line have none."""
    steps: dict[tuple[str, str], list[Stepped]] = {}
    for step in it.of(PAID, "advance-cleared"):
        steps.setdefault((step.claim, step.line), []).append(step)
    charged: Counter[tuple[str, str]] = Counter()
    paid: Counter[tuple[str, str]] = Counter()
    e = fund_tables().entries.c
    here = e.book == CLAIMS_BOOK, e.holder.startswith(stem_of(it.scope.region), autoescape=True)
    by = e.claim, e.line, e.counter, e.kind
    query = select(*by, func.sum(e.amount_fen)).where(*here, *known(e, it.cuts)).group_by(*by)
    for claim, line, paid_by, kind, amount in it.connection.execute(query):
        if kind == APPROVED:
            charged[claim, line] += int(amount)
        else:
            paid[claim, paid_by] -= int(amount)
    known_lines = {claim for (claim, line), amount in charged.items() if line != NO_LINE and amount}
    for (claim, line), amount in sorted(paid.items()):
        over = amount - charged[claim, line]
        found = steps.get((claim, line), ())
        if claim in known_lines and over > 0 and found:
            words = {"claim": claim, "line": line, "paid": yuan(amount), "charged": yuan(charged[claim, line])}
            positions = tuple(step.position for step in found)
            yield Found("paid-otherwise-than-charged", line, found[0].region, over, positions, words)


def rate_changes(it: Seen) -> Iterator[Found]:
    """Classes paid for, during which the rate of the same programme, purpose and payee changed."""
    r, c = fund_tables().rates.c, ledger_tables().classes.c
    rates = list(it.connection.execute(select(fund_tables().rates).where(r.position.is_not(None))))
    paid: dict[str, list[Stepped]] = {}
    for step in it.of(PAID):
        paid.setdefault(step.training_class, []).append(step)
    query = select(c.training_class, c.county, c.programme, c.occupation, c.starts_on, c.ends_on)
    for row in it.connection.execute(query.where(c.starts_on.is_not(None)).order_by(c.training_class)):
        steps = paid.get(row.training_class)
        mine = [one for one in rates if one.programme == row.programme and one.occupation in (None, row.occupation)]
        for step in steps[:1] if steps else ():
            same = sorted((one for one in mine if one.purpose == step.purpose), key=lambda one: str(one.since))
            for old, new in pairwise(same):
                alike = (old.region, old.payee_kind, old.occupation) == (new.region, new.payee_kind, new.occupation)
                during = as_date(row.starts_on) < as_date(new.since) <= as_date(row.ends_on)
                if alike and during and old.amount_fen != new.amount_fen:
                    words = {"training_class": row.training_class, "day": as_date(new.since)}
                    words |= {"before": yuan(old.amount_fen), "amount": yuan(new.amount_fen)}
                    positions = (new.position, *(one.position for one in steps or ()))
                    yield Found("rate-changed-during-class", step.line, row.county, new.amount_fen, positions, words)
