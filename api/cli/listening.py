"""The socket that `filrouge serve` listens on."""

import socket

import typer

from adapters.settings import Settings
from adapters.system_words import system_words
from api.cli.failure import Failed
from api.cli.words import say, spoken

_WAITING = 2048
"""Clients that may wait for their turn."""


def bound(chosen: Settings) -> socket.socket:
    """Take the port, before anything is prepared: finding it busy after the work would be late.

    Clients that come before the preparation is done wait instead of being refused. Raises Failed when the address
    cannot be had, typer.BadParameter when it is no address.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            chosen.host, chosen.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise typer.BadParameter(say("serve.no_such_host", host=chosen.host)) from None
    taken = socket.socket(family, kind, protocol)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen(_WAITING)
    except OSError as error:
        taken.close()
        why = system_words(error, spoken())
        raise Failed(say("serve.cannot_listen", host=chosen.host, port=chosen.port, why=why)) from None
    taken.set_inheritable(True)
    return taken


def address_of(taken: socket.socket) -> str:
    """Return what to open: with the port that was given when 0 asked for any free one."""
    host, port = taken.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
