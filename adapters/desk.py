"""The desk: the only way a command reaches the log.

It checks the officer and the scope, hands each slice what it asked to know, decides, appends, retries a lost
race, writes refusals as facts, and answers. A batch is one read, decisions in order in memory, one append; a
refusal inside it stops nobody else.
"""

from __future__ import annotations

import gc
import hashlib
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Any, NamedTuple

import msgspec

from taizhang.adapters.log.log import (
    Append,
    Appended,
    CommandReused,
    CommandRow,
    Criterion,
    KnownCommand,
    Log,
    LostRace,
    State,
    Stored,
)
from taizhang.adapters.orders import Answer, Attempt, Order, Verdict
from taizhang.domain import catalogue  # noqa: F401  (every room must be known before a fact is read)
from taizhang.domain.boundary import GuardBook, GuardKey, History, correction_of, guard_kinds
from taizhang.domain.core import Fact, Refusal, Selector
from taizhang.domain.decisions import Deciding, Proposal
from taizhang.domain.envelope import Draft, Header, Source, body_of, encoded, outer_of, parts_of, type_names
from taizhang.domain.officers import OfficerGuard, require_granted
from taizhang.domain.refused import SubmissionRefused, subjects_of

BEIJING = timezone(timedelta(hours=8))
TRIES = 12  # a race is lost to somebody who made progress; after this many the desk says it is too busy
FIRST_PAUSE_SECONDS = 0.005

_encode = msgspec.json.Encoder(order="deterministic").encode
_verdicts = msgspec.json.Decoder(list[int | Verdict])  # older rows hold a Verdict for what was recorded too


class DeskBusy(Exception):
    """Others kept recording about the same subjects; nothing was recorded, try again."""

    zh = "同一对象正被多人同时办理,本次未记录。请稍后重试。"
    en = "Others are recording about the same subjects right now; nothing was recorded. Try again in a moment."

    def __str__(self) -> str:
        return self.en


class Decided(NamedTuple):
    """Orders that are ready to be appended together: the append, and what to answer each once it is in."""

    append: Append
    verdicts: list[list[Verdict | int]]  # for each order; a number: the place of the recorded fact in the append


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
        [answer] = self.submit_each([order])
        if isinstance(answer, CommandReused):
            raise answer
        return answer

    def submit_each(self, orders: Sequence[Order]) -> list[Answer | CommandReused]:
        """Decide and record several orders in one append; each keeps its own id, and is answered on its own.

        Raises DeskBusy, LogUnavailable: nothing was recorded.
        """
        digests = [_digest(order) for order in orders]
        answers: dict[int, Answer | CommandReused] = {}
        for turn in range(TRIES + 1):
            try:
                with _without_collector():
                    self._answer(orders, digests, answers, may_append=turn < TRIES)
            except LostRace:
                time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**turn))  # noqa: S311 (not a secret)
            if len(answers) == len(orders):
                return [answers[place] for place in range(len(orders))]
        raise AssertionError("the last turn answers or raises")

    def today(self) -> date:
        """Today in Beijing, by the desk's clock."""
        return datetime.fromtimestamp(self._clock() / 1_000_000, UTC).astimezone(BEIJING).date()

    def _not_answered(
        self,
        orders: Sequence[Order],
        digests: Sequence[str],
        state: State,
        answers: dict[int, Answer | CommandReused],
    ) -> list[int]:
        """The places of the orders that nobody has answered yet; the old answers go into `answers`."""
        first: dict[str, int] = {}
        for place, order in enumerate(orders):
            if place in answers:
                continue
            row = state.commands.get(order.id)
            if row is not None:
                answers[place] = _old_answer(state, row) if row.digest == digests[place] else CommandReused(order.id)
            elif order.id in first and digests[first[order.id]] != digests[place]:
                answers[place] = CommandReused(order.id)
            else:
                first.setdefault(order.id, place)
        return sorted(first.values())

    def _answer(
        self,
        orders: Sequence[Order],
        digests: Sequence[str],
        answers: dict[int, Answer | CommandReused],
        *,
        may_append: bool,
    ) -> None:
        """Answer the orders that have no answer yet, from what was answered before or by deciding and appending now.

        Orders that stand twice in one call are answered one turn later. Raises LostRace, DeskBusy.
        """
        deciding = [_deciding(order) for order in orders]
        rows = _rows(orders, deciding)
        state = self._log.read([], guards=rows, commands=[order.id for order in orders])
        places = self._not_answered(orders, digests, state, answers)
        if not places:
            return
        if not may_append:
            raise DeskBusy
        left, digests = [orders[place] for place in places], [digests[place] for place in places]
        decided = self._decide(state, rows, left, [deciding[place] for place in places], digests)
        appended = self._log.append(decided.append)
        if isinstance(appended, Appended):
            answers |= zip(places, (_answer(verdicts, appended) for verdicts in decided.verdicts), strict=True)

    def _decide(
        self,
        before: State,
        rows: list[GuardKey],
        orders: Sequence[Order],
        deciding: Sequence[Sequence[Deciding | Attempt]],
        digests: Sequence[str],
        also: Sequence[Criterion] = (),
    ) -> Decided:
        """Decide with the state of these guard rows and `also` these facts at hand.

        When a decision moves rows or asks for facts beyond what was read (two ids merged earlier in the batch make
        the boundary of later rows wider), read those too and redo.
        """
        book = _book(before)
        proposed = [item for items in deciding for item in items if isinstance(item, Deciding)]
        corrections = [item for item in proposed if item.old is not None]
        criteria = [*_criteria([selector for item in proposed for selector in item.selectors(book)]), *also]
        known = self._log.read(criteria) if criteria else before
        positions = [position for item in corrections for position in item.positions()]
        corrected = self._log.at(positions) if positions else []
        batch = _Batch(_history(known, corrected), book, self.today())
        for order, items in zip(orders, deciding, strict=True):
            batch.take_order(order, items)
        beyond = batch.moved_beyond(rows)
        wider = (selector for item in proposed if item.looked_further() for selector in item.asked())
        unread = _criteria(wider) - dict.fromkeys(criteria).keys()
        if beyond or unread:
            anew, all_rows = [_deciding(order) for order in orders], rows + beyond
            fresh = self._log.read([], guards=all_rows)
            return self._decide(fresh, all_rows, orders, anew, digests, [*also, *unread])
        self._forget_repeated_refusals(batch)
        return batch.decided(before, criteria, rows, digests)

    def _forget_repeated_refusals(self, batch: _Batch) -> None:
        """A retry of the very same attempt counts once: drop refusal facts that stand already."""
        if batch.refusals:
            known = self._log.read([], commands=list(batch.refusals)).commands
            batch.drop({batch.refusals.pop(marker) for marker in known})


class _Batch:
    """Orders being decided: their facts so far, their verdicts, their refusals."""

    def __init__(self, history: History, book: GuardBook, today: date) -> None:
        self._history, self._book, self._today = history, book, today
        self._facts: list[Draft | None] = []
        self._start = history.end
        self._orders: list[Order] = []
        self._verdicts: list[list[Verdict | int]] = []
        self.refusals: dict[str, int] = {}  # marker of an attempt -> place of its refusal fact

    def take_order(self, order: Order, items: Sequence[Deciding | Attempt]) -> None:
        """Decide one order; an officer who does not hold the role now has every item refused."""
        self._orders.append(order)
        self._verdicts.append([])
        self._headers: dict[bytes, Header] = {}
        self._no_role: Refusal | None = None
        try:
            require_granted(self._book[OfficerGuard.KIND, order.by.officer], order.by)
        except Refusal as refusal:
            self._no_role = refusal
        for item in items:
            self.take(item)

    def take(self, item: Deciding | Attempt) -> None:
        """Decide one item, knowing all that was decided before it."""
        if isinstance(item, Attempt):
            return self._refuse(item.refusal, item.command, item.digest, item.subjects, item.source)
        proposal = item.proposal
        try:
            if self._no_role is not None:
                raise self._no_role
            decided = item.decide(self._history, self._book, self._today)
        except Refusal as refusal:
            fact = proposal.fact
            digest = hashlib.sha256(_encode(fact)).hexdigest()
            subjects = subjects_of(fact.tags())
            return self._refuse(refusal, item.slice.COMMAND, digest, subjects, proposal.source)
        self._verdicts[-1].append(len(self._facts))
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

    def decided(
        self, before: State, criteria: Sequence[Criterion], rows: Sequence[GuardKey], digests: Sequence[str]
    ) -> Decided:
        """The one append that records all this, on condition that nothing it read has changed."""
        kept = [place for place, draft in enumerate(self._facts) if draft is not None]
        number = {place: index for index, place in enumerate(kept)}
        verdicts = [[number[v] if isinstance(v, int) else v for v in one] for one in self._verdicts]
        entries = parts_of([draft for draft in self._facts if draft is not None])
        commands = [
            CommandRow(order.id, digest, 0, len(one), _encode(one))
            for order, digest, one in zip(self._orders, digests, verdicts, strict=True)
        ]
        commands += [CommandRow(marker, "", number[place], 1, b"[]") for marker, place in self.refusals.items()]
        append = Append(
            entries=entries,
            after=before.head_position,
            query=criteria,
            guards_read={row: before.guards[row].position if row in before.guards else 0 for row in rows},
            guards_written={row: (number[place], _state(self._book, row)) for row, place in self._book.moved.items()},
            commands=commands,
            rebuild=before.rebuild,
        )
        return Decided(append, verdicts)

    def _refuse(
        self, refusal: Refusal, command: str, digest: str, subjects: tuple[str, ...], source: Source | None
    ) -> None:
        self._verdicts[-1].append(Verdict.of(refusal))
        if refusal.REPEATS:
            return
        origin = _encode(source) if source is not None else self._orders[-1].id.encode()
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
        self._facts.append(Draft(fact, tags, header, source))
        self._book.apply(fact, place)
        self._history.add(self._start + place + 1, fact, tags)

    def _header(self, proposal: Proposal | None) -> Header:
        if proposal is None or (proposal.reason is None and proposal.paper is None and proposal.addition is None):
            key = b""
        else:
            key = _encode([proposal.reason, proposal.paper, proposal.addition])
        if key not in self._headers:
            reason, paper, late = (proposal.reason, proposal.paper, proposal.addition) if proposal else (None,) * 3
            self._headers[key] = Header(self._orders[-1].id, self._orders[-1].by, reason, paper, late)
        return self._headers[key]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Let no garbage collection walk through a batch's many small objects, which reference counts free anyway.

    Measured: a batch of 1,000 takes a third less. Another thread that meets this in between leaves it as it is.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _rows(orders: Sequence[Order], deciding: Sequence[Sequence[Deciding | Attempt]]) -> list[GuardKey]:
    """The guard rows that these orders ask for: who acts, and what each item wants to know."""
    officers = [(OfficerGuard.KIND, order.by.officer) for order in orders]
    asked = [row for items in deciding for item in items if isinstance(item, Deciding) for row in item.rows()]
    return list(dict.fromkeys([*officers, *asked]))


def _criteria(selectors: Iterable[Selector]) -> Set[Criterion]:
    """The union of these boundaries, as the log asks for them, in their order."""
    return dict.fromkeys([Criterion(_names(tuple(one.types)), tuple(one.tags)) for one in selectors]).keys()


@cache
def _names(types: tuple[type[Fact], ...]) -> tuple[str, ...]:
    """The stored names of these facts, of their older versions and of their corrections."""
    kinds = [kind for t in types for kind in (t, correction_of(t)) if kind is not None]
    return tuple(name for kind in kinds for name in type_names(kind))


def _history(state: State, also: Sequence[Stored]) -> History:
    history = History(state.head_position)
    facts = state.facts if not also else sorted({*state.facts, *also})
    for stored in facts:
        outer = outer_of(stored.leaf)
        history.add(stored.position, body_of(outer.type, outer.body), outer.tags)
    return history


def _book(state: State) -> GuardBook:
    kinds = guard_kinds()
    found = state.guards.items()
    return GuardBook((row, msgspec.json.decode(guard.state, type=kinds[row[0]])) for row, guard in found)


def _state(book: GuardBook, row: GuardKey) -> bytes:
    return msgspec.json.encode(book[row])  # not in order of keys: days are keys, and they stand as they were moved


def _digest(order: Order) -> str:
    """SHA-256 over who asks for what; not over where it came from, so that a retry by another way is the same."""
    asked: list[list[Any]] = [
        [item.fact.TOPIC, item.fact, item.addition, item.amend]
        if isinstance(item, Proposal)
        else [item.command, item.digest]
        for item in order.items
    ]
    return hashlib.sha256(b"".join(encoded([[order.by.officer, order.by.role], *asked]))).hexdigest()


def _settled(place: int, first_position: int) -> Verdict:
    return Verdict(outcome="recorded", position=first_position + place)


def _shifted(verdict: Verdict | int, first_position: int) -> Verdict:
    if isinstance(verdict, int):
        return _settled(verdict, first_position)
    return verdict if verdict.position is None else _settled(verdict.position, first_position)


def _answer(verdicts: Sequence[Verdict | int], appended: Appended) -> Answer:
    settled = [_settled(v, appended.first_position) if isinstance(v, int) else v for v in verdicts]
    return Answer(position=appended.last_position, recorded_at=appended.recorded_at, verdicts=settled)


def _old_answer(state: State, row: KnownCommand) -> Answer:
    return Answer(
        position=state.head_position,
        recorded_at=state.recorded_at,
        verdicts=[_shifted(verdict, row.first_position) for verdict in _verdicts.decode(row.outcome)],
        repeated=True,
    )


def _deciding(order: Order) -> list[Deciding | Attempt]:
    return [Deciding(item, order.by) if isinstance(item, Proposal) else item for item in order.items]
