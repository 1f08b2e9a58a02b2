"""A log and a vault that forget: a dry run decides by the same rules on top of the real ones, and leaves no trace."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import (
    AnyOf,
    Append,
    Appended,
    Criterion,
    GuardKey,
    GuardRow,
    KnownCommand,
    Log,
    Query,
    State,
    Stored,
)
from taizhang.adapters.vault.arrivals import Arrival, Welcomed
from taizhang.adapters.vault.commitments import statement_commitments
from taizhang.adapters.vault.statements import Stated, plain_name
from taizhang.adapters.vault.vault import Identified, Statement, Vault
from taizhang.domain.core import PersonId
from taizhang.domain.identity import Identity

Said = dict[str, list[Stated]]


class Forgetful(NamedTuple):
    """Log, vault and desk for runs of which nothing remains."""

    log: ForgetfulLog
    vault: ForgetfulVault
    desk: Desk


def forgetful(log: Log, vault: Vault, clock: Callable[[], int]) -> Forgetful:
    """What decides as log, vault and desk would, on top of what stands in them now."""
    dry: Any = ForgetfulLog(log, clock)
    return Forgetful(dry, ForgetfulVault(vault), Desk(dry, clock))


class ForgetfulLog:
    """The real log with more facts at its end, in memory only."""

    def __init__(self, log: Log, clock: Callable[[], int]) -> None:
        self._log, self._clock = log, clock
        self._end = log.head().position
        self._added: list[Stored] = []
        self._by_tag: dict[str, list[int]] = {}
        self._tags: list[frozenset[str]] = []
        self._guards: dict[GuardKey, GuardRow] = {}
        self._commands: dict[str, KnownCommand] = {}

    def read(
        self,
        query: Query,
        *,
        after: int = 0,
        guards: Sequence[GuardKey] = (),
        commands: Sequence[str] = (),
    ) -> State:
        """What `Log.read` answers, with what this run added."""
        real = self._log.read(query, after=after, guards=guards, commands=commands)
        facts = [stored for stored in real.facts if stored.position <= self._end]
        places = sorted({place for criterion in query for place in self._matching(criterion)})
        return State(
            self._end + len(self._added),
            real.recorded_at,
            facts + [self._added[place] for place in places if self._added[place].position > after],
            {**real.guards, **{key: self._guards[key] for key in guards if key in self._guards}},
            {**real.commands, **{id: self._commands[id] for id in commands if id in self._commands}},
        )

    def append(self, request: Append) -> Appended:
        """Take the facts in; there is nobody to race with."""
        first, recorded_at = self._end + len(self._added) + 1, self._clock()
        for entry in request.entries:
            place = len(self._added)
            leaf = entry.before + b'"recorded_at":%d' % recorded_at + entry.after
            self._added.append(Stored(self._end + place + 1, entry.type, recorded_at, leaf))
            self._tags.append(frozenset(entry.tags))
            for tag in self._tags[-1]:
                self._by_tag.setdefault(tag, []).append(place)
        for key, (index, state) in request.guards_written.items():
            self._guards[key] = GuardRow(first + index, state)
        for row in request.commands:
            self._commands[row.id] = KnownCommand(row.id, row.digest, first + row.first_index, row.count, row.outcome)
        return Appended(first, first + len(request.entries) - 1, recorded_at)

    def _matching(self, criterion: Criterion | AnyOf) -> Iterable[int]:
        types, tags = criterion
        if isinstance(criterion, AnyOf):
            return [place for tag in tags for place in self._matching(Criterion(types, (tag,)))]
        places: Iterable[int] = range(len(self._added)) if not tags else self._by_tag.get(tags[0], ())
        wanted = frozenset(tags)
        return [p for p in places if (not types or self._added[p].type in types) and wanted <= self._tags[p]]


class ForgetfulVault:
    """The real vault with more persons in it, in memory only."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._new: dict[tuple[str, str], PersonId] = {}
        self._keys: dict[PersonId, bytes] = {}
        self._said: dict[PersonId, Said] = {}
        self._namesakes: dict[tuple[str, str], PersonId] = {}

    def find(self, identities: Sequence[Identity]) -> list[PersonId | None]:
        known = self._vault.find(identities)
        return [
            person or self._new.get(identity.indexed_as) for person, identity in zip(known, identities, strict=True)
        ]

    def identify(self, identities: Sequence[Identity]) -> list[Identified]:
        answers = []
        for person, identity in zip(self.find(identities), identities, strict=True):
            known = person or self._new.get(identity.indexed_as)
            if known is None:
                [known] = self.people_without_identity(1)
                self._new[identity.indexed_as] = known
                answers.append(Identified(known, True))
            else:
                answers.append(Identified(known, False))
        return answers

    def people_without_identity(self, count: int) -> list[PersonId]:
        people = [PersonId("dry" + secrets.token_hex(8)) for _ in range(count)]
        self._keys |= {person: secrets.token_bytes(32) for person in people}
        return people

    def state(self, records: Sequence[Statement], now_us: int) -> None:
        for record in records:
            said = self._said.setdefault(record.person, {})
            for field, value in record.fields.items():
                said.setdefault(field, []).append(Stated(value, now_us, record.source))

    def said(self, persons: Iterable[PersonId]) -> dict[PersonId, Said]:
        persons = list(persons)
        known: dict[PersonId, Said] = self._vault.said([person for person in persons if person not in self._keys])
        for person in persons:
            for field, values in self._said.get(person, {}).items():
                known.setdefault(person, {}).setdefault(field, []).extend(values)
        return known

    def find_by_name(self, name: str, among: Sequence[PersonId]) -> list[PersonId]:
        said, sought = self.said(among), plain_name(name)
        return [
            person
            for person in dict.fromkeys(among)
            if any(plain_name(stated.value) == sought for stated in said.get(person, {}).get("name", ()))
        ]

    def welcome(self, arrivals: Sequence[Arrival]) -> list[Welcomed]:
        """Who is new is made in memory; the vault is only asked."""
        identified = self.identify([arrival.identity for arrival in arrivals])
        known = self._vault.namesakes_known([(arrival.name, arrival.born) for arrival in arrivals])
        answers = []
        for (person, is_new), arrival, earlier in zip(identified, arrivals, known, strict=True):
            kept = None
            if is_new:
                self.state([Statement(person, arrival.fields, arrival.source)], 0)
                [kept] = self.commit([(person, arrival.statement, arrival.fields)])
            first = person
            if arrival.name and arrival.born:
                first = earlier or self._namesakes.setdefault((arrival.name, arrival.born), person)
            answers.append(Welcomed(person, kept, first if first != person else None))
        return answers

    def fingerprint(self, text: str) -> str:
        return self._vault.fingerprint(text)

    def commit(self, persons_fields: Sequence[tuple[PersonId, str, dict[str, str]]]) -> list[dict[str, str]]:
        made: Mapping[int, dict[str, str]] = {
            place: statement_commitments(self._keys[person], statement, fields)
            for place, (person, statement, fields) in enumerate(persons_fields)
            if person in self._keys
        }
        others = [one for one in persons_fields if one[0] not in self._keys]
        rest = iter(self._vault.commit(others))
        return [made[place] if place in made else next(rest) for place in range(len(persons_fields))]
