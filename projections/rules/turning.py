"""What a picture's perceptual hash would be if the picture were turned or mirrored, told from the hash alone.

The 64 bits of a pHash are the signs, against their median, of the 8 x 8 lowest terms of a cosine transform. Mirroring a
picture changes the sign of every other column (or row) of those terms, a quarter turn exchanges rows and columns beside
that. The median is not quite zero, so some bits come out otherwise: pictures of a sample differ from what is told here in
ten bits at most and mostly in two, unrelated ones in sixteen and more (docs/adr/0020).
"""

from __future__ import annotations

from typing import Final

SIDE: Final = 8
_ODD_ROWS: Final = 0x00FF00FF00FF00FF  # the first row stands in the highest bits
_ODD_COLUMNS: Final = 0x5555555555555555
# Transposing 8 x 8 bits by exchanging ever larger blocks across the diagonal: how far apart they lie, and which.
_EXCHANGES: Final = ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0))


def turned(looks: int) -> list[int]:
    """The hashes of the seven other ways in which the same picture may lie: three turns, and four mirrored."""
    return [
        way ^ mirrored
        for way in (looks, transposed(looks))
        for mirrored in (0, _ODD_ROWS, _ODD_COLUMNS, _ODD_ROWS ^ _ODD_COLUMNS)
        if way is not looks or mirrored
    ]


def transposed(bits: int) -> int:
    """Eight rows of eight bits, with rows and columns exchanged."""
    for apart, which in _EXCHANGES:
        other = (bits ^ (bits >> apart)) & which
        bits ^= other ^ (other << apart)
    return bits
