"""What changed of performance between two moments: every measure of a region at both, and of one the facts in between."""

from __future__ import annotations

from functools import partial
from typing import Final

from sqlalchemy import Connection
from starlette.responses import Response

from taizhang.adapters.visibility import Eyes
from taizhang.domain.envelope import opened
from taizhang.http.funds_scope import yuan
from taizhang.http.ledger_reading import cuts_of
from taizhang.http.performance_scope import OPENS_PERFORMANCE, asked, asked_card, card_words, formula_words, shown
from taizhang.http.places import name_of
from taizhang.http.rendering import hours, link, number
from taizhang.http.two_moments import SHOWN, Behind, TwoMoments, between_page, change, signed, two_moments
from taizhang.http.visit import Visit, door
from taizhang.projections.performance.asked import Question
from taizhang.projections.performance.cards import Card, chosen
from taizhang.projections.performance.then_and_now import between, then_and_now

FEN: Final = "_fen"


def compared(visit: Visit) -> Response:
    """Every measure of a region at two moments; with `measure`, the facts that lead from the one to the other.

    Raises HTTPException (404) for a foreign region or an unknown measure, NoAnswer (400) for a moment that is none.
    """
    what, moments = asked(visit), two_moments(visit)
    card = asked_card(visit) if visit.request.query_params.get("measure") else None
    with visit.house.log.database.read() as connection:
        found = then_and_now(connection, what.question, cuts_of(moments.earlier), chosen(what.versions))
        behind = _behind(visit, connection, what.question, moments, card) if card is not None else []
    changes = [
        change(
            one.card.id,
            card_words(visit, one.card) + _unit(visit, one.card),
            (one.then, one.now),
            partial(shown, one.card),
            link("/performance/between", {**what.kept, **moments.query}, measure=one.card.id),
        )
        for one in found
    ]
    title, region = visit.t("performance.title"), what.question.region
    return between_page(
        visit,
        "/performance/between",
        f"{title} · {name_of(visit, region)} {region}",
        trail=[(title, link("/performance", {**what.kept, **visit.bar.query}))],
        moments=moments,
        changes=changes,
        kept=what.kept,
        measure="" if card is None else card.id,
        label_of_measure="" if card is None else card_words(visit, card),
        formula="" if card is None else formula_words(visit, card),
        behind=behind[:SHOWN],
        has_more=len(behind) > SHOWN,
    )


def _behind(visit: Visit, connection: Connection, question: Question, moments: TwoMoments, card: Card) -> list[Behind]:
    log, eyes = visit.house.log, Eyes(visit.house.log, visit.actor)
    found = between(connection, log, question, cuts_of(moments.earlier), card)[: SHOWN + 1]
    facts = {row.position: opened(row.position, row.leaf) for row in log.at(sorted({one.position for one in found}))}
    told = []
    for one in found:
        about, fact = visit.t(f"performance_input.{one.input}"), facts[one.position]
        told.append(Behind(fact, eyes.sees(fact), about, signed(one.change, partial(_said, one.input))))
    return told


def _unit(visit: Visit, card: Card) -> str:
    words = {"minutes": "performance.hours", "fen": "funds.yuan"}.get(card.unit)
    return f" ({visit.t(words)})" if words else ""


def _said(name: str, value: int | None) -> str:
    """A count that a measure is made of: yuan, hours, or a number."""
    if name.endswith(FEN) and value is not None:
        return yuan(value)
    return hours(value) if "minutes" in name else number(value)


ROUTES = (door("/performance/between", compared, roles=OPENS_PERFORMANCE),)
