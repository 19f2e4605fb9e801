"""Addresses: how a case is named in them. Nothing in an address is ever personal."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Path

from domain.errors import CaseNotFound

API: Final = "/api/v1"
CASE: Final = "{case_id}"


def _case_id(
    case_id: Annotated[
        str,
        Path(
            description="The case's id.",
            json_schema_extra={"format": "uuid"},
            examples=["01610e5a-4c00-7000-8000-000000000001"],
        ),
    ],
) -> str:
    """Return the id as it is stored. Raises CaseNotFound for what cannot be one."""
    try:
        return str(UUID(case_id))
    except ValueError:
        raise CaseNotFound(case_id[:40]) from None


CaseId = Annotated[str, Depends(_case_id)]


def case_href(case_id: str) -> str:
    """Return the address of a case."""
    return f"{API}/cases/{case_id}"


def referral_href(case_id: str) -> str:
    """Return the address of the referral that opened a case."""
    return f"{API}/referrals/{case_id}"
