"""One run: rows in chunks to the desk, each chunk one order, and what came back to each row."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Protocol

import msgspec

from taizhang.adapters.importing.late import LateAdditions
from taizhang.adapters.importing.lookup import Lookup
from taizhang.adapters.importing.rows import Cause, Origin, Pending, Planned, Progress, RowVerdict, Words, chunks_of
from taizhang.adapters.log.log import KnownCommand, Log
from taizhang.adapters.orders import Answer, Attempt, Order, Verdict, recorded_as
from taizhang.domain.core import Fact
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import outer_of
from taizhang.domain.people import PersonDetailsStated, PersonIdTaken, PersonRegistered

UNCHANGED = Words("已有完全相同的记录,未重复登记", "the very same is recorded already; nothing was added")
WOULD_GO_IN = Words("可入账", "would go in")  # of a run that records nothing: no fact has a number
AHEAD = 2  # pending chunks that are begun before the one being decided
OUTCOMES = ("unchanged", "recorded", "refused", "unusable")  # the worse, the later


class Desk(Protocol):
    def submit(self, order: Order, meanwhile: Callable[[], object] | None = None) -> Answer: ...


class Run:
    """Submits planned rows and collects a verdict for each."""

    def __init__(
        self, desk: Desk, origin: Origin, lookup: Lookup, run_id: str, total: int, progress: Progress | None
    ) -> None:
        self._desk, self._origin, self._lookup, self._run_id = desk, origin, lookup, run_id
        self._total, self._progress = total, progress
        self._chunk = 0
        self._table_facts = 0  # recorded for tables, not for a row of them
        self._tables: dict[str, list[Words]] = {}  # what every row of a table has to be told
        self._late_after: dict[str, int] = {}
        self.causes: Counter[tuple[str, Words]] = Counter()  # rows that were kept out together, by sheet and why
        self.doubts: Counter[str] = Counter()  # rows by kind of doubt
        self.days_late: dict[tuple[str, int], int] = {}  # of rows past the threshold without a reason
        self.earlier: dict[tuple[str, int], list[int]] = {}  # what attempts before this one recorded, by row
        self.verdicts: dict[tuple[str, int], RowVerdict] = {}
        self.late: LateAdditions | None = None  # where rows may be additions after a seal

    def submit(self, chunks: Iterable[list[Planned] | Pending]) -> None:
        """Have the desk decide these rows, chunk by chunk, in their order.

        Of pending chunks the next ones are begun before one is finished, another while the disk is waited for; any other
        chunk is decided before the next is asked for.
        """
        coming, waiting = iter(chunks), deque[list[Planned] | Pending]()

        def ask() -> bool:
            for chunk in islice(coming, 1):
                waiting.append(chunk)
                return True
            return False

        while waiting or ask():
            while callable(waiting[-1]) and len(waiting) <= AHEAD and ask():
                pass
            chunk = waiting.popleft()
            self._take(chunk, ask if callable(chunk) else None)

    def _take(self, chunk: list[Planned] | Pending, meanwhile: Callable[[], object] | None) -> None:
        for group in chunks_of(chunk() if callable(chunk) else chunk):
            self._decide(group, meanwhile)
            meanwhile = None
        if self._progress is not None:
            self._progress(len(self.verdicts), self._total)

    def counts(self) -> dict[str, int]:
        """Rows by outcome, those with something to look at besides, and facts recorded."""
        counts = dict.fromkeys(OUTCOMES, 0)
        for verdict in self.verdicts.values():
            counts[verdict.outcome] += 1
        counts["flagged"] = sum(verdict.flagged for verdict in self.verdicts.values())
        counts["facts"] = sum(len(verdict.positions) for verdict in self.verdicts.values()) + self._table_facts
        return counts

    def _decide(self, rows: Sequence[Planned], meanwhile: Callable[[], object] | None) -> None:
        items = [item for row in rows for item in row.items]
        if self.late is not None:
            items = self.late.mark(items)
        verdicts = iter(self._submitted(items, meanwhile))
        for row in rows:
            self._answer(row, list(islice(verdicts, len(row.items))))

    def _submitted(self, items: list[Proposal | Attempt], meanwhile: Callable[[], object] | None) -> list[Verdict]:
        if not items:
            return []
        answer = self._desk.submit(Order(id=self._next_id(), by=self._origin.by, items=items), meanwhile)
        lost = [place for place, verdict in enumerate(answer.verdicts) if verdict.rule == PersonIdTaken.RULE]
        if lost:  # another file registered the person while this one was being read: then it states details
            again = [_as_details(items[place]) for place in lost]
            later = self._desk.submit(Order(id=self._next_id(), by=self._origin.by, items=again))
            for place, verdict in zip(lost, later.verdicts, strict=True):
                answer.verdicts[place] = verdict
        return answer.verdicts

    def _next_id(self) -> str:
        self._chunk += 1
        return order_id(self._origin.digest, self._chunk, self._run_id)

    # -- what a row is told -------------------------------------------------------------------------------

    def _answer(self, row: Planned, verdicts: Sequence[Verdict]) -> None:
        if row.whole_table:
            self._table_facts += sum(verdict.position is not None for verdict in verdicts)
            if row.tries:
                row.barred = next(map(_cause, filter(_refused, verdicts)), None)
                return
            words = [Words(verdict.zh or "", verdict.en or "") for verdict in verdicts if _refused(verdict)]
            self._tables.setdefault(row.table, []).extend(dict.fromkeys(words))
            return
        late = self._late(row, verdicts)
        if row.doubt:
            self.doubts[row.doubt] += 1
        key = (row.sheet, row.row)
        if row.beside and not row.items and key in self.verdicts:
            self.verdicts[key] = _noted(self.verdicts[key], row.notes)
            return
        if row.part_of and row.problem is None:
            self.verdicts[key] = self._shared(row)
            return
        positions = tuple([v.position for v in verdicts if v.position is not None]) or tuple(self.earlier.get(key, ()))
        told = [*row.notes, *self._tables.get(row.table, ())]
        refused = [verdict for verdict in verdicts if verdict.outcome == "refused"]
        if row.problem is not None:
            outcome, said = "unusable", row.problem
            self.causes[row.sheet, row.problem] += 1
        elif row.barred is not None:
            outcome, said = "refused", row.barred.words
            self.causes[row.sheet, said] += 1
        elif refused:
            outcome = "refused"
            said = Words("；".join(v.words("zh") for v in refused), " ".join(v.words("en") for v in refused))
            self.causes[row.sheet, said] += 1
        elif positions:
            outcome, said = "recorded", Words(*recorded_as(positions[-1])) if self._run_id else WOULD_GO_IN
        else:
            outcome, said = "unchanged", UNCHANGED
        if more := [*told, *late]:
            said = Words(
                "；".join([said.zh, *(one.zh for one in more)]), "; ".join([said.en, *(one.en for one in more)])
            )
        verdict = RowVerdict(
            sheet=row.sheet,
            row=row.row,
            outcome=outcome,
            zh=said.zh,
            en=said.en,
            rules=(row.barred.rule,) if row.barred else tuple([one.rule for one in refused if one.rule]),
            positions=positions,
            flagged=bool(told),
        )
        self.verdicts[key] = _beside(self.verdicts[key], verdict) if key in self.verdicts else verdict

    def _shared(self, row: Planned) -> RowVerdict:
        """The verdict of a row that is part of another's form."""
        whole = self.verdicts[row.sheet, row.part_of]
        words = Words(f"随第 {row.part_of} 行办理:{whole.zh}", f"goes with row {row.part_of}: {whole.en}")
        return msgspec.structs.replace(whole, row=row.row, zh=words.zh, en=words.en, rules=(), positions=())

    def _late(self, row: Planned, verdicts: Sequence[Verdict]) -> list[Words]:
        """How late a row goes in without a reason, past the threshold: told beside it, and counted for the summary."""
        if self._origin.reason:
            return []
        for item, verdict in zip(row.items, verdicts, strict=True):
            if verdict.outcome != "recorded" or not isinstance(item, Proposal):
                continue
            training_class = getattr(item.fact, "training_class", "")
            days = (self._origin.today - item.fact.occurred_on).days
            if training_class and days > self._threshold(training_class[1:7]):
                self.days_late[row.sheet, row.row] = days
                return [Words(f"迟报 {days} 天", f"{days} days late")]
        return []

    def _threshold(self, county: str) -> int:
        if county not in self._late_after:
            self._late_after[county] = self._lookup.late_entry_days(county)
        return self._late_after[county]


def order_id(file: str, chunk: int, run_id: str) -> str:
    """The id of the order that one chunk of one attempt becomes."""
    return "import:" + hashlib.sha256(f"{file}|{chunk}|{run_id}".encode()).hexdigest()


def recorded_before(log: Log, file: str, run_ids: Sequence[str]) -> dict[tuple[str, int], list[int]]:
    """The positions of what earlier attempts at the same import recorded, by sheet and row."""
    found: dict[tuple[str, int], list[int]] = {}
    for run_id in run_ids:
        for command in _commands(log, file, run_id):
            first = command.first_position
            for stored in log.page(first - 1, command.count, first + command.count - 1):
                outer = outer_of(stored.leaf)
                if outer.source is None or outer.type.startswith("statements."):
                    continue
                key = (outer.source.sheet or "", outer.source.row or 0)
                found.setdefault(key, []).append(stored.position)
    return found


def _commands(log: Log, file: str, run_id: str, at_once: int = 100) -> list[KnownCommand]:
    known: list[KnownCommand] = []
    while True:
        ids = [order_id(file, chunk, run_id) for chunk in range(len(known) + 1, len(known) + at_once + 1)]
        here = log.read([], commands=ids).commands
        known += [here[id] for id in ids if id in here]
        if len(here) < at_once:
            return known


def _beside(one: RowVerdict, other: RowVerdict) -> RowVerdict:
    """The verdict of a row in which two tables stand beside each other: the worse outcome, the words of both."""
    return RowVerdict(
        sheet=one.sheet,
        row=one.row,
        outcome=max(one.outcome, other.outcome, key=OUTCOMES.index),
        zh=f"{one.zh}｜{other.zh}",
        en=f"{one.en} | {other.en}",
        rules=one.rules + other.rules,
        positions=one.positions + other.positions,
        flagged=one.flagged or other.flagged,
    )


def _noted(verdict: RowVerdict, notes: Sequence[Words]) -> RowVerdict:
    """The verdict with more to look at."""
    zh, en = "；".join([verdict.zh, *(one.zh for one in notes)]), "; ".join([verdict.en, *(one.en for one in notes)])
    return msgspec.structs.replace(verdict, zh=zh, en=en, flagged=verdict.flagged or bool(notes))


def _refused(verdict: Verdict) -> bool:
    return verdict.outcome == "refused"


def _cause(verdict: Verdict) -> Cause:
    return Cause(verdict.rule or "", Words(verdict.words("zh"), verdict.words("en")))


def _as_details(item: Proposal | Attempt) -> Proposal:
    assert isinstance(item, Proposal)
    registered: Fact = item.fact
    assert isinstance(registered, PersonRegistered)
    details = PersonDetailsStated(
        person=registered.person,
        statement=registered.statement,
        commitments=registered.commitments,
        occurred_on=registered.occurred_on,
    )
    return Proposal(fact=details, source=item.source, reason=item.reason)
