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
            "Sert l'API, jusqu'à SIGTERM ou Ctrl-C.\n\n"
            "Au tout premier démarrage, la base, le magasin de clés et la clé maîtresse sont créés. Le journal va "
            "sur la sortie d'erreur, une ligne par requête."
        ),
        (
            "Serve the API, until SIGTERM or Ctrl-C.\n\n"
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
            "Tout passe par les mêmes commandes que le travail réel, sous une horloge fixe : la même graine donne "
            "les mêmes dossiers."
        ),
        (
            "Fill an empty database: the three published cases, and a made-up cohort in the published shares.\n\n"
            "Everything goes through the same commands as real work, under a fixed clock: the same seed gives the "
            "same cases."
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
    "demo.seed": ("Graine du hasard.", "Seed of chance."),
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
    "token.demo": ("Tous ceux de la démonstration.", "All those of the demonstration."),
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
        "Exemple :\n  filrouge organisation register isere 'CPAM de l\\'Isère' --wave wave_2 --deployed-on 2017-10-02",
        "Example:\n  filrouge organisation register isere 'CPAM de l\\'Isère' --wave wave_2 --deployed-on 2017-10-02",
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
    # ------------------------------------------------------------ stats
    "help.stats": (
        (
            "Les chiffres, calculés des événements, chacun avec sa définition.\n\n"
            "Sans nom, les trois tables : la nature des détections, les résultats, les durées."
        ),
        (
            "The figures, computed from the events, each with its definition.\n\n"
            "Without a name, all three tables: detection sources, outcomes, durations."
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
    "help.stats.durations": (
        "Combien de jours dure un accompagnement : moyenne, médiane, déciles, part des 90 jours au plus.",
        "How many days an accompaniment lasts: mean, median, deciles, share within 90 days.",
    ),
    "help.stats.durations.examples": (
        (
            "Exemples :\n  filrouge stats durations --by month --from 2017-01-01 --to 2017-12-31\n"
            "  filrouge stats durations --by organisation --measure consent_to_care"
        ),
        (
            "Examples:\n  filrouge stats durations --by month --from 2017-01-01 --to 2017-12-31\n"
            "  filrouge stats durations --by organisation --measure consent_to_care"
        ),
    ),
    "help.stats.detection-sources": (
        "D'où viennent les saisines : accueil, centre d'examens, partenaires…",
        "Where referrals come from: reception, exam centre, partners…",
    ),
    "help.stats.detection-sources.examples": (
        (
            "Exemples :\n  filrouge stats detection-sources --wave trial --wave pilot\n"
            "  filrouge stats detection-sources --by organisation --json"
        ),
        (
            "Examples:\n  filrouge stats detection-sources --wave trial --wave pilot\n"
            "  filrouge stats detection-sources --by organisation --json"
        ),
    ),
    "help.stats.outcomes": (
        "Ce que les accompagnements ont donné : soins réalisés, droits ouverts, orientation, soutien financier…",
        "What came of the cases: care performed, rights opened, orientation, financial support…",
    ),
    "help.stats.outcomes.examples": (
        "Exemples :\n  filrouge stats outcomes --by wave\n  filrouge stats outcomes -o gard -o isere",
        "Examples:\n  filrouge stats outcomes --by wave\n  filrouge stats outcomes -o gard -o isere",
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
    "option.by": ("Une ligne par mois, organisme ou vague.", "One row a month, organisation or wave."),
    "stats.measure": ("La durée montrée avec --by.", "The duration shown with --by."),
    "stats.weekly_from": (
        "Avec --to : le jour d'où compter la moyenne par semaine.",
        "With --to: the day from which to count the weekly average.",
    ),
    # ------------------------------------------------------------ history
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
            "Jette les modèles de lecture et les refait depuis les événements, aux mêmes octets.\n\n"
            "Pour les réglages de délais qui ont changé, une version qui calcule autrement, ou un doute. Les "
            "écritures attendent pendant ce temps, les lectures voient l'ancien état."
        ),
        (
            "Throw read models away and make them anew from the events, to the same bytes.\n\n"
            "For deadlines that changed, a version that computes otherwise, or a doubt. Writers wait meanwhile, "
            "readers see the old state."
        ),
    ),
    "help.rebuild.examples": (
        "Exemples :\n  filrouge rebuild\n  filrouge rebuild durations outcomes",
        "Examples:\n  filrouge rebuild\n  filrouge rebuild durations outcomes",
    ),
    "rebuild.names": (
        "case, counsellor_queue, durations, detection_sources, outcomes ; tous si rien n'est dit.",
        "case, counsellor_queue, durations, detection_sources, outcomes; all when none is named.",
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
