"""The help pages: what each command is for, its options, and examples to copy. Rich's markup is understood."""

from typing import Final

HELP: Final[dict[str, tuple[str, str]]] = {
    "help.help": ("Affiche cette aide.", "Show this help."),
    "help.default": ("[par défaut : {}]", "[default: {}]"),
    "help.required": ("[obligatoire]", "[required]"),
    "help.commands": ("Commandes", "Commands"),
    "help.metavar": ("COMMANDE [ARGUMENTS]...", "COMMAND [ARGS]..."),
    "help.filrouge": (
        (
            "Fil Rouge : du renoncement aux soins détecté jusqu'aux soins réalisés, un fil, un historique.\n\n"
            "Les réglages sont des variables FILROUGE_*, décrites dans le README. Codes de retour : 0 fait, "
            "1 échec, 2 mauvais usage."
        ),
        (
            "Fil Rouge: from forgone care detected to the care performed, one thread, one history.\n\n"
            "The settings are FILROUGE_* variables, described in the README. Exit status: 0 done, 1 failed, "
            "2 misused."
        ),
    ),
    "help.filrouge.examples": (
        (
            "Pour commencer :\n"
            "  filrouge serve --demo                  une démonstration, sur cette machine\n"
            "  filrouge stats                         les chiffres, avec leur définition\n"
            "  filrouge COMMANDE --help               une commande, avec des exemples"
        ),
        (
            "To begin:\n"
            "  filrouge serve --demo                  a demonstration, on this machine\n"
            "  filrouge stats                         the figures, with their definition\n"
            "  filrouge COMMAND --help                one command, with examples"
        ),
    ),
    "option.lang": (
        "Langue de ce qui est affiché (sinon FILROUGE_LANGUAGE, sinon le français).",
        "Language of what is said (else FILROUGE_LANGUAGE, else French).",
    ),
    "option.json": (
        "Écrit du JSON, et rien d'autre, sur la sortie standard.",
        "Write JSON, and nothing else, on standard output.",
    ),
    # ------------------------------------------------------------ serve, demo
    "help.serve": (
        (
            "Sert les pages et l'API, jusqu'à SIGTERM ou Ctrl-C.\n\n"
            "Au tout premier démarrage, la base, le magasin de clés et la clé maîtresse sont créés. Le journal va "
            "sur la sortie d'erreur, une ligne par requête."
        ),
        (
            "Serve the pages and the API, until SIGTERM or Ctrl-C.\n\n"
            "The very first start makes the database, the store of keys and the master key. The log goes to "
            "standard error, one line a request."
        ),
    ),
    "help.serve.examples": (
        (
            "Exemples :\n"
            "  filrouge serve --demo                  base vide remplie, un jeton par rôle, cette machine seulement\n"
            "  filrouge serve --port 9000             un autre port\n"
            "  filrouge serve --workers 4             quatre processus sur le même port"
        ),
        (
            "Examples:\n"
            "  filrouge serve --demo                  an empty database filled, a token a role, this machine only\n"
            "  filrouge serve --port 9000             another port\n"
            "  filrouge serve --workers 4             four processes on the same port"
        ),
    ),
    "serve.host": ("Adresse d'écoute (sinon FILROUGE_HOST).", "Address to listen on (else FILROUGE_HOST)."),
    "serve.port": (
        "Port d'écoute, 0 pour n'importe lequel (sinon FILROUGE_PORT).",
        "Port to listen on, 0 for any (else FILROUGE_PORT).",
    ),
    "serve.workers": ("Nombre de processus.", "Number of processes."),
    "serve.demo": (
        "Remplit une base vide et affiche un jeton par rôle, révoqués à l'arrêt.",
        "Fill an empty database and show a token a role, revoked at the end.",
    ),
    "help.demo": (
        (
            "Remplit une base vide : les trois cas publiés, et une cohorte fictive aux proportions publiées.\n\n"
            "Tout passe par les mêmes commandes que le travail réel. La cohorte finit aujourd'hui, ou le jour que "
            "--until donne : la même graine et la même fin donnent les mêmes dossiers."
        ),
        (
            "Fill an empty database: the three published cases, and a made-up cohort in the published shares.\n\n"
            "Everything goes through the same commands as real work. The cohort ends today, or on the day that "
            "--until gives: the same seed and the same end give the same cases."
        ),
    ),
    "help.demo.examples": (
        (
            "Exemples :\n"
            "  filrouge demo                          les trois cas parmi 200\n"
            "  filrouge demo --cases 5000 --seed 7    une plus grande cohorte\n"
            "  filrouge demo --national               la table publiée : 35 433 dossiers\n"
            "  FILROUGE_HOME=essai filrouge demo      dans un dossier à part"
        ),
        (
            "Examples:\n"
            "  filrouge demo                          the three cases among 200\n"
            "  filrouge demo --cases 5000 --seed 7    a larger cohort\n"
            "  filrouge demo --national               the published table: 35,433 cases\n"
            "  FILROUGE_HOME=trial filrouge demo      in a folder of its own"
        ),
    ),
    "demo.cases": (
        "Nombre de dossiers, dont les trois publiés (sinon 200).",
        "Number of cases, the three published ones among them (else 200).",
    ),
    "demo.seed": ("Graine du hasard.", "Random seed."),
    "demo.until": (
        "Le dernier jour de la cohorte (sinon aujourd'hui ; le 31 mars 2018 avec --national).",
        "The cohort's last day (else today; 31 March 2018 with --national).",
    ),
    "demo.national": (
        "La cohorte nationale, au 31 mars 2018, qui redonne la table publiée (35 433 dossiers).",
        "The national cohort, at 31 March 2018, which gives the published table again (35,433 cases).",
    ),
    # ------------------------------------------------------------ token
    "help.token": (
        "Qui peut interroger l'API : créer, lister, révoquer des jetons.",
        "Who may ask the API: create, list and revoke tokens.",
    ),
    "help.token.examples": (
        (
            "Exemples :\n"
            "  filrouge token create conseil-3 counsellor --organisation gard\n"
            "  filrouge token create analyste analyst --expires-in-days 90\n"
            "  filrouge token list\n"
            "  filrouge token revoke 3f2a9c01b7de"
        ),
        (
            "Examples:\n"
            "  filrouge token create counsel-3 counsellor --organisation gard\n"
            "  filrouge token create analyst-1 analyst --expires-in-days 90\n"
            "  filrouge token list\n"
            "  filrouge token revoke 3f2a9c01b7de"
        ),
    ),
    "help.token.create": (
        (
            "Crée un jeton et l'écrit, seul, sur la sortie standard : il n'est montré qu'une fois.\n\n"
            "Sans organisme, le compte est national : analyste, auditeur, délégué à la protection des données ou "
            "administrateur."
        ),
        (
            "Make a token and write it, alone, on standard output: it is shown once.\n\n"
            "Without an organisation the account is national: analyst, auditor, data-protection officer or "
            "administrator."
        ),
    ),
    "help.token.create.examples": (
        (
            "Exemples :\n"
            "  filrouge token create accueil-2 detector -o gard --label 'accueil de Nîmes'\n"
            "  JETON=$(filrouge token create auditeur-1 auditor --expires-in-days 30)"
        ),
        (
            "Examples:\n"
            "  filrouge token create desk-2 detector -o gard --label 'desk at Nîmes'\n"
            "  TOKEN=$(filrouge token create auditor-1 auditor --expires-in-days 30)"
        ),
    ),
    "help.token.list": ("Liste les jetons, sans jamais les montrer.", "List the tokens, never showing them."),
    "help.token.list.examples": (
        "Exemples :\n  filrouge token list\n  filrouge token list --all --account conseil-3 --json",
        "Examples:\n  filrouge token list\n  filrouge token list --all --account counsel-3 --json",
    ),
    "help.token.revoke": (
        "Révoque des jetons : ils n'ouvrent plus rien dès la requête suivante.",
        "Revoke tokens: they open nothing from the next request on.",
    ),
    "help.token.revoke.examples": (
        "Exemples :\n  filrouge token revoke 3f2a9c01b7de\n  filrouge token revoke --demo",
        "Examples:\n  filrouge token revoke 3f2a9c01b7de\n  filrouge token revoke --demo",
    ),
    "token.account": (
        "Code du compte, jamais le nom d'une personne : il est écrit dans l'historique.",
        "The account's code, never a person's name: it is written in the history.",
    ),
    "token.role": (
        "detector, counsellor, supervisor, analyst, auditor, data_protection_officer ou administrator.",
        "detector, counsellor, supervisor, analyst, auditor, data_protection_officer or administrator.",
    ),
    "token.organisation": ("Organisme du compte.", "The account's organisation."),
    "token.label": ("À quoi sert ce jeton.", "What the token is for."),
    "token.days": (
        "Durée de validité, en jours (sinon sans fin).",
        "How long it is valid, in days (else for ever).",
    ),
    "token.of_account": ("Seulement ceux de ce compte.", "Only those of this account."),
    "token.all": ("Aussi les révoqués et les expirés.", "Also the revoked and expired ones."),
    "token.ids": ("Identifiants, comme `token list` les donne.", "Ids, as `token list` shows them."),
    "token.demo": (
        "Tous ceux de la démonstration, et ses sessions.",
        "All those of the demonstration, and its sessions.",
    ),
    # ------------------------------------------------------------ session
    "help.session": (
        "Les sessions des pages : qui est connecté, et y mettre fin.",
        "The sessions of the pages: who is signed in, and ending it.",
    ),
    "help.session.examples": (
        "Exemples :\n  filrouge session list\n  filrouge session end --account conseil-3",
        "Examples:\n  filrouge session list\n  filrouge session end --account counsel-3",
    ),
    "help.session.list": (
        "Liste les sessions ouvertes : compte, début, dernière activité. Ni adresse ni navigateur ne sont conservés.",
        "List the sessions in force: account, beginning, last activity. Neither address nor browser is kept.",
    ),
    "help.session.list.examples": (
        "Exemples :\n  filrouge session list\n  filrouge session list --all --account conseil-3 --json",
        "Examples:\n  filrouge session list\n  filrouge session list --all --account counsel-3 --json",
    ),
    "help.session.end": (
        "Met fin à des sessions : à la requête suivante, il faut se connecter à nouveau.",
        "End sessions: at the next request, one has to sign in again.",
    ),
    "help.session.end.examples": (
        "Exemples :\n  filrouge session end 3f2a9c01b7de\n  filrouge session end --account conseil-3",
        "Examples:\n  filrouge session end 3f2a9c01b7de\n  filrouge session end --account counsel-3",
    ),
    "session.of_account": ("Celles de ce compte.", "Those of this account."),
    "session.all": (
        "Aussi celles qui sont finies, depuis peu.",
        "Also those that are over, since not too long.",
    ),
    "session.ids": ("Identifiants, comme `session list` les donne.", "Ids, as `session list` shows them."),
    "session.everybody": ("Celles de tous les comptes.", "Those of every account."),
    # ------------------------------------------------------------ organisation
    "help.organisation": (
        "Les organismes qui ont une cellule : les saisines et les jetons en ont besoin.",
        "The organisations that run a cell: referrals and tokens need them.",
    ),
    "help.organisation.examples": (
        (
            "Exemples :\n"
            "  filrouge organisation register gard 'CPAM du Gard' --wave pilot\n"
            "  filrouge organisation import organismes.csv\n"
            "  filrouge organisation list"
        ),
        (
            "Examples:\n"
            "  filrouge organisation register gard 'CPAM du Gard' --wave pilot\n"
            "  filrouge organisation import organisations.csv\n"
            "  filrouge organisation list"
        ),
    ),
    "help.organisation.register": (
        "Enregistre un organisme ; un organisme déjà enregistré reste tel qu'il est.",
        "Register an organisation; one that is registered already stays as it is.",
    ),
    "help.organisation.register.examples": (
        'Exemple :\n  filrouge organisation register isere "CPAM de l\'Isère" --wave wave_2 --deployed-on 2017-10-02',
        'Example:\n  filrouge organisation register isere "CPAM de l\'Isère" --wave wave_2 --deployed-on 2017-10-02',
    ),
    "help.organisation.import": (
        "Enregistre les organismes d'un fichier CSV (code,name,wave,deployed_on), tous ou aucun.",
        "Register the organisations of a CSV file (code,name,wave,deployed_on), all or none.",
    ),
    "help.organisation.import.examples": (
        (
            "Le fichier, en UTF-8, séparé par des virgules ou des points-virgules :\n"
            "  code,name,wave,deployed_on\n"
            "  gard,CPAM du Gard,pilot,2014-11-17\n"
            "  isere,CPAM de l'Isère,wave_2,"
        ),
        (
            "The file, in UTF-8, separated by commas or semicolons:\n"
            "  code,name,wave,deployed_on\n"
            "  gard,CPAM du Gard,pilot,2014-11-17\n"
            "  isere,CPAM de l'Isère,wave_2,"
        ),
    ),
    "help.organisation.list": ("Liste les organismes enregistrés.", "List the registered organisations."),
    "help.organisation.list.examples": (
        "Exemple :\n  filrouge organisation list --json",
        "Example:\n  filrouge organisation list --json",
    ),
    "organisation.code": (
        "Code : minuscules, chiffres et tirets.",
        "Code: lower-case letters, digits and hyphens.",
    ),
    "organisation.name": ("Nom.", "Name."),
    "organisation.wave": (
        "Vague de déploiement : pilot, trial, wave_1, wave_2, wave_3 ou overseas.",
        "Deployment wave: pilot, trial, wave_1, wave_2, wave_3 or overseas.",
    ),
    "organisation.deployed_on": (
        "Jour du déploiement (sinon le premier de la vague).",
        "Day of the deployment (else the wave's first).",
    ),
    "organisation.file": ("Fichier CSV.", "CSV file."),
    # ------------------------------------------------------------ check, small ones
    "help.check": (
        (
            "Regarde si tout est en ordre : réglages, clé maîtresse, base, verrous, clés, modèles de lecture, table "
            "des transitions. Ne crée et ne change rien ; échoue (1) si quelque chose manque."
        ),
        (
            "Look whether all is in order: settings, master key, database, guards, keys, read models, transition "
            "table. Makes and changes nothing; fails (1) if anything is wrong."
        ),
    ),
    "help.check.examples": (
        "Exemples :\n  filrouge check\n  filrouge check --json",
        "Examples:\n  filrouge check\n  filrouge check --json",
    ),
    "help.dictionary": (
        (
            "Écrit le dictionnaire des données : chaque statistique, table, colonne et code, avec des requêtes SQL "
            "d'exemple, en Markdown."
        ),
        (
            "Write the data dictionary: every statistic, table, column and code, with SQL queries to copy, in "
            "Markdown."
        ),
    ),
    "help.dictionary.examples": (
        "Exemples :\n  filrouge dictionary > dictionnaire.md\n  filrouge dictionary --json",
        "Examples:\n  filrouge dictionary > dictionary.md\n  filrouge dictionary --json",
    ),
    "help.diagram": (
        "Écrit la table des transitions en diagramme Mermaid (en anglais, sauf demande).",
        "Write the transition table as a Mermaid diagram (in English, unless asked otherwise).",
    ),
    "help.diagram.examples": (
        "Exemples :\n  filrouge diagram > transitions.mmd\n  filrouge --lang fr diagram",
        "Examples:\n  filrouge diagram > transitions.mmd\n  filrouge --lang fr diagram",
    ),
    "help.version": ("Dit ce qui tourne.", "Say what is running."),
    "help.version.examples": ("Exemple :\n  filrouge version --json", "Example:\n  filrouge version --json"),
}
