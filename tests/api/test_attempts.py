"""Too many refusals from one place are told to wait; whoever is known is let in all the while."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from adapters.database import reading
from adapters.tables import attempts
from api.app import create_app
from tests.api.house import House, opened
from tests.api.logs import Log
from tests.api.pages.visits import Visits
from tests.api.servers import serving
from tests.builders import MARIE
from tests.databases import Databases

GUESS = {"Authorization": "Bearer fr_0123456789ab_" + "A" * 43}
PAGE = {"Accept": "text/html", "Accept-Language": "en"}
MOST = 5


@pytest.fixture(scope="module")
def databases_url(databases: Databases) -> Iterator[str]:
    """The address of a database for the file."""
    with databases.fresh("sqlite", migrated=True) as url:
        yield url


@pytest.fixture(scope="module")
def strict(databases_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that takes few attempts."""
    home = tmp_path_factory.mktemp("home")
    few = dict.fromkeys(("attempts_per_address", "attempts_per_token", "sign_ins_per_address"), MOST)
    with opened(home, databases_url, None, **few) as made:
        yield made


@pytest.fixture
def house(strict: House) -> House:
    """The house, with every window passed."""
    strict.cells.clock.now = datetime.fromtimestamp(strict.cells.clock.now.timestamp() + 3600, UTC)
    return strict


def test_guessed_tokens_are_told_to_wait_and_a_good_one_is_let_in(house: House, log: Log) -> None:
    """From the very same address: nobody is kept out by what others try."""
    answers = [house.client.get("/api/v1/queue", headers=GUESS) for _ in range(MOST + 2)]
    assert [one.status_code for one in answers] == [401] * MOST + [429] * 2
    told = answers[-1]
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["type"] == "urn:filrouge:problem:too-many-attempts"
    assert told.headers["retry-after"] == "300"
    assert house.get("/queue", MARIE).status_code == 200
    assert "testclient" not in log.text
    house.cells.clock.now = datetime.fromtimestamp(house.cells.clock.now.timestamp() + 300, UTC)
    assert house.client.get("/api/v1/queue", headers=GUESS).status_code == 401


def test_an_account_is_not_locked_out_by_guesses_at_its_token(house: House) -> None:
    """The id of a token is no secret; its holder goes on while others guess at what is."""
    public_id = house.tokens[MARIE.actor].split("_")[1]
    guess = {"Authorization": f"Bearer fr_{public_id}_" + "A" * 43}
    assert [house.client.get("/api/v1/queue", headers=guess).status_code for _ in range(MOST + 1)][-1] == 429
    assert house.get("/queue", MARIE).status_code == 200


def test_a_wrong_cookie_is_told_to_wait_on_a_page_and_is_taken_back(house: House) -> None:
    visits = Visits.of(house)
    cookie = {"Cookie": "filrouge=fs_0123456789ab_" + "A" * 43, **PAGE}
    answers = [house.client.get("/dossiers", headers=cookie, follow_redirects=False) for _ in range(MOST + 1)]
    assert [one.status_code for one in answers] == [303] * MOST + [429]
    assert answers[-1].headers["content-type"].startswith("text/html")
    assert "<h1>Too many attempts</h1>" in answers[-1].text
    assert answers[-1].headers["retry-after"] == "300"
    assert any(one.startswith('filrouge="";') for one in answers[-1].headers.get_list("set-cookie"))
    assert visits.get("/dossiers", MARIE).status_code == 200
    assert visits.get("/connexion", None).status_code == 200


def test_a_session_that_is_over_is_no_guess(house: House) -> None:
    """Whoever comes back after the night is led to sign in, as often as they try."""
    visits = Visits.of(house)
    house.cells.clock.now = datetime.fromtimestamp(house.cells.clock.now.timestamp() + 86_400, UTC)
    assert {visits.get("/dossiers", MARIE).status_code for _ in range(MOST + 2)} == {303}


def test_what_is_in_force_is_looked_up_once_and_nothing_is_written(house: House) -> None:
    """Counting costs whoever is known nothing: neither a row, nor a question."""
    visits = Visits.of(house)
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *more: object) -> None:
        asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        assert house.get("/queue", MARIE).status_code == 200
        assert visits.get("/dossiers", MARIE).status_code == 200
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert any("FROM tokens" in statement for statement in asked)
    assert not any("attempts" in statement for statement in asked)


def test_sign_ins_are_taken_so_often_from_one_place(house: House) -> None:
    app = create_app(house.cells.service, with_exports=False, demonstration=True)
    with TestClient(app, base_url="http://127.0.0.1", headers=PAGE, follow_redirects=False) as client:
        token = client.get("/connexion").text.split('name="_token" value="')[1].split('"')[0]
        fields = {"account": "ANALYST", "_token": token}
        answers = [client.post("/connexion", data=fields) for _ in range(MOST + 1)]
        assert [one.status_code for one in answers] == [303] * MOST + [429]
        assert "wait, then try again" in answers[-1].text
        assert client.get("/connexion").status_code == 200


def test_several_processes_count_together(databases: Databases, tmp_path: Path) -> None:
    """On PostgreSQL, at the same moment: so many are refused in words, and no more; nothing is kept in clear."""
    with (
        databases.fresh("postgresql", migrated=True) as url,
        opened(tmp_path / "home", url, attempts_per_address=MOST) as house,
    ):
        settings = house.cells.service.settings
        with serving(settings, 2, tmp_path) as servers:

            def guess(address: str) -> int:
                return httpx2.get(f"{address}/api/v1/queue", headers=GUESS, timeout=60).status_code

            places = list(islice(cycle(server.address for server in servers), 4 * MOST))
            with ThreadPoolExecutor(8) as pool:
                statuses = Counter(pool.map(guess, places))
            assert statuses == {401: MOST, 429: 3 * MOST}
            for server in servers:
                answer = httpx2.get(f"{server.address}/api/v1/queue", headers=GUESS, timeout=60)
                assert answer.status_code == 429
                assert 0 < int(answer.headers["retry-after"]) <= 300
        with reading(house.cells.service.engine) as connection:
            kept = [tuple(row) for row in connection.execute(sa.select(attempts))]
        assert len(kept) == MOST + MOST  # by address, and by the id that was presented
        assert "127.0.0.1" not in json.dumps(kept)
