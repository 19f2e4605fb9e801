"""From what was raised to what is answered: the one table of exceptions and problems."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from pydantic_core import PydanticCustomError
from starlette.exceptions import HTTPException

from adapters.master_key import WrongMasterKey
from adapters.read_model_stamps import ReadModelsNotCurrent
from adapters.storage_errors import AccessNotRecorded, DatabaseLocked, DatabaseUnavailable, SchemaMismatch
from api.etags import etag
from api.field_errors import FieldError, in_parameter
from api.problems import Kind, ProblemError
from domain.errors import CaseNotFound, IdempotencyKeyReused, Refused, StaleVersion, UnknownEvent
from domain.ports import Clash
from projections.statistic import NoneMature, NotOffered, PeriodBackwards
from workflows.labels import Language
from workflows.reasons import CaseId, Reason

E = TypeVar("E", bound=Exception)

_OUT_OF_REACH: Final = frozenset({"other_organisation", "other_counsellor"})
"""Guards that speak only when a case left the asker's reach a moment ago: it is not to be known of any more."""

_POINTERS: Final[Mapping[str, str]] = {"birth_date_in_future": "#/person/birth_date"}
"""Where the values stand that a use case refuses with the clock in hand."""


def problem_of(error: Exception, language: Language) -> ProblemError:
    """Return the problem to answer with; anything unforeseen is UNEXPECTED, and says nothing of itself."""
    if isinstance(error, ProblemError):
        return error
    for kind in type(error).__mro__:
        if kind in _TABLE:
            return _TABLE[kind](error, language)
    return ProblemError(Kind.UNEXPECTED)


def _refused(error: Refused, language: Language) -> ProblemError:
    if error.reason.code in _OUT_OF_REACH:
        return ProblemError(Kind.NOT_FOUND)
    if error.reason.code == "role_may_not":
        return ProblemError(Kind.FORBIDDEN)
    words = error.reason.text(language)
    members = {
        "trigger": error.trigger.value,
        "reason": {"code": error.reason.code, "text": words},
        **_other_case(error.reason),
        "allowed": [{"trigger": t.value, "label": t.label(language)} for t in error.allowed],
    }
    return ProblemError(Kind.REFUSED, (words, words), members=members)


def _other_case(reason: Reason) -> dict[str, str]:
    """Name the case that is in the way, for whoever may know of it: the reason holds it for nobody else."""
    other = reason.values.get("case")
    return {"case_id": str(other)} if isinstance(other, CaseId) and other else {}


def _stale(error: StaleVersion, language: Language) -> ProblemError:
    return ProblemError(
        Kind.STALE, members={"current_version": error.actual}, headers={"ETag": etag(error.actual)}
    )


def _invalid(error: PydanticCustomError, language: Language) -> ProblemError:
    words = str((error.context or {}).get("fr", "")) if language == "fr" else error.message()
    wrong = FieldError(where="body", pointer=_POINTERS.get(error.type, "#"), code=error.type, detail=words)
    return invalid([wrong])


def _backwards(error: PeriodBackwards, language: Language) -> ProblemError:
    return invalid([in_parameter("query", "from", "period_backwards", language)])


def _none_mature(error: NoneMature, language: Language) -> ProblemError:
    return invalid([in_parameter("query", "maturity", "none_mature", language)])


def _not_offered(error: NotOffered, language: Language) -> ProblemError:
    return invalid([in_parameter("query", error.parameter, "unknown_value", language, error.offered)])


def invalid(errors: list[FieldError]) -> ProblemError:
    """Return the problem of values that are not accepted."""
    return ProblemError(
        Kind.INVALID, members={"errors": [error.model_dump(exclude_none=True) for error in errors]}
    )


def _of_http(error: HTTPException, language: Language) -> ProblemError:
    """What the framework itself refuses: an unknown address, a method, a body that is too long or breaks off."""
    kind = _BY_STATUS.get(error.status_code, Kind.UNEXPECTED)
    return ProblemError(kind, headers=error.headers)


_BY_STATUS: Final[Mapping[int, Kind]] = {
    400: Kind.MALFORMED_REQUEST,
    404: Kind.NOT_FOUND,
    405: Kind.METHOD_NOT_ALLOWED,
    413: Kind.TOO_LARGE,
}


def _always(kind: Kind) -> Callable[[Exception, Language], ProblemError]:
    return lambda error, language: ProblemError(kind)


_TABLE: Final[Mapping[type, Callable[[Any, Language], ProblemError]]] = {
    CaseNotFound: _always(Kind.NOT_FOUND),
    StaleVersion: _stale,
    Refused: _refused,
    IdempotencyKeyReused: _always(Kind.IDEMPOTENCY_KEY_REUSED),
    PydanticCustomError: _invalid,
    PeriodBackwards: _backwards,
    NoneMature: _none_mature,
    NotOffered: _not_offered,
    AccessNotRecorded: _always(Kind.NOT_RECORDED),
    DatabaseLocked: _always(Kind.BUSY),
    DatabaseUnavailable: _always(Kind.UNAVAILABLE),
    SchemaMismatch: _always(Kind.SCHEMA_MISMATCH),
    UnknownEvent: _always(Kind.SCHEMA_MISMATCH),
    ReadModelsNotCurrent: _always(Kind.NOT_CURRENT),
    WrongMasterKey: _always(Kind.NOT_READY),  # another was put in use, and this process was not given it
    Clash: _always(Kind.BUSY),
    HTTPException: _of_http,
}
