"""The pages' texts: English sentences in code and templates, translated by gettext's catalogues.

The catalogues are text files (`locale/<language>/LC_MESSAGES/filrouge.po`), compiled in memory at the first use: what is
reviewed is what is shown. Labels of codes, reasons and errors have both languages beside their definition, and are not
repeated here.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from workflows.labels import Language

DOMAIN: Final = "filrouge"
LOCALE: Final = Path(__file__).parent / "locale"


def catalogue_path(language: Language) -> Path:
    """Return where a language's catalogue lies."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def translations(language: Language) -> Translations:
    """Return a language's texts."""
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


def mark(message: str) -> str:
    """Return `message` as it is, marked (as `_`) for the catalogues; `translated` shows it."""
    return message


def translated(message: str, language: Language, **values: object) -> str:
    """Return a marked message in a language, with `values` in its placeholders `%(name)s`."""
    found = str(translations(language).ugettext(message))
    return found % values if values else found


def counted(one: str, many: str, number: int, language: Language, **values: object) -> str:
    """Return the message for a `number` of things; it is the placeholder `%(num)s`, too."""
    found = str(translations(language).ungettext(one, many, number))
    return found % {"num": number, **values}
