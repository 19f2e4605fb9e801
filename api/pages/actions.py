"""What may be done to a case, as its page groups it: by the moment of the work, not by the order of the table."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from api.pages.texts import mark as _
from api.pages.texts import translated
from api.views.case import OfferView
from workflows.labels import Language
from workflows.triggers import Trigger

_T = Trigger

GROUPS: Final[tuple[tuple[str, tuple[Trigger, ...]], ...]] = (
    (_("Contact"), (_T.LOG_CONTACT, _T.SUSPEND, _T.RESUME)),
    (_("Taking the case"), (_T.ACCEPT, _T.REJECT, _T.ASSIGN, _T.REASSIGN)),
    (_("Consent"), (_T.RECORD_CONSENT, _T.REFUSE_CONSENT, _T.AMEND_CONSENT, _T.WITHDRAW_CONSENT)),
    (_("Rights review"), (_T.COMPLETE_BILAN, _T.AMEND_BILAN)),
    (_("Needs and care"), (_T.RECORD_CARE_PERFORMED, _T.ADD_NEED, _T.DROP_NEED)),
    (_("Plan"), (_T.BUILD_PLAN, _T.START_ACTION, _T.COMPLETE_ACTION, _T.ABANDON_ACTION, _T.REVISE_PLAN)),
    (_("Funding"), (_T.RECORD_QUOTE, _T.REQUEST_FUNDING, _T.DECIDE_FUNDING, _T.AGREE_INSTALMENTS)),
    (
        _("Partners"),
        (
            _T.REFER_ONWARD,
            _T.RECORD_PARTNER_ACCEPTANCE,
            _T.RECORD_PARTNER_COMPLETION,
            _T.RECORD_PARTNER_REFUSAL,
            _T.RECORD_NO_ANSWER,
            _T.TRANSFER,
        ),
    ),
    (_("End"), (_T.CLOSE, _T.REOPEN, _T.MERGE)),
    (
        _("Corrections and privacy"),
        (_T.CORRECT_FACT, _T.RECTIFY_IDENTITY, _T.ARCHIVE, _T.RESTORE, _T.ERASE_PERSONAL_DATA),
    ),
)


@dataclass(frozen=True, slots=True)
class Group:
    """The actions of one moment: those that can be taken now, and those that cannot, with their reason."""

    label: str
    allowed: list[OfferView]
    refused: list[OfferView]


def grouped(offers: Iterable[OfferView], language: Language) -> list[Group]:
    """Return the groups in which something is offered or refused."""
    by_trigger = {offer.trigger: offer for offer in offers}
    found = []
    for label, triggers in GROUPS:
        own = [by_trigger[trigger.value] for trigger in triggers if trigger.value in by_trigger]
        group = Group(
            translated(label, language),
            [offer for offer in own if offer.allowed],
            [offer for offer in own if not offer.allowed],
        )
        if own:
            found.append(group)
    return found
