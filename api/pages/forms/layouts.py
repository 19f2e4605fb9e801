"""What a trigger's form starts with, and what it keeps folded because it is nearly always as it starts.

Most forms need nothing here. Recording a phone call takes one answer, whether the person was reached, and one button.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from domain.vocabulary import Channel
from workflows.triggers import Trigger


@dataclass(frozen=True, slots=True)
class Layout:
    """The values (as JSON has them) that a form starts with, and the properties it shows folded."""

    starts_with: Mapping[str, Any] = field(default_factory=dict)
    folded: tuple[str, ...] = ()


PLAIN: Final = Layout()

LAYOUTS: Final[Mapping[Trigger, Layout]] = {
    Trigger.LOG_CONTACT: Layout({"channel": Channel.PHONE.value}, ("channel", "direction", "party")),
}
