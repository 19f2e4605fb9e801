"""Who is asking: the account behind a request, and what its role lets it see and do."""

from dataclasses import dataclass

from workflows.roles import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated account. `actor` is its code (never a person's name); no organisation means national."""

    actor: str
    role: Role
    organisation: str | None
    token_id: str | None = None
