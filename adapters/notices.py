"""The public notice 公示 of an approved claim: a masked list as plain text, the same bytes for the same claim.

Surname and 某某, village, amount, and the programme: no number, no phone, no account. Its SHA-256 is what the fact that
posts it records, and the text itself is kept under that digest, so that a list on a wall can be held against the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, total
from taizhang.domain.wording import FEN_OF_A_YUAN

FORM: Final = "公示名单 v1"
NAMELESS: Final = "(姓名不可读)"
NOWHERE: Final = "–"
HEAD_LINES, ROW_CELLS = 7, 4  # six about the claim and the titles; number, name, village, amount


class NoticeLine(NamedTuple):
    """One person of the list, as the public may see them."""

    number: int
    name: str  # masked
    village: str
    amount_fen: int


class Notice(NamedTuple):
    """The whole list and its head."""

    claim: str
    training_class: str
    class_name: str
    county: str
    programme: str
    purpose: str
    lines: tuple[NoticeLine, ...]

    @property
    def amount_fen(self) -> int:
        return total(self.lines)


def notice_lines(
    claim: ClaimSubmitted, review: ClaimReviewed, names: Mapping[str, str], villages: Mapping[str, str]
) -> tuple[NoticeLine, ...]:
    """The persons whom the review left in, in the claim's order; `names` are masked, both by the person's id."""
    approved = [one for one in claim.entitlements if one.person not in review.left_out]
    return tuple(
        NoticeLine(number, names.get(one.person) or NAMELESS, villages.get(one.person) or NOWHERE, one.amount_fen)
        for number, one in enumerate(approved, 1)
    )


def notice_text(notice: Notice) -> str:
    """The list as text: UTF-8, one line a person, fields apart by tabs, with a sum to check it by."""
    head = (
        ("form", FORM),
        ("申领", notice.claim),
        ("培训班", f"{notice.training_class} {notice.class_name}".strip()),
        ("县(区)", notice.county),
        ("项目", notice.programme),
        ("用途", notice.purpose),
    )
    rows = ((str(one.number), one.name, one.village, _yuan(one.amount_fen)) for one in notice.lines)
    lines = [
        *("\t".join(pair) for pair in head),
        "\t".join(("序号", "姓名", "行政村", "金额(元)")),
        *("\t".join(_plain(row)) for row in rows),
        _sum(notice.lines),
    ]
    return "\n".join(lines) + "\n"


def fits(text: str, claim: ClaimSubmitted, review: ClaimReviewed) -> bool:
    """Whether a text is the list of this claim with these very amounts, whatever names and villages were called then."""
    lines = [line.split("\t") for line in text.splitlines()]
    wanted = notice_lines(claim, review, {}, {})
    rows = lines[HEAD_LINES:-1]
    return (
        lines[:2] == [["form", FORM], ["申领", claim.claim]]
        and all(len(row) == ROW_CELLS for row in rows)
        and [(row[0], row[-1]) for row in rows] == [(str(one.number), _yuan(one.amount_fen)) for one in wanted]
        and lines[-1] == _sum(wanted).split("\t")
    )


def notice_digest(text: str) -> str:
    """SHA-256 of the list's bytes, as `NoticePosted.list_digest` records it."""
    return hashlib.sha256(text.encode()).hexdigest()


def _sum(lines: Sequence[NoticeLine]) -> str:
    return f"合计\t{len(lines)} 人\t\t{_yuan(total(lines))}"


def _plain(cells: Iterable[str]) -> Iterable[str]:
    """What a name holds never makes another cell or line."""
    return (" ".join(cell.split()) for cell in cells)


def _yuan(fen: int) -> str:
    return f"{fen // FEN_OF_A_YUAN}.{fen % FEN_OF_A_YUAN:02}"
