"""People who do not exist: names, numbers and addresses that are nobody's.

- NIR: valid in form and key, with a commune number from 991 on, which no département uses (the largest has some
  nine hundred communes), so that none was ever given out. Two numbers are never alike.
- Phone numbers: the ranges that the regulator (ARCEP) keeps for fiction, never given to a subscriber.
- E-mail: example.org, kept for examples (RFC 2606).
"""

from datetime import date, timedelta
from random import Random
from typing import Final

from stdnum.fr import nir as french_nir

from domain.person import Identity

_WOMEN: Final = [
    "Aïcha",
    "Amandine",
    "Anaïs",
    "Annie",
    "Brigitte",
    "Camille",
    "Catherine",
    "Chantal",
    "Céline",
    "Danielle",
    "Élodie",
    "Émilie",
    "Fatima",
    "Françoise",
    "Geneviève",
    "Hélène",
    "Inès",
    "Isabelle",
    "Jacqueline",
    "Jeanne",
    "Julie",
    "Karine",
    "Khadija",
    "Laetitia",
    "Laura",
    "Léa",
    "Louise",
    "Maria",
    "Marie",
    "Martine",
    "Monique",
    "Nadia",
    "Nathalie",
    "Nicole",
    "Océane",
    "Pascale",
    "Patricia",
    "Sandrine",
    "Sophie",
    "Stéphanie",
    "Sylvie",
    "Valérie",
    "Yasmina",
    "Zoé",
]
_MEN: Final = [
    "Adrien",
    "Alain",
    "Alexandre",
    "André",
    "Antoine",
    "Arnaud",
    "Benoît",
    "Bernard",
    "Bruno",
    "Cédric",
    "Christian",
    "Christophe",
    "Daniel",
    "David",
    "Didier",
    "Éric",
    "Fabrice",
    "François",
    "Frédéric",
    "Gérard",
    "Guillaume",
    "Hugo",
    "Jacques",
    "Jean",
    "Jérôme",
    "Julien",
    "Karim",
    "Laurent",
    "Louis",
    "Luc",
    "Marc",
    "Mehdi",
    "Mickaël",
    "Mohamed",
    "Nicolas",
    "Olivier",
    "Pascal",
    "Patrice",
    "Paul",
    "Philippe",
    "Pierre",
    "René",
    "Sébastien",
    "Thierry",
    "Yannick",
]
_FAMILIES: Final = [
    "Aubert",
    "Bailly",
    "Barbier",
    "Benali",
    "Bernard",
    "Blanchard",
    "Bonnet",
    "Bouchet",
    "Boyer",
    "Brunet",
    "Carpentier",
    "Charpentier",
    "Chevalier",
    "Colin",
    "Cordier",
    "Da-Silva",
    "Delmas",
    "Deschamps",
    "Diallo",
    "Duval",
    "Fabre",
    "Faure",
    "Ferreira",
    "Fontaine",
    "Fournier",
    "Garnier",
    "Gautier",
    "Gérard",
    "Giraud",
    "Guérin",
    "Haddad",
    "Hubert",
    "Jacquet",
    "Joly",
    "Lacroix",
    "Lambert",
    "Leblanc",
    "Leclerc",
    "Lefèvre",
    "Legrand",
    "Lemaire",
    "Leroux",
    "Mansouri",
    "Marchand",
    "Martinez",
    "Masson",
    "Meunier",
    "Michaud",
    "Millet",
    "Moreau",
    "Morel",
    "Moulin",
    "Nguyen",
    "Noël",
    "Olivier",
    "Perret",
    "Perrin",
    "Philippe",
    "Picard",
    "Poirier",
    "Renard",
    "Renaud",
    "Rey",
    "Richard",
    "Rivière",
    "Roche",
    "Rolland",
    "Roussel",
    "Sanchez",
    "Schmitt",
    "Tessier",
    "Traoré",
    "Vasseur",
    "Vidal",
    "Weber",
    "Zimmermann",
]
_FICTION: Final = (
    "01 99 00",
    "02 61 91",
    "03 53 01",
    "04 65 71",
    "05 36 49",
    "06 39 98",
    "06 39 98",
    "06 39 98",
)
_STREETS: Final = (
    "rue des Essais",
    "place de la Fable",
    "chemin du Modèle",
    "allée des Exemples",
    "impasse du Conte",
)

_WOMEN_SHARE: Final = 0.586
"""58.6 % of the people who give up care are women [001, IV.2.1]."""

_ORDERS: Final = 999
_DEPARTEMENTS: Final = tuple(f"{n:02d}" for n in range(1, 96) if n != 20)
_COMMUNES: Final = tuple(range(991, 1000))


def person(number: int, rng: Random, on: date) -> Identity:
    """Return the made-up person of this number, of age on that day; a few are known by name only."""
    woman = rng.random() < _WOMEN_SHARE
    given, family = rng.choice(_WOMEN if woman else _MEN), rng.choice(_FAMILIES)
    born = on - timedelta(days=round(rng.triangular(18, 92, 47) * 365.25))
    if rng.random() < 0.06:
        return Identity(family_name=family, given_name=given)
    return Identity(
        family_name=family,
        given_name=given,
        birth_date=born,
        phone=_phone(rng),
        email=f"{_ascii(given)}.{_ascii(family)}{number}@example.org" if rng.random() < 0.4 else None,
        address=f"{rng.randrange(1, 99)} {rng.choice(_STREETS)}" if rng.random() < 0.7 else None,
        nir=nir(number, woman, born),
    )


def nir(number: int, woman: bool, born: date) -> str:
    """Return the NIR of the person of this number: département, commune and order tell any 845,154 of them apart."""
    rest, order = divmod(number, _ORDERS)
    communes, departement = divmod(rest, len(_DEPARTEMENTS))
    digits = (
        f"{2 if woman else 1}{born:%y%m}{_DEPARTEMENTS[departement]}"
        f"{_COMMUNES[communes % len(_COMMUNES)]}{order + 1:03d}"
    )
    return digits + str(french_nir.calc_check_digits(digits))


def _ascii(name: str) -> str:
    return name.lower().translate(_PLAIN)


_PLAIN: Final = str.maketrans("àâäéèêëîïôöùûüç-", "aaaeeeeiioouuuc-")


def other_phone(known: Identity, rng: Random) -> str:
    """Return a number that somebody moved to: another than the one that is known."""
    return next(phone for phone in iter(lambda: _phone(rng), "") if phone != known.phone)


def _phone(rng: Random) -> str:
    return f"{rng.choice(_FICTION)} {rng.randrange(100):02d} {rng.randrange(100):02d}"
