"""A correction's form: choose what was recorded, see it as it now reads, and send only what was changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from api.bodies import understood
from api.pages.forms.corrections import corrections
from api.pages.forms.form import Form
from domain.commands.follow_up import CorrectFact
from domain.correction import refusal
from domain.event import Payload
from domain.events.care import NeedAdded
from domain.events.follow_up import ContactLogged, FactCorrected
from domain.events.funding import QuoteRecorded
from domain.fold import corrected
from tests.api.pages.forms import sent, shown
from tests.api.pages.refusals import refusals
from tests.builders import CARE_PERFORMED, CONSENTED, SOFIA, asking, day, history
from workflows.facts import Asking

CONTACT = ContactLogged(channel="phone", direction="outbound", reached=False)
NEED = NeedAdded(need_id="n9", care_type="optical", reasons=["fear", "distance"], since=day(-30))
QUOTE = QuoteRecorded(
    quote_id="q9",
    need_id="n1",
    total_cents=120_050,
    basic_share_cents=0,
    complementary_share_cents=0,
)
HAPPENED: Sequence[Payload | tuple[date, Payload]] = (
    *CONSENTED,
    (day(9), CONTACT),
    (day(9), NEED),
    (day(9), QUOTE),
)
FIRST = len(CONSENTED) + 1


def form_of(happened: Sequence[Any] = HAPPENED) -> Form:
    """Return the form of a case to which all this happened."""
    return Form.of(CorrectFact, "en", choices={"corrects": corrections(history(happened), "en")})


def chosen(version: int, form: Form | None = None) -> list[tuple[str, str]]:
    """Return what a browser sends once an event was chosen and its values are shown."""
    opened = (form or form_of()).changed([("corrects", str(version)), ("_show", "corrects")])
    assert opened is not None
    return sent(shown(opened).controls)


def said(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the changes that are sent."""
    changes: dict[str, Any] = json.loads(form_of().filled(pairs).body())["changes"]
    return changes


def test_an_event_chosen_is_shown_as_it_reads() -> None:
    pairs = dict(chosen(FIRST))
    assert pairs[f"changes@{FIRST}/channel"] == "phone"
    assert pairs[f"changes@{FIRST}/reached"] == "no"
    assert pairs[f"changes@{FIRST}/occurred_on"] == day(9).isoformat()


def test_an_event_that_was_corrected_is_shown_as_corrected() -> None:
    mended = (*HAPPENED, FactCorrected(corrects=FIRST, changes={"reached": True}))
    form = form_of(mended)
    assert dict(chosen(FIRST, form))[f"changes@{FIRST}/reached"] == "yes"
    offered = {choice.value for choice in form.fields[0].choices}
    assert offered == {str(version) for version in range(1, len(HAPPENED) + 1)}


@pytest.mark.parametrize(
    ("version", "name", "typed", "value"),
    [
        (FIRST, "reached", ["yes"], True),
        (FIRST, "party", ["partner"], "partner"),
        (FIRST, "occurred_on", [day(8).isoformat()], day(8).isoformat()),
        (FIRST + 1, "reasons", ["fear"], ["fear"]),
        (FIRST + 1, "since", [""], None),
        (FIRST + 2, "total_cents", ["1 300,00"], 130_000),
    ],
)
def test_only_what_was_changed_is_sent_and_it_is_accepted(
    version: int, name: str, typed: list[str], value: Any
) -> None:
    control = f"changes@{version}/{name}"
    pairs = [pair for pair in chosen(version) if pair[0] != control]
    pairs += [(control, text) for text in typed]
    assert said(pairs) == {name: value}
    command = understood(CorrectFact, form_of().filled(pairs).body(), "en")
    asks: Asking = asking(SOFIA, today=day(40))
    assert refusal(history(HAPPENED), version, command.changes, asks) is None


def test_changes_of_one_event_are_never_taken_for_another_s() -> None:
    pairs = [pair for pair in chosen(FIRST) if pair[0] != "corrects"]
    control = f"changes@{FIRST}/occurred_on"
    pairs = [
        ("corrects", str(FIRST + 1)),
        *((n, day(8).isoformat() if n == control else v) for n, v in pairs),
    ]
    assert said(pairs) == {}


@pytest.mark.parametrize("pairs", [[], [("corrects", str(FIRST))]])
def test_without_a_change_it_says_what_to_do(pairs: list[tuple[str, str]]) -> None:
    form = form_of().filled(pairs)
    refused = form.refused(refusals(CorrectFact, form))
    changes = next(field for field in refused.fields if field.name.startswith("changes"))
    assert changes.errors in (
        ("Change at least one of its values.",),
        ("Choose what to correct, show its values, and change what was wrong.",),
    )
    assert changes.target in shown(refused).ids


def test_every_event_offers_what_may_be_corrected_of_it() -> None:
    events = history(CARE_PERFORMED)
    offered = {choice.value: choice for choice in corrections(events, "fr")}
    for version, (data, _) in enumerate(corrected([(e.data, e.occurred_on) for e in events]), 1):
        payload: type[Payload] = type(data)
        names = {shape.name for shape in offered[str(version)].asks}
        assert names == {"occurred_on", *payload.correctable}
