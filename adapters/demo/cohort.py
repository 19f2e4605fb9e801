"""The cohort: every made-up case planned, so that all of them together show the published figures to the last one.

What is exact by construction: how many cases there are and are closed, their sources, their endings and outcomes, and
the average duration over the 44 organisations, the published cases included. How a case gets there is its script's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from adapters.demo import averaging, intake, outcomes
from adapters.demo.calendar import add_months, after, is_working, on_or_after, on_or_before
from adapters.demo.endings import CARE, ENDINGS, RIGHTS_ONLY, Ending
from adapters.demo.organisations import AVERAGED, PUBLISHED, SHOWN_FIRST
from adapters.demo.plan import CasePlan
from adapters.demo.quotas import deck, largest_remainder
from adapters.demo.targets import Labels, Targets
from adapters.demo.twists import add_twists
from domain.events.organisations import OrganisationRegistered
from domain.vocabulary import PUBLISHED_SHARES, Outcome, Partner, Source, Wave

PUBLISHED_END: Final = date(2018, 3, 31)
"""The day of the published figures [001, note 14]."""

_PARTNERS: Final = {
    Partner.CCAS: 20,
    Partner.FRANCE_TRAVAIL: 14,
    Partner.CAF: 11,
    Partner.MISSION_LOCALE: 11,
    Partner.ASSOCIATION: 12,
    Partner.HOSPITAL_PASS: 8,
    Partner.MUTUAL: 7,
    Partner.CARSAT: 6,
    Partner.DEPARTEMENT: 5,
    Partner.TOWN: 2,
    Partner.UGECAM: 1,
    Partner.CSAPA: 2,
    Partner.BANQUE_DE_FRANCE: 1,
}
_SMALL_COHORT_DAYS: Final = 400
_CASES_AN_ORGANISATION: Final = 40
_LARGER: Final = {"gard": 3.0}
"""In a small cohort the organisation of the demonstration's accounts has the most to show."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """What is to be played: the plans, and the organisations they need."""

    plans: tuple[CasePlan, ...]
    targets: Targets


@dataclass(slots=True)
class _Draft:
    """A case before its ending is known: how long it would take, and how much of that fits before the end."""

    detected_on: date
    organisation: str
    short: bool
    days: int
    slack: int


def national(cases: int, until: date, rng: Random) -> Cohort:
    """Plan the published table, or the same table for fewer people: from 17 November 2014 on, over 71 organisations."""
    return _planned(cases, PUBLISHED, Wave.PILOT.starts_on, until, rng)


def recent(cases: int, until: date, rng: Random) -> Cohort:
    """Plan a small cohort of the last thirteen months, in a few organisations."""
    first = [next(o for o in PUBLISHED if o.code == code) for code in SHOWN_FIRST]
    others = [o for o in PUBLISHED if o.code not in SHOWN_FIRST]
    chosen = [*first, *others][: max(3, cases // _CASES_AN_ORGANISATION)]
    since = until - timedelta(days=_SMALL_COHORT_DAYS)
    return _planned(cases, chosen, since, until, rng, larger=_LARGER, returning=0.02)


def _planned(
    cases: int,
    organisations: Sequence[OrganisationRegistered],
    since: date,
    until: date,
    rng: Random,
    *,
    larger: Mapping[str, float] | None = None,
    returning: float = 0.0,
) -> Cohort:
    targets = Targets.of(cases)
    published = _published_share(cases)
    made_up = cases - published.cases
    end = on_or_before(until)
    days = intake.referrals(organisations, made_up, since, end, rng, larger)
    drafts = [_draft(day, organisation, end, rng) for day, organisation in days]
    closed = _closed(drafts, max(targets.closed - published.closed, 0))
    plans = _plans(drafts, closed, targets, published, end, rng)
    _give_sources(plans, targets, published, rng)
    codes = [organisation.code for organisation in organisations]
    add_twists(plans, codes, end, returning, rng)
    averaged = [
        p
        for p in plans
        if p.closed and p.consent_on and p.reopening is None and p.last_organisation in AVERAGED
    ]
    averaging.average(averaged, _fixed(plans, until), end, rng)
    return Cohort(tuple(plans), targets)


# ---------------------------------------------------------------- the published cases' part


@dataclass(frozen=True, slots=True)
class _Published:
    """What the three published cases count for, so that they are within the totals and not on top of them."""

    cases: int
    closed: int
    endings: Counter[Ending]
    outcomes: Counter[Outcome]
    sources: Counter[Source]


def _published_share(cases: int) -> _Published:
    if cases < 3:
        raise ValueError("the published cases are three already")
    return _Published(
        3,
        2,
        Counter({CARE: 1, RIGHTS_ONLY: 1}),
        Counter(
            {
                Outcome.CARE_PERFORMED: 1,
                Outcome.FINANCIAL_SUPPORT: 1,
                Outcome.RIGHTS_OPENED: 1,
                Outcome.RIGHTS_CSS: 1,
                Outcome.RIGHTS_COMPLEMENTARY: 1,
                Outcome.ORIENTED: 1,
            }
        ),
        Counter({Source.RECEPTION: 1, Source.HEALTH_PROFESSIONAL: 1, Source.PARTNER: 1}),
    )


def _fixed(plans: Sequence[CasePlan], until: date) -> averaging.Fixed:
    """The closed episodes that cannot be moved: cases A and B, and those of the reopened cases."""
    patricia = on_or_before(until) - timedelta(days=295)
    days = [90, (add_months(patricia, 7) - patricia).days]
    for plan in plans:
        if plan.reopening is not None and plan.last_organisation in AVERAGED:
            days.append(plan.days)
            if plan.reopening.closed_on is not None:
                days.append((plan.reopening.closed_on - plan.reopening.on).days)
    return averaging.Fixed(len(days), sum(days))


# ---------------------------------------------------------------- who is closed, and how


def _draft(detected_on: date, organisation: str, end: date, rng: Random) -> _Draft:
    short = rng.random() < 0.16
    days = round(rng.gammavariate(1.6, 13) if short else 8 + rng.gammavariate(2.0, 47))
    return _Draft(detected_on, organisation, short, days, (end - detected_on).days - days)


def _closed(drafts: Sequence[_Draft], count: int) -> set[int]:
    """Return which drafts are closed: those whose time was up the longest ago."""
    order = sorted(range(len(drafts)), key=lambda index: -drafts[index].slack)
    return set(order[:count])


def _plans(
    drafts: Sequence[_Draft],
    closed: set[int],
    targets: Targets,
    published: _Published,
    end: date,
    rng: Random,
) -> list[CasePlan]:
    labels = targets.labels
    made_up = _less(labels, published)
    open_ = [index for index in range(len(drafts)) if index not in closed]
    rest = Targets.of(len(open_) * 4 // 3).labels
    of_closed = outcomes.endings(ENDINGS, made_up, len(closed), rng)
    # Of the open cases only the short ones head for an ending without a consent.
    brief = sum(drafts[index].short for index in open_)
    of_open = [
        *outcomes.endings([e for e in ENDINGS if not e.consented], rest, brief, rng),
        *outcomes.endings([e for e in ENDINGS if e.consented], rest, len(open_) - brief, rng),
    ]
    chosen = {
        **_matched(drafts, sorted(closed), of_closed),
        **_matched(drafts, open_, of_open),
    }
    plans = [
        _plan(number, draft, chosen[number], number in closed, end, rng)
        for number, draft in enumerate(drafts)
    ]
    outcomes.assign([plan for plan in plans if plan.closed], made_up, rng)
    outcomes.assign([plan for plan in plans if not plan.closed], rest, rng)
    return plans


def _less(labels: Labels, published: _Published) -> Labels:
    counts = {
        name: max(getattr(labels, name) - published.outcomes[Outcome(name)], 0)
        for name in Labels.__dataclass_fields__
    }
    return Labels(**counts)


def _matched(drafts: Sequence[_Draft], numbers: Sequence[int], deck_: list[Ending]) -> dict[int, Ending]:
    """Give the endings without a consent to the shortest drafts, the others to the rest."""
    without = [ending for ending in deck_ if not ending.consented]
    with_ = [ending for ending in deck_ if ending.consented]
    order = sorted(numbers, key=lambda number: (not drafts[number].short, drafts[number].days))
    return dict(zip(order[: len(without)], without, strict=True)) | dict(
        zip(sorted(order[len(without) :]), with_, strict=True)
    )


def _plan(number: int, draft: _Draft, ending: Ending, closed: bool, end: date, rng: Random) -> CasePlan:
    window = (end - draft.detected_on).days
    days = draft.days
    if closed:
        days = min(max(days, ending.least_days), window)
    consent_on = None
    if ending.consented:
        lag = min(round(rng.gammavariate(2.0, 4.5)), max(days - ending.least_days, 0))
        consent_on = on_or_after(draft.detected_on + timedelta(days=lag))
        if closed:
            consent_on = min(consent_on, end)
    close_on = on_or_after(draft.detected_on + timedelta(days=days))
    if closed:
        close_on = min(close_on, end)
    elif close_on <= end:
        close_on = after(end, rng.randrange(1, 30))
    return CasePlan(
        number,
        draft.organisation,
        draft.detected_on,
        draft.detected_on,
        ending,
        closed,
        consent_on,
        max(close_on, consent_on) if consent_on else close_on,
        end,
        person=number,
    )


def _give_sources(plans: Sequence[CasePlan], targets: Targets, published: _Published, rng: Random) -> None:
    counts = largest_remainder(PUBLISHED_SHARES, targets.cases)
    made_up = {source: max(count - published.sources[source], 0) for source, count in counts.items()}
    cards = deck(made_up, rng)
    for plan, source in zip(plans, cards, strict=False):
        plan.source = source
    referred = [plan for plan in plans if plan.source is Source.PARTNER]
    partners = deck(largest_remainder(_PARTNERS, len(referred)), rng)
    for plan, partner in zip(referred, partners, strict=True):
        plan.partner_kind = partner
    _give_reasons(plans, targets, rng)


def _give_reasons(plans: Sequence[CasePlan], targets: Targets, rng: Random) -> None:
    """A financial reason in three cases of four [001, IV.2.3]; A, B and C have one, and so has every package."""
    certain = [plan for plan in plans if Outcome.FINANCIAL_SUPPORT in plan.outcomes]
    others = [plan for plan in plans if Outcome.FINANCIAL_SUPPORT not in plan.outcomes]
    wanted = max(round(targets.cases * 0.75) - 3 - len(certain), 0)
    for plan in [*certain, *rng.sample(others, min(wanted, len(others)))]:
        plan.financial_reason = True


if not is_working(Wave.PILOT.starts_on):
    raise AssertionError("the Gard's first day is a Monday")
