"""A process of its own that waits at the gate, does one thing through the use cases, and says what came of it.

    python -m tests.adapters.contender HOME DATABASE_URL ACCOUNT KEY

It writes "ready" and a newline, reads a line, then refers the usual person; what it prints is a JSON object.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from adapters.bootstrap import open_service
from domain.access import Principal
from domain.errors import Refused
from domain.ports import Request
from tests.builders import referral
from tests.service import SetClock, settings_in
from workflows.roles import Role


def main(home: Path, database_url: str, account: str, key: str) -> None:
    """Refer the usual person to the Gard's cell."""
    with open_service(settings_in(home, database_url), clock=SetClock()) as service:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        request = Request(account, idempotency_key=key or None, fingerprint="the same")
        try:
            answer = service.use_cases.refer(
                referral(note="Elle a mal."), Principal(account, Role.DETECTOR, "gard"), request
            )
            said = {"case": answer.case_id, "replayed": answer.replayed}
        except Refused as refused:
            said = {"refused": refused.reason.code, "case": str(refused.reason.values["case"])}
    sys.stdout.write(msgspec.json.encode(said).decode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:5])
