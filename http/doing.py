"""Links from a page to the forms of the steps that may follow, filled in with what the page knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from taizhang.domain.decisions import commands
from taizhang.http.rendering import link
from taizhang.http.visit import Visit


class Doable(NamedTuple):
    """A form that this officer's role opens: the kind of fact it records, and its address."""

    topic: str
    href: str


def doable(visit: Visit, asked: Iterable[tuple[str, Mapping[str, object]]]) -> list[Doable]:
    """Of these commands, each with what its form is filled with, those that the officer's role may use."""
    known, role = commands(), visit.actor.role
    return [
        Doable(known[command].DECIDES.TOPIC, link(f"/record/{command}", filled))
        for command, filled in asked
        if role in known[command].ROLES
    ]
