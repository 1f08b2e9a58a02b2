"""The house stands as docs/adr/0001-the-frame.md says: what is packaged, what is pinned, what may not be added."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
ROOMS = ("domain", "projections", "adapters", "http")
LINES_MOST = {"domain": 400, "projections": 400, "adapters": 400, "http": 400, "tests": 600}
LINES_MOST_ELSEWHERE = 400


def test_http_has_no_init_file_because_it_would_shadow_the_standard_library() -> None:
    assert not (ROOT / "http" / "__init__.py").exists()


def test_the_standard_librarys_http_is_the_one_imported_in_the_root() -> None:
    program = "import http.client; print(http.__file__)"
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ROOT / "http" not in Path(answer.stdout.strip()).parents


def test_the_built_wheel_holds_exactly_what_the_folders_hold(tmp_path: Path) -> None:
    assert built_files(tmp_path) == kept_files()


@pytest.mark.parametrize("room", ROOMS)
def test_static_tools_find_each_room_through_its_link(room: str) -> None:
    link = ROOT / "tests" / ".typing" / "taizhang" / room
    assert link.is_symlink()
    assert not link.readlink().is_absolute()
    assert link.resolve() == ROOT / room


def test_no_python_file_grew_past_its_limit() -> None:
    sizes = {path: len((ROOT / path).read_text().splitlines()) for path in python_files()}
    limit = {path: LINES_MOST.get(path.parts[0], LINES_MOST_ELSEWHERE) for path in sizes}
    assert sizes
    assert {str(path): lines for path, lines in sizes.items() if lines > limit[path]} == {}


def test_constraints_name_packages_and_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    assert pinned
    assert [line for line in pinned if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line)] == []
    assert not any("://" in line for line in lines)


def test_every_named_dependency_is_pinned_within_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    wanted = [Requirement(line) for line in named if not line.startswith("taizhang[")]
    pins = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line)
    versions = {canonicalize_name(name): version for name, version in pins.items()}
    unpinned = [need.name for need in wanted if canonicalize_name(need.name) not in versions]
    assert unpinned == []
    outside = [str(need) for need in wanted if versions[canonicalize_name(need.name)] not in need.specifier]
    assert outside == []


def built_files(folder: Path) -> set[str]:
    """The files of the wheel, its metadata left out; built from a copy, so that an old build/ cannot lend it files."""
    source, wheels = folder / "source", folder / "wheels"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for room in ROOMS:
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(wheels), "."]
    built = subprocess.run(pip, cwd=source, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    [wheel] = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def kept_files() -> set[str]:
    found = (path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file())
    return {f"taizhang/{path.as_posix()}" for path in found if "__pycache__" not in path.parts}


def python_files() -> list[Path]:
    folders = [*ROOMS, "tests", "benchmarks", "examples", "docs"]
    found = (path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [path for path in found if ".typing" not in path.parts]
