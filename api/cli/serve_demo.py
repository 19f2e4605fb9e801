"""What `serve --demo` adds: an empty database filled, credentials for every role shown, and every door shut at the end."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Final

from adapters import demo_accounts
from adapters.bootstrap import Service
from adapters.database import reading, writing
from api.cli import output
from api.cli.failure import Failed
from api.cli.output import line, note, tell
from api.cli.words import say, spoken
from domain.use_cases import system_clock

if TYPE_CHECKING:
    from adapters.demo.published_again import Published
    from adapters.demo.run import Summary


SEED: Final = 1
"""The same cohort each time."""


def fill_if_empty(service: Service) -> None:
    """Fill an empty database with a small cohort; a demonstration that is there is gone on with.

    Raises Failed on a database that holds anything else: a demonstration's credentials are for nothing else.
    """
    with reading(service.engine) as connection:
        empty = demo_accounts.is_empty(connection)
        if not empty and not demo_accounts.is_demonstration(connection):
            raise Failed(say("serve.demo.real_database"))
    if empty:
        fill(service)


@contextmanager
def shown(service: Service, address: str) -> Iterator[None]:
    """Make the credentials and print them; whatever becomes of the block, they and the sessions end with it."""
    with writing(service.engine) as connection:
        demo_accounts.close_doors(connection, system_clock())  # of a demonstration that was killed
        credentials = demo_accounts.issue(connection, system_clock())
    try:
        _print(credentials, address, published(service))
        yield
    finally:
        with writing(service.engine) as connection:
            demo_accounts.close_doors(connection, system_clock())


def fill(
    service: Service,
    *,
    cases: int | None = None,
    seed: int | None = None,
    national: bool = False,
    until: date | None = None,
) -> "Summary":
    """Play the published cases and a cohort through the use cases; return what was made."""
    from adapters.demo import run

    with output.progress("demo.progress") as report:
        return run.fill(
            service,
            cases=cases,
            seed=SEED if seed is None else seed,
            national=national,
            progress=report,
            until=until,
        )


def published(service: Service) -> "list[Published]":
    """Return the published cases of the demonstration."""
    from adapters.demo.published_again import published_in

    with reading(service.engine) as connection:
        return published_in(connection)


def refuse_credentials(service: Service) -> None:
    """Refuse to serve while a demonstration's token or session opens a door. Raises Failed."""
    with reading(service.engine) as connection:
        still_open = demo_accounts.open_doors(connection, system_clock())
    if still_open.number:
        raise Failed(say("serve.demo_credentials", number=still_open.number))


def tell_published(cases: "list[Published]") -> None:
    """Print the published cases, each with the command that shows it."""
    for case in cases:
        tell("demo.published", name=case.letter, organisation=case.organisation, case=case.case_id)


def _print(credentials: list[demo_accounts.Credential], address: str, cases: "list[Published]") -> None:
    tell("serve.demo.open", address=address)
    line()
    rows = []
    for one in credentials:
        who = one.account.principal
        where = who.organisation or say("who.national")
        rows.append((f"${one.account.name}", who.role.label(spoken()), where, who.actor))
    output.table(
        [say(f"serve.demo.column.{name}") for name in ("token", "role", "organisation", "account")],
        rows,
        texts=4,
    )
    line()
    tell_published(cases)
    line()
    tell("serve.demo.paste")
    line()
    line(f"export API={address}/api/v1")
    for one in credentials:
        line(f"export {one.account.name}={one.plaintext}")
    for case in cases:
        line(f"export CASE_{case.letter}={case.case_id}")
    line()
    line('curl -s "$API/queue?limit=3" -H "Authorization: Bearer $COUNSELLOR"')
    line('curl -s "$API/statistics/durations" -H "Authorization: Bearer $NATIONAL_ANALYST"')
    line()
    tell("serve.demo.stop")
    note("serve.demo.only_here")
    sys.stdout.flush()  # now, also into a pipe: whoever reads it waits for it
