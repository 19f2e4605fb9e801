"""After the closing: cases reopened for care that was not finished after all, and data erased when somebody asks."""

from collections.abc import Iterator
from datetime import date

from adapters.demo import forgone
from adapters.demo.calendar import after
from adapters.demo.endings import CARE
from adapters.demo.identities import other_phone
from adapters.demo.journey import Journey
from adapters.demo.planned import action
from adapters.demo.steps import Step
from domain.commands.care import CompleteAction, RecordCarePerformed, RevisePlan
from domain.commands.follow_up import Close, Reopen
from domain.commands.privacy import Archive, ErasePersonalData, IdentityChanges, RectifyIdentity, Restore
from domain.vocabulary import ActionKind, ArchiveReason, RectifyReason, ReopenReason, RestoreReason
from workflows.closing import ClosingReason


def after_closing(j: Journey) -> Iterator[Step]:
    """Yield what follows a closing, if anything does."""
    if j.plan.reopening is not None:
        yield from _reopened(j)
    if j.plan.contested_on is not None:
        yield from _contested(j, j.plan.contested_on)
    if j.plan.erased_on is not None:
        yield from j.ask(j.plan.erased_on, ErasePersonalData(), j.team.protector)


def _contested(j: Journey, day: date) -> Iterator[Step]:
    """The person's rights of restriction and rectification (GDPR, art. 18 and 16): put away, put right, taken out again."""
    yield from j.ask(day, Archive(reason=ArchiveReason.RESTRICTION), j.team.protector)
    moved = IdentityChanges(phone=other_phone(j.person, j.rng))
    right = RectifyIdentity(identity=moved, reason=RectifyReason.PERSON_REQUEST)
    yield from j.ask(after(day, 5), right, j.team.protector)
    yield from j.ask(after(day, 6), Restore(reason=RestoreReason.RESTRICTION_ENDED), j.team.protector)


def _reopened(j: Journey) -> Iterator[Step]:
    """A new episode: another need where all care was performed, the care that was missing otherwise."""
    reopening = j.plan.reopening
    if reopening is None:
        return
    all_performed = j.plan.ending is CARE
    reason = ReopenReason.NEW_NEED if all_performed else ReopenReason.CARE_NOT_DONE
    day = reopening.on
    last = reopening.closed_on or j.plan.horizon
    yield from j.ask(day, Reopen(reason=reason), j.team.supervisor)
    yield from j.ask(day, j.contact(reached=True))
    if all_performed:
        need = forgone.needs(j.rng, j.plan.detected_on, least=1, costly=False, financial=False)[0]
        yield from j.ask(day, j.add(need))
    need_id = f"n{len(j.needs)}"
    more = action(j, ActionKind.SEEK_OTHER_RIGHTS, day, [need_id])
    yield from j.ask(day, RevisePlan(actions=[more.to_plan]))
    yield from j.ask(j.between(day, last), CompleteAction(action_id=f"a{j.actions}"))
    if reopening.closed_on is None:
        return
    yield from j.ask(j.between(j.diary.day, last), RecordCarePerformed(need_id=need_id))
    yield from j.ask(reopening.closed_on, Close(reason=ClosingReason.CARE_PERFORMED))
