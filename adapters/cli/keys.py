"""Commands for keys of programs: issue, list, revoke."""

from __future__ import annotations

from datetime import date

import typer

from taizhang.adapters import key_issuing
from taizhang.adapters.cli.session import CallUnusable, actor, house_of, put, put_json
from taizhang.domain.core import OfficerId, OrganisationId, RegionCode
from taizhang.domain.envelope import Source
from taizhang.domain.officer_keys import KeyId
from taizhang.domain.officers import SECURITY, Grant

COMMAND = Source(way="cli")


def add_to(app: typer.Typer) -> None:
    """Add `key` with its commands."""
    keys = typer.Typer(help="keys for programs: issue, list, revoke", no_args_is_help=True)
    keys.command("issue", epilog="Example: taizhang --officer admin key issue li --role clerk --region 620121 …")(issue)
    keys.command("list", epilog="Example: taizhang --officer admin key list --json")(listed)
    keys.command("revoke", epilog="Example: taizhang --officer admin key revoke k0123456789")(revoke)
    app.add_typer(keys, name="key")


def issue(
    context: typer.Context,
    who: str = typer.Argument(help="the officer in whose role the program acts"),
    role: str = typer.Option(..., help="one of the officer's roles"),
    region: str = typer.Option(..., help="region code of that role"),
    purpose: str = typer.Option(..., help="what the key is for"),
    until: str = typer.Option(..., help="the last day on which it opens, at most a year ahead: 2026-12-31"),
    organisation: str = typer.Option("", help="organisation id of that role; default: the region's HR department"),
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
) -> None:
    """Issue a key for one role of an officer, and print it once."""
    try:
        last = date.fromisoformat(until)
    except ValueError:
        raise CallUnusable(
            f"有效期 {until} 不是日期,请写成 2026-12-31。", f"{until} is no day; write 2026-12-31."
        ) from None
    grant = Grant(OfficerId(who), role, OrganisationId(organisation or f"hr-{region}"), RegionCode(region))
    with house_of(context) as house:
        key, secret = key_issuing.issue(house, actor(house, context.obj), grant, purpose, last, COMMAND)
    put_json({"id": key, "key": secret, "until": until}) if as_json else put(f"id {key}\nkey {secret}\nuntil {until}")


def listed(
    context: typer.Context, as_json: bool = typer.Option(False, "--json", help="print one JSON document")
) -> None:
    """The keys of the region for the security administrator, one's own for everybody else."""
    with house_of(context) as house:
        by = actor(house, context.obj)
        found = list(key_issuing.keys_within(house, by.region, "" if by.role == SECURITY else by.officer))
    rows = [
        {
            "id": one.key,
            "officer": one.grant.officer,
            "role": one.grant.role,
            "region": one.grant.region,
            "until": one.until.isoformat(),
            "stands": one.stands,
            "last_used_at": one.last_used_at,
        }
        for one in found
    ]
    if as_json:
        put_json({"keys": rows})
        return
    for row in rows:
        put("  ".join(str(value) for value in row.values()))


def revoke(context: typer.Context, key: str = typer.Argument(help="the key's id")) -> None:
    """Let a key open nothing any more."""
    with house_of(context) as house:
        key_issuing.revoke(house, actor(house, context.obj), KeyId(key), COMMAND)
    put(f"revoked {key}")
