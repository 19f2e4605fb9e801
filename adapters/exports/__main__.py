"""The worker as a process: `python -m adapters.exports NAME`.

It reads the settings from its environment, like every process of this program. `NAME` is what it is known by while it
holds an export.
"""

import sys

from adapters import logging
from adapters.exports.worker import run
from adapters.settings import load

if __name__ == "__main__":
    chosen = load()
    logging.configure(chosen.log_level, chosen.log_format)
    run(chosen, sys.argv[1])
