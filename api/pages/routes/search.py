"""Finding a case: by the person's name or social-security number, for those who may see who people are.

What is looked for travels in a form and never in an address; the answer is the page itself, kept by no cache.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response
from pydantic_core import PydanticCustomError

from api.pages import paths
from api.pages.posting import PostedForm
from api.pages.rendering import page
from api.pages.texts import mark as _
from api.pages.texts import translated
from api.pages.visitor import Signed, Visitor
from api.pages.words import refusal_in_words
from api.reading.people import LOOKED_THROUGH, MOST_SHOWN, Found, is_searchable, people_found
from domain.access import Permission

router: Final = APIRouter(include_in_schema=False)

_LONGEST: Final = 200
"""Characters: a name of two hundred letters is none."""


@router.get(paths.SEARCH)
def search_page(visitor: Annotated[Visitor, Depends(Signed(Permission.SEE_IDENTITY))]) -> Response:
    """Show the form."""
    return _shown(visitor, "")


@router.post(paths.SEARCH)
def search(posted: PostedForm) -> Response:
    """Show whom the words find, among the cases within reach."""
    visitor = posted.visitor.within(Permission.SEE_IDENTITY)
    asked = (posted.get("qui") or "").strip()
    with_closed = posted.get("clos") is not None
    if not is_searchable(asked) or len(asked) > _LONGEST:
        words = translated(
            _("Write a name, two letters of it at least, or a social-security number."), visitor.language
        )
        return _shown(visitor, asked[:_LONGEST], with_closed=with_closed, error=words)
    try:
        found = people_found(visitor.caller, asked, with_closed=with_closed)
    except PydanticCustomError as error:
        return _shown(
            visitor, asked, with_closed=with_closed, error=refusal_in_words(error, visitor.language)
        )
    return _shown(visitor, asked, with_closed=with_closed, found=found)


def _shown(
    visitor: Visitor,
    asked: str,
    *,
    with_closed: bool = False,
    found: Found | None = None,
    error: str | None = None,
) -> Response:
    return page(
        visitor,
        "search.html",
        200 if error is None else 422,
        asked=asked,
        with_closed=with_closed,
        found=found,
        error=error,
        most=MOST_SHOWN,
        looked_through=LOOKED_THROUGH,
    )
