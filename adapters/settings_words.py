"""What is said of settings that are wrong: which one, why, and what is accepted, in French and in English."""

from collections.abc import Iterable, Mapping
from typing import Final

from pydantic_core import ErrorDetails

from adapters.in_words import InWords
from adapters.settings_values import WrongValueError
from domain.errors import FilRougeError
from workflows.labels import Language

PREFIX: Final = "FILROUGE_"

# master_key_file is here for the day somebody puts the key itself there.
_SECRET: Final = frozenset(
    {
        "master_key",
        "master_key_file",
        "database_url",
        "keys_url",
        "oidc_client_secret",
        "oidc_client_secret_file",
    }
)

# What pydantic says of a value, in French: its own sentences are English.
_FRENCH: Final[Mapping[str, str]] = {
    "int_parsing": "un nombre entier est attendu",
    "float_parsing": "un nombre est attendu",
    "finite_number": "un nombre fini est attendu",
    "greater_than": "un nombre plus grand que {gt} est attendu",
    "greater_than_equal": "au moins {ge} est attendu",
    "less_than_equal": "au plus {le} est attendu",
    "literal_error": "accepté : {expected}",
    "string_too_long": "au plus {max_length} caractères sont attendus",
}


class SettingsError(InWords, FilRougeError):
    """The settings do not allow a start; the message says which, why, and what is accepted."""


def variable(name: str) -> str:
    """Return the environment variable of the setting `name`."""
    return PREFIX + name.upper()


def in_words(errors: Iterable[ErrorDetails], language: Language) -> str:
    """Return what validation found, a line for each setting; no secret is shown."""
    # A default that needed a setting that is itself wrong adds nothing.
    told = [
        _one_in_words(error, language) for error in errors if error["type"] != "default_factory_not_called"
    ]
    return "\n".join(told)


def _one_in_words(error: ErrorDetails, language: Language) -> str:
    message = (
        (_in_french(error) if language == "fr" else error["msg"]).removeprefix("Value error, ").rstrip(".")
    )
    if not error["loc"]:
        return f"{message}."
    name = str(error["loc"][0])
    secret = name in _SECRET or isinstance(error["input"], Mapping)
    if language == "fr":
        shown = "" if secret else f" (au lieu de {error['input']!r})"
        return f"{variable(name)} : {message}{shown}."
    shown = "" if secret else f" (it is {error['input']!r})"
    return f"{variable(name)}: {message}{shown}."


def _in_french(error: ErrorDetails) -> str:
    context = error.get("ctx") or {}
    wrong = context.get("error")
    if isinstance(wrong, WrongValueError):
        return wrong.french
    told = {name: str(value).replace(" or ", " ou ") for name, value in context.items()}
    return _FRENCH.get(error["type"], "cette valeur n'est pas admise").format_map(told)
