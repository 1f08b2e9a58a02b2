"""Every figure of performance opens into facts whose changes sum up to it, whatever it is grouped by and however paged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from golden_year import COUNTY, noon, on, year
from histories import FIRST, START, histories
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from paper_log import PaperLog
from test_performance import SLOW, WHOLE_YEAR, asked, followed, whole

from taizhang.adapters.database import Database
from taizhang.projections.performance.asked import DIMENSIONS, Question
from taizhang.projections.performance.behind import behind, facts_behind
from taizhang.projections.performance.cards import every_card
from taizhang.projections.replay import Cuts

NAMES = sorted({name for card in every_card() for name in (card.part, card.whole) if name})


def differing(database: Database, log: PaperLog, question: Question, rows: int = 9) -> dict[Any, Any]:
    """By row (the whole, and so many more) and input: the figure and what its facts come to, where these differ."""
    found = asked(database, log, question)
    wrong = {}
    with database.read() as connection:
        for row in (found.whole, *found.rows[:rows]):
            for name in NAMES:
                facts = sum(one.change for one in facts_behind(connection, log, question, row.key, name))
                if facts != row.inputs.get(name, 0):
                    wrong[row.key, name] = row.inputs.get(name, 0), facts
    return wrong


@pytest.mark.parametrize("by", DIMENSIONS)
def test_every_figure_of_the_golden_year_is_the_sum_of_its_facts(database: Database, by: Any) -> None:
    log = year()
    followed(database, log)
    region = "620100" if by == "region" else COUNTY
    assert not differing(database, log, WHOLE_YEAR._replace(by=by, region=region))
    july = WHOLE_YEAR._replace(by=by, region=region, cuts=Cuts(noon(on(7, 31)), on(6, 20)))
    assert not differing(database, log, july)


def test_a_figure_opens_page_by_page_into_the_same_facts(database: Database) -> None:
    log = year()
    followed(database, log)
    for key, name, by in (("", "records", "region"), ("school", "evidenced_minutes", "institution"), ("", "persons", "region")):  # fmt: skip
        question, found, after = WHOLE_YEAR._replace(by=by), [], ""  # type: ignore[arg-type]
        with database.read() as connection:
            every = {one[:2] for one in facts_behind(connection, log, question, key, name)}
            while True:
                page, after = behind(connection, log, question, key, name, after, 1)
                assert len(page) <= 1
                found += page
                if not after:
                    break
        assert {one[:2] for one in found} == every
        assert len(found) == len(every)


def test_a_late_record_opens_into_itself(database: Database) -> None:
    log = year()
    followed(database, log)
    with database.read() as connection:
        [late] = facts_behind(connection, log, WHOLE_YEAR, "", "late_records_30")
    assert type(log.facts[late.position - 1]).__name__ == "CertificateIssued"


# Each asks for every input of every row; to make a failing one small would take minutes.
FEW = settings(SLOW, max_examples=6, phases=(Phase.explicit, Phase.reuse, Phase.generate))


@FEW
@given(histories(), st.integers(0, 95), st.integers(0, 60), st.sampled_from(["region", "department", "institution"]))
def test_of_any_history_the_figures_are_the_sums_of_their_facts(
    log: PaperLog, number: int, later: int, by: Any
) -> None:
    day = FIRST + timedelta(days=number)
    with whole(log, 7) as database:
        for cuts in (Cuts(), Cuts(START + later, day)):
            region = "620000" if by == "region" else "620121"
            assert not differing(database, log, Question(day, region, by, cuts=cuts), rows=2)
