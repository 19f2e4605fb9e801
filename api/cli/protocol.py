"""What the server answers by itself, before any code of ours: to what is no request, or has too much before its body."""

from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.security_headers import SECURITY_HEADERS


class Protocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with our headers on its own refusals too."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read, and hang up."""
        content = msg.encode("ascii")
        said = {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(content)),
            "Connection": "close",
            **SECURITY_HEADERS,
        }
        headers = [(name.lower().encode(), value.encode()) for name, value in said.items()]
        refused = HTTPStatus.BAD_REQUEST
        answer = h11.Response(status_code=refused, headers=headers, reason=refused.phrase.encode())
        for event in (answer, h11.Data(data=content), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
