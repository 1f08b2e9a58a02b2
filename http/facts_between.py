"""What was recorded about one thing, or of one kind, between two moments: how many facts by kind at both, and those in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.log.log import Criterion, Log
from taizhang.adapters.visibility import Eyes
from taizhang.domain.envelope import Recorded, fact_classes, opened
from taizhang.domain.refused import SubmissionRefused
from taizhang.http.cuts import TimeBar
from taizhang.http.fact_names import subjects
from taizhang.http.fact_reading import READ_AHEAD, TAG
from taizhang.http.field_between import about_of
from taizhang.http.refusals import rule_in_words
from taizhang.http.rendering import link, number
from taizhang.http.two_moments import SHOWN, Behind, between_page, change, two_moments
from taizhang.http.visit import CASEWORK, Visit, door
from taizhang.projections.effective import day_of

READ_MOST: Final = 5_000  # facts of one thing or kind that are looked through


def between(visit: Visit) -> Response:
    """The facts that bear a tag (`of`), or of a kind (`type`), at two moments, as far as the officer sees them.

    Raises HTTPException (404) for what is neither, or of which there is nothing to see.
    """
    of, kind = (visit.request.query_params.get(name, "") for name in ("of", "type"))
    if bool(of) == bool(kind) or (of and not TAG.match(of)) or (kind and kind not in fact_classes()):
        raise HTTPException(404)
    moments, log = two_moments(visit), visit.house.log
    read = list(islice(_read(log, Criterion((kind,) if kind else (), (of,) if of else ())), READ_MOST))
    eyes = Eyes(log, visit.actor)
    facts = [one for one in read if eyes.sees(one)]
    if of and not facts:
        raise HTTPException(404)
    then, later = ({one.position for one in facts if _stands(one, bar)} for bar in moments)
    counts = [Counter(type(one.fact).TOPIC for one in facts if one.position in known) for known in (then, later)]
    lying_between = [one for one in facts if one.position in then ^ later]
    title = subjects(visit, [of])[of].words if of else visit.label("fact", kind)
    return between_page(
        visit,
        "/facts/between",
        title,
        trail=[(visit.t("facts.title"), link("/facts", {**visit.bar.query, "of": of, "type": kind}))],
        moments=moments,
        of_kinds=True,
        changes=[
            change(topic, visit.label("fact", topic), (counts[0][topic], counts[1][topic]), number)
            for topic in sorted(counts[0].keys() | counts[1].keys())
        ],
        kept={"of": of, "type": kind},
        recorded=[Behind(one, True, _about(visit, one)) for one in lying_between[:SHOWN]],
        has_more=len(lying_between) > SHOWN or len(read) == READ_MOST,
    )


def _about(visit: Visit, recorded: Recorded) -> str:
    """What a fact is about; of a refused attempt what the rule says."""
    if isinstance(recorded.fact, SubmissionRefused):
        return rule_in_words(recorded.fact.rule, visit.language)
    return about_of(recorded.fact)


def _read(log: Log, asked: Criterion) -> Iterator[Recorded]:
    """The facts as they stand in the log, read some at a time."""
    after = 0
    while True:
        rows = log.read([asked], after=after, limit=READ_AHEAD).facts
        yield from (opened(row.position, row.leaf) for row in rows)
        if len(rows) < READ_AHEAD:
            return
        after = rows[-1].position


def _stands(fact: Recorded, bar: TimeBar) -> bool:
    """Whether a fact was recorded by the moment, and had happened by its day."""
    return (bar.recorded_at is None or fact.recorded_at <= bar.recorded_at) and (
        bar.effective_on is None or day_of(fact.fact) <= bar.effective_on
    )


ROUTES = (door("/facts/between", between, roles=CASEWORK),)
