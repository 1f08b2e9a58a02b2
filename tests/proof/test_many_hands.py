"""A work in parts done by several processes: everything once, and whole even when one of them is ended in its midst."""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from multiprocessing import active_children

import pytest

from taizhang.adapters.proof.many_hands import done


def cubed(number: int) -> int:
    return number**3


def ended_in(own: int, number: int) -> int:
    """Whoever is not `own` is killed as soon as it takes a part; `own` waits until somebody else has had the time to."""
    if os.getpid() != own:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return number


@pytest.mark.parametrize(("count", "processes"), [(0, 2), (1, 2), (3, 5), (200, 2), (200, 3)])
def test_every_part_is_done_once_and_told_with_its_number(count: int, processes: int) -> None:
    assert sorted(done(cubed, count, processes)) == [(number, number**3) for number in range(count)]


def test_a_part_that_a_killed_process_had_taken_is_done_all_the_same() -> None:
    assert sorted(done(partial(ended_in, os.getpid()), 8, 2)) == [(number, number) for number in range(8)]


def test_who_stops_asking_leaves_no_process_behind() -> None:
    before = set(active_children())
    many = done(cubed, 10_000, 2)
    next(many)
    assert len(active_children()) == len(before) + 1
    many.close()
    assert set(active_children()) == before


def test_what_goes_wrong_in_a_part_is_raised_here() -> None:
    with pytest.raises(TypeError):
        list(done(partial(cubed, "not", "one"), 4, 2))
