"""What a form sends: read whole, from our own pages only, with the token that this session's forms carry.

Two locks against a form on somebody else's page (CSRF): where the browser says the request comes from, and a token
that such a page cannot know. A form that is sent twice carries the same key, so that it is carried out once.
"""

import hmac
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from adapters.bootstrap import Service
from api.pages import paths
from api.pages.cookies import is_of_this_browser
from api.pages.visitor import Anybody, SignInNeeded, Visitor
from api.problems import Kind, ProblemError

_FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 2_000

TOKEN: Final = "_token"  # noqa: S105 - a field's name
ONCE: Final = "_once"
VERSION: Final = "_version"

_OWN_SITES: Final = frozenset({"same-origin", "none"})
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


def _own_pairs(request: Request, pairs: SentPairs) -> Pairs:
    """Return the fields of a form that this very browser was shown. Raises ProblemError."""
    if not is_of_this_browser(request, token_in(pairs)):
        raise ProblemError(Kind.FORBIDDEN, _ELSEWHERE)
    return pairs


OwnPairs = Annotated[Pairs, Depends(_own_pairs)]
"""Asked for by the forms that are there whether or not somebody is signed in."""


def _posted(request: Request, visitor: Anybody, pairs: SentPairs) -> Posted:
    """Return what somebody signed in has sent. Raises SignInNeeded, ProblemError."""
    session = visitor.session
    if session is None:
        # To sign out of a session that has ended is to lose nothing.
        raise SignInNeeded(visitor.here, lost=request.url.path != paths.SIGN_OUT)
    if not hmac.compare_digest(session.form_token.encode(), token_in(pairs).encode()):
        raise ProblemError(Kind.FORBIDDEN, _ELSEWHERE)
    return Posted(visitor, [(field, value) for field, value in pairs if field != TOKEN])


PostedForm = Annotated[Posted, Depends(_posted)]
"""Asked for by every page that changes something. Who may is for the page to say, by `visitor.within`."""


def token_in(pairs: Pairs) -> str:
    """Return the token that a form carries; nothing when it carries none."""
    return next((value for field, value in pairs if field == TOKEN), "")


def refuse_elsewhere(request: Request) -> None:
    """Refuse what a browser sends from another site's page. Raises ProblemError.

    Whatever it says must be right: `Sec-Fetch-Site`, which no page can set, and `Origin`, which has to be the public
    address where there is a setting for it, and else what the request says of itself. Old browsers send neither: then
    the token alone decides.
    """
    sites, origins = (request.headers.getlist(name) for name in ("sec-fetch-site", "origin"))
    if any(site not in _OWN_SITES for site in sites) or any(one != _own_origin(request) for one in origins):
        raise ProblemError(Kind.FORBIDDEN, _ELSEWHERE)


def _own_origin(request: Request) -> str:
    service: Service = request.app.state.service
    return service.settings.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"
