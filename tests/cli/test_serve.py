"""`filrouge serve`, as real processes: it starts, answers, refuses to start, and stops gracefully."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
from base64 import b64encode
from contextlib import closing
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from secrets import token_bytes
from socket import create_connection
from urllib.parse import urlencode, urlsplit

import pytest

from adapters import demo_accounts, sessions, tokens
from adapters.database import reading, writing
from adapters.demo.accounts import LABEL as SHOWN_TO_NOBODY
from adapters.event_store import EventRecorder
from adapters.settings import load
from api.cli.opening import database_opened
from api.security_headers import SECURITY_HEADERS
from domain.use_cases import system_clock
from tests.cli.processes import PATIENCE_SECONDS, ask, run, running
from tests.cli.running import Filrouge
from tests.databases import Databases, Kind


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the three published cases and one more in it, to be copied."""
    home = tmp_path_factory.mktemp("demonstration") / "home"
    done = run("demo", "--cases", "4", environment={"FILROUGE_HOME": str(home)})
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def demo_home(demonstration: Path, home: Path) -> Path:
    """A demonstration of the test's own."""
    shutil.copytree(demonstration, home)
    return home


def active_tokens() -> list[str]:
    """Return the accounts with a token that somebody may hold and that opens a door."""
    now = system_clock()
    with database_opened(load()) as engine, reading(engine) as connection:
        listed = tokens.listed(connection)
    return [token.actor for token in listed if token.active(now) and token.label != SHOWN_TO_NOBODY]


def sign_in() -> str:
    """Choose an account as the page does; return what its browser keeps."""
    settings = load()
    with database_opened(settings) as engine, writing(engine) as connection:
        return sessions.begin(
            connection,
            demo_accounts.accounts()[1].principal,
            demo_accounts.WAY,
            limits=settings.session_limits,
            now=system_clock(),
        ).plaintext


def choose(account: str, address: str) -> tuple[int, str]:
    """Choose an account on the sign-in page; return the status, and what the browser is given to keep."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE_SECONDS)
    with closing(connection):
        connection.request("GET", "/connexion")
        shown = connection.getresponse()
        token = shown.read().decode().split('name="_token" value="')[1].split('"')[0]
        form = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": str(shown.getheader("Set-Cookie")).split(";")[0],
        }
        connection.request("POST", "/connexion", urlencode({"account": account, "_token": token}), form)
        answered = connection.getresponse()
        answered.read()
    cookies = SimpleCookie(answered.getheader("Set-Cookie", ""))
    return answered.status, next((kept.value for kept in cookies.values()), "")


def is_signed_in(cookie: str) -> bool:
    """Tell whether a browser with this cookie is somebody."""
    with database_opened(load()) as engine:
        return sessions.find(engine, cookie, now=system_clock()) is not None


def test_a_first_start_makes_the_key_says_so_and_answers(home: Path) -> None:
    with running("serve") as server:
        said = server.until("Premier démarrage")
        assert str(home / "master.key") in said
        address = server.address()
        assert ask(f"{address}/healthz")[0] == 200
        assert ask(f"{address}/readyz")[0] == 200
        assert "Se connecter – Fil Rouge" in ask(f"{address}/")[1]
        assert "Sign in – Fil Rouge" in ask(f"{address}/", language="en")[1]
        assert ask(f"{address}/api/v1/queue")[0] == 401
        assert server.stopped_by(signal.SIGTERM) == 0
        assert server.err[-1] == "Fil Rouge est arrêté."
        assert "Traceback" not in "\n".join(server.err)
    with running("serve") as again:
        again.address()
        assert again.stopped_by(signal.SIGINT) == 0
        assert "Premier démarrage" not in "\n".join(again.err)


def test_logs_are_json_unless_asked_otherwise(home: Path) -> None:
    with running("serve") as server:
        address = server.address()
        ask(f"{address}/readyz")
        server.stopped_by(signal.SIGTERM)
        told = [json.loads(line) for line in server.err if line.startswith("{")]
        assert len(told) >= 3
        assert any(line.get("status") == 200 for line in told)
        assert "server" in {line["logger"] for line in told}
        assert "uvicorn.error" not in "\n".join(server.err)  # a start is no error


def test_a_demonstration_fills_an_empty_database_and_shows_a_token_for_each_role(home: Path) -> None:
    with running("serve", "--demo") as server:
        given = server.tokens()
        api = given.pop("API")
        assert api.endswith("/api/v1")
        cases = {letter: given.pop(f"CASE_{letter}") for letter in "ABC"}
        assert len(given) == 9
        for letter, case_id in cases.items():
            assert any(
                line.startswith(f"Cas publié {letter} (") and line.endswith(f" : filrouge history {case_id}")
                for line in server.out
            )
            assert ask(f"{api}/cases/{case_id}/history", given["AUDITOR"])[0] == 200
        status, queue = ask(f"{api}/queue", given["COUNSELLOR"])
        assert (status, bool(queue["cases"])) == (200, True)
        assert {case["counsellor"] for case in queue["cases"]} <= {None, "conseil-1.gard"}
        assert (
            ask(f"{api}/statistics/outcomes", given["NATIONAL_ANALYST"])[1]["groups"][0]["totals"]["opened"]
            == 200
        )
        assert ask(f"{api}/statistics/outcomes?organisation=isere", given["ANALYST"])[0] == 403
        assert [ask(f"{api}/workflow", token)[0] for token in given.values()] == [200] * 9
        assert server.stopped_by(signal.SIGTERM) == 0
    assert active_tokens() == []


def test_a_second_demonstration_keeps_the_cases_and_changes_the_tokens(demo_home: Path) -> None:
    with running("serve", "--demo") as server:
        first = server.tokens()
        server.process.kill()
        server.ends()
    assert len(active_tokens()) == 9
    with running("serve", "--demo") as server:
        second = server.tokens()
        assert set(first) == set(second)
        cases = ("CASE_A", "CASE_B", "CASE_C")
        assert [first[name] for name in cases] == [second[name] for name in cases]
        assert sum("filrouge history" in line for line in server.out) == 3
        assert ask(f"{second['API']}/workflow", first["AUDITOR"])[0] == 401
        [whole] = ask(f"{second['API']}/statistics/outcomes", second["NATIONAL_ANALYST"])[1]["groups"]
        assert (whole["totals"]["opened"], "opened" in whole["hidden"]) == (
            None,
            True,
        )  # four: too few to be shown
        assert server.stopped_by(signal.SIGHUP) == 0
    assert active_tokens() == []


def test_nothing_else_serves_while_a_demonstrations_tokens_open_a_door(demo_home: Path) -> None:
    with running("serve", "--demo") as server:
        server.tokens()
        server.process.kill()
        server.ends()
    refused = run("serve", "--port", "0")
    assert refused.returncode == 1
    assert "`filrouge token revoke --demo`" in refused.stderr
    assert run("token", "revoke", "--demo").returncode == 0
    with running("serve") as server:
        server.address()
        assert server.stopped_by(signal.SIGTERM) == 0


def test_nobody_stays_signed_in_when_a_demonstration_stops(demo_home: Path) -> None:
    with running("serve", "--demo") as server:
        server.tokens()
        cookie = sign_in()
        assert is_signed_in(cookie)
        assert server.stopped_by(signal.SIGTERM) == 0
    assert not is_signed_in(cookie)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_only_a_demonstration_lets_one_choose_who_one_is(demo_home: Path, workers: str) -> None:
    """Over HTTP, as the sign-in page does; what a worker began ends with the demonstration too."""
    with running("serve", "--demo", "--workers", workers) as server:
        address = server.address()
        status, cookie = choose("COUNSELLOR", address)
        assert (status, is_signed_in(cookie)) == (303, True)
        assert choose("NOBODY", address) == (403, "")
        assert server.stopped_by(signal.SIGTERM) == 0
    assert not is_signed_in(cookie)
    with running("serve", "--workers", workers) as server:
        assert choose("COUNSELLOR", server.address()) == (403, "")
        assert server.stopped_by(signal.SIGTERM) == 0


def test_a_session_of_a_killed_demonstration_leads_nowhere(demo_home: Path) -> None:
    """Nothing else serves while it is open, even when no token is any more; another demonstration ends it."""
    with running("serve", "--demo") as server:
        server.tokens()
        cookie = sign_in()
        server.process.kill()
        server.ends()
    assert is_signed_in(cookie)
    with database_opened(load()) as engine, writing(engine) as connection:
        for token_id in demo_accounts.open_doors(connection, system_clock()).tokens:
            tokens.revoke(connection, token_id, now=system_clock())
    refused = run("serve", "--port", "0")
    assert refused.returncode == 1
    assert "(jetons et sessions : 1)" in refused.stderr
    with running("serve", "--demo") as server:
        server.tokens()
        assert not is_signed_in(cookie)
        assert server.stopped_by(signal.SIGTERM) == 0
    with running("serve") as server:
        server.address()
        assert server.stopped_by(signal.SIGTERM) == 0


def test_a_demonstration_stays_on_this_machine(home: Path, filrouge: Filrouge) -> None:
    refused = run("serve", "--demo", environment={"FILROUGE_HOST": "0.0.0.0"})  # noqa: S104 - the question is what it does
    assert refused.returncode == 2
    assert "ne sert donc que sur cette machine" in refused.stderr
    assert refused.stdout == ""
    for host in ("::", "192.0.2.1", "example.org"):
        assert f"« {host} » est joignable d'ailleurs" in filrouge.refused(
            "serve", "--demo", "--host", host, status=2
        )
    assert list(home.iterdir()) == []


def test_a_demonstration_makes_no_tokens_for_real_cases(home: Path) -> None:
    assert run("organisation", "register", "gard", "CPAM du Gard", "--wave", "pilot").returncode == 0
    refused = run("serve", "--demo", "--port", "0")
    assert refused.returncode == 1
    assert "n'est pas une démonstration" in refused.stderr
    assert active_tokens() == []
    assert (
        "la base contient déjà quelque chose ; la démonstration n'en remplit qu'une vide"
        in run("demo").stderr
    )


def test_a_busy_port_is_told_before_anything_is_made(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("serve", "--demo", environment={"FILROUGE_PORT": str(port)})
    assert refused.returncode == 1
    assert f"impossible d'écouter sur 127.0.0.1, port {port}" in refused.stderr
    assert "FILROUGE_PORT" in refused.stderr
    assert list(home.iterdir()) == []


def test_an_address_that_is_not_ours_is_told(filrouge: Filrouge) -> None:
    assert "impossible d'écouter sur 192.0.2.1" in filrouge.refused("serve", "--host", "192.0.2.1")
    assert "n'est pas une adresse" in filrouge.refused("serve", "--host", "not a host", status=2)


def test_no_key_is_made_for_people_who_are_there_already(demo_home: Path) -> None:
    (demo_home / "master.key").unlink()
    refused = run("serve", "--demo", "--port", "0")
    assert refused.returncode == 1
    assert "la clé maîtresse manque" in refused.stderr
    assert not (demo_home / "master.key").exists()


def test_another_master_key_is_refused(demo_home: Path) -> None:
    (demo_home / "master.key").unlink()
    assert run("check", environment={"FILROUGE_HOME": str(demo_home.parent / "other")}).returncode == 1
    with running("serve", environment={"FILROUGE_HOME": str(demo_home.parent / "other")}) as server:
        server.address()
        server.stopped_by(signal.SIGTERM)
    shutil.copy(demo_home.parent / "other" / "master.key", demo_home / "master.key")
    refused = run("serve", "--port", "0")
    assert refused.returncode == 1
    assert "ce n'est pas la clé maîtresse de ce magasin de clés" in refused.stderr


def test_a_request_under_way_is_answered_before_the_end(demo_home: Path) -> None:
    with running("serve", "--demo") as server:
        given = server.tokens()
        body = b'{"person":{"family_name":"Vidal","given_name":"Lise"},"source":"reception","agreed_to_contact":true}'
        head = (
            "POST /api/v1/cases HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {given['DETECTOR']}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        address = urlsplit(given["API"])
        with socket.create_connection((address.hostname, address.port)) as caller:
            caller.sendall(head.encode() + body[:20])
            ask(
                f"http://{address.netloc}/healthz"
            )  # by now the server has read the beginning of the other one too
            server.process.send_signal(signal.SIGTERM)
            server.until("Shutting down")
            caller.sendall(body[20:])
            answered = caller.makefile("rb").read()
        assert answered.startswith(b"HTTP/1.1 201 ")
        assert server.ends() == 0
    assert run("verify").returncode == 0


def test_it_can_be_stopped_while_it_prepares(home: Path) -> None:
    """The append lock is held meanwhile, so that the preparation cannot be over before the signal comes."""
    with database_opened(load(), create=True) as engine, running("serve", "--demo") as server:
        with writing(engine) as connection:
            EventRecorder(engine).lock_head(connection)
            server.until("Premier démarrage")
            server.process.send_signal(signal.SIGTERM)
        assert server.ends() == 128 + signal.SIGTERM
        assert "Traceback" not in "\n".join(server.err)
        assert server.out == []


def test_several_processes_share_the_port(
    database_kind: Kind, databases: Databases, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with databases.fresh(database_kind) as url:
        monkeypatch.setenv("FILROUGE_DATABASE_URL", url)
        master_key = b64encode(token_bytes(32)).decode()
        monkeypatch.setenv("FILROUGE_MASTER_KEY", master_key)
        assert run("demo", "--cases", "4").returncode == 0
        with running("serve", "--demo", "--workers", "2") as server:
            given = server.tokens()
            while sum(_STARTED in line for line in server.err) < 2:
                server.until(_STARTED)
            workers = workers_of(server.process.pid)
            assert len(workers) == 2
            for worker in workers:
                (other,) = set(workers) - {worker}
                os.kill(other, signal.SIGSTOP)
                status, queue = ask(
                    f"{given['API']}/queue", given["SUPERVISOR"]
                )  # nobody else can answer now
                os.kill(other, signal.SIGCONT)
                assert (status, "cases" in queue) == (200, True)
            listed = process_list(server.process.pid)
            assert len(listed) > 2
            assert not any(secret in one for secret in (master_key, url, *given.values()) for one in listed)
            assert server.stopped_by(signal.SIGTERM) == 0
        assert active_tokens() == []


_STARTED = "Application startup complete"


def process_list(pid: int) -> list[str]:
    """Return the command lines that everybody on the machine may read, of a process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = Path(f"/proc/{pid}/cmdline").read_text()
    return [own, *(line for child in children for line in process_list(int(child)))]


def workers_of(pid: int) -> list[int]:
    """Return the processes that serve under this one."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def test_a_stale_read_model_is_served_and_rebuilt_beside(demo_home: Path) -> None:
    with running("serve", "--port", "0", environment={"FILROUGE_DEADLINE_DETECTED_DAYS": "3"}) as server:
        address = server.address()
        told = json.loads(server.until('"rebuilt"'))
        assert (told["read_models"], told["exit_status"]) == (["counsellor_queue"], 0)
        status, ready = ask(f"{address}/readyz")
        assert status == 200
        assert {one["state"] for one in ready["data"]["read_models"]} == {"current"}
        assert server.stopped_by() == 0


def test_what_is_no_request_is_refused_with_the_same_headers_as_any_other(home: Path) -> None:
    """By the server itself, before any code of ours. And no answer says what serves, nor a proxy's word is lost."""
    with running("serve") as server:
        place = urlsplit(server.address())

        def answered(sent: bytes) -> tuple[str, dict[str, str]]:
            with create_connection((place.hostname, place.port), PATIENCE_SECONDS) as connection:
                connection.sendall(sent)
                received = b""
                while b"\r\n\r\n" not in received and (more := connection.recv(65_536)):
                    received += more
            first, *lines = received.partition(b"\r\n\r\n")[0].decode().split("\r\n")
            return first, {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

        for sent in (
            b"nonsense\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 70_000,
        ):
            first, headers = answered(sent)
            assert first == "HTTP/1.1 400 Bad Request"
            assert "server" not in headers
            assert {name: headers.get(name.lower()) for name in SECURITY_HEADERS} == SECURITY_HEADERS
        first, headers = answered(
            b"GET /connexion HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
        )
        assert first == "HTTP/1.1 200 OK"
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert headers["set-cookie"].startswith("__Host-filrouge-visite=")
        assert "server" not in headers
        assert server.stopped_by(signal.SIGTERM) == 0
