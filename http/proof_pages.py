"""The log as any transparency-log client reads it, under /log/: checkpoint, tile/, tile/entries/ (C2SP tlog-tiles).

Checkpoint and tiles are hashes: for every officer, and for everybody where the setting `publish_log` says so. Entries
are the facts themselves, leads about officers and who looked at whom among them: they ask for the discipline office of the
whole house, in whose role a monitoring program gets a key of its own. What is not there yet is answered
404; a full tile never changes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.log.log import Log
from taizhang.adapters.log.merkle import TILE_HEIGHT, TILE_WIDTH
from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.proof.signer import Signer, SignerRefused, published_in
from taizhang.adapters.proof.standing import standing
from taizhang.adapters.proof.tiles import TileMissing, bundled, tiles_of
from taizhang.adapters.visibility import READS_ALL
from taizhang.domain.officers import ROLES
from taizhang.http.visit import Visit, door

CHECKPOINT_CACHE: Final = "max-age=5"
PARTIAL_CACHE: Final = "max-age=60"
FULL_CACHE: Final = "max-age=31536000, immutable"
BYTES: Final = "application/octet-stream"
_PLACE: Final = re.compile(
    r"(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<above>(?:x[0-9]{3}/)*)(?P<last>[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


def proof(visit: Visit) -> Response:
    """How far the log is signed and cosigned, by whom and when, and how anybody checks that."""
    found = standing(visit.house.settings)
    head = visit.house.log.head()
    return visit.page(
        "proof.html",
        found=found,
        head=head,
        root=head.edge.root().hex(),
        key=public_key(visit),
        publishes=visit.house.settings.publish_log,
    )


def public_key(visit: Visit) -> str:
    """The log's public key, as witnesses and verifiers take it; "" where no signer is in order."""
    try:
        return str(Signer.open(Path(visit.house.settings.signer)).verifier) if visit.house.settings.signer else ""
    except SignerRefused:
        return ""


def checkpoint(visit: Visit) -> Response:
    """The last published checkpoint."""
    note = _signed(visit)
    cache = _hashes_cache(visit, CHECKPOINT_CACHE)
    return Response(note, media_type="text/plain; charset=utf-8", headers={"cache-control": cache})


def tile(visit: Visit) -> Response:
    """A tile of hashes."""
    level, index, width = _place(visit, "tile")
    try:
        data = tiles_of(visit.house.log)(level, index, width)
    except TileMissing:
        raise HTTPException(404) from None
    return _answer(data, _hashes_cache(visit, FULL_CACHE if width == TILE_WIDTH else PARTIAL_CACHE))


def entries(visit: Visit) -> Response:
    """A bundle of facts, for the discipline office of the whole house."""
    if visit.scope != PROVINCE:
        raise HTTPException(404)
    _, index, width = _place(visit, "entries")
    leaves = _leaves(visit.house.log, index * TILE_WIDTH, width)
    return _answer(bundled(leaves), f"private, {FULL_CACHE}" if width == TILE_WIDTH else "no-store")


def _hashes_cache(visit: Visit, cache: str) -> str:
    """Caches on the way may keep what everybody may read, and nothing else."""
    return f"{'public' if visit.house.settings.publish_log else 'private'}, {cache}"


def _place(visit: Visit, kind: Literal["tile", "entries"]) -> tuple[int, int, int]:
    """The level, index and width that a path names, within what is signed.

    Raises HTTPException (404).
    """
    name = "entries/" if kind == "entries" else ""
    found = _PLACE.fullmatch(name + visit.request.path_params["place"])
    if found is None:
        raise HTTPException(404)
    level = 0 if found["level"] == "entries" else int(found["level"])
    index = int(found["above"].replace("x", "").replace("/", "") + found["last"])
    width = int(found["width"] or TILE_WIDTH)
    size = int(_signed(visit).split("\n")[1])
    there = (size >> level * TILE_HEIGHT) - index * TILE_WIDTH
    if width > min(there, TILE_WIDTH) or (found["width"] and width == TILE_WIDTH) or _is_padded(found["above"]):
        raise HTTPException(404)
    return level, index, width


def _is_padded(above: str) -> bool:
    """Whether an index is spelled with a needless group of zeros."""
    return above.startswith("x000/")


def _signed(visit: Visit) -> str:
    folder = visit.house.settings.signer
    if not folder:
        raise HTTPException(404)
    note = published_in(Path(folder))
    if note is None:
        raise HTTPException(404)
    return note


def _leaves(log: Log, first: int, width: int) -> list[bytes]:
    leaves = [fact.leaf for fact in log.page(first, width, first + width)]
    if len(leaves) != width:
        raise HTTPException(404)
    return leaves


def _answer(data: bytes, cache: str) -> Response:
    return Response(data, media_type=BYTES, headers={"cache-control": cache})


ROUTES = (
    door("/proof", proof, roles=frozenset(ROLES)),
    door("/log/checkpoint", checkpoint, needs="nothing"),
    door("/log/tile/entries/{place:path}", entries, roles=READS_ALL),
    door("/log/tile/{place:path}", tile, needs="nothing"),
)
