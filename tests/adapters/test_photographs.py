"""What is read of a picture: alike when it was only saved anew, its time and camera, never its place. All are made here."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import msgspec
import pytest
from pictures import jpeg, saved_anew, scene
from PIL import Image
from web_world import CLASS, World, opened_world

from taizhang.adapters.photographs import photograph_of
from taizhang.adapters.recording import Result, record_lines
from taizhang.domain.attachments import AttachmentFiled, Photograph
from taizhang.domain.envelope import opened

CAMERA = {"make": "Sample", "model": "X-1", "taken": "2016:05:04 09:30:12", "serial": "SN-0042"}


def read(content: bytes) -> Photograph | None:
    return photograph_of(content, lambda told: "d" + hashlib.sha256(told.encode()).hexdigest()[:16])  # type: ignore[return-value,arg-type]


def apart(one: bytes, other: bytes) -> int:
    first, second = read(one), read(other)
    assert first is not None
    assert second is not None
    return (int(first.looks, 16) ^ int(second.looks, 16)).bit_count()


def test_a_picture_saved_anew_looks_the_same_and_another_scene_does_not() -> None:
    scenes = [scene(seed) for seed in range(12)]
    assert max(apart(jpeg(one), saved_anew(one)) for one in scenes) <= 5
    assert min(apart(jpeg(one), jpeg(other)) for n, one in enumerate(scenes) for other in scenes[:n]) > 7


def test_time_and_camera_are_read_and_the_place_is_not() -> None:
    said = read(jpeg(scene(1), **CAMERA))
    assert said is not None
    assert (said.taken_at, said.camera) == ("2016-05-04 09:30", "Sample X-1")
    assert said.device == read(jpeg(scene(2), **CAMERA)).device  # type: ignore[union-attr]
    assert said.device != read(jpeg(scene(2), **(CAMERA | {"serial": "SN-0043"}))).device  # type: ignore[union-attr]
    assert set(Photograph.__struct_fields__) == {"looks", "taken_at", "camera", "device"}
    assert b"103" not in msgspec.json.encode(said)
    assert b"SN-0042" not in msgspec.json.encode(said)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "yesterday", "2016:13:01 09:00:00"])
def test_a_time_that_is_none_is_left_out(taken: str) -> None:
    said = read(jpeg(scene(1), **(CAMERA | {"taken": taken})))
    assert said is not None
    assert said.taken_at == ""


def test_a_blank_picture_has_no_looks_and_what_is_no_picture_is_not_read() -> None:
    assert read(saved_anew(Image.new("RGB", (640, 480), (90, 90, 90)))) == Photograph()
    for content in (b"no picture", jpeg(scene(1))[:300], b""):
        assert read(content) is None


# -- on the way in ----------------------------------------------------------------------------------------


@pytest.fixture
def world(tmp_path: Any) -> Any:
    with opened_world(tmp_path) as made:
        yield made


def recorded(world: World, content: bytes | None, **fields: Any) -> Result:
    """What became of an attachment that is given as `record` takes it."""
    body = {"training_class": CLASS, "attachment_kind": "photo", "occurred_on": "2016-05-04", **fields}
    line: dict[str, Any] = {
        "id": f"a-{world.house.clock()}",
        "command": "training.file-attachment",
        "body": body,
        "reason": "样例",
    }
    if content is not None:
        line["personal"] = {"file": base64.b64encode(content).decode()}
    [answer] = record_lines(world.house, world.actor("wang"), [msgspec.json.encode(line)])
    return answer


def fact_of(world: World, answer: Result) -> AttachmentFiled:
    assert answer.position is not None, answer
    [row] = world.house.log.at([answer.position])
    fact = opened(row.position, row.leaf).fact
    assert isinstance(fact, AttachmentFiled)
    return fact


def test_a_file_given_to_record_is_kept_and_read_and_the_log_has_no_byte_of_it(world: World) -> None:
    content = jpeg(scene(3), **CAMERA)
    fact = fact_of(world, recorded(world, content))
    assert (fact.digest, fact.bytes_in_all) == (hashlib.sha256(content).hexdigest(), len(content))
    assert fact.photograph is not None
    assert (len(fact.photograph.looks), fact.photograph.taken_at) == (16, "2016-05-04 09:30")
    assert fact.photograph.device == world.house.shared_things.device("Sample X-1\0SN-0042")
    assert world.house.files.get(fact.digest) == content


def test_a_scan_is_not_compared_and_a_file_handed_in_before_is_named_by_its_digest(world: World) -> None:
    content = jpeg(scene(4))
    assert fact_of(world, recorded(world, content, attachment_kind="attendance-sheet")).photograph is None
    digest = hashlib.sha256(content).hexdigest()
    named = fact_of(world, recorded(world, None, digest=digest, bytes_in_all=len(content)))
    assert named.photograph is not None


@pytest.mark.parametrize(
    "stated",
    [
        {"digest": "0" * 64},
        {"bytes_in_all": 1},
        {"photograph": {"looks": "0" * 16}},
    ],
)
def test_nobody_states_what_is_read_from_the_file(world: World, stated: dict[str, Any]) -> None:
    answer = recorded(world, jpeg(scene(5)), **stated)
    assert answer.outcome == "unusable"
    assert recorded(world, None, digest="1" * 64, bytes_in_all=1).outcome == "unusable"
