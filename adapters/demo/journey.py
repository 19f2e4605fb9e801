"""One case being worked on: who has it in hand, what was numbered so far, and the asking itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from adapters.demo.accounts import Team
from adapters.demo.calendar import on_or_after
from adapters.demo.forgone import Need
from adapters.demo.plan import CasePlan
from adapters.demo.steps import Diary, Step
from domain.access import Principal
from domain.command import Command
from domain.commands.care import AbandonAction, AddNeed, CompleteAction
from domain.commands.follow_up import Close, CorrectFact, LogContact, Transfer
from domain.commands.intake import Assign, Reassign
from domain.person import Identity
from domain.vocabulary import Channel, Direction, Partner, Party
from workflows.closing import ClosingReason

_STOOD_IN: Final = 0.02
"""How often a supervisor does a colleague's step."""

_CHANNELS: Final = (Channel.PHONE, Channel.EMAIL, Channel.SMS, Channel.MEETING, Channel.LETTER, Channel.VIDEO)
_CHANNEL_WEIGHTS: Final = (60, 14, 10, 10, 4, 2)
_TAKE_ON: Final = (
    Partner.CCAS,
    Partner.CAF,
    Partner.ASSOCIATION,
    Partner.DEPARTEMENT,
    Partner.CSAPA,
    Partner.CARSAT,
    Partner.HOSPITAL_PASS,
)
"""Partners that a person is sent on to."""

_ONE_WAY: Final = frozenset({Channel.SMS, Channel.LETTER})


@dataclass(frozen=True, slots=True)
class Mistaken:
    """A command typed wrong, and what it should have said: it is corrected minutes later."""

    command: Command
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """What all journeys share: the teams, and how long a referral onward waits for its answer."""

    team_of: Callable[[str], Team]
    referral_expiry_days: int


class Journey:
    """The state a script needs to go on: nothing that the case's own events would not tell."""

    def __init__(self, plan: CasePlan, person: Identity, setting: Setting, rng: Random) -> None:
        self.plan = plan
        self.person = person
        self.rng = rng
        self.expiry_days = setting.referral_expiry_days
        self.diary = Diary(rng)
        self._team_of = setting.team_of
        self.team = setting.team_of(plan.organisation)
        self.counsellor = rng.choice(self.team.counsellors)
        self.version = 0
        self.needs: list[Need] = []
        self.open_actions: list[str] = []
        self.actions = 0
        self.quotes = 0
        self.requests = 0
        self.share_with: list[Partner] = []
        social = plan.ending.reason is ClosingReason.SOCIAL_SERVICE
        self.partner = Partner.SOCIAL_SERVICE if social else rng.choice(_TAKE_ON)

    # ------------------------------------------------------------ asking

    def ask(self, day: date, command: Command, by: Principal | None = None) -> Iterator[Step]:
        """Yield the step that asks for `command`, and whatever must follow it at once."""
        match command:
            case Transfer():
                yield self._step(day, command, by)
                self.team = self._team_of(command.to_organisation)
                self.counsellor = self.rng.choice(self.team.counsellors)
                yield self._step(day, Assign(counsellor=self.counsellor.actor), self.team.supervisor)
            case Reassign():
                yield self._step(day, command, self.team.supervisor)
                self.counsellor = next(c for c in self.team.counsellors if c.actor == command.counsellor)
            case _:
                yield self._step(day, command, by)

    def correct(self, day: date, mistaken: Mistaken) -> Iterator[Step]:
        """Yield the step typed wrong, and its correction."""
        yield from self.ask(day, mistaken.command)
        yield from self.ask(day, CorrectFact(corrects=self.version, changes=dict(mistaken.changes)))

    def _step(self, day: date, command: Command, by: Principal | None) -> Step:
        events = 1
        match command:
            case Close():
                events += len(self.open_actions)
                self.open_actions.clear()
            case CompleteAction() | AbandonAction():
                self.open_actions.remove(command.action_id)
            case _:
                pass
        self.version += events
        return Step(self.diary.instant(day), by or self._hand(), command)

    def _hand(self) -> Principal:
        return self.team.supervisor if self.rng.random() < _STOOD_IN else self.counsellor

    # ------------------------------------------------------------ numbering

    def need_ids(self) -> list[str]:
        """The ids of the needs, in the order they were named."""
        return [f"n{number}" for number in range(1, len(self.needs) + 1)]

    def new_action(self) -> str:
        """Number an action that a plan names."""
        self.actions += 1
        self.open_actions.append(f"a{self.actions}")
        return self.open_actions[-1]

    def add(self, need: Need) -> AddNeed:
        """Return the command that adds a need which the detector had not heard of."""
        self.needs.append(need)
        return AddNeed(care_type=need.care_type, reasons=need.reasons, since=need.since)

    # ------------------------------------------------------------ days

    def between(self, first: date, last: date, low: float = 0.0, high: float = 1.0) -> date:
        """Return a working day from `first` to `last`, somewhere between two fractions of that time."""
        days = max((last - first).days, 0) * self.rng.uniform(low, high)
        day = on_or_after(first + timedelta(days=round(days)))
        return max(min(day, last), first)

    # ------------------------------------------------------------ contacts

    def contact(self, *, reached: bool | None = None, note: str | None = None) -> LogContact:
        """Return a contact with the person, by whatever channel."""
        rng = self.rng
        channel = rng.choices(_CHANNELS, _CHANNEL_WEIGHTS)[0]
        if reached is None:
            reached = channel not in _ONE_WAY and rng.random() < 0.8
        inbound = reached and rng.random() < 0.25
        return LogContact(
            channel=Channel.PHONE if reached and channel in _ONE_WAY else channel,
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            reached=reached,
            note=note if reached else None,
        )

    def contact_with(self, party: Party) -> LogContact:
        """Return a call to a partner or to a professional."""
        return LogContact(channel=Channel.PHONE, reached=self.rng.random() < 0.85, party=party)

    def attempts(self, first: date, last: date) -> Iterator[Step]:
        """Yield the three or four attempts, on two channels or more, before a person counts as unreachable."""
        channels = [Channel.PHONE, Channel.SMS, Channel.PHONE, Channel.LETTER][: self.rng.choice((3, 4))]
        days = sorted(self.between(first, last, high=0.9) for _ in channels)
        for day, channel in zip(days, channels, strict=True):
            yield from self.ask(day, LogContact(channel=channel, reached=False))
