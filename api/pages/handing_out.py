"""Handing out cases: one form gives many cases to one account, each by its own trigger, on the version that was seen.

Each case is decided for itself: what is refused for one holds up no other. The key that goes with each is made of the
form's and of the case, so that sending the form again, or reloading what it answered, writes nothing twice.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.database import glancing
from api.bodies import understood
from api.caller import Caller
from api.disclosure import IdentityView, identities
from api.pages import paths
from api.pages.posting import ONCE, Posted
from api.pages.sending import page_problem_of
from api.pages.texts import mark as _
from api.pages.texts import translated
from api.problems import Kind, ProblemError
from api.requests import idempotency_key, request_with
from domain.access import Permission, may_fire
from domain.commands import COMMANDS
from projections.case import among, followed_at
from workflows.triggers import Trigger

CASE: Final = "dossier"
COUNSELLOR: Final = "counsellor"
REASON: Final = "reason"
BACK: Final = "_back"
"""The form's fields."""

MOST: Final = 200
"""As many cases as a page of the queue can have."""

_TRIGGERS: Final = {trigger.value: trigger for trigger in (Trigger.ASSIGN, Trigger.REASSIGN)}
_TICKED: Final = re.compile(
    rf"([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}) ([0-9]{{1,9}}) ({'|'.join(_TRIGGERS)})"
)
_OF_ONE_CASE: Final = frozenset({Kind.REFUSED, Kind.STALE, Kind.NOT_FOUND, Kind.IDEMPOTENCY_KEY_REUSED})


@dataclass(frozen=True, slots=True)
class Ticked:
    """A case to hand out, as it was when the list was shown."""

    case_id: str
    version: int
    trigger: Trigger

    @property
    def value(self) -> str:
        """What its box is sent with."""
        return f"{self.case_id} {self.version} {self.trigger.value}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case."""

    case_id: str
    done: bool
    stale: bool
    words: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form asks for, and what is missing from it, by field."""

    ticked: Sequence[Ticked]
    counsellor: str
    reason: str
    missing: Mapping[str, str]


def boxes(caller: Caller, followed: Mapping[str, str | None]) -> dict[str, str]:
    """Return what to send the box of each case with, by case id, if the caller may hand cases out.

    `followed` says who follows each in the list that is shown: who is followed changes hands, with a reason. What is
    sent names the version that was seen, so a case that has changed hands since the list was read has no box.
    """
    if not may_fire(caller.principal, Trigger.ASSIGN):
        return {}
    with glancing(caller.service.engine) as connection:
        found = followed_at(connection, followed)
    return {
        case_id: Ticked(case_id, version, _trigger_for(counsellor)).value
        for case_id, (counsellor, version) in found.items()
        if counsellor == followed[case_id]
    }


def wanted(posted: Posted) -> Wanted:
    """Read the form. Raises ProblemError: MALFORMED_REQUEST for boxes that are not ours."""
    language = posted.visitor.language
    ticked = list(dict.fromkeys(_read(value) for value in posted.each(CASE)))
    if len(ticked) > MOST:
        raise ProblemError(Kind.MALFORMED_REQUEST)
    counsellor = (posted.get(COUNSELLOR) or "").strip()
    reason = (posted.get(REASON) or "").strip()
    missing = {}
    if not ticked:
        missing[CASE] = translated(_("Tick at least one case."), language)
    if not counsellor:
        missing[COUNSELLOR] = translated(_("Choose who is to follow the cases."), language)
    if not reason and any(one.trigger is Trigger.REASSIGN for one in ticked):
        missing[REASON] = translated(
            _("Say why: some of these cases are followed by somebody already."), language
        )
    return Wanted(ticked, counsellor, reason, missing)


def hand_out(posted: Posted, asked: Wanted) -> list[Outcome]:
    """Hand the cases out, and tell what became of each. Raises ProblemError for what is wrong with all of them."""
    caller = posted.visitor.within(Permission.ACT).caller
    return [_handed(caller, one, asked, posted.get(ONCE) or "") for one in asked.ticked]


def people(caller: Caller, case_ids: Collection[str]) -> dict[str, IdentityView]:
    """Return who these cases are about, of those that the caller may know of."""
    with glancing(caller.service.engine) as connection:
        within = among(connection, caller.reach, case_ids)
    return identities(caller, sorted(within))


def place(posted: Posted) -> str:
    """Return the address of the list that the form was in."""
    given = posted.get(BACK) or ""
    return given if given.startswith(f"{paths.QUEUE}?") else paths.QUEUE


def _trigger_for(counsellor: str | None) -> Trigger:
    return Trigger.ASSIGN if counsellor is None else Trigger.REASSIGN


def _read(value: str) -> Ticked:
    found = _TICKED.fullmatch(value)
    if found is None:
        raise ProblemError(Kind.MALFORMED_REQUEST)
    return Ticked(found[1], int(found[2]), _TRIGGERS[found[3]])


def _handed(caller: Caller, one: Ticked, asked: Wanted, once: str) -> Outcome:
    fields = {"counsellor": asked.counsellor}
    if one.trigger is Trigger.REASSIGN:
        fields["reason"] = asked.reason
    body = json.dumps(fields).encode()
    language = caller.language
    command = understood(COMMANDS[one.trigger], body, language)
    key = idempotency_key([f"{once}:{one.case_id}"])
    request = request_with(key, ("POST", paths.HANDED_OUT, one.value), caller, body)
    try:
        done = caller.service.use_cases.act(one.case_id, command, caller.principal, one.version, request)
    except Exception as error:
        problem = page_problem_of(error, language)
        caller.visit.parts.append((one.trigger.value, problem.kind.code))
        if problem.kind not in _OF_ONE_CASE:
            raise
        words = problem.body(language, caller.visit.instance)["detail"]
        return Outcome(one.case_id, done=False, stale=problem.kind is Kind.STALE, words=words)
    caller.visit.parts.append((one.trigger.value, "replayed" if done.replayed else "done"))
    words = translated(_("Now followed by %(account)s"), language, account=asked.counsellor)
    return Outcome(one.case_id, done=True, stale=False, words=words)
