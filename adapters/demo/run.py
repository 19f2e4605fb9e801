"""Filling a service with the demonstration: the organisations, the published cases, and a made-up cohort.

    fill(service, cases=200, seed=1)                        # recent: a counsellor's queue looks alive
    fill(service, cases=35_433, seed=1, national=True)      # the published table, to 31 March 2018

The same seed, size and last day give the same events, but for what is encrypted and for the persons' pseudonyms.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache, partial
from random import Random
from typing import Final

from sqlalchemy import func, select

from adapters.bootstrap import Service
from adapters.database import reading, writing
from adapters.demo import cohort, identities, organisations
from adapters.demo.accounts import REGISTRAR, Team, open_accounts
from adapters.demo.case_ids import CaseIds
from adapters.demo.duplicates import duplicates
from adapters.demo.journey import Journey, Setting
from adapters.demo.plan import CasePlan
from adapters.demo.player import Part, Player, Registration
from adapters.demo.published_again import correlation
from adapters.demo.published_cases import published_cases
from adapters.demo.script import script
from adapters.demo.steps import Script
from adapters.demo.targets import NATIONAL_CASES
from adapters.tables import events
from domain.commands.merging import Merge
from domain.days import day_of
from domain.errors import FilRougeError
from projections.case import TABLE as CASES

SMALL_COHORT: Final = 200
"""How many cases a newcomer sees, the three published ones among them."""

Progress = Callable[[int, int], None]
"""Told how many cases are played, and how many there are."""


class NotEmpty(FilRougeError):
    """There are cases already: the demonstration does not mix with them."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was filled in. `published` are the cases A, B and C; `until` is the last day of the cohort."""

    organisations: int
    cases: int
    open: int
    closed: int
    events: int
    until: date
    published: tuple[str, ...]


def fill(
    service: Service,
    *,
    cases: int | None = None,
    seed: int = 1,
    national: bool = False,
    progress: Progress | None = None,
    until: date | None = None,
) -> Summary:
    """Fill an empty service. `cases` counts the three published ones; left out, it is 35,433 or a small cohort's.

    `until` is the cohort's last day: by default the day of the published figures for the national one, otherwise the
    service's today. Raises NotEmpty, and ValueError for fewer than three cases.
    """
    number = cases if cases is not None else NATIONAL_CASES if national else SMALL_COHORT
    last = until or (cohort.PUBLISHED_END if national else day_of(service.clock()))
    if last < cohort.PUBLISHED_END:
        raise ValueError(f"the demonstration ends on {cohort.PUBLISHED_END} at the earliest")
    _require_empty(service)
    rng = Random(f"fil rouge {seed}")  # noqa: S311 - a made-up cohort, the same for the same seed
    planned = (cohort.national if national else cohort.recent)(number, last, rng)
    ids = CaseIds(Random(f"ids {seed}"))  # noqa: S311
    told = progress or (lambda _done, _total: None)
    player = Player(service, ids, lambda done: told(done, number), f"demo-{seed}")
    published = published_cases(last)
    parts = [Part(case.commands[0][0], case.script, last, correlation(case.letter)) for case in published]
    team_of = _teams(planned.plans)
    parts += _parts(planned.plans, team_of, service, seed, last)
    with writing(service.engine) as connection:
        open_accounts(connection, map(team_of, _cells(planned.plans)), service.clock())
    played = player.play(parts, _registrations(min(part.begins_on for part in parts)))
    cases_of_plans = played[len(published) :]
    for duplicate, kept in duplicates(planned.plans):
        merged, into = cases_of_plans[duplicate.number], cases_of_plans[kept.number]
        if merged and into:
            player.settle(team_of(kept.organisation).supervisor, merged, Merge(into=into))
    return _summary(service, last, tuple(case for case in played[: len(published)] if case))


def _teams(plans: tuple[CasePlan, ...]) -> Callable[[str], Team]:
    sizes = Counter(plan.organisation for plan in plans)
    return cache(lambda organisation: Team.of(organisation, sizes[organisation]))


def _cells(plans: tuple[CasePlan, ...]) -> list[str]:
    """Return the organisations that follow a case, at its beginning or after a transfer."""
    codes = {code for plan in plans for code in (plan.organisation, plan.transfer_to) if code is not None}
    return sorted(codes)


def _parts(
    plans: tuple[CasePlan, ...], team_of: Callable[[str], Team], service: Service, seed: int, until: date
) -> list[Part]:
    setting = Setting(team_of, service.settings.deadlines.referral_expiry)

    def played(plan: CasePlan) -> Script:
        who = Random(f"{seed} person {plan.person}")  # noqa: S311
        person = identities.person(plan.person, who, until)
        journey = Journey(plan, person, setting, Random(f"{seed} case {plan.number}"))  # noqa: S311
        return script(journey)

    return [Part(plan.recorded_on, partial(played, plan), plan.horizon) for plan in plans]


def _registrations(first: date) -> list[Registration]:
    """Return when each organisation joins: early on its first day, or on the cohort's if that is later."""
    return [
        Registration(datetime.combine(max(wave[0].deployed_on, first), time(6), UTC), wave, REGISTRAR)
        for wave in organisations.WAVES
    ]


def _require_empty(service: Service) -> None:
    with reading(service.engine) as connection:
        if connection.execute(select(CASES.c.case_id).limit(1)).first() is not None:
            raise NotEmpty("there are cases in this database already: the demonstration wants an empty one")


def _summary(service: Service, until: date, published: tuple[str, ...]) -> Summary:
    with reading(service.engine) as connection:
        counts = connection.execute(select(CASES.c.is_open, func.count()).group_by(CASES.c.is_open))
        by_open = {row[0]: row[1] for row in counts}
        recorded = connection.execute(select(func.count()).select_from(events)).scalar_one()
    open_, closed = by_open.get(True, 0), by_open.get(False, 0)
    return Summary(len(organisations.REGISTER), open_ + closed, open_, closed, recorded, until, published)
