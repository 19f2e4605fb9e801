"""A command's request as the use cases know it: what ties its events together, and makes repeating it harmless."""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from fastapi import Request as HttpRequest

from api.caller import Caller
from api.problems import Kind, ProblemError
from domain.ports import Request

_KEY: Final = re.compile(r'("?)([A-Za-z0-9][A-Za-z0-9._:~+/=-]{0,127})\1')


def request_of(http: HttpRequest, caller: Caller, body: bytes) -> Request:
    """Return the request behind a command. Raises ProblemError: MALFORMED_HEADER."""
    key = idempotency_key(http.headers.getlist("idempotency-key"))
    versions = ",".join(http.headers.getlist("if-match"))
    return request_with(key, (http.method, http.url.path, versions), caller, body)


def request_with(key: str | None, asked: Sequence[str], caller: Caller, body: bytes) -> Request:
    """Return the request that carries an idempotency key: the same key with anything else `asked` is refused."""
    correlation_id, causation_id = caller.visit.correlation_id, caller.visit.request_id
    if key is None:
        return Request(correlation_id, causation_id)
    # Both are kept only as keyed digests: a plain one would let whoever reads the database guess a body, and with it
    # who was referred; and a key is whatever its sender made of it, perhaps somebody's number.
    digest = caller.service.keys.pseudonym
    who = caller.principal
    whole = "\n".join((*asked, who.role.value, who.organisation or "", hashlib.sha256(body).hexdigest()))
    return Request(correlation_id, causation_id, digest("idempotency-key", key), digest("request", whole))


def idempotency_key(given: Sequence[str]) -> str | None:
    """Return the key that the headers `Idempotency-Key` name, with or without the quotes of the IETF's draft.

    Raises ProblemError: MALFORMED_HEADER.
    """
    if not given:
        return None
    found = _KEY.fullmatch(given[0].strip()) if len(given) == 1 else None
    if found is None:
        raise ProblemError(
            Kind.MALFORMED_HEADER,
            (
                "Idempotency-Key attend un UUID, ou de 1 à 128 lettres, chiffres et . _ : ~ + / = - .",
                "Idempotency-Key takes a UUID, or 1 to 128 letters, digits and . _ : ~ + / = - .",
            ),
            members={"header": "Idempotency-Key"},
        )
    return found[2]
