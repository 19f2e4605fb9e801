"""What an account's code may be: never a number by which somebody can be found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.codes import is_account_code, is_organisation_code
from domain.commands.intake import Accept, Assign

NUMBERS = (
    "251103012611138",
    "2-51-10-30-126-111",
    "marie.0612345678",
    "33612345678",
    "612345678",
    "06.12.34.56.78",
    "2a.1-2_3.4-5_6.7-8.9",
)


@pytest.mark.parametrize("code", NUMBERS)
def test_a_personal_number_is_no_account_code(code: str) -> None:
    """A social-security or a telephone number, however it is set apart."""
    assert not is_account_code(code)
    with pytest.raises(ValidationError) as refused:
        Assign(counsellor=code)
    (error,) = refused.value.errors()
    assert error["type"] == "code_with_number"
    assert code not in error["msg"] + error["ctx"]["fr"]


@pytest.mark.parametrize("code", ["marie", "conseil-3.gard", "agent-12345678", "cpam30.2024.conseil-7"])
def test_a_staff_number_is_one(code: str) -> None:
    """Up to eight digits in a row."""
    assert is_account_code(code)
    assert Assign(counsellor=code).counsellor == code


@given(st.from_regex(r"[a-z0-9._-]{0,70}", fullmatch=True))
def test_commands_and_tokens_agree(text: str) -> None:
    """One definition: what a token may be made for, a command may name, and nothing else."""
    try:
        Accept(counsellor=text)
        named = True
    except ValidationError:
        named = False
    assert named == is_account_code(text)


def test_an_organisations_code_is_plain() -> None:
    """Lower-case letters, digits and hyphens."""
    assert is_organisation_code("la-reunion")
    assert not any(map(is_organisation_code, ("Gard", "g", "gard.30", "-gard", "gard ", "")))
