"""The register of organisations: each a stream of one event, and the table read from it.

Registered once and never changed, so what is read is kept in memory; a code that is not there reads again, since
another process may have registered it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from eventsourcing.persistence import EventStore
from sqlalchemy import Engine, insert

from adapters.database import glancing, writing
from adapters.event_store import EventRecorder, VersionConflict
from adapters.mapper import EventMapper
from domain.event import CaseEvent
from domain.events.organisations import OrganisationRegistered
from projections import organisations as register


class Organisations(Mapping[str, str]):
    """The register: the wave of each organisation, by code. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        """Start without anything read."""
        self._engine = engine
        self._waves: Mapping[str, str] = {}
        self._names: Mapping[str, str] = {}

    def __getitem__(self, code: str) -> str:
        """Return the wave of an organisation. Raises KeyError."""
        if code not in self._waves:
            self.refresh()
        return self._waves[code]

    def __iter__(self) -> Iterator[str]:
        """Go through the codes, as they were when one was last missing."""
        if not self._waves:
            self.refresh()
        return iter(self._waves)

    def __len__(self) -> int:
        """Return how many there are to go through."""
        return sum(1 for _ in self)

    def name_of(self, code: str) -> str:
        """Return the name of an organisation; its code where none is registered."""
        if code not in self._names:
            self.refresh()
        return self._names.get(code, code)

    def refresh(self) -> None:
        """Read the register again."""
        with glancing(self._engine) as connection:
            found = register.all_organisations(connection)
        self._waves = {row.code: row.wave for row in found}
        self._names = {row.code: row.name for row in found}

    def register(
        self, newcomers: Iterable[OrganisationRegistered], actor: str, recorded_at: datetime
    ) -> None:
        """Register organisations that are not there yet; those that are stay as they are."""
        wanted = {data.code: data for data in newcomers}
        try:
            self._register(wanted.values(), actor, recorded_at)
        except VersionConflict:  # another process registered one of them at this very moment
            self._register(wanted.values(), actor, recorded_at)

    def _register(self, wanted: Iterable[OrganisationRegistered], actor: str, recorded_at: datetime) -> None:
        self.refresh()
        events = [
            CaseEvent(
                originator_id=f"organisation:{data.code}",
                originator_version=1,
                occurred_on=data.deployed_on,
                recorded_at=recorded_at.astimezone(UTC),
                actor=actor,
                acting_as="administrator",
                organisation=data.code,
                correlation_id=f"register:{data.code}",
                data=data,
            )
            for data in wanted
            if data.code not in self._waves
        ]
        if not events:
            return
        store: EventStore[str] = EventStore(EventMapper(), EventRecorder(self._engine))
        with writing(self._engine) as connection:
            store.put(events, connection=connection)
            for event in events:
                row = register.row(event.data)
                values = {name: getattr(row, name) for name in row.__struct_fields__}
                connection.execute(insert(register.TABLE).values(values))
        self.refresh()
