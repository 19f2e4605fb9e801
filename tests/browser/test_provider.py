"""A counsellor's day by an identity provider, in Chromium: sign in, work, sign out, with both kinds of provider.

Chromium holds every redirect of a form to the page's `form-action`. The strict provider sends people on to another host,
as a federation does, so that a page which named the provider's own address only would lead nowhere.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser
from pydantic import SecretStr

from adapters import accounts
from adapters.bootstrap import open_service
from adapters.database import writing
from adapters.oidc.digests import identity_of
from tests.browser.looking import violations
from tests.browser.site import bound, listening
from tests.browser.traces import Traces
from tests.builders import MARIE
from tests.databases import Databases
from tests.service import CELLS, settings_in
from tests.support.provider import CLIENT, SECRET
from tests.support.providers import Issuer


@pytest.mark.parametrize("profile", ["generic", "proconnect"])
def test_a_day_by_the_provider(
    browser: Browser,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
    traces: Traces,
    request: pytest.FixtureRequest,
    profile: str,
) -> None:
    strict = profile == "proconnect"
    issuer: Issuer = request.getfixturevalue("strict_provider" if strict else "mock_provider")
    taken = bound()
    configured: dict[str, Any] = {
        "oidc_issuer": issuer.address,
        "oidc_profile": profile,
        "oidc_name": "le service d'identité",
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SecretStr(SECRET),
        "public_url": f"http://127.0.0.1:{taken.getsockname()[1]}",
    }
    home = tmp_path_factory.mktemp("home")
    with (
        databases.fresh("sqlite", of=CELLS) as url,
        open_service(settings_in(home, url, **configured)) as service,
    ):
        now = datetime.now(UTC)
        with writing(service.engine) as connection:
            accounts.require(connection, MARIE.actor, MARIE.role, MARIE.organisation, now=now)
            accounts.link(
                connection, MARIE.actor, identity_of(service.keys, issuer.address, "marie"), now=now
            )
        with listening(service, traces, on=taken) as site, site.visited(browser) as visit:
            page = visit.page
            visit.go("/dossiers?overdue=true")
            assert page.url.startswith(f"{site.address}/connexion?")
            visit.press(
                "S’identifier avec ProConnect" if strict else "Se connecter avec le service d'identité"
            )
            page.wait_for_selector("input[name=sub]")
            assert page.url.startswith("http://localhost:" if strict else issuer.address)
            page.fill("input[name=sub]", "marie")
            page.get_by_role("button", name="Go" if strict else "Authorize").click()
            page.wait_for_url(f"{site.address}/dossiers?overdue=true")
            assert MARIE.actor in page.inner_text("header")
            visit.follow("Nouvelle saisine")
            assert page.locator("form").count() > 1
            visit.press("Se déconnecter")
            if not strict:
                page.get_by_role("button", name="End session").click()
            page.wait_for_url(f"{site.address}/connexion?sortie=1")
            assert "Vous êtes déconnecté" in page.inner_text("main")
            visit.go("/dossiers")
            assert page.url.startswith(f"{site.address}/connexion?")
            with site.visited(browser, script=True) as looked:
                for path in ("/connexion", "/connexion/retour"):
                    looked.go(path)
                    assert list(violations(looked.page)) == []
