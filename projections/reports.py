"""The statistics by name: what each is read from, how it is reported, and what its figures mean.

One entry here is all that a statistic takes beside its read model: the API and the command line, the exports, the
hiding of small counts and the data dictionary ask here, so that none of them knows a statistic, nor refuses a filter,
that another does not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from domain.errors import FilRougeError
from projections import (
    detection_sources,
    durations,
    follow_up,
    forgone_care,
    funding,
    outcomes,
    referrals_onward,
)
from projections.figures import Comparable, Group, Shape
from projections.read_model import ReadModel
from projections.statistics import Covered, Definition, Filters, GroupBy, covered
from workflows.labels import Language


class PeriodBackwards(FilRougeError):
    """The first day of the period is after its last: the figures would all be zero, and look like figures."""

    def __str__(self) -> str:
        """Say so."""
        return "the period begins after its end"


class NoneMature(FilRougeError):
    """Nobody who consented in the period has had the time asked for: the figures would all be zero."""

    def __str__(self) -> str:
        """Say so."""
        return "nobody who consented in the period has had that long"


class NotOffered(FilRougeError):
    """A statistic is asked for in a way that it does not offer: the parameter is at fault."""

    def __init__(self, parameter: str, offered: tuple[str, ...] = ()) -> None:
        """Name the parameter, and what it may be; nothing when the statistic does not know it."""
        super().__init__(parameter, offered)
        self.parameter, self.offered = parameter, offered


@dataclass(frozen=True, slots=True)
class Figures:
    """What came back: the figures of each group, and the organisations they cover."""

    groups: list[Group]
    covered: Covered


@dataclass(frozen=True, slots=True, kw_only=True)
class MatureCohort:
    """What a statistic that may be asked for a mature cohort then counts, and how it is then defined.

    `closed` names its total of what is closed, by the day of which it is dated otherwise.
    """

    closed: str
    keys: tuple[str, ...]
    definitions: Mapping[str, Definition]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One statistic: its name in addresses and commands, its title and what it tells, and where it comes from.

    `report` answers the groups, in the columns of `shape`, from the tables of `models` (and of the organisations)
    alone. `keys` are what the keys of their tallies that it counts begin with (none: all), to tell which
    organisations it covers. `groupings` are those it may be broken down by: by week only if its models' tallies are
    kept by week. `comparable` are the columns that may be compared between organisations. `weekly` names the total
    that flows, of which an average a week means something. `cohort` says that `report` heeds `Filters.cohort`.
    `published` are those of the published table [001, III].
    """

    name: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    models: tuple[ReadModel, ...]
    report: Callable[[Connection, Filters], list[Group]]
    definitions: Mapping[str, Definition]
    shape: Shape
    keys: tuple[str, ...] = ()
    groupings: tuple[GroupBy, ...] = (GroupBy.MONTH, GroupBy.ORGANISATION, GroupBy.WAVE)
    comparable: tuple[Comparable, ...] = ()
    weekly: str | None = None
    cohort: MatureCohort | None = None
    published: bool = False

    def read(self, connection: Connection, filters: Filters) -> Figures:
        """Return the figures under these filters. Raises PeriodBackwards, NotOffered, NoneMature."""
        if filters.since and filters.until and filters.since > filters.until:
            raise PeriodBackwards
        if filters.group_by not in (None, *self.groupings):
            raise NotOffered("group_by", tuple(by.value for by in self.groupings))
        keys = self.keys
        if filters.cohort is not None:
            if self.cohort is None:
                raise NotOffered("maturity")
            if filters.since and filters.since > filters.cohort.consented_by:
                raise NoneMature
            keys = self.cohort.keys
        return Figures(self.report(connection, filters), covered(connection, self.models, filters, keys))

    def definition(self, filters: Filters, language: Language) -> Definition:
        """Return what the figures under these filters are."""
        if filters.cohort is not None and self.cohort is not None:
            return self.cohort.definitions[language]
        return self.definitions[language]


STATISTICS: Final[Mapping[str, Statistic]] = {
    statistic.name: statistic
    for statistic in (
        Statistic(
            name="detection-sources",
            title={"fr": "Nature des détections", "en": "Detection sources"},
            about={
                "fr": "Les saisines reçues, par source.",
                "en": "The referrals received, by source.",
            },
            models=(detection_sources.DETECTION_SOURCES,),
            report=detection_sources.report,
            definitions=detection_sources.DEFINITIONS,
            shape=detection_sources.SHAPE,
            comparable=(Comparable("share", n="total", part="cases"),),
            weekly="total",
            published=True,
        ),
        Statistic(
            name="outcomes",
            title={"fr": "Résultats des accompagnements", "en": "Outcomes"},
            about={
                "fr": "Ce que sont devenus les dossiers clos ; un dossier peut avoir plusieurs résultats.",
                "en": "The outcomes of the closed cases, of which a case may have several.",
            },
            models=(outcomes.OUTCOMES,),
            report=outcomes.report,
            definitions=outcomes.DEFINITIONS,
            shape=outcomes.SHAPE,
            comparable=(Comparable("share_of_closed", n="closed", part="cases"),),
            published=True,
        ),
        Statistic(
            name="durations",
            title={"fr": "Durées d'accompagnement", "en": "Durations of accompaniment"},
            about={
                "fr": "Combien de temps durent les accompagnements clos, en jours calendaires ; les ouverts à part.",
                "en": "How long closed episodes took, in calendar days; open ones are counted apart.",
            },
            models=(durations.DURATIONS,),
            report=durations.report,
            definitions=durations.DEFINITIONS,
            shape=durations.SHAPE,
            keys=durations.KEYS,
            comparable=(
                Comparable("mean", n="n", sd="sd"),
                Comparable("share_within_90", n="n", part="within_90"),
            ),
            cohort=MatureCohort(
                closed=durations.CLOSED,
                keys=durations.COHORT_KEYS,
                definitions=durations.COHORT_DEFINITIONS,
            ),
            published=True,
        ),
        Statistic(
            name="first-contact",
            title={"fr": "Premier contact", "en": "First contact"},
            about={
                "fr": "En combien de jours les personnes sont jointes après la détection.",
                "en": "How many days after the detection people are reached.",
            },
            models=(follow_up.FOLLOW_UP,),
            report=follow_up.report_first_contact,
            definitions=follow_up.FIRST_CONTACT_DEFINITIONS,
            shape=follow_up.FIRST_CONTACT_SHAPE,
            keys=follow_up.FIRST_CONTACT_KEYS,
            comparable=(
                Comparable("mean", n="n", sd="sd"),
                Comparable("share_within_7", n="n", part="within_7"),
            ),
        ),
        Statistic(
            name="continuity",
            title={"fr": "Continuité du suivi", "en": "Continuity"},
            about={
                "fr": "Les dossiers clos qu'un seul et même conseiller a suivis du début à la fin.",
                "en": "The closed cases that one and the same counsellor followed from start to end.",
            },
            models=(follow_up.FOLLOW_UP,),
            report=follow_up.report_continuity,
            definitions=follow_up.CONTINUITY_DEFINITIONS,
            shape=follow_up.CONTINUITY_SHAPE,
            keys=follow_up.CONTINUITY_KEYS,
            comparable=(Comparable("share_same_counsellor", n="closed", part="same_counsellor"),),
        ),
        Statistic(
            name="forgone-care",
            title={"fr": "Soins auxquels on a renoncé", "en": "Forgone care"},
            about={
                "fr": "Les besoins par type de soin, et ce qu'ils sont devenus.",
                "en": "The needs by type of care, and what became of them.",
            },
            models=(forgone_care.FORGONE_CARE,),
            report=forgone_care.report_types,
            definitions=forgone_care.TYPE_DEFINITIONS,
            shape=forgone_care.TYPE_SHAPE,
            keys=forgone_care.TYPE_KEYS,
            comparable=(
                Comparable("share", n="total", part="needs"),
                Comparable("share_performed", n="ended", part="performed"),
            ),
        ),
        Statistic(
            name="forgone-care-reasons",
            title={"fr": "Raisons du renoncement", "en": "Reasons for forgoing care"},
            about={
                "fr": "Les besoins par raison du renoncement, et ce qu'ils sont devenus ; plusieurs raisons possibles.",
                "en": "The needs by reason, of which a need may have several, and what became of them.",
            },
            models=(forgone_care.FORGONE_CARE,),
            report=forgone_care.report_reasons,
            definitions=forgone_care.REASON_DEFINITIONS,
            shape=forgone_care.REASON_SHAPE,
            keys=forgone_care.REASON_KEYS,
            comparable=(
                Comparable("share", n="total", part="needs"),
                Comparable("share_performed", n="ended", part="performed"),
            ),
        ),
        Statistic(
            name="funding",
            title={"fr": "Aides demandées et accordées", "en": "Funding asked and granted"},
            about={
                "fr": "Ce qui est demandé aux financeurs, et ce qu'ils accordent.",
                "en": "What funders are asked for, and what they grant.",
            },
            models=(funding.FUNDING,),
            report=funding.report,
            definitions=funding.DEFINITIONS,
            shape=funding.SHAPE,
            comparable=(Comparable("share_granted", n="decided", part="granted"),),
        ),
        Statistic(
            name="referrals-onward",
            title={"fr": "Orientations vers les partenaires", "en": "Referrals onward"},
            about={
                "fr": "Les personnes orientées vers un partenaire, et ce qu'il a répondu.",
                "en": "The people sent on to a partner, and what the partner answered.",
            },
            models=(referrals_onward.REFERRALS_ONWARD,),
            report=referrals_onward.report,
            definitions=referrals_onward.DEFINITIONS,
            shape=referrals_onward.SHAPE,
            comparable=(Comparable("share_accepted", n="known", part="accepted"),),
        ),
    )
}
"""Every statistic, in the order the documents give them."""
