"""How cases end: each ending with its closing reason, how far the case got, and its share of the closed ones.

The documents publish outcomes, not endings: the shares are ours. They leave room for every closing reason, keep care
performed near one in two [001, III], and send few cases onward, as the 1,392 with a partner's cooperation do.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from workflows.closing import ClosingReason


class Stage(Enum):
    """How far a case gets before it ends."""

    REJECTED = "rejected"
    SENT_ON = "sent_on"
    UNCONSENTED = "unconsented"
    CONSENTED = "consented"
    REVIEWED = "reviewed"
    PLANNED = "planned"


WITHOUT_CONSENT: Final = frozenset({Stage.REJECTED, Stage.SENT_ON, Stage.UNCONSENTED})


@dataclass(frozen=True, slots=True)
class Ending:
    """One way to end. `onward` says that a partner took the person on; `least_days` is a duration it needs."""

    reason: ClosingReason
    stage: Stage
    per_mille: int
    least_days: int = 0
    onward: bool = False

    @property
    def consented(self) -> bool:
        """Whether the person consented before."""
        return self.stage not in WITHOUT_CONSENT

    @property
    def planned(self) -> bool:
        """Whether there was a plan, so that something may have come of it."""
        return self.stage is Stage.PLANNED


R, S = ClosingReason, Stage

CARE: Final = Ending(R.CARE_PERFORMED, S.PLANNED, 390, 10)
CARE_PARTLY: Final = Ending(R.CARE_PARTLY_PERFORMED, S.PLANNED, 95, 14)
RIGHTS_ONLY: Final = Ending(R.RIGHTS_OPENED_ONLY, S.PLANNED, 170, 10)

ENDINGS: Final = (
    CARE,
    CARE_PARTLY,
    RIGHTS_ONLY,
    Ending(R.SOCIAL_SERVICE, S.PLANNED, 11, 21, onward=True),
    Ending(R.SOCIAL_SERVICE, S.REVIEWED, 4, 14, onward=True),
    Ending(R.SOCIAL_SERVICE, S.SENT_ON, 3, onward=True),
    Ending(R.PARTNER, S.PLANNED, 9, 21, onward=True),
    Ending(R.PARTNER, S.CONSENTED, 3, 10, onward=True),
    Ending(R.PARTNER, S.SENT_ON, 3, onward=True),
    Ending(R.CONSENT_REFUSED, S.UNCONSENTED, 50),
    Ending(R.CONSENT_WITHDRAWN, S.CONSENTED, 5),
    Ending(R.CONSENT_WITHDRAWN, S.PLANNED, 10, 7),
    Ending(R.UNREACHABLE, S.UNCONSENTED, 50),
    Ending(R.UNREACHABLE, S.PLANNED, 30, 35),
    Ending(R.DISENGAGED, S.UNCONSENTED, 15),
    Ending(R.DISENGAGED, S.REVIEWED, 18, 7),
    Ending(R.DISENGAGED, S.PLANNED, 40, 14),
    Ending(R.MOVED, S.UNCONSENTED, 5),
    Ending(R.MOVED, S.PLANNED, 10, 7),
    Ending(R.DECEASED, S.UNCONSENTED, 2),
    Ending(R.DECEASED, S.PLANNED, 4, 7),
    Ending(R.NOT_RELEVANT, S.REJECTED, 30),
    Ending(R.DUPLICATE, S.REJECTED, 8),
    Ending(R.DUPLICATE, S.UNCONSENTED, 2),
    Ending(R.NO_SOLUTION, S.REVIEWED, 9, 10),
    Ending(R.NO_SOLUTION, S.PLANNED, 24, 21),
)

if sum(ending.per_mille for ending in ENDINGS) != 1000:
    raise AssertionError("the shares of the endings must add up to 1000")
