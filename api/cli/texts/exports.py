"""What `filrouge export` says, and its help."""

from typing import Final

EXPORTS: Final[dict[str, tuple[str, str]]] = {
    "help.export": (
        (
            "Écrit un fichier à donner : une statistique, une table ou le journal d'événements.\n\n"
            "À côté du fichier, un manifeste dit ce qu'il contient et permet de le refaire à l'octet près. "
            "Dossiers, personnes et comptes y sont des pseudonymes ; les petits effectifs y sont masqués."
        ),
        (
            "Write a file to give away: a statistic, a table or the event log.\n\n"
            "Beside the file, a manifest says what it holds and lets it be made again to the byte. "
            "Cases, people and accounts are pseudonyms in it; small counts are hidden."
        ),
    ),
    "help.export.examples": (
        (
            "Exemples :\n"
            "  filrouge export statistic outcomes --by organisation --output resultats.csv\n"
            "  filrouge export events --format ocel --output journal.jsonocel\n"
            "  filrouge export --from-manifest resultats.csv.manifest.json --output encore.csv"
        ),
        (
            "Examples:\n"
            "  filrouge export statistic outcomes --by organisation --output outcomes.csv\n"
            "  filrouge export events --format ocel --output log.jsonocel\n"
            "  filrouge export --from-manifest outcomes.csv.manifest.json --output again.csv"
        ),
    ),
    "help.export.statistic": (
        "Écrit une statistique : une ligne par chiffre, les petits effectifs masqués.",
        "Write a statistic: a row for each figure, small counts hidden.",
    ),
    "help.export.statistic.examples": (
        (
            "Exemples :\n"
            "  filrouge export statistic durations --by month --output durees.csv\n"
            "  filrouge export statistic outcomes --format xlsx --as-of 2018-03-31 --output resultats.xlsx"
        ),
        (
            "Examples:\n"
            "  filrouge export statistic durations --by month --output durations.csv\n"
            "  filrouge export statistic outcomes --format xlsx --as-of 2018-03-31 --output outcomes.xlsx"
        ),
    ),
    "help.export.table": (
        (
            "Écrit les lignes d'une table de lecture, sous pseudonymes. Ce sont des données personnelles : "
            "pour qui suit ou contrôle ces dossiers."
        ),
        (
            "Write the rows of a read model, under pseudonyms. They are personal data: "
            "for those who follow or audit these cases."
        ),
    ),
    "help.export.table.examples": (
        "Exemple :\n  filrouge export table case --organisation gard --format parquet --output dossiers.parquet",
        "Example:\n  filrouge export table case --organisation gard --format parquet --output cases.parquet",
    ),
    "help.export.events": (
        (
            "Écrit le journal d'événements, sous pseudonymes, pour la fouille de processus. "
            "Ni texte libre, ni montant exact ; un journal de trop peu de dossiers est refusé."
        ),
        (
            "Write the event log, under pseudonyms, for process mining. "
            "No free text and no exact amount; a log of too few cases is refused."
        ),
    ),
    "help.export.events.examples": (
        "Exemple :\n  filrouge export events --wave pilot --output journal.xes",
        "Example:\n  filrouge export events --wave pilot --output log.xes",
    ),
    "export.statistic": (
        (
            "La statistique : "
            "detection-sources, outcomes, durations, first-contact, continuity, forgone-care, "
            "forgone-care-reasons, funding, referrals-onward, intake, backlog, funnel."
        ),
        (
            "The statistic: "
            "detection-sources, outcomes, durations, first-contact, continuity, forgone-care, "
            "forgone-care-reasons, funding, referrals-onward, intake, backlog, funnel."
        ),
    ),
    "export.table": (
        (
            "La table de lecture : "
            "case, counsellor_queue, durations, detection_sources, outcomes, follow_up, forgone_care, "
            "funding, referrals_onward, stays."
        ),
        (
            "The read model: "
            "case, counsellor_queue, durations, detection_sources, outcomes, follow_up, forgone_care, "
            "funding, referrals_onward, stays."
        ),
    ),
    "export.format": ("Format du fichier.", "Format of the file."),
    "export.output": (
        "Fichier à écrire ; sans cette option, un nom est choisi dans le dossier courant.",
        "File to write; without it, a name is chosen in the current folder.",
    ),
    "export.force": (
        "Remplace un fichier de ce nom, et son manifeste.",
        "Replace a file of this name, and its manifest.",
    ),
    "export.author": (
        "Compte au nom duquel le fichier est fait.",
        "Account in whose name the file is made.",
    ),
    "export.from_manifest": (
        "Refait l'export de ce manifeste, et vérifie que ce sont les mêmes octets.",
        "Make the export of this manifest again, and check that it is the same bytes.",
    ),
    "export.what": (
        "dites quoi : statistic, table ou events, ou --from-manifest FICHIER.",
        "say what: statistic, table or events, or --from-manifest FILE.",
    ),
    "export.options_after": (
        "les options de `filrouge export` lui-même ne vont qu'avec --from-manifest ; donnez les autres après le nom.",
        "the options of `filrouge export` itself go with --from-manifest only; give the others after the name.",
    ),
    "export.not_offered": (
        "cette statistique n'offre pas cela ({option}) ; elle offre : {accepted}.",
        "this statistic does not offer that ({option}); it offers: {accepted}.",
    ),
    "export.nothing": ("rien de cela", "none of it"),
    "export.bad_author": (
        "--author veut le code d'un compte : lettres minuscules, chiffres, . _ -",
        "--author wants the code of an account: small letters, digits, . _ -",
    ),
    "export.no_folder": (
        "le dossier {folder} n'existe pas.",
        "the folder {folder} does not exist.",
    ),
    "export.exists": (
        "{path} existe déjà, ou son manifeste ; --force le remplace.",
        "{path} is there already, or its manifest; --force replaces it.",
    ),
    "export.progress": ("Lecture du journal", "Reading the log"),
    "export.done": (
        "{path} : {rows} lignes, {size} octets, SHA-256 {digest}",
        "{path}: {rows} rows, {size} bytes, SHA-256 {digest}",
    ),
    "export.manifest": (
        "Manifeste : {path}. Il suffit à refaire ce fichier.",
        "Manifest: {path}. It is all it takes to make this file again.",
    ),
    "export.personal": (
        "Des dossiers un par un, même sous pseudonymes, sont des données personnelles : gardez ce fichier comme telles.",
        "Single cases, even under pseudonyms, are personal data: keep this file as such.",
    ),
    "error.format_missing": (
        "Parquet demande un complément qui n'est pas installé : pip install 'filrouge[parquet]'.",
        "Parquet needs an extra that is not installed: pip install 'filrouge[parquet]'.",
    ),
    "error.too_few_cases": (
        "ce journal aurait trop peu de dossiers : on pourrait y reconnaître quelqu'un. Élargissez les filtres.",
        "this log would hold too few cases: somebody could be recognised. Widen the filters.",
    ),
    "error.another_history": (
        "cette base n'a pas l'historique de ce manifeste : son dernier événement n'y est pas.",
        "this database does not have the history of this manifest: its last event is not there.",
    ),
    "error.not_the_same": (
        "le fichier refait n'est pas celui du manifeste, et n'a pas été gardé : la version {program} du programme l'avait fait.",
        "the file made again is not that of the manifest, and was not kept: version {program} of the program had made it.",
    ),
    "error.manifest_unreadable": (
        "ce fichier n'est pas le manifeste d'un export, ou celui d'une version plus récente.",
        "this file is not the manifest of an export, or that of a later version.",
    ),
}
