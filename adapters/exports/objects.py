"""A case's events turned into objects and how they have to do with each other, as object-centric mining looks at them.

The case, its needs, actions, quotes, funding requests and referrals onward are objects; so are the organisations and
the counsellors, which many cases share. An object is first told of by the event that makes it.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from adapters.exports.log import Entry, Known
from adapters.exports.pseudonyms import Pseudonyms
from adapters.exports.told import (
    Change,
    Relation,
    Scalar,
    ToldCase,
    ToldEvent,
    ToldObject,
    activity_of,
    attributes,
)
from domain.events import care, follow_up, funding, intake
from workflows.roles import Role
from workflows.states import State

CASE, NEED, ACTION, QUOTE, REQUEST, REFERRAL = (
    "case",
    "need",
    "action",
    "quote",
    "funding_request",
    "referral",
)
COUNSELLOR, ORGANISATION = "counsellor", "organisation"

THE_CASE: Final = ""
"""The key of the case itself among its objects."""

_Told = list[Relation]


def tell(known: Known, pseudonyms: Pseudonyms) -> ToldCase:
    """Return a case as it is told."""
    teller = _Teller(pseudonyms)
    # Told in the order of the stream, in which each part is made before it is used; then put in that of the days.
    events = [teller.told(entry) for entry in known.entries]
    events.sort(key=lambda event: (event.on, event.version))
    return ToldCase(known.case.organisation, events, list(teller.objects.values()))


def counsellor_key(pseudonym: str) -> str:
    """Return the key of a counsellor, which is the same in every case."""
    return f"{COUNSELLOR}:{pseudonym}"


def organisation_key(code: str) -> str:
    """Return the key of an organisation, which is the same in every case."""
    return f"{ORGANISATION}:{code}"


class _Teller:
    """Goes through the events of one case."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        self.objects: dict[str, ToldObject] = {}
        self._referrals = 0

    def told(self, entry: Entry) -> ToldEvent:
        data = entry.data
        teller = _TELLERS.get(type(data))
        if teller is _detected:
            self.make(entry, THE_CASE, CASE, attributes(data), ())
        relations = teller(self, entry, data) if teller is not None else []
        if entry.acting_as == Role.COUNSELLOR:
            relations.append(self.counsellor(entry.actor, "by"))
        if data.to_state is not None:
            self.change(entry, THE_CASE, state=data.to_state)
        return ToldEvent(
            entry.version,
            entry.on,
            activity_of(data),
            self._pseudonyms.account(entry.actor),
            entry.acting_as,
            entry.organisation,
            attributes(data),
            [
                Relation(THE_CASE, "of"),
                Relation(organisation_key(entry.organisation), "at"),
                *relations,
            ],
        )

    def make(
        self, entry: Entry, key: str, of: str, values: dict[str, Scalar], relations: Iterable[Relation]
    ) -> None:
        self.objects[key] = ToldObject(key, of, [], list(relations))
        self.change(entry, key, **values)

    def change(self, entry: Entry, key: str, **values: Scalar) -> None:
        changes = self.objects[key].changes
        changes += [
            Change(name, value, entry.on, entry.version)
            for name, value in values.items()
            if name != "to_state"  # the event's, and the case's as its `state`
        ]

    def counsellor(self, account: str, qualifier: str) -> Relation:
        return Relation(counsellor_key(self._pseudonyms.account(account)), qualifier)

    def new_referral(self) -> str:
        self._referrals += 1
        return self.referral()

    def referral(self) -> str:
        return f"o{self._referrals}"

    def new_need(self, entry: Entry, key: str, care_type: str) -> Relation:
        self.make(
            entry, key, NEED, {"care_type": care_type, "status": "open"}, [Relation(THE_CASE, "need of")]
        )
        return Relation(key, "names")


def _detected(t: _Teller, e: Entry, d: intake.CareForgoingDetected) -> _Told:
    t.change(e, THE_CASE, state=State.DETECTED.value)
    return [t.new_need(e, f"n{number}", need.care_type) for number, need in enumerate(d.needs, 1)]


def _followed(t: _Teller, e: Entry, d: Any) -> _Told:
    relation = t.counsellor(d.counsellor, "assigns")
    case = t.objects[THE_CASE]
    followed = Relation(relation.key, "followed by")
    if followed not in case.relations:
        case.relations.append(followed)
    return [relation]


def _need_added(t: _Teller, e: Entry, d: care.NeedAdded) -> _Told:
    return [t.new_need(e, d.need_id, d.care_type)]


def _need_ended(status: str) -> Callable[[_Teller, Entry, Any], _Told]:
    def ended(t: _Teller, e: Entry, d: Any) -> _Told:
        t.change(e, d.need_id, status=status)
        return [Relation(d.need_id, "settles")]

    return ended


def _planned(t: _Teller, e: Entry, d: Any) -> _Told:
    for action in d.actions:
        answered = [Relation(need_id, "answers") for need_id in action.need_ids if need_id in t.objects]
        relations = [Relation(THE_CASE, "action of"), *answered]
        t.make(e, action.action_id, ACTION, attributes(action) | {"status": "planned"}, relations)
    return [Relation(action.action_id, "plans") for action in d.actions]


def _action(status: str, qualifier: str) -> Callable[[_Teller, Entry, Any], _Told]:
    def acted(t: _Teller, e: Entry, d: Any) -> _Told:
        t.change(e, d.action_id, status=status)
        return [Relation(d.action_id, qualifier)]

    return acted


def _quoted(t: _Teller, e: Entry, d: funding.QuoteRecorded) -> _Told:
    t.make(
        e,
        d.quote_id,
        QUOTE,
        attributes(d),
        [Relation(THE_CASE, "quote of"), Relation(d.need_id, "quote for")],
    )
    return [Relation(d.quote_id, "records"), Relation(d.need_id, "concerns")]


def _requested(t: _Teller, e: Entry, d: funding.FundingRequested) -> _Told:
    relations = [Relation(THE_CASE, "request of"), Relation(d.quote_id, "request on")]
    t.make(e, d.request_id, REQUEST, attributes(d) | {"status": "pending"}, relations)
    return [Relation(d.request_id, "makes"), Relation(d.quote_id, "concerns")]


def _decided(t: _Teller, e: Entry, d: funding.FundingDecided) -> _Told:
    t.change(e, d.request_id, **attributes(d), status="granted" if d.granted_cents else "refused")
    return [Relation(d.request_id, "decides")]


def _instalments(t: _Teller, e: Entry, d: funding.InstalmentsAgreed) -> _Told:
    t.change(e, d.quote_id, **attributes(d))
    return [Relation(d.quote_id, "concerns")]


def _referred(t: _Teller, e: Entry, d: follow_up.ReferredOnward) -> _Told:
    key = t.new_referral()
    values: dict[str, Scalar] = {"partner": d.partner, "answer": "pending"}
    t.make(e, key, REFERRAL, values, [Relation(THE_CASE, "referral of")])
    return [Relation(key, "makes")]


def _answered(answer: str) -> Callable[[_Teller, Entry, Any], _Told]:
    def answers(t: _Teller, e: Entry, d: Any) -> _Told:
        key = t.referral()
        if key not in t.objects:
            return []
        t.change(e, key, answer=answer)
        return [Relation(key, "answers")]

    return answers


def _transferred(t: _Teller, e: Entry, d: follow_up.CaseTransferred) -> _Told:
    return [Relation(organisation_key(d.to_organisation), "to")]


_TELLERS: Final[dict[type, Callable[[_Teller, Entry, Any], _Told]]] = {
    intake.CareForgoingDetected: _detected,
    intake.ReferralAccepted: _followed,
    intake.CounsellorAssigned: _followed,
    intake.CounsellorReassigned: _followed,
    care.NeedAdded: _need_added,
    care.NeedDropped: _need_ended("dropped"),
    care.CarePerformed: _need_ended("performed"),
    care.PlanBuilt: _planned,
    care.PlanRevised: _planned,
    care.ActionStarted: _action("started", "starts"),
    care.ActionCompleted: _action("completed", "completes"),
    care.ActionAbandoned: _action("abandoned", "abandons"),
    funding.QuoteRecorded: _quoted,
    funding.FundingRequested: _requested,
    funding.FundingDecided: _decided,
    funding.InstalmentsAgreed: _instalments,
    follow_up.ReferredOnward: _referred,
    follow_up.PartnerAccepted: _answered("accepted"),
    follow_up.PartnerCompleted: _answered("completed"),
    follow_up.PartnerDeclined: _answered("declined"),
    follow_up.ReferralExpired: _answered("no_answer"),
    follow_up.CaseTransferred: _transferred,
}
"""What each event makes of the objects beside the case; the others concern the case alone."""
