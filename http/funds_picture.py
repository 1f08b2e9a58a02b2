"""The way of a line's money as a picture: accounts in layers, from the source to the payees, bands as wide as the sums.

Drawn as plain SVG with a title and a description; bands and sums are links, and the page repeats it as a table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple
from xml.etree import ElementTree

from markupsafe import Markup

from taizhang.projections.scope import level_of

WIDTH, NODE_WIDTH, GAP, MARGIN = 860, 14, 14, 26
BAND_MOST: Final = 260  # height of all money in one layer, in pixels
THINNEST: Final = 1.5
LABEL_ROOM: Final = 16  # in narrow letters: what lies between two layers
WIDE: Final = 0x2E80  # Chinese letters and their marks stand from here on
NODES_MOST: Final = 14  # in a layer; the smallest are drawn as one
REST: Final = "rest"
ANY: Final = "*"  # in what `opened` is asked: whichever account
LAYERS: Final = (
    "outside",
    *(f"{level}{part}" for level in ("province", "prefecture", "county") for part in ("", " department")),
    *("advance", "payee"),
)


class Edge(NamedTuple):
    """So much went from one account to another."""

    giver: str
    taker: str
    amount_fen: int


class _Node(NamedTuple):
    key: str
    layer: int
    x: float
    y: float
    height: float


def layer_of(account: str) -> str:
    """In which layer an account stands, by what it is called."""
    if account in ("institution", "person"):
        return "payee"
    if account.startswith("advance"):
        return "advance"
    if not account[:1].isdigit():
        return "outside"
    return level_of(account[:6]) + (" department" if "/" in account else "")


def flow_picture(
    edges: Sequence[Edge],
    said: Callable[[str], str],
    title: str,
    description: str,
    ident: str,
    amount: Callable[[int], str],
    opened: Callable[[str, str], str],
) -> Markup:
    """The picture. `said` words an account, `amount` a sum; `ident` is unique on the page.

    `opened` tells where the entries between two accounts are, one of which may be `ANY`.
    """
    forward = _gathered(_forward(edges))
    nodes, height = _placed(forward)
    svg = ElementTree.Element(
        "svg",
        {
            "class": "flow",
            "viewBox": f"0 0 {WIDTH} {height:.0f}",
            "role": "group",
            "aria-labelledby": f"{ident}-title {ident}-desc",
            "xmlns": "http://www.w3.org/2000/svg",
        },
    )
    for name, text in (("title", title), ("desc", description)):
        ElementTree.SubElement(svg, name, {"id": f"{ident}-{name}"}).text = text
    _bands(svg, forward, nodes, said, amount, opened)
    for node in nodes.values():
        _drawn(svg, node, said, amount, _through(forward, node.key), opened)
    return Markup(ElementTree.tostring(svg, encoding="unicode"))  # noqa: S704 (our own tree, its texts escaped by ElementTree)


def pairs(edges: Sequence[Edge], giver: str, taker: str) -> list[tuple[str, str]]:
    """The edges that a band, or the sum of an account, stands for: between accounts, one drawn for several, or whichever."""
    forward = _forward(edges)
    renamed = _renamed(forward)

    def is_meant(account: str, asked: str) -> bool:
        return asked in (ANY, account) or renamed.get(account) == asked

    return [(one.giver, one.taker) for one in forward if is_meant(one.giver, giver) and is_meant(one.taker, taker)]


def _forward(edges: Sequence[Edge]) -> list[Edge]:
    return [one for one in edges if one.amount_fen > 0 and _layer(one.giver) < _layer(one.taker)]


def _layer(account: str) -> int:
    kind, _, which = account.partition("@")
    return LAYERS.index(which if kind == REST else layer_of(account))


def _gathered(edges: Sequence[Edge]) -> list[Edge]:
    """The same, with the smallest accounts of a crowded layer drawn as one."""
    renamed = _renamed(edges)
    together: dict[tuple[str, str], int] = {}
    for one in edges:
        key = renamed.get(one.giver, one.giver), renamed.get(one.taker, one.taker)
        together[key] = together.get(key, 0) + one.amount_fen
    return [Edge(*key, amount) for key, amount in sorted(together.items())]


def _renamed(edges: Sequence[Edge]) -> dict[str, str]:
    """By account that is drawn together with others: what they are drawn as."""
    sums: dict[str, int] = {}
    for one in edges:
        sums[one.taker] = sums.get(one.taker, 0) + one.amount_fen
        sums.setdefault(one.giver, 0)
    renamed: dict[str, str] = {}
    for layer in LAYERS:
        here = sorted((key for key in sums if layer_of(key) == layer), key=lambda key: (-sums[key], key))
        if len(here) > NODES_MOST:
            renamed |= dict.fromkeys(here[NODES_MOST - 1 :], f"{REST}@{layer}")
    return renamed


def _through(edges: Sequence[Edge], key: str) -> tuple[int, int]:
    return (
        sum(one.amount_fen for one in edges if one.taker == key),
        sum(one.amount_fen for one in edges if one.giver == key),
    )


def _placed(edges: Sequence[Edge]) -> tuple[dict[str, _Node], float]:
    """Where every account stands, and how high the picture is."""
    keys = sorted({key for one in edges for key in (one.giver, one.taker)})
    used = sorted({_layer(key) for key in keys})
    most = max((sum(max(_through(edges, k)) for k in keys if _layer(k) == layer) for layer in used), default=1)
    scale = BAND_MOST / max(most, 1)
    step = (WIDTH - 2 * MARGIN - 130) / max(len(used) - 1, 1)
    nodes: dict[str, _Node] = {}
    bottom = 0.0
    for place, layer in enumerate(used):
        y = float(MARGIN)
        for key in (key for key in keys if _layer(key) == layer):
            height = max(max(_through(edges, key)) * scale, THINNEST)
            nodes[key] = _Node(key, layer, MARGIN + place * step, y, height)
            y += max(height, 26) + GAP
        bottom = max(bottom, y)
    return nodes, bottom + MARGIN / 2


def _bands(
    svg: ElementTree.Element,
    edges: Sequence[Edge],
    nodes: dict[str, _Node],
    said: Callable[[str], str],
    amount: Callable[[int], str],
    opened: Callable[[str, str], str],
) -> None:
    left: dict[str, float] = {}
    right: dict[str, float] = {}
    for one in sorted(edges, key=lambda one: (nodes[one.giver].y, nodes[one.taker].y)):
        giver, taker = nodes[one.giver], nodes[one.taker]
        whole = max(_through(edges, one.giver)) or 1
        thick = max(giver.height * one.amount_fen / whole, THINNEST)
        y1 = giver.y + right.get(one.giver, 0.0)
        y2 = taker.y + left.get(one.taker, 0.0)
        right[one.giver] = right.get(one.giver, 0.0) + thick
        left[one.taker] = left.get(one.taker, 0.0) + thick
        x1, x2 = giver.x + NODE_WIDTH, taker.x
        mid = (x1 + x2) / 2
        path = (
            f"M{x1:.1f},{y1:.1f} C{mid:.1f},{y1:.1f} {mid:.1f},{y2:.1f} {x2:.1f},{y2:.1f} "
            f"L{x2:.1f},{y2 + thick:.1f} C{mid:.1f},{y2 + thick:.1f} {mid:.1f},{y1 + thick:.1f} {x1:.1f},{y1 + thick:.1f} Z"
        )
        words = f"{_called(one.giver, said)} → {_called(one.taker, said)}: {amount(one.amount_fen)}"
        within = ElementTree.SubElement(svg, "a", {"href": opened(one.giver, one.taker), "aria-label": words})
        band = ElementTree.SubElement(within, "path", {"class": "band", "d": path})
        ElementTree.SubElement(band, "title").text = words


def _cut(words: str) -> str:
    """A label as wide as its place; a Chinese letter takes the room of two others."""
    widths = [2 if ord(letter) >= WIDE else 1 for letter in words]
    if sum(widths) <= LABEL_ROOM:
        return words
    kept = max(place for place in range(len(words)) if sum(widths[:place]) <= LABEL_ROOM - 2)
    return words[:kept] + "…"


def _drawn(
    svg: ElementTree.Element,
    node: _Node,
    said: Callable[[str], str],
    amount: Callable[[int], str],
    through: tuple[int, int],
    opened: Callable[[str, str], str],
) -> None:
    box = {"x": f"{node.x:.1f}", "y": f"{node.y:.1f}", "width": str(NODE_WIDTH), "height": f"{node.height:.1f}"}
    ElementTree.SubElement(svg, "rect", {"class": f"node {LAYERS[node.layer]}", **box})
    x = f"{node.x + NODE_WIDTH + 4:.1f}"
    words = _called(node.key, said)
    words = _cut(words)
    ElementTree.SubElement(svg, "text", {"x": x, "y": f"{node.y + 11:.1f}"}).text = words
    label = f"{_called(node.key, said)}: {amount(max(through))}"
    href = opened(ANY, node.key) if through[0] >= through[1] else opened(node.key, ANY)
    within = ElementTree.SubElement(svg, "a", {"href": href, "aria-label": label})
    sums = ElementTree.SubElement(within, "text", {"x": x, "y": f"{node.y + 25:.1f}", "class": "sum"})
    sums.text = amount(max(through))


def _called(key: str, said: Callable[[str], str]) -> str:
    return said(REST) if key.startswith(f"{REST}@") else said(key)
