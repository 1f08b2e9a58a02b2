"""Proofs of single facts against a signed checkpoint, each a file of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from taizhang.adapters.log.log import Log, LogDamaged
from taizhang.adapters.log.merkle import ProofInvalid
from taizhang.adapters.proof.checkpoints import open_checkpoint
from taizhang.adapters.proof.notes import NoteVerifier, parse_note
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.proof.tiles import TreeReader, tiles_of
from taizhang.adapters.proof.tlog_proof import Extra, Keys, Opening, TlogProof


class NotSignedYet(LookupError):
    """The position lies after the checkpoint, or does not exist at all."""

    def __init__(self, position: int, size: int) -> None:
        self.position = position
        self.zh = f"第 {position} 条不在已签名的 {size} 条之内。请先运行 taizhang checkpoint,或核对编号。"
        self.en = f"Fact {position} is not among the {size} that are signed. Run taizhang checkpoint first, or check the number."
        super().__init__(self.en)


def prove(
    log: Log,
    note: str,
    positions: Sequence[int],
    log_key: NoteVerifier,
    witnesses: Sequence[NoteVerifier] = (),
    openings: Mapping[int, Sequence[Opening]] | None = None,
) -> dict[int, TlogProof]:
    """The proof of each position under the checkpoint in `note`, with the fact and these openings in it.

    Signatures of keys that are not given are left out of the proofs, so that whoever checks one can check every line.
    Raises NotSignedYet; LogDamaged when a stored fact does not fit what was signed; NoteInvalid, LogUnavailable.
    """
    opened = open_checkpoint(note, log_key, witnesses)
    checkpoint, cosigners = opened.checkpoint, [one.witness for one in opened.cosigned]
    kept = _known_lines(note, [log_key, *cosigners])
    keys = Keys(log=str(log_key), witnesses=tuple(str(one) for one in cosigners))
    reader = TreeReader(checkpoint.size, tiles_of(log))
    proofs: dict[int, TlogProof] = {}
    for position in positions:
        if not 1 <= position <= checkpoint.size:
            raise NotSignedYet(position, checkpoint.size)
        found = log.at([position])
        if not found:
            raise LogDamaged(f"position {position} is missing")
        extra = Extra(leaf=found[0].leaf, openings=tuple((openings or {}).get(position, ())), keys=keys)
        path = tuple(reader.inclusion(position - 1))
        proofs[position] = TlogProof(position - 1, path, kept, msgspec.json.encode(extra))
        try:
            proofs[position].check(found[0].leaf, opened)
        except ProofInvalid as problem:
            raise LogDamaged(f"position {position}: {problem}") from None
    return proofs


def best_note(signer: Signer) -> str | None:
    """The checkpoint to prove against: the last that witnesses cosigned, else the last that was published or signed."""
    state = signer.state()
    return signer.cosigned() or signer.published() or (state.note if state.size else None)


def _known_lines(note: str, verifiers: Sequence[NoteVerifier]) -> str:
    """The note with one signature line of each of these keys and no others."""
    parsed = parse_note(note)
    lines = {(one.name, one.key_id): one for one in reversed(parsed.signatures)}
    kept = [lines[one.name, one.key_id] for one in verifiers if (one.name, one.key_id) in lines]
    return parsed._replace(signatures=tuple(kept)).encoded()
