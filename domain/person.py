"""Who the person is. This lives in the vault, encrypted, and nowhere else: not in an event, a log or a URL.

The social-security number (NIR) is checked with its own key; nothing here repeats a value in a message.
"""

import re
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.fr import nir as french_nir

from domain.text import Typed, refuse

_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PHONE: Final = re.compile(r"\+?[0-9(][0-9 ().\-\u00a0\u202f]*")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_NIR_TYPED: Final = 60  # characters: 15, with as many separators as anybody types
_OLDEST: Final = date(1880, 1, 1)  # nobody alive was born before; an earlier date is a slip of the keyboard


def canonical_nir(value: object) -> str:
    """Return the 15 characters of a valid NIR, without spaces and with 2A/2B in capitals.

    Raises PydanticCustomError (a ValueError) saying what is accepted, without the value: `nir_key` when only
    the check digits are wrong, `nir_format` for anything else.
    """
    if not isinstance(value, str) or len(value) > _NIR_TYPED:
        raise refuse("nir_format")
    try:
        return french_nir.validate(value)
    except InvalidChecksum:
        raise refuse("nir_key") from None
    except ValidationError:
        raise refuse("nir_format") from None


def check_birth_date(birth_date: date | None, today: date) -> None:
    """Refuse a birth date after `today` (the calendar day in Europe/Paris; the clock is the caller's).

    Raises PydanticCustomError (a ValueError), `birth_date_in_future`.
    """
    if birth_date is not None and birth_date > today:
        raise refuse("birth_date_in_future")


def _phone(value: str) -> str:
    if not _PHONE.fullmatch(value) or not 4 <= sum(character.isdigit() for character in value) <= 15:
        raise refuse("phone_format")
    return value


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise refuse("email_format")
    return value


def _birth_date(value: object) -> object:
    """Read YYYY-MM-DD from a form or from JSON alike; numbers and instants are not birth dates."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if _ISO_DAY.fullmatch(value) else None
        except ValueError:
            value = None
    if type(value) is not date or value < _OLDEST:
        raise refuse("birth_date_format")
    return value


# The patterns are shown in the API's description; the validators enforce them, with words instead of a pattern.
Name = Annotated[str, BeforeValidator(Typed(100)), Field(min_length=1, max_length=100)]
Phone = Annotated[
    str,
    AfterValidator(_phone),
    BeforeValidator(Typed(30)),
    Field(min_length=4, max_length=30, json_schema_extra={"pattern": rf"^{_PHONE.pattern}$"}),
]
Email = Annotated[
    str,
    AfterValidator(_email),
    BeforeValidator(Typed(254)),
    Field(min_length=6, max_length=254, json_schema_extra={"pattern": rf"^{_EMAIL.pattern}$"}),
]
Address = Annotated[str, BeforeValidator(Typed(500, lines=True)), Field(min_length=1, max_length=500)]
BirthDate = Annotated[date, BeforeValidator(_birth_date)]
Nir = Annotated[
    str,
    BeforeValidator(canonical_nir),
    Field(
        description="Social-security number: 13 digits and its key; spaces accepted; Corsica is 2A or 2B.",
        json_schema_extra={
            "pattern": r"^[0-9 .]*[0-9ABab][0-9 .]*$",
            "minLength": 15,
            "maxLength": _NIR_TYPED,
        },
    ),
]


class Identity(BaseModel):
    """Who the person is. Only the family name and the given name are asked for."""

    # Raises pydantic.ValidationError. Its text shows no value; its `errors()` still carry the inputs, so whoever
    # shows them leaves the inputs out: `errors(include_input=False)`.
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)

    family_name: Name
    given_name: Name
    birth_date: BirthDate | None = None
    phone: Phone | None = None
    email: Email | None = None
    address: Address | None = None
    nir: Nir | None = None

    def __repr__(self) -> str:
        """Say that somebody is there, not who."""
        return "Identity(hidden)"

    __str__ = __repr__

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Keep values out of the pretty printers (rich, devtools) too."""
        return []
