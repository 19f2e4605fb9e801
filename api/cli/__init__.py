"""The `filrouge` command: what an operator does without a browser.

Each file is one command or a few of a kind. What they say comes from `api.cli.texts`, in French and in English,
through `api.cli.words.say` and nothing else. Libraries that take long to load are imported inside the commands that
need them, so that `filrouge --help` answers at once.
"""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0 when it was done, 1 when it failed, 2 when it was misused."""
    from api.cli.running import run

    return run(sys.argv[1:] if arguments is None else arguments)
