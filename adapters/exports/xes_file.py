"""XES (IEEE 1849-2016): one trace for a case, written as it comes.

The elements stand in no namespace, as the published schema has them. The log knows days, not instants: the time of an
event is midnight of its day, plus a second for each event of the case before it, so that whoever sorts by time keeps
the order. Every event is a thing done (`complete`).
"""

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final, TextIO
from xml.sax.saxutils import quoteattr

from adapters.exports.event_log import EventLog
from adapters.exports.sheet import Provenance
from adapters.exports.told import Scalar, ToldEvent

_EXTENSIONS: Final = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)
_REMEMBERED: Final = 5_000
_NOTE: Final = (
    "Days, not instants: a time is midnight UTC of the day, plus a second for each earlier event of the case. "
    "Cases and accounts are pseudonyms; amounts are to the nearest 50 euros."
)


def write(path: Path, log: EventLog, provenance: Provenance) -> int:
    """Write the log to a new file; return how many events it has."""
    number = 0
    with path.open("x", encoding="utf-8", newline="\n") as file:
        _begin(file, provenance)
        for pseudonym, told in log.cases():
            file.write("  <trace>\n")
            _attribute(file, 4, "concept:name", pseudonym)
            for event in told.events:
                _event(file, event)
            number += len(told.events)
            file.write("  </trace>\n")
        file.write("</log>\n")
    return number


def instant(on: date, version: int) -> str:
    """Return the instant that stands for an event of a day: the later in its stream, the later."""
    midnight = datetime.combine(on, time(), UTC)
    return f"{midnight + timedelta(seconds=version):%Y-%m-%dT%H:%M:%SZ}"


def _begin(file: TextIO, provenance: Provenance) -> None:
    file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    file.write('<log xes.version="1849.2016" xes.features="">\n')
    file.writelines(f'  <extension name="{n}" prefix="{p}" uri="{uri}"/>\n' for n, p, uri in _EXTENSIONS)
    file.write('  <global scope="trace">\n')
    _attribute(file, 4, "concept:name", "")
    file.write('  </global>\n  <global scope="event">\n')
    for key in ("concept:name", "lifecycle:transition", "org:resource", "org:role", "org:group"):
        _attribute(file, 4, key, "complete" if key == "lifecycle:transition" else "")
    file.write('    <date key="time:timestamp" value="1970-01-01T00:00:00Z"/>\n  </global>\n')
    file.write('  <classifier name="Activity" scope="event" keys="concept:name"/>\n')
    file.write('  <classifier name="Resource" scope="event" keys="org:resource"/>\n')
    _attribute(file, 2, "concept:name", "Fil Rouge")
    _attribute(file, 2, "lifecycle:model", "standard")
    _attribute(file, 2, "note", _NOTE)
    for name, value in provenance.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        _attribute(file, 2, f"filrouge_{name}", text)


def _event(file: TextIO, event: ToldEvent) -> None:
    file.write("    <event>\n")
    _attribute(file, 6, "concept:name", event.activity)
    _attribute(file, 6, "lifecycle:transition", "complete")
    file.write(f'      <date key="time:timestamp" value="{instant(event.on, event.version)}"/>\n')
    _attribute(file, 6, "org:resource", event.resource)
    _attribute(file, 6, "org:role", event.role)
    _attribute(file, 6, "org:group", event.organisation)
    for name, value in event.attributes.items():
        _attribute(file, 6, name, value)
    file.write("    </event>\n")


def _attribute(file: TextIO, indent: int, key: str, value: Scalar) -> None:
    file.write(f"{' ' * indent}{_element(key, value)}")


@lru_cache(_REMEMBERED, typed=True)  # typed: True is not 1 here
def _element(key: str, value: Scalar) -> str:
    """Return an attribute; few codes are written very often, and quoting them was half of the writing."""
    of = "boolean" if isinstance(value, bool) else "int" if isinstance(value, int) else "string"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{of} key={quoteattr(key)} value={quoteattr(text)}/>\n"
