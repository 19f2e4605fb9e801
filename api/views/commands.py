"""What a command answers."""

from typing import Self

from pydantic import Field

from api.views.base import View
from domain.ports import Answer


class Done(View):
    """A command that was carried out: enough to go on. Repeating the request gives these very bytes again."""

    case_id: str = Field(description="The case.")
    version: int = Field(description="Its version from now on; also in the header ETag.")
    state: str = Field(description="The state it is in now.")
    events: list[str] = Field(description="What was recorded, by topic, in order.")

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Show the use case's answer."""
        return cls(
            case_id=answer.case_id, version=answer.version, state=answer.state, events=list(answer.events)
        )
