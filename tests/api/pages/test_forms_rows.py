"""Lists are rows: one more, one less, everything typed kept, and rows that nobody wrote in are not sent."""

from __future__ import annotations

import json
from typing import Any

from api.pages.forms.form import Form
from api.pages.forms.shapes import Choice
from domain.commands.care import BuildPlan
from domain.commands.intake import AmendBilan, CompleteBilan, Detect
from tests.api.pages.forms import sent, shown

BILAN = [
    ("basic_cover", "current"),
    ("resources/0/kind", "wages"),
    ("resources/0/cents", "abc"),
    ("resources/1/kind", ""),
    ("resources/1/cents", "  "),
    ("resources/2/kind", "pension"),
    ("resources/2/cents", "12,30"),
    ("note", "Somebody's note"),
]


def said(form: Form) -> Any:
    """Return the body."""
    return json.loads(form.body())


def names(form: Form) -> set[str]:
    """Return the names of the controls of a form's rows."""
    return {c.name for c in shown(form).controls if c.name.startswith("resources/")}


def test_a_list_begins_with_a_row_that_is_not_sent() -> None:
    form = Form.of(CompleteBilan, "en")
    assert names(form) == {"resources/0/kind", "resources/0/cents"}
    assert said(form.filled(sent(shown(form).controls)))["resources"] == []


def test_rows_that_nobody_wrote_in_are_gone_when_it_is_sent() -> None:
    form = Form.of(CompleteBilan, "en").filled(BILAN)
    assert said(form)["resources"] == [{"kind": "wages", "cents": "abc"}, {"kind": "pension", "cents": 1230}]
    assert names(form) == {f"resources/{row}/{name}" for row in (0, 1) for name in ("kind", "cents")}


def test_one_row_more_keeps_everything() -> None:
    changed = Form.of(CompleteBilan, "en").changed([*BILAN, ("_add", "resources")])
    assert changed is not None
    kept = sent(shown(changed).controls)
    assert set(BILAN) <= set(kept)
    assert ("resources/3/cents", "") in kept


def test_one_row_less_keeps_the_others() -> None:
    changed = Form.of(CompleteBilan, "en").changed([*BILAN, ("_remove", "resources/0")])
    assert changed is not None
    kept = dict(sent(shown(changed).controls))
    assert (kept["resources/1/kind"], kept["resources/1/cents"]) == ("pension", "12,30")
    assert "resources/2/kind" not in kept
    assert kept["note"] == "Somebody's note"


def test_the_last_row_is_emptied() -> None:
    pairs = [("resources/0/cents", "5"), ("_remove", "resources/0")]
    changed = Form.of(CompleteBilan, "en").changed(pairs)
    assert changed is not None
    assert dict(sent(shown(changed).controls))["resources/0/cents"] == ""


def test_a_list_does_not_grow_beyond_what_is_accepted() -> None:
    full = [(f"resources/{row}/cents", "1") for row in range(30)]
    changed = Form.of(CompleteBilan, "en").changed([*full, ("_add", "resources")])
    assert changed is not None
    assert len(names(changed)) == 60
    assert ("_add", "resources") not in [(c.name, c.text) for c in shown(changed).controls]


def test_what_is_sent_to_be_recorded_changes_nothing() -> None:
    assert Form.of(CompleteBilan, "en").changed(BILAN) is None


def test_a_button_that_names_nothing_leaves_the_form_as_it_was() -> None:
    changed = Form.of(CompleteBilan, "en").changed([*BILAN, ("_add", "nothing"), ("_remove", "")])
    assert changed is not None
    assert set(BILAN) <= set(sent(shown(changed).controls))


def test_what_is_amended_is_shown_as_it_stands_and_sent_again() -> None:
    presets = {"resources": [{"kind": "wages", "cents": 100_050}], "vitale_card_current": False}
    form = Form.of(AmendBilan, "fr", presets=presets)
    assert form.fields[2].parts[0].parts[1].text == "1000,50"
    again = said(Form.of(AmendBilan, "fr").filled(sent(shown(form).controls)))
    assert again["resources"] == presets["resources"]
    assert again["vitale_card_current"] is False


def test_a_row_with_only_what_it_began_with_is_empty() -> None:
    form = Form.of(BuildPlan, "en", choices={"need_ids": [Choice("n1", "Glasses")]})
    pairs = sent(shown(form).controls)
    assert ("actions/0/need_ids", "n1") in pairs
    assert said(form.filled(pairs))["actions"] == []
    filled = form.filled([*pairs, ("actions/0/kind", "request_css")])
    assert said(filled)["actions"] == [{"kind": "request_css", "need_ids": ["n1"]}]


def test_needs_of_a_referral_are_rows_too() -> None:
    pairs = [("needs/0/care_type", "optical"), ("needs/0/reasons", "fear"), ("needs/0/reasons", "distance")]
    assert said(Form.of(Detect, "en").filled(pairs))["needs"] == [
        {"care_type": "optical", "reasons": ["fear", "distance"]}
    ]
