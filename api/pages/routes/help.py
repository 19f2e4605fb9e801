"""The help: what one may do here, the path of a case, the keyboard, and whom to ask."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from api.pages import paths
from api.pages.help_words import allowed_to, moves, states
from api.pages.rendering import page
from api.pages.visitor import Signed, Visitor
from api.paths import API
from domain.access import Permission
from workflows.roles import Role

router: Final = APIRouter(include_in_schema=False)


@router.get(paths.HELP)
def help_page(visitor: Annotated[Visitor, Depends(Signed(Permission.SEE_REFERENCE))]) -> Response:
    """Show the help, the visitor's own role first."""
    own, language = visitor.principal.role, visitor.language
    return page(
        visitor,
        "help.html",
        own=allowed_to(own, language),
        others=[(role.label(language), allowed_to(role, language)) for role in Role if role is not own],
        states=states(language),
        groups=moves(language),
        dictionary_href=f"{API}/dictionary.md",
        description_href=f"{API}/openapi.json",
    )
