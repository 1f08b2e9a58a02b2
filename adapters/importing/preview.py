"""What a file would mean: its tables, how their columns are understood, what is doubtful. Never a row's contents."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from taizhang.adapters.forms.forms import FORMS
from taizhang.adapters.forms.headers import recognise
from taizhang.adapters.forms.tables import FormTable
from taizhang.adapters.importing.rows import Table, table_of
from taizhang.adapters.sheets.sheets import Workbook


class TablePreview(msgspec.Struct, frozen=True, kw_only=True):
    """What one table of a file is taken for."""

    sheet: str
    form: str
    form_zh: str
    form_en: str
    title: str
    header_rows: tuple[int, ...]
    columns: dict[str, str]  # printed header -> field, "" where none was found
    head: dict[str, str]  # field -> where it stands, as row:column; never the value
    rows: int
    certainty: float
    doubts_zh: list[str]
    doubts_en: list[str]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a file would mean; `remembered` is what a run with this mapping would keep for the sender."""

    filename: str
    digest: str
    format: str
    tables: list[TablePreview]
    sheets_without_form: list[str]
    remembered: dict[str, str]


def preview_of(workbook: Workbook, known: Mapping[str, str], *, remembered: bool) -> Preview:
    """The preview of an opened file under this mapping."""
    tables = tables_of(workbook, known)
    with_form = {table.form.sheet for table in tables}
    return Preview(
        filename=workbook.filename,
        digest=workbook.digest,
        format=workbook.format,
        tables=[_previewed(table) for table in tables],
        sheets_without_form=[sheet.name for sheet in workbook.sheets if sheet.name not in with_form],
        remembered=dict(known) if remembered else {},
    )


def tables_of(workbook: Workbook, known: Mapping[str, str]) -> list[Table]:
    """Every table of a known form, in the order of the file."""
    forms = [form for sheet in workbook.sheets for form in recognise(sheet, known)]
    return [table_of(number, form) for number, form in enumerate(forms)]


def _previewed(table: Table) -> TablePreview:
    form = table.form
    return TablePreview(
        sheet=form.sheet,
        form=form.form,
        form_zh=FORMS[form.form].zh,
        form_en=FORMS[form.form].en,
        title=form.title,
        header_rows=form.header_rows,
        columns=_columns(form),
        head={str(name): f"{value.row}:{value.column + 1}" for name, value in form.head.items()},
        rows=len(form.rows),
        certainty=form.certainty,
        doubts_zh=list(form.doubts),
        doubts_en=list(form.doubts_en),
    )


def _columns(form: FormTable) -> dict[str, str]:
    """Printed header -> field, by the last line of the header where that names one column alone, else by all its lines."""
    last = {index: form.headers.get(index, "").rpartition("/")[2] for index, field in form.columns.items() if field}
    twice = {text for text in last.values() if list(last.values()).count(text) > 1}
    columns: dict[str, str] = {}
    for index, text in last.items():
        printed = form.headers.get(index, "") if text in twice else text
        columns[printed or f"(第{index + 1}列)"] = str(form.columns[index] or "")
    return columns | {text: "" for _, text in form.unmapped}
