"""Files that a form takes in place of their digests: handed in with it, or chosen by name from what was handed in before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from taizhang.adapters.attaching import keep
from taizhang.adapters.files import FileErased
from taizhang.adapters.requests import RequestUnusable
from taizhang.domain.core import Correction
from taizhang.domain.envelope import Source
from taizhang.domain.inspections.findings import FindingRecorded, RectificationReported
from taizhang.http.class_facts import class_facts
from taizhang.http.fact_reading import facts_of
from taizhang.http.field_forms import FieldForm
from taizhang.http.orders import WAY
from taizhang.http.rendering import short
from taizhang.http.seen import require_class
from taizhang.http.visit import Visit

NAME_LETTERS_MOST: Final = 200
BETWEEN: Final = "、"  # between the names of files that came in together


class Handed(NamedTuple):
    """One file: its SHA-256 and what it is called."""

    digest: str
    name: str


def handed_in(visit: Visit, forms: Sequence[FieldForm], typed: dict[str, str]) -> list[Handed]:
    """Keep the files that the form brings, and put their digests beside what was ticked in their fields.

    A form that is refused afterwards leaves them kept, as everything that is handed in. Raises RequestUnusable (a file that
    is empty, too large, or holds somebody who was forgotten).
    """
    found: list[Handed] = []
    for form in forms:
        if form.widget == "files":
            new = [_kept(visit, one) for one in _files(visit, form.name)]
            digests = [*typed[form.name].splitlines(), *(one.digest for one in new)]
            typed[form.name] = "\n".join(dict.fromkeys(digests))
            found += new
    return found


def source_of(files: Sequence[Handed]) -> Source:
    """Where a fact came in with these files: all their names, and the digest where it is one."""
    if not files:
        return WAY
    names = BETWEEN.join(one.name for one in files)[:NAME_LETTERS_MOST]
    return Source(way=WAY.way, name=names, file=files[0].digest if len(files) == 1 else None)


def offered(visit: Visit, finding: str, chosen: Sequence[str], new: Sequence[Handed] = ()) -> list[tuple[str, str]]:
    """The files that a form offers to be ticked, by digest and name: those chosen already, and what was handed in before."""
    known = {one.digest: one.name for one in (*_handed_before(visit, finding), *new)}
    found = [(one, known.get(one, "")) for one in dict.fromkeys((*chosen, *known))]
    return [(digest, f"{name or visit.t('attachments.nameless')} · {short(digest)}") for digest, name in found]


def _handed_before(visit: Visit, finding: str) -> list[Handed]:
    """For this finding, and for the class that it is about."""
    try:
        told = facts_of(visit.house.log, f"finding:{finding}", visit.actor).facts
    except HTTPException:
        return []
    found: dict[str, Handed] = {}
    for recorded in told:
        body = recorded.fact.now if isinstance(recorded.fact, Correction) else recorded.fact
        if isinstance(body, FindingRecorded) and body.object.startswith("class:"):
            found |= {one.digest: one for one in _of_class(visit, body.object.partition(":")[2])}
        elif isinstance(body, RectificationReported):
            names = _names(recorded.source, len(body.evidence))
            found |= {one: Handed(one, name) for one, name in zip(body.evidence, names, strict=True)}
    return list(found.values())


def _of_class(visit: Visit, training_class: str) -> Iterator[Handed]:
    """The attachments of a class that the officer may see."""
    try:
        require_class(visit, training_class)
    except HTTPException:
        return
    for one in class_facts(visit.house.log, training_class, visit.bar).attachments:
        body: Any = one.body
        name = one.first.source.name if one.first.source is not None else None
        kind = visit.label("code.attachment_kind", body.attachment_kind)
        yield Handed(body.digest, f"{kind} {name or ''}".strip())


def _names(source: Source | None, count: int) -> list[str]:
    """What files that came in together are called, in their order; empty names where not all of them came along."""
    names = ((source and source.name) or "").split(BETWEEN)
    return names if len(names) == count else [""] * count


def _files(visit: Visit, field: str) -> list[UploadFile]:
    given = visit.form.getlist(f"files.{field}") if visit.form is not None else []
    return [one for one in given if isinstance(one, UploadFile) and one.filename]


def _kept(visit: Visit, file: UploadFile) -> Handed:
    name = str(file.filename).replace("\\", "/").rpartition("/")[2]  # some browsers send a folder along
    try:
        return Handed(keep(visit.house, file.file.read()), name[:NAME_LETTERS_MOST])
    except FileErased as refusal:
        raise RequestUnusable(refusal.words("zh"), refusal.words("en")) from None
