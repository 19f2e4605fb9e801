"""Breaking the glass: what is asked, what it opens, and what those whose case it is are told."""

from datetime import datetime

from pydantic import Field

from api.views.base import Coded, View
from domain.accesses import GlassReason
from domain.command import Part
from domain.text import FreeText


class BreakGlass(Part):
    """Why somebody opens a case of another organisation."""

    reason: GlassReason = Field(description="Why: recorded, and shown to those who follow the case.")
    note: FreeText = Field(
        description="What happened, in words; kept encrypted with the person's own key, for those who may read notes."
    )


class GlassView(View):
    """A case that is open to be read, for a while, because its glass was broken."""

    case_id: str
    access_id: str = Field(description="The breaking, in the log of accesses.")
    reason: Coded
    until: datetime = Field(description="Until when it opens the case (UTC).")


class BehindGlassView(View):
    """By what a case that is out of reach can be read."""

    reason: Coded
    until: datetime = Field(description="Until when (UTC).")
