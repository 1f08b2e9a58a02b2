"""What is badly shaped in a document, every field at once, in both languages and without repeating what was typed.

msgspec stops at the first; here its check is asked again, field by field, and only where it said no.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from functools import cache
from itertools import chain, islice
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

MOST: Final = 100  # fields named in one answer
LONGEST_NAME: Final = 100  # characters of a name in a pointer: somebody may send one as long as the document
PORTABLE: Final = 2**53 - 1  # RFC 8259, section 6: whole numbers that every program reads alike
Place = tuple[()] | tuple["Place", Any]  # where a part stands: what it stands in, and its name there
ID_MOST: Final = 80  # characters of an id; the longest that we make ourselves has 64
# no blanks, nothing that does not show (Unicode's control and format characters, soft hyphen, byte order mark); every
# program's regular expressions read it alike
ID_CHARACTER: Final = r"[^\u0000-\u0020\u007f-\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]"
ID_FORM: Final = rf"^{ID_CHARACTER}{{1,{ID_MOST}}}$"
_ID: Final = re.compile(rf"{ID_CHARACTER}{{1,{ID_MOST}}}")
_NAMED_AS_ID: Final = ("Id", "Code")
_SEQUENCES: Final = (list, tuple, set, frozenset, Sequence, Set)


fields_of: Final = cache(msgspec.structs.fields)  # which reads the annotations anew each time


class Misshapen(NamedTuple):
    """One field: where it stands (RFC 6901), and what is expected there."""

    pointer: str
    zh: str
    en: str


class FieldProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One field that cannot be used: where it stands (RFC 6901; a parameter by its name), and what is expected."""

    pointer: str
    detail: str
    detail_zh: str


def field_problem(one: Misshapen) -> FieldProblem:
    """A field at fault as programs are told of it."""
    return FieldProblem(pointer=one.pointer, detail=one.en, detail_zh=one.zh)


def misshapen(value: Any, kind: Any, *, strict: bool = True) -> list[Misshapen]:
    """Every field of a decoded document that does not fit its type, or that its type does not have; empty when all do.

    `strict`: a number is no text, and an id is one; query parameters are all text, ask for ids that nobody has as well,
    and are read without it. At most MOST are named.
    """
    found = [*islice(chain(_walk(value, kind, "", strict), _unknown(value, kind, "")), MOST)]
    if strict:
        named = {one.pointer for one in found}
        found += islice((one for one in _no_ids(value, kind, "") if one.pointer not in named), MOST - len(found))
    return found


def is_id(kind: Any) -> bool:
    """Whether a type is that of an id or a code: a name of its own for text."""
    return (
        getattr(kind, "__name__", "").endswith(_NAMED_AS_ID)
        and hasattr(kind, "__supertype__")
        and plain_type(kind) is str
    )


def is_readable(value: str) -> bool:
    """Whether somebody could read this id out, and type it again."""
    return _ID.fullmatch(value) is not None


def whole_numbers(value: Any) -> Any:
    """The document with 498.0 as 498: JSON knows one kind of number, and its schemas call both whole."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= PORTABLE:
        return int(value)
    if isinstance(value, dict):
        return {name: whole_numbers(item) for name, item in value.items()}
    return [whole_numbers(item) for item in value] if isinstance(value, list) else value


def unportable(value: Any) -> Iterator[Misshapen]:
    """Parts of a decoded document that no database and no other program would keep as they are: NUL, huge numbers.

    At most MOST are named.
    """
    return islice(_unportable(value, ()), MOST)


def _unportable(value: Any, at: Place) -> Iterator[Misshapen]:
    if isinstance(value, str):
        if "\0" in value:
            yield Misshapen(pointer(at), "文字中不能有空字符(NUL)。", "Text holds no NUL character.")
    elif isinstance(value, int | float):
        if abs(value) > PORTABLE:
            yield Misshapen(pointer(at), f"数值不大于 {PORTABLE}。", f"A number is at most {PORTABLE}.")
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _unportable(str(name), (at, name))
            yield from _unportable(item, (at, name))
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            yield from _unportable(item, (at, place))


def pointer(at: Place) -> str:
    """Where a part stands (RFC 6901). Written out for parts at fault alone: a name may be as long as the document."""
    names = []
    while at:
        at, name = at
        names.append(f"/{escaped(name)}")
    return "".join(reversed(names))


def _walk(value: Any, kind: Any, at: str, strict: bool) -> Iterator[Misshapen]:
    try:
        msgspec.convert(value, kind, strict=strict)
    except (msgspec.ValidationError, ValueError, OverflowError) as problem:
        inner = list(_inside(value, plain_type(kind), at, strict))
        if not inner and any(True for _ in _unknown(value, kind, at)):
            return  # nothing but fields that it does not have, which are named besides
        yield from inner or [_unfit(kind, at, problem)]


def _inside(value: Any, kind: Any, at: str, strict: bool) -> Iterator[Misshapen]:
    """What is wrong with the parts of a value, when it has parts."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if kind.__struct_config__.array_like and isinstance(value, list | tuple):
            hints = [_hints(kind)[field.name] for field in fields_of(kind)]
            for place, (item, of) in enumerate(zip(value, hints, strict=False)):
                yield from _walk(item, of, f"{at}/{place}", strict)
        elif isinstance(value, Mapping):
            yield from _fields(value, kind, at, strict)
        return
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in _SEQUENCES and arguments and isinstance(value, list | tuple):
        kinds = arguments if origin is tuple and arguments[-1] is not Ellipsis else arguments[:1] * len(value)
        if len(kinds) == len(value):
            for place, (item, of) in enumerate(zip(value, kinds, strict=True)):
                yield from _walk(item, of, f"{at}/{place}", strict)
    elif origin in (dict, Mapping) and arguments and isinstance(value, Mapping):
        for name, item in value.items():
            yield from _walk(item, arguments[1], f"{at}/{escaped(name)}", strict)


def _fields(value: Mapping[str, Any], kind: type[msgspec.Struct], at: str, strict: bool) -> Iterator[Misshapen]:
    hints = _hints(kind)
    for field in fields_of(kind):
        name, of = field.encode_name, hints[field.name]
        if name in value:
            yield from _walk(value[name], of, f"{at}/{escaped(name)}", strict)
        elif field.required:
            zh, en = expected(of)
            yield Misshapen(f"{at}/{escaped(name)}", f"必填:{zh}。", f"Needed: {en}.")


def _unknown(value: Any, kind: Any, at: str) -> Iterator[Misshapen]:
    """The fields, at any depth, that no type has: what somebody wrote is never dropped in silence."""
    kind = plain_type(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, Mapping):
        known = _deep(kind)
        for name, item in value.items():
            where = f"{at}/{escaped(name)}"
            if name not in known:
                yield Misshapen(
                    where,
                    f"没有这一字段。可用字段:{'、'.join(known)}。",
                    f"There is no such field. Fields: {', '.join(known)}.",
                )
            elif known[name] is not None:
                yield from _unknown(item, known[name], where)
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, list | tuple):
        for place in range(len(fields_of(kind)), len(value)):
            yield Misshapen(f"{at}/{place}", "多出的一项。", "One item too many.")
    elif origin in _SEQUENCES and arguments and isinstance(value, list | tuple):
        for place, item in enumerate(value):
            of = (
                arguments[0]
                if origin is not tuple or arguments[-1] is Ellipsis
                else arguments[min(place, len(arguments) - 1)]
            )
            yield from _unknown(item, of, f"{at}/{place}")
    elif origin in (dict, Mapping) and arguments and isinstance(value, Mapping):
        for name, item in value.items():
            yield from _unknown(item, arguments[1], f"{at}/{escaped(name)}")


def _no_ids(value: Any, kind: Any, at: str) -> Iterator[Misshapen]:
    """Ids that nobody could read out or type again: empty, blank, endless, or with characters that do not show.

    A type cannot say it: what was recorded earlier is read by the same types, and stands as it is. Where a field may be
    left out, what stands for it in the log stands for it here.
    """
    if _is_an_id(kind):
        if isinstance(value, str) and not is_readable(value):
            zh = f"编号应为 1 至 {ID_MOST} 个看得见的字符,不含空格和控制字符。"
            yield Misshapen(
                at, zh, f"An id is 1 to {ID_MOST} characters that show, without blanks and control characters."
            )
        return
    kind = plain_type(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = fields_of(kind)
        if isinstance(value, list | tuple):
            value = {field.encode_name: item for field, item in zip(fields, value, strict=False)}
            names = {field.encode_name: str(place) for place, field in enumerate(fields)}
        else:
            names = {}
        for field in fields if isinstance(value, Mapping) else ():
            name = field.encode_name
            if name in value and value[name] != field.default:
                yield from _no_ids(value[name], _hints(kind)[field.name], f"{at}/{names.get(name, escaped(name))}")
    elif origin in _SEQUENCES and arguments and isinstance(value, list | tuple):
        kinds = arguments if origin is tuple and arguments[-1] is not Ellipsis else arguments[:1] * len(value)
        for place, (item, of) in enumerate(zip(value, kinds, strict=False)):
            yield from _no_ids(item, of, f"{at}/{place}")
    elif origin in (dict, Mapping) and arguments and isinstance(value, Mapping):
        for name, item in value.items():
            yield from _no_ids(name, arguments[0], f"{at}/{escaped(name)}")
            yield from _no_ids(item, arguments[1], f"{at}/{escaped(name)}")


@cache
def _is_an_id(kind: Any) -> bool:
    return is_id(own_name(kind))


def own_name(kind: Any) -> Any:
    """A type without its limits and the null beside it, under its own name."""
    while not hasattr(kind, "__supertype__"):
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif (only := _only(kind)) is not None:
            kind = only
        else:
            break
    return kind


@cache
def _deep(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The fields of a Struct; with their types where these have parts with names."""
    hints = _hints(kind)
    return {
        field.encode_name: hints[field.name] if _has_structs(hints[field.name]) else None for field in fields_of(kind)
    }


def _has_structs(kind: Any) -> bool:
    kind = plain_type(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return True
    return get_origin(kind) in (*_SEQUENCES, dict, Mapping) and any(_has_structs(one) for one in get_args(kind))


def _unfit(kind: Any, at: str, problem: Exception) -> Misshapen:
    zh, en = expected(kind)
    if not (zh and en):  # a type's own check, which speaks for itself
        return Misshapen(at, f"格式不符:{problem}。", f"Not well formed: {problem}.")
    return Misshapen(at, f"应填{zh}。", f"Expected {en}.")


def expected(kind: Any) -> tuple[str, str]:
    """In Chinese and English: what a field of this type takes."""
    limits = [one for one in _limits(kind) if isinstance(one, msgspec.Meta)]
    kind = plain_type(kind)
    if get_origin(kind) is Literal:
        values = [str(one) for one in get_args(kind)]
        return f"以下之一:{'、'.join(values)}", f"one of {', '.join(values)}"
    zh, en = _named(kind)
    for limit in limits:
        for more_zh, more_en in _limited(limit):
            zh, en = f"{zh},{more_zh}", f"{en}, {more_en}"
    return zh, en


def _named(kind: Any) -> tuple[str, str]:
    words = {
        bool: ("真或假(true、false)", "true or false"),
        int: ("整数", "a whole number"),
        float: ("数", "a number"),
        str: ("文字", "text"),
        date: ("日期(如 2016-03-05)", "a date such as 2016-03-05"),
        datetime: ("时间(如 2016-03-05T08:30:00+08:00)", "a time such as 2016-03-05T08:30:00+08:00"),
        NoneType: ("空值", "null"),
    }
    origin = get_origin(kind) or kind
    if origin in words:
        return words[origin]
    if origin in _SEQUENCES:
        return "列表", "a list"
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, msgspec.Struct)):
        return "对象", "an object"
    if origin in (Union, UnionType):
        named = [expected(one) for one in get_args(kind)]
        return "或".join(zh for zh, _ in named), " or ".join(en for _, en in named)
    return "规定格式的值", "a value of the documented form"


def _limited(limit: msgspec.Meta) -> Iterator[tuple[str, str]]:
    if limit.ge is not None:
        yield f"不小于 {limit.ge}", f"at least {limit.ge}"
    if limit.gt is not None:
        yield f"大于 {limit.gt}", f"more than {limit.gt}"
    if limit.le is not None:
        yield f"不大于 {limit.le}", f"at most {limit.le}"
    if limit.lt is not None:
        yield f"小于 {limit.lt}", f"less than {limit.lt}"
    if limit.min_length is not None:
        yield f"长度不小于 {limit.min_length}", f"of length {limit.min_length} or more"
    if limit.max_length is not None:
        yield f"长度不大于 {limit.max_length}", f"of length {limit.max_length} or less"
    if limit.pattern is not None:
        yield f"格式 {limit.pattern}", f"of the form {limit.pattern}"


def _limits(kind: Any) -> Iterator[Any]:
    while True:
        if get_origin(kind) is Annotated:
            yield from kind.__metadata__
            kind = get_args(kind)[0]
        elif hasattr(kind, "__supertype__"):
            kind = kind.__supertype__
        elif (only := _only(kind)) is not None:
            kind = only
        else:
            return


def plain_type(kind: Any) -> Any:
    """A type without its limits, its own name and the null beside it."""
    while True:
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif hasattr(kind, "__supertype__"):
            kind = kind.__supertype__
        elif (only := _only(kind)) is not None:
            kind = only
        else:
            return kind


def _only(kind: Any) -> Any:
    """Of `X | None` the X."""
    if get_origin(kind) in (Union, UnionType):
        others = [one for one in get_args(kind) if one is not NoneType]
        if len(others) == 1:
            return others[0]
    return None


@cache
def _hints(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def escaped(name: Any) -> str:
    """A name as part of a pointer (RFC 6901); of one that is no field's the beginning does."""
    text = str(name)
    told = text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"
    return told.replace("~", "~0").replace("/", "~1")
