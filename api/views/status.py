"""How the read models stand, as `/readyz` shows it."""

from typing import Self

from pydantic import Field

from adapters.poison import Parked
from adapters.read_models import Standing
from adapters.rebuild.session import UnderWay
from adapters.status import Status
from api.views.base import View

_SHOWN = 20
"""Parked events shown one by one; `parked` of each read model counts them all."""


class ReadModelStandingView(View):
    """One read model."""

    name: str
    state: str = Field(description="current, behind, stale (computed by other rules) or missing.")
    position: int = Field(description="The last event it takes account of.")
    parked: int = Field(description="How many events it could not take.")

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """Show one."""
        return cls(
            name=standing.name,
            state=standing.state.value,
            position=standing.position,
            parked=standing.parked,
        )


class ParkedView(View):
    """An event that a read model could not take; nothing of the event itself."""

    read_model: str
    position: int = Field(description="Where it stands in the log.")
    topic: str
    error: str = Field(description="What went wrong, by kind and place.")

    @classmethod
    def of(cls, parked: Parked) -> Self:
        """Show one."""
        return cls(
            read_model=parked.read_model, position=parked.position, topic=parked.topic, error=parked.error
        )


class RebuildView(View):
    """The rebuild under way."""

    read_models: list[str]
    started_at: str
    done: int = Field(description="How many events are read.")
    total: int = Field(description="Of how many.")

    @classmethod
    def of(cls, found: UnderWay) -> Self:
        """Show it."""
        return cls(
            read_models=list(found.names), started_at=found.started_at, done=found.done, total=found.total
        )


class StatusView(View):
    """How the read models stand."""

    head: int = Field(description="The last event of the log.")
    read_models: list[ReadModelStandingView]
    parked: list[ParkedView] = Field(description=f"Events set aside, the first {_SHOWN} of them.")
    rebuild: RebuildView | None = Field(description="The rebuild under way, if there is one.")

    @classmethod
    def of(cls, found: Status) -> Self:
        """Show it all."""
        return cls(
            head=found.head,
            read_models=[ReadModelStandingView.of(one) for one in found.read_models],
            parked=[ParkedView.of(one) for one in found.parked[:_SHOWN]],
            rebuild=None if found.under_way is None else RebuildView.of(found.under_way),
        )
