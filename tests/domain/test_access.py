"""The access table: complete, bound to the triggers' roles, and narrow where it must be."""

from __future__ import annotations

import pytest

from adapters.accounts import NATIONAL_ROLES
from domain.access import ACCESS, EVERY_CASE, Permission, Principal, Reach, Scope, may, may_fire, reach
from tests.builders import ANNA, DENIS, DORA, MARIE, SOFIA
from workflows.roles import Role
from workflows.triggers import Trigger

ON_A_CASE = {
    Permission.SEE_CASE,
    Permission.SEE_FILE,
    Permission.SEE_IDENTITY,
    Permission.SEE_NOTES,
    Permission.SEE_HISTORY,
    Permission.ACT,
}


def test_every_role_has_its_row() -> None:
    assert set(ACCESS) == set(Role)


def test_whoever_may_fire_a_trigger_on_a_case_may_act_on_some_and_nobody_else() -> None:
    """The roles stand beside the triggers; the table only says on which cases."""
    firing = {role for trigger in Trigger if trigger is not Trigger.DETECT for role in trigger.roles}
    assert {role for role, row in ACCESS.items() if Permission.ACT in row} == firing


def test_whoever_refers_may_follow_their_referrals() -> None:
    following = {role for role, row in ACCESS.items() if Permission.FOLLOW_REFERRALS in row}
    assert following == Trigger.DETECT.roles


@pytest.mark.parametrize("role", Role)
def test_what_a_role_sees_of_a_case_goes_as_far_as_it_sees_cases(role: Role) -> None:
    """An answer shows several parts of one case: it was looked for within one reach."""
    assert len({scope for permission, scope in ACCESS[role].items() if permission in ON_A_CASE}) <= 1


def test_only_national_roles_may_look_beyond_an_organisation() -> None:
    national = {role for role, row in ACCESS.items() if Scope.ORGANISATION_OR_NATIONAL in row.values()}
    assert national | {Role.ADMINISTRATOR} == NATIONAL_ROLES


def test_whoever_follows_a_case_may_see_it_and_nobody_else_sees_a_person() -> None:
    for role, row in ACCESS.items():
        sees_somebody = Permission.SEE_IDENTITY in row or Permission.SEE_NOTES in row
        assert sees_somebody <= (role in {Role.COUNSELLOR, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER})


@pytest.mark.parametrize(
    ("who", "permission", "expected"),
    [
        (DORA, Permission.FOLLOW_REFERRALS, Reach(detected_by="dora", archived=False)),
        (DORA, Permission.SEE_CASE, None),
        (MARIE, Permission.ACT, Reach(organisation="gard", counsellor="marie", archived=False)),
        (MARIE, Permission.SEE_STATISTICS, None),
        (SOFIA, Permission.SEE_QUEUE, Reach(organisation="gard", archived=False)),
        (ANNA, Permission.SEE_STATISTICS, Reach(organisation="gard")),
        (ANNA, Permission.SEE_CASE, None),
        (Principal("olga", Role.ANALYST, None), Permission.SEE_STATISTICS, EVERY_CASE),
        (DENIS, Permission.ACT, Reach(organisation="gard")),
        (DENIS, Permission.SEE_NOTES, None),
        (Principal("alma", Role.ADMINISTRATOR, None), Permission.SEE_REFERENCE, EVERY_CASE),
        (Principal("alma", Role.ADMINISTRATOR, None), Permission.ACCOUNT_SESSIONS, Reach()),
        (
            Principal("alba", Role.ADMINISTRATOR, "gard"),
            Permission.ACCOUNT_SESSIONS,
            Reach(organisation="gard"),
        ),
        (SOFIA, Permission.ACCOUNT_SESSIONS, None),
        (Principal("alma", Role.ADMINISTRATOR, None), Permission.SEE_STATISTICS, None),
    ],
)
def test_how_far_a_permission_goes(who: Principal, permission: Permission, expected: Reach | None) -> None:
    assert reach(who, permission) == expected
    assert may(who, permission) == (expected is not None)


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.SUPERVISOR])
def test_a_role_of_an_organisation_reaches_nothing_without_one(role: Role) -> None:
    """Such a token is not made; if one were, it would open no case, rather than every one."""
    lost = Principal("lost", role, None)
    for permission in ON_A_CASE | {Permission.SEE_QUEUE, Permission.SEE_STATISTICS}:
        assert reach(lost, permission) is None


def test_a_trigger_is_open_to_its_roles() -> None:
    assert may_fire(SOFIA, Trigger.REASSIGN)
    assert not may_fire(MARIE, Trigger.REASSIGN)
