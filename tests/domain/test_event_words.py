"""Every event, and every field of it, has its words in both languages."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from domain.event import Payload
from domain.event_words import EVENT_LABELS, event_details, event_label, field_label, plain_fields
from domain.events import EVENTS
from domain.events.follow_up import FactCorrected, PartnerCompleted
from domain.events.funding import FundingDecided
from domain.events.intake import ReferralAccepted
from tests.builders import PLAN_BUILT, REQUESTED, detection
from workflows.labels import Language
from workflows.reasons import NARROW

NEVER_SHOWN = {"note", "person_id"}


def structs_in(kind: Any) -> Iterator[type[msgspec.Struct]]:
    """Yield the structs that a field's type holds, however deep."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
    for part in typing.get_args(kind):
        yield from structs_in(part)


def field_names(struct: type[msgspec.Struct]) -> Iterator[str]:
    """Yield the names of a struct's fields and of those of the structs inside it."""
    hints = typing.get_type_hints(struct)
    for field in msgspec.structs.fields(struct):
        yield field.name
        for inner in structs_in(hints[field.name]):
            yield from field_names(inner)


def test_every_topic_has_a_label() -> None:
    assert set(EVENT_LABELS) == set(EVENTS)


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_every_field_has_a_label(event: type[Payload]) -> None:
    for name in set(field_names(event)) - NEVER_SHOWN:
        assert field_label(name, "fr")
        assert field_label(name, "en")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_labels_differ_where_the_languages_do(language: Language) -> None:
    assert (
        event_label("case.closed", language) == {"fr": "Accompagnement clos", "en": "Case closed"}[language]
    )


def said(payload: Payload, language: Language = "fr") -> dict[str, str]:
    return {detail.label: detail.words for detail in event_details(payload, language)}


def test_a_detection_in_words() -> None:
    payload = detection("dental_prosthetic", "optical")
    assert said(payload)["Besoins"] == (
        "Prothèse dentaire, motifs du renoncement Reste à charge ; "
        "Optique, motifs du renoncement Reste à charge"
    )
    assert said(payload, "en")["Source"] == "CPAM reception"


def test_a_plan_in_words() -> None:
    assert said(PLAN_BUILT[-1])["Actions"] == (
        "a1, niveau Droits, Demander la CSS, échéance 01/05/2026, besoins n1"
    )


def test_yes_and_no_say_of_what() -> None:
    """Also the first of several, which an action's number or a need's care would be without."""
    check = {"basic_cover_current": True, "complementary_cover_current": True, "ameli_account": False}
    accepted = ReferralAccepted(counsellor="marie", administrative_check=check)
    assert said(accepted)["Situation administrative"] == (
        "couverture de base à jour : oui, complémentaire à jour : oui, compte ameli : non"
    )
    assert said(accepted, "en")["Administrative situation"] == (
        "basic cover up to date: yes, complementary cover up to date: yes, ameli account: no"
    )
    assert said(FactCorrected(corrects=4, changes={"reached": False}))["Valeurs corrigées"] == (
        "contact établi : non"
    )


def test_amounts_are_in_euros_and_reasons_of_their_own_list() -> None:
    assert (
        said(FundingDecided(request_id="r1", granted_cents=125_174))["Montant accordé"]
        == f"1{NARROW}251,74{NARROW}€"
    )
    assert said(REQUESTED[-1], "en")["Amount asked"] == "€900.00"
    assert said(PartnerCompleted(reason="partner"))["Motif"] == "Prise en charge par un partenaire"


def test_a_correction_says_its_new_values() -> None:
    changes = {"total_cents": 150_000, "occurred_on": "2018-03-31"}
    assert said(FactCorrected(corrects=3, changes=changes)) == {
        "Événement corrigé (version)": "3",
        "Valeurs corrigées": f"montant du devis 1{NARROW}500,00{NARROW}€, date du fait 31/03/2018",
    }


def test_what_is_known_only_by_code_is_shown_as_it_is() -> None:
    """A code that was withdrawn from the vocabulary since still says something."""
    assert said(detection(source="telepathy"))["Source"] == "telepathy"


def test_neither_note_nor_pseudonym_is_shown() -> None:
    shown = plain_fields(ReferralAccepted(counsellor="marie", note="v1.sealed"))
    assert shown == {"counsellor": "marie"}
    assert "person_id" not in plain_fields(detection())
