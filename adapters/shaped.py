"""Nothing goes into the log that could not be read back from it: what is proposed is read once before it is decided.

Pages, imports and programs of our own make facts in Python, which looks at no limit of a field: a text of 3,000 letters
where 2,000 are the most would stand in the log for ever, and whoever reads the log would stop there. An id that somebody
typed must be one that somebody can type again; what a file's cells say becomes ids by the rules of its form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, get_args, get_type_hints

import msgspec

from taizhang.adapters.log.records import LEAF_BYTES_MAX
from taizhang.adapters.orders import Attempt, Order
from taizhang.adapters.shapes import Misshapen, is_id, is_readable, misshapen, own_name, plain_type, unportable
from taizhang.domain.core import Fact, LateAddition, Text
from taizhang.domain.decisions import Proposal, slice_for
from taizhang.domain.envelope import Source
from taizhang.domain.refused import BadlyShaped, subjects_of

LIMITS: Final = frozenset({"gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern"})
LONG: Final = 1_000  # bytes of a body, letters beside it; nearly every fact is shorter, and needs no closer look
HEADER_BYTES: Final = 1_500  # who records, the command, the time
TAG_BYTES_MOST: Final = 1_000  # PostgreSQL's index takes 2,700
SUBJECTS_MOST: Final = 50
TOO_MUCH: Final = (
    "一条事实连同依据、事由和来源不超过 64 KB",
    "a fact with its paper, reason and source has at most 64 KB",
)
TOO_LONG: Final = ("编号过长", "an id in it is too long")
NUL: Final = rb"\u0000"
Item = Proposal | Attempt
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


def shaped(order: Order, bodies: Sequence[bytes]) -> Order:
    """The order with a refused attempt in place of every proposal that is badly shaped; `bodies` are its facts in bytes."""
    unfit = _unfit(order.items, bodies)
    if not unfit:
        return order
    items = [
        _attempt(item, bodies[place], unfit[place]) if isinstance(item, Proposal) and place in unfit else item
        for place, item in enumerate(order.items)
    ]
    return msgspec.structs.replace(order, items=items)


def read_back(facts: Sequence[Fact], bodies: Sequence[bytes]) -> bool:
    """Whether facts that were decided, and not only proposed, come back from their bytes: to be asserted before they go in."""
    kinds: dict[type[Fact], list[bytes]] = {}
    for fact, body in zip(facts, bodies, strict=True):
        kinds.setdefault(fact.__class__, []).append(body)
    return all(_reads(kind, found) for kind, found in kinds.items())


def _unfit(items: Sequence[Item], bodies: Sequence[bytes]) -> dict[int, Misshapen]:
    """What is wrong, by place."""
    kinds: dict[type[Fact], list[int]] = {}
    found: dict[int, Misshapen] = {}
    for place, item in enumerate(items):
        if not isinstance(item, Proposal):
            continue
        if (wrong := _oversized(item, bodies[place])) is not None:
            found[place] = wrong
            continue
        kinds.setdefault(item.fact.__class__, []).append(place)
        if ((item.amend is not None or item.addition is not None) and (wrong := _around(item)) is not None) or (
            not _is_of_a_file(item) and not _has_readable_ids(item.fact) and (wrong := _inside(item, type(item.fact)))
        ):
            found[place] = wrong
    for kind, places in kinds.items():
        if not _reads(kind, [bodies[place] for place in places]):
            found |= {place: wrong for place in places if (wrong := _inside(items[place], kind)) is not None}
    return found


def _oversized(item: Proposal, body: bytes) -> Misshapen | None:
    """What does not fit into an entry of the log, or into the index of its tags; looked at only where anything is long."""
    source, reason, amend = item.source, item.reason or "", item.amend
    beside = len(reason) + (len(source.name or "") + len(source.sheet or "") if source is not None else 0)
    if len(body) + beside <= LONG and item.paper is None and amend is None:
        return None
    tags = item.fact.tags()
    changed = [amend.was, amend.reason] if amend is not None else []
    rest = len(_encode([item.reason, item.paper, item.addition, source, tags, *changed]))
    if len(body) + rest > LEAF_BYTES_MAX - HEADER_BYTES:
        return Misshapen("/body" if len(body) > rest else "/reason", *TOO_MUCH)
    return Misshapen("/body", *TOO_LONG) if any(len(tag.encode()) > TAG_BYTES_MOST for tag in tags) else None


def _is_of_a_file(item: Proposal) -> bool:
    return item.source is not None and item.source.file is not None


def _has_readable_ids(fact: Fact) -> bool:
    """Whether the ids that the fact names are such; a quick look, which leaves it to `misshapen` to say what is wrong."""
    for name in _ids(fact.__class__):
        value = getattr(fact, name)
        if isinstance(value, str):
            if not is_readable(value):
                return False
        elif value is not None and not all(isinstance(one, str) and is_readable(one) for one in value):
            return False
    return True


@cache
def _ids(kind: type[Fact]) -> tuple[str, ...]:
    """The fields that hold an id, or several."""
    hints = get_type_hints(kind, include_extras=True)
    asked = {name: [own_name(of), *(own_name(one) for one in get_args(plain_type(of)))] for name, of in hints.items()}
    return tuple(name for name in kind.__struct_fields__ if any(is_id(one) for one in asked[name]))


def _reads(kind: type[Fact], bodies: Sequence[bytes]) -> bool:
    """Whether all of these come back from their bytes: read in one go, where a field is stated that has limits.

    Most facts of a roster state none; to look for the names costs nothing beside reading them.
    """
    whole = b"[" + b",".join(bodies) + b"]"
    try:
        if any(name in whole for name in _limited(kind)):
            _decoder(kind)(whole)
    except msgspec.ValidationError:
        return False
    return NUL not in whole


@cache
def _decoder(kind: type[Fact]) -> Any:
    return msgspec.json.Decoder(list[kind]).decode  # type: ignore[valid-type]


@cache
def _limited(kind: type[Fact]) -> tuple[bytes, ...]:
    """The fields, as they stand in bytes, for which a value of the right type may be none: too long, or not one of the words."""
    info: Any = msgspec.inspect.type_info(kind)
    return tuple(b'"%s":' % field.encode_name.encode() for field in info.fields if _is_limited(field.type))


def _is_limited(info: Any) -> bool:
    if isinstance(info, msgspec.inspect.LiteralType | msgspec.inspect.EnumType):
        return True
    parts = [getattr(info, name) for name in info.__struct_fields__]
    if not isinstance(info, msgspec.inspect.StructType) and any(
        value is not None for name, value in zip(info.__struct_fields__, parts, strict=True) if name in LIMITS
    ):
        return True
    if isinstance(info, msgspec.inspect.StructType):
        return any(_is_limited(field.type) for field in info.fields)
    nested = [item for part in parts for item in (part if isinstance(part, tuple) else (part,))]
    return any(_is_limited(item) for item in nested if isinstance(item, msgspec.inspect.Type))


def _inside(item: Any, kind: type[Fact]) -> Misshapen | None:
    body = msgspec.to_builtins(item.fact)
    return next(iter([*misshapen(body, kind), *unportable(body)]), None)


def _around(item: Proposal) -> Misshapen | None:
    """What is wrong beside the body: the reason of a correction, a late addition."""
    wrong: list[Misshapen] = []
    if item.amend is not None:
        wrong += (one._replace(pointer="/reason") for one in misshapen(item.amend.reason, Text))
    if item.addition is not None:
        wrong += misshapen(msgspec.to_builtins(item.addition), LateAddition)
    return next(iter(wrong), None)


def _attempt(item: Proposal, body: bytes, wrong: Misshapen) -> Attempt:
    """The refused attempt; of what it was about and where it came from only as much as any entry can hold."""
    kind, source = item.fact.__class__, item.source
    subjects = [one for one in subjects_of(item.fact.tags()) if "\0" not in one and len(one.encode()) <= TAG_BYTES_MOST]
    if source is not None and len(_encode(source)) > LONG:
        source = Source(way=source.way, file=source.file, row=source.row)
    return Attempt(
        command=slice_for(kind).COMMAND,
        refusal=BadlyShaped(
            field=wrong.pointer.removeprefix("/"),
            expected_zh=wrong.zh.removesuffix("。"),
            expected_en=wrong.en.removesuffix("."),
        ),
        digest=hashlib.sha256(body).hexdigest(),
        subjects=tuple(subjects[:SUBJECTS_MOST]),
        source=source,
    )
