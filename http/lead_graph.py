"""A small picture of who hangs together with what in a lead: persons on one side, what they share on the other.

Plain SVG with a title and a description; the page repeats it as a table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple
from xml.etree import ElementTree

from markupsafe import Markup

from taizhang.adapters.proof.bundle_facts import bodies_in
from taizhang.domain.envelope import Recorded

SHARED: Final = ("account", "institution", "class", "household", "payment", "posting", "officer", "teacher", "venue")
PERSON: Final = "person"
NODES_MOST: Final = 14  # on one side; what is tied to least is left to the table
WIDTH, ROW, LEFT, RIGHT, TOP = 760, 30, 210, 550, 24
LETTERS: Final = 20


class Tie(NamedTuple):
    """Something shared, one who shares it, and how many facts say so."""

    shared: str
    person: str
    facts: int


def ties(facts: Iterable[Recorded], subjects: Sequence[str]) -> list[Tie]:
    """Which persons the facts of a lead tie to which accounts, institutions, classes …; the lead's own subjects first."""
    counted: Counter[tuple[str, str]] = Counter()
    for fact in facts:
        persons = [tag for tag in fact.tags if tag.startswith(f"{PERSON}:")]
        shared = {tag for tag in fact.tags if tag.partition(":")[0] in SHARED}
        shared |= {f"account:{account}" for body in bodies_in(fact) if (account := getattr(body, "account", None))}
        counted.update({(one, person) for one in shared for person in persons})
    found = [Tie(shared, person, count) for (shared, person), count in counted.items()]
    reach = Counter(one.shared for one in found)
    return sorted(found, key=lambda one: (one.shared not in subjects, -reach[one.shared], one.shared, one.person))


def picture(found: Sequence[Tie], said: Callable[[str], str], title: str, description: str) -> Markup | None:
    """The picture; None where nobody shares anything with anybody."""
    reach = Counter(one.shared for one in found)
    left = [one for one, count in reach.most_common(NODES_MOST) if count > 1]
    if not left:
        return None
    people = Counter(one.person for one in found if one.shared in left)
    right = [one for one, _ in people.most_common(NODES_MOST)]
    places = {one: _middle(n, len(left), max(len(left), len(right))) for n, one in enumerate(left)}
    places |= {one: _middle(n, len(right), max(len(left), len(right))) for n, one in enumerate(right)}
    height = TOP * 2 + ROW * max(len(left), len(right))
    svg = ElementTree.Element(
        "svg",
        {
            "viewBox": f"0 0 {WIDTH} {height}",
            "role": "img",
            "class": "ties",
            "aria-labelledby": "ties-title ties-desc",
            "xmlns": "http://www.w3.org/2000/svg",
        },
    )
    for name, text in (("title", title), ("desc", description)):
        ElementTree.SubElement(svg, name, {"id": f"ties-{name}"}).text = text
    for one in found:
        if one.shared in places and one.person in places:
            _line(svg, places[one.shared], places[one.person], one.facts)
    for keys, x, anchor in ((left, LEFT, "end"), (right, RIGHT, "start")):
        for key in keys:
            _node(svg, x, places[key], said(key), anchor, is_person=key.startswith(PERSON))
    return Markup(ElementTree.tostring(svg, encoding="unicode"))  # noqa: S704 (our own tree, its texts escaped by ElementTree)


def _middle(number: int, count: int, rows: int) -> float:
    """The height of a node, so that the shorter side stands in the middle."""
    return TOP + ROW * (rows - count) / 2 + ROW * (number + 0.5)


def _line(svg: ElementTree.Element, one: float, other: float, facts: int) -> None:
    half = (LEFT + RIGHT) / 2
    path = f"M{LEFT + 8},{one:.0f} C{half:.0f},{one:.0f} {half:.0f},{other:.0f} {RIGHT - 8},{other:.0f}"
    width = f"{min(1 + facts * 0.5, 5):.1f}"
    ElementTree.SubElement(
        svg, "path", {"d": path, "fill": "none", "stroke": "#8a6aa3", "stroke-opacity": "0.65", "stroke-width": width}
    )


def _node(svg: ElementTree.Element, x: int, y: float, text: str, anchor: str, *, is_person: bool) -> None:
    fill = "#2f5d8a" if is_person else "#c4762b"
    ElementTree.SubElement(svg, "circle", {"cx": str(x), "cy": f"{y:.0f}", "r": "6", "fill": fill})
    away = -14 if anchor == "end" else 14
    label = ElementTree.SubElement(
        svg,
        "text",
        {"x": str(x + away), "y": f"{y + 5:.0f}", "text-anchor": anchor, "font-size": "13", "fill": "#1d1f21"},
    )
    label.text = text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"
