"""What everybody may look up: the transition table with its vocabulary, and the organisations."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from adapters.database import reading
from api import documentation as doc
from api.caller import Allowed, Caller
from api.paths import API
from api.views.base import answer
from api.views.organisations import OrganisationsView, OrganisationView
from api.views.workflow import WorkflowView, workflow_view
from domain.access import Permission
from projections.organisations import all_organisations

router: Final = APIRouter(prefix=API, tags=["reference"])

MaySee = Annotated[Caller, Depends(Allowed(Permission.SEE_REFERENCE))]


@router.get(
    "/workflow",
    operation_id="read_workflow",
    summary="The transition table, and its words",
    response_model=WorkflowView,
    responses=doc.responses(example="workflow"),
)
def read_workflow(caller: MaySee) -> Response:
    """Return states, triggers with their roles and payloads, transitions with their rules, and every coded list."""
    return answer(workflow_view())


@router.get(
    "/organisations",
    operation_id="list_organisations",
    summary="The organisations that run a cell",
    response_model=OrganisationsView,
    responses=doc.responses(example="organisations"),
)
def list_organisations(caller: MaySee) -> Response:
    """Return every registered organisation, by code, with its deployment wave and day."""
    with reading(caller.service.engine) as connection:
        found = all_organisations(connection)
    return answer(
        OrganisationsView(organisations=[OrganisationView.of(row, caller.language) for row in found])
    )
