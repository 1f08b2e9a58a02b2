"""JSON as programs write it, read so that nothing in it is dropped in silence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

import msgspec

from taizhang.adapters.shapes import MOST, Misshapen, Place, pointer, whole_numbers

DEEPEST: Final = 64  # levels; a command has seven, and what checks a document goes down as deep as it does


class NotJson(Exception):
    """The text is no JSON document that can be read: what is wrong, and what to do."""

    zh = "不是有效的 JSON。请检查引号、逗号和括号。"
    en = "This is not JSON. Check quotes, commas and brackets."


class NestedTooDeep(NotJson):
    """Objects and lists lie deeper in one another than any command has them."""

    zh = f"JSON 嵌套超过 {DEEPEST} 层。请检查括号。"
    en = f"The JSON is nested more than {DEEPEST} levels deep. Check its brackets."


class Document(NamedTuple):
    """What was written, and the fields that stand more than once in their object: of those `value` has the last."""

    value: Any
    doubled: list[Misshapen]


def document(text: bytes | str) -> Document:
    """A document from its JSON text, whole numbers as such. Its cost grows with its length alone.

    Raises NotJson, NestedTooDeep.
    """
    try:
        value = msgspec.json.decode(text)
    except RecursionError:
        raise NestedTooDeep from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotJson from None
    if _is_too_deep(value):
        raise NestedTooDeep
    return Document(whole_numbers(value), _doubled(text if isinstance(text, str) else text.decode()))


class _Doubled(dict[str, Any]):
    """An object as it was decoded, with the names of the fields that it has more than once."""

    names: tuple[str, ...] = ()


def _doubled(text: str) -> list[Misshapen]:
    """The decoder of before keeps of each field the last; this one tells every one. At most MOST are named."""
    found: list[_Doubled] = []

    def one(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) == len(pairs):
            return value
        told = _Doubled(value)
        told.names = tuple(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        found.append(told)
        return told

    whole = json.loads(text, object_pairs_hook=one, parse_int=str, parse_float=str)
    return [*islice(_named(whole), MOST)] if found else []


def _named(whole: Any) -> Iterator[Misshapen]:
    waiting: list[tuple[Place, Any]] = [((), whole)]
    while waiting:
        at, value = waiting.pop()
        for name in value.names if isinstance(value, _Doubled) else ():
            yield Misshapen(
                pointer((at, name)),
                "同一对象中此字段写了不止一次,只保留一个。",
                "The field stands more than once in its object. Keep one of them.",
            )
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += [((at, name), item) for name, item in parts if isinstance(item, dict | list)]


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            item
            for one in level
            if isinstance(one, dict | list)
            for item in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True
