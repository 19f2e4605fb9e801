"""The project's own files: what git tracks or would track, never what tools left behind."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("workflows", "domain", "projections", "adapters", "api")


def project_files(*under: str) -> list[Path]:
    """Return the project's files as paths relative to its root, in order.

    New files count before they are committed; ignored and deleted ones do not.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *under],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return sorted({Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()})


def copy_house(to: Path) -> Path:
    """Copy the five rooms and pyproject.toml into `to`, for a test that builds or breaks them."""
    for path in [Path("pyproject.toml"), *project_files(*ROOMS)]:
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, to / path)
    return to
