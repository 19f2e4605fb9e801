"""What each role is answered at each endpoint of the API, to be read by people."""

from __future__ import annotations

from typing import Final

from tests.api.crossing import Tables

# fmt: off
_ON_A_CASE = {
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

_WITHOUT_A_CASE = """
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

API: Final = Tables(_ON_A_CASE, _WITHOUT_A_CASE)

ACTING: Final = "POST /api/v1/cases/{case_id}/actions/{trigger}"
