"""Listing what accounts come in with, tokens and sessions alike: whose each is, as what, and what becomes of it.

No secret is ever shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final, TypeVar

from api.cli import output
from api.cli.opening import database_opened, settings
from api.cli.output import Columns, tell
from api.cli.words import label_of, say
from workflows.roles import Role

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from adapters.sessions import Listed
    from adapters.tokens import Token

    One = TypeVar("One", Token, Listed)


def show(
    listed: "Callable[[Connection], Sequence[One]]",
    identity: "Callable[[One], str]",
    own: "Columns[One]",
    *,
    none: str,
    everything: bool,
    as_json: bool,
) -> None:
    """Print those that open a door, or with `everything` also those that do not any more; `none` says there are none.

    `identity` gives the id of one, `own` are the columns that only such ones have.
    """
    from adapters.database import reading
    from domain.use_cases import system_clock

    now = system_clock()
    with database_opened(settings()) as engine, reading(engine) as connection:
        found = listed(connection)
    shown = [one for one in found if everything or one.active(now)]
    if as_json:
        output.write_json([asdict(one) | {"active": one.active(now)} for one in shown])
    elif not shown:
        tell(none)
    else:
        output.listing(shown, {"who.id": identity, **_WHOSE, **own})


_WHOSE: "Final[Columns[Token | Listed]]" = {
    "who.account": lambda one: one.actor,
    "who.role": lambda one: label_of(Role, one.role),
    "who.organisation": lambda one: one.organisation or say("who.national"),
}
