"""The log for programs: how far it is signed and cosigned, the proof of a fact, and what was refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from taizhang.adapters.exports.taken import ExportNotRecorded
from taizhang.adapters.proof.signer import published_in
from taizhang.adapters.proof.standing import cosigned_row
from taizhang.domain.officers import ROLES
from taizhang.http.api_endpoints import Answer, Found, Moment, OfRegion, Question, in_order, listing, single
from taizhang.http.api_problems import ApiProblem
from taizhang.http.fact_proof import proof_text
from taizhang.http.facts_api import FactAsked
from taizhang.http.house_api import CosignedRow
from taizhang.http.proof_pages import public_key
from taizhang.http.refusals import refusals_by_rule
from taizhang.http.visit import Visit


class LogAnswer(Answer, kw_only=True):
    """The log: its name, size and root, the last checkpoint as it is published, and who has cosigned how much."""

    origin: str
    size: int
    root: Annotated[str, msgspec.Meta(description="默克尔树根 · root of the Merkle tree, hex")]
    key: Annotated[
        str, msgspec.Meta(description="验证公钥 · the key that checks the checkpoint; empty without a signer")
    ]
    checkpoint: Annotated[str | None, msgspec.Meta(description="检查点(C2SP) · the signed note, as /log/checkpoint")]
    cosigned: CosignedRow | None


class ProofAnswer(Answer, kw_only=True):
    """The proof of one fact, as anybody can check it without us."""

    proof: Annotated[str, msgspec.Meta(description="C2SP .tlog-proof")]


class RefusalRow(msgspec.Struct, frozen=True, kw_only=True):
    """A rule and how many attempts it refused."""

    rule: str
    attempts: int


def log_state(visit: Visit, _: Question, __: Moment) -> Found:
    """The log's size and root, its last checkpoint, and how far it is cosigned."""
    house = visit.house
    head, folder = house.log.head(), house.settings.signer
    content = {
        "origin": head.origin,
        "size": head.position,
        "root": head.edge.root().hex(),
        "key": public_key(visit),
        "checkpoint": published_in(Path(folder)) if folder else None,
        "cosigned": cosigned_row(house.settings, head.position, house.clock()),
    }
    return Found(content)


def fact_proof(visit: Visit, asked: FactAsked, _: Moment) -> Found:
    """The proof that a fact stands in the log (C2SP .tlog-proof); that it was taken out is recorded."""
    try:
        return Found({"proof": proof_text(visit, asked.position)})
    except ExportNotRecorded as problem:
        raise ApiProblem("not-recorded", zh=problem.zh, en=str(problem)) from None


def refusal_counts(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """How many attempts of the region's officers each rule refused; each of them is a fact of its own."""
    counted = refusals_by_rule(visit.house, visit.region(asked.region or visit.scope), at.cuts.as_recorded_at)
    return Found(rows=in_order([{"rule": rule, "attempts": attempts} for rule, attempts in counted], "rule", at))


ENDPOINTS = (
    single("/api/log", log_state, Question, LogAnswer, roles=ROLES, beside_log=True),
    single("/api/facts/{position:int}/proof", fact_proof, FactAsked, ProofAnswer, beside_log=True),
    listing("/api/refusals", refusal_counts, OfRegion, RefusalRow, reads="refusals"),
)
