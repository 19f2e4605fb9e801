"""What the settings FILROUGE_OIDC_* say, checked one with another, with what their files hold."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from adapters.oidc import claims
from adapters.system_words import system_words

if TYPE_CHECKING:
    from adapters.settings import Settings

Texts = tuple[str, str]

PREFIX: Final = "oidc_"
_SECRET_BYTES: Final = 4096
_USUAL_SCOPES: Final = "openid email"


class Profile(StrEnum):
    """How a provider is spoken to."""

    GENERIC = "generic"
    PROCONNECT = "proconnect"
    """The French administration's federation of identity providers for professionals; see the README."""


@dataclass(frozen=True, slots=True)
class Client:
    """This service as the provider knows it, for signing in to the pages."""

    client_id: str
    secret: str = field(repr=False)
    base_url: str
    scopes: str
    acr_values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Configuration:
    """The identity provider, and what it is good for: the pages (`client`), the API (`audience`), or both."""

    issuer: str
    profile: Profile
    name: str
    client: Client | None
    audience: str | None
    grants: tuple[claims.Grant, ...]
    contact: str | None


class ConfigurationRefused(ValueError):
    """The settings do not go together, or a file of theirs is wrong; `texts` says so in French and in English."""

    def __init__(self, french: str, english: str) -> None:
        super().__init__(english)
        self.texts: Texts = (french, english)


def checked_address(text: str) -> str:
    """Return an address that is safe to speak to: https, or this machine. Raises ConfigurationRefused."""
    wrong = ConfigurationRefused(
        "une adresse https est attendue, sans nom d'utilisateur, paramètres ni fragment ; http seulement pour cette machine",
        "an https address is expected, without user name, query or fragment; http for this machine only",
    )
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    plain = not (parts.username or parts.password or parts.query or parts.fragment) and text.isprintable()
    safe = parts.scheme == "https" or (parts.scheme == "http" and _loopback(host))
    if not (host and plain and safe and " " not in text):
        raise wrong
    return text


def problem(given: Mapping[str, Any]) -> Texts | None:
    """Say what is wrong with settings that are right each by itself; None when they go together.

    `given` holds those that are set, by their names.
    """
    ours = sorted(name for name in given if name.startswith(PREFIX) and given[name] is not None)
    if ours and "oidc_issuer" not in ours:
        name = _variable(ours[0])
        return (
            f"{name} est donné sans FILROUGE_OIDC_ISSUER, qui nomme le fournisseur d'identité.",
            f"{name} is set without FILROUGE_OIDC_ISSUER, which names the identity provider.",
        )
    secrets = {"oidc_client_secret", "oidc_client_secret_file"} & set(ours)
    if not ours:
        return None
    if len(secrets) > 1:
        return (
            "FILROUGE_OIDC_CLIENT_SECRET et FILROUGE_OIDC_CLIENT_SECRET_FILE sont donnés tous deux : gardez-en un.",
            "FILROUGE_OIDC_CLIENT_SECRET and FILROUGE_OIDC_CLIENT_SECRET_FILE are both set: keep one.",
        )
    if secrets or "oidc_client_id" in ours:
        needed = ("oidc_client_id", "public_url")
        missing = [_variable(name) for name in needed if given.get(name) is None]
        missing += [] if secrets else ["FILROUGE_OIDC_CLIENT_SECRET_FILE"]
        if missing:
            names = ", ".join(missing)
            return (
                f"Pour se connecter aux pages il manque {names}.",
                f"To sign in to the pages {names} is missing.",
            )
        try:
            checked_address(given["public_url"])
        except ConfigurationRefused:
            return (
                "Pour se connecter par un fournisseur d'identité, FILROUGE_PUBLIC_URL est en https.",
                "To sign in by an identity provider, FILROUGE_PUBLIC_URL is https.",
            )
    elif "oidc_api_audience" not in ours:
        return (
            (
                "FILROUGE_OIDC_ISSUER est donné sans FILROUGE_OIDC_CLIENT_ID, pour les pages, ni "
                "FILROUGE_OIDC_API_AUDIENCE, pour l'API : il ne servirait à rien."
            ),
            (
                "FILROUGE_OIDC_ISSUER is set without FILROUGE_OIDC_CLIENT_ID, for the pages, and without "
                "FILROUGE_OIDC_API_AUDIENCE, for the API: it would be of no use."
            ),
        )
    if given.get("oidc_api_audience") and given["oidc_api_audience"] == given.get("oidc_client_id"):
        return (
            "FILROUGE_OIDC_API_AUDIENCE est FILROUGE_OIDC_CLIENT_ID : l'API veut une audience à elle.",
            "FILROUGE_OIDC_API_AUDIENCE is FILROUGE_OIDC_CLIENT_ID: the API needs an audience of its own.",
        )
    return None


def configured(settings: "Settings") -> Configuration | None:
    """Return what the settings and their files say; None without an issuer. Raises ConfigurationRefused."""
    if settings.oidc_issuer is None:
        return None
    profile = Profile(settings.oidc_profile)
    client = None
    if settings.oidc_client_id is not None and settings.public_url is not None:
        scopes = (settings.oidc_scopes or _USUAL_SCOPES).split()
        client = Client(
            settings.oidc_client_id,
            _secret(settings),
            settings.public_url,
            " ".join(dict.fromkeys(["openid", *scopes])),
            tuple((settings.oidc_acr_values or "").split()),
        )
    return Configuration(
        issuer=settings.oidc_issuer,
        profile=profile,
        name=_name(settings, profile),
        client=client,
        audience=settings.oidc_api_audience,
        grants=_grants(settings.oidc_mapping_file),
        contact=settings.oidc_contact,
    )


def _name(settings: "Settings", profile: Profile) -> str:
    if profile is Profile.PROCONNECT:
        return "ProConnect"  # its rules: always this word, in one piece
    return settings.oidc_name or urlsplit(settings.oidc_issuer or "").hostname or ""


def _grants(path: Path | None) -> tuple[claims.Grant, ...]:
    if path is None:
        return ()
    try:
        return claims.read(path)
    except claims.MappingRefused as refused:
        french, english = refused.texts
        raise ConfigurationRefused(
            f"FILROUGE_OIDC_MAPPING_FILE : {french}.", f"FILROUGE_OIDC_MAPPING_FILE: {english}."
        ) from None


def _secret(settings: "Settings") -> str:
    if settings.oidc_client_secret is not None:
        return settings.oidc_client_secret.get_secret_value()
    path = settings.oidc_client_secret_file
    assert path is not None, "checked with the settings"  # noqa: S101
    name = "FILROUGE_OIDC_CLIENT_SECRET_FILE"
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_SECRET_BYTES).decode("utf-8", errors="replace").strip()
    except OSError as error:
        raise ConfigurationRefused(
            f"{name} : {path} ne peut pas être lu ({system_words(error, 'fr')}).",
            f"{name}: {path} cannot be read: {system_words(error, 'en')}.",
        ) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationRefused(
            f"{name} : {path} est lisible par d'autres que son propriétaire : faites `chmod 600`.",
            f"{name}: {path} can be read by others than its owner: run `chmod 600` on it.",
        )
    if not text:
        raise ConfigurationRefused(f"{name} : {path} est vide.", f"{name}: {path} is empty.")
    return text


def _variable(name: str) -> str:
    return f"FILROUGE_{name.upper()}"


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
