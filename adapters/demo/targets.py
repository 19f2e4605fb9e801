"""How many of what: the published figures [001] scaled to a cohort, and our choices where they are silent.

Published, to 31 March 2018, for 35,433 people: 12,701 with rights opened, of which 58 % CMU-C or ACS, 42 % a
complementary cover, 24 % an updated file (124 % together, for a file may have several); 6,030 better oriented; 4,480
with financial support; 1,392 with a partner's cooperation; near one closed file in two with care performed.

Chosen, for want of a figure:

- how many of the 35,433 are closed: three in four, 26,575. With some 600 referrals a week at the end and ninety days
  each, about 8,900 open cases are what such a cell would have on its hands;
- "near one in two" is 48.5 % of the closed: 12,889;
- digital help and prevention, which came later [003]: 2.5 % and 2 % of the closed;
- why the others are closed: `adapters.demo.endings`;
- financial obstacles are a reason in exactly three cases of four [001, IV.2.3].
"""

from dataclasses import dataclass
from typing import Final, Self

NATIONAL_CASES: Final = 35_433
"""The people supported to 31 March 2018 [001, III]."""


@dataclass(frozen=True, slots=True)
class Labels:
    """How many closed cases have each outcome. Both counts of `rights_css_and_complementary` are chosen, not published."""

    care_performed: int
    rights_opened: int
    rights_css: int
    rights_complementary: int
    rights_file_updated: int
    oriented: int
    financial_support: int
    partner_cooperation: int
    digital_help: int
    prevention: int


@dataclass(frozen=True, slots=True)
class Targets:
    """A cohort's size, how many of its cases are closed, and the outcomes of these."""

    cases: int
    closed: int
    labels: Labels

    @classmethod
    def of(cls, cases: int) -> Self:
        """Return the published figures, scaled to `cases` and rounded."""
        closed = round(cases * 0.75)
        rights = _scaled(12_701, cases)
        return cls(
            cases,
            closed,
            Labels(
                care_performed=round(closed * 0.485),
                rights_opened=rights,
                rights_css=round(rights * 0.58),
                rights_complementary=round(rights * 0.42),
                rights_file_updated=round(rights * 0.24),
                oriented=_scaled(6_030, cases),
                financial_support=_scaled(4_480, cases),
                partner_cooperation=_scaled(1_392, cases),
                digital_help=round(closed * 0.025),
                prevention=round(closed * 0.02),
            ),
        )


def _scaled(published: int, cases: int) -> int:
    return round(published * cases / NATIONAL_CASES)
