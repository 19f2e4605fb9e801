"""What `filrouge accesses` says, and its help."""

from typing import Final

ACCESSES: Final[dict[str, tuple[str, str]]] = {
    "help.accesses": (
        (
            "Qui a lu quoi, sur qui, quand, et pourquoi ce compte le pouvait, du plus récent au plus ancien.\n\n"
            "Aucun nom : des codes et des pseudonymes. Consulter ce journal y est enregistré aussi."
        ),
        (
            "Who read about whom, when, and why they could, the latest first.\n\n"
            "No names: codes and pseudonyms. Reading this log is recorded in it too."
        ),
    ),
    "help.accesses.examples": (
        (
            "Exemples :\n"
            "  filrouge accesses --case DOSSIER       qui a consulté ce dossier\n"
            "  filrouge accesses --break-glass        les bris de glace, et ce qu'ils ont ouvert\n"
            "  filrouge accesses purge                retire ce qui a été gardé assez longtemps"
        ),
        (
            "Examples:\n"
            "  filrouge accesses --case CASE          who consulted this file\n"
            "  filrouge accesses --break-glass        the glasses broken, and what they opened\n"
            "  filrouge accesses purge                remove what was kept long enough"
        ),
    ),
    "help.accesses.purge": (
        (
            "Retire du journal des accès ce qui a été gardé FILROUGE_ACCESS_LOG_DAYS jours.\n\n"
            "`filrouge serve` le fait de lui-même. La base refuse de retirer ce qui a moins de six mois."
        ),
        (
            "Remove from the log of accesses what was kept for FILROUGE_ACCESS_LOG_DAYS days.\n\n"
            "`filrouge serve` does so by itself. The database refuses to remove what is younger than six months."
        ),
    ),
    "help.accesses.purge.examples": (
        "Exemple :\n  filrouge accesses purge --json",
        "Example:\n  filrouge accesses purge --json",
    ),
    "accesses.case": (
        "Seulement les accès à ce dossier, par qui que ce soit.",
        "Only the accesses to this case, by anybody.",
    ),
    "accesses.account": ("Seulement ceux de ce compte.", "Only those by this account."),
    "accesses.organisation": (
        "Seulement les accès aux dossiers de cet organisme, et ceux de ses comptes.",
        "Only the accesses to this organisation's cases, and those by its accounts.",
    ),
    "accesses.kind": (
        "Seulement cette sorte : case, history, person, list, search, duplicates, events, export, accesses, break_glass.",
        "Only this kind: case, history, person, list, search, duplicates, events, export, accesses, break_glass.",
    ),
    "accesses.break_glass": (
        "Seulement ce qu'un bris de glace a permis, et le bris lui-même.",
        "Only what a broken glass allowed, and the breaking itself.",
    ),
    "accesses.limit": ("Nombre d'accès au plus.", "How many accesses at most."),
    "accesses.after": (
        "Ceux d'avant cet accès : la fin de la page précédente le donne.",
        "Those before this access: the end of the page before gives it.",
    ),
    "accesses.backwards": ("--from est après --to.", "--from is after --to."),
    "accesses.none": ("Aucun accès de cette sorte.", "No such access."),
    "accesses.more": (
        "Il y en a d'autres : --after {after}",
        "There are others: --after {after}",
    ),
    "accesses.cases": ("{number} dossiers", "{number} cases"),
    "accesses.purged": (
        "Accès retirés : {removed}, gardés plus de {days} jours.",
        "Accesses removed: {removed}, kept for more than {days} days.",
    ),
    "accesses.column.at": ("Quand", "When"),
    "accesses.column.who": ("Compte", "Account"),
    "accesses.column.role": ("Rôle", "Role"),
    "accesses.column.organisation": ("Organisme", "Organisation"),
    "accesses.column.kind": ("Lecture", "Reading"),
    "accesses.column.ground": ("Pourquoi", "Why"),
    "accesses.column.case": ("Dossier", "Case"),
}
