"""The filters and the orders of the queue, as its page offers them and says which are in force."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from api.pages.texts import mark as _
from api.pages.texts import translated
from api.reading.queue import QueueQuery
from projections.counsellor_queue import Sort
from projections.load import A_WHILE, LONG
from workflows.labels import Language
from workflows.states import OPEN, State

Option = tuple[str, str]
"""What is sent, and what is read."""

_SORTS: Final[Mapping[Sort, str]] = {
    "due": _("Due first"),
    "in_state": _("Longest in their state"),
    "without_contact": _("Longest without contact"),
    "detected": _("Latest detected"),
}
_FOR_DAYS: Final = _("%(days)s days or more")


@dataclass(frozen=True, slots=True)
class Offered:
    """The choices of the form, and the filters in force, in words."""

    states: Sequence[Option]
    sorts: Sequence[Option]
    silences: Sequence[Option]
    counsellors: Sequence[str]
    active: Sequence[str]


def offered(query: QueueQuery, counsellors: Sequence[str], language: Language) -> Offered:
    """Return what the page of the queue offers; whatever the address asks for is among it."""
    days = sorted({A_WHILE, LONG, *([query.not_reached_for] if query.not_reached_for else [])})
    accounts = sorted({*counsellors, *([query.counsellor] if counsellors and query.counsellor else [])})
    return Offered(
        [(state.value, state.label(language)) for state in OPEN],
        [(sort, sort_label(sort, language)) for sort in get_args(Sort)],
        [(str(n), translated(_FOR_DAYS, language, days=n)) for n in days],
        accounts,
        list(_active(query, language)),
    )


def sort_label(sort: Sort, language: Language) -> str:
    """Return what an order is called."""
    return translated(_SORTS[sort], language)


def _active(query: QueueQuery, language: Language) -> Iterator[str]:
    if query.counsellor is not None:
        yield translated(_("followed by %(account)s"), language, account=query.counsellor)
    elif query.unassigned:
        yield translated(_("followed by nobody"), language)
    if query.state is not None:
        label = State(query.state).label(language)
        yield translated(_("state: %(state)s"), language, state=label)
    if query.overdue:
        yield translated(_("overdue"), language)
    if query.suspended is not None:
        yield translated(_("suspended") if query.suspended else _("not suspended"), language)
    if query.not_reached_for is not None:
        yield translated(
            _("without a successful contact for %(days)s days or more"), language, days=query.not_reached_for
        )
