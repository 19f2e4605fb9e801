"""What happens beside the plan: contacts, a rest, another counsellor, a review that must be redone, a slip to correct."""

from datetime import date
from typing import Final

from adapters.demo import notes
from adapters.demo.agenda import Agenda
from adapters.demo.calendar import after
from adapters.demo.journey import Journey, Mistaken
from domain.commands.follow_up import LogContact, Resume, Suspend, Transfer
from domain.commands.intake import AmendBilan, AmendConsent, Charge, Reassign, Resource
from domain.vocabulary import (
    BasicCover,
    Channel,
    ChargeKind,
    ComplementaryCover,
    Outcome,
    Partner,
    Party,
    ReassignReason,
    ResourceKind,
    SuspendReason,
)

_CONTACT_EVERY_DAYS: Final = 32


def add_wayside(j: Journey, agenda: Agenda, start: date, end: date) -> None:
    """Foresee all of it between the plan and the end of the work."""
    _add_contacts(j, agenda, start, end)
    rng = j.rng
    if rng.random() < 0.03:
        agenda.add(j.between(start, end), AmendConsent(share_with=[*j.share_with, Partner.BANQUE_DE_FRANCE]))
    if Outcome.RIGHTS_CSS in j.plan.outcomes and rng.random() < 0.1:
        agenda.add(end, _new_review(j))
    if rng.random() < 0.08 and (end - start).days > 20:
        _add_rest(j, agenda, start, end)
    if j.plan.transfer_to is not None:
        agenda.add(j.between(start, end, 0.2, 0.6), Transfer(to_organisation=j.plan.transfer_to))
    elif rng.random() < 0.04:
        others = [c for c in j.team.counsellors if c != j.counsellor]
        reason = rng.choice(tuple(ReassignReason))
        agenda.add(
            j.between(start, end, 0.1, 0.7), Reassign(counsellor=rng.choice(others).actor, reason=reason)
        )


def _add_contacts(j: Journey, agenda: Agenda, start: date, end: date) -> None:
    rng, day = j.rng, start
    while (day := after(day, max(round(rng.gauss(_CONTACT_EVERY_DAYS, 8)), 5))) < end:
        draw = rng.random()
        if draw < 0.12:
            agenda.add(day, j.contact_with(Party.PROFESSIONAL))
        elif draw < 0.16:
            agenda.add(day, j.contact_with(Party.PARTNER))
        elif draw < 0.165:
            wrong = LogContact(channel=Channel.LETTER, reached=True)
            agenda.add(day, Mistaken(wrong, {"channel": Channel.PHONE.value}))
        elif draw < 0.24 and after(day, 1) < end:
            # Typed in the next working day, as the day before.
            late = j.contact(note=notes.called(rng))
            agenda.add(after(day, 1), late.model_copy(update={"occurred_on": day}))
        else:
            agenda.add(day, j.contact(note=notes.called(rng)))


def _add_rest(j: Journey, agenda: Agenda, start: date, end: date) -> None:
    day = j.between(start, end, 0.1, 0.5)
    until = after(day, j.rng.randrange(7, 40))
    agenda.add(day, Suspend(until=until, reason=j.rng.choice(tuple(SuspendReason))))
    resumed_on = after(until, j.rng.choice((0, 0, 0, 1, 3)))
    if resumed_on < end:
        agenda.add(resumed_on, Resume())


def _new_review(j: Journey) -> AmendBilan:
    """The CSS is open: the review as it stands now."""
    return AmendBilan(
        basic_cover=BasicCover.CURRENT,
        complementary_cover=ComplementaryCover.CSS,
        resources=[Resource(kind=ResourceKind.MINIMUM_INCOME, cents=j.rng.randrange(400_00, 900_00))],
        charges=[Charge(kind=ChargeKind.RENT, cents=j.rng.randrange(180_00, 480_00))],
    )
