"""The system administrator's page: whether everything runs, how far it is, and how much room is left; no data, no grants."""

from __future__ import annotations

import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

from starlette.responses import Response

from taizhang.domain.decisions import SYSTEM_ROLE
from taizhang.http.visit import Visit, door

SHOWN_SETTINGS: Final = (
    *("host", "port", "lang", "checkpoint_seconds", "publish_log", "requests_per_minute", "public_url", "oidc_issuer"),
)


def system(visit: Visit) -> Response:
    """State of the log, the views, the signer and the disk, and the settings that are no secret."""
    house, signing = visit.house, visit.request.app.state.signing
    folder = Path(house.settings.files)
    space = shutil.disk_usage(folder if folder.exists() else folder.absolute().parent)
    return visit.page(
        "system.html",
        head=house.log.head(),
        engines={
            "log": house.log.database.url.get_backend_name(),
            "vault": house.signin_database.url.get_backend_name(),
        },
        signs=bool(house.settings.signer),
        signing=signing.state(),
        published=signing.published,
        space=space,
        versions={"taizhang": version("taizhang"), "Python": sys.version.split()[0]},
        settings={name: getattr(house.settings, name) for name in SHOWN_SETTINGS} | _listening(visit),
    )


def _listening(visit: Visit) -> dict[str, object]:
    """Where the server listens, which the command line may say otherwise than the settings."""
    host, port = visit.request.scope.get("server") or (None, None)
    return {name: value for name, value in (("host", host), ("port", port)) if value is not None}


ROUTES = (door("/system", system, roles=frozenset({SYSTEM_ROLE})),)
