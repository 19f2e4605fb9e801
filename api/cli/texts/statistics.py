"""The tables of `filrouge stats`."""

from typing import Final

STATISTICS: Final[dict[str, tuple[str, str]]] = {
    "stats.title.durations": ("DURÉES D'ACCOMPAGNEMENT", "DURATIONS OF ACCOMPANIMENT"),
    "stats.title.detection-sources": ("NATURE DES DÉTECTIONS", "DETECTION SOURCES"),
    "stats.title.outcomes": ("RÉSULTATS DES ACCOMPAGNEMENTS", "OUTCOMES"),
    "stats.total": ("Total", "Total"),
    "stats.weekly": (
        "En moyenne {each} saisines par semaine, sur {weeks} semaines, du {since} au {until}.",
        "On average {each} referrals a week, over {weeks} weeks, from {since} to {until}.",
    ),
    "stats.closed_and_open": (
        (
            "Épisodes clos après un consentement : {closed}. Comptés à part : clos sans consentement, {without} ; "
            "encore ouverts, {open}."
        ),
        "Episodes closed after a consent: {closed}. Counted apart: closed without a consent, {without}; open, {open}.",
    ),
    "stats.mature": (
        (
            "Les mêmes, sur les {number} organismes déployés au plus tard le {day}, neuf mois avant la fin : les "
            "cellules plus jeunes n'ont clos que leurs dossiers rapides."
        ),
        (
            "The same, over the {number} organisations deployed by {day}, nine months before the end: younger "
            "cells have closed only the cases that went fast."
        ),
    ),
    "stats.opened_and_closed": (
        "Dossiers ouverts : {opened} ; dossiers clos : {closed}. Un dossier peut avoir plusieurs résultats.",
        "Cases opened: {opened}; cases closed: {closed}. A case may have several outcomes.",
    ),
    "stats.shares_of_closed": (
        "Entre parenthèses, la part des dossiers clos ; --json donne aussi celle des dossiers ouverts.",
        "In brackets, the share of the cases closed; --json also gives that of the cases opened.",
    ),
    "stats.measured": ("Mesure : {measure}", "Measure: {measure}"),
    "stats.empty": (
        "Rien dans cette période, pour ces filtres.",
        "Nothing in this period, for these filters.",
    ),
    "stats.options_after": (
        "les options se placent après le nom de la statistique : filrouge stats durations --by month",
        "options go after the statistic's name: filrouge stats durations --by month",
    ),
    "stats.period_backwards": ("--from est après --to.", "--from is after --to."),
    # ------------------------------------------------------------ columns
    "stats.column.source": ("Source", "Source"),
    "stats.column.referrals": ("Saisines", "Referrals"),
    "stats.column.share": ("Part", "Share"),
    "stats.column.measure": ("Mesure, en jours", "Measure, in days"),
    "stats.column.n": ("Épisodes", "Episodes"),
    "stats.column.missing": ("Manquants", "Missing"),
    "stats.column.mean": ("Moyenne", "Mean"),
    "stats.column.median": ("Médiane", "Median"),
    "stats.column.p10": ("1er décile", "p10"),
    "stats.column.p90": ("9e décile", "p90"),
    "stats.column.within_90": ("90 jours au plus", "Within 90 days"),
    "stats.column.closed": ("Clos", "Closed"),
    "stats.column.without_consent": ("Sans consentement", "Without consent"),
    "stats.column.open": ("Ouverts", "Open"),
    "stats.column.opened": ("Ouverts", "Opened"),
    "stats.column.outcome": ("Résultat", "Outcome"),
    "stats.column.cases": ("Dossiers clos", "Closed cases"),
    "stats.column.of_closed": ("des clos", "of closed"),
    "stats.column.of_opened": ("des ouverts", "of opened"),
    "stats.column.of_rights": ("des droits ouverts", "of rights opened"),
    # ------------------------------------------------------------ definition
    "stats.definition.unit": ("Unité        : {text}", "Unit          : {text}"),
    "stats.definition.numerator": ("Numérateur   : {text}", "Numerator     : {text}"),
    "stats.definition.denominator": ("Dénominateur : {text}", "Denominator   : {text}"),
    "stats.definition.date_basis": ("Date retenue : {text}", "Date basis    : {text}"),
    "stats.definition.period": ("Période      : {text}", "Period        : {text}"),
    "stats.definition.organisations": ("Organismes   : {text}", "Organisations : {text}"),
    "stats.definition.missing": ("Manquants    : {text}", "Missing       : {text}"),
    "stats.definition.source": ("Source       : {text}", "Source        : {text}"),
    "stats.period": ("du {since} au {until}, inclus", "from {since} to {until}, included"),
    "stats.period.beginning": ("premier jour", "the first day"),
    "stats.period.today": ("dernier jour enregistré", "the last day recorded"),
    "stats.organisations": (
        "demandés : {asked} ; avec au moins un cas : {found}",
        "asked for: {asked}; with a case at least: {found}",
    ),
}
