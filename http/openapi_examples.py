"""An example of what a schema describes, made from the schema itself: examples of its types, first choices, least numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

DAY: Final = "2016-03-05"
DIGEST: Final = hashlib.sha256(b"").hexdigest()  # of a file without a byte
OF_PATTERN: Final[Mapping[str, str]] = {"^[0-9a-f]{64}$": DIGEST}
OF_NAME: Final[Mapping[str, str]] = {  # places are codes, which no pattern says
    **dict.fromkeys(("county", "region", "from_region", "to_region"), "620121"),
    "village": "620121100001",
}
OF_FORMAT: Final[Mapping[str, str]] = {"date": DAY, "date-time": f"{DAY}T08:30:00+08:00"}


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "") -> Any:
    """A value that fits; of an object only what it needs. Text that nothing is known of repeats the field's name."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name)
    if "anyOf" in schema:
        choices = [one for one in schema["anyOf"] if one.get("type") != "null"]
        return example_of(choices[0], schemas, name) if choices else None
    for known in ("examples", "enum"):
        if schema.get(known):
            return schema[known][0]
    match schema.get("type"):
        case "object":
            needed = schema.get("required", ())
            fields = schema.get("properties", {}).items()
            return {key: example_of(of, schemas, key) for key, of in fields if key in needed}
        case "array" if "prefixItems" in schema:
            return [example_of(of, schemas, name) for of in schema["prefixItems"]]
        case "array":
            return [example_of(schema["items"], schemas, name)] if "items" in schema else []
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return True
        case "string":
            return _text(schema, name)
        case _:
            return None


def _text(schema: Mapping[str, Any], name: str) -> str:
    known = OF_FORMAT.get(schema.get("format", "")) or OF_PATTERN.get(schema.get("pattern", "")) or OF_NAME.get(name)
    return known or (f"sample-{name}" if schema.get("maxLength", 100) > len(name) + 7 else "x")
