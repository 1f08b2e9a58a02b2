"""A graph of ties as a picture: the subject in the middle, what is tied to it around, as SVG that needs no scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from math import cos, pi, sin
from typing import Final

from taizhang.projections.rules.graph import TIES, Graph

SIZE: Final = 720  # of the picture, in its own units
RADII: Final = (150, 290)
BESIDE, ABOVE, BELOW = 110, 20, 34  # room for names around the outermost nodes
LETTERS: Final = 26  # of a name in the picture; the table has it whole


def svg_of(graph: Graph, language: str, said: Callable[[str], str] = str) -> str:
    """The picture; `said` names a node. Its table stands beside it: what cannot be seen can be read there."""
    places = _places(graph)
    zh = language == "zh"
    name = said(graph.subject)
    title = f"{name} 的关系" if zh else f"Who is tied to {name}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{_extent(places)}" role="img" font-size="12">',
        f"<title>{escape(title)}</title>",
    ]
    for tie in graph.ties:
        (x, y), (u, v) = places[tie.one], places[tie.other]
        words = TIES[tie.how][0 if zh else 1]
        parts.append(
            f'<line x1="{x:.0f}" y1="{y:.0f}" x2="{u:.0f}" y2="{v:.0f}" stroke="#666">'
            f"<title>{escape(words)} {tie.facts}</title></line>"
        )
    parts += [_node(said(node), node, places[node], node == graph.subject) for node in graph.nodes]
    return "\n".join([*parts, "</svg>"])


def _node(name: str, node: str, at: tuple[float, float], is_subject: bool) -> str:
    x, y = at
    shown = name if len(name) <= LETTERS else name[: LETTERS - 1] + "…"
    weight = ' font-weight="bold"' if is_subject else ""
    return (
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{9 if is_subject else 6}" fill="{_colour(node, is_subject)}"/>'
        f'<text x="{x:.0f}" y="{y + 20:.0f}" text-anchor="middle" stroke="#fff" stroke-width="4" paint-order="stroke"{weight}>'
        f"{escape(shown)}</text>"
    )


def _extent(places: dict[str, tuple[float, float]]) -> str:
    """As much of the picture as is drawn on: left, top, width and height."""
    xs, ys = ([place[axis] for place in places.values()] for axis in (0, 1))
    left, top = min(xs) - BESIDE, min(ys) - ABOVE
    return f"{left:.0f} {top:.0f} {max(xs) + BESIDE - left:.0f} {max(ys) + BELOW - top:.0f}"


def _colour(node: str, is_subject: bool) -> str:
    """The subject, people, and what they share, each in a colour of its own."""
    if is_subject:
        return "#b33"
    return "#357" if node.startswith("person:") else "#a60"


def _places(graph: Graph) -> dict[str, tuple[float, float]]:
    """The subject in the middle, its neighbours on the inner ring, theirs on the outer one."""
    near = {one for tie in graph.ties if graph.subject in (tie.one, tie.other) for one in (tie.one, tie.other)}
    inner = [node for node in graph.nodes if node in near and node != graph.subject]
    outer = [node for node in graph.nodes if node not in near and node != graph.subject]
    places = {graph.subject: (SIZE / 2, SIZE / 2)}
    for ring, radius in zip((inner, outer), RADII, strict=True):
        places |= dict(_ring(ring, radius))
    return places


def _ring(nodes: list[str], radius: int) -> Iterator[tuple[str, tuple[float, float]]]:
    for number, node in enumerate(nodes):
        angle = 2 * pi * number / len(nodes) - pi / 2
        yield node, (SIZE / 2 + radius * cos(angle), SIZE / 2 + radius * sin(angle))
