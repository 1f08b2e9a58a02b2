"""The fact page and lists of facts: who recorded what, when, how late, from which file, sheet and row."""

from __future__ import annotations

import re
from functools import partial
from itertools import islice
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.moments import beijing
from taizhang.domain.core import Correction
from taizhang.domain.envelope import Recorded
from taizhang.domain.officers import AUDIT, SECURITY
from taizhang.http.corrections import may_correct
from taizhang.http.fact_names import named, subjects
from taizhang.http.fact_proof import proof_state
from taizhang.http.fact_reading import Listing, corrections_of, fact_at, facts_of, facts_of_type, latest
from taizhang.http.fact_words import Line, fields, lines, opening, persons_in, places_in
from taizhang.http.frame import Frame
from taizhang.http.inspections_scope import organisations
from taizhang.http.opening import opens
from taizhang.http.people import masked
from taizhang.http.places import names_of
from taizhang.http.visit import CASEWORK, Visit, door

DIGEST: Final = re.compile(r"[0-9a-f]{40,}")  # of no use to the eye in a list
UNTOLD: Final = frozenset({"occurred_on", "commitments"})  # in a list, which has a column for the day
SUMMED_UP: Final = 4  # fields of a fact that a list shows
LOOKED_AT: Final = "fields"  # of personal data: few, and each says what somebody saw
TOLD_WHOLE: Final = 3  # so many persons of one fact are all told on the page of one of them


def facts(visit: Visit) -> Response:
    """The facts of one thing (`of`), of one kind (`type`), or the newest ones."""
    asked = visit.request.query_params
    listing = listed(visit)
    names = masked(visit.house.vault, [person for fact in listing.facts for person in persons_in(fact.fact)])
    names_of(visit, [code for fact in listing.facts for code in places_in(fact.fact)])
    frame = Frame(visit)
    frame.name_officers(one.recorded_by.officer for one in listing.facts if one.recorded_by)
    told = named(visit, [summary(visit, fact, names, frame.place) for fact in listing.facts])
    rows = [(fact, said, days_late(fact)) for fact, said in zip(listing.facts, told, strict=True)]
    of = asked.get("of", "")
    about = subjects(visit, [of]).get(of)
    return visit.page("facts.html", rows=rows, listing=listing, of=of, about=about, kind=asked.get("type", ""))


def listed(visit: Visit) -> Listing:
    """The facts that an address asks for. Raises HTTPException (404, 400)."""
    asked = visit.request.query_params
    after = cursor(asked.get("after", ""))
    log, actor, until = visit.house.log, visit.actor, visit.bar.recorded_at
    if asked.get("of"):
        return facts_of(log, asked["of"], actor, after or 0, until)
    if asked.get("type"):
        return facts_of_type(log, [asked["type"]], actor, after or 0, until)
    return latest(log, actor, after) if after is not None else visit.reception.newest.facts(log, actor)


def fact(visit: Visit) -> Response:
    """One fact: its envelope, its body in words, where it came from, what corrected it."""
    recorded = fact_at(visit.house.log, int(visit.request.path_params["position"]), visit.actor)
    names = masked(visit.house.vault, persons_in(recorded.fact))
    body = recorded.fact
    first = body.corrects if isinstance(body, Correction) else recorded.position
    bodies = [body, body.was, body.now] if isinstance(body, Correction) else [body, None, None]
    said, was, now = named(visit, [[] if one is None else _words(visit, one, names) for one in bodies])
    office = recorded.recorded_by.organisation if recorded.recorded_by is not None else ""
    return visit.page(
        "fact.html",
        fact=recorded,
        type_name=type(body).TOPIC,
        body=said,
        was=was,
        now=now,
        office=organisations(visit, [office]).get(office, office),
        is_correction=isinstance(body, Correction),
        corrections=[one for one in corrections_of(visit.house.log, first) if one.position != recorded.position],
        days_late=days_late(recorded),
        people=list(names.values()),
        may_correct=may_correct(visit, body),
        proof=proof_state(visit, recorded.position),
        may_prove=opens(visit, f"/facts/{recorded.position}/proof"),
    )


def days_late(recorded: Recorded) -> int:
    """Days from when it is said to have happened to when it was recorded, in Beijing dates."""
    return (beijing(recorded.recorded_at).date() - recorded.fact.occurred_on).days


def cursor(text: str) -> int | None:
    """A position from an address. Raises HTTPException (400)."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise HTTPException(400)
    return int(text)


def _words(visit: Visit, body: Any, names: Any, place: Any = None) -> list[Line]:
    return lines(body, names, visit.label, place or Frame(visit).place, partial(opens, visit))


def summary(visit: Visit, recorded: Recorded, names: Any, place: Any = None, most: int = SUMMED_UP) -> list[Line]:
    """The first fields of a fact, for lists; of a field with several values the first, and how many there are."""
    body = recorded.fact
    shown = body.now or body.was if isinstance(body, Correction) else body
    every = fields(shown, names, visit.label, place or Frame(visit).place)
    told = ([line for line in one if not DIGEST.fullmatch(line.text)] for one in every if one[0].field not in UNTOLD)
    return [opening(_first(visit, one), partial(opens, visit)) for one in islice(filter(None, told), most)]


def told_of_person(visit: Visit, recorded: Recorded, names: Any, person: str, place: Any) -> list[Line]:
    """The fields of a fact for the list of one person; of a field that tells of many persons what it says of this one."""
    every = fields(recorded.fact, names, visit.label, place)
    told = [[line for line in one if not DIGEST.fullmatch(line.text)] for one in every if one[0].field not in UNTOLD]
    return [opening(line, partial(opens, visit)) for one in told for line in _own(visit, one, person)]


def _own(visit: Visit, values: list[Line], person: str) -> list[Line]:
    own = [line for line in values if person in line.text]
    if not own or len(values) <= TOLD_WHOLE:
        return values
    return [line._replace(text=visit.t("facts.one_of", one=line.text, count=len(values))) for line in own]


def _first(visit: Visit, values: list[Line]) -> Line:
    first = values[0]
    if len(values) == 1:
        return first
    if first.field == LOOKED_AT:
        return first._replace(text=visit.t("frame.comma").join(line.text for line in values))
    return first._replace(text=visit.t("facts.first_of", first=first.text, count=len(values)))


ROUTES = (
    door("/facts", facts, roles=CASEWORK | {SECURITY, AUDIT}),
    door("/facts/{position:int}", fact, roles=CASEWORK | {SECURITY, AUDIT}),
)
