"""One statistic as the command line has it: what was asked, and what came back."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from api.cli.stats_mature import Mature
    from projections.statistics import Covered, Definition, Filters

MEASURES: Final = ("consent_to_closing", "detection_to_closing", "consent_to_care")


@dataclass(frozen=True)
class Asked:
    """What is asked: the filters of every statistic, and what only one of them looks at."""

    filters: "Filters"
    measure: str = MEASURES[0]
    weekly_from: date | None = None


@dataclass(frozen=True)
class Answer:
    """One statistic, and all that must be shown beside it."""

    name: str
    asked: Asked
    definition: "Definition"
    covered: "Covered"
    groups: list[Any]
    mature: "Mature | None" = None
