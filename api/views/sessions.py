"""Sessions as the API shows them: where an account is signed in, never from which machine."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Self

from pydantic import Field

from adapters import demo_accounts
from adapters.oidc import recognition
from adapters.sessions import Listed
from api.views.base import Coded, View
from workflows.labels import Language, in_language
from workflows.roles import Role

_WAYS: Final[Mapping[str, tuple[str, str]]] = {
    demo_accounts.WAY: ("choix d'un compte de la démonstration", "choice of an account of the demonstration"),
    recognition.WAY: ("le fournisseur d'identité", "the identity provider"),
}
"""How somebody may have been recognised, in words; a way that is not here is called by its code."""


class SessionView(View):
    """One session in force."""

    session_id: str = Field(
        description="Its id, which opens nothing: what a browser sends is another secret."
    )
    account: str
    role: Coded
    organisation: str | None = Field(description="None at the national level.")
    way: Coded = Field(description="How the account was recognised when it signed in.")
    started_at: datetime
    last_seen_at: datetime = Field(description="When it was last used, to the minute.")
    lapses_at: datetime = Field(description="When it ends unless it is used before.")
    expires_at: datetime = Field(description="When it ends whatever happens.")

    @classmethod
    def of(cls, session: Listed, language: Language) -> Self:
        """Show a session."""
        return cls(
            session_id=session.session_id,
            account=session.actor,
            role=Coded.of(Role, session.role, language),
            organisation=session.organisation,
            way=Coded(
                code=session.way, label=in_language(_WAYS.get(session.way, (session.way,) * 2), language)
            ),
            started_at=session.started_at,
            last_seen_at=session.last_seen_at,
            lapses_at=session.lapses_at,
            expires_at=session.expires_at,
        )


class SessionsView(View):
    """A page of sessions in force, the latest begun first."""

    sessions: list[SessionView]
