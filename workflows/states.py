"""The states of an accompaniment, in the order of the path [001, 003]."""

from typing import Final

from workflows.labels import LabelledEnum


class State(LabelledEnum):
    """Where a case stands between the detection of forgone care and its closing."""

    DETECTED = "detected", "Détecté", "Detected"
    CONSENTED = "consented", "Consentement recueilli", "Consented"
    BILAN_DONE = "bilan_done", "Bilan des droits fait", "Rights reviewed"
    PLAN_BUILT = "plan_built", "Plan construit", "Plan built"
    CARE_PERFORMED = "care_performed", "Soins réalisés", "Care performed"
    REFERRED_ONWARD = "referred_onward", "Orienté vers un partenaire", "Referred onward"
    CLOSED = "closed", "Clos", "Closed"


PATH: Final = (State.DETECTED, State.CONSENTED, State.BILAN_DONE, State.PLAN_BUILT, State.CARE_PERFORMED)
"""The states in which the cell itself works on the case, in order."""

OPEN: Final = (*PATH, State.REFERRED_ONWARD)
"""Every state but `closed`: a case waiting for a partner's answer is still the cell's to watch."""
