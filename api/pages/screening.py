"""The questions that help somebody say which care they gave up, and the referral's needs made of the answers.

The press kit of July 2018 [001] tells why to ask: people rarely say it by themselves. Its own questionnaire (annex 1)
is a picture, so that the questions are ours (†): the care and the reasons that its part IV lists, over the last twelve
months as in its surveys, in words that can be read out.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from api.pages.forms.shapes import Choice, Choices
from api.pages.texts import mark as _
from api.pages.texts import translated
from domain.command import EACH_ONCE, Day, Part
from domain.commands.intake import Reasons
from domain.vocabulary import CareType, ForgoingReason
from workflows.labels import Language

_R: Final = ForgoingReason

_SAID: Final[Mapping[ForgoingReason, str]] = {
    _R.REST_TO_PAY: _("What was left to pay was too much"),
    _R.ADVANCE_OF_FEES: _("They could not pay first and be reimbursed later"),
    _R.NO_COMPLEMENTARY: _("They have no complementary cover"),
    _R.UNKNOWN_RIGHTS: _("They do not know what they are entitled to"),
    _R.UNKNOWN_PROFESSIONAL: _("They did not know whom to see, or found no doctor"),
    _R.APPOINTMENT_DELAY: _("The appointment would have been too late"),
    _R.DISTANCE: _("It is too far, or they cannot get there"),
    _R.DISABILITY: _("Their disability makes it hard"),
    _R.FEAR: _("They are afraid of the care, or of what will be found"),
    _R.LIFE_RUPTURE: _("Their life was turned upside down: a job lost, a separation, a death"),
    _R.BENEFIT_REFUSED: _("They asked for help and it was refused"),
    _R.DIGITAL_DIFFICULTY: _("The steps are online, and they cannot manage them"),
    _R.CARE_REFUSED: _("A professional refused to treat them"),
}
"""Each reason as one would say it to somebody."""


class Screening(Part):
    """What somebody answered: nothing of it is kept, it only fills the referral form."""

    needs: Annotated[list[CareType], Field(min_length=1, max_length=len(CareType)), EACH_ONCE]
    reasons: Reasons
    since: Day | None = None
    agreed_to_contact: bool | None = None


def choices(language: Language) -> Choices:
    """Return the answers to choose from, as one would say them."""
    said = [Choice(reason.value, translated(words, language)) for reason, words in _SAID.items()]
    return {"reasons": said}


def as_presets(answers: Screening) -> Mapping[str, Any]:
    """Return what the referral form holds after these answers: a need for each care, all with the same reasons."""
    said = answers.model_dump(mode="json", exclude_none=True)
    same = {name: said[name] for name in ("reasons", "since") if name in said}
    agreed = {"agreed_to_contact": said["agreed_to_contact"]} if "agreed_to_contact" in said else {}
    return {"needs": [{"care_type": care, **same} for care in said["needs"]], **agreed}
