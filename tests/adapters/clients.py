"""HTTP clients that refer people and log calls until the server is gone, and repeat what was never answered."""

from __future__ import annotations

import http.client
import uuid
from dataclasses import dataclass
from queue import SimpleQueue
from urllib.parse import urlsplit

import msgspec

from tests.adapters.stream import Acknowledged


@dataclass(frozen=True)
class Asked:
    """A request as it was sent, key and all."""

    key: str
    path: str
    body: bytes
    version: int | None = None


@dataclass
class Client:
    """One client with one connection, acting under a counsellor's token."""

    address: str
    token: str
    name: str
    said: SimpleQueue[Acknowledged]
    unanswered: Asked | None = None

    def until_nobody_answers(self) -> None:
        """Refer people and log a call on each case; keep the request that was under way at the end."""
        number = 0
        while True:
            number += 1
            referral = {
                "person": {"family_name": f"Nom {self.name} {number}", "given_name": "P."},
                "source": "reception",
                "agreed_to_contact": True,
                "note": "Elle a mal.",
            }
            case = self._ask(Asked(self._key(number, "refer"), "/cases", msgspec.json.encode(referral)))
            if case is None:
                return
            path = f"/cases/{case.case_id}/actions/log_contact"
            call = msgspec.json.encode({"channel": "phone", "reached": True})
            if self._ask(Asked(self._key(number, "call"), path, call, case.version)) is None:
                return

    def repeat(self, asked: Asked) -> Acknowledged:
        """Send a request again, as it was."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": asked.key,
            "X-Request-Id": asked.key,
        } | ({} if asked.version is None else {"If-Match": f'"{asked.version}"'})
        where = urlsplit(self.address)
        connection = http.client.HTTPConnection(str(where.hostname), where.port)
        try:
            connection.request("POST", f"/api/v1{asked.path}", asked.body, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        assert response.status in (200, 201), content
        answer = msgspec.json.decode(content, type=Acknowledged)
        return msgspec.structs.replace(answer, key=asked.key)

    def _key(self, number: int, what: str) -> str:
        """Name a request, as an id that the API takes over into the events."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.name}-{number}-{what}"))

    def _ask(self, asked: Asked) -> Acknowledged | None:
        self.unanswered = asked
        try:
            answer = self.repeat(asked)
        except (OSError, http.client.HTTPException):
            return None
        self.unanswered = None
        self.said.put(answer)
        return answer
