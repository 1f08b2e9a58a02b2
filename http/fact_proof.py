"""The proof of one fact from its page: how far the log is signed and cosigned, and the file that anybody can check."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.exports.taken import record_taken
from taizhang.adapters.proof.notes import parse_note
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.proving import best_note, prove
from taizhang.adapters.proof.signer import Signer, published_in
from taizhang.http.fact_reading import fact_at
from taizhang.http.visit import CASEWORK, Visit, door


class Cosignature(NamedTuple):
    """A witness and when it signed, UTC microseconds."""

    name: str
    at: int


class ProofState(NamedTuple):
    """Whether anybody signs here, whether the fact is covered, and who cosigned the last checkpoint."""

    has_signer: bool
    is_covered: bool
    size: int
    cosigned: tuple[Cosignature, ...]


def proof_state(visit: Visit, position: int) -> ProofState:
    """What can be proved of the fact at this position now."""
    settings = visit.house.settings
    if not settings.signer:
        return ProofState(False, False, 0, ())
    note = published_in(Path(settings.signer))
    if note is None:
        return ProofState(True, False, 0, ())
    size = int(note.split("\n")[1])
    return ProofState(True, position <= size, size, _cosigned(visit, note))


def proof(visit: Visit) -> Response:
    """The fact with its inclusion in a signed checkpoint (C2SP .tlog-proof); that it was taken out is recorded.

    Raises HTTPException (404) for a fact that the officer may not see, or that is not signed yet.
    """
    position = int(visit.request.path_params["position"])
    text = proof_text(visit, position)
    headers = {"content-disposition": f'attachment; filename="{position:09}.tlog-proof"'}
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


def proof_text(visit: Visit, position: int) -> str:
    """The proof of a fact (C2SP .tlog-proof); that it is taken out is recorded.

    Raises HTTPException (404).
    """
    fact_at(visit.house.log, position, visit.actor)
    settings = visit.house.settings
    if not settings.signer:
        raise HTTPException(404)
    signer = Signer.open(Path(settings.signer))
    note = best_note(signer)
    if note is not None and int(note.split("\n")[1]) < position:
        note = signer.published()
    if note is None or int(note.split("\n")[1]) < position:
        raise HTTPException(404)
    found = prove(visit.house.log, note, [position], signer.verifier, _policy(visit).verifiers())
    text = found[position].text()
    record_taken(visit.house, visit.actor, f"proof:{position}", 1, sha256(text.encode()).hexdigest())
    return text


def _policy(visit: Visit) -> Policy:
    path = visit.house.settings.witness_policy
    return Policy.load(Path(path)) if path else Policy()


def _cosigned(visit: Visit, note: str) -> tuple[Cosignature, ...]:
    """The witnesses of the policy whose signatures stand under the note."""
    known = {(one.name, one.key_id) for one in _policy(visit).verifiers()}
    return tuple(
        Cosignature(one.name, one.cosigned_at * 1_000_000)
        for one in parse_note(note).signatures
        if (one.name, one.key_id) in known
    )


ROUTES = (door("/facts/{position:int}/proof", proof, roles=CASEWORK),)
