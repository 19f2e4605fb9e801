"""Sessions over the API: whose one sees and ends, and that what is listed opens nothing."""

from __future__ import annotations

import httpx2
import pytest

from adapters import sessions, tokens
from adapters.database import writing
from domain.access import Principal
from tests.api.house import ALMA, API, House
from tests.builders import INES, MARIE, PAUL, SOFIA
from workflows.roles import Role

ALBA = Principal("alba", Role.ADMINISTRATOR, "gard")


def begin(house: House, who: Principal) -> sessions.Started:
    """Sign somebody in."""
    service = house.cells.service
    with writing(service.engine) as connection:
        return sessions.begin(
            connection, who, "test", limits=service.settings.session_limits, now=service.clock()
        )


def ids(house: House, by: Principal, query: str = "") -> list[str]:
    """Return the ids that somebody is shown."""
    answer = house.get(f"/sessions{query}", by)
    assert answer.status_code == 200, answer.text
    return [one["session_id"] for one in answer.json()["sessions"]]


@pytest.fixture
def signed_in(house: House) -> dict[str, sessions.Started]:
    """A session of some, and an administrator of the Gard."""
    with writing(house.cells.service.engine) as connection:
        house.tokens[ALBA.actor] = tokens.create(
            connection,
            actor=ALBA.actor,
            role=ALBA.role,
            organisation=ALBA.organisation,
            label="test",
            expires_at=None,
            now=house.cells.clock(),
        ).plaintext
    return {who.actor: begin(house, who) for who in (MARIE, PAUL, INES, ALBA, ALMA)}


def test_everybody_sees_their_own_and_an_administrator_those_within_reach(
    house: House, signed_in: dict[str, sessions.Started]
) -> None:
    """Of the organisation, or of all of them; of a case nobody is told more than before."""
    of = {actor: started.session_id for actor, started in signed_in.items()}
    assert ids(house, MARIE) == [of["marie"]]
    assert ids(house, SOFIA) == []
    assert set(ids(house, ALBA)) == {of["marie"], of["paul"], of["alba"]}
    assert set(ids(house, ALMA)) == set(of.values())
    assert ids(house, ALBA, "?account=paul") == [of["paul"]]
    for nobodys in ("?account=ines", "?account=nobody"):
        assert ids(house, ALBA, nobodys) == []
    assert ids(house, MARIE, "?account=paul") == ids(house, MARIE, "?account=nobody") == []
    assert ids(house, MARIE, "?account=marie") == [of["marie"]]
    assert house.get(f"/cases/{'0' * 8}-0000-7000-8000-000000000000", ALMA).status_code == 403


def test_a_session_within_reach_is_ended_and_any_other_is_as_if_not_there(
    house: House, signed_in: dict[str, sessions.Started]
) -> None:
    of = {actor: started.session_id for actor, started in signed_in.items()}

    def ended(by: Principal, whose: str) -> int:
        return house.delete(f"/sessions/{whose}", by).status_code

    for by, whose in ((MARIE, of["paul"]), (ALBA, of["ines"]), (ALBA, of["alma"]), (SOFIA, of["marie"])):
        unknown = house.delete("/sessions/00000000dead", by).json()
        hidden = house.delete(f"/sessions/{whose}", by).json()
        assert {**hidden, "instance": ""} == {**unknown, "instance": ""}
        assert hidden["status"] == 404
    assert (ended(MARIE, of["marie"]), ended(MARIE, of["marie"])) == (204, 404)
    assert (ended(ALBA, of["paul"]), ended(ALMA, of["ines"])) == (204, 204)
    assert ids(house, MARIE) == []
    assert set(ids(house, ALMA)) == {of["alba"], of["alma"]}
    for malformed in ("x", "0" * 13, "00000000DEAD", "%20"):
        assert ended(ALMA, malformed) == 404


def test_what_is_listed_opens_nothing(house: House, signed_in: dict[str, sessions.Started]) -> None:
    """An id is neither a cookie nor a token, alone or with somebody else's secret."""
    text = house.get("/sessions", ALMA).text
    own = signed_in["alma"].plaintext.split("_", 2)[2]
    for started in signed_in.values():
        assert started.plaintext.split("_", 2)[2] not in text
        assert started.session_id in text
    for guess in (signed_in["marie"].session_id, f"fs_{signed_in['marie'].session_id}_{own}"):
        answer = house.client.get(
            "/dossiers", headers={"Cookie": f"filrouge={guess}"}, follow_redirects=False
        )
        assert answer.status_code == 303
        bearer = {"Authorization": f"Bearer {guess}"}
        assert house.client.get(f"{API}/sessions", headers=bearer).status_code == 401


def test_sessions_come_in_pages(house: House, signed_in: dict[str, sessions.Started]) -> None:
    """Each once, also those begun at the same instant; a cursor of another list is refused."""
    found: list[str] = []
    path: str | None = "/sessions?limit=2"
    while path is not None:
        answer = house.get(path, ALMA)
        found += [one["session_id"] for one in answer.json()["sessions"]]
        path = next_of(answer)
    assert len(found) == len(signed_in)
    assert set(found) == {started.session_id for started in signed_in.values()}
    for cursor in ("x", "MjAxOC0wMy0zMSAwMQ", "é"):
        assert house.get(f"/sessions?after={cursor}", ALMA).status_code == 422


def next_of(answer: httpx2.Response) -> str | None:
    """Return the address of the next page."""
    link = answer.headers.get("link")
    return None if link is None else link.split("<")[1].split(">")[0]
