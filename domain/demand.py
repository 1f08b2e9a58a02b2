"""Labour demand by occupation, as enterprises, markets and partner regions report it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, NewType

import msgspec

from taizhang.domain.classes import OccupationCode
from taizhang.domain.core import Correction, Fact, Refusal, RegionCode, Selector, Slice
from taizhang.domain.standing import require_forward, require_new

DemandId = NewType("DemandId", str)

# -- facts ------------------------------------------------------------------------------------------------


class LabourDemandReported(Fact, frozen=True, kw_only=True):
    """So many workers of an occupation are wanted from `since` to `until`; `region` is where the report is kept."""

    TOPIC = "demand.labour-demand-reported.v1"
    demand: DemandId
    region: RegionCode
    occupation: OccupationCode
    persons: Annotated[int, msgspec.Meta(ge=1)]
    since: date
    until: date | None = None
    place: str = ""  # where the work is, in words: it may lie outside the province
    reported_by: str = ""  # the enterprise, market or partner office

    def tags(self) -> list[str]:
        return [f"demand:{self.demand}"]


class LabourDemandReportedCorrected(Correction[LabourDemandReported], frozen=True, kw_only=True):
    TOPIC = "demand.labour-demand-reported-corrected.v1"


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class DemandIdTaken(Refusal):
    """A report of demand stands under an id of its own."""

    RULE: ClassVar = "demand.demand-id-taken"
    SOURCE: ClassVar = "logic: one id, one report"
    zh = "用工需求编号 {demand} 已登记且内容不同。如有误请更正,新需求请用新编号。"
    en = "The demand {demand} is recorded already, with other content. Correct it, or report the new demand under another id."
    demand: DemandId


# -- decisions --------------------------------------------------------------------------------------------


class ReportLabourDemand(Slice):
    """Record a report of labour demand."""

    COMMAND = "demand.report-labour-demand"
    DECIDES = LabourDemandReported
    ROLES = frozenset({"clerk"})
    KEEPS = (LabourDemandReported,)
    fact: LabourDemandReported

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[LabourDemandReported], tags=[f"demand:{self.fact.demand}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_forward(self.fact.since, self.fact.until)
        if self.known:
            raise DemandIdTaken(demand=self.fact.demand)
        self.record(self.fact)
