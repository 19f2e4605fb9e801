"""Everything that is held on one person, as they are given it: format `filrouge-person`, version 1.

What is added keeps the version; what is taken away, renamed or means something else takes the next one.
"""

from datetime import date, datetime
from typing import Literal, Self

from pydantic import Field

from adapters.accesses import RecordedAccess
from adapters.retention.plan import Times
from api.disclosure import IdentityView
from api.views.base import Coded, View
from api.views.case import CaseView
from api.views.history import EventView
from domain.accesses import OPERATOR, AccessKind, Ground
from workflows.labels import Language
from workflows.roles import Role


class KeptView(View):
    """How long a case is kept."""

    last_contact_on: date = Field(description="The last day on which something happened with the person.")
    counted_from: date = Field(description="That day, or the one on which the case last left the archive.")
    archived_from: date | None = Field(
        description="From when a closed case leaves the active base; null while open."
    )
    archived_on: date | None = Field(description="The day it was archived, if it was.")
    erased_from: date | None = Field(
        description="From when it is no reason any more to keep the person; null while open."
    )

    @classmethod
    def of(cls, times: Times, archived_on: date | None, *, is_open: bool) -> Self:
        """Show what the rules make of a case."""
        return cls(
            last_contact_on=times.last_contact_on,
            counted_from=times.kept_since,
            archived_from=None if is_open else times.archived_from,
            archived_on=archived_on,
            erased_from=None if is_open else times.erased_from,
        )


class RecipientView(View):
    """Somebody outside the cell whom something of the case was, or was to be, told."""

    kind: Literal["partner", "funder", "organisation"]
    who: Coded
    on: date


class AccessView(View):
    """Somebody read something about the person."""

    at: datetime
    what: Coded
    case_ids: list[str]
    actor: str = Field(description="The account that read.")
    role: Coded
    organisation: str | None
    ground: Coded = Field(description="Why it could.")

    @classmethod
    def of(cls, access: RecordedAccess, language: Language) -> Self:
        """Show a line of the log of accesses."""
        by_operator = access.role == OPERATOR
        role = (
            Coded.of(Ground, Ground.MACHINE, language)
            if by_operator
            else Coded.of(Role, access.role, language)
        )
        return cls(
            at=access.at,
            what=Coded.of(AccessKind, access.kind, language),
            case_ids=list(access.people),
            actor=access.actor,
            role=role,
            organisation=access.organisation,
            ground=Coded.of(Ground, access.ground, language),
        )


class PersonCaseView(View):
    """One case of the person, with its whole history."""

    case: CaseView
    kept: KeptView
    recipients: list[RecipientView]
    history: list[EventView] = Field(
        description="Everything that was recorded, oldest first, corrections included, by account."
    )


class PersonFileView(View):
    """Everything that is held on one person, as far as the organisation that answers them holds it."""

    format: Literal["filrouge-person"] = "filrouge-person"
    version: Literal[1] = 1
    made_at: datetime
    made_by: str = Field(description="The account that made it.")
    known_since: datetime = Field(description="When the person was first recorded.")
    found_by_nir: bool = Field(
        description="Whether a keyed digest of the social-security number is kept, to know the person again by."
    )
    identity: IdentityView
    cases: list[PersonCaseView]
    held_elsewhere: bool = Field(
        description="Whether other organisations hold cases of the person too, for them to answer about."
    )
    active_months: int = Field(description="Months after the last contact that a closed case stays in use.")
    archive_months: int = Field(
        description="Months that it then stays in the archive, before the person is erased."
    )
    erased_from: date | None = Field(
        description="From when the person is erased, if nothing happens meanwhile; null while a case is open."
    )
    accesses: list[AccessView] = Field(description="Who read something about the person, the latest first.")
