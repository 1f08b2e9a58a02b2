"""Doing again what the log says was erased: a vault or a folder of files that came back from a backup forgets first.

It runs whenever a house is opened, before anything is read from the vault, and costs two short look-ups when nothing is
to be done.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from taizhang.adapters.database import Database
from taizhang.adapters.files import FileStore
from taizhang.adapters.log.log import Criterion, Log
from taizhang.adapters.vault.erasing import Remains, clean, erase, erased_upto, set_erased_upto
from taizhang.domain.core import PersonId
from taizhang.domain.envelope import opened
from taizhang.domain.forgetting import BLANKED, FORGOTTEN, FileBlanked, PersonForgotten
from taizhang.domain.funds.bank_accounts import BankAccountRegistered

FORGETTING = Criterion((PersonForgotten.TOPIC,), (FORGOTTEN,))
BLANKING = Criterion((FileBlanked.TOPIC,), (BLANKED,))


class Replayed(NamedTuple):
    """Up to which position erasures are done here now, how many keys were destroyed, and what cleaning did not reach."""

    upto: int
    keys: int
    remains: Remains | None  # None: there was nothing to do


def replay(log: Log, database: Database, files: FileStore, now_us: int) -> Replayed:
    """Destroy the keys of everybody forgotten since the last time, and let blanked files give way.

    Raises LogUnavailable.
    """
    upto = erased_upto(database)
    state = log.read([FORGETTING, BLANKING], after=upto)
    if state.head_position < upto:  # an older log than this vault has seen: begin anew, it is all done once at most
        state = log.read([FORGETTING, BLANKING])
    if not state.facts:
        return Replayed(upto, 0, None)
    facts = [opened(row.position, row.leaf).fact for row in state.facts]
    people = sorted({one for fact in facts if isinstance(fact, PersonForgotten) for one in fact.group})
    keys = erase(database, people, _accounts_of(log, people), now_us) if people else 0
    for fact in facts:
        if isinstance(fact, FileBlanked):
            files.give_way(fact.before, fact.after)
    remains = clean(database)
    set_erased_upto(database, state.head_position)
    return Replayed(state.head_position, keys, remains)


def forgettings_in(log: Log) -> dict[PersonId, int]:
    """Everybody who is forgotten, with the position of the fact that says so."""
    found: dict[PersonId, int] = {}
    for row in log.read([FORGETTING]).facts:
        fact = opened(row.position, row.leaf).fact
        assert isinstance(fact, PersonForgotten)
        found |= dict.fromkeys(fact.group, row.position)
    return found


def replaced_files(log: Log) -> dict[str, str]:
    """Every file that gave way, and what stands for it now: of a file blanked twice the last one."""
    direct: dict[str, str] = {}
    for row in log.read([BLANKING]).facts:
        fact = opened(row.position, row.leaf).fact
        assert isinstance(fact, FileBlanked)
        direct[fact.before] = fact.after
    return {before: _last(direct, before) for before in direct}


def _last(direct: dict[str, str], digest: str) -> str:
    for _ in range(len(direct)):
        if digest not in direct:
            break
        digest = direct[digest]
    return digest


def _accounts_of(log: Log, people: Iterable[PersonId]) -> set[str]:
    """The bank accounts that these people named, and nobody else did."""
    mine = _accounts(log, [f"person:{one}" for one in people])
    forgotten = set(people)
    others = set()
    for row in log.read([Criterion((BankAccountRegistered.TOPIC,), (f"account:{one}",)) for one in mine]).facts:
        fact = opened(row.position, row.leaf).fact
        assert isinstance(fact, BankAccountRegistered)
        if fact.person not in forgotten:
            others.add(str(fact.account))
    return mine - others


def _accounts(log: Log, tags: list[str]) -> set[str]:
    found = log.read([Criterion((BankAccountRegistered.TOPIC,), (tag,)) for tag in tags]).facts if tags else []
    return {
        str(fact.account)
        for row in found
        if isinstance(fact := opened(row.position, row.leaf).fact, BankAccountRegistered)
    }
