"""Heads on paper: the code that a printed ledger bears, and telling years later whether its figures still stand.

    TZ1.<base64url of deflated JSON>

The code holds the whole question, the log's position and root at which it was answered, and the figures that were
printed. So nothing has to be kept for it: whoever has the log, or a copy of it, asks the question anew.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, NamedTuple

import msgspec

from taizhang.adapters.house import House
from taizhang.adapters.log.log import LogDamaged
from taizhang.adapters.proof.tiles import TileMissing, TreeReader, tiles_of
from taizhang.domain.log import LogEnd
from taizhang.projections.ledger_query import Ledger, ledger, report_id
from taizhang.projections.replay import Cuts
from taizhang.projections.scope import Scope

PREFIX: Final = "TZ1."
CODE_LETTERS_MOST: Final = 4_000
JSON_BYTES_MOST: Final = 20_000
SHORT_BYTES: Final = 8  # of roots and ids, as printed beside the code: 16 letters to compare by eye
Status = Literal["same", "changed", "unknown"]


class Issued(msgspec.Struct, frozen=True, array_like=True):
    """What a code says: where and how it was asked, and what was answered."""

    origin: str  # the log's name, hashed short
    position: int
    root: str
    report: str
    scope: Scope
    as_recorded_at: int | None
    as_effective_on: date | None
    language: str
    seen_by: str
    figures: dict[str, int | None]


class Head(NamedTuple):
    """What stands on the paper: the report's id, the log's position and short root, and the code."""

    report: str
    position: int
    root: str
    code: str


class Difference(NamedTuple):
    """One thing that is not as printed."""

    what: str
    printed: int | str | None
    found: int | str | None


class Checked(NamedTuple):
    """`changed`: what the log says otherwise at the printed position. `since`: what is known otherwise by now."""

    status: Status
    why: str
    report: str = ""
    position: int = 0
    changed: tuple[Difference, ...] = ()
    since: tuple[Difference, ...] = ()


class End(NamedTuple):
    """A position of the log and when it was recorded."""

    position: int
    recorded_at: int


def head_of(
    house: House, scope: Scope, cuts: Cuts, at: LogEnd, language: str, seen_by: str, answer: Ledger
) -> Head | None:
    """The head to print under this answer of the ledger; None when the view had moved on while it was read."""
    if report_id(scope, cuts, at, language, seen_by) != answer.report or at.position < 1:
        return None
    issued = Issued(
        origin=short(house.log.head().origin.encode()),
        position=at.position,
        root=root_at(house, at.position),
        report=answer.report[: 2 * SHORT_BYTES],
        scope=scope,
        as_recorded_at=cuts.as_recorded_at,
        as_effective_on=cuts.as_effective_on,
        language=language,
        seen_by=seen_by,
        figures={name: amount for name, amount in answer.figures.items() if amount},
    )
    packed = zlib.compress(msgspec.json.encode(issued), 9)
    code = PREFIX + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
    return Head(answer.report, at.position, issued.root, code)


def check(house: House, code: str) -> Checked:
    """Ask again what a printed report asked, at its position and as known now, and compare.

    Figures are compared with those of the code; compare the code's figures with the paper by eye. Raises LogUnavailable.
    """
    issued = read(code)
    if issued is None:
        return Checked("unknown", "no-code")
    head = house.log.head()
    if issued.origin != short(head.origin.encode()):
        return Checked("unknown", "other-log", issued.report, issued.position)
    if issued.position > head.position:
        return Checked("unknown", "beyond-the-log", issued.report, issued.position)
    house.views.catch_up()
    there = house.log.at([issued.position])
    if not there:
        return Checked("unknown", "no-such-fact", issued.report, issued.position)
    scope, stored = issued.scope, there[0]
    cuts = Cuts(issued.as_recorded_at, issued.as_effective_on)
    end = End(issued.position, stored.recorded_at)
    changed = list(compared(issued.figures, _figures(house, scope, known_by(cuts, end), end, issued)))
    if (root := root_at(house, issued.position, afresh=True)) != issued.root:
        changed.append(Difference("root", issued.root, root))
    asked = report_id(scope, cuts, end, issued.language, issued.seen_by)[: 2 * SHORT_BYTES]
    if asked != issued.report:  # other measures than those of today, or a code that somebody wrote
        changed.append(Difference("report", issued.report, asked))
    since = compared(issued.figures, _figures(house, scope, cuts, end, issued))
    status: Status = "changed" if changed else "same"
    return Checked(status, "asked-again", issued.report, issued.position, tuple(changed), tuple(since))


def read(code: str) -> Issued | None:
    """What a code says; None when it is none."""
    text = "".join(code.split())
    if not text.startswith(PREFIX) or len(text) > CODE_LETTERS_MOST:
        return None
    packed = text.removeprefix(PREFIX)
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(
            base64.b64decode(packed + "=" * (-len(packed) % 4), b"-_", validate=True), JSON_BYTES_MOST
        )
        if not unpacker.eof:  # cut off, or more than any code holds
            return None
        issued = msgspec.json.decode(data, type=Issued)
        issued.scope.days()
    except (ValueError, zlib.error):
        return None
    return issued


def known_by(cuts: Cuts, end: LogEnd) -> Cuts:
    """The cuts, and nothing recorded after the printed position."""
    recorded = end.recorded_at if cuts.as_recorded_at is None else min(cuts.as_recorded_at, end.recorded_at)
    return cuts._replace(as_recorded_at=recorded)


def _figures(house: House, scope: Scope, cuts: Cuts, end: LogEnd, issued: Issued) -> Mapping[str, int | None]:
    with house.log.database.read() as connection:
        found = ledger(
            connection, house.log, scope, cuts, at=end, language=issued.language, seen_by=issued.seen_by, limit=1
        )
    return found.figures


def compared(printed: Mapping[str, int | None], found: Mapping[str, int | None]) -> list[Difference]:
    """The figures that differ; one that is absent is nothing."""
    names = sorted({*printed, *found})
    return [
        Difference(name, printed.get(name, 0), found.get(name, 0))
        for name in names
        if (printed.get(name) or 0) != (found.get(name) or 0)
    ]


def root_at(house: House, size: int, *, afresh: bool = False) -> str:
    """The root over the first `size` facts, short; "" when the tree is damaged there.

    `afresh` trusts no root reckoned before, only what is stored now: for checking.
    """
    try:
        return TreeReader(size, tiles_of(house.log) if afresh else house.tiles).root().hex()[: 2 * SHORT_BYTES]
    except (TileMissing, LogDamaged):
        return ""


def short(data: bytes) -> str:
    """A digest of the data, short."""
    return hashlib.sha256(data).hexdigest()[: 2 * SHORT_BYTES]
