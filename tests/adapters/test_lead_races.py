"""Each rule about leads and cases that reads other facts, raced from two processes in both orders on both engines."""

from __future__ import annotations

from typing import Any

import inspection_samples as i
import lead_samples as s
import msgspec
import pytest
import training_samples as t
from leads_house import HOMES, race_to_the_end
from racing import Race, correction

from taizhang.domain.core import Actor, Fact
from taizhang.domain.decisions import Proposal

GONE, SETTLED = "corrections.others-rest-on-it", "leads.settled"
CLASS = [*HOMES, t.DESIGNATED, t.filed(), t.approved()]
NEW = s.assigned(s.TANG, rule=s.OTHER_RULE, subjects=(i.CLASS,))
ON_IT = [(s.SONG, s.assigned())]
LOOKED_AT = [*ON_IT, (s.TANG, s.checked())]
CONFIRMED = [*LOOKED_AT, (s.SONG, s.confirmed())]
TAKEN_UP = [*CONFIRMED, (s.TANG, s.case())]
ASKED = [*TAKEN_UP, (s.TANG, s.invited())]
ANSWERED = [*ASKED, (i.QIN, s.replied())]
DECIDED = [*ANSWERED, (s.TANG, s.decided(outcomes=("rectify",)))]
ENDED = [*DECIDED, (s.TANG, s.closed())]


def both(one: Fact, other: Fact, by: tuple[Actor, Actor]) -> Any:
    return (by[0], Proposal(fact=one)), (by[1], Proposal(fact=other))


def void(was: Any, by: Actor, **filled: str) -> Any:
    stands = msgspec.structs.replace(was, **filled)
    return correction(by, stands, stands, "yuan", void=True)


TWO, OPPOSITE = (s.TANG, s.SONG), (s.SONG, s.TANG)
RACES = [
    Race(
        "two assignments of one lead in the wrong order of days",
        [],
        both(s.assigned(), s.assigned(s.YUAN, occurred_on=s.CHECKED), (s.SONG, s.SONG)),
        ("inspections.step-too-early", None),
    ),
    Race(
        "a check and another assignee",
        ON_IT,
        both(s.checked(), s.assigned(s.YUAN), TWO),
        ("leads.not-the-assignee", None),
    ),
    Race(
        "a confirmation and a refutation",
        LOOKED_AT,
        both(s.confirmed(), s.refuted(), (s.SONG, s.YUAN)),
        (SETTLED, SETTLED),
    ),
    Race(
        "a conclusion and a further check by whoever concludes",
        [*LOOKED_AT, (s.TANG, s.assigned(s.SONG, occurred_on=s.CHECKED))],
        both(s.confirmed(), s.checked(words="more"), (s.SONG, s.SONG)),
        ("leads.checked-by-themselves", SETTLED),
    ),
    Race(
        "a merge and the conclusion of the lead that is merged",
        [*LOOKED_AT, (s.SONG, NEW)],
        both(s.merged(s.LEAD, lead=NEW.lead), s.confirmed(), (s.YUAN, s.SONG)),
        (SETTLED, SETTLED),
    ),
    Race(
        "one case twice",
        CONFIRMED,
        both(s.case(), s.case(title="another"), TWO),
        ("leads.case-id-taken",) * 2,
    ),
    Race(
        "two cases on one lead",
        CONFIRMED,
        both(s.case(), s.case(case="case-620121-2"), TWO),
        ("leads.lead-in-a-case",) * 2,
    ),
    Race(
        "a void confirmation and its case",
        CONFIRMED,
        (
            (s.TANG, Proposal(fact=s.case())),
            void(s.stands(s.confirmed()), s.SONG, confirmed_by="song"),
        ),
        ("leads.case-on-unconfirmed", GONE),
    ),
    Race(
        "a decision and one more who is asked",
        ANSWERED,
        both(s.decided(), s.invited(organisation=None, officer="qin", until=s.REOPENED), TWO),
        ("leads.reply-still-runs", None),
    ),
    Race(
        "two decisions of one case",
        ANSWERED,
        both(s.decided(), s.decided(words="otherwise"), TWO),
        ("leads.decided-already",) * 2,
    ),
    Race(
        "a void decision and the closing",
        DECIDED,
        (
            (s.TANG, Proposal(fact=s.closed())),
            void(s.decided(outcomes=("rectify",)), s.TANG, decided_by="tang"),
        ),
        ("leads.not-decided", GONE),
    ),
    Race(
        "a closing and a transfer",
        DECIDED,
        both(s.closed(), s.transferred(), TWO),
        ("leads.not-your-case", "leads.case-is-closed"),
    ),
    Race(
        "two reopenings",
        ENDED,
        both(s.reopened(), s.reopened(why="still"), TWO),
        ("leads.case-is-open",) * 2,
    ),
    Race(
        "a reply and a transfer of who records it",
        ASKED,
        both(s.replied(occurred_on=s.LINKED), s.transferred(), TWO),
        ("leads.not-invited", None),
    ),
]

FILED = CLASS[:-1]
CONCERNED_RACES = [
    Race(
        "an assignment to whoever approves the class at that moment",
        [],
        both(s.assigned(i.QIN), t.approved(by="qin"), (s.SONG, i.QIN)),
        ("leads.checker-concerned", None),
    ),
    Race(
        "a check by whoever approves the class at that moment",
        [(s.SONG, s.assigned(i.QIN))],
        both(s.checked(), t.approved(by="qin"), (i.QIN, i.QIN)),
        ("leads.checker-concerned", None),
    ),
]


@pytest.mark.parametrize("second", [0, 1])
@pytest.mark.parametrize("race", CONCERNED_RACES, ids=lambda race: race.name.replace(" ", "-"))
def test_who_is_concerned_at_that_very_moment_stands_aside(engine_url: str, race: Race, second: int) -> None:
    race_to_the_end(engine_url, race, second, FILED)


@pytest.mark.parametrize("second", [0, 1])
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name.replace(" ", "-"))
def test_two_processes_keep_the_rules_of_leads_and_cases(engine_url: str, race: Race, second: int) -> None:
    race_to_the_end(engine_url, race, second, CLASS)
