"""Codes that carry their French and English labels: what is stored is the code, what is read is the label."""

from enum import StrEnum
from typing import Literal, Self

Language = Literal["fr", "en"]


class LabelledEnum(StrEnum):
    """A closed list of codes; each member is its code (a plain string) and knows its label in each language."""

    fr: str
    en: str

    def __new__(cls, code: str, *_: object) -> Self:
        """Make the member a string equal to its code."""
        member = str.__new__(cls, code)
        member._value_ = code
        return member

    def __init__(self, code: str, fr: str = "", en: str = "") -> None:
        """Keep the labels; a subclass that carries more adds it here."""
        self.fr = fr
        self.en = en

    def label(self, language: Language = "fr") -> str:
        """Return the label for people, in `language`."""
        return self.fr if language == "fr" else self.en


def in_language(texts: tuple[str, str], language: Language) -> str:
    """Return the first text in French, the second in English."""
    return texts[0 if language == "fr" else 1]
