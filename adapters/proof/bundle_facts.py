"""Which facts belong into a bundle: all that is said about its subject, as far as the officer may see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from taizhang.adapters.log.log import Criterion, Log
from taizhang.adapters.visibility import visible
from taizhang.domain.core import Actor, Correction
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.forgetting import FileBlanked, PersonForgotten
from taizhang.domain.leads.cases import ConsequenceLinked
from taizhang.domain.leads.handling import CONSEQUENCES
from taizhang.domain.people import PersonRegistered
from taizhang.projections.replay_persons import ids_ever
from taizhang.projections.rules.leads import lead_of

KINDS: Final = ("fund", "person", "class", "finding", "case")
FACTS_MOST: Final = 20_000  # a zip of this kind holds 65,535 files, and each fact is two of them
PERSON, INSPECTION, FINDING = "person:", "inspection:", "finding:"


class BundleRefused(Exception):
    """A bundle cannot be made as asked; says why, and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Gathered(NamedTuple):
    """The facts in the order of the log, and how many more there are that the officer may not see."""

    subject: str
    facts: Sequence[Recorded]
    left_out: int


def gather(log: Log, subject: str, by: Actor, *, with_people: bool = False) -> Gathered:
    """Everything about `fund:…`, `person:…`, `class:…`, `finding:…` or `case:…`; `with_people`: also how they were registered.

    Of a person it is all ids that ever were the same person's; of a fund also the claims paid from it; of a finding
    also its inspection and the facts it rests on; of a case its leads with
    all work on them, the facts that these and their checks rest on, and what carries the decision out. Raises BundleRefused.
    """
    kind, _, ident = subject.partition(":")
    if kind not in KINDS or not ident or any(letter.isspace() for letter in subject):
        raise BundleRefused(
            f"“{subject}”不能作为证据包的对象。应写作 fund:… person:… class:… finding:… 或 case:…。",
            f"“{subject}” is no subject of a bundle. Write fund:… person:… class:… finding:… or case:….",
        )
    found = {fact.position: fact for fact in _about(log, kind, ident)}
    if with_people:
        found |= {fact.position: fact for fact in _registrations(log, people_in(found.values()))}
    found |= {fact.position: fact for fact in _erasures(log, people_in(found.values()))}
    seen = [found[position] for position in sorted(found) if visible(log, found[position], by)]
    if not seen:
        raise BundleRefused(
            f"没有可以查看的关于 {subject} 的事实。请核对编号和岗位的地区范围。",
            f"There is no fact about {subject} that you may see. Check the id and the region of your role.",
        )
    if len(seen) > FACTS_MOST:
        raise BundleRefused(
            f"{subject} 有 {len(seen):,} 条事实,超过一个证据包的上限 {FACTS_MOST:,} 条。请按班次(class:…)分别制作。",
            f"{subject} has {len(seen):,} facts; a bundle holds {FACTS_MOST:,}. Make one for each class:….",
        )
    return Gathered(subject, seen, len(found) - len(seen))


def people_in(facts: Iterable[Recorded]) -> list[str]:
    """The persons that these facts are tagged with."""
    tags = (tag for fact in facts for tag in fact.tags)
    return sorted({tag.removeprefix(PERSON) for tag in tags if tag.startswith(PERSON)})


def bodies_in(fact: Recorded) -> list[Any]:
    """The body of a fact; of a correction the body it replaces and the one it puts there."""
    if not isinstance(fact.fact, Correction):
        return [fact.fact]
    return [body for body in (fact.fact.was, fact.fact.now) if body is not None]


def _about(log: Log, kind: str, ident: str) -> list[Recorded]:
    if kind == "person":
        return _tagged(log, [f"{PERSON}{one}" for one in sorted(ids_ever(log, ident))])
    facts = _tagged(log, [f"{kind}:{ident}"])
    if kind == "fund":
        claims = {body.claim for fact in facts for body in bodies_in(fact) if getattr(body, "claim", None)}
        facts += _tagged(log, [f"claim:{claim}" for claim in sorted(claims)])
    if kind == "finding":
        facts += _around(log, facts, f"{FINDING}{ident}")
    if kind == "case":
        facts += _behind(log, facts)
    return facts


def _around(log: Log, facts: Sequence[Recorded], finding: str) -> list[Recorded]:
    """The inspection that a finding came from, without its other findings, and the facts that the finding rests on."""
    inspections = {tag for fact in facts for tag in fact.tags if tag.startswith(INSPECTION)}
    found = [
        fact
        for fact in _tagged(log, sorted(inspections))
        if finding in fact.tags or not any(tag.startswith(FINDING) for tag in fact.tags)
    ]
    rests = {position for fact in facts for body in bodies_in(fact) for position in getattr(body, "rests_on", ())}
    below = [opened(row.position, row.leaf) for row in log.at(sorted(rests))]
    return [*found, *below, *_tagged(log, [f"corrects:{position}" for position in sorted(rests)])]


def _behind(log: Log, facts: Sequence[Recorded]) -> list[Recorded]:
    """What a case rests on: its leads and what was done with them, the facts they name, and what the case led to."""
    bodies = [body for fact in facts for body in bodies_in(fact)]
    leads = {lead for body in bodies for lead in getattr(body, "leads", ())}
    work = _tagged(log, [f"lead:{lead}" for lead in sorted(leads)])
    rests = {position for fact in work for body in bodies_in(fact) for position in getattr(body, "rests_on", ())}
    with log.database.read() as connection:
        rests |= {position for lead in leads if (found := lead_of(connection, lead)) for position in found.positions}
    below = [opened(row.position, row.leaf) for row in log.at(sorted(rests))]
    led_to = [
        fact
        for body in bodies
        if isinstance(body, ConsequenceLinked)
        for fact in _tagged(log, [body.about], (CONSEQUENCES[body.consequence].TOPIC,))
    ]
    return [*work, *below, *_tagged(log, [f"corrects:{position}" for position in sorted(rests)]), *led_to]


def _registrations(log: Log, people: Sequence[str]) -> list[Recorded]:
    return _tagged(log, [f"{PERSON}{person}" for person in people], (PersonRegistered.TOPIC,))


def _erasures(log: Log, people: Sequence[str]) -> list[Recorded]:
    """What was erased of these people, and which files gave way: whoever reads the bundle is told why so little is open."""
    return _tagged(log, [f"{PERSON}{person}" for person in people], (PersonForgotten.TOPIC, FileBlanked.TOPIC))


def _tagged(log: Log, tags: Sequence[str], types: Sequence[str] = ()) -> list[Recorded]:
    asked = [Criterion(types, (tag,)) for tag in tags]
    return [opened(row.position, row.leaf) for row in log.read(asked).facts] if asked else []
