"""Every view there is."""

from __future__ import annotations

from taizhang.projections.ledger import LedgerView
from taizhang.projections.view import ViewType


def all_views() -> tuple[ViewType, ...]:
    """What a follower is given to keep level with the log."""
    return (LedgerView,)
