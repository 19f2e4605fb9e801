"""How the read models stand, in one look: for `filrouge status`, `/readyz` and whoever watches."""

from dataclasses import dataclass

from sqlalchemy import Connection

from adapters.log_head import last_position
from adapters.poison import Parked, parked_now
from adapters.read_models import ReadModelState, Standing, standings
from adapters.rebuild.session import UnderWay, under_way
from workflows.deadlines import Deadlines


@dataclass(frozen=True, slots=True)
class Status:
    """The log's last position, every read model, the parked events, and the rebuild under way, if any."""

    head: int
    read_models: list[Standing]
    parked: list[Parked]
    under_way: UnderWay | None

    @property
    def current(self) -> bool:
        """Whether every read model is current."""
        return all(one.state is ReadModelState.CURRENT for one in self.read_models)


def status_of(connection: Connection, deadlines: Deadlines) -> Status:
    """Return it, as of one instant. Raises HeadLost."""
    return Status(
        last_position(connection),
        standings(connection, deadlines),
        parked_now(connection),
        under_way(connection),
    )
