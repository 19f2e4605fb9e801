"""Resting the cyclic garbage collector while millions of values are made and not one cycle."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def rested() -> Iterator[None]:
    """Leave the collector out for the block: a replay would spend a third of its time looking for cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
