"""Who saw what, as it is shown: codes, pseudonyms and days, and never a name."""

from datetime import date, datetime
from typing import Self

from pydantic import Field

from adapters.accesses import RecordedAccess
from api.views.base import Coded, View
from domain.accesses import AccessKind, GlassReason, Ground, reader_label
from workflows.labels import Language


class AccessedCaseView(View):
    """A case that was read, and whom it is about."""

    case_id: str
    person_id: str = Field(description="The person, as a pseudonym.")


class AccessView(View):
    """One reading: by whom, of what, and why they could."""

    access_id: str
    at: datetime = Field(description="When (UTC).")
    kind: Coded = Field(description="What was read.")
    opened: bool = Field(
        description="Whether a file or a history was opened; otherwise a name or a line stood among others."
    )
    actor: str = Field(description="The account; `operator` for the command line of the machine.")
    role: Coded
    organisation: str | None = Field(description="The account's organisation; none at the national level.")
    permission: str | None = Field(description="What the account was allowed to do.")
    ground: Coded = Field(description="How far that went: why the account could read this.")
    reason: Coded | None = Field(description="Why a glass was broken, where one was.")
    until: datetime | None = Field(description="Until when a broken glass opens its case (UTC).")
    past_day: date | None = Field(description="The past day that was looked at.")
    request_id: str | None = Field(description="The request, as the log of the service names it.")
    token_id: str | None
    session_id: str | None
    export_id: str | None
    cases: list[AccessedCaseView] = Field(description="The cases read, among those asked for.")

    @classmethod
    def of(cls, access: RecordedAccess, language: Language) -> Self:
        """Show an access; a code that this program does not know is its own label."""
        opens = {kind.value for kind in AccessKind if kind.opens}
        return cls(
            access_id=access.access_id,
            at=access.at,
            kind=Coded.of(AccessKind, access.kind, language),
            opened=access.kind in opens,
            actor=access.actor,
            role=Coded(code=access.role, label=reader_label(access.role, language)),
            organisation=access.organisation,
            permission=access.permission,
            ground=Coded.of(Ground, access.ground, language),
            reason=Coded.maybe(GlassReason, access.reason, language),
            until=access.until,
            past_day=access.past_day,
            request_id=access.request_id,
            token_id=access.token_id,
            session_id=access.session_id,
            export_id=access.export_id,
            cases=[
                AccessedCaseView(case_id=case_id, person_id=who) for case_id, who in access.people.items()
            ],
        )


class AccessesView(View):
    """A page of the log of accesses, the latest first."""

    accesses: list[AccessView]
