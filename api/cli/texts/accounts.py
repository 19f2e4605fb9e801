"""`filrouge account`: its help, and what it says."""

from typing import Final

ACCOUNTS: Final[dict[str, tuple[str, str]]] = {
    "help.account": (
        "Qui peut entrer, et à quel titre : ajouter des comptes, les relier au fournisseur d'identité, les désactiver.",
        "Who may come in, and as what: add accounts, link them to the identity provider, disable them.",
    ),
    "help.account.examples": (
        (
            "Exemples :\n"
            "  filrouge account add conseil-3 counsellor --organisation gard\n"
            "  filrouge account invite conseil-3 < adresse.txt\n"
            "  filrouge account list\n"
            "  filrouge account disable conseil-3"
        ),
        (
            "Examples:\n"
            "  filrouge account add counsel-3 counsellor --organisation gard\n"
            "  filrouge account invite counsel-3 < address.txt\n"
            "  filrouge account list\n"
            "  filrouge account disable counsel-3"
        ),
    ),
    "help.account.add": (
        (
            "Ajoute un compte : un code, un rôle, un organisme, pour toujours.\n\n"
            "Il n'ouvre rien tant qu'il n'a ni jeton (`filrouge token create`), ni invitation, ni lien."
        ),
        (
            "Add an account: one code, one role, one organisation, for ever.\n\n"
            "It opens nothing before it has a token (`filrouge token create`), an invitation or a link."
        ),
    ),
    "help.account.add.examples": (
        "Exemples :\n  filrouge account add conseil-3 counsellor -o gard\n  filrouge account add auditeur-1 auditor",
        "Examples:\n  filrouge account add counsel-3 counsellor -o gard\n  filrouge account add auditor-1 auditor",
    ),
    "help.account.invite": (
        (
            "Lit une adresse électronique sur l'entrée standard : la première personne qui se connecte avec elle "
            "devient ce compte. Il n'en est gardé qu'une empreinte, jusqu'à cette connexion."
        ),
        (
            "Read an e-mail address on standard input: the first person who signs in with it becomes this account. "
            "Only a digest of it is kept, until then."
        ),
    ),
    "help.account.invite.examples": (
        "Exemples :\n  filrouge account invite conseil-3\n  filrouge account invite conseil-3 --days 7 < adresse.txt",
        "Examples:\n  filrouge account invite counsel-3\n  filrouge account invite counsel-3 --days 7 < address.txt",
    ),
    "help.account.link": (
        (
            "Lit sur l'entrée standard le `sub` d'une personne ou d'un programme chez le fournisseur d'identité, qui "
            "entre désormais comme ce compte."
        ),
        (
            "Read on standard input the `sub` of a person or a program at the identity provider, who comes in as "
            "this account from now on."
        ),
    ),
    "help.account.link.examples": (
        "Exemple :\n  filrouge account link conseil-3 < sub.txt",
        "Example:\n  filrouge account link counsel-3 < sub.txt",
    ),
    "help.account.unlink": (
        "Défait ce qui mène du fournisseur d'identité au compte, et termine les sessions ouvertes par là.",
        "Undo what leads from the identity provider to the account, and end the sessions that began by it.",
    ),
    "help.account.unlink.examples": (
        "Exemple :\n  filrouge account unlink conseil-3",
        "Example:\n  filrouge account unlink counsel-3",
    ),
    "help.account.list": (
        "Liste les comptes, et par où chacun entre ; jamais une adresse ni un nom.",
        "List the accounts, and how each comes in; never an address or a name.",
    ),
    "help.account.list.examples": (
        "Exemples :\n  filrouge account list\n  filrouge account list --all --json",
        "Examples:\n  filrouge account list\n  filrouge account list --all --json",
    ),
    "help.account.disable": (
        (
            "Désactive un compte : ses jetons sont révoqués, ses sessions terminées, et le fournisseur d'identité "
            "n'y mène plus, dès la requête suivante. L'historique garde ce qu'il a fait."
        ),
        (
            "Disable an account: its tokens are revoked, its sessions ended, and the identity provider leads to it no "
            "more, from the next request on. The history keeps what it did."
        ),
    ),
    "help.account.disable.examples": (
        "Exemple :\n  filrouge account disable conseil-3",
        "Example:\n  filrouge account disable counsel-3",
    ),
    "help.account.enable": (
        "Rouvre un compte désactivé ; ses jetons révoqués le restent.",
        "Open a disabled account again; its revoked tokens stay revoked.",
    ),
    "help.account.enable.examples": (
        "Exemple :\n  filrouge account enable conseil-3",
        "Example:\n  filrouge account enable counsel-3",
    ),
    "account.code": (
        "Code du compte, jamais le nom d'une personne : il est écrit dans l'historique.",
        "The account's code, never a person's name: it is written in the history.",
    ),
    "account.days": ("Combien de jours l'invitation attend.", "How many days the invitation waits."),
    "account.all": ("Aussi les comptes désactivés.", "Also the disabled accounts."),
    "account.address": ("Adresse électronique :", "E-mail address:"),
    "account.subject": ("Identifiant (sub) chez le fournisseur :", "Subject (sub) at the provider:"),
    "account.no_address": (
        "l'entrée standard doit donner une adresse électronique, seule sur une ligne.",
        "standard input must give an e-mail address, alone on a line.",
    ),
    "account.no_subject": (
        "l'entrée standard doit donner le `sub` de la personne, seul sur une ligne.",
        "standard input must give the person's `sub`, alone on a line.",
    ),
    "account.no_provider": (
        "aucun fournisseur d'identité n'est réglé : FILROUGE_OIDC_ISSUER le nomme.",
        "no identity provider is set: FILROUGE_OIDC_ISSUER names it.",
    ),
    "account.added": ("Compte ajouté : {account}.", "Account added: {account}."),
    "account.there": ("Le compte {account} était déjà là.", "The account {account} was there already."),
    "account.invited": ("{account} : invitation ouverte jusqu'au {at}.", "{account}: invited until {at}."),
    "account.linked": (
        "{account} : relié au fournisseur d'identité.",
        "{account}: linked to the identity provider.",
    ),
    "account.unlinked": (
        "{account} : le fournisseur d'identité n'y mène plus.",
        "{account}: the identity provider leads to it no more.",
    ),
    "account.disabled": (
        "{account} : désactivé. Jetons révoqués : {tokens}. Sessions terminées : {sessions}.",
        "{account}: disabled. Tokens revoked: {tokens}. Sessions ended: {sessions}.",
    ),
    "account.enabled": ("{account} : rouvert.", "{account}: open again."),
    "account.none": (
        "Aucun compte. `filrouge account add` en ajoute un.",
        "No account. `filrouge account add` adds one.",
    ),
    "account.origin.operator": ("exploitant", "operator"),
    "account.origin.claims": ("fournisseur", "provider"),
    "account.provider.yes": ("oui", "yes"),
    "account.provider.invited": ("invité jusqu'au {at}", "invited until {at}"),
    "account.column.origin": ("Décidé par", "Decided by"),
    "account.column.by_provider": ("Par le fournisseur", "By the provider"),
    "account.column.signed_in": ("Dernière connexion", "Last sign-in"),
    "account.column.disabled": ("Désactivé", "Disabled"),
    "check.identity_provider": ("Fournisseur d'identité", "Identity provider"),
    "check.claims": ("Droits donnés par le fournisseur", "What claims grant"),
    "check.claims.unregistered": (
        "FILROUGE_OIDC_MAPPING_FILE nomme des organismes qui ne sont pas inscrits : {names}.",
        "FILROUGE_OIDC_MAPPING_FILE names organisations that are not registered: {names}.",
    ),
}
