"""Posted officials: what counts within a tenure, how they report; and a promotion's figures reopened a year later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import inspection_samples as i
import posting_samples as p
import training_samples as t
from golden_year import COUNTY, TELLER, VILLAGE, noon, on, year
from paper_log import PaperLog
from test_performance import WHOLE_YEAR, asked, followed

from taizhang.adapters.database import Database
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, Position
from taizhang.domain.inspections.findings import FindingId
from taizhang.domain.postings.appraisals import FigureNamed
from taizhang.projections.performance.answer import PerformanceRow
from taizhang.projections.performance.behind import facts_behind
from taizhang.projections.performance.cards import card_of
from taizhang.projections.performance.promotions import Reopened, reopened
from taizhang.projections.performance.then_and_now import between, then_and_now
from taizhang.projections.replay import NOW, Cuts

MAY_2, NEXT_YEAR = on(5, 2), on(12, 31, 2017)
OWN = Actor(
    officer=OfficerId("mei"),
    role="village-official",
    organisation=OrganisationId("hall"),
    region=VILLAGE,
    authenticated="test",
)


def with_posting(since: date = MAY_2, last: date = NEXT_YEAR, *, more: Sequence[Fact] = ()) -> PaperLog:
    """The golden year, with somebody posted to Li's village, whose duty for June was recorded in September."""
    posted = p.posted(VILLAGE, since, until=last, officer=OWN.officer)
    told = [(on(1, 11), TELLER, p.selected(region=COUNTY)), (on(1, 12), TELLER, posted)]
    told.append((on(9, 1), OWN, p.duty(20, on(6, 1), on(6, 30))))
    return year(*told, *((fact.occurred_on, TELLER, fact) for fact in more))


def official(database: Database, log: PaperLog, **changed: Any) -> PerformanceRow:
    [row] = asked(database, log, WHOLE_YEAR._replace(by="official", **changed)).rows
    return row


def test_what_villagers_did_within_the_tenure_counts_and_nothing_else(database: Database) -> None:
    log = with_posting()
    followed(database, log)
    mine = official(database, log).figures
    assert (mine["persons"], mine["persons_poor"], mine["person_times"]) == (1, 1, 1), "Zhao lives elsewhere"
    assert (mine["evidenced_minutes"], mine["certified"], mine["confirmed_6"]) == (240, 1, 1)
    assert mine["late_share"] == 10000, "two months, when 30 days were allowed by then and 60 since June: June 30 is 63"


def test_what_happened_before_and_after_the_tenure_is_not_the_officials(database: Database) -> None:
    log = with_posting(since=on(5, 5), last=on(7, 31))
    followed(database, log)
    mine = official(database, log).figures
    assert mine["evidenced_minutes"] == 120, "the second of two days"
    assert mine["persons"] == 0, "Li enrolled before"
    assert (mine["certified"], mine["confirmed_6"]) == (1, 0)


def test_as_known_then_it_is_told_from_the_facts_and_equals_what_stood(database: Database) -> None:
    log = with_posting()
    followed(database, log)
    now = official(database, log).figures
    late = official(database, log, cuts=Cuts(log.head().recorded_at)).figures
    assert late == now
    july = official(database, log, cuts=Cuts(noon(on(7, 31))), on=on(7, 31)).figures
    assert (july["evidenced_minutes"], july["certified"], july["late_share"]) == (240, 0, None)


def test_a_finding_about_the_posting_stands_with_it_and_figures_open_into_facts(database: Database) -> None:
    about = i.found(FindingId("find-620121-9"), on(11, 20), object=f"posting:{p.FIRST}")
    log = with_posting(more=[about])
    followed(database, log)
    row = official(database, log)
    assert row.figures["findings"] == 1
    question = WHOLE_YEAR._replace(by="official")
    with database.read() as connection:
        for name, amount in row.inputs.items():
            behind = list(facts_behind(connection, log, question, p.FIRST, name))
            assert sum(one.change for one in behind) == amount, name
        [duty] = facts_behind(connection, log, question, p.FIRST, "late_records")
    assert type(log.facts[duty.position - 1]).__name__ == "DutyRecorded"


# -- promotions -------------------------------------------------------------------------------------------


def named(measure: str, subject: str, value: int) -> FigureNamed:
    return FigureNamed(measure=measure, subject=subject, value=value)


def promoted_in_july(*figures: FigureNamed) -> PaperLog:
    """On July 20 somebody is promoted on what the log said by then; the sheet is corrected in August."""
    plain = with_posting()
    rested = Position(next(n for n, one in enumerate(plain.stored, 1) if one.recorded_at > noon(on(7, 8))) - 1)
    plain.record(noon(on(1, 20, 2018)), p.promoted(on(7, 20), figures=figures, position=rested))
    return plain


def told(database: Database, log: PaperLog, cuts: Cuts = NOW) -> dict[tuple[str, str], Reopened]:
    with database.read() as connection:
        return {(one.measure, one.subject): one for one in reopened(connection, log, COUNTY, cuts)}


def test_a_promotions_figures_are_reopened_a_year_later_as_they_were_known_then(database: Database) -> None:
    log = promoted_in_july(
        named("evidenced_minutes", COUNTY, 360),
        named("evidenced_minutes", t.WELDING, 360),
        named("late_share@1", COUNTY, 0),
        named("evidenced_minutes", p.FIRST, 240),
        named("evidenced_minutes", t.SCHOOL, 9_999),
        named("paid_on_time@1", COUNTY, 5000),
        named("charm", COUNTY, 3),
    )
    followed(database, log)
    found = told(database, log)
    hours = found["evidenced_minutes", COUNTY]
    assert (hours.stated, hours.then, hours.now, hours.changed, hours.differs) == (360, 360, 480, True, False)
    of_class = found["evidenced_minutes", t.WELDING]
    assert (of_class.then, of_class.now) == (360, 480)
    own = found["evidenced_minutes", p.FIRST]
    assert (own.then, own.now, own.changed) == (240, 240, False)
    made_up = found["evidenced_minutes", t.SCHOOL]
    assert (made_up.then, made_up.differs) == (360, True), "not what the log said"
    assert (found["late_share@1", COUNTY].then, found["paid_on_time@1", COUNTY].then) == (0, 5000)
    assert (found["charm", COUNTY].then, found["charm", COUNTY].differs) == (None, False)
    before = told(database, log, Cuts(noon(on(1, 19, 2018))))
    assert before == {}, "nobody knew of the promotion yet"


def test_the_facts_between_then_and_now_are_those_that_made_the_difference(database: Database) -> None:
    log = year()
    followed(database, log)
    card, then_at = card_of("evidenced_minutes"), noon(on(7, 31))
    with database.read() as connection:
        found = {
            one.card.name: one
            for one in then_and_now(connection, WHOLE_YEAR, Cuts(then_at), [card, card_of("findings")])
        }
        facts = between(connection, log, WHOLE_YEAR, Cuts(then_at), card)
    assert (found["evidenced_minutes"].then, found["evidenced_minutes"].now) == (360, 480)
    assert (found["findings"].then, found["findings"].now) == (1, 2)
    [fact] = facts
    assert (type(log.facts[fact.position - 1]).__name__, fact.change) == ("AttendanceCorrected", 120)
