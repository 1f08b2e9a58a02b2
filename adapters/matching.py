"""After people came in: what they share with others, and what the outside lists that stand already say about them.

Nobody has to think of it: the house compares by itself after each import, in a role of its own, so that whoever hands a
file in neither chooses what it is compared with nor learns what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from taizhang.adapters.contacts import Matched, Progress, match_contacts
from taizhang.adapters.founding import HOUSE
from taizhang.adapters.house import House
from taizhang.adapters.outside.importer import ListGone, match_again
from taizhang.adapters.outside.told import told
from taizhang.domain.core import Actor, RegionCode
from taizhang.domain.decisions import within
from taizhang.domain.matching import MATCHER
from taizhang.domain.officers import SYSTEM
from taizhang.domain.outside import OutsideEntryStated
from taizhang.projections.outside.lists import StandingList, outside_lists

ROWS_UNASKED: Final = (
    50_000  # rows of lists read again without being asked: a second or two; longer ones wait for somebody
)


class MatchedAnew(NamedTuple):
    """What was compared after people came in, and which lists nobody has compared with them yet."""

    contacts: Matched
    lists: int  # lists read again
    entries: int  # what they say about somebody of the region who came in after them
    waiting: Sequence[str]  # ids of lists that are too long to be read unasked, or whose file is gone


def matcher(region: str) -> Actor:
    """The house itself as it compares what came in from a region; it can do nothing else."""
    return Actor(officer=SYSTEM, role=MATCHER, organisation=HOUSE, region=RegionCode(region), authenticated="matching")


def match_anew(house: House, region: str, language: str = "zh", progress: Progress | None = None) -> MatchedAnew:
    """Compare whoever came in from a region with everybody's telephone numbers and addresses, and with the lists about it.

    What is recorded already is left alone. Raises DeskBusy, LogUnavailable.
    """
    contacts = match_contacts(house, matcher(region), language, progress)
    read = recorded = entries = left = 0
    waiting: list[str] = []
    for listed in sorted(lists_about(house, region), key=_rows):
        left += listed.rows
        if left > ROWS_UNASKED:
            waiting.append(listed.outside_list)
            continue
        try:
            found = match_list(house, listed)
            recorded += len(found)
            entries += sum(told(house.log, region, found))
        except ListGone:
            waiting.append(listed.outside_list)
        else:
            read += 1
    if recorded:
        house.views.catch_up()
    return MatchedAnew(contacts, read, entries, waiting)


def match_list(house: House, listed: StandingList) -> list[OutsideEntryStated]:
    """Compare one list again with who is known now: what it says about somebody new, of whatever region.

    Raises ListGone, DeskBusy, LogUnavailable.
    """
    return match_again(house, matcher(listed.region), listed)


def lists_about(house: House, region: str) -> list[StandingList]:
    """The lists in force that cover a region, or a part of it."""
    with house.log.database.read() as connection:
        known = outside_lists(connection)
    return [one for one in known if within(one.region, region) or within(region, one.region)]


def _rows(listed: StandingList) -> int:
    return listed.rows
