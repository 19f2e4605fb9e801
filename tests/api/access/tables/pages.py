"""What each role is answered at each page, to be read by people.

Nobody signed in is led to sign in: 303. A form goes out with its session's token and nothing else in it, so that what
is let through ends with 400 or 422, as a form that is not whole, or with 303 where there is nothing to fill in.
"""

from __future__ import annotations

from typing import Final

from tests.api.crossing import Tables

# fmt: off
_ON_A_CASE = {
    "GET /dossiers/{case_id}/historique": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      303       303          303        303      303
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
    "GET /dossiers/{case_id}/historique.json": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      303       303          303        303      303
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
    "GET /dossiers/{case_id}": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      303       303          303        303      303
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
    "GET /dossiers/{case_id}/actions/{trigger}": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      303       303          303        303      303
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
    # Without the version that every form of ours carries.
    "POST /dossiers/{case_id}/actions/{trigger}": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      303       303          303        303      303
        detector                    403       403          403        403      403
        counsellor                  400       400          404        404      404
        supervisor                  400       400          400        404      404
        analyst                     403       403          403        403      403
        analyst, national           403       403          403        403      403
        auditor                     403       403          403        403      403
        auditor, national           403       403          403        403      403
        protection officer          400       400          400        404      404
        protection officer, national 400      400          400        400      404
        administrator               403       403          403        403      403
    """,
    "GET /personnes/{case_id}": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      303       303          303        303      303
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
    "GET /personnes/{case_id}/dossier.html": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      303       303          303        303      303
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
    "GET /personnes/{case_id}/dossier.json": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      303       303          303        303      303
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
    "GET /saisines/{case_id}": """
                                   mine  nobody's  colleague's  elsewhere  unknown
        nobody                      303       303          303        303      303
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
}

_WITHOUT_A_CASE = """
                                            nobody detector counsellor supervisor analyst auditor protection administrator
    GET  /                                     303      303        303        303     303     303        303           303
    GET  /connexion                            200      200        200        200     200     200        200           200
    POST /connexion/fournisseur                403      403        403        403     403     403        403           403
    GET  /connexion/retour                     404      404        404        404     404     404        404           404
    GET  /deconnexion/retour                   404      404        404        404     404     404        404           404
    POST /connexion                            403      403        403        403     403     403        403           403
    POST /deconnexion                          303      303        303        303     303     303        303           303
    POST /langue                               303      303        303        303     303     303        303           303
    GET  /style/{digest}/filrouge.css          200      200        200        200     200     200        200           200
    GET  /saisines                             303      200        200        200     403     403        403           403
    GET  /saisines/nouvelle                    303      200        200        200     403     403        403           403
    POST /saisines/nouvelle                    303      422        422        422     403     403        403           403
    GET  /saisines/questions                   303      200        200        200     403     403        403           403
    POST /saisines/questions                   303      422        422        422     403     403        403           403
    GET  /recherche                            303      403        200        200     403     403        200           403
    POST /recherche                            303      403        422        422     403     403        422           403
    GET  /personnes                            303      403        403        403     403     403        200           403
    POST /personnes                            303      403        403        403     403     403        422           403
    GET  /aide                                 303      200        200        200     200     200        200           200
    GET  /exports                              303      403        403        200     200     200        403           403
    GET  /exports/nouveau                      303      403        403        200     200     200        403           403
    POST /exports/nouveau                      303      403        403        422     422     422        403           403
    GET  /exports/{export_id}                  303      403        403        404     404     404        403           403
    GET  /exports/{export_id}/fichier          303      403        403        404     404     404        403           403
    GET  /exports/{export_id}/manifeste.json   303      403        403        404     404     404        403           403
    POST /exports/{export_id}/supprimer        303      403        403        303     303     303        403           403
    GET  /sessions                             303      200        200        200     200     200        200           200
    POST /sessions/terminer                    303      303        303        303     303     303        303           303
    POST /sessions/{session_id}/fin            303      303        303        303     303     303        303           303
    GET  /sessions/comptes                     303      403        403        403     403     403        403           200
    POST /sessions/comptes/terminer            303      403        403        403     403     403        403           400
    POST /journal                              303      403        422        422     403     422        403           403
    GET  /journal                              303      403        200        200     403     200        403           403
    GET  /bris-de-glace                        303      403        403        200     403     403        403           403
    POST /bris-de-glace                        303      403        403        422     403     403        403           403
    GET  /acces                                303      403        403        403     403     200        200           403
    GET  /acces.json                           303      403        403        403     403     200        200           403
    GET  /dossiers                             303      403        200        200     403     403        403           403
    GET  /cellule                              303      403        403        200     403     403        403           403
    GET  /cellule/clos                         303      403        403        200     403     403        403           403
    POST /cellule/attributions                 303      403        403        422     403     403        403           403
    GET  /statistiques                         303      403        403        200     200     403        403           403
    GET  /statistiques/{name}                  303      403        403        200     200     403        403           403
    GET  /statistiques/{name}/graphique.svg    303      403        403        200     200     403        403           403
    GET  /statistiques/{name}/tableau.csv      303      403        403        200     200     403        403           403
    GET  /statistiques/{name}/comparaison      303      403        403        200     403     403        403           403
"""
# fmt: on

PAGES: Final = Tables(_ON_A_CASE, _WITHOUT_A_CASE)

FOR_ANYBODY: Final = {"POST /connexion", "POST /connexion/fournisseur", "POST /langue"}
"""The forms that are there before anybody is signed in, and so carry no session's token."""
