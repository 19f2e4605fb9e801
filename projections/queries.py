"""Queries to copy from the data dictionary: each statistic once more, in SQL that SQLite and PostgreSQL both understand.

What a query returns is named as the statistic names it: `line`, `month`, `organisation` or `wave` say what a row is, the
rest are figures. A test runs each on both databases and compares it with the statistic.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Query:
    """A query, and what it answers in French and in English; `statistic` names the one whose figures it returns."""

    about: tuple[str, str]
    sql: str
    statistic: str


QUERIES: Final[Mapping[str, tuple[Query, ...]]] = {
    "detection-sources": (
        Query(
            ("Les saisines par source, et leur part.", "The referrals by source, and their share."),
            """\
SELECT source AS line,
       COUNT(*) AS cases,
       ROUND(100.0 * COUNT(*) / SUM(COUNT(*)) OVER (), 2) AS share
FROM detection_sources
GROUP BY source
ORDER BY cases DESC""",
            "detection-sources",
        ),
    ),
    "outcomes": (
        Query(
            (
                "Les dossiers clos avec des soins réalisés, en part des clos et des ouverts, par organisme.",
                "Closed cases with care performed, as a share of the closed and of the opened, by organisation.",
            ),
            """\
SELECT organisation,
       'care_performed' AS line,
       SUM(cases) AS cases,
       ROUND(100.0 * SUM(cases) / NULLIF(SUM(closed), 0), 2) AS share_of_closed,
       ROUND(100.0 * SUM(cases) / NULLIF(SUM(opened), 0), 2) AS share_of_opened
FROM (
  SELECT opened_in AS organisation, 1 AS opened, 0 AS closed, 0 AS cases
  FROM outcomes
  UNION ALL
  SELECT organisation, 0, 1, CASE WHEN care_performed THEN 1 ELSE 0 END
  FROM outcomes
  WHERE closed_on IS NOT NULL
) AS counted
GROUP BY organisation
ORDER BY organisation""",
            "outcomes",
        ),
    ),
    "durations": (
        Query(
            (
                "La durée des accompagnements clos, du consentement à la clôture, par mois de clôture.",
                "How long closed episodes took from the consent to the closing, by month of closing.",
            ),
            """\
SELECT SUBSTR(CAST(closed_on AS TEXT), 1, 7) AS month,
       'consent_to_closing' AS line,
       COUNT(consent_to_closing) AS n,
       COUNT(*) - COUNT(consent_to_closing) AS missing,
       ROUND(AVG(consent_to_closing), 2) AS mean,
       COUNT(*) FILTER (WHERE consent_to_closing <= 90) AS within_90
FROM durations
WHERE closed_on IS NOT NULL AND consented_on IS NOT NULL
GROUP BY SUBSTR(CAST(closed_on AS TEXT), 1, 7)
ORDER BY month""",
            "durations",
        ),
    ),
    "first-contact": (
        Query(
            (
                "Combien de personnes ont été jointes, en combien de jours, par organisme.",
                "How many people were reached, and in how many days, by organisation.",
            ),
            """\
SELECT opened_in AS organisation,
       COUNT(*) AS detected,
       COUNT(days_to_contact) AS n,
       ROUND(AVG(days_to_contact), 2) AS mean,
       COUNT(*) FILTER (WHERE days_to_contact <= 7) AS within_7
FROM follow_up
GROUP BY opened_in
ORDER BY organisation""",
            "first-contact",
        ),
    ),
    "continuity": (
        Query(
            (
                "La part des dossiers clos suivis du début à la fin par le même conseiller.",
                "The share of closed cases with the same counsellor throughout.",
            ),
            """\
SELECT COUNT(*) FILTER (WHERE counsellors > 0) AS closed,
       COUNT(*) FILTER (WHERE same_counsellor) AS same_counsellor,
       ROUND(
         100.0 * COUNT(*) FILTER (WHERE same_counsellor) / NULLIF(COUNT(*) FILTER (WHERE counsellors > 0), 0), 2
       ) AS share_same_counsellor
FROM follow_up
WHERE closed_on IS NOT NULL""",
            "continuity",
        ),
    ),
    "forgone-care": (
        Query(
            (
                "Les renoncements par type de soin, et ceux dont le soin a été réalisé.",
                "Forgone care by type, and what of it was performed.",
            ),
            """\
SELECT care_type AS line,
       COUNT(*) AS needs,
       COUNT(*) FILTER (WHERE status = 'open') AS open,
       COUNT(*) FILTER (WHERE status = 'performed') AS performed
FROM forgone_care
WHERE dropped_for IS NULL OR dropped_for <> 'entered_by_mistake'
GROUP BY care_type
ORDER BY needs DESC""",
            "forgone-care",
        ),
    ),
    "forgone-care-reasons": (
        Query(
            (
                "Les renoncements dus au reste à charge ; un besoin peut avoir plusieurs raisons.",
                "Care forgone for the rest-to-pay; a need may have several reasons.",
            ),
            """\
SELECT 'rest_to_pay' AS line,
       COUNT(*) AS needs,
       COUNT(*) FILTER (WHERE status = 'performed') AS performed
FROM forgone_care
WHERE ',' || reasons || ',' LIKE '%,rest_to_pay,%'
  AND (dropped_for IS NULL OR dropped_for <> 'entered_by_mistake')""",
            "forgone-care-reasons",
        ),
    ),
    "funding": (
        Query(
            (
                "Les demandes de financement décidées, par financeur, en centimes.",
                "The funding requests that were decided, by funder, in cents.",
            ),
            """\
SELECT funder AS line,
       COUNT(*) AS decided,
       COUNT(*) FILTER (WHERE status = 'granted') AS granted,
       SUM(asked_cents) AS asked_cents,
       SUM(granted_cents) AS granted_cents,
       ROUND(AVG(days_to_decision), 2) AS mean_days
FROM funding
WHERE decided_on IS NOT NULL
GROUP BY funder
ORDER BY granted_cents DESC""",
            "funding",
        ),
    ),
    "referrals-onward": (
        Query(
            (
                "Les orientations vers les partenaires et leurs réponses.",
                "The referrals onward to partners, and their answers.",
            ),
            """\
SELECT partner AS line,
       COUNT(*) FILTER (WHERE answer <> 'waiting') AS known,
       COUNT(*) FILTER (WHERE answer IN ('accepted', 'completed')) AS accepted,
       COUNT(*) FILTER (WHERE answer = 'declined') AS declined,
       COUNT(*) FILTER (WHERE answer = 'waiting') AS waiting
FROM referrals_onward
GROUP BY partner
ORDER BY known DESC""",
            "referrals-onward",
        ),
    ),
    "intake": (
        Query(
            ("Les saisines par mois, et leur cumul.", "The referrals by month, and their running total."),
            """\
SELECT SUBSTR(CAST(detected_on AS TEXT), 1, 7) AS month,
       COUNT(*) AS referrals,
       SUM(COUNT(*)) OVER (ORDER BY SUBSTR(CAST(detected_on AS TEXT), 1, 7)) AS running_total
FROM detection_sources
GROUP BY SUBSTR(CAST(detected_on AS TEXT), 1, 7)
ORDER BY month""",
            "intake",
        ),
    ),
    "backlog": (
        Query(
            ("Les dossiers en cours aujourd'hui, par état.", "The cases that are open now, by state."),
            """\
SELECT state AS line,
       COUNT(*) AS cases,
       ROUND(100.0 * COUNT(*) / SUM(COUNT(*)) OVER (), 2) AS share
FROM counsellor_queue
GROUP BY state
ORDER BY cases DESC""",
            "backlog",
        ),
    ),
    "funnel": (
        Query(
            (
                "Combien de séjours dans chaque état sont terminés, et combien de jours ils ont pris.",
                "How many stays in each state have ended, and how many days they took.",
            ),
            """\
SELECT state AS line,
       COUNT(next_state) AS "left",
       COUNT(days) AS n,
       ROUND(AVG(days), 2) AS mean
FROM stays
WHERE next_state IS NOT NULL
GROUP BY state
ORDER BY state""",
            "funnel",
        ),
    ),
    "": (
        Query(
            (
                "Lire un compteur : les saisines par mois et par source ; chaque cellule n'a qu'une classe.",
                "Reading a tally: the referrals by month and source; each cell has one bin only.",
            ),
            """\
SELECT period AS month,
       key AS line,
       CAST(TRIM(bins, '[]') AS INTEGER) AS cases
FROM detection_sources_tally
WHERE scope = 'national' AND period BETWEEN '0001-01' AND '9999-12'
ORDER BY period, key""",
            "detection-sources",
        ),
        Query(
            (
                "Par vague de déploiement : joindre les organismes.",
                "By deployment wave: join the organisations.",
            ),
            """\
SELECT organisations.wave,
       COUNT(*) AS total
FROM detection_sources
JOIN organisations ON organisations.code = detection_sources.organisation
GROUP BY organisations.wave
ORDER BY organisations.wave""",
            "detection-sources",
        ),
    ),
}
"""By the name of the statistic they stand beside; under the empty name those that show how to read the tables."""
