"""The commands `population` and `sample-draw`: what may be drawn, the draw, and drawing again without any house."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, Any

import typer

from taizhang.adapters.cli.seeing import reader
from taizhang.adapters.cli.session import CallUnusable, actor, house_of, put, put_json, say
from taizhang.adapters.exports.taken import record_taken
from taizhang.adapters.house import House
from taizhang.adapters.orders import Order
from taizhang.adapters.proof.checkpoints import CheckpointInvalid
from taizhang.adapters.proof.notes import KeyInvalid, NoteInvalid, NoteVerifier
from taizhang.adapters.sampling import QueryUnusable, Redrawn, redrawn, steps_of, to_draw
from taizhang.adapters.sampling import population as population_of
from taizhang.adapters.visibility import SEES_INSPECTIONS
from taizhang.domain.decisions import Proposal
from taizhang.domain.inspections.drawing import Method, NotDrawable, nonce_digest
from taizhang.domain.inspections.opening import InspectionId, SampleId
from taizhang.domain.inspections.rules import code_in
from taizhang.domain.inspections.sample_refusals import CheckpointNotTaken

NONCE_BYTES = 32


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog="Example: taizhang population payments:talent-2016 --out population.csv --json")(population)
    app.command("nonce", epilog="Example: taizhang nonce --json")(nonce)
    app.command(
        "sample-draw",
        epilog="Example: taizhang sample-draw --verify population.csv --checkpoint checkpoint --nonce 11… "
        "--method random --size 20 --against drawn.txt",
    )(sample_draw)


def population(
    context: typer.Context,
    query: str = typer.Argument(help="payments:LINE or trainees:REGION:YEAR"),
    out: Path = typer.Option(..., help="the CSV file to write: unit, stratum, amount_fen"),  # noqa: B008
    at: int = typer.Option(0, min=0, help="as the log stood at this position; else at its head"),
    inspection: str = typer.Option("", help="only what lies in this inspection's region, as its samples are drawn"),
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
) -> None:
    """Write the population 总体 that a sample may be drawn from, and say position, size, sum and digest to record."""
    with house_of(context) as house:
        try:
            who = reader(house, context, SEES_INSPECTIONS)
            region = who.region(code_in(InspectionId(inspection)) if inspection else "") if who.by or inspection else ""
            found = population_of(house.log, query, at or None, region)
        except (QueryUnusable, NotDrawable) as problem:
            raise _unusable(problem) from None
        out.write_bytes(found.data)
        if who.by is not None:
            record_taken(house, who.by, f"population {query}", len(found.units), found.digest)
    told = {
        "query": found.query,
        "position": found.position,
        "units": len(found.units),
        "amount_fen": found.amount_fen,
        "digest": found.digest,
    }
    _put(told, as_json)


def nonce(as_json: bool = typer.Option(False, "--json", help="print one JSON document")) -> None:
    """Make a random nonce 随机数 and the digest to commit. Keep the nonce secret until the sample is drawn."""
    made = secrets.token_hex(NONCE_BYTES)
    _put({"nonce": made, "nonce_digest": nonce_digest(made)}, as_json)


def sample_draw(
    context: typer.Context,
    verify: Annotated[Path | None, typer.Option("--verify", help="draw again from this population export")] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="the published checkpoint, a signed note; --sample knows its own")
    ] = None,
    nonce: Annotated[str, typer.Option(help="the opened nonce, 64 hex digits")] = "",
    method: Annotated[str, typer.Option(help="random, stratified or monetary-unit")] = "random",
    size: Annotated[int, typer.Option(min=0, help="how many, at random or by stratum")] = 0,
    interval_fen: Annotated[int, typer.Option(min=0, help="of a monetary-unit sample")] = 0,
    against: Annotated[Path | None, typer.Option(help="compare with these units, one a line")] = None,
    log_key: Annotated[str, typer.Option(help="the log's public key (vkey): check who signed")] = "",
    witness: Annotated[
        list[str] | None, typer.Option(help="a witness's public key (vkey): tell if it cosigned")
    ] = None,
    sample: Annotated[str, typer.Option(help="record the draw of this sample, from --population")] = "",
    population: Annotated[Path | None, typer.Option(help="the population that was fixed for --sample")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON document")] = False,
) -> None:
    """Draw a sample 抽样 and record it (--sample), or draw it again with nothing but what was published (--verify)."""
    file = verify or population
    unstated = file is None or not nonce or (verify is not None and checkpoint is None)
    if file is None or unstated or (verify is None) == (not sample):
        raise CallUnusable(
            "请给出 --verify 与 --checkpoint(或 --sample 与 --population),以及 --nonce。",
            "State --verify and --checkpoint (or --sample and --population), and --nonce.",
        )
    keys = _keys([log_key, *(witness or [])] if log_key else [])
    given, data = checkpoint.read_text() if checkpoint is not None else "", file.read_bytes()

    def draw(how: Method, note: str) -> Redrawn:
        try:
            return redrawn(data, note, nonce, how, keys[0] if keys else None, keys[1:])
        except (NotDrawable, NoteInvalid, CheckpointInvalid, ValueError) as problem:
            raise _unusable(problem) from None

    if verify is not None:
        found, position = draw(Method(method, size or None, interval_fen or None), given), None
    else:
        with house_of(context) as house:
            found, position = _recorded(house, context, SampleId(sample), nonce, given, data, draw)
    told: dict[str, Any] = {
        "log": found.mark.origin,
        "checkpoint_size": found.mark.size,
        "root": found.mark.root.hex(),
        "population_digest": found.digest,
        "seed": found.seed,
        "cosigned_by": list(found.cosigned),
        "drawn": list(found.drawn),
    }
    if position is not None:
        told["position"] = position
    _compare(told, against, as_json)


def _recorded(
    house: House, context: typer.Context, sample: SampleId, nonce: str, given: str, data: bytes, draw: Any
) -> tuple[Redrawn, int]:
    """Draw as the population was fixed, and record it. Raises CallUnusable, or exits 1 when a rule says no."""
    _, fixed, taken, _ = steps_of(house.log, sample)
    if fixed is None:
        raise CallUnusable(
            f"抽样 {sample} 尚未确定总体。请先登记总体。", f"No population is fixed for {sample}. Fix it first."
        )
    note = given or (taken.checkpoint if taken is not None else "")
    if not note:
        refused = CheckpointNotTaken(sample=sample)
        raise CallUnusable(refused.words("zh"), refused.words("en"))
    found = draw(Method(fixed.method, fixed.size, fixed.interval_fen), note)
    fact = to_draw(fixed, found, note, nonce, house.desk.today())
    by = actor(house, context.obj)
    order = Order(id=f"sample:{by.officer}:{sample}:{found.seed}", by=by, items=[Proposal(fact=fact, enclosed=data)])
    [verdict] = house.desk.submit(order).verdicts
    if verdict.outcome == "refused" or verdict.position is None:
        say(verdict.words("zh"), verdict.words("en"))
        raise typer.Exit(1 if verdict.outcome == "refused" else 0)
    return found, verdict.position


def _compare(told: dict[str, Any], against: Path | None, as_json: bool) -> None:
    """Print the draw; exit 1 when it is not the list it should be."""
    same = None
    if against is not None:
        same = against.read_text().split() == told["drawn"]
        told["same"] = same
    _put(told, as_json)
    if same is False:
        say("与所给样本不一致:重新抽取的结果如上。", "The list given is not the sample: the draw gives what is above.")
        raise typer.Exit(1)
    if same:
        say("一致:任何人重新抽取都得到这份样本。", "The same: whoever draws again gets this sample.")


def _keys(vkeys: list[str]) -> list[NoteVerifier]:
    try:
        keys = [NoteVerifier.parse(one) for one in vkeys]
    except KeyInvalid as problem:
        raise _unusable(problem) from None
    return [keys[0], *(key.cosigner() for key in keys[1:])] if keys else []


def _put(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        put_json(told)
        return
    for name, value in told.items():
        for one in value if isinstance(value, list) else [value]:
            put(f"{name}: {one}")


def _unusable(problem: Exception) -> CallUnusable:
    return CallUnusable(f"无法办理:{problem}。请核对输入。", f"This cannot be used: {problem}. Check what was given.")
