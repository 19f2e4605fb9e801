"""Who works in the made-up cells: account codes, never names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from adapters import tokens
from domain.access import Principal
from domain.vocabulary import Source
from workflows.roles import Role

REGISTRAR: Final = "administrateur"
"""The account that registers the organisations."""

CASES_A_COUNSELLOR: Final = 150
"""About how many cases of a cohort one counsellor follows over the years: some thirty at a time."""

MOST_COUNSELLORS: Final = 8

_DETECTORS: Final = {
    Source.RECEPTION: "accueil",
    Source.EXAM_CENTRE: "centre-examens",
    Source.OTHER_SERVICE: "prestations",
    Source.PARTNER: "partenaires",
    Source.SOCIAL_SERVICE: "service-social",
    Source.MEDICAL_SERVICE: "service-medical",
    Source.HEALTH_PROFESSIONAL: "professionnels",
}
"""One account for each source: whoever detects there uses it."""


LABEL: Final = "demonstration, shown to nobody"
"""What the tokens of made-up counsellors say they are for, in the list of tokens."""


@dataclass(frozen=True, slots=True)
class Team:
    """The accounts of one organisation."""

    organisation: str
    counsellors: tuple[Principal, ...]

    @classmethod
    def of(cls, organisation: str, cases: int = 0) -> "Team":
        """Return a team for so many cases: two counsellors at least, for cases change hands."""
        size = min(max(2, -(-cases // CASES_A_COUNSELLOR)), MOST_COUNSELLORS)
        return cls(
            organisation,
            tuple(
                Principal(f"conseil-{number}.{organisation}", Role.COUNSELLOR, organisation)
                for number in range(1, size + 1)
            ),
        )

    @property
    def supervisor(self) -> Principal:
        """The head of the cell."""
        return Principal(f"responsable.{self.organisation}", Role.SUPERVISOR, self.organisation)

    @property
    def protector(self) -> Principal:
        """The data-protection officer."""
        return Principal(f"dpo.{self.organisation}", Role.DATA_PROTECTION_OFFICER, self.organisation)

    def detector(self, source: Source) -> Principal:
        """Whoever refers from `source`."""
        return Principal(f"{_DETECTORS[source]}.{self.organisation}", Role.DETECTOR, self.organisation)


def open_accounts(connection: Connection, teams: Iterable[Team], now: datetime) -> None:
    """Give the counsellors of `teams` an account, in the caller's transaction: cases are assigned to nobody else.

    The tokens that make it one are shown to nobody, so they open no door.
    """
    for counsellor in (who for team in teams for who in team.counsellors):
        tokens.create(
            connection,
            actor=counsellor.actor,
            role=counsellor.role,
            organisation=counsellor.organisation,
            label=LABEL,
            expires_at=None,
            now=now,
        )
