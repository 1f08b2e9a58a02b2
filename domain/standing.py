"""Refusals that every registry shares: it stands already, its days run backwards, it is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar, TypeVar

from taizhang.domain.core import Actor, Fact, Refusal, RegionCode, event
from taizhang.domain.decisions import OutsideYourRegion, within


@dataclass(eq=False)
class StandsAlready(Refusal):
    """The same fact, word for word, is recorded already."""

    RULE: ClassVar = "registry.stands-already"
    SOURCE: ClassVar = "issue 1: the same file twice changes nothing and says so"
    REPEATS: ClassVar = True
    zh = "“{kind}”已有完全相同的记录,未重复登记。"
    en = "The very same “{kind}” is recorded already; nothing was added."
    WORDED: ClassVar = MappingProxyType({"kind": "fact"})
    kind: str


@dataclass(eq=False)
class DaysRunBackwards(Refusal):
    """A validity ends on or after the day it begins."""

    RULE: ClassVar = "registry.days-run-backwards"
    SOURCE: ClassVar = "logic: a period that ends before it begins has no days"
    zh = "起日 {since} 晚于止日 {until}。请核对日期。"
    en = "It would begin on {since} and end earlier, on {until}. Check the dates."
    since: date
    until: date


@dataclass(eq=False)
class OthersRestOnIt(Refusal):
    """A correction never leaves other records without the ground they stand on."""

    RULE: ClassVar = "corrections.others-rest-on-it"
    SOURCE: ClassVar = "design.md section 3 (a correction passes the same rules)"
    zh = "其他记录以此“{kind}”为依据:{others}。请先更正或作废这些记录,再更正或作废本条。"
    en = "Other records rest on this “{kind}”: {others}. Correct or void those first, then this one."
    WORDED: ClassVar = MappingProxyType({"kind": "fact", "others": "fact"})
    kind: str
    others: tuple[str, ...]


M = TypeVar("M", bound=Callable[..., None])


def events(*facts: type[Fact]) -> Callable[[M], M]:
    """Mark a slice's method as the one that folds facts of several classes; it takes the whole `fact`."""

    def mark(method: M) -> M:
        for fact in facts:
            event(fact)(method)
        return method

    return mark


def require_new(fact: Fact, standing: Iterable[Fact]) -> None:
    """Refuse a fact that is among those in force.

    Raises StandsAlready.
    """
    if fact in standing:
        raise StandsAlready(kind=type(fact).TOPIC)


def require_grounded(fact: Fact, groundless: Iterable[Fact]) -> None:
    """Refuse to take a fact back while these facts would have nothing left to rest on.

    Raises OthersRestOnIt.
    """
    others = tuple(dict.fromkeys(type(one).TOPIC for one in groundless))
    if others:
        raise OthersRestOnIt(kind=type(fact).TOPIC, others=others)


def require_forward(since: date | None, until: date | None) -> None:
    """Refuse a period that ends before it begins; an open end is fine.

    Raises DaysRunBackwards.
    """
    if since is not None and until is not None and until < since:
        raise DaysRunBackwards(since=since, until=until)


def require_scope(region: RegionCode, by: Actor) -> None:
    """Refuse what belongs to a region outside the officer's, where the region is known only from the log.

    Raises OutsideYourRegion.
    """
    if not within(region, by.region):
        raise OutsideYourRegion(region=region, scope=by.region)
