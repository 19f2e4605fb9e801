"""Sessions: given once, stored hashed, and of no use once lapsed, expired, ended or altered."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, make_url

from adapters import database, sessions, tokens
from adapters.sessions import KEPT, Limits, Listed, Over, Started, Whose
from adapters.tables import sessions as table
from domain.access import Principal
from workflows.roles import Role

NOW = datetime(2018, 3, 31, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
LIMITS = Limits(idle=HOUR, whole=12 * HOUR)
MARIE = Principal("c-0042", Role.COUNSELLOR, "gard")
ANNA = Principal("a-0001", Role.ANALYST, None)


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    """A database with a session in it that no test is about."""
    engine = database.engine(migrated_database_url, lock_timeout_seconds=0.05)
    begin(engine, Principal("somebody.else", Role.AUDITOR, None), "elsewhere", NOW - SECOND)
    yield engine
    engine.dispose()


def begin(
    engine: Engine,
    principal: Principal = MARIE,
    way: str = "test",
    now: datetime = NOW,
    limits: Limits = LIMITS,
) -> Started:
    """Sign somebody in and commit."""
    with database.writing(engine) as connection:
        return sessions.begin(connection, principal, way, limits=limits, now=now)


def end(engine: Engine, session_id: str, now: datetime = NOW) -> bool:
    """Sign somebody out and commit."""
    with database.writing(engine) as connection:
        return sessions.end(connection, session_id, now=now)


def end_all(engine: Engine, *, actor: str | None = None, way: str | None = None, now: datetime = NOW) -> int:
    """Sign many out and commit."""
    with database.writing(engine) as connection:
        return sessions.end_all(connection, whose=Whose(actor=actor), way=way, now=now)


def listed(engine: Engine, actor: str | None = None, way: str | None = None) -> list[Listed]:
    """List the sessions."""
    with database.reading(engine) as connection:
        return sessions.listed(connection, actor=actor, way=way)


def is_found(engine: Engine, started: Started, now: datetime = NOW) -> bool:
    """Tell whether the session is in force."""
    return sessions.find(engine, started.plaintext, now=now) is not None


def test_a_session_says_who_is_signed_in(engine: Engine) -> None:
    """The account, its role and organisation, how it was recognised, since and until when; and no token."""
    started = begin(engine)
    found = sessions.find(engine, started.plaintext, now=NOW + SECOND)
    assert found is not None
    assert (found.session_id, found.principal, found.way) == (started.session_id, MARIE, "test")
    assert found.principal.token_id is None
    assert (found.started_at, found.expires_at) == (NOW, NOW + 12 * HOUR)
    assert started.expires_at == NOW + 12 * HOUR
    national = sessions.find(engine, begin(engine, ANNA).plaintext, now=NOW)
    assert national is not None
    assert national.principal == ANNA


def test_two_sessions_of_an_account_are_two(engine: Engine) -> None:
    """On two machines: other secrets, other forms, and the end of one leaves the other."""
    one, other = begin(engine), begin(engine)
    first = sessions.find(engine, one.plaintext, now=NOW)
    second = sessions.find(engine, other.plaintext, now=NOW)
    assert first is not None
    assert second is not None
    assert first.session_id != second.session_id
    assert first.form_token != second.form_token
    assert end(engine, one.session_id)
    assert (is_found(engine, one), is_found(engine, other)) == (False, True)


def test_a_sessions_forms_carry_the_same_token_throughout(engine: Engine) -> None:
    """A page left open for a while is still good; the token is not the secret and leads nowhere near it."""
    started = begin(engine)
    early = sessions.find(engine, started.plaintext, now=NOW)
    late = sessions.find(engine, started.plaintext, now=NOW + 59 * 60 * SECOND)
    assert early is not None
    assert late is not None
    assert early.form_token == late.form_token
    assert len(early.form_token) == 64
    secret = started.plaintext.split("_", 2)[2]
    assert early.form_token not in (secret, sha256(secret.encode()).hexdigest())
    assert early.form_token not in repr(early)


def test_a_session_is_given_once_and_stored_as_a_hash(engine: Engine, migrated_database_url: str) -> None:
    """256 random bits; neither a repr nor a list nor the database holds them, nor what its forms carry."""
    started = begin(engine)
    prefix, session_id, secret = started.plaintext.split("_", 2)
    assert (prefix, session_id, len(secret)) == ("fs", started.session_id, 43)
    found = sessions.find(engine, started.plaintext, now=NOW + HOUR / 2)  # which is noted
    assert found is not None
    shown = repr((started, found, listed(engine)))
    with database.reading(engine) as connection:
        row = connection.execute(sa.select(table).where(table.c.session_id == session_id)).one()
    assert row.session_hash == sha256(secret.encode()).hexdigest()
    for hidden in (secret, found.form_token):
        assert hidden not in shown
        assert hidden not in repr(row)
    url = make_url(migrated_database_url)
    if url.get_backend_name() == "sqlite":
        stored = b"".join(file.read_bytes() for file in Path(url.database or "").parent.iterdir())
        assert session_id.encode() in stored
        assert secret.encode() not in stored
        assert found.form_token.encode() not in stored
    assert begin(engine).plaintext != started.plaintext


def test_a_session_that_nobody_uses_lapses_to_the_instant(engine: Engine) -> None:
    """Each visit puts that off; one that comes too late does not bring it back."""
    started = begin(engine)
    seen = NOW + HOUR - SECOND
    assert is_found(engine, started, seen)
    assert is_found(engine, started, seen + HOUR - SECOND)
    again = seen + HOUR - SECOND
    assert not is_found(engine, started, again + HOUR)
    assert not is_found(engine, started, again + HOUR)
    assert is_found(engine, started, again + HOUR - SECOND)


def test_a_session_expires_to_the_instant_however_busy(engine: Engine) -> None:
    """Valid just before, not at."""
    started = begin(engine)
    at = NOW
    while at + HOUR / 2 < NOW + 12 * HOUR:
        at += HOUR / 2
        assert is_found(engine, started, at)
    assert is_found(engine, started, NOW + 12 * HOUR - SECOND)
    assert not is_found(engine, started, NOW + 12 * HOUR)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_how_long_it_lasts_is_fixed_at_its_beginning(engine: Engine) -> None:
    """Two of other limits go side by side, each keeps its own after a visit."""
    short = begin(engine, limits=Limits(idle=HOUR / 4, whole=HOUR))
    long = begin(engine)
    assert is_found(engine, short, NOW + HOUR / 5)
    assert is_found(engine, long, NOW + HOUR / 5)
    later = NOW + HOUR / 5 + HOUR / 4
    assert (is_found(engine, short, later), is_found(engine, long, later)) == (False, True)


def test_that_it_was_seen_is_noted_once_a_minute(engine: Engine) -> None:
    """Not at each request, and never backwards; another session of the account is not touched."""
    started, unused = begin(engine), begin(engine)

    def noted_after(at: datetime) -> tuple[datetime, datetime]:
        assert is_found(engine, started, at)
        one = {session.session_id: session for session in listed(engine)}[started.session_id]
        return one.last_seen_at, one.lapses_at

    assert noted_after(NOW + 59 * SECOND) == (NOW, NOW + HOUR)
    minute = NOW + 60 * SECOND
    assert noted_after(minute) == (minute, minute + HOUR)
    assert noted_after(NOW) == (minute, minute + HOUR)
    (other,) = [session for session in listed(engine) if session.session_id == unused.session_id]
    assert (other.last_seen_at, other.lapses_at) == (NOW, NOW + HOUR)


def test_nobody_is_kept_out_by_a_busy_database(engine: Engine, migrated_database_url: str) -> None:
    """That they were seen is then noted by a later request."""
    started = begin(engine)
    at = NOW + 5 * 60 * SECOND
    other = database.engine(migrated_database_url)
    with database.writing(other) as connection:
        connection.execute(sa.update(table).values(way="held"))
        assert is_found(engine, started, at)
    other.dispose()
    assert listed(engine, actor=MARIE.actor)[0].last_seen_at == NOW
    assert is_found(engine, started, at)
    assert listed(engine, actor=MARIE.actor)[0].last_seen_at == at


def test_an_ended_session_opens_nothing_and_is_ended_once(engine: Engine) -> None:
    """It stays listed with the instant of its end; nothing ends what is over, or is not there."""
    started, lapsed = begin(engine), begin(engine, now=NOW - HOUR)
    assert end(engine, started.session_id)
    assert not is_found(engine, started)
    assert not end(engine, started.session_id, NOW + SECOND)
    assert not end(engine, lapsed.session_id)
    assert not end(engine, "nothing")
    assert {one.session_id: one.ended_at for one in listed(engine, actor=MARIE.actor)} == {
        started.session_id: NOW,
        lapsed.session_id: None,
    }


def test_the_sessions_of_an_account_or_of_a_way_end_together(engine: Engine) -> None:
    """And no other; without either, all of them."""
    hers, hers_too, annas = begin(engine), begin(engine, way="other"), begin(engine, ANNA)
    begin(engine, now=NOW - HOUR)  # lapsed: not counted
    assert end_all(engine, actor=MARIE.actor, way="other") == 1
    assert [is_found(engine, one) for one in (hers, hers_too, annas)] == [True, False, True]
    assert end_all(engine, actor=MARIE.actor) == 1
    assert [is_found(engine, one) for one in (hers, hers_too, annas)] == [False, False, True]
    assert end_all(engine, way="test") == 1
    assert not is_found(engine, annas)
    assert [one.actor for one in listed(engine) if one.active(NOW)] == ["somebody.else"]
    assert end_all(engine) == 1
    assert not [one for one in listed(engine) if one.active(NOW)]


def test_sessions_are_listed_oldest_first_with_all_but_the_secret(engine: Engine) -> None:
    """Everybody's, one account's, or a way's."""
    started = begin(engine)
    begin(engine, ANNA, way="other", now=NOW + SECOND)
    (session,) = listed(engine, actor=MARIE.actor)
    expected = Listed(
        session_id=started.session_id,
        actor="c-0042",
        role="counsellor",
        organisation="gard",
        way="test",
        started_at=NOW,
        last_seen_at=NOW,
        lapses_at=NOW + HOUR,
        expires_at=NOW + 12 * HOUR,
        ended_at=None,
    )
    assert session == expected
    assert session.active(NOW)
    assert not session.active(NOW + HOUR)
    assert [one.actor for one in listed(engine)] == ["somebody.else", "c-0042", "a-0001"]
    assert [one.actor for one in listed(engine, way="other")] == ["a-0001"]
    assert listed(engine, actor="c-0042", way="other") == []


def test_sessions_in_force_are_listed_in_pages_and_within_reach(engine: Engine) -> None:
    """The latest begun first; nothing of another account, of another organisation, or over."""
    ines = Principal("c-0077", Role.COUNSELLOR, "isere")
    first, second, third = (begin(engine, now=NOW + n * SECOND) for n in range(3))
    annas, iness = begin(engine, ANNA, now=NOW + 4 * SECOND), begin(engine, ines, now=NOW + 4 * SECOND)
    begin(engine, now=NOW - HOUR)  # lapsed
    end(engine, second.session_id, NOW + 5 * SECOND)

    def ids(whose: Whose, after: sessions.Place | None = None, limit: int = 10) -> list[str]:
        with database.reading(engine) as connection:
            found = sessions.in_force(connection, whose, after=after, limit=limit, now=NOW + 5 * SECOND)
        return [one.session_id for one in found]

    hers = [third.session_id, first.session_id]
    assert ids(Whose(actor=MARIE.actor)) == ids(Whose(organisation="gard")) == hers
    assert ids(Whose(organisation="isere")) == [iness.session_id]
    assert ids(Whose(actor=MARIE.actor, organisation="isere")) == []
    everybodys = ids(Whose())
    assert len(everybodys) == 5
    assert set(everybodys[:2]) == {annas.session_id, iness.session_id}
    assert everybodys[2:4] == hers
    assert ids(Whose(), limit=3) == everybodys[:3]
    assert ids(Whose(), after=(NOW + 2 * SECOND, third.session_id)) == everybodys[3:]


def test_only_what_is_within_reach_is_ended_and_all_but_one(engine: Engine) -> None:
    one, other, annas = begin(engine), begin(engine), begin(engine, ANNA)
    with database.writing(engine) as connection:
        assert not sessions.end(connection, annas.session_id, whose=Whose(actor=MARIE.actor), now=NOW)
        assert not sessions.end(connection, annas.session_id, whose=Whose(organisation="gard"), now=NOW)
        assert sessions.end_all(connection, whose=Whose(actor=MARIE.actor), but=one.session_id, now=NOW) == 1
    assert [is_found(engine, each) for each in (one, other, annas)] == [True, False, True]


def test_whoever_holds_the_secret_is_told_why_a_session_is_over(engine: Engine) -> None:
    """And nobody else that there was one."""
    started = begin(engine)

    def why(plaintext: str, now: datetime) -> Over | None:
        return sessions.why_over(engine, plaintext, now=now)

    assert why(started.plaintext, NOW) is None
    assert why(started.plaintext, NOW + HOUR) is Over.LAPSED
    assert why(started.plaintext, NOW + 12 * HOUR) is Over.EXPIRED
    end(engine, started.session_id)
    assert why(started.plaintext, NOW + 12 * HOUR) is Over.ENDED
    for wrong in (started.plaintext[:-1] + "=", f"fs_{started.session_id}_{'A' * 43}", "", "é"):
        assert why(wrong, NOW) is None


def test_what_is_long_over_is_cleared_away_when_somebody_signs_in(engine: Engine) -> None:
    """To the instant, and nothing else goes with it."""
    old = begin(engine)
    last = old.expires_at + KEPT
    newer = begin(engine, ANNA, now=NOW + SECOND)
    with database.writing(engine) as connection:
        assert sessions.clear_away(connection, now=last) == 1  # the one of a second earlier
    assert [one.session_id for one in listed(engine)] == [old.session_id, newer.session_id]
    latest = begin(engine, now=last + SECOND / 2)
    assert [one.session_id for one in listed(engine)] == [newer.session_id, latest.session_id]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_refused_secret_does_not_keep_a_session_alive(engine: Engine) -> None:
    """Whoever holds only the id cannot put off its lapse."""
    started = begin(engine)
    at = NOW + HOUR / 2
    assert sessions.find(engine, f"fs_{started.session_id}_{'A' * 43}", now=at) is None
    assert listed(engine, actor=MARIE.actor)[0].last_seen_at == NOW


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_role_of_a_later_version_is_nobody(engine: Engine) -> None:
    """It is not guessed at."""
    started = begin(engine)
    with database.writing(engine) as connection:
        connection.execute(sa.update(table).values(role="archivist"))
    assert not is_found(engine, started)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_session_is_no_token_and_a_token_no_session(engine: Engine) -> None:
    """Neither opens the other's door, and each secret goes with its id."""
    one, other = begin(engine), begin(engine)
    secret = other.plaintext.split("_", 2)[2]
    assert sessions.find(engine, f"fs_{one.session_id}_{secret}", now=NOW) is None
    assert tokens.authenticate(engine, one.plaintext, now=NOW) is None
    assert tokens.authenticate(engine, "fr" + one.plaintext.removeprefix("fs"), now=NOW) is None
    with database.writing(engine) as connection:
        issued = tokens.create(
            connection,
            actor=MARIE.actor,
            role=MARIE.role,
            organisation=MARIE.organisation,
            label="test",
            expires_at=None,
            now=NOW,
        )
    assert sessions.find(engine, issued.plaintext, now=NOW) is None
    assert sessions.find(engine, "fs" + issued.plaintext.removeprefix("fr"), now=NOW) is None


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_anything_else_is_nobody(engine: Engine, data: st.DataObject) -> None:
    """Any text, and any change of one character of a good cookie: None, never an error."""
    good = begin(engine).plaintext
    assert sessions.find(engine, data.draw(st.text()), now=NOW) is None
    where = data.draw(st.integers(0, len(good) - 1))
    character = data.draw(st.characters().filter(lambda drawn: drawn != good[where]))
    for wrong in (good[:where] + character + good[where + 1 :], good[:where], good + character, f'"{good}"'):
        assert sessions.find(engine, wrong, now=NOW) is None
