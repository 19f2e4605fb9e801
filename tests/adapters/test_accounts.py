"""Accounts: one code, one role, one organisation, for ever; and how the identity provider's people become them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, text

from adapters import accounts, database, deprovisioning, sessions, tokens
from adapters.accounts import AccountRefused, AccountUnknown
from adapters.counsellors import Counsellors
from adapters.oidc.claims import Granted
from adapters.oidc.recognition import WAY, Recognised, recognised, settle
from adapters.oidc.refusal import Cause, SignInRefused
from adapters.sessions import Limits
from adapters.tables import accounts as table
from domain.access import Principal
from domain.codes import is_account_code
from projections.organisations import TABLE as ORGANISATIONS
from tests.adapters.makers import opened
from workflows.roles import Role

NOW = datetime(2018, 3, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIMITS = Limits(idle=timedelta(hours=1), whole=timedelta(hours=12))
COUNSELLOR, SUPERVISOR = Granted(Role.COUNSELLOR, "gard"), Granted(Role.SUPERVISOR, "gard")
MARIES, PAULS = "aa" * 32, "bb" * 32
"""What stands for two people at the provider."""
MARIE = Principal("c-0042", Role.COUNSELLOR, "gard")


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    """A database where the Gard is registered, with an account that no test is about."""
    with opened(migrated_database_url) as made:
        with database.writing(made) as connection:
            ORGANISATIONS.create(connection, checkfirst=True)
            connection.execute(
                sa.insert(ORGANISATIONS).values(
                    code="gard", name="CPAM", wave="pilot", deployed_on=NOW.date()
                )
            )
            accounts.require(connection, "somebody.else", Role.AUDITOR, None, now=NOW)
            accounts.link(connection, "somebody.else", "0d" * 32, now=NOW)
        yield made


def add(engine: Engine, who: Principal = MARIE, *, identity: str = "", email: str = "") -> None:
    """Make an account, with a link or an invitation."""
    with database.writing(engine) as connection:
        accounts.require(connection, who.actor, who.role, who.organisation, now=NOW)
        if identity:
            accounts.link(connection, who.actor, identity, now=NOW)
        if email:
            accounts.invite(connection, who.actor, email, now=NOW)


def come(
    engine: Engine, identity: str, granted: Granted | None = None, email: str = "", now: datetime = NOW
) -> Principal:
    """Let somebody in."""
    with database.writing(engine) as connection:
        return settle(connection, Recognised(identity, only(granted), email or None), now=now)


def only(granted: Granted | None) -> frozenset[Granted]:
    """Return what claims grant that grant one thing, or nothing."""
    return frozenset() if granted is None else frozenset({granted})


def refused(engine: Engine, identity: str, granted: Granted | None = None, email: str = "") -> Cause:
    """Return why somebody is not let in, by either door."""
    with pytest.raises(SignInRefused) as no:
        come(engine, identity, granted, email)
    with pytest.raises(SignInRefused) as neither:
        recognised(engine, Recognised(identity, only(granted)), now=NOW)
    assert neither.value.cause is no.value.cause
    return no.value.cause


def test_a_code_is_one_account_for_ever(engine: Engine) -> None:
    """However it comes: by the command, by a token, or disabled meanwhile."""
    add(engine)
    with database.writing(engine) as connection:
        assert not accounts.require(connection, MARIE.actor, MARIE.role, "gard", now=NOW)
        for role, organisation in ((Role.SUPERVISOR, "gard"), (Role.COUNSELLOR, "isere")):
            with pytest.raises(AccountRefused, match="another role or organisation"):
                accounts.require(connection, MARIE.actor, role, organisation, now=NOW)
            with pytest.raises(tokens.TokenRefused, match="another role or organisation"):
                token_for(connection, Principal(MARIE.actor, role, organisation))
        token_for(connection, Principal("t-1", Role.ANALYST, None))
        with pytest.raises(AccountRefused, match="another role"):
            accounts.require(connection, "t-1", Role.AUDITOR, None, now=NOW)
        deprovisioning.disable(connection, MARIE.actor, now=NOW)
        with pytest.raises(tokens.TokenRefused, match="disabled"):
            token_for(connection, MARIE)


def token_for(connection: sa.Connection, who: Principal) -> tokens.IssuedToken:
    """Make a token."""
    return tokens.create(
        connection,
        actor=who.actor,
        role=who.role,
        organisation=who.organisation,
        label="x",
        expires_at=None,
        now=NOW,
    )


def test_whoever_had_a_token_before_accounts_were_kept_is_one(engine: Engine) -> None:
    """The revision that brings the table fills it."""
    with database.writing(engine) as connection:
        token_for(connection, MARIE)
        token_for(connection, MARIE)
        for name in ("accounts", "account_links", "account_invitations", "sign_ins", "logout_hints"):
            connection.execute(text(f"DROP TABLE {name}"))
        from alembic.migration import MigrationContext
        from alembic.operations import Operations

        from adapters.migrations.versions import r0005_accounts

        with Operations.context(MigrationContext.configure(connection)):
            r0005_accounts.upgrade()
        rows = connection.execute(sa.select(table.c.account, table.c.role, table.c.organisation)).all()
    assert [tuple(row) for row in rows] == [(MARIE.actor, "counsellor", "gard")]


def test_somebody_linked_comes_in_and_nobody_else_does(engine: Engine) -> None:
    add(engine, identity=MARIES)
    assert come(engine, MARIES) == MARIE
    assert recognised(engine, Recognised(MARIES), now=NOW) == MARIE
    assert refused(engine, PAULS) is Cause.UNKNOWN


def test_an_invitation_is_used_once_and_lapses(engine: Engine) -> None:
    """And is of no use without an address that is vouched for."""
    add(engine, email="digest")
    assert refused(engine, MARIES) is Cause.UNKNOWN
    with database.writing(engine) as connection, pytest.raises(SignInRefused):
        settle(connection, Recognised("0e" * 32, email="digest"), now=NOW + 31 * DAY)
    assert come(engine, MARIES, email="digest") == MARIE
    assert refused(engine, "0f" * 32, email="digest") is Cause.UNKNOWN
    assert come(engine, MARIES) == MARIE


def test_an_account_is_one_persons(engine: Engine) -> None:
    add(engine, identity=MARIES)
    add(engine, Principal("c-0043", Role.COUNSELLOR, "gard"))
    with database.writing(engine) as connection:
        accounts.link(connection, MARIE.actor, MARIES, now=NOW)  # again
        with pytest.raises(AccountRefused, match="somebody else signs in as"):
            accounts.link(connection, MARIE.actor, PAULS, now=NOW)
        with pytest.raises(AccountRefused, match="somebody else signs in as"):
            accounts.invite(connection, MARIE.actor, "digest", now=NOW)
        with pytest.raises(AccountRefused, match="the same person signs in as c-0042"):
            accounts.link(connection, "c-0043", MARIES, now=NOW)
        with pytest.raises(AccountUnknown):
            accounts.link(connection, "nobody", MARIES, now=NOW)
        assert accounts.unlink(connection, MARIE.actor)
        accounts.link(connection, "c-0043", MARIES, now=NOW)
    assert come(engine, MARIES).actor == "c-0043"


def test_claims_make_an_account_of_their_own_and_find_it_again(engine: Engine) -> None:
    """Its code says the role and nothing of the person; another role is another account, and the way back is there."""
    first = come(engine, MARIES, COUNSELLOR)
    assert (first.role, first.organisation) == (Role.COUNSELLOR, "gard")
    assert is_account_code(first.actor)
    assert first.actor.startswith("counsellor-")
    assert come(engine, MARIES, COUNSELLOR) == first
    assert come(engine, PAULS, COUNSELLOR) != first
    begun = begin(engine, first)
    promoted = come(engine, MARIES, SUPERVISOR)
    assert promoted.actor != first.actor
    assert sessions.find(engine, begun, now=NOW) is None
    assert first.actor not in Counsellors(engine, "gard", NOW)
    assert promoted.actor in Counsellors(engine, "gard", NOW)
    assert recognised(engine, Recognised(MARIES, only(COUNSELLOR)), now=NOW) == first
    assert first.actor in Counsellors(engine, "gard", NOW)


def begin(engine: Engine, who: Principal, way: str = WAY) -> str:
    """Begin a session."""
    with database.writing(engine) as connection:
        return sessions.begin(connection, who, way, limits=LIMITS, now=NOW).plaintext


def test_claims_that_grant_what_is_not_here_grant_nothing(engine: Engine) -> None:
    assert refused(engine, MARIES, Granted(Role.COUNSELLOR, "herault")) is Cause.UNKNOWN
    with database.reading(engine) as connection:
        assert [one.account for one in accounts.listed(connection, now=NOW)] == ["somebody.else"]


def test_claims_that_grant_two_things_grant_none(engine: Engine) -> None:
    """But to somebody whose account an operator added, who needs none."""
    both = frozenset({COUNSELLOR, SUPERVISOR})
    with pytest.raises(SignInRefused) as no:
        recognised(engine, Recognised(MARIES, both), now=NOW)
    assert no.value.cause is Cause.AMBIGUOUS
    add(engine, identity=MARIES)
    assert recognised(engine, Recognised(MARIES, both), now=NOW) == MARIE


def test_somebody_who_comes_in_twice_at_once_is_one_account(engine: Engine) -> None:
    who = Recognised(MARIES, only(COUNSELLOR))
    with ThreadPoolExecutor(6) as pool:
        came = set(pool.map(lambda _: recognised(engine, who, now=NOW), range(6)))
    assert len(came) == 1
    with database.reading(engine) as connection:
        assert len(accounts.of_identity(connection, MARIES)) == 1


def test_an_operators_account_wins_over_claims(engine: Engine) -> None:
    come(engine, MARIES, SUPERVISOR)
    add(engine, email="digest")
    assert come(engine, MARIES, SUPERVISOR, email="digest") == MARIE
    assert come(engine, MARIES, SUPERVISOR) == MARIE


@pytest.mark.parametrize("by", ["operator", "claims"])
def test_a_disabled_account_loses_all_it_had_at_once(engine: Engine, by: str) -> None:
    """Tokens, sessions of every way, the provider; and no claim makes another account of its person."""
    if by == "operator":
        add(engine, identity=MARIES)
    who = come(engine, MARIES, COUNSELLOR)
    with database.writing(engine) as connection:
        bearer = token_for(connection, who).plaintext
    begun = [begin(engine, who), begin(engine, who, "another")]
    assert who.actor in Counsellors(engine, "gard", NOW)
    with database.writing(engine) as connection:
        shut = deprovisioning.disable(connection, who.actor, now=NOW)
    assert (shut.tokens, shut.sessions) == (1, 2)
    assert tokens.authenticate(engine, bearer, now=NOW) is None
    assert [sessions.find(engine, one, now=NOW) for one in begun] == [None, None]
    assert refused(engine, MARIES, COUNSELLOR) is Cause.DISABLED
    assert refused(engine, MARIES, SUPERVISOR) is Cause.DISABLED
    assert refused(engine, MARIES) is Cause.DISABLED
    assert who.actor not in Counsellors(engine, "gard", NOW)
    with database.writing(engine) as connection:
        assert not accounts.note_sign_in(connection, who.actor, now=NOW)
        accounts.set_disabled(connection, who.actor, None)
    assert come(engine, MARIES, COUNSELLOR) == who
    assert tokens.authenticate(engine, bearer, now=NOW) is None


def test_whoever_is_invited_may_be_assigned_cases_already(engine: Engine) -> None:
    add(engine, email="digest")
    assert MARIE.actor in Counsellors(engine, "gard", NOW)
    assert MARIE.actor not in Counsellors(engine, "gard", NOW + 31 * DAY)
    assert "somebody.else" not in Counsellors(engine, "gard", NOW)
