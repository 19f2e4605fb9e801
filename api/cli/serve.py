"""`filrouge serve`: the API over HTTP, in one process or several, until it is told to stop."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.opening import service_opened, settings
from api.cli.options import whole
from api.cli.output import note, tell
from api.cli.shape import command
from api.cli.words import say

if TYPE_CHECKING:
    from adapters.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option("--host", metavar="ADDRESS", help="serve.host")] = None,
    port: Annotated[
        int | None, typer.Option("--port", parser=whole(0, 65535), metavar="PORT", help="serve.port")
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", parser=whole(1, 64), metavar="N", help="serve.workers")
    ] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="serve.demo")] = False,
) -> None:
    """Serve until SIGTERM or Ctrl-C; requests under way are answered first."""
    from api.cli import listening, serve_demo, server
    from api.cli.caretaker import caring

    chosen = _chosen(host, port, demo)
    chosen.identity_provider()  # what is wrong with it stops the start before anything is made
    with ExitStack() as stack:
        taken = stack.enter_context(listening.bound(chosen))
        stack.enter_context(server.stoppable())
        server.configure_logging(chosen)
        service = stack.enter_context(service_opened(chosen, create=True))
        address = listening.address_of(taken)
        if demo:
            serve_demo.fill_if_empty(service)
            announced = serve_demo.shown(service, address)
        else:
            serve_demo.refuse_credentials(service)
            announced = _open(address)
        stack.enter_context(caring(service))
        server.run(service, taken, workers, announced, demonstration=demo)
    note("serve.stopped")


@contextmanager
def _open(address: str) -> Iterator[None]:
    tell("serve.open", address=address)
    sys.stdout.flush()  # now, also into a pipe: whoever reads it waits for it
    yield


def _chosen(host: str | None, port: int | None, demo: bool) -> "Settings":
    """Return the settings, with what the options say instead; a demonstration stays on this machine."""
    base = settings()
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    chosen = base.model_copy(update=given)
    if demo and not chosen.loopback:
        raise typer.BadParameter(say("serve.demo_not_loopback", host=chosen.host))
    if demo and "log_format" not in base.model_fields_set:
        chosen = chosen.model_copy(update={"log_format": "console"})
    return chosen
