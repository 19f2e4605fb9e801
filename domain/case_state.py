"""What the events have made of a case: plain, mutable values that events assign and rules read.

No rule and no clock lives here.
None of these values ever points back at one that holds it, so they ask nothing of the garbage collector (gc=False):
a rebuild makes millions of them, and would spend half its time being looked through for cycles.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from msgspec import Struct, field

from workflows.guards import granted_on
from workflows.states import State

_CLOSED: Final = State.CLOSED.value
_REFERRED_ONWARD: Final = State.REFERRED_ONWARD.value
_OUTSIDE: Final = (_CLOSED, _REFERRED_ONWARD)
"""As plain strings: looking a member up in its class would be a fifth of the fold."""


class Need(Struct, omit_defaults=True, gc=False):
    """One piece of forgone care. `since` is the month or day the person gave it up, as far as known.

    `organisation` is the one whose cell named it: a statistic counts it there, also after a transfer.
    """

    care_type: str
    reasons: list[str]
    added_on: date
    organisation: str
    since: date | None = None
    status: str = "open"  # open, performed, dropped
    performed_on: date | None = None
    dropped_for: str | None = None


class Action(Struct, omit_defaults=True, gc=False):
    """One action of the plan. `due_on` is inclusive; `right` is what it opened."""

    level: str
    kind: str
    due_on: date
    need_ids: list[str] = field(default_factory=list)
    partner: str | None = None
    status: str = "planned"  # planned, started, completed, abandoned
    planned_on: date | None = None
    started_on: date | None = None
    ended_on: date | None = None
    right: str | None = None
    abandoned_for: str | None = None


class Quote(Struct, omit_defaults=True, gc=False):
    """A professional's quote for one need, in cents; `rest_to_pay_cents` is what the insurers leave."""

    need_id: str
    total_cents: int
    basic_share_cents: int
    complementary_share_cents: int
    rest_to_pay_cents: int
    recorded_on: date
    person_share_cents: int = 0
    instalments: int = 0


class FundingRequest(Struct, omit_defaults=True, gc=False):
    """What one funder was asked for on one quote by an organisation's cell, and answered, in cents."""

    quote_id: str
    funder: str
    amount_cents: int
    requested_on: date
    organisation: str
    status: str = "pending"  # pending, granted, refused
    granted_cents: int = 0
    decided_on: date | None = None


class MoneyLine(Struct, gc=False):
    """One line of the household's monthly resources or charges, in cents."""

    kind: str
    cents: int


class Bilan(Struct, omit_defaults=True, gc=False):
    """The rights review [001, I.1 and 2.1], amounts a month in cents."""

    done_on: date
    basic_cover: str
    complementary_cover: str
    resources: list[MoneyLine]
    charges: list[MoneyLine]
    vitale_card_current: bool | None = None
    registered_doctor: bool | None = None
    other_rights: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)
    amended_on: date | None = None
    disposable_cents: int = 0


class Contact(Struct, omit_defaults=True, gc=False):
    """One attempt to speak with the person, a partner or a professional."""

    on: date
    channel: str
    direction: str
    party: str
    reached: bool
    note: str | None = None


class Referral(Struct, omit_defaults=True, gc=False):
    """A referral onward by an organisation's cell, and what the partner answered."""

    partner: str
    referred_on: date
    organisation: str
    as_not_relevant: bool = False
    answer: str = "pending"  # pending, accepted, completed, declined, no_answer
    first_answered_on: date | None = None
    accepted_on: date | None = None
    answered_on: date | None = None
    reminded_on: date | None = None


class Entry(Struct, gc=False):
    """The case entered a state on a day: the path it took, as the funnel counts it."""

    state: str
    on: date


class Handover(Struct, gc=False):
    """An organisation's cell took the case over on a day, while the last entry of its path was number `entry`."""

    organisation: str
    on: date
    entry: int


class Episode(Struct, omit_defaults=True, gc=False):
    """From the consent (or the reopening) to the closing: what the duration of accompaniment measures."""

    number: int
    opened_on: date
    consented_on: date | None = None
    closed_on: date | None = None
    closing_reason: str | None = None
    last_care_on: date | None = None
    closed_by: str | None = None  # the organisation that followed it to its end


class CaseState(Struct, omit_defaults=True, gc=False):
    """One accompaniment."""

    case_id: str
    person_id: str
    organisation: str
    detected_by: str
    detecting_organisation: str
    detected_on: date
    source: str
    origin: str
    agreed_to_contact: bool
    state: str
    entered_on: date
    version: int = 0
    partner_kind: str | None = None
    left: list[str] = field(default_factory=list)
    path: list[Entry] = field(default_factory=list)
    handovers: list[Handover] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)
    relevance_accepted: bool = False
    administrative_check: dict[str, bool] = field(default_factory=dict)
    counsellor: str | None = None
    counsellors: list[str] = field(default_factory=list)
    consented_on: date | None = None
    share_with: list[str] = field(default_factory=list)
    needs: dict[str, Need] = field(default_factory=dict)
    bilan: Bilan | None = None
    actions: dict[str, Action] = field(default_factory=dict)
    quotes: dict[str, Quote] = field(default_factory=dict)
    requests: dict[str, FundingRequest] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    suspended_until: date | None = None
    suspended_for: str | None = None
    last_attempt_on: date | None = None
    first_reached_on: date | None = None
    last_reached_on: date | None = None
    merged_into: str | None = None
    merged_from_person: str | None = None
    former_persons: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    archived_on: date | None = None
    restored_on: date | None = None
    erased: bool = False

    def enter(self, state: str, on: date) -> None:
        """Move to `state`, remembering where the case comes from when it may have to go back."""
        if state == _CLOSED or (state == _REFERRED_ONWARD and self.state != _CLOSED):
            self.left.append(self.state)
        elif self.state in _OUTSIDE and self.left.pop() != state:
            self.left.clear()  # it begins again: there is nothing to go back to any more
        self.state = state
        self.entered_on = on
        self.path.append(Entry(state, on))

    @property
    def first_person(self) -> str:
        """The person that the case was begun with, whoever they were recognised as since."""
        return self.former_persons[0] if self.former_persons else self.person_id

    @property
    def left_state(self) -> str | None:
        """The state the case was in before it was referred onward or closed."""
        return self.left[-1] if self.left else None

    @property
    def episode_since(self) -> date:
        """The day that last began or ended an episode: its opening, its consent, its closing."""
        episode = self.episode
        return episode.closed_on or episode.consented_on or episode.opened_on

    @property
    def closing_reason(self) -> str | None:
        """Why the last episode ended; None while it runs."""
        return self.episode.closing_reason

    @property
    def episode_opened_on(self) -> date:
        """The day the running or last episode began: the detection, or the reopening."""
        return self.episodes[-1].opened_on

    @property
    def episode(self) -> Episode:
        """The running (or last) episode."""
        return self.episodes[-1]

    @property
    def referral(self) -> Referral | None:
        """The last referral onward."""
        return self.referrals[-1] if self.referrals else None

    @property
    def referral_accepted(self) -> bool:
        """Whether the partner accepted the last referral onward."""
        return bool(self.referrals) and self.referrals[-1].answer in ("accepted", "completed")

    @property
    def referral_accepted_on(self) -> date | None:
        """The day the partner accepted the last referral onward."""
        return self.referrals[-1].accepted_on if self.referrals else None

    @property
    def partner_reminded(self) -> bool:
        """Whether the partner was contacted since the last referral onward."""
        return bool(self.referrals) and self.referrals[-1].reminded_on is not None

    @property
    def rights_opened(self) -> list[str]:
        """The rights that completed actions opened, each once, in the order of the plan."""
        return list(dict.fromkeys(a.right for a in self.actions.values() if a.right))

    def open_needs(self) -> list[str]:
        """The needs neither performed nor dropped."""
        return [need_id for need_id, need in self.needs.items() if need.status == "open"]

    def open_actions(self) -> list[str]:
        """The actions neither completed nor abandoned."""
        return [action_id for action_id, a in self.actions.items() if a.status in ("planned", "started")]

    def open_action_dates(self) -> Iterable[date]:
        """The due dates (inclusive) of the open actions."""
        return (a.due_on for a in self.actions.values() if a.status in ("planned", "started"))

    def attempts_since_reached(self) -> list[str]:
        """The channels of the outbound attempts of this episode to reach the person, since they were last reached.

        In the order in which they happened: what is entered late counts at its own day.
        """
        channels: list[str] = []
        for contact in sorted(self.contacts, key=_day_of_contact):
            if contact.party != "person" or contact.on < self.episode_opened_on:
                continue
            if contact.reached:
                channels.clear()
            elif contact.direction == "outbound":
                channels.append(contact.channel)
        return channels

    def uncovered_cents(self, quote_id: str) -> int:
        """What grants and the person's share leave of a quote's rest-to-pay, in cents; at 0 it is covered."""
        quote = self.quotes[quote_id]
        return quote.rest_to_pay_cents - granted_on(self, quote_id) - quote.person_share_cents


def _day_of_contact(contact: Contact) -> date:
    return contact.on
