"""Who walks every route of the application without any business there, with which foreign ids, and what must not show.

The routes come from the application itself. A route that says neither who may use it nor what its path may hold fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from inspection_samples import FINDING, INSPECTION, SAMPLE
from lead_samples import CASE
from money_web import CLAIM, LINE
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from walked_things import CIRCULAR, OFFICIAL, POSTING, SECRET, STATEMENT, recorded_things
from web_world import CITY, CLASS, COUNTY, NAMES, OTHER_COUNTY, PASSWORD, PROVINCE, World, opened_world

from taizhang.adapters.signin import SignIn
from taizhang.domain.core import Actor, OfficerId, OrganisationId, RegionCode
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officers import ROLES, OfficerAppointed, RoleGranted
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL, OfficialPosted, OfficialSelected
from taizhang.domain.regions import RegionRegistered
from taizhang.http.app import create_app
from taizhang.http.visit import CASEWORK

ON = date(2015, 2, 2)
OTHER_VILLAGE = f"{OTHER_COUNTY}100001"
CHIEF = "walkers-chief"  # approves the posting
OWN_ACCOUNT = {
    "/signin",
    "/signin/sso",
    "/signin/sso/return",
    "/signout",
    "/password",
    "/role",
    "/health",
    "/ready",
    "/openapi.json",
}
FORMS = {"/import/templates/{form}.xlsx"}  # empty forms, the same for everybody
FEED = "/api/feed"  # goes on for ever unless it is told not to follow


class Walker(NamedTuple):
    """Somebody who has no business with the county's class."""

    officer: str
    role: str
    organisation: str
    region: str


MONITOR = Walker("monitor", "discipline", "office", PROVINCE)  # the one role that reads the log's entries
# whose business the county's things are
AT_HOME = ("wang", "cashier", "organiser-620121", "tang", "he", "province", MONITOR.officer)
FOREIGN = [
    Walker(
        f"walker-{role}", role, f"office-{OTHER_COUNTY}", OTHER_VILLAGE if role == VILLAGE_OFFICIAL else OTHER_COUNTY
    )
    for role in ROLES
]
WALKERS = [
    *FOREIGN,
    Walker("other-school", "institution", "i-other", COUNTY),  # the right county, another institution
    Walker("province-board", "dashboard", "office", PROVINCE),  # sees sums of everything, and nobody
    *(Walker(f"province-{role}", role, "office", PROVINCE) for role in ROLES if role.endswith("administrator")),
]
SAMPLES = {
    "{position:int}": ["{facts}"],
    "{person}": ["{person}"],
    "{training_class}": [CLASS],
    "{household}": ["{household}"],
    "{draft}": ["guessed"],
    "{batch}": ["guessed"],
    "{job}": ["guessed"],
    "{form}": ["roster"],
    "{command}": ["training.enrol-trainee"],
    "{line}": [LINE],
    "{claim}": [CLAIM],
    "{place:path}": ["{tile}", "0/{tile}"],
    "{official}": [OFFICIAL],
    "{inspection}": [INSPECTION],
    "{finding}": [FINDING],
    "{lead}": ["{lead}"],
    "{case}": [CASE],
    "{statement}": [STATEMENT],
    "{digest}": ["{digest}"],
    "{table}": ["ledger_enrolment", "ledger_class", "person", "household", "fund_share"],
    "{sample}": [SAMPLE],
    "{circular}": [CIRCULAR],
}
"""With which foreign ids each part of a path is tried: a new kind of id is named here, or its route fails the walk. What they
name is really there, so that 404 says something: a test opens each of them to somebody whose it is."""
UNMADE = frozenset({"{draft}", "{batch}", "{job}"})
"""Of these none is there: imports under way, held in the memory of the server that took the file, which no other officer's id names."""
NEEDED = {
    "measure": "person_times",
    "since": "2016-01-01",
    "year": "2016",
    "q": CLASS,
    "of": f"class:{CLASS}",
}
"""With what an answer is tried that cannot be asked without it."""


@contextmanager
def walked_world(folder: Path) -> Iterator[tuple[World, Starlette]]:
    """The county's world, with everybody who walks it appointed elsewhere."""
    with opened_world(folder) as world:
        school = OrganisationRegistered(
            occurred_on=ON, organisation=OrganisationId("i-other"), name="另一样例学校", kind="institution", region=RegionCode(COUNTY)
        )  # fmt: skip
        world.record("province", school)
        for one in (*WALKERS, MONITOR):
            who, office = OfficerId(one.officer), OrganisationId(one.organisation)
            world.record("security", OfficerAppointed(occurred_on=ON, officer=who, organisation=office))
            if one.role != VILLAGE_OFFICIAL:
                _granted(world, one.officer, one.role, one.organisation, one.region)
            world.house.signin.enrol(one.officer, one.officer, SignIn.new_key(), PASSWORD, must_change=False)
        _posted(world)
        world.things = recorded_things(world, folder / "signer")
        world.house.views.catch_up()
        yield world, create_app(world.house, follow=False)


def _granted(world: World, officer: str, role: Any, organisation: str, region: str) -> None:
    given = RoleGranted(
        occurred_on=ON, officer=OfficerId(officer), role=role, organisation=OrganisationId(organisation),
        region=RegionCode(region),
    )  # fmt: skip
    world.record("security", given)


def _posted(world: World) -> None:
    """The village official of the other county: this role follows a posting."""
    [walker] = [one for one in WALKERS if one.role == VILLAGE_OFFICIAL]
    for code, name, level, parent in (
        (OTHER_VILLAGE[:9], "另一样例镇", "township", OTHER_COUNTY),
        (OTHER_VILLAGE, "另一样例村", "village", OTHER_VILLAGE[:9]),
    ):
        region: Any = {"code": code, "name": name, "level": level, "parent": parent, "category": "none"}
        world.record("province", RegionRegistered(occurred_on=ON, **region))
    [by] = [one for one in FOREIGN if one.role == "organisation"]
    posting: dict[str, Any] = {
        "occurred_on": ON, "official": "p-walker", "kind": "team-member", "document": "No. 1",
    }  # fmt: skip
    actor: Any = msgspec.convert(
        {"officer": by.officer, "role": by.role, "organisation": by.organisation, "region": by.region, "authenticated": "test"},
        Actor,
    )  # fmt: skip
    selected = OfficialSelected(
        **posting, person_type="civil-servant", home_unit=by.organisation, region=RegionCode(OTHER_COUNTY)
    )
    village = OfficialPosted(
        **posting, posting=f"post-{OTHER_COUNTY}-1", region=OTHER_VILLAGE, until=date(2099, 1, 31),
        approver=CHIEF, officer=walker.officer,
    )  # fmt: skip
    world.record("security", OfficerAppointed(occurred_on=ON, officer=OfficerId(CHIEF), organisation=by.organisation))  # type: ignore[arg-type]
    _granted(world, CHIEF, "organisation", by.organisation, OTHER_COUNTY)
    world.record(actor, selected, village)


def routes(app: Starlette) -> list[Route]:
    return [one for one in app.routes if isinstance(one, Route)]


def opened_to(route: Route) -> frozenset[str] | None:
    """The roles that a route declares; None where it is open by its own account. Fails where it declares nothing."""
    if hasattr(route.endpoint, "roles"):
        found: frozenset[str] | None = route.endpoint.roles
        return found
    declared = getattr(route.endpoint, "declared", None)
    assert declared is not None, f"{route.path} does not say who may use it: open it by `door`, or declare it"
    roles: frozenset[str] | None = declared.roles
    return CASEWORK if roles is None else roles


def addresses(world: World, route: Route) -> list[str]:
    """The route with foreign ids in its path, and with foreign regions, classes and tags in its question."""
    if route.path == FEED:
        return [f"{FEED}?follow=false&after=0"]
    paths = [route.path]
    given = {"{person}": world.persons[0], "{household}": world.household}
    given |= {"{lead}": world.things.lead, "{digest}": world.things.evidence, "{tile}": world.things.tile}
    facts = [str(position) for position in foreign_facts(world)]
    if not route.path.endswith("facts/{position:int}"):
        facts = facts[-12:]  # whatever is shown of a fact is asked of the same eyes: some kinds are enough
    for name, values in SAMPLES.items():
        if name not in route.path:
            continue
        tried = [one for value in values for one in (facts if value == "{facts}" else [_filled(value, given)])]
        paths = [path.replace(name, value) for path in paths for value in tried]
    assert not any("{" in path for path in paths), f"say in SAMPLES with which foreign ids {route.path} is to be tried"
    if len(paths) > 1:
        return paths
    declared = getattr(route.endpoint, "declared", None)
    questions = _questions(world)
    return [paths[0] + one for one in (questions if not hasattr(declared, "asked") else _fitting(declared, questions))]


def _filled(value: str, given: dict[str, str]) -> str:
    for name, one in given.items():
        value = value.replace(name, one)
    return value


def _fitting(declared: Any, questions: list[str]) -> list[str]:
    """What of the questions a declared answer takes, with whatever else it asks for, and its exports.

    One with a parameter that it does not have is misshapen (422) before anything is looked at; so would be one without
    what it needs.
    """
    fields = [one for one in msgspec.structs.fields(declared.asked) if one.name not in declared.in_path]
    known = {one.encode_name for one in fields}
    needed = [one.encode_name for one in fields if one.required]
    assert not set(needed) - set(NEEDED), f"say in NEEDED with what {declared.path} is to be tried"
    found = []
    for question in questions:
        given = dict(part.split("=", 1) for part in question.removeprefix("?").split("&") if part)
        asked = {name: NEEDED[name] for name in needed} | {name: one for name, one in given.items() if name in known}
        found.append("&".join(f"{name}={value}" for name, value in asked.items()))
    found += [f"{one}&format=jsonl" for one in dict.fromkeys(found[:2])]  # of everything, and of a foreign region
    return ["?" * bool(one) + one.removeprefix("&") for one in dict.fromkeys(found)]


def _questions(world: World) -> list[str]:
    """Foreign regions, classes and tags, and nothing at all."""
    person, household = world.persons[0], world.household
    questions = ["", f"?region={COUNTY}", f"?region={CITY}", f"?class={CLASS}", f"?training_class={CLASS}"]
    questions += [f"?household={household}", f"?person={person}", f"?of=class:{CLASS}", f"?of=person:{person}"]
    questions += [
        f"?of=claim:{CLAIM}&q={CLAIM}&as_recorded_at=2017-01-01T00:00:00",
        f"?of=finding:{FINDING}&q=pay-1&as_effective_on=2030-01-01",
    ]
    questions += [
        f"?measure=person_times&region={COUNTY}&class={CLASS}",
        "?type=training.trainee-enrolled.v1",
        f"?q={CLASS}",
    ]
    return questions


def foreign_facts(world: World) -> list[int]:
    """One fact of every kind that the county recorded."""
    head = world.house.log.head().position
    kinds: dict[str, int] = {}
    for stored in world.house.log.page(0, head):
        if not stored.type.startswith(("policy.", "regions.", "officers.")):
            kinds.setdefault(stored.type, stored.position)
    return list(kinds.values())


def secrets(world: World) -> list[str]:
    """What must never reach somebody without business there."""
    return [
        *world.persons,
        CLASS,
        world.household,
        *(name[0] + "某某" for name in NAMES),
        *NAMES,
        "花名册.xlsx",
        "GS-0001",
        *(SECRET, CLAIM, OFFICIAL, POSTING, INSPECTION, FINDING, SAMPLE, CASE, STATEMENT, CIRCULAR, "pay-1"),
        *(world.things.lead, world.things.evidence),
    ]


def leaked(world: World, address: str, text: str, walker: Walker) -> list[str]:
    asked = set(address.replace("?", "/").replace("=", "/").replace("&", "/").replace(":", "/").split("/"))
    own = {STATEMENT} if walker.officer == "province-board" else set()  # sums that are reported up to it, told in fives
    return [one for one in secrets(world) if one in text and one not in asked | own]  # a form may repeat what was typed


def form_of(world: World, client: TestClient) -> dict[str, str]:
    """Foreign things in every field that a form of ours has."""
    return {
        "csrf": world.csrf(client),
        "region": COUNTY,
        "training_class": CLASS,
        "person": world.persons[0],
        "household": world.household,
        "officer": "wang",
        "role": "clerk",
        "organisation": "hr-620121",
        "grant": f"clerk@hr-620121@{COUNTY}@wang",
        "purpose": "核对名单",
        "value": NAMES[0],
        "kind": "name",
        "occurred_on": "2016-04-01",
        "decision": "approve",
    }
