"""Nothing personal in clear, anywhere: every byte of the databases, of the keys and of the log after a journey."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import text

from adapters.database import writing
from tests.adapters.faults import refusing
from tests.adapters.needles import Needles, found, found_in, needles
from tests.api.house import House, fronted
from tests.api.logs import Log, logged
from tests.builders import DENIS, DORA, MARIE, SOFIA
from tests.databases import driver_address
from tests.service import open_cells
from tests.support.postgresql import Server

PERSON: Final = {
    "family_name": "Vandenbroucke-Zsigmondy",
    "given_name": "Gwénaëlle-Xérxès",
    "birth_date": "1951-10-04",
    "nir": "2 51 10 30 126 111 38",
    "phone": "06 98 76 54 32",
    "email": "gwen.zsigmondy@courriel.example",
    "address": "17 impasse des Églantiers\n30900 Nîmes",
}
NOTES: Final = {
    trigger: f"{trigger} : prothèse n° {number}{number}{number}, elle s'inquiète « beaucoup » & pleure <souvent>"
    for number, trigger in enumerate(
        (
            "detect",
            "accept",
            "log_contact",
            "record_consent",
            "complete_bilan",
            "build_plan",
            "record_quote",
            "request_funding",
            "decide_funding",
            "agree_instalments",
            "complete_action",
            "suspend",
            "resume",
            "record_care_performed",
            "close",
            "reopen",
            "rectify_identity",
            "archive",
            "restore",
            "erase_personal_data",
        ),
        start=1,
    )
}
PUT_RIGHT: Final = {"phone": "06 12 98 34 76", "address": "4 passage des Aubépines\n30000 Nîmes"}
MISTYPED: Final = {"wrong NIR": "2 51 10 30 126 111 39", "somebody else's phone": "07 11 22 33 44"}
SOUGHT: Final = needles(
    PERSON
    | {"street": "17 impasse des Églantiers", "town": "30900 Nîmes"}
    | {f"{name} put right": value for name, value in PUT_RIGHT.items()}
    | {"street put right": "4 passage des Aubépines"}
    | NOTES
    | MISTYPED
)

JOURNEY: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("accept", {"counsellor": "marie"}),
    ("log_contact", {"channel": "phone", "reached": True}),
    ("record_consent", {"share_with": ["ccas"]}),
    ("complete_bilan", {"basic_cover": "current", "complementary_cover": "none"}),
    (
        "build_plan",
        {"actions": [{"kind": "obtain_quotes", "due_on": "2026-12-01", "need_ids": ["n1"]}]},
    ),
    ("record_quote", {"need_id": "n1", "total_cents": 300_000}),
    ("request_funding", {"quote_id": "q1", "funder": "fass", "amount_cents": 125_174}),
    ("decide_funding", {"request_id": "r1", "granted_cents": 125_174}),
    ("agree_instalments", {"quote_id": "q1", "person_share_cents": 100_000, "instalments": 3}),
    ("complete_action", {"action_id": "a1"}),
    ("suspend", {"until": "2026-06-01", "reason": "awaiting_appointment"}),
    ("resume", {}),
    ("record_care_performed", {"need_id": "n1"}),
    ("close", {"reason": "care_performed"}),
)


def journey(house: House) -> str:
    """Take somebody from the referral to the closing, with a note on every step; return their case."""
    referral = {
        "person": PERSON,
        "source": "reception",
        "agreed_to_contact": True,
        "needs": [{"care_type": "dental_prosthetic", "reasons": ["rest_to_pay"]}],
        "note": NOTES["detect"],
    }
    referred = house.post("/cases", DORA, referral, Idempotency_Key=PERSON["phone"].replace(" ", ""))
    assert referred.status_code == 201, referred.text
    case_id: str = referred.json()["case_id"]
    for trigger, content in JOURNEY:
        done = house.act(
            case_id, trigger, {**content, "note": NOTES[trigger]}, MARIE, Idempotency_Key=f"{trigger}-1"
        )
        assert done.status_code == 200, done.text
    read = house.get(f"/cases/{case_id}", SOFIA)
    assert PERSON["family_name"] in read.text, "whoever may know still does"
    assert (
        NOTES["close"] in house.get(f"/cases/{case_id}/history", SOFIA).json()["events"][-1]["note"]["text"]
    )
    return case_id


def missteps(house: House, case_id: str) -> list[str]:
    """Provoke every kind of error with personal input in it; return what was answered."""
    typed = {"person": PERSON, "source": "reception", "agreed_to_contact": True}
    refused = typed | {"agreed_to_contact": False}
    wrong_key = typed | {"person": PERSON | {"nir": MISTYPED["wrong NIR"]}}
    answers = [
        house.post("/cases", DORA, wrong_key),
        house.post("/cases", DORA, typed | {"source": PERSON["family_name"]}),
        house.post("/cases", DORA, typed | {"person": PERSON["family_name"]}),
        house.post("/cases", DORA, typed | {PERSON["family_name"]: 1}),
        house.post("/cases", DORA, typed | {"person": PERSON | {"phone": PERSON["email"]}}),
        house.post("/cases", DORA, f'{{"person": "{PERSON["family_name"]}'.encode()),
        house.post(
            "/cases", DORA, refused, Idempotency_Key=quote(PERSON["family_name"]), X_Request_Id="1" * 5
        ),
        house.post("/cases", DORA, refused, X_Request_Id=PERSON["nir"].replace(" ", "")),
        house.post("/cases", None, typed),
        house.get(f"/cases/{PERSON['nir'].replace(' ', '')}", MARIE),
        house.get(f"/cases/{quote(PERSON['family_name'])}", MARIE),
        house.get(f"/queue?state={quote(PERSON['email'])}", MARIE),
        house.get(f"/{quote(PERSON['family_name'])}?phone={quote(PERSON['phone'])}", MARIE),
        house.act(case_id, "reopen", {"reason": NOTES["close"]}, SOFIA),
        house.act(case_id, quote(PERSON["given_name"]), {}, SOFIA),
        house.act(
            case_id, "log_contact", {"channel": "phone", "reached": True, "note": NOTES["close"]}, MARIE
        ),
        house.act(case_id, "correct_fact", {"corrects": 1, "changes": {"note": NOTES["close"]}}, MARIE),
        house.act(case_id, "correct_fact", {"corrects": 1, "changes": {"source": PERSON["email"]}}, MARIE),
    ]
    assert {answer.status_code for answer in answers} <= {400, 401, 403, 404, 409, 422}
    with refusing(house.cells.service.engine, "cases", "INSERT"):
        newcomer = typed | {
            "person": {k: v for k, v in PERSON.items() if k != "nir"},
            "note": NOTES["detect"],
        }
        answers.append(house.post("/cases", DORA, newcomer))
        assert answers[-1].status_code >= 500
    return [answer.text for answer in answers]


def everything_goes_on(house: House) -> list[str]:
    """Play the journey, a reopening and the missteps; return what was answered to the missteps."""
    case_id = journey(house)
    reopening = {"reason": "new_need", "note": NOTES["reopen"]}
    assert house.act(case_id, "reopen", reopening, SOFIA).status_code == 200
    assert house.act(case_id, "close", {"reason": "care_performed"}, MARIE).status_code == 200
    for trigger, content, by in (
        ("rectify_identity", {"identity": PUT_RIGHT, "reason": "changed"}, MARIE),
        ("archive", {"reason": "restriction"}, DENIS),
        ("restore", {"reason": "restriction_ended"}, DENIS),
    ):
        done = house.act(case_id, trigger, {**content, "note": NOTES[trigger]}, by)
        assert done.status_code == 200, done.text
    given = house.get(f"/cases/{case_id}/person", DENIS).text
    assert PUT_RIGHT["phone"] in given
    assert NOTES["restore"] in given
    return missteps(house, case_id)


def erase(house: House) -> None:
    """Erase the person, at the second attempt: the first has a note, which nobody could ever read."""
    ((case_id, *_),) = house.cells.stored()["cases"]
    refused = house.act(case_id, "erase_personal_data", {"note": NOTES["erase_personal_data"]}, DENIS)
    assert refused.status_code == 422, refused.text
    erased = house.act(case_id, "erase_personal_data", {}, DENIS)
    assert erased.status_code == 200, erased.text


@contextmanager
def lived_in(home: Path, url: str, **settings: Any) -> Iterator[tuple[House, Log, list[str]]]:
    """Open a service on `url`, log as the server does, and let everything go on."""
    with logged() as log, open_cells(home, url, **settings) as cells, fronted(cells) as house:
        yield house, log, everything_goes_on(house)


def files_of(folder: Path) -> list[Path]:
    """Return every file in a folder, however deep."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def test_no_byte_of_sqlite_is_personal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path / 'filrouge.db'}"
    with lived_in(tmp_path, url) as (house, log, answers):
        names = {path.name for path in files_of(tmp_path)}
        assert names >= {"filrouge.db", "filrouge.db-wal", "filrouge.db-shm", "keys.db", "keys.db-wal"}
        assert found_in(SOUGHT, files_of(tmp_path)) == set()
        erase(house)
        assert found_in(SOUGHT, files_of(tmp_path)) == set()
        assert_silent(log, answers, capfd)
    assert found_in(SOUGHT, files_of(tmp_path)) == set()


def test_no_byte_of_postgresql_is_personal(
    own_postgresql: Server, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The whole cluster's folder, the log of transactions and that of the server included."""
    with psycopg.connect(driver_address(own_postgresql.url()), autocommit=True) as connection:
        connection.execute("CREATE DATABASE keys STRATEGY FILE_COPY")
        connection.execute("ALTER SYSTEM SET log_min_duration_statement = 0")  # the chattiest log there is
        connection.execute("SELECT pg_reload_conf()")
        row = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
        assert row is not None
        (oid,) = row
    before = {path: path.stat().st_mtime_ns for path in files_of(own_postgresql.folder)}

    def changed() -> list[Path]:
        files = files_of(own_postgresql.folder)
        return [path for path in files if path.stat().st_mtime_ns != before.get(path)]

    keys = own_postgresql.url("keys")
    with lived_in(tmp_path, own_postgresql.url(), keys_url=keys) as (house, log, answers):
        erase(house)
        assert_silent(log, answers, capfd)
    own_postgresql.stop()  # everything it had in memory is in its files now
    assert found_in(SOUGHT, [*changed(), *files_of(tmp_path)]) == set()
    # Had anything been written in clear, it would have been found, in the table and in the log of transactions.
    own_postgresql.start()
    with psycopg.connect(driver_address(own_postgresql.url())) as connection:
        connection.execute("UPDATE organisations SET name = %s", [PERSON["family_name"]])
    own_postgresql.stop()
    seen = [path for path in changed() if PERSON["family_name"].encode() in path.read_bytes()]
    assert {path.parent.name for path in seen} >= {"pg_wal", str(oid)}


def assert_silent(log: Log, answers: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    """Neither the log, nor what the process printed, nor an error's answer repeats anything."""
    assert len(log.requests) > len(JOURNEY)
    assert any(line["level"] == "error" for line in log.lines)
    assert found(SOUGHT, log.text.encode()) == set()
    printed = capfd.readouterr()
    assert found(SOUGHT, (printed.out + printed.err).encode()) == set()
    assert found(SOUGHT, "\n".join(answers).encode()) == set()


@pytest.mark.parametrize(
    "value", [PERSON["family_name"], PERSON["nir"], PERSON["nir"].replace(" ", ""), "06.98.76.54.32"]
)
def test_a_value_in_clear_would_be_found(tmp_path: Path, value: str) -> None:
    url = f"sqlite:///{tmp_path / 'filrouge.db'}"
    with open_cells(tmp_path, url) as cells:
        with writing(cells.service.engine) as connection:
            connection.execute(text("UPDATE organisations SET name = :name"), {"name": f"CPAM {value} x"})
        assert found_in(SOUGHT, files_of(tmp_path))


@pytest.mark.parametrize(
    "written",
    [
        PERSON["given_name"].encode(),
        PERSON["given_name"].encode("utf-16"),
        PERSON["given_name"].upper().encode(),
        b"id=" + quote(PERSON["given_name"]).encode(),
        b"\\x" + PERSON["given_name"].encode().hex().encode(),
        b'{"name": "Gw\\u00e9na\\u00eblle-X\\u00e9rx\\u00e8s"}',
        *(b64encode(b"." * shift + PERSON["given_name"].encode() + b"...") for shift in range(4)),
    ],
)
def test_a_value_would_be_found_however_it_is_written(written: bytes) -> None:
    assert found(SOUGHT, b"\0" * 100 + written)
    unlike: Needles = needles({"other": "Somebody else altogether"})
    assert not found(unlike, written)
