"""Finding the published cases again in a demonstration that was filled earlier: for whoever wants to look at them."""

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection

from adapters.tables import events
from projections.organisations import all_organisations

MARK: Final = "published"
"""Stands, before the letter, in the correlation of every event of a published case."""


@dataclass(frozen=True, slots=True)
class Published:
    """A published case of this database: its letter in the annex of [001], the organisation's name, its id."""

    letter: str
    organisation: str
    case_id: str


def correlation(letter: str) -> str:
    """Return what the correlations of a published case hold."""
    return f"{MARK}-{letter}"


def published_in(connection: Connection) -> list[Published]:
    """Return the published cases in this database, by letter; none where there is no demonstration."""
    names = {row.code: row.name for row in all_organisations(connection)}
    query = sa.select(events.c.case_id, events.c.organisation, events.c.correlation_id).where(
        events.c.version == 1, events.c.correlation_id.like(f"demo-%-{MARK}-%")
    )
    found = [
        Published(correlation_id.split("-")[3], names.get(organisation, organisation), case_id)
        for case_id, organisation, correlation_id in connection.execute(query)
    ]
    return sorted(found, key=lambda case: case.letter)
