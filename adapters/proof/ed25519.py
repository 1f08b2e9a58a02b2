"""Ed25519 signatures verified in plain Python (RFC 8032): for the verifier that runs where nothing is installed."""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
BASE = (4 * pow(5, P - 2, P) % P).to_bytes(32, "little")


class Point(NamedTuple):
    """A point of the curve in extended coordinates: x/z, y/z, and t = xy/z."""

    x: int
    y: int
    z: int
    t: int


def signature_is_right(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the 64 bytes are this 32-byte key's signature over the message."""
    key, base = _unpacked(public), _unpacked(BASE)
    s = int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or key is None or base is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    x, y, z, t = key
    found = _two_products(s, base, k, Point(P - x, y, z, P - t))
    return hmac.compare_digest(_packed(found), signature[:32])


def _unpacked(data: bytes) -> Point | None:
    """The curve's point, or None when the bytes are not one in their only spelling."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return Point(x, y, 1, x * y % P)


def _packed(point: Point) -> bytes:
    x, y, z, _ = point
    inverse: int = pow(z, P - 2, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little")


def _added(p: Point, q: Point) -> Point:
    a, b = (p.y - p.x) * (q.y - q.x) % P, (p.y + p.x) * (q.y + q.x) % P
    c, d = 2 * p.t * q.t * D % P, 2 * p.z * q.z % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return Point(e * f % P, g * h % P, f * g % P, e * h % P)


def _two_products(s: int, p: Point, k: int, q: Point) -> Point:
    """s * p + k * q, both in one pass."""
    table = {(1, 0): p, (0, 1): q, (1, 1): _added(p, q)}
    total = Point(0, 1, 1, 0)
    for bit in range(255, -1, -1):
        total = _added(total, total)
        chosen = table.get((s >> bit & 1, k >> bit & 1))
        if chosen is not None:
            total = _added(total, chosen)
    return total
