"""The organisations (funds) that run a cell: a small stream each, so that the waves too are replayed."""

from datetime import date
from typing import ClassVar

from domain.event import Payload


class OrganisationRegistered(Payload, frozen=True, gc=False):
    """A fund joined: its code, its name, and the deployment wave and day that its statistics are grouped by."""

    topic: ClassVar[str] = "organisation.registered"

    code: str
    name: str
    wave: str
    deployed_on: date
