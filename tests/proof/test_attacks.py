"""Somebody with every right on the database, and plain SQL: each attack is found, named, and its first position told.

The log has 700 facts: two full tiles of 256 and an open one. 600 facts were signed; 100 came later.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from log_samples import root_of
from proof_samples import ORIGIN, damage, forge_tree, grow, move, steal_key_and_sign_again

from taizhang.adapters.log.log import Log
from taizhang.adapters.log.merkle import Edge, leaf_hashes
from taizhang.adapters.proof.export import export_log
from taizhang.adapters.proof.findings import Finding, Report, lines
from taizhang.adapters.proof.notes import COSIGNATURE, NoteSigner, parse_note
from taizhang.adapters.proof.references import ReferenceUnusable, of_note, of_path, of_signer
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.proof.verifying import Outside, Signatures, verify

FACTS, SIGNED = 700, 600
CITY = NoteSigner.generate("city.example/witness", COSIGNATURE)


@pytest.fixture
def told(log: Log, signer: Signer) -> Log:
    grow(log, SIGNED)
    signer.sign(log)
    grow(log, FACTS - SIGNED)
    return log


def verified(log: Log, signer: Signer | None = None, *against: str | Path) -> Report:
    """Verify with the signer's memory, or without, and with notes and copies."""
    if signer is None:
        return verify(log, Signatures(), Outside())
    others = [
        of_path(one, signer.verifier, [CITY.verifier()])
        if isinstance(one, Path)
        else of_note("note", one, signer.verifier, [CITY.verifier()])
        for one in against
    ]
    return verify(log, Signatures(signer.verifier, of_signer(signer), others), Outside())


def found(report: Report, check: str) -> list[tuple[str, int | None]]:
    return [(one.kind, one.position) for one in report.check(check).findings]  # type: ignore[arg-type]


def first(report: Report) -> tuple[str, int | None]:
    assert not report.ok
    one = report.first()
    assert isinstance(one, Finding)
    assert one.zh
    return one.kind, one.position


def cosigned(note: str) -> str:
    parsed = parse_note(note)
    return parsed._replace(signatures=(*parsed.signatures, CITY.sign(parsed.text, 1_700_000_000))).encoded()


def leaf_at(log: Log, position: int) -> bytes:
    [fact] = log.at([position])
    return fact.leaf


def set_leaf(log: Log, position: int, leaf: bytes) -> None:
    damage(log, "update fact set leaf = :leaf where position = :position", leaf=leaf, position=position)


# -- nothing happened -------------------------------------------------------------------------------------


def test_an_untouched_log_is_found_whole(told: Log, signer: Signer, tmp_path: Path) -> None:
    export_log(told, tmp_path / "mirror", signer.sign(told))
    report = verified(told, signer, cosigned(signer.sign(told)), tmp_path / "mirror")
    assert report.ok
    assert {check.name: check.state for check in report.checks if check.state != "ok"} == dict.fromkeys(
        ("projections", "vault", "attachments", "second-tree"), "unchecked"
    )
    assert report.check("stored-bytes").counted == FACTS
    assert report.check("tags").counted == FACTS


def test_without_signer_and_witnesses_it_says_what_it_could_not_check(told: Log) -> None:
    report = verified(told)
    assert report.ok
    assert {"signed-root", "cosigned-root"} <= {check.name for check in report.checks if check.state == "unchecked"}
    assert "另造一份历史" in "\n".join(lines(report, "zh"))


def test_an_empty_log_is_whole(log: Log, signer: Signer) -> None:
    signer.sign(log)
    assert verified(log, signer).ok


def test_facts_that_come_in_while_it_runs_are_no_damage(told: Log, signer: Signer) -> None:
    shown = iter(range(5))

    def progress(_what: str) -> Any:
        if next(shown, None) is not None:
            grow(told, 300)
        return lambda _done, _total: None

    assert verify(told, Signatures(signer.verifier, of_signer(signer)), Outside(), progress).ok


# -- one fact ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("position", [1, 256, 257, 511])
def test_one_changed_byte_in_a_full_tile_is_found_without_anything_signed(told: Log, position: int) -> None:
    leaf = leaf_at(told, position)
    set_leaf(told, position, leaf.replace(b'"body":', b'"bodY":'))
    assert found(verified(told), "leaf-hash") == [("altered", position)]
    assert first(verified(told)) == ("altered", position)


def test_one_changed_byte_in_the_signed_part_of_the_open_tile_is_found_exactly(told: Log, signer: Signer) -> None:
    set_leaf(told, 555, leaf_at(told, 555).replace(b'"body":555', b'"body":556'))
    report = verified(told, signer)
    assert found(report, "signed-root") == [("altered", 555)]
    assert found(report, "root") == [("altered", 555)]


def test_one_changed_byte_after_the_last_signature_is_found_within_a_narrow_range(told: Log, signer: Signer) -> None:
    set_leaf(told, 650, leaf_at(told, 650).replace(b'"body":650', b'"body":651'))
    [one] = verified(told, signer).check("root").findings
    assert one.kind == "altered"
    assert one.position is not None
    assert one.upto is not None
    assert one.position <= 650 <= one.upto
    assert one.upto - one.position < 128


def test_the_time_beside_a_fact_is_compared_with_the_time_in_it(told: Log) -> None:
    damage(told, "update fact set recorded_at = recorded_at - 1 where position = 77")
    report = verified(told)
    assert found(report, "stored-bytes") == [("altered", 77)]
    assert "recorded_at" in report.check("stored-bytes").findings[0].en


def test_a_changed_time_in_the_fact_itself_is_found(told: Log) -> None:
    fact = told.at([77])[0]
    set_leaf(told, 77, fact.leaf.replace(str(fact.recorded_at).encode(), str(fact.recorded_at - 5).encode()))
    damage(told, "update fact set recorded_at = recorded_at - 5 where position = 77")
    assert found(verified(told), "leaf-hash") == [("altered", 77)]


def test_a_changed_type_beside_the_fact_is_found(told: Log) -> None:
    damage(told, "update fact set type = 'samples.thing-lost.v1' where position = 9")
    assert first(verified(told)) == ("altered", 9)


def test_bytes_that_are_no_fact_any_more_are_found(told: Log) -> None:
    set_leaf(told, 300, b"\x00\xff")
    assert first(verified(told)) == ("altered", 300)


# -- many facts -------------------------------------------------------------------------------------------


def test_a_deleted_fact_is_found(told: Log) -> None:
    damage(told, "delete from fact where position = 300")
    assert first(verified(told)) == ("deleted", 300)


def test_a_deleted_fact_whose_followers_moved_up_is_found_where_it_stood(told: Log, signer: Signer) -> None:
    damage(told, "delete from fact where position = 300")
    move(told, 300, -1)
    report = verified(told, signer)
    assert found(report, "stored-bytes") == []
    assert found(report, "leaf-hash") == [("deleted", 300)]
    assert found(report, "signed-root") == [("deleted", 300)]


def test_an_inserted_fact_whose_followers_moved_down_is_found_where_it_stands(told: Log, signer: Signer) -> None:
    move(told, 299, 1)
    damage(told, "insert into fact select 300, type, recorded_at, leaf from fact where position = 10")
    report = verified(told, signer)
    assert found(report, "leaf-hash") == [("inserted", 300)]
    assert found(report, "signed-root") == [("inserted", 300)]


def test_a_fact_put_in_behind_the_head_is_found(told: Log) -> None:
    damage(told, "insert into fact select 701, type, recorded_at, leaf from fact where position = 10")
    assert first(verified(told)) == ("inserted", 701)
    damage(told, "insert into fact select 0, type, recorded_at, leaf from fact where position = 10")
    assert first(verified(told)) == ("inserted", 0)


def test_a_cosigned_note_of_a_log_that_is_not_whole_in_itself_tells_the_same_position(
    told: Log, signer: Signer
) -> None:
    witnessed = cosigned(signer.sign(told))
    set_leaf(told, 300, leaf_at(told, 300).replace(b'"body":300', b'"body":301'))
    assert found(verified(told, signer, witnessed), "cosigned-root") == [("altered", 300)]


def test_two_facts_that_changed_places_are_found(told: Log, signer: Signer) -> None:
    one, other = leaf_at(told, 30), leaf_at(told, 500)
    set_leaf(told, 30, other)
    set_leaf(told, 500, one)
    report = verified(told, signer)
    assert found(report, "leaf-hash") == [("reordered", 30)]
    assert found(report, "signed-root") == [("reordered", 30)]


def test_a_truncated_tail_is_found(told: Log) -> None:
    damage(told, "delete from fact where position > 650")
    report = verified(told)
    assert found(report, "stored-bytes") == [("truncated", 651)]
    assert report.check("stored-bytes").findings[0].upto == 700


def test_a_truncated_tail_with_the_head_moved_back_is_found_by_the_tiles(told: Log) -> None:
    hashes = leaf_hashes([fact.leaf for fact in told.page(0, 500)])
    damage(told, "delete from fact where position > 500")
    damage(told, "delete from tag where position > 500")
    at = told.at([500])[0].recorded_at
    damage(
        told,
        "update head set position = 500, recorded_at = :at, edge = :e",
        at=at,
        e=Edge.empty().append(hashes).to_bytes(),
    )
    assert first(verified(told)) == ("truncated", 501)


# -- the tree and the head --------------------------------------------------------------------------------


def test_an_altered_tile_is_found_and_told_from_an_altered_fact(told: Log) -> None:
    [(tile,)] = [(told.tile(0, 1),)]
    assert tile is not None
    damage(
        told,
        'update tile set hashes = :hashes where level = 0 and "index" = 1',
        hashes=tile[:320] + bytes(32) + tile[352:],
    )
    report = verified(told)
    assert found(report, "leaf-hash") == []
    assert found(report, "tile") == [("altered", 267)]


def test_a_shortened_and_a_missing_tile_are_found(told: Log) -> None:
    damage(told, 'update tile set hashes = :hashes where level = 0 and "index" = 1', hashes=bytes(32))
    assert found(verified(told), "tile") == [("altered", 257)]
    damage(told, 'delete from tile where level = 0 and "index" = 0')
    assert found(verified(told), "tile") == [("deleted", 1), ("altered", 257)]


def test_an_altered_tile_of_the_second_level_is_found(log: Log) -> None:
    grow(log, 256 * 256 + 10)
    tile = log.tile(1, 0)
    assert tile is not None
    damage(log, "update tile set hashes = :hashes where level = 1", hashes=tile[:64] + bytes(32) + tile[96:])
    assert found(verified(log), "tile") == [("altered", 2 * 256 + 1)]


@pytest.mark.parametrize(
    ("change", "position"),
    [("edge = :edge", 1), ("recorded_at = recorded_at + 1", FACTS), ("origin = 'another.example/log'", None)],
)
def test_an_edited_head_row_is_found(told: Log, signer: Signer, change: str, position: int | None) -> None:
    edge = bytes(32) + told.head().edge.to_bytes()[32:]
    damage(told, f"update head set {change}", **({"edge": edge} if ":edge" in change else {}))
    assert first(verified(told, signer)) == ("altered", position)


def test_a_head_whose_hashes_do_not_fit_its_size_and_a_head_that_is_gone_are_found(told: Log, signer: Signer) -> None:
    damage(told, "update head set edge = :edge", edge=bytes(7))
    assert ("altered", FACTS) in found(verified(told, signer), "root")
    damage(told, "delete from head")
    assert ("deleted", None) in found(verified(told, signer), "root")


# -- the tag index ----------------------------------------------------------------------------------------


def test_two_swapped_tags_are_found_at_the_first_of_them(told: Log) -> None:
    damage(told, "update tag set tag = 'swap' where tag = 'thing:40'")
    damage(told, "update tag set tag = 'thing:40' where tag = 'thing:90'")
    damage(told, "update tag set tag = 'thing:90' where tag = 'swap'")
    report = verified(told)
    assert found(report, "tags") == [("altered", 40), ("altered", 90)]
    assert "thing:90" in report.check("tags").findings[0].en


def test_a_deleted_and_an_inserted_tag_are_found(told: Log) -> None:
    damage(told, "delete from tag where position = 40")
    damage(told, "insert into tag values ('class:x', 60)")
    damage(told, "insert into tag values ('class:y', 0)")
    assert sorted(found(verified(told), "tags"), key=str) == [("deleted", 40), ("inserted", 0), ("inserted", 60)]


# -- who has everything -----------------------------------------------------------------------------------


def test_a_whole_tree_forged_anew_is_found_by_the_signer_with_the_first_forged_position(
    told: Log, signer: Signer
) -> None:
    set_leaf(told, 444, leaf_at(told, 444).replace(b'"body":444', b'"body":445'))
    forge_tree(told)
    assert verified(told).ok  # whole in itself: without anything kept outside nobody can tell
    report = verified(told, signer)
    assert first(report) == ("forked", 444)
    assert found(report, "signed-root") == [("forked", 444)]


def test_a_forged_tree_with_a_fact_taken_out_is_found_at_that_fact(told: Log, signer: Signer) -> None:
    damage(told, "delete from fact where position = 100")
    move(told, 100, -1)
    forge_tree(told)
    damage(told, "delete from tag")
    report = verified(told, signer)
    assert found(report, "signed-root")[0] == ("forked", 100)


def test_a_rollback_to_a_backup_is_found(told: Log, signer: Signer) -> None:
    damage(told, "delete from fact where position > 550")
    damage(told, "delete from tag where position > 550")
    forge_tree(told)
    assert verified(told).ok
    assert first(verified(told, signer)) == ("rolled-back", 551)


def test_a_rollback_that_went_on_differently_is_a_fork_at_the_first_new_fact(told: Log, signer: Signer) -> None:
    damage(told, "delete from fact where position > 550")
    damage(told, "delete from tag where position > 550")
    forge_tree(told)
    grow(told, 200)  # the same bodies, but at another time
    assert first(verified(told, signer)) == ("forked", 551)


def test_a_forged_log_signed_again_with_the_stolen_key_is_found_only_by_what_witnesses_cosigned(
    told: Log, signer: Signer, tmp_path: Path
) -> None:
    witnessed = cosigned(signer.sign(told))
    export_log(told, tmp_path / "mirror", witnessed)
    set_leaf(told, 444, leaf_at(told, 444).replace(b'"body":444', b'"body":445'))
    forge_tree(told)
    forger = steal_key_and_sign_again(told, signer)
    assert verified(told, forger).ok  # inside the house nothing is left that knows better
    report = verified(told, forger, witnessed)
    assert found(report, "cosigned-root") == [("forked", 1)]
    assert report.check("cosigned-root").findings[0].upto == FACTS
    assert found(verified(told, forger, tmp_path / "mirror"), "cosigned-root") == [("forked", 444)]


def test_several_cosigned_notes_narrow_down_where_a_forged_history_begins(told: Log, signer: Signer) -> None:
    early = cosigned(signer.state().note)
    late = cosigned(signer.sign(told))
    set_leaf(told, 644, leaf_at(told, 644).replace(b'"body":644', b'"body":645'))
    forge_tree(told)
    report = verified(told, steal_key_and_sign_again(told, signer), early, late)
    assert found(report, "cosigned-root") == [("forked", SIGNED + 1)]
    assert report.check("cosigned-root").findings[0].upto == FACTS


def test_a_rollback_with_the_signers_folder_is_found_only_by_what_witnesses_cosigned(told: Log, signer: Signer) -> None:
    witnessed = cosigned(signer.sign(told))
    damage(told, "delete from fact where position > 550")
    damage(told, "delete from tag where position > 550")
    forge_tree(told)
    forger = steal_key_and_sign_again(told, signer)
    assert verified(told, forger).ok
    assert found(verified(told, forger, witnessed), "cosigned-root") == [("rolled-back", 551)]


# -- what it is compared with -----------------------------------------------------------------------------


def test_a_damaged_copy_is_told_from_a_damaged_log(told: Log, signer: Signer, tmp_path: Path) -> None:
    export_log(told, tmp_path / "mirror", signer.sign(told))
    path = tmp_path / "mirror" / "tile" / "0" / "001"
    path.write_bytes(bytes(32) + path.read_bytes()[32:])
    report = verified(told, signer, tmp_path / "mirror")
    assert found(report, "signed-root") == [("damaged-copy", None)]


def test_a_signers_folder_whose_hashes_are_damaged_is_told_and_its_root_still_compared(
    told: Log, signer: Signer
) -> None:
    path = signer.folder / "leaf-hashes"
    path.write_bytes(bytes(32) + path.read_bytes()[32:])
    assert found(verified(told, signer), "signed-root") == [("damaged-copy", None)]


def test_a_note_of_another_log_or_by_another_key_is_not_compared_with(told: Log, signer: Signer) -> None:
    stranger = NoteSigner.generate(ORIGIN)
    parsed = parse_note(signer.sign(told))
    forged = parsed._replace(signatures=(stranger.sign(parsed.text),)).encoded()
    with pytest.raises(ReferenceUnusable):
        verified(told, signer, forged)


def test_the_report_is_said_in_both_languages_and_as_json(told: Log, signer: Signer) -> None:
    set_leaf(told, 300, leaf_at(told, 300).replace(b'"body":300', b'"body":301'))
    report = verified(told, signer)
    assert "被改动  第 300 条:内容与其上的哈希块不符" in "\n".join(lines(report, "zh"))
    assert "altered  position 300: its content does not fit the tile above it" in "\n".join(lines(report, "en"))
    again = json.loads(msgspec.json.encode(report))
    assert again["ok"] is False
    assert [check["name"] for check in again["checks"]][:4] == ["stored-bytes", "leaf-hash", "tile", "root"]


def test_forging_helper_makes_the_tree_that_the_definition_gives(told: Log) -> None:
    forge_tree(told)
    hashes = [sha256(b"\0" + fact.leaf).digest() for fact in told.page(0, FACTS)]
    assert told.head().edge.root() == root_of(hashes)
