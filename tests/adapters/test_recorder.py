"""The library's own test cases, and what it promises beyond them, on both engines."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.tests import DCBRecorderTestCase
from eventsourcing.persistence import IntegrityError, TrackingRecorder
from eventsourcing.tests.persistence import TrackingRecorderTestCase
from log_samples import audit

from taizhang.adapters.database import Database
from taizhang.adapters.log.log import Log
from taizhang.adapters.log.recorder import PAGE_FACTS, SqlDCBRecorder, SqlTrackingRecorder, entry_of


@pytest.fixture
def recorder(engine_url: str) -> Iterator[SqlDCBRecorder]:
    log = Log.open(engine_url)
    yield SqlDCBRecorder(log)
    log.close()


def test_the_librarys_case_for_appending_and_reading_passes(recorder: SqlDCBRecorder) -> None:
    DCBRecorderTestCase()._test_append_read(recorder)
    assert audit(recorder.log) == 13


def test_the_librarys_case_for_subscriptions_passes(recorder: SqlDCBRecorder) -> None:
    DCBRecorderTestCase()._test_append_subscribe(recorder)


@pytest.mark.parametrize("case", ["test_insert_tracking", "test_wait"])
def test_the_librarys_cases_for_tracking_pass(engine_url: str, case: str) -> None:
    database = Database(engine_url)

    class Case(TrackingRecorderTestCase):
        def create_recorder(self) -> TrackingRecorder:
            return SqlTrackingRecorder(database)

    getattr(Case(), case)()
    database.close()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"data1",
        b"\xff\x00",
        b"null",
        b"0",
        b'{"a":1}',
        b' {"a":1}',
        b'{"a":1}\n',
        b'{"a":1',
        b'1,"tags":["x"]',
        b'{"a": [1.50, "\\u00e9"], "a": 2}',
        '{"名":"台账"}'.encode(),
        b'"\xff"',
        b'"ZGF0YQ=="',
        b"NaN",
        b"9" * 400,
    ],
)
def test_data_comes_back_exactly_as_it_was_given(recorder: SqlDCBRecorder, data: bytes) -> None:
    recorder.append([DCBEvent("t", data, ["b", "a"])])
    [found] = recorder.read()
    assert found.event == DCBEvent("t", data, ["b", "a"])
    assert audit(recorder.log) == 1


def test_json_stands_readable_in_the_leaf_and_other_bytes_in_base64() -> None:
    assert entry_of(DCBEvent("t", b'{"a": 1}')).before == b'{"body":{"a": 1},'
    assert entry_of(DCBEvent("t", b"data1")).before == b'{"data":"ZGF0YTE=",'


def test_a_condition_without_items_means_any_event(recorder: SqlDCBRecorder) -> None:
    recorder.append([DCBEvent("t", b"1")], DCBAppendCondition())
    with pytest.raises(IntegrityError):
        recorder.append([DCBEvent("t", b"1")], DCBAppendCondition())
    recorder.append([DCBEvent("t", b"1")], DCBAppendCondition(after=1))


def test_a_subscription_gives_each_matching_event_once_across_pages(recorder: SqlDCBRecorder) -> None:
    count = PAGE_FACTS * 2 + 7
    recorder.append([DCBEvent("even" if n % 2 else "odd", b"%d" % n) for n in range(count * 2)])
    with recorder.subscribe(DCBQuery([DCBQueryItem(types=["even"])])) as subscription:
        assert [next(subscription).position for _ in range(count)] == list(range(2, count * 2 + 1, 2))


def test_a_waiting_subscription_ends_when_it_is_stopped(recorder: SqlDCBRecorder) -> None:
    subscription = recorder.subscribe()
    waiting = threading.Thread(target=lambda: list(subscription))
    waiting.start()
    subscription.stop()
    waiting.join(timeout=60)
    assert not waiting.is_alive()


def test_the_library_finds_the_recorders_by_this_modules_name(engine_url: str) -> None:
    env = {"PERSISTENCE_MODULE": "taizhang.adapters.log.recorder", "TAIZHANG_DATABASE": engine_url}
    with DCBApplication(env) as application:
        assert application.recorder.append([DCBEvent("t", b"1", ["a"])]) == 1
        assert isinstance(application.factory.tracking_recorder(), SqlTrackingRecorder)  # type: ignore[attr-defined]
