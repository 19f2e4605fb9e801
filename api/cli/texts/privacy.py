"""Retention, and the rights of a person: what the commands are for, and what they say."""

from typing import Final

PRIVACY: Final[dict[str, tuple[str, str]]] = {
    "help.person": (
        "Les droits d'une personne : ce qui est conservé sur elle.",
        "The rights of a person: what is held on them.",
    ),
    "help.person.examples": (
        "Exemple :\n  filrouge person export 01610e5a-4c00-7000-8000-000000000001",
        "Example:\n  filrouge person export 01610e5a-4c00-7000-8000-000000000001",
    ),
    "help.person.export": (
        (
            "Écrit tout ce qui est conservé sur la personne d'un dossier, chez tous les organismes, notes en clair : "
            "de quoi répondre à une demande d'accès. Le fichier n'est lisible que par son auteur, et sa création est "
            "inscrite au journal des accès."
        ),
        (
            "Write everything that is held on the person of a case, by every organisation, notes in clear: what "
            "answers a request for access. Only its author may read the file, and its making is in the log of accesses."
        ),
    ),
    "help.person.export.examples": (
        (
            "Exemples :\n"
            "  filrouge person export 01610e5a-4c00-7000-8000-000000000001\n"
            "  filrouge person export 01610e5a-4c00-7000-8000-000000000001 --format json --output reponse.json"
        ),
        (
            "Examples:\n"
            "  filrouge person export 01610e5a-4c00-7000-8000-000000000001\n"
            "  filrouge person export 01610e5a-4c00-7000-8000-000000000001 --format json --output answer.json"
        ),
    ),
    "person.format": (
        "html, à lire et à imprimer ; json, pour un programme.",
        "html, to read and print; json, for a program.",
    ),
    "person.output": (
        "Le fichier à écrire ; jamais par-dessus un autre.",
        "The file to write; never over another.",
    ),
    "person.there": (
        "{path} existe déjà : choisissez un autre nom.",
        "{path} is there already: choose another name.",
    ),
    "person.written": ("{path} écrit, dossiers : {cases}.", "{path} written, cases: {cases}."),
    "person.personal": (
        "Ce fichier est en clair : remettez-le à la personne, puis supprimez-le.",
        "This file is in clear: give it to the person, then delete it.",
    ),
    "help.retention": (
        (
            "Archive les dossiers clos et efface les personnes dont la durée de conservation est écoulée, selon les "
            "réglages FILROUGE_RETENTION_*. Un dossier ouvert n'est jamais touché : il est signalé. Interrompue, la "
            "commande se relance sans rien perdre ni refaire."
        ),
        (
            "Archive the closed cases and erase the people whose time is over, by the settings FILROUGE_RETENTION_*. "
            "An open case is never touched: it is named. A run that was interrupted is simply run again: nothing is "
            "lost or done twice."
        ),
    ),
    "help.retention.examples": (
        "Exemples :\n  filrouge retention --dry-run\n  filrouge retention --dry-run --json\n  filrouge retention",
        "Examples:\n  filrouge retention --dry-run\n  filrouge retention --dry-run --json\n  filrouge retention",
    ),
    "retention.dry_run": (
        "Dit qui est concerné, sans rien faire.",
        "Say who is concerned, and do nothing.",
    ),
    "retention.looking": ("Lecture des historiques", "Reading the histories"),
    "retention.doing": ("Archivage et effacement", "Archiving and erasing"),
    "retention.case": ("Dossier", "Case"),
    "retention.organisation": ("Organisme", "Organisation"),
    "retention.last_contact": ("Dernier contact", "Last contact"),
    "retention.due": ("Échu depuis le", "Over since"),
    "retention.fate": ("Règle", "Rule"),
    "retention.counted": (
        (
            "Dossiers à archiver : {archive}. Personnes à effacer : {erase}. Dossiers au-delà du délai gardés pour un "
            "autre : {held}. Dossiers ouverts sans contact : {open}."
        ),
        (
            "Cases to be archived: {archive}. People to be erased: {erase}. Cases past their time kept for another: "
            "{held}. Open cases without contact: {open}."
        ),
    ),
    "retention.nothing_done": (
        "Rien n'a été fait. Sans --dry-run, ces dossiers seraient archivés et ces personnes effacées.",
        "Nothing was done. Without --dry-run these cases would be archived and these people erased.",
    ),
    "retention.done": (
        (
            "Fait. Dossiers archivés : {archived}. Personnes effacées : {erased}. Laissés, car modifiés entre-temps : "
            "{skipped}. Réponses anciennes retirées : {answers}."
        ),
        (
            "Done. Cases archived: {archived}. People erased: {erased}. Left alone since they changed meanwhile: "
            "{skipped}. Old answers removed: {answers}."
        ),
    ),
    "error.retention_under_way": (
        "une autre application des règles de conservation est en cours sur cette base : attendez qu'elle finisse.",
        "another retention run is under way on this database: wait until it ends.",
    ),
}
