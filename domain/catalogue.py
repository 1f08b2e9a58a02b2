"""Every room of the domain, imported in one place: whoever needs all facts, rules or commands imports this."""

from __future__ import annotations

from taizhang.domain import (
    attendance,
    certificates,
    classes,
    confirmations,
    designation,
    employment,
    enrolment,
    filing,
    household_changes,
    households,
    institutions,
    merging,
    officers,
    people,
    policy,
    regions,
    scores,
    sealing,
    sessions,
)

ROOMS = (
    sealing,
    people,
    households,
    household_changes,
    regions,
    officers,
    classes,
    sessions,
    enrolment,
    attendance,
    scores,
    certificates,
    employment,
    filing,
    confirmations,
    institutions,
    policy,
    designation,
    merging,
)
