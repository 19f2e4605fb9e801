"""What the columns of the durable tables mean that an analyst may look at, for the data dictionary.

They stand here and not in the tables, since comments of durable tables would have to be migrated. Tables of identities,
accounts, tokens, sessions and repeated requests are for nobody to look at, and are not described.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Table

from adapters.tables import events, parked_events, read_models
from projections.dictionary import Durable, Said

_EVENTS: Final[Mapping[str, Said]] = {
    "position": (
        "La place de l'événement dans le journal, sans trou.",
        "The event's place in the log, without gaps.",
    ),
    "case_id": (
        "Le dossier, ou `organisation:<code>` pour un organisme.",
        "The case, or `organisation:<code>` of an organisation.",
    ),
    "version": ("Son numéro dans le dossier, à partir de 1.", "Its number within the case, from 1."),
    "topic": (
        "Ce qui s'est passé : un nom du catalogue des événements.",
        "What happened: a name of the event catalogue.",
    ),
    "schema_version": ("La version de son contenu.", "The version of its payload."),
    "occurred_on": (
        "Le jour où cela s'est passé (AAAA-MM-JJ, Europe/Paris) : la date des statistiques.",
        "The day it happened (YYYY-MM-DD, Europe/Paris): what statistics are dated by.",
    ),
    "recorded_at": ("L'instant de l'enregistrement (UTC).", "The instant it was recorded (UTC)."),
    "actor": ("Le compte qui l'a enregistré.", "The account that recorded it."),
    "acting_as": ("Le rôle de ce compte.", "The role of that account, a code of `role`."),
    "organisation": ("L'organisme pour lequel il l'a fait.", "The organisation it did so for."),
    "correlation_id": (
        "Ce qui relie les événements d'une même demande.",
        "What ties the events of one request together.",
    ),
    "causation_id": ("L'événement ou la demande qui l'a causé.", "The event or request that caused it."),
    "payload": (
        "Son contenu, en JSON ; les textes libres y sont chiffrés.",
        "What it says, in JSON; free texts in it are encrypted.",
    ),
    "hash": (
        "L'empreinte de l'événement et du précédent (SHA-256).",
        "The hash over the event and its predecessor's hash (SHA-256).",
    ),
}

_READ_MODELS: Final[Mapping[str, Said]] = {
    "name": ("Le modèle de lecture.", "The read model."),
    "version": (
        "La version qui a calculé ses lignes, et les réglages dont elles dépendent.",
        "The version that computed its rows, and the settings that they depend on.",
    ),
    "position": (
        "Le dernier événement du journal quand il a été construit ; chaque écriture le tient à jour depuis.",
        "The last event of the log when it was built; every commit has kept it up to date since.",
    ),
    "behind_since": (
        "Le premier événement qui lui manque ; aucun s'il est à jour.",
        "The first event that it lacks; none while it is up to date.",
    ),
}

_PARKED: Final[Mapping[str, Said]] = {
    "read_model": ("Le modèle de lecture.", "The read model."),
    "case_id": ("Le dossier.", "The case."),
    "position": ("La place de l'événement dans le journal.", "The event's place in the log."),
    "version": ("Son numéro dans le dossier.", "Its number within the case."),
    "topic": ("Son nom dans le catalogue des événements.", "Its name in the event catalogue."),
    "error": ("L'erreur, sans rien de personnel.", "The error, without anything personal."),
    "parked_at": ("L'instant où il a été mis de côté (UTC).", "The instant it was set aside (UTC)."),
}

DURABLE: Final[Mapping[Table, Durable]] = {
    events: Durable(
        ("Un événement : l'historique, jamais modifié.", "One event: the history, never changed."), _EVENTS
    ),
    read_models: Durable(
        (
            "Un modèle de lecture tel qu'il est stocké : à lire avant de se fier à une table.",
            "One read model as it is stored: to look at before a table is trusted.",
        ),
        _READ_MODELS,
    ),
    parked_events: Durable(
        (
            "Un événement qu'un modèle de lecture n'a pas pu prendre : le dossier y est tel qu'avant.",
            "One event that a read model could not take: its rows of the case are those of before.",
        ),
        _PARKED,
    ),
}
"""The tables, what a row of each is, and what each column means, in French and in English."""
