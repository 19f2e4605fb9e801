"""One person, by one of their cases: everything that is held on them, for the data-protection officer who answers them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from adapters.accesses import accesses_of
from adapters.bootstrap import Service
from adapters.database import reading
from adapters.history import history_of
from adapters.instants import read_instant
from adapters.retention.plan import Times, times_of
from adapters.tables import people
from api.caller import Caller
from api.disclosure import WholeDisclosure, disclosed_to_operator, disclosed_whole
from api.paths import case_href
from api.views.base import Coded
from api.views.case import case_view
from api.views.history import EventView
from api.views.person import AccessView, KeptView, PersonCaseView, PersonFileView, RecipientView
from domain.access import EVERY_CASE, Reach
from domain.accesses import OPERATOR
from domain.case_state import CaseState
from domain.errors import CaseNotFound
from domain.vocabulary import Funder, Partner
from projections import case as cases
from projections.case import CaseRow
from projections.organisations import all_organisations
from workflows.labels import Language


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """The cases of a person within reach, each with its days; and whether there are others, out of reach."""

    person_id: str
    cases: Sequence[CaseRow]
    times: dict[str, Times]
    elsewhere: bool

    @property
    def erased_from(self) -> date | None:
        """From when the person is erased, as far as the cases within reach tell; None while one is open."""
        if any(row.is_open for row in self.cases):
            return None
        return max(times.erased_from for times in self.times.values())


def person_seen(service: Service, case_id: str, within: Reach) -> PersonSeen:
    """Return the person whom a case within reach is about. Raises CaseNotFound."""
    with reading(service.engine) as connection:
        row = cases.find(connection, case_id, within)
        if row is None:
            raise CaseNotFound(case_id)
        own = cases.about_person(connection, within, row.person_id)
        every = cases.about_person(connection, EVERY_CASE, row.person_id)
    work, rules = service.storage.begin(), service.settings.retention
    times = {one.case_id: times_of(work.load(one.case_id).history, rules) for one in own}
    return PersonSeen(row.person_id, own, times, len(every) > len(own))


def person_file(caller: Caller, case_id: str) -> PersonFileView:
    """Return everything that is held on the person whom a case is about, as far as the caller's reach goes; recorded.

    Raises CaseNotFound, AccessNotRecorded.
    """
    seen = person_seen(caller.service, case_id, caller.reach)
    disclosure = disclosed_whole(caller, {row.case_id: seen.person_id for row in seen.cases})
    return _file(caller.service, seen, disclosure, caller.language, caller.principal.actor)


def person_file_of_operator(service: Service, case_id: str, language: Language) -> PersonFileView:
    """Return the same for whoever operates the machine: of every organisation. Raises CaseNotFound, AccessNotRecorded."""
    seen = person_seen(service, case_id, EVERY_CASE)
    disclosure = disclosed_to_operator(service, {row.case_id: seen.person_id for row in seen.cases})
    return _file(service, seen, disclosure, language, OPERATOR)


def _file(
    service: Service, seen: PersonSeen, disclosure: WholeDisclosure, language: Language, made_by: str
) -> PersonFileView:
    with reading(service.engine) as connection:
        stored = connection.execute(
            sa.select(people.c.recorded_at, people.c.nir_pseudonym).where(
                people.c.person_id == seen.person_id
            )
        ).one()
        read = accesses_of(connection, [row.case_id for row in seen.cases])
        names = {row.code: row.name for row in all_organisations(connection)}
    rules = service.settings.retention
    return PersonFileView(
        made_at=service.clock(),
        made_by=made_by,
        known_since=read_instant(stored.recorded_at),
        found_by_nir=stored.nir_pseudonym is not None,
        identity=disclosure.identity(),
        cases=[_case(service, row, seen, disclosure, names, language) for row in reversed(seen.cases)],
        held_elsewhere=seen.elsewhere,
        active_months=rules.active_months,
        archive_months=rules.archive_months,
        erased_from=None if seen.elsewhere else seen.erased_from,
        accesses=[AccessView.of(access, language) for access in read],
    )


def _case(
    service: Service,
    row: CaseRow,
    seen: PersonSeen,
    disclosure: WholeDisclosure,
    names: dict[str, str],
    language: Language,
) -> PersonCaseView:
    history = history_of(service.engine, row.case_id, language)
    disclosure = disclosure.in_case(history.case)
    return PersonCaseView(
        case=case_view(
            history.case,
            {},
            disclosure,
            service.settings.deadlines,
            language,
            href=case_href(row.case_id),
            with_file=True,
        ),
        kept=KeptView.of(seen.times[row.case_id], row.archived_on, is_open=row.is_open),
        recipients=sorted(_recipients(history.case, names, language), key=lambda one: one.on),
        history=[EventView.of(told, disclosure) for told in history.events],
    )


def _recipients(case: CaseState, names: dict[str, str], language: Language) -> Iterator[RecipientView]:
    """Yield whom something of the case was told outside the cell that detected it."""
    for referral in case.referrals:
        yield RecipientView(
            kind="partner", who=Coded.of(Partner, referral.partner, language), on=referral.referred_on
        )
    for request in case.requests.values():
        yield RecipientView(
            kind="funder", who=Coded.of(Funder, request.funder, language), on=request.requested_on
        )
    for handover in case.handovers:
        name = names.get(handover.organisation, handover.organisation)
        yield RecipientView(
            kind="organisation", who=Coded(code=handover.organisation, label=name), on=handover.on
        )
