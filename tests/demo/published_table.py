"""The published table, checked on a service filled with a national cohort of any size."""

from __future__ import annotations

from typing import cast

from adapters.database import reading
from adapters.demo.organisations import AVERAGED
from adapters.demo.quotas import largest_remainder
from adapters.demo.targets import Labels, Targets
from domain.vocabulary import PUBLISHED_SHARES, Outcome, Wave
from projections import detection_sources, durations, outcomes
from projections.statistics import Filters, covered
from tests.demo.conftest import Filled

THE_44 = Filters(waves=(Wave.PILOT.value, Wave.TRIAL.value, Wave.WAVE_1.value))


def check(made: Filled) -> None:
    """Every figure of [001], from the read models, is the published one scaled to the cohort's size."""
    targets = Targets.of(made.summary.cases)
    _check_sources(made, targets)
    _check_outcomes(made, targets)
    _check_durations(made)


def _check_sources(made: Filled, targets: Targets) -> None:
    with reading(made.service.engine) as connection:
        (sources,) = detection_sources.report(connection, Filters())
    found = {line.code: line.values["cases"] for line in sources.lines}
    assert found == {
        source.value: n for source, n in largest_remainder(PUBLISHED_SHARES, targets.cases).items()
    }


def _check_outcomes(made: Filled, targets: Targets) -> None:
    with reading(made.service.engine) as connection:
        (found,) = outcomes.report(connection, Filters())
        (of_44,) = outcomes.report(connection, THE_44)
    assert found.totals == {"opened": targets.cases, "closed": targets.closed}
    counted = {line.code: line.values["cases"] for line in found.lines}
    assert counted == {name: getattr(targets.labels, name) for name in Labels.__dataclass_fields__}
    shares = {
        o: found.line(o.value).values["share_of_parent"]
        for o in (Outcome.RIGHTS_CSS, Outcome.RIGHTS_COMPLEMENTARY)
    }
    # To one case in the rights opened: 58 % and 42 % of them are no whole numbers.
    assert shares == {
        Outcome.RIGHTS_CSS: round(100 * targets.labels.rights_css / targets.labels.rights_opened, 2),
        Outcome.RIGHTS_COMPLEMENTARY: round(
            100 * targets.labels.rights_complementary / targets.labels.rights_opened, 2
        ),
    }
    assert cast("int", of_44.totals["closed"]) < targets.closed


def _check_durations(made: Filled) -> None:
    with reading(made.service.engine) as connection:
        (found,) = durations.report(connection, THE_44)
        organisations = covered(connection, [durations.DURATIONS], THE_44, durations.KEYS)
    figures = found.line("consent_to_closing").values
    assert (figures["mean"], figures["missing"]) == (90.0, 0)
    assert (organisations.organisations_asked, len(AVERAGED)) == (44, 44)
