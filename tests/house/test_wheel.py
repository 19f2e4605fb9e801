"""What is shipped is the five rooms, all of them, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.house.files import ROOMS, copy_house, project_files

BUILD = "from setuptools.build_meta import build_wheel; build_wheel('dist')"


def test_the_wheel_holds_every_file_of_the_rooms_and_nothing_else(tmp_path: Path) -> None:
    """Built by the setuptools of the lock, in a copy, without a network."""
    house = copy_house(tmp_path)
    subprocess.run([sys.executable, "-c", BUILD], cwd=house, check=True, capture_output=True)
    (wheel,) = (house / "dist").glob("filrouge-*.whl")
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (entry_points,) = (name for name in names if name.endswith(".dist-info/entry_points.txt"))
        assert "filrouge = api.cli:main" in archive.read(entry_points).decode()
    shipped = {name for name in names if ".dist-info/" not in name}
    assert shipped == {path.as_posix() for path in project_files(*ROOMS)}
