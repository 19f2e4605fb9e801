"""Errors whose message an operator reads: said in French and in English where they are raised."""

from workflows.labels import Language, in_language


class InWords(Exception):
    """An error of a lower room with its sentence in both languages; `str` of it is the English one, for the log.

    A text that is given alone stands for both.
    """

    def __init__(self, french: str, english: str | None = None) -> None:
        super().__init__(english or french)
        self._texts = (french, english or french)

    def text(self, language: Language) -> str:
        """Return the sentence in `language`."""
        return in_language(self._texts, language)
