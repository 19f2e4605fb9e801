"""Speaking to the provider: soon or not at all, no further than asked, and no more than a page of answer."""

from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

import requests

from adapters.oidc.unavailable import ProviderUnavailable, no_answer

TIMEOUT_SECONDS: Final = (3.05, 5.0)
"""To connect, and between two bytes: somebody waits."""

_MOST_BYTES: Final = 1_048_576


def get(url: str, accept: str, bearer: str | None = None) -> tuple[str, bytes]:
    """Return the media type and the body of what is at `url`. No redirect is followed. Raises ProviderUnavailable."""
    headers = {"Accept": accept} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    try:
        with closing(
            requests.get(
                url,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
                stream=True,
                auth=_as_it_is,
            )
        ) as answer:
            if answer.status_code != 200:
                place, status = _place(url), answer.status_code
                raise ProviderUnavailable(f"{place} répond {status}", f"{place} answers {status}")
            body = bytearray()
            for part in answer.iter_content(65_536):
                body += part
                if len(body) > _MOST_BYTES:
                    raise ProviderUnavailable(
                        f"{_place(url)} répond plus de {_MOST_BYTES} octets",
                        f"{_place(url)} answers more than {_MOST_BYTES} bytes",
                    )
            media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return media_type, bytes(body)
    except requests.RequestException as error:
        raise no_answer(_place(url), _place(url), error) from None


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Send no name and password of the machine's .netrc."""
    return request


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
