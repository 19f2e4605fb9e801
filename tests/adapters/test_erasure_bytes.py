"""What an erasure leaves behind, byte by byte and figure by figure; and what a restored backup of the keys does not bring back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from adapters import database
from adapters.bootstrap import open_service
from adapters.database import reading, writing
from adapters.key_tables import person_keys
from adapters.tables import people
from adapters.verify import verify
from domain.commands.privacy import Archive, ErasePersonalData
from domain.vocabulary import ArchiveReason
from projections.reports import STATISTICS
from tests.adapters.usual import ACCEPT, CALL, MOVED, NOBODY_KNOWN
from tests.api.house import fronted
from tests.builders import DENIS, SOFIA, referral
from tests.databases import driver_address
from tests.service import Cells, open_cells
from tests.support.postgresql import Server


def closed_case(cells: Cells, **changes: Any) -> str:
    """Refer somebody with a note, follow them and close; return their case."""
    case_id = cells.refer(referral(note="Elle a mal.", **changes)).case_id
    cells.act(case_id, ACCEPT, CALL, MOVED)
    return case_id


def person_of(cells: Cells, case_id: str) -> str:
    return cells.service.storage.begin().load(case_id).state.person_id


def wrapped_key(keys_url: str, person_id: str) -> bytes | None:
    """Return a person's key as its store has it."""
    engine = database.engine(keys_url)
    with reading(engine, fenced=False) as connection:
        found = connection.execute(
            sa.select(person_keys.c.wrapped_key).where(person_keys.c.person_id == person_id)
        ).scalar_one()
    engine.dispose()
    return None if found is None else bytes(found)


def pieces_in(value: bytes, folder: Path) -> list[str]:
    """Return the files that hold a piece of the value: a long one may go on in another page."""
    return [
        file.name
        for file in sorted(folder.rglob("*"))
        if file.is_file() and any(piece in file.read_bytes() for piece in (value[:12], value[-16:]))
    ]


# ---------------------------------------------------------------- bytes


def test_no_byte_of_the_key_is_left_in_any_live_file_of_sqlite(tmp_path: Path) -> None:
    """The two databases, their write-ahead logs and shared memory: without it, what is sealed is noise."""
    with open_cells(tmp_path, f"sqlite:///{tmp_path / 'filrouge.db'}") as cells:
        case_id = closed_case(cells)
        closed_case(cells, person=NOBODY_KNOWN)
        person = person_of(cells, case_id)
        key = wrapped_key(cells.service.settings.keys_url, person)
        assert key is not None
        assert pieces_in(key, tmp_path)
        cells.act(case_id, ErasePersonalData(), by=DENIS)
        names = {path.name for path in tmp_path.iterdir()}
        assert names >= {"filrouge.db", "filrouge.db-wal", "filrouge.db-shm", "keys.db", "keys.db-wal"}
        assert pieces_in(key, tmp_path) == []
    assert pieces_in(key, tmp_path) == []


def test_no_byte_of_the_key_is_left_in_postgresqls_tables(own_postgresql: Server, tmp_path: Path) -> None:
    """Nor, once it is overwritten, in its log of transactions."""
    with psycopg.connect(driver_address(own_postgresql.url()), autocommit=True) as connection:
        connection.execute("CREATE DATABASE keys STRATEGY FILE_COPY")
    data = own_postgresql.data
    with open_cells(tmp_path, own_postgresql.url(), keys_url=own_postgresql.url("keys")) as cells:
        case_id = closed_case(cells)
        person = person_of(cells, case_id)
        key = wrapped_key(cells.service.settings.keys_url, person)
        assert key is not None
        with psycopg.connect(driver_address(own_postgresql.url("keys")), autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            assert pieces_in(key, data / "base")
            cells.act(case_id, ErasePersonalData(), by=DENIS)
            connection.execute("CHECKPOINT")
            assert pieces_in(key, data / "base") == []
            assert pieces_in(key, data / "pg_wal")
            connection.execute("CREATE TABLE noise (text text)")
            while pieces_in(key, data / "pg_wal"):
                connection.execute(
                    "INSERT INTO noise SELECT repeat(md5(n::text), 20) FROM generate_series(1, 20000) n"
                )
                connection.execute("CHECKPOINT")
                (written,) = connection.execute("SELECT pg_total_relation_size('noise')").fetchone() or (0,)
                assert written < 200 << 20, "the log of transactions is not overwritten"
    assert pieces_in(key, data) == []


# ---------------------------------------------------------------- figures


def answers(cells: Cells) -> dict[str, str]:
    """Return every statistic in every grouping, as the API answers them."""
    with fronted(cells) as house:
        found = {}
        for name, statistic in STATISTICS.items():
            for by in ("", *(f"?group_by={grouping.value}" for grouping in statistic.groupings)):
                answer = house.get(f"/statistics/{name}{by}", SOFIA)
                assert answer.status_code == 200
                found[f"{name} {by}"] = answer.text
        return found


def test_archiving_and_erasing_change_no_statistic_by_a_byte(cells: Cells) -> None:
    """Each of them, in each grouping; and what is rebuilt is what was kept."""
    case_id = closed_case(cells)
    cells.refer(referral(person=NOBODY_KNOWN))
    before = answers(cells)
    assert {name.split()[0] for name in before} == set(STATISTICS)
    assert len(before) > 2 * len(STATISTICS)
    cells.act(case_id, Archive(reason=ArchiveReason.RETENTION), by=DENIS)
    assert answers(cells) == before
    cells.act(case_id, ErasePersonalData(), by=DENIS)
    assert answers(cells) == before
    cells.assert_sound()
    assert answers(cells) == before


# ---------------------------------------------------------------- a backup of the keys from before


def test_an_older_store_of_keys_brings_nobody_back(cells: Cells) -> None:
    """The next start destroys again what it finds of the erased; the others are as they were."""
    erased_case, other_case = closed_case(cells), closed_case(cells, person=NOBODY_KNOWN)
    erased, other = person_of(cells, erased_case), person_of(cells, other_case)
    settings = cells.service.settings
    key = wrapped_key(settings.keys_url, erased)
    with reading(cells.service.engine) as connection:
        identity = connection.execute(
            sa.select(people.c.identity).where(people.c.person_id == erased)
        ).scalar_one()
    cells.act(erased_case, ErasePersonalData(), by=DENIS)
    keys = database.engine(settings.keys_url)
    master = wrapped_master(settings.keys_url, other)
    with writing(keys) as connection:
        connection.execute(
            sa.update(person_keys)
            .where(person_keys.c.person_id == erased)
            .values(master_key_id=master, wrapped_key=key)
        )
    keys.dispose()
    assert wrapped_key(settings.keys_url, erased) == key
    with open_service(settings, clock=cells.clock) as again:
        assert wrapped_key(settings.keys_url, erased) is None
        with reading(again.engine) as connection:
            assert again.vault.identities(connection, [erased, other]) == {erased: None, other: NOBODY_KNOWN}
        history = again.storage.begin().load(erased_case).history
        assert again.vault.unseal(erased, history[0].data.note) is None
        assert identity is not None
        assert verify(again.engine).intact
        with reading(again.engine) as connection:
            assert again.vault.keep_erased(connection) == 0


def wrapped_master(keys_url: str, person_id: str) -> str:
    """Return which master key wraps a person's key."""
    engine = database.engine(keys_url)
    with reading(engine, fenced=False) as connection:
        found: str = connection.execute(
            sa.select(person_keys.c.master_key_id).where(person_keys.c.person_id == person_id)
        ).scalar_one()
    engine.dispose()
    return found
