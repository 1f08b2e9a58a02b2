"""Samples 抽样: a nonce is committed, the population is fixed, and after a checkpoint the sample is drawn.

The order is the point: who knows the nonce does not know the checkpoint's root yet, and who makes the root does not
know the nonce; so nobody chooses the sample. How many are drawn, and how, is fixed before either is known to both.
Nor does anybody choose among checkpoints: the log's signer takes the first cosigned one as it publishes it.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from taizhang.domain.core import Fact, Fen, Position, Text
from taizhang.domain.inspections.opening import InspectionId, SampleId

Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hex")]
Checkpoint = Annotated[str, msgspec.Meta(min_length=1, max_length=20_000, description="a signed note")]
SampleMethod = Literal["random", "stratified", "monetary-unit"]


class NonceCommitted(Fact, frozen=True, kw_only=True):
    """The inspector binds to a secret number before the population is fixed: this is its SHA-256."""

    TOPIC = "inspections.nonce-committed.v1"
    inspection: InspectionId
    sample: SampleId
    nonce_digest: Digest

    def tags(self) -> list[str]:
        return [f"inspection:{self.inspection}", f"sample:{self.sample}"]


class PopulationFixed(Fact, frozen=True, kw_only=True):
    """What may be drawn is fixed, and how: a query of the log at a position, the digest of its export, the method."""

    TOPIC = "inspections.population-fixed.v1"
    inspection: InspectionId
    sample: SampleId
    query: Text
    position: Position
    units: Annotated[int, msgspec.Meta(ge=1)]
    digest: Digest
    method: SampleMethod
    size: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None  # of a random or stratified sample
    interval_fen: Annotated[int, msgspec.Meta(ge=1)] | None = None  # of a monetary-unit sample
    amount_fen: Fen = 0

    def tags(self) -> list[str]:
        return [f"inspection:{self.inspection}", f"sample:{self.sample}"]


class CheckpointTaken(Fact, frozen=True, kw_only=True):
    """The first cosigned checkpoint after the population, taken by the log's own signer when it is published."""

    TOPIC = "inspections.checkpoint-taken.v1"
    inspection: InspectionId
    sample: SampleId
    checkpoint: Checkpoint

    def tags(self) -> list[str]:
        return [f"inspection:{self.inspection}", f"sample:{self.sample}"]


class SampleDrawn(Fact, frozen=True, kw_only=True):
    """The sample is drawn; anybody can draw it again from the population, the checkpoint and the opened nonce."""

    TOPIC = "inspections.sample-drawn.v1"
    inspection: InspectionId
    sample: SampleId
    method: SampleMethod
    nonce: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
    checkpoint: Checkpoint  # the first cosigned one after the population
    seed: Digest
    drawn: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=1000)]
    interval_fen: Annotated[int, msgspec.Meta(ge=1)] | None = None  # of a monetary-unit sample

    def tags(self) -> list[str]:
        return [f"inspection:{self.inspection}", f"sample:{self.sample}"]
