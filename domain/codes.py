"""Codes that are written in clear, for ever: what an account's and an organisation's may look like, in one place.

A code is a pseudonym. It has no room for a name with its spaces and capitals; a social-security number or a telephone
number would fit, and is told by its digits.
"""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from domain.text import refuse

_ACCOUNT: Final = r"[a-z0-9][a-z0-9._-]{1,63}"
_ORGANISATION: Final = r"[a-z0-9][a-z0-9-]{1,63}"

MOST_DIGITS: Final = 8
"""The digits in a row that an account's code may have: a staff number has no more, the shortest number of a person
(a telephone's, without its first 0) has nine."""

_PERSONAL_NUMBER: Final = rf"[0-9](?:[._-]*[0-9]){{{MOST_DIGITS}}}"
"""Digits in a row, however they are set apart."""

_IS_ACCOUNT: Final = re.compile(rf"(?!.*{_PERSONAL_NUMBER}){_ACCOUNT}")
_IS_ORGANISATION: Final = re.compile(_ORGANISATION)
_HOLDS_A_NUMBER: Final = re.compile(_PERSONAL_NUMBER)


def is_account_code(text: str) -> bool:
    """Tell whether `text` may be an account's code."""
    return _IS_ACCOUNT.fullmatch(text) is not None


def is_organisation_code(text: str) -> bool:
    """Tell whether `text` may be an organisation's code."""
    return _IS_ORGANISATION.fullmatch(text) is not None


def _without_a_number(code: str) -> str:
    if _HOLDS_A_NUMBER.search(code):
        raise refuse("code_with_number", max_length=MOST_DIGITS)
    return code


AccountCode = Annotated[
    str,
    Field(
        pattern=f"^{_ACCOUNT}$",
        description="An account's code, as its token was created with.",
        json_schema_extra={"not": {"pattern": _PERSONAL_NUMBER}},
    ),
    AfterValidator(_without_a_number),
]

OrganisationCode = Annotated[str, Field(pattern=f"^{_ORGANISATION}$")]
