"""The security headers that every answer carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": (
        "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def secure(headers: MutableHeaders, path: str, *, is_https: bool) -> None:
    """Put them on one answer. What is no static part is kept by no cache, unless it is a part of the log that says so."""
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    if path.startswith("/log/"):
        headers.setdefault("cache-control", "no-store")
    elif not path.startswith("/static/"):
        headers["cache-control"] = "no-store"
    if is_https:
        headers.setdefault("strict-transport-security", "max-age=31536000")
