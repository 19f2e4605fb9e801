"""A process that wraps every key anew and is killed on the way: `python -m tests.adapters.rotator URL FILE KEY_ID AFTER`.

It takes few keys at once, and kills itself before the batch that comes after AFTER keys, in its middle: with rows
changed and nothing committed.
"""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event

from adapters import key_rotation
from adapters.key_file import read_master_keys
from adapters.keys import key_engine


def main(url: str, file: str, key_id: str, after: str) -> None:
    """Rotate until the moment comes."""
    engine = key_engine(url)
    done = [0]

    def note(number: int, _total: int) -> None:
        done[0] = number

    def die(*_: object) -> None:
        if done[0] >= int(after):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "commit", die)
    key_rotation.BATCH = 7  # type: ignore[misc]
    key_rotation.rotate(engine, read_master_keys(Path(file)), key_id, note)
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
