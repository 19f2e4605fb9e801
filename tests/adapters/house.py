"""A database, its store of keys and the vault over both, for the tests of personal data; and the people in it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, Engine, make_url

from adapters import database
from adapters.keys import KeyStore
from adapters.master_key import MasterKey
from adapters.vault import Newcomers, Vault
from domain.person import Identity

NOW = datetime(2018, 3, 31, 12, tzinfo=UTC)
LATER = datetime(2018, 4, 1, 12, tzinfo=UTC)
GENEVIEVE = Identity(
    family_name="Hermelin-Ségur",
    given_name="Geneviève",
    birth_date=date(1951, 10, 4),
    phone="06 12 34 56 78",
    email="genevieve@example.org",
    address="3 rue des Lilas\n30000 Nîmes",
    nir="2 51 10 30 126 111 38",
)
NOTE = "Douleur dentaire, en attente de greffe. ' OR 1=1; <script>"
PATRICIA = Identity(family_name="Marchand", given_name="Patricia", nir="253072B07300470")
RENAUD = Identity(family_name="Besson", given_name="Renaud")


@dataclass
class House:
    """A database, its store of keys and the vault over both."""

    engine: Engine
    keys: KeyStore
    vault: Vault
    urls: tuple[str, str]
    master: MasterKey

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin a transaction of the database."""
        with database.writing(self.engine) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Look at the database."""
        with database.reading(self.engine) as connection:
            yield connection

    def enrol(self, *identities: Identity) -> list[str]:
        """Enrol each, with one at least that the test is not about."""
        ids = [str(uuid4()) for _ in identities]
        self.enrol_as(dict(zip(ids, identities, strict=True)))
        return ids

    def enrol_as(self, identities: Mapping[str, Identity]) -> None:
        """Enrol each under an id of the test's."""
        with self.writing() as connection:
            self.newcomers(identities).write(connection, NOW)

    def newcomers(self, identities: Mapping[str, Identity]) -> Newcomers:
        """Return people to be written."""
        newcomers = self.vault.newcomers()
        for person_id, identity in identities.items():
            newcomers.add(person_id, identity)
        return newcomers

    def identity(self, person_id: str) -> Identity | None:
        """Ask the vault."""
        with self.reading() as connection:
            return self.vault.identity(connection, person_id)

    def find(self, nir: str) -> str | None:
        """Ask the vault."""
        with self.reading() as connection:
            return self.vault.find_by_nir(connection, nir)

    def erase(self, person_id: str, at: datetime = NOW) -> None:
        """Erase in a transaction that commits."""
        with self.writing() as connection:
            self.vault.erase(connection, person_id, at)

    def found(self, value: bytes) -> bool:
        """Tell whether the bytes stand in any file of either SQLite database."""
        files = [
            file
            for path in (Path(make_url(url).database or "") for url in self.urls)
            for file in path.parent.glob(path.name + "*")
        ]
        assert len(files) >= 2
        return any(value in file.read_bytes() for file in files)
