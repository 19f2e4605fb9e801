"""Failures and misuse: what happened, and what to do."""

from typing import Final

ERRORS: Final[dict[str, tuple[str, str]]] = {
    "error.prefix": ("Erreur :", "Error:"),
    "error.settings": ("réglage refusé. {detail}.", "setting refused. {detail}."),
    "error.key_store_mismatch": (
        (
            "le magasin de clés ne va pas avec cette base : vérifiez FILROUGE_KEYS_URL, ou restaurez le magasin "
            "qui l'accompagne."
        ),
        (
            "the store of keys does not go with this database: check FILROUGE_KEYS_URL, or restore the store "
            "that belongs with it."
        ),
    ),
    "error.purge_delayed": (
        (
            "des clés détruites sont peut-être encore dans le journal (WAL) du magasin de clés, qu'un autre "
            "processus est en train de lire : relancez `filrouge check` dans un moment."
        ),
        (
            "destroyed keys may still be in the write-ahead log of the store of keys, which another process is "
            "reading: run `filrouge check` again in a moment."
        ),
    ),
    "error.seal_broken": (
        "un texte chiffré a été altéré : vérifiez l'historique avec `filrouge verify`.",
        "a sealed text was altered: check the history with `filrouge verify`.",
    ),
    "error.key_destroyed": (
        "cette personne a été effacée : rien ne peut plus être lu ni écrit à son sujet.",
        "this person was erased: nothing about them can be read or written any more.",
    ),
    "error.too_new": (
        "ces données viennent d'une version plus récente de Fil Rouge : utilisez celle-là. ({detail})",
        "these data come from a later version of Fil Rouge: run that one. ({detail})",
    ),
    "error.unknown_event": (
        "l'historique contient un événement que cette version ne connaît pas : utilisez la plus récente. ({detail})",
        "the history holds an event that this version does not know: run the latest. ({detail})",
    ),
    "error.head_lost": (
        "la tête de l'historique manque : vérifiez-le avec `filrouge verify` avant toute écriture.",
        "the head of the event log is missing: check it with `filrouge verify` before anything is written.",
    ),
    "error.schema_missing": (
        "il n'y a pas encore de base ici : `filrouge serve` ou `filrouge demo` la crée.",
        "there is no database here yet: `filrouge serve` or `filrouge demo` makes it.",
    ),
    "error.schema_outdated": (
        (
            "la base est d'une version antérieure : `filrouge serve` la met à niveau ; sauvegardez-la d'abord. "
            "(révision {found} ; ce programme attend {known})"
        ),
        (
            "the database is older than this program: `filrouge serve` upgrades it; back it up first. "
            "(revision {found}; this program expects {known})"
        ),
    ),
    "error.schema_too_new": (
        (
            "la base est d'une version plus récente que ce programme, et reste intacte : utilisez celle-là. "
            "(révision {found} ; ce programme connaît jusqu'à {known})"
        ),
        (
            "the database is newer than this program, and is left untouched: run the version that made it. "
            "(revision {found}; this program knows up to {known})"
        ),
    ),
    "error.locked": (
        (
            "un autre programme occupe la base : réessayez ; FILROUGE_LOCK_TIMEOUT_SECONDS allonge l'attente. "
            "Rien n'a été écrit."
        ),
        (
            "another program holds the database: try again; FILROUGE_LOCK_TIMEOUT_SECONDS makes the wait longer. "
            "Nothing was written."
        ),
    ),
    "error.unavailable": (
        "la base ne répond pas : vérifiez FILROUGE_DATABASE_URL, le serveur et le disque. ({detail})",
        "the database does not answer: check FILROUGE_DATABASE_URL, the server and the disk. ({detail})",
    ),
    "error.read_models": (
        "des modèles de lecture sont à reconstruire avec `filrouge rebuild` : {detail}.",
        "read models must be made anew with `filrouge rebuild`: {detail}.",
    ),
    "error.token_unknown": (
        "aucun jeton n'a cet identifiant : `filrouge token list --all` les montre tous ; rien n'a été révoqué.",
        "no token has this id: `filrouge token list --all` shows them all; nothing was revoked.",
    ),
    "error.provider_unavailable": (
        "le fournisseur d'identité ne répond pas comme il le devrait : vérifiez FILROUGE_OIDC_ISSUER et le réseau. ({detail})",
        "the identity provider does not answer as it should: check FILROUGE_OIDC_ISSUER and the network. ({detail})",
    ),
    "error.account_unknown": (
        "aucun compte n'a le code {detail} : `filrouge account list --all` les montre tous ; rien n'a changé.",
        "no account has the code {detail}: `filrouge account list --all` shows them all; nothing was changed.",
    ),
    "error.account_refused": ("compte refusé : {detail}.", "account refused: {detail}."),
    "error.token_refused": ("jeton refusé : {detail}.", "token refused: {detail}."),
    "error.case_not_found": (
        "aucun dossier n'a l'identifiant {detail}.",
        "no case has the id {detail}.",
    ),
    "error.other": ("{detail}.", "{detail}."),
    "error.system": ("le système refuse : {detail}.", "the system refuses: {detail}."),
    "error.unforeseen": (
        "Fil Rouge s'est trompé ({kind}, {where}) : signalez ces deux mots à qui l'entretient.",
        "Fil Rouge made a mistake ({kind}, {where}): report these two words to whoever maintains it.",
    ),
    # ------------------------------------------------------------ misuse
    "misuse.help": ("Aide : {command} --help", "Help: {command} --help"),
    "misuse.no_command": (
        "il n'y a pas de commande « {given} » ; commandes : {accepted}.",
        "there is no command “{given}”; commands: {accepted}.",
    ),
    "misuse.missing_command": ("il manque une commande.", "a command is missing."),
    "misuse.extra": ("« {given} » est de trop.", "“{given}” is too much."),
    "misuse.no_option": ("il n'y a pas d'option {given}.", "there is no option {given}."),
    "misuse.nearest": ("La plus proche : {names}.", "The nearest: {names}."),
    "misuse.no_value": ("l'option {given} attend une valeur.", "the option {given} takes a value."),
    "misuse.takes_no_value": (
        "l'option {given} ne prend pas de valeur.",
        "the option {given} takes no value.",
    ),
    "misuse.missing": ("il manque {name}.", "{name} is missing."),
    "misuse.value": ("{name} : {why}", "{name}: {why}"),
    "misuse.day": (
        "« {given} » n'est pas une date ; elle s'écrit AAAA-MM-JJ.",
        "“{given}” is not a day; it is written YYYY-MM-DD.",
    ),
    "misuse.as_of_to_come": (
        "--as-of est une date à venir ; aujourd'hui est la dernière acceptée.",
        "--as-of is a day to come; today is the last that is accepted.",
    ),
    "misuse.basis_alone": ("--basis ne va qu'avec --as-of.", "--basis goes with --as-of only."),
    "misuse.choice": (
        "« {given} » n'est pas accepté ; valeurs : {accepted}.",
        "“{given}” is not accepted; values: {accepted}.",
    ),
    "misuse.whole": (
        "« {given} » n'est pas un nombre entier de {lowest} à {highest}.",
        "“{given}” is not a whole number from {lowest} to {highest}.",
    ),
}
