"""Statements: filed once, about figures that open into facts, at a position of the log."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from taizhang.domain.core import Position
from taizhang.domain.decisions import OutsideYourRegion
from taizhang.domain.inspections.refusals import AfterTheHead
from taizhang.domain.sealing import PeriodSealed
from taizhang.domain.standing import StandsAlready
from taizhang.domain.statements import (
    MONEY,
    OPENABLE,
    ClaimedFigure,
    ClaimedTwice,
    MoneyOfOneKind,
    OpensIntoNothing,
    StatementFiled,
    StatementIdTaken,
)
from taizhang.projections.funds.measures import FUND_MEASURES
from taizhang.projections.measures import MEASURES, PERSONS
from taizhang.projections.statements.money import REPORTED, money_words

DAY = date(2016, 12, 31)
SEAL = PeriodSealed(occurred_on=DAY, seal="s", region="620121", since=date(2016, 1, 1), until=DAY)


def filed(*figures: tuple[str, int], **fields: Any) -> StatementFiled:
    claimed = tuple(ClaimedFigure(*one) for one in figures or (("persons", 3),))
    stated: dict[str, Any] = {"filed_statement": "stat-620121-2016", "region": "620121", "period": "2016"}
    return StatementFiled(**({"occurred_on": DAY, "claimed_figures": claimed} | stated | fields))


def test_what_may_be_reported_is_what_the_ledger_opens_into_facts() -> None:
    assert {name for one in (*MEASURES, PERSONS) for name in (one.name, one.poor)} == OPENABLE
    assert set(REPORTED) == MONEY
    assert {part for parts in REPORTED.values() for part, _ in parts} <= {one.name for one in FUND_MEASURES}
    assert all(words for name in REPORTED for words in money_words(name))


def test_a_statement_is_filed_at_the_head_or_at_the_position_it_names(decide) -> None:
    [fact] = decide(given=[SEAL], when=filed())
    assert (fact.known_position, fact.stated_by) == (1, "clerk")
    [earlier] = decide(given=[SEAL, fact], when=filed(filed_statement="stat-620121-b", known_position=1))
    assert earlier.known_position == 1
    with pytest.raises(AfterTheHead):
        decide(given=[SEAL], when=filed(known_position=2))
    for again in (filed(), filed(known_position=1)):
        with pytest.raises(StandsAlready):
            decide(given=[SEAL, fact], when=again)
    with pytest.raises(StatementIdTaken):
        decide(given=[SEAL, fact], when=filed(("persons", 4)))
    with pytest.raises(OutsideYourRegion):
        decide(given=[SEAL], when=filed(region="620122"))


def test_a_figure_that_opens_into_nothing_is_not_reported(decide) -> None:
    for measure in ("satisfied", "income_change", "person-times"):
        with pytest.raises(OpensIntoNothing):
            decide(given=[SEAL], when=filed(("persons", 3), (measure, 1)))
    with pytest.raises(MoneyOfOneKind):
        decide(given=[SEAL], when=filed(("paid_fen", 1), programme_kind="labour"))
    assert decide(given=[SEAL], when=filed(("paid_fen", 1), ("executed_fen", 1), ("persons", 3)))
    with pytest.raises(ClaimedTwice):
        decide(given=[SEAL], when=filed(("persons", 3), ("persons", 4)))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**msgspec.to_builtins(filed()), "period": "last year"}, StatementFiled)
    assert Position(0) == filed().known_position
