"""The counties as a grid of tiles, each about where it lies on the map; one square a county, whatever its area.

Drawn as SVG without scripts and without styles inside; each tile leads to its county, its number to the facts behind it; its
shade is one of five steps, and the figure stands in its title and in the table beside the map, too.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree

from markupsafe import Markup

from taizhang.http.rendering import hours, number

PLACES: Final = Path(__file__).parent / "data" / "tiles.csv"
SIDE, GAP = 44, 3  # of a tile and between two, in the drawing's own units
STEPS: Final = 5
MAPS: Final = 64  # remembered: of the same figures the same is drawn
SHORT: Final = 3  # characters of a name that fit into a tile
SVG: Final = "http://www.w3.org/2000/svg"


class Tile(NamedTuple):
    """One county: its code, its name, the figure (None: not told), where it leads, and where the figure opens ("" nowhere)."""

    code: str
    name: str
    value: int | None
    href: str
    facts: str = ""


def tile_map(
    title: str, description: str, tiles: Sequence[Tile], untold: str, ident: str, *, in_hours: bool = False
) -> Markup:
    """The drawing of these counties; those without a place on the map are left to the table. Minutes are told in hours."""
    return _drawn(title, description, tuple(tiles), untold, ident, in_hours)


@lru_cache(maxsize=MAPS)
def _drawn(title: str, description: str, tiles: tuple[Tile, ...], untold: str, ident: str, in_hours: bool) -> Markup:
    placed = _placed(tiles)
    rows = 1 + max((row for _, (row, _) in placed), default=0)
    columns = 1 + max((column for _, (_, column) in placed), default=0)
    ElementTree.register_namespace("", SVG)
    drawing = ElementTree.Element(
        f"{{{SVG}}}svg",
        {
            "viewBox": f"0 0 {columns * (SIDE + GAP)} {rows * (SIDE + GAP)}",
            "class": "tilemap",
            "role": "group",
            "aria-labelledby": f"{ident}-title {ident}-desc",
        },
    )
    _text(drawing, "title", title, {"id": f"{ident}-title"})
    _text(drawing, "desc", description, {"id": f"{ident}-desc"})
    highest = max((tile.value or 0 for tile, _ in placed), default=0)
    for tile, (row, column) in placed:
        said = untold if tile.value is None else hours(tile.value) if in_hours else number(tile.value)
        _draw(drawing, tile, row, column, highest, said)
    return Markup(ElementTree.tostring(drawing, encoding="unicode"))  # noqa: S704 (our own tree, escaped by ElementTree)


def _placed(tiles: Sequence[Tile]) -> list[tuple[Tile, tuple[int, int]]]:
    """Each tile with its place; a county that was renamed stands there once, under its new code, with both figures."""
    by_place: dict[tuple[int, int], Tile] = {}
    for tile in tiles:
        where = places().get(tile.code)
        if where is None:
            continue
        before = by_place.get(where)
        if before is not None:
            known = before.value is not None and tile.value is not None
            together = (before.value or 0) + (tile.value or 0) if known else None
            facts = before.facts if not tile.value else tile.facts if not before.value else ""
            tile = tile._replace(value=together, facts=facts)
        by_place[where] = tile
    return [(tile, where) for where, tile in by_place.items()]


def step(value: int | None, highest: int) -> int:
    """The shade of a figure: 0 for nothing, else 1 to STEPS by its share of the highest."""
    return 0 if not value or highest <= 0 else min(STEPS, 1 + (value - 1) * STEPS // highest)


@cache
def places() -> Mapping[str, tuple[int, int]]:
    """Row and column of every county on the map."""
    with PLACES.open(encoding="utf-8", newline="") as file:
        return {row["code"]: (int(row["row"]), int(row["column"])) for row in csv.DictReader(file)}


def _draw(drawing: ElementTree.Element, tile: Tile, row: int, column: int, highest: int, said: str) -> None:
    x, y = column * (SIDE + GAP), row * (SIDE + GAP)
    shade = "untold" if tile.value is None else f"s{step(tile.value, highest)}"
    opens = bool(tile.value and tile.facts)
    called = tile.name if opens else f"{tile.name}: {said}"
    link = ElementTree.SubElement(drawing, f"{{{SVG}}}a", {"href": tile.href, "aria-label": called})
    _text(link, "title", f"{tile.name} {tile.code}: {said}", {})
    box = {"x": str(x), "y": str(y), "width": str(SIDE), "height": str(SIDE), "class": f"tile {shade}"}
    ElementTree.SubElement(link, f"{{{SVG}}}rect", box)
    middle = str(x + SIDE // 2)
    _text(link, "text", short_name(tile.name), {"x": middle, "y": str(y + 19), "class": f"name {shade}"})
    figure = link
    if opens:
        label = {"href": tile.facts, "class": "opens", "aria-label": f"{tile.name}: {said}"}
        figure = ElementTree.SubElement(drawing, f"{{{SVG}}}a", label)
    _text(figure, "text", said if len(said) <= 6 else "…", {"x": middle, "y": str(y + 35), "class": f"value {shade}"})


def short_name(name: str) -> str:
    """A county's name without what kind of county it is: 张家川回族自治县 is 张家川, 城关区 is 城关."""
    plain = name
    for ending in ("回族自治县", "藏族自治县", "裕固族自治县", "蒙古族自治县", "哈萨克族自治县", "自治县"):
        plain = plain.removesuffix(ending)
    if len(plain) > 2:
        plain = plain.removesuffix("县").removesuffix("区").removesuffix("市")
    return plain[:SHORT]


def _text(parent: ElementTree.Element, name: str, text: str, attributes: dict[str, str]) -> None:
    ElementTree.SubElement(parent, f"{{{SVG}}}{name}", attributes).text = text
