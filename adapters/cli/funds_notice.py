"""The command `funds notice`: the masked list of a claim for the public, and the digest that its posting records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taizhang.adapters.cli.money import JsonOption
from taizhang.adapters.cli.session import CallUnusable, actor, house_of, put, put_json, say
from taizhang.adapters.house import House
from taizhang.adapters.notice_making import ClaimPapers, kept, made_notice, papers_of
from taizhang.adapters.notices import notice_text
from taizhang.domain.core import Actor
from taizhang.domain.decisions import within

MAKERS = frozenset({"clerk", "finance", "institution", "inspector", "discipline"})


def add_to(funds: typer.Typer) -> None:
    """Add this command to `funds`."""
    funds.command("notice", epilog="Example: taizhang funds notice claim-620121-0001 --out list.txt --officer li")(
        notice
    )


def notice(
    context: typer.Context,
    claim: Annotated[str, typer.Argument(help="an approved claim")],
    out: Annotated[Path | None, typer.Option("--out", help="write the list here, its very bytes")] = None,
    as_json: JsonOption = False,
) -> None:
    """The masked public list 公示名单 of an approved claim with its digest; the list is kept under it. 公示名单。

    `funds.post-notice` records this digest as `list_digest`; when a list was posted, says whether it is this one.
    """
    language = context.obj.settings().lang
    with house_of(context) as house:
        papers = _papers(house, actor(house, context.obj), claim)
        if papers.review is None or not papers.review.approved:
            say(
                f"申领 {claim} 尚未审核通过,没有可公示的名单。请先办理审核。",
                f"Claim {claim} is not approved: there is no list to post. Have it reviewed first.",
                language,
            )
            raise typer.Exit(1)
        made = made_notice(house, papers.county, papers.submitted, papers.review)
        text, digest = notice_text(made), kept(house, made)
    if out is not None:
        out.write_bytes(text.encode())
    posted = papers.posted.list_digest if papers.posted is not None else None
    if as_json:
        lines = [line._asdict() for line in made.lines]
        put_json(
            {
                "claim": claim,
                "list_digest": digest,
                "posted_digest": posted,
                "amount_fen": made.amount_fen,
                "rows": lines,
            }
        )
    elif out is None:
        put(text.rstrip("\n"))
    say(*_said(digest, posted), language)


def _papers(house: House, by: Actor, claim: str) -> ClaimPapers:
    """The papers of a claim within the officer's scope; a foreign one is as unknown as none.

    Raises CallUnusable.
    """
    found = papers_of(house, claim)
    theirs = found is not None and (by.role != "institution" or found.institution == by.organisation)
    if found is None or not theirs or by.role not in MAKERS or not within(found.county, by.region):
        raise CallUnusable(
            f"没有申领 {claim},或不在您的管辖范围。请用 taizhang facts --of claim:… 核对编号。",
            f"No claim {claim}, or it is not in your scope. Check its id with taizhang facts --of claim:….",
        )
    return found


def _said(digest: str, posted: str | None) -> tuple[str, str]:
    if posted is None:
        return (
            f"名单摘要 {digest};公示时填入 list_digest。",
            f"The list's digest is {digest}: record it as list_digest.",
        )
    if posted == digest:
        return f"与已公示的名单一致:{digest}", f"The same list as the one posted: {digest}"
    return (
        f"与已公示的名单不一致:已公示 {posted},现为 {digest}。姓名、村名或审核在公示后可能有变更。",
        f"Not the list that was posted: posted {posted}, now {digest}. A name, a village or the review may have changed since.",
    )
