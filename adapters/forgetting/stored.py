"""Which stored files hold something of a person, and in which of their rows: those facts name, and all others that do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from taizhang.adapters.files import FileDamaged, FileStore
from taizhang.adapters.importing.jobs import Job
from taizhang.adapters.importing.run import recorded_before
from taizhang.adapters.log.log import Criterion, Log
from taizhang.adapters.sheets.blanking import Rows, Sought, blanked, holds
from taizhang.adapters.sheets.sheets import FileUnreadable, open_workbook
from taizhang.adapters.vault.vault import Vault
from taizhang.domain.core import PersonId
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.forgetting import StoredFile

TAGS: Final = ("person:", "teacher:")
PAGE: Final = 10_000
UNNAMED, RESULT = "stored.csv", "result.xlsx"  # a stored file's name is known only where a fact or an import tells it

Progress = Callable[[int, int], None]
Place = tuple[str, int]  # a sheet's name, and the row as a spreadsheet counts


class Blank(NamedTuple):
    """A file without the person's cells, already stored, and what it is to take the place of."""

    before: str
    after: str
    stored_as: StoredFile
    cells: int


class Plan(NamedTuple):
    """The files that are to give way, and those that hold something of the person and cannot be written anew."""

    blanks: list[Blank]
    left: list[str]


class _Target(NamedTuple):
    stored_as: StoredFile
    name: str
    sheets: Sequence[str]  # the names of the sheets that were sent, in their order: a result's follow it
    rows: Mapping[Place, frozenset[str]]  # the people of each row; "" stands for a fact that names nobody


def plan(
    log: Log,
    files: FileStore,
    vault: Vault,
    jobs: Sequence[Job],
    group: Sequence[PersonId],
    what: Sought,
    progress: Progress | None = None,
) -> Plan:
    """Store a blank copy of each file that holds something of the person. Nothing gives way yet."""
    targets = _targets(log, files, jobs, group)
    everything = list(files.digests())
    done = Plan([], [])
    unknown = _Target("other", UNNAMED, (), {})
    for number, digest in enumerate(dict.fromkeys([*targets, *everything]), 1):
        target = targets.get(digest)
        try:
            content = files.get(digest)
            if target is not None or holds(content, what):
                _blank(files, vault, digest, content, target or unknown, group, what, done)
        except (FileNotFoundError, FileDamaged):
            done.left.append(digest)
        if progress is not None:
            progress(number, len(everything))
    return done


def _blank(
    files: FileStore,
    vault: Vault,
    digest: str,
    content: bytes,
    target: _Target,
    group: Sequence[PersonId],
    what: Sought,
    done: Plan,
) -> None:
    try:
        made = blanked(content, target.name, _rows(vault, target, group, what), what)
    except FileUnreadable:
        if holds(content, what):
            done.left.append(digest)
        return
    if made is not None:
        done.blanks.append(Blank(digest, files.put(made.content), target.stored_as, made.cells))


def _rows(vault: Vault, target: _Target, group: Sequence[PersonId], what: Sought) -> Rows:
    """Which rows are the person's own, shared with others, or a namesake's."""
    mine, numbers = frozenset(group), {name: number for number, name in enumerate(target.sheets)}
    strangers = {PersonId(one) for row in target.rows.values() for one in row if one} - mine
    namesakes = {one for name in what.names for one in vault.find_by_name(name, sorted(strangers))}
    own, shared, others = set(), set(), set()
    for (sheet, row), here in target.rows.items():
        place = (numbers.get(sheet, 0), row)
        if here <= mine:
            own.add(place)
        elif here & mine:
            shared.add(place)
        if here & namesakes:
            others.add(place)
    return Rows(frozenset(own), frozenset(shared), frozenset(others))


def _targets(log: Log, files: FileStore, jobs: Sequence[Job], group: Sequence[PersonId]) -> dict[str, _Target]:
    """The files that facts about the person came from and the workbooks returned for them, by what stands now."""
    found: dict[str, _Target] = {}
    for file, (name, own) in _sources(log, group).items():
        mine = [job for job in jobs if job.asked.file == file]
        rows = _joined(own, _people_of(log, file, mine))
        sheets = _sheets(files, file, name or UNNAMED)
        found[files.standing(file)] = _Target("source", name or UNNAMED, sheets, rows)
        results = {job.answer["result"] for job in mine if job.answer and job.answer.get("result")}
        for result in sorted(results):
            found[files.standing(result)] = _Target("result", RESULT, sheets, rows)
    return found


def _sheets(files: FileStore, file: str, name: str) -> list[str]:
    try:
        return [sheet.name for sheet in open_workbook(files.get(file), name).sheets]
    except (FileNotFoundError, FileDamaged, FileUnreadable):
        return []


def _joined(one: Mapping[Place, frozenset[str]], other: Mapping[Place, frozenset[str]]) -> dict[Place, frozenset[str]]:
    nobody: frozenset[str] = frozenset()
    return {place: one.get(place, nobody) | other.get(place, nobody) for place in {*one, *other}}


def _sources(log: Log, group: Sequence[PersonId]) -> dict[str, tuple[str, dict[Place, frozenset[str]]]]:
    """By file: its name, and the rows in which facts about the person say that they came from it."""
    found: dict[str, tuple[str, dict[Place, frozenset[str]]]] = {}
    for recorded in _about(log, group):
        source = recorded.source
        if source is not None and source.file:
            _, rows = found.setdefault(source.file, (source.name or "", {}))
            if source.row:
                place = (source.sheet or "", source.row)
                rows[place] = rows.get(place, frozenset()) | _people_in(recorded)
    return found


def _about(log: Log, group: Sequence[PersonId]) -> Iterator[Recorded]:
    asked = [Criterion((), (kind + one,)) for one in group for kind in TAGS]
    return (opened(row.position, row.leaf) for row in log.read(asked).facts)


def _people_of(log: Log, file: str, jobs: Sequence[Job]) -> dict[Place, frozenset[str]]:
    """The people of every row that any import of this file recorded something for."""
    ids = [job.run_id(attempt) for job in jobs for attempt in range(1, job.attempt + 1)]
    by_row = recorded_before(log, file, ids)
    places = {position: place for place, positions in by_row.items() for position in positions}
    found: dict[Place, frozenset[str]] = {}
    wanted = sorted(places)
    for start in range(0, len(wanted), PAGE):
        for row in log.at(wanted[start : start + PAGE]):
            place = places[row.position]
            found[place] = found.get(place, frozenset()) | _people_in(opened(row.position, row.leaf))
    return found


def _people_in(recorded: Recorded) -> frozenset[str]:
    named = {tag.removeprefix(kind) for tag in recorded.tags for kind in TAGS if tag.startswith(kind)}
    return frozenset(named or {""})
