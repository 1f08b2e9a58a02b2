"""Evidence bundles: facts, their proofs, attachments, disclosed fields, a readable report, and the verifier, in one zip.

Whoever holds one checks it with `python verify.py`, without us and without a network. That it was taken out becomes a
fact before it is handed over, and so does what was read of people's data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

from taizhang.adapters.exports.taken import record_taken
from taizhang.adapters.exports.words import masked_names
from taizhang.adapters.house import House
from taizhang.adapters.proof import bundle_openings, report
from taizhang.adapters.proof.bundle_facts import BundleRefused, Gathered, bodies_in, gather, people_in
from taizhang.adapters.proof.checkpoints import open_checkpoint
from taizhang.adapters.proof.notes import NoteVerifier
from taizhang.adapters.proof.one_file import verifier_file
from taizhang.adapters.proof.plain_zip import write_zip
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.proving import prove
from taizhang.adapters.proof.publishing import publish
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.proof.tlog_proof import Keys, Opening, TlogProof
from taizhang.domain.core import Actor, PersonId
from taizhang.domain.envelope import Recorded
from taizhang.domain.forgetting import PersonForgotten

HEADER: Final = "taizhang-bundle@v1"  # the first line of the signed list, as the verifier expects it
FIELDS: Final = ("name", "id_number")  # disclosed when a purpose is given and nothing else is asked for

__all__ = ["FIELDS", "BundleRefused", "Made", "Wanted", "make"]


class Wanted(NamedTuple):
    """What is asked for: of which subject, for which purpose; without one no personal field is opened."""

    subject: str
    purpose: str = ""
    fields: Sequence[str] = ()


class Made(NamedTuple):
    """The bundle, what is in it, and the facts that it was read and taken out."""

    data: bytes
    facts: int
    left_out: int
    opened: int
    cosigned: int  # facts that stand under a checkpoint which the quorum cosigned
    recorded_as: int
    read_as: int | None


def make(house: House, by: Actor, signer: Signer, policy: Policy, wanted: Wanted) -> Made:
    """The bundle for this officer. Its making is recorded; only then is it handed out.

    Raises BundleRefused, SignerRefused, ExportNotRecorded, NotSignedYet, LogDamaged, LogUnavailable.
    """
    fields = bundle_openings.fields_for(by, wanted.fields or FIELDS) if wanted.purpose else ()
    if wanted.fields and not wanted.purpose:
        raise BundleRefused(
            "披露个人信息须用 --purpose 写明用途。", "To disclose personal data say with --purpose what for."
        )
    gathered = gather(house.log, wanted.subject, by, with_people=bool(fields))
    read_as, openings = None, dict[int, tuple[Opening, ...]]()
    if fields:
        people = bundle_openings.owners_in(gathered.facts, fields)
        read_as = bundle_openings.record_reading(house, by, wanted.subject, people, fields, wanted.purpose)
        openings = bundle_openings.openings(house.vault, gathered.facts, fields)
    proofs, cosigned = _proofs(house, signer, policy, [fact.position for fact in gathered.facts], openings)
    files = _files(house, by, policy, wanted, gathered, proofs, openings)
    data = _zipped(files, signer, wanted.subject)
    taken = f"bundle {wanted.subject}"
    position = record_taken(house, by, taken, len(proofs), sha256(data).hexdigest(), wanted.purpose)
    opened = sum(len(one) for one in openings.values())
    return Made(data, len(proofs), gathered.left_out, opened, cosigned, position, read_as)


def _proofs(
    house: House, signer: Signer, policy: Policy, positions: Sequence[int], openings: Mapping[int, Sequence[Opening]]
) -> tuple[dict[int, TlogProof], int]:
    """A proof of each position, under the cosigned checkpoint as far as that reaches, and how many stand under it."""
    if not signer.cosigned() or _size(signer.cosigned()) < positions[-1]:
        publish(house.log, signer, policy)
    best, newest = signer.cosigned(), signer.published()
    reaches = _size(best)
    verifiers = policy.verifiers()
    proofs: dict[int, TlogProof] = {}
    under = [one for one in positions if one <= reaches]
    for note, some in ((best, under), (newest, positions[len(under) :])):
        if note is not None and some:
            proofs |= prove(house.log, note, some, signer.verifier, verifiers, openings)
    return proofs, len(under)


def _size(note: str | None) -> int:
    return int(note.split("\n")[1]) if note else 0


def _files(
    house: House,
    by: Actor,
    policy: Policy,
    wanted: Wanted,
    gathered: Gathered,
    proofs: Mapping[int, TlogProof],
    openings: Mapping[int, Sequence[Opening]],
) -> dict[str, bytes]:
    attachments, missing = _attachments(house, gathered.facts, is_for_purpose=bool(wanted.purpose))
    people = people_in(gathered.facts)
    masked = masked_names(house, people)
    log_key = _log_key(proofs)
    told = report.Report(
        subject=wanted.subject,
        origin=log_key.name,
        purpose=wanted.purpose,
        rows=[report.row_of(fact, masked, openings.get(fact.position, ())) for fact in gathered.facts],
        left_out=gathered.left_out,
        people=masked,
        forgotten=_forgotten(house, gathered.facts, people),
        attached=sorted(attachments),
        not_attached=missing,
        stands=_stands(proofs, log_key, policy),
        **report.head_of(by, house.clock()),
    )
    files = {
        "report.html": report.html(told).encode(),
        "report.txt": report.text(told).encode(),
        "verify.py": verifier_file().encode(),
        "keys.json": msgspec.json.encode(Keys(log=str(log_key), witnesses=tuple(map(str, policy.verifiers())))),
    }
    leaves = {fact.position: fact.leaf for fact in house.log.at(sorted(proofs))}
    for position, proof in proofs.items():
        files[f"facts/{position:09}.json"] = leaves[position]
        files[f"proofs/{position:09}.tlog-proof"] = proof.text().encode()
    return files | {f"attachments/{digest}": content for digest, content in attachments.items()}


def _forgotten(house: House, facts: Sequence[Recorded], people: Sequence[str]) -> list[report.Erased]:
    """Of whom nothing can be read any more, and the fact that says why; none says it of who was never known here."""
    said = {one: fact.position for fact in facts if isinstance(fact.fact, PersonForgotten) for one in fact.fact.group}
    return [report.Erased(one, said.get(PersonId(one))) for one in bundle_openings.forgotten(house.vault, people)]


def _log_key(proofs: Mapping[int, TlogProof]) -> NoteVerifier:
    """The log's key, as the proofs name it."""
    extra = next(iter(proofs.values())).extra
    assert extra is not None
    return NoteVerifier.parse(msgspec.json.decode(extra)["keys"]["log"])


def _stands(proofs: Mapping[int, TlogProof], key: NoteVerifier, policy: Policy) -> list[report.Stands]:
    notes = dict.fromkeys(proof.note for proof in proofs.values())
    return [report.stands_of(open_checkpoint(note, key, policy.verifiers())) for note in notes]


def _attachments(
    house: House, facts: Sequence[Recorded], *, is_for_purpose: bool
) -> tuple[dict[str, bytes], list[str]]:
    """The attachments that facts name, by digest, and those left out; a scan may name people, so it needs a purpose."""
    digests = {digest for fact in facts if fact.paper is not None for digest in fact.paper.attachments}
    digests |= {digest for fact in facts for body in bodies_in(fact) for digest in _evidence(body)}
    found: dict[str, bytes] = {}
    for digest in sorted(digests):
        if is_for_purpose:
            try:
                found[digest] = house.files.get(digest)
            except FileNotFoundError:
                continue
    return found, sorted(digests - found.keys())


def _evidence(body: Any) -> tuple[str, ...]:
    return tuple(getattr(body, "evidence", ()) or ()) if isinstance(getattr(body, "evidence", None), tuple) else ()


def _zipped(files: dict[str, bytes], signer: Signer, subject: str) -> bytes:
    """The zip, with the signed list of its files in it."""
    listed = [f"{sha256(files[name]).hexdigest()} {name}" for name in sorted(files)]
    text = "".join(f"{line}\n" for line in [HEADER, signer.verifier.name, subject, *listed])
    return write_zip({**files, "manifest": signer.sign_list(text).encode()})
