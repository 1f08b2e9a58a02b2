"""What other processes do in tests of the log: `python log_children.py JOB URL …`, told by lines, answering by lines."""

from __future__ import annotations

import random
import resource
import sys
from collections.abc import Callable

from log_samples import entry
from sqlalchemy import Connection, event

from taizhang.adapters.log.log import Append, Appended, CommandRow, Criterion, Log, LogUnavailable, LostRace
from taizhang.adapters.told_plainly import tell_plainly

GUARD = ("line", "streamed")
PATIENCE_SECONDS = 60


def say(*words: object) -> None:
    print(*words, flush=True)


def hold(url: str, facts: str, tag: str) -> None:
    """Append, but stay between the last statement and the commit until a line comes in."""
    log = Log.open(url)

    def wait(_connection: Connection) -> None:
        say("holding")
        sys.stdin.readline()

    event.listen(log.database.engine, "commit", wait, once=True)
    say(log.append(Append([entry(tag, body=["held", n]) for n in range(int(facts))])).last_position)


def race(url: str, by: str) -> None:
    """For each line NAME: read, say "ready", wait for a line, append on condition of what was read."""
    log = Log.open(url, wait_seconds=PATIENCE_SECONDS)
    while name := sys.stdin.readline().strip():
        guard, criterion = (by, name), Criterion((), (name,))
        state = log.read([criterion], guards=[guard])
        say("ready")
        sys.stdin.readline()
        say(_try(log, by, name, state.head_position))


def _try(log: Log, by: str, name: str, head: int) -> str:
    requests: dict[str, Append] = {
        "boundary": Append([entry(name)], head, [Criterion((), (name,))]),
        "guard": Append([entry()], guards_read={("guard", name): 0}, guards_written={("guard", name): (0, b"1")}),
        "command": Append([entry()], commands=[CommandRow(name, "digest", 0, 1, b"")]),
    }
    try:
        return "won" if isinstance(log.append(requests[by]), Appended) else "lost"
    except LostRace:
        return "lost"


def stream(url: str, seed: str) -> None:
    """Append batches for ever, each with a command and a guard; say each last position once it is answered."""
    log = Log.open(url, wait_seconds=PATIENCE_SECONDS)
    dice = random.Random(seed)
    while True:
        say(_batch(log, dice))


def _batch(log: Log, dice: random.Random) -> int:
    state = log.read([], guards=[GUARD])
    at = state.guards[GUARD].position if GUARD in state.guards else 0
    command, count = f"c{state.head_position}", dice.choice([1, 1, 2, 90, 300])
    entries = [entry(f"of:{command}", f"t:{dice.randrange(50)}", body=command) for _ in range(count)]
    written = {GUARD: (count - 1, b"%d" % (state.head_position + count))}
    row = CommandRow(command, "digest", 0, count, b"%d" % count)
    appended = log.append(Append(entries, guards_read={GUARD: at}, guards_written=written, commands=[row]))
    assert isinstance(appended, Appended)
    return appended.last_position


def fill(url: str, limit_bytes: str) -> None:
    """Append under a limit on the size of files until the log says no; say what the trouble is called."""
    log = Log.open(url)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit_bytes), resource.RLIM_INFINITY))
    dice = random.Random(url)
    try:
        while True:
            _batch(log, dice)
    except LogUnavailable as unavailable:
        say(unavailable.trouble.name)


if __name__ == "__main__":
    tell_plainly()  # standard output is for what the test waits for
    jobs: dict[str, Callable[..., None]] = {"hold": hold, "race": race, "stream": stream, "fill": fill}
    jobs[sys.argv[1]](*sys.argv[2:])
