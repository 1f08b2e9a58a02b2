"""Each rule about outside lists that reads other facts, raced from two processes in both orders on both engines."""

from __future__ import annotations

import inspection_samples as i
import money_samples as m
import outside_samples as o
import pytest
from leads_house import SONG, TANG, race_to_the_end
from racing import Race, correction

from taizhang.domain.decisions import Proposal

GONE = "corrections.others-rest-on-it"
LISTED = [(TANG, o.listed())]
RACES = [
    Race(
        "one list twice",
        [],
        ((TANG, Proposal(fact=o.listed())), (SONG, Proposal(fact=o.listed(rows=4)))),
        ("outside.list-id-taken",) * 2,
    ),
    Race(
        "one row read twice",
        LISTED,
        ((TANG, Proposal(fact=o.entry())), (SONG, Proposal(fact=o.entry(person="pwang")))),
        ("outside.more-than-the-list",) * 2,
    ),
    Race(
        "a void list and its entry",
        LISTED,
        ((TANG, Proposal(fact=o.entry())), correction(i.LIU, o.listed(), o.listed(), m.DIRECTOR, void=True)),
        ("outside.unknown-list", GONE),
    ),
    Race(
        "an earlier list and the death it tells of",
        LISTED,
        (
            (TANG, Proposal(fact=o.entry())),
            correction(i.LIU, o.listed(occurred_on=m.JANUARY), o.listed(), m.DIRECTOR),
        ),
        ("outside.begins-after-its-list", GONE),
    ),
]


@pytest.mark.parametrize("second", [0, 1])
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name.replace(" ", "-"))
def test_two_processes_keep_the_rules_of_outside_lists(engine_url: str, race: Race, second: int) -> None:
    race_to_the_end(engine_url, race, second)
