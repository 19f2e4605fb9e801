"""What each command says of what it did."""

from typing import Final

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "first_start.master_key": (
        (
            "Premier démarrage : clé maîtresse créée dans {path}. Sauvegardez-la à part : sans elle, rien de ce "
            "qui sera enregistré sur les personnes ne pourra être relu."
        ),
        (
            "First start: master key made in {path}. Back it up apart: without it, nothing that will be recorded "
            "about people can be read again."
        ),
    ),
    # ------------------------------------------------------------ serve
    "serve.open": (
        "Fil Rouge répond sur {address} (Ctrl-C arrête).",
        "Fil Rouge answers on {address} (Ctrl-C stops).",
    ),
    "serve.stopped": ("Fil Rouge est arrêté.", "Fil Rouge has stopped."),
    "serve.cannot_listen": (
        (
            "impossible d'écouter sur {host}, port {port} ({why}) : un autre programme l'occupe peut-être ; "
            "FILROUGE_PORT ou --port en choisit un autre."
        ),
        (
            "cannot listen on {host}, port {port} ({why}): another program may be using it; "
            "FILROUGE_PORT or --port chooses another."
        ),
    ),
    "serve.no_such_host": (
        "« {host} » n'est pas une adresse de cette machine : corrigez FILROUGE_HOST ou --host.",
        "“{host}” is not an address of this machine: correct FILROUGE_HOST or --host.",
    ),
    "serve.not_started": (
        "le serveur n'a pas démarré : le journal ci-dessus dit pourquoi.",
        "the server did not start: the log above says why.",
    ),
    "serve.demo_not_loopback": (
        (
            "la démonstration montre des jetons à l'écran, elle ne sert donc que sur cette machine : "
            "« {host} » est joignable d'ailleurs. Utilisez 127.0.0.1, ou retirez --demo."
        ),
        (
            "the demonstration shows tokens on the screen, so it serves on this machine only: "
            "“{host}” can be reached from elsewhere. Use 127.0.0.1, or drop --demo."
        ),
    ),
    "serve.demo_credentials": (
        (
            "des accès de démonstration (jetons et sessions : {number}) ouvrent encore cette base : fermez-les avec "
            "`filrouge token revoke --demo`, ou servez avec --demo."
        ),
        (
            "a demonstration's tokens and sessions ({number}) still open this database: end them with "
            "`filrouge token revoke --demo`, or serve with --demo."
        ),
    ),
    "serve.demo.real_database": (
        (
            "cette base n'est pas une démonstration : --demo n'y crée pas de jetons. Servez sans --demo, ou donnez "
            "à la démonstration un FILROUGE_HOME à elle."
        ),
        (
            "this database is not a demonstration: --demo makes no tokens for it. Serve without --demo, or give "
            "the demonstration a FILROUGE_HOME of its own."
        ),
    ),
    "serve.demo.open": (
        "Fil Rouge, démonstration : ouvrez {address}",
        "Fil Rouge, demonstration: open {address}",
    ),
    "serve.demo.paste": (
        "Dans un autre terminal, collez ces lignes ; le README en fait une visite de cinq minutes.",
        "In another terminal, paste these lines; the README makes a five-minute tour of them.",
    ),
    "serve.demo.column.token": ("Jeton", "Token"),
    "serve.demo.column.role": ("Rôle", "Role"),
    "serve.demo.column.organisation": ("Organisme", "Organisation"),
    "serve.demo.column.account": ("Compte", "Account"),
    "serve.demo.stop": (
        "Ctrl-C arrête ; ces jetons n'ouvrent plus rien ensuite.",
        "Ctrl-C stops; these tokens open nothing after that.",
    ),
    "serve.demo.only_here": (
        "Personnes fictives, cette machine seulement.",
        "Made-up people, this machine only.",
    ),
    # ------------------------------------------------------------ demo
    "demo.progress": ("Démonstration : dossiers", "Demonstration: cases"),
    "demo.not_empty": (
        "la base contient déjà quelque chose ; la démonstration n'en remplit qu'une vide : changez FILROUGE_HOME.",
        "the database holds something already; the demonstration fills an empty one only: change FILROUGE_HOME.",
    ),
    "demo.done": (
        "Dossiers : {cases} (ouverts : {open}, clos : {closed}). Événements : {events}. Organismes : {organisations}.",
        "Cases: {cases} (open: {open}, closed: {closed}). Events: {events}. Organisations: {organisations}.",
    ),
    "demo.published": (
        "Cas publié {name} ({organisation}) : filrouge history {case}",
        "Published case {name} ({organisation}): filrouge history {case}",
    ),
    "demo.bad_until": (
        "--until attend un jour du {first} à aujourd'hui, {last}.",
        "--until takes a day from {first} to today, {last}.",
    ),
    "demo.next": (
        "À voir : `filrouge stats`, `filrouge history {case}`, `filrouge serve --demo`.",
        "To see: `filrouge stats`, `filrouge history {case}`, `filrouge serve --demo`.",
    ),
    # ------------------------------------------------------------ queue
    "queue.empty": ("Aucun dossier ouvert de cette sorte.", "No such open case."),
    "queue.column.case": ("Dossier", "Case"),
    "queue.column.state": ("État", "State"),
    "queue.column.step": ("Prochaine étape", "Next step"),
    "queue.column.counsellor": ("Conseiller", "Counsellor"),
    "queue.column.due": ("Échéance", "Due"),
    "queue.column.late": ("Retard (j)", "Late (days)"),
    "queue.column.reached": ("Dernier contact (j)", "Last contact (days)"),
    # ------------------------------------------------------------ token
    "token.shown_once": (
        "Jeton {token_id} : notez-le maintenant, il n'est pas conservé et ne sera plus montré.",
        "Token {token_id}: note it now, it is not kept and will not be shown again.",
    ),
    "token.none": (
        "Aucun jeton actif. `filrouge token create` en fait un.",
        "No active token. `filrouge token create` makes one.",
    ),
    "token.which": (
        "dites quel jeton révoquer (`filrouge token list` donne les identifiants), ou --demo.",
        "say which token to revoke (`filrouge token list` shows the ids), or --demo.",
    ),
    "token.bad_account": (
        (
            "ce n'est pas un code de compte : 2 à 64 minuscules, chiffres, points, tirets, dont {most} chiffres à la "
            "suite au plus ; jamais un nom ni un numéro personnel."
        ),
        (
            "not an account's code: 2 to 64 lower-case letters, digits, dots, hyphens, {most} digits in a row at "
            "most; never a name nor a personal number."
        ),
    ),
    "token.needs_organisation": (
        "le rôle {role} agit dans un organisme : ajoutez --organisation. Sans organisme : {national}.",
        "the role {role} acts inside an organisation: add --organisation. Without one: {national}.",
    ),
    "token.reserved_label": (
        "le libellé « {label} » est celui des jetons de `filrouge serve --demo` : choisissez-en un autre.",
        "the label “{label}” is that of the tokens of `filrouge serve --demo`: choose another.",
    ),
    "token.revoked": ("Jetons révoqués : {number}.", "Tokens revoked: {number}."),
    "session.none": ("Aucune session ouverte.", "No session is open."),
    "session.which": (
        "dites quelles sessions finir : leurs identifiants (`filrouge session list` les donne), --account ou --all.",
        "say which sessions to end: their ids (`filrouge session list` shows them), --account or --all.",
    ),
    "session.ended": ("Sessions terminées : {number}.", "Sessions ended: {number}."),
    "session.ends.ended": ("terminée le {at}", "ended {at}"),
    "session.column.way": ("Identifié par", "Signed in by"),
    "session.column.began": ("Début", "Began"),
    "session.column.seen": ("Dernière activité", "Last seen"),
    "who.id": ("Identifiant", "Id"),
    "who.account": ("Compte", "Account"),
    "who.role": ("Rôle", "Role"),
    "who.organisation": ("Organisme", "Organisation"),
    "who.national": ("national", "national"),
    "who.ends": ("Fin", "Ends"),
    "token.ends.never": ("sans fin", "never"),
    "token.ends.revoked": ("révoqué le {at}", "revoked {at}"),
    "token.column.label": ("Libellé", "Label"),
    "token.column.created": ("Créé", "Created"),
    "token.column.used": ("Dernier usage", "Last used"),
    # ------------------------------------------------------------ organisation
    "organisation.unknown": (
        "aucun organisme enregistré n'a le code « {code} » ; `filrouge organisation list` les donne.",
        "no registered organisation has the code “{code}”; `filrouge organisation list` shows them.",
    ),
    "organisation.unknown.nearest": (
        "aucun organisme enregistré n'a le code « {code} » ; le plus proche est « {nearest} ».",
        "no registered organisation has the code “{code}”; the nearest is “{nearest}”.",
    ),
    "organisation.none": (
        "Aucun organisme enregistré. `filrouge organisation register` en enregistre un.",
        "No organisation is registered. `filrouge organisation register` registers one.",
    ),
    "organisation.registered": (
        "Organismes enregistrés : {new} ; déjà connus : {already}.",
        "Organisations registered: {new}; known already: {already}.",
    ),
    "organisation.differs": (
        "l'organisme « {code} » est déjà enregistré avec d'autres valeurs ; l'historique ne se modifie pas.",
        "the organisation “{code}” is registered already with other values; history is not changed.",
    ),
    "organisation.bad_code": (
        "« {given} » n'est pas un code : de 2 à 64 minuscules, chiffres et tirets.",
        "“{given}” is not a code: 2 to 64 lower-case letters, digits and hyphens.",
    ),
    "organisation.bad_name": ("nom refusé. {why}", "name refused. {why}"),
    "organisation.not_utf8": (
        "{path} n'est pas de l'UTF-8 : enregistrez-le en « CSV UTF-8 ».",
        "{path} is not UTF-8: save it as “CSV UTF-8”.",
    ),
    "organisation.unreadable": ("{path} ne peut être lu ({why}).", "{path} cannot be read ({why})."),
    "organisation.header": (
        "la première ligne de {path} doit être : {columns}",
        "the first line of {path} must be: {columns}",
    ),
    "organisation.fields": ("il faut {number} champs.", "there must be {number} fields."),
    "organisation.twice": ("le code « {code} » y est deux fois.", "the code “{code}” is there twice."),
    "organisation.not_csv": (
        "ce n'est pas du CSV (un guillemet ouvert n'est pas fermé, ou un champ continue après le sien).",
        "it is not CSV (a quotation mark is not closed, or a field goes on after its own).",
    ),
    "organisation.line": (
        "{path}, ligne {line} : {why} Rien n'a été enregistré.",
        "{path}, line {line}: {why} Nothing was registered.",
    ),
    "organisation.column.code": ("Code", "Code"),
    "organisation.column.name": ("Nom", "Name"),
    "organisation.column.wave": ("Vague", "Wave"),
    "organisation.column.deployed_on": ("Déployé le", "Deployed on"),
    # ------------------------------------------------------------ rebuild, verify
    "rebuild.progress": ("Reconstruction : événements", "Rebuilding: events"),
    "rebuild.rate": ("{rate} événements/s", "{rate} events/s"),
    "rebuild.done": (
        "Reconstruits : {names}. Événements relus : {events}.",
        "Made anew: {names}. Events read: {events}.",
    ),
    "rebuild.not_needed": ("Tout est à jour : rien à reconstruire.", "All is current: nothing to make anew."),
    "retry.done": (
        "Événements mis de côté puis repris : {taken} ; encore de côté : {left}.",
        "Parked events taken up: {taken}; still parked: {left}.",
    ),
    "parked.event": (
        "Mis de côté par {model} : événement {position} ({topic}), dossier {case}, version {version} : {error}",
        "Parked by {model}: event {position} ({topic}), case {case}, version {version}: {error}",
    ),
    "parked.more": ("… et {more} de plus.", "… and {more} more."),
    # ------------------------------------------------------------ status
    "status.head": ("Événements enregistrés : {events}.", "Events recorded: {events}."),
    "status.column.model": ("Modèle de lecture", "Read model"),
    "status.column.state": ("État", "State"),
    "status.column.position": ("À jour jusqu'à", "Up to event"),
    "status.column.parked": ("De côté", "Parked"),
    "status.state.current": ("à jour", "current"),
    "status.state.behind": ("en retard", "behind"),
    "status.state.stale": ("calculé par une autre version", "computed by other rules"),
    "status.state.missing": ("absent", "missing"),
    "status.under_way": (
        "Reconstruction en cours depuis {since} : {names} ; {done} événements sur {total}.",
        "Rebuild under way since {since}: {names}; {done} events of {total}.",
    ),
    "status.rebuild": (
        "Pour remettre à jour : `filrouge rebuild --if-needed`.",
        "To bring them up to date: `filrouge rebuild --if-needed`.",
    ),
    "status.retry": (
        "Une fois la cause corrigée : `filrouge retry`.",
        "Once what caused it is put right: `filrouge retry`.",
    ),
    "verify.progress": ("Vérification : événements", "Verifying: events"),
    "verify.intact": (
        "Historique intact : rien n'a été modifié, retiré, ajouté ou déplacé. Événements : {events}. Tête :",
        "History intact: nothing was altered, removed, inserted or moved. Events: {events}. Head:",
    ),
    "verify.note_it": (
        "Notez cette tête hors d'ici ; `filrouge verify --expect-head` prouvera que rien n'a été réécrit depuis.",
        "Note this head elsewhere; `filrouge verify --expect-head` will prove that nothing was rewritten since.",
    ),
    "verify.bad_head": (
        "une tête s'écrit position:empreinte, l'empreinte en 64 chiffres hexadécimaux, comme `filrouge verify` l'affiche.",
        "a head is written position:hash, the hash in 64 hexadecimal digits, as `filrouge verify` prints it.",
    ),
    "verify.altered": ("L'événement {position} a été modifié.", "Event {position} was altered."),
    "verify.removed": ("L'événement {position} a été retiré.", "Event {position} was removed."),
    "verify.inserted": (
        "L'événement {position} a été ajouté après coup.",
        "Event {position} was inserted afterwards.",
    ),
    "verify.moved": ("L'événement {position} a été déplacé.", "Event {position} was moved."),
    "verify.version_gap": (
        "À l'événement {position}, une version du dossier manque ou n'est pas à sa place.",
        "At event {position}, a version of the case is missing or out of its place.",
    ),
    "verify.rewritten": (
        "L'événement {position} n'est pas celui qui avait été noté : l'historique a été réécrit.",
        "Event {position} is not the one that was noted: the history was rewritten.",
    ),
    "verify.head": (
        "La tête de l'historique manque, après l'événement {position}.",
        "The head of the event log is missing, after event {position}.",
    ),
    "verify.case": ("Dossier {case}, version {version}.", "Case {case}, version {version}."),
    "verify.detail": ("Ce qui le montre : {detail}.", "What shows it: {detail}."),
    "verify.until": (
        "Ce qui précède est prouvé (événements : {events}) ; tête à cet endroit : {head}",
        "What comes before is proven (events: {events}); the head there: {head}",
    ),
    # ------------------------------------------------------------ history
    "history.title": ("Dossier {case}", "Case {case}"),
    "history.summary": (
        "État : {state} · organisme : {organisation} · événements : {events}",
        "State: {state} · organisation: {organisation} · events: {events}",
    ),
    "history.erased": (
        "Les données personnelles de ce dossier ont été effacées.",
        "This case's personal data were erased.",
    ),
    "history.event": ("{version}. {day} — {label}", "{version}. {day} — {label}"),
    "history.detail": ("{label} : {words}", "{label}: {words}"),
    "history.note": ("Note :", "Note:"),
    "history.note_sealed": ("Note : chiffrée", "Note: sealed"),
    "history.note_gone": ("Note : effacée, illisible", "Note: erased, unreadable"),
    "history.who": (
        "par {actor} ({role}, {organisation}), enregistré le {at}",
        "by {actor} ({role}, {organisation}), recorded {at}",
    ),
    "history.proof": ("position {position}, empreinte {hash}", "position {position}, hash {hash}"),
    "history.personal": (
        "Ces notes parlent de la santé d'une personne : ne les laissez ni à l'écran ni dans un fichier.",
        "These notes are about a person's health: leave them neither on a screen nor in a file.",
    ),
    # ------------------------------------------------------------ check
    "check.table": ("Table des transitions", "Transition table"),
    "check.settings": ("Réglages", "Settings"),
    "check.master_key": ("Clé maîtresse", "Master key"),
    "check.database": ("Base de données", "Database"),
    "check.schema": ("Schéma de la base", "Database schema"),
    "check.append_only": ("Historique en ajout seul", "Append-only history"),
    "check.append_only.missing": (
        "ces verrous manquent ou sont désactivés : {names} ; vérifiez l'historique avec `filrouge verify`.",
        "these guards are missing or switched off: {names}; check the history with `filrouge verify`.",
    ),
    "check.head": ("Tête de l'historique", "Head of the event log"),
    "check.head.missing": (
        "elle manque : vérifiez l'historique avec `filrouge verify`.",
        "it is missing: check the history with `filrouge verify`.",
    ),
    "check.keys": ("Magasin de clés", "Store of keys"),
    "check.read_models": ("Modèles de lecture", "Read models"),
    "check.read_models.parked": (
        "des événements sont mis de côté par {names} : `filrouge status` dit lesquels et pourquoi.",
        "events are parked by {names}: `filrouge status` says which and why.",
    ),
    "check.line.good": ("{mark} {name}", "{mark} {name}"),
    "check.line.bad": ("{mark} {name} : {wrong}", "{mark} {name}: {wrong}"),
    "check.failed": ("Vérifications en échec : {number}.", "Checks that failed: {number}."),
}
