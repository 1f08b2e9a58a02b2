"""Signs the log at intervals while the server runs, in a thread of its own, and says so when it cannot."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

import structlog

from taizhang.adapters.house import House
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.publishing import Published, publish
from taizhang.adapters.proof.signer import Signer
from taizhang.http.keeper import Keeping

LAST_TURN_SECONDS: Final = 30.0  # how long the end of the server waits for a turn under way


class Signing:
    """Publishes a checkpoint every `checkpoint_seconds`; does nothing where no signer is set."""

    def __init__(self, house: House) -> None:
        self._house, self._pause = house, house.settings.checkpoint_seconds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._state = Keeping(True)
        self.published: Published | None = None

    def start(self) -> None:
        """Begin, where a signer is set and the interval is not 0."""
        if self._house.settings.signer and self._pause > 0:
            self._thread = threading.Thread(target=self._run, name="sign-checkpoints", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Finish the turn under way and end the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(LAST_TURN_SECONDS)

    def state(self) -> Keeping:
        """Whether the last turn worked, and in which words it did not."""
        return self._state

    def turn(self) -> None:
        """Sign and publish once; a refusal is kept in words and logged, never raised: the next turn tries again."""
        settings = self._house.settings
        try:
            policy = Policy.load(Path(settings.witness_policy)) if settings.witness_policy else Policy()
            self.published = publish(self._house.log, Signer.open(Path(settings.signer)), policy)
        except Exception as problem:
            if self._state.is_well:
                structlog.get_logger().error("no checkpoint can be signed", exc_info=problem)
            name = type(problem).__name__
            self._state = Keeping(False, getattr(problem, "zh", "") or name, getattr(problem, "en", "") or str(problem))
        else:
            if not self._state.is_well:
                structlog.get_logger().info("checkpoints are signed again")
            self._state = Keeping(True)

    def _run(self) -> None:
        while not self._stop.is_set():
            self.turn()
            self._stop.wait(self._pause)
