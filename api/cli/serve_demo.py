"""What `serve --demo` adds: an empty database filled, credentials for every role shown, and taken back at the end."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from adapters import demo_accounts
from adapters.bootstrap import Service
from adapters.database import reading, writing
from api.cli import output
from api.cli.failure import Failed
from api.cli.output import line, note, tell
from api.cli.words import say, spoken
from domain.use_cases import system_clock

CASES: Final = 300
SEED: Final = 2018
"""A small cohort, the same one each time."""


@contextmanager
def shown(service: Service, address: str) -> Iterator[None]:
    """Fill an empty database, make the credentials and print them; whatever happens, revoke them at the end.

    Raises Failed on a database that holds anything but a demonstration: these credentials are for nothing else.
    """
    with reading(service.engine) as connection:
        empty = demo_accounts.is_empty(connection)
        if not empty and not demo_accounts.is_demonstration(connection):
            raise Failed(say("serve.demo.real_database"))
    if empty:
        fill(service, CASES, SEED, national=False)
    with writing(service.engine) as connection:
        demo_accounts.revoke(connection, system_clock())  # of a demonstration that was killed
        credentials = demo_accounts.issue(connection, system_clock())
    try:
        _print(credentials, address)
        yield
    finally:
        with writing(service.engine) as connection:
            demo_accounts.revoke(connection, system_clock())


def fill(service: Service, cases: int, seed: int, *, national: bool) -> object:
    """Play the published cases and a cohort through the use cases; return what was made."""
    from adapters.demo.run import fill as play

    with output.progress("demo.progress") as report:
        return play(service, cases=cases, seed=seed, national=national, progress=report)


def refuse_credentials(service: Service) -> None:
    """Refuse to serve while a demonstration's token opens a door. Raises Failed."""
    with reading(service.engine) as connection:
        active = demo_accounts.active(connection, system_clock())
    if active:
        raise Failed(say("serve.demo_credentials", number=len(active)))


def _print(credentials: list[demo_accounts.Credential], address: str) -> None:
    tell("serve.demo.open", address=address)
    line()
    tell("serve.demo.paste")
    line()
    line(f"export API={address}/api/v1")
    width = max(len(one.account.name) for one in credentials) + 60
    for one in credentials:
        principal = one.account.principal
        where = principal.organisation or say("token.national")
        said = f"export {one.account.name}={one.plaintext}"
        line(f"{said:<{width + 20}}# {principal.actor}, {principal.role.label(spoken())}, {where}")
    line()
    line('curl -s "$API/queue?limit=3" -H "Authorization: Bearer $COUNSELLOR"')
    line('curl -s "$API/statistics/durations" -H "Authorization: Bearer $NATIONAL_ANALYST"')
    line()
    tell("serve.demo.stop")
    note("serve.demo.only_here")
    sys.stdout.flush()  # now, also into a pipe: whoever reads it waits for it
