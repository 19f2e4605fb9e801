"""The values that settings take: each brought to one spelling, or refused in both languages."""

import re
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from sqlalchemy import URL

from adapters.connections import parsed
from adapters.oidc import configuration as oidc
from adapters.storage_errors import DatabaseUrlRefused

_USUAL_PORTS: Final = {"https": 443, "http": 80}
_LIKE_A_KEY: Final = re.compile(r"[A-Za-z0-9+/_-]{43}=")


class WrongValueError(ValueError):
    """A value of ours to refuse, in both languages."""

    def __init__(self, french: str, english: str) -> None:
        super().__init__(english)
        self.french = french


def _absolute(value: Path) -> Path:
    try:
        return value.expanduser().resolve()
    except RuntimeError:  # no home directory for this account
        raise WrongValueError(
            "ce compte n'a pas de répertoire personnel ; donnez un chemin absolu",
            "this account has no home directory; give an absolute path",
        ) from None


def _key_file(value: Path) -> Path:
    if _LIKE_A_KEY.fullmatch(str(value)):
        raise WrongValueError(
            "cela ressemble à une clé, pas à un fichier ; la clé elle-même va dans FILROUGE_MASTER_KEY",
            "this looks like a key, not like a file; the key itself goes in FILROUGE_MASTER_KEY",
        )
    return _absolute(value)


def _url(value: str) -> str:
    """Bring a database URL to one spelling, an SQLite file to its absolute path."""
    try:
        url = parsed(value)
    except DatabaseUrlRefused as refused:
        raise WrongValueError(
            "cette adresse n'est pas celle d'une base ; accepté : sqlite:////chemin/du/fichier ou postgresql://hôte/nom",
            f"{refused}; accepted: sqlite:////path/to/file or postgresql://host/name",
        ) from None
    if url.drivername == "sqlite":
        name = url.database or ""
        if name in ("", ":memory:") or name.startswith("file:") or url.query or url.host:
            raise WrongValueError(
                "une base SQLite est un simple fichier : sqlite:////chemin/du/fichier",
                "an SQLite database must be a plain file: sqlite:////path/to/file",
            )
        return sqlite_url(Path(name).expanduser().resolve())
    return url.render_as_string(hide_password=False)


def _origin(value: str) -> str:
    """Bring a public address to the spelling that browsers give an origin in (RFC 6454, 6.2)."""
    try:
        url = urlsplit(value.strip())
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    beside = (url.username, url.password, url.query, url.fragment, url.path.strip("/"))
    if url.scheme not in _USUAL_PORTS or not url.hostname or any(beside):
        raise WrongValueError(
            "une adresse sans chemin est attendue : https://nom ou https://nom:port",
            "an address without a path is expected: https://name or https://name:port",
        )
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    return f"{url.scheme}://{host}" + (f":{port}" if port not in (None, _USUAL_PORTS[url.scheme]) else "")


def sqlite_url(path: Path) -> str:
    """Return the address of an SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _address(value: str) -> str:
    try:
        return oidc.checked_address(value)
    except oidc.ConfigurationRefused as refused:
        raise WrongValueError(*refused.texts) from None


Days = Annotated[int, Field(ge=1, le=366)]
Months = Annotated[int, Field(ge=1, le=600)]
DatabaseUrl = Annotated[str, AfterValidator(_url)]
AbsolutePath = Annotated[Path, AfterValidator(_absolute)]
KeyFile = Annotated[Path, AfterValidator(_key_file)]
Origin = Annotated[str, AfterValidator(_origin)]
Address = Annotated[str, AfterValidator(_address)]
AnyCase: Final = BeforeValidator(_lower)
"""For a choice that may be written in capitals too."""
