"""The cells of a table of figures, each a link to the facts behind it: written here, since a page has thousands of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup, escape

from taizhang.http.rendering import hours, number

FIRST: Final = frozenset({"persons", "persons_poor", "completed"})  # a line stands before these columns


def cells(
    figures: Mapping[str, int | None], names: Sequence[str], facts: str, query: Mapping[str, str], *, opens: bool
) -> Markup:
    """One cell for each measure. `facts` is the link under which the figures of the row open, `query` what the time bar adds."""
    before = escape(facts + ("&measure=" if "?" in facts else "?measure="))
    after = escape("&" + urlencode(query) if query else "")
    parts = []
    for name in names:
        value = figures.get(name)
        text = hours(value) if "minutes" in name else number(value)
        if value and opens:
            text = f'<a class="fig" href="{before}{name}{after}">{text}</a>'
        parts.append(f'<td class="n{" first" if name in FIRST else ""}">{text}</td>')
    return Markup("".join(parts))  # noqa: S704 (numbers, and an address that is escaped above)
