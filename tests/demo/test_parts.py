"""The small parts: shares, days, people, organisations."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr import nir as french_nir

from adapters.demo import calendar, identities, organisations
from adapters.demo.accounts import Team
from adapters.demo.quotas import deck, largest_remainder, spread
from domain.codes import is_account_code, is_organisation_code
from domain.vocabulary import PUBLISHED_SHARES, Source, Wave

DAYS = st.dates(date(2014, 1, 1), date(2030, 12, 31))


# ---------------------------------------------------------------- shares


@given(st.dictionaries(st.text(), st.floats(0.01, 1000), min_size=1), st.integers(0, 100_000))
def test_largest_remainder_adds_up_and_is_within_one(shares: dict[str, float], total: int) -> None:
    parts = largest_remainder(shares, total)
    whole = sum(shares.values())
    assert sum(parts.values()) == total
    assert all(abs(parts[key] - total * share / whole) < 1.000001 for key, share in shares.items())


def test_the_published_sources_of_35433_people() -> None:
    assert largest_remainder(PUBLISHED_SHARES, 35_433) == {
        Source.RECEPTION: 19_842,
        Source.EXAM_CENTRE: 4_961,
        Source.OTHER_SERVICE: 4_606,
        Source.PARTNER: 2_480,
        Source.SOCIAL_SERVICE: 1_772,
        Source.MEDICAL_SERVICE: 1_063,
        Source.HEALTH_PROFESSIONAL: 709,
    }


def test_nothing_to_share_by_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        largest_remainder({"a": 0.0}, 3)


@given(
    st.integers(0, 500),
    st.dictionaries(st.sampled_from("abcd"), st.tuples(st.floats(0, 10), st.integers(0, 200)), min_size=1),
)
def test_spread_fills_what_it_can_and_no_more(total: int, groups: dict[str, tuple[float, int]]) -> None:
    capacities = {key: capacity for key, (_, capacity) in groups.items()}
    parts = spread(total, {key: share for key, (share, _) in groups.items()}, capacities)
    assert sum(parts.values()) == min(total, sum(capacities.values()))
    assert all(parts[key] <= capacities[key] for key in parts)


def test_a_deck_holds_each_card_as_often_as_it_should() -> None:
    assert Counter(deck({"a": 3, "b": 0, "c": 2}, Random(1))) == {"a": 3, "c": 2}


# ---------------------------------------------------------------- days


@given(DAYS)
def test_working_days_are_the_nearest(day: date) -> None:
    before, after = calendar.on_or_before(day), calendar.on_or_after(day)
    assert before <= day <= after
    assert (after - before).days in (0, 3)
    assert calendar.is_working(before)
    assert calendar.is_working(after)


@given(DAYS, st.integers(0, 30))
def test_months_are_added(day: date, months: int) -> None:
    later = calendar.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


# ---------------------------------------------------------------- people


def test_people_have_valid_numbers_that_nobody_has() -> None:
    on = date(2018, 3, 31)
    people = [identities.person(number, Random(number), on) for number in range(0, 200_000, 97)]
    numbers = [person.nir for person in people if person.nir is not None]
    assert len(set(numbers)) == len(numbers) > len(people) * 0.9
    for number in numbers:
        assert french_nir.is_valid(number)
        assert number[7:10] >= "991"
    fiction = re.compile(r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) \d\d \d\d")
    phones = [person.phone for person in people if person.phone is not None]
    assert phones
    assert all(fiction.fullmatch(phone) for phone in phones)
    assert all(person.email.endswith("@example.org") for person in people if person.email is not None)


def test_the_same_person_is_the_same_each_time() -> None:
    on = date(2018, 3, 31)
    assert (
        identities.person(7, Random(7), on).model_dump() == identities.person(7, Random(7), on).model_dump()
    )


# ---------------------------------------------------------------- organisations


def test_the_waves_are_those_of_the_document() -> None:
    waves = Counter(organisation.wave for organisation in organisations.REGISTER)
    assert waves == {"pilot": 1, "trial": 21, "wave_1": 22, "wave_2": 28}
    assert len(organisations.AVERAGED) == 44
    assert len(organisations.PUBLISHED) == 71
    first_days = {wave.value: wave.starts_on for wave in Wave}
    for organisation in organisations.REGISTER:
        assert organisation.deployed_on == first_days[organisation.wave]


def test_the_organisations_that_other_documents_speak_of_are_there() -> None:
    found = {organisation.code: organisation for organisation in organisations.REGISTER}
    assert len(found) == 72
    assert found["isere"].wave == "wave_2"
    assert found["somme"].wave == "trial"
    assert found["gard"].name == "CPAM du Gard"
    unnamed = [o.name for o in organisations.REGISTER if "non nommé" in o.name]
    assert unnamed == ["Organisme non nommé, vague 1 (1)", "Organisme non nommé, vague 1 (2)"]


def test_codes_and_accounts_are_such_as_commands_accept() -> None:
    for organisation in organisations.REGISTER:
        team = Team.of(organisation.code, 10_000)
        assert is_organisation_code(organisation.code)
        people = [*team.counsellors, team.supervisor, team.protector, *map(team.detector, Source)]
        assert len({person.actor for person in people}) == len(people)
        assert all(is_account_code(person.actor) for person in people)
