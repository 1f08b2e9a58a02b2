"""The check of files: what a fact names by its digest is there, and is what it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from taizhang.adapters.files import FileDamaged, FileStore
from taizhang.adapters.log.log import Log, Stored
from taizhang.adapters.proof.findings import Check, Finding
from taizhang.adapters.proof.walk import Progress

PAGE: Final = 5_000
FILE, PAPER = b'"file":"', b'"attachments":['


class _Source(msgspec.Struct, gc=False):
    file: str | None = None


class _Paper(msgspec.Struct, gc=False):
    attachments: tuple[str, ...] = ()


class _Named(msgspec.Struct, gc=False):
    source: _Source | None = None
    paper: _Paper | None = None


def attachments(
    log: Log, files: FileStore, replaced: Mapping[str, str] | None = None, progress: Progress | None = None
) -> Check:
    """Every attachment and source file that a fact names is there and is what it was.

    `replaced`: digests of files that were blanked for somebody forgotten, each with the digest of what stands now.
    """
    check, seen = Check(name="attachments"), set[str]()
    for page in pages(log, progress):
        for fact in page:
            if FILE in fact.leaf or PAPER in fact.leaf:
                for digest in _digests(fact.leaf):
                    if digest not in seen:
                        seen.add(digest)
                        _file(check, files, fact.position, digest, (replaced or {}).get(digest, digest))
    check.counted = len(seen)
    return check


def _file(check: Check, files: FileStore, position: int, digest: str, standing: str) -> None:
    try:
        files.get(standing)
    except FileNotFoundError:
        zh, en = f"文件 {digest} 不见了", f"the file {digest} is gone"
        check.add(Finding(kind="deleted", position=position, zh=zh, en=en))
    except FileDamaged as problem:
        check.add(Finding(kind="altered", position=position, zh=problem.zh, en=str(problem)))


def _digests(leaf: bytes) -> list[str]:
    try:
        named = msgspec.json.decode(leaf, type=_Named)
    except msgspec.DecodeError:
        return []  # no fact any more: told by another check
    own = [named.source.file] if named.source is not None and named.source.file else []
    return [*own, *(named.paper.attachments if named.paper is not None else ())]


def pages(log: Log, progress: Progress | None) -> Iterator[list[Stored]]:
    """The whole log, in pages."""
    head, after = log.head().position, 0
    while page := log.page(after, PAGE, head):
        yield page
        after = page[-1].position
        if progress is not None:
            progress(after, head)
