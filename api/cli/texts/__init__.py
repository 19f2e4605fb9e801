"""What the command line says: each text by its key, in French and in English, side by side.

Values are named in braces. Those of `help` are read as rich's markup, where square brackets mean something.
"""

from collections.abc import Mapping
from typing import Final

from api.cli.texts.accesses import ACCESSES
from api.cli.texts.accounts import ACCOUNTS
from api.cli.texts.commands import COMMANDS
from api.cli.texts.errors import ERRORS
from api.cli.texts.exports import EXPORTS
from api.cli.texts.help import HELP
from api.cli.texts.help_figures import HELP_FIGURES
from api.cli.texts.keys import KEYS
from api.cli.texts.privacy import PRIVACY
from api.cli.texts.statistics import STATISTICS

Texts = Mapping[str, tuple[str, str]]
"""By key: French, English."""

PARTS: Final[tuple[Texts, ...]] = (
    ACCOUNTS,
    ACCESSES,
    EXPORTS,
    HELP,
    HELP_FIGURES,
    COMMANDS,
    ERRORS,
    KEYS,
    PRIVACY,
    STATISTICS,
)
TEXTS: Final[Texts] = {key: both for part in PARTS for key, both in part.items()}

if len(TEXTS) != sum(map(len, PARTS)):
    raise AssertionError("two texts have the same key")
