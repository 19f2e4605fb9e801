"""The front step: somebody opened the address in a browser. Until there are pages, say what this is and where to go."""

from typing import Final

from fastapi import APIRouter, Request, Response

from api.paths import API
from api.visit import visit_of
from workflows.labels import Language

router: Final = APIRouter()

_WORDS: Final[dict[Language, str]] = {
    "fr": """Fil Rouge : du renoncement aux soins détecté jusqu'aux soins réalisés.

Ceci est une API ; les pages viendront. Pour s'en servir :

  {api}/openapi.json   sa description complète, pour un outil ou un générateur
  {api}/dictionary.md  le dictionnaire des données : statistiques, tables, colonnes, codes
  {api}/workflow       la table des transitions et le vocabulaire (avec un jeton)
  /healthz  /readyz        ce que regarde un superviseur

Le README en fait une visite de cinq minutes avec curl. `filrouge --help` dit le reste.
""",
    "en": """Fil Rouge: from forgone care detected to the care performed.

This is an API; pages will come. To use it:

  {api}/openapi.json   its complete description, for a tool or a generator
  {api}/dictionary.md  the data dictionary: statistics, tables, columns, codes
  {api}/workflow       the transition table and the vocabulary (with a token)
  /healthz  /readyz        what a monitor looks at

The README makes a five-minute tour of it with curl. `filrouge --help` tells the rest.
""",
}


@router.get("/", include_in_schema=False)
def home(request: Request) -> Response:
    """Answer in plain text, in the reader's language; nothing here is anybody's, so no token is asked."""
    return Response(_WORDS[visit_of(request.scope).language].format(api=API), media_type="text/plain")
