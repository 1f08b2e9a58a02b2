"""Commands that set a house up and keep it: init, officer, sample, template, serve, rebuild."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import msgspec
import typer
import uvicorn

from taizhang.adapters import founding
from taizhang.adapters.cli.session import (
    CallUnusable,
    actor,
    end_progress_line,
    house_of,
    progress_bar,
    put,
    put_json,
    say,
    settings_into_environment,
)
from taizhang.adapters.desk import now_us
from taizhang.adapters.forms.forms import FormKind
from taizhang.adapters.sample.faults.plant import chosen, plant_in
from taizhang.adapters.sample.sample import make_sample
from taizhang.adapters.sample.timetable import SampleClock, first_morning
from taizhang.adapters.sheets.workbooks import write_template
from taizhang.domain.core import OfficerId, OrganisationId, RegionCode
from taizhang.domain.officers import GRANTED

SERVED = "taizhang.http.app:from_environment"  # by name: the command line never imports the web
END_SECONDS = 10  # for answers under way once it is to stop; who listens to the feed would listen for minutes
READER = "taizhang.http.request_reader:RequestReader"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog="Example: taizhang init --preset gansu; for a sample: taizhang init --for-sample")(init)
    app.command(epilog="Example: taizhang --officer admin officer li-clerk --role clerk --region 620121")(officer)
    app.command(epilog="Example: taizhang sample --persons 2000 --seed 1")(sample)
    app.command(epilog="Example: taizhang template roster roster.xlsx")(template)
    app.command(epilog="Example: taizhang serve --port 8000")(serve)
    app.command(epilog="Example: taizhang rebuild --view ledger")(rebuild)


def init(
    context: typer.Context,
    preset: str = typer.Option("gansu", help="which regions, departments, programmes and targets to begin with"),
    administrator: str = typer.Option("admin", help="id of the first security administrator"),
    system_administrator: str = typer.Option("system-admin", help="id of the first system administrator"),
    audit_administrator: str = typer.Option("audit-admin", help="id of the first audit administrator"),
    for_sample: bool = typer.Option(
        False, "--for-sample", help="a house for generated data only: it begins in 2015, and so do its recording times"
    ),
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
) -> None:
    """Found a house: keys, tables, the preset's facts, three administrators whose keys and passwords are shown once."""
    if preset not in founding.PRESETS:
        raise CallUnusable(
            f"没有预置方案 {preset}。可用:{'、'.join(founding.PRESETS)}。",
            f"There is no preset {preset}. There is: {', '.join(founding.PRESETS)}.",
        )
    settings = context.obj.settings()
    with founding.house_to_found(settings, first_morning() if for_sample else now_us) as house:
        done = founding.found(
            house,
            OfficerId(administrator),
            "首任安全管理员",
            system_administrator=system_administrator,
            audit_administrator=audit_administrator,
            for_sample=for_sample,
        )
        house.views.catch_up(progress=progress_bar("init"))
        head = house.log.head()
    recorded = sum(answer.count("recorded") for answer in done.answers)
    if done.key is None:
        say("此前已初始化,未作改动。", "The house was founded before; nothing was changed.", settings.lang)
    if as_json:
        three = [one._asdict() for one in done.administrators]
        told = {"officer": administrator, "key": done.key, "administrators": three}
        put_json({"position": head.position, "recorded": recorded, **told})
    elif done.key is not None:
        say(
            f"已记录 {recorded} 条事实。下面三位管理员(互不兼任)的密钥和初始密码只显示这一次,请分别交给三个人;首次登录须改密码。",
            f"{recorded} facts recorded. Keys and first passwords of the three administrators are shown this once; "
            "hand them to three people. The password is changed at the first sign-in.",
            settings.lang,
        )
        for one in done.administrators:
            put(f"officer {one.officer}  {one.role}\nkey {one.key}\npassword {one.password}")
        put(f"vault key {settings.key_path}")


def officer(
    context: typer.Context,
    who: str = typer.Argument(help="the officer's id: letters, digits, hyphens; no name"),
    role: str = typer.Option(..., help=", ".join(GRANTED)),
    region: str = typer.Option(..., help="region code the role is for"),
    organisation: str = typer.Option("", help="organisation id; default: the region's HR department"),
    label: str = typer.Option("", help="how other officers see this one"),
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
) -> None:
    """Appoint an officer, grant a role, and print the officer's new key once."""
    if role not in GRANTED:
        raise CallUnusable(
            f"没有岗位 {role}。可用:{'、'.join(GRANTED)}。",
            f"There is no role {role}. There are: {', '.join(GRANTED)}.",
        )
    with house_of(context) as house:
        by = actor(house, context.obj)
        post = founding.Post(
            officer=OfficerId(who),
            label=label or who,
            role=role,  # type: ignore[arg-type]
            organisation=OrganisationId(organisation or f"hr-{region}"),
            region=RegionCode(region),
        )
        password = os.environ.get("TAIZHANG_NEW_PASSWORD")
        key = founding.appoint(house, by, post, password)
    put_json({"officer": who, "key": key}) if as_json else put(f"officer {who}\nkey {key}")


def sample(
    context: typer.Context,
    persons: int = typer.Option(2000, min=1, help="how many generated trainees"),
    seed: int = typer.Option(1, help="the same seed makes the same programme"),
    faults: str = typer.Option("", help="plant faults that rules should find: all, or names with comma between"),
    truth: Path = typer.Option(Path("truth.json"), help="where to write what was planted, with --faults"),  # noqa: B008
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
) -> None:
    """Record a generated, labelled programme through the same commands as real data, and bring the views level."""
    wanted, language = chosen(faults) if faults else [], context.obj.settings().lang
    try:
        with house_of(context, SampleClock()) as house:
            made = make_sample(house, persons, seed, progress=progress_bar("sample"))
            planted = plant_in(house, persons, seed, wanted)
            house.views.catch_up(progress=progress_bar("views"))
    except KeyboardInterrupt:
        end_progress_line()
        say(
            "已中止;已记录的内容保持不变。再次运行同一命令,将从中断处继续。",
            "Stopped; what was recorded stays. The same command again goes on where this one stopped.",
            language,
        )
        raise typer.Exit(2) from None
    if wanted:
        truth.write_bytes(msgspec.json.format(msgspec.json.encode(planted.as_dict()), indent=2) + b"\n")
        say(
            f"已埋入 {len(planted.faults)} 处应被发现的疑点,清单在 {truth}。",
            f"{len(planted.faults)} leads to be found were planted; {truth} lists them.",
            language,
        )
        if planted.left_out:
            names = ", ".join(planted.left_out)
            say(
                f"未埋入:{names}(需要可设定的时钟,或示例未设的岗位;基准测试在纸面上埋入)。",
                f"Not planted: {names} (they need a clock that can be set, or offices that a sample has not filled; "
                "the benchmark plants them on paper).",
                language,
            )
    if as_json:
        put_json(made.as_dict() | ({"faults": planted.as_dict()} if wanted else {}))
    else:
        put(made.words(language))


def template(
    context: typer.Context,
    form: str = typer.Argument(help="one of: " + ", ".join(FormKind)),
    out: Path = typer.Argument(help="where to write the .xlsx"),  # noqa: B008
) -> None:
    """Write an empty form to fill in."""
    if form not in set(FormKind):
        raise CallUnusable(
            f"没有表样 {form}。可用:{'、'.join(FormKind)}。",
            f"There is no form {form}. There are: {', '.join(FormKind)}.",
        )
    write_template(FormKind(form), out)
    say(f"已写入 {out}。", f"Written to {out}.", context.obj.settings().lang)


def serve(
    context: typer.Context,
    host: str = typer.Option("", help="address to listen on (default 127.0.0.1)"),
    port: int = typer.Option(0, help="port to listen on (default 8000)"),
) -> None:
    """Serve pages and API until stopped; the views are kept level meanwhile."""
    settings = context.obj.settings()
    with house_of(context) as house:
        house.views.set_up()
    settings_into_environment(settings)
    address, number = host or settings.host, port or settings.port
    say(
        f"服务地址 http://{address}:{number}(按 Ctrl-C 停止)",
        f"http://{address}:{number} (Ctrl-C stops it)",
        settings.lang,
    )
    reader = READER if find_spec("httptools") else "h11"
    uvicorn.run(
        SERVED,
        factory=True,
        host=address,
        port=number,
        http=reader,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=END_SECONDS,
    )


def rebuild(
    context: typer.Context,
    view: str = typer.Option("", help="one view; default: all of them, and the guard rows"),
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
) -> None:
    """Fold the log anew beside the standing tables, swap when level, and say which figures changed."""
    with house_of(context) as house:
        if view and view not in (names := [status.name for status in house.views.status()]):
            raise CallUnusable(
                f"没有视图 {view}。可用:{'、'.join(names)}。", f"There is no view {view}. Views: {', '.join(names)}."
            )
        changed = house.rebuild(view or None, progress=progress_bar("rebuild"))
        head = house.log.head()
    if as_json:
        put_json({"position": head.position, "recorded_at": head.recorded_at, "lag_seconds": 0.0, "changed": changed})
        return
    for name, lines in changed.items():
        put(f"{name}: " + ("rebuilt, no figure changed" if not lines else f"{len(lines)} differed"))
        for line in lines:
            put(f"    {line}")
