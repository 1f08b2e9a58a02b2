"""Which figures of a page open into nothing: a number in a column of numbers, a tile or a picture that is no link."""

from __future__ import annotations

import html
import re

ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r'<td class="n">(.*?)</td>', re.DOTALL)
TILE = re.compile(r"<div><b>(.*?)</b><span>", re.DOTALL)
NOUGHT = re.compile(r"[0.,%\s–−-]*")


def bare(page: str, *besides: str) -> list[str]:
    """The figures that are no link, other than nought; `besides`: what may stand bare, since it is no figure (a year).

    A row that names its facts beside its figures has opened them already.
    """
    main = page.partition("<main")[2].partition("</main>")[0]
    rows = [row for row in ROW.findall(main) if not re.search(r'href="/facts/\d', row)]
    told = [*(cell for row in rows for cell in CELL.findall(row)), *TILE.findall(main)]
    words = [html.unescape(re.sub(r"<[^>]+>", "", one)).strip() for one in told if "<a " not in one]
    return [one for one in words if not NOUGHT.fullmatch(one) and one not in besides]
