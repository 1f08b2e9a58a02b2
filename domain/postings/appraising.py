"""How a year of a posted official is graded: by somebody else, once, in the scheme of the person's type."""

from __future__ import annotations

import msgspec

from taizhang.domain.core import Actor, Fact, Selector, Slice
from taizhang.domain.postings.appraisals import OfficialAppraised
from taizhang.domain.postings.book import in_year
from taizhang.domain.postings.doing_refusals import AppraisedAlready, AppraisedByOneself, GradeOutsideScheme
from taizhang.domain.postings.kinds import SCHEMES
from taizhang.domain.postings.refusals import OutsideThePosting
from taizhang.domain.postings.rules import ORGANISATION, OfOnePosting, require_posting
from taizhang.domain.standing import StandsAlready, events


class AppraiseOfficial(OfOnePosting, Slice):
    """Grade an official's year."""

    COMMAND = "postings.appraise-official"
    DECIDES = OfficialAppraised
    ROLES = ORGANISATION
    COMPUTED = ("appraised_by",)
    fact: OfficialAppraised
    known: tuple[OfficialAppraised, ...] = ()

    def __init__(self, fact: OfficialAppraised, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, appraised_by=by.officer), by)

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[OfficialAppraised], tags=[f"person:{self.fact.official}"])]

    @events(OfficialAppraised)
    def _(self, fact: Fact) -> None:
        assert isinstance(fact, OfficialAppraised)
        self.known = (*self.known, fact)

    def execute(self) -> None:
        state, spell, opening = require_posting(self)
        fact = self.fact
        for one in self.known:
            if msgspec.structs.replace(one, appraised_by=fact.appraised_by) == fact:
                raise StandsAlready(kind=fact.TOPIC)
        if self.by.officer in state.officers():
            raise AppraisedByOneself(officer=self.by.officer)
        if not in_year(spell, fact.year) or fact.occurred_on.year < fact.year:
            raise OutsideThePosting(
                posting=fact.posting,
                since=opening.since,
                last=spell.last,
                day=fact.occurred_on.replace(year=fact.year, day=1),
            )
        for row in state.appraisals:
            if row.year == fact.year:
                raise AppraisedAlready(official=fact.official, year=fact.year, grade=row.grade)
        selection = state.selected_for(opening.kind, opening.since)
        assert selection is not None, "nobody is posted unselected"
        scheme = SCHEMES[selection.person_type]
        if fact.grade not in scheme:
            raise GradeOutsideScheme(grade=fact.grade, person_type=selection.person_type, scheme=scheme)
        self.record(fact)
