"""The event log as it leaves: every case that was asked for, told, under its pseudonym and in the order of those.

A log that would hold fewer cases than the threshold of small counts is refused. An organisation that has fewer in it
is not named: its few cases stay in the log, under `other`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

import msgspec

from adapters.exports.log import Known
from adapters.exports.objects import COUNSELLOR, ORGANISATION, organisation_key, tell
from adapters.exports.pseudonyms import Pseudonyms
from adapters.exports.sorting import Sorter
from adapters.exports.told import Relation, Scalar, ToldCase, ToldEvent
from domain.errors import FilRougeError

OTHER: Final = "other"
"""What stands for an organisation with too few cases."""


class TooFewCases(FilRougeError):
    """An event log would hold so few cases that somebody could be recognised."""

    def __init__(self, threshold: int) -> None:
        super().__init__(f"an event log holds at least {threshold} cases")
        self.threshold = threshold


@dataclass(slots=True)
class EventLog:
    """The cases that were told, and what they have in common."""

    spooled: Sorter
    threshold: int
    cases_of: Counter[str] = field(default_factory=Counter)
    """How many cases each organisation has a part in."""
    shared: set[str] = field(default_factory=set)
    """The keys of the counsellors and organisations that the cases name."""
    events: int = 0

    def take(self, cases: Iterable[Known], pseudonyms: Pseudonyms, wanted: Callable[[str], bool]) -> None:
        """Take in the cases that a `wanted` organisation follows. Raises TooFewCases, for less than none."""
        encode = msgspec.msgpack.Encoder().encode

        def entries() -> Iterator[tuple[str, bytes]]:
            for known in cases:
                if wanted(known.case.organisation):
                    told = tell(known, pseudonyms)
                    self._count(told)
                    yield pseudonyms.case(known.case.case_id), encode(told)

        self.spooled.put_all(entries())
        if 0 < len(self.spooled) < self.threshold:
            raise TooFewCases(self.threshold)

    def cases(self) -> Iterator[tuple[str, ToldCase]]:
        """Yield each case and its pseudonym; organisations with too few cases are `other`."""
        decode = msgspec.msgpack.Decoder(ToldCase).decode
        for pseudonym, content in self.spooled:
            told = decode(content)
            for event in told.events:
                self._veil(event)
            yield pseudonym, told

    def shared_objects(self) -> Iterator[tuple[str, str]]:
        """Yield the objects that cases share, in order: the key and the type of each."""
        keys = {self._shown(Relation(key, "")).key for key in self.shared}
        yield from ((key, key.partition(":")[0]) for key in sorted(keys))

    def _count(self, told: ToldCase) -> None:
        self.events += len(told.events)
        organisations = {told.organisation, *(event.organisation for event in told.events)}
        self.cases_of.update(organisations)
        relations = chain.from_iterable(
            [*(event.relations for event in told.events), *(part.relations for part in told.objects)]
        )
        self.shared.update(
            relation.key
            for relation in relations
            if relation.key.startswith((f"{COUNSELLOR}:", f"{ORGANISATION}:"))
        )

    def _veil(self, event: ToldEvent) -> None:
        event.organisation = self._named(event.organisation)
        event.relations = [self._shown(relation) for relation in event.relations]
        moved_to: Scalar | None = event.attributes.get("to_organisation")
        if moved_to is not None:
            event.attributes["to_organisation"] = self._named(str(moved_to))

    def _named(self, organisation: str) -> str:
        return organisation if self.cases_of[organisation] >= self.threshold else OTHER

    def _shown(self, relation: Relation) -> Relation:
        kind, _, code = relation.key.partition(":")
        if kind != ORGANISATION:
            return relation
        return Relation(organisation_key(self._named(code)), relation.qualifier)
