"""The statistics by name: what each is read from, how it is reported, and what its figures mean.

One entry here is all that a statistic takes beside its read model: the API and the command line, the exports, the
hiding of small counts and the data dictionary ask here, so that none of them knows a statistic, nor refuses a filter,
that another does not.
"""

from collections.abc import Mapping
from typing import Final

from projections import (
    accounts,
    backlog,
    detection_sources,
    durations,
    follow_up,
    forgone_care,
    funding,
    funnel,
    intake,
    outcomes,
    referrals_onward,
)
from projections.figures import Comparable
from projections.statistic import MatureCohort, Statistic
from projections.statistics import GroupBy

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
            groupings=tuple(GroupBy),
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
        Statistic(
            name="intake",
            title={"fr": "Saisines reçues", "en": "Intake"},
            about={
                "fr": "Les saisines reçues par semaine ou par mois, en tout et en moyenne depuis le premier jour demandé.",
                "en": "The referrals received a week or a month, in all and on average since the first day asked for.",
            },
            models=(detection_sources.DETECTION_SOURCES,),
            report=intake.report,
            definitions=intake.DEFINITIONS,
            shape=intake.SHAPE,
            groupings=tuple(GroupBy),
            weekly="referrals",
        ),
        Statistic(
            name="backlog",
            title={"fr": "Dossiers en cours", "en": "Backlog"},
            about={
                "fr": "Les dossiers en cours à la fin de chaque période, par état, et ceux qui sont entrés et sortis.",
                "en": "The cases open at the end of each period, by state, and those that came in and went out.",
            },
            models=accounts.MODELS,
            report=backlog.report,
            definitions=backlog.DEFINITIONS,
            shape=backlog.SHAPE,
            groupings=tuple(GroupBy),
        ),
        Statistic(
            name="funnel",
            title={"fr": "Parcours d'état en état", "en": "Funnel"},
            about={
                "fr": "Les dossiers entrés dans chaque état, sortis vers quel autre, et au bout de combien de jours.",
                "en": "The cases that entered each state, for which other they left it, and after how many days.",
            },
            models=accounts.MODELS,
            report=funnel.report,
            definitions=funnel.DEFINITIONS,
            shape=funnel.SHAPE,
        ),
    )
}
"""Every statistic, in the order the documents give them."""
