"""What people write for an amount or a number is read as they meant it, or refused in words beside its field."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.field_errors import FieldError
from api.languages import LANGUAGES
from api.pages.forms.form import Form
from api.pages.forms.typed import cents_of, euros_of, number_of
from domain.commands.funding import AgreeInstalments, RecordQuote
from domain.commands.intake import Detect
from tests.api.pages.refusals import refusals
from workflows.labels import Language


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("0", 0),
        ("12", 1200),
        ("12,5", 1250),
        ("12.50", 1250),
        ("1234.56", 123456),
        ("1 234,56", 123456),
        ("1\u202f234,56\u00a0€", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("12 345 678", 1234567800),
        ("  7,05 € ", 705),
        ("-5", -500),
        ("\u22125", -500),
    ],
)
def test_an_amount_is_read_as_whole_cents(typed: str, cents: int) -> None:
    assert cents_of(typed) == cents


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "1.234", "1,234", "12,345", "1 2 3", "12,5,5", "1e3", "٣", "NaN", "12 €€", "9" * 5000],
)
def test_what_is_no_amount_or_could_be_two_is_given_back(typed: str) -> None:
    assert cents_of(typed) == typed


@given(st.integers(-(10**12), 10**12), st.sampled_from(LANGUAGES))
def test_any_amount_that_is_written_is_read_back(cents: int, language: Language) -> None:
    assert cents_of(euros_of(cents, language)) == cents


@given(st.text())
def test_any_text_is_a_number_or_itself(text: str) -> None:
    assert number_of(text) == text or isinstance(number_of(text), int)
    assert cents_of(text) == text or isinstance(cents_of(text), int)


def test_a_wrong_amount_is_said_in_words_and_kept() -> None:
    sent = [("need_id", "n1"), ("total_cents", "mille deux"), ("basic_share_cents", "-3")]
    form = Form.of(RecordQuote, "fr").filled(sent)
    assert json.loads(form.body())["total_cents"] == "mille deux"
    errors = refusals(RecordQuote, form, "fr")
    by_name = {field.name: field for field in form.refused(errors).fields}
    assert by_name["total_cents"].errors == ("Écrivez un montant en euros, par exemple 1\u202f234,56.",)
    assert by_name["total_cents"].text == "mille deux"
    assert by_name["basic_share_cents"].errors == ("Ce nombre est trop petit.",)
    assert by_name["basic_share_cents"].text == "-3"
    assert not by_name["need_id"].errors


def test_a_number_is_whole() -> None:
    sent = [("quote_id", "q1"), ("person_share_cents", "30,10"), ("instalments", " 1 2 ")]
    assert json.loads(Form.of(AgreeInstalments, "fr").filled(sent).body()) == {
        "quote_id": "q1",
        "person_share_cents": 3010,
        "instalments": 12,
    }


def test_what_contradicts_another_field_stands_beside_the_one_to_change_in_plain_words() -> None:
    sent = [
        ("person/family_name", "Hermelin"),
        ("person/given_name", "Geneviève"),
        ("source", "partner"),
        ("agreed_to_contact", "yes"),
    ]
    form = Form.of(Detect, "en").filled(sent)
    refused = form.refused(refusals(Detect, form))
    (complaint,) = refused.complaints
    assert complaint.target == "f-partner_kind"
    assert (
        complaint.words == "Choose the kind of partner when the referral comes from a partner, and only then."
    )


def test_what_is_wrong_with_no_field_of_the_form_is_said_above_it() -> None:
    wrong = FieldError(where="body", pointer="#/elsewhere/0", code="not_accepted", detail="Not this.")
    inside = FieldError(where="body", pointer="#/person/shoe_size", code="unknown_field", detail="Not that.")
    form = Form.of(Detect, "en").refused([wrong, inside])
    assert form.errors == ("Not this.",)
    assert [(complaint.target, complaint.words) for complaint in form.complaints] == [
        ("f-person", "Not that.")
    ]
