"""What answers have in common: closed models, and codes shown with their labels."""

from collections.abc import Iterable, Mapping
from typing import Self

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from workflows.labels import LabelledEnum, Language


class View(BaseModel):
    """A part of an answer: exactly what it declares."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Coded(View):
    """A code of one of the lists of `/workflow`, with its label."""

    code: str = Field(description="The code: stable, what requests spell.")
    label: str = Field(description="The label for people, in the language of the answer.")

    @classmethod
    def of(cls, codes: type[LabelledEnum], code: str, language: Language) -> Self:
        """Show a stored code; one that was withdrawn from its list since is its own label."""
        known = code in codes._value2member_map_
        return cls(code=str(code), label=codes(code).label(language) if known else str(code))

    @classmethod
    def maybe(cls, codes: type[LabelledEnum], code: str | None, language: Language) -> Self | None:
        """Show a stored code, if there is one."""
        return None if code is None else cls.of(codes, code, language)

    @classmethod
    def each(cls, codes: type[LabelledEnum], found: Iterable[str], language: Language) -> list[Self]:
        """Show a list of stored codes."""
        return [cls.of(codes, code, language) for code in found]


def answer(view: View, headers: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """Return a view as an answer."""
    return Response(view.model_dump_json(by_alias=True), status, headers, media_type="application/json")
