"""Who was referred twice and was not seen to be the same person: the referral that was a duplicate is merged.

It was rejected as a duplicate already, and stays closed as it was: no figure changes by it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from adapters.demo.endings import Stage
from adapters.demo.plan import CasePlan
from workflows.closing import ClosingReason

_ONE_IN: Final = 2_000
"""Of so many cases one is found to be another one's; at least one of a cohort that has a duplicate."""


def duplicates(plans: Sequence[CasePlan]) -> Iterator[tuple[CasePlan, CasePlan]]:
    """Yield referrals rejected as duplicates, each with the case in the same organisation that it is merged into."""
    left = 1 + len(plans) // _ONE_IN
    kept = [plan for plan in plans if plan.consent_on is not None and _is_plain(plan)]
    for plan in plans:
        ending = plan.ending
        if not (plan.closed and ending.stage is Stage.REJECTED and ending.reason is ClosingReason.DUPLICATE):
            continue
        found = next(
            (
                one
                for one in kept
                if one.organisation == plan.organisation and one.recorded_on < plan.recorded_on
            ),
            None,
        )
        if found is not None and _is_plain(plan) and left:
            kept.remove(found)
            left -= 1
            yield plan, found


def _is_plain(plan: CasePlan) -> bool:
    """Tell whether a case is nobody's but its person's, and stays where it is."""
    beside = (plan.erased_on, plan.contested_on, plan.transfer_to, plan.reopening)
    return plan.person == plan.number and not any(beside)
