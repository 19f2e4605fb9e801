"""A long log to measure on: a national mix of journeys, short and long, interleaved as they would be entered."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.bootstrap import Service
from adapters.rebuild.conduct import rebuild
from tests.bench import bulk
from tests.bench.services import service
from tests.databases import Databases, Kind


@contextmanager
def filled(databases: Databases, kind: Kind, cases: int) -> Iterator[Service]:
    """Yield a service on a database that keeps what it acknowledges, with `cases` cases."""
    with opened(databases, kind) as made:
        fill(made, cases)
        yield made


@contextmanager
def opened(databases: Databases, kind: Kind) -> Iterator[Service]:
    """Yield a service on a database that keeps what it acknowledges, without a case."""
    with (
        databases.fresh(kind, durable=True) as url,
        TemporaryDirectory() as home,
        service(Path(home), url) as made,
    ):
        yield made


def fill(made: Service, cases: int) -> int:
    """Append the events of `cases` cases and rebuild the read models; return how many events there are."""
    made.engine.dispose()  # the log is written from outside
    bulk.append(made.engine.url.render_as_string(hide_password=False), bulk.Extent(cases))
    return rebuild(made.engine, made.settings.deadlines).events
