"""Heads on paper for other pages than the ledger: money of a region or a line, and papers that rest on certain facts.

    TZ2.<base64url of deflated JSON>

Like the ledger's code it holds the whole question, the log's position and root, and the figures that were printed.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

import msgspec

from taizhang.adapters import reports
from taizhang.adapters.house import House
from taizhang.adapters.log.log import Criterion
from taizhang.adapters.log.merkle import leaf_hashes
from taizhang.adapters.reports import (
    CODE_LETTERS_MOST,
    JSON_BYTES_MOST,
    SHORT_BYTES,
    Checked,
    Difference,
    End,
    Head,
    compared,
    known_by,
    root_at,
    short,
)
from taizhang.domain.envelope import opened
from taizhang.domain.log import LogEnd
from taizhang.projections.effective import day_of
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.measures import fund_measure_versions
from taizhang.projections.funds.use import use
from taizhang.projections.replay import Cuts

PREFIX: Final = "TZ2."
DIGEST_BYTES: Final = 6  # of the facts a paper rests on: an integer that every reader of JSON keeps exactly
Kind = Literal["money", "facts"]
Figures = Mapping[str, int | None]


class Question(msgspec.Struct, frozen=True, array_like=True):
    """What was asked: the money of a scope with ages as on a day, or the facts that bear one of these tags."""

    kind: Kind
    money: UseScope | None = None
    on: date | None = None
    tags: tuple[str, ...] = ()


class Printed(msgspec.Struct, frozen=True, array_like=True):
    """What a code says."""

    origin: str
    position: int
    root: str
    report: str
    question: Question
    as_recorded_at: int | None
    as_effective_on: date | None
    language: str
    seen_by: str
    figures: dict[str, int | None]


def issue(house: House, question: Question, cuts: Cuts, at: LogEnd, language: str, seen_by: str) -> Head | None:
    """The head to print under this answer, asked now; None for an empty log.

    Raises LogUnavailable.
    """
    if at.position < 1:
        return None
    report = _report(question, cuts, at.position, language, seen_by)
    printed = Printed(
        origin=short(house.log.head().origin.encode()),
        position=at.position,
        root=root_at(house, at.position),
        report=report[: 2 * SHORT_BYTES],
        question=question,
        as_recorded_at=cuts.as_recorded_at,
        as_effective_on=cuts.as_effective_on,
        language=language,
        seen_by=seen_by,
        figures={name: amount for name, amount in _figures(house, question, cuts, at.position).items() if amount},
    )
    packed = zlib.compress(msgspec.json.encode(printed), 9)
    return Head(report, at.position, printed.root, PREFIX + base64.urlsafe_b64encode(packed).rstrip(b"=").decode())


def check(house: House, code: str) -> Checked:
    """Ask again what a code asked, whichever page printed it. Raises LogUnavailable."""
    text = "".join(code.split())
    if not text.startswith(PREFIX):
        return reports.check(house, code)
    printed = read(text)
    if printed is None:
        return Checked("unknown", "no-code")
    head = house.log.head()
    if printed.origin != short(head.origin.encode()):
        return Checked("unknown", "other-log", printed.report, printed.position)
    if printed.position > head.position:
        return Checked("unknown", "beyond-the-log", printed.report, printed.position)
    house.views.catch_up()
    there = house.log.at([printed.position])
    if not there:
        return Checked("unknown", "no-such-fact", printed.report, printed.position)
    cuts = Cuts(printed.as_recorded_at, printed.as_effective_on)
    then = known_by(cuts, End(printed.position, there[0].recorded_at))
    changed = list(compared(printed.figures, _figures(house, printed.question, then, printed.position)))
    if (root := root_at(house, printed.position, afresh=True)) != printed.root:
        changed.append(Difference("root", printed.root, root))
    asked = _report(printed.question, cuts, printed.position, printed.language, printed.seen_by)[: 2 * SHORT_BYTES]
    if asked != printed.report:
        changed.append(Difference("report", printed.report, asked))
    since = compared(printed.figures, _figures(house, printed.question, cuts, head.position))
    status: reports.Status = "changed" if changed else "same"
    return Checked(status, "asked-again", printed.report, printed.position, tuple(changed), tuple(since))


def read(code: str) -> Printed | None:
    """What a code says; None when it is none."""
    if len(code) > CODE_LETTERS_MOST:
        return None
    packed = code.removeprefix(PREFIX)
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(
            base64.b64decode(packed + "=" * (-len(packed) % 4), b"-_", validate=True), JSON_BYTES_MOST
        )
        if not unpacker.eof:  # cut off, or more than any code holds
            return None
        return msgspec.json.decode(data, type=Printed)
    except (ValueError, zlib.error):
        return None


def _figures(house: House, question: Question, cuts: Cuts, upto: int) -> Figures:
    if question.kind == "facts":
        return _of_facts(house, question.tags, cuts, upto)
    assert question.money is not None
    assert question.on is not None
    with house.log.database.read() as connection:
        found = use(connection, question.on, question.money, (), cuts)
    return found[0].figures if found else {}


def _of_facts(house: House, tags: tuple[str, ...], cuts: Cuts, upto: int) -> Figures:
    """How many facts a paper rests on, and a digest of them: of their exact bytes, in their order."""
    at, day = cuts
    facts = house.log.read([Criterion((), (tag,)) for tag in tags]).facts if tags else []
    known = [row for row in facts if row.position <= upto and (at is None or row.recorded_at <= at)]
    leaves = [row.leaf for row in known if day is None or day_of(opened(row.position, row.leaf).fact) <= day]
    digest = hashlib.sha256(b"".join(leaf_hashes(leaves))).digest()
    return {"facts": len(leaves), "digest": int.from_bytes(digest[:DIGEST_BYTES], "big")}


def _report(question: Question, cuts: Cuts, position: int, language: str, seen_by: str) -> str:
    effective = cuts.as_effective_on
    fixed = [question, position, cuts.as_recorded_at, effective and effective.isoformat(), language, seen_by]
    if question.kind == "money":
        fixed.append(fund_measure_versions())
    return hashlib.sha256(msgspec.json.encode(fixed, order="deterministic")).hexdigest()
