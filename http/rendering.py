"""How values look to people: templates, numbers, times, hours, links. The same on every page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, quote_plus

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from taizhang.adapters.moments import beijing

TEMPLATES: Final = Path(__file__).parent / "templates"
NOTHING: Final = "–"  # a value that nobody stated, told apart from a zero
_AS_IT_IS: Final = re.compile(r"[\w.~-]*", re.ASCII).fullmatch  # what no address writes otherwise (RFC 3986)
_PATH_AS_IT_IS: Final = re.compile(r"[\w.~/:-]*", re.ASCII).fullmatch


def environment() -> Environment:
    """The templates; an unknown name in one is an error and not a blank."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        auto_reload=False,  # else each page looks whether its templates were changed on the disk
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "number": number,
        "hours": hours,
        "share": share,
        "time": time,
        "day": day,
        "short": short,
        "bytes": size,
    }
    env.globals |= {"link": link}
    return env


def number(value: int | None) -> str:
    """A count with separators between thousands."""
    return NOTHING if value is None else f"{value:,}"


def hours(minutes: int | None) -> str:
    """Minutes as hours with one decimal at most."""
    if minutes is None:
        return NOTHING
    tenths = (minutes * 10 + 30) // 60
    return f"{tenths // 10:,}" + (f".{tenths % 10}" if tenths % 10 else "")


def share(part: int | None, whole: int | None) -> str:
    """A part of a whole in percent; nothing where there is no whole."""
    if part is None or not whole:
        return NOTHING
    return f"{part / whole:.1%}"


def time(us: int | None) -> str:
    """UTC microseconds as Beijing time, to the second."""
    return NOTHING if us is None else beijing(us).strftime("%Y-%m-%d %H:%M:%S")


def day(value: date | None) -> str:
    return NOTHING if value is None else value.isoformat()


def short(digest: str | None, letters: int = 12) -> str:
    """The beginning of a digest, enough to tell files apart by eye."""
    return NOTHING if not digest else digest[:letters]


def size(count: int | None) -> str:
    """A file's size as people read it."""
    if count is None:
        return NOTHING
    return (
        f"{count:,} B"
        if count < 1024
        else f"{count / 1024:,.1f} KiB"
        if count < 1024**2
        else f"{count / 1024**2:,.1f} MiB"
    )


def link(path: str, parameters: Mapping[str, Any] | None = None, **more: Any) -> str:
    """A local address with its parameters, empty ones left out; those that `path` bears already are kept."""
    plain, _, before = path.partition("?")
    given = {**(parameters or {}), **more}
    if before:
        given = {**dict(parse_qsl(before)), **given}
    kept = [f"{_coded(key)}={_coded(str(value))}" for key, value in given.items() if value not in (None, "")]
    address = plain if _PATH_AS_IT_IS(plain) else quote(plain, safe="/:")
    return f"{address}?{'&'.join(kept)}" if kept else address


def _coded(text: str) -> str:
    """A part of a query; a page has thousands of links, and nearly none of them needs any coding."""
    return text if _AS_IT_IS(text) else quote_plus(text)
