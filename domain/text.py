"""Text that people type: what is accepted, and refusals that never repeat what was typed.

What was typed is often personal, so a message says what is accepted and nothing of the value. Every string
is brought to Unicode NFC, so that "é" typed on two keyboards is one "é". Characters that no keyboard gives
are refused: NUL and the other controls (PostgreSQL stores no NUL, a terminal obeys an escape) and lone
surrogates (they have no UTF-8 form, so they can be neither stored nor encrypted).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from workflows.labels import Language

NOTE_LENGTH: Final = 4000  # characters

# Tab and line feed are what a note is laid out with; U+2028 and U+2029 are harmless there.
_NOT_IN_NOTES: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# One line is shown in lists: nothing may break it or, like the bidirectional controls, reorder it.
_NOT_IN_LINES: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "text_empty": (
        "Ce champ ne peut pas être vide : omettez-le ou indiquez une valeur.",
        "This must not be empty: leave it out or give a value.",
    ),
    "text_too_long": (
        "Ce texte est trop long : {max_length} caractères au plus.",
        "This is too long: {max_length} characters at most.",
    ),
    "text_control_character": (
        (
            "Ce texte contient un caractère de contrôle invisible ; seuls le saut de ligne et la tabulation "
            "sont acceptés."
        ),
        "This holds an invisible control character; only line breaks and tabs are accepted.",
    ),
    "line_control_character": (
        "Ce champ contient un caractère de contrôle invisible ou un saut de ligne ; il tient sur une ligne.",
        "This holds an invisible control character or a line break; it is a single line.",
    ),
    "text_not_unicode": (
        "Ce texte contient une moitié de caractère (« surrogate ») qui n'est pas de l'Unicode valide.",
        "This holds half a character (a lone surrogate), which is not valid Unicode.",
    ),
    "phone_format": (
        (
            "Un numéro de téléphone a de 4 à 15 chiffres, avec au plus un + au début, des espaces, points, "
            "tirets et parenthèses."
        ),
        "A phone number has 4 to 15 digits, at most one leading +, spaces, dots, hyphens and parentheses.",
    ),
    "email_format": (
        "Une adresse électronique s'écrit nom@domaine.fr, sans espace.",
        "An email address is written name@domain.org, without spaces.",
    ),
    "day_format": (
        "Une date s'écrit AAAA-MM-JJ.",
        "A date is written YYYY-MM-DD.",
    ),
    "birth_date_format": (
        "Une date de naissance s'écrit AAAA-MM-JJ, à partir de 1880.",
        "A birth date is written YYYY-MM-DD, from 1880 on.",
    ),
    "birth_date_in_future": (
        "La date de naissance est dans le futur.",
        "The birth date is in the future.",
    ),
    "partner_kind": (
        "Indiquez le partenaire (partner_kind) quand la source est « partner », et seulement alors.",
        "Give the partner's kind (partner_kind) when the source is `partner`, and only then.",
    ),
    "code_with_number": (
        (
            "Le code d'un compte a au plus {max_length} chiffres à la suite : "
            "ce n'est ni un numéro de sécurité sociale, ni un numéro de téléphone."
        ),
        (
            "An account's code has at most {max_length} digits in a row: "
            "it is neither a social-security number nor a telephone number."
        ),
    ),
    "formerly": (
        "L'ancien nom (formerly) ne va qu'avec le droit « css ».",
        "The former name (formerly) goes only with the right `css`.",
    ),
    "nir_format": (
        (
            "Un numéro de sécurité sociale (NIR) a 13 chiffres et une clé de 2 chiffres, 15 caractères en tout ; "
            "les espaces sont acceptés, et la Corse s'écrit 2A ou 2B."
        ),
        (
            "A social-security number (NIR) has 13 digits and a key of 2 digits, 15 characters in all; "
            "spaces are accepted, and Corsica is written 2A or 2B."
        ),
    ),
    "nir_key": (
        (
            "La clé (les deux derniers chiffres) ne correspond pas au numéro de sécurité sociale (NIR) ; "
            "vérifiez les 15 caractères."
        ),
        "The key (the last two digits) does not match the social-security number (NIR); check the 15 characters.",
    ),
}

CODES: Final = frozenset(_TEXTS)


def refuse(code: str, **values: int) -> PydanticCustomError:
    """Build the refusal `code`: its message is English, its context carries the French one as `fr`.

    `values` are limits, never what was typed. Raises KeyError for an unknown code.
    """
    french, english = _TEXTS[code]
    return PydanticCustomError(
        code,
        english,
        {**values, "fr": french.format_map(values)},
    )


def said_of(refusal: PydanticCustomError, language: Language) -> str:
    """Return what a refusal of this module's table says."""
    return str(refusal.context["fr"]) if language == "fr" and refusal.context else refusal.message()


@dataclass(frozen=True, slots=True)
class Typed:
    """What typed text must be; as a pydantic validator it returns the text in NFC, trimmed.

    Raises a PydanticCustomError (a ValueError) of this module's table. Anything that is not a string is
    passed on, for the type itself to refuse.
    """

    max_length: int
    lines: bool = False

    def __call__(self, value: object) -> object:
        """Return `value` as it is to be kept, or refuse it."""
        if not isinstance(value, str):
            return value
        if _SURROGATE.search(value):
            raise refuse("text_not_unicode")
        text = unicodedata.normalize("NFC", value).strip(" \t\r\n")
        if self.lines:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if (_NOT_IN_NOTES if self.lines else _NOT_IN_LINES).search(text):
            raise refuse("text_control_character" if self.lines else "line_control_character")
        if not text:
            raise refuse("text_empty")
        if len(text) > self.max_length:
            raise refuse("text_too_long", max_length=self.max_length)
        return text


FreeText = Annotated[
    str,
    BeforeValidator(Typed(NOTE_LENGTH, lines=True)),
    Field(
        min_length=1, max_length=NOTE_LENGTH, description="Free text; encrypted with the person's own key."
    ),
]
"""A note: 1 to 4,000 characters, on any number of lines. It is personal: seal it before it goes anywhere."""
