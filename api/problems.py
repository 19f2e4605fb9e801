"""Errors in words: every answer that is not a success, as RFC 9457 problem+json.

One table says which problems there are. `type` is stable and is what a program should look at; `title` and `detail`
are for people, in French or in English. Nothing of what was sent is ever repeated: it may be somebody's.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

import msgspec
from starlette.responses import Response

from workflows.labels import Language, in_language

MEDIA_TYPE: Final = "application/problem+json"
URN: Final = "urn:filrouge:problem:"

Texts = tuple[str, str]


class Kind(Enum):
    """A kind of problem: its code (the end of its `type`), its status, its title and its usual detail."""

    code: str
    status: int
    title: Texts
    detail: Texts

    def __init__(self, code: str, status: int, title: Texts, detail: Texts) -> None:
        """Keep what the problem says."""
        self.code = code
        self.status = status
        self.title = title
        self.detail = detail

    MALFORMED_JSON = (
        "malformed-json",
        400,
        ("Corps illisible", "Unreadable body"),
        ("Le corps de la requête n'est pas du JSON valide.", "The request's body is not valid JSON."),
    )
    MALFORMED_HEADER = (
        "malformed-header",
        400,
        ("En-tête illisible", "Unreadable header"),
        (
            "Un en-tête de la requête n'a pas la forme attendue.",
            "A header of the request does not have the expected form.",
        ),
    )
    MALFORMED_REQUEST = (
        "malformed-request",
        400,
        ("Requête illisible", "Unreadable request"),
        ("La requête n'a pas pu être lue.", "The request could not be read."),
    )
    AUTHENTICATION_REQUIRED = (
        "authentication-required",
        401,
        ("Identification requise", "Authentication required"),
        (
            "Envoyez un jeton dans l'en-tête « Authorization: Bearer … ».",
            "Send a token in the header “Authorization: Bearer …”.",
        ),
    )
    TOKEN_REFUSED = (
        "token-refused",
        401,
        ("Jeton refusé", "Token refused"),
        (
            "Ce jeton est inconnu, expiré ou révoqué : demandez-en un autre.",
            "This token is unknown, expired or revoked: ask for another.",
        ),
    )
    FORBIDDEN = (
        "forbidden",
        403,
        ("Action non ouverte à ce rôle", "Not open to this role"),
        ("Votre rôle ne permet pas cela.", "Your role does not allow this."),
    )
    OUT_OF_REACH = (
        "out-of-reach",
        403,
        ("Hors de votre périmètre", "Out of your reach"),
        (
            "Ce filtre demande plus que ce que votre rôle permet de voir.",
            "This filter asks for more than your role may see.",
        ),
    )
    NOT_FOUND = (
        "not-found",
        404,
        ("Introuvable", "Not found"),
        (
            "Il n'y a rien à cette adresse, ou rien que vous puissiez connaître.",
            "There is nothing at this address, or nothing that you may know of.",
        ),
    )
    METHOD_NOT_ALLOWED = (
        "method-not-allowed",
        405,
        ("Méthode non admise", "Method not allowed"),
        (
            "Cette adresse ne connaît pas cette méthode ; l'en-tête Allow dit lesquelles.",
            "This address does not know this method; the header Allow says which it knows.",
        ),
    )
    EXPORT_NOT_READY = (
        "export-not-ready",
        409,
        ("Export non disponible", "Export not available"),
        (
            "Cet export n'est pas encore fait, ou n'a pas pu l'être : son état le dit.",
            "This export is not made yet, or could not be: its state says which.",
        ),
    )
    REFUSED = (
        "refused",
        409,
        ("Action refusée", "Action refused"),
        ("L'état du dossier ne permet pas cette action.", "The case's state does not allow this action."),
    )
    WITHIN_REACH = (
        "within-reach",
        409,
        ("Dossier déjà dans votre périmètre", "Case within your reach"),
        (
            "Vous pouvez ouvrir ce dossier sans bris de glace.",
            "You may open this case without breaking a glass.",
        ),
    )
    STALE = (
        "stale",
        412,
        ("Version dépassée", "Stale version"),
        (
            "Le dossier a changé depuis que vous l'avez lu : relisez-le, puis décidez à nouveau.",
            "The case has changed since you read it: read it again, then decide again.",
        ),
    )
    TOO_LARGE = (
        "too-large",
        413,
        ("Corps trop volumineux", "Body too large"),
        ("Le corps dépasse la taille admise.", "The body is longer than is accepted."),
    )
    UNSUPPORTED_MEDIA_TYPE = (
        "unsupported-media-type",
        415,
        ("Type de contenu non admis", "Unsupported media type"),
        (
            "Envoyez du JSON en UTF-8, non compressé, avec « Content-Type: application/json ».",
            "Send JSON in UTF-8, not compressed, with “Content-Type: application/json”.",
        ),
    )
    INVALID = (
        "invalid",
        422,
        ("Valeurs non admises", "Values not accepted"),
        (
            "Une ou plusieurs valeurs ne sont pas admises ; « errors » les énumère.",
            "One or several values are not accepted; `errors` lists them.",
        ),
    )
    IDEMPOTENCY_KEY_REUSED = (
        "idempotency-key-reused",
        422,
        ("Idempotency-Key déjà utilisée", "Idempotency-Key already used"),
        (
            "Cette clé a servi à une autre requête : une nouvelle requête prend une nouvelle clé.",
            "This key was used for another request: a new request takes a new key.",
        ),
    )
    TOO_MANY_ATTEMPTS = (
        "too-many-attempts",
        429,
        ("Trop de tentatives", "Too many attempts"),
        (
            "Trop d'identifications ont été refusées ou demandées d'ici : attendez, puis recommencez.",
            "Too many credentials were refused, or sign-ins asked for, from here: wait, then try again.",
        ),
    )
    TOO_MANY_EXPORTS = (
        "too-many-exports",
        429,
        ("Trop d'exports en attente", "Too many exports waiting"),
        (
            "Trop de vos exports attendent encore : attendez-en un, ou supprimez-en un.",
            "Too many of your exports are still waiting: wait for one, or delete one.",
        ),
    )
    VERSION_REQUIRED = (
        "version-required",
        428,
        ("Version requise", "Version required"),
        (
            "Dites sur quelle version vous avez décidé : « If-Match » avec l'ETag du dossier.",
            "Say which version you decided on: `If-Match` with the case's ETag.",
        ),
    )
    UNEXPECTED = (
        "unexpected",
        500,
        ("Erreur inattendue", "Unexpected error"),
        (
            "Une erreur que nous n'avions pas prévue s'est produite ; elle est notée sous « instance ».",
            "An error that we had not foreseen happened; it is noted under `instance`.",
        ),
    )
    BUSY = (
        "busy",
        503,
        ("Base de données occupée", "Database busy"),
        (
            "Un autre enregistrement occupe la base de données. Rien n'a été écrit ; recommencez.",
            "Another write holds the database. Nothing was written; try again.",
        ),
    )
    NOT_RECORDED = (
        "not-recorded",
        503,
        ("Consultation impossible à enregistrer", "Reading that cannot be recorded"),
        (
            "La consultation ne peut être enregistrée en ce moment ; sans cela rien n'est montré. Recommencez.",
            "The reading cannot be recorded at the moment; nothing is shown without that. Try again.",
        ),
    )
    UNAVAILABLE = (
        "unavailable",
        503,
        ("Base de données indisponible", "Database unavailable"),
        (
            "La base de données ne répond pas. Rien n'a été écrit ; recommencez plus tard.",
            "The database does not answer. Nothing was written; try again later.",
        ),
    )
    SCHEMA_MISMATCH = (
        "schema-mismatch",
        503,
        ("Base de données d'une autre version", "Database of another version"),
        (
            "La base de données est celle d'une autre version de ce logiciel. Rien n'a été écrit.",
            "The database is that of another version of this software. Nothing was written.",
        ),
    )
    NOT_CURRENT = (
        "not-current",
        503,
        ("Données en cours de reconstruction", "Data being made anew"),
        (
            "Les données tirées des événements sont à refaire, ou le sont déjà. Rien n'a été écrit ; réessayez.",
            "What is computed from the events has to be made anew, or is by now. Nothing was written; try again.",
        ),
    )
    PROVIDER_UNAVAILABLE = (
        "provider-unavailable",
        503,
        ("Fournisseur d'identité indisponible", "Identity provider unavailable"),
        (
            "Le fournisseur d'identité ne répond pas : ce jeton ne peut pas être vérifié. Réessayez plus tard.",
            "The identity provider does not answer: this token cannot be checked. Try again later.",
        ),
    )
    NOT_READY = (
        "not-ready",
        503,
        ("Pas prêt", "Not ready"),
        ("Le service n'est pas prêt à travailler.", "The service is not ready to work."),
    )

    @property
    def uri(self) -> str:
        """Its stable `type`."""
        return URN + self.code


RETRY_AFTER_SECONDS: Final[Mapping[Kind, int]] = {
    Kind.BUSY: 1,
    Kind.NOT_RECORDED: 5,
    Kind.UNAVAILABLE: 30,
    Kind.SCHEMA_MISMATCH: 120,
    Kind.NOT_CURRENT: 30,
    Kind.PROVIDER_UNAVAILABLE: 30,
    Kind.NOT_READY: 5,
}


class ProblemError(Exception):
    """A problem to answer with. `detail` replaces the kind's own; `members` are its extensions."""

    def __init__(
        self,
        kind: Kind,
        detail: Texts | None = None,
        *,
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.detail = detail or kind.detail
        self.members = members or {}
        self.headers = headers or {}

    def body(self, language: Language, instance: str) -> dict[str, Any]:
        """Return the problem as it is sent; `instance` names this one occurrence."""
        return {
            "type": self.kind.uri,
            "title": in_language(self.kind.title, language),
            "status": self.kind.status,
            "detail": in_language(self.detail, language),
            "instance": instance,
            **self.members,
        }

    def response(self, language: Language, instance: str) -> Response:
        """Return the answer."""
        headers = dict(self.headers)
        if self.kind in RETRY_AFTER_SECONDS:
            headers.setdefault("Retry-After", str(RETRY_AFTER_SECONDS[self.kind]))
        return Response(
            msgspec.json.encode(self.body(language, instance)),
            self.kind.status,
            headers,
            media_type=MEDIA_TYPE,
        )
