"""Tokens: shown once, stored hashed, and of no use once expired, revoked or altered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, make_url

from adapters import database, tokens
from adapters.accounts import NATIONAL_ROLES
from adapters.tables import tokens as table
from adapters.tokens import IssuedToken, Token, TokenRefused, TokenUnknown
from domain.access import Principal
from workflows.roles import Role

NOW = datetime(2018, 3, 31, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    """A database with a token in it that no test is about."""
    engine = database.engine(migrated_database_url, lock_timeout_seconds=0.05)
    issue(engine, actor="somebody.else", role=Role.ANALYST, organisation=None, now=NOW - SECOND)
    yield engine
    engine.dispose()


def issue(
    engine: Engine,
    *,
    actor: str = "c-0042",
    role: Role = Role.COUNSELLOR,
    organisation: str | None = "gard",
    label: str = "poste 3",
    expires_at: datetime | None = None,
    now: datetime = NOW,
) -> IssuedToken:
    """Make a token and commit."""
    with database.writing(engine) as connection:
        return tokens.create(
            connection,
            actor=actor,
            role=role,
            organisation=organisation,
            label=label,
            expires_at=expires_at,
            now=now,
        )


def listed(engine: Engine, actor: str = "c-0042") -> list[Token]:
    """List an account's tokens."""
    with database.reading(engine) as connection:
        return tokens.listed(connection, actor=actor)


def test_a_token_says_who_holds_it(engine: Engine) -> None:
    """Its account, role and organisation, and which token it was."""
    issued = issue(engine)
    principal = tokens.authenticate(engine, issued.plaintext, now=NOW)
    assert principal == Principal("c-0042", Role.COUNSELLOR, "gard", issued.token_id)
    national = issue(engine, actor="a-0001", role=Role.ANALYST, organisation=None)
    assert tokens.authenticate(engine, national.plaintext, now=NOW) == Principal(
        "a-0001", Role.ANALYST, None, national.token_id
    )


@pytest.mark.parametrize(("role", "organisation"), [(Role.SUPERVISOR, "gard"), (Role.COUNSELLOR, "isere")])
def test_a_code_is_one_account(engine: Engine, role: Role, organisation: str) -> None:
    """Two funds that both call somebody so would see each other's referrals; histories name the code for ever."""
    issue(engine)
    issue(engine)  # a second token of the same account
    with pytest.raises(TokenRefused, match="another role or organisation"):
        issue(engine, role=role, organisation=organisation)


def test_a_token_is_shown_once_and_stored_as_a_hash(engine: Engine, migrated_database_url: str) -> None:
    """256 random bits; neither a repr nor a list nor the database holds them."""
    issued = issue(engine)
    prefix, token_id, secret = issued.plaintext.split("_", 2)
    assert (prefix, token_id, len(secret)) == ("fr", issued.token_id, 43)
    assert secret not in repr(issued)
    assert secret not in repr(listed(engine))
    with database.reading(engine) as connection:
        row = connection.execute(sa.select(table).where(table.c.token_id == token_id)).one()
    assert row.token_hash == sha256(secret.encode()).hexdigest()
    assert secret not in repr(row)
    url = make_url(migrated_database_url)
    if url.get_backend_name() == "sqlite":
        files = list(Path(url.database or "").parent.iterdir())
        assert not any(secret.encode() in file.read_bytes() for file in files)
    assert issue(engine).plaintext != issued.plaintext


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", list(Role))
def test_a_role_that_acts_in_an_organisation_needs_one(engine: Engine, role: Role) -> None:
    """The refusal names the roles that do not; with an organisation every role has a token."""
    assert issue(engine, role=role, organisation="gard").token_id
    if role in NATIONAL_ROLES:
        assert issue(engine, actor="national", role=role, organisation=None).token_id
    else:
        with pytest.raises(
            TokenRefused, match=f"the role {role} acts inside an organisation: name it.*auditor"
        ):
            issue(engine, role=role, organisation=None)


def test_who_acts_in_an_organisation_is_who_meets_people() -> None:
    """The national roles are four."""
    assert set(Role) - NATIONAL_ROLES == {Role.DETECTOR, Role.COUNSELLOR, Role.SUPERVISOR}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"actor": "Jeanne Martin"}, "never a person's name"),
        ({"actor": "jeanne@example.org"}, "not an account's code"),
        ({"actor": ""}, "code: 2 to 64"),
        ({"actor": "x" * 65}, "code: 2 to 64"),
        ({"organisation": "Le Gard"}, "not an organisation's code"),
        ({"organisation": ""}, "code: 2 to 64"),
        ({"label": " "}, "the label: This must not be empty"),
        ({"label": "a\x00b"}, "the label"),
        ({"expires_at": NOW}, "expired already"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused_in_words(
    engine: Engine, wrong: dict[str, str], said: str
) -> None:
    """And nothing is written."""
    with pytest.raises(TokenRefused, match=said):
        issue(engine, **wrong)  # type: ignore[arg-type]
    assert listed(engine) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_token_expires_to_the_instant(engine: Engine) -> None:
    """Valid just before, not at."""
    issued = issue(engine, expires_at=NOW + timedelta(days=1))
    last = NOW + timedelta(days=1) - SECOND
    assert tokens.authenticate(engine, issued.plaintext, now=last) is not None
    assert tokens.authenticate(engine, issued.plaintext, now=last + SECOND) is None


def test_a_revoked_token_opens_nothing(engine: Engine) -> None:
    """It stays listed with the instant it was revoked first; the account's other token goes on."""
    issued, other = issue(engine), issue(engine)
    for at in (NOW, NOW + SECOND):
        with database.writing(engine) as connection:
            tokens.revoke(connection, issued.token_id, now=at)
    assert tokens.authenticate(engine, issued.plaintext, now=NOW) is None
    assert tokens.authenticate(engine, other.plaintext, now=NOW) is not None
    revoked = {token.token_id: token.revoked_at for token in listed(engine)}
    assert revoked == {issued.token_id: NOW, other.token_id: None}
    with database.writing(engine) as connection, pytest.raises(TokenUnknown):
        tokens.revoke(connection, "nothing", now=NOW)


def test_tokens_are_listed_oldest_first_with_all_but_the_secret(engine: Engine) -> None:
    """Everybody's, or one account's."""
    issued = issue(engine, expires_at=NOW + SECOND)
    (token,) = listed(engine)
    expected = Token(
        issued.token_id, "c-0042", "counsellor", "gard", "poste 3", NOW, NOW + SECOND, None, None
    )
    assert token == expected
    assert token.active(NOW)
    assert not token.active(NOW + SECOND)
    assert not replace(token, revoked_at=NOW).active(NOW)
    with database.reading(engine) as connection:
        assert [each.actor for each in tokens.listed(connection)] == ["somebody.else", "c-0042"]


def test_the_last_use_is_noted_once_a_minute(engine: Engine) -> None:
    """Not at each request, and never backwards."""
    issued, unused = issue(engine), issue(engine)

    def noted_after(at: datetime) -> datetime | None:
        assert tokens.authenticate(engine, issued.plaintext, now=at) is not None
        return {token.token_id: token.last_used_at for token in listed(engine)}[issued.token_id]

    assert noted_after(NOW) == NOW
    assert noted_after(NOW + 59 * SECOND) == NOW
    assert noted_after(NOW + 60 * SECOND) == NOW + 60 * SECOND
    assert noted_after(NOW) == NOW + 60 * SECOND
    assert {token.token_id: token.last_used_at for token in listed(engine)}[unused.token_id] is None


def test_nobody_is_kept_out_by_a_busy_database(engine: Engine, migrated_database_url: str) -> None:
    """The use is then noted by a later request."""
    issued = issue(engine)
    other = database.engine(migrated_database_url)
    with database.writing(other) as connection:
        connection.execute(sa.update(table).values(label="held"))
        assert tokens.authenticate(engine, issued.plaintext, now=NOW) is not None
    other.dispose()
    assert listed(engine)[0].last_used_at is None
    assert tokens.authenticate(engine, issued.plaintext, now=NOW) is not None
    assert listed(engine)[0].last_used_at == NOW


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_refused_token_notes_no_use(engine: Engine) -> None:
    """Whoever holds only the id cannot make a token look alive."""
    issued = issue(engine)
    assert tokens.authenticate(engine, f"fr_{issued.token_id}_{'A' * 43}", now=NOW) is None
    assert listed(engine)[0].last_used_at is None


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_role_of_a_later_version_opens_nothing(engine: Engine) -> None:
    """It is not guessed at."""
    issued = issue(engine)
    with database.writing(engine) as connection:
        connection.execute(sa.update(table).values(role="archivist"))
    assert tokens.authenticate(engine, issued.plaintext, now=NOW) is None


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_another_tokens_secret_does_not_open_this_one(engine: Engine) -> None:
    """Each secret goes with its id."""
    one, other = issue(engine), issue(engine)
    crossed = f"fr_{one.token_id}_{other.plaintext.split('_', 2)[2]}"
    assert tokens.authenticate(engine, crossed, now=NOW) is None


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_anything_else_is_nobody(engine: Engine, data: st.DataObject) -> None:
    """Any text, and any change of one character of a good token: None, never an error."""
    good = issue(engine).plaintext
    assert tokens.authenticate(engine, data.draw(st.text()), now=NOW) is None
    where = data.draw(st.integers(0, len(good) - 1))
    character = data.draw(st.characters().filter(lambda drawn: drawn != good[where]))
    for wrong in (
        good[:where] + character + good[where + 1 :],
        good[:where],
        good + character,
        f"Bearer {good}",
    ):
        assert tokens.authenticate(engine, wrong, now=NOW) is None
