"""Charts as SVG: drawn by pygal, coloured by our style sheet, named for screen readers, without any script.

A bar and its number lead to the facts behind the figure, where the page knows them: the number is the link that the keyboard
reaches and that is read aloud, the bar the same for the mouse.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree

import pygal
from markupsafe import Markup

WIDTH: Final = 860
BAR_HEIGHT: Final = 15
BETWEEN_HEIGHT: Final = 10
AROUND_HEIGHT: Final = 84
CHARACTER_WIDTH, LETTER_WIDTH = 14, 8  # of a Chinese character and of a Latin letter, at the style sheet's size
CHARTS: Final = (
    128  # remembered: of the same figures the same is drawn, and to draw takes as long as the rest of a page
)
XLINK: Final = "{http://www.w3.org/1999/xlink}href"
DROPPED: Final = frozenset({"style", "script", "defs", "desc", "title"})


class Series(NamedTuple):
    """One colour of a chart: a name and a value for each label, None leaves a gap; and where each opens, "" for nowhere."""

    name: str
    values: Sequence[int | None]
    hrefs: Sequence[str] = ()


def bars(title: str, description: str, labels: Sequence[str], series: Sequence[Series], ident: str) -> Markup:
    """Horizontal bars, one group for each label, the first label on top. `ident` is unique on the page."""
    alike = tuple((one.name, tuple(one.values), tuple(one.hrefs) or ("",) * len(one.values)) for one in series)
    return _drawn(title, description, tuple(labels), alike, ident)


@lru_cache(maxsize=CHARTS)
def _drawn(
    title: str,
    description: str,
    labels: tuple[str, ...],
    series: tuple[tuple[str, tuple[int | None, ...], tuple[str, ...]], ...],
    ident: str,
) -> Markup:
    chart = pygal.HorizontalBar(
        js=(),
        css=(),
        width=WIDTH,
        height=AROUND_HEIGHT + max(1, len(labels)) * (BAR_HEIGHT * len(series) + BETWEEN_HEIGHT),
        max_scale=6,
        explicit_size=False,
        disable_xml_declaration=True,
        show_legend=len(series) > 1,
        legend_at_bottom=True,
        print_values=True,
        truncate_label=-1,
        truncate_legend=-1,
        legend_at_bottom_columns=len(series),
        margin_left=max((_width(label) for label in labels), default=0),
        margin_right=70,
        show_x_guides=True,
        print_values_position="top",
        value_formatter=_whole,
    )
    chart.x_labels = list(reversed(labels))
    for name, values, hrefs in series:
        given = zip(reversed(values), reversed(hrefs), strict=True)
        chart.add(name, [value if value is None else _bar(value, href) for value, href in given])
    tree: Any = chart.render_tree()
    for place, (name, values, hrefs) in enumerate(series):
        told = zip(labels, values, hrefs, strict=True)
        named = [(href, f"{label} · {name}: {_whole(value)}") for label, value, href in told if value is not None]
        _link_numbers(tree, place, list(reversed(named)))
    return Markup(_cleaned(tree, title, description, ident))  # noqa: S704 (our own tree, its texts escaped by ElementTree)


def _bar(value: int, href: str) -> Any:
    return {"value": value, "xlink": {"href": href}} if href else value


def _link_numbers(tree: Any, place: int, named: Sequence[tuple[str, str]]) -> None:
    """Make links of the numbers beside the bars of a series, in the order in which they are drawn; name each."""
    overlays = (one for one in tree.iter() if "text-overlay" in one.get("class", ""))
    group = next((one for overlay in overlays for one in overlay if f"serie-{place} " in one.get("class", "")), None)
    if group is None:  # nothing to tell of any label
        return
    texts = [one for one in group if _local(one.tag) == "text"]
    for at, (text, (href, name)) in enumerate(zip(texts, named, strict=True)):
        if href:
            link = ElementTree.Element(_like(tree.tag, "a"), {"href": href, "aria-label": name})
            group[at] = link
            link.append(text)


def _width(label: str) -> int:
    return sum(LETTER_WIDTH if letter.isascii() else CHARACTER_WIDTH for letter in label)


def _whole(value: float | None) -> str:
    """A count with separators; nothing at the axis' marks between two whole numbers."""
    return "" if value is None or value != int(value) else f"{value:,.0f}"


def _cleaned(tree: Any, title: str, description: str, ident: str) -> str:
    """The drawing without styles, scripts and tooltips, with a title and a description that are read aloud."""
    for parent in list(tree.iter()):
        for child in list(parent):
            if (
                not isinstance(child.tag, str)
                or _local(child.tag) in DROPPED
                or "tooltip-overlay" in child.get("class", "")
            ):
                parent.remove(child)
    opens = False
    for element in tree.iter():
        element.attrib.pop("style", None)
        element.attrib.pop("id", None)
        if (href := element.attrib.pop(XLINK, None)) is not None:  # a bar: its number is the link for everybody else
            element.attrib.update({"href": href, "tabindex": "-1", "aria-hidden": "true"})
            opens = True
    tree.set("class", "chart")
    tree.set("role", "group" if opens else "img")
    tree.set("aria-labelledby", f"{ident}-title {ident}-desc")
    for place, (name, text) in enumerate((("title", title), ("desc", description))):
        child = ElementTree.Element(_like(tree.tag, name), {"id": f"{ident}-{name}"})
        child.text = text
        tree.insert(place, child)
    return ElementTree.tostring(tree, encoding="unicode")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _like(tag: str, name: str) -> str:
    namespace = tag.rpartition("}")[0]
    return f"{namespace}}}{name}" if namespace else name
