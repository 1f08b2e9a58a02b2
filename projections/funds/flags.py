"""Flags about money: found by looking, never refused; each says what it may innocently be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import Connection

from taizhang.projections.funds import flag_balances as balances
from taizhang.projections.funds import flag_payments as payments
from taizhang.projections.funds.cuts import EVERYTHING, NOW, Cuts, UseScope
from taizhang.projections.funds.flag_facts import Found, Seen, seen
from taizhang.projections.funds.flag_kinds import FLAG_KINDS


class Flag(NamedTuple):
    """Something that somebody should look at; `positions` are the facts it rests on."""

    kind: str
    line: str
    region: str
    amount_fen: int
    positions: tuple[int, ...]
    zh: str
    en: str
    innocent_zh: str
    innocent_en: str


DETECTORS: Final[tuple[Callable[[Seen], Iterator[Found]], ...]] = (
    balances.recorded_late,
    balances.passed_on_late,
    payments.paid_late,
    balances.idle,
    payments.shared_accounts,
    payments.round_amounts,
    payments.repeated_amounts,
    payments.split_and_again,
    payments.voided,
    payments.advance_after_payment,
    payments.paid_without_plan,
    payments.paid_otherwise_than_charged,
    balances.without_allocation,
    balances.overdue_advances,
    balances.negative,
    payments.rate_changes,
)


def flags(connection: Connection, on: date, scope: UseScope = EVERYTHING, cuts: Cuts = NOW) -> list[Flag]:
    """Everything to be looked at in a scope, as known and as effective at the cuts; ages as on the day `on`.

    Who belongs to which household, thresholds, rates and a class's days are as known now.
    """
    it = seen(connection, on, scope, cuts)
    kinds = {one.kind: one for one in FLAG_KINDS}
    found = [one for detect in DETECTORS for one in detect(it)]
    order = {one.kind: place for place, one in enumerate(FLAG_KINDS)}
    found.sort(key=lambda one: (order[one.kind], one.line, one.region, one.positions))
    told = []
    for one in found:
        kind = kinds[one.kind]
        english = dict(one.words) | ({"what": one.words["what_en"]} if "what_en" in one.words else {})
        told.append(
            Flag(
                kind=one.kind,
                line=one.line,
                region=one.region,
                amount_fen=one.amount_fen,
                positions=one.positions,
                zh=kind.zh_says.format(**one.words),
                en=kind.en_says.format(**english),
                innocent_zh=kind.innocent_zh,
                innocent_en=kind.innocent_en,
            )
        )
    return told
