"""Every rule there is, one family a file."""

from __future__ import annotations

from typing import Final

from taizhang.projections.rules.attendance import ATTENDANCE
from taizhang.projections.rules.behaviour import BEHAVIOUR
from taizhang.projections.rules.certificates import CERTIFICATES
from taizhang.projections.rules.hands import HANDS
from taizhang.projections.rules.identities import IDENTITIES
from taizhang.projections.rules.institutions import INSTITUTIONS
from taizhang.projections.rules.lists import LISTS
from taizhang.projections.rules.money import MONEY
from taizhang.projections.rules.photographs import PHOTOGRAPHS
from taizhang.projections.rules.relations import EMPLOYMENT, RELATIONS
from taizhang.projections.rules.reported import REPORTED
from taizhang.projections.rules.rosters import ROSTERS
from taizhang.projections.rules.rule import Rule
from taizhang.projections.rules.sheets import SHEETS

# The threshold by which a policy fact says which version of a rule counts.
VERSION_THRESHOLD: Final = "version-{rule}"


def all_rules() -> tuple[Rule, ...]:
    """The rules, those that count and the candidates that stand beside them."""
    return (
        *ATTENDANCE,
        *SHEETS,
        *ROSTERS,
        *IDENTITIES,
        *MONEY,
        *CERTIFICATES,
        *EMPLOYMENT,
        *RELATIONS,
        *HANDS,
        *PHOTOGRAPHS,
        *LISTS,
        *INSTITUTIONS,
        *BEHAVIOUR,
        *REPORTED,
    )


def rule_named(name: str) -> Rule | None:
    """A rule by its id, or by `id@version`; by its id alone the version that the program lets count."""
    id, _, version = name.partition("@")
    mine = [rule for rule in all_rules() if rule.id == id]
    if version:
        return next((rule for rule in mine if str(rule.version) == version), None)
    return next((rule for rule in mine if rule.counts), None)
