"""Every read model of a case, in the order they are written."""

from typing import Final

from projections.case import CASE
from projections.counsellor_queue import COUNSELLOR_QUEUE
from projections.detection_sources import DETECTION_SOURCES
from projections.durations import DURATIONS
from projections.outcomes import OUTCOMES
from projections.read_model import ReadModel

READ_MODELS: Final[dict[str, ReadModel]] = {
    model.name: model for model in (CASE, COUNSELLOR_QUEUE, DURATIONS, DETECTION_SOURCES, OUTCOMES)
}
