"""The amounts of the cohort, in cents: what households live on, and what a piece of care costs.

The sources publish no distribution. The orders of magnitude are those of annex 2 of [001]: incomes from a few hundred
euros to some two thousand a month, a grant of twelve hundred euros.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

from domain.commands.intake import Charge, Resource
from domain.vocabulary import CareType, ChargeKind, Funder, ResourceKind

_INCOMES: Final = {
    ResourceKind.WAGES: (600, 1900),
    ResourceKind.PENSION: (650, 2000),
    ResourceKind.UNEMPLOYMENT: (450, 1200),
    ResourceKind.MINIMUM_INCOME: (400, 900),
    ResourceKind.YOUTH_SCHEME: (400, 485),
    ResourceKind.OTHER: (200, 800),
}
_INCOME_WEIGHTS: Final = (26, 28, 16, 22, 4, 4)

_QUOTES: Final = {
    CareType.DENTAL_PROSTHETIC: (600, 4200, 0.14, 0.35),
    CareType.OPTICAL: (180, 750, 0.04, 0.40),
    CareType.HEARING: (1400, 3800, 0.10, 0.25),
}
"""From, to (euros), and about which part the basic and the complementary insurance pay."""

_FUNDERS: Final = {
    Funder.FASS: 62,
    Funder.MUTUAL_FUND: 12,
    Funder.PENSION_FUND: 9,
    Funder.CCAS: 6,
    Funder.CAF: 3,
    Funder.DEPARTEMENT: 3,
    Funder.MDPH: 2,
    Funder.ASSOCIATION: 2,
    Funder.OTHER: 1,
}


@dataclass(frozen=True, slots=True)
class QuoteAmounts:
    """A quote, in cents."""

    total: int
    basic: int
    complementary: int

    @property
    def rest(self) -> int:
        """The rest-to-pay."""
        return self.total - self.basic - self.complementary


def resources(rng: Random) -> list[Resource]:
    """Return a household's monthly resources."""
    kind = rng.choices(tuple(_INCOMES), _INCOME_WEIGHTS)[0]
    lines = [Resource(kind=kind, cents=_euros(rng, *_INCOMES[kind]))]
    if rng.random() < 0.45:
        lines.append(Resource(kind=ResourceKind.HOUSING_AID, cents=_euros(rng, 90, 340)))
    return lines


def charges(rng: Random) -> list[Charge]:
    """Return a household's monthly charges."""
    lines = [Charge(kind=ChargeKind.RENT, cents=_euros(rng, 180, 620))]
    for kind, probability, low, high in (
        (ChargeKind.WATER_ENERGY, 0.9, 40, 160),
        (ChargeKind.INSURANCE, 0.6, 25, 190),
        (ChargeKind.PHONE, 0.8, 10, 45),
        (ChargeKind.TAX, 0.2, 15, 110),
        (ChargeKind.CREDIT, 0.15, 40, 260),
    ):
        if rng.random() < probability:
            lines.append(Charge(kind=kind, cents=_euros(rng, low, high)))
    return lines


def quote(rng: Random, care_type: CareType, *, insured: bool) -> QuoteAmounts:
    """Return what a professional asks; without a complementary cover that part is missing."""
    low, high, basic, complementary = _QUOTES.get(care_type, (60, 400, 0.3, 0.3))
    total = _euros(rng, low, high)
    shares = [
        round(total * part * rng.uniform(0.7, 1.2)) for part in (basic, complementary if insured else 0)
    ]
    return QuoteAmounts(total, *shares)


def funders(rng: Random, count: int) -> list[Funder]:
    """Return so many different funders, the fund's own budget most often."""
    chosen: list[Funder] = []
    while len(chosen) < count:
        funder = rng.choices(tuple(_FUNDERS), tuple(_FUNDERS.values()))[0]
        if funder not in chosen:
            chosen.append(funder)
    return chosen


def _euros(rng: Random, low: int, high: int) -> int:
    return rng.randrange(low * 100, high * 100)
