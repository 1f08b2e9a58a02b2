"""Made-up values for any type the domain declares: enough to construct every fact, guard row, slice and refusal."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any, get_type_hints

import msgspec
from msgspec import inspect

from taizhang.domain.boundary import guard_kinds
from taizhang.domain.core import Actor, OfficerId, OrganisationId, Refusal, RegionCode, Slice

ACTOR = Actor(
    officer=OfficerId("sample"),
    role="clerk",
    organisation=OrganisationId("sample"),
    region=RegionCode("620121"),
    authenticated="test",
)
PATTERNS = {
    r"^c\d{6}-\S{1,60}$": "c620121-sample",
    r"^[a-z][a-z0-9-]{1,60}$": "sample-days",
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$": "sample-line",
    r"^\d{6}(/\S{1,60})?$": "620121",
    r"^claim-\d{6}-\S{1,50}$": "claim-620121-sample",
    r"^insp-\d{6}-\S{1,50}$": "insp-620121-sample",
    r"^find-\d{6}-\S{1,50}$": "find-620121-sample",
    r"^(region|institution|organisation|class|fund|payment|posting):\S{1,80}$": "class:c620121-sample",
    r"^post-\d{6}-\S{1,50}$": "post-620121-sample",
    r"^[0-9a-f]{64}$": "0" * 64,
    r"^L[0-9a-f]{16}$": "L0123456789abcdef",
    r"^[a-z][a-z-]{1,30}:\S{1,80}$": "class:c620121-sample",
    r"^case-\d{6}-\S{1,50}$": "case-620121-sample",
    r"^(payment|circular|person|finding):\S{1,80}$": "circular:sample",
    r"^stat-\d{6}-\S{1,50}$": "stat-620121-sample",
    r"^(\d{4}|\d{4}-\d{4}|\d{4}-\d{2}-\d{2}\.\.\d{4}-\d{2}-\d{2})?$": "2016",
    r"^list-\d{6}-\S{1,50}$": "list-620121-sample",
    r"^d[a-z2-7]{16}$": "d" + "a" * 16,
    r"^([0-9a-f]{16})?$": "0123456789abcdef",
    r"^(\d{4}-\d{2}-\d{2} \d{2}:\d{2})?$": "2016-05-04 10:30",
    r"^k[a-z2-7]{16}$": "k" + "a" * 16,
}
DAY = date(2016, 5, 4)


class EveryRow:
    """Guard rows in which everything is filled in, whichever key is asked for."""

    def __getitem__(self, row: tuple[str, str]) -> Any:
        return made_up(guard_kinds()[row[0]])


def made_up(kind: Any) -> Any:
    """A value of this type, with everything stated that may be stated.

    Raises NotImplementedError for a type that this builder has not met yet.
    """
    return msgspec.convert(_value(inspect.type_info(kind)), kind, strict=False)


def refused(kind: type[Refusal]) -> Refusal:
    """A refusal of this class with made-up fields."""
    hints = get_type_hints(kind, include_extras=True)
    return kind(**{field.name: made_up(hints[field.name]) for field in fields(kind)})


def asked(kind: type[Slice]) -> Slice:
    """A slice of this class about a made-up fact, with guard rows at hand."""
    decision = kind(made_up(kind.DECIDES), ACTOR)
    decision.guarded = EveryRow()
    return decision


def _value(info: inspect.Type) -> Any:
    if isinstance(info, inspect.Metadata):
        return _value(info.type)
    if isinstance(info, inspect.UnionType):
        return _value(next(one for one in info.types if not isinstance(one, inspect.NoneType)))
    if isinstance(info, inspect.StructType):
        return _struct(info)
    if isinstance(info, inspect.StrType):
        return PATTERNS[info.pattern] if info.pattern else "sample"
    if isinstance(info, inspect.IntType):
        return max(info.ge or 1, 1)
    if isinstance(info, (inspect.LiteralType, inspect.EnumType)):
        return info.values[0] if isinstance(info, inspect.LiteralType) else next(iter(info.cls)).value
    if isinstance(info, inspect.TupleType):
        return [_value(one) for one in info.item_types]
    if isinstance(info, (inspect.VarTupleType, inspect.ListType)):
        return [_value(info.item_type)]
    if isinstance(info, inspect.DictType):
        return {_value(info.key_type): _value(info.value_type)}
    plain = {inspect.DateType: DAY.isoformat(), inspect.BoolType: True, inspect.FloatType: 1.0}
    if type(info) in plain:
        return plain[type(info)]
    raise NotImplementedError(info)


def _struct(info: inspect.StructType) -> Any:
    values = {field.encode_name: _value(field.type) for field in info.fields}
    return list(values.values()) if info.array_like else values
