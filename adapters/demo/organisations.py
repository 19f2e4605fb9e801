"""The funds that [001] names, with the wave of their deployment (section II and its notes 11 to 13).

- The Gard, alone from 17 November 2014; 21 funds from May 2016 (note 11 names all of them).
- 22 funds from April 2017, of which note 12 names 20: two placeholders stand for the others, so that the pilot,
  the trial and wave 1 are the 44 organisations over which [001] gives the 90 days (note 7).
- 27 funds from October 2017, of which note 13 names 28. All 28 are registered; which one is too many cannot be
  told from the document, so the national cohort leaves out the one with the fewest inhabitants, the Territoire de
  Belfort, whose absence changes the least: 44 + 27 = the 71 organisations of the published figures (note 14).
- The 30 funds of March 2018 are not named, and not among the 71: none of them is registered.

Months without a day count from their first. Where note 12 or 13 gives half a name (Havre, Roubaix), the slug and the
name are the document's.
"""

from typing import Final

from domain.events.organisations import OrganisationRegistered
from domain.vocabulary import Wave


def _wave(wave: Wave, *named: tuple[str, str]) -> tuple[OrganisationRegistered, ...]:
    return tuple(
        OrganisationRegistered(code=code, name=name, wave=wave.value, deployed_on=wave.starts_on)
        for code, name in named
    )


PILOT: Final = _wave(Wave.PILOT, ("gard", "CPAM du Gard"))

TRIAL: Final = _wave(
    Wave.TRIAL,
    ("allier", "CPAM de l'Allier"),
    ("alpes-maritimes", "CPAM des Alpes-Maritimes"),
    ("bouches-du-rhone", "CPAM des Bouches-du-Rhône"),
    ("charente", "CPAM de la Charente"),
    ("drome", "CPAM de la Drôme"),
    ("haute-garonne", "CPAM de la Haute-Garonne"),
    ("landes", "CPAM des Landes"),
    ("lot", "CPAM du Lot"),
    ("flandres", "CPAM des Flandres"),
    ("hainaut", "CPAM du Hainaut"),
    ("puy-de-dome", "CPAM du Puy-de-Dôme"),
    ("savoie", "CPAM de la Savoie"),
    ("val-d-oise", "CPAM du Val-d'Oise"),
    ("aude", "CPAM de l'Aude"),
    ("herault", "CPAM de l'Hérault"),
    ("manche", "CPAM de la Manche"),
    ("somme", "CPAM de la Somme"),
    ("pyrenees-orientales", "CPAM des Pyrénées-Orientales"),
    ("oise", "CPAM de l'Oise"),
    ("moselle", "CPAM de la Moselle"),
    ("meurthe-et-moselle", "CPAM de Meurthe-et-Moselle"),
)

WAVE_1: Final = _wave(
    Wave.WAVE_1,
    ("ardennes", "CPAM des Ardennes"),
    ("ariege", "CPAM de l'Ariège"),
    ("artois", "CPAM de l'Artois"),
    ("aube", "CPAM de l'Aube"),
    ("aveyron", "CPAM de l'Aveyron"),
    ("calvados", "CPAM du Calvados"),
    ("charente-maritime", "CPAM de la Charente-Maritime"),
    ("doubs", "CPAM du Doubs"),
    ("haute-loire", "CPAM de la Haute-Loire"),
    ("loiret", "CPAM du Loiret"),
    ("mayenne", "CPAM de la Mayenne"),
    ("nord", "CPAM du Nord"),
    ("orne", "CPAM de l'Orne"),
    ("haut-rhin", "CPAM du Haut-Rhin"),
    ("haute-saone", "CPAM de la Haute-Saône"),
    ("sarthe", "CPAM de la Sarthe"),
    ("seine-et-marne", "CPAM de Seine-et-Marne"),
    ("tarn-et-garonne", "CPAM de Tarn-et-Garonne"),
    ("vaucluse", "CPAM du Vaucluse"),
    ("haute-vienne", "CPAM de la Haute-Vienne"),
    ("vague-1-non-nomme-1", "Organisme non nommé, vague 1 (1)"),
    ("vague-1-non-nomme-2", "Organisme non nommé, vague 1 (2)"),
)

WAVE_2: Final = _wave(
    Wave.WAVE_2,
    ("aisne", "CPAM de l'Aisne"),
    ("ardeche", "CPAM de l'Ardèche"),
    ("bayonne", "CPAM de Bayonne"),
    ("cantal", "CPAM du Cantal"),
    ("haute-corse", "CPAM de la Haute-Corse"),
    ("dordogne", "CPAM de la Dordogne"),
    ("eure", "CPAM de l'Eure"),
    ("finistere", "CPAM du Finistère"),
    ("gironde", "CPAM de la Gironde"),
    ("havre-seine-maritime", "CPAM du Havre-Seine-Maritime"),
    ("indre", "CPAM de l'Indre"),
    ("isere", "CPAM de l'Isère"),
    ("loire-atlantique", "CPAM de Loire-Atlantique"),
    ("marne", "CPAM de la Marne"),
    ("haute-marne", "CPAM de la Haute-Marne"),
    ("meuse", "CPAM de la Meuse"),
    ("nievre", "CPAM de la Nièvre"),
    ("pau", "CPAM de Pau"),
    ("hautes-pyrenees", "CPAM des Hautes-Pyrénées"),
    ("roubaix-tourcoing-nord", "CPAM de Roubaix-Tourcoing-Nord"),
    ("rouen-elbeuf-dieppe-seine-maritime", "CPAM de Rouen-Elbeuf-Dieppe-Seine-Maritime"),
    ("haute-savoie", "CPAM de la Haute-Savoie"),
    ("saone-et-loire", "CPAM de Saône-et-Loire"),
    ("territoire-de-belfort", "CPAM du Territoire de Belfort"),
    ("val-de-marne", "CPAM du Val-de-Marne"),
    ("vendee", "CPAM de la Vendée"),
    ("vienne", "CPAM de la Vienne"),
    ("yvelines", "CPAM des Yvelines"),
)

WAVES: Final = (PILOT, TRIAL, WAVE_1, WAVE_2)

REGISTER: Final = (*PILOT, *TRIAL, *WAVE_1, *WAVE_2)
"""The 72 organisations, in the order of their deployment."""

WITHOUT_REFERRAL: Final = "territoire-de-belfort"
"""The one name too many of wave 2: registered, and without any case in the national cohort."""

AVERAGED: Final = frozenset(organisation.code for organisation in (*PILOT, *TRIAL, *WAVE_1))
"""The 44 organisations of the published average duration [001, note 7]."""

PUBLISHED: Final = tuple(o for o in REGISTER if o.code != WITHOUT_REFERRAL)
"""The 71 organisations of the published figures [001, note 14]."""

SHOWN_FIRST: Final = ("gard", "somme", "loiret", "isere", "herault", "finistere", "calvados", "haute-garonne")
"""Where a small cohort goes: a few organisations of every wave, so that each of their queues looks alive."""
