"""From a command to what the desk is asked, for every way in: what only the vault or the files can tell is checked here.

An account's number goes to the vault (bank_accounts.py). The list that a notice posts is one that we generated for that
claim, which the rules of the domain cannot see: names stand in the vault, and the fact has the list's digest. Who is
registered is somebody of whom the vault holds a statement (kept_statements.py). A draw is handed in with the population
that was fixed, which the rule draws from again.
"""

from __future__ import annotations

import hashlib

import msgspec

from taizhang.adapters import bank_accounts
from taizhang.adapters.house import House
from taizhang.adapters.kept_statements import of_kept_statement
from taizhang.adapters.notice_making import is_generated
from taizhang.adapters.orders import Attempt
from taizhang.adapters.requests import Request
from taizhang.adapters.sampling import QueryUnusable, fixed_population, steps_of
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source
from taizhang.domain.funds.claim_refusals import NoticeNotGenerated
from taizhang.domain.funds.claims import NoticePosted
from taizhang.domain.funds.notices import PostNotice
from taizhang.domain.inspections.samples import SampleDrawn


def proposed(request: Request, house: House, source: Source) -> Proposal | Attempt:
    """What a request asks to record; what is refused before it can become a fact comes back as an attempt.

    Raises RequestUnusable.
    """
    found = bank_accounts.proposed(request, house, source)
    if not isinstance(found, Proposal):
        return found
    if isinstance(found.fact, SampleDrawn):
        return _with_population(found, found.fact, house)
    if isinstance(found.fact, NoticePosted):
        return _of_generated_list(found, found.fact, house, source)
    return of_kept_statement(found, house)


def _with_population(found: Proposal, fact: SampleDrawn, house: House) -> Proposal:
    """A draw with the population that it is computed from; where none is fixed, or another one, the rule says so."""
    fixed = steps_of(house.log, fact.sample).fixed
    if fixed is None:
        return found
    try:
        return msgspec.structs.replace(found, enclosed=fixed_population(house.log, fixed).data)
    except QueryUnusable:
        return found


def _of_generated_list(found: Proposal, fact: NoticePosted, house: House, source: Source) -> Proposal | Attempt:
    """The posting of a list; a correction that leaves the list as it was is not asked about it again."""
    amend = found.amend
    if amend is not None and (amend.void or getattr(amend.was, "list_digest", "") == fact.list_digest):
        return found
    if is_generated(house, fact):
        return found
    return Attempt(
        command=PostNotice.COMMAND,
        refusal=NoticeNotGenerated(claim=fact.claim),
        digest=hashlib.sha256(fact.list_digest.encode()).hexdigest(),
        subjects=(f"claim:{fact.claim}", f"class:{fact.training_class}"),
        source=source,
    )
