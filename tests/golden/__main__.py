"""Store the published cases anew, after a change that was meant: `python -m tests.golden`; then read the difference."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.golden.played import NAMES, played, store

with tempfile.TemporaryDirectory() as folder:
    home = Path(folder)
    with played(home / "home", f"sqlite:///{home / 'golden.sqlite'}") as cases:
        for name in NAMES:
            store(name, cases.golden(name))
