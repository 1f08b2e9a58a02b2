"""Search: by number, class, line, document or name of a place, within what the officer may see; people by their own form.

Whoever looks for a person by number or name states why, and that they looked is recorded, found or not. What is typed
there never stands in an address.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.domain.core import PersonId, Refusal
from taizhang.domain.identity import parse_identity
from taizhang.domain.officers import PersonalDataRead
from taizhang.http.fact_reading import fact_at, facts_of
from taizhang.http.orders import new_once, submit
from taizhang.http.people import IDENTITY, MAY_UNMASK, NAME, Masked, masked
from taizhang.http.person_pages import SHORTEST_PURPOSE
from taizhang.http.search_reading import Hit, hits, persons_in_scope
from taizhang.http.visit import Visit, door

MOST_PEOPLE: Final = 20_000  # whose names are opened for one search; beyond, the region must be narrower
SHOWN: Final = 50
LONGEST_POSITION: Final = 15  # digits


class Found(NamedTuple):
    """What a search for a person found: masked, and how many beyond those shown."""

    people: list[Masked]
    beyond: int


def search(visit: Visit) -> Response:
    """What a word, a number or an id leads to."""
    asked = visit.request.query_params.get("q", "").strip()[:120]
    return _page(visit, asked=asked, found=found_by(visit, asked) if asked else [])


def search_people(visit: Visit) -> Response:
    """Persons by identity number or by name, for a purpose that is recorded with the look-up.

    Raises NoAnswer (403) for a role that has no business with personal data.
    """
    by, value, purpose = visit.field("kind"), visit.field("value"), visit.field("purpose")
    if not value or by not in (NAME, IDENTITY):
        return _page(visit, 422, problem=visit.t("search.value_needed"))
    if len(purpose) < SHORTEST_PURPOSE:
        return _page(visit, 422, problem=visit.t("person.purpose_needed"))
    try:
        people = _by_identity(visit, value) if by == IDENTITY else _by_name(visit, value)
    except Refusal as refusal:  # a wrong check digit, a number that is none
        return _page(visit, 422, problem=refusal.words(visit.language))
    if people is None:
        return _page(visit, 422, problem=visit.t("search.too_many", most=f"{MOST_PEOPLE:,}"))
    read = PersonalDataRead(
        occurred_on=visit.house.desk.today(),
        fields=(by,),
        purpose=purpose,
        count=len(people),
        where="page:/search",
        persons=tuple(people[:SHOWN]),
    )
    verdict = submit(visit, read)
    if verdict.outcome != "recorded":
        return _page(visit, 409, problem=visit.said(verdict.words(visit.language)))
    shown = masked(visit.house.vault, people[:SHOWN])
    return _page(visit, people=Found(list(shown.values()), len(people) - len(shown)), recorded_as=verdict.position)


def _page(visit: Visit, status: int = 200, **more: object) -> Response:
    given = {"asked": "", "found": [], "problem": "", "people": None, "recorded_as": None} | more
    return visit.page("search.html", status, may_search_people=visit.actor.role in MAY_UNMASK, once=new_once(), **given)


def found_by(visit: Visit, asked: str) -> list[Hit]:
    """Everything that a number, an id or a name leads to and that the officer may see."""
    found = []
    digits = asked.lstrip("#").replace(",", "")
    if digits.isascii() and digits.isdecimal() and len(digits) < LONGEST_POSITION:
        found += _fact(visit, int(digits))
    return found + _of_person(visit, asked) + hits(visit, asked)


def _fact(visit: Visit, position: int) -> list[Hit]:
    try:
        fact = fact_at(visit.house.log, position, visit.actor)
    except HTTPException:
        return []
    return [Hit("fact", visit.label("fact", type(fact.fact).TOPIC), f"#{position:,}", f"/facts/{position}")]


def _of_person(visit: Visit, asked: str) -> list[Hit]:
    """A person whom somebody names by the random id that stands on our own lists."""
    if not (asked.startswith("p") and asked.isascii() and asked.isalnum()):
        return []
    return [Hit("person", one, "", f"/persons/{one}") for one in _visible(visit, [PersonId(asked)])]


def _by_identity(visit: Visit, number: str) -> list[PersonId]:
    """The person of exactly this number, when the officer may see facts about them. Raises Refusal."""
    [person] = visit.house.vault.find([parse_identity(number, visit.house.desk.today())])
    return _visible(visit, [person] if person is not None else [])


def _by_name(visit: Visit, name: str) -> list[PersonId] | None:
    """The persons of this name whom the officer may see; None where there are too many to look through."""
    among = persons_in_scope(visit, MOST_PEOPLE + 1)
    if len(among) > MOST_PEOPLE:
        return None
    return _visible(visit, visit.house.vault.find_by_name(name, among))


def _visible(visit: Visit, people: list[PersonId]) -> list[PersonId]:
    seen = []
    for person in people:
        try:
            listing = facts_of(visit.house.log, f"person:{person}", visit.actor)
        except HTTPException:
            continue
        if any(not fact.fact.TOPIC.startswith("officers.") for fact in listing.facts):
            seen.append(person)
    return seen


ROUTES = (door("/search", search), door("/search/people", search_people, "POST", roles=MAY_UNMASK))
