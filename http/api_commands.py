"""Every command for programs: one at a time under an Idempotency-Key, or many in one request, each under an id of its own.

    POST /api/commands/{command}            {"body": {…}, "reason": "…", "paper": {…}, "addition": {…}, "personal": {…}}
    POST /api/facts/{position}/corrections  {"body": {…} or null, "reason": "…", "approver": "…", "seen": "…"}
    POST /api/commands                      {"commands": [{"id": "…", "command": "…", "body": {…}}, …]}

The key becomes the command's id, with the officer in front: sent again, the same request is answered again and recorded
once. `position` of the answer is what to `wait` for when reading on.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as WebRequest
from starlette.responses import Response
from starlette.routing import Route

from taizhang.adapters.attaching import STATED
from taizhang.adapters.documents import NotJson, document
from taizhang.adapters.log.log import CommandReused, LeafTooLarge
from taizhang.adapters.orders import Answer as DeskAnswer
from taizhang.adapters.orders import Order
from taizhang.adapters.proposing import proposed
from taizhang.adapters.recording import Result, record_requests
from taizhang.adapters.requests import CORRECT, VAULTED, Request, RequestUnusable, SeenOtherwise, writable
from taizhang.adapters.shapes import FieldProblem, Misshapen, misshapen, unportable
from taizhang.domain.attachments import AttachmentFiled
from taizhang.domain.core import Correction, Fact, LateAddition, OfficerId, Position
from taizhang.domain.decisions import commands
from taizhang.domain.envelope import Paper, Source
from taizhang.domain.officers import ROLES
from taizhang.http.api_endpoints import Answer
from taizhang.http.api_problems import ApiProblem, refused
from taizhang.http.fact_reading import fact_at
from taizhang.http.visit import Visit

SOURCE: Final = Source(way="api")
BATCH_MOST: Final = 1_000
KEY: Final = re.compile(r'"?([\x21\x23-\x7e]{1,80})"?')  # RFC 8941 string, or bare
_encode: Final = msgspec.json.Encoder(order="deterministic").encode
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"^[!#-~]+$")]


class CommandSaid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fact that is proposed, and what goes into the log beside it."""

    body: dict[str, Any]
    reason: str | None = None
    paper: Paper | None = None
    addition: LateAddition | None = None
    personal: dict[str, str] | None = None


class CorrectionSaid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole new body in place of a recorded fact's, or null to declare it void."""

    body: dict[str, Any] | None
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    approver: OfficerId
    paper: Paper | None = None
    seen: str | None = None
    personal: dict[str, str] | None = None


class OneOfMany(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One command of a batch, in the shape of `taizhang record`."""

    id: Id
    command: str
    body: dict[str, Any] | None = None
    reason: str | None = None
    paper: Paper | None = None
    addition: LateAddition | None = None
    corrects: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None
    approver: OfficerId | None = None
    seen: str | None = None
    personal: dict[str, str] | None = None


class BatchSaid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Many commands; each is decided on its own, after those before it."""

    commands: Annotated[list[OneOfMany], msgspec.Meta(min_length=1, max_length=BATCH_MOST)]


class RecordedAnswer(Answer, kw_only=True):
    """What became of a command: `recorded`, or `unchanged` when it stood already. `position` is the head after it."""

    outcome: str
    command: Annotated[str, msgspec.Meta(description="业务编号 · the command's id in the log")]
    fact: Annotated[int | None, msgspec.Meta(description="事实的位置 · where the fact stands")]
    repeated: Annotated[bool, msgspec.Meta(description="同一请求此前已答复 · it was answered before")]
    rule: str | None = None
    zh: str | None = None
    en: str | None = None


class BatchAnswer(Answer, kw_only=True):
    """What became of every command, in their order: recorded, unchanged, refused, or unusable."""

    results: list[Result]


class Writing(NamedTuple):
    """One declared way to write: its path, what is said, what is answered."""

    path: str
    handler: Callable[[Visit, Any], Response]
    said: type[msgspec.Struct]
    told: type[Answer]
    needs_key: bool
    kind: Callable[[Visit], type[Fact] | None] = lambda _: None  # of the fact whose body is said, or what is not there

    @property
    def name(self) -> str:
        return self.handler.__name__


def give_command(visit: Visit, said: CommandSaid) -> Response:
    """Propose a fact; it is recorded exactly once for its Idempotency-Key."""
    return _decided(
        visit,
        Request(
            id=command_id(visit),
            command=visit.request.path_params["command"],
            body=said.body,
            reason=said.reason,
            paper=said.paper,
            addition=said.addition,
            personal=said.personal,
        ),
    )


def _asked_kind(visit: Visit) -> type[Fact]:
    """What a command decides. Raises ApiProblem (404)."""
    name = visit.request.path_params["command"]
    if name not in writable():
        raise ApiProblem("no-such-command")
    return commands()[name].DECIDES


def _corrected_kind(visit: Visit) -> type[Fact]:
    """What a correction puts another body in place of. Raises HTTPException (404) for a foreign one."""
    fact = fact_at(visit.house.log, int(visit.request.path_params["position"]), visit.actor).fact
    return type(fact.was if isinstance(fact, Correction) else fact)


def correct_fact(visit: Visit, said: CorrectionSaid) -> Response:
    """Put another body in place of a fact's, or declare it void; the fact itself stays in the log."""
    return _decided(
        visit,
        Request(
            id=command_id(visit),
            command=CORRECT,
            corrects=Position(int(visit.request.path_params["position"])),
            body=said.body,
            reason=said.reason,
            approver=said.approver,
            paper=said.paper,
            seen=said.seen,
            personal=said.personal,
        ),
    )


def give_commands(visit: Visit, said: BatchSaid) -> Response:
    """Propose many facts in one request; one that is refused stops nobody else. Sent again, nothing is recorded twice."""
    asked = [
        Request(**msgspec.structs.asdict(one) | {"id": f"{_mine(visit)}{one.id}"})  # the officer's own ids
        for one in said.commands
    ]
    try:
        results = list(record_requests(visit.house, visit.actor, asked, SOURCE))
    except LeafTooLarge as problem:
        raise ApiProblem("unusable", zh=problem.zh, en=problem.en) from None
    visit.reception.keeper.wake()
    told = [
        msgspec.structs.replace(result, id=one.id, errors=_in_the_batch(result))
        for result, one in zip(results, said.commands, strict=True)
    ]
    return _told(visit, {"results": told}, 200)


def _in_the_batch(result: Result) -> tuple[FieldProblem, ...]:
    """The fields at fault of one command, by where they stand in the whole request."""
    at = f"/commands/{result.line - 1}"
    return tuple(msgspec.structs.replace(one, pointer=at + one.pointer) for one in result.errors)


def command_id(visit: Visit) -> str:
    """The command's id in the log, out of the Idempotency-Key.

    Raises ApiProblem (400).
    """
    found = KEY.fullmatch(visit.request.headers.get("idempotency-key", "").strip())
    if found is None:
        raise ApiProblem("no-idempotency-key")
    return _mine(visit) + found[1]


def _mine(visit: Visit) -> str:
    return f"api:{visit.officer.officer}:"


def _decided(visit: Visit, request: Request) -> Response:
    try:
        order = Order(id=request.id, by=visit.actor, items=[proposed(request, visit.house, SOURCE)])
        answer = visit.house.desk.submit(order)
    except SeenOtherwise as problem:
        raise ApiProblem("seen-otherwise", zh=problem.zh, en=problem.en) from None
    except RequestUnusable as problem:
        if problem.fields:
            raise ApiProblem("misshapen", errors=problem.fields) from None
        raise ApiProblem("unusable", zh=problem.zh, en=problem.en) from None
    except LeafTooLarge as problem:
        raise ApiProblem("unusable", zh=problem.zh, en=problem.en) from None
    except CommandReused:
        raise ApiProblem("idempotency-key-reused") from None
    visit.reception.keeper.wake()
    return _answered(visit, request, answer)


def _answered(visit: Visit, request: Request, answer: DeskAnswer) -> Response:
    [verdict] = answer.verdicts
    if verdict.outcome == "refused":
        raise refused(verdict.rule or "", verdict.zh or "", verdict.en or "")
    fact = verdict.position
    content = {
        "outcome": verdict.outcome,
        "command": request.id,
        "fact": fact,
        "repeated": answer.repeated,
        "rule": verdict.rule,
        "zh": verdict.zh,
        "en": verdict.en,
    }
    response = _told(visit, content, 201 if fact is not None and not answer.repeated else 200)
    if fact is not None:
        response.headers["location"] = f"/api/facts/{fact}"
    return response


def _told(visit: Visit, content: dict[str, Any], status: int) -> Response:
    """The frame around what became of a write: the head after it, and how far the views are behind."""
    head = visit.house.log.head()
    views = visit.house.views.status()
    frame = {
        "position": head.position,
        "recorded_at": head.recorded_at,
        "lag_seconds": max((view.lag_seconds for view in views), default=0.0),
        "report": hashlib.sha256(_encode([head.position, content])).hexdigest(),
    }
    return Response(_encode(frame | content), status, media_type="application/json")


def writing_route(writing: Writing) -> Route:
    """The route of a way to write, with the declaration as its endpoint's `declared`."""

    async def written(request: WebRequest) -> Response:
        return await run_in_threadpool(_written, writing, request, await request.body())

    written.__name__ = writing.name
    written.declared = writing  # type: ignore[attr-defined]
    written.roles = frozenset(ROLES)  # type: ignore[attr-defined]  # the desk asks each command's own
    return Route(writing.path, written, methods=["POST"], name=writing.name)


def _written(writing: Writing, request: WebRequest, content: bytes) -> Response:
    visit = Visit(request)
    assert visit.actor  # raises NoAnswer (403) for who holds no role
    _require_own_form(visit)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise ApiProblem("not-json-type")
    try:
        given, doubled = document(content)
    except NotJson as problem:
        raise ApiProblem("not-json", zh=problem.zh, en=problem.en) from None
    kind = writing.kind(visit)
    if writing.needs_key:
        command_id(visit)
    beside = (one for one in unportable(given) if "/body/" not in one.pointer)  # bodies are checked by their commands
    wrong, inside = [*doubled, *misshapen(given, writing.said), *beside], _inside(given, kind)
    if wrong or (inside and kind in VAULTED):  # where the vault is asked for the rest of a body that is right so far
        raise ApiProblem("misshapen", errors=[*wrong, *inside])
    return writing.handler(visit, msgspec.convert(given, writing.said))


def _inside(given: Any, kind: type[Fact] | None) -> list[Misshapen]:
    """What is wrong inside the body, told with what is wrong around it; a body that is right around tells its command."""
    body = given.get("body") if isinstance(given, dict) else None
    if kind is None or not isinstance(body, dict):
        return []
    filled = {f"/{name}" for name in (*VAULTED.get(kind, ()), *(STATED if kind is AttachmentFiled else ()))}
    found = [*misshapen(body, kind), *unportable(body)]
    return [one._replace(pointer=f"/body{one.pointer}") for one in found if one.pointer not in filled]


def _require_own_form(visit: Visit) -> None:
    """Refuse what another site makes a browser send; no site can make it send a key.

    Raises ApiProblem (403).
    """
    if visit.request.scope["state"]["authenticated"] == "key":
        return
    sent = visit.request.headers.get("x-csrf-token", "")
    if not secrets.compare_digest(sent.encode(), visit.officer.csrf.encode()):
        raise ApiProblem("no-form-token")


WRITINGS: Final = (
    Writing("/api/commands/{command}", give_command, CommandSaid, RecordedAnswer, True, _asked_kind),
    Writing(
        "/api/facts/{position:int}/corrections", correct_fact, CorrectionSaid, RecordedAnswer, True, _corrected_kind
    ),
    Writing("/api/commands", give_commands, BatchSaid, BatchAnswer, False),
)
