"""What care people of the cohort gave up, why, and since when.

[001, IV.2] gives an order, not shares: dental care first, then optical, eye and hearing care with their larger
rest-to-pay, but specialists and general practitioners too. In three cases of four an obstacle is financial; half of
what was given up was given up for two years at least (50.4 %). The weights beyond that are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final, TypeVar

from domain.commands.intake import NeedDescription
from domain.vocabulary import CareType, ForgoingReason

K = TypeVar("K")

C, R = CareType, ForgoingReason

_CARE: Final = {
    C.DENTAL_PROSTHETIC: 24,
    C.DENTAL_CONSERVATIVE: 20,
    C.OPTICAL: 16,
    C.OPHTHALMOLOGY: 9,
    C.HEARING: 7,
    C.SPECIALIST: 8,
    C.GP: 4,
    C.GYNAECOLOGY: 4,
    C.PHYSIOTHERAPY: 3,
    C.BIOLOGY: 2,
    C.PHARMACY: 1.5,
    C.OTHER: 1.5,
}
_COSTLY: Final = {C.DENTAL_PROSTHETIC: 50, C.OPTICAL: 28, C.HEARING: 22}
"""What a funding package is made for."""

_FINANCIAL: Final = {R.REST_TO_PAY: 60, R.NO_COMPLEMENTARY: 26, R.ADVANCE_OF_FEES: 14}
_OTHER: Final = {
    R.UNKNOWN_RIGHTS: 24,
    R.UNKNOWN_PROFESSIONAL: 20,
    R.APPOINTMENT_DELAY: 14,
    R.DISTANCE: 10,
    R.FEAR: 9,
    R.LIFE_RUPTURE: 9,
    R.BENEFIT_REFUSED: 4,
    R.DIGITAL_DIFFICULTY: 4,
    R.DISABILITY: 3,
    R.CARE_REFUSED: 3,
}
_TWO_YEARS: Final = 730
_LONG: Final = 0.504
"""The share of what was given up for two years at least [001, IV.2.3]."""


@dataclass(slots=True)
class Need:
    """A need of the cohort, and whether the detector already heard of it."""

    care_type: CareType
    reasons: list[ForgoingReason]
    since: date | None
    told: bool = True

    def described(self) -> NeedDescription:
        """Return it as a referral describes it."""
        return NeedDescription(care_type=self.care_type, reasons=self.reasons, since=self.since)


def needs(rng: Random, on: date, *, least: int, costly: bool, financial: bool) -> list[Need]:
    """Return one to three different needs as of that day; `costly` is of the kind that asks for funding."""
    wanted = max(least, 1 if (draw := rng.random()) < 0.68 else 2 if draw < 0.95 else 3)
    kinds = [_pick(rng, _COSTLY if costly else _CARE)]
    while len(kinds) < wanted:
        kind = _pick(rng, _CARE)
        if kind not in kinds:
            kinds.append(kind)
    found = []
    for index, kind in enumerate(kinds):
        reasons = _reasons(rng, financial=financial and (index == 0 or rng.random() < 0.5))
        found.append(Need(kind, reasons, _since(rng, on), told=rng.random() < (0.9 if index == 0 else 0.5)))
    found.sort(key=lambda need: not need.told)
    return found


def costly(need: Need) -> bool:
    """Tell whether a quote is the way to this need's care."""
    return need.care_type in _COSTLY


def _reasons(rng: Random, *, financial: bool) -> list[ForgoingReason]:
    reasons = [_pick(rng, _FINANCIAL)] if financial else [_pick(rng, _OTHER)]
    if rng.random() < 0.45:
        more = _pick(rng, _OTHER)
        if more not in reasons:
            reasons.append(more)
    return reasons


def _since(rng: Random, on: date) -> date | None:
    draw = rng.random()
    if draw < 0.15:
        return None
    long_ago = rng.random() < _LONG
    days = rng.randrange(_TWO_YEARS, 5 * 365) if long_ago else rng.randrange(20, _TWO_YEARS)
    return (on - timedelta(days=days)).replace(day=1)


def _pick(rng: Random, weights: Mapping[K, float]) -> K:
    return rng.choices(tuple(weights), tuple(weights.values()))[0]
