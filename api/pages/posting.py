"""What a form sends: read whole, from our own pages only, with the token that this session's forms carry.

Two locks against a form on somebody else's page (CSRF): where the browser says the request comes from, and a token
that such a page cannot know. A form that is sent twice carries the same key, so that it is carried out once.
"""

import hmac
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request

from api.pages import paths
from api.pages.visitor import Anybody, SignInNeeded, Visitor
from api.problems import Kind, ProblemError

_FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 2_000

TOKEN: Final = "_token"  # noqa: S105 - a field's name
ONCE: Final = "_once"
VERSION: Final = "_version"

_ELSEWHERE: Final = (
    "Ce formulaire n'a pas été envoyé depuis nos pages, ou la session a changé depuis. Rien n'a été enregistré.",
    "This form was not sent from our pages, or the session has changed since. Nothing was recorded.",
)

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that somebody signed in has sent."""

    visitor: Visitor
    pairs: Pairs

    def get(self, name: str) -> str | None:
        """Return the last value of a field; None when it is not there."""
        return next((value for field, value in reversed(self.pairs) if field == name), None)

    def each(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value for field, value in self.pairs if field == name]


async def _sent_pairs(request: Request) -> Pairs:
    """Return the fields of a form of ours. Raises ProblemError."""
    refuse_elsewhere(request)
    media_type, _, _ = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() != _FORM:
        raise ProblemError(Kind.UNSUPPORTED_MEDIA_TYPE, headers={"Accept-Post": _FORM})
    body = await request.body()
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise ProblemError(Kind.MALFORMED_REQUEST) from None


SentPairs = Annotated[Pairs, Depends(_sent_pairs)]


def _posted(request: Request, visitor: Anybody, pairs: SentPairs) -> Posted:
    """Return what somebody signed in has sent. Raises SignInNeeded, ProblemError."""
    session = visitor.session
    if session is None:
        # To sign out of a session that has ended is to lose nothing.
        raise SignInNeeded(visitor.here, lost=request.url.path != paths.SIGN_OUT)
    given = next((value for field, value in pairs if field == TOKEN), "")
    if not hmac.compare_digest(session.form_token.encode(), given.encode()):
        raise ProblemError(Kind.FORBIDDEN, _ELSEWHERE)
    return Posted(visitor, [(field, value) for field, value in pairs if field != TOKEN])


PostedForm = Annotated[Posted, Depends(_posted)]
"""Asked for by every page that changes something. Who may is for the page to say, by `visitor.within`."""


def refuse_elsewhere(request: Request) -> None:
    """Refuse what a browser sends from another site's page. Raises ProblemError."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise ProblemError(Kind.FORBIDDEN, _ELSEWHERE)
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ProblemError(Kind.FORBIDDEN, _ELSEWHERE)
