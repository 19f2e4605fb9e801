"""Every link of the pages that a role comes by leads somewhere: nobody is sent where they may not go."""

from __future__ import annotations

import re
from html import unescape

import pytest

from api.pages.navigation import entries
from tests.api.crossing import WHO, Town
from tests.api.pages.visits import Visits
from tests.builders import DENIS, MARIE

_LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')


def links(page: str) -> set[str]:
    """Return where the links of a page lead."""
    return {unescape(href) for href in _LINK.findall(page)}


@pytest.mark.parametrize("who", [who for who, account in WHO.items() if account is not None])
def test_every_link_leads_somewhere(town: Town, who: str) -> None:
    """Those of the places in the navigation, of the pages that these lead to, and of a case where it may be seen."""
    account = WHO[who]
    assert account is not None
    visits = Visits.of(town.house)
    places = {entry.href for entry in entries(account, "fr")}
    case = f"/dossiers/{town.cases['mine']}"
    if visits.get(case, account).status_code == 200:
        places.add(case)
    followed: dict[str, int] = {}
    for place in places:
        page = visits.get(place, account)
        assert page.status_code == 200, place
        for href in links(page.text) - followed.keys():
            followed[href] = visits.get(href, account).status_code
    assert {href: status for href, status in followed.items() if status not in (200, 303)} == {}
    assert followed


def test_a_case_leads_back_to_the_queue_or_else_to_the_search(town: Town) -> None:
    visits = Visits.of(town.house)
    for account, back, other in ((MARIE, "/dossiers", "/recherche"), (DENIS, "/recherche", "/dossiers")):
        content = visits.get(f"/dossiers/{town.cases['mine']}", account).text.split("<main")[1]
        assert back in links(content)
        assert other not in links(content)
