"""Signing, having it cosigned, and publishing: what the command and the server's schedule both do."""

from __future__ import annotations

import http.client
from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from taizhang.adapters.log.log import Log
from taizhang.adapters.proof.checkpoints import Checkpoint, CheckpointInvalid, Cosigned, open_checkpoint, size_of
from taizhang.adapters.proof.first_checkpoints import take_first
from taizhang.adapters.proof.notes import NoteInvalid, Signature, open_note, parse_note, parse_signature
from taizhang.adapters.proof.policy import Policy, Witness
from taizhang.adapters.proof.signer import Progress, Signer
from taizhang.adapters.proof.tiles import TreeReader, tiles_of
from taizhang.adapters.proof.witness import Request

SECONDS: Final = 10.0
ANSWER_BYTES_MOST: Final = 64 * 1024


class Published(NamedTuple):
    """The checkpoint as published, who cosigned it, whether that is enough, and which witnesses said no or nothing."""

    note: str
    checkpoint: Checkpoint
    cosigned: tuple[Cosigned, ...]
    is_met: bool
    problems: tuple[str, ...]


class WitnessSilent(Exception):
    """A witness could not be reached, or answered what cannot be used."""


def publish(log: Log, signer: Signer, policy: Policy, progress: Progress | None = None) -> Published:
    """Sign the log as it stands, ask every witness that has an address, and keep the result as the published one.

    A witness that is silent stops nothing. Samples that wait get the first checkpoint that is cosigned.
    Raises SignerRefused, LogUnavailable, DeskBusy.
    """
    with signer.publishing():
        return _published(log, signer, policy, progress)


def _published(log: Log, signer: Signer, policy: Policy, progress: Progress | None) -> Published:
    _take_first(log, signer)  # of one that was cosigned when the process ended before it was taken
    note = signer.sign(log, progress)
    standing = signer.published()
    if standing is not None and parse_note(standing).text == parse_note(note).text:
        note = standing  # with the cosignatures it has
    reader = TreeReader(Checkpoint.parse(parse_note(note).text).size, tiles_of(log))
    lines, problems = [], []
    for witness in policy.witnesses:
        if witness.url:
            try:
                lines.append(ask(witness, note, reader))
            except WitnessSilent as problem:
                problems.append(f"{witness.name}: {problem}")
    return _kept(log, signer, policy, with_signatures(note, lines), problems)


def add_by_hand(log: Log, signer: Signer, policy: Policy, lines: Sequence[str]) -> Published:
    """Take in cosignature lines that came on a stick; each must be right for the published checkpoint.

    Raises NoteInvalid, LogUnavailable, DeskBusy.
    """
    with signer.publishing():
        return _added(log, signer, policy, lines)


def _added(log: Log, signer: Signer, policy: Policy, lines: Sequence[str]) -> Published:
    note = signer.published() or signer.state().note
    added = [parse_signature(line) for line in lines]
    whole = with_signatures(note, added)
    known = {(one.name, one.key_id) for one in policy.verifiers()}
    if any((one.name, one.key_id) not in known for one in added):
        raise NoteInvalid("a signature is of no witness of the policy")
    open_note(whole, policy.verifiers())
    return _kept(log, signer, policy, whole, [])


def request_for(log: Log, note: str, old_size: int) -> Request:
    """The request to cosign a checkpoint, for a witness that knows the log up to `old_size`. ValueError past the size."""
    reader = TreeReader(Checkpoint.parse(parse_note(note).text).size, tiles_of(log))
    return Request(old_size, tuple(_proof(reader, old_size)), note)


def ask(witness: Witness, note: str, reader: TreeReader) -> Signature:
    """The witness's cosignature; it says itself from which size on it wants the proof. Raises WitnessSilent."""
    size = 0
    for _ in range(3):  # it may have cosigned for another process in between
        proof = tuple(_proof(reader, size))
        status, answer = _post(witness.url, Request(size, proof, note).encoded())
        if status != 409:
            break
        try:
            size = size_of(answer.strip())
        except CheckpointInvalid:
            raise WitnessSilent("it says conflict and no size") from None
        if size > reader.size:
            raise WitnessSilent(f"it knows {size} facts, more than the {reader.size} of now: the log was rolled back")
    if status != 200:
        raise WitnessSilent(f"{status} {answer.strip()[:200]}")
    return _checked(witness, note, answer)


def with_signatures(note: str, lines: Sequence[Signature]) -> str:
    """The note with these signatures added; of one key the newest stays."""
    parsed = parse_note(note)
    kept = {(one.name, one.key_id): one for one in [*parsed.signatures, *lines]}
    return parsed._replace(signatures=tuple(kept.values())).encoded()


def _checked(witness: Witness, note: str, answer: str) -> Signature:
    text = parse_note(note).text
    for line in answer.splitlines():
        try:
            signature = parse_signature(line)
        except NoteInvalid:
            continue
        mine = (witness.verifier.name, witness.verifier.key_id)
        if (signature.name, signature.key_id) == mine and witness.verifier.is_right(text, signature.data):
            return signature
    raise WitnessSilent("its answer holds no cosignature of the key in the policy")


def _kept(log: Log, signer: Signer, policy: Policy, note: str, problems: Sequence[str]) -> Published:
    opened = open_checkpoint(note, signer.verifier, policy.verifiers())
    is_met = bool(opened.cosigned) and policy.is_met([one.witness for one in opened.cosigned])
    signer.publish(note, is_cosigned=is_met)
    _take_first(log, signer)
    return Published(note, opened.checkpoint, opened.cosigned, is_met, tuple(problems))


def _take_first(log: Log, signer: Signer) -> None:
    note = signer.cosigned()
    if note is not None:
        take_first(log, note)


def _proof(reader: TreeReader, old_size: int) -> list[bytes]:
    return reader.consistency(old_size) if old_size < reader.size else []


def _post(url: str, body: bytes) -> tuple[int, str]:
    if not url.startswith(("http://", "https://")):
        raise WitnessSilent(f"{url} is no web address")
    request = HttpRequest(f"{url.rstrip('/')}/add-checkpoint", data=body, method="POST")  # noqa: S310 (checked above)
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return int(answer.status), answer.read(ANSWER_BYTES_MOST).decode(errors="replace")
    except HTTPError as said:
        return said.code, said.read(ANSWER_BYTES_MOST).decode(errors="replace")
    except (URLError, OSError, http.client.HTTPException) as problem:
        raise WitnessSilent(str(problem)) from None
