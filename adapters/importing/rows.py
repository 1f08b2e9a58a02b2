"""What importing passes around: words in both languages, a row on its way to the desk, what became of it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

import msgspec

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.forms import FORMS
from taizhang.adapters.forms.tables import FormRow, FormTable
from taizhang.adapters.orders import Attempt
from taizhang.adapters.sheets.cells import CellProblem, clean_text
from taizhang.domain.core import Actor, Fact, Refusal
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source

Progress = Callable[[int, int], None]  # rows done, rows in all
Values = Mapping[F, object]
T = TypeVar("T")

Pending = Callable[[], "list[Planned]"]  # a chunk on which a second process still works

ORDER_ITEMS = 10_000  # the most that one order holds
CHUNK_ROWS = 5_000  # two facts a row
ID_LETTERS = 16
STATEMENT_LETTERS = 20  # of hexadecimal: 80 bits


class Words(NamedTuple):
    """The same thing said in both languages."""

    zh: str
    en: str


class Unusable(Exception):
    """A row from which no proposal can be made; the words say why and what to do, and never quote a person's data."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(zh, en)


class Origin(NamedTuple):
    """The file that is being imported, who hands it in, and why so late."""

    digest: str
    name: str
    by: Actor
    reason: str | None
    today: date

    def source(self, sheet: str, row: int) -> Source:
        return Source(file=self.digest, name=self.name, sheet=sheet, row=row)

    def statement(self, sheet: str, row: int) -> str:
        """The id of what this row states about a person: the same file and row, the same id."""
        return hashlib.sha256(f"{self.digest}|{sheet}|{row}".encode()).hexdigest()[:STATEMENT_LETTERS]

    def vault_source(self, sheet: str, row: int) -> str:
        """Under what the vault remembers who said it, and what people are shown beside a contradiction."""
        return f"{self.name}|{sheet}|{row}|{self.digest[:ID_LETTERS]}"


class Cause(NamedTuple):
    """One reason that keeps many rows out, said once for all of them."""

    rule: str
    words: Words


class Planned(msgspec.Struct, kw_only=True):
    """A row with what is proposed for it; `problem` says why nothing is, `notes` what its reader should know besides.

    `table` names the table when the items concern all of it and no single row (the sessions of an attendance sheet).
    """

    sheet: str
    row: int
    items: list[Any] = []
    notes: list[Words] = []
    problem: Words | None = None
    table: str = ""
    part_of: int = 0  # the row whose verdict this one shares: a course of a filing, a day of a sheet
    whole_table: bool = False
    tries: bool = False  # of many that one cause bars only this is asked for; whoever planned it reads `barred` after
    beside: bool = False  # what the row says besides what it was asked for first, and answered
    barred: Cause | None = None  # what the desk refused it for; of a row: why it is not asked for at all
    doubt: str = ""  # a kind of doubt that the summary counts
    source: Source | None = None  # made once for all that the row proposes

    def note(self, zh: str, en: str) -> None:
        self.notes = [*self.notes, Words(zh, en)]

    def propose(self, origin: Origin, fact: Fact) -> None:
        """Ask for a fact on behalf of this row."""
        if self.source is None:
            self.source = origin.source(self.sheet, self.row)
        self.items.append(Proposal(fact=fact, source=self.source, reason=origin.reason))

    def attempt(self, origin: Origin, command: str, refusal: Refusal, content: str, *subjects: str) -> None:
        """Have a refusal kept that came before there could be a fact; `content` is the vault's fingerprint of the row.

        The same row in a file that was saved again, under whatever name, is the same attempt.
        """
        digest = hashlib.sha256("|".join((command, refusal.RULE, content, *subjects)).encode()).hexdigest()
        source = origin.source(self.sheet, self.row)
        item = Attempt(command=command, refusal=refusal, digest=digest, subjects=subjects, source=source)
        self.items = [*self.items, item]


class RowVerdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one row: `recorded`, `unchanged`, `refused` (by a rule) or `unusable` (nothing could be asked)."""

    sheet: str
    row: int
    outcome: str
    zh: str
    en: str
    rules: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()
    flagged: bool = False


class Table(NamedTuple):
    """One recognised table, and what its head says, text trimmed."""

    form: FormTable
    key: str  # names it within the file
    head: Values

    def planned(self, row: FormRow) -> Planned:
        return Planned(sheet=self.form.sheet, row=row.row_number, table=self.key)

    def about(self, values: Values) -> dict[F, object]:
        """What is said of a row: its own columns, else the head of its table."""
        return {**self.head, **values}

    def printed(self, field: F) -> str:
        return FORMS[self.form.form].printed(field)


def table_of(number: int, form: FormTable) -> Table:
    head = {name: value.value for name, value in form.head.items() if clean_text(value.value)}
    return Table(form, f"{form.sheet}#{number}", head)


def read(table: Table, values: Values, field: F, parse: Callable[[object], T]) -> T | None:
    """The field's value, None where the cell is blank.

    Raises Unusable, in the words of the cell's problem.
    """
    value = values.get(field)
    if value is None or not clean_text(value):
        return None
    try:
        return parse(value)
    except CellProblem as problem:
        printed = table.printed(field)
        raise Unusable(problem.message("zh", printed), problem.message("en", printed)) from None


def needed(table: Table, values: Values, field: F, parse: Callable[[object], T]) -> T:
    """The field's value; raises Unusable also where the cell is blank."""
    value = read(table, values, field, parse)
    if value is None:
        printed = table.printed(field)
        raise Unusable(
            f"没有填写“{printed}”。请补填后重新导入。", f'"{printed}" is blank. Fill it in and import again.'
        )
    return value


def short_digest(*parts: str) -> str:
    """A short name that follows from these words alone: 16 letters of base32, 80 bits."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return base64.b32encode(digest)[:ID_LETTERS].decode().lower()


def chunks_of(rows: Sequence[Planned]) -> list[list[Planned]]:
    """The rows in groups that each fit one order; a row is never divided."""
    groups: list[list[Planned]] = [[]]
    items = 0
    for row in rows:
        if items + len(row.items) > ORDER_ITEMS:
            groups.append([])
            items = 0
        groups[-1].append(row)
        items += len(row.items)
    return [group for group in groups if group]
