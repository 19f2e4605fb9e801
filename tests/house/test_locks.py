"""The locks: everything pinned and hashed, true to pyproject.toml, and no registry's address anywhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.files import ROOT, project_files

LOCKS = {
    "requirements.txt": ["build"],
    "requirements-dev.txt": ["build", "parquet", "test"],
    "requirements-bench.txt": ["build", "bench"],
}
"""The locks, and the extras that each holds beside what runs."""

# Options, keys and fields by which a lock or a tool's settings name where packages come from.
ADDRESS = re.compile(
    r"index[-_]url|find[-_]links|trusted[-_]host|^\s*(registry|resolved|url|index)\s*=|\bhttps?://|\bfile://",
    re.IGNORECASE | re.MULTILINE,
)


def pins(lock: str) -> dict[str, Requirement]:
    """Return what a lock pins, by canonical name."""
    lines = (ROOT / lock).read_text().splitlines()
    found = [Requirement(line.removesuffix("\\")) for line in lines if re.match(r"\w", line)]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def is_lock(path: Path) -> bool:
    return path.suffix in {".toml", ".lock"} or path.name.startswith("requirements") or "lock" in path.name


@pytest.mark.parametrize("path", [p for p in project_files() if is_lock(p) and p.suffix != ".py"], ids=str)
def test_no_lock_or_setting_names_a_registry(path: Path) -> None:
    assert ADDRESS.search((ROOT / path).read_text()) is None


@pytest.mark.parametrize("text", ["--index-url x", 'registry = "x"', "a @ https://x", "find-links = ['x']"])
def test_an_address_would_be_seen(text: str) -> None:
    assert ADDRESS.search(text)


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_is_pinned_and_hashed(lock: str) -> None:
    entries = re.split(r"^(?=\w)", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]
    assert len(entries) > 30
    for entry in entries:
        assert re.match(r"[\w.-]+==\S+ ", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("lock", [lock for lock in LOCKS if lock != "requirements.txt"])
def test_what_runs_is_what_is_tested_and_measured(lock: str) -> None:
    runtime, other = pins("requirements.txt"), pins(lock)
    assert {name: other[name].specifier for name in runtime} == {
        name: requirement.specifier for name, requirement in runtime.items()
    }


def test_what_is_only_measured_against_is_neither_run_nor_developed_with() -> None:
    assert {"protean", "psycopg-pool"} <= pins("requirements-bench.txt").keys()
    assert {"protean", "psycopg-pool"}.isdisjoint(pins("requirements.txt") | pins("requirements-dev.txt"))


@pytest.mark.parametrize(("lock", "extras"), LOCKS.items(), ids=LOCKS)
def test_a_lock_holds_what_pyproject_asks_for(lock: str, extras: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"]]
    for extra in extras:
        asked += project["optional-dependencies"][extra]
    pinned = pins(lock)
    for wanted in map(Requirement, asked):
        (pin,) = pinned[canonicalize_name(wanted.name)].specifier
        assert wanted.specifier.contains(pin.version), (
            f"{wanted} but {pin.version} is locked: run `make lock`"
        )
