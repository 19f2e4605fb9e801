"""The crossing of roles and routes: who asks, about which cases, and tables of answers to be read by people.

The API's routes and the pages' are crossed by the same mechanism, each from their own of `tests.api.access.tables`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from domain.access import Principal
from projections.reports import STATISTICS
from tests.api.house import ALMA, AUDE, DAVID, DIANE, NADIA, OLGA, House, fresh_house
from tests.builders import ANNA, DENIS, DORA, INES, MARIE, PAUL, SOFIA, SOMEBODY, referral
from tests.databases import Databases, Kind
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

HIDING = {
    "colleague's": ("colleague's", "erased, colleague's"),
    "elsewhere": ("elsewhere", "erased, elsewhere"),
}
"""For each place where a case may be out of reach, the cases of a town that lie there."""

UNKNOWN = "01610e5a-4c00-7000-8000-00000000dead"

NO_SESSION = "00000000dead"

COUNSELLING = {Role.COUNSELLOR, Role.SUPERVISOR}
FIRED_BY = {trigger: COUNSELLING for trigger in Trigger if trigger is not Trigger.DETECT} | {
    Trigger.ASSIGN: {Role.SUPERVISOR},
    Trigger.REASSIGN: {Role.SUPERVISOR},
    Trigger.REOPEN: {Role.SUPERVISOR},
    Trigger.MERGE: {Role.SUPERVISOR},
    Trigger.RECTIFY_IDENTITY: COUNSELLING | {Role.DATA_PROTECTION_OFFICER},
    Trigger.ARCHIVE: {Role.DATA_PROTECTION_OFFICER},
    Trigger.RESTORE: {Role.DATA_PROTECTION_OFFICER},
    Trigger.ERASE_PERSONAL_DATA: {Role.DATA_PROTECTION_OFFICER},
}
"""Of the roles that act at all, those that may fire each trigger; to the others it answers 403."""


@dataclass(frozen=True)
class Town:
    """A house with a case of each kind, by its name in CASES, and those whose person was erased."""

    house: House
    cases: Mapping[str, str]


@contextmanager
def town_in(
    databases: Databases, home: Path, kind: Kind = "sqlite", *, demonstration: bool = False
) -> Iterator[Town]:
    """Open a town, on SQLite unless asked otherwise: what is allowed depends on no database."""
    with fresh_house(databases, kind, home, demonstration=demonstration) as house:

        def a_case(by: Principal, counsellor: Principal | None) -> str:
            person = SOMEBODY.model_copy(update={"nir": None})
            case_id: str = house.refer(referral(person=person, note="Une note."), by).json()["case_id"]
            if counsellor is not None:
                done = house.act(case_id, "accept", {"counsellor": counsellor.actor}, counsellor)
                assert done.status_code == 200, done.text
            return case_id

        cases = {
            "mine": a_case(DORA, MARIE),
            "nobody's": a_case(DORA, None),
            "colleague's": a_case(DORA, PAUL),
            "elsewhere": a_case(DIANE, INES),
            "unknown": UNKNOWN,
            "erased, colleague's": a_case(DORA, PAUL),
            "erased, elsewhere": a_case(DIANE, INES),
        }
        for case, by in (("erased, colleague's", PAUL), ("erased, elsewhere", INES)):
            house.act(cases[case], "close", {"reason": "moved"}, by)
            erased = house.act(cases[case], "erase_personal_data", {}, DAVID)
            assert erased.status_code == 200, erased.text
        yield Town(house, cases)


def routes_of(app: FastAPI) -> tuple[set[str], set[str]]:
    """Return the routes of the API and of what stands beside it, and those of the pages, as `METHOD /path`."""
    api: set[str] = set()
    pages: set[str] = set()
    for route in iter_route_contexts(app.routes):
        module = getattr(route.endpoint, "__module__", "")
        kept = pages if module.startswith("api.pages.") else api
        kept |= {f"{method} {route.path_format}" for method in route.methods or ()}
    return api, pages


def rows_of(table: str) -> Iterator[tuple[str, list[str]]]:
    """Read a table: the name of each row, and its cells."""
    for line in table.strip().splitlines()[1:]:
        *names, last = re.split(r"\s{2,}", re.sub(r"(?<=[a-z]) (?=\d{3})", "  ", line.strip()))
        yield names[0], [*names[1:], last]


@dataclass(frozen=True)
class Tables:
    """What everybody is answered: a table for each route on a case, and one for all the others."""

    cases: Mapping[str, str]
    others: str

    def routes(self) -> set[str]:
        """Return every route that has a row."""
        return set(self.cases) | {route for route, _, _ in self.without_a_case()}

    def on_a_case(self) -> Iterator[tuple[str, str, str, int]]:
        """Read the tables of the routes on a case: the route, who asks, the case's name, the status of the answer."""
        for route, table in self.cases.items():
            rows = dict(rows_of(table))
            assert set(rows) == set(WHO), route
            for who, cells in rows.items():
                for case, expected in zip(CASES, cells, strict=True):
                    yield route, who, case, int(expected)

    def without_a_case(self) -> Iterator[tuple[str, str, int]]:
        """Read the table of the other routes: the route, who asks, the status of the answer."""
        header, *lines = self.others.strip().splitlines()
        roles = [name.replace("protection", "protection officer") for name in header.split()]
        for line in lines:
            method, path, *cells = line.split()
            for role, expected in zip(roles, cells, strict=True):
                for who, name in product(WHO, STATISTICS if "<each>" in path else ("",)):
                    if who.removesuffix(", national") == role:
                        yield f"{method} {path.replace('<each>', name)}", who, int(expected)

    def fired(self, route: str) -> Iterator[tuple[Trigger, str, str, int]]:
        """Each trigger by each asker on each case: the table of a route that acts, narrowed to the trigger's roles."""
        for acting, who, case, expected in self.on_a_case():
            for trigger, roles in FIRED_BY.items() if acting == route else ():
                asker = WHO[who]
                if asker is not None and expected != 403 and asker.role not in roles:
                    yield trigger, who, case, 403
                else:
                    yield trigger, who, case, expected
