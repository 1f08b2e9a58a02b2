"""Purchases of training as dated releases in the manner of the Open Contracting Data Standard: a class is a process.

A release for the class, for each claim, for each payment; the id of a release is its fact's position, so it never changes.
The ocid prefix is not registered: whoever publishes these registers one of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from taizhang.adapters.exports.gathered import ClassRow, Gathered
from taizhang.adapters.moments import beijing
from taizhang.projections.funds.steps import Step

PREFIX: Final = "ocds-taizhang"
VERSION: Final = "1.1"
PAID: Final = ("subsidy-paid", "advance-paid", "advance-cleared", "payment-returned", "recovered")


def release_package(found: Gathered) -> dict[str, Any]:
    """A release package of every class that the lines paid for or that was claimed for, oldest first."""
    return {
        "uri": f"urn:taizhang:{found.head.origin}:report:{found.asked.report}",
        "version": VERSION,
        "publishedDate": beijing(found.asked.at.recorded_at).isoformat(),
        "publisher": {"name": found.head.origin},
        "releases": sorted(_releases(found), key=lambda one: (int(one["id"].split("-")[0]), one["id"])),
    }


def _releases(found: Gathered) -> Iterator[dict[str, Any]]:
    for one in found.classes.values():
        yield _release(found, one, one.position, one.recorded_at, "award", awards=[_award(found, one)])
    seen = set()
    for line, steps in found.steps.items():
        for step in steps:
            training_class = found.classes.get(step.training_class)
            if training_class is None or (step.line, step.position) in seen:
                continue
            seen.add((step.line, step.position))
            told = _contract(found, training_class, line, step)
            if told is not None:
                tag, contract = told
                place = "" if step.line == "" else f"-{line}"
                yield _release(
                    found,
                    training_class,
                    step.position,
                    step.recorded_at,
                    tag,
                    place=place,
                    contracts=[contract],
                )


def _release(
    found: Gathered, of: ClassRow, position: int, recorded_at: int, tag: str, place: str = "", **more: Any
) -> dict[str, Any]:
    county, school = found.names.regions.get(of.county, of.county), found.names.organisations.get(of.institution, "")
    return {
        "ocid": f"{PREFIX}-{of.training_class}",
        "id": f"{position}{place}",
        "date": beijing(recorded_at).isoformat(),
        "tag": [tag],
        "initiationType": "tender",
        "language": "zh",
        "parties": [
            {"id": of.county, "name": county, "roles": ["buyer"]},
            {"id": of.institution, "name": school or of.institution, "roles": ["supplier", "payee"]},
        ],
        "buyer": {"id": of.county, "name": county},
        **more,
    }


def _award(found: Gathered, of: ClassRow) -> dict[str, Any]:
    supplier = {"id": of.institution, "name": found.names.organisations.get(of.institution, of.institution)}
    return {"id": of.training_class, "title": of.name, "status": "active", "suppliers": [supplier]}


def _contract(found: Gathered, of: ClassRow, line: str, step: Step) -> tuple[str, dict[str, Any]] | None:
    """The tag and the contract of a claim or a payment; None for what is neither."""
    contract: dict[str, Any] = {"id": step.claim or f"{of.training_class}-advance", "awardID": of.training_class}
    if step.kind == "claim-submitted":
        contract |= {"status": "cancelled" if step.void else "pending", "value": _value(step.amount_fen)}
        return ("contractAmendment" if step.corrects else "contract"), contract
    if step.kind not in PAID:
        return None
    transactions = [
        {
            "id": f"{step.position}-{number}",
            "source": f"fund:{line}",
            "date": step.occurred_on.isoformat(),
            "value": _value(move.change_fen),
            "payer": {"name": found.names.account(_payer(step))},
            "payee": {"name": found.names.account(move.account)},
        }
        for number, move in enumerate(step.moves, 1)
        if move.account.startswith(("institution:", "person:", "advance:"))
    ]
    return "implementation", contract | {"implementation": {"transactions": transactions}}


def _payer(step: Step) -> str:
    holders = [move.account for move in step.moves if move.account[:1].isdigit()]
    return holders[0] if holders else ""


def _value(fen: int) -> dict[str, Any]:
    """Fen as OCDS states values: yuan, negative for what came back."""
    return {"amount": fen / 100, "currency": "CNY"}
