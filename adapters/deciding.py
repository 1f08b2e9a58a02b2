"""A batch on its way through the rules: each row knows those before it; at the end stands the one append that records it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence, Set
from datetime import date
from functools import cache, partial
from typing import Any, NamedTuple

import msgspec

from taizhang.adapters.agenda import Agenda
from taizhang.adapters.log.log import Append, CommandRow, Entry, Query, State
from taizhang.adapters.orders import Order, Verdict
from taizhang.adapters.shaped import read_back, shaped
from taizhang.domain.alike import Alike
from taizhang.domain.boundary import GuardBook, GuardKey, History
from taizhang.domain.core import Fact, Refusal
from taizhang.domain.decisions import Deciding, Proposal
from taizhang.domain.envelope import Header, Paper, Source, encoded
from taizhang.domain.officers import OfficerGuard, require_granted
from taizhang.domain.refused import SubmissionRefused, subjects_of
from taizhang.domain.together import FEW, Kind, Persons, Stretch

_encode = msgspec.json.Encoder(order="deterministic").encode
_NOTHING = b"null"
_entry: Any = partial(tuple.__new__, Entry)  # its own constructor is a Python function, called once a fact

# A fact to record, its tags in order, what its leaf says beside it, its source in bytes if it has one, and its body in
# bytes if it is known already.
Draft = tuple[Fact, Sequence[str], Header, bytes | None, bytes | None]


class Docket(NamedTuple):
    """An order as it came in, and all of it that does not depend on what the log holds.

    Its bodies in bytes (`null` for an attempt), the digest of what is asked, where each item came from in bytes, and what
    must be read to decide it.
    """

    order: Order
    bodies: list[bytes]
    digest: str
    origins: list[bytes | None]
    agenda: Agenda

    @classmethod
    def of(cls, order: Order) -> Docket:
        bodies = encoded([item.fact if isinstance(item, Proposal) else None for item in order.items])
        order = shaped(order, bodies)
        return cls(
            order,
            bodies,
            _digest(order, bodies),
            _encoded_sources([item.source for item in order.items]),
            Agenda(order),
        )

    def again(self) -> Docket:
        """The same, to be decided anew: an agenda is settled once."""
        return self._replace(agenda=Agenda(self.order))


class Decided(NamedTuple):
    """Orders that are ready to be appended together: the append, and what to answer each once it is in."""

    append: Append
    verdicts: list[list[Verdict | int]]  # for each order; a number: the place of the recorded fact in the append


class Batch:
    """Orders being decided: their facts so far, their verdicts, their refusals."""

    def __init__(self, history: History, book: GuardBook, today: date) -> None:
        self._history, self._book, self._today = history, book, today
        self._drafts: list[Draft] = []
        self._first = history.end + 1
        self._dockets: list[Docket] = []
        self._verdicts: list[list[Verdict | int]] = []
        self._dropped: set[int] = set()
        self._remembered = 0  # how many of the drafts the history has
        self._taken: Persons = {}  # about whom the others are
        self.refusals: dict[str, int] = {}  # marker of an attempt -> place of its refusal fact

    def take(self, docket: Docket, alike: Alike) -> None:
        """Decide an order's items, each knowing what was decided before it.

        An officer who does not hold the role now has every item refused.
        """
        agenda = docket.agenda
        headers, apart = _Headers(docket.order), set[Kind]()
        self._dockets.append(docket)
        self._verdicts.append([])
        no_role = self._without_role(docket.order)
        place, end = 0, len(docket.order.items)
        while place < end:
            if agenda.together.kinds[place] is not None and no_role is None and alike.holds(self._book):
                stretch = agenda.together.stretch(place, apart, self._taken, self._history)
                if stretch.end - place >= FEW:
                    refused = self._take_together(docket, stretch, headers, alike)
                    apart |= refused
                    place = place if refused else stretch.end
                    continue
                stop = max(stretch.end, place + 1)
            else:
                stop = place + 1
            for one in range(place, stop):
                self._take_alone(docket, one, no_role, headers, alike)
            place = stop

    def _take_together(self, docket: Docket, stretch: Stretch, headers: _Headers, alike: Alike) -> Set[Kind]:
        """Record a whole stretch, or nothing of it where there are kinds that are refused: these."""
        drafts, number = self._drafts, len(self._drafts)
        judged = docket.agenda.together.judged(stretch, number, self._history, self._book, self._today, alike)
        if judged.refused:
            return judged.refused
        judged.book.keep()
        for kind, persons in stretch.persons.items():
            self._taken.setdefault(kind, set()).update(persons)
        here = slice(stretch.start, stretch.end)
        proposals: Sequence[Any] = docket.order.items[here]
        reason: str | None = None
        paper: Paper | None = None
        header = headers[reason, paper, None]
        for one, tags, origin, body in zip(
            proposals, judged.tags, docket.origins[here], docket.bodies[here], strict=True
        ):
            if one.reason is not reason or one.paper is not paper:
                reason, paper = one.reason, one.paper
                header = headers[reason, paper, None]
            drafts.append((one.fact, tags, header, origin, body))
        self._verdicts[-1] += range(number, len(drafts))
        return judged.refused

    def _take_alone(self, docket: Docket, place: int, no_role: Refusal | None, headers: _Headers, alike: Alike) -> None:
        item, body, origin = docket.agenda.alone(place), docket.bodies[place], docket.origins[place]
        if not isinstance(item, Deciding):
            self._refuse(item.refusal, item.command, item.digest, item.subjects, item.source, headers)
            return
        proposal, drafts = item.proposal, self._drafts
        self._remember()
        try:
            if no_role is not None:
                raise no_role
            decided = item.decide(self._history, self._book, self._today, alike)
        except Refusal as refusal:
            self._refuse_proposal(refusal, item, body, headers)
            return
        self._verdicts[-1].append(len(drafts))
        header = headers[proposal.reason, proposal.paper, proposal.addition]
        for tagged in decided:
            fact, tags, number = tagged.decision, tagged.tags, len(drafts)
            tags.sort()
            drafts.append((fact, tags, header, origin, body if fact is proposal.fact else None))
            self._book.apply(fact, number)
            self._remember()

    def _remember(self) -> None:
        """Have every fact so far in the history: who is decided alone looks at all of it."""
        if self._remembered < len(self._drafts):
            first = self._first
            for place in range(self._remembered, len(self._drafts)):
                self._history.add(first + place, *self._drafts[place][:2])
            self._remembered = len(self._drafts)
            self._taken.clear()

    def moved_beyond(self, rows: Sequence[GuardKey]) -> list[GuardKey]:
        """Guard rows that a decision moved although nobody had read them."""
        return sorted(self._book.moved.keys() - set(rows))

    def drop(self, places: set[int]) -> None:
        """Leave the refusals at these places out of the append."""
        self._dropped |= places

    def decided(self, before: State, query: Query, rows: Sequence[GuardKey]) -> Decided:
        """The one append that records all this, on condition that nothing it read has changed."""
        drafts, verdicts = self._drafts, self._verdicts
        number: Sequence[int] | Mapping[int, int] = range(len(drafts))
        if self._dropped:
            kept = [place for place in number if place not in self._dropped]
            drafts = [drafts[place] for place in kept]
            number = {place: index for index, place in enumerate(kept)}
            verdicts = [[number[v] if isinstance(v, int) else v for v in one] for one in verdicts]
        commands = [
            CommandRow(docket.order.id, docket.digest, 0, len(one), _encode(one))
            for docket, one in zip(self._dockets, verdicts, strict=True)
        ]
        commands += [CommandRow(marker, "", number[place], 1, b"[]") for marker, place in self.refusals.items()]
        standing, book = before.guards, self._book
        append = Append(
            entries=_entries(drafts),
            after=before.head_position,
            query=query,
            guards_read=dict.fromkeys(rows, 0) | {row: guard.position for row, guard in standing.items()},
            # not in order of keys: days are keys, and they stand as they were moved
            guards_written={row: (number[at], msgspec.json.encode(book[row])) for row, at in book.moved.items()},
            commands=commands,
            rebuild=before.rebuild,
        )
        return Decided(append, verdicts)

    def _without_role(self, order: Order) -> Refusal | None:
        """Why this officer may not act in this role now; None: the officer may."""
        try:
            require_granted(self._book[OfficerGuard.KIND, order.by.officer], order.by, self._today)
        except Refusal as refusal:
            return refusal
        return None

    def _refuse_proposal(self, refusal: Refusal, item: Deciding, body: bytes, headers: _Headers) -> None:
        proposal, digest = item.proposal, hashlib.sha256(body).hexdigest()
        subjects = subjects_of(proposal.fact.tags())
        self._refuse(refusal, item.slice.COMMAND, digest, subjects, proposal.source, headers)

    def _refuse(
        self,
        refusal: Refusal,
        command: str,
        digest: str,
        subjects: tuple[str, ...],
        source: Source | None,
        headers: _Headers,
    ) -> None:
        self._verdicts[-1].append(Verdict.of(refusal))
        if refusal.REPEATS:
            return
        if source is not None and source.file:  # saved again under another name it is the same attempt
            origin = headers.order.by.organisation.encode()
        else:
            origin = _encode(source) if source is not None else headers.order.id.encode()
        marker = "refused:" + hashlib.sha256(f"{command}|{refusal.RULE}|{digest}|".encode() + origin).hexdigest()
        if marker in self.refusals:
            return
        place = self.refusals[marker] = len(self._drafts)
        fact = SubmissionRefused(
            occurred_on=self._today, command=command, rule=refusal.RULE, subjects=subjects, digest=digest
        )
        tags = sorted(fact.tags())
        [came_from] = _encoded_sources([source])
        self._drafts.append((fact, tags, headers[None, None, None], came_from, None))
        self._book.apply(fact, place)


class _Headers(dict[tuple[Any, Any, Any], Header]):
    """The headers of one order by reason, paper and late addition, which most rows of a file share; each encoded once."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self.order = order

    def __missing__(self, key: tuple[Any, Any, Any]) -> Header:
        header = self[key] = Header(self.order.id, self.order.by, *key)
        return header


def _entries(drafts: Sequence[Draft]) -> list[Entry]:
    """The facts as the log takes them. Each piece of the leaves is encoded for all of them in one go."""
    decided = [draft[0] for draft in drafts if draft[4] is None]
    bodies = encoded(decided)
    assert read_back(decided, bodies), "what a decision fills in fits its fact as well"
    missing = iter(bodies)
    entries = []
    for (fact, tags, header, origin, body), tag_list in zip(
        drafts, encoded([draft[1] for draft in drafts]), strict=True
    ):
        name, ending = _ending(fact.__class__)
        before = b"".join((header.start, next(missing) if body is None else body, header.middle))
        if origin is None:
            after = b"".join((header.by, b',"tags":', tag_list, ending))
        else:
            after = b"".join((header.by, b',"source":', origin, b',"tags":', tag_list, ending))
        entries.append(_entry((name, tags, before, after)))
    return entries


@cache
def _ending(kind: type[Fact]) -> tuple[str, bytes]:
    """The stored name of facts of this class, and how their leaves end."""
    return kind.TOPIC, b',"type":' + _encode(kind.TOPIC) + b"}"


def _encoded_sources(sources: Sequence[Source | None]) -> list[bytes | None]:
    """Where things came from in bytes, None for nothing said."""
    return [None if said == _NOTHING else said for said in encoded(sources)]


def _digest(order: Order, bodies: Sequence[bytes]) -> str:
    """SHA-256 over who asks for what; not over where it came from, so that a retry by another way is the same."""
    pieces = [_encode([order.by.officer, order.by.role])]
    for item, body in zip(order.items, bodies, strict=True):
        if not isinstance(item, Proposal):
            pieces.append(_encode([item.command, item.digest]))
        elif item.addition is None and item.amend is None:
            pieces += (_opening(item.fact.__class__), body, b",null,null]")
        else:
            pieces.append(_encode([item.fact.TOPIC, item.fact, item.addition, item.amend]))
    return hashlib.sha256(b"".join(pieces)).hexdigest()


@cache
def _opening(kind: type[Fact]) -> bytes:
    return b"[" + _encode(kind.TOPIC) + b","
