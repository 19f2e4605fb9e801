"""A problem (RFC 9457) as the API's description shows it; `api.problems` makes them."""

from pydantic import Field

from api.field_errors import FieldError
from api.views.base import View
from api.views.case import ReasonView
from api.views.status import StatusView


class AllowedView(View):
    """A trigger that may be fired instead."""

    trigger: str
    label: str


class ProblemView(View):
    """What went wrong. `type` is stable and for programs; `title` and `detail` are for people."""

    type: str = Field(description="Which kind of problem: urn:filrouge:problem:<code>.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="This one occurrence; the log has it as `request_id`.")
    errors: list[FieldError] | None = Field(default=None, description="invalid: every value not accepted.")
    trigger: str | None = Field(default=None, description="refused: what was asked for.")
    reason: ReasonView | None = Field(default=None, description="refused: the rule that says no.")
    case_id: str | None = Field(
        default=None, description="refused: the other case that is in the way, for whoever may know of it."
    )
    allowed: list[AllowedView] | None = Field(default=None, description="refused: what is allowed now.")
    current_version: int | None = Field(default=None, description="stale: the version the case is at.")
    header: str | None = Field(default=None, description="malformed-header: which one.")
    line: int | None = Field(default=None, description="malformed-json: the line it stops being JSON.")
    column: int | None = Field(default=None, description="malformed-json: the column.")
    max_body_bytes: int | None = Field(default=None, description="too-large: how long a body may be.")
    checks: dict[str, str] | None = Field(
        default=None, description="not-ready: what was looked at, and how it is."
    )
    data: StatusView | None = Field(default=None, description="not-ready: how the read models stand.")
