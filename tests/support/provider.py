"""An identity provider in a process of its own, that does what ProConnect documents and `oidc-provider-mock` does not:

userinfo as a signed JWT, PKCE and the client's secret checked, no unknown parameter, state and nonce of 32 characters
at least, one use of a code, acr. It signs with a key that it is given, so that a test can sign what it never would.

    python -m tests.support.provider    with the private key (a JWK) on standard input; it says its address and serves
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import JWKRegistry, Key

CLIENT: Final = "filrouge"
SECRET: Final = "s3cret-of-the-client"
DOCUMENTED: Final = {
    "response_type", "client_id", "redirect_uri", "scope", "claims", "state", "nonce", "prompt", "idp_hint",
    "login_hint", "code_challenge", "code_challenge_method",
}  # fmt: skip
PEOPLE: Final[dict[str, dict[str, Any]]] = {}
"""What is known of each, by their subject; `PUT /people/SUBJECT` tells it."""


class Provider(ThreadingHTTPServer):
    """What it knows: its key, the codes and tokens it gave, and how it should misbehave."""

    daemon_threads = True

    def __init__(self, key: Key) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key = key
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.manners: dict[str, Any] = {}
        """`id_token` and `userinfo`: claims to put instead; `alg`, `plain`: otherwise signed, not signed."""

    def sign(self, claims: dict[str, Any]) -> str:
        """Sign claims as an ID token or userinfo."""
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        """Answer a browser, and what a client reads."""
        parts = urlsplit(self.path)
        self.server.asked.append(parts.path)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        match parts.path:
            case "/.well-known/openid-configuration":
                self._json(200, self._metadata())
            case "/jwks":
                self._json(200, {"keys": [self.server.key.as_dict(private=False)]})
            case "/authorize":
                self._authorize(asked)
            case "/elsewhere":
                self._html(f'<form method="post" action="/agree"><input type="hidden" name="q" value="{asked["q"]}">'
                           '<input name="sub"><button>Go</button></form>')  # fmt: skip
            case "/userinfo":
                self._userinfo()
            case "/end":
                self._redirect(f"{asked['post_logout_redirect_uri']}?{urlencode({'state': asked['state']})}"
                               if asked.get("id_token_hint") else "/")  # fmt: skip
            case "/asked":
                self._json(200, self.server.asked)
            case _:
                self._json(404, {})

    def do_POST(self) -> None:
        """Exchange a code; take a person's agreement."""
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if self.path == "/agree":
            self._agreed(json.loads(base64.urlsafe_b64decode(form["q"])), form["sub"])
        else:
            self._token(form)

    def do_PUT(self) -> None:
        """Be told who somebody is, or how to misbehave."""
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/manners":
            self.server.manners = told
        else:
            PEOPLE[self.path.removeprefix("/people/")] = told
        self._json(200, {})

    def _metadata(self) -> dict[str, Any]:
        issuer = self.server.issuer
        otherwise: dict[str, Any] = self.server.manners.get("metadata", {})
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/jwks",
            "end_session_endpoint": f"{issuer}/end",
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        } | otherwise

    def _authorize(self, asked: dict[str, str]) -> None:
        """Refuse what ProConnect refuses, then send the person on to another host, as a federation does."""
        wrong = (
            set(asked) - DOCUMENTED or len(asked.get("state", "")) < 32 or len(asked.get("nonce", "")) < 32
        )
        if wrong or asked.get("client_id") != CLIENT or asked.get("code_challenge_method") != "S256":
            self._json(400, {"error": "Y000400"})
            return
        question = base64.urlsafe_b64encode(json.dumps(asked).encode()).decode()
        self._redirect(f"http://localhost:{self.server.server_port}/elsewhere?q={question}")

    def _agreed(self, asked: dict[str, str], subject: str) -> None:
        if subject == "nobody":
            self._redirect(
                f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
            )
            return
        code = secrets.token_urlsafe(24)
        self.server.codes[code] = {**asked, "sub": subject}
        self._redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def _token(self, form: dict[str, str]) -> None:
        known = self.server.codes.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proved = (
            known is not None
            and base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == known["code_challenge"]
        )
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            self._json(401, {"error": "invalid_client"})
        elif known is None or not proved or form.get("redirect_uri") != known["redirect_uri"]:
            self._json(400, {"error": "invalid_grant"})
        else:
            access_token = secrets.token_urlsafe(24)
            self.server.tokens[access_token] = known
            claims = self._claims(known["sub"]) | {"nonce": known["nonce"]}
            if "claims" in known:
                claims["acr"] = json.loads(known["claims"])["id_token"]["acr"]["values"][0]
            claims |= self.server.manners.get("id_token", {})
            answer = {"access_token": access_token, "token_type": "Bearer", "expires_in": 60,
                      "id_token": self.server.sign(claims)}  # fmt: skip
            self._json(200, answer | self.server.manners.get("token", {}))

    def _claims(self, subject: str) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": self.server.issuer, "aud": CLIENT, "sub": subject, "iat": now, "exp": now + 60}

    def _userinfo(self) -> None:
        known = self.server.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
        if known is None:
            self._json(401, {"error": "invalid_token"})
            return
        subject, manners = known["sub"], self.server.manners
        claims = self._claims(subject) | PEOPLE.get(subject, {}) | manners.get("userinfo", {})
        if manners.get("plain"):
            self._json(200, claims)
        else:
            self._answer(200, "application/jwt", self.server.sign(claims))

    def _json(self, status: int, body: Any) -> None:
        self._answer(status, "application/json", json.dumps(body))

    def _html(self, body: str) -> None:
        self._answer(200, "text/html", f"<!DOCTYPE html><title>Provider</title>{body}")

    def _redirect(self, where: str) -> None:
        self.send_response(303)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: int, media_type: str, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


if __name__ == "__main__":
    provider = Provider(JWKRegistry.import_key(json.loads(sys.stdin.readline())))
    sys.stdout.write(f"{provider.issuer}\n")
    sys.stdout.flush()
    provider.serve_forever()
