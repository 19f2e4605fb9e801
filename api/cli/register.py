"""The register of organisations, as several commands ask it."""

from collections.abc import Iterable
from difflib import get_close_matches

import typer
from sqlalchemy import Engine

from adapters.database import reading
from api.cli.words import say
from projections.organisations import OrganisationRow, all_organisations


def registered(engine: Engine) -> list[OrganisationRow]:
    """Return every registered organisation, by code."""
    with reading(engine) as connection:
        return all_organisations(connection)


def require_registered(engine: Engine, codes: Iterable[str]) -> None:
    """Refuse a code that no organisation has, with the nearest one that there is. Raises typer.BadParameter."""
    known = [row.code for row in registered(engine)]
    for code in codes:
        if code not in known:
            nearest = get_close_matches(code, known, n=1)
            key = "organisation.unknown.nearest" if nearest else "organisation.unknown"
            raise typer.BadParameter(say(key, code=code, nearest="".join(nearest)))
