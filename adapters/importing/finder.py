"""Which class a sheet or a row speaks of: by its number, or by institution and name, never by a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.tables import FormRow
from taizhang.adapters.importing.lookup import COUNTY_DIGITS, Lookup, Organisation, plain_name
from taizhang.adapters.importing.rows import Table, Unusable, Values, short_digest
from taizhang.adapters.sheets.cells import CellProblem, clean_text, parse_date, parse_period
from taizhang.domain.classes import ClassFiled, ClassId, InstitutionId
from taizhang.domain.core import Actor, RegionCode

_PLAIN_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_NUMBERS: Final = (F.CLASS_NO, F.FILING_NO)
_ASKED: Final = (F.CLASS_NO, F.INSTITUTION, F.CLASS_NAME, F.START_DATE, F.PERIOD, F.OCCUPATION, F.COUNTY, F.FILING_NO)


class ClassFinder:
    """Finds classes for one run; what was found or not found is remembered until `forget`."""

    def __init__(self, lookup: Lookup, by: Actor) -> None:
        self._lookup, self._by = lookup, by
        self._known: dict[tuple[object, ...], ClassFiled | Unusable] = {}
        self._filed: dict[ClassId, ClassFiled | None] = {}
        self._of_rows: dict[tuple[object, ...], ClassFiled | Unusable] = {}
        self._columns: dict[str, tuple[F, ...]] = {}  # of a table: those that may name another class for a row

    def forget(self) -> None:
        """Look again: classes may have been filed meanwhile."""
        self._known, self._of_rows, self._filed = {}, {}, {}

    def prepare(self, table: Table, rows: Sequence[FormRow]) -> None:
        """Look up together what the rows name by number: one look costs less than one for each of a file's classes."""
        named: dict[object, FormRow] = {}
        for index in [index for row in rows[:1] for index, field in row.layout.columns if field in _NUMBERS]:
            for row in rows:
                named.setdefault(row.cells[index], row)
        wanted = [id for row in named.values() for id in self._ids(table.about(row.values))]
        self._look_up(wanted)

    def find(self, values: Values) -> ClassFiled:
        """The class that these values speak of.

        Raises Unusable when it is unknown, or when several fit.
        """
        key = tuple([values.get(field) for field in _ASKED])
        if key not in self._known:
            try:
                self._known[key] = self._find(values)
            except Unusable as problem:
                self._known[key] = problem
        found = self._known[key]
        if isinstance(found, Unusable):
            raise found
        return found

    def institution(self, values: Values) -> Organisation:
        """The institution that these values name, or the officer's own.

        Raises Unusable when it is unknown, or when several bear the name.
        """
        name = clean_text(values.get(F.INSTITUTION))
        if not name:
            own = self._lookup.organisation(self._by.organisation) if self._by.role == "institution" else None
            if own is None:
                raise Unusable(
                    "没有填写培训机构。请在表头补填“培训机构”。",
                    "The training institution is not named. Name it above the table.",
                )
            return own
        found = self._lookup.organisations(name, teaching=True)
        if len(found) == 1:
            return found[0]
        if found:
            raise Unusable(
                f"“{name}”在登记中有 {len(found)} 个,无法确定是哪一个。请改用班次编号,或由所在县导入。",
                f'{len(found)} institutions are registered as "{name}". Give the class number, or let their county import.',
            )
        raise Unusable(
            f"培训机构“{name}”未登记。请先登记该机构,或核对名称(须与登记名称一致)。",
            f'No institution "{name}" is registered. Register it first, or use the name under which it is registered.',
        )

    def county(self, values: Values, institution: Organisation | None) -> RegionCode:
        """The county that keeps a class: as the form says, else the institution's, else the officer's.

        Raises Unusable.
        """
        named = clean_text(values.get(F.COUNTY))
        if named:
            code = self._lookup.region(named, digits=COUNTY_DIGITS)
            if code is None:
                raise Unusable(
                    f"县(区)“{named}”不在登记的行政区划中。请核对名称。",
                    f'No county "{named}" is registered. Check the name.',
                )
            return RegionCode(code[:COUNTY_DIGITS])
        if institution is not None and not institution.region.endswith("00"):
            return RegionCode(institution.region[:COUNTY_DIGITS])
        own = self._lookup.own_county()
        if own is None:
            raise Unusable(
                "看不出该班属于哪个县。请在表头补填“县(区)”。",
                "The class's county is not stated. Name it above the table.",
            )
        return own

    def find_for(self, table: Table, own: Values) -> ClassFiled:
        """The class of a row: as its own columns say, else its table's head."""
        if table.key not in self._columns:
            printed = {field for row in table.form.rows[:1] for _, field in row.layout.columns}
            self._columns[table.key] = tuple(field for field in _ASKED if field in printed)
        key = (table.key, *[own.get(field) for field in self._columns[table.key]])
        if key not in self._of_rows:
            try:
                self._of_rows[key] = self.find(table.about(own))
            except Unusable as problem:
                self._of_rows[key] = problem
        found = self._of_rows[key]
        if isinstance(found, Unusable):
            raise found
        return found

    def _find(self, values: Values) -> ClassFiled:
        number = clean_text(values.get(F.CLASS_NO)) or clean_text(values.get(F.FILING_NO))
        name = clean_text(values.get(F.CLASS_NAME))
        if number and (numbered := self._by_number(values)) is not None:
            return numbered
        if not (name or number or values.get(F.OCCUPATION)):
            raise Unusable(
                "没有班次编号,也没有班次名称,无法确定是哪个班。请在表头补填“班次编号”,或“培训机构”和“班次名称”。",
                "Neither a class number nor a class name is given. Add the class number, or institution and class name, "
                "above the table.",
            )
        institution = self.institution(values)
        fitting = self._fitting(self._lookup.classes_of(InstitutionId(institution.id)), values, number, name)
        if len(fitting) == 1:
            return fitting[0]
        called = name or number or clean_text(values.get(F.OCCUPATION))
        if fitting:
            raise Unusable(
                f"该机构有 {len(fitting)} 个班与“{called}”相符,无法确定是哪一个。请补填“班次编号”或“开班日期”。",
                f'{len(fitting)} classes of the institution fit "{called}". Add the class number or the first day.',
            )
        raise Unusable(
            f"没有找到班次“{called}”。请先导入该班的开班申请表,或核对班次编号、名称和开班日期。",
            f'No class "{called}" is filed. Import its class filing first, or check number, name and first day.',
        )

    def _by_number(self, values: Values) -> ClassFiled | None:
        found = self._look_up(self._ids(values))
        return found[0] if len(found) == 1 else None

    def _look_up(self, ids: Iterable[ClassId]) -> list[ClassFiled]:
        asked = list(dict.fromkeys(ids))
        unknown = [id for id in asked if id not in self._filed]
        found = self._lookup.classes(unknown)
        self._filed |= {id: found.get(id) for id in unknown}
        return [filed for id in asked if (filed := self._filed[id]) is not None]

    def _ids(self, values: Values) -> list[ClassId]:
        """The ids that the number of a row may stand for; none where it gives no plain number."""
        number = clean_text(values.get(F.CLASS_NO)) or clean_text(values.get(F.FILING_NO))
        if re.fullmatch(r"c\d{6}-\S+", number):
            return [ClassId(number)]
        if not _PLAIN_NUMBER.fullmatch(number):
            return []
        counties: dict[str, None] = {}
        for institution in (None, *self._lookup.organisations(clean_text(values.get(F.INSTITUTION)), teaching=True)):
            try:
                counties[self.county(values, institution)] = None
            except Unusable:
                continue
        return [class_id(RegionCode(county), number, "", "", "") for county in counties]

    def _fitting(self, classes: list[ClassFiled], values: Values, number: str, name: str) -> list[ClassFiled]:
        if number and (same := [one for one in classes if number in (one.filing_number, one.training_class[8:])]):
            return same
        if name:
            classes = [one for one in classes if plain_name(one.name) == plain_name(name)]
        elif occupation := clean_text(values.get(F.OCCUPATION)):
            classes = [one for one in classes if plain_name(one.occupation) == plain_name(occupation)]
        else:
            return []
        first = first_day(values)
        return [one for one in classes if one.starts_on == first] if first is not None and len(classes) > 1 else classes


def class_id(county: RegionCode, number: str, institution: str, name: str, starts_on: str) -> ClassId:
    """The id of a class: its county and its number, or, without a plain number, what else identifies it."""
    tail = number if _PLAIN_NUMBER.fullmatch(number) else short_digest(institution, plain_name(name), starts_on)
    return ClassId(f"c{county}-{tail}")


def first_day(values: Values) -> date | None:
    """The first day that a form names, if it can be read."""
    try:
        if values.get(F.START_DATE):
            return parse_date(values[F.START_DATE])
        return parse_period(values[F.PERIOD])[0] if values.get(F.PERIOD) else None
    except CellProblem:
        return None
