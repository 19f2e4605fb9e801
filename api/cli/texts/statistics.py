"""The tables of `filrouge stats`."""

from typing import Final

STATISTICS: Final[dict[str, tuple[str, str]]] = {
    "stats.total": ("Total", "Total"),
    "stats.overall": ("Ensemble", "All together"),
    "stats.figure": ("Chiffre", "Figure"),
    "stats.named": ("{name} : {value}", "{name}: {value}"),
    "stats.shown": ("Montré", "Shown"),
    "stats.against": ("{column} : comparaison", "{column}: compared"),
    "stats.progress": ("Retour en arrière", "Going back"),
    "stats.compare.two": (
        "il faut deux dates passées : deux fois --as-of, ou une fois avec les deux --basis.",
        "two past days are needed: --as-of twice, or once with both --basis.",
    ),
    "stats.compare.change": ("Écart", "Change"),
    "stats.compare.alike": ("Aucun chiffre ne diffère.", "No figure differs."),
    "stats.compare.points": ("{change} pt", "{change} pp"),
    "stats.compare.because": (
        "Dossiers qui comptent autrement : {cases}. Leurs événements qui ne valent que d'un côté : {events}.",
        "Cases that count differently: {cases}. Their events that hold on one side only: {events}.",
    ),
    "stats.compare.event": (
        "{sign} n° {position}, dossier {case} : {label}, le {on}, enregistré le {at}",
        "{sign} no. {position}, case {case}: {label}, on {on}, recorded {at}",
    ),
    "stats.compare.more": ("… et {more} autres (--limit).", "… and {more} more (--limit)."),
    "stats.as_of": ("Au {on} : {basis}", "On {on}: {basis}"),
    "stats.stale": ("En retard sur les événements : {models}", "Behind the events: {models}"),
    "stats.parked": (
        "Dossiers comptés sans leurs derniers événements, mis de côté : {cases} (`filrouge status`)",
        "Cases counted without their last events, which are parked: {cases} (`filrouge status`)",
    ),
    "stats.funnel": (
        (
            "Comparaison : ce que le hasard seul explique, 95 ou 99,8 fois sur 100, pour un organisme de cette "
            "taille ; moins de {least} cas ne se comparent pas."
        ),
        (
            "Compared: what chance alone explains, 95 or 99.8 times in 100, of an organisation of that size; fewer "
            "than {least} cases are not compared."
        ),
    ),
    "stats.signs": (
        (
            "+ et - : au-delà de ce que le hasard seul explique 95 fois sur 100 pour un organisme de cette taille ; "
            "++ et -- : 99,8 fois ; ? : moins de {least} cas, non comparé. --line le dit en mots."
        ),
        (
            "+ and -: beyond what chance alone explains 95 times in 100 of an organisation of that size; ++ and --: "
            "99.8 times; ?: fewer than {least} cases, not compared. --line says it in words."
        ),
    ),
    "stats.hidden": (
        "{mark} : masqué, pour qu'aucun effectif de 1 à moins de {least} ne puisse se lire ni se déduire.",
        "{mark}: hidden, so that no count from 1 to less than {least} can be read or worked out.",
    ),
    "stats.weekly": (
        "En moyenne {each} {what} par semaine, sur {weeks} semaines, du {since} au {until}.",
        "On average {each} {what} a week, over {weeks} weeks, from {since} to {until}.",
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
    "stats.empty": (
        "Rien dans cette période, pour ces filtres.",
        "Nothing in this period, for these filters.",
    ),
    "stats.options_after": (
        "les options se placent après le nom de la statistique : filrouge stats durations --by month",
        "options go after the statistic's name: filrouge stats durations --by month",
    ),
    "stats.period_backwards": ("--from est après --to.", "--from is after --to."),
    "stats.none_mature": (
        "aucun consentement de la période n'est aussi ancien que --maturity le demande.",
        "no consent in the period is as old as --maturity asks.",
    ),
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
    "stats.period.cohort": (
        "consentements du {since} au {until}, inclus : {maturity} jours au moins avant la fin",
        "consents from {since} to {until}, included: {maturity} days at least before the end",
    ),
    "stats.period.beginning": ("premier jour", "the first day"),
    "stats.period.today": ("dernier jour enregistré", "the last day recorded"),
    "stats.organisations": (
        "demandés : {asked} ; avec au moins un cas : {found}",
        "asked for: {asked}; with at least one case: {found}",
    ),
}
