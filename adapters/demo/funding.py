"""Funding packages [001, II.2.3]: quotes, several funders asked, their answers, and what the person pays in instalments."""

from datetime import date

from adapters.demo import forgone, money
from adapters.demo.agenda import Agenda
from adapters.demo.calendar import after
from adapters.demo.journey import Journey, Mistaken
from domain.commands.funding import AgreeInstalments, DecideFunding, RecordQuote, RequestFunding

_ONLY_INSTALMENTS = 0.08
_UNANSWERED = 0.1
"""How often what would be a refusal never comes: the case is closed first."""


def add_package(j: Journey, agenda: Agenda, start: date, end: date) -> None:
    """Foresee a package that ends in a grant, in instalments, or in both: what *financial support* counts."""
    rng = j.rng
    quote_id, rest = _quote(j, agenda, j.between(start, end, 0.0, 0.2))
    day = j.between(start, end, 0.2, 0.35)
    if rng.random() < _ONLY_INSTALMENTS:
        agenda.add(day, _instalments(j, quote_id, rest))
        return
    funders = money.funders(rng, rng.choice((1, 1, 1, 2, 2, 3)))
    granted_by = rng.randrange(len(funders))
    left = rest
    for number, funder in enumerate(funders):
        asked = max(round(left * rng.uniform(0.5, 1.0)), 1)
        refused = number != granted_by and rng.random() < 0.55
        granted = 0 if refused else max(round(asked * rng.uniform(0.55, 1.0)), 1)
        if left - granted < 1:
            break
        _request(
            j,
            agenda,
            RequestFunding(quote_id=quote_id, funder=funder, amount_cents=asked),
            granted,
            (day, end),
        )
        left -= granted
    if rng.random() < 0.85:
        agenda.add(j.between(day, end, 0.85, 1.0), _instalments(j, quote_id, left))


def add_refused_package(j: Journey, agenda: Agenda, start: date, end: date) -> None:
    """Foresee a quote whose funder says no: no financial support comes of it."""
    quote_id, rest = _quote(j, agenda, j.between(start, end, 0.0, 0.3))
    funder = money.funders(j.rng, 1)[0]
    day = j.between(start, end, 0.3, 0.4)
    _request(j, agenda, RequestFunding(quote_id=quote_id, funder=funder, amount_cents=rest), 0, (day, end))


def _quote(j: Journey, agenda: Agenda, day: date) -> tuple[str, int]:
    """Foresee a quote for the costliest need; now and then it is typed wrong at first. Return its rest-to-pay in cents."""
    index = next((i for i, need in enumerate(j.needs) if forgone.costly(need)), 0)
    amounts = money.quote(j.rng, j.needs[index].care_type, insured=j.rng.random() < 0.7)
    command = RecordQuote(
        need_id=f"n{index + 1}",
        total_cents=amounts.total,
        basic_share_cents=amounts.basic,
        complementary_share_cents=amounts.complementary,
    )
    j.quotes += 1
    if j.rng.random() < 0.01:
        wrong = command.model_copy(update={"total_cents": amounts.total * 10})
        agenda.add(day, Mistaken(wrong, {"total_cents": amounts.total}))
    else:
        agenda.add(day, command)
    return f"q{j.quotes}", amounts.rest


def _request(
    j: Journey, agenda: Agenda, request: RequestFunding, granted: int, days: tuple[date, date]
) -> None:
    asked_on, end = days
    j.requests += 1
    agenda.add(asked_on, request)
    if not granted and j.rng.random() < _UNANSWERED:
        return
    decided_on = min(after(asked_on, j.rng.randrange(7, 30)), j.between(asked_on, end, 0.6, 0.8))
    agenda.add(decided_on, DecideFunding(request_id=f"r{j.requests}", granted_cents=granted))


def _instalments(j: Journey, quote_id: str, share: int) -> AgreeInstalments:
    return AgreeInstalments(
        quote_id=quote_id, person_share_cents=share, instalments=j.rng.choice((1, 2, 3, 3, 3, 4, 6))
    )
