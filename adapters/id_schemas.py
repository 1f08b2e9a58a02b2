"""The form of ids in JSON schemas: types do not say it (see shapes.py), so it is put where a field asks for an id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args, get_type_hints

import msgspec

from taizhang.adapters.shapes import ID_CHARACTER, ID_FORM, ID_MOST, is_id, own_name, plain_type

Doc = dict[str, Any]


def with_id_forms(schemas: Mapping[str, Doc], kinds: Iterable[Any]) -> dict[str, Doc]:
    """These schemas, by their Structs' names, with the form of ids in those of `kinds` and of what stands in them."""
    told = dict(schemas)
    for struct in _structs(kinds):
        if struct.__name__ in told:
            told[struct.__name__] = _filled(told[struct.__name__], struct)
    return told


def _structs(kinds: Iterable[Any]) -> Iterator[type[msgspec.Struct]]:
    """Every Struct that stands in these types, each once."""
    waiting, met = [*kinds], set[Any]()
    while waiting:
        kind = plain_type(waiting.pop())
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in met:
            met.add(kind)
            yield kind
            waiting += get_type_hints(kind, include_extras=True).values()
        else:
            waiting += [one for one in get_args(kind) if not isinstance(one, str | int)]


def _filled(schema: Doc, kind: type[msgspec.Struct]) -> Doc:
    hints = get_type_hints(kind, include_extras=True)
    fields = msgspec.structs.fields(kind)
    if "prefixItems" in schema:
        items = zip(schema["prefixItems"], fields, strict=False)
        return {**schema, "prefixItems": [_formed(of, hints[field.name]) for of, field in items]}
    told = dict(schema.get("properties", {}))
    for field in fields:
        if field.encode_name in told:
            may_be_empty = field.default == ""  # nothing said, where the decision fills it in
            told[field.encode_name] = _formed(told[field.encode_name], hints[field.name], may_be_empty)
    return {**schema, "properties": told}


def _formed(schema: Doc, kind: Any, may_be_empty: bool = False) -> Doc:
    if "anyOf" in schema:
        return {
            **schema,
            "anyOf": [one if one.get("type") == "null" else _formed(one, kind) for one in schema["anyOf"]],
        }
    if is_id(own_name(kind)):
        pattern = schema.get("pattern", ID_FORM).replace(r"\S", ID_CHARACTER)
        pattern = f"^$|{pattern}" if may_be_empty else pattern
        return {**schema, "pattern": pattern, "maxLength": min(schema.get("maxLength", ID_MOST), ID_MOST)}
    inner = [one for one in get_args(plain_type(kind)) if one is not Ellipsis]
    if isinstance(schema.get("items"), dict) and inner:
        return {**schema, "items": _formed(schema["items"], inner[0])}
    return schema
