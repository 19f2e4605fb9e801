"""The form that puts an identity right: it shows what is known, and sends only what was changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.bodies import understood
from api.pages.forms.form import Form
from domain.commands.privacy import RectifyIdentity
from domain.person import Identity
from tests.api.pages.forms import sent, shown
from tests.api.pages.refusals import refusals

KNOWN = Identity(
    family_name="Hermelin", given_name="Geneviève", phone="04 66 00 00 00", nir="251103012611138"
)


def form_of(known: Identity = KNOWN) -> Form:
    """Return the form about somebody."""
    return Form.of(RectifyIdentity, "fr", presets={"identity": known.model_dump(mode="json")})


def typed(**changed: str) -> list[tuple[str, str]]:
    """Return what a browser sends once these boxes hold something else."""
    boxes = dict(sent(shown(form_of()).controls)) | {"reason": "changed"}
    return list((boxes | {f"identity/{name}": text for name, text in changed.items()}).items())


def said(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the body that is sent."""
    body: dict[str, Any] = json.loads(form_of().filled(pairs).body())
    return body


def test_it_shows_what_is_known() -> None:
    boxes = dict(sent(shown(form_of()).controls))
    assert boxes["identity/family_name"] == "Hermelin"
    assert boxes["identity/phone"] == "04 66 00 00 00"
    assert boxes["identity/address"] == ""


def test_it_sends_what_was_changed_and_nothing_else() -> None:
    """An emptied box takes away what was known."""
    assert said(typed())["identity"] == {}
    body = said(typed(phone="04 66 00 00 01", nir="", address="12 rue des Lilas"))
    assert body["identity"] == {"phone": "04 66 00 00 01", "nir": None, "address": "12 rue des Lilas"}
    command = understood(RectifyIdentity, json.dumps(body).encode(), "fr")
    assert command.identity.model_fields_set == {"phone", "nir", "address"}


def test_what_was_changed_by_somebody_else_meanwhile_is_not_changed_back() -> None:
    """The form shown again holds what is known now, and what was typed."""
    now = form_of(KNOWN.model_copy(update={"phone": "04 66 99 99 99"}))
    again = now.taking_over(form_of(), typed(email="g@example.fr"))
    boxes = dict(sent(shown(again).controls))
    assert (boxes["identity/phone"], boxes["identity/email"]) == ("04 66 99 99 99", "g@example.fr")
    assert json.loads(again.body())["identity"] == {"email": "g@example.fr"}


@pytest.mark.parametrize(
    ("name", "text"), [("nir", "1"), ("phone", "x"), ("family_name", ""), ("birth_date", "1")]
)
def test_what_is_refused_stands_beside_its_field(name: str, text: str) -> None:
    form = form_of().filled(typed(**{name: text}))
    refused = form.refused(refusals(RectifyIdentity, form))
    assert [(one.target, bool(one.words)) for one in refused.complaints] == [(f"f-identity-{name}", True)]
