"""A case's version as a strong entity tag, and back."""

import re
from typing import Final

from api.problems import Kind, ProblemError

_TAG: Final = re.compile(r'"([1-9][0-9]{0,8})"')


def etag(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


def expected_version(if_match: list[str]) -> int:
    """Return the version that `If-Match` names, given every such header of a request.

    One strong tag, as a GET gave it: `*` would be deciding on nothing in particular, and a weak tag or a list does
    not say which version was read. Raises ProblemError: VERSION_REQUIRED, MALFORMED_HEADER.
    """
    if not if_match:
        raise ProblemError(Kind.VERSION_REQUIRED)
    found = _TAG.fullmatch(if_match[0].strip()) if len(if_match) == 1 else None
    if found is None:
        raise ProblemError(
            Kind.MALFORMED_HEADER,
            (
                'If-Match attend une version, telle que l\'en-tête ETag du dossier la donne, par exemple "7".',
                'If-Match takes one version, as the case\'s ETag header gives it, for example "7".',
            ),
            members={"header": "If-Match"},
        )
    return int(found[1])
