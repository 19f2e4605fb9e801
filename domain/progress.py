"""How far a referral has come, for whoever made it: enough to know that it was heard, nothing of the person's health.

The states tell more (that a care plan exists, that care was performed, why a case ended), so they are not shown to a
detector; these stages are ours (†).
"""

from workflows.labels import LabelledEnum
from workflows.states import State


class Progress(LabelledEnum):
    """What has become of a referral (in French a feminine: *la saisine*)."""

    RECEIVED = "received", "Saisine reçue", "Referral received"
    FOLLOWED = "followed", "Suivie par un conseiller", "Followed by a counsellor"
    UNDER_WAY = "under_way", "Accompagnement en cours", "Accompaniment under way"
    WITH_PARTNER = "with_partner", "Orientée vers un partenaire", "With a partner"
    CLOSED = "closed", "Clôturée", "Closed"


def progress_of(state: str, counsellor: str | None) -> Progress:
    """Return the stage of a referral, from the state of the case it opened and from who follows it, if anybody."""
    if state == State.CLOSED:
        return Progress.CLOSED
    if state == State.REFERRED_ONWARD:
        return Progress.WITH_PARTNER
    if state != State.DETECTED:
        return Progress.UNDER_WAY
    return Progress.RECEIVED if counsellor is None else Progress.FOLLOWED
