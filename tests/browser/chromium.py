"""Finding and starting the browser. Where there is none, what is not run is said, and with CI=true it is a failure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is the same engine without windows, tabs and what else draws itself around a page: a third cheaper."""
_ARGUMENTS: Final = (
    "--disable-gpu",
    # Nothing looks for anything outside while the tests run.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
MISSING: Final = (
    "THE BROWSER TESTS WERE NOT RUN: no Chromium was found. "
    "On Debian: apt-get install chromium-headless-shell. With CI=true this is a failure."
)


def executable() -> str | None:
    """Return where a browser is installed, if one is."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the browser. Skips the test, or fails it with CI=true, where there is none."""
    found = executable()
    if found is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    # Root has no sandbox of Chromium's; the pages are our own.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*_ARGUMENTS, *sandbox])
        try:
            yield browser
        finally:
            browser.close()
