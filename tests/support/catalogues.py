"""The catalogues of texts, extracted from code and templates: `python -m tests.support.catalogues` updates them.

English is its own translation, so that its catalogue is complete as soon as it is extracted; French is for a person
to write, and whatever is not yet is said at the end.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from api.languages import LANGUAGES
from api.pages.texts import DOMAIN, catalogue_path
from workflows.labels import Language

ROOT: Final = Path(__file__).parents[2]
_PAGES: Final = ROOT / "api" / "pages"
_METHODS: Final = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
_OPTIONS: Final = {"**/templates/**.html": {"trimmed": "true", "silent": "false"}}
_KEYWORDS: Final = {"_": None, "gettext": None, "ngettext": (1, 2), "counted": (1, 2)}
_HEADER: Final = "# The texts of Fil Rouge's pages."


def extracted() -> Catalog:
    """Return every text of the pages, untranslated."""
    catalogue = Catalog(domain=DOMAIN, project="Fil Rouge", header_comment=_HEADER)
    found = extract_from_dir(
        _PAGES, method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS, comment_tags=("Translators:",)
    )
    for file, _, message, comments, context in found:
        name = f"api/pages/{Path(file).as_posix()}"
        catalogue.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return catalogue


def stored(language: Language) -> Catalog:
    """Return a catalogue as it lies there; an empty one if there is none."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, domain=DOMAIN, project="Fil Rouge", header_comment=_HEADER)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def messages(catalogue: Catalog) -> Iterator[Message]:
    """Yield its messages, without the header."""
    return (message for message in catalogue if message.id)


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the texts that have no translation yet."""
    return [str(message.id) for message in messages(catalogue) if not _is_whole(message)]


def _is_whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def update(language: Language) -> Catalog:
    """Bring one catalogue up to what is extracted, and write it."""
    catalogue = stored(language)
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    if language == "en":
        for message in messages(catalogue):
            message.string = message.id
            message.flags.discard("fuzzy")
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file,
            catalogue,
            width=110,
            omit_header=True,
            sort_output=True,
            include_lineno=False,
            ignore_obsolete=True,
        )
    return catalogue


def main() -> int:
    """Update them all; return 1 while something is untranslated."""
    missing = {language: untranslated(update(language)) for language in LANGUAGES}
    for language, texts in missing.items():
        for text in texts:
            sys.stdout.write(f"{language}: {text}\n")
    return 1 if any(missing.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
