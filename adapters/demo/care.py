"""Care performed, or the need dropped: how the needs of a case are settled."""

from datetime import date, timedelta

from adapters.demo import forgone, notes
from adapters.demo.agenda import Agenda
from adapters.demo.calendar import on_or_after
from adapters.demo.endings import CARE_PARTLY
from adapters.demo.journey import Journey
from adapters.demo.planned import Planned, action
from domain.commands.care import DropNeed, RecordCarePerformed, RevisePlan
from domain.vocabulary import ActionKind, DropReason

_DROP_REASONS = {
    DropReason.NO_LONGER_NEEDED: 32,
    DropReason.DECLINED: 32,
    DropReason.DONE_OTHERWISE: 32,
    DropReason.ENTERED_BY_MISTAKE: 4,
}


def add_care(j: Journey, agenda: Agenda, start: date, end: date) -> None:
    """Foresee how each need is settled, the last of them on `end`.

    Care is often heard of some days after it was performed: it occurred then, and is recorded now.
    """
    ids = j.need_ids()
    if j.plan.ending is CARE_PARTLY:
        ids = ids[:-1]
    for number, need_id in enumerate(ids):
        is_last = number == len(ids) - 1
        recorded_on = end if is_last else j.between(start, end, 0.4, 0.95)
        if not is_last and j.rng.random() < 0.1:
            reason = j.rng.choices(tuple(_DROP_REASONS), tuple(_DROP_REASONS.values()))[0]
            agenda.add(recorded_on, DropNeed(need_id=need_id, reason=reason))
            continue
        heard_late = j.rng.random() < 0.3
        performed_on = (
            max(recorded_on - timedelta(days=j.rng.randrange(1, 12)), start) if heard_late else None
        )
        agenda.add(
            recorded_on,
            RecordCarePerformed(need_id=need_id, occurred_on=performed_on, note=notes.performed(j.rng)),
        )


def add_late_need(j: Journey, agenda: Agenda, actions: list[Planned], start: date, end: date) -> None:
    """Now and then a need comes to light during the work, and the plan is completed for it."""
    if (end - start).days < 30 or j.rng.random() >= 0.04:
        return
    day = j.between(start, end, 0.05, 0.3)
    known = {need.care_type for need in j.needs}
    found = forgone.needs(j.rng, day, least=1, costly=False, financial=False)[0]
    if found.care_type in known:
        return
    agenda.add(day, j.add(found))
    more = action(j, ActionKind.EXPLAIN_RIGHTS, day, [f"n{len(j.needs)}"])
    agenda.add(day, RevisePlan(actions=[more.to_plan]))
    actions.append(Planned(more.to_plan, completed=True, not_before=on_or_after(day)))
