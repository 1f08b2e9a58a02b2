"""What every room of the domain imports: facts, corrections, refusals, slices, boundaries.

A room proposes a fact; a slice decides whether it may be recorded; the desk does the rest. The names of the
library's dynamic-consistency-boundary classes stand here and nowhere else, so that a renaming touches one file.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from inspect import signature
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Generic, NewType, TypeVar

import msgspec
from eventsourcing.dcb import domain as dcb
from eventsourcing.dcb.domain import Selector, Tagged
from eventsourcing.domain import event

from taizhang.domain.wording import worded

__all__ = [
    "Actor",
    "Commitments",
    "Correction",
    "Fact",
    "Fen",
    "Guard",
    "LateAddition",
    "Minutes",
    "OfficerId",
    "OrganisationId",
    "PersonId",
    "Position",
    "Refusal",
    "RegionCode",
    "Selector",
    "Slice",
    "Tagged",
    "Text",
    "event",
    "moves",
]

OfficerId = NewType("OfficerId", str)
OrganisationId = NewType("OrganisationId", str)
PersonId = NewType("PersonId", str)
RegionCode = NewType("RegionCode", str)
Position = NewType("Position", int)

Fen = Annotated[int, msgspec.Meta(ge=0, description="money in fen, one hundredth of a yuan")]
Minutes = Annotated[int, msgspec.Meta(ge=0, description="minutes")]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Commitments = dict[str, str]  # field -> keyed commitment; the values themselves live in the vault


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: the officer, in which role, for which organisation and region, and how we know."""

    officer: OfficerId
    role: str
    organisation: OrganisationId
    region: RegionCode
    authenticated: str


class LateAddition(msgspec.Struct, frozen=True, kw_only=True):
    """A late addition 补报: the seal it comes after, why, and who allowed it."""

    seal: str
    reason: Text
    approver: OfficerId


class Fact(msgspec.Struct, dcb.Decision, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened. It never changes; a correction is another fact that names this one.

    A default value means "not stated" and is left out of the stored bytes.
    """

    TOPIC: ClassVar[str]  # the stable name under which it is stored, whatever becomes of the class
    occurred_on: date

    def tags(self) -> list[str]:
        """The tags under which a rule or a reader finds this fact, in no particular order."""
        raise NotImplementedError(type(self))

    def as_dict(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in self.__struct_fields__}

    def mutate(self, obj: Any) -> Any:
        """Fold this fact into a slice, by the slice's `@event` method for facts of this class."""
        fold = fold_of(obj.__class__, self.__class__)
        if fold is not None:
            fold(obj, self)
        return obj


B = TypeVar("B", bound=Fact)


class Correction(Fact, Generic[B], frozen=True, kw_only=True):
    """A recorded fact is replaced by a whole new body, or declared void (`now` is None).

    `corrects` is the position of the first version, also when a correction is corrected; `was` is the body in
    force until now. So every fold can take the old body back and put the new one in, without looking it up.
    """

    corrects: Position
    was: B
    now: B | None
    reason: Text
    approver: OfficerId

    def tags(self) -> list[str]:
        both = [*self.was.tags(), *(self.now.tags() if self.now is not None else ())]
        return [*dict.fromkeys(both), f"corrects:{self.corrects}"]

    @classmethod
    def body(cls) -> type[Fact]:
        """The class of fact that this correction corrects."""
        return _type_argument(cls)


class Guard(msgspec.Struct):
    """The state that a hot rule needs, kept beside the log and moved in the append's own transaction.

    A guard is a fold that can be taken back: `moves` methods get each fact with sign +1 when it is recorded and
    -1 when a correction takes its old body back. Its fields have defaults: an absent row is an empty state.
    """

    KIND: ClassVar[str]

    @classmethod
    def keys(cls, fact: Fact) -> tuple[str, ...]:
        """Which rows of this kind the fact moves."""
        raise NotImplementedError(cls)


G = TypeVar("G", bound=Guard)
M = TypeVar("M", bound=Callable[..., None])


def moves(*facts: type[Fact]) -> Callable[[M], M]:
    """Mark a guard's method as the one that folds facts of these classes: `def _(self, fact, sign)`."""

    def mark(method: M) -> M:
        method.moved_by = facts  # type: ignore[attr-defined]
        return method

    return mark


@dataclass(eq=False)
class Refusal(Exception):
    """A rule said no. The class is the rule, its fields are the facts; it speaks both languages."""

    RULE: ClassVar[str]  # the stable id of the rule, for example "training.seats-taken"
    SOURCE: ClassVar[str]  # where the rule comes from
    REPEATS: ClassVar[bool] = False  # True: what was proposed stands already, word for word; nothing to record
    WORDED: ClassVar[Mapping[str, str]] = MappingProxyType({})  # field -> the vocabulary (wording.py) of its codes
    zh: ClassVar[str]
    en: ClassVar[str]

    def __str__(self) -> str:
        return self.words("en")

    def words(self, language: str) -> str:
        """What is wrong and what to do, in `zh` or `en`."""
        template = self.zh if language == "zh" else self.en
        return _Plain().vformat(template, (), worded(vars(self), self.WORDED, language))


class Slice(dcb.Slice[Fact]):
    """Decides one proposed fact: what it must know, and whether the fact may be recorded.

    `execute` is pure: no clock, no database, no random. It raises a refusal or records. Slices are never
    subclassed further: the library does not inherit `@event` methods.
    """

    COMMAND: ClassVar[str]  # the stable name under which people and programs ask for this decision
    DECIDES: ClassVar[type[Fact]]  # the fact it may record
    ROLES: ClassVar[frozenset[str]]  # who may ask
    COMPUTED: ClassVar[tuple[str, ...]] = ()  # fields of the fact that the decision fills in, whatever was proposed
    FURTHER: ClassVar[tuple[type[Fact], ...]] = ()  # what `further` may select, beside the boundary
    KEEPS: ClassVar[tuple[type[Fact], ...]] = ()  # facts of its boundary that it keeps in `known`, in their order
    ALIKE: ClassVar[tuple[str, ...]] = ()  # what many proposals about one person each have in common (see Together)
    GROUND: ClassVar[tuple[type[Fact], ...]] = ()  # without one of these about each person, it records nothing of them
    fact: Any
    known: Any = ()  # facts that it keeps
    guarded: Any = MappingProxyType({})
    becomes: Any = None
    resting: Sequence[Fact] = ()
    asked: Sequence[Selector] = ()  # the boundary it was decided on, kept for whoever checks that it was read
    history: Any = None  # what is known: the head of the log, and where the facts it selected stand
    enclosed: bytes | None = None  # what was handed in beside the fact, to be looked at and not recorded
    replaces: Any = None  # of a correction: the body that the fact takes the place of
    today: Any = None  # the day on which it is decided, for the few rules that ask
    is_grounded: bool = False  # the ground was seen already, for many at once (see Together)

    def __init__(self, fact: Any, by: Actor) -> None:
        self.fact, self.by = fact, by

    def consistency_boundary(self) -> list[Selector]:
        """The facts this decision reads; none unless a slice says otherwise."""
        return []

    def further(self) -> list[Selector]:
        """What else this decision reads, judged by the facts it has folded so far; asked again until nothing is left.

        Each time it names only what was not asked for before. Only a slice that states FURTHER is asked.
        """
        return []

    def grounds(self) -> list[Selector]:
        """Where the ground of this decision is found, beside the boundary; only of a slice that states GROUND."""
        return []

    def with_grounds(self, asked: list[Selector]) -> list[Selector]:
        """What is `asked` and the ground beside it: in one selector where both are found under the same tag."""
        if not self.GROUND:
            return asked
        missing, read = self.grounds(), []
        for one in asked:
            same = next((ground for ground in missing if list(ground.tags) == list(one.tags)), None)
            if same is not None:
                missing.remove(same)
                one = Selector(types=tuple(dict.fromkeys((*one.types, *same.types))), tags=one.tags)
            read.append(one)
        return read + missing

    def require_grounds(self, history: Any) -> None:
        """Refuse what would stand without ground; asked after the slice's own rules, of what is recorded alone."""

    def guards(self) -> list[tuple[str, str]]:
        """The guard rows (kind, key) this decision reads; the desk hands their states over in `guarded`."""
        return []

    def region(self) -> RegionCode | None:
        """The region this fact belongs to, which the officer's scope must contain; None: any."""
        return None

    def ledger_region(self) -> RegionCode | None:
        """The county whose period seals bind this fact; None: seals do not concern it."""
        return None

    def ledger_days(self) -> Iterable[date]:
        """Every day the fact speaks about: none of them may lie in a sealed period."""
        return (self.fact.occurred_on,)

    def institution(self) -> str | None:
        """Whose business this is: officers of other institutions have no say in it. None: not an institution's."""
        return None

    def leaning(self) -> list[Selector]:
        """What may rest on this fact and would lose its ground if a correction made it `becomes` (None: void)."""
        return []

    def take_back(self) -> None:
        """Refuse a correction that pulls this fact from under what rests on it.

        The history is folded without this fact; the guard rows are as the correction would leave them; `becomes`
        is what it puts in place, `resting` what the selectors of `leaning` found. Allowed unless a slice says no.
        """

    def guard(self, kind: type[G], key: str) -> G:
        """The state of one of the guard rows that `guards` asked for."""
        state: G = self.guarded[kind.KIND, key]
        return state

    def execute(self) -> None:
        """Record the proposed fact; a slice with rules checks them first."""
        self.record(self.fact)

    def record(self, fact: Fact) -> None:
        """Add a fact to what this decision appends."""
        self.new_decisions.append(Tagged(fact.tags(), fact))


class _Plain(string.Formatter):
    """Formats `{amount_fen}` and dates as people read them, and never fails on a missing value."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, (list, tuple)):
            return "、".join(str(item) for item in value)
        return str(super().format_field(value, format_spec))


@cache
def fold_of(slice_type: Any, fact_type: Any) -> Callable[[Any, Fact], None] | None:
    """How a slice of this type folds a fact of this type, or None when it does not look at it.

    An `@event` method asks for the fact's fields by name, or for the whole fact by the name `fact`; what a slice merely
    keeps it names in `KEEPS`.
    """
    method = dcb.decorated_funcs.get((slice_type, fact_type))
    if method is None:
        return _keep if fact_type in getattr(slice_type, "KEEPS", ()) else None
    names = list(signature(method).parameters)[1:]
    if names == ["fact"]:
        return method
    return lambda obj, fact: method(obj, **{name: getattr(fact, name) for name in names})


def _keep(decision: Any, fact: Fact) -> None:
    decision.known = (*decision.known, fact)


def _type_argument(correction: type[Correction[Any]]) -> type[Fact]:
    [base] = [b for b in correction.__orig_bases__ if getattr(b, "__origin__", None) is Correction]  # type: ignore[attr-defined]
    argument: type[Fact] = base.__args__[0]
    return argument


def subclasses(cls: type[Any]) -> Iterator[type[Any]]:
    """Every class below `cls`, children before grandchildren."""
    for child in cls.__subclasses__():
        yield child
        yield from subclasses(child)
