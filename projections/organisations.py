"""The registered organisations, with the wave and the day of their deployment: from their own small streams."""

from datetime import date
from typing import Annotated, Final

from msgspec import Struct
from sqlalchemy import Connection, select

from domain.events.organisations import OrganisationRegistered
from projections.facts import about, table


class OrganisationRow(Struct, gc=False):
    """One fund that runs a cell."""

    code: Annotated[str, about("Its code.", "Son code.")]
    name: Annotated[str, about("Its name.", "Son nom.")]
    wave: Annotated[
        str, about("Its deployment wave, a code of `wave`.", "Sa vague de déploiement, un code de `wave`.")
    ]
    deployed_on: Annotated[date, about("The day its cell opened.", "Le jour d'ouverture de sa cellule.")]


TABLE: Final = table("organisations", OrganisationRow, ("code",), french="Un organisme qui a une cellule.")


def row(event: OrganisationRegistered) -> OrganisationRow:
    """Return the row that a registration makes."""
    return OrganisationRow(event.code, event.name, event.wave, event.deployed_on)


def _code(organisation: OrganisationRow) -> str:
    return organisation.code


def waves(connection: Connection) -> dict[str, str]:
    """Return the wave of every registered organisation."""
    return dict(connection.execute(select(TABLE.c.code, TABLE.c.wave)).all())


def all_organisations(connection: Connection) -> list[OrganisationRow]:
    """Return every registered organisation, by code."""
    query = select(TABLE.c.code, TABLE.c.name, TABLE.c.wave, TABLE.c.deployed_on)
    # Sorted here: two servers may not agree on the order of letters and hyphens.
    return sorted((OrganisationRow(*found) for found in connection.execute(query)), key=_code)
