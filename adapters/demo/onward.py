"""Referrals onward: to a partner who takes the person on, or to one who declines or never answers [003]."""

from collections.abc import Iterator
from datetime import date

from adapters.demo.calendar import after
from adapters.demo.journey import Journey
from adapters.demo.steps import Step
from domain.commands.follow_up import (
    RecordNoAnswer,
    RecordPartnerAcceptance,
    RecordPartnerCompletion,
    RecordPartnerRefusal,
    ReferOnward,
)
from domain.vocabulary import Partner, Party


def sent_on(j: Journey, day: date, *, as_not_relevant: bool = False) -> Iterator[Step]:
    """Yield a referral onward on `day` that the partner sees through until the case's closing."""
    close_on = j.plan.close_on
    yield from j.ask(day, ReferOnward(partner=j.partner, as_not_relevant=as_not_relevant))
    if (close_on - day).days > 12 and j.rng.random() < 0.6:
        yield from j.ask(after(day, 10), j.contact_with(Party.PARTNER))
    if j.rng.random() < 0.75:
        yield from j.ask(j.between(j.diary.day, close_on, high=0.7), RecordPartnerAcceptance())
    yield from j.ask(close_on, RecordPartnerCompletion())


def sent_in_vain(j: Journey, last: date) -> Iterator[Step]:
    """Yield a referral onward that comes back by `last`: declined, or unanswered where there is time for that.

    None where the person lets the cell share with no partner to whom people are sent on.
    """
    rng, day = j.rng, j.diary.day
    # A complementary insurer has a say in the funding, but nobody is sent on to one.
    asked = [partner for partner in j.share_with if partner is not Partner.MUTUAL]
    if not asked:
        return
    yield from j.ask(day, ReferOnward(partner=rng.choice(asked)))
    no_answer_on = after(day, j.expiry_days + 1)
    if no_answer_on < last and rng.random() < 0.5:
        yield from j.ask(after(day, min(10, j.expiry_days)), j.contact_with(Party.PARTNER))
        yield from j.ask(no_answer_on, RecordNoAnswer())
        return
    back_on = j.between(day, min(last, after(day, 20)), low=0.3)
    if rng.random() < 0.15:
        yield from j.ask(j.between(day, back_on), RecordPartnerAcceptance())
    yield from j.ask(back_on, RecordPartnerRefusal())
