"""`filrouge session`: who is signed in, without any secret, and ending it."""

from __future__ import annotations

import pytest

from adapters import demo_accounts, sessions
from adapters.database import writing
from adapters.settings import load
from api.cli.opening import database_opened
from domain.use_cases import system_clock
from tests.cli.running import Filrouge

COUNSELLOR, COLLEAGUE = (account.principal for account in demo_accounts.accounts()[1:3])


@pytest.mark.usefixtures("empty_database")
def test_sessions_are_listed_without_their_secret_and_ended_by_id_account_or_all(filrouge: Filrouge) -> None:
    now, limits = system_clock(), load().session_limits
    with database_opened(load(), create=True) as engine:
        assert filrouge.done("session", "list").out == "Aucune session ouverte.\n"
        with writing(engine) as connection:
            begun = [
                sessions.begin(connection, who, "test", limits=limits, now=now)
                for who in (COUNSELLOR, COUNSELLOR, COUNSELLOR, COLLEAGUE, COLLEAGUE)
            ]

        def found() -> list[bool]:
            return [sessions.find(engine, one.plaintext, now=now) is not None for one in begun]

        for said in (filrouge.done("session", "list"), filrouge.done("session", "list", "--json")):
            assert all(one.session_id in said.out for one in begun)
            assert not any(one.plaintext.split("_", 2)[2] in said.out for one in begun)
        shown = filrouge.done("session", "list", "--account", COLLEAGUE.actor, "--json").json
        assert {one["session_id"] for one in shown} == {one.session_id for one in begun[3:]}
        ended = filrouge.done("session", "end", begun[0].session_id, begun[0].session_id, "000000000000")
        assert ended.out == "Sessions terminées : 1.\n"
        assert found() == [False, True, True, True, True]
        assert filrouge.done("session", "end", "--account", COUNSELLOR.actor, "--json").json == {"ended": 2}
        assert found() == [False, False, False, True, True]
        assert filrouge.done("session", "end", "--all", "--json").json == {"ended": 2}
        assert not any(found())
    assert filrouge.done("session", "list", "--json").json == []
    everything = filrouge.done("session", "list", "--all").out
    assert everything.count("terminée le") == len(begun)
    for wrong in ((), ("--all", "--account", "x"), ("--all", "0123456789ab")):
        assert "dites quelles sessions finir" in filrouge.refused("session", "end", *wrong, status=2)
