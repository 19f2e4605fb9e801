"""What claims grant: a file of the operator's, read strictly. No match is no way in.

[[grant]]
claim = "groups"                 # or a path into an object: "realm_access.roles"
value = "filrouge-gard-conseil"  # the claim is this text, or a list that holds it
role = "counsellor"
organisation = "gard"            # left out for a national role
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from adapters.accounts import NATIONAL_ROLES
from adapters.system_words import system_words
from domain.codes import is_organisation_code
from workflows.roles import Role

Texts = tuple[str, str]
Claims = Mapping[str, Any]

_KEYS: Final = frozenset({"claim", "value", "role", "organisation"})
_ROLES: Final = {role.value: role for role in Role}


class MappingRefused(ValueError):
    """The file cannot be read as a mapping; `texts` says why, in French and in English."""

    def __init__(self, french: str, english: str) -> None:
        super().__init__(english)
        self.texts: Texts = (french, english)


@dataclass(frozen=True, slots=True)
class Granted:
    """The role and organisation that somebody is granted."""

    role: Role
    organisation: str | None


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of the mapping: whoever has this value in this claim is granted that."""

    claim: str
    value: str
    granted: Granted

    def applies(self, claims: Claims) -> bool:
        """Tell whether somebody with these claims has the value, letter by letter."""
        found = _found(claims, self.claim)
        return self.value in found if isinstance(found, list) else found == self.value


def granted_by(grants: Sequence[Grant], claims: Claims) -> frozenset[Granted]:
    """Return what the claims grant: nothing, one thing, or more than anybody can come in as."""
    return frozenset(grant.granted for grant in grants if grant.applies(claims))


def _where(error: ValueError) -> str:
    """Say in French where TOML ends to be: what the parser says of it is English."""
    found = re.search(r"at line (\d+), column (\d+)", str(error))
    return f" (ligne {found[1]}, colonne {found[2]})" if found else ""


def read(path: Path) -> tuple[Grant, ...]:
    """Return the mapping in a file. Raises MappingRefused."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingRefused(
            f"{path} ne peut pas être lu ({system_words(error, 'fr')})",
            f"{path} cannot be read: {system_words(error, 'en')}",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingRefused(
            f"{path} n'est pas du TOML{_where(error)}", f"{path} is not TOML: {error}"
        ) from None
    lines = content.pop("grant", [])
    if content or not isinstance(lines, list) or not lines:
        raise MappingRefused(
            f"{path} : une ou plusieurs tables [[grant]] sont attendues, et rien d'autre",
            f"{path}: one or several tables [[grant]] are expected, and nothing else",
        )
    return tuple(_grant(path, number, line) for number, line in enumerate(lines, 1))


def _grant(path: Path, number: int, line: object) -> Grant:
    if not isinstance(line, dict) or not {"claim", "value", "role"} <= set(line) <= _KEYS:
        raise _wrong(
            path,
            number,
            "claim, value et role sont attendus, organisation si le rôle en a un, et rien d'autre",
            "claim, value and role are expected, organisation where the role has one, and nothing else",
        )
    claim, value, organisation = line["claim"], line["value"], line.get("organisation")
    if not all(isinstance(text, str) and text.strip() for text in (claim, value)):
        raise _wrong(
            path, number, "claim et value sont des textes non vides", "claim and value are texts, not empty"
        )
    role = _ROLES.get(line["role"]) if isinstance(line["role"], str) else None
    if role is None:
        accepted = ", ".join(_ROLES)
        raise _wrong(path, number, f"role accepté : {accepted}", f"role accepted: {accepted}")
    if organisation is None and role not in NATIONAL_ROLES:
        raise _wrong(
            path,
            number,
            f"le rôle {role.value} s'exerce dans un organisme : organisation le nomme",
            f"the role {role.value} acts inside an organisation: organisation names it",
        )
    if organisation is not None and not (
        isinstance(organisation, str) and is_organisation_code(organisation)
    ):
        raise _wrong(path, number, "organisation est le code d'un organisme", "organisation is a fund's code")
    return Grant(claim, value, Granted(role, organisation))


def _wrong(path: Path, number: int, french: str, english: str) -> MappingRefused:
    return MappingRefused(f"{path}, grant n° {number} : {french}", f"{path}, grant no. {number}: {english}")


def _found(claims: Claims, name: str) -> object:
    """Return a claim by its name, or by a path of names with dots where no claim is called that."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return found
