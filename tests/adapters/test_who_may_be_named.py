"""Who may be named in a command, and which other cases in its refusal: what is stored decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from adapters import tokens
from adapters.database import writing
from domain.access import Principal
from domain.command import Command
from domain.commands.follow_up import Close, Transfer
from domain.commands.intake import Accept, Assign, Detect, Reassign, RecordConsent
from domain.commands.privacy import ErasePersonalData
from domain.errors import Refused
from domain.ports import Answer
from domain.vocabulary import ReassignReason
from tests.builders import DENIS, DORA, INES, MARIE, PAUL, SOFIA, referral
from tests.databases import Databases, Kind
from tests.service import Cells, fresh_cells
from workflows.closing import ClosingReason
from workflows.roles import Role

DINO = replace(DORA, actor="dino", organisation="isere")
DELPHINE = replace(DORA, actor="delphine")
MOVED = Close(reason=ClosingReason.MOVED)


@pytest.fixture
def cells(tmp_path: Path, database_kind: Kind, databases: Databases) -> Iterator[Cells]:
    with fresh_cells(databases, database_kind, tmp_path) as opened:
        yield opened


def refused(cells: Cells, case_id: str | None, command: Command, by: Principal) -> Refused:
    def asked() -> Answer:
        if isinstance(command, Detect):
            return cells.refer(command, by)
        return cells.act(str(case_id), command, by=by)

    with pytest.raises(Refused) as no:
        asked()
    return no.value


# ---------------------------------------------------------------- counsellors


def test_a_slip_of_the_keyboard_is_not_a_counsellor(cells: Cells) -> None:
    """Nothing is written, and what was typed is not said again."""
    case = cells.refer(referral())
    for command in (Accept(counsellor="genevieve-hermelin"), Assign(counsellor="genevieve-hermelin")):
        no = refused(cells, case.case_id, command, SOFIA)
        assert no.reason.code == "unknown_counsellor"
        assert "hermelin" not in str(no) + no.reason.text("fr") + str(no.reason.values)
    cells.act(case.case_id, Assign(counsellor="marie"), by=SOFIA)
    misspelt = Reassign(counsellor="mari", reason=ReassignReason.WORKLOAD)
    assert refused(cells, case.case_id, misspelt, SOFIA).reason.code == "unknown_counsellor"
    cells.act(case.case_id, Reassign(counsellor="paul", reason=ReassignReason.WORKLOAD), by=SOFIA)


@pytest.mark.parametrize("nobody", [INES.actor, DORA.actor, "gard.denis"])
def test_only_the_cells_own_counsellors_follow_its_cases(cells: Cells, nobody: str) -> None:
    """Not another cell's, not a detector, not the data-protection officer."""
    with writing(cells.service.engine) as connection:
        for actor, role in ((DORA.actor, Role.DETECTOR), ("gard.denis", Role.DATA_PROTECTION_OFFICER)):
            _open(cells, connection, actor, role)
    case = cells.refer(referral())
    assert refused(cells, case.case_id, Assign(counsellor=nobody), SOFIA).reason.code == "unknown_counsellor"
    cells.act(case.case_id, Assign(counsellor=SOFIA.actor), by=SOFIA)


def test_who_left_is_assigned_nothing_any_more(cells: Cells) -> None:
    """A revoked or an expired account; and one that has a second way in still is one."""
    now = cells.clock()
    with writing(cells.service.engine) as connection:
        gone = _open(cells, connection, "gone", Role.COUNSELLOR)
        _open(cells, connection, "short", Role.COUNSELLOR, days=1)
        twice = _open(cells, connection, "twice", Role.COUNSELLOR)
        _open(cells, connection, "twice", Role.COUNSELLOR)
        for token in (gone, twice):
            tokens.revoke(connection, token.token_id, now=now)
    case = cells.refer(referral())
    assert refused(cells, case.case_id, Assign(counsellor="gone"), SOFIA).reason.code == "unknown_counsellor"
    cells.clock.now = now + timedelta(days=1)
    assert refused(cells, case.case_id, Assign(counsellor="short"), SOFIA).reason.code == "unknown_counsellor"
    cells.clock.now = now
    cells.act(case.case_id, Assign(counsellor="short"), by=SOFIA)
    cells.act(case.case_id, Reassign(counsellor="twice", reason=ReassignReason.DEPARTURE), by=SOFIA)


def test_whoever_accepts_for_themself_is_known(cells: Cells) -> None:
    """They are here, whatever way they came in."""
    case = cells.refer(referral())
    newcomer = Principal("newcomer", Role.COUNSELLOR, "gard")
    cells.act(case.case_id, Accept(counsellor="newcomer"), by=newcomer)


# ---------------------------------------------------------------- ids of other cases


def test_the_id_of_an_open_case_is_told_to_those_who_may_know_of_it(cells: Cells) -> None:
    """Whoever referred it, and the cell that follows it; not another detector of the same place."""
    first = cells.refer(referral())
    for by, told in ((DORA, True), (SOFIA, True), (MARIE, True), (DELPHINE, False)):
        no = refused(cells, None, referral(), by)
        assert no.reason.code == "already_open"
        assert (first.case_id in no.reason.text("fr")) is told
        assert (first.case_id in no.reason.text("en")) is told
        assert ("(" in no.reason.text("en")) is told
    cells.act(first.case_id, Accept(counsellor="marie"))
    assert first.case_id not in str(refused(cells, None, referral(), PAUL))


def test_the_id_of_another_organisations_case_is_not_told(cells: Cells) -> None:
    """To no data-protection officer but the national one; a transfer is refused without it too."""
    here, there = cells.refer(referral()), cells.refer(referral(), DINO)
    cells.act(here.case_id, Accept(counsellor="marie"), RecordConsent())
    no = refused(cells, here.case_id, Transfer(to_organisation="isere"), MARIE)
    assert (no.reason.code, there.case_id in str(no)) == ("already_open", False)
    cells.act(here.case_id, MOVED)
    for officer, told in ((DENIS, False), (replace(DENIS, organisation=None), True)):
        no = refused(cells, here.case_id, ErasePersonalData(), officer)
        assert (no.reason.code, there.case_id in str(no)) == ("open_case_remains", told)


def _open(
    cells: Cells, connection: Connection, actor: str, role: Role, days: int | None = None
) -> tokens.IssuedToken:
    now = cells.clock()
    return tokens.create(
        connection,
        actor=actor,
        role=role,
        organisation="gard",
        label="test",
        expires_at=None if days is None else now + timedelta(days=days),
        now=now,
    )
