"""A form and the body that the API takes are two writings of one thing: what one can say, the other can."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from api.bodies import understood
from api.languages import LANGUAGES
from api.pages.forms.form import Form
from api.pages.forms.shapes import Choice
from domain.commands import COMMANDS
from tests.api.pages.bodies import bodies
from tests.api.pages.forms import TYPED, sent, shown
from tests.api.pages.refusals import refusals
from workflows.labels import Language
from workflows.triggers import Trigger

FORMS = [trigger for trigger in COMMANDS if trigger not in (Trigger.CORRECT_FACT, Trigger.RECTIFY_IDENTITY)]
"""The forms of a correction and of a rectification depend on a case: they have tests of their own."""

EACH = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))

NEEDS = [Choice(f"n{number}", f"Need {number}") for number in range(1, 4)]


def plain(value: Any) -> Any:
    """Return a value without the order of what is ticked, which has none."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(mode="json"))
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        parts = [plain(part) for part in value]
        return sorted(parts) if all(isinstance(part, str) for part in parts) else parts
    return value


def needs_in(body: Any) -> list[Choice]:
    """Return the needs that the actions of a plan name, to choose from."""
    named = {need for action in body.get("actions", []) for need in action["need_ids"]}
    return [Choice(need, need) for need in sorted(named)]


@settings(EACH)
@pytest.mark.parametrize("trigger", FORMS)
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
def test_any_body_is_shown_sent_and_understood_as_it_was(
    trigger: Trigger, data: st.DataObject, language: Language
) -> None:
    kind = COMMANDS[trigger]
    command = data.draw(bodies(kind))
    body = command.model_dump(mode="json")
    choices = {"need_ids": needs_in(body)}
    page = shown(Form.of(kind, language, choices=choices, presets=body))
    again = Form.of(kind, language, choices=choices).filled(sent(page.controls))
    assert plain(understood(kind, again.body(), language)) == plain(command)


_JUNK = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp")), max_size=40)


@settings(EACH)
@pytest.mark.parametrize("trigger", FORMS)
@given(data=st.data())
def test_what_is_refused_stands_beside_its_field_and_nothing_typed_is_lost(
    trigger: Trigger, data: st.DataObject
) -> None:
    kind = COMMANDS[trigger]
    empty = Form.of(kind, "en", choices={"need_ids": NEEDS})
    boxes = [control for control in shown(empty).controls if control.type in TYPED]
    typed = [(box.name, data.draw(_JUNK)) for box in boxes]
    form = empty.filled(typed)
    refused = form.refused(refusals(kind, form))
    pointers = {field.pointer: field for top in refused.fields for field in top.each()}
    for error in refusals(kind, form):
        assert error.pointer in pointers
        assert pointers[error.pointer].errors
    page = shown(refused)
    assert {complaint.target for complaint in refused.complaints} <= set(page.ids)
    kept = dict(sent(page.controls))
    for name, text in typed:
        if name.partition("/")[0] not in ("needs", "actions", "resources", "charges") or text.strip():
            assert kept[name] == text


@pytest.mark.parametrize("trigger", FORMS)
def test_an_empty_form_says_what_must_be_answered(trigger: Trigger) -> None:
    kind = COMMANDS[trigger]
    form = Form.of(kind, "en").filled([])
    missing = {error.pointer for error in refusals(kind, form)}
    shapes = {field.pointer for top in form.fields for field in top.each() if _is_asked(field)}
    assert missing == shapes
    for complaint in form.refused(refusals(kind, form)).complaints:
        assert complaint.words


def _is_asked(field: Any) -> bool:
    """Tell whether nothing at all is too little: a list that may be empty is an answer."""
    in_a_row = any(step.isdigit() for step in field.path)
    return field.required and not in_a_row and field.shape.name not in ("person", "share_with")
