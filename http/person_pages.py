"""One person: masked, with the facts about them; unmasked only for a purpose that becomes a fact itself."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.visibility import Eyes
from taizhang.domain.core import PersonId
from taizhang.domain.officers import PersonalDataRead
from taizhang.http.errors import NoAnswer
from taizhang.http.fact_names import named
from taizhang.http.fact_pages import told_of_person
from taizhang.http.fact_reading import Listing, facts_of
from taizhang.http.frame import Frame
from taizhang.http.funds_lineage import money_of_person
from taizhang.http.names import class_names
from taizhang.http.orders import new_once, submit
from taizhang.http.people import MAY_UNMASK, SHOWN_WHOLE, masked
from taizhang.http.room_reading import enrolments_of
from taizhang.http.visit import Visit, door

SHORTEST_PURPOSE = 4


def person(visit: Visit) -> Response:
    """The person as everybody may see them, and the facts that name them, as far as the officer may see those."""
    return _page(visit, _known(visit))


def unmask(visit: Visit) -> Response:
    """Show the person's own data once; that the officer looked, and why, is recorded first.

    Raises NoAnswer (403) for a role that has no business with personal data.
    """
    listing = _known(visit)
    if visit.actor.role not in MAY_UNMASK:
        raise NoAnswer(403, "errors.no_unmasking")
    purpose = visit.field("purpose")
    if len(purpose) < SHORTEST_PURPOSE:
        return _page(visit, listing, status=422, problem=visit.t("person.purpose_needed"))
    read = PersonalDataRead(
        occurred_on=visit.house.desk.today(),
        fields=SHOWN_WHOLE,
        purpose=purpose,
        count=1,
        where="page:/persons",
        persons=(_id(visit),),
    )
    verdict = submit(visit, read)
    if verdict.outcome != "recorded":
        return _page(visit, listing, status=409, problem=visit.said(verdict.words(visit.language)))
    shown = visit.house.vault.disclose([_id(visit)], SHOWN_WHOLE).get(_id(visit), {})
    return _page(visit, listing, shown=shown, recorded_as=verdict.position)


def _known(visit: Visit) -> Listing:
    """What may be seen of the person. Raises HTTPException (404) when that is nothing."""
    listing = facts_of(visit.house.log, f"person:{_id(visit)}", visit.actor, until=visit.bar.recorded_at)
    if all(fact.fact.TOPIC.startswith("officers.") for fact in listing.facts):
        raise HTTPException(404)
    return listing


def _page(visit: Visit, listing: Listing, status: int = 200, **more: object) -> Response:
    names, eyes = masked(visit.house.vault, [_id(visit)]), Eyes(visit.house.log, visit.actor)
    place = Frame(visit).place
    told = named(visit, [told_of_person(visit, fact, names, _id(visit), place) for fact in listing.facts])
    seats = [seat for seat in enrolments_of(visit.house, _id(visit)) if eyes.sees_class(seat.training_class)]
    money = money_of_person(visit, [_id(visit)])
    class_names(visit, [*(seat.training_class for seat in seats), *(one.share.training_class for one in money)])
    given = {"shown": None, "recorded_as": None, "problem": ""} | more
    return visit.page(
        "person.html",
        status,
        person=names[_id(visit)],
        rows=list(zip(listing.facts, told, strict=True)),
        enrolments=seats,
        money=money,
        listing=listing,
        may_unmask=visit.actor.role in MAY_UNMASK,
        once=new_once(),
        **given,
    )


def _id(visit: Visit) -> PersonId:
    return PersonId(visit.request.path_params["person"])


ROUTES = (door("/persons/{person}", person), door("/persons/{person}", unmask, "POST"))
