"""Commands about proof: signer, checkpoint, export log, prove, verify."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from taizhang.adapters.cli.seeing import SEES_FACTS, reader, whole_house
from taizhang.adapters.cli.session import CallUnusable, OutOfReach, house_of, progress_bar, put, put_json, say
from taizhang.adapters.house import House
from taizhang.adapters.log.log import LogDamaged
from taizhang.adapters.moments import beijing
from taizhang.adapters.proof import folder_check, verifying
from taizhang.adapters.proof.checkpoints import CheckpointInvalid
from taizhang.adapters.proof.export import ExportRefused, export_log
from taizhang.adapters.proof.findings import Report, lines
from taizhang.adapters.proof.notes import KeyInvalid, NoteInvalid, NoteVerifier
from taizhang.adapters.proof.policy import Policy, PolicyInvalid
from taizhang.adapters.proof.proving import NotSignedYet, best_note, prove
from taizhang.adapters.proof.publishing import Published, add_by_hand, publish, request_for
from taizhang.adapters.proof.references import ReferenceUnusable, of_note, of_path, of_signer
from taizhang.adapters.proof.second_tree import SecondTree
from taizhang.adapters.proof.signer import Signer, SignerRefused
from taizhang.adapters.proof.tiles import TileMissing
from taizhang.adapters.settings import Settings
from taizhang.adapters.visibility import READS_ALL
from taizhang.projections.views import all_views


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    signer = typer.Typer(no_args_is_help=True, help="The log's signing key, in a folder outside the database.")
    signer.command("init", epilog="Example: TAIZHANG_SIGNER=signer taizhang signer init")(signer_init)
    signer.command("show", epilog="Example: taizhang signer show --json")(signer_show)
    signer.command("restore", epilog="Example: taizhang signer restore cosigned.txt")(signer_restore)
    app.add_typer(signer, name="signer")
    app.command(epilog="Example: taizhang checkpoint --out checkpoint.txt")(checkpoint)
    export = typer.Typer(no_args_is_help=True, help="Write the log out for others.")
    export.callback()(_group)
    export.command("log", epilog="Example: taizhang export log public/log")(export_log_command)
    app.add_typer(export, name="export")
    app.command("prove", epilog="Example: taizhang prove 42 --out 42.tlog-proof")(prove_command)
    app.command(epilog="Example: taizhang verify --full --against cosigned.txt")(verify)


def _group() -> None:
    """Keeps `export log` two words while it is the only command of its group."""


@contextmanager
def in_words() -> Iterator[None]:
    """Say in both languages what went wrong with proofs, and leave with 1."""
    known = (SignerRefused, ExportRefused, NotSignedYet, PolicyInvalid, ReferenceUnusable, LogDamaged)
    try:
        yield
    except known as problem:
        say(problem.zh, str(problem))
    except (NoteInvalid, KeyInvalid, CheckpointInvalid, TileMissing) as problem:
        say(f"签名、密钥或检查点无法使用:{problem}。", f"A signature, key or checkpoint cannot be used: {problem}.")
    else:
        return
    raise typer.Exit(1)


def signer_of(settings: Settings) -> Signer:
    """The signer that the settings name. Raises CallUnusable, SignerRefused."""
    if not settings.signer:
        raise CallUnusable(
            "没有设置签名文件夹。请设置 TAIZHANG_SIGNER,并先运行 taizhang signer init。",
            "No signer's folder is set. Set TAIZHANG_SIGNER, and run taizhang signer init first.",
        )
    return Signer.open(Path(settings.signer))


def policy_of(settings: Settings) -> Policy:
    """The witnesses that the settings name; none by default. Raises PolicyInvalid."""
    return Policy.load(Path(settings.witness_policy)) if settings.witness_policy else Policy()


def signer_init(context: typer.Context) -> None:
    """Make the log's signing key, and print its public half (a C2SP vkey): publish that."""
    settings: Settings = context.obj.settings()
    if not settings.signer:
        signer_of(settings)
    with in_words(), house_of(context) as house:
        made = Signer.create(Path(settings.signer), house.log.head().origin)
    put(str(made.verifier))


def signer_show(
    context: typer.Context, as_json: bool = typer.Option(False, "--json", help="print one JSON document")
) -> None:
    """Show the public key, and what was signed and cosigned last."""
    settings: Settings = context.obj.settings()
    with in_words():
        signer = signer_of(settings)
        state = signer.state()
    if as_json:
        cosigned = signer.cosigned()
        put_json(
            {"key": str(signer.verifier), "size": state.size, "root": state.root.hex(), "signed_at": state.signed_at}
            | {"cosigned_size": int(cosigned.split("\n")[1]) if cosigned else None}
        )
        return
    put(str(signer.verifier))
    put(
        f"signed {state.size}  {beijing(state.signed_at).isoformat()}\n{signer.cosigned() or signer.published() or state.note}"
    )


def signer_restore(
    context: typer.Context,
    note: Path = typer.Argument(help="the last cosigned checkpoint"),  # noqa: B008
) -> None:
    """Go on from a checkpoint when the signer's state is lost; the log is hashed anew up to it."""
    with in_words(), house_of(context) as house:
        signer_of(house.settings).restore(house.log, note.read_text(encoding="utf-8"), progress_bar("restore"))
    say("签名状态已恢复。", "The signer's state is restored.")


def checkpoint(
    context: typer.Context,
    out: Path = typer.Option(None, "--out", help="write the note into this file as well"),  # noqa: B008
    request_from: int = typer.Option(-1, "--request-from", help="write a request for a witness that knows this size"),
    add: list[Path] = typer.Option([], "--add", help="take in a cosignature that came on a stick"),  # noqa: B008
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
) -> None:
    """Sign the log as it stands on the disk, have the policy's witnesses cosign it, and publish it."""
    with in_words(), house_of(context) as house:
        signer, policy = signer_of(house.settings), policy_of(house.settings)
        if add:
            given = [line for path in add for line in path.read_text(encoding="utf-8").splitlines() if line]
            done = add_by_hand(house.log, signer, policy, given)
        else:
            done = publish(house.log, signer, policy, progress_bar("checkpoint"))
        if request_from >= 0:
            if out is None or request_from > done.checkpoint.size:
                raise CallUnusable(
                    "请用 --out 指明请求文件,且起点不能超过已签名的条数。",
                    "Name the request's file with --out; it cannot begin past the signed size.",
                )
            out.write_bytes(request_for(house.log, done.note, request_from).encoded())
        elif out is not None:
            out.write_text(done.note, encoding="utf-8")
    for problem in done.problems:
        say(f"见证方没有签名:{problem}", f"A witness has not cosigned: {problem}")
    put_json(_as_row(done)) if as_json else put(done.note.rstrip("\n"))


def _as_row(done: Published) -> dict[str, Any]:
    return {
        "origin": done.checkpoint.origin,
        "size": done.checkpoint.size,
        "root": done.checkpoint.root.hex(),
        "cosigned": [{"witness": one.witness.name, "at_seconds": one.at_seconds} for one in done.cosigned],
        "quorum_met": done.is_met,
        "problems": list(done.problems),
        "note": done.note,
    }


def export_log_command(
    context: typer.Context,
    folder: Path = typer.Argument(help="folder for checkpoint, tile/ and tile/entries/"),  # noqa: B008
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
) -> None:
    """Write the log as any transparency-log client reads it; stopped and begun again it goes on where it was."""
    with in_words(), house_of(context) as house:
        whole_house(house, context, READS_ALL)
        signer = signer_of(house.settings)
        note = publish(house.log, signer, policy_of(house.settings)).note
        done = export_log(house.log, folder, note, progress_bar("export"))
    put_json({"size": done.size, "root": done.root.hex(), "folder": str(folder)}) if as_json else put(
        f"{done.origin}: {done.size} → {folder}"
    )


def prove_command(
    context: typer.Context,
    positions: list[int] = typer.Argument(help="positions of facts", min=1),  # noqa: B008
    out: Path = typer.Option(None, "--out", help="file; with several positions a folder"),  # noqa: B008
) -> None:
    """Write the proof of each fact (C2SP .tlog-proof), which anybody checks without us and without a network."""
    with in_words(), house_of(context) as house:
        if len(reader(house, context, SEES_FACTS).positions(positions)) < len(
            {*positions} if context.obj.named else ()
        ):
            raise OutOfReach
        signer = signer_of(house.settings)
        note = best_note(signer)
        if note is None or int(note.split("\n")[1]) < max(positions):
            note = publish(house.log, signer, policy_of(house.settings)).note
        verifiers = policy_of(house.settings).verifiers()
        proofs = prove(house.log, note, positions, signer.verifier, verifiers)
    if out is None:
        for proof in proofs.values():
            put(proof.text().rstrip("\n"))
    elif len(proofs) == 1:
        out.write_text(proofs[positions[0]].text(), encoding="utf-8")
    else:
        out.mkdir(parents=True, exist_ok=True)
        for position, proof in proofs.items():
            (out / f"{position:09}.tlog-proof").write_text(proof.text(), encoding="utf-8")


def verify(
    context: typer.Context,
    against: list[Path] = typer.Option([], "--against", help="a signed note, or a folder of an exported log"),  # noqa: B008
    full: bool = typer.Option(False, "--full", help="replay the views, open the vault, read every file as well"),
    log_key: str = typer.Option("", help="the log's published key; default: the one in the signer's folder"),
    folder: Path = typer.Option(None, "--folder", help="verify an exported log by itself; needs no database"),  # noqa: B008
    processes: int = typer.Option(1, min=1, max=64, help="with --folder: work in so many processes"),
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
) -> None:
    """Check stored bytes, hashes, tiles, root, signatures, tags, guards, views, vault and files, each by its name."""
    settings: Settings = context.obj.settings()
    with in_words():
        if folder is not None:
            if not log_key:
                log_key = str(signer_of(settings).verifier)
            report = folder_check.verify_folder(
                folder, NoteVerifier.parse(log_key), policy_of(settings), processes, progress_bar("verify")
            )
        else:
            with house_of(context) as house:
                report = _verified(house, against, full, log_key)
    if as_json:
        put_json(report)
    else:
        _put_report(report, settings.lang)
    raise typer.Exit(0 if report.ok else 1)


def _verified(house: House, against: list[Path], full: bool, log_key: str) -> Report:
    settings, policy = house.settings, policy_of(house.settings)
    signer = Signer.open(Path(settings.signer)) if settings.signer else None
    key = NoteVerifier.parse(log_key) if log_key else signer.verifier if signer is not None else None
    if against and key is None:
        raise CallUnusable(
            "请用 --log-key 给出日志的公钥,或设置 TAIZHANG_SIGNER。",
            "Give the log's public key with --log-key, or set TAIZHANG_SIGNER.",
        )
    others = [of_path(path, key, policy.verifiers()) for path in against if key is not None]
    if signer is not None and key is not None and (own := signer.cosigned()) is not None:
        others.append(of_note("cosigned", own, key, policy.verifiers()))
    memory = of_signer(signer) if signer is not None else None
    signatures = verifying.Signatures(key, memory, others, lambda who: bool(who) and policy.is_met(who))
    second = SecondTree.open(Path(settings.sm3)) if settings.sm3 else None
    outside = verifying.Outside(all_views(), house.vault, house.files, house.bank_accounts, second)
    return verifying.verify(house.log, signatures, outside if full else verifying.Outside(), _progress)


def _progress(what: str) -> Callable[[int, int], None]:
    return progress_bar(what)


def _put_report(report: Report, language: str) -> None:
    for line in lines(report, language):
        put(line)
    first = report.first()
    if report.ok:
        say(
            f"日志 {report.origin} 的前 {report.position} 条未见损坏。这不证明事实本身属实。",
            f"No damage found in the {report.position} facts of {report.origin}. That proves no fact true.",
            language,
        )
    elif first is not None:
        say(f"发现损坏:{first.zh}", f"Damage found: {first.en}", language)
    sys.stdout.flush()
