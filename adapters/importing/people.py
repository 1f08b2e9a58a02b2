"""The persons of a file: met in the vault, registered when new, stated again when a file says something else.

Names and numbers go to the vault and nowhere else; on go random ids and commitments. What two sources say differently
stays beside each other, and the row's reader is shown both, masked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import Final, Protocol

import msgspec

from taizhang.adapters.importing.lookup import Lookup
from taizhang.adapters.importing.rows import Origin, Planned, Words, short_digest
from taizhang.adapters.importing.variants import alike, how_they_differ
from taizhang.adapters.vault.arrivals import Arrival, Welcomed
from taizhang.adapters.vault.statements import Stated, plain_name
from taizhang.adapters.vault.vault import Identified, PersonForgotten, Statement
from taizhang.domain.core import PersonId, RegionCode
from taizhang.domain.identity import Identity, IdentityKind, mask_name
from taizhang.domain.merging import DuplicateId, DuplicateQueued
from taizhang.domain.people import PersonDetailsStated, PersonRegistered

NAME, IDENTITY = "name", "id_number"
SAME_NAME_AND_BIRTH = "same-name-and-birth"
PRINTED: Mapping[str, tuple[str, str]] = {
    "name": ("姓名", "name"),
    "sex": ("性别", "sex"),
    "birth_date": ("出生日期", "birth date"),
    "ethnicity": ("民族", "ethnicity"),
    "education": ("文化程度", "education"),
    "phone": ("电话", "phone"),
    "home_address": ("家庭住址", "address"),
    "unit": ("单位", "unit"),
    "bank_name": ("开户银行", "bank"),
    "bank_account": ("银行账号", "account"),
}
Said = dict[str, list[Stated]]
_OTHER: Final = IdentityKind.OTHER  # looked up once, and not for each row
Welcome = Callable[[Sequence[Arrival]], Callable[[], list[Welcomed]]]


class PeopleVault(Protocol):
    """The part of the vault that importing needs."""

    def identify(self, identities: Sequence[Identity]) -> list[Identified]: ...
    def find(self, identities: Sequence[Identity]) -> list[PersonId | None]: ...
    def people_without_identity(self, count: int) -> list[PersonId]: ...
    def state(self, records: Sequence[Statement], now_us: int) -> None: ...
    def said(self, persons: Iterable[PersonId]) -> dict[PersonId, Said]: ...
    def find_by_name(self, name: str, among: Sequence[PersonId]) -> list[PersonId]: ...
    def welcome(self, arrivals: Sequence[Arrival]) -> list[Welcomed]: ...
    def commit(self, persons_fields: Sequence[tuple[PersonId, str, dict[str, str]]]) -> list[dict[str, str]]: ...
    def fingerprint(self, text: str) -> str: ...


class Stating(msgspec.Struct, gc=False):
    """A row that states a person: who, and what is said of them, on which day and in whose books."""

    planned: Planned
    identity: Identity | None
    fields: dict[str, str]
    on: date
    county: RegionCode
    village: RegionCode | None = None


class People:
    """Meets the persons of one run."""

    def __init__(self, vault: PeopleVault, lookup: Lookup, origin: Origin, now_us: int, welcome: Welcome) -> None:
        self._welcome = welcome
        self._vault, self._lookup, self._origin, self._now_us = vault, lookup, origin, now_us
        self._registered: set[PersonId] = set()  # proposed in this run: the log may not have them yet
        self.unheard_of: set[PersonId] = set()  # whose ids were made for the rows that were met last

    def meet(self, rows: Sequence[Stating]) -> list[PersonId]:
        """Who each row speaks of; what is to be recorded about them is added to the rows."""
        return self.begin(rows)()

    def begin(self, rows: Sequence[Stating]) -> Callable[[], list[PersonId]]:
        """`meet` in two steps: what is handed back waits for the vault and then does the rest. Call it in turn."""
        if not rows:
            return list
        arrivals = [self._arrival(row) for row in rows]
        answer = self._welcome(arrivals)
        return lambda: self._met(rows, arrivals, answer())

    def _met(
        self, rows: Sequence[Stating], arrivals: Sequence[Arrival], welcomed: Sequence[Welcomed]
    ) -> list[PersonId]:
        known: list[tuple[Stating, PersonId]] = []
        self.unheard_of = {one.person for one in welcomed if one.commitments is not None}
        self._registered |= self.unheard_of
        for row, arrival, one in zip(rows, arrivals, welcomed, strict=True):
            if one.commitments is None:
                known.append((row, one.person))
            else:
                registration = _registration(row, one.person, arrival.statement, one.commitments)
                row.planned.propose(self._origin, registration)
        self._record([row for row, _ in known], [person for _, person in known], set())
        for row, one in zip(rows, welcomed, strict=True):
            if one.namesake is not None:
                self._queue_duplicate(row, one.person, one.namesake)
        return [one.person for one in welcomed]

    def _arrival(self, row: Stating) -> Arrival:
        assert row.identity is not None, "who has no number is met by `state`"
        planned = row.planned
        return Arrival(
            row.identity,
            self._origin.statement(planned.sheet, planned.row),
            row.fields,
            self._vault_source(planned),
            plain_name(row.fields.get(NAME, "")),
            born_text(row.identity),
        )

    def state(self, rows: Sequence[Stating], people: Sequence[PersonId], made: set[PersonId]) -> None:
        """The same for persons who were met already, or who are known without a number."""
        self._record(rows, people, made)

    # -- what is recorded ---------------------------------------------------------------------------------

    def _record(self, rows: Sequence[Stating], people: Sequence[PersonId], made: set[PersonId]) -> None:
        """Put statements into the vault, and facts about them before the rows' other items."""
        met = dict.fromkeys(person for person in people if person not in made)
        logged = self._lookup.statements(met) if met else {}
        said = self._vault.said(met) if met else {}
        wanted: list[tuple[Stating, PersonId, tuple[str, ...], bool]] = []
        coming = _later_rows(rows, people)
        for place, (row, person) in enumerate(zip(rows, people, strict=True)):
            statement = self._origin.statement(row.planned.sheet, row.planned.row)
            known = _without(said.get(person), self._vault_source(row.planned))
            conflicting = self._contradictions(row, known, coming.get(place, ())) if known else ()
            is_new = person not in logged and person not in self._registered
            if not is_new and (statement in logged.get(person, ()) or not (conflicting or _adds(row.fields, known))):
                continue
            self._registered.add(person)
            wanted.append((row, person, conflicting, is_new))
            _remember(said.setdefault(person, {}), row.fields, self._vault_source(row.planned))
        self._propose(wanted)

    def _propose(self, wanted: list[tuple[Stating, PersonId, tuple[str, ...], bool]]) -> None:
        origin = self._origin
        while wanted:
            ids = [origin.statement(row.planned.sheet, row.planned.row) for row, *_ in wanted]
            try:
                commitments = self._vault.commit(
                    [(person, id, row.fields) for (row, person, _, _), id in zip(wanted, ids, strict=True)]
                )
                self._vault.state(
                    [Statement(who, row.fields, self._vault_source(row.planned)) for row, who, *_ in wanted],
                    self._now_us,
                )
            except PersonForgotten as forgotten:  # nothing is kept about them any more; the others go on
                for row, person, *_ in wanted:
                    if person == forgotten.person:
                        row.planned.attempt(origin, "people.state-person-details", forgotten, "", f"person:{person}")
                wanted = [one for one in wanted if one[1] != forgotten.person]
                continue
            break
        else:
            return
        for (row, person, conflicting, is_new), id, made in zip(wanted, ids, commitments, strict=True):
            if is_new:
                row.planned.propose(origin, _registration(row, person, id, made))
            else:
                row.planned.propose(
                    origin,
                    PersonDetailsStated(
                        person=person, statement=id, commitments=made, conflicting=conflicting, occurred_on=row.on
                    ),
                )

    def _vault_source(self, planned: Planned) -> str:
        return self._origin.vault_source(planned.sheet, planned.row)

    # -- contradictions and duplicates --------------------------------------------------------------------

    def _contradictions(self, row: Stating, known: Said, coming: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
        """The fields in which the newest word on the person is another; each is shown to the row's reader, masked.

        It is no news where the file that said it also says what this row says, or where a later row of this file says
        it again: a file in which one person stands in two ways changes nothing when it is saved once more.
        """
        found = []
        for field, value in row.fields.items():
            others = known.get(field)
            if not others or alike(field, value, others[-1].value):
                continue
            said_so = any(alike(field, value, one.value) for one in _of_one_file(others))
            follows = any(field in later and alike(field, later[field], others[-1].value) for later in coming)
            if not (said_so or (follows and any(alike(field, value, one.value) for one in others))):
                found.append(field)
            zh, en = contradiction(field, value, others[-1])
            row.planned.note(f"{zh},两者均已保留", f"{en}; both are kept")
        return tuple(found)

    def _queue_duplicate(self, row: Stating, person: PersonId, namesake: PersonId) -> None:
        """Queue who shares name and birth date with somebody of another number; nobody is merged by a guess."""
        queue(self._origin, row.planned, (namesake, person), SAME_NAME_AND_BIRTH, (NAME, "birth_date"), row.on)
        row.planned.note(
            "与另一人姓名、出生日期相同而身份证号码不同,疑似重复,已列入待核实,不影响本次导入",
            "shares name and birth date with a person of another number: queued as a possible duplicate",
        )


def _registration(row: Stating, person: PersonId, statement: str, commitments: dict[str, str]) -> PersonRegistered:
    return PersonRegistered(
        person=person,
        statement=statement,
        county=row.county,
        village=row.village,
        commitments=commitments,
        occurred_on=row.on,
    )


def queue(
    origin: Origin, planned: Planned, persons: Sequence[PersonId], kind: str, matching: tuple[str, ...], on: date
) -> None:
    """Queue persons who may be one; the same persons are queued once for the same reason."""
    ordered = tuple(sorted(set(persons)))
    duplicate = DuplicateId("d" + short_digest(kind, *ordered))
    planned.propose(
        origin, DuplicateQueued(duplicate=duplicate, persons=ordered, kind=kind, matching=matching, occurred_on=on)
    )


def born_text(identity: Identity) -> str:
    """The day of birth in the number as 1980-01-31; "" for papers that carry none."""
    number = identity.number
    return "" if identity.kind is _OTHER else f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def masked(field: str, value: str) -> str:
    """A value as a result sheet may show it."""
    if field == NAME:
        return mask_name(value)
    if field in ("sex", "ethnicity", "education"):
        return value
    return value[:3] + "*" * max(len(value) - 5, 2) + value[-2:] if len(value) > 6 else value[:1] + "**"


def place_of(source: str) -> tuple[str, str]:
    """File, sheet and row of an earlier statement, in words."""
    name, sheet, row, *_ = [*source.rsplit("|", 3), "", "", ""]
    if not row:
        return f"“{source}”", f'"{source}"'
    return f"“{name}”工作表“{sheet}”第 {row} 行", f'"{name}", sheet "{sheet}", row {row}'


def _remember(said: Said, fields: Mapping[str, str], source: str) -> None:
    for field, value in fields.items():
        said.setdefault(field, []).append(Stated(value, 0, source))


def _without(said: Said | None, source: str) -> Said:
    """What other sources said: a run that died may have left this very row in the vault and not in the log."""
    if not said:
        return {}
    others = {field: [one for one in values if one.source != source] for field, values in said.items()}
    return {field: values for field, values in others.items() if values}


def _adds(fields: Mapping[str, str], known: Said) -> bool:
    """Whether anything here was never said before, however it is spelt."""
    return any(
        not any(value == stated.value or alike(field, value, stated.value) for stated in known.get(field, ()))
        for field, value in fields.items()
    )


def _of_one_file(said: Sequence[Stated]) -> Iterator[Stated]:
    """What the newest file to speak said, its newest word first."""
    file = said[-1].source.rpartition("|")[2]
    return takewhile(lambda one: one.source.rpartition("|")[2] == file, reversed(said))


def _later_rows(rows: Sequence[Stating], people: Sequence[PersonId]) -> dict[int, list[Mapping[str, str]]]:
    """For the rows of people who stand in several: what the rows after it say of the same person."""
    if len(set(people)) == len(people):
        return {}
    after: dict[PersonId, list[Mapping[str, str]]] = {}
    coming: dict[int, list[Mapping[str, str]]] = {}
    for place in range(len(rows) - 1, -1, -1):
        later = after.setdefault(people[place], [])
        if later:
            coming[place] = list(later)
        later.append(rows[place].fields)
    return coming


def contradiction(field: str, value: str, other: Stated) -> Words:
    """That two sources disagree: what each says, masked, and where masking hides it, in which character."""
    zh, en = PRINTED.get(field, (field, field))
    where_zh, where_en = place_of(other.source)
    here, there = masked(field, value), masked(field, other.value)
    differ_zh, differ_en = how_they_differ(value, other.value) if here == there else ("", "")
    return Words(
        f"{zh}与{where_zh}不一致:本表为 {here},该处为 {there}{differ_zh and f'({differ_zh})'}",
        f"{en} differs from {where_en}: {here} here, {there} there{differ_en and f' ({differ_en})'}",
    )
