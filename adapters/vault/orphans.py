"""Which people of the vault the log knows: everybody else was met by an import that never came to record anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import select

from taizhang.adapters.log.log import Log
from taizhang.adapters.log.tables import TAG
from taizhang.adapters.vault.vault import Vault
from taizhang.domain.core import PersonId
from taizhang.projections.database import among, listed

# the tags under which a fact names somebody whose name lies in the vault; an institution's key stands there under its tag
KINDS: Final = ("person:", "teacher:", "")


def reap_orphans(vault: Vault, log: Log, older_than_us: int) -> int:
    """Remove the people made and last met before `older_than_us` whom no fact names, as trainee or teacher; how many.

    An empty log removes nobody: it is more likely another house's than this one's.
    """
    if log.head().position == 0:
        return 0
    return vault.reap_orphans(known_to(log), older_than_us)


def known_to(log: Log) -> Callable[[Sequence[PersonId]], set[PersonId]]:
    """Those of the people asked about whom any fact of the log names."""

    def known(asked: Sequence[PersonId]) -> set[PersonId]:
        tags = {kind + person: person for person in asked for kind in KINDS}
        with log.database.read() as connection:
            query = select(TAG.c.tag).distinct().where(among(TAG.c.tag, connection.dialect.name))
            return {tags[tag] for tag in connection.scalars(query, {"wanted": listed(connection, list(tags))})}

    return known
