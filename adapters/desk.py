"""The desk: the only way a command reaches the log.

It checks the officer and the scope, hands each slice what it asked to know, decides, appends, retries a lost
race, writes refusals as facts, and answers. A batch is one read, decisions in order in memory, one append; a
refusal inside it stops nobody else.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import NamedTuple

import msgspec

from taizhang.adapters.log import Append, Appended, CommandRow, Criterion, Entry, Log, LostRace, State
from taizhang.adapters.orders import Answer, Attempt, Order, Verdict
from taizhang.domain import catalogue  # noqa: F401  (every room must be known before a fact is read)
from taizhang.domain.boundary import GuardBook, GuardKey, History, correction_of, guard_kinds
from taizhang.domain.core import Fact, Refusal
from taizhang.domain.decisions import Deciding, Proposal
from taizhang.domain.envelope import Header, Source, body_of, outer_of, type_names
from taizhang.domain.officers import OfficerGuard, require_granted
from taizhang.domain.refused import SubmissionRefused, subjects_of

BEIJING = timezone(timedelta(hours=8))
TRIES = 12  # a race is lost to somebody who made progress; after this many the desk says it is too busy
FIRST_PAUSE_SECONDS = 0.005

_encode = msgspec.json.Encoder(order="deterministic").encode
_verdicts = msgspec.json.Decoder(list[Verdict])


class DeskBusy(Exception):
    """Others kept recording about the same subjects; nothing was recorded, try again."""

    zh = "同一对象正被多人同时办理,本次未记录。请稍后重试。"
    en = "Others are recording about the same subjects right now; nothing was recorded. Try again in a moment."

    def __str__(self) -> str:
        return self.en


class Decided(NamedTuple):
    """A batch that is ready to be appended: the append, and what to answer once it is in."""

    append: Append
    verdicts: list[Verdict | int]  # a number: the place of the recorded fact in the append


def now_us() -> int:
    """The machine's clock in UTC microseconds."""
    return time.time_ns() // 1000


class Desk:
    """Decides orders and records what comes of them."""

    def __init__(self, log: Log, clock: Callable[[], int] = now_us) -> None:
        self._log, self._clock = log, clock

    def submit(self, order: Order) -> Answer:
        """Decide and record every item of the order, exactly once per order id.

        Raises CommandReused (same id, other content), DeskBusy, LogUnavailable; in each case nothing was recorded.
        """
        digest = _digest(order)
        for turn in range(TRIES):
            decided = self._decide(order, digest)
            if isinstance(decided, Answer):
                return decided
            try:
                appended = self._log.append(decided.append)
            except LostRace:
                time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**turn))  # noqa: S311 (not a secret)
                continue
            if isinstance(appended, Appended):
                return _answer(decided, appended)
        raise DeskBusy

    def today(self) -> date:
        """Today in Beijing, by the desk's clock."""
        return datetime.fromtimestamp(self._clock() / 1_000_000, UTC).astimezone(BEIJING).date()

    def _decide(self, order: Order, digest: str) -> Decided | Answer:
        deciding = [Deciding(item, order.by) if isinstance(item, Proposal) else item for item in order.items]
        officer = (OfficerGuard.KIND, order.by.officer)
        asked = [row for item in deciding if isinstance(item, Deciding) for row in item.rows()]
        return self._decide_knowing(list(dict.fromkeys([officer, *asked])), deciding, order, digest)

    def _decide_knowing(
        self, rows: list[GuardKey], deciding: list[Deciding | Attempt], order: Order, digest: str
    ) -> Decided | Answer:
        """Decide with these guard rows at hand; when a decision moves rows beyond them, read those too and redo."""
        before = self._log.read([], guards=rows, commands=[order.id])
        if order.id in before.commands:
            return self._old_answer(before, before.commands[order.id], digest)
        book = _book(before)
        criteria = _criteria(deciding, book)
        known = self._log.read(criteria) if criteria else before
        batch = _Batch(order, _history(known), book, self.today())
        batch.require(rows[0])
        for item in deciding:
            batch.take(item)
        beyond = batch.moved_beyond(rows)
        if beyond:
            fresh = [Deciding(item, order.by) if isinstance(item, Proposal) else item for item in order.items]
            return self._decide_knowing(rows + beyond, fresh, order, digest)
        self._forget_repeated_refusals(batch)
        return Decided(batch.append(before, criteria, rows, digest), batch.verdicts)

    def _old_answer(self, state: State, row: CommandRow, digest: str) -> Answer:
        row.require(digest)
        return Answer(
            position=state.head_position,
            recorded_at=state.recorded_at,
            verdicts=[_shifted(verdict, row.first_position) for verdict in _verdicts.decode(row.outcome)],
            repeated=True,
        )

    def _forget_repeated_refusals(self, batch: _Batch) -> None:
        """A retry of the very same attempt counts once: drop refusal facts that stand already."""
        if batch.refusals:
            known = self._log.read([], commands=list(batch.refusals)).commands
            batch.drop({batch.refusals.pop(marker) for marker in known})


class _Batch:
    """One order being decided: its facts so far, its verdicts, its refusals."""

    def __init__(self, order: Order, history: History, book: GuardBook, today: date) -> None:
        self._order, self._history, self._book, self._today = order, history, book, today
        self._facts: list[tuple[Fact, list[str], Header, Source | None] | None] = []
        self._headers: dict[bytes, Header] = {}
        self._start = history.end
        self.verdicts: list[Verdict | int] = []
        self.refusals: dict[str, int] = {}  # marker of an attempt -> place of its refusal fact

    def require(self, officer: GuardKey) -> None:
        """The officer must hold the role now; if not, every item is refused."""
        self._no_role: Refusal | None = None
        try:
            require_granted(self._book[officer], self._order.by)
        except Refusal as refusal:
            self._no_role = refusal

    def take(self, item: Deciding | Attempt) -> None:
        """Decide one item, knowing all that was decided before it."""
        if isinstance(item, Attempt):
            return self._refuse(item.refusal, item.command, item.digest, item.subjects, item.source)
        proposal = item.proposal
        try:
            if self._no_role is not None:
                raise self._no_role
            decided = item.decide(self._history, self._book)
        except Refusal as refusal:
            fact = proposal.fact
            digest = hashlib.sha256(_encode(fact)).hexdigest()
            subjects = subjects_of(fact.tags())
            return self._refuse(refusal, item.slice.COMMAND, digest, subjects, proposal.source)
        self.verdicts.append(len(self._facts))
        header = self._header(proposal)
        for tagged in decided:
            self._record(tagged.decision, tagged.tags, header, proposal.source)
        return None

    def moved_beyond(self, rows: Sequence[GuardKey]) -> list[GuardKey]:
        """Guard rows that a decision moved although nobody had read them."""
        return sorted(self._book.moved.keys() - set(rows))

    def drop(self, places: set[int]) -> None:
        for place in places:
            self._facts[place] = None

    def append(self, before: State, criteria: Sequence[Criterion], rows: Sequence[GuardKey], digest: str) -> Append:
        """The one append that records this batch, on condition that nothing it read has changed."""
        kept = [place for place, fact in enumerate(self._facts) if fact is not None]
        number = {place: index for index, place in enumerate(kept)}
        self.verdicts = [number[v] if isinstance(v, int) else v for v in self.verdicts]
        entries = [Entry(*header.parts(fact, tags, source)) for fact, tags, header, source in filter(None, self._facts)]
        written = {row: (number[place], _state(self._book, row)) for row, place in self._book.moved.items()}
        outcome = _encode([_settled(v, 0) if isinstance(v, int) else v for v in self.verdicts])
        commands = [CommandRow(self._order.id, digest, 0, len(entries), outcome)]
        commands += [CommandRow(marker, "", number[place], 1, b"[]") for marker, place in self.refusals.items()]
        return Append(
            entries=entries,
            after=before.head_position,
            query=criteria,
            guards_read={row: before.guards[row].position if row in before.guards else 0 for row in rows},
            guards_written=written,
            commands=commands,
        )

    def _refuse(
        self, refusal: Refusal, command: str, digest: str, subjects: tuple[str, ...], source: Source | None
    ) -> None:
        self.verdicts.append(Verdict.of(refusal))
        if refusal.REPEATS:
            return
        origin = _encode(source) if source is not None else self._order.id.encode()
        marker = "refused:" + hashlib.sha256(f"{command}|{refusal.RULE}|{digest}|".encode() + origin).hexdigest()
        if marker in self.refusals:
            return
        self.refusals[marker] = len(self._facts)
        fact = SubmissionRefused(
            occurred_on=self._today, command=command, rule=refusal.RULE, subjects=subjects, digest=digest
        )
        self._record(fact, fact.tags(), self._header(None), source)

    def _record(self, fact: Fact, tags: list[str], header: Header, source: Source | None) -> None:
        place = len(self._facts)
        self._facts.append((fact, tags, header, source))
        self._book.apply(fact, place)
        self._history.add(self._start + place + 1, fact, tags)

    def _header(self, proposal: Proposal | None) -> Header:
        if proposal is None or (proposal.reason is None and proposal.paper is None and proposal.addition is None):
            key = b""
        else:
            key = _encode([proposal.reason, proposal.paper, proposal.addition])
        if key not in self._headers:
            reason, paper, late = (proposal.reason, proposal.paper, proposal.addition) if proposal else (None,) * 3
            self._headers[key] = Header(self._order.id, self._order.by, reason, paper, late)
        return self._headers[key]


def _criteria(deciding: Sequence[Deciding | Attempt], book: GuardBook) -> list[Criterion]:
    """The union of all boundaries, as the log asks for them."""
    criteria: dict[tuple[tuple[str, ...], tuple[str, ...]], None] = {}
    for item in deciding:
        if not isinstance(item, Deciding):
            continue
        item.slice.guarded = book
        for selector in item.slice.consistency_boundary():
            criteria[_names(tuple(selector.types)), tuple(selector.tags)] = None
        if item.proposal.amend is not None:
            kind = correction_of(type(item.proposal.amend.was))
            if kind is not None:
                criteria[(kind.TOPIC,), (f"corrects:{item.proposal.amend.corrects}",)] = None
    return [Criterion(types, tags) for types, tags in criteria]


@cache
def _names(types: tuple[type[Fact], ...]) -> tuple[str, ...]:
    """The stored names of these facts, of their older versions and of their corrections."""
    kinds = [kind for t in types for kind in (t, correction_of(t)) if kind is not None]
    return tuple(name for kind in kinds for name in type_names(kind))


def _history(state: State) -> History:
    history = History(state.head_position)
    for stored in state.facts:
        outer = outer_of(stored.leaf)
        history.add(stored.position, body_of(outer.type, outer.body), outer.tags)
    return history


def _book(state: State) -> GuardBook:
    kinds = guard_kinds()
    return GuardBook({row: msgspec.json.decode(guard.state, type=kinds[row[0]]) for row, guard in state.guards.items()})


def _state(book: GuardBook, row: GuardKey) -> bytes:
    return _encode(book[row])


def _digest(order: Order) -> str:
    """SHA-256 over who asks for what; not over where it came from, so that a retry by another way is the same."""
    digest = hashlib.sha256(_encode([order.by.officer, order.by.role]))
    for item in order.items:
        if isinstance(item, Proposal):
            digest.update(_encode([type(item.fact).TOPIC, item.fact, item.addition, item.amend]))
        else:
            digest.update(_encode([item.command, item.digest]))
    return digest.hexdigest()


def _settled(place: int, first_position: int) -> Verdict:
    return Verdict(outcome="recorded", position=first_position + place)


def _shifted(verdict: Verdict, first_position: int) -> Verdict:
    return verdict if verdict.position is None else _settled(verdict.position, first_position)


def _answer(decided: Decided, appended: Appended) -> Answer:
    verdicts = [_settled(v, appended.first_position) if isinstance(v, int) else v for v in decided.verdicts]
    return Answer(position=appended.last_position, recorded_at=appended.recorded_at, verdicts=verdicts)
