"""What is accepted of a person's identity, and that no refusal repeats what was typed."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from rich.pretty import pretty_repr

from domain.person import Identity, canonical_nir, check_birth_date
from domain.text import CODES, NOTE_LENGTH, FreeText, refuse

GENEVIEVE = {
    "family_name": "Hermelin",
    "given_name": "Geneviève",
    "birth_date": "1951-10-04",
    "phone": "+33 (0)6 12 34 56 78",
    "email": "genevieve@example.org",
    "address": "3 rue des Lilas\n30000 Nîmes",
    "nir": "2 51 10 30 126 111 38",
}
NOTE = TypeAdapter(FreeText)


def refused(**fields: object) -> tuple[str, str]:
    """Build an identity with one wrong field; return the refusal's code and everything it says."""
    with pytest.raises(ValidationError) as caught:
        Identity.model_validate({**GENEVIEVE, **fields})
    (error,) = caught.value.errors(include_input=False, include_url=False)
    return error["type"], f"{caught.value}{error}"


def test_an_identity_is_kept_as_typed_with_the_nir_compact() -> None:
    """The NIR loses its spaces; a birth date may come as a date or as its text."""
    identity = Identity.model_validate(GENEVIEVE)
    assert identity.nir == "251103012611138"
    assert identity.birth_date == date(1951, 10, 4)
    assert identity.model_copy(update={"birth_date": None}).birth_date is None
    assert Identity.model_validate({**GENEVIEVE, "birth_date": date(1951, 10, 4)}) == identity
    assert Identity.model_validate_json(identity.model_dump_json()) == identity


def test_only_the_names_are_asked_for() -> None:
    """A referral at a desk may know no more."""
    assert Identity(family_name="Hermelin", given_name="Geneviève").nir is None
    for missing in ("family_name", "given_name"):
        with pytest.raises(ValidationError, match="Field required"):
            Identity.model_validate({key: value for key, value in GENEVIEVE.items() if key != missing})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("253072B07300470", "253072B07300470"),
        ("2 53 07 2b 073 004 70", "253072B07300470"),
        ("2 53 07 2A 073 004 43", "253072A07300443"),
        ("2 95 10 99\u00a0126 111 93", "295109912611193"),
        (" 295109912611193\n", "295109912611193"),
    ],
)
def test_a_nir_is_accepted_however_it_is_spaced(typed: str, kept: str) -> None:
    """Corsica is 2A and 2B, in either case; spaces of any kind go."""
    assert canonical_nir(typed) == kept


@pytest.mark.parametrize("typed", ["295109912611199", "2 53 07 2A 073 004 70"])
def test_a_wrong_key_is_told_without_the_number(typed: str) -> None:
    """The commonest slip has a message of its own."""
    code, said = refused(nir=typed)
    assert code == "nir_key"
    assert typed not in said
    assert typed.replace(" ", "") not in said


@pytest.mark.parametrize(
    "typed",
    ["", "12", "253072C07300443", "2951099126111930", "-" * 15, "9" * 100_000, 295109912611193, None, b"2"],
)
def test_what_is_not_a_nir_is_told_what_is(typed: object) -> None:
    """The message says 15 characters, the key, spaces and Corsica; never the value."""
    with pytest.raises(
        ValueError, match="15 characters in all; spaces are accepted, and Corsica is written 2A or 2B"
    ):
        canonical_nir(typed)


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("family_name", "\u00a0 Hermelin \n Geneviève", "line_control_character"),
        ("family_name", "x" * 101, "text_too_long"),
        ("family_name", "Her\nmelin", "line_control_character"),
        ("given_name", "Gene\x00vieve", "line_control_character"),
        ("given_name", "\u202eeveiveneG", "line_control_character"),
        ("given_name", "Gene\ud800vieve", "text_not_unicode"),
        ("given_name", 12345678, "string_type"),
        ("address", "3 rue\x1b[2J des Lilas", "text_control_character"),
        ("phone", "zero six", "phone_format"),
        ("phone", "123", "phone_format"),
        ("phone", "0612345678901234", "phone_format"),
        ("phone", "06+12345678", "phone_format"),
        ("email", "genevieve@localhost", "email_format"),
        ("email", "gene vieve@example.org", "email_format"),
        ("birth_date", "04/10/1951", "birth_date_format"),
        ("birth_date", "1951-02-30", "birth_date_format"),
        ("birth_date", "1751-10-04", "birth_date_format"),
        ("birth_date", datetime(1951, 10, 4, 12), "birth_date_format"),  # noqa: DTZ001 - naive is what is refused
        ("birth_date", -574300800, "birth_date_format"),
        ("shoe_size", "thirty-nine", "extra_forbidden"),
    ],
)
def test_each_wrong_value_has_its_refusal_which_never_repeats_it(
    field: str, typed: object, code: str
) -> None:
    """The code is stable, so that the words can be chosen by language."""
    got, said = refused(**{field: typed})
    assert got == code
    assert str(typed) not in said
    assert repr(typed).strip("'") not in said


@pytest.mark.parametrize("field", ["family_name", "phone", "address"])
def test_a_blank_is_not_a_value(field: str) -> None:
    """What is not known is left out, so that "known" can be counted."""
    assert refused(**{field: " \t "})[0] == "text_empty"


def test_a_refusal_speaks_both_languages() -> None:
    """English is the message, French is in the context."""
    for code in CODES:
        error = refuse(code, max_length=7)
        assert error.message()
        assert "{" not in error.message()
        assert error.context is not None
        assert error.context["fr"] not in ("", error.message())
        assert "{" not in error.context["fr"]


def test_a_repr_shows_nobody() -> None:
    """Neither repr, str, an f-string nor a pretty printer shows a value, also inside something else."""
    identity = Identity.model_validate(GENEVIEVE)
    for shown in (repr(identity), str(identity), f"{identity}", repr([identity]), pretty_repr(identity)):
        for value in ("Hermelin", "Genevi", "1951", "34 56", "example.org", "Lilas", "251103012611138"):
            assert value not in shown


def test_an_identity_does_not_change() -> None:
    """A change is a new one, recorded as such."""
    identity = Identity.model_validate(GENEVIEVE)
    with pytest.raises(ValidationError, match="frozen"):
        identity.family_name = "Autre"  # type: ignore[misc]


def test_a_birth_date_is_not_after_today() -> None:
    """The clock is the caller's; today itself is a birth date."""
    today = date(2018, 3, 31)
    check_birth_date(None, today)
    check_birth_date(today, today)
    with pytest.raises(ValueError, match="in the future"):
        check_birth_date(date(2018, 4, 1), today)


def test_a_note_keeps_its_lines_and_is_one_in_unicode() -> None:
    """Line ends become one kind; a letter and its accent become one character."""
    assert (
        NOTE.validate_python("  Douleur\r\n\tdentaire\rtenace \u2028 ")
        == "Douleur\n\tdentaire\ntenace \u2028"
    )
    assert NOTE.validate_python("e\u0301") == "é"
    assert NOTE.validate_python("x" * NOTE_LENGTH) == "x" * NOTE_LENGTH


@pytest.mark.parametrize(
    "typed", ["", " \n\t ", "a\x00b", "\x1b[31m", "\x85", "\udfff", "x" * (NOTE_LENGTH + 1)]
)
def test_a_note_refuses_what_cannot_be_stored_or_read(typed: str) -> None:
    """And says so without the text."""
    with pytest.raises(ValidationError) as caught:
        NOTE.validate_python(typed)
    assert caught.value.errors()[0]["type"] in CODES


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=200))
def test_any_other_text_is_accepted_once_and_for_all(typed: str) -> None:
    """What was accepted is accepted again unchanged: reading back never loses or alters anything."""
    if typed.strip(" "):
        kept = NOTE.validate_python(typed)
        assert NOTE.validate_python(kept) == kept
        assert kept.encode().decode() == kept


def test_the_limits_are_in_the_schema() -> None:
    """What a form or a client may know before it asks."""
    schema = NOTE.json_schema()
    assert (schema["minLength"], schema["maxLength"]) == (1, NOTE_LENGTH)
    assert Identity.model_json_schema()["required"] == ["family_name", "given_name"]
