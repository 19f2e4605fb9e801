"""The help pages of what is asked and proven: figures, histories, the chain of hashes."""

from typing import Final

HELP_FIGURES: Final[dict[str, tuple[str, str]]] = {
    # ------------------------------------------------------------ stats
    "help.stats": (
        (
            "Les chiffres, calculés des événements, chacun avec sa définition.\n\n"
            "Sans nom, celles du tableau publié : la nature des détections, les résultats, les durées."
        ),
        (
            "The figures, computed from the events, each with its definition.\n\n"
            "Without a name, those of the published table: detection sources, outcomes, durations."
        ),
    ),
    "help.stats.examples": (
        (
            "Exemples :\n"
            "  filrouge stats\n"
            "  filrouge stats --to 2018-03-31 --weekly-from 2016-02-28\n"
            "  filrouge stats durations --by wave\n"
            "  filrouge stats outcomes --organisation gard --from 2017-01-01 --json"
        ),
        (
            "Examples:\n"
            "  filrouge stats\n"
            "  filrouge stats --to 2018-03-31 --weekly-from 2016-02-28\n"
            "  filrouge stats durations --by wave\n"
            "  filrouge stats outcomes --organisation gard --from 2017-01-01 --json"
        ),
    ),
    "help.stats.each": ("Une statistique, avec sa définition.", "One statistic, with its definition."),
    "help.stats.each.examples": (
        (
            "Exemples :\n  filrouge stats {name} --from 2017-01-01 --to 2017-12-31\n"
            "  filrouge stats {name} --by {by} --json"
        ),
        (
            "Examples:\n  filrouge stats {name} --from 2017-01-01 --to 2017-12-31\n"
            "  filrouge stats {name} --by {by} --json"
        ),
    ),
    "option.organisations": (
        "Seulement cet organisme ; à répéter pour plusieurs.",
        "Only this organisation; repeat it for several.",
    ),
    "option.waves": (
        "Seulement cette vague ; à répéter pour plusieurs.",
        "Only this wave; repeat it for several.",
    ),
    "option.from": ("Premier jour, inclus.", "First day, included."),
    "option.to": ("Dernier jour, inclus.", "Last day, included."),
    "option.as_of": ("Au soir de ce jour passé.", "As of the end of that past day."),
    "option.basis": (
        "Ce qui s'était passé (happened, par défaut) ou ce qui était enregistré (recorded) à cette date.",
        "What had happened (happened, the default) or what had been recorded (recorded) by that day.",
    ),
    "help.stats.compare": (
        (
            "Une statistique à deux dates passées, et les événements qui font la différence.\n\n"
            "Deux --as-of ; ou un seul, et les deux --basis : ce qui s'était passé, ce qui était enregistré."
        ),
        (
            "A statistic as of two past days, and the events that make the difference.\n\n"
            "Two --as-of; or one, with both --basis: what had happened, what had been recorded."
        ),
    ),
    "help.stats.compare.examples": (
        (
            "Exemples :\n"
            "  filrouge stats compare durations --as-of 2017-12-31 --as-of 2018-03-31\n"
            "  filrouge stats compare outcomes --as-of 2018-01-31 --basis recorded --basis happened"
        ),
        (
            "Examples:\n"
            "  filrouge stats compare durations --as-of 2017-12-31 --as-of 2018-03-31\n"
            "  filrouge stats compare outcomes --as-of 2018-01-31 --basis recorded --basis happened"
        ),
    ),
    "stats.compare.name": (
        "La statistique, du nom de sa commande (`filrouge stats --help`).",
        "The statistic, by the name of its command (`filrouge stats --help`).",
    ),
    "stats.compare.as_of": ("Au soir de ce jour ; deux fois.", "As of the end of that day; given twice."),
    "stats.compare.basis": (
        "Ce qui s'était passé (happened, par défaut) ou était enregistré (recorded) ; une fois pour chaque date.",
        "What had happened (happened, the default) or been recorded (recorded); once for each day.",
    ),
    "stats.compare.limit": ("Nombre d'événements montrés.", "How many events are shown."),
    "option.by": ("Une ligne par période, organisme ou vague.", "One row a period, organisation or wave."),
    "stats.line": (
        "Seulement cette ligne, avec toutes ses colonnes.",
        "This line only, with all its columns.",
    ),
    "stats.column": (
        "Cette colonne ; avec --by, celle qui est montrée pour chaque ligne.",
        "This column; with --by, the one that is shown of each line.",
    ),
    "stats.maturity": (
        (
            "Compte par date de consentement, sans les consentements de moins de tant de jours avant la fin, trop "
            "récents pour être clos."
        ),
        (
            "Count by the day of consent, and leave out the consents less than so many days before the end, too "
            "recent to be closed."
        ),
    ),
    "stats.publishable": (
        "Masque les petits effectifs, et ce qui permettrait de les retrouver.",
        "Hide small counts, and what would give them back.",
    ),
    "stats.weekly_from": (
        "Avec --to : le jour d'où compter la moyenne par semaine.",
        "With --to: the day from which to count the weekly average.",
    ),
    # ------------------------------------------------------------ history
    # ------------------------------------------------------------ queue
    "help.queue": (
        (
            "Les dossiers ouverts, le plus tôt attendu en premier.\n\n"
            "Où en est chacun et ce qui l'attend, jamais qui est la personne."
        ),
        (
            "The open cases, the earliest due first.\n\n"
            "Where each stands and what awaits it, never who the person is."
        ),
    ),
    "help.queue.examples": (
        (
            "Exemples :\n  filrouge queue --organisation gard --overdue\n"
            "  filrouge queue --as-of 2018-01-31 --basis recorded"
        ),
        (
            "Examples:\n  filrouge queue --organisation gard --overdue\n"
            "  filrouge queue --as-of 2018-01-31 --basis recorded"
        ),
    ),
    "queue.organisation": ("Ceux de cet organisme.", "Those of this organisation."),
    "queue.counsellor": ("Ceux que suit ce compte.", "Those that this account follows."),
    "queue.unassigned": ("Ceux que personne ne suit.", "Those that nobody follows."),
    "queue.state": ("Ceux qui sont dans cet état.", "Those in this state."),
    "queue.overdue": ("Ceux dont l'échéance est passée.", "Those whose next step is late."),
    "queue.limit": ("Combien, au plus.", "How many, at most."),
    "help.history": (
        (
            "Tout ce qui a été enregistré sur un dossier, en mots, avec la position et l'empreinte de chaque "
            "événement.\n\n"
            "Les notes parlent de la santé d'une personne : elles restent chiffrées, sauf avec --with-notes."
        ),
        (
            "Everything that was recorded about a case, in words, with each event's position and hash.\n\n"
            "Notes are about a person's health: they stay sealed, unless --with-notes asks for them."
        ),
    ),
    "help.history.examples": (
        (
            "Exemples :\n  filrouge history 01890f3e-0000-7000-8000-000000000001\n"
            "  filrouge history 01890f3e-0000-7000-8000-000000000001 --json"
        ),
        (
            "Examples:\n  filrouge history 01890f3e-0000-7000-8000-000000000001\n"
            "  filrouge history 01890f3e-0000-7000-8000-000000000001 --json"
        ),
    ),
    "history.case": ("Identifiant du dossier.", "The case's id."),
    "history.with_notes": (
        "Déchiffre les notes ; il faut la clé maîtresse.",
        "Open the notes; the master key is needed.",
    ),
    # ------------------------------------------------------------ rebuild, verify
    "help.rebuild": (
        (
            "Refait les modèles de lecture depuis les événements, aux mêmes octets.\n\n"
            "Pour une version qui calcule autrement, des délais qui ont changé, ou un doute. Ils sont refaits à côté "
            "de ceux qui servent, par plusieurs processus, puis prennent leur place d'un coup : personne n'attend. "
            "Interrompue, la reconstruction ne change rien ; la suivante repart de zéro."
        ),
        (
            "Make read models anew from the events, to the same bytes.\n\n"
            "For a version that computes otherwise, deadlines that changed, or a doubt. They are made beside those in "
            "use, by several processes, and then take their place at once: nobody waits. A rebuild that is stopped "
            "changes nothing; the next one begins again."
        ),
    ),
    "help.rebuild.examples": (
        "Exemples :\n  filrouge rebuild\n  filrouge rebuild durations outcomes --jobs 4",
        "Examples:\n  filrouge rebuild\n  filrouge rebuild durations outcomes --jobs 4",
    ),
    "rebuild.jobs": (
        "Nombre de processus ; par défaut, autant que de cœurs pour un historique qui le mérite. 0 : celui-ci seul.",
        "How many processes; by default as many as cores, for a history that is worth it. 0: this one alone.",
    ),
    "rebuild.if_needed": (
        "Seulement ce qui n'est pas à jour, au moindre coût.",
        "Only what is not current, at the least cost.",
    ),
    "help.retry": (
        (
            "Reprend les événements mis de côté.\n\n"
            "Un événement qu'un modèle de lecture ne sait pas prendre est mis de côté : ses lignes s'arrêtent juste "
            "avant, et `filrouge status` le montre. Une fois la cause corrigée, cette commande le reprend. Elle "
            "échoue s'il en reste."
        ),
        (
            "Take up the parked events.\n\n"
            "An event that a read model cannot take is parked: its rows stop right before it, and `filrouge status` "
            "shows it. Once what caused it is put right, this command takes it up. It fails if some are left."
        ),
    ),
    "help.retry.examples": (
        "Exemples :\n  filrouge retry\n  filrouge retry durations",
        "Examples:\n  filrouge retry\n  filrouge retry durations",
    ),
    "help.status": (
        (
            "Montre où en est chaque modèle de lecture : son état, le dernier événement pris en compte, ce qui est "
            "mis de côté ; et la reconstruction en cours, s'il y en a une."
        ),
        (
            "Show how each read model stands: its state, the last event it takes account of, what is parked; and the "
            "rebuild under way, if there is one."
        ),
    ),
    "help.status.examples": (
        "Exemples :\n  filrouge status\n  filrouge status --json",
        "Examples:\n  filrouge status\n  filrouge status --json",
    ),
    "rebuild.names": (
        (
            "case, counsellor_queue, durations, detection_sources, outcomes, follow_up, forgone_care, funding, "
            "referrals_onward, stays ; tous si rien n'est dit."
        ),
        (
            "case, counsellor_queue, durations, detection_sources, outcomes, follow_up, forgone_care, funding, "
            "referrals_onward, stays; all when none is named."
        ),
    ),
    "help.verify": (
        (
            "Parcourt la chaîne des empreintes et nomme le premier événement modifié, retiré, ajouté ou déplacé.\n\n"
            "La tête affichée est à noter ailleurs (un registre, un coffre) : elle seule prouve, plus tard, que la "
            "fin n'a pas été réécrite tout entière."
        ),
        (
            "Walk the chain of hashes and name the first event that was altered, removed, inserted or moved.\n\n"
            "Note the head it prints somewhere else (a register, a safe): nothing but that proves, later, that the "
            "end was not rewritten as a whole."
        ),
    ),
    "help.verify.examples": (
        (
            "Exemples :\n  filrouge verify\n  filrouge verify --expect-head 5123:9f86d081884c7d65…\n"
            "  filrouge verify --json"
        ),
        (
            "Examples:\n  filrouge verify\n  filrouge verify --expect-head 5123:9f86d081884c7d65…\n"
            "  filrouge verify --json"
        ),
    ),
    "verify.expect_head": (
        "Une tête notée plus tôt, que l'historique doit toujours contenir.",
        "A head noted earlier, which the history must still hold.",
    ),
}
