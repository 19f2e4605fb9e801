"""No door opens to a credential that is not in force: each is answered as nobody is, at every route."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from adapters import sessions, tokens
from adapters.database import writing
from domain.access import Principal
from tests.api.access.doors import Door, Keys, knock
from tests.api.crossing import WHO, Town

LONG = timedelta(days=60)


@pytest.fixture(scope="module")
def refused(town: Town) -> Mapping[str, Mapping[str, str]]:
    """What each account may show in vain, by what is the matter with it; the account's rights would suffice."""
    return {who: not_in_force(town, account) for who, account in WHO.items() if account is not None}


def not_in_force(town: Town, account: Principal) -> dict[str, str]:
    """Return tokens and the cookies of sessions that were good once, and what never was."""
    engine, now = town.house.cells.service.engine, town.house.cells.clock()
    of = {"actor": account.actor, "role": account.role, "organisation": account.organisation, "label": "old"}
    limits = sessions.Limits(idle=timedelta(minutes=60), whole=timedelta(hours=12))

    def a_session(begun: datetime) -> sessions.Started:
        with writing(engine) as connection:
            return sessions.begin(connection, account, "test", limits=limits, now=begun)

    with writing(engine) as connection:
        before = now - LONG
        expired = tokens.create(connection, **of, expires_at=now - timedelta(seconds=1), now=before)  # type: ignore[arg-type]
        revoked = tokens.create(connection, **of, expires_at=None, now=before)  # type: ignore[arg-type]
        tokens.revoke(connection, revoked.token_id, now=now)
    ended = a_session(now)
    with writing(engine) as connection:
        sessions.end(connection, ended.session_id, now=now)
    good = town.house.tokens[account.actor]
    return {
        "expired token": expired.plaintext,
        "revoked token": revoked.plaintext,
        "altered token": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "ended session": ended.plaintext,
        "idle session": a_session(now - timedelta(minutes=61)).plaintext,
        "expired session": a_session(now - timedelta(hours=13)).plaintext,
        "nothing": "",
        "unsigned": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtYXJpZSJ9.",
    }


def test_what_is_not_in_force_is_nobodys(
    town: Town, doors: list[Door], keys: Keys, refused: Mapping[str, Mapping[str, str]]
) -> None:
    """At every route, shown by somebody who would be let in; also a token as a cookie, and a session as a token."""
    wrong = []
    for door in doors:
        who = next((who for who in WHO if door.lets_in(who)), None)
        account = WHO[who] if who is not None else None
        if who is None or account is None:
            continue
        there = door.address(town.cases["mine"], who)
        as_nobody = keys.of("nobody", door)
        nobody = knock(town, door, as_nobody, there, form_token=keys.form_token("nobody"))
        shown = dict(refused[who])
        # What is good at the other kind of door.
        shown["the other kind"] = keys.visits.cookies[account.actor]
        if door.is_page:
            shown["the other kind"] = town.house.tokens[account.actor]
        for name, secret in shown.items():
            as_shown = {"Authorization": f"Bearer {secret}"}
            if door.is_page:
                as_shown = {"Cookie": f"{as_nobody['Cookie']}; filrouge={secret}"}
            answer = knock(town, door, as_shown, there, form_token=keys.form_token("nobody"))
            same = (answer.status_code, answer.headers.get("location")) == (
                nobody.status_code,
                nobody.headers.get("location"),
            )
            if not same:
                wrong.append(f"{door.route}, {name}: {answer.status_code}, not {nobody.status_code}")
    assert wrong == []


def test_a_credential_counts_only_where_it_belongs(town: Town, doors: list[Door], keys: Keys) -> None:
    """Never from an address, never a page by a token, never the API by a cookie: those end up in logs and elsewhere."""
    wrong = []
    for door in (door for door in doors if door.asks_for_somebody):
        who = next((who for who in WHO if door.lets_in(who)), "nobody")
        there = door.address(town.cases["mine"], who)
        token = keys.form_token("nobody")
        nobody = knock(town, door, keys.of("nobody", door), there, form_token=token)
        other = Door(door.method, door.path, not door.is_page)
        secret = town.house.tokens.get(getattr(WHO[who], "actor", ""), "")
        for shown, address in (
            ({**keys.of("nobody", door), **keys.of(who, other)}, there),
            (keys.of("nobody", door), f"{there}?access_token={secret}&token={secret}"),
        ):
            answer = knock(town, door, shown, address, form_token=token)
            if answer.status_code not in (nobody.status_code, 422):
                wrong.append(f"{door.route}: {answer.status_code}, not {nobody.status_code}")
    assert wrong == []
