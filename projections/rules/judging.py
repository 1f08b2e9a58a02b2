"""Running the rules: over everybody, or over whom facts have touched since the last time; both give the same leads.

The rules read a state of all views at one position. What they found is written afterwards, on condition that nobody
else has judged meanwhile; whom facts touched since then stays due.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, delete, func, select

from taizhang.domain.leads.ids import lead_id
from taizhang.projections.database import RowWriter, Store, chunks
from taizhang.projections.funds.rows import recorded_ordinal
from taizhang.projections.rules.rule import PREFIX, Found, Rule, Stated, due_keys, stated_thresholds
from taizhang.projections.rules.rules import VERSION_THRESHOLD, all_rules
from taizhang.projections.rules.tables import LeadTables, lead_tables, ledger_tables
from taizhang.projections.tables import view_table

# To ask about one who is due costs what asking about two of everybody does: each rule looks for the due among its rows.
DEAR: Final = 2
MANY_DUE: Final = 1_000  # below, a run is short either way
POSITIONS_MOST: Final = 200  # of a lead's facts that it names; how many there are in all stands beside them
TENTHS: Final = "_tenths"  # of a point: said as points
AREA: Final = "area"  # among what is due: topics of which something was recorded
WORDING: Final = "words-2"  # another one when findings are said in other words: then all that stand are told anew
_RUN: Final = "leads"


class Lead(NamedTuple):
    """A lead as it stands in the table `lead`."""

    lead: str
    rule: str
    version: int
    severity: str
    region: str
    subjects: tuple[str, ...]
    sum_fen: int
    positions: tuple[int, ...]
    positions_in_all: int
    known_position: int
    words_zh: str
    words_en: str


class Compared(NamedTuple):
    """Two versions of a rule over the whole history: which leads only one of them finds."""

    appear: list[Lead]
    vanish: list[Lead]
    stay: int


class _State(NamedTuple):
    """What a run reflects."""

    number: int
    position: int
    recorded_at: int
    builds: str
    rules: str


class _Outcome(NamedTuple):
    """What a run found, and which standing leads it judged again."""

    state: _State
    found: dict[str, Lead]
    judged: set[str]


def judge(store: Store, rules: Sequence[Rule] | None = None, *, fully: bool = False, until: date | None = None) -> int:
    """Bring the leads level with the views; how many leads were found by this run.

    The rules are asked on the day of the last fact, or on the day `until` if that is earlier.
    Does nothing while the views stand at different positions, or when nothing was recorded since.
    """
    with store.read() as connection:
        outcome = _outcome(connection, rules, fully, until)
    if outcome is None:
        return 0
    with store.write() as connection:
        _keep(connection, outcome)
    return len(outcome.found)


def counting(rules: Sequence[Rule], stated: Sequence[Stated], today: date) -> list[Rule]:
    """Of each rule the version that counts on a day: what a policy fact says, or else what the program says."""
    chosen: dict[str, Rule] = {}
    for rule in rules:
        name = VERSION_THRESHOLD.format(rule=rule.id.replace(".", "-"))
        said = max((one for one in stated if one.name == name and one.since <= today), key=_since, default=None)
        if (rule.version == said.value) if said is not None else rule.counts:
            chosen[rule.id] = rule
    return [*chosen.values()]


def compared(connection: Connection, old: Rule, new: Rule) -> Compared:
    """Ask both versions of everybody, and tell which leads appear and which vanish. Nothing is written."""
    today, stated = _today(connection), stated_thresholds(connection)
    before = {one.lead: one for one in _leads(old, old.found(connection, today, stated))}
    after = {one.lead: one for one in _leads(new, new.found(connection, today, stated))}
    return Compared(
        [after[one] for one in sorted(after.keys() - before.keys())],
        [before[one] for one in sorted(before.keys() - after.keys())],
        len(before.keys() & after.keys()),
    )


def leads_of(rule: Rule, found: Sequence[Found]) -> list[Lead]:
    """What a rule found, as leads in words."""
    return _leads(rule, found)


def judged_at(connection: Connection) -> tuple[int, int]:
    """Up to which position the leads reflect the log, and when that fact was recorded; (0, 0): never judged."""
    state = _standing(connection)
    return (state.position, state.recorded_at) if state is not None else (0, 0)


# -- one run ----------------------------------------------------------------------------------------------


def _outcome(
    connection: Connection, rules: Sequence[Rule] | None, fully: bool, until: date | None = None
) -> _Outcome | None:
    v = view_table().c
    views = connection.execute(select(v.name, v.build, v.position, v.recorded_at).order_by(v.name)).all()
    if not views or len({row.position for row in views}) > 1 or views[0].position == 0:
        return None
    builds = " ".join(f"{row.name}:{row.build}" for row in views)
    today, stated = date.fromordinal(recorded_ordinal(views[0].recorded_at)), stated_thresholds(connection)
    today = today if until is None else min(today, until)
    chosen = counting(all_rules() if rules is None else rules, stated, today)
    names = f"{' '.join(rule.name for rule in chosen)}|{WORDING}|{_told(stated)}"
    standing = _standing(connection)
    if standing is not None and not fully and standing.position == views[0].position and standing.rules == names:
        return None
    is_full = fully or standing is None or (standing.builds, standing.rules) != (builds, names)
    is_full = is_full or _are_most_due(connection)
    number = 0 if standing is None else standing.number
    state = _State(number, views[0].position, views[0].recorded_at, builds, names)
    found: dict[str, Lead] = {}
    judged: set[str] = set()
    memo: dict[str, Any] = {}
    areas = set(connection.scalars(select(lead_tables().due.c.key).where(lead_tables().due.c.kind == AREA)))
    same_day = standing is not None and date.fromordinal(recorded_ordinal(standing.recorded_at)) == today
    for rule in chosen:
        if not is_full and rule.is_asleep(areas, same_day):
            continue
        partly = not is_full and rule.kind != "whole"
        told = rule.found(connection, today, stated, due=partly, memo=memo)
        found |= {one.lead: one for one in _leads(rule, told)}
        judged |= _standing_leads(connection, rule, partly)
    if is_full:
        judged |= set(connection.scalars(select(lead_tables().leads.c.lead)))
    return _Outcome(state, found, judged)


def _are_most_due(connection: Connection) -> bool:
    """Whether to judge everybody costs less than to judge whom facts have touched, as after a long file."""
    due = connection.scalar(select(func.count()).select_from(lead_tables().due)) or 0
    if due < MANY_DUE:
        return False
    few = select(ledger_tables().enrolments.c.person).limit(DEAR * due + 1).subquery()
    return (connection.scalar(select(func.count()).select_from(few)) or 0) <= DEAR * due


def _standing_leads(connection: Connection, rule: Rule, partly: bool) -> set[str]:
    """The leads of a rule that this run judges again."""
    s = lead_tables().subjects.c
    query = select(s.lead).where(s.rule == rule.id)
    if partly:
        if connection.scalar(query.limit(1)) is None:
            return set()  # nobody need be looked for among those who are due
        keys = due_keys(rule.kind).subquery()
        prefix = PREFIX[rule.kind]
        query = query.where(s.subject.in_(select(prefix + next(iter(keys.c)))))
    return set(connection.scalars(query))


def _keep(connection: Connection, outcome: _Outcome) -> None:
    """Write the leads, unless somebody else has judged since."""
    tables, state = lead_tables(), outcome.state
    v = view_table().c
    connection.execute(
        select(v.position).where(v.name == _RUN).with_for_update()
    )  # one after the other, the first run too
    standing = _standing(connection)
    if (0 if standing is None else standing.number) != state.number:
        return
    for part in chunks(sorted(outcome.judged | outcome.found.keys())):
        connection.execute(delete(tables.subjects).where(tables.subjects.c.lead.in_(part)))
    for part in chunks(sorted(outcome.judged - outcome.found.keys())):
        connection.execute(delete(tables.leads).where(tables.leads.c.lead.in_(part)))
    _write(connection, tables, [*outcome.found.values()])
    connection.execute(delete(tables.due).where(tables.due.c.position <= state.position))
    row = (_RUN, state.number + 1, *state[1:])
    RowWriter(tables.runs).put(connection, [row])


def _write(connection: Connection, tables: LeadTables, found: Sequence[Lead]) -> None:
    rows = [
        (*one[:5], ",".join(one.subjects), one.sum_fen, ",".join(map(str, one.positions)), *one[8:]) for one in found
    ]
    RowWriter(tables.leads).put(connection, rows)
    RowWriter(tables.subjects).insert(
        connection, [(one.rule, subject, one.lead) for one in found for subject in one.subjects]
    )


def _standing(connection: Connection) -> _State | None:
    r = lead_tables().runs.c
    query = select(r.number, r.position, r.recorded_at, r.builds, r.rules).where(r.run == _RUN)
    row = connection.execute(query).one_or_none()
    return None if row is None else _State(*row)


def _today(connection: Connection) -> date:
    v = view_table().c
    return date.fromordinal(recorded_ordinal(connection.scalar(select(v.recorded_at).where(v.name == _RUN)) or 0))


def _told(stated: Sequence[Stated]) -> str:
    """The thresholds in short: a new one may change leads of long ago."""
    return msgspec.json.encode(sorted(stated)).decode()


def _since(one: Stated) -> date:
    return one.since


def _leads(rule: Rule, found: Sequence[Found]) -> list[Lead]:
    made = {}
    for one in found:
        subjects = tuple(sorted(set(one.subjects)))
        lead = lead_id(rule.id, subjects)
        made[lead] = Lead(
            lead=lead,
            rule=rule.id,
            version=rule.version,
            severity=rule.severity,
            region=one.region,
            subjects=subjects,
            sum_fen=one.sum_fen,
            positions=one.positions[:POSITIONS_MOST],
            positions_in_all=len(one.positions),
            known_position=max(one.positions, default=0),
            words_zh=_say(rule.says_zh, one),
            words_en=_say(rule.says_en, one),
        )
    return [*made.values()]


def _say(template: str, found: Found) -> str:
    """The rule's sentence about what it found."""
    points = {
        name.removesuffix(TENTHS): f"{value / 10:.1f}" for name, value in found.words.items() if name.endswith(TENTHS)
    }
    words: Mapping[str, Any] = {
        "region": found.region,
        "subjects": "、".join(found.subjects),
        **found.words,
        **points,
    }
    return template.format_map(words)
