"""Every role at every endpoint, with cases of its own, of nobody, of a colleague, of another organisation, of none.

The expected answers are the tables below, to be read by people; the routes come from the application, and one without
a row fails the test.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from itertools import product

import pytest
import sqlalchemy as sa
from fastapi.routing import iter_route_contexts

from adapters.ways import ways
from domain.access import Principal
from projections.reports import STATISTICS
from tests.api.house import ALMA, AUDE, DAVID, DIANE, NADIA, OLGA, House, opened
from tests.builders import ANNA, DENIS, DORA, INES, MARIE, PAUL, SOFIA, SOMEBODY, TYPICAL, referral
from tests.databases import Databases
from workflows.roles import Role
from workflows.triggers import Trigger

WHO: dict[str, Principal | None] = {
    "nobody": None,
    "detector": DORA,
    "counsellor": MARIE,
    "supervisor": SOFIA,
    "analyst": ANNA,
    "analyst, national": OLGA,
    "auditor": AUDE,
    "auditor, national": NADIA,
    "protection officer": DENIS,
    "protection officer, national": DAVID,
    "administrator": ALMA,
}
"""Everybody is of the Gard, or national."""

CASES = ("mine", "nobody's", "colleague's", "elsewhere", "unknown")
"""Marie's, unassigned, Paul's, all in the Gard; Ines's in the Isère; and one that does not exist. Dora of the Gard
referred the first three."""

# fmt: off
ON_A_CASE = {
    "GET /api/v1/cases/{case_id}": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      401       401          401        401      401
        detector                    403       403          403        403      403
        counsellor                  200       200          404        404      404
        supervisor                  200       200          200        404      404
        analyst                     403       403          403        403      403
        analyst, national           403       403          403        403      403
        auditor                     403       403          403        403      403
        auditor, national           403       403          403        403      403
        protection officer          200       200          200        404      404
        protection officer, national 200      200          200        200      404
        administrator               403       403          403        403      403
    """,
    "GET /api/v1/cases/{case_id}/history": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      401       401          401        401      401
        detector                    403       403          403        403      403
        counsellor                  200       200          404        404      404
        supervisor                  200       200          200        404      404
        analyst                     403       403          403        403      403
        analyst, national           403       403          403        403      403
        auditor                     200       200          200        404      404
        auditor, national           200       200          200        200      404
        protection officer          403       403          403        403      403
        protection officer, national 403      403          403        403      403
        administrator               403       403          403        403      403
    """,
    "GET /api/v1/referrals/{case_id}": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      401       401          401        401      401
        detector                    200       200          200        404      404
        counsellor                  404       404          404        404      404
        supervisor                  404       404          404        404      404
        analyst                     403       403          403        403      403
        analyst, national           403       403          403        403      403
        auditor                     403       403          403        403      403
        auditor, national           403       403          403        403      403
        protection officer          403       403          403        403      403
        protection officer, national 403      403          403        403      403
        administrator               403       403          403        403      403
    """,
    # Sent on a version that never was: 412 is as far as a request gets that is let through to the case.
    "POST /api/v1/cases/{case_id}/actions/{trigger}": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      401       401          401        401      401
        detector                    403       403          403        403      403
        counsellor                  412       412          404        404      404
        supervisor                  412       412          412        404      404
        analyst                     403       403          403        403      403
        analyst, national           403       403          403        403      403
        auditor                     403       403          403        403      403
        auditor, national           403       403          403        403      403
        protection officer          412       412          412        404      404
        protection officer, national 412      412          412        412      404
        administrator               403       403          403        403      403
    """,
}

WITHOUT_A_CASE = """
                                            nobody detector counsellor supervisor analyst auditor protection administrator
    POST /api/v1/cases                         401      422        422        422     403     403        403           403
    GET  /api/v1/referrals                     401      200        200        200     403     403        403           403
    GET  /api/v1/queue                         401      403        200        200     403     403        403           403
    GET  /api/v1/statistics/<each>             401      403        403        200     200     403        403           403
    POST /api/v1/exports                       401      403        403        422     422     422        403           403
    GET  /api/v1/exports                       401      403        403        200     200     200        403           403
    GET  /api/v1/exports/{export_id}           401      403        403        404     404     404        403           403
    GET  /api/v1/exports/{export_id}/content   401      403        403        404     404     404        403           403
    DELETE /api/v1/exports/{export_id}         401      403        403        404     404     404        403           403
    GET  /api/v1/workflow                      401      200        200        200     200     200        200           200
    GET  /api/v1/organisations                 401      200        200        200     200     200        200           200
    GET  /                                     200      200        200        200     200     200        200           200
    GET  /api/v1/openapi.json                  200      200        200        200     200     200        200           200
    GET  /api/v1/dictionary                    200      200        200        200     200     200        200           200
    GET  /api/v1/dictionary.md                 200      200        200        200     200     200        200           200
    GET  /healthz                              200      200        200        200     200     200        200           200
    GET  /readyz                               200      200        200        200     200     200        200           200
    GET  /metrics                              200      200        200        200     200     200        200           200
"""
# fmt: on

COUNSELLING = {Role.COUNSELLOR, Role.SUPERVISOR}
FIRED_BY = {trigger: COUNSELLING for trigger in Trigger if trigger is not Trigger.DETECT} | {
    Trigger.ASSIGN: {Role.SUPERVISOR},
    Trigger.REASSIGN: {Role.SUPERVISOR},
    Trigger.REOPEN: {Role.SUPERVISOR},
    Trigger.ERASE_PERSONAL_DATA: {Role.DATA_PROTECTION_OFFICER},
}
"""Of the roles that act at all, those that may fire each trigger; to the others it answers 403."""

UNKNOWN = "01610e5a-4c00-7000-8000-00000000dead"


@pytest.fixture(scope="module")
def town(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, dict[str, str]]]:
    """A house with a case of each kind."""
    with (
        databases.fresh("sqlite", migrated=True) as url,
        opened(tmp_path_factory.mktemp("home"), url) as house,
    ):

        def a_case(by: Principal, counsellor: Principal | None) -> str:
            person = SOMEBODY.model_copy(update={"nir": None})
            case_id: str = house.refer(referral(person=person, note="Une note."), by).json()["case_id"]
            if counsellor is not None:
                done = house.act(case_id, "accept", {"counsellor": counsellor.actor}, counsellor)
                assert done.status_code == 200, done.text
            return case_id

        yield (
            house,
            {
                "mine": a_case(DORA, MARIE),
                "nobody's": a_case(DORA, None),
                "colleague's": a_case(DORA, PAUL),
                "elsewhere": a_case(DIANE, INES),
                "unknown": UNKNOWN,
            },
        )


def rows_of(table: str) -> Iterator[tuple[str, list[str]]]:
    """Read a table: the name of each row, and its cells."""
    for line in table.strip().splitlines()[1:]:
        *names, last = re.split(r"\s{2,}", re.sub(r"(?<=[a-z]) (?=\d{3})", "  ", line.strip()))
        yield names[0], [*names[1:], last]


def on_a_case() -> Iterator[tuple[str, str, str, int]]:
    for route, table in ON_A_CASE.items():
        rows = dict(rows_of(table))
        assert set(rows) == set(WHO), route
        for who, cells in rows.items():
            for case, expected in zip(CASES, cells, strict=True):
                yield route, who, case, int(expected)


def without_a_case() -> Iterator[tuple[str, str, int]]:
    header, *lines = WITHOUT_A_CASE.strip().splitlines()
    roles = [name.replace("protection", "protection officer") for name in header.split()]
    for line in lines:
        method, path, *cells = line.split()
        for role, expected in zip(roles, cells, strict=True):
            for who, name in product(WHO, STATISTICS if "<each>" in path else ("",)):
                if who.removesuffix(", national") == role:
                    yield f"{method} {path.replace('<each>', name)}", who, int(expected)


def fired() -> Iterator[tuple[Trigger, str, str, int]]:
    """Each trigger by each asker on each case: the table of the route, narrowed to the trigger's roles."""
    for route, who, case, expected in on_a_case():
        if not route.startswith("POST"):
            continue
        for trigger, roles in FIRED_BY.items():
            asker = WHO[who]
            if asker is not None and expected != 403 and asker.role not in roles:
                yield trigger, who, case, 403
            else:
                yield trigger, who, case, expected


def test_every_route_has_its_row(town: tuple[House, dict[str, str]]) -> None:
    house, _ = town
    routes = {
        f"{method} {route.path_format}"
        for route in iter_route_contexts(house.client.app.routes)  # type: ignore[attr-defined]
        for method in route.methods or ()
    }
    assert routes == set(ON_A_CASE) | {route for route, _, _ in without_a_case()}


def test_every_trigger_has_its_roles() -> None:
    assert set(FIRED_BY) == set(Trigger) - {Trigger.DETECT}


def test_every_role_on_every_case(town: tuple[House, dict[str, str]]) -> None:
    """Reading: what is in reach is shown, the rest is not there, and who may not ask is told so."""
    house, cases = town
    wrong = []
    for route, who, case, expected in on_a_case():
        method, path = route.split()
        if method == "GET":
            answer = house.get(path.replace("{case_id}", cases[case]), WHO[who])
            if answer.status_code != expected:
                wrong.append(f"{route}, {who}, {case}: {answer.status_code}, not {expected}")
    assert wrong == []


def test_every_role_fires_every_trigger_on_every_case(town: tuple[House, dict[str, str]]) -> None:
    house, cases = town
    wrong = []
    for trigger, who, case, expected in fired():
        # A payload that is accepted: what is refused must be refused for who asks, not for what.
        command = TYPICAL[trigger].command
        answer = house.act(cases[case], trigger.value, command, WHO[who], version=999)
        if answer.status_code != expected:
            wrong.append(f"{trigger}, {who}, {case}: {answer.status_code}, not {expected}")
    assert wrong == []


def test_every_role_at_every_other_endpoint(town: tuple[House, dict[str, str]]) -> None:
    """An empty referral is as far as a request gets that is let through: 422."""
    house, _ = town
    wrong = []
    for route, who, expected in without_a_case():
        method, path = route.split()
        path = path.replace("{export_id}", UNKNOWN)
        ask = {"GET": house.get, "DELETE": house.delete}.get(method)
        answer = ask(path, WHO[who]) if ask else house.post(path, WHO[who], {})
        if answer.status_code != expected:
            wrong.append(f"{route}, {who}: {answer.status_code}, not {expected}")
    assert wrong == []


@pytest.mark.parametrize("who", ["counsellor", "supervisor", "protection officer"])
def test_what_may_not_be_known_is_answered_as_what_does_not_exist(
    town: tuple[House, dict[str, str]], who: str
) -> None:
    """To the byte, but for the name of the occurrence."""
    house, cases = town
    for path in ("/cases/{}", "/referrals/{}", "/cases/{}/history"):
        hidden = house.get(path.format(cases["elsewhere"]), WHO[who])
        unknown = house.get(path.format(UNKNOWN), WHO[who])
        assert without_instance(hidden.json()) == without_instance(unknown.json())
        assert hidden.status_code == unknown.status_code
        differing = {"x-request-id"}
        assert {k: v for k, v in hidden.headers.items() if k not in differing} == {
            k: v for k, v in unknown.headers.items() if k not in differing
        }


def without_instance(problem: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in problem.items() if name != "instance"}


def test_what_may_not_be_known_costs_what_an_unknown_case_costs(
    town: tuple[House, dict[str, str]], statements: list[str]
) -> None:
    """The database is asked the very same questions: there is nothing to measure from outside."""
    house, cases = town

    def asked(path: str, case: str, trigger: Trigger | None) -> list[str]:
        statements.clear()
        if trigger is None:
            house.get(path.format(cases[case]), MARIE)
        else:
            house.act(cases[case], trigger.value, TYPICAL[trigger].command, MARIE, version=1)
        return [statement.replace(cases[case], "?") for statement in statements]

    questions: tuple[tuple[str, Trigger | None], ...] = (
        ("/cases/{}", None),
        ("/cases/{}/history", None),
        ("/referrals/{}", None),
        ("", Trigger.LOG_CONTACT),
        ("", Trigger.ACCEPT),
    )
    for path, trigger in questions:
        unknown = asked(path, "unknown", trigger)
        assert any("FROM cases" in statement for statement in unknown)
        for hidden in ("elsewhere", "colleague's"):
            assert asked(path, hidden, trigger) == unknown, (path, trigger)
        if "referrals" not in path:
            assert len(asked(path, "mine", trigger)) > len(unknown)


@pytest.fixture
def statements(town: tuple[House, dict[str, str]]) -> Iterator[list[str]]:
    """What the database is asked, in order, seen by the driver itself."""
    found: list[str] = []

    def trace(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_trace_callback(found.append)

    def untrace(connection: sqlite3.Connection | None, *_: object) -> None:
        if connection is not None:  # one that was let go of
            connection.set_trace_callback(None)

    engine = town[0].cells.service.engine
    pools = (engine.pool, ways(engine).reading.pool)
    for pool in pools:
        sa.event.listen(pool, "checkout", trace)
        sa.event.listen(pool, "checkin", untrace)
    ways(engine).kept.close()  # those that were taken before are not traced
    yield found
    ways(engine).kept.close()
    for pool in pools:
        sa.event.remove(pool, "checkout", trace)
        sa.event.remove(pool, "checkin", untrace)


def test_a_token_of_nobody_is_refused(town: tuple[House, dict[str, str]]) -> None:
    """Unknown, altered, of another kind: one answer."""
    house, _ = town
    good = house.tokens["marie"]
    for bearer in ("nonsense", good[:-1] + ("A" if good[-1] != "A" else "B"), good.upper(), "fr__", "é"):
        answer = house.client.get("/api/v1/queue", headers=[(b"authorization", f"Bearer {bearer}".encode())])
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert answer.json()["type"] == "urn:filrouge:problem:token-refused"
    for header in ("Basic bWFyaWU6eA==", "Bearer", "Bearer ", good):
        answer = house.client.get("/api/v1/queue", headers={"Authorization": header})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
