"""Facts asked for by their type alone: the same answer with remembered positions as without, however the log grows."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from log_samples import LOST, SEEN, entry

from taizhang.adapters.log import rare
from taizhang.adapters.log.log import Append, Criterion, Log, Stored

OTHER = "samples.thing-bought.v1"


@pytest.fixture
def log(engine_url: str) -> Iterator[Log]:
    log = Log.open(engine_url)
    yield log
    log.close()


def _plainly(log: Log, types: tuple[str, ...], after: int, upto: int | None, limit: int | None) -> list[Stored]:
    facts = [one for one in log.page(0, 10_000) if one.type in types and one.position > after]
    return [one for one in facts if upto is None or one.position <= upto][:limit]


@pytest.mark.parametrize("most", [1, 3, 10_000], ids=["nearly none is rare", "some are", "all are"])
def test_asked_by_type_it_gives_what_a_look_through_all_facts_gives(
    log: Log, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rare, "RARE", most)
    chance = random.Random(7)
    questions = [(SEEN,), (LOST,), (OTHER,), (LOST, OTHER), ("samples.never.v1",)]
    for _ in range(12):
        log.append(Append([entry(type=chance.choice((SEEN, SEEN, SEEN, LOST, OTHER))) for _ in range(3)]))
        for types in questions:
            after, limit = chance.choice((0, 0, 5, 30)), chance.choice((None, 1, 2))
            upto = chance.choice((None, 4, 20))
            found = log.read([Criterion(types, ())], after=after, upto=upto, limit=limit).facts
            assert found == _plainly(log, types, after, upto, limit)
            stretches = ((20, 30), (6, 8), (2, 5))
            inside = [one for low, high in reversed(stretches) for one in _plainly(log, types, low, high, None)]
            assert log.newest(types, stretches, limit or 99) == inside[::-1][: limit or 99]


def test_more_questions_than_are_remembered_are_answered_alike(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rare, "QUESTIONS", 1)
    log.append(Append([entry(type=SEEN), entry(type=LOST)]))
    for types in ((SEEN,), (LOST,), (SEEN,), (SEEN, LOST)):
        assert log.read([Criterion(types, ())]).facts == _plainly(log, types, 0, None, None)
