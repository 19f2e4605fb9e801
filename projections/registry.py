"""Every read model of a case, in the order they are written."""

from typing import Final

from projections.case import CASE
from projections.counsellor_queue import COUNSELLOR_QUEUE
from projections.detection_sources import DETECTION_SOURCES
from projections.durations import DURATIONS
from projections.follow_up import FOLLOW_UP
from projections.forgone_care import FORGONE_CARE
from projections.funding import FUNDING
from projections.outcomes import OUTCOMES
from projections.read_model import ReadModel
from projections.referrals_onward import REFERRALS_ONWARD
from projections.stays import STAYS

READ_MODELS: Final[dict[str, ReadModel]] = {
    model.name: model
    for model in (
        CASE,
        COUNSELLOR_QUEUE,
        DURATIONS,
        DETECTION_SOURCES,
        OUTCOMES,
        FOLLOW_UP,
        FORGONE_CARE,
        FUNDING,
        REFERRALS_ONWARD,
        STAYS,
    )
}
