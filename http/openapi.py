"""The OpenAPI 3.1 document, made from the very declarations and Structs that answer and check; nothing in it is written twice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

import msgspec

from taizhang.adapters.exports.streams import MEDIA_TYPES
from taizhang.adapters.id_schemas import with_id_forms
from taizhang.adapters.requests import PERSONAL, VAULTED, writable
from taizhang.adapters.shapes import PORTABLE
from taizhang.domain.core import Fact, LateAddition, Slice
from taizhang.domain.envelope import Paper
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.wording import word
from taizhang.http.api_answering import roles_of
from taizhang.http.api_commands import KEY, WRITINGS, CommandSaid, Writing
from taizhang.http.api_endpoints import Endpoint, Paging
from taizhang.http.api_feed import EVENT_STREAM, FeedAsked, feed
from taizhang.http.api_problems import MEDIA_TYPE, Problem
from taizhang.http.openapi_examples import example_of
from taizhang.http.visit import CASEWORK

REF: Final = "#/components/schemas/{name}"
JSON: Final = "application/json"
_VISIBLE: Final = r"[^\s\u001c-\u001f\u0085]"  # what Python's \S is, to those for whom these are no spaces
ONE_COMMAND: Final = "/api/commands/{command}"
Doc = dict[str, Any]


def document(endpoints: Sequence[Endpoint], say: Mapping[str, str]) -> Doc:
    """The whole document. `say` gives answers their summaries in Chinese by the operation's name."""
    _, schemas = msgspec.json.schema_components(_structs(endpoints), ref_template=REF)
    schemas = {name: _closed(schema) for name, schema in with_id_forms(schemas, _written_down()).items()}
    schemas |= {_body_name(decision): _body(decision, schemas) for decision in writable().values()}
    paths: dict[str, Doc] = {}
    for endpoint in endpoints:
        paths.setdefault(_plain(endpoint.path), {})["get"] = _get(endpoint, say)
    for writing in WRITINGS:
        if writing.path == ONE_COMMAND:
            for name, decision in sorted(writable().items()):
                paths[f"/api/commands/{name}"] = {"post": _command(writing, name, decision, schemas)}
        else:
            paths.setdefault(_plain(writing.path), {})["post"] = _post(writing, say)
    paths["/api/feed"] = {"get": _feed(say)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "台账 Taizhang",
            "version": version("taizhang"),
            "description": "不可更改的培训台账 · an immutable log of a training programme, and the views computed from it",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"key": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "经办人的密钥 · an officer's key"},
                "session": {"type": "apiKey", "in": "cookie", "name": "taizhang_session"},
            },
            "headers": _HEADERS,
            "responses": _RESPONSES,
        },
    }


def _structs(endpoints: Sequence[Endpoint]) -> list[Any]:
    answers = [kind for endpoint in endpoints for kind in (endpoint.told, endpoint.asked)]
    told = [writing.told for writing in WRITINGS]
    return [*answers, *told, *_written_down(), Problem, Paper, Paging]


def _written_down() -> list[Any]:
    """What programs write, where ids have the form that ids have."""
    facts = [decision.DECIDES for decision in writable().values()]
    return [*(writing.said for writing in WRITINGS), *facts, LateAddition]


# -- reading ----------------------------------------------------------------------------------------------


def _closed(schema: Any) -> Any:
    """As the check reads it: no field that a type does not have, no whole number that other programs read otherwise."""
    if isinstance(schema, list | tuple):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: _closed(of) for name, of in schema.items()}
    if told.get("type") == "object" and "properties" in told:
        told.setdefault("additionalProperties", False)
    if "prefixItems" in told:
        told["maxItems"] = len(told["prefixItems"])
    if "pattern" in told:
        told["pattern"] = told["pattern"].replace(r"\S", _VISIBLE).replace(r"\d", "[0-9]")
    if told.get("type") == "integer":
        told.setdefault("maximum", PORTABLE)
        told.setdefault("minimum", -PORTABLE)
    return told


def _get(endpoint: Endpoint, say: Mapping[str, str]) -> Doc:
    content: Doc = {JSON: {"schema": _ref(endpoint.told)}}
    if endpoint.row is not None:
        content |= {_media(form): {} for form in MEDIA_TYPES.values()}
    return {
        "operationId": endpoint.name,
        "summary": f"{say.get(endpoint.name, '')} · {_first_line(endpoint.handler)}".removeprefix(" · "),
        "tags": [_tag(endpoint.path)],
        "parameters": [*_parameters(endpoint), *_READ_HEADERS],
        "x-roles": sorted(roles_of(endpoint)),
        "responses": {
            "200": {
                "description": "答复 · the answer",
                "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in _headers(endpoint)},
                "content": content,
            },
            "304": {"description": "与 If-None-Match 所指相同 · the same as the answer seen already"},
            **_failures("400", "401", "403", "404", "409", "422", "429", "503"),
        },
    }


def _headers(endpoint: Endpoint) -> list[str]:
    return [*([] if endpoint.beside_log else ["ETag"]), *(["Link"] if endpoint.row is not None else [])]


def _feed(say: Mapping[str, str]) -> Doc:
    last = {"name": "Last-Event-ID", "in": "header", "schema": {"type": "integer", "minimum": 0, "maximum": 2**53}}
    return {
        "operationId": "feed",
        "summary": f"{say.get('feed', '')} · {_first_line(feed)}",
        "tags": ["feed"],
        "x-roles": sorted(CASEWORK),
        "parameters": [*_fields([FeedAsked]), last],
        "responses": {
            "200": {
                "description": "每个事件是一个 CloudEvent · each event is a CloudEvent 1.0 in structured form",
                "content": {EVENT_STREAM: {}},
            },
            **_failures("401", "403", "409", "422", "429", "503"),
        },
    }


def _parameters(endpoint: Endpoint) -> list[Doc]:
    """The fields of the question as parameters of path and query."""
    return _fields([endpoint.asked, *((Paging,) if endpoint.row is not None else ())], endpoint.in_path)


def _fields(kinds: Sequence[type[msgspec.Struct]], in_paths: Sequence[str] = ()) -> list[Doc]:
    found = []
    for kind in kinds:
        _, schemas = msgspec.json.schema_components([kind], ref_template=REF)
        schema = schemas[kind.__name__]
        for name, of in schema["properties"].items():
            in_path = name in in_paths
            found.append(
                {
                    "name": name,
                    "in": "path" if in_path else "query",
                    "required": in_path or name in schema.get("required", ()),
                    "schema": _of_text(of),
                    **({"description": said} if (said := _description(of)) else {}),
                }
            )
    return found


def _of_text(schema: Doc) -> Doc:
    """A field's schema as a parameter's: absent means null there, which has no spelling of its own."""
    others = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return others[0] if len(others) == 1 else {k: v for k, v in schema.items() if v is not None or k != "default"}


def _description(schema: Doc) -> str:
    found = schema.get("description") or _of_text(schema).get("description", "")
    assert isinstance(found, str)
    return found


# -- writing ----------------------------------------------------------------------------------------------


def _command(writing: Writing, name: str, decision: type[Slice], schemas: Mapping[str, Doc]) -> Doc:
    whole = msgspec.json.schema_components([CommandSaid], ref_template=REF)[1]["CommandSaid"]
    said = dict(whole["properties"]) | {"body": {"$ref": REF.format(name=_body_name(decision))}}
    if decision.DECIDES in PERSONAL:
        said["personal"] = _personal(decision.DECIDES)
    else:
        del said["personal"]
    needed = ["body", *(["personal"] if decision.DECIDES is BankAccountRegistered else [])]
    body = _closed({"type": "object", "properties": said, "required": needed})
    return {
        "operationId": "give_" + re.sub(r"\W", "_", name),
        "summary": f"{word('command', name, 'zh')} · {_first_line(decision)}",
        "tags": [name.partition(".")[0]],
        "parameters": _WRITE_HEADERS,
        "x-roles": sorted(decision.ROLES),
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": body, "example": example_of(body, schemas)}},
        },
        "responses": _written(writing),
    }


def _post(writing: Writing, say: Mapping[str, str]) -> Doc:
    in_path = [
        {
            "name": part,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1, "maximum": 2**53},
        }
        for part in re.findall(r"{(\w+)", writing.path)
    ]
    return {
        "operationId": writing.name,
        "summary": f"{say.get(writing.name, '')} · {_first_line(writing.handler)}".removeprefix(" · "),
        "tags": [_tag(writing.path)],
        "parameters": [*in_path, *(_WRITE_HEADERS if writing.needs_key else _WRITE_HEADERS[1:])],
        "requestBody": {"required": True, "content": {JSON: {"schema": _ref(writing.said)}}},
        "responses": _written(writing),
    }


def _written(writing: Writing) -> Doc:
    schema = {JSON: {"schema": _ref(writing.told)}}
    done = {"200": {"description": "已有或已答复 · stood already, or was answered before", "content": schema}}
    if writing.needs_key:
        done["201"] = {
            "description": "已入账 · recorded",
            "headers": {"Location": {"$ref": "#/components/headers/Location"}},
            "content": schema,
        }
    return done | _failures("400", "401", "403", "404", "409", "413", "415", "422", "429", "503")


def _body(decision: type[Slice], schemas: Mapping[str, Doc]) -> Doc:
    """The body of a command: the fact's fields without those that the decision or the vault fills in."""
    kind: type[Fact] = decision.DECIDES
    whole = schemas[kind.__name__]
    hidden = {*decision.COMPUTED} - {*whole.get("required", ())} | {*VAULTED.get(kind, ())}
    kept = {name: of for name, of in whole["properties"].items() if name not in hidden}
    required = [name for name in whole.get("required", ()) if name not in hidden]
    return {**whole, "properties": kept, "required": required}


def _body_name(decision: type[Slice]) -> str:
    return f"{decision.DECIDES.__name__}Body"


def _personal(kind: type[Fact]) -> Doc:
    name = PERSONAL[kind]
    says = "进入保险库,不进日志 · kept in the vault, never in the log"
    if kind is not BankAccountRegistered:
        says = "文件(base64),加密保存,不进日志 · a file in base64, kept encrypted, never in the log"
    return {"type": "object", "properties": {name: {"type": "string", "description": says}}, "required": [name]}


# -- what all share ---------------------------------------------------------------------------------------


def _failures(*statuses: str) -> Doc:
    return {status: {"$ref": f"#/components/responses/{_FAILURES[status]}"} for status in statuses}


def _ref(kind: Any) -> Doc:
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=REF)
    assert isinstance(schema, dict)
    return schema


def _plain(path: str) -> str:
    return re.sub(r"{(\w+):\w+}", r"{\1}", path)


def _tag(path: str) -> str:
    return path.split("/")[2]


def _media(kind: str) -> str:
    return kind.partition(";")[0]


def _first_line(thing: Any) -> str:
    return (thing.__doc__ or "").strip().partition("\n")[0]


_TEXT: Final[Doc] = {"type": "string"}
_READ_HEADERS: Final[list[Doc]] = [
    {
        "name": "If-None-Match",
        "in": "header",
        "schema": _TEXT,
        "description": "此前答复的 ETag · ETag of an answer seen",
    },
    {"name": "Prefer", "in": "header", "schema": _TEXT, "description": "wait=秒 · wait=seconds, for `wait`"},
]
_WRITE_HEADERS: Final[list[Doc]] = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "pattern": r"^[!#-~]{1,80}$"},
        "description": "重发时不变 · the same when the request is sent again",
    },
    {"name": "X-CSRF-Token", "in": "header", "schema": _TEXT, "description": "浏览器会话须带 · of a browser's session"},
]
assert KEY.fullmatch("a-key"), "what the document promises is what is checked"
_HEADERS: Final[Doc] = {
    "ETag": {"schema": _TEXT, "description": "视图位置和报告编号 · view position and report id"},
    "Link": {
        "schema": _TEXT,
        "description": 'rel="first":首页;rel="next":下一页,末页无此项;不给上一页 · the first page; the next one, if there is '
        "one; never the page before",
    },
    "Location": {"schema": _TEXT, "description": "所记事实的地址 · where the fact is"},
}
_FAILURES: Final = {
    "400": "BadRequest",
    "401": "Unauthorized",
    "403": "Forbidden",
    "404": "NotFound",
    "409": "Refused",
    "413": "TooLarge",
    "415": "WrongMediaType",
    "422": "Misshapen",
    "429": "TooMany",
    "503": "Unavailable",
}
_WORDS: Final = {
    "400": "请求无法识别 · the request cannot be read",
    "401": "须先登录或出示密钥 · sign in, or send a key",
    "403": "岗位不许 · not for this role",
    "404": "不存在,或不在您的范围内 · there is none, or it is not yours to see",
    "409": "规则不许;type 即规则 · a rule says no; `type` is the rule",
    "413": "内容过大 · too large",
    "415": "须为 JSON · must be JSON",
    "422": "字段缺失或格式不符;errors 逐项指明 · fields missing or misshapen; `errors` names each",
    "429": "过于频繁 · too many",
    "503": "暂时不能答复 · not available right now",
}
_RESPONSES: Final[Doc] = {
    name: {
        "description": _WORDS[status],
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(name="Problem")}}},
    }
    for status, name in _FAILURES.items()
}
