"""Where a program finds what a page shows: every page that answers something names the answers of the API beside it.

A test holds this to the routes: a page that is neither named here nor among those without anything to answer fails it.
The footer of each page links to these answers' documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FACTS: Final = "/api/facts"
TABLE: Final = "/api/tables/{table}"
TWINS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "/": ("/api/ledger", "/api/targets", "/api/coverage", "/api/plans/gaps", "/api/refusals"),
        "/ledger/coverage": ("/api/coverage", FACTS),
        "/ledger": ("/api/ledger", "/api/coverage"),
        "/ledger/facts": ("/api/ledger/facts",),
        "/ledger/between": ("/api/ledger/between", "/api/ledger/facts"),
        "/map": ("/api/ledger",),
        "/search": ("/api/search",),
        "/classes/{training_class}": ("/api/ledger", FACTS),
        "/households/{household}": ("/api/ledger", FACTS),
        "/persons/{person}": ("/api/ledger", FACTS),
        "/facts": (FACTS,),
        "/facts/between": (FACTS,),
        "/facts/{position:int}": ("/api/facts/{position:int}",),
        "/facts/{position:int}/proof": ("/api/facts/{position:int}/proof",),
        "/funds": ("/api/funds",),
        "/funds/flags": ("/api/flags",),
        "/funds/reconciliation": ("/api/reconciliation", "/api/reconciliation/classes"),
        "/funds/{line}": ("/api/funds/{line}", "/api/funds/{line}/evaluation", "/api/funds/{line}/ties"),
        "/funds/facts": ("/api/funds/{line}/facts",),
        "/funds/{line}/facts": ("/api/funds/{line}/facts",),
        "/funds/{line}/replay": ("/api/funds/{line}/steps",),
        "/funds/between": ("/api/funds/between",),
        "/funds/{line}/between": ("/api/funds/{line}/between",),
        "/funds/{line}/evaluation": ("/api/funds/{line}/evaluation",),
        "/funds/{line}/ties": ("/api/funds/{line}/ties",),
        "/funds/{line}/lineage": ("/api/funds/{line}/lineage",),
        "/claims": ("/api/claims",),
        "/claims/{claim}": ("/api/claims/{claim}", FACTS),
        "/claims/{claim}/notice": ("/api/claims/{claim}/notice",),
        "/postings": ("/api/postings", "/api/postings/gaps"),
        "/postings/between": ("/api/postings",),
        "/postings/officials/{official}": ("/api/postings", FACTS),
        "/inspections": ("/api/inspections", "/api/inspections/visits", "/api/inspections/plans"),
        "/inspections/between": ("/api/inspections", "/api/inspections/findings"),
        "/inspections/of/{inspection}": ("/api/inspections", FACTS),
        "/inspections/findings": ("/api/inspections/findings",),
        "/inspections/findings/{finding}": ("/api/inspections/findings", FACTS),
        "/inspections/samples/{sample}": ("/api/inspections/samples", FACTS),
        "/inspections/published": (FACTS,),
        "/inspections/circulars/{circular}": (FACTS,),
        "/performance": ("/api/performance",),
        "/performance/facts": ("/api/performance/facts",),
        "/performance/between": ("/api/performance/between",),
        "/performance/promotions": ("/api/performance/promotions",),
        "/performance/measures": ("/api/measures",),
        "/leads": ("/api/leads", "/api/rules"),
        "/relations": ("/api/relations",),
        "/leads/between": ("/api/leads",),
        "/leads/{lead}": ("/api/leads/{lead}",),
        "/cases": ("/api/cases", "/api/rules/rates"),
        "/cases/{case}": ("/api/cases/{case}", FACTS),
        "/cases/between": ("/api/cases", FACTS),
        "/lists": ("/api/lists",),
        "/statements": ("/api/statements",),
        "/statements/between": ("/api/statements",),
        "/statements/{statement}": ("/api/statements/{statement}",),
        "/seals": ("/api/seals",),
        "/duplicates": ("/api/duplicates",),
        "/refusals": ("/api/refusals", FACTS),
        "/import": ("/api/imports",),
        "/import/batches/{batch}": ("/api/imports",),
        "/record": ("/api/commands",),
        "/record/{command}": ("/api/commands",),
        "/facts/{position:int}/correct": ("/api/facts/{position:int}",),
        "/officers": ("/api/officers",),
        "/keys": ("/api/keys",),
        "/audit": ("/api/audit", "/api/audit/door"),
        "/system": ("/api/status",),
        "/proof": ("/api/log",),
        "/dictionary": ("/api/dictionary", "/api/tables", TABLE),
        "/dictionary.json": ("/api/dictionary",),
    }
)
"""By the path of a page: where the API answers the same."""
WITHOUT: Final = frozenset(
    {
        *("/signin", "/signin/sso", "/signin/sso/return", "/password"),  # a person at the door
        *(
            "/import/drafts/{draft}",
            "/import/jobs/{job}/result.xlsx",
            "/import/batches/{batch}/results.zip",
            "/import/templates/{form}.xlsx",
        ),  # sheets of people
        "/claims/{claim}/notice.txt",  # what is hung on a wall
        *(
            "/attachments/{position:int}",
            "/inspections/findings/{finding}/evidence/{digest}",
        ),  # opened by a person, on record
        *("/inspections/samples/{sample}/checkpoint", "/inspections/samples/{sample}/drawn"),  # files that stand alone
        *("/log/checkpoint", "/log/tile/entries/{place:path}", "/log/tile/{place:path}"),  # for programs already
        *("/health", "/ready", "/metrics", "/openapi.json", "/api-docs"),
    }
)
"""Pages and files that show nothing which a program would ask for, or that are made for programs themselves."""
