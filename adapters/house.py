"""The open house: log, vault, files, sign-in, desk and views together, for the command line and the web alike."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from taizhang.adapters.database import Database
from taizhang.adapters.desk import Desk, now_us
from taizhang.adapters.files import FileStore
from taizhang.adapters.forgetting.replay import replay
from taizhang.adapters.log.guard_rebuild import rebuild_guards
from taizhang.adapters.log.log import Log
from taizhang.adapters.program_keys import ProgramKeys
from taizhang.adapters.proof.tiles import RememberedTiles
from taizhang.adapters.settings import Settings
from taizhang.adapters.signin import SignIn
from taizhang.adapters.single_sign_on import Provider, SingleSignOn
from taizhang.adapters.vault.bank_accounts import BankAccounts
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.adapters.vault.shared import SharedThings
from taizhang.adapters.vault.store import open_database
from taizhang.adapters.vault.vault import Vault
from taizhang.domain.officers import SYSTEM, Grant, OfficerGuard
from taizhang.projections.follow import Follower
from taizhang.projections.refusals import by_rule
from taizhang.projections.views import all_views


class House:
    """Everything that an officer's action may touch. Use `opened`, which closes it again."""

    def __init__(self, settings: Settings, keys: VaultKeys, clock: Callable[[], int] = now_us) -> None:
        self.settings, self.clock = settings, clock
        self.keys = keys  # for a second process of this house, when a file is long
        self.log = Log.open(settings.database, clock=clock)
        self.vault = Vault.open(settings.vault, keys, clock=clock)
        self.vault_database = open_database(settings.vault)
        self.bank_accounts = BankAccounts(self.vault_database, keys, self.vault, clock)
        self.shared_things = SharedThings(self.vault_database, keys, self.vault, clock)
        self.signin_database = Database(settings.vault)
        self.signin = SignIn(self.signin_database, clock)
        self.program_keys = ProgramKeys(self.signin_database, clock)
        self.single_sign_on = _single_sign_on(settings, self.signin_database, clock)
        self.files = FileStore(Path(settings.files), keys.wrapper())
        self.desk = Desk(self.log, clock)
        self.tiles = RememberedTiles(self.log)
        replay(self.log, self.vault_database, self.files, clock())  # what came back from a backup forgets first
        self.views = Follower(self.log, self.log.database, all_views())

    def grants(self, officer: str) -> list[Grant]:
        """The roles an officer holds today, with organisation and region."""
        return self._officer(officer).grants_on(self.desk.today())

    def is_founded(self) -> bool:
        """Whether a security administrator was ever appointed; before that only `init` acts."""
        return self._officer(SYSTEM).founded

    def refusals_by_rule(self, region: str = "") -> dict[str, int]:
        """How often each rule refused something, to the officers of a region if one is named, as far as the views are."""
        self.views.set_up()
        with self.log.database.read() as connection:
            return by_rule(connection, region=region)

    def rebuild(self, view: str | None, progress: Callable[[int, int], None] | None = None) -> dict[str, list[str]]:
        """Fold one view, or all of them and the guard rows, anew from the log; what differed, in words, for each.

        Raises LostRace when somebody appended while guard rows were folded.
        """
        told = {
            done.view: [f"{one.figure}: {one.before} -> {one.after}" for one in done.changed]
            for done in self.views.rebuild([view] if view else (), progress)
        }
        if view is None:
            told["guards"] = [f"{row.kind} {row.key}" for row in rebuild_guards(self.log, progress)]
        return told

    def _officer(self, officer: str) -> OfficerGuard:
        row = self.log.read([], guards=[(OfficerGuard.KIND, officer)]).guards.get((OfficerGuard.KIND, officer))
        return OfficerGuard() if row is None else msgspec.json.decode(row.state, type=OfficerGuard)

    def close(self) -> None:
        self.signin_database.close()
        self.vault_database.close()
        self.vault.close()
        self.log.close()


def _single_sign_on(settings: Settings, database: Database, clock: Callable[[], int]) -> SingleSignOn | None:
    """The office's single sign-on, where the settings name one."""
    if not settings.oidc_issuer:
        return None
    provider = Provider(
        issuer=settings.oidc_issuer, client_id=settings.oidc_client_id, client_secret=settings.oidc_client_secret
    )
    return SingleSignOn(provider, database, clock)


@contextmanager
def opened(settings: Settings, clock: Callable[[], int] = now_us) -> Iterator[House]:
    """The house with the keys that the settings name.

    Raises VaultKeyMissing, VaultKeyUnreadable, WrongVaultKey, LogUnavailable.
    """
    house = House(settings, VaultKeys.find(os.environ, settings.key_path), clock)
    try:
        yield house
    finally:
        house.close()
