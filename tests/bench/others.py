"""Our rebuild of every read model, against other projects' rebuild of a part of one of them.

Events a second are compared: theirs on the first cases of the log, since what one event costs them does not depend
on how many there are, and the whole of it would take them an hour.
"""

from collections.abc import Iterator

from adapters.bootstrap import Service
from tests.bench import commands, replay
from tests.bench.pairs import Row, compare
from tests.bench.peers import library, protean
from tests.bench.peers.fed import feed
from tests.databases import Databases, Kind

OF_THE_LIBRARYS = 500
OF_PROTEANS = 150
"""Cases: some seconds' work."""

_GOALS = {"sqlite": None, "postgresql": 75.0}


def rows(opened: Service, databases: Databases, kind: Kind, pairs: int) -> Iterator[Row]:
    """Compare with the library's runner and with Protean, on a database of the same kind on the same server."""
    what = f"rebuild of every read model, {kind}, {replay.PROCESSES} processes: events a second"
    ours = replay.ours(opened)
    with databases.fresh(kind, durable=True) as url:
        fed = feed(opened, OF_THE_LIBRARYS)
        theirs = library.runner(commands.native(kind, url.removeprefix("sqlite:///")), fed)
        reference = "the library's ProjectionRunner, its recorders, one equal projection"
        yield compare(
            what, ours, reference, theirs, goal=_GOALS[kind], higher_is_better=True, pairs=pairs, unit="event"
        )
    with (
        databases.fresh(kind, durable=True) as url,
        protean.rebuilt(kind, url, feed(opened, OF_PROTEANS)) as work,
    ):
        reference = "Protean's rebuild_projection, events handed to it from a list, one equal projection"
        yield compare(
            what, ours, reference, work, goal=None, higher_is_better=True, pairs=pairs, unit="event"
        )
