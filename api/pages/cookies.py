"""The cookies of the pages: what each is called, and the rules that browsers hold it to.

Under TLS the name begins with `__Host-`: a browser then takes the cookie from this host alone, over TLS, for all of its
paths, so that neither a plain connection nor a neighbouring host can plant one (RFC 6265bis). `SameSite=Lax`, not
`Strict`: whoever comes back from an identity provider, or follows a link in a mail, arrives from another site and would
seem to be signed out. Nothing is changed by the requests that Lax lets through.
"""

import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from fastapi import Request, Response

from adapters import sessions
from adapters.bootstrap import Service
from adapters.secret_texts import SecretTexts

SESSION: Final = "filrouge"
"""Keeps the session of somebody signed in."""

BROWSER: Final = "filrouge-visite"
"""Tells one browser from another while nobody is signed in."""

SIGN_IN: Final = "filrouge-connexion"
"""Keeps a sign-in that is under way at the identity provider."""

SIGN_OUT: Final = "filrouge-deconnexion"
"""Keeps what comes back from the identity provider after a sign-out there."""

_BROWSERS: Final = SecretTexts("fv")
_FORMS: Final = "forms"


def is_tls(request: Request) -> bool:
    """Tell whether the browser came by TLS: the proxy says so, or there is no other way to the public address."""
    service: Service = request.app.state.service
    return request.url.scheme == "https" or service.settings.public_by_tls


def given(request: Request, cookie: str) -> str | None:
    """Return what a browser sent back; None for nothing."""
    return request.cookies.get(_name(request, cookie)) or None


def put(
    answer: Response, request: Request, cookie: str, value: str, *, life: timedelta | None = None
) -> None:
    """Give a browser a cookie to keep for a while, or until it is closed."""
    seconds = None if life is None else int(life.total_seconds())
    name, secure = _name(request, cookie), is_tls(request)
    answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure)


def drop(answer: Response, request: Request, cookie: str) -> None:
    """Have a browser forget a cookie."""
    answer.delete_cookie(_name(request, cookie), httponly=True, samesite="lax", secure=is_tls(request))


def dropping(request: Request, cookie: str) -> dict[str, str]:
    """Return the header that has a browser forget a cookie, for an answer that is made elsewhere."""
    answer = Response()
    drop(answer, request, cookie)
    return {"Set-Cookie": answer.headers["set-cookie"]}


def _name(request: Request, cookie: str) -> str:
    return f"__Host-{cookie}" if is_tls(request) else cookie


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser, whoever is signed in there. `form_token` is what its forms carry while nobody is.

    So a form that signs somebody in cannot be sent from elsewhere either: it would sign the reader in as somebody else,
    who would then find what they fill in. The cookie is a random number that is stored nowhere.
    """

    request: Request
    form_token: str = field(repr=False)
    new: str | None = field(default=None, repr=False)

    def know_again(self, answer: Response) -> None:
        """Give the browser its cookie, if it has none."""
        if self.new is not None:
            put(answer, self.request, BROWSER, self.new)


def browser_of(request: Request) -> Browser:
    """Return the browser that asks; one that has no cookie is to be given one."""
    presented = _BROWSERS.read(given(request, BROWSER) or "")
    if presented is not None:
        return Browser(request, presented.derived(_FORMS))
    made = _BROWSERS.make()
    return Browser(request, made.derived(_FORMS), made.plaintext)


def is_of_this_browser(request: Request, token: str) -> bool:
    """Tell whether a form was shown in the browser that sends it, before, during or after a session in it."""
    session = sessions.form_token_of(given(request, SESSION) or "")
    presented = _BROWSERS.read(given(request, BROWSER) or "")
    own = (session, presented.derived(_FORMS) if presented is not None else None)
    return any(hmac.compare_digest(one.encode(), token.encode()) for one in own if one is not None)
