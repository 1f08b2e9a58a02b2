"""Drawing a sample: fixed vectors, and whatever goes into the seed changes the draw."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import inspection_samples as i
import pytest

import taizhang.domain.inspections.drawing as drawing
from taizhang.domain.inspections.drawing import (
    Method,
    NotDrawable,
    Unit,
    drawn,
    nonce_digest,
    population_bytes,
    read_mark,
    read_population,
    seed_of,
    shares_of_strata,
)

SEED = seed_of(i.POPULATION_DIGEST, i.ROOT, i.NONCE)


def test_the_seed_is_the_hash_of_digest_root_and_nonce() -> None:
    whole = bytes.fromhex(i.POPULATION_DIGEST) + i.ROOT + bytes.fromhex(i.NONCE)
    assert sha256(whole).hexdigest() == SEED
    assert nonce_digest("00" * 32) == "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
    with pytest.raises(NotDrawable):
        seed_of("00", i.ROOT, i.NONCE)


def test_known_populations_and_seeds_give_known_samples() -> None:
    units = [Unit(name, stratum, amount) for name, stratum, amount in VECTOR]
    assert population_bytes(units) == b"unit,stratum,amount_fen\n" + b"".join(
        f"{name},{stratum},{amount}\n".encode() for name, stratum, amount in VECTOR
    )
    seed = "00" * 32
    by_hash = sorted("abcdef", key=lambda one: sha256(bytes(32) + one.encode()).digest())
    assert drawn(seed, Method("random", 3), units) == tuple(by_hash[:3]) == RANDOM_DRAW
    assert drawn(seed, Method("stratified", 3), units) == STRATIFIED_DRAW
    assert drawn(seed, Method("monetary-unit", interval_fen=100), units) == MONEY_DRAW


def test_another_root_nonce_or_population_draws_otherwise() -> None:
    method = Method("random", 8)
    first = drawn(SEED, method, i.UNITS)
    other_root = seed_of(i.POPULATION_DIGEST, b"\x23" * 32, i.NONCE)
    other_nonce = seed_of(i.POPULATION_DIGEST, i.ROOT, "12" * 32)
    fewer = i.UNITS[1:]
    other_population = seed_of(sha256(population_bytes(fewer)).hexdigest(), i.ROOT, i.NONCE)
    draws = [first, drawn(other_root, method, i.UNITS), drawn(other_nonce, method, i.UNITS)]
    draws.append(drawn(other_population, method, fewer))
    assert len(set(draws)) == 4


def test_a_draw_does_not_depend_on_the_order_in_which_units_are_named() -> None:
    for method in (Method("random", 5), Method("stratified", 5)):
        assert drawn(SEED, method, i.UNITS) == drawn(SEED, method, sorted(i.UNITS, reverse=True))


def test_strata_share_a_sample_in_proportion_and_each_has_one() -> None:
    assert shares_of_strata(10, {"a": 90, "b": 9, "c": 1}) == {"a": 7, "b": 2, "c": 1}
    assert shares_of_strata(2, {"a": 5, "b": 5, "c": 5}) == {"a": 1, "b": 1, "c": 0}
    assert shares_of_strata(3, {"a": 1, "b": 1, "c": 1}) == {"a": 1, "b": 1, "c": 1}
    for size in range(1, 21):
        shares = shares_of_strata(size, {"a": 14, "b": 6})
        assert sum(shares.values()) == size
        assert shares["a"] <= 14
        assert shares["b"] <= 6


def test_money_draws_whatever_is_as_large_as_the_interval_and_nothing_without_a_sum() -> None:
    units = [Unit("big", "", 1_000), Unit("none", "", 0), Unit("small", "", 10)]
    for number in range(50):
        seed = sha256(bytes([number])).hexdigest()
        sample = drawn(seed, Method("monetary-unit", interval_fen=100), units)
        assert sample[0] == "big"
        assert "none" not in sample
        assert len(set(sample)) == len(sample)


def test_what_cannot_be_drawn_is_said() -> None:
    for method in (Method("random"), Method("stratified", 0), Method("monetary-unit"), Method("by eye", 3)):
        with pytest.raises(NotDrawable):
            drawn(SEED, method, i.UNITS)
    with pytest.raises(NotDrawable, match="empty"):
        drawn(SEED, Method("random", 1), [])
    with pytest.raises(NotDrawable, match="no unit"):
        drawn(SEED, Method("monetary-unit", interval_fen=5), [Unit("a")])


def test_a_population_is_read_only_as_it_was_written() -> None:
    assert read_population(i.POPULATION) == tuple(sorted(i.UNITS))
    lines = i.POPULATION.splitlines(keepends=True)
    for spoilt in (
        i.POPULATION.replace(b"\n", b"\r\n"),
        b"".join([lines[0], *reversed(lines[1:])]),
        i.POPULATION + lines[-1],
        i.POPULATION.replace(b"1000", b"+1000"),
        b"unit,amount_fen\n",
        b"",
        b"\xff",
    ):
        with pytest.raises(NotDrawable):
            read_population(spoilt)


def test_a_checkpoint_says_its_size_and_root() -> None:
    assert read_mark(i.note(7)) == ("example.com/log", 7, i.ROOT)
    for spoilt in ("", "x\n1\n", "x\n01\n" + "A" * 44, "x\n1\nAAAA\n", "\n1\n"):
        with pytest.raises(NotDrawable):
            read_mark(spoilt)


def test_the_one_file_draws_without_anything_else(tmp_path: Path) -> None:
    alone = tmp_path / "drawing.py"
    alone.write_bytes(Path(drawing.__file__).read_bytes())
    code = (
        "import drawing; "
        f"print(*drawing.drawn('{SEED}', drawing.Method('random', 3), "
        "[drawing.Unit(f'payment-{n:02}', 'a' if n % 3 else 'b', 1000 * n) for n in range(1, 21)]))"
    )
    told = subprocess.run([sys.executable, "-S", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert tuple(told.stdout.split()) == drawn(SEED, Method("random", 3), i.UNITS)


VECTOR = (("a", "x", 50), ("b", "x", 150), ("c", "y", 0), ("d", "y", 30), ("e", "z", 20), ("f", "z", 250))
RANDOM_DRAW = ("f", "a", "d")
STRATIFIED_DRAW = ("a", "d", "f")
MONEY_DRAW = ("a", "b", "d", "f")
