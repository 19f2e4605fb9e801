"""The master keys: `filrouge keys`, and what stops a start."""

from typing import Final

KEYS: Final[dict[str, tuple[str, str]]] = {
    "help.keys": (
        "Les clés maîtresses, qui protègent les clés des personnes : en faire une, la mettre en service, ranger l'ancienne.",
        "The master keys, which wrap the persons' keys: make one, put it in use, put the former one aside.",
    ),
    "help.keys.examples": (
        (
            "Exemples :\n"
            "  filrouge keys new\n"
            "  filrouge keys status\n"
            "  filrouge keys rotate 593ed466b6a40631\n"
            "  filrouge keys retire 0c1f2a9b8d7e6f50 /media/coffre/ancienne.key"
        ),
        (
            "Examples:\n"
            "  filrouge keys new\n"
            "  filrouge keys status\n"
            "  filrouge keys rotate 593ed466b6a40631\n"
            "  filrouge keys retire 0c1f2a9b8d7e6f50 /media/safe/former.key"
        ),
    ),
    "help.keys.new": (
        (
            "Fait une clé maîtresse et affiche son identifiant, jamais la clé. Elle n'est pas encore en service : "
            "donnez d'abord le fichier à toutes les machines et redémarrez-y Fil Rouge, puis `filrouge keys rotate`."
        ),
        (
            "Make a master key and print its id, never the key. It is not in use yet: first give the file to every "
            "machine and restart Fil Rouge there, then `filrouge keys rotate`."
        ),
    ),
    "help.keys.new.examples": (
        "Exemples :\n  filrouge keys new\n  filrouge keys new /etc/filrouge/master.key",
        "Examples:\n  filrouge keys new\n  filrouge keys new /etc/filrouge/master.key",
    ),
    "help.keys.status": (
        (
            "Montre chaque clé maîtresse : donnée ou manquante, en service ou non, et combien de personnes elle "
            "protège. Statut 1 s'il en manque une."
        ),
        (
            "Show each master key: given or missing, in use or not, and how many persons' keys it wraps. "
            "Exit status 1 when one is missing."
        ),
    ),
    "help.keys.status.examples": ("Exemple :\n  filrouge keys status", "Example:\n  filrouge keys status"),
    "help.keys.rotate": (
        (
            "Met une clé maîtresse en service, puis place sous elle toutes les clés des personnes. Les serveurs "
            "continuent pendant ce temps ; interrompue, la commande se relance. Il faut l'ancienne et la nouvelle."
        ),
        (
            "Put a master key in use, then wrap every person's key under it. The servers go on meanwhile; "
            "interrupted, the command is simply run again. Both keys are needed, the former and the new one."
        ),
    ),
    "help.keys.rotate.examples": (
        "Exemple :\n  filrouge keys rotate 593ed466b6a40631",
        "Example:\n  filrouge keys rotate 593ed466b6a40631",
    ),
    "help.keys.retire": (
        (
            "Déplace une clé qui ne protège plus rien hors du fichier des clés, vers un fichier à ranger avec les "
            "sauvegardes du magasin de clés faites avant : elles ne s'ouvrent qu'avec elle."
        ),
        (
            "Move a key that wraps nothing any more out of the key file, into a file to keep with the backups of the "
            "store of keys made before: they open with it only."
        ),
    ),
    "help.keys.retire.examples": (
        "Exemple :\n  filrouge keys retire 0c1f2a9b8d7e6f50 /media/coffre/ancienne.key",
        "Example:\n  filrouge keys retire 0c1f2a9b8d7e6f50 /media/safe/former.key",
    ),
    "keys.key_id": (
        "Identifiant de la clé, comme `keys new` et `keys status` le donnent.",
        "The key's id, as `keys new` and `keys status` show it.",
    ),
    "keys.new.file": (
        "Fichier des clés : créé, ou complété d'une ligne (sinon celui de FILROUGE_MASTER_KEY_FILE).",
        "The key file: made, or given one more line (else that of FILROUGE_MASTER_KEY_FILE).",
    ),
    "keys.retire.file": (
        "Fichier à créer pour la clé retirée.",
        "File to make for the key that is put aside.",
    ),
    "keys.made": (
        "Clé maîtresse {key_id} créée dans {path}. Sauvegardez ce fichier à part.",
        "Master key {key_id} made in {path}. Back this file up apart.",
    ),
    "keys.added": (
        (
            "Clé maîtresse {key_id} ajoutée dans {path}. Sauvegardez ce fichier à part, donnez-le à toutes les machines, "
            "redémarrez-y Fil Rouge, puis : filrouge keys rotate {key_id}"
        ),
        (
            "Master key {key_id} added in {path}. Back this file up apart, give it to every machine, restart "
            "Fil Rouge there, then: filrouge keys rotate {key_id}"
        ),
    ),
    "keys.from_environment": (
        (
            "les clés maîtresses viennent de FILROUGE_MASTER_KEY, que Fil Rouge ne peut pas changer. Pour en faire une : "
            "`filrouge keys new FICHIER` ; la variable en prend plusieurs, séparées par une espace."
        ),
        (
            "the master keys come from FILROUGE_MASTER_KEY, which Fil Rouge cannot change. To make one: "
            "`filrouge keys new FILE`; the variable takes several, separated by a space."
        ),
    ),
    "keys.column.key_id": ("Clé", "Key"),
    "keys.column.standing": ("État", "Standing"),
    "keys.column.persons": ("Personnes", "Persons"),
    "keys.column.secrets": ("Secrets", "Secrets"),
    "keys.missing": ("MANQUE", "MISSING"),
    "keys.in_use": ("en service", "in use"),
    "keys.wraps": ("protège encore", "still wraps"),
    "keys.idle": ("ne protège rien", "wraps nothing"),
    "keys.is_missing": (
        "La clé {key_id} manque : ce qu'elle protège ne peut pas être lu. Retrouvez-la et ajoutez-la au fichier des clés.",
        "The key {key_id} is missing: what it wraps cannot be read. Find it, and add it to the key file.",
    ),
    "keys.progress": ("Clés", "Keys"),
    "keys.rate": ("{rate} clés/s", "{rate} keys/s"),
    "keys.rotated": (
        "La clé {key_id} est en service et protège tout. Clés de personnes replacées : {persons}.",
        "The key {key_id} is in use and wraps everything. Persons' keys wrapped anew: {persons}.",
    ),
    "keys.wraps_nothing": (
        (
            "La clé {key_id} ne protège plus rien ici : `filrouge keys retire {key_id} FICHIER` la range. "
            "Gardez-la aussi longtemps que les sauvegardes du magasin de clés faites avant aujourd'hui."
        ),
        (
            "The key {key_id} wraps nothing here any more: `filrouge keys retire {key_id} FILE` puts it aside. "
            "Keep it as long as the backups of the store of keys made before today."
        ),
    ),
    "keys.still_wraps": (
        (
            "la clé {key_id} est encore nécessaire (personnes : {persons}) : mettez-en d'abord une autre en service "
            "avec `filrouge keys rotate`."
        ),
        (
            "the key {key_id} is still needed (persons: {persons}): first put another one in use with "
            "`filrouge keys rotate`."
        ),
    ),
    "keys.retired": (
        (
            "La clé {key_id} est maintenant dans {path} seulement. Gardez ce fichier aussi longtemps que les "
            "sauvegardes du magasin de clés qu'elle protège ; donnez le fichier des clés à toutes les machines."
        ),
        (
            "The key {key_id} is now in {path} only. Keep this file as long as the backups of the store of keys that "
            "it wraps; give the key file to every machine."
        ),
    ),
    # ------------------------------------------------------------ what stops a start
    "error.master_key_missing": (
        (
            "la clé maîtresse manque : il n'y a rien dans FILROUGE_MASTER_KEY ni dans {where}. Donnez-la, ou dites "
            "dans FILROUGE_MASTER_KEY_FILE quel fichier la contient. Elle n'est créée d'office qu'au tout premier "
            "démarrage, par `filrouge serve` ou `filrouge demo`."
        ),
        (
            "the master key is missing: there is nothing in FILROUGE_MASTER_KEY nor in {where}. Give it, or say in "
            "FILROUGE_MASTER_KEY_FILE which file holds it. It is made by itself only at the very first start, by "
            "`filrouge serve` or `filrouge demo`."
        ),
    ),
    "error.master_key_unreadable": (
        "le fichier de la clé maîtresse {where} ne peut pas être lu par ce compte ({why}).",
        "the master key's file {where} cannot be read by this account ({why}).",
    ),
    "error.master_key_malformed": (
        (
            "ce que contient {where} n'est pas une clé maîtresse : il faut 32 octets aléatoires en base64 (44 "
            "caractères), comme les écrivent `filrouge keys new` ou `openssl rand -base64 32`. Le fichier est "
            "peut-être vide ou tronqué : reprenez votre copie."
        ),
        (
            "what {where} holds is no master key: it must be 32 random bytes in base64 (44 characters), as "
            "`filrouge keys new` or `openssl rand -base64 32` write them. The file may be empty or cut short: take "
            "your copy."
        ),
    ),
    "error.master_key_exposed": (
        "le fichier de la clé maîtresse est accessible à d'autres que son propriétaire : faites `chmod 600 {where}`.",
        "the master key's file is open to others than its owner: run `chmod 600 {where}`.",
    ),
    "error.key_file.there": (
        "il y a déjà un fichier {where} : il reste comme il est.",
        "there is a file {where} already: it is left as it is.",
    ),
    "error.key_file.not_written": (
        "une clé maîtresse ne peut pas être écrite dans {where} : vérifiez le répertoire et ses droits.",
        "a master key cannot be written to {where}: check the directory and its rights.",
    ),
    "error.key_file.not_held": (
        "le fichier {where} ne contient pas cette clé : il reste comme il est.",
        "the file {where} does not hold this key: it is left as it is.",
    ),
    "error.key_file.last": (
        "le fichier {where} n'aurait plus aucune clé : il reste comme il est.",
        "the file {where} would be left without any key: it is left as it is.",
    ),
    "error.wrong_master_key": (
        (
            "ce n'est pas la clé maîtresse de ce magasin de clés : il faut {needed}, vous avez donné {given}. "
            "Retrouvez la clé {needed} (`filrouge keys status` dit ce qu'elle protège) et ajoutez-la au fichier des "
            "clés, ou vérifiez FILROUGE_KEYS_URL. Rien n'a été écrit."
        ),
        (
            "this is not the master key of this store of keys: it needs {needed}, you gave {given}. Find the key "
            "{needed} (`filrouge keys status` tells what it wraps) and add it to the key file, or check "
            "FILROUGE_KEYS_URL. Nothing was written."
        ),
    ),
    "error.rotation_overtaken": (
        "la clé {key_id} a été mise en service entre-temps : terminez d'abord avec `filrouge keys rotate {key_id}`.",
        "the key {key_id} was put in use meanwhile: finish with `filrouge keys rotate {key_id}` first.",
    ),
    "error.key_store_missing": (
        (
            "il n'y a pas de magasin de clés à cet endroit, ou il a été déplacé : vérifiez FILROUGE_KEYS_URL, ou "
            "restaurez celui qui va avec cette base. Il n'en est pas créé d'autre là où des personnes sont déjà connues."
        ),
        (
            "there is no store of keys there, or it was moved away: check FILROUGE_KEYS_URL, or restore the one that "
            "belongs with this database. No other is made where people are known already."
        ),
    ),
}
