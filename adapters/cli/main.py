"""The command line `taizhang`: data on standard output, messages on standard error, exit 0, 1 or 2.

0: done. 1: a rule said no, or something needs attention. 2: the call, a setting or a file cannot be used.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import typer
from typer.main import get_command

from taizhang.adapters.cli.attach import add_to as add_attach
from taizhang.adapters.cli.bundle import add_to as add_bundle
from taizhang.adapters.cli.cases import add_to as add_cases
from taizhang.adapters.cli.contacts import add_to as add_contacts
from taizhang.adapters.cli.forgetting import add_to as add_forgetting
from taizhang.adapters.cli.funds import add_to as add_funds
from taizhang.adapters.cli.importing import add_to as add_import
from taizhang.adapters.cli.inspections import add_to as add_inspections
from taizhang.adapters.cli.keys import add_to as add_keys
from taizhang.adapters.cli.leads import add_to as add_leads
from taizhang.adapters.cli.ledger import add_to as add_ledger
from taizhang.adapters.cli.lists import add_to as add_lists
from taizhang.adapters.cli.performance import add_to as add_performance
from taizhang.adapters.cli.postings import add_to as add_postings
from taizhang.adapters.cli.proof import add_to as add_proof
from taizhang.adapters.cli.read import add_to as add_read
from taizhang.adapters.cli.readers import add_to as add_readers
from taizhang.adapters.cli.replay import add_to as add_replay
from taizhang.adapters.cli.reports import add_to as add_reports
from taizhang.adapters.cli.rules import add_to as add_rules
from taizhang.adapters.cli.samples import add_to as add_samples
from taizhang.adapters.cli.session import SHARED_HELP, SHARED_OPTIONS, Shared, end_progress_line, problem_of, say
from taizhang.adapters.cli.set_up import add_to as add_set_up
from taizhang.adapters.cli.sm3 import add_to as add_sm3
from taizhang.adapters.cli.statements import add_to as add_statements
from taizhang.adapters.cli.vault import add_to as add_vault
from taizhang.adapters.cli.witness import add_to as add_witness
from taizhang.adapters.told_plainly import tell_plainly

SHARED_NAMES = {f"--{name.replace('_', '-')}" for name in SHARED_OPTIONS}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run one command; returns the exit code. Problems people can mend are said in words, without a traceback."""
    tell_plainly()
    try:
        result = command()(_shared_first(arguments), standalone_mode=False, prog_name="taizhang")
    except typer.Exit as leave:
        return int(leave.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        end_progress_line()
        say("已中止;已记录的内容保持不变。", "Stopped; what was recorded stays.")
        return 2
    except Exception as problem:
        known = problem_of(problem)
        if known is None:
            raise
        say(known.zh, known.en)
        return known.exit_code
    return int(result or 0)


@cache
def command() -> Any:
    """All commands, made once: who runs several in one process would read every signature again for each."""
    return get_command(application())


def application() -> typer.Typer:
    """All commands. Shared options may stand anywhere on the line."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="台账 Taizhang: a training ledger to household and person.\n\n" + SHARED_HELP,
    )

    @app.callback()
    def shared(
        context: typer.Context,
        database: str = typer.Option("", help="URL of the log and its views (TAIZHANG_DATABASE)"),
        vault: str = typer.Option("", help="URL of the vault (TAIZHANG_VAULT)"),
        files: str = typer.Option("", help="folder of stored files (TAIZHANG_FILES)"),
        lang: str = typer.Option("", help="zh or en (TAIZHANG_LANG)"),
        officer: str = typer.Option("", help="who acts or reads (TAIZHANG_OFFICER); needs the key or the password"),
        as_role: str = typer.Option("", help="in which role, when the officer has several (TAIZHANG_ROLE)"),
        key_file: str = typer.Option("", help="file with the officer's key (or TAIZHANG_OFFICER_KEY, or a prompt)"),
    ) -> None:
        context.obj = Shared(
            database=database, vault=vault, files=files, lang=lang, officer=officer, as_role=as_role, key_file=key_file
        )

    for add_to in (
        add_set_up,
        add_import,
        add_lists,
        add_cases,
        add_attach,
        add_keys,
        add_statements,
        add_ledger,
        add_funds,
        add_inspections,
        add_samples,
        add_replay,
        add_postings,
        add_performance,
        add_proof,
        add_bundle,
        add_reports,
        add_rules,
        add_leads,
        add_contacts,
        add_forgetting,
        add_vault,
        add_sm3,
        add_witness,
        add_read,
        add_readers,
    ):
        add_to(app)
    return app


def _shared_first(arguments: list[str]) -> list[str]:
    """Move shared options to the front, so that they may stand before or after the command's name."""
    shared, others, rest = [], [], iter(arguments)
    for argument in rest:
        name, equals, _ = argument.partition("=")
        if argument == "--":
            others += [argument, *rest]
        elif name in SHARED_NAMES:
            shared.append(argument)
            if not equals:
                shared += [value for value in (next(rest, None),) if value is not None]
        else:
            others.append(argument)
    return shared + others
