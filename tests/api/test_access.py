"""Every role at every endpoint, with cases of its own, of nobody, of a colleague, of another organisation, of none.

The expected answers are the tables below, to be read by people; the routes come from the application, and one without
a row fails the test. The pages have tables of their own.
"""

from __future__ import annotations

from tests.api.crossing import (
    FIRED_BY,
    NO_SESSION,
    UNKNOWN,
    WHO,
    Town,
    fired,
    on_a_case,
    routes_of,
    without_a_case,
)
from tests.builders import TYPICAL
from workflows.triggers import Trigger

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
    "GET /api/v1/cases/{case_id}/person": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      401       401          401        401      401
        detector                    403       403          403        403      403
        counsellor                  403       403          403        403      403
        supervisor                  403       403          403        403      403
        analyst                     403       403          403        403      403
        analyst, national           403       403          403        403      403
        auditor                     403       403          403        403      403
        auditor, national           403       403          403        403      403
        protection officer          200       200          200        404      404
        protection officer, national 200      200          200        200      404
        administrator               403       403          403        403      403
    """,
    # Sent empty: 422 is as far as it gets, whatever the case; what a whole one opens is in test_glass.
    "POST /api/v1/cases/{case_id}/break-glass": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      401       401          401        401      401
        detector                    403       403          403        403      403
        counsellor                  403       403          403        403      403
        supervisor                  422       422          422        422      422
        analyst                     403       403          403        403      403
        analyst, national           403       403          403        403      403
        auditor                     403       403          403        403      403
        auditor, national           403       403          403        403      403
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
    GET  /api/v1/accesses                      401      403        403        403     403     200        200           403
    GET  /api/v1/statistics/<each>             401      403        403        200     200     403        403           403
    POST /api/v1/exports                       401      403        403        422     422     422        403           403
    GET  /api/v1/exports                       401      403        403        200     200     200        403           403
    GET  /api/v1/exports/{export_id}           401      403        403        404     404     404        403           403
    GET  /api/v1/exports/{export_id}/content   401      403        403        404     404     404        403           403
    DELETE /api/v1/exports/{export_id}         401      403        403        404     404     404        403           403
    GET  /api/v1/sessions                      401      200        200        200     200     200        200           200
    DELETE /api/v1/sessions/{session_id}       401      404        404        404     404     404        404           404
    GET  /api/v1/workflow                      401      200        200        200     200     200        200           200
    GET  /api/v1/organisations                 401      200        200        200     200     200        200           200
    GET  /api/v1/openapi.json                  200      200        200        200     200     200        200           200
    GET  /api/v1/dictionary                    200      200        200        200     200     200        200           200
    GET  /api/v1/dictionary.md                 200      200        200        200     200     200        200           200
    GET  /healthz                              200      200        200        200     200     200        200           200
    GET  /readyz                               200      200        200        200     200     200        200           200
    GET  /metrics                              200      200        200        200     200     200        200           200
"""
# fmt: on

ACTING = "POST /api/v1/cases/{case_id}/actions/{trigger}"


def test_every_route_has_its_row(town: Town) -> None:
    api, _ = routes_of(town.house.app)
    assert api == set(ON_A_CASE) | {route for route, _, _ in without_a_case(WITHOUT_A_CASE)}


def test_every_trigger_has_its_roles() -> None:
    assert set(FIRED_BY) == set(Trigger) - {Trigger.DETECT}


def test_every_role_on_every_case(town: Town) -> None:
    """Reading: what is in reach is shown, the rest is not there, and who may not ask is told so."""
    house, cases = town.house, town.cases
    wrong = []
    for route, who, case, expected in on_a_case(ON_A_CASE):
        method, path = route.split()
        if route != ACTING:
            there = path.replace("{case_id}", cases[case])
            answer = house.get(there, WHO[who]) if method == "GET" else house.post(there, WHO[who], {})
            if answer.status_code != expected:
                wrong.append(f"{route}, {who}, {case}: {answer.status_code}, not {expected}")
    assert wrong == []


def test_every_role_fires_every_trigger_on_every_case(town: Town) -> None:
    house, cases = town.house, town.cases
    wrong = []
    for trigger, who, case, expected in fired(row for row in on_a_case(ON_A_CASE) if row[0] == ACTING):
        # A payload that is accepted: what is refused must be refused for who asks, not for what.
        command = TYPICAL[trigger].command
        answer = house.act(cases[case], trigger.value, command, WHO[who], version=999)
        if answer.status_code != expected:
            wrong.append(f"{trigger}, {who}, {case}: {answer.status_code}, not {expected}")
    assert wrong == []


def test_every_role_at_every_other_endpoint(town: Town) -> None:
    """An empty referral is as far as a request gets that is let through: 422."""
    house = town.house
    wrong = []
    for route, who, expected in without_a_case(WITHOUT_A_CASE):
        method, path = route.split()
        path = path.replace("{export_id}", UNKNOWN).replace("{session_id}", NO_SESSION)
        ask = {"GET": house.get, "DELETE": house.delete}.get(method)
        answer = ask(path, WHO[who]) if ask else house.post(path, WHO[who], {})
        if answer.status_code != expected:
            wrong.append(f"{route}, {who}: {answer.status_code}, not {expected}")
    assert wrong == []


def test_a_token_of_nobody_is_refused(town: Town) -> None:
    """Unknown, altered, of another kind: one answer."""
    house = town.house
    good = house.tokens["marie"]
    for bearer in ("nonsense", good[:-1] + ("A" if good[-1] != "A" else "B"), good.upper(), "fr__", "é"):
        answer = house.client.get("/api/v1/queue", headers=[(b"authorization", f"Bearer {bearer}".encode())])
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert answer.json()["type"] == "urn:filrouge:problem:token-refused"
    for header in ("Basic bWFyaWU6eA==", "Bearer", "Bearer ", good):
        answer = house.client.get("/api/v1/queue", headers={"Authorization": header})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
