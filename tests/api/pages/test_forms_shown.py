"""Forms as browsers and screen readers have them: everything labelled, described, and in its language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from api.field_errors import FieldError
from api.languages import LANGUAGES
from api.pages.forms.fields import Field
from api.pages.forms.form import Form
from api.pages.forms.shapes import Choice, Kind, Shape
from api.pages.forms.words import TEXTS
from domain.commands import COMMANDS
from domain.commands.follow_up import LogContact
from domain.commands.funding import RequestFunding
from domain.commands.intake import Detect
from tests.api.pages.forms import Page, rendered, sent, shown
from workflows.labels import Language
from workflows.triggers import Trigger

TODAY = date(2024, 5, 3)


def everything(form: Form) -> Iterator[Field]:
    """Yield every field."""
    for top in form.fields:
        yield from top.each()


def refused_everywhere(form: Form) -> Form:
    """Return a form with something wrong in each of its fields."""
    pointers = [field.pointer for field in everything(form)]
    return form.refused(
        FieldError(where="body", pointer=pointer, code="x", detail="Wrong.") for pointer in ["#", *pointers]
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trigger", COMMANDS)
def test_every_control_has_its_label_and_every_reference_leads_somewhere(
    trigger: Trigger, language: Language
) -> None:
    form = Form.of(
        COMMANDS[trigger],
        language,
        today=TODAY,
        choices={"need_ids": [Choice("n1", "One")], "corrects": [Choice("1", "One", asks=_asks())]},
        presets={"corrects": 1},
    )
    wrong = refused_everywhere(form)
    sound(Page(rendered(form, language)))
    page = Page(rendered(wrong, language))
    sound(page)
    for field in everything(wrong):
        if field.kind is not Kind.GROUP:
            assert f"{field.id}-error" in page.ids
            assert field.target in page.links


def sound(page: Page) -> None:
    """Check that a page's parts are tied together."""
    assert page.unclosed == []
    assert len(page.ids) == len(set(page.ids))
    for control in page.controls:
        if control.element != "button":
            assert control.attributes["id"] in page.labelled
            assert control.name
    assert page.labelled <= set(page.ids)
    assert page.referred <= set(page.ids)
    assert page.links <= set(page.ids)


def _asks() -> tuple[Shape, ...]:
    return Form.of(LogContact, "en").shapes[:4]


@pytest.mark.parametrize("trigger", COMMANDS)
def test_every_property_of_every_command_has_words(trigger: Trigger) -> None:
    for field in everything(Form.of(COMMANDS[trigger], "en", today=TODAY)):
        is_row = field.path[-1].isdigit()
        assert is_row or field.label
        assert is_row or field.label != field.shape.name


def test_no_words_are_left_of_a_property_that_is_gone() -> None:
    forms = [Form.of(kind, "en") for kind in COMMANDS.values()]
    steps = {step for form in forms for field in everything(form) for step in field.path}
    known = {step for step in steps if not step.isdigit()}
    assert {key.rpartition(".")[2] for key in TEXTS} == known


def test_the_words_are_in_the_language_of_the_page() -> None:
    french = {field.name: field.label for field in everything(Form.of(Detect, "fr"))}
    english = {field.name: field.label for field in everything(Form.of(Detect, "en"))}
    assert french["person/family_name"] == "Nom de famille"
    assert english["person/family_name"] == "Family name"


def test_a_phone_call_takes_one_answer() -> None:
    form = Form.of(LogContact, "en", today=TODAY)
    page = shown(form)
    waiting = {c.name for c in page.controls if c.type == "radio"} - {name for name, _ in sent(page.controls)}
    assert waiting == {"reached"}
    assert [field.name for field in form.shown] == ["reached", "occurred_on", "note"]
    assert form.filled([*sent(page.controls), ("reached", "yes")]).body() == (
        b'{"channel": "phone", "direction": "outbound", "reached": true, "party": "person", '
        b'"occurred_on": "2024-05-03"}'
    )


def test_what_is_folded_unfolds_when_something_in_it_is_wrong() -> None:
    form = Form.of(LogContact, "en", today=TODAY)
    assert "<details>" in rendered(form)
    wrong = FieldError(where="body", pointer="#/party", code="enum", detail="Wrong.")
    assert "<details open>" in rendered(form.refused([wrong]))


def test_the_first_button_records() -> None:
    buttons = [control for control in shown(Form.of(Detect, "en")).controls if control.element == "button"]
    assert not buttons[0].name
    assert [button.name for button in buttons[1:]] == ["_remove", "_add"]


def test_the_only_thing_to_choose_is_chosen_and_more_are_not() -> None:
    one, two = [Choice("q1", "First")], [Choice("q1", "First"), Choice("q2", "Second")]
    assert sent(shown(Form.of(RequestFunding, "en", choices={"quote_id": one})).controls)[0] == (
        "quote_id",
        "q1",
    )
    names = [
        name for name, _ in sent(shown(Form.of(RequestFunding, "en", choices={"quote_id": two})).controls)
    ]
    assert "quote_id" not in names


def test_a_day_that_is_none_is_kept_where_a_picker_would_lose_it() -> None:
    form = Form.of(Detect, "en").filled([("person/birth_date", "31/02/1970"), ("occurred_on", "2024-05-03")])
    types = {control.name: (control.type, control.text) for control in shown(form).controls}
    assert types["person/birth_date"] == ("text", "31/02/1970")
    assert types["occurred_on"] == ("date", "2024-05-03")


def test_nothing_of_a_person_is_offered_by_the_browser_to_the_next() -> None:
    for control in shown(Form.of(Detect, "en")).controls:
        if control.type in ("text", "tel", "email", "date", "textarea"):
            assert control.attributes["autocomplete"] == "off"


def test_what_was_typed_is_text_and_never_markup() -> None:
    sly = "\"><script>alert(1)</script>'"
    form = Form.of(Detect, "en").filled([("person/family_name", sly), ("note", f"</textarea>{sly}")])
    assert "<script>" not in rendered(form)
    assert dict(sent(shown(form).controls))["person/family_name"] == sly
