"""How far the log is signed and cosigned, for whoever shows figures: what is newer than the last cosignature says so.

Read from the signer's folder and checked by the keys, so that a note somebody put there says nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

from taizhang.adapters.proof.checkpoints import CheckpointInvalid, OpenedCheckpoint, open_checkpoint
from taizhang.adapters.proof.notes import NoteInvalid
from taizhang.adapters.proof.policy import Policy, PolicyInvalid
from taizhang.adapters.proof.signer import Signer, SignerRefused
from taizhang.adapters.settings import Settings

SECOND_US: Final = 1_000_000


class Witnessed(NamedTuple):
    """A witness's name, and when it cosigned (UTC seconds)."""

    name: str
    at_seconds: int


class Standing(NamedTuple):
    """How many facts are signed, how many of them the quorum has cosigned, when, and who did."""

    signed: int
    cosigned: int
    at_seconds: int | None
    by: tuple[Witnessed, ...]

    def newer(self, position: int) -> int:
        """How many of the first `position` facts no quorum has cosigned yet."""
        return max(0, position - self.cosigned)

    def age_seconds(self, now_us: int) -> int | None:
        """How long ago the last cosignature was made."""
        return None if self.at_seconds is None else max(0, now_us // SECOND_US - self.at_seconds)


def standing(settings: Settings) -> Standing | None:
    """What stands signed; None where no signer is set, or its folder is not in order: then nothing can be said."""
    if not settings.signer:
        return None
    try:
        signer = Signer.open(Path(settings.signer))
        policy = Policy.load(Path(settings.witness_policy)) if settings.witness_policy else Policy()
        published, cosigned = (
            None if note is None else open_checkpoint(note, signer.verifier, policy.verifiers())
            for note in (signer.published(), signer.cosigned())
        )
    except (SignerRefused, PolicyInvalid, NoteInvalid, CheckpointInvalid, OSError):
        return None
    return _standing(policy, published, cosigned)


def _standing(policy: Policy, published: OpenedCheckpoint | None, cosigned: OpenedCheckpoint | None) -> Standing:
    signed = published.checkpoint.size if published is not None else 0
    if cosigned is None or not cosigned.cosigned or not policy.is_met([one.witness for one in cosigned.cosigned]):
        return Standing(signed, 0, None, ())
    by = tuple(Witnessed(one.witness.name, one.at_seconds) for one in cosigned.cosigned)
    size = cosigned.checkpoint.size
    return Standing(max(signed, size), size, max(one.at_seconds for one in by), by)


def cosigned_row(settings: Settings, position: int, now_us: int) -> dict[str, Any] | None:
    """For a JSON answer about the first `position` facts: what is cosigned, how long ago, by whom, how many are newer."""
    found = standing(settings)
    if found is None:
        return None
    return {
        "size": found.cosigned,
        "at_seconds": found.at_seconds,
        "age_seconds": found.age_seconds(now_us),
        "by": [one.name for one in found.by],
        "newer": found.newer(position),
    }
