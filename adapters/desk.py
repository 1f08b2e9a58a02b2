"""The desk: the only way a command reaches the log.

It checks the officer and the scope, hands each slice what it asked to know, decides, appends, retries a lost
race, writes refusals as facts, and answers. A batch is one read, decisions in order in memory, one append; a
refusal inside it stops nobody else.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache, partial
from itertools import islice
from typing import Any

import msgspec

from taizhang.adapters.deciding import Batch, Decided, Docket
from taizhang.adapters.log.log import (
    AnyOf,
    Appended,
    CommandReused,
    Criterion,
    KnownCommand,
    Log,
    LostRace,
    Query,
    State,
    Stored,
)
from taizhang.adapters.orders import Answer, Order, Verdict
from taizhang.domain import catalogue  # noqa: F401  (every room must be known before a fact is read)
from taizhang.domain.alike import Alike
from taizhang.domain.boundary import GuardBook, GuardKey, History, Watched, correction_of, guard_kinds
from taizhang.domain.core import Fact, RegionCode, Selector
from taizhang.domain.envelope import body_of, inner_of, type_names
from taizhang.domain.officers import OfficerGuard
from taizhang.domain.sealing import seal_rows
from taizhang.domain.together import Boundary

BEIJING = timezone(timedelta(hours=8))
TRIES = 12  # a race is lost to somebody who made progress; after this many the desk says it is too busy
FIRST_PAUSE_SECONDS = 0.005

_criterion: Any = partial(tuple.__new__, Criterion)  # its own constructor is a Python function, called once a row
_verdicts = msgspec.json.Decoder(list[int | Verdict])  # older rows hold a Verdict for what was recorded too


class DeskBusy(Exception):
    """Others kept recording about the same subjects; nothing was recorded, try again."""

    zh = "同一对象正被多人同时办理,本次未记录。请稍后重试。"
    en = "Others are recording about the same subjects right now; nothing was recorded. Try again in a moment."

    def __str__(self) -> str:
        return self.en


def now_us() -> int:
    """The machine's clock in UTC microseconds."""
    return time.time_ns() // 1000


class Desk:
    """Decides orders and records what comes of them."""

    def __init__(self, log: Log, clock: Callable[[], int] = now_us) -> None:
        self._log, self._clock = log, clock
        self._acted: dict[str, int] = {}  # the position that the newest append of each officer's has reached

    def acted(self, officer: str) -> int:
        """Up to which position the officer has recorded something at this desk; 0 for nothing since it was opened."""
        return self._acted.get(officer, 0)

    def submit(self, order: Order, meanwhile: Callable[[], object] | None = None) -> Answer:
        """Decide and record every item of the order, exactly once per order id.

        `meanwhile` is called once at most, while the disk is waited for, with the decision made and not yet standing.
        Raises CommandReused (same id, other content), DeskBusy, LogUnavailable; in each case nothing was recorded.
        """
        [answer] = self.submit_each([order], meanwhile)
        if isinstance(answer, CommandReused):
            raise answer
        return answer

    def submit_each(
        self, orders: Sequence[Order], meanwhile: Callable[[], object] | None = None
    ) -> list[Answer | CommandReused]:
        """Decide and record several orders in one append; each keeps its own id, and is answered on its own.

        Raises DeskBusy, LogUnavailable: nothing was recorded.
        """
        return self._submitted([Docket.of(order) for order in orders], meanwhile)

    def submit_in_turn(self, orders: Iterable[Order]) -> Iterator[Answer | CommandReused]:
        """Decide and record many orders, each in an append of its own, answered when it stands and before the next.

        While the disk is waited for, the next one is made ready. Raises DeskBusy, LogUnavailable: what was answered stands.
        """
        coming, ready = map(Docket.of, orders), list[Docket]()

        def make_ready() -> None:
            ready.extend(islice(coming, 1))

        make_ready()
        while ready:
            [answer] = self._submitted([ready.pop()], make_ready)
            yield answer
            if not ready:
                make_ready()

    def _submitted(self, dockets: list[Docket], meanwhile: Callable[[], object] | None) -> list[Answer | CommandReused]:
        answers: dict[int, Answer | CommandReused] = {}
        for turn in range(TRIES + 1):
            try:
                with _without_collector():
                    self._answer(dockets, answers, meanwhile, may_append=turn < TRIES)
            except LostRace:
                time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**turn))  # noqa: S311 (not a secret)
            if len(answers) == len(dockets):
                return [answers[place] for place in range(len(dockets))]
            dockets = [docket.again() for docket in dockets]
        raise AssertionError("the last turn answers or raises")

    def today(self) -> date:
        """Today in Beijing, by the desk's clock."""
        return datetime.fromtimestamp(self._clock() / 1_000_000, UTC).astimezone(BEIJING).date()

    def _not_answered(
        self, dockets: Sequence[Docket], state: State, answers: dict[int, Answer | CommandReused]
    ) -> list[int]:
        """The places of the orders that nobody has answered yet; the old answers go into `answers`."""
        first: dict[str, int] = {}
        for place, (order, _, digest, *_) in enumerate(dockets):
            if place in answers:
                continue
            row = state.commands.get(order.id)
            if row is not None:
                answers[place] = _old_answer(state, row) if row.digest == digest else CommandReused(order.id)
            elif order.id in first and dockets[first[order.id]].digest != digest:
                answers[place] = CommandReused(order.id)
            else:
                first.setdefault(order.id, place)
        return sorted(first.values())

    def _answer(
        self,
        dockets: Sequence[Docket],
        answers: dict[int, Answer | CommandReused],
        meanwhile: Callable[[], object] | None,
        *,
        may_append: bool,
    ) -> None:
        """Answer the orders that have no answer yet, from what was answered before or by deciding and appending now.

        Orders that stand twice in one call are answered one turn later. Raises LostRace, DeskBusy.
        """
        rows = _rows(dockets)
        state = self._log.read([], guards=rows, commands=[docket.order.id for docket in dockets])
        places = self._not_answered(dockets, state, answers)
        if not places:
            return
        if not may_append:
            raise DeskBusy
        decided = self._decide(state, rows, [dockets[place] for place in places])
        appended = self._log.append(decided.append._replace(meanwhile=meanwhile))
        if isinstance(appended, Appended):
            answers |= zip(places, (_answer(verdicts, appended) for verdicts in decided.verdicts), strict=True)
            if appended.last_position >= appended.first_position:
                self._acted |= dict.fromkeys(
                    (dockets[place].order.by.officer for place in places), appended.last_position
                )

    def _decide(
        self,
        before: State,
        rows: list[GuardKey],
        dockets: Sequence[Docket],
        also: Sequence[Criterion] = (),
    ) -> Decided:
        """Decide with the state of these guard rows and `also` these facts at hand.

        When a decision moves rows or asks for facts beyond what was read (two ids merged earlier in the batch make
        the boundary of later rows wider), read those too and redo.
        """
        book = _book(before)
        watched = Watched(book)
        agendas = [docket.agenda for docket in dockets]
        for agenda in agendas:
            agenda.settle(book)
        proposed = [item for agenda in agendas for item in agenda.proposed()]
        corrections = [item for item in proposed if item.old is not None]
        alone = _criteria([item.selectors(watched) for item in proposed])
        together = [one for agenda in agendas for one in _any_of(agenda.boundaries(watched))]
        query: Query = [*alone, *together, *also]
        known = self._log.read(query) if query else before
        positions = [position for item in corrections for position in item.positions()]
        corrected = self._log.at(positions) if positions else []
        batch = Batch(_history(known, corrected), book, self.today())
        for docket in dockets:
            batch.take(docket, Alike(watched))
        beyond = batch.moved_beyond(rows)
        unread: Set[Criterion] = set()
        further = any(kind.FURTHER for kind in {type(item.slice) for item in proposed})
        if corrections or further or not watched.still_stands():  # else each was decided on the boundary that was read
            asked = [item.asked() for agenda in agendas for item in agenda.proposed()]
            unread = _criteria(asked) - {*alone, *also} - _each_of(together)
        if beyond or unread:
            anew, all_rows = [docket.again() for docket in dockets], rows + beyond
            fresh = self._log.read([], guards=all_rows)
            return self._decide(fresh, all_rows, anew, [*also, *unread])
        self._forget_repeated_refusals(batch)
        return batch.decided(before, query, rows)

    def _forget_repeated_refusals(self, batch: Batch) -> None:
        """A retry of the very same attempt counts once: drop refusal facts that stand already."""
        if batch.refusals:
            known = self._log.read([], commands=list(batch.refusals)).commands
            batch.drop({batch.refusals.pop(marker) for marker in known})


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


def _rows(dockets: Sequence[Docket]) -> list[GuardKey]:
    """The guard rows that these orders ask for: who acts, and what each item wants to know."""
    asked: list[GuardKey] = [(OfficerGuard.KIND, docket.order.by.officer) for docket in dockets]
    counties: set[RegionCode | None] = set()
    for docket in dockets:
        asked += docket.agenda.rows()
        counties |= docket.agenda.counties()
    seals = [row for county in counties for row in seal_rows(county)]
    return list(dict.fromkeys([*asked, *seals]))


def _criteria(boundaries: Iterable[Sequence[Selector]]) -> Set[Criterion]:
    """The union of these boundaries, as the log asks for them, in their order."""
    criteria: dict[Criterion, None] = {}
    for selectors in boundaries:
        for one in selectors:
            criteria[_criterion((_names(tuple(one.types)), tuple(one.tags)))] = None
    return criteria.keys()


def _any_of(boundaries: Iterable[Boundary]) -> list[AnyOf]:
    """The same for what many read together."""
    return [AnyOf(_names(types), tags) for types, tags in boundaries]


def _each_of(together: Iterable[AnyOf]) -> Set[Criterion]:
    """What was asked for together, one by one."""
    return {Criterion(one.types, (tag,)) for one in together for tag in one.tags}


@cache
def _names(types: tuple[type[Fact], ...]) -> tuple[str, ...]:
    """The stored names of these facts, of their older versions and of their corrections."""
    kinds = [kind for t in types for kind in (t, correction_of(t)) if kind is not None]
    return tuple(name for kind in kinds for name in type_names(kind))


def _history(state: State, also: Sequence[Stored]) -> History:
    history = History(state.head_position)
    facts = state.facts if not also else sorted({*state.facts, *also})
    for stored in facts:
        inner = inner_of(stored.leaf)
        history.add(stored.position, body_of(stored.type, inner.body), inner.tags)
    return history


def _book(state: State) -> GuardBook:
    kinds = guard_kinds()
    found = state.guards.items()
    return GuardBook((row, msgspec.json.decode(guard.state, type=kinds[row[0]])) for row, guard in found)


def _settled(place: int, first_position: int) -> Verdict:
    return Verdict(outcome="recorded", position=first_position + place)


def _shifted(verdict: Verdict | int, first_position: int) -> Verdict:
    if isinstance(verdict, int):
        return _settled(verdict, first_position)
    return verdict if verdict.position is None else _settled(verdict.position, first_position)


def _answer(verdicts: Sequence[Verdict | int], appended: Appended) -> Answer:
    first = appended.first_position
    settled = [Verdict(outcome="recorded", position=first + v) if isinstance(v, int) else v for v in verdicts]
    return Answer(position=appended.last_position, recorded_at=appended.recorded_at, verdicts=settled)


def _old_answer(state: State, row: KnownCommand) -> Answer:
    return Answer(
        position=state.head_position,
        recorded_at=state.recorded_at,
        verdicts=[_shifted(verdict, row.first_position) for verdict in _verdicts.decode(row.outcome)],
        repeated=True,
    )
