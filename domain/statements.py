"""Statements 报表: what a unit reports upward, filed as claimed figures at a position of the log.

The ledger's own figures at that position stand beside them for ever; what is known later is shown as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, ClassVar, Final, NewType

import msgspec

from taizhang.domain.core import Actor, Fact, OfficerId, Position, Refusal, RegionCode, Selector, Slice
from taizhang.domain.inspections.rules import require_recorded
from taizhang.domain.standing import require_new

# "stat-", the code of the region that reports, "-", and what it likes
StatementId = NewType(
    "StatementId", Annotated[str, msgspec.Meta(pattern=r"^stat-\d{6}-\S{1,50}$", examples=["stat-620121-2016"])]
)
# all time, a year, a phase, or two days: "", 2016, 2016-2017, 2016-05-01..2017-04-30
Period = Annotated[
    str, msgspec.Meta(pattern=r"^(\d{4}|\d{4}-\d{4}|\d{4}-\d{2}-\d{2}\.\.\d{4}-\d{2}-\d{2})?$", examples=["2016"])
]
_BASE: Final = ("person_times", "planned_minutes", "evidenced_minutes", "certified_minutes", "certified", "completed")
_WORK: Final = tuple(f"{what}_{months}" for months in (1, 3, 6) for what in ("employed", "confirmed"))
OPENABLE: Final = frozenset(name + poor for name in (*_BASE, *_WORK, "persons") for poor in ("", "_poor"))
"""The measures whose figures open into facts; a test holds them to those of the ledger."""
MONEY: Final = frozenset(
    f"{name}_fen"
    for name in (
        *("received", "passed_on", "returned", "paid", "bank_returned", "recovered", "executed"),
        *("balance", "advances"),  # as they stand at the end of the period
    )
)
"""The measures of money of a region; projections/statements/money.py says how each is reckoned."""
REPORTING: Final = frozenset({"clerk", "finance", "organisation"})


class ClaimedFigure(msgspec.Struct, frozen=True, array_like=True):
    """One figure as claimed: persons, person-times, certificates, minutes, or fen."""

    measure: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    amount: Annotated[int, msgspec.Meta(ge=0)]


class StatementFiled(Fact, frozen=True, kw_only=True):
    """A unit states figures of its region and a period, as of a position of the log."""

    TOPIC = "statements.statement-filed.v1"
    filed_statement: StatementId
    region: RegionCode
    claimed_figures: Annotated[tuple[ClaimedFigure, ...], msgspec.Meta(min_length=1, max_length=100)]
    period: Period = ""
    programme_kind: str = ""
    known_position: Position = Position(0)  # filled in with the head of the log where nobody names one
    report: str = ""  # id of the report that it was copied from, if any
    document: str = ""
    stated_by: OfficerId = OfficerId("")  # filled in

    def tags(self) -> list[str]:
        return [f"statement:{self.filed_statement}", f"region:{self.region}"]


@dataclass(eq=False)
class StatementIdTaken(Refusal):
    """A statement is filed once; another version is another statement, so that both can be read side by side."""

    RULE: ClassVar = "statements.id-taken"
    SOURCE: ClassVar = "issue 5 (reported then, known now)"
    zh = "报表编号 {statement} 已报送,内容不同。更正后的报表请另编号报送,两份都会保留。"
    en = "The statement {statement} is filed already, with other content. File the new one under another id; both are kept."
    statement: str


@dataclass(eq=False)
class OpensIntoNothing(Refusal):
    """A figure that nobody can open into facts cannot be reported."""

    RULE: ClassVar = "statements.opens-into-nothing"
    SOURCE: ClassVar = "issue 5 (a figure nobody can open into facts cannot be reported)"
    zh = "指标“{measure}”无法追溯到事实,不能报送。可报送的指标:{openable}。"
    en = "The measure {measure} does not open into facts and cannot be reported. Measures that do: {openable}."
    WORDED: ClassVar = MappingProxyType({})
    measure: str
    openable: tuple[str, ...]


@dataclass(eq=False)
class ClaimedTwice(Refusal):
    """A statement says each figure once."""

    RULE: ClassVar = "statements.claimed-twice"
    SOURCE: ClassVar = "logic"
    zh = "指标“{measure}”在同一报表中出现两次。请只保留一个数。"
    en = "The measure {measure} stands in the statement twice. Keep one figure."
    measure: str


@dataclass(eq=False)
class MoneyOfOneKind(Refusal):
    """Money lies on lines and goes to classes of every kind: only its sums over all kinds open into facts."""

    RULE: ClassVar = "statements.money-of-one-kind"
    SOURCE: ClassVar = "issue 5 (a figure nobody can open into facts cannot be reported)"
    zh = "资金指标“{measure}”不分培训类别。请另报一份不填培训类别的报表。"
    en = "The money measure {measure} is not kept by kind of training. File it in a statement without a kind."
    measure: str


class FileStatement(Slice):
    """File what a unit reports upward, at the head of the log or at an earlier position that it was drawn up at."""

    COMMAND = "statements.file-statement"
    DECIDES = StatementFiled
    ROLES = REPORTING
    COMPUTED = ("stated_by",)
    KEEPS = (StatementFiled,)
    fact: StatementFiled

    def __init__(self, fact: StatementFiled, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, stated_by=by.officer), by)

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[StatementFiled], tags=[f"statement:{self.fact.filed_statement}"])]

    def execute(self) -> None:
        fact = self.fact
        if fact.known_position == 0 and self.known:  # said again without a position: the one it was filed at
            standing: StatementFiled = self.known[0]
            require_new(msgspec.structs.replace(fact, known_position=standing.known_position), self.known)
        head = Position(self.history.end)
        fact = msgspec.structs.replace(fact, known_position=fact.known_position or head)
        require_new(fact, self.known)
        if self.known:
            raise StatementIdTaken(statement=fact.filed_statement)
        names = [one.measure for one in fact.claimed_figures]
        for name in names:
            if name not in OPENABLE | MONEY:
                raise OpensIntoNothing(measure=name, openable=tuple(sorted(OPENABLE | MONEY)))
            if name in MONEY and fact.programme_kind:
                raise MoneyOfOneKind(measure=name)
            if names.count(name) > 1:
                raise ClaimedTwice(measure=name)
        require_recorded(self, [fact.known_position])
        self.record(fact)
