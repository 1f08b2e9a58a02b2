"""Outside lists and the rules: whatever a list or an entry is corrected to, judging behind the log equals judging in full."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
from histories import in_force
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper_log import PaperLog
from rules_log import COUNTY, FIRST, LATER, MINUTE, standing, two_classes

from taizhang.adapters.database import Database
from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Fact
from taizhang.domain.outside import OutsideEntryStated, OutsideListImported
from taizhang.projections.follow import Follower
from taizhang.projections.rules.judging import judge
from taizhang.projections.views import all_views

LISTS = {"payroll": "person", "deaths": "person", "social-insurance": "person", "licences": "institution"}
UNTIL = 2**62  # microseconds: later than anything
SLOW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
list_days = st.integers(-40, 60).map(lambda number: FIRST + timedelta(days=number))
open_ends = st.sampled_from([None, None, FIRST + timedelta(days=30)])


def taken_in(kind: str, dated_on: date) -> OutsideListImported:
    said: dict[str, Any] = {"outside_list": f"list-{COUNTY}-{kind}", "kind": kind, "region": COUNTY}
    return OutsideListImported(**said, made_by="样例", file="5a" * 32, rows=99, occurred_on=dated_on)


def stated(kind: str, number: int, who: str, since: date | None, until: date | None = None) -> OutsideEntryStated:
    said: dict[str, Any] = {"outside_list": f"list-{COUNTY}-{kind}", "kind": kind, LISTS[kind]: who}
    unit = "示例公司" if kind == "social-insurance" else ""
    days: dict[str, Any] = {"since": since, "until": until, "occurred_on": since or FIRST}
    return OutsideEntryStated(**said, **days, number=number, named_unit=unit)


def corrected(log: PaperLog, position: int, was: Fact, now: Fact | None) -> Any:
    kind = correction_of(type(was))
    assert kind is not None
    body = now or was
    said: dict[str, Any] = {"reason": "名单有误", "approver": "o2", "occurred_on": body.occurred_on}
    return kind(corrects=position, was=was, now=now, **said)


@st.composite
def what_lists_say(draw: Any) -> tuple[PaperLog, int]:
    """Two classes; then lists, entries and corrections of both in any order. Where the lists begin stands beside the log."""
    log = two_classes()
    begun = len(log.stored)
    kinds = draw(st.sampled_from([["payroll"], ["social-insurance", "payroll"], ["deaths", "licences"]]))
    for step in range(draw(st.integers(5, 14))):
        kind = draw(st.sampled_from(kinds))
        who = "i1" if kind == "licences" else f"p{draw(st.integers(0, 3))}"
        since, until = draw(st.sampled_from([None, date(2010, 1, 1), FIRST])), draw(open_ends)
        fact: Fact = stated(kind, step + 1, who, since, until)
        standing_now = {p: f for p, f in in_force(log, UNTIL).items() if p > begun}
        lists = {p: f for p, f in standing_now.items() if isinstance(f, OutsideListImported) and f.kind == kind}
        if not lists:
            fact = taken_in(kind, draw(list_days))
        elif draw(st.booleans()):
            position = draw(st.sampled_from([*sorted(lists), *sorted(standing_now)]))
            was: Any = standing_now[position]
            changed = draw(list_days)
            if isinstance(was, OutsideListImported):
                now: Any = taken_in(was.kind, changed)
            else:
                other = was.institution or f"p{draw(st.integers(0, 3))}"
                now = stated(was.kind, was.number, other, changed, draw(open_ends))
            now = draw(st.sampled_from([now, now, None]))
            if now != was:
                fact = corrected(log, position, was, now)
        log.record(LATER + step * MINUTE, fact)
    return log, begun


@SLOW
@given(what_lists_say())
def test_whatever_is_corrected_on_a_list_the_leads_are_those_of_a_full_run(said: tuple[PaperLog, int]) -> None:
    log, begun = said
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'views.db'}")
        follower = Follower(log, database, all_views())
        for upto in range(begun, len(log.stored) + 1):
            follower.catch_up(upto)
        behind = standing(database)
        judge(database, fully=True)
        assert behind == standing(database)
        database.close()


def test_a_list_that_was_of_another_day_judges_its_people_again() -> None:
    """Who has no end on a list of June was on the payroll in March; on the same list of February nobody knows."""
    log = two_classes()
    [position] = log.record(LATER, taken_in("payroll", date(2016, 6, 30)))
    log.record(LATER, stated("payroll", 1, "p3", date(2010, 1, 1)))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'views.db'}")
        follower = Follower(log, database, all_views())
        follower.catch_up()
        assert [one.rule for one in standing(database)] == ["identities.on-payroll"]
        was, now = taken_in("payroll", date(2016, 6, 30)), taken_in("payroll", date(2016, 2, 28))
        log.record(LATER + MINUTE, corrected(log, position, was, now))
        follower.catch_up()
        assert standing(database) == []
        log.record(LATER + 2 * MINUTE, corrected(log, position, now, msgspec.structs.replace(was, made_by="样例二")))
        follower.catch_up()
        assert [one.rule for one in standing(database)] == ["identities.on-payroll"]
        database.close()
