"""Who is tied to whom on a page: a small picture and its table around a person, an account, a telephone, a device, an officer."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.contacts import match_contacts
from taizhang.domain.contacts import ShareContact
from taizhang.http.errors import NoAnswer
from taizhang.http.funds_scope import yuan
from taizhang.http.lead_reading import facts_at, persons_of, require_seeing, subject_words
from taizhang.http.past import leads_here, patiently
from taizhang.http.people import masked
from taizhang.http.rendering import link
from taizhang.http.visit import Visit, door
from taizhang.projections.rules.drawing import svg_of
from taizhang.projections.rules.graph import KINDS, TIES, Graph, graph_of, within_sight

SUBJECT_MOST: Final = 200  # letters


def relations_page(visit: Visit) -> Response:
    """The ties around the subject that is asked for, as far as the officer may see the facts that make them.

    Raises NoAnswer (403), HTTPException (404).
    """
    require_seeing(visit)
    subject = visit.request.query_params.get("of", "").strip()
    if subject and (subject.partition(":")[0] not in KINDS or len(subject) > SUBJECT_MOST):
        raise HTTPException(404)
    graph = _seen(visit, subject) if subject else None
    nodes = graph.nodes if graph is not None else ()
    people = (
        masked(visit.house.vault, persons_of(nodes)) if graph is not None and graph.ties else {}
    )  # nobody else is named

    def said(node: str) -> str:
        """Persons with their id: two of a family are masked alike."""
        words = subject_words(visit, node, people)
        kind, _, id = node.partition(":")
        return f"{words} · {id}" if kind == "person" and id in people else words

    drawn = Markup(svg_of(graph, visit.language, said)) if graph is not None and graph.ties else None  # noqa: S704 (escaped there)
    return visit.page(
        "relations.html",
        subject=subject,
        title=said(subject) if subject else "",
        picture=drawn,
        ties=[]
        if graph is None
        else [
            (said(one.one), _there(visit, one.one), said(one.other), _there(visit, one.other), one)
            for one in graph.ties
        ],
        words={how: zh if visit.language == "zh" else en for how, (zh, en) in TIES.items()},
        facts_link=link("/facts", visit.bar.query, of=subject) if subject else "",
        cut=graph is not None and graph.cut,
        yuan=yuan,
        kinds=sorted(KINDS),
        may_match=not visit.bar.query and visit.actor.role in ShareContact.ROLES,
        matched=visit.request.query_params.get("matched", ""),
    )


def match(visit: Visit) -> Response:
    """Compare telephone numbers and addresses inside the vault, and record what three or more trainees share.

    Raises NoAnswer (403).
    """
    if visit.actor.role not in ShareContact.ROLES:
        raise NoAnswer(403, "errors.403.body")
    done = match_contacts(visit.house, visit.actor, visit.language)
    visit.reception.keeper.wake()
    return visit.go("/relations", matched=visit.t("relations.matched", shared=done.shared, recorded=done.recorded))


def _seen(visit: Visit, subject: str) -> Graph:
    """The graph at the moment looked at, without the ties whose facts are not the officer's to see."""
    visit.house.views.set_up()
    with leads_here(visit) as connection:
        graph = graph_of(connection, subject)
    facts, _ = facts_at(visit, {tie.position for tie in graph.ties})
    return within_sight(graph, {fact.position for fact in facts})


def _there(visit: Visit, node: str) -> str:
    return link("/relations", visit.bar.query, of=node)


ROUTES = (
    door("/relations", patiently(relations_page)),
    door("/relations/match", match, "POST"),
)
