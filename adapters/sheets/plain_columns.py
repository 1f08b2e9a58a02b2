"""Many rows of a worksheet written column by column: what is asked of a cell is asked of a whole column at once.

Whether a text needs care, is a number's name, or stood in the column before, costs more for each of a million cells than
the writing itself. What a column of plain texts or numbers answers for all its cells is not asked of each; any other column
is written cell by cell, and both ways write the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

LONGEST_EXACT: Final = 10**15  # Excel keeps 15 digits of a number
LONGEST_TEXT: Final = 32767  # what Excel lets a cell hold
LONG_NUMBER: Final = 11  # digits from which a text is a name and not an amount: telephone, account, identity
BLANK: Final = '"/>'
TEXT: Final = '" t="inlineStr"><is><t>{}</t></is></c>'
NUMBER: Final = '"><v>{}</v></c>'
_BETWEEN: Final = "|"
_CAREFUL: Final = ("&", "<", ">", "_x", "  ", " |", "| ")  # what XML or Excel reads otherwise, and blanks at an end
_FEW: Final = 50  # of several hundred: worth looking up instead of writing
_PLACE: Final = b"%b"

CellEnd = Callable[[object], str]


class _Column(NamedTuple):
    """How each cell of a column ends after its place: `ends`, each put where `frame` says."""

    frame: bytes
    ends: Sequence[bytes]


def rows_at_once(
    first: int, rows: Sequence[Sequence[object]], words: Sequence[str], letters: Sequence[str], end: CellEnd, style: int
) -> bytes | None:
    """These rows, the first of them numbered `first`, with words for each in the last column, or for none.

    `end` writes any cell's end, `style` is the format of long numbers. None where rows
    are blank or differ in width, or words hold what is not plain.
    """
    widths = set(map(len, rows))
    if len(widths) != 1 or not all(map(any, rows)):
        return None
    columns = [_column(values, end, style) for values in zip(*rows, strict=True)]
    placed = list(zip(letters, columns, strict=False))
    if words:
        said = _texts(words)
        if said is None:
            return None
        placed.append((letters[-1], said))
    cells = b"".join(b'<c r="%b#%b' % (letter.encode(), column.frame) for letter, column in placed)
    row = b'<row r="#">%b</row>' % cells
    ends = zip(*(column.ends for _, column in placed), strict=True)
    return b"".join([row.replace(b"#", b"%d" % number) % each for number, each in enumerate(ends, first)])


def _column(values: Sequence[object], end: CellEnd, style: int) -> _Column:
    kinds = set(map(type, values))
    if kinds == {str}:
        known = set(values)
        if len(known) <= _FEW:
            ends = {value: end(value).encode() for value in known}
            return _Column(_PLACE, list(map(ends.__getitem__, values)))
        if found := _texts(values, style):  # type: ignore[arg-type]
            return found
    elif kinds <= {int, float} and all(-LONGEST_EXACT < value < LONGEST_EXACT for value in values):  # type: ignore[operator]
        return _Column(NUMBER.format("%b").encode(), _BETWEEN.join(map(repr, values)).encode().split(b"|"))
    return _Column(_PLACE, [end(value).encode() for value in values])


def _texts(values: Sequence[str], style: int = 0) -> _Column | None:
    """A column of texts that all stand in the file as they are, all or none of them long numbers; else None."""
    joined, widest = _BETWEEN.join(values), max(map(len, values))
    if not (joined.isprintable() and widest <= LONGEST_TEXT and joined.count(_BETWEEN) == len(values) - 1):
        return None
    if "" in values or joined[0] == " " or joined[-1] == " " or any(sign in joined for sign in _CAREFUL):
        return None
    numbers = style and widest >= LONG_NUMBER and {is_long_number(value) for value in values}
    if numbers == {True, False}:
        return None
    styled = f'" s="{style}' if numbers == {True} else ""
    return _Column((styled + TEXT.format("%b")).encode(), joined.encode().split(b"|"))


def is_long_number(text: str) -> bool:
    """Whether a text is a number that names something: an account, a telephone, an identity number with its X."""
    return len(text) >= LONG_NUMBER and text[1:-1].isdigit()
