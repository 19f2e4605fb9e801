"""What was raised, and what is answered: the table, where no request can easily get to."""

from __future__ import annotations

import json

import pytest

from adapters.cipher import SealBroken
from adapters.master_key import WrongMasterKey
from adapters.read_model_stamps import ReadModelsNotCurrent
from adapters.storage_errors import DatabaseLocked, DatabaseUnavailable, SchemaTooNew, TextRefused
from api.caller import Caller
from api.disclosure import Disclosure, Shown
from api.problems import MEDIA_TYPE, URN, Kind, ProblemError
from api.refusals import problem_of
from api.visit import Visit
from domain.access import EVERY_CASE
from domain.accesses import AccessKind
from domain.errors import CaseNotFound, IdempotencyKeyReused, Refused, StaleVersion, UnknownEvent
from tests.api.house import AUDE, House
from tests.builders import referral
from workflows.labels import Language
from workflows.reasons import because
from workflows.triggers import Trigger


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (CaseNotFound("x"), Kind.NOT_FOUND),
        (StaleVersion("x", 1, 2), Kind.STALE),
        (IdempotencyKeyReused("k"), Kind.IDEMPOTENCY_KEY_REUSED),
        (Refused(Trigger.CLOSE, because("no_quote")), Kind.REFUSED),
        (Refused(Trigger.CLOSE, because("role_may_not")), Kind.FORBIDDEN),
        (Refused(Trigger.CLOSE, because("other_organisation")), Kind.NOT_FOUND),
        (Refused(Trigger.CLOSE, because("other_counsellor")), Kind.NOT_FOUND),
        (DatabaseLocked("x"), Kind.BUSY),
        (DatabaseUnavailable("x"), Kind.UNAVAILABLE),
        (SchemaTooNew("2", "1"), Kind.SCHEMA_MISMATCH),
        (UnknownEvent("case.dreamt", 1, None), Kind.SCHEMA_MISMATCH),
        (ReadModelsNotCurrent(["case"]), Kind.NOT_CURRENT),
        (WrongMasterKey("0" * 16, ("1" * 16,)), Kind.NOT_READY),
        (SealBroken("x"), Kind.UNEXPECTED),
        (TextRefused("note", "x"), Kind.UNEXPECTED),
        (KeyError("x"), Kind.UNEXPECTED),
    ],
    ids=lambda value: getattr(value, "name", type(value).__name__),
)
def test_each_error_has_its_problem(raised: Exception, kind: Kind) -> None:
    """A case that left the asker's reach between the look-up and the guards is not told of either."""
    assert problem_of(raised, "fr").kind is kind


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_problem_is_told_in_words(kind: Kind, language: Language) -> None:
    answer = ProblemError(kind).response(language, "urn:filrouge:request:1")
    body = json.loads(bytes(answer.body))
    assert answer.media_type == MEDIA_TYPE
    assert (answer.status_code, body["status"]) == (kind.status, kind.status)
    assert body["type"] == f"{URN}{kind.code}"
    assert body["detail"].endswith((".", "…", "».", "”."))
    assert body["title"] != body["detail"]
    assert ("retry-after" in answer.headers) == (kind.status == 503)


def test_every_problem_has_a_code_and_a_status_of_its_own() -> None:
    assert len({kind.code for kind in Kind}) == len(Kind)
    assert all(kind.title[0] != kind.title[1] and kind.detail[0] != kind.detail[1] for kind in Kind)


def test_an_identity_is_withheld_from_whoever_may_not_see_it(one_house: House) -> None:
    """Today nobody is shown a case without it; were a role added that is, its answer would still name nobody."""
    service = one_house.cells.service
    case_id = one_house.refer(referral()).json()["case_id"]
    case = service.storage.begin().load(case_id).state
    caller = Caller(service, AUDE, EVERY_CASE, Visit("GET", "fr", "x"))
    seen = Disclosure(caller, AccessKind.HISTORY, case).identity()
    assert (seen.status, seen.person) == (Shown.WITHHELD, None)
