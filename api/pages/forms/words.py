"""The words of forms: how each property of a command is asked for, and what is said when a form can say it better.

A property has one entry, or one more under `Command.property` where it is asked for in another way. Labels of codes are
not here: they stand beside the codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from api.pages.texts import mark as _
from api.pages.texts import translated
from workflows.labels import Language


@dataclass(frozen=True, slots=True)
class Text:
    """A label, and what to know before answering; empty when there is nothing to say."""

    label: str
    hint: str = ""


_EUROS: Final = _("In euros, for example 1 234,56.")

TEXTS: Final[Mapping[str, Text]] = {
    "action_id": Text(_("Which action?")),
    "ActionToPlan.kind": Text(_("What is to be done?")),
    "actions": Text(_("Actions of the plan"), _("Every open need is answered by at least one action.")),
    "address": Text(_("Postal address")),
    "administrative_check": Text(_("First look at the administrative situation")),
    "agreed_to_contact": Text(
        _("Does the person agree to be contacted by the cell?"),
        _("Without their agreement, nobody will call them."),
    ),
    "ameli_account": Text(_("Does the person have an ameli account?")),
    "amount_cents": Text(_("Amount asked for"), _EUROS),
    "as_not_relevant": Text(
        _("Is the referral judged not relevant here?"),
        _("Yes only before any consent: the situation goes where it belongs."),
    ),
    "basic_cover": Text(_("Basic cover")),
    "basic_cover_current": Text(_("Is the basic cover up to date?")),
    "basic_share_cents": Text(_("Paid by the basic health insurance"), _EUROS),
    "birth_date": Text(_("Date of birth")),
    "care_type": Text(_("Which care?")),
    "Charge.cents": Text(_("Amount a month"), _EUROS),
    "Charge.kind": Text(_("Which charge?")),
    "changes": Text(_("What it should have said"), _("Change only what was wrong.")),
    "into": Text(
        _("Number of the case to keep"),
        _("It stands at the bottom of that case's page. This one ends as a duplicate, if it is open."),
    ),
    "channel": Text(_("How was it tried?")),
    "charges": Text(_("Monthly charges of the household")),
    "complementary_cover": Text(_("Complementary cover")),
    "complementary_cover_current": Text(_("Is the complementary cover up to date?")),
    "complementary_share_cents": Text(_("Paid by the complementary cover"), _EUROS),
    "CorrectFact.occurred_on": Text(_("Day of the correction"), _("Today, unless it was corrected before.")),
    "corrects": Text(
        _("What was recorded wrongly?"), _("Nothing is deleted: the correction is added to the history.")
    ),
    "counsellor": Text(_("Who follows the case?")),
    "direction": Text(_("Who sought the contact?")),
    "due_on": Text(_("To be done by"), _("This day included.")),
    "email": Text(_("E-mail address"), _("For example name@example.org.")),
    "family_name": Text(_("Family name")),
    "formerly": Text(_("Former name of the right"), _("Only for the CSS, before November 2019.")),
    "funder": Text(_("Who is asked?")),
    "given_name": Text(_("Given name")),
    "granted_cents": Text(_("Amount granted"), _("In euros; 0 is a refusal.")),
    "identity": Text(
        _("What is right"),
        _(
            "Change only what is wrong; empty what is not known any more. The history tells which fields, not what was in them."
        ),
    ),
    "instalments": Text(_("Number of payments"), _("1 for a single payment.")),
    "need_id": Text(_("Which care?")),
    "need_ids": Text(_("For which care?")),
    "needs": Text(_("Care that was given up")),
    "nir": Text(
        _("Social-security number (NIR)"),
        _("13 digits and the key of 2 digits; spaces do not matter."),
    ),
    "note": Text(
        _("Note"),
        _("What helps to follow the person. It is encrypted; nothing medical that is not needed."),
    ),
    "obstacles": Text(_("What stands in the way of the care?")),
    "occurred_on": Text(_("On which day?"), _("Today, unless it happened before.")),
    "origin": Text(_("How did it come to light?")),
    "other_rights": Text(_("Other social rights to look at")),
    "partner": Text(_("With which partner?")),
    "ReferOnward.partner": Text(_("Which partner is asked?")),
    "partner_kind": Text(_("Which kind of partner?"), _("Only when the referral comes from a partner.")),
    "party": Text(_("Who was the contact with?")),
    "person": Text(_("The person")),
    "person_share_cents": Text(_("Paid by the person"), _EUROS),
    "phone": Text(_("Telephone"), _("The cell calls the person at this number.")),
    "quote_id": Text(_("Which quote?")),
    "reached": Text(_("Was the contact made?"), _("A message left without an answer is a no.")),
    "reason": Text(_("Why?")),
    "reasons": Text(_("Why was it given up?"), _("Several reasons may apply.")),
    "registered_doctor": Text(_("Is a regular doctor declared?")),
    "remaining_actions": Text(
        _("Why are the open actions given up?"),
        _("Needed when actions of the plan are still open."),
    ),
    "request_id": Text(_("Which request?")),
    "Resource.cents": Text(_("Amount a month"), _EUROS),
    "Resource.kind": Text(_("Which resource?")),
    "resources": Text(_("Monthly resources of the household")),
    "right": Text(_("Which right was opened?"), _("Only for an action about rights.")),
    "Screening.needs": Text(
        _("In the last twelve months, which care did the person need and put off or give up?"),
    ),
    "Screening.reasons": Text(
        _("What kept them from it?"),
        _("Read the answers out if it helps; several may apply."),
    ),
    "share_with": Text(
        _("With which partners may the cell share?"),
        _("Only those that the person agrees to; none is an answer."),
    ),
    "since": Text(_("Since when?"), _("As far as the person remembers; the first of the month will do.")),
    "source": Text(_("Where does the referral come from?")),
    "to_organisation": Text(_("Which organisation takes over?")),
    "total_cents": Text(_("Total of the quote"), _EUROS),
    "until": Text(_("Until which day?"), _("This day included.")),
    "vitale_card_current": Text(_("Is the Vitale card up to date?")),
}

_ERRORS: Final[Mapping[str, str]] = {
    "euros.whole_number_expected": _("Write an amount in euros, for example 1 234,56."),
    "number.whole_number_expected": _("Write a whole number in digits, for example 3."),
    "codes.list_too_short": _("Choose at least one."),
    "rows.list_too_short": _("Fill in at least one."),
    "code.required": _("Choose one of the answers."),
    "yes_no.required": _("Choose one of the answers."),
    "changes.required": _("Choose what to correct, show its values, and change what was wrong."),
    "changes.list_too_short": _("Change at least one of its values."),
    "day_format": _("Write a date, for example 2024-03-31."),
    "birth_date_format": _("Write a date of birth, for example 1975-03-31, not before 1880."),
    "partner_kind": _("Choose the kind of partner when the referral comes from a partner, and only then."),
    "formerly": _("A former name goes only with the Complémentaire santé solidaire (CSS)."),
}
"""What the API says in a program's words, by kind of field and code, or by code alone."""


def label_of(kind: type[BaseModel], name: str, language: Language) -> Text:
    """Return how a property is asked for. Raises KeyError for one without words."""
    special = (f"{ancestor.__name__}.{name}" for ancestor in kind.__mro__)
    text = next((TEXTS[key] for key in special if key in TEXTS), None) or TEXTS[name]
    return Text(translated(text.label, language), translated(text.hint, language) if text.hint else "")


def error_words(kind: str, code: str, language: Language) -> str | None:
    """Return how a form says what is wrong with a kind of field; None when the API's own words are good."""
    words = _ERRORS.get(f"{kind}.{code}") or _ERRORS.get(code)
    return None if words is None else translated(words, language)
