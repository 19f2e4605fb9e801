"""Which case has which outcomes: drawn case by case, but to exact counts for all of them together.

Where outcomes fall is ours: most of what opens a right, orients or funds ends in care, as [001, III] describes ("des
étapes certes intermédiaires mais pourtant essentielles").
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from adapters.demo.endings import CARE, CARE_PARTLY, RIGHTS_ONLY, Ending
from adapters.demo.plan import CasePlan
from adapters.demo.quotas import deck, largest_remainder, spread
from adapters.demo.targets import Labels
from domain.vocabulary import Outcome

_WITH_CARE: Final = frozenset({CARE, CARE_PARTLY})

_SHARES: Final[dict[Outcome, Mapping[str, float]]] = {
    Outcome.ORIENTED: {"care": 84, "rights": 10, "other": 6},
    Outcome.FINANCIAL_SUPPORT: {"care": 96, "rights": 1, "other": 3},
    Outcome.PARTNER_COOPERATION: {"care": 72, "rights": 18, "other": 10},
    Outcome.DIGITAL_HELP: {"care": 55, "rights": 35, "other": 10},
    Outcome.PREVENTION: {"care": 80, "rights": 10, "other": 10},
}
_RIGHTS_BESIDE_RIGHTS_ONLY: Final = {"care": 94.0, "other": 6.0}
_FILE_ONLY: Final = 0.02
"""The share of those with rights opened who only had their file updated: ours; the 124 % leave it open."""


def endings(endings_: Sequence[Ending], labels: Labels, total: int, rng: Random) -> list[Ending]:
    """Return `total` endings, shuffled: by their shares, but with care performed as often as `labels` says."""
    with_care = {e: float(e.per_mille) for e in endings_ if e in _WITH_CARE}
    without = {e: float(e.per_mille) for e in endings_ if e not in _WITH_CARE}
    care = min(labels.care_performed, total) if with_care else 0
    counts = largest_remainder(with_care, care) if with_care else {}
    return deck(counts | largest_remainder(without, total - care), rng)


def assign(plans: Sequence[CasePlan], labels: Labels, rng: Random) -> None:
    """Give every plan its outcomes, each as often as `labels` says among the plans that can have it."""
    groups: dict[str, list[CasePlan]] = {"care": [], "rights": [], "other": []}
    onward: list[CasePlan] = []
    for plan in plans:
        if plan.ending.onward:
            onward.append(plan)
        elif plan.ending in _WITH_CARE:
            plan.outcomes.add(Outcome.CARE_PERFORMED)
            groups["care"].append(plan)
        elif plan.ending is RIGHTS_ONLY:
            groups["rights"].append(plan)
        elif plan.ending.planned:
            groups["other"].append(plan)
    for plan in onward:
        plan.outcomes.add(Outcome.PARTNER_COOPERATION)
    _assign_rights(groups, labels, rng)
    for outcome, total in (
        (Outcome.ORIENTED, labels.oriented),
        (Outcome.FINANCIAL_SUPPORT, labels.financial_support),
        (Outcome.PARTNER_COOPERATION, labels.partner_cooperation - len(onward)),
        (Outcome.DIGITAL_HELP, labels.digital_help),
        (Outcome.PREVENTION, labels.prevention),
    ):
        for plan in _drawn(groups, _SHARES[outcome], max(total, 0), rng):
            plan.outcomes.add(outcome)


def _assign_rights(groups: Mapping[str, list[CasePlan]], labels: Labels, rng: Random) -> None:
    rest = max(labels.rights_opened - len(groups["rights"]), 0)
    opened = [*groups["rights"], *_drawn(groups, _RIGHTS_BESIDE_RIGHTS_ONLY, rest, rng)]
    rng.shuffle(opened)
    css, complementary, updated = (
        labels.rights_css,
        labels.rights_complementary,
        labels.rights_file_updated,
    )
    only_updated = min(max(round(len(opened) * _FILE_ONLY), len(opened) - css - complementary, 0), updated)
    both = max(css + complementary + only_updated - len(opened), 0)
    for index, plan in enumerate(opened):
        plan.outcomes.add(Outcome.RIGHTS_OPENED)
        if index < only_updated:
            plan.outcomes.add(Outcome.RIGHTS_FILE_UPDATED)
        elif index < only_updated + both:
            plan.outcomes |= {Outcome.RIGHTS_CSS, Outcome.RIGHTS_COMPLEMENTARY}
        elif index < only_updated + css:
            plan.outcomes.add(Outcome.RIGHTS_CSS)
        else:
            plan.outcomes.add(Outcome.RIGHTS_COMPLEMENTARY)
    others = opened[only_updated:]
    for plan in rng.sample(others, min(updated - only_updated, len(others))):
        plan.outcomes.add(Outcome.RIGHTS_FILE_UPDATED)


def _drawn(
    groups: Mapping[str, list[CasePlan]], shares: Mapping[str, float], total: int, rng: Random
) -> list[CasePlan]:
    sizes = {name: len(groups[name]) for name in shares}
    parts = spread(total, shares, sizes)
    return [plan for name, count in parts.items() for plan in rng.sample(groups[name], count)]
