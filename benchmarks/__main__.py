"""`python -m benchmarks [NAME]`: run every comparison, or those whose name begins with NAME, and keep the figures."""

from __future__ import annotations

import sys

import structlog
from rich.console import Console
from rich.table import Table

from benchmarks import appends, catch_up, document, funds, imports, payments, proofs, questions, rules, verifying, web
from benchmarks.harness import LATEST, Comparison, NotHere, Result, Size, compared, keep, read

COMPARISONS: tuple[Comparison, ...] = (
    *appends.COMPARISONS,
    *catch_up.COMPARISONS,
    *funds.COMPARISONS,
    *imports.COMPARISONS,
    *payments.COMPARISONS,
    *proofs.COMPARISONS,
    *questions.COMPARISONS,
    *rules.COMPARISONS,
    *verifying.COMPARISONS,
    *web.COMPARISONS,
)


def main(arguments: list[str], size: Size | None = None) -> int:
    """Run what is asked for; 2 when nothing bears that name."""
    name = arguments[0] if arguments else ""
    chosen = [one for one in COMPARISONS if one.name == name] or [
        one for one in COMPARISONS if one.name.startswith(name)
    ]
    messages = Console(stderr=True)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    if not chosen:
        messages.print(f"no comparison begins with {name}; there are: {', '.join(one.name for one in COMPARISONS)}")
        return 2
    results = []
    for comparison in chosen:
        messages.print(f"{comparison.name} …")
        try:
            results.append(compared(comparison, size or Size()))
        except NotHere as missing:
            messages.print(f"{comparison.name} left out: {missing}")
            continue
        keep(results[-1:])
    document.write(read())
    Console(width=140).print(table(results))
    messages.print(f"kept in {LATEST.relative_to(LATEST.parents[1])} and docs/benchmarks.md")
    return 0


def table(results: list[Result]) -> Table:
    """The figures side by side."""
    shown = Table("comparison", "ours", "rival", "unit", "ratio", "rival is", title="medians of interleaved rounds")
    for one in results:
        shown.add_row(one.name, f"{one.ours:,.0f}", f"{one.rival:,.0f}", one.unit, f"{one.ratio:.2f}", one.rival_name)
    return shown


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
