"""What was understood of files that were handed in: form by form, each column once however many files bear it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from taizhang.adapters.importing.preview import Preview, TablePreview
from taizhang.http.imports import HandedIn

AS_UNDERSTOOD: Final = "="  # of a column that is one thing in this file and another in that
UNNAMED: Final = "(第"  # how a column without a printed header is called


class SeenFile(NamedTuple):
    """A file, and what it would mean; or in words why it cannot be read."""

    file: HandedIn
    preview: Preview | None
    problem: str


class SeenTable(NamedTuple):
    """One table of a file."""

    file: HandedIn
    table: TablePreview
    unknown: int  # columns that were not recognised


@dataclass
class SeenForm:
    """All tables of one form, the columns that they bear, and what is doubtful about which files."""

    form: str
    zh: str
    en: str
    tables: list[SeenTable] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)  # printed header -> what it is taken for
    doubts_zh: dict[str, list[str]] = field(default_factory=dict)  # words -> names of files
    doubts_en: dict[str, list[str]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(one.table.rows for one in self.tables)


def forms_seen(files: Iterable[SeenFile]) -> list[SeenForm]:
    """The forms of these files, in the order in which they first appear."""
    found: dict[str, SeenForm] = {}
    for file, preview, _ in files:
        for table in preview.tables if preview is not None else ():
            form = found.setdefault(table.form, SeenForm(table.form, table.form_zh, table.form_en))
            form.tables.append(SeenTable(file, table, list(table.columns.values()).count("")))
            for header, means in table.columns.items():
                known = form.columns.setdefault(header, [])
                if means not in known:
                    known.append(means)
            _note(form.doubts_zh, table.doubts_zh, file.name)
            _note(form.doubts_en, table.doubts_en, file.name)
    return list(found.values())


def confirmed(files: Iterable[SeenFile], chosen: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Of what the clerk chose for each printed header, that which no file, or not every file, was taken for."""
    understood: dict[str, set[str]] = {}
    for _, preview, _ in files:
        for table in preview.tables if preview is not None else ():
            for header, means in table.columns.items():
                understood.setdefault(header, set()).add(means)
    return {
        header: means
        for header, means in chosen
        if header in understood and means != AS_UNDERSTOOD and understood[header] != {means}
    }


def _note(doubts: dict[str, list[str]], words: Sequence[str], name: str) -> None:
    for text in words:
        names = doubts.setdefault(text, [])
        if name not in names:
            names.append(name)
