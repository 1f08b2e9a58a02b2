"""The commands `forget` and `hold`: erasing a person's data, and keeping them from being erased."""

from __future__ import annotations

from typing import Annotated, Any, Final, get_args

import typer

from taizhang.adapters.cli.session import CallUnusable, actor, house_of, progress_bar, put, put_json, say
from taizhang.adapters.forgetting.forget import Forgotten, forget, ids_of, step
from taizhang.adapters.house import House
from taizhang.adapters.log.log import Criterion
from taizhang.domain.core import Fact, PersonId
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.forgetting import (
    STEPS,
    ForgettingApproved,
    ForgettingRequested,
    ForgettingWithdrawn,
    Ground,
    HoldId,
    LegalHoldLifted,
    LegalHoldPlaced,
)
from taizhang.domain.kinds import kind_words

GROUNDS: Final = get_args(Ground)
TOPICS: Final = tuple(kind.TOPIC for kind in STEPS)

Person = Annotated[str, typer.Argument(help="the person's id")]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON document")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("forget", epilog="Example: taizhang forget p3zq… --ask consent-withdrawn --officer li")(forget_command)
    hold = typer.Typer(no_args_is_help=True, help="Legal holds: a person's data are kept while one stands. 法律保全。")
    hold.command("place", epilog="Example: taizhang hold place p3zq… --id case-7 --document 法函〔2016〕7号")(place)
    hold.command("lift", epilog="Example: taizhang hold lift p3zq… --id case-7 --document 法函〔2017〕2号")(lift)
    app.add_typer(hold, name="hold")


def forget_command(
    context: typer.Context,
    person: Person,
    ask: Annotated[str, typer.Option("--ask", help=f"request it, on one of these grounds: {', '.join(GROUNDS)}")] = "",
    approve: Annotated[bool, typer.Option("--approve", help="approve the request, as a second officer")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="take the request back")] = False,
    show: Annotated[bool, typer.Option("--show", help="only show how it stands")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person's data for good: --ask first, --approve by a second officer, then, after the days of waiting, without either. 删除个人信息。"""
    if sum((bool(ask), approve, withdraw, show)) > 1:
        raise CallUnusable(
            "--ask、--approve、--withdraw、--show 只能用一个。", "Use one of --ask, --approve, --withdraw, --show."
        )
    if ask and ask not in GROUNDS:
        raise CallUnusable(
            f"没有事由 {ask}。可用:{'、'.join(GROUNDS)}。",
            f"There is no ground {ask}. There are: {', '.join(GROUNDS)}.",
        )
    with house_of(context) as house:
        who = PersonId(person)
        if show:
            _put_course(house, who, as_json)
            return
        by = actor(house, context.obj)
        today = house.desk.today()
        if ask:
            _put_step(step(house, by, ForgettingRequested(person=who, ground=ask, occurred_on=today)), as_json)  # type: ignore[arg-type]
        elif approve:
            _put_step(step(house, by, ForgettingApproved(person=who, occurred_on=today)), as_json)
        elif withdraw:
            _put_step(step(house, by, ForgettingWithdrawn(person=who, occurred_on=today)), as_json)
        else:
            _put_done(forget(house, by, who, progress_bar("forget")), as_json)


def place(
    context: typer.Context,
    person: Person,
    hold: Annotated[str, typer.Option("--id", help="the hold's number")],
    document: Annotated[str, typer.Option("--document", help="under which paper")],
    as_json: AsJson = False,
) -> None:
    """Keep a person's data from being erased."""
    _hold(context, LegalHoldPlaced, person, hold, document, as_json)


def lift(
    context: typer.Context,
    person: Person,
    hold: Annotated[str, typer.Option("--id", help="the hold's number")],
    document: Annotated[str, typer.Option("--document", help="under which paper")],
    as_json: AsJson = False,
) -> None:
    """End a hold."""
    _hold(context, LegalHoldLifted, person, hold, document, as_json)


def _hold(context: typer.Context, kind: Any, person: str, hold: str, document: str, as_json: bool) -> None:
    with house_of(context) as house:
        by = actor(house, context.obj)
        fact: Fact = kind(person=PersonId(person), hold=HoldId(hold), document=document, occurred_on=house.desk.today())
        _put_step(step(house, by, fact), as_json)


def _put_step(position: int, as_json: bool) -> None:
    put_json({"position": position}) if as_json else put(f"recorded as fact {position}")


def _put_done(done: Forgotten, as_json: bool) -> None:
    if as_json:
        put_json(
            {
                "position": done.position,
                "persons": done.persons,
                "files": [one._asdict() for one in done.blanked],
                "left": done.left,
                "remains": None if done.remains.is_clean else {"zh": done.remains.zh, "en": done.remains.en},
            }
        )
    else:
        put(f"forgotten {', '.join(done.persons)}  fact {done.position}")
        for one in done.blanked:
            put(f"  {one.stored_as} {one.before[:16]} → {one.after[:16]}  cells {one.cells}")
    for digest in done.left:
        say(
            f"文件 {digest} 中仍有此人的信息,但不是可以改写的表格,请人工处理。",
            f"The file {digest} still holds something of this person and is no spreadsheet that can be written anew; see to it by hand.",
        )
    if not done.remains.is_clean:
        say(done.remains.zh, done.remains.en)
    say(
        "该人的密钥已销毁,不能恢复。此前的备份在更换主密钥之前仍可打开:请运行 taizhang vault rotate --master。",
        "The person's key is destroyed and cannot come back. Backups made before open until the master key is changed: "
        "run taizhang vault rotate --master.",
    )


def _put_course(house: House, person: PersonId, as_json: bool) -> None:
    """All steps about the person, oldest first."""
    ids = ids_of(house, person)
    found = house.log.read([Criterion(TOPICS, (f"person:{one}",)) for one in ids]).facts
    rows = [_row(opened(row.position, row.leaf)) for row in found]
    if as_json:
        put_json({"position": house.log.head().position, "persons": ids, "rows": rows, "next": None})
        return
    for row in rows:
        put(f"#{row['position']}  {row['occurred_on']}  {row['zh']} {row['en']}  {row['officer']}  {row['detail']}")


def _row(recorded: Recorded) -> dict[str, Any]:
    fact: Any = recorded.fact
    words = kind_words(type(fact).TOPIC)
    assert words is not None
    detail = getattr(fact, "ground", "") or " ".join((getattr(fact, "hold", ""), getattr(fact, "document", ""))).strip()
    return {
        "position": recorded.position,
        "kind": type(fact).TOPIC,
        "zh": words.zh,
        "en": words.en,
        "occurred_on": fact.occurred_on,
        "officer": recorded.recorded_by.officer if recorded.recorded_by else "",
        "detail": detail,
    }
