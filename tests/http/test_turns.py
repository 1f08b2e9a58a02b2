"""Pages are made in the order in which they were asked for, a few at a time, and nobody waits long behind a long one."""

from __future__ import annotations

import threading
import time

import pytest

from taizhang.http.once import once
from taizhang.http.turns import Turns

LONG = 3_600.0


class Visitor:
    """Somebody in a thread of their own, who goes when told to."""

    def __init__(self, turns: Turns, began: list[str], name: str) -> None:
        self.go = threading.Event()
        self._turns, self._began, self._name = turns, began, name
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def leave(self) -> None:
        self.go.set()
        self._thread.join(30)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        with self._turns.turn():
            self._began.append(self._name)
            assert self.go.wait(30)


def _until(began: list[str], count: int) -> None:
    deadline = time.monotonic() + 30
    while len(began) < count:
        assert time.monotonic() < deadline, f"only {began} have begun"
        time.sleep(0.001)


def test_so_many_at_once_and_the_others_in_the_order_in_which_they_came() -> None:
    turns, began = Turns(2, LONG), list[str]()
    visitors = []
    for number, name in enumerate("abcdef", 1):
        visitors.append(Visitor(turns, began, name))
        _until(began, min(number, 2))
        while len(turns) < number:  # whoever waits stands in the queue before the next one comes
            time.sleep(0.001)
    for number, visitor in enumerate(visitors):
        assert "".join(began) == "abcdef"[: number + 2]
        visitor.leave()
        _until(began, min(number + 3, 6))
    assert "".join(began) == "abcdef"
    assert len(turns) == 0


def test_behind_whoever_takes_long_the_next_one_begins() -> None:
    turns, began = Turns(1, 0.01), list[str]()
    visitors = [Visitor(turns, began, name) for name in "abc"]
    _until(began, 3)
    for visitor in visitors:
        visitor.leave()


def test_whoever_fails_passes_the_turn_on() -> None:
    turns = Turns(1, LONG)
    with pytest.raises(RuntimeError), turns.turn():
        raise RuntimeError
    with turns.turn():
        assert len(turns) == 1


def test_what_is_reckoned_once_is_so_for_each_object_and_again_after_it_failed() -> None:
    class Page:
        """Counts how often it is reckoned."""

        times = 0

        @once
        def value(self) -> int:
            Page.times += 1
            if Page.times == 1:
                raise RuntimeError
            return Page.times

    page = Page()
    with pytest.raises(RuntimeError):
        _ = page.value
    assert [page.value, page.value, Page().value] == [2, 2, 3]
