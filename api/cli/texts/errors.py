"""Failures and misuse: what happened, and what to do."""

from typing import Final

ERRORS: Final[dict[str, tuple[str, str]]] = {
    "error.prefix": ("Erreur :", "Error:"),
    "error.settings": ("réglage refusé. {why}.", "setting refused. {why}."),
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
        "ces données viennent d'une version plus récente de Fil Rouge : utilisez celle-là.",
        "these data come from a later version of Fil Rouge: run that one.",
    ),
    "error.unknown_event": (
        "l'historique contient un événement que cette version ne connaît pas ({topic}, version {version}) : utilisez la plus récente.",
        "the history holds an event that this version does not know ({topic}, version {version}): run the latest.",
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
        "la base est d'une version antérieure ({found}, ce programme va avec {known}) : `filrouge serve` la met à niveau ; sauvegardez-la d'abord.",
        "the database is of an older version ({found}, this program goes with {known}): `filrouge serve` upgrades it; back it up first.",
    ),
    "error.schema_too_new": (
        "la base est d'une version plus récente que ce programme ({found}, il va avec {known}), et reste intacte : utilisez celle-là.",
        "the database is newer than this program ({found}, which goes with {known}), and is left untouched: run the version that made it.",
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
        "la base ne répond pas : vérifiez FILROUGE_DATABASE_URL, le serveur et le disque ({why}).",
        "the database does not answer: check FILROUGE_DATABASE_URL, the server and the disk ({why}).",
    ),
    "error.read_models": (
        "des modèles de lecture sont à reconstruire avec `filrouge rebuild` : {names}.",
        "read models must be made anew with `filrouge rebuild`: {names}.",
    ),
    "error.token_unknown": (
        "aucun jeton n'a cet identifiant : `filrouge token list --all` les montre tous ; rien n'a été révoqué.",
        "no token has this id: `filrouge token list --all` shows them all; nothing was revoked.",
    ),
    "error.provider_unavailable": (
        "le fournisseur d'identité ne répond pas comme il le devrait : vérifiez FILROUGE_OIDC_ISSUER et le réseau ({why}).",
        "the identity provider does not answer as it should: check FILROUGE_OIDC_ISSUER and the network ({why}).",
    ),
    "error.account_unknown": (
        "aucun compte n'a le code {account} : `filrouge account list --all` les montre tous ; rien n'a changé.",
        "no account has the code {account}: `filrouge account list --all` shows them all; nothing was changed.",
    ),
    "error.account_refused": ("compte refusé : {why}.", "account refused: {why}."),
    "error.token_refused": ("jeton refusé : {why}.", "token refused: {why}."),
    "error.case_not_found": (
        "aucun dossier n'a l'identifiant {case}.",
        "no case has the id {case}.",
    ),
    "error.access_not_recorded": (
        "la lecture n'a pas pu être notée au journal des accès : rien n'est montré. Réessayez.",
        "the reading could not be recorded in the log of accesses: nothing is shown. Try again.",
    ),
    "error.person_unknown": (
        "aucune personne n'a cet identifiant.",
        "no person has this id.",
    ),
    "error.rebuild_under_way": (
        "une autre reconstruction est en cours : attendez qu'elle finisse.",
        "another rebuild is under way: wait for it to end.",
    ),
    "error.worker_lost": (
        "un processus de la reconstruction a été arrêté : rien n'a changé, relancez-la.",
        "a worker of the rebuild was stopped: nothing was changed, start it again.",
    ),
    "error.not_empty": (
        "il y a déjà des dossiers dans cette base : la démonstration en veut une vide.",
        "there are cases in this database already: the demonstration wants an empty one.",
    ),
    "error.system": ("le système refuse : {why}.", "the system refuses: {why}."),
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
