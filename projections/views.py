"""Every view there is."""

from __future__ import annotations

from taizhang.projections.cases.view import CasesView
from taizhang.projections.dated import DatedView
from taizhang.projections.funds.view import FundsView
from taizhang.projections.inspections.view import InspectionsView
from taizhang.projections.ledger import LedgerView
from taizhang.projections.outside.view import OutsideView
from taizhang.projections.performance.view import PerformanceView
from taizhang.projections.plans import PlansView
from taizhang.projections.postings.view import PostingsView
from taizhang.projections.refusals import RefusalsView
from taizhang.projections.registry import RegistryView
from taizhang.projections.rules.view import LeadsView
from taizhang.projections.statements.view import StatementsView
from taizhang.projections.view import ViewType


def all_views() -> tuple[ViewType, ...]:
    """What a follower is given to keep level with the log."""
    return (
        LedgerView,
        RegistryView,
        DatedView,
        PlansView,
        RefusalsView,
        FundsView,
        PostingsView,
        InspectionsView,
        OutsideView,
        PerformanceView,
        CasesView,
        StatementsView,
        LeadsView,
    )
