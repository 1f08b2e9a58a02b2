"""The web application: `create_app(house)`, and `from_environment` for `uvicorn --factory`."""

from __future__ import annotations

import gc
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from taizhang.adapters import settings as settings_of
from taizhang.adapters.house import House
from taizhang.adapters.past import Past
from taizhang.adapters.past_folder import clear_leftovers
from taizhang.adapters.told_plainly import tell_plainly
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.adapters.views_apart import ViewsApart
from taizhang.http import (
    api_rooms,
    attachment_pages,
    audit_pages,
    between_pages,
    case_pages,
    class_pages,
    corrections,
    coverage_pages,
    dictionary_pages,
    duplicate_pages,
    evidence_between,
    fact_pages,
    fact_proof,
    facts_between,
    field_between,
    funds_between,
    funds_claims,
    funds_downloads,
    funds_evaluation,
    funds_facts,
    funds_flags,
    funds_lineage,
    funds_notices,
    funds_pages,
    funds_replay,
    funds_ties,
    house_api,
    import_batches,
    import_pages,
    inspections_finding,
    inspections_pages,
    inspections_published,
    inspections_samples,
    key_pages,
    lead_pages,
    leads_between,
    ledger_pages,
    list_pages,
    map_pages,
    metrics,
    officer_pages,
    openapi_pages,
    overview_pages,
    performance_between,
    performance_facts,
    performance_pages,
    person_pages,
    postings_official,
    postings_pages,
    proof_pages,
    record_pages,
    relations_pages,
    sample_steps,
    search_pages,
    signin_pages,
    statement_pages,
    system_pages,
)
from taizhang.http.doors import ChosenLanguage, Door, SecurityHeaders, SizeLimit
from taizhang.http.errors import handlers
from taizhang.http.keeper import Keeper
from taizhang.http.kept import Kept
from taizhang.http.opening import Opening
from taizhang.http.rates import Rates
from taizhang.http.reception import Reception
from taizhang.http.signing import Signing
from taizhang.http.texts import as_language
from taizhang.http.turns import AT_ONCE, AT_ONCE_AFAR, Turns
from taizhang.http.warming import warm
from taizhang.http.wrong_keys import WrongKeys

STATIC: Final = Path(__file__).parent / "static"
SEARCHES_BEFORE_ALL: Final = 100  # for garbage among what is new, before one among everything; ten is usual
SWITCH_SECONDS: Final = 0.001  # how long a thread that reckons keeps one waiting that has its row from the database


def from_environment() -> Starlette:
    """The application over the house that the settings name; the house closes when the server ends.

    Raises SettingsProblem, VaultKeyMissing, VaultKeyUnreadable, WrongVaultKey, LogUnavailable.
    """
    tell_plainly()
    settings = settings_of.load()
    house = House(settings, VaultKeys.find(os.environ, settings.key_path))
    app = create_app(house, closes_house=True, apart=ViewsApart(settings.database))
    sys.setswitchinterval(SWITCH_SECONDS)
    return app


def create_app(
    house: House, *, follow: bool = True, closes_house: bool = False, apart: ViewsApart | None = None
) -> Starlette:
    """All pages and the API over an open house. `follow`: keep the views caught up while the server runs.

    `apart` does so in a process of its own; without it a thread of this one does.
    """
    keeper = Keeper(house.views.catch_up if apart is None else apart.catch_up)
    turns = Turns(AT_ONCE if house.log.database.is_sqlite else AT_ONCE_AFAR)
    kept, past = Kept(older=follow, turn=turns.turn), Past(house.log, apart=apart is not None)
    reception = Reception(house, keeper, kept, past, turns)
    signing = Signing(house)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if follow:
            keeper.start()
            reception.imports.resume()
            signing.start()
        if apart is not None:
            await run_in_threadpool(clear_leftovers)
            await run_in_threadpool(warm, reception)
            _settle()
        try:
            yield
        finally:
            await run_in_threadpool(reception.imports.close)
            await run_in_threadpool(reception.past.close)
            if apart is not None:
                await run_in_threadpool(apart.close)
            await run_in_threadpool(keeper.stop)
            await run_in_threadpool(signing.stop)
            await run_in_threadpool(reception.kept.close)
            if closes_house:
                house.close()

    app = Starlette(
        routes=routes(),
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(ChosenLanguage, default=as_language(house.settings.lang) or "zh"),
            Middleware(SizeLimit),
            Middleware(
                Door,
                signin=house.signin,
                program_keys=house.program_keys,
                rates=Rates(house.clock),
                a_minute=house.settings.requests_per_minute,
                wrong_keys=WrongKeys(house.clock),
                publishes_log=house.settings.publish_log,
            ),
        ],
        exception_handlers=handlers(),
        lifespan=lifespan,
    )
    app.state.reception = reception
    app.state.opening = Opening(app.routes)
    app.state.signing = signing
    app.state.open_feeds = Counter()
    return app


def _settle() -> None:
    """What stays as long as the server does is not searched for garbage again, and what is new only now and then.

    Every search through all holds up every page for its time.
    """
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, SEARCHES_BEFORE_ALL)


def routes() -> list[BaseRoute]:
    """Every route there is."""
    rooms = (  # one a line: areas are added side by side
        signin_pages,
        overview_pages,
        ledger_pages,
        coverage_pages,
        attachment_pages,
        between_pages,
        map_pages,
        search_pages,
        class_pages,
        fact_pages,
        fact_proof,
        facts_between,
        person_pages,
        funds_flags,
        funds_downloads,
        funds_evaluation,
        funds_ties,
        funds_facts,
        funds_between,
        funds_pages,
        funds_replay,
        funds_lineage,
        funds_claims,
        funds_notices,
        postings_pages,
        postings_official,
        performance_between,
        performance_pages,
        performance_facts,
        inspections_pages,
        inspections_finding,
        inspections_samples,
        sample_steps,
        inspections_published,
        field_between,
        record_pages,
        corrections,
        import_batches,
        import_pages,
        list_pages,
        evidence_between,
        leads_between,
        lead_pages,
        relations_pages,
        case_pages,
        statement_pages,
        duplicate_pages,
        officer_pages,
        key_pages,
        audit_pages,
        system_pages,
        proof_pages,
        openapi_pages,
        dictionary_pages,
        house_api,
        metrics,
    )
    static = Mount("/static", StaticFiles(directory=STATIC), name="static")
    return [static, *(route for room in rooms for route in room.ROUTES), *api_rooms.routes()]
