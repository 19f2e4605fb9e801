"""Instants are text in one spelling, in whose order time runs."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.instants import instant_text, read_instant

ANY = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-11))])
).filter(lambda instant: datetime(2, 1, 1, tzinfo=UTC) < instant < datetime(9999, 1, 1, tzinfo=UTC))


def test_an_instant_is_utc_to_the_microsecond() -> None:
    """Also one that was given in summer time."""
    assert (
        instant_text(datetime(2018, 3, 31, 14, tzinfo=timezone(timedelta(hours=2))))
        == "2018-03-31T12:00:00.000000Z"
    )


@given(ANY, ANY)
def test_text_order_is_time_order(one: datetime, other: datetime) -> None:
    """And what was written is read back."""
    assert read_instant(instant_text(one)) == one
    assert (instant_text(one) < instant_text(other)) == (one < other)


def test_an_instant_without_a_time_zone_is_refused() -> None:
    """It could be two hours off."""
    with pytest.raises(ValueError, match="time zone"):
        instant_text(datetime(2018, 3, 31))  # noqa: DTZ001 - naive is what is refused


@pytest.mark.parametrize(
    "text", ["2018-03-31", "2018-03-31T12:00:00Z", "2018-03-31T12:00:00.000000+00:00", "now", ""]
)
def test_another_spelling_is_refused(text: str) -> None:
    """It would sort elsewhere."""
    with pytest.raises(ValueError, match="not an instant"):
        read_instant(text)
