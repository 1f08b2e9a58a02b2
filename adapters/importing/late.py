"""Late additions 补报 through files: what speaks about a sealed day names the seal, everything else goes in as usual."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from taizhang.adapters.importing.lookup import Lookup
from taizhang.adapters.orders import Attempt
from taizhang.domain.core import Actor, LateAddition, RegionCode
from taizhang.domain.decisions import Proposal, slice_for
from taizhang.domain.sealing import Sealed

Item = Proposal | Attempt


class LateAdditions:
    """Puts one addition where it belongs.

    The seals are read anew for each order. A seal that comes in between is no harm: the desk looks again, and refuses
    what the day's seal forbids.
    """

    def __init__(self, lookup: Lookup, by: Actor, addition: LateAddition) -> None:
        self._lookup, self._by, self._addition = lookup, by, addition
        self.marked = 0  # proposals so far

    def mark(self, items: Sequence[Item]) -> list[Item]:
        """The same items; those that speak about a day which the named seal closes bear the addition."""
        seals: dict[RegionCode, list[Sealed]] = {}
        return [self._marked(item, seals) if isinstance(item, Proposal) else item for item in items]

    def _marked(self, proposal: Proposal, seals: dict[RegionCode, list[Sealed]]) -> Proposal:
        decision = slice_for(type(proposal.fact))(proposal.fact, self._by)
        county = decision.ledger_region()
        if county is None:
            return proposal
        if county not in seals:
            found = self._lookup.seals(county)
            seals[county] = [seal for seal in found if seal.seal == self._addition.seal]
        if not seals[county] or not any(seal.covers(day) for seal in seals[county] for day in decision.ledger_days()):
            return proposal
        self.marked += 1
        return msgspec.structs.replace(proposal, addition=self._addition)
