"""Guard rows that are replaced as a whole: whoever decided on the old ones decides again, though the head stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from log_samples import audit, entry
from sqlalchemy import delete

from taizhang.adapters.log.guard_rebuild import differing_guards, rebuild_guards
from taizhang.adapters.log.log import Append, Appended, GuardRow, Log, LostRace, State
from taizhang.adapters.log.tables import FACT
from taizhang.domain.log import FactsMissing

LINE, SEAT = ("line", "L1"), ("seats", "L1")


@pytest.fixture
def log(engine_url: str) -> Iterator[Log]:
    log = Log.open(engine_url)
    log.append(Append([entry()], guards_read={LINE: 0}, guards_written={LINE: (0, b"100")}))
    yield log
    log.close()


def decided_on(state: State) -> Append:
    read = {row: state.guards[row].position if row in state.guards else 0 for row in (LINE, SEAT)}
    return Append([entry()], after=state.head_position, guards_read=read, rebuild=state.rebuild)


def test_an_append_goes_in_while_neither_head_nor_rows_have_moved(log: Log) -> None:
    log.replace_guards(1, {LINE: GuardRow(1, b"90")})
    assert isinstance(log.append(decided_on(log.read([], guards=[LINE, SEAT]))), Appended)
    assert audit(log) == 2


def test_a_row_that_a_rebuild_adds_is_noticed_though_the_head_stands(log: Log) -> None:
    state = log.read([], guards=[LINE, SEAT])
    log.replace_guards(1, {LINE: GuardRow(1, b"100"), SEAT: GuardRow(1, b"1")})
    with pytest.raises(LostRace):
        log.append(decided_on(state))
    assert audit(log) == 1


def test_a_row_that_a_second_rebuild_takes_away_is_noticed(log: Log) -> None:
    log.replace_guards(1, {LINE: GuardRow(1, b"100")})
    state = log.read([], guards=[LINE, SEAT])
    log.replace_guards(1, {})
    with pytest.raises(LostRace):
        log.append(decided_on(state))


def test_a_row_that_a_rebuild_repairs_is_noticed_though_its_position_stays(log: Log) -> None:
    state = log.read([], guards=[LINE, SEAT])
    log.replace_guards(1, {LINE: GuardRow(1, b"90")})
    with pytest.raises(LostRace):
        log.append(decided_on(state))


def test_a_row_that_another_append_moved_is_noticed(log: Log) -> None:
    state = log.read([], guards=[LINE, SEAT])
    log.append(Append([entry()], guards_read={LINE: 1}, guards_written={LINE: (0, b"90")}))
    with pytest.raises(LostRace):
        log.append(decided_on(state))


def test_rebuilds_are_counted_beside_the_rows_and_not_among_them(log: Log) -> None:
    log.replace_guards(1, {})
    log.replace_guards(1, {})
    assert log.guard_rows() == []
    assert log.read([], guards=[LINE]).rebuild == 2


def test_nothing_is_rebuilt_from_a_log_whose_last_facts_were_taken_away(log: Log) -> None:
    log.append(Append([entry(), entry()]))
    before = log.guard_rows(("", ""))
    with log.database.write() as connection:
        connection.execute(delete(FACT).where(FACT.c.position > 1))
    with pytest.raises(FactsMissing, match=r"none is there after fact 1\. Find out with `taizhang verify`"):
        rebuild_guards(log)
    assert log.guard_rows(("", "")) == before


def test_a_row_of_an_earlier_version_that_lacks_what_has_a_default_does_not_differ(log: Log) -> None:
    seats = ("seats", "c1")
    log.replace_guards(1, {seats: GuardRow(1, b"{}")})
    assert differing_guards(log, {seats: GuardRow(1, b'{"taken":0}')}) == []
    [other] = differing_guards(log, {seats: GuardRow(1, b'{"taken":1}')})
    assert (other.kind, other.key) == seats
