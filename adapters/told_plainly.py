"""How the program tells what went wrong inside it: on standard error, and without the values that variables held."""

from __future__ import annotations

import logging
import sys

import structlog


def tell_plainly() -> None:
    """Tell warnings and worse, with tracebacks of lines only: what a variable held may be a name or a password."""
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[structlog.processors.TimeStamper(fmt="iso"), structlog.processors.add_log_level, plain],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # whatever standard error is by then
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
