"""Organisations as the API shows them."""

from datetime import date
from typing import Self

from api.views.base import Coded, View
from domain.vocabulary import Wave
from projections.organisations import OrganisationRow
from workflows.labels import Language


class OrganisationView(View):
    """A fund that runs a cell."""

    code: str
    name: str
    wave: Coded
    deployed_on: date

    @classmethod
    def of(cls, row: OrganisationRow, language: Language) -> Self:
        """Show an organisation."""
        return cls(
            code=row.code,
            name=row.name,
            wave=Coded.of(Wave, row.wave, language),
            deployed_on=row.deployed_on,
        )


class OrganisationsView(View):
    """Every registered organisation, by code."""

    organisations: list[OrganisationView]
