"""The process that folds one moment of the past: the order comes in as a line, what it says goes out by the line."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO, Final

import msgspec
import structlog

from taizhang.adapters.database import Database
from taizhang.adapters.log.log import Log
from taizhang.adapters.past import Order, Told
from taizhang.adapters.told_plainly import tell_plainly
from taizhang.projections.past import Unfoldable, fold_past

STEPS_BACK: Final = 10  # behind whoever answers people (nice)


def serve(source: BinaryIO, out: BinaryIO) -> int:
    """Fold the moment that the first line asks for."""
    order = msgspec.json.decode(source.readline(), type=Order)

    def say(told: Told) -> None:
        out.write(msgspec.json.encode(told) + b"\n")
        out.flush()

    log, store = Log.open(order.log), Database(f"sqlite:///{order.file}")
    try:
        fold_past(log, store, order.moment, lambda done, total: say(Told(done, total)))
    except Unfoldable as problem:
        say(Told(zh=problem.zh, en=str(problem)))
        return 1
    except Exception as problem:
        structlog.get_logger().error("the past cannot be folded", exc_info=problem)
        say(Told(zh=getattr(problem, "zh", ""), en=str(getattr(problem, "en", "")) or type(problem).__name__))
        return 1
    finally:
        store.close()
        log.close()
    say(Told(order.moment.position, order.moment.position, over=True))
    return 0


def main() -> int:
    """The process itself."""
    tell_plainly()
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody else may write between the lines
    os.nice(STEPS_BACK)
    return serve(sys.stdin.buffer, out)


if __name__ == "__main__":
    sys.exit(main())
